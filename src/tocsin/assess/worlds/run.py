"""Simulating the worlds of a case on all cores: run, sum up, keep a few numbers, forget the run.

A job is one setting of one world with all of its runs, so that a plan is compiled once. Each run is drawn from the seed
and its own number alone and lands in its own row, so the same counts come out however many workers share the work. All
worlds meet the same luck: where two hypotheses mean the same plan, they are given the same counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tocsin.assess.model import Case, Hypothesis, Observation
from tocsin.assess.worlds.reject import patterns
from tocsin.assess.worlds.result import SHARES, Simulated, Worlds
from tocsin.assess.worlds.summaries import SUMMARIES, Frame, summed_up
from tocsin.assess.worlds.world import SETTINGS, Setting, digest, settings
from tocsin.errors import CaseError
from tocsin.plan import Plan
from tocsin.plan.problem import nearest

__all__ = ["Progress", "place_of", "simulate_worlds"]

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]
"""Called with the runs done and the runs asked for, of all worlds together."""
_WORTH_WORKERS = 500_000
"""People times runs; below, starting worker processes costs more than it saves."""


@dataclass(frozen=True)
class _Job:
    """One setting of one world and its runs."""

    plan: Plan
    base: Path | None
    seed: int
    runs: range
    names: tuple[str, ...]

    @property
    def size(self) -> int:
        """People times runs."""
        return len(self.runs) * sum(group.called for group in self.plan.groups)


def simulate_worlds(
    case: Case,
    *,
    runs: int,
    workers: int | None = None,
    seed: int | None = None,
    base: Path | None = None,
    progress: Progress | None = None,
) -> Worlds:
    """Simulate the world of each hypothesis that has one, and count the runs that agree with what was reported.

    Args:
        case: The case.
        runs: Runs of each world, at least 1.
        workers: Processes; None = as many as there are cores, 1 = all in this process.
        seed: Seed of all runs; None = the case's.
        base: Folder of the case, where plans that are files lie; None = only bundled plans.
        progress: Told after each setting of a world.

    Returns:
        Counts and quantiles.

    Raises:
        CaseError: There is nothing to simulate, or a world or an observation cannot be used.
    """
    told = case.seed if seed is None else seed
    _possible(case, runs, workers, told)
    names = tuple(dict.fromkeys(one.summary for one in case.observations))
    work: list[tuple[Hypothesis, tuple[Setting, ...]]] = []
    jobs: list[_Job] = []
    for hypothesis in case.hypotheses:
        if hypothesis.world is not None:
            made = settings(hypothesis, min(SETTINGS, runs), told, place_of(case, hypothesis), base)
            work.append((hypothesis, made))
            jobs += [_Job(one.plan, base, told, range(i, runs, len(made)), names) for i, one in enumerate(made)]
    values = _gathered(jobs, [len(made) for _, made in work], runs, workers, progress)
    seen = {one.id: (one.summary, *one.seen, one.tolerance) for one in case.observations}
    of = tuple(
        _simulated(case, hypothesis, made, found, names, base)
        for (hypothesis, made), found in zip(work, values, strict=True)
    )
    return Worlds(case.name, told, seen, of)


def place_of(case: Case, hypothesis: Hypothesis) -> str:
    """Where a hypothesis is written: file, number and id."""
    number = next(i for i, one in enumerate(case.hypotheses, 1) if one.id == hypothesis.id)
    return f"{case.file or case.name}: hypothesis {number} ({hypothesis.id})"


def _possible(case: Case, runs: int, workers: int | None, seed: int) -> None:
    if runs < 1:
        raise CaseError(f"found {runs} runs of each world; expected at least 1", place="--runs")
    if workers is not None and workers < 1:
        raise CaseError(f"found {workers} processes; expected at least 1", place="--workers")
    if not 0 <= seed < 2**64:
        raise CaseError(f"found the seed {seed}; expected a whole number from 0 to {2**64 - 1}", place="--seed")
    where = case.file or case.name
    if not case.observations or all(one.world is None for one in case.hypotheses):
        found = "a hypothesis with a world" if case.observations else "an observation"
        raise CaseError(f"found nothing to simulate; expected at least {found}", place=where)
    for number, one in enumerate(case.observations, 1):
        if one.summary not in SUMMARIES:
            told = nearest(one.summary, SUMMARIES) or f"; expected one of {', '.join(SUMMARIES)}"
            place = f"{where}: observation {number} ({one.id}).summary"
            raise CaseError(f"found the summary '{one.summary}', which there is not{told}", place=place)


def _gathered(
    jobs: Sequence[_Job], counts: Sequence[int], runs: int, workers: int | None, progress: Progress | None
) -> list[Floats]:
    """The summaries of all runs, one array [runs, summaries] a world."""
    values = [np.empty((runs, len(jobs[0].names))) for _ in counts]
    world_of = np.repeat(np.arange(len(counts)), counts)
    done = 0
    for job, where, found in zip(jobs, world_of.tolist(), _found(jobs, workers), strict=True):
        values[where][job.runs.start : job.runs.stop : job.runs.step] = found
        done += len(job.runs)
        if progress is not None:
            progress(done, runs * len(counts))
    return values


def _found(jobs: Sequence[_Job], workers: int | None) -> Iterable[Floats]:
    """The summaries of each job, in the order of the jobs."""
    if workers == 1 or sum(job.size for job in jobs) < _WORTH_WORKERS:
        yield from map(_work, jobs)
        return
    from tocsin.sweep.pool import spread  # late, as in `_work`: whoever only reads counts does not wait for the engine

    with closing(spread(_work, jobs, workers or -1)) as results:
        yield from results


def _work(job: _Job) -> Floats:
    from tocsin.plan.roads import has_roads, roads_of
    from tocsin.simulate import Engine, compile
    from tocsin.sweep.rehearsal import people_of

    people, _ = people_of(job.plan, job.seed, job.base)
    roads = roads_of(job.plan, job.base) if has_roads(job.plan) else None
    engine = Engine(compile(job.plan, people, roads), reuse=True)
    frame = Frame(engine.network)
    rows = [summed_up(engine.run(job.seed, run), frame, job.names) for run in job.runs]
    return np.array(rows, np.float64).reshape(len(rows), len(job.names))


def _simulated(
    case: Case, hypothesis: Hypothesis, made: Sequence[Setting], values: Floats, names: tuple[str, ...],
    base: Path | None,
) -> Simulated:  # fmt: skip
    assert hypothesis.world is not None, "it was simulated"
    people = [sum(group.called for group in one.plan.groups) for one in made]
    return Simulated(
        hypothesis=hypothesis.id,
        plan=hypothesis.world.plan,
        digest=digest(hypothesis, place_of(case, hypothesis), base),
        people=(min(people), max(people)),
        settings=len(made),
        runs=len(values),
        patterns=patterns(_columns(values, names, case.observations), case.observations),
        quantiles={name: _quantiles(values[:, i]) for i, name in enumerate(names)},
    )


def _columns(values: Floats, names: tuple[str, ...], observations: Sequence[Observation]) -> Floats:
    return values[:, [names.index(one.summary) for one in observations]]


def _quantiles(values: Floats) -> tuple[float | None, ...]:
    """Order statistics over the runs, not reached = later than all; None where one is not reached or not known."""
    ordered = np.sort(values)  # +inf, then NaN, at the end
    ranks = [max(0, int(np.ceil(share * len(values) - 1e-9)) - 1) for share in SHARES]
    return tuple(round(float(ordered[rank]), 4) if np.isfinite(ordered[rank]) else None for rank in ranks)
