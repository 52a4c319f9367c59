"""A case that was weighed, with all that is shown of it: in a terminal, on its page, for programs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from tocsin.assess.answer import Point, Weighed
from tocsin.assess.bind import bind
from tocsin.assess.course import course
from tocsin.assess.model import Case, Evidence
from tocsin.assess.trace import Traced, trace
from tocsin.assess.weigh import weigh
from tocsin.assess.worlds import Worlds, with_worlds
from tocsin.watch.desk import Desk

__all__ = ["Weighing", "last_day", "weighing_json", "weighing_of"]


@dataclass(frozen=True, slots=True)
class Weighing:
    """A case that was weighed.

    Attributes:
        case: The case.
        evidence: Its items, bound.
        weighed: The answer.
        course: The answer as it was known at the end of each day; may be empty.
        traced: The claims and statements behind each item, in the order of `evidence`.
        zone: Time zone of days.
        until: When the last page was published that has a day, milliseconds since 1970, or None.
    """

    case: Case
    evidence: tuple[Evidence, ...]
    weighed: Weighed
    course: tuple[Point, ...]
    traced: tuple[Traced, ...]
    zone: ZoneInfo
    until: int | None


def weighing_of(
    case: Case, desk: Desk, *, as_of: int | None = None, draws: int | None = None, seed: int | None = None,
    worlds: Worlds | None = None, by_day: bool = True,
) -> Weighing:  # fmt: skip
    """Bind a case, weigh it, and gather what is shown of it.

    Args:
        case: The case.
        desk: Its watch folder, open.
        as_of: What was published later does not count, milliseconds; None = as the case has it.
        draws: How many draws; None = as the case has it.
        seed: Seed of all draws; None = as the case has it.
        worlds: Simulated worlds, or None.
        by_day: Whether the answer is worked out for each day.
    """
    until = as_of if as_of is not None else last_day(case, desk)
    evidence = with_worlds(bind(case, desk, as_of=as_of), worlds)
    answer = weigh(case, evidence, draws=draws, seed=seed)
    # The course ends with the last page that has a day, not with the day on which those without one were captured.
    days = course(replace(case, as_of=until), evidence, draws=draws, seed=seed) if by_day else ()
    return Weighing(case, evidence, answer, days, trace(evidence, desk), desk.zone, until)


def last_day(case: Case, desk: Desk) -> int | None:
    """Until when things are known: as the case has it, or when the last page was published that has a day."""
    days = (one.published.most for one in desk.standing.reports.values() if one.published.least is not None)
    return case.as_of if case.as_of is not None else max((day for day in days if day is not None), default=None)


def weighing_json(weighing: Weighing) -> dict[str, Any]:
    """The answer for programs, each item with its judgments and all that it traces to."""
    told = weighing.weighed.as_json()
    for row, bound, traced in zip(told["items"], weighing.evidence, weighing.traced, strict=True):
        row |= {"says": bound.item.says, "sort": bound.item.sort, "judged_because": bound.item.why}
        row["judged"] = {
            name: {"low": one.low, "high": one.high, "word": one.word} for name, one in bound.item.likelihood.items()
        }
        row["traced"] = traced.as_json()
        if bound.simulated is not None:
            row["simulated"] = {name: list(runs) for name, runs in bound.simulated.items()}
    return told
