"""Places of the watched country and its neighbours: towns from GeoNames, regions, countries, and sites that data name.

The tables stand beside this file (`CREDITS.md`). A site's coordinates are those of a town that the data name with it,
with a radius that says how little that is; a region has the middle and the reach of its places in the table; what
follows from nothing has none.
"""

from __future__ import annotations

import csv
import io
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from tocsin.watch.people.inflection import CYRILLIC, LATIN, Lexicon, cyrillic

__all__ = ["UNKNOWN_SORT", "Place", "by_id", "lexicon", "region_of_seat", "rules", "spellings", "within"]

UNKNOWN_SORT: Final = "unknown"
"""Sort of a name that is in no table."""
_OTHER_LETTERS: Final = re.compile("[іўїєґІЎЇЄҐ]")
_AS_UKRAINIAN: Final = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        (r"и\b", "і"),
        (r"ск\b", "ськ"),
        (r"цк\b", "цьк"),
        (r"ец\b", "ець"),
        ("ы", "и"),
        ("э", "е"),
    )
)
_REACH_KM: Final = ((500_000, 15.0), (50_000, 8.0), (0, 3.0))
"""Radius that is assumed of a town by its people, at least; GeoNames gives a point only."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place, or a name that is in no table.

    Attributes:
        id: GeoNames number, or our own; "" of an unknown name.
        name: The name that is shown, in Latin letters.
        sort: town, region, country, site, river, station or unknown.
        country: Two small letters, "" if it lies in several or nobody knows.
        region: Id of the region that it lies in, "" if there is none or nobody knows.
        lat: Latitude in degrees, None if none follows from the tables.
        lon: Longitude in degrees, likewise.
        radius_km: How far from there it may be, in kilometres; None without coordinates.
        population: People, 0 = unknown.
        note: What is assumed.
    """

    id: str
    name: str
    sort: str
    country: str = ""
    region: str = ""
    lat: float | None = None
    lon: float | None = None
    radius_km: float | None = None
    population: int = 0
    note: str = ""

    @property
    def known(self) -> bool:
        """Whether it is in a table."""
        return self.sort != UNKNOWN_SORT

    @property
    def assumed(self) -> bool:
        """Whether its coordinates are an assumption."""
        return "Assumption" in self.note

    def as_value(self) -> dict[str, Any]:
        """As the value of a suggestion."""
        named = {"id": self.id, "name": self.name, "country": self.country, "sort": self.sort}
        return named | {"lat": self.lat, "lon": self.lon, "radius_km": self.radius_km}

    def as_json(self) -> dict[str, Any]:
        """All that is known of it."""
        return self.as_value() | {"region": self.region, "note": self.note}


@cache
def rules() -> Mapping[str, Any]:
    """The rules of `places.toml`."""
    return tomllib.loads((files("tocsin.watch.text") / "places.toml").read_text(encoding="utf-8"))


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("tocsin.watch.text") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


@cache
def by_id() -> Mapping[str, Place]:
    """All places by id."""
    towns = {row["id"]: _town(row) for row in _rows("gazetteer.csv")}
    return towns | {row["id"]: _site(row, towns) for row in _rows("sites.csv")}


def _town(row: Mapping[str, str]) -> Place:
    people = int(row["population"])
    radius = next(km for least, km in _REACH_KM if people >= least)
    where = (float(row["lat"]), float(row["lon"]), radius, people)
    return Place(row["id"], row["name"], "town", row["country"], row["region"], *where)


def _site(row: Mapping[str, str], towns: Mapping[str, Place]) -> Place:
    parent = row["parent"] if row["parent"] != row["country"] else ""
    head = (row["id"], row["name"], row["sort"], row["country"], parent)
    if row["near"]:
        town = towns[row["near"]]
        return Place(*head, town.lat, town.lon, float(row["radius_km"]), note=row["note"])
    # Of a neighbour the table holds only a part: its middle would be wrong.
    if row["country"] == "by":
        held = [one for one in towns.values() if row["id"] in (one.region, one.country)]
        if held:
            return Place(*head, *_middle(held), note=row["note"])
    return Place(*head, note=row["note"])


def _middle(towns: list[Place]) -> tuple[float, float, float]:
    """The middle of the box round some places, and how far the furthest of them is."""
    points = [(one.lat, one.lon) for one in towns if one.lat is not None and one.lon is not None]
    lat = (min(a for a, _ in points) + max(a for a, _ in points)) / 2
    lon = (min(b for _, b in points) + max(b for _, b in points)) / 2
    east = 111.32 * math.cos(math.radians(lat))
    reach = max(math.hypot((a - lat) * 111.2, (b - lon) * east) for a, b in points)
    return round(lat, 3), round(lon, 3), float(math.ceil(reach))


@cache
def region_of_seat() -> Mapping[str, str]:
    """Id of a town → id of the region that is called after it."""
    return {row["seat"]: row["id"] for row in _rows("sites.csv") if row["seat"]}


@cache
def spellings() -> Mapping[str, tuple[str, ...]]:
    """Id of a place → its names, in Cyrillic and Latin letters."""
    found: dict[str, list[str]] = {}
    for row in (*_rows("gazetteer.csv"), *_rows("sites.csv")):
        both = (row["name"], *row["cyrillic"].split("|"), *row["latin"].split("|"))
        found.setdefault(row["id"], []).extend(one for one in both if one)
    for row in _rows("spellings.csv"):
        found[row["id"]].extend(row["names"].split("|"))
    return {one: tuple(dict.fromkeys((*names, *_ukrainian(names)))) for one, names in found.items()}


def _ukrainian(names: list[str]) -> list[str]:
    """Russian names as a Ukrainian text writes them where GeoNames has no Ukrainian one: Калинковичи, Калинковичі."""
    made = [name for name in names if cyrillic(name) and not _OTHER_LETTERS.search(name)]
    for pattern, letters in _AS_UKRAINIAN:
        made = [pattern.sub(letters, name) for name in made]
    return made


@cache
def lexicon() -> Lexicon[str]:
    """Names of all places by stem and ending, each with the id of the place."""
    made = Lexicon[str]()
    for identity, names in spellings().items():
        for name in names:
            made.add(name, CYRILLIC if cyrillic(name) else LATIN, identity)
    return made


def within(place: Place, other: Place) -> bool | None:
    """Whether a place lies within another one, as far as the tables tell.

    Args:
        place: A town, site, region or country.
        other: The same.

    Returns:
        True or False if the tables say so; None if they do not (a region that nobody has drawn, an unknown name).
    """
    if place.known and place.id == other.id:
        return True
    if other.sort == "country":
        return place.country == other.country if place.country else None
    if place.sort == "country":
        return False if place.country and other.country else None
    if place.country and other.country and place.country != other.country:
        return False
    if other.sort == "region":
        return _in_region(place, other)
    if other.sort == "town" and place.sort in ("town", "region"):
        return False
    return None


def _in_region(place: Place, other: Place) -> bool | None:
    if place.region == other.id:
        return True
    drawn = _drawn()
    if other.id not in drawn:
        return None
    if place.id in drawn:
        return False
    return False if place.region in drawn else None


@cache
def _drawn() -> frozenset[str]:
    """Regions whose places are told by the gazetteer."""
    return frozenset(one.region for one in by_id().values() if one.sort == "town")
