"""W1 and W2: verdicts counted by rule, and people who should not have been summoned, by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
from tests.measure.by_hand import journeys, row, value

from tocsin.law import Law
from tocsin.law.facts import MOMENT
from tocsin.law.load import law_of
from tocsin.measure import Context, measures

PACK = b"""
format = 1
country = "zz"
title = "A country of the tests"
version = "1"
time_zone = "UTC"
leap_day = "1 March"
service = ["courier"]
service_cite = {act = "Act", article = "1", status = "confirmed", checked_on = 2026-01-01}

[[rule]]
id = "zz.notice"
title = "Two days"
cite = {act = "Act", article = "2", status = "confirmed", checked_on = 2026-01-01}
selected_by = "served"
applies_if = "kind == 'training'"
require = "notice >= days(2)"
count = {unit = "day"}
say = "Two days' notice is owed."

[[rule]]
id = "zz.students"
title = "Students"
cite = {act = "Act", article = "3", status = "secondary", checked_on = 2026-01-01}
selected_by = "served"
exempt_if = "student"
say = "Students are not called up."
"""


def small_law() -> Law:
    """Two rules: one confirmed, one secondary."""
    return law_of(PACK, "zz.toml")


def summonses_by_hand(size: int) -> pl.DataFrame:
    """Served on the 1st, for the 2nd, 3rd and 4th in turn; every fourth a student, every fourth not known."""
    days = [2 + i % 3 for i in range(size)]
    return pl.DataFrame(
        {
            "kind": ["training"] * size,
            "served": [dt.datetime(2026, 2, 1, tzinfo=dt.UTC)] * size,
            "report": [dt.datetime(2026, 2, day, tzinfo=dt.UTC) for day in days],
            "student": [[False, True, False, None][i % 4] for i in range(size)],
        },
        schema_overrides={"served": MOMENT, "report": MOMENT},
    )


def test_verdicts_by_rule_add_up() -> None:
    """Of 12 summonses, 4 have one day's notice; 3 are students, of 3 it is not known: by hand."""
    context = Context(law=small_law(), summonses={0: summonses_by_hand(12)})
    found = measures(journeys({"arrived": [1]}), context, ["W1"])
    assert value(found, "W1", "breach", "zz.notice") == 4 / 12
    assert value(found, "W1", "lawful", "zz.notice") == 8 / 12
    assert value(found, "W1", "breach", "zz.students") == 3 / 12
    assert value(found, "W1", "cannot tell", "zz.students") == 3 / 12
    for rule in ("zz.notice", "zz.students"):
        shares = found.filter(pl.col("key") == rule)["value"]
        assert abs(shares.sum() - 1) < 1e-12
    # Numbers 0, 3, 6, 9 are short of notice (confirmed); of the others 1, 5 are students (secondary; 9 is both), 7 and
    # 11 not known (3 is both); the rest, 2, 4, 8, 10, keep both rules, one of which is not verified.
    together = {"breach": 4, "possible breach": 2, "cannot tell": 2, "possibly lawful": 4, "lawful": 0}
    assert {word: value(found, "W1", "all rules together", word) for word in together} == {
        word: count / 12 for word, count in together.items()
    }


def test_without_a_pack_nothing_is_said() -> None:
    """No verdict is guessed: the row says what is needed."""
    found = measures(journeys({"arrived": [1]}), Context(), ["W1"])
    assert found["note"].to_list() == ["not measurable: needs a rule pack (--law)"]


SUMMONED: dict[str, list[Any]] = {
    "summoned": [0, 0, 0, 0, 0, None],
    "delivered": [60, 60, 60, None, 60, None],
    "arrived": [300, 360, 400, None, 500, None],
    "released": [420, 480, None, None, 560, None],
    "released_reason": ["wrong record", "medical", None, None, "other", None],
    "excused": [None, None, None, 180, None, None],
    "excused_reason": [None, None, None, "large family", None, None],
}


def test_wrong_summonses_by_hand() -> None:
    """A wrong record at the gate and a large family before it are found not liable; "other" may be; unfit is not."""
    found = measures(journeys(SUMMONED), Context(), ["W2"])
    by_of = {of: row(found.filter(pl.col("of") == of), "W2", "found not liable") for of in ("summoned", "arrived")}
    assert (by_of["summoned"]["value"], by_of["summoned"]["n"]) == (2 / 5, 5)
    assert (by_of["arrived"]["value"], by_of["arrived"]["n"]) == (1 / 4, 4)
    most = found.filter(pl.col("name") == "found not liable, at most")
    assert dict(most.select("of", "value").iter_rows()) == {"summoned": 3 / 5, "arrived": 2 / 4}
    assert value(found, "W2", "found out", "before arrival") == 1 / 2
    assert value(found, "W2", "found out", "at the assembly point") == 1 / 2
    # From delivery: 420 - 60 = 360 min; never delivered, so from the summons: 180 min.
    assert value(found, "W2", "time until put right p50") == 3.0
    assert value(found, "W2", "time until put right p95") == 6.0


def test_nobody_wrong_is_no_time() -> None:
    """Where nobody was found not liable the share is 0 and there is no time."""
    found = measures(journeys({"summoned": [0], "arrived": [9]}), Context(), ["W2"])
    assert found.filter(pl.col("name") == "found not liable")["value"].to_list() == [0.0, 0.0]
    assert row(found, "W2", "time until put right p50")["note"] == "nobody was found not liable"
