"""Reports of strength up the tree of headquarters: what was counted, when, and when the superior had it.

A unit counts who has joined it; a headquarters adds up what it was told last by each of those under it. So headquarters
are gone through from the bottom up, each with the reports of those under it at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.plan.command import Link, Reports
from tocsin.plan.model import Plan
from tocsin.simulate.command import MINUTE_MS, NEVER, NUMBERS, Command, lots, nodes_of
from tocsin.simulate.stages import Stages

__all__ = ["Picture", "Reporting", "report_strength", "reporting_of"]

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Reporting:
    """Who reports how often.

    Attributes:
        first_ms, every_ms: Of each in the tree; `NEVER` = it reports nothing.
        at: First row of each among the draws, one more at the end.
        draws: `report.takes`, `report.delay`, `report.arrives` of each report.
    """

    first_ms: tuple[int, ...]
    every_ms: tuple[int, ...]
    at: tuple[int, ...]
    draws: Stages


@dataclass(frozen=True, eq=False)
class Picture:
    """The reports that came, by reporter, then by number.

    Attributes:
        reporter: int64[reports], index in the tree.
        counted: int64[reports], when the strength was counted, ms after the alert.
        known: int64[reports], when the superior had it.
        amount: int64[reports], what was reported.
        before: int64[reports], the reporter's report before that came, `NEVER` = none.
    """

    reporter: Ints
    counted: Ints
    known: Ints
    amount: Ints
    before: Ints


def reporting_of(plan: Plan, command: Command) -> Reporting | None:
    """Compile who reports; None where nobody does."""
    nodes = nodes_of(plan)
    given: list[Reports | None] = [node.reports for node in nodes]
    if not any(given):
        return None
    first = tuple(NEVER if r is None else round(r.first_min * MINUTE_MS) for r in given)
    every = tuple(NEVER if r is None else round(r.every_min * MINUTE_MS) for r in given)
    counts = [
        0 if e == NEVER else min(max(command.horizon_ms - f, 0) // e + 1, 1 << NUMBERS)
        for f, e in zip(first, every, strict=True)
    ]
    draws = lots(command.names, counts)
    links = [node.link or Link() for node in nodes]
    draws.duration("report.takes", [None if r is None else r.takes for r in given], "of", floor=0)
    draws.duration("report.delay", [link.delay for link in links], "of", floor=0)
    draws.chance("report.arrives", [1 - link.loss for link in links], "of")
    return Reporting(first, every, tuple(np.cumsum([0, *counts]).tolist()), draws)


def report_strength(
    reporting: Reporting,
    command: Command,
    received: Sequence[int],
    joined: Callable[[int], Ints],
    seed: int,
    run: int,
) -> Picture:
    """Let everybody report who has had an order.

    Args:
        reporting: Who reports how often.
        command: The tree.
        received: When each in the tree had its order, `NEVER` = not.
        joined: Gives, sorted, when people joined a unit of the plan.
        seed: Seed of the exercise.
        run: Replication.

    Returns:
        The reports that came before the horizon.
    """
    names = reporting.draws.names
    drawn = dict(zip(names, reporting.draws.draw(seed, run), strict=True))
    came: list[_Came | None] = [None] * len(command)
    for node in reversed(command.top_down):
        if reporting.every_ms[node] == NEVER or received[node] == NEVER:
            continue
        rows = slice(reporting.at[node], reporting.at[node + 1])
        since = received[node] + reporting.first_ms[node]
        counted = since + reporting.every_ms[node] * np.arange(rows.stop - rows.start, dtype=np.int64)
        if command.unit[node] == NEVER:
            told = [_believed(came[child], counted) for child in command.below[node]]
            amount = np.sum([np.zeros(len(counted), np.int64), *told], axis=0)
        else:
            amount = np.searchsorted(joined(command.unit[node]), counted, side="right").astype(np.int64)
        came[node] = _sent(command, node, counted, amount, {name: values[rows] for name, values in drawn.items()})
    return _picture(came)


@dataclass(frozen=True, eq=False)
class _Came:
    """The reports of one that came, by number."""

    counted: Ints
    known: Ints
    amount: Ints


def _sent(command: Command, node: int, counted: Ints, amount: Ints, drawn: dict[str, Ints]) -> _Came:
    """Send reports over the link; those that were lost or late for the horizon are left out."""
    link = command.links[node]
    sent = counted + drawn.get("report.takes", 0)
    known = sent + drawn.get("report.delay", 0)
    lost = np.zeros(len(counted), np.bool_) if "report.arrives" not in drawn else drawn["report.arrives"] == 0
    for start, end in link.cuts:
        lost |= (start <= sent) & (sent < end)
    kept = ~lost & (known <= command.horizon_ms)
    return _Came(counted[kept], known[kept], amount[kept])


def _believed(came: _Came | None, at: Ints) -> Ints:
    """What a superior believes at these times: the latest count that it had by then; nothing told counts as nobody."""
    if came is None or not len(came.known):
        return np.zeros(len(at), np.int64)
    order = np.argsort(came.known, kind="stable")
    latest = np.maximum.accumulate(order)  # numbers rise with the times of counting
    had = np.searchsorted(came.known[order], at, side="right") - 1
    return np.where(had >= 0, came.amount[latest[np.maximum(had, 0)]], 0)


def _picture(came: Sequence[_Came | None]) -> Picture:
    kept = [(node, reports) for node, reports in enumerate(came) if reports is not None and len(reports.known)]
    sizes = [len(reports.known) for _, reports in kept]

    def whole(name: str) -> Ints:
        return np.concatenate([np.zeros(0, np.int64), *(getattr(reports, name) for _, reports in kept)])

    before = np.arange(sum(sizes), dtype=np.int64) - 1
    before[(np.cumsum(sizes) - np.array(sizes)).astype(np.int64)] = NEVER
    reporter = np.repeat(np.array([node for node, _ in kept], np.int64), sizes)
    return Picture(reporter, whole("counted"), whole("known"), whole("amount"), before)
