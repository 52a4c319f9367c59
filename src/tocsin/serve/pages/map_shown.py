"""What the map shows: incidents and statements on forces as GeoJSON, filtered by day, sort and group.

One function says which events a filter lets through (`Asked.lets`); the list, the drawing without scripts and the
timeline use it, and `static/map.js` says the same of the same properties, so that map and list never differ. Circles
are sized by independent origins; of several events at one place each origin counts once.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final
from urllib.parse import quote

from tocsin.brief.watch_words import count_words, time_words
from tocsin.serve.pages.claims_shown import day_words
from tocsin.serve.room import View
from tocsin.watch import Bounds
from tocsin.watch.exchange.events import events
from tocsin.watch.exchange.geojson import geojson
from tocsin.watch.likeness import count_origins
from tocsin.watch.text.places import locate
from tocsin.watch.times import day_of

__all__ = ["GROUPS", "SORTS", "WIDE_KM", "Asked", "Event", "all_events", "asked_of", "events_json", "land_json", "let"]

WIDE_KM: Final = 200.0
"""From this radius on a place is a whole country: a point in its middle would say what nobody said."""
SORTS: Final = {"all": "both", "incident": "incidents", "sighting": "statements on forces"}
GROUPS: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    "call-up": ("Call-up, numbers, notice", "circle", ("called-up", "numbers", "notice-time", "duration")),
    "treatment": (
        "How those called are treated",
        "diamond",
        ("exempt-summoned", "exemption-granted", "medical-ignored", "refusal-punished", "waiting", "phones-taken"),
    ),
    "words": ("What offices and others say of it", "square",
              ("announced", "official-purpose", "official-lawful", "hypothesis", "ended")),
    "readied": ("Units, places, equipment", "triangle", ("place", "equipment", "other")),
    "forces": ("Foreign forces", "hexagon", ("foreign-forces",)),
}  # fmt: skip
"""Group → its words, the shape of its mark, and its topics; statements on forces are of the last."""
_GROUP_OF: Final = {topic: name for name, (_, _, topics) in GROUPS.items() for topic in topics}


@dataclass(frozen=True, slots=True)
class Event:
    """An incident or a statement on forces, as map and list show it.

    Attributes:
        id: As in the GeoJSON: `incident i-…` or `sighting f…`.
        sort: incident or sighting.
        group: One of `GROUPS`.
        title: What.
        when: Bounds in milliseconds.
        first, last: Days since 1970 that it may be of; None = open or not known.
        when_words: The same in words.
        place: As written, "" = not said.
        at: Latitude, longitude and radius in km; None = not placed.
        origins: Its origin groups.
        count: How many, in words.
        address: Of its page.
        sources: Ids that it traces to, with their addresses.
        more: How many more there are.
    """

    id: str
    sort: str
    group: str
    title: str
    when: Bounds
    first: int | None
    last: int | None
    when_words: str
    place: str
    at: tuple[float, float, float] | None
    origins: tuple[str, ...]
    count: str
    address: str
    sources: tuple[tuple[str, str], ...]
    more: int

    @property
    def where(self) -> str:
        """placed, wide (a whole country) or unplaced."""
        return "unplaced" if self.at is None else "wide" if self.at[2] >= WIDE_KM else "placed"

    @property
    def independent(self) -> str:
        """How many independent origins, in words."""
        return count_words(count_origins(self.origins), "independent origin")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for.

    Attributes:
        first, last: Days since 1970, None = not asked; what has no day is only let through where neither is.
        sort: One of `SORTS`.
        groups: Those that are let through.
        where: placed, wide, unplaced, or "" for all.
        place: A place as written, or "" for all.
    """

    first: int | None = None
    last: int | None = None
    sort: str = "all"
    groups: tuple[str, ...] = tuple(GROUPS)
    where: str = ""
    place: str = ""

    def lets(self, one: Event) -> bool:
        """Whether an event is let through."""
        if self.sort not in ("all", one.sort) or one.group not in self.groups:
            return False
        if (self.where and self.where != one.where) or (self.place and self.place != one.place):
            return False
        if self.first is None and self.last is None:
            return True
        if one.first is None and one.last is None:
            return False
        late = self.last is not None and one.first is not None and one.first > self.last
        early = self.first is not None and one.last is not None and one.last < self.first
        return not late and not early

    def words(self) -> dict[str, str]:
        """As the address says it; what is not asked for is left out."""
        days = {"from": _date(self.first), "to": _date(self.last)}
        groups = "" if len(self.groups) == len(GROUPS) else ",".join(self.groups)
        told = {**days, "sort": "" if self.sort == "all" else self.sort, "group": groups}
        return {name: word for name, word in (told | {"where": self.where, "place": self.place}).items() if word}


def asked_of(query: Mapping[str, Any], groups: Sequence[str]) -> tuple[Asked, str]:
    """Read what an address asks for.

    Args:
        query: Words of the address.
        groups: All its words of `group`, each one or several with commas.

    Returns:
        What is asked for, and what could not be read, in a sentence, or "".
    """
    refused, days = "", list[int | None]()
    for name in ("from", "to"):
        word = str(query.get(name, "")).strip()
        try:
            days.append(dt.date.fromisoformat(word).toordinal() - _EPOCH if word else None)
        except ValueError:
            days.append(None)
            refused = f"Found {word[:30]!r}; expected a day such as 2026-02-19."
    first, last = days
    if first is not None and last is not None and first > last:
        refused, first, last = "Found the later day first; expected from the earlier to the later.", None, None
    named = [part for word in groups for part in word.split(",") if part in GROUPS]
    sort, where = str(query.get("sort", "")), str(query.get("where", ""))
    return Asked(
        first, last, sort if sort in SORTS else "all", tuple(name for name in GROUPS if name in named) or tuple(GROUPS),
        where if where in _WHERES else "", str(query.get("place", "")),
    ), refused  # fmt: skip


_EPOCH: Final = dt.date(1970, 1, 1).toordinal()


def _date(day: int | None) -> str:
    return "" if day is None else dt.date.fromordinal(day + _EPOCH).isoformat()


def all_events(view: View) -> tuple[Event, ...]:
    """All events, those on the map first; of each kind the last first, and those without a day at its end."""
    return view.remember("map: events", lambda: _all(view))


def _all(view: View) -> tuple[Event, ...]:
    desk = view.desk
    found = [
        Event(
            f"incident {one.id}", "incident", _GROUP_OF.get(one.topic, "readied"), one.title, one.when,
            *_days(view, one.when), day_words(view, one.when), one.place, locate(one.place) if one.place else None,
            one.origins, "; ".join(count_words(amount.count, amount.unit) for amount in one.counts),
            f"/incidents/{quote(one.id, safe='')}",
            tuple((name, f"/inbox/{quote(name, safe='')}") for name in one.reports[:_SOURCES]),
            max(len(one.reports) - _SOURCES, 0),
        )
        for one in desk.incidents
    ]  # fmt: skip
    for _, row in sorted(desk.standing.sightings.items()):
        address = f"/footprint/{quote(row.id, safe='')}"
        found.append(Event(
            f"sighting {row.id}", "sighting", "forces", row.what, row.about, *_days(view, row.about),
            time_words(row.about, desk.zone), row.place, locate(row.place) if row.place else None,
            (row.publisher,), count_words(row.count, row.unit) if row.count.known else "", address,
            ((row.id, address),), 0,
        ))  # fmt: skip
    return tuple(sorted(found, key=_order))


def _order(one: Event) -> tuple[int, int, str]:
    """What stands on the map first, then whole countries, then what is not placed; of each the last first."""
    return _WHERES.index(one.where), -(one.last if one.last is not None else one.first or -1), one.id


_WHERES: Final = ("placed", "wide", "unplaced")


_SOURCES: Final = 4


def _days(view: View, when: Bounds) -> tuple[int | None, int | None]:
    zone = view.desk.zone
    ends = [None if ms is None else day_of(ms, zone).toordinal() - _EPOCH for ms in (when.least, when.most)]
    return ends[0], ends[1]


def let(view: View, asked: Asked) -> list[Event]:
    """The events that are let through, in the order of `all_events`."""
    return [one for one in all_events(view) if asked.lets(one)]


# --- GeoJSON ------------------------------------------------------------------------------------------------------


def events_json(view: View) -> bytes:
    """All events as `tocsin watch export geojson` writes them (RFC 7946), with what the map needs besides."""
    return view.remember("map: GeoJSON", lambda: _events_json(view))


def _events_json(view: View) -> bytes:
    desk = view.desk
    text = geojson(events(desk.incidents, desk.standing), desk.standing.sightings.values(), locate)
    whole, more = json.loads(text), {one.id: one for one in all_events(view)}
    for one in (*whole["features"], *whole["unplaced"]):
        told = more[one["id"]]
        shown = {
            "group": told.group, "first": told.first, "last": told.last, "when_words": told.when_words,
            "origins": list(told.origins), "independent": told.independent, "count": told.count,
            "address_here": told.address, "sources": [list(pair) for pair in told.sources], "more": told.more,
            "where": told.where, "sort": told.sort,
        }  # fmt: skip
        if "properties" in one:
            one["properties"] = _lean(one["properties"]) | shown
        else:
            one |= {"sort": told.sort, "group": told.group, "first": told.first, "last": told.last}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _lean(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what the page does not show."""
    return {name: value for name, value in values.items() if name not in ("grades", "counts")}


def land_json(country: str) -> bytes:
    """Outlines of a country's regions and its neighbours as GeoJSON (RFC 7946); credit: Natural Earth."""
    from tocsin.plan import geography

    areas = [*geography.neighbours(country), *geography.outlines(country)]
    features = [
        {
            "type": "Feature",
            "id": one.id,
            "geometry": {"type": "MultiPolygon", "coordinates": _polygons(one.rings)},
            "properties": {"name": one.name, "kind": one.kind},
        }
        for one in areas
    ]
    towns = geography.towns(country)[:14]
    features += [
        {
            "type": "Feature",
            "id": f"town {one.geoname_id}",
            "geometry": {"type": "Point", "coordinates": [one.lon, one.lat]},
            "properties": {"name": one.name, "kind": "town", "population": one.population},
        }
        for one in towns
    ]
    whole = {"type": "FeatureCollection", "features": features, "credit": "Natural Earth; GeoNames (CC BY 4.0)"}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _polygons(rings: Iterable[Sequence[tuple[float, float]]]) -> list[list[list[list[float]]]]:
    """Rings as polygons: an outer ring goes anticlockwise, and the holes after it clockwise."""
    made: list[list[list[list[float]]]] = []
    for ring in rings:
        points = [[round(lon, 4), round(lat, 4)] for lon, lat in ring]
        turn = sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(points))
        if turn > 0 or not made:
            made.append([points])
        else:
            made[-1].append(points)
    return made
