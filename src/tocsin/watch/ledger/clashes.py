"""Contradictions: pairs of claims that cannot both hold, and pairs that only seem so, with what explains them.

A pair is a suggestion: a person confirms it by a link `contradicts`, or takes it away. Of each voice and theme only
its eldest claim on a side is paired, so that copies make no new clash. Two sentences whose numbers clash do so once,
whatever topics are claimed from them, and only if they may count the same thing. What explains a pair says
`explained.py`; pairs are drawn together by the sides that they stand on in `opposed.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Final

from tocsin.watch.ledger.explained import Explanation, explained, other_thing, same_ground
from tocsin.watch.ledger.grouping import decided_pairs
from tocsin.watch.ledger.incidents import Incident, incidents, published_order
from tocsin.watch.ledger.lines import Voice, apart, line_of, voice_of
from tocsin.watch.ledger.patterns import any_of
from tocsin.watch.ledger.questions import Question, Side, ledger
from tocsin.watch.ledger.themes import theme_of
from tocsin.watch.likeness.claim_origins import Origins, claim_origins
from tocsin.watch.likeness.letters import likeness
from tocsin.watch.model import Bounds, Claim
from tocsin.watch.standing import Standing
from tocsin.watch.words import count_words

__all__ = ["KINDS", "Clash", "clashes", "side_clashes"]

KINDS: Final = ("side", "count", "line", "apart")
"""Two sides of one question; counts that no number meets; one name for two lines; one word for two things."""
_WHO: Final = frozenset(
    ("waiting", "exempt-summoned", "exemption-granted", "medical-ignored", "refusal-punished", "phones-taken",
     "equipment", "foreign-forces")
)  # fmt: skip
"""Topics that say of whom a sentence's numbers are, unless it tells of a call-up; others leave it open."""


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
        sides: The side of the first and of the second, where they stand on two of one question.
    """

    first: str
    second: str
    kind: str
    where: str
    why: str
    explained: str = ""
    reports: tuple[str, ...] = ()
    state: str = "suggested"
    sides: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return plain | {"reports": list(self.reports), "sides": list(self.sides)}


def clashes(standing: Standing, origins: Origins | None = None) -> tuple[Clash, ...]:
    """Find what cannot hold together, explained or not; by pair.

    Args:
        standing: What holds.
        origins: Claim or report → origin group; by default as `likeness.claim_origins`.
    """
    groups = claim_origins(standing) if origins is None else origins
    found: dict[tuple[str, str], Clash] = {}
    drawn = incidents(standing, groups)
    said = decided_pairs(standing, "contradicts")
    every = (
        *_by_line(drawn, standing),
        *_by_class(drawn, standing),
        *_by_side(ledger(standing, groups), standing, groups),
        *_once(_by_count(standing, groups), standing, said),
    )
    for one in every:
        found.setdefault((one.first, one.second), one)
    kept = [
        replace(one, state="confirmed" if said.get(pair) == "link" else one.state)
        for pair, one in sorted(found.items())
        if said.get(pair) != "unlink"
    ]
    return tuple(kept)


def side_clashes(questions: Iterable[Question], standing: Standing, origins: Origins) -> tuple[Clash, ...]:
    """The clashes between sides of some questions, as `clashes` gives them: without it all numbers are compared.

    Args:
        questions: As `questions.ledger` gives them, with all their rows.
        standing: What holds.
        origins: Claim or report → origin group.

    Returns:
        By question and pair.
    """
    said = decided_pairs(standing, "contradicts")
    found: dict[tuple[str, str, str], Clash] = {}
    for one in _by_side(questions, standing, origins):
        found.setdefault((one.where, one.first, one.second), one)
    return tuple(
        replace(one, state="confirmed" if said.get((one.first, one.second)) == "link" else one.state)
        for _, one in sorted(found.items())
        if said.get((one.first, one.second)) != "unlink"
    )


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
            met = _Met(standing, question, frozenset((first, second)))
            for one, other in _paired(mine, theirs, met):
                pair = _clash(one, other, "side", question.id, why, met.explained(one, other))
                yield replace(pair, sides=(first, second) if pair.first == one.id else (second, first))


@dataclass(frozen=True, slots=True)
class _Met:
    """Two sides of a question that are set against each other."""

    standing: Standing
    question: Question
    sides: frozenset[str]

    def explained(self, one: Claim, other: Claim) -> Explanation:
        """What makes a claim of the one and a claim of the other go together."""
        return explained(*_in_order(one, other), self.standing, self.question, self.sides)


def _paired(mine: Sequence[Claim], theirs: Sequence[Claim], met: _Met) -> Iterable[tuple[Claim, Claim]]:
    """Each claim with what was said nearest before it, and nearest after it, on the other side."""
    yield from ((one, other) for one in mine for other in _nearest(one, theirs, met))
    yield from ((one, other) for other in theirs for one in _nearest(other, mine, met))


def _nearest(claim: Claim, others: Sequence[Claim], met: _Met) -> Iterable[Claim]:
    """The last of others that was published before a claim, or with it, and the first after; words, id break ties.

    Where something explains the nearest away, the nearest that nothing explains follows.
    """
    at = published_order(claim, met.standing)[0]
    timed = [
        (published_order(one, met.standing)[0], one)
        for one in others
        if one.report != claim.report and same_ground(met.question, claim, one)
    ]
    for after in (False, True):
        apart: dict[int, list[Claim]] = {}
        for when, one in timed:
            if (when > at) == after:
                apart.setdefault(abs(when - at), []).append(one)
        for place, other in enumerate(it for far in sorted(apart) for it in _likest(claim, apart[far])):
            alone = not met.explained(claim, other)[0]
            if alone or place == 0:
                yield other
            if alone:
                break


def _likest(claim: Claim, others: Sequence[Claim]) -> Sequence[Claim]:
    """Claims by how like their words are, the likest first; words are only compared where there is a choice."""
    if len(others) < 2:
        return others
    return sorted(others, key=lambda one: (-round(likeness(claim.what, one.what), 6), one.id))


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
    # Who tells it at first hand goes before who retells it: a post without a day is older than the page that shows it.
    for one in sorted(
        standing.claims.values(), key=lambda claim: (claim.stance == "retells", published_order(claim, standing))
    ):
        if one.count.known and one.stance != "denies":
            key = f"{voice_of(origins, one)} {one.count.as_json()}"
            counted.setdefault((theme_of(one).id, one.unit), {}).setdefault(key, one)
    things = _things(standing)
    for (theme, unit), claims in sorted(counted.items()):
        for pair in combinations(claims.values(), 2):
            one, other = _in_order(*pair)
            if one.count.meets(other.count) or not one.when.meets(other.when):
                continue
            mine, its = (things[claim.report, claim.what] for claim in (one, other))
            if not mine or not its or mine & its:
                why = f"{count_words(one.count, unit)} against {count_words(other.count, unit)}."
                yield _clash(one, other, "count", theme, why, explained(one, other, standing))


_Number = tuple[str, str, Bounds, str]
"""A number as it stands in a sentence: the report, the sentence, the number, its unit."""


def _number_of(claim: Claim) -> _Number:
    return claim.report, claim.what, claim.count, claim.unit


def _things(standing: Standing) -> Mapping[tuple[str, str], frozenset[str]]:
    """Of whom the numbers of each report's sentences are, by the topics claimed from them; none = not said."""
    topics: dict[tuple[str, str], set[str]] = {}
    for one in standing.claims.values():
        topics.setdefault((one.report, one.what), set()).add(one.topic)
    return {
        key: frozenset(("called-up",)) if "called-up" in found else frozenset(found & _WHO)
        for key, found in topics.items()
    }


def _once(found: Iterable[Clash], standing: Standing, said: Mapping[tuple[str, str], str]) -> Iterable[Clash]:
    """Of the clashes of two numbers one: that on which a person decided, else one that is explained, else the first."""
    best: dict[tuple[_Number, ...], Clash] = {}
    for one in sorted(found, key=lambda one: ((one.first, one.second) not in said, not one.explained)):
        numbers = sorted((_number_of(standing.claims[name]) for name in (one.first, one.second)), key=repr)
        best.setdefault(tuple(numbers), one)
    return best.values()


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
                reason = explained(*_in_order(mine, its), standing)
                yield _clash(mine, its, "line", theme, "The same words of two things.", reason)


def _by_class(drawn: Sequence[Incident], standing: Standing) -> Iterable[Clash]:
    """What goes under the same words and is another thing, beside the summonses for which it is taken."""
    summoned = [one for one in drawn if one.topic == "called-up"]
    if not summoned:
        return
    largest = min(summoned, key=lambda one: (-len(one.claims), one.id))
    plain = [standing.claims[name] for name in largest.claims if not other_thing(standing.claims[name].what)]
    for rule in apart():
        for _, claim in sorted(standing.claims.items()):
            if plain and any_of(rule.words).search(claim.what):
                reason = explained(*_in_order(claim, plain[0]), standing)
                yield _clash(claim, plain[0], "apart", "called-up", "Both are told as one call-up.", reason)


def _clash(one: Claim, other: Claim, kind: str, where: str, why: str, reason: Explanation) -> Clash:
    first, second = _in_order(one, other)
    return Clash(first.id, second.id, kind, where, why, *reason)


def _in_order(one: Claim, other: Claim) -> tuple[Claim, Claim]:
    return (one, other) if one.id <= other.id else (other, one)
