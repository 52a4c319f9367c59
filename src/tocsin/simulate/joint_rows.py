"""Rows of what happens at stations besides visits: breakdowns, stocks, extra servers, interruptions, things handed out.

The causes that joint components tell as codes are turned into rows here too. A cause that would stand after its effect
(at one instant, timers come last) gives way to the own row before: what happens is the same, and the chain adds up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from tocsin.simulate import joint
from tocsin.simulate.components import Told
from tocsin.simulate.part import Part
from tocsin.simulate.stages import NONE
from tocsin.simulate.wide import Ints, Wide

__all__ = ["Rows", "Trips", "joint_parts", "rows_of_causes", "trip_breakdowns"]

Rows = NDArray[np.int32]
Trips = tuple[Ints, Ints, Ints]
"""Which trips stood still on the way, when from, and until when."""


def joint_parts(wide: Wide) -> Iterator[Part]:
    """Yield the rows, kind by kind; their causes come later."""
    yield from _breakdowns(wide)
    if wide.outcome.joint is None:
        return
    yield from _stocks(wide)
    yield from _extra(wide)
    yield from _interruptions(wide)
    yield from _handed(wide)


def _part(kind: str, time: Ints, entity: Ints, personal: bool, **columns: Ints) -> Part:
    """Rows of a kind in the order of entities; `other` is their number among what was told."""
    order = np.argsort(entity, kind="stable")
    picked = {name: values[order] for name, values in columns.items()}
    return Part(kind, time[order], entity[order], picked.pop("number"), personal, picked)


# --- breakdowns ---------------------------------------------------------------------------------------------------


def trip_breakdowns(wide: Wide) -> Trips:
    """Find the trips that broke down within the run."""
    network, outcome = wide.network, wide.outcome
    stages = network.trips
    if not len(stages.ids) or stages.column("bus.repair") == NONE:
        return (np.empty(0, np.int64),) * 3
    drawn = stages.draw(outcome.seed, outcome.run)
    always = stages.column("bus.fails") == NONE
    fails = (outcome.departed >= 0) & (always or drawn[stages.column("bus.fails")] == 1)
    half = outcome.departed + drawn[stages.column("bus.trip")] // 2
    trips = np.flatnonzero(fails & (half <= network.horizon_ms))
    until = half + drawn[stages.column("bus.repair")]
    return trips, half[trips], np.where(until <= network.horizon_ms, until, -1)[trips]


def _breakdowns(wide: Wide) -> Iterator[Part]:
    """Servers first, by time, point and station; then trips. `other` is the number of the breakdown."""
    network, at_stations = wide.network, wide.outcome.joint
    trips, half, until = trip_breakdowns(wide)
    point = server = slot = np.empty(0, np.int64)
    fails = repaired = np.empty(0, np.int64)
    if at_stations is not None:
        upkeep = at_stations.upkeep
        point, server, fails, repaired = upkeep.point, upkeep.server, upkeep.fails, upkeep.repaired
        layouts = [network.layouts[network.layout_of_point[p]] for p in point.tolist()]
        slot = np.array([x[at].slot for x, at in zip(layouts, upkeep.position.tolist(), strict=True)], np.int64)
    none = np.full(len(trips), -1, np.int64)
    columns = {
        "place": np.concatenate([point, none]),
        "station": np.concatenate([slot, none]),
        "by": np.concatenate([server, none]),
        "thing": np.concatenate([np.full(len(point), -1, np.int64), trips]),
    }
    for kind, times in (("broke_down", np.concatenate([fails, half])), ("repaired", np.concatenate([repaired, until]))):
        rows = np.flatnonzero((times >= 0) & (times <= network.horizon_ms))
        picked = {name: values[rows] for name, values in columns.items()}
        yield _part(kind, times[rows], rows, False, number=rows, **picked)


# --- what is told -------------------------------------------------------------------------------------------------


def _stocks(wide: Wide) -> Iterator[Part]:
    told = _told(wide)
    place = np.array([stock.place for stock in wide.network.stocks] or [0])
    names = np.array([wide.stocks.index(stock.name) for stock in wide.network.stocks] or [0])
    for kind, sign in (("resupplied", 1), ("stock_lost", -1)):
        rows = np.flatnonzero((told.kind == joint.SUPPLIED) & (np.sign(told.amount) == sign))
        stock = told.a[rows]
        yield _part(
            kind, told.time[rows], stock, False, number=rows, thing=wide.first_stock + names[stock], place=place[stock],
            amount=np.abs(told.amount[rows]),
        )  # fmt: skip


def _extra(wide: Wide) -> Iterator[Part]:
    told = _told(wide)
    for kind, which in (("extra_opened", joint.OPENED), ("extra_closed", joint.CLOSED)):
        rows = np.flatnonzero(told.kind == which)
        yield _part(
            kind, told.time[rows], told.a[rows], False, number=rows, place=told.a[rows], station=told.b[rows],
            amount=told.amount[rows],
        )  # fmt: skip


def _interruptions(wide: Wide) -> Iterator[Part]:
    told, network = _told(wide), wide.network
    visits = np.array(network.step_visits)
    for kind, which in (("service_interrupted", joint.INTERRUPTED), ("service_resumed", joint.RESUMED)):
        rows = np.flatnonzero(told.kind == which)
        slot = told.b[rows]
        yield _part(
            kind, told.time[rows], network.person[told.a[rows]], True, number=rows, station=slot, visit=visits[slot],
            place=network.point[told.a[rows]].astype(np.int64), by=told.amount[rows],
        )  # fmt: skip


def _handed(wide: Wide) -> Iterator[Part]:
    """What was handed out, or was short, as the service ended; `other` = the row of what was handed out."""
    outcome, network = wide.outcome, wide.network
    assert outcome.joint is not None
    slots = np.array([slot for slot, _ in network.handings] or [0], np.int64)
    names = np.array([wide.stocks.index(name) for _, name in network.handings] or [0], np.int64)
    visits = np.array(network.step_visits)
    for kind, which in (("item_issued", 1), ("item_short", 0)):
        row, slot = np.nonzero(outcome.joint.handed == which)
        ended = outcome.ended[slots[row], slot] if len(row) else np.empty(0, np.int64)
        row, slot, ended = row[ended >= 0], slot[ended >= 0], ended[ended >= 0]
        amounts = _amounts(wide, row, network.point[slot])
        yield _part(
            kind, ended, network.person[slot], True, number=row, thing=wide.first_stock + names[row], amount=amounts,
            place=network.point[slot].astype(np.int64), station=slots[row], visit=visits[slots[row]],
        )  # fmt: skip


def _amounts(wide: Wide, row: Ints, point: NDArray[np.int32]) -> Ints:
    """How much of it each person is handed at each point."""
    network = wide.network
    table = np.zeros((len(network.points), max(len(network.handings), 1)), np.int64)
    for p, layout in enumerate(network.layout_of_point):
        for step in network.layouts[layout]:
            for issue in step.issues:
                table[p, list(issue.rows)] = issue.amount
    found: Ints = table[point, row]
    return found


def _told(wide: Wide) -> Told:
    assert wide.outcome.joint is not None
    return wide.outcome.joint.told


# --- causes -------------------------------------------------------------------------------------------------------


def rows_of_causes(
    wide: Wide,
    codes: Ints,
    joins: Rows,
    ends: Rows,
    gave_up: Rows,
    shifts: Rows,
    number_of: Callable[[str], dict[int, int]],
    *,
    deep: bool = True,
) -> Ints:
    """Turn causes into numbers of rows.

    Args:
        wide: The outcome, by person.
        codes: Causes as `tocsin.simulate.gate.JointOutcome` has them.
        joins, ends: int32[names, n], the rows of queueing and of ending, by person; gave_up: int32[n].
        shifts: int32[points, names, changes].
        number_of: Gives the rows of a kind by the number of what was told.
        deep: Whether a beginning stands for what let it begin.

    Returns:
        int64, -1 where there is no such row.
    """
    found = np.full(codes.shape, -1, np.int64)
    kind, a, b = codes >> 48, (codes >> 32) & 0xFFFF, codes & 0xFFFFFFFF
    for which, rows in ((joint.BY_END, ends), (joint.BY_QUEUE, joins)):
        here = (codes >= 0) & (kind == which)
        found[here] = rows[a[here], wide.network.person[b[here]]]
    here = (codes >= 0) & (kind == joint.BY_GIVING_UP)
    found[here] = gave_up[wide.network.person[b[here]]]
    here = (codes >= 0) & (kind == joint.BY_CHANGE)
    found[here] = shifts[b[here] >> 16, a[here], b[here] & 0xFFFF]
    for which, name in (
        (joint.BY_REPAIR, "repaired"),
        (joint.BY_BREAKDOWN, "broke_down"),
        (joint.BY_DELIVERY, "resupplied"),
        (joint.BY_EXTRA, "extra_opened"),
    ):
        here = (codes >= 0) & (kind == which)
        if here.any():
            numbers = number_of(name)
            found[here] = [numbers.get(n, -1) for n in b[here].tolist()]
    here = (codes >= 0) & (kind == joint.BY_BEGIN)
    if deep and here.any():
        assert wide.outcome.joint is not None
        why = wide.outcome.joint.why_began[a[here], b[here]]
        inner = rows_of_causes(wide, why, joins, ends, gave_up, shifts, number_of, deep=False)
        found[here] = np.where(why < 0, joins[a[here], wide.network.person[b[here]]], inner)
    return found
