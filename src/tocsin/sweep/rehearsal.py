"""A rehearsal: a plan run a number of times, with what is needed to look at it, to keep it and to repeat it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import polars as pl

from tocsin.errors import PlanError, RunError
from tocsin.law import bundled_packs, law
from tocsin.law.results import Audit
from tocsin.law.served import described
from tocsin.log.chain import write_log
from tocsin.log.folder import Part
from tocsin.log.journeys import Journeys
from tocsin.measure import Context, measures
from tocsin.measure.critical import paths_of
from tocsin.measure.export import summed_up
from tocsin.measure.view import views
from tocsin.plan import Plan, check, people
from tocsin.plan.road_file import as_frame
from tocsin.plan.roads import RoadNetwork, has_roads, roads_of
from tocsin.plan.roster import read_roster
from tocsin.plan.text import dumps, expanded
from tocsin.simulate import Engine, Outcome, compile, journeys, log_blocks, service, trail
from tocsin.sweep.replicate import Progress, replicate

__all__ = ["Rehearsal", "people_of", "rehearse"]

PEOPLE = "people.parquet"
"""The file of a run folder that lists the people; a plan with a roster points to it there."""


ROADS = "roads.parquet"
"""The file of a run folder that lists the roads of a map, bundled or read; a plan with a map points to it there."""

AUDITED = 50_000
"""So many summonses are put to the law at once."""


@dataclass(frozen=True)
class Rehearsal:
    """What a rehearsal gave.

    Attributes:
        plan: The plan.
        people: Its people, one row each.
        seed: Seed of the exercise.
        runs: How many replications were run.
        kept: The first outcomes, whole.
        others: The measures of the other runs; None where all are kept.
        left_out: Columns of the roster that were not read.
        roads: Its roads, if it has any.
    """

    plan: Plan
    people: pl.DataFrame
    seed: int
    runs: int
    kept: tuple[Outcome, ...]
    others: pl.DataFrame | None = None
    left_out: tuple[str, ...] = ()
    roads: RoadNetwork | None = None

    @cached_property
    def journeys(self) -> tuple[Journeys, ...]:
        """Journeys of the kept runs."""
        return tuple(journeys(outcome) for outcome in self.kept)

    @cached_property
    def frame(self) -> pl.DataFrame:
        """The measures of all runs (see `tocsin.measure.measures`)."""
        context = Context(self.plan, self.people)  # without causes: keeping a run may change no number of it
        frames = [measures(walk, context) for walk in self.journeys]
        return pl.concat(frames if self.others is None else [*frames, self.others], rechunk=True)

    @cached_property
    def paths(self) -> dict[str, pl.DataFrame]:
        """What held the first run back, for each task and the last unit: see `tocsin.measure.critical.paths_of`."""
        first = self.kept[0]
        context = Context(self.plan, self.people, logs={first.run: partial(trail, first)})
        return paths_of(next(views(self.first, context)))

    @property
    def first(self) -> Journeys:
        """Journeys of the first run."""
        return self.journeys[0]

    @cached_property
    def audit(self) -> Audit | None:
        """What the rule pack of the plan's country says of the summonses of the first run; None without a pack."""
        country, kind = self.plan.exercise.country, self.plan.exercise.kind
        if country not in bundled_packs():
            return None
        pack = law(country)
        served = service(self.kept[0], *pack.pack.counting(None if kind == "unknown" else kind))
        found = Audit(pack)
        for part in described(served, self.plan, self.people).iter_slices(AUDITED):
            found.add(part)  # part by part: the log is being written meanwhile, and the memory is its
        return found

    @cached_property
    def text(self) -> str:
        """The plan as TOML, complete: beside `people.parquet` and `roads.parquet` it repeats the rehearsal."""
        beside: dict[str, object] = {}
        if self.plan.roster is not None:
            beside["roster"] = self.plan.roster.model_copy(update={"file": PEOPLE, "columns": {}})
        if self.plan.roads is not None:
            beside["roads"] = self.plan.roads.model_copy(update={"file": ROADS, "places": None})
        return dumps(self.plan.model_copy(update=beside))

    @property
    def digest(self) -> str:
        """SHA-256 of that text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def kept_journeys(self) -> pl.DataFrame:
        """Journeys of the kept runs, one below the other."""
        return pl.concat([each.frame for each in self.journeys], how="diagonal")

    def parts(self) -> dict[str, Part]:
        """The files of a run folder, all but the report; what takes time is made when it is written."""
        mapped: dict[str, Part] = (
            {} if self.plan.roads is None or self.roads is None else {ROADS: as_frame(self.roads.roads)}
        )
        return {
            "plan.toml": lambda path: _write_text(path, self.text),
            PEOPLE: self.people,
            **mapped,
            "journeys.parquet": lambda path: _write_table(path, self.kept_journeys()),
            "log.parquet": lambda path: write_log(path, self.log_blocks()),
            "replications.parquet": lambda path: _write_table(path, self.frame),
            "measures.json": lambda path: _write_text(path, _lines(self.frame)),
        }

    def log_blocks(self) -> Iterator[pl.DataFrame]:
        """The log of the kept runs, block by block."""
        for outcome in self.kept:
            yield from log_blocks(outcome)


def _write_table(path: Path, table: pl.DataFrame) -> None:
    table.write_parquet(path, compression="zstd", compression_level=1, statistics=False)


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _lines(frame: pl.DataFrame) -> str:
    """Measures summed up, as a JSON list with one row a line; what is not there is null."""
    finite = pl.when(pl.col(pl.Float64).is_finite()).then(pl.col(pl.Float64))
    rows = summed_up(frame).with_columns(finite).write_ndjson().splitlines()
    return "[\n" + ",\n".join(rows) + "\n]\n"


def rehearse(
    plan: Plan,
    *,
    runs: int = 1,
    seed: int = 7,
    keep: int = 1,
    workers: int | None = None,
    base: Path | None = None,
    progress: Progress | None = None,
) -> Rehearsal:
    """Rehearse a plan: find its people, run it, measure every run.

    Args:
        plan: A plan.
        runs: Replications, at least 1.
        seed: Seed of the exercise; the same seed gives the same bytes.
        keep: How many of the first runs are kept whole.
        workers: Processes; None = all cores.
        base: Folder to which the paths of a roster and of a file of roads are relative.
        progress: Told of the runs done and asked for.

    Raises:
        PlanError: The plan cannot be run.
        RosterError: Its roster cannot be used.
        RunError: The number of runs, of runs to keep or of workers, or the seed cannot be used.
    """
    if runs < 1:
        raise RunError(f"found {runs} runs; expected at least 1", place="-n")
    if not 1 <= keep <= runs:
        raise RunError(f"found {keep} runs to keep; expected 1 to {runs}, the number of runs", place="--keep")
    if workers is not None and workers < 1:
        raise RunError(f"found {workers} processes; expected at least 1", place="--workers")
    if not 0 <= seed < 2**64:
        raise RunError(f"found {seed}; expected a whole number from 0 to {2**64 - 1}", place="--seed")
    for problem in check(plan):
        if problem.level == "error":
            raise PlanError(problem.sentence, place=str(problem.place))
    plan = expanded(plan)  # as the run folder will hold it, so that its plan gives the same report
    crowd, left_out = people_of(plan, seed, base)
    # All threads share a kept run; its journeys and measures are made when they are asked for.
    roads = roads_of(plan, base) if has_roads(plan) else None
    engine = Engine(compile(plan, crowd, roads), threads=2)
    kept = tuple(engine.run(seed, run) for run in range(keep))
    told = progress or (lambda done, total: None)
    told(keep, runs)
    others = None
    if runs > keep:
        rest = range(keep, runs)
        others = replicate(
            plan, crowd, rest, seed, roads=roads, workers=workers, progress=lambda done, _: told(keep + done, runs)
        )
    return Rehearsal(plan, crowd, seed, runs, kept, others, left_out, roads)


def people_of(plan: Plan, seed: int, base: Path | None) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Find the people of a plan, drawn or of its roster; and the columns of the roster that were not read."""
    if plan.roster is None:
        return people(plan, seed), ()
    reading = read_roster(plan, base=base)
    return reading.people, reading.left_out
