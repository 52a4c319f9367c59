"""The bundled maps: towns and outlines of the countries that Tocsin knows, and distances on the sphere.

The tables stand in `places/` with their credit and licences; `tools/make_places.py` made them.
They are read with the standard library alone, so that a map costs a report no further import.

Coordinates are degrees on WGS 84, longitude before latitude inside rings (as in GeoJSON), by name elsewhere.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Literal, cast, get_args

from tocsin.errors import PlanError

__all__ = [
    "COUNTRIES",
    "CREDIT",
    "Outline",
    "OutlineKind",
    "Ring",
    "Town",
    "distance_km",
    "neighbours",
    "outlines",
    "parse_outlines",
    "parse_towns",
    "towns",
]

COUNTRIES = ("by", "ee")
"""Countries with bundled tables: ISO 3166-1 codes in lower case, as the plan's `places` key writes them."""

CREDIT = "Towns: GeoNames (CC BY 4.0), selected and partly respelt. Outlines: Natural Earth, simplified."
"""What must be said wherever the tables are shown: the licence of GeoNames asks for it."""

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth, (2a + b) / 3 of WGS 84 (Moritz, Geodetic Reference System 1980)."""

OUTLINES_FORMAT = "tocsin-outlines-1"
TOWN_COLUMNS = ("geoname_id", "name", "ascii", "region", "population", "lat", "lon")

OutlineKind = Literal["country", "region", "neighbour"]
Ring = tuple[tuple[float, float], ...]
"""Points (longitude, latitude) in degrees; the last equals the first."""


@dataclass(frozen=True, slots=True)
class Town:
    """A populated place of 500 people or more.

    Attributes:
        geoname_id: Number of the place in GeoNames: stable, and unlike the name never given twice.
        name: Name as GeoNames spells it, with accents; capitals of regions are spelt as their region.
        ascii: The same in plain letters, without accents and soft signs.
        region: Name of the region, as `outlines` gives it.
        population: People, as GeoNames has it (no common date; rural people outside such places are missing).
        lat: Degrees north.
        lon: Degrees east.
    """

    geoname_id: int
    name: str
    ascii: str
    region: str
    population: int
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Outline:
    """The simplified border of a country, of a region, or of the part of a neighbour that a map shows.

    Attributes:
        id: ISO 3166 code: "BY", "BY-HR".
        name: Name in the spelling that Tocsin uses.
        kind: "country", "region" or "neighbour"; neighbours are cut to a frame, whose sides are no borders.
        rings: Outer rings anticlockwise, holes clockwise (RFC 7946), each hole after the ring it is in.
            d3 and Vega wind the other way: turn every ring round for their spherical projections.
    """

    id: str
    name: str
    kind: OutlineKind
    rings: tuple[Ring, ...]

    def contains(self, lat: float, lon: float) -> bool:
        """Say whether a point lies inside, by counting the borders east of it; on a border either is said.

        Args:
            lat: Degrees north.
            lon: Degrees east.

        Returns:
            True if an odd number of borders lies east of the point (even-odd rule, so holes are outside).
        """
        inside = False
        for ring in self.rings:
            for (ax, ay), (bx, by) in pairwise(ring):
                if (ay > lat) != (by > lat) and lon < ax + (lat - ay) / (by - ay) * (bx - ax):
                    inside = not inside
        return inside


def towns(country: str) -> list[Town]:
    """Return the bundled towns of a country, most people first.

    Args:
        country: ISO 3166-1 code, in either case: one of `COUNTRIES`.

    Returns:
        Places of 500 people or more (GeoNames, CC BY 4.0).

    Raises:
        PlanError: If nothing is bundled for the country, or the table is damaged.
    """
    return list(_towns(_known(country)))


def outlines(country: str) -> list[Outline]:
    """Return the outline of a country, and after it those of its regions.

    Args:
        country: ISO 3166-1 code, in either case: one of `COUNTRIES`.

    Returns:
        The country first, then the regions by their code; borders are shared point by point (Natural Earth).

    Raises:
        PlanError: If nothing is bundled for the country, or the table is damaged.
    """
    return [outline for outline in _outlines(_known(country)) if outline.kind != "neighbour"]


def neighbours(country: str) -> list[Outline]:
    """Return the neighbours of a country, coarser, cut to a frame 2° wider and 1° higher on every side.

    Args:
        country: ISO 3166-1 code, in either case: one of `COUNTRIES`.

    Returns:
        Outlines of the kind "neighbour", which share the country's border point by point (Natural Earth).

    Raises:
        PlanError: If nothing is bundled for the country, or the table is damaged.
    """
    return [outline for outline in _outlines(_known(country)) if outline.kind == "neighbour"]


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the great-circle distance between two points, by the haversine formula (Sinnott 1984).

    The Earth is taken as a sphere, which is wrong by at most about 0.5 %. Roads are longer: the plan's own
    factor turns this into a route.

    Args:
        lat1: Degrees north of the first point.
        lon1: Degrees east of the first point.
        lat2: Degrees north of the second point.
        lon2: Degrees east of the second point.

    Returns:
        Kilometres.
    """
    north1, north2 = math.radians(lat1), math.radians(lat2)
    half_north, half_east = (north2 - north1) / 2, math.radians(lon2 - lon1) / 2
    chord = math.sin(half_north) ** 2 + math.cos(north1) * math.cos(north2) * math.sin(half_east) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))


def parse_towns(text: str, place: str) -> tuple[Town, ...]:
    """Read the text of a table of towns.

    Args:
        text: CSV with the columns of `TOWN_COLUMNS`.
        place: What to call the table in an error.

    Returns:
        The towns in the order of the table.

    Raises:
        PlanError: If columns are missing, or a value is none (with its line).
    """
    rows = csv.reader(io.StringIO(text))
    head = tuple(next(rows, ()))
    if head != TOWN_COLUMNS:
        raise PlanError(f"found the columns {', '.join(head)}; expected {', '.join(TOWN_COLUMNS)}", place=place)
    return tuple(_town(row, f"{place} line {rows.line_num}") for row in rows)


def parse_outlines(text: str, place: str) -> tuple[Outline, ...]:
    """Read the text of a table of outlines.

    Args:
        text: JSON: `format`, `country`, `credit`, `grid` (units a degree) and `outlines`, each with `id`,
            `name`, `kind` and `rings`. A ring is one flat list of whole numbers: its first point (east,
            north), then the steps from point to point; the step back to the first point is left out.
        place: What to call the table in an error.

    Returns:
        The outlines in the order of the table.

    Raises:
        PlanError: If the text is no such table (with the outline that is wrong).
    """
    try:
        content = json.loads(text)
        found, grid, rows = content["format"], content["grid"], content["outlines"]
    except (ValueError, KeyError, TypeError) as reason:
        raise PlanError(f"this is no table of outlines ({reason!r})", place=place) from reason
    if found != OUTLINES_FORMAT:
        raise PlanError(f"found the format {found!r}; expected {OUTLINES_FORMAT!r}", place=place)
    if not isinstance(grid, int) or grid < 1:
        raise PlanError(f"found {grid!r} as units a degree; expected a whole number from 1", place=f"{place} grid")
    if not isinstance(rows, list):
        raise PlanError("found no list of outlines", place=f"{place} outlines")
    return tuple(_outline(row, grid, f"{place} outlines[{number}]") for number, row in enumerate(rows))


def _known(country: str) -> str:
    """Return the code in lower case, or refuse it."""
    if country.lower() not in COUNTRIES:
        raise PlanError(
            f"no towns or outlines are bundled for {country!r}; expected one of {', '.join(COUNTRIES)}",
            place="places",
        )
    return country.lower()


def _text(name: str) -> str:
    """Read one bundled table."""
    return (files(__package__) / "places" / name).read_text(encoding="utf-8")


@cache
def _towns(code: str) -> tuple[Town, ...]:
    name = f"towns-{code}.csv"
    return parse_towns(_text(name), name)


@cache
def _outlines(code: str) -> tuple[Outline, ...]:
    name = f"outlines-{code}.json"
    return parse_outlines(_text(name), name)


def _town(row: list[str], place: str) -> Town:
    """Make a town of one row of the table."""
    try:
        number, name, plain, region, population, lat, lon = row
        town = Town(int(number), name, plain, region, int(population), float(lat), float(lon))
    except ValueError as reason:
        raise PlanError(f"found {','.join(row)!r}; expected {', '.join(TOWN_COLUMNS)}", place=place) from reason
    if town.population < 1 or not (-90 <= town.lat <= 90 and -180 <= town.lon <= 180):
        raise PlanError(f"found {','.join(row)!r}; expected people and a point on the Earth", place=place)
    return town


def _outline(row: object, grid: int, place: str) -> Outline:
    """Make an outline of one entry of the table."""
    if not isinstance(row, dict) or set(row) != {"id", "name", "kind", "rings"}:
        raise PlanError("this is no outline; expected id, name, kind and rings", place=place)
    if row["kind"] not in get_args(OutlineKind):
        expected = ", ".join(get_args(OutlineKind))
        raise PlanError(f"found {row['kind']!r}; expected one of {expected}", place=f"{place} kind")
    if not isinstance(row["rings"], list) or not row["rings"]:
        raise PlanError("found no rings; expected one or more", place=f"{place} rings")
    rings = tuple(tuple(_points(flat, grid, f"{place} rings[{n}]")) for n, flat in enumerate(row["rings"]))
    return Outline(str(row["id"]), str(row["name"]), cast(OutlineKind, row["kind"]), rings)


def _points(flat: object, grid: int, place: str) -> Iterator[tuple[float, float]]:
    """Yield the points of one ring, closed, from its delta-coded form."""
    if not isinstance(flat, list) or not all(type(step) is int for step in flat):
        raise PlanError("found a ring that is no list of whole numbers", place=place)
    if len(flat) < 6 or len(flat) % 2:
        raise PlanError(f"found {len(flat)} numbers; expected an even count from 6", place=place)
    x = y = 0
    for east, north in zip(flat[::2], flat[1::2], strict=True):
        x, y = x + east, y + north
        yield x / grid, y / grid
    yield flat[0] / grid, flat[1] / grid
