"""Columns on shared roads, worked out by hand: a kilometre is a minute (see `tests.simulate.marches`)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from tests.simulate.marches import case_of, column, halts, marching, minutes, moved, movements, passings, road
from tests.simulate.plans import MINUTE, Case
from tests.simulate.test_causes import Rows, check_case

from tocsin.errors import PlanError
from tocsin.simulate.convoys import Movement
from tocsin.simulate.march import marching_of
from tocsin.simulate.told import Told

LINE = [road("ab", "A", "B", 10), road("bc", "B", "C", 20)]


def row(movement: Movement, kind: str, unit: str, place: str | None = None, visit: int | None = None) -> Told:
    """The first row of a kind."""
    return next(
        r
        for r in movement.rows
        if r.kind == kind
        and r.says["unit"] == unit
        and place in (None, r.says["place"])
        and visit in (None, r.says.get("visit"))
    )


# --- one column ---------------------------------------------------------------------------------------------------


def test_a_column_alone() -> None:
    """Four vehicles a kilometre apart: the tail is 3 minutes behind the head, everywhere."""
    movement = moved(case_of(LINE, [column("x", "A", "C", 4, planned_h=1)]))
    assert passings(movement) == {"x": [("A", 0, 3), ("B", 10, 13), ("C", 30, 33)]}
    there = row(movement, "in_position", "x")
    assert (there.at, there.says["place"], there.cause) == (33 * MINUTE, "C", row(movement, "passed", "x", "C", 1))
    due = {r.says["place"]: r.says.get("due", -1) // MINUTE for r in movement.rows if r.says.get("visit") == 1}
    assert due == {"A": 60, "B": 70, "C": 90}, "the march table counts from its planned start"
    assert there.says["due"] == 93 * MINUTE
    assert all("due" not in r.says for r in movement.rows if r.says.get("visit") == 2)


def test_the_lower_speed_counts() -> None:
    """A column at 30 km/h on a road for 60 takes twice as long, and its tail is twice as far behind."""
    movement = moved(case_of(LINE, [column("x", "A", "B", 4, speed_kmh=30)]))
    assert passings(movement)["x"] == [("A", 0, 6), ("B", 20, 26)]


def test_from_a_slow_road_to_a_fast_one_the_tail_follows() -> None:
    """At the end of the slow road vehicles come every 2 minutes; the tail enters the fast one when it is there."""
    roads = [road("ab", "A", "B", 10, speed_kmh=30), road("bc", "B", "C", 10)]
    movement = moved(case_of(roads, [column("x", "A", "C", 4)]))
    assert passings(movement)["x"] == [("A", 0, 6), ("B", 20, 26), ("C", 30, 36)]


def test_needs_earliest_and_preparation() -> None:
    """It sets out when it and the one it needs are formed, the time has come, and it has prepared."""
    engineers = column("engineers", "A", "B")
    escorted = column("escorted", "A", "C", needs=["engineers"], prepare=minutes(15))
    movement = moved(case_of(LINE, [engineers, escorted]), formed=[40, 30])
    left = row(movement, "unit_set_out", "escorted")
    assert (left.at, left.cause) == (55 * MINUTE, ("unit_formed", 0)), "the engineers were formed last"
    late = column("escorted", "A", "C", needs=["engineers"], prepare=minutes(15), earliest_h=1)
    left = row(moved(case_of(LINE, [engineers, late]), formed=[40, 50]), "unit_set_out", "escorted")
    assert (left.at, left.cause, left.says["reason"]) == (75 * MINUTE, ("unit_formed", 1), "fixed time")
    assert moved(case_of(LINE, [engineers, escorted]), formed=[None, 30]).set_out == [-1, -1], "never without them"


def test_a_column_that_need_not_move_is_in_position_at_once() -> None:
    """A march that ends where it begins ends when it begins."""
    movement = moved(case_of(LINE, [column("x", "A", "A", 4)]), formed=[5])
    assert (movement.set_out, movement.there) == ([5 * MINUTE], [5 * MINUTE])


def test_a_place_passed_twice_is_numbered() -> None:
    """A way over B, C and back to B passes B twice: visits 1 and 2, then 3 and 4."""
    movement = moved(case_of(LINE, [column("x", "A", "B", 2, via=["C"], planned_h=0)]))
    assert passings(movement)["x"] == [("A", 0, 1), ("B", 10, 11), ("C", 30, 31), ("B", 50, 51)]
    again = row(movement, "passed", "x", "B", 3)
    assert again.says["due"] == 50 * MINUTE


def test_nothing_happens_after_the_horizon() -> None:
    """What would happen later leaves no row."""
    movement = moved(case_of(LINE, [column("x", "A", "C", 4)], horizon_h=0.5))
    assert passings(movement)["x"] == [("A", 0, 3), ("B", 10, 13)]
    assert row(movement, "passed", "x", "C").at == 30 * MINUTE
    assert movement.there == [-1]


# --- two columns --------------------------------------------------------------------------------------------------


def test_the_second_enters_when_the_tail_of_the_first_has() -> None:
    """One entrance: 3 minutes for the first, then the second; its cause is the first one's tail."""
    movement = moved(case_of(LINE, [column("x", "A", "C", 4), column("y", "A", "C", 2)]))
    assert passings(movement)["y"] == [("A", 3, 4), ("B", 13, 14), ("C", 33, 34)]
    assert row(movement, "passed", "y", "A", 1).cause is row(movement, "passed", "x", "A", 2)
    assert halts(movement) == [], "at the start nobody has halted: the row is that of setting out"


@pytest.mark.parametrize(("first", "second", "starts"), [(5, 5, (0, 3)), (5, 1, (3, 0)), (1, 5, (0, 3))])
def test_the_lowest_priority_number_goes_first(first: int, second: int, starts: tuple[int, int]) -> None:
    """Ready at one instant, the lower number goes first; of equal ones the first unit."""
    columns = [column("x", "A", "B", 4, priority=first), column("y", "A", "B", 4, priority=second)]
    found = passings(moved(case_of(LINE, columns)))
    assert (found["x"][0][1], found["y"][0][1]) == starts


def test_priority_does_not_stop_who_has_entered() -> None:
    """Who comes a minute later with a lower number waits for the tail, but goes before the one who waited longer."""
    columns = [
        column("x", "A", "B", 6),
        column("y", "A", "B", 2),
        column("z", "A", "B", 2, priority=1, prepare=minutes(1)),
    ]
    found = passings(moved(case_of(LINE, columns)))
    assert [found[name][0] for name in "xyz"] == [("A", 0, 5), ("A", 6, 7), ("A", 5, 6)]


def test_two_columns_enter_side_by_side() -> None:
    """A road with two entrances takes both at once; a third waits for the shorter one."""
    roads = [road("ab", "A", "B", 10, columns=2)]
    found = passings(moved(case_of(roads, [column("x", "A", "B", 4), column("y", "A", "B", 3), column("z", "A", "B")])))
    assert [found[name][0][1] for name in "xyz"] == [0, 0, 2]


def test_nobody_overtakes_behind_one_entrance() -> None:
    """A column that is twice as fast comes out with the tail of the slow one before it, and that tail is its cause."""
    columns = [column("slow", "A", "C", 3, speed_kmh=30), column("fast", "A", "C", 1)]
    movement = moved(case_of(LINE, columns))
    # The slow one enters A at 0 to 4 and is at B from 20 to 24; the fast one enters at 4, and could be there at 14.
    found = passings(movement)
    assert found["slow"] == [("A", 0, 4), ("B", 20, 24), ("C", 60, 64)]
    assert found["fast"] == [("A", 4, 4), ("B", 24, 24), ("C", 64, 64)]
    assert row(movement, "passed", "fast", "B", 1).cause is row(movement, "passed", "slow", "A", 2)


def test_side_by_side_they_overtake() -> None:
    """With two entrances the fast one takes the free one and overtakes."""
    roads = [road("ab", "A", "B", 10, columns=2)]
    columns = [column("slow", "A", "B", 3, speed_kmh=30), column("fast", "A", "B", 1)]
    assert passings(moved(case_of(roads, columns)))["fast"] == [("A", 0, 0), ("B", 10, 10)]


def test_of_free_entrances_the_one_that_is_clear_first() -> None:
    """Single vehicles hold no entrance: the third enters at once, and behind the fast one, not behind the slow one."""
    roads = [road("ab", "A", "B", 10, columns=2)]
    columns = [column("slow", "A", "B", speed_kmh=30), column("fast", "A", "B", speed_kmh=60), column("z", "A", "B")]
    assert passings(moved(case_of(roads, columns)))["z"] == [("A", 0, 0), ("B", 10, 10)]


def test_columns_from_two_roads_share_the_third() -> None:
    """Both come to B at 10; the second halts there until the tail of the first is in, and its own tail comes up."""
    roads = [*LINE, road("db", "D", "B", 10)]
    movement = moved(case_of(roads, [column("x", "A", "C", 6), column("y", "D", "C", 3)]))
    assert passings(movement)["y"] == [("D", 0, 2), ("B", 15, 17), ("C", 35, 37)]
    assert halts(movement) == [("y", "B", 10, "road", "bc")]
    assert row(movement, "passed", "y", "B", 1).cause is row(movement, "passed", "x", "B", 2)
    assert row(movement, "halted", "y").cause is row(movement, "passed", "y", "D", 1)


def test_the_other_direction_is_free() -> None:
    """Columns that meet head-on do not hold each other up."""
    movement = moved(case_of(LINE, [column("x", "A", "C", 6), column("y", "C", "A", 6)]))
    assert (movement.there[0], movement.there[1]) == (35 * MINUTE, 35 * MINUTE)


# --- meetings -----------------------------------------------------------------------------------------------------

MEETING: dict[str, Any] = {"name": "m", "at": "B", "units": ["x", "y"]}
TWO = [column("x", "A", "C"), column("y", "D", "C", prepare=minutes(30))]
STAR = [*LINE, road("db", "D", "B", 10)]


def test_they_go_on_together() -> None:
    """At B from 10 and from 40: both go on at 40, caused by the last to come; one entrance, so one after the other."""
    movement = moved(case_of(STAR, TWO, rendezvous=[MEETING]))
    assert passings(movement)["x"] == [("A", 0, 0), ("B", 40, 40), ("C", 60, 60)]
    assert halts(movement) == [("x", "B", 10, "meeting", "m"), ("y", "B", 40, "meeting", "m")]
    assert row(movement, "passed", "x", "B").cause is row(movement, "halted", "y", "B")


def test_nobody_goes_on_before_the_meeting_begins() -> None:
    """All are there at 40, but it begins at 60; the cause stays the last to come."""
    movement = moved(case_of(STAR, TWO, rendezvous=[MEETING | {"from_h": 1}]))
    assert movement.there == [80 * MINUTE, 80 * MINUTE]
    assert row(movement, "passed", "x", "B").cause is row(movement, "halted", "y", "B")


def test_at_the_end_of_the_meeting_they_go_on_without_the_others() -> None:
    """It ends at 30: the first goes on then, because of its own row; the other, 10 minutes late, does not stop."""
    movement = moved(case_of(STAR, TWO, rendezvous=[MEETING | {"until_h": 0.5}]))
    assert movement.there == [50 * MINUTE, 60 * MINUTE]
    assert row(movement, "passed", "x", "B").cause is row(movement, "halted", "x", "B")
    assert row(movement, "passed", "y", "B").cause is row(movement, "halted", "y", "B")


def test_who_comes_at_the_end_of_the_meeting_is_there() -> None:
    """Arrivals stand before timers: who comes at the very end is met."""
    movement = moved(case_of(STAR, TWO, rendezvous=[MEETING | {"until_h": 2 / 3}]))
    assert row(movement, "passed", "x", "B").cause is row(movement, "halted", "y", "B")


def test_a_meeting_with_somebody_who_never_comes_never_ends() -> None:
    """Without an end they wait for all."""
    assert moved(case_of(STAR, TWO, rendezvous=[MEETING]), formed=[0, None]).there == [-1, -1]


def test_meetings_at_the_start_and_at_the_end() -> None:
    """Who meets at the start leaves with the last who is ready; who meets at the end is in position with the last."""
    columns = [column("x", "B", "C", 3), column("y", "B", "C", 3, prepare=minutes(30))]
    movement = moved(case_of(LINE, columns, rendezvous=[MEETING]))
    assert passings(movement)["x"] == [("B", 30, 32), ("C", 50, 52)]
    columns = [column("x", "A", "C", 3), column("y", "D", "C", 3, prepare=minutes(30))]
    movement = moved(case_of(STAR, columns, rendezvous=[MEETING | {"at": "C"}]))
    assert movement.there == [60 * MINUTE, 62 * MINUTE], "its tail came up while it waited; the other's comes later"


# --- closed roads -------------------------------------------------------------------------------------------------

SQUARE = [road("ab", "A", "B", 10), road("bc", "B", "C", 10), road("bd", "B", "D", 10), road("dc", "D", "C", 20)]


def cut(name: str, start: float, end: float | None, *roads: str) -> dict[str, Any]:
    """A shock that closes roads, by minutes."""
    told = {"name": name, "kind": "road", "at_h": start / 60, "roads": list(roads)}
    return told if end is None else told | {"until_h": end / 60}


def test_who_has_not_entered_goes_round() -> None:
    """Cut at 5 while it is on its way to B: from there it goes over D, and planned passings stay those of the plan."""
    case = case_of(SQUARE, [column("x", "A", "C", 2, planned_h=0)], shock=[cut("bridge", 5, None, "bc")])
    movement = moved(case)
    assert passings(movement)["x"] == [("A", 0, 1), ("B", 10, 11), ("D", 20, 21), ("C", 40, 41)]
    assert "due" not in row(movement, "passed", "x", "D", 1).says
    assert row(movement, "passed", "x", "C", 1).says["due"] == 20 * MINUTE
    assert halts(movement) == []


def test_who_has_entered_drives_through() -> None:
    """Cut a minute after its head entered, it is through at 20 as planned, and so is its tail."""
    movement = moved(case_of(SQUARE, [column("x", "A", "C", 9)], shock=[cut("bridge", 11, None, "bc")]))
    assert movement.there == [28 * MINUTE]


def test_cut_at_the_instant_of_arriving_it_is_closed() -> None:
    """Shocks stand before arrivals at one instant."""
    movement = moved(case_of(SQUARE, [column("x", "A", "C")], shock=[cut("bridge", 10, None, "bc")]))
    assert movement.there == [40 * MINUTE]


def test_without_a_way_round_it_waits_until_the_road_opens() -> None:
    """It halts where the closed road begins; the cause of going on is the end of the shock."""
    case = case_of(LINE, [column("x", "A", "C", 2)], shock=[cut("bridge", 5, 45, "bc")])
    movement = moved(case)
    assert passings(movement)["x"] == [("A", 0, 1), ("B", 45, 46), ("C", 65, 66)]
    assert halts(movement) == [("x", "B", 10, "closed", "bridge")]
    assert row(movement, "passed", "x", "B", 1).cause == ("shock_ended", 0)


def test_a_shock_that_does_not_strike_closes_nothing() -> None:
    """Only shocks that the exercise names strike."""
    shock = cut("bridge", 5, 45, "bc") | {"strikes": False}
    assert moved(case_of(LINE, [column("x", "A", "C")], shock=[shock])).there == [30 * MINUTE]


def test_who_sets_out_later_knows_what_is_closed() -> None:
    """Closed before it sets out, the road is gone round from the start."""
    roads = [*SQUARE, road("ad", "A", "D", 12)]
    case = case_of(roads, [column("x", "A", "C", prepare=minutes(30))], shock=[cut("bridge", 5, 500, "bc")])
    assert [place for place, *_ in passings(moved(case))["x"]] == ["A", "D", "C"]


def test_two_shocks_on_one_road() -> None:
    """It is open when both have ended; the cause is the one that ended last."""
    shocks = [cut("flood", 5, 45, "bc"), cut("mines", 8, 60, "bc")]
    movement = moved(case_of(LINE, [column("x", "A", "C")], shock=shocks))
    assert movement.there == [80 * MINUTE]
    assert row(movement, "passed", "x", "B", 1).cause == ("shock_ended", 1)


def test_a_road_that_opens_gives_a_way_round() -> None:
    """It halts at B, for both ways are closed; the detour opens first and is taken."""
    shocks = [cut("bridge", 5, 500, "bc"), cut("flood", 5, 30, "bd")]
    movement = moved(case_of(SQUARE, [column("x", "A", "C")], shock=shocks))
    assert movement.there == [60 * MINUTE]
    assert row(movement, "passed", "x", "B", 1).cause == ("shock_ended", 1)


def test_who_waits_for_a_road_that_is_cut_goes_round() -> None:
    """The second waits at B for the tail of the first when the road is cut; it leaves over D at that instant."""
    roads = [*SQUARE, road("eb", "E", "B", 10)]
    columns = [column("x", "A", "C", 20), column("y", "E", "C")]
    movement = moved(case_of(roads, columns, shock=[cut("bridge", 15, None, "bc")]))
    assert passings(movement)["y"] == [("E", 0, 0), ("B", 15, 15), ("D", 25, 25), ("C", 45, 45)]
    assert row(movement, "passed", "y", "B", 1).cause == ("shock_began", 0)


def test_a_way_round_still_meets() -> None:
    """The stops of a march stay: over the way round it comes to its meeting."""
    roads = [*SQUARE, road("ad", "A", "D", 40)]
    columns = [column("x", "A", "C"), column("y", "D", "C")]
    meeting = {"name": "m", "at": "B", "units": ["x", "z"]}
    columns.append(column("z", "B", "C"))
    movement = moved(case_of(roads, columns, shock=[cut("ford", 0, None, "ab")], rendezvous=[meeting]))
    assert [place for place, *_ in passings(movement)["x"]] == ["A", "D", "B", "C"]


# --- weather ------------------------------------------------------------------------------------------------------


def test_weather_slows_those_who_enter_in_it() -> None:
    """Twice as slow from 5 to 15: the second stretch takes 40 minutes and the column is twice as long in time."""
    snow = {"name": "snow", "kind": "weather", "at_h": 5 / 60, "until_h": 15 / 60, "size": 2}
    movement = moved(case_of(LINE, [column("x", "A", "C", 4)], shock=[snow]))
    assert passings(movement)["x"] == [("A", 0, 3), ("B", 10, 16), ("C", 50, 56)]


def test_weather_of_a_region_slows_there() -> None:
    """The nearest town of every node decides; here all nearest towns lie in the west, and none in the east."""
    for region, there in (("west", 66), ("east", 33)):
        snow = {"name": "snow", "kind": "weather", "at_h": 0, "size": 2, "regions": [region]}
        towns = [
            {"name": "near", "region": "west", "population": 1, "lat": 50, "lon": 21},
            {"name": "far", "region": "east", "population": 1, "lat": 10, "lon": 10},
        ]
        case = case_of(LINE, [column("x", "A", "C", 4)], shock=[snow], town=towns)
        assert moved(case).there == [there * MINUTE]


# --- what cannot be driven ----------------------------------------------------------------------------------------


def test_a_march_without_roads_is_refused() -> None:
    """The network of roads is asked for before the run."""
    case = case_of([], [column("x", "A", "C")])
    with pytest.raises(PlanError, match="in a plan without roads"):
        marching_of(case.plan, None)


def test_a_place_that_no_road_reaches_is_refused() -> None:
    """Named before the run, with the march."""
    with pytest.raises(PlanError, match="found no road from 'A' to 'F'") as refused:
        marching(case_of(LINE, [column("x", "A", "F")]))
    assert refused.value.place == "unit[0].march"


def test_a_meeting_off_the_way_is_refused() -> None:
    """Named before the run, with the meeting."""
    meeting = {"name": "m", "at": "D", "units": ["x", "y"]}
    with pytest.raises(PlanError, match="'D', which is not on the way of 'x'") as refused:
        marching(case_of(STAR, [column("x", "A", "C"), column("y", "D", "C")], rendezvous=[meeting]))
    assert refused.value.place == "rendezvous[0].at"


# --- whole logs ---------------------------------------------------------------------------------------------------


@given(movements())
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
def test_logs_of_marches_are_possible(found: tuple[Case, list[float | None]]) -> None:
    """On generated marches, closed roads, weather and meetings: the log is possible, and its causes bind."""
    case, _ = found
    check_case(case)
    told = Rows.of(case.outcome())
    for one in told.rows:
        if one["kind"] in ("halted", "passed", "in_position"):
            binds(one, told)


def binds(one: dict[str, Any], told: Rows) -> None:
    """What happens at the instant of its cause, and what follows from the own row before."""
    cause = told.cause(one)
    assert cause is not None
    if one["kind"] == "in_position" or (one["kind"] == "passed" and one["visit"] % 2 == 0):
        head = one["visit"] - 1 if one["kind"] == "passed" else cause["visit"]
        assert (cause["kind"], cause["unit"], cause["place"], cause["visit"]) == (
            "passed", one["unit"], one["place"], head,
        )  # fmt: skip
    elif one["kind"] == "passed" and cause["unit"] != one["unit"] and cause["kind"] == "passed":
        assert cause["visit"] % 2 == 0, "somebody else holds up with the tail"
        if cause["place"] == one["place"]:
            assert cause["happened"] == one["happened"], "who waits for a tail enters when it is in"
    elif cause["kind"] in ("shock_began", "shock_ended"):
        assert cause["happened"] == one["happened"]


@pytest.mark.prove
@given(movements())
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=500)
def test_logs_of_marches_are_possible_at_length(found: tuple[Case, list[float | None]]) -> None:
    """The same on many more."""
    check_case(found[0])
