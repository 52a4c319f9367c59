"""Tables of what people met at the assembly points: waits, buses, requests, silence."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.brief.case import Case
from tocsin.brief.numbers import Number, Numbers
from tocsin.brief.tables import Cell, Column, Folded, Row, Table, bar_of
from tocsin.brief.words import clocked, hours, minutes, share, span, spread, told, whole

__all__ = ["buses", "idle", "requests", "waits", "waits_by_point"]

MOST_POINTS = 16
"""Up to so many points a table shows all of them at once."""


def waits(case: Case, numbers: Numbers) -> Table | None:
    """How long people waited at each station, all points together."""
    stations = case.stations([key for key in numbers.keys("L1", "wait p50") if " @ " not in key])
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
    titles = (
        "half waited up to",
        "80\u202f% up to",
        "95\u202f% up to",
        f"over {span(limit)}, of those who queued",
        "person-hours waited",
    )
    columns = (Column("station", False), *map(Column, titles), Column("servers busy, of open time"))
    return Table("waits", "How long people waited", columns, tuple(rows), _bottleneck(numbers), ("L1", "L2", "L3"))


def _bottleneck(numbers: Numbers) -> str:
    found = [(n.value, key) for key in numbers.keys("L3", "bottleneck") if " @ " not in key
             and (n := numbers.get("L3", "bottleneck", key)).value]  # fmt: skip
    if not found:
        return ""
    often, name = max(found)
    when = "" if numbers.runs == 1 else f" in {round(often * numbers.runs)} of {numbers.runs:,} runs"
    return f"Bottleneck{when}: {name} (not yet confirmed by a rerun with one more server)."


def waits_by_point(case: Case, numbers: Numbers) -> Table | None:
    """The 95 % wait of each station at each point."""
    keys = [key for key in numbers.keys("L1", "wait p95") if " @ " in key]
    stations = case.stations(list(dict.fromkeys(key.split(" @ ", 1)[0] for key in keys)))
    places = list(dict.fromkeys(key.split(" @ ", 1)[1] for key in keys))
    if len(places) < 2:
        return None
    found = {key: numbers.get("L1", "wait p95", key) for key in keys}
    top = max((n.high or n.value or 0 for n in found.values()), default=0) or 1.0
    rows = []
    for place in sorted(places):
        cells = []
        for station in stations:
            n = found.get(f"{station} @ {place}")
            cells.append(
                Cell("–") if n is None else Cell(told(n, minutes), spread(n, minutes), bar_of(n, scale=1 / top))
            )
        rows.append(Row(place, tuple(cells)))
    columns = (Column("assembly point", False), *(Column(station, False) for station in stations))
    return Table("waits-by-point", "Where they waited: 95\u202f% waited up to", columns, tuple(rows), measures=("L1",))


def requests(case: Case, numbers: Numbers) -> Table | None:
    """What became of requests, by kind."""
    # A log without any request has one row all the same, "of unknown kind" and 0: it is no kind of the plan.
    planned = {request.kind for request in case.plan.requests}
    keys = [key for key in numbers.keys("W3", "filed") if key in planned or numbers.get("W3", "filed", key).value]
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
    titles = ("filed", "half answered within", "95\u202f% within", "still open at the deadline")
    columns = (Column("kind", False), *map(Column, titles), Column("granted, of those answered"))
    return Table("requests", "Requests and their answers", columns, tuple(rows), measures=("W3",))


def idle(case: Case, numbers: Numbers) -> Folded | None:
    """Who was left waiting without a word, point by point."""
    everywhere = numbers.get("H1", "left without a word")
    if not everywhere.known:
        return None
    keys: Sequence[str] = ["", *numbers.keys("H1", "left without a word")]
    rows = []
    for key in keys:
        left, p50, p95 = (
            numbers.get("H1", name, key) for name in ("left without a word", "longest gap p50", "longest gap p95")
        )
        cells = (
            Cell(told(left, share), spread(left, share), bar_of(left)),
            *(Cell(told(n, minutes), spread(n, minutes)) for n in (p50, p95)),
        )
        rows.append(Row(key or "all points", cells, f"{whole(left.n or 0)} came"))
    limit = span(case.plan.limits.idle_min)
    titles = ("longest silence, half up to", "95\u202f% up to")
    silent = Column(f"over {limit} without a word", False)
    columns = (Column("assembly point", False), silent, *map(Column, titles))
    title = "Left waiting without a word"
    if len(rows) <= MOST_POINTS:
        return Folded(Table("idle", title, columns, tuple(rows), measures=("H1",)))
    shares = [numbers.get("H1", "left without a word", key).value or 0.0 for key in keys]
    worst = [i for i in sorted(range(1, len(rows)), key=lambda i: -shares[i])[:12] if shares[i]]
    shown = (rows[0], *(rows[i] for i in worst))
    return Folded(
        Table("idle", f"{title}: the {len(worst)} worst points" if worst else title, columns, shown, measures=("H1",)),
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
                    *(Cell(told(n, hours), _when(case, n)) for n in (first, last)),
                    Cell(told(load, minutes), spread(load, minutes)),
                    Cell(told(aboard, whole), spread(aboard, whole)),
                ),
                f"{whole(first.n or 0)} departures",
            )
        )
    titles = ("first departure", "last departure", "loading, half up to", "people aboard")
    columns = (Column("assembly point", False), *map(Column, titles))
    return Table("buses", "Buses from the assembly points", columns, tuple(rows), measures=("L5",))


def _when(case: Case, number: Number) -> str:
    """The local time of a mean, and the range of one future call-up."""
    return ", ".join(part for part in (clocked(case, number), spread(number, hours)) if part)
