"""What is kept of a plan under stress: its files, and its numbers as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import polars as pl

from tocsin.log.folder import Part
from tocsin.plan.road_file import as_frame
from tocsin.sweep.goals import ASSUMED, Held
from tocsin.sweep.margins import Margin
from tocsin.sweep.paired import LEVEL
from tocsin.sweep.rehearsal import PEOPLE, ROADS, Rehearsal
from tocsin.sweep.stress import Bottleneck, Difference, Scenario, Stressed

__all__ = ["as_json", "parts"]


def as_json(stressed: Stressed) -> dict[str, object]:
    """Give what came of a plan under stress as JSON values.

    Args:
        stressed: What came of it.

    Returns:
        Seed, runs, the goals, the scenarios with how each goal stands and how it differs from undisturbed, the margins
        (weakest first, then what would mend goals, then those that do neither), and the bottlenecks. What is not there
        is None.
    """
    return {
        "plan": stressed.plan.exercise.name,
        "title": stressed.plan.exercise.title,
        "seed": stressed.seed,
        "runs": stressed.runs,
        "level": LEVEL,
        "goals": [
            goal.model_dump() | {"unit": unit} for goal, unit in zip(stressed.goals, stressed.units, strict=True)
        ],
        "assumed": ASSUMED if stressed.assumed else None,
        "keeps_its_goals": not stressed.broken,
        "scenarios": [_scenario(one) for one in stressed.scenarios],
        "margins": [_margin(one) for one in (*stressed.ranked, *stressed.mending, *stressed.firm)],
        "bottlenecks": None if stressed.bottlenecks is None else [_bottleneck(one) for one in stressed.bottlenecks],
    }


def _scenario(one: Scenario) -> dict[str, object]:
    return {
        "name": one.name,
        "shocks": [
            {"name": s.name, "kind": s.kind, "at_h": s.at_h, "until_h": s.until_h, "size": s.size} for s in one.shocks
        ],
        "goals": [
            _held(held) | _difference(difference)
            for held, difference in zip(one.held, one.differences, strict=True)
        ],
    }  # fmt: skip


def _held(held: Held) -> dict[str, object]:
    return _finite(asdict(held))


def _difference(difference: Difference) -> dict[str, object]:
    names = {"mean": "difference", "low": "difference_low", "high": "difference_high"}
    return _finite({names.get(name, name): value for name, value in asdict(difference).items()})


def _margin(one: Margin) -> dict[str, object]:
    lever = one.lever
    about = {
        "kind": lever.kind, "name": lever.name, "where": lever.where, "points": list(lever.points),
        "unit": "sixteenths" if lever.in_parts else lever.unit, "base": lever.base,
        "total": lever.total or None,
    }  # fmt: skip
    names = ("mends", "kept", "broken", "factor", "low", "high", "goal", "searched")
    return about | _finite({name: getattr(one, name) for name in names})


def _bottleneck(one: Bottleneck) -> dict[str, object]:
    about = {"name": one.name, "where": one.where, "unit": one.unit, "suspected": one.suspected}
    return about | _difference(one.difference) | {"confirmed": one.confirmed}


def _finite(row: Mapping[str, Any]) -> dict[str, object]:
    return {k: None if isinstance(value, float) and not math.isfinite(value) else value for k, value in row.items()}


def parts(stressed: Stressed) -> dict[str, Part]:
    """Give the files of a folder of a plan under stress.

    Args:
        stressed: What came of it.

    Returns:
        The plan (with its people if it has a roster), the scenarios goal by goal and the margins as Parquet, and
        everything as JSON.
    """
    found: dict[str, Part] = {}
    crowd = pl.DataFrame() if stressed.people is None else stressed.people
    found["plan.toml"] = Rehearsal(stressed.plan, crowd, stressed.seed, stressed.runs, ()).text
    if stressed.people is not None:
        found[PEOPLE] = stressed.people
    if stressed.roads is not None and stressed.plan.roads is not None:
        found[ROADS] = as_frame(stressed.roads.roads)
    return found | {
        "scenarios.parquet": _scenarios(stressed),
        "margins.parquet": _margins(stressed),
        "stress.json": json.dumps(as_json(stressed), ensure_ascii=False, allow_nan=False, indent=1) + "\n",
    }


def _scenarios(stressed: Stressed) -> pl.DataFrame:
    rows = []
    for one in stressed.scenarios:
        for goal, held, difference in zip(stressed.goals, one.held, one.differences, strict=True):
            limit = {"at_most": goal.at_most, "at_least": goal.at_least}
            about = {"scenario": one.name, "measure": goal.measure, "name": goal.name, "key": goal.key} | limit
            rows.append(about | _held(held) | _difference(difference))
    floats = ("at_most", "at_least", "mean", "low", "high", "difference", "difference_low", "difference_high")
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(floats, pl.Float64()), infer_schema_length=None)


def _margins(stressed: Stressed) -> pl.DataFrame:
    rows = [_margin(one) for one in (*stressed.ranked, *stressed.mending, *stressed.firm)]
    types: dict[str, Any] = dict.fromkeys(("kept", "broken", "goal", "searched", "total"), pl.Int64())
    types |= dict.fromkeys(("factor", "low", "high"), pl.Float64()) | {"points": pl.List(pl.String())}
    return pl.DataFrame(rows, schema_overrides=types, infer_schema_length=None)
