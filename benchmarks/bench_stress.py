"""`tocsin bench stress`: all shocks and margins of the bundled call-up at 50 runs each, the whole command."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.timing import process, row

__all__ = ["rows"]

LIMIT_S = 120.0
WORKERS = 2


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The row `stress.west`; the peer is the limit, and one worker must give what two did."""
    runs = 4 if quick else 50
    with tempfile.TemporaryDirectory() as folder:
        spread = process(_command(runs, WORKERS, Path(folder) / "two"), 1)
        process(_command(4, 1, Path(folder) / "alone"), 1)
        process(_command(4, WORKERS, Path(folder) / "shared"), 1)
        same = _told(Path(folder) / "alone") == _told(Path(folder) / "shared")
        whole = _complete(Path(folder) / "two")
    return [row("stress.west", spread.wall, "s", "limit", LIMIT_S, LIMIT_S, less=True, equal=same and whole)]


def _command(runs: int, workers: int, folder: Path) -> list[str]:
    tocsin = Path(sys.executable).with_name("tocsin")
    words = ["stress", "west-2026", "-n", str(runs), "--workers", str(workers), "-o", os.fspath(folder)]
    return [os.fspath(tocsin), *words]


def _told(folder: Path) -> Any:
    return json.loads((folder / "stress.json").read_text(encoding="utf-8"))


def _complete(folder: Path) -> bool:
    """Whether every shock was run alone and together, and every margin searched."""
    told = _told(folder)
    return len(told["scenarios"]) >= 8 and len(told["margins"]) >= 20 and bool(told["bottlenecks"])
