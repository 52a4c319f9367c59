"""The network as the flat arrays that the compiled engine reads, checked here once, because kernels check nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import RunError
from tocsin.simulate.kernels import BITS, FIELDS, NEVER
from tocsin.simulate.network import Network, Step
from tocsin.simulate.stages import NONE

__all__ = ["Tables", "tables_of"]

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Tables:
    """Flat arrays of a network; shapes are given in `tocsin.simulate.kernels`."""

    layout_of_point: Ints
    step_from: Ints
    steps: Ints
    cal_times: Ints
    cal_servers: Ints
    masks: NDArray[np.uint8]
    ranks: NDArray[np.int8]
    rule_share: NDArray[np.float64]
    rule_reason: Ints
    rule_who: Ints
    line_from: Ints
    line_number: Ints
    line_capacity: Ints
    line_timeout: Ints
    line_fleet: Ints
    line_apart: NDArray[np.uint8]
    trip_from: Ints
    unit_from: Ints
    members: NDArray[np.int32]
    post_from: Ints
    post_trade: Ints
    posts: Ints
    critical: Ints
    needed: Ints
    desk_file: Ints
    desk_who: Ints
    desk_waits: Ints
    desk_granted: Ints


def tables_of(network: Network) -> Tables:
    """Lay a network out for the kernels.

    Raises:
        RunError: The network is larger than keys can hold.
    """
    _check_size(network)
    gate = _Gate(network)
    lines, units, desks = network.lines, network.units, network.desks
    by_point = sorted(range(len(lines)), key=lambda x: (lines[x].point, x))
    points = [lines[x].point for x in by_point]
    post_counts = [len(u.posts) for u in units]
    return Tables(
        layout_of_point=_ints(network.layout_of_point),
        step_from=_edges([len(steps) for steps in network.layouts]),
        steps=np.array(gate.rows, np.int64).reshape(-1, len(FIELDS)),
        cal_times=_joined(gate.cal_times),
        cal_servers=_joined(gate.cal_servers),
        masks=np.array(gate.masks, np.uint8).reshape(-1, network.size),
        ranks=np.array(gate.ranks, np.int8).reshape(-1, network.size),
        rule_share=np.array(gate.rule_share, np.float64),
        rule_reason=_ints(gate.rule_reason),
        rule_who=_ints(gate.rule_who),
        line_from=np.searchsorted(points, np.arange(len(network.points) + 1)).astype(np.int64),
        line_number=_ints(by_point),
        line_capacity=_ints([x.capacity for x in lines]),
        line_timeout=_ints([x.timeout_ms for x in lines]),
        line_fleet=_ints([-1 if x.fleet is None else x.fleet for x in lines]),
        line_apart=np.array([x.apart for x in lines], np.uint8),
        trip_from=_edges([x.trips for x in lines]),
        unit_from=_edges([len(u.members) for u in units]),
        members=np.concatenate([u.members for u in units]) if units else np.empty(0, np.int32),
        post_from=_edges(post_counts),
        post_trade=_ints([t for u in units for t in u.trades]),
        posts=_ints([c for u in units for c in u.posts]),
        critical=_ints([c for u in units for c in u.needed_critical]),
        needed=_ints([u.needed for u in units]),
        desk_file=_ints([d.file for d in desks]),
        desk_who=_ints([gate.mask(d.who) for d in desks]),
        desk_waits=_ints([d.waits for d in desks]),
        desk_granted=_ints([d.granted for d in desks]),
    )


class _Gate:
    """Gathers the rows of steps and what they point into."""

    def __init__(self, network: Network) -> None:
        self.masks: list[NDArray[np.bool_]] = []
        self.ranks: list[NDArray[np.int8]] = []
        self.rule_share: list[float] = []
        self.rule_reason: list[int] = []
        self.rule_who: list[int] = []
        self.cal_times: list[Ints] = []
        self.cal_servers: list[Ints] = []
        self.calendar_rows = 0
        for desk in network.desks:
            self.mask(desk.who)
        self.rows = [self._row(step) for steps in network.layouts for step in steps]

    def mask(self, who: NDArray[np.bool_] | None) -> int:
        """Row of the masks that holds `who`, or -1 for everybody."""
        if who is None:
            return NONE
        for i, known in enumerate(self.masks):
            if np.array_equal(known, who):
                return i
        self.masks.append(who)
        return len(self.masks) - 1

    def _row(self, step: Step) -> list[int]:
        rule_from = len(self.rule_share)
        for rule in step.rules:
            self.rule_share.append(rule.share)
            self.rule_reason.append(rule.reason)
            self.rule_who.append(self.mask(rule.who))
        ranks = NONE
        if step.ranks is not None:
            ranks = len(self.ranks)
            self.ranks.append(step.ranks)
        calendar_from = self.calendar_rows
        self.cal_times.append(step.calendar.times)
        self.cal_servers.append(step.calendar.servers)
        self.calendar_rows += len(step.calendar.times)
        values = {
            "slot": step.slot,
            "plain": int(step.plain),
            "servers": step.calendar.most,
            "service": step.service,
            "need": step.need,
            "who": self.mask(step.who),
            "patience": step.patience,
            "impatient": step.impatient,
            "ranks": ranks,
            "leave": step.leave,
            "rule_from": rule_from,
            "rule_to": len(self.rule_share),
            "calendar_from": calendar_from,
            "calendar_to": self.calendar_rows,
        }
        return [values[field] for field in FIELDS]


def _check_size(network: Network) -> None:
    if network.size >= 1 << BITS:
        raise RunError(
            f"{network.size:,} people are called; the engine takes at most {(1 << BITS) - 1:,}", place="people"
        )
    if network.horizon_ms >= NEVER:
        raise RunError(f"the horizon of {network.horizon_ms} ms is too far", place="exercise.horizon_h")


def _ints(values: object) -> Ints:
    return np.array(values, np.int64).reshape(-1)


def _edges(counts: list[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)
