"""Statistical checks of 64-bit words: each returns p-values by name; a small p speaks against randomness.

The methods are the classical ones: Knuth, "The Art of Computer Programming" 2, section 3.3; Marsaglia's
birthday spacings; Hamming weights as in L'Ecuyer and Simard, "TestU01", 2007. Every check looks at high and
at low bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import special, stats

__all__ = ["all_checks", "avalanche"]

Words = npt.NDArray[np.uint64]
Found = dict[str, float]

LAGS = (1, 2, 3, 4, 5, 7, 8, 16, 31, 64, 128, 255, 256, 257, 1024, 4096)
INPUTS = ("k0", "k1", "person")
U = np.uint64


def all_checks(x: Words) -> Found:
    """Return every p-value of `x`, uint64[n] with n of at least 2**18."""
    found: Found = {}
    for check in _CHECKS:
        found |= check(x)
    return found


def _chi2(seen: npt.NDArray[np.int64], expected: npt.NDArray[np.float64] | float) -> float:
    statistic = float(((seen - expected) ** 2 / expected).sum())
    return _two_sided(stats.chi2(seen.size - 1).sf(statistic))


def _two_sided(p: float) -> float:
    """Too good a fit is as suspicious as too bad a one."""
    return 2 * min(p, 1 - p)


def _normal(z: float) -> float:
    return math.erfc(abs(z) / math.sqrt(2))


def _poisson(seen: int, mean: float) -> float:
    law = stats.poisson(mean)
    return min(1.0, 2 * float(min(law.cdf(seen), law.sf(seen - 1))))


def _sum_of_squares(z: npt.NDArray[np.float64]) -> float:
    return _two_sided(stats.chi2(z.size).sf(float((z**2).sum())))


def _fields(x: Words, bits: int) -> dict[str, npt.NDArray[np.int64]]:
    """The top, the middle and the lowest `bits` of each word."""
    mask = U(2**bits - 1)
    shifts = {"top": 64 - bits, "middle": 32 - bits // 2, "low": 0}
    return {name: ((x >> U(s)) & mask).astype(np.int64) for name, s in shifts.items()}


def _frequencies(x: Words) -> Found:
    """Equal frequency of cells in one, two and three dimensions of consecutive words."""
    found: Found = {}
    for dimensions, bits in ((1, 12), (2, 6), (3, 4), (6, 2)):
        for name, f in _fields(x, bits).items():
            rows = f[: f.size // dimensions * dimensions].reshape(-1, dimensions)
            cell = rows @ (2 ** (bits * np.arange(dimensions)))
            seen = np.bincount(cell, minlength=2 ** (bits * dimensions))
            found[f"cells {dimensions}D {name}"] = _chi2(seen, cell.size / seen.size)
    return found


def _uniformity(x: Words) -> Found:
    """Kolmogorov-Smirnov on the uniforms, and on those of the low half of the word."""
    high = (x >> U(11)) * 2.0**-53
    low = (x & U(2**32 - 1)) * 2.0**-32
    return {f"ks {name}": float(stats.kstest(u, "uniform").pvalue) for name, u in (("top", high), ("low", low))}


def _bits(x: Words) -> npt.NDArray[np.int8]:
    return np.unpackbits(x.view(np.uint8).reshape(-1, 8), axis=1, bitorder="little").view(np.int8)


def _monobit(x: Words) -> Found:
    """Each bit is set half of the time; the worst bit is judged too (Bonferroni)."""
    z = (2.0 * _bits(x).sum(axis=0, dtype=np.int64) - x.size) / math.sqrt(x.size)
    return {"monobit": _sum_of_squares(z), "monobit worst": min(1.0, 64 * _normal(float(abs(z).max())))}


def _bit_pairs(x: Words) -> Found:
    """No bit of a word agrees with a bit of the same word, of the next, or of the one after."""
    b = 1.0 - 2.0 * _bits(x[: 2**18]).astype(np.float32)
    found: Found = {}
    for lag in (0, 1, 2, 256):
        n = b.shape[0] - lag
        z = (b[:n].T @ b[lag:]).astype(np.float64) / math.sqrt(n)
        z = z[np.triu_indices(64, 1)] if lag == 0 else z.ravel()
        found[f"bit pairs lag {lag}"] = _sum_of_squares(z)
        found[f"bit pairs lag {lag} worst"] = min(1.0, z.size * _normal(float(abs(z).max())))
    return found


def _serial(x: Words) -> Found:
    """No linear correlation between words at several distances, in the top and in the low 32 bits."""
    found: Found = {}
    for name, u in (("top", (x >> U(11)) * 2.0**-53), ("low", (x & U(2**32 - 1)) * 2.0**-32)):
        centred = (u - 0.5) * math.sqrt(12)
        z = [float(centred[:-lag] @ centred[lag:]) / math.sqrt(x.size - lag) for lag in LAGS]
        found[f"serial {name}"] = _sum_of_squares(np.array(z))
    return found


_WEIGHTS = special.comb(64, np.arange(65)) / 2.0**64
_CLASSES = np.digitize(np.arange(65), [28, 31, 32, 33, 36])


def _weights(x: Words) -> Found:
    """Hamming weights: binomial, independent of later words'; also those of the xor with later words."""
    found: Found = {}
    seen = np.bincount(np.clip(np.bitwise_count(x), 18, 46), minlength=47)[18:]
    chances = np.array([_WEIGHTS[:19].sum(), *_WEIGHTS[19:46], _WEIGHTS[46:].sum()])
    found["weights"] = _chi2(seen, chances * x.size)
    groups = np.bincount(_CLASSES, weights=_WEIGHTS)
    for lag in LAGS:
        k = _CLASSES[np.bitwise_count(x)]
        both = np.bincount(k[:-lag] * groups.size + k[lag:], minlength=groups.size**2)
        found[f"weights lag {lag}"] = _chi2(both, np.outer(groups, groups).ravel() * (x.size - lag))
        xor = np.bincount(np.clip(np.bitwise_count(x[:-lag] ^ x[lag:]), 18, 46), minlength=47)[18:]
        found[f"weights of xor lag {lag}"] = _chi2(xor, chances * (x.size - lag))
    return found


def _runs(x: Words) -> Found:
    """Wald-Wolfowitz: the number of runs above and below one half, of the top and of the lowest bit."""
    found: Found = {}
    for name, s in (("top", 63), ("low", 0)):
        b = ((x >> U(s)) & U(1)).astype(np.int8)
        ones = int(b.sum())
        zeros, changes = b.size - ones, int((b[1:] != b[:-1]).sum())
        mean = 2 * ones * zeros / b.size
        variance = mean * (mean - 1) / (b.size - 1)
        found[f"runs {name}"] = _normal((changes - mean) / math.sqrt(variance))
    return found


def _gaps(x: Words) -> Found:
    """The wait until a field is zero again is geometric."""
    found: Found = {}
    for name, f in _fields(x, 4).items():
        gaps = np.diff(np.flatnonzero(f == 0)) - 1
        chances = (1 / 16) * (15 / 16) ** np.arange(100)
        seen = np.bincount(np.minimum(gaps, 100), minlength=101)
        found[f"gaps {name}"] = _chi2(seen, np.append(chances, 1 - chances.sum()) * gaps.size)
    return found


def _birthdays(x: Words) -> Found:
    """Marsaglia: of 4096 birthdays in 2**32 days, equal spacings are Poisson, mean 4096**3 / 2**34 = 4."""
    found: Found = {}
    for name, f in _fields(x, 32).items():
        days = np.sort(f[: f.size // 4096 * 4096].reshape(-1, 4096), axis=1)
        spacings = np.sort(np.diff(days, axis=1), axis=1)
        equal = (np.diff(spacings, axis=1) == 0).sum(axis=1)
        found[f"birthdays {name}"] = _poisson(int(equal.sum()), 4.0 * equal.size)
    return found


def _collisions(x: Words) -> Found:
    """Balls into 2**26 urns: the number of collisions is nearly Poisson (Knuth 3.3.2 I)."""
    found: Found = {}
    for name, f in _fields(x, 26).items():
        balls, urns = 2**16, 2.0**26
        rounds = f[: f.size // balls * balls].reshape(-1, balls)
        seen = sum(balls - np.unique(r).size for r in rounds)
        mean = balls - urns * -math.expm1(balls * math.log1p(-1 / urns))
        found[f"collisions {name}"] = _poisson(seen, mean * rounds.shape[0])
    return found


def _repeats(x: Words) -> Found:
    """No word comes twice: n**2 / 2**65 repeats are expected, which is none."""
    return {"repeats": float(x.size == np.unique(x).size)}


_CHECKS: tuple[Callable[[Words], Found], ...] = (
    _frequencies, _uniformity, _monobit, _bit_pairs, _serial, _weights,
    _runs, _gaps, _birthdays, _collisions, _repeats,
)  # fmt: skip


def avalanche(word: Callable[[Words, Words, Words], Words], starts: Words, only: tuple[str, ...] = INPUTS) -> Found:
    """Flip each bit of an input: every output bit must then flip half of the time.

    Args:
        word: The generator, on arrays of equal length: k0, k1, person.
        starts: Where to start, uint64[n, 3].
        only: Which inputs to flip.

    Returns:
        For each input, the p-values of all 64 * 64 flip rates together and of the worst one.
    """
    found: Found = {}
    before = word(starts[:, 0].copy(), starts[:, 1].copy(), starts[:, 2].copy())
    for at, name in enumerate(INPUTS):
        if name not in only:
            continue
        z = np.empty((64, 64))
        for bit in range(64):
            moved = starts.copy()
            moved[:, at] ^= U(1 << bit)
            after = word(moved[:, 0].copy(), moved[:, 1].copy(), moved[:, 2].copy())
            flips = _bits(before ^ after).sum(axis=0, dtype=np.int64)
            z[bit] = (2.0 * flips - starts.shape[0]) / math.sqrt(starts.shape[0])
        found[f"avalanche {name}"] = _sum_of_squares(z)
        found[f"avalanche {name} worst"] = min(1.0, z.size * _normal(float(abs(z).max())))
    return found
