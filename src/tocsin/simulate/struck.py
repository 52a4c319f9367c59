"""What the shocks of a run do to servers, stocks and buses: all of it functions of time, told before the run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from tocsin.plan.model import Exercise, Plan
from tocsin.plan.shocks import Shock
from tocsin.plan.strikes import struck
from tocsin.simulate.calendar import HOUR_MS, Calendar

__all__ = ["buses_lost", "pace_of", "servers_left", "struck_stations", "takes_servers", "window_of"]

Ints = NDArray[np.int64]


def window_of(shock: Shock, exercise: Exercise) -> tuple[int, int]:
    """Return when a shock begins and ends, ms after the alert; one without an end lasts beyond the horizon."""
    end = exercise.horizon_h + 1 if shock.until_h is None else shock.until_h
    return round(shock.at_h * HOUR_MS), round(end * HOUR_MS)


def struck_stations(plan: Plan, point: str) -> tuple[Shock, ...]:
    """Return the striking shocks that touch the servers of a point."""
    kinds = ("station", "point", "power", "network")
    return tuple(s for s in struck(plan) if s.kind in kinds and (not s.points or point in s.points))


def takes_servers(shock: Shock, name: str, unpowered: bool) -> bool:
    """Say whether a shock that touches a point takes servers of one of its stations."""
    if shock.kind == "station":
        return not shock.stations or name in shock.stations
    return shock.kind == "point" or (shock.kind == "power" and not unpowered)


def servers_left(calendar: Calendar, shocks: Iterable[Shock], name: str, unpowered: bool, plan: Plan) -> Calendar:
    """Return the servers that are left of a calendar.

    Args:
        calendar: The servers without shocks.
        shocks: Those that touch the point.
        name: The station, for shocks that name stations.
        unpowered: Whether it works on without power.
        plan: Gives the horizon.

    Returns:
        Of the servers present, the share that a shock takes, rounded half up; several shocks take one after the other's
        share of the whole, and never more than there are.
    """
    losses = [
        (*window_of(shock, plan.exercise), 1.0 if shock.size is None else shock.size)
        for shock in shocks
        if takes_servers(shock, name, unpowered)
    ]
    if not losses:
        return calendar

    def left(time: int) -> int:
        present = int(calendar.servers[np.searchsorted(calendar.times, time, side="right") - 1])
        taken = sum(int(present * share + 0.5) for start, end, share in losses if start <= time < end)
        return max(present - taken, 0)

    return _steps([*calendar.times.tolist(), *(t for start, end, _ in losses for t in (start, end))], left, plan)


def pace_of(shocks: Iterable[Shock], name: str, plan: Plan) -> Calendar | None:
    """Return how long services that begin from a time on take, in thousandths of their draw; None = as drawn."""
    slow = [s for s in shocks if s.kind == "network" and (not s.stations or name in s.stations)]
    if not slow:
        return None
    windows = [(*window_of(s, plan.exercise), s.size or 1.0) for s in slow]

    def pace(time: int) -> int:
        factor = 1.0
        for start, end, size in windows:
            factor *= size if start <= time < end else 1.0
        return int(factor * 1000 + 0.5)

    return _steps([0, *(t for start, end, _ in windows for t in (start, end))], pace, plan)


def buses_lost(plan: Plan, buses: int, hit: Callable[[Shock], bool]) -> tuple[Ints, Ints]:
    """Return how many of some buses are lost from a time on: int64[k] times, the first 0, and int64[k] buses."""
    windows = [
        (*window_of(s, plan.exercise), 1.0 if s.size is None else s.size)
        for s in struck(plan)
        if s.kind == "vehicles" and hit(s)
    ]

    def lost(time: int) -> int:
        return min(sum(int(buses * share + 0.5) for start, end, share in windows if start <= time < end), buses)

    steps = _steps([0, *(t for start, end, _ in windows for t in (start, end))], lost, plan)
    return steps.times, steps.servers


def _steps(times: Sequence[int], value: Callable[[int], int], plan: Plan) -> Calendar:
    """A step function of the values at these times, within the run, equal neighbours joined."""
    end = round(plan.exercise.horizon_h * HOUR_MS)
    kept: list[tuple[int, int]] = []
    for time in sorted({t for t in times if 0 <= t < end} | {0}):
        if not kept or kept[-1][1] != value(time):
            kept.append((time, value(time)))
    return Calendar(np.array([t for t, _ in kept], np.int64), np.array([v for _, v in kept], np.int64))
