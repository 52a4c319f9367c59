"""The cause of every row is the last necessary condition to come true: it stands before, and times agree with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, currently_in_test_context, event, given, settings
from polars.testing import assert_frame_equal
from tests.simulate.plans import MINUTE, Case, cases, gate_case

from tocsin.log import EventLog
from tocsin.log.check import check
from tocsin.log.journeys import journeys_of
from tocsin.simulate import Outcome, journeys, log_blocks

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
Row = dict[str, Any]
VISIT = ("person", "place", "station", "visit")
CAUSES: dict[str, set[str]] = {
    "summoned": {"ordered", "undelivered"},
    "delivered": {"summoned", "delivered", "undelivered"},
    "undelivered": {"summoned", "delivered", "undelivered"},
    "acknowledged": {"delivered"},
    "refused": {"delivered"},
    "excused": {"delivered", "request_answered"},
    "set_out": {"delivered", "request_answered"},
    "arrived": {"set_out"},
    "request_filed": {"delivered", "arrived", "service_ended", "request_answered"},
    "request_answered": {"request_filed", "request_answered", "station_opened"},
    "queued": {"arrived", "service_ended", "request_answered"},
    "service_began": {"queued", "service_ended", "station_opened"},
    "service_ended": {"service_began"},
    "released": {"service_ended", "request_answered"},
    "gave_up": {"queued"},
    "boarded": {"arrived", "service_ended", "request_answered", "bus_arrived", "bus_departed"},
    "bus_departed": {"boarded"},
    "bus_arrived": {"bus_departed", "bus_arrived"},
    "joined": {"arrived", "service_ended", "request_answered", "bus_arrived"},
    "surplus": {"arrived", "service_ended", "request_answered", "bus_arrived"},
    "unit_formed": {"joined"},
    "ordered": {"ordered"},
    "order_acknowledged": {"ordered"},
    "strength_reported": {"ordered", "strength_reported"},
    "unit_set_out": {"unit_formed"},
    "halted": {"unit_set_out", "halted", "passed", "shock_began", "shock_ended"},
    "passed": {"unit_set_out", "halted", "passed", "shock_began", "shock_ended"},
    "in_position": {"passed"},
}
"""Which kinds may cause a kind; kinds that are not here have no cause."""

AT_ONCE = {"queued", "released", "joined", "surplus", "unit_formed"}
"""Kinds that happen at the very instant of their cause."""

OTHERS = {"service_began", "boarded", "bus_departed", "unit_formed", "request_answered", "delivered", "undelivered"}
"""Kinds whose cause may be somebody else's row."""


@dataclass
class Rows:
    """The rows of one outcome, by their numbers."""

    frame: pl.DataFrame
    rows: list[Row]
    own: dict[tuple[Any, ...], Row]

    @classmethod
    def of(cls, outcome: Outcome) -> Rows:
        """All blocks, small ones, to cross their borders."""
        frame = pl.concat(list(log_blocks(outcome, rows_per_block=37)))
        rows = frame.to_dicts()
        return cls(frame, rows, {(r["kind"], *(r[c] for c in VISIT)): r for r in rows if r["person"] is not None})

    def cause(self, row: Row) -> Row | None:
        """The row that caused another."""
        return None if row["cause"] is None else self.rows[row["cause"]]


def check_case(case: Case) -> None:
    """Every promise about the log of a case."""
    outcome = case.outcome()
    found = Rows.of(outcome)
    assert found.frame["seq"].to_list() == list(range(len(found.rows)))
    for row in found.rows:
        cause = found.cause(row)
        if row["kind"] not in CAUSES:
            assert cause is None, row
            continue
        causes_stand_before(row, cause, found)
        if cause is not None:
            waits_end_with_their_cause(row, cause, found)
    for row in found.rows:
        if row["kind"] == "unit_formed":
            chain_telescopes(row, found, outcome)
    log_is_possible(found)
    journeys_are_those_of_the_log(outcome, found)


@given(cases())
@settings(suppress_health_check=SLOW, max_examples=40)
def test_causes_bind(case: Case) -> None:
    """On generated plans: causes stand before, waits end with them, chains telescope, and the journeys agree."""
    check_case(case)


@pytest.mark.prove
@given(cases())
@settings(suppress_health_check=SLOW, max_examples=1000)
def test_causes_bind_at_length(case: Case) -> None:
    """The same on a thousand plans."""
    check_case(case)


def causes_stand_before(row: Row, cause: Row | None, found: Rows) -> None:
    """A cause has a smaller number, is not later, and is of a kind that can cause this one."""
    if cause is None:
        if row["kind"] == "ordered":
            assert row["by"] is None, "only the authority orders of its own accord"
            return
        assert row["kind"] == "summoned", row
        mine = [r for r in found.rows if r["kind"] == "ordered" and r["unit"] == row["unit"] is not None]
        assert not mine, "a summons of a unit that was ordered follows from the order"
        return
    assert cause["seq"] < row["seq"], (row, cause)
    assert cause["happened"] <= row["happened"], (row, cause)
    assert cause["kind"] in CAUSES[row["kind"]], (row, cause)
    if row["kind"] in AT_ONCE:
        assert cause["happened"] == row["happened"], (row, cause)
    if row["person"] is not None and cause["person"] is not None and row["kind"] not in OTHERS:
        assert row["person"] == cause["person"], (row, cause)


def waits_end_with_their_cause(row: Row, cause: Row, found: Rows) -> None:
    """Who waited began at the very instant of the cause, at the same place; who did not, by the own arrival."""
    match row["kind"]:
        case "service_began":
            queued = own(found, row, "queued")
            waited = queued["happened"] < row["happened"]
            assert (cause is queued) == (not waited), (row, cause)
            assert cause["happened"] == row["happened"]
            assert (cause["place"], cause["station"]) == (row["place"], row["station"])
            if cause["kind"] == "service_ended":
                assert own(found, cause, "service_began")["by"] == row["by"], "the server that was freed serves"
        case "boarded" if cause["person"] is None:
            assert cause["happened"] == row["happened"], (row, cause)
        case "bus_departed":
            assert cause["thing"] == row["thing"]
            aboard = [r for r in found.rows if r["kind"] == "boarded" and r["thing"] == row["thing"]]
            assert cause in aboard
            assert cause["happened"] in (aboard[0]["happened"], row["happened"]), (
                "the first set the timer, the last filled it"
            )
        case "joined" | "surplus" if cause["kind"] == "bus_arrived":
            assert cause["visit"] is None, "people arrive with the way there, not with the way back"
        case "set_out" if cause["kind"] == "request_answered":
            assert cause["reason"] == "refused"
        case "excused" if cause["kind"] == "request_answered":
            assert (cause["reason"], cause["happened"]) == ("granted", row["happened"])


def own(found: Rows, row: Row, kind: str) -> Row:
    """The row of a kind by the same person at the same station."""
    return found.own[kind, *(row[c] for c in VISIT)]


def chain_telescopes(row: Row, found: Rows, outcome: Outcome) -> None:
    """Going from cause to cause, the differences of times add up to the whole, back to an order or a shift."""
    total = dt.timedelta(0)
    step = row
    kinds = []
    while (before := found.cause(step)) is not None:
        total += step["happened"] - before["happened"]
        step = before
        kinds.append(step["kind"])
    assert row["happened"] - step["happened"] == total
    assert step["kind"] in ("ordered", "station_opened", "summoned"), kinds
    if currently_in_test_context():
        event(f"a chain ends at {step['kind']}")
    if step["kind"] == "ordered" and outcome.command is not None:
        assert step["by"] is None and (step["to"] is None or step["happened"] == outcome.network.plan.exercise.alert)
    elif step["kind"] == "ordered":
        unit = [u.name for u in outcome.network.units].index(step["unit"])
        assert step["happened"] == outcome.network.plan.exercise.alert + dt.timedelta(
            milliseconds=int(outcome.ordered[unit])
        )


def log_is_possible(found: Rows) -> None:
    """The checks of the log find nothing impossible in it."""
    problems = check(EventLog(found.frame))
    assert not problems, [str(p) for p in problems[:3]]


def journeys_are_those_of_the_log(outcome: Outcome, found: Rows) -> None:
    """The engine's journeys hold the same times and attributes as the journeys made of its log."""
    direct = journeys(outcome)
    through = journeys_of(EventLog(found.frame), t0=direct.t0)
    assert direct.t0 == outcome.network.plan.exercise.alert.astimezone(dt.UTC)
    assert direct.closed_ms == through.closed_ms
    told = [c for c in through.frame.columns if not c.endswith(("_seq", "_cause"))]
    only_direct, only_through = set(direct.frame.columns) - set(told), set(told) - set(direct.frame.columns)
    for frame, lone in ((direct.frame, only_direct), (through.frame, only_through)):
        assert all(frame[c].null_count() == len(frame) for c in lone), "a column that only one has is empty"
    told = [c for c in told if c in direct.frame.columns]
    known = direct.frame.filter(pl.col("person").is_in(through.frame["person"].implode()))
    text = [c for c in told if c not in ("run", "person") and not c.endswith(("_ms", "_due"))]
    as_text = [pl.col(c).cast(pl.String) for c in text]
    assert_frame_equal(known.select(told).with_columns(as_text), through.frame.select(told).with_columns(as_text))
    silent = direct.frame.filter(~pl.col("person").is_in(through.frame["person"].implode()))
    times = [c for c in silent.columns if c.endswith("_ms")]
    assert silent.select(times).null_count().sum_horizontal().sum() == len(silent) * len(times)


def test_a_bus_that_left_full_waited_for_the_last() -> None:
    """Of a bus that left full the cause is the last boarder; of one that timed out the first, who set the timer."""
    bus = {
        "name": "line",
        "to": "the range",
        "capacity": 3,
        "timeout_min": 20,
        "trip": {"family": "constant", "value_min": 5},
    }
    found = Rows.of(gate_case([], [bus], number=40).outcome())
    lasts = firsts = 0
    for row in found.rows:
        if row["kind"] != "bus_departed":
            continue
        aboard = [r for r in found.rows if r["kind"] == "boarded" and r["thing"] == row["thing"]]
        full = len(aboard) == 3
        cause = found.cause(row)
        assert cause is aboard[-1 if full else 0]
        if not full:
            assert row["happened"] - cause["happened"] == dt.timedelta(milliseconds=20 * MINUTE)
        lasts, firsts = lasts + full, firsts + (not full)
    assert lasts and firsts, "both kinds of departure must occur"
