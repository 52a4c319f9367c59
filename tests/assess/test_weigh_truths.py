"""What must be true of weighing, whatever the numbers: copies, origins, order, names, denials."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from benchmarks.weigh_cases import RANGES, case_of, invented, told

from tocsin.assess.answer import Weighed
from tocsin.assess.model import Evidence, Item, Range, Witness
from tocsin.assess.weigh import weigh

AGAINST = {"check": "unlikely", "mobilisation": "very likely"}
FOR = {"check": "very likely", "mobilisation": "unlikely"}
SAME = {"check": "very likely", "mobilisation": "very likely"}
WEIGHTS = {"check": 4.0, "mobilisation": 1.5}


def said(group: str, grade: str = "C3", claim: str = "c1", known: int = 10) -> Witness:
    """A witness of an origin."""
    return Witness(group, grade, (claim,), (claim[1:],), known)


def weighed(evidence: Sequence[Evidence], weights: dict[str, float] = WEIGHTS, draws: int = 4000) -> Weighed:
    """A small case around evidence, weighed."""
    return weigh(case_of(weights, list(evidence), draws=draws), evidence)


def medians(found: Weighed) -> dict[str, float]:
    """Hypothesis → median."""
    return {one.hypothesis: one.median for one in found.answer}


def test_a_copy_bound_as_an_item_of_its_own_changes_no_bit() -> None:
    """Whatever its id and time of publication, a copy (the same words, the same origin) is the same item."""
    one = told("phones", AGAINST, said("latushko"))
    plain = weighed([one, told("hours", FOR, said("ministry", "B2"))])
    for name in ("aaa", "zzz"):
        copy = told(name, AGAINST, said("latushko", claim="c7", known=99))
        with_copy = weighed([one, told("hours", FOR, said("ministry", "B2")), copy])
        assert with_copy.answer == plain.answer
        assert with_copy.flips[0].answer == plain.flips[0].answer


def test_a_copy_of_a_report_changes_no_bit_of_its_item() -> None:
    """A further claim and report of an origin that speaks already is in its witness, and changes nothing."""
    one = told("phones", AGAINST, said("latushko"))
    wider = told("phones", AGAINST, replace(said("latushko"), claims=("c1", "c7"), reports=("1", "7")))
    assert weighed([wider]).answer == weighed([one]).answer


def test_the_trial_of_two_reprints() -> None:
    """Invented numbers: two reprints taken for voices of their own pull the check down by a tenth and more; as copies
    they change nothing. (The trial of `reference/evidence.md`: .71 became .43.)
    """
    ours = [told("notice", FOR, said("ministry", "B2")), told("phones", AGAINST, said("latushko", "C2"))]
    reprints = [told(f"reprint {k}", AGAINST, said("latushko", "C2", f"c{k}", 20)) for k in (2, 3)]
    alone = [told(f"reprint {k}", AGAINST, said(f"page {k}", "C2", f"c{k}", 20)) for k in (2, 3)]
    plain = medians(weighed(ours))["check"]
    assert medians(weighed([*ours, *reprints]))["check"] == plain
    assert medians(weighed([*ours, *alone]))["check"] < plain - 0.1


@pytest.mark.parametrize("words", [AGAINST, FOR])
def test_splitting_an_origin_counts(words: dict[str, str]) -> None:
    """Two origins of one item make it surer: each hypothesis moves on, the way that the item points."""
    one = medians(weighed([told("x", words, said("a"))]))["check"]
    two = medians(weighed([told("x", words, said("a"), said("b"))]))["check"]
    before = weighed([told("x", words, said("a"))]).answer[0].prior_median
    assert abs(two - before) > abs(one - before) + 0.01
    assert (two > one) == (words is FOR)


def test_splitting_an_origin_that_tells_nothing_changes_no_bit() -> None:
    """Where all likelihoods are equal, any number of origins says as little as one."""
    rest = told("y", AGAINST, said("c"))
    one, two = ([told("x", SAME, *voices), rest] for voices in ([said("a")], [said("a"), said("b")]))
    assert weighed(one).answer == weighed(two).answer


def test_no_number_of_origins_multiplies_a_statements_own_ratio() -> None:
    """Thirty sure origins of one statement make it certain, and no more: then it tells p against p."""
    many = told("x", {"a": "likely", "b": "unlikely"}, *(said(f"g{k:02}", "A1") for k in range(30)))
    ratio = {one.hypothesis: one for one in weighed([many], {"a": 1.0, "b": 1.0}).items[0].ratios}
    assert 10 ** ratio["a"].high <= 0.80 / 0.20 + 1e-9
    assert 10 ** ratio["a"].low >= 0.55 / 0.45 - 1e-9


def test_a_denial_equally_likely_under_all_changes_no_bit() -> None:
    """A denial by somebody who speaks for other items too changes nothing, not even how far those are believed."""
    ours = [told("phones", AGAINST, said("latushko")), told("hours", FOR, said("ministry", "B2"))]
    denial = told("denied", SAME, said("ministry", "A1", "c9"), sort="statement")
    found = weighed([*ours, denial])
    assert found.answer == weighed(ours).answer
    effect = next(one for one in found.items if one.id == "denied")
    assert effect.holds and effect.diagnosticity == 0.0
    assert all(one.median == one.low == one.high == 0.0 for one in effect.ratios)


@pytest.mark.parametrize("seed", range(4))
def test_any_order_gives_the_same_bits(seed: int) -> None:
    """Evidence, witnesses and hypotheses in any order give the same answer to the last bit."""
    case, evidence = invented(12, 4, 500, seed)
    source = random.Random(seed)
    mixed = [replace(one, witnesses=tuple(source.sample(one.witnesses, len(one.witnesses)))) for one in evidence]
    source.shuffle(mixed)
    turned = replace(case, hypotheses=case.hypotheses[::-1], items=case.items[::-1], watch_for=case.watch_for[::-1])
    one, other = weigh(case, evidence), weigh(turned, mixed)
    assert other.answer == one.answer[::-1]
    assert other.carries == one.carries
    assert [each.bits for each in other.next] == [each.bits for each in one.next]
    assert other.evidence_digest == one.evidence_digest
    assert {each.id: each.diagnosticity for each in other.items} == {each.id: each.diagnosticity for each in one.items}


@pytest.mark.parametrize("seed", range(4))
def test_swapping_two_hypotheses_swaps_the_answer(seed: int) -> None:
    """Whatever is said of two hypotheses exchanged, prior and all, exchanges their probabilities to the last bit."""
    case, evidence = invented(12, 4, 500, seed)
    swap = {"h0": "h2", "h2": "h0"}

    def swapped(one: Mapping[str, Any]) -> dict[str, Any]:
        return {name: one[swap.get(name, name)] for name in one}

    prior = replace(
        case.prior,
        weights=swapped(case.prior.weights),
        variants={name: swapped(weights) for name, weights in case.prior.variants.items()},
    )
    ahead = tuple(replace(one, likelihood=swapped(one.likelihood)) for one in case.watch_for)
    changed = [replace(one, item=replace(one.item, likelihood=swapped(one.item.likelihood))) for one in evidence]
    one, other = weigh(case, evidence), weigh(replace(case, prior=prior, watch_for=ahead), changed)
    for before in one.answer:
        after = next(each for each in other.answer if each.hypothesis == swap.get(before.hypothesis, before.hypothesis))
        assert (after.median, after.low, after.high, after.mean) == (
            before.median,
            before.low,
            before.high,
            before.mean,
        )
    assert [each.bits for each in other.next] == [each.bits for each in one.next]


def test_equal_priors_swap_too() -> None:
    """With equal prior weights the order of hypotheses comes from what is judged of them: the swap is exact."""
    one = weighed([told("x", {"a": "likely", "b": "unlikely"}, said("g"))], {"a": 1.0, "b": 1.0})
    other = weighed([told("x", {"b": "likely", "a": "unlikely"}, said("g"))], {"a": 1.0, "b": 1.0})
    assert medians(one)["a"] == medians(other)["b"]


def test_an_unnamed_origin_counts_in_half_of_the_draws() -> None:
    """`?x` beside a named origin moves the median, and less than a named one would; alone it counts always."""
    alone, named = weighed([told("x", AGAINST, said("?r1"))]), weighed([told("x", AGAINST, said("b"))])
    assert abs(medians(alone)["check"] - medians(named)["check"]) < 0.03  # other draws of the same thing
    first = medians(weighed([told("x", AGAINST, said("a"))]))["check"]
    half = medians(weighed([told("x", AGAINST, said("a"), said("?r1"))]))["check"]
    whole = medians(weighed([told("x", AGAINST, said("a"), said("b"))]))["check"]
    assert whole < half < first


def test_of_unnamed_origins_one_at_least_counts() -> None:
    """Two unnamed origins are at least one: together they say more than one alone, and less than two that are named."""

    def check(*witnesses: Witness) -> float:
        return medians(weighed([told("x", AGAINST, *witnesses)]))["check"]

    alone = check(said("?r1", "A1"))
    assert check(said("a", "A1"), said("b", "A1")) < check(said("?r1", "A1"), said("?r2", "A1")) < alone


def test_an_origin_that_speaks_for_two_items_counts_once_in_all() -> None:
    """Each of its items gets the square root of its odds, and the answer says so."""
    other = {"check": "unlikely", "mobilisation": "almost certain"}
    shared = [told("x", AGAINST, said("a", "A1")), told("y", other, said("a", "A1"))]
    apart = [told("x", AGAINST, said("a", "A1")), told("y", other, said("b", "A1"))]
    one, two = weighed(shared), weighed(apart)
    assert medians(one)["check"] > medians(two)["check"]
    assert one.items[0].shared == (
        "What the origin “a” says of one thing is used for 2 items and counts once in all: each has the square root of "
        "its odds.",
    )
    assert one.items[0].shared[0] in one.notes and not two.notes


def test_what_was_not_seen_counts_by_how_likely_it_would_have_been_seen() -> None:
    """An absence needs no witness: with `detect` from .55 to .80 it turns p into 1 - detect p; here by hand."""
    found = weighed([told("none", {"check": "almost no chance", "mobilisation": "almost certain"}, sort="absence")])
    ratio = {one.hypothesis: one for one in found.items[0].ratios}["check"]
    assert ratio.median == pytest.approx(np.log10((1 - 0.675 * 0.03) / (1 - 0.675 * 0.97)), abs=0.01)
    assert found.items[0].borne is None


def test_simulated_worlds_count_as_shares_of_runs() -> None:
    """310 of 2,000 runs against 4: the ratio is near (310.5 / 4.5); equal runs tell nothing at all."""
    likelihood = {name: RANGES["likely"] for name in WEIGHTS}
    item = Item("run", "Runs fit.", "world", likelihood, use="simulated")
    found = weighed([Evidence(item, simulated={"check": (310, 2000), "mobilisation": (4, 2000)})])
    assert found.items[0].ratios[0].median == pytest.approx(np.log10(310.5 / 4.5), abs=0.05)
    equal = weighed([Evidence(item, simulated={"check": (310, 2000), "mobilisation": (310, 2000)})])
    assert equal.answer[0].median == equal.answer[0].prior_median


def test_a_footprint_counts_by_its_support() -> None:
    """Support of one half tells nothing; above it speaks for E, below against it."""
    item = Item("troops", "Troops grew.", "footprint", {name: RANGES[word] for name, word in AGAINST.items()})
    low, even, high = (medians(weighed([Evidence(item, support=at)]))["check"] for at in (0.1, 0.5, 0.9))
    before = weighed([Evidence(item, support=0.5)]).answer[0].prior_median
    assert low > even > high
    assert even == pytest.approx(before, abs=1e-12)


def test_what_does_not_hold_or_has_nobody_is_left_out() -> None:
    """An item that does not hold, or that nobody says, changes no bit, and is listed with its reason."""
    ours = [told("x", AGAINST, said("a"))]
    gone = replace(told("y", AGAINST, said("b")), holds=False, why="Retracted.")
    found = weighed([*ours, gone, told("z", AGAINST)])
    assert found.answer == weighed(ours).answer
    assert [(one.id, one.holds) for one in found.items] == [("x", True), ("y", False), ("z", False)]
    assert found.grounds.left_out == 2
    assert found.items[1].why == "Retracted." and "Nobody" in found.items[2].why


def test_leaving_out_is_weighing_without() -> None:
    """Where no origin is shared, the answer without an item is the answer of the case without it."""
    evidence = [told("x", AGAINST, said("a")), told("y", FOR, said("b", "B2")), told("z", AGAINST, said("c", "D6"))]
    found = weighed(evidence)
    for number, one in enumerate(found.items):
        rest = medians(weighed([*evidence[:number], *evidence[number + 1 :]]))
        for left in one.without:
            assert left.median == pytest.approx(rest[left.hypothesis], abs=1e-12)
    most = max(found.items, key=lambda one: max(abs(left.change) for left in one.without))
    assert found.carries[0] == most.id


def test_means_add_up_and_the_seed_decides() -> None:
    """Means are a distribution; the same seed gives the same bits, another one nearly the same answer."""
    case, evidence = invented(6, 3, 20_000, 8)
    one, again, other = weigh(case, evidence), weigh(case, evidence), weigh(case, evidence, seed=99)
    assert one == again
    assert sum(each.mean for each in one.answer) == pytest.approx(1.0, abs=1e-9)
    for each, later in zip(one.answer, other.answer, strict=True):
        assert later.median == pytest.approx(each.median, abs=6 * one.error)


def test_twenty_thousand_draws_are_enough() -> None:
    """The standard error of medians and ends of bands from the number of draws is below .01 on cases of any size."""
    for size in (5, 25):
        assert weigh(*invented(size, 4, 20_000, size)).error < 0.01


def test_a_range_in_numbers_is_a_range() -> None:
    """Likelihoods need no word: [.8, .95] is `very likely`."""
    plain = told("x", AGAINST, said("a"))
    numbers = {"check": Range(0.20, 0.45), "mobilisation": Range(0.80, 0.95)}
    assert weighed([replace(plain, item=replace(plain.item, likelihood=numbers))]).answer == weighed([plain]).answer


def test_an_empty_case_gives_its_prior() -> None:
    """Without evidence that holds, the answer is the prior."""
    found = weighed([told("x", AGAINST)])
    assert all(one.median == one.prior_median for one in found.answer)
    assert isinstance(found.as_json()["answer"], list)
