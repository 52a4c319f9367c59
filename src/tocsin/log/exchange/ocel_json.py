"""OCEL 2.0 as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tocsin.errors import LogError
from tocsin.log.exchange.objects import Event, Thing, Tied, Value

__all__ = ["read_json", "write_json"]


def write_json(path: Path, log: Tied) -> None:
    """Write a log of objects; one event or object a line."""
    with path.open("w", encoding="utf-8") as file:
        file.write("{\n")
        file.write(f'"objectTypes": {_line(_types(log.object_types))},\n')
        file.write(f'"eventTypes": {_line(_types(log.event_types))},\n')
        file.write('"objects": [\n')
        _lines(file, (_thing(thing) for thing in log.objects))
        file.write('\n],\n"events": [\n')
        _lines(file, (_event(event) for event in log.events))
        file.write("\n]\n}\n")


def _lines(file: Any, values: Iterable[object]) -> None:
    for i, value in enumerate(values):
        file.write((",\n" if i else "") + _line(value))


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _types(types: dict[str, dict[str, str]]) -> list[dict[str, object]]:
    return [{"name": n, "attributes": [{"name": a, "type": t} for a, t in of.items()]} for n, of in types.items()]


def _relations(relations: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"objectId": thing, "qualifier": qualifier} for thing, qualifier in relations]


def _thing(thing: Thing) -> dict[str, object]:
    attributes = [{"name": name, "time": time, "value": value} for name, time, value in thing.attributes]
    return {
        "id": thing.id,
        "type": thing.type,
        "attributes": attributes,
        "relationships": _relations(thing.relations),
    }


def _event(event: Event) -> dict[str, object]:
    attributes = [{"name": name, "value": value} for name, value in event.attributes.items()]
    return {
        "id": event.id,
        "type": event.type,
        "time": event.time,
        "attributes": attributes,
        "relationships": _relations(event.relations),
    }


def read_json(path: Path) -> Tied:
    """Read a log of objects.

    Raises:
        LogError: It is not JSON, or not OCEL 2.0, with the key path.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise LogError(f"found {error}, expected OCEL 2.0 in JSON", place=str(path)) from None
    if not isinstance(found, dict) or not all(isinstance(found.get(key), list) for key in _KEYS):
        raise LogError(f"found no lists {', '.join(_KEYS)}, expected OCEL 2.0 in JSON", place=str(path))
    reader = _Reader(str(path))
    return Tied(
        {reader.text(t, "name"): reader.attributes(t) for t in reader.each(found, "eventTypes")},
        {reader.text(t, "name"): reader.attributes(t) for t in reader.each(found, "objectTypes")},
        [reader.thing(thing) for thing in reader.each(found, "objects")],
        [reader.event(event) for event in reader.each(found, "events")],
    )


_KEYS = ("objectTypes", "eventTypes", "objects", "events")


class _Reader:
    """Reads parts, and knows where it is when one is not as it should be."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.here = ""

    def each(self, found: dict[str, Any], key: str) -> Iterable[dict[str, Any]]:
        for i, part in enumerate(found[key]):
            self.here = f"{key}[{i}]"
            if not isinstance(part, dict):
                raise self.refusal(part, "a table")
            yield part

    def refusal(self, found: object, expected: str, key: str = "") -> LogError:
        path = f"{self.here}.{key}" if key else self.here
        return LogError(f"found {found!r}, expected {expected}", place=f"{self.place}: {path}")

    def text(self, part: dict[str, Any], key: str) -> str:
        value = part.get(key)
        if not isinstance(value, str):
            raise self.refusal(value, "text", key)
        return value

    def value(self, part: dict[str, Any]) -> Value | None:
        value = part.get("value")
        if value is not None and not isinstance(value, str | int | float | bool):
            raise self.refusal(value, "text, a number or a truth value", f"attributes.{part.get('name')}")
        return value

    def many(self, part: dict[str, Any], key: str) -> list[dict[str, Any]]:
        value = part.get(key) or []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.refusal(value, "a list of tables", key)
        return value

    def attributes(self, part: dict[str, Any]) -> dict[str, str]:
        return {self.text(one, "name"): self.text(one, "type") for one in self.many(part, "attributes")}

    def relations(self, part: dict[str, Any]) -> list[tuple[str, str]]:
        return [(self.text(r, "objectId"), str(r.get("qualifier", ""))) for r in self.many(part, "relationships")]

    def thing(self, part: dict[str, Any]) -> Thing:
        said = [(self.text(a, "name"), str(a.get("time", "")), self.value(a)) for a in self.many(part, "attributes")]
        known = [(name, time, value) for name, time, value in said if value is not None]
        return Thing(self.text(part, "id"), self.text(part, "type"), known, self.relations(part))

    def event(self, part: dict[str, Any]) -> Event:
        said = {self.text(a, "name"): self.value(a) for a in self.many(part, "attributes")}
        known = {name: value for name, value in said.items() if value is not None}
        return Event(
            self.text(part, "id"), self.text(part, "type"), self.text(part, "time"), known, self.relations(part)
        )
