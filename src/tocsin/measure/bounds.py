"""Bounds of measures: all early to all late, and what the silent of an open exercise may still do.

Counts of people without names are bounded in `counts.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from tocsin.log.journeys import Journeys
from tocsin.measure.compute import measures
from tocsin.measure.outcomes import CENSORED, outcome
from tocsin.measure.rows import IDENTITY, SCHEMA
from tocsin.measure.view import Context, views

__all__ = ["between", "if_silent"]

_ENDS = ("value", "low", "high")


def between(early: Journeys, late: Journeys, context: Context, only: Sequence[str] = ()) -> pl.DataFrame:
    """Measure two readings of one log and give what lies between them.

    Args:
        early: The log with every interval at its earliest, or its silent people absent (`if_silent`).
        late: The same log with every interval at its latest, or its silent people come.
        context: The plan and the list of people, as far as there are any.
        only: Numbers of measures; empty = all.

    Returns:
        The rows of `measures`: `low` and `high` are the least and the most of the two readings, `value` is
        there only if they agree. If one reading never reaches the value, `high` is null and the note says "at
        least".
    """
    keys = ["run", *IDENTITY]
    first, second = (measures(journeys, context, only) for journeys in (early, late))
    both = first.join(
        second, on=keys, how="full", coalesce=True, nulls_equal=True, suffix="_2", maintain_order="left_right"
    )
    ends = [f"{end}{suffix}" for suffix in ("", "_2") for end in _ENDS]
    agree = pl.col("value").eq_missing(pl.col("value_2")) & pl.col("low").eq_missing(pl.col("low_2"))
    lacking = pl.col("value").is_null() | pl.col("value_2").is_null()
    never = lacking & pl.any_horizontal(pl.col(n).str.starts_with("not ") for n in ("note", "note_2"))
    low, high = pl.min_horizontal(ends), pl.max_horizontal(ends)
    opened = pl.format("at least {}: one reading never reaches it", low.round(1))
    found = both.with_columns(
        pl.when(agree).then(pl.col("value")).alias("value"),
        pl.when(agree).then(pl.col("low")).otherwise(low).alias("low"),
        pl.when(agree).then(pl.col("high")).when(never).then(None).otherwise(high).alias("high"),
        pl.when(agree)
        .then(pl.col("note"))
        .when(never & low.is_not_null())
        .then(opened)
        .when(lacking)
        .then(pl.coalesce(pl.col("note"), pl.col("note_2")))
        .otherwise(pl.lit("bounds"))
        .alias("note"),
        pl.coalesce("n", "n_2").alias("n"),
    )
    return found.select(list(SCHEMA))


def if_silent(journeys: Journeys, context: Context) -> tuple[Journeys, Journeys]:
    """Close an open exercise in two ways: none of the silent comes, and all of them come at once at the cut.

    Args:
        journeys: An open log, one run or several.
        context: The list of people adds those of whom the log says nothing.

    Returns:
        The two readings, both closed at the cut: for `between`. A closed exercise comes back as it is, twice.
    """
    if journeys.closed_ms is not None:
        return journeys, journeys
    none, everybody = [], []
    for view in views(journeys, context):
        _, cause = outcome(view)
        silent = pl.Series(cause == CENSORED)
        frame = view.frame
        if "arrived_ms" not in frame.columns:
            frame = frame.with_columns(pl.lit(None, pl.Int64).alias("arrived_ms"))
        none.append(frame)
        come = pl.when(silent).then(pl.lit(journeys.cut_ms, pl.Int64)).otherwise(pl.col("arrived_ms"))
        everybody.append(frame.with_columns(come.alias("arrived_ms")))
    return (
        replace(journeys, frame=pl.concat(none, how="diagonal"), closed_ms=journeys.cut_ms),
        replace(journeys, frame=pl.concat(everybody, how="diagonal"), closed_ms=journeys.cut_ms),
    )
