"""XES: a trace a person, all other rows in a trace named `exercise`; and foreign traces as a table.

Ours: at stations the activity is the station and the lifecycle says queued (schedule), service began (start) or ended
(complete), or gave up (withdraw), so that other tools show waits and services; elsewhere the activity is the kind.
Every column of the log stands beside as a typed attribute `tocsin:…`, from which the same rows are read back.

Source: IEEE 1849-2016, XES.
"""

from __future__ import annotations

import gzip
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from typing import IO, Final, cast
from xml.etree.ElementTree import Element

import polars as pl

from tocsin.errors import LogError
from tocsin.log.exchange.objects import ATTRIBUTES, Value, rows_from, told
from tocsin.log.exchange.xml_parts import attribute, local, parts
from tocsin.log.schema import COLUMNS, SCHEMA
from tocsin.log.table import EventLog

__all__ = ["read_traces", "write_xes"]

_OURS: Final = "tocsin:"
_TAGS: Final = {name: "int" if kind.is_integer() else "string" for name, kind in SCHEMA.items()} | {
    name: "date" for name, of in ATTRIBUTES.items() if of == "time"
}
_STEPS: Final = {"queued": "schedule", "service_began": "start", "service_ended": "complete", "gave_up": "withdraw"}
_MARK: Final = f"{_OURS}log"
"""What says of a file that Tocsin wrote it, events or none."""
_NEEDED: Final = {f"{_OURS}run", f"{_OURS}seq", f"{_OURS}kind", "time:timestamp"}
"""What says so when another tool wrote our log anew."""
_HEADERS: Final = ("extension", "global", "classifier")
_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event">
<string key="concept:name" value=""/>
<string key="lifecycle:transition" value="complete"/>
<date key="time:timestamp" value="1970-01-01T00:00:00.000Z"/>
</global>
<classifier name="activity" keys="concept:name lifecycle:transition"/>
<string key="lifecycle:model" value="standard"/>
<string key="tocsin:log" value="1"/>
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
        with path.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        return
    # Without name and time in it, so that the same log gives the same bytes.
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as inner,
        io.TextIOWrapper(cast(IO[bytes], inner), encoding="utf-8", newline="\n") as file,
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


def read_traces(path: Path, *, foreign: bool = False) -> EventLog | tuple[pl.DataFrame, dict[str, int]]:
    """Read a log of traces.

    Args:
        path: XES, packed by gzip if the name ends so.
        foreign: Whether to take our own log for a foreign one, too.

    Returns:
        Our own log if Tocsin wrote it; else a table of text with a column for each attribute of events, and
        `case:…` for each of their traces, and what was left out, with counts.

    Raises:
        LogError: It is not XES, with the event.
    """
    reading = _Reading(path)
    table = reading.table()
    if not foreign and (reading.own or set(table.columns) >= _NEEDED):
        texts = {name: table.get_column(f"{_OURS}{name}", default=None) for name in COLUMNS}
        texts["happened"] = table.get_column("time:timestamp", default=None)
        return rows_from(
            {name: [None] * table.height if text is None else text.to_list() for name, text in texts.items()}, str(path)
        )
    if not table.height:
        raise LogError("found no event in a trace, expected XES", place=str(path))
    return table, {what: count for what, count in reading.left_out.items() if count}


class _Reading:
    """Reads the events of a file into columns of text, trace by trace."""

    def __init__(self, path: Path) -> None:
        self.columns: dict[str, list[str | None]] = {}
        self.left_out: Counter[str] = Counter()
        self.height = 0
        self.own = False
        self.trace: dict[str, str] = {}
        self.before = -1  # how many attributes of the trace stand before its first event; none met yet
        for tag, element, parent in parts(path, ("log", "trace", "event")):
            if tag == "log":
                self._end_log(element)
            elif tag == "trace":
                self._end_trace(element)
            elif parent is not None and local(parent) == "trace":
                self._add(element, parent)
            else:
                raise LogError("found it outside a trace, expected XES", place=f"{path}: event {self.height + 1}")

    def table(self) -> pl.DataFrame:
        """All events; a column is null where an event does not have it."""
        for column in self.columns.values():
            column += [None] * (self.height - len(column))
        return pl.DataFrame([pl.Series(name, texts, dtype=pl.String) for name, texts in self.columns.items()])

    def _add(self, event: Element, trace: Element) -> None:
        if self.before < 0:
            first = list(takewhile(lambda one: local(one) != "event", trace))
            self.before, self.trace = len(first), self._said(first, "case:")
        for name, text in (self.trace | self._said(event, "")).items():
            column = self.columns.setdefault(name, [])
            column += [None] * (self.height - len(column))
            column.append(text)
        self.height += 1

    def _said(self, attributes: Iterable[Element], prefix: str) -> dict[str, str]:
        """The attributes of an event or trace; what a table cannot hold is counted."""
        said: dict[str, str] = {}
        for one in attributes:
            key, value = one.get("key"), one.get("value")
            if key is None or value is None:
                self.left_out[f"<{local(one)}> without key and value"] += 1
                continue
            self.left_out["attributes inside attributes"] += len(one)
            self.left_out["attributes that stand twice"] += prefix + key in said
            said.setdefault(prefix + key, value)
        return said

    def _end_trace(self, trace: Element) -> None:
        if self.before < 0:
            self.left_out["traces without events"] += 1
        else:
            self.left_out["attributes of traces after their events"] += len(trace) - self.before
        self.before = -1

    def _end_log(self, log: Element) -> None:
        keys = [one.get("key") for one in log if local(one) not in _HEADERS]
        self.own = _MARK in keys
        self.left_out["attributes of the log"] += len(keys)
