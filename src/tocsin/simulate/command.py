"""Orders down the tree of headquarters: sent one after the other, lost, acknowledged, sent again, carried by courier.

Nobody in the tree waits for anybody but the own superior, so headquarters are gone through from the top down and no
event loop is needed. Who reports back is in `tocsin.simulate.reporting`, how the rows look in decision 29.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import numpy as np

from tocsin.plan.command import Headquarters, Link
from tocsin.plan.model import Plan, Unit
from tocsin.plan.strikes import struck
from tocsin.simulate.stages import Stages
from tocsin.simulate.struck import window_of
from tocsin.simulate.told import Told

__all__ = ["NEVER", "Command", "LinkStep", "Orders", "command_of", "give_orders", "lots", "nodes_of"]

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
NEVER = -1
NUMBERS = 20
"""Bits of an entity that tell its messages apart."""


@dataclass(frozen=True)
class LinkStep:
    """A link as the run needs it.

    Attributes:
        medium: What the log's `channel` says, None = there is no link: at once and never lost.
        cuts: When nothing sent over it arrives: from, until, ms after the alert.
        again_ms: An order not acknowledged so long after it was sent is sent again, `NEVER` = never.
        tries: How often at most, the courier not counted.
        first: Its first row among the messages of `Command.messages`; the courier's is that of `tries`.
    """

    medium: str | None
    cuts: tuple[tuple[int, int], ...]
    again_ms: int
    tries: int
    courier: bool
    first: int

    def cut(self, at: int) -> bool:
        """Whether what is sent at this time is lost for sure."""
        return any(start <= at < end for start, end in self.cuts)


@dataclass(frozen=True, eq=False)
class Command:
    """The tree of a plan: its headquarters, then the units that have one, each in the plan's order.

    Attributes:
        names: What each is called.
        unit: Index among the plan's units, `NEVER` for a headquarters.
        superior: Index in the tree, `NEVER` = the authority.
        below: Those under each: headquarters, then units.
        top_down: Every superior before those under it; whoever no order can reach is left out.
        senders: How many orders each can send at a time.
        links: The link of each to its superior.
        durations: Draws of each: `command.work`, `command.sending` (of the order to it), `command.acts`,
            `command.courier`.
        messages: Draws of each sending and its answer: `order.delay`, `order.arrives`, `order.acknowledge`,
            `answer.delay`, `answer.arrives`.
    """

    names: tuple[str, ...]
    unit: tuple[int, ...]
    superior: tuple[int, ...]
    below: tuple[tuple[int, ...], ...]
    top_down: tuple[int, ...]
    senders: tuple[int, ...]
    links: tuple[LinkStep, ...]
    durations: Stages
    messages: Stages
    horizon_ms: int

    def __len__(self) -> int:
        """How many headquarters and units there are in the tree."""
        return len(self.names)


@dataclass(frozen=True, eq=False)
class Orders:
    """What became of the orders of one run.

    Attributes:
        received: When each in the tree had its order first, ms after the alert, `NEVER` = not before the horizon.
        acts: When each unit acts on it, `NEVER` for headquarters and for whoever had none.
        heard: The sending by which each had it.
        sendings, answers: Rows `ordered` and `order_acknowledged`.
        about: Which of the tree each sending was meant for.
    """

    received: list[int]
    acts: list[int]
    heard: list[Told | None]
    sendings: list[Told] = field(default_factory=list)
    answers: list[Told] = field(default_factory=list)
    about: list[int] = field(default_factory=list)


def command_of(plan: Plan) -> Command | None:
    """Compile the tree of headquarters; None for a plan without one."""
    if not plan.headquarters:
        return None
    nodes = nodes_of(plan)
    position = {headquarters.name: i for i, headquarters in enumerate(plan.headquarters)}
    above = [n.under if isinstance(n, Headquarters) else n.headquarters for n in nodes]
    superior = tuple(NEVER if name is None else position[name] for name in above)
    below: list[list[int]] = [[] for _ in nodes]
    for node, over in enumerate(superior):
        if over != NEVER:
            below[over].append(node)
    links = _links(plan, nodes)
    number = {unit.name: i for i, unit in enumerate(plan.units)}
    return Command(
        names=tuple(n.name for n in nodes),
        unit=tuple(NEVER if isinstance(n, Headquarters) else number[n.name] for n in nodes),
        superior=superior,
        below=tuple(tuple(children) for children in below),
        top_down=_top_down(superior, below),
        senders=tuple(n.senders if isinstance(n, Headquarters) else 1 for n in nodes),
        links=links,
        durations=_durations(plan, nodes, superior),
        messages=_messages(nodes, links),
        horizon_ms=round(plan.exercise.horizon_h * HOUR_MS),
    )


def nodes_of(plan: Plan) -> list[Headquarters | Unit]:
    """Return the tree of a plan: its headquarters, then the units that have one."""
    return [*plan.headquarters, *(unit for unit in plan.units if unit.headquarters is not None)]


def lots(names: Sequence[str], counts: Sequence[int]) -> Stages:
    """Name draws of numbered things, such as the messages of each link.

    Args:
        names: Who has them; only the name and the number decide what is drawn.
        counts: How many each has.

    Returns:
        No draws yet; the selector `of` tells whose each is.
    """
    owner = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    first = np.cumsum(counts) - np.array(counts)
    number = np.arange(len(owner), dtype=np.int64) - np.repeat(first, counts)
    entities = np.array([crc32(name.encode()) for name in names], np.int64)[owner]
    return Stages((entities << NUMBERS) + number, {"of": owner})


def _top_down(superior: Sequence[int], below: Sequence[Sequence[int]]) -> tuple[int, ...]:
    order = [i for i, s in enumerate(superior) if s == NEVER]
    for node in order:  # grows while it is gone through
        order.extend(below[node])
    return tuple(order)


def _durations(plan: Plan, nodes: Sequence[Headquarters | Unit], superior: Sequence[int]) -> Stages:
    stages = Stages(
        np.array([crc32(n.name.encode()) for n in nodes], np.int64), {"of": np.arange(len(nodes), dtype=np.int32)}
    )
    sending = [None if s == NEVER else plan.headquarters[s].sending for s in superior]
    stages.duration("command.work", [n.work if isinstance(n, Headquarters) else None for n in nodes], "of", floor=0)
    stages.duration("command.sending", sending, "of", floor=0)
    stages.duration("command.acts", [n.acts if isinstance(n, Unit) else None for n in nodes], "of", floor=0)
    stages.duration("command.courier", [None if n.link is None else n.link.courier for n in nodes], "of", floor=0)
    return stages


def _links(plan: Plan, nodes: Sequence[Headquarters | Unit]) -> tuple[LinkStep, ...]:
    horizon = round(plan.exercise.horizon_h * HOUR_MS)
    shocks = [shock for shock in struck(plan) if shock.kind == "link"]
    found, first = [], 0
    for node in nodes:
        link = node.link or Link.model_construct(medium=None)
        cuts = [(round(cut.from_h * HOUR_MS), round(cut.until_h * HOUR_MS)) for cut in link.cuts]
        if node.link is not None:
            cuts += [window_of(s, plan.exercise) for s in shocks if not s.units or node.name in s.units]
        again = NEVER if link.again_after_min is None else round(link.again_after_min * MINUTE_MS)
        tries = 1 if again == NEVER else min(link.tries, 1 + horizon // again)
        found.append(LinkStep(link.medium, tuple(cuts), again, tries, link.courier is not None, first))
        first += tries + 1
    return tuple(found)


def _messages(nodes: Sequence[Headquarters | Unit], links: Sequence[LinkStep]) -> Stages:
    stages = lots([n.name for n in nodes], [link.tries + 1 for link in links])
    given = [n.link or Link() for n in nodes]
    delays, arrives = [link.delay for link in given], [1 - link.loss for link in given]
    stages.duration("order.delay", delays, "of", floor=0)
    stages.chance("order.arrives", arrives, "of")
    stages.duration("order.acknowledge", [link.acknowledge for link in given], "of", floor=0)
    stages.duration("answer.delay", delays, "of", floor=0)
    stages.chance("answer.arrives", arrives, "of")
    return stages


def give_orders(command: Command, due_ms: int, seed: int, run: int) -> Orders:
    """Send the authority's order down the tree.

    Args:
        command: The tree.
        due_ms: The time demanded of units, ms after the alert, `NEVER` where there is none.
        seed: Seed of the exercise.
        run: Replication.

    Returns:
        Who had it when, and the rows that tell it.
    """
    return _Sending(command, due_ms, seed, run).orders()


class _Sending:
    """The state of one run."""

    def __init__(self, command: Command, due_ms: int, seed: int, run: int) -> None:
        self.command, self.due = command, due_ms
        count = len(command)
        self.found = Orders([NEVER] * count, [NEVER] * count, [None] * count)
        self.durations = _Drawn(command.durations, seed, run)
        self.messages = _Drawn(command.messages, seed, run)

    def orders(self) -> Orders:
        command, found = self.command, self.found
        for node in command.top_down:
            if command.superior[node] == NEVER:
                self._transmit(node, 0, None)
            if found.received[node] == NEVER:
                continue
            if command.unit[node] != NEVER:
                found.acts[node] = found.received[node] + self.durations("command.acts", node)
            self._dispatch(node)
        return found

    def _dispatch(self, node: int) -> None:
        """Send to those below, one after the other and with several senders at a time."""
        ready = self.found.received[node] + self.durations("command.work", node)
        free = [(ready, sender) for sender in range(self.command.senders[node])]
        before: list[Told | None] = [None] * len(free)
        for child in self.command.below[node]:
            begins, sender = heapq.heappop(free)
            sent = begins + self.durations("command.sending", child)
            held = before[sender] if begins > ready else self.found.heard[node]
            before[sender] = self._transmit(child, sent, held)
            heapq.heappush(free, (sent, sender))

    def _transmit(self, node: int, sent: int, cause: Told | None) -> Told | None:
        """Send the order to one below, again and again until it is acknowledged; the first sending is returned."""
        link, horizon = self.command.links[node], self.command.horizon_ms
        first, told, confirmed = None, cause, horizon + 1
        for number in range(link.tries + link.courier * (link.again_ms != NEVER)):
            at = sent + number * link.again_ms if number else sent
            if at > horizon or (number and confirmed <= at):
                break
            arrives = self._arrives(node, number, at)
            told = self._tell(node, number, at, arrives, told)
            first = first or told
            if arrives != NEVER:
                confirmed = min(confirmed, self._acknowledge(node, number, arrives, told))
        return first

    def _arrives(self, node: int, number: int, at: int) -> int:
        """When a sending is received, `NEVER` = not before the horizon."""
        link = self.command.links[node]
        if number == link.tries:
            received = at + self.durations("command.courier", node)
        elif link.cut(at) or not self.messages("order.arrives", link.first + number, 1):
            return NEVER
        else:
            received = at + self.messages("order.delay", link.first + number)
        return received if received <= self.command.horizon_ms else NEVER

    def _tell(self, node: int, number: int, at: int, arrives: int, cause: Told | None) -> Told:
        command, link, found = self.command, self.command.links[node], self.found
        to_unit = command.unit[node] != NEVER
        says = _numbered(number) | {"unit" if to_unit else "to": command.names[node]}
        says["channel"] = "courier" if number == link.tries else link.medium
        says["by"] = None if command.superior[node] == NEVER else command.names[command.superior[node]]
        says["due"] = self.due if to_unit and self.due != NEVER else None
        says |= {"reason": "not received"} if arrives == NEVER else {"known": arrives}
        told = Told("ordered", at, cause, says)
        found.sendings.append(told)
        found.about.append(node)
        if arrives != NEVER and (found.received[node] == NEVER or arrives < found.received[node]):
            found.received[node], found.heard[node] = arrives, told
        return told

    def _acknowledge(self, node: int, number: int, received: int, sending: Told) -> int:
        """Answer a sending; when the superior has the answer, beyond the horizon = never."""
        command, link, horizon = self.command, self.command.links[node], self.command.horizon_ms
        row = link.first + number
        at = received + self.messages("order.acknowledge", row)
        known = at + self.messages("answer.delay", row)
        if link.cut(at) or not self.messages("answer.arrives", row, 1) or known > horizon:
            return horizon + 1
        name, superior = command.names[node], command.superior[node]
        says = _numbered(number) | {"by": name, "channel": link.medium, "known": known}
        says["to"] = None if superior == NEVER else command.names[superior]
        says["unit"] = None if command.unit[node] == NEVER else name
        self.found.answers.append(Told("order_acknowledged", at, sending, says))
        return known


def _numbered(number: int) -> dict[str, Any]:
    """What tells the sendings of one order apart: the first has no number."""
    return {"visit": number + 1 if number else None}


class _Drawn:
    """Draws of one run, by name."""

    def __init__(self, stages: Stages, seed: int, run: int) -> None:
        self.rows = dict(zip(stages.names, stages.draw(seed, run).tolist(), strict=True))

    def __call__(self, name: str, entity: int, absent: int = 0) -> int:
        row = self.rows.get(name)
        return absent if row is None else int(row[entity])
