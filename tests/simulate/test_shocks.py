"""What shocks do before the gate: engine and reference agree, those not struck notice nothing, and the log says it."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from tests.simulate.plans import Case
from tests.simulate.test_reference import assert_same, judged, seen_by_engine

from tocsin.errors import PlanError
from tocsin.log.check import check
from tocsin.log.table import EventLog
from tocsin.plan import Plan, load, people, towns_of
from tocsin.plan.model import Again, Travel
from tocsin.plan.movement import Road
from tocsin.plan.shocks import Shock
from tocsin.plan.strikes import struck_by
from tocsin.simulate import Engine, Outcome, compile, log_blocks

HOUR = 3_600_000
SURGE = Shock(name="more", kind="surge", at_h=3, size=0.5, regions=("Ida-Viru",))
CALLS = Shock(name="no-calls", kind="channel", at_h=2, until_h=6, size=0.7, channels=("phone",))
SMS = Shock(name="no-sms", kind="channel", at_h=0, until_h=1)
SNOW = Shock(name="snow", kind="weather", at_h=12, until_h=20, size=2.5, regions=("Harju", "Tartu"))


def plan_with(*shocks: Shock) -> Plan:
    """The call-up of 669 people with these shocks, all of them striking."""
    plan = load("okas-2017").model_copy(update={"shocks": shocks})
    return struck_by(plan, [shock.name for shock in shocks])


def run(plan: Plan) -> Outcome:
    return Engine(compile(plan, people(plan, 5))).run(5, 0)


@pytest.fixture(scope="module")
def usual() -> Outcome:
    """The same call-up without a shock."""
    return run(plan_with())


def of_person(outcome: Outcome, values: NDArray[Any], n: int) -> NDArray[Any]:
    """Values by slot as values by person, of the first so many."""
    found = np.empty_like(values)
    found[..., outcome.network.person] = values
    return found[..., :n]


def crews_go_again(plan: Plan) -> Plan:
    """The same, with three calls to each person before the fallback."""
    again = Again.model_validate({"tries": 3, "after": {"family": "constant", "value_min": 45}})
    channels = []
    for channel in plan.channels:
        capacity = channel.capacity and channel.capacity.model_copy(update={"again": again})
        channels.append(channel.model_copy(update={"capacity": capacity}))
    return plan.model_copy(update={"channels": tuple(channels)})


@pytest.mark.parametrize("again", [False, True], ids=["once", "again"])
@pytest.mark.parametrize(
    "shocks",
    [(SURGE,), (CALLS, SMS), (SNOW,), (SURGE, CALLS, SMS, SNOW)],
    ids=lambda shocks: "+".join(s.name for s in shocks),
)
def test_engine_and_reference_agree(shocks: tuple[Shock, ...], again: bool) -> None:
    """Every time, cause and post under shocks is the same in the compiled engine and in the slow reference."""
    plan = plan_with(*shocks)
    case = Case(crews_go_again(plan) if again else plan, people(plan, 5), 5, 60_000)
    assert_same(seen_by_engine(case.outcome()), judged(case))


def test_a_surge_changes_nobody_else(usual: Outcome) -> None:
    """Those called anyway keep number, unit and every draw; the others have none of their first attempts before it."""
    outcome = run(plan_with(SURGE))
    n, own = usual.network.size, usual.network.people
    called = outcome.network.people
    assert called[:n].equals(own)
    here = (own["region"] == "Ida-Viru").sum()
    assert abs(len(called) - n - here / 2) <= 2  # rounded half up, group by group
    assert set(called[n:]["region"].to_list()) == {"Ida-Viru"}
    draws = {name: i for i, name in enumerate(outcome.network.stages.names)}
    for i, name in enumerate(usual.network.stages.names):
        mine = of_person(outcome, outcome.drawn[draws[name]], n)
        assert (mine == of_person(usual, usual.drawn[i], n)).all()
    began = of_person(outcome, outcome.attempts.began, len(called))[:, n:]
    assert began[began >= 0].min() == 3 * HOUR


def test_attempts_fail_while_a_channel_is_down(usual: Outcome) -> None:
    """No call that began in the window found anybody if all fail; with a chance, some did; outside nothing changes."""
    names = [channel.name for channel in usual.network.channels]
    phone = names.index("phone")
    for size, least, most in ((None, 0.0, 0.0), (0.7, 0.1, 0.35)):
        outcome = run(plan_with(CALLS.model_copy(update={"size": size, "until_h": 14, "at_h": 0})))
        queue = outcome.attempts.queues[phone]
        assert queue is not None
        inside = (queue.began >= 0) & (queue.began < 14 * HOUR)
        assert inside.sum() > 50
        share = float(outcome.attempts.success[phone][inside].mean())
        assert least <= share <= most  # 0.75 * 0.876 * (1 - 0.7)
    late = (usual.delivered >= 0).sum()
    assert (run(plan_with(CALLS)).delivered >= 0).sum() <= late


def test_bad_weather_makes_those_who_leave_late(usual: Outcome) -> None:
    """Nobody leaves at another time; the way of those hit takes 2.5 times as long, to the millisecond."""
    outcome = run(plan_with(SNOW))
    assert (outcome.left == usual.left).all()
    by_person = usual.network.people["region"].to_list()
    far = np.array([by_person[p] in ("Harju", "Tartu") for p in usual.network.person.tolist()])
    hit = far & (usual.left >= 12 * HOUR) & (usual.left < 20 * HOUR)
    there = hit & (usual.arrived >= 0) & (outcome.arrived >= 0)
    assert there.sum() > 5
    way = usual.arrived - usual.left
    assert (outcome.arrived - outcome.left == (way * 2500 + 500) // 1000)[there].all()
    assert (outcome.arrived == usual.arrived)[~hit].all()


def test_the_log_tells_of_shocks() -> None:
    """A row for each beginning and each end within the run, by name, without a cause; and the log is possible."""
    plan = plan_with(SURGE, CALLS, SNOW.model_copy(update={"until_h": 99}))
    log = pl.concat(list(log_blocks(run(plan))))
    rows = log.filter(pl.col("kind").cast(pl.String).str.starts_with("shock"))
    told = rows.select(pl.col("kind").cast(pl.String), pl.col("thing").cast(pl.String)).rows()
    assert told == [
        ("shock_began", "no-calls"), ("shock_began", "more"), ("shock_ended", "no-calls"), ("shock_began", "snow")
    ]  # fmt: skip
    assert rows["cause"].null_count() == 4
    because = log.filter(pl.col("cause") == log.row(by_predicate=pl.col("thing") == "more", named=True)["seq"])
    assert set(because["kind"].cast(pl.String)) == {"summoned"}
    assert because["person"].min() == 669  # those of the surge, and nobody else
    assert list(check(EventLog(log))) == []


def test_a_surge_needs_groups() -> None:
    """A roster lists whom it calls: a surge in such a plan is refused by name, and so is a shock that is not there."""
    with pytest.raises(PlanError, match="found the shock 'mroe', which the plan does not have"):
        struck_by(plan_with(SURGE), ["mroe"])


def test_closed_roads_lead_round() -> None:
    """Who leaves while the short road is closed takes the long one, to the millisecond; cut off, nobody leaves."""
    plan = with_two_roads(load("okas-2017"))
    cut = plan.model_copy(update={"road": tuple(road for road in plan.road if road.name != "long")})
    for base, reached in ((plan, True), (cut, False)):
        shock = Shock(name="bridge", kind="road", at_h=5, until_h=30, roads=("short",))
        usual, struck = run(base), run(struck_by(base.model_copy(update={"shocks": (shock,)}), ["bridge"]))
        hit = (usual.left >= 5 * HOUR) & (usual.left < 30 * HOUR) & from_narva(usual)
        assert hit.sum() > 10
        if reached:
            assert (struck.left == usual.left).all()
            longer = np.unique((struck.arrived - usual.arrived)[hit & (struck.arrived >= 0)])
            assert longer.tolist() == [2 * HOUR]  # 200 km instead of 100 at 50 km/h
        else:
            assert (struck.left[hit] == -1).all()
        assert (struck.arrived == usual.arrived)[~hit].all()


def with_two_roads(plan: Plan) -> Plan:
    """The plan with people who follow roads: from every town the straight one, from Narva a short and a long one."""
    travel = Travel(speed_kmh=50, roads=True)
    roads = [{"from": "Narva", "to": "Jõhvi", "name": "short", "km": 100, "speed_kmh": 50}]
    roads += [{"from": "Narva", "to": "Jõhvi", "name": "long", "km": 200, "speed_kmh": 50}]
    roads += [{"from": town.name, "to": "Jõhvi"} for town in towns_of(plan) if town.name not in ("Narva", "Jõhvi")]
    behaviour = plan.behaviour.model_copy(update={"travel": travel})
    groups = [group.model_copy(update={"behaviour": None}) for group in plan.groups]
    made = tuple(Road.model_validate(road) for road in roads)
    return plan.model_copy(update={"behaviour": behaviour, "groups": tuple(groups), "road": made})


def from_narva(outcome: Outcome) -> NDArray[np.bool_]:
    """Whose home is Narva, by slot."""
    homes = np.array([home == "Narva" for home in outcome.network.people["home"].to_list()])
    return homes[outcome.network.person]
