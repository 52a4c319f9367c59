"""Queues in the steady state: the engine beside the formulas of queueing theory.

Tocsin rehearses call-ups that end, so none of this is what it is for; but the formulas are exact, and a
station that waits wrongly cannot meet them. Each test runs a compiled plan whose people arrive as a Poisson
process (`plans.poisson` says how and why), forgets those who came while the station filled up, and compares
means of independent replications with the formula: four standard errors of these replications, which must
also be narrow (`estimates.agrees`). Mean service is a minute, so rounding to milliseconds moves nothing by
more than a millionth.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.truth import theory
from tests.truth.estimates import agrees
from tests.truth.plans import (
    MINUTE,
    Rehearsal,
    Table,
    exponential,
    group,
    lognormal,
    plan_of,
    poisson,
    rehearsal,
    station,
    triangular,
)

PEOPLE, RUNS = 85_000, 20
WARM = 5_000  # the first arrivals are forgotten: some hundred times the relaxation time at the loads used here

Floats = NDArray[np.float64]


def queue(
    servers: int, service: Table, people: int = PEOPLE, behaviour: Table | None = None, **more: object
) -> Rehearsal:
    """One point with one station."""
    desk = station("desk", servers, service, **more)
    groups = [group("all", people, sex={"female": 0.3, "male": 0.7})]
    return rehearsal(plan_of(groups, stations=[desk], behaviour=behaviour))


def waits(rehearsed: Rehearsal, run: int, rate: float, warm: int = WARM, name: str = "desk") -> Floats:
    """Minutes in the queue of a station, in order of arrival, after the warm-up."""
    outcome, order = poisson(rehearsed, run, 1 / rate)
    row = rehearsed.step(name)
    return (outcome.began[row] - outcome.queued[row])[order][warm:] / MINUTE


def means(samples: list[Floats]) -> list[float]:
    return [float(sample.mean()) for sample in samples]


def test_one_server() -> None:
    """M/M/1 at ρ = .7: ρ of the arrivals wait; mean wait ρ / (1 - ρ) = 2.333 services; P(W > t) = ρ
    exp(-(1-ρ) t).

    Gross et al. (2008), eq. 2.30. That the spread of the replications is the one that theory foretells (Daley
    1968) shows that waits are correlated as they must be, and that the tolerance is neither luck nor slack.
    """
    load = 0.7
    rehearsed = queue(1, exponential(1))
    samples = [waits(rehearsed, run, load) for run in range(RUNS)]
    agrees([(w > 0).mean() for w in samples], load, sharp=0.01)
    agrees(means(samples), load / (1 - load), sharp=0.04)
    agrees([(w > 5).mean() for w in samples], load * math.exp(-(1 - load) * 5), sharp=0.06)
    foretold = math.sqrt(theory.wait_variance_mm1(load) / (PEOPLE - WARM))
    found = np.std(means(samples), ddof=1)
    # (n-1) s² / σ² is chi-square with 19 degrees of freedom: 0.05 % and 99.95 % of it are 5.4 and 45.
    assert math.sqrt(5.4 / 19) * foretold < found < math.sqrt(45.0 / 19) * foretold


@pytest.mark.parametrize(("servers", "load"), [(2, 0.75), (5, 0.8), (12, 0.8)])
def test_several_servers(servers: int, load: float) -> None:
    """M/M/c: Erlang's C waits, C / (c μ - λ) is the mean wait, and who waits, waits exponentially at c μ -
    λ."""
    rate = servers * load
    rehearsed = queue(servers, exponential(1), 125_000)
    samples = [waits(rehearsed, run, rate) for run in range(RUNS)]
    agrees([(w > 0).mean() for w in samples], theory.erlang_c(rate, servers), sharp=0.03)
    agrees(means(samples), theory.wait_mmc(rate, 1, servers), sharp=0.06)
    far = 1 / (servers - rate)  # the mean of those who wait: 1/e of them wait longer
    agrees([(w > far).mean() for w in samples], theory.erlang_c(rate, servers) / math.e, sharp=0.08)


@pytest.mark.parametrize(
    ("service", "moments"),
    [
        (triangular(0.4, 0.8, 1.8), theory.triangular_moments(0.4, 0.8, 1.8)),
        (lognormal(0.7, 0.8), theory.lognormal_moments(0.7, 0.8)),
        ({"family": "gamma", "mean_min": 1, "sd_min": 1.5}, (1.0, 1.0 + 1.5**2)),
        ({"family": "constant", "value_min": 1}, (1.0, 1.0)),
        ({"family": "empirical", "values_min": [0.2, 0.2, 0.6, 3]}, (1.0, (0.04 + 0.04 + 0.36 + 9) / 4)),
    ],
    ids=["triangular", "lognormal", "gamma", "constant", "empirical"],
)
def test_general_service(service: Table, moments: tuple[float, float]) -> None:
    """M/G/1 at ρ = .7: ρ of the arrivals wait, for λ E[S²] / 2 (1 - ρ) on average (Pollaczek and
    Khinchine)."""
    rate = 0.7 / moments[0]
    rehearsed = queue(1, service)
    samples = [waits(rehearsed, run, rate) for run in range(RUNS)]
    agrees([(w > 0).mean() for w in samples], 0.7, sharp=0.01)
    agrees(means(samples), theory.pollaczek_khinchine(rate, *moments), sharp=0.06)


@pytest.mark.parametrize(("servers", "rate", "patience"), [(1, 1.2, 2.0), (5, 5.0, 1.5), (10, 12.0, 0.5)])
def test_impatience(servers: int, rate: float, patience: float) -> None:
    """M/M/c+M, overloaded too: who gives up, who waits, and how long everybody stands (Erlang A)."""
    rehearsed = queue(servers, exponential(1), patience=exponential(patience))
    promised = theory.erlang_a(rate, 1, patience, servers)
    gone, waited, stood, straight = [], [], [], []
    for run in range(RUNS):
        outcome, order = poisson(rehearsed, run, 1 / rate)
        late = order[WARM:]
        queued, began, gave_up = outcome.queued[0][late], outcome.began[0][late], outcome.gave_up[late]
        assert np.array_equal(began < 0, gave_up >= 0), "everybody is served or gives up, nobody both"
        left = np.where(gave_up >= 0, gave_up, began)
        gone.append((gave_up >= 0).mean())
        waited.append((left > queued).mean())
        stood.append((left - queued).mean() / MINUTE)
        straight.append((left - queued)[gave_up >= 0].mean() / MINUTE)
    agrees(gone, promised.gives_up, sharp=0.03)
    agrees(waited, promised.waits, sharp=0.02)
    agrees(stood, promised.in_queue, sharp=0.03)
    assert np.mean(straight) < patience, "those who give up are those of little patience"


def test_endless_patience() -> None:
    """Where 40 % have the patience (`impatient = .4`) and the rest wait on, only they may give up; none of
    the others do.

    A bound, not a formula: such a queue is shorter than M/M/1 and longer than M/M/1+M.
    """
    rehearsed = queue(1, exponential(1), patience=exponential(2), impatient=0.4)
    keeps = rehearsed.network.stages.column("station.desk.impatient")
    gone, rate = [], 0.9
    for run in range(4):
        outcome, _ = poisson(rehearsed, run, 1 / rate)
        gives_up = outcome.gave_up >= 0
        assert (outcome.drawn[keeps][gives_up] == 1).all()
        gone.append(gives_up.mean())
    assert 0.02 < np.mean(gone) < theory.erlang_a(rate, 1, 2, 1).gives_up


@pytest.mark.parametrize("servers", [1, 4])
def test_priorities(servers: int) -> None:
    """Cobham's two classes at ρ = .8, 30 % of the people first: W₀ / (1-σ₁) and W₀ / (1-σ₁)(1-σ₂).

    One server with triangular service (W₀ = λ E[S²] / 2), and four with exponential (W₀ = C(c, a) / c μ). The
    mean over both classes, weighted by the rates, is that of first come, first served (Kleinrock's
    conservation law).
    """
    service = triangular(0.4, 0.8, 1.8) if servers == 1 else exponential(1)
    mean, second = theory.triangular_moments(0.4, 0.8, 1.8) if servers == 1 else (1.0, 2.0)
    rate = 0.8 * servers / mean
    residual = rate * second / 2 if servers == 1 else theory.erlang_c(rate * mean, servers) * mean / servers
    rehearsed = queue(servers, service, priority=[{"sex": ["female"]}])
    ranks = rehearsed.network.layouts[0][0].ranks
    assert ranks is not None and abs((ranks == 0).mean() - 0.3) < 4 * math.sqrt(0.21 / PEOPLE)
    share = (ranks == 0).mean()
    first, second_class = theory.cobham((share * rate, (1 - share) * rate), mean, residual, servers)
    by_class: tuple[list[float], list[float]] = ([], [])
    for run in range(RUNS):
        outcome, order = poisson(rehearsed, run, 1 / rate)
        wait = (outcome.began[0] - outcome.queued[0]) / MINUTE
        for rank, found in enumerate(by_class):
            found.append(float(wait[order[WARM:]][ranks[order[WARM:]] == rank].mean()))
    agrees(by_class[0], first, sharp=0.04)
    agrees(by_class[1], second_class, sharp=0.08)


def test_tandem() -> None:
    """Jackson: M/M/2 then M/M/1 behave as if apart: each its own mean wait, and the queues' lengths
    independent.

    The departures of the first station are again a Poisson process (Burke 1956), so the second is M/M/1 at
    its own load; the shares of time with n₁ at the first and n₂ at the second are the product (Jackson 1957).
    Seen at instants that do not depend on the state: every minute after the warm-up.
    """
    rate = 0.75
    stations = [station("one", 2, exponential(2)), station("two", 1, exponential(0.9))]
    rehearsed = rehearsal(plan_of([group("all", PEOPLE)], stations=stations))
    loads = (rate * 2, rate * 0.9)
    empty = ((1 - theory.erlang_c(loads[0], 2)), 1 - loads[1])
    nobody = 1 / (1 + loads[0] + loads[0] ** 2 / (2 - loads[0]))  # M/M/2: p₀ = 1 / (1 + a + a² / (2 - a))
    assert math.isclose(empty[0], nobody * (1 + loads[0]))  # a server is free: nobody there, or one
    waited: tuple[list[float], list[float]] = ([], [])
    alone, both = [], []
    for run in range(RUNS):
        outcome, order = poisson(rehearsed, run, 1 / rate)
        for row, found in enumerate(waited):
            found.append(float((outcome.began[row] - outcome.queued[row])[order[WARM:]].mean()) / MINUTE)
        seen = np.arange(outcome.arrived[order[WARM]], outcome.arrived[order[-1]], MINUTE)
        there = [
            np.searchsorted(np.sort(outcome.queued[row]), seen, side="right")
            - np.searchsorted(np.sort(outcome.ended[row]), seen, side="right")
            for row in (0, 1)
        ]
        alone.append((there[1] == 0).mean())
        both.append(((there[0] == 0) & (there[1] == 0)).mean())
    agrees(waited[0], theory.wait_mmc(rate, 2, 2), sharp=0.06)
    agrees(waited[1], theory.wait_mmc(rate, 0.9, 1), sharp=0.04)
    agrees(alone, 1 - loads[1], sharp=0.02)
    agrees(both, nobody * (1 - loads[1]), sharp=0.04)


def test_share_and_way_past() -> None:
    """Poisson arrivals thinned: a station that 60 % need is M/M/1 at .6 λ, and the others pass without a
    wait."""
    rate = 1.2
    rehearsed = queue(1, exponential(1), share=0.6)
    found = []
    for run in range(RUNS):
        outcome, order = poisson(rehearsed, run, 1 / rate)
        needs = outcome.queued[0] >= 0
        assert np.array_equal(outcome.ready[~needs], outcome.arrived[~needs])
        late = order[WARM:][needs[order[WARM:]]]
        found.append(float((outcome.began[0] - outcome.queued[0])[late].mean()) / MINUTE)
    agrees(found, theory.wait_mmc(0.6 * rate, 1, 1), sharp=0.06)


def test_calendar_is_not_plain() -> None:
    """A station whose constant staff is written as a shift goes through the loop, not the recursion: the same
    times."""
    shift = {
        "name": "desk",
        "service": exponential(1),
        "hours": [
            {"from_h": 0, "until_h": 2159, "servers": 3},
            {"from_h": 2159, "until_h": 2160, "servers": 2},
        ],
    }
    loop = rehearsal(plan_of([group("all", 20_000, sex={"female": 0.3, "male": 0.7})], stations=[shift]))
    plain = queue(3, exponential(1), 20_000)
    assert plain.network.layouts[0][0].plain and not loop.network.layouts[0][0].plain
    a, _ = poisson(plain, 0, 1 / 2.7)
    b, _ = poisson(loop, 0, 1 / 2.7)
    for field in ("queued", "began", "ended"):
        assert np.array_equal(getattr(a, field), getattr(b, field)), field


# In depth: five million arrivals each. They would not fit into the longest run (90 days) if a service took a
# minute, so it takes a tenth of one here; rounding to milliseconds still moves nothing by more than 1e-5.
DEEP, MANY, SHORT = 200_000, 25, 0.1


@pytest.mark.prove
@pytest.mark.parametrize(
    ("servers", "load", "sharp"),
    [(1, 0.9, 0.08), (1, 0.3, 0.01), (3, 0.85, 0.06), (30, 0.85, 0.08), (100, 0.9, 0.15)],
)
def test_several_servers_in_depth(servers: int, load: float, sharp: float) -> None:
    """M/M/c near saturation and with many servers, after a warm-up of a quarter; rare waits are the noisiest."""
    rate = servers * load
    rehearsed = queue(servers, exponential(SHORT), DEEP)
    samples = [waits(rehearsed, run, rate / SHORT, warm=50_000) / SHORT for run in range(MANY)]
    agrees([(w > 0).mean() for w in samples], theory.erlang_c(rate, servers), sharp=0.06)
    agrees(means(samples), theory.wait_mmc(rate, 1, servers), sharp)


@pytest.mark.prove
@pytest.mark.parametrize(("sigma", "load"), [(0.3, 0.9), (1.0, 0.8), (1.0, 0.5)])
def test_general_service_in_depth(sigma: float, load: float) -> None:
    """M/G/1 with lognormal service from nearly constant to heavy (squared coefficient of variation 1.7)."""
    mean, second = theory.lognormal_moments(1, sigma)
    rehearsed = queue(1, lognormal(SHORT, sigma), DEEP)
    samples = [waits(rehearsed, run, load / mean / SHORT, warm=20_000) / SHORT for run in range(MANY)]
    agrees(means(samples), theory.pollaczek_khinchine(load / mean, mean, second), sharp=0.06)


@pytest.mark.prove
@pytest.mark.parametrize(("patience", "sharp"), [(0.1, 0.01), (1.0, 0.01), (10.0, 0.03)])
def test_impatience_in_depth(patience: float, sharp: float) -> None:
    """Erlang A at 20 servers and a load of 110 %, from short tempers to long ones."""
    rehearsed = queue(20, exponential(SHORT), DEEP, patience=exponential(patience * SHORT))
    promised = theory.erlang_a(22.0, 1, patience, 20)
    gone = []
    for run in range(MANY):
        outcome, order = poisson(rehearsed, run, SHORT / 22.0)
        gone.append((outcome.gave_up[order[20_000:]] >= 0).mean())
    agrees(gone, promised.gives_up, sharp)
