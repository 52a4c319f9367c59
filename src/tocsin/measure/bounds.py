"""Bounds of measures: all early to all late, and what the silent of an open exercise may still do.

Counts of people without names are bounded in `counts.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.log.journeys import Journeys
from tocsin.measure.cells import Altered
from tocsin.measure.compute import MEASURES, measures, measures_of
from tocsin.measure.outcomes import CENSORED, outcome
from tocsin.measure.quality import AS_READ
from tocsin.measure.rows import IDENTITY, SCHEMA
from tocsin.measure.view import Context, View, views

__all__ = ["UNMOVED", "between", "if_silent", "least_and_most", "silent_bounds", "silent_views"]

_ENDS = ("value", "low", "high")
UNMOVED = ("A4", "L1", "L2", "L3", "L4", "L5", "L6", "C1", "C2", "C3", "C4", "C5", "C7")
"""Measures that read no arrival: they are the same whether the silent come or not."""


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
    return least_and_most(measures(early, context, only), measures(late, context, only))


def least_and_most(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """Give what lies between the measures of two readings of one log, as `between` does.

    Args:
        first: Rows of `measures`.
        second: The same of the other reading.
    """
    keys = ["run", *IDENTITY]
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
    both = [silent_views(view) for view in views(journeys, context)]
    none, everybody = (pl.concat([pair[i].frame for pair in both], how="diagonal") for i in range(2))
    closed = replace(journeys, closed_ms=journeys.cut_ms)
    return replace(closed, frame=none), replace(closed, frame=everybody)


def silent_views(view: View) -> tuple[View, View]:
    """Close one open run in the two ways of `if_silent`: none of the silent comes, all of them come at the cut."""
    _, cause = outcome(view)
    arrived = view.ms("arrived")
    everybody = np.where(cause == CENSORED, view.cut_ms, arrived)

    def closed(times: NDArray[np.int64]) -> View:
        cells = Altered(view.cells, "arrived_ms", times)
        return replace(view, cells=cells, closed_ms=view.cut_ms, memory={AS_READ: view})

    return closed(arrived), closed(everybody)


def silent_bounds(view: View, only: Sequence[str] = ()) -> pl.DataFrame:
    """Measure one open run: what lies between none and all of the silent coming.

    Args:
        view: The run.
        only: Numbers of measures; empty = all.
    """
    none, everybody = silent_views(view)
    found = measures_of([none], only)
    moved = [number for number in only or MEASURES if number not in UNMOVED]
    if not moved:
        return found
    between = least_and_most(found.filter(pl.col("measure").is_in(moved)), measures_of([everybody], moved))
    joined = pl.concat([found.filter(pl.col("measure").is_in(UNMOVED)), between])
    return joined.sort(pl.col("measure").cast(pl.Enum(list(MEASURES))), maintain_order=True)
