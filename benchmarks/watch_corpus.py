"""The project's own annotated texts: marks beside the words, read into characters and what they mean.

A line of `tests/watch/texts/<language>.jsonl` is a text. Its sentences carry their marks inside, as
`{{kind:value|words}}` or `{{kind?:value|words}}`, and the topics that they speak of. Offsets are worked out here
whenever a text is read, so that they cannot grow stale. How values are written stands in `tests/watch/texts/README.md`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from tocsin.errors import WatchError
from tocsin.watch.model import STANCES, SUGGESTION_KINDS, TOPICS, Bounds, Report
from tocsin.watch.times import read_time

__all__ = ["ASIDE", "FOLDER", "HALVES", "LANGUAGES", "Mark", "Text", "read_jsonl", "read_texts", "text_of"]

FOLDER: Final = Path(__file__).resolve().parents[1] / "tests" / "watch" / "texts"
LANGUAGES: Final = ("be", "en", "lt", "pl", "ru", "uk")
HALVES: Final = ("dev", "tried", "held")
"""Sets of texts. Up to `_TRIED_UP_TO` the odd ones were read while rules were written (`dev`), and the totals of the
even ones were looked at (`tried`). Those after it were written later; they and their totals were not (`held`).
"""
ASIDE: Final = "aside"
"""Genre of texts that do not speak of a call-up at all; a topic found in them is wrong whatever else is marked."""
_TRIED_UP_TO: Final = 52
_MARK: Final = re.compile(r"\{\{(?P<kind>[a-z]+)(?P<optional>\??):(?P<value>[^|{}]*)\|(?P<words>[^|{}]+)\}\}")
_DATE: Final = re.compile(r"(?P<first>[^.]+?)(?:\.\.(?P<last>[^.]+?))?(?P<role>[rso])")
_NUMBER: Final = re.compile(r"(?P<about>~?)(?P<least>[\d/]*)(?P<dash>-?)(?P<most>\d*) (?P<unit>[a-z]+)")
_NOTICE: Final = re.compile(r"(?P<least>\d*)(?P<dash>-?)(?P<most>\d*)(?P<says>[og])")
_ROLES: Final = {"r": "report", "s": "served", "o": "other"}
_SAYS: Final = {"o": "owed", "g": "given"}
_IMPLIED: Final = {
    "date report": ("called-up", "notice-time"),
    "date served": ("called-up", "notice-time"),
    "notice": ("notice-time",),
    "number day": ("duration", "waiting"),
    "number hour": ("waiting",),
    "number month": ("duration",),
    "number person": ("called-up", "numbers"),
    "number tank": ("equipment",),
    "number vehicle": ("equipment",),
    "number week": ("duration",),
    "place": ("place",),
}
"""Topics that a mark of some sort may stand for; a find of one is not wrong even where nobody marked the topic."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters that people marked, and what they mean.

    Attributes:
        kind: One of `SUGGESTION_KINDS`.
        part: `text` or `title`.
        start: First character, in code points from 0.
        end: One past the last.
        words: The characters themselves; of a topic its whole sentence.
        value: What they mean, by kind; empty where an optional mark leaves it open.
        optional: Whether finding it is neither right nor wrong.
    """

    kind: str
    part: str
    start: int
    end: int
    words: str
    value: dict[str, Any] = field(default_factory=dict)
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """One annotated text.

    Attributes:
        id: `<language>-<number>`.
        language: Two letters.
        published: When it was (as if) published.
        zone: Time zone of its days.
        genre: post, channel, outlet, official, wire, opinion, comment, denial, correction, retelling, leaflet, mixed,
            aside (not about a call-up) …
        title: Its title without marks, or "".
        text: Its body without marks.
        sentences: Where each sentence of the body starts and ends.
        marks: What is marked in title and body, by part and start.
    """

    id: str
    language: str
    published: Bounds
    zone: ZoneInfo
    genre: str
    title: str
    text: str
    sentences: tuple[tuple[int, int], ...]
    marks: tuple[Mark, ...]

    @property
    def half(self) -> str:
        """`dev` of an odd number up to 52, `tried` of an even one, `held` of those after."""
        number = int(self.id.rpartition("-")[2])
        return "held" if number > _TRIED_UP_TO else "dev" if number % 2 else "tried"

    def as_report(self) -> Report:
        """As a reader of reports is given it: nobody knows who published it."""
        return Report(
            self.id,
            self.id,
            "text",
            language=self.language,
            published=self.published,
            published_basis="time",
            title=self.title,
            text=self.text,
        )


def read_texts(language: str, half: str | None = None) -> list[Text]:
    """Read the texts of a language.

    Args:
        language: One of `LANGUAGES`.
        half: One of `HALVES`, or None for all.

    Returns:
        The texts in the order of their numbers.

    Raises:
        WatchError: A mark, time or topic cannot be read; the place names file and line.
    """
    path = FOLDER / f"{language}.jsonl"
    texts = [text_of(row, f"{path.name}:{number}") for number, row in enumerate(read_jsonl(path), start=1)]
    return [text for text in texts if half in (None, text.half)]


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Read a file of one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def text_of(row: dict[str, Any], place: str) -> Text:
    """Work out one line of a file: words, sentences, marks.

    Args:
        row: The line.
        place: File and line, for the error.

    Raises:
        WatchError: A mark, time or topic cannot be read.
    """
    zone = ZoneInfo(row["zone"])
    title, marks = _unmarked(row["title"], "title", 0, zone, place)
    body, ends = "", []
    for sentence in row["sentences"]:
        start = len(body) + bool(body)
        words, found = _unmarked(sentence["marked"], "text", start, zone, place)
        body += " " * bool(body) + words
        ends.append((start, len(body)))
        marks += found + [_topic(name, stance, (start, words), place) for name, stance in sentence["topics"].items()]
    if row["genre"] != ASIDE:
        marks += [implied for sentence in ends for implied in _implied(sentence, body, marks)]
    marks.sort(key=lambda mark: (mark.part, mark.start, mark.kind, str(mark.value)))
    published, _ = read_time(row["published"], zone, place=place)
    return Text(
        row["id"], row["language"], published, zone, row["genre"], title, body, tuple(ends), tuple(marks)
    )  # fmt: skip


def _unmarked(marked: str, part: str, offset: int, zone: ZoneInfo, place: str) -> tuple[str, list[Mark]]:
    """The words without marks, and the marks with their characters counted from `offset`."""
    words, marks, done = "", [], 0
    for found in _MARK.finditer(marked):
        words += marked[done : found.start()]
        start = offset + len(words)
        words += found["words"]
        done = found.end()
        if found["kind"] not in SUGGESTION_KINDS or found["kind"] == "topic":
            raise WatchError(f"found the mark {found[0]!r}; expected a kind of {SUGGESTION_KINDS}", place=place)
        value = _value(found["kind"], found["value"], zone, place) if found["value"] else {}
        if not value and not found["optional"]:
            raise WatchError(f"found the mark {found[0]!r}; expected a value, or ? after its kind", place=place)
        end = start + len(found["words"])
        marks.append(Mark(found["kind"], part, start, end, found["words"], value, bool(found["optional"])))
    words += marked[done:]
    if "{{" in words or "}}" in words:
        raise WatchError(f"found {marked!r}; expected marks such as {{{{place:Hrodna,by|Гродне}}}}", place=place)
    return words, marks


def _topic(name: str, stance: str, sentence: tuple[int, str], place: str) -> Mark:
    """A topic of a sentence; a name that ends in ? is optional."""
    topic, (start, words) = name.removesuffix("?"), sentence
    if topic not in TOPICS or stance not in STANCES:
        raise WatchError(f"found topic {name!r} with {stance!r}; expected one of {TOPICS} and {STANCES}", place=place)
    value = {"topic": topic, "stance": stance}
    return Mark("topic", "text", start, start + len(words), words, value, topic != name)


def _implied(sentence: tuple[int, int], body: str, marks: list[Mark]) -> list[Mark]:
    """Topics that a sentence also speaks of, because of what is marked in it, where nobody marked them: optional."""
    start, end = sentence
    inside = [mark for mark in marks if mark.part == "text" and start <= mark.start < end]
    marked = {mark.value["topic"] for mark in inside if mark.kind == "topic"}
    topics = {topic for mark in inside for topic in _IMPLIED.get(_sort(mark), ())}
    words = body[start:end]
    return [
        Mark("topic", "text", start, end, words, {"topic": topic, "stance": "asserts"}, optional=True)
        for topic in sorted(topics - marked)
    ]


def _sort(mark: Mark) -> str:
    """Kind of a mark, and of a date its role, of a number its unit."""
    return " ".join([mark.kind, *(mark.value[name] for name in ("role", "unit") if name in mark.value)])


def _value(kind: str, written: str, zone: ZoneInfo, place: str) -> dict[str, Any]:
    """What a mark's value means, by kind."""
    if kind == "place":
        name, _, country = written.rpartition(",")
        return {"name": name, "country": country}
    if kind in ("person", "contact"):
        return {"role" if kind == "person" else "sort": written}
    read = {"date": _date, "number": _number, "notice": _notice}[kind](written, zone, place)
    if not read:
        raise WatchError(f"found {kind} {written!r}; expected what the README beside the texts says", place=place)
    return read


def _date(written: str, zone: ZoneInfo, place: str) -> dict[str, Any]:
    """`2026-02-18T08:00r`, `2026-02-16..2026-02-17o`: bounds in milliseconds and the role."""
    whole = _DATE.fullmatch(written)
    if whole is None:
        return {}
    first = read_time(whole["first"], zone, place=place)[0]
    last = read_time(whole["last"], zone, place=place)[0] if whole["last"] else first
    return {"least": first.least, "most": last.most, "role": _ROLES[whole["role"]]}


def _number(written: str, zone: ZoneInfo, place: str) -> dict[str, Any]:
    """`400 person`, `12- person`, `-60 day`, `400-500 person`, `~400 person`, `1000/2000- person`."""
    whole = _NUMBER.fullmatch(written)
    if whole is None or not (whole["least"] or whole["most"]):
        return {}
    leasts: list[int | None] = [int(least) for least in whole["least"].split("/") if least]
    leasts = leasts or [None]
    most = (int(whole["most"]) if whole["most"] else None) if whole["dash"] else leasts[0]
    return {"leasts": leasts, "most": most, "about": bool(whole["about"]), "unit": whole["unit"]}


def _notice(written: str, zone: ZoneInfo, place: str) -> dict[str, Any]:
    """`168o`, `-24g`, `24-48g`, `336-o`: hours, and whether they are owed or given."""
    whole = _NOTICE.fullmatch(written)
    if whole is None or not (whole["least"] or whole["most"]):
        return {}
    least = int(whole["least"]) if whole["least"] else None
    most = (int(whole["most"]) if whole["most"] else None) if whole["dash"] else least
    return {"hours_least": least, "hours_most": most, "says": _SAYS[whole["says"]]}
