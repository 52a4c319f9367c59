"""A small pack for tests: one rule on notice, or what a test puts in its place."""

from __future__ import annotations

from typing import Any

import polars as pl

from tocsin.law import Law, audit
from tocsin.law.facts import FACT_OF, other_end
from tocsin.law.load import law_of
from tocsin.law.tables import case_row

HEAD = """format = 1
country = "zz"
title = "A country that does not exist"
version = "test"
time_zone = "{zone}"
leap_day = "{leap_day}"
service = ["letter"]
[service_cite]
act = "Reserve Act"
article = "s. 4"
url = "gazette"
status = "confirmed"
checked_on = 2026-11-26
"""
CITE = (
    'cite = { act = "Reserve Act", article = "s. 5", url = "gazette", status = "confirmed", checked_on = 2026-11-26 }'
)


def rule(demand: str, *more: str) -> str:
    """Write a rule on notice with a demand and further lines."""
    lines = ["[[rule]]", 'id = "zz.rule"', 'title = "A rule"', CITE, 'selected_by = "report"', 'say = "It holds."']
    return "\n".join([*lines, demand, *more])


def small(*tables: str, zone: str = "Europe/Minsk", leap_day: str = "1 March") -> Law:
    """Load a pack of these tables."""
    text = "\n\n".join([HEAD.format(zone=zone, leap_day=leap_day), *tables])
    return law_of(text.encode(), "zz.toml")


def verdict_of(law: Law, rule: str, **facts: Any) -> str:
    """The verdict of a rule on one summons with these facts."""
    return str(audit(case_row(facts, "test", counts=law.counts), law)[rule][0])


def overall_of(law: Law, **facts: Any) -> str:
    """What is said of one summons as a whole."""
    return str(audit(case_row(facts, "test", counts=law.counts), law)["overall"][0])


def with_both_ends(row: pl.DataFrame) -> pl.DataFrame:
    """Give each moment and each count its other end, so that rows of several cases fit into one table."""
    for name in row.columns:
        end = other_end(name) if name in FACT_OF else None
        if end is not None and end not in row.columns:
            row = row.with_columns(pl.col(name).alias(end))
    return row
