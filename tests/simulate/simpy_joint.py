"""Joint features in idiomatic SimPy: processes, resources, containers and stores, with our tie rule in the heap key.

Nothing is taken from the engine or its reference but the compiled plan and its draws. An event's priority is its class
above the number of its person, bus, server or delivery; SimPy's own events, which are due at once, come before all.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Generator
from itertools import count
from typing import Any

import numpy as np
import simpy
from benchmarks.simpy_callup import ARRIVAL, END, TIMER, At
from numpy.typing import NDArray
from tests.simulate.plans import Case

from tocsin.simulate import Network
from tocsin.simulate.network import Pass, Step, StockStep

__all__ = ["Counters", "Desks", "Machines", "Process", "Stops", "Summons"]

SHIFT = 2 << 40
THROUGH, RELEASED = -1, -2
Process = Generator[simpy.Event, Any, Any]
Where = tuple[int, int]


class Walk:
    """People who come to their point, meet its stations, and are sent back, released, or through.

    What a station is, subclasses say: `visit`.

    Attributes:
        seen: Times of the engine's arrays of these names, -1 = not.
        told: Interruptions and what else the engine tells apart, in a set of tuples for each kind.
    """

    def __init__(self, case: Case) -> None:
        self.case, self.network, self.drawn = case, case.network, case.drawn()
        self.env = simpy.Environment()
        n, rows = self.network.size, len(self.network.step_names)
        self.seen: dict[str, NDArray[np.int64]] = {x: np.full((rows, n), -1) for x in ("queued", "began", "ended")}
        self.seen |= {x: np.full(n, -1) for x in ("gave_up", "released", "ready")}
        self.told: dict[str, set[tuple[int, ...]]] = {x: set() for x in ("interrupted", "resumed", "no room")}
        self.held: dict[int, list[tuple[simpy.Resource, Any]]] = {}
        self.waiting: Counter[Where] = Counter()
        self.steps: dict[Where, Step] = {
            (p, at): step
            for p, layout in enumerate(self.network.layout_of_point)
            for at, step in enumerate(self.network.layouts[layout])
        }
        self.build()
        for slot in range(n):
            self.env.process(self.walk(slot))

    def build(self) -> None:
        """Set the stations up."""

    def run(self) -> Any:
        """Run to the horizon, and give itself."""
        self.env.run(until=self.network.horizon_ms + 1)
        return self

    @property
    def now(self) -> int:
        """The time, ms after the alert."""
        return int(self.env.now)

    def draw(self, column: int, slot: int, otherwise: int) -> int:
        """What is drawn for somebody, or what holds where nothing is."""
        return otherwise if column < 0 else int(self.drawn[column, slot])

    def walk(self, slot: int) -> Process:
        """One person: come, go from station to station, and on."""
        number, point = int(self.network.person[slot]), int(self.network.point[slot])
        way = self.draw(self.network.stages.column("preparation"), slot, 0)
        yield At(self.env, self.draw(self.network.channels[0].delay, slot, 1) + way, ARRIVAL + number)
        at, visits = self.following(slot, 0), Counter[int]()
        while at >= 0:
            step = self.steps[point, at]
            each = step.passes[visits[at]]
            visits[at] += 1
            if not (yield from self.visit(slot, number, (point, at), step, each)):
                return
            self.seen["ended"][each.slot, slot] = self.now
            at = self.after(slot, at, step, each, visits[at])
            if at < 0 or self.steps[point, at].room < 0 or not self.steps[point, at].blocks:
                self.free(slot)
            if at == RELEASED:
                self.seen["released"][slot] = self.now
                return
            yield At(self.env, 0, ARRIVAL + number)
        self.leave(slot, number)

    def visit(self, slot: int, number: int, where: Where, step: Step, each: Pass) -> Process:
        """Queue and be served at a station; whether that came to an end."""
        raise NotImplementedError

    def leave(self, slot: int, number: int) -> None:
        """What follows the last station."""
        self.seen["ready"][slot] = self.now

    def free(self, slot: int) -> None:
        """Give back what a person held at the station before: the server, then the place."""
        for resource, request in self.held.pop(slot, ()):
            resource.release(request)

    def following(self, slot: int, at: int) -> int:
        """The first station from this position on that concerns the person."""
        steps = self.network.layouts[int(self.network.layout[slot])]
        for position in range(at, len(steps)):
            who = steps[position].who
            if (who is None or who[slot]) and self.draw(steps[position].need, slot, 1):
                return position
        return THROUGH

    def after(self, slot: int, at: int, step: Step, each: Pass, visit: int) -> int:
        """Where a person goes after a service."""
        share = 0.0
        for rule in step.rules:
            share += rule.share * (rule.who is None or bool(rule.who[slot]))
        if step.rules and (self.draw(each.leave, slot, 0) + 0.5) / 2**52 < share:
            return RELEASED
        back = step.sent_back
        covered = back is not None and visit < back.most and (back.who is None or back.who[slot])
        if back is not None and covered and (self.draw(each.back, slot, 0) + 0.5) / 2**52 < back.share:
            return self.following(slot, back.to)
        return self.following(slot, at + 1)

    def rank(self, slot: int, step: Step) -> int:
        """The class of a person at a station."""
        return 0 if step.ranks is None else int(step.ranks[slot])

    def patience(self, slot: int, number: int, step: Step, each: Pass) -> simpy.Event:
        """What happens when somebody who joins a queue now has waited enough; for most it never does."""
        length = self.draw(each.patience, slot, -1) if self.draw(step.impatient, slot, 1) else -1
        return self.env.event() if length < 0 else At(self.env, length, TIMER + number)

    def give_up(self, slot: int, number: int, *, no_room: bool = False) -> None:
        """Leave unserved."""
        self.seen["gave_up"][slot] = self.now
        if no_room:
            self.told["no room"].add((number,))

    def calendar(self, desk: simpy.Resource, times: list[int], servers: list[int]) -> None:
        """Let a resource's capacity follow the shifts."""
        desk._capacity = servers[0]
        for i, (time, number) in enumerate(zip(times, servers, strict=True)):

            def change(_: simpy.Event, number: int = number) -> None:
                desk._capacity = number
                while desk.queue and desk.count < number:
                    desk._trigger_put(None)  # lets in one

            At(self.env, time, SHIFT + i).callbacks.append(change)  # type: ignore[union-attr]  # not yet run


class Desks(Walk):
    """Stations, and crews of several, as priority resources; rooms as resources whose places one holds, too.

    The priority of a request is (class, time of queueing, number). That of a user is half a class better, so that a
    preemptive resource takes nobody's server for an equal; then the time since when the user is served. A station with
    a line for each server is as many resources.
    """

    def build(self) -> None:
        """Resources for each station or crew, and one for the places of each station that holds up."""
        self.desks: dict[Where, list[Any]] = {}
        self.places: dict[Where, simpy.Resource] = {}
        crews: dict[Where, simpy.PriorityResource] = {}
        for (point, at), step in self.steps.items():
            if step.each:
                self.desks[point, at] = [simpy.PriorityResource(self.env) for _ in range(step.calendar.most)]
            elif step.crew < 0:
                kind = simpy.PreemptiveResource if step.preempts else simpy.PriorityResource
                self.desks[point, at] = [kind(self.env)]
                self.calendar(self.desks[point, at][0], step.calendar.times.tolist(), step.calendar.servers.tolist())
            else:
                hours = self.network.crews[self.network.layout_of_point[point]][step.crew].calendar
                if (point, step.crew) not in crews:
                    crews[point, step.crew] = simpy.PriorityResource(self.env)
                    self.calendar(crews[point, step.crew], hours.times.tolist(), hours.servers.tolist())
                self.desks[point, at] = [crews[point, step.crew]]
            if step.room >= 0 and step.blocks:
                self.places[point, at] = simpy.Resource(self.env, step.calendar.most + step.room)

    def visit(self, slot: int, number: int, where: Where, step: Step, each: Pass) -> Process:
        """Stand before the station if its places are taken, wait, give up or be served, perhaps with interruptions."""
        rank, place = self.rank(slot, step), None
        if where in self.places:
            place = self.places[where].request()
            yield place
        self.seen["queued"][each.slot, slot] = queued = self.now
        if step.room >= 0 and not step.blocks and not self.has_room(where, step, rank):
            self.give_up(slot, number, no_room=True)
            return False
        desk = min(self.desks[where], key=lambda line: line.count + len(line.queue))
        request = desk.request((rank, queued, number), preempt=step.preempts)
        self.waiting[where] += 1
        self.free(slot)
        found = yield request | self.patience(slot, number, step, each)
        self.waiting[where] -= 1
        if request not in found:
            request.cancel()
            if place is not None:
                self.places[where].release(place)
            self.give_up(slot, number)
            return False
        self.seen["began"][each.slot, slot] = self.now
        left = self.draw(each.service, slot, 0)
        if step.pace is not None:
            pace = step.pace.servers[np.searchsorted(step.pace.times, self.now, side="right") - 1]
            left = (left * int(pace) + 500) // 1000
        while True:
            since = self.now
            request.key = ((rank - 0.5, since, number), since, False)
            try:
                yield At(self.env, left, END + number)
                break
            except simpy.Interrupt:
                left -= self.now - since
            self.told["interrupted"].add((self.now, number, each.slot))
            request = desk.request((rank, queued, number), preempt=False)
            self.waiting[where] += 1
            yield request
            self.waiting[where] -= 1
            self.told["resumed"].add((self.now, number, each.slot))
        self.held[slot] = [(desk, request), *([] if place is None else [(self.places[where], place)])]
        return True

    def has_room(self, where: Where, step: Step, rank: int) -> bool:
        """Whether somebody who comes may wait, or would begin at once."""
        if self.waiting[where] < step.room:
            return True
        lower = (user.key[0][0] > rank for desk in self.desks[where] for user in desk.users)
        free = any(desk.count < desk.capacity for desk in self.desks[where]) or (step.preempts and any(lower))
        return free and not self.waiting[where]


class Counters(Walk):
    """Stations that hand things out of containers; first come, first served.

    Whoever waits for a delivery has a server here and none with us: as nobody overtakes, that is the same.
    """

    def build(self) -> None:
        """A resource for each station, and the stocks."""
        self.desks = {where: simpy.Resource(self.env, step.calendar.most) for where, step in self.steps.items()}
        leads = self.network.supplies.draw(self.case.seed, 0).ravel().tolist() if self.network.stocks else []
        self.told["delivered"] = set()
        self.told["handed"] = set()
        used = {k for (p, _), step in self.steps.items() for issue in step.issues for k in [issue.stock_of_point[p]]}
        self.stocks = {k: Shelf(self, k, self.network.stocks[k], leads) for k in sorted(used)}

    def visit(self, slot: int, number: int, where: Where, step: Step, each: Pass) -> Process:
        """Wait for a server and for what the queue waits for; take what else there is; be served."""
        self.seen["queued"][each.slot, slot] = self.now
        patience = self.patience(slot, number, step, each)
        request = self.desks[where].request()
        visit = step.passes.index(each)
        for issue in [None, *sorted(step.issues, key=lambda issue: not issue.waits)]:
            if issue is None:
                wanted: Any = request
            else:
                shelf = self.stocks[issue.stock_of_point[where[0]]]
                if not issue.waits and shelf.level < issue.amount:
                    self.told["handed"].add((issue.rows[visit], number, 0))
                    continue
                wanted = shelf.get(issue.amount)
            if wanted not in (yield wanted | patience):
                wanted.cancel()
                if wanted is not request:
                    self.desks[where].release(request)
                self.give_up(slot, number)
                return False
            if issue is not None:
                self.told["handed"].add((issue.rows[visit], number, 1))
                shelf.look()
        self.seen["began"][each.slot, slot] = self.now
        yield At(self.env, self.draw(each.service, slot, 0), END + number)
        self.held[slot] = [(self.desks[where], request)]
        return True


class Shelf(simpy.Container):
    """A stock: a container that is filled as planned, and from orders."""

    def __init__(self, walk: Counters, number: int, step: StockStep, leads: list[int]) -> None:
        super().__init__(walk.env, init=step.amount)
        self.walk, self.number, self.step = walk, number, step
        self.leads = leads[step.leads[0] : step.leads[1]]
        self.ordered, self.pending = 0, False
        for i, (time, amount) in enumerate(zip(step.times.tolist(), step.amounts.tolist(), strict=True)):
            walk.env.process(self.deliver(time, i, amount, order=False))
        self.look()

    def look(self) -> None:
        """Order if too little is left and nothing is on order."""
        if self.level < self.step.below and not self.pending:
            self.pending = True
            lead, number = self.leads[self.ordered], len(self.step.times) + self.ordered
            self.ordered += 1
            self.walk.env.process(self.deliver(lead, number, self.step.reorder, order=True))

    def deliver(self, delay: int, number: int, amount: int, *, order: bool) -> Process:
        """A delivery comes, planned or ordered."""
        yield At(self.walk.env, delay, SHIFT + (self.number << 20) + number)
        self.walk.told["delivered"].add((self.number, number, self.walk.now, amount))
        self.pending = self.pending and not order
        self.put(amount)
        self.look()


class Machines(Walk):
    """Stations whose servers fail: each is a process that takes the first person of a priority store.

    A failure interrupts it; one that is idle leaves the line of those that wait for people, and joins it again.
    """

    def build(self) -> None:
        """A store for each station, and a process for each server and for its failures."""
        upkeep = self.case.network.failing.draw(self.case.seed, 0)
        self.told["by"] = set()
        self.stores = {where: simpy.PriorityStore(self.env) for where in self.steps}
        for where, step in self.steps.items():
            for server in range(step.calendar.most):
                process = self.env.process(self.serve(where, server))
                own = (upkeep.point == where[0]) & (upkeep.position == where[1]) & (upkeep.server == server)
                times = list(zip(upkeep.fails[own].tolist(), upkeep.repaired[own].tolist(), strict=True))
                self.env.process(self.fail(process, (where[1] << 20) + (server << 1), times))

    def fail(self, process: simpy.Process, order: int, times: list[tuple[int, int]]) -> Process:
        """The failures of one server; a repair comes before the next of them at the same instant."""
        for fails, repaired in times:
            yield At(self.env, fails - self.now, SHIFT + order + 1)
            mended = self.env.event()
            process.interrupt(mended)
            yield At(self.env, repaired - self.now, SHIFT + order)
            mended.succeed()

    def serve(self, where: Where, server: int) -> Process:
        """One server: take the first, serve, and once more."""
        while True:
            first = self.stores[where].get()
            try:
                turn = (yield first).item
            except simpy.Interrupt as failure:
                first.cancel()
                yield failure.cause
                continue
            if not turn["gone"]:
                turn["began"].succeed()
                self.told["by"].add((turn["row"], turn["number"], server))
                yield from self.carry_out(turn, server)
                turn["ended"].succeed()

    def carry_out(self, turn: dict[str, Any], server: int) -> Process:
        """One service; what is left at a failure follows the repair."""
        left, about = turn["service"], (turn["number"], turn["row"], server)
        while True:
            since = self.now
            try:
                yield At(self.env, left, END + turn["number"])
                return
            except simpy.Interrupt as failure:
                left -= self.now - since
                self.told["interrupted"].add((self.now, *about))
                yield failure.cause
                self.told["resumed"].add((self.now, *about))

    def visit(self, slot: int, number: int, where: Where, step: Step, each: Pass) -> Process:
        """Wait for a server, give up, or be served."""
        store, now = self.stores[where], self.now
        self.seen["queued"][each.slot, slot] = now
        if step.room >= 0 and self.waiting[where] >= step.room and (self.waiting[where] or not store.get_queue):
            self.give_up(slot, number, no_room=True)
            return False
        turn = {"row": each.slot, "number": number, "service": self.draw(each.service, slot, 0), "gone": False}
        turn |= {"began": self.env.event(), "ended": self.env.event()}
        store.put(simpy.PriorityItem((self.rank(slot, step), now, number), turn))
        self.waiting[where] += 1
        found = yield turn["began"] | self.patience(slot, number, step, each)
        self.waiting[where] -= 1
        if turn["began"] not in found:
            turn["gone"] = True
            self.give_up(slot, number)
            return False
        self.seen["began"][each.slot, slot] = self.now
        yield turn["ended"]
        return True


# --- buses --------------------------------------------------------------------------------------------------------


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


# --- crews --------------------------------------------------------------------------------------------------------


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
