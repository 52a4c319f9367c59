"""Measures as a table in a terminal; beside the commands, for what a page is made with takes a while to import."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from tocsin.measure.catalogue import CATALOGUE
from tocsin.measure.export import summed_up, what_intervals_mean

__all__ = ["show_rows"]

_HOUR_MS = 3_600_000
_MOST_KEYS = 7  # a number that more than so many points or units have is told as a range
_LONGEST = 3  # so many steps of each critical path are told
_NAMES, _LEAST_NAMES = 0.43, 20  # at most so much of the width for the names of measures, and at least so many signs


def show_rows(frame: pl.DataFrame, *, every: bool) -> None:
    """Print measures one below the other.

    Args:
        frame: Measures of one run or several.
        every: Every row, by point, unit and time too; otherwise those of the whole, and the others as a range.
    """
    table = summed_up(frame)
    runs = frame["run"].n_unique()
    common = _common_notes(table)
    bounded = table["low"].count() > 0
    columns = ("95 % of the mean", "range") if runs > 1 else ("from, to",) if bounded else ()
    console = _console()
    printed = Table(box=None, pad_edge=False, show_header=bool(columns))
    printed.add_column("", min_width=_LEAST_NAMES, max_width=int(_NAMES * console.width), overflow="fold")
    printed.add_column("mean" if runs > 1 else "value", justify="right", no_wrap=True)
    for column in columns:
        printed.add_column(column, justify="right")
    printed.add_column("of what; note", overflow="fold")
    for number, part in table.partition_by("measure", as_dict=True, maintain_order=True).items():
        printed.add_row(f"[bold]{number[0]} {_plain(CATALOGUE[str(number[0])].name)}[/bold]")
        for name, *cells in _lines(part, len(columns), common, every=every):
            printed.add_row(Padding(_plain(name), (0, 0, 0, 2)), *cells)
    console.print(printed)
    alone = "" if bounded else "One run, so no interval."
    told = [alone if runs == 1 else f"{runs:,} runs. {what_intervals_mean(runs)}"]
    told += [f"{note[:1].upper()}{note[1:]}." for note in common if runs == 1]
    told += [] if every else ["--all prints each row, by point, unit and time; --only A3,L1 chooses."]
    console.print(" ".join(part for part in told if part))


def _common_notes(table: pl.DataFrame) -> list[str]:
    """Notes that most rows carry which have an interval, or else a value: they are said once, below the table."""
    told = table.filter(pl.col("low" if table["low"].count() else "mean").is_not_null())
    notes = told["note"].str.split("; ").explode()
    counted = notes.filter(notes != "").value_counts()
    return counted.filter(pl.col("count") > told.height / 2)["note"].sort().to_list()


def _lines(part: pl.DataFrame, columns: int, common: list[str], *, every: bool) -> Iterator[tuple[str, ...]]:
    """The lines of one measure, with so many columns of intervals."""
    if every:
        for row in part.iter_rows(named=True):
            yield _line(row, columns, common)
        return
    if part["measure"][0] == "C7":
        yield from _paths(part, columns, common)
        return
    whole = part.filter(pl.col("at_ms").is_null() & ~pl.col("key").str.contains(" @ ", literal=True))
    for name, rows in whole.partition_by("name", as_dict=True, maintain_order=True).items():
        alone = rows.filter(pl.col("key") == "")
        if alone.height:
            rows = alone
        if rows.height <= _MOST_KEYS:
            for row in rows.iter_rows(named=True):
                yield _line(row, columns, common)
        else:
            yield _range_over(str(name[0]), rows, columns)


def _paths(part: pl.DataFrame, columns: int, common: list[str]) -> Iterator[tuple[str, ...]]:
    """Each critical path with the longest of what it was made of: who waited where is what it is about."""
    for row in part.filter(pl.col("name") == "critical path").iter_rows(named=True):
        yield _line(row, columns, common)
        task = row["key"]
        mine = pl.col("key").str.starts_with(f"{task}: ") | (pl.col("key") == task)
        steps = part.filter(mine & (pl.col("name") != "critical path"))
        for step in steps.sort("mean", descending=True, maintain_order=True).head(_LONGEST).iter_rows(named=True):
            yield _line({**step, "name": f"  {step['name']}", "key": step["key"][len(task) + 2 :]}, columns, common)


def _range_over(name: str, rows: pl.DataFrame, columns: int) -> tuple[str, ...]:
    """One line for a number that many points or units have."""
    unit, known = rows["unit"][0], rows["mean"].drop_nulls()
    value = "–" if known.is_empty() else f"{_amount(known.min(), unit, bare=True)} to {_amount(known.max(), unit)}"
    without = f", {rows.height - known.len()} of them without" if known.len() < rows.height else ""
    of = f"of {rows['of'][0]}; over {rows.height} (--all){without}"
    return (name, value, *("",) * columns, _plain(of))


def _line(row: dict[str, Any], columns: int, common: list[str]) -> tuple[str, ...]:
    at = "" if row["at_ms"] is None else f", {row['at_ms'] / _HOUR_MS:.2f} h"
    key = f": {row['key']}" if row["key"] else ""
    unit = row["unit"]
    ends = (("mean_low", "mean_high"), ("p05", "p95")) if columns > 1 else (("low", "high"),) * columns
    intervals = (_ends(row[low], row[high], unit) for low, high in ends)
    of = [] if unit == "persons" and row["of"] == "called" else [f"of {row['of']}"]
    notes = [part for part in row["note"].split("; ") if part and part not in common]
    return (f"{row['name']}{key}{at}", _amount(row["mean"], unit), *intervals, _plain("; ".join([*of, *notes])))


def _ends(low: object, high: object, unit: str) -> str:
    factor = 100 if unit == "share" else 1
    if not isinstance(low, int | float):
        return ""
    if not isinstance(high, int | float):
        return f"at least {factor * low:,.{0 if _whole(low, unit) else 1}f}"
    digits = 0 if _whole(low, unit) and _whole(high, unit) else 1
    return f"{factor * low:,.{digits}f} to {factor * high:,.{digits}f}"


def _amount(value: object, unit: str, *, bare: bool = False) -> str:
    """Write a value with its unit: shares in per cent, others with one decimal if they have any."""
    if not isinstance(value, int | float):
        return "–"
    if unit == "yes = 1" and value in (0, 1):
        return "yes" if value else "no"
    figure = f"{100 * value:.1f}" if unit == "share" else f"{value:,.{0 if _whole(value, unit) else 1}f}"
    return figure if bare else f"{figure} {'%' if unit == 'share' else unit}"


def _whole(value: float, unit: str) -> bool:
    return unit not in ("h", "min", "share") and float(value).is_integer()


def _plain(text: str) -> str:
    """Text of a plan is shown as it is, not read as markup."""
    return text.replace("[", r"\[")


def _console() -> Console:
    return Console(highlight=False)
