"""Numbers of something: how many people, vehicles, trains or days a text names, as [at least, at most].

A number counts only with what it counts: a unit of the table of its language within a few words, or a verb of calling
up near a large number. So years, clock times, brigades, articles, telephones, money and shares are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tocsin.watch.text.counting import Count, count_at, has
from tocsin.watch.text.found import Context, Found
from tocsin.watch.text.items import Item, Sentence, sentences

__all__ = ["find"]

_DAYS: Final = {"day": 1, "week": 7, "month": 30}
_GAP: Final = 3
_NEAR: Final = 8
_BLOCKS: Final = frozenset(
    (
        "stop",
        "other",
        "month",
        "weekday",
        "relative",
        "part",
        "half",
        "num",
        "vague",
        "many",
        "hedge",
        "label",
        "year",
        "clock",
    )
)
_STARTS: Final = frozenset(("hedge", "num", "vague", "many", "scale", "from", "plus"))
_FORMS: Final = frozenset(("digits", "grouped", "decimal", "dotted"))
_ELIDED: Final = frozenset(("person", "vehicle", "tank", "bus", "platform", "wagon", "aircraft", "summons", "tent"))
"""Units that a number may leave out; over a full stop only people."""
_FOREIGN: Final = frozenset(("other", "time", "month", "year", "half", "num", "unit", "hour", "scale", "label"))
_ELIDED_LEAST: Final = 40
_ELIDED_MOST: Final = 1000
_FAR: Final = 10
_MOST: Final = 5_000_000


def find(text: str, language: str, reading: Context) -> list[Found]:
    """Find numbers with what they count.

    Args:
        text: Title or body.
        language: Two letters, or `und`.
        reading: What is known of the report; nothing of it is needed here.

    Returns:
        Numbers {least, most, unit}, in the order of the text.
    """
    found: list[Found] = []
    open_counts: list[tuple[Sequence[Item], Count]] = []
    told, end = "", 0
    for sentence in sentences(text, language):
        if "\n\n" in text[end : sentence.start]:
            told, open_counts = "", []
        end = sentence.end
        clear, bare = _in_sentence(sentence)
        units = [one.value["unit"] for one in clear if one.value["unit"] in _ELIDED]
        found += clear
        if units and units[0] == "person":  # "one source says thousands. The ministry speaks of 400 people"
            found += [_found_bare(*one, units[0]) for one in open_counts]
        open_counts = []
        for count in bare:
            before = [one.value["unit"] for one in clear if one.end <= sentence.items[count.first].start]
            unit = next((one for one in reversed(before) if one in _ELIDED), told or next(iter(units), ""))
            of_them = has(sentence.items, count.after, "anaphor") and not any(
                one.form in _FORMS for one in sentence.items[: count.first]
            )
            unit = unit or _named_before(sentence.items, count) or ("person" if of_them else "")
            if unit and unit != "person" and count.high > _ELIDED_MOST:
                continue
            if unit:
                found.append(_found_bare(sentence.items, count, unit))
            else:
                open_counts.append((sentence.items, count))
        told = "person" if "person" in units[-1:] or (bare and told) else ""
    return sorted(found, key=lambda one: (one.start, one.end))


def _in_sentence(sentence: Sentence) -> tuple[list[Found], list[Count]]:
    """What is counted in a sentence, and the counts whose unit stands elsewhere."""
    items, at = sentence.items, 0
    clear: list[Found] = []
    bare: list[Count] = []
    while at < len(items):
        if not (items[at].form in _FORMS or not _STARTS.isdisjoint(items[at].tags) or items[at].low in "~≈≥≤<>"):
            found = _for_a(items, at) or _nth(items, at)
            clear += [found] if found is not None else []
            at += 1
            continue
        count = count_at(items, at)
        if count is None:
            at += 1
            continue
        if not _is_name(items, count):
            found = _counted(items, count) or _inverted(items, count) or _called(items, count) or _meant(items, count)
            if found is not None:
                clear.append(found)
            elif _is_bare(items, count):
                bare.append(count)
        at = max(count.after, at + 1)
    return clear, bare


def _is_figure(items: Sequence[Item], count: Count) -> bool:
    """Whether words such as "the number of" stand before."""
    return any("figure" in one.tags for one in items[max(0, count.first - _FAR) : count.first])


def _named_before(items: Sequence[Item], count: Count) -> str:
    """Unit that the sentence named without a number: число призванных составляет около 400."""
    if not _is_figure(items, count):
        return ""
    for at in range(count.first - 1, max(-1, count.first - 1 - _FAR), -1):
        if items[at].tags.get("unit") in _ELIDED:
            return items[at].tags["unit"]
    return ""


def _meant(items: Sequence[Item], count: Count) -> Found | None:
    """People without a word for them: nine of them; двоих, кто отказался; Dwóch, którzy odmówili; троих увели."""
    if count.words == "one" or count.high >= _ELIDED_MOST or count.high < 2:
        return None
    after = count.after + 1 if count.after < len(items) and items[count.after].low == "," else count.after
    who = has(items, after, "who") and count.words == "words"
    following = _tags(items, count.after)
    each = count.first and not {"for", "stop"}.isdisjoint(items[count.first - 1].tags)  # one blanket for two
    alone = has(items, count.number, "collective") and not each and _FOREIGN.isdisjoint(following)
    if not (who or alone) or count.high != int(count.high):
        return None
    return _found(items, count, count.after, "person", 1, "number.people")


def _is_bare(items: Sequence[Item], count: Count) -> bool:
    """Whether a large number may count what was counted just before or is counted next: "officially about 400"."""
    if has(items, count.after, "anaphor"):
        return count.low >= 2 and count.high < _ELIDED_MOST
    if has(items, count.first - 1, "anaphor") and count.words == "words":
        return has(items, count.number, "collective") or count.after >= len(items) or _ends(items[count.after])
    if any("aged" in one.tags for one in items[max(0, count.first - _GAP) : count.first]):
        return False
    figure = _is_figure(items, count)
    hedged = count.hedge != "exact" or count.low != count.high or count.words == "many" or figure
    if not hedged or not _ELIDED_LEAST <= count.high <= 1_000_000 or _is_year(items, count):
        return False
    if count.after >= len(items):
        return True
    return _ends(items[count.after])


def _ends(item: Item) -> bool:
    """Whether what follows a number names nothing that it could count."""
    if item.form in ("sign", "dash"):
        return not item.glued or item.low not in "%$€£₽/°-"
    ends = not {"stop", "join", "called", "total", "who"}.isdisjoint(item.tags)
    return item.form == "word" and ends and _FOREIGN.isdisjoint(item.tags)


def _found_bare(items: Sequence[Item], count: Count, unit: str) -> Found:
    bounds, after = count.bounds(), count.after + has(items, count.after, "anaphor")
    value = {"least": bounds.least, "most": bounds.most, "unit": unit}
    return Found("number", items[count.first].start, items[after - 1].end, value, (), "number.elided")


def _is_name(items: Sequence[Item], count: Count) -> bool:
    """Whether a number names something (an article, a house, a sum of money) and counts nothing."""
    before = count.first - 1
    if before >= 0 and items[before].low == "." and items[before].glued:
        before -= 1
    if (
        has(items, before, "label")
        and not has(items, before, "at")
        and count.words == "digits"
        and count.hedge == "exact"
    ):
        return True
    glued = count.number > 0 and items[count.number].glued
    return (glued and items[count.number - 1].form in ("dash", "digits", "word", "clock")) or (
        count.number > 0 and items[count.number - 1].low in "$€£₽№#/"
    )


def _counted(items: Sequence[Item], count: Count) -> Found | None:
    """A number with its unit behind it."""
    at = _unit_at(items, count)
    if at is None or count.words == "one":
        return None
    item = items[at]
    if "unit" in item.tags:
        unit, times = item.tags["unit"], 1
        if "formation" in item.tags and count.words == "digits" and count.high > 9 and count.hedge == "exact":
            return None
        if _is_year(items, count) or (count.low != int(count.low) and count.words == "words" and count.high < 2):
            return None  # half of the men
    else:
        unit, times = ("day", _DAYS[item.tags["time"]]) if item.tags["time"] in _DAYS else ("hour", 1)
        if items[count.first].low == "per" or _is_moment(items, count, at, unit):
            return None
    return _found(items, count, at + 1, unit, times, f"number.{unit if unit in ('day', 'hour') else 'unit'}")


def _unit_at(items: Sequence[Item], count: Count) -> int | None:
    """Where the unit stands: at once, or behind a few words that may be adjectives."""
    at, gap = count.after, 0
    if at < len(items) and has(items, at, "outof"):
        at += 1
    while at < len(items) and has(items, at, "these"):
        at += 1
    while at < len(items) and gap <= _GAP:
        item = items[at]
        if "unit" in item.tags:
            later = at + 1
            return later if "adjective" in item.tags and has(items, later, "unit") else at
        if "time" in item.tags:
            return at if gap == 0 and item.tags["time"] in ("hour", "day", "week", "month") else None
        if item.form == "dash" and item.glued:
            at += 1
            continue
        if item.form != "word" or not _BLOCKS.isdisjoint(item.tags) or "cue" in item.tags:
            return None
        gap, at = gap + 1, at + 1
    return None


def _is_year(items: Sequence[Item], count: Count) -> bool:
    """Whether four plain digits before a unit are a year: "in 2022 troops crossed"."""
    item = items[count.number]
    return (
        item.form == "digits"
        and len(item.low) == 4
        and 1990 <= item.value <= 2035
        and has(items, count.number - 1, "join")
    )


def _is_moment(items: Sequence[Item], count: Count, at: int, unit: str) -> bool:
    """Whether a number of hours or days is a clock time, or says how long ago or how soon."""
    before = items[count.first - 1] if count.first else None
    if has(items, at + 1, "ago") or (before is not None and ("later" in before.tags or "agobefore" in before.tags)):
        return not (before is not None and before.low in ("in", "за", "za") and "ago" not in _tags(items, at + 1))
    if "every" in ("" if before is None else before.low):
        return True
    if unit == "hour":
        clock = "hour" in items[at].tags and count.high <= 24
        prepared = (before is not None and "at" in before.tags) or (
            count.hedge in ("most", "about") and count.first < count.number
        )
        return clock and (prepared or has(items, at, "houralone") or has(items, at + 1, "half"))
    return ("daymark" in items[at].tags and items[at].low == "d") or has(items, at + 1, "month")


def _tags(items: Sequence[Item], at: int) -> dict[str, str]:
    return items[at].tags if at < len(items) else {}


def _inverted(items: Sequence[Item], count: Count) -> Found | None:
    """Человек двадцать; душ п'ятсот; дней десять: the number behind its unit says "about"."""
    before = count.first - 1
    if not has(items, before, "inverted") or count.hedge not in ("exact", "about") or count.words == "one":
        return None
    if any(has(items, count.after, tag) for tag in ("time", "month", "hour", "other", "year", "unit")):
        return None
    if before and (items[before - 1].form in _FORMS or not _STARTS.isdisjoint(items[before - 1].tags)):
        return None
    tags = items[before].tags
    unit = tags.get("unit", "day")
    times = 1 if "unit" in tags else _DAYS.get(tags.get("time", ""), 0)
    if not times or _is_year(items, count):
        return None
    low, high = count.low * 0.9, count.high * 1.1
    spread = Count(before, count.after, low, high, count.low, count.high, "about", count.words, count.number)
    return _found(items, spread, count.after, unit, times, "number.inverted")


def _called(items: Sequence[Item], count: Count) -> Found | None:
    """A large number without a unit, near a verb of calling up, is one of people."""
    item = items[count.number]
    large = count.words == "many" or (
        count.high >= 100
        and (item.form == "grouped" or count.words == "words" or count.hedge != "exact" or count.low != count.high)
    )
    if not large or count.high > 1_000_000 or _is_year(items, count):
        return None
    following = _tags(items, count.after)
    if not {"other", "time", "month", "year", "half", "num", "unit"}.isdisjoint(following):
        return None
    near = items[max(0, count.first - _NEAR) : count.after + _NEAR]
    if not any("called" in one.tags for one in near):
        return None
    if any("other" in one.tags for one in items[count.after : count.after + 3]):
        return None
    return _found(items, count, count.after, "person", 1, "number.called")


def _for_a(items: Sequence[Item], at: int) -> Found | None:
    """ "For a month", "на неделю": one week or month without a number word."""
    if not has(items, at, "for") or not has(items, at + 1, "bare"):
        return None
    after = items[at + 1]
    time = after.tags.get("time") or after.tags.get("one")
    if time not in ("week", "month") or has(items, at + 2, "ago"):
        return None
    days = _DAYS[time]
    return Found("number", after.start, after.end, {"least": days, "most": days, "unit": "day"}, (), "number.for-a")


def _nth(items: Sequence[Item], at: int) -> Found | None:
    """Ждут вторые сутки; for a third week: that long at least."""
    item = items[at]
    if item.form == "ordinal":
        size = int(item.value)
    elif "nth" in item.tags:
        size = int(item.tags["nth"])
    else:
        return None
    if not has(items, at + 1, "nthof") or not 2 <= size <= 60 or (at and has(items, at - 1, "stop")):
        return None
    days = size * _DAYS[items[at + 1].tags["nthof"]]
    value = {"least": days, "most": None, "unit": "day"}
    return Found("number", item.start, items[at + 1].end, value, (), "number.nth")


def _found(items: Sequence[Item], count: Count, after: int, unit: str, times: int, rule: str) -> Found | None:
    bounds = count.bounds(times)
    if max(bounds.least or 0, bounds.most or 0) > _MOST or not bounds.known:
        return None
    value = {"least": bounds.least, "most": bounds.most, "unit": unit}
    return Found("number", items[count.first].start, items[after - 1].end, value, (), rule)
