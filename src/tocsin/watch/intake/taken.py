"""What every reader takes and gives, and how an item gets its digest, its id and its time.

The digest of a captured item is the SHA-256 of what does not change when the same item is captured again: its route,
where it stands (address, or chat and message, or publisher), its title and its text after cleaning. Names of people are
never in it, not even as pseudonyms: the same post has the same digest on every machine, and nobody can try names
against it. What surrounds an item (views, reactions, advertisements, the time of a later change) is not in it either;
so the same words at the same address are known, and other words there are a new report.

The bytes as they were found have a hash of their own (`Capture`), which changes with whatever surrounds an item.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from tocsin.errors import WatchError
from tocsin.watch.model import Bounds, Capture, Claim, Report, Sighting
from tocsin.watch.people.protect import pseudonym
from tocsin.watch.times import HOUR_MS, iso

__all__ = [
    "Captured",
    "Item",
    "Passed",
    "Piece",
    "Reading",
    "Taken",
    "captured",
    "digest_of",
    "gathered",
    "identity",
    "placed",
    "whole_day",
    "writer",
]

_UTC: Final = ZoneInfo("UTC")
_UNKNOWN: Final = Bounds()
_MIDNIGHT: Final = re.compile(r"(?<![\d:+-])00:00(?::00(?:\.0+)?)?(?![\d:])")
_EARLIEST_MS: Final = 631_152_000_000
"""1990: no feed, page or post is older; what says so means that it does not know."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How items are read.

    Attributes:
        captured: When they are taken in, in milliseconds: given by the caller, never asked of the clock in here; 0 =
            not given, and nothing lies in the future.
        zone: Time zone of days and of times without an offset.
        key: The secret of this machine by which writers of posts become pseudonyms; without it writers are left out.
        publisher: Who published the items. It goes before the title of a feed and the name of a page's site, and after
            what a coded row, a channel or an entry of a collected feed says.
        owner: Whose that publisher is, one of `OWNERS`.
        level: Who speaks, one of `LEVELS`.
        language: Language of items, if known; otherwise what they say of themselves, or what their words tell.
        published: When items were published that do not say so themselves, as whoever takes them in knows.
        published_basis: How well that is known, one of `BASES`.
        keep_raw: Whether the store keeps the very bytes of pages, texts and entries of feeds as well, and not only
            their hash. They hold names that nobody masks.
    """

    captured: int
    zone: ZoneInfo = _UTC
    key: bytes = b""
    publisher: str = ""
    owner: str = "unknown"
    level: str = "unknown"
    language: str = "und"
    published: Bounds = _UNKNOWN
    published_basis: str = "none"
    keep_raw: bool = False


Item = tuple[Report, tuple[Claim, ...]]
"""A report with the claims coded in it."""


@dataclass(frozen=True, slots=True)
class Passed:
    """Items that were passed over on purpose: nothing is wrong with them, and there is nothing to read in them.

    Attributes:
        why: What they are, in the plural: "service messages".
        count: How many; 0 = a remark on the whole, without a count.
    """

    why: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Captured:
    """An item and the evidence of its capture."""

    item: Item
    capture: Capture


Piece = Captured | Sighting | WatchError | Passed
"""What a reader gives, one at a time: an item, a statement on forces, a problem, or a word on what it passed over."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a reader gives.

    Attributes:
        items: Reports, each with the claims coded in it.
        sightings: Dated statements on forces.
        problems: One for each item that could not be taken in: its place, what was found, what was expected.
        skipped: How many items were passed over on purpose, such as service messages.
        remarks: What they were, and whatever else should be said, a sentence each.
        kinds: Each file, and what it was taken for.
        captures: Of each item, in their order, the hash of its bytes.
    """

    items: tuple[Item, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    problems: tuple[WatchError, ...] = ()
    skipped: int = 0
    remarks: tuple[str, ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    captures: tuple[Capture, ...] = ()


def gathered(pieces: Iterable[Piece]) -> Taken:
    """Put the pieces of a reader together, each sort in its order."""
    items, sightings, problems = list[Item](), list[Sighting](), list[WatchError]()
    passed, captures = Counter[str](), list[Capture]()
    for one in pieces:
        if isinstance(one, WatchError):
            problems.append(one)
        elif isinstance(one, Sighting):
            sightings.append(one)
        elif isinstance(one, Passed):
            passed[one.why] += one.count
        else:
            items.append(one.item)
            captures.append(one.capture)
    told = (tuple(problems), passed.total(), tuple(remarks_of(passed)))
    return Taken(tuple(items), tuple(sightings), *told, captures=tuple(captures))


def remarks_of(passed: Counter[str]) -> Iterator[str]:
    """What was passed over, in words."""
    return (f"{why}: {count}" if count else why for why, count in passed.items())


def digest_of(route: str, where: Sequence[str | int], title: str, text: str) -> str:
    """SHA-256 of an item in canonical JSON, as the module says."""
    content = json.dumps([route, list(where), title, text], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def captured(item: Item, raw: bytes, media_type: str, reading: Reading, *, keep: bool = True) -> Captured:
    """An item with the hash of its bytes.

    Args:
        item: The report and its claims.
        raw: The bytes that became it, as they were found.
        media_type: What they were taken for.
        reading: When, and whether bytes are kept.
        keep: Whether bytes of this kind may be kept at all.
    """
    data = raw if keep and reading.keep_raw else None
    return Captured(
        item, Capture(item[0].id, hashlib.sha256(raw).hexdigest(), len(raw), media_type, reading.captured, data)
    )


def identity(digest: str) -> str:
    """The id of an item that brings none."""
    return f"t-{digest[:12]}"


def writer(name: str, reading: Reading) -> str:
    """The pseudonym of who wrote an item; "" without a name or without a key."""
    return pseudonym(name, reading.key) if name.strip() and reading.key else ""


def of_person(title: str, reading: Reading, author: str = "") -> str:
    """The title of a feed or a site as a publisher: a pseudonym where it is a person's own.

    It is one where the user says that the publisher is a private person, or where it is the writer's name.
    """
    if reading.owner == "private-person" or (author and author.strip().casefold() == title.casefold()):
        return writer(title, reading)
    return title


def whole_day(found: Bounds, said: str) -> Bounds:
    """A moment, or the day that begins with it where it was written as midnight to the second.

    Many publishers know only the day and write midnight; who did publish at midnight lies within the day as well.
    """
    if found.least is None or not _MIDNIGHT.search(said):
        return found
    return Bounds(found.least, found.least + 24 * HOUR_MS - 1)


def placed(found: Bounds, basis: str, captured: int) -> tuple[Bounds, str, str]:
    """When an item was published, seen from when it was captured: nothing is published later than it is captured.

    Args:
        found: What the item says.
        basis: How it is known, one of `BASES`.
        captured: When it was taken in; 0 = not given.

    Returns:
        Bounds and basis, and a remark or "". A time after the capture, or before 1990, becomes unknown, at most the
        capture; a day that is not over yet ends with it.
    """
    end = captured if captured > 0 else None
    if not found.known:
        return Bounds(None, end), "none", ""
    if end is not None and found.least is not None and found.least > end:
        return Bounds(None, end), "none", f"its date, {iso(found.least)}, lies after its capture: unknown"
    if found.most is not None and found.most < _EARLIEST_MS:
        return Bounds(None, end), "none", "its date lies before 1990: unknown"
    most = end if found.most is None else found.most if end is None else min(found.most, end)
    return Bounds(found.least, most), basis, ""
