"""Where a claim came from: who took it from whom, and which claims are one man's words or one page copied.

The origin of a claim is, in this order: the public person or office whose words it retells, the medium that its
speaker's words name ("via Suspilne"), what its report says that it was taken from, and else the report itself. A report
that nobody captured (`seen_via`) has the origin of the pages through which it was seen, if all of them share one. An
origin that is not named ("social media") is marked with `?`: it may be one that is counted already.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tocsin.watch.alike import likeness
from tocsin.watch.lines import actor_of, medium_of, unnamed
from tocsin.watch.model import Bounds, Claim, Report
from tocsin.watch.standing import Standing

__all__ = ["Branch", "Origins", "branches", "claim_origins", "count_origins", "origin_of", "roots"]

Origins = Mapping[str, str]
"""Claim or report → its origin group; a claim that is not there has its report's, a report its own."""
_THROUGH: Final = re.compile(r"(?:\bvia|quoted by|collected by|by phone to|citing)\s+(.+)$", re.IGNORECASE)
_BASES: Final = ("cites", "seen_via", "who", "table")
_MOST_STEPS: Final = 20


@dataclass(frozen=True, slots=True)
class Branch:
    """One page and what it took from where.

    Attributes:
        page: Id of the report.
        source: Id of a report, or the name of what is not in the store.
        stored: Whether the source is in the store.
        basis: cites, seen_via, who (a speaker's words name it) or table (`lines.toml`).
        words: How it is said there.
    """

    page: str
    source: str
    stored: bool
    basis: str
    words: str

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def told(self) -> str:
        """The source in words: `Suspilne, original not in store`."""
        return self.source if self.stored else f"{self.source}, original not in store"


def origin_of(origins: Origins, claim: Claim) -> str:
    """The origin group of a claim."""
    return origins.get(claim.id) or origins.get(claim.report) or claim.report


def count_origins(groups: Iterable[str]) -> Bounds:
    """How many independent origins there are: those that are named for sure, and at most each unnamed one besides."""
    found = set(groups)
    named = {one for one in found if not one.startswith("?")}
    return Bounds(max(len(named), 1 if found else 0), len(found))


def branches(standing: Standing) -> tuple[Branch, ...]:
    """Who took from whom, page by page; by page and source."""
    found: dict[tuple[str, str], Branch] = {}
    speakers: dict[str, list[str]] = {}
    for _, claim in sorted(standing.claims.items()):
        speakers.setdefault(claim.report, []).append(claim.who)
    for report in standing.reports.values():
        spoken = _spoken(report, speakers.get(report.id, ()))
        for one in (*_cited(report, standing), *_seen(report, standing), *spoken):
            if one.source != one.page:
                known = found.get((one.page, one.source), one)
                found[one.page, one.source] = min(known, one, key=lambda it: (_BASES.index(it.basis), it.words))
    return tuple(found[key] for key in sorted(found))


def _cited(report: Report, standing: Standing) -> Iterable[Branch]:
    for words in report.cites:
        if words in standing.reports:
            yield Branch(report.id, words, True, "cites", words)
            continue
        medium = medium_of(words)
        yield Branch(report.id, medium.name if medium else words, False, "cites", words)
        for taken in medium.takes if medium else ():
            yield Branch(report.id, taken, False, "table", words)


def _seen(report: Report, standing: Standing) -> Iterable[Branch]:
    """Pages through which a post was seen took it from the post."""
    return [Branch(one, report.id, True, "seen_via", one) for one in report.seen_via if one in standing.reports]


def _spoken(report: Report, speakers: Iterable[str]) -> Iterable[Branch]:
    for who in speakers:
        through = _THROUGH.search(who)
        medium = medium_of(through[1]) if through else None
        if medium is not None:
            yield Branch(report.id, medium.name, False, "who", who)


def roots(standing: Standing) -> dict[str, tuple[str, ...]]:
    """Each report and the ends of its branches: named media not in the store, or reports that took from nobody."""
    above: dict[str, list[Branch]] = {}
    for one in branches(standing):
        above.setdefault(one.page, []).append(one)
    return {page: tuple(sorted(_ends(page, above, frozenset()))) for page in sorted(standing.reports)}


def _ends(page: str, above: Mapping[str, list[Branch]], met: frozenset[str]) -> set[str]:
    if page in met or len(met) > _MOST_STEPS:
        return set()
    mine = above.get(page, [])
    if not mine:
        return {page}
    found: set[str] = set()
    for one in mine:
        if one.stored:
            found |= _ends(one.source, above, met | {page})
        elif not unnamed(one.words):
            found.add(one.source)
    return found or {page}


def claim_origins(standing: Standing) -> dict[str, str]:
    """The origin group of every claim, by the rules above; what people linked as copies goes before them."""
    by_report: dict[str, list[Claim]] = {}
    for claim in sorted(standing.claims.values(), key=lambda one: (one.report, one.number)):
        by_report.setdefault(claim.report, []).append(claim)
    copies = {one.first: one.second for one in standing.links if one.kind == "copy-of" and one.state == "confirmed"}
    return {
        claim.id: _origin(claim, standing, by_report, copies, frozenset())
        for claims in by_report.values()
        for claim in claims
    }


def _origin(
    claim: Claim,
    standing: Standing,
    by_report: Mapping[str, list[Claim]],
    copies: Mapping[str, str],
    met: frozenset[str],
) -> str:
    actor, medium = actor_of(claim.who), medium_of(claim.who)
    if actor is not None or medium is not None:
        return actor.name if actor is not None else "" if medium is None else medium.name
    report = standing.reports[claim.report]
    if claim.who == report.publisher:
        return report.id
    cited = [copies[report.id]] if report.id in copies else list(report.cites)
    for words in cited if claim.report not in met else ():
        twin = _twin(claim, by_report.get(words, []))
        if twin is not None:
            return _origin(twin, standing, by_report, copies, met | {claim.report})
    named = [*_media([report.publisher] if report.seen_via else []), *_media(cited), _shared(report, standing)]
    named += [words for words in cited if words not in standing.reports and not unnamed(words) and not actor_of(words)]
    found = next((one for one in named if one), "")
    return found or (f"?{report.id}" if unnamed(claim.who) else report.id)


def _media(cited: Iterable[str]) -> list[str]:
    """Media that a report cites; an office is no medium: what people say did not come from it."""
    return [found.name for words in cited if not actor_of(words) and (found := medium_of(words)) is not None]


def _twin(claim: Claim, others: Iterable[Claim]) -> Claim | None:
    """The claim of a cited report that this one repeats: the same topic; the same number and likest words first."""
    same = [one for one in others if one.topic == claim.topic]
    return min(
        same,
        key=lambda one: (one.count != claim.count, -round(likeness(one.what, claim.what), 3), one.number),
        default=None,
    )


def _shared(report: Report, standing: Standing) -> str:
    """The medium that all pages through which a report was seen took from, or ""."""
    sets = [set(_media(standing.reports[one].cites)) for one in report.seen_via if one in standing.reports]
    common = set.intersection(*sets) if sets else set[str]()
    return min(common, default="")
