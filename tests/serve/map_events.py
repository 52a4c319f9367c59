"""An event of the map with given days, for tests of the filter."""

from __future__ import annotations

from tocsin.serve.pages.map_shown import Event
from tocsin.watch import Bounds


def event(first: int | None, last: int | None) -> Event:
    """An incident in Minsk that may be of these days since 1970."""
    return Event(
        "incident i-x#1", "incident", "call-up", "Made", Bounds(), first, last, "", "Minsk", (53.9, 27.57, 15.0),
        ("a",), "", "/incidents/i-x%231", (), 0,
    )  # fmt: skip
