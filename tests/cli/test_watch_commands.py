"""`tocsin watch` on the bundled case: what it prints and writes, what it refuses, and that a decision is followed."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import sqlite3
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from tests.cli.calls import call

FILES = {"watch.sqlite", "log.parquet", "claims.parquet", "reports.parquet"}
VIEWS = [
    ("inbox",), ("inbox", "r026"), ("inbox", "--sources"), ("incidents",), ("incidents", "--story"), ("claims",),
    ("claims", "--topic", "notice-time"), ("claims", "--law", "by"), ("footprint", "--at", "2022-02-20"),
]  # fmt: skip


def test_the_folder_holds_store_log_and_tables(west: Path) -> None:
    """After the first intake four files stand in the folder; the log is possible; claims name their rows."""
    assert {path.name for path in west.iterdir()} == FILES
    assert call("check", west / "log.parquet").code == 0
    log, claims = pl.read_parquet(west / "log.parquet"), pl.read_parquet(west / "claims.parquet")
    assert claims.height == 206  # ../shared/data/README.md: 206 coded claims
    assert ((claims["no_row"] == "") == claims["row"].is_not_null()).all()
    origins = dict(zip(log["seq"], log["origin"], strict=True))
    roots = claims.filter(pl.col("row").is_not_null() & (pl.col("id") == pl.col("row").replace_strict(origins)))
    assert roots.height == log.height  # each row is the row of the claim that it names
    assert pl.read_parquet(west / "reports.parquet").height == 92  # ../shared/data/README.md: 92 reports


def test_the_same_again_changes_nothing(watched: Path) -> None:
    """A second intake finds all of it known, and log and tables have the same bytes but for the time of capture."""
    before = {name: (watched / name).read_bytes() for name in FILES - {"watch.sqlite"}}
    (told,) = call("watch", "add", "west-2026", "--store", watched, "--json").json
    assert (told["new"], len(told["known"]), len(told["known_sightings"])) == ([], 92, 196)
    assert {name: (watched / name).read_bytes() for name in before} == before


@pytest.mark.parametrize("words", VIEWS, ids=" ".join)
@pytest.mark.parametrize("width", [80, 120])
def test_tables_fit_their_terminal(
    west: Path, words: tuple[str, ...], width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No line is wider than the terminal but addresses, digests and hashes, and nothing is cut off."""
    monkeypatch.setenv("COLUMNS", str(width))
    done = call("watch", *words, "--store", west)
    assert (done.code, done.err) == (0, "")
    lines = [line for line in done.out.splitlines() if not line.startswith(("address:", "digest:", "captured:"))]
    assert max(len(line.rstrip()) for line in lines) <= width
    assert "…" not in done.out


@pytest.mark.parametrize("width", [80, 120])
def test_every_line_keeps_its_id(west: Path, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However narrow the terminal, each report, incident and claim is printed with the id that traces it."""
    monkeypatch.setenv("COLUMNS", str(width))
    asked = {
        ("inbox",): [one["id"] for one in call("watch", "inbox", "--store", west, "--json").json],
        ("incidents",): [one["id"] for one in call("watch", "incidents", "--store", west, "--json").json],
        ("claims", "--topic", "notice-time"): [
            one["id"] for one in call("watch", "claims", "--topic", "notice-time", "--store", west, "--json").json
        ],
    }
    for words, ids in asked.items():
        printed = set(call("watch", *words, "--store", west).out.split())
        assert ids and set(ids) <= printed, words


def test_a_pasted_text_is_read_as_of_the_day_that_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On 18 February "yesterday evening" is the 17th; without a day it is not known; a day to come is refused."""
    text = "Учора ўвечары мужу ўручылі позву: з'явіцца 19 лютага а 8-й у Гродна.".encode()
    words = ("watch", "add", "-", "--level", "social", "--zone", "Europe/Minsk", "--json")
    for folder, more in (("dated", ("--published", "2026-02-18")), ("undated", ())):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
        (told,) = call(*words, *more, "--store", tmp_path / folder).json
        (name,) = told["new"]
        shown = call("watch", "inbox", name, "--store", tmp_path / folder, "--json").json
        assert shown["language"] == "be"
        served = next(one["value"] for one in shown["suggestions"] if one["value"].get("role") == "served")
        day = dt.datetime(2026, 2, 17, tzinfo=ZoneInfo("Europe/Minsk")).timestamp() * 1000
        found = served["least"] is not None and day <= served["least"] <= served["most"] < day + 2 * 86_400_000
        assert found == (folder == "dated")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
    refused = call("watch", "add", "-", "--published", "2999-01-01", "--store", tmp_path / "late")
    assert refused.code == 2 and "--published: found '2999-01-01'" in refused.err


def test_what_is_decided_of_a_suggestion_makes_its_claims_anew(tmp_path: Path) -> None:
    """An edited number is the claim's number, a rejected topic takes its claim along, and the others keep their ids;
    under a claim that somebody confirmed nothing is changed."""
    text = "У Гродне выклікалі 300 чалавек. Тэлефоны забралі адразу."
    (tmp_path / "post.txt").write_text(text, encoding="utf-8")
    words = ("--store", tmp_path / "w", "--json")
    (told,) = call("watch", "add", tmp_path / "post.txt", *words).json
    name = told["new"][0]

    def shown() -> dict[str, dict[str, Any]]:
        return {one["id"]: one for one in call("watch", "inbox", name, *words).json["claims"]}

    def suggestion(kind: str, said: str) -> str:
        found = call("watch", "inbox", name, *words).json["suggestions"]
        return str(next(one["id"] for one in found if one["kind"] == kind and said in one["words"]))

    before = shown()
    counted = next(one for one in before.values() if one["count"] == [300, 300])
    phones = next(one for one in before.values() if one["topic"] == "phones-taken")
    number = suggestion("number", "300")
    done = call("watch", "decide", "edit", number, "--value", "most=350", "--reason", "He means a few more.", *words)
    assert done.code == 0 and shown()[counted["id"]]["count"] == [300, 350]
    topic = f"{name}@topic:b{text.index('Тэлефоны')}-{len(text)}:phones-taken"
    done = call("watch", "decide", "reject", topic, "--reason", "Nobody took them for good.", *words)
    assert done.code == 0 and shown().keys() == before.keys() - {phones["id"]}
    call("watch", "decide", "confirm", counted["id"], "--reason", "Two posts say so.", *words)
    refused = call("watch", "decide", "reject", number, "--reason", "Too many.", *words)
    assert refused.code == 2 and f"found {counted['id']}, which rests on it and is confirmed" in refused.err


def test_a_past_build_up_is_set_beside_today(west: Path) -> None:
    """Of January and February 2022, 15 marks are known; nobody speaks of any in early 2026: between none and all."""
    words = ("watch", "footprint", "--at", "2026-02-26", "--like", "2022-01-01/2022-02-23", "--store", west)
    like = call(*words, "--json").json["likeness"]
    # Ten kinds (f015 f016 f019 f027 f029 f031 f032 f050 f051 f061) and five signs (f021 f022 f043 f045 f049).
    assert (like["had"], like["least"], like["most"]) == (15, 0, 1)
    assert {one["today"] for one in like["marks"]} == {"not known"}
    assert "Seen now: 0% to 100% of 15 marks of then" in call(*words).out
    refused = call(*words[:4], "--like", "2022-02-23/2022-01-01", "--store", west)
    assert refused.code == 2 and "expected the earlier day first" in refused.err


def test_a_log_of_nothing_measures_nothing(tmp_path: Path) -> None:
    """A text that claims nothing leaves a log without rows, and measuring it is refused rather than answered by 0."""
    (tmp_path / "note.txt").write_text("Добры дзень усім.", encoding="utf-8")
    assert call("watch", "add", tmp_path / "note.txt", "--store", tmp_path / "w").code == 0
    measured = call("measure", tmp_path / "w" / "log.parquet")
    assert measured.code == 2 and "a log without rows" in measured.err


def test_the_inbox_lists_every_report_and_shows_one(west: Path) -> None:
    """92 reports; one of them with its claims, grade and address; the JSON has the names of the rows and no texts."""
    listed = call("watch", "inbox", "--store", west, "--json").json
    assert len(listed) == 92
    assert "text" not in listed[0] and listed[0]["published"][0] < listed[0]["published"][1]
    one = call("watch", "inbox", "r026", "--store", west, "--json").json
    assert [claim["id"] for claim in one["claims"]] == [f"r026#{n}" for n in range(1, 6)]
    assert one["claims"][1]["count"] == [400, 400]
    shown = call("watch", "inbox", "r026", "--store", west).out
    assert re.search(r"400 people +F6 +r026#2", shown)
    assert "13 Feb" in shown and one["address"] in shown


def test_every_claim_stands_in_one_incident(west: Path) -> None:
    """The incidents hold each of the 206 claims once, and one of them can be opened with its chain."""
    found = call("watch", "incidents", "--store", west, "--json").json
    claims = [claim for one in found for claim in one["claims"]]
    assert sorted(claims) == sorted(pl.read_parquet(west / "claims.parquet")["id"])
    one = found[0]["id"]
    assert call("watch", "incidents", one, "--store", west, "--json").json["chain"]["incident"] == one
    assert "How it travelled" in call("watch", "incidents", one, "--store", west).out


def test_contradictions_stand_once_for_each_pair_of_sides(west: Path) -> None:
    """The JSON keeps every pair and adds the groups; in a terminal a pair of sides is one row, told in words."""
    told = call("watch", "claims", "--store", west, "--json").json
    sided = {(one["first"], one["second"]) for one in told["clashes"] if one["sides"]}
    assert {tuple(pair) for one in told["groups"] for pair in one["pairs"]} == sided
    shown = " ".join(call("watch", "claims", "--store", west).out.split())
    plain = [one for one in told["groups"] if not one["explained"]]
    singles = [one for one in told["clashes"] if not one["sides"] and not one["explained"]]
    assert shown.count("contradiction ") == len(plain) + len(singles) < 15
    assert "4,000 to 5,000 people against 1,500 people" in shown and "at least 1,000 people" in shown
    assert "person" not in shown.split("What contradicts what")[1] and "None" not in shown


def test_a_side_that_nobody_takes_is_one_line(west: Path) -> None:
    """Nobody says that phones are not taken: no table without rows; origins without a name are said to be so."""
    shown = call("watch", "claims", "--question", "phones", "--store", west).out
    assert "Not taken (not-taken): not found in the data" in shown
    assert shown.count("claim \n") + shown.count("claim\n") == 1, "one heading of a table"
    assert "unnamed (may be one of the others)" in " ".join(shown.split()) and "?r" not in shown


def test_the_story_says_what_its_intervals_mean(west: Path) -> None:
    """Offices before state television, the ministry's word before the page, and lags as earlier and later."""
    shown = " ".join(call("watch", "incidents", "--story", "--store", west).out.split())
    steps = [shown.index(f" {one} ") for one in ("said before 13 Feb", "first seen 16 Feb", "officially said 17 Feb")]
    steps += [shown.index(f" {one} ") for one in ("picked up 19 Feb", "official reply 19 Feb")]
    assert steps == sorted(steps)
    assert "order not known" in shown and "A day means some hour of that day." in shown


def test_a_topic_lists_its_claims_with_their_origin(west: Path) -> None:
    """18 claims are on notice; each has its grade, its origin, and why it writes no row."""
    found = call("watch", "claims", "--topic", "notice-time", "--store", west, "--json").json
    assert len(found) == 18  # counted in reports.jsonl
    assert all(one["grade"] == "F6" and one["origin"] and "stands in the ledger" in one["no_row"] for one in found)


def test_each_question_can_be_opened(west: Path) -> None:
    """Every question of the ledger opens by its id, with all claims of all sides."""
    for one in call("watch", "claims", "--store", west, "--json").json["questions"][:3]:
        (whole,) = call("watch", "claims", "--question", one["id"], "--store", west, "--json").json["questions"]
        assert whole == one
        assert call("watch", "claims", "--question", one["id"], "--store", west).out.count("Answered by") == len(
            one["sides"]
        )


@pytest.mark.parametrize("form", ["log", "acled", "geojson", "claimreview", "json", "csv"])
def test_exports_are_written_whole(west: Path, tmp_path: Path, form: str) -> None:
    """A file, its rows counted; a second one needs --replace."""
    target = tmp_path / f"out.{form}"
    told = call("watch", "export", form, "-o", target, "--store", west, "--json").json
    assert (told["format"], told["rows"] > 0, target.stat().st_size > 0) == (form, True, True)
    assert "--replace" in call("watch", "export", form, "-o", target, "--store", west).err
    assert call("watch", "export", form, "-o", target, "--store", west, "--replace").code == 0
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


# --- decisions ----------------------------------------------------------------------------------------------------


def called(folder: Path) -> list[float]:
    """The lower bound of those called, as `tocsin measure` prints it for programs."""
    rows = call("measure", folder / "log.parquet", "--only", "A1", "--json").json
    return [row["low"] for row in rows if row["name"] == "called"]


def test_a_retracted_report_no_longer_counts(watched: Path) -> None:
    """Without r066 and r083 the largest number is the 1,500 of r084; the withdrawn rows stay in the log."""
    assert called(watched) == [4000]
    for name in ("r066", "r083"):
        done = call("watch", "decide", "retract", name, "--reason", "A test.", "--store", watched)
        assert (done.code, done.err) == (0, "")
    assert called(watched) == [1500]
    kinds = pl.read_parquet(watched / "log.parquet")["kind"].cast(pl.String).to_list()
    assert "withdrawn" in kinds
    assert "r066" not in [one["id"] for one in call("watch", "inbox", "--store", watched, "--json").json]
    assert pl.read_parquet(watched / "reports.parquet").filter(pl.col("id") == "r066")["retracted"].to_list() == [1]


def test_a_grade_shows_everywhere(watched: Path) -> None:
    """A letter for a source and a digit for a report make the grade of its claims and rows."""
    call("watch", "decide", "grade", "BelTA", "--value", "letter=B", "--reason", "A test.", "--store", watched)
    call("watch", "decide", "grade", "r026", "--value", "digit=2", "--reason", "A test.", "--store", watched)
    claims = pl.read_parquet(watched / "claims.parquet").filter(pl.col("report") == "r026")
    assert set(claims["grade"]) == {"B2"}
    log = pl.read_parquet(watched / "log.parquet").filter(pl.col("origin") == "r026#2")
    assert log["grade"].cast(pl.String).to_list() == ["B2"]


def test_a_decision_is_told_as_it_is_kept(watched: Path) -> None:
    """The JSON of a correction has its number, values as bounds, and the reason."""
    words = ("correct", "r084#1", "--value", "count=1400..1600", "--value", "when=2026-02-17", "--by", "monitor")
    told = call("watch", "decide", *words, "--reason", "The post says so.", "--store", watched, "--json").json
    assert (told["number"], told["act"], told["by"]) == (1, "correct", "monitor")
    assert told["value"]["count"] == [1400, 1600]
    assert told["value"]["when"][1] - told["value"]["when"][0] == 86_400_000 - 1  # one day
    (claim,) = [
        one
        for one in call("watch", "claims", "--topic", "numbers", "--store", watched, "--json").json
        if one["id"] == "r084#1"
    ]
    assert (claim["count"], claim["status"]) == ([1400, 1600], "corrected")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("forget r026 --reason x", "expected one of confirm"),
        ("retract r026", "found no reason"),
        ("retract r999 --reason x", "expected the id of a report"),
        ("grade r026 --value letter=A --reason x", "with --value letter=B, or a report"),
        ("grade BelTA --value letter=G --reason x", "expected one of A, B"),
        ("correct r026#2 --reason x", "found no values"),
        ("correct r026#2 --value count=9..1 --reason x", "the least first"),
        ("correct r026#2 --value count=many --reason x", "a whole number"),
        ("correct r026#2 --value when=soon --reason x", "a year, month, day or moment"),
        ("correct r026#2 --value id=r1 --reason x", "expected name=value"),
        ("link r026~r027 --value kind=same-as --reason x", "two ids"),
        ("link r026 --value kind=cousin-of --reason x", "expected one of copy-of"),
        ("unmask r026 --reason x", "masked person or contact"),
        ("confirm r026#2 --value scope=all --reason x", "expected one of whole"),
    ],
)
def test_a_decision_that_nothing_can_follow_is_refused(watched: Path, words: str, says: str) -> None:
    """One line that says what was found and expected; nothing is kept, and no file changes."""
    before = {name: (watched / name).read_bytes() for name in FILES}
    done = call("watch", "decide", *words.split(), "--store", watched)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert says in done.err
    assert {name: (watched / name).read_bytes() for name in FILES} == before


# --- intake of other sources --------------------------------------------------------------------------------------


def coded(name: str, **more: object) -> str:
    claim = {"stance": "asserts", "topic": "numbers", "summary": "x", "at_least": 7, "when_from": "2026-02-01",
             "when_basis": "seen"}  # fmt: skip
    return json.dumps({"id": name, "published": "2026-02-02", "publisher": "P", "claims": [claim]} | more)


def test_what_cannot_be_taken_in_is_one_line_and_the_rest_is_in(tmp_path: Path) -> None:
    """A broken line between two good ones: exit 1, its place named, two reports in."""
    (tmp_path / "mine.jsonl").write_text(f"{coded('a')}\n{{broken\n{coded('b')}\n", encoding="utf-8")
    done = call("watch", "add", tmp_path / "mine.jsonl", "--store", tmp_path / "w")
    assert (done.code, done.err) == (1, "")
    assert "2 reports new" in done.out
    assert re.search(r"not taken in: .*mine.jsonl, line 2: found", done.out)
    assert called(tmp_path / "w") == [7]


def test_one_source_that_is_not_there_does_not_keep_the_other_out(tmp_path: Path) -> None:
    """Of two sources one is nothing: the other is in, exit 1; if all are nothing, exit 2 and no folder is left."""
    (tmp_path / "mine.jsonl").write_text(coded("a"), encoding="utf-8")
    words = ("--store", tmp_path / "w")
    assert call("watch", "add", tmp_path / "mine.jsonl", tmp_path / "none.jsonl", *words).code == 1
    assert call("watch", "add", tmp_path / "none.jsonl", "--store", tmp_path / "v").code == 2
    assert not (tmp_path / "v").exists()
    assert len(call("watch", "inbox", *words, "--json").json) == 1


def test_a_store_that_somebody_else_writes_is_one_line(watched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another program holds the store, a decision is refused in one line, and can be made afterwards."""
    words = ("watch", "decide", "grade", "BelTA", "--value", "letter=B", "--reason", "A test.", "--store", watched)
    opened = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **more: opened(*args, **more, timeout=0.05))
    other = opened(watched / "watch.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    done = call(*words)
    assert (done.code, done.err.count("\n"), "cannot be used now" in done.err) == (2, 1, True)
    other.execute("ROLLBACK")
    other.close()
    assert call(*words).code == 0


def test_without_a_folder_every_view_says_how_to_make_one(tmp_path: Path) -> None:
    """A view of a folder that is not there is refused with the command that makes one, and makes none itself."""
    for words in VIEWS:
        done = call("watch", *words, "--store", tmp_path / "none")
        assert (done.code, "tocsin watch add" in done.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("add west-2026 --owner mine", "expected one of state"),
        ("add west-2026 --level loud", "expected one of social"),
        ("add west-2026 --zone Mars/Olympus", "a time zone such as Europe/Minsk"),
        ("claims --topic weather --store {west}", "expected one of announced"),
        ("claims --topic numbers --law by --store {west}", "expected one"),
        ("claims --law zz --store {west}", "zz"),
        ("footprint --owner Mordor --store {west}", "expected one of"),
        ("incidents i-none --store {west}", "the id of an incident"),
        ("export acled --store {west}", "the file to write"),
    ],
)
def test_words_that_mean_nothing_are_refused(
    west: Path, words: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line, exit code 2, and nothing written."""
    monkeypatch.chdir(tmp_path)
    done = call("watch", *words.format(west=west).split())
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert says in done.err
    assert list(tmp_path.iterdir()) == []
