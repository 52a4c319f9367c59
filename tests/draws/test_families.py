"""Families: the right distribution, the same milliseconds as plain Python, and clear refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special, stats

from tocsin.draws import CAP_MS, Column, Columns, Row, draw, plain_value, uniforms
from tocsin.draws.quantiles import normal_quantile
from tocsin.errors import RunError

PEOPLE = np.arange(200_000)
MINUTE = 60_000

ROWS: dict[str, Row] = {
    "constant": ("constant", (90_000.5,)),
    "uniform": ("uniform", (1_000, 7_777_777)),
    "exponential": ("exponential", (2 * MINUTE,)),
    "triangular": ("triangular", (2 * MINUTE, 4 * MINUTE, 9 * MINUTE)),
    "triangular, peak at the left": ("triangular", (0, 0, MINUTE)),
    "triangular, peak at the right": ("triangular", (0, MINUTE, MINUTE)),
    "triangular, a point": ("triangular", (MINUTE, MINUTE, MINUTE)),
    "lognormal": ("lognormal", (60 * MINUTE, 1.0)),
    "lognormal, huge": ("lognormal", (60 * MINUTE, 40.0)),
    "lognormal, beyond floats": ("lognormal", (60 * MINUTE, 1e9)),
    "gamma": ("gamma", (6 * MINUTE, 2.25)),
    "gamma, nearly a bell": ("gamma", (60 * MINUTE, 900.0)),
    "gamma, mostly next to nothing": ("gamma", (60 * MINUTE, 1 / 9)),
    "gamma, an exponential": ("gamma", (2 * MINUTE, 1.0)),
    "normal": ("normal", (10 * MINUTE, 3 * MINUTE)),
    "normal, below the floor": ("normal", (-MINUTE, MINUTE)),
    "empirical": ("empirical", (3_000, 1_000, 2_000, 2_000, 9_000)),
    "bernoulli": ("bernoulli", (0.876,)),
    "choice": ("choice", (0.1, 0.2, 0.7)),
    "choice, or none": ("choice", (0.25, 0.0, 0.25)),
    "uniform52": ("uniform52", ()),
}
SMOOTH = {
    "uniform": stats.uniform(1_000, 7_776_777),
    "exponential": stats.expon(scale=2 * MINUTE),
    "triangular": stats.triang(2 / 7, 2 * MINUTE, 7 * MINUTE),
    "triangular, peak at the left": stats.triang(0, 0, MINUTE),
    "triangular, peak at the right": stats.triang(1, 0, MINUTE),
    "lognormal": stats.lognorm(1.0, scale=60 * MINUTE),
    "gamma": stats.gamma(2.25, scale=6 * MINUTE / 2.25),
    "gamma, nearly a bell": stats.gamma(900, scale=60 * MINUTE / 900),
    "gamma, an exponential": stats.expon(scale=2 * MINUTE),
    "normal": stats.norm(10 * MINUTE, 3 * MINUTE),
}


def drawn(row: Row, floor: int = -CAP_MS) -> np.ndarray:
    """Return one column of draws of a row for everybody."""
    return draw(Columns.compile([Column("stage", 1, floor, -1, (row,))]), 2026, 3, PEOPLE)[0]


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("floor", [-CAP_MS, 1])
def test_the_kernel_and_plain_python_give_the_same_milliseconds(name: str, floor: int) -> None:
    """Each of 100,000 values is the one that the plain inverse gives for the same uniform number."""
    row = ROWS[name]
    u = uniforms(2026, 3, "stage", 1, PEOPLE[::2]).tolist()
    assert drawn(row, floor)[::2].tolist() == [plain_value(row, x, floor) for x in u]


@pytest.mark.parametrize("name", SMOOTH)
def test_the_distribution_is_scipys(name: str) -> None:
    """Kolmogorov-Smirnov against SciPy: rounding to 1 ms moves the curve by 1e-5, the test sees 4e-3."""
    values = drawn(ROWS[name]).astype(float)
    assert stats.kstest(values, SMOOTH[name].cdf).pvalue > 1e-4


@pytest.mark.parametrize("name", SMOOTH)
def test_mean_and_spread_are_scipys(name: str) -> None:
    """The mean is within 4.5 standard errors of SciPy's, the variance within 3 % (lognormal: of its log)."""
    values, law = drawn(ROWS[name]).astype(float), SMOOTH[name]
    if name == "lognormal":
        values, law = np.log(values), stats.norm(math.log(60 * MINUTE), 1.0)
    assert abs(values.mean() - law.mean()) < 4.5 * law.std() / math.sqrt(values.size)
    assert values.var() == pytest.approx(law.var(), rel=0.03)


def test_a_wrong_distribution_would_be_noticed() -> None:
    """The same test rejects a mean that is 2 % off; it would otherwise pass for the wrong reason."""
    values = drawn(("exponential", (2.04 * MINUTE,))).astype(float)
    assert stats.kstest(values, SMOOTH["exponential"].cdf).pvalue < 1e-4


@pytest.mark.parametrize(
    ("name", "chances"),
    [
        ("bernoulli", {1: 0.876, 0: 0.124}),
        ("choice", {0: 0.1, 1: 0.2, 2: 0.7}),
        ("choice, or none", {0: 0.25, 2: 0.25, 3: 0.5}),
        ("empirical", {1_000: 0.2, 2_000: 0.4, 3_000: 0.2, 9_000: 0.2}),
    ],
)
def test_outcomes_come_with_their_shares(name: str, chances: dict[int, float]) -> None:
    """Only the outcomes with a share come, and as often as it says (chi-square)."""
    values, seen = np.unique(drawn(ROWS[name]), return_counts=True)
    assert values.tolist() == sorted(chances)
    expected = [chances[v] * PEOPLE.size for v in values.tolist()]
    assert stats.chisquare(seen, expected).pvalue > 1e-4


def test_shares_that_miss_1_by_rounding_leave_nobody_out() -> None:
    """Ten shares of 0.1 sum to 0.9999999999999999 in floats; the greatest u still has an outcome."""
    assert sum([0.1] * 10) < 1
    assert plain_value(("choice", [0.1] * 10), 1 - 2.0**-53, 0) == 9


def test_certain_and_impossible_are_exact() -> None:
    """Probability 1 always comes and 0 never, because a uniform number is never 0 or 1."""
    assert drawn(("bernoulli", (1.0,))).all()
    assert not drawn(("bernoulli", (0.0,))).any()


def test_competing_shares_can_use_the_whole_number_behind_u() -> None:
    """The number m of uniform52 is the one in u = (m + 1/2) / 2**52."""
    m = drawn(ROWS["uniform52"])
    assert ((m + 0.5) * 2.0**-52 == uniforms(2026, 3, "stage", 1, PEOPLE)).all()


def test_floor_and_cap_hold() -> None:
    """Services last at least 1 ms and nothing lasts longer than the cap, even where the float overflows."""
    for name in ("lognormal, huge", "lognormal, beyond floats", "normal, below the floor"):
        values = drawn(ROWS[name], floor=1)
        assert values.min() == 1
        assert values.max() <= CAP_MS
    assert drawn(ROWS["lognormal, beyond floats"], floor=1).max() == CAP_MS
    assert (drawn(("exponential", (0.0,)), floor=0) == 0).all()


def test_rounding_is_half_to_even() -> None:
    """0.5 becomes 0, 1.5 becomes 2, 2.5 becomes 2, as `round` and IEEE 754 do; negative numbers alike."""
    for x in (0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994, 2.0**39 + 0.5, 2.0**39 + 1.5):
        assert (drawn(("constant", (x,))) == round(x)).all()


def test_every_family_rises_with_luck() -> None:
    """A greater u never gives a smaller value: that is what makes luck comparable between plans."""
    order = np.argsort(uniforms(2026, 3, "stage", 1, PEOPLE))
    for row in ROWS.values():
        values = drawn(row)[order]
        assert (np.diff(-values if row[0] == "bernoulli" else values) >= 0).all()


def test_normal_quantile_is_exact_to_the_last_places() -> None:
    """AS241 promises about 1e-16; SciPy's ndtri differs by less than 1e-15 of the value, from 1e-300 up.

    SciPy's own error (Cephes) is of the same size; at 1/2 both are 0.
    """
    grid = np.concatenate([np.linspace(1e-4, 0.5, 20_001)[:-1], 10.0 ** -np.linspace(4, 300, 3_001)])
    grid = np.concatenate([grid, 1 - grid[grid > 1e-16], 2.0**-53 * np.arange(1, 50), 1 - 2.0**-53 * np.arange(1, 50)])
    ours, theirs = np.array([normal_quantile(u) for u in grid]), special.ndtri(grid)
    assert np.max(abs(ours / theirs - 1)) < 1e-15
    assert normal_quantile(0.5) == 0.0


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("weibull", (1.0, 2.0)), "unknown family 'weibull', expected one of constant, uniform"),
        (("exponential", (1.0, 2.0)), "exponential takes 1 parameters, found 2"),
        (("exponential", (-1.0,)), "a mean of 0 or more"),
        (("exponential", (math.nan,)), "finite"),
        (("uniform", (0.0, math.inf)), "finite"),
        (("uniform", (2.0, 1.0)), "low <= high"),
        (("triangular", (1.0, 5.0, 4.0)), "min <= mode <= max"),
        (("lognormal", (0.0, 1.0)), "a median above 0"),
        (("lognormal", (1.0, -1.0)), "a sigma of 0 or more"),
        (("gamma", (1.0,)), "gamma takes 2 parameters, found 1"),
        (("gamma", (0.0, 2.0)), "a mean above 0 and a shape from 0.1 to 1000"),
        (("gamma", (1.0, 0.09)), "a shape from 0.1 to 1000"),
        (("gamma", (1.0, 1001.0)), "a shape from 0.1 to 1000"),
        (("gamma", (1.0, math.nan)), "finite"),
        (("normal", (1.0, -1.0)), "deviation of 0 or more"),
        (("empirical", ()), "at least one value"),
        (("choice", ()), "at least one value"),
        (("choice", (0.7, 0.4)), "sum to at most 1"),
        (("choice", (0.7, -0.1)), "shares of 0 or more"),
        (("bernoulli", (1.1,)), "a probability from 0 to 1"),
        (("uniform52", (1.0,)), "takes 0 parameters, found 1"),
    ],
)
def test_what_is_no_distribution_is_refused(row: Row, sentence: str) -> None:
    """Each impossible row is refused with the column, the row and what was expected."""
    with pytest.raises(RunError) as refusal:
        Columns.compile([Column("kit", 2, 1, 0, (("constant", (1.0,)), row))])
    assert refusal.value.place == "draws: kit, visit 2, row 1"
    assert sentence in refusal.value.sentence
