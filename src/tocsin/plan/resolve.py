"""What a plan refers to, looked up: towns, where points stand, whose layout and posts hold, vocabularies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, count

from tocsin.errors import PlanError
from tocsin.plan import geography
from tocsin.plan.model import Establishment, Group, Layout, Plan, Point, Post, Town, Unit, Who
from tocsin.plan.problem import Path

__all__ = [
    "employers_of",
    "formed_at_of",
    "groups_of",
    "holders_of",
    "layout_of",
    "lives_in",
    "medical_of",
    "owners_of",
    "point_place",
    "point_places",
    "posts_of",
    "region_names",
    "towns_of",
    "trades_of",
]

FORMED_AT = 0.8
"""Share of its posts at which a unit is formed if neither it nor its establishment says so."""

TABLE_SOURCE = "GeoNames, CC BY 4.0 (bundled table)"


def towns_of(plan: Plan) -> tuple[Town, ...]:
    """Return all towns of a plan, each name once.

    Args:
        plan: The plan.

    Returns:
        The listed towns in their order, then for each region with `places` the towns of the bundled table, most people
        first. A listed town replaces the table's of the same name and region. Where two towns share a name, the later
        is called by name and region: "Svislach (Minsk region)".

    Raises:
        PlanError: A region's `places` or name is not in the bundled tables.
    """
    towns = list(plan.towns)
    taken = {town.name for town in towns}
    listed = {(town.name, town.region) for town in towns}
    for position, region in enumerate(plan.regions):
        if region.places is None:
            continue
        rows = [row for row in _table(region.places, position) if row.region == region.name]
        if not rows:
            known = ", ".join(sorted({row.region for row in _table(region.places, position)}))
            raise PlanError(
                f"found the region '{region.name}', of which the table '{region.places}' has no town; it has {known}",
                place=f"region[{position}].name",
            )
        for row in rows:
            if row.population < region.min_population or (row.name, region.name) in listed:
                continue
            name = _free_name(row.name, region.name, taken)
            taken.add(name)
            towns.append(
                Town(
                    name=name,
                    region=region.name,
                    population=row.population,
                    lat=row.lat,
                    lon=row.lon,
                    source=TABLE_SOURCE,
                )
            )
    return tuple(towns)


def _table(country: str, position: int) -> list[geography.Town]:
    try:
        return geography.towns(country)
    except PlanError as error:
        raise PlanError(error.sentence, place=f"region[{position}].places") from error


def _free_name(name: str, region: str, taken: set[str]) -> str:
    """Return the name, or with its region if it is taken, or with a number after that."""
    if name not in taken:
        return name
    numbered = (f"{name} ({region} {n})" for n in count(2))
    return next(c for c in chain((f"{name} ({region})",), numbered) if c not in taken)


def region_names(plan: Plan) -> tuple[str, ...]:
    """Return the names of the plan's regions in its order."""
    return tuple(region.name for region in plan.regions)


def point_place(plan: Plan, point: Point) -> tuple[float, float]:
    """Return where a point stands, in degrees north and east.

    Raises:
        PlanError: Its town is not known.
    """
    return _place_of(point, {} if point.town is None else _positions(plan))


def point_places(plan: Plan) -> tuple[tuple[float, float], ...]:
    """Return where all points stand, in the plan's order: degrees north and east.

    Raises:
        PlanError: A point's town is not known.
    """
    positions = _positions(plan) if any(point.town is not None for point in plan.points) else {}
    return tuple(_place_of(point, positions) for point in plan.points)


def _positions(plan: Plan) -> dict[str, tuple[float, float]]:
    return {town.name: (town.lat, town.lon) for town in towns_of(plan)}


def _place_of(point: Point, positions: dict[str, tuple[float, float]]) -> tuple[float, float]:
    if point.town is not None:
        if point.town not in positions:
            raise PlanError(
                f"found the town '{point.town}', which the plan does not have", place=f"point '{point.name}'"
            )
        return positions[point.town]
    if point.lat is None or point.lon is None:
        raise PlanError("found neither a town nor lat and lon", place=f"point '{point.name}'")
    return (point.lat, point.lon)


def layout_of(plan: Plan, point: Point) -> Layout:
    """Return the layout of a point: the shared one that it names, or one made of its own stations and buses.

    Raises:
        PlanError: It names a layout that the plan does not have.
    """
    if point.layout is None:
        return Layout.model_construct(
            name="own",
            stations=point.stations,
            crews=point.crews,
            buses=point.buses,
            instruction=point.instruction,
            source=point.source,
            assumption=point.assumption,
        )
    for layout in plan.layouts:
        if layout.name == point.layout:
            return layout
    raise PlanError(f"found the layout '{point.layout}', which the plan does not have", place=f"point '{point.name}'")


def posts_of(plan: Plan, unit: Unit) -> tuple[Post, ...]:
    """Return the posts of a unit: its own, or those of its establishment.

    Raises:
        PlanError: It names an establishment that the plan does not have.
    """
    if unit.establishment is None:
        return unit.posts
    for establishment in plan.establishments:
        if establishment.name == unit.establishment:
            return establishment.posts
    raise PlanError(
        f"found the establishment '{unit.establishment}', which the plan does not have",
        place=f"unit '{unit.name}'",
    )


def formed_at_of(plan: Plan, unit: Unit) -> float:
    """Return the share of its posts at which a unit is formed: its own, its establishment's, or 0.8."""
    if unit.formed_at is not None:
        return unit.formed_at
    for establishment in plan.establishments:
        if establishment.name == unit.establishment:
            return establishment.formed_at
    return FORMED_AT


def holders_of(plan: Plan) -> Iterator[tuple[Path, Layout | Point]]:
    """Yield everything that may have stations and buses, each with its path: the shared layouts, then the points."""
    for i, layout in enumerate(plan.layouts):
        yield ("layout", i), layout
    for i, point in enumerate(plan.points):
        yield ("point", i), point


def owners_of(plan: Plan) -> Iterator[tuple[Path, Establishment | Unit]]:
    """Yield everything that may have posts, each with its path: the establishments, then the units."""
    for i, establishment in enumerate(plan.establishments):
        yield ("establishment", i), establishment
    for i, unit in enumerate(plan.units):
        yield ("unit", i), unit


def groups_of(plan: Plan) -> tuple[str, ...]:
    """Return the names of the plan's groups in its order."""
    return tuple(group.name for group in plan.groups)


def lives_in(group: Group, town: Town) -> bool:
    """Say whether people of a group are called from a town: one of its towns, else of its regions, else any."""
    return town.name in group.towns if group.towns else not group.regions or town.region in group.regions


def trades_of(plan: Plan, *, asked: bool = True) -> tuple[str, ...]:
    """Return every trade that the plan names, once, in order of appearance: of people, of posts, of conditions.

    Args:
        plan: The plan.
        asked: Whether a trade that only a condition names counts too.
    """
    people = (trade for group in plan.groups for trade in group.trade)
    posts = (post.trade for unit in plan.units for post in posts_of(plan, unit))
    conditions = (trade for who in _conditions(plan) for trade in who.trades if asked)
    return _once((*people, *posts, *conditions))


def medical_of(plan: Plan, *, asked: bool = True) -> tuple[str, ...]:
    """Return every medical category that the plan names, once, in order of appearance: of people, of conditions.

    Args:
        plan: The plan.
        asked: Whether a category that only a condition names counts too.
    """
    people = (name for group in plan.groups for name in group.medical)
    return _once((*people, *(name for who in _conditions(plan) for name in who.medical if asked)))


def employers_of(plan: Plan) -> tuple[str, ...]:
    """Return every kind of employer that the plan names, once, in order of appearance."""
    return _once(name for group in plan.groups for name in group.employer)


def _conditions(plan: Plan) -> Iterable[Who]:
    for request in plan.requests:
        yield request.who
    for _, holder in holders_of(plan):
        for station in holder.stations:
            yield station.who
            yield from station.priority
            yield from (release.who for release in station.release)
            if station.recheck is not None:
                yield station.recheck.who


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
