"""Tables of summonses: from one case typed on a command line, from the facts of a pack's own cases, from a roster.

Text becomes typed facts, and what cannot be read is refused with its row and column: a fact that was there and was not
understood must not become an unknown one. A moment needs an offset from UTC. Both ends of an interval stand with two
dots between them: `served=2026-02-13T20:00+03:00..2026-02-14T08:00+03:00`, `minor_children=2..` (at least two).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import polars as pl

from tocsin.errors import LawError
from tocsin.law.facts import FACT_OF, Fact, column_types, other_end
from tocsin.plan.problem import nearest, shown

__all__ = ["case_of_words", "case_row", "roster", "roster_batches", "with_both_ends"]

FIRST_YEAR, LAST_YEAR = 1850, 2199
"""Of moments and dates; what lies outside is a slip."""
UNKNOWN: Final = ("", "unknown", "?")
"""What stands for a fact that is not known."""
MOST_COUNT: Final = 100_000
_YES: Final = {"yes": True, "true": True, "no": False, "false": False}
_EXPECTED: Final = {
    "moment": "a time with its offset, such as 2026-02-13T22:30+03:00",
    "date": "a date YYYY-MM-DD",
    "count": "a whole number from 0 to 100,000",
    "flag": "yes or no",
    "births": "dates YYYY-MM-DD with ';' between them, or '-' for none",
}
_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT: Final = re.compile(
    _DAY + r"[T ][0-2][0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-][0-2][0-9]:?[0-5][0-9])"
)
_DATE: Final = re.compile(_DAY)
Ends = tuple[Any, Any]


def case_of_words(words: Sequence[str], *, counts: Iterable[str] = ()) -> pl.DataFrame:
    """Make a table of one row from words such as `kind=training`.

    Args:
        words: `fact=value` each; `unknown` is no value.
        counts: Names that the pack counts, beside the facts.

    Raises:
        LawError: A word is no fact, is given twice, or its value cannot be read.
    """
    facts: dict[str, Ends] = {}
    for word in words:
        name, sign, value = word.partition("=")
        place = f"--case {name or word}"
        if not sign:
            raise LawError(f"found {shown(word)}; expected fact=value, such as kind=training", place="--case")
        fact = _fact(name, counts, place)
        if name in facts:
            raise LawError("found the fact twice; expected it once", place=place)
        facts[name] = _read(fact, value.strip(), place)
    return _row(facts)


def case_row(facts: Mapping[str, object], place: str, *, counts: Iterable[str] = ()) -> pl.DataFrame:
    """Make a table of one row from typed facts, as a pack's own cases hold them.

    Args:
        facts: Values by name; an interval is an array of its two ends.
        place: Where they stand, for a refusal.
        counts: Names that the pack counts, beside the facts.

    Raises:
        LawError: A name is no fact, or a value is of another sort.
    """
    found: dict[str, Ends] = {}
    for name, value in facts.items():
        fact, here = _fact(name, counts, place), f"{place}, {name}"
        if isinstance(value, str):
            found[name] = _read(fact, value.strip(), here)
        elif fact.sort in ("moment", "count") and isinstance(value, list | tuple) and len(value) == 2:
            found[name] = _ordered((_typed(fact, value[0], here), _typed(fact, value[1], here)), value, here)
        else:
            found[name] = (_typed(fact, value, here),) * 2
    return _row(found)


def roster(path: Path, *, counts: Iterable[str] = ()) -> pl.DataFrame:
    """Read a roster of planned summonses: CSV or Parquet, one row a summons, columns named as facts.

    Args:
        path: The file; a column `summons` or `person` names the rows, other columns that are no facts are left out.
        counts: Names that the pack counts, beside the facts.

    Returns:
        Typed columns, and `summons`: the name of each row, else its number from 1.

    Raises:
        LawError: The file cannot be read, has no column that is a fact, or a value cannot be read: the first, by row.
    """
    return pl.concat(list(roster_batches(path, 1_000_000, counts=counts)))


def roster_batches(path: Path, rows: int, *, counts: Iterable[str] = ()) -> Iterator[pl.DataFrame]:
    """Read a roster in parts of so many rows; as `roster`."""
    scan, first, some = _scanned(path), 0, tuple(counts)
    while True:
        raw = _guarded(path, scan.slice(first, rows))
        if first == 0 or raw.height:
            yield _typed_roster(raw, path, first, some)
        if raw.height < rows:
            return
        first += rows


def _typed_roster(raw: pl.DataFrame, path: Path, first: int, counts: Sequence[str]) -> pl.DataFrame:
    types = column_types() | {name: pl.Int64() for count in counts for name in (count, f"{count}_most")}
    known = [name for name in raw.columns if name in types]
    if not known:
        listed = ", ".join(raw.columns)[:80]
        raise LawError(f"found the columns {listed}; expected facts, such as served", place=str(path))
    typed = [_column(raw[name], types[name], str(path), first) for name in known]
    _refuse_backwards(typed, str(path), first)
    named = next((name for name in ("summons", "person") if name in raw.columns), None)
    numbers = pl.int_range(first + 1, first + raw.height + 1, eager=True)
    label = (raw[named] if named else numbers).cast(pl.String)
    return with_both_ends(pl.DataFrame([label.alias("summons"), *typed]))


def with_both_ends(table: pl.DataFrame) -> pl.DataFrame:
    """Let a moment of which only one end is given be exact, as the other column of its row may be empty."""
    changes = []
    for name in table.columns:
        other = f"{name}_latest"
        if name in FACT_OF and other in table.columns:
            changes += [pl.col(name).fill_null(pl.col(other)), pl.col(other).fill_null(pl.col(name))]
    return table.with_columns(changes)


def _fact(name: str, counts: Iterable[str], place: str) -> Fact:
    if name in counts and name not in FACT_OF:
        return Fact(name, "count", "Counted by the pack.")
    if name not in FACT_OF:
        raise LawError(f"found the fact {shown(name)}, which there is not{nearest(name, FACT_OF)}", place=place)
    return FACT_OF[name]


def _read(fact: Fact, text: str, place: str) -> Ends:
    """Both ends of a value as text."""
    if text in UNKNOWN:
        return None, None
    if fact.sort in ("moment", "count") and ".." in text:
        low, _, high = text.partition("..")
        ends: list[Any] = [None if one.strip() in UNKNOWN else _one(fact, one.strip(), place) for one in (low, high)]
        low, high = _ordered((ends[0], ends[1]), text, place)
        return 0 if fact.sort == "count" and low is None else low, high
    return (_one(fact, text, place),) * 2


def _ordered(ends: Ends, found: object, place: str) -> Ends:
    if None not in ends and ends[1] < ends[0]:
        raise LawError(f"found {shown(found)}, whose end lies before its beginning; expected the earlier one first",
                       place=place)  # fmt: skip
    return ends


def _one(fact: Fact, text: str, place: str) -> object:
    """One value from text."""
    try:
        match fact.sort:
            case "moment" if _MOMENT.fullmatch(text):
                return _in_time(_in_time(dt.datetime.fromisoformat(text)).astimezone(dt.UTC))
            case "date" if _DATE.fullmatch(text):
                return _in_time(dt.date.fromisoformat(text))
            case "count" if re.fullmatch(r"[0-9]{1,6}", text) and int(text) <= MOST_COUNT:
                return int(text)
            case "flag" if text.lower() in _YES:
                return _YES[text.lower()]
            case "word" if not fact.words or text in fact.words:
                return text
            case "births":
                dates = [] if text == "-" else [part.strip() for part in re.split(r"[;|]", text)]
                if all(_DATE.fullmatch(part) for part in dates):
                    return [_in_time(dt.date.fromisoformat(part)) for part in dates]
    except ValueError:
        pass  # a day that the calendar does not have: refused below
    raise LawError(f"found {shown(text)}; expected {_expected(fact)}", place=place)


Day = TypeVar("Day", bound=dt.date)


def _in_time(day: Day) -> Day:
    if not _may(day):
        raise ValueError("a year that is a slip")
    return day


def _may(value: dt.date) -> bool:
    return FIRST_YEAR <= value.year <= LAST_YEAR


def _typed(fact: Fact, value: object, place: str) -> object:
    """One value that has a type already."""
    match fact.sort, value:
        case "moment", dt.datetime() if value.tzinfo and _may(value) and _may(value.astimezone(dt.UTC)):
            return value.astimezone(dt.UTC)
        case "date", dt.date() if not isinstance(value, dt.datetime) and _may(value):
            return value
        case "count", int() if not isinstance(value, bool) and 0 <= value <= MOST_COUNT:
            return value
        case "flag", bool():
            return value
        case "births", list() | tuple() if all(type(one) is dt.date and _may(one) for one in value):
            return list(value)
        case _, str():
            return _read(fact, value, place)[0]
    raise LawError(f"found {shown(value)}; expected {_expected(fact)}", place=place)


def _expected(fact: Fact) -> str:
    return f"one of {', '.join(fact.words)}" if fact.words else _EXPECTED.get(fact.sort, "a word")


def _row(facts: Mapping[str, Ends]) -> pl.DataFrame:
    """One row of typed columns; the column of the other end only where it differs."""
    types = column_types()
    columns = {}
    for name, (low, high) in facts.items():
        kind = types.get(name, pl.Int64())
        columns[name] = pl.Series(name, [low], dtype=kind)
        if low != high:
            other = other_end(name) or f"{name}_most"
            columns[other] = pl.Series(other, [high], dtype=kind)
    return pl.DataFrame(list(columns.values())) if columns else pl.DataFrame({"summons": ["1"]})


def _scanned(path: Path) -> pl.LazyFrame:
    if path.suffix == ".parquet":
        return pl.scan_parquet(path)
    return pl.scan_csv(path, infer_schema=False)


def _guarded(path: Path, scan: pl.LazyFrame) -> pl.DataFrame:
    try:
        return scan.collect()
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        reason = str(error).splitlines()[0][:120]
        sentence = f"found a file that cannot be read ({reason}); expected CSV or Parquet"
        raise LawError(sentence, place=str(path)) from None


def _column(raw: pl.Series, kind: pl.DataType, place: str, first: int) -> pl.Series:
    """A column of a roster with the type of its fact."""
    name = raw.name
    base = name.removesuffix("_latest").removesuffix("_most")
    fact = FACT_OF.get(name) or FACT_OF.get(base) or Fact(base, "count", "Counted by the pack.")
    if raw.dtype == kind and fact.sort not in ("word", "count"):
        _refuse_first(raw, _out_of_time(raw, fact), fact, place, first)
        return raw
    if raw.dtype in (pl.Categorical, pl.Enum) or fact.sort == "word":
        raw = raw.cast(pl.String)
    if raw.dtype == pl.String:
        return _from_text(raw, fact, kind, place, first)
    if fact.sort == "moment" and isinstance(raw.dtype, pl.Datetime) and raw.dtype.time_zone is not None:
        typed = raw.dt.convert_time_zone("UTC").cast(kind)
        _refuse_first(raw, _out_of_time(typed, fact), fact, place, first)
        return typed
    if fact.sort == "count" and raw.dtype.is_integer():
        typed = raw.cast(pl.Int64)
        _refuse_first(raw, (typed < 0) | (typed > MOST_COUNT), fact, place, first)
        return typed
    if raw.dtype == pl.Null:
        return raw.cast(kind)
    raise LawError(f"found a column of {raw.dtype}; expected {_expected(fact)}", place=f"{place}: column {name}")


def _from_text(raw: pl.Series, fact: Fact, kind: pl.DataType, place: str, first: int) -> pl.Series:
    text = raw.str.strip_chars()
    text = text.set(text.is_in(list(UNKNOWN)), None)
    match fact.sort:
        case "word":
            if fact.words:
                _refuse_first(raw, ~text.is_in(list(fact.words)), fact, place, first)
            return text
        case "moment":
            known = text.str.contains(f"^{_MOMENT.pattern}$")
            plain = text.set(~known, None).str.replace(" ", "T").str.replace(r"T(\d\d:\d\d)(Z|[+-])", "T${1}:00${2}")
            typed = plain.str.to_datetime("%+", time_unit="ms", time_zone="UTC", strict=False)
        case "date":
            plain = text.set(~text.str.contains(f"^{_DATE.pattern}$"), None)
            typed = plain.str.to_date("%Y-%m-%d", strict=False)
        case "count":
            typed = text.set(~text.str.contains(r"^[0-9]{1,6}$"), None).cast(pl.Int64, strict=False)
            typed = typed.set(typed > MOST_COUNT, None)
        case "flag":
            typed = text.str.to_lowercase().replace_strict(_YES, default=None, return_dtype=pl.Boolean)
        case _:
            typed = _births(text)
    _refuse_first(raw, (text.is_not_null() & typed.is_null()) | _out_of_time(typed, fact), fact, place, first)
    return typed.cast(kind)


def _out_of_time(typed: pl.Series, fact: Fact) -> pl.Series:
    """Which moments and dates lie in years that are slips."""
    if fact.sort in ("moment", "date"):
        return ~typed.dt.year().is_between(FIRST_YEAR, LAST_YEAR).fill_null(True)
    if fact.sort == "births" and typed.dtype == pl.List(pl.Date):
        years = pl.element().dt.year()
        return typed.list.eval(~years.is_between(FIRST_YEAR, LAST_YEAR)).list.any().fill_null(False)
    return pl.repeat(False, len(typed), eager=True)


def _refuse_backwards(typed: Sequence[pl.Series], place: str, first: int) -> None:
    """Refuse an interval whose end lies before its beginning: the first row."""
    by_name = {column.name: column for column in typed}
    for name, low in by_name.items():
        other = other_end(name) or f"{name}_most"
        if other in by_name:
            back = by_name[other] < low
            if back.any():
                at = int(back.fill_null(False).arg_max() or 0)
                raise LawError(
                    f"found {shown(by_name[other][at])}, which lies before {name} ({shown(low[at])}); "
                    "expected the later end of the interval",
                    place=f"{place}: row {first + at + 1}, column {other}",
                )


def _births(text: pl.Series) -> pl.Series:
    """Cells of births as lists of dates; null where a cell cannot be read."""
    day = pl.element().str.strip_chars()
    date = pl.when(day.str.contains(f"^{_DATE.pattern}$")).then(day.str.to_date("%Y-%m-%d", strict=False))
    lists = text.str.replace_all("|", ";", literal=True).str.split(";").list.eval(date)
    none = pl.Series([[]], dtype=pl.List(pl.Date))
    read = pl.when(text == "-").then(none).when(~lists.list.eval(pl.element().is_null()).list.any()).then(lists)
    return pl.select(read.alias(text.name)).to_series()


def _refuse_first(raw: pl.Series, bad: pl.Series, fact: Fact, place: str, first: int) -> None:
    at = bad.fill_null(False).arg_max() if bad.any() else None
    if at is not None:
        raise LawError(
            f"found {shown(raw[at])}; expected {_expected(fact)}",
            place=f"{place}: row {first + at + 1}, column {raw.name}",
        )
