"""From a roster's typed columns to the people of a plan: checks between columns, points, distances, units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from tocsin.plan.assignment import NOBODY, distances_km, points_of_places, units_of, units_that_take
from tocsin.plan.model import Plan, Travel
from tocsin.plan.problem import shown
from tocsin.plan.resolve import employers_of, medical_of, point_places, region_names, towns_of, trades_of
from tocsin.plan.roster_columns import Fault, fault
from tocsin.plan.synthesis import SEXES, coded

__all__ = ["assigned", "faults_between_columns"]

Codes = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.float64]

ALL = "roster"
"""Group of the people of a roster that has no groups."""


def faults_between_columns(plan: Plan, typed: pl.DataFrame) -> list[Fault]:
    """Return what is wrong between the columns of single rows.

    Args:
        plan: The plan.
        typed: The roster's columns by our names, typed.

    Returns:
        The first row of each kind of fault.
    """
    region = {town.name: town.region for town in towns_of(plan)}
    own = typed["home"].replace_strict(region, default=None, return_dtype=pl.String)
    eldest = typed["children_births"].list.min()
    adult = typed["birth"].dt.offset_by("10y")
    nowhere = typed["point"].is_null() & typed["home"].is_null() & typed["region"].is_null() & typed["lat"].is_null()
    return [
        *_pair("lat", "lon", typed),
        *_pair("lon", "lat", typed),
        *_values("region", own.is_not_null() & (typed["region"] != own), typed, "the region of the home town"),
        *_values("children_births", eldest < adult, typed, "births at least 10 years after the person's own"),
        *fault("home", nowhere, "found no point, home, region, or lat and lon; expected one of them"),
    ]


def _pair(one: str, other: str, typed: pl.DataFrame) -> list[Fault]:
    alone = typed[one].is_null() & typed[other].is_not_null()
    return fault(one, alone, f"found nothing beside a value of `{other}`; expected both or neither")


def _values(column: str, bad: pl.Series, typed: pl.DataFrame, expected: str) -> list[Fault]:
    if not bad.any():
        return []
    value = typed[column][int(bad.fill_null(False).arg_max() or 0)]
    found = ", ".join(map(str, value)) if isinstance(value, pl.Series) else shown(value)
    return fault(column, bad, f"found {found}; expected {expected}")


def assigned(plan: Plan, typed: pl.DataFrame) -> tuple[pl.DataFrame, list[Fault]]:
    """Give everybody a point, a way to it and a unit, where the roster leaves them open.

    Args:
        plan: The plan.
        typed: The roster's columns by our names, typed and checked.

    Returns:
        The people by their listed numbers, and faults found on the way.
    """
    towns, regions = towns_of(plan), region_names(plan)
    home = _codes(typed["home"], [t.name for t in towns])
    region_of_town = np.array([regions.index(t.region) for t in towns] + [NOBODY], np.int32)
    region = np.where(home >= 0, region_of_town[home], _codes(typed["region"], regions)).astype(np.int32)
    lat, lon = _doors(plan, typed, home, region)
    point = _codes(typed["point"], [p.name for p in plan.points])
    open_rows = np.flatnonzero(point < 0)
    label = (home.astype(np.int64) + 1) * (len(regions) + 1) + region + 1
    kinds, position = np.unique(label[open_rows], return_inverse=True)
    labels = [_label(int(kind), [t.name for t in towns], regions) for kind in kinds]
    point[open_rows] = points_of_places(plan, lat[open_rows], lon[open_rows], position.astype(np.int32), labels)
    trades = _vocabulary(typed["trade"], trades_of(plan))
    unit, faults = _units(plan, typed, point, _codes(typed["trade"], trades))
    distance = _distances(plan, typed, lat, lon, point)
    faults += _unknown_ways(plan, distance)
    groups = _vocabulary(typed["group"], ()) or (ALL,)
    group = _codes(typed["group"], groups) if typed["group"].is_not_null().any() else np.zeros(len(typed), np.int32)
    medical, employer = (
        _vocabulary(typed["medical"], medical_of(plan)),
        _vocabulary(typed["employer"], employers_of(plan)),
    )
    frame = pl.DataFrame(
        {
            "group": coded(group, groups),
            "sex": coded(_codes(typed["sex"], SEXES), SEXES),
            "birth": typed["birth"],
            "children_births": typed["children_births"],
            "medical": coded(_codes(typed["medical"], medical), medical),
            "trade": coded(_codes(typed["trade"], trades), trades),
            "employer": coded(_codes(typed["employer"], employer), employer),
            "unit": coded(unit, [u.name for u in plan.units]),
            "home": coded(home, [t.name for t in towns]),
            "region": coded(region, regions),
            "point": coded(point, [p.name for p in plan.points]),
            "distance_km": pl.Series(distance).fill_nan(None),
            "listed": typed["person"].cast(pl.UInt32),
        }
    )
    return frame.sort("listed").with_row_index("person").with_columns(pl.col("person").cast(pl.UInt32)), faults


def _codes(values: pl.Series, names: Sequence[str]) -> Codes:
    """Return positions in `names`, -1 for null, int32[n]."""
    places = {name: i for i, name in enumerate(names)}
    codes = values.cast(pl.String).replace_strict(places, default=None, return_dtype=pl.Int32)
    return codes.fill_null(NOBODY).to_numpy().copy()


def _vocabulary(values: pl.Series, known: Sequence[str]) -> tuple[str, ...]:
    """Return the plan's names and behind them those that only the roster has, in order of appearance."""
    found = values.drop_nulls().unique(maintain_order=True).to_list()
    return tuple(dict.fromkeys((*known, *found)))


def _label(code: int, towns: Sequence[str], regions: Sequence[str]) -> tuple[str | None, str | None]:
    town, region = divmod(code, len(regions) + 1)
    return (towns[town - 1] if town else None, regions[region - 1] if region else None)


def _doors(plan: Plan, typed: pl.DataFrame, home: Codes, region: Codes) -> tuple[Numbers, Numbers]:
    """Return where everybody starts: lat and lon, else the middle of the home town, else of the region's largest."""
    towns, regions = towns_of(plan), region_names(plan)
    largest = [
        max((t for t in towns if t.region == name), key=lambda t: t.population, default=None) for name in regions
    ]
    result = []
    for key in ("lat", "lon"):
        of_town = np.array([getattr(t, key) for t in towns] + [np.nan])
        of_region = np.array([np.nan if t is None else getattr(t, key) for t in largest] + [np.nan])
        given = typed[key].to_numpy()
        result.append(np.where(np.isfinite(given), given, np.where(home >= 0, of_town[home], of_region[region])))
    return result[0], result[1]


def _units(plan: Plan, typed: pl.DataFrame, point: Codes, trade: Codes) -> tuple[Codes, list[Fault]]:
    """Keep the units that the roster gives, where they take from the point, and deal the others."""
    unit = _codes(typed["unit"], [u.name for u in plan.units])
    takes = units_that_take(plan)
    given = unit >= 0
    bad = pl.Series(given & ~takes[point, unit] if takes.size else given)
    faults = _values("unit", bad, typed, "a unit that takes people from this person's point")
    dealt = units_of(plan, point, trade, np.zeros(len(point), np.int32), [()])
    return np.where(given, unit, dealt).astype(np.int32), faults


def _distances(plan: Plan, typed: pl.DataFrame, lat: Numbers, lon: Numbers, point: Codes) -> Numbers:
    """Return the way to the point in km: as given, else from the door, else NaN."""
    there = np.array(point_places(plan))[point]
    given = typed["distance_km"].to_numpy()
    return np.where(np.isfinite(given), given, distances_km(lat, lon, there[:, 0], there[:, 1]))


def _unknown_ways(plan: Plan, distance: Numbers) -> list[Fault]:
    """Travel by speed needs a distance."""
    if not isinstance(plan.behaviour.travel, Travel):
        return []
    expected = "expected home, region, lat and lon, or distance_km, because travel goes by speed"
    return fault("distance_km", pl.Series(~np.isfinite(distance)), f"found no way to the point; {expected}")
