"""A plan under stress: equal luck, directions that theory knows, margins where they must be, work that goes on."""

from __future__ import annotations

import json
import math
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from tocsin.errors import PlanError, RunError
from tocsin.plan import Plan, load
from tocsin.plan.model import Roster
from tocsin.plan.shocks import Goal, Shock, Stress
from tocsin.sweep import Stressed, stress
from tocsin.sweep.goals import T80, assumed_goals, goals_of, held, values_of
from tocsin.sweep.levers import DEMAND, PARTS, Lever, demand, levers, one_more
from tocsin.sweep.margins import Margin, margins
from tocsin.sweep.reruns import Reruns
from tocsin.sweep.stress_files import as_json, parts

RUNS = 8
LOST = Shock(name="no-doctors", kind="station", at_h=21, size=0.5, stations=("health",), assumption="A test's.")
MORE = Shock(name="more", kind="surge", at_h=3, size=0.3, assumption="A test's.")
SNOW = Shock(name="snow", kind="weather", at_h=12, until_h=24, size=2, assumption="A test's.")
GOAL = Goal(measure="A4", name="T80 of posts", at_most=24.1)
WAIT = Goal(measure="L1", name="wait p95", key="health", at_most=150)


def held_to(plan: Plan, *goals: Goal, shocks: tuple[Shock, ...] = ()) -> Plan:
    told = Stress.model_validate({"goal": goals, "assumption": "A test's."})
    return plan.model_copy(update={"stress": told, "shocks": shocks})


@pytest.fixture(scope="module")
def plan() -> Plan:
    """669 people of one battalion, one point; half of its posts, so that they fill."""
    whole = load("okas-2017")
    units = [
        unit.model_copy(update={"posts": tuple(p.model_copy(update={"posts": -(-p.posts // 2)}) for p in unit.posts)})
        for unit in whole.units
    ]
    return whole.model_copy(update={"units": tuple(units)})


@pytest.fixture(scope="module")
def stressed(plan: Plan) -> Stressed:
    """It, held to one limit, under three shocks."""
    return stress(held_to(plan, GOAL, WAIT, shocks=(LOST, MORE, SNOW)), runs=RUNS, workers=1)


# --- goals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("goal", "values", "kept", "settled", "state"),
    [
        ({"at_most": 10.0}, [8.0, 9.0, 8.5, 8.8], True, True, 2),
        ({"at_most": 10.0}, [8.0, 11.5, 8.5, 11.0], True, False, 1),  # mean 9.75, half-width 2.8
        ({"at_most": 9.0}, [8.0, 11.5, 8.5, 11.0], False, False, 0),
        ({"at_most": 5.0}, [8.0, 11.5, 8.5, 11.0], False, True, -1),
        ({"at_least": 5.0}, [8.0, 11.5, 8.5, 11.0], True, True, 2),
        ({"at_least": 12.0}, [8.0, 8.5, 8.1, 8.2], False, True, -1),
        ({"at_most": 10.0}, [8.0, math.inf, 8.0, 8.0], False, True, -1),  # never reached once: the mean is infinite
        ({"at_most": 10.0}, [math.nan] * 4, False, True, -1),
        ({"at_most": 8.0}, [8.0] * 4, True, True, 2),  # exactly at the limit is within it
    ],
)
def test_a_goal_is_kept_by_the_mean(
    goal: dict[str, float], values: list[float], kept: bool, settled: bool, state: int
) -> None:
    """The mean decides; whether luck could turn it, its 95 % t-interval; "not reached" is never a number."""
    found = held(Goal.model_validate({"measure": "A4", "name": "x", **goal}), np.array(values))
    assert (found.kept, found.settled, found.state) == (kept, settled, state)
    assert math.isnan(found.mean) == bool(np.isinf(values).any() or np.isnan(values).all())


def test_intervals_are_those_of_the_measures(plan: Plan) -> None:
    """The mean and its interval are what `across` gives for the same runs."""
    from tocsin.measure import across
    from tocsin.sweep import rehearse

    table = across(rehearse(plan, runs=RUNS, workers=1).frame)
    row = table.filter((pl.col("measure") == "A4") & (pl.col("name") == "posts filled")).row(0, named=True)
    reruns = Reruns(seed=7, runs=RUNS, workers=1)
    found = held(Goal(measure="A4", name="posts filled", at_least=0.5), reruns.values([plan], [row_of(row)])[0][0])
    assert (found.mean, found.low, found.high) == pytest.approx((row["mean"], row["mean_low"], row["mean_high"]))


def row_of(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["measure"], row["name"], row["key"]


def test_goals_are_looked_up(plan: Plan) -> None:
    """A goal on a row that the runs do not have is refused by its place, with the nearest one."""
    frame = Reruns(seed=7, runs=2, workers=1).frame(plan, ["A4", "L1"])
    wrong = {"name": "T80 of post", "key": ""}, {"name": "wait p95", "key": "helth", "measure": "L1"}
    hints = "stress.goal[0].name: found the row 'T80 of post'.*T80 of posts", "key: found .*'helth'.*health"
    for changed, hint in zip(wrong, hints, strict=True):
        with pytest.raises(PlanError, match=hint.replace("[", r"\[").replace("]", r"\]")) as error:
            goals_of(held_to(plan, GOAL.model_copy(update=changed)), frame)
        assert error.value.place.startswith("stress.goal[0]")


def test_a_plan_without_goals_is_held_to_itself(plan: Plan) -> None:
    """Without `[stress]` the undisturbed plan gives the limits, which it keeps, and the result says so."""
    frame = Reruns(seed=7, runs=RUNS, workers=1).frame(plan, ["A4", "A5", "L1"])
    goals = assumed_goals(frame, RUNS)
    assert [(goal.measure, goal.name) for goal in goals] == [
        ("A4", "T80 of posts"), ("A4", "posts filled"), ("L1", "wait p95"),
    ]  # fmt: skip
    values = values_of(frame, [(g.measure, g.name, g.key) for g in goals], RUNS)
    assert goals[0].at_most == pytest.approx(1.25 * values[0].mean(), rel=1e-3)
    assert all(held(goal, one).kept for goal, one in zip(goals, values, strict=True))


# --- scenarios ----------------------------------------------------------------------------------------------------


def test_every_shock_alone_and_all_together(stressed: Stressed) -> None:
    """Undisturbed first, then each shock in the plan's order, then all; none strikes the undisturbed plan."""
    assert [one.name for one in stressed.scenarios] == ["undisturbed", "no-doctors", "more", "snow", "all together"]
    assert stressed.plan.exercise.shocks == ()
    assert all(d.mean == 0 for d in stressed.base.differences)


def test_shocks_hurt_in_the_direction_that_theory_knows(plan: Plan) -> None:
    """On equal luck, run by run: fewer servers make nobody ready earlier, and slower ways let nobody arrive earlier.

    First come, first served at every station, so that a service or an arrival moved later moves nothing earlier
    (Loynes); more people called anyway take nobody's place before the gate.
    """
    rows = [("A4", "T80 of posts", ""), ("A5", "on time of called", ""), ("L1", "person-hours waited", "health")]
    from tocsin.plan.strikes import struck_by

    told = plan.model_copy(update={"shocks": (LOST, SNOW)})
    base, lost, snow = Reruns(seed=7, runs=RUNS, workers=1).values(
        [told, struck_by(told, ["no-doctors"]), struck_by(told, ["snow"])], rows
    )
    assert (lost[0] >= base[0]).all() and (lost[2] > base[2]).all()
    assert (lost[1] == base[1]).all()  # arrivals do not know of doctors
    assert (snow[1] <= base[1]).all() and (snow[1] < base[1]).any()


def test_worst_first(stressed: Stressed) -> None:
    """Shocks are ranked by the goals that they break, then by what they do to the first goal; all together last."""
    assert stressed.struck[-1].name == "all together"
    broken = [sum(not goal.kept for goal in one.held) for one in stressed.struck[:-1]]
    assert broken == sorted(broken, reverse=True)


# --- levers -------------------------------------------------------------------------------------------------------


def test_levers_change_one_thing() -> None:
    """Every kind of resource is one; each with more differs from the plan in its own number and in nothing else."""
    from tocsin.sweep import changes

    small = load(Path(__file__).parents[1] / "plan" / "small.toml")
    found = levers(small)
    assert {lever.kind for lever in found} == {"channel", "desk", "station", "crew", "buses", "fleet", "stock"}
    for lever in found:
        told = changes(small, lever.changed(lever.base + 1))
        assert len(told) == 1 and told[0].after == str(lever.amount(lever.base + 1)), lever.label
        assert told[0].before == str(lever.amount(lever.base))
    assert levers(load("national")), "a plan without units has resources too"


def test_more_demand_leaves_everybody_who_they_are(plan: Plan) -> None:
    """Half as many people again: those called anyway have the same numbers, homes, trades and units."""
    from tocsin.plan import people

    more = demand(plan)
    assert more is not None
    grown = more.changed(PARTS * 3 // 2)
    before, after = people(plan, 3), people(grown, 3)
    assert after[: len(before)].equals(before)
    assert abs(len(after) - 1.5 * len(before)) <= len(plan.groups)
    assert grown.exercise.shocks == (DEMAND,)
    assert len(people(more.changed(PARTS // 2), 3)) == pytest.approx(len(before) / 2, abs=len(plan.groups))


def test_one_more_at_one_point_spares_the_others() -> None:
    """A server more at Brest leaves Hrodna, which shares the layout, as it was, and every draw of both."""
    west = load("west-2026")
    more = one_more(west, "medical", ["Brest"])
    assert more is not None
    layout = {point.name: point.layout for point in more.points}
    assert layout["Hrodna"] == "big" and layout["Brest"] == "big-plus"
    rows = [("L1", "person-hours waited", f"medical @ {name}") for name in ("Hrodna", "Brest")]
    base, changed = Reruns(seed=7, runs=2, workers=1).values([west, more], rows)
    assert (base[0] == changed[0]).all() and (changed[1] < base[1]).all()
    assert one_more(west, "nothing", ["Brest"]) is None


# --- margins ------------------------------------------------------------------------------------------------------


class Known(Reruns):
    """Runs that give a written value for each number of a resource, and count how many were asked for."""

    def __init__(self, values: dict[int, list[float]], default: list[float]) -> None:
        super().__init__(seed=1, runs=len(default), workers=1)
        self.written, self.default, self.asked = values, default, []

    def values(self, plans: Any, rows: Any) -> list[NDArray[np.float64]]:
        """Plans here are the numbers themselves."""
        self.asked += [plan for plan in plans if isinstance(plan, int)]
        return [np.array([self.written.get(plan, self.default) if isinstance(plan, int) else self.default] * len(rows))
                for plan in plans]  # fmt: skip


def searched(
    base: int, values: dict[int, list[float]], *, at_most: float, kind: Any = "station"
) -> tuple[Margin, Known]:
    lever = Lever(kind, "desk", "", (), "servers", base, 0, lambda number: number)
    known = Known(values, values[base])
    return margins(load("okas-2017"), [lever], [Goal(measure="A4", name="x", at_most=at_most)], known)[0], known


STEADY = {number: [100.0 / number + noise for noise in (-0.5, 0.5, 0.0, 0.2)] for number in range(1, 65)}
"""A value that is about 100 / number, with a half-width of 0.7."""


def test_a_margin_is_where_the_goal_breaks() -> None:
    """100 / n at most 21 holds with 5 of 16 servers and not with 4; the interval tells where luck could turn it."""
    found, known = searched(16, STEADY, at_most=21)
    assert (found.kept, found.broken, found.factor, found.goal) == (5, 4, 16 / 5, 0)
    assert (found.low, found.high) == (16 / 5, 16 / 5)  # 20 ± 0.7 and 25 ± 0.7: no doubt on either side
    doubtful, _ = searched(16, STEADY, at_most=20.2)  # 5 servers give 20.05 ± 0.7: kept, but only by the mean
    assert (doubtful.kept, doubtful.low, doubtful.high) == (5, 16 / 6, 16 / 5)
    assert len(known.asked) == len(set(known.asked)) <= 6  # halving, and no number twice


def test_what_does_not_break_has_no_number() -> None:
    """Down to one server without breaking: no factor; a single server: nothing to search; more demand: up to four."""
    found, known = searched(16, STEADY, at_most=500)
    assert (found.factor, found.broken, found.kept, found.searched) == (None, None, 1, 1)
    assert known.asked == [1]
    alone, known = searched(1, STEADY, at_most=500)
    assert (alone.factor, alone.searched, known.asked) == (None, None, [])


def test_demand_is_searched_upwards() -> None:
    """A value of n / 16 at most 2 breaks above twice the demand."""
    rising = {n: [n / 16 + noise for noise in (-0.01, 0.01, 0.0, 0.0)] for n in range(1, 65)}
    found, known = searched(16, rising, at_most=2.03, kind="demand")
    assert (found.kept, found.broken, found.factor) == (32, 33, 2.0)
    assert max(known.asked) < 64  # no run of four times the people where twice as many do


def test_a_plan_that_breaks_undisturbed_asks_what_would_mend_it() -> None:
    """100 / 4 is above 21: with 5 servers it would not be; the margin is below 1, and says how many it takes."""
    found, _ = searched(4, STEADY, at_most=21)
    assert found.mends
    assert (found.kept, found.broken, found.factor) == (5, 4, 4 / 5)
    never, _ = searched(4, STEADY, at_most=1)
    assert (never.factor, never.kept, never.searched) == (None, None, 16)


def test_margins_of_a_plan(stressed: Stressed) -> None:
    """Margins of a real plan are ranked, and each breaks, with the number that it says, the goal that it names."""
    assert stressed.ranked
    factors = [margin.factor for margin in stressed.ranked]
    assert factors == sorted(factors)
    rows = [(goal.measure, goal.name, goal.key) for goal in stressed.goals]
    for margin in stressed.ranked[:2]:
        assert margin.broken is not None and margin.goal is not None
        values = Reruns(seed=7, runs=RUNS, workers=1).values([margin.lever.changed(margin.broken)], rows)[0]
        assert not held(stressed.goals[margin.goal], values[margin.goal]).kept


# --- the whole ----------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_json(stressed: Stressed, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once more, over two processes: the same result to the last bit, whoever did the work."""
    monkeypatch.setattr(import_module("tocsin.sweep.reruns"), "_WORTH_WORKERS", 0)
    again = stress(held_to(plan, GOAL, WAIT, shocks=(LOST, MORE, SNOW)), runs=RUNS, workers=2)
    assert as_json(again) == as_json(stressed)


def test_files_hold_the_same_as_json(stressed: Stressed) -> None:
    """The tables have one row a scenario and goal, and one a resource; the JSON has no number that is none."""
    found = parts(stressed)
    assert set(found) == {"plan.toml", "scenarios.parquet", "margins.parquet", "stress.json"}
    scenarios, table = found["scenarios.parquet"], found["margins.parquet"]
    assert isinstance(scenarios, pl.DataFrame) and isinstance(table, pl.DataFrame)
    assert scenarios.height == 5 * 2
    assert table.height == len(stressed.margins)
    told = json.loads(str(found["stress.json"]))
    assert told == json.loads(json.dumps(as_json(stressed), allow_nan=False))
    assert [row["name"] for row in told["margins"]] == table["name"].to_list()
    assert told["keeps_its_goals"] is True and told["assumed"] is None


def test_what_was_run_is_not_run_again(plan: Plan, tmp_path: Path) -> None:
    """Results that are kept are taken, by another process too; of another seed or a damaged file they are not."""
    kept = tmp_path / "kept"
    rows = [T80]
    first = Reruns(seed=7, runs=2, workers=1, folder=kept)
    values = first.values([plan], rows)[0]
    again = Reruns(seed=7, runs=2, workers=1, folder=kept)
    assert (again.values([plan], rows)[0] == values).all() and again.done == 0
    other = Reruns(seed=8, runs=2, workers=1, folder=kept)
    other.values([plan], rows)
    assert other.done == 2
    for file in kept.iterdir():
        file.write_bytes(b"half")
    mended = Reruns(seed=7, runs=2, workers=1, folder=kept)
    assert (mended.values([plan], rows)[0] == values).all() and mended.done == 2


def test_what_cannot_be_stressed_is_refused(plan: Plan) -> None:
    """One run, no processes, a seed that names no stream: each by its option, before anything is run."""
    for words, place in (({"runs": 1}, "-n"), ({"workers": 0}, "--workers"), ({"seed": -1}, "--seed")):
        with pytest.raises(RunError) as error:
            stress(plan, **words)
        assert error.value.place == place


def test_a_roster_has_no_demand_to_grow(plan: Plan) -> None:
    """A roster lists whom it calls: more demand is no resource of such a plan, and a surge of it is refused."""
    listed = plan.model_copy(update={"groups": (), "roster": Roster(file="people.csv"), "shocks": (MORE,)})
    assert demand(listed) is None
    from tocsin.plan.strikes import called_in_addition, struck_by

    with pytest.raises(PlanError, match="a surge in a plan with a roster"):
        called_in_addition(struck_by(listed, ["more"]))


def test_a_plan_that_breaks_at_the_start_is_told_so(plan: Plan) -> None:
    """Its broken goals are mended, or not, by more; the margins of those that it keeps are searched all the same."""
    from tocsin.brief.stress_words import base_sentence, firm_sentences, first_sentence, mending_sentence

    tight = Goal(measure="L1", name="wait p95", key="kit", at_most=0.5)
    found = stress(held_to(plan, GOAL, tight), runs=RUNS, workers=1)
    assert found.broken and [one.kept for one in found.base.held] == [True, False]
    assert "does not keep wait p95 of kit at most 0.5" in base_sentence(found)
    assert {margin.mends for margin in found.margins} == {True, False}
    best = found.mending[0]
    assert best.factor is not None and best.factor < 1 and best.kept is not None and best.kept > best.lever.base
    assert f"{best.kept} servers would do" in mending_sentence(found).replace("\u00a0", " ")
    assert found.ranked and first_sentence(found).startswith("Breaks first at")
    assert any(sentence.startswith("Does not mend it") for sentence in firm_sentences(found))
