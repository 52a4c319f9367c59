"""A chain drawn: each step on one scale of time, and each lag as an interval on one scale of hours.

A step is a bar from the earliest to the latest moment at which it may have been; a lag is a bar to its least hours, and
a paler one on to its most. An end that nobody knows reaches the edge and fades. Places are parts of the width, so that
the drawing fits any screen without a style of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from tocsin.brief.watch_words import lag_words
from tocsin.serve.pages.claim_shown import when_words
from tocsin.serve.room import View
from tocsin.watch import Bounds
from tocsin.watch.ledger import NOT_FOUND
from tocsin.watch.ledger.chain import Chain, Step
from tocsin.watch.times import DAY_MS, day_of, moment_ms

__all__ = ["Bar", "ChainShown", "LagShown", "StepShown", "Tick", "chain_shown"]

_EDGE: Final = 0.03
"""Part of the width that is left free on each side."""
_THIN: Final = 0.6
"""Least width of a bar, in parts of a hundred: a moment must be seen."""
_TICKS: Final = 5
_MOST_MAYBE: Final = 5
_PAGES: Final = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar, in parts of a hundred of the width.

    Attributes:
        start: Where it begins.
        width: How wide it is.
        open_start: Whether nobody knows its beginning.
        open_end: Whether nobody knows its end.
    """

    start: float
    width: float
    open_start: bool = False
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A day on the scale."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class LagShown:
    """What lies between two steps.

    Attributes:
        before: The step that it is counted from.
        words: It in words, at least and at most.
        sure: The part that surely lies between them, on a scale of all lags; None = none does, or it is not known.
        perhaps: The part that may.
        zero: Where the scale is at no hours.
    """

    before: str
    words: str
    sure: Bar | None
    perhaps: Bar | None
    zero: float


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step in words.

    Attributes:
        name: The step.
        when: When, in words.
        basis: Whether the time is only bounded by others.
        who: Who says it, and where.
        what: What is said.
        tells: The time that it tells of, where that is another one.
        claim: Id of the claim.
        report: Id of the report.
        maybe: Reports that may have been there before it.
        more: How many more of them.
        bar: When, on the scale; None = not known.
        lag: From the step before; None for the first.
    """

    name: str
    when: str
    basis: bool
    who: str
    what: str
    tells: str
    claim: str
    report: str
    maybe: tuple[str, ...]
    more: int
    bar: Bar | None
    lag: LagShown | None


@dataclass(frozen=True, slots=True)
class ChainShown:
    """How something travelled.

    Attributes:
        steps: In their order.
        ticks: Days on the scale.
        missing: Steps that were not found.
        whole: From the first post to the official reply, in words; "" = no such step, or it is the last lag itself.
        not_exact: Whether any time is an interval.
        tree: What was taken from, in words, whether it is stored, and the reports that took it.
        not_found: What is said of a step that is missing.
    """

    steps: tuple[StepShown, ...]
    ticks: tuple[Tick, ...]
    missing: tuple[str, ...]
    whole: str
    not_exact: bool
    tree: tuple[tuple[str, bool, tuple[str, ...], int], ...]
    not_found: str = NOT_FOUND


def chain_shown(view: View, found: Chain) -> ChainShown:
    """Draw a chain."""
    low, high = _ends([one.at for one in found.steps])
    before = {second.step: first.step for first, second in pairwise(found.steps)}
    lags = {(one.before, one.after): one.hours for one in found.lags}
    scale = _scale([lags[first, step] for step, first in before.items()])
    steps = []
    for one in found.steps:
        first = before.get(one.step, "")
        lag = _lag(first, lags[first, one.step], scale) if first else None
        steps.append(_step(view, one, lag, _bar(one.at, low, high)))
    whole = lags.get(("first seen", "official reply"))
    return ChainShown(
        tuple(steps),
        _ticks(low, high, view.desk.zone),
        found.missing,
        "" if whole is None or before.get("official reply") == "first seen" else lag_words(whole),
        any(one.at.known and not one.at.exact for one in found.steps),
        _tree(found),
    )


def _step(view: View, one: Step, lag: LagShown | None, bar: Bar | None) -> StepShown:
    claim = view.desk.standing.claims[one.claim]
    publisher = view.desk.reports[one.report].publisher
    who = f"{claim.who}, in {publisher}" if publisher and claim.who not in publisher else claim.who
    tells = when_words(view, claim.when) if claim.when.known and claim.when != one.at else ""
    return StepShown(
        one.step, when_words(view, one.at), one.basis == "bounded", who, claim.what, tells, one.claim, one.report,
        one.maybe[:_MOST_MAYBE], max(0, len(one.maybe) - _MOST_MAYBE), bar, lag,
    )  # fmt: skip


def _ends(times: Sequence[Bounds]) -> tuple[int, int]:
    """First and last moment that are known, a day apart at least."""
    known = [end for one in times for end in (one.least, one.most) if end is not None]
    if not known:
        return 0, 0
    low, high = min(known), max(known)
    spare = max(0, DAY_MS - (high - low)) // 2
    return low - spare, high + spare


def _place(at: int, low: int, high: int) -> float:
    share = (at - low) / (high - low) if high > low else 0.5
    return round(100 * (_EDGE + share * (1 - 2 * _EDGE)), 2)


def _bar(time: Bounds, low: int, high: int) -> Bar | None:
    if not time.known:
        return None
    start = 0.0 if time.least is None else _place(time.least, low, high)
    end = 100.0 if time.most is None else _place(time.most, low, high)
    wide = max(_THIN, end - start)
    return Bar(round(min(start, 100 - wide), 2), round(wide, 2), time.least is None, time.most is None)


def _scale(lags: Sequence[Bounds]) -> tuple[int, int]:
    known = [end for one in lags for end in (one.least, one.most) if end is not None]
    return min([0, *known]), max([1, *known])


def _lag(before: str, hours: Bounds, scale: tuple[int, int]) -> LagShown:
    low, high = scale
    zero = _place(0, low, high)
    if not hours.known:
        return LagShown(before, lag_words(hours), None, None, zero)
    least = low if hours.least is None else hours.least
    most = high if hours.most is None else hours.most
    sure = (0, least) if least > 0 else (most, 0) if most < 0 else None
    return LagShown(
        before,
        lag_words(hours),
        None if sure is None else _stretch(*sure, scale, thin=0),
        _stretch(least, most, scale, open_start=hours.least is None, open_end=hours.most is None),
        zero,
    )


def _stretch(
    least: int,
    most: int,
    scale: tuple[int, int],
    *,
    thin: float = _THIN,
    open_start: bool = False,
    open_end: bool = False,
) -> Bar:
    start, end = (_place(at, *scale) for at in (least, most))
    return Bar(start, round(max(thin, end - start), 2), open_start, open_end)


def _ticks(low: int, high: int, zone: ZoneInfo) -> tuple[Tick, ...]:
    """Whole days, at most `_TICKS` of them."""
    if high <= low:
        return ()
    first, last = day_of(low, zone), day_of(high, zone)
    days = max(1, (last - first).days)
    step = max(1, -(-days // _TICKS))
    found = []
    for number in range(0, days + 1, step):
        day = first + dt.timedelta(days=number)
        at = moment_ms(dt.datetime.combine(day, dt.time(), zone), zone)
        if low <= at <= high:
            found.append(Tick(_place(at, low, high), f"{day.day} {day:%b}"))
    return tuple(found)


def _tree(found: Chain) -> tuple[tuple[str, bool, tuple[str, ...], int], ...]:
    """Each source, whether it is stored, and the reports that took from it; the most taken first."""
    pages: dict[tuple[str, bool], list[str]] = {}
    for branch in found.tree:
        pages.setdefault((branch.source, branch.stored), []).append(branch.page)
    ordered: list[tuple[tuple[str, bool], list[str]]] = sorted(pages.items(), key=lambda one: (-len(one[1]), one[0]))
    return tuple(
        (source, stored, tuple(sorted(mine)[:_PAGES]), max(0, len(mine) - _PAGES))
        for (source, stored), mine in ordered[:_PAGES]
    )
