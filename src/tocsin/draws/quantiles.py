"""Normal quantile, logarithm and exponential, coded for compiled loops.

Coded, because a vector unit can then run them (a call of the C library's it cannot), and because no version
of a C library then decides a millisecond: they use nothing but the additions, multiplications, divisions and
square roots that IEEE 754 defines to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
from numba import njit

__all__ = [
    "centre",
    "exponential_of",
    "inlined",
    "natural_log",
    "normal_quantile",
    "root",
    "shoulder",
    "tail",
]

F = TypeVar("F", bound=Callable[..., object])


def inlined(function: F) -> F:
    """Compile for use inside another compiled function, and leave the type checker the Python signature.

    Nothing is kept on disk: a cached caller is (see `kernels.py`), and then this is never compiled.
    """
    return cast(F, njit(nogil=True, error_model="numpy")(function))


_SHIFT = 1.5 * 2.0**52  # added to a number, it leaves no room for a fraction: the sum is rounded
_SHIFT_BITS = np.int64(np.float64(_SHIFT).view(np.int64))
_LOG2_E = 1.4426950408889634
_LN2_HIGH = float.fromhex("0x1.62e42fee00000p-1")  # log 2 to 33 bits, so that k * _LN2_HIGH is exact, ...
_LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")  # ... and the rest of it
_SQRT_HALF_BITS = np.uint64(np.float64(math.sqrt(0.5)).view(np.uint64))
_TO_SQRT_HALF = np.uint64((1023 << 52) - int(_SQRT_HALF_BITS))
_MANTISSA = np.uint64(2**52 - 1)
_TWO_52_BITS = np.uint64(np.float64(2.0**52).view(np.uint64))
_S52 = np.uint64(52)


@inlined
def centre(q: float) -> float:
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


@inlined
def shoulder(r: float) -> float:
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


@inlined
def tail(r: float) -> float:
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


@inlined
def natural_log(x: float) -> float:
    """Return log x for a positive, normal x; error below 2 units in the last place.

    With x = 2**e * m, m from sqrt(1/2) to sqrt(2), s = (m - 1) / (m + 1): log m = 2 (s + s**3/3 + s**5/5 +
    ...); the terms up to s**21 leave less than 1e-18, for s**2 < 0.0295.
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


@inlined
def exponential_of(x: float) -> float:
    """Return e**x for x cut to [-700, 700]; error below 2 units in the last place.

    With k the whole number nearest to x / log 2 and |r| <= log(2) / 2: e**x = 2**k * e**r; the Taylor terms
    up to r**13 leave less than 1e-17. Both series are summed as two halves, which the processor works at side
    by side.
    """
    x = 700.0 if x > 700.0 else x
    x = -700.0 if x < -700.0 else x
    shifted = x * _LOG2_E + _SHIFT
    k = shifted - _SHIFT
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    q = r * r
    even = ((((q * (1 / 479001600) + 1 / 3628800) * q + 1 / 40320) * q + 1 / 720) * q + 1 / 24) * q + 0.5
    odd = (((q * (1 / 6227020800) + 1 / 39916800) * q + 1 / 362880) * q + 1 / 5040) * q + 1 / 120
    odd = odd * q + 1 / 6
    y = (r + q * (even + r * odd)) + 1.0
    power = np.int64((np.float64(shifted).view(np.int64) - _SHIFT_BITS + 1023) << 52).view(np.float64)
    return y * power


@inlined
def root(u: float) -> float:
    """The variable of AS241 outside the middle; 1 - u is exact for every u that `uniform_of` returns."""
    return math.sqrt(-natural_log(u if u < 0.5 else 1.0 - u))


@inlined
def normal_quantile(u: float) -> float:
    """Return the standard normal quantile of u in (0, 1), relative error about 1e-16.

    Source: Wichura, "Algorithm AS241 (PPND16)", Applied Statistics 37(3), 1988, 477-484.
    """
    if abs(u - 0.5) <= 0.425:
        return centre(u - 0.5)
    r = root(u)
    return math.copysign(shoulder(r) if r <= 5.0 else tail(r), u - 0.5)
