"""Weighing, slow and obvious: plain Python, one number at a time, to check the fast one by.

It repeats the method and not the code: loops, `bisect`, `draws.uniform`, powers instead of logarithms. It shares with
the fast one what is tested apart: how items are gathered (keys and shares of origins), and the tables behind Beta and
gamma quantiles.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from math import exp, log, prod

import numpy as np

from tocsin.assess.gathered import Gathered, gather
from tocsin.assess.inverse import beta_log_odds, log_gamma_variate
from tocsin.assess.model import Case, Evidence, Range
from tocsin.assess.reliability import believed
from tocsin.draws import uniform

__all__ = ["reference"]

Rows = list[list[float]]
"""A row a draw, a number a hypothesis."""


def reference(case: Case, evidence: Sequence[Evidence], draws: int, seed: int) -> list[dict[str, float]]:
    """The answer at every point.

    Args:
        case: The case.
        evidence: Its items, bound.
        draws: How many draws, and points.
        seed: Seed of all of them.

    Returns:
        For each point, hypothesis → probability.
    """
    ready = gather(case, evidence)
    every = range(draws)
    count = len(ready.order)
    told = [item for item in ready.items if item.tells]
    like = {item.id: [_likes(item, seed, draw) for draw in every] for item in told}
    parts: list[tuple[str, Rows]] = [("prior", [_prior(case, ready.order, ready.prior_keys, seed, n) for n in every])]
    for together in _together(told):
        rows = [[prod(like[item.id][n][k] for item in together) for k in range(count)] for n in every]
        parts.append((min(item.key for item in together), rows))
    share = [prod(sum(rows[n][k] for n in every) / draws for _, rows in parts) for k in range(count)]
    points = []
    for point, k in enumerate(_taken(share, draws)):
        weight = [1.0] * count
        for key, rows in parts:
            reached = list(accumulate(rows[n][k] for n in every))
            place = bisect_left(reached, _u(seed, f"again {key}", point) * reached[-1])
            weight = [one * other for one, other in zip(weight, rows[place], strict=True)]
        points.append({name: one / sum(weight) for name, one in zip(ready.order, weight, strict=True)})
    return points


def _taken(share: list[float], points: int) -> list[int]:
    """Which hypothesis each point takes: as many points as it is likely."""
    ends = [round(points * one / sum(share)) for one in accumulate(share)]
    return [sum(point >= end for end in ends) for point in range(points)]


def _together(items: Sequence[Gathered]) -> list[list[Gathered]]:
    """Items that have an origin in common, over others where need be."""
    found: list[list[Gathered]] = []
    for item in items:
        mine = [group for group in found if any(_share_origin(item, other) for other in group)]
        found = [group for group in found if group not in mine] + [[item, *(one for group in mine for one in group)]]
    return found


def _share_origin(one: Gathered, other: Gathered) -> bool:
    if one.how != "witnesses" or other.how != "witnesses":
        return False
    return bool({each.group for each in one.witnesses} & {each.group for each in other.witnesses})


def _prior(case: Case, order: Sequence[str], keys: Sequence[str], seed: int, draw: int) -> list[float]:
    made = [
        exp(_gamma(case.prior.weights[name], _u(seed, f"prior {key}", draw)))
        for name, key in zip(order, keys, strict=True)
    ]
    return [one / sum(made) for one in made]


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
    if item.how == "support":
        return [one * item.support + (1 - one) * (1 - item.support) for one in p]
    yes, no = 1.0, 1.0
    for witness, key, share in zip(item.witnesses, item.keys, item.shares, strict=True):
        aside = witness.group.startswith("?") and witness.group != item.alone
        if aside and _u(seed, f"counted {key}", draw) >= 0.5:
            continue
        belief = believed(witness.grade)
        u = _u(seed, f"origin {key}", draw)
        odds = float(beta_log_odds(belief.a, belief.b, np.array([log(u / (1 - u))]), least=belief.least)[0])
        t = 1 / (1 + exp(-odds))
        yes, no = yes * (2 * t) ** (1 / share), no * (2 * (1 - t)) ** (1 / share)
    return [one * yes + (1 - one) * no for one in p]


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
