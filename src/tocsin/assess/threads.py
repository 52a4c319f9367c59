"""Work that does not hang together, on several threads: NumPy and the kernels let go of the interpreter meanwhile.

What is worked out never depends on how many threads there are: every number has a stream of its own, by name.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

__all__ = ["side_by_side"]

T = TypeVar("T")
R = TypeVar("R")
_MOST: Final = 4


def side_by_side(work: Callable[[T], R], things: Iterable[T]) -> list[R]:
    """What a function gives for each thing, in their order.

    Args:
        work: May run on several threads at once.
        things: What it is given.
    """
    with ThreadPoolExecutor(min(_MOST, os.cpu_count() or 1)) as pool:
        return list(pool.map(work, things))
