"""The cases that the notes on the law name: days and their edges, whose midnight, leap days, nights of 23 hours."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from tests.law.small import rule, small, verdict_of

from tocsin.law import Law, audit, tally
from tocsin.law.tables import case_row

SEVEN = 'require = "notice >= days(7)"'
FRIDAY = {"served": "2026-02-13T22:30+03:00", "report": "2026-02-20T08:00+03:00"}


def counted(unit: str, first: object = True, last: object = False, *more: str) -> str:
    """Write a count with its edges."""
    edges = "" if unit in ("hour", "full-day") else f", exclude_first = {toml(first)}, exclude_last = {toml(last)}"
    return f'count = {{ unit = "{unit}"{edges}{"".join(f", {one}" for one in more)} }}'


def toml(edge: object) -> str:
    return f'"{edge}"' if isinstance(edge, str) else str(edge).lower()


# --- 13 February, 22:30, to report on the 20th at 08:00, in Minsk ---------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "first", "last", "expected"),
    [
        ("day", True, False, "lawful"),  # 14th to 20th: seven
        ("day", False, True, "lawful"),  # 13th to 19th: seven
        ("day", False, False, "lawful"),  # 13th to 20th: eight
        ("day", True, True, "breach"),  # 14th to 19th: six clear days
        ("full-day", True, False, "breach"),  # 6 days and 9½ hours
        ("day", True, "not found", "cannot tell"),  # six or seven
        ("day", "not found", False, "lawful"),  # seven or eight
        ("day", "not found", "not found", "cannot tell"),  # six to eight
    ],
)
def test_friday_night_for_friday_week(unit: str, first: object, last: object, expected: str) -> None:
    """One case, three ways to count, three answers: the pack must say which days count."""
    law = small(rule(SEVEN, counted(unit, first, last)))
    assert verdict_of(law, "zz.rule", **FRIDAY) == expected


def test_friday_night_in_hours() -> None:
    """From the 13th at 22:30 to the 20th at 08:00 there are 153.5 hours: 153 are met, 154 are not."""
    for hours, expected in ((153, "lawful"), (154, "breach")):
        law = small(rule(f'require = "notice >= hours({hours})"', counted("hour")))
        assert verdict_of(law, "zz.rule", **FRIDAY) == expected


# --- whose day it is ----------------------------------------------------------------------------------------------


def test_half_past_one_in_minsk_is_the_day_before_in_utc() -> None:
    """Served on the 14th at 01:30 in Minsk, which is the 13th in UTC: six days before the 20th, by Minsk's calendar."""
    facts = {"served": "2026-02-13T22:30Z", "report": "2026-02-20T08:00+03:00"}
    assert verdict_of(small(rule(SEVEN, counted("day"))), "zz.rule", **facts) == "breach"
    assert verdict_of(small(rule(SEVEN, counted("day")), zone="UTC"), "zz.rule", **facts) == "lawful"


def test_the_offset_of_a_time_does_not_matter() -> None:
    """The same moment written with another offset gives the same verdict."""
    law = small(rule(SEVEN, counted("day")))
    for served in ("2026-02-14T01:30+03:00", "2026-02-13T22:30Z", "2026-02-13T17:30-05:00"):
        assert verdict_of(law, "zz.rule", served=served, report="2026-02-20T08:00+03:00") == "breach"


# --- 29 February --------------------------------------------------------------------------------------------------

LEAP = "2008-02-29"
CHILDREN = """[[count]]
name = "minor_children"
of = "children"
under_years = 18
on = "report"
meaning = "Children under 18 on the day of reporting."
"""


@pytest.mark.parametrize(
    ("leap_day", "report", "minors"),
    [
        ("28 February", "2026-02-27", 1),
        ("28 February", "2026-02-28", 0),
        ("1 March", "2026-02-28", 1),
        ("1 March", "2026-03-01", 0),
    ],
)
def test_a_child_of_29_february_comes_of_age(leap_day: str, report: str, minors: int) -> None:
    """Born on 29 February 2008: of age in 2026 on 28 February or on 1 March, as the pack declares."""
    law = small(CHILDREN, rule('exempt_if = "minor_children >= 1"'), leap_day=leap_day)
    facts = {"children_births": LEAP, "children_complete": True, "report": f"{report}T08:00+03:00"}
    assert verdict_of(law, "zz.rule", **facts) == ("breach" if minors else "lawful")


@pytest.mark.parametrize(
    ("leap_day", "report", "of_age"),
    [
        ("28 February", "2026-02-28", True),
        ("1 March", "2026-02-28", False),
        ("1 March", "2026-03-01", True),
        ("1 March", "2028-02-29", True),
    ],
)
def test_a_person_of_29_february_comes_of_age(leap_day: str, report: str, of_age: bool) -> None:
    """The age of the person is counted by the same declaration as the children's."""
    law = small(rule('require = "age_on(report) >= 18"'), leap_day=leap_day)
    found = verdict_of(law, "zz.rule", birth=LEAP, report=f"{report}T08:00+03:00")
    assert found == ("lawful" if of_age else "breach")


def test_in_a_leap_year_both_declarations_agree() -> None:
    """Born on 29 February 2008, 20 on 29 February 2028, whatever the pack declares, and not a day before."""
    for leap_day in ("28 February", "1 March"):
        law = small(rule('require = "age_on(report) >= 20"'), leap_day=leap_day)
        assert verdict_of(law, "zz.rule", birth=LEAP, report="2028-02-28T23:00+03:00") == "breach"
        assert verdict_of(law, "zz.rule", birth=LEAP, report="2028-02-29T01:00+03:00") == "lawful"


# --- children, as far as known ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("births", "complete", "expected"),
    [
        ("2012-03-01;2015-07-20;2020-01-05", None, "breach"),  # three known minors decide
        ("2012-03-01;2015-07-20", True, "lawful"),  # all of them, and two
        ("2012-03-01;2015-07-20", None, "cannot tell"),  # two, and perhaps more
        ("2012-03-01;2015-07-20", False, "cannot tell"),
        ("-", True, "lawful"),  # none
        ("-", None, "cannot tell"),
        ("unknown", True, "cannot tell"),  # a list that is complete and not known
        ("2001-01-01;2002-02-02;2020-01-05", True, "lawful"),  # two are of age
    ],
)
def test_three_minor_children(births: str, complete: bool | None, expected: str) -> None:
    """Three known minors decide even if the list is incomplete; a complete list decides; else nobody can tell."""
    law = small(CHILDREN, rule('exempt_if = "minor_children >= 3"'))
    facts: dict[str, Any] = {"children_births": births, "report": "2026-02-16T08:00+03:00"}
    if complete is not None:
        facts["children_complete"] = complete
    assert verdict_of(law, "zz.rule", **facts) == expected


# --- nights on which clocks change --------------------------------------------------------------------------------


def in_tallinn(unit: str, demand: str) -> Law:
    return small(rule(f'require = "notice >= {demand}"', counted(unit)), zone="Europe/Tallinn")


@pytest.mark.parametrize(
    ("served", "report", "hours", "full_day"),
    [
        # 29 March 2026, 03:00 becomes 04:00: noon to noon is 23 hours and a full day by the clock on the wall.
        ("2026-03-28T12:00+02:00", "2026-03-29T12:00+03:00", "breach", "lawful"),
        ("2026-03-28T12:00+02:00", "2026-03-29T13:00+03:00", "lawful", "lawful"),
        # 25 October 2026, 04:00 becomes 03:00: noon to eleven is 24 hours and not a full day.
        ("2026-10-24T12:00+03:00", "2026-10-25T11:00+02:00", "lawful", "breach"),
        ("2026-10-24T12:00+03:00", "2026-10-25T12:00+02:00", "lawful", "lawful"),
        # An ordinary night.
        ("2026-06-10T12:00+03:00", "2026-06-11T12:00+03:00", "lawful", "lawful"),
        ("2026-06-10T12:00+03:00", "2026-06-11T11:59+03:00", "breach", "breach"),
    ],
)
def test_nights_of_23_and_25_hours(served: str, report: str, hours: str, full_day: str) -> None:
    """Hours are hours that pass; a full day is one by the clock on the wall, also when clocks change."""
    facts = {"served": served, "report": report}
    assert verdict_of(in_tallinn("hour", "hours(24)"), "zz.rule", **facts) == hours
    assert verdict_of(in_tallinn("full-day", "days(1)"), "zz.rule", **facts) == full_day


def test_days_by_the_calendar_do_not_feel_the_clocks() -> None:
    """Served at 23:30 on the eve, to report at 00:30 on the night on which clocks change: one day by the calendar."""
    facts = {"served": "2026-03-28T23:30+02:00", "report": "2026-03-29T00:30+02:00"}
    assert verdict_of(in_tallinn("day", "days(1)"), "zz.rule", **facts) == "lawful"
    assert verdict_of(in_tallinn("day", "days(2)"), "zz.rule", **facts) == "breach"


# --- months, working days, limits that roll -----------------------------------------------------------------------

CALENDAR = """[calendar]
[[calendar.year]]
year = 2026
days_off = [2026-04-20, 2026-04-21]
working = [2026-04-25]
source = "As in Belarus"
"""


@pytest.mark.parametrize(
    ("served", "report", "expected"),
    [
        ("2025-11-30", "2026-02-28", "lawful"),  # there is no 30 February: the month ends
        ("2025-11-30", "2026-02-27", "breach"),
        ("2026-01-31", "2026-04-30", "lawful"),
        ("2026-01-31", "2026-04-29", "breach"),
    ],
)
def test_months_end_with_the_month(served: str, report: str, expected: str) -> None:
    """Three months from the 31st end on the last day of a shorter month."""
    law = small(rule('require = "notice >= months(3)"', counted("month")))
    facts = {"served": f"{served}T10:00+03:00", "report": f"{report}T08:00+03:00"}
    assert verdict_of(law, "zz.rule", **facts) == expected


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        ("2026-04-23", "lawful"),  # Friday 17th; then 22nd, 23rd
        ("2026-04-24", "lawful"),
        ("2026-04-25", "breach"),  # the Saturday that was made a working day is the fourth
        ("2026-04-26", "breach"),
    ],
)
def test_moved_working_days_count(answered: str, expected: str) -> None:
    """Three working days after Friday the 17th, over Radunitsa: the Monday off is none, the Saturday instead is."""
    demand = 'require = "between(request_filed, request_answered) <= working_days(3)"'
    law = small(CALENDAR, rule(demand, counted("working-day")))
    facts = {"request_filed": "2026-04-17T10:00+03:00", "request_answered": f"{answered}T10:00+03:00"}
    assert verdict_of(law, "zz.rule", report="2026-05-04T08:00+03:00", **facts) == expected


def test_working_days_without_a_table_are_unknown() -> None:
    """In a year without a table, and in a pack without any, working days are not known."""
    demand = rule('require = "between(request_filed, request_answered) <= working_days(3)"', counted("working-day"))
    for law, year in ((small(CALENDAR, demand), 2025), (small(demand), 2026)):
        facts = {"request_filed": f"{year}-04-17T10:00+03:00", "request_answered": f"{year}-04-18T10:00+03:00"}
        assert verdict_of(law, "zz.rule", report="2026-05-04T08:00+03:00", **facts) == "cannot tell"


@pytest.mark.parametrize(("roll", "expected"), [("none", "breach"), ("next-working-day", "lawful")])
def test_a_limit_that_ends_on_a_day_off(roll: str, expected: str) -> None:
    """Ten days from 10 April end on Monday the 20th, a day off; where limits roll, Wednesday the 22nd is in time."""
    demand = 'require = "between(decision_told, appeal_filed) <= days(10)"'
    law = small(CALENDAR, rule(demand, counted("day", True, False, f'roll = "{roll}"')))
    facts = {"decision_told": "2026-04-10T10:00+03:00", "appeal_filed": "2026-04-22T10:00+03:00"}
    assert verdict_of(law, "zz.rule", report="2026-05-04T08:00+03:00", **facts) == expected


# --- adding up ----------------------------------------------------------------------------------------------------


def test_unknown_is_not_lawful_and_verdicts_add_up() -> None:
    """Of four summonses, one of them of unknown service, four are counted, and the unknown one cannot be told."""
    law = small(rule(SEVEN, "applies_if = \"kind == 'training'\"", counted("day")))
    rows = [
        {"kind": "training", "served": "2026-02-01T10:00+03:00", "report": "2026-02-20T08:00+03:00"},
        {"kind": "training", "served": "2026-02-19T10:00+03:00", "report": "2026-02-20T08:00+03:00"},
        {"kind": "training", "served": "unknown", "report": "2026-02-20T08:00+03:00"},
        {"kind": "verification", "served": "2026-02-19T10:00+03:00", "report": "2026-02-20T08:00+03:00"},
    ]
    found = audit(pl.concat([case_row(row, "test") for row in rows]), law)
    counts = {one.verdict: one.count for one in tally(found, law)}
    assert counts == {"lawful": 1, "breach": 1, "cannot tell": 1, "not applicable": 1}
