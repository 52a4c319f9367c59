"""The ledger's pages say what the watch room says: sides, origins counted once, findings of law, histories."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from litestar.testing import TestClient

from tocsin.serve import Room, make_app
from tocsin.serve.pages import WARM
from tocsin.serve.room import View
from tocsin.watch import Store
from tocsin.watch.desk import Desk
from tocsin.watch.ledger import clashes, legal, side_clashes


@pytest.fixture(scope="module")
def view(filled: Path) -> Iterator[View]:
    with Store.open(filled) as store:
        yield View(Desk(store), None)


def test_each_side_stands_with_its_count_of_independent_origins(client: TestClient[Any], view: View) -> None:
    """Every question and side of the ledger is there; the numbers are those of the room, copies counted once."""
    text = client.get("/claims").text
    for question in view.desk.ledger:
        assert question.title in text
        for side in question.sides:
            assert side.title in text
    purpose = next(one for one in view.desk.ledger if one.id == "purpose")
    hidden = next(one for one in purpose.sides if one.id == "hidden-mobilisation")
    assert (len(hidden.rows), hidden.independent.as_json()) == (7, [1, 2])  # Latushko on seven pages, one perhaps else
    assert "1 to 2 independent origins" in text
    assert "counter-claim not found in the data" in text  # nobody is found who says that phones are not taken


def test_a_question_shows_each_claim_once_under_its_origin(client: TestClient[Any], view: View) -> None:
    """All claims of a side stand on its page, grouped; the copies say that they count once."""
    text = client.get("/claims/question/purpose?side=hidden-mobilisation").text
    purpose = next(one for one in view.desk.ledger if one.id == "purpose")
    rows = next(one for one in purpose.sides if one.id == "hidden-mobilisation").rows
    main = text.split("<main", 1)[1].split("Answered by", 1)[0]
    for row in rows:
        assert len(re.findall(f">{re.escape(row.id)}<", main)) == 1, row.id
    assert "more of the same origin: count once" in main


def test_the_clashes_of_one_question_are_those_of_all(view: View) -> None:
    """What a page works out for its own question alone is what the command finds among everything."""
    standing, origins = view.desk.standing, view.desk.origins
    every = {(one.where, one.first, one.second, one.explained) for one in clashes(standing, origins) if one.sides}
    alone = {
        (one.where, one.first, one.second, one.explained)
        for question in view.desk.ledger
        for one in side_clashes([question], standing, origins)
    }
    assert every and every <= alone
    pairs = {(one.first, one.second) for one in clashes(standing, origins)}
    assert all(it[1:3] in pairs for it in alone)  # the whole list holds a pair once, whatever else is said of it


def test_law_is_told_with_what_is_missing(client: TestClient[Any], view: View) -> None:
    """A finding says under which assumptions it is a breach, under which lawful, and which fact would tell."""
    text = client.get("/claims/question/notice?law=by").text
    found = [one for one in legal(view.desk.standing, "by") if one.question == "notice"]
    assert found
    assert "possible breach" in text and "possibly lawful" in text
    assert "if the kind is verification" in text
    assert "Cannot tell which:" in text
    assert "Unverified law neither accuses nor clears" in text


@pytest.mark.parametrize("word", ["zz", "/etc/passwd", "../by", "<script>"])
def test_a_pack_is_one_of_the_house(client: TestClient[Any], word: str) -> None:
    """A word of the address is never the path of a file; what was asked is told, escaped."""
    answer = client.get(f"/claims/question/notice?law={quote(word)}")
    assert answer.status_code == 200
    assert "expected a pack of law of" in answer.text
    assert "<script>" not in answer.text.split("<main", 1)[1]


def test_a_false_clash_says_what_explains_it(client: TestClient[Any]) -> None:
    """Two lines of the inspection under one name are no contradiction, and the page says why (timeline.md)."""
    text = client.get("/claims/question/end").text
    assert "false clash" in text and "Explained:" in text


def test_one_claim_tells_its_report_origin_sides_and_row(client: TestClient[Any], view: View) -> None:
    """The page of a claim leads to its report, incident and sides, and says why it writes no row of the log."""
    text = client.get("/claims/r038%234").text
    claim = view.desk.standing.claims["r038#4"]
    assert claim.what in text
    assert 'href="/inbox/r038"' in text
    assert "social-media users via Suspilne" in text and "it is the word of whoever brought it" in text
    assert "/claims/question/notice" in text and "/claims/question/voluntary" in text
    assert view.desk.written.unwritten["r038#4"] in text


def test_every_claim_has_a_page_and_no_other_id_has(client: TestClient[Any], view: View) -> None:
    """Each claim that was taken in can be read; what is none is refused in the desk's own words."""
    for name in view.desk.standing.claims_in:
        assert client.get(f"/claims/{quote(name, safe='')}").status_code == 200, name
    assert client.get("/claims/r038%2399").status_code == 404
    assert client.get("/claims/question/nothing").status_code == 404


def test_filters_let_through_what_they_say(client: TestClient[Any], view: View) -> None:
    """The table of all claims holds as many as the room has of a topic, stance, place and origin."""
    claims = view.desk.standing.claims.values()

    def told(query: str) -> int:
        found = re.search(r"<caption>([\d,]+) claim", client.get(f"/claims/all?{query}").text)
        return int(found[1].replace(",", "")) if found else 0

    assert told("") == len(claims)
    assert told("topic=notice-time") == sum(one.topic == "notice-time" for one in claims) > 0
    assert told("stance=denies") == sum(one.stance == "denies" for one in claims) > 0
    assert told("place=grodno") == sum("grodno" in one.place.casefold() for one in claims) > 0
    origin = view.desk.origins["r038#4"]
    assert told(f"origin={quote(origin)}") == sum(view.desk.origins[one.id] == origin for one in claims) > 1
    assert told("topic=none-such") == 0


def test_the_table_is_cut_into_pages(client: TestClient[Any], view: View) -> None:
    """Fifty claims a page; together the pages hold each claim once."""
    seen = []
    for page in range(1, 6):
        text = client.get(f"/claims/all?page={page}").text
        seen += re.findall(r'<th scope="row"><a class="id" href="[^"]*">([^<]+)</a>', text)
    assert sorted(seen) == sorted(view.desk.standing.claims)


def test_words_of_a_report_are_shown_as_words_and_private_names_not_at_all(tmp_path: Path) -> None:
    """A post with markup and a private person's name: the claim's characters are marked, escaped, and masked."""
    from zoneinfo import ZoneInfo

    from tocsin.watch.desk import opened
    from tocsin.watch.intake import Pasted, Reading

    words = "<script>alert(1)</script> Ivan Petrovich Sidorenko received a summons in Grodno, to report by 8 tomorrow."
    with opened(tmp_path / "watch", create=True) as desk:
        reading = Reading(1_771_500_000_000, ZoneInfo("Europe/Minsk"), key=bytes(32), publisher="made", level="social")
        desk.take(Pasted(words.encode()), reading)
    with Store.open(tmp_path / "watch", any_thread=True) as store:
        room = Room(store, None, WARM)
        names = list(room.view.desk.standing.claims)
        assert names, "the rules find a claim in it"
        with TestClient(make_app(room, hosts=("testserver.local",)), base_url="http://testserver.local") as asking:
            for name in names:
                text = asking.get(f"/claims/{quote(name, safe='')}").text
                assert "<mark>" in text and "<script>alert" not in text
                assert "Sidorenko" not in text and "[person 1]" in text


def test_a_decision_is_in_the_history_and_a_retracted_claim_says_so(copied: tuple[Path, Path | None]) -> None:
    """What was decided stands in the claim's history with reason; what no longer stands says that it does not."""
    with Store.open(copied[0], any_thread=True) as store:
        room = Room(store, None, WARM)
        with room.changing() as desk:
            desk.decide("correct", "r038#4", ["place=Grodno"], "The post names the town.", "analyst", 1_800_000_000_000)
        app = make_app(room, hosts=("testserver.local",))
        with TestClient(app, base_url="http://testserver.local") as asking:
            text = asking.get("/claims/r038%234").text
            assert "The post names the town." in text and "<del>Grodno region</del>" in text
            assert "<ins>Grodno</ins>" in text
            with room.changing() as desk:
                desk.decide("retract", "r038#4", [], "Not said there.", "analyst", 1_800_000_000_001)
            text = asking.get("/claims/r038%234").text
            assert "no longer stands" in text and "Not said there." in text
            assert "r038#4" not in asking.get("/claims/question/notice?side=practice").text


def test_evidence_that_uses_a_claim_is_named(filled: Path, tmp_path: Path) -> None:
    """A claim says which items of the case rest on it, and an unreadable case says nothing here."""
    case = tmp_path / "case.toml"
    case.write_text('[[evidence]]\nid = "hours"\nsays = "Hours, not days."\nclaims = ["r038#4"]\n', encoding="utf-8")
    from tocsin.serve.pages.claim_one import one_shown

    with Store.open(filled) as store:
        assert one_shown(View(Desk(store), case), "r038#4").uses == (("hours", "Hours, not days."),)
        assert one_shown(View(Desk(store), case), "r038#1").uses == ()
        case.write_text("[[evidence", encoding="utf-8")
        assert one_shown(View(Desk(store), case), "r038#4").uses == ()
