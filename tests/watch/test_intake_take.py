"""Sources: what a file is taken for, folders and archives; and that no bytes make any reader raise."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.watch.captures import READING, SAMPLES, sample

from tocsin.errors import WatchError
from tocsin.watch.intake import (
    KINDS,
    Limits,
    Pasted,
    Taken,
    bundled,
    read_feed,
    read_page,
    read_plain,
    read_reports,
    read_sightings,
    read_table,
    read_telegram,
    take,
)

TEXT = "Позвы ў Гродне".encode()
READERS = {
    "coded": read_reports,
    "forces": read_sightings,
    "table": read_table,
    "feed": read_feed,
    "page": read_page,
    "telegram": read_telegram,
    "text": read_plain,
}


def zipped(**files: bytes) -> bytes:
    """An archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (sample("feed.xml"), "x", "feed"),
        (sample("feed.xml").decode().encode("utf-16"), "x.txt", "feed"),
        (sample("page.html"), "x", "page"),
        (b"<p>only a piece</p>", "x", "page"),
        (sample("result.json"), "x", "telegram"),
        (sample("result.json")[:300], "x", "telegram"),
        (b'{"about": "Here is the data', "result.json", "telegram"),
        (json.dumps(json.loads(sample("result.json"))).encode(), "x", "telegram"),
        (sample("coded.csv"), "x.txt", "table"),
        (b"id;stance;topic\n", "x", "table"),
        (b'{"id": "r1", "publisher": "x", "claims": []}', "x.txt", "coded"),
        (b'broken\n{"id": "r1", "publisher": "x", "claims": []}', "x.jsonl", "coded"),
        (b'{"id": broken\n{"id": "r1", "publisher": "x", "claims": []}', "x", "coded"),
        (b'{"id": "f1", "owner": "x", "measure": "stock", "scope": "site", "kind": "y"}', "x", "forces"),
        (b"words, only words", "x.txt", "text"),
        (b"words, only words", "x.csv", "table"),
        (b"words, only words", "\u05e6\u05d5.csv", "table"),
        (b"words, only words", "x.html", "page"),
        (TEXT, "", "text"),
        (b"< 5 people came", "x", "text"),
    ],
)
def test_a_file_is_known_by_its_content_and_then_by_its_name(data: bytes, name: str, kind: str) -> None:
    """What it was taken for is said, whether or not anything came of it."""
    assert take(Pasted(data, name), READING).kinds == ((name, kind),)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"SQLite format 3\0", "a database"),
        (b"", "an empty file"),
        (b'{"colour": "red"}', "keys that nobody knows"),
        (b"{" * 100_000, "keys that nobody knows"),
        (b'[\n  {"id": "r1", "publisher": "x"}]', "a list in JSON"),
        (b"\x1f\x8b damaged", "damaged"),
        (b"PK\x03\x04 damaged", "damaged"),
    ],
)
def test_what_cannot_be_read_is_one_clear_error(data: bytes, said: str) -> None:
    """It says what it found and what could be taken in."""
    taken = take(Pasted(data, "x"), READING)
    (problem,) = taken.problems
    assert taken.items == () and said in problem.sentence and problem.place == "x"


def test_the_name_of_a_file_steers_nothing() -> None:
    """What turns the direction of writing, or a terminal, is one � for each; the ending still tells the kind."""
    assert take(Pasted(b"words", "\u202ea\x1b.md\u2069.csv"), READING).kinds == (
        ("\ufffda\ufffd.md\ufffd.csv", "table"),
    )
    (problem,) = take(Pasted(b"", "\u202ea"), READING).problems
    assert problem.place == "\ufffda"


def test_a_kind_can_be_told() -> None:
    """The word of the user goes before all signs; a word that is no kind is refused."""
    assert take(Pasted(b"<p>x</p>", "x.html"), READING, kind="text").items[0][0].text == "<p>x</p>"
    with pytest.raises(WatchError, match="expected one of"):
        take(Pasted(b"x"), READING, kind="novel")


def test_the_bundled_record_is_taken_in_by_its_name() -> None:
    """92 reports with 206 claims and 196 statements, as `CREDITS.md` beside them counts; their days are of Minsk."""
    assert bundled() == ("west-2026",)
    taken = take("west-2026", replace(READING, captured=1_780_000_000_000, zone=ZoneInfo("UTC")))
    assert (len(taken.items), sum(len(claims) for _, claims in taken.items)) == (92, 206)
    assert len(taken.sightings) == 196 and taken.problems == ()
    first = taken.items[0][0]
    assert first.published.least == 1_768_510_800_000, "2026-01-16T00:00+03:00"


def test_no_such_source_is_one_clear_error(tmp_path: Path) -> None:
    """It says what may stand there."""
    for source in (tmp_path / "none", "no-such-name", "", "x\0y", "a" * 5_000):
        with pytest.raises(WatchError, match="west-2026"):
            take(source, READING)


def test_a_folder_is_taken_in_file_by_file(tmp_path: Path) -> None:
    """In the order of paths; hidden files, pictures, links and pipes stay out, and links out of it are refused."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "one.txt").write_bytes(TEXT)
    (tmp_path / "a.txt").write_bytes(b"words")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / ".hidden.txt").write_bytes(b"hidden")
    (tmp_path / "link.txt").symlink_to(SAMPLES / "feed.xml")
    (tmp_path / "inside.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "round").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.txt")
    taken = take(tmp_path, READING)
    assert taken.kinds == (("a.txt", "text"), ("b/one.txt", "text"))
    assert [one.place for one in taken.problems] == ["link.txt"]
    assert taken.skipped == 5
    assert take(str(tmp_path), READING).items == taken.items
    assert "no file" in take(tmp_path / "pipe.txt", READING).problems[0].sentence


def test_a_folder_of_a_telegram_export_is_its_messages(tmp_path: Path) -> None:
    """Pictures and dress beside `result.json` are counted, not complained of."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "x.bin").write_bytes(b"\0\1")
    (tmp_path / "result.json").write_bytes(sample("result.json"))
    (tmp_path / "my own note.txt").write_bytes(TEXT)
    taken = take(tmp_path, READING)
    assert taken.kinds == (("my own note.txt", "text"), ("result.json", "telegram"))
    assert len(taken.items) == 4 and taken.problems == ()
    assert "files that a Telegram export brings along: 1" in taken.remarks


def test_folders_and_files_have_bounds(tmp_path: Path) -> None:
    """Too deep, too many, too large: one problem, and the rest is taken in."""
    deep = tmp_path / "z" / "z" / "z"
    deep.mkdir(parents=True)
    (deep / "x.txt").write_bytes(TEXT)
    for number in range(4):
        (tmp_path / f"{number}.txt").write_bytes(b"words %d" % number)
    with (tmp_path / "large.txt").open("wb") as large:
        large.truncate(60_000_000)
    taken = take(tmp_path, READING, limits=Limits(depth=1))
    assert len(taken.items) == 4 and len(taken.problems) == 2
    assert {one.place for one in taken.problems} == {"large.txt", "z/z"}
    few = take(tmp_path, READING, limits=Limits(files=2))
    assert len(few.items) == 2 and len(few.problems) == 1


def test_packed_files_are_unpacked() -> None:
    """A packed feed is a feed; an archive is a folder."""
    assert take(Pasted(gzip.compress(sample("feed.xml")), "feed.xml.gz"), READING).kinds == (("feed.xml", "feed"),)
    data = zipped(a_dot_txt=TEXT, b__result_dot_json=sample("result.json"), c_dot_png=b"x")
    taken = take(Pasted(data, "x.zip"), READING)
    assert taken.kinds == (("x.zip/a.txt", "text"), ("x.zip/b/result.json", "telegram"))
    assert taken.problems == () and len(taken.items) == 4


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (gzip.compress(b"\0" * 60_000_000), "more than 50,000,000"),
        (gzip.compress(b"a" * 20_000_000), "as in a bomb"),
        (gzip.compress(gzip.compress(TEXT)), "within a packed file"),
        (gzip.compress(TEXT)[:-3], "breaks off"),
        (gzip.compress(TEXT) + gzip.compress(TEXT), "more after the end"),
        (zipped(a=b"a" * 20_000_000), "as in a bomb"),
        (zipped(a=zipped(b=TEXT)), "within a packed file"),
        (zipped(a=gzip.compress(TEXT)), "within a packed file"),
        (zipped(a=TEXT)[:-30], "damaged"),
    ],
    ids=["gz large", "gz bomb", "gz in gz", "gz cut", "gz twice", "zip bomb", "zip in zip", "gz in zip", "zip cut"],
)
def test_bombs_stay_packed(data: bytes, said: str) -> None:
    """Size, ratio, nesting and damage: one clear error, and nothing taken in."""
    taken = take(Pasted(data, "x"), READING)
    assert taken.items == () and len(taken.problems) == 1 and said in taken.problems[0].sentence


def test_an_archive_has_bounds_of_its_own() -> None:
    """Too many files or too much in all; a damaged member keeps the others in."""
    data = zipped(a=TEXT, b=b"words", c=b"more words")
    assert "found 3 files" in take(Pasted(data, "x"), READING, limits=Limits(files=2)).problems[0].sentence
    taken = take(Pasted(data, "x"), READING, limits=Limits(unpacked_bytes=len(TEXT) + 6))
    assert len(taken.items) == 2 and "at most so many" in taken.problems[0].sentence
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        archive.writestr("a", b"words one")
        archive.writestr("b", b"words two")
    damaged = take(Pasted(stored.getvalue().replace(b"words one", b"words 0ne"), "x"), READING)
    assert [report.text for report, _ in damaged.items] == ["words two"] and len(damaged.problems) == 1


def test_a_file_larger_than_the_limit_is_refused_before_it_is_read() -> None:
    """50 MB are the bound."""
    taken = take(Pasted(b"a" * 50_000_001, "x"), READING)
    assert "50,000,001 bytes; expected at most 50,000,000" in taken.problems[0].sentence


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<rss>" + b"<item>" * 500, "x.xml"),
        (b'{"id": "a", "publisher": "b", "claims": []}\n' + b"x\n" * 500, "x.jsonl"),
        (b"id,stance,topic\n" + b"a\n" * 500, "x.csv"),
        (b'{"messages": [' + b'"a",' * 500, "result.json"),
    ],
)
def test_a_flood_of_problems_is_cut_off(data: bytes, name: str) -> None:
    """A file of which nearly nothing can be read is given up with one problem more."""
    taken = take(Pasted(data, name), READING, limits=Limits(broken=20))
    assert len(taken.problems) == 21 and "20 problems" in taken.problems[-1].sentence


# --- anything at all --------------------------------------------------------------------------------------------------

SEEDS = [*(sample(name) for name in ("feed.xml", "page.html", "result.json", "coded.csv")), TEXT]


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """A sample with a piece cut out, doubled or replaced by any bytes."""
    data = draw(st.sampled_from(SEEDS))
    start = draw(st.integers(0, len(data)))
    end = draw(st.integers(start, min(len(data), start + 300)))
    return data[:start] + draw(st.binary(max_size=20) | st.just(data[start:end] * 2)) + data[end:]


def sound(taken: Taken) -> None:
    """What is taken in can be kept, and each problem says something and can be printed."""
    for report, _ in taken.items:
        json.dumps([report.title, report.text, report.note, report.publisher], ensure_ascii=False).encode()
        assert report.published.least is None or report.published.least <= READING.captured
    for problem in taken.problems:
        assert problem.sentence
        str(problem).encode()


@pytest.mark.parametrize("kind", READERS)
@given(data=st.binary(max_size=400) | spoiled())
def test_any_bytes_give_items_or_problems(kind: str, data: bytes) -> None:
    """No bytes make a reader raise, and what is neither item nor problem was passed over with a word."""
    taken = READERS[kind](data, "x", READING)
    sound(taken)
    assert taken.items or taken.sightings or taken.problems or taken.skipped or taken.remarks or not data.strip()


@given(spoiled() | st.binary(max_size=200).map(lambda data: gzip.compress(data, mtime=0)))
def test_any_bytes_are_recognised_or_refused(data: bytes) -> None:
    """The same through recognition and unpacking."""
    taken = take(Pasted(data, "x"), READING)
    sound(taken)
    assert {kind for _, kind in taken.kinds} <= set(KINDS)


@pytest.mark.prove
@pytest.mark.parametrize("name", ["feed.xml", "page.html", "coded.csv"])
def test_a_sample_cut_at_any_byte_gives_items_or_problems(name: str) -> None:
    """Every beginning of every sample."""
    data = sample(name)
    for cut in range(len(data)):
        sound(take(Pasted(data[:cut], name), READING))
