"""Tables of what stood at the end: units and their posts, and what several units do together."""

from __future__ import annotations

from tocsin.brief.case import Case
from tocsin.brief.numbers import Number, Numbers
from tocsin.brief.tables import Cell, Column, Folded, Row, Table, bar_of
from tocsin.brief.words import clocked, hours, share, spread, told, whole
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
    rows = []
    for name in names:
        fill, formed = numbers.get("A4", "fill at the end", name), numbers.get("A4", "formed", name)
        rows.append(
            Row(
                name,
                (
                    Cell(told(fill, share), spread(fill, share), bar_of(fill, mark=formed_at.get(name))),
                    Cell(_formed(formed), _formed_when(case, formed)),
                ),
                f"{whole(fill.n or 0)} posts",
            )
        )
    columns = (
        Column("unit", False),
        Column("posts filled at the end", False),
        Column("formed, hours after the alert"),
    )
    if len(rows) <= MOST_UNITS:
        return Folded(Table("units", "Posts filled, and when formed", columns, tuple(rows)))
    order = sorted(range(len(rows)), key=lambda i: numbers.get("A4", "fill at the end", names[i]).value or 0.0)
    shown = tuple(rows[i] for i in order[:12])
    return Folded(
        Table("units", f"The twelve least filled of {len(rows)} units", columns, shown),
        Table("units-all", f"All {len(rows)} units", columns, tuple(rows)),
    )


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
    return Table("tasks", "What several units do together", columns, tuple(rows))
