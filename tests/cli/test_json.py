"""`--json` everywhere: every command takes it, prints JSON and nothing else, and refuses as without it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.calls import Done, call
from tests.cli.test_commands import COMMANDS

from tocsin import __version__, cli

WORDS: dict[tuple[str, ...], str] = {
    (): "--version",
    ("demo",): "-o demo",
    ("simulate",): "okas-2017 -o run",
    ("compare",): "okas-2017 okas-2017 -n 2 -o compared",
    ("stress",): "okas-2017 -n 2 -o stressed",
    ("measure",): "{folder} --only A3",
    ("check",): "{folder}",
    ("convert",): "{folder} log.csv",
    ("brief",): "{folder} -o page.html",
    ("audit",): "{folder} --law ee",
    ("laws",): "",
    ("laws", "show"): "by",
    ("laws", "facts"): "by",
    ("laws", "check"): "ee",
    ("laws", "new"): "zz",
    ("laws", "schema"): "",
    ("watch",): "",
    ("watch", "add"): "west-2026",
    ("watch", "inbox"): "r026 --store {watch}",
    ("watch", "incidents"): "--store {watch}",
    ("watch", "claims"): "--store {watch}",
    ("watch", "footprint"): "--at 2022-02-20 --store {watch}",
    ("watch", "export"): "acled -o events.csv --store {watch}",
    ("watch", "decide"): "grade r026 --value digit=2 --reason Checked. --store {watch}",
    ("weigh",): "west-2026 --store {watch}",
    ("plan",): "",
    ("plan", "check"): "okas-2017",
    ("plan", "new"): "spring",
    ("plan", "schema"): "",
    ("bench",): "",
    ("completion",): "bash",
}
"""What each command needs beside `--json`; `{folder}` is a run folder, `{watch}` a watch folder."""
REFUSED: dict[tuple[str, ...], str] = {
    (): "--versoin",
    ("demo",): "-o {folder}/plan.toml",
    ("simulate",): "nowhere.toml",
    ("compare",): "okas-2017",
    ("stress",): "nowhere.toml",
    ("measure",): "nowhere",
    ("check",): "nowhere",
    ("convert",): "nowhere log.csv",
    ("brief",): "nowhere -o page.pdf",
    ("audit",): "nowhere --law by",
    ("laws",): "shwo",
    ("laws", "show"): "xx",
    ("laws", "facts"): "xx",
    ("laws", "check"): "xx",
    ("laws", "new"): "Zembla",
    ("laws", "schema"): "more",
    ("watch",): "ad",
    ("watch", "add"): "nowhere.jsonl",
    ("watch", "inbox"): "r999 --store {watch}",
    ("watch", "incidents"): "",
    ("watch", "claims"): "--question nonsense --store {watch}",
    ("watch", "footprint"): "--at yesterday --store {watch}",
    ("watch", "export"): "excel -o x.xls --store {watch}",
    ("watch", "decide"): "grade r026 --value digit=9 --reason Checked. --store {watch}",
    ("weigh",): "nowhere.toml",
    ("serve",): "--store nowhere",
    ("plan",): "chekc",
    ("plan", "check"): "nowhere.toml",
    ("plan", "new"): "Spring",
    ("plan", "schema"): "more",
    ("bench",): "speed",
    ("completion",): "tcsh",
}
"""What each command must refuse."""


def words_of(command: tuple[str, ...], table: dict[tuple[str, ...], str], folder: Path, watch: Path) -> list[str]:
    return [*command, *table[command].format(folder=folder, watch=watch).split(), "--json"]


GOES_ON = ("serve",)
"""It goes on until it is stopped: `test_serve.py` reads its JSON."""


@pytest.mark.parametrize(
    "command", [one for one in COMMANDS if one != GOES_ON], ids=lambda command: " ".join(command) or "tocsin"
)
def test_every_command_prints_json_and_nothing_else(
    command: tuple[str, ...],
    okas: tuple[Path, Done],
    watched: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With `--json` a command ends well, and what it prints is one JSON value, without a word before or after it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli.rehearsing, "DEMO_PLAN", "okas-2017")
    monkeypatch.setattr(cli.rehearsing, "DEMO_RUNS", 1)
    done = call(*words_of(command, WORDS, okas[0], watched))
    assert (done.code, done.err) == (0, "")
    assert done.json


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "tocsin")
def test_a_refusal_stays_one_line(
    command: tuple[str, ...],
    okas: tuple[Path, Done],
    watched: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With `--json` too, a refusal is one line on standard error and exit code 2; nothing is printed or written."""
    monkeypatch.chdir(tmp_path)
    done = call(*words_of(command, REFUSED, okas[0], watched))
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert list(tmp_path.iterdir()) == []


def test_the_version_as_json() -> None:
    """It names Tocsin's version and those that a manifest names."""
    told = call("--version", "--json").json
    assert told["tocsin"] == __version__
    assert set(told) == {"tocsin", "python", "numba", "numpy", "polars"}


@pytest.mark.parametrize("command", [(), ("plan",), ("watch",)], ids=["tocsin", "tocsin plan", "tocsin watch"])
def test_a_command_without_words_lists_its_commands(command: tuple[str, ...]) -> None:
    """Where help would be printed, `--json` lists the commands, each with what it does."""
    found = [(*command, row["name"]) for row in call(*command, "--json").json]
    assert sorted(found) == sorted(one for one in COMMANDS if one[:-1] == command and one)
    assert all(row["about"].endswith(".") for row in call(*command, "--json").json)


def test_json_before_the_command_is_not_lost() -> None:
    """`tocsin --json check …` is refused with the place where it belongs, rather than without effect."""
    assert "expected it behind: tocsin check --json" in call("--json", "check", "nowhere").err
    assert "expected it behind: tocsin plan check --json" in call("plan", "--json", "check", "nowhere").err


def test_the_benches_as_json() -> None:
    """Without a name `bench --json` lists what there is."""
    import benchmarks

    assert {row["name"]: row["about"] for row in call("bench", "--json").json} == benchmarks.BENCHES


def test_the_demo_opens_nothing_for_a_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`demo --json` prints what the folder's measures.json holds, and opens no browser even where there is a screen."""
    monkeypatch.setattr(cli.rehearsing, "DEMO_PLAN", "okas-2017")
    monkeypatch.setattr(cli.rehearsing, "DEMO_RUNS", 1)
    monkeypatch.setattr(cli.rehearsing, "has_screen", lambda: True)
    monkeypatch.setattr("webbrowser.open", lambda address: pytest.fail("a browser was opened"))
    done = call("demo", "--json", "-o", tmp_path / "demo")
    assert done.json == json.loads((tmp_path / "demo" / "measures.json").read_text(encoding="utf-8"))
