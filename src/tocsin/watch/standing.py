"""What holds after all decisions: reports that stand, claims as corrected, sources as judged, links as confirmed.

Nothing is deleted in the store; a decision that comes later overrides an earlier one about the same thing. Everything
that is shown, counted or exported is worked out from here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from tocsin.errors import WatchError
from tocsin.watch.model import Bounds, Claim, Decision, Link, Report, Sighting, Source
from tocsin.watch.store import Store

__all__ = ["CHANGING", "FINDERS", "Standing", "after", "corrected", "standing"]

FINDERS: Final = ("digest", "minhash", "tfidf", "model")
"""Who found links by comparing texts."""
CHANGING: Final = ("confirm", "edit", "correct", "grade")
"""Acts that change what a claim says, how it stands, or its grade."""
_BOUNDS: Final = ("when", "count", "notice_hours", "due")


@dataclass(frozen=True)
class Standing:
    """What holds.

    Attributes:
        reports: By id, those that were not retracted.
        claims: By id, those of standing reports that were neither rejected nor retracted, as edited and corrected;
            a claim of rules that nobody confirmed has the status suggested.
        sightings: By id, those that were not retracted.
        sources: By name, for every publisher of a standing report or sighting.
        links: Those between standing reports or claims that nobody rejected.
        retracted: Id of what was retracted → the decision.
        corrections: Claim → the decisions that changed it, oldest first.
        decisions: All decisions, in their order.
        reports_in: By id, all reports as they came in, retracted ones too.
        claims_in: By id, all claims as they came in.
    """

    reports: Mapping[str, Report]
    claims: Mapping[str, Claim]
    sightings: Mapping[str, Sighting]
    sources: Mapping[str, Source]
    links: tuple[Link, ...]
    retracted: Mapping[str, Decision]
    corrections: Mapping[str, tuple[Decision, ...]]
    decisions: tuple[Decision, ...]
    reports_in: Mapping[str, Report]
    claims_in: Mapping[str, Claim]

    def grade(self, claim: Claim) -> str:
        """Letter of the source and digit of the claim."""
        return self.sources[self.reports[claim.report].publisher].letter + claim.digit


def standing(store: Store) -> Standing:
    """Work out what holds in a store."""
    return after(store.reports(), store.claims(), store.sightings(), store.links(), store.decisions())


def after(
    reports: Iterable[Report],
    claims: Iterable[Claim],
    sightings: Iterable[Sighting],
    links: Iterable[Link],
    decisions: Iterable[Decision],
) -> Standing:
    """Work out what holds of rows after decisions."""
    decided = tuple(decisions)
    came, said = {one.id: one for one in reports}, tuple(claims)
    gone = {one.target: one for one in decided if one.act in ("retract", "reject")}
    back = {one.target: one.number for one in decided if one.act == "confirm"}
    gone = {target: one for target, one in gone.items() if back.get(target, 0) < one.number}
    kept = {one.id: one for one in came.values() if one.id not in gone}
    changes: dict[str, list[Decision]] = {}
    for one in decided:
        if one.act in CHANGING:
            changes.setdefault(one.target, []).append(one)
    mine = {
        claim.id: corrected(claim, [*changes.get(claim.report, []), *changes.get(claim.id, [])])
        for claim in said
        if claim.report in kept and claim.id not in gone
    }
    seen = {one.id: one for one in sightings if one.id not in gone}
    names = {one.publisher for one in kept.values()} | {one.publisher for one in seen.values()}
    owners = {one.publisher: one.owner for one in sorted(kept.values(), key=lambda one: one.id, reverse=True)}
    sources = {name: Source(name, owner=owners.get(name, "unknown")) for name in sorted(names)}
    for one in decided:
        if one.target in sources and one.act in ("grade", "own"):
            sources[one.target] = replace(sources[one.target], **one.value)
    ids, links = kept.keys() | mine.keys(), list(links)
    heirs = _heirs(links, came, kept)
    moved = [_inherited(one, heirs, kept) for one in links] if heirs else links
    return Standing(
        kept,
        mine,
        seen,
        sources,
        _links(
            [one for one in moved if one is not None and one.first in ids and one.second in ids], heirs, decided, ids
        ),
        gone,
        {target: tuple(found) for target, found in changes.items() if target in mine},
        decided,
        came,
        {one.id: one for one in said},
    )


def corrected(claim: Claim, changes: Iterable[Decision]) -> Claim:
    """A claim after the decisions about it, oldest first.

    Raises:
        WatchError: A decision names a field that a claim has not.
    """
    for one in sorted(changes, key=lambda one: one.number):
        if one.act == "confirm" and one.target == claim.id:
            claim = replace(claim, status="confirmed")
        elif one.act == "grade" and "digit" in one.value:
            claim = replace(claim, digit=str(one.value["digit"]))
        elif one.act in ("edit", "correct"):
            status = "confirmed" if one.act == "edit" else "corrected"
            try:
                claim = replace(claim, **_fields(one.value), status=status)
            except (TypeError, ValueError) as error:
                raise WatchError(f"found a decision that no claim can follow: {error}", place=one.target) from None
    return claim


def _fields(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: Bounds(*new) if name in _BOUNDS else new for name, new in value.items()}


def _heirs(links: Iterable[Link], came_in: Mapping[str, Report], kept: Mapping[str, Report]) -> dict[str, str]:
    """Each retracted report that was the eldest of equal texts → the next eldest of them that stands.

    Equal texts are compared as one, by their eldest (`likeness/stars.py`). What was said of it is true of the next one.
    """
    copies: dict[str, list[Report]] = {}
    for one in links:
        if one.by == "digest" and one.second in came_in and one.second not in kept and one.first in kept:
            copies.setdefault(one.second, []).append(kept[one.first])
    return {gone: min(found, key=lambda one: one.elder_key).id for gone, found in copies.items()}


def _inherited(link: Link, heirs: Mapping[str, str], kept: Mapping[str, Report]) -> Link | None:
    """A link with heirs in the place of what is gone; None where the heir would be tied to itself."""
    if link.by not in FINDERS:
        return link
    ends = sorted({heirs.get(link.first, link.first), heirs.get(link.second, link.second)})
    if len(ends) < 2:
        return None
    if ends == sorted((link.first, link.second)) or not all(one in kept for one in ends):
        return link
    if link.kind != "same-as":  # the younger first
        ends.sort(key=lambda one: kept[one].elder_key, reverse=True)
    return replace(link, first=ends[0], second=ends[1])


def _links(
    found: list[Link], heirs: Mapping[str, str], decided: tuple[Decision, ...], ids: Collection[str]
) -> tuple[Link, ...]:
    """Links after what people said of pairs: their word replaces what rules found of the same pair and kind.

    What they parted stays parted where another copy of the same text has come to stand for it.
    """
    said: dict[tuple[str, str, str], Link | None] = {}
    eldest = {**heirs, **{one.first: one.second for one in found if one.by == "digest"}}
    parted: dict[tuple[str, str, str], str] = {}
    for one in decided:
        if one.act not in ("link", "unlink"):
            continue
        first, _, second = one.target.partition(" ~ ")
        kind = str(one.value.get("kind", "same-as"))
        parted[_between(kind, first, second, eldest)] = one.act
        if kind in ("same-as", "contradicts"):
            first, second = sorted((first, second))
        if first in ids and second in ids:
            said[kind, first, second] = (
                Link(kind, first, second, 1.0, "confirmed", "analyst") if one.act == "link" else None
            )
    kept = [
        one
        for one in found
        if (one.kind, one.first, one.second) not in said
        and (one.by not in FINDERS or parted.get(_between(one.kind, one.first, one.second, eldest)) != "unlink")
    ]
    kept += [one for one in said.values() if one is not None]
    return tuple(sorted(kept, key=lambda one: (one.first, one.second, one.kind, one.by)))


def _between(kind: str, first: str, second: str, eldest: Mapping[str, str]) -> tuple[str, str, str]:
    """Which texts a pair ties, named by their eldest; of two equal ones the copy itself."""
    one, other = sorted((eldest.get(first, first), eldest.get(second, second)))
    if one == other:
        return kind, second if first == one else first, one
    return kind, one, other
