"""Reports and dated statements that somebody coded: JSONL, one object a line, with the keys of `docs/watch-intake.md`.

A line that cannot be read is one problem, and the others are taken in. `coded_csv.py` turns the rows of a table into
the same objects. The digest is that of the object in canonical JSON without its empty values, so that the same report
has the same digest from either. How times are read:

- `published` alone: the day (or month, or moment) that it says.
- `when_from` and `when_to`: from the first moment of the one to the last of the other.
- `when_from` alone: of the basis page-date or seen, that day; otherwise from that day until the report was published.
- `due` is when people have to report; of a claim on notice, `when_from` is when it was served.
- `hours_notice` says at most so many hours: that is how the coders wrote it, and the reading that accuses least.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from tocsin.errors import WatchError
from tocsin.watch.intake.limits import Limits
from tocsin.watch.intake.row import Row, canonical, object_of
from tocsin.watch.intake.taken import Captured, Piece, Reading, Taken, captured, gathered, placed
from tocsin.watch.model import (
    BASES,
    DIGITS,
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

__all__ = [
    "CLAIM_KEYS",
    "REPORT_KEYS",
    "SIGHTING_KEYS",
    "each_report",
    "each_sighting",
    "read_reports",
    "read_sightings",
    "report_of",
    "sighting_of",
]

REPORT_KEYS: Final = frozenset(
    ("id", "url", "publisher", "owner", "published", "language", "level", "cites", "claims", "seen_via", "note")
)
CLAIM_KEYS: Final = frozenset(
    (
        *("stance", "topic", "who", "where", "when_from", "when_to", "when_basis", "summary"),
        *("at_least", "at_most", "unit", "hours_notice", "due", "digit"),
    )
)
SIGHTING_KEYS: Final = frozenset(
    (
        *("id", "url", "publisher", "level", "side", "published", "published_inferred", "grade", "summary"),
        *("owner", "place", "kind", "measure", "unit", "basis", "scope", "differs_from"),
        *("about_from", "about_to", "date_basis", "at_least", "at_most", "value"),
    )
)
_NEVER: Final = (Bounds(), "none", "")
_UNITS: Final = {"duration": "day"}
_ONE_DAY: Final = ("page-date", "seen")


def read_reports(data: bytes, name: str, reading: Reading, limits: Limits | None = None) -> Taken:
    """Read coded reports.

    Args:
        data: The file.
        name: What to call it in problems.
        reading: How to read.
        limits: How much to read at most.
    """
    return gathered(each_report(data, name, reading, limits or Limits()))


def read_sightings(data: bytes, name: str, reading: Reading, limits: Limits | None = None) -> Taken:
    """Read dated statements on forces, as `read_reports`."""
    return gathered(each_sighting(data, name, reading, limits or Limits()))


def each_report(data: bytes, name: str, reading: Reading, limits: Limits) -> Iterator[Piece]:
    """Read coded reports one at a time, as `read_reports`."""
    return made(_rows(data, name, limits), lambda row: report_of(row, reading))


def each_sighting(data: bytes, name: str, reading: Reading, limits: Limits) -> Iterator[Piece]:
    """Read dated statements on forces one at a time, as `read_sightings`."""
    return made(_rows(data, name, limits), lambda row: sighting_of(row, reading.zone))


def made(rows: Iterable[Row | WatchError], make: Callable[[Row], Piece]) -> Iterator[Piece]:
    """What rows become: each one by itself; one that cannot be read is a problem."""
    for row in rows:
        try:
            yield row if isinstance(row, WatchError) else make(row)
        except WatchError as error:
            yield error


def _rows(data: bytes, name: str, limits: Limits) -> Iterator[Row | WatchError]:
    start, number, items = 0, 0, 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        line, start, number = data[start:end], end + 1, number + 1
        if not line.strip():
            continue
        items += 1
        place = f"{name}, line {number}"
        if items > limits.items:
            yield WatchError(f"found more than {limits.items} rows; expected at most so many a file", place=place)
            return
        if len(line) > 4 * limits.characters:
            yield WatchError(
                f"found a row of {len(line):,} bytes; expected at most {4 * limits.characters:,}", place=place
            )
            continue
        yield _row(line.removeprefix(b"\xef\xbb\xbf"), place)


def _row(line: bytes, place: str) -> Row | WatchError:
    try:
        found = json.loads(line.decode("utf-8"), object_pairs_hook=object_of)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        return WatchError(f"found no JSON object ({str(error)[:80]}); expected one a line, in UTF-8", place=place)
    if isinstance(found, dict):
        return Row(found, place)
    return WatchError(f"found {type(found).__name__}; expected a JSON object", place=place)


def report_of(row: Row, reading: Reading) -> Captured:
    """The report and the claims that a coded object says.

    Raises:
        WatchError: It is no coded report.
    """
    row.only(REPORT_KEYS)
    identity = row.identity()
    coded = row.values.get("claims") or []
    if not isinstance(coded, list) or not all(isinstance(one, dict) for one in coded):
        raise row.wrong("claims", "a list of objects")
    said, exact = row.time("published", reading.zone)
    published, basis, remark = (
        placed(said, "time" if exact else "page-date", reading.captured) if said.known else _NEVER
    )
    report = Report(
        identity,
        "",
        "coded",
        row.address(),
        row.text("publisher", "") or reading.publisher,
        owner=row.word("owner", OWNERS, reading.owner),
        level=row.word("level", LEVELS, reading.level),
        language=row.text("language", reading.language),
        published=published,
        published_basis=basis,
        captured=reading.captured,
        cites=row.names("cites"),
        seen_via=row.names("seen_via"),
        note="; ".join(one for one in (row.text("note", ""), remark) if one),
    )
    claims = [_claim(Row(one, f"{row.place}, claim {n}"), report, n, reading) for n, one in enumerate(coded, 1)]
    raw = canonical(row.values).encode()
    item = (replace(report, digest=hashlib.sha256(raw).hexdigest()), tuple(claims))
    return captured(item, raw, "application/json", reading, keep=False)


def _claim(row: Row, report: Report, number: int, reading: Reading) -> Claim:
    row.only(CLAIM_KEYS)
    topic = row.word("topic", TOPICS)
    basis = row.word("when_basis", BASES, "none")
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
        row.time("due", reading.zone)[0],
        digit=row.word("digit", DIGITS, "6"),
    )


def _when(row: Row, keys: tuple[str, str], one_day: bool, published: Bounds, zone: ZoneInfo) -> Bounds:
    start, end = (row.time(key, zone)[0] for key in keys)
    if end.known or not start.known:
        return row.bounds(start.least, end.most, keys[0])
    if one_day:
        return start
    until = published.most
    return Bounds(start.least, None if until is None else max(until, start.most or until))


def sighting_of(row: Row, zone: ZoneInfo) -> Sighting:
    """The dated statement on forces that a coded object says.

    Raises:
        WatchError: It is none.
    """
    row.only(SIGHTING_KEYS)
    value = row.number("value")
    least, most = row.number("at_least"), row.number("at_most")
    if value is not None:
        least, most = (value if least is None else least), (value if most is None else most)
    start, end = row.time("about_from", zone)[0], row.time("about_to", zone)[0]
    return Sighting(
        row.identity(),
        row.address(),
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
        row.flag("published_inferred"),
        row.grade(),
    )
