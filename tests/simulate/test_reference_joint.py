"""The slow reference on joint features, one a case, against times worked out by hand (minutes after the alert)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.simulate.joint import drawn_of, minutes, play, station
from tests.simulate.plans import MINUTE, gate_case

from tocsin.simulate.calendar import Calendar
from tocsin.simulate.reference import Account

URGENT = [{"groups": ["regulars"]}]


def lasting(minutes: int) -> dict[str, Any]:
    """A duration without chance."""
    return {"family": "constant", "value_min": minutes}


def began_by(account: Account, person: int, slot: int = 0) -> object:
    """What let a service begin."""
    return account.people[person].visits[slot].began_by


# --- sent back ----------------------------------------------------------------------------------------------------


def test_sent_back_to_the_same_station() -> None:
    """The server of who is sent back is free at once: whoever waits is served before the second visit.

    By hand: 0 is served 10 to 15 and sent back; 1 waits from 12, is served 15 to 19; then 0 again, 19 to 22.
    """
    board = station("board", recheck={"share": 0.5, "most": 2})
    account = play([board], {0: (10, 5, 3), 1: (12, 4)}, back=[(0, 0)])
    assert minutes(account, 0) == {0: (10, 10, 15), 1: (12, 15, 19)}
    assert minutes(account, 1) == {0: (15, 19, 22)}
    assert began_by(account, 0, 1) == ("end", 0, 1)


def test_after_the_last_visit_everybody_passes() -> None:
    """Nobody visits a station more often than `most`, whatever the lots say.

    By hand: sent back after every visit, 0 is served 10 to 11, 11 to 13, 13 to 16, and that is all.
    """
    board = station("board", recheck={"share": 0.5, "most": 3})
    account = play([board], {0: (10, 1, 2, 3)}, back=[(0, 0), (1, 0), (2, 0)])
    assert [minutes(account, slot)[0] for slot in (0, 1, 2)] == [(10, 10, 11), (11, 11, 13), (13, 13, 16)]
    assert account.people[0].ready == 16 * MINUTE


def test_sent_back_to_an_earlier_station_passes_by_the_desk() -> None:
    """Who is sent back meets every station from there again, but a request desk only once.

    By hand: kit 10 to 12, the desk 12 to 13, the board 13 to 16; back to kit 16 to 20, not to the desk, the board again
    20 to 21. Slots: kit, desk, board, then second visits of kit and board.
    """
    exempt = {"name": "exempt", "kind": "hardship", "when": "gate", "after": "kit", "share": 1, "granted": 0}
    exempt |= {"answer": lasting(1), "reason": "exempt", "servers": 1}
    stations = [station("kit"), station("board", recheck={"share": 0.5, "to": "kit", "most": 2})]
    account = play(stations, {0: (10, 2, 1, 3, 4, 1)}, back=[(2, 0)], request=[exempt])
    seen = {slot: minutes(account, slot).get(0) for slot in range(5)}
    assert seen == {0: (10, 10, 12), 1: (12, 12, 13), 2: (13, 13, 16), 3: (16, 16, 20), 4: (20, 20, 21)}


# --- room ---------------------------------------------------------------------------------------------------------


def test_who_finds_no_room_leaves() -> None:
    """With room for one, the second who would wait leaves at once; a place is free when somebody began.

    By hand: 0 is served 10 to 20; 1 waits from 11; 2 comes at 12 and leaves; 3 comes at 20, when 1 has begun, and waits.
    """
    account = play([station("kit", room=1, full="leaves")], {0: (10, 10), 1: (11, 5), 2: (12, 5), 3: (20, 5)})
    assert minutes(account) == {0: (10, 10, 20), 1: (11, 20, 25), 2: (None, None, None), 3: (20, 25, 30)}
    assert [account.people[p].gave_up for p in range(4)] == [-1, -1, 12 * MINUTE, -1]
    assert account.people[2].no_room


def test_no_room_at_all_still_serves() -> None:
    """Where nobody can wait, who finds a free server is served.

    By hand: 0 is served 10 to 20; 1 comes at 15 and leaves; 2 comes at 20, after the end, and is served.
    """
    account = play([station("kit", room=0, full="leaves")], {0: (10, 10), 1: (15, 5), 2: (20, 5)})
    assert minutes(account) == {0: (10, 10, 20), 1: (None, None, None), 2: (20, 20, 25)}


def test_who_finds_no_room_stands_before_the_station() -> None:
    """Who stands before the station queues when somebody began, and owes it to them.

    By hand: 0 is served 10 to 20; 1 waits from 11; 2 stands outside from 12, queues at 20 as 1 begins, begins at 25.
    """
    account = play([station("kit", room=1)], {0: (10, 10), 1: (11, 5), 2: (12, 5)})
    assert minutes(account) == {0: (10, 10, 20), 1: (11, 20, 25), 2: (20, 25, 30)}
    assert account.people[2].visits[0].queued_by == ("began", 0, 1)


def test_who_loses_patience_makes_room() -> None:
    """Patience runs from queueing; who goes lets in the first who stands outside.

    By hand: 0 is served 10 to 40; 1 queues at 11 with 9 minutes, gone at 20; 2 stood outside from 12, queues at 20 with 15
    minutes, gone at 35.
    """
    kit = station("kit", room=1, patience=lasting(1000))
    account = play([kit], {0: (10, 30), 1: (11, 5), 2: (12, 5)}, patience={(0, 1): 9, (0, 2): 15})
    assert [account.people[p].gave_up // MINUTE for p in (1, 2)] == [20, 35]
    assert account.people[2].visits[0].queued_by == ("gave up", 0, 1)
    assert not account.people[2].no_room


def test_blocking_runs_back_over_three_stations() -> None:
    """A full last station holds the servers of the two before; when it is free, all move in one instant.

    By hand, no room to wait at b and c, c takes 10, all else 1: 0 is at a 10 to 11, b 11 to 12, c 12 to 22. 1 is at a 11
    to 12, b 12 to 13, and held there. 2 is at a 12 to 13, and held there. 3 waits at a. At 22 0 is done: 1 gets to c, 2 to b,
    3 begins at a.
    """
    stations = [station("a"), station("b", room=0), station("c", room=0)]
    account = play(stations, {p: (10, 1, 1, 10) for p in range(4)})
    assert minutes(account, 0) == {0: (10, 10, 11), 1: (10, 11, 12), 2: (10, 12, 13), 3: (10, 22, 23)}
    assert minutes(account, 1) == {0: (11, 11, 12), 1: (12, 12, 13), 2: (22, 22, 23), 3: (32, 32, 33)}
    assert minutes(account, 2) == {0: (12, 12, 22), 1: (22, 22, 32), 2: (32, 32, 42), 3: (42, 42, 52)}
    assert began_by(account, 1, 0) == ("queued", 1, 0)
    assert account.people[1].visits[2].queued_by == ("end", 2, 0)
    assert account.people[2].visits[1].queued_by == ("queued", 2, 1)
    assert began_by(account, 3, 0) == ("queued", 1, 2)


def test_a_plan_can_block_itself() -> None:
    """Who is sent back to a full station keeps the server for which they wait.

    By hand: no room to wait; 0 is served 10 to 15 and sent back, holds the only server, and stands outside for good.
    """
    board = station("board", room=0, recheck={"share": 0.5, "most": 2})
    account = play([board], {0: (10, 5, 3), 1: (16, 4)}, back=[(0, 0)])
    assert minutes(account, 0) == {0: (10, 10, 15), 1: (None, None, None)}
    assert minutes(account, 1) == {0: (None, None, None)}


# --- lines and crews ----------------------------------------------------------------------------------------------


def test_the_shortest_line_is_joined_and_kept() -> None:
    """Of two lines as short, that of the lowest number is joined; nobody changes lines.

    By hand: 0 goes to server 0 until 30, 1 to server 1 until 16; 2 joins line 0 (one each), 3 line 1 (two and one), and
    begins at 16; 2 stays in line 0 although server 1 is free at 21, and begins at 30.
    """
    desk = station("desk", servers=2, lines="each")
    account = play([desk], {0: (10, 20), 1: (11, 5), 2: (12, 5), 3: (13, 5)})
    assert minutes(account) == {0: (10, 10, 30), 1: (11, 11, 16), 2: (12, 30, 35), 3: (13, 16, 21)}
    assert [account.people[p].visits[0].by for p in range(4)] == [0, 1, 0, 1]


def test_a_crew_serves_who_queued_first_at_any_of_its_stations() -> None:
    """The one member of a crew serves whoever queued first at either of two stations.

    By hand: 0 at a 10 to 15. Then 1, at a since 12, before 0 has arrived at b: 15 to 20. Then 0, at b since 15, before 2, at a
    since 16: 20 to 22. Then 2 (16) before 1 (at b since 20): 22 to 24; then 1 24 to 26, then 2 at b 26 to 27.
    """
    stations = [station("a", crew="clerks"), station("b", crew="clerks")]
    point = {"name": "the gate", "lat": 50, "lon": 20, "station": stations, "crew": [{"name": "clerks", "servers": 1}]}
    sheet = {0: (10, 5, 2), 1: (12, 5, 2), 2: (16, 2, 1)}
    account = play([], sheet, point=[point])
    assert minutes(account, 0) == {0: (10, 10, 15), 1: (12, 15, 20), 2: (16, 22, 24)}
    assert minutes(account, 1) == {0: (15, 20, 22), 1: (20, 24, 26), 2: (24, 26, 27)}
    assert began_by(account, 2, 0) == ("end", 1, 0)


# --- servers that are taken, fail, come and go ----------------------------------------------------------------------


def test_a_higher_class_takes_the_server_and_the_lower_goes_on() -> None:
    """Who is interrupted keeps the time of queueing, and is served on for what was left.

    By hand: 0 begins at 10 with 10 to do; the urgent 1 takes the server 14 to 17; 2 waits from 12. At 17 0, who queued at
    10, goes on with 6: to 23. Then 2.
    """
    desk = station("desk", priority=URGENT, preempts=True)
    account = play([desk], {0: (10, 10), 1: (14, 3), 2: (12, 5)}, urgent=[1])
    assert minutes(account) == {0: (10, 10, 23), 1: (14, 14, 17), 2: (12, 23, 28)}
    assert account.notes.interrupted == [(14 * MINUTE, 0, 0, 0, "taken")]
    assert account.notes.resumed == [(17 * MINUTE, 0, 0, 0, ("end", 0, 1))]


def test_the_last_to_begin_is_interrupted_and_has_no_patience_to_lose() -> None:
    """Of two of the lowest class, the one who began last loses the server, and waits on without patience.

    By hand: 0 begins at 10 on server 0, 1 at 11 on server 1, each with 20 to do and 5 minutes of patience. The urgent 2
    takes server 1 at 15, until 45. 1 goes on at 30, when 0 is done, on server 0, with 16 left: to 46.
    """
    desk = station("desk", servers=2, priority=URGENT, preempts=True, patience=lasting(1000))
    account = play([desk], {0: (10, 20), 1: (11, 20), 2: (15, 30)}, urgent=[2], patience={(0, 0): 5, (0, 1): 5})
    assert minutes(account) == {0: (10, 10, 30), 1: (11, 11, 46), 2: (15, 15, 45)}
    assert account.people[1].visits[0].by == 1
    assert account.notes.resumed == [(30 * MINUTE, 1, 0, 0, ("end", 0, 0))]


def test_a_server_breaks_down_while_busy() -> None:
    """What is left of the service follows the repair.

    By hand: 0 begins at 10 with 5 to do; the server fails at 12 and is repaired at 20: 3 are left, so the end is at 23.
    """
    account = play([station("desk")], {0: (10, 5)}, breakdowns=[(0, 0, 12, 20)])
    assert minutes(account) == {0: (10, 10, 23)}
    assert account.notes.interrupted == [(12 * MINUTE, 0, 0, 0, "broke down")]
    assert account.notes.resumed == [(20 * MINUTE, 0, 0, 0, ("repaired", 0, 0, 0))]


def test_a_server_breaks_down_while_idle() -> None:
    """A server that fails while idle begins after the repair, which is the cause; at that instant, before who arrives.

    By hand: it fails at 5 and is repaired at 15; 0 comes at 10 and begins at 15.
    """
    account = play([station("desk")], {0: (10, 5)}, breakdowns=[(0, 0, 5, 15)])
    assert minutes(account) == {0: (10, 15, 20)}
    assert began_by(account, 0) == ("repaired", 0, 0, 0)


def test_an_end_comes_before_a_breakdown_and_a_breakdown_before_an_arrival() -> None:
    """A service that ends as the server fails has ended; who arrives as it fails waits for the repair.

    By hand: 0 is served 10 to 15; the server fails at 15, repaired at 18; 1 comes at 15.
    """
    account = play([station("desk")], {0: (10, 5), 1: (15, 2)}, breakdowns=[(0, 0, 15, 18)])
    assert minutes(account) == {0: (10, 10, 15), 1: (15, 18, 20)}


def test_a_server_breaks_down_while_its_person_is_held() -> None:
    """Whoever is held may go when there is room; the server serves again after its repair.

    By hand, no room to wait at b: 0 is at a 10 to 11, b 11 to 21; 1 at a 11 to 12, held; a fails at 15, until 30. At 21 1 goes
    to b; 2, at a since 12, begins at 30.
    """
    stations = [station("a"), station("b", room=0)]
    account = play(stations, {0: (10, 1, 10), 1: (10, 1, 10), 2: (12, 1, 1)}, breakdowns=[(0, 0, 15, 30)])
    assert minutes(account, 1) == {0: (11, 11, 21), 1: (21, 21, 31), 2: (31, 31, 32)}
    assert minutes(account, 0)[2] == (12, 30, 31)
    assert account.notes.interrupted == []


def test_broken_servers_go_home_after_idle_ones_and_may_come_back_broken() -> None:
    """When a shift ends the idle go first, then the broken; when one begins, the lowest absent come, in order or not.

    By hand: three servers, one from 30 to 45. Server 0 serves 0 from 29 to 40; 1 fails at 20 until 50; 2 is idle. At 30 2 and 1
    go. At 45 1 and 2 come. Of those who come at 46, 1 gets server 0 (idle since 40), 2 server 2, 3 server 1 at 50.
    """
    hours = [{"from_h": 0, "until_h": 4, "servers": 1}]
    hours += [{"from_h": 0, "until_h": 0.5, "servers": 2}, {"from_h": 0.75, "until_h": 4, "servers": 2}]
    sheet = {0: (29, 11), 1: (46, 9), 2: (46, 9), 3: (46, 9)}
    account = play([station("desk", hours=hours)], sheet, breakdowns=[(0, 1, 20, 50)])
    assert minutes(account) == {0: (29, 29, 40), 1: (46, 46, 55), 2: (46, 46, 55), 3: (46, 50, 59)}
    assert [account.people[p].visits[0].by for p in range(4)] == [0, 0, 2, 1]


def test_an_extra_lane_opens_and_closes() -> None:
    """It opens when more than `at` wait, and closes when at most `until` do; a busy one goes when it is done.

    By hand: 0 is served 10 to 20 by server 0. 1 waits from 11, 2 from 12: two wait, server 1 opens and serves 1 to 15, then 2
    to 19; nobody waits from 15 on, so it closes then, and goes at 19. 3 comes at 19 and waits for server 0.
    """
    desk = station("desk", extra={"at": 1, "servers": 1, "until": 0})
    account = play([desk], {0: (10, 10), 1: (11, 3), 2: (12, 4), 3: (19, 1)})
    assert minutes(account) == {0: (10, 10, 20), 1: (11, 12, 15), 2: (12, 15, 19), 3: (19, 20, 21)}
    assert account.notes.extra == [(12 * MINUTE, 0, 0, 1), (15 * MINUTE, 0, 0, 0)]
    assert began_by(account, 1) == ("extra", 0, 0, 0)


def test_extra_servers_go_with_those_of_the_calendar() -> None:
    """When the calendar has no server left, extra ones close, the busy ones when they are done; none open then.

    By hand: one server until 15. 0 is served 10 to 20 by it, 1 waits from 11, 2 from 12: server 1 opens, serves 1 from 12 to
    18. At 15 both are about to go. 2, and 3 and 4, who come later, are served by nobody.
    """
    hours = [{"from_h": 0, "until_h": 0.25, "servers": 1}]
    desk = station("desk", hours=hours, extra={"at": 1, "servers": 1, "until": 0})
    account = play([desk], {0: (10, 10), 1: (11, 6), 2: (12, 4), 3: (16, 1), 4: (17, 1)})
    assert minutes(account)[1] == (11, 12, 18)
    assert [minutes(account)[p][1] for p in (2, 3, 4)] == [None, None, None]
    assert account.notes.extra == [(12 * MINUTE, 0, 0, 1), (15 * MINUTE, 0, 0, 0)]


def test_services_that_begin_in_a_slow_time_last_longer() -> None:
    """The pace at the beginning counts for the whole service.

    By hand: half as long again from 12 on. 0 begins at 11 with 4 to do: to 15. 1 begins at 12, another server: to 18.
    """
    stations = [station("desk", servers=2)]
    network = gate_case(stations).network
    slow = Calendar(np.array([0, 12 * MINUTE]), np.array([1000, 1500]))
    layouts = ((replace(network.layouts[0][0], pace=slow),),)
    account = play(stations, {0: (11, 4), 1: (12, 4)}, change={"layouts": layouts})
    assert minutes(account) == {0: (11, 11, 15), 1: (12, 12, 18)}


# --- stocks -------------------------------------------------------------------------------------------------------


def test_the_queue_waits_for_the_stock() -> None:
    """Where the queue waits, nobody begins before the delivery, which is the cause; it comes before who arrives then.

    By hand: one kit. 0 takes it at 10; 1 waits from 11 to the delivery at 30, and 2, who comes at 30, after 1.
    """
    stock = {"name": "kits", "amount": 1, "delivery": [{"at_h": 0.5, "amount": 5}]}
    kit = station("kit", issue=[{"stock": "kits", "short": "waits"}])
    account = play([kit], {0: (10, 5), 1: (11, 5), 2: (30, 5)}, stock=[stock])
    assert minutes(account) == {0: (10, 10, 15), 1: (11, 30, 35), 2: (30, 35, 40)}
    assert began_by(account, 1) == ("resupplied", 0, 0)
    levels = [(time // MINUTE, left) for time, left in account.stocks[0].levels]
    assert levels == [(0, 1), (10, 0), (30, 5), (30, 4), (35, 3)]


def test_the_person_goes_on_without() -> None:
    """Where they go on, who finds too little is served without, and takes nothing.

    By hand: three things, two each. 0 takes two at 10; 1 finds one at 15 and goes short; the one is still there.
    """
    stock = {"name": "kits", "amount": 3}
    kit = station("kit", issue=[{"stock": "kits", "amount": 2}])
    account = play([kit], {0: (10, 5), 1: (11, 5)}, stock=[stock])
    assert minutes(account) == {0: (10, 10, 15), 1: (11, 15, 20)}
    assert [account.people[p].handed for p in (0, 1)] == [{0: 1}, {0: 0}]
    assert account.stocks[0].left == 1


def test_things_are_handed_out_at_each_visit() -> None:
    """Who is sent back is handed the same again, and waits for it.

    By hand: one kit, taken by 0 at 10; sent back at 15, 0 waits for the next, which comes at 30.
    """
    kit = station("kit", issue=[{"stock": "kits", "short": "waits"}], recheck={"share": 0.5, "most": 2})
    stock = {"name": "kits", "amount": 1, "delivery": [{"at_h": 0.5, "amount": 5}]}
    account = play([kit], {0: (10, 5, 2)}, back=[(0, 0)], stock=[stock])
    assert minutes(account, 1) == {0: (15, 30, 32)}
    assert account.people[0].handed == {0: 1, 1: 1}


def test_low_stock_is_ordered_and_comes() -> None:
    """An order is made once, when less than `below` is left, and comes after its time.

    By hand: two kits; 0 takes one at 10: one left, below two, so three are ordered, for 25. 1 takes the other at 15; 2 and 3 wait.
    At 25 three come; 2 takes one (two left); 3 takes one at 30: one left, so three more are ordered, for 45.
    """
    stock = {"name": "kits", "amount": 2, "reorder": {"below": 2, "amount": 3, "takes": lasting(15)}}
    kit = station("kit", issue=[{"stock": "kits", "short": "waits"}])
    account = play([kit], {0: (10, 5), 1: (12, 5), 2: (13, 5), 3: (14, 5)}, stock=[stock])
    assert [minutes(account)[p][1] for p in range(4)] == [10, 15, 25, 30]
    kits = account.stocks[0]
    assert [time // MINUTE for time in kits.orders] == [10, 30]
    assert [(time // MINUTE, number, amount) for time, number, amount in kits.deliveries] == [(25, 0, 3), (45, 1, 3)]


def test_a_loss_takes_a_share_rounded_down() -> None:
    """A loss of the stock takes a share of what is there, rounded down, and counts among the deliveries.

    By hand: of 7, 0 takes one at 10; at 12 half of the 6 is lost, at 13 30 % of the 3: none.
    """
    kit = station("kit", issue=[{"stock": "kits"}])
    stock = {"name": "kits", "amount": 7}
    [step] = gate_case([kit], stock=[stock]).network.stocks
    lost = replace(step, times=np.array([12, 13]) * MINUTE, amounts=np.array([-500, -300]))
    account = play([kit], {0: (10, 5)}, stock=[stock], change={"stocks": (lost,)})
    assert account.stocks[0].deliveries == [(12 * MINUTE, 0, -3), (13 * MINUTE, 1, 0)]


# --- buses --------------------------------------------------------------------------------------------------------


def rides(account: Account, line: int = 0) -> list[tuple[int | None, ...]]:
    """Of each ride: bus, then minutes of being sent, opened, departed, arrived, returned."""
    times = ("sent", "opened", "departed", "arrived", "returned")
    return [
        (r.bus, *(getattr(r, name) // MINUTE if getattr(r, name) >= 0 else None for name in times))
        for r in account.lines[line].rides
    ]


def bus(**more: Any) -> dict[str, Any]:
    """A line with one seat that takes ten minutes each way."""
    return {"name": "bus", "to": "range", "capacity": 1, "timeout_min": 10, "trip": lasting(10), **more}


def test_a_shared_bus_goes_where_somebody_has_waited_longest() -> None:
    """The one bus of two points is sent, after its call, to the stop whose first has waited longest.

    By hand, five minutes of call: sent to 0 at 10, it leaves at 15 and is back at 35. 2 waits at the other point since 12, 1 at
    the first since 20: so it goes to 2, is there at 40, back at 60, and then to 1, there at 65.
    """
    line = bus(shared_fleet="pool", call=lasting(5))
    points = [{"name": name, "lat": 50, "lon": 20, "bus": [line]} for name in ("one", "two")]
    sheet = {0: (10,), 1: (20,), 2: (12,)}
    account = play([], sheet, at={2: "two"}, point=points, fleet=[{"name": "pool", "buses": 1}])
    assert rides(account, 0) == [(0, 10, 15, 15, 25, 35), (0, 60, 65, 65, 75, 85)]
    assert rides(account, 1) == [(0, 35, 40, 40, 50, 60)]
    assert account.lines[1].rides[0].sent_by == ("returned", 0, 0)


def test_who_comes_while_the_bus_is_on_its_way_boards_it() -> None:
    """One bus is sent to a stop, however many come; its time-out runs from the first boarding.

    By hand: sent at 10 for 0, there at 15; 1 comes at 12 and 2 at 20; it leaves at 25, ten minutes after 15.
    """
    line = bus(shared_fleet="pool", call=lasting(5), capacity=9)
    account = play([], {0: (10,), 1: (12,), 2: (20,)}, bus=[line], fleet=[{"name": "pool", "buses": 3}])
    assert rides(account) == [(0, 10, 15, 25, 35, 45)]
    assert account.lines[0].rides[0].aboard == [0, 1, 2]


def test_lost_buses_are_withdrawn_free_first_and_come_back() -> None:
    """A bus that stands free is withdrawn at once, another one when it comes back; buses come back lowest number first.

    By hand, two buses: bus 0 leaves at 10, back at 30. One is lost at 12: bus 1, which stands free. 1, who comes at 15, waits
    for bus 0 at 30, which is back at 50. At 40 bus 1 is there again, and takes 2, who waits since 20.
    """
    network = gate_case([], [bus(fleet=2)], number=3).network
    changed = replace(network.lines[0], times=np.array([0, 12, 40]) * MINUTE, lost=np.array([0, 1, 0]))
    account = play([], {0: (10,), 1: (15,), 2: (20,)}, bus=[bus(fleet=2)], change={"lines": (changed,)})
    assert rides(account) == [(0, 10, 10, 10, 20, 30), (0, 30, 30, 30, 40, 50), (1, 40, 40, 40, 50, 60)]
    assert account.lines[0].rides[2].sent_by == ("vehicles", 2)


def test_lost_buses_that_are_away_are_withdrawn_on_return() -> None:
    """With all buses away, the next that comes back is withdrawn.

    By hand: buses 0 and 1 leave at 10 and 11; one is lost at 12. Bus 0 is back at 30 and withdrawn; 2, who waits since 13, gets
    bus 1 at 31.
    """
    network = gate_case([], [bus(fleet=2)], number=3).network
    changed = replace(network.lines[0], times=np.array([0, 12]) * MINUTE, lost=np.array([0, 1]))
    account = play([], {0: (10,), 1: (11,), 2: (13,)}, bus=[bus(fleet=2)], change={"lines": (changed,)})
    assert [ride[:2] for ride in rides(account)] == [(0, 10), (1, 11), (1, 31)]
    assert account.lines[0].fleet.withdrawn == {0}


def test_a_trip_that_breaks_down_stands_half_way() -> None:
    """A trip that fails takes its repair longer, which begins half-way.

    By hand: every trip fails. It leaves at 10, breaks down at 15, is repaired at 22, arrives at 27, and is back at 37.
    """
    line = bus(fleet=1, breakdown={"share": 1, "repair": lasting(7)})
    account = play([], {0: (10,)}, bus=[line])
    ride = account.lines[0].rides[0]
    assert (ride.broke_down // MINUTE, ride.repaired // MINUTE) == (15, 22)
    assert rides(account) == [(0, 10, 10, 10, 27, 37)]


# --- couriers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("found", "fallback"), [(1, None), (0, 32)])
def test_couriers_go_again(found: int, fallback: int | None) -> None:
    """Who was not found stands in the queue again, as another try; after the last the fallback follows.

    By hand, one crew, five minutes a visit, again after twelve: 0 is visited 0 to 5, 1 from 5 to 10, nobody found. 0 queues
    again at 17, is visited 17 to 22; 1 queues at 22, is visited 22 to 27 and found. 0 is found at 22 or not; if not, the letter
    is off ten minutes later.
    """
    capacity = {"servers": 1, "handling": lasting(5), "again": {"tries": 2, "after": lasting(12)}}
    courier = {"name": "courier", "medium": "courier", "reach": 0.5, "capacity": capacity}
    courier |= {"fallback": "letter", "fallback_after": lasting(10)}
    letter = {"name": "letter", "medium": "letter", "reach": 1, "delay": lasting(1)}
    case = gate_case([], number=2, channel=[courier, letter])
    drawn, channels = drawn_of(case, {}), case.network.channels
    drawn[channels[0].reach], drawn[channels[1].reach] = 0, [found, 1]
    account = case.account(drawn)
    tries = [account.people[p].tries for p in (0, 1)]
    assert [(t[0].began // MINUTE, t[0].done // MINUTE, t[0].success) for t in tries] == [(0, 5, False), (0, 10, False)]
    assert [(t[1].began // MINUTE, t[1].done // MINUTE, t[1].success) for t in tries] == [
        (17, 22, bool(found)),
        (22, 27, True),
    ]
    assert (tries[0][2].began // MINUTE if 2 in tries[0] else None) == fallback
