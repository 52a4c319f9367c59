"""Stations that hold each other up: room that blocks, and who is sent back, must come to an end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from tocsin.plan.model import Plan, Who
from tocsin.plan.problem import Path, Problem, shown
from tocsin.plan.resolve import holders_of
from tocsin.plan.stations import Station

__all__ = ["MOST_VISITS", "locked_stations"]

MOST_VISITS = 16
"""Visits of one person to one station at most: each has columns of journeys and draws of its own."""


def locked_stations(plan: Plan) -> Iterator[Problem]:
    """Yield an error for each room that holds up nobody, circle that could stand still, and station met too often."""
    for path, holder in holders_of(plan):
        stations = holder.stations
        if stations and _blocks(stations[0]):
            found = f"found room for {stations[0].room} at {shown(stations[0].name)}, the first station here"
            asked = 'before it there is no server to hold; expected `full = "leaves"`, or no `room`'
            yield Problem("error", (*path, "station", 0, "room"), f"{found}; {asked}")
        yield from _standstill(path, stations)
        yield from _too_often(path, stations)


def _blocks(station: Station) -> bool:
    return station.room is not None and station.full == "blocks"


def _standstill(path: Path, stations: Sequence[Station]) -> Iterator[Problem]:
    """Look for servers that can hold a person each until another one of them is free: none ever would be."""
    steps: dict[tuple[str, str], tuple[int, int]] = {}
    for i, j in _steps(stations):
        if _blocks(stations[j]):
            steps.setdefault((_servers(stations[i]), _servers(stations[j])), (i, j))
    before: dict[str, set[str]] = {}
    for waiting, wanted in steps:
        before.setdefault(wanted, set()).add(waiting)
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        circle = [steps[pair] for pair in pairwise(error.args[1])]
        told = ", ".join(f"{shown(stations[i].name)} for room at {shown(stations[j].name)}" for i, j in circle)
        crews = [name.partition(" ")[2] for name in dict.fromkeys(error.args[1]) if name.startswith("crew ")]
        shared = f" (the crew {shown(crews[0])} serves at more than one)" if crews else ""
        found = f"found servers that could wait in a circle for good: {told}{shared}"
        asked = 'expected one of these stations without `room`, or with `full = "leaves"`'
        yield Problem("error", (*path, "station", circle[-1][1], "room"), f"{found}; {asked}")


def _servers(station: Station) -> str:
    """Say who serves at a station: they are what a person who finds no room holds."""
    return f"station {station.name}" if station.crew is None else f"crew {station.crew}"


def _steps(stations: Sequence[Station]) -> Iterator[tuple[int, int]]:
    """Yield from where to where somebody can go next: onwards, or back; a station that concerns few is passed by."""
    names = [station.name for station in stations]
    for i, station in enumerate(stations):
        yield from ((i, j) for j in _next(stations, i + 1, len(stations)))
        if station.recheck is not None:
            to = station.recheck.to
            back = i if to is None else names.index(to) if to in names[: i + 1] else i + 1
            yield from ((i, j) for j in _next(stations, back, i + 1))


def _next(stations: Sequence[Station], first: int, end: int) -> Iterator[int]:
    """Yield each station that may be the next for somebody who comes to `first`."""
    for j in range(first, end):
        yield j
        if stations[j].share == 1 and stations[j].who == Who():
            return


def _too_often(path: Path, stations: Sequence[Station]) -> Iterator[Problem]:
    """Add up, station by station, how often all those who send back can bring one person there."""
    names = [station.name for station in stations]
    visits = [1] * len(stations)
    for i, station in enumerate(stations):
        if station.recheck is not None:
            to = station.recheck.to
            for j in range(names.index(to) if to in names[: i + 1] and to is not None else i, i + 1):
                visits[j] += station.recheck.most - 1
    for j, number in enumerate(visits):
        if number > MOST_VISITS:
            found = f"found {shown(names[j])}, to which one person could come {number} times by all who send back there"
            yield Problem(
                "error", (*path, "station", j), f"{found}; expected at most {MOST_VISITS}: lower their `most`"
            )
            return
