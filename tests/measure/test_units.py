"""A4 and C1–C3: how full the units are, and how well they come together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measure.by_hand import journeys, people, plan, row, value

from tocsin.measure import Context, measures

# 1st: posts 4 rifle + 1 medic (critical, all of it), formed at 60 % = 3 posts. 2nd: 2 rifle, formed at 100 %.
UNIT = ["1st"] * 6 + ["2nd"] * 2
TRADES = ["rifle", "rifle", "rifle", "medic", "rifle", "rifle", "rifle", "rifle"]
JOINED = [60, 90, 120, 240, 300, None, 150, 180]
CONTEXT = Context(plan(), people(TRADES))


def test_fill_and_formation() -> None:
    """T80 is the join that fills 80 % of the posts; a unit is formed when its share and its critical trade
    are filled."""
    found = measures(journeys({"unit": UNIT, "joined": JOINED}), CONTEXT, ["A4"])
    assert value(found, "A4", "T80 of posts", "1st") == 4.0  # 4 of 5 posts: the fourth join, minute 240
    assert value(found, "A4", "T80 of posts", "2nd") == 3.0  # 80 % of 2 posts is 2
    assert value(found, "A4", "T80 of posts") == 4.0  # 6 of all 7 posts: the sixth of both units' joins
    assert value(found, "A4", "T80 of critical trades", "1st") == 4.0  # the medic, minute 240
    assert value(found, "A4", "formed", "1st") == 4.0  # three posts at 120, but no medic before 240
    assert value(found, "A4", "formed", "2nd") == 3.0
    assert value(found, "A4", "fill at the end", "1st") == 1.0
    assert value(found, "A4", "posts filled") == 1.0
    assert value(found, "A4", "called per post", "1st") == 6 / 5
    assert row(found, "A4", "fill at the end", "2nd")["n"] == 2
    assert value(found, "A4", "joined per post", at=120) == pytest.approx(3 / 7)


def test_a_unit_that_is_never_full_says_how_full() -> None:
    """Without the medic the unit is not formed though 80 % of its posts are filled; the notes say how far
    each got."""
    joined = [60, 90, 120, None, 300, None, 150, None]
    found = measures(journeys({"unit": UNIT, "joined": joined}), CONTEXT, ["A4"])
    assert value(found, "A4", "T80 of posts", "1st") == 5.0
    assert row(found, "A4", "T80 of critical trades", "1st")["note"] == "not reached (max 0 % in the weakest trade)"
    assert row(found, "A4", "formed", "1st")["note"] == "not complete (80 % of posts)"
    assert row(found, "A4", "T80 of posts", "2nd")["note"] == "not reached (max 50 %)"
    assert row(found, "A4", "T80 of posts")["note"] == "not reached (max 71 %)"  # 5 of 7
    assert value(found, "A4", "units formed") == 0.0


def test_surplus_fills_no_post() -> None:
    """Somebody who came when no post was left is not counted, whatever else stands in their journey."""
    columns = {"unit": ["2nd"] * 3, "joined": [60, 70, 50], "surplus": [None, None, 50]}
    found = measures(journeys(columns), Context(plan(), people(["rifle"] * 3)), ["A4"])
    assert value(found, "A4", "T80 of posts", "2nd") == pytest.approx(70 / 60)


def test_the_log_says_when_a_unit_was_formed() -> None:
    """A row unit_formed goes before what the plan's shares would say."""
    rest = [{"kind": "unit_formed", "at": 200, "unit": "2nd"}]
    found = measures(journeys({"unit": UNIT, "joined": JOINED}, rest=rest), CONTEXT, ["A4"])
    assert value(found, "A4", "formed", "2nd") == pytest.approx(200 / 60)


def test_without_trades_critical_trades_are_not_guessed() -> None:
    """Without the list of people, fill is still measured, critical trades and formation are not."""
    found = measures(journeys({"unit": UNIT, "joined": JOINED}), Context(plan()), ["A4", "C1"])
    assert value(found, "A4", "T80 of posts", "1st") == 4.0
    for measure, name in [("A4", "T80 of critical trades"), ("A4", "formed"), ("C1", "complete")]:
        assert row(found, measure, name)["note"] == "not measurable: needs the list of people with their trades"


def test_people_of_unknown_trade_fill_no_critical_post() -> None:
    """A person without a trade counts for the unit, never for a critical trade (also not of the unit
    before)."""
    trades = ["rifle", "rifle", "rifle", None, "rifle", "rifle", None, None]
    found = measures(journeys({"unit": UNIT, "joined": JOINED}), Context(plan(), people(trades)), ["A4"])
    assert value(found, "A4", "weakest critical trade at the end", "1st") == 0.0
    assert value(found, "A4", "T80 of posts", "2nd") == 3.0


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["1st", "2nd", None]), st.integers(0, 30) | st.none()), max_size=14))
def test_fill_equals_counting(persons: list[tuple[str | None, int | None]]) -> None:
    """Fill and T80 are what counting joins one by one gives, ties and units of nobody included."""
    columns = {"unit": [p[0] for p in persons], "joined": [p[1] for p in persons]}
    found = measures(journeys(columns, closed=20), Context(plan(), people(["rifle"] * len(persons))), ["A4"])
    for unit, posts, need in (("1st", 5, 4), ("2nd", 2, 2)):
        joins = sorted(at for name, at in persons if name == unit and at is not None)
        assert value(found, "A4", "fill at the end", unit) == min(sum(at <= 20 for at in joins), posts) / posts
        expected = joins[need - 1] / 60 if len(joins) >= need else None
        assert value(found, "A4", "T80 of posts", unit) == expected


def test_force_complete_is_the_last_unit() -> None:
    """A task is complete when its last unit is formed; the k-th of n stands beside; the spread is last -
    first."""
    found = measures(journeys({"unit": UNIT, "joined": JOINED}), CONTEXT, ["C1", "C2", "C3"])
    assert value(found, "C1", "complete", "hold the bridge") == 4.0
    assert value(found, "C1", "unit 1 of 2", "hold the bridge") == 3.0
    assert value(found, "C2", "spread", "hold the bridge") == 1.0
    assert value(found, "C3", "waited for", "1st for 2nd") == 0.0  # the 2nd was there an hour earlier
    assert value(found, "C3", "dependency wait") == 0.0


def test_a_task_of_two_with_one_unit_is_not_complete() -> None:
    """If a needed unit is missing there is no time, and a unit that stood ready waited at least to the
    end."""
    joined = [60, 90, 120, 240, 300, None, 150, None]
    found = measures(journeys({"unit": UNIT, "joined": joined}, closed=360), CONTEXT, ["C1", "C2", "C3"])
    assert row(found, "C1", "complete", "hold the bridge")["note"] == "not complete (1 of 2 units formed)"
    assert value(found, "C1", "unit 1 of 2", "hold the bridge") == 4.0
    assert row(found, "C2", "spread", "hold the bridge")["value"] is None
    waited = row(found, "C3", "waited for", "1st for 2nd")
    assert (waited["value"], waited["low"]) == (None, 2.0)  # ready at 240, still waiting at 360
    assert waited["note"] == "at least 2.0 unit-h: still waits"
    assert row(found, "C3", "dependency wait")["low"] == 2.0


def test_k_of_n_suffices() -> None:
    """With `at_least` a task is complete at the k-th unit, though the others are missing."""
    task = [{"name": "any one", "units": ["1st", "2nd"], "at_least": 1}]
    joined = [60, 90, 120, 240, 300, None, 150, None]
    found = measures(journeys({"unit": UNIT, "joined": joined}), Context(plan(task=task), people(TRADES)), ["C1"])
    assert value(found, "C1", "complete", "any one") == 4.0


def test_needs_tie_units_together() -> None:
    """Units that needs tie together, also over a third, form one group for the spread."""
    post = [{"trade": "rifle", "posts": 1}]
    units = [
        {"name": "a", "post": post, "needs": ["b"]},
        {"name": "b", "post": post},
        {"name": "c", "post": post, "needs": ["b"]},
        {"name": "d", "post": post},
    ]
    context = Context(plan(unit=units, task=[]), people(["rifle"] * 4))
    found = measures(journeys({"unit": list("abcd"), "joined": [60, 120, 240, 10]}), context, ["C1", "C2", "C3"])
    assert value(found, "C2", "spread", "a + b + c") == 3.0
    assert value(found, "C3", "waited for", "a for b") == 1.0
    assert value(found, "C3", "waited for", "c for b") == 0.0
    assert value(found, "C3", "dependency wait") == 1.0
    assert row(found, "C1", "complete")["note"] == "not measurable: needs the plan's tasks"
