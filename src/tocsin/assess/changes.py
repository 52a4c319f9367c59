"""Changes of a case, each with its reason and with the answer before and after: one file of lines beside the case.

`<case>.changes.jsonl` is only added to. The case itself is written whole or not at all, and only over the text that
was read: what somebody else wrote meanwhile is never lost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from tocsin.assess.case_file import text_of
from tocsin.errors import CaseError
from tocsin.log.atomic import write_bytes

__all__ = ["KINDS", "CaseChange", "change_case", "changes_file", "read_changes"]

KINDS: Final = ("judged", "claim added", "claim taken away", "item added")
"""What may have been changed."""
Medians = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class CaseChange:
    """One change.

    Attributes:
        at: When, milliseconds since 1970.
        by: Who.
        kind: One of `KINDS`.
        item: Id of the item.
        what: What was changed, as words: `Routine check: likely → very likely`.
        reason: Why.
        before: Hypothesis → its median before.
        after: Hypothesis → its median after.
        note: What else must be said, such as that an origin counts once; "" = nothing.
        case: SHA-256 of the case's text after it.
    """

    at: int
    by: str
    kind: str
    item: str
    what: str
    reason: str
    before: Medians
    after: Medians
    note: str = ""
    case: str = ""


def changes_file(case_file: Path) -> Path:
    """Where the changes of a case are: beside it."""
    return case_file.with_name(f"{case_file.stem}.changes.jsonl")


def change_case(case_file: Path, old: str, new: str, change: CaseChange) -> CaseChange:
    """Write a changed case, and keep what was changed and why.

    Args:
        case_file: The case.
        old: Its text as it was read.
        new: Its text from now on, read back already.
        change: What is changed; its `case` is filled in here.

    Returns:
        The change as kept.

    Raises:
        CaseError: There is no reason, the file was changed meanwhile, or a file cannot be written.
    """
    if not change.reason.strip():
        raise CaseError("found no reason; expected one sentence that says why")
    file = changes_file(case_file)
    read_changes(file)  # a damaged record is refused before anything is written
    kept = json.dumps(_row(change, new), ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n"
    try:
        if text_of(case_file, case_file.name) != old:
            raise CaseError(
                "found that the case was changed by somebody else meanwhile; expected it as it was shown: load the "
                "page again",
                place=case_file.name,
            )
        write_bytes(case_file, new.encode())
        try:
            with file.open("ab") as opened:
                opened.write(kept.encode())
        except OSError:
            write_bytes(case_file, old.encode())  # no change without its reason
            raise
    except OSError as error:
        told = f"found no file that can be written ({error.strerror})"
        raise CaseError(told, place=case_file.name) from None
    return read_changes(file)[-1]


def read_changes(file: Path) -> tuple[CaseChange, ...]:
    """All changes, oldest first; none where there is no file.

    Raises:
        CaseError: A line is damaged; its number is in the place.
    """
    try:
        lines = file.read_bytes().split(b"\n")
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise CaseError(f"found no file that can be read ({error.strerror})", place=file.name) from None
    if lines[-1]:
        raise CaseError("found half a line at the end; expected whole rows", place=f"{file.name}, line {len(lines)}")
    return tuple(_read(line, f"{file.name}, line {number}") for number, line in enumerate(lines[:-1], start=1))


def _row(one: CaseChange, text: str) -> dict[str, Any]:
    found = {name: getattr(one, name) for name in CaseChange.__slots__}
    return found | {"before": dict(one.before), "after": dict(one.after), "case": sha256(text.encode()).hexdigest()}


def _read(line: bytes, place: str) -> CaseChange:
    try:
        row = json.loads(line)
        texts = {name: row[name] for name in ("by", "kind", "item", "what", "reason", "note", "case")}
        if not all(isinstance(one, str) for one in texts.values()) or texts["kind"] not in KINDS:
            raise ValueError("a word that is none")
        medians = {name: {str(key): float(one) for key, one in row[name].items()} for name in ("before", "after")}
        return CaseChange(
            int(row["at"]), texts["by"], texts["kind"], texts["item"], texts["what"], texts["reason"],
            medians["before"], medians["after"], texts["note"], texts["case"],
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise CaseError("found a damaged row; expected a change of the case", place=place) from None
