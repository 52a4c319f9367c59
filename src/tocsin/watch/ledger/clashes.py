"""Contradictions: pairs of claims that cannot both hold, and pairs that only seem so, with what explains them.

A pair is a suggestion: a person confirms it by a link `contradicts`, or takes it away. Of each voice and theme only
its eldest claim on a side is paired, so that copies make no new clash. What explains a pair: two lines under one name,
another thing under the same words (`apart` in `lines.toml`), or a stage that is not the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any, Final

from tocsin.watch.ledger.incidents import Incident, incidents, published_order
from tocsin.watch.ledger.lines import Apart, Voice, apart, line_of, lines, voice_of
from tocsin.watch.ledger.questions import Question, Side, ledger
from tocsin.watch.ledger.themes import theme_of
from tocsin.watch.likeness.counted import Origins, claim_origins
from tocsin.watch.likeness.letters import likeness
from tocsin.watch.model import Claim, Link
from tocsin.watch.standing import Standing

__all__ = ["KINDS", "Clash", "as_links", "clashes"]

KINDS: Final = ("side", "count", "line", "apart")
"""Two sides of one question; counts that no number meets; one name for two lines; one word for two things."""
_STAGE: Final = re.compile(r"\bstage\b", re.IGNORECASE)
_SCORES: Final = {"side": 0.6, "count": 0.7, "line": 0.3, "apart": 0.3}


@dataclass(frozen=True, slots=True)
class Clash:
    """Two claims that cannot both hold, or seem so.

    Attributes:
        first: Id of a claim; of the two the smaller.
        second: Id of the other.
        kind: One of `KINDS`.
        where: Question, or theme.
        why: What does not go together, in one sentence.
        explained: What explains it, so that it is no contradiction; "" = nothing does.
        reports: Ids of reports that the explanation rests on.
        state: suggested, or confirmed by a person.
    """

    first: str
    second: str
    kind: str
    where: str
    why: str
    explained: str = ""
    reports: tuple[str, ...] = ()
    state: str = "suggested"

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {name: getattr(self, name) for name in self.__slots__} | {"reports": list(self.reports)}


def clashes(standing: Standing, origins: Origins | None = None) -> tuple[Clash, ...]:
    """Find what cannot hold together, explained or not; by pair.

    Args:
        standing: What holds.
        origins: Claim or report → origin group; by default as `likeness.claim_origins`.
    """
    groups = claim_origins(standing) if origins is None else origins
    found: dict[tuple[str, str], Clash] = {}
    drawn = incidents(standing, groups)
    every = (
        *_by_line(drawn, standing),
        *_by_class(drawn, standing),
        *_by_side(ledger(standing, groups), standing, groups),
        *_by_count(standing, groups),
    )
    for one in every:
        found.setdefault((one.first, one.second), one)
    said = _said(standing)
    kept = [
        Clash(one.first, one.second, one.kind, one.where, one.why, one.explained, one.reports,
              "confirmed" if said.get(pair) == "link" else one.state)
        for pair, one in sorted(found.items())
        if said.get(pair) != "unlink"
    ]  # fmt: skip
    return tuple(kept)


def as_links(found: Iterable[Clash]) -> tuple[Link, ...]:
    """Unexplained clashes as suggested links, for the store."""
    return tuple(
        Link("contradicts", one.first, one.second, _SCORES[one.kind], one.state, "rules")
        for one in found
        if not one.explained
    )


def _said(standing: Standing) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for one in standing.decisions:
        if one.act in ("link", "unlink") and one.value.get("kind") == "contradicts":
            first, _, second = one.target.partition(" ~ ")
            low, high = sorted((first, second))
            found[low, high] = one.act
    return found


def _by_side(questions: Iterable[Question], standing: Standing, origins: Origins) -> Iterable[Clash]:
    for question in questions:
        if question.counted:
            continue
        sides = {one.id: one for one in question.sides}
        pairs = {tuple(sorted((one.id, name))) for one in question.sides for name in one.against if name in sides}
        for first, second in sorted(pairs):
            depends = f" It depends on {question.depends}." if question.depends else ""
            why = f"{question.title} “{sides[first].title}” against “{sides[second].title}”.{depends}"
            mine, theirs = (_eldest(sides[name], standing, origins) for name in (first, second))
            for one, other in _paired(mine, theirs, standing):
                yield _clash(one, other, "side", question.id, why)


def _paired(mine: Sequence[Claim], theirs: Sequence[Claim], standing: Standing) -> Iterable[tuple[Claim, Claim]]:
    """Each claim with what was said nearest before it, and nearest after it, on the other side."""
    yield from ((one, other) for one in mine for other in _nearest(one, theirs, standing))
    yield from ((one, other) for other in theirs for one in _nearest(other, mine, standing))


def _nearest(claim: Claim, others: Sequence[Claim], standing: Standing) -> Iterable[Claim]:
    """The last of others that was published before a claim, or with it, and the first after; words, id break ties."""
    at = published_order(claim, standing)[0]
    timed = [(published_order(one, standing)[0], one) for one in others if one.report != claim.report]
    for after in (False, True):
        order = [
            (abs(when - at), -round(likeness(claim.what, one.what), 6), one.id)
            for when, one in timed
            if (when > at) == after
        ]
        if order:
            yield standing.claims[min(order)[2]]


def _eldest(side: Side, standing: Standing, origins: Origins) -> list[Claim]:
    """The eldest claim of each voice and theme on a side."""
    once: dict[tuple[Voice, str], Claim] = {}
    for row in side.rows:
        claim = standing.claims.get(row.id)
        if claim is not None:
            once.setdefault((voice_of(origins, claim), theme_of(claim).id), claim)
    return [once[name] for name in sorted(once)]


def _by_count(standing: Standing, origins: Origins) -> Iterable[Clash]:
    """Counts of one unit and theme at times that meet, which no number meets."""
    counted: dict[tuple[str, str], dict[str, Claim]] = {}
    for one in sorted(standing.claims.values(), key=lambda claim: published_order(claim, standing)):
        if one.count.known and one.stance != "denies":
            key = f"{voice_of(origins, one)} {one.count.as_json()}"
            counted.setdefault((theme_of(one).id, one.unit), {}).setdefault(key, one)
    for (theme, unit), claims in sorted(counted.items()):
        for one, other in combinations(claims.values(), 2):
            if not one.count.meets(other.count) and one.when.meets(other.when):
                why = f"{_bounds(one)} {unit} against {_bounds(other)} {unit}."
                yield _clash(one, other, "count", theme, why)


def _bounds(claim: Claim) -> str:
    low, high = claim.count.least, claim.count.most
    if low == high:
        return f"{low}"
    return f"at most {high}" if low is None else f"at least {low}" if high is None else f"{low} to {high}"


def _by_line(drawn: Sequence[Incident], standing: Standing) -> Iterable[Clash]:
    """Things of one theme on two lines: the eldest claim of each, explained."""
    by_theme: dict[str, list[Claim]] = {}
    for one in drawn:
        eldest = standing.claims[one.id.removeprefix("i-")]
        if "line" in theme_of(eldest).split:
            named = [standing.claims[name] for name in one.claims if line_of(standing.claims[name])]
            by_theme.setdefault(one.theme, []).append(min(named, key=lambda claim: claim.id, default=eldest))
    for theme, claims in sorted(by_theme.items()):
        for mine, its in combinations(claims, 2):
            if line_of(mine) and line_of(its) and line_of(mine) != line_of(its):
                yield _clash(mine, its, "line", theme, "The same words of two things.")


def _by_class(drawn: Sequence[Incident], standing: Standing) -> Iterable[Clash]:
    """What goes under the same words and is another thing, beside the summonses for which it is taken."""
    summoned = [one for one in drawn if one.topic == "called-up"]
    if not summoned:
        return
    largest = min(summoned, key=lambda one: (-len(one.claims), one.id))
    plain = [standing.claims[name] for name in largest.claims if not _other_thing(standing.claims[name].what)]
    for rule in apart():
        for _, claim in sorted(standing.claims.items()):
            if plain and _words(rule.words).search(claim.what):
                yield _clash(claim, plain[0], "apart", "called-up", "Both are told as one call-up.")


def _other_thing(text: str) -> Apart | None:
    return next((one for one in apart() if _words(one.words).search(text)), None)


@cache
def _words(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


def _clash(one: Claim, other: Claim, kind: str, where: str, why: str) -> Clash:
    first, second = sorted((one, other), key=lambda claim: claim.id)
    explained, reports = _explained(first, second)
    return Clash(first.id, second.id, kind, where, why, explained, reports)


def _explained(one: Claim, other: Claim) -> tuple[str, tuple[str, ...]]:
    """What makes two claims go together after all, and the reports that say so."""
    things = [_other_thing(claim.what) for claim in (one, other)]
    for thing, against, theirs in ((things[0], other, things[1]), (things[1], one, things[0])):
        # If both are the same other thing, it explains nothing.
        if (
            thing is not None
            and thing != theirs
            and _words((*thing.against, "called-up")).search(f"{against.what} {against.topic}")
        ):
            return thing.why, thing.reports
    mine, its = line_of(one), line_of(other)
    both = {theme_of(one).id, theme_of(other).id}
    if mine and its and mine != its and both & {"stage", "began"}:
        named = {line.id: line for line in lines()}
        why = f"Two things under one name: {one.id} is of {named[mine].title}; {other.id} is of {named[its].title}."
        return why, tuple(sorted({*named[mine].reports, *named[its].reports}))
    if "ended" in (one.topic, other.topic) and bool(_STAGE.search(one.what)) != bool(_STAGE.search(other.what)):
        return "A stage that is finished is not the whole: both may hold.", (one.report, other.report)
    return "", ()
