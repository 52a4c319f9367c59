"""Pages: the main text and what the page says of itself, whatever else stands in it."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from tests.watch.captures import CAPTURED, DAY, READING, sample

from tocsin.watch.intake import Limits, read_page
from tocsin.watch.intake.characters import plain
from tocsin.watch.model import Bounds, Report
from tocsin.watch.people.protect import pseudonym

WORDS = "Мужчинам в Гродно вручили повестки с требованием явиться к восьми утра, сообщили читатели издания. "
TWENTY_PAST_TEN = 1_771_485_600_000
"""2026-02-19T10:20+03:00."""
MIDNIGHT = 1_771_448_400_000
"""2026-02-19T00:00+03:00."""


def page(head: str = "", body: str = f"<article><p>{WORDS * 3}</p></article>", start: str = "<html>") -> str:
    """A page."""
    return f"<!doctype html>{start}<head><title>Повестки</title>{head}</head><body>{body}</body></html>"


def only(data: bytes | str, **other: str) -> Report:
    """The report of a page that has no problem."""
    taken = read_page(data.encode() if isinstance(data, str) else data, "page.html", READING, **other)
    assert taken.problems == ()
    ((report, claims),) = taken.items
    assert claims == ()
    return report


def test_the_sample_is_read_whole() -> None:
    """Title, site, address, time, language, pseudonym and main text; nothing of scripts, frames, menus and styles."""
    found = only(sample("page.html"))
    assert (found.title, found.publisher) == ("Рэзервістаў клічуць на зборы", "Прыдуманыя навіны")
    assert found.address == "https://news.example/2026/02/19/zbory"
    assert (found.published, found.published_basis) == (Bounds(TWENTY_PAST_TEN, TWENTY_PAST_TEN), "time")
    assert (found.language, found.route) == ("be", "page")
    assert found.author == pseudonym("Янка Сінтэтычны", READING.key)
    assert found.text.startswith("У Гродне і Слоніме"), "the heading is the title, once"
    for said in ("Гродне і Слоніме", "за сем дзён папярэджваць", "тэлефоны ў мужчын забралі"):
        assert said in found.text
    for never in ("украдзеныя", "рэклама", "color", "spy", "Галоўная", "Сінтэтычны"):
        assert never not in found.text
    assert "by its own word" in found.note


def test_a_fetched_page_stands_where_it_was_fetched() -> None:
    """What a page calls its address cannot move it; the same words at another address are another report."""
    found = only(sample("page.html"), address="https://mirror.example/x?utm_source=y")
    assert found.address == "https://mirror.example/x" and "own word" not in found.note
    assert found.digest != only(sample("page.html")).digest


def test_what_surrounds_the_words_does_not_change_the_digest() -> None:
    """Another advertisement, script or time of capture: the same report; another word: another one."""
    first = only(sample("page.html"))
    other = sample("page.html").replace("рэклама ў рамцы".encode(), b"today's advertisement")
    later = read_page(other, "again.html", replace(READING, captured=CAPTURED + DAY)).items[0][0]
    assert (later.id, later.digest) == (first.id, first.digest)
    changed = sample("page.html").replace("за сем дзён".encode(), "за тры дні".encode())
    assert only(changed).digest != first.digest


@pytest.mark.parametrize(
    ("head", "bounds", "basis"),
    [
        ('<meta name="date" content="2026-02-19">', Bounds(MIDNIGHT, MIDNIGHT + DAY - 1), "page-date"),
        (
            '<meta property="article:published_time" content="2026-02-19T00:00:00+03:00">',
            Bounds(MIDNIGHT, MIDNIGHT + DAY - 1),
            "page-date",
        ),
        (
            '<script type="application/ld+json">{"@graph": [{"datePublished": "2026-02-19T07:20:00Z"}]}</script>',
            Bounds(TWENTY_PAST_TEN, TWENTY_PAST_TEN),
            "time",
        ),
        (
            '<script type="application/ld+json">{"datePublished": </script><meta name="date" content="2026-02-19">',
            Bounds(MIDNIGHT, MIDNIGHT + DAY - 1),
            "page-date",
        ),
        (
            '<meta name="date" content="2026-02-19"><meta itemprop="datePublished" content="2026-02-19T10:20">',
            Bounds(TWENTY_PAST_TEN, TWENTY_PAST_TEN),
            "time",
        ),
        ('<meta name="date" content="2031-02-19">', Bounds(None, CAPTURED), "none"),
        ("", Bounds(None, CAPTURED), "none"),
    ],
)
def test_a_time_is_as_exact_as_the_page_tells_it(head: str, bounds: Bounds, basis: str) -> None:
    """A moment is a time, a date or midnight a day, the future and silence unknown."""
    found = only(page(head))
    assert (found.published, found.published_basis) == (bounds, basis)


def test_a_date_in_the_words_is_no_date_of_the_page() -> None:
    """Dates that the text tells are for the rules that read texts."""
    body = f"<article><p>{WORDS} Это было 3 марта 2021 года, 03.03.2021. {WORDS}</p></article>"
    assert only(page(body=body)).published_basis == "none"


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866", "utf-16", "utf-16-le", "utf-8-sig"])
@pytest.mark.parametrize("label", ["", "utf-8", "iso-8859-1", "utf-7", "unicode_escape", "nonsense"])
def test_a_wrong_label_of_the_encoding_does_not_spoil_the_words(encoding: str, label: str) -> None:
    """Whatever the page and the server call it, the letters are read as they were written."""
    data = page(f'<meta charset="{label}">' if label else "").encode(encoding)
    found = only(data, charset=label)
    assert WORDS.strip() in found.text
    assert ("labelled" in found.note) == (label in ("utf-8", "iso-8859-1") and not encoding.startswith(label))


def test_a_page_of_fifty_megabytes_is_refused() -> None:
    """Size goes before everything else: one clear error, at once."""
    began = time.monotonic()
    taken = read_page(b"<html>" + b"a" * 50_000_000, "big.html", READING)
    assert time.monotonic() - began < 1
    (problem,) = taken.problems
    assert taken.items == () and "50,000,006 bytes" in problem.sentence and problem.place == "big.html"


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 50_000 + WORDS,
        "<p>" * 90_000 + WORDS,
        "<table><tr><td>" * 20_000 + WORDS,
        f"<script>{'<!--' * 50_000}</script><p>{WORDS}</p>",
        f"<p>{WORDS}</p>" + "<meta " * 50_000,
        f"<p>{WORDS}</p>" + '<script type="application/ld+json">' * 20_000,
        f"<p>{WORDS}</p>" + "&#x110000;&bogus;" * 10_000,
    ],
)
def test_no_markup_makes_the_reader_hang(body: str) -> None:
    """Nests and unclosed tags: words or one problem, in bounded time."""
    began = time.monotonic()
    taken = read_page(page(body=body).encode(), "x", READING)
    assert time.monotonic() - began < 30
    assert len(taken.items) + len(taken.problems) == 1


def test_entities_of_a_page_unpack_nothing() -> None:
    """A billion laughs and a look into a file in XHTML stay the characters that they are."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    types = f'<!DOCTYPE html [<!ENTITY l0 "ha">{laughs}<!ENTITY spy SYSTEM "file:///etc/passwd">]>'
    found = only(f'<?xml version="1.0"?>{types}<html><body><p>{WORDS}&l9; &spy;</p></body></html>')
    assert WORDS.strip() in found.text and len(found.text) < 300 and "root:" not in found.text


def test_a_page_too_nested_for_its_parser_is_read_all_the_same() -> None:
    """Its words come in without its structure, and a remark says so."""
    found = only(page(body="<div>" * 5_000 + WORDS))
    assert WORDS.strip() in found.text and "no main text" in found.note


def test_a_page_of_tags_is_refused() -> None:
    """What costs time is refused by its count."""
    taken = read_page(page(body="<b>x" * 500).encode(), "x", READING, Limits(tags_per_page=400))
    assert taken.items == () and "tags" in taken.problems[0].sentence


@pytest.mark.parametrize("data", [b"", b"<html></html>", b"<html><script>x</script></html>", b"\x89PNG\r\n\x1a\n\0\0"])
def test_a_page_without_words_is_one_problem(data: bytes) -> None:
    """One clear error, never an empty report."""
    taken = read_page(data, "x", READING)
    assert len(taken.problems) == 1 and taken.items == ()


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>a<p>b", "a\n\nb".replace("\n\n", "\n")),
        ("a<br/>b", "a\nb"),
        ("x &lt; y &amp; z", "x < y & z"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ('<a title="a > b">c</a>', "c"),
        ("a<script>b<p>c</script>d<style>e</style>f", "adf"),
        ("a<script>b", "ab"),
        ("a<SCRIPT >b</ScRiPt >c", "ac"),
        ("<iframe>a</iframe>b<!-- c -->d", "bd"),
        ("<![CDATA[a]]>b", "ab"),
        ("a<img src=x onerror=alert(1)>b", "ab"),
    ],
)
def test_markup_becomes_plain_words(markup: str, words: str) -> None:
    """Words stay, tags go, blocks are lines, and what a script says is never kept where the script ends."""
    assert plain(markup) == words
