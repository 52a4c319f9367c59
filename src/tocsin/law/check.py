"""Checking a pack by its own cases: does each rule say what whoever wrote it meant, and is every side of it tried?

A pack that loads has whole sentences and no overlaps. This says what more there is to know of it:

- errors: a case does not get its verdict; a rule can give a verdict and no case shows it; a change in force is not
  tried on the day before and on the day itself; a fact is read and no case of the rule gives it; a rule is confirmed
  without an article, or without saying where it was read;
- notes: days on which no version of a rule holds: before the first, between two, after the last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import polars as pl

from tocsin.errors import LawError
from tocsin.law import nodes as ex
from tocsin.law.audit import audit
from tocsin.law.counting import EPOCH
from tocsin.law.facts import RELATIONS
from tocsin.law.load import Conditions, Law
from tocsin.law.meaning import Meaning
from tocsin.law.pack import VERDICTS, Case, Verdict
from tocsin.law.tables import case_row

__all__ = ["Problem", "change_days", "check", "possible"]

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a pack that whoever answers for it should know.

    Attributes:
        level: An error is a fault of the pack; a note is a fact about it.
        place: The rule and, if it is about one, the case.
        sentence: What was found and what was expected.
    """

    level: Literal["error", "note"]
    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


def check(law: Law) -> tuple[Problem, ...]:
    """Check a pack by its own cases.

    Args:
        law: The pack, as `tocsin.law.law` loads it; overlapping versions were refused there.

    Returns:
        Problems rule by rule, in the order of the pack; a pack without errors is clean.
    """
    found: list[Problem] = []
    for identity, versions in law.rules.items():
        alone = _alone(law, identity)
        for one in versions:
            found += _cases(alone, one)
            found += _verdicts(law, one)
            found += _source(law, one)
        found += _changes(law, identity)
        found += _facts(law, identity)
        found += _gaps(law, identity)
    return tuple(found)


def _place(law: Law, identity: str) -> str:
    return f"{law.name}: rule {identity}"


def _alone(law: Law, identity: str) -> Law:
    """The pack with no more rules than the verdict of one of them needs."""
    needed = {identity}
    while True:
        above = {
            other
            for other, versions in law.rules.items()
            for one in versions
            if needed & set(one.rule.overrides)
        }  # fmt: skip
        if above <= needed:
            return replace(law, rules={name: law.rules[name] for name in law.rules if name in needed})
        needed |= above


def _cases(law: Law, one: Conditions) -> Iterator[Problem]:
    for case in one.rule.cases:
        place = f"{law.name}: rule {one.rule.id}, case {case.name!r}"
        try:
            verdict = audit(_row(law, case, place), law)[one.rule.id][0]
        except LawError as error:
            yield Problem("error", error.place or place, error.sentence)
            continue
        if verdict != case.verdict:
            yield Problem("error", place, f"found {verdict!r}; expected {case.verdict!r}")


def _row(law: Law, case: Case, place: str) -> pl.DataFrame:
    return case_row(case.facts, place, counts=law.counts)


def possible(law: Law, one: Conditions) -> tuple[Verdict, ...]:
    """The verdicts that a version of a rule can give, in their usual order."""
    rule = one.rule
    overridden = any(rule.id in other.rule.overrides for versions in law.rules.values() for other in versions)
    dated = rule.in_force.from_ is not None or rule.in_force.until is not None
    always = one.applies == ex.Truth(True) and rule.unless is None and not overridden and not dated
    if rule.effect == "ask-why":
        return ("cannot tell", "not applicable")
    return VERDICTS[:3] if always else VERDICTS


def _verdicts(law: Law, one: Conditions) -> Iterator[Problem]:
    shown = {case.verdict for case in one.rule.cases}
    lacking = [verdict for verdict in possible(law, one) if verdict not in shown]
    if lacking:
        listed = ", ".join(lacking)
        yield Problem("error", f"{_place(law, one.rule.id)}, {one.rule.title!r}", f"found no case that gives {listed}")


def _source(law: Law, one: Conditions) -> Iterator[Problem]:
    cite = one.rule.cite
    if cite.status == "confirmed" and (cite.article == "not found" or not cite.url):
        sentence = "found no article, or not where it was read; expected both of a confirmed rule"
        yield Problem("error", f"{_place(law, one.rule.id)}, cite", sentence)


def change_days(law: Law, identity: str) -> tuple[dt.date, ...]:
    """The days from which another version of a rule holds, or none does any more, or one does for the first time."""
    days = set()
    for one in law.rules[identity]:
        if one.rule.in_force.from_ is not None:
            days.add(one.rule.in_force.from_)
        if one.rule.in_force.until is not None:
            days.add(one.rule.in_force.until + DAY)
    return tuple(sorted(days))


def _changes(law: Law, identity: str) -> Iterator[Problem]:
    """Each change in force is tried on the day before and on the day itself."""
    tried = {day for one in law.rules[identity] for case in one.rule.cases for day in _day_of(law, one, case)}
    for day in change_days(law, identity):
        for needed, what in ((day - DAY, "the day before a change"), (day, "the day of a change")):
            if needed not in tried:
                moment = law.rules[identity][0].rule.selected_by
                yield Problem(
                    "error", _place(law, identity), f"found no case on {needed} (by {moment}), {what} in force"
                )


def _day_of(law: Law, one: Conditions, case: Case) -> Iterator[dt.date]:
    """The day of a case that selects the version, in the pack's zone; none if it is not known exactly."""
    try:
        row = _row(law, case, "")
    except LawError:
        return  # reported with the case itself
    day = Meaning(row.columns, law.pack.time_zone, None, None).day(one.rule.selected_by)
    low, high = row.select(day.least.alias("low"), day.most.alias("high")).row(0)
    if low is not None and low == high:
        yield EPOCH + dt.timedelta(days=low)


def _facts(law: Law, identity: str) -> Iterator[Problem]:
    """Each fact that a rule reads is given in one of its cases."""
    versions = law.rules[identity]
    given = {name for one in versions for case in one.rule.cases for name in case.facts}
    given |= {count.name for count in law.pack.counts if RELATIONS[count.of] in given}
    for name in dict.fromkeys(name for one in versions for name in one.reads):
        if name not in given:
            yield Problem("error", _place(law, identity), f"found no case that gives {name}, which the rule reads")


def _gaps(law: Law, identity: str) -> Iterator[Problem]:
    versions, place = law.rules[identity], _place(law, identity)
    first = versions[0].rule.in_force.from_
    if first is not None:
        yield Problem("note", place, f"nothing is said of days before {first}: then the rule is not applicable")
    for one, other in pairwise(versions):
        until, start = one.rule.in_force.until, other.rule.in_force.from_
        if until is not None and start is not None and until + DAY < start:
            yield Problem("note", place, f"no version holds from {until + DAY} to {start - DAY}")
    last = versions[-1].rule.in_force.until
    if last is not None:
        yield Problem("note", place, f"no version holds after {last}")
