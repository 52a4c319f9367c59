"""Copy drift: what a page changed of what it took from another, found by rules, and what the coder remarked.

Two claims are compared where one report cites the other, was seen through it, or where both are one voice; an
official page is the source of whoever cites the office. What one channel or medium tells of a number in two posts of
which neither is taken from the other is news, not drift; nor did a number grow on the way from a channel that tells it
in another post. Found from fields and summaries of coded claims; what rules
find in texts is compared in `drift_text.py`. The coder's remark stands apart: `remarks` says which of them Tocsin
found by itself. Much drift cannot be found in coded claims, for the coder wrote down the corrected meaning.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from tocsin.watch.ledger.drift_kinds import LOOKS, MAY
from tocsin.watch.ledger.lines import Voice, formations, of_state, voice_of
from tocsin.watch.ledger.meeting import fits
from tocsin.watch.ledger.themes import theme_of
from tocsin.watch.likeness.claim_origins import Origins, claim_origins
from tocsin.watch.likeness.letters import likeness
from tocsin.watch.model import Bounds, Claim, Report
from tocsin.watch.people.actors import actor_of
from tocsin.watch.standing import Standing
from tocsin.watch.words import count_words

__all__ = ["KINDS", "TITLES", "Drift", "Remark", "drifts", "later_than", "remarks"]

KINDS: Final = ("time-role", "date", "place", "number", "formation", "title", "hedge")
"""What was changed: whether a time is for reporting or of the summons; a day; a place; a number; which formation;
somebody's office; a word that left it open."""
_RANKS: Final = ("assistant", "deputy", "spokes", "state secretary", "commissar", "commander")
_NEIGHBOURS: Final = {
    "Ukraine": re.compile(r"ukrain", re.IGNORECASE),
    "Poland": re.compile(r"pol(and|ish)|suwa[lł]ki", re.IGNORECASE),
    "Lithuania": re.compile(r"lithuan|suwa[lł]ki", re.IGNORECASE),
    "Latvia": re.compile(r"latvia", re.IGNORECASE),
    "Russia": re.compile(r"\bborders? (with|of) russia", re.IGNORECASE),
}
_BORDER: Final = re.compile(r"border|corridor|near|close|from poland", re.IGNORECASE)
_FORMATIONS: Final = "formation"
"""Under this the words of offices on formations are filed, besides their theme."""
_FAR: Final = 2**62
Ties = frozenset[frozenset[str]]
"""Pairs of reports of which one is surely or probably taken from the other."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that a page changed.

    Attributes:
        id: `<later> <kind> <earlier>`.
        kind: One of `KINDS`.
        report: The page that changed it.
        claim: Its claim; "" where found in texts.
        source: The page that it is compared with.
        source_claim: Its claim, or "".
        was: What the source says.
        became: What the page says.
        basis: fields, summaries or text.
        sentence: All of it in one sentence.
    """

    id: str
    kind: str
    report: str
    claim: str
    source: str
    source_claim: str
    was: str
    became: str
    basis: str
    sentence: str

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Remark:
    """What the coder remarked on drift, and which findings of the rules touch that report without it.

    Attributes:
        report: Id.
        words: The coder's words.
        found: Ids of drifts that the rules found in that report.
    """

    report: str
    words: str
    found: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"report": self.report, "words": self.words, "found": list(self.found)}


def drifts(standing: Standing, origins: Origins | None = None) -> tuple[Drift, ...]:
    """Find drift in coded claims; the coder's remarks are not read.

    Args:
        standing: What holds.
        origins: Claim or report → origin group; by default as `likeness.claim_origins`.

    Returns:
        By id; of each claim and kind the one against the likest source.
    """
    named = claim_origins(standing) if origins is None else origins
    groups: dict[tuple[str, Voice], list[Claim]] = {}
    for _, one in sorted(standing.claims.items()):
        groups.setdefault((theme_of(one).id, voice_of(named, one)), []).append(one)
    found = [*_titles(standing), *_borders(groups.values()), *_numbers_alone(groups.values(), standing)]
    found += _pairwise(standing, named)
    best: dict[tuple[str, str], Drift] = {}
    for drift in sorted(found, key=lambda one: one.id):
        best.setdefault((drift.claim, drift.kind), drift)
    return tuple(sorted(best.values(), key=lambda one: one.id))


def remarks(standing: Standing, found: Sequence[Drift]) -> tuple[Remark, ...]:
    """The coder's remarks that begin with `Copy drift`, each beside what was found without it."""
    return tuple(
        Remark(one.id, one.note, tuple(drift.id for drift in found if drift.report == one.id))
        for _, one in sorted(standing.reports.items())
        if "copy drift" in one.note.lower()
    )


class _Sources:
    """Where a claim may come from: by report, by voice and theme, and the words of offices, each in order of time."""

    def __init__(self, standing: Standing, origins: Origins) -> None:
        self._standing, self._origins = standing, origins
        self._by_report: dict[str, list[Claim]] = {}
        voices: dict[tuple[str, Voice], list[Claim]] = {}
        offices: dict[str, list[Claim]] = {}
        for _, one in sorted(standing.claims.items()):
            self._by_report.setdefault(one.report, []).append(one)
            voices.setdefault((theme_of(one).id, voice_of(origins, one)), []).append(one)
            if standing.reports[one.report].level == "official":
                offices.setdefault(theme_of(one).id, []).append(one)
                if formations(one.what + one.place):
                    offices.setdefault(_FORMATIONS, []).append(one)
        self._numbers: dict[tuple[str, str, str, Bounds], list[Claim]] = {}
        for _, one in sorted(standing.claims.items()):
            if one.count.known and one.stance != "denies":
                publisher = standing.reports[one.report].publisher
                self._numbers.setdefault((publisher, *_number(one)), []).append(one)
        self._voices = {key: self._timed(mine, last=True) for key, mine in voices.items()}
        self._offices = {key: self._timed(mine, last=False) for key, mine in offices.items()}
        self._posts: dict[str, list[str]] = {}
        for _, report in sorted(standing.reports.items()):
            for name in report.seen_via:
                self._posts.setdefault(name, []).append(report.id)
        self._cites_office = {one.id: any(of_state(words) for words in one.cites) for one in standing.reports.values()}

    def told_by(self, publisher: str, number: Claim) -> list[Claim]:
        """Claims of a publisher, in whosever words, that give a number of one theme."""
        return self._numbers.get((publisher, *_number(number)), [])

    def _timed(self, claims: Iterable[Claim], *, last: bool) -> tuple[list[int], list[Claim]]:
        """Claims whose reports have a time, by its last or first moment, open ends where they can bar nothing."""
        ends = []
        for one in claims:
            at = self._standing.reports[one.report].published
            if last and at.most is not None:
                ends.append((at.most, one))
            elif not last and at.known:
                ends.append((-_FAR if at.least is None else at.least, one))
        ends.sort(key=lambda one: one[0])
        return [at for at, _ in ends], [one for _, one in ends]

    def of(self, later: Claim) -> list[Claim]:
        """Claims of other reports that one may have been taken from."""
        page = self._standing.reports[later.report]
        tied = {one for one in (*page.cites, *self._posts.get(page.id, ())) if one != page.id}
        found = {one.id: one for name in tied for one in self._by_report.get(name, ())}
        for one in self._near(later, page):
            source = self._standing.reports[one.report]
            if source.id != page.id and page.id not in source.cites and source.id not in page.seen_via:
                found[one.id] = one
        return list(found.values())

    def _near(self, later: Claim, page: Report) -> Iterable[Claim]:
        """Of its voice what is surely older than its page; of offices, if it cites one, what is not surely younger."""
        theme, voice, formed = theme_of(later).id, voice_of(self._origins, later), formations(later.what + later.place)
        if page.published.least is not None:
            ends, mine = self._voices[theme, voice]
            yield from mine[: bisect_left(ends, page.published.least)]
        named = (theme, _FORMATIONS) if formed else (theme,)
        for ends, offices in (self._offices[one] for one in named if one in self._offices):
            until = len(ends) if page.published.most is None else bisect_right(ends, page.published.most)
            if self._cites_office[page.id]:
                yield from offices[:until]
        if formed and not self._cites_office[page.id]:
            # The same voice on the same formation, whatever the theme.
            _, offices = self._offices.get(_FORMATIONS, ([], []))
            for one in offices:
                source = self._standing.reports[one.report]
                if voice_of(self._origins, one) == voice and later_than(page, source):
                    yield one


def _pairwise(standing: Standing, origins: Origins) -> Iterable[Drift]:
    """Compare each claim with those that it may come from: of its voice, of reports that it cites, of offices."""
    sources, ties = _Sources(standing, origins), _ties(standing)
    for _, later in sorted(standing.claims.items()):
        kinds = [kind for kind, may in MAY.items() if may(later)]
        near = sources.of(later) if kinds else []
        for kind in kinds:
            if kind == "number" and any(one.count == later.count for one in near):
                continue
            may = [one for one in near if kind != "number" or _may_grow(one, later, sources, standing, ties)]
            seen = [(one, pair) for one in may if (pair := LOOKS[kind](one, later)) is not None]
            if seen:
                source, (was, became) = min(seen, key=lambda it: (-likeness(it[0].what, later.what), it[0].id))
                yield _drift(kind, later, source, was, became, "summaries")


def _ties(standing: Standing) -> Ties:
    """Reports that are tied as copies or parts, by citing, or by being seen through each other."""
    linked = {
        frozenset((one.first, one.second))
        for one in standing.links
        if one.kind in ("copy-of", "part-of") and one.state != "rejected"
    }
    named = {frozenset((one.id, other)) for one in standing.reports.values() for other in (*one.cites, *one.seen_via)}
    return frozenset(linked | named)


def _other_post(one: Claim, other: Claim, standing: Standing, ties: Ties) -> bool:
    """Whether two claims are of different posts of one channel or medium, of which neither is taken from the other."""
    page, source = standing.reports[one.report], standing.reports[other.report]
    same = bool(page.publisher) and page.publisher == source.publisher and page.id != source.id
    return same and frozenset((page.id, source.id)) not in ties


def _may_grow(source: Claim, later: Claim, sources: _Sources, standing: Standing, ties: Ties) -> bool:
    """Whether a number may have grown between two claims: not if the source's publisher told the later one, too."""
    page, publisher = standing.reports[later.report], standing.reports[source.report].publisher
    told = sources.told_by(publisher, later) if publisher else []
    before = any(one.report != page.id and not later_than(standing.reports[one.report], page) for one in told)
    return not before and not _other_post(later, source, standing, ties)


def _number(claim: Claim) -> tuple[str, str, Bounds]:
    """What is counted, in which unit, and the number."""
    return theme_of(claim).id, claim.unit, claim.count


def later_than(one: Report, other: Report) -> bool:
    """Whether a report was surely published after another."""
    low, high = one.published.least, other.published.most
    return low is not None and high is not None and low > high


def _titles(standing: Standing) -> Iterable[Drift]:
    """Somebody's office told otherwise than most pages that name one."""
    named: dict[str, list[tuple[Claim, str]]] = {}
    for _, one in sorted(standing.claims.items()):
        actor = actor_of(one.who)
        ranks = " ".join(word for word in _RANKS if word in one.who.lower())
        if actor is not None and actor.person and ranks:
            named.setdefault(actor.id, []).append((one, ranks))
    for mine in named.values():
        actor = actor_of(mine[0][0].who)
        known = " ".join(word for word in _RANKS if actor is not None and word in actor.office.lower())
        source = next((one for one, ranks in mine if ranks == known), None)
        for one, ranks in mine:
            if source is not None and ranks != known and one.report != source.report:
                yield _drift("title", one, source, source.who, one.who, "fields")


def _borders(groups: Iterable[Sequence[Claim]]) -> Iterable[Drift]:
    """A border named by one page that no other of the same voice and theme names; or a place that holds theirs."""
    for mine in groups:
        pages: dict[str, set[str]] = {}
        for one in mine:
            for name in _neighbours(one) if one.place else ():
                pages.setdefault(name, set()).add(one.report)
        for one in mine:
            named = _neighbours(one)
            if not named or any(pages.get(name, set()) - {one.report} for name in named):
                continue
            others = [other for other in mine if other.report != one.report and other.place]
            usual = Counter(other.place for other in others).most_common(1)
            if usual and len({other.report for other in mine}) >= 3 and _elsewhere(one.place, usual[0][0]):
                source = next(other for other in others if other.place == usual[0][0])
                yield _drift("place", one, source, source.place, one.place, "fields")


def _neighbours(claim: Claim) -> frozenset[str]:
    return _bordering(f"{claim.place} {claim.what}")


@cache
def _bordering(text: str) -> frozenset[str]:
    if not _BORDER.search(text):
        return frozenset()
    return frozenset(name for name, words in _NEIGHBOURS.items() if words.search(text))


def _elsewhere(place: str, usual: str) -> bool:
    """Whether a place is another than most pages give; where the gazetteer cannot tell, only if it names a border."""
    found = fits(place, usual)
    return found is False or (found is None and bool(_bordering(place)))


def _numbers_alone(groups: Iterable[Sequence[Claim]], standing: Standing) -> Iterable[Drift]:
    """A number that one page gives, and no other of three or more publishers of the same voice and theme.

    Shown beside it is the likest page that may have been there before; one without a day only if no other is left.
    """
    ties = _ties(standing)
    for mine in groups:
        counted = [one for one in mine if one.count.known and one.stance != "denies"]
        if len(counted) != 1:
            continue
        plain = [one for one in mine if not one.count.known and not _other_post(counted[0], one, standing, ties)]
        if len({standing.reports[one.report].publisher or one.report for one in plain}) >= 3:
            page, pages = standing.reports[counted[0].report], standing.reports
            dated = [one for one in plain if pages[one.report].published.known]
            before = [one for one in dated if not later_than(pages[one.report], page)] or plain
            source = max(before, key=lambda one: (round(likeness(one.what, counted[0].what), 6), one.id))
            became = count_words(counted[0].count, counted[0].unit)
            yield _drift("number", counted[0], source, "no number", became, "fields")


def _drift(kind: str, later: Claim, source: Claim, was: str, became: str, basis: str) -> Drift:
    told = f"{source.report} says “{was}”, {later.report} says “{became}”."
    sentence = f"{TITLES[kind]}: {told}"
    identity = f"{later.id} {kind} {source.id}"
    return Drift(identity, kind, later.report, later.id, source.report, source.id, was, became, basis, sentence)


TITLES: Final = {
    "date": "A day was shifted",
    "time-role": "A time to report became the time of the summons, or the other way round",
    "place": "A place was widened or changed",
    "number": "A number was added or grew",
    "formation": "The number of a formation was changed",
    "title": "An office was told otherwise",
    "hedge": "A word that left it open was lost",
}
"""What is said of each kind."""
