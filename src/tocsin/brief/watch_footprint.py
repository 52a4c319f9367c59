"""The footprint in a terminal: what stands where, as an interval that widens with the age of the last count."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from rich.markup import escape

from tocsin.brief.watch_inbox import console, table
from tocsin.brief.watch_words import count_words, many, time_words
from tocsin.watch import Bounds
from tocsin.watch.footprint import Estimate, Footprint, Likeness
from tocsin.watch.times import day_of

__all__ = ["show_footprint"]

_MOST_ROWS = 3


def show_footprint(found: Footprint, like: Likeness | None, zone: ZoneInfo, *, every: bool) -> None:
    """Print estimates, each quantity by itself, marks, likeness and signs.

    Args:
        found: The footprint.
        like: How like it is to a past stretch, if that was asked.
        zone: Time zone of days.
        every: Also list what nobody counted, and why.
    """
    day = _day(found.at_ms, zone)
    counted = [one for one in found.estimates if one.known]
    uncounted = [one for one in found.estimates if not one.known]
    if counted:
        _counted(counted, day, zone)
    else:
        console().print(f"On {day} no strength is known: every count is older than a year, or there is none.")
    _reached(found, zone)
    if like is not None:
        _alike(like, zone)
    _indicators(found, zone)
    clashing = [one for one in found.contradictions if one.clash]
    if clashing:
        pairs = "; ".join(f"{one.first} and {one.second}" for one in clashing)
        console().print(f"\nNumbers that contradict each other: {pairs}.")
    if every:
        _uncounted(uncounted)
    elif uncounted:
        console().print(f"\n{many(len(uncounted), 'more quantity')} not known; --all lists them, and says why.")
    console().print(
        "\nQuantities of different units, places or scopes are never added. Nothing seen is not nothing there."
    )


def _counted(counted: list[Estimate], day: str, zone: ZoneInfo) -> None:
    first = "whose, what, where"
    shown = table(f"What stands there on {day}, as far as anybody counted", first, "90 % interval", "last counted",
                  "highest said", ids="rows", wide=first)  # fmt: skip
    for one in sorted(counted, key=lambda one: (one.key.scope != "national", one.key)):
        seen = "never" if one.last_seen_ms is None else _day(one.last_seen_ms, zone)
        age = "" if one.age_days is None else f", {one.age_days:,.0f} days before"
        high = count_words(one.high_water, one.key.unit)
        shown.add_row(escape(_what(one)), _interval(one), seen + age, high, _ids(one.rows))
    console().print(shown)


def _reached(found: Footprint, zone: ZoneInfo) -> None:
    """When a strength was first possible, likely, sure."""
    first = "whose, what"
    shown = table("When a strength was first reached", first, "at least", "possible", "likely", "sure", ids="rows",
                  wide=first)  # fmt: skip
    for one in found.crossings:
        if one.possible_ms is not None:
            days = ["–" if ms is None else _day(ms, zone) for ms in (one.possible_ms, one.likely_ms, one.sure_ms)]
            rows = tuple(dict.fromkeys(name for _, ids in one.rows for name in ids))
            shown.add_row(escape(f"{one.key.owner}: {one.key.kind}"), f"{one.threshold:,}", *days, _ids(rows))
    if shown.row_count:
        console().print()
        console().print(shown)


def _alike(like: Likeness, zone: ZoneInfo) -> None:
    """A past stretch and this one, mark by mark."""
    past, today = (time_words(one, zone) for one in (like.past, like.today))
    shown = table(f"How like {past}: the marks of then, and {today}", "mark", "then", "now", ids="rows of now",
                  wide="mark")  # fmt: skip
    for one in like.marks:
        if one.past == "seen" or one.today != "not known":
            shown.add_row(escape(one.name), f"{one.past} ({_ids(one.past_rows)})", one.today, _ids(one.today_rows))
    console().print()
    console().print(shown)
    if like.least is not None and like.most is not None:
        told = f"{like.least:.0%} to {like.most:.0%} of {many(like.had, 'mark')} of then"
        console().print(f"Seen now: {told}; the width is what nobody speaks of.")
    if like.strength_ratio is not None:
        console().print("Strength now over then: {:.2g} to {:.2g}.".format(*like.strength_ratio))


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
