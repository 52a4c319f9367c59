"""Counts of one series that speak of the same time, taken together as one observation: the hull of what they say.

Two officials who give 9,000 and 45,000 for the same week do not make 27,000 ± little: their errors are not independent
draws around the truth, and a third voice that repeats one of them adds nothing. So all counts of one stretch of time
are one observation that reaches from the least to the most that any of them says. A copy cannot change it.

Counts belong together when they lie within a week of the one before, or name each other in `differs_from`, and no more
than 31 days after the first. Only times and links decide, never the figures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from tocsin.watch.footprint.series import time_of
from tocsin.watch.model import Bounds, Sighting
from tocsin.watch.times import DAY_MS

__all__ = ["NEAR_DAYS", "SPAN_DAYS", "Epoch", "epochs_of", "growing", "log_bounds"]

NEAR_DAYS: Final = 7
SPAN_DAYS: Final = 31
_MOST: Final = 10**12
"""A count is not taken as more: nothing that stands in a country is, and a number of 400 digits has no logarithm."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """Counts that speak of the same time.

    Attributes:
        time_ms: The time of the last of them.
        rows: They, by time.
        count: From the least end that any of them names to the most; None where none names that side.
        disputed: Whether one of them says that it differs from another, and both ends are named: two voices that both
            say "at most" leave the low side open, and do not fight over it.
    """

    time_ms: int
    rows: tuple[Sighting, ...]
    count: Bounds
    disputed: bool

    @property
    def ends(self) -> tuple[float, float]:
        """Least and most that is named, as log(1 + n); of a count with one end, that end twice."""
        return log_bounds(self.count)

    @property
    def width(self) -> float | None:
        """From the least to the most, in log; None where one side is open (a least of 0 is)."""
        if not self.count.least or self.count.most is None:
            return None
        low, high = self.ends
        return high - low


def log_bounds(count: Bounds) -> tuple[float, float]:
    """The known ends of a count as log(1 + n); one of them twice where the other is open.

    Raises:
        ValueError: Neither end is known.
    """
    known = [math.log1p(min(end, _MOST)) for end in (count.least, count.most) if end is not None]
    if not known:
        raise ValueError("found a count without an end; expected one at least")
    return min(known), max(known)


def epochs_of(rows: Iterable[Sighting]) -> tuple[Epoch, ...]:
    """Gather counts of one series into epochs, oldest first."""
    timed = sorted(((time_of(row) or 0, row.id, row) for row in rows), key=lambda one: one[:2])
    groups: list[list[tuple[int, Sighting]]] = []
    for time, _, row in timed:
        if groups and _joins(time, row, groups[-1]):
            groups[-1].append((time, row))
        else:
            groups.append([(time, row)])
    return tuple(_epoch(group) for group in groups)


def growing(rows: Iterable[Sighting]) -> Iterator[tuple[int, tuple[Epoch, ...]]]:
    """The epochs after each day with counts, as they were thought of then: the moment of its last count, and they."""
    timed = sorted(((time_of(row) or 0, row.id, row) for row in rows), key=lambda one: one[:2])
    closed: list[Epoch] = []
    group: list[tuple[int, Sighting]] = []
    for _, day in groupby(timed, key=lambda one: one[0] // DAY_MS):
        for time, _, row in day:
            if group and not _joins(time, row, group):
                closed.append(_epoch(group))
                group = []
            group.append((time, row))
        yield group[-1][0], (*closed, _epoch(group))


def _joins(time: int, row: Sighting, group: list[tuple[int, Sighting]]) -> bool:
    if time - group[0][0] > SPAN_DAYS * DAY_MS:
        return False
    return time - group[-1][0] <= NEAR_DAYS * DAY_MS or any(_linked(row, other) for _, other in group)


def _linked(one: Sighting, other: Sighting) -> bool:
    return other.id in one.differs_from or one.id in other.differs_from


def _epoch(group: list[tuple[int, Sighting]]) -> Epoch:
    rows = tuple(row for _, row in group)
    ids = {row.id for row in rows}
    linked = any(other in ids and other != row.id for row in rows for other in row.differs_from)
    count = _hull(rows)
    return Epoch(group[-1][0], rows, count, linked and count.least is not None and count.most is not None)


def _hull(rows: tuple[Sighting, ...]) -> Bounds:
    """Least and most of all ends that are named; a side that no row names stays open."""
    ends = [end for row in rows for end in (row.count.least, row.count.most) if end is not None]
    lows = any(row.count.least is not None for row in rows)
    highs = any(row.count.most is not None for row in rows)
    return Bounds(min(ends) if lows else None, max(ends) if highs else None)
