"""The footprint in a terminal: what stands where, as an interval that widens with the age of the last count."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from rich.markup import escape

from tocsin.brief.watch_inbox import console, table
from tocsin.brief.watch_words import count_words, time_words
from tocsin.watch import Bounds
from tocsin.watch.pending import Estimate, Footprint

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
    for one in found.estimates:
        key = one.key
        what = f"{key.owner}: {key.kind}, {key.place} ({key.scope})"
        seen = "never" if one.last_seen_ms is None else time_words(Bounds(one.last_seen_ms, one.last_seen_ms), zone)
        age = "" if one.age_days is None else f", {one.age_days:,.0f} days before"
        shown.add_row(
            escape(what), _interval(one), seen.rsplit(" ", 1)[0] + age, count_words(one.high_water, key.unit),
            _ids(one.rows),
        )  # fmt: skip
    console().print(shown)
    _indicators(found, zone)
    clashing = [one for one in found.contradictions if one.clash]
    if clashing:
        print(
            f"\nNumbers that contradict each other: {'; '.join(f'{one.first} and {one.second}' for one in clashing)}."
        )
    print("\nQuantities of different units, places or scopes are never added. Nothing seen is not nothing there.")


def _indicators(found: Footprint, zone: ZoneInfo) -> None:
    shown = table("Signs without a number", "sign", "state", "where", "when", ids="row")
    for one in found.indicators:
        shown.add_row(escape(one.name), one.state, escape(one.place), time_words(one.about, zone), one.row)
    if shown.row_count:
        print()
        console().print(shown)


def _interval(one: Estimate) -> str:
    if one.low is None or one.high is None:
        return escape(one.why or "not known")
    return count_words(Bounds(int(one.low), -int(-one.high // 1)), one.key.unit)


def _ids(rows: tuple[str, ...]) -> str:
    more = len(rows) - _MOST_ROWS
    return " ".join(rows[-_MOST_ROWS:]) + (f" and {more} more" if more > 0 else "")
