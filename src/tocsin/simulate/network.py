"""A network: a plan and its people as the engine, the reference and the writer of rows all read them.

The network is static: who may use which channel, where each person queues and in what order, which draws each step
needs. It holds no result. People stand in *slots*: sorted by assembly point, then by number, so that each point is one
run of memory and, inside a point, the order of slots is the order of numbers (the tie rule).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.plan.model import Behaviour, Plan
from tocsin.simulate.calendar import Calendar
from tocsin.simulate.stages import NONE, Stages

__all__ = ["ChannelStep", "DeskStep", "Line", "Network", "Pool", "Rule", "Step", "UnitPosts"]


@dataclass(frozen=True)
class Pool:
    """One queue shared by some people: its name, its members in order of their numbers, its calendar."""

    name: str
    members: NDArray[np.int32]
    calendar: Calendar


@dataclass(frozen=True)
class ChannelStep:
    """A channel: the draws it needs (columns, -1 = none) and the pools that carry it."""

    name: str
    medium: str
    eligible: NDArray[np.bool_]
    starts_ms: int
    root: bool
    reach: int
    delay: int
    handling: int
    reload: int
    visits: int
    fallback: int
    fallback_after: int
    pools: tuple[Pool, ...]


@dataclass(frozen=True)
class Rule:
    """Of those served and covered by `who`, `share` leave for `reason` (an index into the network's reasons)."""

    share: float
    reason: int
    who: NDArray[np.bool_] | None


@dataclass(frozen=True)
class Step:
    """A station or a request desk as one person meets it: draws as columns, -1 = none.

    Attributes:
        slot: Index of the name among all names of stations and requests.
        ranks: int8[n], the class of each person, 0 first; None = one class.
    """

    name: str
    kind: Literal["station", "request"]
    slot: int
    calendar: Calendar
    service: int
    need: int
    who: NDArray[np.bool_] | None
    patience: int
    impatient: int
    ranks: NDArray[np.int8] | None
    leave: int
    rules: tuple[Rule, ...]

    @property
    def plain(self) -> bool:
        """Whether first come, first served by a constant number of servers (at least one) describes it."""
        served = self.calendar.constant and self.calendar.most > 0
        return served and self.ranks is None and self.patience == NONE


@dataclass(frozen=True)
class DeskStep:
    """A request filed at the summons and the pools of handlers that answer it."""

    name: str
    kind: str
    who: NDArray[np.bool_] | None
    file: int
    answer: int
    granted: int
    reason: int
    waits: bool
    pools: tuple[Pool, ...]


@dataclass(frozen=True)
class Line:
    """A bus line at one point; its trips are numbered, and drawn by that number."""

    name: str
    point: int
    to: str
    capacity: int
    timeout_ms: int
    fleet: int | None
    trips: int
    entity: int


@dataclass(frozen=True)
class UnitPosts:
    """Posts of a unit by trade code, how many of them it needs, and which trades are critical."""

    name: str
    members: NDArray[np.int32]
    trades: tuple[int, ...]
    posts: tuple[int, ...]
    critical: tuple[int, ...]
    needed: int
    needed_critical: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Network:
    """The compiled plan. Arrays are by slot unless their name says otherwise."""

    plan: Plan
    people: pl.DataFrame
    person: NDArray[np.int64]
    block: NDArray[np.int64]
    group: NDArray[np.int32]
    trade: NDArray[np.int32]
    unit: NDArray[np.int32]
    point: NDArray[np.int32]
    layout: NDArray[np.int32]
    way_ms: NDArray[np.int64]
    horizon_ms: int
    deadline_ms: int
    deadline_after_ms: int
    behaviours: tuple[Behaviour, ...]
    channels: tuple[ChannelStep, ...]
    desks: tuple[DeskStep, ...]
    layouts: tuple[tuple[Step, ...], ...]
    layout_of_point: tuple[int, ...]
    step_names: tuple[str, ...]
    step_kinds: tuple[str, ...]
    reasons: tuple[str, ...]
    lines: tuple[Line, ...]
    line: NDArray[np.int32]
    units: tuple[UnitPosts, ...]
    points: tuple[str, ...]
    rounds: tuple[NDArray[np.int64], ...]
    stages: Stages
    trips: Stages
    orders: Stages

    @property
    def size(self) -> int:
        """How many people are called."""
        return len(self.person)

    @cached_property
    def shifts(self) -> NDArray[np.int64]:
        """int64[changes, 5]: time, point, step name, number of the change and servers from then on."""
        rows = [
            (int(time), p, step.slot, i, int(servers))
            for p, layout in enumerate(self.layout_of_point)
            for step in self.layouts[layout]
            for i, (time, servers) in enumerate(zip(step.calendar.times, step.calendar.servers, strict=True))
        ]
        return np.array(rows, np.int64).reshape(-1, 5)
