"""Who was served when, from the outcome, is what the log says."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from polars.testing import assert_frame_equal
from tests.measure.test_lawfulness import small_law
from tests.simulate.plans import Case, cases

from tocsin.law import Law, law
from tocsin.law.served import described, summonses
from tocsin.log.table import EventLog
from tocsin.plan import load, people
from tocsin.simulate import Engine, Outcome, compile, log_blocks, service

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def from_log(outcome: Outcome, law: Law) -> pl.DataFrame:
    """The summonses as the written log gives them."""
    log = EventLog.of(pl.concat(list(log_blocks(outcome))))
    return summonses(log, law, outcome.network.plan)


def from_outcome(outcome: Outcome, law: Law) -> pl.DataFrame:
    """The summonses without writing the log."""
    kind = outcome.network.plan.exercise.kind
    some, sure = law.pack.counting(None if kind == "unknown" else kind)
    return described(service(outcome, some, sure), outcome.network.plan, None)


@given(cases())
@settings(suppress_health_check=SLOW, max_examples=30)
def test_generated_plans(case: Case) -> None:
    """Whatever the channels and the deadline: the same people, served at the same moment, for the same time."""
    outcome, law = case.outcome(), small_law()
    assert_frame_equal(from_outcome(outcome, law), from_log(outcome, law), check_column_order=False)


def test_an_unknown_kind_has_two_ends() -> None:
    """Where a channel counts for some kinds only and the kind is not known, the service lies between two deliveries."""
    plan = load("okas-2019")
    exercise = plan.exercise.model_copy(update={"kind": "unknown"})
    unknown = plan.model_copy(update={"exercise": exercise})
    outcome, pack = Engine(compile(unknown, people(unknown, 7))).run(7, 0), law("ee")
    assert_frame_equal(from_outcome(outcome, pack), from_log(outcome, pack), check_column_order=False)


@pytest.mark.parametrize("name", ["west-2026", "okas-2019"])
def test_bundled_plans(name: str) -> None:
    """The same of two real call-ups, one by courier and one by text message and letter."""
    plan = load(name)
    outcome, law = Engine(compile(plan, people(plan, 7))).run(7, 0), small_law()
    assert_frame_equal(from_outcome(outcome, law), from_log(outcome, law), check_column_order=False)
