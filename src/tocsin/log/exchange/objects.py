"""Logs as objects and events (OCEL 2.0), and back.

Ours: a row is an event of its kind; persons, units, places, stations, things and actors are objects, tied to the event
by the name of the column they stand in; every other column is a typed attribute, absent where it is null. What is said
once (`happened_until` and `known` that equal `happened`) is not said again. A station is one of its place: the kit
desks of two places are two objects. Who belongs to which unit and reports to which place, and where a station stands,
is said between objects, for tools that draw; reading does not need it.

Source: Berti et al., OCEL (Object-Centric Event Log) 2.0 Specification, 2024.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from tocsin.errors import LogError
from tocsin.log.kinds import KIND_OF
from tocsin.log.schema import COLUMNS, SCHEMA, TIME
from tocsin.log.table import EventLog

__all__ = ["ATTRIBUTES", "Event", "Thing", "Tied", "Value", "is_ours", "log_from", "rows_from", "tied", "told"]

Value = str | int | float | bool
Relations = list[tuple[str, str]]
"""Identity of an object and the qualifier that ties it."""

RELATED: Final = {
    "person": "person",
    "unit": "unit",
    "place": "place",
    "station": "station",
    "thing": "thing",
    "by": "actor",
    "to": "actor",
}
"""Columns that name an object, and the type of that object."""
EXERCISE: Final = "exercise"
"""The object that events about nothing else are about: other tools drop an event without an object."""
_BETWEEN: Final = (
    ("person", "unit", "belongs to"),
    ("person", "place", "reports to"),
    ("station", "place", "stands at"),
)
_TIMES: Final = tuple(name for name, kind in SCHEMA.items() if kind == TIME)
ATTRIBUTES: Final = {
    name: "time" if name in _TIMES else "integer" if kind.is_integer() else "string"
    for name, kind in SCHEMA.items()
    if name not in (*RELATED, "kind", "happened")
}
"""Columns that are attributes of events, with their OCEL types."""
STAMP: Final = "%Y-%m-%dT%H:%M:%S%.3fZ"


@dataclass(frozen=True, slots=True)
class Event:
    """An event: its type, its time as ISO 8601 text, what is said of it, and the objects it is about."""

    id: str
    type: str
    time: str
    attributes: dict[str, Value]
    relations: Relations


@dataclass(frozen=True, slots=True)
class Thing:
    """An object: its type, what is said of it (name, time, value), and the objects it is tied to."""

    id: str
    type: str
    attributes: list[tuple[str, str, Value]] = field(default_factory=list)
    relations: Relations = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tied:
    """A log of objects and events.

    Attributes:
        event_types: The attributes of each type of event, with their types.
        object_types: The same of each type of object.
        objects: All objects.
        events: All events, in the order of the file.
    """

    event_types: dict[str, dict[str, str]]
    object_types: dict[str, dict[str, str]]
    objects: list[Thing]
    events: list[Event]


def told(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of a log as text and whole numbers, as files state them; repeated times are null."""
    repeated = [
        pl.when(pl.col(name) != pl.col("happened")).then(pl.col(name)).alias(name)
        for name in ("happened_until", "known")
    ]
    words = [name for name, kind in SCHEMA.items() if not kind.is_integer() and name not in _TIMES]
    return frame.with_columns(repeated).with_columns(pl.col(_TIMES).dt.strftime(STAMP), pl.col(words).cast(pl.String))


def tied(log: EventLog) -> Tied:
    """Turn a log into objects and events."""
    frame = told(log.frame)
    columns = {name: frame[name].to_list() for name in COLUMNS}
    named = {name: frame.select(_identity(name)).to_series().to_list() for name in RELATED}
    used = [name for name in ATTRIBUTES if frame[name].null_count() < frame.height]
    events = []
    for i, (run, seq, kind, time) in enumerate(
        zip(columns["run"], columns["seq"], columns["kind"], columns["happened"], strict=True)
    ):
        said = {name: columns[name][i] for name in used if columns[name][i] is not None}
        about = [(named[name][i], name) for name in RELATED if named[name][i] is not None]
        events.append(Event(f"{run}-{seq}", kind, time, said, about or [(f"{EXERCISE}:{run}", EXERCISE)]))
    kinds = dict.fromkeys(columns["kind"])
    return Tied(
        {kind: _attributes_of(frame.filter(pl.col("kind") == kind)) for kind in kinds},
        {of: {} for of in [EXERCISE, *dict.fromkeys(RELATED[name] for name in RELATED if frame[name].count())]},
        [Thing(f"{EXERCISE}:{run}", EXERCISE) for run in dict.fromkeys(columns["run"])] + list(_things(frame)),
        events,
    )


def _identity(column: str) -> pl.Expr:
    """Who or what a column names, as the identity of an object; null where it names nothing."""
    name = pl.lit(f"{RELATED[column]}:") + pl.col(column).cast(pl.String)
    if column != "station":
        return name
    stands = pl.lit("station:") + pl.col("place") + pl.lit("/") + pl.col("station")
    return pl.when(pl.col("place").is_null()).then(name).otherwise(stands).alias(column)


def _attributes_of(rows: pl.DataFrame) -> dict[str, str]:
    """The attributes that any row of a kind has; identity and writer always."""
    return {name: of for name, of in ATTRIBUTES.items() if rows[name].count()}


def _things(frame: pl.DataFrame) -> Iterator[Thing]:
    names: dict[str, dict[str, None]] = {}
    for column, of in RELATED.items():
        found = frame.select(_identity(column)).to_series().drop_nulls().unique(maintain_order=True).to_list()
        names.setdefault(of, {}).update(dict.fromkeys(found))
    between: dict[str, Relations] = {}
    for one, other, qualifier in _BETWEEN:
        pairs = frame.select(_identity(one).alias("one"), _identity(other).alias("other")).drop_nulls()
        for left, right in pairs.unique(maintain_order=True).iter_rows():
            between.setdefault(left, []).append((right, qualifier))
    for of, known in names.items():
        for name in known:
            yield Thing(name, of, [], between.get(name, []))


# --- back ---------------------------------------------------------------------------------------------------------


def is_ours(found: Tied) -> bool:
    """Whether Tocsin wrote it: every event is of one of our kinds and has our identity."""
    mine = {"run", "seq", "writer"}
    if not found.events and not found.event_types:
        return True  # a log without rows
    return all(name in KIND_OF and mine <= set(attributes) for name, attributes in found.event_types.items())


def log_from(found: Tied, place: str) -> EventLog:
    """Give the log back that `tied` was given.

    Raises:
        LogError: An attribute or relation that no log has.
    """
    rows: dict[str, list[Value | None]] = {name: [None] * len(found.events) for name in COLUMNS}
    for i, event in enumerate(found.events):
        rows["kind"][i], rows["happened"][i] = event.type, event.time
        for name, value in event.attributes.items():
            if not name.startswith("ocel:"):  # what the format itself says stands beside, in other tools
                _cell(rows, name, place, event)[i] = value
        for thing, name in event.relations:
            if name != EXERCISE:
                _cell(rows, name, place, event)[i] = thing.partition(":")[2]
        stands, station = f"{rows['place'][i]}/", rows["station"][i]
        if rows["place"][i] is not None and station is not None:
            rows["station"][i] = str(station).removeprefix(stands)
    return rows_from(rows, place)


def _cell(rows: dict[str, list[Value | None]], name: str, place: str, event: Event) -> list[Value | None]:
    if name not in rows:
        raise LogError(f"found {name!r}, expected a column of our log", place=f"{place}: event {event.id}")
    return rows[name]


def rows_from(rows: dict[str, list[Value | None]], place: str) -> EventLog:
    """Make a log of columns of text and numbers, as `told` states them.

    Raises:
        LogError: A value that does not fit, with its row.
    """
    columns = []
    for name, kind in SCHEMA.items():
        series = pl.Series(name, [None if v is None else str(v) for v in rows[name]], dtype=pl.String)
        if name in _TIMES:
            read = _moments(series)
            _refuse_lost(series, read, place, "a time such as 2026-02-13T19:30:00.000Z")
            series = read
        elif kind.is_integer():
            number = series.str.replace(r"\.0$", "").cast(pl.Int64, strict=False)  # tables of others make 3.0 of 3
            _refuse_lost(series, number, place, "a whole number")
            series = number
        columns.append(series)
    return EventLog.of(pl.DataFrame(columns), place=place)


def _moments(texts: pl.Series) -> pl.Series:
    """ISO 8601 as tools write it: with a T or a space, an offset, a Z, or neither, which means UTC."""
    texts = texts.str.replace(" ", "T", literal=True).str.replace("Z$", "+00:00")
    stated = texts.str.contains(r"[+-]\d\d:?\d\d$")
    texts = texts.zip_with(stated.fill_null(True), texts + "+00:00")
    return texts.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", time_unit="ms", strict=False).dt.convert_time_zone("UTC")


def _refuse_lost(told_: pl.Series, read: pl.Series, place: str, expected: str) -> None:
    lost = (read.is_null() & told_.is_not_null()).arg_true()
    if len(lost):
        row = int(lost[0])
        raise LogError(f"found {told_[row]!r}, expected {expected}", place=f"{place}: event {row}, {told_.name}")
