"""Open and busy server time, and people waiting, by point and quarter of an hour: what L2 and L3 are made of.

Every one of them is an overlap of intervals with the quarters: the number of servers open from one shift to
the next, one for each service, one for each wait. With whole milliseconds the sums are exact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.measure.cells import codes_in
from tocsin.measure.pauses import pauses_of
from tocsin.measure.queues import Stays, stays_of
from tocsin.measure.view import GRID_MS, View

__all__ = ["Load", "loads_of", "overlap"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Load:
    """What one station did; arrays of shape (points, quarters), in ms of server or person time.

    Attributes:
        stays: Who was there.
        busy: Time of servers in service; not while a service is interrupted. Of a crew, in service at any of its
            stations.
        open: Time of servers present; None if neither log nor plan says how many there were.
        waiting: Time of people in the queue.
        sojourn: Time of people in queue and service, shape (points,).
    """

    stays: Stays
    busy: Floats
    open: Floats | None
    waiting: Floats
    sojourn: Floats


def loads_of(view: View) -> list[Load]:
    """The load of each station, in the order in which people come to the stations."""
    if "loads" not in view.memory:
        view.memory["loads"] = _shared(view, [_load(view, stay) for stay in stays_of(view)])
    found: list[Load] = view.memory["loads"]
    return found


def _shared(view: View, loads: list[Load]) -> list[Load]:
    """Count what a crew does at all its stations for each of them: its servers are open to all of them."""
    crews = _crews(view)
    if not crews:
        return loads
    code = {place: i for i, place in enumerate(view.codes("place")[1])}
    found = []
    for load in loads:
        busy = load.busy.copy()
        for place, crew in crews.get(load.stays.station, {}).items():
            if place in code:
                team = [one.busy for one in loads if crews.get(one.stays.station, {}).get(place) == crew]
                busy[code[place]] = np.sum([each[code[place]] for each in team], axis=0)
        found.append(replace(load, busy=busy))
    return found


def _crews(view: View) -> dict[str, dict[str, str]]:
    """The crew that serves a station at each point that has one, by the plan; stations without crews left out."""
    plan = view.context.plan
    if plan is None:
        return {}
    if "crews" not in view.context.memory:
        from tocsin.plan.resolve import layout_of  # late: with a plan only

        crews: dict[str, dict[str, str]] = {}
        for point in plan.points:
            for station in layout_of(plan, point).stations:
                if station.crew is not None:
                    crews.setdefault(station.name, {})[point.name] = station.crew
        view.context.memory["crews"] = crews
    found: dict[str, dict[str, str]] = view.context.memory["crews"]
    return found


def overlap(
    start: Ints,
    end: Ints,
    group: NDArray[np.integer[Any]],
    shape: tuple[int, int],
    weight: Ints | None = None,
) -> Floats:
    """How much of weighted intervals falls into each quarter of an hour.

    Args:
        start: Beginnings, ms since t0, shape (n,).
        end: Ends, not before the beginnings, shape (n,).
        group: Row of the result that each interval counts in, shape (n,).
        shape: Rows and quarters of the result.
        weight: How much an interval counts; None = 1.

    Returns:
        Milliseconds times weight, shape `shape`; time before t0 and after the last quarter is left out.
    """
    return np.diff(_filled(start, group, shape, weight) - _filled(end, group, shape, weight), axis=1)


def _filled(since: Ints, group: NDArray[np.integer[Any]], shape: tuple[int, int], weight: Ints | None) -> Floats:
    """Sum of weight * max(0, edge - since) for each edge of the quarters: shape (rows, quarters + 1)."""
    rows, quarters = shape
    since = np.clip(since, 0, quarters * GRID_MS)
    cell = since // GRID_MS
    cell += np.asarray(group, np.int64) * (quarters + 1)
    size = rows * (quarters + 1)
    count = np.bincount(cell, weights=weight, minlength=size).reshape(rows, -1)
    total = np.bincount(cell, weights=since if weight is None else since * weight, minlength=size).reshape(rows, -1)
    edges = np.arange(quarters + 1, dtype=np.float64) * GRID_MS
    # An interval that begins in a quarter counts from the quarter's end on; at its own edge it adds nothing.
    before = np.cumsum(count, axis=1) - count
    return np.asarray(before * edges - (np.cumsum(total, axis=1) - total), dtype=np.float64)


def _load(view: View, stay: Stays) -> Load:
    _, places = view.codes("place")
    points = max(len(places), 1)
    known = stay.place >= 0
    if len(places) and not known.all():
        stay = stay.only(known)
    group = stay.place if len(places) else np.zeros(len(stay.queued), np.int32)
    shape = (points, -(-max(view.cut_ms, 1) // GRID_MS))
    served = stay.served
    busy = overlap(stay.left[served], stay.ended[served], group[served], shape)
    busy -= _paused(view, stay.station, places, shape)
    waiting = overlap(stay.queued, stay.queued + stay.wait, group, shape)
    stayed = np.maximum(stay.ended - stay.queued, 0).astype(np.float64)
    sojourn = np.bincount(group, weights=stayed, minlength=points).astype(np.float64)
    return Load(stay, busy, _open(view, stay.station, places, shape), waiting, sojourn)


def _paused(view: View, station: str, places: list[str], shape: tuple[int, int]) -> Floats | float:
    """Time in which somebody had a server and was not served: it was broken, or somebody else had it."""
    pauses = pauses_of(view, station)
    if pauses is None:
        return 0.0
    codes, _ = view.codes("place")
    point = codes[pauses.person] if places else np.zeros(len(pauses.person), np.int32)
    known = point >= 0
    return overlap(pauses.since[known], pauses.until[known], point[known], shape)


def _open(view: View, station: str, places: list[str], shape: tuple[int, int]) -> Floats | None:
    """Server time present: from the log's rows of opening and closing; a point without any, from the plan's
    constant."""
    time, level, point = _levels(view, station, places)
    fixed = [
        (0, servers, code) for code, servers in _constant(view, station, places) if code not in set(point.tolist())
    ]
    time = np.concatenate([time, np.array([f[0] for f in fixed], np.int64)])
    level = np.concatenate([level, np.array([f[1] for f in fixed], np.int64)])
    point = np.concatenate([point, np.array([f[2] for f in fixed], np.int64)])
    if not len(time):
        return None
    # A closing and an opening at one instant are a change of shift, and the opening holds: the larger level
    # last.
    order = np.lexsort((level, time, point))
    time, level, point = time[order], level[order], point[order]
    last = np.append(point[1:] != point[:-1], True)
    until = np.where(last, view.cut_ms, np.append(time[1:], 0))
    return overlap(time, np.maximum(until, time), point, shape, level) + _extra(view, station, places, shape)


def _extra(view: View, station: str, places: list[str], shape: tuple[int, int]) -> Floats | float:
    """Time of extra servers, from opening to closing; what a busy one still does after that is not open time."""
    total: Floats | float = 0.0
    for kind, sign in (("extra_opened", 1), ("extra_closed", -1)):
        since, amount, point = _placed(view.rows(kind).filter(pl.col("station") == station), places)
        total = total + sign * overlap(since, np.full(len(since), view.cut_ms), point, shape, amount)
    return total


def _levels(view: View, station: str, places: list[str]) -> tuple[Ints, Ints, Ints]:
    """Rows of opening and closing: when, how many servers from then on, at which point; in the order of the
    log."""
    changes = pl.concat(
        [
            view.rows("station_opened"),
            view.rows("station_closed").with_columns(pl.lit(0, pl.Int64).alias("amount")),
        ]
    )
    mine = changes.filter(pl.col("station") == station)
    crews = _crews(view).get(station, {})
    for crew in sorted(set(crews.values())):  # its rows name the crew
        here = pl.col("place").cast(pl.String).is_in([place for place, one in crews.items() if one == crew])
        mine = pl.concat([mine, changes.filter((pl.col("station") == crew) & here)])
    return _placed(mine, places)


def _placed(rows: pl.DataFrame, places: list[str]) -> tuple[Ints, Ints, Ints]:
    """When, how many, at which point: of the rows at points that are known; without points all are at one."""
    point = codes_in(rows["place"], places).astype(np.int64) if places else np.zeros(rows.height, np.int64)
    known = point >= 0
    return rows["at_ms"].to_numpy()[known], rows["amount"].fill_null(0).to_numpy()[known], point[known]


def _constant(view: View, station: str, places: list[str]) -> list[tuple[int, int]]:
    """Points whose station has the same number of servers at all hours by the plan."""
    plan = view.context.plan
    if plan is None:
        return []
    from tocsin.plan.resolve import layout_of  # late: with a plan only

    code = {place: i for i, place in enumerate(places)}
    found = []
    for point in plan.points:
        layout = layout_of(plan, point)
        crews = {crew.name: crew.servers for crew in layout.crews}
        for one in layout.stations:
            servers = one.servers if one.crew is None else crews[one.crew]
            if one.name == station and point.name in code and servers is not None:
                found.append((code[point.name], servers))
    return found
