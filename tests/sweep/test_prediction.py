"""One exercise from the others: the interval keeps its promise where the truth is known; real figures follow."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import special, stats

from tocsin.errors import RunError
from tocsin.sweep.exercises import Figure, figures, left_out, series
from tocsin.sweep.prediction import interval_score, predict, sampling_alone
from tocsin.sweep.prediction_page import prediction_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "prediction.md"
TURNOUT = ("came", "sent")


def held(exercises: int, spread: float, times: int) -> float:
    """Share of simulated exercises that the interval from so many others holds.

    Their logits are normal round .6, which is 65 %; 300 to 3,000 people are called, as in the Okas series.
    """
    chance, hits = np.random.default_rng(2026), 0
    for _ in range(times):
        sizes = chance.integers(300, 3000, exercises + 1)
        counts = chance.binomial(sizes, special.expit(0.6 + spread * chance.standard_normal(exercises + 1)))
        hits += predict(counts[:-1], sizes[:-1], int(sizes[-1])).holds(counts[-1] / sizes[-1])
    return hits / times


@pytest.mark.parametrize("exercises", [3, 6])
def test_nine_in_ten(exercises: int) -> None:
    """Where exercises vary as the Okas ones do (spread .35), nine in ten are held, ± four standard errors of 150."""
    assert abs(held(exercises, 0.35, 150) - 0.9) < 4 * math.sqrt(0.09 / 150)


def test_never_too_sure() -> None:
    """Where they do not vary at all, the interval may hold more than nine in ten, and not less."""
    assert held(3, 0.0, 100) > 0.9


@pytest.mark.prove
@pytest.mark.parametrize(("exercises", "spread"), list(itertools.product([2, 3, 4, 5, 6], [0.0, 0.05, 0.35, 1.0])))
def test_nine_in_ten_in_depth(exercises: int, spread: float) -> None:
    """Of 1,000: nine in ten within three standard errors where sampling is the lesser part, at least that elsewhere."""
    share, error = held(exercises, spread, 1000), math.sqrt(0.09 / 1000)
    assert share > 0.9 - 3 * error
    assert share < (0.99 if spread < 0.35 else 0.9 + 3 * error)


def test_exact_interval_of_students() -> None:
    """Of exercises so large that sampling vanishes, it is mean ± t(k - 1) s √(1 + 1/k) on the logits, to a third of a
    point: an independent formula, from SciPy's Student."""
    shares, size = np.array([0.55, 0.65, 0.675, 0.747]), 1_000_000
    told = predict(np.rint(shares * size).astype(int).tolist(), [size] * 4, size)
    logits = special.logit(shares)
    half = stats.t.ppf(0.95, 3) * logits.std(ddof=1) * math.sqrt(1 + 1 / 4)
    assert told.low == pytest.approx(special.expit(logits.mean() - half), abs=0.003)
    assert told.high == pytest.approx(special.expit(logits.mean() + half), abs=0.003)
    assert told.middle == pytest.approx(special.expit(logits.mean()), abs=0.003)


def test_one_chance_for_all_is_binomial() -> None:
    """Sampling alone, from exercises of one share .5 of 10,000 and 10,000, foretells the next 10,000 by the two
    variances: 1/20,000 of theirs and 1/10,000 of its own, times a quarter; 1.645 standard deviations on either side."""
    told, half = sampling_alone([5000, 5000], [10_000] * 2, 10_000), 1.645 * math.sqrt(0.25 * (1 / 20_000 + 1 / 10_000))
    assert (told.low, told.high) == pytest.approx((0.5 - half, 0.5 + half), abs=3e-4)


def test_small_next_exercise() -> None:
    """Of ten people the shares are tenths, and the interval is wider than of a thousand."""
    few, many = (predict([500, 1464, 926], [669, 2170, 1684], size) for size in (10, 1000))
    assert few.low in {i / 10 for i in range(11)} and few.high in {i / 10 for i in range(11)}
    assert few.low < many.low and few.high > many.high


def test_nobody_and_everybody() -> None:
    """Exercises to which nobody or everybody came have no infinite logit: the interval is all, or nearly."""
    told = predict([0, 500], [500, 500], 500)
    assert told.low == 0 and told.high == 1


@pytest.mark.parametrize(
    ("value", "score"),
    [(0.4, 0.5), (0.2, 0.5), (0.7, 0.5), (0.75, 0.5 + 20 * 0.05), (0.1, 0.5 + 20 * 0.1)],
)
def test_interval_score(value: float, score: float) -> None:
    """Of .2 to .7 at 90 %: the width .5, and 2/α = 20 times the distance outside (Gneiting and Raftery, eq. 43)."""
    assert interval_score(0.2, 0.7, value) == pytest.approx(score)


def test_honest_intervals_score_best() -> None:
    """The score is proper: of intervals of a standard normal, mean scores over its own law are least at ±1.645."""
    values = stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    mean = {half: np.mean([interval_score(-half, half, x) for x in values]) for half in (1.2, 1.5, 1.645, 1.8, 2.2)}
    assert min(mean, key=lambda half: mean[half]) == 1.645


@pytest.mark.parametrize(
    ("counts", "sizes", "size"),
    [([5], [9], 9), ([], [], 9), ([5, 10], [9, 9], 9), ([-1, 5], [9, 9], 9), ([5, 5], [9, 9], 0)],
)
def test_refusals(counts: list[int], sizes: list[int], size: int) -> None:
    """Fewer than two exercises, and counts that are none of their size, are refused."""
    with pytest.raises(RunError, match="expected"):
        predict(counts, sizes, size)


# --- the real figures ---------------------------------------------------------------------------------------------


def test_denominators_are_never_mixed() -> None:
    """A series holds shares of one thing; the turnouts are the four of sent at a day's notice or two, with the counts
    that exercises.md gives (1,464 of 2,170; 500 of 669; 55 % of 1,684; 65 % of 2,861)."""
    chosen = series(*TURNOUT)
    assert {(f.what, f.of, f.alike, f.bound) for f in chosen} == {("came", "sent", True, False)}
    assert [(f.year, f.count, f.size) for f in chosen] == [
        (2017, 500, 669),
        (2019, 1464, 2170),
        (2021, 926, 1684),
        (2022, 1860, 2861),
    ]


def test_each_figure_says_why_and_whence() -> None:
    """Every figure has a source and a reason; one that enters has count and size; each of a kind stands once a year."""
    for figure in figures():
        assert figure.why and "/" in figure.source
        if figure.enters:
            assert figure.count is not None and figure.size is not None and 0 < figure.count < figure.size
    keys = [(f.exercise, f.what, f.of) for f in figures()]
    assert len(set(keys)) == len(keys)


def test_the_turnout_left_out_lies_in_its_interval() -> None:
    """Each of the four turnouts lies in the 90 % interval from the three others; of the intervals by sampling alone,
    three miss. What that is worth, the page says."""
    found = left_out(series(*TURNOUT))
    assert [one.prediction.holds(one.share) for one in found] == [True] * 4
    assert [one.alone.holds(one.share) for one in found] == [False, False, False, True]
    assert {one.prediction.exercises for one in found} == {3}
    assert all(one.prediction.score(one.share) == one.prediction.width for one in found)


def test_leaving_out_looks_at_the_others_only() -> None:
    """What an exercise came to does not move its own prediction."""
    chosen = series(*TURNOUT)
    other = [Figure(**{**vars(f), "count": 10}) if f.year == 2019 else f for f in chosen]
    by_year = [{one.figure.year: one.prediction for one in left_out(those)} for those in (chosen, other)]
    assert by_year[0][2019] == by_year[1][2019]
    assert by_year[0][2021] != by_year[1][2021]


def test_a_bound_helps_and_is_not_predicted() -> None:
    """Of reach, 2022 is only a bound: it enters the others' predictions and gets none."""
    reach = series("reached", "sent")
    assert [f.year for f in reach if f.bound] == [2022]
    found = left_out(reach)
    assert [(one.figure.year, one.prediction.exercises) for one in found] == [(2019, 2), (2024, 2)]


def test_rows_of_the_bench() -> None:
    """`bench turnout` prints each exercise with its interval as the goal, its width and its score."""
    import benchmarks

    rows = {row["name"]: row for row in benchmarks.run("turnout", quick=True)}
    found = {one.figure.year: one for one in left_out(series(*TURNOUT))}
    for year, one in found.items():
        assert rows[f"turnout.{year}"]["value"] == one.share and rows[f"turnout.{year}"]["met"]
        assert rows[f"turnout.{year}"]["goal"] == f"{one.prediction.low:.3f} – {one.prediction.high:.3f}"
        assert rows[f"turnout.{year}.width"]["value"] == one.prediction.width
        assert rows[f"turnout.{year}.score"]["value"] == one.prediction.score(one.share)
    assert set(rows["turnout.2019"]) == {"name", "value", "unit", "peer", "peer_value", "ratio", "goal", "met", "equal"}


def test_the_page_is_not_stale() -> None:
    """`docs/prediction.md` is what `python -m tocsin.sweep.prediction_page docs/prediction.md` writes now."""
    assert PAGE.read_text(encoding="utf-8") == prediction_page()
