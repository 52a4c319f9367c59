"""`tocsin weigh`: the answer in words, one item back to its claims, the course, the page, a copy, and the record."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.cli.calls import Done, call

from tocsin.assess.case import bundled_cases

CASE = "west-2026"
HELP_S = 0.3


@pytest.fixture(scope="module")
def told(west: Path) -> dict[str, Any]:
    """The answer for programs."""
    found: dict[str, Any] = call("weigh", CASE, "--store", west, "--json").json
    return found


def test_the_answer_is_in_words(west: Path, told: dict[str, Any]) -> None:
    """The question, a sentence of each hypothesis, the grounds apart, what carries it, what is next."""
    done = call("weigh", CASE, "--store", west)
    assert (done.code, done.err) == (0, "")
    assert told["question"] in done.out
    for sentence in told["sentences"]:
        assert sentence in done.out
        assert "origin" not in sentence, "a likelihood and its grounds are never in one sentence"
    assert told["grounds"]["says"] in done.out
    for head in ("What carries the answer", "What would change it most", "What to look for next", "With another prior"):
        assert head in done.out
    assert all(name in done.out for name in told["carries"][:5])
    assert "Judged, not measured" in done.out and "26 November 2026" in done.out


def test_80_columns_are_enough(west: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table fits a terminal of 80 columns, and ids are never cut."""
    monkeypatch.setenv("COLUMNS", "80")
    for words in ([], ["--item", "thousands-in-days"], ["--course"]):
        out = call("weigh", CASE, "--store", west, *words).out
        assert max(map(len, out.splitlines())) <= 80, words
    assert "thousands-in-days" in call("weigh", CASE, "--store", west).out


def test_every_number_traces_to_ids(told: dict[str, Any], west: Path) -> None:
    """Each item leads to claims of reports that are in the inbox, or says where one would have looked."""
    inbox = {one["id"] for one in call("watch", "inbox", "--store", west, "--json").json}
    for item in told["items"]:
        rows = item["traced"]["rows"]
        assert rows or item["sort"] == "absence", item["id"]
        assert {row["report"] for row in rows} - {""} <= inbox
        assert item["judged_because"] and len(item["judged"]) == 4


def test_without_a_folder_the_record_is_taken_in(told: dict[str, Any]) -> None:
    """The bundled case needs no watch folder, and twice it gives the same bytes and the same answer."""
    first, second = (call("weigh", CASE, "--json") for _ in range(2))
    assert first.code == 0 and first.out == second.out
    assert first.json["answer"] == told["answer"]
    assert not Path("watch").exists()


def test_one_item_with_its_claims(west: Path) -> None:
    """How it was judged and why, what it does, and each claim with its report and grade."""
    out = call("weigh", CASE, "--store", west, "--item", "phones-taken").out
    assert "Phones are taken from those called." in out and "roughly even" in out and "Why so judged" in out
    assert all(name in out for name in ("r045#6", "r047#3", "r052#2", "r061#3", "r071#2", "r081#3"))
    assert out.count("Latushko") >= 3
    absent = call("weigh", CASE, "--store", west, "--item", "second-wave").out
    assert absent.startswith("Not seen: a second call-up") and "Where: The same posts" in absent
    worlds = call("weigh", CASE, "--store", west, "--item", "crowd").out
    assert "worlds agree" in worlds and " of 2,000" in worlds


def test_the_course_ends_with_the_answer(west: Path, told: dict[str, Any]) -> None:
    """Days go forward; the last is the day of the last page, with the very answer; the first knew little."""
    course = call("weigh", CASE, "--store", west, "--course", "--json").json["course"]
    days = [one["day"] for one in course]
    assert days == sorted(set(days)) and days[-1] == "2026-03-09"
    for last, now in zip(course[-1]["answer"], told["answer"], strict=True):
        assert (last["hypothesis"], last["word"]) == (now["hypothesis"], now["word"])
        assert last["mean"] == pytest.approx(now["mean"], abs=1e-12), "the same but for the order of the sum"
    assert len(course[0]["items"]) < len(course[-1]["items"])


def test_a_day_leaves_out_what_came_later(west: Path) -> None:
    """As of 15 February nobody had written of phones or of the border, and the items say why they do not count."""
    found = call("weigh", CASE, "--store", west, "--as-of", "2026-02-15", "--json").json
    holds = {one["id"]: (one["holds"], one["why"]) for one in found["items"]}
    assert holds["told-before"][0] and not holds["phones-taken"][0] and not holds["border-quiet"][0]
    assert "not surely published by then" in holds["border-quiet"][1]


def test_the_page_is_written_once(west: Path, tmp_path: Path) -> None:
    """-o writes the page that brief gives; an older file is not replaced unasked."""
    page = tmp_path / "west.html"
    assert call("weigh", CASE, "-o", page).code == 0
    other = tmp_path / "other.html"
    done = call("brief", CASE, "-o", other)
    assert done.code == 0 and done.out == f"{other}: weighed case of {CASE}\n"
    assert page.read_bytes() == other.read_bytes()
    again = call("weigh", CASE, "-o", page)
    assert (again.code, again.err.count("\n")) == (2, 1) and "--replace" in again.err


def test_a_report_takes_the_case_in(okas: tuple[Path, Done], west: Path, tmp_path: Path) -> None:
    """brief RUN --case: the report of the run with one more section; the run folder stays as it is."""
    before = (okas[0] / "report.html").read_bytes()
    page = tmp_path / "both.html"
    assert call("brief", okas[0], "--case", CASE, "--store", west, "-o", page).code == 0
    assert 'id="weighed"' in page.read_text(encoding="utf-8") and (okas[0] / "report.html").read_bytes() == before
    refused = call("brief", CASE, "--case", CASE, "-o", tmp_path / "no.html")
    assert (refused.code, refused.err.count("\n")) == (2, 1)


def test_a_copy_is_weighed_alike(west: Path, told: dict[str, Any], tmp_path: Path) -> None:
    """A copy of the bundled case has all its files and gives the same answer; as a folder and as a file."""
    folder = tmp_path / "mine"
    assert call("weigh", CASE, "--copy", folder).code == 0
    assert {one.name for one in folder.iterdir()} == {one.name for one in bundled_cases()[CASE].iterdir()}
    for source in (folder, folder / "case.toml"):
        assert call("weigh", source, "--store", west, "--json").json["answer"] == told["answer"]
    again = call("weigh", CASE, "--copy", folder)
    assert (again.code, again.err.count("\n")) == (2, 1)


def test_worlds_that_do_not_fit_are_said_and_left_out(west: Path, tmp_path: Path) -> None:
    """A case whose world was changed does not use worlds of before; one line says so."""
    folder = tmp_path / "mine"
    call("weigh", CASE, "--copy", folder)
    file = folder / "case.toml"
    file.write_text(file.read_text("utf-8").replace("scale = [0.5, 1.5]", "scale = [0.5, 1.4]"), encoding="utf-8")
    done = call("weigh", file, "--store", west, "--json")
    assert done.code == 0 and done.err.count("\n") == 1 and "the world of routine is another" in done.err
    assert not any("simulated" in one for one in done.json["items"])


def test_the_record_is_scored(west: Path, tmp_path: Path) -> None:
    """A judgment, an outcome, and the Brier score: the sum over hypotheses of (mean − 1 if true)², by hand."""
    file = tmp_path / "west.history.jsonl"
    words = ("weigh", CASE, "--store", west, "--history", file)
    assert call(*words, "--record", "--by", "desk", "--reason", "Before the end was known.").code == 0
    kept = json.loads(file.read_text(encoding="utf-8"))
    none = call("weigh", CASE, "--scores", "--history", file)
    assert none.code == 0 and "No outcome is kept yet" in none.out
    assert (
        call("weigh", CASE, "--outcome", "exercise", "--history", file, "--reason", "Invented for this test.").code == 0
    )
    told = call("weigh", CASE, "--scores", "--history", file, "--json").json
    means = {name: said["mean"] for name, said in kept["answer"].items()}
    assert told["score"]["brier"] == pytest.approx(sum((m - (n == "exercise")) ** 2 for n, m in means.items()))
    shown = call("weigh", CASE, "--scores", "--history", file).out
    assert f"{told['score']['brier']:.2f}" in shown and "Larger exercise" in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["west-2062"], "west-2026"),
        ([CASE, "--item", "phones"], "expected one of"),
        ([CASE, "-o", "page.doc"], "expected .html"),
        ([CASE, "-o", "gone/page.html"], "no such folder"),
        ([CASE, "--as-of", "never"], "--as-of"),
        ([CASE, "--store", "gone"], "gone"),
        ([CASE, "--record", "--reason", "x"], "--history"),
        ([CASE, "--record", "--history", "h.jsonl"], "--reason"),
        ([CASE, "--scores", "--history", "h.jsonl"], "no history there"),
        ([CASE, "--outcome", "war", "--history", "h.jsonl", "--reason", "x"], "found no judgment yet"),
        ([CASE, "--draws", "0"], "--draws: found 0; expected"),
        ([CASE, "--seed", "-1"], "--seed: found -1; expected"),
        ([CASE, "--worlds", "0"], "--worlds"),
        (["west.toml", "--copy", "there"], "expected a bundled case"),
        ([CASE, "--copy", "gone/there"], "no such folder"),
    ],
)
def test_refusals(words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, exit code 2, and nothing is left behind."""
    monkeypatch.chdir(tmp_path)
    done = call("weigh", *words)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), done.err
    assert said in done.err
    assert list(tmp_path.iterdir()) == []


def test_help_is_quick() -> None:
    """The least of three calls takes less than 0.3 s of processor time: no room is opened for help."""

    def cost() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-m", "tocsin", "weigh", "--help"], capture_output=True, check=True, env=os.environ
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(cost() for _ in range(3)) < HELP_S
