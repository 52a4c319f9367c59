"""What a brief is about: a plan and what came of it, and the clock by which it is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from tocsin.brief.numbers import HOUR_MS, Numbers
from tocsin.log.journeys import Journeys
from tocsin.plan.model import Plan

if TYPE_CHECKING:
    from tocsin.law.results import Audit

__all__ = ["HOUR_MS", "Case", "Clock"]

# English names whatever the locale of the machine: the same bytes everywhere.
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip


@dataclass(frozen=True, eq=False)
class Case:
    """Everything that a brief is written from.

    Attributes:
        plan: What was meant.
        people: One row a person called, as `tocsin.plan.people` gives it.
        first: The journeys of the first run.
        frame: The measures of all runs, as `tocsin.measure.measures` gives them, one run after the other.
        seed: The seed of all runs.
        runs: How many there were.
        version: The version of Tocsin that made them.
        digest: The digest of the plan.
        audit: What a rule pack of the country says of the summonses of the first run; None if there is no pack.
        paths: What held the first run back, step by step, by what it led to (`tocsin.measure.critical.paths_of`).
    """

    plan: Plan
    people: pl.DataFrame
    first: Journeys
    frame: pl.DataFrame
    seed: int
    runs: int
    version: str
    digest: str
    audit: Audit | None = None
    paths: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    @cached_property
    def numbers(self) -> Numbers:
        """The measures over the runs, by name."""
        return Numbers(self.frame)

    @cached_property
    def clock(self) -> Clock:
        """The exercise's own clock."""
        return Clock(self.plan.exercise.alert, ZoneInfo(self.plan.exercise.time_zone))

    def stations(self, names: Sequence[str]) -> list[str]:
        """Sort names of stations into the order of the plan, which is that in which people come to them."""
        plan = self.plan
        planned = [station.name for layout in plan.layouts for station in layout.stations]
        planned += [station.name for point in plan.points for station in point.stations]
        order = {name: number for number, name in reversed(list(enumerate(planned)))}
        return sorted(names, key=lambda name: order.get(name, len(planned)))

    @property
    def deadline_h(self) -> float | None:
        """The fixed deadline in hours after the alert; None if each summons sets its own."""
        at = self.plan.exercise.deadline.at
        return None if at is None else (at - self.plan.exercise.alert).total_seconds() / 3600


@dataclass(frozen=True)
class Clock:
    """Local times of moments that are counted from the alert.

    Attributes:
        alert: The moment from which is counted.
        zone: The zone of the exercise.
    """

    alert: dt.datetime
    zone: ZoneInfo

    def at(self, hours: float) -> dt.datetime:
        """Give the local time so many hours after the alert, to the nearest minute."""
        # Added in UTC: an hour is an hour, also on the night when clocks change.
        moment = self.alert.astimezone(dt.UTC) + dt.timedelta(hours=hours) + dt.timedelta(seconds=30)
        return moment.replace(second=0, microsecond=0).astimezone(self.zone)

    def short(self, hours: float) -> str:
        """Give a local time such as "Tue 07:50"."""
        at = self.at(hours)
        return f"{DAYS[at.weekday()][:3]} {at:%H:%M}"

    def long(self, hours: float) -> str:
        """Give a local time such as "07:50 on Tuesday 17 February"."""
        at = self.at(hours)
        return f"{at:%H:%M} on {DAYS[at.weekday()]} {at.day} {MONTHS[at.month - 1]}"

    def full(self, hours: float) -> str:
        """Give a local time such as "Monday 16 February 2026, 18:00"."""
        at = self.at(hours)
        return f"{DAYS[at.weekday()]} {at.day} {MONTHS[at.month - 1]} {at.year}, {at:%H:%M}"
