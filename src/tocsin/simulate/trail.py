"""An outcome to be followed from effect to cause: only those parts of its log are written that a path leads to."""

from __future__ import annotations

import polars as pl

from tocsin.log.causes import ENDS, Trail
from tocsin.simulate.outcome import Outcome
from tocsin.simulate.rows import ordered

__all__ = ["trail"]

PART = 4_096
"""Rows that are written at once: a path jumps about in a log, so that most of a large part would be written in vain."""


def trail(outcome: Outcome) -> Trail:
    """Follow a run by its causes, without its log.

    Args:
        outcome: One run.

    Returns:
        The same as `tocsin.log.causes.held` of its log.
    """
    rows = ordered(outcome)

    def part(seq: int) -> pl.DataFrame:
        start = seq // PART * PART
        return rows.frame(start, start + PART)

    return Trail(part, rows.of_kinds(ENDS))
