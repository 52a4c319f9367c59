"""L6: march tables by hand, as decision 29 writes their rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.measure.by_hand import T0, journeys, plan, row, value

from tocsin.measure import Context, measures


def due(minutes: float) -> dict[str, Any]:
    """The planned time."""
    return {"due": T0 + timedelta(minutes=minutes)}


def passed(
    unit: str, place: str, head: float, tail: float, planned: float | None, first: int = 1
) -> list[dict[str, Any]]:
    """The two rows of a column of ten vehicles at a place."""
    same = {"kind": "passed", "unit": unit, "place": place, "amount": 10}
    times = {} if planned is None else due(planned)
    return [{**same, "at": head, "visit": first, **times}, {**same, "at": tail, "visit": first + 1}]


ROWS = [
    {"kind": "unit_set_out", "unit": "1st", "place": "A", "at": 100, **due(90)},
    *passed("1st", "A", 100, 103, 90),
    *passed("1st", "bridge", 124, 127, 120),
    *passed("1st", "range", 150, 153, 155),
    {"kind": "in_position", "unit": "1st", "place": "range", "at": 153, **due(155)},
    *passed("2nd", "bridge", 130, 136, None),
]


def test_a_march_table() -> None:
    """The head of the 1st passes 10 and 4 minutes late and 5 early; the 2nd has no planned time."""
    found = measures(journeys({}, rest=ROWS), Context(), ["L6"])
    assert [value(found, "L6", "passed - planned", f"1st @ {place}") for place in ("A", "bridge", "range")] == [
        10,
        4,
        -5,
    ]
    assert row(found, "L6", "bias")["n"] == 3
    assert value(found, "L6", "bias") == pytest.approx((10 + 4 - 5) / 3)
    assert value(found, "L6", "mean absolute error") == pytest.approx((10 + 4 + 5) / 3)
    assert value(found, "L6", "within 5 min") == pytest.approx(2 / 3)
    assert value(found, "L6", "bias", "bridge") == 4
    assert value(found, "L6", "set out - planned", "1st") == 10
    assert value(found, "L6", "in position - planned", "1st") == -2
    assert value(found, "L6", "pass time", "1st @ bridge") == 3
    assert value(found, "L6", "pass time", "2nd @ bridge") == 6
    assert row(found, "L6", "density")["note"].startswith("not measurable: needs the plan's marches")


def test_density_needs_the_speed_of_the_march() -> None:
    """Ten vehicles that take 3 minutes to pass at 20 km/h are 1 km from first to last: nine intervals a kilometre."""
    march = {"to": "range", "vehicles": 10, "speed_kmh": 20}
    posts = [{"trade": "rifle", "posts": 2}]
    whole = plan(
        unit=[{"name": "1st", "post": posts, "march": march}, {"name": "2nd", "post": posts}],
        place=[{"name": "range", "lat": 53.0, "lon": 25.0}],
    )
    found = measures(journeys({}, rest=ROWS), Context(whole), ["L6"])
    assert value(found, "L6", "density", "1st @ bridge") == pytest.approx(9)
    assert found.filter(name="density").height == 3  # the 2nd has no march in the plan


def test_a_place_passed_twice_is_two_passings() -> None:
    """The second time a column comes by a place has rows and a pass time of its own."""
    rows = [*passed("1st", "bridge", 10, 12, 10), *passed("1st", "bridge", 40, 45, 35, first=3)]
    found = measures(journeys({}, rest=rows), Context(), ["L6"])
    assert value(found, "L6", "passed - planned", "1st @ bridge") == 0
    assert value(found, "L6", "passed - planned", "1st @ bridge (2)") == 5
    assert value(found, "L6", "pass time", "1st @ bridge (2)") == 5


def test_vehicles_logged_one_by_one() -> None:
    """A log without heads and tails: from the first of a unit's vehicles to its last, and how many there were."""
    rows = [
        {"kind": "passed", "unit": "1st", "thing": f"truck {n}", "place": "bridge", "at": at}
        for n, at in enumerate((10, 11, 14))
    ]
    found = measures(journeys({}, rest=rows), Context(), ["L6"])
    whole = row(found, "L6", "pass time", "1st @ bridge")
    assert (whole["value"], whole["n"]) == (4, 3)
    assert row(found, "L6", "bias")["note"] == "not measurable: needs planned times (due) in rows of passed"


def test_without_rows_of_passing() -> None:
    """Nothing passed that the log tells of: not measurable."""
    found = measures(journeys({}), Context(plan()), ["L6"])
    assert found["note"].to_list() == ["not measurable: needs rows of passed"]
