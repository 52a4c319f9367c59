"""From draws of what was judged to draws of the answer: each thing drawn again by how well it foretells the evidence.

Given a hypothesis, what an item rests on (its p, the t of its origins) depends on nothing else, so Bayes' rule goes
part by part (a part: items that have an origin in common; the prior is one, too). The order of things:

1. Each part was drawn from its judged ranges and Betas, S times.
2. For each hypothesis k, each part's draws are drawn again, by the probability of what was reported under k.
3. A hypothesis k is taken for each of the S points, as often as it is likely: in proportion to the prior's mean times
   the mean of each part's weight. The point is then what was drawn again under k.
4. The answer at a point is the prior times all likelihoods there, over their sum. Its mean is the probability of each
   hypothesis by Bayes' rule; its spread is what is not known of p, t and the prior, after the evidence.

Weights that were multiplied over all parts at once would leave a handful of the draws; part by part none is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.assess.gathered import Gathered, parts_of
from tocsin.assess.inverse import Floats
from tocsin.assess.kernels import draw_row, times_points
from tocsin.assess.likelihoods import Drawn, Streams, added, log_prior, posterior, scaled

__all__ = ["Learnt", "Part", "drawn_again", "part_of", "parts", "prior_part"]

Places = npt.NDArray[np.int32]
_LEAST: Final = 2.0**-250
"""Nothing is less likely than that, so that products of many parts can be divided and their logarithms taken."""


def drawn_again(weight: Floats, u: Floats) -> Places:
    """Draw places by weight, one for each number of u in (0, 1)."""
    found = np.empty(u.size, np.int32)
    draw_row(weight, u, found)
    return found


class Part:
    """Something that was drawn, what follows from it, and what is drawn again of it under each hypothesis."""

    def __init__(self, streams: Streams, key: str, like: Floats) -> None:
        """Keep what was drawn.

        Args:
            streams: Of this weighing.
            key: What its draws are called by.
            like: Probability of what was reported, or the prior; shape (hypotheses, draws), up to a constant.
        """
        self.key = key
        self.weight = np.ascontiguousarray(like) if like.min() >= _LEAST else np.maximum(like, _LEAST)
        self.value = np.ascontiguousarray((self.weight / added(self.weight)).T)
        self._streams = streams
        self._places: dict[int, Places] = {}

    @cached_property
    def log_mean(self) -> Floats:
        """Logarithm of the mean weight under each hypothesis."""
        return np.asarray(np.log(self.weight.mean(axis=1)))

    @cached_property
    def _again(self) -> Floats:
        return self._streams.evenly(f"again {self.key}")

    def drawn_again(self, taken: int, first: int, last: int) -> Places:
        """Which draws were drawn again for some points that take a hypothesis; shape (last - first,)."""
        if taken in self._places:
            return self._places[taken][first:last]
        return drawn_again(self.weight[taken], self._again[first:last])

    def places(self, taken: int) -> Places:
        """Which draws were drawn again if all points take a hypothesis; kept; shape (draws,)."""
        if taken not in self._places:
            self._places[taken] = self.drawn_again(taken, 0, self.weight.shape[1])
        return self._places[taken]


def part_of(streams: Streams, key: str, like: Sequence[Floats]) -> Part:
    """Several items that have an origin in common, as one part: their likelihoods are multiplied."""
    product = scaled(like[0])
    for one in like[1:]:
        product = scaled(product * one)
    return Part(streams, key, product)


def parts(
    streams: Streams, items: Sequence[Gathered], drawn: Mapping[str, Drawn], made: dict[object, Part] | None = None
) -> dict[str, Part]:
    """Put items that have an origin in common into one part each.

    Args:
        streams: Of this weighing.
        items: What tells hypotheses apart.
        drawn: Id of an item → what was drawn of it.
        made: Parts of earlier askings, to be used again where nothing differs; new ones are added.
    """
    part, kept = parts_of(items), {} if made is None else made
    members: dict[str, list[Gathered]] = {}
    for one in items:
        members.setdefault(part[one.id], []).append(one)
    for key, of in members.items():
        if (key, *of) not in kept:
            kept[key, *of] = part_of(streams, key, [drawn[one.id].like for one in of])
    return {key: kept[key, *of] for key, of in members.items()}


def prior_part(streams: Streams, keys: Sequence[str], weights: Sequence[float]) -> Part:
    """The prior, drawn from its Dirichlet distribution; its weight is the prior itself.

    Args:
        streams: Of this weighing.
        keys: What each hypothesis's draw is called by.
        weights: Parameters, in the same order.
    """
    return Part(streams, "prior", posterior(log_prior(streams, keys, weights)))


class Learnt:
    """Parts, drawn again under each hypothesis, and the answers that can be had from them."""

    def __init__(self, parts: Mapping[str, Part]) -> None:
        """Take parts.

        Args:
            parts: By name; nothing depends on their order.
        """
        self._parts = {name: parts[name] for name in sorted(parts)}
        self._total: dict[int, Floats] = {}

    def log_mean(self, prior: Part) -> Floats:
        """Log probability of each hypothesis by Bayes' rule, up to a constant: the prior's mean times each part's."""
        total = prior.log_mean.copy()
        for part in self._parts.values():
            total += part.log_mean
        return total

    def answer(self, prior: Part) -> Floats:
        """The answer under a prior.

        Args:
            prior: The prior.

        Returns:
            Probabilities, shape (hypotheses, points).
        """
        return self._answer(prior, None, None)

    def changed(self, prior: Part, name: str, instead: Part | None) -> Floats:
        """The answer with another part, or none, in the place of one.

        Args:
            prior: The prior.
            name: Of the part.
            instead: What stands in its place.

        Returns:
            As `answer`.
        """
        return self._answer(prior, self._parts[name], instead)

    def _answer(self, prior: Part, left: Part | None, instead: Part | None) -> Floats:
        others = [part for part in self._parts.values() if part is not left]
        log_mean = prior.log_mean.copy()
        for part in (*others, *(() if instead is None else (instead,))):
            log_mean += part.log_mean
        value = np.empty_like(prior.value)
        for taken, first, last in _taken(log_mean, len(value)):
            value[first:last] = self._under(taken, prior)[first:last]
            prior.places(taken)
            for part, over in ((left, True), (instead, False), (prior, False)):
                if part is not None:
                    times_points(value[first:last], part.value, part.drawn_again(taken, first, last), over)
        return _shared(value)

    def _under(self, taken: int, prior: Part) -> Floats:
        """The product of all parts at each point, if it takes a hypothesis; shape (points, hypotheses)."""
        if taken not in self._total:
            total = np.ones_like(prior.value)
            for part in self._parts.values():
                times_points(total, part.value, part.places(taken), False)
            self._total[taken] = total
        return self._total[taken]


def _taken(log_mean: Floats, points: int) -> Iterator[tuple[int, int, int]]:
    """Which points take which hypothesis: in their order, each as many as it is likely; (hypothesis, first, last)."""
    reached = np.cumsum(np.exp(log_mean - log_mean.max()))
    ends = [0, *(round(float(points * one / reached[-1])) for one in reached)]
    return ((number, first, last) for number, (first, last) in enumerate(pairwise(ends)) if last > first)


def _shared(value: Floats) -> Floats:
    """Products as shares of their sum; shape (hypotheses, points)."""
    by_name = np.ascontiguousarray(value.T)
    return np.asarray(by_name / added(by_name))
