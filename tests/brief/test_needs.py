"""Who waited for whom: the matrix is C3, and its sums are sums."""

from __future__ import annotations

import dataclasses

import polars as pl
from tests.brief.cases import okas, west

from tocsin.brief.case import Case
from tocsin.brief.needs import matrix
from tocsin.brief.words import hours

PAIRS = [("A", "X"), ("B", "X"), ("B", "Y"), ("C", "Z")]


def waiting(values: dict[tuple[str, str], list[float | None]], low: float = 0.0) -> Case:
    """A case in which these pairs waited so long in each run; None = still waiting, with that lower bound."""
    case = west()
    unit = case.plan.units[0]
    names = sorted({name for pair in values for name in pair})
    units = tuple(
        unit.model_copy(update={"name": name, "needs": tuple(need for own, need in values if own == name)})
        for name in names
    )
    empty = case.frame.filter((pl.col("measure") == "C3") & (pl.col("name") == "waited for")).clear()
    rows = [
        {"run": run, "measure": "C3", "name": "waited for", "key": f"{u} for {w}", "value": value,
         "low": low if value is None else None, "unit": "unit-h", "n": 1, "of": "pairs", "note": ""}
        for (u, w), runs in values.items() for run, value in enumerate(runs)
    ]  # fmt: skip
    frame = pl.concat([empty, pl.DataFrame(rows, schema_overrides={"run": pl.UInt32()})], how="diagonal_relaxed")
    plan = case.plan.model_copy(update={"units": units, "tasks": ()})
    return dataclasses.replace(case, plan=plan, frame=frame)


def test_sums_are_sums() -> None:
    """Means over two runs, worked by hand: A for X 1 h, B for X 3 h, B for Y 2 h; columns and rows by their sums."""
    made = matrix(
        waiting({("A", "X"): [0.0, 2.0], ("B", "X"): [3.0, 3.0], ("B", "Y"): [4.0, 0.0], ("C", "Z"): [0.0, 0.0]})
    )
    assert made is not None
    assert made.columns == (("X", hours(4)), ("Y", hours(2)))
    assert [(name, total) for name, _, total in made.rows] == [("B", hours(5)), ("A", hours(1))]
    cells = made.rows[0][1]
    assert cells[0] is not None and cells[0].text == hours(3) and cells[0].shade == 1.0
    assert made.rows[1][1][1] is None  # A does not need Y
    assert made.total == hours(6)
    assert f"waited {hours(6)} for others" in made.sentence


def test_what_still_waits_is_a_lower_bound() -> None:
    """A wait that was not over in some run is counted to its end, and marked as at least."""
    made = matrix(waiting({("A", "X"): [1.0, None]}, low=5.0))
    assert made is not None
    assert made.rows[0][1][0] is not None and made.rows[0][1][0].text == f"≥\u00a0{hours(3)}"
    assert "at least" in made.sentence and "≥" in made.note


def test_it_fits_a_phone() -> None:
    """Of ten units that are waited for six have columns; the sum of a row has all of them."""
    made = matrix(waiting({("A", f"N{i}"): [float(i + 1)] for i in range(10)}))
    assert made is not None
    assert [name for name, _ in made.columns] == ["N9", "N8", "N7", "N6", "N5", "N4"]
    assert made.rows[0][2] == hours(55)
    assert "6 of 10 units" in made.note


def test_nobody_had_to_wait() -> None:
    """Pairs that never waited give a sentence and no rows."""
    made = matrix(waiting({pair: [0.0] for pair in PAIRS}))
    assert made is not None and made.rows == () and "none had to wait" in made.sentence


def test_the_bundled_plan_has_its_support_battalions() -> None:
    """In west-2026 the battalions of a brigade wait for its support battalion: columns are these two."""
    made = matrix(west())
    assert made is not None
    assert {name for name, _ in made.columns} <= {"6th: support battalion", "11th: support battalion"}


def test_without_needs_there_is_nothing() -> None:
    """A plan in which no unit needs another has no matrix."""
    assert matrix(okas()) is None
