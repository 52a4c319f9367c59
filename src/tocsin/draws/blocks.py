"""One block of draws of one family: the hash, the inverse distribution functions, a tight loop for each.

The word of a person in a stream with keys (k0, k1) is::

    x = mix(k0 + person * GOLDEN)          SplitMix64 with Stafford's "variant 13" finaliser
    x = (x xor k1) * CLOSING;  x xor x >> 32

The first line alone would make every stream a window on one and the same cycle of 2**64 words, so that two
stages whose k0 happen to be near would hand the same luck to shifted persons; k1 in the second line parts
them. Sources: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014; Stafford,
"Better bit mixing", 2011. Why this one: docs/decisions/0004-random-streams.md.

Loops stand in small functions of their own, for the compiler makes vector code of those only.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from tocsin.draws.families import (
    BERNOULLI,
    CAP_MS,
    CHOICE,
    CONSTANT,
    EMPIRICAL,
    EXPONENTIAL,
    GAMMA,
    LOGNORMAL,
    NORMAL,
    TRIANGULAR,
    UNIFORM,
    UNIFORM52,
)
from tocsin.draws.gamma import MIDDLE, POINTS_A_UNIT, TERMS
from tocsin.draws.quantiles import centre, exponential_of, inlined, natural_log, root, shoulder, tail

__all__ = ["Classes", "Floats", "Ints", "Words", "fill_family", "uniform_of", "word"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Classes = npt.NDArray[np.int32]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_CLOSING = np.uint64(0xD6E8FEB86659FD93)
_S12, _S27, _S30, _S31, _S32 = (np.uint64(s) for s in (12, 27, 30, 31, 32))
_CAP = float(CAP_MS)
_SHIFT = 1.5 * 2.0**52
_SHIFT_BITS = np.int64(np.float64(_SHIFT).view(np.int64))


@inlined
def word(k0: np.uint64, k1: np.uint64, person: np.int64) -> np.uint64:
    """Return the 64 random bits of one person in the stream with the keys `k0` and `k1`."""
    x = k0 + np.uint64(person) * _GOLDEN
    x = (x ^ (x >> _S30)) * _FIRST
    x = (x ^ (x >> _S27)) * _SECOND
    x = ((x ^ (x >> _S31)) ^ k1) * _CLOSING
    return x ^ (x >> _S32)


@inlined
def uniform_of(bits: np.uint64) -> float:
    """Return (m + 1/2) / 2**52 for the top 52 bits m: exact, symmetric about 1/2, and never 0 or 1.

    With 53 bits the half could not be stored from 1/2 upwards, and the largest value would round to 1.
    """
    return (np.float64(np.int64(bits >> _S12)) + 0.5) * 2.0**-52


@inlined
def _exponential(u: float, mean: float) -> float:
    return -mean * natural_log(1.0 - u)


@inlined
def _triangular(u: float, low: float, mode: float, high: float, share_below: float) -> float:
    rising = low + math.sqrt(u * (high - low) * (mode - low))
    falling = high - math.sqrt((1.0 - u) * (high - low) * (high - mode))
    return rising if u < share_below else falling


@inlined
def _step(u: float, length: float) -> np.int64:
    """Return which of `length` equally likely values u falls on; u * length may round up to length itself."""
    return np.int64(min(u * length, length - 1.0))


@inlined
def _milliseconds(x: float, floor: np.int64) -> np.int64:
    """Round half to even within [floor, CAP_MS].

    Adding 1.5 * 2**52 leaves no room for a fraction: the sum is rounded, and its last bits are the whole
    number. (Vector units have that addition, but often no conversion to 64-bit integers.)
    """
    x = _CAP if x > _CAP else x
    x = -_CAP if x < -_CAP else x
    whole = np.float64(x + _SHIFT).view(np.int64) - _SHIFT_BITS
    return whole if whole > floor else floor


@inlined
def _words(out: Words, k0: np.uint64, k1: np.uint64, person: Ints) -> None:
    for j in range(out.shape[0]):
        out[j] = word(k0, k1, person[j])


@inlined
def _uniforms(out: Floats, bits: Words) -> None:
    for j in range(out.shape[0]):
        out[j] = uniform_of(bits[j])


@inlined
def _beyond(at: Ints, u: Floats) -> np.int64:
    """List the positions outside the middle, without a branch to mispredict, and return their number."""
    count = np.int64(0)
    for j in range(u.shape[0]):
        at[count] = j
        count += np.int64(abs(u[j] - 0.5) > 0.425)
    return count


@inlined
def _roots(r: Floats, u: Floats, at: Ints) -> None:
    for j in range(r.shape[0]):
        r[j] = u[at[j]]
    for j in range(r.shape[0]):
        r[j] = root(r[j])


@inlined
def _shoulders(out: Floats, r: Floats) -> None:
    for j in range(out.shape[0]):
        out[j] = shoulder(r[j])


@inlined
def _normals(out: Floats, u: Floats, room: Floats, at: Ints) -> None:
    """Put in the normal quantiles of a block: the middle formula for all, then the outer 15 % over it."""
    for j in range(out.shape[0]):
        out[j] = centre(u[j] - 0.5)
    count = _beyond(at, u)
    r, size = room[0, :count], room[1, :count]
    _roots(r, u, at[:count])
    _shoulders(size, r)
    for j in range(count):
        if r[j] > 5.0:
            size[j] = tail(r[j])
        out[at[j]] = math.copysign(size[j], u[at[j]] - 0.5)


@inlined
def _lognormals(out: Ints, z: Floats, median: Floats, sigma: Floats, floor: np.int64) -> None:
    for j in range(out.shape[0]):
        out[j] = _milliseconds(median[j] * exponential_of(sigma[j] * z[j]), floor)


@inlined
def _gamma_logs(z: Floats, start: Floats, table: Floats) -> None:
    """Put logarithms of value over mean in the place of normal quantiles, by the nearest point of each row's table."""
    for j in range(z.shape[0]):
        shifted = z[j] * POINTS_A_UNIT + _SHIFT
        t = z[j] - (shifted - _SHIFT) / POINTS_A_UNIT
        point = np.float64(shifted).view(np.int64) - _SHIFT_BITS + MIDDLE
        first = np.int64(start[j]) + point * TERMS
        total = table[first + TERMS - 1]
        for i in range(TERMS - 2, -1, -1):
            total = total * t + table[first + i]
        z[j] = total


@inlined
def _gammas(out: Ints, logs: Floats, mean: Floats, floor: np.int64) -> None:
    for j in range(out.shape[0]):
        out[j] = _milliseconds(mean[j] * exponential_of(logs[j]), floor)


@inlined
def _lines(out: Ints, x: Floats, at: Floats, slope: Floats, floor: np.int64) -> None:
    for j in range(out.shape[0]):
        out[j] = _milliseconds(at[j] + slope[j] * x[j], floor)


@inlined
def _exponentials(out: Ints, u: Floats, mean: Floats, floor: np.int64) -> None:
    for j in range(out.shape[0]):
        out[j] = _milliseconds(_exponential(u[j], mean[j]), floor)


@inlined
def _triangulars(out: Ints, u: Floats, p: Floats, floor: np.int64) -> None:
    low, mode, high, share = p[0], p[1], p[2], p[3]
    for j in range(out.shape[0]):
        out[j] = _milliseconds(_triangular(u[j], low[j], mode[j], high[j], share[j]), floor)


@inlined
def _bernoullis(out: Ints, u: Floats, chance: Floats) -> None:
    for j in range(out.shape[0]):
        out[j] = np.int64(u[j] < chance[j])


@inlined
def _constants(out: Ints, x: Floats, floor: np.int64) -> None:
    for j in range(out.shape[0]):
        out[j] = _milliseconds(x[j], floor)


@inlined
def _resamples(out: Ints, u: Floats, p: Floats, floor: np.int64, table: Floats) -> None:
    for j in range(out.shape[0]):
        out[j] = _milliseconds(table[np.int64(p[0, j]) + _step(u[j], p[1, j])], floor)


@inlined
def _choices(out: Ints, u: Floats, p: Floats, table: Floats) -> None:
    for j in range(out.shape[0]):
        first, chosen = np.int64(p[0, j]), np.int64(0)
        for k in range(np.int64(p[1, j])):
            chosen += np.int64(u[j] >= table[first + k])
        out[j] = chosen


@inlined
def fill_family(
    out: Ints,
    ids: Ints,
    k0: np.uint64,
    k1: np.uint64,
    family: int,
    floats: Floats,
    bits: Words,
    at: Ints,
    floor: np.int64,
    table: Floats,
) -> None:
    """Fill a block of values of one family.

    Args:
        out: int64[m].
        ids: The persons, int64[m].
        k0: First key of the stream.
        k1: Second key.
        family: The family of all.
        p: Parameters, float64[4, m or more].
        bits: Space for words, uint64[m or more].
        room: Space for uniforms, normals and the outer ones, float64[4, m or more].
        at: Space for positions, int64[m or more].
        floor: Least milliseconds.
        table: Values of empirical, choice and gamma rows.
    """
    m = out.shape[0]
    p = floats[:4]
    if family == CONSTANT:
        _constants(out, p[0], floor)
        return
    u, z = floats[4, :m], floats[5, :m]
    _words(bits[:m], k0, k1, ids)
    _uniforms(u, bits)
    if family in (LOGNORMAL, NORMAL, GAMMA):
        _normals(z, u, floats[6:], at)
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
    elif family == EMPIRICAL:
        _resamples(out, u, p, floor, table)
    elif family == CHOICE:
        _choices(out, u, p, table)
    elif family == GAMMA:
        _gamma_logs(z, p[1], table)
        _gammas(out, z, p[0], floor)
    elif family == UNIFORM52:
        for j in range(m):
            out[j] = np.int64(bits[j] >> _S12)
