"""Each command on real input: what it prints, what it writes, with which exit code it ends."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest
import typer.main
from polars.testing import assert_frame_equal
from tests.cli.calls import FILES, ROOT, Done, call

from tocsin import __version__, cli
from tocsin.brief import Case
from tocsin.log.chain import read_log
from tocsin.log.journeys import journeys_of
from tocsin.measure.sources import measured
from tocsin.plan import bundled, load

COMMANDS: list[tuple[str, ...]] = [
    (),
    ("demo",),
    ("simulate",),
    ("compare",),
    ("serve",),
    ("stress",),
    ("measure",),
    ("check",),
    ("convert",),
    ("brief",),
    ("audit",),
    ("laws",),
    ("laws", "show"),
    ("laws", "facts"),
    ("laws", "check"),
    ("laws", "new"),
    ("laws", "schema"),
    ("watch",),
    ("watch", "add"),
    ("watch", "inbox"),
    ("watch", "incidents"),
    ("watch", "claims"),
    ("watch", "footprint"),
    ("watch", "export"),
    ("watch", "decide"),
    ("weigh",),
    ("plan",),
    ("plan", "check"),
    ("plan", "new"),
    ("plan", "schema"),
    ("bench",),
    ("completion",),
]
Made = tuple[Path, Done]


# --- help and version ---------------------------------------------------------------------------------------------


def test_these_are_all_commands() -> None:
    """The list of commands that this file walks through leaves none out."""
    group = typer.main.get_command(cli.app)
    found: list[tuple[str, ...]] = [()]
    for name, command in group.commands.items():
        found.append((name,))
        found += [(name, inner) for inner in getattr(command, "commands", {})]
    assert sorted(found) == sorted(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_has_an_example(command: tuple[str, ...], option: str) -> None:
    """The help of every command ends well, shows an example that begins with `tocsin`, and cuts no sentence off."""
    done = call(*command, option)
    assert (done.code, done.err) == (0, "")
    assert re.search(r"Example:  tocsin \w+", done.out)
    assert "..." not in re.sub(r"(\[ARGS\]|\{PLAN\}|\[SOURCE\]|\{SOURCE\})\.\.\.", "", done.out)


@pytest.mark.parametrize("command", [(), ("plan",)], ids=["tocsin", "tocsin plan"])
def test_a_command_without_words_prints_its_help(command: tuple[str, ...]) -> None:
    """`tocsin` alone is a question, and no mistake."""
    done = call(*command)
    assert (done.code, done.err) == (0, "")
    assert done.out == call(*command, "--help").out


def test_version() -> None:
    """The version is the package's."""
    assert call("--version") == Done(0, f"tocsin {__version__}\n", "")


# --- simulate and demo --------------------------------------------------------------------------------------------


def test_a_run_folder_holds_exactly_its_files(okas: Made) -> None:
    """The folder holds the files that the design lists, and nothing is left beside it."""
    folder, done = okas
    assert (done.code, done.err) == (0, "")
    assert {path.name for path in folder.iterdir()} == FILES
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_what_simulate_prints(okas: Made) -> None:
    """The tables say where the report is and what was counted; a wrong count would stand beside another of the JSON."""
    folder, done = okas
    rows = {(r["name"], r["key"]): r for r in json.loads((folder / "measures.json").read_text())}
    assert f"Report: {folder / 'report.html'}" in done.out
    assert "3 runs, seed 11" in done.out
    assert re.search(rf"called +{rows['called', '']['mean']:,.0f}\b", done.out)
    for stage, words in (("arrived", "arrived"), ("delivered", "delivered"), ("released", "released at the gate")):
        assert re.search(rf"{words} +{rows[stage, '']['mean']:,.0f} ", done.out), stage
    half = rows["T50 of called", ""]
    told = rf"50 % of those called +{half['mean']:.1f} h +{half['mean_low']:.1f} to {half['mean_high']:.1f} h"
    assert re.search(told, done.out)


@pytest.mark.parametrize("width", [80, 120])
def test_tables_fit_their_terminal(okas: Made, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """No line is wider than the terminal, and no number or name is cut off."""
    monkeypatch.setenv("COLUMNS", str(width))
    from tocsin.brief import terminal
    from tocsin.cli.rows import show_rows

    frame = pl.read_parquet(okas[0] / "replications.parquet")
    plan = load("okas-2017")
    walk = journeys_of(read_log(okas[0] / "log.parquet"), t0=plan.exercise.alert)
    case = Case(plan, pl.read_parquet(okas[0] / "people.parquet"), walk, frame, 11, 3, "0", "0")
    for show in (
        lambda: terminal.show(case),
        lambda: show_rows(frame, every=False),
        lambda: show_rows(frame.filter(pl.col("run") == 0), every=True),
    ):
        text = printed(show)
        assert max(map(len, text.splitlines())) <= width
        assert "…" not in text


def test_a_critical_path_is_told_by_its_longest_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under each path stand the three steps that took longest, the longest first, without repeating the task."""
    monkeypatch.setenv("COLUMNS", "120")
    from tocsin.cli.rows import show_rows
    from tocsin.measure.rows import Rows

    rows = Rows(0)
    rows.add("C7", "critical path", 10.0, "h", key="bridge", of="the whole time")
    for wait, key, hours in (
        ("on the way", "bridge: A", 2.0),
        ("ride", "bridge: bus @ range", 1.0),
        ("in service", "bridge: kit @ A", 3.0),
        ("waiting for couriers", "bridge: courier @ A", 4.0),
    ):
        rows.add("C7", wait, hours, "h", key=key, of="the whole time")
    lines = [
        line.split("  of")[0].strip() for line in printed(lambda: show_rows(rows.frame(), every=False)).splitlines()
    ]
    assert [re.sub(" +", " ", line) for line in lines[1:5]] == [
        "critical path: bridge 10.0 h",
        "waiting for couriers: courier @ A 4.0 h",
        "in service: kit @ A 3.0 h",
        "on the way: A 2.0 h",
    ]


def printed(show: Callable[[], None]) -> str:
    import io
    from contextlib import redirect_stdout

    out = io.StringIO()
    with redirect_stdout(out):
        show()
    return out.getvalue()


def test_json_is_what_the_folder_says(tmp_path: Path) -> None:
    """`simulate --json` prints the measures that the folder holds, and nothing else."""
    done = call("simulate", "okas-2017", "--json", "-o", tmp_path / "run")
    assert (done.code, done.err) == (0, "")
    assert done.json == json.loads((tmp_path / "run" / "measures.json").read_text())
    assert {row["runs"] for row in done.json} == {1}


def test_without_o_the_folder_has_the_plans_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default folder is runs/NAME, of the working folder."""
    monkeypatch.chdir(tmp_path)
    done = call("simulate", "okas-2017")
    assert done.code == 0
    assert {path.name for path in (tmp_path / "runs" / "okas-2017").iterdir()} == FILES
    assert "one run" in done.out.lower()


def bytes_of(folder: Path) -> dict[str, bytes]:
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    manifest = json.loads(found.pop("manifest.json"))
    assert set(manifest) >= {"written", "digest"}  # the one time field, and the digest that covers it
    manifest["written"] = manifest["digest"] = None
    return found | {"manifest.json": json.dumps(manifest).encode()}


def test_same_seed_same_bytes(okas: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With two worker processes, in another folder and another time zone, every file has the same bytes but the
    manifest's time field; with another seed, the log has others."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setattr(import_module("tocsin.sweep.replicate"), "_WORTH_WORKERS", 0)
    words = ("simulate", "okas-2017", "-n", "3", "--keep", "1", "--workers")
    assert call(*words, "1", "--seed", "11", "-o", "one").code == 0
    assert call(*words, "2", "--seed", "11", "-o", "two/below").code == 0
    assert bytes_of(Path("one")) == bytes_of(Path("two/below"))
    kept_two = bytes_of(okas[0])
    same = ("plan.toml", "people.parquet", "replications.parquet", "measures.json", "report.html")
    assert [name for name in same if bytes_of(Path("one"))[name] != kept_two[name]] == []
    assert call("simulate", "okas-2017", "--seed", "12", "-o", "three").code == 0
    assert bytes_of(Path("three"))["log.parquet"] != bytes_of(Path("one"))["log.parquet"]


def test_the_plan_of_a_folder_repeats_it(okas: Made, tmp_path: Path) -> None:
    """The folder's own plan.toml, with the seed of its manifest, gives every file again; only the report now lists the
    towns, which the plan names itself by then, among the plan's sources."""
    folder = okas[0]
    seed = json.loads((folder / "manifest.json").read_text())["seed"]
    words = ("-n", "3", "--keep", "2", "--seed", str(seed), "-o", tmp_path / "again")
    done = call("simulate", folder / "plan.toml", *words)
    assert done.code == 0, done.err
    first, again = bytes_of(folder), bytes_of(tmp_path / "again")
    assert [name for name in first if first[name] != again[name]] in ([], ["report.html", "manifest.json"])


def test_the_demo(demo: Made) -> None:
    """The demo rehearses the bundled plan, says where its report is, and opens nothing where there is no screen."""
    folder, done = demo
    assert (done.code, done.err) == (0, "")
    assert {path.name for path in folder.iterdir()} == FILES
    assert "Report: runs/demo/report.html" in done.out
    assert "6,000" in done.out
    assert (folder / "report.html").read_text().startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(("display", "terminal", "opened"), [("", True, 0), (":0", False, 0), (":0", True, 1)])
def test_a_browser_opens_only_with_a_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, display: str, terminal: bool, opened: int
) -> None:
    """The demo opens its report only where a person sits at a screen; a second demo replaces the first."""
    asked: list[str] = []
    monkeypatch.setattr("webbrowser.open", asked.append)
    monkeypatch.setattr(cli.rehearsing, "DEMO_PLAN", "okas-2017")
    monkeypatch.setattr(cli.rehearsing, "DEMO_RUNS", 1)
    monkeypatch.setenv("DISPLAY", display)
    for name in ("WAYLAND_DISPLAY", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli.rehearsing, "has_screen", screen(terminal))
    assert call("demo").code == 0
    assert len(asked) == opened
    assert all(address == (tmp_path / "runs" / "demo" / "report.html").as_uri() for address in asked)


def screen(terminal: bool) -> object:
    """`has_screen` with a terminal or without: the output of a test is never one."""
    real = cli.words.has_screen

    def has_screen() -> bool:
        from unittest.mock import patch

        with patch("sys.stdout") as out:
            out.isatty.return_value = terminal
            return real()

    return has_screen


# --- measure ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("made", ["okas", "demo"])
def test_measuring_the_log_gives_what_the_rehearsal_measured(made: str, request: pytest.FixtureRequest) -> None:
    """Every measure of run 0, computed from the log on disk, equals the one computed from the engine's journeys."""
    from tocsin.measure.compute import MEASURES

    folder = request.getfixturevalue(made)[0]
    frame = pl.read_parquet(folder / "replications.parquet").filter(pl.col("run") == 0)
    found = measured(folder).filter(pl.col("run") == 0)
    assert set(found["measure"]) == set(MEASURES)
    paths = pl.col("measure") == "C7"  # a log has its causes, replications do not
    formed = "unit_formed" in read_log(folder / "log.parquet").frame["kind"].cast(pl.String).unique()
    assert (found.filter(paths)["value"].count() > 0) == formed
    assert frame.filter(paths)["note"].str.starts_with("not measurable").to_list() == [True]
    found, frame = found.filter(~paths), frame.filter(~paths)
    assert_frame_equal(found, frame, check_exact=True)


@pytest.mark.parametrize("made", ["okas", "demo"])
def test_journeys_are_those_of_the_log(made: str, request: pytest.FixtureRequest) -> None:
    """journeys.parquet says in every column what the log says: columns that the log lacks are empty."""
    folder = request.getfixturevalue(made)[0]
    ours = pl.read_parquet(folder / "journeys.parquet")
    alert = load(folder / "plan.toml").exercise.alert
    theirs = journeys_of(read_log(folder / "log.parquet"), t0=alert).frame
    shared = [name for name in ours.columns if name in theirs.columns]
    assert ours.drop(shared).null_count().sum_horizontal().sum() == ours.drop(shared).width * ours.height
    assert len(shared) > 40
    left, right = (frame.select(shared).sort("run", "person") for frame in (ours, theirs))
    assert_frame_equal(left, right, check_dtypes=False, categorical_as_str=True, check_exact=True)


def test_measure_says_in_tables_what_it_says_in_json(okas: Made) -> None:
    """`--all` prints one line for each row of `--json`, with its value in its unit."""
    rows = call("measure", okas[0], "--json").json
    head, *printed = call("measure", okas[0], "--all").out.splitlines()
    assert head.split()[0] == "mean"
    lines = [line for line in printed if line.startswith("  ")]
    assert len(lines) == len(rows) > 500
    for row, line in zip(rows, lines, strict=True):
        assert line.split(": ")[0].strip().startswith(row["name"].split(": ")[0][:20])
        assert f" {written(row['mean'], row['unit'])} " in line, row


def written(value: float | None, unit: str) -> str:
    """A value as a reader would write it, from the JSON alone."""
    if value is None:
        return "–"
    if unit == "yes = 1" and value in (0, 1):
        return ("no", "yes")[int(value)]
    if unit == "share":
        return f"{value * 100:.1f} %"
    whole = value == int(value) and unit not in {"h", "min"}
    return f"{value:,.0f} {unit}" if whole else f"{value:,.1f} {unit}"


def test_only_chooses_measures(okas: Made) -> None:
    """`--only` prints the measures it names, whatever their case, and no other."""
    found = call("measure", okas[0], "--only", "a3, L1", "--json").json
    assert {row["measure"] for row in found} == {"A3", "L1"}
    assert re.findall(r"^([A-Z]\d) ", call("measure", okas[0], "--only", "A3,L1").out, re.MULTILINE) == ["A3", "L1"]


def test_a_log_alone_says_what_its_hours_count_from(okas: Made) -> None:
    """Without a plan hours count from the first order, and the user is told so; with a plan or a folder, not."""
    log, plan = okas[0] / "log.parquet", okas[0] / "plan.toml"
    assert "first order" in call("measure", log, "--only", "A3").out
    assert "first order" in call("measure", log, "--only", "A3", "--json").err
    assert "first order" not in call("measure", log, "--plan", plan, "--only", "A3").out
    assert "first order" not in call("measure", okas[0], "--only", "A3").out


def test_a_log_alone_measures_what_it_can(okas: Made, tmp_path: Path) -> None:
    """A log without its plan says which measures cannot be had; with plan and people it gives all, as in the folder."""
    log = shutil.copy(okas[0] / "log.parquet", tmp_path / "alone.parquet")
    alone = call("measure", log, "--only", "A4", "--json").json
    assert {row["mean"] for row in alone} == {None}
    assert all("not measurable" in row["note"] for row in alone)
    with_all = call("measure", log, "--plan", okas[0] / "plan.toml", "--people", okas[0] / "people.parquet", "--json")
    assert with_all.json == call("measure", okas[0], "--json").json


SCANS = """who,what,when
Anna,summoned,2026-02-16 18:10
Anna,came,2026-02-16 20:40
Boris,summoned,2026-02-16 18:20
Boris,came,2026-02-17 07:50
Carl,summoned,2026-02-16 18:30
"""
MAPPING = """zone = "Europe/Minsk"
time_format = "%Y-%m-%d %H:%M"
[columns]
person = "who"
kind = "what"
happened = "when"
[activities]
summoned = "summoned"
came = "arrived"
"""


def test_a_log_of_others_is_read_by_its_mapping(tmp_path: Path) -> None:
    """Scans in a CSV are counted: 3 called, and as the log is still open, 2 to 3 arrive: no guess about the third."""
    (tmp_path / "scans.csv").write_text(SCANS)
    (tmp_path / "map.toml").write_text(MAPPING)
    done = call("measure", tmp_path / "scans.csv", "--map", tmp_path / "map.toml", "--only", "A1", "--json")
    assert done.code == 0, done.err
    rows = {row["name"]: row for row in done.json}
    assert (rows["called"]["mean"], rows["arrived"]["low"], rows["arrived"]["high"]) == (3, 2, 3)
    assert re.search(r"arrived +– +2 to 3", call("measure", tmp_path / "scans.csv", "--map", tmp_path / "map.toml").out)


# --- check --------------------------------------------------------------------------------------------------------


def test_check_of_a_sound_folder(okas: Made) -> None:
    """A sound folder is consistent and not anchored; with the head or the digest noted elsewhere it is anchored."""
    done = call("check", okas[0])
    assert (done.code, done.err) == (0, "")
    assert "every row is possible" in done.out
    assert "consistent, not anchored" in done.out
    manifest = json.loads((okas[0] / "manifest.json").read_text())
    for head in (manifest["log"]["head"], manifest["log"]["head"][:12], manifest["digest"]):
        anchored = call("check", okas[0], "--head", head)
        assert anchored.code == 0
        assert "consistent with the head that was given" in anchored.out
    other = call("check", okas[0], "--head", "0" * 64)
    assert other.code == 1
    assert "not sound: 1 finding" in other.out


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("where", [0.02, 0.5, 0.98])
def test_check_finds_a_flipped_byte(okas: Made, tmp_path: Path, name: str, where: float) -> None:
    """One other bit anywhere in any file ends the check with 1 and names the file."""
    folder = tmp_path / "copy"
    shutil.copytree(okas[0], folder)
    content = bytearray((folder / name).read_bytes())
    content[int(where * len(content))] ^= 1
    (folder / name).write_bytes(content)
    done = call("check", folder)
    assert (done.code, done.err) == (1, "")
    assert name in done.out
    told = call("check", folder, "--json").json
    assert [problem["place"] for problem in told["problems"]][:1] == [name]
    assert told["verdict"] in done.out


@pytest.mark.parametrize("name", sorted(FILES - {"manifest.json"}))
def test_check_finds_a_lost_file(okas: Made, tmp_path: Path, name: str) -> None:
    """A file that is gone is found, and so is one that nobody announced."""
    folder = tmp_path / "copy"
    shutil.copytree(okas[0], folder)
    (folder / name).rename(folder / "other.txt")
    done = call("check", folder)
    assert done.code == 1
    assert name in done.out
    assert "other.txt" in done.out


def test_check_finds_an_impossible_row(okas: Made, tmp_path: Path) -> None:
    """In a log alone there is no chain, but a person who arrives before the summons is impossible, and named."""
    log = read_log(okas[0] / "log.parquet").frame
    early = pl.col("happened").min() - pl.duration(hours=1)
    moved = pl.when(pl.col("kind") == "arrived").then(early).otherwise(pl.col("happened"))
    log.with_columns(moved.alias("happened"), moved.alias("happened_until")).write_parquet(tmp_path / "log.parquet")
    done = call("check", tmp_path / "log.parquet")
    assert (done.code, done.err) == (1, "")
    assert len(call("check", tmp_path / "log.parquet", "--json").json["problems"]) > cli.reading.MOST_PROBLEMS
    assert re.search(r"… and [\d,]+ more \(--json lists all\)", done.out)


# --- plan and bench -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(bundled()))
def test_plan_check_of_bundled_plans(name: str) -> None:
    """Bundled plans can be run; their assumptions are printed, each that the JSON lists."""
    done, told = call("plan", "check", name), call("plan", "check", name, "--json").json
    assert (done.code, done.err) == (0, "")
    assert not [problem for problem in told["problems"] if problem["level"] == "error"]
    assert told["assumptions"]
    assert [a for a in told["assumptions"] if f"{a['where']}: {a['text']}" not in done.out] == []


def test_plan_check_lists_everything_wrong(tmp_path: Path) -> None:
    """All errors of a plan are listed with file, line and key path, in tables as in JSON; the exit code is 2."""
    text = bundled()["okas-2017"].read_text(encoding="utf-8")
    bad = text.replace("servers = 4", "servers = -4").replace("reach = ", "reech = ", 1)
    (tmp_path / "bad.toml").write_text(bad, encoding="utf-8")
    done, told = call("plan", "check", tmp_path / "bad.toml"), call("plan", "check", tmp_path / "bad.toml", "--json")
    assert (done.code, told.code) == (2, 2)
    assert len(told.json["problems"]) >= 2
    lines = {problem["line"] for problem in told.json["problems"]}
    assert {bad[: bad.index(word)].count("\n") + 1 for word in ("servers = -4", "reech = ")} <= lines
    assert [p for p in told.json["problems"] if f"{p['place']}: {p['sentence']}" not in done.out] == []


def test_the_schema_knows_every_table() -> None:
    """The schema is JSON and lists the top tables of a bundled plan."""
    import tomllib

    schema = call("plan", "schema").json
    plan = tomllib.loads(bundled()["west-2026"].read_text(encoding="utf-8"))
    assert set(plan) <= set(schema["properties"])


def test_bench_prints_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """`bench` lists its benches; rows of one are printed as a table or as a list of the design's fields."""
    import benchmarks

    assert set(benchmarks.BENCHES) <= set(call("bench").out.split())
    row = {"name": "x.y", "value": 1.5, "unit": "s", "peer": "limit", "peer_value": 3.0, "ratio": 2.0, "goal": "< 3",
           "met": True, "equal": None}  # fmt: skip
    monkeypatch.setattr(benchmarks, "run", lambda name, quick: [row] if (name, quick) == ("cli", True) else [])
    assert call("bench", "cli", "--quick", "--json").json == [row]
    assert "x.y" in call("bench", "cli", "--quick").out


def test_bench_outside_a_checkout_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation has no benches: one line, exit code 2."""
    monkeypatch.setattr(cli.tools, "__file__", str(tmp_path / "a" / "b" / "c" / "tools.py"))
    done = call("bench", "engine")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "checkout" in done.err
    assert (ROOT / "benchmarks").is_dir()
