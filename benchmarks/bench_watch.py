"""`tocsin bench watch`: the rules on our texts, pairs of posts, many posts, the footprint's back-test.

This module only gathers. Each subject is a module of its own with `rows(quick)`, named in `PARTS`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

__all__ = ["PARTS", "rows"]

PARTS: Final = ("watch_pairs", "watch_origins", "watch_bulk", "watch_footprint", "watch_texts")
"""Modules beside this one, in the order in which their rows are shown: a new subject adds its name here."""


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The rows of all parts."""
    return [made for part in PARTS for made in import_module(f"benchmarks.{part}").rows(quick=quick)]
