"""Roads out of an OpenStreetMap extract (.osm.pbf): which ways are roads, how fast, how broad, in which direction.

The file is streamed; where its nodes lie is kept in a temporary file, and only the stretches of roads in memory. What
the file does not say is assumed, and stands in the tables of this file: speeds by class of road, a lane a direction.
"""

from __future__ import annotations

import re
import tempfile
import unicodedata
from array import array
from collections.abc import Callable, Collection, Iterator
from itertools import product
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from tocsin.errors import PlanError
from tocsin.plan.assignment import distances_km
from tocsin.plan.road_map import Ints, RoadMap, nearest_nodes

if TYPE_CHECKING:
    from osmium.osm import Way

__all__ = ["MAIN_KMH", "MINOR_KMH", "read_osm"]

MAIN_KMH = {
    "motorway": 110, "motorway_link": 60, "trunk": 90, "trunk_link": 50, "primary": 80, "primary_link": 50,
    "secondary": 70, "secondary_link": 40, "tertiary": 60, "tertiary_link": 40,
}  # fmt: skip
"""Classes of main roads, all of which are taken, and the assumed highest speed where a road does not say its own."""

MINOR_KMH = {"unclassified": 50, "residential": 30}
"""Classes of minor roads, which are taken only near a place that has no main road within `MAIN_NEAR_KM`."""

MAIN_NEAR_KM = 1.0
CELL_LAT, CELL_LON = 0.03, 0.05  # degrees, about 3 km; a place's cell and the eight around it are near it

BEYOND = -1  # the number of a node that lies beyond the edge of the extract

MILE_KM = 1.609344
_SPEED = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(mph)?")
_LATIN = str.maketrans("АВЕКМНОРСТУХ", "AVEKMNORSTUX")  # as the numbers of roads are written east of the Bug

Tags = Callable[[str], str | None]


def read_osm(path: Path, name: str, spots: Collection[tuple[float, float]]) -> RoadMap:
    """Read the roads of an extract.

    Args:
        path: Where it is.
        name: What to call it in messages: never the path, which would differ from machine to machine.
        spots: Places near which minor roads are wanted, degrees north and east.

    Returns:
        Every stretch between two neighbouring nodes of a road, as it can be driven; those that reach beyond the
        extract end at its edge. Turn restrictions and ferries are not read.

    Raises:
        PlanError: The extra `roads` is not installed, or the file is damaged, no extract, or has no roads.
    """
    ways = _Ways(spots)
    try:
        import osmium  # late and optional: few plans bring a map
        from osmium.filter import EntityFilter, KeyFilter
    except ImportError:
        raise PlanError(
            "reading .osm.pbf needs pyosmium, which is not installed; run: pip install tocsin[roads]", place=name
        ) from None
    try:
        with tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
            file = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
            file.with_locations(f"sparse_file_array,{folder}/nodes")
            file.with_filter(EntityFilter(osmium.osm.WAY)).with_filter(KeyFilter("highway"))
            for way in file:
                ways.add(cast("Way", way))  # the filters let nothing else through
    except RuntimeError as reason:
        told = " ".join(str(reason).split())
        size = path.stat().st_size
        raise PlanError(
            f"found {size} bytes that end too early or are no extract ({told}); expected a whole .osm.pbf", place=name
        ) from None
    roads = ways.roads()
    if not len(roads.start):
        raise PlanError("found no road from motorway to tertiary in it; expected an extract with roads", place=name)
    return roads


class _Ways:
    """The roads of an extract as they are read, one entry a node of a way and one a way."""

    def __init__(self, spots: Collection[tuple[float, float]]) -> None:
        self.spots = spots
        self.near = {
            (cell[0] + north, cell[1] + east)
            for cell in (_cell(*spot) for spot in spots)
            for north, east in product((-1, 0, 1), repeat=2)
        }
        self.ref, self.lat, self.lon, self.nodes = array("q"), array("d"), array("d"), array("q")
        self.minor, self.speed, self.name = array("b"), array("d"), array("q")
        self.there, self.back = array("q"), array("q")  # columns in either direction, 0 = not allowed
        self.names: dict[str | None, int] = {None: 0}

    def add(self, way: Way) -> None:
        tag: Tags = way.tags.get
        kind = tag("highway")
        usual = MAIN_KMH.get(str(kind)) or MINOR_KMH.get(str(kind))
        if usual is None or _forbidden(tag):
            return
        points = list(_points(way))
        minor = kind in MINOR_KMH
        if minor and not any(ref != BEYOND and _cell(lat, lon) in self.near for ref, lat, lon in points):
            return
        there, back = _columns(tag)
        for ref, lat, lon in points:
            self.ref.append(ref)
            self.lat.append(lat)
            self.lon.append(lon)
        self.nodes.append(len(points))
        self.minor.append(minor)
        self.speed.append(_speed(tag("maxspeed"), usual))
        self.name.append(self.names.setdefault(_name(tag), len(self.names)))
        self.there.append(there)
        self.back.append(back)

    def roads(self) -> RoadMap:
        """Make directed stretches of what was read."""
        ref = _whole(self.ref)
        known = ref != BEYOND
        _, first, number = np.unique(ref[known], return_index=True, return_inverse=True)
        lat, lon = (np.array(values, np.float64)[known][first] for values in (self.lat, self.lon))
        node = np.zeros(len(ref), np.int64)
        node[known] = number
        way = np.repeat(np.arange(len(self.nodes)), _whole(self.nodes))
        here = np.flatnonzero((way[1:] == way[:-1]) & known[1:] & known[:-1] & (node[1:] != node[:-1]))
        here = here[self._wanted(lat, lon, node[here], way[here])]
        start, end, way = node[here], node[here + 1], way[here]
        km = distances_km(lat[start], lon[start], lat[end], lon[end])
        km = np.maximum(km, 1e-4)  # nodes on one another, to the centimetre of the format
        there, back = _whole(self.there)[way], _whole(self.back)[way]
        both = [(start, end, there), (end, start, back)]
        names = list(self.names)
        code = np.concatenate([_whole(self.name)[way][columns > 0] for _, _, columns in both])
        return RoadMap(
            lat=lat,
            lon=lon,
            start=np.concatenate([a[columns > 0] for a, _, columns in both]),
            end=np.concatenate([b[columns > 0] for _, b, columns in both]),
            km=np.concatenate([km[columns > 0] for _, _, columns in both]),
            speed_kmh=np.concatenate([np.array(self.speed)[way][columns > 0] for _, _, columns in both]),
            columns=np.concatenate([columns[columns > 0] for _, _, columns in both]),
            names=tuple(names[i] for i in code.tolist()),
        )

    def _wanted(
        self, lat: npt.NDArray[np.float64], lon: npt.NDArray[np.float64], start: Ints, way: Ints
    ) -> npt.NDArray[np.bool_]:
        """Say which stretches stay: main roads, and minor ones near places without a main road."""
        minor = np.array(self.minor, np.bool_)[way]
        main, lonely = np.unique(start[~minor]), list(self.spots)
        if len(main):
            _, far = nearest_nodes(lat[main], lon[main], lonely)
            lonely = [spot for spot, km in zip(lonely, far, strict=True) if km > MAIN_NEAR_KM]
        wanted = ~minor
        cells = np.stack([np.floor(lat[start] / CELL_LAT), np.floor(lon[start] / CELL_LON)])
        for cell in map(np.array, sorted({_cell(*spot) for spot in lonely})):
            wanted |= minor & (np.abs(cells - cell[:, None]) <= 1).all(axis=0)
        return wanted


def _whole(numbers: array[int]) -> Ints:
    return np.array(numbers, np.int64)


def _cell(lat: float, lon: float) -> tuple[int, int]:
    return floor(lat / CELL_LAT), floor(lon / CELL_LON)


def _points(way: Way) -> Iterator[tuple[int, float, float]]:
    """Yield number and place of a way's nodes; one beyond the edge of the extract parts the way in two."""
    for node in way.nodes:
        if node.location.valid():
            yield node.ref, node.location.lat, node.location.lon
        else:
            yield BEYOND, np.nan, np.nan


def _forbidden(tag: Tags) -> bool:
    """Say whether cars may not use a way, or it is an area."""
    access = tag("motor_vehicle") or tag("vehicle") or tag("access")
    return access in ("no", "private") or tag("area") == "yes"


def _columns(tag: Tags) -> tuple[int, int]:
    """Columns along the way and against it: its lanes, half of them each way where both may be driven; 0 = neither."""
    oneway, kind = tag("oneway"), tag("highway")
    circle = tag("junction") in ("roundabout", "circular")
    if oneway in ("-1", "reverse"):
        return 0, _lanes(tag("lanes"), 1)
    if oneway in ("yes", "true", "1") or (oneway is None and (circle or kind in ("motorway", "motorway_link"))):
        return _lanes(tag("lanes"), 1), 0
    half = _lanes(tag("lanes"), 2) // 2 or 1
    return _lanes(tag("lanes:forward"), half), _lanes(tag("lanes:backward"), half)


def _lanes(text: str | None, otherwise: int) -> int:
    return min(int(text), 8) if text and text.isascii() and text.isdigit() and int(text) else otherwise


def _speed(text: str | None, usual: float) -> float:
    """Return a speed in km/h as a road's sign says it, else what is usual."""
    found = _SPEED.match(text or "")
    speed = float(found[1]) * (MILE_KM if found[2] else 1.0) if found else usual
    return speed if 5 <= speed <= 200 else float(usual)


def _name(tag: Tags) -> str | None:
    """Name a road by its number, else by its name, as plans write names; None where that leaves nothing."""
    for text in (tag("ref"), tag("int_ref"), tag("name:en"), tag("name")):
        plain = unicodedata.normalize("NFKD", (text or "").split(";")[0].translate(_LATIN)).lower()
        kept = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")
        if kept:
            return (kept if kept[0].isalpha() else f"road-{kept}")[:40].rstrip("-")
    return None
