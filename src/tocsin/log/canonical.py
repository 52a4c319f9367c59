"""Canonical bytes of a block of rows: equal content, equal bytes, whatever holds it in memory.

Not bytes of a file format: they do not depend on the order in which categories were met, on the list behind
an enum, on chunks, or on what lies under a null. Each column gives its name, its type, which rows are filled,
and its values: whole numbers and times little-endian with 0 under nulls; names as the sorted list of those
present and for each row a number, 0 for null; text as lengths and one run of UTF-8. The other two times are one
byte where they equal `happened`.
"""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from tocsin.log.schema import SCHEMA

__all__ = ["feed"]

_NO_NULLS: Final = b"\x00"
_SOME_NULLS: Final = b"\x01"
_ALL_NULL: Final = b"\x02"
_AS_HAPPENED: Final = b"\x03"


class _Hash(Protocol):
    def update(self, data: bytes | memoryview, /) -> None: ...


def feed(digest: _Hash, block: pl.DataFrame) -> None:
    """Feed a block's canonical bytes to a hash.

    Args:
        digest: Something with `update`.
        block: Rows with the columns of a log.
    """
    digest.update(block.height.to_bytes(8, "little"))
    happened = block["happened"]
    for name, dtype in SCHEMA.items():
        digest.update(f"{name}\x00{_tag(dtype)}\x00".encode())
        if name in ("happened_until", "known") and block[name].equals(happened):
            digest.update(_AS_HAPPENED)
        else:
            _feed_column(digest, block[name], dtype)


def _tag(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Enum | pl.Categorical):
        return "name"
    return str(dtype)


def _feed_column(digest: _Hash, column: pl.Series, dtype: pl.DataType) -> None:
    nulls = column.null_count()
    if nulls == column.len():
        digest.update(_ALL_NULL)
        return
    if isinstance(dtype, pl.Enum | pl.Categorical):
        _feed_names(digest, column)
        return
    if nulls:
        digest.update(_SOME_NULLS)
        digest.update(np.packbits(column.is_not_null().to_numpy(), bitorder="little").tobytes())
    else:
        digest.update(_NO_NULLS)
    if isinstance(dtype, pl.String):
        _feed_text(digest, column)
    else:
        _feed_numbers(digest, column.to_physical().fill_null(0).to_numpy())


def _feed_numbers(digest: _Hash, values: npt.NDArray[np.generic]) -> None:
    little = np.ascontiguousarray(values.astype(values.dtype.newbyteorder("<"), copy=False))
    digest.update(little.data.cast("B"))


def _feed_names(digest: _Hash, column: pl.Series) -> None:
    """Feed the distinct names, sorted, then for each row its name's number from 1, as narrow as it goes."""
    there = column.drop_nulls().unique()
    numbers = there.to_physical().to_numpy()
    names = [name.encode() for name in there.cast(pl.String).to_list()]
    # Sorted by name: codes tell only the order in which a process met them.
    order = sorted(range(len(names)), key=names.__getitem__)
    digest.update(len(names).to_bytes(4, "little"))
    for index in order:
        digest.update(len(names[index]).to_bytes(4, "little") + names[index])
    width = np.uint8 if len(names) < 0xFF else np.uint16 if len(names) < 0xFFFF else np.uint32
    null = int(numbers.max()) + 1
    number = np.zeros(null + 1, dtype=width)
    number[numbers[order]] = np.arange(1, len(names) + 1)
    codes = column.to_physical().cast(pl.UInt32).fill_null(null).to_numpy()
    _feed_numbers(digest, number.take(codes))


def _feed_text(digest: _Hash, column: pl.Series) -> None:
    filled = column.fill_null("")
    _feed_numbers(digest, filled.str.len_bytes().to_numpy())
    digest.update("".join(filled.to_list()).encode())
