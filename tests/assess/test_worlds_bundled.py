"""The worlds that come with the bundled case: made for the case as it stands, and what a run of today gives."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from scipy.stats import hypergeom
from tools.make_worlds import BUNDLED, RUNS, text

from tocsin.assess import Case
from tocsin.assess.case import load_case
from tocsin.assess.worlds import Worlds, bundled_worlds, simulate_worlds

AGAIN = 40
"""Runs made again: one of each setting."""


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case("west-2026")


@pytest.fixture(scope="module")
def kept(case: Case) -> Worlds:
    worlds, why = bundled_worlds(case)
    assert worlds is not None, f"{why}; run python -m tools.make_worlds"
    return worlds


def test_the_file_is_of_the_case_as_it_stands(case: Case, kept: Worlds) -> None:
    """Plans, what varies and observations are those of the case, as digests say; its file is what the tool writes."""
    assert {one.runs for one in kept.of} == {RUNS}
    assert kept.seed == case.seed
    assert (BUNDLED / case.name / "worlds.json").read_text(encoding="utf-8") == text(kept)


def test_runs_of_today_agree_with_the_file(case: Case, kept: Worlds) -> None:
    """The first 40 runs of each world are among the 2,000 that were counted, so the engine must not have changed: for
    each observation alone the counts agree within the hypergeometric interval of 99.99 %, and quantiles overlap."""
    again = simulate_worlds(case, runs=AGAIN, workers=1)
    for then, now in zip(kept.of, again.of, strict=True):
        for name in kept.observations:
            number = kept.accepted(then.hypothesis, [name])[0]
            low, high = hypergeom.interval(0.9999, RUNS, number, AGAIN) if 0 < number < RUNS else (0, AGAIN)
            seen = again.accepted(now.hypothesis, [name])[0]
            assert low <= seen <= high, (then.hypothesis, name)
            if number in (0, RUNS):
                assert seen == AGAIN * number // RUNS, (then.hypothesis, name)
        assert now.digest == then.digest
        assert now.people == then.people


def test_every_hypothesis_is_simulated_and_none_is_certain(case: Case, kept: Worlds) -> None:
    """Each hypothesis has a world, and the items of sort world rest on observations that were simulated."""
    assert [one.hypothesis for one in kept.of] == [one.id for one in case.hypotheses]
    items = [item for item in case.items if item.sort == "world"]
    assert items
    assert all(set(item.observations) <= set(kept.observations) for item in items)


def test_a_changed_case_is_told_that_its_worlds_are_not_simulated(case: Case) -> None:
    """Another tolerance makes the file stale: there are no worlds, and one sentence says why."""
    first = replace(case.observations[0], tolerance=case.observations[0].tolerance + 1)
    worlds, why = bundled_worlds(replace(case, observations=(first, *case.observations[1:])))
    assert worlds is None
    assert why == "worlds not simulated for this case as it stands: its observations are others"
    assert bundled_worlds(replace(case, name="elsewhere")) == (None, "worlds not simulated for this case")


def test_the_file_reads_back(kept: Worlds) -> None:
    """JSON and back is the same."""
    assert Worlds.from_json(json.loads(text(kept))) == kept
