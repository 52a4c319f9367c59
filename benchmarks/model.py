"""The call-up model that every engine is measured on (engine.md), as a plan of P points and N people.

Notice lognormal (60 min, sigma 1), preparation lognormal (240, .6), travel lognormal (90, .5), check-in exponential
(2), medical triangular (2, 4, 9), 5 % sent home, kit exponential (3), a bus of 40 or 60 minutes; servers 8, 21 and 12.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from tocsin.plan.model import Plan

__all__ = ["callup_people", "callup_plan"]

ASSUMED = "the benchmark's model, not a real call-up"


def callup_plan(points: int, people: int, shared_buses: int = 0, station: dict[str, Any] | None = None) -> Plan:
    """The plan of the benchmark.

    Args:
        points, people: How many.
        shared_buses: Buses of a fleet that all points share; 0 = a bus always stands ready at each point.
        station: Keys that the last station has besides, for joint features.
    """

    def lognormal(median: float, sigma: float) -> dict[str, Any]:
        return {"family": "lognormal", "median_min": median, "sigma": sigma}

    layout = {
        "name": "standard",
        "station": [
            {"name": "checkin", "servers": 8, "service": {"family": "exponential", "mean_min": 2}},
            {
                "name": "medical",
                "servers": 21,
                "service": {"family": "triangular", "min_min": 2, "mode_min": 4, "max_min": 9},
                "release": [{"reason": "medical", "share": 0.05}],
            },
            {"name": "kit", "servers": 12, "service": {"family": "exponential", "mean_min": 3}, **(station or {})},
        ],
        "bus": [
            {
                "name": "range",
                "to": "the range",
                "capacity": 40,
                "timeout_min": 60,
                "trip": {"family": "constant", "value_min": 60},
                **({"shared_fleet": "division"} if shared_buses else {}),
            }
        ],
    }
    return Plan.model_validate(
        {
            "exercise": {
                "name": "benchmark",
                "title": "Benchmark",
                "country": "by",
                "kind": "training",
                "alert": "2026-01-01T00:00:00+00:00",
                "time_zone": "UTC",
                "deadline": {"after_delivery_h": 24},
                "horizon_h": 720,
                "assumption": ASSUMED,
            },
            "town": [{"name": "T", "region": "R", "population": 1, "lat": 0, "lon": 0}],
            "region": [{"name": "R"}],
            "group": [{"name": "all", "called": people, "age": [{"from": 20, "until": 40}]}],
            "channel": [{"name": "notice", "medium": "SMS", "reach": 1, "delay": lognormal(60, 1.0)}],
            "behaviour": {"preparation": lognormal(240, 0.6), "travel": lognormal(90, 0.5)},
            "layout": [layout],
            "fleet": [{"name": "division", "buses": shared_buses}] if shared_buses else [],
            "stock": [{"name": "boots", "amount": 2 * people, "assumption": ASSUMED}],
            "point": [{"name": f"point {p}", "lat": 0, "lon": 0, "layout": "standard"} for p in range(points)],
        }
    )


def callup_people(points: int, people: int) -> pl.DataFrame:
    """The people of the benchmark, dealt to the points in turn."""
    number = np.arange(people)
    fixed = {"group": "all", "trade": "any", "medical": "fit", "sex": "male", "region": "R", "home": "T"}
    return pl.DataFrame({"person": pl.Series(number, dtype=pl.UInt32)}).with_columns(
        *(pl.lit(value, pl.Enum([value])).alias(name) for name, value in fixed.items()),
        pl.lit(None, pl.Enum([])).alias("unit"),
        pl.Series("point", (number % points).astype(np.uint32)).replace_strict(
            dict(enumerate(f"point {p}" for p in range(points))),
            return_dtype=pl.Enum([f"point {p}" for p in range(points)]),
        ),
        pl.lit(0.0).alias("distance_km"),
    )
