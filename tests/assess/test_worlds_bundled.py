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

AGAIN, RUNS_AGAIN = ("routine", "staging"), 40
"""Which worlds are run again, and how often: once with each setting."""


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
    """The first 40 runs of a world are among the 2,000 that were counted, unless the engine or a plan has changed: for
    each observation their count lies in the hypergeometric interval of 99.99 %. Two worlds of four, to save time."""
    few = replace(case, hypotheses=tuple(replace(h, world=h.world if h.id in AGAIN else None) for h in case.hypotheses))
    for now in simulate_worlds(few, runs=RUNS_AGAIN, workers=1).of:
        then = next(one for one in kept.of if one.hypothesis == now.hypothesis)
        assert now.digest == then.digest
        assert now.people == then.people
        for name, number in alone(kept, now.hypothesis).items():
            low, high = hypergeom.interval(0.9999, RUNS, number, RUNS_AGAIN) if 0 < number < RUNS else (number, number)
            seen = sum(n for bits, n in now.patterns.items() if bits[list(kept.observations).index(name)] == "1")
            assert low <= (seen if 0 < number < RUNS else seen * RUNS // RUNS_AGAIN) <= high, (now.hypothesis, name)


def alone(worlds: Worlds, hypothesis: str) -> dict[str, int]:
    """Runs of a hypothesis that agree with each observation."""
    return {name: worlds.accepted(hypothesis, [name])[0] for name in worlds.observations}


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
