"""One report on its page: its text in pieces, every decision by a form, refusals that keep what was typed, masks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.serve.asking import EVIL, PRIVATE, RUSSIAN, Asking, asked, links, seen, tags

from tocsin.serve.pages.fields import changed, numbers_text, times_text
from tocsin.serve.pages.report_shown import report_shown
from tocsin.serve.pages.report_text import Found, pieces
from tocsin.watch import Bounds
from tocsin.watch.deciding import values_of
from tocsin.watch.times import read_time

WHY = "A test says so."


@pytest.fixture(scope="module")
def desk(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    """The demonstration with two posts; what a test decides, another one does not look at."""
    with asked(filled, tmp_path_factory.mktemp("report") / "watch") as found:
        yield found


@pytest.fixture(scope="module")
def post(desk: Asking) -> str:
    """A post in Russian."""
    return desk.add(RUSSIAN)


@pytest.fixture(scope="module")
def evil(desk: Asking) -> str:
    """A post with what must stay text."""
    return desk.add(EVIL, publisher="Another channel")


def decide(desk: Asking, report: str, act: str, target: str, code: int = 303, **words: str) -> str:
    """Send a decision; the page that follows it."""
    given = {"reason": WHY, "by": "analyst", "which": "f"} | words
    answer = desk.send("/inbox/decide", code=code, report=report, act=act, about=target, **given)
    return desk.page(answer.headers["location"]) if code == 303 else str(answer.text)


def finding(desk: Asking, report: str, kind: str, at: int = 0) -> str:
    return [one.id for one in desk.view.desk.suggestions(report) if one.kind == kind][at]


# --- the text in pieces ---------------------------------------------------------------------------------------------


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-3, 65), st.integers(-3, 65)), max_size=8))
def test_pieces_are_the_text(text: str, ends: list[tuple[int, int]]) -> None:
    """However findings overlap, the pieces together are the text, and each finding in it begins and ends once."""
    found = [Found(number, "place", start, end) for number, (start, end) in enumerate(ends, 1)]
    made = pieces(text, found)
    assert "".join(one.text for one in made) == text
    inside = sorted(one.number for one in found if 0 <= one.start < one.end <= len(text))
    assert sorted(number for one in made for number in one.begins) == inside
    assert sorted(number for one in made for number in one.ends) == inside


def test_the_narrowest_finding_gives_the_colour() -> None:
    """A date within a sentence is seen as a date, with the line of the sentence; a rejected finding gives neither."""
    made = pieces("abcdef", [Found(1, "topic", 0, 6), Found(2, "date", 2, 4), Found(3, "place", 1, 5, "rejected")])
    assert [(one.text, one.kind, one.lined) for one in made] == [
        ("a", "", True), ("b", "", True), ("cd", "date", True), ("e", "", True), ("f", "", True),
    ]  # fmt: skip
    assert pieces("ab", [Found(1, "date", 0, 2, "rejected")])[0].rejected


def test_each_finding_is_numbered_in_text_and_list(desk: Asking, post: str) -> None:
    """Each finding stands once in the list, and once in the text with its number; both lead to each other."""
    text = desk.page(f"/inbox/{post}")
    count = len(desk.view.desk.suggestions(post))
    assert count > 8
    for number in range(1, count + 1):
        assert text.count(f'id="s{number}"') == text.count(f'id="w{number}"') == 1
        assert text.count(f'<a class="ref" href="#s{number}">') == 1


def test_a_long_text_comes_in_parts(filled: Path, tmp_path: Path) -> None:
    """The parts of a long text are the text, and each finding is in one of them."""
    with asked(filled, tmp_path / "watch") as long:
        name = long.add(" ".join(f"{RUSSIAN[:72]} ({number})." for number in range(300)))
        first = report_shown(long.view, name)
        assert first is not None and first.part.pages == 2  # 23,887 signs, 12,000 a part
        shown = [first, report_shown(long.view, name, 2)]
        assert all(one is not None for one in shown)
        texts = ["".join(piece.text for piece in one.text) for one in shown if one is not None]
        assert "".join(texts) == long.view.desk.reports[name].text
        numbers = [each.number for one in shown if one is not None for each in one.findings]
        assert numbers == list(range(1, len(long.view.desk.suggestions(name)) + 1))
        assert "Next" in long.page(f"/inbox/{name}")


# --- fields -----------------------------------------------------------------------------------------------------------


@given(st.one_of(st.none(), st.integers(0, 10**9)), st.one_of(st.none(), st.integers(0, 10**9)))
def test_numbers_are_read_back(least: int | None, most: int | None) -> None:
    """What stands in a field of a number is what the room reads back."""
    if least is not None and most is not None and least > most:
        least, most = most, least
    told = numbers_text(Bounds(least, most))
    assert values_of("correct", [f"count={told}"], read_zone()) == {"count": [least, most]}


@given(st.integers(1_600_000_000_000, 1_900_000_000_000), st.integers(0, 10**9), st.booleans(), st.booleans())
def test_times_are_read_back(start: int, more: int, days: bool, open_end: bool) -> None:
    """What stands in a field of a time is what the room reads back, to the millisecond, days as days."""
    zone = read_zone()
    time = Bounds(start, None if open_end else start + more)
    if days:
        day = times_text(Bounds(start, start), zone).partition("T")[0]
        time = read_time(day, zone)[0]
        assert times_text(time, zone) == day
    assert values_of("correct", [f"when={times_text(time, zone)}"], zone) == {"when": [time.least, time.most]}


def read_zone() -> ZoneInfo:
    """The zone of the demonstration."""
    return ZoneInfo("Europe/Minsk")


def test_only_what_changed_is_sent() -> None:
    """A field that stands as it stood is no value: masks that are shown in it overwrite nothing."""
    words = {"value.what": "[person 1] said so", "was.what": "[person 1] said so", "value.unit": "tank", "was.unit": ""}
    assert changed(words) == ["unit=tank"]


# --- decisions --------------------------------------------------------------------------------------------------------


def test_a_confirmed_claim_says_where_it_counts(desk: Asking, post: str) -> None:
    """After confirming, the page names the incident and the side of the ledger, and offers it as evidence."""
    claim = next(
        one for one in desk.view.desk.standing.claims.values() if one.report == post and one.topic == "numbers"
    )
    text = decide(desk, post, "confirm", claim.id)
    assert desk.view.desk.standing.claims[claim.id].status == "confirmed"
    incident = next(one for one in desk.view.desk.incidents if claim.id in one.claims)
    told = text[text.index('id="told"') :]
    assert seen(incident.title) in seen(told) and "It now counts here" in seen(told)
    assert f"/hypotheses/use?claim={post}%23{claim.number}" in links(told)
    assert "writes" in seen(told)


def test_a_rejected_finding_makes_no_claim(desk: Asking, evil: str) -> None:
    """What is decided about a finding makes the report's claims anew: a rejected topic makes none."""
    target = next(one.id for one in desk.view.desk.suggestions(evil) if one.value.get("topic") == "place")
    before = sum(one.report == evil for one in desk.view.desk.standing.claims.values())
    text = decide(desk, evil, "reject", target)
    assert sum(one.report == evil for one in desk.view.desk.standing.claims.values()) == before - 1
    assert "rejected" in text and WHY in text
    decide(desk, evil, "confirm", target)
    assert sum(one.report == evil for one in desk.view.desk.standing.claims.values()) == before


def test_a_finding_is_edited(desk: Asking, evil: str) -> None:
    """An edited number stands in the claims of its sentence, and on the page as edited."""
    target = finding(desk, evil, "number")
    text = decide(desk, evil, "edit", target, value__most="250", was__most="220", value__least="180", was__least="180")
    assert {one.count for one in desk.view.desk.standing.claims.values() if one.report == evil} >= {Bounds(180, 250)}
    assert "180 to 250 people" in seen(text) and "edited" in seen(text)


def test_another_reading_is_taken(desk: Asking, evil: str) -> None:
    """Where rules saw two readings, the other one can be taken; one that is not there is refused."""
    reading = [one for one in desk.view.desk.suggestions(evil) if one.alternatives]
    target = reading[0].id if reading else finding(desk, evil, "date")
    text = decide(desk, evil, "edit", target, code=422, reading="9")
    assert "expected one of the readings" in seen(text)
    if reading:
        decide(desk, evil, "edit", target, reading="1")


@pytest.mark.parametrize(
    ("act", "words", "field", "value"),
    [
        ("edit", {"value__unit": "officer", "was__unit": "person"}, "unit", "officer"),
        ("correct", {"value__count": "300..400", "was__count": "400"}, "count", Bounds(300, 400)),
        ("grade", {"value__digit": "2", "was__digit": "6"}, "digit", "2"),
    ],
)
def test_a_claim_is_changed(desk: Asking, act: str, words: dict[str, str], field: str, value: object) -> None:
    """Edit, correct and grade change a coded claim, each with its reason in the history."""
    target = next(one.id for one in desk.view.desk.standing.claims.values() if one.report == "r026" and one.count.known)
    text = decide(desk, "r026", act, target, reason=f"{WHY} {act}", **words)
    assert getattr(desk.view.desk.standing.claims[target], field) == value
    assert f"{WHY} {act}" in seen(text[text.index('id="history"') :])


def test_a_count_covers_a_scope(desk: Asking) -> None:
    """Confirming with a scope says what a count covers; confirming without one says nothing of it."""
    decide(desk, "r083", "confirm", "r083#1", value__scope="whole", was__scope="")
    assert desk.view.desk.standing.decisions[-1].value == {"scope": "whole"}
    decide(desk, "r083", "confirm", "r083#1", value__scope="", was__scope="")
    assert desk.view.desk.standing.decisions[-1].value == {}


def test_a_claim_is_taken_back_and_stands_again(desk: Asking) -> None:
    """A retracted claim is listed as no longer standing, and a confirmation takes that back."""
    text = decide(desk, "r066", "retract", "r066#1")
    assert "r066#1" not in desk.view.desk.standing.claims and "No longer standing" in seen(text)
    decide(desk, "r066", "confirm", "r066#1")
    assert "r066#1" in desk.view.desk.standing.claims


def test_a_report_is_taken_back_and_stands_again(desk: Asking) -> None:
    """A retracted report still has its page, which says why; its claims count nowhere until it is confirmed."""
    text = decide(desk, "r067", "retract", "r067")
    assert not any(one.report == "r067" for one in desk.view.desk.standing.claims.values())
    assert "Its claims count nowhere" in seen(text) and WHY in seen(text)
    assert "retracted" in seen(desk.page("/inbox?state=retracted"))
    decide(desk, "r067", "confirm", "r067")
    assert "r067" in desk.view.desk.standing.reports


def test_a_source_is_graded_and_owned(desk: Asking) -> None:
    """Letter, owner and group of a source are kept, and shown on the page of any report of it."""
    report = next(one.id for one in desk.view.desk.reports.values() if one.publisher == "BelTA")
    decide(desk, report, "grade", "BelTA", value__letter="B", was__letter="F")
    text = decide(
        desk, report, "own", "BelTA", value__group="Office", was__group="", value__owner="state", was__owner="state"
    )
    source = desk.view.desk.standing.sources["BelTA"]
    assert (source.letter, source.group) == ("B", "Office")
    assert "counts with Office" in seen(text) and "usually reliable" in seen(text)


def test_reports_and_claims_are_tied_and_parted(desk: Asking) -> None:
    """Pairs of reports and of claims are linked and unlinked, a claim is put on a side of the ledger."""
    text = decide(desk, "r083", "link", "r083#1", other="r084#1", value__kind="contradicts", was__kind="")
    assert any(one.kind == "contradicts" and one.first == "r083#1" for one in desk.view.desk.standing.links)
    assert "contradicts r084#1" in seen(text)
    decide(desk, "r083", "unlink", "r083#1", other="r084#1", value__kind="contradicts", was__kind="")
    assert not any(one.kind == "contradicts" and one.first == "r083#1" for one in desk.view.desk.standing.links)
    decide(desk, "r083", "link", "r083", other="r084", value__kind="copy-of", was__kind="")
    assert "is a copy of r084 confirmed by a person" in seen(desk.page("/inbox/r083"))
    question = desk.view.desk.ledger[0]
    decide(
        desk, "r083", "link", "r083#1", other=f"{question.id}/{question.sides[0].id}", value__kind="side", was__kind=""
    )
    row = [one for one in desk.view.desk.ledger[0].sides[0].rows if one.id == "r083#1"]
    assert row[0].placed == "analyst"


@pytest.mark.parametrize(
    ("act", "target", "words", "told"),
    [
        ("confirm", "r001#1", {"reason": "  "}, "found no reason"),
        ("explode", "r001#1", {}, "expected one of confirm"),
        ("confirm", "nothing", {}, "expected the id of a claim or of a suggestion"),
        ("correct", "r001#1", {}, "found no values"),
        ("correct", "r001#1", {"value__when": "soon", "was__when": ""}, "expected a year, month, day or moment"),
        ("correct", "r001#1", {"value__count": "9..3", "was__count": ""}, "expected the least first"),
        ("confirm", "r001#1", {"value__what": "New words.", "was__what": "Old."}, "expected them to be saved"),
        ("link", "r001", {"other": ""}, "found no other id"),
        ("link", "r001", {"other": "r001", "value__kind": "same-as", "was__kind": ""}, "expected two ids"),
        ("grade", "r001#1", {"value__digit": "9", "was__digit": "6"}, "expected one of 1"),
        ("unmask", "r001#1", {}, "masked person or contact"),
    ],
)
def test_a_refused_decision_keeps_what_was_typed(
    desk: Asking, act: str, target: str, words: dict[str, str], told: str
) -> None:
    """A refusal stands beside its form with the sentence of the room; nothing is kept, and what was typed stays."""
    before = len(desk.view.desk.standing.decisions)
    form = {"link": "f-link"}.get(act, "f-c1-g" if act == "grade" else "f-c1")
    given = {"reason": "Kept <i> words"} | words
    text = decide(desk, "r001", act, target, code=422, which=form, **given)
    assert len(desk.view.desk.standing.decisions) == before
    inside = text[text.index(f'id="{form}"') :]
    inside = inside[: inside.index("</form>")]
    assert told in seen(inside) and 'role="alert"' in inside
    kept = {**given, "reason": given["reason"].strip() or "  "}
    assert f'value="{kept["reason"].replace("<", "&lt;").replace(">", "&gt;")}"' in inside
    for name in ("value__when", "value__count", "value__what"):
        if name in words:
            assert f'value="{words[name]}"' in inside


# --- masks and text ---------------------------------------------------------------------------------------------------


def test_stored_html_is_text(desk: Asking, evil: str) -> None:
    """Scripts, attributes and templates of a post are words; what turns the reading is seen as �."""
    text = desk.page(f"/inbox/{evil}")
    assert "&lt;script&gt;" in text and "&#34;&gt;&lt;img src=x onerror=alert(2)&gt;" in text.replace("&quot;", "&#34;")
    assert "{{ 7*7 }}" in text
    assert "<script>" not in text and "<img" not in text and "\u202e" not in text and "\u200b" not in text
    names = {name for _, attributes in tags(text) for name, _ in attributes}
    assert not [name for name in names if name.startswith("on") or name == "style"]


def test_nobody_private_is_named(desk: Asking, post: str, evil: str) -> None:
    """Neither page nor address of any page names a private person or a contact."""
    for path in (f"/inbox/{post}", f"/inbox/{evil}", "/inbox", "/incidents", "/story"):
        text = desk.page(path)
        assert not any(name in text for name in PRIVATE), path
    assert "[person 1]" in desk.page(f"/inbox/{post}") and "[phone]" in desk.page(f"/inbox/{post}")


def test_what_is_unmasked_is_seen_on_its_page_only(filled: Path, tmp_path: Path) -> None:
    """An unmasked name is seen in the text of its report, not in its title bar, history, list, incident or search; a
    rejection masks it again. The reason is kept."""
    with asked(filled, tmp_path / "watch") as one:
        name = one.add(f"Иван Петрович Кузнецов рассказал: {RUSSIAN}")
        target = finding(one, name, "person")
        text = decide(one, name, "unmask", target, reason="He asked to be heard.")
        assert "Кузнецов" in text and "He asked to be heard." in text
        assert "Кузнецов" not in text[: text.index("<main")]
        assert "Кузнецов" not in text[text.index('id="history"') :]
        for path in ("/inbox", "/incidents", "/story"):
            assert "Кузнецов" not in one.page(path), path
        assert "No report is like that." in seen(one.send("/inbox", code=200, search="Кузнецов").text)
        assert "Кузнецов" not in decide(one, name, "reject", target)


def test_a_name_in_a_reason_is_masked(desk: Asking) -> None:
    """A private name that somebody wrote into a reason is masked where the history shows it."""
    text = decide(desk, "r002", "confirm", "r002", reason="Ivan Petrovich Kuznetsov told me so.")
    assert "Kuznetsov" not in text and "told me so" in text


def test_an_address_outside_says_that_it_leaves(desk: Asking) -> None:
    """An address of the web is a link that tells its owner nothing of the desk, and says that it leaves."""
    text = desk.page("/inbox/r038")
    outside = [one for one in re.findall(r"<a [^>]+>", text) if "https://" in one]
    assert outside and all('rel="noopener noreferrer nofollow"' in one for one in outside)
    assert "leaves the desk" in seen(text)


def test_an_address_of_another_sort_is_no_link(filled: Path, tmp_path: Path) -> None:
    """A script as an address is shown as words, if intake keeps it at all."""
    row = (
        '{"id":"z9","url":"javascript:alert(1)","publisher":"Made outlet","owner":"independent","level":"outlet",'
        '"published":"2026-02-19","language":"en","cites":[],"claims":[]}\n'
    )
    with asked(filled, tmp_path / "watch") as one:
        one.client.get("/inbox")
        data = {"_csrf_token": str(one.client.cookies["csrftoken"]), "owner": "unknown", "level": "unknown"}
        one.client.post("/inbox/add", data=data, files={"file": ("rows.jsonl", row.encode())})
        if "z9" in one.view.desk.reports:
            assert not any(each.startswith("javascript") for each in links(one.page("/inbox/z9")))


def test_captures_and_digest_are_shown(desk: Asking, post: str) -> None:
    """The page gives SHA-256 and size of each capture, and the digest by which the report is known."""
    text = seen(desk.page(f"/inbox/{post}"))
    (capture,) = desk.view.desk.store.captures(post)
    assert capture.sha256 in text and f"{capture.size:,} bytes" in text
    assert desk.view.desk.reports[post].digest in text


def test_there_is_no_such_report(desk: Asking) -> None:
    """An id that is none gives a page that says so, its words as text."""
    text = desk.page("/inbox/<b>nobody", code=404)
    assert "Found no report '<b>nobody'" in seen(text) and "<b>nobody" not in text
