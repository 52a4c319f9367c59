"""What of a claim may have been changed on the way: one look for each kind of drift between two claims."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from tocsin.watch.ledger.lines import formations, line_of
from tocsin.watch.ledger.themes import theme_of
from tocsin.watch.likeness.letters import likeness
from tocsin.watch.model import Claim
from tocsin.watch.times import iso
from tocsin.watch.words import count_words

__all__ = ["LOOKS", "MAY", "Look"]

_CLOCK: Final = re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)\b")
_SERVED: Final = re.compile(r"\b(summons|summoned|received|came|got|told)\b", re.IGNORECASE)
_REPORT: Final = re.compile(r"\b(report|come|appear|arrive|taken|be there)\b", re.IGNORECASE)
_HEDGES: Final = re.compile(
    r"\b(about|around|nearly|may|might|could|seemingly|apparently|reportedly|allegedly|perhaps|if|unconfirmed|up to)\b",
    re.IGNORECASE,
)
_CLAUSES: Final = re.compile(r"[,;:.!?](?!\d)")
_FIGURE: Final = re.compile(r"\d+(?:[.,]\d+)*")
_HEDGED_FIGURE: Final = re.compile(rf"({_HEDGES.pattern})\s+(?:\w+\s+)?(?P<figure>\d+(?:[.,]\d+)*)", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_STEM, _MOST_OF = 5, 2 / 3
"""Words are the same from five letters on; so much of what was hedged must be there again."""
_BEGINNINGS: Final = ("began", "stage")
"""Themes of which each line has one day."""
_ALIKE: Final = 0.23
"""From this likeness on two summaries tell the same, so that a lost word counts."""
Look = Callable[[Claim, Claim], "tuple[str, str] | None"]
"""Of a source and a later claim: what was, and what it became; None = nothing of this kind."""


@cache
def _formed(text: str) -> tuple[str, ...]:
    return tuple(sorted(formations(text)))


def _other_formation(source: Claim, later: Claim) -> tuple[str, str] | None:
    """A figure dropped or added in a formation's number: 19th → 9th."""
    mine, theirs = (_formed(f"{one.what} {one.place}") for one in (source, later))
    if len(mine) != 1 or len(theirs) != 1 or mine == theirs:
        return None
    (was, kind), (became, other) = mine[0].split(" ", 1), theirs[0].split(" ", 1)
    short, long = sorted((was, became), key=len)
    if kind != other or len(long) - len(short) != 1 or not (long.startswith(short) or long.endswith(short)):
        return None
    return mine[0], theirs[0]


@cache
def _hedges(text: str) -> frozenset[str]:
    return frozenset(one.lower() for one in _HEDGES.findall(text))


def _lost_hedge(source: Claim, later: Claim) -> tuple[str, str] | None:
    """A word that left it open is gone from what tells the same."""
    hedges = _hedges(source.what)
    if not hedges or hedges <= _hedges(later.what):
        return None
    same = source.topic == later.topic and source.stance != "denies" and later.stance != "denies"
    numbered = source.count.known and source.count == later.count
    if not same or theme_of(source) is not theme_of(later):
        return None
    if not numbered and likeness(source.what, later.what) < _ALIKE:
        return None
    return (source.what, later.what) if _bare(source.what, later.what) else None


def _bare(source: str, later: str) -> bool:
    """Whether what a hedge of the source leaves open, a number or named things, stands in the later words without one.

    A hedge governs what follows it in its clause: numbers if there are any, else words of some length.
    """
    sure = " ".join(part for part in _CLAUSES.split(later) if not _HEDGES.search(part))
    numbers, stems = _figures(later, sure)
    for hedge in _HEDGES.finditer(source):
        clause = _CLAUSES.split(source[hedge.end() :], 1)[0]
        mine = set(_FIGURE.findall(clause))
        words = {one.lower()[:_STEM] for one in _WORD.findall(clause)}
        if mine & numbers or (not mine and words and len(words & stems) >= _MOST_OF * len(words)):
            return True
    return False


@cache
def _figures(later: str, sure: str) -> tuple[frozenset[str], frozenset[str]]:
    """Numbers of a sentence that no hedge stands right before, and beginnings of the words of its sure clauses."""
    hedged = {one.group("figure") for one in _HEDGED_FIGURE.finditer(later)}
    return (
        frozenset(_FIGURE.findall(later)) - hedged,
        frozenset(one.lower()[:_STEM] for one in _WORD.findall(sure)),
    )


@cache
def _roles(text: str) -> dict[str, str]:
    """Clock times of a sentence and what each is of: the word of service or of reporting that stands nearest before."""
    found: dict[str, str] = {}
    for clock in _CLOCK.finditer(text):
        before = text[: clock.start()]
        served = max((one.start() for one in _SERVED.finditer(before)), default=-1)
        report = max((one.start() for one in _REPORT.finditer(before)), default=-1)
        if max(served, report) >= 0:
            found[f"{int(clock[1]):02}:{clock[2]}"] = "served" if served > report else "report"
    return found


def _other_role(source: Claim, later: Claim) -> tuple[str, str] | None:
    """The same clock time, of reporting in one and of the summons in the other."""
    mine, theirs = _roles(source.what), _roles(later.what)
    for clock in sorted(mine.keys() & theirs.keys()):
        if mine[clock] != theirs[clock]:
            return f"{clock} to {mine[clock]}", f"{clock} {theirs[clock]}"
    return None


def _larger(source: Claim, later: Claim) -> tuple[str, str] | None:
    """A number that lies above the source's."""
    if source.unit != later.unit or not source.count.known or theme_of(source) is not theme_of(later):
        return None
    above = later.count.least is not None and source.count.most is not None and later.count.least > source.count.most
    return (count_words(source.count, source.unit), count_words(later.count, later.unit)) if above else None


def _other_day(source: Claim, later: Claim) -> tuple[str, str] | None:
    """Another day for the beginning or the stage of the same line, or for the same formation."""
    theme = theme_of(source)
    if theme is not theme_of(later) or not _told_day(source) or source.when.meets(later.when):
        return None
    mine = formations(source.what)
    began = theme.id in _BEGINNINGS and line_of(source) == line_of(later)
    if not began and not (mine and mine == formations(later.what)):
        return None
    return str(iso(source.when.least)), str(iso(later.when.least))


def _told_day(claim: Claim) -> bool:
    """Whether a claim gives a day itself."""
    return claim.when.known and claim.when_basis in ("seen", "page-date", "time")


def _may_shift(later: Claim) -> bool:
    return _told_day(later) and (theme_of(later).id in _BEGINNINGS or bool(formations(later.what)))


LOOKS: Final[Mapping[str, Look]] = {
    "formation": _other_formation,
    "hedge": _lost_hedge,
    "time-role": _other_role,
    "date": _other_day,
    "number": _larger,
}
MAY: Final[Mapping[str, Callable[[Claim], bool]]] = {
    "formation": lambda later: len(_formed(f"{later.what} {later.place}")) == 1,
    "hedge": lambda later: later.stance != "denies",
    "time-role": lambda later: bool(_roles(later.what)),
    "date": _may_shift,
    "number": lambda later: later.count.least is not None,
}
"""Which claims are worth a look, whatever they come from."""
