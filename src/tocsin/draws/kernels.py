"""The kernel that fills whole columns, compiled once whatever the plan, and the one that fills uniforms.

Nothing here checks an index: `tocsin.draws.columns` does, before it calls.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import cast

import numpy as np
from numba import njit, types

from tocsin.draws.blocks import Classes, Floats, Ints, Words, fill_family, uniform_of, word
from tocsin.draws.families import FAMILIES
from tocsin.draws.quantiles import inlined

__all__ = ["fill", "fill_uniforms"]

_BLOCK = 512  # persons; the arrays of a block stay in the cache of the core
_FAMILY_COUNT = len(FAMILIES)
_SOURCES = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))]
_STAMP = int.from_bytes(sha256(b"".join(_SOURCES)).digest()[:4], "little")


@inlined
def _members(at: Ints, chosen: Classes, families: Classes, f: int) -> np.int64:
    """List the positions whose row is of family `f` in `at`, and return their number."""
    count = np.int64(0)
    for j in range(chosen.shape[0]):
        at[count] = j
        count += np.int64(families[chosen[j]] == f)
    return count


@inlined
def _parameters(p: Floats, rows: Floats, chosen: Classes) -> None:
    """Look up the four parameters of each person's row: float64[4, m] from float64[rows, 4] and int32[m]."""
    for q in range(4):
        for j in range(chosen.shape[0]):
            p[q, j] = rows[chosen[j], q]


@inlined
def _fill_mixed(
    out: Ints,
    ids: Ints,
    chosen: Classes,
    k0: np.uint64,
    k1: np.uint64,
    family: Classes,
    params: Floats,
    floats: Floats,
    bits: Words,
    ints: Ints,
    floor: np.int64,
    table: Floats,
) -> None:
    """Fill a block in which people have rows of several families: family by family, then put in place.

    Args:
        out: int64[m].
        ids: The persons, int64[m].
        chosen: The row of each, int32[m].
        k0: First key of the stream.
        k1: Second key.
        family: The family of each row, int32[rows].
        params: Parameters of each row, float64[rows, 4].
        floats: As in `fill_family`.
        bits: As in `fill_family`.
        ints: Space for positions, persons and values, int64[4, m].
        floor: Least milliseconds.
        table: Values of empirical, choice and gamma rows.
    """
    members, some, values = ints[1], ints[2], ints[3]
    for f in range(_FAMILY_COUNT):
        if not (family == f).any():
            continue
        n = _members(members, chosen, family, f)
        for j in range(n):
            some[j] = ids[members[j]]
            for q in range(4):
                floats[q, j] = params[chosen[members[j]], q]
        fill_family(values[:n], some[:n], k0, k1, f, floats, bits, ints[0], floor, table)
        for j in range(n):
            out[members[j]] = values[j]


def _read(kind: types.Type, dimensions: int) -> types.Type:
    """The type of an array that is only read; one that may be written is accepted for it too."""
    return types.Array(kind, dimensions, "C", readonly=True)


_FILL = types.void(
    types.Array(types.int64, 2, "C"),
    _read(types.int64, 1),
    types.int64,
    types.int64,
    _read(types.uint64, 2),
    _read(types.int32, 1),
    _read(types.int32, 2),
    _read(types.int32, 1),
    _read(types.int32, 2),
    _read(types.float64, 3),
    _read(types.int64, 1),
    _read(types.float64, 1),
)

_UNIFORMS = types.void(types.Array(types.float64, 1, "C"), _read(types.int64, 1), types.uint64, types.uint64)


def _compile_fill(stamp: int) -> Callable[..., None]:
    """Compile `fill`, or take it from the disk cache if no source of this room has changed since.

    Numba looks only at the file of the function that is called; the values that it encloses belong to the key
    as well, so it encloses a stamp of all the files.
    """

    @njit(_FILL, cache=True, nogil=True, error_model="numpy")
    def fill(
        out: Ints,
        person: Ints,
        row_lo: int,
        row_hi: int,
        keys: Words,
        selector: Classes,
        classes: Classes,
        rows: Classes,
        family: Classes,
        params: Floats,
        floor: Ints,
        table: Floats,
    ) -> None:
        """Fill rows `row_lo` to `row_hi` of every column; compiled once, whatever the plan.

        Args:
            out: Result, int64[columns, n].
            person: Stable ids, int64[n].
            row_lo: First row.
            row_hi: One past the last row.
            keys: Stream keys, uint64[columns, 2].
            selector: Row of `classes` that each column looks at, int32[columns]; -1: everybody has class 0.
            classes: Class of each person for each selector, int32[selectors, n].
            rows: Number of rows (classes) of each column, int32[columns].
            family: Family codes, int32[columns, most classes].
            params: Compiled parameters, float64[columns, most classes, 4].
            floor: Least milliseconds of each column, int64[columns].
            table: Values that empirical, choice and gamma rows point into, float64[...].
        """
        if stamp < 0:
            return
        bits, ints, floats = (
            np.empty(_BLOCK, np.uint64),
            np.empty((4, _BLOCK), np.int64),
            np.empty((8, _BLOCK)),
        )
        first = np.zeros(_BLOCK, np.int32)
        for c in range(out.shape[0]):
            k0, k1, s, least = keys[c, 0], keys[c, 1], selector[c], floor[c]
            families = family[c, : rows[c]]
            alike = (families == families[0]).all()
            _parameters(floats, params[c], first)
            for lo in range(row_lo, row_hi, _BLOCK):
                hi = min(lo + _BLOCK, row_hi)
                there, ids = out[c, lo:hi], person[lo:hi]
                if not alike:
                    chosen = classes[s, lo:hi]
                    _fill_mixed(there, ids, chosen, k0, k1, families, params[c], floats, bits, ints, least, table)
                    continue
                if s >= 0:
                    _parameters(floats, params[c], classes[s, lo:hi])
                fill_family(there, ids, k0, k1, families[0], floats, bits, ints[0], least, table)

    return cast(Callable[..., None], fill)


def _compile_uniforms(stamp: int) -> Callable[..., None]:
    """Compile `fill_uniforms`; the stamp is as in `_compile_fill`."""

    @njit(_UNIFORMS, cache=True, nogil=True, error_model="numpy")
    def fill_uniforms(out: Floats, person: Ints, k0: np.uint64, k1: np.uint64) -> None:
        """Fill `out` (float64[n]) with the uniforms of `person` (int64[n]) in the stream with keys k0, k1."""
        if stamp < 0:
            return
        for i in range(person.shape[0]):
            out[i] = uniform_of(word(k0, k1, person[i]))

    return cast(Callable[..., None], fill_uniforms)


fill = _compile_fill(_STAMP)
fill_uniforms = _compile_uniforms(_STAMP)
