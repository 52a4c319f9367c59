"""The benchmark's model in SimPy: the peer that the engine is measured against, and must equal in every millisecond.

Idiomatic SimPy (a source, a process a person, a `Resource` a station) with one thing of ours: the tie rule stands in
the heap key. SimPy breaks ties by the order in which events were made; here an event's priority is its class (END <
ARRIVAL < TIMER) above the number of its person, and SimPy's own "at once" events stay before them all. That costs
SimPy nothing. What a careful user would do for speed is done: the delays before the gate are summed, people start
when they arrive and not all at the alert, and a bus tells of its people when it gets there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from tocsin.simulate import Network
from tocsin.simulate.network import Line, Step

__all__ = ["run"]

Ints = NDArray[np.int64]
Process = Generator[simpy.Event, Any, None]
END, ARRIVAL, TIMER = (k << 40 for k in (1, 3, 4))
"""Classes of the tie rule in the upper bits of a priority; SimPy itself uses 0 and 1."""


class At(simpy.Event):
    """A timeout with a priority of its own."""

    def __init__(self, env: simpy.Environment, delay: int, priority: int) -> None:
        self.env = env
        self.callbacks = []
        self._value = None
        self._ok = True
        env.schedule(self, priority, delay)


def run(network: Network, drawn: Ints, trip: Ints) -> dict[str, Ints]:
    """Run the model of `benchmarks.model` in SimPy.

    Args:
        network: Compiled from `callup_plan`; its lines have a bus that always stands ready, or all share one fleet.
        drawn: int64[columns, n], as the engine draws them.
        trip: int64[trips], how long each ride takes there, and as long back, blocks by line.

    Returns:
        arrived, queued, began, ended (one row a step), released, boarded, ride, ready by slot, and departed, arrives
        by ride: the arrays of the engine's `Outcome` of these names, -1 = not before the horizon.
    """
    env = simpy.Environment()
    n, steps = network.size, len(network.step_names)
    noted = {name: [-1] * n for name in ("arrived", "released", "boarded", "ride", "ready")}
    rides = {name: [-1] * len(trip) for name in ("departed", "arrives")}
    visits = {name: [[-1] * n for _ in range(steps)] for name in ("queued", "began", "ended")}
    first = 0
    fleet = Fleet(network.fleets[0].buses) if network.fleets else None
    for point, layout in enumerate(network.layout_of_point):
        slots = range(int(network.block[point]), int(network.block[point + 1]))
        line = next(line for line in network.lines if line.point == point)
        lasts = trip[first : first + line.trips].tolist()
        if fleet is None:
            stop: Stop | SharedStop = Stop(env, line, first, lasts, noted, rides)
        else:
            stop = SharedStop(env, line, first, lasts, noted, rides, fleet)
        first += line.trips
        env.process(source(env, slots, network, drawn, network.layouts[layout], stop, noted, visits))
    env.run(until=network.horizon_ms + 1)
    found = {**noted, **rides, **visits}
    return {name: np.array(values, np.int64) for name, values in found.items()}


class Stop:
    """Where people board one bus after the other; each is a process that waits to be full, or timed out."""

    def __init__(
        self,
        env: simpy.Environment,
        line: Line,
        first: int,
        trip: list[int],
        noted: dict[str, list[int]],
        rides: dict[str, list[int]],
    ) -> None:
        self.env, self.line, self.first, self.trip = env, line, first, trip
        self.boarded, self.ride, self.ready = noted["boarded"], noted["ride"], noted["ready"]
        self.departed, self.arrives = rides["departed"], rides["arrives"]
        self.number = 0
        self.aboard: list[int] = []
        self.full: simpy.Event | None = None

    def board(self, person: int) -> None:
        """Let a person board the bus that stands there, or the next."""
        if self.full is None:
            self.aboard, self.full = [], self.env.event()
            self.env.process(self.drive(self.number, self.aboard, self.full))
            self.number += 1
        self.aboard.append(person)
        self.boarded[person] = self.env.now
        self.ride[person] = self.first + self.number - 1
        if len(self.aboard) == self.line.capacity:
            self.full.succeed()
            self.full = None

    def drive(self, number: int, aboard: list[int], full: simpy.Event) -> Process:
        """One bus: board, leave, arrive."""
        env = self.env
        yield full | At(env, self.line.timeout_ms, TIMER + number)
        if self.full is full:
            self.full = None
        self.departed[self.first + number] = env.now
        yield At(env, self.trip[number], END + number)
        self.arrives[self.first + number] = env.now
        for person in aboard:
            self.ready[person] = env.now


class Fleet:
    """Buses that stops share: the one that has been free longest goes where somebody has waited longest."""

    def __init__(self, buses: int) -> None:
        self.free = deque(range(buses))
        self.stops: list[SharedStop] = []

    def call(self) -> None:
        """Send buses while there are any, and stops that need one."""
        while self.free:
            calling = [stop for stop in self.stops if stop.waiting and not stop.boarding]
            if not calling:
                return
            stop = min(calling, key=SharedStop.since)
            stop.env.process(stop.shuttle(self.free.popleft(), stop.number))
            stop.number += 1
            stop.boarding = True


class SharedStop(Stop):
    """A stop that gets its buses from a fleet; one boards at a time."""

    def __init__(
        self,
        env: simpy.Environment,
        line: Line,
        first: int,
        trip: list[int],
        noted: dict[str, list[int]],
        rides: dict[str, list[int]],
        fleet: Fleet,
    ) -> None:
        super().__init__(env, line, first, trip, noted, rides)
        self.fleet = fleet
        self.waiting: deque[tuple[int, int, int]] = deque()
        self.boarding = False
        fleet.stops.append(self)

    def since(self) -> tuple[int, int]:
        """When the first who waits came, and their number."""
        return self.waiting[0][:2]

    def come(self, slot: int, number: int) -> None:
        """Let a person stand at the stop."""
        self.waiting.append((int(self.env.now), number, slot))
        if self.boarding:
            self.get_in()
        else:
            self.fleet.call()

    def get_in(self) -> None:
        """Let those who wait board while there are seats."""
        while self.waiting and self.full is not None and len(self.aboard) < self.line.capacity:
            slot = self.waiting.popleft()[2]
            self.aboard.append(slot)
            self.boarded[slot] = int(self.env.now)
            self.ride[slot] = self.first + self.number - 1
            if len(self.aboard) == self.line.capacity:
                self.full.succeed()
                self.full = None

    def shuttle(self, bus: int, number: int) -> Process:
        """One ride of one bus: board, leave, arrive, come back."""
        env = self.env
        aboard, full = [], env.event()
        self.aboard, self.full = aboard, full
        timer = At(env, self.line.timeout_ms, TIMER + bus)
        self.get_in()
        yield full | timer
        if self.full is full:
            self.full = None
        self.boarding = False
        self.departed[self.first + number] = int(env.now)
        self.fleet.call()
        yield At(env, self.trip[number], END + bus)
        self.arrives[self.first + number] = int(env.now)
        for slot in aboard:
            self.ready[slot] = int(env.now)
        yield At(env, self.trip[number], END + bus)
        self.fleet.free.append(bus)
        self.fleet.call()


def source(
    env: simpy.Environment,
    slots: range,
    network: Network,
    drawn: Ints,
    steps: tuple[Step, ...],
    stop: Stop | SharedStop,
    noted: dict[str, list[int]],
    visits: dict[str, list[list[int]]],
) -> Process:
    """Let the people of one point arrive, in order of (time, number)."""
    column = network.stages.column
    channel = network.channels[0]
    own = slice(slots.start, slots.stop)
    delays = drawn[[channel.delay, column("preparation"), column("travel")], own].sum(axis=0) + channel.starts_ms
    stations = [simpy.Resource(env, step.calendar.most) for step in steps]
    service = [drawn[step.service, own].tolist() for step in steps]
    lots = [drawn[step.leave, own].tolist() if step.rules else None for step in steps]
    limits = [step.rules[0].share * 2**52 if step.rules else 0.0 for step in steps]
    how = list(
        zip(*(visits[name] for name in ("queued", "began", "ended")), stations, service, lots, limits, strict=True)
    )
    order = np.argsort(delays, kind="stable").tolist()
    arrivals = delays.tolist()
    numbers = network.person[own].tolist()
    arrived, released = noted["arrived"], noted["released"]
    for k in order:
        yield At(env, arrivals[k] - env.now, ARRIVAL + k)
        arrived[slots.start + k] = arrivals[k]
        env.process(person(env, slots.start + k, k, numbers[k], how, stop, released))


def person(
    env: simpy.Environment,
    slot: int,
    k: int,
    number: int,
    how: list[tuple[Any, ...]],
    stop: Stop | SharedStop,
    released: list[int],
) -> Iterator[simpy.Event]:
    """One person: station after station, then the bus, unless sent home.

    The end of one service is at once the arrival at the next station: with first come, first served and no other way
    into a station, putting the two into different classes would change no time.
    """
    for queued, began, ended, station, service, lots, limit in how:
        queued[slot] = env.now
        with station.request() as request:
            yield request
            began[slot] = env.now
            yield At(env, service[k], END + k)
            ended[slot] = env.now
        if lots is not None and lots[k] + 0.5 < limit:
            released[slot] = env.now
            return
    if isinstance(stop, SharedStop):
        yield At(env, 0, ARRIVAL + number)  # stops compete for buses: who comes first in one millisecond matters
        stop.come(slot, number)
    else:
        stop.board(slot)
