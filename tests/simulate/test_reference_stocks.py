"""The slow reference on stocks, against times worked out by hand (minutes after the alert)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.simulate.joint import began_by, lasting, minutes, play, station
from tests.simulate.plans import MINUTE, gate_case


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

    By hand: two kits; 0 takes one at 10: one left, below two, so three are ordered, for 25. 1 takes the other at 15; 2
    and 3 wait. At 25 three come; 2 takes one (two left); 3 takes one at 30: one left, so three more are ordered, for
    45.
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


def test_a_stock_that_begins_too_low_is_ordered_at_the_alert() -> None:
    """What is below the mark from the start is ordered at once, again and again until it is not.

    By hand: nothing there, below two, one at a time in five minutes: ordered at 0 and 5, there at 5 and 10. 0 takes one
    at 11, so another is ordered, for 16.
    """
    stock = {"name": "kits", "amount": 0, "reorder": {"below": 2, "amount": 1, "takes": lasting(5)}}
    account = play([station("kit", issue=[{"stock": "kits"}])], {0: (11, 1)}, stock=[stock])
    assert [time // MINUTE for time in account.stocks[0].orders] == [0, 5, 11]
    assert account.people[0].handed == {0: 1}


def test_where_the_stock_serves_nobody_nothing_is_handed_out() -> None:
    """At a point that the stock does not serve, nobody waits for it, is handed it, or goes short.

    By hand: the stock serves point two; 0 comes to point one at 10, is served until 15 and asked nothing.
    """
    kit = station("kit", issue=[{"stock": "kits", "short": "waits"}])
    points = [{"name": name, "lat": 50, "lon": 20, "station": [kit]} for name in ("one", "two")]
    stock = {"name": "kits", "amount": 5, "points": ["two"]}
    account = play([], {0: (10, 5), 1: (10, 5)}, at={1: "two"}, point=points, stock=[stock])
    assert minutes(account) == {0: (10, 10, 15), 1: (10, 10, 15)}
    assert [account.people[p].handed for p in (0, 1)] == [{}, {0: 1}]
