"""What only a process of its own can show: signals, pipes, exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.calls import TOCSIN, execute

PATIENCE_S = 120


def test_exit_codes(tmp_path: Path) -> None:
    """The executable ends with 0 if all is well and with 2 after a refusal."""
    assert execute("--version", cwd=tmp_path).code == 0
    assert execute("measure", "nowhere", cwd=tmp_path).code == 2


def children(parent: int) -> list[int]:
    """Return the living processes below one, by the parent that the kernel notes for each."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, above = (entry / "stat").read_text().rsplit(")", 1)[1].split()[:2]
            except OSError:  # it has ended meanwhile
                continue
            if int(above) == parent and state != "Z":
                found.append(int(entry.name))
    return found


def alive(process: int) -> bool:
    """Tell whether a process still runs; one that has ended and is not yet reaped does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the kernel's list of processes is not there")
@pytest.mark.parametrize("whom", ["all, as a terminal does", "the first alone"])
def test_ctrl_c_leaves_nothing(tmp_path: Path, whom: str) -> None:
    """Ctrl-C while workers are busy ends with 130 and one line; no folder, no part of one and no worker is left."""
    words = [TOCSIN, "simulate", "okas-2019", "-n", "20000", "--workers", "2", "-o", "run"]
    running = subprocess.Popen(
        words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    until = time.monotonic() + PATIENCE_S
    while len(children(running.pid)) < 3 and running.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    workers = children(running.pid)
    assert len(workers) >= 3, "no worker was started: the run was over, or never began"
    if whom == "the first alone":
        time.sleep(1)  # in the midst of the work; the other case meets workers that are just starting
        os.kill(running.pid, signal.SIGINT)
    else:
        os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=PATIENCE_S)
    assert (running.returncode, out) == (130, "")
    assert err == "tocsin: stopped; nothing is left half-written\n"
    assert list(tmp_path.iterdir()) == []
    until = time.monotonic() + 20
    while any(map(alive, workers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert [worker for worker in workers if alive(worker)] == []


@pytest.mark.parametrize(
    "module", ["tocsin.errors", "typer._click.exceptions", "typer", "pydantic", "tocsin.plan.model", "polars", "numba"]
)
def test_ctrl_c_during_imports_shows_none_of_them(tmp_path: Path, module: str) -> None:
    """Ctrl-C as soon as a module has been imported, from the first ones on, ends with 130 and at most one line.

    Python itself says on standard error when it has imported what; the last of these moments is 0.5 s after the start.
    """
    words = [TOCSIN, "simulate", "okas-2017", "-n", "20000", "--workers", "1", "-o", "run"]
    running = subprocess.Popen(
        words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env=os.environ | {"PYTHONPROFILEIMPORTTIME": "1"},
    )  # fmt: skip
    assert running.stderr is not None
    while (line := running.stderr.readline()) and line.rpartition("|")[2].strip() != module:
        pass
    assert line, f"{module} was never imported"
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=PATIENCE_S)
    said = [line for line in err.splitlines() if not line.startswith("import time:")]
    assert (running.returncode, out) == (130, "")
    assert said in ([], ["tocsin: stopped; nothing is left half-written"])
    assert list(tmp_path.iterdir()) == []


def test_python_m_tocsin_is_the_command(tmp_path: Path) -> None:
    """`python -m tocsin` does what `tocsin` does."""
    words = [sys.executable, "-m", "tocsin", "--version"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == execute("--version", cwd=tmp_path).out


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    """`tocsin plan schema | head -1`: one line comes through, nothing is said, the exit code is 0."""
    with subprocess.Popen(
        [TOCSIN, "plan", "schema"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None and running.stderr is not None
        assert running.stdout.readline() == "{\n"
        running.stdout.close()
        assert running.stderr.read() == ""
        assert running.wait(timeout=PATIENCE_S) == 0
