"""Couriers, calls and their fallbacks, worked by hand: nights, rounds, failed visits, several ways at once.

Times are minutes after the alert. Where a visit must fail, the draw of that visit (and nothing else) is set;
all other figures stand in the plan.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from tests.truth.plans import MINUTE, Rehearsal, Table, assumed, constant, group, plan_of, rehearsal

from tocsin.simulate import Outcome


def minutes(values: NDArray[np.integer]) -> list[float | None]:
    return [None if v < 0 else v / MINUTE for v in values.tolist()]


def courier(capacity: Table, **more: object) -> Table:
    """Couriers whose hand-over takes ten minutes."""
    return {
        "name": "courier",
        "medium": "courier",
        "reach": 1,
        "capacity": {"handling": constant(10), **capacity},
        **more,
    }


def call_up(people: int, *channels: Table, alert: str = "00:00", points: int = 1, **more: object) -> Rehearsal:
    """So many people called by these channels; the alert is on 1 January, local time UTC."""
    exercise = {"alert": f"2026-01-01T{alert}:00+00:00", "horizon_h": 72}
    groups = [group("all", people)]
    return rehearsal(plan_of(groups, channels=list(channels), exercise=exercise, points=points, **more))


def visits(outcome: Outcome, channel: int = 0) -> list[tuple[float | None, float | None]]:
    """When each person's hand-over began and ended."""
    queue = outcome.attempts.queues[channel]
    assert queue is not None
    return list(zip(minutes(queue.began), minutes(queue.ended), strict=True))


def test_two_crews() -> None:
    """Two crews, five people, no hours: in order of numbers, whoever is free (ties: the one idle longest)."""
    outcome = call_up(5, courier({"servers": 2})).run()
    assert visits(outcome) == [(0, 10), (0, 10), (10, 20), (10, 20), (20, 30)]
    assert outcome.attempts.queues[0] is not None and outcome.attempts.queues[0].by.tolist() == [0, 1, 0, 1, 0]
    assert minutes(outcome.delivered) == [10, 10, 20, 20, 30]


def test_night() -> None:
    """Alert at 21:45, one crew until 22:00: the hand-over begun at 21:55 is finished, the next waits for
    06:00.

    21:45 + 495 min is 06:00 of the next day.
    """
    crew = courier({"hours": [{"from": "06:00", "until": "22:00", "servers": 1}]})
    outcome = call_up(4, crew, alert="21:45").run()
    assert visits(outcome) == [(0, 10), (10, 20), (495, 505), (505, 515)]
    assert minutes(outcome.delivered) == [10, 20, 505, 515]


def test_end_of_shift_and_end_of_visit_at_once() -> None:
    """Alert at 21:40: the second hand-over ends at 22:00 sharp. Ends come before shifts, so the third still
    begins."""
    crew = courier({"hours": [{"from": "06:00", "until": "22:00", "servers": 1}]})
    outcome = call_up(4, crew, alert="21:40").run()
    assert visits(outcome) == [(0, 10), (10, 20), (20, 30), (500, 510)]


def test_before_dawn() -> None:
    """Alert at 03:00: two crews from 06:00, a third from 07:00, all home at 07:15; and again the next day.

    180 min is 06:00, 240 is 07:00, 255 is 07:15, 1620 is 06:00 of the next day. The crew that gets free at
    250 begins its last visit then and ends it at 260, after hours.
    """
    hours = [
        {"from": "06:00", "until": "07:15", "servers": 2},
        {"from": "07:00", "until": "07:15", "servers": 1},
    ]
    outcome = call_up(22, courier({"hours": hours}), alert="03:00").run()
    began = [180, 180, 190, 190, 200, 200, 210, 210, 220, 220, 230, 230]
    began += [240, 240, 240, 250, 250, 250]  # at 240 two crews get free and the third comes in
    began += [1620, 1620, 1630, 1630]
    assert [b for b, _ in visits(outcome)] == began
    assert [e for _, e in visits(outcome)] == [b + 10 for b in began]


def test_rounds() -> None:
    """Three hand-overs a round, 30 min for the next lot: it stands at the head of the fourth, the seventh,
    …"""
    crew = courier({"servers": 1, "rounds": {"visits": 3, "reload": constant(30)}})
    outcome = call_up(7, crew).run()
    assert visits(outcome) == [(0, 10), (10, 20), (20, 30), (30, 70), (70, 80), (80, 90), (90, 130)]


def test_rounds_over_night() -> None:
    """A round goes on after the night: two before 22:00 (alert 21:45), one at 06:00, then the next lot."""
    crew = courier(
        {
            "hours": [{"from": "06:00", "until": "22:00", "servers": 1}],
            "rounds": {"visits": 3, "reload": constant(30)},
        }
    )
    outcome = call_up(5, crew, alert="21:45").run()
    assert visits(outcome) == [(0, 10), (10, 20), (495, 505), (505, 545), (545, 555)]


def test_each_crew_counts_its_own_rounds() -> None:
    """Two crews, two visits a round, 15 min for the next lot: each reloads before its own third visit."""
    crew = courier({"servers": 2, "rounds": {"visits": 2, "reload": constant(15)}})
    outcome = call_up(8, crew).run()
    assert visits(outcome) == [(0, 10), (0, 10), (10, 20), (10, 20), (20, 45), (20, 45), (45, 55), (45, 55)]


def test_a_crew_for_each_town() -> None:
    """One crew a town: the second town's people do not wait for the first's."""
    outcome = call_up(5, courier({"servers": 1, "per": "town"}), points=2).run()
    # 5 people over two equal towns: 3 and 2 (largest remainder, ties to the first).
    assert visits(outcome) == [(0, 10), (10, 20), (20, 30), (0, 10), (10, 20)]


def test_failed_visit_falls_back() -> None:
    """Persons 1 and 3 are not at home: 20 min later an SMS, which takes 5; the others have theirs from the
    courier."""
    sms = {"name": "sms", "medium": "SMS", "reach": 1, "delay": constant(5)}
    crew = courier({"servers": 1}, reach=0.5, fallback="sms", fallback_after=constant(20))
    outcome = call_up(5, crew, sms).run(channel__courier__reach=np.array([1, 0, 1, 0, 1]))
    assert visits(outcome) == [(0, 10), (10, 20), (20, 30), (30, 40), (40, 50)]
    assert minutes(outcome.attempts.began[1]) == [None, 40, None, 60, None]
    assert minutes(outcome.attempts.done[1]) == [None, 45, None, 65, None]
    assert minutes(outcome.delivered) == [10, 45, 30, 65, 50]
    assert outcome.delivered_by.tolist() == [0, 1, 0, 1, 0]


def test_fallback_queues_in_its_turn() -> None:
    """Courier, then one telephone line, then print: the line is a queue of those who failed, in order of
    failing.

    Two crews fail at persons 1, 2 and 3 (at 10, 20, 20). The line takes 8 min a call, after 0 min: 1 at 10,
    then 2 and 3, who come together at 20, by number, at 20 and 28. The call finds nobody for 2 (at 28), who
    reads it 60 min after that. Nobody is at the telephone before 00:15 in the second case, so all shift.
    """
    phone = {
        "name": "phone",
        "medium": "phone",
        "reach": 0.5,
        "capacity": {"servers": 1, "handling": constant(8)},
        "fallback": "print",
    }
    paper = {"name": "print", "medium": "publication", "reach": 1, "delay": constant(60)}
    crew = courier({"servers": 2}, reach=0.5, fallback="phone")
    lots = {
        "channel__courier__reach": np.array([1, 0, 0, 0]),
        "channel__phone__reach": np.array([0, 1, 0, 1]),
    }
    outcome = call_up(4, crew, phone, paper).run(**lots)
    assert visits(outcome, 1) == [(None, None), (10, 18), (20, 28), (28, 36)]
    assert minutes(outcome.delivered) == [10, 18, 28 + 60, 36]
    assert outcome.delivered_by.tolist() == [0, 1, 2, 1]
    late = phone | {"capacity": {"handling": constant(8), "hours": [{"from": "00:15", "until": "24:00", "servers": 1}]}}
    outcome = call_up(4, crew, late, paper).run(**lots)
    assert visits(outcome, 1) == [(None, None), (15, 23), (23, 31), (31, 39)]
    assert minutes(outcome.delivered) == [10, 23, 31 + 60, 39]


def test_idle_lines_go_home() -> None:
    """Two lines until 22:00, alert at 21:00. Who falls back at 21:55 is called at once, until 22:03; who falls back at
    22:05 finds nobody, although the second line was never busy, and is called at 08:00 (660 min)."""
    hours = [{"from": "08:00", "until": "22:00", "servers": 2}]
    phone = {"name": "phone", "medium": "phone", "reach": 1, "capacity": {"handling": constant(8), "hours": hours}}
    crew = courier({"servers": 1}, reach=0.5, fallback="phone", fallback_after=constant(45))
    outcome = call_up(2, crew, phone, alert="21:00").run(channel__courier__reach=np.array([0, 0]))
    assert visits(outcome, 1) == [(55, 63), (660, 668)]


def test_order_of_the_plan_does_not_matter() -> None:
    """A fallback that stands before its channel in the plan works the same."""
    sms = {"name": "sms", "medium": "SMS", "reach": 1, "delay": constant(5)}
    crew = courier({"servers": 1}, reach=0.5, fallback="sms", fallback_after=constant(20))
    lots = {"channel__courier__reach": np.array([1, 0, 1])}
    one, other = call_up(3, crew, sms).run(**lots), call_up(3, sms, crew).run(**lots)
    assert minutes(one.delivered) == minutes(other.delivered) == [10, 45, 30]


def test_who_cannot_be_reached() -> None:
    """Somebody whom no channel can reach is tried by each in turn, hears nothing and does not come."""
    sms = {"name": "sms", "medium": "SMS", "reach": 1, "delay": constant(5)}
    crew = courier({"servers": 1}, fallback="sms", fallback_after=constant(20))
    away = group("away", behaviour=assumed(reach=0, travel=constant(0)))
    plan = plan_of([away, group("home")], channels=[crew, sms])
    outcome = rehearsal(plan).run()
    assert minutes(outcome.attempts.done[0]) == [10, 20] and outcome.attempts.success[0].tolist() == [0, 1]
    assert minutes(outcome.attempts.done[1]) == [35, None]
    assert minutes(outcome.delivered) == [None, 20] and minutes(outcome.arrived) == [None, 20]


def test_two_ways_at_once() -> None:
    """Two channels that start together: the earlier delivery counts, at one instant the channel first in the
    plan."""
    sms = {"name": "sms", "medium": "SMS", "reach": 1, "delay": constant(20)}
    outcome = call_up(3, courier({"servers": 1}), sms).run()
    assert minutes(outcome.delivered) == [10, 20, 20]
    assert [outcome.network.channels[c].name for c in outcome.delivered_by] == ["courier", "courier", "sms"]


def test_an_attempt_takes_time() -> None:
    """A channel without a delay delivers a millisecond after it starts: nothing is delivered before it is
    sent."""
    outcome = call_up(2, {"name": "radio", "medium": "radio", "reach": 1, "starts_min": 3}).run()
    assert outcome.delivered.tolist() == [3 * MINUTE + 1] * 2
