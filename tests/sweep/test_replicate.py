"""Replications: the same numbers however they are shared out, in the order of the runs."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tocsin.errors import PlanError, RosterError, RunError, TocsinError
from tocsin.measure import Context, measures
from tocsin.plan import Plan, load, people
from tocsin.simulate import Engine, compile, journeys
from tocsin.sweep import rehearse, replicate

SEED = 5


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load("okas-2017")


@pytest.fixture(scope="module")
def crowd(plan: Plan) -> pl.DataFrame:
    return people(plan, SEED)


@pytest.fixture(scope="module")
def alone(plan: Plan, crowd: pl.DataFrame) -> pl.DataFrame:
    """Six runs, each measured by hand: an engine of its own for every run."""
    context = Context(plan, crowd)
    return pl.concat(measures(journeys(Engine(compile(plan, crowd)).run(SEED, run)), context) for run in range(6))


@pytest.fixture
def spread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worker processes are used for work of any size."""
    monkeypatch.setattr(import_module("tocsin.sweep.replicate"), "_WORTH_WORKERS", 0)


def test_one_process_gives_what_single_runs_give(plan: Plan, crowd: pl.DataFrame, alone: pl.DataFrame) -> None:
    """An engine that is used again for the next run leaves nothing of the last one in it."""
    assert_frame_equal(replicate(plan, crowd, range(6), SEED, workers=1), alone, check_exact=True)


@pytest.mark.usefixtures("spread")
@pytest.mark.parametrize("workers", [2, None])
def test_workers_change_nothing(plan: Plan, crowd: pl.DataFrame, alone: pl.DataFrame, workers: int | None) -> None:
    """Two processes, or one a core, give the very same frame, in the order of the runs."""
    found = replicate(plan, crowd, range(6), SEED, workers=workers)
    assert_frame_equal(found, alone, check_exact=True)


@pytest.mark.usefixtures("spread")
def test_any_stretch_of_runs_can_be_made_alone(plan: Plan, crowd: pl.DataFrame, alone: pl.DataFrame) -> None:
    """Runs 0 to 3 and 4 to 5, made apart and by other numbers of workers, are those of one sweep: batches are free."""
    parts = [
        replicate(plan, crowd, range(0, 4), SEED, workers=2),
        replicate(plan, crowd, range(4, 6), SEED, workers=1),
    ]
    assert_frame_equal(pl.concat(parts), alone, check_exact=True)


@pytest.mark.usefixtures("spread")
@pytest.mark.parametrize("workers", [1, 2])
def test_progress_grows_to_all(plan: Plan, crowd: pl.DataFrame, workers: int) -> None:
    """Progress is told after each batch, never falls, and ends with all of all."""
    told: list[tuple[int, int]] = []
    replicate(plan, crowd, range(9), SEED, workers=workers, progress=lambda done, of: told.append((done, of)))
    assert len(told) >= 4
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1] == (9, 9)
    assert {of for _, of in told} == {9}


def test_progress_of_a_rehearsal_counts_the_kept_runs(plan: Plan) -> None:
    """A rehearsal's progress grows to the number of runs, those that it keeps included."""
    told: list[tuple[int, int]] = []
    rehearse(plan, runs=4, keep=2, seed=SEED, workers=1, progress=lambda done, of: told.append((done, of)))
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1] == (4, 4)


@pytest.mark.parametrize("keep", [1, 3, 6])
def test_keeping_runs_changes_no_number(plan: Plan, alone: pl.DataFrame, keep: int) -> None:
    """Runs that are kept whole have the measures of those that are not, and are the first ones."""
    done = rehearse(plan, runs=6, keep=keep, seed=SEED, workers=1)
    assert_frame_equal(done.frame, alone, check_exact=True)
    assert len(done.kept) == keep
    assert sorted(done.kept_journeys()["run"].unique()) == list(range(keep))
    assert sorted(pl.concat(block.select("run") for block in done.log_blocks())["run"].unique()) == list(range(keep))


def test_another_seed_gives_other_runs(plan: Plan, alone: pl.DataFrame) -> None:
    """The seed matters: otherwise equal frames would prove nothing."""
    other = rehearse(plan, runs=1, seed=SEED + 1).frame
    own = alone.filter(pl.col("run") == 0)
    assert (
        other.select("measure", "name", "key", "value").equals(own.select("measure", "name", "key", "value")) is False
    )


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"runs": 0}, "-n: found 0 runs; expected at least 1"),
        ({"runs": 2, "keep": 3}, "--keep: found 3 runs to keep; expected 1 to 2, the number of runs"),
        ({"runs": 2, "keep": 0}, "--keep: found 0 runs to keep; expected 1 to 2, the number of runs"),
        ({"workers": 0}, "--workers: found 0 processes; expected at least 1"),
        ({"seed": -1}, "--seed: found -1; expected a whole number from 0 to 18446744073709551615"),
        ({"seed": 2**64}, f"--seed: found {2**64}; expected a whole number from 0 to 18446744073709551615"),
    ],
)
def test_what_cannot_be_asked_is_refused(plan: Plan, options: dict[str, Any], says: str) -> None:
    """Numbers that make no sense are refused in one sentence, before any work."""
    with pytest.raises(RunError) as refused:
        rehearse(plan, **options)
    assert str(refused.value) == says


def test_no_runs_are_refused(plan: Plan, crowd: pl.DataFrame) -> None:
    """A sweep without runs is a mistake of the caller, and no empty frame."""
    with pytest.raises(RunError, match="found 0 runs; expected at least 1"):
        replicate(plan, crowd, range(3, 3), SEED)


def test_a_plan_that_fails_its_checks_is_refused(plan: Plan) -> None:
    """A plan built in Python, past the loader, is checked all the same."""
    unit = plan.units[0].model_copy(update={"points": ("Nowhere",)})
    with pytest.raises(PlanError, match="Nowhere"):
        rehearse(plan.model_copy(update={"units": (unit,)}))


def test_a_missing_roster_is_refused(plan: Plan, tmp_path: Any) -> None:
    """A roster is looked for beside the plan, and named if it is not there."""
    from tocsin.plan.model import Roster

    listed = plan.model_copy(update={"groups": (), "roster": Roster(file="people.csv")})
    with pytest.raises(RosterError, match=r"people\.csv"):
        rehearse(listed, base=tmp_path)


def test_refusals_of_workers_come_through_whole() -> None:
    """A refusal that a worker process raises keeps its class, place and code on the way to the parent."""
    import pickle

    error = pickle.loads(pickle.dumps(RunError("found 0", place="x", code="y")))
    assert isinstance(error, TocsinError)
    assert (type(error), str(error), error.code) == (RunError, "x: found 0", "y")
