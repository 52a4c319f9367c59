"""What a valid plan still cannot do: parts that nobody will use, and units that cannot be formed by those called.

Only warnings: a plan may want exactly this. Numbers of people are expectations (shares times those called).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import ceil

import numpy as np

from tocsin.plan.assignment import apportion, points_of_towns, units_that_take
from tocsin.plan.model import Plan
from tocsin.plan.problem import Problem, shown
from tocsin.plan.resolve import formed_at_of, layout_of, lives_in, owners_of, posts_of, towns_of

__all__ = ["idle_parts", "thin_units"]


def idle_parts(plan: Plan) -> Iterator[Problem]:
    """Yield a warning for each layout, establishment, bus, trade, point and request that nobody will use."""
    yield from _unused_tables(plan)
    yield from _points_and_buses(plan)
    yield from _trades(plan)
    after_h, horizon_h = plan.exercise.deadline.after_delivery_h, plan.exercise.horizon_h
    if after_h is not None and after_h > horizon_h:
        found = f"found {after_h:g} h, which is beyond the horizon of {horizon_h:g} h"
        yield Problem("warning", ("exercise", "deadline", "after_delivery_h"), found)
    for i, request in enumerate(plan.requests):
        missing = [p.name for p in plan.points if request.after not in {s.name for s in layout_of(plan, p).stations}]
        if request.after is not None and missing:
            listed = ", ".join(map(shown, missing[:3])) + (", …" if len(missing) > 3 else "")
            found = f"found the station {shown(request.after)}, which is not at {listed}; nobody files it there"
            yield Problem("warning", ("request", i, "after"), found)


def _unused_tables(plan: Plan) -> Iterator[Problem]:
    layouts = {point.layout for point in plan.points}
    establishments = {unit.establishment for unit in plan.units}
    for i, layout in enumerate(plan.layouts):
        if layout.name not in layouts:
            yield Problem(
                "warning", ("layout", i, "name"), f"found the layout {shown(layout.name)}, which no point has"
            )
    for i, establishment in enumerate(plan.establishments):
        if establishment.name not in establishments:
            found = f"found the establishment {shown(establishment.name)}, which no unit has"
            yield Problem("warning", ("establishment", i, "name"), found)


def _points_and_buses(plan: Plan) -> Iterator[Problem]:
    takes = units_that_take(plan)
    for i, point in enumerate(plan.points):
        layout = layout_of(plan, point)
        here = [unit.name for unit, open_ in zip(plan.units, takes[i], strict=True) if open_]
        if not layout.stations:
            yield Problem("warning", ("point", i), f"found no station at {shown(point.name)}: whoever arrives is done")
        served = {name for bus in layout.buses for name in (bus.units or here)}
        for bus in layout.buses:
            if bus.units and not set(bus.units) & set(here):
                found = f"found the bus {shown(bus.name)} at {shown(point.name)}, whose units take nobody from there"
                yield Problem("warning", ("point", i), found)
        for name in here:
            if layout.buses and name not in served:
                found = f"found no bus at {shown(point.name)} for the unit {shown(name)}, although others have one"
                yield Problem("warning", ("point", i), found)


def _trades(plan: Plan) -> Iterator[Problem]:
    """Trades of people against trades of posts; a roster's are not known here."""
    needed = {post.trade for unit in plan.units for post in posts_of(plan, unit)}
    for i, group in enumerate(plan.groups):
        for trade in group.trade if plan.units else ():
            if trade not in needed:
                found = f"found the trade {shown(trade)}, of which no unit has a post: these people will be surplus"
                yield Problem("warning", ("group", i, "trade", trade), found)
    held = {trade for group in plan.groups for trade, share in group.trade.items() if share > 0}
    for path, owner in owners_of(plan):
        for j, post in enumerate(owner.posts):
            if plan.groups and post.trade not in held:
                found = f"found posts of the trade {shown(post.trade)}, which nobody has: they stay empty"
                yield Problem("warning", (*path, "post", j, "trade"), found)


def thin_units(plan: Plan) -> Iterator[Problem]:
    """Yield a warning for each point that nobody is sent to, and each unit that those called cannot form."""
    if not plan.groups:
        return
    sent, dealt = _expected(plan)
    for i, point in enumerate(plan.points):
        if not sent[i]:
            yield Problem(
                "warning",
                ("point", i, "name"),
                f"found the point {shown(point.name)}, to which nobody is sent",
            )
    for i, unit in enumerate(plan.units):
        posts = posts_of(plan, unit)
        called = sum(dealt[i].values())
        filled = sum(min(dealt[i][post.trade], post.posts) for post in posts)
        total = sum(post.posts for post in posts)
        needed = ceil(formed_at_of(plan, unit) * total - 1e-9)
        if not called:
            found = f"found the unit {shown(unit.name)}, to which no point sends anybody: it cannot be formed"
        elif filled < needed - 0.5:
            found = (
                f"found about {called:.0f} people called for {shown(unit.name)}, who can fill about {filled:.0f} "
                f"of its {total} posts; it is formed at {needed}"
            )
        else:
            continue
        yield Problem("warning", ("unit", i, "name"), found)


def _expected(plan: Plan) -> tuple[list[float], list[defaultdict[str, float]]]:
    """Return how many people each point expects, and how many of each trade each unit."""
    towns = towns_of(plan)
    point = points_of_towns(plan, towns)
    takes = units_that_take(plan)
    posts = [{post.trade: post.posts for post in posts_of(plan, unit)} for unit in plan.units]
    sent = [0.0] * len(plan.points)
    dealt: list[defaultdict[str, float]] = [defaultdict(float) for _ in plan.units]
    for group in plan.groups:
        here = [i for i, town in enumerate(towns) if lives_in(group, town)]
        if not here:
            continue
        number = apportion(group.called, np.array([towns[i].population for i in here], np.int64))
        arrivals = np.bincount(point[here], weights=number, minlength=len(plan.points))
        for p in np.flatnonzero(arrivals):
            sent[p] += float(arrivals[p])
            may = [
                u for u, unit in enumerate(plan.units) if takes[p][u] and (not group.units or unit.name in group.units)
            ]
            for trade, share in group.trade.items():
                weights = {u: float(posts[u].get(trade, 0)) for u in may}
                if not any(weights.values()):
                    weights = {u: float(sum(posts[u].values())) for u in may}
                for u, weight in weights.items():
                    dealt[u][trade] += float(arrivals[p]) * share * weight / sum(weights.values())
    return sent, dealt
