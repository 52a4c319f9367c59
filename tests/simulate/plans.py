"""Strategies: whole small plans with their people, in which ties abound.

The plan's structure is drawn piece by piece, so that Hypothesis can shrink it; who the people are comes from one
drawn seed, because sixty people of eight attributes each would drown the search.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np
import polars as pl
from hypothesis import strategies as st
from numpy.typing import NDArray

from tocsin.plan.model import Plan
from tocsin.simulate import Engine, Network, Outcome, compile
from tocsin.simulate.reference import Account, reference

ALERT = dt.datetime(2026, 3, 28, 22, 0, tzinfo=dt.UTC)  # the clocks of Berlin spring forward three hours later
MINUTE = 60_000
GROUPS, TRADES, MEDICAL, SEX = (
    ["regulars", "others"],
    ["rifleman", "driver", "cook"],
    ["fit", "limited"],
    ["male", "female"],
)
TOWNS = {"Alder": "west", "Birch": "west", "Cedar": "east"}
REGIONS = ["west", "east"]
STATIONS = ["checkin", "medical", "kit", "pay"]
LASTING = (
    "response",
    "preparation",
    "travel",
    "lead",
    "lag",
    "delay",
    "handling",
    "reload",
    "fallback",
    "answer",
    "service",
    "patience",
)
"""Last words of the names of draws that are durations."""


@dataclass(frozen=True)
class Case:
    """A plan, its people, and how its luck is drawn."""

    plan: Plan
    people: pl.DataFrame
    seed: int
    round_ms: int

    @cached_property
    def network(self) -> Network:
        """The compiled plan."""
        return compile(self.plan, self.people)

    def drawn(self, network: Network | None = None) -> NDArray[np.int64]:
        """The draws of run 0; durations rounded up to multiples of `round_ms`, so that much happens at once."""
        network = network or self.network
        drawn = Engine(network).draw(self.seed, 0)
        for i, name in enumerate(network.stages.names):
            if name.split(".")[-1] in LASTING:
                drawn[i] = -(-drawn[i] // self.round_ms) * self.round_ms
        return drawn

    def outcome(self, network: Network | None = None, threads: int = 1) -> Outcome:
        """What the compiled engine makes of it."""
        network = network or self.network
        engine = Engine(network)
        engine.threads = threads  # the engine itself takes one thread for so few people
        return engine.run(self.seed, 0, self.drawn(network))

    def account(self, drawn: NDArray[np.int64] | None = None) -> Account:
        """What the slow reference makes of it, or of it with these draws of people."""
        network = self.network
        drawn = self.drawn() if drawn is None else drawn
        trips, orders, supplies = (x.draw(self.seed, 0) for x in (network.trips, network.orders, network.supplies))
        return reference(network, drawn, trips, orders, supplies, network.failing.draw(self.seed, 0))

    def __repr__(self) -> str:
        """Say what a failure needs."""
        plan = self.plan.model_dump_json(by_alias=True, exclude_none=True)
        return f"Case({plan}, n={len(self.people)}, seed={self.seed}, round_ms={self.round_ms})"


# Strategies are made once: Hypothesis spends more on a new one than on drawing from an old one.


@lru_cache(maxsize=None, typed=True)  # 1 is not 1.0 here
def pick(*values: Any) -> st.SearchStrategy[Any]:
    """One of these; the first is the simplest."""
    return st.sampled_from(values)


@cache
def whole(low: int, high: int) -> st.SearchStrategy[int]:
    """A whole number."""
    return st.integers(low, high)


@cache
def several(values: tuple[Any, ...], least: int, most: int, *, unique: bool = False) -> st.SearchStrategy[list[Any]]:
    """Some of these."""
    return st.lists(st.sampled_from(values), min_size=least, max_size=most, unique=unique)


@cache
def durations(least: int = 0, most: int = 30) -> st.SearchStrategy[dict[str, Any]]:
    """Any family; mostly whole minutes, few of them."""
    minutes = st.integers(least, most)
    constant = minutes.map(lambda m: {"family": "constant", "value_min": m})
    values = st.lists(minutes, min_size=1, max_size=3)
    few = values.map(lambda found: {"family": "empirical", "values_min": found})
    mean = st.integers(max(least, 1), most)
    smooth = st.one_of(
        mean.map(lambda m: {"family": "exponential", "mean_min": m}),
        mean.map(lambda m: {"family": "lognormal", "median_min": m, "sigma": 0.7}),
        mean.map(lambda m: {"family": "gamma", "mean_min": m, "sd_min": m / 2}),
        mean.map(lambda m: {"family": "triangular", "min_min": 0, "mode_min": m, "max_min": 2 * m}),
    )
    return st.one_of(constant, few, smooth)


@cache
def shares() -> st.SearchStrategy[float]:
    """Shares that often are nothing or everything."""
    return pick(1.0, 1.0, 0.5, 0.3, 0.8, 0.0)


@cache
def most() -> st.SearchStrategy[float]:
    """Shares that leave enough people for something to happen."""
    return pick(1.0, 1.0, 1.0, 1.0, 0.9, 0.8, 0.5)


@cache
def maybe(strategy: st.SearchStrategy[Any], likely: int = 1) -> st.SearchStrategy[Any]:
    """The strategy, or often nothing."""
    return st.one_of(st.none(), *[strategy] * likely)


@cache
@st.composite
def whos(draw: st.DrawFn) -> dict[str, Any]:
    """A condition; mostly none."""
    names = {"groups": GROUPS, "trades": TRADES, "medical": MEDICAL, "sex": SEX}
    asked = draw(pick((), (), ("groups",), ("trades",), ("medical",), ("trades", "sex")))
    return {key: draw(several(tuple(names[key]), 1, 2, unique=True)) for key in asked}


@cache
@st.composite
def staff(draw: st.DrawFn) -> dict[str, Any]:
    """Servers at all hours, or shifts with gaps, by the local clock and from the alert."""
    if draw(pick(True, True, False)):
        return {"servers": draw(pick(1, 2, 3, 5))}
    hours: list[dict[str, Any]] = []
    for _ in range(draw(whole(1, 3))):
        servers = draw(whole(1, 3))
        if draw(whole(0, 3)) == 0:
            opens = draw(whole(0, 22))
            closes = draw(whole(opens + 1, 24))
            hours.append({"from": f"{opens:02}:00", "until": f"{closes:02}:00", "servers": servers})
        else:
            start = draw(pick(0, 0, 0.25, 0.5, 1, 1.5))
            hours.append({"from_h": start, "until_h": start + draw(pick(0.25, 0.5, 1, 3, 20)), "servers": servers})
    return {"hours": hours}


@cache
@st.composite
def stations(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """One station, with all that a station may have."""
    station = {"name": name, "service": draw(durations(0, 20)), **draw(staff())}
    station["share"] = draw(most())
    station["who"] = draw(whos())
    station["priority"] = [draw(whos()) for _ in range(draw(pick(0, 0, 1, 2)))]
    patience = draw(maybe(durations(0, 20)))
    if patience is not None:
        station |= {"patience": patience, "impatient": draw(shares())}
    rules = draw(whole(0, 2))
    station["release"] = [
        {"reason": ["medical", "student"][k], "share": draw(pick(0.1, 0.1, 0.3)), "who": draw(whos())}
        for k in range(rules)
    ]
    return station


@cache
@st.composite
def buses(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to two lines; the first may take one unit only."""
    lines = []
    for k in range(draw(pick(0, 1, 1, 2))):
        line = {"name": f"line-{k}", "to": "the range", "trip": draw(durations(0, 40))}
        line |= {"capacity": draw(pick(1, 2, 3, 5, 40)), "timeout_min": draw(pick(0, 1, 10, 45))}
        line |= {"fleet": draw(maybe(whole(1, 3), 2)), "back": draw(maybe(durations(0, 20)))}
        line["units"] = ["first"] if draw(pick(False, True)) else []
        lines.append({key: value for key, value in line.items() if value is not None})
    return lines


@cache
@st.composite
def layouts(draw: st.DrawFn) -> dict[str, Any]:
    """Stations in any order, then buses."""
    names = draw(several(tuple(STATIONS), 0, 4, unique=True))
    return {"station": [draw(stations(name)) for name in names], "bus": draw(buses())}


@cache
@st.composite
def requests(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """A request at the summons or at the gate."""
    request = {"name": name, "kind": "hardship", "share": draw(shares()), "granted": draw(shares())}
    request |= {"who": draw(whos()), "answer": draw(durations(0, 30)), "reason": name, **draw(staff())}
    if draw(pick(False, True)):
        request |= {"when": "summons", "per": draw(pick("all", "region", "point")), "waits": draw(pick(False, True))}
    else:
        after = draw(pick(None, *STATIONS))
        request |= {"when": "gate"} | ({} if after is None else {"after": after})
    return request


@cache
@st.composite
def channels(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to three ways to summon; a channel may fall back to a later one."""
    names = ["courier", "phone", "letter"][: draw(whole(1, 3))]
    found = []
    for k, name in enumerate(names):
        channel: dict[str, Any] = {"name": name, "medium": name, "reach": draw(pick(1.0, 1.0, 0.8, 0.5, 0.2))}
        channel["starts_min"] = draw(pick(0, 0, 5, 30))
        channel["groups"] = draw(pick((), (), ("regulars",)))
        delay = draw(maybe(durations(0, 20)))
        if delay is not None:
            channel["delay"] = delay
        if draw(pick(False, True)):
            capacity = {
                "per": draw(pick("all", "region", "town", "point")),
                "handling": draw(durations(0, 10)),
                **draw(staff()),
            }
            if draw(pick(False, True)):
                capacity["rounds"] = {"visits": draw(whole(1, 3)), "reload": draw(durations(0, 10))}
            channel["capacity"] = capacity
        later = names[k + 1 :]
        if later and draw(pick(False, True)):
            channel["fallback"] = draw(pick(*later))
            after = draw(maybe(durations(0, 20)))
            if after is not None:
                channel["fallback_after"] = after
        found.append(channel)
    return found


@cache
@st.composite
def behaviours(draw: st.DrawFn) -> dict[str, Any]:
    """What people do."""
    found: dict[str, Any] = {"reach": draw(most()), "acknowledge": draw(shares())}
    for key in ("response", "preparation"):
        value = draw(maybe(durations(0, 20)))
        if value is not None:
            found[key] = value
    for key in ("refuse", "excuse", "no_show"):
        found[key] = draw(pick(0, 0, 0, 0.1))
    by_road = draw(pick(False, True))
    found["travel"] = {"speed_kmh": 60, "overhead": draw(durations(0, 5))} if by_road else draw(durations(0, 30))
    found["at_once"], found["late_share"] = draw(pick((1, 0), (1, 0), (0.3, 0), (0.3, 0.4), (0, 1)))
    return found | {"lead": draw(durations(0, 30)), "lag": draw(durations(0, 30))}


@cache
@st.composite
def units(draw: st.DrawFn) -> list[dict[str, Any]]:
    """No unit, or two with posts of some trades."""
    found = []
    for name in draw(pick((), ("first",), ("first", "second"))):
        trades = draw(several(tuple(TRADES), 1, 4))
        posts = [{"trade": t, "posts": draw(whole(1, 8)), "critical": draw(pick(False, True))} for t in trades]
        for post in posts:
            if draw(pick(False, True)):
                post["share"] = draw(pick(0.0, 0.5, 0.9))
        found.append({"name": name, "post": posts, "formed_at": draw(pick(0.5, 0.8, 0.25, 1.0))})
    return found


@cache
@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A whole plan."""
    horizon = draw(pick(6, 30, 8, 3, 1))
    at = (ALERT + dt.timedelta(hours=1)).isoformat()
    deadline = {"after_delivery_h": 1} if draw(pick(True, False)) else {"at": at}
    count = draw(whole(1, 3))
    shared = draw(layouts())
    own = draw(whole(0, count))
    points = []
    for p in range(count):
        point: dict[str, Any] = {"name": f"point {p}", "lat": 50, "lon": 20}
        points.append(point | (draw(layouts()) if p < own else {"layout": "shared"}))
    groups = [{"name": name, "called": 1, "age": [{"from": 20, "until": 40}]} for name in GROUPS]
    if draw(pick(False, True)):
        groups[1]["behaviour"] = draw(behaviours())
    exercise = {
        "name": "generated", "title": "Generated", "country": "de", "kind": "training", "alert": ALERT.isoformat(),
        "time_zone": "Europe/Berlin", "deadline": deadline, "horizon_h": horizon, "assumption": "generated",
    }  # fmt: skip
    order = draw(maybe(durations(0, 90)))
    return Plan.model_validate(
        {
            "exercise": exercise | ({} if order is None else {"order": order}),
            "region": [{"name": name} for name in REGIONS],
            "town": [{"name": t, "region": r, "population": 1, "lat": 50, "lon": 20} for t, r in TOWNS.items()],
            "group": groups,
            "channel": draw(channels()),
            "behaviour": draw(behaviours()),
            "request": [draw(requests(name)) for name in ["board", "exempt"][: draw(whole(0, 2))]],
            "layout": [{"name": "shared", **shared}],
            "point": points,
            "unit": draw(units()),
        }
    )


def people_of(plan: Plan, number: int, seed: int) -> pl.DataFrame:
    """People for a plan, with every attribute that the network reads, dealt at random."""
    deal = random.Random(seed)
    units_named = [unit.name for unit in plan.units]
    homes = [deal.choice(list(TOWNS)) for _ in range(number)]
    columns: dict[str, tuple[list[Any], list[str]]] = {
        "group": ([deal.choice(GROUPS) for _ in range(number)], GROUPS),
        "trade": ([deal.choice(TRADES) for _ in range(number)], TRADES),
        "medical": ([deal.choice([*MEDICAL, None]) for _ in range(number)], MEDICAL),
        "sex": ([deal.choice(SEX) for _ in range(number)], SEX),
        "unit": ([deal.choice([*units_named, *units_named, None]) for _ in range(number)], units_named),
        "home": ([deal.choice([home, home, None]) for home in homes], list(TOWNS)),
        "region": ([TOWNS[home] for home in homes], REGIONS),
        "point": ([deal.choice(plan.points).name for _ in range(number)], [p.name for p in plan.points]),
    }
    frame = {name: pl.Series(name, values, dtype=pl.Enum(labels)) for name, (values, labels) in columns.items()}
    distance = pl.Series([float(deal.choice([0, 0, 5, 10])) for _ in range(number)], dtype=pl.Float64)
    person = pl.Series(range(number), dtype=pl.UInt32)
    return pl.DataFrame({"person": person, **frame, "distance_km": distance})


@cache
@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A plan with 1 to 60 people and its luck; times in whole minutes, in whole quarters, or as they fall."""
    plan = draw(plans())
    number = draw(pick(1, 3, 12, 30, 45, 60, 60))
    seed = draw(whole(0, 2**32))
    return Case(plan, people_of(plan, number, seed), seed, draw(pick(MINUTE, 15 * MINUTE, 1)))


def gate_case(
    stations: list[dict[str, Any]],
    buses: list[dict[str, Any]] | None = None,
    *,
    number: int = 60,
    seed: int = 1,
    round_ms: int = MINUTE,
    horizon_h: float = 48,
    **tables: Any,
) -> Case:
    """One point to which everybody comes: a minute for the summons, then the preparation, and no way at all.

    `tables` are further tables of the plan, added or instead of these.
    """
    exercise = {
        "name": "gate", "title": "Gate", "country": "de", "kind": "training", "alert": "2026-01-05T00:00:00+00:00",
        "time_zone": "UTC", "deadline": {"after_delivery_h": 24}, "horizon_h": horizon_h, "assumption": "a test",
    }  # fmt: skip
    minute, hour = {"family": "constant", "value_min": 1}, {"family": "exponential", "mean_min": 60}
    plan = Plan.model_validate(
        {
            "exercise": exercise,
            "region": [{"name": name} for name in REGIONS],
            "town": [{"name": t, "region": r, "population": 1, "lat": 50, "lon": 20} for t, r in TOWNS.items()],
            "group": [{"name": name, "called": 1, "age": [{"from": 20, "until": 40}]} for name in GROUPS],
            "channel": [{"name": "notice", "medium": "SMS", "reach": 1, "delay": minute}],
            "behaviour": {"preparation": hour, "travel": {"family": "constant", "value_min": 0}},
            "point": [{"name": "the gate", "lat": 50, "lon": 20, "station": stations, "bus": buses or []}],
        }
        | tables
    )
    return Case(plan, people_of(plan, number, seed), seed, round_ms)
