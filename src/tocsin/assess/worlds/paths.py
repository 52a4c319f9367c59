"""Key paths of a plan: `layout[big].station[medical].servers`, as `tocsin compare` writes them; values set there.

Tables of an array are named by their `name` (or `trade`), or by their place from 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tocsin.errors import CaseError
from tocsin.plan.problem import nearest, shown

__all__ = ["changed", "value_at"]

_PART: Final = re.compile(r"(?:^|\.)([A-Za-z_][A-Za-z0-9_-]*)|\[([^\]]+)\]")


def changed(data: Mapping[str, Any], path: str, value: object, place: str) -> dict[str, Any]:
    """A plan's tables with another value at a key path.

    Args:
        data: The plan as nested tables (`Plan.model_dump(by_alias=True)`); it is not touched.
        path: The key path.
        value: As TOML gives it.
        place: Where the path is written, for refusals.

    Raises:
        CaseError: There is no such key.
    """
    changed: dict[str, Any] = _put(data, list(_parts(path, place)), value, place)
    return changed


def value_at(data: Mapping[str, Any], path: str, place: str) -> Any:
    """The value at a key path.

    Raises:
        CaseError: There is no such key.
    """
    here: Any = data
    for part in _parts(path, place):
        here = here[_key(here, part, place)]
    return here


def _parts(path: str, place: str) -> Iterator[tuple[str, bool]]:
    """The parts of a path, and whether each names an item of an array."""
    at = 0
    while at < len(path):
        match = _PART.match(path, at)
        if match is None or not path:
            break
        yield (match[1], False) if match[1] is not None else (match[2], True)
        at = match.end()
    if at < len(path) or not path:
        raise CaseError(
            f"found {shown(path)}; expected a key path such as 'exercise.horizon_h' or 'layout[big].name'",
            place=place,
        )


def _put(here: Any, parts: list[tuple[str, bool]], value: object, place: str) -> Any:
    if not parts:
        return value
    key = _key(here, parts[0], place)
    inner = _put(here[key], parts[1:], value, place)
    if isinstance(here, Mapping):
        return {**here, key: inner}
    return [*here[:key], inner, *here[key + 1 :]]


def _key(here: Any, part: tuple[str, bool], place: str) -> Any:
    name, item = part
    if item and isinstance(here, list | tuple):
        names = [str(one.get("name", one.get("trade", ""))) if isinstance(one, Mapping) else "" for one in here]
        if name in names:
            return names.index(name)
        if name.isdigit() and int(name) < len(here):
            return int(name)
        raise CaseError(f"found [{name}], which the plan does not have{_known(name, names)}", place=place)
    if not item and isinstance(here, Mapping) and name in here:
        return name
    known = list(here) if isinstance(here, Mapping) else []
    raise CaseError(
        f"found the key {shown(name)}, which the plan does not have there{_known(name, known)}", place=place
    )


def _known(name: str, names: list[str]) -> str:
    return nearest(name, names) or (f"; expected one of {', '.join(names[:12])}" if any(names) else "")
