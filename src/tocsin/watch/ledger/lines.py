"""Which line of the inspection a claim is about, what only shares its words, and whether an office speaks.

Lines and things apart are a table (`lines.toml`); who speaks for which line stands with the actors.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from tocsin.watch.ledger.patterns import any_of, table
from tocsin.watch.likeness.claim_origins import Origins, origin_of
from tocsin.watch.likeness.media import medium_of
from tocsin.watch.model import Claim, Report
from tocsin.watch.people.actors import actor_of, speaks_for
from tocsin.watch.times import day_bounds

__all__ = ["Apart", "Line", "Voice", "apart", "formations", "line_of", "lines", "of_state", "official", "voice_of"]

_UTC: Final = ZoneInfo("UTC")
_FORMATION: Final = re.compile(
    r"\b(\d{1,3})(?:st|nd|rd|th|-?(?:ая|ой|ую|шы|му|га|го|я|й|ю|і|a)|\.)['’]?\s+(?:\w+[ -]){0,3}?"
    r"(brigade|division|regiment|бр[иы]гад\w*|д[иы]в[иіы]з\w*|полк\w*|brygad\w*|pułk\w*)",
    re.IGNORECASE,
)
Voice = tuple[str, str]
"""Origin, and the id of the actor or ""."""
_KINDS: Final = {"бр": "brigade", "br": "brigade", "ди": "division", "ды": "division", "ді": "division",
                 "di": "division", "по": "regiment", "pu": "regiment", "re": "regiment"}  # fmt: skip


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


@cache
def lines() -> tuple[Line, ...]:
    """All lines."""
    return tuple(
        Line(one["id"], one["title"], one["start"], tuple(one["words"]), tuple(one["reports"]))
        for one in table("lines.toml")["line"]
    )


@cache
def apart() -> tuple[Apart, ...]:
    """All that goes under the same words and is another thing."""
    keys = ("words", "against", "reports")
    return tuple(Apart(**(one | {key: tuple(one[key]) for key in keys})) for one in table("lines.toml")["apart"])


def line_of(claim: Claim) -> str:
    """Which line a claim is about: by its own words, else by who speaks; "" = cannot be said."""
    named = [one.id for one in lines() if any_of(one.words).search(claim.what)]
    if len(named) == 1:
        return named[0]
    if len(named) > 1:
        # Two are named: the claim is about the one that its sentence begins with.
        return min(named, key=lambda name: _first(claim.what, name))
    actor = actor_of(claim.who)
    mine = None if actor is None or not actor.speaks else next((one for one in lines() if one.id == actor.line), None)
    if mine is None:
        return ""
    # Before a line began, who speaks for it today spoke of something else. A day of grace: days have zones.
    before = day_bounds(mine.start - dt.timedelta(days=1), _UTC).least
    return "" if claim.when.most is not None and before is not None and claim.when.most < before else mine.id


def _first(text: str, name: str) -> int:
    found = next((any_of(one.words).search(text) for one in lines() if one.id == name), None)
    return found.start() if found else len(text)


def of_state(who: str, country: str = "by") -> bool:
    """Whether words for a speaker name somebody whose word is a state's: of its people, its offices or its media."""
    actor, medium = actor_of(who), medium_of(who)
    if actor is not None and actor.speaks:
        return speaks_for(actor, country)
    return medium is not None and medium.state == country


def official(claim: Claim, report: Report, country: str = "by") -> bool:
    """Whether the state that is watched speaks: by its words retold anywhere, or on a page of its own.

    Args:
        claim: A claim.
        report: Its report.
        country: Two small letters of the state.
    """
    actor = actor_of(claim.who)
    if of_state(claim.who, country) or (actor is not None and actor.speaks):
        return of_state(claim.who, country)
    return report.level == "official" and claim.stance != "retells"


def voice_of(origins: Origins, claim: Claim) -> Voice:
    """Whose statement a claim is: its origin, and which listed actor of it speaks.

    A state is one origin, and its minister and its president make two statements: they count once, and each may be
    retold, changed on the way, or contradict the other.
    """
    actor = actor_of(claim.who)
    return origin_of(origins, claim), "" if actor is None else actor.id


@cache
def formations(text: str) -> frozenset[str]:
    """Numbered formations in words: `19 brigade`."""
    return frozenset(f"{int(found[1])} {_kind(found[2])}" for found in _FORMATION.finditer(text))


def _kind(word: str) -> str:
    return _KINDS[word[:2].lower()]
