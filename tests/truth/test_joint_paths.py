"""Joint features on every single path: recursions, conservation and equivalences, to the millisecond.

No chance and no tolerance: what is drawn is read out of the outcome, and worked through once more in plain Python, or
two plans that must do the same are run on the same draws. In grains of a minute most events fall together.
"""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.truth.crowds import PEOPLE, called, stream
from tests.truth.plans import (
    MINUTE,
    Table,
    assumed,
    constant,
    exponential,
    group,
    plan_of,
    rehearsal,
    station,
    triangular,
)

from tocsin.simulate import Outcome

Ints = NDArray[np.int64]
TIMES = ("queued", "began", "ended")
GRAINS = pytest.mark.parametrize("grain", [1, MINUTE], ids=["ms", "minutes"])


# --- blocking -----------------------------------------------------------------------------------------------------


@GRAINS
@pytest.mark.parametrize("rooms", [(0, 0), (1, 0), (2, 3)])
def test_blocking_tandem(rooms: tuple[int, int], grain: int) -> None:
    """Three single servers, room for r₂ and r₃ before the second and third, blocked after service: who stands before a
    station is let in as the (r+1)th before leaves it.

    The max-plus recursion of the times of leaving a server is D_j(n) = max(max(D_{j-1}(n), D_j(n-1)) + S_j(n),
    D_{j+1}(n - r_{j+1} - 1)) (Buzacott and Shanthikumar, *Stochastic Models of Manufacturing Systems*, 1993, ch. 5).
    """
    names = ("one", "two", "three")
    stations = [station("one", 1, exponential(1))]
    stations += [station(n, 1, exponential(1), room=r) for n, r in zip(names[1:], rooms, strict=True)]
    rehearsed = called(stations)
    outcome, order = stream(rehearsed, 1, grain, 0.5)
    columns = [rehearsed.network.stages.column(f"station.{n}.service") for n in names]
    service = outcome.drawn[columns][:, order].tolist()
    arrived = outcome.arrived[order].tolist()
    leaves: list[list[int]] = [[], [], []]
    began: list[list[int]] = [[], [], []]
    for n in range(len(order)):
        here = arrived[n]
        for j in range(3):
            start = max(here, leaves[j][n - 1] if n else 0)
            end = start + service[j][n]
            room = rooms[j] + 1 if j < 2 else None
            if room is not None and n >= room:
                end = max(end, leaves[j + 1][n - room])
            began[j].append(start)
            leaves[j].append(end)
            here = end
    for j in range(3):
        assert outcome.began[j][order].tolist() == began[j]
        assert outcome.ended[j][order].tolist() == [b + s for b, s in zip(began[j], service[j], strict=True)]
    assert outcome.queued[1][order].tolist() == leaves[0]
    assert outcome.queued[2][order].tolist() == leaves[1]
    assert outcome.ready[order].tolist() == leaves[2]
    assert any(b + s < d for b, s, d in zip(began[0], service[0], leaves[0], strict=True)), "nobody was ever blocked"


# --- features that change nothing ---------------------------------------------------------------------------------

PLAIN: dict[str, Table] = {
    "room that turns nobody away": {"room": PEOPLE, "full": "leaves"},
    "nobody is ever sent back": {"recheck": {"share": 0, "most": 3}},
    "an extra lane that never opens": {"extra": {"at": PEOPLE}},
    "a breakdown after the end of the exercise": {"breakdown": {"after": constant(300_000), "repair": constant(1)}},
    "a stock that is never short": {"issue": [{"stock": "kits", "short": "waits"}]},
    "a stock that is soon short": {"issue": [{"stock": "few", "short": "goes-on"}]},
    "a class above to which nobody belongs, which may interrupt": {"priority": [{"sex": []}], "preempts": True},
}
STOCKS = {"kits": PEOPLE, "few": 3}


@GRAINS
@pytest.mark.parametrize("servers", [1, 3])
@pytest.mark.parametrize("feature", PLAIN)
def test_a_feature_that_never_acts(feature: str, servers: int, grain: int) -> None:
    """A joint feature that never acts leaves every time as the plain recursion has it, and who served whom."""
    plain = called([station("desk", servers, exponential(servers))])
    names = {issue["stock"] for issue in PLAIN[feature].get("issue", [])}
    stock = [assumed(name=name, amount=STOCKS[name]) for name in names]
    joint = called([station("desk", servers, exponential(servers), **PLAIN[feature])], stock=stock)
    assert not plain.network.joints and joint.network.joints
    (a, _), (b, _) = (stream(one, 2, grain) for one in (plain, joint))
    for name in (*TIMES, "by", "ready"):
        first, second = getattr(a, name), getattr(b, name)
        assert np.array_equal(first[0] if first.ndim > 1 else first, second[0] if second.ndim > 1 else second), name


@GRAINS
def test_one_server_with_a_line_of_its_own(grain: int) -> None:
    """With one server, a line for each server is the one line."""
    lines = called([station("desk", 1, exponential(1), lines="each")])
    (a, _), (b, _) = (stream(one, 3, grain) for one in (called([station("desk", 1, exponential(1))]), lines))
    assert all(np.array_equal(getattr(a, name), getattr(b, name)) for name in TIMES)


@GRAINS
def test_the_first_class_does_not_see_the_others(grain: int) -> None:
    """Where the first class interrupts, its members are served as if nobody else had come."""
    classes = called([station("desk", 1, exponential(1), priority=[{"sex": ["female"]}], preempts=True)])
    alone = called([station("desk", 1, exponential(1), who={"sex": ["female"]})])
    (a, _), (b, _) = (stream(one, 4, grain) for one in (classes, alone))
    first = b.queued[0] >= 0
    assert 0.2 < first.mean() < 0.4
    assert all(np.array_equal(getattr(a, name)[0][first], getattr(b, name)[0][first]) for name in TIMES)


@GRAINS
@pytest.mark.parametrize("servers", [1, 4])
def test_a_crew_of_two_stations_is_one_station(servers: int, grain: int) -> None:
    """Two stations for the two sexes with one crew are one station with as many servers: everybody's times agree."""
    service = triangular(0.2 * servers, 0.8 * servers, 2 * servers)
    sexes = ("female", "male")
    parts = [{"name": sex, "crew": "clerks", "service": service, "who": {"sex": [sex]}} for sex in sexes]
    crew = called(parts, crews=[{"name": "clerks", "servers": servers}])
    one = called([station("desk", servers, service)])
    a, _ = stream(one, 5, grain)
    drawn = crew.engine.draw(crew.seed, 5)
    for name in ("channel.notice.delay", "station.female.service", "station.male.service"):
        source = name if name.startswith("channel") else "station.desk.service"
        drawn[crew.network.stages.column(name)] = a.drawn[one.network.stages.column(source)]
    b = crew.engine.run(crew.seed, 5, drawn)
    for name in (*TIMES, "by"):
        assert np.array_equal(getattr(a, name)[0], getattr(b, name).max(axis=0)), name


# --- conservation -------------------------------------------------------------------------------------------------


@GRAINS
def test_a_crew_of_one_never_rests_while_somebody_waits(grain: int) -> None:
    """One clerk for two stations in a row: whatever the order, the clerk is never idle while somebody is there, so the
    instants at which the point runs empty are those of one server who serves both services at once (Lindley)."""
    parts = [{"name": name, "crew": "clerks", "service": exponential(0.4)} for name in ("one", "two")]
    rehearsed = called(parts, crews=[{"name": "clerks", "servers": 1}])
    outcome, order = stream(rehearsed, 6, grain)
    work = sum(outcome.drawn[rehearsed.network.stages.column(f"station.{n}.service")] for n in ("one", "two"))
    free, empties = 0, set()
    for at, length in zip(outcome.arrived[order].tolist(), work[order].tolist(), strict=True):
        if at >= free and free:
            empties.add(free)
        free = max(free, at) + length
    empties.add(free)
    ended = outcome.ready[order]
    there = np.searchsorted(np.sort(outcome.arrived), np.sort(ended), side="left") - np.arange(1, len(order) + 1)
    assert set(np.sort(ended)[there == 0].tolist()) == empties
    busy = sorted(zip(outcome.began.ravel().tolist(), outcome.ended.ravel().tolist(), strict=True))
    assert all(a_end <= b_start for (_, a_end), (b_start, _) in pairwise(busy)), "one at a time"


@GRAINS
@pytest.mark.parametrize("share", [0.3, 1.0])
def test_interruptions_lose_no_work(share: float, grain: int) -> None:
    """One server whose services are interrupted is idle exactly when one is whose services are not: ends of services
    differ, ends of busy periods do not."""
    priority = {"priority": [{"sex": ["female"]}]}
    (a, order), (b, _) = (
        stream(called([station("desk", 1, exponential(share), **priority, preempts=taken)]), 7, grain)
        for taken in (False, True)
    )
    assert not np.array_equal(a.ended, b.ended)
    free, busy = 0, []
    for at, length in zip(a.arrived[order].tolist(), a.drawn[serving(a)][order].tolist(), strict=True):
        if at > free:
            busy.append(free)
        free = max(free, at) + length
    for outcome in (a, b):
        assert set(busy[1:]) <= set(outcome.ended[0].tolist()) and outcome.ended[0].max() == free


def serving(outcome: Outcome) -> int:
    """Column of the services at the desk."""
    return outcome.network.stages.column("station.desk.service")


@pytest.mark.parametrize("short", ["waits", "goes-on"])
@pytest.mark.parametrize("seed", range(3))
def test_what_was_supplied_was_handed_out_or_is_left(short: str, seed: int) -> None:
    """A stock of 300 that two points share, and two deliveries of 200, are 700: of 1,000 people who want one each, 700
    get it, whether the others wait for good or go on without; with `waits` exactly those are served. Never is more
    handed out than had come by then."""
    stock = assumed(
        name="kits", amount=300, per="all", delivery=[{"at_h": 5, "amount": 200}, {"at_h": 9, "amount": 200}]
    )
    kit = station("kit", 4, exponential(1), issue=[{"stock": "kits", "short": short}])
    plan = plan_of([group("all", 1_000)], stations=[kit], points=2, stock=[stock])
    rehearsed = rehearsal(plan, seed)
    outcome, _ = stream(rehearsed, seed, 1)
    assert outcome.joint is not None
    handed = outcome.joint.handed[0]
    assert (handed == 1).sum() == 700
    assert (outcome.began[0] >= 0).sum() == (700 if short == "waits" else 1_000)
    assert (handed == 0).sum() == (0 if short == "waits" else 300)
    by_then = [(handed[outcome.began[0] < h * 60 * MINUTE] == 1).sum() for h in (5, 9)]
    assert by_then[0] <= 300 and by_then[1] <= 500


# --- fleets and couriers ------------------------------------------------------------------------------------------


@GRAINS
@pytest.mark.parametrize(("capacity", "timeout", "buses"), [(1, 0, 1), (5, 10, 2), (40, 30, 3)])
def test_a_fleet_of_one_point_is_its_own(capacity: int, timeout: int, buses: int, grain: int) -> None:
    """A fleet that one line alone shares does bit for bit what buses of the line's own do."""
    line = assumed(name="line", to="range", capacity=capacity, timeout_min=timeout, trip=triangular(2, 5, 9))
    own = called([], 2_000, buses=[line | {"fleet": buses}])
    shared = called([], 2_000, buses=[line | {"shared_fleet": "pool"}], fleet=[assumed(name="pool", buses=buses)])
    (a, _), (b, _) = (stream(one, 8, grain) for one in (own, shared))
    for name in ("boarded", "ride", "departed", "arrives", "returned", "ride_last", "ride_timed", "ride_bus", "ready"):
        assert np.array_equal(getattr(a, name), getattr(b, name)), name


@cache
def couriers(tries: int, reach: float, people: int) -> Outcome:
    """People visited by many crews who go again."""
    capacity: Table = {"handling": constant(1), "servers": 50}
    if tries > 1:
        capacity["again"] = {"tries": tries, "after": constant(30)}
    channel = {"name": "courier", "medium": "courier", "reach": reach, "capacity": capacity}
    return rehearsal(plan_of([group("all", people)], channels=[channel]), 9).run()


@pytest.mark.parametrize(("tries", "reach"), [(1, 0.6), (2, 0.6), (3, 0.35), (8, 0.2)])
def test_couriers_who_go_again(tries: int, reach: float) -> None:
    """Of 20,000 who are found with the chance p at each visit, 1 - (1-p)^k are reached in k tries, and (1-p)^(j-1) p at
    the j-th: each within four standard errors of its binomial; nobody is visited after being found."""
    people = 20_000
    outcome = couriers(tries, reach, people)
    began = np.stack([queue.began for queue in outcome.attempts.queues if queue is not None])
    assert len(began) == tries
    visits = (began >= 0).sum(axis=0)
    expected = [(1 - reach) ** (j - 1) * reach for j in range(1, tries + 1)]
    for j, share in enumerate(expected, 1):
        at_it = ((outcome.delivered_by >= 0) & (visits == j)).mean()
        assert abs(at_it - share) < 4 * math.sqrt(share * (1 - share) / people)
    reached = 1 - (1 - reach) ** tries
    assert abs((outcome.delivered >= 0).mean() - reached) < 4 * math.sqrt(reached * (1 - reached) / people)
    assert (visits[outcome.delivered < 0] == tries).all()


def test_the_next_visit_comes_after_its_delay() -> None:
    """With crews for all, a failed visit is followed by the next one 30 min after its end, to the millisecond."""
    outcome = couriers(3, 0.35, 40)
    queues = [queue for queue in outcome.attempts.queues if queue is not None]
    for before, after in pairwise(queues):
        again = after.queued >= 0
        assert again.any() and np.array_equal(after.queued[again], before.ended[again] + 30 * MINUTE)
