"""H1: how long are people left waiting without a word?

A word is a round of instruction at the point, an instruction to the person, or the service itself. Between
being queued and being served, and between the last service and the departure of the vehicle, the gaps between
words are counted one by one; the longest of a person's gaps is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.measure.buses import left_with
from tocsin.measure.quantiles import by_group, shares_of
from tocsin.measure.queues import stays_of
from tocsin.measure.rows import Rows
from tocsin.measure.vehicles import bus_waits
from tocsin.measure.view import HOUR_MS, MINUTE_MS, View

__all__ = ["idle_without_word"]

Ints = NDArray[np.int64]
DEFAULT_LIMIT_MS = 60 * MINUTE_MS
"""The limit of measures.md, H1, where no plan sets another."""


@dataclass(frozen=True)
class Words:
    """When people at each point were told something; points with the same rounds share one schedule.

    Attributes:
        schedule: The schedule of each point, and of "no point" as the last entry; -1 = never a word.
        keys: `schedule << 42 | at_ms`, sorted.
        most: Range maxima of the gaps between neighbours: `most[j][i]` is the largest of 2**j gaps from i on.
        excess: Running sum of what the gaps exceed the limit by; `excess[i]` is the sum of the first i gaps.
    """

    schedule: Ints
    keys: Ints
    most: list[Ints]
    excess: Ints

    def between(self, start: Ints, end: Ints, point: NDArray[np.int32], limit: int) -> tuple[Ints, Ints]:
        """The longest gap of each wait, and by how much its gaps exceed the limit together. Arrays of shape
        (n,)."""
        whole = end - start
        schedule = self.schedule[point]
        base = schedule << 42
        first = np.searchsorted(self.keys, base | start, side="right")
        told = (schedule >= 0) & (first < len(self.keys))
        told[told] = self.keys[first[told]] < (base[told] | end[told])
        longest, over = whole.copy(), np.maximum(whole - limit, 0)
        if told.any():
            longest[told], over[told] = self._told(base[told] | start[told], base[told] | end[told], first[told], limit)
        return longest, over

    def _told(self, start: Ints, end: Ints, first: Ints, limit: int) -> tuple[Ints, Ints]:
        """The same for waits in which a word fell, the first of them at `keys[first]`."""
        last = first.copy()
        # Most waits hold one word: only those with a second one need a search for the last.
        several = np.flatnonzero(self.keys[np.minimum(first + 1, len(self.keys) - 1)] < end)
        several = several[first[several] + 1 < len(self.keys)]
        last[several] = np.searchsorted(self.keys, end[several], side="left") - 1
        before, after = self.keys[first] - start, end - self.keys[last]
        longest = np.maximum(before, after)
        over = np.maximum(before - limit, 0) + np.maximum(after - limit, 0)
        lows, highs = first[several], last[several]
        longest[several] = np.maximum(longest[several], self._largest(lows, highs))
        over[several] += self.excess[highs] - self.excess[lows]
        return longest, over

    def _largest(self, first: Ints, last: Ints) -> Ints:
        """The largest gap between neighbouring words first .. last; 0 if there is one word."""
        length = last - first
        out = np.zeros(len(first), np.int64)
        level = np.frexp(np.maximum(length, 1))[1] - 1
        for j, most in enumerate(self.most):
            mine = (level == j) & (length > 0)
            if mine.any():
                out[mine] = np.maximum(most[first[mine]], most[last[mine] - (1 << j)])
        return out


def _words(view: View, limit: int) -> Words:
    """The rounds of instruction of each point."""
    _, places = view.codes("place")
    rows = view.rows("instructed").filter(pl.col("person").is_null() & pl.col("place").is_not_null())
    by_place = rows.group_by(pl.col("place").cast(pl.String)).agg(pl.col("at_ms").unique().sort())
    times = dict(zip(by_place["place"].to_list(), by_place["at_ms"].to_list(), strict=True))
    schedules: dict[tuple[int, ...], int] = {}
    schedule = np.full(len(places) + 1, -1, np.int64)
    for code, place in enumerate(places):
        if place in times:
            rounds = tuple(at for at in times[place] if at >= 0)
            schedule[code] = schedules.setdefault(rounds, len(schedules))
    keys = np.array([(number << 42) | at for rounds, number in schedules.items() for at in rounds], np.int64)
    gaps = np.diff(keys)
    most, width = [gaps], 1
    while 2 * width <= len(gaps):
        most.append(np.maximum(most[-1][:-width], most[-1][width:]))
        width *= 2
    return Words(schedule, keys, most, np.concatenate(([0], np.cumsum(np.maximum(gaps - limit, 0)))))


def idle_without_word(view: View, rows: Rows) -> None:
    """H1: longest gap between words while waiting, share of people over the limit, person-hours over it."""
    if not view.knows("arrived"):
        rows.add("H1", "left without a word", None, "share", n=0, of="arrived", note="nobody arrived")
        return
    if not stays_of(view):
        rows.missing("H1", "left without a word", "share", "rows of people who queued", of="arrived")
        return
    limit = _limit(view)
    longest, over = np.zeros(view.people, np.int64), np.zeros(view.people, np.float64)
    words = _words(view, limit)
    for person, start, end, place in _waits(view):
        gap, excess = words.between(start, end, place, limit)
        np.maximum.at(longest, person, gap)
        over += np.bincount(person, weights=excess, minlength=view.people)
    _, places = view.codes("place")
    arrived = np.flatnonzero(view.has("arrived"))
    codes, _ = view.codes("place")
    _rows(rows, longest[arrived], over[arrived], np.zeros(len(arrived), np.int32), [""], limit)
    known = codes[arrived] >= 0
    here = arrived[known]
    if places:
        _rows(rows, longest[here], over[here], codes[here], places, limit)


def _limit(view: View) -> int:
    plan = view.context.plan
    return DEFAULT_LIMIT_MS if plan is None else round(plan.limits.idle_min * MINUTE_MS)


def _rows(
    rows: Rows,
    longest: Ints,
    over: NDArray[np.float64],
    codes: NDArray[np.int32],
    keys: list[str],
    limit: int,
) -> None:
    size = len(keys)
    counts, quantiles = by_group(codes, longest, size, (0.5, 0.8, 0.95))
    used = np.flatnonzero(counts)
    names, n = [keys[i] for i in used], counts[used]
    for p, value in zip((50, 80, 95), quantiles, strict=True):
        rows.many("H1", f"longest gap p{p}", value[used] / MINUTE_MS, "min", keys=names, n=n, of="arrived")
    left = np.bincount(codes[longest > limit], minlength=size)[used]
    rows.many("H1", "left without a word", shares_of(left, n), "share", keys=names, n=n, of="arrived")
    hours = np.bincount(codes, weights=over, minlength=size)[used] / HOUR_MS
    rows.many("H1", "person-hours over the limit", hours, "person-h", keys=names, n=n, of="arrived")


Wait = tuple[Ints, Ints, Ints, NDArray[np.int32]]


def _waits(view: View) -> list[Wait]:
    """Person, beginning, end and point of each wait, cut at the words that only that person was given."""
    found = []
    personal = _personal(view)
    for stay in stays_of(view):
        waited = np.flatnonzero(stay.wait > 0)
        wait = (
            stay.person[waited],
            stay.queued[waited],
            stay.queued[waited] + stay.wait[waited],
            stay.place[waited],
        )
        found.append(_split(wait, personal) if personal is not None else wait)
    if view.knows("boarded"):
        who, since, until = bus_waits(view, left_with(view))
        wait = who, since, until, view.codes("place")[0][who]
        found.append(_split(wait, personal) if personal is not None else wait)
    return found


def _personal(view: View) -> pl.DataFrame | None:
    """Words given to one person: index of the person and time."""
    rows = view.rows("instructed").filter(pl.col("person").is_not_null())
    if rows.is_empty():
        return None
    index = pl.DataFrame({"person": view.cells.person.astype(np.uint32)}).with_row_index("index")
    return rows.select("person", "at_ms").join(index, on="person").select(pl.col("index").cast(pl.Int64), "at_ms")


def _split(wait: Wait, personal: pl.DataFrame) -> Wait:
    """Cut waits at the person's own words: a wait with two words inside becomes three."""
    person, start, end, place = wait
    frame = pl.DataFrame({"index": person, "start": start, "end": end, "place": place}).with_row_index("wait")
    inside = frame.join(personal, on="index").filter(
        (pl.col("at_ms") > pl.col("start")) & (pl.col("at_ms") < pl.col("end"))
    )
    begins = pl.concat([frame.with_columns(pl.col("start").alias("at_ms")), inside]).unique(["wait", "at_ms"])
    parts = begins.sort("wait", "at_ms").with_columns(
        pl.col("at_ms").shift(-1).over("wait").fill_null(pl.col("end")).alias("until")
    )
    return (
        parts["index"].to_numpy(),
        parts["at_ms"].to_numpy(),
        parts["until"].to_numpy(),
        parts["place"].to_numpy(),
    )
