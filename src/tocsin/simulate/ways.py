"""How long each person's way to the assembly point takes, by distance and speed or along the plan's roads.

Without roads it is the straight distance times the detour over the speed. Along roads it is the fastest way from the
middle of the home town to the point, at the plan's speed or the road's where that is lower. To it comes what the
straight line from the door is longer (or shorter) than that from the middle of town, times the detour, at the plan's
speed; but nobody arrives sooner than along the straight line. So both say the same where every road is as long as the
detour has it and as fast as the plan's speed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.errors import PlanError
from tocsin.plan import point_places, towns_of
from tocsin.plan.assignment import distances_km
from tocsin.plan.model import Behaviour, Plan, Travel
from tocsin.plan.problem import shown
from tocsin.plan.roads import ALL_OPEN, REACH_KM, RoadNetwork

__all__ = ["CUT_OFF", "way_minutes", "ways_ms"]

CUT_OFF = -1
"""Stands for the way of whoever cannot reach the point while roads are closed."""

HOUR_MS = 3_600_000
MINUTE_MS = 60_000


def way_minutes(roads: RoadNetwork, speed_kmh: float, closed: frozenset[int] = ALL_OPEN) -> NDArray[np.float64]:
    """Return how long the way takes from the middle of each town to each point.

    Args:
        roads: The plan's roads.
        speed_kmh: Nobody drives faster than this.
        closed: Stretches that cannot be entered, such as `roads.named(shock.roads)`.

    Returns:
        Minutes, float64[towns, points], in the order of `towns_of(plan)` and of the plan's points; infinite = the
        point cannot be reached.
    """
    return roads.minutes_over(roads.towns.tolist(), roads.points.tolist(), speed_kmh, closed)


def ways_ms(
    plan: Plan,
    people: pl.DataFrame,
    behaviours: Sequence[Behaviour],
    behaviour: NDArray[np.int32],
    roads: RoadNetwork | None,
    closed: frozenset[int] = ALL_OPEN,
) -> NDArray[np.int64]:
    """Return how long each person's way takes, without what is drawn.

    Args:
        plan: The plan.
        people: Its people, one row each.
        behaviours: The distinct behaviours.
        behaviour: Position in them, shape (n,).
        roads: The plan's roads; None only if no behaviour follows them.
        closed: Stretches that cannot be entered.

    Returns:
        Milliseconds, int64[n]. With roads closed, `CUT_OFF` for whoever cannot reach the point.

    Raises:
        PlanError: No road leads from a home town to its point, though none is closed.
    """
    distance = people["distance_km"].fill_null(0.0).to_numpy()
    factor = np.array([_ms_a_km(b.travel) if isinstance(b.travel, Travel) else 0.0 for b in behaviours])
    way = distance * factor[behaviour]
    home = people["home"].to_physical().cast(pl.Int32).fill_null(-1).to_numpy()
    point = people["point"].to_physical().cast(pl.Int32).to_numpy()
    for i, each in enumerate(behaviours):
        who = np.flatnonzero((behaviour == i) & (home >= 0))
        if not (isinstance(each.travel, Travel) and each.travel.roads and roads is not None and len(who)):
            continue
        driven = way_minutes(roads, each.travel.speed_kmh, closed)[home[who], point[who]]
        if not closed:
            _check_reached(plan, roads, driven, home[who], point[who])
        beside = (distance[who] - _straight_km(plan)[home[who], point[who]]) * factor[i]
        least = distance[who] / each.travel.speed_kmh * HOUR_MS
        way[who] = np.maximum(np.rint(driven * MINUTE_MS) + beside, least)
    return np.where(np.isfinite(way), np.rint(way), CUT_OFF).astype(np.int64)


def _ms_a_km(travel: Travel) -> float:
    return travel.detour / travel.speed_kmh * HOUR_MS


def _straight_km(plan: Plan) -> NDArray[np.float64]:
    """Straight distance from the middle of each town to each point, km, float64[towns, points]."""
    towns = np.array([(t.lat, t.lon) for t in towns_of(plan)]).reshape(-1, 2)
    points = np.array(point_places(plan)).reshape(-1, 2)
    return np.stack([distances_km(towns[:, 0], towns[:, 1], lat, lon) for lat, lon in points], axis=1)


def _check_reached(
    plan: Plan,
    roads: RoadNetwork,
    driven: NDArray[np.float64],
    home: NDArray[np.int32],
    point: NDArray[np.int32],
) -> None:
    """Refuse a plan whose people cannot come."""
    lost = np.flatnonzero(~np.isfinite(driven))
    if not len(lost):
        return
    town, goal = towns_of(plan)[int(home[lost[0]])], plan.points[int(point[lost[0]])]
    off = dict(zip(roads.places, roads.off_km, strict=True))
    far = {n: off[n] for n in (town.name, goal.name) if REACH_KM < off[n] < np.inf}
    told = "".join(f"; {shown(n)} lies {km:.0f} km from the nearest road of the map" for n, km in far.items())
    raise PlanError(
        f"found no road from {shown(town.name)} to the point {shown(goal.name)}{told}; "
        f"{len(lost)} people could never come",
        place="roads",
    )
