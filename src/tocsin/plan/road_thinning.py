"""Thinning a map of roads: what cannot be reached is dropped, and nodes where nothing changes are drawn together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tocsin.plan.road_map import Ints, RoadMap, nearest_nodes, two_way

__all__ = ["thinned"]


def thinned(roads: RoadMap, spots: Collection[tuple[float, float]]) -> RoadMap:
    """Return a smaller map with the same ways between the nodes that are left.

    1. Of stretches between the same two nodes in one direction the fastest stays.
    2. The largest part stays in which every node can be reached from every other one.
    3. A node goes if it only joins two stretches of the same speed, columns and name (in each direction that can be
       driven), unless it is the one nearest to a place of the plan on a road that can be driven both ways.

    Args:
        roads: A map.
        spots: The places, degrees north and east.
    """
    roads = _largest_part(_fastest(roads))
    return _drawn_together(roads, _kept(roads, spots))


def _chosen(roads: RoadMap, stretches: Ints) -> RoadMap:
    """Return the map with these stretches alone, its nodes numbered anew in their order."""
    used, ends = np.unique([roads.start[stretches], roads.end[stretches]], return_inverse=True)
    start, end = ends.reshape(2, -1)
    return RoadMap(
        lat=roads.lat[used],
        lon=roads.lon[used],
        start=start,
        end=end,
        km=roads.km[stretches],
        speed_kmh=roads.speed_kmh[stretches],
        columns=roads.columns[stretches],
        names=tuple(roads.names[i] for i in stretches.tolist()),
    )


def _fastest(roads: RoadMap) -> RoadMap:
    order = np.lexsort((roads.km / roads.speed_kmh, roads.end, roads.start))
    pair = roads.start[order] * len(roads) + roads.end[order]
    return _chosen(roads, np.sort(order[np.diff(pair, prepend=-1) != 0]))


def _largest_part(roads: RoadMap) -> RoadMap:
    from scipy.sparse import csr_array  # late: only a map needs it
    from scipy.sparse.csgraph import connected_components

    graph = csr_array((np.ones(len(roads.start)), (roads.start, roads.end)), shape=(len(roads), len(roads)))
    _, part = connected_components(graph, directed=True, connection="strong")
    largest = np.argmax(np.bincount(part))
    return _chosen(roads, np.flatnonzero((part[roads.start] == largest) & (part[roads.end] == largest)))


def _kept(roads: RoadMap, spots: Collection[tuple[float, float]]) -> npt.NDArray[np.bool_]:
    """Say which nodes are nearest to a place."""
    kept = np.zeros(len(roads), np.bool_)
    joins = np.flatnonzero(two_way(roads.start, roads.end, len(roads)))
    if len(joins) and len(spots):
        kept[joins[nearest_nodes(roads.lat[joins], roads.lon[joins], list(spots))[0]]] = True
    return kept


def _drawn_together(roads: RoadMap, kept: npt.NDArray[np.bool_]) -> RoadMap:
    """Make one stretch of every chain of them that only passing nodes join."""
    from scipy.sparse import csr_array  # late: only a map needs it
    from scipy.sparse.csgraph import connected_components

    into, out = _joints(roads, kept)
    many = len(roads.start)
    _, chain = connected_components(csr_array((np.ones(len(into)), (into, out)), shape=(many, many)), directed=False)
    first, last = np.ones(many, np.bool_), np.ones(many, np.bool_)
    first[out], last[into] = False, False
    heads, tails = np.flatnonzero(first), np.flatnonzero(last)  # a circle has neither, and leads nowhere
    tail = np.full(chain.max() + 1 if many else 0, -1, np.int64)
    tail[chain[tails]] = tails
    km = np.bincount(chain, roads.km)
    whole = replace(_part_of(roads, heads), end=roads.end[tail[chain[heads]]], km=km[chain[heads]])
    return _chosen(whole, np.flatnonzero(whole.start != whole.end))


def _part_of(roads: RoadMap, stretches: Ints) -> RoadMap:
    """Return the map with these stretches alone and all of its nodes."""
    return replace(
        roads,
        start=roads.start[stretches],
        end=roads.end[stretches],
        km=roads.km[stretches],
        speed_kmh=roads.speed_kmh[stretches],
        columns=roads.columns[stretches],
        names=tuple(roads.names[i] for i in stretches.tolist()),
    )


def _joints(roads: RoadMap, kept: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Return the stretches that lead into a passing node and, for each, the one that goes on from it."""
    nodes = len(roads)
    ins, outs = np.bincount(roads.end, minlength=nodes), np.bincount(roads.start, minlength=nodes)
    both = np.concatenate([roads.end, roads.start]) * nodes + np.concatenate([roads.start, roads.end])
    beside = np.bincount(np.unique(both) // nodes, minlength=nodes)  # how many nodes are next to it
    passing = ~kept & (beside == 2) & (ins == outs) & (ins <= 2)
    by_start = np.argsort(roads.start, kind="stable")
    at = np.searchsorted(roads.start[by_start], np.arange(nodes))
    into = np.flatnonzero(passing[roads.end])
    onward = by_start[at[roads.end[into]]]
    back = roads.end[onward] == roads.start[into]  # it is the way back, so the other one goes on
    second = by_start[np.minimum(at[roads.end[into]] + 1, len(by_start) - 1)]
    onward = np.where(back, second, onward)
    same = _alike(roads)[into] == _alike(roads)[onward]
    fits = same & (roads.start[onward] == roads.end[into]) & (roads.end[onward] != roads.start[into])
    whole = np.bincount(roads.end[into[fits]], minlength=nodes)  # both directions, or neither
    stays = fits & (whole[roads.end[into]] == ins[roads.end[into]])
    return into[stays], onward[stays]


def _alike(roads: RoadMap) -> Ints:
    """Number the stretches by what they are: equal where speed, columns and name are."""
    names = np.unique(np.array([name or "" for name in roads.names]), return_inverse=True)[1]
    rows = np.stack([roads.speed_kmh, roads.columns.astype(np.float64), names.astype(np.float64)], axis=1)
    return np.asarray(np.unique(rows, axis=0, return_inverse=True)[1].reshape(-1), np.int64)
