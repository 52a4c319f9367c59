"""Who took it from whom: the branches between pages and what they cite, were seen through, or name as their source.

A source that nobody captured is a branch of its own, by the name of the medium. What cites nobody, or only words that
name nobody ("social media"), is a root. Whose word counts is another question (`likeness/claim_origins.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tocsin.watch.likeness.media import medium_of
from tocsin.watch.likeness.voices import somebody, through
from tocsin.watch.model import Report
from tocsin.watch.standing import Standing

__all__ = ["Branch", "branches", "roots"]

_BASES: Final = ("cites", "seen_via", "who", "table")
_MOST_STEPS: Final = 20


@dataclass(frozen=True, slots=True)
class Branch:
    """One page and what it took from where.

    Attributes:
        page: Id of the report.
        source: Id of a report, or the name of what is not in the store.
        stored: Whether the source is in the store.
        basis: cites, seen_via, who (a speaker's words name it) or table (`media.toml`).
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
        medium = medium_of(through(who))
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
        elif somebody(one.words):
            found.add(one.source)
    return found or {page}
