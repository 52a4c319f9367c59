"""A run folder keeps the roads that a run read, and repeats the run from them."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from tocsin.errors import PlanError
from tocsin.log.folder import RunFolder
from tocsin.plan import Plan, load
from tocsin.plan.model import Travel
from tocsin.plan.movement import Roads
from tocsin.plan.roads import roads_of
from tocsin.sweep import rehearse


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Return the bundled call-up with everybody following the bundled roads."""
    plan = load("west-2026")
    assert isinstance(plan.behaviour.travel, Travel)
    travel = plan.behaviour.travel.model_copy(update={"roads": True})
    behaviour = plan.behaviour.model_copy(update={"travel": travel})
    return plan.model_copy(update={"behaviour": behaviour, "roads": Roads(places="by", assumption="by rule")})


def test_a_run_folder_repeats_the_run_on_its_own_roads(plan: Plan, tmp_path: Path) -> None:
    """The plan of a folder points to the roads beside it, and gives every file again, byte for byte."""
    RunFolder.write(tmp_path / "first", rehearse(plan).parts())
    again = load(tmp_path / "first" / "plan.toml")
    assert again.roads == Roads(file="roads.parquet", assumption="by rule")
    RunFolder.write(tmp_path / "second", rehearse(again, base=tmp_path / "first").parts())
    for name in sorted(path.name for path in (tmp_path / "first").iterdir()):
        assert name == "manifest.json" or (
            (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
        ), name
    assert (tmp_path / "first" / "roads.parquet").exists()


def test_a_plan_without_a_map_keeps_none() -> None:
    """A folder of a plan without roads has no file of roads."""
    assert "roads.parquet" not in rehearse(load("west-2026")).parts()


def test_a_missing_file_of_roads_is_refused_before_the_run(plan: Plan, tmp_path: Path) -> None:
    """A file of roads is looked for beside the plan, and named if it is not there."""
    lost = plan.model_copy(update={"roads": Roads(file="belarus.osm.pbf")})
    with pytest.raises(PlanError, match=r"roads\.file 'belarus\.osm\.pbf': found no such file"):
        rehearse(lost, base=tmp_path)


def test_roads_reach_worker_processes_whole(plan: Plan) -> None:
    """What a worker gets is the same network, with the same ways."""
    roads = roads_of(plan)
    other = pickle.loads(pickle.dumps(roads))
    assert other.way("Brest", "Lida") == roads.way("Brest", "Lida") is not None
