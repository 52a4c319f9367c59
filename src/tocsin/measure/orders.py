"""Orders down a chain of command: who sent what to whom, and what came of it. C4 and C6 start from it.

An order may be sent several times, and each sending is a row; its first sending is when it was given. What somebody
knows of it, they know from `known` on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.measure.assembly import first_summons, reach_row
from tocsin.measure.incidence import Steps, incidence
from tocsin.measure.outcomes import CENSORED
from tocsin.measure.quantiles import NEVER
from tocsin.measure.rows import Rows
from tocsin.measure.view import MINUTE_MS, View

if TYPE_CHECKING:
    from tocsin.plan.command import Headquarters
    from tocsin.plan.model import Unit

__all__ = ["Orders", "latency", "order_latency", "orders_of", "tells", "told_ms", "unacknowledged"]

Ints = NDArray[np.int64]
LOST = "not received"
STAGES = ("received", "acknowledged", "first action", "report back")
LATE_MIN = (15, 30, 60)
"""After so many minutes the share of orders is told that nobody has acknowledged (measures.md, C4)."""
_ROWS = {
    "acknowledged": "rows of order_acknowledged",
    "first action": "rows of summoned, or of orders that were passed on",
    "report back": "rows of strength_reported",
}


@dataclass(frozen=True)
class Orders:
    """Orders, one a receiver; times in ms since t0, `NEVER` if it did not happen; arrays of shape (orders,).

    Attributes:
        receiver: The unit or headquarters.
        echelon: 1 for those who had it from the authority, 2 for those under them, …
        sent: When it was first sent.
        stage: For each of `STAGES` when it came to the sender's (of `received` the receiver's) knowledge.
    """

    receiver: list[str]
    echelon: Ints
    sent: Ints
    stage: dict[str, Ints]

    def only(self, which: NDArray[np.bool_]) -> Orders:
        """The orders that are marked."""
        receiver = [name for name, mine in zip(self.receiver, which.tolist(), strict=True) if mine]
        stage = {name: times[which] for name, times in self.stage.items()}
        return Orders(receiver, self.echelon[which], self.sent[which], stage)


def orders_of(view: View) -> Orders:
    """The orders of a run to units and headquarters, in the order in which they were first sent."""
    if "orders" not in view.memory:
        view.memory["orders"] = _orders(view)
    found: Orders = view.memory["orders"]
    return found


def told_ms(rows: pl.DataFrame) -> pl.Series:
    """When those whom rows are meant for learned of them, ms since t0."""
    later = rows["known"].to_physical() - rows["happened"].to_physical()
    return (rows["at_ms"] + later).alias("told_ms")


def tells(view: View, stage: str) -> bool:
    """Whether the log could tell of a stage of an order: it has such rows, or a plan that asked for them wrote it."""
    kind = {"acknowledged": "order_acknowledged", "report back": "strength_reported"}.get(stage)
    if kind is None or kind in view.told:
        return True
    plan = view.context.plan
    if plan is None or view.writer != "simulated":
        return False
    under: list[Headquarters | Unit] = [*plan.headquarters, *plan.units]
    if kind == "strength_reported":
        return any(one.reports is not None for one in under)
    return any(one.link is not None and one.link.acknowledge is not None for one in under)


def _orders(view: View) -> Orders:
    sent: dict[str, int] = {}
    sender: dict[str, str] = {}
    received: dict[str, int] = {}
    passed_on: dict[str, int] = {}
    for person, unit, to, by, reason, at, told in _told(view, "ordered", "person", "unit", "to", "by", "reason"):
        receiver = unit or to
        if person is not None or receiver is None:
            continue
        if at < sent.get(receiver, NEVER):
            sent[receiver], sender[receiver] = at, by or ""
        if reason != LOST:
            received[receiver] = min(told, received.get(receiver, NEVER))
        if by is not None:
            passed_on[by] = min(at, passed_on.get(by, NEVER))
    names = sorted(sent, key=lambda name: (sent[name], name))
    summoned = first_summons(view) if names else {}
    acted = {name: min(passed_on.get(name, NEVER), summoned.get(name, NEVER)) for name in names}
    answers = _answers(view, "order_acknowledged"), _answers(view, "strength_reported")
    stage = dict(zip(STAGES, (received, answers[0], acted, answers[1]), strict=True))
    times = {name: np.array([at.get(one, NEVER) for one in names], np.int64) for name, at in stage.items()}
    depths = _echelons(sender)
    echelon = np.array([depths[name] for name in names], np.int64)
    return Orders(names, echelon, np.array([sent[name] for name in names], np.int64), times)


def _told(view: View, kind: str, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Some columns of the rows of a kind, when they happened and when they were known, in the order of the log."""
    if kind not in view.told:
        return
    rows = view.rows(kind)
    words = [rows[name] if name == "person" else rows[name].cast(pl.String) for name in columns]
    yield from zip(*(word.to_list() for word in words), rows["at_ms"].to_list(), told_ms(rows).to_list(), strict=True)


def _answers(view: View, kind: str) -> dict[str, int]:
    """When the first row that each receiver sent back was known above."""
    found: dict[str, int] = {}
    for unit, by, _, told in _told(view, kind, "unit", "by"):
        who = unit or by
        if who is not None:
            found[who] = min(told, found.get(who, NEVER))
    return found


def _echelons(sender: dict[str, str]) -> dict[str, int]:
    """How far below the authority each receiver stands; under a sender without an order of its own it is the second."""

    def depth(name: str) -> int:
        found, seen = 1, {name}
        while (name := sender.get(name, "")) and name not in seen:
            seen.add(name)
            found += 1
        return found

    return {name: depth(name) for name in sender}


# --- C4 ---------------------------------------------------------------------------------------------------------


def order_latency(view: View, rows: Rows) -> None:
    """C4: from an order being sent to its being received, acknowledged, acted on and reported back; by echelon."""
    orders = orders_of(view)
    if not orders.receiver:
        rows.missing("C4", "sent to acknowledged p50", "min", "rows of orders to units", of="orders")
        return
    groups = {"": orders}
    echelons = np.unique(orders.echelon).tolist()
    if len(echelons) > 1:
        groups |= {f"echelon {e}": orders.only(orders.echelon == e) for e in echelons}
    for key, group in groups.items():
        for stage in STAGES:
            _latency_rows(view, rows, key, group, stage)
        _late_rows(view, rows, key, group)


def latency(view: View, orders: Orders, stage: str) -> Steps:
    """Cumulative incidence of a stage, from the first sending; orders still open at the cut are censored there."""
    times = orders.stage[stage]
    happened = times <= view.cut_ms
    lasted = np.maximum(np.where(happened, times, view.cut_ms) - orders.sent, 0)
    return incidence(lasted, np.where(happened, 1, CENSORED))


def _latency_rows(view: View, rows: Rows, key: str, orders: Orders, stage: str) -> None:
    if not tells(view, stage):
        rows.missing("C4", f"sent to {stage} p50", "min", _ROWS[stage], key=key, of="orders")
        return
    steps = latency(view, orders, stage)
    for p in (0.5, 0.8, 0.95):
        reach_row(rows, "C4", f"sent to {stage} p{p * 100:.0f}", steps, p, "min", "orders", key=key)


def unacknowledged(view: View, orders: Orders, minutes: int) -> float | None:
    """The share of orders not acknowledged so long after they were sent; None if the log ends before."""
    if not len(orders.sent) or view.cut_ms - int(orders.sent.min()) < minutes * MINUTE_MS:
        return None
    return 1.0 - float(latency(view, orders, "acknowledged").at(np.array([minutes * MINUTE_MS], np.int64))[0])


def _late_rows(view: View, rows: Rows, key: str, orders: Orders) -> None:
    if not tells(view, "acknowledged"):
        return  # said already
    for minutes in LATE_MIN:
        share = unacknowledged(view, orders, minutes)
        name, n = f"unacknowledged after {minutes} min", len(orders.sent)
        note = "" if share is not None else "the log ends before"
        rows.add("C4", name, share, "share", key=key, n=n, of="orders", note=note)
