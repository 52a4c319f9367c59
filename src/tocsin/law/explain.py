"""Saying a verdict: the words that its status allows, the values that it rests on, one sentence, the whole reasoning.

Verdicts and values are kept as columns; words are made here, only for what is shown. Unverified law neither accuses nor
clears: its words are "possible breach" and "possibly lawful (law not verified)".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl

from tocsin.law import nodes as ex
from tocsin.law.audit import applying, audit, counted, meaning_of, with_applying
from tocsin.law.facts import FACT_OF
from tocsin.law.load import Conditions, Law
from tocsin.law.pack import Rule

__all__ = ["Finding", "article", "findings", "letter", "reasoning", "words"]

Values = dict[str, Any]
_ANSWERS: Final[dict[bool | None, str]] = {True: "yes", False: "no", None: "not known"}


@dataclass(frozen=True)
class Finding:
    """One rule and one summons.

    Attributes:
        rule: Id of the rule.
        title: Its title.
        verdict: What the rule as written gives.
        law_status: How well the writing was verified.
        words: What may be said of it.
        article: Act and article.
        values: The facts that it read, and the notice as it was counted; None = not known.
        missing: Facts that it would need.
        sentence: All of it in one sentence.
    """

    rule: str
    title: str
    verdict: str
    law_status: str
    words: str
    article: str
    values: Mapping[str, Any]
    missing: tuple[str, ...]
    sentence: str

    def as_json(self) -> dict[str, Any]:
        """The finding for programs."""
        return {
            "rule": self.rule,
            "verdict": self.verdict,
            "law_status": self.law_status,
            "words": self.words,
            "article": self.article,
            "values": dict(self.values),
            "missing": list(self.missing),
            "sentence": self.sentence,
        }


def words(verdict: str, rule: Rule) -> str:
    """The words for a verdict that the status of the law allows, both ways alike."""
    verified = rule.cite.status == "confirmed"
    if verdict == "breach" and rule.binds == "person":
        return "not kept by the person" if verified else "possibly not kept by the person"
    if verdict == "breach":
        wrong = "irregularity" if rule.effect == "irregularity" else "breach"
        return wrong if verified else f"possible {wrong}"
    if verdict == "lawful":
        return "lawful" if verified else "possibly lawful (law not verified)"
    if verdict == "cannot tell" and rule.effect == "ask-why":
        return "cannot tell: ask why"
    return verdict


def article(rule: Rule) -> str:
    """Act and article in one line."""
    where = rule.cite.article
    return f"{rule.cite.act}, {'article not found' if where == 'not found' else where}"


def findings(table: pl.DataFrame, law: Law) -> list[Finding]:
    """Say what every rule finds of a summons.

    Args:
        table: One row, as `tocsin.law.tables` makes it.
        law: The pack.
    """
    verdicts = audit(table, law).row(0, named=True)
    found = []
    for identity, versions in law.rules.items():
        one = versions[verdicts.get(f"{identity} version", 0)]
        found.append(_finding(table, law, one, verdicts[identity]))
    return found


def _finding(table: pl.DataFrame, law: Law, one: Conditions, verdict: str) -> Finding:
    ready = counted(table, law)
    values, missing = _values(ready, law, one)
    said = words(verdict, one.rule)
    facts = "; ".join(f"{name.replace('_', ' ')} {text}" for name, text in _told(values, law).items())
    lacking = f" Not known: {', '.join(name.replace('_', ' ') for name in missing)}." if missing else ""
    here = f" Here: {facts}." if facts else ""
    if verdict == "cannot tell" and not missing and one.rule.effect != "ask-why":
        lacking = " What is known does not decide it: the source does not say how to count, or only bounds are known."
    sentence = f"{said[:1].upper()}{said[1:]}. {one.rule.say}{here}{lacking}"
    return Finding(
        one.rule.id, one.rule.title, verdict, one.rule.cite.status, said, article(one.rule), values, missing, sentence
    )


def _values(ready: pl.DataFrame, law: Law, one: Conditions) -> tuple[Values, tuple[str, ...]]:
    """The facts that a rule reads, as they stand; and those that are not known."""
    meaning = meaning_of(law, one, ready.columns)
    values: Values = {}
    for name in one.reads:
        values[name] = _value(ready, name)
    between = [node for node in one.nodes() if isinstance(node, ex.Between)]
    for node in between:
        length = meaning.range(node)
        low, high = ready.select(length.least.alias("a"), length.most.alias("b")).row(0)
        name = (
            "notice"
            if (node.start.name, node.end.name) == ("served", "report")
            else f"{node.start.name} to {node.end.name}"
        )
        values[name] = low if low == high else [low, high]
        values[f"{name}_unit"] = (
            "day" if one.rule.count and one.rule.count.unit == "month" else one.rule.count and one.rule.count.unit
        )
    missing = tuple(name for name in one.reads if values[name] is None)
    return values, missing


def _value(ready: pl.DataFrame, name: str) -> Any:
    """A fact of the only row: one value, both ends, or None."""
    if name not in ready.columns:
        return None
    low = _plain(ready[name][0])
    other = next((end for end in (f"{name}_latest", f"{name}_most") if end in ready.columns), None)
    if other is None:
        return low
    high = _plain(ready[other][0])
    return low if low == high else None if low is None and high is None else [low, high]


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="minutes" if value.second == 0 and value.microsecond == 0 else "milliseconds")
    if isinstance(value, pl.Series):
        return [one.isoformat() for one in value.to_list() if one is not None]
    return value.isoformat() if isinstance(value, dt.date) else value


def _told(values: Values, law: Law) -> dict[str, str]:
    """Values in words, moments by the clock of the pack's zone."""
    zone = ZoneInfo(law.pack.time_zone)
    found = {}
    for name, value in values.items():
        if value is None or name.endswith("_unit"):
            continue
        unit = values.get(f"{name}_unit")
        moment = name in FACT_OF and FACT_OF[name].sort == "moment"
        ends = value if isinstance(value, list) and (moment or unit or len(value) == 2) else [value]
        parts = [_one(end, zone if moment else None) for end in ends]
        text = parts[0] if len(set(parts)) == 1 else " to ".join(parts)
        found[name] = f"{text} {unit.replace('-', ' ')}s" if unit else text
    return found


def _one(value: Any, zone: ZoneInfo | None) -> str:
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if zone is not None:
        return f"{dt.datetime.fromisoformat(str(value)).astimezone(zone):%Y-%m-%d %H:%M}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def reasoning(table: pl.DataFrame, law: Law, rule: str) -> list[str]:
    """The reasoning on one rule as an indented tree, in the order in which a lawyer checks.

    Args:
        table: One row.
        law: The pack.
        rule: Id of a rule.
    """
    ready = counted(table, law)
    verdicts = audit(table, law).row(0, named=True)
    lines = []
    for k, one in enumerate(law.rules[rule]):
        lines += [f"{one.rule.title} ({article(one.rule)}; {one.rule.cite.status})", f"  {one.rule.say}"]
        held, unless = one.rule.in_force, one.unless
        span = f"{held.from_ or 'long before'} to {held.until or 'today'}"
        lines.append(
            f"  1. In force {span}, by the day of {one.rule.selected_by}: {_said(ready, law, one, 'in force')}"
        )
        lines.append(f"  2. Applies: {_said(ready, law, one, one.applies)}")
        lines += _tree(ready, law, one, one.applies, 3)
        if unless is not None:
            lines.append(f"  3. Excepted: {_said(ready, law, one, unless)}")
            lines += _tree(ready, law, one, unless, 3)
        for higher, answer in _put_aside(ready, law, one):
            lines.append(f"  3. Put aside by {higher}: {answer}")
        asked = "Demanded" if one.rule.require is not None else "Exempt" if one.rule.effect != "ask-why" else "Ground"
        lines.append(f"  4. {asked}: {_said(ready, law, one, one.demand)}")
        lines += _tree(ready, law, one, one.demand, 3)
        if verdicts.get(f"{rule} version", 0) == k:
            lines.append(f"  = {words(verdicts[rule], one.rule)}")
    return lines


def _put_aside(ready: pl.DataFrame, law: Law, one: Conditions) -> Iterator[tuple[str, str]]:
    """Which rules go before a version, and whether each applies."""
    known = with_applying(ready, law).collect().row(0, named=True)
    for identity, versions in law.rules.items():
        answers = [known[applying(v, k)] for k, v in enumerate(versions) if one.rule.id in v.rule.overrides]
        if answers:
            yield identity, _ANSWERS[True if True in answers else None if None in answers else False]


def _said(ready: pl.DataFrame, law: Law, one: Conditions, node: ex.Node | str) -> str:
    meaning = meaning_of(law, one, ready.columns)
    expression = meaning.held(one.rule) if isinstance(node, str) else meaning.truth(node)
    value = ready.select(expression.alias("v"))["v"][0]
    return _ANSWERS[value]


def _tree(ready: pl.DataFrame, law: Law, one: Conditions, node: ex.Node, depth: int) -> list[str]:
    """The parts of a condition, each with its answer; single facts with their values."""
    space = "   " * depth
    match node:
        case ex.Truth():
            return []
        case ex.Every(parts=parts) | ex.Some(parts=parts):
            head = "all of" if isinstance(node, ex.Every) else "any of"
            inner = [line for part in parts for line in _tree(ready, law, one, part, depth + 1)]
            return [f"{space}{head}: {_said(ready, law, one, node)}", *inner]
        case ex.Not(part=part):
            return [f"{space}not: {_said(ready, law, one, node)}", *_tree(ready, law, one, part, depth + 1)]
    values, _ = _values(ready, law, one)
    told = _told(values, law)
    names = list(ex.facts_in(node))
    if isinstance(node, ex.Compare) and isinstance(node.left, ex.Between):
        names.append("notice" if names[:2] == ["served", "report"] else f"{names[0]} to {names[1]}")
    shown = ", ".join(f"{name.replace('_', ' ')} {told.get(name, 'not known')}" for name in names)
    return [f"{space}{ex.written(node)}: {_said(ready, law, one, node)} ({shown})"]


def letter(table: pl.DataFrame, law: Law, name: str) -> str:
    """A text for one person, ready for a letter: what was looked at, what was found, what is not known."""
    parts = [
        f"On the summons of {name}",
        "",
        f"We put the summons to {law.pack.title} (version {law.pack.version}). "
        + ("No lawyer has signed this collection of rules; what follows is no legal advice." if not law.pack.signed_by
           else f"{law.pack.signed_by} answers for this collection of rules."),
        "",
    ]  # fmt: skip
    for one in findings(table, law):
        if one.verdict != "not applicable":
            parts += [f"{one.title}. {one.sentence} ({one.article}.)", ""]
    parts.append("Rules that do not apply to this summons are left out.")
    return "\n".join(parts)
