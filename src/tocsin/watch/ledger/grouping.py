"""Which claims are about the same thing: drawn together from theme, place, time, whose word it is, and words.

The order of things:

1. Each claim has a theme (`themes.toml`). Two of one theme score 0.5; the same report, the same origin, places that fit
   and times that meet add 0.1 each, likeness of words up to 0.25; a time that is not known takes 0.1. From `CONFIRMED`
   on they are the same thing, from `SUGGESTED` on a person is asked. Claims of other themes are never put together by
   rules, only by a person.
2. What keeps two apart keeps their groups apart, whatever scores high: places that do not lie in one another, days
   further apart than the theme allows, another line, formation, speaker, site or count where the theme splits by them.
3. The best pair goes first, ties by id. A person's link or unlink goes before all of this.

So a group hangs on the claims of its own theme only: a report that is removed changes nothing elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tocsin.watch.ledger.lines import formations, line_of, voice_of
from tocsin.watch.ledger.meeting import DAY_MS, Fits, apart_ms
from tocsin.watch.ledger.themes import Theme, theme_of
from tocsin.watch.likeness.counted import Origins
from tocsin.watch.likeness.letters import likeness, likenesses
from tocsin.watch.model import Claim
from tocsin.watch.standing import Standing

__all__ = ["CONFIRMED", "SUGGESTED", "groups", "kept_apart", "score"]

CONFIRMED: Final = 0.62
"""From this score on two claims are about the same thing."""
SUGGESTED: Final = 0.5
"""From this score on a person is asked."""
_WORDS: Final = 0.25
"""What likeness of words adds at most. Claims that are one thing by hand have .23 on average: that adds .06,
half of what each other mark does, since two sentences on one thing need share no word."""
Pair = tuple[str, str]


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
        _draw(_Profiles(claims, origins, fits), home, parted)
    return list({id(group): group for group in home.values()}.values())


def score(one: Claim, other: Claim, fits: Fits, origins: Origins) -> float:
    """How sure it is that two claims of one theme are about the same thing, 0.4 to 1.15."""
    return _without_words(one, other, fits, origins) + _paged(one, other) + _WORDS * likeness(one.what, other.what)


def _paged(one: Claim, other: Claim) -> float:
    return 0.1 * (one.report == other.report)


def _without_words(one: Claim, other: Claim, fits: Fits, origins: Origins) -> float:
    same = voice_of(origins, one) == voice_of(origins, other)
    placed = fits(one.place, other.place) is True
    dated = one.when.meets(other.when) if one.when.known and other.when.known else -1
    return 0.5 + 0.1 * (same + placed + dated)


class _Profiles:
    """Claims of one theme by all that scores or bars but their words: many share it, so that it is asked once."""

    def __init__(self, claims: Sequence[Claim], origins: Origins, fits: Fits) -> None:
        self.claims, self._origins, self._fits = claims, origins, fits
        self._theme = theme_of(claims[0])
        numbers: dict[object, int] = {}
        self.number = {one.id: numbers.setdefault(self._key(one), len(numbers)) for one in claims}
        self._base: dict[tuple[int, int], float | None] = {}

    def _key(self, one: Claim) -> object:
        counted = (one.unit, one.count) if "count" in self._theme.split else ()
        told = formations(f"{one.what} {one.place}") if "formation" in self._theme.split else ()
        line = line_of(one) if "line" in self._theme.split else ""
        return one.place, one.when, voice_of(self._origins, one), counted, told, line

    def base(self, one: Claim, other: Claim) -> float | None:
        """The score of a pair without its words and pages; None if something keeps it apart."""
        key = (self.number[one.id], self.number[other.id])
        if key not in self._base:
            apart = kept_apart(one, other, self._theme, self._fits, self._origins)
            found = None if apart else _without_words(one, other, self._fits, self._origins)
            self._base[key] = self._base[key[1], key[0]] = found
        return self._base[key]

    def barred(self, mine: set[int], theirs: set[int]) -> bool:
        """Whether something keeps two sets of profiles apart; those that were never asked about stand in no pair."""
        return any(self._base.get((a, b), 0.0) is None for a in mine for b in theirs)


def _draw(profiles: _Profiles, home: dict[str, list[Claim]], parted: frozenset[Pair]) -> None:
    """Put together what is alike within a theme, the best pair first."""
    sets: dict[int, set[int]] = {}
    for one in profiles.claims:
        sets.setdefault(id(home[one.id]), set()).add(profiles.number[one.id])
    for first, second in _pairs(profiles):
        mine, theirs = home[first], home[second]
        if mine is theirs or profiles.barred(sets[id(mine)], sets[id(theirs)]):
            continue
        if parted and any((min(a.id, b.id), max(a.id, b.id)) in parted for a in mine for b in theirs):
            continue
        _merge(home, mine, theirs)
        sets[id(mine)] |= sets.pop(id(theirs))


def _pairs(profiles: _Profiles) -> list[Pair]:
    """Pairs that are sure, the best first, ties by id."""
    claims, found = profiles.claims, []
    for at, like in enumerate(likenesses([one.what for one in claims])):
        one = claims[at]
        for other, words in zip(claims[at + 1 :], like[at + 1 :], strict=True):
            base = profiles.base(one, other)
            if base is not None and base + _paged(one, other) + _WORDS * words >= CONFIRMED:
                found.append((-round(base + _paged(one, other) + _WORDS * words, 6), one.id, other.id))
    return [(first, second) for _, first, second in sorted(found)]


def _merge(home: dict[str, list[Claim]], mine: list[Claim], theirs: list[Claim]) -> None:
    if mine is theirs:
        return
    mine.extend(theirs)
    for claim in theirs:
        home[claim.id] = mine


def _said(standing: Standing) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    """Pairs of claims that a person put together, and those that a person parted."""
    together = {
        (one.first, one.second)
        for one in standing.links
        if one.kind == "same-as" and one.by == "analyst" and one.first in standing.claims
        and one.second in standing.claims
    }  # fmt: skip
    last: dict[tuple[str, str], str] = {}
    for one in standing.decisions:
        first, _, second = one.target.partition(" ~ ")
        if one.act in ("link", "unlink") and one.value.get("kind", "same-as") == "same-as":
            low, high = sorted((first, second))
            last[low, high] = one.act
    return frozenset(together), frozenset(pair for pair, act in last.items() if act == "unlink")


def kept_apart(one: Claim, other: Claim, theme: Theme, fits: Fits, origins: Origins) -> bool:
    """Whether something keeps two claims of a theme apart, whatever their words say."""
    if apart_ms(one.when, other.when) > theme.gap_days * DAY_MS or fits(one.place, other.place) is False:
        return True
    return any(_SPLITS[name](one, other, origins) for name in theme.split)


def _other_formation(one: Claim, other: Claim, _: Origins) -> bool:
    mine, theirs = (formations(f"{claim.what} {claim.place}") for claim in (one, other))
    return bool(mine and theirs and not mine & theirs)


def _other_line(one: Claim, other: Claim, _: Origins) -> bool:
    mine, theirs = line_of(one), line_of(other)
    return bool(mine and theirs and mine != theirs)


def _other_speaker(one: Claim, other: Claim, origins: Origins) -> bool:
    return voice_of(origins, one) != voice_of(origins, other)


def _other_count(one: Claim, other: Claim, _: Origins) -> bool:
    return one.unit == other.unit and not one.count.meets(other.count)


def _other_site(one: Claim, other: Claim, _: Origins) -> bool:
    return bool(one.place and other.place and one.place != other.place)


_SPLITS: Final = {
    "formation": _other_formation,
    "line": _other_line,
    "speaker": _other_speaker,
    "count": _other_count,
    "site": _other_site,
}
