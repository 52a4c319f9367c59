"""Ways of persons: along roads they agree with the straight rule where both must, and answer to closed roads."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from tocsin.errors import PlanError
from tocsin.plan import Plan, load, people, point_places, towns_of
from tocsin.plan.geography import distance_km
from tocsin.plan.model import Travel
from tocsin.plan.movement import Road, Roads
from tocsin.plan.roads import ALL_OPEN, RoadNetwork, roads_of
from tocsin.simulate.ways import CUT_OFF, way_minutes, ways_ms

Ways = NDArray[np.int64]


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Return the bundled call-up of the western regions, whose people drive at 40 km/h by a detour of 1.3."""
    return load("west-2026")


@pytest.fixture(scope="module")
def crowd(plan: Plan) -> pl.DataFrame:
    """Return its people."""
    return people(plan, 7)


def on_roads(plan: Plan, **changes: object) -> Plan:
    """Return the plan with everybody following roads, and other changes."""
    assert isinstance(plan.behaviour.travel, Travel)
    travel = plan.behaviour.travel.model_copy(update={"roads": True})
    return plan.model_copy(update={"behaviour": plan.behaviour.model_copy(update={"travel": travel}), **changes})


def ways(plan: Plan, crowd: pl.DataFrame, roads: RoadNetwork | None, closed: frozenset[int] = ALL_OPEN) -> Ways:
    """Return the way of each person in ms."""
    return ways_ms(plan, crowd, [plan.behaviour], np.zeros(len(crowd), np.int32), roads, closed)


def test_straight_roads_say_what_the_straight_rule_says(plan: Plan, crowd: pl.DataFrame) -> None:
    """Where a road of 1.3 times the straight line leads from every town to every point, roads change nothing.

    Both are then distance x 1.3 / 40 km/h: the roads from the middle of town, the door's own difference beside it. A
    near town may be left by its neighbour's road, so roads are slow enough that no way by another town is shorter.
    """
    straight = [
        Road.model_validate({"from": town.name, "to": point.name, "speed_kmh": 40})
        for town in towns_of(plan)
        for point, spot in zip(plan.points, point_places(plan), strict=True)
        if distance_km(town.lat, town.lon, *spot) > 0
    ]
    driven = on_roads(plan, road=tuple(straight))
    found, expected = ways(driven, crowd, roads_of(driven)), ways(plan, crowd, None)
    assert np.abs(found - expected).max() <= 2  # ms: each part is rounded to one


def test_nobody_arrives_sooner_than_along_the_straight_line(plan: Plan, crowd: pl.DataFrame) -> None:
    """Even where roads are shorter than the detour has it, a way takes at least the straight distance at 40 km/h."""
    direct = [
        Road.model_validate({"from": town.name, "to": point.name, "km": distance_km(town.lat, town.lon, *spot)})
        for town in towns_of(plan)
        for point, spot in zip(plan.points, point_places(plan), strict=True)
        if distance_km(town.lat, town.lon, *spot) > 0
    ]
    driven = on_roads(plan, road=tuple(direct))
    least = crowd["distance_km"].to_numpy() / 40 * 3_600_000
    assert (ways(driven, crowd, roads_of(driven)) >= least - 1).all()


def test_a_person_in_the_middle_of_town_takes_what_the_roads_take(plan: Plan, crowd: pl.DataFrame) -> None:
    """Without a distance of their own, people take the roads' time, at 40 km/h where the road allows more."""
    driven = on_roads(plan, roads=Roads(places="by"))
    roads = roads_of(driven)
    towns, points = [t.name for t in towns_of(plan)], [p.name for p in plan.points]
    straight = np.array([[distance_km(t.lat, t.lon, *spot) for spot in point_places(plan)] for t in towns_of(plan)])
    home, point = crowd["home"].to_physical().to_numpy(), crowd["point"].to_physical().to_numpy()
    middle = crowd.with_columns(pl.Series("distance_km", straight[home, point]))
    minutes = roads.minutes_between(towns, points, 40)
    assert np.abs(ways(driven, middle, roads) / 60_000 - minutes[home, point]).max() < 1e-4
    assert (way_minutes(roads, 40) == minutes).all()


def test_closed_roads_lengthen_ways_and_shorten_none(plan: Plan, crowd: pl.DataFrame) -> None:
    """Direction: with a road closed nobody's way is shorter, and for those whom it served it is longer."""
    driven = on_roads(plan, roads=Roads(places="by"))
    roads = roads_of(driven)
    usual = ways(driven, crowd, roads)
    shut = ways(driven, crowd, roads, roads.named(["krasnoselskiy-vaukavysk", "halshany-traby"]))
    assert (shut >= usual).all() and 0 < (shut > usual).mean() < 1


def test_who_is_cut_off_is_told_apart(plan: Plan, crowd: pl.DataFrame) -> None:
    """With every road closed only those in a point's own town come; with none closed, that nobody can is an error."""
    driven = on_roads(plan, roads=Roads(places="by"))
    roads = roads_of(driven)
    shut = ways(driven, crowd, roads, frozenset(range(len(roads.start))))
    at_point = crowd["home"].cast(pl.String).is_in([p.town for p in plan.points if p.town]).to_numpy()
    here = np.array([p.town for p in plan.points])[crowd["point"].to_physical().to_numpy()] == crowd["home"].to_numpy()
    assert ((shut == CUT_OFF) == ~here).all() and at_point.any()
    alone = on_roads(plan, road=(Road.model_validate({"from": "Brest", "to": "Kobryn"}),))
    with pytest.raises(PlanError, match=r"found no road from '.+' to the point '.+'; \d+ people could never come"):
        ways(alone, crowd, roads_of(alone))


def test_a_map_of_elsewhere_is_told(plan: Plan, crowd: pl.DataFrame) -> None:
    """If the map lies elsewhere, the refusal says how far away."""
    lost = on_roads(plan, roads=Roads(places="ee"))
    with pytest.raises(PlanError, match=r"'.+' lies \d{3} km from the nearest road of the map"):
        ways(lost, crowd, roads_of(lost))


def test_without_a_home_the_straight_rule_holds(plan: Plan, crowd: pl.DataFrame) -> None:
    """People whose town is not known take the straight distance times the detour."""
    unknown = crowd.with_columns(pl.lit(None).cast(crowd["home"].dtype).alias("home"))
    driven = on_roads(plan, roads=Roads(places="by"))
    assert (ways(driven, unknown, roads_of(driven)) == ways(plan, crowd, None)).all()
