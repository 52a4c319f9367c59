"""Decisions made on a page: from the fields of a form to what the desk keeps, and what is said of it afterwards.

Every act of `tocsin watch decide` is reachable: the form names act and target; where it names another id, the target is
the pair of both; where a person takes another reading of a finding, the values are that reading's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tocsin.errors import UsageError
from tocsin.serve.pages.claim_shown import ClaimShown, claim_shown
from tocsin.serve.pages.fields import changed, fields_of_finding
from tocsin.serve.pages.history_shown import DecisionShown, decision_shown
from tocsin.serve.room import Room, View
from tocsin.watch import Decision
from tocsin.watch.deciding import PAIR

__all__ = ["Outcome", "decided", "outcome", "sides_of"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is said after a decision.

    Attributes:
        decision: It.
        claim: The claim that it is about, as it stands now; None = about no claim, or it no longer stands.
    """

    decision: DecisionShown
    claim: ClaimShown | None


def decided(room: Room, words: Mapping[str, str]) -> Decision:
    """Keep the decision of a form.

    Args:
        room: The room.
        words: `act`, `about`, `reason`, `by`; `other` for a pair; `value.…` with `was.…`; `reading` for another one.

    Raises:
        TocsinError: It is no decision that something can follow; nothing is kept.
    """
    target = words.get("about", "").strip()
    if "other" in words:
        other = words["other"].strip()
        if not other:
            raise UsageError("found no other id; expected the id of a report or claim", place="other")
        target = f"{target}{PAIR}{other}"
    act = words.get("act", "")
    values = _reading(room.view, target, words["reading"]) if words.get("reading") else _values(act, words)
    by = words.get("by", "").strip() or "analyst"
    with room.changing() as desk:
        return desk.decide(act, target, values, words.get("reason", "").strip(), by, room.clock())


def _values(act: str, words: Mapping[str, str]) -> list[str]:
    """What was changed in a form with several acts: only some of them change fields, and only one covers a scope."""
    values = changed(words)
    scope = [one for one in values if one.startswith("scope=")]
    if act not in ("confirm", "reject", "retract"):
        return [one for one in values if one not in scope]
    if len(values) > len(scope):
        told = f"found changed fields with “{act}”; expected them to be saved, or left as they were"
        raise UsageError(told, place=values[0].partition("=")[0])
    return scope if act == "confirm" else []


def _reading(view: View, target: str, number: str) -> list[str]:
    """The values of another reading of a finding that differ from the first, as a form would give them."""
    report = target.partition("@")[0]
    found = view.desk.suggestions(report) if report in view.desk.standing.reports_in else ()
    one = next((each for each in found if each.id == target), None)
    if one is None or not number.isascii() or not number.isdigit() or not 0 < int(number) <= len(one.alternatives):
        raise UsageError(f"found {number[:60]!r}; expected one of the readings", place="reading")
    first = {each.name: each.text for each in fields_of_finding(one, one.value, view.desk.zone)}
    other = fields_of_finding(one, one.alternatives[int(number) - 1], view.desk.zone)
    return [f"{each.name}={each.text}" for each in other if first.get(each.name, each.text) != each.text]


def outcome(view: View, number: str) -> Outcome | None:
    """What is said of a decision by its number; None if there is none."""
    if not number.isascii() or not number.isdigit() or len(number) > 12:
        return None
    by_number = view.remember(
        "inbox: decisions by number", lambda: {one.number: one for one in view.desk.standing.decisions}
    )
    one = by_number.get(int(number))
    if one is None:
        return None
    claim = view.desk.standing.claims.get(one.target)
    return Outcome(decision_shown(view, one), None if claim is None else claim_shown(view, claim))


def sides_of(view: View) -> tuple[tuple[str, str], ...]:
    """Every side of every question as `question/side`, and what it says."""
    return tuple(
        (f"{one.id}/{side.id}", f"{one.title} – {side.title}") for one in view.desk.ledger for side in one.sides
    )
