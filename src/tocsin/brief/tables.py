"""Tables as declarations: what stands in each cell, and which bar is drawn in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tocsin.brief.case import Case
from tocsin.brief.numbers import Number, Numbers
from tocsin.brief.words import between, clocked, hours, minutes, share, span, spread, told, whole
from tocsin.plan import formed_at_of

__all__ = ["Bar", "Cell", "Column", "Folded", "Row", "Table"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in a cell: a share of its width, the 5–95 % range as a whisker, and a mark (a threshold)."""

    value: float
    low: float | None = None
    high: float | None = None
    mark: float | None = None
    tone: str = "main"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: a text, a smaller one below it, perhaps a bar."""

    text: str
    small: str = ""
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column; numbers are aligned to the right."""

    title: str
    number: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what it is about, a smaller text below that, and its cells."""

    head: str
    cells: tuple[Cell, ...]
    small: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `columns` has one more entry than each row has cells, the first being that of the heads."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


STEPS = (
    ("called", "called", ""),
    ("delivered", "reached by the summons", "called"),
    ("acknowledged", "acknowledged it", "delivered"),
    ("arrived", "came to an assembly point", "delivered"),
    ("released", "sent home there", "arrived"),
    ("ready", "took a post", "arrived"),
    ("surplus", "found no post left", "arrived"),
)
"""The funnel: name in the measure, words, and the step that it is a share of beside those called."""

WORDS = {"called": "called", "delivered": "reached", "arrived": "came"}


def bar_of(number: Number, tone: str = "main", mark: float | None = None, scale: float = 1.0) -> Bar | None:
    """Make the bar of a number that is a share, or of one that is scaled to be one."""
    if number.value is None:
        return None
    low = None if number.low is None else number.low * scale
    high = None if number.high is None else number.high * scale
    return Bar(number.value * scale, low, high, mark, tone)


def funnel(case: Case, numbers: Numbers) -> Table:
    """From those called to those who took a post, each step with its denominators."""
    rows = []
    for name, words, of in STEPS:
        count, of_called = numbers.get("A1", name), numbers.get("A1", f"{name} of called")
        if name == "called":
            rows.append(
                Row(
                    words,
                    (
                        Cell(whole(count.value or case.people.height)),
                        Cell("100\u202f%", bar=Bar(1.0)),
                        Cell(""),
                    ),
                )
            )
            continue
        if not of:
            continue
        of_before = numbers.get("A1", f"{name} of {of}")
        before = (
            Cell(f"{told(of_before, share)} of {WORDS[of]}", spread(of_before, share))
            if of_before.known
            else Cell("–")
        )
        tone = "quiet" if name in ("released", "surplus") else "main"
        rows.append(
            Row(
                words,
                (
                    Cell(told(count, whole), spread(count, whole)),
                    Cell(told(of_called, share), bar=bar_of(of_called, tone)),
                    before,
                ),
            )
        )
    columns = (
        Column("", False),
        Column("people"),
        Column("of those called", False),
        Column("of the step before"),
    )
    return Table("funnel", "From called to ready", columns, tuple(rows))


def grounds(numbers: Numbers) -> Table | None:
    """Why people were sent home at the point."""
    keys = numbers.keys("A1", "released of arrived")
    if not keys:
        return None
    found = sorted(
        ((numbers.get("A1", "released of arrived", key), key) for key in keys),
        key=lambda f: -(f[0].value or 0),
    )
    top = max((n.high or n.value or 0) for n, _ in found) or 1.0
    rows = tuple(
        Row(key, (Cell(told(n, share), spread(n, share), bar_of(n, scale=1 / top)),)) for n, key in found
    )
    return Table(
        "grounds",
        "Why people were sent home",
        (Column("ground", False), Column("of those who came", False)),
        rows,
    )


def times(case: Case, numbers: Numbers) -> Table:
    """By when half, 80 % and 95 % had come, of those called and of those reached."""
    rows = []
    for of, words in (("called", "of those called"), ("reached", "of those reached")):
        curve = numbers.curve("A2", f"arrived of {of}")
        most = None if curve is None else curve.last
        for name, part in (("T50", "half"), ("T80", "80\u202f%"), ("T95", "95\u202f%")):
            number = numbers.get("A3", f"{name} of {of}")
            rows.append(
                Row(
                    part, (Cell(told(number, hours, most), clocked(case, number)), *_intervals(number)), words
                )
            )
    columns = [Column("share there", False), Column("hours after the alert")]
    if numbers.runs > 1:
        columns += [Column("95\u202f% interval of the mean"), Column("5–95\u202f% of one future call-up")]
    return Table("times", "By when they were there", tuple(columns), tuple(rows))


CURVE_ROWS = 13


def curve(case: Case, numbers: Numbers) -> Table:
    """The arrival curve of those called in figures, at a dozen equal steps."""
    found = numbers.curve("A2", "arrived of called")
    columns = [Column("hours after the alert", False), Column("local time", False), Column("arrived")]
    if numbers.runs > 1:
        columns += [Column("95\u202f% interval of the mean"), Column("5–95\u202f% of one future call-up")]
    rows = []
    size = 0 if found is None else len(found.hours)
    for i in (
        sorted({round(k * (size - 1) / (CURVE_ROWS - 1)) for k in range(CURVE_ROWS)})
        if found is not None
        else ()
    ):
        cells = [Cell(case.clock.short(found.hours[i])), Cell(share(found.mean[i]))]
        if found.low:
            cells += [
                Cell(between(found.mean_low[i], found.mean_high[i], share)),
                Cell(between(found.low[i], found.high[i], share)),
            ]
        rows.append(Row(hours(found.hours[i]), tuple(cells)))
    return Table("curve", "Arrived, of those called", tuple(columns), tuple(rows))


def _intervals(number: Number) -> tuple[Cell, ...]:
    if number.runs < 2:
        return ()
    mean = Cell("–")
    if number.mean_low is not None and number.mean_high is not None:
        mean = Cell(between(number.mean_low, number.mean_high, hours))
    return mean, Cell(spread(number, hours) or "–")


def chain(numbers: Numbers) -> Table | None:
    """How long the alert took from link to link."""
    links = (("decision to summons", "decision to first summons"), ("summons to delivery", "summons to delivery"),
             ("delivery to acknowledgement", "delivery to acknowledgement"))  # fmt: skip
    rows = []
    for name, words in links:
        found = [numbers.get("A7", f"{name} p{p}") for p in (50, 80, 95)]
        if any(n.known for n in found) or any(n.note.startswith("not reached") for n in found):
            rows.append(Row(words, tuple(Cell(told(n, minutes), spread(n, minutes)) for n in found)))
    if not rows:
        return None
    columns = (
        Column("link", False),
        Column("half within"),
        Column("80\u202f% within"),
        Column("95\u202f% within"),
    )
    return Table("chain", "How the alert travelled", columns, tuple(rows))


def waits(case: Case, numbers: Numbers) -> Table | None:
    """How long people waited at each station, all points together."""
    stations = [key for key in numbers.keys("L1", "wait p50") if " @ " not in key]
    if not stations:
        return None
    limit = case.plan.limits.wait_min
    rows = []
    for key in stations:
        quantiles = [numbers.get("L1", f"wait p{p}", key) for p in (50, 80, 95)]
        over = numbers.get("L1", "share over the limit", key)
        total, busy = numbers.get("L1", "person-hours waited", key), numbers.get("L2", "utilisation", key)
        rows.append(
            Row(
                key,
                (
                    *(Cell(told(n, minutes), spread(n, minutes)) for n in quantiles),
                    Cell(told(over, share), spread(over, share)),
                    Cell(told(total, whole), spread(total, whole)),
                    Cell(told(busy, share) if busy.known else "–", spread(busy, share)),
                ),
                f"{whole(quantiles[0].n or 0)} queued",
            )
        )
    columns = (Column("station", False), Column("half waited up to"), Column("80\u202f% up to"), Column("95\u202f% up to"),
               Column(f"over {span(limit)}"), Column("person-hours waited"), Column("servers busy"))  # fmt: skip
    return Table("waits", "How long people waited", columns, tuple(rows), _bottleneck(numbers))


def _bottleneck(numbers: Numbers) -> str:
    found = [(n.value, key) for key in numbers.keys("L3", "bottleneck") if " @ " not in key
             and (n := numbers.get("L3", "bottleneck", key)).value]  # fmt: skip
    if not found:
        return ""
    often, name = max(found)
    when = "" if numbers.runs == 1 else f" in {round(often * numbers.runs)} of {numbers.runs:,} runs"
    return f"Bottleneck{when}: {name} (not yet confirmed by a rerun with one more server)."


def waits_by_point(numbers: Numbers) -> Table | None:
    """The 95 % wait of each station at each point."""
    keys = [key for key in numbers.keys("L1", "wait p95") if " @ " in key]
    stations = list(dict.fromkeys(key.split(" @ ", 1)[0] for key in keys))
    places = list(dict.fromkeys(key.split(" @ ", 1)[1] for key in keys))
    if len(places) < 2:
        return None
    found = {key: numbers.get("L1", "wait p95", key) for key in keys}
    top = max((n.value or 0 for n in found.values()), default=0) or 1.0
    rows = []
    for place in sorted(places):
        cells = []
        for station in stations:
            n = found.get(f"{station} @ {place}")
            cells.append(Cell("–") if n is None else Cell(told(n, minutes), bar=bar_of(n, scale=1 / top)))
        rows.append(Row(place, tuple(cells)))
    columns = (Column("assembly point", False), *(Column(station, False) for station in stations))
    return Table("waits-by-point", "Where they waited: 95\u202f% waited up to", columns, tuple(rows))


@dataclass(frozen=True, slots=True)
class Folded:
    """A table that is shown at once, and the whole one, which a reader may unfold, if the first is a part."""

    shown: Table
    more: Table | None = field(default=None)


MOST_UNITS = 24
MOST_POINTS = 16


def units(case: Case, numbers: Numbers) -> Folded | None:
    """How full each unit became, and when it was formed."""
    names = numbers.keys("A4", "fill at the end")
    if not names:
        return None
    formed_at = {unit.name: formed_at_of(case.plan, unit) for unit in case.plan.units}
    rows = []
    for name in names:
        fill, formed = numbers.get("A4", "fill at the end", name), numbers.get("A4", "formed", name)
        rows.append(
            Row(
                name,
                (
                    Cell(told(fill, share), spread(fill, share), bar_of(fill, mark=formed_at.get(name))),
                    Cell(_formed(formed), _formed_when(case, formed)),
                ),
                f"{whole(fill.n or 0)} posts",
            )
        )
    columns = (
        Column("unit", False),
        Column("posts filled at the end", False),
        Column("formed, hours after the alert"),
    )
    if len(rows) <= MOST_UNITS:
        return Folded(Table("units", "Posts filled, and when formed", columns, tuple(rows)))
    order = sorted(
        range(len(rows)), key=lambda i: numbers.get("A4", "fill at the end", names[i]).value or 0.0
    )
    shown = tuple(rows[i] for i in order[:12])
    return Folded(
        Table("units", f"The twelve least filled of {len(rows)} units", columns, shown),
        Table("units-all", f"All {len(rows)} units", columns, tuple(rows)),
    )


def _formed(number: Number) -> str:
    if number.known or not number.note.startswith("not complete"):
        return told(number, hours).replace("not complete", "not formed")
    return "not formed"


def _formed_when(case: Case, number: Number) -> str:
    if number.runs > 1 and number.known:
        return spread(number, hours).replace("reached in", "formed in")
    return clocked(case, number)


def tasks(case: Case, numbers: Numbers) -> Table | None:
    """When the units that do something together had all been formed."""
    keys = numbers.keys("C1", "complete")
    if not keys:
        return None
    need = {task.name: (task.at_least or len(task.units), len(task.units)) for task in case.plan.tasks}
    rows = []
    for key in keys:
        n = numbers.get("C1", "complete", key)
        k, of = need.get(key, (0, 0))
        words = told(n, hours) if n.known else "not complete"
        small = spread(n, hours).replace("reached in", "complete in") if n.runs > 1 else clocked(case, n)
        rows.append(Row(key, (Cell(f"{k} of {of}" if of else "–"), Cell(words, small))))
    columns = (Column("task", False), Column("units needed"), Column("complete, hours after the alert"))
    return Table("tasks", "What several units do together", columns, tuple(rows))


def requests(case: Case, numbers: Numbers) -> Table | None:
    """What became of requests, by kind."""
    keys = numbers.keys("W3", "filed")
    if not keys:
        return None
    rows = []
    for key in keys:
        filed = numbers.get("W3", "filed", key)
        answer = [numbers.get("W3", f"time to answer p{p}", key) for p in (50, 95)]
        rest = [numbers.get("W3", name, key) for name in ("open at the deadline", "upheld")]
        cells = [
            Cell(told(filed, whole), spread(filed, whole)),
            *(Cell(told(n, minutes), spread(n, minutes)) for n in answer),
        ]
        cells += [Cell(told(n, share) if n.known else "–", spread(n, share)) for n in rest]
        rows.append(Row(key, tuple(cells)))
    columns = (Column("kind", False), Column("filed"), Column("half answered within"), Column("95\u202f% within"),
               Column("still open at the deadline"), Column("granted, of those answered"))  # fmt: skip
    return Table("requests", "Requests and their answers", columns, tuple(rows))


def idle(case: Case, numbers: Numbers) -> Folded | None:
    """Who was left waiting without a word, point by point."""
    everywhere = numbers.get("H1", "left without a word")
    if not everywhere.known:
        return None
    keys: Sequence[str] = ["", *numbers.keys("H1", "left without a word")]
    rows = []
    for key in keys:
        left, p50, p95 = (
            numbers.get("H1", name, key)
            for name in ("left without a word", "longest gap p50", "longest gap p95")
        )
        cells = (
            Cell(told(left, share), spread(left, share), bar_of(left)),
            *(Cell(told(n, minutes), spread(n, minutes)) for n in (p50, p95)),
        )
        rows.append(Row(key or "all points", cells, f"{whole(left.n or 0)} came"))
    limit = span(case.plan.limits.idle_min)
    columns = (Column("assembly point", False), Column(f"over {limit} without a word", False), Column("longest silence, half up to"),
               Column("95\u202f% up to"))  # fmt: skip
    title = "Left waiting without a word"
    if len(rows) <= MOST_POINTS:
        return Folded(Table("idle", title, columns, tuple(rows)))
    order = sorted(
        range(1, len(rows)), key=lambda i: -(numbers.get("H1", "left without a word", keys[i]).value or 0.0)
    )
    shown = (rows[0], *(rows[i] for i in order[:12]))
    return Folded(
        Table("idle", f"{title}: the twelve worst points", columns, shown),
        Table("idle-all", f"{title}: all {len(rows) - 1} points", columns, tuple(rows)),
    )


def buses(case: Case, numbers: Numbers) -> Table | None:
    """When buses left, and how full."""
    if not numbers.get("L5", "first departure").known:
        return None
    rows = []
    for key in ["", *numbers.keys("L5", "first departure")]:
        first, last, load, aboard = (
            numbers.get("L5", name, key)
            for name in ("first departure", "last departure", "load time p50", "aboard per departure")
        )
        rows.append(
            Row(
                key or "all points",
                (
                    Cell(told(first, hours), clocked(case, first)),
                    Cell(told(last, hours), clocked(case, last)),
                    Cell(told(load, minutes), spread(load, minutes)),
                    Cell(told(aboard, lambda v: f"{v:.0f}"), ""),
                ),
                f"{whole(first.n or 0)} departures",
            )
        )
    columns = (Column("assembly point", False), Column("first departure"), Column("last departure"), Column("loading, half up to"),
               Column("people aboard"))  # fmt: skip
    return Table("buses", "Buses from the assembly points", columns, tuple(rows))
