"""Dated statements on forces for tests: the bundled ones, and made ones of one kind."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from typing import Any

from tocsin.watch.intake import Reading, read_sightings
from tocsin.watch.model import Bounds, Sighting
from tocsin.watch.times import DAY_MS

BUNDLED = read_sightings(
    files("tocsin.watch").joinpath("bundled/west-2026/footprint.jsonl").read_bytes(), "footprint.jsonl", Reading(0)
).sightings


def said(identity: str, day: int, least: int | None, most: int | None, **changed: Any) -> Sighting:
    """A count of persons in a country, about the first moment of a day and published then."""
    when = Bounds(day * DAY_MS, day * DAY_MS)
    row = Sighting(
        identity, "", "somebody", "official", "neutral", when, when, "Russia", "Belarus (country)", "troops", "person",
        "stock", "estimate", "national", Bounds(least, most), "",
    )  # fmt: skip
    return replace(row, **changed)


def said_all_day(identity: str, day: int, least: int | None, most: int | None, **changed: Any) -> Sighting:
    """The same, about a whole day and published on it."""
    when = Bounds(day * DAY_MS, (day + 1) * DAY_MS - 1)
    return said(identity, day, least, most, **({"published": when, "about": when} | changed))
