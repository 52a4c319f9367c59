"""`tocsin bench weigh`: weighing itself, its calibration on simulated cases, worlds, the desk's pages.

This module only gathers. Each subject is a module of its own with `rows(quick)`, named in `PARTS`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

__all__ = ["PARTS", "rows"]

PARTS: Final = ("weigh_mc", "weigh_calibration", "weigh_worlds", "serve_pages")
"""Modules beside this one, in the order in which their rows are shown: a new subject adds its name here."""


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The rows of all parts."""
    return [made for part in PARTS for made in import_module(f"benchmarks.{part}").rows(quick=quick)]
