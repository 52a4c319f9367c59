"""Whatever is wrong with a plan or a roster is one sentence with its place, and nothing else ever escapes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.plan.bad import ROSTER_PLAN, Edit, csv_of, dangling_edits, plan_edits, roster_edits, roster_rows, text_edits

from tocsin.errors import PlanError, RosterError, TocsinError
from tocsin.plan import Plan, check, dumps, expanded, loads, people
from tocsin.plan.problem import Problem


def ids(edit: Edit) -> str:
    """Name a case by what was done."""
    return edit.title.encode("ascii", "backslashreplace").decode()


def judge(error: TocsinError, edit: Edit, name: str) -> None:
    """One line with a place; where the edit is certain, at the edited place and showing what stands there."""
    assert error.place.startswith(name), error
    assert error.sentence and "\n" not in str(error) and len(str(error)) < 700, error
    assert "pydantic" not in str(error) and "Input should" not in str(error), error
    assert edit.place in error.place and edit.found in error.sentence, f"{error} (expected {edit})"


def prove_whole(plan: Plan) -> None:
    """What loaded is a plan: no error left, writable, the same when read again, and its people can be made."""
    assert not [p for p in check(plan) if isinstance(p, Problem) and p.level == "error"]
    assert loads(dumps(plan), name="again") == expanded(plan)
    if sum(group.called for group in plan.groups) < 5_000:
        assert len(people(plan, 1)) == sum(group.called for group in plan.groups)


def try_plan(edit: Edit) -> bool:
    """Load an edited plan; say whether it was refused."""
    try:
        plan = loads(edit.text, name="edited.toml")
    except PlanError as error:
        judge(error, edit, "edited.toml")
        return True
    assert not edit.place, f"{edit.title} was not noticed"
    prove_whole(plan)
    return False


def try_roster(edit: Edit, folder: Path) -> bool:
    """Read the people of an edited roster; say whether it was refused."""
    (folder / "people.csv").write_text(edit.text, newline="")
    plan = loads(ROSTER_PLAN, name="roster.toml")
    try:
        listed = people(plan, 1, base=folder)
    except RosterError as error:
        judge(error, edit, "people.csv")
        return True
    assert not edit.place, f"{edit.title} was not noticed"
    assert listed["person"].to_list() == list(range(len(listed)))
    assert listed["point"].null_count() == 0 and listed["listed"].is_unique().all()
    return False


@pytest.mark.parametrize("edit", plan_edits(35, seed=1), ids=ids)
def test_an_edited_plan_is_refused_or_whole(edit: Edit) -> None:
    """An edit of the parsed plan gives one error with its place, or a plan that is whole."""
    try_plan(edit)


@pytest.mark.parametrize("edit", dangling_edits(), ids=ids)
def test_a_name_of_nothing_is_refused(edit: Edit) -> None:
    """Whatever names something else, in any table, is refused at its key if the plan has no such thing."""
    assert try_plan(edit)


def test_every_kind_of_reference_is_edited() -> None:
    """The edits reach every table that refers to something: more than fifty references under two dozen keys."""
    assert len(dangling_edits()) > 50
    assert len({edit.place for edit in dangling_edits()}) >= 24


@pytest.mark.parametrize("edit", text_edits(10, seed=2), ids=ids)
def test_a_damaged_text_is_refused_or_whole(edit: Edit) -> None:
    """Damage to the text gives one error with its place, or a plan that is whole."""
    try_plan(edit)


@pytest.mark.parametrize("edit", roster_edits(15, seed=3), ids=ids)
def test_an_edited_roster_is_refused_or_whole(edit: Edit, tmp_path: Path) -> None:
    """A bad cell is named by its row and column; damage gives one error with its place, or whole people."""
    try_roster(edit, tmp_path)


def test_the_unedited_roster_is_good(tmp_path: Path) -> None:
    """What the roster's edits start from is accepted, so that they are what is refused."""
    assert not try_roster(Edit("none", csv_of(roster_rows())), tmp_path)


@pytest.mark.prove
def test_hundreds_of_edited_plans() -> None:
    """As above for 320 edits of the plan and 120 of its text; most of them are refused, not all."""
    edits = plan_edits(320, seed=11) + text_edits(120, seed=12)
    refused = sum(try_plan(edit) for edit in edits)
    assert 0.5 * len(edits) < refused < len(edits)


@pytest.mark.prove
def test_hundreds_of_edited_rosters(tmp_path: Path) -> None:
    """As above for 140 edits of a roster."""
    edits = roster_edits(140, seed=13)
    refused = sum(try_roster(edit, tmp_path) for edit in edits)
    assert 0.5 * len(edits) < refused < len(edits)
