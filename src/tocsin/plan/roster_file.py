"""Reading a roster's file whole: CSV or Parquet to columns as they stand, each row with its number in the file."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from tocsin.errors import RosterError

__all__ = ["RawRoster", "read_file"]

ROW = "row in the file"
"""Name of the column of row numbers: as a spreadsheet shows them for CSV (the header is row 1), from 1 in Parquet."""

_SEPARATORS = (",", ";", "\t")
_CSV, _PARQUET = (".csv", ".tsv", ".txt"), (".parquet", ".pq")


@dataclass(frozen=True, slots=True)
class RawRoster:
    """A roster as it stands in its file.

    Attributes:
        name: What the plan calls the file.
        frame: All columns of the file (text if it is CSV) and `ROW`.
    """

    name: str
    frame: pl.DataFrame

    @property
    def columns(self) -> list[str]:
        """The file's own columns."""
        return [name for name in self.frame.columns if name != ROW]


def read_file(path: Path, name: str) -> RawRoster:
    """Read a roster's file.

    Args:
        path: Where it is.
        name: What to call it in messages: never the path, which would differ from machine to machine.

    Returns:
        Its rows without those that are wholly empty.

    Raises:
        RosterError: It is missing, empty, damaged, or not in a known form.
    """
    kind = path.suffix.lower()
    if kind not in (*_CSV, *_PARQUET):
        raise RosterError(f"found the ending '{kind}'; expected one of {', '.join((*_CSV, *_PARQUET))}", place=name)
    if path.is_dir():
        raise RosterError("found a folder; expected a CSV or Parquet file", place=name)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise RosterError("found no such file; the path is relative to the plan", place=name) from None
    except (OSError, ValueError) as reason:
        raise RosterError("found a file that cannot be read", place=name) from reason
    frame = _csv(content, name) if kind in _CSV else _parquet(content, name)
    if len(frame):
        frame = frame.filter(~pl.all_horizontal(pl.exclude(ROW).is_null()))
    if not len(frame):
        raise RosterError("found no rows; expected one a person", place=name)
    return RawRoster(name, frame)


def _parquet(content: bytes, name: str) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as reason:
        raise RosterError(
            f"found {len(content)} bytes that are no Parquet file, or a damaged one", place=name
        ) from reason
    return frame.with_row_index(ROW, offset=1)


def _csv(content: bytes, name: str) -> pl.DataFrame:
    content = content.removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n")
    _check_text(content, name)
    header_line = content.partition(b"\n")[0].decode()
    separator = max(_SEPARATORS, key=header_line.count)
    if b'"' in content:
        header = _check_quoted(content, separator, name)
    else:
        header = header_line.rstrip("\r").split(separator)
        _check_widths(content, separator, len(header), name)
    header = [column.strip() for column in header]
    for column in header:
        if header.count(column) > 1:
            raise RosterError(f"found the column '{column}' twice; expected each once", place=f"{name}: row 1")
    try:
        frame = pl.read_csv(
            content,
            separator=separator,
            infer_schema=False,
            has_header=False,
            skip_rows=1,
            new_columns=header,
        )
    except pl.exceptions.NoDataError:
        raise RosterError("found no rows; expected one a person", place=name) from None
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as reason:
        raise RosterError("found text that is no CSV; expected rows of fields", place=name) from reason
    return frame.with_row_index(ROW, offset=2)


def _check_text(content: bytes, name: str) -> None:
    """Refuse what is not UTF-8 and what is empty."""
    if not content.strip():
        raise RosterError("found an empty file; expected a header and one row a person", place=name)
    try:
        text = content.decode()
    except UnicodeDecodeError as reason:
        row = content.count(b"\n", 0, reason.start) + 1
        raise RosterError(
            f"found the byte 0x{content[reason.start]:02x}, which is not UTF-8; expected text in UTF-8",
            place=f"{name}: line {row}",
        ) from None
    if "\x00" in text:
        row = text.count("\n", 0, text.index("\x00")) + 1
        raise RosterError("found a zero byte; expected text", place=f"{name}: line {row}")


def _check_widths(content: bytes, separator: str, width: int, name: str) -> None:
    """Refuse a row with more or fewer fields than the header; polars would fill the short ones with nothing."""
    data = np.frombuffer(content + b"\n", np.uint8)
    ends = np.flatnonzero(data == ord("\n"))
    commas = np.searchsorted(np.flatnonzero(data == ord(separator)), ends)
    fields = np.diff(commas, prepend=0) + 1
    length = np.diff(ends, prepend=-1) - 1
    wrong = np.flatnonzero((fields != width) & (length > 1))
    if len(wrong):
        row = int(wrong[0])
        raise _uneven(int(fields[row]), width, row + 1, name)


def _check_quoted(content: bytes, separator: str, name: str) -> list[str]:
    """Do the same where fields are quoted, which takes a reader (about a second a million rows)."""
    rows = csv.reader(io.StringIO(content.decode(), newline=""), delimiter=separator, strict=True)
    header: list[str] = []
    number = 0
    try:
        for number, fields in enumerate(rows, start=1):
            if number == 1:
                header = fields
            elif len(fields) != len(header) and fields:
                raise _uneven(len(fields), len(header), number, name)
    except csv.Error as reason:
        raise RosterError(
            f"found a quoted field that is not closed or has text behind it ({reason})",
            place=f"{name}: row {number + 1}",
        ) from None
    return header


def _uneven(found: int, expected: int, row: int, name: str) -> RosterError:
    return RosterError(f"found {found} fields; expected {expected} as in the header", place=f"{name}: row {row}")
