"""`tocsin bench watch`: origin groups of the inspection of 2026 against the chains of its timeline.

Judged are pairs of reports that the timeline places: do they share a root? `watch.origins` is the F1 with `cites`
hidden; beside it precision and recall, the same with `cites`, and without the line that names its pages by class.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from benchmarks.timing import row
from tocsin.watch.intake import Reading, read_reports
from tocsin.watch.likeness import origins, relate_all
from tocsin.watch.standing import Standing, after

__all__ = ["GOLD", "chains", "rows", "west"]

GOLD: Final = Path(__file__).with_name("watch_origins_gold.toml")
DATA: Final = Path(__file__).parents[1] / "src/tocsin/watch/bundled/west-2026/reports.jsonl"


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The rows; the peer of each is the same figure with `cites`."""
    standing = west()
    made = []
    for name, by_class in (("watch.origins", True), ("watch.origins.named", False)):
        meant = chains(by_class=by_class)
        hidden, shown = (_judged(standing, meant, use_cites=cites) for cites in (False, True))
        for figure, ours, peer in zip(("", ".precision", ".recall"), hidden, shown, strict=True):
            made.append(row(name + figure, ours, "share", "with cites", peer, None, less=False))
    return made


def west() -> Standing:
    """The coded reports as they stand, with the links found by letters."""
    items = read_reports(DATA.read_bytes(), "reports.jsonl", Reading(captured=0)).items
    reports, claims = [report for report, _ in items], [claim for _, some in items for claim in some]
    return after(reports, claims, (), relate_all(reports, claims), ())


def chains(*, by_class: bool) -> list[frozenset[str]]:
    """The groups of the timeline; with `by_class` also the line that names its pages by their class."""
    read = tomllib.loads(GOLD.read_text(encoding="utf-8"))["chain"]
    return [frozenset(one["pages"]) for one in read if by_class or not one.get("by_class")]


def _judged(standing: Standing, meant: list[frozenset[str]], *, use_cites: bool) -> tuple[float, float, float]:
    """F1, precision and recall over pairs of reports that some chain names."""
    placed = frozenset().union(*meant)
    found = origins(standing, use_cites=use_cites)
    groups = {one.id: placed.intersection(one.members) for some in found.values() for one in some}
    ours, true = _pairs(groups.values()), _pairs(meant)
    right = len(ours & true)
    return 2 * right / (len(ours) + len(true)), right / len(ours), right / len(true)


def _pairs(groups: Iterable[Iterable[str]]) -> set[tuple[str, str]]:
    return {pair for group in groups for pair in combinations(sorted(group), 2)}
