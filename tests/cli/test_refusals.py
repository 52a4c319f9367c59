"""Bad input through the command: exit code 2, one line that says where, what was found and what was expected."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest
from tests.cli.calls import Done, call, execute

from tocsin.plan import bundled

OKAS = bundled()["okas-2017"].read_text(encoding="utf-8")
SMALL = (Path(__file__).parents[1] / "plan" / "small.toml").read_text(encoding="utf-8")


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


NEGATIVE = changed(OKAS, "servers = 4", "servers = -4")
BROKEN = changed(OKAS, "[behaviour]", "[behaviour")
DANGLING = changed(SMALL, 'layout = "school"', 'layout = "shool"')
GROUPS = re.compile(r"\[\[group\]\].*?(?=\[\[channel\]\])", re.DOTALL)
ROSTER = GROUPS.sub('[roster]\nfile = "people.csv"\nassumption = "invented"\n\n', SMALL)
ROWS = "birth,sex,home,trade\n" + "1990-05-01,male,Alder,rifleman\n" * 6


@dataclass(frozen=True)
class Bad:
    """A call that must be refused: its words, the files it needs, and what its one line must say."""

    words: str
    says: str
    files: tuple[tuple[str, str], ...] = ()


BAD = {
    "negative servers": Bad(
        "simulate bad.toml",
        rf"bad\.toml:{line_of(NEGATIVE, 'servers = -4')}: .*servers: found -4.*expected",
        (("bad.toml", NEGATIVE),),
    ),
    "a layout that is not there": Bad(
        "simulate bad.toml",
        rf"bad\.toml:{line_of(DANGLING, 'shool')}: point.*'shool'.*did you mean 'school'",
        (("bad.toml", DANGLING),),
    ),
    "no TOML": Bad(
        "simulate bad.toml",
        rf"bad\.toml:{line_of(BROKEN, '[behaviour')}: .*not TOML.*found '\[behaviour",
        (("bad.toml", BROKEN),),
    ),
    "a mistyped name": Bad("simulate wset-2026", r"wset-2026: found no such file.*did you mean 'west-2026'"),
    "a folder as a plan": Bad("simulate .", r"found a folder; expected a TOML file"),
    "a roster's row": Bad(
        "simulate plan.toml",
        r"people\.csv: row 8, column 'birth': found '1990-13-01'",
        (("plan.toml", ROSTER), ("people.csv", ROWS + "1990-13-01,male,Alder,rifleman\n")),
    ),
    "no roster": Bad("simulate plan.toml", r"people\.csv: found no such file", (("plan.toml", ROSTER),)),
    "no runs": Bad("simulate okas-2017 -n 0", r"-n: found 0 runs; expected at least 1"),
    "runs in words": Bad("simulate okas-2017 -n many", r"-n: found 'many'; expected a whole number"),
    "more kept than run": Bad("simulate okas-2017 --keep 5 -n 2", r"--keep: found 5 .*expected 1 to 2"),
    "a negative seed": Bad("simulate okas-2017 --seed -1", r"--seed: found -1; expected .* 0 to 18446744073709551615"),
    "no workers": Bad("simulate okas-2017 --workers 0", r"--workers: found 0 .*expected at least 1"),
    "an unknown option": Bad(
        "simulate okas-2017 --sead 3", r"No such option: --sead .*--seed.*see tocsin simulate --help"
    ),
    "no plan": Bad("simulate", r"Missing argument 'PLAN'; see tocsin simulate --help"),
    "an unknown command": Bad("simulat okas-2017", r"No such command 'simulat'.*see tocsin --help"),
    "nothing to measure": Bad("measure nowhere", r"nowhere: found nothing there; expected a run folder or a log"),
    "no log": Bad(
        "measure log.parquet", r"log\.parquet: found .*expected a readable Parquet", (("log.parquet", "hello"),)
    ),
    "a table that is no log": Bad("measure table.parquet", r"table\.parquet: found the column 'a', expected"),
    "a folder that is no run": Bad("measure .", r"found no manifest.json, expected a run folder"),
    "nothing to check": Bad("check nowhere", r"nowhere: found nothing there; expected a run folder or a log"),
    "a head that is none": Bad("check . --head 3f", r"--head: found '3f'; expected .*12 of its 64"),
    "a mapping that is none": Bad(
        "measure scans.csv --map map.toml",
        r"map\.toml: activities\.came: found the kind 'come', expected",
        (
            ("scans.csv", "who,what,when\n"),
            ("map.toml", '[columns]\nkind="what"\nhappened="when"\n[activities]\ncame="come"\n'),
        ),
    ),
    "an unknown bench": Bad("bench speed", r"bench: found 'speed'; expected one of engine"),
    "no plan to check": Bad("plan check nowhere.toml", r"nowhere\.toml: found no such file"),
}
THROUGH_THE_EXECUTABLE = (
    "negative servers",
    "no TOML",
    "a mistyped name",
    "a roster's row",
    "no runs",
    "runs in words",
    "more kept than run",
    "an unknown option",
    "no log",
    "a folder that is no run",
)


def prepare(bad: Bad, folder: Path) -> list[str]:
    """Write the files of a call into a folder and give its words."""
    for name, text in bad.files:
        (folder / name).write_text(text, encoding="utf-8")
    if "table.parquet" in bad.words:
        pl.DataFrame({"a": [1]}).write_parquet(folder / "table.parquet")
    return bad.words.split()


def judge(done: Done, bad: Bad, folder: Path, before: set[str]) -> None:
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("tocsin: ")
    assert done.err.count("\n") == 1
    assert done.err.endswith("\n")
    assert re.search(bad.says, done.err), done.err
    assert {path.name for path in folder.iterdir()} == before


@pytest.mark.parametrize("name", BAD)
def test_a_refusal_is_one_line(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal ends with 2 and one line that names the place; it prints nothing else and writes nothing."""
    monkeypatch.chdir(tmp_path)
    words = prepare(BAD[name], tmp_path)
    before = {path.name for path in tmp_path.iterdir()}
    judge(call(*words), BAD[name], tmp_path, before)


def test_ten_refusals_through_the_executable(tmp_path: Path) -> None:
    """The executable refuses as the function does: no traceback, no folder, exit code 2."""
    folders = {name: tmp_path / str(number) for number, name in enumerate(THROUGH_THE_EXECUTABLE)}
    before = {}
    for name, folder in folders.items():
        folder.mkdir()
        prepare(BAD[name], folder)
        before[name] = {path.name for path in folder.iterdir()}

    def run(name: str) -> Done:
        return execute(*BAD[name].words.split(), cwd=folders[name])

    with ThreadPoolExecutor(2) as pool:
        for name, done in zip(folders, pool.map(run, folders), strict=True):
            judge(done, BAD[name], folders[name], before[name])


# --- what is in the way -------------------------------------------------------------------------------------------


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rehearsing is forbidden: a refusal must come before the work."""

    def never(*args: object, **options: object) -> None:
        raise AssertionError("the work was begun")

    monkeypatch.setattr(import_module("tocsin.sweep"), "rehearse", never)


@pytest.mark.usefixtures("no_work")
@pytest.mark.parametrize("replace", [(), ("--replace",)], ids=["plain", "replace"])
@pytest.mark.parametrize("kind", ["file", "folder", "run"])
def test_what_is_in_the_way_is_refused_before_the_work(
    kind: str, replace: tuple[str, ...], tmp_path: Path, okas: tuple[Path, Done]
) -> None:
    """A file or a folder of something else is never replaced, an older run only if asked; nothing is touched."""
    target = tmp_path / "taken"
    if kind == "file":
        target.write_text("mine")
    elif kind == "folder":
        target.mkdir()
        (target / "notes.txt").write_text("mine")
    else:
        target = okas[0]
    if kind == "run" and replace:
        with pytest.raises(AssertionError, match="the work was begun"):
            call("simulate", "okas-2017", "-o", target, *replace)
        return
    held = {path: path.read_bytes() for path in [target, *tmp_path.rglob("*")] if path.is_file()}
    done = call("simulate", "okas-2017", "-o", target, *replace)
    assert done.code == 2
    assert done.err == (
        f"tocsin: {target}: found something there already, expected no folder, an empty one or an older run\n"
    )
    assert all(path.read_bytes() == content for path, content in held.items())


@pytest.mark.usefixtures("no_work")
def test_a_place_where_nothing_can_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    """A folder below a file, in /proc, or without the right to write: one line, before any run."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "shut").mkdir(mode=0o555)
    targets = [tmp_path / "file" / "below", Path("/proc/tocsin/run")]
    if os.geteuid() != 0:  # root may write everywhere
        targets.append(tmp_path / "shut" / "run")
    for target in targets:
        done = call("simulate", "okas-2017", "-o", target)
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
        assert str(target) in done.err
        assert "expected" in done.err
        assert not target.exists()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "shut"]


def test_a_full_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full while the folder is written, one line says so, and nothing is left of it."""

    def full(self: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", full)
    done = call("simulate", "okas-2017", "-o", tmp_path / "run")
    assert (done.code, done.out) == (2, "")
    assert re.fullmatch(r"tocsin: .*: No space left on device\n", done.err)
    assert list(tmp_path.iterdir()) == []
