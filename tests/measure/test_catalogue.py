"""The catalogue describes every number, and its page is fresh."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measure.by_hand import T0, camp_with_buses, journeys, people, plan, rest_rows
from tests.measure.test_assembly import TEN
from tests.measure.test_lawfulness import small_law, summonses_by_hand

from tocsin.errors import MeasureError
from tocsin.log import EventLog
from tocsin.log.causes import held
from tocsin.log.journeys import Journeys, journeys_of
from tocsin.measure import CATALOGUE, Context, measures
from tocsin.measure.catalogue import FROM_RERUNS
from tocsin.measure.catalogue_page import page
from tocsin.measure.compute import MEASURES
from tocsin.measure.rows import IDENTITY, SCHEMA
from tocsin.plan.model import Unit

PAGE = Path(__file__).resolve().parents[2] / "docs" / "measures.md"
EVERYTHING = TEN | {
    "place": ["A"] * 5 + ["B"] * 5,
    "unit": ["1st"] * 5 + ["2nd"] * 5,
    "checkin_queued": [60, 60, 120, 180, 240, 400, None, None, None, None],
    "checkin_began": [61, 70, 120, 250, 240, None, None, None, None, None],
    "checkin_ended": [69, 80, 130, 260, 250, None, None, None, None, None],
    "doctor_filed": [69, 80, None, None, None, None, None, None, None, None],
    "doctor_answered": [80, 85, None, None, None, None, None, None, None, None],
    "doctor_answered_reason": ["refused", "granted", None, None, None, None, None, None, None, None],
    "boarded": [90, None, 140, 200, 260, None, None, None, None, None],
    "boarded_thing": ["bus 1", None, "bus 1", "bus 2", "bus 2", None, None, None, None, None],
}
ROWS = [
    {"kind": "station_opened", "at": 0, "place": place, "station": "checkin", "amount": 2} for place in "AB"
] + [
    {"kind": "bus_departed", "at": 150, "place": "A", "thing": "bus 1"},
    {"kind": "bus_departed", "at": 270, "place": "A", "thing": "bus 2"},
    {"kind": "ordered", "at": 5, "unit": "1st"},
    {"kind": "instructed", "at": 200, "place": "A"},
    {"kind": "ordered", "at": 0, "to": "staff"},
    {"kind": "order_acknowledged", "at": 6, "known_at": 8, "unit": "1st", "by": "1st"},
    {"kind": "strength_reported", "at": 200, "known_at": 210, "unit": "1st", "amount": 2},
    {"kind": "item_issued", "at": 80, "person": 1, "thing": "boots", "place": "A", "station": "checkin", "visit": 1},
    {"kind": "item_short", "at": 130, "person": 2, "thing": "boots", "place": "A", "station": "checkin", "visit": 1},
    {"kind": "service_interrupted", "at": 75, "person": 1, "place": "A", "station": "checkin", "visit": 1},
    {"kind": "service_resumed", "at": 77, "person": 1, "place": "A", "station": "checkin", "visit": 1},
    {"kind": "shock_began", "at": 60, "thing": "net down", "reason": "link"},
    {"kind": "shock_ended", "at": 180, "thing": "net down", "reason": "link"},
    {"kind": "unit_formed", "at": 320, "unit": "2nd", "cause": 4},
    {"kind": "unit_set_out", "at": 330, "unit": "2nd", "place": "A", "due": T0},
    {"kind": "passed", "at": 330, "unit": "2nd", "place": "A", "visit": 1, "amount": 8, "due": T0},
    {"kind": "passed", "at": 334, "unit": "2nd", "place": "A", "visit": 2, "amount": 8},
    {"kind": "in_position", "at": 400, "unit": "2nd", "place": "B", "due": T0},
    {"kind": "sighted", "at": 300, "place": "A", "amount": 20, "writer": "reported", "grade": "B2"},
]  # fmt: skip
CAMP = camp_with_buses(fleet=2, capacity=2)
CAMP["station"][0]["issue"] = [{"stock": "boots"}]
SECOND = {
    "name": "2nd",
    "post": [{"trade": "rifle", "posts": 2}],
    "formed_at": 1.0,
    "march": {"to": "A", "vehicles": 8},
}
MARCHES = plan(layout=[CAMP], stock=[{"name": "boots", "amount": 1}])
MARCHES = MARCHES.model_copy(update={"units": (MARCHES.units[0], Unit.model_validate(SECOND))})
LOGS = {0: lambda: held(rest_rows(ROWS).drop("in_journeys"))}
WHOLE = Context(MARCHES, people(["rifle", "medic"] * 5), logs=LOGS)


def test_the_page_is_fresh() -> None:
    """docs/measures.md is what the catalogue writes; how to write it anew stands in the page itself."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_catalogue_and_the_functions_are_the_same_list() -> None:
    """Every measure in the catalogue is computed, every computed one is in it, in the same order."""
    assert [number for number in CATALOGUE if number not in FROM_RERUNS] == list(MEASURES)


@pytest.mark.parametrize(
    ("columns", "context", "closed"),
    [(EVERYTHING, WHOLE, 600), (EVERYTHING, Context(), None), ({}, Context(), 600), (TEN, WHOLE, None)],
)
def test_every_row_is_described(columns: dict[str, list[object]], context: Context, closed: float | None) -> None:
    """Name, unit and denominator of every row stand in the catalogue."""
    known = {(d.id, line.name, line.unit) for d in CATALOGUE.values() for line in d.lines}
    denominators = {(d.id, line.name, line.of) for d in CATALOGUE.values() for line in d.lines}
    found = measures(journeys(columns, rest=ROWS if columns else None, closed=closed), context)
    for measure, name, unit, of, note in found.select("measure", "name", "unit", "of", "note").unique().iter_rows():
        plain = re.sub(r"unit \d+ of \d+", "unit k of n", name)
        assert (measure, plain, unit) in known
        assert (measure, plain, of) in denominators or note


def test_everything_is_measurable_when_everything_is_there() -> None:
    """With a whole log, a plan, a list of people and a rule pack no row says "not measurable"."""
    law, table = small_law(), summonses_by_hand(10)
    found = measures(journeys(EVERYTHING, rest=ROWS), replace(WHOLE, law=law, summonses={0: table}))
    assert found.filter(pl.col("note").str.starts_with("not measurable")).rows() == []
    assert dict(found.schema) == SCHEMA
    assert found.select(pl.struct("run", *IDENTITY).is_duplicated()).to_series().sum() == 0


def test_without_plan_and_people_nothing_is_guessed() -> None:
    """What needs the plan or the list of people says so; nothing else is missing."""
    found = measures(journeys(EVERYTHING, rest=ROWS), Context())
    needs = found.filter(pl.col("note").str.starts_with("not measurable"))
    assert set(needs["measure"]) == {"A4", "A5", "L1", "L4", "L5", "L6", "C3", "C5", "C7", "W1", "W3"}
    assert needs["value"].null_count() == needs.height


def test_only_what_is_asked() -> None:
    """`only` leaves out the other measures, keeps the order of the catalogue, and refuses what does not
    exist."""
    found = measures(journeys(EVERYTHING, rest=ROWS), WHOLE, ["L1", "A3"])
    assert found["measure"].unique(maintain_order=True).to_list() == ["A3", "L1"]
    with pytest.raises(MeasureError, match="there is no measure 'A9'"):
        measures(journeys({}), WHOLE, ["A9"])
    with pytest.raises(MeasureError, match="L7 is found by running a plan again: tocsin stress PLAN"):
        measures(journeys({}), WHOLE, ["L7"])


def both_runs() -> Journeys:
    """Two runs in one: the second has one arrival fewer."""
    fewer = EVERYTHING | {"arrived": [None, *EVERYTHING["arrived"][1:]]}
    first, second = journeys(EVERYTHING, rest=ROWS), journeys(fewer, rest=ROWS, run=7)
    frame = pl.concat([first.frame, second.frame])
    return Journeys(frame, pl.concat([first.rest, second.rest]), first.t0, first.closed_ms, first.cut_ms)


def test_runs_together_are_the_runs_one_by_one() -> None:
    """Several runs give the rows of each run, in the order of the runs, as if alone."""
    fewer = EVERYTHING | {"arrived": [None, *EVERYTHING["arrived"][1:]]}
    alone = [
        measures(journeys(EVERYTHING, rest=ROWS), WHOLE),
        measures(journeys(fewer, rest=ROWS, run=7), WHOLE),
    ]
    assert measures(both_runs(), WHOLE).equals(pl.concat(alone))


@settings(max_examples=25)
@given(st.permutations(range(10)))
def test_the_order_of_people_changes_nothing(order: list[int]) -> None:
    """Whoever stands in which row, with their trade, every number is the same."""
    moved = {name: [values[i] for i in order] for name, values in EVERYTHING.items()}
    trades = [["rifle", "medic"][i % 2] for i in order]
    rest = [one | {"person": order.index(one["person"])} if "person" in one else one for one in ROWS]
    found = measures(journeys(moved, rest=rest), Context(WHOLE.plan, people(trades), logs=LOGS))
    assert found.equals(measures(journeys(EVERYTHING, rest=ROWS), WHOLE))


def test_a_log_gives_the_same_as_its_journeys() -> None:
    """From rows of a log by way of `journeys_of`: names are categoricals, cells hold identities, t0 is the
    first order."""
    rows = [
        {"kind": "ordered", "at": 0, "unit": "1st"},
        {"kind": "summoned", "at": 10, "person": 0, "channel": "SMS"},
        {"kind": "summoned", "at": 10, "person": 1, "channel": "SMS"},
        {"kind": "delivered", "at": 20, "person": 0, "channel": "SMS"},
        {"kind": "arrived", "at": 60, "person": 0, "place": "A"},
        {"kind": "queued", "at": 60, "person": 0, "place": "A", "station": "checkin", "visit": 1},
        {"kind": "service_began", "at": 75, "person": 0, "place": "A", "station": "checkin", "visit": 1},
        {"kind": "closed", "at": 600},
    ]
    from tests.measure.by_hand import rest_rows, value

    log = EventLog.of(rest_rows(rows).drop("in_journeys"))
    found = measures(journeys_of(log), Context())
    assert value(found, "A1", "arrived of called") == 0.5
    assert value(found, "A3", "T50 of called") == 1.0
    assert value(found, "L1", "wait p50", "checkin @ A") == 15.0
