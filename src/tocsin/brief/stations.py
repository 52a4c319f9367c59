"""Each station over time: how many wait, how long those who join will wait, and how busy the servers are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from tocsin.brief.case import Case
from tocsin.brief.chart import Axis, Chart, Layer, Line, Smalls, count_axis, hours_axis, minutes_axis, share_axis
from tocsin.brief.figures import bands, deadline_rule, deserted, intervals_told
from tocsin.brief.numbers import Curve, Numbers
from tocsin.brief.tables import Cell, Column, Row, Table
from tocsin.brief.words import between, mean_count, minutes, share, spread, told

__all__ = ["often", "peaks", "stations"]

MOST_STATIONS = 6
"""So many stations are drawn: those at which people waited most; the table of peaks has all of them."""
QUARTER_H = 0.25

Curves = dict[str, Curve]
"""The curve of each station that has one."""


@dataclass(frozen=True, slots=True)
class _Sort:
    """One of the three curves of a station: how it is called, where it stands, how its values are written."""

    key: str
    title: str
    measure: str
    name: str
    form: Callable[[float], str]
    axis: Callable[[str, float], Axis]
    note: str


SORTS = (
    _Sort("queue", "People waiting", "L2", "people waiting", mean_count, count_axis,
          "The mean number in the queue in each quarter of an hour, all assembly points together."),
    _Sort("wait", "Wait of those who join the queue", "L1", "mean wait by 15 min", minutes, minutes_axis,
          "The mean over those who join in a quarter of an hour"),
    _Sort("use", "Servers busy", "L2", "utilisation by 15 min", share, share_axis,
          "Busy server time of open server time in each quarter of an hour; a gap means that no server was open, and "
          "services that outlast their shift can lift the share above 100\u202f%."),
)  # fmt: skip


def stations(case: Case, numbers: Numbers) -> tuple[Smalls, ...]:
    """Draw the stations over time: a row of charts a sort, in it the stations in the order in which people come."""
    names = _names(case, numbers)
    most = sorted(names, key=lambda name: -(numbers.get("L1", "person-hours waited", name).value or 0.0))
    drawn = [name for name in names if name in most[:MOST_STATIONS]]
    found = {sort.key: _curves(numbers, sort, drawn) for sort in SORTS}
    end = deserted(list(found["queue"].values()))
    rows = tuple(_row(case, numbers, sort, found[sort.key], end) for sort in SORTS if found[sort.key])
    if rows and len(drawn) < len(names):
        cut = f" The {len(drawn)} stations with most waiting, of {len(names)}."
        rows = (*rows[:-1], Smalls(rows[-1].charts, rows[-1].caption + cut, rows[-1].title, rows[-1].measures))
    return rows


def _names(case: Case, numbers: Numbers) -> list[str]:
    return case.stations([key for key in numbers.keys("L1", "wait p50") if " @ " not in key])


def _curves(numbers: Numbers, sort: _Sort, names: list[str]) -> Curves:
    found = ((name, numbers.curve(sort.measure, sort.name, name)) for name in names)
    kept = ((name, often(curve, numbers.runs)) for name, curve in found if curve is not None)
    return {name: curve for name, curve in kept if curve is not None}


def often(curve: Curve, runs: int) -> Curve | None:
    """The part of a curve at which at least half of the runs, and two of several, have a value; None if nowhere."""
    if runs == 1:
        return curve
    least = max((runs + 1) // 2, 2)
    kept = [i for i, reached in enumerate(curve.reached) if reached >= least]
    return curve.at(kept) if kept else None


def _row(case: Case, numbers: Numbers, sort: _Sort, curves: Curves, end: float) -> Smalls:
    shown = {name: curve.until(end) for name, curve in curves.items()}
    shown = {name: curve for name, curve in shown.items() if curve.hours}
    top = max((curve.top for curve in shown.values()), default=0.0)
    y = sort.axis(sort.title, top)
    charts = tuple(
        _chart(case, numbers, sort, f"station-{sort.key}-{number}", name, curve, y, end)
        for number, (name, curve) in enumerate(shown.items())
    )
    note = sort.note
    if sort.key == "wait":
        rare = ", drawn where at least half of the runs have any." if numbers.runs > 1 else "."
        note += f"{rare} {intervals_told(numbers)}"
    return Smalls(charts, note, y.title, (sort.measure,))


def _chart(case: Case, numbers: Numbers, sort: _Sort, key: str, name: str, curve: Curve, y: Axis, end: float) -> Chart:
    at, most = curve.peak
    peak = "highest mean" if numbers.runs > 1 else "at most"
    words = f"{peak} {sort.form(most)}, {case.clock.short(at)}" if most > 0 else f"{sort.form(0)} throughout"
    return Chart(
        key,
        name,
        f"{sort.title} at {name}, by hours after the alert: {words}.",
        hours_axis(case.clock, end),
        y,
        (*(rule for rule in deadline_rule(case) if (rule.x or 0) < end), *_layers(numbers, curve)),
        words,
        small=True,
    )


def _layers(numbers: Numbers, curve: Curve) -> Iterator[Layer]:
    """Bands and lines of the parts of a curve between gaps: where no server is open, a line would be a guess."""
    parts = list(_parts(curve))
    for part in parts:
        if len(part.hours) > 1:
            yield from bands(part)
    for part in parts:
        yield Line("mean" if numbers.runs > 1 else "one run", part.hours, part.mean)


def _parts(curve: Curve) -> Iterator[Curve]:
    start = 0
    for i, (before, here) in enumerate(pairwise(curve.hours), 1):
        if here - before > QUARTER_H * 1.5:
            yield curve.at(range(start, i))
            start = i
    yield curve.at(range(start, len(curve.hours)))


def peaks(case: Case, numbers: Numbers) -> Table | None:
    """The peaks of all stations in figures, and when they were."""
    names = _names(case, numbers)
    found = [_curves(numbers, sort, names) for sort in SORTS]
    if not any(found):
        return None
    rows = []
    for name in names:
        cells = [_peak(case, sort, curves.get(name)) for sort, curves in zip(SORTS, found, strict=True)]
        use = numbers.get("L2", "utilisation", name)
        rows.append(Row(name, (*cells, Cell(told(use, share), spread(use, share)))))
    titles = ("most people waiting", "longest wait of those who join", "servers busy at most", "servers busy, over all")
    return Table(
        "peaks", "Peaks of the stations in figures", (Column("station", False), *map(Column, titles)), tuple(rows),
        "The highest point of each curve and when it is; the range is that of the same moment.", ("L1", "L2"),
    )  # fmt: skip


def _peak(case: Case, sort: _Sort, curve: Curve | None) -> Cell:
    if curve is None:
        return Cell("–")
    at, most = curve.peak
    there = curve.hours.index(at)
    range_ = f", {between(curve.low[there], curve.high[there], sort.form)}" if curve.low else ""
    return Cell(sort.form(most), f"{case.clock.short(at)}{range_}")
