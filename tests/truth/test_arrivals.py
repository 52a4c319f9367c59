"""How many have arrived by t: exactly binomial, with the distribution of a sum of delays.

Before the gate people do not touch each other (an M/G/∞ of notice, preparation and way), so the number
arrived by t of n called is Binomial(n, p F(t)): p the chance to be reached and to come, F the distribution of
the sum. Assembly points are independent too, so each of them in each run is one observation of that number.
Nothing is replaced here: all arrivals are the plan's own.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from tests.truth.plans import (
    MINUTE,
    Rehearsal,
    Table,
    exponential,
    group,
    lognormal,
    plan_of,
    rehearsal,
    triangular,
)

Floats = NDArray[np.float64]

CALLED, POINTS, RUNS = 40, 100, 60
RARE = 1e-4
"""Chance that a right engine would have been refused, had the seeds not been fixed."""


def hypoexponential(means: tuple[float, ...], t: float) -> float:
    """Distribution of a sum of exponentials of different means: 1 - Σ w_i exp(-t / m_i), w_i = Π m_i / (m_i -
    m_j)."""
    weights = [math.prod(m / (m - other) for other in means if other != m) for m in means]
    return 1 - math.fsum(w * math.exp(-t / m) for w, m in zip(weights, means, strict=True))


def call_up(behaviour: Table, exercise: Table | None = None) -> Rehearsal:
    """40 people called to each of 100 points; notice exponential with mean 30."""
    notice = {"name": "notice", "medium": "SMS", "reach": 0.9, "delay": exponential(30)}
    groups = [group("all", CALLED * POINTS)]
    return rehearsal(plan_of(groups, channels=[notice], behaviour=behaviour, points=POINTS, exercise=exercise))


def arrived_by(rehearsed: Rehearsal, times: list[float]) -> NDArray[np.int64]:
    """How many came to each point by each time: int64[runs × points, times]."""
    block = rehearsed.network.block
    assert (np.diff(block) == CALLED).all()
    counts = []
    for run in range(RUNS):
        at = rehearsed.run(run).arrived.reshape(POINTS, CALLED)
        counts.append([((at >= 0) & (at <= round(t * MINUTE))).sum(axis=1) for t in times])
    return np.concatenate([np.array(c).T for c in counts])


def fits(counts: NDArray[np.int64], chance: float) -> float:
    """p-value of chi-square for counts that ought to be Binomial(40, chance); cells of at least 8
    expected."""
    expected = stats.binom.pmf(np.arange(CALLED + 1), CALLED, chance) * len(counts)
    found = np.bincount(counts, minlength=CALLED + 1).astype(float)
    keep = np.flatnonzero(expected >= 8)
    low, high = keep[0], keep[-1]

    def pooled(cells: Floats) -> Floats:
        return np.concatenate([[cells[: low + 1].sum()], cells[low + 1 : high], [cells[high:].sum()]])

    return float(stats.chisquare(pooled(found), pooled(expected)).pvalue)


def judged(counts: NDArray[np.int64], chances: list[float]) -> None:
    """Assert the law at each time, its mean to four standard errors, and that the judge would see 1 % more
    people."""
    n = CALLED * len(counts)
    for column, chance in zip(counts.T, chances, strict=True):
        assert abs(column.sum() / n - chance) <= 4 * math.sqrt(chance * (1 - chance) / n)
        assert fits(column, chance) > RARE
        assert fits(column, chance + 0.015) < RARE, "the test is blunt"


def test_sum_of_three_delays() -> None:
    """Reached .9 × .8, of these .85 come, after exponentials of mean 30, 60 and 20: a law in closed form."""
    come = 0.9 * 0.8 * 0.85
    rehearsed = call_up({"reach": 0.8, "no_show": 0.15, "preparation": exponential(60), "travel": exponential(20)})
    times = [40.0, 80.0, 120.0, 240.0]
    counts = arrived_by(rehearsed, times)
    judged(counts, [come * hypoexponential((30, 60, 20), t) for t in times])
    between = np.diff(counts, axis=1, prepend=0).sum(axis=0)  # the joint law: times between are multinomial
    chances = np.diff([0, *(come * hypoexponential((30, 60, 20), t) for t in times)])
    rest = CALLED * len(counts) - between.sum()
    expected = np.array([*chances, 1 - chances.sum()]) * CALLED * len(counts)
    assert stats.chisquare([*between, rest], expected).pvalue > RARE


def test_deadline() -> None:
    """With a deadline D the law is still exact, as earliest arrival, lead and lag are drawn apart.

    P(arrived by t) = p F(t) [a + (1 - a - l) P(lead ≥ D - t) + l P(lag ≤ t - D)], a the share that leaves at
    once, l that of the late: each arrives at the later of the earliest possible and the aim.
    """
    deadline, at_once, late = 300.0, 0.25, 0.1
    conduct = {
        "preparation": exponential(60),
        "travel": exponential(20),
        "at_once": at_once,
        "lead": lognormal(50, 0.9),
        "late_share": late,
        "lag": exponential(45),
    }
    rehearsed = call_up(conduct, {"deadline": {"at": "2026-01-01T05:00:00+00:00"}})
    lead, lag = stats.lognorm(0.9, scale=50), stats.expon(scale=45)
    times = [100.0, 240.0, 285.0, 300.0, 345.0]

    def chance(t: float) -> float:
        aims = at_once + (1 - at_once - late) * lead.sf(deadline - t) + late * lag.cdf(t - deadline)
        return float(0.9 * hypoexponential((30, 60, 20), t) * aims)

    judged(arrived_by(rehearsed, times), [chance(t) for t in times])


def convolved(step: float, size: int, *laws: object) -> tuple[Floats, Floats]:
    """Distribution of a sum of delays on a grid: masses of cells, put at their middles, convolved by FFT."""
    edges = np.arange(size + 1) * step
    spectrum = np.prod([np.fft.rfft(np.diff(law.cdf(edges)), 2 * size * 2) for law in laws], axis=0)
    mass = np.fft.irfft(spectrum, 2 * size * 2)[: 2 * size]
    middle = step * (np.arange(2 * size) + len(laws) / 2)
    # Mass at a middle counts half there: the error is of the order of the square of the step.
    return middle, np.cumsum(mass) - mass / 2


@pytest.mark.parametrize(
    ("preparation", "law"),
    [
        (lognormal(240, 0.6), stats.lognorm(0.6, scale=240)),
        (triangular(20, 60, 200), stats.triang(40 / 180, 20, 180)),
    ],
    ids=["lognormal", "triangular"],
)
def test_sum_without_a_closed_form(preparation: Table, law: object) -> None:
    """Notice LN(60, 1), preparation, way LN(90, .5) of the engine's model: Kolmogorov–Smirnov against the
    convolution.

    60,000 arrivals: a distribution that is off by .009 anywhere would be seen (the critical value at 1e-4 is
    .0091), while the convolution on a grid of a quarter of a minute is exact to 1e-5.
    """
    notice = {"name": "notice", "medium": "SMS", "reach": 1, "delay": lognormal(60, 1)}
    behaviour = {"preparation": preparation, "travel": lognormal(90, 0.5)}
    outcome = rehearsal(plan_of([group("all", 60_000)], channels=[notice], behaviour=behaviour)).run()
    grid, cdf = convolved(0.25, 1 << 15, stats.lognorm(1, scale=60), law, stats.lognorm(0.5, scale=90))
    test = stats.kstest(outcome.arrived / MINUTE, lambda x: np.interp(x, grid, cdf))
    assert test.pvalue > RARE
    assert test.statistic < 0.0091
