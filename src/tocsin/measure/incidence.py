"""Cumulative incidence with competing outcomes: the Aalen–Johansen estimator, ties exact.

Released, refused, unreachable and absent people never arrive. They are outcomes that compete with arrival,
not censoring; only "still on the way when the log was cut" is censoring. Treating non-arrivals as censored
(Kaplan– Meier) or leaving them out (naive) gives times that are far too short.

What happens at one instant, in this order:
1. whoever entered strictly before the instant and has not left is at risk;
2. all outcomes of that instant, of every cause, share that one risk set;
3. people censored at the instant leave after the outcomes;
4. people who enter at the instant are at risk from then on (somebody who enters and ends at the same instant
   is at risk at that instant, so that no outcome is lost).

Source: Aalen & Johansen 1978; Andersen, Borgan, Gill & Keiding 1993, section IV.4 (delayed entry).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from tocsin.errors import MeasureError
from tocsin.measure.quantiles import rank_of

__all__ = ["Ranks", "Steps", "cumulative_incidence", "incidence", "quantiles_of"]

Ints = NDArray[np.int64]
_EPS = 1e-12


@dataclass(frozen=True)
class Steps:
    """A cumulative incidence as a step function, continuous from the right.

    Attributes:
        time_ms: Instants of its jumps, rising.
        share: Its value from each instant on.
        n: How many people it is of.
    """

    time_ms: Ints
    share: NDArray[np.float64]
    n: int

    @property
    def most(self) -> float:
        """The plateau: its largest value."""
        return float(self.share[-1]) if len(self.share) else 0.0

    def at(self, grid_ms: Ints) -> NDArray[np.float64]:
        """Its values at the instants of a grid."""
        index = np.searchsorted(self.time_ms, grid_ms, side="right")
        return np.concatenate(([0.0], self.share))[index]

    def reach(self, p: float) -> int | None:
        """The first instant at which it is at least `p`: inf{t : F(t) >= p}; None if it never is."""
        index = int(np.searchsorted(self.share, p - _EPS, side="left"))
        return int(self.time_ms[index]) if index < len(self.share) else None

    def among(self, n: int) -> Steps:
        """The same outcomes as a share of another number of people, where nobody was censored or came late."""
        return Steps(self.time_ms, np.rint(self.share * self.n) / n, n)


@dataclass(frozen=True)
class Ranks:
    """Some quantiles of a cumulative incidence, without its steps.

    Attributes:
        n: How many people it is of.
        most: Its plateau.
        at: For each share that was asked for the first instant at which it is reached, or None.
    """

    n: int
    most: float
    at: dict[float, int | None]

    def reach(self, p: float) -> int | None:
        """As `Steps.reach`, for a share that was asked for."""
        return self.at[p]


@dataclass(frozen=True)
class _Table:
    """The product-limit table behind a cumulative incidence, one entry an instant."""

    time_ms: Ints
    at_risk: Ints
    censored: Ints
    events: dict[int, Ints]
    before: NDArray[np.float64]
    after: NDArray[np.float64]


def incidence(time_ms: Ints, cause: NDArray[np.integer[Any]], entry_ms: Ints | None = None, *, of: int = 1) -> Steps:
    """Cumulative incidence of one cause, as steps.

    Args:
        time_ms: When each person's outcome (or the cut) came, in milliseconds, shape (n,).
        cause: 0 if the person was censored then, else the number of the outcome, shape (n,).
        entry_ms: When each person came under observation (was summoned), or None for "from the beginning".
        of: The cause that is wanted.

    Returns:
        Its steps. Without censoring and late entry they are exactly (people with the outcome) / (people).
    """
    n = len(time_ms)
    if n == 0:
        return Steps(np.empty(0, np.int64), np.empty(0), 0)
    if entry_ms is None and not (cause == 0).any():
        times, counts = _counted(np.sort(time_ms[cause == of]))
        return Steps(times, np.cumsum(counts) / n, n)
    table = _table(time_ms, cause, entry_ms, (of,))
    mine = table.events[of] > 0
    return Steps(table.time_ms[mine], _accumulate(table, of)[mine], n)


def quantiles_of(time_ms: Ints, cause: NDArray[np.integer[Any]], shares: tuple[float, ...]) -> Steps | Ranks:
    """When the incidence of cause 1 reaches some shares: as `incidence`, and no slower than it must be.

    Args:
        time_ms: As for `incidence`.
        cause: As for `incidence`.
        shares: The shares that will be asked for.

    Returns:
        Something to ask with `reach`. Where nobody was censored these are order statistics: no sorting is needed.
    """
    n = len(time_ms)
    if n == 0 or (cause == 0).any():
        return incidence(time_ms, cause)
    times = time_ms[cause == 1]
    ranks = {p: rank_of(p, n) for p in shares}
    within = sorted({rank for rank in ranks.values() if rank < len(times)})
    ordered = np.partition(times, within) if within else times
    at = {p: int(ordered[rank]) if rank < len(times) else None for p, rank in ranks.items()}
    return Ranks(n, len(times) / n, at)


def cumulative_incidence(time_ms: ArrayLike, cause: ArrayLike, entry_ms: ArrayLike | None = None) -> pl.DataFrame:
    """The whole Aalen–Johansen table: one row an instant at which somebody's outcome or cut falls.

    Args:
        time_ms: When each person's outcome (or the cut) came, whole milliseconds, shape (n,).
        cause: 0 if the person was censored then, else the number (1, 2, …) of the outcome, shape (n,).
        entry_ms: When each person came under observation; None = before everything.

    Returns:
        Columns `time_ms`, `at_risk` (just before), `censored`, `surviving` (share without any outcome, after
        the instant), and for each cause c in rising order `events_c` and `incidence_c`.

    Raises:
        MeasureError: The arrays differ in length, a cause is negative, or somebody enters after their own
            end.
    """
    times, causes = np.asarray(time_ms, dtype=np.int64), np.asarray(cause, dtype=np.int64)
    entries = None if entry_ms is None else np.asarray(entry_ms, dtype=np.int64)
    _refuse(times, causes, entries)
    wanted = tuple(int(c) for c in np.unique(causes) if c > 0)
    table = _table(times, causes, entries, wanted)
    columns: dict[str, NDArray[Any]] = {
        "time_ms": table.time_ms,
        "at_risk": table.at_risk,
        "censored": table.censored,
        "surviving": table.after,
    }
    for c in wanted:
        columns[f"events_{c}"] = table.events[c]
        columns[f"incidence_{c}"] = _accumulate(table, c)
    return pl.DataFrame(columns)


def _refuse(times: Ints, causes: Ints, entries: Ints | None) -> None:
    if times.ndim != 1 or times.shape != causes.shape or (entries is not None and entries.shape != times.shape):
        raise MeasureError("times, causes and entries differ in length; expected one of each a person")
    if (causes < 0).any():
        raise MeasureError(f"a cause is {int(causes.min())}; expected 0 (censored) or the number of an outcome")
    if entries is not None and (entries > times).any():
        row = int(np.argmax(entries > times))
        raise MeasureError(
            f"enters at {entries[row]} ms, after its own end at {times[row]} ms; expected entry <= end",
            place=f"row {row}",
        )


def _counted(ordered: Ints) -> tuple[Ints, Ints]:
    """Distinct values of a sorted array and how often each occurs."""
    if len(ordered) == 0:
        return ordered, np.empty(0, np.int64)
    starts = np.concatenate(([0], np.flatnonzero(np.diff(ordered)) + 1))
    return ordered[starts], np.diff(np.append(starts, len(ordered)))


def _table(times: Ints, causes: NDArray[np.integer[Any]], entries: Ints | None, wanted: tuple[int, ...]) -> _Table:
    instants, where = np.unique(times, return_inverse=True)
    size = len(instants)
    leaving = np.bincount(where, minlength=size)
    censored = np.bincount(where[causes == 0], minlength=size)
    left_before = np.cumsum(leaving) - leaving
    if entries is None:
        at_risk = len(times) - left_before
    else:
        entered_before = np.searchsorted(np.sort(entries), instants, side="left")
        at_once = np.bincount(where[entries == times], minlength=size)
        at_risk = entered_before + at_once - left_before
    outcomes = leaving - censored
    # At every instant somebody leaves, so at_risk >= 1 and nothing divides by zero.
    staying = (at_risk - outcomes) / at_risk
    after = np.cumprod(staying)
    before = np.concatenate(([1.0], after[:-1]))
    events = {c: np.bincount(where[causes == c], minlength=size) for c in wanted}
    return _Table(instants, at_risk.astype(np.int64), censored, events, before[:size], after)


def _accumulate(table: _Table, cause: int) -> NDArray[np.float64]:
    """Sum S(t-) d(t) / Y(t) over the instants; with whole numbers where nobody was censored or came late."""
    events = table.events[cause]
    plain = table.censored.sum() == 0 and len(table.at_risk) and np.all(np.diff(table.at_risk) <= 0)
    total = int(table.at_risk[0]) if len(table.at_risk) else 0
    if plain and total == sum(int(e.sum()) for e in table.events.values()):
        return np.asarray(np.cumsum(events) / total, dtype=np.float64)
    return np.asarray(np.cumsum(table.before * events / table.at_risk), dtype=np.float64)
