"""Orders down a tree of headquarters and reports up it, worked out by hand to the minute; then whole logs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.simulate.plans import MINUTE, Case, gate_case
from tests.simulate.test_causes import check_case

from tocsin.simulate import Engine, Outcome, log_blocks
from tocsin.simulate.command import NEVER, Command, Orders, command_of, give_orders

HORIZON_H = 48
Row = dict[str, Any]


def minutes(value: float) -> dict[str, Any]:
    """A duration that is always the same."""
    return {"family": "constant", "value_min": value}


def unit(name: str, headquarters: str | None = None, **more: Any) -> dict[str, Any]:
    """A unit of two posts, formed by the first of them."""
    own = {"name": name, "formed_at": 0.5, "post": [{"trade": "rifleman", "posts": 2}]}
    return own | ({} if headquarters is None else {"headquarters": headquarters}) | more


def case_of(headquarters: list[Row], units: list[Row], number: int = 30, **tables: Any) -> Case:
    """People who come to the gate and join at once, and a tree above their units."""
    exercise = {
        "name": "orders", "title": "Orders", "country": "de", "kind": "training", "alert": "2026-01-05T00:00:00+00:00",
        "time_zone": "UTC", "deadline": {"after_delivery_h": 24}, "horizon_h": HORIZON_H, "assumption": "a test",
    }  # fmt: skip
    shocks = tables.get("shock", [])
    exercise |= {"shocks": [shock["name"] for shock in shocks if shock.pop("strikes", True)]}
    return gate_case([], number=number, exercise=exercise, headquarters=headquarters, unit=units, **tables)


def orders_of(case: Case, run: int = 0) -> tuple[Command, Orders]:
    """The tree and what became of its orders."""
    command = command_of(case.plan)
    assert command is not None
    return command, give_orders(command, 24 * 60 * MINUTE, case.seed, run)


def received(case: Case) -> dict[str, float | None]:
    """When each had its order, minutes after the alert."""
    command, orders = orders_of(case)
    return {n: None if r == NEVER else r / MINUTE for n, r in zip(command.names, orders.received, strict=True)}


def sendings(case: Case, name: str) -> list[tuple[float, float | None]]:
    """When the order to somebody was sent, and when each sending was received: minutes after the alert."""
    command, orders = orders_of(case)
    number = command.names.index(name)
    return [
        (row.at / MINUTE, None if row.says.get("reason") == "not received" else row.says["known"] / MINUTE)
        for row, about in zip(orders.sendings, orders.about, strict=True)
        if about == number
    ]


def log_of(outcome: Outcome) -> list[Row]:
    """The rows of a run."""
    return pl.concat(list(log_blocks(outcome))).to_dicts()


# --- orders -------------------------------------------------------------------------------------------------------


def test_three_levels_by_hand() -> None:
    """An order takes each level's work, the sending of those before it, and the delay of each link."""
    division = {"name": "division", "work": minutes(30), "sending": minutes(5)}
    link = {"delay": minutes(1)}
    first = {"name": "first brigade", "under": "division", "link": link, "work": minutes(10), "sending": minutes(2)}
    second = {"name": "second brigade", "under": "division", "link": {"delay": minutes(4)}}
    units = [
        unit("a", "first brigade", acts=minutes(7)),
        unit("b", "first brigade", link={"delay": minutes(3)}),
        unit("c", "second brigade"),
        unit("d", "division", link=link),
    ]
    # The division works 0 to 30 and sends: the first brigade at 35, the second at 40, the unit d at 45. The first has
    # it at 36, works to 46, and sends to a at 48 and to b at 50; the second has it at 44 and sends at once.
    case = case_of([division, first, second], units)
    assert received(case) == {
        "division": 0, "first brigade": 36, "second brigade": 44, "a": 48, "b": 53, "c": 44, "d": 46,
    }  # fmt: skip
    command, orders = orders_of(case)
    assert orders.acts[command.names.index("a")] == 55 * MINUTE, "it acts 7 min after it has the order"
    ordered = Engine(case.network).run(case.seed, 0).ordered / MINUTE
    assert ordered.tolist() == [55, 53, 44, 46], "people are summoned when their unit acts"


def test_the_cause_of_an_order_is_what_held_the_sender() -> None:
    """With two senders the third order waits for the first; the first two follow from the sender's own order."""
    staff = {"name": "staff", "senders": 2, "sending": minutes(5), "link": {"delay": minutes(2)}}
    case = case_of([staff], [unit(name, "staff") for name in "abc"])
    command, orders = orders_of(case)
    assert [row.at / MINUTE for row in orders.sendings] == [0, 7, 7, 12]
    to_staff, to_a, to_b, to_c = orders.sendings
    assert (to_staff.cause, to_a.cause, to_b.cause, to_c.cause) == (None, to_staff, to_staff, to_a)
    assert to_staff.says["by"] is None and to_c.says["by"] == "staff"
    assert command.names == ("staff", "a", "b", "c")


def test_a_lost_order_goes_by_courier() -> None:
    """Lost twice and not acknowledged, the order goes by courier at the next time; his way is never lost."""
    link = {"loss": 1, "tries": 2, "again_after_min": 10, "courier": minutes(60)}
    case = case_of([{"name": "staff"}], [unit("a", "staff", link=link), unit("b", "staff")])
    assert sendings(case, "a") == [(0, None), (10, None), (20, 80)]
    rows = [row for row in orders_of(case)[1].sendings if row.says.get("unit") == "a"]
    assert [row.says["channel"] for row in rows] == ["radio", "radio", "courier"]
    assert [row.says["visit"] for row in rows] == [None, 2, 3]
    assert rows[1].cause is rows[0] and rows[2].cause is rows[1]
    answers = [row.says.get("unit") for row in orders_of(case)[1].answers]
    assert answers == [None, "b"], "an acknowledgement that is lost is no row"


def test_a_unit_that_is_never_ordered_summons_nobody() -> None:
    """Without a courier a lost order is lost for good: no summons, and everybody else as before."""
    units = [unit("a", "staff", link={"loss": 1, "tries": 3, "again_after_min": 5}), unit("b", "staff"), unit("c")]
    case = case_of([{"name": "staff"}], units, number=60)
    outcome = case.outcome()
    assert outcome.ordered.tolist() == [-1, 0, 0]
    summoned = {row["unit"] for row in log_of(outcome) if row["kind"] == "summoned"}
    assert summoned == {"b", "c", None}
    sent = [row for row in log_of(outcome) if row["kind"] == "ordered" and row["unit"] == "a"]
    assert [row["reason"] for row in sent] == ["not received"] * 3, "the sender's side stays in the log"
    assert outcome.formed[0] == -1
    check_case(case)


@pytest.mark.parametrize("by_shock", [False, True])
def test_what_is_sent_during_a_cut_is_lost(by_shock: bool) -> None:
    """Sent at 0 and 10 during a cut of a quarter: lost; at 20 received. At the end of a cut nothing is lost."""
    link: Row = {"tries": 4, "again_after_min": 10, "delay": minutes(1)}
    shock = {"name": "jamming", "kind": "link", "at_h": 0, "until_h": 0.25, "units": ["a"]}
    if not by_shock:
        link["cut"] = [{"from_h": 0, "until_h": 0.25}]
    case = case_of([{"name": "staff"}], [unit("a", "staff", link=link)], shock=[shock] if by_shock else [])
    assert sendings(case, "a") == [(0, None), (10, None), (20, 21)]
    cut = {"cut": [{"from_h": 0, "until_h": 1 / 6}]}
    assert sendings(case_of([{"name": "staff"}], [unit("a", "staff", link=link | cut)]), "a")[1] == (10, 11)


def test_a_shock_that_does_not_strike_cuts_nothing() -> None:
    """A shock waits for `exercise.shocks` to name it; one of other units does nothing here."""
    link = {"tries": 2, "again_after_min": 10}
    for shock in ({"strikes": False}, {"units": ["b"]}):
        shocks = [{"name": "jamming", "kind": "link", "at_h": 0} | shock]
        case = case_of(
            [{"name": "staff"}], [unit("a", "staff", link=link), unit("b", "staff", link=link)], shock=shocks
        )
        assert sendings(case, "a") == [(0, 0)]


def test_acknowledged_too_late_it_is_sent_again() -> None:
    """Delay 8, then 5 to acknowledge, 8 back: known at 21; sent at 0, 10 and 20, and each receipt is acknowledged."""
    link = {"delay": minutes(8), "acknowledge": minutes(5), "again_after_min": 10, "tries": 5, "courier": minutes(1)}
    case = case_of([{"name": "staff"}], [unit("a", "staff", link=link)])
    assert sendings(case, "a") == [(0, 8), (10, 18), (20, 28)]
    assert received(case)["a"] == 8, "receiving it again changes nothing"
    answers = [row for row in orders_of(case)[1].answers if row.says["unit"] == "a"]
    assert [(row.at / MINUTE, row.says["known"] / MINUTE, row.says["visit"]) for row in answers] == [
        (13, 21, None), (23, 31, 2), (33, 41, 3),
    ]  # fmt: skip


def test_acknowledged_at_the_last_moment_it_is_not_sent_again() -> None:
    """An acknowledgement that comes at the very instant of the next sending comes before it."""
    link = {"delay": minutes(5), "again_after_min": 10, "tries": 5}
    assert sendings(case_of([{"name": "staff"}], [unit("a", "staff", link=link)]), "a") == [(0, 5)]


def test_nothing_is_received_after_the_horizon() -> None:
    """What is on its way at the end was not received; what would be sent later is not sent."""
    link = {"delay": minutes(60 * 47), "again_after_min": 60 * 30, "tries": 9}
    case = case_of([{"name": "staff", "work": minutes(120)}], [unit("a", "staff", link=link)])
    assert sendings(case, "a") == [(120, None), (120 + 1800, None)]
    assert received(case)["a"] is None


def test_an_added_unit_changes_no_luck() -> None:
    """Draws go by name and number of the try: a unit more leaves every other's luck as it was."""
    shaky = {"loss": 0.4, "tries": 4, "again_after_min": 10, "delay": {"family": "exponential", "mean_min": 6}}
    names = ["a", "b", "c", "d", "e", "f"]

    def found(kept: list[str]) -> dict[str, list[tuple[float, float | None]]]:
        reports = {"every_min": 600}
        case = case_of([{"name": "staff"}], [unit(n, "staff", link=shaky, reports=reports) for n in kept])
        return {name: sendings(case, name) for name in kept}

    whole, some = found(names), found(["b", "e"])
    assert some == {name: whole[name] for name in ("b", "e")}
    assert len({tuple(rows) for rows in whole.values()}) > 3, "luck must differ from unit to unit"


def test_losses_are_as_frequent_as_the_plan_says() -> None:
    """Of 2,000 first sendings over links that lose 30 % about 600 are lost: within 4 standard errors, 82."""
    units = [unit(f"u{k}", "staff", link={"loss": 0.3}) for k in range(200)]
    case = case_of([{"name": "staff"}], units, number=1)
    lost = sum(
        row.says.get("reason") == "not received" for run in range(10) for row in orders_of(case, run)[1].sendings
    )
    assert abs(lost - 600) < 82


# --- reports ------------------------------------------------------------------------------------------------------


def reports_of(case: Case) -> list[tuple[float, float, str, int]]:
    """Counted, known (minutes), by whom, how many; in order of counting."""
    start = case.plan.exercise.alert
    return [
        (
            (row["happened"] - start) / dt.timedelta(minutes=1),
            (row["known"] - start) / dt.timedelta(minutes=1),
            row["unit"] or row["by"],
            row["amount"],
        )
        for row in log_of(case.outcome())
        if row["kind"] == "strength_reported"
    ]


AT_ONCE = {"travel": minutes(0)}
"""Behaviour of people who join with the summons, a minute after their unit acts."""


def test_reports_give_the_picture_by_hand() -> None:
    """Everybody joins a minute after the unit acts; what the staff reports lags by the link and the hour."""
    reports = {"every_min": 60, "first_min": 0, "takes": minutes(2)}
    units = [unit("a", "staff", acts=minutes(30), link={"delay": minutes(10)}, reports=reports)]
    staff = {"name": "staff", "reports": {"every_min": 60, "first_min": 45}}
    case = case_of([staff], units, number=20, behaviour=AT_ONCE)
    # The unit has the order at 10, acts at 40, its people are there at 41: two take its posts. It counts at 10, 70 and
    # 130, sent at 12, 72, 132, known at 22, 82, 142. The staff counts at 45 (0 known), 105 (2), 165 (2).
    found = [row for row in reports_of(case) if row[0] < 200]
    assert found == [
        (10, 22, "a", 0),
        (45, 45, "staff", 0),
        (70, 82, "a", 2),
        (105, 105, "staff", 2),
        (130, 142, "a", 2),
        (165, 165, "staff", 2),
        (190, 202, "a", 2),
    ]


def test_a_report_at_the_instant_of_joining_counts_it() -> None:
    """People who join at the instant of counting are counted: the log has their rows before the report's."""
    reports = {"every_min": 60, "first_min": 1}
    case = case_of([{"name": "staff"}], [unit("a", "staff", reports=reports)], number=20, behaviour=AT_ONCE)
    assert reports_of(case)[0] == (1, 1, "a", 2)


def test_lost_reports_are_no_rows_and_the_last_known_is_believed() -> None:
    """During a cut the staff goes on believing what it had; three levels up the sum is of what came."""
    cut = {"cut": [{"from_h": 1.5, "until_h": 3.5}]}
    units = [
        unit("a", "staff", acts=minutes(100), link=cut, reports={"every_min": 60, "first_min": 0}),
        unit("b", "staff", reports={"every_min": 60, "first_min": 5}),
        unit("c", "staff"),
    ]
    staff = {"name": "staff", "under": "top", "reports": {"every_min": 60, "first_min": 30}}
    case = case_of([{"name": "top", "reports": {"every_min": 200}}, staff], units, number=60, behaviour=AT_ONCE)
    found = reports_of(case)
    assert [row[0] for row in found if row[2] == "a"][:4] == [0, 60, 240, 300], "120 and 180 fall into the cut"
    # Two are with a from 101 on, known from 240; two with b from 1 on, known from 5; c reports nothing.
    told = {row[0]: row[3] for row in found if row[2] == "staff"}
    assert [told[at] for at in (30, 90, 150, 210, 270)] == [2, 2, 2, 2, 4]
    assert [row[3] for row in found if row[2] == "top"][:3] == [0, 2, 4], "at 0, 200 and 400"
    rows = log_of(case.outcome())
    assert {row["to"] for row in rows if row["kind"] == "strength_reported" and row["by"] == "top"} == {None}
    check_case(case)


def test_the_latest_counted_is_believed_not_the_latest_come() -> None:
    """A report that overtakes an older one is not undone by it."""
    slow = {"family": "empirical", "values_min": [0, 0, 200]}
    reports = {"every_min": 60, "first_min": 0}
    case = case_of(
        [{"name": "staff", "reports": {"every_min": 5}}],
        [unit("a", "staff", link={"delay": slow}, acts=minutes(100), reports=reports)],
        number=20,
        behaviour=AT_ONCE,
    )
    outcome = case.outcome()
    picture, command = outcome.picture, outcome.network.command
    assert picture is not None and command is not None
    own = picture.reporter == command.names.index("a")
    assert (np.diff(picture.known[own]) < 0).any(), "one must overtake another, or this proves nothing"
    told = picture.amount[picture.reporter == command.names.index("staff")]
    assert (np.diff(told) >= 0).all(), "people only join, so what is believed only grows"


# --- whole logs ---------------------------------------------------------------------------------------------------


def few(low: int, high: int) -> st.SearchStrategy[dict[str, Any]]:
    """A duration of one or a few values in whole minutes, so that much happens at once."""
    return st.lists(st.integers(low, high), min_size=1, max_size=3).map(
        lambda values: {"family": "empirical", "values_min": values}
    )


LINKS = st.none() | st.fixed_dictionaries(
    {"loss": st.sampled_from([0, 0.3, 1])},
    optional={
        "delay": few(0, 30),
        "acknowledge": few(0, 20),
        "again_after_min": st.sampled_from([5, 30]),
        "tries": st.integers(1, 4),
        "courier": few(0, 90),
        "cut": st.just([{"from_h": 0, "until_h": 1}]),
    },
)
REPORTS = st.none() | st.fixed_dictionaries(
    {"every_min": st.sampled_from([30, 60]), "first_min": st.sampled_from([0, 1, 15])}, optional={"takes": few(0, 20)}
)


def said(values: Row) -> Row:
    """Without what is None."""
    return {key: value for key, value in values.items() if value is not None}


@st.composite
def trees(draw: st.DrawFn) -> Case:
    """Up to three headquarters one under another or side by side, and three units under any of them or none."""
    headquarters: list[Row] = []
    for k in range(draw(st.integers(1, 3))):
        above = draw(st.sampled_from([None, *(h["name"] for h in headquarters)]))
        own = {"name": f"staff {k}", "under": above, "link": draw(LINKS), "reports": draw(REPORTS)}
        own |= {"work": draw(st.none() | few(0, 30)), "sending": draw(st.none() | few(0, 10))}
        headquarters.append(said(own | {"senders": draw(st.integers(1, 2))}))
    units = []
    for name in ("first", "second", "third"):
        above = draw(st.sampled_from([None, *(h["name"] for h in headquarters)]))
        own = (
            {}
            if above is None
            else {"link": draw(LINKS), "reports": draw(REPORTS), "acts": draw(st.none() | few(0, 9))}
        )
        units.append(said(unit(name, above, **own)))
    return case_of(headquarters, units, number=draw(st.sampled_from([3, 30])))


@given(trees())
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
def test_logs_of_trees_are_possible(case: Case) -> None:
    """On generated trees: the log is possible, causes stand before and telescope, and the second clock is right."""
    check_case(case)
    for row in log_of(case.outcome()):
        assert row["known"] >= row["happened"]
        if row["known"] > row["happened"]:
            assert row["kind"] in ("ordered", "order_acknowledged", "strength_reported")
        if row["kind"] == "ordered" and row["reason"] is not None:
            assert row["known"] == row["happened"]


@pytest.mark.prove
@given(trees())
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=500)
def test_logs_of_trees_are_possible_at_length(case: Case) -> None:
    """The same on many more."""
    check_case(case)
