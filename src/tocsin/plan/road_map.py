"""A map of roads: nodes with a place on the Earth and directed stretches between them, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.plan.geography import EARTH_RADIUS_KM

__all__ = ["EMPTY", "Floats", "Ints", "RoadMap", "chords", "two_way"]

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


def chords(lat: Floats | float, lon: Floats | float, of: Sequence[float]) -> Floats:
    """Return how far points are from one place, as the square of the chord through a sphere of radius 1.

    Args:
        lat: Degrees north of the points.
        lon: Degrees east of the points.
        of: Degrees north and east of the place.
    """
    north, east = np.radians(lat), np.radians(lon)
    there, beside = np.radians(of[0]), np.radians(of[1])
    x = np.cos(north) * np.cos(east) - np.cos(there) * np.cos(beside)
    y = np.cos(north) * np.sin(east) - np.cos(there) * np.sin(beside)
    return np.asarray(x**2 + y**2 + (np.sin(north) - np.sin(there)) ** 2, np.float64)


def arc_km(chord: float) -> float:
    """Return the great-circle distance that belongs to such a square of a chord, km."""
    return float(2 * EARTH_RADIUS_KM * np.arcsin(min(1.0, np.sqrt(chord) / 2)))
