"""The history of a claim: as it came in, and each decision that changed it, with who, when and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tocsin.errors import WatchError
from tocsin.watch.model import Bounds, Claim, Decision
from tocsin.watch.standing import Standing, corrected

__all__ = ["Change", "History", "history"]


@dataclass(frozen=True, slots=True)
class Change:
    """One decision about a claim, or about its report.

    Attributes:
        number: Of the decision.
        at: When, in milliseconds.
        by: Who decided.
        act: What.
        target: Claim or report.
        reason: Why.
        fields: What changed: name, value before, value after.
        stands: Whether the claim stands after it.
    """

    number: int
    at: int
    by: str
    act: str
    target: str
    reason: str
    fields: tuple[tuple[str, Any, Any], ...]
    stands: bool

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return plain | {"fields": [[name, _plain(was), _plain(now)] for name, was, now in self.fields]}


@dataclass(frozen=True, slots=True)
class History:
    """A claim as it came in, its changes in their order, and as it stands; None = it no longer stands."""

    original: Claim
    changes: tuple[Change, ...]
    standing: Claim | None

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "original": _claim(self.original),
            "changes": [one.as_json() for one in self.changes],
            "standing": None if self.standing is None else _claim(self.standing),
        }


def history(standing: Standing, claim: str) -> History:
    """Show how a claim came to what it is.

    Args:
        standing: What holds.
        claim: Its id.

    Raises:
        WatchError: There is no such claim.
    """
    original = standing.claims_in.get(claim)
    if original is None:
        raise WatchError(f"found no claim {claim!r}; expected one that was taken in", place="claim")
    mine = [one for one in standing.decisions if one.target in (original.id, original.report)]
    return History(original, tuple(_changes(original, mine)), standing.claims.get(claim))


def _changes(original: Claim, decisions: Iterable[Decision]) -> Iterable[Change]:
    before, gone = original, set[str]()
    done: list[Decision] = []
    for one in sorted(decisions, key=lambda one: one.number):
        done.append(one)
        if one.act in ("retract", "reject"):
            gone.add(one.target)
        elif one.act == "confirm":
            gone.discard(one.target)
        # As what stands is worked out: decisions about the report go first.
        after = corrected(original, done)
        fields = tuple(
            (name, getattr(before, name), getattr(after, name))
            for name in Claim.__slots__
            if getattr(before, name) != getattr(after, name)
        )
        before = after
        yield Change(one.number, one.at, one.by, one.act, one.target, one.reason, fields, not gone)


def _plain(value: Any) -> Any:
    return value.as_json() if isinstance(value, Bounds) else value


def _claim(one: Claim) -> Mapping[str, Any]:
    plain = {name: _plain(getattr(one, name)) for name in Claim.__slots__}
    return plain | {"spans": [[span.start, span.end, span.part] for span in one.spans]}
