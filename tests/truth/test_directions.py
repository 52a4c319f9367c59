"""Which way things move on equal luck: what more means helps, where theory says so, and where it may hurt.

The paradoxes are no faults of the engine; they are here so that nobody mends them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.truth.crowds import called, played, stream
from tests.truth.plans import MINUTE, Table, assumed, constant, exponential, station

from tocsin.simulate import Outcome


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
    stock = [assumed(name="kits", amount=100, delivery=[{"at_h": 20, "amount": 5_000}])]
    worse: list[tuple[Table, Table, dict[str, Any]]] = [
        ({"breakdown": {"after": exponential(60), "repair": exponential(20)}}, {}, {}),
        ({}, {"extra": {"at": 3}}, {}),
        ({"issue": [{"stock": "kits", "short": "waits"}]}, {}, {"stock": stock}),
    ]
    for with_it, without, more in worse:
        a = served([station("desk", 1, exponential(0.9), **with_it)], run, **more)
        b = served([station("desk", 1, exponential(0.9), **without)], run)
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
