"""stress: a plan struck by its shocks, with less of each resource, and with one more where it would help."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tocsin.cli.root import app
from tocsin.cli.words import (
    Json,
    Out,
    Plan_,
    Replace,
    Runs,
    Seed,
    Workers,
    print_json,
    progress_bar,
    refuse_folder,
    times,
    versions,
)

if TYPE_CHECKING:
    from tocsin.sweep import Stressed


@app.command(
    short_help="Say where a plan breaks first, and by how much.",
    epilog="Example:  tocsin stress west-2026 -n 50 -o runs/stressed",
)
def stress(
    plan: Plan_,
    runs: Runs = 50,
    seed: Seed = 7,
    out: Out = None,
    workers: Workers = None,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Strike a plan with its shocks, one by one and together, and search how far each resource may shrink.

    The plan is held to its goals (`[stress]`); without any, to what it does undisturbed. After Ctrl-C the same command
    goes on where it stopped.
    """
    from tocsin.brief.stress_terminal import show_stress
    from tocsin.plan import bundled, load
    from tocsin.sweep import stress as stressed_by
    from tocsin.sweep.stress_files import as_json as told

    loaded = load(plan)
    folder = out or Path("runs") / f"stress-{loaded.exercise.name}"
    refuse_folder(folder, replace)
    kept = folder.with_name(f".{folder.name}.reruns")
    try:
        with progress_bar(f"{loaded.exercise.title}: {times(runs)} of each variant", quiet=as_json) as progress:
            done = stressed_by(
                loaded, runs=runs, seed=seed, workers=workers, base=None if plan in bundled() else Path(plan).parent,
                kept=kept, versions=repr(versions()), progress=progress,
            )  # fmt: skip
    except KeyboardInterrupt:
        if kept.is_dir():
            print(f"tocsin: what was run is kept in {kept}: the same command goes on from there", file=sys.stderr)
        raise
    _write(done, folder, plan, replace=replace)
    _forget(kept)
    if as_json:
        print_json(told(done))
    else:
        show_stress(done)
        print(f"\nReport: {folder / 'stress.html'}")
        print(f"Folder: {folder} (plan, scenarios, margins, all of it as stress.json)")


def _write(done: Stressed, folder: Path, source: str, *, replace: bool) -> None:
    import datetime as dt

    from tocsin.brief.stress import stress_page
    from tocsin.log.folder import RunFolder
    from tocsin.sweep.first_runs import first_runs
    from tocsin.sweep.stress_files import parts

    made_by = versions()
    page = stress_page(done, first_runs(done), source=Path(source).name, version=made_by["tocsin"])
    RunFolder.write(
        folder,
        parts(done) | {"stress.html": page},
        seed=done.seed,
        versions=made_by,
        notes={"runs": done.runs, "scenarios": [one.name for one in done.scenarios]},
        written=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        replace=replace,
    )


def _forget(kept: Path) -> None:
    import shutil

    shutil.rmtree(kept, ignore_errors=True)
