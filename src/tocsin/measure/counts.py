"""A1–A3 of a log that only counts people: bounds, never one number.

A count row says: of what its scope covers, at least `amount` and at most `amount_most` (null: no upper limit
stated) did this between `happened` and `happened_until`. With N(t), the number by t, that is a pair of
difference constraints, amount <= N(until) - N(before) <= amount_most; all rows together, with N rising and N
= 0 before t0, bound N(t) from both sides by shortest paths. Scopes are never added to each other:
- `whole`: of everybody called; both limits hold.
- `part`, or no scope: of some of them; a lower limit only. Parts at different places add up, and so do parts
  of different units, but not places and units with each other; parts that name neither do not add up at all.
- `combined`: counted together with others; an upper limit only.

Source: Cormen, Leiserson, Rivest & Stein, Introduction to Algorithms, "difference constraints and shortest
    paths".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.measure.rows import Rows, not_reached
from tocsin.measure.view import HOUR_MS, View

__all__ = ["COUNTED", "counted_curve", "counted_funnel", "counted_times", "only_counts"]

Floats = NDArray[np.float64]
STEPS: Final = {
    "summoned": "called",
    "delivered": "delivered",
    "acknowledged": "acknowledged",
    "arrived": "arrived",
    "released": "released",
    "joined": "ready",
    "surplus": "surplus",
}
"""Kinds of rows that may count people, and the step of the funnel that each is."""
CONTRADICTION: Final = "the reports contradict each other"
CALLED: Final = "how many were called (a count of summoned)"


@dataclass(frozen=True)
class _Bounds:
    """Bounds of a number that only rises; arrays of shape (instants,).

    Attributes:
        at_ms: Instants, rising; the first is just before t0.
        low: At least so many by then.
        high: At most so many by then; infinite if nobody says.
    """

    at_ms: NDArray[np.int64]
    low: Floats
    high: Floats

    def by(self, grid: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Bounds at any instants: as low as at the last known instant before, as high as at the next one
        after."""
        before = np.searchsorted(self.at_ms, grid, side="right") - 1
        after = np.searchsorted(self.at_ms, grid, side="left")
        return self.low[before], np.append(self.high, np.inf)[after]

    def reach(self, count: float) -> tuple[int | None, int | None]:
        """The earliest and the latest instant at which the number may come to be `count`; None if it need
        not, or cannot."""
        can = np.flatnonzero(self.high >= count - 1e-9)
        must = np.flatnonzero(self.low >= count - 1e-9)
        # The upper limit of an instant holds from just after the instant before it.
        first = None if not len(can) else 0 if can[0] == 0 else int(self.at_ms[can[0] - 1]) + 1
        return first, int(self.at_ms[must[0]]) if len(must) else None


def only_counts(view: View) -> bool:
    """Whether the log names nobody but counts people."""
    return view.people == 0 and any(not _counts(view, kind).is_empty() for kind in STEPS)


def _counts(view: View, kind: str) -> pl.DataFrame:
    """Count rows of a kind with `since` and `until`, the first and the last instant that they speak of."""
    rows = view.rows(kind).filter(pl.col("person").is_null() & pl.col("amount").is_not_null())
    length = (pl.col("happened_until") - pl.col("happened")).dt.total_milliseconds()
    return rows.with_columns(
        pl.col("at_ms").clip(lower_bound=0).alias("since"),
        # Whoever did it before t0 had done it at t0.
        (pl.col("at_ms") + length).clip(lower_bound=0).alias("until"),
        pl.col("scope").cast(pl.String).fill_null("part"),
    )


def _bounds(view: View, kind: str, cap: float = np.inf) -> _Bounds | None:
    """Bounds of how many did this by any time; None if the reports contradict each other."""
    rows = _counts(view, kind)
    whole = rows.filter(pl.col("scope") == "whole")
    limits = rows.filter(pl.col("scope") == "combined").with_columns(pl.lit(0, pl.Int64).alias("amount"))
    times = np.unique(np.concatenate([[-1, view.end_ms], rows["since"].to_numpy() - 1, rows["until"].to_numpy()]))
    solved = _solve(pl.concat([whole, limits]), times, cap)
    if solved is None:
        return None
    floor = _parts(rows.filter(pl.col("scope") == "part"), times)
    if (floor > solved.high + 1e-9).any():
        return None
    return _Bounds(solved.at_ms, np.maximum(solved.low, floor), solved.high)


def _parts(rows: pl.DataFrame, times: NDArray[np.int64]) -> Floats:
    """What the parts say at least: added up over places, or over units, or the largest single one."""
    best = np.zeros(len(times))
    for column in ("place", "unit"):
        total = np.zeros(len(times))
        for _, part in rows.filter(pl.col(column).is_not_null()).group_by(column, maintain_order=True):
            total += _at_least(part, times)
        best = np.maximum(best, total)
    for i in range(rows.height):
        best = np.maximum(best, _at_least(rows[i], times))
    return best


def _at_least(rows: pl.DataFrame, times: NDArray[np.int64]) -> Floats:
    solved = _solve(rows.with_columns(pl.lit(None, pl.Int64).alias("amount_most")), times, np.inf)
    return np.zeros(len(times)) if solved is None else solved.low


def _solve(rows: pl.DataFrame, times: NDArray[np.int64], cap: float) -> _Bounds | None:
    """Tight bounds at each instant by all-pairs shortest paths (Floyd–Warshall); None if there is a negative
    cycle."""
    size = len(times)
    most = np.full((size, size), np.inf)  # most[i, j] bounds N(times[j]) - N(times[i])
    np.fill_diagonal(most, 0.0)
    most[np.arange(1, size), np.arange(size - 1)] = 0.0
    most[0, size - 1] = cap
    for since, until, least, upper in rows.select("since", "until", "amount", "amount_most").iter_rows():
        i, j = np.searchsorted(times, [since - 1, until])
        most[j, i] = min(most[j, i], -float(least))
        if upper is not None:
            most[i, j] = min(most[i, j], float(upper))
    for k in range(size):
        most = np.minimum(most, most[:, k, None] + most[None, k, :])
    if (np.diagonal(most) < 0).any():
        return None
    return _Bounds(times, -most[:, 0], most[0])


def _called(view: View) -> tuple[float, float] | None:
    """At least and at most so many were called; None if no row says, or the rows contradict each other.

    A count of the whole stands for all who were called, at the last instant that any such row speaks of: it
    is not read as "so many by then, and perhaps more later".
    """
    rows = _counts(view, "summoned")
    found = _bounds(view, "summoned") if not rows.is_empty() else None
    if found is None:
        return None
    told = rows.filter(pl.col("scope") == "whole")["until"].to_numpy()
    high = float(found.high[np.searchsorted(found.at_ms, told.max())]) if len(told) else np.inf
    return float(found.low[-1]), high


def _number(value: float) -> float | None:
    return None if np.isinf(value) else value


def _row(rows: Rows, measure: str, name: str, low: float, high: float, unit: str, of: str, note: str = "") -> None:
    """Add bounds; a value only where they meet."""
    rows.add(
        measure,
        name,
        low if low == high else None,
        unit,
        of=of,
        low=_number(low),
        high=_number(high),
        note=note or ("" if low == high else "bounds of the reports"),
    )


def counted_funnel(view: View, rows: Rows) -> None:
    """A1 from counts: bounds of each step that a report counts, and of its share of those called."""
    called = _called(view)
    end = np.array([view.end_ms], np.int64)
    for kind, step in STEPS.items():
        if _counts(view, kind).is_empty():
            rows.missing("A1", step, "persons", f"persons or counts of {kind}", of="called")
            continue
        found = _bounds(view, kind, np.inf if called is None else called[1])
        if found is None or (kind == "summoned" and called is None):
            rows.add("A1", step, None, "persons", of="called", note=CONTRADICTION)
            continue
        low, high = (float(side[0]) for side in found.by(end))
        if kind == "summoned" and called is not None:
            low, high = called
        _row(rows, "A1", step, low, high, "persons", "called")
        if kind != "summoned" and called is not None:
            _row(rows, "A1", f"{step} of called", *_share(low, high, called), "share", "called")


def _share(low: float, high: float, called: tuple[float, float]) -> tuple[float, float]:
    """Bounds of a share of those called: few of many, to many of few."""
    least = low / called[1] if called[1] > 0 else 0.0
    return least, min(1.0, high / called[0]) if called[0] > 0 else 1.0


def _arrivals(view: View, rows: Rows, measure: str, name: str, unit: str) -> tuple[_Bounds, tuple[float, float]] | None:
    """Bounds of arrivals and of those called, or a row that says what is missing."""
    called = _called(view)
    if called is None or called[1] <= 0 or _counts(view, "arrived").is_empty():
        rows.missing(measure, name, unit, CALLED if called is None else "persons or counts of arrived", of="called")
        return None
    found = _bounds(view, "arrived", called[1])
    if found is None:
        rows.add(measure, name, None, unit, of="called", note=CONTRADICTION)
        return None
    return found, called


def counted_curve(view: View, rows: Rows) -> None:
    """A2 from counts: the band in which the arrival curve of those called lies."""
    found = _arrivals(view, rows, "A2", "arrived of called", "share")
    if found is None:
        return
    low, high = found[0].by(view.grid)
    least = low / found[1][1]
    most = np.minimum(1.0, high / found[1][0]) if found[1][0] > 0 else np.ones(len(high))
    rows.curve(
        "A2",
        "arrived of called",
        view.grid,
        np.where(least == most, least, np.nan),
        "share",
        of="called",
        low=least,
        high=most,
        notes=["" if x == y else "bounds of the reports" for x, y in zip(least.tolist(), most.tolist(), strict=True)],
    )


def counted_times(view: View, rows: Rows) -> None:
    """A3 from counts: the earliest and the latest time by which half, 80 % and 95 % of those called may have
    come."""
    for p in (0.5, 0.8, 0.95):
        name = f"T{p * 100:.0f} of called"
        found = _arrivals(view, rows, "A3", name, "h")
        if found is None:
            continue
        arrivals, called = found
        first, last = arrivals.reach(p * called[0])[0], arrivals.reach(p * called[1])[1]
        first = None if first is None or first > view.end_ms else first
        last = None if last is None or last > view.end_ms else last
        if first is None:
            most = min(1.0, float(arrivals.by(np.array([view.end_ms]))[1][0]) / called[0])
            rows.add("A3", name, None, "h", of="called", note=not_reached(most))
            continue
        note = f"at least {first / HOUR_MS:.1f} h; perhaps never" if last is None else ""
        _row(rows, "A3", name, first / HOUR_MS, np.inf if last is None else last / HOUR_MS, "h", "called", note)


COUNTED: Final = {"A1": counted_funnel, "A2": counted_curve, "A3": counted_times}
"""The measures that counts can bound."""
