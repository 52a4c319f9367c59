"""C7: critical paths by hand, and on simulated runs: steps that add up, in whatever way the log is held."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from polars.testing import assert_frame_equal
from tests.measure import by_hand
from tests.measure.by_hand import row, value
from tests.simulate.plans import Case, cases

from tocsin.errors import MeasureError
from tocsin.log import EventLog
from tocsin.log.blocks import LogFile
from tocsin.log.causes import held, led_to
from tocsin.measure import Context
from tocsin.measure.catalogue import CATALOGUE
from tocsin.measure.critical import critical_path
from tocsin.measure.readings import bounded, with_intervals
from tocsin.measure.steps import steps_of
from tocsin.measure.streamed import Streamed
from tocsin.plan import load, people
from tocsin.simulate import Engine, compile, log_blocks, trail

WAITS = {line.name for line in CATALOGUE["C7"].lines}


def told(rows: list[dict[str, Any]]) -> EventLog:
    """A log of rows as `by_hand.rest_rows` takes them; `cause` is the number of a row, from 0."""
    return EventLog.of(by_hand.rest_rows(rows).drop("in_journeys"))


def at(kind: str, minute: float, cause: int | None, person: int | None = None, **more: Any) -> dict[str, Any]:
    """A row."""
    return {"kind": kind, "at": minute, "cause": cause, "person": person, **more}


def station(kind: str, minute: float, cause: int, person: int, name: str = "kit") -> dict[str, Any]:
    """A row at a station of point A."""
    return at(kind, minute, cause, person, station=name, place="A", visit=1)


# The order goes out at 5; a courier delivers to 1 and then to 0, who gets to the kit when 1 is being served there,
# waits, and sets the timer of a bus; 2 boards too and is the post that was lacking.
ONE_UNIT = [
    at("ordered", 5, None, unit="2nd"),
    at("summoned", 15, 0, 1, channel="courier", place="A", unit="2nd"),
    at("summoned", 15, 0, 0, channel="courier", place="A", unit="2nd"),
    at("delivered", 40, 1, 1, channel="courier"),
    at("set_out", 45, 3, 1),
    at("delivered", 60, 3, 0, channel="courier"),
    at("set_out", 70, 5, 0),
    at("arrived", 85, 4, 1, place="A"),
    station("queued", 85, 7, 1),
    station("service_began", 85, 8, 1),
    at("arrived", 90, 6, 0, place="A"),
    station("queued", 90, 10, 0),
    station("service_ended", 100, 9, 1),
    station("service_began", 100, 12, 0),
    station("service_ended", 112, 13, 0),
    at("boarded", 112, 14, 0, thing="bus 1", place="A"),
    at("bus_departed", 142, 15, thing="bus 1", place="A"),
    at("bus_arrived", 200, 16, thing="bus 1", place="range"),
    at("joined", 200, 17, 2, unit="2nd"),
    at("unit_formed", 200, 18, unit="2nd"),
]


def test_a_path_by_hand() -> None:
    """The chain leads through 1, whose service held the server; that is one wait with 0's own, and all add up."""
    path = critical_path(told(ONE_UNIT), 19, t0=by_hand_t0())
    steps = path.filter(pl.col("length_ms") > 0).select(pl.col("length_ms") / 60_000, "wait", "what", "place").rows()
    assert steps == [
        (5, "waiting for the order", "the authority", ""),
        (10, "waiting for the summons", "courier", "A"),
        (25, "waiting for couriers", "courier", "A"),
        (5, "getting ready", "", "A"),
        (40, "on the way", "", "A"),
        (15, "waiting at a station", "kit", "A"),
        (12, "in service", "kit", "A"),
        (30, "waiting for departure", "bus", "A"),
        (58, "ride", "bus", "range"),
    ]
    assert path["length_ms"].sum() == path["ended_ms"][-1] == 200 * by_hand.MINUTE
    assert set(path["unit"]) == {"2nd"}
    assert path["step"].to_list() == list(range(1, path.height + 1))
    assert path["person"].drop_nulls().unique().sort().to_list() == [0, 1, 2]


def by_hand_t0() -> int:
    """H-hour of logs by hand, ms since 1970."""
    return int(by_hand.T0.timestamp() * 1000)


def test_the_measure_gathers_the_steps() -> None:
    """Steps of a kind at a place are one row; they add up to the whole; a task that is not complete says so."""
    plan = by_hand.plan()  # the task needs the 1st and the 2nd
    found = with_intervals(told(ONE_UNIT), Context(plan), ["C7"], t0=by_hand.T0)
    assert value(found, "C7", "critical path", "last unit formed") == pytest.approx(200 / 60)
    waited = row(found, "C7", "waiting at a station", "last unit formed: kit @ A")
    assert (waited["value"], waited["n"], waited["of"]) == (pytest.approx(15 / 60), 3, "the whole time")
    parts = found.filter(pl.col("key").str.starts_with("last unit formed") & (pl.col("name") != "critical path"))
    assert parts["value"].sum() == pytest.approx(200 / 60)
    task = row(found, "C7", "critical path", "hold the bridge")
    assert (task["value"], task["note"]) == (None, "not complete (1 of 2 units ready)")


def test_a_task_ends_with_the_unit_that_completes_it() -> None:
    """Without a plan, all units that were ordered: the whole time counts from their first order."""
    rows = [*ONE_UNIT, at("ordered", 10, None, unit="1st"), at("in_position", 250, 20, unit="1st")]
    found = with_intervals(told(rows), Context(), ["C1", "C7"], t0=by_hand.T0)
    assert value(found, "C7", "critical path", "units ordered") == value(found, "C1", "complete", "units ordered")
    assert value(found, "C7", "critical path", "units ordered") == pytest.approx(245 / 60)
    assert value(found, "C7", "on the march", "units ordered: 1st") == pytest.approx(240 / 60)


def test_without_causes_nothing_is_said() -> None:
    """Rows without causes, journeys without a log, a log in which no unit is ready: not measurable."""
    bare = [{**one, "cause": None} for one in ONE_UNIT]
    for rows in (bare, ONE_UNIT[:-1], []):
        found = with_intervals(told(rows), Context(), ["C7"])
        needs = "not measurable: needs rows of unit_formed or in_position, and the causes of rows"
        assert found["note"].to_list() == [needs]


def test_a_row_that_is_not_there() -> None:
    """The number must be that of a row."""
    with pytest.raises(MeasureError, match="found no row 99 in run 0"):
        critical_path(told(ONE_UNIT), 99)


def waits(rows: list[dict[str, Any]]) -> list[tuple[float, str, str, str]]:
    """What the steps of the path of the last row are; minutes, wait, what, place; those of no length left out."""
    path = critical_path(told(rows), len(rows) - 1, t0=by_hand_t0())
    long = path.filter(pl.col("length_ms") != 0)
    return long.select(pl.col("length_ms") / 60_000, "wait", "what", "place").rows()


def test_a_bus_that_had_to_come_back() -> None:
    """Whoever waits for a bus waits while it loads, goes and comes back with others; the ride is their own."""
    rows = [
        at("arrived", 10, None, 0, place="A"),
        at("boarded", 10, 0, 0, thing="bus 1", place="A"),
        at("bus_departed", 20, 1, thing="bus 1", place="A"),
        at("bus_arrived", 50, 2, thing="bus 1", place="range"),
        at("bus_arrived", 80, 3, thing="bus 1", place="A"),
        at("boarded", 80, 4, 1, thing="bus 2", place="A"),
        at("bus_departed", 95, 5, thing="bus 2", place="A"),
        at("bus_arrived", 125, 6, thing="bus 2", place="range"),
        at("joined", 125, 7, 1, unit="2nd"),
    ]
    assert waits(rows) == [
        (10, "something else", "until arrived", "A"),
        *[(length, "waiting for the bus", "bus", "A") for length in (10, 30, 30)],
        (15, "waiting for departure", "bus", "A"),
        (30, "ride", "bus", "range"),
    ]


def test_a_lent_bus_is_called_by_who_waits() -> None:
    """A shared bus that is sent because somebody waits: until it is there it is a wait, before that their own way."""
    rows = [
        station("service_ended", 30, 0, 0),
        at("bus_arrived", 50, 0, thing="bus 1", place="A"),
        at("boarded", 50, 1, 1, thing="bus 1", place="A"),
    ]
    rows[0]["cause"] = None
    assert waits(rows) == [(30, "something else", "until service_ended", "A"), (20, "waiting for the bus", "bus", "A")]


def test_stock_repairs_openings_and_shocks() -> None:
    """What ends a wait names it: a delivery, a repair, a shift, the end of a shock."""
    first = at("arrived", 10, None, 0, place="A")
    for ends, wait, what in (
        ([at("resupplied", 40, 0, thing="boots", amount=5, place="A")], "waiting for stock", "boots"),
        ([at("station_opened", 40, None, station="kit", place="A", amount=2)], "waiting for the opening", "kit"),
        (
            [at("shock_began", 20, None, thing="dark"), at("shock_ended", 40, 1, thing="dark")],
            "waiting for a shock",
            "dark",
        ),
    ):
        rows = [first, *ends]
        rows.append(station("service_began", 40, len(rows) - 1, 0))
        assert sum(length for length, named, word, _ in waits(rows) if (named, word) == (wait, what)) == (
            30 if wait == "waiting for stock" else 40
        )
    broken = [
        first,
        station("queued", 10, 0, 0),
        station("service_began", 10, 1, 0),
        at("broke_down", 15, 2, station="kit", place="A", by="server 1"),
        at("repaired", 45, 3, station="kit", place="A", by="server 1"),
        station("service_resumed", 45, 4, 0),
        station("service_ended", 50, 5, 0),
    ]
    alone = [{**broken[3], "cause": None}, {**broken[4], "cause": 0}, station("service_began", 45, 1, 0)]
    assert waits(alone) == [(15, "until a breakdown", "kit", "A"), (30, "waiting for a repair", "kit", "A")]
    assert waits(broken)[-2:] == [(30, "waiting for a repair", "kit", "A"), (5, "in service", "kit", "A")]


def test_a_full_station_and_a_higher_class() -> None:
    """Room is made by somebody's beginning there; a pre-empted service goes on when the higher class is done."""
    rows = [
        at("arrived", 10, None, 1, place="A"),
        station("queued", 10, 0, 1, "medical"),
        station("service_began", 20, 1, 1, "medical"),
        station("queued", 20, 2, 0, "medical"),
        station("service_began", 25, 3, 0, "medical"),
        at("arrived", 26, None, 2, place="A"),
        station("queued", 27, 5, 2, "medical"),
        station("service_began", 27, 6, 2, "medical"),
        station("service_ended", 37, 7, 2, "medical"),
        station("service_resumed", 37, 8, 0, "medical"),
        station("service_ended", 40, 9, 0, "medical"),
    ]
    assert waits(rows[:5])[1:] == [
        (10, "waiting for room", "medical", "A"),
        (5, "waiting at a station", "medical", "A"),
    ]
    # The higher class came on its own way; its service was the wait.
    assert waits(rows)[1:] == [
        (1, "between stations", "medical", "A"),
        (10, "waiting at a station", "medical", "A"),
        (3, "in service", "medical", "A"),
    ]


def test_orders_and_marches() -> None:
    """Down two echelons with a sending lost; then over a road that another column holds."""
    rows = [
        at("ordered", 0, None, to="brigade"),
        at("ordered", 12, 0, unit="1st", by="brigade"),
        at("ordered", 42, 1, unit="1st", by="brigade", visit=2),
        at("summoned", 60, 2, 0, channel="SMS", place="A", unit="1st"),
        at("undelivered", 62, 3, 0, channel="SMS"),
        at("summoned", 72, 4, 0, channel="phone", place="A", unit="1st", visit=2),
        at("delivered", 75, 5, 0, channel="phone", visit=2),
        at("joined", 300, 6, 0, unit="1st"),
        at("unit_formed", 300, 7, unit="1st"),
        at("unit_set_out", 330, 8, unit="1st", place="A"),
        at("passed", 330, 9, unit="1st", place="A", visit=1, amount=10),
        at("unit_set_out", 320, None, unit="2nd", place="A"),
        at("passed", 325, 11, unit="2nd", place="A", visit=1, amount=30),
        at("passed", 345, 12, unit="2nd", place="A", visit=2, amount=30),
        at("passed", 345, 13, unit="1st", place="A", visit=1, amount=10),
        at("passed", 400, 14, unit="1st", place="range", visit=1, amount=10),
        at("in_position", 405, 15, unit="1st", place="range"),
    ]
    march = waits(rows)
    assert march[-4:] == [
        (5, "on the march", "2nd", "A"),
        (20, "waiting for the road", "2nd", "A"),
        (55, "on the march", "1st", "range"),
        (5, "on the march", "1st", "range"),
    ]
    assert waits(rows[:10]) == [
        (12, "waiting for the order", "brigade", ""),
        (30, "waiting for the order", "brigade", ""),
        (18, "waiting for the summons", "SMS", "A"),
        (2, "message on its way", "SMS", "A"),
        (10, "before the next try", "phone", "A"),
        (3, "message on its way", "phone", "A"),
        (225, "taking a post", "", "A"),
        (30, "preparing to march", "1st", "A"),
    ]


def test_meetings() -> None:
    """At a meeting a column waits for the last to come, or for the hour."""
    blank = dict.fromkeys(("person", "station", "thing", "by", "to", "channel", "reason"))
    on = {**blank, "kind": "passed", "place": "bridge", "visit": 1, "unit": "1st"}
    for unit, wait in (("2nd", "waiting for a unit"), ("1st", "waiting for the hour")):
        halted = {**blank, "kind": "halted", "place": "bridge", "visit": None, "unit": unit}
        step = steps_of([halted, on])[1]
        assert (step.wait, step.what, step.place) == (wait, unit, "bridge")
    early = {**blank, "kind": "unit_set_out", "place": "A", "visit": None, "unit": "1st", "reason": "fixed time"}
    formed = {**blank, "kind": "unit_formed", "place": None, "visit": None, "unit": "1st"}
    assert steps_of([formed, early])[1].wait == "waiting for the hour"


# --- simulated runs ---------------------------------------------------------------------------------------------


def check(frame: pl.DataFrame, t0: int) -> None:
    """Every row's path begins at t0, its steps follow one another and add up, and each is described."""
    ends = frame.filter(pl.col("kind").is_in(["unit_formed", "joined", "released", "gave_up"]))
    for seq in ends["seq"].gather_every(max(ends.height // 20, 1)).to_list():
        path = critical_path(frame, seq, run=int(frame["run"][0]), t0=t0)
        happened = frame.filter(pl.col("seq") == seq)["happened"].to_physical().item() - t0
        assert path["length_ms"].sum() == path["ended_ms"][-1] == happened
        assert path["began_ms"].to_list() == [0, *path["ended_ms"].to_list()[:-1]]
        assert path["length_ms"].min() >= 0
        assert set(path["wait"]) <= WAITS - {"critical path", "something else"}


@pytest.mark.parametrize("name", ["west-2026", "okas-2017", "okas-2019"])
def test_bundled_plans_add_up(name: str) -> None:
    """The paths of bundled plans add up to the millisecond, and every step of them has a name."""
    plan = load(name)
    outcome = Engine(compile(plan, people(plan, 7))).run(7, 0)
    check(pl.concat(list(log_blocks(outcome))), int(plan.exercise.alert.timestamp() * 1000))


@settings(max_examples=30)
@given(cases())
def test_generated_plans_add_up(case: Case) -> None:
    """The same for plans of all shapes."""
    outcome = Engine(compile(case.plan, case.people)).run(case.seed, 3)
    frame = pl.concat(list(log_blocks(outcome)))
    check(frame, int(case.plan.exercise.alert.timestamp() * 1000))


def test_however_the_log_is_held(tmp_path: Path) -> None:
    """In memory, block by block from disk, and cut from the outcome itself: the same paths."""
    plan = load("okas-2019")
    crowd = people(plan, 7)
    outcome = Engine(compile(plan, crowd)).run(7, 0)
    frame = pl.concat(list(log_blocks(outcome)))
    ends = frame.filter(pl.col("kind") == "unit_formed")["seq"].to_list()
    assert_frame_equal(led_to(held(frame), ends), led_to(trail(outcome), ends), categorical_as_str=True)
    assert trail(outcome).ends.equals(held(frame).ends)
    path = tmp_path / "log.parquet"
    frame.write_parquet(path, row_group_size=500)
    context = Context(plan, crowd)
    alert = plan.exercise.alert
    in_memory = with_intervals(EventLog(frame), context, ["C1", "C7"], t0=alert)
    for rows in (100, 1000, 100_000):
        streamed = bounded(Streamed(path, alert, file=LogFile(path, rows)), context, ["C1", "C7"])
        assert_frame_equal(in_memory, streamed)
    whole = {key: value(in_memory, "C7", "critical path", key) for key in ("Both battalions ready", "last unit formed")}
    assert whole["Both battalions ready"] == value(in_memory, "C1", "complete", "Both battalions ready")
