"""Evidence made ready for weighing: copies in one item, what each origin gives to each item, one order for everything.

Nothing here is drawn. What decides about draws is decided here: the key of each item and of each hypothesis, made of
what they say and never of where they stand in a file, so that the same evidence in any order gives the same bits.

1. Items with the same words for all hypotheses and a testimony in common (one origin on one incident) are one item
   with the witnesses of all: a copy that was bound a second time changes nothing.
2. A testimony that speaks for k items with different words gives each the k-th root of its odds: once in all. Items
   that are equally likely under all hypotheses tell nothing and do not count for k. What one origin says of different
   incidents is testimony of its own; that it comes from one mouth is in its t, which is one draw.
3. Draws are called by what a copy leaves as it was: those of an item by its id (of several that are one, the id of the
   one known first), those of an origin by the first item that it speaks for and its place among the witnesses there,
   eldest first, and not by its name, which a copy may change. What is known to be a copy goes behind what it copies.
   A text that turns out to be older than what was taken for the original may change these names: then the answer is
   that of other draws, as near as `Weighed.error` says (and its publisher's grade is the origin's from then on).
   Hypotheses are ordered by prior weight, then by what is judged of them, then by id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tocsin.assess.model import Case, Evidence, Range, Witness

__all__ = ["CERTAIN", "Gathered", "Gathering", "gather", "parts_of", "shares_of"]

CERTAIN: Final = ("absence", "simulated", "judged")
"""Ways to count an item that ask no witness: not seen; a share of simulated runs; a world judged in words."""
_FAR: Final = 2**62


@dataclass(frozen=True, slots=True)
class Gathered:
    """One item that goes into the answer.

    Attributes:
        id: Of its item; of several that are one, the first by id.
        ids: Of all that are one.
        key: What its draws are called by.
        how: `witnesses`, `support` (of a footprint) or one of `CERTAIN`.
        ranges: Judged probability by hypothesis, in canonical order.
        runs: Runs accepted and made by hypothesis, in canonical order; of a simulated world.
        witnesses: By what their draws are called by, each group once.
        keys: What the draws of each witness's origin are called by, in their order.
        shares: For how many items each witness's testimony speaks, in their order.
        alone: The group that is always counted because no named one speaks; "" where one does.
        detect: Of an absence.
        support: Of a footprint.
        tells: Whether it can tell hypotheses apart at all.
    """

    id: str
    ids: tuple[str, ...]
    key: str
    how: str
    ranges: tuple[Range, ...]
    runs: tuple[tuple[int, int], ...]
    witnesses: tuple[Witness, ...]
    keys: tuple[str, ...]
    shares: tuple[int, ...]
    alone: str
    detect: Range | None
    support: float
    tells: bool

    def known_by(self, at: int) -> Gathered | None:
        """The item with the witnesses published by then, shares not yet counted; None if it had none or asks none."""
        pairs = zip(self.witnesses, self.keys, strict=True)
        left = {one: key for one, key in pairs if one.known is not None and one.known <= at}
        if not left or self.how != "witnesses":
            return None
        return replace(
            self, witnesses=tuple(left), keys=tuple(left.values()), shares=(1,) * len(left), alone=_alone(left)
        )


@dataclass(frozen=True, slots=True)
class Gathering:
    """All evidence, ready.

    Attributes:
        items: In canonical order.
        order: Ids of the hypotheses in canonical order.
        prior_keys: What their prior draws are called by, in that order.
        counted_in: Item → the item that it was counted in.
        not_in: Item → why it did not go in, beyond what binding says.
    """

    items: tuple[Gathered, ...]
    order: tuple[str, ...]
    prior_keys: tuple[str, ...]
    counted_in: Mapping[str, str]
    not_in: Mapping[str, str]


def gather(case: Case, evidence: Sequence[Evidence]) -> Gathering:
    """Make evidence ready.

    Args:
        case: The case.
        evidence: Its items, bound; in any order.
    """
    not_in: dict[str, str] = {}
    used: list[Evidence] = []
    for one in sorted(evidence, key=lambda one: one.item.id):
        if one.holds and _how(one) == "witnesses" and not one.witnesses:
            not_in[one.item.id] = "Nobody is bound to it who says so."
        elif one.holds:
            used.append(one)
    names = [one.id for one in case.hypotheses]
    keyed = _keyed(_copies(used, names))
    order = _order(case, keyed, names)
    shares = Counter(
        said for _, _, one in keyed if _tells(one, names) and _how(one) == "witnesses" for said in _said(one.witnesses)
    )
    called = _called(keyed, names)
    items = tuple(_gathered(key, ids, one, order, shares, called) for key, ids, one in keyed)
    counted_in = {name: ids[0] for _, ids, _ in keyed for name in ids[1:]}
    return Gathering(items, order, _prior_keys(case, order), counted_in, not_in)


def shares_of(witnesses: Iterable[Witness], times: Counter[tuple[str, str]]) -> tuple[int, ...]:
    """For how many items each witness's testimony speaks: of several things, that which speaks for most.

    Args:
        witnesses: Of an item.
        times: Testimony → in how many items it speaks.
    """
    return tuple(max(1, *(times[said] for said in witness.said())) for witness in witnesses)


def parts_of(items: Sequence[Gathered]) -> dict[str, str]:
    """Which items have to do with each other by their origins: item → its part, named by the first of their keys."""
    part = {one.id: one.key for one in items}
    by_group: dict[str, list[str]] = {}
    for one in items:
        for witness in one.witnesses if one.how == "witnesses" else ():
            by_group.setdefault(witness.group, []).append(one.id)
    for together in by_group.values():
        met = {part[name] for name in together}
        part = {name: min(met) if mine in met else mine for name, mine in part.items()}
    return part


def _how(one: Evidence) -> str:
    if one.item.sort == "absence":
        return "absence"
    if one.item.sort == "world" and one.item.use == "simulated" and one.simulated:
        return "simulated"
    if one.item.sort == "footprint" and one.support is not None:
        return "support"
    return "judged" if one.item.sort == "world" and not one.witnesses else "witnesses"


def _words(one: Evidence, names: Sequence[str]) -> tuple[tuple[float, float], ...]:
    return tuple((one.item.likelihood[name].low, one.item.likelihood[name].high) for name in names)


def _content(one: Evidence, names: Sequence[str]) -> tuple[tuple[float, float], ...]:
    """What decides an item's likelihood, by hypothesis."""
    if _how(one) == "simulated" and one.simulated is not None:
        return tuple((float(one.simulated[name][0]), float(one.simulated[name][1])) for name in names)
    return _words(one, names)


def _tells(one: Evidence, names: Sequence[str]) -> bool:
    return len(set(_content(one, names))) > 1


def _copies(used: Sequence[Evidence], names: Sequence[str]) -> list[list[Evidence]]:
    """Items that are one: the same words, and a chain of origins in common."""
    found: list[list[Evidence]] = []
    for one in used:
        if _how(one) != "witnesses":
            found.append([one])
            continue
        said = _said(one.witnesses)
        mine = [
            group
            for group in found
            if _how(group[0]) == "witnesses"
            and _words(group[0], names) == _words(one, names)
            and any(said & _said(other.witnesses) for other in group)
        ]
        found = [group for group in found if group not in mine]
        found.append([*(other for group in mine for other in group), one])
    return [sorted(group, key=lambda one: one.item.id) for group in found]


def _united(group: Sequence[Evidence]) -> tuple[tuple[str, ...], Evidence]:
    """One item with each origin once; of two grades of one origin that of the eldest claim."""
    by_group: dict[str, list[Witness]] = {}
    for one in group:
        for witness in one.witnesses:
            by_group.setdefault(witness.group, []).append(witness)
    eldest = tuple(_one_voice(by_group[name]) for name in sorted(by_group))
    return tuple(one.item.id for one in group), replace(group[0], witnesses=eldest)


def _one_voice(witnesses: Sequence[Witness]) -> Witness:
    said = {one for witness in witnesses for one in witness.testimony}
    whole = all(witness.testimony for witness in witnesses)
    eldest = min(witnesses, key=lambda one: (*_age(one), one.grade, one.claims))
    return replace(eldest, testimony=tuple(sorted(said)) if whole else ())


def _said(witnesses: Iterable[Witness]) -> set[tuple[str, str]]:
    return {one for witness in witnesses for one in witness.said()}


def _age(witness: Witness) -> tuple[bool, int]:
    """Sorts the elder first; copies behind all others."""
    return witness.copied, _FAR if witness.known is None else witness.known


def _alone(witnesses: Iterable[Witness]) -> str:
    """Of origins that may all be somebody else's, the eldest: one at least there is."""
    found = sorted(witnesses, key=lambda one: (*_age(one), one.group))
    unnamed = bool(found) and all(one.group.startswith("?") for one in found)
    return found[0].group if unnamed else ""


def _keyed(merged: Iterable[Sequence[Evidence]]) -> list[tuple[str, tuple[str, ...], Evidence]]:
    """Give each item the key of its draws, and sort by it."""
    made = []
    for group in merged:
        ids, one = _united(group)
        first = min(
            group, key=lambda each: (min((_age(voice) for voice in each.witnesses), default=(False, 0)), each.item.id)
        )
        made.append((first.item.id, ids, one))
    return sorted(made, key=lambda one: one[0])


def _called(keyed: Sequence[tuple[str, tuple[str, ...], Evidence]], names: Sequence[str]) -> dict[str, str]:
    """Origin → what its draws are called by."""
    called: dict[str, str] = {}
    for key, _, one in keyed:
        if _tells(one, names) and _how(one) == "witnesses":
            for place, voice in enumerate(
                sorted(one.witnesses, key=lambda each: (*_age(each), each.grade, each.group))
            ):
                called.setdefault(voice.group, f"{key} {place}")
    return called


def _order(case: Case, keyed: Sequence[tuple[str, tuple[str, ...], Evidence]], names: Sequence[str]) -> tuple[str, ...]:
    contents = {key: dict(zip(names, _content(one, names), strict=True)) for key, _, one in keyed}

    def rank(name: str) -> tuple[object, ...]:
        readings = tuple(case.prior.variants[one].get(name, 0.0) for one in sorted(case.prior.variants))
        judged = tuple(contents[key][name] for key in sorted(contents))
        ahead = tuple((one.likelihood[name].low, one.likelihood[name].high) for one in sorted(case.watch_for, key=_id))
        return (case.prior.weights[name], readings, judged, ahead, name)

    return tuple(sorted(names, key=rank))


def _id(one: object) -> str:
    return str(getattr(one, "id", ""))


def _prior_keys(case: Case, order: Sequence[str]) -> tuple[str, ...]:
    met: Counter[float] = Counter()
    keys = []
    for name in order:
        weight = case.prior.weights[name]
        met[weight] += 1
        keys.append(f"{weight!r} {met[weight]}")
    return tuple(keys)


def _gathered(
    key: str,
    ids: tuple[str, ...],
    one: Evidence,
    order: Sequence[str],
    shares: Counter[tuple[str, str]],
    called: Mapping[str, str],
) -> Gathered:
    runs = () if one.simulated is None else tuple(one.simulated[name] for name in order)
    voices = sorted(one.witnesses, key=lambda voice: (called.get(voice.group, ""), voice.group))
    return Gathered(
        ids[0],
        ids,
        key,
        _how(one),
        tuple(one.item.likelihood[name] for name in order),
        runs,
        tuple(voices),
        tuple(called.get(voice.group, "") for voice in voices),
        shares_of(voices, shares),
        _alone(voices),
        None if one.item.absence is None else one.item.absence.detect,
        0.5 if one.support is None else min(0.99, max(0.01, one.support)),
        _tells(one, order),
    )
