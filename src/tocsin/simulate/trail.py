"""An outcome to be followed from effect to cause: only those parts of its log are written that a path leads to."""

from __future__ import annotations

import polars as pl

from tocsin.log.causes import ENDS, Trail
from tocsin.simulate.rows import BLOCK, ordered
from tocsin.simulate.run import Outcome

__all__ = ["trail"]


def trail(outcome: Outcome) -> Trail:
    """Follow a run by its causes, without its log.

    Args:
        outcome: One run.

    Returns:
        The same as `tocsin.log.causes.held` of its log.
    """
    rows = ordered(outcome)

    def part(seq: int) -> pl.DataFrame:
        start = seq // BLOCK * BLOCK
        return rows.frame(start, start + BLOCK)

    return Trail(part, rows.of_kinds(ENDS))
