"""L5: how long do buses load, when do the first and the last leave, and are there as many as are required?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.measure.cells import coded, codes_in
from tocsin.measure.quantiles import NEVER, by_group
from tocsin.measure.rows import Rows
from tocsin.measure.vehicles import vehicles
from tocsin.measure.view import HOUR_MS, MINUTE_MS, View

__all__ = ["bus_loading", "left_with"]

Ints = NDArray[np.int64]
_TABLE_LIMIT = 1 << 22
"""Up to so many vehicles at points a table is quicker than a search."""


@dataclass(frozen=True)
class _Departures:
    """Departures in the order of (bus at a point, time): arrays of shape (departures,); and when each person left.

    Attributes:
        left: When the vehicle left that a person had boarded, shape (people,); `NEVER` if that is not known.
    """

    point: Ints
    at_ms: Ints
    first_ms: Ints
    aboard: Ints
    left: Ints


def bus_loading(view: View, rows: Rows) -> None:
    """L5: load time, first and last departure, people aboard, vehicles available and required; and by point."""
    found = _departures(view)
    if found is None:
        rows.missing("L5", "load time p50", "min", "rows of bus_departed", of="departures")
        return
    _, places = view.codes("place")
    _loading_rows(rows, found, np.zeros(len(found.at_ms), np.int64), [""])
    if places:
        _loading_rows(rows, found, found.point, places)
    vehicles(view, rows, found.left)


def left_with(view: View) -> Ints:
    """When the vehicle left that each person had boarded, ms since t0, `NEVER` if not known. Shape (people,)."""
    found = _departures(view)
    return np.full(view.people, NEVER, np.int64) if found is None else found.left


def _departures(view: View) -> _Departures | None:
    """The departures of a run, worked out once; None if the log has none."""
    departed = view.rows("bus_departed")
    if departed.is_empty():
        return None
    if "departures" not in view.memory:
        view.memory["departures"] = _boardings(view, departed, view.codes("place")[1])
    found: _Departures = view.memory["departures"]
    return found


def _boardings(view: View, departed: pl.DataFrame, places: list[str]) -> _Departures:
    """Give each boarding to the next departure of that vehicle from that point."""
    boarded = view.ms("boarded")
    who = np.flatnonzero(boarded < NEVER)
    bus_at, boarding = _vehicles(view, departed, places, who)
    order = np.lexsort((departed["at_ms"].to_numpy(), bus_at))
    keys = (bus_at[order] << 42) | departed["at_ms"].to_numpy()[order]
    wanted = (boarding << 42) | boarded[who]
    index = np.minimum(np.searchsorted(keys, wanted, side="left"), len(keys) - 1)
    fits = (boarding >= 0) & (keys[index] >> 42 == boarding) & (keys[index] >= wanted)
    first = np.full(len(keys), NEVER, np.int64)
    np.minimum.at(first, index[fits], boarded[who][fits])
    aboard = np.bincount(index[fits], minlength=len(keys))
    point = codes_in(departed["place"], places).astype(np.int64)[order]
    at_ms = keys & ((1 << 42) - 1)
    left = np.full(view.people, NEVER, np.int64)
    left[who[fits]] = at_ms[index[fits]]
    return _Departures(point, at_ms, first, aboard, left)


def _vehicles(view: View, departed: pl.DataFrame, places: list[str], who: Ints) -> tuple[Ints, Ints]:
    """One number for each vehicle at a point: of each departure, and of each boarding (-1: it never
    departs)."""
    points = codes_in(departed["place"], places).astype(np.int64)
    mine, vehicles = coded(departed["thing"])
    if "boarded_thing" not in view.columns or not vehicles:
        return np.zeros(len(mine), np.int64), np.full(len(who), -1, np.int64)
    things = view.cells.codes_in("boarded_thing", vehicles)[who].astype(np.int64)
    codes, _ = view.codes("place")
    pairs, dense = np.unique((points + 1) * len(vehicles) + mine, return_inverse=True)
    wanted = (codes[who].astype(np.int64) + 1) * len(vehicles) + things
    return dense.astype(np.int64), np.where(
        things >= 0, _positions(pairs, wanted, (len(places) + 1) * len(vehicles)), -1
    )


def _positions(pairs: Ints, wanted: Ints, size: int) -> Ints:
    """Where each wanted number stands among the sorted pairs; -1 if it does not."""
    if size <= _TABLE_LIMIT:
        table = np.full(size, -1, np.int64)
        table[pairs] = np.arange(len(pairs))
        return table[wanted]
    found = np.minimum(np.searchsorted(pairs, wanted), len(pairs) - 1)
    return np.where(pairs[found] == wanted, found, -1)


def _loading_rows(rows: Rows, found: _Departures, group: Ints, keys: list[str]) -> None:
    size = len(keys)
    known = group >= 0
    loaded = known & (found.first_ms < NEVER)
    counts, (p50, p95) = by_group(group[loaded], (found.at_ms - found.first_ms)[loaded], size, (0.5, 0.95))
    departures = np.bincount(group[known], minlength=size)
    used = np.flatnonzero(departures)
    names = [keys[i] for i in used]
    n = departures[used]
    for name, value in (("load time p50", p50), ("load time p95", p95)):
        minutes = np.where(value[used] >= 0, value[used] / MINUTE_MS, np.nan)
        rows.many(
            "L5",
            name,
            minutes,
            "min",
            keys=names,
            n=counts[used],
            of="departures with people",
            notes=["" if c else "nobody is known to have boarded" for c in counts[used].tolist()],
        )
    first, last = np.full(size, NEVER, np.int64), np.full(size, -1, np.int64)
    np.minimum.at(first, group[known], found.at_ms[known])
    np.maximum.at(last, group[known], found.at_ms[known])
    rows.many("L5", "first departure", first[used] / HOUR_MS, "h", keys=names, n=n, of="departures")
    rows.many("L5", "last departure", last[used] / HOUR_MS, "h", keys=names, n=n, of="departures")
    aboard = np.bincount(group[known], weights=found.aboard[known], minlength=size)[used] / n
    rows.many("L5", "aboard per departure", aboard, "persons", keys=names, n=n, of="departures")
