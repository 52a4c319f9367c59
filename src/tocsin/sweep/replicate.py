"""Replications on all cores: run, measure, keep the measures, forget the run.

A worker process compiles the plan once and then takes one batch of runs after the other. Each run is drawn from the
seed and its own number alone, and results are put in the order of the runs, so the same bytes come out however many
workers share the work.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl

from tocsin.errors import RunError
from tocsin.measure import Context, measures
from tocsin.plan import Plan
from tocsin.plan.roads import RoadNetwork
from tocsin.simulate import Engine, compile, lean
from tocsin.sweep.pool import spread

__all__ = ["Progress", "replicate"]

Progress = Callable[[int, int], None]
"""Called with the runs done and the runs asked for."""

_WORTH_WORKERS = 200_000  # people times runs; below, starting worker processes costs more than it saves
_BATCHES_EACH = 16  # batches a worker at least, so that none waits long for the last


@dataclass(frozen=True)
class _Given:
    """What all runs share."""

    plan: Plan
    people: pl.DataFrame
    roads: RoadNetwork | None

    def ready(self) -> tuple[Engine, Context]:
        return Engine(compile(self.plan, self.people, self.roads), reuse=True), Context(self.plan, self.people)


@dataclass(frozen=True)
class _Job:
    """What a worker must know: a file with the plan and its people, the seed, and which runs."""

    state: str
    seed: int
    runs: tuple[int, ...]


def replicate(
    plan: Plan,
    people: pl.DataFrame,
    runs: range,
    seed: int,
    *,
    roads: RoadNetwork | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Run a plan many times and measure each run.

    Args:
        plan: A plan that passed its checks.
        people: Its people.
        runs: Numbers of the replications, from 0.
        seed: Seed of the exercise.
        roads: Its roads; None = read anew, relative to the working folder, if the plan has any.
        workers: Processes; None = as many as there are cores, 1 = all in this process.
        progress: Told after each batch.

    Returns:
        The measures of all runs, columns as `tocsin.measure.measures` gives them, ordered by run.

    Raises:
        RunError: There is nothing to run, or the seed cannot name a stream.
    """
    if len(runs) == 0:
        raise RunError("found 0 runs; expected at least 1", place="runs")
    many = min(workers or os.cpu_count() or 1, len(runs))
    given = _Given(plan, people, roads)
    if many == 1 or len(people) * len(runs) < _WORTH_WORKERS:
        frames = _here(given, runs, seed, progress)
    else:
        frames = _spread(given, runs, seed, many, progress)
    return pl.concat(frames, rechunk=True)  # whatever the batches were, the same bytes on disk


def _here(given: _Given, runs: range, seed: int, progress: Progress | None) -> list[pl.DataFrame]:
    engine, context = given.ready()
    frames = []
    for done, run in enumerate(runs, 1):
        frames.append(measures(lean(engine.run(seed, run)), context))
        if progress is not None:
            progress(done, len(runs))
    return frames


def _spread(given: _Given, runs: range, seed: int, workers: int, progress: Progress | None) -> list[pl.DataFrame]:
    size = max(1, min(32, len(runs) // (workers * _BATCHES_EACH)))
    batches = [tuple(runs[i : i + size]) for i in range(0, len(runs), size)]
    frames: list[pl.DataFrame] = []
    done = 0
    with tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
        state = Path(folder) / "state"
        state.write_bytes(pickle.dumps(given, protocol=pickle.HIGHEST_PROTOCOL))
        with closing(spread(_work, [_Job(str(state), seed, batch) for batch in batches], workers)) as results:
            for batch, frame in zip(batches, results, strict=True):
                frames.append(frame)
                done += len(batch)
                if progress is not None:
                    progress(done, len(runs))
    return frames


def _work(job: _Job) -> pl.DataFrame:
    engine, context = _engine(job.state)
    return pl.concat([measures(lean(engine.run(job.seed, run)), context) for run in job.runs])


@lru_cache(maxsize=1)
def _engine(state: str) -> tuple[Engine, Context]:
    """Compile the plan once in each worker."""
    given: _Given = pickle.loads(Path(state).read_bytes())
    return given.ready()
