"""The store: one SQLite file in a watch folder, to which rows are only ever added.

The order of things:

1. Reports come in with their digest; one that is there already is known, and nothing happens but that a capture says
   when it was seen again, and in which bytes.
2. What rules find in them (suggestions, links, features) is kept beside them, and may be worked out anew at any time.
3. What people decide is a row of its own, with a reason. `standing.py` says what holds after all decisions.

A batch is one transaction: whole in the file, or not at all.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tocsin.errors import WatchError
from tocsin.watch.model import Bounds, Capture, Claim, Decision, Link, Report, Sighting, Span, Suggestion

__all__ = ["FILE", "FORMAT", "Added", "Store"]

FILE: Final = "watch.sqlite"
"""Name of the store's file in a watch folder."""
FORMAT: Final = "2"
"""2: captures; one copy of a text leads the others."""

_SCHEMA: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE reports (
  id TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, route TEXT NOT NULL, address TEXT NOT NULL, publisher TEXT NOT NULL,
  author TEXT NOT NULL, owner TEXT NOT NULL, level TEXT NOT NULL, language TEXT NOT NULL, published_least INTEGER,
  published_most INTEGER, published_basis TEXT NOT NULL, captured INTEGER NOT NULL, title TEXT NOT NULL,
  text TEXT NOT NULL, cites TEXT NOT NULL, seen_via TEXT NOT NULL, forwarded TEXT NOT NULL, note TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE claims (
  id TEXT PRIMARY KEY, report TEXT NOT NULL REFERENCES reports(id), number INTEGER NOT NULL, stance TEXT NOT NULL,
  topic TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, place TEXT NOT NULL, when_least INTEGER,
  when_most INTEGER, when_basis TEXT NOT NULL, count_least INTEGER, count_most INTEGER, unit TEXT NOT NULL,
  hours_least INTEGER, hours_most INTEGER, due_least INTEGER, due_most INTEGER, spans TEXT NOT NULL,
  writer TEXT NOT NULL, status TEXT NOT NULL,
  digit TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX claims_by_report ON claims (report);
CREATE TABLE captures (
  report TEXT NOT NULL REFERENCES reports(id), sha256 TEXT NOT NULL, size INTEGER NOT NULL, media_type TEXT NOT NULL,
  at INTEGER NOT NULL, bytes BLOB, PRIMARY KEY (report, at, sha256)
) WITHOUT ROWID;
CREATE TABLE suggestions (
  id TEXT PRIMARY KEY, report TEXT NOT NULL REFERENCES reports(id), kind TEXT NOT NULL, start INTEGER NOT NULL,
  stop INTEGER NOT NULL, part TEXT NOT NULL, words TEXT NOT NULL, value TEXT NOT NULL, alternatives TEXT NOT NULL,
  rule TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX suggestions_by_report ON suggestions (report);
CREATE TABLE links (
  first TEXT NOT NULL, second TEXT NOT NULL, kind TEXT NOT NULL, by TEXT NOT NULL, score REAL NOT NULL,
  state TEXT NOT NULL, PRIMARY KEY (first, second, kind, by)
) WITHOUT ROWID;
CREATE INDEX links_by_second ON links (second);
CREATE TABLE sightings (id TEXT PRIMARY KEY, row TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE decisions (
  number INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, act TEXT NOT NULL, target TEXT NOT NULL,
  value TEXT NOT NULL, reason TEXT NOT NULL
);
CREATE TABLE features (
  number INTEGER PRIMARY KEY, report TEXT NOT NULL UNIQUE, words INTEGER NOT NULL, digest INTEGER NOT NULL,
  prints INTEGER NOT NULL, language TEXT NOT NULL, publisher TEXT NOT NULL, coded INTEGER NOT NULL,
  age INTEGER NOT NULL, leads INTEGER NOT NULL, grams BLOB NOT NULL, shingles BLOB NOT NULL, vector BLOB
);
CREATE INDEX features_by_text ON features (digest, coded, leads, age, report);
CREATE TABLE postings (term INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (term, number)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a batch.

    Attributes:
        new: Ids of reports (or sightings) that were not there.
        known: Ids of those that were, by their digest.
    """

    new: tuple[str, ...]
    known: tuple[str, ...]


class Store:
    """A watch folder, open. Use it as a context; a refusal leaves the file as it was."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self.connection = connection

    @classmethod
    def open(cls, folder: Path, *, create: bool = False, any_thread: bool = False) -> Store:
        """Open the store of a folder.

        Args:
            folder: The watch folder.
            create: Make folder and store if they are not there.
            any_thread: It may be used from other threads than this one, though never from two at once.

        Raises:
            WatchError: There is none, or the file is no store of ours.
        """
        file = folder / FILE
        if not file.is_file():
            if not create:
                raise WatchError("found no store there; expected one made by `tocsin watch add`", place=str(folder))
            folder.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(file, isolation_level=None, check_same_thread=not any_thread)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if not tables:
                # The script opens the transaction itself: two first commands at once make one store.
                connection.executescript(
                    f"BEGIN IMMEDIATE;{_SCHEMA}INSERT INTO meta VALUES ('format', '{FORMAT}');COMMIT;"
                )
            found = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
        except sqlite3.DatabaseError as error:
            connection.close()
            raise WatchError(f"found no store of Tocsin ({error}); expected a watch folder", place=str(file)) from None
        if found is None or found[0] != FORMAT:
            connection.close()
            raise WatchError(
                f"found a store of the format {found and found[0]!r}; expected {FORMAT!r}: take the sources in anew",
                place=str(file),
            )
        return cls(folder, connection)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Do all that stands inside as one transaction; a batch inside another one is part of it."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    # --- reports and what was coded of them -----------------------------------------------------------------------

    def add(self, taken: Iterable[tuple[Report, Sequence[Claim]]]) -> Added:
        """Add reports with the claims coded in them; those whose digest is there already are left as they are.

        Raises:
            WatchError: An id stands for something else already.
        """
        new, known = [], []
        with self.batch():
            for report, claims in taken:
                there = self.connection.execute("SELECT id FROM reports WHERE digest = ?", (report.digest,)).fetchone()
                if there is not None:
                    known.append(there[0])
                    continue
                self._insert(report)
                self.add_claims(claims)
                new.append(report.id)
        return Added(tuple(new), tuple(known))

    def _insert(self, one: Report) -> None:
        ends = (one.published.least, one.published.most, one.published_basis, one.captured)
        lists = (json.dumps(one.cites, ensure_ascii=False), json.dumps(one.seen_via, ensure_ascii=False))
        head = (one.id, one.digest, one.route, one.address, one.publisher, one.author, one.owner, one.level)
        values = (*head, one.language, *ends, one.title, one.text, *lists, one.forwarded, one.note)
        try:
            self.connection.execute(f"INSERT INTO reports VALUES ({','.join('?' * 19)})", values)
        except sqlite3.IntegrityError:
            raise WatchError(
                f"found the id {one.id!r} with other content in the store; expected an id of its own, or the same row",
                place=one.address,
            ) from None

    def add_captures(self, captures: Iterable[Capture]) -> None:
        """Add captures; the same bytes at the same time again are one, and bytes that were not kept are then kept."""
        asked = (
            "INSERT INTO captures VALUES (?,?,?,?,?,?)"
            " ON CONFLICT (report, at, sha256) DO UPDATE SET bytes = ifnull(bytes, excluded.bytes)"
        )
        with self.batch():
            self.connection.executemany(
                asked,
                ((one.report, one.sha256, one.size, one.media_type, one.at, _packed(one.data)) for one in captures),
            )

    def captures(self, report: str) -> list[Capture]:
        """When a report was seen, and in which bytes; by time."""
        asked = "SELECT report, sha256, size, media_type, at, bytes FROM captures WHERE report = ? ORDER BY at, sha256"
        rows = self.connection.execute(asked, (report,)).fetchall()
        return [_capture(row) for row in rows]

    def reports(self, ids: Sequence[str] | None = None) -> list[Report]:
        """All reports, or those asked for, by id."""
        return [_report(row) for row in self._rows("reports", "id", ids)]

    def add_claims(self, claims: Iterable[Claim]) -> None:
        """Add claims."""
        self.connection.executemany(
            f"INSERT INTO claims VALUES ({','.join('?' * 22)})",
            map(_claim_row, claims),
        )

    def remake_claims(self, report: str, claims: Iterable[Claim]) -> None:
        """Put claims in the place of those that rules made of a report before; coded ones stay as they are."""
        with self.batch():
            self.connection.execute("DELETE FROM claims WHERE report = ? AND writer = 'rules'", (report,))
            self.add_claims(claims)

    def claims(self, reports: Sequence[str] | None = None) -> list[Claim]:
        """Claims as they came in, all or of some reports, by report and number."""
        found = [_claim(row) for row in self._rows("claims", "report", reports)]
        return sorted(found, key=lambda one: (one.report, one.number))

    def add_sightings(self, sightings: Iterable[Sighting]) -> Added:
        """Add dated statements on forces; the same row again is known.

        Raises:
            WatchError: An id stands for another row already.
        """
        new, known = [], []
        with self.batch():
            for one in sightings:
                text = json.dumps(_sighting_row(one), ensure_ascii=False, sort_keys=True)
                there = self.connection.execute("SELECT row FROM sightings WHERE id = ?", (one.id,)).fetchone()
                if there is None:
                    self.connection.execute("INSERT INTO sightings VALUES (?, ?)", (one.id, text))
                    new.append(one.id)
                elif there[0] == text:
                    known.append(one.id)
                else:
                    raise WatchError(f"found {one.id!r} with other content in the store", place=one.address)
        return Added(tuple(new), tuple(known))

    def sightings(self) -> list[Sighting]:
        """All of them, by id."""
        return [
            _sighting(json.loads(row)) for (row,) in self.connection.execute("SELECT row FROM sightings ORDER BY id")
        ]

    # --- what rules find: may be worked out anew ------------------------------------------------------------------

    def put_suggestions(self, suggestions: Iterable[Suggestion]) -> None:
        """Keep what rules found; the same characters and kind again replace the older reading."""
        with self.batch():
            self.connection.executemany(
                f"INSERT OR REPLACE INTO suggestions VALUES ({','.join('?' * 10)})",
                map(_suggestion_row, suggestions),
            )

    def suggestions(self, reports: Sequence[str] | None = None) -> list[Suggestion]:
        """What rules found, all or in some reports, by report and place in the text."""
        found = [_suggestion(row) for row in self._rows("suggestions", "report", reports)]
        return sorted(found, key=lambda one: (one.report, one.span.part, one.span.start, one.kind))

    def put_links(self, links: Iterable[Link]) -> None:
        """Keep links; the same pair, kind and finder again replace the older score."""
        with self.batch():
            self.connection.executemany(
                "INSERT OR REPLACE INTO links (kind, first, second, score, state, by) VALUES (?,?,?,?,?,?)",
                ((one.kind, one.first, one.second, one.score, one.state, one.by) for one in links),
            )

    def links(self, ids: Sequence[str] | None = None) -> list[Link]:
        """All links, or those that touch some ids; by pair."""
        if ids is None:
            rows = self.connection.execute("SELECT kind, first, second, score, state, by FROM links").fetchall()
        else:
            asked = "SELECT kind, first, second, score, state, by FROM links WHERE first = ?1 OR second = ?1"
            rows = list({row for one in ids for row in self.connection.execute(asked, (one,))})
        return sorted((Link(*row) for row in rows), key=lambda one: (one.first, one.second, one.kind, one.by))

    # --- what people decide ---------------------------------------------------------------------------------------

    def decide(self, at: int, by: str, act: str, target: str, value: Mapping[str, Any], reason: str) -> Decision:
        """Add a decision.

        Raises:
            WatchError: It has no reason.
        """
        if not reason.strip():
            raise WatchError("found no reason; expected one sentence that says why", place=f"{act} {target}")
        with self.batch():
            cursor = self.connection.execute(
                "INSERT INTO decisions (at, by, act, target, value, reason) VALUES (?,?,?,?,?,?)",
                (at, by, act, target, _text(value), reason),
            )
        assert cursor.lastrowid is not None, "an insert has a number"
        return Decision(cursor.lastrowid, at, by, act, target, dict(value), reason)

    def decisions(self) -> list[Decision]:
        """All of them, in their order."""
        asked = "SELECT number, at, by, act, target, value, reason FROM decisions ORDER BY number"
        return [
            Decision(number, at, by, act, target, json.loads(value), reason)
            for number, at, by, act, target, value, reason in self.connection.execute(asked)
        ]

    # --- small things ---------------------------------------------------------------------------------------------

    def keep(self, key: str, value: str) -> None:
        """Note something under a name: the zone of days, how far an intake came."""
        with self.batch():
            self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def kept(self, key: str, default: str = "") -> str:
        """What was noted under a name."""
        found = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return default if found is None else str(found[0])

    def _rows(self, table: str, column: str, wanted: Sequence[str] | None) -> list[tuple[Any, ...]]:
        if wanted is None:
            return self.connection.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()
        asked = f"SELECT * FROM {table} WHERE {column} = ? ORDER BY id"
        return [row for one in dict.fromkeys(wanted) for row in self.connection.execute(asked, (one,))]


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _capture(row: tuple[Any, ...]) -> Capture:
    report, sha256, size, media_type, at, data = row
    return Capture(report, sha256, size, media_type, at, None if data is None else zlib.decompress(data))


def _packed(data: bytes | None) -> bytes | None:
    return None if data is None else zlib.compress(data, 6)


def _spans_text(spans: Sequence[Span]) -> str:
    return _text([[one.start, one.end, one.part] for one in spans])


def _claim_row(one: Claim) -> tuple[Any, ...]:
    said = (one.id, one.report, one.number, one.stance, one.topic, one.who, one.what, one.place)
    when, count, hours = one.when, one.count, one.notice_hours
    counted = (count.least, count.most, one.unit, hours.least, hours.most, one.due.least, one.due.most)
    rest = (_spans_text(one.spans), one.writer, one.status, one.digit)
    return (*said, when.least, when.most, one.when_basis, *counted, *rest)


def _suggestion_row(one: Suggestion) -> tuple[Any, ...]:
    where = (one.span.start, one.span.end, one.span.part, one.words)
    return (one.id, one.report, one.kind, *where, _text(one.value), _text(one.alternatives), one.rule)


def _report(row: tuple[Any, ...]) -> Report:
    named = dict(zip(Report.__slots__, (*row[:9], Bounds(row[9], row[10]), *row[11:]), strict=True))
    return Report(**(named | {name: tuple(json.loads(named[name])) for name in ("cites", "seen_via")}))


def _claim(row: tuple[Any, ...]) -> Claim:
    when, count, hours, due = (Bounds(*row[at : at + 2]) for at in (8, 11, 14, 16))
    spans = tuple(Span(*one) for one in json.loads(row[18]))
    values = (*row[:8], when, row[10], count, row[13], hours, due, spans, *row[19:])
    return Claim(**dict(zip(Claim.__slots__, values, strict=True)))


def _suggestion(row: tuple[Any, ...]) -> Suggestion:
    span = Span(row[3], row[4], row[5])
    return Suggestion(row[0], row[1], row[2], span, row[6], json.loads(row[7]), tuple(json.loads(row[8])), row[9])


def _sighting_row(one: Sighting) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in Sighting.__slots__}
    return plain | {name: plain[name].as_json() for name in ("published", "about", "count")}


def _sighting(row: dict[str, Any]) -> Sighting:
    bounds = {name: Bounds(*row[name]) for name in ("published", "about", "count")}
    return Sighting(**(row | bounds | {"differs_from": tuple(row["differs_from"])}))
