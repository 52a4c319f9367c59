"""Tables of what stood at the end: units and their posts, and what several units do together."""

from __future__ import annotations

from tocsin.brief.case import Case
from tocsin.brief.numbers import Number, Numbers
from tocsin.brief.tables import Cell, Column, Folded, Moment, Row, Table, bar_of
from tocsin.brief.words import clocked, hours, share, span, spread, told, whole
from tocsin.plan import formed_at_of

__all__ = ["tasks", "units"]

MOST_UNITS = 24
"""Up to so many units a table shows all of them at once."""


def units(case: Case, numbers: Numbers) -> Folded | None:
    """How full each unit became, and when it was formed."""
    names = numbers.keys("A4", "fill at the end")
    if not names:
        return None
    formed_at = {unit.name: formed_at_of(case.plan, unit) for unit in case.plan.units}
    end = numbers.horizon("A4", "joined per post")
    rows = [_unit(case, numbers, name, formed_at.get(name), end) for name in names]
    titles = ("weakest critical trade, of its posts", "people called, per post")
    columns = (
        Column("unit", False),
        Column("posts filled at the end", False),
        Column("formed, hours after the alert", False),
        *map(Column, titles),
    )
    note = _lines_told(case, end)
    if len(rows) <= MOST_UNITS:
        return Folded(Table("units", "Posts filled, and when formed", columns, tuple(rows), note, ("A4",)))
    order = sorted(range(len(rows)), key=lambda i: numbers.get("A4", "fill at the end", names[i]).value or 0.0)
    shown = tuple(rows[i] for i in order[:12])
    return Folded(
        Table("units", f"The twelve least filled of {len(rows)} units", columns, shown, note, ("A4",)),
        Table("units-all", f"All {len(rows)} units", columns, tuple(rows)),
    )


def _unit(case: Case, numbers: Numbers, name: str, formed_at: float | None, end: float) -> Row:
    fill, formed, weakest, per_post = (
        numbers.get("A4", of, name)
        for of in ("fill at the end", "formed", "weakest critical trade at the end", "called per post")
    )
    cells = (
        Cell(told(fill, share), spread(fill, share), bar_of(fill, mark=formed_at)),
        Cell(_formed(formed), _formed_when(case, formed), _moment(case, formed, end)),
        Cell(told(weakest, share) if weakest.known else "–", spread(weakest, share)),
        Cell(told(per_post, _ratio) if per_post.known else "–"),
    )
    return Row(name, cells, f"{whole(fill.n or 0)} posts")


def _ratio(value: float) -> str:
    return f"{value:.2f}"


def _moment(case: Case, number: Number, end: float) -> Moment | None:
    """When a unit was formed, as a share of the time from the alert to the end."""
    if not end:
        return None
    at = number.value if number.value is not None else number.median
    low, high, deadline = (None if hour is None else hour / end for hour in (number.low, number.high, case.deadline_h))
    mark = deadline if deadline is not None and deadline <= 1 else None
    return Moment(None if at is None else at / end, low, high, mark)


def _lines_told(case: Case, end: float) -> str:
    """Say how the bars and the lines of time in the table are read."""
    text = (
        "The tick in a bar is the share of posts at which the plan calls the unit formed; critical trades have shares "
        "of their own."
    )
    if end:
        text += f" Lines beside times run from the alert to {span(end * 60)} after it"
        text += f"; their tick is the deadline, {case.clock.short(case.deadline_h)}." if case.deadline_h else "."
    return text


def _formed(number: Number) -> str:
    if number.known or not number.note.startswith("not complete"):
        return told(number, hours).replace("not complete", "not formed")
    return "not formed"


def _formed_when(case: Case, number: Number) -> str:
    if number.runs > 1 and number.known:
        return spread(number, hours).replace("reached in", "formed in")
    return clocked(case, number)


def tasks(case: Case, numbers: Numbers) -> Table | None:
    """When the units that do something together had all been formed."""
    keys = numbers.keys("C1", "complete")
    if not keys:
        return None
    need = {task.name: (task.at_least or len(task.units), len(task.units)) for task in case.plan.tasks}
    rows = []
    for key in keys:
        n = numbers.get("C1", "complete", key)
        k, of = need.get(key, (0, 0))
        words = told(n, hours) if n.known else "not complete"
        small = spread(n, hours).replace("reached in", "complete in") if n.runs > 1 else clocked(case, n)
        rows.append(Row(key, (Cell(f"{k} of {of}" if of else "–"), Cell(words, small))))
    columns = (Column("task", False), Column("units needed"), Column("complete, hours after the alert"))
    return Table("tasks", "What several units do together", columns, tuple(rows), measures=("C1",))
