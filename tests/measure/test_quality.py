"""Q1: what is wrong with a log is counted, not hidden."""

from __future__ import annotations

import polars as pl
import pytest
from tests.measure.by_hand import journeys, row, value

from tocsin.measure import Context, measures


def test_a_clean_log_is_clean() -> None:
    """A simulated log without faults has zeros everywhere and one writer."""
    found = measures(journeys({"summoned": [1], "delivered": [1], "set_out": [3], "arrived": [4]}), Context(), ["Q1"])
    for name in (
        "duplicates",
        "conflicts",
        "corrections",
        "out of order",
        "known before it happened",
        "learned late",
    ):
        assert value(found, "Q1", name) == 0
    assert value(found, "Q1", "rows by writer", "simulated") == 1.0
    assert row(found, "Q1", "rows by writer", "simulated")["n"] == 4


def test_duplicates_and_conflicts() -> None:
    """A further row of a stage is a duplicate at the same instant and a conflict at another."""
    rest = [
        {"kind": "arrived", "at": 60, "person": 0, "writer": "recorded"},
        {"kind": "arrived", "at": 65, "person": 1, "writer": "recorded"},
        {
            "kind": "queued",
            "at": 70,
            "person": 1,
            "place": "A",
            "station": "checkin",
            "visit": 1,
            "writer": "recorded",
        },
        {"kind": "arrived", "at": 60, "person": 0, "in_journeys": True, "writer": "recorded"},
    ]
    columns = {"place": ["A", "A"], "arrived": [60, 60], "checkin_queued": [61, 62]}
    found = measures(journeys(columns, rest=rest), Context(), ["Q1"])
    assert value(found, "Q1", "duplicates") == 1
    assert value(found, "Q1", "conflicts") == 2
    assert value(found, "Q1", "rows by writer", "recorded") == 0.5


def test_order_and_missing_stages() -> None:
    """A service that ends before it began, and an arrival without a summons, are found with the stage
    named."""
    columns = {
        "place": ["A", "A"], "summoned": [1, None], "arrived": [10, 20], "checkin_queued": [11, 21],
        "checkin_began": [30, None], "checkin_ended": [29, 40],
    }  # fmt: skip
    found = measures(journeys(columns), Context(), ["Q1"])
    assert value(found, "Q1", "out of order") == 1
    assert value(found, "Q1", "people with rows out of order") == 0.5
    assert value(found, "Q1", "people with a missing stage") == 0.5
    assert value(found, "Q1", "missing stage", "arrived without summoned") == 1
    assert value(found, "Q1", "missing stage", "checkin_ended without checkin_began") == 1


def test_late_uploads_and_grades() -> None:
    """What was learned late is told with its delay, what was known beforehand is a fault, grades are
    listed."""
    rest = [
        {"kind": "sighted", "at": 10, "known_at": 25, "writer": "reported", "grade": "B2", "place": "A"},
        {"kind": "sighted", "at": 10, "known_at": 110, "writer": "reported", "grade": "B2", "place": "A"},
        {
            "kind": "sighted",
            "at": 10,
            "until": 60,
            "known_at": 40,
            "writer": "reported",
            "grade": "F6",
            "place": "A",
        },
        {"kind": "sighted", "at": 50, "known_at": 40, "writer": "reported", "place": "A"},
    ]
    found = measures(journeys({"arrived": [1]}, rest=rest), Context(), ["Q1"])
    assert value(found, "Q1", "learned late") == pytest.approx(2 / 5)
    assert value(found, "Q1", "learned late by p50") == 15.0
    assert value(found, "Q1", "learned late by p95") == 100.0
    assert value(found, "Q1", "known before it happened") == 1
    assert value(found, "Q1", "rows of a grade", "B2") == 2
    assert value(found, "Q1", "rows of a grade", "F6") == 1


def test_clocks_of_devices() -> None:
    """A device whose row was known before it happened has a clock ahead, by at least that; a late one may be either."""
    rest = [
        {"kind": "sighted", "at": 60, "known_at": 50, "writer": "recorded", "origin": "tablet-7 a1", "place": "A"},
        {"kind": "sighted", "at": 80, "known_at": 76, "writer": "recorded", "origin": "tablet-7 a2", "place": "A"},
        {"kind": "sighted", "at": 90, "known_at": 200, "writer": "recorded", "origin": "tablet-9 b1", "place": "A"},
        {"kind": "sighted", "at": 95, "known_at": 20, "writer": "reported", "origin": "r041 c2", "place": "A"},
        {"kind": "sighted", "at": 99, "known_at": 20, "writer": "recorded", "origin": "nameless", "place": "A"},
    ]
    found = measures(journeys({"arrived": [10]}, rest=rest), Context(), ["Q1"])
    # tablet-7: 10 and 4 minutes too early; tablet-9: late, which may be its upload; a report is no device.
    ahead = row(found, "Q1", "devices with a clock ahead")
    assert (ahead["value"], ahead["n"]) == (1, 2)
    told = row(found, "Q1", "clock ahead by at least", "tablet-7")
    assert (told["value"], told["n"]) == (10.0, 2)


def test_without_devices_nothing_is_said_of_clocks() -> None:
    """A log whose rows name no device has no row on clocks."""
    found = measures(journeys({"arrived": [10]}), Context(), ["Q1"])
    assert found.filter(pl.col("name").str.contains("clock")).is_empty()
