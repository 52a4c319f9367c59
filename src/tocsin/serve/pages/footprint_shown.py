"""What the page of the footprint shows: each quantity by itself, with the rows that every number rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from tocsin.brief.watch_words import count_words, time_words
from tocsin.serve.pages.claims_shown import claim_address
from tocsin.serve.pages.footprint_chart import Course, Dot, drawn_course
from tocsin.serve.room import View
from tocsin.watch import Bounds, Sighting
from tocsin.watch.footprint import Estimate, Footprint, Key, Likeness, course, from_claims, series_of
from tocsin.watch.footprint.series import ROLES_OF_BASIS, Statement, time_of
from tocsin.watch.times import DAY_MS, day_of

__all__ = [
    "CourseShown",
    "courses",
    "known_row",
    "last_day",
    "owners",
    "row_shown",
    "rows_of",
    "shown_footprint",
    "statements",
]

Names = tuple[tuple[str, str], ...]
_MOST: Final = 50
"""Rows of a list of this page; who wants older ones chooses an earlier day."""
_CHARTS: Final = 6
_POINTS: Final = 180
"""Moments of a course."""
_AFTER_DAYS: Final = 120
"""So long after the last statement a course goes on, to show how it widens."""


@dataclass(frozen=True, slots=True)
class CourseShown:
    """The course of one quantity, to be drawn."""

    name: str
    where: str
    unit: str
    course: Course
    rows: int


def statements(view: View) -> tuple[Sighting, ...]:
    """All statements on forces that stand, claims that count some included."""

    def make() -> tuple[Sighting, ...]:
        holds = view.desk.standing
        return (*(one for _, one in sorted(holds.sightings.items())), *from_claims(holds))

    return view.remember("footprint: statements", make)


def owners(view: View) -> tuple[str, ...]:
    """Whose forces there are statements on."""
    return tuple(sorted({one.owner for one in statements(view)}))


def last_day(view: View) -> str:
    """The day that the last statement is about, or "" if there is none."""
    times = [time for one in statements(view) if (time := time_of(one)) is not None]
    return day_of(max(times), view.desk.zone).isoformat() if times else ""


def rows_of(view: View, ids: Iterable[str], most: int = 8) -> dict[str, Any]:
    """Rows by name and address, the last ones, and how many more there are."""
    found = list(ids)
    return {"names": tuple((one, _address(view, one)) for one in found[-most:]), "more": max(len(found) - most, 0)}


def _address(view: View, name: str) -> str:
    return f"/footprint/{quote(name, safe='')}" if name in view.desk.standing.sightings else claim_address(name)


def _what(key: Key) -> tuple[str, str]:
    scope = "" if key.place.casefold().startswith("belarus (country)") else f" ({key.scope})"
    return f"{key.owner}: {key.kind.replace('-', ' ')}", f"{key.place}{scope}"


# --- the course ---------------------------------------------------------------------------------------------------


def courses(view: View) -> tuple[CourseShown, ...]:
    """The courses of the quantities that were counted most often; national ones first."""
    return view.remember("footprint: courses", lambda: _courses(view))


def _courses(view: View) -> tuple[CourseShown, ...]:
    told = statements(view)
    times = [time for one in told if (time := time_of(one)) is not None]
    if not times:
        return ()
    counted = [(one, one.rows("count")) for one in series_of(told)]
    counted = [(one, rows) for one, rows in counted if len(rows) > 1]
    counted.sort(key=lambda it: (it[0].key.scope != "national", -len(it[1]), it[0].key))
    end = max(times) + _AFTER_DAYS * DAY_MS
    made = []
    for one, rows in counted[:_CHARTS]:
        start = min(time_of(row) or 0 for row in rows)
        step = max((end - start) // _POINTS, DAY_MS)
        marks = sorted({*range(start, end, step), *((time_of(row) or 0) for row in rows), end})
        line = course(told, marks, key=one.key)
        dots = tuple(Dot(row.id, time_of(row) or 0, row.count) for row in rows)
        name, where = _what(one.key)
        made.append(CourseShown(name, where, one.key.unit, Course(line, dots), len(rows)))
    return tuple(made)


def drawn(view: View, at_ms: int) -> list[dict[str, Any]]:
    """The courses as drawings, each with its words."""
    return [
        {
            "name": one.name,
            "where": one.where,
            "drawing": drawn_course(one.course, at_ms, one.unit, f"{one.name}, {one.where}", view.desk.zone, number),
            "rows": rows_of(view, [dot.row for dot in one.course.dots], 60),
        }
        for number, one in enumerate(courses(view))
    ]


# --- at a day -----------------------------------------------------------------------------------------------------


def shown_footprint(view: View, found: Footprint, like: Likeness | None) -> dict[str, Any]:
    """All that the page shows of a footprint, in words."""
    estimates = sorted(found.estimates, key=lambda one: (one.key.scope != "national", one.key))
    known = [one for one in estimates if one.known]
    most: dict[str, float] = {}
    for one in known:
        most[one.key.unit] = max(most.get(one.key.unit, 0.0), one.high or 0.0)
    return {
        "day": _day(view, found.at_ms),
        "known": [_counted(view, one, most[one.key.unit]) for one in known],
        "unknown": [_uncounted(view, one) for one in estimates if not one.known],
        "crossings": _crossings(view, found),
        "changes": _changes(view, found),
        "signs": _signs(view, found),
        "differing": _differing(view, found),
        "left_out": _left_out(view, found),
        "like": None if like is None else _like(view, like),
        "charts": drawn(view, found.at_ms),
    }


def _day(view: View, ms: int | None) -> str:
    if ms is None:
        return "–"
    local = day_of(ms, view.desk.zone)
    return f"{local.day} {local:%b %Y}"


def _counted(view: View, one: Estimate, most: float) -> dict[str, Any]:
    assert one.low is not None and one.high is not None and one.median is not None, "it is known"
    name, where = _what(one.key)
    interval = Bounds(int(one.low), -int(-one.high // 1))
    return {
        "name": name,
        "where": where,
        "interval": count_words(interval, one.key.unit),
        "median": f"{round(one.median):,}",
        "low": one.low / most if most else 0.0,
        "high": one.high / most if most else 0.0,
        "middle": one.median / most if most else 0.0,
        "last": _day(view, one.last_seen_ms),
        "age": "" if one.age_days is None else f"{one.age_days:,.0f} days before",
        "highest": count_words(one.high_water, one.key.unit),
        "highest_rows": rows_of(view, one.high_water_rows, 4),
        "rows": rows_of(view, one.rows),
        "why": one.why,
    }


def _uncounted(view: View, one: Estimate) -> dict[str, Any]:
    name, where = _what(one.key)
    rows = one.rows or one.present
    return {"name": name, "where": where, "why": one.why, "rows": rows_of(view, rows, 4)}


def _crossings(view: View, found: Footprint) -> list[dict[str, Any]]:
    told = []
    for one in found.crossings:
        rows = dict(one.rows)
        marks = (("possible", one.possible_ms), ("likely", one.likely_ms), ("sure", one.sure_ms))
        cells = [(word, _day(view, ms), rows_of(view, rows.get(word, ()), 3)) for word, ms in marks]
        name, where = _what(one.key)
        told.append(
            {"name": name, "where": where, "threshold": f"{one.threshold:,}", "unit": one.key.unit, "cells": cells}
        )
    return told


def _changes(view: View, found: Footprint) -> dict[str, Any]:
    newest = sorted(found.changes, key=lambda one: (-(one.about.most or one.about.least or 0), one.row))
    rows = [
        {
            "id": one.row,
            "address": _address(view, one.row),
            "measure": one.measure,
            "when": time_words(one.about, view.desk.zone),
            "count": count_words(one.count, one.key.unit) if one.count.known else "no number",
            "what": one.what,
            "name": _what(one.key)[0],
            "where": one.key.place,
            "fed": one.role == "move",
            "why": one.why,
        }
        for one in newest[:_MOST]
    ]
    return {"rows": rows, "more": max(len(newest) - _MOST, 0), "total": len(newest)}


def _signs(view: View, found: Footprint) -> dict[str, Any]:
    newest = sorted(found.indicators, key=lambda one: (-(one.about.most or one.about.least or 0), one.row, one.name))
    rows = [
        {
            "id": one.row, "address": _address(view, one.row), "name": one.name, "state": one.state,
            "place": one.place, "when": time_words(one.about, view.desk.zone), "owner": one.owner, "what": one.what,
        }
        for one in newest[:_MOST]
    ]  # fmt: skip
    return {"rows": rows, "more": max(len(newest) - _MOST, 0)}


def _differing(view: View, found: Footprint) -> dict[str, Any]:
    """Rows that differ, real clashes first; and how many pairs only seem to, by what kind of difference it is."""
    real = [one for one in found.contradictions if one.clash]
    seeming: dict[str, list[str]] = {}
    for one in found.contradictions:
        if not one.clash:
            seeming.setdefault(one.why.partition(" is not a count: ")[2] or one.why, []).append(
                f"{one.first} ~ {one.second}"
            )
    rows = [{"pair": rows_of(view, (one.first, one.second)), "why": one.why} for one in real[:_MOST]]
    return {
        "rows": rows,
        "more": max(len(real) - _MOST, 0),
        "seeming": [
            (why, len(pairs), pairs[:12]) for why, pairs in sorted(seeming.items(), key=lambda it: -len(it[1]))
        ],
    }


def _left_out(view: View, found: Footprint) -> list[dict[str, Any]]:
    """Rows that move no estimate, drawn together by why."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in found.left_out:
        groups.setdefault((one.role, one.why), []).append(one.row)
    order = sorted(groups.items(), key=lambda it: (-len(it[1]), it[0]))
    return [{"role": role, "why": why, "count": len(ids), "rows": rows_of(view, ids, 24)} for (role, why), ids in order]


def _like(view: View, like: Likeness) -> dict[str, Any]:
    zone = view.desk.zone
    marks = [
        {
            "name": one.name.replace("-", " "), "past": one.past, "past_rows": rows_of(view, one.past_rows, 4),
            "today": one.today, "today_rows": rows_of(view, one.today_rows, 4),
        }
        for one in like.marks
        if one.past == "seen" or one.today != "not known"
    ]  # fmt: skip
    share = ""
    if like.least is not None and like.most is not None:
        share = f"{like.least:.0%} to {like.most:.0%} of the {like.had} marks of then are seen now"
    ratio = (
        "" if like.strength_ratio is None else "Strength now over then: {:.2g} to {:.2g}.".format(*like.strength_ratio)
    )
    past, today = time_words(like.past, zone), time_words(like.today, zone)
    return {"past": past, "today": today, "marks": marks, "share": share, "ratio": ratio}


# --- one statement ------------------------------------------------------------------------------------------------


def known_row(view: View, name: str) -> Sighting | None:
    """A statement that stands, by id."""
    return next((one for one in statements(view) if one.id == name), None)


def row_shown(view: View, row: Sighting) -> dict[str, Any]:
    """All of one statement, with the role that it plays and why."""
    zone = view.desk.zone
    told = _role(row, statements(view))
    basis = ROLES_OF_BASIS.get(row.basis)
    facts: Sequence[tuple[str, str]] = (
        ("Whose force", row.owner),
        ("What", row.kind.replace("-", " ")),
        ("How many", count_words(row.count, row.unit) if row.count.known else "no number"),
        ("Where", row.place),
        ("What it covers", row.scope),
        ("What it tells of", {"stock": "what stood there"}.get(row.measure, row.measure)),
        ("About", time_words(row.about, zone)),
        ("Known by", row.basis + (f": {basis[2]}" if basis else "")),
        ("Said by", row.publisher),
        ("Who that is", f"{row.level}, {row.side}"),
        ("Said on", time_words(row.published, zone) + (" (the day is inferred)" if row.published_inferred else "")),
    )
    return {
        "id": row.id, "what": row.what, "facts": [it for it in facts if it[1].strip(", ")], "address": row.address,
        "letter": row.grade[0], "digit": row.grade[1], "role": told.role, "why": told.why,
        "differs": rows_of(view, row.differs_from, 40), "claim": "" if "#" not in row.id else claim_address(row.id),
    }  # fmt: skip


def _role(row: Sighting, every: Sequence[Sighting]) -> Statement:
    return next(one for series in series_of(every) for one in series.statements if one.row.id == row.id)
