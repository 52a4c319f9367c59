"""The peer of the back-test: the last value stays, plus or minus how much values changed at that age so far.

It gets the same rows at the same cut, the same statements to predict, and the same score. It is given every chance:
changes are pooled over all series that are known (ours learns each series alone), pairs of statements of nearly the
same age gap are used, and where too few pairs are known it may use the prior of ours.

Its middle is the *naive* forecast of Hyndman & Athanasopoulos, *Forecasting: Principles and Practice* (3rd ed., 5.2);
the empirical change at its age makes an interval of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tocsin.watch.footprint.epochs import log_bounds
from tocsin.watch.footprint.estimate import Z90
from tocsin.watch.footprint.level import Assumptions
from tocsin.watch.footprint.series import Series, time_of
from tocsin.watch.times import DAY_MS

__all__ = ["FEWEST_PAIRS", "Persistence", "persist"]

FEWEST_PAIRS: Final = 10
_LEAST_AGE_DAYS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Persistence:
    """What is known at a cut, as persistence uses it.

    Attributes:
        changes: Age in days and signed change in log of each pair of statements of one series, later minus earlier.
        assumed: Our priors, for want of pairs.
        signed: Whether the two ends are the 5 % and 95 % quantiles of the changes, and not plus or minus the 90 %
            quantile of their size.
        fewest: How many pairs of nearly one age are needed.
    """

    changes: tuple[tuple[float, float], ...]
    assumed: Assumptions
    signed: bool = False
    fewest: int = FEWEST_PAIRS

    def interval(self, series: Series, at_ms: int) -> tuple[float, float]:
        """The 90 % interval of the next statement about a moment, in log(1 + strength).

        Raises:
            ValueError: The series has no count.
        """
        rows = series.rows("count")
        if not rows:
            raise ValueError(f"found no count of {series.key}; expected one at least")
        last = max(rows, key=lambda row: (time_of(row) or 0, row.published.most or 0, row.id))
        value = sum(log_bounds(last.count)) / 2
        low, high = self.change(max(_LEAST_AGE_DAYS, (at_ms - (time_of(last) or 0)) / DAY_MS))
        return max(0.0, value + low), max(0.0, value + high)

    def change(self, days: float) -> tuple[float, float]:
        """How much a value changes in so many days in 90 of 100 cases."""
        if len(self.changes) < min(self.fewest, 3):
            kept = math.exp(-days / self.assumed.days)
            variance = 2 * self.assumed.spread**2 * (1 - kept) + 2 * self.assumed.noise**2
            return -Z90 * math.sqrt(variance), Z90 * math.sqrt(variance)
        near = self._near(days)
        if self.signed:
            return _quantile(near, 0.05), _quantile(near, 0.95)
        most = _quantile([abs(one) for one in near], 0.9)
        return -most, most

    def _near(self, days: float) -> list[float]:
        """Changes over half to double the age; the nearest ages where those are too few."""
        by_age = sorted(self.changes, key=lambda one: (abs(math.log(max(one[0], _LEAST_AGE_DAYS) / days)), one))
        inside = [one[1] for one in by_age if days / 2 <= max(one[0], _LEAST_AGE_DAYS) <= days * 2]
        return inside if len(inside) >= self.fewest else [one[1] for one in by_age[: self.fewest]]


def persist(
    known: Iterable[Series], assumed: Assumptions, *, signed: bool = False, fewest: int = FEWEST_PAIRS
) -> Persistence:
    """Learn the empirical changes from all series that are known at a cut."""
    changes: list[tuple[float, float]] = []
    for series in known:
        rows = [(time_of(row) or 0, sum(log_bounds(row.count)) / 2) for row in series.rows("count")]
        rows.sort()
        changes += [
            ((late - early) / DAY_MS, then - now) for n, (early, now) in enumerate(rows) for late, then in rows[n + 1 :]
        ]
    return Persistence(tuple(sorted(changes)), assumed, signed, fewest)


def _quantile(values: Sequence[float], share: float) -> float:
    """A quantile by linear interpolation (type 7 of Hyndman & Fan 1996)."""
    ordered = sorted(values)
    at = (len(ordered) - 1) * share
    below = math.floor(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])
