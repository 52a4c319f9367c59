"""What held the force back, in words and as a strip: the critical path of each task, step by step (C7).

Times are told to the minute, so that they add up to the whole: whole minutes are given out by the largest remainder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import polars as pl

from tocsin.brief.case import Case
from tocsin.brief.tables import Cell, Column, Row, Table
from tocsin.brief.words import FIXED, listed

__all__ = ["PHRASES", "HeldBack", "Part", "critical", "exact_minutes", "in_words", "phrase", "worded"]

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
MOST_PATHS = 4
MOST_TOLD = 6
SMALL = 0.02
"""Steps shorter than this share of the whole are told together at the end of the sentence."""

Sort = Literal["order", "message", "own", "wait", "service", "move"]
SORTS: dict[Sort, str] = {
    "order": "orders",
    "message": "summonses and answers",
    "own": "at home and on the way to the point",
    "wait": "waiting at the point or for others",
    "service": "being served",
    "move": "rides and marches",
}
"""What the colours of the strip stand for."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    """How a kind of step is told: its sort, and words for what and where, either of which may be unknown."""

    sort: Sort
    words: Callable[[str, str], str]


def _at(place: str, preposition: str = "at") -> str:
    return f" {preposition} {place}" if place else ""


PHRASES: dict[str, _Phrase] = {
    "waiting for the order": _Phrase("order", lambda what, at: f"until {what or 'somebody'} sent the order"),
    "waiting for the summons": _Phrase("order", lambda what, at: "from the order to the first summons"),
    "waiting for couriers": _Phrase("message", lambda what, at: f"waiting for the couriers{_at(at, 'of')}"),
    "waiting for a line": _Phrase("message", lambda what, at: f"waiting for a free line of {what or 'some channel'}"),
    "message on its way": _Phrase("message", lambda what, at: f"the summons by {what or 'some channel'} on its way"),
    "before the next try": _Phrase("message", lambda what, at: f"before the next try, by {what or 'some channel'}"),
    "waiting for an answer": _Phrase("message", lambda what, at: "waiting for the answer to a request"),
    "getting ready": _Phrase("own", lambda what, at: "at home, until setting out"),
    "on the way": _Phrase("own", lambda what, at: f"on the way{_at(at, 'to')}"),
    "waiting at a station": _Phrase("wait", lambda what, at: f"waiting for {what or 'a station'}{_at(at)}"),
    "waiting for the opening": _Phrase("wait", lambda what, at: f"until {what or 'a station'}{_at(at)} had a server"),
    "waiting for room": _Phrase("wait", lambda what, at: f"waiting for room at {what or 'a station'}{_at(at, 'in')}"),
    "waiting for stock": _Phrase("wait", lambda what, at: f"waiting for {what or 'stock'} to come{_at(at, 'to')}"),
    "until a breakdown": _Phrase("wait", lambda what, at: f"until {what or 'a server'}{_at(at)} broke down"),
    "waiting for a repair": _Phrase("wait", lambda what, at: f"until {what or 'something'}{_at(at)} was repaired"),
    "in service": _Phrase("service", lambda what, at: f"being served: {what or 'a station'}{_at(at)}"),
    "between stations": _Phrase("move", lambda what, at: f"on foot to {what or 'the next station'}{_at(at)}"),
    "waiting for the bus": _Phrase("wait", lambda what, at: f"waiting for a bus{_at(at)}"),
    "waiting for departure": _Phrase("wait", lambda what, at: f"aboard until the bus left{_at(at, 'from')}"),
    "ride": _Phrase("move", lambda what, at: f"on the bus{_at(at, 'to')}"),
    "taking a post": _Phrase("wait", lambda what, at: f"taking a post{_at(at)}"),
    "preparing to march": _Phrase("wait", lambda what, at: f"{what or 'a unit'} preparing to march"),
    "waiting for the hour": _Phrase("wait", lambda what, at: f"until the hour set for {what or 'the march'}{_at(at)}"),
    "on the march": _Phrase("move", lambda what, at: f"{what or 'a unit'} on the march{_at(at, 'to')}"),
    "waiting for the road": _Phrase("wait", lambda what, at: f"waiting for the road{_at(at)}{_at(what, 'behind')}"),
    "waiting for a unit": _Phrase("wait", lambda what, at: f"waiting for {what or 'another unit'}{_at(at)}"),
    "waiting for a shock": _Phrase("wait", lambda what, at: f"held up by {what or 'a shock'}{_at(at)}"),
    "something else": _Phrase("wait", lambda what, at: f"what the log does not tell ({what}){_at(at)}" if what
                              else f"what the log does not tell{_at(at)}"),
}  # fmt: skip
"""Words for every kind of step that C7 knows (`tocsin.measure.catalogue`)."""


REQUEST = _Phrase("own", lambda what, at: "until a request was made")
"""What leads to a request is no way on foot."""


def phrase(wait: str, what: str, place: str) -> str:
    """Tell one step: "waiting for the couriers of Lida"."""
    return _phrase(wait, what).words(what, place)


def _phrase(wait: str, what: str) -> _Phrase:
    return REQUEST if (wait, what) == ("between stations", "request") else PHRASES[wait]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a path: consecutive steps that are told alike.

    Attributes:
        words: What it was.
        sort: Its sort, for the colour.
        start: When it began, as a share of the whole.
        share: How long it was, as a share of the whole.
        minutes: How long it was in whole minutes; all parts add up to the whole.
        began_h: When it began, hours after the alert.
        unit: Whose way it was; empty if unknown.
    """

    words: str
    sort: Sort
    start: float
    share: float
    minutes: int
    began_h: float
    unit: str


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A path.

    Attributes:
        name: What it led to: a task, or the last unit formed.
        sentence: What it was made of, in words.
        parts: Its stretches in time.
        table: The same in figures.
        sorts: Sorts of steps that occur, with their words.
    """

    name: str
    sentence: str
    parts: tuple[Part, ...]
    table: Table
    sorts: tuple[tuple[Sort, str], ...]


def critical(case: Case) -> tuple[HeldBack, ...]:
    """Tell the longest paths of the first run; none where the causes of rows are not known."""
    known = [(name, path) for name, path in case.paths.items() if path.height and int(path["ended_ms"][-1]) > 0]
    ranked = sorted(known, key=lambda item: -int(item[1]["ended_ms"][-1]))[:MOST_PATHS]
    return tuple(_told(case, number, name, path) for number, (name, path) in enumerate(ranked))


def _told(case: Case, number: int, name: str, path: pl.DataFrame) -> HeldBack:
    parts = tuple(_parts(path))
    sorts = tuple((sort, SORTS[sort]) for sort in SORTS if any(part.sort == sort for part in parts))
    return HeldBack(name, in_words(name, path), parts, _table(case, number, name, parts), sorts)


def _rows(path: pl.DataFrame) -> list[tuple[int, int, str, str, str, str]]:
    found: list[tuple[int, int, str, str, str, str]] = path.select(
        "began_ms", "length_ms", "wait", *(pl.col(name).fill_null("") for name in ("what", "place", "unit"))
    ).rows()
    return found


def exact_minutes(lengths: Sequence[int]) -> list[int]:
    """Round milliseconds to whole minutes so that they add up to the rounded whole.

    Each is rounded down; the minutes that are missing go to the largest remainders (Hamilton's method), the first of
    equal ones first.
    """
    floors = [length // MINUTE_MS for length in lengths]
    missing = (2 * sum(lengths) + MINUTE_MS) // (2 * MINUTE_MS) - sum(floors)
    order = sorted(range(len(lengths)), key=lambda i: (-(lengths[i] % MINUTE_MS), i))
    for i in order[:missing]:
        floors[i] += 1
    return floors


def worded(minutes: int) -> str:
    """Write whole minutes: "9 h 10", "45 min"."""
    if minutes < HOUR_MS // MINUTE_MS:
        return f"{minutes}{FIXED}min"
    return f"{minutes // 60:,}{FIXED}h{FIXED}{minutes % 60:02d}"


def in_words(name: str, path: pl.DataFrame) -> str:
    """Say what a path was made of: steps told alike taken together, the longest first, all adding up to the whole.

    Args:
        name: What it led to.
        path: Its steps, as `tocsin.measure.critical` gives them.
    """
    lengths: dict[str, int] = {}
    for _, length, wait, what, place, _ in _rows(path):
        words = phrase(wait, what, place)
        lengths[words] = lengths.get(words, 0) + length
    total = sum(lengths.values())
    order = sorted((words for words in lengths if lengths[words] > 0), key=lambda words: -lengths[words])
    least = max(SMALL * total, MINUTE_MS)
    told = [words for words in order if lengths[words] >= least][:MOST_TOLD]
    rest = [words for words in order if words not in told]
    if len(rest) == 1:
        told, rest = [*told, *rest], []
    minutes = exact_minutes([*(lengths[words] for words in told), *([sum(lengths[w] for w in rest)] if rest else [])])
    parts = [f"{worded(n)} {words}" for n, words in zip(minutes, told, strict=False)]
    if rest and (minutes[-1] > 0 or not parts):
        parts.append(f"{worded(minutes[-1])} in {len(rest)} shorter steps")
    return f"Of {worded(sum(minutes))} until {_ending(name)}: {listed(parts, len(parts))}."


def _ending(name: str) -> str:
    return f"the {name}" if name.startswith(("last ", "units ")) else f"“{name}” was complete"


def _parts(path: pl.DataFrame) -> Iterator[Part]:
    rows = [(*row, phrase(*row[2:5])) for row in _rows(path)]
    stretches = [list(group) for _, group in groupby(rows, key=lambda row: (row[6], row[5]))]
    stretches = [stretch for stretch in stretches if sum(row[1] for row in stretch) > 0]
    lengths = [sum(row[1] for row in stretch) for stretch in stretches]
    total = max(sum(lengths), 1)
    for stretch, length, minutes in zip(stretches, lengths, exact_minutes(lengths), strict=True):
        began, _, wait, what, _, unit, words = stretch[0]
        yield Part(words, _phrase(wait, what).sort, began / total, length / total, minutes, began / HOUR_MS, unit)


def _table(case: Case, number: int, name: str, parts: Sequence[Part]) -> Table:
    rows = tuple(
        Row(case.clock.short(part.began_h), (Cell(worded(part.minutes)), Cell(part.words, part.unit))) for part in parts
    )
    columns = (Column("from", False), Column("for"), Column("what it was, and whose way", False))
    return Table(f"path-{number}", f"Step by step: {name}", columns, rows)
