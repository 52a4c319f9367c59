"""What a date is the date of: to report, of being served, or another; told by the nearest word of either kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tocsin.watch.text.items import Item

__all__ = ["is_future", "role_of"]

_LEFT: Final = 14
_RIGHT: Final = 9
_COMMA: Final = 4
_BEHIND: Final = 2
_PAST: Final = frozenset(("got", "served", "taken", "came"))
_SIGNS: Final = frozenset(",;:()")


def role_of(items: Sequence[Item], first: int, after: int) -> str:
    """Name the role of a date.

    Args:
        items: The sentence.
        first: The first item of the date.
        after: One past its last.

    Returns:
        report, served or other.
    """
    if _is_for(items, first):
        return "report"
    past = any(one.tags.get("relative", "").startswith("-") for one in items[first:after])
    if past and any("summons" in one.tags for one in items[max(0, first - 2) : first]):
        return "served"  # "summons yesterday at 22, to report today at 5"
    near = items[max(0, first - 20) : after + 20]
    summoned = any("summons" in one.tags or one.tags.get("cue") == "report" for one in near)
    if after < len(items) and items[after].tags.get("cue") == "report":
        told = any(one.tags.get("cue") == "got" for one in items[max(0, first - 3) : first])
        if not told:  # "told on Monday to be there" is the day of telling
            return "report"
    best, cost = "other", _LEFT + 2
    for step, at in enumerate(range(first - 1, max(-1, first - 1 - _LEFT), -1)):
        role = _role(items[at], summoned)
        if role:
            price = step + _signs(items, at + 1, first)
            if price < cost:
                best, cost = role, price
            break
    for step, at in enumerate(range(after, min(len(items), after + _RIGHT))):
        role = _role(items[at], summoned)
        if role:
            price = step + _BEHIND + _signs(items, after, at)
            if price < cost:
                best = role
            break
    return "other" if best == "taken" else best


def _signs(items: Sequence[Item], first: int, after: int) -> int:
    return _COMMA * sum(one.low in _SIGNS or (one.form == "dash" and not one.glued) for one in items[first:after])


def _role(item: Item, summoned: bool) -> str:
    cue = item.tags.get("cue", "")
    if cue == "none":
        return ""
    if cue in ("got", "came"):
        return ("served" if cue == "got" else "report") if summoned else ""
    return cue


def _is_for(items: Sequence[Item], first: int) -> bool:
    """Whether a summons is "for" the date: повестка на 19 февраля."""
    for at in range(first - 1, max(-1, first - 3), -1):
        if "for" in items[at].tags:
            return any("summons" in one.tags for one in items[max(0, at - 4) : at])
    return False


def is_future(items: Sequence[Item], first: int, after: int, role: str) -> bool:
    """Whether the words near a date speak of what is to come."""
    if role in ("report", "served"):
        return role == "report"
    before = items[first - 1].tags if first else {}
    if "until" in before and ("join" not in before or "deadline" in before):
        return True
    near = items[max(0, first - 8) : after + 5]
    if any("future" in one.tags for one in near):
        return True
    told = any(one.tags.get("cue") in _PAST or "called" in one.tags for one in near)
    return not told and any("plan" in one.tags for one in items[max(0, first - 8) : after + 8])
