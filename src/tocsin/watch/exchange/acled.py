"""CSV with the columns of ACLED, the Armed Conflict Location & Event Data Project.

The 31 columns are those of its codebook since March 2023, in its order. What only ACLED's coders can decide (kinds of
event, actors, interactions, regions, fatalities) stays empty: an empty cell says that nobody has coded it, and an empty
number of fatalities is not 0. How the others are filled:

- `event_date`, `time_precision`: the day, 1; the first day of an interval of at most a week, 2; of at most a month,
  3; for longer or open ones both are empty, and the notes give the bounds.
- `latitude`, `longitude`, `geo_precision`: of places that the gazetteer knows; 1 within 10 km, 2 within 50 km, 3 within
  150 km; the middle of a whole country is no place, so beyond they are empty.
- `notes`: the bounds, the counts, each claim with its grade; `tags`: topic and claims, so that each row can be traced.

Source: ACLED Codebook; ACLED, "Guide to the 2023 ACLED column changes".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final
from zoneinfo import ZoneInfo

from tocsin.watch.exchange.events import Event, Locate
from tocsin.watch.model import Bounds
from tocsin.watch.times import day_of, iso

__all__ = ["COLUMNS", "acled", "safe_cell"]

COLUMNS: Final = (
    *("event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type"),
    *("actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction", "civilian_targeting"),
    *("iso", "region", "country", "admin1", "admin2", "admin3", "location", "latitude", "longitude", "geo_precision"),
    *("source", "source_scale", "notes", "fatalities", "tags", "timestamp"),
)
"""ACLED's columns in its order."""
_DAYS: Final = ((1, 1), (7, 2), (31, 3))
_KM: Final = ((10.0, 1), (50.0, 2), (150.0, 3))
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def acled(events: Iterable[Event], locate: Locate, zone: ZoneInfo) -> str:
    """Write events as CSV.

    Args:
        events: The events.
        locate: Finds a place as written.
        zone: Time zone of days.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for one in events:
        writer.writerow(_row(one, locate, zone))
    return out.getvalue()


def _row(one: Event, locate: Locate, zone: ZoneInfo) -> dict[str, str | int | float]:
    what = one.incident
    told: dict[str, str | int | float] = {
        "event_id_cnty": safe_cell(what.id),
        "location": safe_cell(what.place),
        "source": safe_cell("; ".join(one.publishers)),
        "notes": safe_cell(_notes(one)),
        "tags": f"topic={what.topic}; claims={' '.join(what.claims)}",
        "timestamp": one.captured // 1000,
    }
    return told | _date(what.when, zone) | _place(what.place, locate)


def _date(when: Bounds, zone: ZoneInfo) -> dict[str, str | int | float]:
    if when.least is None or when.most is None:
        return {}
    first, last = day_of(when.least, zone), day_of(when.most, zone)
    year: dict[str, str | int | float] = {"year": first.year} if first.year == last.year else {}
    for days, precision in _DAYS:
        if (last - first).days < days:
            return year | {"event_date": first.isoformat(), "time_precision": precision}
    return year


def _place(place: str, locate: Locate) -> dict[str, str | int | float]:
    found = locate(place) if place else None
    if found is None:
        return {}
    latitude, longitude, radius_km = found
    precision = next((code for km, code in _KM if radius_km <= km), None)
    if precision is None:
        return {}
    return {"latitude": round(latitude, 4), "longitude": round(longitude, 4), "geo_precision": precision}


def _notes(one: Event) -> str:
    what = one.incident
    amounts = ((amount.unit, amount.count) for amount in what.counts)
    counts = "; ".join(f"{unit} {count.least}..{count.most}".replace("None", "") for unit, count in amounts)
    told = zip(what.claims, one.grades, one.said, strict=True)
    said = " | ".join(f"{name} ({grade}): {words}" for name, grade, words in told)
    bounds = f"between {iso(what.when.least) or '?'} and {iso(what.when.most) or '?'}"
    origins = f"independent origins {what.independent.least}..{what.independent.most}"
    denied = f"; denied by {' '.join(what.denied)}" if what.denied else ""
    return f"Reported, not verified: {what.title}; {bounds}; {counts or 'no number'}; {origins}{denied}. {said}"


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: what begins as one gets an apostrophe before it."""
    return f"'{text}" if text.startswith(_FORMULA) else text
