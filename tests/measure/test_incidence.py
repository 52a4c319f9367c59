"""The Aalen–Johansen estimator: by hand, against Kaplan–Meier, lifelines, exact fractions and plain
counting."""

from __future__ import annotations

import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import MeasureError
from tocsin.measure import cumulative_incidence
from tocsin.measure.incidence import incidence, quantiles_of

Person = tuple[int, int, int]  # entry, end, cause
COHORTS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 3)).map(
        lambda p: (min(p[0], p[1]), max(p[0], p[1]), p[2])
    ),
    min_size=1,
    max_size=40,
)


def columns(cohort: list[Person]) -> tuple[list[int], list[int], list[int]]:
    """Split persons into ends, causes and entries."""
    return [p[1] for p in cohort], [p[2] for p in cohort], [p[0] for p in cohort]


def slow(cohort: list[Person], cause: int, until: int, *, entries: bool) -> Fraction:
    """F(until) in exact fractions, straight from the definition: sum of S(t-) d(t) / Y(t)."""
    surviving, total = Fraction(1), Fraction(0)
    for t in sorted({end for _, end, _ in cohort}):
        if t > until:
            break
        at_risk = sum(1 for start, end, _ in cohort if end >= t and (not entries or start < t or start == end == t))
        outcomes = sum(1 for _, end, c in cohort if end == t and c > 0)
        mine = sum(1 for _, end, c in cohort if end == t and c == cause)
        total += surviving * Fraction(mine, at_risk)
        surviving *= 1 - Fraction(outcomes, at_risk)
    return total


def test_ties_by_hand() -> None:
    """At one instant arrival and refusal share a risk set, and the person cut off at that instant is in
    it."""
    # Six people; at 10: two arrive (1), one refuses (2), one is cut off (0); at 20: one arrives, one is cut
    # off.
    table = cumulative_incidence([10, 10, 10, 10, 20, 20], [1, 1, 2, 0, 1, 0])
    assert table["at_risk"].to_list() == [6, 2]
    assert table["censored"].to_list() == [1, 1]
    # F1(10) = 2/6; S(10) = 1 - 3/6; F1(20) = 1/3 + 1/2 * 1/2 = 7/12; F2 = 1/6 (worked by hand)
    assert table["incidence_1"].to_list() == pytest.approx([1 / 3, 7 / 12], abs=1e-15)
    assert table["incidence_2"].to_list() == pytest.approx([1 / 6, 1 / 6], abs=1e-15)
    assert table["surviving"].to_list() == pytest.approx([1 / 2, 1 / 4], abs=1e-15)


def test_delayed_entry_by_hand() -> None:
    """People summoned later are at risk only from then on; entering at an instant is after its outcomes."""
    # a: 0-10 arrives; b: 0-30 arrives; c: 10-20 refuses (not at risk at 10); d: 20-40 cut off (not at risk at
    # 20).
    table = cumulative_incidence([10, 30, 20, 40], [1, 1, 2, 0], [0, 0, 10, 20])
    assert table["time_ms"].to_list() == [10, 20, 30, 40]
    assert table["at_risk"].to_list() == [2, 2, 2, 1]
    # F1: 1/2, then S = 1/2 * 1/2 = 1/4 after the refusal, + 1/4 * 1/2 = 5/8 (worked by hand)
    assert table["incidence_1"].to_list() == pytest.approx([1 / 2, 1 / 2, 5 / 8, 5 / 8], abs=1e-15)
    assert table["incidence_2"].to_list() == pytest.approx([0, 1 / 4, 1 / 4, 1 / 4], abs=1e-15)


def test_someone_who_enters_and_ends_at_once_is_not_lost() -> None:
    """A person with entry = end is at risk at that instant: one of one arrives."""
    assert cumulative_incidence([5], [1], [5])["incidence_1"].to_list() == [1.0]


@given(COHORTS, st.booleans())
def test_equals_the_definition_in_exact_fractions(cohort: list[Person], entries: bool) -> None:
    """With any ties, cuts and late entries the table is what the definition gives in exact fractions."""
    ends, causes, starts = columns(cohort)
    table = cumulative_incidence(ends, causes, starts if entries else None)
    for row in table.iter_rows(named=True):
        for cause in {c for c in causes if c > 0}:
            expected = slow(cohort, cause, row["time_ms"], entries=entries)
            assert row[f"incidence_{cause}"] == pytest.approx(float(expected), abs=1e-12)


@given(COHORTS)
def test_outcomes_and_survivors_add_up(cohort: list[Person]) -> None:
    """At every instant the incidences of all causes and the share without an outcome add up to 1."""
    ends, causes, starts = columns(cohort)
    table = cumulative_incidence(ends, causes, starts)
    parts = [table[name].to_numpy() for name in table.columns if name.startswith("incidence_")]
    assert np.sum([table["surviving"].to_numpy(), *parts], axis=0) == pytest.approx(np.ones(table.height), abs=1e-12)


@given(COHORTS)
def test_without_censoring_it_is_plain_counting_exactly(cohort: list[Person]) -> None:
    """In a closed exercise F(t) is exactly the number arrived by t over the number called: no rounding at
    all."""
    ends, causes, _ = columns([(start, end, cause or 2) for start, end, cause in cohort])
    steps = incidence(np.array(ends), np.array(causes))
    table = cumulative_incidence(ends, causes)
    for row in table.iter_rows(named=True):
        arrived = sum(1 for end, cause in zip(ends, causes, strict=True) if cause == 1 and end <= row["time_ms"])
        assert steps.at(np.array([row["time_ms"]]))[0] == arrived / len(ends)
        assert row.get("incidence_1", 0.0) == arrived / len(ends)


@given(COHORTS, st.integers(0, 11))
def test_a_cut_changes_nothing_before_it(cohort: list[Person], cut: int) -> None:
    """Cutting the log at an instant leaves the estimate before and at the cut as it was (no late entries)."""
    ends, causes, _ = columns(cohort)
    whole = incidence(np.array(ends), np.array(causes))
    seen = [(min(e, cut), c if e <= cut else 0) for e, c in zip(ends, causes, strict=True)]
    part = incidence(np.array([s[0] for s in seen]), np.array([s[1] for s in seen]))
    grid = np.arange(cut + 1)
    assert part.at(grid) == pytest.approx(whole.at(grid), abs=1e-12)


@given(COHORTS)
def test_one_cause_is_kaplan_meier(cohort: list[Person]) -> None:
    """With a single cause, 1 - F is the product of (1 - d/Y): the Kaplan–Meier estimator (Kaplan & Meier
    1958)."""
    ends, causes, starts = columns([(s, e, min(c, 1)) for s, e, c in cohort])
    table = cumulative_incidence(ends, causes, starts)
    if "events_1" not in table.columns:
        return
    product = np.cumprod(1 - table["events_1"].to_numpy() / table["at_risk"].to_numpy())
    assert 1 - table["incidence_1"].to_numpy() == pytest.approx(product, abs=1e-12)


@pytest.mark.parametrize("entries", [False, True])
def test_lifelines_agrees_where_there_are_no_ties(entries: bool) -> None:
    """lifelines' AalenJohansenFitter gives the same curve on 400 people without ties, with and without late
    entry."""
    from lifelines import AalenJohansenFitter

    luck = np.random.default_rng(20261122)
    starts = luck.permutation(400) * 3 + 1
    ends = starts + luck.permutation(400) * 3 * 1201 + 1  # all different, none equal to an entry
    causes = luck.integers(0, 4, 400)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what lifelines thinks of its own pandas calls is not our subject
        fitter = AalenJohansenFitter(calculate_variance=False, jitter_level=0)
        fitter.fit(ends, causes, event_of_interest=1, entry=starts if entries else None)
        found = fitter.cumulative_density_
    ours = incidence(ends, causes, starts if entries else None)
    theirs = found.iloc[:, 0].to_numpy()
    grid = found.index.to_numpy().astype(np.int64)
    assert ours.at(grid) == pytest.approx(theirs, abs=1e-9)


@given(COHORTS, st.floats(0.01, 1.0) | st.sampled_from([0.25, 0.5, 0.75, 1.0]))
def test_reach_is_the_first_time_at_or_above(cohort: list[Person], p: float) -> None:
    """T_p = inf{t : F(t) >= p}, and None exactly when the plateau is below p."""
    ends, causes, _ = columns(cohort)
    steps = incidence(np.array(ends), np.array(causes))
    at = steps.reach(p)
    if at is None:
        assert steps.most < p
    else:
        assert steps.at(np.array([at]))[0] >= p - 1e-12
        assert steps.at(np.array([at - 1]))[0] < p


@given(COHORTS, st.integers(1, 60))
def test_quantiles_need_no_steps(cohort: list[Person], others: int) -> None:
    """Order statistics where nobody was censored, the estimator elsewhere: the same instants and the same plateau; and
    a curve among other people is that of counting anew."""
    ends, causes, _ = (np.array(column) for column in columns(cohort))
    for cause in (causes, np.where(causes == 0, 2, causes)):
        whole, few = incidence(ends, cause), quantiles_of(ends, cause, (0.05, 0.5, 0.8, 1.0))
        assert [few.reach(p) for p in (0.05, 0.5, 0.8, 1.0)] == [whole.reach(p) for p in (0.05, 0.5, 0.8, 1.0)]
        assert few.n == whole.n
    assert few.most == whole.most
    more = incidence(np.concatenate((ends, np.zeros(others, int))), np.concatenate((cause, np.full(others, 2))))
    among = whole.among(len(cohort) + others)
    assert (among.n, among.share.tolist(), among.time_ms.tolist()) == (
        more.n,
        more.share.tolist(),
        more.time_ms.tolist(),
    )


def test_nobody_gives_an_empty_table() -> None:
    """Without people there are no instants, and no cause has a column."""
    table = cumulative_incidence([], [])
    assert table.height == 0
    assert table.columns == ["time_ms", "at_risk", "censored", "surviving"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([1, 2], [1]), "differ in length"),
        (([1, 2], [1, -1]), "a cause is -1"),
        (([1, 2], [1, 1], [0, 3]), "row 1: enters at 3 ms, after its own end at 2 ms"),
    ],
)
def test_refuses_what_makes_no_sense(arguments: tuple[list[int], ...], words: str) -> None:
    """Unequal lengths, negative causes and people who enter after their end are refused with the row."""
    with pytest.raises(MeasureError) as refusal:
        cumulative_incidence(*arguments)
    assert words in str(refusal.value)
