"""XES: a trace a person, all other rows in a trace named `exercise`; and foreign traces as a table.

Ours: at stations the activity is the station and the lifecycle says queued (schedule), service began (start) or ended
(complete), so that other tools show waits and services; elsewhere the activity is the kind. Every column of the log
stands beside as a typed attribute `tocsin:…`, from which the same rows are read back.

Source: IEEE 1849-2016, XES.
"""

from __future__ import annotations

import gzip
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, cast

import polars as pl

from tocsin.errors import LogError
from tocsin.log.exchange.objects import ATTRIBUTES, Value, rows_from, told
from tocsin.log.exchange.xml_parts import Node, attribute, nodes
from tocsin.log.schema import COLUMNS, SCHEMA
from tocsin.log.table import EventLog

__all__ = ["read_traces", "write_xes"]

_OURS: Final = "tocsin:"
_TAGS: Final = {name: "int" if kind.is_integer() else "string" for name, kind in SCHEMA.items()} | {
    name: "date" for name, of in ATTRIBUTES.items() if of == "time"
}
_STEPS: Final = {"queued": "schedule", "service_began": "start", "service_ended": "complete"}
_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<classifier name="activity" keys="concept:name lifecycle:transition"/>
"""


def write_xes(path: Path, log: EventLog, *, packed: bool = False) -> None:
    """Write a log, packed by gzip or not.

    Raises:
        LogError: A name holds a character that XML cannot.
    """
    several = log.frame["run"].n_unique() > 1
    ordered = told(log.frame).sort("run", "person", "seq", nulls_last=True)
    with _open_text(path, packed) as file:
        file.write(_HEAD)
        before: tuple[int, int | None] | None = None
        for row in ordered.iter_rows(named=True):
            if before != (row["run"], row["person"]):
                file.write("</trace>\n" if before else "")
                before = (row["run"], row["person"])
                name = "exercise" if row["person"] is None else str(row["person"])
                name = f"{name} (run {row['run']})" if several else name
                file.write(f"<trace>{_entry('string', 'concept:name', name)}\n")
            file.write(f"<event>{''.join(_event(row))}</event>\n")
        file.write(("</trace>\n" if before else "") + "</log>\n")


@contextmanager
def _open_text(path: Path, packed: bool) -> Iterator[IO[str]]:
    if not packed:
        with path.open("w", encoding="utf-8") as file:
            yield file
        return
    # Without name and time in it, so that the same log gives the same bytes.
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as inner,
        io.TextIOWrapper(cast(IO[bytes], inner), encoding="utf-8") as file,
    ):
        yield file


def _event(row: dict[str, Value | None]) -> Iterator[str]:
    kind, station = str(row["kind"]), row["station"]
    yield _entry("string", "concept:name", station if station and kind in _STEPS else kind)
    yield _entry("string", "lifecycle:transition", _STEPS.get(kind, "complete"))
    yield _entry("date", "time:timestamp", row["happened"])
    if row["by"] is not None:
        yield _entry("string", "org:resource", row["by"])
    for name in COLUMNS:
        if row[name] is not None and name != "happened":
            yield _entry(_TAGS[name], f"{_OURS}{name}", row[name])


def _entry(tag: str, key: str, value: object) -> str:
    return f"<{tag} key={attribute(key)} value={attribute(value)}/>"


def read_traces(path: Path) -> EventLog | tuple[pl.DataFrame, dict[str, int]]:
    """Read a log of traces.

    Returns:
        Our own log if Tocsin wrote it; else a table of text with a column for each attribute of events, and
        `case:…` for each of their traces, and what was left out (attributes inside attributes), with counts.

    Raises:
        LogError: It is not XES, with the line.
    """
    place, height = str(path), 0
    columns: dict[str, list[str | None]] = {}
    left_out: Counter[str] = Counter()
    for event, trace in _events(path):
        for prefix, node in (("case:", trace), ("", event)):
            for one in node.children:
                if "key" not in one.attributes or "value" not in one.attributes:
                    left_out[f"<{one.tag}> without key and value"] += 1
                    continue
                left_out["attributes inside attributes"] += len(one.children)
                column = columns.setdefault(prefix + one.attributes["key"], [])
                column += [None] * (height - len(column))
                column.append(one.attributes["value"])
        height += 1
    if not height:
        raise LogError("found no event in a trace, expected XES", place=place)
    for column in columns.values():
        column += [None] * (height - len(column))
    if {f"{_OURS}seq", f"{_OURS}run", f"{_OURS}kind", "time:timestamp"} <= set(columns):
        mine: dict[str, list[Value | None]] = {
            name: list(columns.get(f"{_OURS}{name}", [None] * height)) for name in COLUMNS
        }
        return rows_from(mine | {"happened": list(columns["time:timestamp"])}, place)
    table = pl.DataFrame([pl.Series(name, cells, dtype=pl.String) for name, cells in columns.items()])
    return table, {what: count for what, count in left_out.items() if count}


def _events(path: Path) -> Iterator[tuple[Node, Node]]:
    """Each event and the trace that it stands in."""
    for node in nodes(path, ("trace", "event")):
        if node.tag == "event":
            if node.parent is None or node.parent.tag != "trace":
                raise LogError("found an event outside a trace", place=f"{path}: line {node.line}")
            yield node, node.parent
