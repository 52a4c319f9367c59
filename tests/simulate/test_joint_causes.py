"""Rows of joint components: each cause stands before its effect and lets it happen; the log is possible and whole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from tests.simulate.joint_plans import joint_cases
from tests.simulate.plans import MINUTE, Case, gate_case
from tests.simulate.test_causes import CAUSES, SLOW, Row, Rows, journeys_are_those_of_the_log, log_is_possible

from tocsin.simulate import Engine

LETS = {"service_ended", "request_answered", "queued", "request_filed", "station_opened", "repaired", "resupplied",
        "stock_lost", "extra_opened", "gave_up", "station_closed"}  # fmt: skip
"""What can let somebody queue, begin or go on besides the own row before."""
JOINT: dict[str, set[str]] = CAUSES | {
    "queued": CAUSES["queued"] | LETS,
    "request_filed": CAUSES["request_filed"] | LETS,
    "service_began": CAUSES["service_began"] | LETS,
    "request_answered": CAUSES["request_answered"] | LETS,
    "service_interrupted": {"queued", "broke_down"},
    "service_resumed": LETS,
    "extra_opened": {"queued"},
    "extra_closed": LETS,
    "item_issued": {"service_ended"},
    "item_short": {"service_ended"},
    "resupplied": LETS,
    "repaired": {"broke_down"},
    "station_opened": {"shock_began", "shock_ended"},
    "station_closed": {"shock_began", "shock_ended"},
    "broke_down": {"bus_departed", "service_began"},
    "bus_arrived": CAUSES["bus_arrived"] | {"repaired", "broke_down"},
}
MAY_LACK = {
    *("resupplied", "broke_down", "extra_closed", "service_resumed", "service_interrupted"),
    *("station_opened", "station_closed"),
}
"""Shifts, planned deliveries, and breakdowns that stop no service have none; neither has what would stand before it."""


def causes_stand_before(row: Row, cause: Row | None) -> None:
    """A cause has a smaller number, is not later, and is of a kind that can cause this one."""
    if row["kind"] not in JOINT:
        assert cause is None, row
        return
    if cause is None:
        assert row["kind"] in MAY_LACK | {"summoned", "ordered"}, row
        return
    assert cause["seq"] < row["seq"] and cause["happened"] <= row["happened"], (row, cause)
    assert cause["kind"] in JOINT[row["kind"]], (row, cause)
    if row["kind"] in ("service_began", "queued", "service_resumed") and cause["person"] != row["person"]:
        assert cause["happened"] == row["happened"], (row, cause)


def check_case(case: Case) -> None:
    """Every promise about the log of a case."""
    outcome = case.outcome()
    found = Rows.of(outcome)
    for row in found.rows:
        causes_stand_before(row, found.cause(row))
    for row in found.rows:
        if row["kind"] == "unit_formed":
            telescopes(row, found)
    log_is_possible(found)
    journeys_are_those_of_the_log(outcome, found)


def telescopes(row: Row, found: Rows) -> None:
    """Going from cause to cause, the differences of times add up to the whole, and no row comes twice."""
    seen = set()
    step = row
    while (before := found.cause(step)) is not None:
        assert before["seq"] not in seen
        seen.add(before["seq"])
        step = before
    assert step["kind"] in {"ordered", "summoned", "shock_began", "shock_ended"} | MAY_LACK, step


@given(joint_cases())
@settings(suppress_health_check=SLOW, max_examples=60)
def test_joint_causes_bind(case: Case) -> None:
    """On generated plans: causes stand before and let their effects happen, the log is possible, the journeys agree."""
    check_case(case)


@pytest.mark.prove
@given(joint_cases())
@settings(suppress_health_check=SLOW, max_examples=1000)
def test_joint_causes_bind_at_length(case: Case) -> None:
    """The same on a thousand plans."""
    check_case(case)


def test_a_bus_that_is_there_at_once_follows_one_that_was_called() -> None:
    """A bus that leaves full lets the next one board at that instant: its row comes later, so it is no cause then.

    Two one-seat buses are called, some of them for no time at all: the first is there after four minutes and leaves
    full, the second at once. Over forty seeds that happens often.
    """
    line = {"name": "bus", "to": "range", "capacity": 1, "timeout_min": 0, "shared_fleet": "pool"}
    line |= {"call": {"family": "empirical", "values_min": [0, 4]}, "trip": {"family": "constant", "value_min": 5}}
    for seed in range(40):
        fleet = [{"name": "pool", "buses": 2, "assumption": "by hand"}]
        case = gate_case([], [line], number=4, seed=seed, fleet=fleet)
        drawn = case.drawn()
        drawn[case.network.stages.column("preparation")] = MINUTE
        found = Rows.of(Engine(case.network).run(case.seed, 0, drawn))
        for row in found.rows:
            causes_stand_before(row, found.cause(row))
