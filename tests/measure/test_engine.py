"""Measures of the engine's own journeys and of its log are the same numbers."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from tocsin.log import EventLog
from tocsin.log.journeys import Journeys, journeys_of
from tocsin.measure import Context, measures
from tocsin.plan import load, people
from tocsin.simulate import Engine, compile, journeys, log_blocks


@pytest.fixture(scope="module")
def west() -> tuple[Journeys, EventLog, Context]:
    """One run of the bundled plan, in both forms."""
    plan = load("west-2026")
    crowd = people(plan, 7)
    outcome = Engine(compile(plan, crowd)).run(7, 0)
    return journeys(outcome), EventLog.of(pl.concat(list(log_blocks(outcome)))), Context(plan, crowd)


def test_journeys_and_log_give_the_same_measures(west: tuple[Journeys, EventLog, Context]) -> None:
    """Every number, bound and note is the same, whether the engine hands over journeys or rows are read back."""
    direct, log, context = west
    read = journeys_of(log, t0=direct.t0)
    keys = ["measure", "name", "key", "at_ms"]
    assert measures(read, context).sort(keys).equals(measures(direct, context).sort(keys))


def test_the_plan_forms_units_when_the_log_says_so(west: tuple[Journeys, EventLog, Context]) -> None:
    """When a unit was formed is computed from the joins alone as the engine wrote it down."""
    direct, _, context = west
    unsaid = replace(direct, rest=direct.rest.filter(pl.col("kind") != "unit_formed"))
    assert measures(unsaid, context, ["A4", "C1"]).equals(measures(direct, context, ["A4", "C1"]))


def test_little_and_quality_are_clean(west: tuple[Journeys, EventLog, Context]) -> None:
    """The engine leaves no gap: Little's law holds to the last millisecond, nothing is out of order or missing."""
    found = measures(west[0], west[2], ["L2", "Q1"])
    gaps = ["duplicates", "conflicts", "out of order", "people with a missing stage", "known before it happened"]
    assert found.filter(pl.col("name").is_in(gaps))["value"].to_list() == [0.0] * len(gaps)
    assert set(found.filter(pl.col("name").str.starts_with("Little"))["value"]) == {0.0}
