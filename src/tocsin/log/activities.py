"""What the rows of a foreign log say was done: a few words in many rows, so each word is looked at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from tocsin.errors import LogError
from tocsin.log.mapping import IGNORE, Mapped
from tocsin.log.pivot import Bools, Rows, distinct
from tocsin.log.schema import SCHEMA
from tocsin.log.visits import numbered

__all__ = ["Activities", "without"]


@dataclass(frozen=True, slots=True)
class Activities:
    """The activity of each row.

    Attributes:
        names: The activities that occur, as the mapping names them; None where nothing is said.
        codes: Which of them each row says, shape (rows,).
        first: The first row of each in the file, shape (names,).
    """

    names: list[str | None]
    codes: Rows
    first: Rows

    @classmethod
    def of(cls, theirs: pl.DataFrame, mapping: Mapped) -> Activities:
        """Find them; of several columns, those that say something are told with a stroke between them."""
        said = theirs.select(pl.col(mapping.kind).cast(pl.String))
        _, codes = distinct(numbered(said, list(mapping.kind)))
        first = np.full(int(codes.max(initial=-1)) + 1, -1, np.int64)
        first[codes[::-1]] = np.arange(len(codes))[::-1]
        told = said[first]
        if len(mapping.kind) > 1:
            parts = [without(told[name], mapping.missing) for name in mapping.kind]
            told = pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator=" / ", ignore_nulls=True))
        return cls(told.to_series().to_list(), codes, first)

    def refuse_unmapped(self, mapping: Mapped, source: str, numbers: pl.Series) -> None:
        """Refuse the first row whose activity the mapping does not know.

        Raises:
            LogError: With its row, the columns and the word.
        """
        lost = [
            row for name, row in zip(self.names, self.first.tolist(), strict=True) if name not in mapping.activities
        ]
        if lost:
            row = min(lost)
            where = f"{source}: row {numbers[row]}, column {' / '.join(mapping.kind)}"
            found = self.names[int(self.codes[row])]
            raise LogError(f"found {found!r}, expected one of the mapping's activities", place=where)

    def kept(self, mapping: Mapped) -> Bools:
        """Mark the rows that the mapping does not ignore."""
        kept = [mapping.activities[str(name)]["kind"] != IGNORE for name in self.names]
        return np.array(kept, np.bool_)[self.codes]

    def only(self, kept: Bools) -> Activities:
        """Those of some rows."""
        return Activities(self.names, self.codes[kept], self.first)

    def columns(self, mapping: Mapped, theirs: dict[str, pl.Series]) -> dict[str, pl.Series]:
        """Give the columns that activities decide; a column of the file stands where the activity is silent.

        Args:
            mapping: What each activity means.
            theirs: The columns that the file gives.
        """
        made = [mapping.activities.get(str(name), {}) for name in self.names]
        decided = sorted({ours for one in mapping.activities.values() for ours in one})
        found: dict[str, pl.Series] = {}
        for ours in decided:
            words = pl.Series([None if one.get(ours) is None else str(one[ours]) for one in made], dtype=pl.String)
            values = words.cast(pl.Int64) if SCHEMA[ours].is_integer() else words
            if ours in theirs:
                cells = values.gather(self.codes)
                found[ours] = cells.zip_with(cells.is_not_null(), theirs[ours].cast(cells.dtype))
            else:
                found[ours] = _typed(values, SCHEMA[ours]).gather(self.codes)
        return found


def _typed(words: pl.Series, kind: pl.DataType) -> pl.Series:
    """Words as the log keeps them, if all of them fit; else as they are, for the log to refuse."""
    if not isinstance(kind, pl.Categorical | pl.Enum):
        return words
    typed = words.cast(kind, strict=False)
    return typed if typed.null_count() == words.null_count() else words


def without(cells: pl.Series, missing: tuple[str, ...]) -> pl.Series:
    """Cells with null for every word that means nothing."""
    if isinstance(cells.dtype, pl.Categorical):
        words = cells.unique().drop_nulls().cast(pl.String)
        nothing = words.filter(_nothing(words, missing))
        return cells.set(cells.cast(pl.String).is_in(nothing.implode()), None) if len(nothing) else cells
    if cells.dtype != pl.String:
        return cells
    nothing = _nothing(cells, missing)
    return cells.set(nothing, None) if nothing.any() else cells


def _nothing(cells: pl.Series, missing: tuple[str, ...]) -> pl.Series:
    """Mark the cells that hold a word for nothing, with or without blanks round it."""
    return cells.str.strip_chars().is_in(pl.Series(missing, dtype=pl.String).implode()).fill_null(False)
