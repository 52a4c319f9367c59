"""Days, working days, hours and months are counted as a lawyer with a calendar on the wall would count them."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.law import slowly
from tests.law.generated import CHILDREN, YEARS, law_from, pack_of, rule_of, toml

from tocsin.errors import LawError
from tocsin.law import Law, audit
from tocsin.law.audit import counted
from tocsin.law.counting import EPOCH, DayTable, Range, limit_and_end, local_day, years_reached
from tocsin.law.facts import MOMENT
from tocsin.law.load import law_of
from tocsin.law.pack import Calendar, Counting, Year

MINSK, TALLINN = "Europe/Minsk", "Europe/Tallinn"
LONG_ONE = ("2026-02-13T22:30+03:00", "2026-02-20T08:00+03:00")
"""The case of the reference: seven calendar days, 6.4 full days, six clear days."""


def calendar(*years: int) -> Calendar:
    """Return a calendar of some years with the days off of the tests."""
    made = [Year.model_validate(_tuples(year)) for year in YEARS if year["year"] in years]
    return Calendar.model_validate({"year": tuple(made)})


def _tuples(year: dict[str, object]) -> dict[str, object]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in year.items()}


def moments(*texts: str) -> list[dt.datetime]:
    """Return times in UTC."""
    return [dt.datetime.fromisoformat(text).astimezone(dt.UTC) for text in texts]


def keeps(start: Range, end: Range, length: int, count: Counting, zone: str, table: Calendar | None) -> pl.Expr:
    """Return whether the end keeps a notice; null where it cannot be told."""
    limit, there = limit_and_end(start, end, length, count, zone, DayTable.of(table), roll=False)
    return pl.when(there.least >= limit.most).then(True).when(there.most < limit.least).then(False)


def kept(
    texts: tuple[str, str], length: int, count: Counting, zone: str = MINSK, table: Calendar | None = None
) -> bool:
    """Tell whether a notice is kept."""
    frame = pl.DataFrame({"a": moments(texts[0]), "b": moments(texts[1])}, schema={"a": MOMENT, "b": MOMENT})
    start, end = Range.of(pl.col("a")), Range.of(pl.col("b"))
    return frame.select(keeps(start, end, length, count, zone, table).alias("kept"))["kept"][0]


def longest(texts: tuple[str, str], count: Counting, zone: str = MINSK, table: Calendar | None = None) -> int:
    """Return the longest notice that is kept."""
    return max(n for n in range(-1, 400) if n < 0 or kept(texts, n, count, zone, table))


@pytest.mark.parametrize(
    ("count", "days"),
    [
        ({"unit": "day"}, 7),  # 14 to 20 February
        ({"unit": "day", "exclude_last": True}, 6),  # 14 to 19: the clear days
        ({"unit": "day", "exclude_first": False}, 8),  # 13 to 20
        ({"unit": "day", "exclude_first": False, "exclude_last": True}, 7),  # 13 to 19
        ({"unit": "full-day"}, 6),  # 6 days and 9.5 hours
        ({"unit": "hour"}, 153),  # 6 x 24 + 9.5
        ({"unit": "month"}, 0),
    ],
)
def test_one_case_has_three_answers(count: dict[str, Any], days: int) -> None:
    """Served on 13 February at 22:30, to report on the 20th at 08:00: how long that is depends on how one counts."""
    assert longest(LONG_ONE, Counting(**count)) == days


def test_a_night_in_minsk_is_the_day_before_in_utc() -> None:
    """Served at 01:30 in Minsk on the 13th, which is the 12th in UTC: seven days end on the 20th, not on the 19th."""
    served = "2026-02-13T01:30+03:00"
    assert moments(served)[0].day == 12
    assert longest((served, "2026-02-20T00:00+03:00"), Counting(unit="day")) == 7
    assert longest((served, "2026-02-19T23:59+03:00"), Counting(unit="day")) == 6


@pytest.mark.parametrize(
    ("start", "months", "first_day"),
    [
        ("2026-01-31", 1, "2026-02-28"),  # no 31 February
        ("2024-01-31", 1, "2024-02-29"),  # a leap year
        ("2026-02-28", 1, "2026-03-28"),  # the end of a month does not stay its end
        ("2025-11-30", 3, "2026-02-28"),
        ("2026-10-31", 4, "2027-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
    ],
)
def test_months_end_on_the_same_day_or_the_last(start: str, months: int, first_day: str) -> None:
    """Three months from 30 November end on the last of February: the notice is kept on that day, not the day before."""
    before = (dt.date.fromisoformat(first_day) - dt.timedelta(days=1)).isoformat()
    count = Counting(unit="month")
    assert kept((f"{start}T12:00+03:00", f"{first_day}T00:00+03:00"), months, count)
    assert not kept((f"{start}T12:00+03:00", f"{before}T23:59+03:00"), months, count)


@pytest.mark.parametrize(
    ("start", "end", "hours", "full_days"),
    [
        # 29 March 2026, 03:00 to 04:00 is left out: noon to noon is 23 hours, and one day by the clock.
        ("2026-03-28T12:00+02:00", "2026-03-29T12:00+03:00", 23, 1),
        ("2026-03-28T12:00+02:00", "2026-03-29T11:59+03:00", 22, 0),
        # 25 October 2026, 03:00 to 04:00 comes twice: noon to noon is 25 hours, and one day by the clock.
        ("2026-10-24T12:00+03:00", "2026-10-25T12:00+02:00", 25, 1),
        ("2026-10-24T12:00+03:00", "2026-10-25T11:59+02:00", 24, 0),
        # The same wall time again an hour later, in the hour that comes twice.
        ("2026-10-25T03:30+03:00", "2026-10-25T03:30+02:00", 1, 0),
    ],
)
def test_nights_in_which_clocks_change(start: str, end: str, hours: int, full_days: int) -> None:
    """Hours are hours; a full day is what the clock on the wall shows, also where a night has 23 or 25 hours."""
    assert longest((start, end), Counting(unit="hour"), TALLINN) == hours
    assert longest((start, end), Counting(unit="full-day"), TALLINN) == full_days


def test_working_days_from_the_table() -> None:
    """From Tuesday 30 December 2025: the 31st, 5 to 9 January and Saturday the 10th, which works, are seven days."""
    texts = ("2025-12-30T12:00+03:00", "2026-01-10T08:00+03:00")
    assert longest(texts, Counting(unit="working-day"), table=calendar(2025, 2026)) == 7
    assert longest(texts, Counting(unit="working-day", exclude_last=True), table=calendar(2025, 2026)) == 6
    assert longest(texts, Counting(unit="working-day", exclude_first=False), table=calendar(2025, 2026)) == 8


def test_a_saturday_that_works_is_one_day_more() -> None:
    """10 January 2026 is a Saturday and was made a working day; the 17th was not."""
    table = calendar(2026)
    count = Counting(unit="working-day")
    assert longest(("2026-01-08T12:00+03:00", "2026-01-12T12:00+03:00"), count, table=table) == 3
    assert longest(("2026-01-15T12:00+03:00", "2026-01-19T12:00+03:00"), count, table=table) == 2


@pytest.mark.parametrize(
    ("start", "end", "sure"),
    [
        ("2026-12-29", "2027-01-05", 2),  # the 30th and the 31st
        ("2024-12-30", "2025-01-03", 3),  # 1 to 3 January: the table of the tests has no days off in 2025
        ("2026-12-31", "2027-01-05", 0),
        ("2027-01-01", "2027-01-05", None),
    ],
)
def test_beyond_the_table_only_what_lies_in_it_is_sure(start: str, end: str, sure: int | None) -> None:
    """Working days in a year without a table are unknown: those in the table keep a notice, or it cannot be told."""
    texts, count = (f"{start}T12:00+03:00", f"{end}T12:00+03:00"), Counting(unit="working-day")
    answers = [kept(texts, number, count, table=calendar(2025, 2026)) for number in range(1, 8)]
    assert answers == [True] * (sure or 0) + [None] * (7 - (sure or 0))
    assert kept(texts, 1, count, table=None) is None


def test_a_limit_that_rolls_beyond_the_table_is_at_least_its_own_day() -> None:
    """A limit on 1 January 2027, of which no table tells: before it all is in time, after it nothing is known."""
    rule = rule_of(
        require="between(request_filed, request_answered) <= days(10)",
        count={"unit": "day", "roll": "next-working-day"},
    )
    law = law_from(pack_of(rule, calendar={"year": YEARS}))
    answers = moments("2026-12-31T12:00+03:00", "2027-01-01T12:00+03:00", "2027-01-02T12:00+03:00")
    frame = pl.DataFrame(
        {"request_filed": moments("2026-12-22T12:00+03:00") * 3, "request_answered": answers},
        schema={"request_filed": MOMENT, "request_answered": MOMENT},
    )
    assert audit(frame, law)["xx.notice"].to_list() == ["lawful", "lawful", "cannot tell"]


def test_a_calendar_that_needs_the_canton_counts_nothing() -> None:
    """A table that holds only where more is known gives no working days."""
    swiss = Calendar.model_validate({"needs": "canton", "year": calendar(2026).years})
    assert DayTable.of(swiss) is None


@pytest.mark.parametrize("years", [[2024, 2026], [2026, 2026]])
def test_a_calendar_with_a_gap_is_refused(years: list[int]) -> None:
    """A year between two tables would be counted without its days off; a year twice has two sets of them."""
    pack = pack_of(rule_of(), calendar={"year": [{"year": year, "source": "a test"} for year in years]})
    with pytest.raises(LawError, match=r"pack\.toml: calendar: found the years .* expected each year once"):
        law_from(pack)


@pytest.mark.parametrize(
    ("answered", "verdict"),
    [
        # Ten days from Wednesday 22 April 2026 end on Saturday 2 May; the next working day is Monday the 4th.
        ("2026-05-02T12:00+03:00", "lawful"),
        ("2026-05-04T23:59+03:00", "lawful"),
        ("2026-05-05T00:00+03:00", "breach"),
    ],
)
def test_a_limit_on_a_day_off_rolls(answered: str, verdict: str) -> None:
    """An answer that is due on a day off is in time on the next working day, and late the day after."""
    rule = rule_of(
        require="between(request_filed, request_answered) <= days(10)",
        count={"unit": "day", "roll": "next-working-day"},
    )
    law = law_from(pack_of(rule, calendar={"year": YEARS}))
    frame = pl.DataFrame(
        {"request_filed": moments("2026-04-22T12:00+03:00"), "request_answered": moments(answered)},
        schema={"request_filed": MOMENT, "request_answered": MOMENT},
    )
    assert audit(frame, law)["xx.notice"].to_list() == [verdict]


@pytest.mark.parametrize(
    ("day", "under_february", "under_march"),
    [
        ("2026-02-27", 17, 17),
        ("2026-02-28", 18, 17),
        ("2026-03-01", 18, 18),
        ("2028-02-28", 19, 19),  # a leap year has the day itself
        ("2028-02-29", 20, 20),
    ],
)
def test_born_on_29_february(day: str, under_february: int, under_march: int) -> None:
    """Somebody born on 29 February 2008 is 18 on 28 February or on 1 March 2026, as the pack says."""
    frame = pl.DataFrame({"birth": [dt.date(2008, 2, 29)], "day": [dt.date.fromisoformat(day)]})
    for leap_day, years in (("28 February", under_february), ("1 March", under_march)):
        found = frame.select(years_reached(pl.col("birth"), pl.col("day").cast(pl.Int32), leap_day))
        assert found.item() == years == slowly.years_old(dt.date(2008, 2, 29), dt.date.fromisoformat(day), leap_day)


# --- beside the slow reference ----------------------------------------------------------------------------------------

STEPS = (-slowly.DAY, slowly.DAY)
ZONES = st.sampled_from([MINSK, TALLINN, "Europe/Zurich", "Atlantic/Azores"])
MINUTES = st.integers(0, 2 * 366 * 24 * 60)
START = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
COUNTS = st.builds(
    lambda unit, first, last: Counting(unit=unit, **({} if unit in ("hour", "full-day") else
                                                     {"exclude_first": first, "exclude_last": last})),
    st.sampled_from(["day", "full-day", "hour", "working-day", "month"]), st.booleans(), st.booleans(),
)  # fmt: skip


def frame_of(pairs: list[tuple[int, int]]) -> pl.DataFrame:
    """Return a table of starts and ends, by minutes from 2025 and minutes between them."""
    rows = [
        (START + dt.timedelta(minutes=start), START + dt.timedelta(minutes=start + between)) for start, between in pairs
    ]
    return pl.DataFrame(rows, schema={"a": MOMENT, "b": MOMENT}, orient="row")


@given(st.lists(st.tuples(MINUTES, st.integers(0, 40 * 24 * 60)), min_size=1, max_size=30), COUNTS, ZONES,
       st.integers(0, 40))  # fmt: skip
def test_notices_agree_with_the_slow_reference(
    pairs: list[tuple[int, int]], count: Counting, zone: str, number: int
) -> None:
    """Whether a notice is kept agrees with counting days one by one, in every unit, with every edge, in every zone."""
    table, frame = calendar(2025, 2026), frame_of(pairs)
    length = number * 24 if count.unit == "hour" else number % 3 if count.unit == "month" else number
    found = frame.select(keeps(Range.of(pl.col("a")), Range.of(pl.col("b")), length, count, zone, table))
    first, last = bool(count.exclude_first), bool(count.exclude_last)
    slow = [slowly.kept(a, b, length, count.unit, zone, table, first, last) for a, b in frame.iter_rows()]
    for mine, theirs, (a, b) in zip(found.to_series(), slow, frame.iter_rows(), strict=True):
        days = slowly.day_of(a, zone), slowly.day_of(b, zone)
        # Start and end on one day, both left out: nothing is left, and a length of 0 is asked of it.
        nothing = days[0] == days[1] and first and last and length == 0
        # Of a count that begins or ends within a day of the end of the table less may be said, never something else.
        outside = count.unit == "working-day" and not all(2025 <= (day + s).year <= 2026 for day in days for s in STEPS)
        assert mine == theirs or nothing or (outside and mine is None)


@given(st.lists(st.tuples(MINUTES, st.integers(0, 300)), min_size=1, max_size=8), COUNTS, ZONES, st.integers(0, 9))
@example([(429_150, 100)], Counting(unit="full-day"), TALLINN, 1)
def test_intervals_hold_every_moment_in_them(
    pairs: list[tuple[int, int]], count: Counting, zone: str, length: int
) -> None:
    """The limit and the end of an interval bound those of every moment in it, also where clocks are put back."""
    frame, table = frame_of(pairs), DayTable.of(calendar(2025, 2026))
    both = Range(pl.col("a"), pl.col("b"))
    bounds = frame.select(_four(limit_and_end(both, both, length, count, zone, table, roll=False)))
    inner = Range.of(pl.col("m"))
    for share in (0, 0.1, 0.3, 0.5, 0.8, 1):
        moment = frame.select((pl.col("a") + (pl.col("b") - pl.col("a")) * share).cast(MOMENT).alias("m"))
        exact = moment.select(_four(limit_and_end(inner, inner, length, count, zone, table, roll=False)))
        for wide, one in zip(bounds.iter_rows(), exact.iter_rows(), strict=True):
            if None not in (*wide, *one):
                assert wide[0] <= one[0] <= wide[1] and wide[2] <= one[2] <= wide[3]


def _four(pair: tuple[Range, Range]) -> list[pl.Expr]:
    limit, end = pair
    return [limit.least.alias("a"), limit.most.alias("b"), end.least.alias("c"), end.most.alias("d")]


DATES = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))
LEAP = st.sampled_from(["28 February", "1 March"])


@given(st.lists(st.tuples(DATES, st.integers(0, 40_000)), min_size=1, max_size=20), LEAP)
@example([(dt.date(2008, 2, 29), 6574), (dt.date(2008, 2, 29), 6575)], "28 February")
def test_ages_agree_with_the_slow_reference(pairs: list[tuple[dt.date, int]], leap_day: str) -> None:
    """Whole years reached agree with counting birthdays one by one."""
    rows = [(birth, birth + dt.timedelta(days=later)) for birth, later in pairs]
    frame = pl.DataFrame(rows, schema={"birth": pl.Date, "day": pl.Date}, orient="row")
    found = frame.select(years_reached(pl.col("birth"), pl.col("day").cast(pl.Int32), leap_day)).to_series()
    assert found.to_list() == [slowly.years_old(birth, day, leap_day) for birth, day in rows]


def pack_with(leap_day: str, years: int, zone: str = MINSK) -> Law:
    """Return a pack that counts children below an age on the day of reporting."""
    rule = rule_of(require="minor_children < 3", count=None)
    count = {**CHILDREN, "under_years": years}
    return law_from(pack_of(rule, leap_day=leap_day, count=[count], time_zone=zone))


LAWS = {(leap, years): pack_with(leap, years) for leap in ("28 February", "1 March") for years in (1, 14, 18, 20)}


@given(st.integers(0, 2**64), LEAP, st.sampled_from([1, 14, 18, 20]))
def test_children_agree_with_the_slow_reference(seed: int, leap_day: str, years: int) -> None:
    """How many children are minors, at least and at most, agrees with asking each of them on every day of the interval.

    The reference walks through all days on which the report may be; a child whose birth is not known may always be one;
    a list that is not complete has no most.
    """
    dice, law = Random(seed), LAWS[leap_day, years]
    rows = [_family(dice, years) for _ in range(12)]
    schema = {"children_births": pl.List(pl.Date), "children_complete": pl.Boolean}
    frame = pl.DataFrame(rows, schema={**schema, "report": MOMENT, "report_latest": MOMENT}, orient="row")
    found = counted(frame, law)
    for (births, complete, first, last), least, most in zip(
        rows, found["minor_children"], found["minor_children_most"], strict=True
    ):
        days = [slowly.day_of(first, MINSK)]
        while days[-1] < slowly.day_of(last, MINSK):
            days.append(days[-1] + slowly.DAY)
        if births is None:
            assert least is None and most is None
            continue
        minor = [[_minor(birth, day, years, leap_day) for day in days] for birth in births if birth]
        assert least == sum(map(all, minor))
        assert most == (sum(map(any, minor)) + births.count(None) if complete else None)


def _minor(birth: dt.date, day: dt.date, years: int, leap_day: str) -> bool:
    return birth <= day and slowly.years_old(birth, day, leap_day) < years


def _family(dice: Random, years: int) -> tuple[list[dt.date | None] | None, bool | None, dt.datetime, dt.datetime]:
    """Children born about the age before a report about the end of February, with an interval of up to a week."""
    year = dice.choice([2024, 2026, 2028])
    report = dt.datetime(year, 2, 26, tzinfo=dt.UTC) + dt.timedelta(minutes=dice.randrange(5 * 24 * 60))
    births: list[dt.date | None] = []
    for _ in range(dice.randint(0, 4)):
        near = dt.date(year - dice.choice([0, years, years, 5]), 2, 27) + slowly.DAY * dice.randint(-2, 3)
        births.append(dice.choice([near, near, near, None]))
    wide = dt.timedelta(minutes=dice.choice([0, 0, 60, 7 * 24 * 60]))
    return (births if dice.random() < 0.9 else None), dice.choice([True, True, False, None]), report, report + wide


@given(st.lists(MINUTES, min_size=1, max_size=40), ZONES)
def test_days_agree_with_zoneinfo(minutes: list[int], zone: str) -> None:
    """The day of a moment is the one that Python's own zones give."""
    times = [START + dt.timedelta(minutes=number) for number in minutes]
    found = pl.DataFrame({"m": times}, schema={"m": MOMENT}).select(local_day(pl.col("m"), zone)).to_series()
    assert found.to_list() == [(one.astimezone(ZoneInfo(zone)).date() - EPOCH).days for one in times]


def test_seasons_over_the_turn_of_the_year() -> None:
    """A season from October to April holds New Year and both of its ends; an interval across an end is unknown."""
    law = law_from(pack_of(rule_of(require="in_season(report, '10-01', '04-01')", count=None)))
    cases = {
        ("2026-10-01", "2026-10-01"): "lawful",
        ("2026-12-31", "2027-01-02"): "lawful",
        ("2026-04-01", "2026-04-01"): "lawful",
        ("2026-04-02", "2026-04-02"): "breach",
        ("2026-04-02", "2026-09-30"): "breach",
        ("2026-04-01", "2026-04-02"): "cannot tell",
        ("2026-09-30", "2026-10-01"): "cannot tell",
        ("2026-05-01", "2027-05-01"): "cannot tell",  # outside at both ends, with a whole season between
    }
    days = [[dt.datetime.fromisoformat(f"{day}T12:00+03:00") for day in pair] for pair in cases]
    frame = pl.DataFrame(days, schema={"report": MOMENT, "report_latest": MOMENT}, orient="row")
    assert audit(frame, law)["xx.notice"].to_list() == list(cases.values())


def test_a_short_season_between_two_days_is_not_overlooked() -> None:
    """An interval from before a season of three days to after it cannot be told, though both its ends lie outside."""
    law = law_from(pack_of(rule_of(exempt_if="in_season(report, '06-02', '06-04')", count=None)))
    ends = [dt.datetime.fromisoformat(f"2026-06-0{day}T12:00+03:00") for day in (1, 5)]
    frame = pl.DataFrame([ends], schema={"report": MOMENT, "report_latest": MOMENT}, orient="row")
    assert audit(frame, law)["xx.notice"].to_list() == ["cannot tell"]


def test_the_pack_is_read_without_its_zone_being_trusted() -> None:
    """A zone that is a path, or none, is refused by its name."""
    for zone in ("../../etc/passwd", "Europe/Atlantis", "", "localtime"):
        text = toml(pack_of(rule_of(), time_zone=zone))
        with pytest.raises(LawError, match=r"pack\.toml: time_zone: "):
            law_of(text, "pack.toml")
