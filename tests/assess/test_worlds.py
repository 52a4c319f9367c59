"""Simulated worlds: what a run is summed up to, which runs agree with a report, and how sure the counts are."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from benchmarks.weigh_worlds import case as timed_case
from benchmarks.worlds_reference import reference
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom

from tocsin.assess import Case, Evidence, Hypothesis, Item, Observation, Prior, Range, World
from tocsin.assess.worlds import SUMMARIES, Worlds, likelihood, likelihoods, simulate_worlds, stale, with_worlds
from tocsin.assess.worlds.reject import accepted, patterns
from tocsin.assess.worlds.summaries import Frame, summed_up
from tocsin.errors import CaseError
from tocsin.plan import Plan, load, people
from tocsin.plan.roads import has_roads, roads_of
from tocsin.simulate import Engine, compile

RUNS = 2_000
SMALL = Path(__file__).parents[1] / "plan" / "small.toml"

TOY = """
format = 1
[exercise]
name = "toy"
title = "Sixty people and a coin"
country = "by"
kind = "verification"
alert = 2026-02-16T18:00:00+03:00
time_zone = "Europe/Minsk"
deadline = { at = 2026-02-17T08:00:00+03:00 }
horizon_h = 24
assumption = "invented"
[[region]]
name = "East"
[[town]]
name = "Alder"
region = "East"
population = 3000
lat = 53.5
lon = 26.0
assumption = "invented"
[[group]]
name = "all"
called = 60
age = [{ from = 20, until = 40 }]
assumption = "invented"
[[channel]]
name = "phone"
medium = "phone"
reach = 1.0
delay = { family = "constant", value_min = 5 }
assumption = "invented"
[behaviour]
no_show = 0.95
travel = { family = "constant", value_min = 30 }
assumption = "invented"
[[point]]
name = "School"
town = "Alder"
regions = ["East"]
assumption = "invented"
"""
"""Each comes with probability 1/20, whatever the others do: how many come is binomial, near to Poisson(3)."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the toy plan."""
    folder = tmp_path_factory.mktemp("case")
    (folder / "toy.toml").write_text(TOY, encoding="utf-8")
    return folder


def case(world: World, *observations: Observation, second: World | None = None, items: tuple[Item, ...] = ()) -> Case:
    """A case of two hypotheses, the second perhaps without a world."""
    hypotheses = (Hypothesis("one", "One", "", world=world), Hypothesis("two", "Two", "", world=second))
    return Case("toy", "?", hypotheses, items, Prior({"one": 1, "two": 1}), observations=observations)


def came(least: float | None, most: float | None, tolerance: float = 0) -> Observation:
    """So many came."""
    return Observation(f"came-{least}-{most}", "", "came_total", (least, most), tolerance)


# --- summaries ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["okas-2017", "west-2026", str(SMALL)])
def test_every_summary_is_what_the_log_says(source: str) -> None:
    """All summaries of two runs equal those that plain Python computes person by person from the journeys, and those of
    A1 and A4 the measures; the small plan has every kind of table (crews, stocks, marches, giving up)."""
    plan: Plan = load(source)
    crowd = people(plan, 3)
    engine = Engine(compile(plan, crowd, roads_of(plan, None) if has_roads(plan) else None), reuse=True)
    for run in range(2):
        outcome = engine.run(3, run)
        slow = reference(outcome, plan, crowd)
        fast = dict(zip(SUMMARIES, summed_up(outcome, Frame(engine.network), tuple(SUMMARIES)), strict=True))
        assert fast == pytest.approx(slow, rel=1e-12, nan_ok=True)


def test_what_was_not_reached_is_no_number() -> None:
    """Nobody fills four in five posts of `okas-2017` within two hours, and its run ends before its first day does: the
    first is never (inf), the second unknown (nan)."""
    plan = load("okas-2017")
    cut = plan.model_copy(update={"exercise": plan.exercise.model_copy(update={"horizon_h": 2.0})})
    engine = Engine(compile(cut, people(cut, 1)))
    found = summed_up(engine.run(1, 0), Frame(engine.network), ("t80_posts_h", "regions_day_1", "stay_h_p90"))
    assert found[0] == math.inf
    assert math.isnan(found[1])


def test_each_summary_says_what_it_is() -> None:
    """The table is shown to people: a name, a unit and one sentence each, no name twice."""
    assert all(one.says.endswith(".") and one.unit for one in SUMMARIES.values())
    assert [one.name for one in SUMMARIES.values()] == list(SUMMARIES)


# --- rejection ---------------------------------------------------------------------------------------------------


def test_bounds_are_widened_by_the_tolerance_and_none_is_open() -> None:
    """Worked by hand: within [8, 24] ± 2 lie 6 and 26 but not 5.9 and 26.1; with one bound open the other still holds;
    inf agrees only where the upper bound is open, nan only where both are."""
    values = np.array([5.9, 6.0, 26.0, 26.1, math.inf, math.nan])
    yes = [
        accepted(values, Observation("x", "", "came_total", seen, 2.0)).tolist()
        for seen in ((8.0, 24.0), (8.0, None), (None, 24.0), (None, None))
    ]
    assert yes == [
        [False, True, True, False, False, False],
        [False, True, True, True, True, False],
        [True, True, True, False, False, False],
        [True] * 6,
    ]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=40), st.floats(0, 50), st.floats(0, 50), st.floats(0, 5))
def test_a_wider_report_accepts_no_run_less(values: list[float], least: float, more: float, tolerance: float) -> None:
    """More tolerance, or wider bounds, accepts every run that was accepted before."""
    runs = np.array(values)
    narrow = accepted(runs, came(least, least + more, tolerance))
    for wider in (
        came(least, least + more, tolerance + 1),
        came(least - 1, least + more + 1, tolerance),
        came(None, None),
    ):
        assert accepted(runs, wider)[narrow].all()


def test_patterns_hold_every_joint_count() -> None:
    """Four runs, two observations, by hand: 1 agrees with both, 1 with the first, 1 with the second, 1 with neither."""
    values = np.array([[1.0, 1.0], [1.0, 9.0], [9.0, 1.0], [9.0, 9.0]])
    assert patterns(values, (came(0, 2), came(None, 2))) == {"00": 1, "01": 1, "10": 1, "11": 1}


@pytest.mark.parametrize(("least", "most"), [(0, 2), (3, 3), (2, 5), (6, None), (None, 0)])
def test_acceptance_is_the_known_probability(folder: Path, least: int | None, most: int | None) -> None:
    """Who comes of 60 is binomial with 1/20, so P(least ≤ came ≤ most) is exact; of 2,000 runs the accepted number lies
    in its binomial interval of 99.9 %."""
    worlds = simulate_worlds(case(World("toy.toml"), came(least, most)), runs=RUNS, workers=1, base=folder)
    number, runs = worlds.accepted("one", list(worlds.observations))
    known = binom.cdf(60 if most is None else most, 60, 0.05) - (0 if least is None else binom.cdf(least - 1, 60, 0.05))
    low, high = binom.interval(0.999, runs, known)
    assert low <= number <= high


def test_what_varies_is_mixed_evenly(folder: Path) -> None:
    """With the share that stays away evenly from 0.5 to 0.9, P(came ≤ 15) is the mean of binomial probabilities over
    the middles of 40 equal parts; of 2,000 runs the accepted number lies in its interval of 99.9 %."""
    world = World("toy.toml", vary={"behaviour.no_show": (0.5, 0.9)})
    worlds = simulate_worlds(case(world, came(None, 15)), runs=RUNS, workers=1, base=folder)
    known = float(np.mean([binom.cdf(15, 60, 1 - (0.5 + 0.4 * (i + 0.5) / 40)) for i in range(40)]))
    low, high = binom.interval(0.999, RUNS, known)
    assert low <= worlds.accepted("one", ["came-None-15"])[0] <= high
    assert worlds.of[0].settings == 40


# --- worlds ------------------------------------------------------------------------------------------------------


def test_the_number_of_workers_touches_no_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """One process and two give the same bytes; another seed gives others."""
    monkeypatch.setattr(import_module("tocsin.assess.worlds.run"), "_WORTH_WORKERS", 0)
    two = timed_case((0.02, 0.06), (0.05, 0.05))
    texts = [json.dumps(simulate_worlds(two, runs=6, workers=w, seed=s).as_json()) for w, s in ((1, 5), (2, 5), (1, 6))]
    assert texts[0] == texts[1] != texts[2]


def test_equal_worlds_get_equal_counts_and_swapped_ones_swap(folder: Path) -> None:
    """Worlds meet the same luck by number of run: two that mean the same plan have the same counts, and hypotheses that
    swap their worlds swap their counts."""
    few, many = World("toy.toml"), World("toy.toml", changes={"behaviour.no_show": 0.9})
    seen = came(2, 4)

    def counts(one: World, two: World) -> list[tuple[int, int]]:
        worlds = simulate_worlds(case(one, seen, second=two), runs=200, workers=1, base=folder)
        return [worlds.accepted(name, [seen.id]) for name in ("one", "two")]

    assert counts(few, few)[0] == counts(few, few)[1] == counts(few, many)[0]
    assert counts(few, many) == counts(many, few)[::-1]


def test_a_change_by_key_path_is_the_plan_with_that_value(folder: Path) -> None:
    """Nobody stays away after the change and twice as many are called: 120 come in every run."""
    world = World("toy.toml", changes={"behaviour.no_show": 0.0, "channel[phone].delay.value_min": 6}, scale=2.0)
    worlds = simulate_worlds(case(world, came(120, 120)), runs=20, workers=1, base=folder)
    assert worlds.accepted("one", ["came-120-120"]) == (20, 20)
    assert worlds.of[0].people == (120, 120)
    assert worlds.of[0].quantiles["came_total"] == (120.0, 120.0, 120.0)


def test_worlds_survive_json_and_know_their_case(folder: Path) -> None:
    """What is read back is what was written; it fits its case, and not one with another world or other bounds, but a
    text that changes nothing of that does not matter."""
    mine = case(World("toy.toml", vary={"behaviour.no_show": (0.9, 0.95)}), came(2, 4), came(None, 3))
    worlds = simulate_worlds(mine, runs=30, workers=1, base=folder)
    assert Worlds.from_json(json.loads(json.dumps(worlds.as_json()))) == worlds
    assert stale(worlds, mine, base=folder) == ""
    told = replace(mine.hypotheses[0], says="Other words.", world=replace(mine.hypotheses[0].world, assumption="other"))
    assert stale(worlds, replace(mine, hypotheses=(told, mine.hypotheses[1])), base=folder) == ""
    other = case(World("toy.toml", vary={"behaviour.no_show": (0.9, 0.96)}), *mine.observations)
    assert "the world of one is another" in stale(worlds, other, base=folder)
    assert "observations are others" in stale(worlds, replace(mine, observations=(came(2, 4),)), base=folder)
    assert "hypotheses with a world are others" in stale(worlds, case(World("toy.toml"), second=World("toy.toml")))


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"format": 2},
        {"format": 1, "observations": 3},
        {"format": 1, "case": "", "seed": 1e999, "observations": [], "worlds": []},
    ],
)
def test_what_is_no_worlds_file_is_refused(data: object) -> None:
    """One clear error, whatever stands in the file."""
    with pytest.raises(CaseError, match="expected simulated worlds"):
        Worlds.from_json(data)


def test_counts_that_do_not_add_up_are_refused(folder: Path) -> None:
    """A pattern changed by hand, or of another width, is seen."""
    data = simulate_worlds(case(World("toy.toml"), came(2, 4)), runs=10, workers=1, base=folder).as_json()
    for patterns_ in ({"1": 11}, {"10": 10}, {"x": 10}, {"1": 11, "0": -1}):
        broken = {**data, "worlds": [{**data["worlds"][0], "patterns": patterns_}]}
        with pytest.raises(CaseError, match="do not fit"):
            Worlds.from_json(broken)


def test_evidence_of_sort_world_is_filled_with_joint_counts(folder: Path) -> None:
    """Both bounds together accept what lies in both: the item gets that count under each hypothesis, and no other item
    is touched."""
    even = {name: Range(0.45, 0.55) for name in ("one", "two")}
    world = Item("w", "", "world", even, observations=("came-2-None", "came-None-4"))
    event = Item("e", "", "event", even)
    toy = World("toy.toml")
    mine = case(toy, came(2, None), came(None, 4), came(2, 4), second=toy, items=(world, event))
    worlds = simulate_worlds(mine, runs=100, workers=1, base=folder)
    filled = with_worlds((Evidence(world), Evidence(event)), worlds)
    assert filled[0].simulated == {name: worlds.accepted(name, ["came-2-4"]) for name in ("one", "two")}
    assert filled[1] == Evidence(event)
    assert with_worlds((Evidence(world),), None) == (Evidence(world),)
    with pytest.raises(CaseError, match="was not simulated"):
        with_worlds((Evidence(replace(world, observations=("elsewhere",))),), worlds)


def test_an_item_is_simulated_under_all_hypotheses_or_under_none(folder: Path) -> None:
    """A share of runs beside a judged word would compare two scales: without a world of `two` the item says why."""
    item = Item("w", "", "world", {name: Range(0.45, 0.55) for name in ("one", "two")}, observations=("came-2-None",))
    worlds = simulate_worlds(case(World("toy.toml"), came(2, None)), runs=10, workers=1, base=folder)
    (filled,) = with_worlds((Evidence(item, why="Bound."),), worlds)
    assert filled.simulated is None
    assert filled.why == "Bound. It is not simulated, as there is no world of two; the judged words hold."


# --- likelihoods -------------------------------------------------------------------------------------------------


def test_a_likelihood_is_that_of_the_beta_distribution() -> None:
    """Its band is that of Beta(accepted + ½, others + ½), from SciPy."""
    found = likelihood(30, 100)
    assert (found.low, found.median, found.high) == tuple(beta.ppf([0.05, 0.5, 0.95], 30.5, 70.5))
    assert found.note == ""


def test_none_and_all_are_bounds_and_no_certainty() -> None:
    """None of 2,000 says `at most`, all of them `at least`; neither is 0 or 1 in the middle."""
    none, every = likelihoods({"a": (0, 2_000), "b": (2_000, 2_000)}).values()
    assert (none.low, every.high) == (0.0, 1.0)
    assert "at most 0.10%" in none.note  # 95 % quantile of Beta(½, 2000½), 0.00096
    assert "at least 99.90%" in every.note
    assert 0 < none.median < none.high < 0.001
    assert 0.999 < every.low < every.median < 1


# --- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("world", "said"),
    [
        (World("nowhere"), "found the plan 'nowhere'"),
        (World("../toy.toml"), "beside the case"),
        (World("absent.toml"), "cannot be used"),
        (World("toy.toml", changes={"behaviour.noshow": 0.5}), "did you mean 'no_show'"),
        (World("toy.toml", changes={"channel[post].reach": 0.5}), "expected one of phone"),
        (World("toy.toml", changes={"channel[": 0.5}), "expected a key path"),
        (World("toy.toml", changes={"": 0.5}), "expected a key path"),
        (World("toy.toml", changes={"behaviour.no_show": 7}), "the changed plan cannot be"),
        (World("toy.toml", changes={"exercise.horizon_h": "long"}), "the changed plan cannot be"),
        (World("toy.toml", vary={"exercise.title": (1, 2)}), "no number in the plan"),
        (World("toy.toml", vary={"scale": (2, 1)}), "expected least and most"),
        (World("toy.toml", scale=1e6), "expected at most 500,000"),
    ],
)
def test_a_world_that_cannot_be_is_one_clear_error(folder: Path, world: World, said: str) -> None:
    """Each refusal says what was found, and where: file, hypothesis and key."""
    with pytest.raises(CaseError, match=said.replace("(", r"\(").replace("[", r"\[")) as refused:
        simulate_worlds(case(world, came(1, 2)), runs=2, workers=1, base=folder)
    assert refused.value.place.startswith("toy: hypothesis 1 (one).world")


def test_nothing_to_simulate_and_odd_numbers_are_refused(folder: Path) -> None:
    """No observation, an unknown summary, no runs, no workers, a negative seed."""
    toy = case(World("toy.toml"), came(1, 2))
    unknown = Observation("x", "", "came_totl", (1, 2), 0)
    for mine, runs, workers, seed, said in (
        (case(World("toy.toml")), 2, 1, 1, "nothing to simulate"),
        (case(World("toy.toml"), unknown), 2, 1, 1, "did you mean 'came_total'"),
        (toy, 0, 1, 1, "found 0 runs"),
        (toy, 2, 0, 1, "found 0 processes"),
        (toy, 2, 1, -1, "found the seed -1"),
    ):
        with pytest.raises(CaseError, match=said):
            simulate_worlds(mine, runs=runs, workers=workers, seed=seed, base=folder)


# --- the page ----------------------------------------------------------------------------------------------------


def test_the_page_tells_every_summary_as_the_table_does() -> None:
    """docs/weigh-worlds.md has a row for each summary, with its unit and its sentence, in order, and no other."""
    page = (Path(__file__).parents[2] / "docs" / "weigh-worlds.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == [f"| `{one.name}` | {one.unit} | {one.says} |" for one in SUMMARIES.values()]
