"""Copy drift: what the rules find in coded claims without the coder's remarks, and in texts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.watch.west_2026 import rows, west

from tocsin.watch.ledger.drift import drifts, remarks
from tocsin.watch.ledger.drift_kinds import LOOKS
from tocsin.watch.ledger.drift_text import text_drifts
from tocsin.watch.model import Bounds, Claim, Link, Report, Span, Suggestion
from tocsin.watch.standing import after


def kinds() -> dict[tuple[str, str], str]:
    """Claim and kind → what it is compared with."""
    return {(one.claim, one.kind): one.source_claim for one in drifts(west())}


def test_found_without_remarks() -> None:
    """Formation, border, office, hedges and a number that stands alone, each read off the summaries by hand."""
    found = kinds()
    assert found["r021#2", "formation"] == "r017#1"  # 19th → 9th brigade
    assert ("r043#1", "place") in found  # western regions → near the Ukrainian border
    assert found["r076#3", "title"] == "r036#1"  # assistant → deputy minister
    assert found["r066#3", "hedge"] == "r083#1"  # "If thousands …" → "4,000-5,000 a day cannot be …"
    assert found["r028#1", "hedge"] == "r026#2"  # "about 400" → "400"
    assert ("r041#1", "number") in found  # thousands, in one headline only


@pytest.mark.parametrize(
    ("later", "source"),
    [
        # "up to 15 km" (r007) and two or three stored vehicles (r022) are two things, though one theme.
        ("r022#2", "r007#2"),
        # "seemingly at a draft office": the office is gone with the doubt of it, and "about" 1,500 is still there.
        ("r066#2", "r084#1"),
    ],
)
def test_no_hedge_is_lost_with_what_it_hedged(later: str, source: str) -> None:
    """A hedge is lost only where the number or the named things that it left open stand in the copy without it."""
    standing = west()
    assert (later, "hedge") not in kinds()
    assert LOOKS["hedge"](standing.claims[source], standing.claims[later]) is None


@pytest.mark.parametrize(
    ("source", "later", "lost"),
    [
        # Sentences of our own: the hedged number or thing is there again, hedged again, or gone.
        ("About 400 officers were called up.", "400 officers were called up.", True),
        ("About 400 officers were called up.", "Nearly 400 officers were called up.", False),
        ("A test run of up to 15 km ends the check.", "A test run ends the check of the unit.", False),
        ("Reservists may be sent to Ukraine.", "Reservists are sent to Ukraine.", True),
        ("Reservists, perhaps students, were called up.", "Reservists were called up.", False),
    ],
)  # fmt: skip
def test_what_a_hedge_leaves_open(source: str, later: str, lost: bool) -> None:
    """The number in the hedge's clause, or its words, must stand in the later sentence in a clause without a hedge."""
    one = Claim("a#1", "a", 1, "asserts", "numbers", "", source, count=Bounds(400, 400), unit="person")
    other = replace(one, id="b#1", report="b", what=later)
    assert (LOOKS["hedge"](one, other) is not None) == lost


def test_a_number_alone_is_shown_beside_a_page_of_before() -> None:
    """Thousands in r041 (19 Feb) stand beside a dated page of that day, in words, and not beside the undated r043."""
    found = next(one for one in drifts(west()) if (one.claim, one.kind) == ("r041#1", "number"))
    assert (found.source, found.became) == ("r039", "at least 1,000 people")


def test_how_many_remarks_were_found() -> None:
    """Of six remarks three were found by rules; of the others the coded claims keep no trace of what was changed.

    Not found: a day told in another language version (r012), the hour of a summons (r056), a town told as a region
    (r061): each stands in the remark only.
    """
    listed = remarks(west(), drifts(west()))
    assert [one.report for one in listed] == ["r012", "r021", "r043", "r056", "r061", "r076"]
    assert [one.report for one in listed if one.found] == ["r021", "r043", "r076"]


def test_remarks_are_not_read() -> None:
    """Without any remark the rules find the same."""
    reports, claims, sightings = rows()
    bare = after([replace(one, note="") for one in reports], claims, sightings, (), ())
    assert drifts(bare) == drifts(west())


def test_coded_time_roles() -> None:
    """ "To report at 08:00" that becomes "summons received at 08:00" is found between a post and who saw it."""
    day = Bounds(0, 86_399_999)
    post = Report("p", "p", "coded", published=day, level="social", seen_via=("m",))
    page = Report("m", "m", "coded", published=day, level="outlet")
    first = Claim("p#1", "p", 1, "asserts", "notice-time", "a woman", "He must report at 08:00 with papers.")
    second = Claim("m#1", "m", 1, "retells", "notice-time", "a woman", "He received a summons at 8:00.")
    (found,) = drifts(after([post, page], [first, second], (), (), ()))
    assert (found.kind, found.report, found.source) == ("time-role", "m", "p")
    assert found.was == "08:00 to report" and found.became == "08:00 served"


def test_shifted_day_of_one_line() -> None:
    """A beginning on the 16th that becomes the 23rd in a page that cites it."""
    day = 86_400_000
    first = Report("a", "a", "coded", published=Bounds(0, day), level="official")
    second = Report("b", "b", "coded", published=Bounds(9 * day, 10 * day), level="outlet", cites=("a",))
    what = "The snap inspection has begun."
    one = Claim("a#1", "a", 1, "asserts", "announced", "", what, when=Bounds(0, day - 1), when_basis="seen")
    other = Claim("b#1", "b", 1, "asserts", "announced", "", what, when=Bounds(7 * day, 8 * day - 1), when_basis="seen")
    assert [drift.kind for drift in drifts(after([first, second], [one, other], (), (), ()))] == ["date"]


def told_twice(*links: Link, publisher: str = "A channel") -> set[str]:
    """What changed between about 40 people on the first day and 300 on the second, of one speaker and theme."""
    day = 86_400_000
    first = Report("a", "a", "coded", published=Bounds(0, day - 1), level="social", publisher="A channel")
    second = Report("b", "b", "coded", published=Bounds(day, 2 * day), level="social", publisher=publisher)
    one = Claim("a#1", "a", 1, "asserts", "numbers", "a woman", "About 40.", count=Bounds(36, 44), unit="person")
    other = Claim("b#1", "b", 1, "asserts", "numbers", "a woman", "300.", count=Bounds(300, 300), unit="person")
    standing = after([first, second], [one, other], (), (), ())
    found = drifts(replace(standing, links=links), {"a#1": "one", "b#1": "one"})
    return {one.sentence for one in found if one.kind == "number"}


def test_two_posts_of_one_channel() -> None:
    """Numbers of two posts of one channel are news; of a copy, or of another channel, they have grown on the way."""
    grown = {"A number was added or grew: a says “36 to 44 people”, b says “300 people”."}
    assert told_twice() == set()
    assert told_twice(Link("copy-of", "b", "a", 0.9, "confirmed", "minhash")) == grown
    assert told_twice(Link("copy-of", "b", "a", 0.9, "rejected", "analyst")) == set()
    assert told_twice(publisher="Another channel") == grown


def test_a_channel_that_told_both_numbers() -> None:
    """Who retells the 300 of a channel's second post did not make 300 of the forty of its first."""
    day = 86_400_000
    posts = [Report(name, name, "coded", published=Bounds(0, 1), level="social", publisher="A") for name in "ab"]
    page = Report("p", "p", "coded", published=Bounds(day, day), level="outlet", publisher="B", cites=("a",))
    claims = [
        Claim(
            f"{name}#1", name, 1, "asserts", "numbers", "", f"{least} came.", count=Bounds(least, least), unit="person"
        )
        for name, least in (("a", 40), ("b", 300), ("p", 300))
    ]
    origins = {"a#1": "A", "b#1": "somebody else", "p#1": "A"}
    assert drifts(after([*posts, page], claims, (), (), ()), origins) == ()
    (alone,) = drifts(after([posts[0], page], [claims[0], claims[2]], (), (), ()), origins)
    assert (alone.kind, alone.was, alone.became) == ("number", "40 people", "300 people")


def suggestion(report: str, kind: str, words: str, **value: object) -> Suggestion:
    """One suggestion somewhere in a text."""
    return Suggestion(f"{report}@{kind}:b{words}", report, kind, Span(0, len(words)), words, value)


def test_texts() -> None:
    """In texts: the same moment with another role, a town told as its region, a number grown."""
    source = Report("s", "s", "text", text="…")
    page = Report("p", "p", "text", text="…", cites=("s",))
    standing = after([source, page], (), (), (), ())
    mine = [
        suggestion("s", "date", "to report at 08:00", least=8, most=8, role="report"),
        suggestion("s", "place", "Slonim", name="Slonim", sort="town"),
        suggestion("s", "number", "about 400", least=380, most=420, unit="person"),
    ]
    theirs = [
        suggestion("p", "date", "received at 08:00", least=8, most=8, role="served"),
        suggestion("p", "place", "Slonim region", name="Slonim region", sort="region"),
        suggestion("p", "number", "thousands", least=1000, most=None, unit="person"),
    ]
    found = text_drifts(standing, [*theirs, *mine])
    assert sorted(one.kind for one in found) == ["number", "place", "time-role"]
    assert text_drifts(standing, [*mine, *[replace(one, report="p", id=one.id + "p") for one in mine]]) == ()


def test_order_changes_nothing() -> None:
    """The same rows backwards give the same drift."""
    assert drifts(west()) == drifts(west(backwards=True))
