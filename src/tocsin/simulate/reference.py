"""The slow reference: a whole run in plain Python, one event after the other; it judges the compiled engine.

It reads the same network and the same drawn numbers as `tocsin.simulate.run`, and must agree with it in every
millisecond. Everybody is followed event by event, and what happens at one instant happens in the order of the
design: ends (of a service, a ride, a delay), what is planned (repairs and breakdowns, deliveries, shifts, lost buses),
arrivals (at a queue, a gate, a stop, a unit), timers (patience, a bus's time-out); inside a class in the order of the
persons' numbers. Nobody thinks ahead: what would happen after the horizon never does.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tocsin.simulate.network import ChannelStep, DeskStep, Network, Pass, Pool, Step
from tocsin.simulate.reference_account import Account, Person, Try
from tocsin.simulate.reference_fleet import BusLine, Fleet, Trips
from tocsin.simulate.reference_gate import Gate, Place
from tocsin.simulate.reference_queues import ARRIVAL, END, NOT, Cause, Clock, Errand, Handlers, Unit
from tocsin.simulate.reference_servers import Ask, Servers, Turn
from tocsin.simulate.reference_stocks import Stock
from tocsin.simulate.stages import NONE, Stages
from tocsin.simulate.upkeep import Upkeep

__all__ = ["Account", "Person", "Try", "reference"]

Ints = NDArray[np.int64]
REFUSES, EXCUSED, STAYS_AWAY, COMES = range(4)
BEFORE_THE_DEADLINE, AFTER_THE_DEADLINE, AT_ONCE = range(3)


def reference(network: Network, drawn: Ints, trips: Ints, orders: Ints, supplies: Ints, upkeep: Upkeep) -> Account:
    """Run a network once, slowly.

    Args:
        network: The compiled plan.
        drawn: int64[columns, n] of `network.stages`, by slot.
        trips: int64[columns, trips] of `network.trips`.
        orders: int64[columns, units] of `network.orders`.
        supplies: int64[columns, rows] of `network.supplies`, how long each order of each stock takes.
        upkeep: The breakdowns of the servers of `network.failing`.

    Returns:
        Everything that happened up to the horizon.
    """
    return _Run(network, drawn, trips, orders, supplies, upkeep).account()


class _Run:
    """The world while it runs: people are known by their number; the network's arrays by their slot."""

    def __init__(
        self, network: Network, drawn: Ints, trips: Ints, orders: Ints, supplies: Ints, upkeep: Upkeep
    ) -> None:
        self.network = network
        self.clock = Clock(network.horizon_ms)
        self.columns: list[list[int]] = drawn.tolist()
        self.slot = {number: slot for slot, number in enumerate(network.person.tolist())}
        self.people = {number: Person() for number in sorted(self.slot)}
        self.orders: list[int] = orders[0].tolist() if len(orders) else [0] * len(network.units)
        self.channels = [self._queues(channel.pools, channel.visits) for channel in network.channels]
        self.desks = [self._queues(desk.pools, 0) for desk in network.desks]
        self.upkeep = upkeep
        self.gate = self._gate()
        self.stocks = self._stocks(supplies[0].tolist() if len(supplies) else [])
        self.visited: dict[tuple[int, int], int] = {}
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
        for (row, person), enough in self.gate.notes.handed.items():
            self.people[person].handed[row] = enough
        ordered = [time if time <= self.network.horizon_ms else NOT for time in self.orders]
        return Account(self.people, self.lines, self.units, ordered, self.stocks, self.gate.notes, self.upkeep)

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

    def _queues(self, pools: Sequence[Pool], visits: int) -> dict[int, Handlers]:
        """The handlers of each person, one set a pool."""
        queue_of: dict[int, Handlers] = {}
        for pool in pools:
            shifts = list(zip(pool.calendar.times.tolist(), pool.calendar.servers.tolist(), strict=True))
            handlers = Handlers(self.clock, shifts, visits)
            queue_of |= {int(self.network.person[slot]): handlers for slot in pool.members}
        return queue_of

    def _gate(self) -> Gate:
        """Every station of every point; each has servers of its own, or those of a crew."""
        gate, network = Gate(self.clock, self._served, self._give_up), self.network
        for point, layout in enumerate(network.layout_of_point):
            crews = [Servers(crew.calendar.most) for crew in network.crews[layout]]
            for at, step in enumerate(network.layouts[layout]):
                if step.crew == NONE:
                    own = Servers(step.calendar.most, step.extra[1] if step.extra else 0)
                    gate.add(Place(point, at, step, own))
                    gate.staff(own, step.calendar, ("shift", point, at))
                else:
                    gate.add(Place(point, at, step, crews[step.crew]))
            for c, servers in enumerate(crews):
                gate.staff(servers, network.crews[layout][c].calendar, ("crew shift", point, c))
        gate.upkeep(self.upkeep)
        return gate

    def _stocks(self, leads: list[int]) -> list[Stock]:
        found = []
        for s, step in enumerate(self.network.stocks):
            serves = [
                place
                for place in self.gate.places.values()
                if any(issue.stock_of_point[place.point] == s for issue in place.step.issues)
            ]
            own = leads[step.leads[0] : step.leads[1]]
            found.append(Stock(self.clock, s, step, own, partial(self._resupply, serves)))
        return found

    def _resupply(self, serves: list[Place], cause: Cause, now: int) -> None:
        for place in serves:
            self.gate.settle(place.servers, cause, now)

    def _lines(self, trips: Ints) -> list[BusLine]:
        network = self.network
        shared = [
            Fleet(self.clock, len(network.lines) + f, fleet.buses, self._changes(fleet.times, fleet.lost))
            for f, fleet in enumerate(network.fleets)
        ]
        lines = []
        start = 0
        for x, line in enumerate(network.lines):
            own = slice(start, start + line.trips)
            start += line.trips
            if line.shared != NONE:
                fleet = shared[line.shared]
            else:
                fleet = Fleet(self.clock, x, line.fleet, self._changes(line.times, line.lost))
            luck = self._trips(network.trips, trips[:, own])
            lines.append(BusLine(self.clock, x, line.capacity, line.timeout_ms, fleet, luck, self._come_to_unit))
        return lines

    def _changes(self, times: Ints, numbers: Ints) -> list[tuple[int, int]]:
        return list(zip(times.tolist(), numbers.tolist(), strict=True))

    def _trips(self, stages: Stages, drawn: Ints) -> Trips:
        """What is drawn for the rides of a line."""

        def named(name: str, otherwise: list[int]) -> list[int]:
            column = stages.column(name)
            return otherwise if column == NONE else drawn[column].tolist()

        never = [0] * drawn.shape[1]
        there = named("bus.trip", never)
        back = named("bus.back", there)
        # A chance of 1 is not drawn: where only the repair is, every trip fails.
        fails = named("bus.fails", never if stages.column("bus.repair") == NONE else [1] * drawn.shape[1])
        return Trips(there, back, named("bus.call", never), fails, named("bus.repair", never))

    # --- the summons ----------------------------------------------------------------------------------------

    def _try(self, person: int, i: int, now: int) -> None:
        """An attempt begins: in the queue of the crews, or at once under way. The first call counts."""
        mine, channel = self.people[person], self.network.channels[i]
        if i in mine.tries:
            return
        mine.tries[i] = Try(now)
        crews = self.channels[channel.first_try]
        if not crews:
            self._travel_of_summons(person, i, now)
        elif person in crews:
            handling, reload = self._drawn(channel.handling, person, 0), self._drawn(channel.reload, person, 0)
            errand = Errand(person, handling, reload, partial(self._travel_of_summons, person, i))
            mine.tries[i].visit = crews[person].join(errand, now)

    def _travel_of_summons(self, person: int, i: int, now: int) -> None:
        channel = self.network.channels[i]
        crews = self.network.channels[channel.first_try].pools
        delay = self._drawn(channel.delay, person, 0 if crews else 1)
        self.clock.at(now + delay, END, person, partial(self._conclude, person, i))

    def _conclude(self, person: int, i: int, now: int) -> None:
        """The attempt ends: found, or tried again, or handed to the fallback."""
        channel, mine = self.network.channels[i], self.people[person]
        mine.tries[i].done = now
        reached = self._named("reach", person, 1) and self._drawn(channel.reach, person, 1)
        if reached and not self._is_down(channel, mine.tries[i], person):
            mine.tries[i].success = True
            self._deliver(person, i, now)
        elif channel.next_try != NONE:
            again = now + self._drawn(channel.again_after, person, 0)
            self.clock.at(again, ARRIVAL, person, partial(self._try, person, channel.next_try))
        else:
            self._fall_back(person, channel, now)

    def _fall_back(self, person: int, channel: ChannelStep, now: int) -> None:
        following = channel.fallback
        if following != NONE and self._covers(self.network.channels[following].eligible, person):
            later = now + self._drawn(channel.fallback_after, person, 0)
            self.clock.at(later, ARRIVAL, person, partial(self._try, person, following))

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
        desk: DeskStep = self.network.desks[mine.desk]
        mine.filed = now
        errand = Errand(person, self._drawn(desk.answer, person, 0), 0, partial(self._answer, person))
        mine.asked = self.desks[mine.desk][person].join(errand, now)

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
        """Standing before the `at`-th step of the point: to the next one that concerns the person, or to the stop."""
        place = self._next_place(person, at)
        if place is None:
            self._go_to_the_stop(person, now)
        else:
            turn = self._turn(person, place)
            self.people[person].visits[turn.slot] = turn.visit
            self.gate.arrive(turn, now)

    def _next_place(self, person: int, at: int) -> Place | None:
        """The first station or desk from position `at` on that concerns the person; a desk does so only once."""
        slot = self.slot[person]
        steps = self.network.layouts[int(self.network.layout[slot])]
        for position in range(at, len(steps)):
            step = steps[position]
            once = step.kind == "request" and (person, position) in self.visited
            if self._covers(step.who, person) and self._drawn(step.need, person, 1) and not once:
                return self.gate.places[int(self.network.point[slot]), position]
        return None

    def _turn(self, person: int, place: Place) -> Turn:
        """The person's next visit of a station, with the draws of that visit."""
        step = place.step
        number = self.visited[person, place.position] = self.visited.get((person, place.position), 0) + 1
        draws = step.passes[number - 1]
        patience = self._drawn(draws.patience, person, NOT) if self._drawn(step.impatient, person, 1) else NOT
        return Turn(
            person=person,
            slot=draws.slot,
            number=number,
            place=(place.point, place.position),
            rank=0 if step.ranks is None else int(step.ranks[self.slot[person]]),
            service=self._drawn(draws.service, person, 0),
            patience=patience,
            asks=self._asks(place, number),
        )

    def _asks(self, place: Place, visit: int) -> tuple[Ask, ...]:
        """What is handed out at a visit there; nothing is where no stock serves the point."""
        at = place.point
        return tuple(
            Ask(self.stocks[issue.stock_of_point[at]], issue.amount, issue.waits, issue.rows[visit - 1])
            for issue in place.step.issues
            if issue.stock_of_point[at] != NONE
        )

    def _served(self, turn: Turn, now: int) -> Place | None:
        """A service ended: released, sent back, or on; the station that is next, if any."""
        mine, place = self.people[turn.person], self.gate.places[turn.place]
        draws = place.step.passes[turn.number - 1]
        reason = self._sent_home_for(turn.person, place.step, draws)
        if reason != NOT:
            mine.released, mine.released_reason, mine.released_step = now, reason, turn.slot
            return None
        at = place.position + 1
        if self._sent_back(turn, place.step, draws):
            assert place.step.sent_back is not None, "only such a step sends back"
            at = place.step.sent_back.to
        self.clock.at(now, ARRIVAL, turn.person, partial(self._go_on, turn.person, at))
        return self._next_place(turn.person, at)

    def _sent_home_for(self, person: int, step: Step, draws: Pass) -> int:
        """The lot falls into the share of one of the rules that cover the person, or of none."""
        if draws.leave == NONE:
            return NOT
        lot = (self.columns[draws.leave][self.slot[person]] + 0.5) / 2**52
        upper = 0.0
        for rule in step.rules:
            if self._covers(rule.who, person):
                upper += rule.share
                if lot < upper:
                    return rule.reason
        return NOT

    def _sent_back(self, turn: Turn, step: Step, draws: Pass) -> bool:
        """The lot falls into the share; the last visit of all always passes."""
        rule = step.sent_back
        if rule is None or turn.number >= rule.most or not self._covers(rule.who, turn.person):
            return False
        return (self.columns[draws.back][self.slot[turn.person]] + 0.5) / 2**52 < rule.share

    def _give_up(self, turn: Turn, no_room: bool, now: int) -> None:
        mine = self.people[turn.person]
        turn.visit.gave_up = now
        mine.gave_up, mine.gave_up_step, mine.no_room = now, turn.slot, no_room

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
