"""Many plans on equal luck, each run as often: shared over processes, kept as they come, never run twice.

Each plan's results are known by a digest of all that they depend on: its text, its people where a roster lists them,
the seed, the runs, the rows that are wanted, and the versions of what computes them. With a folder they are kept there
one file a plan, so that work that was stopped goes on where it was.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl

from tocsin.log.atomic import atomic_file
from tocsin.measure import Context, measures
from tocsin.plan import Plan, people
from tocsin.plan.road_file import as_frame
from tocsin.plan.roads import RoadNetwork
from tocsin.simulate import Engine, compile, lean
from tocsin.sweep.goals import Floats, Row, values_of
from tocsin.sweep.pool import spread
from tocsin.sweep.replicate import Progress

__all__ = ["Reruns"]

_WORTH_WORKERS = 200_000  # people times runs of one plan; below, starting processes costs more than it saves


@dataclass(frozen=True)
class _Job:
    """What a worker must know: the plan, a file with what all plans share (empty = nothing), which runs, what for."""

    plan: Plan
    shared: str
    digest: str
    seed: int
    runs: tuple[int, ...]
    rows: tuple[Row, ...]
    whole: tuple[str, ...]


class Reruns:
    """Runs plans when they are asked for, all with the same seed and runs.

    Args:
        seed: Seed of all.
        runs: Runs of each plan.
        crowd: The people of a roster; None = each plan's are drawn.
        roads: Roads; None = the plans have none.
        workers: Processes; None = as many as there are cores.
        folder: Where results are kept; None = nowhere.
        versions: Of what computes them.
        progress: Told of the runs done and those known to be needed.
    """

    def __init__(
        self,
        *,
        seed: int,
        runs: int,
        crowd: pl.DataFrame | None = None,
        roads: RoadNetwork | None = None,
        workers: int | None = None,
        folder: Path | None = None,
        versions: str = "",
        progress: Progress | None = None,
    ) -> None:
        self.seed, self.runs, self.folder = seed, runs, folder
        self.crowd, self.roads = crowd, roads
        self.workers = workers or os.cpu_count() or 1
        self.versions = versions
        self.told = progress or (lambda done, total: None)
        self.done = 0
        self.wanted = 0
        self._known: dict[str, pl.DataFrame] = {}
        tables = (crowd, None if roads is None else as_frame(roads.roads))
        self._shared = tuple("" if table is None else _digest_of(table) for table in tables)

    def values(self, plans: Sequence[Plan], rows: Sequence[Row]) -> list[Floats]:
        """Run plans and read some rows of each run.

        Args:
            plans: Plans that passed their checks.
            rows: The rows.

        Returns:
            float64[rows, runs] of each plan, as `values_of` gives it.
        """
        return [values_of(frame, rows, self.runs) for frame in self._frames(plans, tuple(rows), ())]

    def frame(self, plan: Plan, only: Sequence[str]) -> pl.DataFrame:
        """Run a plan and give some measures of it whole, without the points of curves."""
        return self._frames([plan], (), tuple(only))[0]

    def _frames(self, plans: Sequence[Plan], rows: tuple[Row, ...], whole: tuple[str, ...]) -> list[pl.DataFrame]:
        digests = [self._digest(plan, rows, whole) for plan in plans]
        missing = {
            d: plan for d, plan in zip(digests, plans, strict=True) if d not in self._known and not self._read(d)
        }
        self.wanted += len(missing) * self.runs
        self.told(self.done, self.wanted)
        if missing:
            self._run(missing, rows, whole)
        return [self._known[digest] for digest in digests]

    def _digest(self, plan: Plan, rows: tuple[Row, ...], whole: tuple[str, ...]) -> str:
        text = plan.model_copy(update={"stress": None}).model_dump_json()  # goals judge runs, and change none
        about = repr((self.seed, self.runs, rows, whole, self.versions, self._shared))
        return hashlib.sha256(f"{about}\n{text}".encode()).hexdigest()

    # --- kept results -----------------------------------------------------------------------------------------

    def _read(self, digest: str) -> bool:
        """Take a kept result; one that cannot be read is made anew."""
        if self.folder is None or not (path := self._path(digest)).is_file():
            return False
        try:
            self._known[digest] = pl.read_parquet(path)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
            return False
        return True

    def _keep(self, digest: str, frame: pl.DataFrame) -> None:
        self._known[digest] = frame
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with atomic_file(self._path(digest)) as beside:
            frame.write_parquet(beside, statistics=False)

    def _path(self, digest: str) -> Path:
        assert self.folder is not None, "asked for only where results are kept"
        return self.folder / f"{digest[:32]}.parquet"

    # --- runs -------------------------------------------------------------------------------------------------

    def _run(self, plans: dict[str, Plan], rows: tuple[Row, ...], whole: tuple[str, ...]) -> None:
        """Run plans, the first of them whole before the last, and keep each as soon as its last run is done."""
        size = (
            sum(group.called for group in next(iter(plans.values())).groups) if self.crowd is None else len(self.crowd)
        )
        alone = self.workers == 1 or size * self.runs * len(plans) < _WORTH_WORKERS
        parts = 1 if alone or len(plans) >= 2 * self.workers else self.workers
        cuts = [self.runs * k // parts for k in range(parts + 1)]
        batches = [tuple(range(cuts[k], cuts[k + 1])) for k in range(parts) if cuts[k] < cuts[k + 1]]
        with tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
            shared = ""
            if self.crowd is not None or self.roads is not None:
                shared = os.path.join(folder, "shared")
                Path(shared).write_bytes(pickle.dumps((self.crowd, self.roads), protocol=pickle.HIGHEST_PROTOCOL))
            jobs = [
                _Job(plan, shared, digest, self.seed, batch, rows, whole)
                for digest, plan in plans.items()
                for batch in batches
            ]
            with closing(_results(jobs, 1 if alone else self.workers)) as results:
                self._collect(list(plans), len(batches), results)

    def _collect(self, digests: list[str], batches: int, results: Iterator[pl.DataFrame]) -> None:
        parts: list[pl.DataFrame] = []
        for number, part in enumerate(results, 1):  # to its end: workers whose results nobody takes are ended
            parts.append(part)
            self.done += part["run"].n_unique()
            self.told(self.done, self.wanted)
            if number % batches == 0:
                self._keep(digests[number // batches - 1], pl.concat(parts, rechunk=True))
                parts.clear()


def _digest_of(table: pl.DataFrame) -> str:
    return hashlib.sha256(table.write_ipc(None).getvalue()).hexdigest()


def _results(jobs: list[_Job], workers: int) -> Generator[pl.DataFrame, None, None]:
    if workers == 1:
        yield from map(_work, jobs)
    else:
        yield from spread(_work, jobs, workers)


_KEPT = ("run", "measure", "name", "key", "value", "unit", "note")


def _work(job: _Job) -> pl.DataFrame:
    """Run a plan some times, and keep of what was measured only what is wanted."""
    engine, context = _engine(_Unhashed(job))
    only = job.whole or tuple(dict.fromkeys(measure for measure, _, _ in job.rows))
    frames = []
    for run in job.runs:
        found = measures(lean(engine.run(job.seed, run)), context, only)
        frames.append(found.filter(_wanted(job.rows)).select(_KEPT))
    return pl.concat(frames)


def _wanted(rows: tuple[Row, ...]) -> pl.Expr:
    single = pl.col("at_ms").is_null()
    if not rows:
        return single
    return single & pl.any_horizontal(
        (pl.col("measure") == measure) & (pl.col("name") == name) & (pl.col("key") == key)
        for measure, name, key in rows
    )


@dataclass(frozen=True)
class _Unhashed:
    """A job as the plan that it is about, for the memory of a worker."""

    job: _Job

    def __hash__(self) -> int:
        return hash(self.job.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Unhashed) and other.job.digest == self.job.digest


@lru_cache(maxsize=1)
def _engine(about: _Unhashed) -> tuple[Engine, Context]:
    """Compile a plan once in each worker."""
    job = about.job
    crowd, roads = pickle.loads(Path(job.shared).read_bytes()) if job.shared else (None, None)
    if crowd is None:
        crowd = people(job.plan, job.seed)
    return Engine(compile(job.plan, crowd, roads), reuse=True), Context(job.plan, crowd)
