"""A foreign log of objects and events as one table, for a mapping to read; with a list of what has no place in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

import polars as pl

from tocsin.errors import LogError
from tocsin.log.exchange.objects import Event, Tied

__all__ = ["column_of", "flat"]

_ROW_EACH: Final = ("person", "unit")
"""An event about several of these is a row for each: what we say of a person or a unit, we say of one."""


def column_of(types: list[str]) -> str:
    """The column of the table that holds the objects of one type, or of several that mean the same."""
    return f"ocel:type:{', '.join(types)}"


def flat(found: Tied, objects: Mapping[str, str], place: str) -> tuple[pl.DataFrame, dict[str, str], dict[str, int]]:
    """Flatten a foreign log of objects to one table of text.

    Args:
        found: The log.
        objects: Their type of object → our column. An event about several persons (or units) gives a row for each.
        place: Where it comes from, for an error.

    Returns:
        A table with `ocel:activity`, `ocel:timestamp`, `ocel:eid`, each attribute of events, and a column for the
        objects of each column of ours; which of our columns these are; and what was left out, with counts.

    Raises:
        LogError: A mapped type that the log lacks.
    """
    groups: dict[str, list[str]] = {}
    for name, ours in objects.items():
        if name not in found.object_types:
            there = ", ".join(repr(known) for known in found.object_types)
            raise LogError(f"found objects of the types {there}, expected {name!r}", place=place)
        groups.setdefault(ours, []).append(name)
    columns = {ours: column_of(types) for ours, types in groups.items()}
    left_out: Counter[str] = Counter()
    spread = _Spread({thing.id: thing.type for thing in found.objects}, objects, columns, left_out)
    rows: list[dict[str, str]] = []
    for event in found.events:
        own = {"ocel:eid": event.id, "ocel:activity": event.type, "ocel:timestamp": event.time}
        said = {name: str(value) for name, value in event.attributes.items() if name not in own}
        left_out["attributes named like what the format itself says"] += len(event.attributes) - len(said)
        rows += spread.rows(own | said, event)
    _count_objects(found, left_out)
    names = dict.fromkeys(name for row in rows for name in row) | dict.fromkeys(columns.values())
    table = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()))
    return table, columns, {what: count for what, count in left_out.items() if count}


class _Spread:
    """Gives an event as one row, or one for each of several objects that stand for a person or a unit."""

    def __init__(
        self, kind_of: dict[str, str], objects: Mapping[str, str], columns: dict[str, str], left_out: Counter[str]
    ) -> None:
        self.kind_of, self.objects, self.columns, self.left_out = kind_of, objects, columns, left_out

    def rows(self, own: dict[str, str], event: Event) -> list[dict[str, str]]:
        """The rows of an event; what they do not say is counted."""
        rows = [own]
        for ours, things in self._sorted(event).items():
            if ours in _ROW_EACH:
                rows = [row | {self.columns[ours]: thing} for row in rows for thing in things]
                continue
            if len(things) > 1:
                self.left_out[f"further objects for {ours!r} in one event"] += len(things) - 1
            rows = [row | {self.columns[ours]: things[0]} for row in rows]
        return rows

    def _sorted(self, event: Event) -> dict[str, list[str]]:
        """The objects of an event by our columns, each once."""
        by_column: dict[str, list[str]] = {}
        for thing, qualifier in event.relations:
            kind = self.kind_of.get(thing)
            if kind is None:
                self.left_out["ties to objects that are not listed"] += 1
            elif kind not in self.objects:
                self.left_out[f"ties to objects of type {kind!r}"] += 1
            else:
                if qualifier:
                    self.left_out[f"the qualifier {qualifier!r} of ties to {kind!r}"] += 1
                things = by_column.setdefault(self.objects[kind], [])
                if thing not in things:
                    things.append(thing)
        return by_column


def _count_objects(found: Tied, left_out: Counter[str]) -> None:
    for thing in found.objects:
        if thing.attributes:
            left_out[f"attributes of objects of type {thing.type!r}"] += len(thing.attributes)
        if thing.relations:
            left_out["ties between objects"] += len(thing.relations)
