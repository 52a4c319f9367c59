"""Situations that simulators are commonly tried on, as plans of ours, each worked out by hand.

Ciw, SimPy and r-simmer check in their own suites what happens with priorities, schedules, people who give up, batches,
interruptions, full queues, loops, machines that break and containers that run empty. The situations are theirs (no
text and no code is); the plans, the numbers and the answers are ours. Where our rules (docs/mechanisms.md) decide
otherwise than one of them does, the comment says so. Batches have a table of their own, in test_buses.py.

Times are minutes after the alert. Person i comes at the i-th time of `come`. Each station is served by the minutes in
its row of `serve`, one a person (and one row more for each further visit); what is expected is, for each station, from
when to when each person was served, None = never.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    plan_of,
    rehearsal,
)

from tocsin.simulate import Network
from tocsin.simulate.reference import reference

Span = tuple[float, float] | None
SENT_BACK, PASSES = 0, 2**52 - 1  # lots that send back whatever the share, or nobody
SEED = 5
ENDLESS = 10_000  # minutes of patience


@dataclass(frozen=True)
class Situation:
    """Who comes when and is served how long, and what must follow.

    Attributes:
        expect: One row a station (and further rows for further visits, in the order of the engine's rows).
        gone: Minute at which people gave up or found no room.
        patience: Minutes of patience at the first station; others have no end of it.
        back: How often people are sent back.
    """

    stations: list[Table]
    come: list[float]
    serve: list[list[float]]
    expect: list[list[Span]]
    gone: Mapping[int, float] = field(default_factory=dict)
    patience: Mapping[int, float] = field(default_factory=dict)
    back: Mapping[int, int] = field(default_factory=dict)
    tables: Mapping[str, Any] = field(default_factory=dict)


def desk(servers: int = 1, name: str = "desk", **more: Any) -> Table:
    """A station; its services are written over."""
    staffed = {} if {"hours", "crew"} & more.keys() else {"servers": servers}
    return {"name": name, "service": exponential(1), **staffed, **more}


def classes(*people: Sequence[int]) -> list[Table]:
    """Classes of priority, the first one first; whoever is in none comes after all of them."""
    return [{"groups": [f"g{i:03d}" for i in those]} for those in people]


def shifts(*parts: tuple[float, float, int]) -> list[Table]:
    """Servers from one minute to another."""
    return [{"from_h": a / 60, "until_h": b / 60, "servers": n} for a, b, n in parts]


PATIENT: Table = {"patience": constant(ENDLESS)}

SITUATIONS: dict[str, Situation] = {
    # --- first come, first served, and classes -----------------------------------------------------------------------
    "of three who come at one instant the lowest number is first": Situation(
        # 5-7, 7-10, 10-11, in the order of their numbers.
        [desk()], [5, 5, 5], [[2, 3, 1]], [[(5, 7), (7, 10), (10, 11)]],
    ),
    "two servers: the third begins with whoever ends first": Situation(
        # 0 until 6, 1 until 3; 2, who came at 2, begins at 3.
        [desk(2)], [1, 1, 2], [[5, 2, 4]], [[(1, 6), (1, 3), (3, 7)]],
    ),
    "the urgent one overtakes who waits, not who is served": Situation(
        # 0 is served 1-4; 1 waits from 2, 2 is urgent and comes at 3: 4-7 is hers, and 1 has 7-10.
        [desk(priority=classes([2]))], [1, 2, 3], [[3, 3, 3]], [[(1, 4), (7, 10), (4, 7)]],
    ),
    "three classes come in the wrong order and are served in the right one": Situation(
        # Nobody is free before 10: then class 1 (person 3), class 2 (person 2), the rest (person 1).
        [desk(priority=classes([3], [2]))], [1, 2, 3, 4], [[9, 1, 1, 1]],
        [[(1, 10), (12, 13), (11, 12), (10, 11)]],
    ),
    "inside a class it is first come, first served": Situation(
        # 2 and 3 are urgent and came in this order, after 1.
        [desk(priority=classes([2, 3]))], [1, 2, 3, 4], [[5, 2, 2, 2]],
        [[(1, 6), (10, 12), (6, 8), (8, 10)]],
    ),
    "an urgent one who comes at the instant of an end still finds the server taken": Situation(
        # At 4 the end comes before the arrival: 1, who waits, begins; 2 comes, too late by the rule of classes.
        [desk(priority=classes([2]))], [1, 2, 4], [[3, 3, 3]], [[(1, 4), (4, 7), (7, 10)]],
    ),
    "with two servers the urgent one gets the one who is free first": Situation(
        # Servers are free at 5 and at 9. 3 is urgent and has 5-8; 2 begins at 8, before 9.
        [desk(2, priority=classes([3]))], [1, 1, 2, 3], [[4, 8, 1, 3]], [[(1, 5), (1, 9), (8, 9), (5, 8)]],
    ),
    # --- interruptions -----------------------------------------------------------------------------------------------
    "the urgent one takes the server, and the interrupted one is served on for what was left": Situation(
        # 0 is served 1-3 of three minutes; 2 has 3-6; 0 queued first of those who wait and has 6-7, then 1.
        [desk(priority=classes([2]), preempts=True)], [1, 2, 3], [[3, 3, 3]], [[(1, 7), (7, 10), (3, 6)]],
    ),
    "who is interrupted twice loses nothing": Situation(
        # Two servers, two ordinary ones at 1, ten minutes each. Two urgent ones at 3 have 3-13: eight minutes are left
        # and begin at 13. Two more at 16 have 16-26: five are left, 26-31.
        [desk(2, priority=classes([2, 3, 4, 5]), preempts=True)], [1, 1, 3, 3, 16, 16], [[10] * 6],
        [[(1, 31), (1, 31), (3, 13), (3, 13), (16, 26), (16, 26)]],
    ),
    "the last to begin is interrupted first": Situation(
        # 0 from 1, 1 from 2. At 3 person 2 takes the server of 1 (nine minutes left), at 4 person 3 that of 0 (seven
        # left). At 13 the first of both in the queue, 0, goes on until 20; at 14 person 1, until 23.
        [desk(2, priority=classes([2, 3]), preempts=True)], [1, 2, 3, 4], [[10] * 4],
        [[(1, 20), (2, 23), (3, 13), (4, 14)]],
    ),
    "nobody is interrupted by the own class": Situation(
        # 0 and 1 are both urgent: 1 waits.
        [desk(priority=classes([0, 1]), preempts=True)], [1, 2], [[5, 5]], [[(1, 6), (6, 11)]],
    ),
    "a free server is taken before anybody's": Situation(
        # Three servers, two busy.
        [desk(3, priority=classes([2]), preempts=True)], [1, 1, 2], [[9, 9, 4]], [[(1, 10), (1, 10), (2, 6)]],
    ),
    "three classes interrupt one another, and go on in the order of the classes": Situation(
        # 0 is served 1-2 (nine left), 1 is 2-3 (nine left), 2 is 3-13; then 1, 13-22, then 0, 22-31.
        [desk(priority=classes([2], [1]), preempts=True)], [1, 2, 3], [[10] * 3], [[(1, 31), (2, 22), (3, 13)]],
    ),
    "who comes at the instant of an end interrupts nobody": Situation(
        # At 6 the end is first, the server is free.
        [desk(priority=classes([1]), preempts=True)], [1, 6], [[5, 5]], [[(1, 6), (6, 11)]],
    ),
    "who comes at the instant at which another one began interrupts him at once": Situation(
        # At 6 person 1 begins, at 6 the urgent 2 comes and takes the server; 1 has all five minutes left.
        [desk(priority=classes([2]), preempts=True)], [1, 2, 6], [[5, 5, 5]], [[(1, 6), (6, 16), (6, 11)]],
    ),
    "who was interrupted cannot lose patience": Situation(
        # r-simmer lets such an arrival go; here patience is over once a service began. 0 is served 1-2, and from 12 on.
        [desk(priority=classes([1]), preempts=True, **PATIENT)], [1, 2], [[10, 10]], [[(1, 21), (2, 12)]],
        patience={0: 3},
    ),
    "the interrupted one goes back even where nobody may wait": Situation(
        # No room at all: 1 is let in as he begins at once, and 0 waits in a room that has no place.
        [desk(priority=classes([1]), preempts=True, room=0, full="leaves")], [1, 2], [[10, 10]], [[(1, 21), (2, 12)]],
    ),
    "a full room turns away the urgent one, too": Situation(
        # r-simmer would let her take the server. Here one waits, there is room for one, and the door asks first.
        [desk(priority=classes([2]), preempts=True, room=1, full="leaves")], [1, 2, 3], [[10, 10, 10]],
        [[(1, 11), (11, 21), None]], gone={2: 3},
    ),
    # --- shifts ------------------------------------------------------------------------------------------------------
    "when servers come, those who wait begin": Situation(
        # One server, three from 30 on.
        [desk(hours=shifts((0, 30, 1), (30, 600, 3)))], [20, 20, 20], [[20] * 3], [[(20, 40), (30, 50), (30, 50)]],
    ),
    "when servers go, who is served stays": Situation(
        # Three servers, one from 30 on. Three are served 20-40; 3 begins when one of the three remains.
        [desk(hours=shifts((0, 30, 3), (30, 600, 1)))], [20, 20, 20, 25], [[20, 20, 20, 5]],
        [[(20, 40), (20, 40), (20, 40), (40, 45)]],
    ),
    "of two servers one goes: the first to be done is the one who goes": Situation(
        # Two until 30, one after. 0 until 40, 1 until 50: at 40 a server goes, so 2 waits until 50.
        [desk(hours=shifts((0, 30, 2), (30, 600, 1)))], [20, 20, 25], [[20, 30, 5]], [[(20, 40), (20, 50), (50, 55)]],
    ),
    "nobody is there between two shifts": Situation(
        # Open until 30 and from 60. 0 begins at 25 and is finished at 35; 1, who came at 26, waits for the opening.
        [desk(hours=shifts((0, 30, 1), (60, 600, 1)))], [25, 26], [[10, 10]], [[(25, 35), (60, 70)]],
    ),
    "who comes before the opening waits for it, and in the order of coming": Situation(
        [desk(hours=shifts((30, 600, 1)))], [20, 10], [[5, 5]], [[(35, 40), (30, 35)]],
    ),
    "who comes as the last server goes is too late": Situation(
        # At one instant shifts are before arrivals.
        [desk(hours=shifts((0, 30, 1), (60, 600, 1)))], [30], [[5]], [[(60, 65)]],
    ),
    "who comes at the instant of opening is served": Situation(
        [desk(hours=shifts((30, 600, 1)))], [30], [[5]], [[(30, 35)]],
    ),
    "a service that ends as the shift ends makes room for one more": Situation(
        # At 30 the end comes first: the server is free and takes 1; then the shift ends, and 1 is served to the end.
        [desk(hours=shifts((0, 30, 1), (60, 600, 1)))], [20, 25], [[10, 10]], [[(20, 30), (30, 40)]],
    ),
    # --- giving up ---------------------------------------------------------------------------------------------------
    "who has waited long enough goes, and the next is not later for it": Situation(
        # 1 goes at 5; 2 begins when 0 is done.
        [desk(**PATIENT)], [1, 2, 3], [[10, 10, 4]], [[(1, 11), None, (11, 15)]], gone={1: 5}, patience={1: 3},
    ),
    "who is served does not go": Situation(
        # r-simmer's arrivals may leave in the midst of a service; here patience is for the queue.
        [desk(**PATIENT)], [1], [[10]], [[(1, 11)]], patience={0: 2},
    ),
    "a server who is free at the last instant of patience serves": Situation(
        # 1's patience ends at 11, as does the service of 0: ends come first.
        [desk(**PATIENT)], [1, 2], [[10, 3]], [[(1, 11), (11, 14)]], patience={1: 9},
    ),
    "no patience at all: served at once or gone at once": Situation(
        # 0 finds a free server; 1 does not, and goes at the instant of coming.
        [desk(**PATIENT)], [1, 2], [[10, 3]], [[(1, 11), None]], gone={1: 2}, patience={0: 0, 1: 0},
    ),
    "the urgent one's service costs another one's patience": Situation(
        # 0 until 6; the urgent 2 has 6-11; 1 would have begun at 6, and goes at 9.
        [desk(priority=classes([2]), **PATIENT)], [1, 2, 3], [[5, 5, 5]], [[(1, 6), None, (6, 11)]],
        gone={1: 9}, patience={1: 7},
    ),
    "who gives up waiting for the opening is gone before it": Situation(
        [desk(hours=shifts((30, 600, 1)), **PATIENT)], [10, 11], [[5, 5]], [[None, (30, 35)]],
        gone={0: 25}, patience={0: 15},
    ),
    # --- full --------------------------------------------------------------------------------------------------------
    "a queue for one: the second who would wait turns away": Situation(
        # 1 waits, 2 finds no room at 3; 3 comes at 11, when 1 has begun.
        [desk(room=1, full="leaves")], [1, 2, 3, 11], [[10] * 4], [[(1, 11), (11, 21), None, (21, 31)]], gone={2: 3},
    ),
    "blocked after service: the server before is held, and the queue behind it": Situation(
        # No room before the second station. 1 is done at 5 and stands there until 13; 2 begins only then.
        [desk(name="one"), desk(name="two", room=0)], [1, 1, 1], [[2, 2, 2], [10, 10, 10]],
        [[(1, 3), (3, 5), (13, 15)], [(3, 13), (13, 23), (23, 33)]],
    ),
    "of two who stand blocked the first to be so goes on first": Situation(
        # Two servers, then one with no room. 0 goes on at 2 until 12. 2 began at 2, is done at 4; 1 is done at 5. At
        # 12 2 goes on, at 22 person 1.
        [desk(2, name="one"), desk(name="two", room=0)], [1, 1, 2], [[1, 4, 2], [10, 10, 10]],
        [[(1, 2), (1, 5), (2, 4)], [(2, 12), (22, 32), (12, 22)]],
    ),
    "two who want each other's place wait for good": Situation(
        # 0 is sent back from the second to the first station, where 1 is, who wants to the second: nobody moves
        # again. 0's second visit to the first station never begins.
        [desk(name="one", room=0), desk(name="two", room=0, recheck={"share": 0.5, "to": "one", "most": 2})], [1, 2],
        [[2, 2], [3, 3], [1, 1], [1, 1]],
        [[(1, 3), (3, 5)], [(3, 6), None], [None, None], [None, None]], back={0: 1},
    ),
    # --- again -------------------------------------------------------------------------------------------------------
    "three times round, and no oftener": Situation(
        # 1, 2 and 3 minutes.
        [desk(recheck={"share": 0.5, "most": 3})], [1], [[1], [2], [3]], [[(1, 2)], [(2, 4)], [(4, 7)]], back={0: 9},
    ),
    "who comes again stands at the end of the queue": Situation(
        # 0 is done at 4 and stands behind 1.
        [desk(recheck={"share": 0.5, "most": 2})], [1, 2], [[3, 3], [2, 2]], [[(1, 4), (4, 7)], [(7, 9), None]],
        back={0: 1},
    ),
    # --- machines ----------------------------------------------------------------------------------------------------
    "the machine breaks in the midst of a service, which goes on after the repair": Situation(
        # In order for 10, repaired in 5: fails at 10. Of ten minutes five are done, five follow from 15.
        [desk(breakdown={"after": constant(10), "repair": constant(5)})], [5], [[10]], [[(5, 20)]],
    ),
    "who comes while it is broken waits for the repair": Situation(
        [desk(breakdown={"after": constant(10), "repair": constant(5)})], [12], [[3]], [[(15, 18)]],
    ),
    "it breaks again a while after the repair, in the same service": Situation(
        # Fails at 10 and at 25 (15 + 10). 18 minutes from 5: five until 10, ten of 15-25, three from 30.
        [desk(breakdown={"after": constant(10), "repair": constant(5)})], [5], [[18]], [[(5, 33)]],
    ),
    "a service that ends as the machine breaks has ended": Situation(
        # At 10 the end is first; 1 waits for the repair.
        [desk(breakdown={"after": constant(10), "repair": constant(5)})], [5, 6], [[5, 5]], [[(5, 10), (10, 20)]],
    ),
    # --- containers --------------------------------------------------------------------------------------------------
    "an empty store makes all wait until something comes": Situation(
        # Nothing is there; two come at 30 min: 0 and 1 begin, 2 waits for good.
        [desk(3, issue=[{"stock": "kits", "short": "waits"}])], [1, 2, 3], [[4, 4, 4]], [[(30, 34), (30, 34), None]],
        tables={"stock": [assumed(name="kits", amount=0, delivery=[{"at_h": 0.5, "amount": 2}])]},
    ),
    "an empty store lets all go on without": Situation(
        [desk(issue=[{"stock": "kits", "short": "goes-on"}])], [1, 2], [[4, 4]], [[(1, 5), (5, 9)]],
        tables={"stock": [assumed(name="kits", amount=0)]},
    ),
    "what is ordered at the mark comes in time for the third": Situation(
        # Two are there; the first who is served leaves one, below two: two more are ordered at 1 and come at 31.
        [desk(3, issue=[{"stock": "kits", "short": "waits"}])], [1, 2, 3], [[4, 4, 4]], [[(1, 5), (2, 6), (31, 35)]],
        tables={"stock": [assumed(name="kits", amount=2, reorder={"below": 2, "amount": 2, "takes": constant(30)})]},
    ),
    # --- which queue -------------------------------------------------------------------------------------------------
    "the shortest line is joined, of equal ones the first, and it is kept": Situation(
        # Lines: 0 and 2 at the first server, 1 and 3 at the second. At 4 the second is free for 3; the first is busy
        # with 0 until 11, and 2 stays there. 4 comes at 5, finds two and one, and joins the second.
        [desk(2, lines="each")], [1, 1, 2, 3, 5], [[10, 3, 5, 5, 1]],
        [[(1, 11), (1, 4), (11, 16), (4, 9), (9, 10)]],
    ),
    "one helper for two queues serves who has waited longest": Situation(
        # 0 at the first station 1-4 and there again, as it were, at the second, where he queues at 4; 1 queued at the
        # first at 2. So 1 is next (4-7), then 0 at the second (7-9); 2 queued at the first at 6, 1 at the second at
        # 7.
        [desk(name="one", crew="clerks"), desk(name="two", crew="clerks")], [1, 2, 6], [[3, 3, 3], [2, 2, 2]],
        [[(1, 4), (4, 7), (9, 12)], [(7, 9), (12, 14), (14, 16)]],
        tables={"crews": [{"name": "clerks", "servers": 1}]},
    ),
    "a second lane opens when more than one wait, and closes when nobody does": Situation(
        # At 3 two wait: the extra server takes 1. At 11 both are done; 0's server takes 2 (it is idle longest) and
        # the extra lane closes, as nobody waits. 3 comes at 12 and waits for 2.
        [desk(extra={"at": 1, "servers": 1, "until": 0})], [1, 2, 3, 12], [[10, 8, 5, 5]],
        [[(1, 11), (3, 11), (11, 16), (16, 21)]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SITUATIONS)
def test_situation(name: str) -> None:
    """Everybody is served from and to the minute worked out by hand, or gives up at it; by the slow reference, too."""
    told = SITUATIONS[name]
    rehearsed, drawn = luck(told)
    outcome, network = rehearsed.engine.run(SEED, 0, drawn), rehearsed.network
    slots = slots_of(network)
    others = (stages.draw(SEED, 0) for stages in (network.trips, network.orders, network.supplies))
    slow = reference(network, drawn, *others, network.failing.draw(SEED, 0))
    for row, expected in enumerate(told.expect):
        found = [span(outcome.began[row][slot], outcome.ended[row][slot]) for slot in slots]
        assert found == expected, f"row {row} ({network.step_names[row]})"
        visits = [slow.people[int(network.person[slot])].visits.get(row) for slot in slots]
        assert [None if v is None else span(v.began, v.ended) for v in visits] == expected, f"row {row}, reference"
    gone = {i: outcome.gave_up[slot] / MINUTE for i, slot in enumerate(slots) if outcome.gave_up[slot] >= 0}
    assert gone == told.gone


def luck(told: Situation) -> tuple[Rehearsal, NDArray[np.int64]]:
    """Compile a situation, and write its services, patience and lots over the draws."""
    plan = plan_of(deterministic(told.come), stations=told.stations, exercise={"horizon_h": 24}, **told.tables)
    rehearsed = rehearsal(plan, SEED)
    network = rehearsed.network
    drawn, slots = rehearsed.engine.draw(SEED, 0), slots_of(network)
    passes = sorted(((each.slot, each) for step in network.layouts[0] for each in step.passes), key=lambda p: p[0])
    for (_, each), minutes in zip(passes, told.serve, strict=True):
        drawn[each.service, slots] = np.array(minutes) * MINUTE
    for row, each in passes:
        if each.patience >= 0:
            drawn[each.patience, slots] = ENDLESS * MINUTE
            for person, limit in told.patience.items():
                drawn[each.patience, slots[person]] = limit * MINUTE
        if each.back >= 0:
            visit = network.step_visits[row]
            drawn[each.back, slots] = [SENT_BACK if told.back.get(i, 0) >= visit else PASSES for i in range(len(slots))]
    return rehearsed, drawn


def slots_of(network: Network) -> NDArray[np.int64]:
    """Slot of each person, by group: `deterministic` makes a group a person."""
    return np.argsort(network.group, kind="stable")


def span(began: int, ended: int) -> Span:
    """From when to when somebody was served, in minutes; None = never began."""
    return None if began < 0 else (began / MINUTE, ended / MINUTE)
