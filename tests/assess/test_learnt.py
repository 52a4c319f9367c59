"""Drawing again by weight, point by point: places as bisection finds them, means as Bayes' rule has them by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmarks.weigh_cases import RANGES, case_of, told
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.assess.course import course
from tocsin.assess.gathered import Gathered, gather
from tocsin.assess.inverse import Floats
from tocsin.assess.learnt import Learnt, Part, _taken, drawn_again, parts, prior_part
from tocsin.assess.likelihoods import Streams, draw, posterior
from tocsin.assess.model import Evidence, Item, Range, Witness
from tocsin.assess.reliability import believed
from tocsin.assess.weigh import posterior_draws, weigh

UP = {"a": "likely", "b": "unlikely"}
DOWN = {"a": "very unlikely", "b": "almost certain"}
STEEP = {"a": "likely", "b": "almost certain"}
EVEN = {"a": 2.0, "b": 1.0}


def voice(group: str, grade: str = "B2", *testimony: str) -> Witness:
    """A witness who testifies to some incidents."""
    return Witness(group, grade, ("c",), ("r",), 10, "", testimony)


# --- places -----------------------------------------------------------------------------------------------------------


def bisected(weight: Floats, u: Floats) -> Floats:
    """The first places where the running sum reaches u times the whole."""
    reached = np.cumsum(weight)
    return np.minimum(np.searchsorted(reached, u * reached[-1], side="left"), weight.size - 1)


weights = st.lists(
    st.sampled_from([0.0, 1e-300, 1e-17, 0.1, 0.3, 1.0, 7.0, 1e17]) | st.floats(0, 1), min_size=1, max_size=60
)


@settings(deadline=None, max_examples=50)
@given(weights, st.integers(0, 2**32))
def test_places_are_those_of_bisection(given_weights: list[float], seed: int) -> None:
    """On weights of any size, zeros and a single one among them, and at the very ends of (0, 1)."""
    weight = np.array(given_weights)
    if weight.sum() == 0:
        weight[0] = 1.0
    u = np.concatenate((np.random.default_rng(seed).random(200), [2.0**-53, 1 - 2.0**-53], np.arange(1, 40) / 40))
    u = u[u > 0]
    found = drawn_again(weight, u)
    assert np.array_equal(found, bisected(weight, u))
    assert found.min() >= 0 and found.max() < weight.size


def test_what_weighs_nothing_is_never_drawn() -> None:
    """Of 20,000 draws with every other weight 0, all places are those that weigh something."""
    weight = np.tile([0.0, 1.0], 10_000)
    assert np.all(drawn_again(weight, Streams(1, 20_000).evenly("u")) % 2 == 1)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-800, 800), min_size=1, max_size=20), st.integers(1, 5_000))
def test_points_add_up(log_mean: list[float], points: int) -> None:
    """Each point takes one hypothesis, in their order, each as many as it is likely, to one point."""
    taken = list(_taken(np.array(log_mean), points))
    assert [first for _, first, _ in taken] == [0, *(last for _, _, last in taken[:-1])] and taken[-1][2] == points
    share = posterior(np.array(log_mean)[:, None])[:, 0]
    for number, first, last in taken:
        assert abs(last - first - points * share[number]) <= 1 + 1e-9 * points


# --- means by Bayes' rule ---------------------------------------------------------------------------------------------


def moments(grade: str) -> tuple[float, float]:
    """Mean of t and of t², from those of its Beta distribution."""
    one = believed(grade)
    v = one.a / (one.a + one.b)
    v2 = v * (one.a + 1) / (one.a + one.b + 1)
    rest = 1 - one.least
    return one.least + rest * v, one.least**2 + 2 * one.least * rest * v + rest**2 * v2


def middle(word: str) -> float:
    """Mean of what is drawn evenly within a word."""
    return (RANGES[word].low + RANGES[word].high) / 2


def bayes(like: dict[str, list[float]]) -> dict[str, float]:
    """Prior weights times mean likelihoods, as shares."""
    product = {name: EVEN[name] * float(np.prod(of)) for name, of in like.items()}
    return {name: one / sum(product.values()) for name, one in product.items()}


def means(evidence: list[Evidence], draws: int = 200_000) -> dict[str, float]:
    """Means of the answer."""
    order, found = posterior_draws(case_of(EVEN, evidence, draws=draws), evidence)
    return {name: float(row.mean()) for name, row in zip(order, found, strict=True)}


def test_the_mean_is_bayes_rule() -> None:
    """Of items without an origin in common: E[p t + (1 - p)(1 - t)] = m p + (1 - m)(1 - p) with the means p and m of
    each, multiplied; .003 is four standard errors of 200,000 draws and more."""
    evidence = [told("x", UP, voice("g", "B2")), told("y", DOWN, voice("h", "F6")), told("z", DOWN, voice("i", "E4"))]
    like = {
        name: [
            m * middle(words[name]) + (1 - m) * (1 - middle(words[name]))
            for words, (m, _) in ((UP, moments("B2")), (DOWN, moments("F6")), (DOWN, moments("E4")))
        ]
        for name in EVEN
    }
    expected = bayes(like)
    for name, mean in means(evidence).items():
        assert mean == pytest.approx(expected[name], abs=0.003)


def test_the_mean_of_a_part_of_two_items_is_bayes_rule() -> None:
    """One origin on two incidents: t is one draw for both, E[(1 - p - t + 2pt)(1 - q - t + 2qt)] by its two moments; as
    two origins the answer would be another one."""
    m, m2 = moments("F6")
    evidence = [told("x", UP, voice("g", "F6", "i-1")), told("y", STEEP, voice("g", "F6", "i-2"))]
    like = {}
    for name in EVEN:
        p, q = middle(UP[name]), middle(STEEP[name])
        like[name] = [
            (1 - p) * (1 - q) + ((1 - p) * (2 * q - 1) + (1 - q) * (2 * p - 1)) * m + (2 * p - 1) * (2 * q - 1) * m2
        ]
    expected, found = bayes(like), means(evidence)
    apart = means([told("x", UP, voice("g", "F6")), told("y", STEEP, voice("h", "F6"))])
    for name in EVEN:
        assert found[name] == pytest.approx(expected[name], abs=0.003)
        assert abs(apart[name] - expected[name]) > 0.005


# --- testimony --------------------------------------------------------------------------------------------------------


def shares(evidence: Sequence[Evidence]) -> dict[str, tuple[int, ...]]:
    """Item → for how many items the testimony of each witness is used."""
    ready = gather(case_of(EVEN, list(evidence)), evidence)
    return {one.id: one.shares for one in ready.items}


def test_one_origin_on_different_incidents_is_no_root() -> None:
    """What it says of each thing is testimony of its own: both items have it whole, in one part, and no note is due."""
    evidence = [told("x", UP, voice("g", "B2", "i-1")), told("y", DOWN, voice("g", "B2", "i-2"))]
    assert shares(evidence) == {"x": (1,), "y": (1,)}
    found = weigh(case_of(EVEN, evidence, draws=1_000), evidence)
    assert found.notes == () and all(one.shared == () for one in found.items)
    assert found.grounds.origins == 1


def test_one_origin_on_the_same_incident_is_a_root() -> None:
    """It says it once: two items have the square root each, and the answer says so; a third origin is left whole."""
    evidence = [told("x", UP, voice("g", "B2", "i-1", "i-2"), voice("h")), told("y", DOWN, voice("g", "B2", "i-1"))]
    assert shares(evidence) == {"x": (2, 1), "y": (2,)}
    found = weigh(case_of(EVEN, evidence, draws=1_000), evidence)
    assert found.notes == found.items[0].shared == found.items[1].shared
    assert "square root" in found.notes[0]
    whole = [told("x", UP, voice("g", "B2", "i-2"), voice("h")), told("y", DOWN, voice("g", "B2", "i-1"))]
    assert weigh(case_of(EVEN, whole, draws=1_000), whole).answer != found.answer


def test_the_same_words_on_different_incidents_are_two_items() -> None:
    """One origin tells two things that are judged alike: both count, and they are no copies."""
    evidence = [told("x", UP, voice("g", "B2", "i-1")), told("y", UP, voice("g", "B2", "i-2"))]
    found = weigh(case_of(EVEN, evidence, draws=1_000), evidence)
    assert [one.counted_in for one in found.items] == ["", ""] and found.grounds.items == 2


def test_copies_that_are_merged_testify_to_all_that_they_say() -> None:
    """Two items with the same words and an incident in common are one; a third that shares the other incident of the
    second has the root of it."""
    evidence = [
        told("x", UP, voice("g", "B2", "i-1")),
        told("y", UP, voice("g", "B2", "i-1", "i-2")),
        told("z", DOWN, voice("g", "B2", "i-2")),
    ]
    assert shares(evidence) == {"x": (2,), "z": (2,)}
    found = weigh(case_of(EVEN, evidence, draws=1_000), evidence)
    assert [one.counted_in for one in found.items] == ["", "x", ""]


def test_the_last_day_of_the_course_is_the_answer() -> None:
    """With origins in common, over the days."""
    evidence = [
        told(
            "x", UP, replace(voice("g", "B2", "i-1"), known=0), replace(voice("h", "C6", "i-1"), known=2 * 86_400_000)
        ),
        told("y", DOWN, replace(voice("g", "B2", "i-1"), known=86_400_000)),
    ]
    case = case_of(EVEN, evidence, draws=1_000)
    days = course(case, evidence)
    assert len(days) == 3 and days[-1].answer == weigh(case, evidence).answer


# --- products of many -------------------------------------------------------------------------------------------------


def _sound(evidence: list[Evidence]) -> None:
    found = weigh(case_of({"a": 1.0, "b": 1.0}, evidence, draws=200), evidence)
    assert sum(one.mean for one in found.answer) == pytest.approx(1, abs=1e-9)
    assert all(0 <= one.low <= one.median <= one.high <= 1 for one in found.answer)
    assert all(0 <= left.median <= 1 for one in found.items for left in one.without)


def test_five_hundred_items_that_pull_both_ways() -> None:
    """Products of shares vanish on both sides (.03 to the 250th is below 1e-308), and the answer is still a number."""
    for_, against = {"a": "almost certain", "b": "almost no chance"}, {"a": "almost no chance", "b": "almost certain"}
    _sound([told(f"e{k}", for_ if k % 2 else against, voice(f"g{k}", "A1")) for k in range(500)])


@pytest.mark.parametrize("grade", ["A1", "F6"])
def test_thousands_of_origins_of_one_item(grade: str) -> None:
    """3,000 factors of up to 2 run over; what they say is still p against p at most."""
    many = told("x", UP, *(voice(f"g{k}", grade) for k in range(3_000)))
    _sound([many])
    if grade == "A1":
        ratio = weigh(case_of(EVEN, [many], draws=200), [many]).items[0].ratios[0]
        assert 0.55 / 0.45 - 1e-9 <= 10**ratio.low <= 10**ratio.high <= 0.80 / 0.20 + 1e-9


def test_many_origins_of_many_items() -> None:
    """200 origins that all speak for 20 items: one part, whose likelihood is a product of 4,000 factors."""
    _sound(
        [told(f"e{j}", UP if j % 2 else DOWN, *(voice(f"g{k}", "A1", f"i-{j}") for k in range(200))) for j in range(20)]
    )


def test_no_run_of_a_million_against_all() -> None:
    """Worlds that were run a million times and never fitted, against ones that always did, both ways."""
    item = Item("r", "Runs fit.", "world", {name: Range(0.5, 0.6) for name in EVEN}, use="simulated")
    none, every = (0, 10**6), (10**6, 10**6)
    _sound(
        [
            Evidence(
                replace(item, id=f"r{k}"), simulated={"a": none if k % 2 else every, "b": every if k % 2 else none}
            )
            for k in range(120)
        ]
    )


def test_leaving_a_part_out_is_not_having_it() -> None:
    """Dividing by a part and never multiplying by it give the same answer, and putting another in its place, too."""
    evidence = [told(f"e{k}", UP if k % 3 else DOWN, voice(f"g{k}")) for k in range(8)]
    ready = gather(case_of(EVEN, evidence), evidence)
    streams = Streams(3, 500)
    before = prior_part(streams, ready.prior_keys, [EVEN[name] for name in ready.order])

    def made(items: Sequence[Gathered]) -> dict[str, Part]:
        return parts(streams, items, {one.id: draw(streams, one) for one in items})

    whole, rest = Learnt(made(ready.items)), Learnt(made(ready.items[1:]))
    assert whole.changed(before, "e0", None) == pytest.approx(rest.answer(before), abs=1e-12)
    same = made(ready.items)["e0"]
    assert whole.changed(before, "e0", same) == pytest.approx(whole.answer(before), abs=1e-12)


@pytest.mark.prove
def test_kernels_stay_within_their_arrays(tmp_path: Path) -> None:
    """Compiled with bounds checked, the kernels weigh invented cases of many sizes without a step outside."""
    code = (
        "from benchmarks.weigh_cases import invented\nfrom tocsin.assess.weigh import weigh\n"
        "import numpy as np\nfrom tocsin.assess.learnt import drawn_again\n"
        "for n in range(1, 300):\n"
        "    drawn_again(np.random.default_rng(n).random(n) ** 9, np.array([2.0**-53, 0.5, 1 - 2.0**-53]))\n"
        "for n in range(2, 8):\n    weigh(*invented(3 * n, n, 997 * n, n))\nprint('sound')\n"
    )
    root = Path(__file__).resolve().parents[2]
    env = {
        **os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": os.fspath(tmp_path),
        "PYTHONPATH": os.pathsep.join((os.fspath(root / "src"), os.fspath(root))),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.stdout.strip() == "sound", done.stderr[-2000:]
