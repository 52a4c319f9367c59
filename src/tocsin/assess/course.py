"""The course of the answer: what could have been known at the end of each day, with the judgments of today.

A point is made for each day on which a further witness of an item became known (its report's latest possible time of
publication). Two things have no such day and go in at the last point only, at the case's `as_of`: witnesses whose
reports have no known date, and what asks no witness (an absence, the footprint, simulated worlds), which was made out
then. An origin's share among the items that it speaks for is counted anew each day.

The words were judged once, when the case was written, so that hindsight is in them: this is no record of what anybody
said at the time. `history.py` keeps that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from tocsin.assess.answer import Point
from tocsin.assess.gathered import Gathered, gather, shares_of
from tocsin.assess.learnt import Learnt, Part, parts, prior_part
from tocsin.assess.likelihoods import Drawn, Streams, draw
from tocsin.assess.model import Case, Evidence
from tocsin.assess.quantiles import bands, likelies

__all__ = ["course"]

_DAY_MS: Final = 86_400_000


def course(
    case: Case, evidence: Sequence[Evidence], *, draws: int | None = None, seed: int | None = None
) -> tuple[Point, ...]:
    """Weigh a case as known at the end of each day.

    Args:
        case: The case.
        evidence: Its items, bound.
        draws: How many draws; by default the case's.
        seed: Seed of all of them; by default the case's.

    Returns:
        By day; the answer of the last is that of `weigh`.
    """
    streams = Streams(case.seed if seed is None else seed, case.draws if draws is None else draws)
    ready = gather(case, evidence)
    told = [one for one in ready.items if one.tells]
    before = prior_part(streams, ready.prior_keys, [case.prior.weights[name] for name in ready.order])
    prior = bands(Learnt({}).answer(before))
    drawn: dict[Gathered, Drawn] = {}
    kept: dict[object, Part] = {}
    shown = {one.id: one.name for one in case.hypotheses}
    made: list[Point] = []
    earlier: dict[str, int] = {}
    for at, items in _days(case, told):
        for one in items:
            if one not in drawn:
                drawn[one] = draw(streams, one)
        learnt = Learnt(parts(streams, items, {one.id: drawn[one] for one in items}, kept))
        found = likelies(learnt.answer(before), prior, [(name, shown[name]) for name in ready.order])
        by_id = {one.hypothesis: one for one in found}
        now = {one.id: len(one.witnesses) for one in items}
        new = tuple(sorted(name for name, count in now.items() if earlier.get(name) != count))
        answer = tuple(by_id[one.id] for one in case.hypotheses)
        made.append(Point(at, _day(at), tuple(sorted(now)), new, answer))
        earlier = now
    return tuple(made)


def _days(case: Case, told: Sequence[Gathered]) -> list[tuple[int | None, list[Gathered]]]:
    """The last publication of each day, with the items as they stood then; everything at the last."""
    known = sorted(
        {each.known for one in told if one.how == "witnesses" for each in one.witnesses if each.known is not None}
    )
    last_of_day = {at // _DAY_MS: at for at in known}
    end = case.as_of if case.as_of is not None else known[-1] if known else None
    days: list[tuple[int | None, list[Gathered]]] = [
        (at, _shared([left for one in told if (left := one.known_by(at)) is not None]))
        for day, at in sorted(last_of_day.items())
        if end is None or day < end // _DAY_MS
    ]
    return [*days, (end, list(told))]


def _shared(items: Sequence[Gathered]) -> list[Gathered]:
    """Count anew for how many items each testimony speaks."""
    times = Counter(said for one in items for said in {said for each in one.witnesses for said in each.said()})
    return [replace(one, shares=shares_of(one.witnesses, times)) for one in items]


def _day(at: int | None) -> str:
    return "" if at is None else datetime.fromtimestamp(at / 1000, UTC).date().isoformat()
