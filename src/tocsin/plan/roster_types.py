"""From the text of a roster's columns to values: each function types one column, and what it cannot read is null.

A value that was there and is null afterwards is a bad one: `tocsin.plan.roster` finds its row and says what was
expected, in the words that these functions give.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from tocsin.plan.synthesis import SEXES

__all__ = [
    "as_dates",
    "as_lists_of_dates",
    "as_names",
    "as_numbers",
    "as_sexes",
    "as_texts",
    "as_whole",
    "present",
]

Typed = tuple[pl.Series, str]
"""The typed column and what was expected, for a sentence."""

_ISO = r"^\d{4}-\d{2}-\d{2}$"
_CALENDAR = (-719_162, 2_932_896)  # days from 1970 of the years 1 to 9999
_DATE = "a date YYYY-MM-DD"


def present(raw: pl.Series) -> pl.Series:
    """Return a column as it stands, with categories as text, without blanks around it, and empty text as null."""
    if raw.dtype in (pl.Categorical, pl.Enum):
        raw = raw.cast(pl.String)
    if raw.dtype == pl.Date and not (raw.to_physical().is_between(*_CALENDAR).all()):
        raw = raw.to_physical()  # a damaged file: polars panics at a day outside the calendar, so it stays a number
    if raw.dtype == pl.String:
        raw = raw.str.strip_chars()
        raw = raw.set(raw == "", None)
    return raw


def as_texts(raw: pl.Series) -> Typed:
    """Type words of at most 80 characters; numbers become words."""
    expected = "a text of at most 80 characters"
    if raw.dtype.is_nested() or raw.dtype == pl.Binary:
        return _nothing(raw, pl.String), expected
    text = raw.cast(pl.String, strict=False)
    return text.set(text.str.len_chars() > 80, None), expected


def as_names(raw: pl.Series, known: Sequence[str], what: str) -> Typed:
    """Type names that the plan has."""
    text, _ = as_texts(raw)
    listed = ", ".join(known[:6]) + (", …" if len(known) > 6 else "")
    return text.set(~text.is_in(list(known)), None), f"a {what} of the plan ({listed or 'it has none'})"


def as_sexes(raw: pl.Series) -> Typed:
    """Type female and male, or f and m, in either case."""
    text, _ = as_texts(raw)
    short = text.str.to_lowercase().replace({"f": SEXES[0], "m": SEXES[1]})
    return short.set(~short.is_in(list(SEXES)), None), "female or male"


def as_whole(raw: pl.Series, most: int) -> Typed:
    """Type whole numbers from 0 to `most`."""
    expected = f"a whole number from 0 to {most}"
    if raw.dtype == pl.String:
        raw = raw.set(~raw.str.contains(r"^\d{1,18}$"), None)
    elif not raw.dtype.is_integer():
        return _nothing(raw, pl.Int64), expected
    number = raw.cast(pl.Int64, strict=False)
    return number.set(~number.is_between(0, most), None), expected


def as_numbers(raw: pl.Series, least: float, most: float) -> Typed:
    """Type finite numbers from `least` to `most`."""
    expected = f"a number from {least:g} to {most:g}"
    if raw.dtype == pl.String:
        raw = raw.set(~raw.str.contains(r"^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$"), None)
    elif not raw.dtype.is_numeric():
        return _nothing(raw, pl.Float64), expected
    number = raw.cast(pl.Float64, strict=False)
    return number.set(~number.is_between(least, most) | number.is_nan(), None), expected


def as_dates(raw: pl.Series, first: dt.date, last: dt.date) -> Typed:
    """Type dates; as text only YYYY-MM-DD, because 03/04/1990 has two meanings."""
    expected = f"{_DATE} from {first} to {last}"
    if raw.dtype == pl.String:
        raw = raw.set(~raw.str.contains(_ISO), None).str.to_date("%Y-%m-%d", strict=False)
    elif raw.dtype != pl.Date:
        return _nothing(raw, pl.Date), expected
    return raw.set(~raw.is_between(first, last), None), expected


def as_lists_of_dates(raw: pl.Series, first: dt.date, last: dt.date) -> Typed:
    """Type lists of dates; as text with blanks, semicolons or bars between them, and a dash for an empty list."""
    expected = f"dates YYYY-MM-DD from {first} to {last}, with blanks or ';' between them, or '-' for none"
    if raw.dtype == pl.String:
        parts = raw.str.replace(r"^-$", " ").str.replace_all(r"[;| ]+", " ").str.strip_chars().str.split(" ")
        raw = pl.select(pl.lit(parts).list.filter(pl.element() != "")).to_series()
    elif not isinstance(raw.dtype, pl.List) or raw.dtype.inner not in (pl.String, pl.Date, pl.Null):
        return _nothing(raw, pl.List(pl.Date)), expected
    row = pl.Series("row", range(len(raw)), dtype=pl.UInt32)
    flat = pl.DataFrame({"row": row, "date": raw}).explode("date", empty_as_null=False, keep_nulls=False)
    typed = as_dates(flat["date"].cast(pl.Date) if flat["date"].dtype == pl.Null else flat["date"], first, last)[0]
    bad_rows = flat["row"].filter(typed.is_null())
    lists = flat.with_columns(typed.alias("date")).group_by("row", maintain_order=True).agg(pl.col("date").sort())
    joined = pl.DataFrame({"row": row}).join(lists, on="row", how="left", maintain_order="left")["date"]
    empty = pl.Series([[]], dtype=pl.List(pl.Date))
    missing = raw.is_null() | row.is_in(bad_rows.implode())
    return _masked(joined.fill_null(empty), missing), expected


def _masked(values: pl.Series, missing: pl.Series) -> pl.Series:
    return pl.select(pl.when(~missing).then(values)).to_series()


def _nothing(raw: pl.Series, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    return pl.Series([None], dtype=dtype).new_from_index(0, len(raw))
