"""What people decide, read from words and checked before it is kept: act, target, values and reason.

A decision that nothing could follow is refused at once; one that is kept is never changed again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from tocsin.errors import WatchError
from tocsin.watch.model import (
    ACTS,
    BASES,
    DIGITS,
    LETTERS,
    LINK_KINDS,
    OWNERS,
    STANCES,
    TOPICS,
    Bounds,
    Decision,
    Suggestion,
)
from tocsin.watch.said import SCOPES
from tocsin.watch.standing import Standing, corrected
from tocsin.watch.store import Store
from tocsin.watch.times import read_time

__all__ = ["NOT_SAID", "PAIR", "decide", "values_of"]

NOT_SAID: Final = "(not said)"
"""How a source without a name is listed, and named in a decision."""
PAIR: Final = " ~ "
"""Joins two ids into a target."""
_SIDE: Final = "side"
_CLAIM_FIELDS: Final = (
    *("stance", "topic", "who", "what", "place", "when", "when_basis", "count", "unit", "notice_hours", "due"),
)
_WHOLE: Final = ("least", "most", "hours_least", "hours_most")
_VALUES: Final[dict[str, tuple[str, ...]]] = {
    "confirm": ("scope",),
    "edit": _CLAIM_FIELDS,
    "correct": _CLAIM_FIELDS,
    "link": ("kind",),
    "unlink": ("kind",),
    "grade": ("letter", "digit"),
    "own": ("owner", "group"),
}
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "stance": STANCES,
    "topic": TOPICS,
    "when_basis": BASES,
    "kind": (*LINK_KINDS, _SIDE),
    "letter": LETTERS,
    "digit": DIGITS,
    "owner": OWNERS,
    "scope": SCOPES,
}


def decide(
    store: Store, standing: Standing, act: str, target: str, words: Sequence[str], reason: str, by: str, at: int,
    zone: ZoneInfo,
) -> Decision:  # fmt: skip
    """Check a decision and keep it.

    Args:
        store: Where it is kept.
        standing: What holds before it.
        act: One of `ACTS`.
        target: What it is about.
        words: Its values as `name=value`; bounds as `least..most`, either may be left out.
        reason: Why, in a sentence.
        by: The role or pseudonym of who decides.
        at: When.
        zone: Time zone of days in values.

    Raises:
        WatchError: Act, target or a value is none; the reason is missing; nothing could follow the decision.
    """
    target = "" if target == NOT_SAID else target  # how a list shows a source without a name
    if act not in ACTS:
        raise WatchError(f"found {act!r}; expected one of {', '.join(ACTS)}", place="ACT")
    if not reason.strip():
        raise WatchError("found no reason; expected one sentence that says why", place="--reason")
    found = _suggestion(store, target) if act == "edit" else None
    if found is not None:
        return store.decide(at, by, act, target, _of_suggestion(found, words, zone), reason)
    value = values_of(act, words, zone)
    target = _TARGETS[act](store, standing, target, value)
    if act == "unmask":
        masked = _suggestion(store, target)
        value = {} if masked is None else {"words": masked.words}
    if act in ("edit", "correct") and target in standing.claims:
        corrected(standing.claims[target], [Decision(0, at, by, act, target, value, reason)])
    return store.decide(at, by, act, target, value, reason)


def values_of(act: str, words: Sequence[str], zone: ZoneInfo) -> dict[str, Any]:
    """Read the values of a decision.

    Raises:
        WatchError: One is not of this act, stands twice, or is not what its name asks for.
    """
    known, found = _VALUES.get(act, ()), dict[str, Any]()
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or name not in known or name in found:
            told = f"expected name=value, each once, of {', '.join(known)}" if known else f"{act} takes no values"
            raise WatchError(f"found {word[:60]!r}; {told}", place="--value")
        if name in _WORDS and text not in _WORDS[name]:
            raise WatchError(f"found {text[:60]!r}; expected one of {', '.join(_WORDS[name])}", place=f"--value {name}")
        found[name] = _read(name, text, zone)
    return found


def _of_suggestion(found: Suggestion, words: Sequence[str], zone: ZoneInfo) -> dict[str, Any]:
    """The value of a suggestion as a person reads its characters: the same names, other values."""
    value = dict(found.value)
    if not words:
        raise WatchError("found no values; expected --value name=value", place=found.id)
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or name not in value:
            raise WatchError(f"found {word[:60]!r}; expected name=value of {', '.join(value)}", place="--value")
        if name in ("least", "most") and found.kind == "date":
            ends = read_time(text, zone, place=f"--value {name}")[0]
            value[name] = ends.least if name == "least" else ends.most
        elif name in _WHOLE or isinstance(value[name], int | float):
            value[name] = _number(name, text, whole=name in _WHOLE)
        else:
            value[name] = text
    return value


def _number(name: str, text: str, *, whole: bool) -> float:
    try:
        return int(text) if whole else float(text)
    except ValueError:
        raise WatchError(f"found {text[:60]!r}; expected a number", place=f"--value {name}") from None


def _suggestion(store: Store, target: str) -> Suggestion | None:
    report, at, _ = target.partition("@")
    return next((one for one in store.suggestions([report]) if one.id == target), None) if at else None


def _read(name: str, text: str, zone: ZoneInfo) -> Any:
    if name in ("when", "due"):
        return _times(name, text, zone)
    if name in ("count", "notice_hours"):
        return _numbers(name, text)
    return text


def _times(name: str, text: str, zone: ZoneInfo) -> list[int | None]:
    start, dots, end = text.partition("..")
    place = f"--value {name}"
    first = read_time(start, zone, place=place)[0] if start else Bounds()
    last = (read_time(end, zone, place=place)[0] if end else Bounds()) if dots else first
    return _ends(name, first.least, last.most)


def _numbers(name: str, text: str) -> list[int | None]:
    start, dots, end = text.partition("..")
    try:
        least = int(start) if start else None
        return _ends(name, least, (int(end) if end else None) if dots else least)
    except ValueError:
        raise WatchError(
            f"found {text[:60]!r}; expected a whole number, or least..most", place=f"--value {name}"
        ) from None


def _ends(name: str, least: int | None, most: int | None) -> list[int | None]:
    if least is not None and most is not None and least > most:
        raise WatchError(
            f"found at least {least} and at most {most}; expected the least first", place=f"--value {name}"
        )
    return [least, most]


# --- targets --------------------------------------------------------------------------------------------------------

_Value = Mapping[str, Any]


def _claim(store: Store, standing: Standing, target: str, value: _Value) -> str:
    if target not in standing.claims_in:
        raise _unknown(target, "the id of a claim, such as r026#2")
    if not value:
        raise WatchError("found no values; expected --value name=value", place=target)
    return target


def _claim_or_suggestion(store: Store, standing: Standing, target: str, value: _Value) -> str:
    if target in standing.claims_in or target in standing.reports_in:
        return target
    if value or _suggestion(store, target) is None:
        raise _unknown(target, "the id of a claim or of a suggestion")
    return target


def _retractable(store: Store, standing: Standing, target: str, value: _Value) -> str:
    if target not in standing.reports_in and target not in standing.claims_in and target not in standing.sightings:
        raise _unknown(target, "the id of a report, claim or statement on forces")
    return target


def _pair(store: Store, standing: Standing, target: str, value: _Value) -> str:
    first, tilde, second = target.partition(PAIR)
    if value.get("kind") == _SIDE and first in standing.claims and tilde:
        return _side(target, second)
    for known in (standing.claims, standing.reports):
        if first in known and second in known and first != second:
            return target
    raise _unknown(target, f"two ids of claims, or of reports, as 'r001{PAIR}r002'")


def _side(target: str, named: str) -> str:
    from tocsin.watch.ledger.questions import side_rule

    question, _, side = named.partition("/")
    if side_rule(question, side) is None:
        raise _unknown(target, f"a claim and a side of the ledger, as 'r001#1{PAIR}purpose/routine'")
    return target


def _graded(store: Store, standing: Standing, target: str, value: _Value) -> str:
    if target in standing.sources and set(value) == {"letter"}:
        return target
    if (target in standing.reports or target in standing.claims) and set(value) == {"digit"}:
        return target
    raise _unknown(target, "a source with --value letter=B, or a report or claim with --value digit=2")


def _source(store: Store, standing: Standing, target: str, value: _Value) -> str:
    if target not in standing.sources or not value:
        raise _unknown(target, "a source as `tocsin watch inbox --sources` lists it, with --value owner=… or group=…")
    return target


def _masked(store: Store, standing: Standing, target: str, value: _Value) -> str:
    found = _suggestion(store, target)
    if found is None or found.kind not in ("person", "contact"):
        raise _unknown(target, "the id of a masked person or contact, as `tocsin watch inbox REPORT` lists it")
    return target


def _unknown(target: str, expected: str) -> WatchError:
    return WatchError(f"found {target[:60]!r}; expected {expected}", place="TARGET")


_TARGETS: Final[dict[str, Callable[[Store, Standing, str, _Value], str]]] = {
    "confirm": _claim_or_suggestion,
    "reject": _claim_or_suggestion,
    "edit": _claim,
    "correct": _claim,
    "retract": _retractable,
    "link": _pair,
    "unlink": _pair,
    "grade": _graded,
    "own": _source,
    "unmask": _masked,
}
