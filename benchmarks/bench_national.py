"""`tocsin bench national`: 300,000 people, 120 points, the whole command as the operating system counts it."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.timing import process, row

__all__ = ["rows"]

LIMITS = {"national.one": 8.0, "national.memory": 1.5, "national.hundred": 60.0}


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The rows `national.one`, `national.memory` and `national.hundred`; the peer is the limit."""
    with tempfile.TemporaryDirectory() as folder:
        one = process(_command(1, Path(folder) / "one"), 1 if quick else 3, warm=1)
        same = _same(Path(folder))
        many = process(_command(4 if quick else 100, Path(folder) / "many"), 1)
    values = {
        "national.one": (one.wall, "s"),
        "national.memory": (one.memory, "GiB"),
        "national.hundred": (many.wall, "s"),
    }
    return [
        row(
            name,
            value,
            unit,
            "limit",
            LIMITS[name],
            LIMITS[name],
            less=True,
            equal=same if name == "national.one" else None,
        )
        for name, (value, unit) in values.items()
    ]


def _command(runs: int, folder: Path) -> list[str]:
    tocsin = Path(sys.executable).with_name("tocsin")
    return [os.fspath(tocsin), "simulate", "national", "-n", str(runs), "--replace", "-o", os.fspath(folder)]


def _same(folder: Path) -> bool:
    """Whether a second run with one worker wrote the same bytes, the manifest's time apart."""
    process([*_command(1, folder / "two"), "--workers", "1"], 1)
    names = sorted(p.name for p in (folder / "one").iterdir() if p.name != "manifest.json")
    return all((folder / "one" / name).read_bytes() == (folder / "two" / name).read_bytes() for name in names)
