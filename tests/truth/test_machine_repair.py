"""Machine repair, M/M/c//N: a finite source, whose law at every instant is that of a Markov chain solved whole.

N machines run for an exponential time, then wait for one of c repairers, each of whom takes an exponential time. With
k machines in repair (waiting or being served) the next one comes at the rate (N - k) / up, and one is done at the rate
min(k, c) / down: a chain of N + 1 states, whose law at the time t is a row of a matrix exponential. Two readings of it
with a plan's own means, both from the first instant on and not only in the steady state:

- *people as machines*: a station with as many servers as people is the running, one with c servers the repair, and from
  it everybody is sent back (`recheck`, share 1);
- *buses as machines*: a fleet of N buses of one seat. The trip is the running. The repair is the call: a line boards
  one bus at a time and, as people always wait, calls the next one at once, so that c lines are c repairers. The finite
  source is the fleet; the passengers need not be one, their crowd only has to last.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.truth.estimates import agrees
from tests.truth.plans import MINUTE, Rehearsal, assumed, constant, exponential, group, plan_of, rehearsal, station

UP = DOWN = 10.0
"""Mean minutes of running and of a repair; equal, so that what can be used up is bounded by one Poisson law."""
MACHINES, MOST = 10, 8

Floats = NDArray[np.float64]


def law(machines: int, repairers: int, minutes: float, start: int, up: float = UP, down: float = DOWN) -> Floats:
    """Chances of 0, 1, …, N machines in repair, so many minutes after `start` of them were."""
    from scipy.linalg import expm

    flow = np.zeros((machines + 1, machines + 1))
    for k in range(machines):
        flow[k, k + 1] = (machines - k) / up
        flow[k + 1, k] = min(k + 1, repairers) / down
    np.fill_diagonal(flow, -flow.sum(axis=1))
    found: Floats = expm(flow * minutes)[start]
    return found


def test_the_chain_is_the_textbook_one() -> None:
    """In the end the law is the steady one, whose weights follow from balance: (N - k) / up times the weight of k is
    min(k + 1, c) / down times that of k + 1; with a repairer for each machine it is binomial, with up / (up + down)."""
    for repairers in (1, 3, MACHINES):
        weights = [1.0]
        for k in range(MACHINES):
            weights.append(weights[-1] * (MACHINES - k) / UP * DOWN / min(k + 1, repairers))
        np.testing.assert_allclose(law(MACHINES, repairers, 1000, 0), np.array(weights) / sum(weights), atol=1e-9)
    half = [math.comb(MACHINES, k) / 2**MACHINES for k in range(MACHINES + 1)]
    np.testing.assert_allclose(law(MACHINES, MACHINES, 1000, 0), half, atol=1e-9)


# --- people as machines -------------------------------------------------------------------------------------------

POINTS, RUNS = 60, 40


@cache
def workshop(repairers: int) -> Rehearsal:
    """So many points with ten people each, who work and are repaired by turns, eight times at the most."""
    stations = [
        station("work", MACHINES, exponential(UP)),
        station("repair", repairers, exponential(DOWN), recheck={"share": 1, "to": "work", "most": MOST}),
    ]
    groups = [group(f"g{p}", MACHINES, towns=[f"P{p}"]) for p in range(POINTS)]
    return rehearsal(plan_of(groups, stations=stations, points=POINTS, exercise={"horizon_h": 4}))


def used_up(minutes: float) -> float:
    """A bound of the chance that one person has made eight visits in so many minutes.

    Eight times of work and eight repairs, all of one mean, are over: 16 points of a Poisson process. Waiting for a
    repairer only makes it later.
    """
    mean = minutes / UP
    return 1 - sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(2 * MOST))


def in_repair(rehearsed: Rehearsal, run: int, minutes: list[float]) -> Floats:
    """At each point, so many minutes after everybody came: how many are waiting for a repairer or with one."""
    outcome = rehearsed.run(run)
    assert np.all(outcome.arrived == outcome.arrived[0])
    rows = [row for row, name in enumerate(outcome.network.step_names) if name == "repair"]
    come, gone = outcome.queued[rows], outcome.ended[rows]
    found = []
    for t in minutes:
        now = outcome.arrived[0] + round(t * MINUTE)
        there = ((come >= 0) & (come <= now) & ((gone < 0) | (gone > now))).sum(axis=0)
        found.append(np.bincount(outcome.network.point, there, len(outcome.network.points)))
    return np.array(found)


@pytest.mark.parametrize("repairers", [1, 3])
def test_people_as_machines(repairers: int) -> None:
    """The mean number in repair, and the chance of each number that is above 5 %, from 2 to 40 minutes after the
    beginning, of 60 points in 40 runs. The chain knows no end of visits: by then a person has used up eight with a
    chance below 6 in a million (P(Poisson(4) ≥ 16)), which moves the mean number by less than 6 in 10,000."""
    times = [2.0, 5.0, 10.0, 20.0, 40.0]
    assert used_up(max(times)) < 6e-6
    found = np.array([in_repair(workshop(repairers), run, times) for run in range(RUNS)])
    for i, t in enumerate(times):
        promised = law(MACHINES, repairers, t, 0)
        agrees(found[:, i].mean(axis=1), float(promised @ np.arange(MACHINES + 1)), sharp=0.08)
        for number in np.flatnonzero(promised > 0.05):
            agrees((found[:, i] == number).mean(axis=1), float(promised[number]), sharp=0.4)


# --- buses as machines --------------------------------------------------------------------------------------------

AWAY, CALL, BUSES = 20.0, 5.0, 6


@cache
def fleet(lines: int) -> Rehearsal:
    """A fleet of six buses of one seat, lines at as many points, and more people than they can take in three hours."""
    line = {"name": "line", "to": "range", "capacity": 1, "timeout_min": 0, "call": exponential(CALL)}
    bus = assumed(**line, trip=exponential(AWAY), back=constant(0), shared_fleet="pool")
    groups = [group(f"g{p}", 120, towns=[f"P{p}"]) for p in range(lines)]
    pool = [assumed(name="pool", buses=BUSES)]
    return rehearsal(plan_of(groups, buses=[bus], points=lines, fleet=pool, exercise={"horizon_h": 3}))


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_buses_as_machines(lines: int) -> None:
    """Buses that are not on a trip, and departures so far, 2 to 120 minutes after the crowd came, in 2,400 runs. All
    buses stand free at first, which is a chain that begins with all machines in repair; departures are its repairs."""
    times = [2.0, 5.0, 10.0, 20.0, 60.0, 120.0]
    here, gone = np.empty((2, 2400, len(times)))
    for run in range(len(here)):
        outcome = fleet(lines).run(run)
        assert (outcome.boarded < 0).any(), "the crowd must last"
        left, back = outcome.departed, outcome.returned
        for i, t in enumerate(times):
            now = outcome.arrived[0] + round(t * MINUTE)
            away = (left >= 0) & (left <= now)
            gone[run, i] = away.sum()
            here[run, i] = BUSES - (away & ((back < 0) | (back > now))).sum()
    for i, t in enumerate(times):
        promised = law(BUSES, lines, t, BUSES, AWAY, CALL)
        agrees(here[:, i], float(promised @ np.arange(BUSES + 1)), sharp=0.09)
        agrees(gone[:, i], departures(lines, t), sharp=0.15)


def departures(lines: int, minutes: float, steps: int = 400) -> float:
    """How many repairs are made in so many minutes: the integral of min(k, c) / down under the law (Simpson's rule)."""
    at = np.linspace(0, minutes, steps + 1)
    busy = np.minimum(np.arange(BUSES + 1), lines)
    pace = np.array([law(BUSES, lines, float(t), BUSES, AWAY, CALL) @ busy for t in at]) / CALL
    return float((pace[0] + pace[-1] + 4 * pace[1::2].sum() + 2 * pace[2:-1:2].sum()) * minutes / steps / 3)
