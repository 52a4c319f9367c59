"""A web page: its main text, without menus, scripts and frames; its title, site, day and address as it says itself.

Times: a moment in the page's own metadata (Open Graph, schema.org, `<time>`) is exact; midnight to the second there, a
date there, or one that htmldate reads in the head or the address, is a day. Dates that merely stand in the text are no
date of the page: they are left to the rules that read texts.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from html import unescape
from itertools import islice
from typing import Any, Final

from tocsin.errors import WatchError
from tocsin.watch.intake.addresses import clean_address, host_of
from tocsin.watch.intake.characters import cleaned, decoded, language_of, plain
from tocsin.watch.intake.limits import Limits
from tocsin.watch.intake.taken import (
    Item,
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
from tocsin.watch.model import Bounds, Report
from tocsin.watch.times import read_time

__all__ = ["each_page", "read_page"]

_CHARSET: Final = re.compile(rb"""<meta[^>]{0,300}?charset\s{0,9}=\s{0,9}["']?([\w.:-]{1,40})""", re.IGNORECASE)
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]{0,300}>")
_LANGUAGE: Final = re.compile(r"""<html[^>]{0,500}?\slang\s{0,9}=\s{0,9}["']?([\w-]{2,20})""", re.IGNORECASE)
_TITLE: Final = re.compile(r"<title[^>]{0,300}>([^<]{1,1000})", re.IGNORECASE)
_META: Final = re.compile(r"<(?:meta|time)\s[^>]{1,1000}>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""([\w:-]{1,40})\s{0,9}=\s{0,9}(?:"([^"]{0,500})"|'([^']{0,500})')""")
_NAMED: Final = frozenset(
    (
        *("article:published_time", "og:published_time", "datepublished", "date", "dc.date", "dc.date.issued"),
        *("dcterms.created", "dcterms.issued", "pubdate", "publishdate", "publish-date", "mediator_published_time"),
    )
)
_LINKED: Final = re.compile(r"<script[^>]{0,200}?application/ld\+json[^>]{0,200}>", re.IGNORECASE)
_QUIET: Final = logging.NullHandler()
_HEAD: Final = 1_000_000
"""Characters in which a page says what it is."""
_BLOCKS: Final = 20
_FIRST_DAY, _LAST_DAY = "1990-01-01", "2099-12-31"  # fixed, for htmldate would ask the clock


def read_page(
    data: bytes, name: str, reading: Reading, limits: Limits | None = None, *, address: str = "", charset: str = ""
) -> Taken:
    """Read a page.

    Args:
        data: Its bytes.
        name: What to call it in problems.
        reading: How to read.
        limits: How much to read at most.
        address: Where it was fetched; "" = a saved page, whose own word is taken.
        charset: What the server labelled it as, or "".
    """
    return gathered(each_page(data, name, reading, limits or Limits(), address=address, charset=charset))


def each_page(
    data: bytes, name: str, reading: Reading, limits: Limits, *, address: str = "", charset: str = ""
) -> Iterator[Piece]:
    """Read a page, as `read_page`: one piece."""
    try:
        yield _page(data, name, reading, limits, address, charset)
    except WatchError as error:
        yield error


def _page(data: bytes, name: str, reading: Reading, limits: Limits, address: str, charset: str) -> Piece:
    if len(data) > limits.bytes_per_page:
        told = f"found a page of {len(data):,} bytes; expected at most {limits.bytes_per_page:,}"
        raise WatchError(told, place=name)
    label = _CHARSET.search(data[:8_000])
    read = decoded(data, charset or (label[1].decode() if label else ""), place=name)
    markup = _DECLARATION.sub("", read.text)
    tags = markup.count("<")
    if tags > limits.tags_per_page:
        raise WatchError(f"found a page of {tags:,} tags; expected at most {limits.tags_per_page:,}", place=name)
    found = _extracted(markup, address)
    text = cleaned(found.get("text", ""))[0].strip()
    remarks = [read.remark]
    if not text:
        text = plain(markup)
        remarks.append("no main text was found: these are all words of the page")
    heading = _TITLE.search(markup[:200_000])
    title = plain(found.get("title") or (unescape(heading[1]) if heading else ""))
    text = text.removeprefix(f"{title}\n").lstrip()  # the heading is the title, and stands there once
    if not text:
        raise WatchError("found no words in the page; expected text", place=name)
    if len(text) > limits.characters:
        told = f"found a text of {len(text):,} characters; expected at most {limits.characters:,}"
        raise WatchError(told, place=name)
    item = _report(found, markup, title, text, remarks, name, reading, clean_address(address))
    return captured(item, data, "text/html", reading)


def _extracted(markup: str, address: str) -> dict[str, str]:
    """What trafilatura finds; nothing where it trips over the page, whose words are then read without it."""
    from trafilatura import bare_extraction

    for room in ("trafilatura", "htmldate", "justext"):  # or their complaints about a page go to the terminal
        logging.getLogger(room).addHandler(_QUIET)
    days = {
        "original_date": True,
        "extensive_search": False,
        "min_date": _FIRST_DAY,
        "max_date": _LAST_DAY,
        "outputformat": "%Y-%m-%d",
    }
    try:
        found = bare_extraction(
            markup, url=address or None, with_metadata=True, include_comments=False, date_extraction_params=days
        )
    except Exception:  # whatever a parser of other people's pages trips over; `plain` reads any page
        return {}
    if found is None:
        return {}
    names = ("title", "author", "url", "sitename", "date", "text")
    return {name: value for name in names if isinstance(value := getattr(found, name, None), str)}


def _report(
    found: dict[str, str],
    markup: str,
    title: str,
    text: str,
    remarks: list[str],
    name: str,
    reading: Reading,
    address: str,
) -> Item:
    said = address or clean_address(found.get("url", ""))
    site = plain(found.get("sitename", ""))
    publisher = reading.publisher or of_person(site, reading) or host_of(said)
    label = _LANGUAGE.search(markup[:5_000])
    language = reading.language if reading.language != "und" or label is None else language_of(label[1])
    published, basis, late = placed(*_published(markup, found, reading), reading.captured)
    digest = digest_of("page", [said or publisher], title, text)
    author = found.get("author", "")
    notes = (*remarks, "" if address or not said else "its address is by its own word", late)
    report = Report(
        identity(digest),
        digest,
        "page",
        said or name,
        publisher,
        "" if author == site else writer(author, reading),
        reading.owner,
        reading.level,
        language,
        published,
        basis,
        reading.captured,
        title,
        text,
        note="; ".join(one for one in notes if one),
    )
    return report, ()


def _published(markup: str, found: dict[str, str], reading: Reading) -> tuple[Bounds, str]:
    """When the page says that it was published, and how well that is known: a moment goes before a day."""
    days = []
    for said in _dates(markup):
        try:
            bounds, exact = read_time(said, reading.zone)
        except WatchError:
            continue
        if exact and bounds == whole_day(bounds, said):
            return bounds, "time"
        bounds = whole_day(bounds, said)
        days.append(bounds)
    if days:
        return days[0], "page-date"
    try:
        return read_time(found.get("date", ""), reading.zone)[0], "page-date"
    except WatchError:
        return Bounds(), "none"


def _dates(markup: str) -> Iterator[str]:
    """Dates of publication in the page's own metadata, best first."""
    markup = markup[:_HEAD]
    for opening in islice(_LINKED.finditer(markup), _BLOCKS):
        try:
            block = markup[opening.end() : markup.find("</", opening.end())]
            yield from _published_in(json.loads(block, strict=False), 0)
        except (ValueError, RecursionError):
            continue
    times = []
    for tag in _META.findall(markup):
        values = {key.lower(): unescape(one or two).strip() for key, one, two in _ATTRIBUTE.findall(tag)}
        named = {values.get(key, "").lower() for key in ("property", "name", "itemprop")}
        if named & _NAMED:
            yield values.get("content", "") or values.get("datetime", "")
        elif "pubdate" in tag.lower() and "datetime" in values:
            times.append(values["datetime"])
    yield from times


def _published_in(value: Any, depth: int) -> Iterator[str]:
    """`datePublished` of what schema.org calls an article, within lists and graphs."""
    if depth > 4:
        return
    if isinstance(value, list):
        for one in value[:100]:
            yield from _published_in(one, depth + 1)
    elif isinstance(value, dict):
        if isinstance(value.get("datePublished"), str):
            yield value["datePublished"].strip()
        yield from _published_in(value.get("@graph"), depth + 1)
