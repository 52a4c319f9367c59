"""Plans on equal luck: what is the same stays the same, and only what is the plans' doing is called real."""

from __future__ import annotations

import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.sweep.plans import RUNS, doctors, staffed, strangers, written

import tocsin
from tocsin.errors import FolderError, PlanError, RunError
from tocsin.log.folder import RunFolder
from tocsin.plan import Plan, dumps, load
from tocsin.sweep import changes, compare, contenders, rehearse


def row(table: pl.DataFrame, measure: str, name: str, key: str = "") -> dict[str, Any]:
    """One row of the differences."""
    wanted = (pl.col("measure") == measure) & (pl.col("name") == name) & (pl.col("key") == key)
    return table.filter(wanted).row(0, named=True)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load("okas-2017")


def test_the_same_plan_differs_in_nothing(plan: Plan) -> None:
    """Beside itself, every number of a plan is equal in all runs: 0 exactly, nothing tested, nothing real or alone."""
    found = compare({"one": plan, "again": plan.model_copy()}, runs=4, workers=1)
    table = found.differences
    assert table.height > 300
    assert table["difference"].unique().to_list() == [0.0]
    assert table["p"].null_count() == table["reached_p"].null_count() == table.height
    assert set(table.filter(pl.col("at_ms").is_null())["verdict"]) == {"equal"}
    assert set(table.filter(pl.col("at_ms").is_not_null())["verdict"]) == {""}
    assert found.alone.is_empty()
    assert found.changes("again") == ()
    assert found.gain("again") is None


def test_one_more_server_changes_only_what_it_can() -> None:
    """More doctors: no summons and no arrival moves; nobody waits longer for them; the next station's queue grows."""
    found = doctors().differences
    before = found.filter(pl.col("measure").is_in(["A2", "A3", "A5", "A7"]))
    assert before.height > 200
    assert set(before["difference"]) <= {0.0, None}
    waits = found.filter((pl.col("measure") == "L1") & pl.col("key").str.starts_with("medical"))
    assert (waits["difference"] <= 0).all()
    assert row(found, "L1", "wait p95", "medical")["verdict"] == "lower"
    assert row(found, "L1", "person-hours waited", "kit")["verdict"] == "higher"
    assert row(found, "L1", "wait p95", "checkin")["verdict"] == "equal"
    assert doctors().changes("doctor")[0].path == "layout[big].station[medical].servers"


def test_runs_are_paired_by_number() -> None:
    """Means and differences are those of the runs of each plan, rehearsed alone with the same seed."""
    two = doctors()
    wanted = (pl.col("measure") == "L1") & (pl.col("name") == "wait p95") & (pl.col("key") == "medical")
    alone = rehearse(two.rehearsals[1].plan, runs=RUNS, seed=7, workers=1).frame
    base, other = (frame.filter(wanted).sort("run")["value"] for frame in (two.rehearsals[0].frame, alone))
    found = row(two.differences, "L1", "wait p95", "medical")
    assert found["base_value"] == pytest.approx(base.mean())
    assert found["difference"] == pytest.approx((other - base).mean())
    assert found["higher"] == (other > base).mean()
    assert found["lower"] == (other < base).mean()
    assert found["gain"] == pytest.approx((base.var() + other.var()) / (other - base).var())


def test_curves_are_compared_instant_by_instant() -> None:
    """Points of curves have differences and intervals, and no p-value: they count for no verdict."""
    points = doctors().differences.filter(pl.col("at_ms").is_not_null())
    assert set(points.select("measure", "name").unique().iter_rows()) == {
        ("A2", "arrived of called"),
        ("A4", "joined per post"),
    }
    assert points["p"].null_count() == points["p_adjusted"].null_count() == points.height
    assert points["low"].null_count() == 0


def test_workers_change_nothing(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """One process or two: the same frame, bit for bit."""
    monkeypatch.setattr(import_module("tocsin.sweep.replicate"), "_WORTH_WORKERS", 0)
    pair = {"a": plan, "b": staffed(plan, "medical", 1)}
    alone, shared = (compare(pair, runs=5, workers=workers).differences for workers in (1, 2))
    assert_frame_equal(alone, shared, check_exact=True)


def test_progress_grows_over_all_plans(plan: Plan) -> None:
    """It is told of the runs of all plans together, and ends with all of all."""
    told: list[tuple[int, int]] = []
    compare({"a": plan, "b": plan}, runs=3, workers=1, progress=lambda done, of: told.append((done, of)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (6, 6)


# --- what some runs never reach -----------------------------------------------------------------------------------


def test_reaching_is_compared_itself() -> None:
    """Reached in 63 of 100 runs and in all: really more often, and the difference is of the 63 pairs alone."""
    base = [10.0 if run < 63 else None for run in range(100)]
    found = written({"a": {"T80": base}, "b": {"T80": [9.0] * 100}}).differences
    told = found.row(0, named=True)
    assert (told["base_reached"], told["plan_reached"], told["pairs"], told["runs"]) == (63, 100, 63, 100)
    assert told["reached_difference"] == pytest.approx(0.37)
    assert told["reached_verdict"] == "higher"
    assert told["beyond"]
    assert (told["base_value"], told["plan_value"], told["difference"], told["verdict"]) == (10, 9, -1, "lower")


def test_what_no_run_reaches_has_no_number() -> None:
    """Never under the base, always under the other: no pair, no difference, and really more often."""
    found = written({"a": {"T80": [None] * 20}, "b": {"T80": [9.0] * 20}}).differences.row(0, named=True)
    assert (found["pairs"], found["difference"], found["low"], found["base_value"], found["p"]) == (
        0,
        None,
        None,
        None,
        None,
    )
    assert (found["verdict"], found["reached_verdict"]) == ("none", "higher")


def test_what_neither_reaches_is_left_out() -> None:
    """A number that no run of either plan has is no row."""
    assert written({"a": {"T80": [None] * 9}, "b": {"T80": [None] * 9}}).differences.is_empty()


def test_many_numbers_need_more_than_one_chance_finding() -> None:
    """A p-value of 1/32 alone is real; the same one among ten numbers that differ by luck is not."""
    real, luck = [1.0] * 6, [1.0, -1.0] * 3
    alone = written({"a": {"x": [0.0] * 6}, "b": {"x": real}}).differences
    assert alone["verdict"].to_list() == ["higher"]
    names = {f"y{i}": [0.0] * 6 for i in range(9)}
    others = {name: luck for name in names}
    among = written({"a": {"x": [0.0] * 6, **names}, "b": {"x": real, **others}}).differences
    assert set(among["verdict"]) == {"unsettled"}
    assert row(among, "A3", "x")["p_adjusted"] == pytest.approx(10 / 32)


def test_the_family_is_all_plans_together() -> None:
    """Ten plans beside the base, one with six differences of one sign: among all ten that is not real."""
    plans: dict[str, dict[str, list[float | None]]] = {"base": {"x": [0.0] * 6}, "p0": {"x": [1.0] * 6}}
    plans |= {f"p{i}": {"x": [1.0, -1.0] * 3} for i in range(1, 10)}
    assert set(written(plans).differences["verdict"]) == {"unsettled"}


# --- plans that have different things in them ---------------------------------------------------------------------


def test_numbers_of_one_plan_only_are_listed_and_not_compared() -> None:
    """Points and units of one country stand under it alone; no row that is compared is among them."""
    found = strangers()
    alone = found.alone
    assert set(alone["under"]) == {"west", "okas"}
    units = alone.filter((pl.col("name") == "fill at the end") & (pl.col("under") == "west"))
    assert units.height == len(found.rehearsals[0].plan.units)
    names = ["measure", "name", "key", "unit", "of"]
    assert found.differences.join(alone, on=names, how="semi").is_empty()


@pytest.mark.parametrize(
    ("text", "path", "before", "after"),
    [
        ("horizon_h = 36", "exercise.horizon_h", "48.0", "36.0"),
        ("refuse = 0.02", "behaviour.refuse", "0.01", "0.02"),
    ],
)
def test_changes_are_told_by_key_path(text: str, path: str, before: str, after: str) -> None:
    """A changed line of a plan is one change, at its key path, with both values."""
    plan = load("west-2026")
    key, _, value = text.partition(" = ")
    table = path.split(".")[0]
    changed = plan.model_copy(update={table: getattr(plan, table).model_copy(update={key: float(value)})})
    (found,) = changes(plan, changed)
    assert (found.path, found.before, found.after) == (path, before, after)


def test_tables_are_told_by_name_wherever_they_stand() -> None:
    """Another order of units is one change, and none of any of them; a unit that is gone is one change."""
    plan = load("west-2026")
    turned = plan.model_copy(update={"units": plan.units[::-1]})
    assert [one.path for one in changes(plan, turned)] == ["unit (order)"]
    fewer = plan.model_copy(update={"units": plan.units[1:]})
    (gone,) = changes(plan, fewer)
    assert gone.path == f"unit[{plan.units[0].name}]"
    assert gone.after is None
    assert gone.before is not None
    assert plan.units[0].name in gone.before


# --- what may be compared -----------------------------------------------------------------------------------------


def test_files_bundled_names_and_run_folders_are_plans(plan: Plan, tmp_path: Path) -> None:
    """All three are taken, under the names of file and folder; a name that comes again is numbered."""
    (tmp_path / "mine.toml").write_text(dumps(plan), encoding="utf-8")
    RunFolder.write(tmp_path / "held", {"plan.toml": dumps(plan)})
    found = contenders(["okas-2017", str(tmp_path / "mine.toml"), str(tmp_path / "held"), "okas-2017"])
    assert [one.label for one in found] == ["okas-2017", "mine", "held", "okas-2017 (2)"]
    assert found[2].base == tmp_path / "held"
    assert len({one.plan.exercise.name for one in found}) == 1


def test_a_folder_without_a_plan_is_refused(tmp_path: Path) -> None:
    """The refusal names the folder and what it lacks."""
    RunFolder.write(tmp_path / "held", {"other.txt": "x"})
    with pytest.raises(FolderError, match=r"found no plan\.toml"):
        contenders(["okas-2017", str(tmp_path / "held")])
    shutil.rmtree(tmp_path / "held")
    with pytest.raises(PlanError, match="found no such file"):
        contenders(["okas-2017", str(tmp_path / "held")])


def test_one_plan_or_one_run_is_no_comparison(plan: Plan) -> None:
    """Two plans and two runs are the least; a refusal says what was found."""
    with pytest.raises(RunError, match="found 1 plan; expected at least 2"):
        compare({"a": plan})
    with pytest.raises(RunError, match="found 1 run; expected at least 2"):
        compare({"a": plan, "b": plan}, runs=1)


def test_the_public_face_has_it() -> None:
    """`tocsin.compare` and `tocsin.Comparison` are the room's."""
    assert tocsin.compare is compare
    assert isinstance(doctors(), tocsin.Comparison)
