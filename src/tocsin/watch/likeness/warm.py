"""Compile the kernels of pairs once and leave them in Numba's cache on disk: `python -m tocsin.watch.likeness.warm`."""

from __future__ import annotations

from tocsin.watch.likeness.links import relate_all
from tocsin.watch.model import Report

__all__ = ["warm"]


def warm() -> None:
    """Relate two texts in bulk: the kernels are the same for any number."""
    words = "Two reports of nine words each warm the kernels"
    relate_all([Report(name, name, "text", text=f"{words} {name}") for name in ("first", "second")])


if __name__ == "__main__":
    warm()
