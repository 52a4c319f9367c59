"""What stations and points share: crews, stocks and fleets. Each reference leads somewhere, and somebody is served."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.plan.model import Layout, Plan, Point
from tocsin.plan.problem import Path, Problem, shown
from tocsin.plan.references import named_twice, unknown
from tocsin.plan.resolve import holders_of
from tocsin.plan.stations import Station, Stock

__all__ = ["idle_shares", "shared_names", "useless_stocks"]


def shared_names(plan: Plan) -> Iterator[Problem]:
    """Yield an error for each crew, station, stock, fleet or point that a shared thing names and the plan has not."""
    fleets = [fleet.name for fleet in plan.fleets]
    for path, holder in holders_of(plan):
        for j, station in enumerate(holder.stations):
            yield from _station(plan, (*path, "station", j), station, holder)
        for j, bus in enumerate(holder.buses):
            if bus.shared_fleet is not None:
                yield from unknown((*path, "bus", j, "shared_fleet"), "fleet", [bus.shared_fleet], fleets)
    for i, stock in enumerate(plan.stocks):
        yield from unknown(("stock", i, "points"), "point", stock.points, [point.name for point in plan.points])
        yield from named_twice(("stock", i, "points"), "point", stock.points)


def _station(plan: Plan, at: Path, station: Station, holder: Layout | Point) -> Iterator[Problem]:
    if station.crew is not None:
        yield from unknown((*at, "crew"), "crew", [station.crew], [crew.name for crew in holder.crews])
    if station.recheck is not None and station.recheck.to is not None:
        names = [other.name for other in holder.stations]
        yield from unknown((*at, "recheck", "to"), "station", [station.recheck.to], names)
        if station.recheck.to in names[names.index(station.name) + 1 :]:
            found = f"found {shown(station.recheck.to)}, which comes after {shown(station.name)}"
            expected = "expected this station or one before it"
            yield Problem("error", (*at, "recheck", "to"), f"{found}; {expected}")
    stocks = {stock.name: stock for stock in plan.stocks}
    for k, issue in enumerate(station.issues):
        yield from unknown((*at, "issue", k, "stock"), "stock", [issue.stock], list(stocks))
        if issue.stock in stocks:
            yield from _not_here(plan, (*at, "issue", k, "stock"), stocks[issue.stock], holder)
    for name in sorted({issue.stock for issue in station.issues}):
        if sum(issue.stock == name for issue in station.issues) > 1:
            found = f"found the stock {shown(name)} twice; expected each once, with its `amount`"
            yield Problem("error", (*at, "issue"), found)


def _not_here(plan: Plan, at: Path, stock: Stock, holder: Layout | Point) -> Iterator[Problem]:
    missing = [point for point in _points_with(plan, holder) if stock.points and point not in stock.points]
    if missing and _placed(plan, stock):
        listed = ", ".join(map(shown, missing[:3])) + (", …" if len(missing) > 3 else "")
        yield Problem("error", at, f"found the stock {shown(stock.name)}, which is not at {listed}")


def _placed(plan: Plan, stock: Stock) -> bool:
    """Say whether all points of a stock exist: where one does not, another problem says so."""
    return set(stock.points) <= {point.name for point in plan.points}


def _points_with(plan: Plan, holder: Layout | Point) -> list[str]:
    """Name the points that a holder of stations stands for: itself, or those that have the layout."""
    if isinstance(holder, Point):
        return [holder.name]
    return [point.name for point in plan.points if point.layout == holder.name]


def useless_stocks(plan: Plan) -> Iterator[Problem]:
    """Yield an error for each stock that can serve nobody, and for each delivery that never comes."""
    horizon_h = plan.exercise.horizon_h
    layouts = {layout.name for layout in plan.layouts}
    slips = any(shared_names(plan)) or any(point.layout not in {None, *layouts} for point in plan.points)
    for i, stock in enumerate(plan.stocks):
        for k, delivery in enumerate(stock.deliveries):
            if delivery.at_h >= horizon_h:
                found = f"found {delivery.at_h:g} h, which is not before the horizon ({horizon_h:g} h)"
                yield Problem("error", ("stock", i, "delivery", k, "at_h"), f"{found}; it would never come")
        asked = list(_asked(plan, stock))
        if not asked and not slips:
            where = "at its points" if stock.points else "of any point"
            found = f"found the stock {shown(stock.name)}, which no station {where} issues; it serves nobody"
            yield Problem("error", ("stock", i, "name"), found)
        most = _most_at_once(stock, horizon_h)
        for station, amount in asked:
            if amount > most:
                found = f"found {stock.amount}, and never more than {most} at a time"
                wanted = f"{shown(station)} hands out {amount} a person; it serves nobody"
                yield Problem("error", ("stock", i, "amount"), f"{found}; {wanted}")


def _asked(plan: Plan, stock: Stock) -> Iterator[tuple[str, int]]:
    """Yield each station that issues from a stock where it is, and how much it hands each person."""
    for _, holder in holders_of(plan):
        here = _points_with(plan, holder)
        if not here or (stock.points and not set(here) & set(stock.points)):
            continue
        for station in holder.stations:
            yield from ((station.name, issue.amount) for issue in station.issues if issue.stock == stock.name)


def _most_at_once(stock: Stock, horizon_h: float) -> int:
    """Return the most that a stock could ever hold, if nothing of it were handed out."""
    held = stock.amount + sum(delivery.amount for delivery in stock.deliveries if delivery.at_h < horizon_h)
    return held if stock.reorder is None else max(held, stock.reorder.below - 1 + stock.reorder.amount)


def idle_shares(plan: Plan) -> Iterator[Problem]:
    """Yield a warning for each crew without a station, and each fleet without a line."""
    for path, holder in holders_of(plan):
        served = {station.crew for station in holder.stations}
        for j, crew in enumerate(holder.crews):
            if crew.name not in served:
                found = f"found the crew {shown(crew.name)}, which no station has"
                yield Problem("warning", (*path, "crew", j, "name"), found)
    used = {bus.shared_fleet for _, holder in holders_of(plan) for bus in holder.buses}
    for i, fleet in enumerate(plan.fleets):
        if fleet.name not in used:
            found = f"found the fleet {shown(fleet.name)}, which no bus line shares"
            yield Problem("warning", ("fleet", i, "name"), found)
