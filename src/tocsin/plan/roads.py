"""The roads of a plan: its places tied to the map that it names, and its own roads added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from tocsin.errors import PlanError
from tocsin.plan.geography import COUNTRIES, distance_km
from tocsin.plan.model import Plan, Travel
from tocsin.plan.problem import nearest, shown
from tocsin.plan.resolve import holders_of, point_places, towns_of
from tocsin.plan.road_file import read_roads
from tocsin.plan.road_map import EMPTY, RoadMap, nearest_nodes, two_way
from tocsin.plan.road_network import ALL_OPEN, RoadNetwork
from tocsin.plan.road_table import bundled_roads

__all__ = [
    "ALL_OPEN",
    "DETOUR",
    "REACH_KM",
    "TIE_KMH",
    "RoadNetwork",
    "has_roads",
    "map_of",
    "network_of",
    "road_names",
    "roads_of",
]

DETOUR = 1.3
"""Road distance over straight distance where nothing better is known."""
TIE_KMH = 30.0
"""Speed from a place to the nearest road."""
REACH_KM = 30.0
"""A place farther than this from every road of the map is not tied to it."""
AT_KM = 0.05
"""A place nearer than this to a node stands at it."""
_Tie = tuple[int, float]  # a node, and how far the place is from the map


def has_roads(plan: Plan) -> bool:
    """Say whether anything in a plan goes by road: roads of its own or of a map, or travel that follows them."""
    behaviours = [plan.behaviour, *(g.behaviour for g in plan.groups if g.behaviour is not None)]
    follows = any(isinstance(b.travel, Travel) and b.travel.roads for b in behaviours)
    return follows or plan.roads is not None or bool(plan.road)


def roads_of(plan: Plan, base: Path | None = None) -> RoadNetwork:
    """Return the roads of a plan.

    Args:
        plan: A plan that passed its checks.
        base: Folder to which the file of roads is relative; the working folder if None.

    Returns:
        Its places on the map that it names, and its own roads, which are open both ways.

    Raises:
        PlanError: The map cannot be read, or a town, point or end of a road is not known.
    """
    return network_of(plan, map_of(plan, base))


def map_of(plan: Plan, base: Path | None = None) -> RoadMap:
    """Return the map that a plan names, thinned to what matters between its places; an empty one if it names none.

    Raises:
        PlanError: It cannot be read.
    """
    if plan.roads is None:
        return EMPTY
    if plan.roads.places is not None:
        return bundled_roads(plan.roads.places)
    name = str(plan.roads.file)
    return read_roads((base or Path()) / name, f"roads.file '{name}'", list(dict.fromkeys(spots_of(plan).values())))


def network_of(plan: Plan, roads: RoadMap) -> RoadNetwork:
    """Tie the places of a plan to a map and add the plan's own roads.

    A place within 50 m of a node stands at it. Any other one within 30 km of a road is tied to the nearest node of a
    two-way road by a stretch of its own: 1.3 times the straight distance, at 30 km/h.

    Raises:
        PlanError: A town, point or end of a road is not known.
    """
    towns, points = [(t.lat, t.lon) for t in towns_of(plan)], point_places(plan)
    spots, laid = spots_of(plan), _Laid(roads)
    node = laid.tie(list(dict.fromkeys((*towns, *points, *spots.values()))))
    places = {name: node[at] for name, at in spots.items()}
    places |= {name: laid.nowhere() for name in _goals(plan) if name not in places}
    for position, road in enumerate(plan.road):
        for key, name in (("from", road.from_), ("to", road.to)):
            if name not in places or (road.km is None and name not in spots):
                raise PlanError(_no_end(name, places), place=f"road[{position}].{key}")
        km = DETOUR * distance_km(*spots[road.from_], *spots[road.to]) if road.km is None else road.km
        laid.add(places[road.from_][0], places[road.to][0], km, road.speed_kmh, road.columns, road.name)
    return laid.network(places, [node[t] for t in towns], [node[p] for p in points])


def _goals(plan: Plan) -> list[str]:
    """Name where buses go that is also the end of a road; it needs no position, for its roads say how far it is."""
    goals = {bus.to for _, holder in holders_of(plan) for bus in holder.buses}
    return [end for road in plan.road for end in (road.from_, road.to) if end in goals]


def _no_end(name: str, places: Iterable[str]) -> str:
    if name in places:
        return f"found {shown(name)}, which has no position, and no `km`; expected one of the two"
    return f"found {shown(name)}, which is none of the plan's places, points and towns{nearest(name, places)}"


def road_names(plan: Plan) -> tuple[str, ...] | None:
    """Return the names of a plan's roads, for checks; None if only a file knows them."""
    own = [road.name for road in plan.road if road.name is not None]
    if plan.roads is None:
        return tuple(dict.fromkeys(own))
    if plan.roads.places not in COUNTRIES:
        return None
    return tuple(dict.fromkeys((*own, *(name for name in bundled_roads(plan.roads.places).names if name is not None))))


def spots_of(plan: Plan) -> dict[str, tuple[float, float]]:
    """Return where everything stands that has a name and a place: degrees north and east.

    Of equal names a place of the plan goes before a point before a town.

    Raises:
        PlanError: A region's table is not bundled, or a point's town is not known.
    """
    spots = {town.name: (town.lat, town.lon) for town in towns_of(plan)}
    spots |= dict(zip((p.name for p in plan.points), point_places(plan), strict=True))
    return spots | {place.name: (place.lat, place.lon) for place in plan.places}


class _Laid:
    """A map that grows by the places and roads of a plan."""

    def __init__(self, roads: RoadMap) -> None:
        self.roads = roads
        self.spots: list[tuple[float, float]] = []
        self.stretches: list[tuple[int, int, float, float, int]] = []
        self.names: list[str | None] = []

    def tie(self, spots: list[tuple[float, float]]) -> dict[tuple[float, float], _Tie]:
        """Give each place its node, one of the map's or a new one tied to it, and its distance from the map, km."""
        roads, joins = self.roads, np.flatnonzero(two_way(self.roads.start, self.roads.end, len(self.roads)))
        if not len(joins):
            return {at: (self._spot(at), np.inf) for at in spots}
        best, far = nearest_nodes(roads.lat[joins], roads.lon[joins], spots)
        return {
            at: (self._tied(at, int(joins[i]), km), km) for at, i, km in zip(spots, best, far.tolist(), strict=True)
        }

    def _tied(self, at: tuple[float, float], best: int, km: float) -> int:
        if km <= AT_KM:
            return best
        spot = self._spot(at)
        if km <= REACH_KM:
            self.add(spot, best, km * DETOUR, TIE_KMH, 1, None)
        return spot

    def nowhere(self) -> _Tie:
        """Give a place without a position its node."""
        return self._spot((np.nan, np.nan)), np.inf

    def _spot(self, at: tuple[float, float]) -> int:
        self.spots.append(at)
        return len(self.roads) + len(self.spots) - 1

    def add(self, here: int, there: int, km: float, speed_kmh: float, columns: int, name: str | None) -> None:
        """Lay a road, both ways."""
        self.stretches += [(here, there, km, speed_kmh, columns), (there, here, km, speed_kmh, columns)]
        self.names += [name, name]

    def network(self, places: dict[str, _Tie], towns: Sequence[_Tie], points: Sequence[_Tie]) -> RoadNetwork:
        roads, own = self.roads, np.array(self.stretches, np.float64).reshape(-1, 5).T
        spots = np.array(self.spots, np.float64).reshape(-1, 2).T
        return RoadNetwork(
            roads=roads,
            places=tuple(places),
            node=np.array([node for node, _ in places.values()], np.int64),
            off_km=np.array([far for _, far in places.values()], np.float64),
            towns=np.array([node for node, _ in towns], np.int64),
            points=np.array([node for node, _ in points], np.int64),
            lat=np.concatenate([roads.lat, spots[0]]),
            lon=np.concatenate([roads.lon, spots[1]]),
            start=np.concatenate([roads.start, own[0].astype(np.int64)]),
            end=np.concatenate([roads.end, own[1].astype(np.int64)]),
            km=np.concatenate([roads.km, own[2]]),
            speed_kmh=np.concatenate([roads.speed_kmh, own[3]]),
            columns=np.concatenate([roads.columns, own[4].astype(np.int64)]),
            names=(*roads.names, *self.names),
        )
