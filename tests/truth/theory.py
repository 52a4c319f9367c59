"""Formulas that the engine is judged by, each with its source; rates are per minute, times in minutes.

Nothing here simulates. Sources: Cobham, *Operations Research* 2 (1954) 70-76; Erlang (1917) and Palm (1957)
in Gross, Shortle, Thompson and Harris, *Fundamentals of Queueing Theory*, 4th ed. (2008), ch. 2-5; Jackson,
*Operations Research* 5 (1957) 518-521; Garnett, Mandelbaum and Reiman, *MSOM* 4 (2002) 208-227; David and
Nagaraja, *Order Statistics*, 3rd ed. (2003), 2.1. What has no formula stands in chains.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

__all__ = [
    "ErlangA",
    "Loss",
    "cobham",
    "erlang_a",
    "erlang_c",
    "lognormal_moments",
    "loss",
    "pollaczek_khinchine",
    "resumed",
    "triangular_moments",
    "wait_mmc",
    "wait_variance_mm1",
]


def erlang_c(load: float, servers: int) -> float:
    """Chance that an arrival must wait in M/M/c (Erlang 1917; Gross et al., eq. 2.39).

    Args:
        load: Arrival rate times mean service, a = λ/μ < servers.
        servers: c.
    """
    busy = load**servers / math.factorial(servers) * servers / (servers - load)
    return busy / (math.fsum(load**k / math.factorial(k) for k in range(servers)) + busy)


def wait_mmc(rate: float, mean: float, servers: int) -> float:
    """Mean wait in the queue of M/M/c: C(c, a) / (c μ - λ)."""
    return erlang_c(rate * mean, servers) / (servers / mean - rate)


def wait_variance_mm1(load: float) -> float:
    """Asymptotic variance of the mean of n waits in M/M/1, times n, in squared mean services.

    lim n Var(mean) = ρ (2 + 5ρ - 4ρ² + ρ³) / (1 - ρ)⁴ (Daley 1968; Whitt, *Management Science* 35 (1989)
    1341-1366).
    """
    return load * (2 + 5 * load - 4 * load**2 + load**3) / (1 - load) ** 4


def triangular_moments(least: float, mode: float, most: float) -> tuple[float, float]:
    """First two moments: (a+b+c)/3, and the variance (a²+b²+c²-ab-ac-bc)/18 plus the square of the mean."""
    mean = (least + mode + most) / 3
    variance = (least**2 + mode**2 + most**2 - least * mode - least * most - mode * most) / 18
    return mean, variance + mean**2


def lognormal_moments(median: float, sigma: float) -> tuple[float, float]:
    """First two moments: m exp(σ²/2) and m² exp(2σ²)."""
    return median * math.exp(sigma**2 / 2), median**2 * math.exp(2 * sigma**2)


def pollaczek_khinchine(rate: float, mean: float, second: float) -> float:
    """Mean wait in M/G/1: λ E[S²] / 2 (1 - ρ) (Gross et al., eq. 5.11)."""
    return rate * second / (2 * (1 - rate * mean))


def cobham(rates: tuple[float, ...], mean: float, residual: float, servers: int) -> tuple[float, ...]:
    """Mean waits of priority classes, first class first, service not interrupted (Cobham 1954, eq. 3 and 6).

    W_k = W₀ / (1 - σ_{k-1}) (1 - σ_k), σ_k the load of classes up to k on each server, W₀ the mean time until
    a server is free for the first in line: λ E[S²] / 2 for one server, C(c, a) / c μ for exponential service.

    Args:
        rates: Arrival rate of each class.
        mean: Mean service, the same for all classes.
        residual: W₀.
        servers: c.
    """
    waits, below = [], 0.0
    for rate in rates:
        upto = below + rate * mean / servers
        waits.append(residual / ((1 - below) * (1 - upto)))
        below = upto
    return tuple(waits)


@dataclass(frozen=True)
class ErlangA:
    """What M/M/c+M promises: chance to give up, chance to wait, mean time in the queue of everybody, mean
    served."""

    gives_up: float
    waits: float
    in_queue: float


def erlang_a(rate: float, mean: float, patience: float, servers: int) -> ErlangA:
    """Solve M/M/c+M (Palm 1957; Garnett et al. 2002, section 2): a birth-death chain, summed until nothing is
    left.

    Births λ; deaths min(n, c) μ + max(n - c, 0) θ. Arrivals see time averages; λ E[time in queue] = E[queue],
    and those who give up leave at the rate θ E[queue].
    """
    weights = [1.0]
    while len(weights) <= servers or weights[-1] > 1e-18 * max(weights):
        n = len(weights)
        weights.append(weights[-1] * rate / (min(n, servers) / mean + max(n - servers, 0) / patience))
    share = np.array(weights) / math.fsum(weights)
    queue = float(share @ np.maximum(np.arange(len(share)) - servers, 0))
    return ErlangA(queue / patience / rate, float(share[servers:].sum()), queue / rate)


@dataclass(frozen=True)
class Loss:
    """What M/M/c/K promises: share turned away, mean wait of who is let in, mean number there."""

    turned_away: float
    wait: float
    there: float


def loss(rate: float, mean: float, servers: int, room: int) -> Loss:
    """Solve M/M/c with room for so many who wait (Gross et al., 2.5; Erlang's B where there is none).

    p_n is λⁿ over the product of the rates at which n, n - 1 … leave, min(n, c) μ, up to n = c + room. Arrivals see
    time averages, so p of a full station is the share turned away; Little's law gives the wait.

    Args:
        rate: λ.
        mean: Mean service.
        servers: c.
        room: How many can wait.
    """
    weights = [1.0]
    for n in range(1, servers + room + 1):
        weights.append(weights[-1] * rate * mean / min(n, servers))
    share = np.array(weights) / math.fsum(weights)
    number = np.arange(len(share))
    entered = rate * (1 - share[-1])
    return Loss(float(share[-1]), float(share @ np.maximum(number - servers, 0)) / entered, float(share @ number))


def resumed(rates: tuple[float, ...], mean: float, second: float) -> tuple[float, ...]:
    """Mean times from queueing to the end in M/G/1 where higher classes interrupt, and service is resumed.

    T_k = (E[S] (1 - σ_k) + R_k) / (1 - σ_{k-1}) (1 - σ_k), R_k = Σ_{i ≤ k} λ_i E[S²] / 2 (Conway, Maxwell and Miller,
    *Theory of Scheduling*, 1967, 8-7; Bertsekas and Gallager, *Data Networks*, 2nd ed. (1992), eq. 3.88).

    Args:
        rates: Arrival rate of each class, the first one first.
        mean: E[S], the same for all.
        second: E[S²].
    """
    times, below, residual = [], 0.0, 0.0
    for rate in rates:
        upto = below + rate * mean
        residual += rate * second / 2
        times.append((mean * (1 - upto) + residual) / ((1 - below) * (1 - upto)))
        below = upto
    return tuple(times)
