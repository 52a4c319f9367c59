"""Verdicts: each rule of a pack put to each summons of a table.

The order of things, for one rule:

1. The day of the moment that selects the version says which version holds.
2. It applies where it holds, `applies_if` is true, `unless` is not, and no rule that overrides it applies.
3. Where it does not apply: not applicable. Where it applies and what it demands holds: lawful; where not: breach. Where
   any of this is unknown: cannot tell. Of a rule that leaves room for discretion, a ground that is there is never a
   breach: cannot tell, and ask why it was refused.
4. Of several versions the one that may hold answers; if more than one may, cannot tell.

Verdicts are what the rule as written in the pack gives; `law_status` beside them says how well that was verified.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.errors import LawError
from tocsin.law.facts import RELATIONS
from tocsin.law.load import Conditions, Law
from tocsin.law.meaning import Meaning
from tocsin.law.pack import VERDICTS, CountOf

__all__ = ["OVERALL", "VERDICT", "Tally", "applies_to", "audit", "counted", "meaning_of", "tally"]

Ints = NDArray[np.int64]
VERDICT: Final = pl.Enum(VERDICTS)
OVERALL: Final = ("breach", "possible breach", "cannot tell", "possibly lawful", "lawful", "not applicable")
"""What is said of a summons as a whole, the gravest first."""
CANNOT_TELL, NOT_APPLICABLE = 2, 3
_LAWFUL, _BREACH, _CANNOT, _NOT = (pl.lit(code, pl.UInt8) for code in range(4))


@dataclass(frozen=True)
class Tally:
    """How often a rule gave a verdict.

    Attributes:
        rule: Its id.
        version: Which version answered, counted from 0, oldest first.
        verdict: What it gave.
        count: Of how many summonses.
    """

    rule: str
    version: int
    verdict: str
    count: int


def audit(table: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Put every rule of a pack to every summons.

    Args:
        table: One row a summons; columns as `tocsin.law.facts.column_types`, any of them may be missing.
        law: The pack.

    Returns:
        The same rows: for each rule a column of verdicts by its id, for rules of several versions `<id> version`
        (UInt8, which one answered, oldest first), and `overall`.
    """
    ready = counted(table, law)
    verdicts: list[pl.Expr] = []
    for identity in law.rules:
        verdicts += _rule(law, identity, ready.columns)
    found = ready.select(verdicts)
    named = found.with_columns(
        pl.col(identity).replace_strict(range(4), list(VERDICTS), return_dtype=VERDICT) for identity in law.rules
    )
    return named.with_columns(_overall(law).cast(pl.Enum(OVERALL)).alias("overall"))


def counted(table: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Add what the pack counts (minor children on a day) where the table lists births and not the number itself."""
    ready = table
    for count in law.pack.counts:
        if count.name in table.columns:
            continue
        if RELATIONS[count.of] in table.columns and count.on in table.columns:
            ready = ready.with_columns(_children(table, law, count))
    return ready


def _children(table: pl.DataFrame, law: Law, count: CountOf) -> list[pl.Series]:
    """How many children are below an age on the day of a moment: at least and at most."""
    births = table[RELATIONS[count.of]]
    day = Meaning(table.columns, law.pack.time_zone, None, None).day(count.on)
    early, late = table.select(day.least.alias("early"), day.most.alias("late"))
    lengths = births.list.len().fill_null(0).to_numpy().astype(np.int64)
    flat = births.filter(pl.Series(lengths > 0)).explode(empty_as_null=False).cast(pl.Int32)
    born, unknown = flat.fill_null(0).to_numpy(), flat.is_null().to_numpy()
    ends = np.cumsum(lengths)

    def number(of_age: pl.Series, by: pl.Series) -> Ints:
        """How many were born after one day and by another."""
        after, until = (np.repeat(one.fill_null(0).to_numpy(), lengths) for one in (of_age, by))
        running = np.concatenate(([0], np.cumsum((born > after) & (born <= until) & ~unknown)))
        return np.asarray(running[ends] - running[ends - lengths])

    # Sure is who was born by the first possible day and is a minor on the last; possible, the other way round.
    sure = number(_cutoff(late, count.under_years, law.pack.leap_day), early)
    most = sure if day.exact else number(_cutoff(early, count.under_years, law.pack.leap_day), late)
    undated = np.concatenate(([0], np.cumsum(unknown)))
    known = births.is_not_null() & early.is_not_null() & late.is_not_null()
    complete = table["children_complete"].fill_null(False) if "children_complete" in table.columns else known & False
    frame = pl.DataFrame(
        {"least": sure, "most": most + undated[ends] - undated[ends - lengths], "known": known, "all": complete & known}
    )
    return list(
        frame.select(
            pl.when("known").then("least").alias(count.name), pl.when("all").then("most").alias(f"{count.name}_most")
        )
    )


def _cutoff(day: pl.Series, years: int, leap_day: str) -> pl.Series:
    """The last day of birth of those who have reached an age on a day; both as days since 1970."""
    date = day.cast(pl.Date)
    before = date.dt.offset_by(f"-{years}y")
    number = before.cast(pl.Int32)
    if leap_day == "1 March":
        return number
    # Born on 29 February and of age on the 28th: the cutoff is a day later.
    last = (before.dt.month() == 2) & (before.dt.day() == 28) & before.dt.is_leap_year() & ~date.dt.is_leap_year()
    return number + last.cast(pl.Int32)


def _rule(law: Law, identity: str, columns: Sequence[str]) -> list[pl.Expr]:
    """The verdict of a rule as a code, and which version gave it if there are several."""
    versions = law.rules[identity]
    codes = [_version(law, one, columns) for one in versions]
    if len(codes) == 1:
        return [codes[0].alias(identity)]
    # One that applies goes before one that does not; if one cannot tell, neither can the rule.
    verdict, which = _NOT, pl.lit(len(codes) - 1, pl.UInt8)
    for k, code in reversed(list(enumerate(codes))):
        verdict = pl.when(code != NOT_APPLICABLE).then(code).otherwise(verdict)
        which = pl.when(code != NOT_APPLICABLE).then(pl.lit(k, pl.UInt8)).otherwise(which)
    unsure = reduce(or_, (code == CANNOT_TELL for code in codes))
    return [pl.when(unsure).then(_CANNOT).otherwise(verdict).alias(identity), which.alias(f"{identity} version")]


def _version(law: Law, one: Conditions, columns: Sequence[str]) -> pl.Expr:
    """The verdict of one version of a rule as a code in the order of `VERDICTS`."""
    meaning = meaning_of(law, one, columns)
    applies = applies_to(law, one, columns)
    demand = meaning.truth(one.demand)
    met = demand if one.rule.require is not None else ~demand
    if (
        one.rule.effect == "ask-why"
    ):  # a ground that is there is for somebody to decide on; without one nothing is asked
        return pl.when(~applies | met).then(_NOT).otherwise(_CANNOT)
    return (
        pl.when(~applies)
        .then(_NOT)
        .when(applies & met)
        .then(_LAWFUL)
        .when(applies & ~met)
        .then(_BREACH)
        .otherwise(_CANNOT)
    )


def meaning_of(law: Law, one: Conditions, columns: Sequence[str]) -> Meaning:
    """How the conditions of a version read a table with these columns."""
    return Meaning(columns, law.pack.time_zone, one.rule.count, law.table, law.pack.leap_day)


def applies_to(law: Law, one: Conditions, columns: Sequence[str]) -> pl.Expr:
    """Whether a version holds on its day, is about the summons, and is neither excepted nor overridden."""
    meaning = meaning_of(law, one, columns)
    applies = meaning.truth(one.applies)
    if one.rule.in_force.from_ or one.rule.in_force.until:
        applies = applies & meaning.held(one.rule)
    if one.unless is not None:
        applies = applies & ~meaning.truth(one.unless)
    for versions in law.rules.values():
        for higher in versions:
            if one.rule.id in higher.rule.overrides:
                applies = applies & ~applies_to(law, higher, columns)
    return applies


def _overall(law: Law) -> pl.Expr:
    """What is said of a summons: the gravest finding; without any, lawful as far as the law is verified."""

    def any_of(verdict: str, *, confirmed: bool | None = None) -> pl.Expr:
        found = [pl.lit(False)]
        for identity, versions in law.rules.items():
            for k, one in enumerate(versions):
                if one.rule.binds == "person":
                    continue  # what a person owes says nothing of the summons
                if confirmed is None or (one.rule.cite.status == "confirmed") == confirmed:
                    mine = pl.col(identity) == verdict
                    found.append(mine & (pl.col(f"{identity} version") == k) if len(versions) > 1 else mine)
        return reduce(or_, found)

    return (
        pl.when(any_of("breach", confirmed=True))
        .then(pl.lit("breach"))
        .when(any_of("breach"))
        .then(pl.lit("possible breach"))
        .when(any_of("cannot tell"))
        .then(pl.lit("cannot tell"))
        .when(any_of("lawful", confirmed=False))
        .then(pl.lit("possibly lawful"))
        .when(any_of("lawful"))
        .then(pl.lit("lawful"))
        .otherwise(pl.lit("not applicable"))
    )


def tally(found: pl.DataFrame, law: Law) -> list[Tally]:
    """Count verdicts by rule and version; those of each rule add up to the table.

    Raises:
        LawError: They do not, which would be a defect.
    """
    counts: list[Tally] = []
    for identity, versions in law.rules.items():
        which = pl.col(f"{identity} version") if len(versions) > 1 else pl.lit(0, pl.UInt8)
        groups = found.group_by(which.alias("version"), pl.col(identity).alias("verdict")).len().rows()
        by_key = {(version, verdict): count for version, verdict, count in groups}
        mine = [
            Tally(identity, k, verdict, by_key.get((k, verdict), 0))
            for k in range(len(versions))
            for verdict in VERDICTS
        ]
        if sum(one.count for one in mine) != found.height:
            raise LawError("the verdicts do not add up to the summonses", place=f"{law.name}: rule {identity}")
        counts += mine
    return counts
