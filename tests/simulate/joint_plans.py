"""Strategies: small plans in which stations hold each other up; ties, whole minutes and crowds abound."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st
from tests.simulate.plans import (
    ALERT,
    GROUPS,
    MINUTE,
    REGIONS,
    STATIONS,
    TOWNS,
    Case,
    durations,
    maybe,
    people_of,
    pick,
    requests,
    several,
    shares,
    staff,
    units,
    whole,
    whos,
)  # fmt: skip

from tocsin.plan.model import Plan

__all__ = ["joint_cases", "joint_plans"]

STOCKS = ("kits", "arms")
FLEETS = ("pool", "reserve")
CREWS = ("clerks", "medics")


@cache
def few(least: int = 0, most: int = 10) -> st.SearchStrategy[dict[str, Any]]:
    """Durations in whole minutes, one or a few; sometimes as they fall."""
    minutes = st.integers(least, most)
    constant = minutes.map(lambda m: {"family": "constant", "value_min": m})
    values = st.lists(minutes, min_size=2, max_size=4).map(lambda m: {"family": "empirical", "values_min": m})
    return st.one_of(constant, values, values, durations(max(least, 1), most))


@cache
def steady(least: int, most: int) -> st.SearchStrategy[dict[str, Any]]:
    """Durations in whole minutes, never shorter than the least: what repeats without end must not be instant."""
    minutes = st.integers(least, most)
    values = st.lists(minutes, min_size=1, max_size=3).map(lambda m: {"family": "empirical", "values_min": m})
    return st.one_of(minutes.map(lambda m: {"family": "constant", "value_min": m}), values)


@cache
def classes() -> st.SearchStrategy[dict[str, Any]]:
    """A class of priority; it covers some people and not others."""
    return pick(("groups", GROUPS[0]), ("trades", "driver"), ("sex", "female")).map(lambda c: {c[0]: [c[1]]})


@cache
@st.composite
def servers(draw: st.DrawFn, name: str, crews: tuple[str, ...]) -> dict[str, Any]:
    """Who serves a station: a crew, servers with a line each, or servers that may be taken, fail and get help."""
    how = draw(pick("own", "own", "own", "each", "crew"))
    if how == "crew" and crews:
        return {"crew": draw(pick(*crews)), "priority": [draw(classes()) for _ in range(draw(pick(0, 0, 1)))]}
    if how == "each":
        return {"servers": draw(pick(1, 2, 3)), "lines": "each"}
    found: dict[str, Any] = draw(staff())
    found["priority"] = [draw(classes()) for _ in range(draw(pick(0, 1, 2)))]
    found["preempts"] = bool(found["priority"]) and draw(pick(True, False, True))
    if draw(pick(False, False, True)):
        at = draw(whole(1, 4))
        found["extra"] = {"at": at, "servers": draw(whole(1, 2)), "until": draw(whole(0, at - 1))}
    if draw(pick(False, False, True)):
        found["breakdown"] = {"after": draw(steady(5, 60)), "repair": draw(steady(1, 30))}
    return found


@cache
@st.composite
def stations(draw: st.DrawFn, name: str, before: tuple[str, ...], crews: tuple[str, ...]) -> dict[str, Any]:
    """One station; `before` are the names of those before it, to which it may send back."""
    station = {"name": name, "service": draw(few()), **draw(servers(name, crews))}
    station["share"] = draw(pick(1.0, 1.0, 1.0, 0.8, 0.5))
    station["who"] = {"trades": draw(pick((), (), (), ("rifleman", "cook")))}
    if draw(pick(False, False, True)):
        station |= {"patience": draw(few(0, 20)), "impatient": draw(shares())}
    if draw(pick(False, False, False, True)):
        station["release"] = [{"reason": "medical", "share": 0.1, "who": draw(whos())}]
    if draw(pick(False, True)):
        station |= {"room": draw(pick(0, 1, 1, 2, 4)), "full": draw(pick("blocks", "blocks", "blocks", "leaves"))}
    if draw(pick(False, False, True)):
        back = {"share": draw(pick(0.3, 0.6, 1.0)), "most": draw(pick(2, 2, 3)), "who": draw(whos())}
        station["recheck"] = back | ({} if draw(pick(False, True)) else {"to": draw(pick(*before, name))})
    items = draw(several(STOCKS, 1, 2, unique=True)) if draw(pick(False, False, True)) else []
    station["issue"] = [
        {"stock": item, "amount": draw(pick(1, 1, 2)), "short": draw(pick("waits", "goes-on", "waits"))}
        for item in items
    ]
    return station


@cache
@st.composite
def buses(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to two lines, with buses of their own or shared ones, which may be called, break down or be lost."""
    lines = []
    for k in range(draw(pick(0, 1, 1, 2))):
        line = {"name": f"line-{k}", "to": "the range", "trip": draw(few(0, 30))}
        line |= {"capacity": draw(pick(1, 2, 3, 5, 40)), "timeout_min": draw(pick(0, 1, 5, 20))}
        match draw(pick("shared", "shared", "shared", "own", "any")):
            case "shared":
                line |= {"shared_fleet": draw(pick(FLEETS[0], *FLEETS)), "call": draw(maybe(few(0, 10), 2))}
            case "own":
                line["fleet"] = draw(whole(1, 3))
        line["back"] = draw(maybe(few(0, 20)))
        if draw(pick(False, False, True)):
            line["breakdown"] = {"share": draw(pick(0.3, 0.7, 1.0)), "repair": draw(steady(1, 30))}
        line["units"] = ["first"] if draw(pick(False, True)) else []
        lines.append({key: value for key, value in line.items() if value is not None})
    return lines


@cache
@st.composite
def layouts(draw: st.DrawFn) -> dict[str, Any]:
    """Up to four stations in order, crews for some of them, and buses."""
    crews = CREWS[: draw(pick(0, 1, 1, 2))]
    names = STATIONS[: draw(pick(1, 2, 3, 3, 4))]
    found = [draw(stations(name, tuple(names[:k]), crews)) for k, name in enumerate(names)]
    return {"station": found, "crew": [{"name": crew, **draw(staff())} for crew in crews], "bus": draw(buses())}


@cache
@st.composite
def stocks(draw: st.DrawFn, name: str, points: tuple[str, ...]) -> dict[str, Any]:
    """A stock that may be short, come later, and be ordered."""
    stock: dict[str, Any] = {"name": name, "amount": draw(pick(10, 0, 1, 3, 5, 1000))}
    stock["per"] = draw(pick("all", "all", "point"))
    stock["points"] = draw(several(points, 1, len(points), unique=True)) if draw(pick(False, False, True)) else []
    stock["delivery"] = [
        {"at_h": draw(pick(0, 0.25, 0.5, 1, 2)), "amount": draw(pick(1, 2, 5, 20))}
        for _ in range(draw(pick(0, 1, 2, 3)))
    ]
    if draw(pick(True, False, True)):
        stock["reorder"] = {"below": draw(pick(1, 2, 5)), "amount": draw(pick(1, 3, 10)), "takes": draw(few(0, 30))}
    return stock


@cache
@st.composite
def shocks(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """A shock of servers, buses, stocks, or the time that services take."""
    kind = draw(pick("station", "vehicles", "network", "stock", "vehicles", "power", "point"))
    shock: dict[str, Any] = {"name": name, "kind": kind, "at_h": draw(pick(0, 0.25, 0.5, 1))}
    if draw(pick(True, True, True, False)):
        shock["until_h"] = shock["at_h"] + draw(pick(0.1, 0.25, 0.5, 1))
    if kind == "network":
        shock["size"] = draw(pick(1.5, 2.0, 3.0))
    elif kind != "power" and draw(pick(False, True)):
        shock["size"] = draw(pick(0.3, 0.5))
    if kind in ("station", "network") and draw(pick(False, True)):
        shock["stations"] = draw(several(tuple(STATIONS[:2]), 1, 2, unique=True))
    return shock


@cache
@st.composite
def channels(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A message to all, or couriers who may go again, with or without a letter after them."""
    quick = {"name": "sms", "medium": "SMS", "reach": 1.0, "delay": {"family": "constant", "value_min": 1}}
    if draw(pick(True, True, False)):
        return [quick]
    capacity = {"per": draw(pick("all", "region", "town")), "handling": draw(few(0, 5)), **draw(staff())}
    if draw(pick(False, True)):
        capacity["rounds"] = {"visits": draw(whole(1, 3)), "reload": draw(few(0, 5))}
    if draw(pick(True, True, False)):
        capacity["again"] = {"tries": draw(pick(2, 2, 3)), "after": draw(few(0, 20))}
    courier: dict[str, Any] = {
        "name": "courier",
        "medium": "courier",
        "reach": draw(pick(0.8, 0.5)),
        "capacity": capacity,
    }
    courier["delay"] = draw(few(0, 3))
    if draw(pick(False, True)):
        return [courier | {"fallback": "sms", "fallback_after": draw(few(0, 5))}, quick]
    return [courier]


@cache
@st.composite
def joint_plans(draw: st.DrawFn) -> Plan:
    """A whole plan with joint features; nearly everybody comes, in crowds."""
    count = draw(pick(1, 2, 3))
    names = tuple(f"point {p}" for p in range(count))
    shared, own = draw(layouts()), draw(whole(0, count))
    points = [
        {"name": name, "lat": 50, "lon": 20} | (draw(layouts()) if p < own else {"layout": "shared"})
        for p, name in enumerate(names)
    ]
    struck = [draw(shocks(f"shock-{k}")) for k in range(draw(pick(0, 0, 1, 2)))]
    exercise = {
        "name": "joint", "title": "Joint", "country": "de", "kind": "training", "alert": ALERT.isoformat(),
        "time_zone": "Europe/Berlin", "deadline": {"after_delivery_h": 1}, "horizon_h": draw(pick(6, 3, 12, 1)),
        "assumption": "generated", "shocks": [shock["name"] for shock in struck],
    }  # fmt: skip
    behaviour = {"reach": 1, "acknowledge": 1, "preparation": draw(few(0, draw(pick(5, 30, 60))))}
    behaviour["travel"] = {"family": "constant", "value_min": 0}
    return Plan.model_validate(
        {
            "exercise": exercise,
            "region": [{"name": name} for name in REGIONS],
            "town": [{"name": t, "region": r, "population": 1, "lat": 50, "lon": 20} for t, r in TOWNS.items()],
            "group": [{"name": name, "called": 1, "age": [{"from": 20, "until": 40}]} for name in GROUPS],
            "channel": draw(channels()),
            "behaviour": behaviour,
            "request": [draw(requests("board"))] if draw(pick(False, False, True)) else [],
            "layout": [{"name": "shared", **shared}],
            "point": points,
            "unit": draw(units()),
            "stock": [draw(stocks(name, names)) for name in STOCKS],
            "fleet": [{"name": name, "buses": draw(whole(1, 3))} for name in FLEETS],
            "shock": struck,
        }
    )


@cache
@st.composite
def joint_cases(draw: st.DrawFn) -> Case:
    """A joint plan with 1 to 60 people and its luck; times in whole minutes, in whole quarters, or as they fall."""
    plan = draw(joint_plans())
    number = draw(pick(3, 8, 20, 40, 60, 60))
    seed = draw(whole(0, 2**32))
    return Case(plan, people_of(plan, number, seed), seed, draw(pick(MINUTE, MINUTE, 15 * MINUTE, 1)))
