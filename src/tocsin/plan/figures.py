"""Every figure of a plan carries its source, or the assumption that it is: on its own table or on one around it."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from tocsin.plan.model import Plan
from tocsin.plan.problem import Path, Problem, key_path

__all__ = ["unsupported"]

_MENTIONED = 3


def unsupported(plan: Plan) -> Iterator[Problem]:
    """Yield one error for each table of the plan that has figures without source or assumption.

    A value that equals its default is no claim and needs none. A town may rely on its region.
    """
    supported_regions = {r.name for r in plan.regions if _supported(r)}
    for key, value in _fields(plan):
        entries = enumerate(value) if isinstance(value, tuple) else [(None, value)]
        for position, entry in entries:
            if not isinstance(entry, BaseModel) or (
                key == "town" and getattr(entry, "region", None) in supported_regions
            ):
                continue
            path: Path = (key,) if position is None else (key, position)
            bare = list(_bare(entry, ()))
            if bare:
                named = ", ".join(key_path(p) for p in bare[:_MENTIONED]) + (", …" if len(bare) > _MENTIONED else "")
                found = f"{len(bare)} figures" if len(bare) > 1 else "a figure"
                yield Problem(
                    "error",
                    path,
                    f"found {found} without source or assumption: {named}; expected one of the two",
                )


def _supported(table: BaseModel) -> bool:
    return bool(getattr(table, "source", None) or getattr(table, "assumption", None))


def _fields(table: BaseModel) -> Iterator[tuple[str, object]]:
    """Yield the keys, as the file has them, whose values are not the defaults."""
    for name, field in type(table).model_fields.items():
        value = getattr(table, name)
        if value != field.get_default(call_default_factory=True, validated_data={}):
            yield field.alias or name, value


def _bare(value: object, path: Path) -> Iterator[Path]:
    """Yield the paths of all figures in a value that nothing in it supports."""
    if isinstance(value, BaseModel):
        if not _supported(value):
            for key, inner in _fields(value):
                yield from _bare(inner, (*path, key))
    elif isinstance(value, tuple):
        for position, inner in enumerate(value):
            yield from _bare(inner, (*path, position))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _bare(inner, (*path, str(key)))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path
