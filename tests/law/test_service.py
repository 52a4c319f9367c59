"""Which delivery is service: by the pack's channels, and by the kind of call-up where the pack has some for it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import polars as pl
import pytest

import tocsin
from tocsin.law import law
from tocsin.law.served import summonses
from tocsin.log import EventLog

MORNING = datetime(2019, 10, 15, 9, 0, tzinfo=timezone(timedelta(hours=3)))


def told_by(*channels: str) -> EventLog:
    """A log of one person to whom the summons was delivered by these channels, an hour after the other."""
    rows = [
        {"run": 0, "seq": k, "writer": "recorded", "happened": MORNING + timedelta(hours=k), "kind": "delivered",
         "person": 1, "channel": channel}
        for k, channel in enumerate(channels)
    ]  # fmt: skip
    return EventLog.of(pl.DataFrame(rows))


@pytest.mark.parametrize(
    ("country", "plan", "channels", "hours"),
    [
        ("ee", "okas-2019", ("publication",), (0, 0)),  # additional training: what was published is delivered
        ("ee", None, ("publication",), None),  # of an unknown kind it may not be
        ("ee", None, ("publication", "letter"), (0, 1)),  # the first, if the kind is the one; else the second
        ("ee", None, ("letter", "publication"), (0, 0)),
        ("by", "west-2026", ("SMS", "courier"), (1, 1)),  # a text message is additional
        ("by", "west-2026", ("SMS",), None),
    ],
)
def test_first_delivery_that_counts(
    country: str, plan: str | None, channels: tuple[str, ...], hours: tuple[int, int] | None
) -> None:
    """Service is the first delivery by a channel that counts for the kind of call-up; without one it is not known.

    Where the kind is not known, it lies between the first that may count and the first that counts for every kind.
    """
    table = summonses(told_by(*channels), law(country), tocsin.load(plan) if plan else None)
    first, last = (None, None) if hours is None else (MORNING + timedelta(hours=hour) for hour in hours)
    assert table["served"].to_list() == [first]
    assert (table["served_latest"] if "served_latest" in table.columns else table["served"]).to_list() == [last]
