"""Fleets that two points share, enumerated by hand: which bus goes where, when it is there, leaves, and is free again.

Times are minutes after the alert; a seat and a time-out are given with each case, the way there takes 10 and the way
back 10, unless it says otherwise. A free bus is sent where somebody has waited longest, is there after the call, and
opens its doors; its time-out runs from the first boarding.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.truth.plans import MINUTE, Table, assumed, constant, group, plan_of, rehearsal

from tocsin.simulate import Outcome

Trip = tuple[int, int, float, float, float]


@dataclass(frozen=True)
class Case:
    """Who comes where and when, and the trips that follow.

    Attributes:
        come: Point and minute of each person, in order of their numbers.
        trips: Point, bus, and minutes at which it was sent, left, and was free again, in order of leaving.
        board: Minute at which each person boarded, None = never.
    """

    come: list[tuple[int, float]]
    buses: int
    trips: list[Trip]
    board: list[float | None]
    line: Table = field(default_factory=dict)
    horizon_h: float = 24


CASES = {
    "two points, two buses: each goes where somebody is": Case(
        # Both are free since the alert; the lowest number is sent first.
        come=[(0, 5), (1, 8)], buses=2, trips=[(0, 0, 5, 5, 25), (1, 1, 8, 8, 28)], board=[5, 8],
    ),
    "one bus: the other point waits until it is back": Case(
        # Away 5-25; then to the second point.
        come=[(0, 5), (1, 8)], buses=1, trips=[(0, 0, 5, 5, 25), (1, 0, 25, 25, 45)], board=[5, 25],
    ),
    "it goes to who has waited longest, not to where it was": Case(
        # At 25 person 1 waits at the second point since 8 and 2 at the first since 9.
        come=[(0, 5), (1, 8), (0, 9)], buses=1,
        trips=[(0, 0, 5, 5, 25), (1, 0, 25, 25, 45), (0, 0, 45, 45, 65)], board=[5, 25, 45],
    ),
    "of two who have waited as long the lower number is first": Case(
        # 1 at the second point and 2 at the first, both since 9.
        come=[(0, 5), (1, 9), (0, 9)], buses=1,
        trips=[(0, 0, 5, 5, 25), (1, 0, 25, 25, 45), (0, 0, 45, 45, 65)], board=[5, 25, 45],
    ),
    "the bus that is free longest goes": Case(
        # Bus 0 is away 5-25, bus 1 8-28, bus 0 again 30-50: at 30 bus 0 is free since 25, bus 1 since 28.
        come=[(0, 5), (1, 8), (1, 30), (0, 31)], buses=2,
        trips=[(0, 0, 5, 5, 25), (1, 1, 8, 8, 28), (1, 0, 30, 30, 50), (0, 1, 31, 31, 51)], board=[5, 8, 30, 31],
    ),
    "a call takes its time, and one bus is enough for whoever comes meanwhile": Case(
        # Sent at 5, there at 9: 0 boards at 9, as does 1, who came at 7; full, it leaves. The other bus is not sent.
        come=[(0, 5), (0, 7)], buses=2, trips=[(0, 0, 5, 9, 29)], board=[9, 9],
        line={"capacity": 2, "call": constant(4)},
    ),
    "whoever is too many calls the next one": Case(
        # Bus 0, there at 9, is full with 0 and 1 and leaves at 9; then bus 1 is sent for 2, is there at 13, and
        # leaves at 23, ten minutes after the boarding.
        come=[(0, 5), (0, 6), (0, 7)], buses=2, trips=[(0, 0, 5, 9, 29), (0, 1, 9, 23, 43)], board=[9, 9, 13],
        line={"capacity": 2, "call": constant(4), "timeout_min": 10},
    ),
    "a bus that waits for its time-out is not free for the other point": Case(
        # Bus 0 stands at the first point 5-15 with one of two seats taken; 1 at the second since 6 waits until 35.
        come=[(0, 5), (1, 6)], buses=1, trips=[(0, 0, 5, 15, 35), (1, 0, 35, 45, 65)], board=[5, 35],
        line={"capacity": 2, "timeout_min": 10},
    ),
    "who comes as the bus is back is after who waits": Case(
        # Back at 25: ends come before arrivals, so it is sent for 1, and 2, who comes at 25, waits until 45.
        come=[(0, 5), (1, 25), (0, 25)], buses=1,
        trips=[(0, 0, 5, 5, 25), (1, 0, 25, 25, 45), (0, 0, 45, 45, 65)], board=[5, 25, 45],
    ),
    "what would be after the end of the exercise is not": Case(
        # The exercise ends at 30: sent at 25, there at 29, and 1 boards; full, it leaves at 29 and is never back.
        come=[(0, 1), (1, 2)], buses=1, trips=[(0, 0, 1, 5, 25), (1, 0, 25, 29, -1)], board=[5, 29],
        line={"call": constant(4)}, horizon_h=0.5,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_trips(name: str) -> None:
    """Every bus is sent, leaves and is free again, and everybody boards, at the minute worked out by hand."""
    case = CASES[name]
    outcome = played(case)
    rows = [r for r in range(len(outcome.departed)) if outcome.departed[r] >= 0]
    found = [
        (point_of(outcome, r), int(outcome.ride_bus[r]), *(whole(x[r]) for x in (outcome.ride_sent, outcome.departed)),
         whole(outcome.returned[r]))
        for r in sorted(rows, key=lambda r: (outcome.departed[r], r))
    ]  # fmt: skip
    assert found == case.trips
    assert [None if t < 0 else t / MINUTE for t in by_person(outcome)] == case.board


def played(case: Case) -> Outcome:
    """Run a case."""
    line: dict[str, Any] = {"name": "line", "to": "range", "capacity": 1, "timeout_min": 0, "trip": constant(10)}
    groups = [
        group(f"g{i}", towns=[f"P{point}"], behaviour=assumed(travel=constant(at - 1)))
        for i, (point, at) in enumerate(case.come)
    ]
    bus = assumed(**(line | case.line), shared_fleet="pool")
    fleet = [assumed(name="pool", buses=case.buses)]
    exercise = {"horizon_h": case.horizon_h, "deadline": {"after_delivery_h": 0.4}}
    return rehearsal(plan_of(groups, buses=[bus], points=2, fleet=fleet, exercise=exercise)).run()


def point_of(outcome: Outcome, ride: int) -> int:
    """The point of a ride: that of whoever boarded last."""
    return int(outcome.network.point[outcome.ride_last[ride]])


def by_person(outcome: Outcome) -> list[int]:
    """When each person boarded, in order of their groups."""
    order = sorted(range(outcome.network.size), key=lambda slot: outcome.network.group[slot])
    return [int(outcome.boarded[slot]) for slot in order]


def whole(time: int) -> float:
    """Minutes, -1 = did not happen."""
    return -1 if time < 0 else time / MINUTE
