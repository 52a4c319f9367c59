"""RSS and Atom: each entry by itself, so that a broken one never keeps the others out.

The order of things:

1. Bytes become characters; a document type with entities of its own (how a kilobyte becomes a gigabyte) is cut away.
2. The feed is cut into its entries by a walk over its tags that needs no well-formed XML.
3. Each entry is read by feedparser, alone under the feed's own root, so that prefixes keep their meaning.

Times: `published` with a time is exact; without one, or at midnight to the second, it is a day. An entry that only says
when it was changed was published no later than that. An entry without a time was published no later than it was
captured.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_tz
from typing import Any, Final
from urllib.parse import urljoin

from tocsin.errors import WatchError
from tocsin.watch.intake.addresses import clean_address, host_of
from tocsin.watch.intake.characters import decoded, language_of, plain
from tocsin.watch.intake.limits import Limits
from tocsin.watch.intake.taken import (
    Passed,
    Piece,
    Reading,
    Taken,
    captured,
    digest_of,
    gathered,
    identity,
    of_person,
    placed,
    whole_day,
    writer,
)
from tocsin.watch.model import Bounds, Claim, Report
from tocsin.watch.text.language import language_of as of_words
from tocsin.watch.text.lexicon import LANGUAGES
from tocsin.watch.times import HOUR_MS, day_bounds, moment_ms, read_time

__all__ = ["each_entry", "read_feed"]

_DECLARED: Final = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})["']""")
_ROOT: Final = re.compile(r"<((?:\w{1,40}:)?(?:rss|feed|RDF))(?:\s[^>]*)?>", re.IGNORECASE)
_TAG: Final = re.compile(r"<(/?)((?:\w{1,40}:)?(?:item|entry))(?=[\s/>])", re.IGNORECASE)
_ZONE: Final = re.compile(r"(?:[+-]\d\d:?\d\d|\b(?:UTC?|GMT|Z|[ECMPA][SD]T))(?:\s*\([^)]*\))?$")
"""What RFC 5322 knows as a time zone."""
_TELLING: Final = 60
"""Characters of an entry from which its own words go before the language that its feed names."""
_WIDEST_MS: Final = 14 * HOUR_MS
"""No clock on Earth is further from UTC."""


@dataclass(frozen=True, slots=True)
class _Feed:
    """A feed apart from its entries.

    Attributes:
        root: Its first tag, with the meaning of prefixes.
        end: What closes it.
        name: What to call it in problems.
        title: Its title.
        language: Two letters, or `und`.
        address: Its home page, or "".
    """

    root: str
    end: str
    name: str
    title: str = ""
    language: str = "und"
    address: str = ""


def read_feed(
    data: bytes, name: str, reading: Reading, limits: Limits | None = None, *, address: str = "", charset: str = ""
) -> Taken:
    """Read a feed.

    Args:
        data: The file.
        name: What to call it in problems.
        reading: How to read.
        limits: How much to read at most.
        address: Where it was fetched, or "".
        charset: What the server labelled it as, or "".
    """
    return gathered(each_entry(data, name, reading, limits or Limits(), address=address, charset=charset))


def each_entry(
    data: bytes, name: str, reading: Reading, limits: Limits, *, address: str = "", charset: str = ""
) -> Iterator[Piece]:
    """Read a feed one entry at a time, as `read_feed`."""
    if len(data) > limits.bytes_per_page:
        told = f"found a feed of {len(data):,} bytes; expected at most {limits.bytes_per_page:,}"
        yield WatchError(told, place=name)
        return
    label = _DECLARED.search(data[:500])
    try:
        read = decoded(data, charset or (label[1].decode() if label else ""), place=name)
    except WatchError as error:
        yield error
        return
    if read.remark:
        yield Passed(f"{name}: {read.remark}", 0)
    text, bomb = _without_types(read.text)
    if bomb:
        told = "found entities that the feed declares itself, which may unpack without end; expected none, so they are"
        yield WatchError(f"{told} left out", place=name)
    root = _ROOT.search(text)
    if root is None:
        yield WatchError("found no feed; expected RSS or Atom", place=name)
        return
    yield from _entries(text, root, name, reading, limits, address)


def _without_types(text: str) -> tuple[str, bool]:
    """A feed without its document type, and whether that declared entities."""
    start = text.find("<!DOCTYPE")
    if start < 0:
        start = text.find("<!ENTITY")
    if start < 0:
        return text, False
    # The type ends before the first element that a feed may begin with, whatever its own brackets say.
    root = _ROOT.search(text, start)
    end = root.start() if root else len(text)
    return text[:start] + text[end:], "<!ENTITY" in text[start:end]


def _entries(
    text: str, root: re.Match[str], name: str, reading: Reading, limits: Limits, address: str
) -> Iterator[Piece]:
    feed, count = None, 0
    for start, end in _cuts(text):
        if feed is None:
            feed = _feed(text, root, start, name, address)
        count += 1
        place = f"{name}, entry {count}"
        if count > limits.items:
            yield WatchError(f"found more than {limits.items} entries; expected at most so many a feed", place=place)
            return
        if end < 0:
            yield WatchError("found a feed that breaks off in this entry; expected its end", place=place)
            return
        if end - start > limits.characters:
            told = f"found an entry of {end - start:,} characters; expected at most {limits.characters:,}"
            yield WatchError(told, place=place)
            continue
        yield _taken(text[start:end], feed, place, reading)
    closing = f"</{root[1]}"
    if closing.lower() not in text[-1000:].lower():
        yield WatchError(
            f"found a feed that breaks off after entry {count}; expected {closing}> at its end", place=name
        )
    elif feed is None:
        yield Passed(f"{name}: a feed without entries", 0)


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    """Where each entry begins and ends; -1 = nowhere. What stands in comments and character data is not looked at."""
    at, start = 0, -1
    absent = set[str]()
    opening = re.compile(rf"<!--|<!\[CDATA\[|{_TAG.pattern}", re.IGNORECASE)
    while found := opening.search(text, at):
        at = found.end()
        if found[0].startswith("<!"):
            mark = "-->" if found[0] == "<!--" else "]]>"
            close = -1 if mark in absent else text.find(mark, at)
            if close < 0:
                absent.add(mark)
            at = close + 3 if close >= 0 else at
        elif not found[1]:
            if start >= 0:
                yield start, found.start()  # one that never ended: it ends where the next one begins
            start = found.start()
        elif start >= 0:
            end = text.find(">", at)
            yield start, end + 1 if end >= 0 else -1
            start, at = -1, max(at, end)
    if start >= 0:
        yield start, -1


def _feed(text: str, root: re.Match[str], first: int, name: str, address: str) -> _Feed:
    """What the feed says of itself before its first entry."""
    rss = root[1].lower() == "rss"
    opening, end = (f"{root[0]}<channel>", f"</channel></{root[1]}>") if rss else (root[0], f"</{root[1]}>")
    said = _parsed(text[root.start() : min(first, root.start() + 100_000)] + end).get("feed", {})
    home = clean_address(_text(said, "link")) or clean_address(address)
    return _Feed(opening, end, name, plain(_text(said, "title")), language_of(_text(said, "language")), home)


def _parsed(document: str) -> Any:
    """What feedparser makes of a document: never of an address or a file, which it would open as well."""
    import feedparser

    data = '<?xml version="1.0" encoding="utf-8"?>' + document
    return feedparser.parse(io.BytesIO(data.encode()), sanitize_html=False, resolve_relative_uris=False)


def _text(values: Any, key: str) -> str:
    found = values.get(key, "")
    return found if isinstance(found, str) else ""


def _taken(markup: str, feed: _Feed, place: str, reading: Reading) -> Piece:
    try:
        read = _parsed(feed.root + markup + feed.end)
    except Exception as error:  # whatever a parser of other people's feeds trips over is this entry's problem
        return WatchError(f"found an entry that no parser reads ({type(error).__name__})", place=place)
    entries = read.get("entries", [])
    if not entries:
        return WatchError("found an entry that no parser reads; expected well-formed XML", place=place)
    entry = entries[0]
    title, text = plain(_text(entry, "title")), _words(entry)
    if not title and not text:
        return WatchError("found an entry without title and text; expected words", place=place)
    note = "not well-formed: read as far as it goes" if read.get("bozo") else ""
    # feedparser calls the one date of Dublin Core a change; in RSS it is the day of publication.
    if "published" not in entry and re.search(r"<dc:date[\s>]", markup):
        entry["published"] = _text(entry, "updated")
    item = _report(entry, feed, title, text, note, reading)
    return captured(item, markup.encode("utf-8", "surrogatepass"), "application/xml", reading)


def _words(entry: Any) -> str:
    """The longest text of an entry: its content or its summary."""
    found = [plain(_text(one, "value")) for one in entry.get("content", [])] + [plain(_text(entry, "summary"))]
    return max(found, key=len)


def _report(
    entry: Any, feed: _Feed, title: str, text: str, note: str, reading: Reading
) -> tuple[Report, tuple[Claim, ...]]:
    address = clean_address(_joined(feed.address, _text(entry, "link"))) or clean_address(_text(entry, "id"))
    source = plain(_text(entry.get("source", {}), "title"))
    author = _text(entry, "author")
    title_of_feed = of_person(feed.title, reading, author)
    publisher = source or reading.publisher or title_of_feed or host_of(address or feed.address)
    said, basis, odd = _published(entry, reading)
    published, basis, late = placed(said, basis, reading.captured)
    where = [address] if address else [publisher, _text(entry, "id"), _text(entry, "published")]
    digest = digest_of("feed", where, title, text)
    language = reading.language if reading.language != "und" else _spoken(f"{title}\n{text}", feed.language)
    report = Report(
        identity(digest),
        digest,
        "feed",
        address,
        publisher,
        writer(author, reading),
        reading.owner,
        reading.level,
        language,
        published,
        basis,
        reading.captured,
        title,
        text,
        note="; ".join(one for one in (note, odd, late) if one),
    )
    return report, ()


def _spoken(words: str, said: str) -> str:
    """The language of an entry: of its words where they are enough to tell; feeds of agencies hold several."""
    told = of_words(words) if len(words) >= _TELLING else "und"
    return told if told in LANGUAGES else said


def _joined(home: str, link: str) -> str:
    """A link as seen from the feed's home page."""
    try:
        return urljoin(home, link) if home and link else link
    except ValueError:  # brackets that are no address
        return ""


def _published(entry: Any, reading: Reading) -> tuple[Bounds, str, str]:
    """When an entry says that it was published, how well that is known, and a remark."""
    said = _text(entry, "published")
    if said:
        return _time(said, reading)
    changed = _text(entry, "updated")
    if not changed:
        return Bounds(), "none", "it gives no date"
    found, _, odd = _time(changed, reading)
    return Bounds(None, found.most), "inferred", odd or "it gives only the time of its last change"


def _time(said: str, reading: Reading) -> tuple[Bounds, str, str]:
    found, basis, odd = _moment(said, reading)
    day = whole_day(found, said) if basis == "time" else found
    return day, basis if day == found else "page-date", odd


def _moment(said: str, reading: Reading) -> tuple[Bounds, str, str]:
    said = said.strip()[:60]
    try:
        found, exact = read_time(said, reading.zone)
        return found, "time" if exact else "page-date", ""
    except WatchError:
        day = not re.search(r"\d:\d", said)
        parts = parsedate_tz(f"{said} 00:00:00" if day else said)
    try:
        if parts is None:
            raise ValueError("no date")
        if day:
            return day_bounds(dt.date(*parts[:3]), reading.zone), "page-date", ""
        naive = dt.datetime(*parts[:6])
        if _ZONE.search(said):
            moment = moment_ms(naive.replace(tzinfo=dt.timezone(dt.timedelta(seconds=parts[9] or 0))), reading.zone)
            return Bounds(moment, moment), "time", ""
    except (ValueError, OverflowError):
        return Bounds(), "none", f"its date cannot be read: {said}"
    if re.search(r"[A-Za-z]{2,5}$", said):  # a zone that no standard names: within the clocks of the world
        about = moment_ms(naive.replace(tzinfo=dt.UTC), reading.zone)
        return (
            Bounds(about - _WIDEST_MS, about + _WIDEST_MS),
            "page-date",
            f"its time zone is not known: {said}",
        )
    moment = moment_ms(naive, reading.zone)
    return Bounds(moment, moment), "time", ""
