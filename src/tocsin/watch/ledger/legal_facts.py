"""What facts of the law a claim tells of: from its bounds and words, by a table (`facts.toml`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from tocsin.watch.ledger.patterns import any_of, table
from tocsin.watch.model import Bounds, Claim, Report
from tocsin.watch.times import HOUR_MS
from tocsin.watch.words import count_words

__all__ = ["Told", "Value", "kinds_said", "notice_ends", "told", "values_of"]

DAY_HOURS: Final = 24
_NOT: Final = re.compile(r"\b(not|no|never|не|ня|ні|nie|ne)\b(\s+(an?|the|это|гэта|це|на|to))?\s+$", re.IGNORECASE)
"""Words that end before a kind that a claim denies."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value that a fact may have, as bounds, and how it is said; both ends are the same of what is no number."""

    words: str
    least: object
    most: object


@dataclass(frozen=True, slots=True)
class Told:
    """The facts of one claim.

    Attributes:
        claim: Its id.
        subject: What it is about, in words.
        facts: Fact → both ends.
        hours: Notice in hours, where it is about that.
        moments: Moments in milliseconds at which it is tried: the first and the last that it may mean; empty = no time
            is known.
        asks: Facts that it touches and does not give.
        kind: Kind of call-up where the claim names one and no other, or "".
    """

    claim: str
    subject: str
    facts: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    hours: Bounds = field(default_factory=Bounds)
    moments: tuple[int, ...] = ()
    asks: tuple[str, ...] = ()
    kind: str = ""


@cache
def values_of(fact: str) -> tuple[Value, ...]:
    """The values with which a fact that is not known is tried."""
    found = next((one["values"] for one in table("facts.toml")["value"] if one["fact"] == fact), ())
    return tuple(Value(one["words"], one.get("is", one.get("least")), one.get("is", one.get("most"))) for one in found)


def kinds_said(claim: Claim) -> tuple[str, ...]:
    """The kinds of call-up that a claim names, other than to say that it is none of them."""
    return tuple(
        str(one["kind"])
        for one in table("facts.toml")["kind"]
        if any(not _NOT.search(claim.what[: at.start()]) for at in any_of(tuple(one["words"])).finditer(claim.what))
    )


def told(claim: Claim, report: Report) -> Told | None:
    """The facts of a claim; None if it tells of none, or denies."""
    if claim.stance == "denies":
        return None
    for one in table("facts.toml")["claim"]:
        if claim.topic in one["topics"] and _fits(one, claim):
            return _told(one, claim, report)
    return None


def _fits(row: Mapping[str, Any], claim: Claim) -> bool:
    if "without" in row and any_of(tuple(row["without"])).search(claim.what):
        return False
    if row.get("hours"):
        return claim.notice_hours.most is not None
    if row.get("days"):
        return claim.count.known and claim.unit == "day"
    if "children" in row and claim.unit == "child" and (claim.count.least or 0) >= row["children"]:
        return True
    return "words" not in row or any_of(tuple(row["words"])).search(claim.what) is not None


def _told(row: Mapping[str, Any], claim: Claim, report: Report) -> Told:
    facts: dict[str, tuple[object, object]] = {name: (value, value) for name, value in row.get("says", {}).items()}
    subject, hours = str(row["subject"]), Bounds()
    if row.get("hours"):
        hours = claim.notice_hours
        subject = _notice(hours)
    elif row.get("days"):
        facts["length_days"] = (claim.count.least, claim.count.most)
        subject = count_words(claim.count, "day")
    kinds = kinds_said(claim)
    # Which of several kinds its facts are of, a claim does not say.
    kind = kinds[0] if len(kinds) == 1 else ""
    return Told(claim.id, subject, facts, hours, _moments(claim, report), tuple(row.get("asks", ())), kind)


def _moments(claim: Claim, report: Report) -> tuple[int, ...]:
    """The first and the last moment that a claim may mean; the last is not after its report was published."""
    low, high = claim.when.least, claim.when.most
    ends = [one for one in (high, report.published.most) if one is not None]
    last = min(ends, default=None)
    if low is None or last is None:
        known = [one for one in (low, last) if one is not None]
        return tuple(known)
    return (low, max(low, last))


def _notice(hours: Bounds) -> str:
    if hours.most is not None and hours.most >= DAY_HOURS and not hours.least:
        return "under a day's notice" if hours.most == DAY_HOURS else f"at most {hours.most} hours' notice"
    if not hours.least:
        return "at most an hour's notice" if hours.most == 1 else f"at most {hours.most} hours' notice"
    if hours.exact:
        return "an hour's notice" if hours.most == 1 else f"{hours.most} hours' notice"
    return f"{hours.least} to {hours.most} hours' notice"


def notice_ends(moment: int, hours: Bounds) -> tuple[int, int | None]:
    """The first and the last moment to report of who was served at a moment."""
    low = moment + (hours.least or 0) * HOUR_MS
    return low, None if hours.most is None else moment + hours.most * HOUR_MS
