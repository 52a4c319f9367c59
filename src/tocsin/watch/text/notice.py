"""Notice periods: the time between a summons and the hour to report, kept apart from dates.

What law or rule demands is `owed`, what people got is `given`. A legal "seven days" is never a date, and a stay of
sixty days or "1,500 in a day" is no notice: a period needs words of a summons, of serving or of reporting in its
sentence, or words such as "notice" and "до явки" beside it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from tocsin.watch.text.counting import count_at, has
from tocsin.watch.text.dates import Dated, dated
from tocsin.watch.text.found import Context, Found
from tocsin.watch.text.items import Item, Sentence, sentences
from tocsin.watch.text.lengths import Period, is_number, length_at
from tocsin.watch.text.pairs import deadlines, notice_value, pair, same_day

__all__ = ["find"]

_LEGAL: Final = 72
_LONGEST_LEGAL: Final = 15 * 24
_LONGEST: Final = 31 * 24
_LONGEST_GIVEN: Final = 16 * 24
_REMEMBERED: Final = 4
"""Sentences back that a length may speak of: further off another story has begun."""
_GIVEN_MOST: Final = 15 * 24
_GATHERED_MOST: Final = 24
_CLOCK_ONLY: Final = frozenset(("val", "o'clock"))
_KINDS: Final = ("summons", "period_word", "owed", "before", "notice", "warn", "gave", "called", "penalty")
_BARE: Final = frozenset(("notice.short", "notice.given", "notice.law"))
"""Rules that read a length without words of its own around it."""
_CUES: Final = frozenset(("cue", "span", *_KINDS))
_ABOUT: Final = frozenset(("report", "served", "summons", "noticed", "warn"))
"""What an earlier sentence spoke of, so that a length in a later one may be a notice."""


def find(text: str, language: str, reading: Context) -> list[Found]:
    """Find notice periods.

    Args:
        text: Title or body.
        language: Two letters, or `und`.
        reading: When the report was published, and the zone of its days.

    Returns:
        Periods {hours_least, hours_most, says}, in the order of the text.
    """
    found: list[Found] = []
    earlier: deque[frozenset[str]] = deque(maxlen=_REMEMBERED)
    for sentence, dates in zip(sentences(text, language), dated(text, language, reading), strict=True):
        kinds, told = _kinds(sentence.items), frozenset[str]().union(*earlier)
        here = _in_sentence(sentence, dates, kinds, told)
        found += here
        earlier.append(kinds | ({"noticed"} if here else set()))
    return sorted(found, key=lambda one: (one.start, one.end, one.rule))


def _in_sentence(
    sentence: Sentence, dates: Sequence[Dated], kinds: frozenset[str], told: frozenset[str]
) -> list[Found]:
    items = sentence.items
    if not told and all(_CUES.isdisjoint(one.tags) for one in items):
        return []
    clocks = [one.found for one in dates if one.clock]
    found = [one for one in _periods(items, kinds, told) if one.rule not in _BARE or not _overlaps(one, clocks)]
    told_by_two = pair(items, dates)
    if told_by_two is not None:
        return [*found, told_by_two]
    return [*found, *same_day(items, kinds, told), *deadlines(items, dates)]


def _overlaps(found: Found, dates: Sequence[Found]) -> bool:
    """Whether a length is part of a clock time: penktadienio 9 valandos."""
    return any(one.start < found.end and found.start < one.end for one in dates)


def _periods(items: Sequence[Item], kinds: frozenset[str], told: frozenset[str]) -> Iterator[Found]:
    at = 0
    while at < len(items):
        one = _period_at(items, at, kinds, told) if _may_start(items[at]) else None
        if one is None:
            at += 1
            continue
        yield one[0]
        told = told | {"noticed"}
        at = max(one[1], at + 1)


def _may_start(item: Item) -> bool:
    return item.form in ("digits", "decimal") or not {
        "within",
        "hedge",
        "num",
        "vague",
        "bare",
        "one",
        "notice",
        "span",
        "from",
        "hourahead",
    }.isdisjoint(item.tags)


def _kinds(items: Sequence[Item]) -> frozenset[str]:
    """Which words of summoning a sentence has."""
    found = {one.tags["cue"] for one in items if "cue" in one.tags}
    found |= {tag for one in items for tag in _KINDS if tag in one.tags}
    return frozenset(found)


def _period_at(items: Sequence[Item], at: int, kinds: frozenset[str], told: frozenset[str]) -> tuple[Found, int] | None:
    item = items[at]
    if "span" in item.tags:
        return _span(items, at)
    if "hourahead" in item.tags:
        return _made(items, Period(at, at + 1, 1, 1), "notice.within") if (kinds | told) & _ABOUT else None
    if "notice" in item.tags and at + 1 < len(items) and items[at + 1].low == "of":
        period = length_at(items, at + 2)
        return None if period is None else _made(items, replace(period, first=at), "notice.notice")
    if "within" in item.tags:
        found = _within(items, at, kinds, told)
        if found is not None:
            return found
    if at and item.form == "digits" and "hedge" in items[at - 1].tags:
        return None  # "up to 10 days" was looked at with its hedge
    if at > 1 and items[at - 1].form == "dash" and is_number(items[at - 2]):
        return None  # the second number of a range
    period = length_at(items, at)
    if period is None:
        return _required(items, at, told)
    if _elsewhere(items, period) or _punishes(items, period):
        return None
    return _plain(items, period, kinds) or _given(items, period, kinds, told) or _told(items, period, kinds, told)


def _punishes(items: Sequence[Item], period: Period) -> bool:
    """Whether days of arrest or of an appeal are meant."""
    return any("penalty" in one.tags for one in items[max(0, period.first - 5) : period.after + 3])


def _required(items: Sequence[Item], at: int, told: frozenset[str]) -> tuple[Found, int] | None:
    """After a notice in the same text: "more than the seven required", вместо положенных семи: days."""
    if "noticed" not in told or "num" not in items[at].tags:
        return None
    count = count_at(items, at)
    if count is None or not 2 <= count.high <= _LONGEST_LEGAL / 24 or has(items, count.after, "unit"):
        return None
    if not (has(items, at - 1, "owed") or has(items, count.after, "owed")):
        return None
    after = items[count.after] if count.after < len(items) else None
    if after is not None and after.form == "word" and "owed" not in after.tags and "stop" not in after.tags:
        return None
    period = Period(at, count.after, count.low * 24, count.high * 24)
    return _made(items, period, "notice.required", "owed")


def _given(
    items: Sequence[Item], period: Period, kinds: frozenset[str], told: frozenset[str]
) -> tuple[Found, int] | None:
    """Им дали неделю; that leaves them ten days; dano dwanaście godzin; на всё про всё двое суток."""
    first, after = period.first, period.after
    before = first - 1
    while before > first - 4 and (has(items, before, "pronoun") or items[before].form == "dash"):
        before -= 1
    if (
        not (has(items, before, "gave") or has(items, after, "gave"))
        or not (kinds | told) & _ABOUT
        or (period.most or period.least or 0) > _GIVEN_MOST
    ):
        return None
    if items[first].tags.get("hedge") == "most" or _counts(items, after):
        return None
    return _made(items, period, "notice.given")


def _within(items: Sequence[Item], at: int, kinds: frozenset[str], told: frozenset[str]) -> tuple[Found, int] | None:
    """A preposition and a length: за семь дней, within a day, w ciągu doby, per parą."""
    kind = items[at].tags["within"]
    period = length_at(items, at + 1)
    if period is None or _punishes(items, period):
        return None
    if has(items, period.after, "ago") and not _beside(items, period.after)[0]:
        return None
    gathered = _gathered(items, at, period, kinds)
    if gathered is not None:
        return gathered
    beside, after = _beside(items, period.after)
    noticed = bool(has(items, period.after, "notice"))
    if kind == "weak" and not (beside or noticed or ("warn" in kinds and has(items, at, "left"))):
        return None
    if kind == "after":
        if not ("served" in kinds or ("got" in kinds and "summons" in kinds)) or not kinds & {
            "report",
            "taken",
            "summons",
        }:
            return None
    elif not (beside or noticed) and (not _summoning(items, period, kinds, told) or _counts(items, period.after)):
        return None
    warned = "warn" in kinds or ("period_word" in kinds and (kinds | told) & {"summons", "report", "served"})
    if "agobefore" in items[at].tags and not (beside or "owed" in kinds or warned):
        return None
    if not beside and kind != "owed" and (period.most or 0) > _LONGEST_GIVEN and "owed" not in kinds:
        return None
    least, most = period.least, period.most
    if kind in ("course", "less"):
        least = 0
        most = most if most is not None else period.least
    elif kind == "owed":
        later = bool(beside) and has(items, after - 1, "afterwards")
        least, most = (0, most) if later else (least, None)
    said = "owed" if kind == "owed" and not (beside and has(items, after - 1, "afterwards")) else ""
    end = after if beside or not noticed else period.after + 1
    return _made(items, Period(at, end, least, most), "notice.within", said)


def _gathered(items: Sequence[Item], at: int, period: Period, kinds: frozenset[str]) -> tuple[Found, int] | None:
    """Собрали за два часа; zebrali w trzy godziny; surinko per tris valandas: so much notice they had."""
    exactly = "exactly" in items[at].tags and items[period.after - 1].tags.get("time") in ("hour", "minute")
    if not exactly or not kinds & {"taken", "called"} or (period.most or 99) > _GATHERED_MOST:
        return None
    if _counts(items, period.after) or _beside(items, period.after)[0] or has(items, period.after, "notice"):
        return None
    near = items[max(0, at - 6) : period.after + 5]
    if not any(one.tags.get("cue") == "taken" or "called" in one.tags for one in near):
        return None
    if any("scale" in one.tags or "many" in one.tags for one in near):
        return None
    return _made(items, replace(period, first=at), "notice.gathered")


def _plain(items: Sequence[Item], period: Period, kinds: frozenset[str]) -> tuple[Found, int] | None:
    """A length that words beside it make a notice: seven days' notice, семь дней до явки, положенных семи дней."""
    after = period.after
    if has(items, after, "notice") or (has(items, after + 1, "notice") and items[after].form in ("dash", "word")):
        after += 1 if has(items, after, "notice") else 2
        return _made(items, replace(period, after=after), "notice.notice")
    beside, after = _beside(items, period.after)
    summoning = kinds & {"report", "served", "summons", "notice", "before"} or ("got" in kinds and "summons" in kinds)
    to_pack = has(items, after - 1, "topack")
    if (
        beside
        and (summoning or "owed" in kinds)
        and (period.most or period.least or 0) <= (72 if to_pack else _LONGEST)
    ):
        return _made(items, replace(period, after=after), "notice.before")
    if not (summoning or ("period_word" in kinds and has(items, period.first - 1, "owed"))):
        return None
    if has(items, period.first - 1, "owed") and (period.most or period.least or 0) <= _LONGEST:
        return _made(items, period, "notice.owed", "owed")
    near = items[max(0, period.first - 4) : period.first]
    demanded = any("owed" in one.tags for one in near) and any("period_word" in one.tags for one in near)
    lawful = "before" in kinds and "owed" in kinds and "taken" not in kinds  # between the two seven days must pass
    days = items[period.after - 1].tags.get("time") in ("day", "week")
    if days and (demanded or lawful) and (period.most or period.least or 0) <= _LONGEST_LEGAL:
        return _made(items, period, "notice.law", "owed")
    short = period.most is not None and period.most <= 24
    hurried = items[period.first].tags.get("hedge") in ("less", "most", "almost")
    if short and (hurried or "period_word" in kinds or "before" in kinds):
        if items[period.first].tags.get("hedge") == "most" and "period_word" not in kinds and "before" not in kinds:
            return None
        return _made(items, period, "notice.short")
    return None


def _summoning(items: Sequence[Item], period: Period, kinds: frozenset[str], told: frozenset[str]) -> bool:
    """Whether a sentence speaks of summoning; of a few hours it is enough that an earlier one did."""
    if kinds & {"report", "served", "summons", "period_word"}:
        return True
    return (
        bool(told & {"report", "served", "summons"})
        and period.most is not None
        and period.most <= 24
        and len(items) < 12
    )


def _counts(items: Sequence[Item], at: int) -> bool:
    """Whether a number follows: "in a day 1,500 passed" is no notice."""
    for where in range(at, min(len(items), at + 5)):
        if items[where].low in ",;:":
            return False
        if is_number(items[where]) and "time" not in items[min(where + 1, len(items) - 1)].tags:
            return True
    return False


def _told(
    items: Sequence[Item], period: Period, kinds: frozenset[str], told: frozenset[str]
) -> tuple[Found, int] | None:
    """After a sentence on a summons: "he had less than ten hours", "the law says seven days"."""
    if not (told & _ABOUT or kinds & {"warn", "noticed"}):
        return None
    hedge = items[period.first].tags.get("hedge")
    unit = items[period.after - 1].tags.get("time") or items[period.after - 1].tags.get("one")
    if hedge == "less" and period.most is not None and period.most <= 24:
        return _made(items, period, "notice.short")
    gave = any(one.tags.get("cue") == "got" for one in items[max(0, period.first - 2) : period.first])
    if gave and hedge in (None, "about", "almost") and period.most is not None and period.most <= 2 * 24:
        return _made(items, period, "notice.short")
    law = "owed" in kinds and unit in ("day", "week") and hedge != "most" and "taken" not in kinds
    if law and (period.most or period.least or 0) <= _LONGEST_LEGAL:
        return _made(items, period, "notice.law", "owed")
    return None


def _elsewhere(items: Sequence[Item], period: Period) -> bool:
    """Whether a length says how long ago, how soon or how often, or is a clock time."""
    before = items[period.first - 1] if period.first else None
    if has(items, period.after, "ago") and not _beside(items, period.after)[0]:
        return True
    if has(items, period.after, "half"):
        return True
    if before is None:
        return False
    if "later" in before.tags and "within" not in before.tags:
        return True
    clock = "hour" in items[period.after - 1].tags and (period.most or 0) <= 24 and items[period.first].form == "digits"
    return (clock and "at" in before.tags and "within" not in before.tags) or items[period.after - 1].low in _CLOCK_ONLY


def _beside(items: Sequence[Item], at: int) -> tuple[str, int]:
    """Words such as "before reporting" just behind, and where they end; "" if there are none."""
    for where in range(at, min(len(items), at + 2)):
        if "before" in items[where].tags:
            return items[where].low, where + 1
    return "", at


def _span(items: Sequence[Item], at: int) -> tuple[Found, int] | None:
    """Семидневный срок; z siedmiodniowym wyprzedzeniem."""
    if not any("period_word" in one.tags or "notice" in one.tags for one in items[at + 1 : at + 3]):
        return None
    hours = float(items[at].tags["span"])
    return _made(items, Period(at, at + 2, hours, hours), "notice.span", "owed" if hours >= _LEGAL else "")


def _made(items: Sequence[Item], period: Period, rule: str, says: str = "") -> tuple[Found, int]:
    """What a length means, and where to read on: behind it."""
    first, after = period.first, period.after
    value = notice_value(period.least, period.most, says or _says(items, first, after))
    return Found("notice", items[first].start, items[after - 1].end, value, (), rule), after


def _says(items: Sequence[Item], first: int, after: int) -> str:
    """Owed where a word of law or rule stands near, with no "but" between; else given."""
    for at in range(first - 1, max(-1, first - 18), -1):
        if "but" in items[at].tags or "time" in items[at].tags:  # a word beside another length speaks of that one
            break
        if "owed" in items[at].tags:
            return "owed"
    for at in range(first, min(len(items), after + 9)):
        if at >= after and ("but" in items[at].tags or items[at].low in ",;"):
            break
        if "owed" in items[at].tags:
            return "owed"
    return "given"
