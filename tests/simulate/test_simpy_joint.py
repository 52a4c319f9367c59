"""SimPy as the judge of joint components: the same draws, our tie rule in its heap key, the same times.

Each family of plans has what SimPy's resources can say together, to the millisecond. What they cannot say exactly is
left out; there the slow reference judges alone (`test_joint.py`):

- *Extra servers*: when they close, it matters which of the busy servers are extra ones; users of a resource have no
  number.
- *Rooms that hold up*: a resource of room + servers places says our rule where every server works and none is shared;
  so not with shifts, crews, breakdowns, pre-emption (an interrupted person goes back into a full room), stocks, or a
  line for each server, where one may stand idle while others have people.
- *Pre-emption with shifts or breakdowns*: SimPy takes the server from a user and then asks whether one is free, so that
  nobody gets a server who was about to go; and a user whose server stands still could be chosen.
- *Stocks for which a queue waits*, with classes, crews, two such items, or with two stations or amounts at one stock: a
  container serves those who wait for it first come, first served, and we by stations and classes. For the same reason
  no *losses* of stock: whoever waits for more than there is keeps a container from giving the little that it has.
- *Breakdowns with shifts, lost buses*: which server or bus goes depends on what all the others do, and a process knows
  only itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from tests.simulate.joint_plans import classes, few, steady
from tests.simulate.plans import MINUTE, STATIONS, Case, gate_case, maybe, pick, shares, staff, whole, whos
from tests.simulate.simpy_servers import Counters, Machines
from tests.simulate.simpy_vehicles import Stops, Summons
from tests.simulate.simpy_walk import Desks, Walk
from tests.simulate.test_reference import SLOW

from tocsin.simulate import Outcome, joint

pytestmark = pytest.mark.filterwarnings("error")
Table = dict[str, Any]
FEW, MANY = 120, 3000
"""Plans of each family, in the ordinary set and in the long one."""


# --- plans --------------------------------------------------------------------------------------------------------


@st.composite
def visited(draw: st.DrawFn, name: str, before: list[str], *, patience: bool = True) -> Table:
    """What all families have: whom a station concerns, how long it serves, who gives up, is released, is sent back."""
    station: Table = {"name": name, "service": draw(few()), "share": draw(pick(1.0, 1.0, 0.7)), "servers": 1}
    station["who"] = {"trades": draw(pick((), (), (), ("rifleman", "cook")))}
    if patience and draw(pick(False, True)):
        station |= {"patience": draw(few(0, 20)), "impatient": draw(shares())}
    if draw(pick(False, False, True)):
        station["release"] = [{"reason": "medical", "share": 0.2, "who": draw(whos())}]
    if draw(pick(False, True)):
        back = {"share": draw(pick(0.3, 0.6, 1.0)), "most": draw(pick(2, 3)), "who": draw(whos())}
        station["recheck"] = back | ({} if draw(pick(False, True)) else {"to": draw(pick(*before, name))})
    return station


@cache
@st.composite
def rows_of(draw: st.DrawFn, add: Callable[..., Table], *, patience: bool = True) -> list[Table]:
    """Up to four stations in order, each with what a family adds."""
    names = STATIONS[: draw(pick(1, 2, 2, 3, 4))]
    return [
        draw(visited(name, names[:k], patience=patience)) | draw(st.composite(add)(name))
        for k, name in enumerate(names)
    ]


def served(draw: st.DrawFn, name: str) -> Table:
    """Own servers, a line for each or a crew; shifts, classes, room that turns away."""
    how = draw(pick("crew", "own", "each", "own", "crew"))
    if how == "each":
        return {"servers": draw(pick(1, 2, 3)), "lines": "each", **leaving(draw)}
    found: Table = {"servers": None, **({"crew": "clerks"} if how == "crew" else draw(staff()))}
    found["priority"] = [draw(classes()) for _ in range(draw(pick(0, 1, 2)))]
    return found | leaving(draw)


def leaving(draw: st.DrawFn) -> Table:
    """A room that turns away, or none."""
    return {"room": draw(pick(0, 1, 1, 2, 4)), "full": "leaves"} if draw(pick(False, True)) else {}


def interrupting(draw: st.DrawFn, name: str) -> Table:
    """Classes that interrupt."""
    found = {"servers": draw(pick(1, 1, 2, 3)), "priority": [draw(classes()) for _ in range(draw(pick(1, 2)))]}
    return found | {"preempts": draw(pick(True, True, False))} | leaving(draw)


def holding_up(draw: st.DrawFn, name: str) -> Table:
    """A room that holds up the station before, for a station with constant servers."""
    found: Table = {
        "servers": draw(pick(1, 1, 2, 3)),
        "priority": [draw(classes()) for _ in range(draw(pick(0, 0, 1)))],
    }
    return (
        found | {"room": draw(pick(0, 0, 1, 2, 4)), "full": "blocks"} | (leaving(draw) if draw(pick(0, 0, 1)) else {})
    )


def failing(draw: st.DrawFn, name: str) -> Table:
    """Servers that break down, or not."""
    found: Table = {
        "servers": draw(pick(1, 1, 2, 3)),
        "priority": [draw(classes()) for _ in range(draw(pick(0, 1, 2)))],
    }
    broken = {"after": draw(steady(2, 40)), "repair": draw(steady(1, 30))}
    return found | leaving(draw) | ({"breakdown": broken} if draw(pick(True, True, False)) else {})


def few_servers(draw: st.DrawFn, name: str) -> Table:
    """Constant servers."""
    return {"servers": draw(pick(1, 1, 2, 3))}


@st.composite
def cases(draw: st.DrawFn, /, stations: list[Table], buses: list[Table] | None = None, **tables: Any) -> Case:
    """A case of these stations: crowds of up to 60 people, times in whole minutes, whole quarters or as they fall."""
    stations = [{key: value for key, value in station.items() if value is not None} for station in stations]
    behaviour = {"preparation": draw(few(0, draw(pick(5, 30, 60)))), "travel": {"family": "constant", "value_min": 0}}
    case = gate_case(
        stations, buses, number=draw(pick(3, 8, 20, 40, 60)), seed=draw(whole(0, 2**32)),
        round_ms=draw(pick(MINUTE, MINUTE, 15 * MINUTE, 1)), horizon_h=draw(pick(6, 12, 1)), behaviour=behaviour,
        **tables,
    )  # fmt: skip
    exercise = case.plan.exercise.model_copy(update={"shocks": tuple(shock.name for shock in case.plan.shocks)})
    return replace(case, plan=case.plan.model_copy(update={"exercise": exercise}))


def point(name: str, **more: Any) -> Table:
    """An assembly point."""
    return {"name": name, "lat": 50, "lon": 20, **more}


@st.composite
def walks(draw: st.DrawFn, add: Callable[..., Table], *, slow: bool = True) -> Case:
    """One point with stations of a family, a crew for those without servers of their own; at times a slow network."""
    stations = draw(rows_of(add))
    stations = [{key: value for key, value in station.items() if value is not None} for station in stations]
    crew = {"name": "clerks", **draw(staff())}
    tables: Table = {"point": [point("the gate", station=stations, crew=[crew])]}
    if slow and draw(pick(False, False, True)):
        at = draw(pick(0, 0.25, 0.5))
        tables["shock"] = [{"name": "slow", "kind": "network", "at_h": at, "until_h": at + 0.5, "size": 1.5}]
    return draw(cases([], **tables))


@st.composite
def supplied(draw: st.DrawFn) -> Case:
    """One point whose stations hand out of two stocks; one station waits for deliveries of the first of them."""
    stations = draw(rows_of(few_servers))
    amounts, waits = {"kits": draw(pick(1, 1, 2)), "arms": draw(pick(1, 2))}, draw(pick(*range(len(stations))))
    for k, station in enumerate(stations):
        names = ["kits"] * (k == waits or draw(pick(False, True))) + ["arms"] * draw(pick(False, True))
        station["issue"] = [
            {"stock": x, "amount": amounts[x], "short": "waits" if (x, k) == ("kits", waits) else "goes-on"}
            for x in names
        ]
    stocks = []
    for name in amounts:
        stock: Table = {"name": name, "amount": draw(pick(10, 0, 1, 3, 5)), "delivery": []}
        for _ in range(draw(pick(0, 1, 2, 3))):
            stock["delivery"].append({"at_h": draw(pick(0, 0.25, 0.5, 1, 2)), "amount": draw(pick(1, 2, 5, 20))})
        if draw(pick(True, True, False)):
            stock["reorder"] = {"below": draw(pick(1, 2, 5)), "amount": draw(pick(1, 3, 10)), "takes": draw(few(0, 30))}
        stocks.append(stock)
    return draw(cases(stations, stock=stocks))


@st.composite
def bussed(draw: st.DrawFn) -> Case:
    """Up to three points with a station or none, whose lines share one or two fleets."""
    points = []
    for p in range(draw(pick(1, 2, 3))):
        lines = []
        for k in range(draw(pick(1, 1, 2))):
            line = {
                "name": f"line-{k}",
                "to": "the range",
                "trip": draw(few(0, 30)),
                "capacity": draw(pick(1, 2, 3, 5, 40)),
            }
            line |= {"timeout_min": draw(pick(0, 1, 5, 20)), "shared_fleet": draw(pick("pool", "pool", "reserve"))}
            line |= {"call": draw(maybe(few(0, 10), 2)), "back": draw(maybe(few(0, 20)))}
            if draw(pick(False, False, True)):
                line["breakdown"] = {"share": draw(pick(0.3, 0.7, 1.0)), "repair": draw(steady(1, 30))}
            line["units"] = ["first"] if k == 0 and draw(pick(False, True)) else []
            lines.append({key: value for key, value in line.items() if value is not None})
        stations = [{"name": "desk", "service": draw(few(0, 3)), "servers": draw(pick(3, 1))}] * draw(pick(0, 0, 1))
        points.append(point(f"point {p}", station=stations, bus=lines))
    fleets = [{"name": name, "buses": draw(pick(1, 2, 3))} for name in ("pool", "reserve")]
    unit = {"name": "first", "post": [{"trade": "driver", "posts": 3}]}
    return draw(cases([], point=points, fleet=fleets, unit=[unit]))


@st.composite
def summoned(draw: st.DrawFn) -> Case:
    """Couriers who go again to those whom they did not find, and after the last visit perhaps a message."""
    capacity: Table = {"per": draw(pick("all", "region", "town")), "handling": draw(few(0, 5))}
    capacity |= {"servers": draw(pick(1, 2, 3, 5))}
    if draw(pick(False, True)):
        capacity["rounds"] = {"visits": draw(whole(1, 3)), "reload": draw(few(0, 5))}
    capacity["again"] = {"tries": draw(pick(2, 2, 3)), "after": draw(few(0, 20))}
    courier: Table = {"name": "courier", "medium": "courier", "reach": draw(pick(0.8, 0.5)), "capacity": capacity}
    courier |= {"delay": draw(few(0, 3)), "starts_min": draw(pick(0, 5))}
    message = {"name": "sms", "medium": "SMS", "reach": 0.9, "delay": {"family": "constant", "value_min": 1}}
    if draw(pick(False, True)):
        return draw(cases([], channel=[courier | {"fallback": "sms", "fallback_after": draw(few(0, 5))}, message]))
    return draw(cases([], channel=[courier]))


# --- comparing ----------------------------------------------------------------------------------------------------


def told(outcome: Outcome) -> dict[str, set[tuple[int, ...]]]:
    """What the engine tells besides times, as the models do."""
    if outcome.joint is None:
        return {}
    number = outcome.network.person.tolist()
    rows = list(
        zip(*(getattr(outcome.joint.told, x).tolist() for x in ("time", "kind", "a", "b", "amount")), strict=True)
    )
    handed = outcome.joint.handed
    return {
        "interrupted": {(t, number[a], b, by) for t, kind, a, b, by in rows if kind == joint.INTERRUPTED},
        "resumed": {(t, number[a], b, by) for t, kind, a, b, by in rows if kind == joint.RESUMED},
        "delivered": {(a, b, t, amount) for t, kind, a, b, amount in rows if kind == joint.SUPPLIED},
        "handed": {(int(r), number[i], int(handed[r, i])) for r, i in zip(*np.nonzero(handed >= 0), strict=True)},
        "no room": {(number[i],) for i in np.flatnonzero(outcome.joint.no_room & (outcome.gave_up >= 0))},
    }


def happened(outcome: Outcome) -> Iterator[str]:
    """What is worth proving and happened in a run."""
    tells = told(outcome)
    yield from (name for name in ("interrupted", "no room") if tells.get(name))
    rows = np.array(outcome.network.step_visits)
    if len(rows) and (outcome.queued[rows > 1] >= 0).any():
        yield "sent back"
    if any(step.pace is not None for steps in outcome.network.layouts for step in steps):
        yield "slowed"
    if outcome.joint is not None:
        if (outcome.joint.why_queued >= 0).any():
            yield "held up"
        if (outcome.joint.why_began >> 48 == joint.BY_DELIVERY).any():
            yield "waited for a delivery"
    if len(set(outcome.network.point[outcome.boarded > outcome.arrived].tolist())) > 1:
        yield "waited at several points"


def agree(case: Case, model: type[Walk]) -> Counter[str]:
    """Every time that the model knows, and everything that it tells, is the engine's; give what happened."""
    outcome, found = case.outcome(), model(case).run()
    for name, values in found.seen.items():
        np.testing.assert_array_equal(getattr(outcome, name), values, err_msg=name)
    if "by" in found.told:
        rows, slots = np.nonzero(outcome.began >= 0)
        by = {(int(r), int(case.network.person[i]), int(outcome.by[r, i])) for r, i in zip(rows, slots, strict=True)}
        assert found.told.pop("by") == by
    engine = told(outcome)
    for name, tells in found.told.items():
        wide = len(next(iter(tells), ()))  # a resource knows no server's number
        assert tells == {row[: wide or None] for row in engine.get(name, set())}, name
    return Counter(happened(outcome))


FAMILIES: dict[str, tuple[st.SearchStrategy[Case], type[Walk], set[str]]] = {
    "crews, lines, classes, shifts, leaving": (walks(served), Desks, {"sent back", "no room", "slowed"}),
    "pre-emption": (walks(interrupting), Desks, {"sent back", "interrupted", "no room", "slowed"}),
    "rooms that hold up": (walks(holding_up), Desks, {"sent back", "held up"}),
    "stocks": (supplied(), Counters, {"sent back", "waited for a delivery"}),
    "breakdowns": (walks(failing, slow=False), Machines, {"sent back", "interrupted", "no room"}),
    "shared fleets": (bussed(), Stops, {"waited at several points"}),
}
"""Plans, their model, and what must happen in at least one plan in ten, or nothing were proved."""


def judge(family: str, examples: int) -> None:
    """Let SimPy judge so many plans of a family."""
    cases, model, proof = FAMILIES[family]
    counts: Counter[str] = Counter()

    @given(cases)
    @settings(max_examples=examples, suppress_health_check=SLOW)
    def every(case: Case) -> None:
        counts.update(agree(case, model))

    every()
    assert {name for name in proof if counts[name] * 10 >= examples} == proof, counts


@pytest.mark.parametrize("family", FAMILIES)
def test_joint_components_equal_simpy(family: str) -> None:
    """Stations that hold each other up, whoever is sent back, and shared fleets: every millisecond is SimPy's."""
    judge(family, FEW)


@pytest.mark.prove
@pytest.mark.parametrize("family", FAMILIES)
def test_joint_components_equal_simpy_at_length(family: str) -> None:
    """The same on thousands of plans."""
    judge(family, MANY)


def compare_summons(case: Case) -> None:
    """Every attempt, and every visit of a crew, at SimPy's times and by SimPy's crew."""
    attempts, seen = case.outcome().attempts, Summons(case).run().seen
    np.testing.assert_array_equal(attempts.began, seen["attempt"])
    np.testing.assert_array_equal(attempts.done, seen["done"])
    np.testing.assert_array_equal(case.outcome().delivered, seen["delivered"])
    for i, queue in enumerate(attempts.queues):
        if queue is None:
            continue
        for name in ("queued", "began", "ended"):
            np.testing.assert_array_equal(getattr(queue, name), seen[name][i], err_msg=f"{name} {i}")
        began = queue.began >= 0
        np.testing.assert_array_equal(queue.by[began], seen["by"][i][began])
    event(f"second visits: {bool((attempts.began[1] >= 0).any())}")


@given(summoned())
@settings(max_examples=FEW, suppress_health_check=SLOW)
def test_crews_that_go_again_equal_simpy(case: Case) -> None:
    """Couriers who go again, reload and share a region or a town: every millisecond and crew is SimPy's."""
    compare_summons(case)


@pytest.mark.prove
@given(summoned())
@settings(max_examples=MANY, suppress_health_check=SLOW)
def test_crews_that_go_again_equal_simpy_at_length(case: Case) -> None:
    """The same on thousands of plans."""
    compare_summons(case)
