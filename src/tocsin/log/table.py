"""`EventLog`: the rows of one or more runs, over a Polars frame, always in the order of (run, seq).

The frame is the truth and is public; every method gives a new log and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from tocsin.errors import LogError
from tocsin.log.schema import COLUMNS, KIND, REQUIRED, SCHEMA, conform, row_key

__all__ = ["CORRECTING", "EventLog", "merge", "outdone_by"]

CORRECTING = ("run", "seq", "known", "corrects")
"""The columns that tell what a correction takes out of the truth."""


@dataclass(frozen=True, eq=False, slots=True)
class EventLog:
    """An event log.

    Attributes:
        frame: The rows: exactly the columns and types of `SCHEMA`, ordered by (run, seq), each identity once.

    Raises:
        LogError: The frame is not such a table; `EventLog.of` brings a looser one into shape.
    """

    frame: pl.DataFrame

    def __post_init__(self) -> None:
        if dict(self.frame.schema) != SCHEMA:
            _refuse_schema(self.frame)
        rows = _out_of_order(self.frame)
        if len(rows):
            row = int(rows[0])
            raise LogError(
                f"found (run, seq) = {_identity(self.frame, row)} after {_identity(self.frame, row - 1)}, "
                "expected an ordered log in which every identity stands once",
                place=f"row {row}, column seq",
            )

    @classmethod
    def of(cls, frame: pl.DataFrame, *, place: str = "") -> EventLog:
        """Make a log of a frame in any order, adding absent columns and casting text to its types.

        Args:
            frame: At least `run`, `seq`, `writer`, `happened` and `kind`.
            place: Where the rows come from, for the error.

        Returns:
            The log, ordered by (run, seq).

        Raises:
            LogError: A column or value that does not fit, or an identity that stands twice.
        """
        return cls.sorted(conform(frame, place=place))

    @classmethod
    def sorted(cls, frame: pl.DataFrame) -> EventLog:
        """Make a log of a frame that has its columns and types already, in any order.

        Raises:
            LogError: An identity stands twice.
        """
        return cls(frame.sort("run", "seq") if len(_out_of_order(frame)) else frame)

    @classmethod
    def empty(cls) -> EventLog:
        """Make a log without rows."""
        return cls(pl.DataFrame(schema=SCHEMA))

    def __len__(self) -> int:
        """Count the rows."""
        return self.frame.height

    def next_seq(self, run: int) -> int:
        """Tell the number that the next row of a run will get."""
        last = self.frame.filter(pl.col("run") == run)["seq"].max()
        return last + 1 if isinstance(last, int) else 0

    def append(self, rows: pl.DataFrame, *, place: str = "") -> EventLog:
        """Add rows at the end of their runs, numbered on from the last.

        Args:
            rows: Columns of a log without `seq`, in the order in which they are written.
            place: Where the rows come from, for the error.

        Returns:
            The longer log.

        Raises:
            LogError: The rows bring numbers of their own, or do not fit.
        """
        if "seq" in rows.columns:
            raise LogError("found the column 'seq', expected rows that the log numbers itself", place=place)
        fitted = conform(rows, place=place, required=tuple(c for c in REQUIRED if c != "seq"))
        lasts = self.frame.group_by("run").agg((pl.col("seq").max() + 1).alias("_next"))
        numbered = (
            fitted.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).over("run").alias("seq"))
            .join(lasts, on="run", how="left", maintain_order="left")
            .with_columns(pl.col("seq") + pl.col("_next").fill_null(0))
            .select(COLUMNS)
        )
        joined = pl.concat([self.frame, numbered])
        return EventLog(joined.sort("run", "seq") if len(_out_of_order(joined)) else joined)

    def slice(
        self,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        kinds: Iterable[str] | None = None,
        persons: Iterable[int] | None = None,
        places: Iterable[str] | None = None,
        runs: Iterable[int] | None = None,
    ) -> EventLog:
        """Keep the rows that may have happened in [start, end) and match every list that is given.

        Args:
            start: With a time zone; None for no limit.
            end: With a time zone, not included; None for no limit.
            kinds: Names of kinds.
            persons: Numbers of persons.
            places: Names of places.
            runs: Numbers of runs.

        Returns:
            The part of the log, with its identities.
        """
        tests: list[pl.Expr] = []
        if start is not None:
            tests.append(pl.col("happened_until") >= pl.lit(start, dtype=SCHEMA["happened"]))
        if end is not None:
            tests.append(pl.col("happened") < pl.lit(end, dtype=SCHEMA["happened"]))
        for column, wanted in (("kind", kinds), ("person", persons), ("place", places), ("run", runs)):
            if wanted is not None:
                tests.append(_one_of(column, list(wanted)))
        return EventLog(self.frame.filter(*tests)) if tests else self

    def as_known_at(self, moment: datetime) -> EventLog:
        """Give what the writers knew at a moment: rows learned by then, with the corrections learned by then.

        Args:
            moment: With a time zone.

        Returns:
            The log as it was read at that moment.
        """
        known = pl.col("known") <= pl.lit(moment, dtype=SCHEMA["known"])
        return EventLog(self.frame.filter(known)).corrected()

    def corrected(self) -> EventLog:
        """Give the truth after corrections.

        A row that another one corrects is left out, and the correcting row stands for it. Of several
        corrections of one row the one learned last holds, at a tie the one written last. A `withdrawn` row
        takes the row away with whatever that row had corrected, and is left out itself.
        """
        replaced = replaced_rows(self.frame)
        return EventLog(self.frame.filter(~replaced)) if replaced.any() else self


def replaced_rows(frame: pl.DataFrame) -> pl.Series:
    """Mark the rows that corrections and withdrawals take out of the truth (Boolean, one a row)."""
    found = frame.lazy().filter(pl.col("corrects").is_not_null()).select(CORRECTING).collect()
    withdrawn = frame["kind"] == "withdrawn"
    if found.height == 0:
        return withdrawn
    gone = outdone_by(found).with_columns(pl.lit(True).alias("_gone"))
    marks = frame.select("run", "seq").join(gone, on=["run", "seq"], how="left", maintain_order="left")
    return marks["_gone"].fill_null(False) | withdrawn


def outdone_by(corrections: pl.DataFrame) -> pl.DataFrame:
    """Name the rows that corrections take out of the truth, outdone corrections among them.

    Args:
        corrections: All rows of a log that correct another one, with the columns `CORRECTING`.

    Returns:
        `run` and `seq` of each such row, once; a `withdrawn` row is out of the truth without standing here.
    """
    targets = corrections.select("run", pl.col("corrects").alias("seq"))
    order = ["run", "corrects", "known", "seq"]
    outdone = corrections.sort(order).filter(
        (pl.col("run") == pl.col("run").shift(-1)) & (pl.col("corrects") == pl.col("corrects").shift(-1))
    )
    return pl.concat([targets, outdone.select("run", "seq")]).unique()


def merge(*logs: EventLog) -> EventLog:
    """Unite logs. Identities are kept; a row that stands in several logs with the same content counts once.

    Collapsing makes merging idempotent: the same upload, brought twice, changes nothing.

    Raises:
        LogError: Two logs say different things under one (run, seq).
    """
    if not logs:
        return EventLog.empty()
    frame = pl.concat([log.frame for log in logs])
    if not len(_out_of_order(frame)):
        return EventLog(frame)
    frame = frame.sort("run", "seq", maintain_order=True)
    again = (frame.select(row_key().diff().fill_null(1) == 0).to_series()).arg_true()
    if not len(again):
        return EventLog(frame)
    _refuse_clash(frame, again)
    keep = pl.Series([True]).new_from_index(0, frame.height).scatter(again, False)
    return EventLog(frame.filter(keep))


def _refuse_clash(frame: pl.DataFrame, again: pl.Series) -> None:
    """Compare each repeated row with the one before it, column by column."""
    second, first = frame[again], frame[again - 1]
    for column in COLUMNS:
        differs = second[column].ne_missing(first[column]).arg_true()
        if len(differs):
            at = int(differs[0])
            raise LogError(
                f"found {second[column][at]!r} in one log and {first[column][at]!r} in another, expected one "
                f"content for one identity",
                place=f"run {second['run'][at]}, seq {second['seq'][at]}, column {column}",
                code="clash",
            )


def _one_of(column: str, wanted: list[object]) -> pl.Expr:
    if column == "kind":
        known = set(KIND.categories)
        unknown = [name for name in wanted if name not in known]
        if unknown:
            raise LogError(f"found the kind {unknown[0]!r}, expected one of the catalogue")
    if column == "place":
        return pl.col(column).cast(pl.String).is_in(pl.lit(pl.Series(wanted, dtype=pl.String)).implode())
    dtype = SCHEMA[column]
    return pl.col(column).is_in(pl.lit(pl.Series(wanted, dtype=dtype)).implode())


def _out_of_order(frame: pl.DataFrame) -> pl.Series:
    """Number the rows that do not come after the one before them."""
    run, seq = frame["run"], frame["seq"]
    if run.len() == 0 or (run[0] == run[-1] and run.min() == run.max()):
        return (seq <= seq.shift(1)).arg_true()
    return frame.select(row_key() <= row_key().shift(1)).to_series().arg_true()


def _identity(frame: pl.DataFrame, row: int) -> tuple[int, int]:
    return int(frame["run"][row]), int(frame["seq"][row])


def _refuse_schema(frame: pl.DataFrame) -> None:
    if tuple(frame.columns) != COLUMNS:
        raise LogError(f"found the columns {', '.join(frame.columns)}, expected {', '.join(COLUMNS)}")
    for name, wanted in SCHEMA.items():
        if frame.schema[name] != wanted:
            raise LogError(f"found the type {frame.schema[name]}, expected {wanted}", place=f"column {name}")
