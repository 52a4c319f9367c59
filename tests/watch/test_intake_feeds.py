"""Feeds: each entry by itself, whatever the feed around it is."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from tests.watch.captures import CAPTURED, DAY, READING, sample

from tocsin.watch.intake import Limits, Taken, read_feed
from tocsin.watch.model import Bounds, Report
from tocsin.watch.people.protect import pseudonym
from tocsin.watch.times import HOUR_MS

HEAD = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>News</title>'
TAIL = "</channel></rss>"
TWENTY_PAST_TEN = 1_771_485_600_000
"""2026-02-19T10:20+03:00 is 1771485600 seconds: 20503 days and 7 h 20 min after 1970."""
UTC_THEN = TWENTY_PAST_TEN + 3 * HOUR_MS
"""2026-02-19T10:20Z."""


def item(number: int, inside: str = "") -> str:
    """One good entry."""
    return f"<item><title>Entry {number}</title><link>https://news.example/{number}</link>{inside}</item>"


def feed(*items: str, head: str = HEAD, tail: str = TAIL) -> bytes:
    """A feed of entries."""
    return (head + "".join(items) + tail).encode()


def reports(taken: Taken) -> list[Report]:
    """Its reports."""
    return [report for report, _ in taken.items]


def test_the_sample_is_read_whole() -> None:
    """Title, words, address, time and pseudonym of each entry; nothing of scripts and frames."""
    taken = read_feed(sample("feed.xml"), "feed.xml", READING)
    first, second, third = reports(taken)
    assert taken.problems == ()
    assert first.title == "Позвы ў Гродне: з'явіцца да 8 раніцы"
    assert (
        first.text == "Чытач з Гродна атрымаў позву позна ўвечары 18 лютага.\n\nЗ'явіцца трэба да 8 раніцы & з рэчамі."
    )
    assert first.address == "https://news.example/2026/02/19/pozvy?id=7"
    assert (first.published, first.published_basis) == (Bounds(TWENTY_PAST_TEN, TWENTY_PAST_TEN), "time")
    assert first.author == pseudonym("сінтэтычны  янка", READING.key)
    assert (first.publisher, first.language, first.route) == ("Прыдуманыя навіны", "be", "feed")
    # 2026-02-18T00:00+03:00: midnight to the second is a day.
    start = TWENTY_PAST_TEN - 34 * HOUR_MS - 20 * 60_000
    assert (second.published, second.published_basis) == (Bounds(start, start + DAY - 1), "page-date")
    assert (third.published, third.published_basis) == (Bounds(None, CAPTURED), "none")
    assert "no date" in third.note


def test_the_same_entry_has_the_same_digest_wherever_it_is_captured() -> None:
    """Another key, another time of capture, tracking in its address: the same digest; other words: another."""
    first = reports(read_feed(sample("feed.xml"), "feed.xml", READING))[0]
    later = replace(READING, captured=CAPTURED + DAY, key=b"another machine's key of 32 bytes")
    data = sample("feed.xml").replace(b"utm_source=rss&amp;", b"utm_source=elsewhere&amp;")
    again = reports(read_feed(data, "copy.xml", later))[0]
    assert (again.id, again.digest) == (first.id, first.digest) and again.author != first.author
    changed = sample("feed.xml").replace("18 лютага".encode(), "17 лютага".encode())
    other = reports(read_feed(changed, "feed.xml", READING))[0]
    assert other.address == first.address and other.digest != first.digest


@pytest.mark.parametrize("cut", [*range(60, 420, 9)])
def test_a_feed_that_breaks_off_gives_its_whole_entries_and_one_problem(cut: int) -> None:
    """Entries whose end is there come in, half a one does not, and one problem says where it broke off."""
    whole = feed(*(item(n) for n in range(5)))
    data = whole[:cut]
    taken = read_feed(data, "x", READING)
    expected = data.count(b"</item>") if cut < len(whole) else 5
    assert len(taken.items) == expected
    assert len(taken.problems) == (1 if cut < len(whole) else 0)


def test_a_broken_entry_keeps_nobody_out() -> None:
    """An entry with markup of its own making, one without words, one that is too long: the others come in."""
    broken = "<item><title>Bad <b & worse</title><desc"
    empty = "<item><pubDate>Thu, 19 Feb 2026 10:20:00 +0300</pubDate></item>"
    long = item(3, f"<description>{'x' * 2_000}</description>")
    data = feed(item(1), broken, item(2), empty, long, item(4))
    taken = read_feed(data, "x", READING, Limits(characters=1_000))
    assert {"Entry 1", "Entry 2", "Entry 4"} <= {one.title for one in reports(taken)}
    assert [one.place for one in taken.problems][-2:] == ["x, entry 4", "x, entry 5"]


def test_entities_of_a_feed_unpack_nothing() -> None:
    """A billion laughs and a look into a file: left out with one problem, in no time, and the entries come in."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    spy = '<!ENTITY spy SYSTEM "file:///etc/hostname">'
    start = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}{spy}]><rss version="2.0"><channel>'
    began = time.monotonic()
    taken = read_feed(feed(item(1, "<description>&l9; &spy;</description>"), item(2), head=start), "x", READING)
    assert time.monotonic() - began < 5
    assert [one.title for one in reports(taken)] == ["Entry 1", "Entry 2"]
    assert all(len(one.text) < 50 for one in reports(taken))
    assert len(taken.problems) == 1 and "entities" in taken.problems[0].sentence


@pytest.mark.parametrize(
    ("said", "bounds", "basis"),
    [
        ("<pubDate>Thu, 19 Feb 2026 07:20:00 GMT</pubDate>", Bounds(TWENTY_PAST_TEN, TWENTY_PAST_TEN), "time"),
        ("<pubDate>19 Feb 2026 10:20</pubDate>", Bounds(TWENTY_PAST_TEN, TWENTY_PAST_TEN), "time"),
        ("<pubDate>2026-02-19T07:20:00Z</pubDate>", Bounds(TWENTY_PAST_TEN, TWENTY_PAST_TEN), "time"),
        ("<pubDate>2026-02-19</pubDate>", Bounds(1_771_448_400_000, 1_771_448_400_000 + DAY - 1), "page-date"),
        ("<pubDate>Thu, 19 Feb 2026</pubDate>", Bounds(1_771_448_400_000, 1_771_448_400_000 + DAY - 1), "page-date"),
        # A zone that no standard names: 14 hours to each side of 10:20 UTC.
        (
            "<pubDate>19 Feb 2026 10:20:00 XYZT</pubDate>",
            Bounds(UTC_THEN - 14 * HOUR_MS, UTC_THEN + 14 * HOUR_MS),
            "page-date",
        ),
        ("<pubDate>Thu, 19 Feb 2099 10:20:00 GMT</pubDate>", Bounds(None, CAPTURED), "none"),
        ("<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>", Bounds(None, CAPTURED), "none"),
        ("<pubDate>the day before</pubDate>", Bounds(None, CAPTURED), "none"),
        ("<pubDate>99999999999999999999</pubDate>", Bounds(None, CAPTURED), "none"),
        ("", Bounds(None, CAPTURED), "none"),
    ],
)
def test_a_time_is_as_exact_as_it_is_told(said: str, bounds: Bounds, basis: str) -> None:
    """Moments, days, unknown zones, the future, the year 1970, no date: never a guess, always taken in."""
    (found,) = reports(read_feed(feed(item(1, said)), "x", READING))
    assert (found.published, found.published_basis) == (bounds, basis)
    assert bool(found.note) == (basis == "none" or "XYZT" in said)


def test_a_date_that_cannot_be_read_is_told_as_it_stands() -> None:
    """A remark is no markup: whoever prints it sees the feed's own words."""
    (found,) = reports(read_feed(feed(item(1, "<pubDate>Eve &amp; after</pubDate>")), "x", READING))
    assert found.note == "its date cannot be read: Eve & after"


def test_atom_with_prefixes_is_read() -> None:
    """An entry that only says when it changed was published no later; its prefix is the feed's own."""
    data = (
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:lang="uk"><a:title>Новини</a:title><a:entry>'
        "<a:id>https://news.example/7</a:id><a:title>Сім</a:title><a:updated>2026-02-19T07:20:00Z</a:updated>"
        '<a:content type="html">&lt;p&gt;Слова&lt;/p&gt;</a:content><a:link href="/7"/></a:entry></a:feed>'
    ).encode()
    (found,) = reports(read_feed(data, "x", READING, address="https://news.example/atom"))
    assert (found.title, found.text, found.publisher) == ("Сім", "Слова", "Новини")
    assert (found.published, found.published_basis) == (Bounds(None, TWENTY_PAST_TEN), "inferred")
    assert found.address == "https://news.example/7"


def test_the_oldest_sort_of_rss_is_read() -> None:
    """RSS 1.0 has its entries beside the channel and its times in Dublin Core: there the date is of publication."""
    spaces = (
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    channel = "<channel><title>Old</title><dc:language>pl</dc:language><items><rdf:Seq/></items></channel>"
    entry = "<item><title>Jeden</title><dc:date>2026-02-19T10:20:00+03:00</dc:date></item>"
    (found,) = reports(read_feed(f"<rdf:RDF {spaces}>{channel}{entry}</rdf:RDF>".encode(), "x", READING))
    assert (found.title, found.publisher, found.language) == ("Jeden", "Old", "pl")
    assert (found.published, found.published_basis) == (Bounds(TWENTY_PAST_TEN, TWENTY_PAST_TEN), "time")


def test_a_collected_feed_names_the_publisher_of_each_entry() -> None:
    """The source that an entry names goes before the word of the user, and that before the feed's title."""
    source = '<source url="https://other.example/rss">Other</source>'
    taken = read_feed(feed(item(1, source), item(2)), "x", replace(READING, publisher="Mine"))
    assert [one.publisher for one in reports(taken)] == ["Other", "Mine"]


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "iso8859_5", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("label", ["utf-8", "windows-1251", "no-such-code", "idna"])
def test_a_wrong_label_of_the_encoding_does_not_spoil_the_words(encoding: str, label: str) -> None:
    """Cyrillic in any of its codes, labelled rightly or not, comes out as it was written."""
    if label == "windows-1251" and encoding in ("koi8-r", "iso8859_5"):
        return  # one Cyrillic code labelled as another: the label is believed, for nothing speaks against it
    words = "Мужчынам у Гродне ўручылі позвы" if encoding not in ("koi8-r",) else "Мужчинам в Гродно вручили повестки"
    head = f'<?xml version="1.0" encoding="{label}"?><rss><channel>'
    text = f"{head}<item><title>{words} {words}</title></item></channel></rss>"
    (found,) = reports(read_feed(text.encode(encoding), "x", READING))
    assert found.title == f"{words} {words}"


@pytest.mark.parametrize(
    "markup",
    [
        "<!--" * 50_000,
        "<![CDATA[" * 30_000,
        "<item>" * 20_000,
        "<item" * 20_000,
        "<" * 200_000,
        "<item><description>" + "&lt;" * 50_000 + "</description></item>",
        "<item>" + "<a>" * 20_000 + "</item>",
    ],
)
def test_no_markup_makes_the_reader_hang(markup: str) -> None:
    """Nests and unclosed tags cost seconds at most, and end in items or problems."""
    began = time.monotonic()
    taken = read_feed(feed(markup, item(1)), "x", READING, Limits(items=500))
    assert time.monotonic() - began < 20
    assert taken.items or taken.problems


@pytest.mark.parametrize("data", [b"", b"\0" * 50, b"<html></html>", b"<rss", b"\xff\xfe\x00", bytes(range(256))])
def test_what_is_no_feed_is_one_problem(data: bytes) -> None:
    """One clear error."""
    taken = read_feed(data, "x", READING)
    assert taken.items == () and len(taken.problems) == 1


def test_a_feed_that_is_too_large_is_refused_before_it_is_read() -> None:
    """Size goes before everything else."""
    taken = read_feed(feed(item(1)), "x", READING, Limits(bytes_per_page=50))
    assert taken.items == () and "at most 50" in taken.problems[0].sentence


def test_a_feed_of_a_person_has_no_name_for_its_publisher() -> None:
    """Where the title is the writer's name, or the user says that it is a private person's, it is a pseudonym."""
    head = HEAD.replace("News", "Janka Synthetic")
    by = item(1, "<author>Janka Synthetic</author>")
    (found,) = reports(read_feed(feed(by, head=head), "x", READING))
    assert found.publisher == found.author == pseudonym("Janka Synthetic", READING.key)
    mine = replace(READING, owner="private-person")
    assert reports(read_feed(feed(item(1), head=head), "x", mine))[0].publisher == found.publisher
