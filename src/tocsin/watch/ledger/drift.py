"""Copy drift: what a page changed of what it took from another, found by rules, and what the coder remarked.

Two claims are compared where one report cites the other, was seen through it, or where both have one origin; an
official page is the source of whoever cites the office. Found from fields and summaries of coded claims; what rules
find in texts is compared in `drift_text.py`. The coder's remark stands apart: `remarks` says which of them Tocsin
found by itself. Much drift cannot be found in coded claims, for the coder wrote down the corrected meaning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from tocsin.watch.ledger.lines import Voice, formations, line_of, of_state, voice_of
from tocsin.watch.ledger.meeting import fits
from tocsin.watch.ledger.themes import theme_of
from tocsin.watch.likeness.counted import Origins, claim_origins
from tocsin.watch.likeness.letters import likeness
from tocsin.watch.model import Claim, Report
from tocsin.watch.people.actors import actor_of
from tocsin.watch.standing import Standing
from tocsin.watch.times import iso

__all__ = ["KINDS", "TITLES", "Drift", "Remark", "drifts", "later_than", "remarks"]

KINDS: Final = ("time-role", "date", "place", "number", "formation", "title", "hedge")
"""What was changed: whether a time is for reporting or of the summons; a day; a place; a number; which formation;
somebody's office; a word that left it open."""
_CLOCK: Final = re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)\b")
_SERVED: Final = re.compile(r"\b(summons|summoned|received|came|got|told)\b", re.IGNORECASE)
_REPORT: Final = re.compile(r"\b(report|come|appear|arrive|taken|be there)\b", re.IGNORECASE)
_HEDGES: Final = re.compile(
    r"\b(about|around|nearly|may|might|could|seemingly|apparently|reportedly|allegedly|perhaps|if|unconfirmed|up to)\b",
    re.IGNORECASE,
)
_RANKS: Final = ("assistant", "deputy", "spokes", "state secretary", "commissar", "commander")
_NEIGHBOURS: Final = {
    "Ukraine": re.compile(r"ukrain", re.IGNORECASE),
    "Poland": re.compile(r"pol(and|ish)|suwa[lł]ki", re.IGNORECASE),
    "Lithuania": re.compile(r"lithuan|suwa[lł]ki", re.IGNORECASE),
    "Latvia": re.compile(r"latvia", re.IGNORECASE),
    "Russia": re.compile(r"\bborders? (with|of) russia", re.IGNORECASE),
}
_BORDER: Final = re.compile(r"border|corridor|near|close|from poland", re.IGNORECASE)
_ALIKE: Final = 0.23
"""From this likeness on two summaries tell the same, so that a lost word counts."""


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
    groups = claim_origins(standing) if origins is None else origins
    by_theme: dict[str, list[Claim]] = {}
    for _, one in sorted(standing.claims.items()):
        by_theme.setdefault(theme_of(one).id, []).append(one)
    found = [*_titles(standing), *_borders(standing, by_theme, groups), *_numbers_alone(standing, by_theme, groups)]
    found += _pairwise(standing, groups)
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


def _pairwise(standing: Standing, origins: Origins) -> Iterable[Drift]:
    """Compare each claim with those that it may come from: of its origin, of reports that it cites, of offices."""
    by_report: dict[str, list[Claim]] = {}
    by_voice: dict[tuple[str, Voice], list[Claim]] = {}
    offices: dict[str, list[Claim]] = {}
    ordered = sorted(standing.claims.items())
    for _, one in ordered:
        by_report.setdefault(one.report, []).append(one)
        by_voice.setdefault((theme_of(one).id, voice_of(origins, one)), []).append(one)
        if standing.reports[one.report].level == "official":
            offices.setdefault(theme_of(one).id, []).append(one)
            if formations(one.what + one.place):
                offices.setdefault("formation", []).append(one)
    posts: dict[str, list[str]] = {}
    for _, report in sorted(standing.reports.items()):
        for name in report.seen_via:
            posts.setdefault(name, []).append(report.id)
    for _, later in ordered:
        theme, page = theme_of(later).id, standing.reports[later.report]
        near = [*by_voice[theme, voice_of(origins, later)], *offices.get(theme, ())]
        near += offices.get("formation", ()) if formations(later.what + later.place) else ()
        near += [one for name in (*page.cites, *posts.get(page.id, ())) for one in by_report.get(name, ())]
        found = {one.id: one for one in near if one.report != page.id and _from(later, one, standing, origins)}
        sources = sorted(found.values(), key=lambda one: (-likeness(one.what, later.what), one.id))
        for kind, look in _LOOKS.items():
            if kind == "number" and any(one.count == later.count for one in sources):
                continue
            seen = next((pair for one in sources if (pair := look(one, later)) is not None), None)
            if seen is not None:
                source, was, became = seen
                yield _drift(kind, later, source, was, became, "summaries")


def _from(later: Claim, earlier: Claim, standing: Standing, origins: Origins) -> bool:
    """Whether one claim may have been taken from another."""
    page, source = standing.reports[later.report], standing.reports[earlier.report]
    if source.id in page.cites or page.id in source.seen_via:
        return True
    if page.id in source.cites or source.id in page.seen_via or later_than(source, page):
        return False
    if _cites_office(page) and source.level == "official" and source.published.known:
        return True
    return voice_of(origins, later) == voice_of(origins, earlier) and later_than(page, source)


def later_than(one: Report, other: Report) -> bool:
    """Whether a report was surely published after another."""
    low, high = one.published.least, other.published.most
    return low is not None and high is not None and low > high


def _cites_office(report: Report) -> bool:
    return any(of_state(words) for words in report.cites)


Look = Callable[[Claim, Claim], "tuple[Claim, str, str] | None"]


def _other_formation(source: Claim, later: Claim) -> tuple[Claim, str, str] | None:
    """A figure dropped or added in a formation's number: 19th → 9th."""
    mine, theirs = (sorted(formations(f"{one.what} {one.place}")) for one in (source, later))
    if len(mine) != 1 or len(theirs) != 1 or mine == theirs:
        return None
    (was, kind), (became, other) = mine[0].split(" ", 1), theirs[0].split(" ", 1)
    short, long = sorted((was, became), key=len)
    if kind != other or len(long) - len(short) != 1 or not (long.startswith(short) or long.endswith(short)):
        return None
    return source, mine[0], theirs[0]


def _lost_hedge(source: Claim, later: Claim) -> tuple[Claim, str, str] | None:
    """A word that left it open is gone from what tells the same."""
    lost = {one.lower() for one in _HEDGES.findall(source.what)} - {one.lower() for one in _HEDGES.findall(later.what)}
    same = source.topic == later.topic and source.stance != "denies" and later.stance != "denies"
    numbered = source.count.known and source.count == later.count
    if not lost or not same or theme_of(source) != theme_of(later):
        return None
    if not numbered and likeness(source.what, later.what) < _ALIKE:
        return None
    return source, source.what, later.what


def _other_role(source: Claim, later: Claim) -> tuple[Claim, str, str] | None:
    """The same clock time, of reporting in one and of the summons in the other."""
    mine, theirs = _roles(source.what), _roles(later.what)
    for clock in sorted(mine.keys() & theirs.keys()):
        if mine[clock] != theirs[clock]:
            return source, f"{clock} to {mine[clock]}", f"{clock} {theirs[clock]}"
    return None


def _larger(source: Claim, later: Claim) -> tuple[Claim, str, str] | None:
    """A number that lies above the source's."""
    if source.unit != later.unit or theme_of(source) != theme_of(later) or not source.count.known:
        return None
    above = later.count.least is not None and source.count.most is not None and later.count.least > source.count.most
    return (source, str(source.count.as_json()), str(later.count.as_json())) if above else None


def _other_day(source: Claim, later: Claim) -> tuple[Claim, str, str] | None:
    """Another day for the beginning or the stage of the same line, or for the same formation."""
    theme, mine, theirs = theme_of(source), formations(source.what), formations(later.what)
    began = theme.id in ("began", "stage") and line_of(source) == line_of(later)
    if theme != theme_of(later) or not (began or (mine and mine == theirs)):
        return None
    days = [one.when.least for one in (source, later) if one.when_basis in ("seen", "page-date", "time")]
    if len(days) < 2 or not source.when.known or not later.when.known or source.when.meets(later.when):
        return None
    return source, str(iso(days[0])), str(iso(days[1]))


_LOOKS: Final[Mapping[str, Look]] = {
    "formation": _other_formation,
    "hedge": _lost_hedge,
    "time-role": _other_role,
    "date": _other_day,
    "number": _larger,
}


@cache
def _roles(text: str) -> dict[str, str]:
    """Clock times of a sentence and what each is of: the word of service or of reporting that stands nearest before."""
    found: dict[str, str] = {}
    for clock in _CLOCK.finditer(text):
        before = text[: clock.start()]
        served = max((one.start() for one in _SERVED.finditer(before)), default=-1)
        report = max((one.start() for one in _REPORT.finditer(before)), default=-1)
        if max(served, report) >= 0:
            found[f"{int(clock[1]):02}:{clock[2]}"] = "served" if served > report else "report"
    return found


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


def _borders(standing: Standing, by_theme: Mapping[str, list[Claim]], origins: Origins) -> Iterable[Drift]:
    """A border named by one page that no other of the same origin and theme names; or a place that holds theirs."""
    for claims in by_theme.values():
        groups: dict[Voice, list[Claim]] = {}
        for one in claims:
            groups.setdefault(voice_of(origins, one), []).append(one)
        for mine in groups.values():
            if len({one.report for one in mine}) < 3:
                continue
            for one in mine:
                others = [other for other in mine if other.report != one.report and other.place]
                theirs = {name for other in others for name in _neighbours(other)}
                new = _neighbours(one) - theirs
                usual = Counter(other.place for other in others).most_common(1)
                if new and _neighbours(one) == new and usual and _elsewhere(one.place, usual[0][0]):
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


def _numbers_alone(standing: Standing, by_theme: Mapping[str, list[Claim]], origins: Origins) -> Iterable[Drift]:
    """A number that one page gives, and no other of three or more of the same origin and theme."""
    for claims in by_theme.values():
        groups: dict[Voice, list[Claim]] = {}
        for one in claims:
            groups.setdefault(voice_of(origins, one), []).append(one)
        for mine in groups.values():
            counted = [one for one in mine if one.count.known and one.stance != "denies"]
            plain = [one for one in mine if not one.count.known]
            if len(counted) == 1 and len({one.report for one in plain}) >= 3:
                source = max(plain, key=lambda one: (likeness(one.what, counted[0].what), one.id))
                became = f"{counted[0].count.as_json()} {counted[0].unit}"
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
