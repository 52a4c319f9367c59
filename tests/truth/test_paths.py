"""Identities that hold on every single path, to the millisecond: no chance, no tolerance.

Lindley's and Kiefer and Wolfowitz's recursions are written here once more, in plain Python, and judge the
engine's stations on streams full of ties. Little's law as an identity: the area under the number of people in
a place is the sum of their stays there, in whole person-milliseconds; the left side is counted from the rows
of the log, the right side summed from the outcome, so log and journeys must tell the same.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from tests.truth.plans import (
    MINUTE,
    Rehearsal,
    exponential,
    group,
    lognormal,
    plan_of,
    rehearsal,
    station,
    triangular,
)

from tocsin import plan as plans
from tocsin.simulate import Outcome, log_blocks

Ints = NDArray[np.int64]
BUNDLED = ("okas-2017", "okas-2019", "west-2026")


def stream(rehearsed: Rehearsal, run: int, grain: int) -> tuple[Outcome, Ints]:
    """Run 4,000 people whose notices come within 4,000 min, in whole grains of ms; slots in order of (time,
    number)."""
    rng = np.random.default_rng(run)
    times = (rng.integers(1, 4_000 * MINUTE, rehearsed.network.size) // grain + 1) * grain
    outcome = rehearsed.run(run, channel__notice__delay=times)
    return outcome, np.lexsort((np.arange(len(times)), times))


GRAINS = pytest.mark.parametrize("grain", [1, MINUTE, 20 * MINUTE], ids=["ms", "minutes", "twenty minutes"])


@GRAINS
def test_lindley(grain: int) -> None:
    """One server: W' = max(0, W + S - T), S the service of the one before and T the time between (Lindley
    1952)."""
    desk = station("desk", 1, triangular(0.2, 0.8, 1.9))
    rehearsed = rehearsal(plan_of([group("all", 4_000)], stations=[desk]))
    service = rehearsed.network.stages.column("station.desk.service")
    outcome, order = stream(rehearsed, 1, grain)
    queued, waited = outcome.queued[0][order].tolist(), (outcome.began[0] - outcome.queued[0])[order].tolist()
    lengths = outcome.drawn[service][order].tolist()
    wait = 0
    for i in range(len(order)):
        if i > 0:
            wait = max(0, wait + lengths[i - 1] - (queued[i] - queued[i - 1]))
        assert waited[i] == wait, f"person {i} in order of arrival"
    assert (outcome.ended[0] - outcome.began[0])[order].tolist() == lengths


@GRAINS
@pytest.mark.parametrize("servers", [2, 7])
def test_kiefer_and_wolfowitz(servers: int, grain: int) -> None:
    """Several servers: the least of the sorted workloads is the wait; then it takes the service, and time
    drains all."""
    desk = station("desk", servers, lognormal(0.8 * servers, 0.7))
    rehearsed = rehearsal(plan_of([group("all", 4_000)], stations=[desk]))
    service = rehearsed.network.stages.column("station.desk.service")
    outcome, order = stream(rehearsed, 2, grain)
    work, before = [0] * servers, 0
    for person in order.tolist():
        now = int(outcome.queued[0][person])
        work = sorted(max(0, w - (now - before)) for w in work)
        before = now
        assert outcome.began[0][person] - now == work[0]
        work[0] += int(outcome.drawn[service][person])


@GRAINS
def test_tandem_recursion(grain: int) -> None:
    """Two single servers in a row: D²_n = max(D¹_n, D²_{n-1}) + S²_n, D¹ in the order in which the first lets
    go."""
    stations = [station("one", 1, exponential(0.8)), station("two", 1, exponential(0.9))]
    rehearsed = rehearsal(plan_of([group("all", 4_000)], stations=stations))
    columns = [rehearsed.network.stages.column(f"station.{name}.service") for name in ("one", "two")]
    outcome, order = stream(rehearsed, 3, grain)
    one = two = 0
    for person in order.tolist():
        one = max(int(outcome.arrived[person]), one) + int(outcome.drawn[columns[0]][person])
        two = max(one, two) + int(outcome.drawn[columns[1]][person])
        assert (outcome.ended[0][person], outcome.ended[1][person]) == (one, two)


# --- Little -------------------------------------------------------------------------------------------------


@cache
def bundled(name: str) -> Outcome:
    """One run of a bundled plan."""
    return rehearsal(plans.load(name), 5).run(3)


@cache
def rows(name: str) -> pl.DataFrame:
    """Its log, with times in ms after the alert."""
    outcome = bundled(name)
    alert = outcome.network.plan.exercise.alert
    frame = pl.concat(list(log_blocks(outcome)))
    return frame.with_columns(((pl.col("happened") - alert).dt.total_milliseconds()).alias("ms"))


def area(comes: list[int], goes: list[int], end: int) -> int:
    """Area under the number of people in a place until `end`, in person-ms; asserts that it is never
    negative."""
    steps: dict[int, int] = {}
    for at, step in [*((t, 1) for t in comes), *((t, -1) for t in goes)]:
        steps[at] = steps.get(at, 0) + step
    total = number = before = 0
    for at in sorted(steps):
        total += number * (at - before)
        number += steps[at]
        before = at
        assert number >= 0
    return total + number * (end - before)


def times(frame: pl.DataFrame, kinds: list[str], place: str | None = None) -> list[int]:
    chosen = frame.filter(pl.col("kind").cast(pl.String).is_in(kinds))
    if place is not None:
        chosen = chosen.filter(pl.col("station").cast(pl.String) == place)
    return chosen["ms"].to_list()


@pytest.mark.parametrize("name", BUNDLED)
def test_little_at_each_station(name: str) -> None:
    """Queue and desks of each station: area from the rows `queued`, `service_began`, `service_ended` = sum of
    stays."""
    outcome, frame = bundled(name), rows(name)
    end = outcome.network.horizon_ms
    for row, (step, kind) in enumerate(zip(outcome.network.step_names, outcome.network.step_kinds, strict=True)):
        if kind != "station":
            continue
        queued, began, ended = (getattr(outcome, field)[row] for field in ("queued", "began", "ended"))
        there = queued >= 0
        assert there.any()
        gone = np.where((outcome.gave_up >= 0) & (outcome.gave_up_step == row), outcome.gave_up, -1)
        left = np.where(began >= 0, began, np.where(gone >= 0, gone, end))
        gave_up = times(frame, ["gave_up"], step)
        waiting = area(times(frame, ["queued"], step), [*times(frame, ["service_began"], step), *gave_up], end)
        assert waiting == int((left - queued)[there].sum())
        served = began >= 0
        stay = np.where(ended >= 0, ended, end) - began
        busy = area(times(frame, ["service_began"], step), times(frame, ["service_ended"], step), end)
        assert busy == int(stay[served].sum())


@pytest.mark.parametrize("name", BUNDLED)
def test_little_at_the_gate(name: str) -> None:
    """From the arrival until released, given up or at the end of the way: area from the log = sum of
    stays."""
    outcome, frame = bundled(name), rows(name)
    end = outcome.network.horizon_ms
    arrived = outcome.arrived >= 0
    out = np.full(outcome.network.size, end)
    for gone in (outcome.released, outcome.gave_up, outcome.ready):
        out = np.where(gone >= 0, gone, out)
    counted = area(times(frame, ["arrived"]), times(frame, ["released", "gave_up", "joined", "surplus"]), end)
    assert counted == int((out - outcome.arrived)[arrived].sum())
