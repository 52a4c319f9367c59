"""All measures of a national call-up within their budget: 300,000 people, 120 points, 240 units, four
stations."""

from __future__ import annotations

import time

import numpy as np
import polars as pl
import pytest
from tests.measure.by_hand import MINUTE, T0, plan, rest_rows

from tocsin.log.journeys import Journeys
from tocsin.measure import Context, measures

PEOPLE, POINTS, UNITS = 300_000, 120, 240
STATIONS = {"checkin": (20, 2), "medical": (60, 5), "kit": (30, 3), "weapons": (30, 3)}
END = 96 * 60 * MINUTE


def column(times: np.ndarray, who: np.ndarray) -> pl.Series:
    """Times of those who got there, null for the others."""
    return pl.Series(times.astype(np.int64)).set(pl.Series(~who), None)


def national() -> Journeys:
    """A call-up drawn in one go: 88 % delivered, 77 % of those come, one in ten released after medical."""
    luck = np.random.default_rng(1)
    point = luck.integers(0, POINTS, PEOPLE)
    unit = 2 * point + luck.integers(0, 2, PEOPLE)
    delivered = luck.exponential(2 * 60 * MINUTE, PEOPLE)
    reached = luck.random(PEOPLE) < 0.88
    comes = reached & (luck.random(PEOPLE) < 0.77)
    stays = comes & (luck.random(PEOPLE) < 0.9)
    now = delivered + luck.lognormal(np.log(360 * MINUTE), 0.5, PEOPLE)
    frame = {
        "run": pl.repeat(0, PEOPLE, dtype=pl.UInt32, eager=True),
        "person": pl.Series(np.arange(PEOPLE, dtype=np.uint32)),
        "place": pl.Series([f"P{i}" for i in range(POINTS)], dtype=pl.Categorical).gather(point),
        "unit": pl.Series([f"U{i}" for i in range(UNITS)], dtype=pl.Categorical).gather(unit),
        "summoned_ms": column(delivered * 0, reached | True),
        "delivered_ms": column(delivered, reached),
        "undelivered_ms": column(delivered, ~reached),
        "arrived_ms": column(now, comes),
    }
    for station, (wait, service) in STATIONS.items():
        who = comes if station in ("checkin", "medical") else stays
        began = now + luck.exponential(wait * MINUTE, PEOPLE)
        frame[f"{station}_queued_ms"], frame[f"{station}_began_ms"] = column(now, who), column(began, who)
        now = began + luck.exponential(service * MINUTE, PEOPLE) + 1
        frame[f"{station}_ended_ms"] = column(now, who)
        if station == "medical":
            frame["released_ms"] = column(now, comes & ~stays)
    buses = pl.Series([f"bus {i}" for i in range(40)], dtype=pl.Categorical)
    frame |= {"boarded_ms": column(now, stays), "boarded_thing": buses.gather(luck.integers(0, 40, PEOPLE))}
    frame["joined_ms"] = column(now + 60 * MINUTE, stays)
    rows = [
        {"kind": "station_opened", "at": 0, "place": f"P{i}", "station": station, "amount": 30}
        for i in range(POINTS)
        for station in STATIONS
    ]
    rows += [{"kind": "instructed", "at": 60 * h, "place": f"P{i}"} for i in range(POINTS) for h in range(96)]
    rows += [
        {"kind": "bus_departed", "at": 5000 + 10 * n, "place": f"P{i}", "thing": f"bus {n}"}
        for i in range(POINTS)
        for n in range(40)
    ]
    return Journeys(pl.DataFrame(frame), rest_rows(rows), T0, END, END)


def context() -> Context:
    """The plan with its 240 units of four trades, and the list of people."""
    trades = ["rifle", "driver", "medic", "signal"]
    posts = [
        {"trade": trade, "posts": count, "critical": trade in ("medic", "signal")}
        for trade, count in zip(trades, (500, 170, 80, 80), strict=True)
    ]
    units = [
        {"name": f"U{i}", "establishment": "battalion", "needs": [f"U{i - 1}"] if i % 2 else []} for i in range(UNITS)
    ]
    whole = plan(
        unit=units,
        establishment=[{"name": "battalion", "post": posts}],
        point=[{"name": f"P{i}", "town": "Hrodna", "layout": "camp"} for i in range(POINTS)],
        task=[{"name": "all", "units": [f"U{i}" for i in range(UNITS)]}],
    )
    trade = np.random.default_rng(5).choice(trades, PEOPLE, p=[0.6, 0.2, 0.1, 0.1])
    return Context(whole, pl.DataFrame({"person": np.arange(PEOPLE, dtype=np.uint32), "trade": trade}))


@pytest.mark.prove
def test_all_measures_of_a_national_run_are_quick() -> None:
    """All measures of one run take at most 0.6 CPU s on a quiet machine; the test leaves room for a busy
    one."""
    log, whole = national(), context()
    measures(log, whole)
    spent = []
    for _ in range(3):
        start = time.process_time()
        found = measures(log, whole)
        spent.append(time.process_time() - start)
    print(f"measures of a national run: {sorted(spent)[1]:.2f} CPU s, {found.height:,} rows")
    assert min(spent) < 1.2
