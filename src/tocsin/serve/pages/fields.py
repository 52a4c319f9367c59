"""The fields of a claim or of a finding as a form has them, and what was changed in them as the room reads it.

A field is written as `tocsin watch decide --value` takes it: a day, or a moment with its offset; bounds as
`least..most`. Only what a person changed is sent on: so a claim that is shown masked is never overwritten by its masks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from tocsin.watch import Bounds, Claim, Suggestion
from tocsin.watch.model import BASES, STANCES, TOPICS
from tocsin.watch.times import moment_ms

__all__ = ["Field", "changed", "fields_of_claim", "fields_of_finding", "moment_text", "numbers_text", "times_text"]

VALUE, WAS = "value.", "was."
"""How a field is named in a form, and how what stood in it before."""
_LABELS: Final[Mapping[str, str]] = {
    "stance": "stance",
    "topic": "topic",
    "who": "who says so",
    "what": "what",
    "place": "where",
    "when": "when",
    "when_basis": "how well that is known",
    "count": "how many",
    "unit": "of what",
    "notice_hours": "hours of notice",
    "due": "to report at",
    "least": "at least",
    "most": "at most",
    "hours_least": "hours, at least",
    "hours_most": "hours, at most",
    "lat": "latitude",
    "lon": "longitude",
    "radius_km": "within km",
}
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "stance": STANCES,
    "topic": TOPICS,
    "when_basis": BASES,
    "role": ("", "private", "official", "served", "report", "other"),
}
_HINTS: Final[Mapping[str, str]] = {
    "when": "2026-02-19, 2026-02-19T08:00, or from..to",
    "due": "2026-02-19T08:00",
    "count": "100, 100..200, 100.., ..200",
    "notice_hours": "11, or 8..32",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Attributes:
        name: As the room names it.
        label: As people do.
        text: What stands in it.
        words: The words that it may have; empty = any.
        hint: How it is written.
    """

    name: str
    label: str
    text: str
    words: tuple[str, ...] = ()
    hint: str = ""


def _field(name: str, text: str, hint: str = "") -> Field:
    return Field(name, _LABELS.get(name, name.replace("_", " ")), text, _WORDS.get(name, ()), hint)


def fields_of_claim(claim: Claim, zone: ZoneInfo) -> tuple[Field, ...]:
    """All fields of a claim that a person may change."""
    told = {
        "stance": claim.stance,
        "topic": claim.topic,
        "who": claim.who,
        "what": claim.what,
        "place": claim.place,
        "when": times_text(claim.when, zone),
        "when_basis": claim.when_basis,
        "count": numbers_text(claim.count),
        "unit": claim.unit,
        "notice_hours": numbers_text(claim.notice_hours),
        "due": times_text(claim.due, zone),
    }
    return tuple(_field(name, text, _HINTS.get(name, "")) for name, text in told.items())


def fields_of_finding(found: Suggestion, value: Mapping[str, object], zone: ZoneInfo) -> tuple[Field, ...]:
    """All fields of what a rule found, or a person read; of a masked finding none.

    Args:
        found: The finding.
        value: What it means now, or another reading of it.
        zone: Time zone of days.
    """
    if value.get("masked"):
        return ()
    made = []
    for name, said in sorted(value.items(), key=lambda one: (one[0] not in ("name", "topic", "stance"), one[0])):
        if found.kind == "date" and name in ("least", "most") and isinstance(said, int):
            hint = "2026-02-19 or 2026-02-19T08:00"
            made.append(_field(name, moment_text(said, zone, end=name == "most"), hint))
        elif said is None or isinstance(said, str | int | float):
            made.append(_field(name, "" if said is None else f"{said}"))
    return tuple(made)


def changed(words: Mapping[str, str]) -> list[str]:
    """The values of a form that a person changed, as `name=value`."""
    return [
        f"{name.removeprefix(VALUE)}={text.strip()}"
        for name, text in words.items()
        if name.startswith(VALUE) and text.strip() != words.get(f"{WAS}{name.removeprefix(VALUE)}", "").strip()
    ]


def moment_text(ms: int, zone: ZoneInfo, *, end: bool = False) -> str:
    """A moment as the room reads it back: a day where it is the day's first, or last, millisecond.

    Args:
        ms: The moment.
        zone: Time zone of days.
        end: Whether it ends a stretch.
    """
    local = (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=ms)).astimezone(zone)
    start = moment_ms(dt.datetime.combine(local.date(), dt.time(), zone), zone)
    after = moment_ms(dt.datetime.combine(local.date() + dt.timedelta(days=1), dt.time(), zone), zone)
    if ms == (after - 1 if end else start):
        return local.date().isoformat()
    plain = local.replace(tzinfo=None, fold=0)
    told = plain if moment_ms(plain, zone) == ms else local  # with its offset in the hour that comes twice
    if local.microsecond:
        return told.isoformat(timespec="milliseconds")
    return told.isoformat(timespec="seconds" if local.second else "minutes")


def times_text(time: Bounds, zone: ZoneInfo) -> str:
    """Bounds of a time as the room reads them back; "" = not known."""
    low = "" if time.least is None else moment_text(time.least, zone)
    high = "" if time.most is None else moment_text(time.most, zone, end=True)
    if time.exact and time.least is not None:
        return low if "T" in low else f"{low}T00:00"
    return low if low == high else f"{low}..{high}"


def numbers_text(count: Bounds) -> str:
    """Bounds of a number as the room reads them back; "" = none."""
    if not count.known or count.exact:
        return "" if count.least is None else str(count.least)
    return f"{'' if count.least is None else count.least}..{'' if count.most is None else count.most}"
