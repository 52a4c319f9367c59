"""Shocks: each strikes within the run, and at something that the plan has."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tocsin.plan.command import Headquarters
from tocsin.plan.model import Plan, Unit
from tocsin.plan.problem import Path, Problem, shown
from tocsin.plan.references import named_twice, unknown
from tocsin.plan.resolve import holders_of, layout_of, lives_in, region_names, towns_of
from tocsin.plan.shocks import Shock

__all__ = ["broken_shocks", "vain_shocks"]


def broken_shocks(plan: Plan) -> Iterator[Problem]:
    """Yield an error for each shock that begins outside the run, and for everything it names that does not exist."""
    horizon_h = plan.exercise.horizon_h
    yield from unknown(("exercise", "shocks"), "shock", plan.exercise.shocks, [shock.name for shock in plan.shocks])
    yield from named_twice(("exercise", "shocks"), "shock", plan.exercise.shocks)
    known = _known(plan)
    for i, shock in enumerate(plan.shocks):
        at: Path = ("shock", i)
        if shock.at_h >= horizon_h:
            found = f"found {shock.at_h:g} h, which is not before the horizon ({horizon_h:g} h)"
            yield Problem("error", (*at, "at_h"), f"{found}; it would never strike")
        for key, (what, names) in known.items():
            yield from unknown((*at, key), what, getattr(shock, key), names)
            yield from named_twice((*at, key), what, getattr(shock, key))
        yield from _elsewhere(plan, at, shock)
        if shock.kind == "surge" and plan.roster is not None:
            found = "found a surge in a plan with a roster, which lists whom it calls; expected groups of people"
            yield Problem("error", (*at, "kind"), found)


def _known(plan: Plan) -> dict[str, tuple[str, list[str] | None]]:
    """Return what a shock can name: key by key, what it is and which of it the plan has; None if that is not known."""
    holders = [holder for _, holder in holders_of(plan)]
    stations = dict.fromkeys(station.name for holder in holders for station in holder.stations)
    buses = dict.fromkeys(bus.name for holder in holders for bus in holder.buses)
    named = _road_names(plan)
    linked = [*(one.name for one in plan.headquarters), *(unit.name for unit in plan.units)]
    return {
        "regions": ("region", list(region_names(plan))),
        "points": ("point", [point.name for point in plan.points]),
        "stations": ("station", list(stations)),
        "buses": ("bus line", list(buses)),
        "fleets": ("fleet", [fleet.name for fleet in plan.fleets]),
        "roads": ("road", named),
        "channels": ("channel", [channel.name for channel in plan.channels]),
        "units": ("headquarters or unit", linked),
        "stocks": ("stock", [stock.name for stock in plan.stocks]),
    }


def _road_names(plan: Plan) -> list[str] | None:
    """Name the plan's roads; None if only a file knows them, or if nobody asks."""
    if not any(shock.roads for shock in plan.shocks):
        return None
    from tocsin.plan.roads import road_names  # late: a table of roads is read for it

    names = road_names(plan)
    return None if names is None else list(names)


def _elsewhere(plan: Plan, at: Path, shock: Shock) -> Iterator[Problem]:
    """Yield an error for each station, line or stock that none of the named points has; slips are told elsewhere."""
    points = [point for point in plan.points if point.name in shock.points]
    if not points or any(point.layout not in {None, *(one.name for one in plan.layouts)} for point in points):
        return
    layouts = [layout_of(plan, point) for point in points]
    here = {
        "stations": {station.name for layout in layouts for station in layout.stations},
        "buses": {bus.name for layout in layouts for bus in layout.buses},
        "stocks": {s.name for s in plan.stocks if not s.points or set(s.points) & set(shock.points)},
    }
    known = _known(plan)
    for key, names in here.items():
        what, everywhere = known[key]
        for name in getattr(shock, key):
            if name in (everywhere or ()) and name not in names:
                yield Problem("error", (*at, key), f"found the {what} {shown(name)}, which none of its `points` has")


def vain_shocks(plan: Plan) -> Iterator[Problem]:
    """Yield a warning for each shock that ends after the run, or has nothing to strike."""
    horizon_h = plan.exercise.horizon_h
    for i, shock in enumerate(plan.shocks):
        if shock.until_h is not None and shock.until_h > horizon_h:
            found = f"found {shock.until_h:g} h, which is after the horizon ({horizon_h:g} h)"
            yield Problem("warning", ("shock", i, "until_h"), f"{found}; its end is outside the run")
        missing = _nothing_to_strike(plan, shock)
        if missing:
            found = f"found a shock of kind {shown(shock.kind)}, but {missing}; it strikes nothing"
            yield Problem("warning", ("shock", i, "kind"), found)


def _nothing_to_strike(plan: Plan, shock: Shock) -> str:
    """Say what of a kind of shock's the plan has not, or nothing if it has."""
    if shock.regions and shock.kind in ("surge", "weather") and not _called_from(plan, shock.regions):
        return "nobody is called from there"
    layouts = [layout_of(plan, point) for point in plan.points if not shock.points or point.name in shock.points]
    stations = [station for layout in layouts for station in layout.stations]
    lines = [bus for layout in layouts for bus in layout.buses]
    both: tuple[Headquarters | Unit, ...] = (*plan.headquarters, *plan.units)
    linked = [one.name for one in both if one.link is not None]
    if shock.kind in ("station", "point", "network") and not stations:
        return "no station there"
    if shock.kind == "power" and all(station.unpowered for station in stations):
        return "every station there works on without power" if stations else "no station there"
    if shock.kind == "vehicles" and not any(bus.fleet or bus.shared_fleet for bus in lines):
        return "no bus line there has a fleet of which some could be lost"
    if shock.kind == "stock" and not plan.stocks:
        return "no stock"
    if shock.kind == "link" and not any(not shock.units or name in shock.units for name in linked):
        return "none of these has a link" if shock.units else "no link"
    return ""


def _called_from(plan: Plan, regions: Collection[str]) -> bool:
    """Say whether somebody of a group lives in one of these regions; a roster's homes are not known here."""
    towns = [town for town in towns_of(plan) if town.region in regions]
    return not plan.groups or any(lives_in(group, town) for group in plan.groups for town in towns)
