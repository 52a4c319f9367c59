"""How a story travelled: first seen → picked up → official reply, with the lags of the steps; and the tree above it.

Times are bounds. A report with a day of publication is bounded by that day. One without is bounded by what it tells:
not before the event that it speaks of as past; and by others: not after the earliest report that cites it, or through
which it was seen. What nothing bounds stays unknown, and so does a lag that hangs on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from tocsin.watch.ledger.branches import Branch, branches
from tocsin.watch.ledger.incidents import Incident, published_order
from tocsin.watch.ledger.lines import official
from tocsin.watch.ledger.themes import theme_of
from tocsin.watch.model import Bounds, Claim, Report
from tocsin.watch.people.actors import actor_of
from tocsin.watch.standing import Standing
from tocsin.watch.times import DAY_MS, whole_hours

__all__ = ["STEPS", "Chain", "Clock", "Lag", "Step", "chain", "seen_at"]

STEPS: Final = ("said before", "first seen", "officially said", "picked up", "official reply")
"""The steps in their order. An office's word on the same matter from before the first post is `said before`; one that
is surely older than the first page that picked the story up answers no page and is `officially said`; what is not older
is the reply. What began with an office is `officially said`, too, and has no first post and no reply."""
_FROM_PEOPLE: Final = ("first seen", "picked up", "official reply")
_FROM_OFFICE: Final = ("officially said", "picked up")
_PAST: Final = frozenset(
    ("called-up", "numbers", "notice-time", "exempt-summoned", "medical-ignored", "waiting", "phones-taken")
)
"""Topics that tell of something that had happened when it was told."""
_AHEAD: Final = re.compile(r"\b(is to be|are to be|will|must come|to come)\b", re.IGNORECASE)
_FAR: Final = 2**62


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        step: One of `STEPS`.
        report: Id of the report.
        claim: Id of the claim that makes it a step.
        publisher: Who published it; of a private person the coder's word.
        at: When it was published, as bounds.
        basis: page-date, time … of the report; bounded = by what it tells and by who cites it; none.
        maybe: Ids of other reports that may have been there before it, as times are bounds.
    """

    step: str
    report: str
    claim: str
    publisher: str
    at: Bounds
    basis: str
    maybe: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return plain | {"at": self.at.as_json(), "maybe": list(self.maybe)}


@dataclass(frozen=True, slots=True)
class Lag:
    """What lies between two steps, in hours: at least and at most; below zero where the order itself is not sure."""

    before: str
    after: str
    hours: Bounds

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"from": self.before, "to": self.after, "hours": self.hours.as_json()}


@dataclass(frozen=True, slots=True)
class Chain:
    """How one incident, or the whole story, travelled.

    Attributes:
        incident: Id of the incident; "" = the whole story.
        steps: What was found of `STEPS`, in that order; a step that is surely older than those before it goes first.
        lags: Between each step and the one before it.
        missing: Steps that were not found in the data.
        tree: Who took from whom, for the reports concerned.
    """

    incident: str
    steps: tuple[Step, ...]
    lags: tuple[Lag, ...]
    missing: tuple[str, ...]
    tree: tuple[Branch, ...]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "incident": self.incident,
            "steps": [one.as_json() for one in self.steps],
            "lags": [one.as_json() for one in self.lags],
            "missing": list(self.missing),
            "tree": [one.as_json() | {"told": one.told} for one in self.tree],
        }


def chain(incident: Incident | None, standing: Standing) -> Chain:
    """Work out how an incident travelled.

    Args:
        incident: The incident; None = the whole story: all that people in public and media told of those called.
        standing: What holds.
    """
    told = _told(incident, standing)
    from_people = _from_people(told, standing)
    clock = Clock(standing)
    steps = _steps(told, _replies(told, standing), clock) if from_people else _from_office(told, clock)
    expected = _FROM_PEOPLE if from_people else _FROM_OFFICE
    return Chain(
        "" if incident is None else incident.id,
        steps,
        _lags(steps),
        tuple(name for name in expected if name not in {one.step for one in steps}),
        _tree({one.report for one in told} | {one.report for one in steps}, standing),
    )


def _from_people(told: Sequence[Claim], standing: Standing) -> bool:
    """Whether people began it: a post is among the claims, or the eldest of them is no office's word."""
    ordered = sorted(told, key=lambda one: published_order(one, standing))
    social = any(standing.reports[one.report].level == "social" for one in ordered)
    return social or not ordered or not official(ordered[0], standing.reports[ordered[0].report])


def _lags(steps: Sequence[Step]) -> tuple[Lag, ...]:
    """From the first post to the official reply, then between neighbours."""
    by_name = {one.step: one for one in steps}
    pairs = list(pairwise(steps))
    if {"first seen", "picked up", "official reply"} <= by_name.keys():
        pairs.insert(0, (by_name["first seen"], by_name["official reply"]))
    return tuple(Lag(one.step, other.step, whole_hours(other.at.since(one.at))) for one, other in pairs)


class Clock:
    """When reports were published, worked out once each, with who cites and who saw them at hand."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self._told: dict[str, list[Claim]] = {}
        for claim in standing.claims.values():
            self._told.setdefault(claim.report, []).append(claim)
        self._cited_by: dict[str, list[int]] = {}
        for report in standing.reports.values():
            if report.published.most is not None:
                for name in report.cites:
                    self._cited_by.setdefault(name, []).append(report.published.most)
        self._found: dict[str, tuple[Bounds, str]] = {}

    def at(self, identity: str) -> tuple[Bounds, str]:
        """When a report was published, as bounds, and on what that rests."""
        if identity not in self._found:
            report = self.standing.reports[identity]
            known = report.published.known
            self._found[identity] = (report.published, report.published_basis) if known else self._bounded(report)
        return self._found[identity]

    def _bounded(self, report: Report) -> tuple[Bounds, str]:
        events = [
            one.when.least
            for one in self._told.get(report.id, ())
            if one.when.least is not None and not _AHEAD.search(one.what) and (one.topic in _PAST or _dated(one))
        ]
        pages = [self.standing.reports[one].published.most for one in report.seen_via if one in self.standing.reports]
        users = [*self._cited_by.get(report.id, ()), *(most for most in pages if most is not None)]
        low, high = max(events, default=None), min(users, default=None)
        if low is not None and high is not None and low > high:
            low = None  # It was cited before what it tells: its own time is what cannot be right.
        found = Bounds(low, high)
        return found, "bounded" if found.known else "none"


def seen_at(report: Report, standing: Standing) -> tuple[Bounds, str]:
    """When a report was published, as bounds, and on what that rests."""
    return Clock(standing).at(report.id)


def _dated(claim: Claim) -> bool:
    """Whether the text itself gives the day of what it speaks of."""
    low, high = claim.when.least, claim.when.most
    return claim.when_basis == "seen" and low is not None and high is not None and high - low < DAY_MS


def _told(incident: Incident | None, standing: Standing) -> list[Claim]:
    if incident is not None:
        return [standing.claims[one] for one in incident.claims]
    return [one for _, one in sorted(standing.claims.items()) if one.topic in _PAST]


def _replies(told: Sequence[Claim], standing: Standing) -> list[Claim]:
    """Official words on the themes that answer what was told, or on its question where a theme names none."""
    mine = {theme_of(one).id: theme_of(one) for one in told if not official(one, standing.reports[one.report])}
    questions = {one.question for one in mine.values() if not one.replies} - {""}
    named = {name for one in mine.values() for name in one.replies}
    return [
        one
        for _, one in sorted(standing.claims.items())
        if (theme_of(one).question in questions or theme_of(one).id in named)
        and official(one, standing.reports[one.report])
    ]


def _from_office(told: Sequence[Claim], clock: Clock) -> tuple[Step, ...]:
    """An office spoke first: its own pages, then those that retell it."""
    reports = clock.standing.reports
    own = [one for one in told if reports[one.report].level == "official"]
    pages = [one for one in told if reports[one.report].level != "official"]
    found = (_earliest("officially said", own, clock), _earliest("picked up", pages, clock))
    return _by_time([one for one in found if one is not None])


def _steps(told: Sequence[Claim], replies: Sequence[Claim], clock: Clock) -> tuple[Step, ...]:
    reports = clock.standing.reports
    social = [one for one in told if reports[one.report].level == "social"]
    media = [one for one in told if reports[one.report].level in ("outlet", "analysis")]
    pages = [one for one in media if not official(one, reports[one.report])]
    found = [_earliest("first seen", social, clock), _earliest("picked up", pages, clock)]
    start = next((one.at for one in found if one is not None and one.at.least is not None), Bounds())
    timed = [(clock.at(one.report)[0], one) for one in replies]
    before = [one for at, one in timed if _surely_before(at, start)]
    after = [(at, one) for at, one in timed if at.known and not _surely_before(at, start)] if start.known else []
    paper = Bounds() if found[1] is None else found[1].at
    between = [one for at, one in after if _surely_before(at, paper)]
    reply = [one for at, one in after if not _surely_before(at, paper)]
    first, page = found
    steps = (
        _latest("said before", _offices(before), clock),
        first,
        _earliest("officially said", _offices(between), clock),
        page,
        _earliest("official reply", _offices(reply), clock),
    )
    return _by_time([one for one in steps if one is not None])


def _offices(claims: Sequence[Claim]) -> Sequence[Claim]:
    """Of official words those of offices and officials; the state's media speak only where no office does."""
    return [one for one in claims if (actor := actor_of(one.who)) is not None and actor.speaks] or claims


def _by_time(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Steps in their order, but none after one that it is surely older than."""
    found: list[Step] = []
    for one in steps:
        place = next((at for at, other in enumerate(found) if _surely_before(one.at, other.at)), len(found))
        found.insert(place, one)
    return tuple(found)


def _surely_before(one: Bounds, other: Bounds) -> bool:
    return one.most is not None and other.least is not None and one.most < other.least


def _earliest(step: str, claims: Iterable[Claim], clock: Clock) -> Step | None:
    """The claim whose report is surely the first, or else may be: by its latest time, then its earliest.

    Of equals what retells goes before a page's own word, then by id.
    """
    timed = [(clock.at(one.report)[0], one) for one in claims]
    if not timed:
        return None
    at, first = min(
        timed,
        key=lambda one: (_end(one[0].most), _end(one[0].least), _own(step, one[1]), one[1].report, one[1].number),
    )
    rivals = {one.report for when, one in timed if one.report != first.report and _may_precede(when, at)}
    return _step(step, first, clock, tuple(sorted(rivals)))


def _own(step: str, claim: Claim) -> bool:
    """Whether a page that should pick something up gives its own word."""
    return step == "picked up" and claim.stance != "retells"


def _latest(step: str, claims: Iterable[Claim], clock: Clock) -> Step | None:
    timed = [(clock.at(one.report)[0], one) for one in claims]
    if not timed:
        return None
    reports = clock.standing.reports
    # Of one day an office's own page before those that retell it, then the first by id.
    _, last = min(
        timed,
        key=lambda one: (
            -(one[0].most or 0),
            -(one[0].least or 0),
            reports[one[1].report].level != "official",
            one[1].report,
            one[1].number,
        ),
    )
    return _step(step, last, clock, ())


def _step(step: str, claim: Claim, clock: Clock, rivals: tuple[str, ...]) -> Step:
    report = clock.standing.reports[claim.report]
    at, basis = clock.at(report.id)
    return Step(step, report.id, claim.id, report.publisher, at, basis, rivals)


def _end(value: int | None) -> int:
    return _FAR if value is None else value


def _may_precede(one: Bounds, other: Bounds) -> bool:
    return one.least is None or other.most is None or one.least <= other.most


def _tree(pages: Iterable[str], standing: Standing) -> tuple[Branch, ...]:
    """All branches above some pages, up to the roots."""
    above: dict[str, list[Branch]] = {}
    for one in branches(standing):
        above.setdefault(one.page, []).append(one)
    todo, found = sorted(pages), dict[tuple[str, str], Branch]()
    done = set[str]()
    while todo:
        page = todo.pop()
        if page in done:
            continue
        done.add(page)
        for one in above.get(page, []):
            found[one.page, one.source] = one
            if one.stored:
                todo.append(one.source)
    return tuple(found[key] for key in sorted(found))
