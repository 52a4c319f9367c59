"""A lean run says what the whole journeys say: the same cells, the same measures, to the last bit."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import HealthCheck, given, settings
from tests.simulate.plans import Case, cases

from tocsin.log.lean import Lean
from tocsin.measure import Context, measures
from tocsin.measure.cells import LeanCells, TableCells
from tocsin.plan import load, people
from tocsin.simulate import Engine, compile, journeys, lean

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


@given(cases())
@settings(suppress_health_check=SLOW, max_examples=25)
def test_a_generated_plan_has_the_same_cells_and_measures(case: Case) -> None:
    """Whatever the plan: each column of the lean run is that of the journeys, and so is every row of measures."""
    outcome = case.outcome()
    table, few = journeys(outcome), lean(outcome)
    assert few.table().equals(table.frame.select(few.table().columns))
    context = Context(case.plan, case.people)
    assert measures(few, context).equals(measures(table, context))


def test_a_bundled_plan_has_the_same_measures() -> None:
    """West-2026 with 7,000 people: equal frames from table and arrays, in an engine that reuses its arrays."""
    plan = load("west-2026")
    crowd = people(plan, 7)
    engine, context = Engine(compile(plan, crowd), reuse=True), Context(plan, crowd)
    for run in range(2):
        outcome = engine.run(7, run)
        assert measures(lean(outcome), context).equals(measures(journeys(outcome), context))


def test_cells_of_arrays_and_of_a_table_agree() -> None:
    """Names that never occur are no names, equal names are one, null is -1, and times that did not come are NEVER."""
    run = Lean(
        run=3,
        person=np.array([2, 0, 1]),
        columns={
            "place": np.array([1, 0, 3], np.int32),
            "arrived_ms": np.array([-1, 0, 5]),
            "released_reason": np.array([-1, -1, 2], np.int32),
        },
        names={"place": ["Zabor", "Alder", "never", "Zabor"], "released_reason": ["a", "b", "c"]},
        rest=pl.DataFrame(),
        t0=None,
        closed_ms=None,
        cut_ms=9,
    )
    few, table = LeanCells(run), TableCells(run.table())
    back = np.argsort(run.person)
    assert table.person.tolist() == [0, 1, 2]
    assert few.times("arrived_ms")[back].tolist() == table.times("arrived_ms").tolist() == [0, 5, 1 << 41]
    for name, names in (("place", ["Alder", "Zabor"]), ("released_reason", ["c"])):
        assert few.coded(name)[1] == table.coded(name)[1] == names
        assert few.coded(name)[0][back].tolist() == table.coded(name)[0].tolist()
        assert few.codes_in(name, ["c", "Zabor"])[back].tolist() == table.codes_in(name, ["c", "Zabor"]).tolist()
        assert few.filled(name) == table.filled(name)
    assert few.filled("arrived_ms") == table.filled("arrived_ms") == 2
