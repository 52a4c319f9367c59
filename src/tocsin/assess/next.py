"""What to look for next: how much one further observation is expected to tell, and what either outcome would do.

The value of an observation is the mutual information of hypothesis and outcome, in bits, at each draw of the posterior
q and of the judged probabilities p (Lindley, "On a measure of the information provided by an experiment", Annals of
Mathematical Statistics 27, 1956)::

    H(Σ q p) - Σ q H(p)        H(x) = -x log2 x - (1 - x) log2(1 - x)

What either outcome would do is worked out as for any evidence: points are drawn again by how likely they made it
(`learnt.py`). Both outcomes are taken as sure: somebody looked, and it was there or not. That is the most that looking
can give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from tocsin.assess.answer import Likely, Next
from tocsin.assess.inverse import Floats
from tocsin.assess.learnt import drawn_again
from tocsin.assess.likelihoods import Streams, added
from tocsin.assess.model import Case, WatchFor
from tocsin.assess.quantiles import bands, likelies
from tocsin.assess.sentences import next_sentence
from tocsin.assess.threads import side_by_side
from tocsin.assess.words import word_of

__all__ = ["look_ahead"]

_LEAST: Final = 2.0**-53


def look_ahead(case: Case, streams: Streams, answer: Floats, prior: Floats, order: Sequence[str]) -> tuple[Next, ...]:
    """Value everything that the case watches for.

    Args:
        case: The case.
        streams: Of this weighing.
        answer: Draws of the posterior, shape (hypotheses, draws), in canonical order.
        prior: Bands before the evidence, shape (hypotheses, 3).
        order: Ids of the hypotheses in that order.

    Returns:
        The most expected information first; ties by id.
    """
    wanted = sorted(case.watch_for, key=lambda one: one.id)
    found = side_by_side(lambda one: _valued(case, one, streams, answer, prior, order), wanted)
    return tuple(sorted(found, key=lambda one: (-one.bits, one.id)))


def _valued(case: Case, one: WatchFor, streams: Streams, answer: Floats, prior: Floats, order: Sequence[str]) -> Next:
    p = np.stack([streams.within(f"next {one.id}", one.likelihood[name]) for name in order])
    both = answer * p
    seen = np.clip(added(both), _LEAST, 1.0 - _LEAST)  # sums of shares may round to 1
    told = np.maximum(0.0, _bits(seen) - added(answer * _bits(p)))
    names = {each.id: each.name for each in case.hypotheses}
    shown = [(name, names[name]) for name in order]
    u = streams.evenly(f"again next {one.id}")
    if_seen = _told(case, likelies((both / seen)[:, drawn_again(seen, u)], prior, shown))
    if_not = _told(case, likelies((answer * (1.0 - p) / (1.0 - seen))[:, drawn_again(1.0 - seen, u)], prior, shown))
    low, median, high = (float(part) for part in bands(seen))
    bits_low, bits, bits_high = (float(part) for part in bands(told))
    leads = (_leading(if_seen), _leading(if_not))
    made = Next(one.id, bits, bits_low, bits_high, median, low, high, word_of(median), if_seen, if_not, *leads, says="")
    return replace(made, says=next_sentence(made, one, names))


def _bits(p: Floats) -> Floats:
    return np.asarray(-p * np.log2(p) - (1.0 - p) * np.log2(1.0 - p))


def _told(case: Case, found: Sequence[Likely]) -> tuple[Likely, ...]:
    by_id = {one.hypothesis: one for one in found}
    return tuple(by_id[one.id] for one in case.hypotheses)


def _leading(answer: Sequence[Likely]) -> str:
    return max(answer, key=lambda one: one.median).hypothesis
