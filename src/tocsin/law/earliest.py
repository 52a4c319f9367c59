"""The earliest lawful report time of a planned summons: the first moment at which no notice that may be owed is short.

Where a source does not say which days count, the later day is taken: a planner wants to be on the safe side. A rule
that may apply counts as one that does. No time is given where it is not known when the summons is served, and none
mends an exemption.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from tocsin.law import expression as ex
from tocsin.law.audit import applies_to
from tocsin.law.counting import Range, limit_and_end
from tocsin.law.facts import MOMENT
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
    times: list[pl.Expr] = []
    for versions in law.rules.values():
        for one in versions:
            for length in _notices(one.demand):
                owed = applies_to(law, one, table.columns).fill_null(True)
                times.append(pl.when(owed).then(_first(law, one, length, table.columns)))
    if not times:
        return pl.Series("earliest_report", [None] * table.height, dtype=MOMENT)
    return table.select(pl.max_horizontal(times).cast(MOMENT).alias("earliest_report")).to_series()


def _notices(node: ex.Node) -> Iterator[ex.Length]:
    """The least notices that a demand holds, alone or among several that must all be met."""
    match node:
        case ex.Every(parts=parts):
            for part in parts:
                yield from _notices(part)
        case ex.Compare(operator=">=", left=ex.Between(start=start, end=end), right=ex.Length() as length):
            if (start.name, end.name) == ("served", "report"):
                yield length


def _first(law: Law, one: Conditions, length: ex.Length, columns: list[str]) -> pl.Expr:
    """The first moment at which one notice is kept."""
    assert one.rule.count is not None, "a length was refused in a rule without a count"
    meaning = Meaning(columns, law.pack.time_zone, one.rule.count, law.table, law.pack.leap_day)
    served = meaning.range(ex.Given("served", "moment"))
    limit, _ = limit_and_end(
        Range.of(served.most), Range.of(served.most), length.number, one.rule.count, law.pack.time_zone, law.table,
        roll=False,
    )  # fmt: skip
    zone, unit = law.pack.time_zone, one.rule.count.unit
    if unit == "hour":
        return pl.from_epoch(limit.most, time_unit="ms").dt.replace_time_zone("UTC")
    if unit == "full-day":
        wall = pl.from_epoch(limit.most, time_unit="ms")
        return _in_zone(wall, zone)
    if unit == "working-day":
        day = pl.lit(None, pl.Int32) if law.table is None else law.table.first_with(limit.most)
        return _in_zone(day.cast(pl.Date).cast(pl.Datetime("ms")), zone)
    return _in_zone(limit.most.cast(pl.Date).cast(pl.Datetime("ms")), zone)


def _in_zone(wall: pl.Expr, zone: str) -> pl.Expr:
    """A time on the clock of a zone; one that the spring skips is the next that there is."""
    return (
        wall.dt.replace_time_zone(zone, ambiguous="latest", non_existent="null")
        .fill_null((wall + pl.duration(hours=1)).dt.replace_time_zone(zone, ambiguous="latest", non_existent="null"))
        .dt.convert_time_zone("UTC")
    )
