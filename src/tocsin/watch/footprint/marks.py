"""Marks on the course of a series: when a strength was possibly, likely or surely reached, and what came and went.

A threshold is *possible* from the first statement after which it is reached in at least 5 of 100 cases (the upper end
of the 90 % interval lies above it), *likely* from 55 of 100 on (as the word is used in ICD 203), *sure* from 95 of 100
on (the lower end lies above it). Only statements move a mark: an estimate that widens with age alone crosses nothing.
The statements of one day are taken together.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tocsin.watch.footprint.epochs import growing
from tocsin.watch.footprint.estimate import ASSUMED, Z90
from tocsin.watch.footprint.level import Assumptions, Level, learn, level_at
from tocsin.watch.footprint.series import Key, Series, key_of, role_of, time_of
from tocsin.watch.model import Bounds, Sighting
from tocsin.watch.times import iso

__all__ = ["THRESHOLDS", "Change", "Crossing", "changes", "crossings"]

THRESHOLDS: Final = {"person": (1_000, 5_000, 10_000, 30_000)}
"""Unit → the strengths that are watched: a garrison, an exercise, a declared grouping, a build-up; other units have
none."""
_WORDS: Final = {"possible": -Z90, "likely": 0.1256613468550742, "sure": Z90}
"""Word → how many standard deviations below the mean a strength lies that is reached in 5, 55 and 95 of 100 cases."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """When a strength was first reached, as far as rows say; None = not so far.

    Attributes:
        key: The quantity.
        threshold: The strength.
        possible_ms: The upper end of the interval reached it.
        likely_ms: The 45 % quantile did.
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


def crossings(
    series: Series, at_ms: int, thresholds: Sequence[int] | None = None, *, assumed: Assumptions = ASSUMED
) -> tuple[Crossing, ...]:
    """When the strength of a series first reached some thresholds.

    Args:
        series: Statements about one quantity, those that are known.
        at_ms: Until when.
        thresholds: The strengths; None = those of its unit.
        assumed: The priors.
    """
    chosen = THRESHOLDS.get(series.key.unit, ()) if thresholds is None else thresholds
    first: dict[tuple[int, str], tuple[int, tuple[str, ...]]] = {}
    for time, rows, level in _levels(series, at_ms, assumed) if chosen else ():
        for word, z in _WORDS.items():
            strength = level.bounds(z)[0]
            for threshold in chosen:
                if strength >= threshold:
                    first.setdefault((threshold, word), (time, rows))
    made = []
    for threshold in chosen:
        found = {word: first[threshold, word] for word in _WORDS if (threshold, word) in first}
        possible, likely, sure = (found[word][0] if word in found else None for word in _WORDS)
        ids = tuple((word, rows) for word, (_, rows) in found.items())
        made.append(Crossing(series.key, threshold, possible, likely, sure, ids))
    return tuple(made)


def _levels(series: Series, at_ms: int, assumed: Assumptions) -> Iterator[tuple[int, tuple[str, ...], Level]]:
    """Moment, rows and level after each day on which something was counted, came or went."""
    counts = [row for row in series.rows("count") if (time_of(row) or 0) <= at_ms]
    moves = [row for row in series.rows("move") if (time_of(row) or 0) <= at_ms]
    known = list(growing(counts))
    days = [(time, known[n][1], tuple(row.id for row in known[n][1][-1].rows)) for n, (time, _) in enumerate(known)]
    for row in moves if known else ():
        time = time_of(row) or 0
        before = bisect_right([one[0] for one in known], time)
        if before:
            days.append((time, known[before - 1][1], (row.id,)))
    for time, epochs, rows in sorted(days, key=lambda one: (one[0], one[2])):
        level = level_at(epochs, moves, time, learn(epochs, assumed))
        if level is not None:
            yield time, rows, level


def changes(sightings: Iterable[Sighting], at_ms: int) -> tuple[Change, ...]:
    """All arrivals and departures until a moment, oldest first, each with whether it moves an estimate."""
    rows = [row for row in sightings if row.measure != "stock" and (time_of(row) or 0) <= at_ms]
    made = []
    for row in sorted(rows, key=lambda one: (time_of(one) or 0, one.id)):
        role, why = role_of(row)
        made.append(Change(row.id, key_of(row), row.measure, row.about, row.count, role, why, row.what))
    return tuple(made)
