"""L2 and L3: how busy are the servers, and which station holds up the others?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tocsin.log.stems import stem_name
from tocsin.measure.pauses import pauses_of
from tocsin.measure.quantiles import shares_of
from tocsin.measure.rows import Rows
from tocsin.measure.servers import Load, loads_of
from tocsin.measure.view import GRID_MS, MINUTE_MS, View

__all__ = ["bottleneck", "utilisation"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
BUSY = 0.85
"""A station is taken to be at its limit above this share of busy server time (measures.md, L3)."""
SERVERS = "rows of station_opened with their servers, or the plan's servers"
UNCONFIRMED = "unconfirmed: not yet rerun with one more server"
"""No log can confirm a bottleneck: `tocsin stress` reruns the plan with one more server."""
FEW_POINTS = 16
"""Curves of people waiting are printed point by point up to so many points; a national plan would print
50,000 rows."""


def utilisation(view: View, rows: Rows) -> None:
    """L2: busy over open server time, people waiting, and Little's check, station by station."""
    loads = loads_of(view)
    if not loads:
        rows.missing("L2", "utilisation", "share", "rows of services that began and ended", of="open server time")
        return
    at = np.arange(loads[0].busy.shape[1], dtype=np.int64) * GRID_MS
    for load in loads:
        _utilisation(view, rows, load, at)
        _services(view, rows, load.stays.station)
        _little(view, rows, load)
    _waiting_by_point(view, rows, loads, at)


def _utilisation(view: View, rows: Rows, load: Load, at: NDArray[np.int64]) -> None:
    station = load.stays.station
    rows.curve("L2", "people waiting", at, load.waiting.sum(axis=0) / GRID_MS, "persons", key=station)
    if load.open is None:
        rows.missing("L2", "utilisation", "share", SERVERS, key=station, of="open server time")
        return
    busy, present = load.busy, load.open
    total = float(present.sum())
    rows.add(
        "L2",
        "utilisation",
        float(busy.sum()) / total if total else None,
        "share",
        key=station,
        of="open server time",
        note="" if total else "no server was open",
    )
    curve = shares_of(busy.sum(axis=0), present.sum(axis=0))
    rows.curve(
        "L2",
        "utilisation by 15 min",
        at,
        curve,
        "share",
        key=station,
        of="open server time",
        notes=["no server open" if n else "" for n in np.isnan(curve).tolist()],
    )
    _, places = view.codes("place")
    keys = [f"{station} @ {place}" for place in places]
    used = np.flatnonzero(present.sum(axis=1) > 0) if places else np.empty(0, np.int64)
    rows.many(
        "L2",
        "utilisation",
        shares_of(busy.sum(axis=1), present.sum(axis=1))[used],
        "share",
        keys=[keys[i] for i in used],
        of="open server time",
    )
    full = (busy > BUSY * present) & (present > 0)
    rows.many(
        "L2",
        "quarters above 85 %",
        shares_of(full.sum(axis=1), (present > 0).sum(axis=1))[used],
        "share",
        keys=[keys[i] for i in used],
        n=(present > 0).sum(axis=1)[used],
        of="quarters open",
    )


def _services(view: View, rows: Rows, station: str) -> None:
    """The mean time of the services that ended; one that ended before it began is Q1's, and counts as none."""
    total, n, pauses = 0, 0, pauses_of(view, station)
    for visit in view.stations[station]:
        began, ended = (view.ms(stem_name(kind, station, visit) or "") for kind in ("service_began", "service_ended"))
        lasted = (ended - began)[(ended <= view.cut_ms) & (began <= ended)]
        total, n = total + int(lasted.sum()), n + len(lasted)
        if pauses is not None:  # a service that stood still did not last longer for it
            of = (pauses.visit == visit) & (ended[pauses.person] <= view.cut_ms)
            total -= int((pauses.until - pauses.since)[of].sum())
    value = total / n / MINUTE_MS if n else None
    note = "" if n else "no service ended"
    rows.add("L2", "mean service", value, "min", key=station, n=n, of="services that ended", note=note)


def _little(view: View, rows: Rows, load: Load) -> None:
    """Little's law on the path: L from the counts of people who came and went, λW from each person's own
    wait.

    The two agree exactly if everybody who began had queued, in that order. A gap is a gap in the log.
    """
    stays = load.stays
    end = view.cut_ms
    came = stays.queued[stays.queued <= end]
    went = np.concatenate([stays.left[stays.left < end], stays.unpaired_began[stays.unpaired_began < end]])
    # The area under N(t) = came by t - went by t, up to the end, without asking who is who.
    area = abs(float((end - came).sum()) - float((end - went).sum()))
    paired = float(stays.wait.sum())
    gap = abs(area - paired) / area if area else float(paired > 0)
    rows.add(
        "L2",
        "Little's check |L - λW| / L",
        gap,
        "share",
        key=stays.station,
        n=len(stays.queued),
        of="queued",
        note="" if gap == 0 else "people began who had not queued, or in the wrong order: see Q1",
    )


def _waiting_by_point(view: View, rows: Rows, loads: list[Load], at: NDArray[np.int64]) -> None:
    _, places = view.codes("place")
    if 0 < len(places) <= FEW_POINTS:
        waiting = np.sum([load.waiting for load in loads], axis=0) / GRID_MS
        for code, place in enumerate(places):
            rows.curve("L2", "people waiting", at, waiting[code], "persons", key=f"@ {place}")


def bottleneck(view: View, rows: Rows) -> None:
    """L3: the station that holds most of the time people spend, is busy while they wait, and starves the
    next."""
    loads = loads_of(view)
    if not loads:
        rows.missing("L3", "bottleneck", "yes = 1", "rows of people who queued", of="sojourn")
        return
    names = [load.stays.station for load in loads]
    sojourn = np.stack([load.sojourn for load in loads])
    everywhere = np.ones(sojourn.shape[1], np.bool_)
    rows.many(
        "L3",
        "share of sojourn",
        shares_of(sojourn.sum(axis=1), np.full(len(loads), sojourn.sum())),
        "share",
        keys=names,
        of="sojourn at all stations",
    )
    if any(load.open is None for load in loads):
        rows.missing("L3", "bottleneck", "yes = 1", SERVERS, of="stations")
        return
    _verdict(rows, sojourn.sum(axis=1), _strained(loads, everywhere), names)
    _by_point(view, rows, loads, sojourn)


def _strained(loads: list[Load], points: Bools) -> Bools:
    """Of each station: busy above the limit while people waited, and the next one below it in the same
    quarters."""
    found = []
    for load, after in zip(loads, [*loads[1:], None], strict=True):
        queue = (load.waiting > 0) & points[:, None]
        own = _ratio(load, queue)
        next_one = _ratio(after, queue) if after is not None else 0.0
        found.append(own > BUSY and next_one < BUSY)
    return np.array(found, np.bool_)


def _ratio(load: Load, cells: Bools) -> float:
    present = float(load.open[cells].sum()) if load.open is not None else 0.0
    return float(load.busy[cells].sum()) / present if present else 0.0


def _verdict(rows: Rows, sojourn: Floats, strained: Bools, keys: list[str]) -> None:
    """Name at most one bottleneck among the stations: of the strained ones, the one with most of the time."""
    worst = int(np.argmax(np.where(strained, sojourn, -1.0))) if strained.any() else -1
    rows.many(
        "L3",
        "bottleneck",
        [float(i == worst) for i in range(len(keys))],
        "yes = 1",
        keys=keys,
        of="stations",
        notes=[UNCONFIRMED if i == worst else "" for i in range(len(keys))],
    )


def _by_point(view: View, rows: Rows, loads: list[Load], sojourn: Floats) -> None:
    """The same at each point, for all points at once."""
    _, places = view.codes("place")
    if not places:
        return
    own, following = [], []
    for load, after in zip(loads, [*loads[1:], None], strict=True):
        queue = load.waiting > 0
        own.append(_ratios(load, queue))
        following.append(_ratios(after, queue) if after is not None else np.zeros(len(places)))
    strained = (np.stack(own) > BUSY) & (np.stack(following) < BUSY)
    worst = np.argmax(np.where(strained, sojourn, -1.0), axis=0)
    used = sojourn.sum(axis=0) > 0
    for i, load in enumerate(loads):
        here = np.flatnonzero(used)
        yes = (worst == i) & strained.any(axis=0)
        keys = [f"{load.stays.station} @ {places[p]}" for p in here]
        rows.many(
            "L3",
            "share of sojourn",
            shares_of(sojourn[i], sojourn.sum(axis=0))[here],
            "share",
            keys=keys,
            of="sojourn at the point",
        )
        rows.many(
            "L3",
            "bottleneck",
            yes[here].astype(np.float64),
            "yes = 1",
            keys=keys,
            of="stations of the point",
            notes=[UNCONFIRMED if y else "" for y in yes[here].tolist()],
        )


def _ratios(load: Load, cells: Bools) -> Floats:
    """Busy over open in the marked cells, point by point; 0 where nothing was open."""
    assert load.open is not None, "L3 is printed only if every station's servers are known"
    found = shares_of((load.busy * cells).sum(axis=1), (load.open * cells).sum(axis=1))
    return np.nan_to_num(found)
