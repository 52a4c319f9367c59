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

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.errors import LawError
from tocsin.law.facts import RELATIONS
from tocsin.law.load import Conditions, Law
from tocsin.law.meaning import Meaning, with_days
from tocsin.law.pack import VERDICTS, CountOf

__all__ = [
    "OVERALL",
    "VERDICT",
    "Tally",
    "applying",
    "audit",
    "audit_counted",
    "counted",
    "meaning_of",
    "tally",
    "with_applying",
]

Ints = NDArray[np.int64]
VERDICT: Final = pl.Enum(VERDICTS)
OVERALL: Final = ("breach", "possible breach", "cannot tell", "possibly lawful", "lawful", "not applicable")
"""What is said of a summons as a whole, the gravest first."""
LAWFUL, BREACH, CANNOT_TELL, NOT_APPLICABLE = range(4)
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
        (UInt16, which one answered, oldest first), and `overall`.
    """
    return audit_counted(counted(table, law), law)


def audit_counted(ready: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Put every rule to a table that holds already what the pack counts (`counted`); as `audit`."""
    answers = with_applying(ready, law).with_columns(
        _version(law, one, ready.columns, k).alias(_code(one, k)) for one, k in _every(law)
    )
    # Whole columns first, for what is the same for all (a fact that the table lacks) would be one row.
    coded = answers.with_columns(chain.from_iterable(_rule(identity, law) for identity in law.rules))
    overall = coded.with_columns(_overall(law).alias("overall"))
    names = [name for rule, versions in law.rules.items() for name in (rule, f"{rule} version")[: len(versions)]]
    said = [pl.col(rule).cat.to(VERDICT) for rule in law.rules] + [pl.col("overall").cat.to(pl.Enum(OVERALL))]
    return overall.with_columns(said).select(*names, "overall").collect()


def counted(table: pl.DataFrame, law: Law) -> pl.DataFrame:
    """Add what the pack counts (minor children on a day) where the table lists births and does not give the number.

    Days of moments are added, too: what the pack reads by day is worked out once.
    A number that a row gives, be it only at least or at most, goes before the births in that row; so to count what
    was counted changes nothing.
    """
    ready = with_days(table, law.days_read, law.pack.time_zone)
    for count in law.pack.counts:
        if RELATIONS[count.of] in table.columns and count.on in table.columns:
            own = [name for name in (count.name, f"{count.name}_most") if name in table.columns]
            given = pl.any_horizontal(pl.col(name).is_not_null() for name in own) if own else pl.lit(False)
            least, most = _children(ready, law, count)
            ends = ((least, count.name), (most, f"{count.name}_most"))
            if own == [count.name]:  # an exact number: what is given is both ends
                chosen = [pl.coalesce(count.name, found).alias(name) for found, name in ends]
            else:
                kept = [pl.col(name) if name in own else pl.lit(None, pl.Int64) for _, name in ends]
                chosen = [
                    pl.when(given).then(mine).otherwise(found).alias(name)
                    for mine, (found, name) in zip(kept, ends, strict=True)
                ]
            ready = ready.with_columns(chosen if own else [least, most])
    return ready


def _children(table: pl.DataFrame, law: Law, count: CountOf) -> list[pl.Series]:
    """How many children are below an age on the day of a moment: at least and at most."""
    births = table[RELATIONS[count.of]]
    day = Meaning(table.columns, law.pack.time_zone, None, None).day(count.on)
    early = table.select(day.least.alias("early")).to_series()
    late = early if day.exact else table.select(day.most.alias("late")).to_series()
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
    low, high = day.min(), day.max()
    if isinstance(low, int) and isinstance(high, int) and high - low < len(day):  # few days: each is worked out once
        each = _cutoffs(pl.int_range(low, high + 1, dtype=pl.Int32, eager=True), years, leap_day)
        return each.gather(day - low)
    return _cutoffs(day, years, leap_day)


def _cutoffs(day: pl.Series, years: int, leap_day: str) -> pl.Series:
    date = day.cast(pl.Date)
    before = date.dt.offset_by(f"-{years}y")
    number = before.cast(pl.Int32)
    if leap_day == "1 March":
        return number
    # Born on 29 February and of age on the 28th: the cutoff is a day later.
    last = (before.dt.month() == 2) & (before.dt.day() == 28) & before.dt.is_leap_year() & ~date.dt.is_leap_year()
    return number + last.cast(pl.Int32)


def _every(law: Law) -> Iterator[tuple[Conditions, int]]:
    """Every version of every rule, and its number in the rule."""
    for versions in law.rules.values():
        for k, one in enumerate(versions):
            yield one, k


def _code(one: Conditions, k: int) -> str:
    return f"{one.rule.id} code {k}"


def _rule(identity: str, law: Law) -> list[pl.Expr]:
    """The verdict of a rule as a code, and which version gave it if there are several."""
    codes = [pl.col(_code(one, k)) for k, one in enumerate(law.rules[identity])]
    if len(codes) == 1:
        return [codes[0].alias(identity)]
    # One that applies goes before one that does not; if one cannot tell, neither can the rule.
    unsure = pl.any_horizontal(code == CANNOT_TELL for code in codes)
    verdict = pl.when(unsure).then(_CANNOT).otherwise(pl.min_horizontal(codes))
    answers = [pl.when(code != NOT_APPLICABLE).then(pl.lit(k, pl.UInt16)) for k, code in enumerate(codes)]
    which = pl.coalesce(*answers, pl.lit(len(codes) - 1, pl.UInt16))
    return [verdict.alias(identity), which.alias(f"{identity} version")]


def _version(law: Law, one: Conditions, columns: Sequence[str], k: int) -> pl.Expr:
    """The verdict of one version of a rule as a code in the order of `VERDICTS`."""
    meaning = meaning_of(law, one, columns)
    applies = pl.col(applying(one, k))
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


def applying(one: Conditions, k: int) -> str:
    """The column of `with_applying` that says whether a version applies."""
    return f"{one.rule.id} applies {k}"


def with_applying(table: pl.DataFrame, law: Law) -> pl.LazyFrame:
    """Add whether each version holds on its day, is about the summons, and is neither excepted nor overridden.

    Rules that nothing overrides come first, then those that only they override, and so on: each is asked once.
    """
    frame, columns, done = table.lazy(), table.columns, set[str]()
    above = {name: {one.rule.id for one, _ in _every(law) if name in one.rule.overrides} for name in law.rules}
    while len(done) < len(law.rules):
        ready = [name for name in law.rules if name not in done and above[name] <= done]
        assert ready, "circles were refused when the pack was read"
        frame = frame.with_columns(
            _applies(law, one, columns).alias(applying(one, k))
            for name in ready
            for k, one in enumerate(law.rules[name])
        )
        done.update(ready)
    return frame


def _applies(law: Law, one: Conditions, columns: Sequence[str]) -> pl.Expr:
    """Whether a version applies, where it is known already of those that override it."""
    meaning = meaning_of(law, one, columns)
    parts = [meaning.truth(one.applies)]
    if one.rule.in_force.from_ or one.rule.in_force.until:
        parts.append(meaning.held(one.rule))
    if one.unless is not None:
        parts.append(~meaning.truth(one.unless))
    parts += [~pl.col(applying(higher, k)) for higher, k in _every(law) if one.rule.id in higher.rule.overrides]
    return parts[0] if len(parts) == 1 else pl.all_horizontal(parts)  # which is Kleene's `and`


def _overall(law: Law) -> pl.Expr:
    """What is said of a summons, by its place in `OVERALL`: the gravest; lawful as far as the law is verified."""

    def any_of(code: int, *, confirmed: bool | None = None) -> pl.Expr:
        found = [pl.lit(False)]
        for identity, versions in law.rules.items():
            # What a person owes says nothing of the summons.
            meant = [
                one.rule.binds == "authority" and confirmed in (None, one.rule.cite.status == "confirmed")
                for one in versions
            ]
            mine = pl.col(identity) == code
            if all(meant):
                found.append(mine)
            elif any(meant):
                found.append(mine & pl.col(f"{identity} version").is_in([k for k, is_ in enumerate(meant) if is_]))
        return pl.any_horizontal(found)

    gravest = (
        any_of(BREACH, confirmed=True),
        any_of(BREACH),
        any_of(CANNOT_TELL),
        any_of(LAWFUL, confirmed=False),
        any_of(LAWFUL),
        pl.lit(True),
    )
    return pl.coalesce(pl.when(is_so).then(pl.lit(place, pl.UInt8)) for place, is_so in enumerate(gravest))


def tally(found: pl.DataFrame, law: Law) -> list[Tally]:
    """Count verdicts by rule and version; those of each rule add up to the table.

    Raises:
        LawError: They do not, which would be a defect.
    """
    counts: list[Tally] = []
    for identity, versions in law.rules.items():
        which = pl.col(f"{identity} version") if len(versions) > 1 else pl.lit(0, pl.UInt16)
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
