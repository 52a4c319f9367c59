"""The slow reference on joint features, one a case, against times worked out by hand (minutes after the alert)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.simulate.joint import began_by, lasting, minutes, play, station
from tests.simulate.plans import MINUTE, gate_case

from tocsin.simulate.calendar import Calendar

URGENT = [{"groups": ["regulars"]}]


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

    By hand: 0 is served 10 to 20; 1 waits from 11; 2 comes at 12 and leaves; 3 comes at 20, when 1 has begun, and
    waits.
    """
    account = play([station("kit", room=1, full="leaves")], {0: (10, 10), 1: (11, 5), 2: (12, 5), 3: (20, 5)})
    assert minutes(account) == {0: (10, 10, 20), 1: (11, 20, 25), 2: (12, None, None), 3: (20, 25, 30)}
    assert [account.people[p].gave_up for p in range(4)] == [-1, -1, 12 * MINUTE, -1]
    assert account.people[2].no_room


def test_no_room_at_all_still_serves() -> None:
    """Where nobody can wait, who finds a free server is served.

    By hand: 0 is served 10 to 20; 1 comes at 15 and leaves; 2 comes at 20, after the end, and is served.
    """
    account = play([station("kit", room=0, full="leaves")], {0: (10, 10), 1: (15, 5), 2: (20, 5)})
    assert minutes(account) == {0: (10, 10, 20), 1: (15, None, None), 2: (20, 20, 25)}


def test_who_finds_no_room_stands_before_the_station() -> None:
    """Who stands before the station queues when somebody began, and owes it to them.

    By hand: 0 is served 10 to 20; 1 waits from 11; 2 stands outside from 12, queues at 20 as 1 begins, begins at 25.
    """
    account = play([station("kit", room=1)], {0: (10, 10), 1: (11, 5), 2: (12, 5)})
    assert minutes(account) == {0: (10, 10, 20), 1: (11, 20, 25), 2: (20, 25, 30)}
    assert account.people[2].visits[0].queued_by == ("began", 0, 1)


def test_who_loses_patience_makes_room() -> None:
    """Patience runs from queueing; who goes lets in the first who stands outside.

    By hand: 0 is served 10 to 40; 1 queues at 11 with 9 minutes, gone at 20; 2 stood outside from 12, queues at 20 with
    15 minutes, gone at 35.
    """
    kit = station("kit", room=1, patience=lasting(1000))
    account = play([kit], {0: (10, 30), 1: (11, 5), 2: (12, 5)}, patience={(0, 1): 9, (0, 2): 15})
    assert [account.people[p].gave_up // MINUTE for p in (1, 2)] == [20, 35]
    assert account.people[2].visits[0].queued_by == ("gave up", 0, 1)
    assert not account.people[2].no_room


def test_blocking_runs_back_over_three_stations() -> None:
    """A full last station holds the servers of the two before; when it is free, all move in one instant.

    By hand, no room to wait at b and c, c takes 10, all else 1: 0 is at a 10 to 11, b 11 to 12, c 12 to 22. 1 is at a
    11 to 12, b 12 to 13, and held there. 2 is at a 12 to 13, and held there. 3 waits at a. At 22 0 is done: 1 gets to
    c, 2 to b, 3 begins at a.
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

    By hand: 0 at a 10 to 15. Then 1, at a since 12, before 0 has arrived at b: 15 to 20. Then 0, at b since 15, before
    2, at a since 16: 20 to 22. Then 2 (16) before 1 (at b since 20): 22 to 24; then 1 24 to 26, then 2 at b 26 to 27.
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

    By hand: 0 begins at 10 with 10 to do; the urgent 1 takes the server 14 to 17; 2 waits from 12. At 17 0, who queued
    at 10, goes on with 6: to 23. Then 2.
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


def test_who_comes_may_take_a_server_where_nobody_can_wait() -> None:
    """An arrival that begins at once needs no room, and whoever it interrupts goes back even into a full room.

    By hand, no room: 0 begins at 10 with 10 to do; the urgent 1 comes at 14 and takes the server, to 17; 0 goes on to
    23.
    """
    desk = station("desk", priority=URGENT, preempts=True, room=0, full="leaves")
    account = play([desk], {0: (10, 10), 1: (14, 3)}, urgent=[1])
    assert minutes(account) == {0: (10, 10, 23), 1: (14, 14, 17)}


def test_who_is_let_in_from_outside_takes_no_server() -> None:
    """Only who comes takes a server: who stood outside waits for a free one, though a lower class is served.

    By hand, no room: 0 is served 10 to 20; 1 stands outside from 11, the urgent 2 behind it from 12. 1 begins at 20 and
    is not interrupted; 2 begins at 25.
    """
    desk = station("desk", priority=URGENT, preempts=True, room=0)
    account = play([desk], {0: (10, 10), 1: (11, 5), 2: (12, 5)}, urgent=[0, 2])
    assert minutes(account) == {0: (10, 10, 20), 1: (20, 20, 25), 2: (25, 25, 30)}


def test_who_lacks_what_the_queue_waits_for_takes_no_server() -> None:
    """A server is not taken by somebody who could not begin.

    By hand: one kit, taken by 0, who is served 10 to 20. The urgent 1 comes at 12 and waits for the delivery at 30.
    """
    desk = station("desk", priority=URGENT, preempts=True, issue=[{"stock": "kits", "short": "waits"}])
    stock = {"name": "kits", "amount": 1, "delivery": [{"at_h": 0.5, "amount": 1}]}
    account = play([desk], {0: (10, 10), 1: (12, 3)}, urgent=[1], stock=[stock])
    assert minutes(account) == {0: (10, 10, 20), 1: (12, 30, 33)}


def test_only_lines_whose_server_is_there_are_joined() -> None:
    """An arrival joins the shortest line of a server who is present.

    By hand: two servers, from 12 on one: server 0, idle longest, goes. 0 comes at 13 and is served by server 1 to 18; 1
    comes at 14 and joins the same line.
    """
    stations = [station("desk", servers=2, lines="each")]
    network = gate_case(stations).network
    fewer = Calendar(np.array([0, 12 * MINUTE]), np.array([2, 1]))
    layouts = ((replace(network.layouts[0][0], calendar=fewer),),)
    account = play(stations, {0: (13, 5), 1: (14, 5)}, change={"layouts": layouts})
    assert minutes(account) == {0: (13, 13, 18), 1: (14, 18, 23)}
    assert [account.people[p].visits[0].by for p in (0, 1)] == [1, 1]


def test_a_queue_is_in_the_order_of_numbers_inside_one_instant() -> None:
    """Of two who queue in the same millisecond, the lower number is first, even if the other was let in before.

    By hand, two servers, room for two: 0 and 5 are served 10 to 20, 2 and 3 wait from 11, 4 stands outside from 12. At
    20 2 begins, 4 is let in, 3 begins; then 1 comes, and stands before 4 in the queue: 1 begins at 25, after 2, and 4
    at 26, after 3.
    """
    sheet = {0: (10, 10), 1: (20, 5), 2: (11, 5), 3: (11, 6), 4: (12, 5), 5: (10, 10)}
    found = minutes(play([station("desk", servers=2, room=2)], sheet))
    assert [found[p][:2] for p in range(6)] == [(10, 10), (20, 25), (11, 20), (11, 20), (20, 26), (10, 10)]


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

    By hand, no room to wait at b: 0 is at a 10 to 11, b 11 to 21; 1 at a 11 to 12, held; a fails at 15, until 30. At 21
    1 goes to b; 2, at a since 12, begins at 30.
    """
    stations = [station("a"), station("b", room=0)]
    account = play(stations, {0: (10, 1, 10), 1: (10, 1, 10), 2: (12, 1, 1)}, breakdowns=[(0, 0, 15, 30)])
    assert minutes(account, 1) == {0: (11, 11, 21), 1: (21, 21, 31), 2: (31, 31, 32)}
    assert minutes(account, 0)[2] == (12, 30, 31)
    assert account.notes.interrupted == []


def test_broken_servers_go_home_after_idle_ones_and_may_come_back_broken() -> None:
    """When a shift ends the idle go first, then the broken; when one begins, the lowest absent come, in order or not.

    By hand: three servers, one from 30 to 45. Server 0 serves 0 from 29 to 40; 1 fails at 20 until 50; 2 is idle. At 30
    2 and 1 go. At 45 1 and 2 come. Of those who come at 46, 1 gets server 0 (idle since 40), 2 server 2, 3 server 1 at
    50.
    """
    hours = [{"from_h": 0, "until_h": 4, "servers": 1}]
    hours += [{"from_h": 0, "until_h": 0.5, "servers": 2}, {"from_h": 0.75, "until_h": 4, "servers": 2}]
    sheet = {0: (29, 11), 1: (46, 9), 2: (46, 9), 3: (46, 9)}
    account = play([station("desk", hours=hours)], sheet, breakdowns=[(0, 1, 20, 50)])
    assert minutes(account) == {0: (29, 29, 40), 1: (46, 46, 55), 2: (46, 46, 55), 3: (46, 50, 59)}
    assert [account.people[p].visits[0].by for p in range(4)] == [0, 0, 2, 1]


def test_an_extra_lane_opens_and_closes() -> None:
    """It opens when more than `at` wait, and closes when at most `until` do; a busy one goes when it is done.

    By hand: 0 is served 10 to 20 by server 0. 1 waits from 11, 2 from 12: two wait, server 1 opens and serves 1 to 15,
    then 2 to 19; nobody waits from 15 on, so it closes then, and goes at 19. 3 comes at 19 and waits for server 0.
    """
    desk = station("desk", extra={"at": 1, "servers": 1, "until": 0})
    account = play([desk], {0: (10, 10), 1: (11, 3), 2: (12, 4), 3: (19, 1)})
    assert minutes(account) == {0: (10, 10, 20), 1: (11, 12, 15), 2: (12, 15, 19), 3: (19, 20, 21)}
    assert account.notes.extra == [(12 * MINUTE, 0, 0, 1), (15 * MINUTE, 0, 0, 0)]
    assert began_by(account, 1) == ("extra", 0, 0, 0)


def test_extra_servers_go_with_those_of_the_calendar() -> None:
    """When the calendar has no server left, extra ones close, the busy ones when they are done; none open then.

    By hand: one server until 15. 0 is served 10 to 20 by it, 1 waits from 11, 2 from 12: server 1 opens, serves 1 from
    12 to 18. At 15 both are about to go. 2, and 3 and 4, who come later, are served by nobody.
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
