"""The measures of all runs, summed up and looked up by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tocsin.measure import across

__all__ = ["HOUR_MS", "Curve", "Number", "Numbers"]

HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Number:
    """One number over the runs.

    Attributes:
        value: The mean over the runs, or the value of the only run; None if a run has none.
        mean_low: Lower end of the 95 % interval of the mean; None for one run.
        mean_high: Upper end of it.
        low: 5 % of one future call-up; None for one run.
        median: The median over all runs, those that never reach the value counted as the longest; or None.
        high: 95 % of one future call-up; None also where that is "never".
        runs: How many runs there were.
        reached: How many of them have a value.
        note: Why there is none, as the measure says it.
        n: The denominator, as a mean over the runs.
        of: What the denominator counts, as the measure says it.
        unit: The unit of the value.
    """

    value: float | None
    mean_low: float | None
    mean_high: float | None
    low: float | None
    median: float | None
    high: float | None
    runs: int
    reached: int
    note: str
    n: float | None
    of: str = ""
    unit: str = ""

    @property
    def known(self) -> bool:
        """Whether any run has a value."""
        return self.reached > 0

    @property
    def partly(self) -> bool:
        """Whether some runs have a value and others have none."""
        return 0 < self.reached < self.runs


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve over the runs; all parts of the same length, by hours after the alert.

    Attributes:
        hours: Where the curve is given.
        mean: The mean over the runs, or the only run.
        mean_low: Lower end of the 95 % interval of the mean; empty for one run.
        mean_high: Upper end of it; empty for one run.
        low: 5 % of one future call-up; empty for one run.
        high: 95 % of one future call-up; empty for one run.
        n: The denominator, as a mean over the runs.
        reached: How many runs have a value at each point; empty for one run.
    """

    hours: tuple[float, ...]
    mean: tuple[float, ...]
    mean_low: tuple[float, ...]
    mean_high: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    n: float | None
    reached: tuple[int, ...] = ()

    @property
    def last(self) -> float:
        """The value at the end."""
        return self.mean[-1]

    @property
    def peak(self) -> tuple[float, float]:
        """When the curve is highest for the first time, in hours, and how high."""
        top = max(self.mean)
        return self.hours[self.mean.index(top)], top

    @property
    def top(self) -> float:
        """The highest point of the curve and of its intervals."""
        return max((*self.mean, *self.mean_high, *self.high))

    def at(self, indices: Iterable[int]) -> Curve:
        """Give the curve at some of its points only."""
        kept = list(indices)
        hours, mean, mean_low, mean_high, low, high = (
            tuple(part[i] for i in kept) if part else ()
            for part in (self.hours, self.mean, self.mean_low, self.mean_high, self.low, self.high)
        )
        reached = tuple(self.reached[i] for i in kept) if self.reached else ()
        return Curve(hours, mean, mean_low, mean_high, low, high, self.n, reached)

    def until(self, end: float) -> Curve:
        """Give the part of the curve up to an hour."""
        return self.at(range(sum(hour <= end for hour in self.hours)))


class Numbers:
    """The measures of all runs."""

    def __init__(self, frame: pl.DataFrame) -> None:
        """Sum up measures over the runs.

        Args:
            frame: Rows of `tocsin.measure.measures` of any number of runs.
        """
        used = frame.filter(pl.col("measure") != "Q1")
        keys = ["measure", "name", "key", "at_ms", "unit", "of"]
        counts = used.group_by(keys).agg(pl.col("n").mean(), pl.col("note").filter(pl.col("value").is_null()).first())
        table = across(used).join(
            counts.rename({"note": "why"}), on=keys, how="left", nulls_equal=True, maintain_order="left"
        )
        self.runs: int = frame["run"].n_unique()
        table = _within_reason(table)
        self._numbers = {
            row[:3]: _number(row[3:]) for row in table.filter(pl.col("at_ms").is_null()).select(_COLUMNS).iter_rows()
        }
        curves = table.filter(pl.col("at_ms").is_not_null() & pl.col("mean").is_not_null())
        parts = curves.partition_by("measure", "name", "key", as_dict=True, maintain_order=True)
        self._curves = {key: part.sort("at_ms") for key, part in parts.items()}

    def all(self) -> dict[tuple[str, str, str], Number]:
        """All numbers by measure, name and key, in the order of the measures."""
        return dict(self._numbers)

    def get(self, measure: str, name: str, key: str = "") -> Number:
        """Look up a number; one that is not there has no value and no run that reached it."""
        return self._numbers.get(
            (measure, name, key), Number(None, None, None, None, None, None, self.runs, 0, "", None)
        )

    def curve(self, measure: str, name: str, key: str = "") -> Curve | None:
        """Look up a curve, at the points at which any run has a value; None if no run has it."""
        part = self._curves.get((measure, name, key))
        if part is None:
            return None
        several = self.runs > 1
        mean_low, mean_high, low, high = (
            tuple(part[c].to_list()) if several else () for c in ("mean_low", "mean_high", "p05", "p95")
        )
        hours = tuple(at / HOUR_MS for at in part["at_ms"].to_list())
        reached = tuple(part["reached"].to_list()) if several else ()
        return Curve(hours, tuple(part["mean"].to_list()), mean_low, mean_high, low, high, part["n"][0], reached)

    def horizon(self, measure: str, name: str) -> float:
        """The last hour at which a curve is given; 0 without one."""
        curve = self.curve(measure, name)
        return 0.0 if curve is None else curve.hours[-1]

    def keys(self, measure: str, name: str) -> Sequence[str]:
        """The keys of a number, in the order of the measure; the empty key is left out."""
        return [key for m, n, key in self._numbers if m == measure and n == name and key]

    def curve_keys(self, measure: str, name: str) -> Sequence[str]:
        """The keys of a curve, in the order of the measure; the empty key is left out."""
        return [str(key) for m, n, key in self._curves if m == measure and n == name and key]


_COLUMNS = [
    "measure",
    "name",
    "key",
    "mean",
    "mean_low",
    "mean_high",
    "p05",
    "p50",
    "p95",
    "runs",
    "reached",
    "why",
    "n",
    "of",
    "unit",
]


def _number(row: tuple[Any, ...]) -> Number:
    return Number(*row)


def _within_reason(table: pl.DataFrame) -> pl.DataFrame:
    """Cut intervals of means at what is possible: a t-interval of few runs may end below 0 or above all."""
    share = pl.col("unit") == "share"
    never_negative = pl.col("p05").fill_null(-1.0) >= 0
    low, high = pl.col("mean_low"), pl.col("mean_high")
    return table.with_columns(
        pl.col("why").fill_null(""),
        pl.when(never_negative).then(low.clip(lower_bound=0.0)).otherwise(low).alias("mean_low"),
        pl.when(share & (pl.col("p95") <= 1)).then(high.clip(upper_bound=1.0)).otherwise(high).alias("mean_high"),
    )
