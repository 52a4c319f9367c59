"""The language of conditions: small, closed, typed, without a way to run anything.

A condition is read with Python's own parser and then only what is listed here is taken: names of facts, whole numbers,
words, lengths of time (`days(7)`, `hours(48)`, `working_days(10)`, `months(3)`), comparisons, `in`, `and`, `or`, `not`,
the sum of two counts, and three functions: `between(a, b)` (a length in the rule's own count), `age_on(moment)` and
`in_season(moment, "04-01", "10-01")`. `notice` is `between(served, report)`. Days are not months: a length is compared
with one of the rule's own unit only. There is no way to ask whether a fact is known, so that knowing less can never
turn a verdict round.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping
from typing import Final

from tocsin.errors import LawError
from tocsin.law.facts import FACT_OF, Sort
from tocsin.law.nodes import (
    Add,
    Age,
    Between,
    Compare,
    Every,
    Given,
    Length,
    Member,
    Node,
    Not,
    Operator,
    Season,
    Some,
    Truth,
    Type,
    Unit,
    Whole,
    Word,
)
from tocsin.plan.problem import shown

__all__ = ["parse"]

LENGTHS: Final[dict[str, tuple[Unit, ...]]] = {
    "days": ("day", "full-day"),
    "hours": ("hour",),
    "working_days": ("working-day",),
    "months": ("month",),
}
"""Names of lengths, and the units of a rule's count that each may be compared with."""
MOST_LETTERS: Final = 2_000
MOST_NODES: Final = 200
MOST_NUMBER: Final = 100_000

_COMPARES: Final[dict[type[ast.cmpop], Operator]] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_DAY_OF_YEAR: Final = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_NO_DAYS: Final = ("02-30", "02-31", "04-31", "06-31", "09-31", "11-31")


def parse(text: str, counts: Mapping[str, str], unit: Unit | None, place: str) -> Node:
    """Read a condition.

    Args:
        text: As it stands in the pack.
        counts: Names that the pack itself defines as counts, beside the facts.
        unit: What the rule counts in; None = it does not count.
        place: Where the condition stands, for a refusal.

    Returns:
        A node that is true, false or unknown of a summons.

    Raises:
        LawError: It is not a condition of this language, or names a fact that there is not.
    """
    return _Reader(text, counts, unit, place).whole()


class _Reader:
    """Reads one condition; every refusal names the place and shows the words that it is about."""

    def __init__(self, text: str, counts: Mapping[str, str], unit: Unit | None, place: str) -> None:
        self.text, self.counts, self.unit, self.place = text, counts, unit, place

    def whole(self) -> Node:
        if len(self.text) > MOST_LETTERS:
            raise self._refusal(f"found a condition of {len(self.text):,} letters; expected at most {MOST_LETTERS:,}")
        try:
            with warnings.catch_warnings():  # of odd literals, on standard error: what is odd is refused below
                warnings.simplefilter("ignore")
                tree = ast.parse(self.text.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise self._refusal(f"found {_short(self.text)}; expected a condition such as notice >= days(7)") from None
        if sum(1 for _ in ast.walk(tree)) > MOST_NODES:
            raise self._refusal(f"found a condition of more than {MOST_NODES} parts; expected a shorter one")
        return self.flag(tree.body)

    # --- conditions -----------------------------------------------------------------------------------------------

    def flag(self, tree: ast.expr) -> Node:
        """Read what is true or false."""
        match tree:
            case ast.BoolOp(op=op, values=values):
                parts = tuple(self.flag(value) for value in values)
                return Every(parts) if isinstance(op, ast.And) else Some(parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.flag(operand))
            case ast.Compare():
                return self._compares(tree)
            case ast.Constant(value=bool(value)):
                return Truth(value)
            case ast.Call(func=ast.Name(id="in_season")):
                return self._season(tree)
        found = self.value(tree)
        if self._type(found) != "flag":
            raise self._refusal(f"found {self._say(tree)}, {_a(self._type(found))}; expected what is true or false")
        return found

    def _compares(self, tree: ast.Compare) -> Node:
        sides = [tree.left, *tree.comparators]
        parts = [self._compare(op, a, b) for op, a, b in zip(tree.ops, sides[:-1], sides[1:], strict=True)]
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _compare(self, op: ast.cmpop, left: ast.expr, right: ast.expr) -> Node:
        if isinstance(op, ast.In | ast.NotIn):
            member = self._member(left, right)
            return Not(member) if isinstance(op, ast.NotIn) else member
        operator = _COMPARES.get(type(op))
        if operator is None:
            raise self._refusal("found `is`; expected one of <, <=, >, >=, ==, !=, in")
        a, b = self.value(left), self.value(right)
        self._fit(operator, a, b, left, right)
        return Compare(operator, a, b)

    def _fit(self, operator: Operator, a: Node, b: Node, left: ast.expr, right: ast.expr) -> None:
        """Refuse a comparison of things of two sorts, of words by size, and of lengths in another unit."""
        one, other = self._type(a), self._type(b)
        if one != other:
            raise self._refusal(
                f"found {self._say(left)}, {_a(one)}, beside {self._say(right)}, {_a(other)}; expected two of one sort"
            )
        if one in ("word", "flag", "births") and operator not in ("==", "!="):
            raise self._refusal(f"found {self._say(left)} compared by size; expected == or !=")
        if one in ("births",):
            raise self._refusal(f"found {self._say(left)}; expected a count of it, such as minor_children")
        for node in (a, b):
            if isinstance(node, Length):
                self._unit_fits(node)
        if one == "length" and (isinstance(a, Length) or not isinstance(b, Length)):
            raise self._refusal(
                f"found {self._say(left)} beside {self._say(right)}; expected a time between two moments on the left "
                "and a length such as days(7) on the right"
            )
        if one == "length" and self.unit == "month" and operator in ("==", "!="):
            raise self._refusal("found months compared by ==; expected >= or <, months have no length of their own")
        for word, fact in ((a, b), (b, a)):
            if isinstance(word, Word) and isinstance(fact, Given):
                self._known_word(fact, word.value)

    def _unit_fits(self, length: Length) -> None:
        if self.unit is None:
            raise self._refusal(f"found {length.name}(…) in a rule without `count`; expected a count with its unit")
        if self.unit not in LENGTHS[length.name]:
            raise self._refusal(f"found {length.name}(…) in a rule that counts in {self.unit}s; expected the same unit")

    def _member(self, left: ast.expr, right: ast.expr) -> Member:
        word = self.value(left)
        if not isinstance(word, Given) or word.type != "word":
            raise self._refusal(f"found {self._say(left)} before `in`; expected a fact that is a word")
        if not isinstance(right, ast.Tuple | ast.List | ast.Set) or not right.elts:
            raise self._refusal(
                f"found {self._say(right)} after `in`; expected words in brackets: ('training', 'special')"
            )
        words = []
        for element in right.elts:
            if not (isinstance(element, ast.Constant) and isinstance(element.value, str)):
                raise self._refusal(f"found {self._say(element)} among words; expected a word in quotation marks")
            self._known_word(word, element.value)
            words.append(element.value)
        return Member(word, tuple(words))

    def _known_word(self, fact: Given, word: str) -> None:
        words = FACT_OF[fact.name].words if fact.name in FACT_OF else ()
        if words and word not in words:
            raise self._refusal(f"found {word!r} for {fact.name}; expected one of {', '.join(words)}")

    # --- values ---------------------------------------------------------------------------------------------------

    def value(self, tree: ast.expr) -> Node:
        """Read what can be compared."""
        match tree:
            case ast.Name(id=name):
                return self._fact(name)
            case ast.Constant(value=bool(value)):
                return Truth(value)
            case ast.Constant(value=int(value)):
                return Whole(self._number(value))
            case ast.Constant(value=str(value)):
                return Word(value)
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                a, b = self.value(left), self.value(right)
                for node, side in ((a, left), (b, right)):
                    if self._type(node) != "count":
                        raise self._refusal(
                            f"found {self._say(side)} in a sum, {_a(self._type(node))}; expected counts"
                        )
                return Add(a, b)
            case ast.Call():
                return self._call(tree)
        raise self._refusal(f"found {self._say(tree)}; expected a fact, a number, a word, or a length such as days(7)")

    def _fact(self, name: str) -> Node:
        if name == "notice":
            if self.unit is None:
                raise self._refusal("found notice in a rule without `count`; expected a count with its unit")
            return Between(Given("served", "moment"), Given("report", "moment"))
        if name in self.counts:
            return Given(name, "count")
        if name not in FACT_OF:
            raise self._refusal(f"found the fact {name!r}, which there is not; `tocsin laws facts` lists them")
        sort: Sort = FACT_OF[name].sort
        return Given(name, sort)

    def _number(self, value: int) -> int:
        if not 0 <= value <= MOST_NUMBER:
            raise self._refusal(f"found {shown(value)}; expected 0 to {MOST_NUMBER:,}")
        return value

    def _call(self, tree: ast.Call) -> Node:
        name = tree.func.id if isinstance(tree.func, ast.Name) else ""
        if tree.keywords or any(isinstance(argument, ast.Starred) for argument in tree.args):
            raise self._refusal(f"found {self._say(tree)}; expected plain arguments")
        if name in LENGTHS:
            return self._length(tree, name)
        if name == "between" and len(tree.args) == 2:
            if self.unit is None:
                raise self._refusal("found between(…) in a rule without `count`; expected a count with its unit")
            return Between(self._moment(tree.args[0]), self._moment(tree.args[1]))
        if name == "age_on" and len(tree.args) == 1:
            return Age(self._moment(tree.args[0]))
        raise self._refusal(
            f"found {self._say(tree)}; expected days(7), hours(48), working_days(10), months(3), between(a, b), "
            "age_on(moment) or in_season(moment, '04-01', '10-01')"
        )

    def _length(self, tree: ast.Call, name: str) -> Length:
        argument = tree.args[0] if len(tree.args) == 1 else None
        if not (isinstance(argument, ast.Constant) and type(argument.value) is int):
            raise self._refusal(f"found {self._say(tree)}; expected one whole number, such as {name}(7)")
        return Length(self._number(argument.value), name)

    def _moment(self, tree: ast.expr) -> Given:
        found = self.value(tree)
        if not isinstance(found, Given) or found.type != "moment":
            raise self._refusal(f"found {self._say(tree)}; expected a moment such as served or report")
        return found

    def _season(self, tree: ast.Call) -> Season:
        if len(tree.args) != 3 or tree.keywords:
            raise self._refusal(f"found {self._say(tree)}; expected in_season(report, '04-01', '10-01')")
        ends = [argument.value if isinstance(argument, ast.Constant) else None for argument in tree.args[1:]]
        for end in ends:
            if not (isinstance(end, str) and _DAY_OF_YEAR.fullmatch(end)) or end in _NO_DAYS:
                raise self._refusal(f"found {shown(end)} as a day of the year; expected one such as '04-01'")
        return Season(self._moment(tree.args[0]), str(ends[0]), str(ends[1]))

    def _type(self, node: Node) -> Type:
        match node:
            case Given(type=type_):
                return type_
            case Whole() | Add() | Age():
                return "count"
            case Word():
                return "word"
            case Length() | Between():
                return "length"
            case _:
                return "flag"

    def _say(self, tree: ast.expr) -> str:
        return _short(ast.unparse(tree))

    def _refusal(self, sentence: str) -> LawError:
        return LawError(sentence, place=self.place)


def _a(type_: str) -> str:
    return {"births": "a list of births", "length": "a length of time"}.get(type_, f"a {type_}")


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return repr(plain if len(plain) <= 60 else f"{plain[:57]}…")
