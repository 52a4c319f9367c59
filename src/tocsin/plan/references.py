"""Names in a plan: each given once a table, and each reference to one that exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tocsin.errors import PlanError
from tocsin.plan.model import Plan, Who
from tocsin.plan.problem import Path, Problem, nearest, shown
from tocsin.plan.resolve import holders_of, medical_of, owners_of, region_names, towns_of, trades_of

__all__ = ["broken_references", "colliding_steps", "named_twice", "repeated_names", "unknown"]


def repeated_names(plan: Plan) -> Iterator[Problem]:
    """Yield an error for every name that a table gives a second time."""
    tables: list[tuple[Path, Sequence[object]]] = [
        (("region",), plan.regions),
        (("town",), plan.towns),
        (("group",), plan.groups),
        (("channel",), plan.channels),
        (("request",), plan.requests),
        (("layout",), plan.layouts),
        (("point",), plan.points),
        (("establishment",), plan.establishments),
        (("unit",), plan.units),
        (("task",), plan.tasks),
        (("headquarters",), plan.headquarters),
        (("fleet",), plan.fleets),
        (("stock",), plan.stocks),
        (("place",), plan.places),
        (("road",), plan.road),
        (("rendezvous",), plan.meetings),
        (("shock",), plan.shocks),
    ]
    for at, holder in holders_of(plan):
        tables += [((*at, "station"), holder.stations), ((*at, "crew"), holder.crews), ((*at, "bus"), holder.buses)]
    for path, entries in tables:
        yield from _repeated(path, "name", [getattr(entry, "name", None) for entry in entries])
    for at, owner in owners_of(plan):
        yield from _repeated((*at, "post"), "trade", [post.trade for post in owner.posts])
    for i, task in enumerate(plan.tasks):
        yield from named_twice(("task", i, "units"), "unit", task.units)


def named_twice(path: Path, what: str, names: Sequence[str]) -> Iterator[Problem]:
    """Yield an error for each name that a list of references has more than once."""
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Problem("error", path, f"found the {what} {shown(name)} twice; expected each once")


def _repeated(path: Path, key: str, names: Sequence[str | None]) -> Iterator[Problem]:
    """Yield an error for each name that was given before; what has no name repeats none."""
    first: dict[str, int] = {}
    for position, name in enumerate(names):
        if name is None:
            continue
        if name in first:
            yield Problem(
                "error",
                (*path, position, key),
                f"found {shown(name)} a second time; expected each {key} once (the first is {path[-1]}[{first[name]}])",
            )
        first.setdefault(name, position)


def broken_references(plan: Plan) -> Iterator[Problem]:
    """Yield an error for every reference to something that the plan does not have."""
    regions, units = region_names(plan), [u.name for u in plan.units]
    points = [p.name for p in plan.points]
    for i, town in enumerate(plan.towns):
        yield from unknown(("town", i, "region"), "region", [town.region], regions)
    towns, problems = _towns(plan)
    yield from problems
    for i, group in enumerate(plan.groups):
        yield from unknown(("group", i, "regions"), "region", group.regions, regions)
        yield from unknown(("group", i, "units"), "unit", group.units, units)
        yield from unknown(("group", i, "towns"), "town", group.towns, towns)
    for i, point in enumerate(plan.points):
        yield from unknown(("point", i, "town"), "town", [point.town] if point.town else [], towns)
        yield from unknown(("point", i, "regions"), "region", point.regions, regions)
        yield from unknown(("point", i, "towns"), "town", point.towns, towns)
        if point.layout is not None:
            yield from unknown(("point", i, "layout"), "layout", [point.layout], [x.name for x in plan.layouts])
    for i, unit in enumerate(plan.units):
        yield from unknown(("unit", i, "points"), "point", unit.points, points)
        yield from unknown(("unit", i, "needs"), "unit", unit.needs, units)
        if unit.establishment is not None:
            known = [e.name for e in plan.establishments]
            yield from unknown(("unit", i, "establishment"), "establishment", [unit.establishment], known)
    for i, task in enumerate(plan.tasks):
        yield from unknown(("task", i, "units"), "unit", task.units, units)
    yield from _channel_references(plan)
    if not any(u.establishment and u.establishment not in {e.name for e in plan.establishments} for u in plan.units):
        yield from _condition_references(plan, units)


def _towns(plan: Plan) -> tuple[list[str] | None, list[Problem]]:
    """Return the names of the towns, or None and what is wrong with the region's table that they should come from."""
    try:
        return [town.name for town in towns_of(plan)], []
    except PlanError as error:
        position = int(error.place.partition("[")[2].partition("]")[0])
        return None, [Problem("error", ("region", position, error.place.rpartition(".")[2]), error.sentence)]


def _channel_references(plan: Plan) -> Iterator[Problem]:
    names = [c.name for c in plan.channels]
    for i, channel in enumerate(plan.channels):
        if plan.roster is None:
            yield from unknown(("channel", i, "groups"), "group", channel.groups, [g.name for g in plan.groups])
        if channel.fallback is not None:
            yield from unknown(("channel", i, "fallback"), "channel", [channel.fallback], names)


def _condition_references(plan: Plan, units: Sequence[str]) -> Iterator[Problem]:
    """Yield dangling names in the conditions of requests, stations and buses."""
    stations = {s.name for _, holder in holders_of(plan) for s in holder.stations}
    for i, request in enumerate(plan.requests):
        yield from _who(("request", i, "who"), request.who, plan)
        if request.after is not None:
            yield from unknown(("request", i, "after"), "station", [request.after], sorted(stations))
        if request.after is not None and request.when == "summons":
            yield Problem(
                "error",
                ("request", i, "after"),
                f"found after = {shown(request.after)} on a request at the summons; "
                "only one at the gate comes after a station",
            )
    for path, holder in holders_of(plan):
        for j, station in enumerate(holder.stations):
            at = (*path, "station", j)
            yield from _who((*at, "who"), station.who, plan)
            for k, priority in enumerate(station.priority):
                yield from _who((*at, "priority", k), priority, plan)
            for k, release in enumerate(station.release):
                yield from _who((*at, "release", k, "who"), release.who, plan)
            if station.recheck is not None:
                yield from _who((*at, "recheck", "who"), station.recheck.who, plan)
        for j, bus in enumerate(holder.buses):
            yield from unknown((*path, "bus", j, "units"), "unit", bus.units, units)


def _who(path: Path, who: Who, plan: Plan) -> Iterator[Problem]:
    """Check a condition against the people; a roster's own groups and categories are not known here."""
    if plan.roster is not None:
        return
    yield from unknown((*path, "groups"), "group", who.groups, [g.name for g in plan.groups])
    if who.trades:
        yield from unknown((*path, "trades"), "trade", who.trades, trades_of(plan, asked=False))
    if who.medical:
        yield from unknown((*path, "medical"), "medical category", who.medical, medical_of(plan, asked=False))


def unknown(path: Path, what: str, names: Iterable[str], known: Sequence[str] | None) -> Iterator[Problem]:
    """Yield an error for each name that is not known.

    Args:
        path: Where the names stand.
        what: What they name, for the sentence.
        names: The references.
        known: What the plan has; None if that cannot be told because of another error.
    """
    if known is None:
        return
    for name in names:
        if name not in known:
            hint = nearest(name, known)
            listed = ", ".join(map(shown, known[:6])) + (", …" if len(known) > 6 else "") or "none"
            tail = hint or f"; expected one of: {listed}"
            yield Problem("error", path, f"found the {what} {shown(name)}, which the plan does not have{tail}")


def colliding_steps(plan: Plan) -> Iterator[Problem]:
    """Yield an error for each station or request whose name cannot stand for its columns of journeys."""
    from tocsin.log.stems import (
        Stem,
        parse_stem,
    )  # late: the log's tables would make every other use of plans slow

    def readable(name: str) -> bool:
        return all(
            parse_stem(f"{name}_{step}") == Stem(kind, name)
            for step, kind in (("queued", "queued"), ("began", "service_began"), ("ended", "service_ended"),
                               ("filed", "request_filed"), ("answered", "request_answered"))
        )  # fmt: skip

    stations = set()
    for path, holder in holders_of(plan):
        for j, station in enumerate(holder.stations):
            stations.add(station.name)
            if not readable(station.name):
                yield _reserved((*path, "station", j, "name"), station.name)
    for i, request in enumerate(plan.requests):
        if not readable(request.name):
            yield _reserved(("request", i, "name"), request.name)
        if request.name in stations:
            yield Problem(
                "error",
                ("request", i, "name"),
                f"found {shown(request.name)}, which is also a station; expected a name of its own",
            )


def _reserved(path: Path, name: str) -> Problem:
    return Problem("error", path, f"found {shown(name)}, which journeys use for something else; expected another name")
