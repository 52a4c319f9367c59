"""When people arrive, worked by hand: at once, aiming before the deadline, late, too late to aim, after
delivery.

Everybody is told a minute after the alert (unless said otherwise); times are minutes after it. One person a
row, and everything stands in the plan.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.truth.plans import MINUTE, Table, assumed, constant, group, plan_of, rehearsal

AT_TEN = {"deadline": {"at": "2026-01-01T10:00:00+00:00"}}  # 600 min after the alert
FIVE_HOURS = {"deadline": {"after_delivery_h": 5}}


def aims(lead: float, preparation: float = 30, travel: float = 20) -> Table:
    """Aims to arrive so long before the deadline."""
    return assumed(preparation=constant(preparation), travel=constant(travel), at_once=0, lead=constant(lead))


def late(lag: float, preparation: float = 30, travel: float = 20) -> Table:
    """Aims to arrive so long after it."""
    return assumed(
        preparation=constant(preparation), travel=constant(travel), at_once=0, late_share=1, lag=constant(lag)
    )


AT_ONCE = assumed(preparation=constant(30), travel=constant(20))

ROWS = {
    "at once: 1 + 30, then 20 on the way": (AT_TEN, 0, AT_ONCE, 31, 51),
    "an hour early": (AT_TEN, 0, aims(60), 520, 540),
    "to the minute": (AT_TEN, 0, aims(0), 580, 600),
    "the aim lies before the earliest possible": (AT_TEN, 0, aims(595), 31, 51),
    "the aim lies before the alert": (AT_TEN, 0, aims(1000), 31, 51),
    "the aim is the earliest possible": (AT_TEN, 0, aims(549), 31, 51),
    "cannot make it: 1 + 500 + 200": (AT_TEN, 0, aims(60, 500, 200), 501, 701),
    "45 minutes late": (AT_TEN, 0, late(45), 625, 645),
    "means to be 45 late, cannot before 721": (AT_TEN, 0, late(45, 700), 701, 721),
    "told at 651, after the deadline, leaves when ready": (AT_TEN, 650, aims(60), 681, 701),
    "told at 651, late as meant (at 690), but not before 701": (AT_TEN, 650, late(90), 681, 701),
    "told at 651, late as meant (at 720)": (AT_TEN, 650, late(120), 700, 720),
    "five hours after delivery, an hour early: 1 + 300 - 60": (FIVE_HOURS, 0, aims(60), 221, 241),
    "five hours after a delivery at 651": (FIVE_HOURS, 650, aims(60), 871, 891),
    "five hours after delivery, 45 late": (FIVE_HOURS, 650, late(45), 976, 996),
    "five hours after delivery, earliest 1 + 290 + 20": (FIVE_HOURS, 0, aims(60, 290), 291, 311),
}


@pytest.mark.parametrize(("exercise", "starts", "behaviour", "left", "arrived"), ROWS.values(), ids=ROWS.keys())
def test_row(exercise: Table, starts: float, behaviour: Table, left: float, arrived: float) -> None:
    """One person sets out and arrives as the row says."""
    notice = {"name": "notice", "medium": "SMS", "reach": 1, "starts_min": starts, "delay": constant(1)}
    plan = plan_of([group("one", behaviour=behaviour)], channels=[notice], exercise=exercise)
    outcome = rehearsal(plan).run()
    assert outcome.delivered.tolist() == [(starts + 1) * MINUTE]
    assert (outcome.left.tolist(), outcome.arrived.tolist()) == ([left * MINUTE], [arrived * MINUTE])


def test_groups_keep_their_own_conduct() -> None:
    """All rows with the fixed deadline and the early notice in one plan, each in a group of its own: the same
    times."""
    rows = [row for row in ROWS.values() if row[0] is AT_TEN and row[1] == 0]
    groups = [group(f"g{i}", behaviour=row[2]) for i, row in enumerate(rows)]
    outcome = rehearsal(plan_of(groups, exercise=AT_TEN)).run()
    assert outcome.left.tolist() == [row[3] * MINUTE for row in rows]
    assert outcome.arrived.tolist() == [row[4] * MINUTE for row in rows]


def test_local_deadline() -> None:
    """A deadline at 09:00 in Tallinn after an alert at 09:33 UTC+2 is 23.45 h away, whatever the zone of the
    plan."""
    exercise = {
        "alert": "2017-12-06T09:33:00+02:00",
        "time_zone": "Europe/Minsk",
        "deadline": {"at": "2017-12-07T09:00:00+02:00"},
    }
    outcome = rehearsal(plan_of([group("one", behaviour=aims(0))], exercise=exercise)).run()
    assert outcome.arrived.tolist() == [round(23.45 * 60) * MINUTE]


def test_the_way_by_distance() -> None:
    """Road time is distance × detour / speed; with an overhead added. 3 km/h and 1.3 make 26 min a
    kilometre."""
    travel = {"speed_kmh": 3, "detour": 1.3, "overhead": constant(7)}
    plan = plan_of([group("all", 50, distance_km=4)], behaviour={"travel": travel})
    rehearsed = rehearsal(plan)
    distance = rehearsed.network.people["distance_km"].to_numpy()
    assert distance.min() > 0 and len(set(distance)) == 50
    outcome = rehearsed.run()
    assert outcome.arrived.tolist() == (np.rint(distance * 26 * MINUTE) + (1 + 7) * MINUTE).astype(int).tolist()


def test_after_the_horizon_nothing_happens() -> None:
    """Somebody who would arrive after the end of the run has set out and not arrived."""
    exercise = {"horizon_h": 1, "deadline": {"after_delivery_h": 1}}
    slow = assumed(preparation=constant(30), travel=constant(60))
    outcome = rehearsal(plan_of([group("slow", behaviour=slow)], exercise=exercise)).run()
    assert (outcome.left.tolist(), outcome.arrived.tolist()) == ([31 * MINUTE], [-1])
