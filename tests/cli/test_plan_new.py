"""`tocsin plan new`: a file to start from, written whole or not at all, that the other commands take as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.calls import FILES, Done, call

from tocsin.plan import new_plan


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands run in an empty folder."""
    monkeypatch.chdir(tmp_path)


def test_the_plan_can_be_checked_and_run_as_it_stands(tmp_path: Path) -> None:
    """It is written under its name, `plan check` has no fault and no doubt, `simulate` writes a run folder."""
    done = call("plan", "new", "spring")
    assert (done.code, done.err) == (0, "")
    assert "tocsin plan check spring.toml" in done.out
    assert [path.name for path in tmp_path.iterdir()] == ["spring.toml"]
    assert (tmp_path / "spring.toml").read_text(encoding="utf-8") == new_plan("spring")
    told = call("plan", "check", "spring.toml", "--json")
    assert (told.code, told.json["problems"]) == (0, [])
    assert all(one["text"].startswith("To be replaced: ") for one in told.json["assumptions"])
    assert call("simulate", "spring.toml", "-n", "2").code == 0
    assert {path.name for path in (tmp_path / "runs" / "spring").iterdir()} == FILES


def test_without_a_name_it_is_my_plan(tmp_path: Path) -> None:
    """The default name is the one that the pages use."""
    assert call("plan", "new").code == 0
    assert (tmp_path / "my-plan.toml").is_file()


def test_it_can_be_printed(tmp_path: Path) -> None:
    """`-o -` prints the plan and writes nothing."""
    assert call("plan", "new", "spring", "-o", "-") == Done(0, new_plan("spring"), "")
    assert list(tmp_path.iterdir()) == []


def test_json_tells_the_file_and_the_text() -> None:
    """`--json` gives name, file and text; printed, there is no file."""
    text = new_plan("spring")
    assert call("plan", "new", "spring", "--json").json == {"name": "spring", "file": "spring.toml", "text": text}
    printed = call("plan", "new", "spring", "--json", "-o", "-").json
    assert printed == {"name": "spring", "file": None, "text": text}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "spring.toml: found a file there; expected none, or --replace"),
        (["-o", "nowhere/spring.toml"], "nowhere: found no such folder; expected one to write into"),
        (["-o", ".", "--replace"], ".: found a folder; expected a file to write"),
    ],
)
def test_what_is_in_the_way_stays(tmp_path: Path, words: list[str], told: str) -> None:
    """A file is never replaced unasked, and nothing is left beside it."""
    (tmp_path / "spring.toml").write_text("mine")
    assert call("plan", "new", "spring", *words) == Done(2, "", f"tocsin: {told}\n")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_an_older_plan_goes_when_asked(tmp_path: Path) -> None:
    """`--replace` writes over a file."""
    (tmp_path / "spring.toml").write_text("mine")
    assert call("plan", "new", "spring", "--replace").code == 0
    assert (tmp_path / "spring.toml").read_text(encoding="utf-8") == new_plan("spring")


def test_a_full_disk_leaves_the_older_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When writing fails, one line says so; the older file is whole, and no part of the new one is left."""

    def full(self: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device", str(self))

    (tmp_path / "spring.toml").write_text("mine")
    monkeypatch.setattr(Path, "write_bytes", full)
    done = call("plan", "new", "spring", "--replace")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]
