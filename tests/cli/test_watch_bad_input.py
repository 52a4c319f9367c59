"""`tocsin watch add` on what is broken, hostile or cut off: one clear line each, the rest in, and nothing half-written.

What each file should give was worked out by hand from its words. The files are made here; all of it is invented.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.cli.calls import ROOT, Done, call

CHANNEL = ROOT / "tests" / "watch" / "samples" / "walk" / "channel" / "result.json"
FEED = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Выдумка</title>{}</channel></rss>'
ENTRY = (
    "<item><title>Слонім {0}</title><link>https://news.example/{0}</link>"
    "<pubDate>{1}</pubDate><description>Рэзервістам уручылі позвы, чарга {0}.</description></item>"
)
PAST, TO_COME = "Thu, 19 Feb 2026 10:20:00 +0300", "Thu, 19 Feb 2999 10:20:00 +0300"
SENTENCE = "Рэзервістам у Слоніме ўручылі позвы, з'явіцца заўтра да 8 раніцы."
STEERS = "\u202e\u202d\u2066\u2067\u2068\u200f"
PATIENCE_S = 120


def added(folder: Path, *words: str | Path) -> tuple[Done, dict[str, Any]]:
    """Take a source in, and what was said of it."""
    done = call("watch", "add", *words, "--store", folder, "--json")
    return done, done.json[-1] if done.out else {}


def inbox(folder: Path) -> list[dict[str, Any]]:
    """All reports."""
    found: list[dict[str, Any]] = call("watch", "inbox", "--store", folder, "--json").json
    return found


def whole(folder: Path, report: str) -> dict[str, Any]:
    """One report."""
    found: dict[str, Any] = call("watch", "inbox", report, "--store", folder, "--json").json
    return found


def test_a_feed_that_breaks_off_gives_its_whole_entries(tmp_path: Path) -> None:
    """Of three entries the last is cut: two come in, one line says which was not, exit 1."""
    text = FEED.format("".join(ENTRY.format(n, PAST) for n in (1, 2, 3)))
    file = tmp_path / "feed.xml"
    file.write_text(text[: text.rindex("чарга 3")], encoding="utf-8")
    done, told = added(tmp_path / "w", file)
    assert (done.code, len(told["new"]), len(told["problems"])) == (1, 2, 1)
    assert "feed.xml" in told["problems"][0]["place"]
    assert "expected" in told["problems"][0]["sentence"]


def test_a_feed_that_is_a_bomb_is_refused_and_the_next_source_is_in(tmp_path: Path) -> None:
    """Entities that double thirty times over are left out in one line; the text beside it is taken in."""
    lines = "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};">' for n in range(1, 30))
    bomb = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "ha">{lines}]>'
        + FEED.format(ENTRY.format("&a29;", PAST))[38:]
    )
    (tmp_path / "bomb.xml").write_text(bomb, encoding="utf-8")
    (tmp_path / "note.txt").write_text(SENTENCE, encoding="utf-8")
    done = call("watch", "add", tmp_path / "bomb.xml", tmp_path / "note.txt", "--store", tmp_path / "w")
    assert done.code == 1
    assert done.out.count("not taken in: ") == 1
    assert sorted(one["route"] for one in inbox(tmp_path / "w")) == ["feed", "text"]
    assert sum(file.stat().st_size for file in (tmp_path / "w").iterdir()) < 1_000_000


@pytest.mark.parametrize("megabytes", [9, 51])
def test_a_page_of_many_megabytes_is_one_line(tmp_path: Path, megabytes: int) -> None:
    """More than a page or a file may hold: refused quickly and by its size, the folder's other page is in, exit 1."""
    pages = tmp_path / "pages"
    pages.mkdir()
    start = f"<!DOCTYPE html><html lang='be'><body><article><h1>Слонім</h1><p>{SENTENCE}</p>"
    (pages / "big.html").write_text(start + "<p>слова</p>" * (megabytes * 1_000_000 // 17), encoding="utf-8")
    (pages / "small.html").write_text(start + f"<p>{SENTENCE}</p></article></body></html>", encoding="utf-8")
    begun = time.monotonic()
    done, told = added(tmp_path / "w", pages)
    assert (done.code, len(told["new"]), len(told["problems"])) == (1, 1, 1)
    assert "big.html" in told["problems"][0]["place"]
    assert "expected at most" in told["problems"][0]["sentence"]
    assert time.monotonic() - begun < PATIENCE_S / 4


@pytest.mark.parametrize(
    ("code", "label"),
    [("cp1251", "utf-8"), ("cp1251", "windows-1251"), ("utf-8", "windows-1251"), ("koi8-r", "koi8-r"), ("utf-16", "")],
)
def test_a_wrong_or_missing_label_of_letters_hurts_nothing(tmp_path: Path, code: str, label: str) -> None:
    """The page is read whatever it says of itself, and its letters are those that were written."""
    sentence = "Резервистам в Слониме вручили повестки, явиться завтра до восьми утра; в очереди ждали весь день."
    charset = f'<meta charset="{label}">' if label else ""
    page = f"<!DOCTYPE html><html lang='ru'><head>{charset}<title>Слоним</title></head><body><article><h1>Слоним</h1>"
    (tmp_path / "page.html").write_bytes(f"{page}<p>{sentence}</p><p>{sentence}</p></article></body>".encode(code))
    done, told = added(tmp_path / "w", tmp_path / "page.html")
    assert (done.code, len(told["new"])) == (0, 1)
    assert sentence in whole(tmp_path / "w", told["new"][0])["text"]


def test_writing_that_turns_around_is_kept_and_never_printed(tmp_path: Path) -> None:
    """What steers the direction of writing stays in the store and comes out of no command and no export."""
    (tmp_path / "note.txt").write_text(f"{SENTENCE}\n{STEERS}שלום עולם {STEERS}abc", encoding="utf-8")
    folder = tmp_path / "w"
    done, told = added(folder, tmp_path / "note.txt")
    assert (done.code, len(told["new"])) == (0, 1)
    kept = sqlite3.connect(folder / "watch.sqlite")
    assert all(one in kept.execute("SELECT text FROM reports").fetchone()[0] for one in STEERS)
    kept.close()
    shown = call("watch", "inbox", told["new"][0], "--store", folder).out
    assert "שלום" in shown
    assert not set(shown) & set(STEERS)


def test_a_channel_whose_name_turns_around_steers_nothing(tmp_path: Path) -> None:
    """A name with an override comes in without it, and no list or chain prints one."""
    file = export(tmp_path / "result.json", 1, name=f"Выдуманы{STEERS} канал")
    folder = tmp_path / "w"
    assert added(folder, file)[0].code == 0
    assert [one["publisher"] for one in inbox(folder)] == ["Выдуманы канал"]
    for words in (("inbox",), ("inbox", "--sources"), ("incidents", "--story"), ("claims", "--topic", "called-up")):
        assert not set(call("watch", *words, "--store", folder).out) & set(STEERS)


def test_no_other_words_of_an_item_steer(tmp_path: Path) -> None:
    """Remarks, addresses, languages, units, owners and kinds too: an override in any of them comes out nowhere."""
    row = {"id": "a", "publisher": "P", "published": "2026-02-19", "language": f"b{STEERS}e", "note": f"n{STEERS}",
           "url": f"https://a.example/{STEERS}", "cites": [f"c{STEERS}"], "claims": [
               {"stance": "asserts", "topic": "called-up", "summary": f"s{STEERS}", "who": f"w{STEERS}",
                "where": f"h{STEERS}", "at_least": 3, "unit": f"bus{STEERS}"}]}  # fmt: skip
    force = {"id": "f", "url": f"https://a.example/{STEERS}", "publisher": f"P{STEERS}", "level": f"observer{STEERS}",
             "owner": f"Russia{STEERS}", "place": f"Lida{STEERS}", "kind": f"armour{STEERS}", "value": 5,
             "unit": f"vehicle{STEERS}", "measure": "stock", "basis": f"observed{STEERS}", "scope": "site",
             "published": "2026-02-10", "about_from": "2026-02-10", "summary": f"q{STEERS}"}  # fmt: skip
    folder, names = tmp_path / "w", list[str]()
    for name, text in (("c.jsonl", json.dumps(row)), ("f.jsonl", json.dumps(force)),
                       ("feed.xml", FEED.format(ENTRY.format(1, f"yesterday{STEERS}")))):  # fmt: skip
        (tmp_path / name).write_text(text, encoding="utf-8")
        done, told = added(folder, tmp_path / name)
        assert (done.code, told["problems"]) == (0, [])
        names += told["new"]
    assert len(names) == 2
    for words in (("inbox",), *(("inbox", one) for one in names), ("incidents", "--story"),
                  ("claims", "--topic", "called-up"), ("footprint", "--at", "2026-02-12")):  # fmt: skip
        assert not set(call("watch", *words, "--store", folder).out) & set(STEERS), words
        if "--story" not in words:
            told = json.dumps(call("watch", *words, "--store", folder, "--json").json, ensure_ascii=False)
            assert not set(told) & set(STEERS), words


@pytest.mark.parametrize("form", ["feed", "coded"])
def test_a_date_to_come_is_unknown_and_said(tmp_path: Path, form: str) -> None:
    """An item that says it is of 2999 comes in without a date, with a remark; the other keeps its own."""
    rows = [{"id": name, "publisher": "P", "published": day, "claims": []}
            for name, day in (("a", "2999-01-01"), ("b", "2026-02-19"))]  # fmt: skip
    texts = {"feed": FEED.format(ENTRY.format(1, TO_COME) + ENTRY.format(2, PAST)),
             "coded": "\n".join(map(json.dumps, rows))}  # fmt: skip
    file = tmp_path / ("feed.xml" if form == "feed" else "coded.jsonl")
    file.write_text(texts[form], encoding="utf-8")
    done, told = added(tmp_path / "w", file)
    assert (done.code, len(told["new"])) == (0, 2)
    late, other = sorted(inbox(tmp_path / "w"), key=lambda one: one["published_basis"] != "none")
    assert (late["published_basis"], late["published"][0]) == ("none", None)
    assert late["published"][1] <= late["captured"]
    assert "lies after its capture" in late["note"]
    assert other["published"][0] is not None


def test_a_sighting_to_come_moves_no_estimate(tmp_path: Path) -> None:
    """A count that is said to be of 2999 is no count of today."""
    row = {"url": "https://a.example/1", "publisher": "P", "level": "observer", "owner": "Russia", "place": "Lida",
           "kind": "armour", "unit": "vehicle", "measure": "stock", "basis": "observed", "scope": "site"}  # fmt: skip
    days = (("a", "2026-02-10", 5), ("b", "2999-02-10", 900))
    rows = [row | {"id": name, "published": day, "about_from": day, "value": many} for name, day, many in days]
    (tmp_path / "own.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    call("watch", "add", tmp_path / "own.jsonl", "--store", tmp_path / "w")
    found = call("watch", "footprint", "--at", "2026-02-20", "--store", tmp_path / "w", "--json").json["estimates"]
    assert [(one["rows"], one["high_water"]) for one in found] == [(["a"], [5, 5])]


def test_an_export_cut_in_half_gives_what_is_whole_and_the_rest_later(tmp_path: Path) -> None:
    """Every whole message of the half is in, one line says where it breaks off; the whole export adds the others."""
    text = CHANNEL.read_text("utf-8")
    half = text[: len(text) // 2]
    file = tmp_path / "result.json"
    file.write_text(half, encoding="utf-8")
    done, told = added(tmp_path / "w", file)
    count = half.count('"type": "message"') - 1  # the last one that begins is not whole; before it all have words
    assert (done.code, len(told["new"]), len(told["problems"])) == (1, count, 1)
    assert "breaks off after" in told["problems"][0]["sentence"]
    file.write_text(text, encoding="utf-8")
    done, rest = added(tmp_path / "w", file)
    assert (done.code, rest["problems"], sorted(rest["known"])) == (0, [], sorted(told["new"]))
    assert len(inbox(tmp_path / "w")) == 19  # messages with words in the whole export
    added(tmp_path / "straight", CHANNEL)
    assert content(tmp_path / "w") == content(tmp_path / "straight")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.txt", b""), ("picture.jpg.txt", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40),
        ("table.csv", b"id,stance\nx,maybe\n"), ("deep.jsonl", b'{"id": ' + b"[" * 100_000 + b"\n"),
        ("coded.jsonl", b'{"id": "a", "claims": "none"}\n'), ("note.gz", b"\x1f\x8b\x08\x00broken"),
    ],
)  # fmt: skip
def test_one_bad_file_among_good_ones_is_one_line(tmp_path: Path, name: str, data: bytes) -> None:
    """Whatever it is, the two notes beside it are in, and the command ends with 1 and one line for it."""
    files = tmp_path / "files"
    files.mkdir()
    for good in ("a.txt", "z.txt"):
        (files / good).write_text(f"{SENTENCE} {good[0]}", encoding="utf-8")
    (files / name).write_bytes(data)
    done, told = added(tmp_path / "w", files)
    assert (done.code, done.err, len(told["new"])) == (1, "", 2)
    assert [name in one["place"] for one in told["problems"]] == [True]
    assert call("check", tmp_path / "w" / "log.parquet").code == 0


# --- stopped in the middle -----------------------------------------------------------------------------------------


def content(folder: Path) -> dict[str, list[Any]]:
    """All that a store and its tables hold but for when it was captured."""
    store = sqlite3.connect(folder / "watch.sqlite")
    asked = {
        "reports": "SELECT id, digest, route, publisher, author, language, published_least, published_most, title,"
        " text, forwarded, note FROM reports ORDER BY id",
        "claims": "SELECT * FROM claims ORDER BY id",
        "suggestions": "SELECT * FROM suggestions ORDER BY id",
        "links": "SELECT kind, first, second, score, state, by FROM links ORDER BY 1, 2, 3, 6",
        "captures": "SELECT DISTINCT report, sha256, size, media_type FROM captures ORDER BY 1, 2",
        "read": "SELECT key FROM meta WHERE key LIKE 'read %' ORDER BY 1",
        "cursors": "SELECT value FROM meta WHERE key LIKE 'intake %' AND value <> '' ORDER BY 1",
    }
    found: dict[str, list[Any]] = {name: store.execute(words).fetchall() for name, words in asked.items()}
    assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert store.execute("SELECT count(*) FROM links WHERE score IS NULL OR state IS NULL").fetchone() == (0,)
    store.close()
    for name in ("log", "claims", "reports"):
        frame = pl.read_parquet(folder / f"{name}.parquet")
        found[name + " table"] = frame.drop("captured", strict=False).rows()
    return found


def export(file: Path, posts: int, name: str = "Выдуманы канал") -> Path:
    """An export of so many posts."""
    messages = [
        {"id": n, "type": "message", "date_unixtime": str(1_771_300_000 + 61 * n), "from": "Выдуманы канал",
         "text": f"Пост {n}. В городе вызвали {100 + n} резервистов, повестки вручили вечером, явиться завтра к 08:00."}
        for n in range(1, posts + 1)
    ]  # fmt: skip
    chat = {"name": name, "type": "public_channel", "id": 1900000003, "messages": messages}
    file.write_text(json.dumps(chat, ensure_ascii=False), encoding="utf-8")
    return file


def rows_in(folder: Path, table: str) -> int:
    """How many rows a table of a store has that somebody else is writing; 0 while there is none."""
    if not (folder / "watch.sqlite").exists():
        return 0
    try:
        store = sqlite3.connect(f"file:{folder / 'watch.sqlite'}?mode=ro", uri=True, timeout=1)
        try:
            return int(store.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        finally:
            store.close()
    except sqlite3.Error:
        return 0


STAGES: dict[str, Callable[[Path], bool]] = {
    "store is made": lambda folder: (folder / "watch.sqlite").exists(),
    "reports are in": lambda folder: rows_in(folder, "reports") > 0,
    "rules have read": lambda folder: rows_in(folder, "suggestions") > 0,
    "tables are written": lambda folder: (folder / "claims.parquet").exists(),
}
"""Moments of an intake, as one sees them from outside; one that has passed is met at once."""


@pytest.mark.skipif(os.name != "posix", reason="signals of that kind are not there")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["SIGKILL", "SIGINT"])
def test_an_intake_that_was_killed_is_finished_by_the_next(tmp_path: Path, number: signal.Signals) -> None:
    """Stopped at four moments and begun again each time, a store holds what one intake without stops gives."""
    source, folder = export(tmp_path / "result.json", 120), tmp_path / "w"
    words = [sys.executable, "-m", "tocsin", "watch", "add", os.fspath(source), "--store", os.fspath(folder)]
    stopped = 0
    for reached in STAGES.values():
        running = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        until = time.monotonic() + PATIENCE_S
        while not reached(folder) and running.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        running.send_signal(number)
        _, err = running.communicate(timeout=PATIENCE_S)
        stopped += running.returncode != 0
        assert "Traceback" not in err
        assert number == signal.SIGKILL or running.returncode in (0, 130, -signal.SIGINT)
        left = {one.name for one in folder.iterdir()} if folder.exists() else set()
        assert left <= {"watch.sqlite", "watch.sqlite-journal", "log.parquet", "claims.parquet", "reports.parquet"} or (
            number == signal.SIGKILL
        )
    assert stopped >= 2, "it was over before it could be stopped"
    assert call("watch", "add", source, "--store", folder).code == 0
    assert call("watch", "add", source, "--store", tmp_path / "straight").code == 0
    assert content(folder) == content(tmp_path / "straight")
    assert call("check", folder / "log.parquet").code == 0
