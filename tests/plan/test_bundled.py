"""The bundled plans say what they are meant to say: counts, dates, names, reasons for figures."""

from __future__ import annotations

import datetime as dt
import importlib.util
import math
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from tocsin import plan as plans
from tocsin.plan.duration import Lognormal, Triangular
from tocsin.plan.model import Behaviour, Plan, Station

NAMES = ("national", "okas-2017", "okas-2019", "west-2026")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", params=NAMES)
def plan(request: pytest.FixtureRequest) -> Plan:
    return plans.load(request.param)


@cache
def people_of(name: str) -> pl.DataFrame:
    return plans.people(plans.load(name), 1)


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_national", ROOT / "tools" / "make_national.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_national"] = module  # a NamedTuple looks its module up
    spec.loader.exec_module(module)
    return module


def called(plan: Plan) -> int:
    return sum(group.called for group in plan.groups)


def posts(plan: Plan) -> int:
    return sum(post.posts for unit in plan.units for post in plans.posts_of(plan, unit))


def mean_min(station: Station) -> float:
    """Mean service in minutes: of a triangle (a + b + c) / 3, of an exponential its mean."""
    service = station.service
    if isinstance(service, Triangular):
        return (service.min_min + service.mode_min + service.max_min) / 3
    assert service.family == "exponential"
    return service.mean_min


def most_servers(station: Station) -> int:
    """The servers at the busiest local hour (all our calendars overlap by day)."""
    return station.servers or sum(shift.servers for shift in station.hours)


def share_coming(behaviour: Behaviour) -> float:
    """Share of those called who come if the channels find everybody who can be reached: an upper bound."""
    return behaviour.reach * (1 - behaviour.refuse - behaviour.excuse - behaviour.no_show)


def test_the_bundled_plans_are_these_four() -> None:
    """`bundled` lists the plans that the issue names, and no other."""
    assert tuple(sorted(plans.bundled())) == NAMES


def test_each_plan_loads_without_a_single_problem(plan: Plan) -> None:
    """No error, no warning: every name resolves, every figure has source or assumption, nothing idles."""
    assert [f"{p.place}: {p.sentence}" for p in plans.check(plan)] == []


def test_everybody_gets_a_unit_a_point_and_a_home(plan: Plan) -> None:
    """People are as many as called, nobody is left without point or unit, nobody lives absurdly far away."""
    people = people_of(plan.exercise.name)
    assert people.height == called(plan)
    assert people.select("unit", "point", "home", "region").null_count().row(0) == (0, 0, 0, 0)
    assert people["point"].n_unique() == len(plan.points)
    farthest = people["distance_km"].max()
    assert isinstance(farthest, float) and farthest < 250


@pytest.mark.parametrize(
    ("name", "people", "points"),
    [
        ("west-2026", 6_000, 8),  # an assumption of the plan
        ("okas-2017", 669, 1),  # ohtuleht.ee/844910
        ("okas-2019", 2_170, 2),  # err.ee/994094
        ("national", 300_000, 120),  # the issue
    ],
)
def test_as_many_are_called_to_as_many_points_as_they_should(name: str, people: int, points: int) -> None:
    """The counts of each plan, with where they are from beside them."""
    plan = plans.load(name)
    assert (called(plan), len(plan.points)) == (people, points)


@pytest.mark.parametrize(
    ("name", "country", "kind", "alert"),
    [
        ("west-2026", "by", "verification", "2026-02-16T18:00:00+03:00"),
        ("okas-2017", "ee", "additional", "2017-12-06T09:33:00+02:00"),  # in force 09:33
        ("okas-2019", "ee", "additional", "2019-10-15T12:00:00+03:00"),
        ("national", "by", "mobilisation", "2025-06-02T06:00:00+03:00"),
    ],
)
def test_country_kind_and_alert(name: str, country: str, kind: str, alert: str) -> None:
    """The law depends on country and kind; the alert is t0 of every measure."""
    exercise = plans.load(name).exercise
    assert (exercise.name, exercise.country, exercise.kind) == (name, country, kind)
    assert exercise.alert == dt.datetime.fromisoformat(alert)


def test_okas_2017_has_23_and_a_half_hours() -> None:
    """From 09:33 on 6 December to 09:00 on 7 December 2017: 23 h 27 min."""
    exercise = plans.load("okas-2017").exercise
    assert exercise.deadline.at is not None
    assert exercise.deadline.at - exercise.alert == dt.timedelta(hours=23, minutes=27)


def test_okas_2017_as_fitted() -> None:
    """524 of 669 come (delfi.ee 80444896); 15 of 500 are there 11 h before, half lead by 1 h, most by under four."""
    behaviour = plans.load("okas-2017").behaviour
    assert share_coming(behaviour) == pytest.approx(524 / 669, abs=0.001)
    lead = behaviour.lead
    assert isinstance(lead, Lognormal) and behaviour.at_once == 0

    def beyond(minutes: float) -> float:  # 1 - Phi(ln(t / median) / sigma)
        return 0.5 * math.erfc(math.log(minutes / lead.median_min) / lead.sigma / math.sqrt(2))

    # A few more than 15 of 500 mean to: 93 % of those who come can be there by then (tools/fit_okas.py).
    assert beyond(660) == pytest.approx(15 / 500 / 0.93, abs=0.001)
    assert beyond(60) == pytest.approx(0.5)
    assert beyond(240) < 0.2


def test_okas_2019_as_put_in() -> None:
    """Reached 1,902 of 2,170, came 1,464 of 1,902, released 160 of 1,464 (err.ee/994094)."""
    plan = plans.load("okas-2019")
    behaviour = plan.behaviour
    assert behaviour.reach == pytest.approx(1902 / 2170, abs=0.001)
    assert share_coming(behaviour) / behaviour.reach == pytest.approx(1464 / 1902, abs=0.001)
    for point in plan.points:
        released = sum(r.share for s in plans.layout_of(plan, point).stations for r in s.release)
        assert released == pytest.approx(160 / 1464, abs=0.001)
    assert behaviour.at_once > 0.5  # the larger mass came the same evening (err.ee/992534)


def test_okas_2019_sends_each_battalion_to_its_own_point() -> None:
    """The 61st goes to Tapa (postimees.ee/6801838), the 23rd a day later to Tartu (ohtuleht.ee/980266)."""
    plan = plans.load("okas-2019")
    people = people_of("okas-2019")
    pairs = people.select("group", "unit", "point").unique().sort("group").rows()
    assert pairs == [
        ("61st logistics battalion", "61st logistics battalion", "Tapa"),
        ("23rd infantry battalion", "23rd infantry battalion", "Tartu, Raatuse 110"),
    ]
    starts = {channel.groups: channel.starts_min for channel in plan.channels if channel.groups}
    assert starts[("23rd infantry battalion",)] - starts[("61st logistics battalion",)] == 22 * 60


def test_west_2026_stands_where_the_reports_say() -> None:
    """Two regions; the points named in the record are there; called by town population (largest first)."""
    plan = plans.load("west-2026")
    assert [region.name for region in plan.regions] == ["Hrodna", "Brest"]
    assert {"Hrodna", "Slonim", "Baranovichi"} <= {point.name for point in plan.points}  # r082, r039, r019
    homes = people_of("west-2026")["home"].value_counts(sort=True)["home"].to_list()
    assert homes[:5] == ["Hrodna", "Brest", "Baranovichi", "Pinsk", "Lida"]
    town = {t.name: t.population for t in plans.towns_of(plan)}
    share = town["Hrodna"] / sum(town.values())
    hrodna = people_of("west-2026")["home"].value_counts().filter(home="Hrodna")["count"].item()
    assert hrodna / 6_000 == pytest.approx(share, abs=0.01)


def test_west_2026_from_evening_to_morning() -> None:
    """Summonses from the evening of 16 February (r041, r081), report at 08:00 on the 17th (r045)."""
    exercise = plans.load("west-2026").exercise
    zone = dt.timezone(dt.timedelta(hours=3))
    assert exercise.alert == dt.datetime(2026, 2, 16, 18, tzinfo=zone)
    assert exercise.deadline.at == dt.datetime(2026, 2, 17, 8, tzinfo=zone)
    assert exercise.announced == dt.date(2026, 2, 17)  # the ministry's statement, r037


def test_west_2026_has_the_release_reasons_of_the_record() -> None:
    """Medical, large family, student, wrong record, other: the grounds chosen for this plan, and no more."""
    plan = plans.load("west-2026")
    stations = [s for point in plan.points for s in plans.layout_of(plan, point).stations]
    reasons = {r.reason for s in stations for r in s.release} | {r.reason for r in plan.requests}
    assert reasons == {"medical", "large family", "student", "wrong record", "other"}


def test_no_point_needs_days(plan: Plan) -> None:
    """At its busiest staffing each station passes all who come to it in one to 24 hours."""
    load = dict(people_of(plan.exercise.name)["point"].value_counts().rows())
    for point in plan.points:
        for station in plans.layout_of(plan, point).stations:
            coming = load[point.name] * share_coming(plan.behaviour) * station.share
            hours = coming * mean_min(station) / 60 / most_servers(station)
            assert 1 <= hours <= 24, f"{point.name}, {station.name}: {hours:.1f} h"


def test_buses_keep_pace(plan: Plan) -> None:
    """Where there are buses, their fleets carry all who come within 24 hours (seats over mean round trip)."""
    load = dict(people_of(plan.exercise.name)["point"].value_counts().rows())
    for point in plan.points:
        buses = plans.layout_of(plan, point).buses
        seats_an_hour = 0.0
        for bus in buses:
            assert isinstance(bus.trip, Triangular) and bus.fleet is not None and bus.back is None
            trip_h = (bus.trip.min_min + bus.trip.mode_min + bus.trip.max_min) / 3 / 60
            seats_an_hour += bus.fleet * bus.capacity / (2 * trip_h)
        if buses:
            assert load[point.name] * share_coming(plan.behaviour) / seats_an_hour < 24


def test_posts_are_fewer_than_called_and_enough_to_need_most(plan: Plan) -> None:
    """Over-calling: 1 (Okas 2017: 669 called for 669 posts, delfi.ee 80439498) to 2 people called a post."""
    assert 1 <= called(plan) / posts(plan) <= 2


def test_every_task_and_need_is_within_reach(plan: Plan) -> None:
    """Units that tasks name exist, and a task asks for no more of them than there are."""
    names = {unit.name for unit in plan.units}
    for task in plan.tasks:
        assert set(task.units) <= names
        assert (task.at_least or len(task.units)) <= len(task.units)


def test_national_is_marked_as_a_stress_case() -> None:
    """It says in its first line that it is no forecast, and its alert lies in a year gone by."""
    text = plans.bundled()["national"].read_text(encoding="utf-8")
    assert text.splitlines()[0].startswith("# A stress case, not a forecast")
    exercise = plans.load("national").exercise
    assert exercise.alert.year < 2026
    assert exercise.horizon_h == 72
    assert len(plans.load("national").units) == 240


def test_national_uses_everything() -> None:
    """It exercises the whole network: calendars, priorities, giving up, three kinds of request, fleets."""
    plan = plans.load("national")
    stations = [s for layout in plan.layouts for s in layout.stations]
    assert any(s.hours for s in stations) and any(s.priority for s in stations)
    assert any(s.patience is not None for s in stations)
    assert {r.kind for r in plan.requests} == {"medical", "exemption", "hardship"}
    assert {r.when for r in plan.requests} == {"summons", "gate"}
    assert {c.medium for c in plan.channels} == {"SMS", "courier", "phone", "radio"}
    assert {c.capacity.per for c in plan.channels if c.capacity} == {"all", "town", "region"}
    assert any(c.capacity and c.capacity.rounds for c in plan.channels)
    assert all(b.fleet for layout in plan.layouts for b in layout.buses)
    assert all(layout.instruction for layout in plan.layouts)


def test_national_is_what_its_maker_makes(maker: ModuleType) -> None:
    """The file is not stale: the script makes the same text from the bundled towns."""
    assert plans.bundled()["national"].read_text(encoding="utf-8") == maker.plan()


def test_shared_out_adds_up_and_keeps_the_least(maker: ModuleType) -> None:
    """By hand: 10 over 1 : 2 : 4 is 1.43, 2.86, 5.71; two are left over, for 0.86 and 0.71: 1, 3, 6."""
    assert maker.shared_out(10, [1, 2, 4]) == [1, 3, 6]
    assert sum(maker.shared_out(240, [1.0] * 119 + [5000.0], least=1)) == 240
    assert min(maker.shared_out(240, [1.0] * 119 + [5000.0], least=1)) >= 1
