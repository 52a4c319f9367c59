"""Weighing: from a case and its bound evidence to the answer, what carries it, and what would change it.

Each item is drawn from what was judged (`likelihoods.py`); what was drawn is drawn again by how well it foretells the
evidence (`learnt.py`); the answer at each point is the prior times all likelihoods there. On simulated cases the bands
then hold what they say (`tocsin bench weigh`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import combinations
from typing import Final

import numpy as np

from tocsin.assess.answer import Effect, Flip, Likely, Ratio, Reading, Weighed, Without
from tocsin.assess.gathered import Gathered, Gathering, gather, parts_of
from tocsin.assess.inverse import Floats
from tocsin.assess.learnt import Learnt, Part, part_of, parts, prior_part
from tocsin.assess.likelihoods import Drawn, Streams, added, draw, posterior
from tocsin.assess.model import Case, Evidence
from tocsin.assess.next import look_ahead
from tocsin.assess.quantiles import bands, error_of, likelies, medians
from tocsin.assess.sentences import flip_sentence, grounds, likely_sentence, shared_note
from tocsin.assess.threads import side_by_side

__all__ = ["MOST_TURNED", "evidence_digest", "posterior_draws", "weigh"]

MOST_TURNED: Final = 12
"""So many items are turned round: those that would move the answer most."""


class _Told:
    """Items that can tell hypotheses apart, as gathered and as drawn, and what is learnt from all of them."""

    def __init__(self, streams: Streams, ready: Gathering) -> None:
        self.changes: list[tuple[str, str, Part | None]] = []
        self.items = {one.id: one for one in ready.items if one.tells}
        drawn = side_by_side(lambda one: draw(streams, one), self.items.values())
        self.drawn = dict(zip(self.items, drawn, strict=True))
        self.part = parts_of(tuple(self.items.values()))
        self.learnt = Learnt(parts(streams, tuple(self.items.values()), self.drawn))
        self._streams = streams

    def expect(self, prior: Part, readings: Sequence[Part]) -> None:
        """Say what will be changed: each item left out, and those turned round that would move the answer most."""
        by_turning = sorted(self.items, key=lambda name: (-self.moved_by_turning(prior, name), name))
        asked = [(name, Flip.FALLS) for name in self.items] + [(name, Flip.TURNS) for name in by_turning[:MOST_TURNED]]
        self.changes = [(name, how, self.instead(name, how)) for name, how in asked]
        self.learnt.expect([prior, *readings], [(self.part[name], instead) for name, _, instead in self.changes])

    def instead(self, name: str, how: str) -> Part | None:
        """What stands in the place of an item's part if the item fell away or turned round."""
        part = self.part[name]
        like = [one.like for other, one in self.drawn.items() if self.part[other] == part and other != name]
        if how == Flip.TURNS:
            like.append(self.drawn[name].turned)
        key = f"{part}\n{how} {self.items[name].key}"
        return part_of(self._streams, key, like) if like else None

    def moved_by_turning(self, prior: Part, name: str) -> float:
        """How far the mean of a hypothesis would move if an item turned round: by Bayes' rule, without a draw.

        Of an item that shares an origin with others, as if it did not.
        """
        one = self.drawn[name]
        before = self.learnt.log_mean(prior)
        after = before + np.log(one.turned.mean(axis=1)) - np.log(one.like.mean(axis=1))
        return float(np.abs(posterior(after[:, None]) - posterior(before[:, None])).max())


def weigh(case: Case, evidence: Sequence[Evidence], *, draws: int | None = None, seed: int | None = None) -> Weighed:
    """Weigh the hypotheses of a case by its evidence.

    Args:
        case: The case.
        evidence: Its items, bound to a watch folder; their order does not matter.
        draws: How many draws; by default the case's.
        seed: Seed of all of them; by default the case's.

    Returns:
        The answer; the same case, evidence, draws and seed give the same bits.
    """
    streams = Streams(case.seed if seed is None else seed, case.draws if draws is None else draws)
    ready = gather(case, evidence)
    told = _Told(streams, ready)
    before = _prior(streams, case.prior.weights, ready)
    readings = {name: _prior(streams, weights, ready) for name, weights in case.prior.variants.items()}
    told.expect(before, list(readings.values()))
    after = told.learnt.answer(before)
    prior = bands(Learnt({}).answer(before))
    answer = _answer(case, after, prior, ready)
    by_id = {one.hypothesis: one for one in answer}
    without, turned = _changed(case, before, told, ready, by_id)
    items = _effects(case, evidence, ready, told, without)
    flips = _flips(case, without, turned, _leading(answer))
    left_out = sum(not one.holds for one in items)
    return Weighed(
        case.name,
        case.question,
        streams.seed,
        streams.draws,
        case.digest,
        evidence_digest(evidence),
        answer,
        _leading(answer),
        items,
        tuple(sorted(without, key=lambda name: (-_moved(without[name]), name))),
        flips,
        _readings(case, readings, told.learnt, ready),
        look_ahead(case, streams, after, prior, ready.order),
        grounds(case, ready.items, left_out),
        tuple(likely_sentence(one) for one in sorted(answer, key=lambda one: -one.median)),
        error_of(after),
        _notes(ready),
    )


def posterior_draws(
    case: Case, evidence: Sequence[Evidence], *, draws: int | None = None, seed: int | None = None
) -> tuple[tuple[str, ...], Floats]:
    """The draws behind the answer, and nothing besides.

    Args:
        case: The case.
        evidence: Its items, bound.
        draws: How many draws; by default the case's.
        seed: Seed of all of them; by default the case's.

    Returns:
        Ids of the hypotheses in canonical order, and probabilities, shape (hypotheses, draws).
    """
    streams = Streams(case.seed if seed is None else seed, case.draws if draws is None else draws)
    ready = gather(case, evidence)
    return ready.order, _Told(streams, ready).learnt.answer(_prior(streams, case.prior.weights, ready))


def evidence_digest(evidence: Sequence[Evidence]) -> str:
    """SHA-256 over all that can change the answer: items, whether they hold, origins and grades; in any order."""
    rows = [
        [
            one.item.id, one.item.sort, one.item.use, one.holds, one.support,
            {name: [at.low, at.high] for name, at in one.item.likelihood.items()},
            None if one.item.absence is None else [one.item.absence.detect.low, one.item.absence.detect.high],
            None if one.simulated is None else {name: list(runs) for name, runs in one.simulated.items()},
            sorted([each.group, each.grade, each.known, each.copied, *each.testimony] for each in one.witnesses),
        ]
        for one in sorted(evidence, key=lambda one: one.item.id)
    ]  # fmt: skip
    return sha256(json.dumps(rows, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _prior(streams: Streams, weights: Mapping[str, float], ready: Gathering) -> Part:
    return prior_part(streams, ready.prior_keys, [weights[name] for name in ready.order])


def _answer(case: Case, draws: Floats, prior: Floats, ready: Gathering) -> tuple[Likely, ...]:
    """Sum up draws, in the order of the case."""
    names = {one.id: one.name for one in case.hypotheses}
    found = {one.hypothesis: one for one in likelies(draws, prior, [(name, names[name]) for name in ready.order])}
    return tuple(found[one.id] for one in case.hypotheses)


def _leading(answer: Sequence[Likely | Without]) -> str:
    return max(answer, key=lambda one: one.median).hypothesis


def _moved(changed: Sequence[Without]) -> float:
    return max(abs(one.change) for one in changed)


def _changed(
    case: Case, prior: Part, told: _Told, ready: Gathering, answer: Mapping[str, Likely]
) -> tuple[dict[str, tuple[Without, ...]], dict[str, tuple[Without, ...]]]:
    """The answer with each item left out, and with those turned round that would move it most.

    Shares of common origins stay as they are.
    """
    found: dict[str, dict[str, tuple[Without, ...]]] = {Flip.FALLS: {}, Flip.TURNS: {}}
    told.learnt.ready(prior)
    middles = side_by_side(lambda one: medians(told.learnt.changed(prior, told.part[one[0]], one[2])), told.changes)
    for (name, how, _), row in zip(told.changes, middles, strict=True):
        middle = dict(zip(ready.order, row, strict=True))
        found[how][name] = tuple(
            Without(each.id, float(middle[each.id]), float(middle[each.id]) - answer[each.id].median)
            for each in case.hypotheses
        )
    return found[Flip.FALLS], found[Flip.TURNS]


def _effects(
    case: Case,
    evidence: Sequence[Evidence],
    ready: Gathering,
    told: _Told,
    without: Mapping[str, tuple[Without, ...]],
) -> tuple[Effect, ...]:
    plain = {one.id: one for one in ready.items}
    why_not = {one.item.id: ready.not_in.get(one.item.id, one.why) for one in evidence}
    effects = dict(
        zip(
            told.items,
            side_by_side(
                lambda one: _effect(case, one, told.drawn[one.id], ready.order, without[one.id], why_not[one.id]),
                told.items.values(),
            ),
            strict=True,
        )
    )
    made = []
    place = {one.id: number for number, one in enumerate(case.items)}
    for one in sorted(evidence, key=lambda one: (place.get(one.item.id, len(place)), one.item.id)):
        name = one.item.id
        holds, why = one.holds and name not in ready.not_in, why_not[name]
        if name in effects:
            made.append(effects[name])
        elif name in plain:
            same = tuple(Ratio(each.id, 0.0, 0.0, 0.0) for each in case.hypotheses)
            made.append(Effect(name, holds, why, ratios=same, origins=len(plain[name].witnesses)))
        else:
            made.append(Effect(name, holds, why, counted_in=ready.counted_in.get(name, "")))
    return tuple(made)


def _effect(
    case: Case, item: Gathered, one: Drawn, order: Sequence[str], without: tuple[Without, ...], why: str
) -> Effect:
    ratio = {}
    for number, name in enumerate(order):
        others = added(np.delete(one.like, number, axis=0)) / (len(order) - 1)
        low, median, high = (float(part) for part in np.log10(bands(one.like[number] / others)))
        ratio[name] = Ratio(name, median, low, high)
    shared = tuple(shared_note(name, times) for name, times in _shared(item) if times > 1)
    borne = None if one.borne is None else tuple(float(part) for part in bands(one.borne))
    return Effect(
        item.id,
        True,
        why,
        ratios=tuple(ratio[each.id] for each in case.hypotheses),
        diagnosticity=_diagnosticity(one.like),
        without=without,
        borne=None if borne is None else (borne[0], borne[1], borne[2]),
        origins=len(item.witnesses),
        shared=shared,
    )


def _diagnosticity(like: Floats) -> float:
    """Median over the draws of the mean absolute log10 ratio over all pairs of hypotheses."""
    logs = np.log10(like)
    spread = np.zeros(like.shape[1])
    pairs = list(combinations(range(len(logs)), 2))
    for one, other in pairs:
        spread += np.abs(logs[one] - logs[other])
    return float(medians(spread)) / len(pairs)


def _flips(
    case: Case, without: Mapping[str, tuple[Without, ...]], turned: Mapping[str, tuple[Without, ...]], before: str
) -> tuple[Flip, ...]:
    names = {one.id: one.name for one in case.hypotheses}
    said = {one.id: one for one in case.items}
    made = []
    for how, changed in ((Flip.FALLS, without), (Flip.TURNS, turned)):
        for item, answer in changed.items():
            lead = _leading(answer)
            says = flip_sentence(said[item], how, answer, lead, before, names)
            made.append(Flip(item, how, lead, lead != before, _moved(answer), answer, says))
    return tuple(sorted(made, key=lambda one: (not one.changes_lead, -one.moved, one.item, one.how)))


def _readings(case: Case, readings: Mapping[str, Part], learnt: Learnt, ready: Gathering) -> tuple[Reading, ...]:
    made = []
    for name, before in readings.items():
        made.append(Reading(name, _answer(case, learnt.answer(before), bands(Learnt({}).answer(before)), ready)))
    return tuple(made)


def _notes(ready: Gathering) -> tuple[str, ...]:
    copies = [f"“{name}” says the same from the same origin as “{first}”: they are one item."
              for name, first in sorted(ready.counted_in.items())]  # fmt: skip
    times = {pair for one in ready.items if one.tells for pair in _shared(one) if pair[1] > 1}
    return (*copies, *(shared_note(name, count) for name, count in sorted(times)))


def _shared(item: Gathered) -> list[tuple[str, int]]:
    """Its origins, and for how many items each speaks."""
    return [(each.group, share) for each, share in zip(item.witnesses, item.shares, strict=True)]
