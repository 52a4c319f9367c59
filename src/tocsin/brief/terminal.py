"""Tables for a terminal: what a rehearsal gave, and what is wrong with a plan."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from tocsin.brief.case import Case
from tocsin.brief.numbers import Number, Numbers
from tocsin.brief.origins import origins
from tocsin.measure.export import what_intervals_mean
from tocsin.plan import Examination, Plan

__all__ = ["show", "show_examination"]

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
        console.print(what_intervals_mean(runs))
    console.print()
    for table in (_funnel(numbers), _speed(numbers), _waits(plan, numbers), _units(plan, numbers)):
        if table is not None and table.row_count:
            console.print(table)
            console.print()


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
