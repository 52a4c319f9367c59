"""Joint features in idiomatic SimPy: shared fleets as stores of buses and calls, couriers as processes.

See `simpy_walk.py`.
"""

from __future__ import annotations

from collections import deque
from itertools import count

import numpy as np
import simpy
from benchmarks.simpy_callup import ARRIVAL, END, TIMER, At
from numpy.typing import NDArray
from tests.simulate.plans import Case
from tests.simulate.simpy_walk import Desks, Process

from tocsin.simulate import Network

__all__ = ["Stops", "Summons"]


class Stops(Desks):
    """Points whose buses come from shared fleets: a store of buses and a store of calls, the oldest first."""

    def build(self) -> None:
        """Fleets, and a stop for each line."""
        super().build()
        network = self.network
        stages, drawn = network.trips, network.trips.draw(self.case.seed, 0)
        rides = drawn.shape[1]

        def named(name: str, otherwise: NDArray[np.int64]) -> NDArray[np.int64]:
            return otherwise if stages.column(name) < 0 else drawn[stages.column(name)]

        zero = np.zeros(rides, np.int64)
        self.there = named("bus.trip", zero) + named("bus.fails", zero + 1) * named("bus.repair", zero)
        self.back, self.call = named("bus.back", self.there), named("bus.call", zero)
        if stages.column("bus.back") < 0:
            self.back = named("bus.trip", zero)
        self.seen |= {x: np.full(network.size, -1) for x in ("boarded", "ride")}
        self.seen |= {x: np.full(rides, -1) for x in ("ride_sent", "departed", "arrives", "returned", "ride_bus")}
        self.fleets = [(simpy.Store(self.env), simpy.PriorityStore(self.env)) for _ in network.fleets]
        for fleet, (buses, calls) in zip(network.fleets, self.fleets, strict=True):
            buses.items.extend(range(fleet.buses))
            self.env.process(self.dispatch(buses, calls))
        self.stops = [Stop() for _ in network.lines]

    def dispatch(self, buses: simpy.Store, calls: simpy.PriorityStore) -> Process:
        """Send the bus that has been free longest to who has waited longest."""
        while True:
            bus = yield buses.get()
            call = yield calls.get()
            self.env.process(self.ride(call.item, bus, buses))

    def leave(self, slot: int, number: int) -> None:
        """Come to the stop: board the bus that stands there, or wait, and call one if none is on its way."""
        x = int(self.network.line[slot])
        if x < 0:
            self.seen["ready"][slot] = self.now
            return
        stop = self.stops[x]
        stop.waiting.append((self.now, number, slot))
        self.board(x)
        self.send_for(x)

    def send_for(self, x: int) -> None:
        """Call a bus if somebody waits and none was sent."""
        stop = self.stops[x]
        if stop.waiting and not stop.sent:
            stop.sent = True
            calls = self.fleets[self.network.lines[x].shared][1]
            calls.put(simpy.PriorityItem(stop.waiting[0][:2], x))

    def board(self, x: int) -> None:
        """Let people get in while a bus stands there with seats."""
        stop = self.stops[x]
        while stop.waiting and stop.full is not None and not stop.full.triggered:
            slot = stop.waiting.popleft()[2]
            stop.aboard.append(slot)
            self.seen["boarded"][slot], self.seen["ride"][slot] = self.now, stop.number
            if len(stop.aboard) == self.network.lines[x].capacity:
                stop.full.succeed()

    def ride(self, x: int, bus: int, buses: simpy.Store) -> Process:
        """One ride: come, fill up, leave, arrive, come back."""
        stop, line = self.stops[x], self.network.lines[x]
        number = sum(earlier.trips for earlier in self.network.lines[:x]) + next(stop.numbers)
        self.seen["ride_sent"][number], self.seen["ride_bus"][number] = self.now, bus
        if self.call[number]:
            yield At(self.env, int(self.call[number]), END + bus)
        aboard = stop.aboard = []
        stop.number, stop.full = number, self.env.event()
        timer = At(self.env, line.timeout_ms, TIMER + bus)
        self.board(x)
        yield stop.full | timer
        self.seen["departed"][number] = self.now
        stop.sent, stop.full = False, None
        self.send_for(x)
        yield At(self.env, int(self.there[number]), END + bus)
        self.seen["arrives"][number] = self.seen["ready"][aboard] = self.now
        yield At(self.env, int(self.back[number]), END + bus)
        self.seen["returned"][number] = self.now
        buses.put(bus)


class Stop:
    """Who waits for a bus of a line, and the bus that stands there."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[int, int, int]] = deque()
        self.aboard: list[int] = []
        self.full: simpy.Event | None = None
        self.sent, self.number, self.numbers = False, -1, count()


class Summons:
    """Couriers as processes that take the first summons of a store; whom they did not find they visit again."""

    def __init__(self, case: Case) -> None:
        self.network: Network = case.network
        self.drawn, self.env = case.drawn(), simpy.Environment()
        n, tries = self.network.size, len(self.network.channels)
        names = ("attempt", "done", "queued", "began", "ended", "by")
        self.seen = {name: np.full((tries, n), -1) for name in names} | {"delivered": np.full(n, -1)}
        self.pools: dict[tuple[int, int], simpy.Store] = {}
        for i, channel in enumerate(self.network.channels):
            for pool in channel.pools:
                store = simpy.Store(self.env)
                self.pools |= {(i, int(slot)): store for slot in pool.members}
                for crew in range(pool.calendar.most):
                    self.env.process(self.carry(store, crew, channel.visits))
        for slot in range(n):
            self.env.process(self.summon(slot))

    def run(self) -> Summons:
        """Run to the horizon, and give itself."""
        self.env.run(until=self.network.horizon_ms + 1)
        return self

    def draw(self, column: int, slot: int, otherwise: int) -> int:
        """What is drawn for somebody, or what holds where nothing is."""
        return otherwise if column < 0 else int(self.drawn[column, slot])

    def carry(self, store: simpy.Store, crew: int, visits: int) -> Process:
        """One crew: a visit, and after so many of them back for more summonses."""
        for before in count():
            i, slot, done = yield store.get()
            channel = self.network.channels[i]
            self.seen["began"][i, slot], self.seen["by"][i, slot] = self.env.now, crew
            reload = self.draw(channel.reload, slot, 0) if visits and before and before % visits == 0 else 0
            length = self.draw(channel.handling, slot, 0) + reload
            yield At(self.env, length, END + int(self.network.person[slot]))
            self.seen["ended"][i, slot] = self.env.now
            done.succeed()

    def summon(self, slot: int) -> Process:
        """One person: try after try, then the fallback."""
        network, number = self.network, int(self.network.person[slot])
        i = next(k for k, channel in enumerate(network.channels) if channel.root)
        after = network.channels[i].starts_ms
        while i >= 0:
            channel = network.channels[i]
            yield At(self.env, after, ARRIVAL + number)
            self.seen["attempt"][i, slot] = self.env.now
            pool = self.pools.get((channel.first_try, slot))
            if pool is not None:
                self.seen["queued"][i, slot], done = self.env.now, self.env.event()
                pool.put((i, slot, done))
                yield done
            yield At(self.env, self.draw(channel.delay, slot, 0 if pool is not None else 1), END + number)
            self.seen["done"][i, slot] = self.env.now
            if self.draw(channel.reach, slot, 1):
                self.seen["delivered"][slot] = self.env.now
                return
            again = channel.next_try >= 0
            after = self.draw(channel.again_after if again else channel.fallback_after, slot, 0)
            i = channel.next_try if again else channel.fallback
