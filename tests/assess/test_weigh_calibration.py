"""On simulated cases with a known answer: bands hold what they should, words mean what they say."""

from __future__ import annotations

from math import sqrt
from statistics import fmean

import pytest
from benchmarks.weigh_calibration import Setting, measure, wilson

from tocsin.assess.words import WORDS


@pytest.mark.parametrize("setting", [Setting(items=3, cases=250, draws=800), Setting(items=12, cases=250, draws=800)])
def test_bands_and_words_are_calibrated(setting: Setting) -> None:
    """Coverage of the 90 % bands is at least .85, less twice its error over 250 cases; words as often true as they say.

    The method does not reweight its draws, which costs some coverage (decision 0037); the reweighted bands, exact for
    these worlds, must reach .90 with the same tolerance, which also tests the simulation itself.
    """
    found = measure(setting)
    error = sqrt(0.9 * 0.1 / setting.cases)
    assert fmean(found.held) > 0.85 - 2 * error
    assert fmean(found.held_exact) > 0.90 - 0.02 - 2 * error  # .02: few draws bear most of the weight
    assert fmean(found.brier_oracle) < fmean(found.brier) < fmean(found.brier_prior)
    for word in WORDS:
        hits = [hit for _, hit in found.words.get(word.name, [])]
        if len(hits) >= 30:
            low, high = wilson(sum(hits), len(hits), z=3.0)  # 14 comparisons: three errors
            least = 0.0 if word is WORDS[0] else word.low  # there is no word below the first
            assert low <= word.high and high >= least, (word, sum(hits), len(hits))


def test_wilson_by_hand() -> None:
    """8 of 10 at 95 %: .490 to .943 by the formula: (.8 + .1921 ± 1.96 √(.016 + .0096)) / 1.3842."""
    assert wilson(8, 10) == pytest.approx((0.490, 0.943), abs=0.001)
