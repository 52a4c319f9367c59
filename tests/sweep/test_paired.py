"""The statistics of pairs: exact where they claim to be, honest where luck is all there is."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binomtest

from tocsin.sweep.paired import ALL_SIGNS, LEVEL, holm, paired, shares

Floats = NDArray[np.float64]
few = st.lists(st.integers(-20, 20), min_size=1, max_size=8)


def of(differences: list[int] | list[float] | Floats) -> Floats:
    """One row of differences."""
    return np.asarray(differences, dtype=np.float64).reshape(1, -1)


def draws(rows: int, runs: int, seed: int = 1) -> Floats:
    return np.random.default_rng(seed).normal(size=(rows, runs))


@given(few)
def test_the_p_value_counts_all_ways_to_set_the_signs(differences: list[int]) -> None:
    """Of all 2ⁿ ways, the share whose sum is as far from 0; counted here one by one. Equal pairs have none."""
    found = paired(np.zeros((1, len(differences))), of(differences)).p[0]
    sums = [
        sum(s * d for s, d in zip(signs, differences, strict=True))
        for signs in product((1, -1), repeat=len(differences))
    ]
    expected = sum(abs(s) >= abs(sum(differences)) for s in sums) / len(sums)
    assert np.isnan(found) if not any(differences) else found == pytest.approx(expected)


@given(few.filter(any))
def test_the_interval_is_made_of_typical_values(differences: list[int]) -> None:
    """Its ends are the k-th least and k-th most of the means of all subsets, k = 2.5 % of 2ⁿ; under six pairs: none."""
    found = paired(np.zeros((1, len(differences))), of(differences))
    chosen = [
        [d for d, c in zip(differences, which, strict=True) if c] for which in product((0, 1), repeat=len(differences))
    ]
    means = sorted(sum(part) / len(part) for part in chosen if part)
    rank = int(0.025 * 2 ** len(differences))
    if rank == 0:
        assert len(differences) < 6
        assert np.isnan(found.low[0])
    else:
        assert (found.low[0], found.high[0]) == pytest.approx((means[rank - 1], means[-rank]))


@given(st.lists(st.floats(-100, 100), min_size=6, max_size=40), st.floats(-50, 50))
def test_a_shift_moves_everything_by_itself(values: list[float], shift: float) -> None:
    """A value added to one plan in every run moves difference and interval by that value, and nothing else."""
    base = of(values)
    other = base + np.linspace(1, 2, len(values))
    plain, moved = paired(base, other), paired(base, other + shift)
    for name in ("difference", "low", "high"):
        assert getattr(moved, name)[0] - getattr(plain, name)[0] == pytest.approx(shift, abs=1e-9)


@given(st.integers(1, 30), st.integers(0, 30))
def test_equal_pairs_differ_by_exactly_nothing(runs: int, seed: int) -> None:
    """The same values in all runs: 0, an interval of 0 to 0, no p-value, no higher and no lower run."""
    values = draws(1, runs, seed)
    found = paired(values, values.copy())
    assert (found.difference[0], found.low[0], found.high[0], found.higher[0], found.lower[0]) == (0, 0, 0, 0, 0)
    assert np.isnan(found.p[0])


def test_rounding_is_no_difference() -> None:
    """Sums in another order differ in the sixteenth digit: that is equal."""
    base = np.full((1, 20), 0.1 + 0.2)
    assert np.isnan(paired(base, np.full((1, 20), 0.3)).p[0])


def test_only_pairs_count() -> None:
    """A run in which one plan has no value is left out of both means; a row without pairs has no difference."""
    nothing = np.nan
    base = np.array([[1.0, 2.0, nothing, 4.0], [1.0, nothing, nothing, nothing]])
    other = np.array([[2.0, nothing, 9.0, 8.0], [nothing, 1.0, 1.0, 1.0]])
    found = paired(base, other)
    assert found.pairs.tolist() == [2, 0]
    assert (found.base[0], found.other[0], found.difference[0]) == (2.5, 5.0, 2.5)
    assert np.isnan([found.difference[1], found.p[1], found.base[1]]).all()


def test_many_pairs_of_one_sign_are_exact() -> None:
    """Forty differences of one sign: two of 2⁴⁰ ways, however few signs are drawn; zeros count for nothing."""
    p = paired(np.zeros((2, 43)), np.array([[1.0] * 40 + [0.0] * 3, [-1.0, -2.0] + [0.0] * 41])).p
    assert p[0] == pytest.approx(2.0**-39)
    assert p[1] == pytest.approx(0.5)


def test_beyond_the_drawn_signs_the_bound_holds() -> None:
    """99 differences of 1 and one of -1: the exact p-value is 202 / 2¹⁰⁰, and what is given is no smaller."""
    p = paired(np.zeros((1, 100)), of([1.0] * 99 + [-1.0])).p[0]
    assert 202 / 2**100 <= p < 1e-15


@pytest.mark.parametrize("runs", [8, ALL_SIGNS, 20])
@pytest.mark.parametrize("family", ["normal", "laplace", "standard_cauchy"])
def test_chance_alone_is_found_as_often_as_promised(family: str, runs: int) -> None:
    """Symmetric luck of any tail: p ≤ 5 % in at most 5 % of 400 rows, and 0 in 95 % of the intervals (4 sigma)."""
    rows, sigma = 400, 4 * (0.05 * 0.95 / 400) ** 0.5
    luck = getattr(np.random.default_rng(3), family)(size=(rows, runs))
    found = paired(np.zeros((rows, runs)), luck)
    assert (found.p <= LEVEL).mean() <= LEVEL + sigma
    assert ((found.low <= 0) & (found.high >= 0)).mean() == pytest.approx(0.95, abs=sigma + 0.01)


def test_skewed_luck_is_covered_nearly_as_well() -> None:
    """Differences that are exponential, 200 runs: the true mean lies in 92 to 98 % of 300 intervals."""
    luck = np.random.default_rng(4).exponential(size=(300, 200))
    found = paired(np.zeros(luck.shape), luck)
    assert 0.92 <= ((found.low <= 1) & (found.high >= 1)).mean() <= 0.98


def test_gain_and_correlation_are_those_of_theory() -> None:
    """Values with a common part of variance 9 and own parts of 1 each: correlation 0.9, (10 + 10) / (1 + 1) = 10."""
    common, own, others = 3 * draws(1, 20_000, 5), draws(1, 20_000, 6), draws(1, 20_000, 7)
    a, b = common + own, common + others
    correlation = np.corrcoef(a[0], b[0])[0, 1]
    found = paired(a[:, :200], b[:, :200])
    assert correlation == pytest.approx(0.9, abs=0.01)
    assert found.correlation[0] == pytest.approx(np.corrcoef(a[0, :200], b[0, :200])[0, 1], abs=0.01)
    assert found.gain[0] == pytest.approx(10, rel=0.3)


def test_mcnemar_is_exact() -> None:
    """63 of 100 beside 100 of 100: 37 runs only under one, none only under the other: the binomial test's p-value."""
    base = np.zeros((1, 100), bool)
    base[0, :63] = True
    found = shares(base, np.ones((1, 100), bool))
    assert found.p[0] == pytest.approx(binomtest(0, 37, 0.5).pvalue)
    assert found.difference[0] == pytest.approx(0.37)
    assert 0.26 < found.low[0] < 0.37 < found.high[0] < 0.47


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_shares_of_any_pairs(pairs: list[tuple[bool, bool]]) -> None:
    """The p-value is the binomial test's of the runs that differ; the ends stay within -1 and 1, in order."""
    base, other = (np.array([[pair[i] for pair in pairs]]) for i in (0, 1))
    found = shares(base, other)
    gained, lost = (other & ~base).sum(), (base & ~other).sum()
    assert found.difference[0] == pytest.approx((int(gained) - int(lost)) / len(pairs))
    assert -1 <= found.low[0] <= found.high[0] <= 1
    if gained + lost == 0:
        assert np.isnan(found.p[0])
    else:
        assert found.p[0] == pytest.approx(binomtest(int(gained), int(gained + lost), 0.5).pvalue)


def test_holm_by_hand() -> None:
    """Holm 1979: the least times 4, the next times 3 and so on, never falling, never above 1; nothing stays nothing."""
    assert holm([0.01, np.nan, 0.005, 0.03, 0.02]) == pytest.approx([0.03, np.nan, 0.02, 0.04, 0.04], nan_ok=True)
    assert holm([0.9, 0.8]).tolist() == [1.0, 1.0]
    assert np.isnan(holm([np.nan])).all()


def test_any_false_finding_is_as_rare_as_promised() -> None:
    """300 comparisons of 40 numbers in which only luck differs: at most 5 % of them call any real (3 sigma)."""
    luck = draws(300 * 40, 11, 8)
    p = paired(np.zeros(luck.shape), luck).p.reshape(300, 40)
    wrong = np.mean([(holm(row) <= LEVEL).any() for row in p])
    assert wrong <= LEVEL + 3 * (LEVEL * (1 - LEVEL) / 300) ** 0.5
