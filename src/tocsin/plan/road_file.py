"""Files of roads: an OpenStreetMap extract, or the Parquet file that a run folder keeps of what was read from one."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tocsin.errors import PlanError
from tocsin.plan.road_map import RoadMap

if TYPE_CHECKING:  # polars takes 0.2 s to import, and only a file of roads needs it here
    import polars as pl

__all__ = ["as_frame", "read_roads"]

_OSM, _PARQUET = ".osm.pbf", ".parquet"
_WHOLE = ("start", "end", "columns")
_REAL = ("start_lat", "start_lon", "end_lat", "end_lon", "km", "speed_kmh")


def read_roads(path: Path, name: str, spots: Collection[tuple[float, float]]) -> RoadMap:
    """Read a file of roads.

    Args:
        path: Where it is.
        name: What to call it in messages: never the path, which would differ from machine to machine.
        spots: Where the plan's places stand, degrees north and east: the map stays exact between them.

    Returns:
        The roads, thinned if they come from an extract, as they stand if they were kept by a run.

    Raises:
        PlanError: It is missing, damaged, or not in a known form.
    """
    if not path.name.lower().endswith((_OSM, _PARQUET)):
        found = f"found the ending '{path.suffix}'"
        raise PlanError(f"{found}; expected {_OSM} or the {_PARQUET} of a run folder", place=name)
    if path.is_dir():
        raise PlanError(f"found a folder; expected a file that ends in {_OSM} or {_PARQUET}", place=name)
    try:
        path.open("rb").close()
    except FileNotFoundError:
        raise PlanError("found no such file; the path is relative to the plan", place=name) from None
    except (OSError, ValueError) as reason:
        raise PlanError("found a file that cannot be read", place=name) from reason
    if path.name.lower().endswith(_PARQUET):
        return _kept(path, name)
    from tocsin.plan.osm import read_osm  # late: few plans bring an extract
    from tocsin.plan.road_thinning import thinned

    return thinned(read_osm(path, name, spots), spots)


def as_frame(roads: RoadMap) -> pl.DataFrame:
    """Return a map as a table, one row a directed stretch: numbers and places of both its nodes, and what it is."""
    import polars as pl

    return pl.DataFrame(
        {
            "start": roads.start,
            "end": roads.end,
            "start_lat": roads.lat[roads.start],
            "start_lon": roads.lon[roads.start],
            "end_lat": roads.lat[roads.end],
            "end_lon": roads.lon[roads.end],
            "km": roads.km,
            "speed_kmh": roads.speed_kmh,
            "columns": roads.columns,
            "name": pl.Series(roads.names, dtype=pl.String),
        }
    )


def _kept(path: Path, name: str) -> RoadMap:
    import polars as pl

    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as reason:
        found = f"found {path.stat().st_size} bytes that are no Parquet file, or a damaged one"
        raise PlanError(found, place=name) from reason
    wanted = {**dict.fromkeys(_WHOLE, pl.Int64), **dict.fromkeys(_REAL, pl.Float64), "name": pl.String}
    if dict(frame.schema) != wanted:
        found = ", ".join(frame.columns)
        raise PlanError(f"found the columns {found}; expected the roads that a run folder keeps", place=name)
    _check(frame, name)
    start, end = frame["start"].to_numpy(), frame["end"].to_numpy()
    lat, lon = (np.zeros(max(start.max(), end.max()) + 1) for _ in range(2))
    for node, side in ((start, "start"), (end, "end")):
        lat[node], lon[node] = frame[f"{side}_lat"].to_numpy(), frame[f"{side}_lon"].to_numpy()
    return RoadMap(
        lat=lat,
        lon=lon,
        start=start.copy(),
        end=end.copy(),
        km=frame["km"].to_numpy().copy(),
        speed_kmh=frame["speed_kmh"].to_numpy().copy(),
        columns=frame["columns"].to_numpy().copy(),
        names=tuple(frame["name"].to_list()),
    )


def _check(frame: pl.DataFrame, name: str) -> None:
    """Refuse values that no road has, and numbers of nodes that would not fit."""
    import polars as pl

    if not len(frame):
        raise PlanError("found no rows; expected one a stretch of road", place=name)
    most = 2 * len(frame)
    rules = {
        "start": pl.col("start").is_between(0, most),
        "end": pl.col("end").is_between(0, most),
        "km": pl.col("km").is_finite() & (pl.col("km") > 0),
        "speed_kmh": pl.col("speed_kmh").is_finite() & (pl.col("speed_kmh") > 0),
        "columns": pl.col("columns") > 0,
        **{key: pl.col(key).is_between(-180, 180) for key in _REAL[:4]},
    }
    for key, rule in rules.items():
        bad = frame.select(~rule.fill_null(False)).to_series()
        if bad.any():
            row = int(bad.arg_max() or 0)
            raise PlanError(f"found {frame[key][row]} as {key}; no road has that", place=f"{name}: row {row + 1}")
