"""Marks on the course of a series: when a strength was possibly, likely or surely reached, and what came and went.

A threshold is *possible* from the first statement after which the upper end of the 90 % interval reaches it, *likely*
from the first after which the median does, *sure* from the first after which the lower end does ("sure" means: the
interval lies above it). Only statements move a mark: an estimate that widens with age alone crosses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tocsin.watch.footprint.estimate import estimate
from tocsin.watch.footprint.series import Key, Series, key_of, role_of, time_of
from tocsin.watch.model import Bounds, Sighting
from tocsin.watch.times import iso

__all__ = ["THRESHOLDS", "Change", "Crossing", "changes", "crossings"]

THRESHOLDS: Final = {"person": (1_000, 5_000, 10_000, 30_000)}
"""Unit → the strengths that are watched: a garrison, an exercise, a declared grouping, a build-up; other units have
none."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """When a strength was first reached, as far as rows say; None = not so far.

    Attributes:
        key: The quantity.
        threshold: The strength.
        possible_ms: The upper end of the interval reached it.
        likely_ms: The median did.
        sure_ms: The lower end did.
        rows: Possible, likely, sure → ids of the statements of that moment.
    """

    key: Key
    threshold: int
    possible_ms: int | None
    likely_ms: int | None
    sure_ms: int | None
    rows: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """All of it, times as ISO 8601."""
        return {
            **self.key.as_json(),
            "threshold": self.threshold,
            "possible": iso(self.possible_ms),
            "likely": iso(self.likely_ms),
            "sure": iso(self.sure_ms),
            "rows": {word: list(ids) for word, ids in self.rows},
        }


@dataclass(frozen=True, slots=True)
class Change:
    """Something that came or went.

    Attributes:
        row: Id of the statement.
        key: The quantity.
        measure: arrival or departure.
        about: When.
        count: How many; open = not said.
        role: move, presence, silent, sign, beside or copy, as `series.Statement`.
        why: Why that role.
        what: The statement in a sentence.
    """

    row: str
    key: Key
    measure: str
    about: Bounds
    count: Bounds
    role: str
    why: str
    what: str

    def as_json(self) -> dict[str, Any]:
        """All of it, times as ISO 8601."""
        return {
            "row": self.row,
            **self.key.as_json(),
            "measure": self.measure,
            "about": [iso(self.about.least), iso(self.about.most)],
            "count": self.count.as_json(),
            "role": self.role,
            "why": self.why,
            "what": self.what,
        }


def crossings(series: Series, at_ms: int, thresholds: Sequence[int] | None = None) -> tuple[Crossing, ...]:
    """When the strength of a series first reached some thresholds.

    Args:
        series: Statements about one quantity, those that are known.
        at_ms: Until when.
        thresholds: The strengths; None = those of its unit.
    """
    chosen = THRESHOLDS.get(series.key.unit, ()) if thresholds is None else thresholds
    times: dict[int, list[str]] = {}
    for row in series.rows("count", "move") if chosen else ():
        time = time_of(row)
        if time is not None and time <= at_ms:
            times.setdefault(time, []).append(row.id)
    found = [(time, ids, estimate(series, time)) for time, ids in sorted(times.items())]
    made = []
    for threshold in chosen:
        first: dict[str, tuple[int, tuple[str, ...]]] = {}
        for time, ids, one in found:
            for word, value in (("possible", one.high), ("likely", one.median), ("sure", one.low)):
                if value is not None and value >= threshold:
                    first.setdefault(word, (time, tuple(sorted(ids))))
        possible, likely, sure = (first.get(word, (None, ()))[0] for word in ("possible", "likely", "sure"))
        rows = tuple((word, first[word][1]) for word in first)
        made.append(Crossing(series.key, threshold, possible, likely, sure, rows))
    return tuple(made)


def changes(sightings: Iterable[Sighting], at_ms: int) -> tuple[Change, ...]:
    """All arrivals and departures until a moment, oldest first, each with whether it moves an estimate."""
    rows = [row for row in sightings if row.measure != "stock" and (time_of(row) or 0) <= at_ms]
    made = []
    for row in sorted(rows, key=lambda one: (time_of(one) or 0, one.id)):
        role, why = role_of(row)
        made.append(Change(row.id, key_of(row), row.measure, row.about, row.count, role, why, row.what))
    return tuple(made)
