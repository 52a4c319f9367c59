"""Replications on all cores: run, measure, keep the measures, forget the run.

A worker process compiles the plan once and then takes one batch of runs after the other. Each run is drawn from the
seed and its own number alone, and results are put in the order of the runs, so the same bytes come out however many
workers share the work.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl

from tocsin.errors import RunError
from tocsin.log.atomic import held_interrupt
from tocsin.measure import Context, measures
from tocsin.plan import Plan
from tocsin.plan.roads import RoadNetwork
from tocsin.simulate import Engine, compile, lean

__all__ = ["Progress", "replicate"]

Progress = Callable[[int, int], None]
"""Called with the runs done and the runs asked for."""

POLARS_THREADS = "POLARS_MAX_THREADS"
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
    from joblib import Parallel, delayed, parallel_config

    size = max(1, min(32, len(runs) // (workers * _BATCHES_EACH)))
    batches = [tuple(runs[i : i + size]) for i in range(0, len(runs), size)]
    frames: list[pl.DataFrame] = []
    done = 0
    with tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
        state = Path(folder) / "state"
        state.write_bytes(pickle.dumps(given, protocol=pickle.HIGHEST_PROTOCOL))
        jobs = (delayed(_work)(_Job(str(state), seed, batch)) for batch in batches)
        with parallel_config("loky", n_jobs=workers, inner_max_num_threads=1), warnings.catch_warnings():
            # A worker that grew is replaced between batches; that is wanted, not a fault.
            warnings.filterwarnings("ignore", message="A worker stopped while some jobs were given")
            warnings.filterwarnings("ignore", message=r"\d+ tasks (have been|which were)")  # after Ctrl-C
            with ExitStack() as stack, _killed_on_failure():
                with _deaf_children(), _lone_polars():
                    results = stack.enter_context(closing(Parallel(return_as="generator")(jobs)))
                for batch, frame in zip(batches, results, strict=True):
                    frames.append(frame)
                    done += len(batch)
                    if progress is not None:
                        progress(done, len(runs))
    return frames


@contextmanager
def _killed_on_failure() -> Iterator[None]:
    """End workers at once if we stop: one that is still starting would miss what we tidy up, and print a traceback."""
    try:
        yield
    except BaseException:
        for worker in multiprocessing.active_children():
            if worker.pid is not None:  # loky's processes know no kill()
                os.kill(worker.pid, signal.SIGKILL)
        raise


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Start processes that do not hear Ctrl-C: it goes to all of them at once, and it is the parent that stops them.

    A blocked signal stays blocked in whatever is started meanwhile, threads that start processes later included.
    Ctrl-C meanwhile, which another thread may hear, stops us when all are started: one half-started prints a traceback.
    """
    from multiprocessing import resource_tracker as pythons

    from joblib.externals.loky.backend import resource_tracker as lokys

    for tracker in (pythons, lokys):  # they unblock the signal once they have started, so they must start first
        tracker.ensure_running()
    with held_interrupt():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _lone_polars() -> Iterator[None]:
    """Let processes that are started meanwhile use one Polars thread: there is a process for each core already."""
    before = os.environ.get(POLARS_THREADS)
    os.environ[POLARS_THREADS] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[POLARS_THREADS]
        else:
            os.environ[POLARS_THREADS] = before


def _work(job: _Job) -> pl.DataFrame:
    engine, context = _engine(job.state)
    return pl.concat([measures(lean(engine.run(job.seed, run)), context) for run in job.runs])


@lru_cache(maxsize=1)
def _engine(state: str) -> tuple[Engine, Context]:
    """Compile the plan once in each worker."""
    given: _Given = pickle.loads(Path(state).read_bytes())
    return given.ready()
