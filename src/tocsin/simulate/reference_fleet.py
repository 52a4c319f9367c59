"""Buses in the reference engine: lines, the rides that they make, and the fleets from which they get their buses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from tocsin.simulate.reference_queues import END, NOT, SHIFT, TIMER, Clock

__all__ = ["BusLine", "Fleet", "Ride", "Trips"]

Reason = tuple[str | int, ...] | None
"""Why a bus was sent: None = somebody came to the stop; ("returned", line, ride): that bus came back;
("departed", line, ride): it left behind people who wait; ("vehicles", change): lost buses came back."""


@dataclass
class Ride:
    """One trip of a bus: who is aboard in the order of boarding, and its times in ms, -1 = not.

    Attributes:
        opened: The bus opened its doors, and the first boarded.
        broke_down, repaired: Of a trip that stands still on the way.
        returned: Back, and free again or withdrawn.
    """

    number: int
    bus: int
    sent: int
    sent_by: Reason = None
    opened: int = NOT
    aboard: list[int] = field(default_factory=list)
    departed: int = NOT
    broke_down: int = NOT
    repaired: int = NOT
    arrived: int = NOT
    returned: int = NOT
    timed_out: bool = False


@dataclass(frozen=True)
class Trips:
    """What is drawn for the rides of a line, by their number: ms; `fails` is 0 or 1."""

    there: Sequence[int]
    back: Sequence[int]
    call: Sequence[int]
    fails: Sequence[int]
    repair: Sequence[int]


@dataclass(eq=False)
class Fleet:
    """Buses that stand ready for one line or for several.

    Attributes:
        buses: How many there are; None = one always stands ready.
        lost: (time, buses lost from then on), rising.
        free: The numbers of those that stand free, the longest free first.
        about_to_go: How many of those that come back next are withdrawn.
    """

    clock: Clock
    number: int
    buses: int | None
    lost: Sequence[tuple[int, int]]
    lines: list[BusLine] = field(default_factory=list)
    free: list[int] = field(default_factory=list)
    withdrawn: set[int] = field(default_factory=set)
    about_to_go: int = 0
    missing: int = 0

    def __post_init__(self) -> None:
        if self.buses is not None:
            self.free = list(range(self.buses))
            for i, (time, lost) in enumerate(self.lost):
                self.clock.at(time, SHIFT, (4, self.number), partial(self._lose, change=i, lost=min(lost, self.buses)))

    def dispatch(self, now: int, why: Reason) -> None:
        """While a bus is free and a stop calls for one: the longest free goes to whoever has waited longest."""
        while calling := [line for line in self.lines if line.waiting and line.ride is None]:
            if self.buses is not None and not self.free:
                return
            line = min(calling, key=BusLine.waits_since)
            line.send(len(line.rides) if self.buses is None else self.free.pop(0), why, now)

    def come_back(self, bus: int, why: Reason, now: int) -> None:
        """A bus is back: withdrawn if buses were lost meanwhile, else free."""
        if self.buses is None:
            return
        if self.about_to_go:
            self.about_to_go -= 1
            self.withdrawn.add(bus)
        else:
            self.free.append(bus)
        self.dispatch(now, why)

    def _lose(self, now: int, change: int, lost: int) -> None:
        """Withdraw: the longest free at once, else the next that come back. Bring back: the lowest numbers."""
        while self.missing < lost:
            self.missing += 1
            if self.free:
                self.withdrawn.add(self.free.pop(0))
            else:
                self.about_to_go += 1
        while self.missing > lost:
            self.missing -= 1
            if self.about_to_go:
                self.about_to_go -= 1
            else:
                bus = min(self.withdrawn)
                self.withdrawn.remove(bus)
                self.free.append(bus)
        self.dispatch(now, ("vehicles", change))


@dataclass(eq=False)
class BusLine:
    """A stop at which one bus at a time boards, and leaves full, or timed out after the first boarding.

    Attributes:
        on_arrival: What follows the arrival of each person.
        waiting: Who waits for a bus, the first to come first.
        ride: The ride whose bus is on its way to the stop or stands there.
    """

    clock: Clock
    number: int
    capacity: int
    timeout_ms: int
    fleet: Fleet
    trips: Trips
    on_arrival: Callable[[int, int], None]
    waiting: list[int] = field(default_factory=list)
    came: dict[int, int] = field(default_factory=dict)
    boarded: dict[int, int] = field(default_factory=dict)
    rides: list[Ride] = field(default_factory=list)
    ride: Ride | None = None

    def __post_init__(self) -> None:
        self.fleet.lines.append(self)

    def waits_since(self) -> tuple[int, int]:
        """When the first who waits came, and who that is."""
        return self.came[self.waiting[0]], self.waiting[0]

    def join(self, person: int, now: int) -> None:
        """A person comes to the stop."""
        self.waiting.append(person)
        self.came[person] = now
        self._board(now)
        self.fleet.dispatch(now, None)

    def send(self, bus: int, why: Reason, now: int) -> None:
        """A bus is sent to this stop; without a call time it is there at once."""
        ride = self.ride = Ride(len(self.rides), bus, now, why)
        self.rides.append(ride)
        call = self.trips.call[ride.number]
        if call:
            self.clock.at(now + call, END, bus, partial(self._open, ride))
        else:
            self._open(ride, now)

    def _open(self, ride: Ride, now: int) -> None:
        """The doors open; somebody waits, or the bus would not have been sent, so the time-out counts from now."""
        ride.opened = now
        self.clock.at(now + self.timeout_ms, TIMER, ride.bus, partial(self._time_out, ride))
        self._board(now)
        self.fleet.dispatch(now, ("departed", self.number, ride.number))

    def _board(self, now: int) -> None:
        """Whoever waits boards the bus that stands here, until it is full."""
        while self.waiting and self.ride is not None and self.ride.opened != NOT:
            person = self.waiting.pop(0)
            self.ride.aboard.append(person)
            self.boarded[person] = now
            if len(self.ride.aboard) == self.capacity:
                self._depart(self.ride, now)

    def _time_out(self, ride: Ride, now: int) -> None:
        if ride is self.ride:
            ride.timed_out = True
            self._depart(ride, now)

    def _depart(self, ride: Ride, now: int) -> None:
        self.ride = None
        ride.departed = now
        trips, there = self.trips, now + self.trips.there[ride.number]
        if trips.fails[ride.number]:
            half = now + trips.there[ride.number] // 2
            self.clock.at(half, END, ride.bus, partial(self._break_down, ride))
            self.clock.at(half + trips.repair[ride.number], END, ride.bus, partial(self._repair, ride), after=1)
            there += trips.repair[ride.number]
        self.clock.at(there, END, ride.bus, partial(self._arrive, ride), after=2)
        self.clock.at(there + trips.back[ride.number], END, ride.bus, partial(self._return, ride), after=3)

    def _break_down(self, ride: Ride, now: int) -> None:
        ride.broke_down = now

    def _repair(self, ride: Ride, now: int) -> None:
        ride.repaired = now

    def _arrive(self, ride: Ride, now: int) -> None:
        ride.arrived = now
        for person in ride.aboard:
            self.on_arrival(person, now)

    def _return(self, ride: Ride, now: int) -> None:
        ride.returned = now
        self.fleet.come_back(ride.bus, ("returned", self.number, ride.number), now)
