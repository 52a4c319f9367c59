"""Plans of marches in which a kilometre is a minute: 60 km/h everywhere, and a kilometre from vehicle to vehicle."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from tests.simulate.plans import MINUTE, Case, gate_case

from tocsin.plan.roads import roads_of
from tocsin.simulate.convoys import Movement, march
from tocsin.simulate.march import NEVER, Marching, marching_of

Row = dict[str, Any]
PLACES = ("A", "B", "C", "D", "E", "F")


def minutes(value: float) -> Row:
    """A duration that is always the same."""
    return {"family": "constant", "value_min": value}


def road(name: str, start: str, end: str, km: float, **more: Any) -> Row:
    """A road of so many minutes."""
    return {"name": name, "from": start, "to": end, "km": km, "speed_kmh": 60} | more


def column(name: str, start: str, end: str, vehicles: int = 1, needs: Sequence[str] = (), **more: Any) -> Row:
    """A unit that marches: so many vehicles, and one minute less from its head to its tail."""
    own = {"from": start, "to": end, "vehicles": vehicles, "interval_m": 1000, "speed_kmh": 60}
    return {"name": name, "post": [{"trade": "rifleman", "posts": 1}], "march": own | more, "needs": list(needs)}


def case_of(own_roads: list[Row], columns: list[Row], horizon_h: float = 48, **tables: Any) -> Case:
    """A plan with places A to F, roads and marches; shocks strike unless they say otherwise."""
    shocks = [dict(shock) for shock in tables.pop("shock", [])]
    exercise = {
        "name": "marches", "title": "Marches", "country": "de", "kind": "training",
        "alert": "2026-01-05T00:00:00+00:00", "time_zone": "UTC", "deadline": {"after_delivery_h": 24},
        "horizon_h": horizon_h, "assumption": "a test",
        "shocks": [shock["name"] for shock in shocks if shock.pop("strikes", True)],
    }  # fmt: skip
    places = [{"name": name, "lat": 50 + k / 10, "lon": 21 + k * k / 10} for k, name in enumerate(PLACES)]
    return gate_case([], exercise=exercise, place=places, road=own_roads, unit=columns, shock=shocks, **tables)


def marching(case: Case) -> Marching:
    """The marches, compiled."""
    found = marching_of(case.plan, roads_of(case.plan))
    assert found is not None
    return found


def moved(case: Case, formed: Sequence[float | None] = ()) -> Movement:
    """What the columns do if their units are formed at these minutes; at 0 where nothing is said."""
    told = [*formed, *[0.0] * (len(case.plan.units) - len(formed))]
    return march(marching(case), [NEVER if at is None else round(at * MINUTE) for at in told], 1, 0)


def passings(movement: Movement) -> dict[str, list[tuple[str, float, float]]]:
    """Where each column passed: place, minute of the head, minute of the tail."""
    found: dict[str, list[tuple[str, float, float]]] = {}
    heads = {}
    for row in movement.rows:
        if row.kind == "passed":
            key = row.says["unit"], row.says["place"], (row.says["visit"] - 1) // 2
            if row.says["visit"] % 2:
                heads[key] = row.at / MINUTE
            else:
                found.setdefault(key[0], []).append((key[1], heads[key], row.at / MINUTE))
    return {name: sorted(rows, key=lambda row: row[1]) for name, rows in found.items()}


def halts(movement: Movement) -> list[tuple[str, str, float, str, str | None]]:
    """Who stopped where, when (minute), and for what."""
    return [
        (row.says["unit"], row.says["place"], row.at / MINUTE, row.says["reason"], row.says["thing"])
        for row in movement.rows
        if row.kind == "halted"
    ]


# --- generated ----------------------------------------------------------------------------------------------------


@st.composite
def movements(draw: st.DrawFn, closed: bool = True, weather: bool = True) -> tuple[Case, list[float | None]]:
    """Roads between up to six places, up to five columns with a meeting, and when their units are formed.

    Everything happens at whole minutes, and much of it at once. There is a road from each place to the next, so that
    every place can be reached while all roads are open.
    """
    places = PLACES[: draw(st.integers(2, 6))]
    ends = [
        *pairwise(places),
        *draw(st.lists(st.tuples(*[st.sampled_from(places)] * 2), max_size=4)),
    ]
    roads = [
        road(
            f"r{k}", start, end, draw(st.sampled_from([5, 5, 10, 15])),
            columns=draw(st.sampled_from([1, 1, 2])), speed_kmh=draw(st.sampled_from([60, 60, 30])),
        )
        for k, (start, end) in enumerate(ends)
        if start != end
    ]  # fmt: skip
    columns = []
    for name in "uvwxy"[: draw(st.integers(1, 5))]:
        start, end, *via = draw(st.lists(st.sampled_from(places), min_size=2, max_size=4))
        own = {"speed_kmh": draw(st.sampled_from([60, 60, 30])), "priority": draw(st.integers(1, 2)), "via": via}
        needs = [draw(st.sampled_from(columns))["name"]] if columns and draw(st.booleans()) else []
        columns.append(column(name, start, end, draw(st.integers(1, 6)), needs, **own))
    tables: Row = {"shock": []}
    if closed:
        times = st.tuples(st.sampled_from([0, 5, 10, 20, 30]), st.sampled_from([5, 10, 60, 600]))
        for k, (at, lasts) in enumerate(draw(st.lists(times, max_size=3))):
            names = draw(st.lists(st.sampled_from([r["name"] for r in roads]), min_size=1, max_size=2, unique=True))
            shock = {"name": f"cut{k}", "kind": "road", "roads": names, "at_h": at / 60, "until_h": (at + lasts) / 60}
            tables["shock"].append(shock)
    if weather and draw(st.booleans()):
        tables["shock"].append({"name": "snow", "kind": "weather", "size": 2, "at_h": 0.25, "until_h": 1})
    case = _with_meeting(draw, roads, columns, tables)
    return case, draw(st.lists(st.sampled_from([0.0, 0.0, 5.0, 10.0, 12.0, None]), max_size=len(columns)))


def _with_meeting(draw: st.DrawFn, roads: list[Row], columns: list[Row], tables: Row) -> Case:
    """Two or more columns meet at a place that all of them pass, if there is one."""
    case = case_of(roads, columns, **tables)
    passed: dict[str, list[str]] = {}
    for one in marching(case).columns:
        case_roads, names = marching(case).roads, marching(case).names
        stretches = [stretch for leg in one.legs for stretch in leg.stretches]
        for node in {one.start, *case_roads.end[stretches].tolist()}:
            passed.setdefault(names[node], []).append(one.name)
    shared = sorted((place, units) for place, units in passed.items() if len(units) > 1)
    if not shared or not draw(st.booleans()):
        return case
    place, units = draw(st.sampled_from(shared))
    meeting: Row = {"name": "m", "at": place, "units": units, "from_h": draw(st.sampled_from([0, 0, 0.25, 0.5]))}
    if draw(st.booleans()):
        meeting["until_h"] = draw(st.sampled_from([0.5, 0.75]))
    return case_of(roads, columns, rendezvous=[meeting], **tables)
