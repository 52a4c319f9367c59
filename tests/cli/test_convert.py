"""`tocsin convert`: any log in, any format out; what was left out is said, and what cannot be is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.calls import ROOT, Done, call
from tests.cli.documents import blocks_of

from tocsin.log.chain import read_log

Made = tuple[Path, Done]
PAGE = ROOT / "docs" / "exchange.md"


@pytest.fixture
def theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The foreign log and the mapping of the page, in the folder in which the commands run."""
    monkeypatch.chdir(tmp_path)
    for block in blocks_of(PAGE):
        if "file" in block.words:
            (tmp_path / block.words["file"]).write_text(block.text, encoding="utf-8")
    told: dict[str, Any] = json.loads((tmp_path / "theirs.json").read_text(encoding="utf-8"))
    return told


def test_a_run_folder_goes_out_and_comes_back(okas: Made, tmp_path: Path) -> None:
    """From one format to the next: the rows of the folder, to the last cell."""
    source: Path = okas[0]
    own = read_log(source / "log.parquet")
    for ending in (".json", ".xes.gz", ".sqlite", ".XML", ".csv", ".parquet"):
        target = tmp_path / f"log{ending}"
        done = call("convert", source, target)
        assert (done.code, done.err, done.out) == (0, "", f"{target}: {len(own):,} rows\n")
        source = target
    assert read_log(source).frame.equals(own.frame)


@pytest.mark.parametrize("ending", [".sqlite", ".xes.gz"])
def test_what_convert_writes_is_measured_as_it_is(ending: str, okas: Made, tmp_path: Path) -> None:
    """The same measures from the log alone, whatever its format."""
    call("convert", okas[0], tmp_path / f"log{ending}")
    found, own = (
        call("measure", path, "--only", "A1,L1", "--json")
        for path in (tmp_path / f"log{ending}", okas[0] / "log.parquet")
    )
    assert found.code == own.code == 0
    assert found.json == own.json and len(found.json) > 5


def test_the_page_shows_what_is_printed(theirs: dict[str, Any]) -> None:
    """The lines under the example of the page are those of the command."""
    done = call("convert", "theirs.json", "ours.parquet", "--map", "map.toml")
    assert (done.code, done.err) == (0, "")
    assert done.out in [block.text for block in blocks_of(PAGE) if block.language == "text"]


def test_json_tells_what_was_left_out_and_noticed(theirs: dict[str, Any]) -> None:
    """Numbers a program can read: rows, what was left out, what was odd."""
    done = call("convert", "theirs.json", "ours.csv", "--map", "map.toml", "--json")
    assert done.json == {
        "file": "ours.csv",
        "rows": 4,
        "left_out": {
            "the qualifier 'at' of ties to 'desk'": 2,
            "ties to objects of type 'form'": 1,
            "attributes of objects of type 'reservist'": 1,
            "column 'ocel:eid'": 5,
            "activity 'coffee'": 1,
        },
        "noticed": {"ignored by the mapping": 1},
    }
    again = call("convert", "ours.csv", "ours.json", "--json")
    assert again.json == {"file": "ours.json", "rows": 4, "left_out": {}, "noticed": {}}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("theirs.json", "ours.docx"), "ours.docx: found the ending '.docx', expected one of .parquet, .csv"),
        (("theirs.json", "map.toml"), "map.toml: found the ending '.toml', expected one of"),
        (("theirs.json", "no/such/ours.csv"), "no/such: found no such folder; expected one to write into"),
        (("nothing.xes", "ours.csv"), "nothing.xes: found no such file, expected a log"),
        (("theirs.json", "theirs.json", "--map", "map.toml"), "theirs.json: found a file there; expected none, or"),
        (
            ("theirs.json", "ours.csv"),
            "with 'ocel:activity', 'ocel:timestamp', 'clerk', objects of the type 'reservist', ",
        ),
        (("theirs.json", "ours.csv", "--map", "theirs.json"), "expected a mapping in TOML"),
        ((".", "ours.csv"), "found no manifest.json"),
    ],
    ids=lambda case: " ".join(case) if isinstance(case, tuple) else "",
)
def test_refusals(words: tuple[str, ...], told: str, theirs: dict[str, Any], tmp_path: Path) -> None:
    """One line on standard error, exit code 2, and no file made or changed."""
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    done = call("convert", *words)
    assert (done.code, done.out) == (2, "")
    assert told in done.err and done.err.count("\n") == 1
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_mapping_that_misses_an_activity_is_refused(theirs: dict[str, Any], tmp_path: Path) -> None:
    """An activity that nobody explained is not left out quietly: the row and the word are named."""
    told = (tmp_path / "map.toml").read_text(encoding="utf-8").replace('"coffee" = "ignore"\n', "")
    (tmp_path / "map.toml").write_text(told, encoding="utf-8")
    done = call("convert", "theirs.json", "ours.csv", "--map", "map.toml")
    assert done.code == 2 and not (tmp_path / "ours.csv").exists()
    assert "theirs.json: row 5, column ocel:activity: found 'coffee', expected one of the mapping's" in done.err


def test_replace_replaces(theirs: dict[str, Any], tmp_path: Path) -> None:
    """With --replace an older file gives way, also to what was read from it; a folder never does."""
    (tmp_path / "ours.json").write_bytes((tmp_path / "theirs.json").read_bytes())
    assert call("convert", "ours.json", "ours.json", "--map", "map.toml", "--replace").code == 0
    assert call("convert", "ours.json", "ours.parquet").code == 0  # what was theirs is ours now
    assert read_log(tmp_path / "ours.parquet").frame["kind"].to_list()[:2] == ["arrived", "arrived"]
    (tmp_path / "folder.csv").mkdir()
    done = call("convert", "theirs.json", "folder.csv", "--map", "map.toml", "--replace")
    assert done.code == 2 and (tmp_path / "folder.csv").is_dir()


def test_a_run_folder_takes_no_mapping(okas: Made, theirs: dict[str, Any]) -> None:
    """A run folder holds a log of ours, in our words."""
    done = call("convert", okas[0], "ours.csv", "--map", "map.toml")
    assert done.code == 2 and "found a mapping (--map), expected none: a run folder holds a log of ours" in done.err
