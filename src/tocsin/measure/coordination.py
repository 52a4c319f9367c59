"""C1–C3: how well do units work together?

All from the moments at which units were formed (A4), the plan's tasks, and which unit needs which. A unit
that was never formed leaves a task incomplete; what others waited for it until the end is a lower bound, and
is stated as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tocsin.measure.quantiles import NEVER
from tocsin.measure.rows import Rows
from tocsin.measure.units import TRADES, Fill, fill_of
from tocsin.measure.view import HOUR_MS, View

if TYPE_CHECKING:
    from tocsin.plan.model import Plan

__all__ = ["co_arrival_spread", "dependency_wait", "force_complete"]

_LISTED = 4
ORDERED = "units ordered"
"""The units of a log without a plan: each incident of it is a run."""


def _ready(view: View, rows: Rows, measure: str, name: str, unit: str) -> tuple[Plan, dict[str, int]] | None:
    """The moment at which each unit was formed, or a row that says what is missing."""
    plan, fill = view.context.plan, fill_of(view)
    if plan is None or fill is None:
        rows.missing(measure, name, unit, "the plan's units, or rows of orders to units", of="units")
        return None
    ready = _times(fill)
    if ready is None:
        rows.missing(measure, name, unit, TRADES, of="units")
        return None
    return plan, ready


def _times(fill: Fill) -> dict[str, int] | None:
    return None if fill.formed is None else dict(zip(fill.names, fill.formed.tolist(), strict=True))


def force_complete(view: View, rows: Rows) -> None:
    """C1: when the last unit that a task needs was formed, and the k-th of n."""
    sent = _sent(view)
    if sent:
        times = sorted(sent.values())
        for k in range(1, len(times) + 1):
            _kth(rows, f"unit {k} of {len(times)}", ORDERED, times, k, of=ORDERED)
        _kth(rows, "complete", ORDERED, times, len(times), of=ORDERED)
        return
    found = _ready(view, rows, "C1", "complete", "h")
    if found is None:
        return
    plan, ready = found
    if not plan.tasks:
        rows.missing("C1", "complete", "h", "the plan's tasks", of="units of the task")
    for task in plan.tasks:
        times = sorted(ready.get(unit, NEVER) for unit in task.units)
        need = task.at_least or len(times)
        _kth(rows, "complete", task.name, times, min(need, len(times)))
        for k in range(1, len(times) + 1):
            _kth(rows, f"unit {k} of {len(times)}", task.name, times, k)


def _sent(view: View) -> dict[str, int]:
    """Without a plan: how long after the first order each unit that was ordered was in position, or else formed.

    So a log of incidents, each a run of its own, has the units of an incident for its task. Empty with a plan's
    units, without orders to units, and where the log says of no unit, in whatever run, that it was ready.
    """
    plan = view.context.plan
    orders = view.rows("ordered").filter(pl.col("unit").is_not_null() & pl.col("person").is_null())
    if (plan is not None and plan.units) or orders.is_empty() or not view.told & {"in_position", "unit_formed"}:
        return {}
    start = orders["at_ms"].to_numpy().min()
    arrived = pl.concat([view.rows("in_position"), view.rows("unit_formed")]).filter(pl.col("unit").is_not_null())
    first = dict(arrived.group_by(pl.col("unit").cast(pl.String)).agg(pl.col("at_ms").min()).iter_rows())
    units = orders["unit"].cast(pl.String).unique(maintain_order=True).to_list()
    return {unit: max(first[unit] - start, 0) if unit in first else NEVER for unit in units}


def _kth(rows: Rows, name: str, task: str, times: list[int], k: int, *, of: str = "units of the task") -> None:
    at = times[k - 1]
    formed = sum(t < NEVER for t in times)
    note = "" if at < NEVER else _incomplete(formed, len(times), of)
    rows.add(
        "C1",
        name,
        at / HOUR_MS if at < NEVER else None,
        "h",
        key=task,
        n=len(times),
        of=of,
        note=note,
    )


def co_arrival_spread(view: View, rows: Rows) -> None:
    """C2: from the first to the last of units that depend on each other: those of a task, and those tied by
    needs."""
    sent = _sent(view)
    if sent:
        _spread(rows, ORDERED, list(sent.values()), ORDERED)
        return
    found = _ready(view, rows, "C2", "spread", "h")
    if found is None:
        return
    plan, ready = found
    groups = [(task.name, list(task.units)) for task in plan.tasks if len(task.units) > 1]
    groups += [(_named(group), group) for group in _tied(plan) if set(group) not in [set(g) for _, g in groups]]
    if not groups:
        rows.missing("C2", "spread", "h", "tasks or units that need others in the plan", of="units")
    for name, group in groups:
        _spread(rows, name, [ready.get(unit, NEVER) for unit in group], "units")


def _incomplete(ready: int, n: int, of: str) -> str:
    return f"not complete ({ready} of {n} units {'in position' if of == ORDERED else 'formed'})"


def _spread(rows: Rows, name: str, times: list[int], of: str) -> None:
    """From the first to the last, if all are there."""
    formed = sum(t < NEVER for t in times)
    whole = formed == len(times)
    value = (max(times) - min(times)) / HOUR_MS if whole else None
    note = "" if whole else _incomplete(formed, len(times), of)
    rows.add("C2", "spread", value, "h", key=name, n=len(times), of=of, note=note)


def _named(group: list[str]) -> str:
    """A name for units that needs tie together; a long chain by its first and last."""
    if len(group) <= _LISTED:
        return " + ".join(group)
    return f"{group[0]} … {group[-1]} ({len(group)} units)"


def _tied(plan: Plan) -> list[list[str]]:
    """Sets of units that needs tie together, directly or over others, in the plan's order."""
    group = {unit.name: unit.name for unit in plan.units}

    def root(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for unit in plan.units:
        for need in unit.needs:
            if need in group:
                group[root(need)] = root(unit.name)
    sets: dict[str, list[str]] = {}
    for unit in plan.units:
        sets.setdefault(root(unit.name), []).append(unit.name)
    return [names for names in sets.values() if len(names) > 1]


def dependency_wait(view: View, rows: Rows) -> None:
    """C3: how long units that stood ready waited for units that they need, pair by pair and in all."""
    found = _ready(view, rows, "C3", "dependency wait", "unit-h")
    if found is None:
        return
    plan, ready = found
    pairs = [(unit.name, need) for unit in plan.units for need in unit.needs if need in ready]
    if not pairs:
        rows.missing("C3", "dependency wait", "unit-h", "units that need others in the plan", of="pairs")
        return
    waited = [_wait(ready[u], ready[w], view.end_ms) for u, w in pairs]
    open_pairs = sum(1 for _, ended in waited if not ended)
    total = sum(ms for ms, _ in waited) / HOUR_MS
    note = f"at least: {open_pairs} of {len(pairs)} pairs still wait" if open_pairs else ""
    rows.add(
        "C3",
        "dependency wait",
        None if open_pairs else total,
        "unit-h",
        n=len(pairs),
        of="pairs",
        low=total if open_pairs else None,
        note=note,
    )
    for (unit, need), (ms, ended) in zip(pairs, waited, strict=True):
        hours = ms / HOUR_MS
        rows.add(
            "C3",
            "waited for",
            hours if ended else None,
            "unit-h",
            key=f"{unit} for {need}",
            n=1,
            of="pairs",
            low=None if ended else hours,
            note="" if ended else f"at least {hours:.1f} unit-h: still waits",
        )


def _wait(unit: int, need: int, end: int) -> tuple[int, bool]:
    """How long the unit stood ready before the one that it needs, and whether that wait ended."""
    if unit >= NEVER:
        return 0, True
    return max(0, min(need, end) - unit), need < NEVER
