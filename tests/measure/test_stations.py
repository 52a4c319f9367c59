"""L1, L2, L3, L5: waits, servers, bottlenecks and buses, by hand and against plain counting."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measure.by_hand import MINUTE, camp_with_buses, journeys, plan, row, value

from tocsin.measure import Context, measures
from tocsin.measure.quantiles import by_group, rank_of
from tocsin.measure.servers import overlap
from tocsin.measure.view import GRID_MS

# Two points; minutes. Waits at A: 0, 10, 20, 40; at B: 5, and one who still waits at the cut (600).
WAITS: dict[str, list[Any]] = {
    "place": ["A", "A", "A", "A", "B", "B"],
    "arrived": [60, 60, 60, 60, 60, 500],
    "checkin_queued": [60, 60, 60, 60, 60, 500],
    "checkin_began": [60, 70, 80, 100, 65, None],
    "checkin_ended": [70, 80, 100, 110, 75, None],
}


def opened(place: str, station: str = "checkin", at: float = 0, amount: int = 1) -> dict[str, Any]:
    """A row of opening."""
    return {"kind": "station_opened", "at": at, "place": place, "station": station, "amount": amount}


def test_waits_by_station_and_point() -> None:
    """Quantiles are values that were seen: the least wait that at least p of the people did not exceed."""
    found = measures(journeys(WAITS), Context(plan()), ["L1"])
    assert [value(found, "L1", f"wait p{p}", "checkin @ A") for p in (50, 80, 95)] == [10.0, 40.0, 40.0]
    assert row(found, "L1", "wait p50", "checkin @ A")["n"] == 4
    assert value(found, "L1", "share over the limit", "checkin @ A") == 0.25  # limit 30 min
    assert value(found, "L1", "person-hours waited", "checkin @ A") == pytest.approx(70 / 60)


def test_those_who_still_wait_count() -> None:
    """Who still waits has waited longest of all; a quantile among them is no number; their hours so far
    count."""
    found = measures(journeys(WAITS), Context(plan()), ["L1"])
    at_b = row(found, "L1", "wait p80", "checkin @ B")
    assert at_b["value"] is None
    assert at_b["note"] == "at least 100 min: the others still wait"
    assert at_b["low"] == 100.0
    assert value(found, "L1", "wait p50", "checkin @ B") == 5.0
    hours = row(found, "L1", "person-hours waited", "checkin @ B")
    assert (hours["value"], hours["note"]) == (pytest.approx(105 / 60), "still waiting: 1")
    # over all six: sorted 0 5 10 20 40 and one open: p50 = 10, p80 = 40, p95 open
    assert [value(found, "L1", f"wait p{p}", "checkin") for p in (50, 80, 95)] == [10.0, 40.0, None]


def test_waits_over_time_are_those_of_the_quarter_joined() -> None:
    """The mean wait of all who joined in a quarter of an hour, so far for who still waits; none where nobody did."""
    found = measures(journeys(WAITS), Context(plan()), ["L1"])
    name = "mean wait by 15 min"
    assert value(found, "L1", name, "checkin", at=60) == pytest.approx((0 + 10 + 20 + 40 + 5) / 5)
    assert value(found, "L1", name, "checkin", at=495) == 100.0  # joined at 500, waits at the cut, 600
    nobody = row(found, "L1", name, "checkin", at=75)
    assert (nobody["value"], nobody["note"]) == (None, "nobody joined the queue")


def test_a_queue_may_be_left_unserved() -> None:
    """Giving up here or being released ends the wait; giving up at another station does not."""
    columns = {
        "place": ["A"] * 3, "checkin_queued": [0, 0, 0], "kit_queued": [None, 0, None],
        "gave_up": [30, 40, None], "gave_up_station": ["checkin", "kit", None], "released": [None, None, 20],
    }  # fmt: skip
    found = measures(journeys(columns, cut=100), Context(plan()), ["L1"])
    assert value(found, "L1", "person-hours waited", "checkin") == pytest.approx((30 + 100 + 20) / 60)
    assert row(found, "L1", "person-hours waited", "checkin")["note"] == "still waiting: 1"
    assert value(found, "L1", "person-hours waited", "kit") == pytest.approx(40 / 60)


def test_giving_up_once_does_not_end_a_later_wait() -> None:
    """Somebody who gave up and came back waits anew: the end of the first wait is not that of the second."""
    columns = {
        "place": ["A"],
        "checkin_queued": [0],
        "gave_up": [10],
        "checkin_2_queued": [50],
        "checkin_2_began": [80],
    }
    found = measures(journeys(columns), Context(), ["L1"])
    assert value(found, "L1", "person-hours waited", "checkin") == pytest.approx(40 / 60)


def test_second_visits_are_visits_of_the_same_station() -> None:
    """A person who queues twice counts twice."""
    columns = {
        "place": ["A"], "checkin_queued": [0], "checkin_began": [10], "checkin_2_queued": [50],
        "checkin_2_began": [80],
    }  # fmt: skip
    found = measures(journeys(columns), Context(), ["L1"])
    assert row(found, "L1", "wait p50", "checkin")["n"] == 2
    assert value(found, "L1", "person-hours waited", "checkin") == pytest.approx(40 / 60)


def test_utilisation_by_hand() -> None:
    """Busy over open: one server at A from 0 to 120, two from 120; A serves 50 minutes, B 10 of 600."""
    rest = [opened("A"), opened("A", at=120, amount=2), opened("B")]
    found = measures(journeys(WAITS, rest=rest), Context(), ["L2"])
    assert value(found, "L2", "utilisation", "checkin @ A") == pytest.approx(50 / (120 + 2 * 480))
    assert value(found, "L2", "utilisation", "checkin @ B") == pytest.approx(10 / 600)
    assert value(found, "L2", "utilisation", "checkin") == pytest.approx(60 / (120 + 2 * 480 + 600))
    # 60-75: A busy 15 of 15, B 10 of 15 (65-75), two servers open in all
    assert value(found, "L2", "utilisation by 15 min", "checkin", at=60) == pytest.approx(25 / 30)
    # waiting in 60-75 at A: the second 10, the third and fourth 15 each; at B 5
    assert value(found, "L2", "people waiting", "checkin", at=60) == pytest.approx(45 / 15)
    assert value(found, "L2", "people waiting", "@ A", at=60) == pytest.approx(40 / 15)
    # full quarters at A: 60-75 and 75-90 and 90-105 (busy throughout, one server), of 40
    assert value(found, "L2", "quarters above 85 %", "checkin @ A") == pytest.approx(3 / 40)


def test_closed_hours_are_not_open_time() -> None:
    """From a closing to the next opening no server is open; a change of shift at one instant is not a
    closing."""
    rest = [
        opened("A"),
        {"kind": "station_closed", "at": 100, "place": "A", "station": "checkin"},
        opened("A", at=100, amount=2),
        {"kind": "station_closed", "at": 200, "place": "A", "station": "checkin"},
    ]
    columns = {"place": ["A"], "checkin_queued": [0], "checkin_began": [0], "checkin_ended": [30]}
    found = measures(journeys(columns, rest=rest), Context(), ["L2"])
    assert value(found, "L2", "utilisation", "checkin @ A") == pytest.approx(30 / (100 + 200))
    closed = row(found, "L2", "utilisation by 15 min", "checkin", at=300)
    assert (closed["value"], closed["note"]) == (None, "no server open")


def test_the_plan_tells_constant_servers() -> None:
    """Without rows of opening a constant number of servers comes from the plan; without both nothing is
    guessed."""
    found = measures(journeys(WAITS), Context(plan()), ["L2"])
    assert value(found, "L2", "utilisation", "checkin @ A") == pytest.approx(50 / (2 * 600))
    bare = measures(journeys(WAITS), Context(), ["L2", "L3"])
    assert row(bare, "L2", "utilisation", "checkin")["note"].startswith("not measurable: needs rows of station_opened")
    assert row(bare, "L3", "bottleneck")["note"].startswith("not measurable")


def test_littles_law_holds_on_the_path() -> None:
    """L from counts equals λW from people exactly, also with somebody still waiting; a gap in the log
    shows."""
    found = measures(journeys(WAITS), Context(), ["L2"])
    assert value(found, "L2", "Little's check |L - λW| / L", "checkin") == 0.0
    orphan = {name: [*values, None] for name, values in WAITS.items()}
    orphan["checkin_began"][-1] = 90  # began without having queued
    gap = row(measures(journeys(orphan), Context(), ["L2"]), "L2", "Little's check |L - λW| / L", "checkin")
    assert gap["value"] > 0
    assert gap["note"].endswith("see Q1")


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 40), st.integers(0, 3)), min_size=1, max_size=12))
def test_overlap_equals_adding_up_by_the_minute(parts: list[tuple[int, int, int]]) -> None:
    """Overlap with quarters is what adding up minute by minute gives, whatever the weights."""
    start = np.array([p[0] for p in parts]) * MINUTE
    end = start + np.array([p[1] for p in parts]) * MINUTE
    weight = np.array([p[2] for p in parts])
    found = overlap(start, end, np.zeros(len(parts), np.int64), (1, 7), weight)
    minutes = np.zeros(105)
    for first, length, times in parts:
        minutes[first : first + length] += times
    assert found[0] == pytest.approx(minutes.reshape(7, 15).sum(axis=1) * MINUTE)
    assert GRID_MS == 15 * MINUTE


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 20)), max_size=30),
    st.sampled_from([0.05, 0.5, 0.8, 0.95, 1.0]),
)
def test_group_quantiles_equal_sorting_each_group(values: list[tuple[int, int]], p: float) -> None:
    """Quantiles of all groups at once are those of each group sorted alone; an empty group has -1."""
    codes, numbers = np.array([v[0] for v in values], np.int64), np.array([v[1] for v in values], np.int64)
    counts, (found,) = by_group(codes, numbers, 4, (p,))
    for group in range(4):
        own = sorted(v for g, v in values if g == group)
        assert counts[group] == len(own)
        assert found[group] == (own[rank_of(p, len(own))] if own else -1)


def busy_medical(kit_busy: bool) -> dict[str, list[Any]]:
    """Ten people: check-in at once, then one medical desk that never rests, then kit: idle, or as busy."""
    first = [0] * 10
    medical = [30 * i for i in range(10)]
    after = [30 * i + 30 for i in range(10)]
    kit = [max(t, 30 + 29 * i) for i, t in enumerate(after)]
    length = 29 if kit_busy else 1
    return {
        "place": ["A"] * 10,
        "checkin_queued": first, "checkin_began": first, "checkin_ended": [1] * 10,
        "medical_queued": [1] * 10, "medical_began": [max(1, t) for t in medical], "medical_ended": after,
        "kit_queued": after, "kit_began": kit, "kit_ended": [t + length for t in kit],
    }  # fmt: skip


@pytest.mark.parametrize("kit_busy", [False, True])
def test_the_bottleneck_starves_the_next_station(kit_busy: bool) -> None:
    """The busy desk with the longest sojourn is the bottleneck only while the next station is idle; it is
    unconfirmed."""
    rest = [opened("A", "checkin", amount=10), opened("A", "medical"), opened("A", "kit")]
    found = measures(journeys(busy_medical(kit_busy), rest=rest, cut=330), Context(), ["L3"])
    for key in ("medical", "medical @ A"):
        desk = row(found, "L3", "bottleneck", key)
        assert desk["value"] == (0.0 if kit_busy else 1.0)
        assert desk["note"] == ("" if kit_busy else "unconfirmed: not yet rerun with one more server")
        assert value(found, "L3", "bottleneck", key.replace("medical", "checkin")) == 0.0
    assert found.filter(name="share of sojourn", of="sojourn at all stations")["value"].sum() == pytest.approx(1.0)
    assert value(found, "L3", "share of sojourn", "medical") > 0.7


def test_buses() -> None:
    """Load time runs from the first boarding to the departure; a vehicle that comes back loads anew."""
    columns = {
        "place": ["A", "A", "A", "B", "A"],
        "boarded": [100, 110, 200, 130, 500],
        "boarded_thing": ["bus 1", "bus 1", "bus 1", "bus 1", "bus 9"],
    }
    rest = [
        {"kind": "bus_departed", "at": 160, "place": "A", "thing": "bus 1"},
        {"kind": "bus_departed", "at": 220, "place": "A", "thing": "bus 1"},
        {"kind": "bus_departed", "at": 145, "place": "B", "thing": "bus 1"},
        {"kind": "bus_departed", "at": 300, "place": "B", "thing": "bus 2"},
    ]
    found = measures(journeys(columns, rest=rest), Context(), ["L5"])
    assert value(found, "L5", "load time p95", "A") == 60.0
    assert value(found, "L5", "load time p50", "A") == 20.0
    assert value(found, "L5", "load time p50", "B") == 15.0
    assert (value(found, "L5", "first departure"), value(found, "L5", "last departure")) == (145 / 60, 5.0)
    assert row(found, "L5", "first departure")["n"] == 4
    assert value(found, "L5", "aboard per departure", "A") == 1.5
    assert value(found, "L5", "aboard per departure", "B") == 0.5
    last = measures(journeys(columns | {"boarded": [100, 160, 200, 130, 500]}, rest=rest), Context(), ["L5"])
    assert value(last, "L5", "aboard per departure", "A") == 1.5  # who boards as it leaves is on that bus
    assert value(last, "L5", "load time p50", "A") == 20.0
    assert row(measures(journeys(columns), Context(), ["L5"]), "L5", "load time p50")["note"].startswith(
        "not measurable"
    )


FLEET: dict[str, list[Any]] = {
    "place": ["A"] * 5,
    "arrived": [90, 90, 150, 150, 150],
    "checkin_queued": [90, 90, 150, 150, 150],
    "checkin_began": [90, 90, 150, 150, 150],
    "checkin_ended": [100, 100, 160, 160, 160],
    "boarded": [140, 150, 170, 180, 240],
    "boarded_thing": ["bus 1", "bus 1", "bus 2", "bus 2", "bus 3"],
}
TRIPS: list[dict[str, Any]] = [
    {"kind": "bus_departed", "at": 150, "place": "A", "thing": "bus 1"},
    {"kind": "bus_arrived", "at": 190, "place": "the range", "thing": "bus 1"},
    {"kind": "bus_arrived", "at": 230, "place": "A", "thing": "bus 1"},
    {"kind": "bus_departed", "at": 270, "place": "A", "thing": "bus 2"},
    {"kind": "bus_departed", "at": 300, "place": "A", "thing": "bus 3"},
]


def test_vehicles_available_and_required() -> None:
    """A vehicle is away until it is back at its point; those who wait, aboard or not, need so many of the largest."""
    whole = plan(layout=[camp_with_buses(fleet=2, capacity=2)])  # two each at A and B; nobody is at B
    found = measures(journeys(FLEET, rest=TRIPS), Context(whole), ["L5"])
    # By hand: two wait 100 to 150, three 160 to 270, one of them on to 300; away 150 to 230, from 270, from 300.
    required = {90: 0, 105: 1, 150: 0, 165: 2, 225: 2, 255: 2, 270: 1, 285: 1, 300: 0}
    available = {90: 4, 105: 4, 150: 3, 165: 3, 225: 3, 255: 4, 270: 3, 285: 3, 300: 2}
    assert {at: value(found, "L5", "vehicles required", at=at) for at in required} == required
    assert {at: value(found, "L5", "vehicles available", at=at) for at in available} == available
    # One stands at A in the quarters 165 to 225, and two are required; people wait in 3 + 9 quarters.
    assert value(found, "L5", "short of vehicles", "A") == 5 / 4
    assert row(found, "L5", "short of vehicles")["n"] == 12
    assert value(found, "L5", "short of vehicles", "B") == 0


def test_vehicles_that_always_stand_ready_are_not_counted() -> None:
    """Where the plan says that a bus always stands ready there is no number of vehicles, and none is guessed."""
    whole = plan(layout=[camp_with_buses(fleet=None, capacity=2)])
    found = measures(journeys(FLEET, rest=TRIPS), Context(whole), ["L5"])
    assert row(found, "L5", "vehicles available")["note"] == "not measurable: needs the plan's own vehicles at points"


def stopped(person: int, since: float, until: float | None, *, visit: int = 1) -> list[dict[str, Any]]:
    """The rows of an interrupted service."""
    same = {"person": person, "station": "checkin", "visit": visit, "place": "A"}
    rows: list[dict[str, Any]] = [{"kind": "service_interrupted", "at": since, **same}]
    return rows if until is None else [*rows, {"kind": "service_resumed", "at": until, **same}]


# One server at A from 0 to 120. Person 0 is served from 0 to 10 and from 30 to 50, person 1 from 10 to 30
# (pre-empting), person 2 from 50 to 60; then the server is broken until 90, and the service ends at 100.
INTERRUPTED: dict[str, list[Any]] = {
    "place": ["A"] * 3,
    "checkin_queued": [0, 10, 5],
    "checkin_began": [0, 10, 50],
    "checkin_ended": [50, 30, 100],
}


def test_a_service_that_stands_still_is_neither_busy_nor_a_wait() -> None:
    """Busy 10 + 20 + 20 + 10 + 10 of 120 minutes; waits are from queued to begun: 0, 0, 45; 20 + 30 stood still."""
    rest = [opened("A"), *stopped(0, 10, 30), *stopped(2, 60, 90)]
    found = measures(journeys(INTERRUPTED, rest=rest, closed=None, cut=120), Context(), ["L1", "L2"])
    assert value(found, "L2", "utilisation", "checkin @ A") == pytest.approx(70 / 120)
    assert value(found, "L2", "utilisation by 15 min", "checkin", at=60) == 0  # broken from 60 to 90
    assert value(found, "L2", "utilisation by 15 min", "checkin", at=15) == 1  # the one who pre-empted
    assert value(found, "L2", "mean service", "checkin") == pytest.approx((30 + 20 + 20) / 3)
    assert value(found, "L1", "person-hours waited", "checkin") == pytest.approx(45 / 60)
    stood = row(found, "L1", "person-hours interrupted", "checkin")
    assert (stood["value"], stood["n"]) == (pytest.approx(50 / 60), 2)
    assert value(found, "L2", "Little's check |L - λW| / L", "checkin") == 0.0


def test_an_interruption_without_an_end_lasts_to_the_end_of_the_service_or_the_cut() -> None:
    """Without a row of going on: to the service's end, or if that is not there either, to the cut."""
    rest = [opened("A"), *stopped(2, 60, None)]
    found = measures(journeys(INTERRUPTED, rest=rest, closed=None, cut=120), Context(), ["L1"])
    assert value(found, "L1", "person-hours interrupted", "checkin") == pytest.approx(40 / 60)
    still = INTERRUPTED | {"checkin_ended": [50, 30, None]}
    found = measures(journeys(still, rest=rest, closed=None, cut=120), Context(), ["L1", "L2"])
    assert value(found, "L1", "person-hours interrupted", "checkin") == pytest.approx(60 / 60)
    # The first service was never said to have stopped: 50 and 20 overlap, then 10 from 50 to 60.
    assert value(found, "L2", "utilisation", "checkin @ A") == pytest.approx((50 + 20 + 10) / 120)


def test_an_interruption_belongs_to_its_visit() -> None:
    """Sent back, a person is served twice; only the second service stood still. Twice in one visit counts twice."""
    columns = {
        "place": ["A"], "checkin_queued": [0], "checkin_began": [0], "checkin_ended": [20],
        "checkin_2_queued": [20], "checkin_2_began": [25], "checkin_2_ended": [60],
    }  # fmt: skip
    rest = [opened("A"), *stopped(0, 30, 35, visit=2), *stopped(0, 40, 50, visit=2)]
    found = measures(journeys(columns, rest=rest, closed=None, cut=100), Context(), ["L1", "L2"])
    assert value(found, "L2", "utilisation", "checkin @ A") == pytest.approx((20 + 5 + 5 + 10) / 100)
    assert value(found, "L2", "mean service", "checkin") == pytest.approx((20 + 20) / 2)
    assert row(found, "L1", "wait p50", "checkin")["n"] == 2
    assert value(found, "L1", "person-hours waited", "checkin") == pytest.approx(5 / 60)
    assert value(found, "L1", "person-hours interrupted", "checkin") == pytest.approx(15 / 60)


# One crew of two serves check-in and kit at A: busy 0-20 and 10-30 at check-in, 20-50 at kit.
CREW: dict[str, list[Any]] = {
    "place": ["A"] * 2,
    "checkin_queued": [0, 10], "checkin_began": [0, 10], "checkin_ended": [20, 30],
    "kit_queued": [20, None], "kit_began": [20, None], "kit_ended": [50, None],
}  # fmt: skip


@pytest.mark.parametrize("logged", [False, True])
def test_a_crew_is_busy_wherever_it_serves(logged: bool) -> None:
    """The crew's servers are open to both stations, and busy 70 of 2 x 100 minutes; by its rows or by the plan."""
    service = {"family": "constant", "value_min": 10}
    stations = [{"name": name, "service": service, "crew": "clerks"} for name in ("checkin", "kit")]
    layout = {"name": "camp", "station": stations, "crew": [{"name": "clerks", "servers": 2}]}
    rest = [opened("A", "clerks", amount=2)] if logged else []
    found = measures(journeys(CREW, rest=rest, closed=None, cut=100), Context(plan(layout=[layout])), ["L2", "L3"])
    for station in ("checkin", "kit"):
        assert value(found, "L2", "utilisation", f"{station} @ A") == pytest.approx(70 / 200)
    # From 15 to 30 the crew serves 5 + 15 minutes at check-in and 10 at kit, of 30.
    assert value(found, "L2", "utilisation by 15 min", "kit", at=15) == 1
    assert value(found, "L2", "mean service", "kit") == 30
    assert value(found, "L3", "share of sojourn", "kit @ A") == pytest.approx(30 / 70)
