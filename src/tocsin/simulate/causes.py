"""The cause of every row: the last necessary condition to come true, as a number of the first layout."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.plan import layout_of
from tocsin.simulate.gate import JointOutcome
from tocsin.simulate.joint import BY_BREAKDOWN, INTERRUPTED
from tocsin.simulate.joint_rows import rows_of_causes, trip_breakdowns
from tocsin.simulate.outcome import Queue
from tocsin.simulate.part import Part
from tocsin.simulate.stages import NONE
from tocsin.simulate.struck import struck_stations, takes_servers, window_of
from tocsin.simulate.told_rows import heard_rows, tell_causes
from tocsin.simulate.wide import Ints, Wide

__all__ = ["fill_causes"]

Rows = NDArray[np.int32]


def fill_causes(wide: Wide, parts: list[Part]) -> None:
    """Write the cause of every row of the parts.

    Args:
        wide: The outcome by person.
        parts: All rows, in the first layout; the order of the parts numbers them.
    """
    _Causes(wide, parts).fill()


class _Causes:
    """Knows the number of every row, by kind and entity."""

    def __init__(self, wide: Wide, parts: list[Part]) -> None:
        self.wide = wide
        self.n = wide.n
        self.parts = {part.kind: part for part in parts}
        sizes = np.cumsum([0, *(len(part.time) for part in parts)])
        self.base = {part.kind: int(start) for part, start in zip(parts, sizes[:-1], strict=True)}
        self.times = np.concatenate([part.time for part in parts]) if parts else np.empty(0, np.int64)
        steps = len(wide.network.step_names)
        self.stations = [i for i, kind in enumerate(wide.network.step_kinds) if kind == "station"]
        self.desks = [i for i, kind in enumerate(wide.network.step_kinds) if kind == "request"]
        self.joins = np.full((steps, self.n), -1, np.int32)
        self.begins = np.full((steps, self.n), -1, np.int32)
        self.ends = np.full((steps, self.n), -1, np.int32)

    def fill(self) -> None:
        """Fill every part that has causes."""
        self._number_steps()
        self._attempts()
        self._conduct()
        self._gate()
        self._buses()
        self._units()
        self._changes()
        units = len(self.wide.network.units)
        formed = self._rows("unit_formed", entities=units)[0]
        tell_causes(self.wide.outcome, self.wide.telling, self.parts, self.base, formed)

    # --- numbers of rows --------------------------------------------------------------------------------------

    def _rows(self, kind: str, others: int = 1, entities: int | None = None) -> Rows:
        """int32[others, entities], the number of each row of a kind, -1 where there is none."""
        size = self.n if entities is None else entities
        found = np.full((others, size), -1, np.int32)
        part = self.parts.get(kind)
        if part is not None:
            found[part.other, part.entity] = self.base[kind] + np.arange(len(part.time), dtype=np.int32)
        return found

    def _set(self, kind: str, causes: NDArray[Any]) -> None:
        """Take the causes of a part's rows from int32[others, entities]."""
        part = self.parts.get(kind)
        if part is not None:
            part.cause = np.atleast_2d(causes)[part.other, part.entity].astype(np.int32)

    def _number_steps(self) -> None:
        for kind, target in (("queued", self.joins), ("service_began", self.begins), ("service_ended", self.ends)):
            if self.stations:
                target[self.stations] = self._rows(kind, len(self.stations))
        self.filed = self._rows("request_filed", 1 + len(self.desks))
        self.answered = self._rows("request_answered", 1 + len(self.desks))
        for k, step in enumerate(self.desks):
            self.joins[step], self.ends[step] = self.filed[k + 1], self.answered[k + 1]

    # --- before the gate --------------------------------------------------------------------------------------

    def _attempts(self) -> None:
        wide, channels = self.wide, self.wide.network.channels
        count = len(channels)
        summoned = self._rows("summoned", count)
        self.delivered, undelivered = self._rows("delivered", count), self._rows("undelivered", count)
        ended = np.where(self.delivered >= 0, self.delivered, undelivered)
        ordered = self._ordered()
        start = np.full((count, self.n), -1, np.int32)
        finish = summoned.copy()
        for c, channel in enumerate(channels):
            if channel.root:
                start[c] = np.where(wide.unit >= 0, ordered[np.maximum(wide.unit, 0)], -1)
                self._surges(channel.starts_ms, start[c])
            for s, source in enumerate(channels):
                if c in (source.fallback, source.next_try):
                    delay = source.fallback_after if source.fallback == c else source.again_after
                    after = 0 if delay == NONE else wide.by_person(wide.outcome.drawn[delay])
                    mine = (wide.undelivered[s] >= 0) & (wide.undelivered[s] + after == wide.summoned[c])
                    start[c] = np.where(mine & (start[c] < 0), undelivered[s], start[c])
            queue = wide.outcome.attempts.queues[c]
            if queue is not None:
                tries = slice(channel.first_try, c + 1 if queue.freed_try is None else None)
                finish[c] = self._freed_by(queue, ended[tries], wide.concluded[tries], ended[c], finish[c])
        self._set("summoned", start)
        self._set("delivered", finish)
        self._set("undelivered", finish)

    def _surges(self, starts_ms: int, start: Rows) -> None:
        """Whoever is called by a surge after the order of the unit is summoned because of it."""
        wide, struck = self.wide, self.wide.network.struck
        if not len(struck.called_ms):
            return
        began = self._rows("shock_began", entities=len(wide.network.plan.shocks))[0]
        ordered = np.where(wide.unit >= 0, wide.outcome.ordered[np.maximum(wide.unit, 0)], 0)
        by = np.asarray(wide.by_person(struck.called_by))
        later = (by >= 0) & (wide.by_person(struck.called_ms) > starts_ms + ordered)
        start[later] = began[by[later]]

    def _changes(self) -> None:
        """Servers who come or go as a shock begins or ends do so because of it."""
        network = self.wide.network
        plan = network.plan
        rows = [self._rows(f"shock_{word}", entities=len(plan.shocks))[0] for word in ("began", "ended")]
        for kind in ("station_opened", "station_closed"):
            part = self.parts.get(kind)
            if part is None:
                continue
            cause = np.full(len(part.time), -1, np.int32)
            for p, point in enumerate(plan.points):
                stations = {s.name: s for s in layout_of(plan, point).stations}
                for shock in struck_stations(plan, point.name):
                    for which, time in zip(rows, window_of(shock, plan.exercise), strict=True):
                        here = np.flatnonzero((part.time == time) & (part.columns["place"] == p))
                        names = [network.step_names[s] for s in part.columns["station"][here].tolist()]
                        hit = [n in stations and takes_servers(shock, n, stations[n].unpowered) for n in names]
                        cause[here[np.array(hit, np.bool_)]] = which[plan.shocks.index(shock)]
            part.cause = cause

    def _ordered(self) -> Rows:
        """int32[units], the order that each unit acts on; with headquarters several may have been sent to it."""
        if self.wide.outcome.command is not None:
            return heard_rows(self.wide.outcome, self.wide.telling, self.base)
        rows: Rows = self._rows("ordered", entities=max(len(self.wide.network.units), 1))[0]
        return rows

    def _freed_by(self, queue: Queue, ended: Rows, times: Ints, mine: Rows, own: Rows) -> Rows:
        """The row that freed the crew, where one did and its row stands before the one it frees; else the own row.

        Args:
            queue: What the crews did.
            ended, times: [tries, n], the rows of all tries of the channel, and when they were concluded.
            mine: int32[n], the rows of this try.
            own: int32[n], the rows that stand where no other one does.
        """
        person = self.wide.person_of(np.asarray(self.wide.by_person(queue.freed)))
        other = np.maximum(person, 0)
        which = 0 if queue.freed_try is None else self.wide.by_person(queue.freed_try)
        freed, at = ended[which, other], times[which, other]
        here = self._time_of(mine)
        # A crew is free when it is done, but the row tells when the summons was in hand: that may be later.
        before = (at < here) | ((at == here) & (freed < mine))
        return np.where((person >= 0) & (freed >= 0) & before, freed, own)

    def _time_of(self, rows: NDArray[Any]) -> Ints:
        """When rows happened, by their numbers; -1 for none."""
        return np.where(rows >= 0, self.times[np.maximum(rows, 0)] if len(self.times) else -1, -1)

    def _conduct(self) -> None:
        wide = self.wide
        by = np.asarray(wide.by_person(wide.outcome.delivered_by))
        first = np.where(by >= 0, self.delivered[np.maximum(by, 0), np.arange(self.n)], -1)
        answered = self.answered[0]
        for kind in ("acknowledged", "refused"):
            self._set(kind, first)
        self._set("excused", np.where(wide.acts == 1, first, answered))
        binding = np.where(answered >= 0, wide.time("answered"), -1)
        preparation = wide.network.stages.column("preparation")
        packed = 0 if preparation == NONE else wide.by_person(wide.outcome.drawn[preparation])
        waits = np.array([d.waits for d in wide.network.desks] or [False])[np.maximum(wide.desk, 0)]
        waited = waits & (wide.desk >= 0) & (binding >= wide.time("delivered") + packed)
        self._set("set_out", np.where(waited, answered, first))
        self._set("arrived", self._rows("set_out"))
        self.first = first

    # --- at the gate ------------------------------------------------------------------------------------------

    def _gate(self) -> None:
        wide, network = self.wide, self.wide.network
        queued, ended = wide.time("queued"), wide.time("ended")
        layout = np.asarray(wide.by_person(network.layout))
        self.last = self._rows("arrived")[0]
        self.last_time = wide.time("arrived").copy()
        joins = np.full_like(self.joins, -1)
        if network.joints:
            self._in_order_of_time(queued, ended, joins)
        for index, steps in enumerate(() if network.joints else network.layouts):
            here = layout == index
            for step in steps:
                took = here & (queued[step.slot] >= 0)
                joins[step.slot, took] = self.last[took]
                done = took & (ended[step.slot] >= 0)
                self.last[done] = self.ends[step.slot, done]
                self.last_time[done] = ended[step.slot, done]
        begins = self._begins()
        if wide.outcome.joint is not None:
            self._at_components(wide.outcome.joint, joins, begins)
        if self.stations:
            self._set("queued", joins[self.stations])
            self._set("service_began", begins[self.stations])
            self._set("service_ended", self.begins[self.stations])
        self._set("request_filed", np.vstack([self.first[None], joins[self.desks]]))
        self._set("request_answered", np.vstack([self._summons_answers()[None], begins[self.desks]]))
        person = np.arange(self.n)
        if len(self.ends):
            self._set("released", self.ends[wide.time("released_step"), person])
            self._set("gave_up", self.joins[wide.time("gave_up_step"), person])

    def _in_order_of_time(self, queued: Ints, ended: Ints, joins: Rows) -> None:
        """The own last step before each queueing, where people may be sent back."""
        never = np.iinfo(np.int64).max
        times = np.where(queued >= 0, queued, never)
        order, person = np.argsort(times, axis=0, kind="stable"), np.arange(self.n)
        for step in order:
            took = times[step, person] < never
            joins[step[took], person[took]] = self.last[took]
            done = took & (ended[step, person] >= 0)
            self.last[done] = self.ends[step[done], person[done]]
            self.last_time[done] = ended[step[done], person[done]]

    def _at_components(self, joint: JointOutcome, joins: Rows, begins: Rows) -> None:
        """What let people queue and begin at components, and the causes of everything else that is told of them."""
        wide = self.wide
        gave_up = self._rows("gave_up")[0]
        shifts = self._shift_rows()
        names = ("repaired", "broke_down", "resupplied", "stock_lost", "extra_opened")
        numbers = {name: self._numbered(name) for name in names}
        numbers["resupplied"] |= numbers.pop("stock_lost")

        def rows(codes: Ints) -> Ints:
            return rows_of_causes(wide, codes, self.joins, self.ends, gave_up, shifts, numbers.__getitem__)

        for own, codes, effects in (
            (joins, joint.why_queued, self.joins),
            (begins, joint.why_began, self.begins),
        ):
            found = rows(np.asarray(wide.by_person(codes)))
            # Who went on after an interruption made a place too, and began long before.
            use = self._stands_before(found, effects) & (self._time_of(found) == self._time_of(effects))
            own[use] = found[use]
        for kind in ("extra_opened", "extra_closed", "resupplied", "service_interrupted", "service_resumed"):
            part = self.parts.get(kind)
            if part is not None:
                found = rows(joint.told.cause[part.other])
                effect = self.base[kind] + np.arange(len(part.time))
                part.cause = np.where(self._stands_before(found, effect), found, -1).astype(np.int32)
        self._breakdowns(joint, numbers["broke_down"])
        for kind in ("item_issued", "item_short"):
            part = self.parts.get(kind)
            if part is not None:
                part.cause = self.ends[part.columns["station"], part.entity].astype(np.int32)

    def _breakdowns(self, joint: JointOutcome, numbers: dict[int, int]) -> None:
        """A repair follows its breakdown; a breakdown that stopped a service, the beginning of that service."""
        told, part = joint.told, self.parts.get("repaired")
        if part is not None:
            part.cause = np.array([numbers.get(n, -1) for n in part.other.tolist()], np.int32)
        part = self.parts.get("broke_down")
        if part is None:
            return
        part.cause = np.full(len(part.time), -1, np.int32)
        stopped = np.flatnonzero((told.kind == INTERRUPTED) & (told.cause >> 48 == BY_BREAKDOWN))
        person = self.wide.network.person[told.a[stopped]]
        began = self.begins[told.b[stopped], person]
        rows = np.array([numbers.get(n, -1) for n in (told.cause[stopped] & 0xFFFFFFFF).tolist()], np.int64)
        use = self._stands_before(began, rows)
        part.cause[rows[use] - self.base["broke_down"]] = began[use]

    def _numbered(self, kind: str) -> dict[int, int]:
        """The rows of a kind by the number of what was told."""
        part = self.parts.get(kind)
        if part is None:
            return {}
        return dict(zip(part.other.tolist(), range(self.base[kind], self.base[kind] + len(part.time)), strict=True))

    def _stands_before(self, causes: NDArray[Any], effects: NDArray[Any]) -> NDArray[np.bool_]:
        """Whether each cause is a row that stands before its effect."""
        at, here = self._time_of(causes), self._time_of(effects)
        result: NDArray[np.bool_] = (causes >= 0) & (effects >= 0) & ((at < here) | ((at == here) & (causes < effects)))
        return result

    def _begins(self) -> Rows:
        """What let each person begin at each step: the own arrival, somebody's end, or a shift."""
        wide = self.wide
        shifts = self._shift_rows()
        freed = wide.time("freed")
        causes = self.joins.copy()
        for step in range(len(causes)):
            person = wide.person_of(freed[step])
            causes[step] = np.where(person >= 0, self.ends[step, np.maximum(person, 0)], causes[step])
            change = np.maximum(-2 - freed[step], 0)
            by_shift = (freed[step] <= -2) & (self.joins[step] >= 0)
            causes[step, by_shift] = shifts[wide.point[by_shift], step, change[by_shift]]
        return causes

    def _shift_rows(self) -> Rows:
        """int32[points, steps, changes], the number of the row that tells of each change of servers."""
        network = self.wide.network
        changes = max([len(s.calendar.times) for steps in network.layouts for s in steps] or [1])
        found = np.full((len(network.points), max(len(network.step_names), 1), changes), -1, np.int32)
        for kind in ("station_opened", "station_closed"):
            part = self.parts.get(kind)
            if part is not None:
                c = part.columns
                found[c["place"], c["station"], c["change"]] = self.base[kind] + np.arange(
                    len(part.time), dtype=np.int32
                )
        return found

    def _summons_answers(self) -> Rows:
        queue = self.wide.outcome.desk_queue
        if queue is None:
            return np.full(self.n, -1, np.int32)
        answered = self.answered[0]
        return self._freed_by(queue, answered[None], self.wide.time("answered")[None], answered, self.filed[0])

    # --- buses and units --------------------------------------------------------------------------------------

    def _buses(self) -> None:
        wide, outcome = self.wide, self.wide.outcome
        rides = len(outcome.departed)
        boarded = self._rows("boarded")[0]
        if rides == 0:
            return
        departs = self._rows("bus_departed", entities=rides)[0]
        arrives, returns = self._rows("bus_arrived", entities=2 * rides)[0].reshape(2, rides)
        ride = np.asarray(wide.by_person(outcome.ride)).astype(np.int64)
        self._set("boarded", self._boarding(ride, departs, returns))
        first = self._first_boarders(ride)
        last = wide.person_of(outcome.ride_last)
        trigger = np.where(outcome.ride_timed == 1, first, last)
        self._set("bus_departed", np.where(trigger >= 0, boarded[np.maximum(trigger, 0)], -1))
        self._set("bus_arrived", np.concatenate([self._on_the_way(departs), arrives]))
        self.last = np.where(ride >= 0, arrives[np.maximum(ride, 0)], self.last)

    def _on_the_way(self, departs: Rows) -> Rows:
        """What let each trip go on: its departure, or the repair if it broke down on the way."""
        trips = trip_breakdowns(self.wide)[0]
        reached = departs.copy()
        for kind in ("broke_down", "repaired"):
            part = self.parts.get(kind)
            if part is None or not len(trips):
                continue
            own = part.columns["thing"] >= 0
            thing, rows = part.columns["thing"][own], self.base[kind] + np.flatnonzero(own)
            cause = np.full(len(part.time), -1, np.int64) if part.cause is None else part.cause.astype(np.int64)
            cause[own] = np.where(self._stands_before(reached[thing], rows), reached[thing], -1)
            part.cause = cause.astype(np.int32)
            reached[thing] = rows
        return reached

    def _boarding(self, ride: Ints, departs: Rows, returns: Rows) -> Rows:
        """The own last step, unless the person had to wait for a bus to come back or for the one before to leave."""
        outcome, wide = self.wide.outcome, self.wide
        line = np.repeat(np.arange(len(wide.network.lines)), [x.trips for x in wide.network.lines])
        before = np.full(len(line), -1, np.int64)
        before[1:] = np.where(line[1:] == line[:-1], np.arange(len(line) - 1), -1)
        same_bus = self._ride_before(line)
        boarded = wide.time("boarded")
        waited = (boarded >= 0) & (boarded > self.last_time)
        causes: Rows = self.last.copy()
        for previous, times, rows in ((before, outcome.departed, departs), (same_bus, outcome.returned, returns)):
            p = np.where(waited, previous[np.maximum(ride, 0)], -1)
            hit = (p >= 0) & (times[np.maximum(p, 0)] == boarded)
            found = np.where(hit, rows[np.maximum(p, 0)], -1)
            causes = np.where(self._stands_before(found, self._rows("boarded")[0]), found, causes)
        return causes

    def _ride_before(self, line: Ints) -> Ints:
        """The ride that the same bus made before, -1 = none."""
        bus, sent = self.wide.outcome.ride_bus, self.wide.outcome.ride_sent
        lines = self.wide.network.lines
        owner = np.array([len(lines) + x.shared if x.shared != NONE else i for i, x in enumerate(lines)])[line]
        order = np.lexsort((np.where(sent >= 0, sent, np.arange(len(line))), bus, owner))
        same = (owner[order][1:] == owner[order][:-1]) & (bus[order][1:] == bus[order][:-1]) & (bus[order][1:] >= 0)
        before = np.full(len(line), -1, np.int64)
        before[order[1:]] = np.where(same, order[:-1], -1)
        return before

    def _first_boarders(self, ride: Ints) -> Ints:
        people = np.flatnonzero(ride >= 0)
        order = people[np.lexsort((people, self.wide.time("boarded")[people], ride[people]))]
        first = np.full(len(self.wide.outcome.departed), -1, np.int64)
        first[ride[order][::-1]] = order[::-1]
        return first

    def _units(self) -> None:
        outcome, wide = self.wide.outcome, self.wide
        for kind in ("joined", "surplus"):
            self._set(kind, self.last)
        formed_by = wide.person_of(outcome.formed_by)
        joined = self._rows("joined")[0]
        self._set("unit_formed", np.where(formed_by >= 0, joined[np.maximum(formed_by, 0)], -1))
