"""Which claims are about the same thing: drawn together from theme, place, time, whose word it is, and words.

The order of things:

1. Each claim has a theme (`themes.toml`). Two of one theme score 0.5; the same report, the same voice, places that fit
   and times that meet add 0.1 each, likeness of words up to 0.25; a time that is not known takes 0.1. From `CONFIRMED`
   on they are the same thing, from `SUGGESTED` on a person is asked. Claims of other themes are never put together by
   rules, only by a person.
2. What keeps two apart keeps their groups apart, whatever scores high: places that do not lie in one another, days
   further apart than the theme allows, another line, formation, speaker, site or count where the theme splits by them.
3. The best pair goes first, ties by id. A person's link or unlink goes before all of this.

So a group hangs on the claims of its own theme only: a report that is removed changes nothing elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.watch.ledger.meeting import Fits
from tocsin.watch.ledger.pairing import Pairing
from tocsin.watch.ledger.themes import theme_of
from tocsin.watch.likeness.claim_origins import Origins
from tocsin.watch.likeness.letters import likenesses
from tocsin.watch.model import Claim
from tocsin.watch.standing import Standing

__all__ = ["CONFIRMED", "SUGGESTED", "decided_pairs", "groups", "likest"]

CONFIRMED: Final = 0.62
"""From this score on two claims are about the same thing."""
SUGGESTED: Final = 0.5
"""From this score on a person is asked."""
_WORDS: Final = 0.25
"""What likeness of words adds at most. Claims that are one thing by hand have .23 on average: that adds .06,
half of what each other mark does, since two sentences on one thing need share no word."""
_FINE: Final = 1_000_000
"""Scores are compared in millionths."""
Pair = tuple[str, str]
"""Ids of two claims, the smaller first."""
Numbers = npt.NDArray[np.int32]


def groups(standing: Standing, origins: Origins, fits: Fits) -> list[list[Claim]]:
    """Draw claims together; every claim is in one group.

    Args:
        standing: What holds.
        origins: Claim or report → origin group.
        fits: Whether of two places as written one may lie in the other.
    """
    together, parted = _said(standing)
    by_theme: dict[str, list[Claim]] = {}
    for identity in sorted(standing.claims):
        claim = standing.claims[identity]
        by_theme.setdefault(theme_of(claim).id, []).append(claim)
    home = {claim.id: [claim] for claims in by_theme.values() for claim in claims}
    for first, second in sorted(together):
        _merge(home, home[first], home[second])
    for claims in by_theme.values():
        _draw(claims, Pairing(claims, origins, fits), home, parted)
    return list({id(group): group for group in home.values()}.values())


def _draw(claims: Sequence[Claim], pairing: Pairing, home: dict[str, list[Claim]], parted: frozenset[Pair]) -> None:
    """Put together what is alike within a theme, the best pair first; what is apart from one of a group stays out."""
    pairs, far = _pairs(claims, pairing)
    numbers: dict[int, int] = {}
    group = [numbers.setdefault(id(home[one.id]), at) for at, one in enumerate(claims)]
    members: dict[int, list[int]] = {}
    for at, name in enumerate(group):
        members.setdefault(name, []).append(at)
    held = {name: sum(1 << at for at in mine) for name, mine in members.items()}
    barred = {name: _joined(far[at] for at in mine) for name, mine in members.items()}
    for first, second in pairs:
        one, other = group[first], group[second]
        if one == other or barred[one] & held[other]:
            continue
        mine, theirs = home[claims[first].id], home[claims[second].id]
        if parted and any((min(a.id, b.id), max(a.id, b.id)) in parted for a in mine for b in theirs):
            continue
        _merge(home, mine, theirs)
        for at in members[other]:
            group[at] = one
        members[one] += members.pop(other)
        held[one] |= held.pop(other)
        barred[one] |= barred.pop(other)


def _joined(masks: Iterable[int]) -> int:
    found = 0
    for one in masks:
        found |= one
    return found


def _pairs(claims: Sequence[Claim], pairing: Pairing) -> tuple[Iterator[tuple[int, int]], list[int]]:
    """Pairs that are sure, the best first, ties by id; and for each claim the bits of those that it is apart from."""
    far, firsts, seconds, scores = list[int](), list[Numbers](), list[Numbers](), list[Numbers]()
    for at, like in enumerate(likenesses([one.what for one in claims])):
        apart = pairing.apart(at)
        far.append(int.from_bytes(np.packbits(apart, bitorder="little").tobytes(), "little"))
        score = pairing.score(at) + _WORDS * like
        later = at + 1 + np.flatnonzero((score >= CONFIRMED)[at + 1 :] & ~apart[at + 1 :])
        firsts.append(np.full(len(later), at, np.int32))
        seconds.append(later.astype(np.int32))
        scores.append(np.rint(score[later] * _FINE).astype(np.int32))
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    order = np.lexsort((second, first, -np.concatenate(scores)))
    return zip(first[order].tolist(), second[order].tolist(), strict=True), far


def likest(
    claims: Sequence[Claim], groups: Sequence[int], origins: Origins, fits: Fits
) -> Iterator[tuple[float, Claim, Claim]]:
    """The best pair of claims of any two groups of a theme that nothing keeps apart, from `SUGGESTED` on.

    Args:
        claims: Claims of one theme, by id.
        groups: Number of each one's group; the smaller number's claim is given first.
        origins, fits: As of `groups`.
    """
    pairing, owner, count = Pairing(claims, origins, fits), np.array(groups), max(groups) + 1
    barred = np.zeros((count, count), np.bool_)
    best = np.zeros((count, count, 3), np.int64)
    for at, like in enumerate(likenesses([one.what for one in claims])):
        mine = groups[at]
        barred[mine, owner[pairing.apart(at)]] = True
        score = np.rint((pairing.score(at) + _WORDS * like) * _FINE).astype(np.int64)
        there = np.full(count, -1, np.int64)
        np.maximum.at(there, owner, score * len(claims) + np.arange(len(claims)))  # of equal scores the last by id
        better = (there // len(claims) >= best[mine, :, 0]) & (np.arange(count) > mine)
        best[mine, better] = np.stack((there // len(claims), np.full(count, at), there % len(claims)), 1)[better]
    for one, other in zip(*np.nonzero(best[:, :, 0] >= round(SUGGESTED * _FINE)), strict=True):
        if not barred[one, other] and not barred[other, one]:
            score, first, second = best[one, other].tolist()
            yield score / _FINE, claims[first], claims[second]


def _merge(home: dict[str, list[Claim]], mine: list[Claim], theirs: list[Claim]) -> None:
    if mine is theirs:
        return
    mine.extend(theirs)
    for claim in theirs:
        home[claim.id] = mine


def _said(standing: Standing) -> tuple[frozenset[Pair], frozenset[Pair]]:
    """Pairs of claims that a person put together, and those that a person parted."""
    together = {
        (one.first, one.second)
        for one in standing.links
        if one.kind == "same-as" and one.by == "analyst" and one.first in standing.claims
        and one.second in standing.claims
    }  # fmt: skip
    parted = {pair for pair, act in decided_pairs(standing, "same-as").items() if act == "unlink"}
    return frozenset(together), frozenset(parted)


def decided_pairs(standing: Standing, kind: str) -> dict[Pair, str]:
    """What people decided last of each pair: link or unlink.

    Args:
        standing: What holds.
        kind: Of the link; a kind of which the order of a pair says nothing.

    Returns:
        Ids of a pair, the smaller first → the act.
    """
    found: dict[Pair, str] = {}
    for one in standing.decisions:
        if one.act in ("link", "unlink") and one.value.get("kind", "same-as") == kind:
            first, _, second = one.target.partition(" ~ ")
            found[min(first, second), max(first, second)] = one.act
    return found
