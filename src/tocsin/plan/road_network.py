"""A network of roads with the places of a plan on it, and the fastest ways over it.

All times are counted in whole milliseconds a stretch, so that sums are exact and ties are settled by the numbers of
the stretches, whatever the library of shortest paths does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from tocsin.errors import PlanError
from tocsin.plan.problem import nearest, shown
from tocsin.plan.road_map import Floats, Ints, RoadMap

__all__ = ["ALL_OPEN", "RoadNetwork"]

ALL_OPEN: frozenset[int] = frozenset()
"""No stretch is closed."""

_MS = 3_600_000  # milliseconds in an hour


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """The roads of a plan with its places on them; every stretch has one direction.

    Attributes:
        roads: The map alone, as it was read: the first nodes and stretches of the network.
        places: Names of the plan's places, points and towns, and of destinations that are ends of its own roads; of
            equal names a place goes before a point before a town.
        node: Node of each place, int64[places].
        off_km: Straight distance of each place to the map's nearest road, float64[places]; infinite without a map.
        towns: Node of each town, in the order of `towns_of(plan)`.
        points: Node of each assembly point, in the plan's order.
        lat: Degrees north of each node, float64[nodes]; NaN for a destination whose position nobody gave.
        lon: Degrees east of each node.
        start: Node at which each stretch begins, int64[stretches].
        end: Node at which it ends.
        km: Its length.
        speed_kmh: The highest speed on it.
        columns: How many columns can enter it side by side.
        names: Its road's name, or None; both directions of a road share it.
    """

    roads: RoadMap
    places: tuple[str, ...]
    node: Ints
    off_km: Floats
    towns: Ints
    points: Ints
    lat: Floats
    lon: Floats
    start: Ints
    end: Ints
    km: Floats
    speed_kmh: Floats
    columns: Ints
    names: tuple[str | None, ...]

    def named(self, roads: Iterable[str]) -> frozenset[int]:
        """Return the stretches, both directions, of the roads of these names.

        Raises:
            PlanError: No road has such a name.
        """
        found: set[int] = set()
        for road in roads:
            if road not in self._by_name:
                hint = nearest(road, self._by_name)
                raise PlanError(f"found the road {shown(road)}, which is none of the plan's roads{hint}", place="roads")
            found.update(self._by_name[road])
        return frozenset(found)

    def way(
        self,
        start: str,
        end: str,
        via: Sequence[str] = (),
        speed_kmh: float | None = None,
        closed: frozenset[int] = ALL_OPEN,
    ) -> tuple[int, ...] | None:
        """Find the fastest way between two places.

        Args:
            start: Name of a place.
            end: Name of another one, or of the same.
            via: Names of places to pass, in order.
            speed_kmh: Nobody drives faster than this; None = as fast as the roads allow.
            closed: Stretches that cannot be entered.

        Returns:
            The stretches in the order in which they are driven (none if it begins where it ends); of equally fast ways
            the one whose last differing stretch has the lower number. None = it cannot be reached.

        Raises:
            PlanError: A name is none of the places'.
        """
        stops = [self.node_of(name) for name in (start, *via, end)]
        driven: list[int] = []
        for here, there in pairwise(stops):
            leg = self.way_over(here, there, speed_kmh, closed)
            if leg is None:
                return None
            driven += leg
        return tuple(driven)

    def way_over(
        self, here: int, there: int, speed_kmh: float | None = None, closed: frozenset[int] = ALL_OPEN
    ) -> tuple[int, ...] | None:
        """Do the same between two nodes."""
        leg = _walked_back(here, there, self.start, *self._tree(here, speed_kmh, closed))
        return None if leg is None else tuple(leg)

    def minutes_of(self, way: Sequence[int], speed_kmh: float | None = None) -> float:
        """Return how long a way takes, in minutes, for somebody who never drives faster than `speed_kmh`."""
        return float(self._ms(speed_kmh)[list(way)].sum()) / 60_000

    def km_of(self, way: Sequence[int]) -> float:
        """Return how long a way is, in km."""
        return float(self.km[list(way)].sum())

    def minutes_between(
        self,
        sources: Sequence[str],
        targets: Sequence[str],
        speed_kmh: float | None = None,
        closed: frozenset[int] = ALL_OPEN,
    ) -> Floats:
        """Return how long the fastest ways take.

        Args:
            sources: Names of places.
            targets: Names of places.
            speed_kmh: Nobody drives faster than this; None = as fast as the roads allow.
            closed: Stretches that cannot be entered.

        Returns:
            Minutes, float64[sources, targets]; infinite = it cannot be reached.

        Raises:
            PlanError: A name is none of the places'.
        """
        return self.minutes_over(
            [self.node_of(n) for n in sources], [self.node_of(n) for n in targets], speed_kmh, closed
        )

    def minutes_over(
        self,
        sources: Sequence[int],
        targets: Sequence[int],
        speed_kmh: float | None = None,
        closed: frozenset[int] = ALL_OPEN,
    ) -> Floats:
        """Do the same between nodes: minutes, float64[sources, targets]; infinite = it cannot be reached."""
        if len(sources) <= len(targets):
            return np.asarray(self._ms_from(sources, speed_kmh, closed)[:, targets] / 60_000, np.float64)
        back = self._ms_from(targets, speed_kmh, closed, backwards=True)  # fewer searches, the same sums
        return np.ascontiguousarray(back[:, sources].T / 60_000)

    def km_between(
        self,
        sources: Sequence[str],
        targets: Sequence[str],
        speed_kmh: float | None = None,
        closed: frozenset[int] = ALL_OPEN,
    ) -> Floats:
        """Return the length of the fastest ways, km, float64[sources, targets]; infinite = it cannot be reached."""
        result = np.full((len(sources), len(targets)), np.inf)
        for i, source in enumerate(sources):
            here = self.node_of(source)
            tree = self._tree(here, speed_kmh, closed)
            for j, target in enumerate(targets):
                leg = _walked_back(here, self.node_of(target), self.start, *tree)
                result[i, j] = np.inf if leg is None else self.km_of(leg)
        return result

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.places)}

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for stretch, name in enumerate(self.names):
            if name is not None:
                found.setdefault(name, []).append(stretch)
        return found

    def node_of(self, place: str) -> int:
        """Return the node of a place.

        Raises:
            PlanError: No place has this name.
        """
        if place not in self._places:
            hint = nearest(place, self._places)
            raise PlanError(f"found {shown(place)}, which is none of the plan's places, points and towns{hint}")
        return int(self.node[self._places[place]])

    def _ms(self, speed_kmh: float | None) -> Floats:
        """Whole milliseconds that each stretch takes, at least one: the library takes 0 for no stretch."""
        speed = self.speed_kmh if speed_kmh is None else np.minimum(self.speed_kmh, speed_kmh)
        return np.maximum(np.rint(self.km / speed * _MS), 1.0)

    def _ms_from(
        self, nodes: Sequence[int], speed_kmh: float | None, closed: frozenset[int], *, backwards: bool = False
    ) -> Floats:
        """Milliseconds from (or, backwards, to) each of these nodes, float64[nodes, all nodes]."""
        from scipy.sparse.csgraph import dijkstra  # late: only roads need it

        graph = self._graph(self._ms(speed_kmh), closed)
        return np.asarray(dijkstra(graph.T.tocsr() if backwards else graph, indices=list(nodes)), np.float64)

    def _graph(self, ms: Floats, closed: frozenset[int]) -> Any:
        from scipy.sparse import csr_array

        open_ = np.setdiff1d(np.arange(len(self.start)), np.array(sorted(closed), np.int64))
        order = open_[np.lexsort((ms[open_], self.end[open_], self.start[open_]))]
        pair = self.start[order] * len(self.lat) + self.end[order]
        order = order[np.diff(pair, prepend=-1) != 0]  # of parallel stretches the fastest
        shape = (len(self.lat), len(self.lat))
        return csr_array((ms[order], (self.start[order], self.end[order])), shape=shape)

    def _tree(self, here: int, speed_kmh: float | None, closed: frozenset[int]) -> tuple[Floats, Ints]:
        """Milliseconds to every node, and the stretch by which it is entered: of equally fast ones the lowest."""
        at = self._ms_from([here], speed_kmh, closed)[0]
        ends = at[self.start] + self._ms(speed_kmh) == at[self.end]
        tight = np.flatnonzero(ends & np.isfinite(at[self.start]))
        tight = np.setdiff1d(tight, np.array(sorted(closed), np.int64))
        entered = np.full(len(at), -1, np.int64)
        entered[self.end[tight[::-1]]] = tight[::-1]  # the lowest is written last
        return at, entered


def _walked_back(here: int, there: int, start: Ints, at: Floats, entered: Ints) -> list[int] | None:
    """Follow a tree of fastest ways from its end to its root."""
    if not np.isfinite(at[there]):
        return None
    driven: list[int] = []
    while there != here:
        driven.append(int(entered[there]))
        there = int(start[driven[-1]])
    return driven[::-1]
