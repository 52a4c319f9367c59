"""Writing plans out: whole plans as TOML that repeats the run, the JSON Schema of the format, a plan to start from."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from pydantic import TypeAdapter, ValidationError

from tocsin.errors import PlanError
from tocsin.plan.model import Plan
from tocsin.plan.problem import shown
from tocsin.plan.resolve import towns_of
from tocsin.plan.tables import Key

__all__ = ["dumps", "expanded", "new_plan", "schema"]

_ARRAYS_OF_TABLES = {
    *("region", "town", "group", "channel", "request", "layout", "point"),
    *("establishment", "unit", "task", "station", "crew", "bus", "post"),
    *("headquarters", "fleet", "stock", "place", "road", "rendezvous", "shock", "goal"),
}
_TABLES = frozenset(("exercise", "roster", "behaviour", "roads", "stress", "limits"))


def expanded(plan: Plan) -> Plan:
    """Return the plan with its towns listed instead of taken from bundled tables, which a later version may change.

    Roads say where they are from.

    Raises:
        PlanError: A region's table or name is not bundled.
    """
    towns = towns_of(plan)
    regions = tuple(region.model_copy(update={"places": None, "min_population": 0}) for region in plan.regions)
    roads = None if plan.roads is None else plan.roads.credited()
    return plan.model_copy(update={"regions": regions, "towns": towns, "roads": roads})


def dumps(plan: Plan) -> str:
    """Write a plan as complete TOML.

    Args:
        plan: The plan.

    Returns:
        TOML with every value that is not empty, defaults and towns included; `loads` gives `expanded(plan)` again.

    Raises:
        PlanError: A region's table or name is not bundled.
    """
    import tomlkit  # late: only writing needs it

    data = _full(expanded(plan).model_dump(by_alias=True, exclude_none=True))
    document = tomlkit.document()
    for key, value in _ordered(data):
        document.append(key, _item(key, value, inline=False))
    return tomlkit.dumps(document).lstrip("\n")


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a plan, for editors that complete and check TOML."""
    made = Plan.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "title": "Tocsin plan",
        "description": "What is meant: a call-up of reservists. Checks across tables: `tocsin plan check`.",
    }


def new_plan(name: str) -> str:
    """Return a commented plan to start from: small, complete, and all of its figures invented.

    Args:
        name: The name of its exercise.

    Returns:
        TOML that can be run; lines that begin with # and no blank are parts that a plan may have.

    Raises:
        PlanError: An exercise cannot have that name.
    """
    try:
        TypeAdapter(Key).validate_python(name)
    except ValidationError:
        expected = "expected a short name of lower-case letters, digits and hyphens that begins with a letter"
        raise PlanError(f"found {shown(name)}; {expected}", place="NAME") from None
    return (files(__package__) / "new.toml").read_text(encoding="utf-8").replace("my-plan", name)


def _full(table: dict[str, Any]) -> dict[str, Any]:
    """Leave out empty tables and arrays, which are defaults wherever a plan may have them."""
    kept = {key: _inner(value) for key, value in table.items()}
    return {key: value for key, value in kept.items() if not (isinstance(value, dict | list) and not value)}


def _inner(value: Any) -> Any:
    if isinstance(value, dict):
        return _full(value)
    if isinstance(value, tuple | list):
        return [_inner(item) for item in value]
    return value


def _ordered(table: dict[str, Any]) -> list[tuple[str, Any]]:
    """Put the name first, the source behind the figures, and headed tables last: what follows a header is theirs."""

    def rank(pair: tuple[str, Any]) -> int:
        key, value = pair
        if isinstance(value, list) and key in _ARRAYS_OF_TABLES:
            return 4
        if isinstance(value, dict) and key in _TABLES:
            return 3
        return {"name": 0, "source": 2, "assumption": 2}.get(key, 1)

    return sorted(table.items(), key=rank)


def _item(key: str, value: Any, *, inline: bool) -> Any:
    """Turn a value into an item of tomlkit: known tables under headers, all others on one line."""
    import tomlkit

    if isinstance(value, dict):
        headed = key in _TABLES and not inline
        table: Any = tomlkit.table() if headed else tomlkit.inline_table()
        for name, inner in _ordered(value):
            table.append(name, _item(name, inner, inline=not headed))
        return table
    if isinstance(value, list) and key in _ARRAYS_OF_TABLES and not inline:
        tables = tomlkit.aot()
        for entry in value:
            table = tomlkit.table()
            for name, inner in _ordered(entry):
                table.append(name, _item(name, inner, inline=False))
            tables.append(table)
        return tables
    if isinstance(value, list):
        array = tomlkit.array()
        for entry in value:
            array.append(_item("", entry, inline=True))
        return array
    return tomlkit.item(value)
