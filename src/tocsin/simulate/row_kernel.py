"""The compiled cut of rows of the log from the table of all rows, which `tocsin.simulate.rows` asks for."""

from __future__ import annotations

from typing import Any

from numba import njit

__all__ = ["cut_rows"]

Array = Any
"""An array inside a compiled function."""


@njit(cache=True, nogil=True, error_model="numpy")
def cut_rows(
    rows: Array, time: Array, start: int, cells: Array, nulls: Array, seq: Array, happened: Array, cut: Array
) -> None:
    """Cut rows of the log from the table of all rows.

    Args:
        rows: int32[k], which rows, in the order wanted.
        time: int64[rows], ms after the alert; `start` is added.
        cells: Records[rows] (`tocsin.simulate.rows.CELL`), -1 = null; nulls: int32[13], what stands for it then.
        seq: int32[rows], the number in the log of each row, for causes; may be empty.
        happened: int64[k], written; cut: int32[13, k], written, fields in the order of the record.
    """
    for r in range(len(rows)):
        row = rows[r]
        cell = cells[row]
        happened[r] = time[row] + start
        cut[0, r] = cell.person
        cut[1, r] = seq[cell.cause] if cell.cause >= 0 and len(seq) > 0 else -1
        cut[2, r] = cell.thing
        cut[3, r] = cell.amount
        cut[4, r] = cell.by
        cut[5, r] = cell.unit
        cut[6, r] = cell.place
        cut[7, r] = cell.reason
        cut[8, r] = cell.kind
        cut[9, r] = cell.station
        cut[10, r] = cell.visit
        cut[11, r] = cell.channel
        cut[12, r] = cell.due
    for c in range(len(nulls)):
        if nulls[c] >= 0:
            for r in range(len(rows)):
                if cut[c, r] < 0:
                    cut[c, r] = nulls[c]
