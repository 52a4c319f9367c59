"""Incidents: claims about the same thing, drawn together from theme, place, time, who speaks, counts and words.

How they are drawn together says `grouping.py`. An incident hangs on the claims of its own theme only: a report that is
removed changes nothing elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tocsin.watch.ledger.grouping import groups, likest
from tocsin.watch.ledger.lines import formations, line_of, lines
from tocsin.watch.ledger.meeting import Fits, fits, joined, shared, whole_country
from tocsin.watch.ledger.themes import Theme, theme_of
from tocsin.watch.likeness.claim_origins import Origins, claim_origins, count_origins, origin_of
from tocsin.watch.model import Bounds, Claim
from tocsin.watch.people.actors import actor_of
from tocsin.watch.standing import Standing

__all__ = ["Amount", "Incident", "Maybe", "incidents", "maybe_same", "published_order"]

_MOST_NAMED: Final = 2
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

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"first": self.first, "second": self.second, "claims": list(self.claims), "score": self.score}


def incidents(standing: Standing, origins: Origins | None = None, *, fits: Fits = fits) -> tuple[Incident, ...]:
    """Draw claims together to incidents.

    Args:
        standing: What holds.
        origins: Claim or report → origin group; by default as `likeness.claim_origins`.
        fits: Whether of two places as written one may lie in the other.

    Returns:
        Every claim in one incident; by the time that they are about, then by id.
    """
    named = claim_origins(standing) if origins is None else origins
    found = [_incident(claims, standing, named) for claims in groups(standing, named, fits)]
    return tuple(sorted(found, key=lambda one: (_FAR if one.when.least is None else one.when.least, one.id)))


def maybe_same(
    standing: Standing, found: Sequence[Incident], origins: Origins | None = None, *, fits: Fits = fits
) -> tuple[Maybe, ...]:
    """Pairs of incidents of one theme that may be the same thing: `SUGGESTED` is reached, nothing keeps them apart."""
    named = claim_origins(standing) if origins is None else origins
    # What a person linked to an incident of another theme is no measure of what is like it.
    home = {name: one for one in found for name in one.claims if theme_of(standing.claims[name]).id == one.theme}
    by_theme: dict[str, list[Claim]] = {}
    for name in sorted(home):
        by_theme.setdefault(home[name].theme, []).append(standing.claims[name])
    asked: dict[tuple[str, str], Maybe] = {}
    for claims in by_theme.values():
        names = {name: at for at, name in enumerate(sorted({home[one.id].id for one in claims}))}
        for sure, one, other in likest(claims, [names[home[it.id].id] for it in claims], named, fits):
            pair = (home[one.id].id, home[other.id].id)
            asked[pair] = Maybe(*pair, (one.id, other.id), round(sure, 3))
    return tuple(asked[pair] for pair in sorted(asked))


def published_order(claim: Claim, standing: Standing) -> tuple[int, int, str, int]:
    """Sorts claims by when their report was published, unknown last; ties by report and number."""
    at = standing.reports[claim.report].published
    return (_FAR if at.least is None else at.least, _FAR if at.most is None else at.most, claim.report, claim.number)


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
    """The theme's title, with the formation, line or speaker that tells it from others, and the place."""
    parts = []
    if "formation" in theme.split or theme.id == "readied":
        named = sorted({name for one in claims for name in formations(f"{one.what} {one.place}")})
        parts += [_ordinal(one) for one in named]
    if "line" in theme.split:
        named = sorted({line_of(one) for one in claims} - {""})
        titles = {one.id: one.title for one in lines()}
        parts += [titles[one] for one in named if len(named) == 1]
    if theme.named:
        # Only names of the table: a speaker in words may be a private person.
        speakers = sorted({found.name for one in claims if (found := actor_of(one.who)) is not None})
        parts += [", ".join(speakers)] if 0 < len(speakers) <= _MOST_NAMED else []
    tail = f": {', '.join(parts)}" if parts else ""
    where = "" if not place or whole_country(place) else f" ({place})"
    return f"{theme.title}{tail}{where}"


def _ordinal(formation: str) -> str:
    number, _, kind = formation.partition(" ")
    last = "th" if number[-2:] in ("11", "12", "13") else {"1": "st", "2": "nd", "3": "rd"}.get(number[-1], "th")
    return f"{number}{last} {kind}"
