"""Draws: how likely each item is under each hypothesis, and what was likely before, draw by draw.

Every number comes from the house's counter-based streams by name, so that a draw of one thing never depends on what
else was drawn: p by item and range (equal words under two hypotheses are one draw, their ratio exactly 1), t by origin,
the prior by hypothesis. With s = Λ / (1 + Λ), where log Λ adds up logit t over an item's origins, the likelihood is::

    p s + (1 - p) (1 - s)

which is p Λ + (1 - p) up to a factor that all hypotheses share: origins make a statement surer, and never more telling
than it is. A likelihood of what asks no witness is 1 - detect p (not seen), p (judged), or a Beta share of runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.assess.gathered import Gathered
from tocsin.assess.inverse import Floats, beta_log_odds, log_gamma_variate, logit
from tocsin.assess.model import Range
from tocsin.assess.reliability import believed, letter_known
from tocsin.draws import uniforms

__all__ = ["Drawn", "Streams", "added", "draw", "log_prior", "posterior"]


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
        self._truthful: dict[tuple[str, float, float], Floats] = {}

    def evenly(self, name: str) -> Floats:
        """Uniform numbers in (0, 1)."""
        return uniforms(self.seed, 0, f"weigh {name}", 0, self._ids)

    def odds(self, name: str) -> Floats:
        """Their logits; kept, for origins speak for more than one item."""
        if name not in self._odds:
            self._odds[name] = logit(self.evenly(name))
        return self._odds[name]

    def truthful(self, group: str, a: float, b: float) -> Floats:
        """t of an origin, from its Beta distribution; kept."""
        if (group, a, b) not in self._truthful:
            odds = beta_log_odds(a, b, self.odds(f"origin {group}"))
            self._truthful[group, a, b] = np.asarray(1.0 / (1.0 + np.exp(-odds)))
        return self._truthful[group, a, b]

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


@dataclass(frozen=True, slots=True)
class Drawn:
    """One item, drawn.

    Attributes:
        like: How likely it is under each hypothesis, shape (hypotheses, draws), up to a factor that all share.
        weight: Probability of what was reported, the same shape, up to a factor that all draws share: what is learnt.
        borne: s, how far its witnesses bear it out; None where it asks none.
        turned: `like`, if the item were the other way round: it did not happen, it was seen after all.
        turned_weight: `weight` in that case.
    """

    like: Floats
    weight: Floats
    borne: Floats | None
    turned: Floats
    turned_weight: Floats


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
        return Drawn(1.0 - seen, 1.0 - seen, None, seen, seen)
    if item.how == "witnesses":
        (yes, no), (yes_learnt, no_learnt) = _reported(streams, item)
    elif item.how == "support":
        yes = yes_learnt = np.full(streams.draws, item.support)
        no = no_learnt = 1.0 - yes
    else:
        return Drawn(p, p, None, 1.0 - p, 1.0 - p)
    like, turned = no + p * (yes - no), yes + p * (no - yes)
    if yes is yes_learnt:
        return Drawn(like, like, yes / (yes + no), turned, turned)
    learnt = no_learnt + p * (yes_learnt - no_learnt), yes_learnt + p * (no_learnt - yes_learnt)
    return Drawn(like, learnt[0], yes / (yes + no), turned, learnt[1])


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


_Pair = tuple[Floats, Floats]


def _reported(streams: Streams, item: Gathered) -> tuple[_Pair, _Pair]:
    """Probability of all reports of an item if E, and if not E; over 1/2 each, so that one that says nothing is 1.

    Returns:
        As drawn, and as learnt from: there a source that nobody could judge (F) has its mean, so that what it is worth
        is not learnt. One and the same where there is none.
    """
    drawn: list[_Pair] = []
    learnt: list[_Pair] = []
    for witness, share in zip(item.witnesses, item.shares, strict=True):
        a, b = believed(witness.grade)
        t = streams.truthful(witness.group, a, b)
        one = _spoken(streams, item, witness.group, share, 2.0 * t, 2.0 * (1.0 - t))
        drawn.append(one)
        if letter_known(witness.grade):
            learnt.append(one)
        else:
            mean = np.full(streams.draws, 2.0 * a / (a + b))
            learnt.append(_spoken(streams, item, witness.group, share, mean, 2.0 - mean))
    before = _product(drawn)
    return before, before if all(one is other for one, other in zip(drawn, learnt, strict=True)) else _product(learnt)


def _spoken(streams: Streams, item: Gathered, group: str, share: int, yes: Floats, no: Floats) -> _Pair:
    """What an origin gives to an item: a root where it speaks for several, nothing in draws where it is another's."""
    if share > 1:
        yes, no = yes ** (1.0 / share), no ** (1.0 / share)
    if group.startswith("?") and group != item.alone:
        there = counted(streams, group)
        yes, no = np.where(there, yes, 1.0), np.where(there, no, 1.0)
    return yes, no


def _product(pairs: Sequence[_Pair]) -> _Pair:
    yes, no = pairs[0]
    for one, other in pairs[1:]:
        yes, no = yes * one, no * other
    return yes, no


def counted(streams: Streams, group: str) -> npt.NDArray[np.bool_]:
    """In which draws an origin that may be somebody else's is counted: half of them."""
    return np.asarray(streams.odds(f"counted {group}") < 0.0)


def witnesses_of(items: Sequence[Gathered]) -> Mapping[str, str]:
    """Origin → its best grade over the items that it speaks for."""
    best: dict[str, str] = {}
    for item in items:
        for witness in item.witnesses if item.how == "witnesses" else ():
            best[witness.group] = min(best.get(witness.group, witness.grade), witness.grade)
    return best
