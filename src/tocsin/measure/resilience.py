"""C6: what did a cut of communications do, against the time before it, and how soon was it made good?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.measure.assembly import reach_row
from tocsin.measure.orders import latency, orders_of, tells, unacknowledged
from tocsin.measure.quantiles import NEVER
from tocsin.measure.rows import Rows
from tocsin.measure.view import GRID_MS, HOUR_MS, View

__all__ = ["resilience"]

Ints = NDArray[np.int64]
RETURNED = 0.9
"""At this share of the pace before the cut it counts as made good (measures.md, C6)."""
CUTS = ("link", "channel")
_NO_ORDER = "no order was sent then"
_PACES = {"arrivals per hour": "arrived", "deliveries per hour": "delivered"}


@dataclass(frozen=True)
class _Cut:
    """A cut of communications, ms since t0; `open` if the log does not say that it ended."""

    name: str
    began: int
    ended: int
    open: bool

    @property
    def before(self) -> tuple[int, int]:
        """As long a time before it, as far as there was one since t0."""
        return max(self.began - (self.ended - self.began), 0), self.began


def resilience(view: View, rows: Rows) -> None:
    """C6: orders acknowledged and people arriving before and during a cut, and the time until it was made good."""
    cuts = _cuts(view) if "shock_began" in view.told else []
    if not cuts:
        what = "rows of shock_began for a link or channel"
        rows.missing("C6", "time to return to 90 %", "h", what, of="shocks")
        return
    for cut in cuts:
        for when, (since, until) in (("before", cut.before), ("during", (cut.began, cut.ended))):
            _acknowledged(view, rows, f"{cut.name}: {when}", since, until)
            for name, stage in _PACES.items():
                pace = _pace(view, stage, since, until)
                note = "" if pace is not None else "no time before it"
                rows.add("C6", name, pace, "persons/h", key=f"{cut.name}: {when}", of="shocks", note=note)
        _returned(view, rows, cut)


def _cuts(view: View) -> list[_Cut]:
    """Shocks of links and channels, in the order in which they began."""
    plan = view.context.plan
    kinds = {} if plan is None else {shock.name: shock.kind for shock in plan.shocks}
    names = (pl.col("thing").cast(pl.String), "at_ms", pl.col("reason").cast(pl.String))
    ended = view.rows("shock_ended").select(*names).sort("at_ms").rows()
    found = []
    for name, at, reason in view.rows("shock_began").select(*names).sort("at_ms").iter_rows():
        if (reason or kinds.get(name)) in CUTS:
            end = next((then for other, then, _ in ended if other == name and then >= at), None)
            found.append(_Cut(name, at, view.end_ms if end is None else end, end is None))
    return [cut for cut in found if cut.ended > cut.began]


def _acknowledged(view: View, rows: Rows, key: str, since: int, until: int) -> None:
    orders = orders_of(view)
    mine = orders.only((orders.sent >= since) & (orders.sent < until))
    n = len(mine.receiver)
    if not tells(view, "acknowledged"):
        rows.missing("C6", "sent to acknowledged p50", "min", "rows of order_acknowledged", key=key, of="orders")
        return
    if not n:
        rows.add("C6", "sent to acknowledged p50", None, "min", key=key, n=0, of="orders", note=_NO_ORDER)
        return
    steps = latency(view, mine, "acknowledged")
    reach_row(rows, "C6", "sent to acknowledged p50", steps, 0.5, "min", "orders", key=key)
    share = unacknowledged(view, mine, 60)
    note = "" if share is not None else "the log ends before"
    rows.add("C6", "unacknowledged after 60 min", share, "share", key=key, n=n, of="orders", note=note)


def _pace(view: View, stage: str, since: int, until: int) -> float | None:
    """How many an hour reached a stage between two times; None if there is no time between them."""
    if until <= since:
        return None
    times = view.ms(stage)
    return float(((times >= since) & (times < until)).sum()) / ((until - since) / HOUR_MS)


def _returned(view: View, rows: Rows, cut: _Cut) -> None:
    """How long after the cut as many an hour arrived again as 90 % of the pace before it, quarter by quarter."""
    name, of = "time to return to 90 %", "shocks"
    before = _pace(view, "arrived", *cut.before)
    during = _pace(view, "arrived", cut.began, cut.ended) or 0.0
    if not before:
        rows.add("C6", name, None, "h", key=cut.name, of=of, note="nobody arrived before it")
    elif during >= RETURNED * before:
        rows.add("C6", name, 0.0, "h", key=cut.name, of=of, note="it never fell below")
    elif cut.open:
        rows.add("C6", name, None, "h", key=cut.name, of=of, note="not reached: it lasts to the end")
    else:
        at = _first_hour(view, cut.ended, RETURNED * before)
        note = "" if at is not None else "not reached by the end"
        rows.add("C6", name, None if at is None else at / HOUR_MS, "h", key=cut.name, of=of, note=note)


def _first_hour(view: View, since: int, pace: float) -> int | None:
    """How long after a time the first hour ends in which at least so many arrived; hours begin every quarter."""
    arrived = np.sort(view.ms("arrived"))
    arrived = arrived[arrived < NEVER]
    ends = np.arange(since, view.end_ms + 1, GRID_MS, dtype=np.int64)
    count = np.searchsorted(arrived, ends, side="right") - np.searchsorted(arrived, ends - HOUR_MS, side="right")
    reached = np.flatnonzero(count >= pace)
    return int(ends[reached[0]] - since) if len(reached) else None
