"""`watch.footprint`: the back-test of the footprint on the bundled statements, beside persistence.

Ten cuts at the deciles of the days at which counts were published; both methods get the same rows and the same
statements to predict (`tocsin.watch.footprint.backtest` says how). Values are mean interval scores, less is better; the
ratio is persistence's over ours. Statements of one series at several cuts are not independent, so that the intervals
beside coverage and ratio come from drawing whole statements (every case of a row together), 2,000 times, seeded.
"""

from __future__ import annotations

import random
from importlib.resources import files
from typing import Any, Final

from benchmarks.timing import row
from tocsin.watch.footprint.backtest import Case, Result, backtest, cut_times
from tocsin.watch.intake import Reading, read_sightings
from tocsin.watch.model import Sighting

__all__ = ["bundled", "resampled", "rows"]

_DRAWS: Final = 2_000
_SEED: Final = 6


def bundled() -> tuple[Sighting, ...]:
    """The statements that come with Tocsin."""
    data = files("tocsin.watch").joinpath("bundled/west-2026/footprint.jsonl").read_bytes()
    return read_sightings(data, "footprint.jsonl", Reading(0)).sightings


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The main row, coverage, and what stands beside them."""
    sightings = bundled()
    found = backtest(sightings)
    again = backtest(tuple(reversed(sightings)))
    equal = found == again and {one.row for one in found.cases} == {one.row for one in again.cases}
    made = [
        _score("watch.footprint", found, goal=1.0, equal=equal),
        _coverage(found, quick=quick),
        _score("watch.footprint.people", found, tail="_people"),
        _score("watch.footprint.worst_end", found, end="worst"),
        _score("watch.footprint.without_zeros", _without_zeros(found, sightings)),
        _score("watch.footprint.best_peer", min(_peers(sightings, quick=quick), key=lambda one: one.mean("peer"))),
        _score("watch.footprint.other_cuts", backtest(sightings, cut_times(sightings, midway=True))),
        row("watch.footprint.width", found.width(), "log", "persistence", found.width("peer"), None, less=True),
    ]
    if not quick:
        made += [
            _score(f"watch.footprint.{days}_days", backtest(sightings, horizon_days=days)) for days in (90, 10_000)
        ]
    return made


def resampled(cases: tuple[Case, ...], draws: int, seed: int = _SEED) -> tuple[tuple[float, float], ...]:
    """90 % intervals of the ratio and of both coverages, by drawing whole statements with replacement.

    Args:
        cases: All cases.
        draws: How often.
        seed: Of the draws.

    Returns:
        Low and high of: persistence over ours, our coverage, persistence's coverage.
    """
    groups: dict[str, list[Case]] = {}
    for one in cases:
        groups.setdefault(one.row, []).append(one)
    names, source = sorted(groups), random.Random(seed)
    drawn = []
    for _ in range(draws):
        some = Result((), tuple(case for name in source.choices(names, k=len(names)) for case in groups[name]))
        drawn.append((some.ratio(), some.coverage(), some.coverage("peer")))
    columns = [sorted(column) for column in zip(*drawn, strict=True)]
    return tuple((column[int(0.05 * draws)], column[int(0.95 * draws)]) for column in columns)


def _score(
    name: str, found: Result, *, tail: str = "", end: str = "nearest", goal: float | None = None,
    equal: bool | None = None,
) -> dict[str, Any]:  # fmt: skip
    unit = "interval score, strengths over the series' mean" if tail else "interval score, log"
    ours, peer = found.mean(f"ours{tail}", end=end), found.mean(f"peer{tail}", end=end)
    return row(name, ours, unit, _peer(found), peer, goal, less=True, times=goal is not None, equal=equal)


def _coverage(found: Result, *, quick: bool) -> dict[str, Any]:
    """The share of statements inside 90 % intervals, with its interval in the name of the peer."""
    ratio, ours, peer = resampled(found.cases, 200 if quick else _DRAWS)
    told = f"{_peer(found)}; ours {ours[0]:.2f} – {ours[1]:.2f}, peer {peer[0]:.2f} – {peer[1]:.2f}"
    told += f", ratio {ratio[0]:.2f} – {ratio[1]:.2f}"
    return row("watch.footprint.coverage", found.coverage(), "of 90 %", told, found.coverage("peer"), None, less=False)


def _peers(sightings: tuple[Sighting, ...], *, quick: bool) -> list[Result]:
    """Persistence in every way that it could be set, so that the best of them, chosen after the fact, can be shown."""
    fewest = (5, 10, 100) if quick else (3, 5, 8, 10, 15, 20, 30, 50, 100)
    return [backtest(sightings, fewest=n, signed=signed) for n in fewest for signed in (False, True)]


def _without_zeros(found: Result, sightings: tuple[Sighting, ...]) -> Result:
    """Without statements that nothing stood: in log they weigh more than all others together, for both."""
    zeros = {one.id for one in sightings if one.count.most == 0}
    return Result(found.cuts, tuple(one for one in found.cases if one.row not in zeros))


def _peer(found: Result) -> str:
    cases, said = len(found.cases), len({one.row for one in found.cases})
    return f"persistence, n = {cases} of {said} statements"
