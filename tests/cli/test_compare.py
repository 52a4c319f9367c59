"""`tocsin compare`: a folder with page, differences and plans, the same numbers as JSON, and refusals on one line."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from tests.cli.calls import Done, call

from tocsin.log.folder import verify
from tocsin.plan import bundled, load

FILES = {
    "plan-1.toml",
    "plan-2.toml",
    "replications.parquet",
    "differences.parquet",
    "differences.json",
    "comparison.html",
    "manifest.json",
}


@pytest.fixture(scope="module")
def variant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled plan, and three in ten stay away."""
    path = tmp_path_factory.mktemp("plans") / "fewer.toml"
    text = bundled()["okas-2017"].read_text(encoding="utf-8")
    assert text.count("no_show = ") == 1
    path.write_text(text.replace("no_show = ", "no_show = 0.3 # was "), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def compared(variant: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """Fifteen runs of 669 people under two plans."""
    folder = tmp_path_factory.mktemp("compared") / "here"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "400")
        return folder, call("compare", "okas-2017", variant, "-n", "15", "--seed", "3", "-o", folder)


def test_it_writes_a_folder_that_repeats_it(compared: tuple[Path, Done], tmp_path: Path) -> None:
    """All files are there and sealed, the plans load, and comparing them again gives the same differences."""
    folder, done = compared
    assert (done.code, done.err) == (0, "")
    assert {file.name for file in folder.iterdir()} == FILES
    assert verify(folder) == []
    assert load(folder / "plan-2.toml").behaviour.no_show == 0.3
    again = call(
        "compare", folder / "plan-1.toml", folder / "plan-2.toml", "-n", "15", "--seed", "3", "-o", tmp_path / "a"
    )
    assert again.code == 0
    drawn, repeated = (pl.read_parquet(at / "differences.parquet").drop("plan") for at in (folder, tmp_path / "a"))
    assert drawn.equals(repeated)


def test_it_prints_what_differs_and_what_is_real(compared: tuple[Path, Done]) -> None:
    """The change of the plan, the numbers that come first, a verdict each, and where the page is."""
    folder, done = compared
    assert "fewer beside okas-2017" in done.out
    assert "behaviour.no_show: " in done.out
    assert "→ 0.3" in done.out
    came = next(line for line in done.out.splitlines() if line.startswith("came, of those called"))
    assert came.rstrip().endswith("lower")
    assert f"Report: {folder / 'comparison.html'}" in done.out
    assert "really differ" in done.out


def test_json_holds_the_same(compared: tuple[Path, Done], variant: Path, tmp_path: Path) -> None:
    """--json prints what differences.json holds: plans with digests, changes, differences; no number that is none."""
    folder, _ = compared
    done = call("compare", "okas-2017", variant, "-n", "15", "--seed", "3", "-o", tmp_path / "a", "--json")
    assert done.json == json.loads((folder / "differences.json").read_text(encoding="utf-8"))
    told = done.json
    assert [plan["label"] for plan in told["plans"]] == ["okas-2017", "fewer"]
    assert told["changes"]["fewer"][0]["path"] == "behaviour.no_show"
    assert {row["verdict"] for row in told["differences"]} <= set(told["verdicts"])
    came = next(row for row in told["differences"] if row["name"] == "arrived of called")
    assert came["verdict"] == "lower"
    assert came["low"] < came["difference"] < came["high"] < 0
    assert came["p_adjusted"] <= told["level"]


def test_a_run_folder_brings_its_own_plan_and_people(okas: tuple[Path, Done], tmp_path: Path) -> None:
    """Beside the plan that it was made from, a run folder differs in nothing."""
    done = call("compare", "okas-2017", okas[0], "-n", "2", "-o", tmp_path / "a", "--json")
    assert {row["verdict"] for row in done.json["differences"]} == {"equal"}
    assert done.json["changes"] == {"here": []}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["okas-2017"], "compare: found 1 plan; expected at least 2, the first being the base"),
        (["okas-2017", "okas-2017", "-n", "1"], "-n: found 1 run; expected at least 2 to compare by"),
        (["okas-2017", "nowhere.toml"], "nowhere.toml: found no such file"),
        (["okas-2017", "okas-2019", "-n", "many"], "-n: found 'many'; expected a whole number"),
        (["okas-2017", "okas-2019", "--workers", "0"], "--workers: found 0 processes"),
    ],
)
def test_refusals_are_one_line_and_leave_nothing(words: list[str], told: str, tmp_path: Path) -> None:
    """Exit code 2, one line that says what was found and expected, and no folder."""
    done = call("compare", *words, "-o", tmp_path / "a")
    assert done.code == 2
    assert done.out == ""
    assert done.err.count("\n") == 1
    assert told in done.err
    assert list(tmp_path.iterdir()) == []


def test_an_older_folder_goes_only_when_asked(compared: tuple[Path, Done], tmp_path: Path) -> None:
    """Something in the way is refused before the work; --replace lets an older comparison go."""
    words = ["compare", "okas-2017", "okas-2017", "-n", "2", "-o", tmp_path / "a"]
    assert call(*words).code == 0
    refused = call(*words)
    assert refused.code == 2
    assert "found something there already" in refused.err
    assert call(*words, "--replace").code == 0
