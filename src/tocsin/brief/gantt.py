"""Units over time, one row a unit: ordered, first summons, half filled, formed, set out, in position."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.brief.case import Case
from tocsin.brief.shocks import Struck, shocks_of
from tocsin.brief.tables import Cell, Row, Table
from tocsin.brief.tables import Column as Heading
from tocsin.brief.words import hours, listed
from tocsin.measure.quantiles import NEVER
from tocsin.measure.units import Fill, fill_of
from tocsin.measure.view import HOUR_MS, View

__all__ = ["STEPS", "Gantt", "Stage", "UnitRow", "gantt", "gantt_figures"]

Ints = NDArray[np.int64]
MOST_UNITS = 40
MINUTE_H = 1 / 60
"""The shortest time that is drawn."""
STEPS = ("ordered", "first summons", "half filled", "formed", "set out", "in position")
Kind = Literal["order", "call", "half", "ready", "wait", "march"]
BETWEEN: tuple[Kind, ...] = ("order", "call", "half", "ready", "march")
"""What lies between two steps, in the same order."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of a row: hours after the alert, what it is, and whether it was still open at the end."""

    start: float
    end: float
    kind: Kind
    open: bool = False


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit.

    Attributes:
        unit: Its name.
        at: Hours after the alert of each of `STEPS`; None for what did not happen.
        stages: What is drawn, from left to right; waits for others after what they lie in.
        told: The same in words.
        waited_for: The units whose forming it waited for, the last first.
    """

    unit: str
    at: tuple[float | None, ...]
    stages: tuple[Stage, ...]
    told: str
    waited_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gantt:
    """Units over time.

    Attributes:
        rows: The units, in the order of the plan.
        end: Hours after the alert at which the drawing ends.
        ticks: Local times on the axis: text, hours after the alert.
        deadline: Hours after the alert; None if each summons has its own, or it is later.
        shocks: Shocks, to be shaded.
        note: What must be known to read it.
        kinds: What occurs, for the legend.
    """

    rows: tuple[UnitRow, ...]
    end: float
    ticks: tuple[tuple[str, float], ...]
    deadline: float | None
    shocks: tuple[Struck, ...]
    note: str
    kinds: tuple[Kind, ...]


def gantt(case: Case, view: View | None) -> Gantt | None:
    """Declare the units of the first run over time; None without units in the plan.

    Args:
        case: A plan and what came of it.
        view: The first run.
    """
    fill = None if view is None else fill_of(view)
    if view is None or fill is None:
        return None
    at = _times(view, fill)
    rows = _rows(case, view, fill, at)
    shown = _telling(case, rows)
    last = max((time for row in shown for time in row.at if time is not None), default=0.0)
    whole = max(view.end_ms / HOUR_MS, MINUTE_H)
    end = min(last * 1.03, whole) if last >= MINUTE_H else whole
    deadline = case.deadline_h
    return Gantt(
        tuple(shown),
        end,
        tuple(_ticks(case, end)),
        deadline if deadline is not None and deadline < end else None,
        tuple(shock for shock in shocks_of(view) if shock.began < end),
        _note(case, len(shown), len(rows), any(stage.open for row in shown for stage in row.stages)),
        tuple(kind for kind in (*BETWEEN, "wait") if any(s.kind == kind for row in shown for s in row.stages)),
    )  # fmt: skip


def _times(view: View, fill: Fill) -> Ints:
    """When each unit came to each step, ms since the alert, shape (units, steps); `NEVER` where it did not."""
    place = {name: number for number, name in enumerate(fill.names)}
    size = len(fill.names)
    code, names = view.codes("unit")
    unit = np.array([*(place.get(name, -1) for name in names), -1], np.int64)[code]
    summoned = np.full(size, NEVER, np.int64)
    np.minimum.at(summoned, unit[unit >= 0], view.ms("summoned")[unit >= 0])
    formed = np.full(size, NEVER, np.int64) if fill.formed is None else fill.formed
    first = {kind: _first(view, kind, place, size) for kind in ("ordered", "unit_set_out", "in_position")}
    joined = np.where(view.has("surplus"), NEVER, view.ms("joined"))
    half = _kth(unit, joined, -(-fill.posts // 2))
    return np.stack([first["ordered"], summoned, half, formed, first["unit_set_out"], first["in_position"]], axis=1)


def _first(view: View, kind: str, place: dict[str, int], size: int) -> Ints:
    rows = view.rows(kind).filter(pl.col("unit").is_not_null() & pl.col("person").is_null())
    found = np.full(size, NEVER, np.int64)
    for unit, at in rows.group_by(pl.col("unit").cast(pl.String)).agg(pl.col("at_ms").min()).rows():
        if unit in place:
            found[place[unit]] = at
    return found


def _kth(unit: Ints, times: Ints, k: Ints) -> Ints:
    """The k-th time (from 1) of each unit; `NEVER` if it has fewer."""
    here = (unit >= 0) & (times < NEVER)
    order = np.lexsort((times[here], unit[here]))
    counts = np.bincount(unit[here], minlength=len(k))
    at = np.cumsum(counts) - counts + k - 1
    ordered = np.append(times[here][order], NEVER)
    return np.where(counts >= k, ordered[np.minimum(at, len(ordered) - 1)], NEVER)


def _rows(case: Case, view: View, fill: Fill, at: Ints) -> list[UnitRow]:
    formed = dict(zip(fill.names, at[:, STEPS.index("formed")].tolist(), strict=True))
    needs = {unit.name: [need for need in unit.needs if need in formed] for unit in case.plan.units}
    return [
        _row(case, name, times, {need: formed[need] for need in needs.get(name, [])}, view.end_ms)
        for name, times in zip(fill.names, at.tolist(), strict=True)
    ]


def _row(case: Case, name: str, times: Sequence[int], needs: dict[str, int], end: int) -> UnitRow:
    at = tuple(time / HOUR_MS if time < NEVER else None for time in times)
    formed = times[STEPS.index("formed")]
    waited = sorted((need for need, when in needs.items() if when > formed), key=lambda need: -needs[need])
    stages = _stages(at, end / HOUR_MS)
    if formed < NEVER and waited:
        until = needs[waited[0]]
        stages.append(Stage(formed / HOUR_MS, min(until, end) / HOUR_MS, "wait", until >= NEVER))
    told = [
        f"{step} {case.clock.short(hour)}" if hour is not None else "" for step, hour in zip(STEPS, at, strict=True)
    ]
    words = ", ".join(part for part in told if part) or "nothing known"
    if formed >= NEVER:
        words += ", not formed"
    if formed < NEVER and waited:
        words += f", waited for {listed(waited)}"
    return UnitRow(name, at, tuple(stages), words, tuple(waited) if formed < NEVER else ())


def _stages(at: Sequence[float | None], end: float) -> list[Stage]:
    """From each step that happened to the next that did; what was being done at the end without coming to it is open.

    A unit that is formed need not march: only before that is anything owed.
    """
    known = [(number, hour) for number, hour in enumerate(at) if hour is not None]
    stages = []
    for (number, hour), (_, following) in pairwise(known):
        stages.append(Stage(hour, max(following, hour), BETWEEN[number]))
    if known:
        number, hour = known[-1]
        if number < STEPS.index("formed") or number == STEPS.index("set out"):
            stages.append(Stage(hour, end, BETWEEN[number], True))
    return stages


def _telling(case: Case, rows: Sequence[UnitRow]) -> list[UnitRow]:
    """The units that say most: those that were not formed, then those others waited for, then the last to be done."""
    if len(rows) <= MOST_UNITS:
        return list(rows)
    waited_for = {unit for row in rows for unit in row.waited_for}
    last = [max((time for time in row.at if time is not None), default=0.0) for row in rows]
    done = STEPS.index("formed")
    order = sorted(
        range(len(rows)), key=lambda i: (rows[i].at[done] is not None, rows[i].unit not in waited_for, -last[i], i)
    )
    return [rows[i] for i in sorted(order[:MOST_UNITS])]


def _ticks(case: Case, end: float) -> list[tuple[str, float]]:
    apart = next((h for h in (1, 2, 3, 6, 12, 24, 48, 96) if end / h <= 8), 168)
    return [(case.clock.short(hour), float(hour)) for hour in range(0, math.floor(end) + 1, apart)]


def _note(case: Case, shown: int, all_units: int, some_open: bool) -> str:
    text = "The first run." if case.runs > 1 else "One run."
    if shown < all_units:
        text += (
            f" {shown} of {all_units} units: those never formed, then those that others waited for, then the last to "
            "be done."
        )
    text += (
        " Half filled: half of all posts have somebody. Hatched: the wait of a formed unit for another that it needs."
    )
    if some_open:
        text += " A bar that runs off to the right was not over at the end."
    return text


def gantt_figures(case: Case, drawn: Gantt) -> Table:
    """The same in figures: local times, and hours after the alert below them."""
    rows = tuple(
        Row(row.unit, tuple(Cell(case.clock.short(at), hours(at)) if at is not None else Cell("–") for at in row.at))
        for row in drawn.rows
    )
    shown = [k for k in range(len(STEPS)) if any(row.cells[k].text != "–" for row in rows)]
    columns = (Heading("unit", False), *(Heading(STEPS[k]) for k in shown))
    kept = tuple(Row(row.head, tuple(row.cells[k] for k in shown)) for row in rows)
    return Table("gantt-figures", "Units over time in figures", columns, kept)
