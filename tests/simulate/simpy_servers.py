"""Joint features in idiomatic SimPy: stocks as containers, and servers that fail as processes.

See `simpy_walk.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import simpy
from benchmarks.simpy_callup import END, At
from tests.simulate.simpy_walk import SHIFT, Process, Walk, Where

from tocsin.simulate.network import Pass, Step, StockStep

__all__ = ["Counters", "Machines"]


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
            shelf = None if issue is None else self.stocks[issue.stock_of_point[where[0]]]
            wanted: Any = request
            if issue is not None and shelf is not None:
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
            if issue is not None and shelf is not None:
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


@dataclass
class Turn:
    """Somebody in a store: row of the visit, number, how long it takes; what happens; whether the patience ended."""

    row: int
    number: int
    service: int
    began: simpy.Event
    ended: simpy.Event
    gone: bool = False


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
            if not turn.gone:
                turn.began.succeed()
                self.told["by"].add((turn.row, turn.number, server))
                yield from self.carry_out(turn, server)
                turn.ended.succeed()

    def carry_out(self, turn: Turn, server: int) -> Process:
        """One service; what is left at a failure follows the repair."""
        left, about = turn.service, (turn.number, turn.row, server)
        while True:
            since = self.now
            try:
                yield At(self.env, left, END + turn.number)
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
        turn = Turn(each.slot, number, self.draw(each.service, slot, 0), self.env.event(), self.env.event())
        store.put(simpy.PriorityItem((self.rank(slot, step), now, number), turn))
        self.waiting[where] += 1
        found = yield turn.began | self.patience(slot, number, step, each)
        self.waiting[where] -= 1
        if turn.began not in found:
            turn.gone = True
            self.give_up(slot, number)
            return False
        self.seen["began"][each.slot, slot] = self.now
        yield turn.ended
        return True
