"""Evidence of capture: the hash and the time of the bytes as they were found, apart from what makes a report known."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from tests.watch.captures import CAPTURED, DAY, READING, export, message, sample

from tocsin.errors import WatchError
from tocsin.watch import Capture, Report, Store
from tocsin.watch.intake import Limits, Pasted, Reading, read_feed, read_telegram, take, take_into
from tocsin.watch.intake.coded import read_reports
from tocsin.watch.store import FILE

LATER = replace(READING, captured=CAPTURED + DAY)
KEEPING = replace(READING, keep_raw=True)


def sha256(data: bytes) -> str:
    """The oracle: Python's own digest of the bytes."""
    return hashlib.sha256(data).hexdigest()


def rows(store: Store) -> list[Capture]:
    """All captures of a store, by report."""
    return [one for report in store.reports() for one in store.captures(report.id)]


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("page.html", sample("page.html"), "text/html"),
        ("a.txt", "Словы з \ufeffметкай\r\n".encode(), "text/plain"),
        ("b.txt", "Слова".encode("cp1251") * 20, "text/plain"),
    ],
)
def test_of_a_file_the_hash_is_that_of_its_bytes(tmp_path: Path, name: str, data: bytes, media_type: str) -> None:
    """A page or a text file has the SHA-256 of its bytes, whatever cleaning made of them; the bytes are not kept."""
    (tmp_path / name).write_bytes(data)
    with Store.open(tmp_path / "store", create=True) as store:
        (report,) = take_into(store, tmp_path / name, READING).new
        assert store.captures(report) == [Capture(report, sha256(data), len(data), media_type, CAPTURED)]
        assert store.captures("nobody") == []


def test_a_page_with_another_advertisement_is_one_report_seen_twice(tmp_path: Path) -> None:
    """The same text in other bytes a day later: nothing new but a second capture with its own hash and time."""
    first = sample("page.html")
    other = first.replace("рэклама ў рамцы".encode(), b"today's advertisement")
    with Store.open(tmp_path, create=True) as store:
        (report,) = take_into(store, Pasted(first, "page.html"), READING).new
        assert take_into(store, Pasted(other, "page.html"), LATER).known == (report,)
        found = [(one.sha256, one.at) for one in store.captures(report)]
        assert found == [(sha256(first), CAPTURED), (sha256(other), CAPTURED + DAY)]
        assert [one.captured for one in store.reports()] == [CAPTURED]


def test_seen_again_is_said_and_the_same_capture_twice_is_one(tmp_path: Path) -> None:
    """The same bytes at another time are another capture; told twice of one time they are one row."""
    data = b"The same words."
    with Store.open(tmp_path, create=True) as store:
        for reading in (READING, READING, LATER):
            take_into(store, Pasted(data), reading)
        assert [(one.sha256, one.at) for one in rows(store)] == [
            (sha256(data), CAPTURED),
            (sha256(data), CAPTURED + DAY),
        ]


def test_bytes_are_kept_only_where_that_is_asked(tmp_path: Path) -> None:
    """With `keep_raw` page, text and entry come back byte for byte, packed in the file; without, never."""
    page, text = sample("page.html"), b"Plain words. " * 500
    with Store.open(tmp_path, create=True) as store:
        for reading in (READING, KEEPING):
            for one in (Pasted(page, "page.html"), Pasted(text, "x.txt"), Pasted(sample("feed.xml"), "feed.xml")):
                take_into(store, one, reading)
            found = rows(store)
            assert all((one.data is not None) == reading.keep_raw for one in found)
        assert {page, text} <= {one.data for one in found}
        assert all(one.data is not None and sha256(one.data) == one.sha256 for one in found)
        sizes = [size for (size,) in store.connection.execute("SELECT length(bytes) FROM captures")]
        assert min(sizes) < len(text) / 20, "5,500 bytes of one sentence pack to less than a twentieth"
        take_into(store, Pasted(text, "x.txt"), READING)
        assert rows(store) == found, "what is kept is not lost again"


def test_of_a_feed_each_entry_has_its_slice() -> None:
    """Captures stand beside the items; an entry's bytes are its markup, which the feed holds as it is."""
    data = sample("feed.xml")
    taken = read_feed(data, "feed.xml", KEEPING)
    assert [one.report for one in taken.captures] == [report.id for report, _ in taken.items]
    assert len(taken.captures) > 1
    for one in taken.captures:
        assert one.data is not None and one.data in data and sha256(one.data) == one.sha256
        assert (one.size, one.media_type) == (len(one.data), "application/xml")


def test_of_a_message_nobodys_name_is_in_the_hash() -> None:
    """Who wrote, forwarded or reacted changes neither digest nor hash, so no name can be tried; a view does."""

    def only(**other: object) -> Capture:
        (one,) = read_telegram(export(message(1, "Паведамленне", **other)), "result.json", KEEPING).captures
        return one

    plain = only()
    people = {"from": "Янка", "from_id": "user7", "author": "Я. С.", "forwarded_from": "Марыя", "reactions": [1]}
    assert only(**people) == plain and plain.data is None
    assert only(views=3).sha256 != plain.sha256
    kept = {key: value for key, value in message(1, "Паведамленне").items() if key not in ("from", "from_id")}
    told = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert plain.sha256 == sha256(told)


def test_of_a_coded_row_the_hash_is_its_digest() -> None:
    """A coded row is its canonical JSON, in which order of keys and empty values do not count."""
    taken = read_reports(b'{"publisher": "Herald", "note": "", "id": "a"}', "x.jsonl", READING)
    assert taken.captures[0].sha256 == sha256(b'{"id":"a","publisher":"Herald"}') == taken.items[0][0].digest
    assert all(len(one.sha256) == 64 for one in take("west-2026", READING).captures)


@pytest.mark.parametrize("stop", [1, 2, 3])
def test_an_interrupted_intake_has_each_capture_once(tmp_path: Path, stop: int) -> None:
    """Interrupted behind any batch and taken up later: each item has one capture, with the time of its own intake."""
    source, calls = Pasted(export(*(message(n, f"post {n}") for n in range(20))), "result.json"), 0

    def interrupt(done: int, file: str) -> None:
        nonlocal calls
        calls += 1
        if calls == stop:
            raise KeyboardInterrupt

    with Store.open(tmp_path, create=True) as store:
        with suppress(KeyboardInterrupt):
            take_into(store, source, READING, Limits(batch=5), interrupt)
        take_into(store, source, LATER, Limits(batch=5))
        found = rows(store)
    assert len(found) == len({one.report for one in found}) == 20
    assert sum(one.at == CAPTURED for one in found) == 5 * stop


def test_a_refused_item_leaves_no_capture(tmp_path: Path) -> None:
    """A row whose id stands for something else is a problem, and nothing says that it was seen."""
    data = b'{"id": "a", "publisher": "x"}\n{"id": "a", "publisher": "y"}\n'
    with Store.open(tmp_path, create=True) as store:
        assert len(take_into(store, Pasted(data, "x.jsonl"), READING, kind="coded").problems) == 1
        assert len(store.captures("a")) == 1


def test_a_capture_needs_its_report(tmp_path: Path) -> None:
    """Evidence of nothing is refused by the store's own constraint."""
    with Store.open(tmp_path, create=True) as store:
        store.add([(Report("r", "d", "text"), ())])
        with pytest.raises(sqlite3.IntegrityError):
            store.add_captures([Capture("nobody", "0" * 64, 1, "text/plain", 1)])


def test_a_store_of_the_first_format_is_refused_in_one_sentence(tmp_path: Path) -> None:
    """It has no captures, and says so; what it was made from is taken in anew."""
    with Store.open(tmp_path, create=True) as store:
        store.keep("format", "1")
    with pytest.raises(WatchError, match="found a store of the format '1'; expected '2': take the sources in anew"):
        Store.open(tmp_path)
    assert (tmp_path / FILE).is_file()


def test_reading_keeps_no_bytes_unless_told() -> None:
    """The default is the careful one."""
    assert not Reading(0).keep_raw
