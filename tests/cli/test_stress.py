"""`tocsin stress`: a folder, tables and JSON; work that was stopped goes on; shocks in a single run; refusals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import polars as pl
import pytest
from tests.cli.calls import TOCSIN, Done, call

from tocsin.log.folder import verify
from tocsin.plan import bundled, load

FILES = {"plan.toml", "scenarios.parquet", "margins.parquet", "stress.html", "stress.json", "manifest.json"}
PATIENCE_S = 240
STRESS = """
[[shock]]
name = "no-health"
kind = "station"
at_h = 21
size = 0.5
stations = ["health"]
assumption = "A test's."

[[shock]]
name = "more"
kind = "surge"
at_h = 4
size = 0.4
assumption = "A test's."

[stress]
assumption = "A test's."

[[stress.goal]]
measure = "L1"
name = "wait p95"
key = "health"
at_most = 60
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled call-up of 669 people with two shocks and a goal."""
    path = tmp_path_factory.mktemp("plans") / "shaken.toml"
    path.write_text(bundled()["okas-2017"].read_text(encoding="utf-8") + STRESS, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def stressed(plan: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """Eight runs of each variant."""
    folder = tmp_path_factory.mktemp("stressed") / "here"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "80")
        return folder, call("stress", plan, "-n", "8", "--seed", "3", "--workers", "1", "-o", folder)


def test_it_writes_a_sealed_folder(stressed: tuple[Path, Done], plan: Path, tmp_path: Path) -> None:
    """All files are there and sealed, nothing is left beside them, and the plan in it gives the same again."""
    folder, done = stressed
    assert (done.code, done.err) == (0, "")
    assert {file.name for file in folder.iterdir()} == FILES
    assert verify(folder) == []
    assert [path.name for path in folder.parent.iterdir()] == ["here"]
    again = call("stress", folder / "plan.toml", "-n", "8", "--seed", "3", "-o", tmp_path / "again", "--json")
    assert again.json == json.loads((folder / "stress.json").read_text(encoding="utf-8"))
    assert load(folder / "plan.toml").stress == load(plan).stress


def test_it_says_where_it_breaks_first(stressed: tuple[Path, Done]) -> None:
    """A sentence, the goal, each shock by name and time, margins weakest first; no line is wider than the terminal."""
    folder, done = stressed
    told = " ".join(done.out.split())
    assert "Breaks first at health, at Jõhvi campus: of 9 servers" in told
    assert "wait p95 of health at most 60 min is broken" in told
    assert "no-health" in told and "21 h on; health" in told and "all together" in told
    assert "Does not break" in told
    assert max(map(len, done.out.splitlines())) <= 80 or str(folder) in max(done.out.splitlines(), key=len)


def test_json_and_tables_agree(stressed: tuple[Path, Done]) -> None:
    """stress.json, scenarios.parquet and margins.parquet say the same; what has no number is null."""
    folder, _ = stressed
    told = json.loads((folder / "stress.json").read_text(encoding="utf-8"))
    scenarios = pl.read_parquet(folder / "scenarios.parquet")
    assert scenarios["scenario"].to_list() == [one["name"] for one in told["scenarios"]]
    assert scenarios["mean"].to_list() == [one["goals"][0]["mean"] for one in told["scenarios"]]
    table = pl.read_parquet(folder / "margins.parquet")
    assert table["factor"].to_list() == [one["factor"] for one in told["margins"]]
    assert told["keeps_its_goals"] is True
    assert told["bottlenecks"] is None or isinstance(told["bottlenecks"], list)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "killed"])
def test_stopped_work_goes_on(how: signal.Signals, plan: Path, tmp_path: Path) -> None:
    """Stopped midway, nothing of the folder is there; the same command goes on and ends with the same bytes."""
    words = [TOCSIN, "stress", os.fspath(plan), "-n", "40", "--workers", "1"]
    kept = tmp_path / ".run.reruns"
    running = subprocess.Popen(
        [*words, "-o", "run"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    until = time.monotonic() + PATIENCE_S
    while len(list(kept.glob("*.parquet"))) < 4 and running.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    running.send_signal(how)
    out, err = running.communicate(timeout=PATIENCE_S)
    assert out == ""
    assert running.returncode == (130 if how is signal.SIGINT else -signal.SIGKILL)
    if how is signal.SIGINT:
        assert err.splitlines() == [
            "tocsin: what was run is kept in .run.reruns: the same command goes on from there",
            "tocsin: stopped; nothing is left half-written",
        ]
    assert not (tmp_path / "run").exists()
    done = len(list(kept.glob("*.parquet")))
    assert done >= 4
    for target in ("run", "whole"):
        subprocess.run([*words, "-o", target], cwd=tmp_path, capture_output=True, check=True)
    assert not kept.exists()
    for name in FILES - {"manifest.json"}:
        assert (tmp_path / "run" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name


def test_a_shock_strikes_in_a_single_run(plan: Path, tmp_path: Path) -> None:
    """`simulate --shock`: the folder's plan names it and repeats the run; the log has it; without it all is as ever."""
    struck, usual = tmp_path / "struck", tmp_path / "usual"
    assert call("simulate", plan, "--shock", "more", "--shock", "no-health", "-o", struck).code == 0
    assert call("simulate", plan, "-o", usual).code == 0
    assert load(struck / "plan.toml").exercise.shocks == ("more", "no-health")
    kinds = pl.read_parquet(struck / "log.parquet")["kind"].cast(pl.String)
    assert (kinds == "shock_began").sum() == 2
    assert call("check", struck).code == 0
    again = tmp_path / "again"
    assert call("simulate", struck / "plan.toml", "-o", again).code == 0
    assert (again / "log.parquet").read_bytes() == (struck / "log.parquet").read_bytes()
    assert len(pl.read_parquet(struck / "people.parquet")) > len(pl.read_parquet(usual / "people.parquet"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("stress {plan} -n 1 -o {to}", "-n: found 1 run; expected at least 2"),
        ("stress nowhere.toml -o {to}", "nowhere.toml"),
        ("stress {wrong} -n 2 -o {to}", "stress.goal[0].key: found 'wait p95' of 'helth'"),
        ("stress {other} -n 2 -o {to}", "stress.goal[0].measure: found the measure L9; expected one of A1"),
        ("simulate {plan} --shock no-helth -o {to}", "found the shock 'no-helth', which the plan does not have"),
        ("simulate okas-2017 --shock any -o {to}", "it has none"),
    ],
)
def test_refusals(words: str, sentence: str, plan: Path, tmp_path: Path) -> None:
    """Each refusal is one line that says what was found and what was expected, and nothing is written."""
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(plan.read_text(encoding="utf-8").replace('key = "health"', 'key = "helth"'), encoding="utf-8")
    other = tmp_path / "other.toml"
    other.write_text(plan.read_text(encoding="utf-8").replace('measure = "L1"', 'measure = "L9"'), encoding="utf-8")
    done = call(*words.format(plan=plan, wrong=wrong, other=other, to=tmp_path / "to").split())
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err and done.err.count("\n") == 1
    assert not (tmp_path / "to").exists()
