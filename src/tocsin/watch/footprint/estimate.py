"""How strong a force is at a moment: median and 90 % interval, from the counts, arrivals and departures of one series.

Nobody who counted means *not known*, never 0. The estimate says which rows it rests on and how old the last of them is;
the older, the wider, and after a year it says that it does not know any more. Three strengths are kept apart: what is
thought to stand (`low` to `high`), what the next voice will say (`said`, wider by the noise of voices), and the
high-water mark, which is what somebody said at some time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tocsin.watch.footprint.epochs import Epoch, epochs_of, log_bounds
from tocsin.watch.footprint.level import Assumptions, Learnt, Level, learn, level_at, strength
from tocsin.watch.footprint.series import Key, Series, series_of, time_of
from tocsin.watch.model import Bounds, Sighting
from tocsin.watch.times import DAY_MS, iso

__all__ = ["ASSUMED", "STALE_DAYS", "Z90", "Estimate", "estimate"]

ASSUMED: Final = Assumptions()
STALE_DAYS: Final = 365
"""After so many days without a count a strength is not known any more: further the back-test does not reach, and an
interval that has stopped widening would say that something still stands."""
_OLD_DAYS: Final = 30
Z90: Final = 1.6448536269514722
"""The 95 % quantile of the normal distribution: half of a 90 % interval, in standard deviations."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """How strong a force is at a moment, as far as rows say.

    Attributes:
        key: The quantity.
        at_ms: The moment.
        median: Half as likely above as below; None = not known.
        low: Lower end of the 90 % interval; None = not known.
        high: Upper end.
        said: The 90 % interval of what the next voice will say; None = not known.
        high_water: The highest strength so far: at least the highest that no voice of its time went below, at most the
            highest that any voice said.
        high_water_rows: Ids of the rows of those times.
        last_seen_ms: What time the last count is about; None = nobody counted.
        age_days: Days since then.
        present: Ids of rows that say "at least one" no earlier than the last count.
        rows: Ids of the rows that the estimate rests on.
        level: The distribution behind it, in log(1 + strength), of an old count too; None where nobody counted.
        learnt: The series' parameters.
        why: One sentence.
    """

    key: Key
    at_ms: int
    median: float | None = None
    low: float | None = None
    high: float | None = None
    said: tuple[float, float] | None = None
    high_water: Bounds = field(default_factory=Bounds)
    high_water_rows: tuple[str, ...] = ()
    last_seen_ms: int | None = None
    age_days: float | None = None
    present: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    level: Level | None = None
    learnt: Learnt | None = None
    why: str = ""

    @property
    def known(self) -> bool:
        """Whether there is an estimate."""
        return self.median is not None

    def as_json(self) -> dict[str, Any]:
        """The estimate; strengths rounded to whole numbers, the interval outwards."""
        return {
            **self.key.as_json(),
            "at": iso(self.at_ms),
            "known": self.known,
            "median": None if self.median is None else round(self.median),
            "low": None if self.low is None else int(self.low),
            "high": None if self.high is None else -int(-self.high // 1),
            "said": None if self.said is None else [int(self.said[0]), -int(-self.said[1] // 1)],
            "high_water": self.high_water.as_json(),
            "high_water_rows": list(self.high_water_rows),
            "last_seen": iso(self.last_seen_ms),
            "age_days": None if self.age_days is None else round(self.age_days, 1),
            "present": list(self.present),
            "rows": list(self.rows),
            "why": self.why,
        }


def estimate(
    series: Series,
    at_ms: int,
    known_until_ms: int | None = None,
    *,
    assumed: Assumptions = ASSUMED,
    origins: Mapping[str, str] | None = None,
) -> Estimate:
    """Estimate the strength of one series at a moment.

    Args:
        series: Statements about one quantity.
        at_ms: The moment; rows about later times are not used.
        known_until_ms: Only rows that were surely published by then are known; None = all.
        assumed: The priors.
        origins: Row → origin, as `series_of`; only needed where `series` was made without.

    Returns:
        The estimate, or one that says that it is not known, and why.
    """
    if known_until_ms is not None or origins:
        rows = [one.row for one in series.statements]
        series = next(iter(series_of(rows, known_until_ms, origins=dict(origins or {}))), Series(series.key, ()))
    counts = [row for row in series.rows("count") if (time_of(row) or 0) <= at_ms]
    present = [row for row in series.rows("presence") if (time_of(row) or 0) <= at_ms]
    if not counts:
        return _unknown(series, at_ms, present)
    epochs = epochs_of(counts)
    learnt = learn(epochs, assumed)
    moves = [row for row in series.rows("move") if epochs[0].time_ms <= (time_of(row) or 0) <= at_ms]
    level = level_at(epochs, moves, at_ms, learnt)
    assert level is not None, "an epoch lies no later than its rows"
    return _estimate(series.key, at_ms, epochs, moves, present, level, learnt)


def _estimate(
    key: Key,
    at_ms: int,
    epochs: tuple[Epoch, ...],
    moves: list[Sighting],
    present: list[Sighting],
    level: Level,
    learnt: Learnt,
) -> Estimate:
    counts = [row for one in epochs for row in one.rows]
    last = epochs[-1]
    water, water_rows = _high_water(epochs)
    low, high = level.bounds(Z90)
    age = (at_ms - last.time_ms) / DAY_MS
    stale = age > STALE_DAYS
    still = tuple(row.id for row in present if (time_of(row) or 0) >= last.time_ms)
    return Estimate(
        key,
        at_ms,
        None if stale else level.bounds(0.0)[0],
        None if stale else low,
        None if stale else high,
        None if stale else level.said().bounds(Z90),
        water,
        water_rows,
        last.time_ms,
        age,
        still,
        tuple(sorted(row.id for row in (*counts, *moves))),
        level,
        learnt,
        ("not known any more: " if stale else "") + _why(epochs, moves, age, learnt),
    )


def _why(epochs: tuple[Epoch, ...], moves: list[Sighting], age_days: float, learnt: Learnt) -> str:
    """One sentence: on what it rests, how old that is, where age leads it, and whether its last voices differ."""
    last = epochs[-1]
    after = sum((time_of(row) or 0) >= last.time_ms for row in moves)
    told = f"{len(epochs)} time{'s' * (len(epochs) != 1)} with counts, the last {age_days:.0f} days old"
    told += f" ({', '.join(row.id for row in last.rows)})"
    told += f", {after} movement{'s' * (after != 1)} since" if after else ""
    told += f"; with age it goes to {strength(learnt.mean):.0f}, the mean of its counts" if age_days > _OLD_DAYS else ""
    ends = log_bounds(last.count)
    return told + ("; its voices differ and are kept side by side" if last.disputed and ends[0] < ends[1] else "")


def _unknown(series: Series, at_ms: int, present: list[Sighting]) -> Estimate:
    """What is said of a quantity that nobody counted."""
    roles = sorted({one.role for one in series.statements if (time_of(one.row) or 0) <= at_ms})
    if present:
        why = "not known: something stood or came there (at least one), and nobody gives a count"
    elif "move" in roles:
        why = "not known: something came or went, and nobody counted what stood before"
    elif "beside" in roles:
        why = "not known: only plans, ceilings, claims or moves elsewhere, no count of what stood"
    else:
        why = "not known: no row; nothing seen is not nothing there"
    seen = max((time_of(row) or 0 for row in present), default=None)
    age = None if seen is None else (at_ms - seen) / DAY_MS
    rows = tuple(sorted(row.id for row in present))
    return Estimate(series.key, at_ms, last_seen_ms=seen, age_days=age, present=rows, rows=(), why=why)


def _high_water(epochs: tuple[Epoch, ...]) -> tuple[Bounds, tuple[str, ...]]:
    """The highest strength so far: at least the highest that no voice of its time went below, at most the highest that
    any voice said (open where one of them named no upper end), and the rows of those times."""
    leasts = [one.count.least for one in epochs if one.count.least is not None]
    mosts = [row.count.most for one in epochs for row in one.rows]
    least = max(leasts, default=None)
    most = None if None in mosts else max(end for end in mosts if end is not None)
    rows = {
        row.id
        for one in epochs
        if (least is not None and one.count.least == least) or (most is not None and one.count.most == most)
        for row in one.rows
    }
    return Bounds(least, most), tuple(sorted(rows))
