"""The generators that were weighed, two that are bad on purpose, and the operating system's as a good one.

Each turns (k0, k1, person) into 64 bits. `keyed` is the one that Tocsin uses, taken from the kernel itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from numba import njit

from tocsin.draws.blocks import word

__all__ = ["CANDIDATES", "CONTROLS"]

Words = npt.NDArray[np.uint64]
Filler = Callable[[Words, Words, npt.NDArray[np.int64]], None]

U = np.uint64
GOLDEN, FIRST, SECOND = U(0x9E3779B97F4A7C15), U(0xBF58476D1CE4E5B9), U(0x94D049BB133111EB)
LOW = U(0xFFFFFFFF)


@njit
def _mix(x):
    x = (x ^ (x >> U(30))) * FIRST
    x = (x ^ (x >> U(27))) * SECOND
    return x ^ (x >> U(31))


@njit
def _splitmix(k0, k1, person):
    """SplitMix64, variant 13, on one key: every stream is a window on the same cycle."""
    return _mix(k0 + U(person) * GOLDEN)


@njit
def _middle(k0, k1, person):
    """SplitMix64 with the second key added half way."""
    x = k0 + U(person) * GOLDEN
    x = (x ^ (x >> U(30))) * FIRST
    x = ((x ^ (x >> U(27))) + k1) * SECOND
    return x ^ (x >> U(31))


@njit
def _twice(k0, k1, person):
    """Two whole rounds with a key each."""
    return _mix(_mix(k0 + U(person) * GOLDEN) ^ k1)


@njit
def _squares(k0, k1, person):
    """squares64 (Widynski, 2020) with an odd key."""
    key = k0 | U(1)
    x = U(person) * key
    y, z = x, x + key
    x = x * x + y
    x = (x >> U(32)) | (x << U(32))
    x = x * x + z
    x = (x >> U(32)) | (x << U(32))
    x = x * x + y
    x = (x >> U(32)) | (x << U(32))
    x = x * x + z
    t = x
    x = (x >> U(32)) | (x << U(32))
    return t ^ ((x * x + y) >> U(32))


@njit
def _philox(k0, k1, person):
    """Philox4x32-10 (Salmon et al., SC 2011): counter (person, k1), key k0."""
    a, b, c, d = U(person) & LOW, U(person) >> U(32), k1 & LOW, k1 >> U(32)
    k, m = k0 & LOW, k0 >> U(32)
    for _ in range(10):
        p, q = U(0xD2511F53) * a, U(0xCD9E8D57) * c
        a, b, c, d = (q >> U(32)) ^ b ^ k, q & LOW, (p >> U(32)) ^ d ^ m, p & LOW
        k, m = (k + U(0x9E3779B9)) & LOW, (m + U(0xBB67AE85)) & LOW
    return (a << U(32)) | b


@njit
def _weyl(k0, k1, person):
    """Weak on purpose: the counter, not mixed at all."""
    return (k0 ^ k1) + U(person) * GOLDEN


@njit
def _halfmixed(k0, k1, person):
    """Weak on purpose: one multiplication and one shift, which looks random to the eye."""
    x = (k0 ^ k1) + U(person) * GOLDEN
    x = (x ^ (x >> U(32))) * FIRST
    return x ^ (x >> U(29))


def _filler(one: Callable[..., np.uint64]) -> Filler:
    @njit
    def fill(out, keys, person):
        for k in range(keys.shape[0]):
            for i in range(person.shape[0]):
                out[k, i] = one(keys[k, 0], keys[k, 1], person[i])

    return fill


def _system(out: Words, keys: Words, person: npt.NDArray[np.int64]) -> None:
    """The operating system's generator: other words every time, and no flaw that a battery could find."""
    out[:] = np.frombuffer(os.urandom(out.nbytes), np.uint64).reshape(out.shape)


CONTROLS: dict[str, Filler] = {
    "weyl": _filler(_weyl),
    "halfmixed": _filler(_halfmixed),
    "system": _system,
}
CANDIDATES: dict[str, Filler] = {
    "splitmix": _filler(_splitmix),
    "middle": _filler(_middle),
    "keyed": _filler(word),
    "twice": _filler(_twice),
    "squares": _filler(_squares),
    "philox": _filler(_philox),
    **CONTROLS,
}
