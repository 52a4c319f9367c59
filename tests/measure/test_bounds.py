"""Bounds: reported counts, intervals of time, and the silent of an open exercise."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tests.log.generated import logs
from tests.measure.by_hand import journeys, people, plan, rest_rows, row, value

from tocsin.log import EventLog
from tocsin.log.journeys import journeys_of
from tocsin.measure import Context, between, if_silent, measures
from tocsin.measure.bounds import UNMOVED, least_and_most, silent_bounds, silent_views
from tocsin.measure.compute import measures_of
from tocsin.measure.rows import IDENTITY
from tocsin.measure.view import views


def count(kind: str, at: float, until: float, least: int, most: int | None, **more: Any) -> dict[str, Any]:
    """A reported count; hours since the order."""
    return {
        "kind": kind, "at": at * 60, "until": until * 60, "known_at": until * 60, "amount": least,
        "amount_most": most, "writer": "reported", "grade": "B2", "scope": "whole", **more,
    }  # fmt: skip


# exercises.md: order in force 09:33 on 6 December, about 15 came by the evening (taken as 20:00 = 10.45 h),
# 500 by the deadline at 09:00 (23.45 h), 45 announced late, 109 unknown, of 669 called.
OKAS = [
    count("summoned", 0, 0, 669, 669),
    count("arrived", 0, 10.45, 15, 15),
    count("arrived", 0, 23.45, 500, 500),
    count("arrived", 23.45, 48, 0, 45, scope="combined"),
]


def okas(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Measures of the counts, open log up to 48 h."""
    return measures(journeys({}, rest=rows, closed=None, cut=48 * 60), Context())


def test_okas_2017_is_expressible() -> None:
    """15 by the evening, 500 by 09:00, at most 45 later, 669 called: the curve is a band, T50 an interval,
    T80 open."""
    found = okas(OKAS)
    evening = row(found, "A2", "arrived of called", at=11 * 60)
    assert evening["low"] == pytest.approx(15 / 669)
    assert evening["high"] == pytest.approx(500 / 669)
    deadline = row(found, "A2", "arrived of called", at=23.25 * 60)
    assert (deadline["low"], deadline["high"]) == pytest.approx((15 / 669, 500 / 669))
    after = row(found, "A2", "arrived of called", at=24 * 60)
    assert (after["low"], after["high"]) == pytest.approx((500 / 669, 545 / 669))
    assert (row(found, "A1", "arrived")["low"], row(found, "A1", "arrived")["high"]) == (500, 545)
    half = row(found, "A3", "T50 of called")  # 335 people: not by the evening, surely by the deadline
    assert (half["low"], half["high"]) == pytest.approx((10.45, 23.45), abs=1e-6)
    assert half["value"] is None
    most = row(found, "A3", "T80 of called")  # 536 people: at the earliest after the deadline, perhaps never
    assert (most["low"], most["high"]) == (pytest.approx(23.45, abs=1e-6), None)
    assert most["note"] == "at least 23.5 h; perhaps never"  # 23.45 to one place
    assert row(found, "A3", "T95 of called")["note"] == "not reached (max 81 %)"  # 545 of 669


def test_the_109_unknown_may_come() -> None:
    """Without a limit on those who come later, everybody who is not known to have come may still come."""
    found = okas(OKAS[:3])
    assert row(found, "A1", "arrived")["high"] == 669
    assert row(found, "A3", "T95 of called")["low"] == pytest.approx(23.45, abs=1e-6)


def test_a_count_from_before_the_order_is_no_contradiction() -> None:
    """Whoever was called before the first order that is known had been called by then: 400, at least."""
    found = okas([count("summoned", -72, -48, 400, None, scope="part"), *OKAS[1:]])
    assert (row(found, "A1", "called")["low"], row(found, "A1", "called")["high"]) == (400, None)


def test_exact_counts_meet() -> None:
    """Where low and high meet there is a value: all 669 were called."""
    found = okas(OKAS)
    assert value(found, "A1", "called") == 669
    assert row(found, "A1", "delivered")["note"].startswith("not measurable")


def test_scopes_are_never_added() -> None:
    """Parts at two places add up; a part and the whole do not; a combined count limits from above only."""
    rows = [
        count("summoned", 0, 0, 100, 100),
        count("arrived", 0, 5, 30, 30, scope="part", place="A"),
        count("arrived", 0, 5, 20, 20, scope="part", place="B"),
        count("arrived", 0, 5, 45, None),
        count("arrived", 0, 5, 80, 80, scope="combined"),
        count("arrived", 0, 5, 35, 35, scope="part", unit="1st"),
    ]
    found = row(okas(rows), "A2", "arrived of called", at=300)
    assert (found["low"], found["high"]) == (0.5, 0.8)


def test_contradicting_reports_are_said_to_be() -> None:
    """If no history fits all reports there is no number, and the note says so."""
    found = okas([*OKAS, count("arrived", 0, 20, 600, None)])
    assert row(found, "A3", "T50 of called")["note"] == "the reports contradict each other"
    assert row(found, "A1", "arrived")["note"] == "the reports contradict each other"


def test_unknown_numbers_called_are_not_guessed() -> None:
    """Without a count of those called there are people but no shares and no times."""
    found = okas(OKAS[1:])
    assert row(found, "A1", "arrived")["low"] == 500
    assert row(found, "A3", "T50 of called")["note"].startswith("not measurable: needs how many were called")


@settings(max_examples=40)
@given(
    st.lists(st.integers(0, 20), max_size=15),
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=5),
)
def test_bounds_hold_the_truth(arrivals: list[int], windows: list[tuple[int, int]]) -> None:
    """Whatever true counts of whatever windows are reported, the true curve lies within the bounds."""
    rows = [count("summoned", 0, 0, 15, 15), count("arrived", 0, 0, 0, None)]
    for a, b in windows:
        since, until = min(a, b), max(a, b)
        true = sum(since <= at <= until for at in arrivals)
        rows.append(count("arrived", since, until, max(0, true - 1), true + 1))
    found = okas(rows).filter(name="arrived of called")
    for hour in range(21):
        true = sum(at <= hour for at in arrivals) / 15
        band = found.filter(at_ms=hour * 3_600_000).row(0, named=True)
        assert band["low"] - 1e-12 <= true <= band["high"] + 1e-12


def test_intervals_of_time_give_early_and_late() -> None:
    """A log known to intervals is read twice, all early and all late; T50 lies between the two readings."""
    rows = [
        {"kind": "arrived", "at": 60, "until": 120, "person": 0, "writer": "reported"},
        {"kind": "arrived", "at": 90, "until": 90, "person": 1, "writer": "reported"},
        {"kind": "summoned", "at": 0, "person": 2, "channel": "SMS", "writer": "reported"},
        {"kind": "closed", "at": 600, "writer": "reported"},
    ]
    log = EventLog.of(rest_rows(rows).drop("in_journeys"))
    found = between(journeys_of(log, "earliest"), journeys_of(log, "latest"), Context(), ["A1", "A3"])
    assert value(found, "A1", "arrived of called") == pytest.approx(2 / 3)
    half = row(found, "A3", "T50 of called")
    assert (half["value"], half["low"], half["high"], half["note"]) == (None, 1.5, 2.0, "bounds")
    assert row(found, "A3", "T80 of called")["note"] == "not reached (max 66 %)"


def test_the_silent_of_an_open_exercise() -> None:
    """Open: none of the silent comes, or all of them come at the cut; closed: they are absent and nothing is
    open."""
    log = journeys({"arrived": [60, 120, None, None], "refused": [None, None, None, 30]}, closed=None, cut=300)
    found = between(*if_silent(log, Context()), Context(), ["A1", "A3"])
    share = row(found, "A1", "arrived of called")
    assert (share["low"], share["high"]) == (0.5, 0.75)
    assert value(found, "A3", "T50 of called") == 2.0
    last = row(found, "A3", "T80 of called")
    assert last["value"] is None
    closed = journeys({"arrived": [60, None]}, closed=300)
    assert if_silent(closed, Context())[0] is closed


def test_one_reading_never_gets_there() -> None:
    """If only one reading reaches the value, it is the lower end and the upper end is open."""
    log = journeys({"arrived": [60, None, None]}, closed=None, cut=300)
    found = row(between(*if_silent(log, Context()), Context(), ["A3"]), "A3", "T50 of called")
    assert (found["value"], found["low"], found["high"]) == (None, 5.0, None)
    assert found["note"] == "at least 5.0: one reading never reaches it"


@given(log=logs(40))
def test_what_no_arrival_moves_is_measured_once(log: EventLog) -> None:
    """Each measure that is said to read no arrival has the same rows whether the silent of an open log come or not."""
    context = Context(plan(), people(["rifle", "medic", None, "rifle"]))
    for view in views(journeys_of(log), context):
        none, everybody = (measures_of([reading], UNMOVED) for reading in silent_views(view))
        assert_frame_equal(none, everybody)
        whole = least_and_most(*(measures_of([reading]) for reading in silent_views(view)))
        order = ["run", *IDENTITY]
        assert_frame_equal(silent_bounds(view).sort(order), whole.sort(order))
