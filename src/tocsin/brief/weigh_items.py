"""Items of a weighed case as they are shown: what each says, how it was judged and why, and every claim behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.assess.answer import Effect
from tocsin.assess.model import Evidence
from tocsin.brief.watch_words import time_words
from tocsin.brief.weigh_words import judged_words, moved_most, said, sign, times_words, uncounted, without_words
from tocsin.brief.weighing import Weighing

__all__ = ["Mark", "Shown", "Voice", "shown", "told_first"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A cell of the matrix: signs, how many times, and which shade it has."""

    signs: str
    times: str
    shade: str
    says: str


@dataclass(frozen=True, slots=True)
class Voice:
    """A claim or statement behind an item: its words, where it stands, and how it counts."""

    id: str
    what: str
    stance: str
    publisher: str
    address: str
    day: str
    counts: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An item as it is shown.

    Attributes:
        id, says, sort: As in the case.
        status: That it does not count, or that it was looked for and not seen; or "".
        basis: What it rests on, one sentence.
        looked: Where one would have looked; "" of other sorts.
        why: Why so judged.
        origins: How many origins were counted, in words.
        marks: By hypothesis; empty where it does not count.
        judged: Hypothesis and its word.
        without: What the answer would be without it.
        shared: Notes on shared origins.
        voices: Who says so.
        others: Ids of incidents and rules of law that it traces to.
    """

    id: str
    says: str
    sort: str
    status: str
    basis: str
    looked: str
    why: str
    origins: str
    marks: tuple[Mark, ...]
    judged: tuple[tuple[str, str], ...]
    without: str
    shared: tuple[str, ...]
    voices: tuple[Voice, ...]
    others: tuple[str, ...]


def shown(weighing: Weighing, at: int) -> Shown:
    """An item, by its place in the case."""
    bound, weighed = weighing.evidence[at], weighing.weighed
    effect = next(one for one in weighed.items if one.id == bound.item.id)
    answer = {one.hypothesis: one for one in weighed.answer}
    names = {one.id: one.name for one in weighing.case.hypotheses}
    moved = moved_most(effect)
    return Shown(
        bound.item.id,
        said(bound.item),
        bound.item.sort,
        _status(bound, effect),
        bound.why if bound.holds else effect.why,
        "" if bound.item.absence is None else bound.item.absence.looked,
        bound.item.why,
        _origins(bound, effect),
        tuple(_mark(one.median, names[one.hypothesis], times_words(one)) for one in effect.ratios),
        tuple((names[one], judged_words(bound.item.likelihood[one])) for one in names),
        "" if moved is None else without_words(moved, answer),
        effect.shared,
        _voices(weighing, at),
        weighing.traced[at].others,
    )


def told_first(weighing: Weighing, items: Sequence[Shown]) -> tuple[Shown, ...]:
    """The items that tell anything, the most telling first."""
    telling = {one.id: one.diagnosticity for one in weighing.weighed.items}
    found = [one for one in items if any(mark.shade != "none" for mark in one.marks)]
    return tuple(sorted(found, key=lambda one: (-telling[one.id], one.id)))


def _voices(weighing: Weighing, at: int) -> tuple[Voice, ...]:
    whys = {claim: one.why.rstrip(".") for one in weighing.evidence[at].witnesses for claim in one.claims}
    found = []
    for one in weighing.traced[at].rows:
        why = f" ({whys[one.id]})" if whys.get(one.id) else ""
        counts = f"counts as {one.grade}, origin {one.group}{why}" if one.group else uncounted(weighing.evidence[at])
        day = time_words(one.published, weighing.zone)
        counts = counts if one.stands else "no longer stands"
        found.append(Voice(one.id, one.what, one.stance, one.publisher, one.address, day, counts))
    return tuple(found)


def _status(bound: Evidence, effect: Effect) -> str:
    if effect.counted_in:
        return f"counted in {effect.counted_in}"
    if not bound.holds:
        return "does not count"
    return "not seen" if bound.item.sort == "absence" else ""


def _origins(bound: Evidence, effect: Effect) -> str:
    if not bound.witnesses:
        return {"absence": "looked for", "footprint": "estimate", "world": "simulated"}.get(bound.item.sort, "")
    return f"{effect.origins} origin{'' if effect.origins == 1 else 's'}"


def _mark(ratio: float, name: str, times: str) -> Mark:
    signs = sign(ratio)
    side = "none" if signs == "·" else "for" if ratio > 0 else "against"
    says = f"says nothing of {name}" if signs == "·" else f"{side} {name}, {times}"
    return Mark(signs, "" if signs == "·" else times, f"{side}-{min(len(signs), 4)}" if signs != "·" else "none", says)
