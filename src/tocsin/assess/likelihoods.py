"""Draws: how likely each item is under each hypothesis, and what was likely before, draw by draw.

Every number comes from the house's counter-based streams by name, so that a draw of one thing never depends on what
else was drawn: p by item and range (equal words under two hypotheses are one draw, their ratio exactly 1), t by origin,
the prior by hypothesis. With s = Λ / (1 + Λ), where log Λ adds up logit t over an item's origins, the likelihood is::

    p s + (1 - p) (1 - s)

which is p Λ + (1 - p) up to a factor that all hypotheses share: origins make a statement surer, and never more telling
than it is. A likelihood of what asks no witness is 1 - detect p (not seen), p (judged), or a Beta share of runs. If an
item were the other way round (it did not happen, it was seen after all), its likelihood would be 1 minus this one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.assess.gathered import Gathered
from tocsin.assess.inverse import Floats, beta_log_odds, log_gamma_variate, logit
from tocsin.assess.model import Range
from tocsin.assess.reliability import Belief, believed
from tocsin.draws import uniforms

__all__ = ["Drawn", "Streams", "added", "draw", "log_prior", "posterior", "scaled"]

_FAR: Final = 200  # binary places
_AT_ONCE: Final = 100  # witnesses, each a factor of two at most


class Streams:
    """Uniform numbers by name, one a draw; what is used again is kept."""

    def __init__(self, seed: int, draws: int) -> None:
        """Name the streams of one weighing.

        Args:
            seed: Of all of them.
            draws: How many numbers each gives.
        """
        self.seed = seed
        self.draws = draws
        self._ids = np.arange(draws, dtype=np.int64)
        self._odds: dict[str, Floats] = {}
        self._truthful: dict[tuple[str, Belief], Floats] = {}

    def evenly(self, name: str) -> Floats:
        """Uniform numbers in (0, 1)."""
        return uniforms(self.seed, 0, f"weigh {name}", 0, self._ids)

    def odds(self, name: str) -> Floats:
        """Their logits; kept, for origins speak for more than one item."""
        if name not in self._odds:
            self._odds[name] = logit(self.evenly(name))
        return self._odds[name]

    def truthful(self, key: str, belief: Belief) -> Floats:
        """t of an origin; kept."""
        if (key, belief) not in self._truthful:
            odds = beta_log_odds(belief.a, belief.b, self.odds(f"origin {key}"), least=belief.least)
            self._truthful[key, belief] = np.asarray(1.0 / (1.0 + np.exp(-odds)))
        return self._truthful[key, belief]

    def within(self, name: str, range_: Range) -> Floats:
        """Probabilities drawn evenly inside a judged range; the same name and range are the same draw."""
        u = self.evenly(f"{name}\n{range_.low!r} {range_.high!r}")
        return range_.low + (range_.high - range_.low) * u


def log_prior(streams: Streams, keys: Sequence[str], weights: Sequence[float]) -> Floats:
    """Draw the prior from a Dirichlet distribution, as gamma variables over their sum.

    Args:
        streams: Of this weighing.
        keys: What each hypothesis's draw is called by.
        weights: Parameters, in the same order.

    Returns:
        Its logarithm up to a constant a draw, shape (hypotheses, draws).
    """
    made = [log_gamma_variate(weight, streams.odds(f"prior {key}")) for key, weight in zip(keys, weights, strict=True)]
    return np.stack(made)


def posterior(log_weight: Floats) -> Floats:
    """Probabilities of hypotheses, shape (hypotheses, draws), from their log weights."""
    weight = np.exp(log_weight - log_weight.max(axis=0))
    return np.asarray(weight / added(weight))


def added(rows: Floats) -> Floats:
    """Sum over hypotheses in their order: NumPy's own order of adding may depend on the shape."""
    total: Floats = rows[0].copy()
    for row in rows[1:]:
        total += row
    return total


def scaled(rows: Floats) -> Floats:
    """Products of many, kept from running over or vanishing by a power of two, which changes no digit of them."""
    power = int(np.frexp(rows.max())[1])
    return rows if abs(power) < _FAR else np.ldexp(rows, -power)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One item, drawn.

    Attributes:
        like: Probability of what was reported under each hypothesis, shape (hypotheses, draws), up to a constant.
        borne: s, how far its witnesses bear it out; None where it asks none.
        turned: `like`, if the item were the other way round: it did not happen, it was seen after all.
    """

    like: Floats
    borne: Floats | None
    turned: Floats


def draw(streams: Streams, item: Gathered) -> Drawn:
    """Draw how likely an item is under each hypothesis.

    Args:
        streams: Of this weighing.
        item: The item.
    """
    p = _judged(streams, item)
    if item.how == "absence":
        assert item.detect is not None, "an absence says how likely one would have seen it"
        seen = streams.within(f"detect {item.key}", item.detect) * p
        return Drawn(1.0 - seen, None, seen)
    if item.how == "witnesses":
        yes, no = _reported(streams, item)
    elif item.how == "support":
        yes = np.full(streams.draws, item.support)
        no = 1.0 - yes
    else:
        return Drawn(p, None, 1.0 - p)
    return Drawn(no + p * (yes - no), yes / (yes + no), yes + p * (no - yes))


def _judged(streams: Streams, item: Gathered) -> Floats:
    """P(E | hypothesis), drawn; what is judged alike is drawn once."""
    once: dict[object, Floats] = {}
    rows = []
    for number, range_ in enumerate(item.ranges):
        what: object = item.runs[number] if item.how == "simulated" else (range_.low, range_.high)
        if what not in once:
            once[what] = _share(streams, item, number) if item.how == "simulated" else streams.within(item.key, range_)
        rows.append(once[what])
    return np.stack(rows)


def _share(streams: Streams, item: Gathered, number: int) -> Floats:
    """A share of simulated runs, from Jeffreys' Beta(accepted + 1/2, others + 1/2)."""
    accepted, made = item.runs[number]
    x = streams.odds(f"runs {item.key}\n{accepted} {made}")
    return np.asarray(1.0 / (1.0 + np.exp(-beta_log_odds(accepted + 0.5, made - accepted + 0.5, x))))


def _reported(streams: Streams, item: Gathered) -> tuple[Floats, Floats]:
    """Probability of all reports of an item if E, and if not E: t and 1 - t of each, over 1/2, multiplied.

    Over 1/2, so that a witness who says nothing, or who is somebody else, is a factor 1. One who speaks for several
    items gives a root to each.
    """
    yes: Floats = np.ones(streams.draws)
    no: Floats = np.ones(streams.draws)
    for number, (witness, key, share) in enumerate(zip(item.witnesses, item.keys, item.shares, strict=True), 1):
        t = streams.truthful(key, believed(witness.grade))
        true, false = 2.0 * t, 2.0 * (1.0 - t)
        if share > 1:
            true, false = true ** (1.0 / share), false ** (1.0 / share)
        if witness.group.startswith("?") and witness.group != item.alone:
            there = counted(streams, key)
            true, false = np.where(there, true, 1.0), np.where(there, false, 1.0)
        yes, no = yes * true, no * false
        if number % _AT_ONCE == 0:
            yes, no = scaled(np.stack((yes, no)))
    return yes, no


def counted(streams: Streams, key: str) -> npt.NDArray[np.bool_]:
    """In which draws an origin that may be somebody else's is counted: half of them."""
    return np.asarray(streams.odds(f"counted {key}") < 0.0)


def witnesses_of(items: Sequence[Gathered]) -> Mapping[str, str]:
    """Origin → its best grade over the items that it speaks for."""
    best: dict[str, str] = {}
    for item in items:
        for witness in item.witnesses if item.how == "witnesses" else ():
            best[witness.group] = min(best.get(witness.group, witness.grade), witness.grade)
    return best
