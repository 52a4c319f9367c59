"""Dates and clock times, counted from the day of publication, with what they are the date of.

Pieces that stand together become one date: "завтра в 8 утра" is a moment, "вечером 16 февраля" an evening. A clock time
without a day takes the day that its sentence named before; failing that it stays as wide as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from tocsin.watch.model import Bounds
from tocsin.watch.text import calendar
from tocsin.watch.text.calendar import Days, Named, resolve
from tocsin.watch.text.found import Context, Found
from tocsin.watch.text.items import Item, Sentence, sentences
from tocsin.watch.text.pieces import Piece, pieces
from tocsin.watch.text.roles import is_future, role_of

__all__ = ["Dated", "dated", "find"]

_MOST_GAP: Final = 3
_OWN_DAY: Final = frozenset(("lastnight", "tonight", "thismorning", "thisafternoon"))
_DECREED: Final = 4
_NEXT_DAY: Final = 5
_LATE: Final = 16 * 60
_EARLY: Final = 8 * 60
_HOUR_MS: Final = 3_600_000
_FAR_MS: Final = 100 * 24 * 3_600_000
_FILLERS: Final = frozenset(("join", "daymark", "year", "hourbefore"))


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of a sentence, with where its items stand.

    Attributes:
        first: Its first item.
        after: One past its last.
        found: What it means.
        named: The days that it names, or None.
        clock: Its clock time in minutes from midnight, or None.
        part: Part of the day, or "".
        days: Its days, worked out; None if unknown.
    """

    first: int
    after: int
    found: Found
    named: Named | None
    clock: tuple[int, int] | None
    part: str
    days: Days | None


def find(text: str, language: str, reading: Context) -> list[Found]:
    """Find dates and clock times.

    Args:
        text: Title or body.
        language: Two letters, or `und`.
        reading: When the report was published, and the zone of its days.

    Returns:
        Dates {least, most, role} in milliseconds, in the order of the text; None = not known.
    """
    return [one.found for sentence in dated(text, language, reading) for one in sentence]


@lru_cache(maxsize=8)
def dated(text: str, language: str, reading: Context) -> tuple[tuple[Dated, ...], ...]:
    """All dates of a text, a sentence at a time, in the order of `sentences`."""
    found: list[tuple[Dated, ...]] = []
    earlier: Named | None = None
    for sentence in sentences(text, language):
        here = _in_sentence(sentence, reading, earlier)
        earlier = next((one.named for one in reversed(here) if _is_one_day(one)), earlier)
        found.append(here)
    return tuple(found)


def _is_one_day(one: Dated) -> bool:
    """Whether a date names one day of its own."""
    single = one.named is not None and one.named.sort in ("day", "weekday", "relative")
    return single and one.found.rule not in ("date.clock", "date.since", "date.range")


def _in_sentence(sentence: Sentence, reading: Context, earlier: Named | None) -> tuple[Dated, ...]:
    items = sentence.items
    found: list[Dated] = []
    for group in _grouped(items, pieces(items, sentence.language)):
        one = _dated(items, group, reading, found, earlier)
        if one is not None:
            found.append(one)
    return tuple(found)


def _grouped(items: Sequence[Item], found: list[Piece]) -> Iterator[Piece]:
    """Pieces that stand together, made one."""
    held: Piece | None = None
    for piece in found:
        if held is not None and _together(items, held, piece):
            held = Piece(
                held.first,
                piece.after,
                _fuller(held.named, piece.named, _is_year(items, held), _is_year(items, piece)),
                held.clock or piece.clock,
                held.part or piece.part,
                held.rule if held.named else piece.rule,
            )
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held


def _is_year(items: Sequence[Item], piece: Piece) -> bool:
    """Whether a piece is "last year", "this year" or "next year"."""
    return items[piece.first].tags.get("period", "").endswith("year") and piece.after == piece.first + 1


def _fuller(first: Named | None, second: Named | None, year_first: bool, year_second: bool) -> Named | None:
    """Of a weekday and a date the date; of a day and "last year" the day in that year."""
    if first is None or second is None:
        return first or second
    if year_first or year_second:
        return calendar.in_year(second, first) if year_first else calendar.in_year(first, second)
    return second if first.sort in ("weekday", "relative", "past") else first


def _together(items: Sequence[Item], held: Piece, piece: Piece) -> bool:
    if held.hours or piece.hours:
        return False
    gap = items[held.after : piece.first]
    if len(gap) > _MOST_GAP or any(_FILLERS.isdisjoint(one.tags) and one.low not in ",.(" for one in gap):
        return False
    if any("and" in one.tags and "at" not in one.tags for one in gap):
        return False
    comma = any(one.low in ",(" for one in gap)
    if held.named and piece.named and _is_year(items, held) != _is_year(items, piece):
        other = held.named if _is_year(items, piece) else piece.named
        return not gap and not other.fixed and other.sort in ("day", "month")
    if held.named and piece.named:
        kinds = {held.named.sort, piece.named.sort}
        return (
            bool(kinds & {"weekday"} or ("relative" in kinds and comma))
            and "day" in kinds | {"relative"}
            and len(kinds) > 1
        )
    if (held.clock and piece.clock) or (held.part and piece.part):
        return False
    if comma and not held.named:
        return False
    if held.named and held.named.sort in ("month", "year", "past") and piece.clock:
        return False
    if piece.named and piece.named.sort in ("year", "past", "month"):
        return False
    clock, part = held.clock or piece.clock, held.part or piece.part
    if clock and part and calendar.PARTS[part][1] < 30 and part != "nightto":
        if part == "lastnight":
            return not _LATE > clock[0] > _EARLY
        first, last = calendar.PARTS[part]
        return (first - 2) * 60 <= clock[0] <= (last + 2) * 60
    return True


def _dated(
    items: Sequence[Item], group: Piece, reading: Context, before: list[Dated], earlier: Named | None
) -> Dated | None:
    if group.hours is not None:
        return _hours_ago(items, group, reading)
    named, rule = group.named, group.rule
    if named is None and group.part in _OWN_DAY:
        late = group.part == "lastnight" and group.clock is not None and group.clock[0] >= _LATE
        named = calendar.shift(-1 if late else 0)
    if named is None and group.clock is None:
        return None
    role = role_of(items, group.first, group.after)
    loose = named is None and earlier is None and not any(_is_one_day(one) for one in before)
    if named is None:
        named, rule = _day_for_clock(items, group, before, role, earlier), "date.clock"
    if named.sort == "weekday" and role == "report":
        named = _after_served(named, before)
    future = is_future(items, group.first, group.after, role)
    days = resolve(named, reading.published, reading.zone, future)
    bounds = _bounds(group, days, reading)
    if loose and role != "report" and not future and bounds.known:
        bounds, others = _last_such(group, bounds, reading)
    else:
        opened = _since(items, group, bounds, reading, named)
        others = (opened,) if opened else _others(group, named, bounds, future, reading)
        rule = "date.since" if opened else rule
    if group.part and (role == "served" or (role == "other" and group.part == "tonight" and not future)):
        bounds = _told(bounds, reading.published)
    value = {"least": bounds.least, "most": bounds.most, "role": role}
    alternatives = tuple({**value, "least": one.least, "most": one.most} for one in others)
    start, end = items[group.first].start, items[group.after - 1].end
    found = Found("date", start, end, value, alternatives, rule)
    return Dated(group.first, group.after, found, named, group.clock, group.part, days)


def _hours_ago(items: Sequence[Item], group: Piece, reading: Context) -> Dated:
    """So many hours before publication; unknown where that is."""
    assert group.hours is not None
    least, most = reading.published.least, reading.published.most
    value = {
        "least": None if least is None else round(least - group.hours[1] * _HOUR_MS),
        "most": None if most is None else round(most - group.hours[0] * _HOUR_MS),
        "role": role_of(items, group.first, group.after),
    }
    found = Found("date", items[group.first].start, items[group.after - 1].end, value, (), group.rule)
    return Dated(group.first, group.after, found, None, None, "", None)


def _last_such(group: Piece, bounds: Bounds, reading: Context) -> tuple[Bounds, tuple[Bounds, ...]]:
    """Of a clock time that was, in a post whose hour is known, the last one before it; the day before is kept beside.

    Where only the day of publication is known it stays both days.
    """
    least, most = reading.published.least, reading.published.most
    if least is None or most is None or most - least > _HOUR_MS or group.clock is None:
        return bounds, ()
    days = [resolve(calendar.shift(-step), reading.published, reading.zone, False) for step in (0, 1)]
    moments = [calendar.clock_bounds(one, *group.clock, reading.zone) for one in days if one is not None]
    past = [one for one in moments if one.least is not None and one.least <= most]
    return (past[0], tuple(past[1:])) if past else (bounds, ())


def _told(bounds: Bounds, published: Bounds) -> Bounds:
    """What had happened by the time of writing ended no later than that."""
    least, most, until = bounds.least, bounds.most, published.most
    if least is None or most is None or until is None or not least <= until < most:
        return bounds
    return replace(bounds, most=until)


def _day_for_clock(items: Sequence[Item], group: Piece, before: list[Dated], role: str, earlier: Named | None) -> Named:
    """Day of a clock time that has none.

    The last day that its sentence named, or the day after it where the words say so, or where one served in the evening
    is to report in the morning. Otherwise any day from the one that an earlier sentence named (or the day before
    publication) to publication, or to the day after it of a time to report.
    """
    one = next((each for each in reversed(before) if _is_one_day(each)), None)
    if one is not None and one.named is not None:
        between = items[one.after : group.after + _NEXT_DAY]
        following = any(item.tags.get("same") == "0-48" for item in between)
        if following:
            return calendar.after(one.named, 1)
        return _same_or_next(one, group, role)
    ahead = -1 if role == "report" else 0
    around = calendar.ago(ahead, ahead + 1)
    return around if earlier is None else calendar.between(earlier, around)


def _after_served(named: Named, before: list[Dated]) -> Named:
    """A weekday to report is the first one not before the day on which its sentence says that it was told."""
    one = next((each for each in reversed(before) if _is_one_day(each)), None)
    if one is None or one.named is None or one.found.value["role"] == "report":
        return named
    return calendar.following(named, one.named)


def _same_or_next(one: Dated, group: Piece, role: str) -> Named:
    """The day of an earlier date, or the next day if a clock time would come before it; both if nobody can tell."""
    named = one.named
    assert named is not None and group.clock is not None
    start = one.clock[0] if one.clock else calendar.PARTS[one.part][0] * 60 if one.part else 0
    if group.clock[0] >= start or one.found.value["role"] == "report":
        return named
    following = calendar.after(named, 1)
    return following if role == "report" else calendar.between(named, following)


def _bounds(group: Piece, days: Days | None, reading: Context) -> Bounds:
    if days is None:
        return Bounds()
    if group.clock is not None:
        return calendar.clock_bounds(days, *group.clock, reading.zone)
    return calendar.part_bounds(days, group.part, reading.zone)


def _since(items: Sequence[Item], group: Piece, bounds: Bounds, reading: Context, named: Named) -> Bounds | None:
    """Other reading of "since 16 February": until publication; None for "order of 16 February", "from 17 to 20"."""
    before = items[group.first - 1] if group.first else None
    single = named.sort in ("day", "weekday", "relative", "month", "year")
    if before is None or "since" not in before.tags or group.clock or not single:
        return None
    if group.rule == "date.range" or (named.sort == "relative" and group.part):
        return None
    near = items[max(0, group.first - _DECREED) : group.first]
    until = reading.published.most
    if any("document" in one.tags for one in near) or bounds.least is None or until is None or until < bounds.least:
        return None
    return replace(bounds, most=max(until, bounds.most or until) if bounds.most is not None else until)


def _others(group: Piece, named: Named, bounds: Bounds, future: bool, reading: Context) -> tuple[Bounds, ...]:
    """The other year, or the other week, that the same words may name."""
    if named.fixed or named.sort not in ("day", "weekday"):
        return ()
    asked = [(reading.published, not future)]
    if named.sort == "day":
        asked.append((_long_before(bounds), False))
    for published, ahead in asked:
        other = _bounds(group, resolve(named, published, reading.zone, ahead), reading)
        if other != bounds and other.known:
            return (other,)
    return ()


def _long_before(bounds: Bounds) -> Bounds:
    """A time of publication before a date, and too far from it for the date to be near: the year before is found."""
    moment = None if bounds.least is None else bounds.least - _FAR_MS
    return Bounds(moment, moment)
