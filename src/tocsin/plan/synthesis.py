"""People made from the shares of a plan's groups: so many of each town, with ages, children, trades and a door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from tocsin.draws import ONE_CLASS, Column, Columns, draw, uniforms
from tocsin.plan.assignment import distances_km, points_of_towns, units_of
from tocsin.plan.births import births_in_bands, births_of_children, chosen, numbers_of_children
from tocsin.plan.geography import EARTH_RADIUS_KM
from tocsin.plan.model import Exercise, Group, Plan, Town
from tocsin.plan.resolve import (
    employers_of,
    groups_of,
    medical_of,
    point_places,
    region_names,
    towns_of,
    trades_of,
)
from tocsin.plan.strikes import called_in_addition, homes_of

__all__ = ["DOOR_SIGMA", "SEXES", "coded", "day_of_alert", "synthesise"]

DOOR_SIGMA = 0.6
"""Standard deviation of the logarithm of the distance from the middle of the home town to the door."""

SEXES = ("female", "male")

Ids = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]


def synthesise(plan: Plan, seed: int) -> pl.DataFrame:
    """Make the people of a plan's groups.

    Each group's people are spread over its towns by population (largest remainder); attributes are drawn from named
    streams by the person's number, so they do not change when another attribute or stage is added. Those whom a surge
    of this run calls come last, with a group's own shares: nobody else's number changes.

    Args:
        plan: A plan with groups that passed its checks.
        seed: Seed of the exercise.

    Returns:
        The columns of `tocsin.plan.people`, one row a person: group by group, town by town.

    Raises:
        PlanError: A group has no town to live in, or a point no place.
    """
    towns = towns_of(plan)
    more = called_in_addition(plan, towns)
    home = [homes_of(group, towns, position) for position, group in enumerate(plan.groups)]
    usual = sum(len(homes) for homes in home)
    home += [called.homes for called in more]
    part = np.repeat(np.arange(len(home)), [len(h) for h in home])
    of_part = [*range(len(plan.groups)), *(called.group for called in more)]
    group = np.array(of_part, np.int32)[part]
    town = np.concatenate(home)
    ids = np.arange(len(town), dtype=np.int64)
    parts = [_attributes(plan, plan.groups[g], seed, ids[part == i]) for i, g in enumerate(of_part)]
    drawn = {key: np.concatenate([one[key] for one in parts]) for key in parts[0]}
    point = points_of_towns(plan, towns)[town]
    # Those of a surge are dealt after all others, who keep their units.
    unit = np.concatenate([
        units_of(plan, point[some], drawn["trade"][some], group[some], [g.units for g in plan.groups])
        for some in (slice(usual), slice(usual, None))
    ])  # fmt: skip
    regions = region_names(plan)
    region = np.array([regions.index(t.region) for t in towns], np.int32)[town]
    children = _children(plan, seed, ids, drawn["birth"], drawn["children"])
    return pl.DataFrame(
        {
            "person": pl.Series(ids, dtype=pl.UInt32),
            "group": coded(group, groups_of(plan)),
            "sex": coded(drawn["sex"], SEXES),
            "birth": _dates(drawn["birth"]),
            "children_births": children,
            "medical": coded(drawn["medical"], medical_of(plan)),
            "trade": coded(drawn["trade"], trades_of(plan)),
            "employer": coded(drawn["employer"], employers_of(plan)),
            "unit": coded(unit, [u.name for u in plan.units]),
            "home": coded(town, [t.name for t in towns]),
            "region": coded(region, regions),
            "point": coded(point, [p.name for p in plan.points]),
            "distance_km": _distances(plan, towns, town, point, drawn),
        }
    )


def day_of_alert(exercise: Exercise) -> dt.date:
    """Return the local day of the alert, on which ages are counted."""
    return exercise.alert.astimezone(ZoneInfo(exercise.time_zone)).date()


def coded(codes: Codes, names: Sequence[str]) -> pl.Series:
    """Make an Enum column of positions in `names`; -1 is null."""
    numbers = pl.Series(codes, dtype=pl.Int32)
    return pl.Series(names, dtype=pl.Enum(names)).gather(numbers.set(numbers < 0, None))


def _attributes(plan: Plan, group: Group, seed: int, ids: Ids) -> dict[str, npt.NDArray[np.generic]]:
    """Draw what one group's people are, as positions in the plan's vocabularies, days and kilometres."""
    day = day_of_alert(plan.exercise)
    birth = births_in_bands(group.age, day, seed, ids)

    def of(stage: str, shares: dict[str, float], names: Sequence[str]) -> Codes:
        place = np.array([names.index(name) for name in shares], np.int32)
        return place[chosen(uniforms(seed, 0, f"people.{stage}", 1, ids), list(shares.values()))]

    return {
        "birth": birth,
        "children": numbers_of_children(group.minor_children, birth, day, seed, ids),
        "sex": of("sex", {str(k): v for k, v in group.sex.items()}, SEXES),
        "medical": of("medical", group.medical, medical_of(plan)),
        "trade": of("trade", group.trade, trades_of(plan)),
        "employer": of("employer", group.employer, employers_of(plan)),
        "door_km": _door_km(group.distance_km, seed, ids),
        "bearing": 2 * np.pi * uniforms(seed, 0, "people.bearing", 1, ids),
    }


def _door_km(median_km: float, seed: int, ids: Ids) -> npt.NDArray[np.float64]:
    """Draw how far each door is from the middle of the town, to the metre."""
    if median_km == 0:
        return np.zeros(len(ids))
    door = Column("people.door", 1, 0, ONE_CLASS, (("lognormal", (median_km * 1000, DOOR_SIGMA)),))
    metres: npt.NDArray[np.int64] = draw(Columns.compile([door]), seed, 0, ids)[0]
    return metres / 1000


def _children(plan: Plan, seed: int, ids: Ids, birth: Ids, numbers: Ids) -> pl.Series:
    """Make the column of lists of the children's birth dates; nobody's list is null."""
    families = births_of_children(numbers, birth, day_of_alert(plan.exercise), seed, ids)
    lists = pl.Series([[]], dtype=pl.List(pl.Date))
    place = np.zeros(len(ids), np.uint32)  # the one empty list is shared by all without children
    for who, born in families:
        place[who] = len(lists) + np.arange(len(who))
        lists = lists.append(_dates(born.ravel()).reshape((-1, born.shape[1])).cast(pl.List(pl.Date)))
    return lists.gather(pl.Series(place))


def _dates(days: Ids) -> pl.Series:
    return pl.Series(days, dtype=pl.Int32).cast(pl.Date)


def _distances(
    plan: Plan, towns: Sequence[Town], town: Codes, point: Codes, drawn: dict[str, npt.NDArray[np.generic]]
) -> npt.NDArray[np.float64]:
    """Return the way from each door to the point, km in a straight line, float64[n]."""
    lat = np.array([t.lat for t in towns])[town]
    lon = np.array([t.lon for t in towns])[town]
    door, bearing = drawn["door_km"].astype(np.float64), drawn["bearing"].astype(np.float64)
    north = np.degrees(door / EARTH_RADIUS_KM) * np.cos(bearing)
    east = np.degrees(door / EARTH_RADIUS_KM) * np.sin(bearing) / np.cos(np.radians(lat))
    there = np.array(point_places(plan))[point]
    return distances_km(lat + north, lon + east, there[:, 0], there[:, 1])
