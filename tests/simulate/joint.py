"""Small joint cases played by the slow reference, with every draw as written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from tests.simulate.plans import GROUPS, MINUTE, Case, gate_case

from tocsin.simulate import Network
from tocsin.simulate.reference import Account, reference
from tocsin.simulate.upkeep import Upkeep

__all__ = ["PASSES", "SENT_BACK", "SOON", "began_by", "drawn_of", "lasting", "minutes", "play", "station"]

SOON = {"family": "exponential", "mean_min": 1}
"""Any duration: its draws are written over."""

SENT_BACK, PASSES = 0, 2**52 - 1
"""Lots that send back whatever the share, or nobody."""

Sheet = Mapping[int, Sequence[int]]
"""Of each person: minute of arrival, then minutes of service at each station, visit by visit as the slots come."""


def station(name: str, **more: Any) -> dict[str, Any]:
    """A station with one server, or as it says."""
    staffed = {} if {"servers", "hours", "crew"} & more.keys() else {"servers": 1}
    return {"name": name, "service": SOON, **staffed, **more}


def drawn_of(case: Case, sheet: Sheet) -> NDArray[np.int64]:
    """The draws of a case: arrivals and services by the sheet; nobody is sent back, nobody loses patience."""
    network, drawn = case.network, case.drawn()
    slot_of = {person: slot for slot, person in enumerate(network.person.tolist())}
    passes = sorted({each.slot: each for steps in network.layouts for s in steps for each in s.passes}.items())
    for person, (arrival, *services) in sheet.items():
        drawn[network.stages.column("preparation"), slot_of[person]] = (arrival - 1) * MINUTE
        for (_, each), length in zip(passes, services, strict=False):
            drawn[each.service, slot_of[person]] = length * MINUTE
    for _, each in passes:
        for column, value in ((each.back, PASSES), (each.patience, 1000 * MINUTE)):
            if column >= 0:
                drawn[column] = value
    return drawn


def play(
    stations: list[dict[str, Any]],
    sheet: Sheet,
    *,
    urgent: Iterable[int] = (),
    back: Iterable[tuple[int, int]] = (),
    patience: Mapping[tuple[int, int], int] | None = None,
    breakdowns: Sequence[tuple[int, int, int, int]] = (),
    at: Mapping[int, str] | None = None,
    change: Mapping[str, Any] | None = None,
    **tables: Any,
) -> Account:
    """Let the reference play a case of one point.

    Args:
        stations: The stations of the point.
        sheet: Who comes when, and how long each is served.
        urgent: Who is of the group `regulars`; the others are of the group `others`.
        back: (slot, person) of each visit from which somebody is sent back.
        patience: Minutes of patience, by (slot, person).
        breakdowns: (position, server, minute of failure, minute of repair), by time, at the first point.
        at: Points of people, where there are several.
        change: Fields of the network that are replaced.
        tables: Further tables of the plan; `bus` is that of the point.
    """
    case = gate_case(stations, tables.pop("bus", None), number=len(sheet), horizon_h=4, **tables)
    groups = [GROUPS[0] if person in urgent else GROUPS[1] for person in range(len(sheet))]
    columns = [pl.Series("group", groups, dtype=pl.Enum(GROUPS))]
    names = [point.name for point in case.plan.points]
    columns.append(pl.Series("point", [(at or {}).get(p, names[0]) for p in sheet], dtype=pl.Enum(names)))
    case = replace(case, people=case.people.with_columns(columns))
    network, drawn = replace(case.network, **(change or {})), drawn_of(case, sheet)
    slot_of = {person: slot for slot, person in enumerate(network.person.tolist())}
    passes = {each.slot: each for steps in network.layouts for s in steps for each in s.passes}
    for slot, person in back:
        drawn[passes[slot].back, slot_of[person]] = SENT_BACK
    for (slot, person), length in (patience or {}).items():
        drawn[passes[slot].patience, slot_of[person]] = length * MINUTE
    return _run(case, network, drawn, breakdowns)


def _run(
    case: Case, network: Network, drawn: NDArray[np.int64], breakdowns: Sequence[tuple[int, int, int, int]]
) -> Account:
    rows = np.array(breakdowns, np.int64).reshape(-1, 4)
    upkeep = Upkeep(np.zeros(len(rows), np.int64), rows[:, 0], rows[:, 1], rows[:, 2] * MINUTE, rows[:, 3] * MINUTE)
    trips, orders, supplies = (x.draw(case.seed, 0) for x in (network.trips, network.orders, network.supplies))
    return reference(network, drawn, trips, orders, supplies, upkeep)


def minutes(account: Account, slot: int = 0) -> dict[int, tuple[int | None, ...]]:
    """Of each person who came to a visit: minutes of queueing, beginning and end; None = did not."""
    return {
        person: tuple(t // MINUTE if t >= 0 else None for t in (visit.queued, visit.began, visit.ended))
        for person, mine in account.people.items()
        if (visit := mine.visits.get(slot)) is not None
    }


def lasting(minutes: int) -> dict[str, Any]:
    """A duration without chance."""
    return {"family": "constant", "value_min": minutes}


def began_by(account: Account, person: int, slot: int = 0) -> object:
    """What let a service begin."""
    return account.people[person].visits[slot].began_by
