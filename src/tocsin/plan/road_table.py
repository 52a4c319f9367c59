"""The bundled tables of roads: an assumption, no road map. `tools/make_roads.py` made them and says by what rule."""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib.resources import files

import numpy as np

from tocsin.errors import PlanError
from tocsin.plan.geography import COUNTRIES, towns
from tocsin.plan.road_map import RoadMap

__all__ = ["ROAD_COLUMNS", "bundled_roads", "parse_roads"]

ROAD_COLUMNS = ("name", "from_id", "to_id", "km", "speed_kmh")
"""Name of the road, GeoNames numbers of the towns that it joins, its length and its highest speed."""


@cache
def bundled_roads(country: str) -> RoadMap:
    """Return the bundled roads of a country, both ways, between its bundled towns.

    Args:
        country: ISO 3166-1 code in lower case: one of `COUNTRIES`.

    Raises:
        PlanError: No roads are bundled for the country, or the table is damaged.
    """
    if country not in COUNTRIES:
        known = ", ".join(COUNTRIES)
        raise PlanError(f"no roads are bundled for {country!r}; expected one of {known}", place="roads.places")
    name = f"roads-{country}.csv"
    return parse_roads((files(__package__) / "places" / name).read_text(encoding="utf-8"), country, name)


def parse_roads(text: str, country: str, place: str) -> RoadMap:
    """Read the text of a table of roads.

    Args:
        text: CSV with the columns of `ROAD_COLUMNS`.
        country: Whose towns the roads join.
        place: What to call the table in an error.

    Raises:
        PlanError: Columns are missing, or a value is none (with its line).
    """
    rows = csv.reader(io.StringIO(text))
    head = tuple(next(rows, ()))
    if head != ROAD_COLUMNS:
        raise PlanError(f"found the columns {', '.join(head)}; expected {', '.join(ROAD_COLUMNS)}", place=place)
    listed = towns(country)
    node = {town.geoname_id: i for i, town in enumerate(listed)}
    roads = [_road(row, node, f"{place} line {rows.line_num}") for row in rows]
    both = [way for road in roads for way in (road, (road[1], road[0], *road[2:]))]
    ends = np.array([way[:2] for way in both], np.int64).reshape(-1, 2)
    return RoadMap(
        lat=np.array([t.lat for t in listed]),
        lon=np.array([t.lon for t in listed]),
        start=ends[:, 0].copy(),
        end=ends[:, 1].copy(),
        km=np.array([way[2] for way in both], np.float64),
        speed_kmh=np.array([way[3] for way in both], np.float64),
        columns=np.ones(len(both), np.int64),
        names=tuple(way[4] for way in both),
    )


def _road(row: list[str], node: dict[int, int], place: str) -> tuple[int, int, float, float, str]:
    try:
        name, here, there, km, speed = row
        road = (node[int(here)], node[int(there)], float(km), float(speed), name)
    except (ValueError, KeyError) as reason:
        found = f"found {','.join(row)!r}; expected {', '.join(ROAD_COLUMNS)} between two bundled towns"
        raise PlanError(found, place=place) from reason
    if not (name and road[2] > 0 and road[3] > 0):
        raise PlanError(f"found {','.join(row)!r}; expected a name, a length and a speed", place=place)
    return road
