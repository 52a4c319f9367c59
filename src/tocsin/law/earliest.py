"""The earliest lawful report time of a planned summons: the first moment at which no notice that may be owed is short.

Where a source does not say which days count, the later day is taken: a planner wants to be on the safe side. A rule
that may apply counts as one that does. No time is given where it is not known when the summons is served, and none
mends an exemption.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from tocsin.law import nodes as ex
from tocsin.law.audit import applying, with_applying
from tocsin.law.counting import Range, edges, limit_and_end
from tocsin.law.facts import MOMENT, RELATIONS
from tocsin.law.load import Conditions, Law
from tocsin.law.meaning import Meaning

__all__ = ["earliest_report"]


def earliest_report(table: pl.DataFrame, law: Law) -> pl.Series:
    """The earliest report time of each summons at which no notice would be too short.

    Args:
        table: One row a summons, with what the pack counts (`tocsin.law.audit.counted`).
        law: The pack.

    Returns:
        UTC times; null where no notice is owed, or where nothing can be said because the service is not known.
    """
    found: list[tuple[pl.Expr, pl.Expr]] = []
    for versions in law.rules.values():
        for k, one in enumerate(versions):
            for notice in _notices(one.demand):
                owed = pl.col(applying(one, k)).fill_null(True)
                found.append((owed, _first(law, one, notice, table.columns)))
    if not found:
        return pl.Series("earliest_report", [None] * table.height, dtype=MOMENT)
    times = [pl.when(owed).then(time) for owed, time in found]
    unknown = pl.any_horizontal(owed & time.is_null() for owed, time in found)
    first = pl.when(~unknown).then(pl.max_horizontal(times)).cast(MOMENT).alias("earliest_report")
    return with_applying(_with_open_report(table, law), law).select(first).collect().to_series()


def _with_open_report(table: pl.DataFrame, law: Law) -> pl.DataFrame:
    """The same summonses with any time to report after the service, for that is what is looked for."""
    served = pl.col("served") if "served" in table.columns else pl.lit(None, MOMENT)
    moved = [name for count in law.pack.counts if count.on == "report" for name in (count.name, f"{count.name}_most")]
    lost = [name for name in moved if name in table.columns and RELATIONS["children"] in table.columns]
    return table.drop(lost).with_columns(served.alias("report"), pl.lit(None, MOMENT).alias("report_latest"))


def _notices(node: ex.Node) -> Iterator[ex.Compare]:
    """The least notices that a demand holds, alone or among several that must all be met."""
    match node:
        case ex.Every(parts=parts):
            for part in parts:
                yield from _notices(part)
        case ex.Compare(operator=">=" | ">", left=ex.Between(start=start, end=end)):
            if (start.name, end.name) == ("served", "report"):
                yield node


def _first(law: Law, one: Conditions, notice: ex.Compare, columns: list[str]) -> pl.Expr:
    """The first moment at which one notice is kept."""
    assert isinstance(notice.right, ex.Length), "nothing else was let in"
    assert one.rule.count is not None, "a length was refused in a rule without a count"
    meaning = Meaning(columns, law.pack.time_zone, one.rule.count, law.table, law.pack.leap_day)
    served = meaning.range(ex.Given("served", "moment"))
    limits, _ = limit_and_end(
        Range.of(served.most), Range.of(served.most), notice.right.number, one.rule.count, law.pack.time_zone,
        law.table, roll=notice.operator == ">",
    )  # fmt: skip
    limit = limits.most + (1 if notice.operator == ">" else 0)
    zone, unit = law.pack.time_zone, one.rule.count.unit
    if unit == "hour":
        return pl.from_epoch(limit, time_unit="ms").dt.replace_time_zone("UTC")
    if unit == "full-day":
        return _in_zone(pl.from_epoch(limit, time_unit="ms"), zone)
    if unit == "working-day":
        _, (last, _) = edges(one.rule.count)  # where the last day does not count, the day after is meant
        limit = pl.lit(None, pl.Int32) if law.table is None else law.table.first_with(limit) - last
    return _in_zone(limit.cast(pl.Date).cast(pl.Datetime("ms")), zone)


def _in_zone(wall: pl.Expr, zone: str) -> pl.Expr:
    """A time on the clock of a zone; one that the spring skips is the next that there is, at a full hour."""
    next_hour = wall.dt.truncate("1h") + pl.duration(hours=1)
    there, after = (
        one.dt.replace_time_zone(zone, ambiguous="latest", non_existent="null") for one in (wall, next_hour)
    )
    return there.fill_null(after).dt.convert_time_zone("UTC")
