"""Joint features in idiomatic SimPy: people who walk from station to station, resources, rooms.

Nothing is taken from the engine or its reference but the compiled plan and its draws. An event's priority is its class
above the number of its person, bus, server or delivery; SimPy's own events, which are due at once, come before all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Generator
from typing import Any

import numpy as np
import simpy
from benchmarks.simpy_callup import ARRIVAL, END, TIMER, At
from numpy.typing import NDArray
from tests.simulate.plans import Case

from tocsin.simulate.network import Pass, Step

__all__ = ["SHIFT", "Desks", "Process", "Walk", "Where"]

SHIFT = 2 << 40
THROUGH, RELEASED = -1, -2
Process = Generator[Any, Any, Any]
Where = tuple[int, int]
"""A station: its point, and its position there."""


class Walk(ABC):
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

    @abstractmethod
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

    @abstractmethod
    def visit(self, slot: int, number: int, where: Where, step: Step, each: Pass) -> Process:
        """Queue and be served at a station; whether that came to an end."""

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

            At(self.env, time, SHIFT + i).callbacks.append(change)


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
        turn = rank, queued, number
        request = yield from self.be_served(desk, request, turn, where, each.slot, self.length(slot, step, each))
        self.held[slot] = [(desk, request), *([] if place is None else [(self.places[where], place)])]
        return True

    def length(self, slot: int, step: Step, each: Pass) -> int:
        """How long a service that begins now lasts."""
        drawn = self.draw(each.service, slot, 0)
        if step.pace is None:
            return drawn
        pace = step.pace.servers[np.searchsorted(step.pace.times, self.now, side="right") - 1]
        return (drawn * int(pace) + 500) // 1000

    def be_served(
        self, desk: Any, request: Any, turn: tuple[int, int, int], where: Where, row: int, left: int
    ) -> Process:
        """A service, after each interruption from the own place in the queue; gives the request served last."""
        rank, _, number = turn
        while True:
            since = self.now
            request.key = ((rank - 0.5, since, number), since, False)
            try:
                yield At(self.env, left, END + number)
                return request
            except simpy.Interrupt:
                left -= self.now - since
            self.told["interrupted"].add((self.now, number, row))
            request = desk.request(turn, preempt=False)
            self.waiting[where] += 1
            yield request
            self.waiting[where] -= 1
            self.told["resumed"].add((self.now, number, row))

    def has_room(self, where: Where, step: Step, rank: int) -> bool:
        """Whether somebody who comes may wait, or would begin at once."""
        if self.waiting[where] < step.room:
            return True
        lower = (user.key[0][0] > rank for desk in self.desks[where] for user in desk.users)
        free = any(desk.count < desk.capacity for desk in self.desks[where]) or (step.preempts and any(lower))
        return free and not self.waiting[where]
