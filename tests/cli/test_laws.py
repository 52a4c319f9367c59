"""`tocsin audit` and `tocsin laws`: on a run folder, a log, a roster and one case, and what they refuse."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from tests.cli.calls import ROOT, Done, call

from tocsin.law import bundled_packs
from tocsin.law.facts import FACTS
from tocsin.law.load import new_pack

CASE = (
    "kind=training",
    "served=2026-02-13T22:30+03:00",
    "report=2026-02-20T08:00+03:00",
    "minor_children=2",
)
FIELDS = {"rule", "verdict", "law_status", "article", "values", "missing", "sentence"}
Made = tuple[Path, Done]


def test_one_case_as_json() -> None:
    """The design's own example: a list of findings with the fields that it names; verdicts are one of four."""
    found = call("audit", "--law", "by", "--case", *CASE, "--json").json
    assert all(set(one) >= FIELDS for one in found)
    by_rule = {one["rule"]: one for one in found}
    assert {one["verdict"] for one in found} <= {"lawful", "breach", "cannot tell", "not applicable"}
    # Seven days by the calendar, six of which lie between; the source does not say which counts (law.md).
    assert by_rule["by.notice"]["verdict"] == "cannot tell"
    assert by_rule["by.notice"]["values"]["notice"] == [6, 7]
    assert by_rule["by.exempt.children"]["verdict"] == "lawful"
    assert by_rule["by.exempt.children"]["law_status"] == "unverified"
    assert by_rule["by.exempt.children"]["sentence"].startswith("Possibly lawful (law not verified).")


def test_unknown_is_never_lawful() -> None:
    """Without the kind of call-up no rule that asks for it says lawful, and it names what is missing."""
    found = {one["rule"]: one for one in call("audit", "--law", "by", "--case", *CASE[1:], "--json").json}
    assert found["by.notice"]["verdict"] == "cannot tell"
    assert found["by.notice"]["missing"] == ["kind"]


def test_a_case_in_words() -> None:
    """For people: the words that the status allows, one sentence, the article, and how well it was verified."""
    done = call("audit", "--law", "by", "--case", "kind=training", "served=2026-02-16T20:00+03:00",
                "report=2026-02-17T08:00+03:00")  # fmt: skip
    assert done.code == 0
    assert done.out.startswith("All rules together: possible breach\n")
    assert "(by.notice): possible breach" in done.out
    assert "secondary: told by others only" in done.out
    assert "(by.exempt.children): cannot tell" in done.out
    assert not re.search(r"(?<!possible )breach\b", done.out)


@pytest.mark.parametrize("made", ["okas", "demo"])
def test_a_run_folder_adds_up(made: str, request: pytest.FixtureRequest) -> None:
    """For each rule the four verdicts add up to the summonses, and so does what is said of them as a whole."""
    folder, _ = request.getfixturevalue(made)
    law = "ee" if made == "okas" else "by"
    rows = call("audit", folder, "--law", law, "--json").json
    n = rows[0]["of"]
    runs = pl.read_parquet(folder / "log.parquet", columns=["run"])["run"].n_unique()
    assert 0 < n <= runs * pl.read_parquet(folder / "people.parquet").height
    for rule in {row["rule"] for row in rows}:
        assert sum(row["count"] for row in rows if row["rule"] == rule) == n


def test_a_log_alone_needs_a_kind(demo: Made, tmp_path: Path) -> None:
    """Without a plan nothing says which kind of call-up it was; `--given` does, and changes nothing else."""
    log = demo[0] / "log.parquet"
    silent = {(r["rule"], r["verdict"]): r["count"] for r in call("audit", log, "--law", "by", "--json").json}
    assert silent["by.notice", "cannot tell"] > 0 and silent.get(("by.notice", "breach"), 0) == 0
    told = {
        (r["rule"], r["verdict"]): r["count"]
        for r in call("audit", log, "--law", "by", "--given", "kind=training", "--json").json
    }
    assert told["by.notice", "breach"] > 0


def test_a_roster_of_planned_summonses(tmp_path: Path) -> None:
    """Before anything is issued: which would be breaches, and the earliest lawful report time of each."""
    roster = tmp_path / "planned.csv"
    roster.write_text(
        "summons,kind,served,report,minor_children\n"
        "A-1,training,2026-03-02T10:00+02:00,2026-03-05T08:00+02:00,0\n"
        "A-2,training,2026-03-02T10:00+02:00,2026-03-20T08:00+02:00,0\n"
        "A-3,training,unknown,2026-03-20T08:00+02:00,0\n",
        encoding="utf-8",
    )
    out = tmp_path / "found.csv"
    done = call("audit", roster, "--law", "by", "-o", out)
    assert done.code == 0
    assert "1 summonses have a report time before the earliest that keeps every notice" in done.out
    rows = {row["summons"]: row for row in pl.read_csv(out).iter_rows(named=True)}
    assert [rows[name]["by.notice"] for name in ("A-1", "A-2", "A-3")] == ["breach", "lawful", "cannot tell"]
    # Served on the 2nd: the 9th is seven days later; whether the last day counts is not known, so the 10th, in Minsk.
    assert rows["A-1"]["earliest_report"].startswith("2026-03-09T21:00")
    assert rows["A-3"]["earliest_report"] is None


def test_the_reasoning_and_a_letter(demo: Made) -> None:
    """`--explain` goes through a rule as a lawyer would; `--letter` is a text for one person."""
    reasoning = call("audit", demo[0], "--law", "by", "--explain", "17").out
    for step in ("1. In force", "2. Applies", "4. "):
        assert step in reasoning
    letter = call("audit", demo[0], "--law", "by", "--letter", "17").out
    assert letter.startswith("On the summons of 17")
    assert "no legal advice" in letter


def test_laws_lists_every_rule() -> None:
    """All packs of the house, each rule with its days in force and its status."""
    listed = call("laws", "--json").json
    assert {row["country"] for row in listed} == set(bundled_packs())
    assert {row["law_status"] for row in listed} <= {"confirmed", "secondary", "unverified"}
    text = call("laws").out
    assert all(row["rule"] in text for row in listed)


def test_facts_are_those_that_the_pack_reads() -> None:
    """`laws facts by` names every fact of the pack and no other; without a pack, all facts."""
    reads = {name for row in call("laws", "show", "by", "--json").json for name in row["reads"]}
    assert {row["fact"] for row in call("laws", "facts", "by", "--json").json} == reads
    assert {row["fact"] for row in call("laws", "facts", "--json").json} == {fact.name for fact in FACTS}


@pytest.mark.parametrize("country", ["by", "ee", "fi", "lt", "lv", "pl", "ua", "ch"])
def test_the_packs_of_the_house_are_clean(country: str) -> None:
    """Each pack passes its own cases."""
    done = call("laws", "check", country)
    assert (done.code, done.err) == (0, "")
    assert " 0 errors" in done.out


def test_a_pack_to_start_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`laws new` writes a whole, clean pack; it is the one that the guide explains, and it audits."""
    monkeypatch.chdir(tmp_path)
    assert call("laws", "new", "zz").code == 0
    assert " 0 errors" in call("laws", "check", "zz.toml").out
    guide = (ROOT / "docs" / "laws.md").read_text(encoding="utf-8")
    assert f"```toml file=my-law.toml\n{new_pack('zz')}```" in guide
    found = call("audit", "--law", "zz.toml", "--case", "kind=training", "--json").json
    assert {one["rule"] for one in found} == {"zz.notice", "zz.farmers"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--law", "xx", "--case", *CASE], "expected a file or one of by"),
        (["--law", "by", "--case", "kid=training"], "did you mean 'kind'"),
        (["--law", "by", "--case", "kind=trainng"], "expected one of training"),
        (["--law", "by", "--case", "served=2026-02-13T22:30"], "with its offset"),
        (["--law", "by", "--case", "kind=training", "kind=special"], "found the fact twice"),
        (["--law", "by"], "found 0 sources"),
        (["nowhere.csv", "--law", "by"], "found nothing there"),
        (["--case", *CASE], "found no --law"),
    ],
)
def test_a_refusal_is_one_line(words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bad words end with exit code 2 and one line that says what was found and what was expected."""
    monkeypatch.chdir(tmp_path)
    done = call("audit", *words)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert said in done.err
    assert list(tmp_path.iterdir()) == []
