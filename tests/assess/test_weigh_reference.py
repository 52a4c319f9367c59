"""The fast weighing beside the slow and obvious one, and the tables behind its quantiles beside SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.weigh_cases import RANGES, case_of, invented, told
from benchmarks.weigh_reference import reference
from scipy.special import betaincinv, gammaincinv

from tocsin.assess.inverse import beta_log_odds, log_gamma_variate, logit
from tocsin.assess.model import Case, Evidence, Item
from tocsin.assess.reliability import believed
from tocsin.assess.weigh import posterior_draws
from tocsin.errors import CaseError
from tocsin.watch.model import DIGITS, LETTERS


def _agree(case: Case, evidence: list[Evidence], seed: int) -> None:
    order, draws = posterior_draws(case, evidence, draws=25, seed=seed)
    for number, slow in enumerate(reference(case, evidence, range(25), seed)):
        for name, row in zip(order, draws, strict=True):
            assert row[number] == pytest.approx(slow[name], rel=1e-11, abs=1e-12)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_fast_and_slow_agree(seed: int) -> None:
    """Each draw of invented cases, with shared and unnamed origins and absences, is the same to 1e-12."""
    case, evidence = invented(items=12 + 8 * seed, hypotheses=2 + seed, seed=seed)
    _agree(case, evidence, seed)


def test_worlds_and_footprints_agree_too() -> None:
    """Simulated and judged worlds and a footprint's support go through the same draws in both."""
    words = {"check": "likely", "war": "unlikely"}
    likelihood = {name: RANGES[word] for name, word in words.items()}
    runs = {"check": (310, 2000), "war": (4, 2000)}
    evidence = [
        Evidence(Item("run", "Runs fit.", "world", likelihood, use="simulated"), simulated=runs),
        Evidence(Item("judged", "Runs would fit.", "world", likelihood)),
        Evidence(Item("troops", "Troops grew.", "footprint", likelihood), support=0.8),
        Evidence(Item("none", "Troops grew.", "footprint", likelihood), support=0.0),
        told("plain", words),
    ]
    _agree(case_of({"check": 3.0, "war": 1.0}, evidence), evidence, 5)


@pytest.mark.parametrize("grade", [letter + digit for letter in LETTERS for digit in DIGITS])
def test_the_table_of_betas_is_exact(grade: str) -> None:
    """Between its points too, the table lies within 1e-8 of SciPy's inverse, in log odds, from 1e-9 to 1 - 1e-9."""
    one = believed(grade)
    u = np.concatenate((np.linspace(1e-6, 1 - 1e-6, 999), np.logspace(-9, -6, 50)))
    v, not_v = betaincinv(one.a, one.b, u), betaincinv(one.b, one.a, 1 - u)
    t, not_t = one.least + (1 - one.least) * v, (1 - one.least) * not_v
    sound = not_t > 1e-200
    found = beta_log_odds(one.a, one.b, logit(u), least=one.least)[sound]
    assert np.max(np.abs(found - np.log(t[sound] / not_t[sound]))) < 1e-8


@pytest.mark.parametrize("shape", [0.05, 0.5, 1.0, 3.5, 40.0])
def test_the_table_of_gammas_is_exact(shape: float) -> None:
    """The same for gamma variables, in the logarithm."""
    u = np.linspace(1e-6, 1 - 1e-6, 999)
    value = gammaincinv(shape, u)
    sound = value > 1e-200
    assert np.max(np.abs(log_gamma_variate(shape, logit(u))[sound] - np.log(value[sound]))) < 1e-7


def test_grades_are_in_order() -> None:
    """A better letter or digit is never believed less, no mean is below one half, and F6 is even and wide."""
    grades = [letter + digit for letter in LETTERS for digit in DIGITS]
    mean = {grade: believed(grade).mean for grade in grades}
    for digit in DIGITS:
        assert [mean[letter + digit] for letter in LETTERS] == sorted((mean[x + digit] for x in LETTERS), reverse=True)
    for letter in LETTERS:
        assert [mean[letter + digit] for digit in "12345"] == sorted((mean[letter + x] for x in "12345"), reverse=True)
    assert min(mean.values()) >= 0.5
    assert believed("F6").mean == 0.5
    t = 1 / (1 + np.exp(-beta_log_odds(3.0, 3.0, logit(np.array([0.05, 0.95])))))
    assert t == pytest.approx([0.189, 0.811], abs=0.001)  # SciPy's beta(3, 3).ppf


@pytest.mark.parametrize("grade", ["", "A", "G1", "A7", "a1", "1A"])
def test_no_such_grade(grade: str) -> None:
    """A grade that does not exist is one clear refusal."""
    with pytest.raises(CaseError, match="expected a letter A to F and a digit 1 to 6"):
        believed(grade)
