"""From a hypothesis to plans that can be run: the plan it names, scaled and changed, once for each setting.

What varies from run to run (`vary`) would need a plan of its own for each run, which costs more than the run itself.
So it takes `SETTINGS` values: the middles of equal parts of the range, one in each part, and the runs are shared out
among them in turn. Where several things vary, the parts of each are put together by a drawn order of its own (Latin
hypercube sampling; McKay, Beckman and Conover 1979, Technometrics 21:239–245), so that each range is covered evenly.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from pydantic import ValidationError

from tocsin.assess.model import Hypothesis, World
from tocsin.assess.worlds.paths import changed, value_at
from tocsin.draws import uniforms
from tocsin.errors import CaseError, PlanError
from tocsin.plan import Plan, bundled, check, load
from tocsin.plan.text import expanded

__all__ = ["SCALE", "SETTINGS", "Setting", "digest", "plan_of", "settings"]

SETTINGS: Final = 40
"""So many values of what varies, at most."""
MOST_PEOPLE: Final = 500_000
"""Above it a world is refused: 2,000 runs of it would take hours."""
SCALE: Final = "scale"
"""The key of `vary` that is not a key path: how many times the plan's people are called."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A plan of a world, ready to run.

    Attributes:
        values: What varies → its value here.
        plan: The plan.
    """

    values: Mapping[str, float]
    plan: Plan


def plan_of(hypothesis: Hypothesis, values: Mapping[str, float], place: str, base: Path | None = None) -> Plan:
    """The plan of a hypothesis' world for some values of what varies.

    Args:
        hypothesis: One with a world.
        values: What varies → its value; what is not named stays as the world says.
        place: Where the hypothesis is written, for refusals.
        base: Folder of the case; None = only bundled plans.

    Raises:
        CaseError: The plan, a key path or a value cannot be used.
    """
    world = hypothesis.world
    assert world is not None, "it was asked for"
    return _made(world, _loaded(world, place, base), values, place)


def settings(hypothesis: Hypothesis, many: int, seed: int, place: str, base: Path | None = None) -> tuple[Setting, ...]:
    """The plans among which the runs of a world are shared out.

    Args:
        hypothesis: One with a world.
        many: How many, at most; one where nothing varies.
        seed: Seed of the orders in which parts are put together.
        place: Where the hypothesis is written, for refusals.
        base: Folder of the case; None = only bundled plans.

    Raises:
        CaseError: The plan, a key path or a value cannot be used.
    """
    world = hypothesis.world
    assert world is not None, "it was asked for"
    plan = _loaded(world, place, base)
    rows = _latin(world.vary, many, seed, place)
    return tuple(Setting(values, _made(world, plan, values, place)) for values in rows)


def digest(hypothesis: Hypothesis, place: str, base: Path | None = None) -> str:
    """SHA-256 of all that a world's runs depend on besides the seed: its plan, towns included, and what varies."""
    world = hypothesis.world
    assert world is not None, "it was asked for"
    plan = expanded(plan_of(hypothesis, {}, place, base)).model_dump(by_alias=True, mode="json")
    told = {"plan": plan, "vary": {key: list(world.vary[key]) for key in sorted(world.vary)}, "settings": SETTINGS}
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _loaded(world: World, place: str, base: Path | None) -> dict[str, Any]:
    source = world.plan
    if source not in bundled():
        inside = not Path(source).is_absolute() and ".." not in Path(source).parts
        if base is None or not source.endswith(".toml") or not inside:
            found = f"found the plan '{source}'; expected {', '.join(bundled())}, or a .toml file beside the case"
            raise CaseError(found, place=f"{place}.world.plan")
        source = str(base / source)
    try:
        return _of_bundled(source) if source in bundled() else load(source).model_dump(by_alias=True)
    except PlanError as error:
        raise CaseError(f"the plan '{world.plan}' cannot be used: {error}", place=f"{place}.world.plan") from None


@lru_cache(maxsize=4)
def _of_bundled(name: str) -> dict[str, Any]:
    """The tables of a bundled plan, which several worlds share; nobody writes to them."""
    return load(name).model_dump(by_alias=True)


def _made(world: World, data: Mapping[str, Any], values: Mapping[str, float], place: str) -> Plan:
    """Change, vary, scale, and check."""
    tables = dict(data)
    for path in world.changes:
        tables = changed(tables, path, world.changes[path], f"{place}.world.changes")
    for path in sorted(values):
        if path != SCALE:
            where = f"{place}.world.vary"
            tables = changed(tables, path, _like(value_at(tables, path, where), values[path], where, path), where)
    tables = _scaled(tables, values.get(SCALE, world.scale), place)
    try:
        plan = Plan.model_validate(tables)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CaseError(f"the changed plan cannot be: {where}: {first['msg']}", place=f"{place}.world") from None
    for problem in check(plan):
        if problem.level == "error":
            raise CaseError(f"the changed plan cannot be: {problem.place}: {problem.sentence}", place=f"{place}.world")
    return plan


def _like(now: Any, value: float, place: str, path: str) -> float | int:
    """A varied value, whole where the plan's is."""
    if isinstance(now, bool) or not isinstance(now, int | float):
        raise CaseError(f"found {path}, which is no number in the plan; expected one that can vary", place=place)
    return round(value) if isinstance(now, int) else value


def _scaled(tables: dict[str, Any], scale: float, place: str) -> dict[str, Any]:
    if scale == 1:
        return tables
    if not tables["group"]:
        found = "found a scale for a plan with a roster, which lists whom it calls; expected groups of people"
        raise CaseError(found, place=f"{place}.world.scale")
    groups = [{**group, "called": max(1, int(group["called"] * scale + 0.5))} for group in tables["group"]]
    if (called := sum(group["called"] for group in groups)) > MOST_PEOPLE:
        found = f"found {called:,} people called; expected at most {MOST_PEOPLE:,} in a simulated world"
        raise CaseError(found, place=f"{place}.world.scale")
    return {**tables, "group": groups}


def _latin(vary: Mapping[str, tuple[float, float]], many: int, seed: int, place: str) -> Sequence[dict[str, float]]:
    """Values of what varies: one in the middle of each of `many` equal parts, parts in a drawn order for each key."""
    if not vary:
        return [{}]
    rows: list[dict[str, float]] = [{} for _ in range(many)]
    for key in sorted(vary):
        low, high = vary[key]
        if not low <= high:
            raise CaseError(f"found {low:g} to {high:g}; expected least and most", place=f"{place}.world.vary.{key}")
        order = np.argsort(uniforms(seed, 0, f"worlds {key}", 0, np.arange(many, dtype=np.int64)), kind="stable")
        for row, part in zip(rows, order.tolist(), strict=True):
            row[key] = low + (high - low) * (part + 0.5) / many
    return rows
