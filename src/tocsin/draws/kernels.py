"""The compiled half: hash, inverse distribution functions, and the kernel that fills whole columns.

These three stand in one file on purpose: Numba's disk cache looks only at the file of the function that was called,
so a hash in a file of its own could be changed while an old `fill` went on using the old one.

The word of a person in a stream with keys (k0, k1) is::

    x = mix(k0 + person * GOLDEN)          SplitMix64 with Stafford's "variant 13" finaliser
    x = (x xor k1) * CLOSING;  x xor x >> 32

The first line alone would make every stream a window on one and the same cycle of 2**64 words, so that two stages
whose k0 happen to be near would hand the same luck to shifted persons; k1 in the second line parts them.
Sources: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014; Stafford, "Better bit
mixing", 2011. Why this one: docs/decisions/0002-random-streams.md.

Nothing here checks an index: `tocsin.draws.columns` does, before it calls.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit, types

from tocsin.draws.families import (
    BERNOULLI,
    CAP_MS,
    CHOICE,
    CONSTANT,
    EMPIRICAL,
    EXPONENTIAL,
    FAMILIES,
    LOGNORMAL,
    NORMAL,
    TRIANGULAR,
    UNIFORM,
)

__all__ = ["fill", "fill_uniforms", "normal_quantile", "uniform_of", "word"]

_Floats = npt.NDArray[np.float64]
F = TypeVar("F", bound=Callable[..., object])


def _compiled(function: F) -> F:
    """Compile without the GIL and keep the result on disk, and leave the type checker the Python signature."""
    return cast(F, njit(cache=True, nogil=True, error_model="numpy")(function))


_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_CLOSING = np.uint64(0xD6E8FEB86659FD93)
_FAMILY_COUNT = len(FAMILIES)
_S12, _S27, _S30, _S31, _S32, _S52 = (np.uint64(s) for s in (12, 27, 30, 31, 32, 52))
_CAP = float(CAP_MS)
_BLOCK = 512  # values; the arrays of a block stay in the first-level cache
_SHIFT = 1.5 * 2.0**52  # see _milliseconds
_SHIFT_BITS = np.int64(np.float64(_SHIFT).view(np.int64))
_LOG2_E = 1.4426950408889634
_LN2_HIGH = float.fromhex("0x1.62e42fee00000p-1")  # log 2 to 33 bits, so that k * _LN2_HIGH is exact, ...
_LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")  # ... and the rest of it
_SQRT_HALF_BITS = np.uint64(np.float64(math.sqrt(0.5)).view(np.uint64))
_TO_SQRT_HALF = np.uint64((1023 << 52) - int(_SQRT_HALF_BITS))
_MANTISSA = np.uint64(2**52 - 1)
_TWO_52_BITS = np.uint64(np.float64(2.0**52).view(np.uint64))


@_compiled
def word(k0: np.uint64, k1: np.uint64, person: np.int64) -> np.uint64:
    """Return the 64 random bits of one person in the stream with the keys `k0` and `k1`."""
    x = k0 + np.uint64(person) * _GOLDEN
    x = (x ^ (x >> _S30)) * _FIRST
    x = (x ^ (x >> _S27)) * _SECOND
    x = ((x ^ (x >> _S31)) ^ k1) * _CLOSING
    return x ^ (x >> _S32)


@_compiled
def uniform_of(bits: np.uint64) -> float:
    """Return (m + 1/2) / 2**52 for the top 52 bits m: exact, symmetric about 1/2, and never 0 or 1.

    With 53 bits the half could not be stored from 1/2 upwards, and the largest value would round to 1.
    """
    return (np.float64(np.int64(bits >> _S12)) + 0.5) * 2.0**-52


@_compiled
def _centre(q: float) -> float:
    """AS241 for |q| <= 0.425, where q = u - 1/2."""
    r = 0.180625 - q * q
    above = 2.5090809287301226727e3 * r + 3.3430575583588128105e4
    above = (above * r + 6.7265770927008700853e4) * r + 4.5921953931549871457e4
    above = (above * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3
    above = (above * r + 1.3314166789178437745e2) * r + 3.3871328727963666080e0
    below = 5.2264952788528545610e3 * r + 2.8729085735721942674e4
    below = (below * r + 3.9307895800092710610e4) * r + 2.1213794301586595867e4
    below = (below * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2
    below = (below * r + 4.2313330701600911252e1) * r + 1.0
    return above * q / below


@_compiled
def _shoulder(r: float) -> float:
    """AS241 for r = sqrt(-log(tail)) up to 5 (tails down to 1.4e-11)."""
    r = r - 1.6
    above = 7.74545014278341407640e-4 * r + 2.27238449892691845833e-2
    above = (above * r + 2.41780725177450611770e-1) * r + 1.27045825245236838258e0
    above = (above * r + 3.64784832476320460504e0) * r + 5.76949722146069140550e0
    above = (above * r + 4.63033784615654529590e0) * r + 1.42343711074968357734e0
    below = 1.05075007164441684324e-9 * r + 5.47593808499534494600e-4
    below = (below * r + 1.51986665636164571966e-2) * r + 1.48103976427480074590e-1
    below = (below * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0
    below = (below * r + 2.05319162663775882187e0) * r + 1.0
    return above / below


@_compiled
def _tail(r: float) -> float:
    """AS241 for r = sqrt(-log(tail)) above 5."""
    r = r - 5.0
    above = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5
    above = (above * r + 1.24266094738807843860e-3) * r + 2.65321895265761230930e-2
    above = (above * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0
    above = (above * r + 5.46378491116411436990e0) * r + 6.65790464350110377720e0
    below = 2.04426310338993978564e-15 * r + 1.42151175831644588870e-7
    below = (below * r + 1.84631831751005468180e-5) * r + 7.86869131145613259100e-4
    below = (below * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1
    below = (below * r + 5.99832206555887937690e-1) * r + 1.0
    return above / below


@_compiled
def natural_log(x: float) -> float:
    """Return log x for a positive, normal x; error below 2 units in the last place.

    Coded, so that a vector unit can run it and no version of a C library decides a millisecond.
    With x = 2**e * m, m from sqrt(1/2) to sqrt(2), s = (m - 1) / (m + 1): log m = 2 (s + s**3/3 + s**5/5 + ...);
    eleven terms leave less than 1e-18, for s**2 < 0.0295.
    """
    bits = np.float64(x).view(np.uint64) + _TO_SQRT_HALF
    e = np.uint64((bits >> _S52) | _TWO_52_BITS).view(np.float64) - (2.0**52 + 1023.0)
    m = np.uint64((bits & _MANTISSA) + _SQRT_HALF_BITS).view(np.float64)
    f = m - 1.0
    s = f / (2.0 + f)
    t = s * s
    q = t * t
    odd = (((q * (1 / 21) + 1 / 17) * q + 1 / 13) * q + 1 / 9) * q + 1 / 5
    even = (((q * (1 / 19) + 1 / 15) * q + 1 / 11) * q + 1 / 7) * q + 1 / 3
    series = (odd * t + even) * t
    # f - s * f = 2 s, written so that the leading term is exact
    return e * _LN2_HIGH + (f - (s * (f - 2.0 * series) - e * _LN2_LOW))


@_compiled
def exponential_of(x: float) -> float:
    """Return e**x for x cut to [-700, 700]; error below 2 units in the last place.

    With k the whole number nearest to x / log 2 and |r| <= log(2) / 2: e**x = 2**k * e**r; fourteen terms of the
    Taylor series leave less than 1e-17.
    """
    x = 700.0 if x > 700.0 else x
    x = -700.0 if x < -700.0 else x
    shifted = x * _LOG2_E + _SHIFT
    k = shifted - _SHIFT
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    q = r * r
    even = ((((q * (1 / 479001600) + 1 / 3628800) * q + 1 / 40320) * q + 1 / 720) * q + 1 / 24) * q + 0.5
    odd = ((((q * (1 / 6227020800) + 1 / 39916800) * q + 1 / 362880) * q + 1 / 5040) * q + 1 / 120) * q + 1 / 6
    y = (r + q * (even + r * odd)) + 1.0
    power = np.int64((np.float64(shifted).view(np.int64) - _SHIFT_BITS + 1023) << 52).view(np.float64)
    return y * power


@_compiled
def _outer(q: float) -> float:
    """AS241 for |q| > 0.425."""
    r = math.sqrt(-natural_log(0.5 - abs(q)))
    size = _shoulder(r) if r <= 5.0 else _tail(r)
    return -size if q < 0.0 else size


@_compiled
def normal_quantile(u: float) -> float:
    """Return the standard normal quantile of u in (0, 1), relative error about 1e-16.

    Source: Wichura, "Algorithm AS241 (PPND16)", Applied Statistics 37(3), 1988, 477-484.
    """
    q = u - 0.5
    return _centre(q) if abs(q) <= 0.425 else _outer(q)


@_compiled
def _exponential(u: float, mean: float) -> float:
    return -mean * natural_log(1.0 - u)


@_compiled
def _triangular(u: float, low: float, mode: float, high: float, share_below: float) -> float:
    rising = low + math.sqrt(u * (high - low) * (mode - low))
    falling = high - math.sqrt((1.0 - u) * (high - low) * (high - mode))
    return rising if u < share_below else falling


@_compiled
def _step(u: float, length: float) -> np.int64:
    """Return which of `length` equally likely values u falls on; u * length may round up to length itself."""
    return np.int64(min(u * length, length - 1.0))


@_compiled
def _milliseconds(x: float, floor: np.int64) -> np.int64:
    """Round half to even within [floor, CAP_MS].

    Adding 1.5 * 2**52 leaves no room for a fraction: the sum is rounded, and its last bits are the whole number.
    (Vector units have that addition, but often no conversion to 64-bit integers.)
    """
    x = _CAP if x > _CAP else x
    x = -_CAP if x < -_CAP else x
    whole = np.float64(x + _SHIFT).view(np.int64) - _SHIFT_BITS
    return whole if whole > floor else floor


# One small function a loop: the compiler turns each into vector code, which it does not in a function with them all.


@_compiled
def _words(out: npt.NDArray[np.uint64], k0: np.uint64, k1: np.uint64, person: npt.NDArray[np.int64]) -> None:
    for j in range(out.shape[0]):
        out[j] = word(k0, k1, person[j])


@_compiled
def _uniforms(out: _Floats, bits: npt.NDArray[np.uint64]) -> None:
    for j in range(out.shape[0]):
        out[j] = uniform_of(bits[j])


@_compiled
def _beyond(at: npt.NDArray[np.int64], u: _Floats) -> int:
    """List the positions with |u - 1/2| > 0.425 in `at` and return how many there are; no branch to mispredict."""
    count = 0
    for j in range(u.shape[0]):
        at[count] = j
        count += np.int64(abs(u[j] - 0.5) > 0.425)
    return count


@_compiled
def _roots(r: _Floats, u: _Floats, at: npt.NDArray[np.int64]) -> None:
    for j in range(r.shape[0]):
        r[j] = 0.5 - abs(u[at[j]] - 0.5)
    for j in range(r.shape[0]):
        r[j] = math.sqrt(-natural_log(r[j]))


@_compiled
def _shoulders(out: _Floats, r: _Floats) -> None:
    for j in range(out.shape[0]):
        out[j] = _shoulder(r[j])


@_compiled
def _normals(out: _Floats, u: _Floats, room: _Floats, at: npt.NDArray[np.int64]) -> None:
    """Put in the normal quantiles of a block: the middle formula for all, then the outer 15 % over it."""
    for j in range(out.shape[0]):
        out[j] = _centre(u[j] - 0.5)
    count = _beyond(at, u)
    r, size = room[0, :count], room[1, :count]
    _roots(r, u, at[:count])
    _shoulders(size, r)
    for j in range(count):
        if r[j] > 5.0:
            size[j] = _tail(r[j])
        out[at[j]] = math.copysign(size[j], u[at[j]] - 0.5)


@_compiled
def _lognormals(out: npt.NDArray[np.int64], z: _Floats, median: _Floats, sigma: _Floats, floor: np.int64) -> None:
    for j in range(out.shape[0]):
        out[j] = _milliseconds(median[j] * exponential_of(sigma[j] * z[j]), floor)


@_compiled
def _lines(out: npt.NDArray[np.int64], x: _Floats, at: _Floats, slope: _Floats, floor: np.int64) -> None:
    for j in range(out.shape[0]):
        out[j] = _milliseconds(at[j] + slope[j] * x[j], floor)


@_compiled
def _exponentials(out: npt.NDArray[np.int64], u: _Floats, mean: _Floats, floor: np.int64) -> None:
    for j in range(out.shape[0]):
        out[j] = _milliseconds(_exponential(u[j], mean[j]), floor)


@_compiled
def _triangulars(out: npt.NDArray[np.int64], u: _Floats, p: _Floats, floor: np.int64) -> None:
    low, mode, high, share = p[0], p[1], p[2], p[3]
    for j in range(out.shape[0]):
        out[j] = _milliseconds(_triangular(u[j], low[j], mode[j], high[j], share[j]), floor)


@_compiled
def _bernoullis(out: npt.NDArray[np.int64], u: _Floats, chance: _Floats) -> None:
    for j in range(out.shape[0]):
        out[j] = np.int64(u[j] < chance[j])


@_compiled
def _constants(out: npt.NDArray[np.int64], x: _Floats, floor: np.int64) -> None:
    for j in range(out.shape[0]):
        out[j] = _milliseconds(x[j], floor)


@_compiled
def _resamples(out: npt.NDArray[np.int64], u: _Floats, p: _Floats, floor: np.int64, table: _Floats) -> None:
    for j in range(out.shape[0]):
        out[j] = _milliseconds(table[np.int64(p[0, j]) + _step(u[j], p[1, j])], floor)


@_compiled
def _choices(out: npt.NDArray[np.int64], u: _Floats, p: _Floats, table: _Floats) -> None:
    for j in range(out.shape[0]):
        first, chosen = np.int64(p[0, j]), np.int64(0)
        for k in range(np.int64(p[1, j])):
            chosen += np.int64(u[j] >= table[first + k])
        out[j] = chosen


@_compiled
def _fill_family(
    out: npt.NDArray[np.int64],
    bits: npt.NDArray[np.uint64],
    family: np.int32,
    p: _Floats,
    room: _Floats,
    at: npt.NDArray[np.int64],
    floor: np.int64,
    table: _Floats,
) -> None:
    """Fill a block of values of one family.

    Args:
        out: int64[m].
        bits: Words, uint64[m].
        family: The family of all.
        p: Parameters, float64[4, m or more].
        room: Space to work in, float64[4, m or more].
        at: Space for positions, int64[m or more].
        floor: Least milliseconds.
        table: Values of empirical and choice rows.
    """
    m = out.shape[0]
    u, z = room[0, :m], room[1, :m]
    _uniforms(u, bits)
    if family == LOGNORMAL or family == NORMAL:
        _normals(z, u, room[2:], at)
    if family == LOGNORMAL:
        _lognormals(out, z, p[0], p[1], floor)
    elif family == NORMAL:
        _lines(out, z, p[0], p[1], floor)
    elif family == UNIFORM:
        _lines(out, u, p[0], p[1], floor)
    elif family == EXPONENTIAL:
        _exponentials(out, u, p[0], floor)
    elif family == TRIANGULAR:
        _triangulars(out, u, p, floor)
    elif family == BERNOULLI:
        _bernoullis(out, u, p[0])
    elif family == CONSTANT:
        _constants(out, p[0], floor)
    elif family == EMPIRICAL:
        _resamples(out, u, p, floor, table)
    elif family == CHOICE:
        _choices(out, u, p, table)
    else:
        for j in range(m):
            out[j] = np.int64(bits[j] >> _S12)


@_compiled
def _members(at: npt.NDArray[np.int64], chosen: npt.NDArray[np.int32], families: npt.NDArray[np.int32], f: int) -> int:
    """List the positions whose row is of family `f` in `at`, and return how many there are."""
    count = 0
    for j in range(chosen.shape[0]):
        at[count] = j
        count += np.int64(families[chosen[j]] == f)
    return count


@_compiled
def _parameters(p: _Floats, rows: _Floats, chosen: npt.NDArray[np.int32]) -> None:
    """Look up the four parameters of each person's row: float64[4, m] from float64[rows, 4] and int32[m]."""
    for q in range(4):
        for j in range(chosen.shape[0]):
            p[q, j] = rows[chosen[j], q]


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


@njit(_FILL, cache=True, nogil=True, error_model="numpy")
def fill(
    out: npt.NDArray[np.int64],
    person: npt.NDArray[np.int64],
    row_lo: int,
    row_hi: int,
    keys: npt.NDArray[np.uint64],
    selector: npt.NDArray[np.int32],
    classes: npt.NDArray[np.int32],
    rows: npt.NDArray[np.int32],
    family: npt.NDArray[np.int32],
    params: _Floats,
    floor: npt.NDArray[np.int64],
    table: _Floats,
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
        table: Values that empirical and choice rows point into, float64[...].
    """
    bits, at, members = np.empty(_BLOCK, np.uint64), np.empty(_BLOCK, np.int64), np.empty(_BLOCK, np.int64)
    p, room, some = np.empty((4, _BLOCK)), np.empty((4, _BLOCK)), np.empty(_BLOCK, np.int64)
    nobody, classes_of = np.zeros(_BLOCK, np.int32), np.empty(_BLOCK, np.int32)
    present = np.zeros(_FAMILY_COUNT, np.bool_)
    for c in range(out.shape[0]):
        k0, k1, s, least = keys[c, 0], keys[c, 1], selector[c], floor[c]
        present[:] = False
        for k in range(rows[c]):
            present[family[c, k]] = True
        alike = present.sum() == 1
        _parameters(p, params[c], nobody)
        for lo in range(row_lo, row_hi, _BLOCK):
            m = min(_BLOCK, row_hi - lo)
            there, ids = out[c, lo : lo + m], person[lo : lo + m]
            if alike:
                if s >= 0:
                    _parameters(p, params[c], classes[s, lo : lo + m])
                _words(bits[:m], k0, k1, ids)
                _fill_family(there, bits, family[c, 0], p, room, at, least, table)
                continue
            chosen = classes[s, lo : lo + m]
            for f in range(_FAMILY_COUNT):
                if not present[f]:
                    continue
                n = _members(members, chosen, family[c], f)
                mine = members[:n]
                for j in range(n):
                    some[j], classes_of[j] = ids[mine[j]], chosen[mine[j]]
                _words(bits[:n], k0, k1, some[:n])
                _parameters(p, params[c], classes_of[:n])
                _fill_family(some[:n], bits, f, p, room, at, least, table)
                for j in range(n):
                    there[mine[j]] = some[j]


@njit(
    types.void(types.Array(types.float64, 1, "C"), _read(types.int64, 1), types.uint64, types.uint64),
    cache=True, error_model="numpy",
    nogil=True,
)
def fill_uniforms(
    out: _Floats, person: npt.NDArray[np.int64], k0: np.uint64, k1: np.uint64
) -> None:
    """Fill `out` (float64[n]) with the uniforms of `person` (int64[n]) in the stream with keys `k0`, `k1`."""
    for i in range(person.shape[0]):
        out[i] = uniform_of(word(k0, k1, person[i]))
