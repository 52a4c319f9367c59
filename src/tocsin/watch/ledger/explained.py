"""What makes two claims go together after all, so that they only seem to contradict one another.

In this order: another thing under the same words, two lines under one name, a stage or part that is not the whole,
sides that may both hold, and words that were said before the other thing happened. The first that fits is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final

from tocsin.watch.ledger.lines import Apart, apart, line_of, lines
from tocsin.watch.ledger.patterns import any_of
from tocsin.watch.ledger.questions import Question
from tocsin.watch.ledger.themes import theme_of
from tocsin.watch.model import Claim
from tocsin.watch.standing import Standing
from tocsin.watch.times import DAY_MS

__all__ = ["Explanation", "explained", "named_grounds", "other_thing", "same_ground"]

_STAGE: Final = re.compile(r"\bstage\b", re.IGNORECASE)
_PART: Final = re.compile(r"\b(stages?|phases?|(drill|exercise|training) parts?|parts of)\b", re.IGNORECASE)
_LINED: Final = frozenset(("stage", "began"))
"""Themes of which each line has its own."""
_SPOKEN_MS: Final = 7 * DAY_MS
"""A claim whose time is the day of its page tells of what may have begun before: so much must lie between."""
Explanation = tuple[str, tuple[str, ...]]
"""Why two claims may both hold, or ""; and the reports that it rests on."""


def explained(
    one: Claim, other: Claim, standing: Standing, question: Question | None = None, sides: frozenset[str] = frozenset()
) -> Explanation:
    """What makes two claims go together after all, and the reports that say so.

    Args:
        one, other: The claims, by id.
        standing: What holds.
        question: The question on whose sides they stand; None = they do not clash as sides.
        sides: The two sides.
    """
    ways: Iterable[Callable[[], Explanation]] = (
        lambda: _of_another_thing(one, other),
        lambda: _of_two_lines(one, other, question),
        lambda: _of_a_part(one, other),
        lambda: _of_both(one, other, question, sides),
        lambda: _said_before(one, other, standing, question),
    )
    return next((found for way in ways if (found := way())[0]), ("", ()))


@cache
def other_thing(text: str) -> Apart | None:
    """What goes under the same words as something else, if a text names it."""
    return next((one for one in apart() if any_of(one.words).search(text)), None)


def same_ground(question: Question, one: Claim, other: Claim) -> bool:
    """Whether two claims may speak of the same ground: they name one in common, or one of them names none."""
    mine, its = named_grounds(question.grounds, one.what), named_grounds(question.grounds, other.what)
    return not mine or not its or bool(mine & its)


@cache
def named_grounds(grounds: tuple[tuple[str, str], ...], text: str) -> frozenset[str]:
    """Which of a question's grounds a text names."""
    return frozenset(name for name, words in grounds if any_of((words,)).search(text))


def _of_another_thing(one: Claim, other: Claim) -> Explanation:
    things = [other_thing(claim.what) for claim in (one, other)]
    if things == [None, None]:
        return "", ()
    for thing, against, theirs in ((things[0], other, things[1]), (things[1], one, things[0])):
        # If both are the same other thing, it explains nothing.
        if (
            thing is not None
            and thing != theirs
            and any_of((*thing.against, "called-up")).search(f"{against.what} {against.topic}")
        ):
            return thing.why, thing.reports
    return "", ()


def _of_two_lines(one: Claim, other: Claim, question: Question | None) -> Explanation:
    asked = question is not None and question.lined
    if not asked and not {theme_of(one).id, theme_of(other).id} & _LINED:
        return "", ()
    mine, its = line_of(one), line_of(other)
    if not mine or not its or mine == its:
        return "", ()
    named = {line.id: line for line in lines()}
    why = f"Two things under one name: {one.id} is of {named[mine].title}; {other.id} is of {named[its].title}."
    return why, tuple(sorted({*named[mine].reports, *named[its].reports}))


def _of_a_part(one: Claim, other: Claim) -> Explanation:
    if "ended" in (one.topic, other.topic) and bool(_STAGE.search(one.what)) != bool(_STAGE.search(other.what)):
        return "A stage that is finished is not the whole: both may hold.", (one.report, other.report)
    counted = one.count.known and other.count.known
    if counted and bool(_PART.search(one.what)) != bool(_PART.search(other.what)):
        return "A part is not the whole: both numbers may hold.", (one.report, other.report)
    return "", ()


def _of_both(one: Claim, other: Claim, question: Question | None, sides: frozenset[str]) -> Explanation:
    for both in () if question is None else question.both:
        if sides == set(both.sides) and any_of(both.words).search(f"{one.what} {other.what}"):
            return both.why, (one.report, other.report)
    return "", ()


def _said_before(one: Claim, other: Claim, standing: Standing, question: Question | None) -> Explanation:
    if question is None or not question.timed:
        return "", ()
    for first, second in ((one, other), (other, one)):
        said, happened = standing.reports[first.report].published.most, second.when.least
        needed = _SPOKEN_MS if second.when_basis == "page-date" else 0
        if said is not None and happened is not None and happened - said > needed:
            return "One was said before what the other tells of: both may hold, each of its time.", tuple(
                sorted((one.report, other.report))
            )
    return "", ()
