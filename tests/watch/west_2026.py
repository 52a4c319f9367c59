"""The bundled case of 2026 as the tests of the ledger read it, and small changes made to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from tocsin.watch.intake import Reading, read_reports, read_sightings
from tocsin.watch.model import Claim, Decision, Link, Report, Sighting
from tocsin.watch.standing import Standing, after

CAPTURED_MS = 1_795_000_000_000
"""A moment in November 2026, after all that is in the case."""
MINSK = ZoneInfo("Europe/Minsk")


@cache
def rows() -> tuple[tuple[Report, ...], tuple[Claim, ...], tuple[Sighting, ...]]:
    """Reports, claims and statements on forces, as coded."""
    folder = files("tocsin.watch") / "bundled" / "west-2026"
    reading = Reading(CAPTURED_MS, MINSK)
    taken = read_reports((folder / "reports.jsonl").read_bytes(), "reports.jsonl", reading)
    seen = read_sightings((folder / "footprint.jsonl").read_bytes(), "footprint.jsonl", reading)
    claims = tuple(claim for _, coded in taken.items for claim in coded)
    return tuple(report for report, _ in taken.items), claims, seen.sightings


def west(
    *,
    without: Iterable[str] = (),
    links: Iterable[Link] = (),
    decisions: Iterable[Decision] = (),
    backwards: bool = False,
) -> Standing:
    """The case after decisions, without some reports, its rows in either order."""
    gone = set(without)
    reports, claims, sightings = rows()
    kept = [one for one in reports if one.id not in gone]
    told = [one for one in claims if one.report not in gone]
    step = -1 if backwards else 1
    return after(kept[::step], told[::step], sightings[::step], links, decisions)


def copied(standing: Standing, report: str, name: str = "z1") -> Standing:
    """The case with one report once more under a new id, by another publisher, which cites the first."""
    first = standing.reports[report]
    copy = replace(first, id=name, digest=name, publisher="Copyist", cites=(report,), seen_via=(), note="")
    mine = [one for one in standing.claims.values() if one.report == report]
    again = [replace(one, id=f"{name}#{one.number}", report=name) for one in mine]
    return after(
        [*standing.reports.values(), copy], [*standing.claims.values(), *again], standing.sightings.values(), (), ()
    )


def decided(number: int, act: str, target: str, value: dict[str, object], reason: str = "a test") -> Decision:
    """A decision of an analyst."""
    return Decision(number, CAPTURED_MS + number, "analyst", act, target, value, reason)
