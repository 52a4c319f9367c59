"""demo, simulate, compare: a plan run, once, many times, or beside others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin import completion
from tocsin.cli.root import app
from tocsin.cli.words import (
    Json,
    Keep,
    Out,
    Plan_,
    Replace,
    Runs,
    Seed,
    Workers,
    has_screen,
    print_json,
    progress_bar,
    refuse_folder,
    times,
    versions,
)

if TYPE_CHECKING:
    from tocsin.brief import Case
    from tocsin.sweep import Comparison, Rehearsal

_TRIM_THRESHOLD = -1
"""Its number for `mallopt`; once it is set, GNU's allocator no longer raises it by itself."""
DEMO_PLAN, DEMO_RUNS, DEMO_FOLDER = "west-2026", 20, Path("runs") / "demo"


@app.command(short_help="Rehearse the bundled call-up.", epilog="Example:  tocsin demo --no-open")
def demo(
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the report in a browser.")] = False,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="DIR", help=f"Folder to write; default {DEMO_FOLDER}.")
    ] = None,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Rehearse the bundled call-up of Belarus's western regions and say where the report is."""
    folder = out or DEMO_FOLDER
    report = _simulate(DEMO_PLAN, DEMO_RUNS, 7, folder, 1, None, (), replace=replace or out is None, as_json=as_json)
    if not (no_open or as_json) and has_screen():
        import webbrowser

        webbrowser.open(report.resolve().as_uri())


@app.command(
    short_help="Run a plan, measure it, write a run folder.",
    epilog="Example:  tocsin simulate west-2026 -n 200 --seed 7 -o runs/west",
)
def simulate(
    plan: Plan_,
    runs: Runs = 1,
    seed: Seed = 7,
    out: Out = None,
    keep: Keep = 1,
    workers: Workers = None,
    shocks: Annotated[
        list[str] | None,
        typer.Option("--shock", metavar="NAME", help="Let this shock of the plan strike; may be given several times."),
    ] = None,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Run a plan, once or many times, measure every run and write a run folder with a report."""
    _simulate(plan, runs, seed, out, keep, workers, shocks or (), replace=replace, as_json=as_json)


def _simulate(
    source: str,
    runs: int,
    seed: int,
    out: Path | None,
    keep: int,
    workers: int | None,
    shocks: Sequence[str],
    *,
    replace: bool,
    as_json: bool,
) -> Path:
    from tocsin.brief import terminal
    from tocsin.measure.export import rows_of
    from tocsin.plan import bundled, load
    from tocsin.sweep import rehearse

    _give_memory_back()
    plan = load(source)
    if shocks:
        from tocsin.plan.strikes import struck_by

        plan = struck_by(plan, shocks)
    folder = out or Path("runs") / plan.exercise.name
    refuse_folder(folder, replace)
    with progress_bar(f"{plan.exercise.title}: {times(runs)}", quiet=as_json) as progress:
        done = rehearse(
            plan, runs=runs, seed=seed, keep=keep, workers=workers,
            base=None if source in bundled() else Path(source).parent, progress=progress,
        )  # fmt: skip
    case = _write(done, folder, replace=replace)
    report = folder / "report.html"
    if as_json:
        print_json(rows_of(done.frame))
    else:
        terminal.show(case)
        print(f"Report: {report}\nFolder: {folder} (plan, log, journeys, every measure of every run)")
        if done.left_out:
            print(f"Columns of the roster that were not read: {', '.join(done.left_out)}")
    return report


def _give_memory_back() -> None:
    """Have the C library return freed memory at once: a national run takes a tenth longer and a sixth less memory."""
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # GNU's; elsewhere memory is given back in its own time
    if mallopt is not None:
        mallopt(_TRIM_THRESHOLD, 128 * 1024)


def _write(done: Rehearsal, folder: Path, *, replace: bool) -> Case:
    """Write the run folder; the report is made while the log is written, and its case comes back."""
    import datetime as dt

    from tocsin.brief import Case, page
    from tocsin.log.folder import RunFolder

    cases: list[Case] = []

    def report(path: Path) -> None:
        version = versions()["tocsin"]
        case = Case(
            done.plan, done.people, done.first, done.frame, done.seed, done.runs, version, done.digest, done.audit,
            done.paths,
        )  # fmt: skip
        path.write_text(page(case), encoding="utf-8")
        cases.append(case)

    RunFolder.write(
        folder,
        done.parts() | {"report.html": report},
        seed=done.seed,
        versions=versions(),
        notes={"runs": done.runs, "kept": len(done.kept)},
        written=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        replace=replace,
    )
    return cases[0]


@app.command(
    short_help="Set plans side by side on equal luck.",
    epilog="Example:  tocsin compare west-2026 my-plan.toml -n 200 -o runs/compared",
)
def compare(
    plans: Annotated[
        list[str],
        typer.Argument(
            metavar="PLAN",
            help="Two or more: files, bundled names or run folders; the first is the base.",
            autocompletion=completion.plans,
        ),
    ],
    lawful: Annotated[
        str,
        typer.Option(
            "--lawful",
            metavar="PACK",
            help="Set the first plan beside itself with the notice that this law owes.",
            autocompletion=completion.packs,
        ),
    ] = "",
    runs: Runs = 200,
    seed: Seed = 7,
    out: Out = None,
    workers: Workers = None,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Run plans with the same luck, run by run, and say which differences between them are real."""
    from tocsin.brief.comparison_terminal import show_comparison
    from tocsin.sweep import compare as compared
    from tocsin.sweep import contenders, with_lawful_notice
    from tocsin.sweep.comparison_files import as_json as told

    found = contenders(plans)
    if lawful:
        from tocsin.law import law as pack_of

        found = (*found, with_lawful_notice(found[0], pack_of(lawful), seed))
    folder = out or Path("runs") / f"compare-{found[0].plan.exercise.name}"
    refuse_folder(folder, replace)
    with progress_bar(f"{len(found)} plans: {times(runs)} of each", quiet=as_json) as progress:
        done = compared(found, runs=runs, seed=seed, workers=workers, progress=progress)
    _write_comparison(
        done, folder, [*(Path(plan).name for plan in plans), *([lawful] if lawful else [])], replace=replace
    )
    if as_json:
        print_json(told(done))
    else:
        show_comparison(done)
        print(f"\nReport: {folder / 'comparison.html'}")
        print(f"Folder: {folder} (plans, differences, every measure of every run)")


def _write_comparison(done: Comparison, folder: Path, sources: list[str], *, replace: bool) -> None:
    import datetime as dt

    from tocsin.brief.comparison import comparison_page
    from tocsin.log.folder import RunFolder
    from tocsin.sweep.comparison_files import parts

    made_by = versions()
    RunFolder.write(
        folder,
        parts(done) | {"comparison.html": comparison_page(done, sources=sources, version=made_by["tocsin"])},
        seed=done.seed,
        versions=made_by,
        notes={"runs": done.runs, "plans": list(done.labels)},
        written=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        replace=replace,
    )
