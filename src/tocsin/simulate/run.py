"""One run of a network: draws, attempts, conduct, the gate, the units; what came out is an `Outcome`.

The order of things:

1. every draw of the run, in one pass;
2. orders to units; attempts by channel, each before its fallback; queues of couriers and lines;
3. responses, requests filed at the summons and their answers; setting out and arriving;
4. at each point: stations and request desks in the plan's order, then buses;
5. units: the first ready of a trade fills a post.

Steps 1 to 3 are local to a person between queues and step 4 to a point, so threads share them by ranges: what is local
to a person is gathered until a queue needs it, and handed over once.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import RunError
from tocsin.simulate import approach, kernels, loops
from tocsin.simulate.command import Orders, give_orders
from tocsin.simulate.convoys import Movement, march
from tocsin.simulate.gate import Passage
from tocsin.simulate.network import ChannelStep, DeskStep, Network, Pool
from tocsin.simulate.outcome import Attempts, Outcome, Queue
from tocsin.simulate.reporting import Picture, report_strength
from tocsin.simulate.stages import NONE
from tocsin.simulate.tables import Tables, tables_of

__all__ = ["Engine"]

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
EVERYBODY = np.empty(0, np.bool_)
_WORTH_A_THREAD = 20_000  # people; below, handing work to a thread costs more than it saves


class Engine:
    """Runs a network as often as asked; the same seed and run give the same outcome, however many threads.

    Args:
        network: The compiled plan.
        threads: How many threads may share one run.
        reuse: Whether each run may overwrite the arrays of the outcome before it: for sweeps, which look at one
            outcome at a time, and would spend a tenth of their time on fresh memory.
    """

    def __init__(self, network: Network, threads: int = 1, *, reuse: bool = False) -> None:
        self.network = network
        self.crew = _Crew(max(1, min(threads, network.size // _WORTH_A_THREAD + 1)))
        self.tables = tables_of(network)
        self.passage = Passage(network, self.tables)
        self.memory = _Memory(reuse)

    def draw(self, seed: int, run: int, out: Ints | None = None) -> Ints:
        """Draw everything that the people of one run need: int64[columns, n]."""
        return self.network.stages.draw(seed, run, self.crew.share, out)

    def run(self, seed: int, run: int, drawn: Ints | None = None) -> Outcome:
        """Run the plan once.

        Args:
            seed: Seed of the exercise.
            run: Replication, from 0.
            drawn: The draws, where they were made before (for measuring the engine without them).

        Raises:
            RunError: The seed or the replication cannot name a stream.
        """
        self.memory.rewind()
        made = _Run(self.network, self.tables, self.passage, seed, run, self.crew, self.memory)
        return made.outcome(drawn)


class _Crew:
    """Threads that share work by ranges; the caller's own thread takes the last range."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._others = ThreadPoolExecutor(threads - 1) if threads > 1 else None

    def share(self, part: Callable[[int, int], object], n: int) -> None:
        """Run `part` over 0 to n."""
        cuts = [n * k // self.threads for k in range(self.threads + 1)]
        waiting = []
        if self._others is not None:
            waiting = [self._others.submit(part, lo, hi) for lo, hi in pairwise(cuts[:-1])]
        part(cuts[-2], cuts[-1])
        for other in waiting:
            other.result()


class _Memory:
    """Hands out arrays; with `reuse`, the same ones in the same order for every run."""

    def __init__(self, reuse: bool) -> None:
        self._reuse = reuse
        self._kept: list[NDArray[Any]] = []
        self._next = 0

    def rewind(self) -> None:
        """Begin a run."""
        self._next = 0

    def array(
        self, shape: tuple[int, ...] | int, kind: type[np.signedinteger], fill: int | None = None
    ) -> NDArray[Any]:
        """An array of whole numbers, filled or with any content."""
        if self._next < len(self._kept):
            array = self._kept[self._next]
            self._next += 1
        else:
            array = np.empty(shape, kind)
            if self._reuse:
                self._kept.append(array)
                self._next += 1
        if fill is not None:
            array[...] = fill
        return array


class _Run:
    """The state of one run while it is made."""

    def __init__(
        self, network: Network, tables: Tables, passage: Passage, seed: int, run: int, crew: _Crew, memory: _Memory
    ) -> None:
        self.network, self.tables, self.passage = network, tables, passage
        self.share = crew.share
        self.seed, self.run = seed, run
        self.n = network.size
        self.new = memory.array
        self.local: list[Callable[[int, int], object]] = []

    def outcome(self, drawn: Ints | None) -> Outcome:
        self.drawn = self._draw() if drawn is None else drawn
        ordered = self._ordered()
        command = self._command(ordered)
        attempts = self._attempts(ordered)
        self._respond()
        queue = self._desks()
        self._set_out()
        self._cut(self.delivered, self.acknowledged, self.answers, self.excused, self.left, self.arrived, self.filed)
        self._work()
        self._gate()
        self._units()
        picture, movement = self._picture(command), self._march()
        ordered[ordered > self.network.horizon_ms] = -1
        return Outcome(
            network=self.network,
            seed=self.seed,
            run=self.run,
            drawn=self.drawn,
            ordered=ordered,
            attempts=attempts,
            delivered=self.delivered,
            delivered_by=self.delivered_by,
            answers=self.answers,
            acts=self.acts,
            acknowledged=self.acknowledged,
            desk=self.desk,
            filed=self.filed,
            answered=self.answered,
            desk_queue=queue,
            excused=self.excused,
            left=self.left,
            arrived=self.arrived,
            **self.at_gate,
            command=command,
            picture=picture,
            movement=movement,
        )

    def _work(self) -> None:
        """Do what was gathered, in its order, for a range of people a thread."""
        parts, self.local = self.local, []

        def part(lo: int, hi: int) -> None:
            for one in parts:
                one(lo, hi)

        if parts:
            self.share(part, self.n)

    def _cut(self, *times: Ints) -> None:
        """Nothing after the horizon has happened."""

        def part(lo: int, hi: int) -> None:
            for time in times:
                approach.cut(lo, hi, self.network.horizon_ms, time)

        self.local.append(part)

    def _draw(self) -> Ints:
        stages = self.network.stages
        room = self.new((len(stages.names), self.n), np.int64)
        return stages.draw(self.seed, self.run, lambda part, n: self.local.append(part), room)

    def _ordered(self) -> Ints:
        units = len(self.network.units)
        drawn = self.network.orders.draw(self.seed, self.run)
        return drawn[0] if len(drawn) and units else np.zeros(max(units, 1), np.int64)

    def _command(self, ordered: Ints) -> Orders | None:
        """Give the orders of headquarters, and write over when their units act; who has no order never does."""
        network = self.network
        if network.command is None:
            return None
        orders = give_orders(network.command, network.deadline_ms, self.seed, self.run)
        for unit, acts in zip(network.command.unit, orders.acts, strict=True):
            if unit >= 0:
                ordered[unit] = acts if acts >= 0 else network.horizon_ms + 1
        return orders

    # --- attempts ---------------------------------------------------------------------------------------------

    def _attempts(self, ordered: Ints) -> Attempts:
        n, network = self.n, self.network
        self.delivered = self.new(n, np.int64, -1)
        self.delivered_by = self.new(n, np.int8, -1)
        shape = len(network.channels), n
        began, done, success = self.new(shape, np.int64), self.new(shape, np.int64), self.new(shape, np.int8)
        for channel, attempt in zip(network.channels, began, strict=True):
            self._start(channel, ordered, attempt)
        queues: list[Queue | None] = []
        for i, channel in enumerate(network.channels):
            if channel.next_try != NONE and channel.first_try == i:
                queues += self._crews(i, began)
            elif channel.first_try == i:
                queues.append(self._queue(channel.pools, began[i], channel.handling, channel.visits, channel.reload))
            self._conclude(i, channel, queues[i], began, done[i], success[i])
        self._cut(*began, *done)
        return Attempts(began, done, success, tuple(queues))

    def _start(self, channel: ChannelStep, ordered: Ints, attempt: Ints) -> None:
        def part(lo: int, hi: int) -> None:
            approach.start(
                lo, hi, channel.root, channel.starts_ms, channel.eligible, self.network.unit, ordered, attempt
            )
            if len(called):
                approach.put_off(lo, hi, called, attempt)

        called = self.network.struck.called_ms
        self.local.append(part)

    def _crews(self, first: int, began: Ints) -> list[Queue | None]:
        """Let the crews of a channel go, and go again: one queue a try, all through the pools of the first."""
        self._work()
        n, channel = self.n, self.network.channels[first]
        tries = [c for c in self.network.channels if c.first_try == first]
        here = slice(first, first + len(tries))
        shape = len(tries), n
        times = [self.new(shape, np.int64, -1) for _ in range(3)]
        by, freed = (self.new(shape, np.int32, -1) for _ in range(2))
        freed_try = self.new(shape, np.int8, 0)
        load = np.empty((0, 0), np.int64) if channel.reload == NONE else np.stack([self.drawn[c.reload] for c in tries])
        handling = np.stack([self.drawn[c.handling] for c in tries])
        again = np.stack([self._again(c) for c in tries])
        onward = np.where(np.stack([self._finds(c) for c in tries]), NONE, again)
        windows = np.array([(one.start, one.end) for one in channel.down], np.int64).reshape(-1, 2)
        hits = np.ones((len(windows), len(tries), n), np.int8)
        for t, one in enumerate(tries):
            for w, down in enumerate(one.down):
                hits[w, t] = 1 if down.column == NONE else self.drawn[down.column]
        for pool in channel.pools:
            loops.run_crews(
                pool.members, began[first], self.network.horizon_ms, pool.calendar.times, pool.calendar.servers,
                handling, onward, windows, hits, again, channel.visits, load, began[here], times[0], times[1], times[2],
                by, freed, freed_try,
            )  # fmt: skip
        queued, started, ended = times
        return [Queue(queued[k], started[k], ended[k], by[k], freed[k], freed_try[k]) for k in range(len(tries))]

    def _again(self, channel: ChannelStep) -> Ints:
        """How long after a failed visit the next one stands in the queue, -1 where none follows."""
        if channel.next_try == NONE:
            return np.full(self.n, NONE, np.int64)
        after = np.zeros(self.n, np.int64)
        for column in (channel.delay, channel.again_after):
            after += 0 if column == NONE else self.drawn[column]
        return after

    def _finds(self, channel: ChannelStep) -> NDArray[np.bool_]:
        """Whom a visit finds, if no shock prevents it."""
        found = np.ones(self.n, np.bool_)
        for column in (self.network.stages.column("reach"), channel.reach):
            found &= True if column == NONE else self.drawn[column] == 1
        return found

    def _conclude(
        self, index: int, channel: ChannelStep, queue: Queue | None, began: Ints, done: Ints, success: NDArray[np.int8]
    ) -> None:
        attempt = began[index]
        follows = channel.fallback != NONE
        next_attempt = began[channel.fallback] if follows else np.empty(0, np.int64)
        next_eligible = self.network.channels[channel.fallback].eligible if follows else channel.eligible
        reachable = self.network.stages.column("reach")
        down = self._down(channel, attempt if queue is None else queue.began)

        def part(lo: int, hi: int) -> None:
            approach.conclude(
                lo, hi, index, queue is not None, self.drawn, reachable, channel.reach, channel.delay,
                channel.fallback_after, attempt, attempt if queue is None else queue.ended, down,
                next_eligible, next_attempt, done, success, self.delivered, self.delivered_by,
            )  # fmt: skip

        self.local.append(part)

    def _down(self, channel: ChannelStep, since: Ints) -> NDArray[np.int8]:
        """For which attempts the channel is down: int8[n], empty for one that never is."""
        if not channel.down:
            return np.empty(0, np.int8)
        down = self.new(self.n, np.int8, 0)

        def part(lo: int, hi: int) -> None:
            for one in channel.down:
                approach.fail(lo, hi, one.start, one.end, self.drawn, one.column, since, down)

        self.local.append(part)
        return down

    def _queue(self, pools: tuple[Pool, ...], since: Ints, service: int, visits: int, reload: int) -> Queue | None:
        if not pools:
            return None
        self._work()
        n = self.n
        queue = Queue(*(self.new(n, np.int64, -1) for _ in range(3)), *(self.new(n, np.int32, -1) for _ in range(2)))
        load = self.drawn[reload] if reload != NONE else np.empty(0, np.int64)
        for pool in pools:
            kernels.pool(
                pool.members, since, self.network.horizon_ms, pool.calendar.times, pool.calendar.servers,
                self.drawn[service], visits, load, queue.queued, queue.began, queue.ended, queue.by, queue.freed,
            )  # fmt: skip
        self._cut(queue.began, queue.ended)
        self._work()
        return queue

    # --- conduct ----------------------------------------------------------------------------------------------

    def _respond(self) -> None:
        n, t, column = self.n, self.tables, self.network.stages.column
        self.answers, self.acknowledged, self.filed = (self.new(n, np.int64) for _ in range(3))
        self.acts, self.desk = self.new(n, np.int8), self.new(n, np.int32)
        columns = column("response"), column("acknowledge"), column("conduct")

        def part(lo: int, hi: int) -> None:
            approach.respond(
                lo, hi, self.drawn, *columns, t.desk_file, t.desk_who, t.masks, self.delivered, self.answers,
                self.acts, self.acknowledged, self.desk, self.filed,
            )  # fmt: skip

        self.local.append(part)

    def _desks(self) -> Queue | None:
        """Queue the requests filed at the summons; each person files at most one there."""
        self.answered = self.new(self.n, np.int64, -1)
        if self.network.desks:
            self._work()
        whole: Queue | None = None
        for d, desk in enumerate(self.network.desks):
            queue = self._desk(d, desk)
            if whole is None:
                whole = queue
                continue
            mine = self.desk == d
            for name in ("queued", "began", "ended", "by", "freed"):
                getattr(whole, name)[mine] = getattr(queue, name)[mine]
        if whole is not None:
            self.answered = whole.ended.copy()
        return whole

    def _desk(self, d: int, desk: DeskStep) -> Queue:
        since = np.where(self.desk == d, self.filed, -1)
        queue = self._queue(desk.pools, since, desk.answer, 0, NONE)
        if queue is None:
            raise RunError(f"nobody answers the request {desk.name!r}", place="request")
        return queue

    def _set_out(self) -> None:
        n, t, network, column = self.n, self.tables, self.network, self.network.stages.column
        self.excused, self.left, self.arrived = (self.new(n, np.int64) for _ in range(3))
        timing, lead, lag = column("timing"), column("lead"), column("lag")

        def part(lo: int, hi: int) -> None:
            approach.set_out(
                lo, hi, self.drawn, column("preparation"), column("travel"), timing, lead, lag, network.deadline_ms,
                network.deadline_after_ms, network.way_ms, self.delivered, self.acts, self.desk, t.desk_waits,
                t.desk_granted, self.answered, self.excused, self.left, self.arrived,
            )  # fmt: skip
            for one in network.struck.closed:
                approach.detour(lo, hi, one.start, one.end, network.way_ms, one.way_ms, self.left, self.arrived)
            for bad in network.struck.slow:
                who = EVERYBODY if bad.who is None else bad.who
                approach.slow(lo, hi, bad.start, bad.end, bad.thousandths, who, self.left, self.arrived)

        self.local.append(part)

    # --- the gate and the units -------------------------------------------------------------------------------

    def _gate(self) -> None:
        self.at_gate = self.passage.take(self.seed, self.run, self.drawn, self.arrived, self.new, self.share)

    def _units(self) -> None:
        t, units = self.tables, len(self.network.units)
        filled = self.new(self.n, np.int8, -1)
        formed, formed_by = np.full(units, -1, np.int64), np.full(units, -1, np.int32)
        ready = self.at_gate["ready"]
        kernels.form_units(
            t.unit_from, t.members, self.network.trade, t.post_from, t.post_trade, t.posts, t.critical, t.needed,
            ready, filled, formed, formed_by,
        )  # fmt: skip
        self.at_gate |= {"filled": filled, "formed": formed, "formed_by": formed_by}

    def _picture(self, command: Orders | None) -> Picture | None:
        network, filled, ready = self.network, self.at_gate["filled"], self.at_gate["ready"]
        if network.command is None or network.reporting is None or command is None:
            return None

        def joined(unit: int) -> Ints:
            members = network.units[unit].members
            return np.sort(ready[members[filled[members] == 1]])

        return report_strength(network.reporting, network.command, command.received, joined, self.seed, self.run)

    def _march(self) -> Movement | None:
        marching = self.network.marching
        return None if marching is None else march(marching, self.at_gate["formed"].tolist(), self.seed, self.run)
