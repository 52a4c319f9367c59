"""Measures as rows of JSON: one a measure, name, key and time, summed up over the runs."""

from __future__ import annotations

import math

import polars as pl

from tocsin.measure.intervals import across

__all__ = ["rows_of"]


def rows_of(frame: pl.DataFrame) -> list[dict[str, object]]:
    """Sum measures up over their runs and give them as JSON values.

    Args:
        frame: Measures of one run or several, as `tocsin.measure.measures` gives them.

    Returns:
        One mapping a row; what is not there is None, never a number that stands for it.
    """
    return [{name: _value(value) for name, value in row.items()} for row in across(frame).iter_rows(named=True)]


def _value(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value
