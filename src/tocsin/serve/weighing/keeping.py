"""What is kept of judgments: the case as it is changed, each change with its reason, dated answers and the outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tocsin.assess.case import bundled_cases, read_case
from tocsin.assess.changes import CaseChange, change_case, changes_file, read_changes
from tocsin.assess.editing import rejudged, with_claim, with_item, without_claim
from tocsin.assess.history import NONE_OF_THESE, history_file, keep, outcome, read_history, score
from tocsin.assess.model import Item, Range
from tocsin.errors import CaseError, TocsinError
from tocsin.log.atomic import write_bytes
from tocsin.serve.room import Room
from tocsin.serve.weighing.answered import Answered, names_of, weighed_again
from tocsin.serve.weighing.changing import differing
from tocsin.serve.weighing.words import percent, said
from tocsin.watch.words import many

__all__ = [
    "BUNDLED",
    "BY",
    "ChangeRow",
    "JudgmentRow",
    "JudgmentsShown",
    "MedianChange",
    "add_item",
    "begin_with",
    "changes_of",
    "judge_item",
    "judgments",
    "record",
    "settle",
    "take_away",
    "use_claim",
]  # fmt: skip

BY: Final = "analyst"
"""The role of the desk's one user."""
BUNDLED: Final = "west-2026"
"""The case that can be copied to begin with."""


@dataclass(frozen=True, slots=True)
class MedianChange:
    """A median before and after, as words; `kind` is up, down or same."""

    name: str
    before: str
    after: str
    kind: str
    range: str = ""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change of the case, as it is shown."""

    day: str
    what: str
    reason: str
    note: str
    rows: tuple[MedianChange, ...]


@dataclass(frozen=True, slots=True)
class JudgmentRow:
    """A dated answer."""

    day: str
    cells: tuple[str, ...]
    brier: str
    reason: str


@dataclass(frozen=True, slots=True)
class JudgmentsShown:
    """The record of answers; `problem` where it cannot be read."""

    counted: str = ""
    rows: tuple[JudgmentRow, ...] = ()
    outcome: str = ""
    outcome_reason: str = ""
    mean: str = ""
    problem: str = ""


# --- the case ---------------------------------------------------------------------------------------------------------


def begin_with(room: Room) -> None:
    """Copy the bundled case into the watch folder, and open it.

    Raises:
        CaseError: Something is there already that would be lost.
    """
    target = room.store.folder / "case.toml"
    if target.exists():
        raise CaseError("found a case there already; expected none: start the desk with --case", place=target.name)
    for one in bundled_cases()[BUNDLED].iterdir():
        if one.is_file() and not one.name.endswith(".md") and one.name != target.name:
            write_bytes(room.store.folder / one.name, one.read_bytes())
    write_bytes(target, (bundled_cases()[BUNDLED] / target.name).read_bytes())
    room.case_file = target


def judge_item(room: Room, found: Answered, item: Item, after: Mapping[str, Range], reason: str) -> CaseChange:
    """Change words of an item.

    Raises:
        CaseError: There is no reason, or the case cannot be so changed.
    """
    file, names = _file(room), names_of(found.case)
    changed = differing(item.likelihood, after)
    text = found.case.text
    for one in changed:
        judged = after[one].word or (after[one].low, after[one].high)
        text = rejudged(text, item.id, one, judged, folder=file.parent, file=file.name)
    what = "; ".join(f"{names[one]}: {said(item.likelihood[one])} → {said(after[one])}" for one in changed)
    return _kept(room, found, text, "judged", item.id, what, reason)


def use_claim(room: Room, found: Answered, item: str, claim: str, reason: str) -> CaseChange:
    """Let a claim speak for an item.

    Raises:
        CaseError: There is no reason or no such item, or it rests on the claim already.
    """
    file = _file(room)
    text = with_claim(found.case.text, item, claim, folder=file.parent, file=file.name)
    if text == found.case.text:
        raise CaseError(f"found that the item rests on {claim} already; expected another claim or item")
    return _kept(room, found, text, "claim added", item, f"{claim} speaks for it", reason, _once(found, item, claim))


def add_item(room: Room, found: Answered, item: Mapping[str, Any], reason: str) -> CaseChange:
    """Add an item of evidence.

    Args:
        room: The room.
        found: Its answer.
        item: Keys of the case's format.
        reason: Why it is added.

    Raises:
        CaseError: There is no reason, or it is no item of this case.
    """
    file = _file(room)
    text = with_item(found.case.text, item, folder=file.parent, file=file.name)
    return _kept(room, found, text, "item added", str(item["id"]), f"new: {item['says']}", reason)


def take_away(room: Room, found: Answered, item: Item, claim: str, reason: str) -> CaseChange:
    """Let a claim no longer speak for an item.

    Raises:
        CaseError: There is no reason, or the item does not name the claim, or nothing else.
    """
    file = _file(room)
    text = without_claim(found.case.text, item.id, claim, folder=file.parent, file=file.name)
    return _kept(room, found, text, "claim taken away", item.id, f"{claim} no longer speaks for it", reason)


Noted = Callable[[Answered], str]


def _kept(
    room: Room, found: Answered, text: str, kind: str, item: str, what: str, reason: str, note: Noted = lambda after: ""
) -> CaseChange:
    """Weigh a changed text; then write it with the change. What cannot be weighed is never written."""
    if not reason.strip():
        raise CaseError("found no reason; expected one sentence that says why")
    file = _file(room)
    after = weighed_again(room.view, read_case(text, folder=file.parent, file=file.name))
    change = CaseChange(
        room.clock(), BY, kind, item, what, reason.strip(), _medians(found), _medians(after), note(after)
    )
    return change_case(file, found.case.text, text, change)


def _medians(found: Answered) -> dict[str, float]:
    return {one.hypothesis: one.median for one in found.weighed.answer}


def _once(found: Answered, item: str, claim: str) -> Noted:
    """Says that a claim's origin spoke already, or that the claim does not count."""

    def told(after: Answered) -> str:
        old, new = found.item(item), after.item(item)
        assert old is not None and new is not None, "the item was changed, not taken away"
        witness = next((one for one in new.witnesses if claim in one.claims), None)
        if witness is None:
            return f"It does not count: {new.why}." if new.why else "It does not count."
        if any(one.group == witness.group for one in old.witnesses):
            named = "Its origin" if witness.group.startswith("?") else f"Its origin, {witness.group},"
            return f"{named} spoke for this item already, and counts once: copies change nothing."
        return ""

    return told


def _file(room: Room) -> Path:
    if room.case_file is None:
        raise CaseError("found no case; expected one to change")
    return room.case_file


def changes_of(room: Room, found: Answered, item: str) -> tuple[ChangeRow, ...]:
    """The changes of an item, the last first; none where the record cannot be read, which the next change will say."""
    if room.case_file is None:
        return ()
    try:
        rows = read_changes(changes_file(room.case_file))
    except TocsinError as error:
        return (ChangeRow("not known", "The record of changes cannot be read.", str(error), "", ()),)
    names = names_of(found.case)
    return tuple(_change(one, names, room) for one in reversed(rows) if one.item == item)


def _change(one: CaseChange, names: Mapping[str, str], room: Room) -> ChangeRow:
    rows, order = [], {name: number for number, name in enumerate(names)}
    for name, after in sorted(one.after.items(), key=lambda pair: order.get(pair[0], len(order))):
        first, last = percent(one.before.get(name, after)), percent(after)
        kind = "same" if first == last else "up" if after > one.before.get(name, after) else "down"
        rows.append(MedianChange(names.get(name, name), first, last, kind))
    return ChangeRow(_day(one.at, room), one.what, one.reason, one.note, tuple(rows))


def _day(at: int, room: Room) -> str:
    day = dt.datetime.fromtimestamp(at / 1000, dt.UTC).astimezone(room.view.desk.zone)
    return f"{day.day} {day:%b %Y %H:%M}"


# --- dated answers ----------------------------------------------------------------------------------------------------


def record(room: Room, found: Answered, reason: str) -> None:
    """Keep the answer of today.

    Raises:
        CaseError: There is no reason, or the record cannot be written.
    """
    if not reason.strip():
        raise CaseError("found no reason; expected one sentence that says why it is kept now")
    keep(history_file(_file(room)), found.weighed, at=room.clock(), by=BY, reason=reason.strip())


def settle(room: Room, hypothesis: str, reason: str) -> None:
    """Keep what it turned out to be.

    Raises:
        CaseError: There is no reason, nothing was judged, or it is no hypothesis.
    """
    if not reason.strip():
        raise CaseError("found no reason; expected one sentence that says how it is known")
    outcome(history_file(_file(room)), hypothesis, at=room.clock(), by=BY, reason=reason.strip())


def judgments(room: Room, found: Answered) -> JudgmentsShown:
    """The record as it is shown, the last answer first."""
    try:
        history = read_history(history_file(_file(room)))
    except TocsinError as error:
        return JudgmentsShown(problem=str(error))
    scores = score(history)
    by_line = {one.judgment.line: f"{one.brier:.2f}" for one in scores.scored} if scores else {}
    names = names_of(found.case)
    rows = tuple(
        JudgmentRow(
            _day(one.at, room),
            tuple(f"{percent(one.answer[name]['median'])}" if name in one.answer else "not judged" for name in names),
            by_line.get(one.line, "made when it was known" if scores else "not known yet"),
            one.reason,
        )
        for one in reversed(history.judgments)
    )
    known = history.outcome
    told = "" if known is None else names.get(known.hypothesis, known.hypothesis)
    mean = f"{scores.brier:.2f}" if scores and scores.brier is not None else ""
    return JudgmentsShown(many(len(rows), "judgment"), rows, told, known.reason if known else "", mean)


OUTCOMES: Final = (NONE_OF_THESE,)
"""Outcomes besides the hypotheses."""
