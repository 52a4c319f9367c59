"""Crowds for oracles of single paths: people at one point, whose arrivals and services fall into grains of time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.truth.plans import MINUTE, Rehearsal, Table, deterministic, group, plan_of, rehearsal

from tocsin.simulate import Outcome

__all__ = ["PEOPLE", "called", "played", "stream"]

Ints = NDArray[np.int64]
PEOPLE = 3_000


def called(stations: list[Table], people: int = PEOPLE, **more: Any) -> Rehearsal:
    """So many people, three in ten of them women, at one point with these stations."""
    groups = [group("all", people, sex={"female": 0.3, "male": 0.7})]
    return rehearsal(plan_of(groups, stations=stations, **more))


def stream(rehearsed: Rehearsal, run: int, grain: int, per_minute: float = 1.0) -> tuple[Outcome, Ints]:
    """Run people whose notices come at random instants, in whole grains of ms; slots in order of (time, number).

    Services are in whole grains as well, so that ends, arrivals and beginnings meet.
    """
    network, rng = rehearsed.network, np.random.default_rng(run)
    drawn = rehearsed.engine.draw(rehearsed.seed, run)
    times = (rng.integers(1, int(network.size / per_minute) * MINUTE, network.size) // grain + 1) * grain
    drawn[network.stages.column("channel.notice.delay")] = times
    for steps in network.layouts:
        for each in (one for step in steps for one in step.passes):
            drawn[each.service] = np.maximum(drawn[each.service] // grain, 1) * grain
    outcome = rehearsed.engine.run(rehearsed.seed, run, drawn)
    return outcome, np.lexsort((network.person, outcome.arrived))


def played(stations: list[Table], come: list[float], services: list[list[float]]) -> Outcome:
    """Run people who come and are served as the tables say, each station a row."""
    rehearsed = rehearsal(plan_of(deterministic(come), stations=stations))
    assert np.array_equal(rehearsed.network.group, np.arange(len(come)))
    minutes = {f"station__{s['name']}__service": row for s, row in zip(stations, services, strict=True)}
    return rehearsed.run(**{name: np.array(row, np.int64) * MINUTE for name, row in minutes.items()})
