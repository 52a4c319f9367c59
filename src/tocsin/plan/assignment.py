"""Who belongs where: shares dealt without remainder, people to their points, people of a point to its units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tocsin.plan.geography import EARTH_RADIUS_KM
from tocsin.plan.model import Plan, Point, Town
from tocsin.plan.resolve import point_places, posts_of, trades_of

__all__ = [
    "apportion",
    "deal",
    "distances_km",
    "points_of_places",
    "points_of_towns",
    "units_of",
    "units_that_take",
]

Codes = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.float64]

NOBODY = -1


def apportion(total: int, weights: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Share out whole things by the largest remainder (Hamilton's method), in whole numbers throughout.

    Args:
        total: How many there are.
        weights: Whole weights of 0 or more, not all 0, shape (n,).

    Returns:
        int64[n] that adds up to `total`; of equal remainders the earlier goes first.
    """
    whole, remainder = np.divmod(total * weights, weights.sum())
    missing = total - int(whole.sum())
    whole[np.argsort(-remainder, kind="stable")[:missing]] += 1
    return whole


def deal(total: int, weights: npt.NDArray[np.int64]) -> Codes:
    """Deal `total` cards in turn, so that every stretch of the deal has about the shares of the whole.

    Args:
        total: How many there are.
        weights: Whole weights of the takers, not all 0.

    Returns:
        int32[total]: the taker of each card; the counts are those of `apportion`.
    """
    counts = apportion(total, weights)
    taker = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    turn = (np.arange(total) - first + 0.5) / counts[taker]
    return taker[np.argsort(turn, kind="stable")]


def distances_km(lat1: Numbers, lon1: Numbers, lat2: Numbers | np.float64, lon2: Numbers | np.float64) -> Numbers:
    """Return great-circle distances, element by element, by the haversine formula (Sinnott 1984).

    Args:
        lat1: Degrees north of the first points.
        lon1: Degrees east of the first points.
        lat2: Degrees north of the second points.
        lon2: Degrees east of the second points.

    Returns:
        Kilometres, in the broadcast shape.
    """
    north1, north2 = np.radians(lat1), np.radians(lat2)
    half_north, half_east = (north2 - north1) / 2, np.radians(lon2 - lon1) / 2
    chord = np.sin(half_north) ** 2 + np.cos(north1) * np.cos(north2) * np.sin(half_east) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, chord))), np.float64)


def points_of_places(
    plan: Plan, lat: Numbers, lon: Numbers, label: Codes, labels: Sequence[tuple[str | None, str | None]]
) -> Codes:
    """Choose the assembly point of each place.

    A point that names the town; else the nearest that names the region; else the nearest that names nobody; else the
    nearest of all. Of equally near ones the first in the plan.

    Args:
        plan: The plan.
        lat: Degrees north, shape (n,).
        lon: Degrees east, shape (n,).
        label: Position in `labels`, shape (n,).
        labels: Town and region, each of which may be None where it is not known.

    Returns:
        int32[n]: positions in `plan.points`.
    """
    places = np.array(point_places(plan), np.float64).reshape(-1, 2)
    among = [_candidates(plan.points, home, region) for home, region in labels]
    choices = {chosen: k for k, chosen in enumerate(dict.fromkeys(among))}
    choice = np.array([choices[chosen] for chosen in among], np.int64)[label]
    result = np.empty(len(lat), np.int32)
    for chosen, k in choices.items():  # places with one choice of points together, and one point after the other
        who = np.flatnonzero(choice == k)
        nearest = np.full(len(who), np.inf)
        for point in chosen:
            far = distances_km(lat[who], lon[who], places[point, 0], places[point, 1])
            result[who[far < nearest]] = point
            nearest = np.minimum(nearest, far)
    return result


def _candidates(points: Sequence[Point], home: str | None, region: str | None) -> tuple[int, ...]:
    for fits in (
        [home is not None and home in p.towns for p in points],
        [region is not None and region in p.regions for p in points],
        [not p.towns and not p.regions for p in points],
    ):
        if any(fits):
            return tuple(i for i, fit in enumerate(fits) if fit)
    return tuple(range(len(points)))


def points_of_towns(plan: Plan, towns: Sequence[Town]) -> Codes:
    """Choose the assembly point of each town: int32, positions in `plan.points`."""
    lat, lon = np.array([t.lat for t in towns]), np.array([t.lon for t in towns])
    return points_of_places(plan, lat, lon, np.arange(len(towns), dtype=np.int32), [(t.name, t.region) for t in towns])


def units_of(plan: Plan, point: Codes, trade: Codes, allowed: Codes, allowances: Sequence[Sequence[str]]) -> Codes:
    """Deal people among the units that take from their point.

    Those of one point, trade and allowance are dealt in person order among the units with posts of that trade, in
    proportion to these posts; a trade that no unit there has is dealt by all posts (they will be surplus).

    Args:
        plan: The plan.
        point: Position in `plan.points`, shape (n,).
        trade: Position in `trades_of(plan)`, or beyond it for a trade that no post has, or -1; shape (n,).
        allowed: Position in `allowances`, shape (n,).
        allowances: Names of units that may take them; an empty one allows all.

    Returns:
        int32[n]: positions in `plan.units`, -1 where no unit takes them.
    """
    result = np.full(len(point), NOBODY, np.int32)
    if not plan.units or not len(point):
        return result
    posts = _posts(plan)
    takes = units_that_take(plan)
    may = np.array([[not names or u.name in names for u in plan.units] for names in allowances])
    known = np.where((trade >= 0) & (trade < posts.shape[1]), trade, posts.shape[1]).astype(np.int64)
    cell = (point.astype(np.int64) * len(allowances) + allowed) * (posts.shape[1] + 1) + known
    order = np.argsort(cell, kind="stable")
    starts = np.flatnonzero(np.diff(cell[order], prepend=-1))
    for lo, hi in zip(starts, [*starts[1:], len(order)], strict=True):
        who = order[lo:hi]
        open_units = takes[point[who[0]]] & may[allowed[who[0]]]
        column = known[who[0]]
        weights = posts[:, column] * open_units if column < posts.shape[1] else np.zeros(len(plan.units), np.int64)
        if not weights.any():
            weights = posts.sum(axis=1) * open_units
        if weights.any():
            result[who] = deal(len(who), weights)
    return result


def units_that_take(plan: Plan) -> npt.NDArray[np.bool_]:
    """Say which units take people from which points, bool[points, units]."""
    takes = [[not unit.points or point.name in unit.points for unit in plan.units] for point in plan.points]
    return np.array(takes, np.bool_).reshape(len(plan.points), len(plan.units))


def _posts(plan: Plan) -> npt.NDArray[np.int64]:
    """Return the posts of each unit by trade, int64[units, trades]."""
    column = {name: i for i, name in enumerate(trades_of(plan))}
    posts = np.zeros((len(plan.units), len(column)), np.int64)
    for row, unit in enumerate(plan.units):
        for post in posts_of(plan, unit):
            posts[row, column[post.trade]] += post.posts
    return posts
