"""The assembly points in the reference engine: stations that may hold each other up, one event after the other.

The rules are those of `docs/mechanisms.md`, "Stations that hold each other up". Whatever frees a server or a place
*settles* its servers: they serve, and whoever stands before one of their stations is let in, until nothing changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from tocsin.simulate.calendar import Calendar
from tocsin.simulate.network import Step
from tocsin.simulate.reference_queues import END, NOT, SHIFT, TIMER, Cause, Clock
from tocsin.simulate.reference_servers import Servers, Turn
from tocsin.simulate.upkeep import Upkeep

__all__ = ["BROKE_DOWN", "TAKEN", "Gate", "Notes", "Place"]

BROKE_DOWN, TAKEN = "broke down", "taken"
"""Why a service was interrupted."""


@dataclass(eq=False)
class Place:
    """One station at one point.

    Attributes:
        servers: Its own, or those of a crew that it shares.
        waiting: Who waits in it, in any order; `Turn.order` says who is first.
        standing: Who stands before it, the first first.
        openings: How often its extra servers opened.
    """

    point: int
    position: int
    step: Step
    servers: Servers
    waiting: list[Turn] = field(default_factory=list)
    standing: list[Turn] = field(default_factory=list)
    openings: int = 0

    @property
    def holds_up(self) -> bool:
        """Whether who finds no room stays with the server before."""
        return self.step.room >= 0 and self.step.blocks

    def first(self) -> tuple[Turn, int] | None:
        """Who begins next here, and with which server: None if nobody can."""
        idle = self.servers.idle
        if not idle:
            return None
        if not self.step.each:
            turn = min(self.waiting, key=lambda t: t.order, default=None)
            return (turn, idle[0]) if turn is not None and turn.can_begin() else None
        heads = [min((t for t in self.waiting if t.line == s), key=lambda t: t.order, default=None) for s in idle]
        ready = [turn for turn in heads if turn is not None and turn.can_begin()]
        turn = min(ready, key=lambda t: t.order, default=None)
        return None if turn is None else (turn, turn.line)

    def has_room(self, turn: Turn, *, comes: bool) -> bool:
        """Whether the first who stands before it, or one who comes when nobody stands there, is let in."""
        if self.step.room < 0 or len(self.waiting) < self.step.room:
            return True
        free = bool(self.servers.idle) or (comes and self.replaced_by(turn) != NOT)
        return not self.waiting and free and turn.can_begin()

    def replaced_by(self, turn: Turn) -> int:
        """The server whom an arrival takes from somebody of a lower class, -1 = none."""
        if not self.step.preempts or self.servers.idle or not turn.can_begin():
            return NOT
        return self.servers.lowest(turn.rank)

    def shortest_line(self) -> int:
        """The server with the fewest people, of several the lowest; of those present, or of all if nobody is."""
        here = self.servers.here() or set(range(max(self.servers.most, 1)))
        people = {s: (s in self.servers.busy) + sum(t.line == s for t in self.waiting) for s in here}
        return min(people, key=lambda s: (people[s], s))


@dataclass
class Notes:
    """What happened at the points besides visits; times in ms.

    Attributes:
        extra: (time, point, position, 1 opened or 0 closed).
        interrupted: (time, person, slot, server, `TAKEN` by a higher class or `BROKE_DOWN`).
        resumed: (time, person, slot, server, cause); after a repair, it is the cause.
        handed: Of each (row, person): 1 handed, 0 short; noted when the service begins.
    """

    extra: list[tuple[int, int, int, int]] = field(default_factory=list)
    interrupted: list[tuple[int, int, int, int, str]] = field(default_factory=list)
    resumed: list[tuple[int, int, int, int, Cause]] = field(default_factory=list)
    handed: dict[tuple[int, int], int] = field(default_factory=dict)


class Gate:
    """All stations of all points.

    Args:
        clock: The clock of the run.
        ended: What follows the end of a service; gives the station to which the person goes on, None = to none.
        gives_up: What follows when somebody leaves unserved; told whether there was no room.
    """

    def __init__(
        self, clock: Clock, ended: Callable[[Turn, int], Place | None], gives_up: Callable[[Turn, bool, int], None]
    ) -> None:
        self.clock = clock
        self.ended = ended
        self.gives_up = gives_up
        self.places: dict[tuple[int, int], Place] = {}
        self.of_servers: dict[Servers, list[Place]] = {}
        self.held: dict[int, tuple[Servers, int]] = {}
        self.notes = Notes()

    # --- what is planned ------------------------------------------------------------------------------------

    def add(self, place: Place) -> None:
        """Add a station, in the order of points and positions."""
        self.places[place.point, place.position] = place
        self.of_servers.setdefault(place.servers, []).append(place)

    def staff(self, servers: Servers, hours: Calendar, cause: tuple[str, int, int]) -> None:
        """Plan the changes of servers; the cause is ("shift", point, position) or ("crew shift", point, crew)."""
        self.of_servers.setdefault(servers, [])  # a crew may have no station
        order = (2 if cause[0] == "shift" else 3, *cause[1:])
        for i, (time, count) in enumerate(zip(hours.times.tolist(), hours.servers.tolist(), strict=True)):
            self.clock.at(time, SHIFT, order, partial(self._shift, servers, count, (*cause, i)))

    def upkeep(self, upkeep: Upkeep) -> None:
        """Plan the breakdowns."""
        columns = (upkeep.point, upkeep.position, upkeep.server, upkeep.fails, upkeep.repaired)
        for point, position, server, fails, repaired in zip(*(c.tolist() for c in columns), strict=True):
            servers = self.places[point, position].servers
            if server >= servers.most:
                continue  # a shock takes it all the time; the number is an extra server's now, and these do not break
            order, cause = (0, point, position, server), ("repaired", point, position, server)
            self.clock.at(fails, SHIFT, (*order, 1), partial(self._fail, servers, server))
            self.clock.at(repaired, SHIFT, (*order, 0), partial(self._repair, servers, server, cause))

    def _shift(self, servers: Servers, count: int, cause: Cause, now: int) -> None:
        servers.change(count)
        for place in self.of_servers[servers]:
            if not count:
                self._close(place, now)
        self.settle(servers, cause, now)

    def _fail(self, servers: Servers, server: int, now: int) -> None:
        turn = servers.fail(server, now)
        if turn is not None:
            self.notes.interrupted.append((now, turn.person, turn.slot, server, BROKE_DOWN))

    def _repair(self, servers: Servers, server: int, cause: Cause, now: int) -> None:
        turn = servers.repair(server)
        if turn is not None:
            self._resume(turn, server, cause, now)
        self.settle(servers, cause, now)

    # --- arrivals -------------------------------------------------------------------------------------------

    def arrive(self, turn: Turn, now: int) -> None:
        """A person comes to a station: is let in, stands before it, or leaves."""
        place = self.places[turn.place]
        if not place.standing and place.has_room(turn, comes=True):
            self._join(place, turn, None, now, comes=True)
        elif place.step.blocks:
            place.standing.append(turn)
        else:
            turn.visit.queued = now  # came to the queue, as the log has it, and left
            self.gives_up(turn, True, now)

    def _join(self, place: Place, turn: Turn, cause: Cause, now: int, *, comes: bool) -> list[Turn]:
        """A person queues; begins, takes a server from a lower class (who comes now), or waits; extra servers may open.

        Then the server before, who held the person, is free.

        Returns:
            Who began here.
        """
        turn.visit.queued, turn.visit.queued_by = now, cause
        if place.step.each:
            turn.line = place.shortest_line()
        place.waiting.append(turn)
        if turn.patience >= 0:
            self.clock.at(now + turn.patience, TIMER, turn.person, partial(self._lose_patience, turn))
        began = self._serve(place.servers, None, now)
        if comes and turn in place.waiting:
            began += self._preempt(place, turn, now)
        began += self._open(place, now)
        if turn.person in self.held:
            servers, server = self.held.pop(turn.person)
            servers.free(server)
            self.settle(servers, ("queued", turn.slot, turn.person), now)
        return [t for t in began if t.place == turn.place]

    def _preempt(self, place: Place, turn: Turn, now: int) -> list[Turn]:
        server = place.replaced_by(turn)
        if server == NOT:
            return []
        other = place.servers.busy.pop(server)
        other.stop(now)
        place.waiting.append(other)
        self.notes.interrupted.append((now, other.person, other.slot, server, TAKEN))
        self._begin(place, turn, server, None, now)
        self._close_if_short(place, now)
        return [turn]

    def _lose_patience(self, turn: Turn, now: int) -> None:
        """Whoever still waits and never was served leaves."""
        place = self.places[turn.place]
        if turn in place.waiting and turn.visit.began == NOT:
            place.waiting.remove(turn)
            self.gives_up(turn, False, now)
            self._close_if_short(place, now)
            self.settle(place.servers, ("gave up", turn.slot, turn.person), now)

    # --- service --------------------------------------------------------------------------------------------

    def settle(self, servers: Servers, cause: Cause, now: int) -> None:
        """Serve, then let in the first who stands before a station, and again, until nothing changes.

        Who is let in owes it to the last who began there now, or to what happened.
        """
        places = self.of_servers[servers]
        last: dict[tuple[int, int], Cause] = {(p.point, p.position): cause for p in places}
        began = self._serve(servers, cause, now)
        while True:
            for turn in began:
                last[turn.place] = ("began", turn.slot, turn.person)
            place = next((p for p in places if p.standing and p.has_room(p.standing[0], comes=False)), None)
            if place is None:
                return
            turn = place.standing.pop(0)
            began = self._join(place, turn, last[turn.place], now, comes=False)
            began += self._serve(servers, cause, now)

    def _serve(self, servers: Servers, cause: Cause, now: int) -> list[Turn]:
        """While a server is free and somebody can begin: the first of the stations' first persons does."""
        began = []
        while (found := self._next(servers)) is not None:
            place, turn, server = found
            servers.idle.remove(server)
            self._begin(place, turn, server, cause, now)
            began.append(turn)
        for at in {turn.place for turn in began}:
            self._close_if_short(self.places[at], now)
        return began

    def _next(self, servers: Servers) -> tuple[Place, Turn, int] | None:
        """Where who begins next with which server: of the stations' first persons, the first who can."""
        ready = [(place, *found) for place in self.of_servers[servers] if (found := place.first()) is not None]
        return min(ready, key=lambda each: each[1].order, default=None)

    def _begin(self, place: Place, turn: Turn, server: int, cause: Cause, now: int) -> None:
        """A service begins, or goes on after an interruption."""
        place.waiting.remove(turn)
        place.servers.busy[server] = turn
        if turn.visit.began != NOT:
            self._resume(turn, server, cause, now)
            return
        turn.visit.began, turn.visit.by, turn.visit.began_by = now, server, cause
        for ask in sorted(turn.asks, key=lambda ask: not ask.waits):
            enough = ask.stock.left >= ask.amount
            self.notes.handed[ask.row, turn.person] = int(enough)
            if enough:
                ask.stock.take(ask.amount, now)
        self._run(turn, server, _paced(turn.service, place.step.pace, now), now)

    def _resume(self, turn: Turn, server: int, cause: Cause, now: int) -> None:
        self.notes.resumed.append((now, turn.person, turn.slot, server, cause))
        self._run(turn, server, turn.left, now)

    def _run(self, turn: Turn, server: int, length: int, now: int) -> None:
        """The service, or what is left of it, runs from now on."""
        turn.since, turn.left, turn.due = now, NOT, now + length
        turn.spell += 1
        self.clock.at(turn.due, END, turn.person, partial(self._end, turn, server, turn.spell))

    def _end(self, turn: Turn, server: int, spell: int, now: int) -> None:
        """The service ends: the server is free, unless the next station may hold the person up."""
        if spell != turn.spell:
            return
        servers = self.places[turn.place].servers
        turn.visit.ended, turn.due = now, NOT
        following = self.ended(turn, now)
        if following is not None and following.holds_up:
            self.held[turn.person] = servers, server
            return
        servers.free(server)
        self.settle(servers, ("end", turn.slot, turn.person), now)

    # --- extra servers --------------------------------------------------------------------------------------

    def _open(self, place: Place, now: int) -> list[Turn]:
        servers, extra = place.servers, place.step.extra
        if extra is None or servers.opened or not servers.present or len(place.waiting) <= extra[0]:
            return []
        servers.open()
        self.notes.extra.append((now, place.point, place.position, 1))
        place.openings += 1
        return self._serve(servers, ("extra", place.point, place.position, place.openings - 1), now)

    def _close_if_short(self, place: Place, now: int) -> None:
        if place.step.extra is not None and len(place.waiting) <= place.step.extra[2]:
            self._close(place, now)

    def _close(self, place: Place, now: int) -> None:
        if place.servers.opened:
            place.servers.close()
            self.notes.extra.append((now, place.point, place.position, 0))


def _paced(service: int, pace: Calendar | None, now: int) -> int:
    """A service that begins now, in the time that services take now, rounded half up."""
    if pace is None:
        return service
    thousandths = [p for time, p in zip(pace.times.tolist(), pace.servers.tolist(), strict=True) if time <= now][-1]
    return int(service * thousandths + 500) // 1000
