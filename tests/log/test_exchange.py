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
from tests.log.generated import logs

from tocsin.errors import LogError
from tocsin.log import EventLog
from tocsin.log.exchange import ENDINGS, read_any, write_any

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
OTHERS = [ending for ending in ENDINGS if ending != ".parquet"]


@pytest.mark.parametrize("ending", OTHERS)
@given(log=logs())
@settings(suppress_health_check=SLOW, max_examples=25)
def test_what_goes_out_comes_back(ending: str, log: EventLog, tmp_path: Path) -> None:
    """Whatever a log holds (intervals, nulls, grades, causes, corrections, names of any kind): the same frame."""
    if not len(log) and ending in (".xes", ".xes.gz"):
        return
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


# --- foreign ------------------------------------------------------------------------------------------------------

FOREIGN: dict[str, Any] = {
    "objectTypes": [{"name": "reservist", "attributes": [{"name": "age", "type": "integer"}]},
                    {"name": "gate", "attributes": []}, {"name": "form", "attributes": []}],
    "eventTypes": [{"name": "Came in", "attributes": [{"name": "clerk", "type": "string"}]}],
    "objects": [
        {"id": "r1", "type": "reservist", "attributes": [{"name": "age", "time": "1970-01-01T00:00:00Z", "value": 30}]},
        {"id": "r2", "type": "reservist"},
        {"id": "north", "type": "gate"},
        {"id": "f9", "type": "form", "relationships": [{"objectId": "r1", "qualifier": "of"}]},
    ],
    "events": [
        {"id": "e1", "type": "Came in", "time": "2026-02-17T06:40:00Z",
         "attributes": [{"name": "clerk", "value": "A"}, {"name": "mood", "value": "good"}],
         "relationships": [{"objectId": "r1", "qualifier": ""}, {"objectId": "r2", "qualifier": ""},
                           {"objectId": "north", "qualifier": "at"}, {"objectId": "f9", "qualifier": ""}]},
    ],
}  # fmt: skip
MAPPING: dict[str, Any] = {
    "columns": {"kind": "ocel:activity", "happened": "ocel:timestamp", "by": "clerk"},
    "objects": {"reservist": "person", "gate": "place"},
    "activities": {"Came in": "arrived"},
}


def test_foreign_objects_come_in(tmp_path: Path) -> None:
    """An event about two people is a row for each; what has no place in our log is listed with its number."""
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps(FOREIGN))
    reading = read_any(path, MAPPING)
    assert reading.log.frame.select("person", "kind", "place", "by").rows() == [
        (0, "arrived", "north", "A"),
        (1, "arrived", "north", "A"),
    ]
    assert reading.left_out == {
        "ties to objects of type 'form'": 1,
        "attributes of objects of type 'reservist'": 1,
        "ties between objects": 1,
        "column 'ocel:eid'": 2,
        "column 'mood'": 2,
    }


XES = """<?xml version="1.0"?><log xmlns="http://www.xes-standard.org/">
<trace><string key="concept:name" value="M-17"/><string key="town" value="Lida"/>
<event><string key="concept:name" value="Doctor"/><string key="lifecycle:transition" value="start"/>
<date key="time:timestamp" value="2026-02-17T06:40:00+03:00"/><list key="notes"><string key="x" value="1"/></list>
</event>
</trace></log>"""


def test_foreign_traces_come_in(tmp_path: Path) -> None:
    """Case, activity and lifecycle by a mapping; attributes of no use are listed."""
    path = tmp_path / "theirs.xes"
    path.write_text(XES)
    mapping = {
        "columns": {
            "person": "case:concept:name",
            "kind": ["concept:name", "lifecycle:transition"],
            "happened": "time:timestamp",
        },
        "activities": {"Doctor / start": {"kind": "service_began", "station": "medical"}},
    }
    reading = read_any(path, mapping)
    assert reading.log.frame.select("kind", "station", "visit", "person").rows() == [("service_began", "medical", 1, 0)]
    assert reading.log.frame["happened"].dt.strftime("%H:%M").to_list() == ["03:40"]
    assert reading.left_out == {"<list> without key and value": 1, "column 'case:town'": 1}


DOCTYPE = '<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><log>&b;</log>'


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("log.txt", "x", r"log\.txt: found the ending '\.txt', expected one of \.parquet"),
        ("log.json", "{", r"log\.json: found .*, expected OCEL 2\.0 in JSON"),
        ("log.json", "[]", "found no lists objectTypes, eventTypes, objects, events"),
        ("log.json", json.dumps({**FOREIGN, "events": [{"id": "e", "type": 3}]}), r"events\[0\]\.type: found 3"),
        ("log.json", json.dumps(FOREIGN), r"a log that Tocsin did not write, .*expected a mapping \(--map\)"),
        ("log.sqlite", "nonsense, and a lot of it", "found file is not a database, expected OCEL 2.0 in SQLite"),
        ("log.xml", "<log><events></log>", r"found mismatched tag: line 1, .*expected XML"),
        ("log.xml", "<log/>", "found no event-types and no event"),
        ("log.xes", DOCTYPE, r"log\.xes: line 1: found a document type, expected none"),
        ("log.xml", DOCTYPE, "found a document type, expected none"),
        ("log.xes", "<log/>", "found no event in a trace, expected XES"),
        ("log.xes", "<log><event/></log>", "line 1: found an event outside a trace"),
        ("log.xes.gz", "plain", "found Not a gzipped file"),
        ("log.csv", "a,b\n1,2\n", r"found the columns 'a', 'b', expected the columns of our log, or a mapping"),
    ],
)  # fmt: skip
def test_what_is_not_a_log_is_refused(name: str, content: str, told: str, tmp_path: Path) -> None:
    """One sentence with the file, what was found and what was expected."""
    (tmp_path / name).write_text(content)
    with pytest.raises(LogError, match=told):
        read_any(tmp_path / name)


def test_a_type_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A mapping that names objects which the log lacks says which there are."""
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps(FOREIGN))
    with pytest.raises(LogError, match="found objects of the types 'reservist', 'gate', 'form', expected 'soldier'"):
        read_any(path, {**MAPPING, "objects": {"soldier": "person"}})


def test_what_xml_cannot_hold_is_refused_and_nothing_written(log: EventLog, tmp_path: Path) -> None:
    """A control character has no place in XML: a refusal, and no file."""
    bad = EventLog.of(log.frame.with_columns(pl.lit("bell \x07").alias("reason")))
    for ending in (".xml", ".xes"):
        with pytest.raises(LogError, match=r"found the character U\+0007"):
            write_any(tmp_path / f"log{ending}", bad)
    assert list(tmp_path.iterdir()) == []
