"""Joint features in the steady state: the event loop beside formulas, and beside Markov chains solved whole.

As in test_queues.py: a compiled plan, people who arrive as a Poisson process, the first of them forgotten, means of
independent replications beside the exact figure, four standard errors of these replications, which must be narrow.
Loads are moderate, so that the tolerances are a few hundredths.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.truth import chains, theory
from tests.truth.estimates import agrees
from tests.truth.plans import (
    MINUTE,
    Rehearsal,
    Table,
    assumed,
    constant,
    exponential,
    group,
    plan_of,
    poisson,
    rehearsal,
    station,
    triangular,
)

from tocsin.simulate import Outcome

PEOPLE, RUNS, WARM = 20_000, 12, 2_000

Floats = NDArray[np.float64]


def queue(
    servers: int = 1, service: Table | None = None, people: int = PEOPLE, horizon_h: float = 2160, **more: object
) -> Rehearsal:
    """One point with one station; mean service is a minute."""
    desk = station("desk", servers, service or exponential(1), **more)
    groups = [group("all", people, sex={"female": 0.3, "male": 0.7})]
    return rehearsal(plan_of(groups, stations=[desk], exercise={"horizon_h": horizon_h}))


def found_in(
    rehearsed: Rehearsal, rate: float, look: Callable[[Outcome, NDArray[np.int64]], float], runs: int = RUNS
) -> list[float]:
    """What a look at those who came after the warm-up finds in each run."""
    found = []
    for run in range(runs):
        outcome, order = poisson(rehearsed, run, 1 / rate)
        found.append(look(outcome, order[WARM:]))
    return found


def mean_wait(outcome: Outcome, late: NDArray[np.int64]) -> float:
    """Mean minutes in the queue of the first station, of those who queued there."""
    served = late[outcome.began[0][late] >= 0]
    return float((outcome.began[0] - outcome.queued[0])[served].mean()) / MINUTE


def mean_stay(outcome: Outcome, late: NDArray[np.int64]) -> float:
    """Mean minutes from arriving to being through."""
    return float((outcome.ready - outcome.arrived)[late].mean()) / MINUTE


# --- sent back ----------------------------------------------------------------------------------------------------


def test_visits_are_geometric() -> None:
    """With p = .4 sent back and at most 4 visits, exactly k visits have the shares (1-p) p^(k-1), and p³ at the end;
    each within four standard errors of its binomial, of 60,000 people."""
    back, most, people = 0.4, 4, 60_000
    rehearsed = queue(people=people, recheck={"share": back, "most": most}, service=constant(0.001))
    outcome = rehearsed.run(0)
    visits = (outcome.began >= 0).sum(axis=0)
    expected = [(1 - back) * back ** (k - 1) for k in range(1, most)] + [back ** (most - 1)]
    for k, share in enumerate(expected, 1):
        assert abs((visits == k).mean() - share) < 4 * math.sqrt(share * (1 - share) / people)
    assert visits.max() == most


def test_feedback() -> None:
    """Jackson: with p = .3 sent back M/M/1 is as one of the arrival rate λ / (1 - p): at ρ = .6, L = ρ / (1 - ρ) people
    are there, and each is there L / λ in all, visits together. (At most 8 visits: p⁸ is 7 in 100,000.)"""
    load, back = 0.6, 0.3
    rate = load * (1 - back)
    rehearsed = queue(recheck={"share": back, "most": 8})
    agrees(found_in(rehearsed, rate, mean_stay), load / (1 - load) / rate, sharp=0.05)


def test_feedback_over_two_stations() -> None:
    """Jackson: kit (two servers of mean 1.5) and board (mean .8), which sends back .2 to kit: each behaves as M/M/c at
    λ / (1 - p), and the time in both together is the sum of both L over λ."""
    rate, back = 0.7, 0.2
    board = station("board", 1, exponential(0.8), recheck={"share": back, "to": "kit", "most": 6})
    plan = plan_of([group("all", PEOPLE)], stations=[station("kit", 2, exponential(1.5)), board])
    through = rate / (1 - back)
    there = through * (theory.wait_mmc(through, 1.5, 2) + 1.5 + theory.wait_mmc(through, 0.8, 1) + 0.8)
    agrees(found_in(rehearsal(plan), rate, mean_stay), there / rate, sharp=0.08)


# --- room ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("servers", "room", "rate"), [(2, 3, 2.2), (1, 4, 0.9), (5, 0, 4.0), (1, 0, 1.0)])
def test_loss(servers: int, room: int, rate: float) -> None:
    """M/M/c/K: the share turned away (Erlang's B where nobody can wait), the mean wait of who is let in, and the mean
    number there, looked at every minute."""
    rehearsed = queue(servers, room=room, full="leaves")
    promised = theory.loss(rate, 1, servers, room)
    waited, number = [], []

    def turned_away(outcome: Outcome, late: NDArray[np.int64]) -> float:
        waited.append(mean_wait(outcome, late))
        assert np.array_equal(outcome.began[0] < 0, outcome.gave_up >= 0)
        assert np.array_equal(outcome.gave_up[outcome.gave_up >= 0], outcome.arrived[outcome.gave_up >= 0])
        seen = np.arange(outcome.arrived[late[0]], outcome.arrived[late[-1]], MINUTE)
        here = np.flatnonzero(outcome.began[0] >= 0)
        come, gone = (np.sort(times[0][here]) for times in (outcome.queued, outcome.ended))
        number.append((np.searchsorted(come, seen, side="right") - np.searchsorted(gone, seen, side="right")).mean())
        return float((outcome.gave_up[late] >= 0).mean())

    agrees(found_in(rehearsed, rate, turned_away), promised.turned_away, sharp=0.05)
    agrees(number, promised.there, sharp=0.03)
    if room:
        agrees(waited, promised.wait, sharp=0.04)
    else:
        assert not np.any(waited)


def test_loss_whatever_the_service() -> None:
    """Erlang's B holds for any service of the same mean (insensitivity, Sevastyanov 1957): here a triangular one."""
    mean, _ = theory.triangular_moments(0.2, 0.5, 2.3)
    rehearsed = queue(4, triangular(0.2, 0.5, 2.3), room=0, full="leaves")
    lost = found_in(rehearsed, 3.5, lambda o, late: float((o.gave_up[late] >= 0).mean()))
    agrees(lost, theory.loss(3.5, mean, 4, 0).turned_away, sharp=0.03)


# --- interruptions, breakdowns ------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", [exponential(1), triangular(0.4, 0.8, 1.8)], ids=["exponential", "triangular"])
def test_interruptions(service: Table) -> None:
    """Two classes at ρ = .7, the first of 30 %, which interrupts; service is resumed: mean times of both."""
    mean, second = (1.0, 2.0) if service["family"] == "exponential" else theory.triangular_moments(0.4, 0.8, 1.8)
    rehearsed = queue(1, service, priority=[{"sex": ["female"]}], preempts=True)
    ranks = rehearsed.network.layouts[0][0].ranks
    assert ranks is not None
    rate, share = 0.7 / mean, float((ranks == 0).mean())
    times: tuple[list[float], list[float]] = ([], [])
    for run in range(RUNS):
        outcome, order = poisson(rehearsed, run, 1 / rate)
        stay, late = (outcome.ended[0] - outcome.queued[0]) / MINUTE, order[WARM:]
        for rank, found in enumerate(times):
            found.append(float(stay[late][ranks[late] == rank].mean()))
    first, then = theory.resumed((share * rate, (1 - share) * rate), mean, second)
    agrees(times[0], first, sharp=0.04)
    agrees(times[1], then, sharp=0.10)


def test_interruptions_of_several_servers() -> None:
    """Three servers, exponential service: the first class is M/M/3 alone, and as service is memoryless the number there
    is that of M/M/3 whoever is served, so that both classes together stay as long as in M/M/3."""
    rate = 2.1
    rehearsed = queue(3, priority=[{"sex": ["female"]}], preempts=True)
    ranks = rehearsed.network.layouts[0][0].ranks
    assert ranks is not None
    share = float((ranks == 0).mean())
    first = []

    def stays(outcome: Outcome, late: NDArray[np.int64]) -> float:
        stay = (outcome.ended[0] - outcome.queued[0])[late] / MINUTE
        first.append(float(stay[ranks[late] == 0].mean()))
        return float(stay.mean())

    agrees(found_in(rehearsed, rate, stays), theory.wait_mmc(rate, 1, 3) + 1, sharp=0.05)
    agrees(first, theory.wait_mmc(share * rate, 1, 3) + 1, sharp=0.02)


def test_room_and_patience() -> None:
    """M/M/c/K+M: 2 servers at 120 %, room for 4, patience of 3 min on average: those turned away and those who give up
    of the birth-death chain (deaths min(n, c) μ + max(n - c, 0) θ, no births when full)."""
    rate, servers, room, patience = 2.4, 2, 4, 3.0
    weights = [1.0]
    for n in range(1, servers + room + 1):
        weights.append(weights[-1] * rate / (min(n, servers) + max(n - servers, 0) / patience))
    share = np.array(weights) / math.fsum(weights)
    given_up = float(share @ np.maximum(np.arange(len(share)) - servers, 0)) / patience / rate
    rehearsed = queue(servers, room=room, full="leaves", patience=exponential(patience))
    turned = []

    def gave_up(outcome: Outcome, late: NDArray[np.int64]) -> float:
        assert outcome.joint is not None
        away = outcome.joint.no_room[late] == 1
        turned.append(float(away.mean()))
        return float(((outcome.gave_up[late] >= 0) & ~away).mean())

    agrees(found_in(rehearsed, rate, gave_up), given_up, sharp=0.04)
    agrees(turned, float(share[-1]), sharp=0.04)


@pytest.mark.parametrize(("servers", "rate"), [(1, 0.45), (2, 1.0)])
def test_breakdowns(servers: int, rate: float) -> None:
    """Servers in order for 10 min on average and broken for 3, whether busy or idle; whoever is served stays and is
    served on: mean wait, and mean time until served, of the Markov chain."""
    fails = {"after": exponential(10), "repair": exponential(3)}
    rehearsed = queue(servers, horizon_h=1.1 * PEOPLE / rate / 60, breakdown=fails)
    wait, stay = chains.breaking(rate, servers, 1 / 10, 1 / 3)
    waited = []

    def stays(outcome: Outcome, late: NDArray[np.int64]) -> float:
        waited.append(mean_wait(outcome, late))
        return mean_stay(outcome, late)

    agrees(found_in(rehearsed, rate, stays), stay, sharp=0.08)
    agrees(waited, wait, sharp=0.10)


def test_availability() -> None:
    """A server that always has somebody to serve is served from for up / (up + down) of the time: 5,000 people of a
    minute each, in order for 30 and broken for 10 minutes, take 4/3 of their services' sum."""
    rehearsed = queue(people=5_000, horizon_h=150, breakdown={"after": exponential(30), "repair": exponential(10)})
    service = rehearsed.network.stages.column("station.desk.service")
    pace = []
    for run in range(RUNS):
        outcome = rehearsed.run(run)  # all come at one instant
        pace.append(float(outcome.drawn[service].sum() / (outcome.ended[0].max() - outcome.arrived.min())))
    agrees(pace, 30 / 40, sharp=0.03)


# --- lines, lanes, crews ------------------------------------------------------------------------------------------


def test_two_lines() -> None:
    """Two servers with a line each at ρ = .7: the mean wait of the Markov chain; it lies between that of one queue for
    both (M/M/2) and that of lines chosen blindly (M/M/1 each)."""
    rate = 1.4
    promised = chains.two_lines(rate)
    assert theory.wait_mmc(rate, 1, 2) < promised < theory.wait_mmc(rate / 2, 1, 1)
    agrees(found_in(queue(2, lines="each"), rate, mean_wait), promised, sharp=0.10)


@pytest.mark.parametrize(("at", "until"), [(1, 0), (4, 1)])
def test_extra_lane(at: int, until: int) -> None:
    """One server at ρ = .9, and another one above 1 or 4 waiting, until 0 or 1: the mean wait of the Markov chain; it
    lies between those of two servers and of one."""
    rate = 0.9
    promised = chains.extra_lane(rate, at, until)
    assert theory.wait_mmc(rate, 1, 2) < promised < theory.wait_mmc(rate, 1, 1)
    agrees(found_in(queue(extra={"at": at, "until": until}), rate, mean_wait), promised, sharp=0.03)


def test_crew_of_two_stations() -> None:
    """Two stations for the two sexes, served by one crew of three: one M/M/3 for both, as the crew serves who has
    waited longest; both sexes wait alike."""
    rate = 2.1
    stations = [
        {"name": sex, "crew": "clerks", "service": exponential(1), "who": {"sex": [sex]}} for sex in ("female", "male")
    ]
    crews = [{"name": "clerks", "servers": 3}]
    groups = [group("all", PEOPLE, sex={"female": 0.3, "male": 0.7})]
    rehearsed = rehearsal(plan_of(groups, stations=stations, crews=crews))
    by_sex: tuple[list[float], list[float]] = ([], [])
    for run in range(RUNS):
        outcome, order = poisson(rehearsed, run, 1 / rate)
        for row, found in enumerate(by_sex):
            late = order[WARM:][outcome.queued[row][order[WARM:]] >= 0]
            found.append(float((outcome.began[row] - outcome.queued[row])[late].mean()) / MINUTE)
    for found in by_sex:
        agrees(found, theory.wait_mmc(rate, 1, 3), sharp=0.12)


# --- buses that come back -----------------------------------------------------------------------------------------


def shuttle(points: int, trip: Table, back: Table, buses: int, people: int = PEOPLE) -> Rehearsal:
    """Buses with one seat that leave at once and come back, shared by so many points."""
    line = {"name": "line", "to": "range", "capacity": 1, "timeout_min": 0, "trip": trip, "back": back}
    bus = assumed(**line, shared_fleet="pool")
    plan = plan_of([group("all", people)], buses=[bus], points=points, fleet=[assumed(name="pool", buses=buses)])
    return rehearsal(plan)


def bus_wait(outcome: Outcome, late: NDArray[np.int64]) -> float:
    """Mean minutes between standing at the stop and boarding."""
    return float((outcome.boarded - outcome.arrived)[late].mean()) / MINUTE


def test_shuttles_of_one_seat_are_servers() -> None:
    """Three buses with one seat, away for an exponential trip of a minute: M/M/3, and one Poisson stream split over two
    points waits as one, for the bus goes where somebody has waited longest."""
    rate = 2.1
    rehearsed = shuttle(2, exponential(1), constant(0), 3, 60_000)
    agrees(found_in(rehearsed, rate, bus_wait), theory.wait_mmc(rate, 1, 3), sharp=0.08)


def test_one_shuttle() -> None:
    """One bus with one seat, away for a triangular trip and an exponential way back: M/G/1 served by their sum."""
    rate = 0.6
    trip, squared = theory.triangular_moments(0.1, 0.4, 1.0)
    rehearsed = shuttle(1, triangular(0.1, 0.4, 1.0), exponential(0.5), 1)
    second = squared + 2 * trip * 0.5 + 2 * 0.5**2  # E[(A + B)²]
    agrees(found_in(rehearsed, rate, bus_wait), theory.pollaczek_khinchine(rate, trip + 0.5, second), sharp=0.07)


def test_a_closed_fleet() -> None:
    """Machine repair with a crowd at the stop: four buses, away for an exponential 2 min there and a constant 1 min
    back, never stand, and each makes a trip every 3 min: the crowd goes at 4/3 a minute."""
    people, buses = 6_000, 4
    rehearsed = shuttle(2, exponential(2), constant(1), buses, people)
    pace = []
    for run in range(RUNS):
        outcome = rehearsed.run(run)
        pace.append(people / float((outcome.boarded.max() - outcome.boarded.min()) / MINUTE))
    agrees(pace, buses / 3, sharp=0.03)


# In depth: 200,000 people and loads near saturation, where waits are long and noisy. A service takes a tenth of a
# minute, or they would not fit into the longest exercise.
DEEP, SHORT = 200_000, 0.1


@pytest.mark.prove
@pytest.mark.parametrize(("load", "back", "sharp"), [(0.85, 0.2, 0.10), (0.5, 0.35, 0.01)])
def test_feedback_in_depth(load: float, back: float, sharp: float) -> None:
    """Jackson once more, near saturation and with many who are sent back (p⁸ is 2 in 10,000 at the most)."""
    rate = load * (1 - back)
    rehearsed = queue(people=DEEP, service=exponential(SHORT), recheck={"share": back, "most": 8})
    stays = found_in(rehearsed, rate / SHORT, mean_stay)
    agrees(np.array(stays) / SHORT, load / (1 - load) / rate, sharp)


@pytest.mark.prove
@pytest.mark.parametrize(("rate", "sharp"), [(1.0, 0.02), (1.8, 0.12)])
def test_two_lines_in_depth(rate: float, sharp: float) -> None:
    """The shorter of two lines at loads of .5 and .9."""
    rehearsed = queue(2, exponential(SHORT), DEEP, lines="each")
    waits = found_in(rehearsed, rate / SHORT, mean_wait)
    agrees(np.array(waits) / SHORT, chains.two_lines(rate, 120), sharp)


@pytest.mark.prove
@pytest.mark.parametrize(("servers", "rate", "sharp"), [(1, 0.6, 0.10), (3, 2.0, 0.15)])
def test_breakdowns_in_depth(servers: int, rate: float, sharp: float) -> None:
    """Breakdowns at four fifths of what the servers can do in the time in which they are in order (10 of 13)."""
    fails = {"after": exponential(10), "repair": exponential(3)}
    rehearsed = queue(servers, people=DEEP // 4, horizon_h=1.1 * DEEP / 4 / rate / 60, breakdown=fails)
    wait, _ = chains.breaking(rate, servers, 1 / 10, 1 / 3, 300)
    agrees(found_in(rehearsed, rate, mean_wait), wait, sharp)
