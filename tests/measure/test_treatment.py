"""H1, H2, W3: people left without a word, and what became of requests."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measure.by_hand import journeys, plan, row, value

from tocsin.measure import Context, measures


def told(at: float, place: str | None = "A", person: int | None = None) -> dict[str, Any]:
    """A row of instruction."""
    return {"kind": "instructed", "at": at, "place": place, "person": person}


WAITING: dict[str, list[Any]] = {
    "place": ["A", "A", "B"],
    "arrived": [0, 0, 0],
    "checkin_queued": [0, 0, 0],
    "checkin_began": [200, 10, 100],
    "checkin_ended": [210, 20, 110],
}


def test_gaps_between_words() -> None:
    """Rounds at a person's point break their wait, rounds elsewhere do not, and the service ends it."""
    rest = [told(50), told(130), told(60, "C")]
    found = measures(journeys(WAITING, rest=rest), Context(plan()), ["H1"])  # limit 45 min
    # person 0: 50, 80, 70; person 1: 10; person 2 (no rounds at B): 100
    assert [value(found, "H1", f"longest gap p{p}") for p in (50, 80)] == [80.0, 100.0]
    assert value(found, "H1", "left without a word") == pytest.approx(2 / 3)
    assert row(found, "H1", "left without a word")["of"] == "arrived"
    assert value(found, "H1", "person-hours over the limit", "A") == pytest.approx((5 + 35 + 25) / 60)
    assert value(found, "H1", "person-hours over the limit", "B") == pytest.approx(55 / 60)


def test_a_word_to_one_person_breaks_only_their_wait() -> None:
    """An instruction to a person counts for that person alone."""
    rest = [told(100, None, 0)]
    found = measures(journeys(WAITING, rest=rest), Context(plan()), ["H1"])
    assert value(found, "H1", "longest gap p95", "A") == 100.0
    assert value(found, "H1", "longest gap p50", "B") == 100.0
    assert value(found, "H1", "person-hours over the limit", "A") == pytest.approx(2 * 55 / 60)


def test_without_a_plan_the_limit_is_an_hour() -> None:
    """The definition's own 60 minutes hold where no plan sets another; those who never arrived are not
    counted."""
    columns = WAITING | {"arrived": [0, 0, None]}
    found = measures(journeys(columns), Context(), ["H1"])
    assert value(found, "H1", "left without a word") == 0.5
    assert row(found, "H1", "left without a word")["n"] == 2


def test_waiting_for_a_bus_is_waiting() -> None:
    """From the last service to the departure of the bus, aboard too; rounds at the point break that wait as well."""
    columns: dict[str, list[Any]] = {
        "place": ["A", "A", "B"],
        "arrived": [0, 0, 0],
        "checkin_queued": [0, 0, None],
        "checkin_began": [10, 20, None],
        "checkin_ended": [15, 30, None],
        "boarded": [80, 100, 20],
        "boarded_thing": ["bus 1", "bus 1", "bus 2"],
    }
    bus = {"kind": "bus_departed", "at": 120, "place": "A", "thing": "bus 1"}
    found = measures(journeys(columns, rest=[bus, told(60)]), Context(plan()), ["H1"])  # limit 45 min
    # person 0: 10, then 15-60-120: 45 and 60; person 1: 20, then 30-60-120: 30 and 60; person 2, no service and no
    # departure known: 0-20 until aboard
    assert [value(found, "H1", f"longest gap p{p}") for p in (50, 95)] == [60.0, 60.0]
    assert value(found, "H1", "longest gap p95", "B") == 20.0
    assert value(found, "H1", "left without a word") == pytest.approx(2 / 3)
    assert value(found, "H1", "person-hours over the limit", "A") == pytest.approx((15 + 15) / 60)


@settings(max_examples=80)
@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 30), st.integers(0, 200)), min_size=1, max_size=6),
    st.lists(st.integers(0, 200), max_size=12),
    st.lists(st.tuples(st.sampled_from(["B", 0, 1]), st.integers(0, 200)), max_size=6),
)
def test_gaps_equal_walking_through_each_wait(
    waits: list[tuple[str, int, int]], rounds: list[int], others: list[tuple[Any, int]]
) -> None:
    """Longest gap and excess of every person are what walking through the words one by one gives."""
    words = [("A", at) for at in rounds] + others
    limit, longest, excess = 45, [], 0
    for person, (place, start, length) in enumerate(waits):
        heard = [at for whom, at in words if whom in (place, person) and start < at < start + length]
        edges = [start, *sorted(heard), start + length]
        gaps = [b - a for a, b in pairwise(edges)]
        longest.append(max(gaps))
        excess += sum(max(gap - limit, 0) for gap in gaps)
    rest = [
        told(at, whom) if isinstance(whom, str) else told(at, None, whom)
        for whom, at in words
        if isinstance(whom, str) or whom < len(waits)
    ]
    columns = {
        "place": [w[0] for w in waits],
        "arrived": [w[1] for w in waits],
        "checkin_queued": [w[1] for w in waits],
        "checkin_began": [w[1] + w[2] for w in waits],
    }  # fmt: skip
    found = measures(journeys(columns, rest=rest), Context(plan()), ["H1"])
    assert value(found, "H1", "left without a word") == pytest.approx(np.mean([gap > limit for gap in longest]))
    assert value(found, "H1", "longest gap p95") == sorted(longest)[int(np.ceil(0.95 * len(longest) - 1e-9)) - 1]
    assert value(found, "H1", "person-hours over the limit") == pytest.approx(excess / 60)


# Five medical requests: two at the summons, three at the gate (the plan's "doctor"); one exemption.
ASKED: dict[str, list[Any]] = {
    "place": ["A"] * 6,
    "request_filed": [10, 20, None, None, None, 30],
    "request_filed_reason": ["medical", "medical", None, None, None, "exemption"],
    "request_answered": [25, None, None, None, None, 400],
    "request_answered_reason": ["granted", None, None, None, None, "refused"],
    "set_out": [None, 50, 60, 60, 60, None],
    "arrived": [None, 100, 110, 110, 110, None],
    "doctor_filed": [None, None, 120, 120, 120, None],
    "doctor_answered": [None, None, 130, 180, 150, None],
    "doctor_answered_reason": [None, None, "granted", "refused", "refused", None],
    "boarded": [None, None, None, 170, 200, None],
}


def test_medical_answers() -> None:
    """The unanswered stay in; answered after having been moved on counts as unanswered when moved on."""
    found = measures(journeys(ASKED), Context(plan()), ["H2"])  # limit 20 min
    # times to answer 15, never, 10, 60, 30
    assert value(found, "H2", "answered within the limit") == 2 / 5
    assert value(found, "H2", "first answer p50") == 30.0
    assert row(found, "H2", "first answer p95")["note"] == "not reached (max 80 %)"
    assert value(found, "H2", "unanswered when moved on") == 2 / 5  # one set out unanswered, one was put on a bus
    assert value(found, "H2", "answered by time since filing", at=15) == 2 / 5


def test_in_an_open_log_unanswered_requests_are_censored() -> None:
    """At the cut a request without an answer is censored: Aalen–Johansen, not plain counting."""
    columns = {
        "request_filed": [0, 50, 0],
        "request_filed_reason": ["medical"] * 3,
        "request_answered": [10, None, 90],
    }
    found = measures(journeys(columns, closed=None, cut=100), Context(), ["H2"])
    # waits 10 (answered), 50 (cut), 90 (answered): F(10) = 1/3, F(90) = 1/3 + 2/3 = 1 (by hand)
    assert value(found, "H2", "first answer p95") == 90.0
    assert value(found, "H2", "first answer p80") == 90.0
    assert value(found, "H2", "first answer p50") == 90.0


def test_requests_by_kind() -> None:
    """Each kind has its own row; what is open at the time of report is counted of what was filed by then."""
    found = measures(journeys(ASKED), Context(plan()), ["W3"])  # deadline minute 300
    assert value(found, "W3", "filed", "medical") == 5
    assert value(found, "W3", "open at the deadline", "medical") == 1 / 5
    assert value(found, "W3", "upheld", "medical") == 2 / 4
    assert value(found, "W3", "time to answer p50", "exemption") == 370.0
    assert value(found, "W3", "open at the deadline", "exemption") == 1.0
    assert value(found, "W3", "upheld", "exemption") == 0.0


def test_a_column_in_which_nobody_asked_is_no_kind() -> None:
    """An engine writes the columns of requests though nobody files any: they are nobody's kind."""
    columns = {"arrived": [10], "request_filed": [None], "request_filed_reason": [None]}
    found = measures(journeys(columns), Context(), ["W3"])
    assert found["note"].to_list() == ["nobody filed a request"]


def test_a_kind_of_the_plan_that_nobody_used_has_its_row() -> None:
    """The plan's kinds of request have rows in every run."""
    found = measures(journeys({"arrived": [10]}), Context(plan()), ["W3"])
    assert value(found, "W3", "filed", "medical") == 0
    assert row(found, "W3", "upheld", "medical")["note"] == "nobody answered"
