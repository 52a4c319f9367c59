"""How tests call the command: in this process for speed, or as a user does, through the executable."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tocsin import cli

ROOT = Path(__file__).resolve().parents[2]
TOCSIN = os.fspath(Path(sys.executable).with_name("tocsin"))
FILES = {
    "plan.toml",
    "people.parquet",
    "journeys.parquet",
    "log.parquet",
    "replications.parquet",
    "measures.json",
    "report.html",
    "manifest.json",
}
"""The files of a run folder, as the design lists them."""


@dataclass(frozen=True)
class Done:
    """What a call gave: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def call(*words: str | Path) -> Done:
    """Call the command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.run([os.fspath(word) for word in words])
    return Done(code, out.getvalue(), err.getvalue())


def execute(*words: str | Path, cwd: Path, timeout: float = 240) -> Done:
    """Call the executable, as a user does."""
    done = subprocess.run(
        [TOCSIN, *map(os.fspath, words)],
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)
