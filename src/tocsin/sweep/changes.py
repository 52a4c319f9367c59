"""What differs between the texts of two plans, by key path."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tocsin.plan import Plan, expanded

__all__ = ["Change", "changes"]

MISSING = object()


@dataclass(frozen=True, slots=True)
class Change:
    """One key whose value differs.

    Attributes:
        path: Where: tables of an array by their name, such as `layout[big].station[medical].servers`.
        before: What the base says, as TOML would write it; None where it has no such key or table.
        after: What the other plan says.
    """

    path: str
    before: str | None
    after: str | None


def changes(base: Plan, other: Plan) -> tuple[Change, ...]:
    """List what differs between two plans.

    Args:
        base: A plan.
        other: Another one.

    Returns:
        The changes in the order of the plan format; none for plans that mean the same, whatever their layout.

    Raises:
        PlanError: A region's table or name is not bundled.
    """
    before, after = (expanded(plan).model_dump(by_alias=True) for plan in (base, other))
    return tuple(_between(before, after, ""))


def _between(before: object, after: object, path: str) -> Iterator[Change]:
    if before == after:
        return
    here, there = _parts(before), _parts(after)
    if here is None or there is None:
        yield Change(path or "plan", _told(before), _told(after))
        return
    for key in dict.fromkeys([*here, *there]):
        inner = f"{path}{key}" if key.startswith("[") else f"{path}.{key}" if path else key
        yield from _between(here.get(key, MISSING), there.get(key, MISSING), inner)
    orders = [
        [key[1:-1] for key in some if key in other and key.startswith("[")]
        for some, other in ((here, there), (there, here))
    ]
    if orders[0] != orders[1]:  # who comes first may matter: people are numbered group by group
        yield Change(f"{path} (order)", *(", ".join(names) for names in orders))


def _parts(value: object) -> dict[str, object] | None:
    """The parts that have paths of their own: keys of a table, tables of an array by their names."""
    if isinstance(value, Mapping):
        return {str(key): inner for key, inner in value.items()}
    if not isinstance(value, tuple | list) or not all(isinstance(item, Mapping) for item in value):
        return None
    names = [item.get("name", item.get("trade")) for item in value]
    if len(set(names)) < len(names) or None in names:
        names = list(range(len(value)))
    return {f"[{name}]": item for name, item in zip(names, value, strict=True)}


def _told(value: object) -> str | None:
    """Write a value as TOML would, tables by what they hold; None for what is not there."""
    if value is MISSING or value is None or (isinstance(value, Mapping | tuple | list) and not value):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        inner = ((key, _told(item)) for key, item in value.items())
        return f"{{ {', '.join(f'{key} = {text}' for key, text in inner if text is not None)} }}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(text for item in value if (text := _told(item)) is not None)}]"
    if isinstance(value, dt.date):
        return value.isoformat()
    return f'"{value}"' if isinstance(value, str) else str(value)
