"""Foreign OCEL and XES come in by a mapping, what has no place is listed, and what is no log is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tocsin.errors import LogError
from tocsin.log.exchange import read_any

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
        "the qualifier 'at' of ties to 'gate'": 1,
        "ties to objects of type 'form'": 1,
        "attributes of objects of type 'reservist'": 1,
        "ties between objects": 1,
        "column 'ocel:eid'": 2,
        "column 'mood'": 2,
    }


def test_several_types_may_mean_one_column(tmp_path: Path) -> None:
    """Two types of theirs are one column of ours; an attribute of a type's name is another column."""
    told = json.loads(json.dumps(FOREIGN))
    told["objects"][3] = {"id": "f9", "type": "form", "relationships": []}
    told["events"][0]["attributes"] = [{"name": "gate", "value": "B"}, {"name": "ocel:activity", "value": "no"}]
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps(told))
    mapping = {
        "columns": {"kind": "ocel:activity", "happened": "ocel:timestamp", "by": "gate"},
        "objects": {"reservist": "person", "form": "person", "gate": "place"},
        "activities": {"Came in": "arrived"},
    }
    reading = read_any(path, mapping)
    assert reading.intake is not None and reading.intake.persons["name"].to_list() == ["f9", "r1", "r2"]
    assert set(reading.log.frame.select("kind", "place", "by").rows()) == {("arrived", "north", "B")}
    one_place = mapping | {"objects": {"gate": "place", "form": "place"}}
    reading = read_any(path, one_place)
    assert reading.log.frame["place"].to_list() == ["north"]
    assert reading.left_out["further objects for 'place' in one event"] == 1
    assert reading.left_out["ties to objects of type 'reservist'"] == 2


def test_what_a_mapping_ignores_is_listed(tmp_path: Path) -> None:
    """Types of events that are none of our business are named, with their number; so is what was odd in the rest."""
    told = json.loads(json.dumps(FOREIGN))
    told["eventTypes"].append({"name": "Lunch", "attributes": []})
    lunch = {"type": "Lunch", "time": "2026-02-17T09:00:00.0001Z", "relationships": []}
    told["events"] += [lunch | {"id": f"l{i}"} for i in range(3)]
    told["events"] += [{**told["events"][0], "id": "e2", "time": "2026-02-17T06:39:00.0004Z"}]
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps(told))
    reading = read_any(path, MAPPING | {"activities": {"Came in": "arrived", "Lunch": "ignore"}})
    assert reading.left_out["activity 'Lunch'"] == 3
    assert len(reading.log) == 4
    assert reading.noticed["with a time finer than a millisecond"] == 2
    assert reading.noticed["that happened before the row above"] == 1


XES = """<?xml version="1.0"?><log xmlns="http://www.xes-standard.org/">
<trace><string key="concept:name" value="M-17"/><string key="town" value="Lida"/>
<event><string key="concept:name" value="Doctor"/><string key="lifecycle:transition" value="start"/>
<date key="time:timestamp" value="2026-02-17T06:40:00+03:00"/><list key="notes"><string key="x" value="1"/></list>
</event>
<string key="town" value="too late"/></trace>
<trace><string key="concept:name" value="M-18"/></trace>
<trace><string key="concept:name" value="M-19"/>
<event><string key="concept:name" value="Doctor"/><string key="concept:name" value="Again"/>
<date key="time:timestamp" value="2026-02-17T06:30:00+03:00"/><string key="lifecycle:transition" value="start"/></event>
</trace><string key="source" value="ward"/></log>"""


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
    assert reading.log.frame.select("kind", "station", "visit", "person").rows() == [
        ("service_began", "medical", 1, 0),
        ("service_began", "medical", 1, 1),
    ]
    assert reading.log.frame["happened"].dt.strftime("%H:%M").to_list() == ["03:40", "03:30"]
    assert reading.left_out == {
        "<list> without key and value": 1,
        "attributes of traces after their events": 1,
        "traces without events": 1,
        "attributes that stand twice": 1,
        "attributes of the log": 1,
        "column 'case:town'": 1,
    }


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
        ("log.xes", "<log><event/></log>", r"event 1: found it outside a trace, expected XES"),
        ("log.json", "[" * 100_000, "recursion.*expected OCEL 2.0 in JSON"),
        ("log.json", json.dumps(FOREIGN).replace('"good"', "[1]"), r"attributes\.mood: found \[1\], expected"),
        ("log.xml", '<log><event-types/><event id="e" type="t"/></log>', r"event 1: found <event> without 'time'"),
        ("log.xes", '<?xml version="1.0" encoding="koi9"?><log/>', "found unknown encoding: .*expected XML"),
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


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    """JSON can spell half of a character, which is no text."""
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps(FOREIGN).replace("Came in", "\\ud800"))
    with pytest.raises(LogError, match=r"theirs\.json: found .*surrogates not allowed, expected text in Unicode"):
        read_any(path, MAPPING)
