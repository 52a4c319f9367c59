"""`tocsin bench cli`: how soon the command answers, and how long the demo takes once kernels are warm."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.timing import process, row

__all__ = ["rows"]


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The rows `cli.help` (CPU s) and `cli.demo` (s); the peer is the limit."""
    tocsin = os.fspath(Path(sys.executable).with_name("tocsin"))
    answer = process([tocsin, "--help"], 3 if quick else 9, warm=1)
    with tempfile.TemporaryDirectory() as folder:
        demo = process(
            [tocsin, "demo", "--no-open", "-o", os.fspath(Path(folder) / "demo"), "--replace"],
            1 if quick else 3,
            warm=1,
        )
    return [
        row("cli.help", answer.cpu, "CPU s", "limit", 0.3, 0.3, less=True),
        row("cli.demo", demo.wall, "s", "limit", 15.0, 15.0, less=True),
    ]
