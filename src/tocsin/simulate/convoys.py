"""Columns on shared roads: who enters which road when, who waits for whom, and who goes round a closed one.

The rules, to the millisecond. A road lets `columns` columns enter side by side in one direction: each has an entrance
of its own, which a column holds from its head to its tail. Its pass time is its length over its speed, which is its own
or the road's, whichever is lower, and longer by the weather at the instant of entering. The tail enters when the pass
time is over, and not before it has come to the place where the road begins. Nobody overtakes behind one entrance: the
head of the next comes out of the road no earlier than the tail before it. Places have room for everybody: a head that
waits there stops no tail.

Order at one instant: entrances become free; roads are opened and closed, and whoever has a closed road ahead takes the
fastest way round it, if there is one; heads arrive and columns set out, by unit; meetings end, by meeting. Then roads
are entered: of those who wait for an entrance the lowest priority number first, then who came first, then the first
unit; of several free entrances that whose last column is out of the road first, then the first.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from tocsin.plan.marching import Leg
from tocsin.simulate.march import HOUR_MS, NEVER, Change, Column, Marching, drive_of
from tocsin.simulate.told import Elsewhere, Told

__all__ = ["Movement", "march"]

FREE, CHANGE, ARRIVAL, TIMER = range(4)
"""The classes of the tie rule."""
Cause = Told | Elsewhere


@dataclass(frozen=True, eq=False)
class Movement:
    """What became of the marches of one run.

    Attributes:
        rows: All rows, a cause before its effect where both happen at one instant.
        set_out: When each column stood at its start, free to leave, ms after the alert, `NEVER` = not.
        there: When each stood at its end.
    """

    rows: list[Told]
    set_out: list[int]
    there: list[int]


def march(marching: Marching, formed: Sequence[int], seed: int, run: int) -> Movement:
    """Follow all columns to the horizon.

    Args:
        marching: The marches.
        formed: When each unit of the plan was formed, ms after the alert, `NEVER` = not.
        seed: Seed of the exercise.
        run: Replication.

    Returns:
        What they did, row by row.
    """
    drawn = marching.prepare.draw(seed, run)
    prepare = drawn[0].tolist() if len(drawn) else [0] * len(marching.columns)
    return _Run(marching, formed, prepare).movement()


@dataclass(eq=False)
class _State:
    """Where the head of a column is."""

    number: int
    column: Column
    legs: list[Leg]
    node: int
    leg: int = 0
    driven: int = 0  # stretches of this leg that were entered
    tail_at: int = 0  # when the tail comes to the node
    ready: int = NEVER  # since when it wants to enter
    wants: int = NEVER  # the stretch that it waits for
    cause: Cause | None = None  # what brought the head to where it is
    changed: tuple[int, Cause] | None = None  # when it was sent another way, and why
    seen: dict[int, int] = field(default_factory=dict)  # how often it passed each node
    finished: bool = False

    @property
    def key(self) -> tuple[int, int, int]:
        """Whose turn it is: priority, then time, then unit."""
        return self.column.priority, self.ready, self.column.unit


@dataclass(eq=False)
class _Passing:
    """A column goes on from a node; its rows are written when somebody needs them, at once at a node with a name."""

    state: _State
    place: str
    head: int
    tail: int
    time: int  # which time the column passes here, from 0
    cause: Cause | None
    head_row: Told | None = None
    tail_row: Told | None = None


@dataclass(eq=False)
class _Entrance:
    free_at: int = 0
    out_at: int = 0
    last: _Passing | None = None


@dataclass(eq=False)
class _Stretch:
    entrances: list[_Entrance]
    waiting: list[_State] = field(default_factory=list)
    closed_by: list[Change] = field(default_factory=list)
    opened: tuple[int, int] = (NEVER, NEVER)  # when it was opened last, and by the end of which shock


class _Run:
    """The state of one run."""

    def __init__(self, marching: Marching, formed: Sequence[int], prepare: Sequence[int]) -> None:
        self.marching, self.formed = marching, formed
        self.states = [_State(i, column, list(column.legs), column.start) for i, column in enumerate(marching.columns)]
        self.stretches: dict[int, _Stretch] = {}
        self.there: list[list[_State]] = [[] for _ in marching.meetings]
        self.last: list[Told | None] = [None] * len(marching.meetings)
        self.rows: list[Told] = []
        self.found = Movement([], [NEVER] * len(self.states), [NEVER] * len(self.states))
        self.closed: frozenset[int] = frozenset()
        self.events: list[tuple[int, int, int]] = []
        self.departures = [self._departure(state, pause) for state, pause in zip(self.states, prepare, strict=True)]
        self.changes = [list(group) for _, group in groupby(marching.changes, key=lambda change: change.at)]
        self.now = 0
        self.touched: set[int] = set()
        self.came: list[_State] = []

    def movement(self) -> Movement:
        self._foresee()
        horizon = self.marching.horizon_ms
        while self.events and self.events[0][0] <= horizon:
            self.now = self.events[0][0]
            while self.events and self.events[0][0] == self.now:
                self._happen(*heapq.heappop(self.events)[1:])
            for stretch in sorted(self.touched):
                self._serve(stretch)
            self._halt()
            self.touched.clear()
            self.came.clear()
        self.found.rows.extend(row for row in self.rows if row.at <= horizon)
        return self.found

    def _foresee(self) -> None:
        """Put into the calendar what is known before: departures, changes of roads, ends of meetings."""
        events = [(told.at, ARRIVAL, i) for i, told in enumerate(self.departures) if told is not None]
        events += [(changes[0].at, CHANGE, i) for i, changes in enumerate(self.changes)]
        for i, meeting in enumerate(self.marching.meetings):
            events += [(at, TIMER, i) for at in {meeting.from_ms, meeting.until_ms} - {NEVER}]
        self.events = sorted(events)

    def _departure(self, state: _State, pause: int) -> Told | None:
        """When a column stands at its start, free to leave; None if a unit is never formed."""
        column = state.column
        formed = [(self.formed[unit], unit) for unit in column.waits_for]
        if any(at == NEVER for at, _ in formed):
            return None
        last, unit = max(formed)
        at = max(last, column.earliest_ms) + pause
        says: dict[str, Any] = {"unit": column.name, "place": self.marching.name_of(column.start)}
        if column.planned_ms != NEVER:
            says["due"] = column.planned_ms
        if column.earliest_ms > last:
            says["reason"] = "fixed time"
        return Told("unit_set_out", at, ("unit_formed", unit), says)

    def _happen(self, kind: int, number: int) -> None:
        if kind == FREE:
            self.touched.add(number)
        elif kind == CHANGE:
            self._change(self.changes[number])
        elif kind == TIMER:
            self._time_is_up(number)
        else:
            self._arrive(number)

    # --- places -----------------------------------------------------------------------------------------------

    def _arrive(self, number: int) -> None:
        """A head comes to a node, or a column sets out."""
        state, departure = self.states[number], self.departures[number]
        if self.found.set_out[number] == NEVER and departure is not None:
            self.found.set_out[number] = self.now
            self.rows.append(departure)
            state.cause, state.tail_at = departure, self.now
            self._go_round(state, None)
        self._go_on(state)

    def _go_on(self, state: _State) -> None:
        """The head of a column wants to go on: over the next stretch, to a meeting here, or it is at its end."""
        leg = state.legs[state.leg]
        while state.driven == len(leg.stretches):
            if leg.meeting != NEVER:
                self._meet(state, leg.meeting)
                return
            if state.leg + 1 == len(state.legs):
                self._finish(state)
                return
            state.leg, state.driven = state.leg + 1, 0
            leg = state.legs[state.leg]
        state.ready = self.now
        self.came.append(state)
        self._want(state)

    def _want(self, state: _State) -> None:
        state.wants = state.legs[state.leg].stretches[state.driven]
        self._stretch(state.wants).waiting.append(state)
        self.touched.add(state.wants)

    def _finish(self, state: _State) -> None:
        passing = self._passing(state, max(self.now, state.tail_at))
        head, _ = self._write(passing)
        column = state.column
        says: dict[str, Any] = {"unit": column.name, "place": passing.place}
        if column.due_there != NEVER:
            says["due"] = column.due_there
        self.rows.append(Told("in_position", passing.tail, head, says))
        state.finished = True
        if passing.tail <= self.marching.horizon_ms:
            self.found.there[state.number] = passing.tail

    # --- meetings ---------------------------------------------------------------------------------------------

    def _meet(self, state: _State, number: int) -> None:
        """Somebody comes to a meeting."""
        meeting, there = self.marching.meetings[number], self.there[number]
        row = self._halted(state, "meeting", meeting.name)
        there.append(state)
        self.last[number] = row
        over = meeting.until_ms != NEVER and self.now > meeting.until_ms
        if over or (len(there) == len(meeting.columns) and self.now >= meeting.from_ms):
            self._release(number, row)

    def _time_is_up(self, number: int) -> None:
        meeting = self.marching.meetings[number]
        complete = len(self.there[number]) == len(meeting.columns)
        if complete and self.now >= meeting.from_ms:
            self._release(number, self.last[number])
        elif meeting.until_ms != NEVER and self.now >= meeting.until_ms:
            self._release(number, None)

    def _release(self, number: int, cause: Cause | None) -> None:
        """Let all who are at a meeting go on; without a cause each goes because the time was up."""
        leaving, self.there[number] = self.there[number], []
        for state in sorted(leaving, key=lambda state: state.column.unit):
            state.cause = state.cause if cause is None else cause
            state.leg, state.driven = state.leg + 1, 0
            self._go_on(state)

    # --- roads ------------------------------------------------------------------------------------------------

    def _stretch(self, number: int) -> _Stretch:
        if number not in self.stretches:
            entrances = [_Entrance() for _ in range(int(self.marching.roads.columns[number]))]
            self.stretches[number] = _Stretch(entrances)
        return self.stretches[number]

    def _serve(self, number: int) -> None:
        """Let columns enter a stretch while there is an entrance."""
        stretch = self._stretch(number)
        while stretch.waiting and not stretch.closed_by:
            free = [entrance for entrance in stretch.entrances if entrance.free_at <= self.now]
            if not free:
                return
            state = min(stretch.waiting, key=lambda state: state.key)
            stretch.waiting.remove(state)
            self._enter(state, number, min(free, key=lambda entrance: entrance.out_at))

    def _enter(self, state: _State, number: int, entrance: _Entrance) -> None:
        """The head of a column enters a stretch."""
        roads, column = self.marching.roads, state.column
        state.cause = self._let_in(state, number, entrance)
        speed, factor = min(column.speed_kmh, float(roads.speed_kmh[number])), self._weather(state.node)
        pass_ms = round(column.length_km / speed * HOUR_MS * factor)
        drive_ms = drive_of(roads, number, speed, factor)
        passing = self._passing(state, max(self.now + pass_ms, state.tail_at))
        if state.node in self.marching.names or state.ready < self.now:
            state.cause, _ = self._write(passing)
        out = self.now + drive_ms
        if entrance.last is not None and entrance.out_at > out:
            out, state.cause = entrance.out_at, self._write(entrance.last)[1]
        entrance.free_at, entrance.last = passing.tail, passing
        entrance.out_at = state.tail_at = max(passing.tail + drive_ms, out + pass_ms)
        state.driven, state.wants = state.driven + 1, NEVER
        state.node = int(roads.end[number])
        if passing.tail > self.now:
            heapq.heappush(self.events, (passing.tail, FREE, number))
        heapq.heappush(self.events, (out, ARRIVAL, state.number))

    def _let_in(self, state: _State, number: int, entrance: _Entrance) -> Cause | None:
        """What let a head enter: what brought it here, if that was now; else a road opened, or a tail gone in."""
        if state.ready == self.now:
            return state.cause
        if state.changed is not None and state.changed[0] == self.now:
            return state.changed[1]
        opened, shock = self._stretch(number).opened
        if opened == self.now:
            return "shock_ended", shock
        return state.cause if entrance.last is None else self._write(entrance.last)[1]

    def _weather(self, node: int) -> float:
        factor = 1.0
        for weather in self.marching.weather:
            if weather.start <= self.now < weather.end and (weather.nodes is None or weather.nodes[node]):
                factor *= weather.factor
        return factor

    # --- closed roads -----------------------------------------------------------------------------------------

    def _change(self, changes: Sequence[Change]) -> None:
        """Close and open stretches, and send those round who have a closed one ahead."""
        for change in changes:
            for number in change.stretches:
                stretch = self._stretch(number)
                if change.closes:
                    stretch.closed_by.append(change)
                else:
                    stretch.closed_by = [other for other in stretch.closed_by if other.shock != change.shock]
                    stretch.opened = self.now, change.shock
                    self.touched.add(number)
        self.closed = frozenset(number for number, stretch in self.stretches.items() if stretch.closed_by)
        last = changes[0]  # openings stand first
        cause: Cause = ("shock_began" if last.closes else "shock_ended", last.shock)
        for state, departed in zip(self.states, self.found.set_out, strict=True):
            if departed != NEVER and not state.finished:
                self._go_round(state, cause)

    def _go_round(self, state: _State, cause: Cause | None) -> None:
        """Take the fastest way round closed stretches that lie ahead, leg by leg; where there is none, keep the way."""
        node, speed = state.node, state.column.speed_kmh
        for i in range(state.leg, len(state.legs)):
            leg, driven = state.legs[i], state.driven if i == state.leg else 0
            if not self.closed.isdisjoint(leg.stretches[driven:]):
                way = self.marching.way_round(node, leg.end, speed, self.closed)
                if way is not None:
                    state.legs[i] = replace(leg, stretches=leg.stretches[:driven] + way)
            node = leg.end
        if state.wants != NEVER and state.wants != state.legs[state.leg].stretches[state.driven]:
            self._stretch(state.wants).waiting.remove(state)
            state.changed = None if cause is None else (self.now, cause)
            self._want(state)

    # --- rows -------------------------------------------------------------------------------------------------

    def _halt(self) -> None:
        """Write down who came now and could not go on; at the start nobody has halted yet."""
        for state in self.came:
            if state.wants != NEVER and state.ready == self.now and state.seen:
                closed = self._stretch(state.wants).closed_by
                road = self.marching.roads.names[state.wants]
                self._halted(state, "closed" if closed else "road", closed[0].name if closed else road)

    def _halted(self, state: _State, reason: str, thing: str | None) -> Told:
        says = {"unit": state.column.name, "place": self.marching.name_of(state.node), "reason": reason, "thing": thing}
        state.cause = row = Told("halted", self.now, state.cause, says)
        self.rows.append(row)
        return row

    def _passing(self, state: _State, tail: int) -> _Passing:
        time = state.seen.get(state.node, 0)
        state.seen[state.node] = time + 1
        return _Passing(state, self.marching.name_of(state.node), self.now, tail, time, state.cause)

    def _write(self, passing: _Passing) -> tuple[Told, Told]:
        """Write the rows of a passing, once: the head's and the tail's."""
        column, place = passing.state.column, passing.place
        says = {"unit": column.name, "place": place, "amount": column.vehicles}
        if passing.head_row is None:
            due = column.due.get((place, passing.time))
            said = says | {"visit": 2 * passing.time + 1} | ({} if due is None else {"due": due})
            passing.head_row = Told("passed", passing.head, passing.cause, said)
            self.rows.append(passing.head_row)
        if passing.tail_row is None:
            said = says | {"visit": 2 * passing.time + 2}
            passing.tail_row = Told("passed", passing.tail, passing.head_row, said)
            self.rows.append(passing.tail_row)
        return passing.head_row, passing.tail_row
