"""From pydantic's list of errors to problems that people can read: one sentence each, one place each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from tocsin.plan.model import Plan
from tocsin.plan.problem import Path, Problem, nearest, shown

__all__ = ["explain"]

_FAMILIES = ("constant", "exponential", "triangular", "lognormal", "gamma", "empirical")
_BRANCH = re.compile(r"tagged-union\[.*|function-.*|Travel")
_NOTHING_FOUND = re.compile(r"not both|not a mixture|no offset")  # messages that do not say what was found

_KINDS = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "string_type": "a text in quotes",
    "bool_type": "true or false",
    "datetime_type": "a time with its offset, without quotes, such as 2026-02-16T18:00:00+03:00",
    "date_type": "a date without quotes, such as 2026-02-16",
    "tuple_type": "an array",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": f"a table with `family` (one of {', '.join(_FAMILIES)})",
    "finite_number": "a finite number",
    "missing": "",
}
_PATTERNS = {
    r"^[^\s].*[^\s]$|^[^\s]$": "a name on one line without blanks at its ends",
    r"^[a-z][a-z0-9-]*$": "a short name of lower-case letters, digits and hyphens that begins with a letter",
    r"^[a-z]{2}$": "a country code of two lower-case letters, such as 'by'",
    r"^[A-Z]\d$": "the letter and the digit of a measure, such as 'A4'",
    r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$": "a time of day HH:MM from 00:00 to 24:00",
}


def explain(error: ValidationError, data: Mapping[str, object]) -> list[Problem]:
    """Explain why data is no plan.

    Args:
        error: What pydantic found.
        data: The data that it looked at, by the keys of the file.

    Returns:
        One problem an error, in pydantic's order; alternatives that were not meant are left out.
    """
    meant = list(_meant(error, data))
    slips = [_keys(e["loc"], data) for e in meant if e["type"] == "extra_forbidden"]
    return [
        _problem(e, data) for e in meant if not (e["type"] == "missing" and _mistyped(_keys(e["loc"], data), slips))
    ]


def _mistyped(missing: Path, slips: list[Path]) -> bool:
    """Say whether a missing key stands in the same table under a name much like it: one slip, one problem."""
    return any(slip[:-1] == missing[:-1] and nearest(str(slip[-1]), [str(missing[-1])]) for slip in slips)


def _meant(error: ValidationError, data: Mapping[str, object]) -> Iterator[Any]:
    """Keep, where a duration or a `Travel` may stand, only the errors of the one that was meant."""
    for e in error.errors(include_url=False):
        if e["type"] == "too_short" and len(e["input"]) >= e["ctx"]["min_length"]:
            continue  # pydantic counts only good items here, and the bad one has a problem of its own
        at = next((i for i, part in enumerate(e["loc"]) if isinstance(part, str) and _BRANCH.fullmatch(part)), None)
        if at is not None and any(str(part).startswith("tagged-union[") or part == "Travel" for part in e["loc"]):
            table = _value(data, _keys(e["loc"][:at], data))
            by_family = not isinstance(table, dict) or "family" in table
            if e["loc"][at] == ("Travel" if by_family else e["loc"][at]) and by_family:
                continue
            if not by_family and e["loc"][at] != "Travel":
                continue
        yield e


def _keys(loc: tuple[str | int, ...], data: Mapping[str, object]) -> Path:
    """Drop from pydantic's location what is not in the file: names of alternatives and of families."""
    path: Path = ()
    here: object = data
    family_seen = False
    for part in loc:
        inside = isinstance(here, dict) and part in here
        if isinstance(part, str) and not inside and (_BRANCH.fullmatch(part) or part == "[key]"):
            continue
        if isinstance(here, dict) and part in _FAMILIES and here.get("family") == part and not family_seen:
            family_seen = True
            continue
        path = (*path, part)
        here = _value(here, (part,))
        family_seen = False
    return path


def _value(data: object, path: Path) -> object:
    for part in path:
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list | tuple) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def _problem(e: Any, data: Mapping[str, object]) -> Problem:
    path = _keys(e["loc"], data)
    found, kind, context = e["input"], str(e["type"]), e.get("ctx", {})
    if kind == "extra_forbidden":
        sentence = _unknown_key(path, data)
    elif kind == "missing":
        sentence = _missing_key(path, data)
    elif kind == "value_error":
        tail = f"; found {shown(found)}" if _NOTHING_FOUND.search(str(context["error"])) else ""
        sentence = f"{context['error']}{tail}"
    elif kind == "union_tag_not_found":
        sentence = f"found no `family` in {shown(found)}; expected one of {', '.join(_FAMILIES)}"
    elif kind == "union_tag_invalid":
        tag = found["family"]
        sentence = (
            f"found the family {shown(tag)}; expected one of {', '.join(_FAMILIES)}{nearest(str(tag), _FAMILIES)}"
        )
        path = (*path, "family")
    elif kind == "literal_error":
        words = re.findall(r"'([^']*)'", str(context["expected"]))
        hint = nearest(found, words) if isinstance(found, str) else ""
        sentence = f"found {shown(found)}; expected {context['expected']}{hint}"
    else:
        sentence = f"found {shown(found)}; expected {_expected(kind, context, str(e['msg']))}"
    return Problem("error", path, sentence)


def _expected(kind: str, context: Mapping[str, Any], message: str) -> str:
    bounds = {
        "greater_than_equal": ("at least", "ge"),
        "greater_than": ("more than", "gt"),
        "less_than_equal": ("at most", "le"),
        "less_than": ("less than", "lt"),
    }
    if kind in _KINDS:
        return _KINDS[kind]
    if kind in bounds:
        words, key = bounds[kind]
        return f"{words} {context[key]:g}"
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], f"a text that matches {context['pattern']}")
    if kind == "string_too_short":
        return (
            f"a text of at least {context['min_length']} characters"
            if context["min_length"] > 1
            else "a text that is not empty"
        )
    if kind == "string_too_long":
        return f"a text of at most {context['max_length']} characters"
    if kind == "too_short":
        return f"at least {context['min_length']}"
    if kind == "too_long":
        return f"at most {context['max_length']}"
    return message[0].lower() + message[1:]


def _unknown_key(path: Path, data: Mapping[str, object]) -> str:
    key = str(path[-1])
    known = list(_fields(path[:-1], data))
    hint = nearest(key, known)
    listed = "" if hint else f"; expected one of {', '.join(known)}" if known else ""
    return f"found the unknown key {shown(key)}{hint}{listed}"


def _missing_key(path: Path, data: Mapping[str, object]) -> str:
    """Say what is missing, and what stands there instead if it looks like a slip."""
    key = str(path[-1])
    field = _fields(path[:-1], data).get(key)
    meaning = (getattr(field, "description", None) or "").rstrip(".")
    return f"found no `{key}`; expected it" + (f": {meaning[0].lower()}{meaning[1:]}" if meaning else " in this table")


def _fields(path: Path, data: Mapping[str, object]) -> dict[str, Any]:
    """Return the keys that the table at a path may have, each with its field."""
    model: type[BaseModel] | None = Plan
    for depth, part in enumerate(path):
        if isinstance(part, int):
            continue
        if model is None:
            return {}
        field = _keys_of(model).get(part)
        model = None if field is None else _model_of(field.annotation, _table(data, path[: depth + 1]))
    return {} if model is None else _keys_of(model)


def _table(data: Mapping[str, object], path: Path) -> object:
    value = _value(data, path)
    return value[0] if isinstance(value, list | tuple) and value else value


def _keys_of(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _model_of(annotation: object, table: object) -> type[BaseModel] | None:
    """Pick the model that an annotation names; among durations the one of the table's family."""
    models = list(_models_in(annotation))
    if len(models) > 1:
        family = table.get("family") if isinstance(table, dict) else None
        named = [m for m in models if "family" in m.model_fields]
        fitting = [m for m in named if family in get_args(m.model_fields["family"].annotation)]
        models = fitting or [m for m in models if m not in named]
    return models[0] if models else None


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
