"""A second opinion: the same rules as SQL, written by themselves, agree with the engine on every row.

The SQL is written from the rules' words. It knows nothing of Tocsin's expressions: days come from DuckDB's own zones,
birthdays from the parts of dates, and the three values from SQL's own logic, whose unknown is asked for by name before
any `else`, which would swallow it.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from random import Random
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.law.generated import CHILDREN, law_from, pack_of, rule_of

from tocsin.law import audit
from tocsin.law.facts import MOMENT

CHANGE = dt.date(2024, 10, 15)


def verdict(applies: str, met: str) -> str:
    """Return SQL for a verdict of two conditions."""
    return (
        f"case when ({applies}) is false then 'not applicable' when ({applies}) is null then 'cannot tell' "
        f"when ({met}) is null then 'cannot tell' when ({met}) then 'lawful' when not ({met}) then 'breach' end"
    )


DAYS = "date_diff('day', served_day, report_day)"
BIRTHDAY = {
    # A birthday of 29 February in other years, as a number of month and day.
    "28 February": "case when month(b) = 2 and day(b) = 29 and not leap then 228 else month(b) * 100 + day(b) end",
    "1 March": "month(b) * 100 + day(b)",
}
OLDER = "year(report_day) - year(b) - (case when month(report_day) * 100 + day(report_day) < ({}) then 1 else 0 end)"


def minors(leap_day: str) -> str:
    """Return SQL for the number of those in `births` who are born and under 18 on the day of reporting."""
    years = OLDER.format(BIRTHDAY[leap_day])
    return f"(select count(*) from unnest(births) as t(b) where b <= report_day and {years} < 18)"


def children(leap_day: str) -> str:
    """Return SQL for whether there are fewer than three minors; a list that is not complete tells only of three."""
    number = minors(leap_day)
    return (
        f"case when births is null or report_day is null then null when {number} >= 3 then false "
        f"when complete then true end"
    )


def queries(leap_day: str) -> dict[str, str]:
    """Return SQL for each rule of `pack`."""
    kinds = "kind in ('training', 'special')"
    age = OLDER.format(BIRTHDAY[leap_day]).replace("(b)", "(birth)")
    return {
        "xx.days": verdict(kinds, f"{DAYS} >= 7"),
        "xx.clear": verdict("kind <> 'mobilisation' and not farmer", f"{DAYS} - 1 >= 6"),
        "xx.hours": verdict("true", "epoch_ms(report) - epoch_ms(served) >= 48 * 3600000"),
        "xx.change": (
            f"case when ({kinds}) is false then 'not applicable' "  # whichever of the two holds
            "when served_day is null then 'cannot tell' "
            f"when served_day < date '{CHANGE}' then {verdict(kinds, f'{DAYS} >= 10')} "
            f"when served_day >= date '{CHANGE}' then {verdict(kinds, f'{DAYS} >= 7')} end"
        ),
        "xx.children": verdict("kind <> 'mobilisation'", children(leap_day)),
        "xx.above": verdict("contracted", "student"),
        "xx.below": verdict("farmer and not contracted", "student or consent"),
        "xx.season": verdict("true", "not (month(report_day) * 100 + day(report_day) between 401 and 1010 and farmer)"),
        "xx.age": verdict("true", f"{age} < 50"),
    }


def pack(leap_day: str) -> dict[str, Any]:
    """Return the pack of which `queries` is the SQL."""
    kinds = "kind in ('training', 'special')"
    most, day = "kind != 'mobilisation'", {"unit": "day"}
    spans = ({"until": CHANGE - dt.timedelta(days=1)}, {"from": CHANGE})
    change = [
        rule_of("change", applies_if=kinds, require=f"notice >= days({n})", count=day, in_force=span)
        for n, span in zip((10, 7), spans, strict=True)
    ]
    clear = {"unit": "day", "exclude_last": True}
    return pack_of(
        rule_of("days", applies_if=kinds),
        rule_of(
            "clear", applies_if="kind != 'mobilisation'", unless="farmer", require="notice >= days(6)", count=clear
        ),
        rule_of("hours", require="notice >= hours(48)", count={"unit": "hour"}),
        *change,
        rule_of("children", applies_if=most, exempt_if="minor_children >= 3", count=None),
        rule_of("above", applies_if="contracted", require="student", count=None, overrides=["xx.below"]),
        rule_of("below", applies_if="farmer", require="student or consent_written", count=None),
        rule_of("season", exempt_if="in_season(report, '04-01', '10-10') and farmer", count=None),
        rule_of("age", require="age_on(report) < 50", count=None),
        leap_day=leap_day,
        count=[CHILDREN],
    )


LAWS = {leap_day: law_from(pack(leap_day)) for leap_day in BIRTHDAY}
TYPES = {
    "kind": pl.String, "served": MOMENT, "report": MOMENT, "births": pl.List(pl.Date), "complete": pl.Boolean,
    "farmer": pl.Boolean, "contracted": pl.Boolean, "student": pl.Boolean, "consent": pl.Boolean, "birth": pl.Date,
}  # fmt: skip


def roster(dice: Random, size: int) -> pl.DataFrame:
    """Return summonses around the change of October 2024 and around 29 February, with one fact in eight unknown."""
    return pl.DataFrame([_row(dice) for _ in range(size)], schema=TYPES, orient="row")


def _row(dice: Random) -> tuple[Any, ...]:
    start = dice.choice([dt.datetime(2024, 10, 5), dt.datetime(2026, 2, 15), dt.datetime(2028, 2, 15)])
    served = (start + dt.timedelta(minutes=dice.randrange(15 * 1440))).replace(tzinfo=dt.UTC)
    report = served + dt.timedelta(minutes=dice.randrange(-100, 15 * 1440))
    births = [_near_18(dice, report) for _ in range(dice.randint(0, 5))]
    kind = dice.choice(["training", "special", "verification", "mobilisation"])
    flags = [dice.choice([True, False]) for _ in range(4)]
    birth = _near_18(dice, report, 50)
    values = [kind, served, report, births, dice.choice([True, True, False]), *flags, birth]
    return tuple(None if dice.random() < 0.125 else value for value in values)


def _near_18(dice: Random, report: dt.datetime, years: int = 18) -> dt.date:
    near = dt.date(report.year - years, 2, 27) + dt.timedelta(days=dice.randint(0, 4))
    return dice.choice([near, near, dt.date(2008, 2, 29), report.date() + dt.timedelta(days=dice.randint(-3, 3))])


def second(table: pl.DataFrame, leap_day: str) -> dict[str, list[str]]:
    """Return what the SQL finds."""
    base = duckdb.connect()
    base.execute("set timezone = 'Pacific/Auckland'")  # the session's own zone must not matter
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        table.write_parquet(file.name)
        source = "read_parquet(?, file_row_number = true)"
        base.execute(f"create table given as select *, file_row_number as n from {source}", [file.name])
    found = ", ".join(f'{sql} as "{rule}"' for rule, sql in queries(leap_day).items())
    base.execute(
        "with local as (select *, cast(timezone('Europe/Minsk', served) as date) as served_day, "
        "cast(timezone('Europe/Minsk', report) as date) as report_day from given), "
        "days as (select *, day(last_day(make_date(year(report_day), 2, 1))) = 29 as leap from local) "
        f"select {found} from days order by n"
    )
    rows = base.fetchall()
    return {rule: [row[i] for row in rows] for i, rule in enumerate(queries(leap_day))}


def compare(seed: int, leap_day: str, size: int) -> None:
    """The engine and the SQL agree in every row of every rule."""
    table = roster(Random(seed), size)
    facts = table.rename({"births": "children_births", "complete": "children_complete", "consent": "consent_written"})
    found, other = audit(facts, LAWS[leap_day]), second(table, leap_day)
    for rule, verdicts in other.items():
        mine = found[rule].cast(pl.String).to_list()
        differ = [i for i, (a, b) in enumerate(zip(mine, verdicts, strict=True)) if a != b]
        assert not differ, (rule, mine[differ[0]], verdicts[differ[0]], table.row(differ[0], named=True))


@given(st.integers(0, 2**64), st.sampled_from(list(BIRTHDAY)))
@settings(max_examples=6)
def test_duckdb_agrees_on_every_row(seed: int, leap_day: str) -> None:
    """Notices in days, clear days and hours, the ten days that became seven, children, ages, seasons, overrides."""
    compare(seed, leap_day, 150)


def test_the_rosters_meet_every_verdict() -> None:
    """Agreement would mean little if a rule never gave one of its verdicts."""
    table = roster(Random(1), 2_000)
    for rule, verdicts in second(table, "1 March").items():
        expected = {"lawful", "breach", "cannot tell"}
        always = ("xx.hours", "xx.season", "xx.age")
        assert set(verdicts) == expected | (set() if rule in always else {"not applicable"}), rule


@pytest.mark.prove
@given(st.integers(0, 2**64), st.sampled_from(list(BIRTHDAY)))
@settings(max_examples=60)
def test_duckdb_agrees_on_a_hundred_thousand_rows(seed: int, leap_day: str) -> None:
    """As above, on sixty rosters of two thousand summonses."""
    compare(seed, leap_day, 2_000)
