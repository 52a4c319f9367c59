"""Weighing, slow and obvious: plain Python, one draw at a time, to check the fast one by.

It repeats the method and not the code: loops, `math.log`, `draws.uniform`. It shares with the fast one what is tested
apart: how items are gathered (keys and shares of origins), and the tables behind Beta and gamma quantiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

import numpy as np

from tocsin.assess.gathered import Gathered, gather
from tocsin.assess.inverse import beta_log_odds, log_gamma_variate
from tocsin.assess.model import Case, Evidence, Range
from tocsin.assess.reliability import believed
from tocsin.draws import uniform

__all__ = ["reference"]


def reference(case: Case, evidence: Sequence[Evidence], draws: Sequence[int], seed: int) -> list[dict[str, float]]:
    """The posterior of some draws.

    Args:
        case: The case.
        evidence: Its items, bound.
        draws: Which draws, by number.
        seed: Seed of all of them.

    Returns:
        For each draw, hypothesis → probability.
    """
    ready = gather(case, evidence)
    found = []
    for draw in draws:
        weight = {}
        for name, key in zip(ready.order, ready.prior_keys, strict=True):
            weight[name] = _gamma(case.prior.weights[name], _u(seed, f"prior {key}", draw))
        for item in ready.items:
            likes = _likes(item, seed, draw)
            for name, like in zip(ready.order, likes, strict=True):
                weight[name] += log(like)
        most = max(weight.values())
        total = sum(exp(value - most) for value in weight.values())
        found.append({name: exp(value - most) / total for name, value in weight.items()})
    return found


def _likes(item: Gathered, seed: int, draw: int) -> list[float]:
    if item.how == "simulated":
        return [_runs(item, seed, draw, accepted, made) for accepted, made in item.runs]
    p = [_within(item.key, one, seed, draw) for one in item.ranges]
    if item.how == "absence":
        assert item.detect is not None
        detect = _within(f"detect {item.key}", item.detect, seed, draw)
        return [1 - detect * one for one in p]
    if item.how == "judged":
        return p
    odds = item.support / (1 - item.support) if item.how == "support" else 1.0  # Λ
    for witness, share in zip(item.witnesses, item.shares, strict=True):
        if item.how == "support":
            break
        aside = witness.group.startswith("?") and witness.group != item.alone
        if aside and _u(seed, f"counted {witness.group}", draw) >= 0.5:
            continue
        one = believed(witness.grade)
        u = _u(seed, f"origin {witness.group}", draw)
        found = beta_log_odds(one.a, one.b, np.array([log(u / (1 - u))]), least=one.least)
        odds *= exp(float(found[0]) / share)
    return [(each * odds + 1 - each) / (1 + odds) for each in p]


def _runs(item: Gathered, seed: int, draw: int, accepted: int, made: int) -> float:
    u = _u(seed, f"runs {item.key}\n{accepted} {made}", draw)
    odds = float(beta_log_odds(accepted + 0.5, made - accepted + 0.5, np.array([log(u / (1 - u))]))[0])
    return 1 / (1 + exp(-odds))


def _within(name: str, one: Range, seed: int, draw: int) -> float:
    return one.low + (one.high - one.low) * _u(seed, f"{name}\n{one.low!r} {one.high!r}", draw)


def _gamma(shape: float, u: float) -> float:
    return float(log_gamma_variate(shape, np.array([log(u / (1 - u))]))[0])


def _u(seed: int, name: str, draw: int) -> float:
    return uniform(seed, 0, f"weigh {name}", 0, draw)
