"""tocsin serve: it says where the desk is, refuses what cannot be, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from tests.cli.calls import ROOT, call
from tests.cli.documents import blocks_of, commands_in

from tocsin.cli.serving import PORT

DOCUMENTED = sorted(
    {
        command.removeprefix("tocsin serve ")
        for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
        for block in blocks_of(page)
        if "serve" in block.words
        for command in commands_in(block)
    }
)
"""What follows `tocsin serve` in the blocks of README and docs that are marked `serve`."""


def started(folder: Path, *words: str, home: Path | None = None) -> subprocess.Popen[str]:
    """A desk in a process of its own; its folders of passing things are made in the given one."""
    return subprocess.Popen(
        [sys.executable, "-m", "tocsin", "serve", *words], cwd=home,
        env={**os.environ, "TMPDIR": str(folder)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_demonstration_answers_and_leaves_nothing(tmp_path: Path, sent: signal.Signals, code: int) -> None:
    """With --json the first line says where it is; it answers there, to no other name; Ctrl-C ends it, and its folder
    is gone. Nothing is written but that."""
    running = started(tmp_path, "--demo", "--port", "0", "--json")
    assert running.stdout is not None
    told = json.loads(running.stdout.readline())
    assert Path(told["store"]).is_relative_to(tmp_path)
    with urllib.request.urlopen(told["address"], timeout=20) as answer:
        assert "92" in answer.read().decode()  # reports of the case, as its README counts them
    with pytest.raises(urllib.error.HTTPError, match="400"):
        asked = urllib.request.Request(told["address"], headers={"Host": "elsewhere.example"})
        urllib.request.urlopen(asked, timeout=20)
    running.send_signal(sent)
    out, said = running.communicate(timeout=30)
    assert running.returncode == code
    assert out == ""
    assert [line for line in said.splitlines() if "stopped" not in line] == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", DOCUMENTED)
def test_commands_of_the_pages_start_a_desk(words: str, watched: Path, tmp_path: Path) -> None:
    """Each documented command starts a desk that answers, beside the watch folder and the case that the pages make."""
    assert call("weigh", "west-2026", "--copy", watched.parent / "mine").code == 0
    running = started(tmp_path, *words.split(), "--port", "0", "--json", home=watched.parent)
    assert running.stdout is not None
    told = json.loads(running.stdout.readline())
    with urllib.request.urlopen(told["address"], timeout=20) as answer:
        assert "The answer so far" in answer.read().decode()
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=30)


def test_the_pages_show_how_to_serve() -> None:
    """The pages show the demonstration, and a folder and a case of one's own."""
    assert DOCUMENTED == ["--demo", "--store watch --case mine/case.toml"]


def test_a_port_in_use_is_refused() -> None:
    """A port at which somebody listens already is refused in one line that names it."""
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        done = call("serve", "--port", str(port), "--no-open")
    assert done.code == 2
    assert f"--port {port}" in done.err and done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--store", "nowhere"), "nowhere: found no store"),
        (("--role", "owner"), "--role: found 'owner'"),
        (("--port", "many"), "--port: found 'many'"),
        (("--port", "70000"), "--port 70000"),
        (("--port", "-1"), "--port -1"),
    ],
)
def test_what_cannot_be_served_is_refused(words: tuple[str, ...], told: str) -> None:
    """A folder that is none, a role or a port that cannot be: one line, and exit code 2."""
    words = (*words, "--port", "0") if "--port" not in words else words
    done = call("serve", *words, "--no-open")
    assert done.code == 2
    assert told in done.err and done.err.count("\n") == 1


def test_an_unknown_case_is_refused(watched: Path) -> None:
    """A case that is neither a file nor bundled is refused before anything is served."""
    done = call("serve", "--store", watched, "--case", "nobody", "--port", "0", "--no-open")
    assert done.code == 2 and "--case nobody" in done.err


def test_the_port_is_the_documented_one() -> None:
    """docs/serve.md tells the port that is taken if none is named."""
    assert str(PORT) in (Path(__file__).resolve().parents[2] / "docs" / "serve.md").read_text()
