"""The footprint in a terminal: what stands where, as an interval that widens with the age of the last count."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from rich.markup import escape

from tocsin.brief.watch_inbox import console, table
from tocsin.brief.watch_words import count_words, time_words
from tocsin.watch import Bounds
from tocsin.watch.footprint import Estimate, Footprint
from tocsin.watch.times import day_of

__all__ = ["show_footprint"]

_MOST_ROWS = 3


def show_footprint(found: Footprint, day: str, zone: ZoneInfo) -> None:
    """Print estimates, each quantity by itself.

    Args:
        found: The footprint.
        day: The day that they are for, in words.
        zone: Time zone of days.
    """
    shown = table(f"What stands there on {day}, as far as anybody counted", "whose, what, where", "90 % interval",
                  "last counted", "highest said", ids="rows")  # fmt: skip
    counted = [one for one in found.estimates if one.low is not None and one.high is not None]
    for one in counted:
        seen = "never" if one.last_seen_ms is None else _day(one.last_seen_ms, zone)
        age = "" if one.age_days is None else f", {one.age_days:,.0f} days before"
        high = count_words(one.high_water, one.key.unit)
        shown.add_row(escape(_what(one)), _interval(one), seen + age, high, _ids(one.rows))
    console().print(shown)
    _uncounted([one for one in found.estimates if one not in counted])
    _indicators(found, zone)
    clashing = [one for one in found.contradictions if one.clash]
    if clashing:
        console().print(
            f"\nNumbers that contradict each other: {'; '.join(f'{one.first} and {one.second}' for one in clashing)}."
        )
    console().print(
        "\nQuantities of different units, places or scopes are never added. Nothing seen is not nothing there."
    )


def _indicators(found: Footprint, zone: ZoneInfo) -> None:
    shown = table("Signs without a number", "sign", "state", "where", "when", ids="row")
    for one in found.indicators:
        shown.add_row(escape(one.name), one.state, escape(one.place), time_words(one.about, zone), one.row)
    if shown.row_count:
        console().print()
        console().print(shown)


def _uncounted(found: list[Estimate]) -> None:
    shown = table("Not known, and why", "whose, what, where", "why", ids="rows", wide="why")
    for one in found:
        shown.add_row(escape(_what(one)), escape(one.why), _ids(one.rows or one.present))
    if found:
        console().print()
        console().print(shown)


def _what(one: Estimate) -> str:
    return f"{one.key.owner}: {one.key.kind}, {one.key.place} ({one.key.scope})"


def _day(ms: int, zone: ZoneInfo) -> str:
    local = day_of(ms, zone)
    return f"{local.day} {local:%b %Y}"


def _interval(one: Estimate) -> str:
    assert one.low is not None and one.high is not None, "only what is counted has an interval"
    return count_words(Bounds(int(one.low), -int(-one.high // 1)), one.key.unit)


def _ids(rows: tuple[str, ...]) -> str:
    more = len(rows) - _MOST_ROWS
    return " ".join(rows[-_MOST_ROWS:]) + (f" and {more} more" if more > 0 else "")
