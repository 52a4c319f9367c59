"""A map of roads: nodes with a place on the Earth and directed stretches between them, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.plan.geography import EARTH_RADIUS_KM

__all__ = ["EMPTY", "Floats", "Ints", "RoadMap", "nearest_nodes", "two_way"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class RoadMap:
    """Roads as they were read, before the places of a plan are tied to them.

    Attributes:
        lat: Degrees north of each node, float64[n].
        lon: Degrees east of each node.
        start: Node at which each directed stretch begins, int64[e].
        end: Node at which it ends.
        km: Its length.
        speed_kmh: The highest speed on it.
        columns: How many columns can enter it side by side.
        names: Its name, or None; both directions of a road share it.
    """

    lat: Floats
    lon: Floats
    start: Ints
    end: Ints
    km: Floats
    speed_kmh: Floats
    columns: Ints
    names: tuple[str | None, ...]

    def __len__(self) -> int:
        """Return the number of nodes."""
        return len(self.lat)


EMPTY = RoadMap(
    lat=np.zeros(0), lon=np.zeros(0), start=np.zeros(0, np.int64), end=np.zeros(0, np.int64), km=np.zeros(0),
    speed_kmh=np.zeros(0), columns=np.zeros(0, np.int64), names=(),
)  # fmt: skip
"""No roads at all."""


def two_way(start: Ints, end: Ints, nodes: int) -> npt.NDArray[np.bool_]:
    """Say which nodes touch a stretch that can be driven both ways.

    Args:
        start: Node at which each directed stretch begins.
        end: Node at which it ends.
        nodes: How many nodes there are.

    Returns:
        bool[nodes].
    """
    there, back = start * nodes + end, end * nodes + start
    result = np.zeros(nodes, np.bool_)
    result[start[np.isin(there, back)]] = True
    return result


def nearest_nodes(lat: Floats, lon: Floats, spots: Sequence[tuple[float, float]]) -> tuple[Ints, Floats]:
    """Find the node nearest to each place.

    Args:
        lat: Degrees north of the nodes, of which there is at least one.
        lon: Degrees east.
        spots: Degrees north and east of the places.

    Returns:
        Position of the node, int64[places], and its straight distance in km, float64[places].
    """
    from scipy.spatial import KDTree  # late: only roads need it

    wanted = np.array(spots, np.float64).reshape(-1, 2)
    chord, node = KDTree(_on_sphere(lat, lon)).query(_on_sphere(wanted[:, 0], wanted[:, 1]))
    return node.astype(np.int64), 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, chord / 2))


def _on_sphere(lat: Floats, lon: Floats) -> Floats:
    """Return points on a sphere of radius 1, float64[n, 3]: there the nearest in a straight line is the nearest."""
    north, east = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=1)
