"""README and docs say what is: each command in them runs, each link leads somewhere, the picture is of today."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from tests.cli.calls import ROOT, Done, call
from tests.cli.documents import Block, blocks_of, commands_in, without_tables

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
RUN = [page for page in PAGES if any("run" in block.words for block in blocks_of(page))]
USED = {"run", "file"}
"""What the head of a block says if the tests do something with it."""
PICTURE = ROOT / "docs" / "pictures" / "report.png"


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def write(block: Block, folder: Path) -> None:
    """Write a block that is a file; `from` and `replace` put it in the place of another file's tables (`a,b`)."""
    text = block.text
    if base := block.words.get("from"):
        whole = (folder / base).read_text(encoding="utf-8")
        for name in block.words["replace"].split(","):
            whole = without_tables(whole, name)
        first = re.search(r"(?m)^\[\[channel\]\]", whole)
        assert first is not None
        text = f"{whole[: first.start()]}{text}\n{whole[first.start() :]}"
    (folder / block.words["file"]).write_text(text, encoding="utf-8")


def run_page(page: Path, folder: Path, targets: set[str]) -> Iterator[tuple[str, Done]]:
    """Do what a page says, from top to bottom, in one folder."""
    for block in blocks_of(page):
        if "file" in block.words:
            write(block, folder)
        if "run" not in block.words:
            continue
        if block.language == "python":
            exec(compile(block.text, f"{name_of(page)}:{block.line}", "exec"), {"__name__": "page"})
            continue
        for command in commands_in(block):
            words = shlex.split(command)
            if words[0] == "make":
                assert words[1] in targets, command
                continue
            assert words[0] == "tocsin", f"{name_of(page)}: no test can run {command!r}"
            line, _, target = command.removeprefix("tocsin").partition(" > ")
            done = call(*shlex.split(line))
            if target:
                (folder / target).write_text(done.out, encoding="utf-8")
            yield command, done


@pytest.fixture(scope="module")
def targets() -> set[str]:
    """What the Makefile can make."""
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("page", RUN, ids=name_of)
def test_commands_of_a_page_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, targets: set[str]) -> None:
    """Every command in a block marked `run` ends well, one after the other in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for command, done in run_page(page, tmp_path, targets):
        assert (done.code, done.err) == (0, ""), f"{command}: {done.err}"


def test_the_pages_that_promise_commands_have_some() -> None:
    """README, the tour and the page on plans are among the pages that are run."""
    assert {"README.md", "docs/tour.md", "docs/how-to-plan.md"} <= {name_of(page) for page in RUN}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_shell_blocks_are_run_or_are_makes(page: Path, targets: set[str]) -> None:
    """A block of shell commands is marked `run`, or holds only targets of the Makefile and lines that none can test.

    One marked `serve` holds commands that end with Ctrl-C: test_serve.py starts each of them.
    """
    for block in blocks_of(page):
        if block.language in {"sh", "console"} and "run" not in block.words:
            for command in commands_in(block):
                words = shlex.split(command)
                if words[0] == "tocsin":
                    tried = "serve" in block.words and words[1] == "serve"
                    assert tried, f"{name_of(page)}:{block.line}: {command!r} is not marked to be run"
                assert words[0] != "make" or words[1] in targets, f"{name_of(page)}:{block.line}: {command!r}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_example_is_used(page: Path) -> None:
    """A block of code or data is run or is written as a file; those of the plan's reference are one plan."""
    if page.name != "plan-reference.md":
        idle = [
            b.line for b in blocks_of(page) if b.language not in {"text", "sh", "console"} and not USED & set(b.words)
        ]
        assert idle == []


def test_numbers_in_sentences_are_those_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page on logs says of its small examples is what the commands print."""
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "logs-differ.md"
    out = {command.split(" --")[0]: done.out for command, done in run_page(page, tmp_path, set())}
    opened, closed, counts = (out[f"tocsin measure {name}.csv"] for name in ("scans", "closed", "reports"))
    assert re.search(r"arrived +– +3 to 4", opened) and "at least 14.2" in opened
    assert re.search(r"arrived +3 persons", closed) and "a lower bound on uncertainty" in closed
    assert re.search(r"arrived +– +400 to 3,000", counts) and "of a grade: B2" in counts


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_inline_commands_exist(page: Path, targets: set[str]) -> None:
    """A command that is named in a sentence exists, with the options that the sentence gives it."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for command in re.findall(r"`((?:tocsin|make) [^`\n]+)`", text):
        words = command.split()
        if words[0] == "make":
            assert words[1] in targets, command
            continue
        help_of = [word for word in words[1:3] if re.fullmatch(r"[a-z]+", word)]
        help_of = help_of[: 2 if help_of[:1] in (["plan"], ["watch"]) else 1]
        shown = call(*help_of, "--help")
        assert shown.code == 0, f"{name_of(page)}: {command}"
        for option in re.findall(r"(?<!\S)--?[a-z-]+", command):
            assert re.search(rf"(?<!\S){option}\b", shown.out), f"{name_of(page)}: {command}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    """A link to a file of the repository leads to one."""
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{name_of(page)}: {target}"


# --- the picture --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def painter() -> ModuleType:
    spec = spec_from_file_location("make_picture", ROOT / "tools" / "make_picture.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["make_picture"] = module
    spec.loader.exec_module(module)
    return module


def test_the_picture_is_of_this_report(painter: ModuleType, demo: tuple[Path, Done]) -> None:
    """The README's picture shows the words of today's demo report; otherwise it must be made anew."""
    told = painter.shown_in(PICTURE)
    assert told == painter.words_of((demo[0] / "report.html").read_text(encoding="utf-8")), (
        "docs/pictures/report.png is stale: python tools/make_picture.py"
    )
    assert PICTURE.stat().st_size < 300_000
    assert name_of(PICTURE) in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_picture_of_the_weighed_case_is_of_today(painter: ModuleType, tmp_path: Path) -> None:
    """The README's second picture shows the words of the page that `tocsin weigh west-2026 -o` writes today."""
    assert call("weigh", "west-2026", "-o", str(tmp_path / "page.html")).code == 0
    told = painter.shown_in(painter.WEIGHED)
    assert told == painter.words_of((tmp_path / "page.html").read_text(encoding="utf-8")), (
        "docs/pictures/weigh.png is stale: python tools/make_picture.py"
    )
    assert painter.WEIGHED.stat().st_size < 300_000
    assert name_of(painter.WEIGHED) in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.browser
def test_the_picture_can_be_made(painter: ModuleType, demo: tuple[Path, Done], tmp_path: Path) -> None:
    """The tool photographs a report: a PNG of the size asked for that knows what it shows."""
    target = tmp_path / "report.png"
    painter.photograph(demo[0] / "report.html", target)
    content = target.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(content[16:20], "big") == painter.WIDTH
    assert painter.shown_in(target) == painter.words_of((demo[0] / "report.html").read_text(encoding="utf-8"))
    assert os.listdir(tmp_path) == ["report.png"]
