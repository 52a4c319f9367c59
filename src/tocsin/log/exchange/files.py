"""Any log in, any format out: by the ending of the file's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from tocsin.errors import LogError
from tocsin.log.atomic import atomic_file
from tocsin.log.chain import read_log, write_log
from tocsin.log.exchange.flatten import flat
from tocsin.log.exchange.objects import Tied, is_ours, log_from, rows_from, tied, told
from tocsin.log.exchange.ocel_json import read_json, write_json
from tocsin.log.exchange.ocel_sqlite import read_sqlite, write_sqlite
from tocsin.log.exchange.ocel_xml import read_xml, write_xml
from tocsin.log.exchange.xes import read_traces, write_xes
from tocsin.log.folder import RunFolder
from tocsin.log.intake import COUNTS, Intake, Mapped, from_table, read_foreign
from tocsin.log.mapping import IGNORE
from tocsin.log.schema import COLUMNS
from tocsin.log.table import EventLog

__all__ = ["ENDINGS", "Reading", "ending_of", "read_any", "write_any"]

_READ_OBJECTS: Final[dict[str, Callable[[Path], Tied]]] = {
    ".json": read_json,
    ".jsonocel": read_json,
    ".sqlite": read_sqlite,
    ".xml": read_xml,
    ".xmlocel": read_xml,
}
_WRITE_OBJECTS: Final[dict[str, Callable[[Path, Tied], None]]] = {
    ".json": write_json,
    ".jsonocel": write_json,
    ".sqlite": write_sqlite,
    ".xml": write_xml,
    ".xmlocel": write_xml,
}
ENDINGS: Final = (".parquet", ".csv", *_READ_OBJECTS, ".xes", ".xes.gz")
"""Endings of the files that are read and written."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came in.

    Attributes:
        log: The log.
        intake: What was noticed in a foreign log; None for our own.
        left_out: What of a foreign log has no place in ours, with counts.
    """

    log: EventLog
    intake: Intake | None = None
    left_out: dict[str, int] = field(default_factory=dict)

    @property
    def noticed(self) -> dict[str, int]:
        """What was odd in the rows of a foreign log, in words, with the number of rows; nothing that was not met."""
        if self.intake is None:
            return {}
        return {COUNTS[name]: count for name, count in self.intake.counts.items() if name in COUNTS and count}


def ending_of(path: Path) -> str:
    """Tell which of `ENDINGS` a file's name has.

    Raises:
        LogError: None of them.
    """
    for ending in sorted(ENDINGS, key=len, reverse=True):
        if path.name.lower().endswith(ending):
            return ending
    raise LogError(f"found the ending {path.suffix!r}, expected one of {', '.join(ENDINGS)}", place=str(path))


def read_any(path: Path, mapping: Mapped | Mapping[str, object] | Path | str | None = None) -> Reading:
    """Read a log: ours in any format, or a foreign one with a mapping.

    Args:
        path: A run folder, or a file with one of `ENDINGS`.
        mapping: What the columns, activities and objects of others mean; None for a log that Tocsin wrote. With one,
            a log of ours is read as a foreign one.

    Raises:
        LogError: With file, place, what was found and what was expected.
    """
    if path.is_dir():
        if mapping is not None:
            raise LogError("found a mapping (--map), expected none: a run folder holds a log of ours", place=str(path))
        return Reading(RunFolder.open(path).log())
    if not path.exists():
        raise LogError("found no such file, expected a log", place=str(path))
    ending = ending_of(path)
    known = Mapped.known(mapping) if mapping is not None else None
    if ending in (".parquet", ".csv"):
        if known is not None:
            intake = read_foreign(path, known)
            return Reading(intake.log, intake, intake.left_out)
        return Reading(read_log(path) if ending == ".parquet" else _own_csv(path))
    try:
        return _tied_or_traced(path, ending, known)
    except UnicodeError as error:
        raise LogError(f"found {error}, expected text in Unicode", place=str(path)) from None


def _tied_or_traced(path: Path, ending: str, known: Mapped | None) -> Reading:
    if ending in _READ_OBJECTS:
        objects = _READ_OBJECTS[ending](path)
        if known is None and is_ours(objects):
            return Reading(log_from(objects, str(path)))
        if known is None:
            said = dict.fromkeys(name for of in objects.event_types.values() for name in of)
            types = [f"objects of the type {name!r}" for name in objects.object_types]
            raise _unexplained(path, ["'ocel:activity'", "'ocel:timestamp'", *map(repr, said), *types])
        table, columns, left_out = flat(objects, known.objects, str(path))
        return _foreign(table, left_out, known.with_columns(columns), path)
    found = read_traces(path, foreign=known is not None)
    if isinstance(found, EventLog):
        return Reading(found)
    if known is None:
        raise _unexplained(path, [repr(name) for name in found[0].columns])
    return _foreign(*found, known, path)


def _unexplained(path: Path, what: list[str]) -> LogError:
    expected = "expected a mapping (--map) that says what they mean"
    return LogError(f"found a log that Tocsin did not write, with {', '.join(what)}; {expected}", place=str(path))


def _foreign(table: pl.DataFrame, left_out: dict[str, int], mapping: Mapped, path: Path) -> Reading:
    intake = from_table(table, mapping, str(path))
    return Reading(intake.log, intake, left_out | intake.left_out | _ignored(table, mapping))


def _ignored(table: pl.DataFrame, mapping: Mapped) -> dict[str, int]:
    """The activities that the mapping ignores, with their events."""
    found: dict[str, int] = {}
    for *words, count in table.group_by(mapping.kind, maintain_order=True).len().iter_rows():
        name = " / ".join(word for word in words if word is not None and word.strip() not in mapping.missing)
        if mapping.activities.get(name, {}).get("kind") == IGNORE:
            found[f"activity {name!r}"] = found.get(f"activity {name!r}", 0) + count
    return found


def write_any(path: Path, log: EventLog) -> None:
    """Write a log in the format that the ending names; whole or not at all.

    Raises:
        LogError: The ending is none of `ENDINGS`, or a name does not fit the format.
    """
    ending = ending_of(path)
    if ending == ".parquet":
        write_log(path, [log.frame])
        return
    try:
        with atomic_file(path) as beside:
            if ending == ".csv":
                told(log.frame).write_csv(beside)
            elif ending in _WRITE_OBJECTS:
                _WRITE_OBJECTS[ending](beside, tied(log))
            else:
                write_xes(beside, log, packed=ending == ".xes.gz")
    except LogError as error:
        raise LogError(error.sentence, place=f"{path}: {error.place}" if error.place else str(path)) from None


def _own_csv(path: Path) -> EventLog:
    """Read a CSV that `write_any` wrote: the columns of a log, as text."""
    try:
        table = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise LogError(f"found {str(error).splitlines()[0]}, expected a log in CSV", place=str(path)) from None
    if tuple(table.columns) != COLUMNS:
        found = ", ".join(repr(name) for name in table.columns)
        expected = "the columns of our log, or a mapping (--map) that says what these mean"
        raise LogError(f"found the columns {found}, expected {expected}", place=str(path))
    return rows_from({name: table[name].to_list() for name in COLUMNS}, str(path))
