"""Precision and recall of the text rules, by language and kind, on the project's own annotated texts.

What a rule found meets a mark where both are of one kind and share at least half of the shorter one's characters: where
a span ends is taste, what it means is not. Each mark and each find is used once, equal values first. Values are equal:

- place: the name (folded, or one of its other names in `names.json`) and the country;
- date: first and last day in the text's zone; `date.role` asks for the role too;
- number: bounds and unit (an open least may be 0 or 1; periods are compared in hours; about 400 may widen by
  30 % and holds 400);
- notice: hours at least and at most; an open least may be 0, and what is owed may be open above; `notice.says` asks for
  owed or given too;
- topic: sentence and topic; `topic.stance` asks for the stance too;
- person, contact: role or sort, and the whole mark covered, for what is not covered is not masked.

`<kind>.span` leaves values out. An optional mark, and what is found there, counts nowhere; so does a notice found where
a time to report is marked, for it may be worked out from that.
Intervals: percentiles of F1 over texts drawn with replacement (Efron 1979, Bootstrap methods), seeded.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.timing import row
from benchmarks.watch_corpus import FOLDER, LANGUAGES, Mark, Text, read_texts
from tocsin.watch.model import SUGGESTION_KINDS, Report, Suggestion

__all__ = ["Miss", "Read", "Score", "misses", "rows", "score"]

Read = Callable[[Report, ZoneInfo], Iterable[Suggestion]]
"""A reader of texts, as `tocsin.watch.text.read_text`."""
_STRICTER: Final = {"date": "role", "notice": "says", "topic": "stance"}
_HOURS: Final = {"hour": 1, "day": 24, "week": 168, "month": 720}
_DRAWS: Final = 2000


@dataclass(frozen=True, slots=True)
class Score:
    """How well one kind is found.

    Attributes:
        tp: Marks found.
        fp: Finds that no mark, or none of that value, answers for.
        fn: Marks not found.
        low: 2.5th percentile of F1 over texts drawn anew.
        high: 97.5th percentile.
    """

    tp: int
    fp: int
    fn: int
    low: float = 0.0
    high: float = 1.0

    @property
    def n(self) -> int:
        """How many marks there are."""
        return self.tp + self.fn

    @property
    def precision(self) -> float:
        """Share of the finds that are right; 0 where nothing was found."""
        return self.tp / (self.tp + self.fp) if self.tp else 0.0

    @property
    def recall(self) -> float:
        """Share of the marks that were found; 0 where there are none."""
        return self.tp / self.n if self.tp else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn) if self.tp else 0.0


@dataclass(frozen=True, slots=True)
class Miss:
    """What went wrong at one place: a mark without find, a find without mark, or both with different values."""

    text: str
    kind: str
    words: str
    expected: dict[str, Any] | None
    found: dict[str, Any] | None


def score(language: str, half: str | None, read: Read, *, seed: int = 6) -> dict[str, Score]:
    """Score a reader on the texts of a language.

    Args:
        language: One of `LANGUAGES`.
        half: One of `HALVES`, or None for all.
        read: The reader.
        seed: Of the drawn texts.

    Returns:
        By kind: value; by `<kind>.span`: words alone; by `date.role`, `notice.says`, `topic.stance`: more than value.
    """
    counts: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for text in read_texts(language, half):
        for name, counted in _counts(text, _finds(text, read)).items():
            counts[name].append(counted)
    return {name: _with_interval(np.array(each), seed) for name, each in counts.items()}


def misses(language: str, half: str | None, read: Read) -> list[Miss]:
    """Everything that went wrong, text by text, for those who write rules."""
    wrong = []
    for text in read_texts(language, half):
        finds = _finds(text, read)
        for kind in SUGGESTION_KINDS:
            pairs, lost, extra = _paired(text, kind, finds)
            wrong += [
                Miss(text.id, kind, mark.words, mark.value, found.value)
                for mark, found in pairs
                if not _equal(mark, found, text)
            ]
            wrong += [Miss(text.id, kind, mark.words, mark.value, None) for mark in lost]
            wrong += [Miss(text.id, kind, found.words, None, found.value) for found in extra]
    return wrong


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The rows `watch.text.<kind>.<language>`: F1 of values on the held texts, of which no writer of rules has seen
    words or totals.

    Each row also holds precision, recall, low, high (95 %), n (marks) and span (F1 of words alone).
    """
    from tocsin.watch.text import read_text

    made = []
    for language in LANGUAGES[:1] if quick else LANGUAGES:
        scores = score(language, "held", read_text)
        for kind in SUGGESTION_KINDS:
            one, told = scores[kind], f"precision {scores[kind].precision:.2f}, recall {scores[kind].recall:.2f}"
            peer = f"{told}, 95 % {one.low:.2f}–{one.high:.2f}, {one.n} marks; beside all found"
            more = {"precision": one.precision, "recall": one.recall, "low": one.low, "high": one.high, "n": one.n}
            span = scores[_span(kind)].f1
            made.append(
                row(f"watch.text.{kind}.{language}", one.f1, "F1", peer, 1.0, None, less=False) | more | {"span": span}
            )
    return made


def _span(kind: str) -> str:
    """Under which name the score without values stands; a topic has none, its words are its sentence."""
    return kind if kind == "topic" else f"{kind}.span"


def _finds(text: Text, read: Read) -> list[Suggestion]:
    """What a reader finds in a text: each once, in the order of its characters."""
    found = {(one.kind, one.span, str(one.value)): one for one in read(text.as_report(), text.zone)}
    return [found[key] for key in sorted(found, key=lambda key: (key[1].part, key[1].start, key[1].end, key[2]))]


def _counts(text: Text, finds: Sequence[Suggestion]) -> dict[str, tuple[int, int, int]]:
    """Found, wrongly found and not found, by name of the score."""
    counted = {}
    for kind in SUGGESTION_KINDS:
        pairs, lost, extra = _paired(text, kind, finds)
        right = [(mark, found) for mark, found in pairs if _equal(mark, found, text)]
        tallies = {kind: len(right)}
        if kind != "topic":
            tallies[f"{kind}.span"] = len(pairs)
        if kind in _STRICTER:
            more = _STRICTER[kind]
            tallies[f"{kind}.{more}"] = sum(mark.value[more] == found.value.get(more) for mark, found in right)
        for name, hits in tallies.items():
            missed = len(pairs) - hits
            counted[name] = (hits, missed + len(extra), missed + len(lost))
    return counted


def _paired(
    text: Text, kind: str, finds: Sequence[Suggestion]
) -> tuple[list[tuple[Mark, Suggestion]], list[Mark], list[Suggestion]]:
    """Marks and finds that meet, marks that were not found, finds without a mark; optional ones left out."""
    marks = [mark for mark in text.marks if mark.kind == kind]
    found = [one for one in finds if one.kind == kind]
    if kind == "topic":
        found = _one_a_sentence(text, found)
    meetings = [
        (mark.optional, not (mark.optional or _equal(mark, one, text)), -_shared(mark, one), i, j)
        for i, mark in enumerate(marks)
        for j, one in enumerate(found)
        if _meets(mark, one, text)
    ]
    taken: dict[int, int] = {}
    for _, _, _, i, j in sorted(meetings):
        if i not in taken and j not in taken.values():
            taken[i] = j
    pairs = [(marks[i], found[j]) for i, j in sorted(taken.items()) if not marks[i].optional]
    lost = [mark for i, mark in enumerate(marks) if i not in taken and not mark.optional]
    open_to = [mark for mark in marks if mark.optional] + (_to_report(text) if kind == "notice" else [])
    extra = [
        one
        for j, one in enumerate(found)
        if j not in taken.values() and not any(_meets(mark, one, text) for mark in open_to)
    ]
    return pairs, lost, extra


def _to_report(text: Text) -> list[Mark]:
    """Marked times to report."""
    return [mark for mark in text.marks if mark.kind == "date" and mark.value.get("role") == "report"]


def _one_a_sentence(text: Text, found: Sequence[Suggestion]) -> list[Suggestion]:
    """A topic counts once a sentence, however many words of it speak of it; titles are not scored."""
    kept = {(_sentence(text, one), one.value.get("topic")): one for one in reversed(found) if one.span.part == "text"}
    return sorted(kept.values(), key=lambda one: (one.span.start, one.span.end, str(one.value)))


def _sentence(text: Text, found: Suggestion) -> int:
    """Which sentence holds most of a find."""
    shares = [min(end, found.span.end) - max(start, found.span.start) for start, end in text.sentences]
    return shares.index(max(shares))


def _meets(mark: Mark, found: Suggestion, text: Text) -> bool:
    """Whether a find may be a mark: the same words by half of the shorter; the same sentence and topic."""
    if mark.part != found.span.part:
        return False
    if mark.kind == "topic":
        start = text.sentences[_sentence(text, found)][0]
        return mark.start == start and mark.value["topic"] == found.value.get("topic")
    shorter = min(mark.end - mark.start, found.span.end - found.span.start)
    return shorter > 0 and 2 * _shared(mark, found) >= shorter


def _shared(mark: Mark, found: Suggestion) -> int:
    """How many characters they share."""
    return min(mark.end, found.span.end) - max(mark.start, found.span.start)


def _equal(mark: Mark, found: Suggestion, text: Text) -> bool:
    """Whether they mean the same."""
    expected, value = mark.value, found.value
    if mark.kind == "place":
        return (
            _folded(value.get("name", "")) in _names(expected["name"]) and value.get("country") == expected["country"]
        )
    if mark.kind == "date":
        return all(_day(expected[end], text.zone) == _day(value.get(end), text.zone) for end in ("least", "most"))
    if mark.kind == "number":
        return _same_number(expected, value)
    if mark.kind == "notice":
        return _same_notice(expected, value)
    if mark.kind == "topic":
        return True
    name = "role" if mark.kind == "person" else "sort"
    covered = found.span.start <= mark.start and mark.end <= found.span.end
    return covered and expected[name] == value.get(name)


def _day(moment: int | None, zone: ZoneInfo) -> dt.date | None:
    """The day of a moment in a zone."""
    return None if moment is None else dt.datetime.fromtimestamp(moment / 1000, zone).date()


def _same_number(expected: dict[str, Any], value: dict[str, Any]) -> bool:
    """Whether a number has the bounds and the unit of its mark."""
    unit, other = expected["unit"], value.get("unit", "")
    if unit != other and not (unit in _HOURS and other in _HOURS):
        return False
    factor, scale = _HOURS.get(unit, 1), _HOURS.get(other, 1)
    least, most = _times(value.get("least"), scale), _times(value.get("most"), scale)
    leasts, upper = [_times(end, factor) for end in expected["leasts"]], _times(expected["most"], factor)
    if expected["about"]:
        about = leasts[0]
        if least is None or most is None or about is None:
            return False
        return 0.7 * about <= least <= about and 0.95 * about <= most <= 1.3 * about
    if leasts == [None]:
        return (least or 0) <= scale and most == upper
    return least in leasts and most == upper


def _same_notice(expected: dict[str, Any], value: dict[str, Any]) -> bool:
    """Whether a notice has the hours of its mark; what is owed is owed at least, whatever its other end."""
    if (expected["hours_least"] or 0) != (value.get("hours_least") or 0):
        return False
    if expected["says"] == "owed" and expected["hours_least"] is not None:
        return value.get("hours_most") in (None, expected["hours_least"])
    return bool(expected["hours_most"] == value.get("hours_most"))


def _times(end: int | None, factor: int) -> int | None:
    """A bound in another unit; an open one stays open."""
    return None if end is None else end * factor


@cache
def _names(name: str) -> frozenset[str]:
    """A place's names, folded."""
    others = json.loads((FOLDER / "names.json").read_text(encoding="utf-8"))
    return frozenset(_folded(one) for one in [name, *others.get(name, [])])


def _folded(name: str) -> str:
    """A name without case, accents and signs."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l"))
    return "".join(sign for sign in plain if sign.isalnum())


def _with_interval(counts: np.ndarray[Any, np.dtype[np.int64]], seed: int) -> Score:
    """The sum over texts, and the percentiles of F1 over texts drawn anew."""
    tp, fp, fn = (int(total) for total in counts.sum(axis=0))
    drawn = np.random.default_rng(seed).integers(len(counts), size=(_DRAWS, len(counts)))
    sums = counts[drawn].sum(axis=1)
    below = 2 * sums[:, 0] + sums[:, 1] + sums[:, 2]
    f1 = np.divide(2 * sums[:, 0], below, out=np.zeros(_DRAWS), where=below > 0)
    low, high = np.percentile(f1, [2.5, 97.5])
    return Score(tp, fp, fn, float(low), float(high))


def _main() -> None:
    """Print scores by language and kind, and of `dev` what went wrong; the others' scores only if asked."""
    from tocsin.watch.text import read_text

    parser = argparse.ArgumentParser(prog="python -m benchmarks.watch_texts", description=__doc__)
    parser.add_argument("languages", nargs="*", default=LANGUAGES, metavar="LANGUAGE")
    which = parser.add_mutually_exclusive_group()
    for half, seen in (("tried", "whose totals were looked at while rules were written"), ("held", "that were not")):
        told = f"score the texts {seen}, without misses"
        which.add_argument(f"--{half}", dest="half", action="store_const", const=half, default="dev", help=told)
    asked = parser.parse_args()
    for language in asked.languages:
        for name, one in score(language, asked.half, read_text).items():
            told = f"precision {one.precision:.2f}  recall {one.recall:.2f}  95 % {one.low:.2f}–{one.high:.2f}"
            print(f"{language}  {name:13} F1 {one.f1:.2f}  {told}  ({one.tp} right, {one.fp} wrong, {one.fn} missed)")
        if asked.half == "dev":
            for miss in misses(language, "dev", read_text):
                print(f"  {miss.text} {miss.kind}: {miss.words!r}: expected {miss.expected}, found {miss.found}")


if __name__ == "__main__":
    _main()
