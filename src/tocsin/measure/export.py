"""Measures as rows of JSON: one a measure, name, key and time, summed up over the runs."""

from __future__ import annotations

import polars as pl

from tocsin.measure.intervals import ENOUGH, across
from tocsin.measure.rows import IDENTITY

__all__ = ["rows_of", "summed_up", "what_intervals_mean"]


def summed_up(frame: pl.DataFrame) -> pl.DataFrame:
    """Sum measures up over their runs; a single run keeps its own bounds, interval and note.

    Args:
        frame: Measures of one run or several, as `tocsin.measure.measures` gives them.

    Returns:
        The columns of `across`, then `low` and `high`: bounds or interval of one log, null for several runs.
    """
    nothing = pl.lit(None, pl.Float64)
    if frame["run"].n_unique() != 1:
        return across(frame).with_columns(nothing.alias("low"), nothing.alias("high"))
    return frame.select(
        *IDENTITY,
        pl.col("value").alias("mean"),
        *(nothing.alias(name) for name in ("mean_low", "mean_high", "p05")),
        pl.col("value").alias("p50"),
        nothing.alias("p95"),
        pl.lit(1, pl.Int64).alias("runs"),
        pl.col("value").is_not_null().cast(pl.Int64).alias("reached"),
        *("note", "low", "high"),
    )


def what_intervals_mean(runs: int) -> str:
    """Say what the two intervals of several runs are, for people."""
    one = "nine in ten runs fall into it" if runs >= ENOUGH else f"the least and the most of {runs} runs"
    return f"Numbers are means of the runs. Range: what one future call-up may bring, {one}."


def rows_of(frame: pl.DataFrame) -> list[dict[str, object]]:
    """Sum measures up over their runs and give them as JSON values.

    Args:
        frame: Measures of one run or several, as `tocsin.measure.measures` gives them.

    Returns:
        One mapping a row; what is not there is None, never a number that stands for it.
    """
    table = summed_up(frame)
    whole = pl.selectors.float()
    return table.with_columns(pl.when(whole.is_finite()).then(whole)).to_dicts()
