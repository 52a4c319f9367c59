"""Tables for a terminal: what a rehearsal gave, what a log measures, what is wrong with a plan."""

from __future__ import annotations

import polars as pl
from rich.console import Console
from rich.table import Table

from tocsin.brief.numbers import Number, Numbers
from tocsin.brief.origins import origins
from tocsin.measure import across
from tocsin.plan import Examination, Plan

__all__ = ["show", "show_examination", "show_rows"]

_MOST_UNITS = 24
_FUNNEL = (
    ("called", "called", ""),
    ("delivered", "delivered", "called"),
    ("arrived", "arrived", "called"),
    ("  of those delivered", "arrived", "delivered"),
    ("released at the gate", "released", "arrived"),
    ("ready in a post", "ready", "arrived"),
    ("surplus, no post left", "surplus", "arrived"),
)


def show(plan: Plan, frame: pl.DataFrame, runs: int, seed: int) -> None:
    """Print what a rehearsal gave.

    Args:
        plan: The plan.
        frame: Measures of all its runs.
        runs: How many there were.
        seed: Their seed.
    """
    console = _console()
    numbers = Numbers(frame)
    console.print(f"\n[bold]{_plain(plan.exercise.title)}[/bold]")
    times = f"{runs} runs, seed {seed}" if runs > 1 else f"one run, seed {seed}, so no interval (-n 100 gives them)"
    console.print(f"Simulated, {times}. A rehearsal of the plan's figures and assumptions, not a forecast.\n")
    for table in (_funnel(numbers), _speed(numbers), _waits(numbers), _units(plan, numbers)):
        if table is not None and table.row_count:
            console.print(table)
            console.print()


def show_rows(frame: pl.DataFrame, *, every: bool) -> None:
    """Print measures row by row.

    Args:
        frame: Measures of one run or several.
        every: Also those by point, unit and time; otherwise only those of the whole.
    """
    table = across(frame)
    chosen = (
        table if every else table.filter(pl.col("at_ms").is_null() & ~pl.col("key").str.contains(" @ ", literal=True))
    )
    printed = _table("", "measure", "", "value", "unit", "of", "note")
    for row in chosen.iter_rows(named=True):
        at = "" if row["at_ms"] is None else f" at {row['at_ms'] / 3_600_000:.2f} h"
        value = "–" if row["mean"] is None else f"{row['mean']:,.3f}".rstrip("0").rstrip(".")
        printed.add_row(
            row["measure"], _plain(row["name"] + at), _plain(row["key"]), value, row["unit"], row["of"], row["note"]
        )
    _console().print(printed)
    if not every:
        print("Measures of the whole; --all prints those by point and over time too.")


def show_examination(found: Examination) -> None:
    """Print what was found in a plan: errors, warnings, assumptions."""
    console = _console()
    for problem in found.problems:
        console.print(f"{problem.level}: {_plain(found.place(problem))}: {_plain(problem.sentence)}", soft_wrap=True)
    if found.plan is None or found.errors:
        console.print(f"{len(found.errors)} errors: the plan cannot be run")
        return
    listed = origins(found.plan, "assumption")
    console.print(f"{_plain(found.name)}: the plan can be run; {len(listed)} assumptions:")
    for origin in listed:
        console.print(f"  {_plain(origin.where)}: {_plain(origin.text)}", soft_wrap=True)


# --- the tables of a rehearsal ------------------------------------------------------------------------------------


def _funnel(numbers: Numbers) -> Table:
    table = _table("Who came", "", "persons", "share", "one future call-up")
    for title, stage, of in _FUNNEL:
        count = numbers.get("A1", stage)
        if not count.known:
            continue
        share = numbers.get("A1", f"{stage} of {of}") if of else None
        persons = "" if title.startswith(" ") else _figure(count, 0)
        told = f"{_percent(share)} of {of}" if share is not None and share.known else ""
        table.add_row(title, persons, told, _range(share, 100, 1, " %") if share is not None else "")
    return table


def _speed(numbers: Numbers) -> Table:
    table = _table(
        "How fast they assemble", "", "hours after the alert", "95 % interval of the mean", "one future call-up"
    )
    for of in ("called", "reached"):
        for p in (50, 80, 95):
            number = numbers.get("A3", f"T{p} of {of}")
            table.add_row(
                f"{p} % of those {of}", _hours(number), _interval(number, 1, 1, " h"), _range(number, 1, 1, " h")
            )
    on_time = numbers.get("A5", "on time of called")
    table.add_row(
        "at the gate by the deadline",
        _percent(on_time),
        _interval(on_time, 100, 1, " %"),
        _range(on_time, 100, 1, " %"),
    )
    return table


def _waits(numbers: Numbers) -> Table | None:
    stations = [key for key in numbers.keys("L1", "wait p50") if " @ " not in key]
    table = _table(
        "How long they wait", "", "half wait under", "95 % wait under", "longer than the limit", "hours waited by all"
    )
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
    table = _table("How full the units are", "", "posts filled", "formed after", "formed in")
    for unit in plan.units[:_MOST_UNITS]:
        fill, formed = numbers.get("A4", "fill at the end", unit.name), numbers.get("A4", "formed", unit.name)
        table.add_row(_plain(unit.name), _percent(fill), _hours(formed), f"{formed.reached} of {formed.runs} runs")
    if len(plan.units) > _MOST_UNITS:
        table.add_row(f"… and {len(plan.units) - _MOST_UNITS} more units", "", "", "")
    whole, formed = numbers.get("A4", "posts filled"), numbers.get("A4", "units formed")
    table.add_row("all", _percent(whole), "", f"{_percent(formed)} of units", style="bold")
    return table


# --- cells --------------------------------------------------------------------------------------------------------


def _figure(number: Number, digits: int) -> str:
    return "–" if number.value is None else f"{number.value:,.{digits}f}"


def _percent(number: Number | None) -> str:
    return "–" if number is None or number.value is None else f"{100 * number.value:.1f} %"


def _hours(number: Number) -> str:
    if number.known and number.partly:
        median = "" if number.median is None else f", median of all {number.median:.1f} h"
        return f"reached in {number.reached} of {number.runs} runs{median}"
    return f"{number.value:.1f} h" if number.value is not None else number.note or "not reached"


def _interval(number: Number, factor: float, digits: int, unit: str) -> str:
    if number.mean_low is None or number.mean_high is None:
        return ""
    return f"{factor * number.mean_low:.{digits}f} to {factor * number.mean_high:.{digits}f}{unit}"


def _range(number: Number, factor: float, digits: int, unit: str) -> str:
    if number.low is None or number.high is None:
        return ""
    return f"{factor * number.low:.{digits}f} to {factor * number.high:.{digits}f}{unit}"


def _table(title: str, first: str, *columns: str) -> Table:
    table = Table(title=title or None, title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column(first)
    for column in columns:
        table.add_column(column, justify="right" if title else "left")
    return table


def _plain(text: str) -> str:
    """Text of a plan is shown as it is, not read as markup."""
    return text.replace("[", r"\[")


def _console() -> Console:
    return Console(highlight=False, width=None)
