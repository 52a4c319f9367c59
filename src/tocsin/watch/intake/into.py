"""Taking a source into the store: in batches, each whole or not at all, and resumable where it was interrupted.

The order of things:

1. Pieces come one at a time from the readers; so many as a batch holds are in memory.
2. A batch is one transaction: its reports, and a cursor that says how far the source is read (which file, its digest,
   how many of its pieces, and the problems so far).
3. When the source is read to its end, the cursor is emptied.

An interrupted intake goes on behind the last whole batch; a file that has changed since is read anew, and what is in
the store already is known by its digest. Doing it all twice changes nothing; doing it again later adds when each item
was seen again, and in which bytes.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from tocsin.errors import WatchError
from tocsin.watch.intake.limits import Limits
from tocsin.watch.intake.sources import File, Pasted, Source, files_of, zone_of
from tocsin.watch.intake.take import pieces_of
from tocsin.watch.intake.taken import Captured, Passed, Piece, Reading, remarks_of
from tocsin.watch.model import Sighting
from tocsin.watch.store import Store

__all__ = ["Summary", "take_into"]

_CURSOR: Final = "intake "
_WEIGHT: Final = 10_000_000
"""Characters after which a batch is full, however few items it holds."""
_KEPT: Final = 1_000
"""Problems that a cursor carries over an interruption."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of a source.

    Attributes:
        new: Ids of reports that were not in the store.
        known: Ids of those that were, by their digest.
        new_sightings: Ids of statements on forces that were not in the store.
        known_sightings: Ids of those that were.
        problems: One for each item that could not be taken in.
        skipped: How many items were passed over on purpose.
        remarks: What they were, and whatever else should be said.
        kinds: Each file, and what it was taken for.
        resumed: How many pieces an earlier, interrupted intake of the same source had done.
    """

    new: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    new_sightings: tuple[str, ...] = ()
    known_sightings: tuple[str, ...] = ()
    problems: tuple[WatchError, ...] = ()
    skipped: int = 0
    remarks: tuple[str, ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    resumed: int = 0

    def as_json(self) -> dict[str, Any]:
        """All of it, for programs."""
        return {
            "new": list(self.new),
            "known": list(self.known),
            "new_sightings": list(self.new_sightings),
            "known_sightings": list(self.known_sightings),
            "problems": [{"place": one.place, "sentence": one.sentence} for one in self.problems],
            "skipped": self.skipped,
            "remarks": list(self.remarks),
            "kinds": [{"file": name, "kind": kind} for name, kind in self.kinds],
            "resumed": self.resumed,
        }


@dataclass(slots=True)
class _Cursor:
    """How far a source is read.

    Attributes:
        file: Name of the file that is being read.
        digest: Its SHA-256.
        done: How many of its pieces are done.
        pieces: How many of the whole source.
        problems: Place and sentence of those so far.
    """

    file: str = ""
    digest: str = ""
    done: int = 0
    pieces: int = 0
    problems: list[list[str]] = field(default_factory=list)

    def text(self) -> str:
        """It, to be kept."""
        return json.dumps([self.file, self.digest, self.done, self.pieces, self.problems[:_KEPT]], ensure_ascii=False)


@dataclass(slots=True)
class _Course:
    """An intake on its way: what waits for the next batch, and what became of the others."""

    store: Store
    key: str
    size: int
    progress: Callable[[int, str], None] | None
    cursor: _Cursor
    waiting: list[Piece] = field(default_factory=list)
    weight: int = 0
    new: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    new_sightings: list[str] = field(default_factory=list)
    known_sightings: list[str] = field(default_factory=list)
    problems: list[WatchError] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)

    def put(self, piece: Piece) -> None:
        """Let a piece wait; a full batch is written."""
        self.waiting.append(piece)
        self.weight += _weight(piece) if isinstance(piece, Captured) else 0
        if len(self.waiting) >= self.size or self.weight >= _WEIGHT:
            self.write()

    def write(self, *, last: bool = False) -> None:
        """Write what waits, and how far the source is read; in the last batch, that it is read to its end."""
        with self.store.batch():
            found = [self._one(piece) for piece in self.waiting]
            told = [one for one in found if isinstance(one, WatchError)]
            self.cursor.pieces += len(self.waiting)
            self.cursor.problems += [[one.place, one.sentence] for one in told]
            if not last or self.store.kept(self.key):
                self.store.keep(self.key, "" if last else self.cursor.text())
        # Only now is it true: a batch that fails has changed nothing, here or there.
        for one in found:
            if isinstance(one, WatchError):
                self.problems.append(one)
            elif one is not None:
                one[0].extend(one[1])
        self.waiting.clear()
        self.weight = 0
        if self.progress is not None:
            self.progress(self.cursor.pieces, self.cursor.file)

    def _one(self, piece: Piece) -> tuple[list[str], tuple[str, ...]] | WatchError | None:
        """Put one piece into the store: which list of ids grows by what, or why it cannot be."""
        if isinstance(piece, WatchError):
            return piece
        if isinstance(piece, Passed):
            self.passed[piece.why] += piece.count
            return None
        try:
            if isinstance(piece, Sighting):
                added = self.store.add_sightings((piece,))
                return (self.new_sightings, added.new) if added.new else (self.known_sightings, added.known)
            added = self.store.add((piece.item,))
            (name,) = added.new + added.known
            self.store.add_captures((replace(piece.capture, report=name),))
            return (self.new, added.new) if added.new else (self.known, added.known)
        except WatchError as error:
            return error


def take_into(
    store: Store,
    source: Source,
    reading: Reading,
    limits: Limits | None = None,
    progress: Callable[[int, str], None] | None = None,
    *,
    kind: str | None = None,
) -> Summary:
    """Take a source into the store.

    Args:
        store: Where to.
        source: See `sources.Source`.
        reading: How to read; a bundled record has a time zone of its own.
        limits: How much to read at most, and how large a batch is.
        progress: Called after each batch with the number of pieces done and the file; whatever it raises stops the
            intake behind a whole batch.
        kind: One of `recognise.KINDS` for all files; None = recognised.

    Raises:
        WatchError: There is no such source, or the store cannot be written.
    """
    limits = limits or Limits()
    reading = replace(reading, zone=zone_of(source) or reading.zone)
    key = _CURSOR + _named(source)
    before = _kept(store, key)
    course = _Course(store, key, max(1, limits.batch), progress, _Cursor(problems=list(before.problems)))
    course.problems.extend(WatchError(sentence, place=place) for place, sentence in before.problems)
    course.cursor.pieces = before.pieces
    kinds = list[tuple[str, str]]()
    try:
        for piece in _pieces(source, reading, kind, limits, before, course, kinds):
            course.put(piece)
        course.write(last=True)
    except sqlite3.Error as error:
        raise WatchError(f"found a store that cannot be written ({error})", place=str(store.folder)) from None
    return Summary(
        tuple(course.new),
        tuple(course.known),
        tuple(course.new_sightings),
        tuple(course.known_sightings),
        problems=tuple(course.problems),
        skipped=course.passed.total(),
        remarks=tuple(remarks_of(course.passed)),
        kinds=tuple(kinds),
        resumed=before.pieces,
    )


def _pieces(
    source: Source,
    reading: Reading,
    kind: str | None,
    limits: Limits,
    before: _Cursor,
    course: _Course,
    kinds: list[tuple[str, str]],
) -> Iterator[Piece]:
    """All pieces of a source behind the cursor; the cursor moves to each file in turn."""
    behind, told = bool(before.file), {(place, sentence) for place, sentence in before.problems}
    for found in files_of(source, limits):
        if not isinstance(found, File):
            # One that stood in the last batch comes again where no file followed it.
            if not behind and not (isinstance(found, WatchError) and (found.place, found.sentence) in told):
                yield found
            continue
        digest = hashlib.sha256(found.data).hexdigest()
        if behind and found.name < before.file and not isinstance(source, Pasted):
            continue
        done = before.done if behind and (found.name, digest) == (before.file, before.digest) else 0
        behind = False
        course.cursor.file, course.cursor.digest, course.cursor.done = found.name, digest, done
        what, pieces = pieces_of(found, reading, kind, limits)
        if what:
            kinds.append((found.name, what))
        for number, piece in enumerate(pieces, 1):
            if number > done:
                course.cursor.done = number
                yield piece


def _weight(piece: Captured) -> int:
    return len(piece.item[0].text) + len(piece.capture.data or b"")


def _named(source: Source) -> str:
    """A name for a source under which its cursor is kept: no path of this machine."""
    if isinstance(source, Pasted):
        told = b"bytes " + source.name.encode("utf-8", "replace") + b" " + hashlib.sha256(source.data).digest()
    else:
        told = (str(source) if isinstance(source, str) else str(Path(source).absolute())).encode("utf-8", "replace")
    return hashlib.sha256(told).hexdigest()[:16]


def _kept(store: Store, key: str) -> _Cursor:
    text = store.kept(key)
    return _Cursor(*json.loads(text)) if text else _Cursor()
