"""The slow reference: a whole run in plain Python, one event after the other; it judges the compiled engine.

It reads the same network and the same drawn numbers as `tocsin.simulate.run`, and must agree with it in every
millisecond. Everybody is followed event by event, and what happens at one instant happens in the order of the
design: ends (of a service, a ride, a delay), shifts, arrivals (at a queue, a gate, a stop, a unit), timers
(patience, a bus's time-out); inside a class in the order of the persons' numbers. Nobody thinks ahead: what
would happen after the horizon never does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tocsin.simulate.network import ChannelStep, DeskStep, Network, Pool, Step
from tocsin.simulate.reference_queues import ARRIVAL, END, NOT, BusLine, Clock, Station, Unit, Visit
from tocsin.simulate.stages import NONE

__all__ = ["Account", "Person", "Try", "reference"]

Ints = NDArray[np.int64]
REFUSES, EXCUSED, STAYS_AWAY, COMES = range(4)
BEFORE_THE_DEADLINE, AFTER_THE_DEADLINE, AT_ONCE = range(3)


@dataclass
class Try:
    """One person's attempt by one channel: when it began and ended, if it found them, its wait if any."""

    began: int
    done: int = NOT
    success: bool = False
    visit: Visit | None = None


@dataclass
class Person:
    """What happened to one person; times in ms after the alert, -1 = did not.

    Attributes:
        tries: By channel.
        visits: By the slot of the step's name.
        ride: (line, number of the ride).
    """

    tries: dict[int, Try] = field(default_factory=dict)
    delivered: int = NOT
    delivered_by: int = NOT
    answers: int = NOT
    acts: int = NOT
    acknowledged: int = NOT
    desk: int = NOT
    filed: int = NOT
    answered: int = NOT
    asked: Visit | None = None
    excused: int = NOT
    left: int = NOT
    arrived: int = NOT
    visits: dict[int, Visit] = field(default_factory=dict)
    released: int = NOT
    released_reason: int = NOT
    released_step: int = NOT
    gave_up: int = NOT
    gave_up_step: int = NOT
    boarded: int = NOT
    ride: tuple[int, int] | None = None
    ready: int = NOT
    filled: int = NOT


@dataclass
class Account:
    """What the reference saw: people by number, bus lines, units and orders in the network's order."""

    people: dict[int, Person]
    lines: list[BusLine]
    units: list[Unit]
    ordered: list[int]


def reference(network: Network, drawn: Ints, trips: Ints, orders: Ints) -> Account:
    """Run a network once, slowly.

    Args:
        network: The compiled plan.
        drawn: int64[columns, n] of `network.stages`, by slot.
        trips: int64[columns, trips] of `network.trips`.
        orders: int64[columns, units] of `network.orders`.

    Returns:
        Everything that happened up to the horizon.
    """
    return _Run(network, drawn, trips, orders).account()


class _Run:
    """The world while it runs: people are known by their number; the network's arrays by their slot."""

    def __init__(self, network: Network, drawn: Ints, trips: Ints, orders: Ints) -> None:
        self.network = network
        self.clock = Clock(network.horizon_ms)
        self.columns: list[list[int]] = drawn.tolist()
        self.slot = {number: slot for slot, number in enumerate(network.person.tolist())}
        self.people = {number: Person() for number in sorted(self.slot)}
        self.orders: list[int] = orders[0].tolist() if len(orders) else [0] * len(network.units)
        self.channels = [self._channel_queues(i, channel) for i, channel in enumerate(network.channels)]
        self.desks = [self._desk_queues(desk) for desk in network.desks]
        self.stations = {
            (point, at): self._station(step, at)
            for point, layout in enumerate(network.layout_of_point)
            for at, step in enumerate(network.layouts[layout])
        }
        self.lines = self._lines(trips)
        self.units = [Unit(posts) for posts in network.units]

    def account(self) -> Account:
        """Summon everybody by the channels that begin with the order, let time run, and sum up."""
        for person in self.people:
            unit = int(self.network.unit[self.slot[person]])
            order = self.orders[unit] if unit >= 0 else 0
            for i, channel in enumerate(self.network.channels):
                if channel.root and channel.eligible[self.slot[person]]:
                    self.clock.at(
                        max(channel.starts_ms + order, self._called(person)),
                        ARRIVAL,
                        person,
                        partial(self._try, person, i),
                    )
        self.clock.run()
        for number, line in enumerate(self.lines):
            for ride in line.rides:
                for person in ride.aboard:
                    self.people[person].ride = number, ride.number
                    self.people[person].boarded = line.boarded[person]
        for posts in self.units:
            for person, filled in posts.filled.items():
                self.people[person].filled = filled
        ordered = [time if time <= self.network.horizon_ms else NOT for time in self.orders]
        return Account(self.people, self.lines, self.units, ordered)

    def _called(self, person: int) -> int:
        """Before when nobody summons a person: for somebody of a surge its time."""
        called = self.network.struck.called_ms
        return int(called[self.slot[person]]) if len(called) else 0

    def _drawn(self, column: int, person: int, otherwise: int) -> int:
        """A person's draw, or what holds where nothing is drawn."""
        return otherwise if column == NONE else self.columns[column][self.slot[person]]

    def _named(self, name: str, person: int, otherwise: int) -> int:
        return self._drawn(self.network.stages.column(name), person, otherwise)

    def _covers(self, who: NDArray[np.bool_] | None, person: int) -> bool:
        return who is None or bool(who[self.slot[person]])

    # --- the places -----------------------------------------------------------------------------------------

    def _shifts(self, times: Ints, servers: Ints) -> list[tuple[int, int]]:
        return list(zip(times.tolist(), servers.tolist(), strict=True))

    def _queues(self, pools: Sequence[Pool], **how: object) -> dict[int, Station]:
        """The station that serves each person, one a pool."""
        queue_of: dict[int, Station] = {}
        for pool in pools:
            shifts = self._shifts(pool.calendar.times, pool.calendar.servers)
            station = Station(self.clock, shifts, **how)  # type: ignore[arg-type]  # the callers name Station's own fields
            queue_of |= {int(self.network.person[slot]): station for slot in pool.members}
        return queue_of

    def _channel_queues(self, i: int, channel: ChannelStep) -> dict[int, Station]:
        return self._queues(
            channel.pools,
            service=lambda person: self._drawn(channel.handling, person, 0),
            done=lambda person, now: self._travel_of_summons(person, i, now),
            visits=channel.visits,
            reload=lambda person: self._drawn(channel.reload, person, 0),
        )

    def _desk_queues(self, desk: DeskStep) -> dict[int, Station]:
        return self._queues(desk.pools, service=lambda person: self._drawn(desk.answer, person, 0), done=self._answer)

    def _station(self, step: Step, at: int) -> Station:
        def patience(person: int) -> int:
            if step.patience == NONE or not self._drawn(step.impatient, person, 1):
                return NOT
            return self._drawn(step.patience, person, NOT)

        return Station(
            self.clock,
            self._shifts(step.calendar.times, step.calendar.servers),
            service=lambda person: self._drawn(step.service, person, 0),
            done=lambda person, now: self._served(person, step, at, now),
            rank=lambda person: 0 if step.ranks is None else int(step.ranks[self.slot[person]]),
            patience=patience,
            fed_up=lambda person, now: self._give_up(person, step, now),
        )

    def _lines(self, trips: Ints) -> list[BusLine]:
        lines = []
        start = 0
        for line in self.network.lines:
            own = slice(start, start + line.trips)
            start += line.trips
            there = trips[0][own].tolist()
            back = trips[1][own].tolist() if len(trips) > 1 else there
            line_of = partial(BusLine, self.clock, line.capacity, line.timeout_ms, line.fleet)
            lines.append(line_of(there, back, self._come_to_unit))
        return lines

    # --- the summons ----------------------------------------------------------------------------------------

    def _try(self, person: int, i: int, now: int) -> None:
        """An attempt begins: in the queue of the crews, or at once under way. The first call counts."""
        mine = self.people[person]
        if i in mine.tries:
            return
        mine.tries[i] = Try(now)
        if not self.network.channels[i].pools:
            self._travel_of_summons(person, i, now)
        elif person in self.channels[i]:
            station = self.channels[i][person]
            station.join(person, now)
            mine.tries[i].visit = station.notes[person]

    def _travel_of_summons(self, person: int, i: int, now: int) -> None:
        channel = self.network.channels[i]
        delay = self._drawn(channel.delay, person, 0 if channel.pools else 1)
        self.clock.at(now + delay, END, person, partial(self._conclude, person, i))

    def _conclude(self, person: int, i: int, now: int) -> None:
        """The attempt ends: found, or handed to the fallback."""
        channel, mine = self.network.channels[i], self.people[person]
        mine.tries[i].done = now
        reached = self._named("reach", person, 1) and self._drawn(channel.reach, person, 1)
        if reached and not self._is_down(channel, mine.tries[i], person):
            mine.tries[i].success = True
            self._deliver(person, i, now)
            return
        following = channel.fallback
        if following != NONE and self._covers(self.network.channels[following].eligible, person):
            again = now + self._drawn(channel.fallback_after, person, 0)
            self.clock.at(again, ARRIVAL, person, partial(self._try, person, following))

    def _is_down(self, channel: ChannelStep, mine: Try, person: int) -> bool:
        """Whether a shock lets the attempt fail: one that crews or lines carry counts from when they begin with it."""
        began = mine.began if mine.visit is None else mine.visit.began
        return any(d.start <= began < d.end and self._drawn(d.column, person, 1) for d in channel.down)

    def _deliver(self, person: int, i: int, now: int) -> None:
        """The first summons counts; of several at one instant, the first channel's."""
        mine = self.people[person]
        if mine.delivered == now:
            mine.delivered_by = min(mine.delivered_by, i)
        if mine.delivered != NOT:
            return
        mine.delivered, mine.delivered_by = now, i
        self.clock.at(now + self._named("response", person, 0), END, person, partial(self._respond, person))
        if self._named("conduct", person, COMES) != COMES:
            return
        mine.desk = self._desk_of(person)
        if mine.desk == NOT or not self.network.desks[mine.desk].waits:
            self._plan_departure(person, now)

    # --- the answer -----------------------------------------------------------------------------------------

    def _desk_of(self, person: int) -> int:
        """The first request that the person will file."""
        for d, desk in enumerate(self.network.desks):
            if self._covers(desk.who, person) and self._drawn(desk.file, person, 1):
                return d
        return NOT

    def _respond(self, person: int, now: int) -> None:
        mine = self.people[person]
        mine.answers = now
        mine.acts = self._named("conduct", person, COMES)
        if mine.acts != COMES:
            return
        if self._named("acknowledge", person, 1):
            mine.acknowledged = now
        if mine.desk != NOT:
            self.clock.at(now, ARRIVAL, person, partial(self._file, person))

    def _file(self, person: int, now: int) -> None:
        mine = self.people[person]
        station = self.desks[mine.desk][person]
        mine.filed = now
        station.join(person, now)
        mine.asked = station.notes[person]

    def _answer(self, person: int, now: int) -> None:
        """The request is answered: granted excuses whoever has not left; the others who waited may now go."""
        mine = self.people[person]
        desk = self.network.desks[mine.desk]
        mine.answered = now
        if self._drawn(desk.granted, person, 1) == 1:
            if mine.left == NOT:
                mine.excused = now
        elif desk.waits:
            self._plan_departure(person, now)

    def _plan_departure(self, person: int, now: int) -> None:
        """Leave when ready, or later, so as to arrive at the time aimed at."""
        mine, slot = self.people[person], self.slot[person]
        ready = max(now, mine.delivered + self._named("preparation", person, 0))
        way = int(self.network.way_ms[slot]) + self._named("travel", person, 0)
        arrival = ready + way
        timing = self._named("timing", person, AT_ONCE)
        due = self.network.deadline_ms
        if due == NOT:
            due = mine.delivered + self.network.deadline_after_ms
        if timing == BEFORE_THE_DEADLINE:
            arrival = max(arrival, due - self._named("lead", person, 0))
        if timing == AFTER_THE_DEADLINE:
            arrival = max(arrival, due + self._named("lag", person, 0))
        # An answer at the very instant of leaving still excuses: both are ends, the answer comes first.
        self.clock.at(arrival - way, END, person, partial(self._leave, person, way), after=1)

    def _leave(self, person: int, way: int, now: int) -> None:
        mine = self.people[person]
        if mine.excused != NOT:
            return
        slot, struck = self.slot[person], self.network.struck
        for closed in struck.closed:
            if closed.start <= now < closed.end:
                if closed.way_ms[slot] < 0:
                    return
                way += int(closed.way_ms[slot] - self.network.way_ms[slot])
        for slow in struck.slow:
            if slow.start <= now < slow.end and self._covers(slow.who, person):
                way = (way * slow.thousandths + 500) // 1000
        mine.left = now
        self.clock.at(now + way, ARRIVAL, person, partial(self._arrive, person))

    # --- the gate -------------------------------------------------------------------------------------------

    def _arrive(self, person: int, now: int) -> None:
        self.people[person].arrived = now
        self._go_on(person, 0, now)

    def _go_on(self, person: int, at: int, now: int) -> None:
        """Standing before the `at`-th step of the point: queue if it concerns the person, else go on."""
        slot = self.slot[person]
        steps = self.network.layouts[int(self.network.layout[slot])]
        if at == len(steps):
            self._go_to_the_stop(person, now)
            return
        step = steps[at]
        if not (self._covers(step.who, person) and self._drawn(step.need, person, 1)):
            self._go_on(person, at + 1, now)
            return
        station = self.stations[int(self.network.point[slot]), at]
        station.join(person, now)
        self.people[person].visits[step.slot] = station.notes[person]

    def _served(self, person: int, step: Step, at: int, now: int) -> None:
        mine = self.people[person]
        reason = self._sent_home_for(person, step)
        if reason != NOT:
            mine.released, mine.released_reason, mine.released_step = now, reason, step.slot
            return
        self.clock.at(now, ARRIVAL, person, partial(self._go_on, person, at + 1))

    def _sent_home_for(self, person: int, step: Step) -> int:
        """The lot falls into the share of one of the rules that cover the person, or of none."""
        if step.leave == NONE:
            return NOT
        lot = (self.columns[step.leave][self.slot[person]] + 0.5) / 2**52
        upper = 0.0
        for rule in step.rules:
            if self._covers(rule.who, person):
                upper += rule.share
                if lot < upper:
                    return rule.reason
        return NOT

    def _give_up(self, person: int, step: Step, now: int) -> None:
        self.people[person].gave_up, self.people[person].gave_up_step = now, step.slot

    def _go_to_the_stop(self, person: int, now: int) -> None:
        line = int(self.network.line[self.slot[person]])
        if line == NONE:
            self._join_unit(person, now)
        else:
            self.lines[line].join(person, now)

    def _come_to_unit(self, person: int, now: int) -> None:
        self.clock.at(now, ARRIVAL, person, partial(self._join_unit, person))

    def _join_unit(self, person: int, now: int) -> None:
        slot = self.slot[person]
        self.people[person].ready = now
        unit = int(self.network.unit[slot])
        if unit >= 0:
            self.units[unit].join(person, int(self.network.trade[slot]), now)
