"""Reading a pack: from a country of the house or a file to a checked `Law`, or to one sentence that says why not."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tocsin.errors import LawError
from tocsin.law import nodes as ex
from tocsin.law.counting import DayTable
from tocsin.law.expression import parse
from tocsin.law.facts import FACT_OF
from tocsin.law.pack import CountOf, Pack, Rule
from tocsin.plan.problem import key_path, nearest, shown

__all__ = ["Conditions", "Law", "bundled_packs", "law", "law_of", "new_pack"]

_MOST_BYTES = 4 * 2**20
_EXPECTED = {
    "int_type": "a whole number",
    "string_type": "a text in quotes",
    "bool_type": "true or false",
    "date_type": "a date without quotes, such as 2026-02-16",
    "tuple_type": "an array",
    "dict_type": "a table",
    "model_type": "a table",
    "literal_error": "{expected}",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "string_too_short": "a text of at least {min_length} letters",
    "string_too_long": "a text of at most {max_length} letters",
    "too_short": "at least {min_length}",
    "too_long": "at most {max_length}",
}
_PATTERNS = {
    r"^\S[^\n]*\S$": "a text on one line without blanks at its ends",
    r"^[a-z]{2}$": "a country code of two lower-case letters, such as 'by'",
    r"^[a-z]{2}(\.[a-z0-9-]+)+$": "a name such as 'by.notice': a country, a dot, lower-case letters and hyphens",
    r"^[a-z][a-z0-9_]*$": "a name of lower-case letters, digits and underscores",
}


@dataclass(frozen=True)
class Conditions:
    """The conditions of one version of a rule, read.

    Attributes:
        rule: The version.
        applies: Whom it is about.
        unless: The exception, if there is one.
        demand: What must hold (or, of an exemption, what must not).
        reads: The moment that selects the version, if it has dates, and the facts that the conditions read.
    """

    rule: Rule
    applies: ex.Node
    unless: ex.Node | None
    demand: ex.Node
    reads: tuple[str, ...]

    def nodes(self) -> Iterator[ex.Node]:
        """All conditions and values that it holds."""
        for part in (self.applies, *([self.unless] if self.unless else []), self.demand):
            yield from ex.walk(part)


@dataclass(frozen=True, eq=False)
class Law:
    """A pack that can be put to use.

    Attributes:
        pack: What stands in the file.
        name: What the file is called in messages.
        digest: SHA-256 of its bytes.
        rules: The versions of each rule, oldest first, by id.
        table: Days off; None if the pack has none.
    """

    pack: Pack
    name: str
    digest: str
    rules: Mapping[str, tuple[Conditions, ...]]
    table: DayTable | None

    @property
    def counts(self) -> Mapping[str, CountOf]:
        """What the pack itself counts, by name."""
        return {count.name: count for count in self.pack.counts}

    def listed(self) -> list[dict[str, Any]]:
        """For programs: each version of each rule, with its source and the days on which it was in force."""
        return [
            {
                "country": self.pack.country,
                "rule": identity,
                "title": one.rule.title,
                "article": f"{one.rule.cite.act}, {one.rule.cite.article}",
                "law_status": one.rule.cite.status,
                "checked_on": one.rule.cite.checked_on.isoformat(),
                "from": None if one.rule.in_force.from_ is None else one.rule.in_force.from_.isoformat(),
                "until": None if one.rule.in_force.until is None else one.rule.in_force.until.isoformat(),
                "selected_by": one.rule.selected_by,
                "effect": one.rule.effect,
                "reads": list(one.reads),
                "sentence": one.rule.say,
            }
            for identity, versions in self.rules.items()
            for one in versions
        ]

    @property
    def reads(self) -> tuple[str, ...]:
        """Every fact that the pack reads, in the order of the catalogue; what it counts itself comes last."""
        names = {name for versions in self.rules.values() for one in versions for name in one.reads}
        return (*(name for name in FACT_OF if name in names), *(name for name in self.counts if name not in FACT_OF))

    @cached_property
    def days_read(self) -> tuple[str, ...]:
        """The moments of which some rule reads the day in the pack's zone."""
        names: list[str] = [count.on for count in self.pack.counts]
        for one in (one for versions in self.rules.values() for one in versions):
            if one.rule.in_force.from_ or one.rule.in_force.until:
                names.append(one.rule.selected_by)
            by_day = one.rule.count is not None and one.rule.count.unit not in ("hour", "full-day")
            for node in one.nodes():
                match node:
                    case ex.Age(on=on):
                        names.append(on.name)
                    case ex.Season(moment=moment):
                        names.append(moment.name)
                    case ex.Between(start=start, end=end) if by_day:
                        names += [start.name, end.name]
        return tuple(dict.fromkeys(names))


def bundled_packs() -> dict[str, Traversable]:
    """The packs of the house by country, in the order of their names."""
    packs = [entry for entry in (files(__package__) / "packs").iterdir() if entry.name.endswith(".toml")]
    return {entry.name.removesuffix(".toml"): entry for entry in sorted(packs, key=lambda entry: entry.name)}


def new_pack(country: str) -> str:
    """Return a pack to start from, of a country that does not exist: whole, clean, each kind of rule once.

    Args:
        country: Two small letters, by which its rules are called.

    Raises:
        LawError: That is no country code.
    """
    if not re.fullmatch(r"[a-z]{2}", country):
        raise LawError(
            f"found {shown(country)}; expected a country code of two small letters, such as by", place="COUNTRY"
        )
    return (files(__package__) / "new.toml").read_text(encoding="utf-8").replace("zz", country)


def law(source: str) -> Law:
    """Load a pack.

    Args:
        source: A country of the house, such as "by", or the path of a pack of your own.

    Raises:
        LawError: It cannot be read, or something in it is wrong: the first thing by place.
    """
    inside = bundled_packs()
    if source in inside:
        return law_of(inside[source].read_bytes(), f"{source}.toml")
    path = Path(source)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise LawError(f"found {path.stat().st_size:,} bytes; expected at most {_MOST_BYTES:,}", place=source)
        return law_of(path.read_bytes(), source)
    except OSError as error:
        known = ", ".join(inside)
        raise LawError(
            f"found no pack of that name ({error.strerror}); expected a file or one of {known}",
            place=source or "law",
        ) from None


def law_of(content: bytes, name: str) -> Law:
    """Read a pack from its bytes.

    Raises:
        LawError: Something in it is wrong.
    """
    pack = _validated(_parsed(content, name), name)
    counts = {count.name: count.of for count in pack.counts}
    for count in pack.counts:
        if count.name in FACT_OF and FACT_OF[count.name].sort != "count":
            raise LawError(f"found the count {count.name!r}, which is a fact of another sort", place=f"{name}: count")
    rules = {
        identity: tuple(_conditions(rule, counts, f"{name}: rule {identity}") for rule in versions)
        for identity, versions in pack.versions().items()
    }
    _overlaps(pack, name)
    _overrides(pack, name)
    return Law(pack, name, hashlib.sha256(content).hexdigest(), rules, DayTable.of(pack.calendar))


def _parsed(content: bytes, name: str) -> dict[str, Any]:
    try:
        data = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise LawError("found bytes that are not UTF-8; expected text in UTF-8", place=f"{name}:{line}") from None
    except RecursionError:
        raise LawError("found tables nested far too deep; expected a pack", place=name) from None
    except ValueError as error:
        raise LawError(f"this is not TOML: {error}", place=name) from None
    if not data:
        raise LawError("found an empty file; expected a pack", place=name)
    return data


def _validated(data: dict[str, Any], name: str) -> Pack:
    try:
        return Pack.model_validate(_frozen(data), strict=True)
    except ValidationError as error:
        raise _refusal(error, data, name) from None
    except RecursionError:  # dotted keys nest without brackets
        raise LawError("found tables nested far too deep; expected a pack", place=name) from None


def _frozen(value: object) -> object:
    """Arrays as tuples, which strict models ask for."""
    if isinstance(value, dict):
        return {key: _frozen(inner) for key, inner in value.items()}
    return tuple(_frozen(inner) for inner in value) if isinstance(value, list) else value


def _refusal(error: ValidationError, data: dict[str, Any], name: str) -> LawError:
    """The first problem that pydantic found, in a sentence, with the rule it is in."""
    found = error.errors(include_url=False)
    first = next((e for e in found if e["type"] == "extra_forbidden"), found[0])
    path = _path(first["loc"], data)
    rule = _rule_at(path, data)
    place = f"{name}: {f'rule {rule}, ' if rule else ''}{key_path(path)}"
    others = len({_path(e["loc"], data) for e in found} - {path})
    more = f" (and {others} more)" if others else ""
    if first["type"] == "extra_forbidden":
        return LawError(f"found a key that packs do not have; see `tocsin laws schema`{more}", place=place)
    if first["type"] == "missing":
        return LawError(f"found no {path[-1]}; expected one{more}", place=place)
    if first["type"] == "value_error":
        return LawError(f"{first['ctx']['error']}{more}", place=place)
    if path and path[-1] in ("exclude_first", "exclude_last"):
        return LawError(f"found {shown(first['input'])}; expected true, false or 'not found'{more}", place=place)
    return LawError(f"found {shown(first['input'])}; expected {_expected(first)}{more}", place=place)


def _path(loc: tuple[Any, ...], data: Any) -> tuple[Any, ...]:
    """Where something is in the file: pydantic's location without its own names for alternatives."""
    path: tuple[Any, ...] = ()
    for number, part in enumerate(loc):
        inside = isinstance(data, dict) and part in data
        if inside or (isinstance(data, list) and isinstance(part, int) and part < len(data)):
            data = data[part]
        elif number < len(loc) - 1 or not isinstance(data, dict):
            break
        path = (*path, part)
    return path


def _expected(error: Any) -> str:
    """What pydantic expected, in our words."""
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind in _EXPECTED:
        return _EXPECTED[kind].format(**context)
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], f"a text that matches {context['pattern']}")
    message = str(error["msg"])
    return message[:1].lower() + message[1:]


def _rule_at(path: tuple[Any, ...], data: dict[str, Any]) -> str:
    if len(path) > 1 and path[0] == "rule" and isinstance(path[1], int):
        rules = data.get("rule")
        if isinstance(rules, list) and path[1] < len(rules) and isinstance(rules[path[1]], dict):
            return str(rules[path[1]].get("id", ""))[:60]
    return ""


def _conditions(rule: Rule, counts: Mapping[str, str], place: str) -> Conditions:
    unit = rule.count.unit if rule.count else None

    def read(text: str, key: str) -> ex.Node:
        return parse(text, counts, unit, f"{place}, {key}")

    applies = read(rule.applies_if, "applies_if")
    unless = None if rule.unless is None else read(rule.unless, "unless")
    key, text = ("exempt_if", rule.exempt_if) if rule.require is None else ("require", rule.require)
    demand = read(str(text), key)
    parts = [applies, *([unless] if unless else []), demand]
    dated = rule.in_force.from_ is not None or rule.in_force.until is not None
    reads = (*((rule.selected_by,) if dated else ()), *(name for part in parts for name in ex.facts_in(part)))
    return Conditions(rule, applies, unless, demand, tuple(dict.fromkeys(reads)))


def _overlaps(pack: Pack, name: str) -> None:
    """Refuse two versions of one rule that hold on the same day."""
    for identity, versions in pack.versions().items():
        for one, other in pairwise(versions):
            until, start = one.in_force.until, other.in_force.from_
            if until is None or start is None or until >= start:
                raise LawError(
                    f"found two versions in force on {start or until or 'every day'}; expected the first to end "
                    "before the second begins",
                    place=f"{name}: rule {identity}, in_force",
                )
            if one.selected_by != other.selected_by:
                raise LawError(
                    f"found versions selected by {one.selected_by} and by {other.selected_by}; expected one moment",
                    place=f"{name}: rule {identity}, selected_by",
                )
            if one.binds != other.binds:  # where it is not known which holds, it would not be known whom it binds
                raise LawError(
                    f"found versions that bind the {one.binds} and the {other.binds}; expected one of the two",
                    place=f"{name}: rule {identity}, binds",
                )


def _overrides(pack: Pack, name: str) -> None:
    """Refuse overrides of rules that there are not, and circles."""
    known = dict.fromkeys(rule.id for rule in pack.rules)
    above: dict[str, set[str]] = {rule: set() for rule in known}
    for rule in pack.rules:
        for lower in rule.overrides:
            if lower not in known:
                raise LawError(
                    f"found {lower!r}, which the pack does not have{nearest(lower, known)}; expected the id of a rule",
                    place=f"{name}: rule {rule.id}, overrides",
                )
            above[rule.id].add(lower)
    for rule in pack.rules:
        if rule.id in set(_below(rule.id, above)):
            raise LawError(
                "found rules that override each other in a circle", place=f"{name}: rule {rule.id}, overrides"
            )


def _below(rule: str, above: Mapping[str, set[str]]) -> Iterator[str]:
    seen: set[str] = set()
    waiting = list(above[rule])
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            yield one
            waiting += above[one]
