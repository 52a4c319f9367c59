"""Joint features on every single path: recursions, conservation and equivalences, to the millisecond.

No chance and no tolerance: what is drawn is read out of the outcome, and worked through once more in plain Python, or
two plans that must do the same are run on the same draws. In grains of a minute most events fall together.
"""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.truth.plans import (
    MINUTE,
    Rehearsal,
    Table,
    assumed,
    constant,
    deterministic,
    exponential,
    group,
    plan_of,
    rehearsal,
    station,
    triangular,
)

from tocsin.simulate import Outcome

Ints = NDArray[np.int64]
PEOPLE = 3_000
TIMES = ("queued", "began", "ended")
GRAINS = pytest.mark.parametrize("grain", [1, MINUTE], ids=["ms", "minutes"])


def called(stations: list[Table], people: int = PEOPLE, **more: Any) -> Rehearsal:
    """So many people, three in ten of them women, at one point with these stations."""
    groups = [group("all", people, sex={"female": 0.3, "male": 0.7})]
    return rehearsal(plan_of(groups, stations=stations, **more))


def stream(rehearsed: Rehearsal, run: int, grain: int, per_minute: float = 1.0) -> tuple[Outcome, Ints]:
    """Run people whose notices come at random instants, in whole grains of ms; slots in order of (time, number).

    Services are in whole grains as well, so that ends, arrivals and beginnings meet.
    """
    network, rng = rehearsed.network, np.random.default_rng(run)
    drawn = rehearsed.engine.draw(rehearsed.seed, run)
    times = (rng.integers(1, int(network.size / per_minute) * MINUTE, network.size) // grain + 1) * grain
    drawn[network.stages.column("channel.notice.delay")] = times
    for steps in network.layouts:
        for each in (one for step in steps for one in step.passes):
            drawn[each.service] = np.maximum(drawn[each.service] // grain, 1) * grain
    outcome = rehearsed.engine.run(rehearsed.seed, run, drawn)
    return outcome, np.lexsort((network.person, outcome.arrived))


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
    "room that is never short": {"room": PEOPLE},
    "room that turns nobody away": {"room": PEOPLE, "full": "leaves"},
    "nobody is ever sent back": {"recheck": {"share": 0, "most": 3}},
    "an extra lane that never opens": {"extra": {"at": PEOPLE}},
    "a breakdown after the end of the exercise": {"breakdown": {"after": constant(300_000), "repair": constant(1)}},
    "a stock that is never short": {"issue": [{"stock": "kits", "short": "waits"}]},
    "a stock that is always short": {"issue": [{"stock": "none", "short": "goes-on"}]},
    "a class above to which nobody belongs, which may interrupt": {"priority": [{"sex": []}], "preempts": True},
}
STOCKS = [assumed(name="kits", amount=PEOPLE), assumed(name="none", amount=0)]


@GRAINS
@pytest.mark.parametrize("servers", [1, 3])
@pytest.mark.parametrize("feature", PLAIN)
def test_a_feature_that_never_acts(feature: str, servers: int, grain: int) -> None:
    """A joint feature that never acts leaves every time as the plain recursion has it, and who served whom."""
    plain = called([station("desk", servers, exponential(servers))])
    joint = called([station("desk", servers, exponential(servers), **PLAIN[feature])], stock=STOCKS)
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


# --- which way things move ----------------------------------------------------------------------------------------


def served(stations: list[Table], run: int, people: int = 1_500, **more: Any) -> Outcome:
    """Run people on the luck of a run, with these stations."""
    return stream(called(stations, people, **more), run, 1)[0]


@pytest.mark.parametrize("run", range(4))
def test_one_server_more_makes_nobody_later(run: int) -> None:
    """First come, first served, feed-forward: with one server more at a station nobody begins or ends later there
    (Kiefer and Wolfowitz's vector of work falls with the number of servers, path by path), and the k-th who is through
    the next station, whose service is constant, is through it no later."""
    base = [station("one", 2, exponential(1.8)), station("two", 1, constant(0.9))]
    a = served(base, run)
    for more in (0, 1):
        b = served([dict(s, servers=s["servers"] + (i == more)) for i, s in enumerate(base)], run)
        assert (b.began[more] <= a.began[more]).all() and (b.began[more] < a.began[more]).any()
        assert (b.ended[more] <= a.ended[more]).all()
        assert (np.sort(b.ready) <= np.sort(a.ready)).all()


@pytest.mark.parametrize("run", range(4))
def test_more_room_lets_more_in_and_blocks_less(run: int) -> None:
    """One server who turns away: with more room at least as many are served (Sonderman 1979, by coupling, for services
    in the order of beginning: here constant, so that the order is no matter). Three servers in a row that block: with
    more room nobody goes through any server later, by the recursion, which falls in the rooms."""
    counts = [
        (served([station("desk", 1, constant(1), room=room, full="leaves")], run).began[0] >= 0).sum()
        for room in (0, 1, 2, 5, 20)
    ]
    assert counts == sorted(counts)
    before: Outcome | None = None
    for room in (0, 1, 3, 10):
        names = ("two", "three")
        tandem = [station("one", 1, exponential(1)), *(station(n, 1, exponential(1), room=room) for n in names)]
        after = served(tandem, run)
        if before is not None:
            assert (after.began <= before.began).all() and (after.ready <= before.ready).all()
        before = after


@pytest.mark.parametrize("run", range(4))
def test_what_helps_one_server(run: int) -> None:
    """At one server, first come, first served: without breakdowns, with an extra lane, with things in stock rather than
    to come, nobody begins later."""
    worse: list[tuple[Table, Table, dict[str, Any]]] = [
        ({"breakdown": {"after": exponential(60), "repair": exponential(20)}}, {}, {}),
        ({}, {"extra": {"at": 3}}, {}),
        ({"issue": [{"stock": "kits", "short": "waits"}]}, {}, {}),
    ]
    stock = [assumed(name="kits", amount=100, delivery=[{"at_h": 20, "amount": 5_000}])]
    for with_it, without, more in worse:
        a = served([station("desk", 1, exponential(0.9), **with_it)], run, stock=stock, **more)
        b = served([station("desk", 1, exponential(0.9), **without)], run, stock=stock, **more)
        assert (b.began[0] <= a.began[0]).all() and (b.began[0] < a.began[0]).any()


def test_a_paradox_more_room_may_turn_more_away() -> None:
    """With services that belong to the person, more room may serve fewer: it lets in one who takes long.

    By hand, one server: 0 comes at 1 and takes 10, 1 comes at 2 and takes 100, 2 to 5 come at 11, 12, 13, 14 and take
    1 each. Room for nobody: 1 is turned away, 0 is served until 11, and 2 to 5 at 11, 12, 13, 14: five in all. Room for
    one: 1 waits and has 11 to 111; 2 waits, 3 to 5 are turned away: three in all. Nobody should "mend" the station.
    """
    come, service = [1, 2, 11, 12, 13, 14], [[10, 100, 1, 1, 1, 1]]
    desks = [[station("desk", 1, exponential(1), room=room, full="leaves")] for room in (0, 1)]
    assert [int((played(desk, come, service).began[0] >= 0).sum()) for desk in desks] == [5, 3]


def test_a_paradox_a_server_more_upstream_may_delay() -> None:
    """One server more at a station may make somebody later at the next one, even first come, first served.

    By hand: 0 comes at 1 and takes 10 and 5 minutes at the two stations, 1 comes at 2 and takes 2 and 20. One server at
    the first: 0 has the second station 11-16, and 1, done at 13, 16-36. Two servers: 1 is done at 4 and has the second
    station 4-24, so that 0, done at 11, waits there until 24.
    """
    plans = [[station("one", servers, exponential(1)), station("two", 1, exponential(1))] for servers in (1, 2)]
    one, two = (played(these, [1, 2], [[10, 2], [5, 20]]) for these in plans)
    assert (one.began[1] // MINUTE).tolist() == [11, 16]
    assert (two.began[1] // MINUTE).tolist() == [24, 4]


def test_a_paradox_a_server_more_upstream_may_interrupt() -> None:
    """One clerk more may end somebody's service at the board later, where an urgent one takes the server.

    By hand: 0 comes at 1 and takes 2 and 10 minutes, 1 is urgent, comes at 2 and takes 10 and 10. One clerk: 1 is done
    there at 13, just when 0 is done at the board (3-13). Two clerks: 1 is at the board at 12, and 0, of whom a minute
    is left, goes on at 22.
    """
    board = station("board", 1, exponential(1), priority=[{"groups": ["g001"]}], preempts=True)
    plans = [[station("clerk", servers, exponential(1)), board] for servers in (1, 2)]
    one, two = (played(these, [1, 2], [[2, 10], [10, 10]]) for these in plans)
    assert (one.ended[1] // MINUTE).tolist() == [13, 23]
    assert (two.ended[1] // MINUTE).tolist() == [23, 22]


def test_a_paradox_more_room_may_delay_behind_a_block() -> None:
    """More room before a station may make somebody later there: who was held is let in before an urgent one comes.

    By hand, two clerks, then a board with one server and class 1 first: 0 and 1 come at 1, 2 (urgent) at 2. The clerks
    take 1, 2 and 5 minutes, the board 10 each. 0 is at the board 2-12; 1 is done at 3. With room for nobody, 1 is held,
    and 2 begins at the other clerk at 2 (0 left), done at 7 and held behind 1: the board has 1 at 12, then 2 at 22.
    With room for two, both queue, and the urgent one has 12-22: 1 begins at 22 instead of 12.
    """
    plans = [
        [
            station("clerk", 2, exponential(1)),
            station("board", 1, exponential(1), priority=[{"groups": ["g002"]}], room=room),
        ]
        for room in (0, 2)
    ]
    tight, roomy = (played(these, [1, 1, 2], [[1, 2, 5], [10, 10, 10]]) for these in plans)
    assert (tight.began[1] // MINUTE).tolist() == [2, 12, 22]
    assert (roomy.began[1] // MINUTE).tolist() == [2, 22, 12]


def played(stations: list[Table], come: list[float], services: list[list[float]]) -> Outcome:
    """Run people who come and are served as the tables say, each station a row."""
    rehearsed = rehearsal(plan_of(deterministic(come), stations=stations))
    assert np.array_equal(rehearsed.network.group, np.arange(len(come)))
    minutes = {f"station__{s['name']}__service": row for s, row in zip(stations, services, strict=True)}
    return rehearsed.run(**{name: np.array(row, np.int64) * MINUTE for name, row in minutes.items()})
