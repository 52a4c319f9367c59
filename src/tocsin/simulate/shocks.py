"""What the shocks of a run do to people before the gate: a surge, channels that are down, roads closed, weather.

All of it is told before the run: who is called later, in which windows the attempts of a channel fail, and how much
longer the way takes for those who leave in a window. Servers, stocks and buses are in `tocsin.simulate.struck`.

- A surge's people are summoned at its time, or with the channel, or with their unit's order, whatever is last.
- An attempt by a channel that is down fails at its own end, with the shock's chance, and its fallback follows; the crew
  that carried it has lost its time, and goes on. An attempt counts when a crew or a line begins with it; without a
  limit, when it is sent.
- People plan by the usual way: who leaves while it takes longer comes later than meant.
- Who leaves while roads are closed takes the way round; who cannot reach the point then does not leave.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tocsin.plan.model import Plan
from tocsin.plan.strikes import called_in_addition, struck
from tocsin.simulate.stages import Stages
from tocsin.simulate.struck import window_of

__all__ = ["Closed", "Down", "Slow", "Struck", "called_later", "down_of", "roads_closed", "slow_of"]

AT_THE_ALERT, NOBODY = np.empty(0, np.int64), np.empty(0, np.int32)
"""Nobody is called later than the alert, by no shock."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Down:
    """Attempts that begin in a window fail if the draw of this column says so; -1 = all do."""

    start: int
    end: int
    column: int


@dataclass(frozen=True)
class Slow:
    """The way of those (`who`; None = all) who leave in a window takes so many thousandths of its time."""

    start: int
    end: int
    thousandths: int
    who: NDArray[np.bool_] | None


@dataclass(frozen=True)
class Closed:
    """Roads closed in a window: int64[n], everybody's way without what is drawn, -1 = cannot reach the point."""

    start: int
    end: int
    way_ms: Ints


@dataclass(frozen=True)
class Struck:
    """What the shocks of a run do before the gate; by default nothing.

    Attributes:
        called_ms: int64[n], before when nobody is summoned; empty = everybody from the alert on.
        called_by: int32[n], the shock that calls them (a position in the plan), -1 = none; empty as `called_ms`.
        closed: Windows with roads closed.
        slow: Windows of bad weather.
    """

    called_ms: Ints = field(default_factory=lambda: AT_THE_ALERT)
    called_by: NDArray[np.int32] = field(default_factory=lambda: NOBODY)
    closed: tuple[Closed, ...] = ()
    slow: tuple[Slow, ...] = ()


def called_later(plan: Plan, person: Ints) -> tuple[Ints, NDArray[np.int32]]:
    """Return before when each person is not summoned, and because of which shock: for those of a surge its time.

    Args:
        plan: The plan.
        person: int64[n], the numbers of its people, as `tocsin.plan.people` gives them.

    Returns:
        int64[n] and int32[n] (a position among the plan's shocks, -1 = none), or empty arrays where no surge does.
    """
    called = called_in_addition(plan)
    if not called:
        return AT_THE_ALERT, NOBODY
    names = [shock.name for shock in plan.shocks]
    counts = [sum(group.called for group in plan.groups), *(len(one.homes) for one in called)]
    times = [0, *(window_of(one.shock, plan.exercise)[0] for one in called)]
    shocks = [-1, *(names.index(one.shock.name) for one in called)]
    whose = np.repeat(np.arange(len(counts)), counts)[person]
    return np.array(times, np.int64)[whose], np.array(shocks, np.int32)[whose]


def down_of(plan: Plan, channel: str, stages: Stages, visit: int = 1) -> tuple[Down, ...]:
    """Name the draws of the windows in which a channel is down.

    Args:
        plan: The plan.
        channel: Its name.
        stages: Where the draws are named, one for each shock, channel and try.
        visit: Number of the try.
    """
    found = []
    for shock in struck(plan):
        if shock.kind == "channel" and (not shock.channels or channel in shock.channels):
            share = 1.0 if shock.size is None else shock.size
            column = stages.chance(f"channel.{channel}.{shock.name}", [share], "", visit)
            found.append(Down(*window_of(shock, plan.exercise), column))
    return tuple(found)


def roads_closed(plan: Plan) -> tuple[tuple[int, int, tuple[str, ...]], ...]:
    """Return from when to when (ms after the alert) which roads are closed, without overlap."""
    windows = [(*window_of(shock, plan.exercise), shock.roads) for shock in struck(plan) if shock.kind == "road"]
    cuts = sorted({time for start, end, _ in windows for time in (start, end)})
    found = []
    for start, end in pairwise(cuts):
        names = [name for first, last, roads in windows if first <= start < last for name in roads]
        if names:
            found.append((start, end, tuple(dict.fromkeys(names))))
    return tuple(found)


def slow_of(plan: Plan, in_regions: Callable[[tuple[str, ...]], NDArray[np.bool_]]) -> tuple[Slow, ...]:
    """Return the windows of bad weather.

    Args:
        plan: The plan.
        in_regions: Says who lives in some regions, bool[n].
    """
    return tuple(
        Slow(
            *window_of(shock, plan.exercise), round((shock.size or 1.0) * 1000),
            in_regions(shock.regions) if shock.regions else None,
        )
        for shock in struck(plan) if shock.kind == "weather"
    )  # fmt: skip
