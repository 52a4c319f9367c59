"""Stations that nobody reaches: for nobody of those called, for no share of them, or behind one that sends all home."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.plan.model import Group, Plan, Who
from tocsin.plan.problem import Path, Problem, shown
from tocsin.plan.resolve import holders_of, medical_of, owners_of
from tocsin.plan.stations import Station

__all__ = ["idle_stations", "unreachable_stations"]


def unreachable_stations(plan: Plan) -> Iterator[Problem]:
    """Yield an error for each station whose conditions nobody meets, or which stands behind one that nobody passes."""
    for path, holder in holders_of(plan):
        closed: Station | None = None
        for j, station in enumerate(holder.stations):
            at: Path = (*path, "station", j)
            if closed is not None:
                found = f"found {shown(station.name)} behind {shown(closed.name)}, which sends everybody home"
                yield Problem("error", (*at, "name"), f"{found}; nobody would reach it")
                break
            if _known(plan, station.who) and not any(_met(station.who, group) for group in plan.groups):
                found = f"found conditions that nobody of any group meets: {_told(station.who)}"
                yield Problem("error", (*at, "who"), f"{found}; nobody would reach {shown(station.name)}")
            if _sends_all_home(station):
                closed = station


def _known(plan: Plan, who: Who) -> bool:
    """Say whether the plan has all that conditions name: a roster's are not known, and a slip has its own problem."""
    trades = {post.trade for _, owner in owners_of(plan) for post in owner.posts}
    return (
        bool(plan.groups)
        and set(who.groups) <= {group.name for group in plan.groups}
        and set(who.trades) <= trades.union(*(group.trade for group in plan.groups))
        and set(who.medical) <= set(medical_of(plan, asked=False))
    )


def _met(who: Who, group: Group) -> bool:
    """Say whether somebody of a group can meet the conditions, whatever the shares are."""
    return (
        (not who.groups or group.name in who.groups)
        and (not who.trades or bool(set(who.trades) & set(group.trade)))
        and (not who.medical or bool(set(who.medical) & set(group.medical)))
        and (not who.sex or bool(set(who.sex) & set(group.sex)))
    )


def _told(who: Who) -> str:
    return ", ".join(f"{key} = {list(value)}" for key, value in who.model_dump(exclude_defaults=True).items())


def _sends_all_home(station: Station) -> bool:
    everybody = station.who == Who() and station.share == 1 and station.patience is None and station.room is None
    released = sum(release.share for release in station.release if release.who == Who())
    return everybody and released >= 1 - 1e-9


def idle_stations(plan: Plan) -> Iterator[Problem]:
    """Yield a warning for each station that no share of the people needs."""
    for path, holder in holders_of(plan):
        for j, station in enumerate(holder.stations):
            if station.share == 0:
                found = f"found 0, so that nobody needs {shown(station.name)}"
                yield Problem("warning", (*path, "station", j, "share"), found)
