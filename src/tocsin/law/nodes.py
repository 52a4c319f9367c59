"""The parts of a condition: facts, numbers, words, lengths of time, comparisons, and what joins them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "Add",
    "Age",
    "Between",
    "Compare",
    "Every",
    "Given",
    "Length",
    "Member",
    "Node",
    "Not",
    "Operator",
    "Season",
    "Some",
    "Truth",
    "Type",
    "Unit",
    "Whole",
    "Word",
    "facts_in",
    "walk",
    "written",
]

Unit = Literal["day", "full-day", "hour", "working-day", "month"]
Operator = Literal["<", "<=", ">", ">=", "==", "!="]
Type = Literal["flag", "word", "count", "moment", "date", "length", "births"]


@dataclass(frozen=True)
class Given:
    """A fact."""

    name: str
    type: Type


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    value: int


@dataclass(frozen=True)
class Word:
    """A word."""

    value: str


@dataclass(frozen=True)
class Truth:
    """Yes or no."""

    value: bool


@dataclass(frozen=True)
class Length:
    """So many of a unit."""

    number: int
    name: str


@dataclass(frozen=True)
class Between:
    """The length of time from one moment to another, as the rule counts."""

    start: Given
    end: Given


@dataclass(frozen=True)
class Age:
    """Whole years that the person has reached on the day of a moment."""

    on: Given


@dataclass(frozen=True)
class Season:
    """Whether the day of a moment lies in a part of the year; both ends belong to it."""

    moment: Given
    start: str
    end: str


@dataclass(frozen=True)
class Add:
    """The sum of two counts."""

    left: Node
    right: Node


@dataclass(frozen=True)
class Compare:
    """One comparison."""

    operator: Operator
    left: Node
    right: Node


@dataclass(frozen=True)
class Member:
    """Whether a word is one of several."""

    word: Given
    words: tuple[str, ...]


@dataclass(frozen=True)
class Every:
    """All of them hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Some:
    """At least one of them holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """It does not hold."""

    part: Node


Node = Given | Whole | Word | Truth | Length | Between | Age | Season | Add | Compare | Member | Every | Some | Not


def walk(node: Node) -> Iterator[Node]:
    """A condition and all conditions and values in it."""
    yield node
    match node:
        case Every(parts=parts) | Some(parts=parts):
            for part in parts:
                yield from walk(part)
        case Not(part=part):
            yield from walk(part)
        case Compare(left=a, right=b) | Add(left=a, right=b):
            yield from walk(a)
            yield from walk(b)


def facts_in(node: Node) -> tuple[str, ...]:
    """The facts that a condition reads, in the order in which they stand there."""
    return tuple(dict.fromkeys(_facts(node)))


def written(node: Node) -> str:
    """A condition as it would stand in a pack."""
    match node:
        case Given(name=name):
            return name
        case Whole(value=value) | Truth(value=value):
            return str(value)
        case Word(value=value):
            return repr(value)
        case Length(number=number, name=name):
            return f"{name}({number})"
        case Between(start=a, end=b):
            return "notice" if (a.name, b.name) == ("served", "report") else f"between({a.name}, {b.name})"
        case Age(on=on):
            return f"age_on({on.name})"
        case Season(moment=moment, start=start, end=end):
            return f"in_season({moment.name}, {start!r}, {end!r})"
        case Add(left=a, right=b):
            return f"{written(a)} + {written(b)}"
        case Compare(operator=sign, left=a, right=b):
            return f"{written(a)} {sign} {written(b)}"
        case Member(word=word, words=words):
            return f"{word.name} in ({', '.join(map(repr, words))}{',' if len(words) == 1 else ''})"
        case Every(parts=parts):
            return " and ".join(_bracketed(part) for part in parts)
        case Some(parts=parts):
            return " or ".join(_bracketed(part) for part in parts)
        case Not(part=part):
            return f"not {_bracketed(part)}"


def _bracketed(node: Node) -> str:
    return f"({written(node)})" if isinstance(node, Every | Some | Compare | Member) else written(node)


def _facts(node: Node) -> list[str]:
    match node:
        case Given(name=name):
            return [name]
        case Between(start=a, end=b):
            return [a.name, b.name]
        case Age(on=on):
            return ["birth", on.name]
        case Season(moment=moment):
            return [moment.name]
        case Member(word=word):
            return [word.name]
        case Add(left=a, right=b) | Compare(left=a, right=b):
            return _facts(a) + _facts(b)
        case Every(parts=parts) | Some(parts=parts):
            return [name for part in parts for name in _facts(part)]
        case Not(part=part):
            return _facts(part)
        case _:
            return []
