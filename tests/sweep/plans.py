"""Plans that differ in one thing, and what comparing them gives; made once for all tests."""

from __future__ import annotations

from functools import cache

import polars as pl

from tocsin.measure.rows import SCHEMA
from tocsin.plan import Plan, load
from tocsin.sweep import Comparison, Rehearsal, compare

RUNS = 16


def staffed(plan: Plan, station: str, more: int) -> Plan:
    """The plan with so many servers more at a station of every layout."""
    layouts = []
    for layout in plan.layouts:
        stations = (
            one.model_copy(update={"servers": (one.servers or 0) + more}) if one.name == station else one
            for one in layout.stations
        )
        layouts.append(layout.model_copy(update={"stations": tuple(stations)}))
    return plan.model_copy(update={"layouts": tuple(layouts)})


@cache
def doctors() -> Comparison:
    """The bundled call-up beside itself with one more medical server in each layout."""
    plan = load("west-2026")
    return compare({"west": plan, "doctor": staffed(plan, "medical", 1)}, runs=RUNS, workers=1)


@cache
def strangers() -> Comparison:
    """Two call-ups that have no point and no unit in common."""
    return compare({"west": load("west-2026"), "okas": load("okas-2017")}, runs=3, workers=1)


def written(values: dict[str, dict[str, list[float | None]]], note: str = "not reached (max 70 %)") -> Comparison:
    """A comparison of values written by hand: plan → name → value in each run; None with a note, no entry: no row."""
    plan = load("okas-2017")
    rehearsals = []
    for names in values.values():
        rows = [
            {"run": run, "measure": "A3", "name": name, "key": "", "at_ms": None, "value": value, "low": None,
             "high": None, "unit": "h", "n": 10, "of": "called", "note": "" if value is not None else note}
            for name, column in names.items() for run, value in enumerate(column)
        ]  # fmt: skip
        runs = len(next(iter(names.values())))
        rehearsals.append(Rehearsal(plan, pl.DataFrame(), 1, runs, (), pl.DataFrame(rows, schema=SCHEMA)))
    return Comparison(tuple(values), tuple(rehearsals), 1, rehearsals[0].runs)
