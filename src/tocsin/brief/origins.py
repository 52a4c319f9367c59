"""Where the plan's figures are from: every assumption and every source that it names, equal ones together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from tocsin.brief.words import listed
from tocsin.plan.model import Plan
from tocsin.plan.strikes import struck

__all__ = ["Origin", "origins", "origins_of_run"]

Kind = Literal["assumption", "source"]


@dataclass(frozen=True, slots=True)
class Origin:
    """One assumption or source: which tables of the plan it supports, and its text."""

    where: str
    text: str


def origins(plan: Plan, kind: Kind) -> tuple[Origin, ...]:
    """List the assumptions or the sources of a plan in its order.

    Args:
        plan: The plan.
        kind: Which of the two.

    Returns:
        Each text once, with the tables that carry it.
    """
    found: dict[str, list[str]] = {}
    for where, text in _texts(plan, kind, ""):
        found.setdefault(text, []).append(where)
    return tuple(Origin(listed(list(dict.fromkeys(where))), text) for text, where in found.items())


def origins_of_run(plan: Plan, kind: Kind) -> tuple[Origin, ...]:
    """List those on which a run rests: of shocks only those that strike, and no goals, which change no run."""
    return origins(plan.model_copy(update={"shocks": struck(plan), "stress": None}), kind)


def _texts(value: object, kind: Kind, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, BaseModel):
        text = getattr(value, kind, None)
        if text and where:
            yield where, text
        for name, field in type(value).model_fields.items():
            yield from _texts(getattr(value, name), kind, _below(where, field.alias or name, getattr(value, name)))
    elif isinstance(value, tuple):
        for entry in value:
            yield from _texts(entry, kind, f"{where} {_name(entry)}".rstrip())


def _below(where: str, key: str, value: object) -> str:
    """Name a table within another one: "channel phone, capacity"."""
    words = key.rstrip("_").replace("_", " ")
    return f"{where}, {words}" if where else words


def _name(entry: object) -> str:
    """What the plan calls one of several tables of a kind."""
    return str(getattr(entry, "name", "") or getattr(entry, "trade", "") or getattr(entry, "reason", ""))
