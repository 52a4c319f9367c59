"""Notice told by times: a summons at 22:00 and a report at 08:00, "by 8 tomorrow", "the same day"."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

from tocsin.watch.text.calendar import PARTS
from tocsin.watch.text.dates import Dated
from tocsin.watch.text.found import Found
from tocsin.watch.text.items import Item

__all__ = ["BY_TIMES", "deadlines", "notice_value", "pair", "same_day"]

BY_TIMES: Final = ("notice.pair", "notice.deadline", "notice.same")
"""Rules of this module: their notice rests on dates, and may share characters with one."""
_LONGEST: Final = 31 * 24
_HOUR_MS: Final = 3_600_000


def notice_value(least: float | None, most: float | None, says: str) -> dict[str, Any]:
    """Value of a notice period: hours rounded outwards to whole ones; None = open; `says` owed or given."""
    return {
        "hours_least": None if least is None else max(0, math.floor(least)),
        "hours_most": None if most is None else max(0, math.ceil(most)),
        "says": says,
    }


def same_day(items: Sequence[Item], kinds: frozenset[str], told: frozenset[str]) -> Iterator[Found]:
    """The same day; the next morning; at once: where a summons is meant."""
    about = {"summons", "served", "report", "before"}
    if not (kinds & about or ("taken" in kinds and told & about) or ("got" in kinds and "summons" in told)):
        return
    for item in items:
        if "same" not in item.tags:
            continue
        least, _, most = item.tags["same"].partition("-")
        if most == "2" and not ("report" in kinds and ("summons" in kinds or "served" in kinds)):
            continue
        yield Found("notice", item.start, item.end, notice_value(float(least), float(most), "given"), (), "notice.same")


def deadlines(items: Sequence[Item], dates: Sequence[Dated]) -> Iterator[Found]:
    """To report by 8 tomorrow: from any time of the day of telling."""
    for one in dates:
        offset = _offset(items, one)
        if one.found.value["role"] != "report" or offset is None:
            continue
        start = offset * 24
        first, last = (0.0, 24.0) if not one.part else tuple(map(float, PARTS[one.part]))
        if one.clock is not None:
            first, last = one.clock[0] / 60, one.clock[1] / 60
        value = notice_value(max(0.0, start + first - 24), start + last, "given")
        yield Found("notice", one.found.start, one.found.end, value, (), "notice.deadline")


def _offset(items: Sequence[Item], one: Dated) -> int | None:
    """Days from telling to the date: 0 today, 1 tomorrow; None of anything else."""
    for item in items[one.first : one.after]:
        if "relative" in item.tags:
            offset = int(item.tags["relative"])
            return offset if offset >= 0 else None
    return None


def pair(items: Sequence[Item], dates: Sequence[Dated]) -> Found | None:
    """Summons at 22:00, report at 08:00: the hours between the two."""
    served = [one for one in dates if one.found.value["role"] == "served"]
    due = [one for one in dates if one.found.value["role"] == "report"] or [
        one for one in dates if one.found.value["role"] == "other" and _taken(items, one) and _has_day(one)
    ]
    if not served or not due:
        return None
    if all(one.found.value["role"] == "other" for one in due):  # "served at 15:00, and at 19:00 they were gone"
        served = [one for one in served if _has_day(one)] or served[:0]
    timed = [one for one in served if one.clock] or served
    if not timed:
        return None
    first, last = timed[0], next((one for one in due if one.first > timed[0].first), due[0])
    hours = _between(items, first, last)
    if hours is None or hours[1] <= 0:
        return None
    start, end = min(first.found.start, last.found.start), max(first.found.end, last.found.end)
    return Found("notice", start, end, notice_value(*hours, "given"), (), "notice.pair")


def _taken(items: Sequence[Item], one: Dated) -> bool:
    near = items[max(0, one.first - 6) : one.after + 6]
    return any(item.tags.get("cue") == "taken" for item in near)


def _between(items: Sequence[Item], served: Dated, due: Dated) -> tuple[float, float] | None:
    """Least and most hours between two dates; clock times without days are at most a day apart."""
    own = [_has_day(served), _has_day(due)]
    if served.clock and due.clock and not all(own):
        least, most = (due.clock[0] - served.clock[1]) / 60, (due.clock[1] - served.clock[0]) / 60
        offset = _offset(items, due)
        following = any(item.tags.get("same") == "0-48" for item in items)
        if offset and not own[0]:
            return (least + 24 * offset, most + 24 * offset)
        if following or least < 0:
            least, most = least + 24, most + 24
        return (least, most) if 0 <= least <= most else None
    if not all(own):
        return None
    early, late = served.found.value, due.found.value
    if None in (early["least"], early["most"], late["least"], late["most"]):
        return None
    least, most = ((late["least"] - early["most"]) / _HOUR_MS, (late["most"] - early["least"]) / _HOUR_MS)
    return (max(0.0, least), most) if 0 < most <= _LONGEST else None


def _has_day(one: Dated) -> bool:
    return one.found.rule != "date.clock"
