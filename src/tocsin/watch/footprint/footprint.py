"""The whole footprint at a moment: estimates, marks, changes, signs, contradictions, and what was left out and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.watch.footprint.estimate import ASSUMED, Estimate, estimate
from tocsin.watch.footprint.indicators import Indicator, indicators
from tocsin.watch.footprint.level import Assumptions
from tocsin.watch.footprint.marks import Change, Crossing, changes, crossings
from tocsin.watch.footprint.series import Key, Series, key_of, series_of, time_of
from tocsin.watch.model import Sighting
from tocsin.watch.times import DAY_MS, iso

__all__ = ["Contradiction", "Footprint", "LeftOut", "course", "footprint"]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two rows that give another number for the same thing, as the coder says.

    Attributes:
        first: The smaller id.
        second: The other.
        clash: Whether they count one quantity, both are fed, and no number fits both.
        why: What kind of difference it is.
    """

    first: str
    second: str
    clash: bool
    why: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that moves no estimate.

    Attributes:
        row: Its id.
        role: presence, silent, sign, beside or copy; unknown: not surely published by then; later: about a later time.
        why: Why.
    """

    row: str
    role: str
    why: str


@dataclass(frozen=True, slots=True)
class Footprint:
    """What is known of forces at a moment.

    Attributes:
        at_ms: The moment.
        known_until_ms: What was surely published by then is known; None = all.
        estimates: One for each quantity that rows speak of.
        crossings: When national strengths were possibly, likely and surely reached.
        changes: What came and went.
        indicators: Signs without a number.
        contradictions: Rows that differ.
        left_out: Rows that move no estimate, and why.
        assumed: The priors.
    """

    at_ms: int
    known_until_ms: int | None
    estimates: tuple[Estimate, ...]
    crossings: tuple[Crossing, ...]
    changes: tuple[Change, ...]
    indicators: tuple[Indicator, ...]
    contradictions: tuple[Contradiction, ...]
    left_out: tuple[LeftOut, ...]
    assumed: Assumptions

    def of(self, owner: str, kind: str = "") -> tuple[Estimate, ...]:
        """The estimates of an owner, and of a kind."""
        return tuple(one for one in self.estimates if one.key.owner == owner and kind in ("", one.key.kind))

    def as_json(self) -> dict[str, Any]:
        """All of it, times as ISO 8601; every number with the ids of its rows."""
        assumed = self.assumed
        return {
            "at": iso(self.at_ms),
            "known_until": iso(self.known_until_ms),
            "estimates": [one.as_json() for one in self.estimates],
            "crossings": [one.as_json() for one in self.crossings],
            "changes": [one.as_json() for one in self.changes],
            "indicators": [one.as_json() for one in self.indicators],
            "contradictions": [
                {"rows": [one.first, one.second], "clash": one.clash, "why": one.why} for one in self.contradictions
            ],
            "left_out": [{"row": one.row, "role": one.role, "why": one.why} for one in self.left_out],
            "assumed": {
                "noise": assumed.noise, "spread": assumed.spread, "days": assumed.days, "weight": assumed.weight,
            },
        }  # fmt: skip


def footprint(
    sightings: Iterable[Sighting],
    at_ms: int,
    known_until_ms: int | None = None,
    *,
    origins: Mapping[str, str] | None = None,
    thresholds: Sequence[int] | None = None,
    assumed: Assumptions = ASSUMED,
) -> Footprint:
    """Work out the footprint at a moment.

    Args:
        sightings: Statements, in any order.
        at_ms: The moment.
        known_until_ms: Only rows that were surely published by then are known; None = all.
        origins: Row → origin, so that copies count once.
        thresholds: Strengths to watch; None = those of `marks.THRESHOLDS`, by unit.
        assumed: The priors.
    """
    rows = sorted(sightings, key=lambda one: one.id)
    known = series_of(rows, known_until_ms, origins=dict(origins or {}))
    here = [one.row for series in known for one in series.statements]
    return Footprint(
        at_ms,
        known_until_ms,
        tuple(estimate(one, at_ms, assumed=assumed) for one in known if _spoken_of(one, at_ms)),
        tuple(
            found
            for one in known
            if one.key.scope == "national"
            for found in crossings(one, at_ms, thresholds, assumed=assumed)
            if found.possible_ms is not None
        ),
        changes(here, at_ms),
        indicators(here, at_ms),
        _contradictions(known, at_ms),
        _left_out(rows, known, at_ms),
        assumed,
    )


def course(
    sightings: Iterable[Sighting],
    times_ms: Iterable[int],
    *,
    key: Key | None = None,
    as_known_then: bool = False,
    origins: Mapping[str, str] | None = None,
    assumed: Assumptions = ASSUMED,
) -> tuple[Estimate, ...]:
    """Estimates at several moments, for charts.

    Args:
        sightings: Statements.
        times_ms: The moments, such as the first of each month.
        key: One quantity; None = all that were ever counted.
        as_known_then: Only with what was surely published by each moment.
        origins: Row → origin.
        assumed: The priors.

    Returns:
        By quantity, then by time.
    """
    rows, times = tuple(sightings), sorted(times_ms)
    whole = [one for one in series_of(rows, origins=dict(origins or {})) if key in (None, one.key)]
    return tuple(
        estimate(one, time, time if as_known_then else None, assumed=assumed, origins=origins)
        for one in whole
        if one.rows("count")
        for time in times
    )


def _spoken_of(series: Series, at_ms: int) -> bool:
    """Whether any row of a quantity, other than one about elsewhere, is about a time until a moment."""
    counted = series.rows("count", "move", "presence", "beside")
    return any((time_of(row) or 0) <= at_ms for row in counted)


def _contradictions(known: Sequence[Series], at_ms: int) -> tuple[Contradiction, ...]:
    """Pairs that name each other as different, once each."""
    roles = {one.row.id: one for series in known for one in series.statements if (time_of(one.row) or 0) <= at_ms}
    pairs = sorted(
        {
            (min(name, other), max(name, other))
            for name, one in roles.items()
            for other in one.row.differs_from
            if other in roles and other != name
        }
    )
    made = []
    for first, second in pairs:
        one, other = roles[first], roles[second]
        if key_of(one.row) != key_of(other.row):
            made.append(Contradiction(first, second, False, "of another unit, scope, place or kind: not compared"))
        elif "beside" in (one.role, other.role):
            plan = one if one.role == "beside" else other
            made.append(Contradiction(first, second, False, f"{plan.row.id} is not a count: {plan.why}"))
        elif one.row.measure != other.row.measure:
            made.append(Contradiction(first, second, False, "one says what stood, the other what came or went"))
        elif one.row.count.known and other.row.count.known and not one.row.count.meets(other.row.count):
            days = abs((time_of(one.row) or 0) - (time_of(other.row) or 0)) / DAY_MS
            made.append(Contradiction(first, second, True, f"no number fits both; they are {days:.0f} days apart"))
        else:
            made.append(Contradiction(first, second, False, "one number may fit both"))
    return tuple(made)


def _left_out(rows: Sequence[Sighting], known: Sequence[Series], at_ms: int) -> tuple[LeftOut, ...]:
    """Every row that moves no estimate, and why, by id."""
    roles = {one.row.id: one for series in known for one in series.statements}
    made = []
    for row in rows:
        one = roles.get(row.id)
        if one is None:
            made.append(LeftOut(row.id, "unknown", "not surely published by then"))
        elif (time_of(row) or 0) > at_ms:
            made.append(LeftOut(row.id, "later", "about a later time"))
        elif one.role not in ("count", "move"):
            made.append(LeftOut(row.id, one.role, one.why))
    return tuple(made)
