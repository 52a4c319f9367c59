"""The record: dated judgments beside a case, what turned out, and how good the judgments were.

One file of lines, `<case>.history.jsonl`, to which rows are only added. A row is a judgment (the answer, and the
digests of case and evidence that it came from) or an outcome. What was wrong is put right by a new row that names the
line it corrects; nothing is rewritten. Scores are given once there is an outcome, for judgments made before it.

1. Brier score of several categories (G. W. Brier, "Verification of forecasts expressed in terms of probability",
   Monthly Weather Review 78, 1950): the sum over hypotheses of (mean - 1 if true else 0)². From 0, right and sure, to
   2, wrong and sure; evenly between n hypotheses is 1 - 1/n. "None of these" counts as a hypothesis given 0.
2. Logarithmic score: -log2 of the mean of what was true, in bits; none where that was given 0.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Any, Final

from tocsin.assess.answer import Likely, Weighed
from tocsin.assess.words import WORDS
from tocsin.errors import CaseError
from tocsin.plan.problem import shown

__all__ = [
    "NONE_OF_THESE", "History", "Judgment", "Outcome", "Score", "Scored", "WordScore",
    "history_file", "keep", "outcome", "read_history", "score",
]  # fmt: skip

NONE_OF_THESE: Final = "none of these"
"""An outcome that no hypothesis of the case says."""


@dataclass(frozen=True, slots=True)
class Judgment:
    """What was answered on a day.

    Attributes:
        line: Its line in the file, from 1.
        at: When, milliseconds since 1970.
        by: Who.
        case: SHA-256 of the case's text.
        evidence: SHA-256 of the evidence.
        answer: Hypothesis → mean, median, low, high and word.
        reason: Why it was kept.
        corrects: Line of the judgment that it stands in for; 0 = none.
    """

    line: int
    at: int
    by: str
    case: str
    evidence: str
    answer: Mapping[str, Mapping[str, Any]]
    reason: str
    corrects: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What turned out.

    Attributes:
        line: Its line in the file, from 1.
        at: When it was known, milliseconds since 1970.
        by: Who says so.
        hypothesis: Id, or `NONE_OF_THESE`.
        reason: On what grounds.
        corrects: Line of the outcome that it stands in for; 0 = none.
    """

    line: int
    at: int
    by: str
    hypothesis: str
    reason: str
    corrects: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """All rows of a file, those that were corrected left out of `judgments` and `outcome`.

    Attributes:
        rows: Every row, in the order of the file.
        judgments: Those that stand.
        outcome: The last that stands, or None.
    """

    rows: tuple[Judgment | Outcome, ...]
    judgments: tuple[Judgment, ...]
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Scored:
    """One judgment's scores: of the mean, Brier from 0 to 2 and bits; `bits` is None where the truth was given 0."""

    judgment: Judgment
    brier: float
    bits: float | None


@dataclass(frozen=True, slots=True)
class WordScore:
    """How often hypotheses that were called by a word were true; low and high are what the word means."""

    word: str
    used: int
    true: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Score:
    """How good the judgments were.

    Attributes:
        outcome: What turned out.
        scored: Judgments made before it, by time.
        brier: Their mean; None where there are none.
        bits: Their mean; None where one has none.
        words: Of those judgments, by word, least probable first. Judgments of one case are not independent.
        too_late: Lines of judgments made when the outcome was known; they are not scored.
    """

    outcome: Outcome
    scored: tuple[Scored, ...]
    brier: float | None
    bits: float | None
    words: tuple[WordScore, ...]
    too_late: tuple[int, ...]


def history_file(case_file: Path) -> Path:
    """Where a case's history is: beside it."""
    return case_file.with_name(f"{case_file.stem}.history.jsonl")


def keep(file: Path, weighed: Weighed, *, at: int, by: str, reason: str, corrects: int = 0) -> Judgment:
    """Add a judgment.

    Args:
        file: The history; it is made if it is not there.
        weighed: The answer.
        at: Now, milliseconds since 1970.
        by: Who judges.
        reason: Why it is kept.
        corrects: Line of an earlier judgment that it stands in for.

    Raises:
        CaseError: The file is damaged, or the row cannot be.
    """
    row = {
        "row": "judgment", "at": at, "by": by, "case": weighed.case_digest, "evidence": weighed.evidence_digest,
        "answer": {one.hypothesis: _said(one) for one in weighed.answer}, "reason": reason, "corrects": corrects,
    }  # fmt: skip
    added = _append(file, row)
    assert isinstance(added, Judgment), "it was written as one"
    return added


def outcome(file: Path, hypothesis: str, *, at: int, by: str, reason: str, corrects: int = 0) -> Outcome:
    """Add what turned out; arguments as of `keep`, `hypothesis` an id that was judged or `NONE_OF_THESE`.

    Raises:
        CaseError: The file is damaged, nothing was judged yet, or the row cannot be.
    """
    judged = sorted({name for one in read_history(file).judgments for name in one.answer})
    if not judged:
        raise CaseError("found no judgment yet; expected one that was kept before it turned out", place=file.name)
    if hypothesis not in (*judged, NONE_OF_THESE):
        known = ", ".join((*judged, NONE_OF_THESE))
        raise CaseError(f"found the outcome {hypothesis!r}; expected one of {known}", place=file.name)
    row = {"row": "outcome", "at": at, "by": by, "hypothesis": hypothesis, "reason": reason, "corrects": corrects}
    added = _append(file, row)
    assert isinstance(added, Outcome), "it was written as one"
    return added


def read_history(file: Path) -> History:
    """Read a history; a file that is not there is an empty one.

    Raises:
        CaseError: A line is damaged; its number is in the place.
    """
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        content = b""
    except OSError as error:
        raise CaseError(f"found no file that can be read ({error.strerror})", place=file.name) from None
    return _history(content, file.name)


def score(history: History) -> Score | None:
    """Score a history; None before there is an outcome."""
    known = history.outcome
    if known is None:
        return None
    in_time = sorted((one for one in history.judgments if one.at < known.at), key=lambda one: (one.at, one.line))
    scored = tuple(Scored(one, _brier(one, known.hypothesis), _bits(one, known.hypothesis)) for one in in_time)
    bits = [one.bits for one in scored if one.bits is not None]
    return Score(
        known,
        scored,
        sum(one.brier for one in scored) / len(scored) if scored else None,
        sum(bits) / len(bits) if scored and len(bits) == len(scored) else None,
        _words(in_time, known.hypothesis),
        tuple(one.line for one in history.judgments if one.at >= known.at),
    )


def _said(one: Likely) -> dict[str, Any]:
    return {"mean": one.mean, "median": one.median, "low": one.low, "high": one.high, "word": one.word}


def _brier(one: Judgment, true: str) -> float:
    given = {name: float(said["mean"]) for name, said in one.answer.items()}
    missed = sum((mean - (name == true)) ** 2 for name, mean in given.items())
    return missed + (true not in given)


def _bits(one: Judgment, true: str) -> float | None:
    given = float(one.answer[true]["mean"]) if true in one.answer else 0.0
    return -log2(given) if given > 0 else None


def _words(judgments: Sequence[Judgment], true: str) -> tuple[WordScore, ...]:
    said = [(one["word"], name == true) for each in judgments for name, one in each.answer.items()]
    made = []
    for word in WORDS:
        hits = [hit for used, hit in said if used == word.name]
        if hits:
            made.append(WordScore(word.name, len(hits), sum(hits), word.low, word.high))
    return tuple(made)


# --- the file ---------------------------------------------------------------------------------------------------------


def _append(file: Path, row: Mapping[str, Any]) -> Judgment | Outcome:
    """Add one line under a lock, to the disk, after the file was read and the row was tried."""
    line = json.dumps(row, ensure_ascii=False, sort_keys=True, allow_nan=False).encode() + b"\n"
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    except OSError as error:
        raise CaseError(f"found no file that can be written ({error.strerror})", place=file.name) from None
    with os.fdopen(handle, "r+b", buffering=0) as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        content = opened.read() or b""
        tried = _history(content + line, file.name)
        if os.write(handle, line) != len(line):
            os.ftruncate(handle, len(content))  # a full disk: the file stays as it was
            raise CaseError("found no room for the row", place=file.name)
        os.fsync(handle)
    return tried.rows[-1]


def _history(content: bytes, name: str) -> History:
    if content and not content.endswith(b"\n"):
        number = content.count(b"\n") + 1
        raise CaseError("found half a line at the end; expected whole rows", place=f"{name}, line {number}")
    rows: list[Judgment | Outcome] = []
    for number, line in enumerate(content.split(b"\n")[:-1], start=1):
        rows.append(_row(line, number, f"{name}, line {number}"))
        _check_correction(rows, f"{name}, line {number}")
    gone = {one.corrects for one in rows}
    stand = [one for one in rows if one.line not in gone]
    outcomes = [one for one in stand if isinstance(one, Outcome)]
    judgments = tuple(one for one in stand if isinstance(one, Judgment))
    return History(tuple(rows), judgments, outcomes[-1] if outcomes else None)


def _check_correction(rows: Sequence[Judgment | Outcome], place: str) -> None:
    last = rows[-1]
    if last.corrects and (not 0 < last.corrects < last.line or type(rows[last.corrects - 1]) is not type(last)):
        raise CaseError(
            f"found a correction of line {last.corrects}; expected an earlier row of its own kind", place=place
        )


def _row(line: bytes, number: int, place: str) -> Judgment | Outcome:
    """Read one line strictly: what is damaged is refused, never skipped."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise CaseError("found a line that is not JSON; expected a judgment or an outcome", place=place) from None
    if not isinstance(found, dict):
        raise CaseError("found a row without names; expected a judgment or an outcome", place=place)
    try:
        if found["row"] == "judgment":
            texts = (str(_text(found, "case")), _text(found, "evidence"))
            answer = {str(name): _answer(said) for name, said in found["answer"].items()}
            if abs(sum(one["mean"] for one in answer.values()) - 1) > 1e-6:
                raise ValueError("means that do not add up to 1")
            return Judgment(number, _whole(found, "at"), _text(found, "by"), *texts, answer, _text(found, "reason"),
                            _whole(found, "corrects"))  # fmt: skip
        if found["row"] == "outcome":
            return Outcome(number, _whole(found, "at"), _text(found, "by"), _text(found, "hypothesis"),
                           _text(found, "reason"), _whole(found, "corrects"))  # fmt: skip
        raise ValueError(f"a row of the kind {found['row']!r}")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        told = f"no {error.args[0]!r}" if isinstance(error, KeyError) else shown(str(error))[1:-1]
        raise CaseError(f"found a damaged row ({told}); expected a judgment or an outcome", place=place) from None


def _answer(said: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: said[name] for name in ("mean", "median", "low", "high")}
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
            raise ValueError(f"{name} {value!r}")
    return numbers | {"word": _text(said, "word")}


def _text(row: Mapping[str, Any], name: str) -> str:
    if not isinstance(row[name], str):
        raise ValueError(f"{name} {row[name]!r}")
    return str(row[name])


def _whole(row: Mapping[str, Any], name: str) -> int:
    if isinstance(row[name], bool) or not isinstance(row[name], int):
        raise ValueError(f"{name} {row[name]!r}")
    return int(row[name])
