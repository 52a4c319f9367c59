"""Servers in the reference engine: those of a station or of a crew, who come and go, break down and are repaired."""

from __future__ import annotations

from dataclasses import dataclass, field

from tocsin.simulate.reference_queues import NOT, Visit
from tocsin.simulate.reference_stocks import Stock

__all__ = ["Ask", "Servers", "Turn"]


@dataclass(frozen=True)
class Ask:
    """What a person is to be handed: out of which stock, how much, whether the queue waits for it; its row."""

    stock: Stock
    amount: int
    waits: bool
    row: int


@dataclass(eq=False)
class Turn:
    """One visit of one person to one station: what is drawn for it, and how it stands.

    Attributes:
        rank: The class, 0 is served first.
        service: How long, ms, as drawn.
        patience: How long the person waits, ms, -1 = to the end.
        line: The server whose line was joined, where every server has one.
        left: What is left of the service while it is interrupted or stands still; -1 = not begun, or under way.
        due: When the service ends, -1 = it is not under way.
        since: When it began, or went on last.
        spell: Counts the times that it began or went on: an end that was planned before an interruption is void.
    """

    person: int
    slot: int
    number: int
    place: tuple[int, int]
    rank: int
    service: int
    patience: int
    asks: tuple[Ask, ...]
    visit: Visit = field(default_factory=Visit)
    line: int = NOT
    left: int = NOT
    due: int = NOT
    since: int = NOT
    spell: int = 0

    @property
    def order(self) -> tuple[int, int, int]:
        """Its place in a queue: by class, then by the time of queueing, then by number."""
        return self.rank, self.visit.queued, self.person

    def stop(self, now: int) -> None:
        """The service under way is interrupted."""
        self.left, self.due = self.due - now, NOT
        self.spell += 1

    def can_begin(self) -> bool:
        """Whether there is enough of everything for which the queue waits."""
        wanted: dict[Stock, int] = {}
        for ask in self.asks:
            if ask.waits and self.visit.began == NOT:
                wanted[ask.stock] = wanted.get(ask.stock, 0) + ask.amount
        return all(stock.left >= amount for stock, amount in wanted.items())


@dataclass(eq=False)
class Servers:
    """Numbered servers: those of the calendar from 0, extra ones after the largest number of the calendar.

    Attributes:
        most: The largest number of servers in the calendar.
        extra: How many extra servers open.
        present: How many the calendar wants now.
        idle: Who stands free and in order, the longest idle first.
        down: Who is present without a person and out of order.
        broken: Who is out of order, wherever they are.
        busy: Whom each server serves or, after the end of the service, holds.
        leaving: How many of the calendar's go as soon as they are done.
        opened: Whether the extra ones are open; closing: those of them who go when they are done.
    """

    most: int
    extra: int = 0
    present: int = 0
    idle: list[int] = field(default_factory=list)
    down: set[int] = field(default_factory=set)
    broken: set[int] = field(default_factory=set)
    busy: dict[int, Turn] = field(default_factory=dict)
    leaving: int = 0
    opened: bool = False
    closing: set[int] = field(default_factory=set)

    def change(self, servers: int) -> None:
        """A shift begins or ends: from now on there are so many of the calendar's.

        Who goes: the longest idle at once, then the lowest of those out of order without a person, then the next to be
        done. Who comes: those about to go stay, then the lowest numbers that are absent.
        """
        while self.present > servers:
            self.present -= 1
            own = [server for server in self.idle if server < self.most]
            if own:
                self.idle.remove(own[0])
            elif self.down:
                self.down.remove(min(self.down))
            else:
                self.leaving += 1
        while self.present < servers:
            self.present += 1
            if self.leaving:
                self.leaving -= 1
            else:
                self._stand(min(server for server in range(servers) if server not in self.here()))

    def here(self) -> set[int]:
        """The numbers of all who are present."""
        return {*self.idle, *self.down, *self.busy}

    def free(self, server: int) -> None:
        """A server has no person any more: goes home, or stands free."""
        del self.busy[server]
        if server in self.closing:
            self.closing.remove(server)
        elif server < self.most and self.leaving:
            self.leaving -= 1
        else:
            self._stand(server)

    def fail(self, server: int, now: int) -> Turn | None:
        """A server breaks down: what is left of a service under way waits for the repair.

        Returns:
            Whose service stands still.
        """
        self.broken.add(server)
        if server in self.idle:
            self.idle.remove(server)
            self.down.add(server)
        turn = self.busy.get(server)
        if turn is None or turn.due == NOT:
            return None
        turn.stop(now)
        return turn

    def repair(self, server: int) -> Turn | None:
        """A server is in order again: free from now on if present without a person.

        Returns:
            Whose service goes on.
        """
        self.broken.remove(server)
        if server in self.down:
            self.down.remove(server)
            self.idle.append(server)
        turn = self.busy.get(server)
        return turn if turn is not None and turn.left != NOT else None

    def open(self) -> None:
        """The extra servers open: those about to close stay, the others come."""
        self.opened = True
        self.closing.clear()
        extra = range(self.most, self.most + self.extra)
        self.idle.extend(server for server in extra if server not in self.here())

    def close(self) -> None:
        """The extra servers close: the idle ones at once, the busy ones when they are done."""
        self.opened = False
        self.idle = [server for server in self.idle if server < self.most]
        self.closing = {server for server in self.busy if server >= self.most}

    def lowest(self, than: int) -> int:
        """Whom an arrival of a class may replace: the server of the lowest class in service, -1 = nobody's.

        Of several the one who began, or went on, last; then the highest number of the person. Services that stand still
        and persons who are only held do not count.
        """
        found = [(t.rank, t.since, t.person, s) for s, t in self.busy.items() if t.due != NOT and t.rank > than]
        return max(found)[-1] if found else NOT

    def _stand(self, server: int) -> None:
        if server in self.broken:
            self.down.add(server)
        else:
            self.idle.append(server)
