"""Incidents: claims about the same thing, drawn together from theme, place, time, who speaks, counts and words.

The order of things:

1. Each claim has a theme (`themes.toml`). Two of one theme score 0.5; the same report, the same origin, places that fit
   and times that meet add 0.1 each, likeness of words up to 0.2; a time that is not known takes 0.1. From `CONFIRMED`
   on they are the same thing, from `SUGGESTED` on a person is asked. Claims of other themes are never put together by
   rules, only by a person.
2. What keeps two apart keeps their groups apart, whatever scores high: places that do not lie in one another, days
   further apart than the theme allows, another line, formation, speaker, site or count where the theme splits by them.
3. The best pair goes first, ties by id. A person's link or unlink goes before all of this.

So a group hangs on the claims of its own theme only: a report that is removed changes nothing elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from tocsin.watch.alike import DAY_MS, Nested, apart_ms, joined, likeness, nested, shared
from tocsin.watch.lines import formations, line_of, lines
from tocsin.watch.model import Bounds, Claim
from tocsin.watch.roots import Origins, claim_origins, count_origins, origin_of
from tocsin.watch.standing import Standing
from tocsin.watch.themes import Theme, theme_of

__all__ = ["CONFIRMED", "SUGGESTED", "Amount", "Incident", "Maybe", "incidents", "maybe_same", "published_order"]

CONFIRMED: Final = 0.62
"""From this score on two claims are about the same thing."""
SUGGESTED: Final = 0.5
"""From this score on a person is asked."""
_FAR: Final = 2**62


@dataclass(frozen=True, slots=True)
class Amount:
    """How many of a unit, over the claims that say so; never added up.

    Attributes:
        unit: What is counted.
        count: The least that anyone says and the most; the bounds hold every claim's own.
        claims: Those that say so, denials left out.
        agree: Whether all of them may be the same number.
    """

    unit: str
    count: Bounds
    claims: tuple[str, ...]
    agree: bool

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"unit": self.unit, "count": self.count.as_json(), "claims": list(self.claims), "agree": self.agree}


@dataclass(frozen=True, slots=True)
class Incident:
    """Claims about the same thing.

    Attributes:
        id: `i-` and the id of its eldest claim.
        title: Plain words.
        theme: Which entry of `themes.toml`.
        topic: Topic of most of its claims.
        question: Question of the ledger in which a reply to it stands.
        place: Where, as most origins write it; "" = nobody says.
        when: The time that all its claims may mean; where there is none, as `around`.
        around: The time that holds all of its claims.
        claims: Ids, by id.
        reports: Ids, by id.
        origins: Origin groups, by name; each counts once.
        independent: How many of them are independent: at least and at most.
        counts: How many of what, by unit.
        first_seen: When the eldest claim's report was published, as far as known.
        denied: Ids of claims that deny it.
    """

    id: str
    title: str
    theme: str
    topic: str
    question: str
    place: str
    when: Bounds
    around: Bounds
    claims: tuple[str, ...]
    reports: tuple[str, ...]
    origins: tuple[str, ...]
    independent: Bounds
    counts: tuple[Amount, ...]
    first_seen: Bounds
    denied: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        ends = {name: plain[name].as_json() for name in ("when", "around", "independent", "first_seen")}
        lists = {name: list(plain[name]) for name in ("claims", "reports", "origins", "denied")}
        return plain | ends | lists | {"counts": [one.as_json() for one in self.counts]}


@dataclass(frozen=True, slots=True)
class Maybe:
    """Two incidents that a person is asked about, and the pair of claims that is most alike."""

    first: str
    second: str
    claims: tuple[str, str]
    score: float


def incidents(standing: Standing, origins: Origins | None = None, *, fits: Nested = nested) -> tuple[Incident, ...]:
    """Draw claims together to incidents.

    Args:
        standing: What holds.
        origins: Claim or report → origin group; by default as `roots.claim_origins`.
        fits: Whether of two places as written one may lie in the other.

    Returns:
        Every claim in one incident; by the time that they are about, then by id.
    """
    groups = claim_origins(standing) if origins is None else origins
    found = [_incident(claims, standing, groups) for claims in _groups(standing, groups, fits)]
    return tuple(sorted(found, key=lambda one: (_FAR if one.when.least is None else one.when.least, one.id)))


def maybe_same(
    standing: Standing, found: Sequence[Incident], origins: Origins | None = None, *, fits: Nested = nested
) -> tuple[Maybe, ...]:
    """Pairs of incidents of one theme that may be the same thing: `SUGGESTED` is reached, nothing keeps them apart."""
    groups = claim_origins(standing) if origins is None else origins
    asked = []
    for one, other in combinations(sorted(found, key=lambda one: one.id), 2):
        if one.theme != other.theme:
            continue
        pairs = [(standing.claims[a], standing.claims[b]) for a in one.claims for b in other.claims]
        theme = theme_of(pairs[0][0])
        if any(_kept_apart(a, b, theme, fits, groups) for a, b in pairs):
            continue
        score, best = max((_score(a, b, fits, groups), (a.id, b.id)) for a, b in pairs)
        if score >= SUGGESTED:
            asked.append(Maybe(one.id, other.id, best, round(score, 3)))
    return tuple(asked)


def published_order(claim: Claim, standing: Standing) -> tuple[int, int, str, int]:
    """Sorts claims by when their report was published, unknown last; ties by report and number."""
    at = standing.reports[claim.report].published
    return (_FAR if at.least is None else at.least, _FAR if at.most is None else at.most, claim.report, claim.number)


def _groups(standing: Standing, origins: Origins, fits: Nested) -> list[list[Claim]]:
    together, parted = _said(standing)
    by_theme: dict[str, list[Claim]] = {}
    for identity in sorted(standing.claims):
        claim = standing.claims[identity]
        by_theme.setdefault(theme_of(claim).id, []).append(claim)
    home = {claim.id: [claim] for claims in by_theme.values() for claim in claims}
    for first, second in sorted(together):
        _merge(home, first, second)
    for claims in by_theme.values():
        _draw(claims, home, origins, fits, together, parted)
    seen = {id(group): group for group in home.values()}
    return list(seen.values())


def _draw(
    claims: Sequence[Claim],
    home: dict[str, list[Claim]],
    origins: Origins,
    fits: Nested,
    together: frozenset[tuple[str, str]],
    parted: frozenset[tuple[str, str]],
) -> None:
    """Put together what is alike within a theme, the best pair first."""
    theme = theme_of(claims[0])
    barred, pairs = set(parted), []
    for one, other in combinations(claims, 2):
        key = (one.id, other.id)
        if key in together or key in parted:
            continue
        if _kept_apart(one, other, theme, fits, origins):
            barred.add(key)
            continue
        score = _score(one, other, fits, origins)
        if score >= CONFIRMED:
            pairs.append((-score, *key))
    for _, first, second in sorted(pairs):
        mine, theirs = home[first], home[second]
        if mine is not theirs and not any(tuple(sorted((a.id, b.id))) in barred for a in mine for b in theirs):
            _merge(home, first, second)


def _merge(home: dict[str, list[Claim]], first: str, second: str) -> None:
    mine, theirs = home[first], home[second]
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


def _score(one: Claim, other: Claim, fits: Nested, origins: Origins) -> float:
    """How sure it is that two claims of one theme are about the same thing, 0.4 to 1.1."""
    same = origin_of(origins, one) == origin_of(origins, other)
    placed = fits(one.place, other.place) is True
    paged = one.report == other.report
    dated = one.when.meets(other.when) if one.when.known and other.when.known else -1
    return 0.5 + 0.1 * (paged + same + placed + dated) + 0.2 * likeness(one.what, other.what)


def _kept_apart(one: Claim, other: Claim, theme: Theme, fits: Nested, origins: Origins) -> bool:
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
    return origin_of(origins, one) != origin_of(origins, other)


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


def _incident(claims: Iterable[Claim], standing: Standing, origins: Origins) -> Incident:
    mine = sorted(claims, key=lambda one: published_order(one, standing))
    eldest, theme = mine[0], theme_of(mine[0])
    groups = tuple(sorted({origin_of(origins, one) for one in mine}))
    times = [one.when for one in mine]
    around = joined(times)
    common = shared(times)
    place = _most(mine, {one.id: one.place for one in mine}, origins)
    return Incident(
        f"i-{eldest.id}",
        _title(theme, mine, place),
        theme.id,
        _most(mine, {one.id: one.topic for one in mine}, origins),
        theme.question,
        place,
        around if common is None else common,
        around,
        tuple(sorted(one.id for one in mine)),
        tuple(sorted({one.report for one in mine})),
        groups,
        count_origins(groups),
        _amounts(mine),
        standing.reports[eldest.report].published,
        tuple(sorted(one.id for one in mine if one.stance == "denies")),
    )


def _most(claims: Sequence[Claim], said: Mapping[str, str], origins: Origins) -> str:
    """What most origins say, each once; of equals the longer, then the first in the alphabet."""
    once = {(origin_of(origins, one), said[one.id]) for one in claims if said[one.id]}
    counted = Counter(value for _, value in once)
    return min(counted, key=lambda value: (-counted[value], -len(value), value), default="")


def _amounts(claims: Sequence[Claim]) -> tuple[Amount, ...]:
    by_unit: dict[str, list[Claim]] = {}
    for one in sorted(claims, key=lambda one: one.id):
        if one.count.known and one.stance != "denies":
            by_unit.setdefault(one.unit, []).append(one)
    return tuple(
        Amount(unit, joined([one.count for one in mine]), tuple(one.id for one in mine),
               shared([one.count for one in mine]) is not None)
        for unit, mine in sorted(by_unit.items())
    )  # fmt: skip


def _title(theme: Theme, claims: Sequence[Claim], place: str) -> str:
    """The theme's title, with the formation or line that tells it from others, and the place."""
    parts = []
    if "formation" in theme.split or theme.id == "readied":
        named = sorted({name for one in claims for name in formations(f"{one.what} {one.place}")})
        parts += [_ordinal(one) for one in named]
    if "line" in theme.split:
        named = sorted({line_of(one) for one in claims} - {""})
        titles = {one.id: one.title for one in lines()}
        parts += [titles[one] for one in named if len(named) == 1]
    tail = f": {', '.join(parts)}" if parts else ""
    return f"{theme.title}{tail}{f' ({place})' if place else ''}"


def _ordinal(formation: str) -> str:
    number, _, kind = formation.partition(" ")
    last = "th" if number[-2:] in ("11", "12", "13") else {"1": "st", "2": "nd", "3": "rd"}.get(number[-1], "th")
    return f"{number}{last} {kind}"
