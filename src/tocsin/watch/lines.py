"""Who speaks, for whom, and under which name a medium is cited: a table (`lines.toml`) and how words are put to it."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

from tocsin.watch.model import Claim, Report
from tocsin.watch.times import day_bounds

__all__ = ["Actor", "Apart", "Line", "Medium", "actor_of", "apart", "formations", "line_of", "lines", "medium_of",
           "official", "unnamed"]  # fmt: skip

_UTC: Final = ZoneInfo("UTC")
_FORMATION: Final = re.compile(
    r"\b(\d{1,3})(?:st|nd|rd|th|-?(?:ая|ой|ую|шы|му|га|го|я|й|ю|і|a)|\.)['’]?\s+(?:\w+[ -]){0,3}?"
    r"(brigade|division|regiment|бр[иы]гад\w*|д[иы]в[иіы]з\w*|полк\w*|brygad\w*|pułk\w*)",
    re.IGNORECASE,
)
_KINDS: Final = {"бр": "brigade", "br": "brigade", "ди": "division", "ды": "division", "ді": "division",
                 "di": "division", "по": "regiment", "pu": "regiment", "re": "regiment"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who speaks in public.

    Attributes:
        id: Short name for programs.
        name: Name as shown.
        names: Words by which reports name them.
        office: What they speak as.
        side: official (the state that is watched), opposition, foreign-state, analyst.
        line: Which line they speak for, or "".
    """

    id: str
    name: str
    names: tuple[str, ...]
    office: str
    side: str
    line: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One of several things that run under one name: who runs it says which; with the reports that say so."""

    id: str
    title: str
    start: dt.date
    words: tuple[str, ...]
    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Apart:
    """What goes under the same words as something else (`against`) and is another thing, and why."""

    id: str
    words: tuple[str, ...]
    against: tuple[str, ...]
    why: str
    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Medium:
    """A medium (or one work of it) as others cite it; `takes`: what it took itself; `official`: an office's."""

    name: str
    names: tuple[str, ...]
    takes: tuple[str, ...] = ()
    official: bool = False


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("tocsin.watch").joinpath("lines.toml").read_text("utf-8"))


@cache
def _actors() -> tuple[Actor, ...]:
    return tuple(Actor(**(one | {"names": tuple(one["names"])})) for one in _table()["actor"])


@cache
def lines() -> tuple[Line, ...]:
    """All lines."""
    return tuple(
        Line(one["id"], one["title"], one["start"], tuple(one["words"]), tuple(one["reports"]))
        for one in _table()["line"]
    )


@cache
def apart() -> tuple[Apart, ...]:
    """All that goes under the same words and is another thing."""
    keys = ("words", "against", "reports")
    return tuple(Apart(**(one | {key: tuple(one[key]) for key in keys})) for one in _table()["apart"])


@cache
def _media() -> tuple[Medium, ...]:
    return tuple(
        Medium(one["name"], tuple(one["names"]), tuple(one.get("takes", ())), one.get("official", False))
        for one in _table()["source"]
    )


@cache
def actor_of(who: str) -> Actor | None:
    """The actor that words name: the one named first, the longer name before the shorter; None = nobody listed."""
    low = who.lower()
    found = [(low.find(name.lower()), -len(name), one.id, one) for one in _actors() for name in one.names]
    named = sorted((at, size, identity, one) for at, size, identity, one in found if at >= 0)
    return named[0][3] if named else None


@cache
def medium_of(words: str) -> Medium | None:
    """The medium that a citation or a speaker's words name; the longest name wins."""
    low = words.lower()
    found = [(-len(name), one.name, one) for one in _media() for name in one.names if name.lower() in low]
    return min(found)[2] if found else None


@cache
def unnamed(words: str) -> bool:
    """Whether words name nobody in particular."""
    low = words.lower()
    return not low.strip() or any(word.lower() in low for word in _table()["unnamed"]["words"])


@cache
def _any(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


def line_of(claim: Claim) -> str:
    """Which line a claim is about: by its own words, else by who speaks; "" = cannot be said."""
    named = [one.id for one in lines() if _any(one.words).search(claim.what)]
    if len(named) == 1:
        return named[0]
    if len(named) > 1:
        # Two are named: the claim is about the one that its sentence begins with.
        return min(named, key=lambda name: _first(claim.what, name))
    actor = actor_of(claim.who)
    mine = None if actor is None else next((one for one in lines() if one.id == actor.line), None)
    if mine is None:
        return ""
    # Before a line began, who speaks for it today spoke of something else. A day of grace: days have zones.
    before = day_bounds(mine.start - dt.timedelta(days=1), _UTC).least
    return "" if claim.when.most is not None and before is not None and claim.when.most < before else mine.id


def _first(text: str, name: str) -> int:
    found = next((_any(one.words).search(text) for one in lines() if one.id == name), None)
    return found.start() if found else len(text)


def official(claim: Claim, report: Report) -> bool:
    """Whether an office of the state that is watched speaks: by its words retold anywhere, or on a page of its own."""
    actor = actor_of(claim.who)
    if actor is not None:
        return actor.side == "official"
    return report.level == "official" and claim.stance != "retells"


@cache
def formations(text: str) -> frozenset[str]:
    """Numbered formations in words: `19 brigade`."""
    return frozenset(f"{int(found[1])} {_kind(found[2])}" for found in _FORMATION.finditer(text))


def _kind(word: str) -> str:
    return _KINDS[word[:2].lower()]
