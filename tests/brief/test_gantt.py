"""Units over time: each step is a row of the log or a count of it, and what did not end is shown as open."""

from __future__ import annotations

import dataclasses
import math

import polars as pl
import pytest
from tests.brief.cases import okas, struck, view_of, west

from tocsin.brief.case import Case
from tocsin.brief.gantt import STEPS, Gantt, UnitRow, gantt, gantt_figures
from tocsin.plan.resolve import posts_of

HOUR = 3_600_000


def drawn(case: Case) -> Gantt:
    made = gantt(case, view_of(case))
    assert made is not None
    return made


def row(made: Gantt, unit: str) -> UnitRow:
    return next(row for row in made.rows if row.unit == unit)


def test_each_step_is_in_the_log() -> None:
    """Ordered and formed are the unit's rows; the first summons and the join that fills half the posts are counted."""
    case = west()
    made = drawn(case)
    rest = case.first.rest.with_columns(at=(pl.col("happened") - case.first.t0).dt.total_milliseconds() / HOUR)
    for unit in case.plan.units:
        at = dict(zip(STEPS, row(made, unit.name).at, strict=True))
        mine = case.first.frame.filter(pl.col("unit").cast(pl.String) == unit.name)
        posts = sum(post.posts for post in posts_of(case.plan, unit))
        joins = mine.filter(pl.col("surplus_ms").is_null())["joined_ms"].drop_nulls().sort() / HOUR
        for step, kind in (("ordered", "ordered"), ("formed", "unit_formed")):
            logged = rest.filter((pl.col("kind") == kind) & (pl.col("unit").cast(pl.String) == unit.name))["at"]
            assert at[step] == (pytest.approx(logged[0]) if len(logged) else None), (unit.name, step)
        assert at["first summons"] == pytest.approx((mine["summoned_ms"].drop_nulls().sort() / HOUR)[0])
        assert at["half filled"] == pytest.approx(joins[math.ceil(posts / 2) - 1])
        assert at["set out"] is None and at["in position"] is None


def test_what_is_not_over_is_open() -> None:
    """A unit that never forms has an open bar to the end, and says so; one that is formed owes nothing."""
    made = drawn(west())
    for one in made.rows:
        formed = one.at[STEPS.index("formed")] is not None
        assert any(stage.open for stage in one.stages if stage.kind in ("call", "half")) != formed
        assert ("not formed" in one.told) != formed


def test_waits_for_others_are_the_units_that_formed_later() -> None:
    """A unit waits from being formed until the last that it needs is, as C3 counts it."""
    case = west()
    made = drawn(case)
    formed = {one.unit: one.at[STEPS.index("formed")] for one in made.rows}
    waits = 0
    for unit in case.plan.units:
        own = formed[unit.name]
        later = [n for n in unit.needs if own is not None and (formed[n] is None or formed[n] > own)]
        found = [stage for stage in row(made, unit.name).stages if stage.kind == "wait"]
        assert bool(found) == bool(later)
        if found:
            waits += 1
            last = [formed[n] for n in later]
            assert found[0].start == own and found[0].open == (None in last)
    assert waits > 0


def test_marches_are_drawn() -> None:
    """With rows of setting out and arriving a unit has a march, and the drawing reaches to its end."""
    made = drawn(struck())
    first = made.rows[0]
    assert first.at[4:] == (22.0, 28.0)
    assert [(s.start, s.end) for s in first.stages if s.kind == "march"] == [(22.0, 28.0)]
    assert "march" in made.kinds and made.end >= 31
    assert [shock.name for shock in made.shocks] == ["dark", "bridge"]


def test_figures_are_the_same() -> None:
    """The table has a row a unit and the steps that any of them came to, with local times."""
    case = west()
    made = drawn(case)
    table = gantt_figures(case, made)
    assert [r.head for r in table.rows] == [unit.name for unit in case.plan.units]
    assert [c.title for c in table.columns] == ["unit", "ordered", "first summons", "half filled", "formed"]
    at = made.rows[0].at[0]
    assert at is not None and table.rows[0].cells[0].text == case.clock.short(at)


def test_of_many_units_the_most_telling_are_shown() -> None:
    """Of sixty units forty are drawn: all that never formed, then the last to be done; the note says so."""
    case = west()
    units = [
        unit.model_copy(update={"name": f"{unit.name} {copy}", "needs": ()})
        for copy in range(4)
        for unit in case.plan.units
    ]
    for copy in range(1, 4):  # nobody belongs to the copies: they never form
        assert units[18 * copy].name.endswith(str(copy))
    names = {f"{unit.name} 0": unit.name for unit in case.plan.units}
    people = case.first.frame.with_columns(pl.col("unit").cast(pl.String).replace({v: k for k, v in names.items()}))
    first = dataclasses.replace(case.first, frame=people)
    many = dataclasses.replace(
        case, first=first, plan=case.plan.model_copy(update={"units": tuple(units), "tasks": ()})
    )
    made = drawn(many)
    assert len(made.rows) == 40
    assert "40 of 72 units" in made.note
    never = [one for one in made.rows if one.at[STEPS.index("formed")] is None]
    assert len(never) == 40  # 54 copies never form


def test_units_that_are_only_ordered_are_drawn_to_the_end() -> None:
    """Everything at the alert itself and nobody joins: the drawing has a length, that of the exercise."""
    case = west()
    frame = case.first.frame.with_columns(summoned_ms=pl.lit(0, pl.Int64), joined_ms=pl.lit(None, pl.Int64))
    rest = case.first.rest.filter(~pl.col("kind").is_in(["ordered", "unit_formed"]))
    made = drawn(dataclasses.replace(case, first=dataclasses.replace(case.first, frame=frame, rest=rest)))
    assert made.end == 48.0
    assert {stage.kind for one in made.rows for stage in one.stages} == {"call"}


def test_without_units_there_is_nothing() -> None:
    """A plan without units has no such drawing."""
    case = okas()
    plan = case.plan.model_copy(update={"units": (), "tasks": ()})
    assert gantt(dataclasses.replace(case, plan=plan), view_of(dataclasses.replace(case, plan=plan))) is None
