"""Ours to OCEL, XES or CSV and back is the same log, row by row; foreign files come in by a mapping, nothing unsaid."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, FormatChecker
from tests.log.generated import logs

from tocsin.errors import LogError
from tocsin.log import EventLog
from tocsin.log.exchange import ENDINGS, read_any, write_any
from tocsin.log.schema import COLUMNS

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
OTHERS = [ending for ending in ENDINGS if ending != ".parquet"]


@pytest.mark.parametrize("ending", OTHERS)
@given(log=logs())
@settings(suppress_health_check=SLOW, max_examples=20)
def test_what_goes_out_comes_back(ending: str, log: EventLog, tmp_path: Path) -> None:
    """Whatever a log holds (intervals, nulls, grades, causes, corrections, names of any kind): the same frame."""
    path = tmp_path / f"log{ending}"
    write_any(path, log)
    assert read_any(path).log.frame.equals(log.frame)


@pytest.fixture(scope="module")
def log() -> EventLog:
    """A small log with something in every column."""
    rows: list[dict[str, Any]] = [
        {"seq": 0, "kind": "ordered", "unit": "1st <&> \"2nd\"\n", "by": "staff", "to": "1st"},
        {"seq": 1, "kind": "summoned", "person": 4, "unit": "1st", "place": "Брест", "channel": "courier", "cause": 0},
        {"seq": 2, "kind": "arrived", "person": 4, "place": "Брест", "cause": 1},
        {"seq": 3, "kind": "service_began", "person": 4, "place": "Брест", "station": "kit", "visit": 1, "by": "s 1"},
        {"seq": 4, "kind": "sighted", "place": "Брест", "amount": 20, "amount_most": 40, "grade": "B2", "scope": "part",
         "origin": "report 3"},
    ]  # fmt: skip
    frame = pl.DataFrame(rows).with_columns(
        pl.lit(0).alias("run"),
        pl.lit("recorded").alias("writer"),
        (pl.datetime(2026, 2, 16, 19, 30, time_zone="UTC") + pl.duration(minutes=pl.col("seq"))).alias("happened"),
        pl.datetime(2026, 2, 16, 20, 30, time_zone="UTC").alias("known"),
    )
    return EventLog.of(frame)


@pytest.mark.parametrize("ending", OTHERS)
def test_the_same_log_gives_the_same_bytes(ending: str, log: EventLog, tmp_path: Path) -> None:
    """No clock, path or order of hashing is in a file."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_any(tmp_path / name / f"log{ending}", log)
    first, second = ((tmp_path / name / f"log{ending}").read_bytes() for name in ("a", "b"))
    assert first == second
    assert read_any(tmp_path / "a" / f"log{ending}").log.frame.equals(log.frame)


def test_ocel_is_a_log_of_objects(log: EventLog, tmp_path: Path) -> None:
    """Kinds are types of events with typed attributes; persons, units, places are objects, tied by qualifiers."""
    write_any(tmp_path / "log.json", log)
    told = json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))
    types = {t["name"]: {a["name"]: a["type"] for a in t["attributes"]} for t in told["eventTypes"]}
    assert set(types) == {"ordered", "summoned", "arrived", "service_began", "sighted"}
    assert types["sighted"]["amount"] == "integer" and types["sighted"]["known"] == "time"
    assert {t["name"] for t in told["objectTypes"]} == {"exercise", "person", "unit", "place", "station", "actor"}
    summoned = told["events"][1]
    assert summoned["time"] == "2026-02-16T19:31:00.000Z"
    assert {"objectId": "person:4", "qualifier": "person"} in summoned["relationships"]
    assert {"name": "cause", "value": 0} in summoned["attributes"]
    person = next(thing for thing in told["objects"] if thing["id"] == "person:4")
    assert {"objectId": "unit:1st", "qualifier": "belongs to"} in person["relationships"]
    began = told["events"][3]
    assert {"objectId": "station:Брест/kit", "qualifier": "station"} in began["relationships"]
    station = next(thing for thing in told["objects"] if thing["type"] == "station")
    assert station["relationships"] == [{"objectId": "place:Брест", "qualifier": "stands at"}]


def a_list_of(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """The schema of a list of tables, with the keys that they must and may have."""
    table = {"type": "object", "required": list(required), "properties": required | (optional or {})}
    return {"type": "array", "items": table | {"additionalProperties": False}}


TEXT: dict[str, Any] = {"type": "string"}
MOMENT: dict[str, Any] = {"type": "string", "format": "date-time", "pattern": r"^\d{4}-\d\d-\d\dT.*Z$"}
VALUE: dict[str, Any] = {"type": ["string", "number", "boolean"]}
TYPES = a_list_of(
    {
        "name": TEXT,
        "attributes": a_list_of({"name": TEXT, "type": {"enum": ["string", "time", "integer", "float", "boolean"]}}),
    }
)
TIES = a_list_of({"objectId": TEXT, "qualifier": TEXT})
OCEL_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["eventTypes", "objectTypes", "events", "objects"],
    "properties": {
        "eventTypes": TYPES,
        "objectTypes": TYPES,
        "events": a_list_of(
            {"id": TEXT, "type": TEXT, "time": MOMENT},
            {"attributes": a_list_of({"name": TEXT, "value": VALUE}), "relationships": TIES},
        ),
        "objects": a_list_of(
            {"id": TEXT, "type": TEXT},
            {"attributes": a_list_of({"name": TEXT, "value": VALUE, "time": MOMENT}), "relationships": TIES},
        ),
    },
}
"""The rules of the schema that is published with OCEL 2.0, and no key beyond them. That schema wants each value as
text; the page of the standard shows a number, and PM4Py writes numbers: so do we."""
JSON_TYPES = {"integer": int, "string": str, "time": str}


@given(log=logs())
@settings(suppress_health_check=SLOW, max_examples=25)
def test_ocel_obeys_its_standard(log: EventLog, tmp_path: Path) -> None:
    """The published schema; and identities once, every type and attribute declared, every tie to an object that is."""
    write_any(tmp_path / "log.json", log)
    told = json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))
    assert not list(Draft7Validator(OCEL_SCHEMA, format_checker=FormatChecker()).iter_errors(told))
    identities = [one["id"] for one in (*told["events"], *told["objects"])]
    assert len(set(identities)) == len(identities)
    things = {thing["id"]: thing["type"] for thing in told["objects"]}
    assert set(things.values()) <= {kind["name"] for kind in told["objectTypes"]}
    types = {kind["name"]: {a["name"]: a["type"] for a in kind["attributes"]} for kind in told["eventTypes"]}
    for event in told["events"]:
        for said in event["attributes"]:
            assert isinstance(said["value"], JSON_TYPES[types[event["type"]][said["name"]]])
    ties = [
        (one["id"], tie["objectId"], tie["qualifier"])
        for one in (*told["events"], *told["objects"])
        for tie in one["relationships"]
    ]
    assert {tie[1] for tie in ties} <= set(things)
    assert len(set(ties)) == len(ties)
    assert all(event["relationships"] for event in told["events"])  # other tools drop an event about nothing


def test_sqlite_has_the_tables_of_the_standard(log: EventLog, tmp_path: Path) -> None:
    """Tables of events, objects, ties and types, and one a type with its typed columns."""
    write_any(tmp_path / "log.sqlite", log)
    base = sqlite3.connect(tmp_path / "log.sqlite")
    names = {row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {"event", "object", "event_object", "object_object", "event_map_type", "object_map_type"} <= names
    assert {"event_arrived", "event_sighted", "object_person"} <= names
    columns = {row[1]: row[2] for row in base.execute("PRAGMA table_info(event_sighted)")}
    assert columns["ocel_time"] == columns["known"] == "TIMESTAMP" and columns["amount"] == "INTEGER"
    base.close()


def test_xes_shows_waits_and_services(log: EventLog, tmp_path: Path) -> None:
    """A trace a person, the rest in `exercise`; at a station the activity is the station, with a lifecycle."""
    write_any(tmp_path / "log.xes.gz", log)
    text = gzip.decompress((tmp_path / "log.xes.gz").read_bytes()).decode()
    assert text.count("<trace>") == 2 and '<trace><string key="concept:name" value="exercise"/>' in text
    assert '<string key="concept:name" value="kit"/><string key="lifecycle:transition" value="start"/>' in text
    assert '<int key="tocsin:cause" value="1"/>' in text
    assert all(f'<extension name="{name}"' in text for name in ("Concept", "Lifecycle", "Time", "Organizational"))
    assert text.index("<global ") < text.index("<classifier ") < text.index("<trace>")
    assert f'key="tocsin:{COLUMNS[0]}"' in text and 'key="org:resource" value="s 1"' in text


@pytest.mark.parametrize("ending", [".json", ".xes"])
def test_with_a_mapping_our_own_log_is_foreign(ending: str, log: EventLog, tmp_path: Path) -> None:
    """Whoever gives a mapping gets what it says, and nothing else, from our files too."""
    path = tmp_path / f"log{ending}"
    write_any(path, log)
    time, kind = ("ocel:timestamp", "ocel:activity") if ending == ".json" else ("time:timestamp", "tocsin:kind")
    kinds = log.frame["kind"].cast(pl.String).unique().to_list()
    activities = {name: "arrived" if name == "arrived" else "ignore" for name in kinds}
    reading = read_any(path, {"columns": {"kind": kind, "happened": time}, "activities": activities})
    assert reading.log.frame.select("kind", "person", "cause").rows() == [("arrived", None, None)]
    assert reading.left_out["activity 'sighted'"] == 1


def test_what_xml_cannot_hold_is_refused_and_nothing_written(log: EventLog, tmp_path: Path) -> None:
    """A control character has no place in XML: a refusal, and no file."""
    bad = EventLog.of(log.frame.with_columns(pl.lit("bell \x07").alias("reason")))
    for ending in (".xml", ".xes"):
        with pytest.raises(LogError, match=r"found the character U\+0007"):
            write_any(tmp_path / f"log{ending}", bad)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "ending", [ending for ending in ENDINGS if ending not in (".parquet", ".jsonocel", ".xmlocel")]
)
@given(damage=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), st.binary(max_size=12)), min_size=1, max_size=4))
@settings(suppress_health_check=SLOW, max_examples=25)
def test_a_damaged_file_is_refused_or_read(
    ending: str, damage: list[tuple[float, int, bytes]], log: EventLog, tmp_path: Path
) -> None:
    """Whatever bytes are cut out or put in: a refusal in one sentence that names the file, or a log; nothing else."""
    path = tmp_path / f"log{ending}"
    write_any(path, log)
    content = path.read_bytes()
    for where, cut, put in damage:
        at = int(where * len(content))
        content = content[:at] + put + content[at + cut :]
    path.write_bytes(content)
    try:
        read_any(path)
    except LogError as error:
        assert str(path) in str(error)
