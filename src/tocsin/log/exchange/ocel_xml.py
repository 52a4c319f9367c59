"""OCEL 2.0 as XML."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from tocsin.errors import LogError
from tocsin.log.exchange.objects import Event, Thing, Tied, Value
from tocsin.log.exchange.xml_parts import Node, attribute, nodes

__all__ = ["read_xml", "write_xml"]


def write_xml(path: Path, log: Tied) -> None:
    """Write a log of objects.

    Raises:
        LogError: A name holds a character that XML cannot.
    """
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<log>\n')
        for what, types in (("object", log.object_types), ("event", log.event_types)):
            file.write(f"<{what}-types>\n")
            for kind, attributes in types.items():
                said = "".join(f"<attribute name={attribute(a)} type={attribute(t)}/>" for a, t in attributes.items())
                file.write(f"<{what}-type name={attribute(kind)}><attributes>{said}</attributes></{what}-type>\n")
            file.write(f"</{what}-types>\n")
        file.write("<objects>\n")
        for thing in log.objects:
            said = "".join(_said(name, value, f" time={attribute(time)}") for name, time, value in thing.attributes)
            _element(file, "object", thing, "", said)
        file.write("</objects>\n<events>\n")
        for event in log.events:
            said = "".join(_said(name, value) for name, value in event.attributes.items())
            _element(file, "event", event, f" time={attribute(event.time)}", said)
        file.write("</events>\n</log>\n")


def _element(file: IO[str], tag: str, of: Event | Thing, more: str, said: str) -> None:
    ties = "".join(
        f"<relationship object-id={attribute(thing)} qualifier={attribute(qualifier)}/>"
        for thing, qualifier in of.relations
    )
    file.write(
        f"<{tag} id={attribute(of.id)} type={attribute(of.type)}{more}>"
        f"<attributes>{said}</attributes><objects>{ties}</objects></{tag}>\n"
    )


def _said(name: str, value: Value, more: str = "") -> str:
    return f"<attribute name={attribute(name)}{more}>{attribute(value)[1:-1]}</attribute>"


def read_xml(path: Path) -> Tied:
    """Read a log of objects.

    Raises:
        LogError: It is not XML, or not OCEL 2.0, with the line.
    """
    types: dict[str, dict[str, dict[str, str]]] = {"event-type": {}, "object-type": {}}
    things, events, listed = [], [], False
    for node in nodes(path, ("event-type", "object-type", "object", "event", "event-types")):
        if node.tag == "event-types":
            listed = True
        elif node.tag in types:
            said = {_needed(a, "name", path): a.attributes.get("type", "string") for a in _inside(node, "attributes")}
            types[node.tag][_needed(node, "name", path)] = said
        elif node.tag == "object":
            told: list[tuple[str, str, Value]] = [
                (_needed(a, "name", path), a.attributes.get("time", ""), a.text) for a in _inside(node, "attributes")
            ]
            things.append(Thing(_needed(node, "id", path), _needed(node, "type", path), told, _ties(node, path)))
        else:
            events.append(_event(node, path))
    if not listed and not events:
        raise LogError("found no event-types and no event, expected OCEL 2.0 in XML", place=str(path))
    return Tied(types["event-type"], types["object-type"], things, events)


def _event(node: Node, path: Path) -> Event:
    said: dict[str, Value] = {_needed(a, "name", path): a.text for a in _inside(node, "attributes")}
    identity, kind, time = (_needed(node, key, path) for key in ("id", "type", "time"))
    return Event(identity, kind, time, said, _ties(node, path))


def _inside(node: Node, tag: str) -> list[Node]:
    return [one for group in node.all(tag) for one in group.children]


def _ties(node: Node, path: Path) -> list[tuple[str, str]]:
    found = [one for tag in ("objects", "relationship") for one in _inside(node, tag)]
    return [(_needed(one, "object-id", path), one.attributes.get("qualifier", "")) for one in found]


def _needed(node: Node, key: str, path: Path) -> str:
    value = node.attributes.get(key)
    if value is None:
        raise LogError(f"found <{node.tag}> without {key!r}", place=f"{path}: line {node.line}")
    return value
