"""A network: a plan and its people as the engine, the reference and the writer of rows all read them.

The network is static: who may use which channel, where each person queues and in what order, which draws each step
needs. It holds no result. People stand in *slots*: sorted by assembly point, then by number, so that each point is one
run of memory and, inside a point, the order of slots is the order of numbers (the tie rule).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.plan.model import Behaviour, Plan
from tocsin.simulate.calendar import Calendar
from tocsin.simulate.command import Command
from tocsin.simulate.march import Marching
from tocsin.simulate.reporting import Reporting
from tocsin.simulate.shocks import Down, Struck
from tocsin.simulate.stages import NONE, Stages
from tocsin.simulate.upkeep import Failing

__all__ = [
    "ChannelStep",
    "CrewStep",
    "DeskStep",
    "FleetStep",
    "IssueStep",
    "Joint",
    "Line",
    "Network",
    "Pass",
    "Pool",
    "Rule",
    "SentBack",
    "Step",
    "StockStep",
    "UnitPosts",
]


@dataclass(frozen=True)
class Pool:
    """One queue shared by some people: its name, its members in order of their numbers, its calendar."""

    name: str
    members: NDArray[np.int32]
    calendar: Calendar


@dataclass(frozen=True)
class ChannelStep:
    """One try of a channel: the draws it needs (columns, -1 = none) and the pools that carry it.

    A channel whose crews go again is several of these, one a try, in order; all but the first have the pools of the
    first (`first_try`) and no pools of their own.

    Attributes:
        fallback: The channel (its first try) that follows the last try, -1 = none.
        first_try: Index of the channel's first try, its own if it is the only one.
        next_try: Index of the try that follows a failure, -1 = none; then the fallback follows.
        again_after: Draw of the delay from the failure until it stands in the queue again.
        down: Windows in which attempts fail (shocks).
    """

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
    first_try: int
    next_try: int = NONE
    again_after: int = NONE
    down: tuple[Down, ...] = ()


@dataclass(frozen=True)
class Rule:
    """Of those served and covered by `who`, `share` leave for `reason` (an index into the network's reasons)."""

    share: float
    reason: int
    who: NDArray[np.bool_] | None


@dataclass(frozen=True)
class Pass:
    """What one visit of a step writes and draws: a slot among the names, and columns; -1 = none.

    Attributes:
        slot: Row of the outcome's arrays; `Network.step_visits` says which visit it is.
        back: Lot that decides whether the person is sent back.
    """

    slot: int
    service: int
    patience: int
    leave: int
    back: int


@dataclass(frozen=True)
class SentBack:
    """Of those served and covered by `who`, `share` come again.

    Attributes:
        to: Position in the layout to which they go back; their own or an earlier one.
        most: Visits of this step at most, counted by person; after the last of them nobody is sent back.
    """

    share: float
    to: int
    most: int
    who: NDArray[np.bool_] | None


@dataclass(frozen=True)
class IssueStep:
    """What each person is handed: out of which stock of the network at each point (-1 = none there), and how much.

    Attributes:
        stock_of_point: Index among the network's stocks, one a point.
        rows: Rows of the outcome's `handed`, one a visit.
    """

    name: str
    stock_of_point: tuple[int, ...]
    amount: int
    waits: bool
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Step:
    """A station or a request desk as one person meets it: draws as columns, -1 = none.

    Attributes:
        slot: Index of the name among all names of stations and requests: that of the first visit.
        ranks: int8[n], the class of each person, 0 first; None = one class.
        passes: What each visit writes and draws, the first visit first; one entry where nobody is sent back over it.
        crew: Index among the crews of the layout, -1 = servers of its own (then `calendar` is theirs).
        each: Whether every server has a line of its own.
        room: How many can wait, -1 = no limit.
        blocks: Whether those who find no room stay with the server before; else they leave.
        extra: Waiting above which extra servers open, how many, and waiting at which they close; None = none do.
        fails: Whether its servers break down (see `Network.failing`).
        pace: How long services that begin from a time on take, in thousandths; None = always 1000.
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
    passes: tuple[Pass, ...]
    sent_back: SentBack | None = None
    crew: int = NONE
    each: bool = False
    room: int = NONE
    blocks: bool = True
    preempts: bool = False
    extra: tuple[int, int, int] | None = None
    fails: bool = False
    issues: tuple[IssueStep, ...] = ()
    pace: Calendar | None = None

    @property
    def plain(self) -> bool:
        """Whether first come, first served by a constant number of servers (at least one) describes it."""
        served = self.calendar.constant and self.calendar.most > 0
        return served and self.ranks is None and self.patience == NONE and not self.joint

    @property
    def joint(self) -> bool:
        """Whether it needs the event loop of joint components, even if it delays no other station."""
        several = len(self.passes) > 1 or self.crew != NONE or self.room != NONE or bool(self.issues)
        changing = self.preempts or self.extra is not None or self.fails or self.pace is not None
        return several or changing or self.each


@dataclass(frozen=True)
class CrewStep:
    """Servers whom several steps of a layout share."""

    name: str
    calendar: Calendar


@dataclass(frozen=True)
class StockStep:
    """One stock: that of a point, or one that several points share.

    Attributes:
        points: The points that it serves.
        place: The point at which its deliveries are written, the first of them.
        times, amounts: int64[k], deliveries that are planned, rising by time; a negative amount is a loss in
            thousandths of what is there (a shock).
        below, reorder: When less than `below` is left and nothing is on order, `reorder` is ordered; 0 = never.
        leads: First and last + 1 of its rows in `Network.supplies`, which say how long each order takes.
    """

    name: str
    points: tuple[int, ...]
    place: int
    amount: int
    times: NDArray[np.int64]
    amounts: NDArray[np.int64]
    below: int
    reorder: int
    leads: tuple[int, int]


@dataclass(frozen=True)
class FleetStep:
    """Buses that several lines share.

    Attributes:
        lines: Indices among the network's lines, rising.
        times, lost: int64[k], how many of the buses are lost from a time on (a shock); the first at 0.
    """

    name: str
    buses: int
    lines: tuple[int, ...]
    times: NDArray[np.int64]
    lost: NDArray[np.int64]


@dataclass(frozen=True)
class Joint:
    """Steps that can delay each other: at each of some points those from `first` up to, but without, `last`."""

    points: tuple[int, ...]
    first: tuple[int, ...]
    last: tuple[int, ...]


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
    """A bus line at one point; its trips are numbered, and drawn by that number.

    Attributes:
        fleet: Buses of its own; None = it shares a fleet (`shared`, an index among the network's), or one always stands
            ready.
        times, lost: int64[k], how many of its own buses are lost from a time on (a shock); the first at 0.
    """

    name: str
    point: int
    to: str
    capacity: int
    timeout_ms: int
    fleet: int | None
    trips: int
    entity: int
    shared: int = NONE
    times: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    lost: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))

    @property
    def apart(self) -> bool:
        """Whether its buses need the event loop of fleets."""
        return self.shared != NONE or bool(self.lost.any())


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
    """The compiled plan. Arrays are by slot unless their name says otherwise.

    Attributes:
        step_names, step_kinds, step_visits: Of each row of what happened at steps: whose, and which visit.
        crews: Of each layout.
        handings: Of each row of what was handed out: the row of the visit, and the stock's name.
    """

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
    step_visits: tuple[int, ...]
    reasons: tuple[str, ...]
    lines: tuple[Line, ...]
    line: NDArray[np.int32]
    units: tuple[UnitPosts, ...]
    points: tuple[str, ...]
    rounds: tuple[NDArray[np.int64], ...]
    stages: Stages
    trips: Stages
    orders: Stages
    crews: tuple[tuple[CrewStep, ...], ...]
    stocks: tuple[StockStep, ...]
    handings: tuple[tuple[int, str], ...]
    supplies: Stages
    fleets: tuple[FleetStep, ...]
    joints: tuple[Joint, ...]
    failing: Failing
    struck: Struck = field(default_factory=Struck)
    command: Command | None = None
    reporting: Reporting | None = None
    marching: Marching | None = None

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
