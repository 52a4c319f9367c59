"""The resources of a plan, and the same plan with fewer or more of one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from tocsin.plan import Plan, layout_of
from tocsin.plan.model import Channel, Request
from tocsin.plan.shocks import Shock
from tocsin.plan.stations import Bus, Crew, Fleet, Station, Stock
from tocsin.plan.tables import Staffed, Table

__all__ = ["DEMAND", "MOST", "PARTS", "Lever", "demand", "levers", "one_more"]

MOST = 4
"""How many times a resource or the demand may grow in a search."""
PARTS = 16
"""Demand and stocks change by sixteenths of what the plan has."""
DEMAND = "demand-growth"
"""Name of the surge that stands for more demand."""

Kind = Literal["demand", "station", "desk", "crew", "buses", "fleet", "channel", "stock"]
T = TypeVar("T", bound=Table)


@dataclass(frozen=True)
class Lever:
    """A resource, how many of it the plan has, and how to change that.

    Attributes:
        kind: What it is.
        name: Its name in the plan.
        where: The layout, the point or the channel's reach; empty = the whole plan.
        points: At which points it is.
        unit: What is counted.
        base: How many the plan has; of demand and stocks, sixteenths.
        total: Of demand and stocks, how much all sixteenths are; else 0.
        changed: Gives the plan with another number.
    """

    kind: Kind
    name: str
    where: str
    points: tuple[str, ...]
    unit: str
    base: int
    total: int
    changed: Callable[[int], Plan] = field(repr=False, compare=False)

    @property
    def label(self) -> str:
        """What it is called in a table."""
        return f"{self.name}, {self.where}" if self.where else self.name

    def amount(self, number: int) -> int:
        """How much a number is: of demand and stocks so many sixteenths of the total, else itself."""
        return self.total * number // PARTS if self.in_parts else number

    @property
    def in_parts(self) -> bool:
        """Whether it is counted in sixteenths of what the plan has."""
        return self.kind in ("demand", "stock")


def demand(plan: Plan) -> Lever | None:
    """Return the demand as a lever; None for a plan with a roster, which lists whom it calls."""
    if plan.roster is not None:
        return None
    called = sum(group.called for group in plan.groups)
    return Lever("demand", "people called", "", (), "people", PARTS, called, lambda parts: _demanded(plan, parts))


def _demanded(plan: Plan, parts: int) -> Plan:
    """More are called by a surge at the alert, so that everybody else stays who they are; fewer by smaller groups."""
    if parts > PARTS:
        surge = Shock(
            name=DEMAND, kind="surge", at_h=0, size=parts / PARTS - 1, assumption="More demand, from the alert on."
        )
        exercise = plan.exercise.model_copy(update={"shocks": (*plan.exercise.shocks, DEMAND)})
        return plan.model_copy(update={"shocks": (*plan.shocks, surge), "exercise": exercise})
    groups = [_with(group, called=max(1, group.called * parts // PARTS)) for group in plan.groups]
    return _with(plan, groups=tuple(groups))


def levers(plan: Plan) -> tuple[Lever, ...]:
    """Return the resources of a plan in its order: channels, desks, stations, crews, bus lines, fleets, stocks.

    Servers of a layout that points share are one resource, at all of these points. What is always there (a channel
    without a limit, a line for which a bus always stands ready) is none.
    """
    return tuple(
        [
            *(_channel(plan, i, c) for i, c in enumerate(plan.channels) if c.capacity is not None),
            *(_desk(plan, i, r) for i, r in enumerate(plan.requests)),
            *_of_layouts(plan),
            *(_fleet(plan, i, f) for i, f in enumerate(plan.fleets)),
            *(_stock(plan, i, s) for i, s in enumerate(plan.stocks) if s.amount),
        ]
    )


def _channel(plan: Plan, at: int, channel: Channel) -> Lever:
    capacity = channel.capacity
    assert capacity is not None, "only a channel with a limit is a resource"
    per = "" if capacity.per == "all" else f"each {capacity.per}"
    unit = "crews" if channel.medium == "courier" else "lines"

    def changed(count: int) -> Plan:
        changed = _with(channel, capacity=_staffed(capacity, count))
        return _with(plan, channels=_put(plan.channels, at, changed))

    return Lever("channel", channel.name, per, (), unit, _present(capacity), 0, changed)


def _desk(plan: Plan, at: int, request: Request) -> Lever:
    per = "each point" if request.when == "gate" else "" if request.per == "all" else f"each {request.per}"

    def changed(count: int) -> Plan:
        return _with(plan, requests=_put(plan.requests, at, _staffed(request, count)))

    return Lever("desk", request.name, per, (), "desks", _present(request), 0, changed)


def _fleet(plan: Plan, at: int, fleet: Fleet) -> Lever:
    points = tuple(p.name for p in plan.points if any(b.shared_fleet == fleet.name for b in layout_of(plan, p).buses))

    def changed(count: int) -> Plan:
        return _with(plan, fleets=_put(plan.fleets, at, _with(fleet, buses=count)))

    return Lever("fleet", fleet.name, "", points, "buses", fleet.buses, 0, changed)


def _stock(plan: Plan, at: int, stock: Stock) -> Lever:
    points = stock.points or tuple(p.name for p in plan.points)
    where = "each point" if stock.per == "point" else ""

    def changed(parts: int) -> Plan:
        return _with(plan, stocks=_put(plan.stocks, at, _with(stock, amount=stock.amount * parts // PARTS)))

    return Lever("stock", stock.name, where, points, "pieces", PARTS, stock.amount, changed)


def _of_layouts(plan: Plan) -> Iterator[Lever]:
    """Stations, crews and bus lines: of each shared layout that some point has, and of each point of its own."""
    for i, layout in enumerate(plan.layouts):
        points = tuple(p.name for p in plan.points if p.layout == layout.name)
        if points:
            yield from _of_holder(layout, f"layout {layout.name}", points, _putter(plan, "layouts", i))
    for i, point in enumerate(plan.points):
        if point.layout is None:
            yield from _of_holder(point, f"at {point.name}", (point.name,), _putter(plan, "points", i))


def _putter(plan: Plan, key: str, at: int) -> Callable[[Any], Plan]:
    return lambda holder: _with(plan, **{key: _put(getattr(plan, key), at, holder)})


def _of_holder(holder: Any, where: str, points: tuple[str, ...], put: Callable[[Any], Plan]) -> Iterator[Lever]:
    stations: tuple[Station, ...] = holder.stations
    crews: tuple[Crew, ...] = holder.crews
    buses: tuple[Bus, ...] = holder.buses

    def of(key: str, entries: Sequence[Any], at: int, change: Callable[[Any, int], Any]) -> Callable[[int], Plan]:
        return lambda count: put(_with(holder, **{key: _put(entries, at, change(entries[at], count))}))

    for at, station in enumerate(stations):
        if station.crew is None:
            changed = of("stations", stations, at, _staffed)
            yield Lever("station", station.name, where, points, "servers", _present(station), 0, changed)
    for at, crew in enumerate(crews):
        yield Lever("crew", crew.name, where, points, "servers", _present(crew), 0, of("crews", crews, at, _staffed))
    for at, bus in enumerate(buses):
        if bus.fleet is not None:
            changed = of("buses", buses, at, lambda one, count: _with(one, fleet=count))
            yield Lever("buses", bus.name, where, points, "buses", bus.fleet, 0, changed)


def _present(staffed: Staffed) -> int:
    """The servers at all hours, or those of the largest shift: the number by which shifts are scaled."""
    return staffed.servers if staffed.servers is not None else max(shift.servers for shift in staffed.hours)


def _staffed(staffed: Any, count: int) -> Any:
    """The same with another number of servers; shifts keep their proportions, and at least one server each."""
    if staffed.servers is not None:
        return _with(staffed, servers=count)
    largest = _present(staffed)
    shifts = [_with(shift, servers=max(1, round(shift.servers * count / largest))) for shift in staffed.hours]
    return _with(staffed, hours=tuple(shifts))


def one_more(plan: Plan, station: str, points: Sequence[str]) -> Plan | None:
    """Return the plan with one more server at a station of these points alone; None where none of them has it.

    A point that shares its layout with others gets a copy of it; draws hang on names, so its luck stays the same.

    Args:
        plan: The plan.
        station: Its name; of one that a crew serves, the crew gets one more.
        points: Names of the points; a layout of which all points are named is changed itself.
    """
    layouts, placed = list(plan.layouts), list(plan.points)
    for at, layout in enumerate(plan.layouts):
        users = [i for i, p in enumerate(plan.points) if p.layout == layout.name]
        mine = [i for i in users if plan.points[i].name in points]
        more = _stronger(layout, station) if mine else None
        if more is None:
            continue
        if mine == users:
            layouts[at] = more
            continue
        copy = _with(more, name=_free(f"{layout.name}-plus", [one.name for one in layouts]))
        layouts.append(copy)
        for i in mine:
            placed[i] = _with(plan.points[i], layout=copy.name)
    for i, point in enumerate(plan.points):
        if point.layout is None and point.name in points:
            placed[i] = _stronger(point, station) or point
    found = _with(plan, layouts=tuple(layouts), points=tuple(placed))
    return found if found != plan else None


def _free(name: str, taken: Sequence[str]) -> str:
    return name if name not in taken else _free(f"{name}-plus", taken)


def _stronger(holder: Any, name: str) -> Any:
    """A layout or a point with one more server at a station, or in its crew; None if it has no such station."""
    station = next((s for s in holder.stations if s.name == name), None)
    if station is None:
        return None
    if station.crew is not None:
        crews = [_staffed(c, _present(c) + 1) if c.name == station.crew else c for c in holder.crews]
        return _with(holder, crews=tuple(crews))
    at = holder.stations.index(station)
    return _with(holder, stations=_put(holder.stations, at, _staffed(station, _present(station) + 1)))


def _with(table: T, **changed: Any) -> T:
    return table.model_copy(update=changed)


def _put(entries: Sequence[Any], at: int, entry: Any) -> tuple[Any, ...]:
    return (*entries[:at], entry, *entries[at + 1 :])
