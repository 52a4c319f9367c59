"""What a condition means of a table of summonses: Polars expressions that are true, false or null, which is unknown.

Logic is Kleene's: false and unknown is false, true or unknown is true, everything else that touches the unknown is
unknown. A comparison of ranges is decided where all that is possible agrees, and unknown otherwise. Nothing turns the
unknown into yes or no, so knowing less never turns a decided answer round.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import reduce
from typing import Final

import polars as pl

from tocsin.law import nodes as ex
from tocsin.law.counting import EPOCH, DayTable, Range, limit_and_end, local_day, time_between, years_reached
from tocsin.law.facts import FACT_OF, other_end
from tocsin.law.pack import Counting, Rule

__all__ = ["Meaning", "with_days"]

_DIRECT: Final[dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def with_days(table: pl.DataFrame, moments: Collection[str], zone: str) -> pl.DataFrame:
    """Add the days of exact moments, which several rules read, so that each is worked out once."""
    exact = [name for name in moments if name in table.columns and f"{name}_latest" not in table.columns]
    new = [name for name in exact if _day_column(name) not in table.columns]
    return table.with_columns(local_day(pl.col(name), zone).alias(_day_column(name)) for name in new)


def _day_column(name: str) -> str:
    return f"tocsin: day of {name}"


@dataclass(frozen=True)
class Meaning:
    """Turns the conditions of one rule into expressions.

    Attributes:
        columns: The columns that the table has; a fact without one is unknown of everybody.
        zone: In which days are counted.
        count: How the rule counts; None = it does not.
        table: Days off; None = not known.
        leap_day: When somebody born on 29 February is a year older.
    """

    columns: Collection[str]
    zone: str
    count: Counting | None
    table: DayTable | None
    leap_day: str = "1 March"

    def truth(self, node: ex.Node) -> pl.Expr:
        """A condition as an expression: true, false, or null."""
        match node:
            case ex.Truth(value=value):
                return pl.lit(value)
            case ex.Given(name=name):
                return self._column(name, pl.Boolean())
            case ex.Every(parts=parts):
                return reduce(operator.and_, map(self.truth, parts))
            case ex.Some(parts=parts):
                return reduce(operator.or_, map(self.truth, parts))
            case ex.Not(part=part):
                return ~self.truth(part)
            case ex.Member(word=word, words=words):
                return self._column(word.name, pl.String()).is_in(list(words))
            case ex.Season():
                return self._season(node)
            case ex.Compare():
                return self._compare(node)
        raise AssertionError(f"{node} was refused when it was read")

    def range(self, node: ex.Node) -> Range:
        """A count or a moment as a range."""
        match node:
            case ex.Whole(value=value):
                return Range.of(pl.lit(value))
            case ex.Given(name=name):
                return self._given(name)
            case ex.Add(left=left, right=right):
                a, b = self.range(left), self.range(right)
                if a.exact and b.exact:
                    return Range.of(a.least + b.least)
                return Range(a.least + b.least, a.most + b.most)
            case ex.Age(on=on):
                return self._age(on)
            case ex.Between(start=start, end=end):
                assert self.count is not None, "it was refused when it was read"
                return time_between(self.range(start), self.range(end), self.count, self.zone, self.table)
        raise AssertionError(f"{node} was refused when it was read")

    def day(self, name: str) -> Range:
        """The day of a moment, as days since 1970."""
        moment = self._given(name)
        if moment.exact:
            return Range.of(local_day(moment.least, self.zone) if moment.day is None else moment.day)
        return Range(local_day(moment.least, self.zone, "early"), local_day(moment.most, self.zone, "late"))

    def held(self, rule: Rule) -> pl.Expr:
        """Whether a version was in force on the day of the moment that selects it."""
        day, held = self.day(rule.selected_by), pl.lit(True)
        first, last = rule.in_force.from_, rule.in_force.until
        if first is not None:
            held = held & _compared(">=", day, Range.of(pl.lit((first - EPOCH).days)))
        if last is not None:
            held = held & _compared("<=", day, Range.of(pl.lit((last - EPOCH).days)))
        return held

    def _column(self, name: str, kind: pl.DataType) -> pl.Expr:
        return pl.col(name) if name in self.columns else pl.lit(None, kind)

    def _given(self, name: str) -> Range:
        moment = name in FACT_OF and FACT_OF[name].sort == "moment"
        kind: pl.DataType = pl.Datetime("ms", "UTC") if moment else pl.Int64()
        other = other_end(name) or f"{name}_most"
        least = self._column(name, kind)
        if other in self.columns:
            return Range(least, pl.col(other))
        return Range.of(least, pl.col(_day_column(name)) if _day_column(name) in self.columns else None)

    def _age(self, on: ex.Given) -> Range:
        birth, day = self._column("birth", pl.Date()), self.day(on.name)
        if day.exact:
            return Range.of(years_reached(birth, day.least, self.leap_day))
        return Range(years_reached(birth, day.least, self.leap_day), years_reached(birth, day.most, self.leap_day))

    def _season(self, node: ex.Season) -> pl.Expr:
        day = self.day(node.moment.name)
        first, last = (int(end.replace("-", "")) for end in (node.start, node.end))
        goes_on = first > last  # over the turn of the year

        def part(one: pl.Expr) -> pl.Expr:
            """Which part of all time a day lies in, season and rest by turns: it grows by one at each change."""
            date = one.cast(pl.Date)
            of_year = date.dt.month().cast(pl.Int32) * 100 + date.dt.day()
            return date.dt.year() * 2 + (of_year >= first).cast(pl.Int32) + (of_year > last).cast(pl.Int32)

        early = part(day.least)
        inside = early % 2 == (0 if goes_on else 1)
        return inside if day.exact else pl.when(early == part(day.most)).then(inside)

    def _compare(self, node: ex.Compare) -> pl.Expr:
        left, right, sign = node.left, node.right, node.operator
        if isinstance(left, ex.Between) and isinstance(right, ex.Length):
            assert self.count is not None, "it was refused when it was read"
            limit, end = limit_and_end(
                self.range(left.start), self.range(left.end), right.number, self.count, self.zone, self.table,
                roll=sign in ("<=", ">"),
            )  # fmt: skip
            return _compared(sign, end, limit)
        for one, other, how in ((left, right, sign), (right, left, _MIRRORED[sign])):
            if isinstance(other, ex.Word | ex.Truth):
                return _DIRECT[how](self._plain(one), self._plain(other))
        if isinstance(left, ex.Given) and left.type in ("word", "flag"):
            return _DIRECT[sign](self._plain(left), self._plain(right))
        if isinstance(left, ex.Given) and left.type == "date":
            return _DIRECT[sign](self._plain(left), self._plain(right))
        return _compared(sign, self.range(left), self.range(right))

    def _plain(self, node: ex.Node) -> pl.Expr:
        """A word, a flag or a date as it stands."""
        match node:
            case ex.Word(value=word):
                return pl.lit(word)
            case ex.Given(name=name, type="word"):
                return self._column(name, pl.String())
            case ex.Given(name=name, type="date"):
                return self._column(name, pl.Date())
            case _:
                return self.truth(node)


def _compared(sign: str, a: Range, b: Range) -> pl.Expr:
    """Compare two ranges: decided where every possible pair agrees."""
    if a.exact and b.exact:
        return _DIRECT[sign](a.least, b.least)
    if sign in ("<", "<="):
        return _compared(_MIRRORED[sign], b, a)
    if sign == ">=":
        yes, no = a.least >= b.most, a.most < b.least
    elif sign == ">":
        yes, no = a.least > b.most, a.most <= b.least
    else:
        same = (a.least == a.most) & (b.least == b.most) & (a.least == b.least)
        apart = (a.most < b.least) | (a.least > b.most)
        yes, no = (same, apart) if sign == "==" else (apart, same)
    return pl.when(yes).then(True).when(no).then(False)
