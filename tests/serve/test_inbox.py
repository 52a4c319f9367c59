"""The inbox: lists what the room lists, filters and pages it, keeps words out of addresses, and takes posts in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.serve.asking import EVIL, POSTED, PRIVATE, RUSSIAN, Asking, asked, links, seen

from tocsin.serve.pages.inbox_rows import Filters, found_in, index_of, key_of, row_of
from tocsin.watch import Bounds


@pytest.fixture(scope="module")
def desk(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    """The demonstration with two posts, one of them twice: 92 coded reports and 3 posts."""
    with asked(filled, tmp_path_factory.mktemp("inbox") / "watch") as found:
        found.add(RUSSIAN)
        found.add(EVIL, publisher="Another channel")
        found.add(RUSSIAN, publisher="Copyist", published="2026-02-19")
        yield found


def ids(desk: Asking, **filters: str) -> set[str]:
    return {one.id for one in found_in(desk.view, Filters(**filters), Bounds())}


def test_it_lists_every_report_once(desk: Asking) -> None:
    """Over its pages the list names every report of the room once, newest first, and those without a day last."""
    listed = [one for number in (1, 2) for one in _rows(desk.page(f"/inbox?page={number}"))]
    assert sorted(listed) == sorted(desk.view.desk.reports)
    times = [desk.view.desk.reports[one].published for one in listed]
    known = [one.least if one.least is not None else one.most for one in times]
    assert all(one is None for one in known[known.index(None) :])
    dated = [one for one in known if one is not None]
    assert dated == sorted(dated, reverse=True)


def _rows(text: str) -> list[str]:
    """The reports that a list shows, in its order."""
    return re.findall(r'<th scope="row"><a href="/inbox/([^"]+)"', text)


def test_a_page_that_is_not_there_is_the_nearest(desk: Asking) -> None:
    """Page 99, page 0 and a page that is no number show a page that is there."""
    assert _rows(desk.page("/inbox?page=99")) == _rows(desk.page("/inbox?page=2"))
    assert _rows(desk.page("/inbox?page=0")) == _rows(desk.page("/inbox?page=x")) == _rows(desk.page("/inbox"))


def test_what_awaits_a_person_is_counted(desk: Asking) -> None:
    """The count is that of the suggested claims of the room, in as many reports."""
    claims = [one for one in desk.view.desk.standing.claims.values() if one.status == "suggested"]
    index = index_of(desk.view)
    assert (index.waiting, index.waiting_in) == (len(claims), len({one.report for one in claims}))
    assert index.waiting_in == 3  # the three posts; coded claims came in confirmed
    assert f"{len(claims)} claims in 3 reports await a person" in seen(desk.page("/inbox"))


@pytest.mark.parametrize(("name", "value"), [("language", "ru"), ("level", "official"), ("owner", "state")])
def test_a_filter_leaves_what_has_it(desk: Asking, name: str, value: str) -> None:
    """Each filter leaves exactly the reports that have the value, and stands in the addresses of the pages."""
    expected = {one.id for one in desk.view.desk.reports.values() if getattr(one, name) == value}
    assert ids(desk, **{name: value}) == expected
    text = desk.page(f"/inbox?{name}={value}")
    assert f"of {len(expected)} report" in seen(text)
    assert len(expected) <= 50 or any(f"{name}={value}" in one and "page=2" in one for one in links(text))


def test_states_part_the_reports(desk: Asking) -> None:
    """Each report is to confirm, done or retracted, and nothing else."""
    parts = [ids(desk, state=name) for name in ("confirm", "done", "retracted")]
    assert set().union(*parts) == set(desk.view.desk.reports)
    assert sum(map(len, parts)) == len(desk.view.desk.reports)


def test_a_publisher_is_filtered_by_its_key(desk: Asking) -> None:
    """A publisher stands in the address by a key, never by its name."""
    name = "BelTA"
    expected = {one.id for one in desk.view.desk.reports.values() if one.publisher == name}
    assert expected and ids(desk, publisher=key_of(name)) == expected
    assert not any("BelTA" in one for one in links(desk.page(f"/inbox?publisher={key_of(name)}")) if "://" not in one)


def test_days_are_bounds(desk: Asking) -> None:
    """A stretch of days leaves what may have been published in it; what has no day is left out."""
    text = seen(desk.page("/inbox?since=2026-02-18&until=2026-02-18"))
    reports = desk.view.desk.reports.values()
    zone = desk.view.desk.zone
    from tocsin.watch.times import read_time

    day = read_time("2026-02-18", zone)[0]
    expected = [one for one in reports if one.published.known and one.published.meets(day)]
    assert f"of {len(expected)} report" in text


def test_a_day_that_is_none_is_refused_beside_the_filters(desk: Asking) -> None:
    """A word that is no day is told what was expected, and what was typed stays."""
    text = desk.page("/inbox?since=soon", code=422)
    assert "expected a year, month, day or moment" in seen(text)
    assert 'value="soon"' in text


def test_words_are_searched_and_stay_out_of_addresses(desk: Asking) -> None:
    """A search shows the reports with all its words, in capitals too; no address in its page holds them."""
    answer = desk.send("/inbox", code=200, search="ПОВЕСТКУ гродне")
    assert {desk.view.desk.reports[one].publisher for one in _rows(answer.text)} == {"Town channel", "Copyist"}
    assert str(answer.url).endswith("/inbox")
    assert not any("повест" in one.casefold() or "%D0" in one for one in links(answer.text))
    assert 'value="ПОВЕСТКУ гродне"' in answer.text


def test_a_search_keeps_its_filters_and_pages_by_the_form(desk: Asking) -> None:
    """Filters go with the words; further pages are buttons of the form, so that no address holds the words."""
    answer = desk.send("/inbox", code=200, search="a", page="2")
    assert 'name="page" value="1"' in answer.text and len(_rows(answer.text)) > 0
    assert _rows(desk.send("/inbox", code=200, search="повестку", language="en").text) == []
    assert len(_rows(desk.send("/inbox", code=200, search="повестку", language="ru").text)) == 2


def test_without_words_the_filters_become_an_address(desk: Asking) -> None:
    """A form without words leads to the address of its filters, empty ones left out."""
    answer = desk.send("/inbox", search=" ", state="confirm", language="")
    assert answer.headers["location"] == "/inbox?state=confirm"


@pytest.mark.parametrize("name", ["Кузнецов", "Новиков", "Novikau", "123-45-67"])
def test_a_name_is_found_by_no_search(desk: Asking, name: str) -> None:
    """Words are searched with private persons and contacts masked: a search tells nobody whether a name is there."""
    assert "No report is like that." in seen(desk.send("/inbox", code=200, search=name).text)


def test_a_copy_is_marked_and_counts_once(desk: Asking) -> None:
    """The same words from another publisher are a copy of the elder; the elder says so."""
    rows = {one.id: row_of(desk.view, one) for one in index_of(desk.view).entries}
    (copy,) = [one for one in rows.values() if one.publisher == "Copyist"]
    elder = rows[copy.copy_of]
    assert elder.publisher == "Town channel" and elder.copies == 1
    assert f"copy of {elder.id}" in seen(desk.page("/inbox?language=ru"))


def test_stored_html_is_text_and_nobody_private_is_named(desk: Asking) -> None:
    """No tag of a report becomes a tag, signs that turn the reading are shown as �, no private word is seen."""
    for path in ("/inbox", "/inbox?language=en"):
        text = desk.page(path)
        assert "<script>alert" not in text and "<img" not in text and ' onerror="' not in text
        assert "\u202e" not in text and "\u200b" not in text
        assert not any(name in text for name in PRIVATE)


# --- taking in -------------------------------------------------------------------------------------------------------


def test_a_post_is_taken_in_and_shown(filled: Path, tmp_path: Path) -> None:
    """A pasted post becomes a report with publisher, level, owner, time and language, and its page says what awaits;
    pasted again, it is known."""
    with asked(filled, tmp_path / "watch") as desk:
        answer = desk.send(
            "/inbox/add", text=RUSSIAN, publisher="Town channel", level="social", owner="independent", published=POSTED
        )
        name = answer.headers["location"].removeprefix("/inbox/").partition("?")[0]
        one = desk.view.desk.reports[name]
        assert (one.publisher, one.level, one.owner, one.language) == ("Town channel", "social", "independent", "ru")
        assert one.published.exact and one.published_basis == "time"
        assert "claims await a person" in seen(desk.page(answer.headers["location"]))
        again = desk.send("/inbox/add", text=RUSSIAN, publisher="Town channel", level="social", owner="independent")
        assert again.headers["location"] == f"/inbox/{name}?came=known"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"text": "  "}, "found no words and no file"),
        ({"text": "A post.", "published": "yesterday"}, "expected a year, month, day or moment"),
        ({"text": "A post.", "published": "2999-01-01"}, "still to come"),
        ({"text": "A post.", "owner": "nobody"}, "expected one of state"),
        ({"text": "A post.", "level": "x"}, "expected one of social"),
        ({"text": "A post.", "kind": "x"}, "expected one of coded"),
        ({"text": "{}", "kind": "coded"}, "Not taken in"),
    ],
)
def test_a_refused_post_stays_in_the_form(desk: Asking, words: dict[str, str], told: str) -> None:
    """What cannot be taken in is told in one sentence beside the form, which keeps what was typed; nothing is kept."""
    before = len(desk.view.desk.reports)
    given = {"owner": "unknown", "level": "social"} | words
    answer = desk.send("/inbox/add", code=422, publisher="Kept <b>", **given)
    assert told in seen(answer.text)
    assert 'value="Kept &lt;b&gt;"' in answer.text and words["text"].strip() in answer.text
    assert len(desk.view.desk.reports) == before


def test_a_file_is_taken_in_as_the_command_takes_it(filled: Path, tmp_path: Path) -> None:
    """Coded rows come in by a file; a broken one is told and keeps no other out."""
    lines = (
        '{"id":"z1","url":"https://example.org/1","publisher":"Made outlet","owner":"independent","level":"outlet",'
        '"published":"2026-02-19","language":"en","cites":[],"claims":[]}\n{"id":"z2"\n'
    )
    with asked(filled, tmp_path / "watch") as desk:
        answer = desk.send(
            "/inbox/add", code=422, files={"file": ("rows.jsonl", lines.encode())}, owner="unknown", level="unknown"
        )
        assert "z1" in desk.view.desk.reports
        assert "1 report new" in seen(answer.text) and "Not taken in" in seen(answer.text)


def test_a_form_without_its_token_is_refused(desk: Asking) -> None:
    """What another site sends changes nothing."""
    before = len(desk.view.desk.reports)
    answer = desk.client.post("/inbox/add", data={"text": "A post."}, files={"file": ("", b"")})
    assert answer.status_code == 403 and len(desk.view.desk.reports) == before


def test_a_reader_may_not_take_in(filled: Path, tmp_path: Path) -> None:
    """The role of a reader sees the list, and neither the way in nor a decision."""
    from litestar.testing import TestClient

    from tocsin.serve import Room, make_app
    from tocsin.watch.store import Store

    with Store.open(filled, any_thread=True) as store:
        app = make_app(Room(store), hosts=("testserver.local",), role="reader")
        with TestClient(app, base_url="http://testserver.local") as client:
            assert client.get("/inbox").status_code == 200
            assert client.get("/inbox/add").status_code == 403
            told = {"_csrf_token": client.cookies["csrftoken"], "act": "retract", "about": "r001", "reason": "x"}
            assert client.post("/inbox/decide", data=told).status_code == 403
