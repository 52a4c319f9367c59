"""Reading a report: every finder over title and body, and what they found as suggestions.

A finder is a function of a text, its language and what is known of the report; the table `DEFAULT` names those that
are asked. A number inside a date or a notice period is part of it and no count of its own. Topics come last: they are
worked out from what the others found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Literal
from zoneinfo import ZoneInfo

from tocsin.watch.model import Report, Span, Suggestion
from tocsin.watch.text import dates, notice, numbers, people, places, topics
from tocsin.watch.text.found import Context, Found
from tocsin.watch.text.language import language_of
from tocsin.watch.text.pairs import BY_TIMES

__all__ = ["DEFAULT", "LONGEST", "Finder", "read_text"]

Finder = Callable[[str, str, Context], list[Found]]
"""`find(text, language, reading)`."""
DEFAULT: Final[tuple[Finder, ...]] = (
    dates.find,
    notice.find,
    numbers.find,
    places.find,
    topics.find,
    people.find,
)
"""The finders that are asked, in this order."""
LONGEST: Final = 100_000
"""Characters of a text that are read; what stands behind them is kept, but nothing is suggested of it."""


def read_text(
    report: Report, zone: ZoneInfo, finders: Iterable[Finder] = DEFAULT, *, country: str = "by"
) -> tuple[Suggestion, ...]:
    """Read title and body of a report.

    Args:
        report: The report; its language is taken as it stands, or recognised where it is `und`.
        zone: Time zone of days and clock times.
        finders: What is looked for.
        country: Two small letters of the country that is watched.

    Returns:
        Suggestions, by part (title before body) and place; the same words of the same kind once.
    """
    language = report.language
    if language in ("", "und"):
        language = language_of(f"{report.title}\n{report.text}")
    reading = Context(report.published, zone, country)
    asked = tuple(finders)
    parts: tuple[tuple[Literal["text", "title"], str], ...] = (("title", report.title), ("text", report.text))
    found: list[Suggestion] = []
    title: list[Found] = []
    for part, text in parts:
        read = text[:LONGEST]
        kept = _kept(one for finder in asked if finder is not topics.find for one in finder(read, language, reading))
        if topics.find in asked:
            kept = _kept((*kept, *topics.find_with(read, language, reading, kept, report, title)))
        title = kept
        found += [_suggestion(report.id, part, read, one) for one in kept]
    return tuple(found)


def _kept(found: Iterable[Found]) -> list[Found]:
    """In order, each place, kind and topic once, no numbers inside dates and periods, no dates inside periods.

    What stands inside a contact is part of it: digits of a telephone count nobody, and say when nothing happened.
    """
    ordered = sorted(found, key=lambda one: (one.start, one.end, one.kind, one.rule))
    once = {(one.start, one.end, one.kind, str(one.value.get("topic", ""))): one for one in reversed(ordered)}
    taken = bytearray(max((one.end for one in ordered), default=0))
    periods, contacts = bytearray(len(taken)), bytearray(len(taken))
    for one in ordered:
        if one.kind == "contact":
            contacts[one.start : one.end] = b"\1" * (one.end - one.start)
        if one.kind == "date" or (one.kind == "notice" and one.rule != "notice.pair"):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
        if one.kind == "notice" and one.rule not in BY_TIMES:
            periods[one.start : one.end] = b"\1" * (one.end - one.start)
    inside = {"number": (taken, contacts), "date": (periods, contacts), "notice": (contacts,)}
    return [
        one
        for _key, one in sorted(once.items())
        if not any(any(part[one.start : one.end]) for part in inside.get(one.kind, ()))
    ]


def _suggestion(report: str, part: Literal["text", "title"], text: str, one: Found) -> Suggestion:
    letter = "t" if part == "title" else "b"
    # A sentence may have several topics, and each is a suggestion of its own.
    topic = f":{one.value['topic']}" if one.kind == "topic" else ""
    return Suggestion(
        f"{report}@{one.kind}:{letter}{one.start}-{one.end}{topic}",
        report,
        one.kind,
        Span(one.start, one.end, part),
        text[one.start : one.end],
        dict(one.value),
        one.alternatives,
        one.rule,
    )
