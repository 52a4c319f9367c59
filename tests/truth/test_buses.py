"""Buses, enumerated by hand: when each person boards, which bus takes them, when it leaves, arrives and is
back.

Times are minutes after the alert. The rule at one instant: buses come back, then people arrive, then timers
ring. Everything is in the plan: people whose way is constant, a trip that is constant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.truth.plans import MINUTE, Table, assumed, constant, deterministic, group, plan_of, rehearsal

from tocsin.simulate import Outcome


@dataclass(frozen=True)
class Case:
    """One table: people in order of their numbers, trips in order of departure."""

    arrive: list[float]
    bus: Table
    board: list[float | None]
    ride: list[int | None]
    leave: list[float | None]
    there: list[float | None]
    full: list[bool]
    which: list[int] | None = None
    back: list[float | None] | None = None
    horizon_h: float = 48


def bus(capacity: int, timeout: float, trip: float = 20, **more: object) -> Table:
    """One line to the range."""
    return {
        "name": "line",
        "to": "range",
        "capacity": capacity,
        "timeout_min": timeout,
        "trip": constant(trip),
        **more,
    }


CASES = {
    "full at one instant: five people at 10, two a bus, the fifth waits for the timer": Case(
        arrive=[10, 10, 10, 10, 10],
        bus=bus(2, 30),
        board=[10, 10, 10, 10, 10],
        ride=[0, 0, 1, 1, 2],
        leave=[10, 10, 40],
        there=[30, 30, 60],
        full=[True, True, False],
    ),
    "who comes at the instant of the timer still boards; who comes a minute later opens the next": Case(
        arrive=[10, 40, 41],
        bus=bus(3, 30),
        board=[10, 40, 41],
        ride=[0, 0, 1],
        leave=[40, 71],
        there=[60, 91],
        full=[False, False],
    ),
    "filled at the very instant of the timer: full, not timed out": Case(
        arrive=[10, 40], bus=bus(2, 30), board=[10, 40], ride=[0, 0], leave=[40], there=[60], full=[True]
    ),
    "three at the instant of the timer, room for one of them": Case(
        arrive=[10, 40, 40, 40],
        bus=bus(2, 30),
        board=[10, 40, 40, 40],
        ride=[0, 0, 1, 1],
        leave=[40, 40],
        there=[60, 60],
        full=[True, True],
    ),
    "the only bus is away (20 there, 25 back): the others board when it is back, its timer starts then": Case(
        arrive=[10, 10, 12, 13, 14],
        bus=bus(2, 10, fleet=1, back=constant(25)),
        board=[10, 10, 55, 55, 100],
        ride=[0, 0, 1, 1, 2],
        leave=[10, 55, 110],
        there=[30, 75, 130],
        full=[True, True, False],
        which=[0, 0, 0],
        back=[55, 100, 155],
    ),
    "the bus is back at the instant at which somebody arrives: who waited and who arrives board": Case(
        arrive=[10, 10, 10, 15, 30],
        bus=bus(3, 10, trip=10, fleet=1),
        board=[10, 10, 10, 30, 30],
        ride=[0, 0, 0, 1, 1],
        leave=[10, 40],
        there=[20, 50],
        full=[True, False],
        which=[0, 0],
        back=[30, 60],
    ),
    "two buses: one is boarded at a time, the one that has stood longest comes next": Case(
        arrive=[10, 20, 21, 25, 26],
        bus=bus(2, 30, trip=60, fleet=2),
        board=[10, 20, 21, 25, 140],
        ride=[0, 0, 1, 1, 2],
        leave=[20, 25, 170],
        there=[80, 85, 230],
        full=[True, True, False],
        which=[0, 1, 0],
        back=[140, 145, 290],
    ),
    "no time-out to wait for: a bus takes those of one instant, as many as it holds": Case(
        arrive=[10, 10, 10, 11],
        bus=bus(2, 0),
        board=[10, 10, 10, 11],
        ride=[0, 0, 1, 2],
        leave=[10, 10, 11],
        there=[30, 30, 31],
        full=[True, False, False],
    ),
    "one seat: everybody leaves on arrival": Case(
        arrive=[12, 10, 11],
        bus=bus(1, 30),
        board=[12, 10, 11],
        ride=[2, 0, 1],
        leave=[10, 11, 12],
        there=[30, 31, 32],
        full=[True, True, True],
    ),
    "one seat, one bus: a queue of its own (Lindley by hand: 10, 10 + 40, 50 + 40)": Case(
        arrive=[10, 11, 12],
        bus=bus(1, 30, fleet=1),
        board=[10, 50, 90],
        ride=[0, 1, 2],
        leave=[10, 50, 90],
        there=[30, 70, 110],
        full=[True, True, True],
        which=[0, 0, 0],
        back=[50, 90, 130],
    ),
    "the last bus is part full and leaves by its timer": Case(
        arrive=[10, 11, 12, 20],
        bus=bus(3, 15),
        board=[10, 11, 12, 20],
        ride=[0, 0, 0, 1],
        leave=[12, 35],
        there=[32, 55],
        full=[True, False],
    ),
    "the run ends at 60 while the last bus stands: aboard, but not gone": Case(
        arrive=[10, 10, 50],
        bus=bus(2, 30),
        board=[10, 10, 50],
        ride=[0, 0, 1],
        leave=[10, None],
        there=[30, None],
        full=[True, False],
        horizon_h=1,
    ),
    "the run ends while the bus is on its way, and before it is back for the last": Case(
        arrive=[10, 10, 50],
        bus=bus(2, 30, trip=55, fleet=1),
        board=[10, 10, None],
        ride=[0, 0, None],
        leave=[10],
        there=[None],
        full=[True],
        which=[0],
        back=[None],
        horizon_h=1,
    ),
    "lowest number first among those of one instant, whatever the order of the plan": Case(
        arrive=[20, 20, 10],
        bus=bus(2, 60),
        board=[20, 20, 10],
        ride=[0, 1, 0],
        leave=[20, 80],
        there=[40, 100],
        full=[True, False],
    ),
}


def minutes(values: NDArray[np.integer]) -> list[float | None]:
    """Times in minutes, those that did not come as None."""
    return [None if v < 0 else v / MINUTE for v in values.tolist()]


def ridden(outcome: Outcome, trips: int) -> dict[str, list[float | None]]:
    """What the people and the first trips did."""
    return {
        "board": minutes(outcome.boarded),
        "ride": [None if r < 0 else r for r in outcome.ride.tolist()],
        "leave": minutes(outcome.departed[:trips]),
        "there": minutes(outcome.arrives[:trips]),
    }


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_table(case: Case) -> None:
    """The engine does what the table says, minute by minute."""
    exercise = {"horizon_h": case.horizon_h, "deadline": {"after_delivery_h": 1}}
    outcome = rehearsal(plan_of(deterministic(case.arrive), buses=[case.bus], exercise=exercise)).run()
    trips = len(case.leave)
    assert minutes(outcome.arrived) == case.arrive
    expected = {"board": case.board, "ride": case.ride, "leave": case.leave, "there": case.there}
    assert ridden(outcome, trips) == expected
    assert (outcome.departed[trips:] == -1).all(), "there were more departures than the table has"
    assert (outcome.ride_timed[:trips] == 0).tolist() == case.full
    if case.which is not None:
        assert outcome.ride_bus[:trips].tolist() == case.which
        assert minutes(outcome.returned[:trips]) == case.back
    ready = [None if r is None else case.there[r] for r in case.ride]
    assert minutes(outcome.ready) == ready, "people stand at the end of the way when their bus does"


def test_lines_by_unit() -> None:
    """Each line takes its own units: full buses of one do not wait for the other, and nobody boards the wrong
    one."""
    groups = [
        group(f"{unit}{i}", trade={unit: 1.0}, units=[unit], behaviour=assumed(travel=constant(at - 1)))
        for i, (unit, at) in enumerate([("A", 10), ("B", 11), ("A", 12), ("B", 13), ("A", 14)])
    ]
    units = [assumed(name=u, post=[{"trade": u, "posts": 3}]) for u in "AB"]
    lines = [bus(2, 30, units=["A"]), bus(2, 5, units=["B"]) | {"name": "other", "to": "camp"}]
    outcome = rehearsal(plan_of(groups, buses=lines, unit=units)).run()
    assert minutes(outcome.boarded) == [10, 11, 12, 13, 14]
    assert minutes(outcome.ready) == [12 + 20, 13 + 20, 12 + 20, 13 + 20, 14 + 30 + 20]
    assert [outcome.network.lines[line].name for line in outcome.network.line] == [
        "line",
        "other",
        "line",
        "other",
        "line",
    ]


def test_seat_after_seat_is_one_server() -> None:
    """One seat, one bus and a trip there and back is D/D/1 in disguise: the engine's bus equals Lindley's
    recursion.

    b_i = max(a_i, b_{i-1} + round trip), for 400 people who arrive in a jumble with ties.
    """
    rng = np.random.default_rng(7)
    arrive = (rng.integers(1, 900, 400)).astype(float)
    line = bus(1, 30, trip=1.5, fleet=1, back=constant(0.75))
    outcome = rehearsal(plan_of(deterministic(arrive.tolist()), buses=[line])).run()
    expected, free = np.empty(400), 0.0
    for person in np.lexsort((np.arange(400), arrive)):
        expected[person] = max(arrive[person], free)
        free = expected[person] + 2.25
    assert minutes(outcome.boarded) == expected.tolist()
