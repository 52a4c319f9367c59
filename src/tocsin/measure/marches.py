"""L6: the march table. When did columns pass, against the plan, and how long did each take to pass?

A column passes a place with its head and with its tail (odd and even `visit`); a log of vehicles one by one has the
first and the last of them instead.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.measure.rows import Rows
from tocsin.measure.view import HOUR_MS, MINUTE_MS, View

__all__ = ["march_table"]

Floats = NDArray[np.float64]
NEAR_MS = 5 * MINUTE_MS
"""Within so much of the planned time a passing counts as on time (measures.md, L6)."""
_OF = "passings with a planned time"


def march_table(view: View, rows: Rows) -> None:
    """L6: actual less planned times, pass time and density of columns."""
    passed = _passings(view) if "passed" in view.told else None
    if passed is None or passed.is_empty():
        rows.missing("L6", "bias", "min", "rows of passed", of=_OF)
        return
    _planned(view, rows, passed)
    columns = _columns(passed)
    _pass_times(rows, columns)
    _density(view, rows, columns)


def _passings(view: View) -> pl.DataFrame:
    """Rows of passing: whose column, where, which time it came by there, head or tail, when, and when planned."""
    visit = pl.col("visit").cast(pl.Int64)
    found = view.rows("passed").filter(pl.col("place").is_not_null() & pl.any_horizontal(_named("unit", "thing")))
    return found.select(
        pl.coalesce(pl.col("unit").cast(pl.String), pl.col("thing").cast(pl.String)).alias("column"),
        pl.col("place").cast(pl.String),
        ((visit.fill_null(1) + 1) // 2).alias("time"),
        (visit % 2 == 0).fill_null(False).alias("tail"),
        visit.is_null().alias("plain"),
        "at_ms",
        (pl.col("at_ms") + (pl.col("due") - pl.col("happened")).dt.total_milliseconds()).alias("due_ms"),
        pl.col("amount"),
    )


def _named(*columns: str) -> list[pl.Expr]:
    return [pl.col(column).is_not_null() for column in columns]


def _keys(table: pl.DataFrame) -> list[str]:
    """Column @ place, and which time it came by there from the second on."""
    rows = table.select("column", "place", "time").iter_rows()
    return [f"{column} @ {place}" + (f" ({time})" if time > 1 else "") for column, place, time in rows]


# --- against the plan -------------------------------------------------------------------------------------------


def _planned(view: View, rows: Rows, passed: pl.DataFrame) -> None:
    heads = passed.filter(~pl.col("tail") & pl.col("due_ms").is_not_null())
    heads = heads.sort("at_ms").unique(["column", "place", "time"], keep="first", maintain_order=True)
    if heads.is_empty():
        rows.missing("L6", "bias", "min", "planned times (due) in rows of passed", of=_OF)
    else:
        off = heads["at_ms"].to_numpy() - heads["due_ms"].to_numpy()
        _summed(rows, "", off)
        for (place,), mine in heads.with_columns(off=off).group_by("place", maintain_order=True):
            _summed(rows, str(place), mine["off"].to_numpy())
        rows.many("L6", "passed - planned", off / MINUTE_MS, "min", keys=_keys(heads), of=_OF)
    for kind, name in (("unit_set_out", "set out - planned"), ("in_position", "in position - planned")):
        found = view.rows(kind).filter(pl.col("due").is_not_null() & pl.col("unit").is_not_null())
        first = found.sort("at_ms").unique("unit", keep="first", maintain_order=True)
        off = (first["happened"] - first["due"]).dt.total_milliseconds().to_numpy()
        keys = first["unit"].cast(pl.String).to_list()
        rows.many("L6", name, off / MINUTE_MS, "min", keys=keys, of="units with a planned time")


def _summed(rows: Rows, key: str, off: NDArray[np.int64]) -> None:
    n = len(off)
    rows.add("L6", "bias", float(off.mean()) / MINUTE_MS, "min", key=key, n=n, of=_OF)
    rows.add("L6", "mean absolute error", float(np.abs(off).mean()) / MINUTE_MS, "min", key=key, n=n, of=_OF)
    rows.add("L6", "within 5 min", float((np.abs(off) <= NEAR_MS).mean()), "share", key=key, n=n, of=_OF)


# --- columns ----------------------------------------------------------------------------------------------------


def _columns(passed: pl.DataFrame) -> pl.DataFrame:
    """Each passing of a column: its head, its tail, and how many vehicles it had; only where both were seen."""
    grouped = passed.group_by("column", "place", "time", maintain_order=True).agg(
        pl.col("at_ms").min().alias("head"),
        pl.col("at_ms").max().alias("end"),
        pl.col("tail").any(),
        (pl.col("plain").all() & (pl.len() > 1)).alias("several"),
        pl.when(pl.col("plain").all()).then(pl.len()).otherwise(pl.col("amount").max()).alias("vehicles"),
    )
    return grouped.filter(pl.col("tail") | pl.col("several")).with_columns((pl.col("end") - pl.col("head")).alias("ms"))


def _pass_times(rows: Rows, columns: pl.DataFrame) -> None:
    if columns.is_empty():
        rows.missing("L6", "pass time", "min", "rows of passed for the tails of columns", of="columns")
        return
    minutes = columns["ms"].to_numpy() / MINUTE_MS
    rows.many("L6", "pass time", minutes, "min", keys=_keys(columns), n=_vehicles(columns), of="columns")


def _vehicles(columns: pl.DataFrame) -> Sequence[int]:
    return columns["vehicles"].cast(pl.Int64).fill_null(0).to_list()


def _density(view: View, rows: Rows, columns: pl.DataFrame) -> None:
    """Intervals between vehicles over what the pass time is long at the speed of the march."""
    plan = view.context.plan
    marches = () if plan is None else [(unit.name, unit.march) for unit in plan.units if unit.march is not None]
    speed = {unit: march.speed_kmh for unit, march in marches}
    known = columns.filter(pl.col("column").is_in(list(speed)) & (pl.col("ms") > 0) & pl.col("vehicles").is_not_null())
    if known.is_empty():
        what = "the plan's marches, and vehicles (amount) in rows of passed"
        rows.missing("L6", "density", "vehicles/km", what, of="columns")
        return
    km = known["ms"].to_numpy() / HOUR_MS * np.array([speed[unit] for unit in known["column"]])
    density: Floats = (known["vehicles"].to_numpy() - 1) / km
    rows.many("L6", "density", density, "vehicles/km", keys=_keys(known), n=_vehicles(known), of="columns")
