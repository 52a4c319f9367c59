"""What is kept of a comparison: its files, and its numbers as JSON."""

from __future__ import annotations

import json
import math
from pathlib import Path

import polars as pl

from tocsin.log.folder import Part
from tocsin.plan import Plan, dumps
from tocsin.sweep.compare import VERDICTS, Comparison
from tocsin.sweep.paired import LEVEL
from tocsin.sweep.rehearsal import Rehearsal

__all__ = ["as_json", "parts"]


def as_json(comparison: Comparison) -> dict[str, object]:
    """Give a comparison as JSON values.

    Args:
        comparison: Plans on equal luck.

    Returns:
        Seed, runs, plans with digests, the changes of the plans' texts, the differences (without the points of curves),
        and the numbers that only one plan has. What is not there is None.
    """
    done = zip(comparison.labels, comparison.rehearsals, strict=True)
    others = comparison.labels[1:]
    return {
        "seed": comparison.seed,
        "runs": comparison.runs,
        "level": LEVEL,
        "verdicts": VERDICTS,
        "plans": [{"label": label, "title": one.plan.exercise.title, "digest": one.digest} for label, one in done],
        "changes": {
            label: [{"path": c.path, "before": c.before, "after": c.after} for c in comparison.changes(label)]
            for label in others
        },
        "gain": {label: _finite(comparison.gain(label)) for label in others},
        "differences": _rows(comparison.differences.filter(pl.col("at_ms").is_null()).drop("at_ms")),
        "alone": _rows(comparison.alone),
    }


def _rows(table: pl.DataFrame) -> list[dict[str, object]]:
    return [{name: _finite(value) for name, value in row.items()} for row in table.iter_rows(named=True)]


def _finite(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def parts(comparison: Comparison) -> dict[str, Part]:
    """Give the files of a comparison's folder, all but its page.

    Args:
        comparison: Plans on equal luck.

    Returns:
        Each plan as `plan-1.toml` and so on (with `people-1.parquet` if it has a roster), every measure of every run,
        and the differences as Parquet and JSON.
    """
    found: dict[str, Part] = {}
    for number, done in enumerate(comparison.rehearsals, 1):
        people = f"people-{number}.parquet"
        found[f"plan-{number}.toml"] = _text(done, people)
        if done.plan.roster is not None:
            found[people] = done.people
    frames = zip(comparison.labels, comparison.rehearsals, strict=True)
    every = pl.concat([done.frame.select(pl.lit(label).alias("plan"), pl.all()) for label, done in frames])
    return found | {
        "replications.parquet": lambda path: _write(path, every),
        "differences.parquet": comparison.differences,
        "differences.json": json.dumps(as_json(comparison), ensure_ascii=False, allow_nan=False, indent=1) + "\n",
    }


def _text(done: Rehearsal, people: str) -> str:
    """The plan as TOML that finds its people beside it."""
    plan: Plan = done.plan
    if plan.roster is None:
        return done.text
    roster = plan.roster.model_copy(update={"file": people, "columns": {}})
    return dumps(plan.model_copy(update={"roster": roster}))


def _write(path: Path, table: pl.DataFrame) -> None:
    table.write_parquet(path, compression="zstd", compression_level=1, statistics=False)
