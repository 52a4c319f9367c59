"""Checks across the tables of a plan: what no table can see alone. Start here, then the files that it calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from tocsin.plan.command_checks import broken_command, idle_command
from tocsin.plan.feasibility import idle_parts, thin_units
from tocsin.plan.figures import unsupported
from tocsin.plan.loop_checks import locked_stations
from tocsin.plan.model import Plan, Release, Who
from tocsin.plan.movement_checks import broken_movement
from tocsin.plan.problem import Path, Problem, nearest, shown
from tocsin.plan.reach_checks import idle_stations, unreachable_stations
from tocsin.plan.references import broken_references, colliding_steps, repeated_names
from tocsin.plan.resolve import holders_of
from tocsin.plan.roster_columns import COLUMNS
from tocsin.plan.sharing_checks import idle_shares, shared_names, useless_stocks
from tocsin.plan.shock_checks import broken_shocks, vain_shocks
from tocsin.plan.windows import closed_for_good

__all__ = ["check"]

MOST_PEOPLE = 10_000_000
"""People in one plan: more would not fit the memory of one machine."""

Check = Callable[[Plan], Iterator[Problem]]


def check(plan: Plan) -> list[Problem]:
    """Check a plan across its tables.

    Args:
        plan: A plan whose tables are each valid.

    Returns:
        Errors (they stop a run) and warnings (they do not), in the order of the checks. What people and units can
        expect is only looked at if there is no error.
    """
    problems = [problem for one in _CHECKS for problem in one(plan)]
    if not any(problem.level == "error" for problem in problems):
        problems += [problem for one in _DOUBTS for problem in one(plan)]
    return problems


def _ways(plan: Plan) -> Iterator[Problem]:
    """Marches can be driven."""
    if any(unit.march is not None for unit in plan.units) or any(shock.kind == "road" for shock in plan.shocks):
        from tocsin.plan.marching import undrivable  # late: only roads need it

        yield from undrivable(plan)


def _channels(plan: Plan) -> Iterator[Problem]:
    """Fallbacks end; every channel is started; every group is summoned by one (a roster's are not known here)."""
    position = {c.name: i for i, c in enumerate(plan.channels)}
    sources: dict[str, list[str]] = {c.name: [] for c in plan.channels}
    horizon_min = plan.exercise.horizon_h * 60
    for i, channel in enumerate(plan.channels):
        if channel.fallback in sources:
            sources[channel.fallback].append(channel.name)
        if channel.fallback_after is not None and channel.fallback is None:
            yield Problem(
                "error",
                ("channel", i, "fallback_after"),
                "found a delay before a fallback, but no `fallback`",
            )
        if channel.starts_min >= horizon_min:
            found = f"found {channel.starts_min:g} min, which is not before the horizon ({horizon_min:g} min)"
            yield Problem("error", ("channel", i, "starts_min"), f"{found}; it would never start")
        again = None if channel.capacity is None else channel.capacity.again
        if again is not None and channel.reach >= 1:
            found = "found crews that go again although `reach` is 1: only to those whom no channel can reach"
            yield Problem("warning", ("channel", i, "capacity", "again"), found)
    circle = _circle(sources)
    if circle:
        found = f"found fallbacks in a circle: {' → '.join(circle)}; expected an end"
        yield Problem("error", ("channel", position[circle[0]], "fallback"), found)
    else:
        yield from _served(plan, sources)


def _served(plan: Plan, sources: Mapping[str, list[str]]) -> Iterator[Problem]:
    everybody = frozenset(g.name for g in plan.groups)
    groups = {c.name: frozenset(c.groups) or everybody for c in plan.channels}
    for name in TopologicalSorter(sources).static_order():
        if sources[name]:
            groups[name] &= frozenset[str]().union(*(groups[source] for source in sources[name]))
    for i, channel in enumerate(plan.channels):
        if everybody and not groups[channel.name]:
            before = ", ".join(sources[channel.name])
            found = f"found a channel that is never started: it follows {before}, which has none of its groups"
            yield Problem("error", ("channel", i, "groups"), found)
    for i, group in enumerate(plan.groups):
        if not any(group.name in names for names in groups.values()):
            yield Problem(
                "error",
                ("group", i, "name"),
                f"found the group {shown(group.name)}, which no channel summons",
            )


def _circle(before: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return one circle of a relation (each name with those before it), closed, or nothing."""
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()


def _units(plan: Plan) -> Iterator[Problem]:
    """Units do not need each other in a circle, and a task does not ask for more units than it has."""
    position = {u.name: i for i, u in enumerate(plan.units)}
    circle = _circle({u.name: u.needs for u in plan.units})
    if circle:
        found = f"found units that need each other in a circle: {' → '.join(reversed(circle))}"
        yield Problem("error", ("unit", position.get(circle[-1], 0), "needs"), f"{found}; none could ever act")
    for i, task in enumerate(plan.tasks):
        if task.at_least is not None and task.at_least > len(task.units):
            found = f"found {task.at_least}; expected at most {len(task.units)}, as many units as the task has"
            yield Problem("error", ("task", i, "at_least"), found)


def _people(plan: Plan) -> Iterator[Problem]:
    """Not too many; towns of a group lie in its regions; a region's own keys fit together."""
    called = sum(group.called for group in plan.groups)
    if called > MOST_PEOPLE:
        yield Problem(
            "error",
            ("group", 0, "called"),
            f"found {called} people in all groups; expected at most {MOST_PEOPLE}",
        )
    region = {town.name: town.region for town in plan.towns}
    for i, group in enumerate(plan.groups):
        for name in group.towns:
            if group.regions and name in region and region[name] not in group.regions:
                found = f"found the town {shown(name)} of {shown(region[name])}, which is not among the group's regions"
                yield Problem("error", ("group", i, "towns"), found)
    for i, one in enumerate(plan.regions):
        if one.min_population and one.places is None:
            yield Problem(
                "error",
                ("region", i, "min_population"),
                f"found {one.min_population} without `places`, whose towns it would thin",
            )
    for i, point in enumerate(plan.points):
        if point.town is not None and (point.lat is not None or point.lon is not None):
            key, value = ("lat", point.lat) if point.lat is not None else ("lon", point.lon)
            yield Problem("error", ("point", i, key), f"found {shown(value)} beside `town`; expected one of the two")


def _releases(plan: Plan) -> Iterator[Problem]:
    """Nobody can be released with a chance above 1."""
    for path, holder in holders_of(plan):
        for j, station in enumerate(holder.stations):
            if (total := _largest_release(station.release)) > 1 + 1e-9:
                at: Path = (*path, "station", j, "release")
                yield Problem(
                    "error",
                    at,
                    f"found shares that add up to {total:g} for the same people; expected at most 1",
                )


def _largest_release(releases: Iterable[Release]) -> float:
    """Return the largest sum of shares over people who meet the same condition; one without conditions meets all."""
    general = 0.0
    special: dict[Who, float] = {}
    for release in releases:
        if release.who == Who():
            general += release.share
        else:
            special[release.who] = special.get(release.who, 0.0) + release.share
    return general + max(special.values(), default=0.0)


def _roster(plan: Plan) -> Iterator[Problem]:
    """A roster's mapping names columns that Tocsin knows, each of the file's once."""
    if plan.roster is None:
        return
    taken: dict[str, str] = {}
    for ours, theirs in plan.roster.columns.items():
        path: Path = ("roster", "columns", ours)
        if ours not in COLUMNS:
            hint = nearest(ours, COLUMNS) or f"; expected one of {', '.join(COLUMNS)}"
            yield Problem("error", path, f"found the column {shown(ours)}, which is none of ours{hint}")
        elif theirs in taken:
            yield Problem("error", path, f"found {shown(theirs)}, which already stands for {shown(taken[theirs])}")
        taken.setdefault(theirs, ours)


_CHECKS: tuple[Check, ...] = (
    repeated_names,
    broken_references,
    colliding_steps,
    shared_names,
    broken_command,
    broken_movement,
    broken_shocks,
    _channels,
    _units,
    _people,
    _releases,
    _roster,
    closed_for_good,
    unreachable_stations,
    locked_stations,
    useless_stocks,
    unsupported,
)
_DOUBTS: tuple[Check, ...] = (_ways, idle_parts, idle_stations, idle_shares, idle_command, vain_shocks, thin_units)
