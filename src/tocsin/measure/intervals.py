"""Intervals: across simulated runs, and for one recorded log.

Across runs two different things are said and never merged into one: how well the mean is known (its 95 % t-interval,
which shrinks with more runs) and what one future call-up may bring (5–95 %, which does not).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.errors import MeasureError
from tocsin.measure.rows import IDENTITY, SCHEMA

__all__ = ["across"]

Floats = NDArray[np.float64]
UNREACHED = ("not reached", "not complete", "at least")
"""Beginnings of notes of values that lie beyond every number: they sort last instead of being left out."""


def across(frame: pl.DataFrame) -> pl.DataFrame:
    """Sum up measures over runs.

    Args:
        frame: Rows of `measures` of any number of runs.

    Returns:
        One row a measure, name, key, instant: `mean, mean_low, mean_high` (95 % t-interval of the mean; null if some
        runs have no value), `p05, p50, p95` of one future call-up (order statistics at rank p (n + 1), between the
        least and the most that was seen; null where they fall among runs that never reach it), `runs`, `reached` (how
        many of them have a value), `note`.

    Raises:
        MeasureError: A column is missing, or a run has the same row twice.
    """
    _refuse(frame)
    runs = frame["run"].n_unique()
    keys = list(IDENTITY)
    order = frame.select(*keys).unique(maintain_order=True).with_row_index("_group")
    grouped = frame.join(order, on=keys, how="left", nulls_equal=True, maintain_order="left").with_columns(
        pl.when(pl.col("value").is_null() & pl.any_horizontal(pl.col("note").str.starts_with(u) for u in UNREACHED))
        .then(float("inf"))
        .otherwise(pl.col("value"))
        .alias("_value")
    )
    counted = (
        grouped.group_by("_group")
        .agg(
            pl.len().alias("rows"),
            pl.col("run").n_unique().alias("_distinct"),
            pl.col("value").is_not_null().sum().alias("reached"),
            pl.col("note").filter(pl.col("value").is_null()).first().alias("_why"),
        )
        .sort("_group")
    )
    if (counted["rows"] > counted["_distinct"]).any():
        where = order.row(int((counted["rows"] > counted["_distinct"]).arg_max() or 0), named=True)
        raise MeasureError("the same row stands twice in one run", place=f"{where['measure']} {where['name']} {where['key']}")
    known = grouped.filter(pl.col("_value").is_not_null()).select("_group", "_value").sort("_group", "_value")
    table = _statistics(known["_group"].to_numpy(), known["_value"].to_numpy(), order.height)
    table["runs"] = np.full(order.height, runs)
    columns = order.drop("_group").hstack([pl.Series(k, v).fill_nan(None) if v.dtype.kind == "f" else pl.Series(k, v)
                                           for k, v in table.items()])  # fmt: skip
    return columns.hstack([counted["reached"].cast(pl.Int64), _notes(counted, runs)])


def _refuse(frame: pl.DataFrame) -> None:
    missing = [column for column in SCHEMA if column not in frame.columns]
    if missing:
        raise MeasureError(f"the frame has no column {missing[0]!r}; expected the columns of `measures`", place="across")


def _notes(counted: pl.DataFrame, runs: int) -> pl.Series:
    notes = []
    for reached, why in zip(counted["reached"].to_list(), counted["_why"].to_list(), strict=True):
        if runs == 1:
            notes.append("one run, no interval" + (f"; {why}" if why else ""))
        elif reached == 0 and why and why.startswith("not measurable"):
            notes.append(why)
        elif reached < runs:
            notes.append(f"reached in {reached} of {runs} runs")
        else:
            notes.append("" if runs >= 19 else f"5–95 % is the least and the most of {runs} runs")
    return pl.Series("note", notes, dtype=pl.String)


def _statistics(groups: NDArray[Any], values: Floats, size: int) -> dict[str, NDArray[Any]]:
    """Mean, its interval and order statistics of values sorted within groups; infinity sorts last."""
    counts = np.bincount(groups, minlength=size)
    starts = np.cumsum(counts) - counts
    finite = np.isfinite(values)
    infinite = np.bincount(groups[~finite], minlength=size)
    usable = (counts > 0) & (infinite == 0)
    total = np.bincount(groups[finite], weights=values[finite], minlength=size)
    mean = np.divide(total, counts, out=np.full(size, np.nan), where=usable)
    spread = np.bincount(groups[finite], weights=(values - mean[groups])[finite] ** 2, minlength=size)
    half = _half_width(spread, counts, usable & (counts >= 2))
    found: dict[str, NDArray[Any]] = {"mean": mean, "mean_low": mean - half, "mean_high": mean + half}
    several = counts >= 2
    for p, name in ((0.05, "p05"), (0.5, "p50"), (0.95, "p95")):
        quantile = _future(values, starts, counts, p)
        found[name] = np.where(several | (p == 0.5), quantile, np.nan)
    return found


def _half_width(spread: Floats, counts: NDArray[Any], usable: NDArray[np.bool_]) -> Floats:
    """Half the 95 % interval of the mean: t(n - 1) s / sqrt(n)."""
    from scipy.special import stdtrit  # late: SciPy's start is dear, and only intervals need it

    n = np.where(usable, counts, 2).astype(np.float64)
    t = np.asarray(stdtrit(n - 1, 0.975), dtype=np.float64)
    return np.where(usable, t * np.sqrt(spread / (n - 1) / n), np.nan)


def _future(values: Floats, starts: NDArray[Any], counts: NDArray[Any], p: float) -> Floats:
    """The value at rank p (n + 1): a future run falls below the k-th of n with probability k / (n + 1)."""
    out = np.full(len(counts), np.nan)
    some = counts > 0
    rank = np.clip(p * (counts[some] + 1), 1, counts[some])
    below = np.floor(rank).astype(np.int64)
    part = rank - below
    low = values[starts[some] + below - 1]
    high = values[starts[some] + np.minimum(below, counts[some] - 1)]
    mixed = np.where(part > 0, low + part * np.where(np.isfinite(low), high - np.where(np.isfinite(low), low, 0), 0), low)
    out[some] = np.where(np.isfinite(mixed), mixed, np.nan)
    return out
