"""SimPy as the judge of orders: a process a headquarters and a sending, a resource for those who send."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
import simpy
from benchmarks.simpy_callup import ARRIVAL, TIMER, At
from hypothesis import HealthCheck, event, given, settings
from tests.simulate.plans import MINUTE, Case
from tests.simulate.test_command import orders_of, trees

from tocsin.simulate.command import NEVER, Command

Process = Generator[simpy.Event, Any, None]


class Judge:
    """One run of a tree; draws are taken by name, as the plan's are."""

    def __init__(self, case: Case) -> None:
        command = case.network.command
        assert command is not None
        self.command: Command = command
        self.env = simpy.Environment()
        self.drawn = {
            name: row.tolist()
            for stages in (command.durations, command.messages)
            for name, row in zip(stages.names, stages.draw(case.seed, 0), strict=True)
        }
        self.received = [NEVER] * len(command)
        self.sent: list[tuple[int, int]] = []
        self.confirmed = [NEVER] * len(command)
        for node, superior in enumerate(command.superior):
            if superior == NEVER:
                self.env.process(self.send(node))
        self.env.run(until=command.horizon_ms + 1)

    def draw(self, name: str, row: int, absent: int = 0) -> int:
        """A draw, or what holds where the plan has none."""
        return int(self.drawn[name][row]) if name in self.drawn else absent

    def wait(self, lasts: int, kind: int = ARRIVAL) -> simpy.Event:
        """Some time, however short."""
        return At(self.env, lasts, kind)

    def send(self, node: int) -> Process:
        """Send the order to somebody until it is acknowledged, then by courier."""
        link = self.command.links[node]
        for number in range(link.tries):
            self.sent.append((node, int(self.env.now)))
            self.env.process(self.carry(node, number, "order.delay", link.first + number))
            if link.again_ms == NEVER:
                return
            yield self.wait(link.again_ms, TIMER)
            if self.confirmed[node] != NEVER:
                return
        if link.courier:
            self.sent.append((node, int(self.env.now)))
            self.env.process(self.carry(node, link.tries, "command.courier", node))

    def carry(self, node: int, number: int, name: str, row: int) -> Process:
        """One sending, and the acknowledgement of it."""
        link, sending = self.command.links[node], self.command.links[node].first + number
        by_link = name == "order.delay"
        if by_link and (self.is_cut(node) or not self.draw("order.arrives", sending, 1)):
            return
        yield self.wait(self.draw(name, row))
        if self.received[node] == NEVER:
            self.received[node] = int(self.env.now)
            self.env.process(self.act(node))
        yield self.wait(self.draw("order.acknowledge", link.first + number))
        if self.is_cut(node) or not self.draw("answer.arrives", sending, 1):
            return
        yield self.wait(self.draw("answer.delay", sending))
        self.confirmed[node] = int(self.env.now)

    def is_cut(self, node: int) -> bool:
        """Whether what is sent now is lost."""
        return any(start <= self.env.now < end for start, end in self.command.links[node].cuts)

    def act(self, node: int) -> Process:
        """Work, then hand the orders to the senders, in the plan's order."""
        yield self.wait(self.draw("command.work", node))
        senders = simpy.Resource(self.env, self.command.senders[node])
        for child in self.command.below[node]:
            self.env.process(self.hand_over(child, senders))

    def hand_over(self, child: int, senders: simpy.Resource) -> Process:
        """Wait for a sender; when it has sent, it is free."""
        with senders.request() as request:
            yield request
            yield self.wait(self.draw("command.sending", child))
        self.env.process(self.send(child))


def judged(case: Case) -> None:
    """Both must see the same sendings and the same receipts."""
    judge = Judge(case)
    _, orders = orders_of(case)
    assert orders.received == judge.received
    sent = [(node, row.at) for node, row in zip(orders.about, orders.sendings, strict=True)]
    assert sorted(sent) == sorted(judge.sent)
    horizon = judge.command.horizon_ms
    assert all(at <= horizon for _, at in sent)
    event(f"sent again: {len(sent) > len(set(orders.about))}")
    event(f"somebody never had it: {NEVER in judge.received}")
    event(f"a courier went: {any(row.says['channel'] == 'courier' for row in orders.sendings)}")
    assert max(judge.received) < horizon + MINUTE


@given(trees())
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=100)
def test_orders_equal_simpy(case: Case) -> None:
    """On generated trees SimPy and we agree to the millisecond."""
    judged(case)


@pytest.mark.prove
@given(trees())
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=2000)
def test_orders_equal_simpy_at_length(case: Case) -> None:
    """The same on many more."""
    judged(case)
