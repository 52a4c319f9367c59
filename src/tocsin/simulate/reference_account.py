"""What the slow reference saw of a run: of every person, line, unit and stock."""

from __future__ import annotations

from dataclasses import dataclass, field

from tocsin.simulate.reference_fleet import BusLine
from tocsin.simulate.reference_gate import Notes
from tocsin.simulate.reference_queues import NOT, Unit, Visit
from tocsin.simulate.reference_stocks import Stock
from tocsin.simulate.upkeep import Upkeep

__all__ = ["Account", "Person", "Try"]


@dataclass
class Try:
    """One person's attempt by one try of a channel: when it began and ended, if it found them, its wait if any."""

    began: int
    done: int = NOT
    success: bool = False
    visit: Visit | None = None


@dataclass
class Person:
    """What happened to one person; times in ms after the alert, -1 = did not.

    Attributes:
        tries: By try of a channel.
        visits: By slot; each visit of a step has its own. Who stands before a station has come, and not queued.
        released_step, gave_up_step: The slot of the visit.
        no_room: Whether the person gave up because there was no room, and not out of patience.
        handed: By row of what is issued: 1 handed, 0 short; absent = was not asked. Noted when the service begins.
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
    no_room: bool = False
    handed: dict[int, int] = field(default_factory=dict)
    boarded: int = NOT
    ride: tuple[int, int] | None = None
    ready: int = NOT
    filled: int = NOT


@dataclass
class Account:
    """What the reference saw: people by number, bus lines, units, orders and stocks in the network's order.

    Attributes:
        notes: Extra servers, interruptions.
        upkeep: The breakdowns of servers, as they were given.
    """

    people: dict[int, Person]
    lines: list[BusLine]
    units: list[Unit]
    ordered: list[int]
    stocks: list[Stock]
    notes: Notes
    upkeep: Upkeep
