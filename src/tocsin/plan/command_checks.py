"""Headquarters: each superior exists, orders come down without a circle, and what a link says has an effect."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from tocsin.plan.command import Headquarters, Link
from tocsin.plan.model import Plan, Unit
from tocsin.plan.problem import Path, Problem, shown
from tocsin.plan.references import unknown

__all__ = ["broken_command", "idle_command"]


def broken_command(plan: Plan) -> Iterator[Problem]:
    """Yield an error for each superior that does not exist, each circle, and each name that is also a unit's."""
    names = [one.name for one in plan.headquarters]
    units = {unit.name for unit in plan.units}
    for i, one in enumerate(plan.headquarters):
        at: Path = ("headquarters", i)
        yield from unknown((*at, "under"), "headquarters", [] if one.under is None else [one.under], names)
        if one.name in units:
            found = f"found {shown(one.name)}, which is also a unit; expected a name of its own"
            yield Problem("error", (*at, "name"), found)
    for i, unit in enumerate(plan.units):
        if unit.headquarters is not None:
            yield from unknown(("unit", i, "headquarters"), "headquarters", [unit.headquarters], names)
    for path, link in _links(plan):
        yield from _broken_link(path, link)
    yield from _circle(plan)


def _links(plan: Plan) -> Iterator[tuple[Path, Link]]:
    both: tuple[tuple[str, tuple[Headquarters | Unit, ...]], ...] = (
        ("headquarters", plan.headquarters),
        ("unit", plan.units),
    )
    for key, entries in both:
        for i, entry in enumerate(entries):
            if entry.link is not None:
                yield (key, i, "link"), entry.link


def _broken_link(path: Path, link: Link) -> Iterator[Problem]:
    if link.tries > 1 and link.again_after_min is None:
        found = f"found {link.tries} without `again_after_min`, after which an order is sent again"
        yield Problem("error", (*path, "tries"), found)
    if link.courier is not None and link.again_after_min is None:
        found = "found a courier without `again_after_min`, after which one is sent"
        yield Problem("error", (*path, "courier"), found)


def _circle(plan: Plan) -> Iterator[Problem]:
    try:
        TopologicalSorter({one.name: {one.under} for one in plan.headquarters if one.under is not None}).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        found = f"found headquarters under each other in a circle: {' → '.join(circle)}; none would ever get an order"
        at = next(i for i, one in enumerate(plan.headquarters) if one.name == circle[0])
        yield Problem("error", ("headquarters", at, "under"), found)


def idle_command(plan: Plan) -> Iterator[Problem]:
    """Yield a warning for each headquarters that commands nobody, and for each cut outside the run."""
    commanding = {one.under for one in plan.headquarters} | {unit.headquarters for unit in plan.units}
    for i, one in enumerate(plan.headquarters):
        if one.name not in commanding:
            found = f"found the headquarters {shown(one.name)}, which nobody is under"
            yield Problem("warning", ("headquarters", i, "name"), found)
    horizon_h = plan.exercise.horizon_h
    for path, link in _links(plan):
        for k, cut in enumerate(link.cuts):
            if cut.from_h >= horizon_h:
                found = f"found a cut from {cut.from_h:g} h, which is not before the horizon ({horizon_h:g} h)"
                yield Problem("warning", (*path, "cut", k), found)
