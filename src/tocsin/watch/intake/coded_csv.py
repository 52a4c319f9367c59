"""A table of coded reports: one row a claim, its columns the keys of a claim and those of its report.

Rows with the same `id` are one report; its columns may stand in each of them or only in the first. A row that says
nothing of a claim is a report without one. Lists (`cites`, `seen_via`, `differs_from`) are parted by `|`. Fields are
parted by comma, semicolon or tab: whichever the header has most of. A table with `measure` and `scope` holds dated
statements on forces, one a row.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any, Final

from tocsin.errors import WatchError
from tocsin.watch.intake.characters import decoded
from tocsin.watch.intake.coded import CLAIM_KEYS, REPORT_KEYS, SIGHTING_KEYS, made, report_of, sighting_of
from tocsin.watch.intake.limits import Limits
from tocsin.watch.intake.row import Row
from tocsin.watch.intake.taken import Passed, Piece, Reading, Taken, gathered

__all__ = ["each_row", "header_of", "read_table"]

_OF_REPORT: Final = REPORT_KEYS - {"claims"}
_LISTS: Final = ("cites", "seen_via", "differs_from")
_NUMBERS: Final = ("at_least", "at_most", "hours_notice", "value")
_FLAGS: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_NUMBER: Final = re.compile(r"\d{1,15}(?:\.0+)?")


def read_table(data: bytes, name: str, reading: Reading, limits: Limits | None = None) -> Taken:
    """Read a table of coded reports, or of dated statements on forces.

    Args:
        data: The file.
        name: What to call it in problems.
        reading: How to read.
        limits: How much to read at most.
    """
    return gathered(each_row(data, name, reading, limits or Limits()))


def header_of(text: str) -> tuple[list[str], str]:
    """The columns of a table's first line, and what parts them."""
    line = text.lstrip("\n").partition("\n")[0][:10_000]
    mark = max(",;\t", key=line.count)
    try:
        cells = next(csv.reader([line], delimiter=mark, strict=True), [])
    except csv.Error:
        cells = line.split(mark)
    return [cell.strip() for cell in cells], mark


def each_row(data: bytes, name: str, reading: Reading, limits: Limits) -> Iterator[Piece]:
    """Read a table one report at a time, as `read_table`."""
    try:
        read = decoded(data, place=name)
        columns, mark = header_of(read.text)
        forces = "measure" in columns and "scope" in columns
        _check(columns, SIGHTING_KEYS if forces else _OF_REPORT | CLAIM_KEYS, f"{name}, line 1")
    except WatchError as error:
        yield error
        return
    if read.remark:
        yield Passed(f"{name}: {read.remark}", 0)
    rows = _rows(read.text, name, columns, mark, limits)
    if forces:
        yield from made(rows, lambda row: sighting_of(row, reading.zone))
    else:
        yield from made(_reports(rows), lambda row: report_of(row, reading))


def _check(columns: list[str], known: frozenset[str], place: str) -> None:
    strange = sorted({one for one in columns if one not in known})
    if strange:
        named = ", ".join(repr(one[:40]) for one in strange[:5])
        raise WatchError(f"found the column {named}; expected only {', '.join(sorted(known))}", place=place)
    twice = sorted({one for one in columns if columns.count(one) > 1})
    if twice or "id" not in columns:
        raise WatchError(f"found {', '.join(twice) or 'no id'}; expected each column once, and id", place=place)


def _rows(text: str, name: str, columns: list[str], mark: str, limits: Limits) -> Iterator[Row | WatchError]:
    lines = csv.reader(io.StringIO(text.lstrip("\n"), newline=""), delimiter=mark, strict=True)
    first = True
    for _ in range(limits.items + 1):
        place = f"{name}, line {lines.line_num + 1}"
        try:
            cells = next(lines, None)
        except csv.Error as error:
            yield WatchError(f"found a row that is no CSV ({error}); expected fields parted by {mark!r}", place=place)
            continue
        if cells is None:
            return
        if first or not any(cell.strip() for cell in cells):
            first = False
        elif len(cells) != len(columns):
            yield WatchError(f"found {len(cells)} fields; expected {len(columns)}, as in the header", place=place)
        else:
            yield _row(columns, cells, place)
    yield WatchError(f"found more than {limits.items} rows; expected at most so many a file", place=name)


def _row(columns: list[str], cells: list[str], place: str) -> Row | WatchError:
    try:
        return Row({key: _value(key, cell.strip()) for key, cell in zip(columns, cells, strict=True)}, place)
    except ValueError as error:
        return WatchError(str(error), place=place)


def _value(key: str, cell: str) -> Any:
    """What a field says, as JSON would: None for an empty one."""
    if not cell:
        return None
    if key in _LISTS:
        return [one.strip() for one in cell.split("|") if one.strip()]
    if key in _NUMBERS:
        if not _NUMBER.fullmatch(cell):
            raise ValueError(f"found {cell[:40]!r} in {key}; expected a whole number, 0 or more")
        return int(cell.partition(".")[0])
    if key == "published_inferred":
        if cell.lower() not in _FLAGS:
            raise ValueError(f"found {cell[:40]!r} in {key}; expected true or false")
        return _FLAGS[cell.lower()]
    return cell


def _reports(rows: Iterator[Row | WatchError]) -> Iterator[Row | WatchError]:
    """Rows of claims put together by report, in the order of first rows."""
    reports: dict[str, Row] = {}
    broken = set[str]()
    for row in rows:
        if isinstance(row, WatchError):
            yield row
            continue
        identity = row.values["id"]
        if identity is None:
            yield row.wrong("id", "the id of the row's report")
            continue
        known = reports.setdefault(identity, Row({"claims": []}, row.place))
        told = {key: value for key, value in row.values.items() if key in _OF_REPORT and value is not None}
        other = [key for key, value in told.items() if known.values.get(key, value) != value]
        if other:
            broken.add(identity)
            found = f"found another {', '.join(sorted(other))} than in an earlier row of the same report"
            yield WatchError(f"{found}; expected the same, so the report is left out", place=row.place)
            continue
        claim = {key: value for key, value in row.values.items() if key in CLAIM_KEYS and value is not None}
        known = Row(dict(known.values) | told, known.place)
        if claim:
            known.values["claims"].append(claim)
        reports[identity] = known
    yield from (row for identity, row in reports.items() if identity not in broken)
