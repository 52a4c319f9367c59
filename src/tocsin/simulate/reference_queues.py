"""What stands in the reference engine: one clock, stations with waiting lists, bus lines, units.

Slow and obvious on purpose: every server, patience, bus and time-out is an object or an event of its own, and
all events of the run stand in one heap. Nothing is taken from the compiled engine: each can judge the other.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from tocsin.simulate.network import UnitPosts

__all__ = ["ARRIVAL", "END", "NOT", "SHIFT", "TIMER", "BusLine", "Clock", "Ride", "Station", "Unit", "Visit"]

END, SHIFT, ARRIVAL, TIMER = range(4)
"""Classes of events: their order at one instant."""

NOT = -1
"""A time that has not come, or nobody."""

Action = Callable[[int], None]
"""What an event does; it is given the time."""


class Clock:
    """One heap of events, each due at (time, class, entity); nothing happens after the horizon.

    Args:
        horizon_ms: The last instant at which anything happens.
    """

    def __init__(self, horizon_ms: int) -> None:
        self.horizon_ms = horizon_ms
        self._heap: list[tuple[int, int, int, int, int, Action]] = []
        self._made = 0

    def at(self, time: int, kind: int, entity: int, action: Action, *, after: int = 0) -> None:
        """Plan an event.

        Args:
            time: Milliseconds after the alert.
            kind: `END`, `SHIFT`, `ARRIVAL` or `TIMER`.
            entity: Number of the person, bus or shift.
            action: What happens.
            after: Order among events of one entity and class at one instant.
        """
        self._made += 1
        heapq.heappush(self._heap, (time, kind, entity, after, self._made, action))

    def run(self) -> None:
        """Let everything happen, in order, up to and including the horizon."""
        while self._heap and self._heap[0][0] <= self.horizon_ms:
            time, _, _, _, _, action = heapq.heappop(self._heap)
            action(time)


@dataclass
class Visit:
    """What a station notes about one person: times, -1 = not; the server; who or what freed it.

    Attributes:
        freed: The number of the person whose end let this one begin, -1 = the own arrival, -2 - i = shift i.
    """

    queued: int
    began: int = NOT
    ended: int = NOT
    by: int = NOT
    freed: int = NOT
    gave_up: int = NOT


@dataclass
class Station:
    """Numbered servers and a waiting list.

    Attributes:
        shifts: (time, servers from then on), rising; the first at 0.
        service: How long a person is served, ms.
        done: What follows the end of a service.
        rank: The person's class, 0 is served first.
        patience: How long a person waits, ms, or -1 = to the end.
        fed_up: What follows giving up.
        visits: After so many people a server reloads before the next, who takes `reload` longer; 0 = never.
    """

    clock: Clock
    shifts: Sequence[tuple[int, int]]
    service: Callable[[int], int]
    done: Callable[[int, int], None]
    rank: Callable[[int], int] = lambda person: 0
    patience: Callable[[int], int] = lambda person: NOT
    fed_up: Callable[[int, int], None] = lambda person, now: None
    visits: int = 0
    reload: Callable[[int], int] = lambda person: 0
    notes: dict[int, Visit] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)
    idle: list[int] = field(default_factory=list)
    busy: list[int] = field(default_factory=list)
    leaving: int = 0
    present: int = 0
    served: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for i, (time, servers) in enumerate(self.shifts):
            self.clock.at(time, SHIFT, i, partial(self._shift, number=i, servers=servers))

    def join(self, person: int, now: int) -> None:
        """A person arrives, and waits at the end of the list."""
        self.notes[person] = Visit(queued=now)
        self.waiting.append(person)
        if self.patience(person) >= 0:
            self.clock.at(now + self.patience(person), TIMER, person, partial(self._lose_patience, person))
        self._serve(now, cause=NOT)

    def _serve(self, now: int, cause: int) -> None:
        """While somebody waits: the first of the first class goes to the server idle longest."""
        while self.idle and self.waiting:
            person = min(self.waiting, key=self.rank)
            self.waiting.remove(person)
            server = self.idle.pop(0)
            self.busy.append(server)
            length = self.service(person)
            before = self.served.get(server, 0)
            self.served[server] = before + 1
            if self.visits and before and before % self.visits == 0:
                length += self.reload(person)
            visit = self.notes[person]
            visit.began, visit.by, visit.freed = now, server, cause
            self.clock.at(now + length, END, person, partial(self._end, person))

    def _end(self, person: int, now: int) -> None:
        visit = self.notes[person]
        visit.ended = now
        self.busy.remove(visit.by)
        if self.leaving:
            self.leaving -= 1
        else:
            self.idle.append(visit.by)
        self._serve(now, cause=person)
        self.done(person, now)

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
        self._serve(now, cause=-2 - number)

    def _lose_patience(self, person: int, now: int) -> None:
        if person in self.waiting:
            self.waiting.remove(person)
            self.notes[person].gave_up = now
            self.fed_up(person, now)


@dataclass
class Ride:
    """One trip of a bus: who is aboard in the order of boarding, and its times."""

    number: int
    bus: int
    began: int
    aboard: list[int] = field(default_factory=list)
    departed: int = NOT
    arrived: int = NOT
    returned: int = NOT
    timed_out: bool = False


@dataclass
class BusLine:
    """Buses that board one at a time and leave full, or timed out after the first boarding.

    Attributes:
        fleet: How many buses of its own, which come back; None = one always stands ready.
        trip, back: Of each ride by its number, ms.
        on_arrival: What follows the arrival of each person.
    """

    clock: Clock
    capacity: int
    timeout_ms: int
    fleet: int | None
    trip: Sequence[int]
    back: Sequence[int]
    on_arrival: Callable[[int, int], None]
    waiting: list[int] = field(default_factory=list)
    boarded: dict[int, int] = field(default_factory=dict)
    rides: list[Ride] = field(default_factory=list)
    standing: list[int] = field(default_factory=list)
    boarding: Ride | None = None

    def __post_init__(self) -> None:
        self.standing = list(range(self.fleet or 0))

    def join(self, person: int, now: int) -> None:
        """A person comes to the stop."""
        self.waiting.append(person)
        self._board(now)

    def _board(self, now: int) -> None:
        while self.waiting and (self.boarding or self.fleet is None or self.standing):
            ride = self.boarding or self._open(now)
            person = self.waiting.pop(0)
            ride.aboard.append(person)
            self.boarded[person] = now
            if len(ride.aboard) == self.capacity:
                self._depart(ride, now)

    def _open(self, now: int) -> Ride:
        """The bus that has stood longest opens its doors; from now its time-out counts."""
        number = len(self.rides)
        bus = number if self.fleet is None else self.standing.pop(0)
        ride = self.boarding = Ride(number, bus, now)
        self.rides.append(ride)
        self.clock.at(now + self.timeout_ms, TIMER, bus, partial(self._time_out, ride))
        return ride

    def _time_out(self, ride: Ride, now: int) -> None:
        if ride is self.boarding:
            ride.timed_out = True
            self._depart(ride, now)

    def _depart(self, ride: Ride, now: int) -> None:
        self.boarding = None
        ride.departed = now
        there = now + self.trip[ride.number]
        self.clock.at(there, END, ride.bus, partial(self._arrive, ride))
        self.clock.at(there + self.back[ride.number], END, ride.bus, partial(self._return, ride))

    def _arrive(self, ride: Ride, now: int) -> None:
        ride.arrived = now
        for person in ride.aboard:
            self.on_arrival(person, now)

    def _return(self, ride: Ride, now: int) -> None:
        ride.returned = now
        if self.fleet is not None:
            self.standing.append(ride.bus)
            self._board(now)


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
