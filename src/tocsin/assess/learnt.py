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
from tocsin.assess.kernels import draw_row, shares, times_points
from tocsin.assess.likelihoods import Drawn, Streams, added, log_prior, posterior, scaled

__all__ = ["Learnt", "Part", "drawn_again", "part_of", "parts", "prior_part"]

Places = npt.NDArray[np.int32]
_NONE: Final[Places] = np.empty(0, np.int32)
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
        self._kept: dict[int, tuple[int, Places]] = {}

    @cached_property
    def log_mean(self) -> Floats:
        """Logarithm of the mean weight under each hypothesis."""
        return np.asarray(np.log(self.weight.mean(axis=1)))

    @cached_property
    def _again(self) -> Floats:
        return self._streams.evenly(f"again {self.key}")

    def drawn_again(self, taken: int, first: int, last: int) -> Places:
        """Which draws were drawn again for some points that take a hypothesis; shape (last - first,)."""
        begin, kept = self._kept.get(taken, (0, _NONE))
        if begin <= first and last <= begin + kept.size:
            return kept[first - begin : last - begin]
        return drawn_again(self.weight[taken], self._again[first:last])

    def keep(self, taken: int, first: int, last: int) -> Places:
        """Draw again for some points, and keep that; otherwise as `drawn_again`."""
        self._kept[taken] = first, self.drawn_again(taken, first, last)
        return self._kept[taken][1]


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
        self._needed: dict[int, tuple[int, int]] = {}
        self._total: dict[tuple[int, Part | None], tuple[int, Floats]] = {}

    def log_mean(self, prior: Part) -> Floats:
        """Log probability of each hypothesis by Bayes' rule, up to a constant: the prior's mean times each part's."""
        return self._log_mean(prior, None, None)

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

    def expect(self, priors: Sequence[Part], changes: Sequence[tuple[str, Part | None]]) -> None:
        """Work out which points will take which hypothesis, so that each is drawn again only once.

        Args:
            priors: The priors of answers to come, first that of changes.
            changes: Name of a part and what will stand in its place.
        """
        asked: list[tuple[Part, Part | None, Part | None]] = [(prior, None, None) for prior in priors]
        asked += [(priors[0], self._parts[name], instead) for name, instead in changes]
        for prior, left, instead in asked:
            for taken, first, last in _taken(self._log_mean(prior, left, instead), prior.weight.shape[1]):
                begin, end = self._needed.get(taken, (first, last))
                self._needed[taken] = min(begin, first), max(end, last)

    def ready(self, prior: Part) -> None:
        """Draw again now whatever was expected, so that changes can be worked out side by side."""
        for taken, (first, last) in self._needed.items():
            self._under(taken, prior, first, last)

    def _log_mean(self, prior: Part, left: Part | None, instead: Part | None) -> Floats:
        total = prior.log_mean.copy()
        for part in self._parts.values():
            if part is not left:
                total += part.log_mean
        return total if instead is None else total + instead.log_mean

    def _answer(self, prior: Part, left: Part | None, instead: Part | None) -> Floats:
        found = np.empty_like(prior.weight)
        for taken, first, last in _taken(self._log_mean(prior, left, instead), found.shape[1]):
            over, times = _at(left, taken, first, last), _at(instead, taken, first, last)
            begin, total = self._under(taken, prior, first, last)
            shares(total[first - begin : last - begin], *over, *times, first, found)
        return found

    def _under(self, taken: int, prior: Part, first: int, last: int) -> tuple[int, Floats]:
        """The product of prior and parts at points that take a hypothesis: the first point; (points, hypotheses)."""
        begin, total = self._total.get((taken, prior), (0, prior.value[:0]))
        if begin <= first and last <= begin + len(total):
            return begin, total
        begin, end = self._needed.get(taken, (first, last))
        begin, end = min(begin, first), max(end, last)
        start, product = self._total.get((taken, None), (0, prior.value[:0]))
        if start > begin or start + len(product) < end:
            start, product = begin, np.ones((end - begin, prior.value.shape[1]))
            for part in self._parts.values():
                times_points(product, part.value, part.keep(taken, begin, end))
            self._total[taken, None] = start, product
        total = product[begin - start : end - start].copy()
        times_points(total, prior.value, prior.keep(taken, begin, end))
        self._total[taken, prior] = begin, total
        return begin, total


def _at(part: Part | None, taken: int, first: int, last: int) -> tuple[Floats, Places]:
    """The values of a part, and the places drawn for some points that take a hypothesis; of no part no values."""
    if part is None:
        return np.empty((0, 0)), np.empty(last - first, np.int32)
    return part.value, part.drawn_again(taken, first, last)


def _taken(log_mean: Floats, points: int) -> Iterator[tuple[int, int, int]]:
    """Which points take which hypothesis: in their order, each as many as it is likely; (hypothesis, first, last)."""
    reached = np.cumsum(np.exp(log_mean - log_mean.max()))
    ends = [0, *(round(float(points * one / reached[-1])) for one in reached)]
    return ((number, first, last) for number, (first, last) in enumerate(pairwise(ends)) if last > first)
