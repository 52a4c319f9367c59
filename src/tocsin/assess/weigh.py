"""Weighing: from a case and its bound evidence to the answer, what carries it, and what would change it.

The posterior of each draw is the prior times the likelihoods of all items. Draws are *not* reweighted by the evidence
(a "cut", decision 0037): a source does not become reliable because it says what we expect, and a judged word is not
revised because it was used. `benchmarks/weigh_calibration.py` measures what that costs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations

import numpy as np

from tocsin.assess.answer import Effect, Flip, Likely, Ratio, Reading, Weighed, Without
from tocsin.assess.gathered import Gathered, Gathering, gather
from tocsin.assess.inverse import Floats
from tocsin.assess.likelihoods import Streams, added, likelihood, log_prior, posterior
from tocsin.assess.model import Case, Evidence
from tocsin.assess.next import look_ahead
from tocsin.assess.quantiles import bands, error_of, likelies, medians
from tocsin.assess.sentences import flip_sentence, grounds, likely_sentence, shared_note

__all__ = ["evidence_digest", "posterior_draws", "weigh"]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """One item, drawn: likelihood (hypotheses, draws), and how far it is borne out (draws)."""

    item: Gathered
    like: Floats
    borne: Floats | None


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
    before = _log_prior(streams, case.prior.weights, ready)
    drawn = [_Drawn(item, *likelihood(streams, item)) for item in ready.items if item.tells]
    told = np.zeros_like(before)
    for one in drawn:
        told += np.log(one.like)
    after = posterior(before + told)
    prior = bands(posterior(before))
    answer = _answer(case, after, prior, ready)
    by_id = {one.hypothesis: one for one in answer}
    without, turned = _changed(case, after, drawn, ready, by_id)
    items = _effects(case, evidence, ready, drawn, without)
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
        _readings(case, streams, told, ready),
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
    weight = _log_prior(streams, case.prior.weights, ready)
    told = np.zeros_like(weight)
    for item in ready.items:
        if item.tells:
            told += np.log(likelihood(streams, item)[0])
    return ready.order, posterior(weight + told)


def evidence_digest(evidence: Sequence[Evidence]) -> str:
    """SHA-256 over all that can change the answer: items, whether they hold, origins and grades; in any order."""
    rows = [
        [
            one.item.id, one.item.sort, one.item.use, one.holds, one.support,
            {name: [at.low, at.high] for name, at in one.item.likelihood.items()},
            None if one.item.absence is None else [one.item.absence.detect.low, one.item.absence.detect.high],
            None if one.simulated is None else {name: list(runs) for name, runs in one.simulated.items()},
            sorted([each.group, each.grade, each.known] for each in one.witnesses),
        ]
        for one in sorted(evidence, key=lambda one: one.item.id)
    ]  # fmt: skip
    return sha256(json.dumps(rows, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _log_prior(streams: Streams, weights: Mapping[str, float], ready: Gathering) -> Floats:
    return log_prior(streams, ready.prior_keys, [weights[name] for name in ready.order])


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
    case: Case, after: Floats, drawn: Sequence[_Drawn], ready: Gathering, answer: Mapping[str, Likely]
) -> tuple[dict[str, tuple[Without, ...]], dict[str, tuple[Without, ...]]]:
    """The answer with each item left out, and with each turned round; shares of common origins stay as they are."""
    without: dict[str, tuple[Without, ...]] = {}
    turned: dict[str, tuple[Without, ...]] = {}
    for one in drawn:
        left = after / one.like
        for into, weight in ((without, left), (turned, left * (1.0 - one.like))):
            middle = dict(zip(ready.order, medians(weight / added(weight)), strict=True))
            into[one.item.id] = tuple(
                Without(each.id, float(middle[each.id]), float(middle[each.id]) - answer[each.id].median)
                for each in case.hypotheses
            )
    return without, turned


def _effects(
    case: Case,
    evidence: Sequence[Evidence],
    ready: Gathering,
    drawn: Sequence[_Drawn],
    without: Mapping[str, tuple[Without, ...]],
) -> tuple[Effect, ...]:
    by_id = {one.item.id: one for one in drawn}
    plain = {one.id: one for one in ready.items}
    made = []
    place = {one.id: number for number, one in enumerate(case.items)}
    for one in sorted(evidence, key=lambda one: (place.get(one.item.id, len(place)), one.item.id)):
        name = one.item.id
        holds, why = one.holds and name not in ready.not_in, ready.not_in.get(name, one.why)
        if name in by_id:
            made.append(_effect(case, by_id[name], ready.order, without[name], why))
        elif name in plain:
            same = tuple(Ratio(each.id, 0.0, 0.0, 0.0) for each in case.hypotheses)
            made.append(Effect(name, holds, why, ratios=same, origins=len(plain[name].witnesses)))
        else:
            made.append(Effect(name, holds, why, counted_in=ready.counted_in.get(name, "")))
    return tuple(made)


def _effect(case: Case, one: _Drawn, order: Sequence[str], without: tuple[Without, ...], why: str) -> Effect:
    total = added(one.like)
    ratio = {}
    for name, row in zip(order, one.like, strict=True):
        others = (total - row) / (len(order) - 1)
        low, median, high = (float(part) for part in np.log10(bands(row / others)))
        ratio[name] = Ratio(name, median, low, high)
    shared = tuple(shared_note(name, times) for name, times in _shared(one.item) if times > 1)
    borne = None if one.borne is None else tuple(float(part) for part in bands(one.borne))
    return Effect(
        one.item.id,
        True,
        why,
        ratios=tuple(ratio[each.id] for each in case.hypotheses),
        diagnosticity=_diagnosticity(one.like),
        without=without,
        borne=None if borne is None else (borne[0], borne[1], borne[2]),
        origins=len(one.item.witnesses),
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


def _readings(case: Case, streams: Streams, told: Floats, ready: Gathering) -> tuple[Reading, ...]:
    made = []
    for name, weights in case.prior.variants.items():
        before = _log_prior(streams, weights, ready)
        made.append(Reading(name, _answer(case, posterior(before + told), bands(posterior(before)), ready)))
    return tuple(made)


def _notes(ready: Gathering) -> tuple[str, ...]:
    copies = [f"“{name}” says the same from the same origin as “{first}”: they are one item."
              for name, first in sorted(ready.counted_in.items())]  # fmt: skip
    times = {pair for one in ready.items if one.tells for pair in _shared(one) if pair[1] > 1}
    return (*copies, *(shared_note(name, count) for name, count in sorted(times)))


def _shared(item: Gathered) -> list[tuple[str, int]]:
    """Its origins, and for how many items each speaks."""
    return [(each.group, share) for each, share in zip(item.witnesses, item.shares, strict=True)]
