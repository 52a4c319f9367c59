"""The pages of hypotheses: they show what `weigh` says, forms are kept or refused, and the case stays a case."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.serve.asking import Asking, seen

from tocsin.assess import bind as binding
from tocsin.assess.case import load_case
from tocsin.assess.changes import CaseChange, change_case, changes_file, read_changes
from tocsin.assess.history import history_file, read_history
from tocsin.assess.weigh import weigh
from tocsin.assess.words import WORDS as WORD_ROW
from tocsin.assess.worlds.kept import bundled_worlds, with_worlds
from tocsin.errors import CaseError
from tocsin.serve import Room, make_app
from tocsin.serve.pages.hypotheses import WARM
from tocsin.serve.pages.hypotheses_use import short_name
from tocsin.serve.weighing import Answered, Trouble, answered
from tocsin.serve.weighing.shown import Shown, shown
from tocsin.serve.weighing.words import percent, points
from tocsin.watch.desk import Desk
from tocsin.watch.store import Store

ITEM = "border-quiet"
WORDS = {
    "word-routine": "roughly even",
    "word-exercise": "very likely",
    "word-mobilisation": "very likely",
    "word-staging": "likely",
}
"""Other words than the case has for `ITEM` under routine and staging."""


@pytest.fixture
def asking(copied: tuple[Path, Path | None]) -> Iterator[Asking]:
    """A desk of copies that may be changed."""
    folder, case_file = copied
    assert case_file is not None, "the bundled case is there"
    with Store.open(folder, any_thread=True) as store:
        room = Room(store, case_file, WARM)
        with TestClient(make_app(room, hosts=("testserver.local",)), base_url="http://testserver.local") as client:
            yield Asking(client, room)


def case_of(asking: Asking) -> Path:
    assert asking.room.case_file is not None
    return asking.room.case_file


def answer(asking: Asking) -> Answered:
    found = answered(asking.view)
    assert isinstance(found, Answered)
    return found


def page(asking: Asking) -> Shown:
    found = shown(asking.view)
    assert found is not None
    return found


def test_the_page_shows_what_weighing_says(client: TestClient[Any], filled: Path, case_file: Path) -> None:
    """Medians, bands, effects and what to look for next are those of `weigh` for the same case and folder."""
    with Store.open(filled, any_thread=True) as store:
        case = load_case(case_file)
        evidence = with_worlds(binding.bind(case, Desk(store)), bundled_worlds(case)[0])
        told = weigh(case, evidence)
    text = seen(client.get("/hypotheses").text)  # blanks that do not break come out as blanks
    for one in told.answer:
        assert f"{one.name} {one.word}" in text
        assert f"median {plain(one.median)}" in text
        assert f"{plain(one.low)} to {plain(one.high)}" in text
    carries = next(one for one in told.items if one.id == told.carries[0])
    says = next(one.says for one in case.items if one.id == carries.id)
    moved = " ".join(points(-one.change) for one in carries.without)
    table = text[text.index("Effect of each item") :]
    assert f"{says} {moved}" in re.sub(r"\s+", " ", _without_titles(table))
    for one in told.next:
        assert next(each.says for each in case.watch_for if each.id == one.id) in text
    assert told.grounds.says in text


def plain(share: float) -> str:
    """A percentage with a blank as `seen` gives it."""
    return percent(share).replace("\u00a0", " ")


def _without_titles(text: str) -> str:
    """The titles of drawings stand in the text of a page too: `Routine check: +4 points`."""
    return re.sub(r"[A-Z][\w ]+: [+−±]\d+ points", "", text)


def test_never_a_likelihood_and_the_grounds_in_one_sentence(client: TestClient[Any]) -> None:
    """No sentence with a word of probability or a median speaks of origins or grades."""
    text = client.get("/").text
    (headline,) = re.findall(r'<p class="headline">(.*?)</p>', text, re.DOTALL)
    (grounds,) = re.findall(r'<p class="grounds">(.*?)</p>', text, re.DOTALL)
    assert "median" in headline and "origin" not in headline and "graded" not in headline
    assert "origins" in grounds and "%" not in grounds and not any(word.name in grounds for word in WORD_ROW)


def test_each_item_leads_to_its_reports(client: TestClient[Any], case_file: Path) -> None:
    """The page of each item of the case opens, and each witness's claim is linked to its report."""
    for item in load_case(case_file).items:
        answer = client.get(f"/hypotheses/item/{item.id}")
        assert answer.status_code == 200, item.id
    text = client.get(f"/hypotheses/item/{ITEM}").text
    assert 'href="/inbox/r050"' in text and "counts once" in text
    assert client.get("/inbox/r050").status_code == 200
    assert client.get("/hypotheses/item/none-such").status_code == 404


def test_trying_words_writes_nothing_and_tells_the_answer(asking: Asking) -> None:
    """A try gives before and after as the case with these words would be weighed, and the file stays as it was."""
    before, text = answer(asking).weighed, case_of(asking).read_bytes()
    told = asking.send(f"/hypotheses/item/{ITEM}/try", code=200, **WORDS).text
    assert case_of(asking).read_bytes() == text
    assert not changes_file(case_of(asking)).exists()
    asking.send(f"/hypotheses/item/{ITEM}", **WORDS, reason="Tried before.")
    after = answer(asking).weighed
    first = next(one for one in before.answer if one.hypothesis == "routine")
    last = next(one for one in after.answer if one.hypothesis == "routine")
    assert f"{plain(first.median)} → {plain(last.median)}" in seen(told)
    assert last.median < first.median  # the word under routine fell from almost certain to roughly even


def test_a_saved_word_keeps_comments_and_is_kept_with_its_reason(asking: Asking) -> None:
    """One line of the case changes, all else stays byte for byte; the change stands in the record with the medians."""
    file = case_of(asking)
    old, before = file.read_text().split("\n"), answer(asking).weighed
    asking.send(f"/hypotheses/item/{ITEM}", **WORDS, reason="The guard <b>looked</b> at night only.")
    new = file.read_text().split("\n")
    differing = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    assert len(differing) == 1 and 'routine = "roughly even"' in differing[0][1]
    (change,) = read_changes(changes_file(file))
    assert change.item == ITEM and change.kind == "judged"
    assert change.before == {one.hypothesis: one.median for one in before.answer}
    assert change.after == {one.hypothesis: one.median for one in answer(asking).weighed.answer}
    text = asking.page(f"/hypotheses/item/{ITEM}?done=saved")
    assert "The guard <b>looked</b> at night only." in seen(text) and "<b>looked" not in text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"reason": " "}, "found no reason"),
        ({"word-routine": "perhaps"}, "expected one of the seven words"),
        ({"word-routine": "range", "low-routine": "90", "high-routine": "10"}, "expected the lower end first"),
        ({"word-routine": "range", "low-routine": "0", "high-routine": "50"}, "above 0 and below 100"),
        ({"word-routine": "range", "low-routine": "nan", "high-routine": "50"}, "above 0 and below 100"),
        ({"word-routine": "almost certain", "word-staging": "unlikely"}, "has already"),
    ],
)
def test_a_form_that_cannot_be_is_refused_with_what_was_typed(asking: Asking, words: dict[str, str], told: str) -> None:
    """The reason of the refusal stands beside the form, what was typed is kept, and the case stays as it was."""
    before = case_of(asking).read_bytes()
    sent = {**WORDS, "reason": "A reason that I typed", **words}
    text = asking.send(f"/hypotheses/item/{ITEM}", code=422, **sent).text
    assert told in seen(text)
    assert sent["reason"].strip() in text
    assert case_of(asking).read_bytes() == before


def test_a_range_is_written_as_numbers(asking: Asking) -> None:
    """A range in percent becomes a pair in the file, and stands in the form again."""
    asking.send(
        f"/hypotheses/item/{ITEM}", **WORDS | {"word-routine": "range", "low-routine": "62,5", "high-routine": "90 %"},
        reason="Between the words.",
    )  # fmt: skip
    assert "routine = [0.625, 0.9]" in case_of(asking).read_text()
    assert 'value="62.5"' in asking.page(f"/hypotheses/item/{ITEM}")


def test_a_case_changed_meanwhile_is_not_overwritten(asking: Asking) -> None:
    """What somebody else wrote between the page and the form is never lost."""
    found = answer(asking)
    file = case_of(asking)
    text = file.read_text()
    file.write_text(text + "\n# somebody else\n")
    with pytest.raises(CaseError, match="changed by somebody else"):
        change_case(file, found.case.text, text, CaseChange(1, "analyst", "judged", ITEM, "x", "y", {}, {}))
    assert file.read_text().endswith("# somebody else\n")


def test_a_broken_case_says_where_and_the_desk_goes_on(asking: Asking) -> None:
    """A case that was broken outside gives one sentence with its line, everywhere but on pages that do not need it."""
    file = case_of(asking)
    good = file.read_text()
    file.write_text(good.replace('routine = "almost certain"', 'routine = "perhaps"', 1))
    for path in ("/", "/hypotheses"):
        text = seen(asking.page(path))
        assert "The case cannot be read" in text and re.search(r"line \d+", text), path
        assert "perhaps" in text
    assert isinstance(answered(asking.view), Trouble)
    assert asking.page("/inbox") and asking.page("/claims")
    assert asking.send(f"/hypotheses/item/{ITEM}", **WORDS, reason="x").headers["location"] == "/hypotheses"
    file.write_text(good)
    assert "The case cannot be read" not in asking.page("/hypotheses")


def test_a_claim_of_an_origin_that_speaks_already_changes_nothing(asking: Asking) -> None:
    """A claim of an origin that speaks for the item is added, every median stays to the bit, and the page says why."""
    found = answer(asking)
    bound = found.item("one-command")
    assert bound is not None
    speaking = {one.group for one in bound.witnesses}
    named = {claim for one in bound.witnesses for claim in one.claims} | set(bound.item.claims)
    origins, claims = asking.view.desk.origins, asking.view.desk.standing.claims
    spare = _spare(asking, speaking, named, origins, claims)
    before = [one.median for one in found.weighed.answer]
    where = asking.send("/hypotheses/use", way="add", claim=spare, item="one-command", reason="It says so too.")
    assert where.headers["location"] == "/hypotheses/item/one-command?done=used"
    assert [one.median for one in answer(asking).weighed.answer] == before
    assert "counts once: copies change nothing" in seen(asking.page(where.headers["location"]))
    asking.send("/hypotheses/item/one-command/remove", claim=spare, reason="Not needed.")
    assert [one.kind for one in read_changes(changes_file(case_of(asking)))] == ["claim added", "claim taken away"]
    assert load_case(case_of(asking)).items == found.case.items


def _spare(asking: Asking, speaking: set[str], named: set[str], origins: Any, claims: Any) -> str:
    """A claim that counts elsewhere in the case, of an origin that speaks for the item already."""
    elsewhere = {
        claim for one in answer(asking).evidence for each in one.witnesses for claim in each.claims
        if each.group in speaking and claims[claim].stance != "denies"
    }  # fmt: skip
    return min(elsewhere - named)


def test_a_new_item_of_a_claim(asking: Asking) -> None:
    """A new item goes into the case behind the others, with its claim, words and why, and into the answer."""
    before = answer(asking).weighed
    sent = {
        "way": "new", "claim": "r050#1", "says": 'Guards <i>see</i> "nothing" new.', "sort": "event", "why": "A test.",
        "word-routine": "very likely", "word-exercise": "roughly even", "word-mobilisation": "unlikely",
        "word-staging": "range", "low-staging": "10", "high-staging": "20",
    }  # fmt: skip
    where = asking.send("/hypotheses/use", **sent).headers["location"]
    assert where == "/hypotheses/item/guards-i-see-i-nothing-new?done=used"
    item = load_case(case_of(asking)).items[-1]
    assert (item.says, item.claims, item.why) == (sent["says"], ("r050#1",), "A test.")
    assert item.likelihood["staging"].low == 0.1 and item.likelihood["routine"].word == "very likely"
    text = asking.page(where)
    assert "<i>see" not in text and "What the last change did" in text
    assert answer(asking).weighed.answer != before.answer
    refused = asking.send("/hypotheses/use", code=422, **sent | {"why": ""}).text
    assert "found no reason" in seen(refused)


def test_what_cannot_be_used_says_why(asking: Asking) -> None:
    """A claim that nobody has confirmed, or that is not there, is not offered for use, and is refused if sent."""
    name = asking.add("Reservists were called up in Lida on 18 February 2026. About 200 people got summonses.")
    claims = [one.id for one in asking.view.desk.standing.claims.values() if one.report == name]
    assert claims, "rules suggest a claim of this post"
    assert "Confirm it first" in asking.page(f"/hypotheses/use?claim={claims[0].replace('#', '%23')}")
    told = asking.send("/hypotheses/use", code=422, way="add", claim=claims[0], item=ITEM, reason="x").text
    assert "nobody has confirmed it" in seen(told)
    assert "no claim that stands has this id" in asking.page("/hypotheses/use?claim=%3Cscript%3E")
    assert "<script>" not in asking.page("/hypotheses/use?claim=%3Cscript%3E")


def test_names_of_new_items() -> None:
    """A name is the statement's words in small letters, begins with a letter, and is taken by no other item."""
    assert short_name("Men are home.", set()) == "men-are-home"
    assert short_name("Men are home.", {"men-are-home"}) == "men-are-home-2"
    assert short_name("1,500 called", set()) == "item-1-500-called"
    assert short_name("Повестки", set()) == "item"


def test_dated_answers_and_their_score(asking: Asking) -> None:
    """An answer is recorded with its reason, an outcome scores it, and a missing reason is refused beside the form."""
    assert "found no reason" in seen(asking.send("/hypotheses/judgment", code=422, reason="").text)
    asking.send("/hypotheses/judgment", reason="The first.")
    told = answer(asking).weighed
    asking.send("/hypotheses/outcome", outcome="routine", reason="All are home.")
    history = read_history(history_file(case_of(asking)))
    assert [one.reason for one in history.judgments] == ["The first."]
    assert history.outcome is not None and history.outcome.hypothesis == "routine"
    means = {one.hypothesis: one.mean for one in told.answer}
    brier = sum((mean - (name == "routine")) ** 2 for name, mean in means.items())  # Brier 1950, several categories
    text = seen(asking.page("/hypotheses"))
    assert f"{brier:.2f} The first." in text and "Outcome: Routine check" in text
    asking.send("/hypotheses/outcome", code=422, outcome="no-such", reason="x")


def test_a_damaged_record_is_told_and_the_page_goes_on(asking: Asking) -> None:
    """A record with a broken line is told with its line; answer and evidence are shown all the same."""
    history_file(case_of(asking)).write_text("{}\n")
    text = seen(asking.page("/hypotheses"))
    assert "damaged row" in text and "line 1" in text and "What carries the answer" in text
    changes_file(case_of(asking)).write_text(json.dumps({"kind": "judged"}) + "\n")
    assert "cannot be read" in seen(asking.page(f"/hypotheses/item/{ITEM}"))


def test_a_folder_without_a_case_can_begin(copied: tuple[Path, Path | None]) -> None:
    """Without a case the pages say how to begin; the button copies the bundled case, once."""
    with Store.open(copied[0], any_thread=True) as store:
        room = Room(store, None, WARM)
        with TestClient(make_app(room, hosts=("testserver.local",)), base_url="http://testserver.local") as client:
            asking = Asking(client, room)
            for path in ("/", "/hypotheses"):
                assert "There is no case yet" in asking.page(path)
            assert asking.send("/hypotheses/begin").headers["location"] == "/hypotheses?done=begun"
            assert (copied[0] / "case.toml").exists()
            assert "What carries the answer" in asking.page("/hypotheses")
            assert "found a case there already" in seen(asking.send("/hypotheses/begin", code=422).text)


def test_a_reader_may_look_and_not_judge(copied: tuple[Path, Path | None]) -> None:
    """Who may only read is refused every change of the case."""
    with Store.open(copied[0], any_thread=True) as store:
        room = Room(store, copied[1], WARM)
        app = make_app(room, hosts=("testserver.local",), role="reader")
        with TestClient(app, base_url="http://testserver.local") as client:
            asking = Asking(client, room)
            assert "What carries the answer" in asking.page("/hypotheses")
            for path in (f"item/{ITEM}", f"item/{ITEM}/try", f"item/{ITEM}/remove", "use", "use/try", "judgment"):
                asking.send(f"/hypotheses/{path}", code=403, **WORDS, reason="x")
