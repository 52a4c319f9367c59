"""What stands in the reference engine: one clock, what is noted of a visit, the queues of the summons, units.

Slow and obvious on purpose: every server, patience, bus and time-out is an object or an event of its own, and
all events of the run stand in one heap. Nothing is taken from the compiled engine: each can judge the other.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from tocsin.simulate.network import UnitPosts

__all__ = ["ARRIVAL", "END", "NOT", "SHIFT", "TIMER", "Cause", "Clock", "Errand", "Handlers", "Unit", "Visit"]

END, SHIFT, ARRIVAL, TIMER = range(4)
"""Classes of events: their order at one instant."""

NOT = -1
"""A time that has not come, or nobody."""

Action = Callable[[int], None]
"""What an event does; it is given the time."""

Cause = tuple[str | int, ...] | None
"""What came true last, so that something could happen; None = the own step before. It is one of

- ("end", slot, person), ("began", slot, person), ("queued", slot, person), ("gave up", slot, person): of a visit;
- ("shift", point, position, change), ("crew shift", point, crew, change): the change of a calendar, from 0;
- ("repaired", point, position, server);
- ("resupplied", stock, number): the planned deliveries and losses from 0, after them the orders;
- ("extra", point, position, number): the n-th opening of the extra servers, from 0.

The queues of the summons have no slot, point or position: -1.
"""


class Clock:
    """One heap of events, each due at (time, class, entity); nothing happens after the horizon.

    Args:
        horizon_ms: The last instant at which anything happens.
    """

    def __init__(self, horizon_ms: int) -> None:
        self.horizon_ms = horizon_ms
        self._heap: list[tuple[int, int, tuple[int, ...], int, int, Action]] = []
        self._made = 0

    def at(self, time: int, kind: int, entity: int | tuple[int, ...], action: Action, *, after: int = 0) -> None:
        """Plan an event.

        Args:
            time: Milliseconds after the alert.
            kind: `END`, `SHIFT`, `ARRIVAL` or `TIMER`.
            entity: Number of the person or bus; of what is planned, a tuple that gives its place in the order.
            action: What happens.
            after: Order among events of one entity and class at one instant.
        """
        self._made += 1
        whose = (entity,) if isinstance(entity, int) else entity
        heapq.heappush(self._heap, (time, kind, whose, after, self._made, action))

    def run(self) -> None:
        """Let everything happen, in order, up to and including the horizon."""
        while self._heap and self._heap[0][0] <= self.horizon_ms:
            time, _, _, _, _, action = heapq.heappop(self._heap)
            action(time)


@dataclass
class Visit:
    """What is noted about one visit of one person: times, -1 = not; the server who began; the causes.

    Attributes:
        queued_by: What let the person queue; None = came, and found room.
        began_by: What let the service begin; None = the own arrival in the queue.
    """

    queued: int = NOT
    began: int = NOT
    ended: int = NOT
    gave_up: int = NOT
    by: int = NOT
    queued_by: Cause = None
    began_by: Cause = None

    @property
    def freed(self) -> int:
        """As queues that are not joint tell it: the person whose end let it begin, -1 = none, -2 - i = shift i."""
        match self.began_by:
            case ("end", _, int(person)):
                return person
            case ("shift" | "crew shift", _, _, int(change)):
                return -2 - change
        return NOT


@dataclass
class Handlers:
    """Numbered servers and a waiting list, for summonses and for requests filed at the summons.

    Attributes:
        shifts: (time, servers from then on), rising; the first at 0.
        visits: After so many people a server reloads before the next, who takes longer by it; 0 = never.
    """

    clock: Clock
    shifts: Sequence[tuple[int, int]]
    visits: int = 0
    waiting: list[Errand] = field(default_factory=list)
    idle: list[int] = field(default_factory=list)
    busy: list[int] = field(default_factory=list)
    leaving: int = 0
    present: int = 0
    served: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for i, (time, servers) in enumerate(self.shifts):
            self.clock.at(time, SHIFT, (2, NOT, i), partial(self._shift, number=i, servers=servers))

    def join(self, errand: Errand, now: int) -> Visit:
        """Somebody's errand arrives, and waits at the end of the list."""
        errand.visit.queued = now
        self.waiting.append(errand)
        self._serve(now, None)
        return errand.visit

    def _serve(self, now: int, cause: Cause) -> None:
        """While somebody waits: the first goes to the server idle longest."""
        while self.idle and self.waiting:
            errand = self.waiting.pop(0)
            server = self.idle.pop(0)
            self.busy.append(server)
            length = errand.service
            before = self.served.get(server, 0)
            self.served[server] = before + 1
            if self.visits and before and before % self.visits == 0:
                length += errand.reload
            errand.visit.began, errand.visit.by, errand.visit.began_by = now, server, cause
            self.clock.at(now + length, END, errand.person, partial(self._end, errand))

    def _end(self, errand: Errand, now: int) -> None:
        errand.visit.ended = now
        self.busy.remove(errand.visit.by)
        if self.leaving:
            self.leaving -= 1
        else:
            self.idle.append(errand.visit.by)
        self._serve(now, ("end", NOT, errand.person))
        errand.done(now)

    def _shift(self, now: int, number: int, servers: int) -> None:
        """Leave: the idle at once, the busy when done. Come: those about to leave, the lowest absent."""
        while self.present > servers:
            self.present -= 1
            if self.idle:
                self.idle.pop(0)
            else:
                self.leaving += 1
        while self.present < servers:
            self.present += 1
            if self.leaving:
                self.leaving -= 1
            else:
                self.idle.append(min(k for k in range(servers) if k not in self.idle and k not in self.busy))
        self._serve(now, ("shift", NOT, NOT, number))


@dataclass
class Errand:
    """What handlers do for one person: how long it takes, what it takes more after a reload, what follows."""

    person: int
    service: int
    reload: int
    done: Action
    visit: Visit = field(default_factory=Visit)


@dataclass
class Unit:
    """A unit counts its filled posts; the first of a trade who is ready takes a post of it.

    Attributes:
        filled: Of each person who came: 1 took a post, 0 is surplus.
        formed, formed_by: When enough posts, and enough of each critical trade, were filled, and by whom.
    """

    posts: UnitPosts
    taken: dict[int, int] = field(default_factory=dict)
    filled: dict[int, int] = field(default_factory=dict)
    formed: int = NOT
    formed_by: int = NOT

    def join(self, person: int, trade: int, now: int) -> None:
        """A person of this trade stands ready."""
        room = dict(zip(self.posts.trades, self.posts.posts, strict=True)).get(trade, 0)
        fits = self.taken.get(trade, 0) < room
        self.filled[person] = int(fits)
        if not fits:
            return
        self.taken[trade] = self.taken.get(trade, 0) + 1
        if self.formed == NOT and self._whole():
            self.formed, self.formed_by = now, person

    def _whole(self) -> bool:
        critical = zip(self.posts.trades, self.posts.needed_critical, strict=True)
        enough = all(self.taken.get(trade, 0) >= needed for trade, needed in critical)
        return enough and sum(self.taken.values()) >= self.posts.needed
