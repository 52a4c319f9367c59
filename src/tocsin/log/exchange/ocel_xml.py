"""OCEL 2.0 as XML."""

from __future__ import annotations

from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element

from tocsin.errors import LogError
from tocsin.log.exchange.objects import Event, Thing, Tied, Value
from tocsin.log.exchange.xml_parts import attribute, local, parts

__all__ = ["read_xml", "write_xml"]


def write_xml(path: Path, log: Tied) -> None:
    """Write a log of objects.

    Raises:
        LogError: A name holds a character that XML cannot.
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
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
        LogError: It is not XML, or not OCEL 2.0, with the element.
    """
    types: dict[str, dict[str, dict[str, str]]] = {"event-type": {}, "object-type": {}}
    things: list[Thing] = []
    events: list[Event] = []
    listed = False
    for tag, element, _ in parts(
        path, ("event-type", "object-type", "object", "event", "event-types"), inner="object-id"
    ):
        if tag == "event-types":
            listed = True
        elif tag in types:
            place = f"{path}: {tag} {len(types[tag]) + 1}"
            said = {_needed(a, "name", place): a.get("type", "string") for a in _inside(element, "attributes")}
            types[tag][_needed(element, "name", place)] = said
        elif tag == "event":
            place = f"{path}: event {len(events) + 1}"
            events.append(_event(element, place))
        else:
            things.append(_thing(element, f"{path}: object {len(things) + 1}"))
    if not listed and not events:
        raise LogError("found no event-types and no event, expected OCEL 2.0 in XML", place=str(path))
    return Tied(types["event-type"], types["object-type"], things, events)


def _event(element: Element, place: str) -> Event:
    said: dict[str, Value] = {_needed(a, "name", place): a.text or "" for a in _inside(element, "attributes")}
    identity, kind, time = (_needed(element, key, place) for key in ("id", "type", "time"))
    return Event(identity, kind, time, said, _ties(element, place))


def _thing(element: Element, place: str) -> Thing:
    said: list[tuple[str, str, Value]] = [
        (_needed(a, "name", place), a.get("time", ""), a.text or "") for a in _inside(element, "attributes")
    ]
    return Thing(_needed(element, "id", place), _needed(element, "type", place), said, _ties(element, place))


def _inside(element: Element, tag: str) -> list[Element]:
    return [one for group in element if local(group) == tag for one in group]


def _ties(element: Element, place: str) -> list[tuple[str, str]]:
    """The objects that an event or object is tied to: <relationship> in the specification, <object> in its schema."""
    return [(_needed(one, "object-id", place), one.get("qualifier", "")) for one in _inside(element, "objects")]


def _needed(element: Element, key: str, place: str) -> str:
    value = element.get(key)
    if value is None:
        raise LogError(f"found <{local(element)}> without {key!r}, expected OCEL 2.0 in XML", place=place)
    return value
