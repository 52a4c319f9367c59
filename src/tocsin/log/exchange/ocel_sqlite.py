"""OCEL 2.0 as an SQLite database: a table a type, and tables that tie."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from tocsin.errors import LogError
from tocsin.log.exchange.objects import Event, Thing, Tied

__all__ = ["read_sqlite", "write_sqlite"]

_SQL = {"integer": "INTEGER", "float": "REAL", "boolean": "BOOLEAN", "time": "TIMESTAMP", "string": "TEXT"}
_TYPES = {"INTEGER": "integer", "REAL": "float", "BOOLEAN": "boolean", "TIMESTAMP": "time"}
_OWN = ("ocel_id", "ocel_time", "ocel_changed_field")
_FIXED = """
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES event_map_type (ocel_type));
CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES object_map_type (ocel_type));
CREATE TABLE event_object (ocel_event_id TEXT REFERENCES event (ocel_id), ocel_object_id TEXT REFERENCES object
  (ocel_id), ocel_qualifier TEXT, PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier));
CREATE TABLE object_object (ocel_source_id TEXT REFERENCES object (ocel_id), ocel_target_id TEXT REFERENCES object
  (ocel_id), ocel_qualifier TEXT, PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier));
"""


def write_sqlite(path: Path, log: Tied) -> None:
    """Write a log of objects."""
    with closing(sqlite3.connect(path)) as base, base:
        base.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _FIXED)
        events = _tables(base, "event", log.event_types, ("ocel_time TIMESTAMP",))
        objects = _tables(base, "object", log.object_types, ("ocel_time TIMESTAMP", "ocel_changed_field TEXT"))
        base.executemany("INSERT INTO object VALUES (?, ?)", ((t.id, t.type) for t in log.objects))
        base.executemany("INSERT INTO event VALUES (?, ?)", ((e.id, e.type) for e in log.events))
        for kind, (table, names) in events.items():
            marks = ", ".join("?" * (2 + len(names)))
            mine = ((e.id, e.time, *(e.attributes.get(name) for name in names)) for e in log.events if e.type == kind)
            base.executemany(f"INSERT INTO {table} VALUES ({marks})", mine)
        for kind, (table, names) in objects.items():
            rows = (row for t in log.objects if t.type == kind for row in _states(t, names))
            base.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * (3 + len(names)))})", rows)
        base.executemany(
            "INSERT INTO event_object VALUES (?, ?, ?)", ((e.id, *tie) for e in log.events for tie in e.relations)
        )
        base.executemany(
            "INSERT INTO object_object VALUES (?, ?, ?)", ((t.id, *tie) for t in log.objects for tie in t.relations)
        )


def _tables(
    base: sqlite3.Connection, what: str, types: dict[str, dict[str, str]], own: tuple[str, ...]
) -> dict[str, tuple[str, list[str]]]:
    """Make a table for each type; give its quoted name and its attributes."""
    made: dict[str, tuple[str, list[str]]] = {}
    for number, (kind, attributes) in enumerate(types.items()):
        plain = re.sub(r"\W", "", kind, flags=re.ASCII) or f"type{number}"
        name = plain if plain not in {known[0] for known in made.values()} else f"{plain}{number}"
        base.execute(f"INSERT INTO {what}_map_type VALUES (?, ?)", (kind, name))
        columns = [f"{_quoted(a)} {_SQL[t]}" for a, t in attributes.items()]
        table = _quoted(f"{what}_{name}")
        key = "ocel_id TEXT PRIMARY KEY" if what == "event" else "ocel_id TEXT"  # an object has a row for each change
        columns.append(f"FOREIGN KEY (ocel_id) REFERENCES {what} (ocel_id)")
        base.execute(f"CREATE TABLE {table} ({', '.join((key, *own, *columns))})")
        made[kind] = (name, list(attributes))
    return {kind: (_quoted(f"{what}_{name}"), names) for kind, (name, names) in made.items()}


def _states(thing: Thing, names: list[str]) -> Iterator[tuple[Any, ...]]:
    """The object as it begins, then each change of an attribute."""
    yield (thing.id, "1970-01-01T00:00:00.000Z", None, *(None for _ in names))
    for name, time, value in thing.attributes:
        yield (thing.id, time, name, *(value if name == own else None for own in names))


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def read_sqlite(path: Path) -> Tied:
    """Read a log of objects.

    Raises:
        LogError: It is no database, or lacks the tables of OCEL 2.0.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as base:
            return _read(base, str(path))
    except sqlite3.Error as error:
        raise LogError(f"found {error}, expected OCEL 2.0 in SQLite", place=str(path)) from None


def _read(base: sqlite3.Connection, place: str) -> Tied:
    event_types, events = _typed(base, "event", place)
    object_types, states = _typed(base, "object", place)
    ties, between = _ties(base, "event_object", "ocel_event_id"), _ties(base, "object_object", "ocel_source_id")
    found = []
    for identity, kind in base.execute("SELECT ocel_id, ocel_type FROM event ORDER BY rowid"):
        if kind not in event_types:
            raise LogError(
                f"found the type {kind!r} of event {identity!r}, expected one of the table event_map_type", place=place
            )
        time, said = events.get(identity, [(None, {})])[0]
        if time is None:
            raise LogError(f"found no time of event {identity!r} in the table of its type", place=f"{place}: {kind}")
        found.append(Event(str(identity), kind, str(time), said, ties.get(identity, [])))
    things = [
        Thing(
            str(i), kind, [(n, str(t), v) for t, said in states.get(i, []) for n, v in said.items()], between.get(i, [])
        )
        for i, kind in base.execute("SELECT ocel_id, ocel_type FROM object ORDER BY rowid")
    ]
    return Tied(event_types, object_types, things, found)


def _ties(base: sqlite3.Connection, table: str, source: str) -> dict[str, list[tuple[str, str]]]:
    target = "ocel_object_id" if table == "event_object" else "ocel_target_id"
    found: dict[str, list[tuple[str, str]]] = {}
    for one, other, qualifier in base.execute(f"SELECT {source}, {target}, ocel_qualifier FROM {table} ORDER BY rowid"):
        found.setdefault(one, []).append((str(other), str(qualifier or "")))
    return found


States = dict[str, list[tuple[Any, dict[str, Any]]]]


def _typed(base: sqlite3.Connection, what: str, place: str) -> tuple[dict[str, dict[str, str]], States]:
    """The attributes of each type, and for each identity its times with what was said then."""
    types: dict[str, dict[str, str]] = {}
    states: States = {}
    for kind, name in base.execute(f"SELECT ocel_type, ocel_type_map FROM {what}_map_type ORDER BY rowid").fetchall():
        table = _quoted(f"{what}_{name}")
        columns = {row[1]: str(row[2]).upper() for row in base.execute(f"PRAGMA table_info({table})")}
        types[kind] = {c: _TYPES.get(sql, "string") for c, sql in columns.items() if c not in _OWN}
        if not columns:
            continue  # some tools write no table of a type of which nothing is said, or no times in it
        if "ocel_id" not in columns:
            raise LogError("found no column ocel_id", place=f"{place}: table {table}")
        time_of = "ocel_time" if "ocel_time" in columns else "NULL"
        wanted = ", ".join(["ocel_id", time_of, *(_quoted(c) for c in types[kind])])
        for identity, time, *values in base.execute(f"SELECT {wanted} FROM {table} ORDER BY rowid"):
            said = {n: v for n, v in zip(types[kind], values, strict=True) if v is not None}
            states.setdefault(identity, []).append((time, said))
    return types, states
