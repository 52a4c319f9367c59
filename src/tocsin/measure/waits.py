"""L1: how long do people wait?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tocsin.measure.pauses import pauses_of
from tocsin.measure.quantiles import NEVER, by_group, shares_of
from tocsin.measure.queues import Stays, stays_of
from tocsin.measure.rows import Rows
from tocsin.measure.view import GRID_MS, HOUR_MS, MINUTE_MS, View

__all__ = ["waits"]

Ints = NDArray[np.int64]
QUANTILES = (0.5, 0.8, 0.95)


def waits(view: View, rows: Rows) -> None:
    """L1: waits by station, and by station and point."""
    stays = stays_of(view)
    if not stays:
        rows.missing("L1", "wait p50", "min", "rows of people who queued", of="queued")
    for stay in stays:
        _waits_all(view, rows, stay)
        _waits_over_time(view, rows, stay)
    for stay in stays:
        _waits_by_point(view, rows, stay)


def _limit_ms(view: View) -> int | None:
    plan = view.context.plan
    return None if plan is None else round(plan.limits.wait_min * MINUTE_MS)


def _waits_all(view: View, rows: Rows, stay: Stays) -> None:
    n, wait = len(stay.queued), stay.wait
    still = int(stay.waiting.sum())
    key = stay.station
    _wait_rows(view, rows, stay, np.zeros(n, np.int32), [key])
    if _limit_ms(view) is None:
        rows.missing("L1", "share over the limit", "share", "the plan's limits", key=key, of="queued")
    rows.add(
        "L1",
        "person-hours waited",
        float(wait.sum()) / HOUR_MS,
        "person-h",
        key=key,
        n=n,
        of="queued",
        note=f"still waiting: {still}" if still else "",
    )
    pauses = pauses_of(view, key)
    if pauses is not None:
        stood = float((pauses.until - pauses.since).sum()) / HOUR_MS
        rows.add("L1", "person-hours interrupted", stood, "person-h", key=key, n=len(pauses.since), of="interruptions")


def _waits_over_time(view: View, rows: Rows, stay: Stays) -> None:
    """The mean wait of those who joined the queue in each quarter of an hour; none where nobody did."""
    quarters = -(-max(view.cut_ms, 1) // GRID_MS)
    # Who joined before t0 or after the cut, as bounds may have it, is counted at either end and left out.
    cell = np.clip(stay.queued // GRID_MS + 1, 0, quarters + 1)
    joined, waited = (np.bincount(cell, weights=weights, minlength=quarters + 2)[1:-1] for weights in (None, stay.wait))
    rows.curve(
        "L1",
        "mean wait by 15 min",
        np.arange(quarters, dtype=np.int64) * GRID_MS,
        shares_of(waited, joined * MINUTE_MS),
        "min",
        key=stay.station,
        of="queued in the quarter",
        notes=["" if n else "nobody joined the queue" for n in joined.tolist()],
    )


def _waits_by_point(view: View, rows: Rows, stay: Stays) -> None:
    _, places = view.codes("place")
    known = stay.place >= 0
    codes = stay.place if known.all() else stay.place[known]
    keys = [f"{stay.station} @ {place}" for place in places]
    part = stay if known.all() else stay.only(known)
    used = _wait_rows(view, rows, part, codes, keys)
    total = np.bincount(codes, weights=part.wait, minlength=len(places))[used] / HOUR_MS
    still = np.bincount(codes[part.waiting], minlength=len(places))[used].tolist()
    counts = np.bincount(codes, minlength=len(places))[used]
    rows.many(
        "L1",
        "person-hours waited",
        total,
        "person-h",
        keys=[keys[i] for i in used],
        n=counts,
        of="queued",
        notes=[f"still waiting: {s}" if s else "" for s in still],
    )


def _wait_rows(view: View, rows: Rows, stay: Stays, codes: NDArray[np.int32], keys: list[str]) -> Ints:
    """Quantiles and the share over the limit of each group that anybody queued in; returns those groups."""
    size = len(keys)
    # Who still waits when the log ends will have waited longest of all: an upper bound, never a guess.
    counts, upper = by_group(codes, np.where(stay.waiting, NEVER, stay.wait), size, QUANTILES)
    used = np.flatnonzero(counts)
    lower = by_group(codes, stay.wait, size, QUANTILES)[1] if stay.waiting.any() else upper
    names = [keys[i] for i in used]
    for p, most, least in zip(QUANTILES, upper, lower, strict=True):
        open_end = most[used] >= NEVER
        value = np.where(open_end, np.nan, most[used] / MINUTE_MS)
        notes = [
            f"at least {w / MINUTE_MS:.0f} min: the others still wait" if o else ""
            for o, w in zip(open_end.tolist(), least[used].tolist(), strict=True)
        ]
        low = np.where(least[used] < most[used], least[used] / MINUTE_MS, np.nan)
        rows.many(
            "L1",
            f"wait p{p * 100:.0f}",
            value,
            "min",
            keys=names,
            n=counts[used],
            of="queued",
            low=low,
            notes=notes,
        )
    limit = _limit_ms(view)
    if limit is not None:
        over = np.bincount(codes[stay.wait > limit], minlength=size)[used]
        rows.many(
            "L1",
            "share over the limit",
            shares_of(over, counts[used]),
            "share",
            keys=names,
            n=counts[used],
            of="queued",
        )
    return used
