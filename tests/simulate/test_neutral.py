"""Joint features that cannot make a difference make none: they are judged by plans without them."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import event, given, settings
from tests.simulate.plans import Case, cases
from tests.simulate.test_reference import SLOW, assert_same, seen_by_engine, seen_by_reference

from tocsin.plan.model import Plan

pytestmark = pytest.mark.filterwarnings("error")
NEVER = {"family": "constant", "value_min": 500_000}  # beyond every horizon
PLENTY = 1_000_000


def with_neutral_features(plan: Plan, deal: random.Random) -> Plan:
    """The same plan in the words of joint features, each in a form that changes nothing.

    Room for everybody, nobody sent back, extra servers that never open, servers that never fail, a stock that never
    ends, a line for the only server, a crew for one station, a shared fleet for one line, no trip that breaks down.
    """
    told = plan.model_dump(mode="json", by_alias=True, exclude_unset=True)
    fleets: list[dict[str, Any]] = []
    for place in (*told.get("layout", ()), *told["point"]):
        place["crew"] = []
        for station in place.get("station", ()):
            _decorate(station, place, deal)
        for bus in place.get("bus", ()):
            alone = place in told["point"]  # several points may have the layout
            if alone and "fleet" in bus and deal.random() < 0.7:
                fleets.append({"name": f"fleet-{len(fleets)}", "buses": bus.pop("fleet")})
                bus["shared_fleet"] = fleets[-1]["name"]
            bus["breakdown"] = {"share": 0, "repair": NEVER}
        if "layout" in place:
            del place["crew"]
    return Plan.model_validate(told | {"fleet": fleets, "stock": [{"name": "all", "amount": PLENTY, "per": "all"}]})


def _decorate(station: dict[str, Any], place: dict[str, Any], deal: random.Random) -> None:
    """Give a station what it may have together."""
    features: dict[str, dict[str, Any]] = {
        "room": {"room": PLENTY, "full": "leaves"},  # one that may block holds servers for an instant, and is a cause
        "recheck": {"recheck": {"share": 0, "to": place["station"][0]["name"]}},
        "issue": {"issue": [{"stock": "all", "short": deal.choice(["waits", "goes-on"])}]},
    }
    own = {"extra": {"extra": {"at": PLENTY}}, "breakdown": {"breakdown": {"after": NEVER, "repair": NEVER}}}
    how = deal.choice(["crew", "own", "own"])
    if station.get("servers") == 1 and not station.get("priority") and how == "own":
        station["lines"] = "each"
    elif how == "own":
        features |= own
    else:
        name = f"crew-{len(place['crew'])}"
        place["crew"].append({"name": name} | {k: station.pop(k) for k in ("servers", "hours") if k in station})
        station["crew"] = name
    for feature in features.values():
        if deal.random() < 0.6:
            station |= feature


@given(cases())
@settings(suppress_health_check=SLOW)
def test_neutral_features_change_nothing(case: Case) -> None:
    """The reference with neutral features agrees with the compiled engine without any, causes included.

    A line for each server says nothing about causes but what a queue says; a crew's shift is the station's.
    """
    other = replace(case, plan=with_neutral_features(case.plan, random.Random(case.seed)))
    event(f"{len(other.network.joints)} components")
    assert_same(seen_by_engine(case.outcome()), seen_by_reference(other.account()))
