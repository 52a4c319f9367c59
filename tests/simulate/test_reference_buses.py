"""The slow reference on shared, lost and broken buses and on couriers, by hand (minutes after the alert)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.simulate.joint import drawn_of, lasting, play
from tests.simulate.plans import MINUTE, gate_case

from tocsin.simulate.reference import Account


def rides(account: Account, line: int = 0) -> list[tuple[int | None, ...]]:
    """Of each ride: bus, then minutes of being sent, opened, departed, arrived, returned."""
    times = ("sent", "opened", "departed", "arrived", "returned")
    return [
        (r.bus, *(getattr(r, name) // MINUTE if getattr(r, name) >= 0 else None for name in times))
        for r in account.lines[line].rides
    ]


def bus(**more: Any) -> dict[str, Any]:
    """A line with one seat that takes ten minutes each way."""
    return {"name": "bus", "to": "range", "capacity": 1, "timeout_min": 10, "trip": lasting(10), **more}


def test_a_shared_bus_goes_where_somebody_has_waited_longest() -> None:
    """The one bus of two points is sent, after its call, to the stop whose first has waited longest.

    By hand, five minutes of call: sent to 0 at 10, it leaves at 15 and is back at 35. 2 waits at the other point since
    12, 1 at the first since 20: so it goes to 2, is there at 40, back at 60, and then to 1, there at 65.
    """
    line = bus(shared_fleet="pool", call=lasting(5))
    points = [{"name": name, "lat": 50, "lon": 20, "bus": [line]} for name in ("one", "two")]
    sheet = {0: (10,), 1: (20,), 2: (12,)}
    account = play([], sheet, at={2: "two"}, point=points, fleet=[{"name": "pool", "buses": 1}])
    assert rides(account, 0) == [(0, 10, 15, 15, 25, 35), (0, 60, 65, 65, 75, 85)]
    assert rides(account, 1) == [(0, 35, 40, 40, 50, 60)]
    assert account.lines[1].rides[0].sent_by == ("returned", 0, 0)


def test_who_comes_while_the_bus_is_on_its_way_boards_it() -> None:
    """One bus is sent to a stop, however many come; its time-out runs from the first boarding.

    By hand: sent at 10 for 0, there at 15; 1 comes at 12 and 2 at 20; it leaves at 25, ten minutes after 15.
    """
    line = bus(shared_fleet="pool", call=lasting(5), capacity=9)
    account = play([], {0: (10,), 1: (12,), 2: (20,)}, bus=[line], fleet=[{"name": "pool", "buses": 3}])
    assert rides(account) == [(0, 10, 15, 25, 35, 45)]
    assert account.lines[0].rides[0].aboard == [0, 1, 2]


def test_lost_buses_are_withdrawn_free_first_and_come_back() -> None:
    """A bus that stands free is withdrawn at once, another one when it comes back; buses come back lowest number first.

    By hand, two buses: bus 0 leaves at 10, back at 30. One is lost at 12: bus 1, which stands free. 1, who comes at 15,
    waits for bus 0 at 30, which is back at 50. At 40 bus 1 is there again, and takes 2, who waits since 20.
    """
    network = gate_case([], [bus(fleet=2)], number=3).network
    changed = replace(network.lines[0], times=np.array([0, 12, 40]) * MINUTE, lost=np.array([0, 1, 0]))
    account = play([], {0: (10,), 1: (15,), 2: (20,)}, bus=[bus(fleet=2)], change={"lines": (changed,)})
    assert rides(account) == [(0, 10, 10, 10, 20, 30), (0, 30, 30, 30, 40, 50), (1, 40, 40, 40, 50, 60)]
    assert account.lines[0].rides[2].sent_by == ("vehicles", 2)


def test_lost_buses_that_are_away_are_withdrawn_on_return() -> None:
    """With all buses away, the next that comes back is withdrawn.

    By hand: buses 0 and 1 leave at 10 and 11; one is lost at 12. Bus 0 is back at 30 and withdrawn; 2, who waits since
    13, gets bus 1 at 31.
    """
    network = gate_case([], [bus(fleet=2)], number=3).network
    changed = replace(network.lines[0], times=np.array([0, 12]) * MINUTE, lost=np.array([0, 1]))
    account = play([], {0: (10,), 1: (11,), 2: (13,)}, bus=[bus(fleet=2)], change={"lines": (changed,)})
    assert [ride[:2] for ride in rides(account)] == [(0, 10), (1, 11), (1, 31)]
    assert account.lines[0].fleet.withdrawn == {0}


def test_a_trip_that_breaks_down_stands_half_way() -> None:
    """A trip that fails takes its repair longer, which begins half-way.

    By hand: every trip fails. It leaves at 10, breaks down at 15, is repaired at 22, arrives at 27, and is back at 37.
    """
    line = bus(fleet=1, breakdown={"share": 1, "repair": lasting(7)})
    account = play([], {0: (10,)}, bus=[line])
    ride = account.lines[0].rides[0]
    assert (ride.broke_down // MINUTE, ride.repaired // MINUTE) == (15, 22)
    assert rides(account) == [(0, 10, 10, 10, 27, 37)]


# --- couriers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("found", "fallback"), [(1, None), (0, 32)])
def test_couriers_go_again(found: int, fallback: int | None) -> None:
    """Who was not found stands in the queue again, as another try; after the last the fallback follows.

    By hand, one crew, five minutes a visit, again after twelve: 0 is visited 0 to 5, 1 from 5 to 10, nobody found. 0
    queues again at 17, is visited 17 to 22; 1 queues at 22, is visited 22 to 27 and found. 0 is found at 22 or not; if
    not, the letter is off ten minutes later.
    """
    capacity = {"servers": 1, "handling": lasting(5), "again": {"tries": 2, "after": lasting(12)}}
    courier = {"name": "courier", "medium": "courier", "reach": 0.5, "capacity": capacity}
    courier |= {"fallback": "letter", "fallback_after": lasting(10)}
    letter = {"name": "letter", "medium": "letter", "reach": 1, "delay": lasting(1)}
    case = gate_case([], number=2, channel=[courier, letter])
    drawn, channels = drawn_of(case, {}), case.network.channels
    drawn[channels[0].reach], drawn[channels[1].reach] = 0, [found, 1]
    account = case.account(drawn)
    tries = [account.people[p].tries for p in (0, 1)]
    assert [(t[0].began // MINUTE, t[0].done // MINUTE, t[0].success) for t in tries] == [(0, 5, False), (0, 10, False)]
    assert [(t[1].began // MINUTE, t[1].done // MINUTE, t[1].success) for t in tries] == [
        (17, 22, bool(found)),
        (22, 27, True),
    ]
    assert (tries[0][2].began // MINUTE if 2 in tries[0] else None) == fallback
