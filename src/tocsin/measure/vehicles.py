"""Vehicles of a point's own: how many stand ready, and how many would take those who wait for one.

A vehicle is away from its departure until it is back at the point. People wait for one from the end of their last
service (from their arrival, where there was none) until the vehicle leaves that they boarded.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.measure.cells import codes_in
from tocsin.measure.quantiles import NEVER
from tocsin.measure.queues import stays_of
from tocsin.measure.rows import Rows
from tocsin.measure.view import GRID_MS, HOUR_MS, View

__all__ = ["bus_waits", "vehicles"]

Ints = NDArray[np.int64]


def bus_waits(view: View, left: Ints) -> tuple[Ints, Ints, Ints]:
    """Waits for a vehicle of those who boarded one.

    Args:
        left: When the vehicle left that each person boarded, `NEVER` if not known: then the wait ends aboard.

    Returns:
        Who waited, since when, until when; arrays of shape (waits,).
    """
    boarded = view.ms("boarded")
    since = view.ms("arrived").copy()
    since[since >= NEVER] = -1
    for stay in stays_of(view):
        mine = stay.served & (stay.ended <= boarded[stay.person])
        np.maximum.at(since, stay.person[mine], stay.ended[mine])
    until = np.minimum(np.where(left < NEVER, left, boarded), view.cut_ms)
    who = np.flatnonzero((boarded < NEVER) & (since >= 0) & (since < until))
    return who, since[who], until[who]


def vehicles(view: View, rows: Rows, left: Ints) -> None:
    """L5: vehicles available and required every 15 minutes, and for how long too few were there; and by point."""
    fleets = _fleets(view)
    if not fleets:
        rows.missing("L5", "vehicles available", "vehicles", "the plan's own vehicles at points", of="vehicles")
        return
    ready, needed, waiting = _over_time(view, left, fleets)
    rows.curve("L5", "vehicles available", view.grid, ready.sum(axis=0), "vehicles", n=_all(fleets), of="vehicles")
    rows.curve("L5", "vehicles required", view.grid, needed.sum(axis=0), "vehicles", n=_all(fleets), of="vehicles")
    short = waiting & (needed > ready)
    _short(rows, [""], [int(short.any(axis=0).sum())], [int(waiting.any(axis=0).sum())])
    _short(rows, list(fleets), short.sum(axis=1).tolist(), waiting.sum(axis=1).tolist())


def _all(fleets: dict[str, tuple[int, int]]) -> int:
    return sum(fleet for fleet, _ in fleets.values())


def _short(rows: Rows, keys: list[str], short: list[int], waiting: list[int]) -> None:
    hours = np.array(short) * (GRID_MS / HOUR_MS)
    rows.many("L5", "short of vehicles", hours, "h", keys=keys, n=waiting, of="quarters in which people wait")


def _fleets(view: View) -> dict[str, tuple[int, int]]:
    """How many vehicles a point has of its own, and how many people the largest takes; points without any left out."""
    plan, found = view.context.plan, {}
    if plan is None:
        return {}
    from tocsin.plan.resolve import layout_of  # late: with a plan only

    for point in plan.points:
        lines = layout_of(plan, point).buses
        if lines and all(line.fleet is not None for line in lines):
            found[point.name] = (sum(line.fleet or 0 for line in lines), max(line.capacity for line in lines))
    return found


def _over_time(view: View, left: Ints, fleets: dict[str, tuple[int, int]]) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Vehicles ready, vehicles required, and whether anybody waits: each of shape (points, quarters)."""
    points, grid = list(fleets), view.grid
    fleet, capacity = np.array(list(fleets.values())).T[:, :, None]
    departed = view.rows("bus_departed")
    # A vehicle is back when it arrives where it once left; where it was sent it is still away.
    back = view.rows("bus_arrived").join(departed, on=["thing", "place"], how="semi")
    away = _steps(_of(departed, points), _at(departed), len(points), grid)
    away -= _steps(_of(back, points), _at(back), len(points), grid)
    who, since, until = bus_waits(view, left)
    place = (
        view.cells.codes_in("place", points)[who].astype(np.int64) if "place" in view.columns else np.full(len(who), -1)
    )
    waiting = _steps(place, since, len(points), grid) - _steps(place, until, len(points), grid)
    return np.maximum(fleet - away, 0), -(-waiting // capacity), waiting > 0


def _of(rows: pl.DataFrame, points: list[str]) -> Ints:
    """At which of the points each row happened; -1 if at none."""
    return codes_in(rows["place"], points).astype(np.int64)


def _at(rows: pl.DataFrame) -> Ints:
    return np.asarray(rows["at_ms"].to_numpy(), np.int64)


def _steps(point: Ints, at: Ints, points: int, grid: Ints) -> Ints:
    """How many things of each point happened up to each quarter: shape (points, quarters)."""
    quarter = np.clip(-(-at // GRID_MS), 0, len(grid))
    cells = np.bincount((point * (len(grid) + 1) + quarter)[point >= 0], minlength=points * (len(grid) + 1))
    return np.cumsum(cells.reshape(points, -1)[:, : len(grid)], axis=1)
