"""Reports and dated statements that somebody coded: JSONL, one object a line, as `docs/watch.md` lists the keys.

A line that cannot be read is one problem, and the others are taken in. How times are read:

- `published` alone: the day (or month, or moment) that it says.
- `when_from` and `when_to`: from the first moment of the one to the last of the other.
- `when_from` alone: of the basis page-date or seen, that day; otherwise from that day until the report was published.
- `hours_notice` says at most so many hours: that is how the coders wrote it, and the reading that accuses least.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from tocsin.errors import WatchError
from tocsin.watch.intake.taken import Reading, Taken
from tocsin.watch.model import (
    LEVELS,
    MEASURES,
    OWNERS,
    SIGHTING_SCOPES,
    STANCES,
    TOPICS,
    Bounds,
    Claim,
    Report,
    Sighting,
)
from tocsin.watch.times import read_time

__all__ = ["read_reports", "read_sightings"]

_REPORT_KEYS: Final = frozenset(
    ("id", "url", "publisher", "owner", "published", "language", "level", "cites", "claims", "seen_via", "note")
)
_CLAIM_KEYS: Final = frozenset(
    (
        *("stance", "topic", "who", "where", "when_from", "when_to", "when_basis", "summary"),
        *("at_least", "at_most", "unit", "hours_notice", "digit"),
    )
)
_SIGHTING_KEYS: Final = frozenset(
    (
        *("id", "url", "publisher", "level", "side", "published", "published_inferred", "grade", "summary"),
        *("owner", "place", "kind", "measure", "unit", "basis", "scope", "differs_from"),
        *("about_from", "about_to", "date_basis", "at_least", "at_most", "value"),
    )
)
_STANCE: Final = {"reports-claim-of-other": "retells"}
_UNITS: Final = {"duration": "day"}
_ONE_DAY: Final = ("page-date", "seen")


@dataclass(frozen=True, slots=True)
class _Row:
    """One coded object and where it stands; asks for its values by key."""

    values: Mapping[str, Any]
    place: str

    def wrong(self, key: str, expected: str) -> WatchError:
        return WatchError(f"found {self.values.get(key)!r:.80}; expected {expected}", place=f"{self.place}, {key}")

    def text(self, key: str, default: str | None = None) -> str:
        found = self.values.get(key)
        if found is None and default is not None:
            return default
        if not isinstance(found, str):
            raise self.wrong(key, "text")
        return found

    def word(self, key: str, words: tuple[str, ...], default: str | None = None) -> str:
        found = self.text(key, default)
        found = _STANCE.get(found, found)
        if found not in words:
            raise self.wrong(key, f"one of {', '.join(words)}")
        return found

    def names(self, key: str) -> tuple[str, ...]:
        found = self.values.get(key) or []
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise self.wrong(key, "a list of texts")
        return tuple(found)

    def number(self, key: str) -> int | None:
        found = self.values.get(key)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | float) or found != int(found) or found < 0:
            raise self.wrong(key, "a whole number, 0 or more")
        return int(found)

    def time(self, key: str, zone: ZoneInfo) -> tuple[Bounds, bool]:
        found = self.text(key, "")
        return read_time(found, zone, place=f"{self.place}, {key}") if found else (Bounds(), False)

    def bounds(self, low: int | None, high: int | None, key: str) -> Bounds:
        try:
            return Bounds(low, high)
        except ValueError as error:
            raise WatchError(str(error), place=f"{self.place}, {key}") from None

    def only(self, known: frozenset[str]) -> None:
        for key in self.values:
            if key not in known:
                raise WatchError(f"found the key {key!r}; expected only {', '.join(sorted(known))}", place=self.place)


def read_reports(data: bytes, name: str, reading: Reading) -> Taken:
    """Read coded reports.

    Args:
        data: The file.
        name: What to call it in problems.
        reading: How to read.
    """
    return _read(data, name, lambda row: _report(row, reading))


def read_sightings(data: bytes, name: str, reading: Reading) -> Taken:
    """Read dated statements on forces, as `read_reports`."""
    found, problems = [], list[WatchError]()
    for row in _rows(data, name, problems):
        try:
            found.append(_sighting(row, reading.zone))
        except WatchError as error:
            problems.append(error)
    return Taken(sightings=tuple(found), problems=tuple(problems))


def _read(data: bytes, name: str, make: Callable[[_Row], tuple[Report, tuple[Claim, ...]]]) -> Taken:
    items, problems = [], list[WatchError]()
    for row in _rows(data, name, problems):
        try:
            items.append(make(row))
        except WatchError as error:
            problems.append(error)
    return Taken(tuple(items), problems=tuple(problems))


def _rows(data: bytes, name: str, problems: list[WatchError]) -> Iterator[_Row]:
    for number, line in enumerate(data.split(b"\n"), 1):
        place = f"{name}, line {number}"
        if not line.strip():
            continue
        try:
            found = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
        except (UnicodeDecodeError, ValueError, RecursionError) as error:
            problems.append(WatchError(f"found no JSON object ({str(error)[:80]}); expected one a line", place=place))
            continue
        if isinstance(found, dict):
            yield _Row(found, place)
        else:
            problems.append(WatchError(f"found {type(found).__name__}; expected a JSON object", place=place))


def _report(row: _Row, reading: Reading) -> tuple[Report, tuple[Claim, ...]]:
    row.only(_REPORT_KEYS)
    identity = row.text("id")
    published, exact = row.time("published", reading.zone)
    basis = "time" if exact else "page-date" if published.known else "none"
    canonical = json.dumps(row.values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    report = Report(
        identity,
        hashlib.sha256(canonical.encode()).hexdigest(),
        "coded",
        row.text("url", ""),
        row.text("publisher", "") or reading.publisher,
        owner=row.word("owner", OWNERS, reading.owner),
        level=row.word("level", LEVELS, reading.level),
        language=row.text("language", reading.language),
        published=published,
        published_basis=basis,
        captured=reading.captured,
        cites=row.names("cites"),
        seen_via=row.names("seen_via"),
        note=row.text("note", ""),
    )
    coded = row.values.get("claims") or []
    if not isinstance(coded, list) or not all(isinstance(one, dict) for one in coded):
        raise row.wrong("claims", "a list of objects")
    claims = (_claim(_Row(one, f"{row.place}, claim {n}"), report, n, reading) for n, one in enumerate(coded, 1))
    return report, tuple(claims)


def _claim(row: _Row, report: Report, number: int, reading: Reading) -> Claim:
    row.only(_CLAIM_KEYS)
    topic = row.word("topic", TOPICS)
    basis = row.text("when_basis", "none")
    count = row.bounds(row.number("at_least"), row.number("at_most"), "at_least")
    hours = row.number("hours_notice")
    return Claim(
        f"{report.id}#{number}",
        report.id,
        number,
        row.word("stance", STANCES),
        topic,
        row.text("who", ""),
        row.text("summary"),
        row.text("where", ""),
        _when(row, ("when_from", "when_to"), basis in _ONE_DAY, report.published, reading.zone),
        basis,
        count,
        (row.text("unit", "") or _UNITS.get(topic, "person")) if count.known else "",
        Bounds() if hours is None else Bounds(0, hours),
        digit=row.text("digit", "6"),
    )


def _when(row: _Row, keys: tuple[str, str], one_day: bool, published: Bounds, zone: ZoneInfo) -> Bounds:
    start, end = (row.time(key, zone)[0] for key in keys)
    if end.known or not start.known:
        return row.bounds(start.least, end.most, keys[0])
    if one_day:
        return start
    until = published.most
    return Bounds(start.least, None if until is None else max(until, start.most or until))


def _sighting(row: _Row, zone: ZoneInfo) -> Sighting:
    row.only(_SIGHTING_KEYS)
    value = row.number("value")
    least, most = row.number("at_least"), row.number("at_most")
    if value is not None:
        least, most = (value if least is None else least), (value if most is None else most)
    start, end = row.time("about_from", zone)[0], row.time("about_to", zone)[0]
    return Sighting(
        row.text("id"),
        row.text("url", ""),
        row.text("publisher", ""),
        row.text("level", "unknown"),
        row.text("side", "neutral"),
        row.time("published", zone)[0],
        row.bounds(start.least, end.most if end.known else start.most, "about_from"),
        row.text("owner"),
        row.text("place"),
        row.text("kind"),
        row.text("unit", ""),
        row.word("measure", MEASURES),
        row.text("basis"),
        row.word("scope", SIGHTING_SCOPES),
        row.bounds(least, most, "at_least"),
        row.text("summary", ""),
        row.names("differs_from"),
        row.values.get("published_inferred") is True,
        row.text("grade", "F6"),
    )
