"""C1–C3: how well do units work together?

All from the moments at which units were ready (formed, or in position where they march), the plan's tasks, and which
unit needs which. A unit that never was leaves a task incomplete; what others waited for it until the end is a lower
bound, and is stated as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tocsin.measure.quantiles import NEVER
from tocsin.measure.ready import ORDERED, POSITIONS, forces_of, formed_of, lacking, marching, ready_of, sent_of
from tocsin.measure.rows import Rows
from tocsin.measure.view import HOUR_MS, View

if TYPE_CHECKING:
    from tocsin.plan.model import Plan

__all__ = ["co_arrival_spread", "dependency_wait", "force_complete"]

_LISTED = 4
FORMED, IN_POSITION = "formed", "in position"


def force_complete(view: View, rows: Rows) -> None:
    """C1: when the last unit that a task needs was ready, and the k-th of n."""
    sent = sent_of(view)
    what = "" if sent else lacking(view)
    forces = forces_of(view)
    if what or not forces:
        of = "units" if what else "units of the task"
        rows.missing("C1", "complete", "h", what or "the plan's tasks", of=of)
        return
    ready = sent or ready_of(view)
    for force in forces:
        times = sorted(ready.get(unit, NEVER) for unit in force.units)
        stage = _stage(view, force.units)
        _kth(rows, "complete", force.name, times, force.need, force.of, stage)
        for k in range(1, len(times) + 1):
            _kth(rows, f"unit {k} of {len(times)}", force.name, times, k, force.of, stage)


def _stage(view: View, units: tuple[str, ...]) -> str:
    """What units have to be in order to count as ready."""
    return IN_POSITION if sent_of(view) or marching(view) & set(units) else FORMED


def _kth(rows: Rows, name: str, task: str, times: list[int], k: int, of: str, stage: str) -> None:
    at = times[k - 1]
    value = at / HOUR_MS if at < NEVER else None
    rows.add(
        "C1", name, value, "h", key=task, n=len(times), of=of, note="" if at < NEVER else _incomplete(times, stage)
    )


def _incomplete(times: list[int], stage: str) -> str:
    return f"not complete ({sum(t < NEVER for t in times)} of {len(times)} units {stage})"


def co_arrival_spread(view: View, rows: Rows) -> None:
    """C2: from the first to the last of units that depend on each other: those of a task, and those tied by
    needs."""
    sent = sent_of(view)
    if sent:
        _spread(rows, ORDERED, list(sent.values()), ORDERED, IN_POSITION)
        return
    plan, what = view.context.plan, lacking(view)
    if what or plan is None:
        rows.missing("C2", "spread", "h", what, of="units")
        return
    ready = ready_of(view)
    groups = [(task.name, list(task.units)) for task in plan.tasks if len(task.units) > 1]
    groups += [(_named(group), group) for group in _tied(plan) if set(group) not in [set(g) for _, g in groups]]
    if not groups:
        rows.missing("C2", "spread", "h", "tasks or units that need others in the plan", of="units")
    for name, group in groups:
        _spread(rows, name, [ready.get(unit, NEVER) for unit in group], "units", _stage(view, tuple(group)))


def _spread(rows: Rows, name: str, times: list[int], of: str, stage: str) -> None:
    """From the first to the last, if all are there."""
    whole = all(t < NEVER for t in times)
    value = (max(times) - min(times)) / HOUR_MS if whole else None
    rows.add("C2", "spread", value, "h", key=name, n=len(times), of=of, note="" if whole else _incomplete(times, stage))


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
    """C3: how long units that were formed waited for units that they need, pair by pair and in all."""
    plan, what = view.context.plan, lacking(view)
    if what == POSITIONS:  # who needs another waits until that one is formed, not until it is in position
        what = ""
    if what or plan is None:
        rows.missing("C3", "dependency wait", "unit-h", what, of="units")
        return
    ready = formed_of(view)
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
