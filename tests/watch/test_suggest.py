"""Claims out of suggestions, and the history of a claim."""

from __future__ import annotations

import pytest
from tests.watch.west_2026 import decided, west

from tocsin.errors import WatchError
from tocsin.watch.ledger.history import history
from tocsin.watch.ledger.suggest import suggest_claims
from tocsin.watch.model import Bounds, Claim, Report, Span, Suggestion

HOUR_MS = 3_600_000
TEXT = "Men got a summons at 20:00 in Grodno for 08:00. About 400 officers were called. No phones were taken."


def found(kind: str, words: str, **value: object) -> Suggestion:
    """A suggestion on words of the text."""
    start = TEXT.index(words)
    return Suggestion(
        f"t@{kind}:b{start}-{start + len(words)}", "t", kind, Span(start, start + len(words)), words, value
    )


FIRST, SECOND, THIRD = (f"{one}." for one in TEXT.rstrip(".").split(". "))
"""The sentences: a topic stands on the whole of one, as the finder gives it."""
SUGGESTIONS = (
    found("topic", FIRST, topic="notice-time", stance="asserts"),
    found("date", "at 20:00", least=0, most=0, role="served"),
    found("date", "08:00", least=12 * HOUR_MS, most=12 * HOUR_MS, role="report"),
    found("place", "Grodno", name="Grodno", country="by", sort="town"),
    found("topic", SECOND, topic="numbers", stance="asserts"),
    found("number", "About 400", least=380, most=420, unit="person"),
    found("topic", THIRD, topic="phones-taken", stance="denies"),
)
REPORT = Report("t", "t", "text", publisher="Channel", text=TEXT)


def test_one_a_sentence_and_topic() -> None:
    """Three sentences of three topics make three claims, each from its own sentence and with its characters."""
    claims = suggest_claims(REPORT, SUGGESTIONS)
    assert [(one.id, one.topic, one.stance) for one in claims] == [
        ("t#1", "notice-time", "asserts"), ("t#2", "numbers", "asserts"), ("t#3", "phones-taken", "denies"),
    ]  # fmt: skip
    first, second, _ = claims
    assert first.place == "Grodno" and first.when == Bounds(0, 0)
    assert first.notice_hours == Bounds(12, 12), "from service at 20:00 to 08:00"
    assert second.count == Bounds(380, 420) and second.unit == "person" and second.place == ""
    for one in claims:
        assert one.status == "suggested" and one.writer == "rules" and one.who == "Channel"
        assert TEXT[one.spans[0].start : one.spans[0].end] == one.what
    numbers = next(one for one in SUGGESTIONS if one.kind == "number")
    assert numbers.span in second.spans


def test_a_denial_counts_nothing() -> None:
    """ "No 400 officers were called" is a denial without a number."""
    denied = [
        one if one.id != SUGGESTIONS[4].id else found("topic", SECOND, topic="numbers", stance="denies")
        for one in SUGGESTIONS
    ]
    second = suggest_claims(REPORT, denied)[1]
    assert second.stance == "denies" and second.count == Bounds() and second.unit == ""


def test_two_numbers_are_not_chosen_between() -> None:
    """Where a sentence has two numbers, the claim says neither."""
    two = (*SUGGESTIONS, found("number", "officers", least=1, most=2, unit="person"))
    assert suggest_claims(REPORT, two)[1].count == Bounds()


def test_a_count_goes_only_with_what_counts_its_unit() -> None:
    """Reservists in a sentence on waiting are no measure of the wait; hours are."""
    waits = [one if one.id != SUGGESTIONS[4].id else found("topic", SECOND, topic="waiting") for one in SUGGESTIONS]
    assert suggest_claims(REPORT, waits)[1].count == Bounds()
    hours = (*waits, found("number", "officers", least=3, most=3, unit="hour"))
    assert (suggest_claims(REPORT, hours)[1].count, suggest_claims(REPORT, hours)[1].unit) == (Bounds(3, 3), "hour")


@pytest.mark.parametrize(
    ("text", "stance", "who"),
    [
        ("The Belarus Ministry of Defence says that phones are not taken.", "denies", "Ministry of Defence"),
        ("The Polish Ministry of Defence says that phones are not taken there.", "denies", "Channel"),
        ("Минобороны Польши сообщает, что телефоны не забирают.", "denies", "Channel"),
        ("Минобороны опровергло: телефоны не забирают.", "denies", "Ministry of Defence"),
        ("The Belarus Ministry of Defence is closed, our phones were taken.", "asserts", "Channel"),
        ('The channel "Town Talk" writes that phones are taken.', "retells", "Town Talk"),
        ("A channel writes that phones are taken.", "retells", "Channel"),
    ],
)
def test_who_says_so_is_the_office_or_the_medium_that_is_retold(text: str, stance: str, who: str) -> None:
    """An office or a named medium speaks where the sentence retells or denies; otherwise the publisher does."""
    report = Report("t", "t", "text", publisher="Channel", language="en", text=text)
    topic = Suggestion(
        f"t@topic:b0-{len(text)}:phones-taken", "t", "topic", Span(0, len(text)), text,
        {"topic": "phones-taken", "stance": stance},
    )  # fmt: skip
    (claim,) = suggest_claims(report, [topic])
    assert claim.who == who


def test_decisions_about_suggestions() -> None:
    """A rejected suggestion makes no claim; an edited one gives its new value."""
    rejected = suggest_claims(REPORT, SUGGESTIONS, [decided(1, "reject", SUGGESTIONS[0].id, {})])
    assert [(one.id, one.topic) for one in rejected] == [("t#2", "numbers"), ("t#3", "phones-taken")]
    renamed = suggest_claims(REPORT, SUGGESTIONS, [decided(1, "edit", SUGGESTIONS[0].id, {"topic": "waiting"})])
    assert (renamed[0].id, renamed[0].topic) == ("t#1", "waiting")
    edited = suggest_claims(REPORT, SUGGESTIONS, [decided(1, "edit", SUGGESTIONS[5].id, {"most": 400})])
    assert edited[1].count == Bounds(380, 400)


def test_order_of_suggestions_changes_nothing() -> None:
    """Suggestions backwards make the same claims."""
    assert suggest_claims(REPORT, SUGGESTIONS) == suggest_claims(REPORT, SUGGESTIONS[::-1])


def test_officials_keep_their_names_and_private_persons_get_none() -> None:
    """Who speaks is the official in the sentence; a private person found there is not named."""
    official = found("person", "Men", role="official", name="Khrenin")
    private = found("person", "Men", role="private", name="X")
    assert suggest_claims(REPORT, (*SUGGESTIONS, official))[0].who == "Khrenin"
    assert suggest_claims(REPORT, (*SUGGESTIONS, private))[0].who == "Channel"


def test_history_shows_every_change() -> None:
    """The original, each change with its reason and both values, and what stands."""
    decisions = [
        decided(1, "correct", "r084#1", {"count": [1000, 1500]}, "the post says up to"),
        decided(2, "grade", "r084#1", {"digit": "4"}, "one post, second-hand"),
        decided(3, "retract", "r084", {}, "the post was a joke"),
    ]
    told = history(west(decisions=decisions), "r084#1")
    assert told.original.count == Bounds(1500, 1500)
    assert [one.reason for one in told.changes] == [
        "the post says up to",
        "one post, second-hand",
        "the post was a joke",
    ]
    assert ("count", Bounds(1500, 1500), Bounds(1000, 1500)) in told.changes[0].fields
    assert ("digit", "6", "4") in told.changes[1].fields
    assert [one.stands for one in told.changes] == [True, True, False]
    assert told.standing is None
    assert told.as_json()["changes"][0]["fields"][0][0] == "count"


def test_history_of_what_was_confirmed_again() -> None:
    """A rejected claim that is confirmed later stands again."""
    told = history(west(decisions=[decided(1, "reject", "r084#1", {}), decided(2, "confirm", "r084#1", {})]), "r084#1")
    assert [one.stands for one in told.changes] == [False, True]
    assert isinstance(told.standing, Claim)


def test_history_of_nothing() -> None:
    """A claim that there is not is one sentence."""
    with pytest.raises(WatchError, match="found no claim"):
        history(west(), "r999#1")
