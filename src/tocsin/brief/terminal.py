"""Tables for a terminal: what a rehearsal gave, what a log measures, what is wrong with a plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from tocsin.brief.case import HOUR_MS, Case
from tocsin.brief.numbers import Number, Numbers
from tocsin.brief.origins import origins
from tocsin.measure.catalogue import CATALOGUE
from tocsin.measure.export import summed_up
from tocsin.measure.intervals import ENOUGH
from tocsin.plan import Examination, Plan

__all__ = ["show", "show_examination", "show_rows"]

_MOST_UNITS = 24
_MOST_KEYS = 7  # a number that more than so many points or units have is told as a range
_NAMES, _LEAST_NAMES = 0.43, 20  # at most so much of the width for the names of measures, and at least so many signs
_FUNNEL = (
    ("called", "called", ""),
    ("delivered", "delivered", "called"),
    ("arrived", "arrived", "called"),
    ("  of those delivered", "arrived", "delivered"),
    ("released at the gate", "released", "arrived"),
    ("ready in a post", "ready", "arrived"),
    ("surplus, no post left", "surplus", "arrived"),
)


def show(case: Case) -> None:
    """Print what a rehearsal gave.

    Args:
        case: A plan and what came of it.
    """
    console = _console()
    plan, numbers, runs, seed = case.plan, case.numbers, case.runs, case.seed
    console.print(f"\n[bold]{_plain(plan.exercise.title)}[/bold]")
    times = f"{runs:,} runs, seed {seed}" if runs > 1 else f"One run, seed {seed}: no intervals (-n 100 gives them)"
    console.print(f"{times}. Rehearsed from the plan's figures and assumptions: no forecast.")
    if runs > 1:
        console.print(_what_intervals_mean(runs))
    console.print()
    for table in (_funnel(numbers), _speed(numbers), _waits(plan, numbers), _units(plan, numbers)):
        if table is not None and table.row_count:
            console.print(table)
            console.print()


def _what_intervals_mean(runs: int) -> str:
    one = "nine in ten runs fall into it" if runs >= ENOUGH else f"the least and the most of {runs} runs"
    return f"Numbers are means of the runs. Range: what one future call-up may bring, {one}."


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
    told = [alone if runs == 1 else f"{runs:,} runs. {_what_intervals_mean(runs)}"]
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


def _range_over(name: str, rows: pl.DataFrame, columns: int) -> tuple[str, ...]:
    """One line for a number that many points or units have."""
    unit, known = rows["unit"][0], rows["mean"].drop_nulls()
    value = "–" if known.is_empty() else f"{_amount(known.min(), unit, bare=True)} to {_amount(known.max(), unit)}"
    without = f", {rows.height - known.len()} of them without" if known.len() < rows.height else ""
    of = f"of {rows['of'][0]}; over {rows.height} (--all){without}"
    return (name, value, *("",) * columns, _plain(of))


def _line(row: dict[str, Any], columns: int, common: list[str]) -> tuple[str, ...]:
    at = "" if row["at_ms"] is None else f", {row['at_ms'] / HOUR_MS:.2f} h"
    key = f": {row['key']}" if row["key"] else ""
    unit = row["unit"]
    ends = (("mean_low", "mean_high"), ("p05", "p95")) if columns > 1 else (("low", "high"),) * columns
    intervals = (_ends(row[low], row[high], unit) for low, high in ends)
    of = [] if unit == "persons" and row["of"] == "called" else [f"of {row['of']}"]
    notes = [part for part in row["note"].split("; ") if part and part not in common]
    return (f"{row['name']}{key}{at}", _amount(row["mean"], unit), *intervals, _plain("; ".join([*of, *notes])))


def _ends(low: object, high: object, unit: str) -> str:
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return ""
    digits = 0 if _whole(low, unit) and _whole(high, unit) else 1
    factor = 100 if unit == "share" else 1
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


def show_examination(found: Examination) -> None:
    """Print what was found in a plan: errors, warnings, assumptions."""
    console = _console()
    for problem in found.problems:
        console.print(f"{problem.level}: {_plain(found.place(problem))}: {_plain(problem.sentence)}", soft_wrap=True)
    if found.plan is None or found.errors:
        many = len(found.errors)
        console.print(f"{many} error{'s' if many > 1 else ''}: the plan cannot be run")
        return
    listed = origins(found.plan, "assumption")
    console.print(f"{_plain(found.name)}: the plan can be run; {len(listed)} assumptions:")
    for origin in listed:
        console.print(f"  {_plain(origin.where)}: {_plain(origin.text)}", soft_wrap=True)


# --- the tables of a rehearsal ------------------------------------------------------------------------------------


def _funnel(numbers: Numbers) -> Table:
    table = _table("Who came", "", "persons", "share", *_if_several(numbers, "range"))
    for title, stage, of in _FUNNEL:
        count = numbers.get("A1", stage)
        if not count.known:
            continue
        share = numbers.get("A1", f"{stage} of {of}") if of else None
        persons = "" if title.startswith(" ") else _figure(count, 0)
        told = f"{_percent(share)} of {of}" if share is not None and share.known else ""
        ranges = _range(share, 100, " %") if share is not None else ""
        table.add_row(title, persons, told, *_if_several(numbers, ranges))
    return table


def _speed(numbers: Numbers) -> Table:
    columns = _if_several(numbers, "95 % of the mean", "range")
    table = _table("How fast they assemble", "", "after the alert", *columns)
    for of in ("called", "reached"):
        for p in (50, 80, 95):
            number = numbers.get("A3", f"T{p} of {of}")
            mean = f"in {number.reached} of {number.runs} runs" if number.partly else _interval(number, 1, " h")
            table.add_row(f"{p} % of those {of}", _hours(number), *_if_several(numbers, mean, _range(number, 1, " h")))
    on_time = numbers.get("A5", "on time of called")
    cells = _if_several(numbers, _interval(on_time, 100, " %"), _range(on_time, 100, " %"))
    table.add_row("by the deadline", f"{_percent(on_time)} of called", *cells)
    return table


def _waits(plan: Plan, numbers: Numbers) -> Table | None:
    stations = [key for key in numbers.keys("L1", "wait p50") if " @ " not in key]
    limit = f"over {_short(plan.limits.wait_min)}"
    table = _table("How long they wait", "", "half wait under", "95 % wait under", limit, "hours, all together")
    for key in stations:
        p50, p95, over, hours = (
            numbers.get("L1", name, key)
            for name in ("wait p50", "wait p95", "share over the limit", "person-hours waited")
        )
        table.add_row(
            _plain(key), f"{_figure(p50, 0)} min", f"{_figure(p95, 0)} min", _percent(over), _figure(hours, 0)
        )
    return table


def _units(plan: Plan, numbers: Numbers) -> Table | None:
    if not plan.units:
        return None
    table = _table("How full the units are", "", "posts filled", "formed after", *_if_several(numbers, "formed in"))
    for unit in plan.units[:_MOST_UNITS]:
        fill, formed = numbers.get("A4", "fill at the end", unit.name), numbers.get("A4", "formed", unit.name)
        often = f"{formed.reached} of {formed.runs} runs"
        table.add_row(_plain(unit.name), _percent(fill), _hours(formed), *_if_several(numbers, often))
    if len(plan.units) > _MOST_UNITS:
        table.add_row(f"… and {len(plan.units) - _MOST_UNITS} more units")
    whole, formed = numbers.get("A4", "posts filled"), numbers.get("A4", "units formed")
    many = f"{_percent(formed)} of units"
    cells = ("", many) if numbers.runs > 1 else (many,)
    table.add_row("all", _percent(whole), *cells, style="bold")
    return table


# --- cells --------------------------------------------------------------------------------------------------------


def _if_several(numbers: Numbers, *cells: str) -> tuple[str, ...]:
    """Cells of columns that one run does not have."""
    return cells if numbers.runs > 1 else ()


def _figure(number: Number, digits: int) -> str:
    return "–" if number.value is None else f"{number.value:,.{digits}f}"


def _percent(number: Number | None) -> str:
    return "–" if number is None or number.value is None else f"{100 * number.value:.1f} %"


def _hours(number: Number) -> str:
    """The mean if all runs get there; the median over all if most do; else a dash, or why not."""
    if number.partly:
        return "–" if number.median is None else f"median {number.median:.1f} h"
    if number.value is not None:
        return f"{number.value:.1f} h"
    # The note holds for one run: of several, the greatest share that one of them reached says nothing of the rest.
    return "not reached" if number.runs > 1 or not number.note else number.note


def _short(minutes: float) -> str:
    return f"{minutes / 60:g} h" if minutes % 60 == 0 else f"{minutes:g} min"


def _interval(number: Number, factor: float, unit: str) -> str:
    return _span(number.mean_low, number.mean_high, factor, unit)


def _range(number: Number, factor: float, unit: str) -> str:
    return _span(number.low, number.high, factor, unit)


def _span(low: float | None, high: float | None, factor: float, unit: str) -> str:
    return "" if low is None or high is None else f"{factor * low:.1f} to {factor * high:.1f}{unit}"


def _table(title: str, first: str, *columns: str) -> Table:
    table = Table(title=title or None, title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column(first, no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _plain(text: str) -> str:
    """Text of a plan is shown as it is, not read as markup."""
    return text.replace("[", r"\[")


def _console() -> Console:
    return Console(highlight=False)
