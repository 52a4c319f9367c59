"""Each claim's facts put to a law pack, under every value of what is missing, the kind of call-up above all.

The order of things:

1. `legal_facts.py` says which facts a claim gives, and which it touches without giving.
2. Each claim becomes rows of one table: a row for each kind of call-up that the pack knows (or the kind that the claim
   itself says), each value of what is asked, and the first and last moment that the claim may mean.
3. `law.audit` answers them all at once. Where the two moments differ, the answer is: cannot tell.
4. Claims with the same rule, facts and answers are one finding. A fact is missing if another value of it would change
   an answer. Words of verdicts are those of `law.explain`: unverified law neither accuses nor clears.

A rule that leaves out one kind of call-up by its own words ("verification camps are excepted") has nothing against it:
for that kind the finding says what it says of lawful ones, and its verdict stays `not applicable`. Where the claim
itself names that kind, the finding stands if the rule's words say that they except something, and names the rule.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import polars as pl

from tocsin.law import Law, audit
from tocsin.law import law as load
from tocsin.law.explain import article, words
from tocsin.law.facts import KINDS, column_types, other_end
from tocsin.law.load import Conditions
from tocsin.watch.ledger.legal_facts import Told, Value, kinds_said, notice_ends, told, values_of
from tocsin.watch.ledger.lines import official
from tocsin.watch.ledger.themes import theme_of
from tocsin.watch.standing import Standing

__all__ = ["Answer", "LegalFinding", "legal"]

_WORDS: Final = {"kind": "kind of call-up", "served": "when the summons was served", "report": "when to report"}
_KINDS: Final = {
    "training": "a training camp",
    "special": "a special camp",
    "verification": "a verification camp",
    "additional": "an additional training",
    "mobilisation": "mobilisation",
    "civil-protection": "civil protection",
}
_NOT_APPLICABLE: Final = "not applicable"
_EXCEPTS: Final = "except"
"""What the words of a rule hold that leaves something out; packs are written in English."""
Assumed = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule says under some assumptions.

    Attributes:
        assumed: Fact and the value assumed, in words; `kind` is given as the law's word.
        given: Facts of these that the claim itself says.
        verdict: What the rule as written gives.
        words: What may be said of it.
    """

    assumed: Assumed
    given: tuple[str, ...]
    verdict: str
    words: str

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "assumed": dict(self.assumed),
            "given": list(self.given),
            "verdict": self.verdict,
            "words": self.words,
        }


@dataclass(frozen=True, slots=True)
class LegalFinding:
    """One rule and the claims whose facts it answers alike.

    Attributes:
        id: Rule and eldest claim.
        question: Question of the ledger.
        subject: What is told, in words.
        official: Claims in which an office itself says so.
        reported: Claims in which others do.
        statements: What offices say of the law on this question, without facts that a rule could read.
        kind_said_by: Claims anywhere that name a kind of call-up; it need not be the kind of these.
        rule: Id of the rule.
        title: Its title.
        article: Act and article.
        status: How well the writing was verified.
        law: What the rule says.
        verdict: The verdict, where all answers agree; else cannot tell.
        answers: Under each assumption.
        missing: Facts that would change an answer.
        silent: Kinds of call-up of which the pack says nothing.
        sentence: All of it in one sentence.
    """

    id: str
    question: str
    subject: str
    official: tuple[str, ...]
    reported: tuple[str, ...]
    statements: tuple[str, ...]
    kind_said_by: tuple[str, ...]
    rule: str
    title: str
    article: str
    status: str
    law: str
    verdict: str
    answers: tuple[Answer, ...]
    missing: tuple[str, ...]
    silent: tuple[str, ...]
    sentence: str

    @property
    def claims(self) -> tuple[str, ...]:
        """All claims that it answers."""
        return tuple(sorted((*self.official, *self.reported)))

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        lists = {
            name: list(plain[name])
            for name in ("official", "reported", "statements", "kind_said_by", "missing", "silent")
        }
        return plain | lists | {"answers": [one.as_json() for one in self.answers]}


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the table: whose, under which assumptions."""

    told: Told
    assumed: Assumed
    kind: str
    values: Mapping[str, Value]
    moment: int | None


@dataclass(frozen=True, slots=True)
class _Everywhere:
    """What is the same for all findings: claims that name a kind of call-up, and what offices say of the law."""

    kinds_said: tuple[str, ...]
    stated: Mapping[str, Sequence[str]]


def legal(standing: Standing, pack: str = "by") -> tuple[LegalFinding, ...]:
    """Put the facts of all claims to a pack.

    Args:
        standing: What holds.
        pack: A country of the house, or the path of a pack.

    Returns:
        By rule, then by id.

    Raises:
        LawError: There is no such pack, or something in it is wrong.
    """
    rules = load(pack)
    claims = [(one, standing.reports[one.report]) for _, one in sorted(standing.claims.items())]
    facts = [it for one, report in claims if (it := told(one, report)) is not None]
    if not facts:
        return ()
    kinds = _kinds_of(rules)
    rows = [row for one in facts for row in _rows(one, kinds)]
    verdicts = _audited(rows, rules)
    rows_of: dict[str, list[tuple[int, _Row]]] = defaultdict(list)
    for at, row in enumerate(rows):
        rows_of[row.told.claim].append((at, row))
    everywhere = _Everywhere(tuple(sorted(one.id for one, _ in claims if kinds_said(one))), _stated(standing))
    found: list[LegalFinding | None] = []
    for rule, versions in rules.rules.items():
        groups: dict[tuple[str, tuple[Answer, ...], str], list[Told]] = defaultdict(list)
        for one in facts:
            if _about(one, versions):
                answers = _answers(one, rows_of[one.claim], verdicts, rule, versions, kinds)
                groups[one.subject, answers, one.kind].append(one)
        found += [
            _finding(standing, members, answers, versions, kinds, everywhere)
            for (_, answers, _), members in groups.items()
        ]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (one.rule, one.id)))


def _kinds_of(law: Law) -> tuple[str, ...]:
    """Kinds of call-up of which the pack says anything: where not every rule is not applicable whatever else holds."""
    overall = audit(pl.DataFrame({"kind": list(KINDS)}), law)["overall"].cast(pl.String).to_list()
    return tuple(kind for kind, said in zip(KINDS, overall, strict=True) if said != _NOT_APPLICABLE)


def _rows(one: Told, kinds: Sequence[str]) -> Iterable[_Row]:
    """Every assumption and moment of a claim; other kinds than it says tell whether a rule leaves out only that one."""
    asked = [[(name, value) for value in values_of(name)] for name in one.asks]
    for kind in dict.fromkeys((one.kind, *kinds) if one.kind else kinds):
        for values in product(*asked):
            assumed = (("kind", kind), *((name, value.words) for name, value in values))
            for moment in one.moments or (None,):
                yield _Row(one, assumed, kind, dict(values), moment)


def _audited(rows: Sequence[_Row], law: Law) -> pl.DataFrame:
    """The verdicts of all rows, from one table."""
    types = column_types()
    filled = [_columns(row) for row in rows]
    names = [name for name in types if any(name in one for one in filled)]
    # A number or moment of which one end is open needs its other column, empty.
    pairs = {end for name in names if (end := other_end(name)) in types}
    table = {name: [one.get(name) for one in filled] for name in types if name in names or name in pairs}
    return audit(pl.DataFrame(table, schema={name: types[name] for name in table}), law)


def _columns(row: _Row) -> dict[str, object]:
    """The facts of a row by column, both ends of what has two."""
    ends: dict[str, tuple[object, object]] = {"kind": (row.kind, row.kind), **row.told.facts}
    ends |= {name: (value.least, value.most) for name, value in row.values.items()}
    if row.moment is not None:
        first, last = row.moment, row.moment
        if row.told.hours.known:
            ends["served"] = (_utc(row.moment), _utc(row.moment))
            first, last = notice_ends(row.moment, row.told.hours)[0], notice_ends(row.moment, row.told.hours)[1] or last
        ends["report"] = (_utc(first), _utc(last))
    found: dict[str, object] = {}
    for name, (low, high) in ends.items():
        found[name] = 0 if low is None and name in ("length_days", "minor_children") else low
        other = other_end(name)
        if other is not None:
            found[other] = high
    return found


def _utc(ms: int) -> dt.datetime:
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=ms)


def _about(one: Told, versions: Sequence[Conditions]) -> bool:
    """Whether a rule reads what a claim tells or touches."""
    reads = {name for version in versions for name in version.reads}
    if one.hours.known:
        return {"served", "report"} <= reads
    return bool(reads & {*one.facts, *one.asks})


def _answers(
    one: Told,
    rows: Sequence[tuple[int, _Row]],
    verdicts: pl.DataFrame,
    rule: str,
    versions: Sequence[Conditions],
    kinds: Sequence[str],
) -> tuple[Answer, ...]:
    """What a rule says of a claim under each assumption; over its moments, only what all of them say.

    Args:
        one: What the claim tells.
        rows: Its rows, each with its place among the verdicts.
        verdicts: Of all rows.
        rule: Id of the rule.
        versions: Its writings.
        kinds: Kinds of call-up of which the pack says anything.
    """
    said: dict[Assumed, set[str]] = defaultdict(set)
    which: dict[Assumed, int] = {}
    column = verdicts[rule]
    version = verdicts[f"{rule} version"] if len(versions) > 1 else None
    for at, row in rows:
        said[row.assumed].add(str(column[at]))
        which[row.assumed] = 0 if version is None else int(version[at])
    given = ("kind",) if one.kind else ()
    single = {key: min(found) if len(found) == 1 else "cannot tell" for key, found in said.items()}
    answers = []
    for key, verdict in single.items():
        kind = key[0][1]
        if one.kind and kind != one.kind:
            continue
        stated = versions[which[key]].rule
        # Not applicable because of the kind alone: under another kind the same facts are judged.
        excepted = (
            verdict == _NOT_APPLICABLE
            and kind in kinds
            and (not one.kind or _EXCEPTS in stated.say.lower())
            and any(other[1:] == key[1:] and there in ("lawful", "breach") for other, there in single.items())
        )
        answers.append(Answer(key, given, verdict, words("lawful" if excepted else verdict, stated)))
    return tuple(answers)


def _finding(
    standing: Standing,
    members: Sequence[Told],
    answers: tuple[Answer, ...],
    versions: Sequence[Conditions],
    kinds: Sequence[str],
    everywhere: _Everywhere,
) -> LegalFinding | None:
    if all(one.words == _NOT_APPLICABLE for one in answers):
        return None
    claims = [standing.claims[one.claim] for one in members]
    official_ids = {one.id for one in claims if official(one, standing.reports[one.report])}
    question, own = theme_of(claims[0]).question, {one.id for one in claims}
    missing = _missing(answers, members[0])
    silent = tuple(kind for kind in KINDS if kind not in kinds and not members[0].kind)
    verdicts = {one.verdict for one in answers}
    rule = versions[-1].rule
    return LegalFinding(
        f"{rule.id} {min(one.id for one in claims)}",
        question,
        members[0].subject,
        tuple(sorted(official_ids)),
        tuple(sorted({one.id for one in claims} - official_ids)),
        tuple(name for name in everywhere.stated.get(question, ()) if name not in own),
        everywhere.kinds_said,
        rule.id,
        rule.title,
        article(rule),
        rule.cite.status,
        rule.say,
        verdicts.pop() if len(verdicts) == 1 else "cannot tell",
        answers,
        missing,
        silent,
        _sentence(members[0].subject, answers, missing, silent, f"{rule.id}, “{rule.title}”,"),
    )


def _stated(standing: Standing) -> dict[str, list[str]]:
    """What offices say of the law: question → claims, by id."""
    found: dict[str, list[str]] = {}
    for _, one in sorted(standing.claims.items()):
        asked = one.topic in ("official-lawful", "notice-time", "exemption-granted")
        if asked and official(one, standing.reports[one.report]):
            found.setdefault(theme_of(one).question, []).append(one.id)
    return found


def _missing(answers: Sequence[Answer], one: Told) -> tuple[str, ...]:
    """Facts of which another value, all else equal, changes the answer; moments where none is known."""
    found = [] if one.moments else ["served" if one.hours.known else "report"]
    for at, (name, _) in enumerate(answers[0].assumed):
        rest: dict[Assumed, set[str]] = defaultdict(set)
        for answer in answers:
            rest[answer.assumed[:at] + answer.assumed[at + 1 :]].add(answer.verdict)
        if any(len(verdicts) > 1 for verdicts in rest.values()):
            found.append(name)
    return tuple(found)


def _sentence(subject: str, answers: Sequence[Answer], missing: Sequence[str], silent: Sequence[str], rule: str) -> str:
    """`Under a day's notice: possible breach if a training or special camp, …: cannot tell which (missing: …).`"""
    given = "kind" in answers[0].given
    kinds = {dict(one.assumed)["kind"] for one in answers}
    # A kind that alone was tried holds for itself only.
    alone = not given and len(kinds) == 1 and bool(silent)
    shown = [name for name, _ in answers[0].assumed if name in missing or (name == "kind" and alone)]
    cases: dict[str, set[Assumed]] = defaultdict(set)
    for one in answers:
        cases[one.words].add(tuple(pair for pair in one.assumed if pair[0] in shown))
    every = set[Assumed]().union(*cases.values())
    parts = [f"{said}{_conditions(mine, every)}" for said, mine in sorted(cases.items())]
    if "mobilisation" in silent and "kind" in missing:
        parts.append("not tested if it is mobilisation")
    lacking = ", ".join(_WORDS.get(name, name.replace("_", " ")) for name in missing)
    tail = (
        ""
        if not missing
        else f": cannot tell which (missing: {lacking})"
        if len(cases) > 1
        else f" (missing: {lacking})"
    )
    head = f" for {_KINDS[min(kinds)]}, as it says:" if given else ""
    if given and all(one.verdict == _NOT_APPLICABLE for one in answers):
        tail += f": {rule} excepts this kind"
    return f"{subject[:1].upper()}{subject[1:]}:{head} {', '.join(parts)}{tail}."


def _conditions(mine: set[Assumed], every: set[Assumed]) -> str:
    """When words hold: the assumptions that lead to them, without what makes no difference."""
    cases = sorted(_simpler(mine, every))
    if cases == [()]:
        return ""
    kinds: dict[Assumed, list[str]] = defaultdict(list)
    for case in cases:
        rest = tuple(pair for pair in case if pair[0] != "kind")
        kinds[rest] += [value for name, value in case if name == "kind"]
    told = []
    for rest, named in sorted(kinds.items()):
        conditions = [" or ".join(_KINDS[kind] for kind in KINDS if kind in named)] if named else []
        conditions += [value for _, value in rest]
        told.append(" and ".join(conditions))
    return f" if {', or if '.join(told)}"


def _simpler(mine: set[Assumed], every: set[Assumed]) -> set[Assumed]:
    """Leave a fact out of cases that hold for each of its values, if more than one was tried."""
    names = sorted({name for case in every for name, _ in case})
    for name in names:
        values = {value for case in every for other, value in case if other == name}
        if len(values) == 1:
            continue
        rests = {tuple(pair for pair in case if pair[0] != name) for case in mine}
        for rest in rests:
            same = {case for case in mine if tuple(pair for pair in case if pair[0] != name) == rest}
            if {value for case in same for other, value in case if other == name} == values:
                mine = (mine - same) | {rest}
    return mine
