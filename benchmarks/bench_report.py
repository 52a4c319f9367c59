"""`tocsin bench report`: the page of the national plan from measured results, its size and its time."""

from __future__ import annotations

from typing import Any

from benchmarks.timing import repeat, row

__all__ = ["rows"]

LIMITS = {"report.size": 3.0, "report.time": 4.0}
SEED = 7
RUNS = 20
MB = 1e6


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The rows `report.size` (MB) and `report.time` (s) of 300,000 people; the peer is the limit.

    Timed is what comes after the simulation: measures summed up over the runs, and the page written from them.
    `equal` says whether each of the repeats wrote the same bytes.
    """
    from tocsin.brief import Case, page
    from tocsin.plan import load
    from tocsin.sweep import rehearse

    done = rehearse(load("national"), runs=2 if quick else RUNS, seed=SEED)
    paths = done.paths  # the causes of the first run, followed while its log is written
    made: list[bytes] = []

    def report() -> None:
        case = Case(
            done.plan, done.people, done.first, done.frame, done.seed, done.runs, "0.1.0", done.digest, paths=paths
        )
        made.append(page(case).encode())

    # The median, as of the other benches, but without a warm-up: a user writes one report in a process.
    time = repeat(report, 1 if quick else 5, warm=0)
    values = {"report.size": (len(made[-1]) / MB, "MB"), "report.time": (time.wall, "s")}
    return [
        row(name, value, unit, "limit", LIMITS[name], LIMITS[name], less=True, equal=len(set(made)) == 1)
        for name, (value, unit) in values.items()
    ]
