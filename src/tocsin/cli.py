"""The command line: one command a room. Parse, call, print; rooms are imported when their command runs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.errors import TocsinError, UsageError

if TYPE_CHECKING:
    from tocsin.sweep import Rehearsal
    from tocsin.sweep.replicate import Progress

__all__ = ["app", "main"]

DEMO_PLAN, DEMO_RUNS = "west-2026", 20

app = typer.Typer(
    name="tocsin",
    help="Rehearse, measure and check a reserve call-up.\n\nBegin with:  tocsin demo",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
plan_app = typer.Typer(help="Look at plans.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(plan_app, name="plan")

Plan_ = Annotated[str, typer.Argument(metavar="PLAN", help="A plan file, or the name of a bundled plan.")]
Runs = Annotated[int, typer.Option("-n", "--runs", help="How many replications.")]
Seed = Annotated[int, typer.Option("--seed", help="Seed: the same seed gives the same bytes.")]
Out = Annotated[Path | None, typer.Option("-o", "--out", metavar="DIR", help="Folder to write; default runs/NAME.")]
Keep = Annotated[int, typer.Option("--keep", metavar="N", help="Keep the log of the first N runs.")]
Workers = Annotated[int | None, typer.Option("--workers", help="Processes; default all cores. Never changes a result.")]
Replace = Annotated[bool, typer.Option("--replace", help="Replace an older run folder of that name.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def main() -> None:
    """Run the command line; a refusal is one line and exit code 2."""
    try:
        app()
    except TocsinError as error:
        print(f"tocsin: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("tocsin: stopped; nothing was written", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output (head, less) has gone: nothing is wrong
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@app.callback(invoke_without_command=True)
def version(show: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Print the version if asked."""
    if show:
        from tocsin import __version__

        print(f"tocsin {__version__}")
        raise typer.Exit


@app.command(epilog="Example:  tocsin demo --no-open")
def demo(
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the report in a browser.")] = False,
    out: Out = None,
    replace: Replace = False,
) -> None:
    """Rehearse the bundled call-up of Belarus's western regions and say where the report is."""
    report = _simulate(DEMO_PLAN, DEMO_RUNS, 7, out, 1, None, replace=replace or out is None, as_json=False)
    if not no_open and _has_screen():
        import webbrowser

        webbrowser.open(report.resolve().as_uri())


@app.command(epilog="Example:  tocsin simulate west-2026 -n 200 --seed 7 -o runs/west")
def simulate(
    plan: Plan_,
    runs: Runs = 1,
    seed: Seed = 7,
    out: Out = None,
    keep: Keep = 1,
    workers: Workers = None,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Run a plan, once or many times, measure every run and write a run folder with a report."""
    _simulate(plan, runs, seed, out, keep, workers, replace=replace, as_json=as_json)


def _simulate(
    source: str, runs: int, seed: int, out: Path | None, keep: int, workers: int | None, *, replace: bool, as_json: bool
) -> Path:
    from tocsin.brief import terminal
    from tocsin.measure.export import rows_of
    from tocsin.plan import load
    from tocsin.sweep import rehearse

    plan = load(source)
    folder = out or Path("runs") / plan.exercise.name
    _refuse_what_is_in_the_way(folder, replace)
    with _progress(f"{plan.exercise.title}: {runs} runs", quiet=as_json) as progress:
        done = rehearse(
            plan, runs=runs, seed=seed, keep=min(keep, max(runs, 1)) if keep == 1 else keep, workers=workers,
            base=None if Path(source).suffix != ".toml" else Path(source).parent, progress=progress,
        )  # fmt: skip
    report = _write(done, folder, replace=replace)
    if as_json:
        _print_json(rows_of(done.frame))
    else:
        terminal.show(done.plan, done.frame, done.runs, done.seed)
        print(f"\nReport: {report}\nFolder: {folder} (log, journeys, every measure of every run, manifest)")
    return report


def _write(done: Rehearsal, folder: Path, *, replace: bool) -> Path:
    import datetime as dt

    from tocsin.brief import Case, page
    from tocsin.log.folder import RunFolder

    case = Case(
        done.plan, done.people, done.first, done.frame, done.seed, done.runs, _versions()["tocsin"], done.digest
    )
    RunFolder.write(
        folder,
        done.parts() | {"report.html": page(case)},
        seed=done.seed,
        versions=_versions(),
        notes={"runs": done.runs, "kept": len(done.kept)},
        written=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        replace=replace,
    )
    return folder / "report.html"


@app.command(epilog="Example:  tocsin measure runs/west-2026\n\nExample:  tocsin measure log.parquet --plan plan.toml")
def measure(
    source: Annotated[Path, typer.Argument(metavar="FOLDER|LOG", help="A run folder, or a log (.parquet).")],
    plan: Annotated[str | None, typer.Option("--plan", help="The plan of a log that stands alone.")] = None,
    people: Annotated[Path | None, typer.Option("--people", help="The people of a log that stands alone.")] = None,
    only: Annotated[str, typer.Option("--only", help="Measures, such as A3,L1; default all.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Print every row, by point and unit too.")] = False,
    as_json: Json = False,
) -> None:
    """Measure a log, whoever wrote it: each number with its unit, denominator and interval."""
    from tocsin.brief import terminal
    from tocsin.measure.export import rows_of
    from tocsin.measure.sources import measured

    found = measured(source, plan=plan, people=people, only=tuple(part for part in only.split(",") if part))
    if as_json:
        _print_json(rows_of(found))
    else:
        terminal.show_rows(found, every=every or bool(only))


@app.command(epilog="Example:  tocsin check runs/west-2026 --head 3f…")
def check(
    source: Annotated[Path, typer.Argument(metavar="FOLDER|LOG", help="A run folder, or a log (.parquet).")],
    head: Annotated[str | None, typer.Option("--head", help="The chain's head that was noted elsewhere.")] = None,
    as_json: Json = False,
) -> None:
    """Check that every row is possible, and that no byte has changed. Exit 1 if something is wrong."""
    from tocsin.log.inspect import inspect

    found = inspect(source, head=head)
    if as_json:
        _print_json([{"place": p.place, "code": p.code, "sentence": p.sentence} for p in found.problems])
    else:
        for problem in found.problems[:20]:
            print(f"{problem.place}: {problem.sentence}" if problem.place else problem.sentence)
        if len(found.problems) > 20:
            print(f"… and {len(found.problems) - 20:,} more (--json lists all)")
        print(found.verdict)
    if found.problems:
        raise typer.Exit(1)


@plan_app.command("check", epilog="Example:  tocsin plan check west-2026")
def plan_check(plan: Plan_, as_json: Json = False) -> None:
    """List everything wrong or doubtful in a plan, and all its assumptions. Exit 2 if it cannot be run."""
    from tocsin.brief import terminal
    from tocsin.plan import examine

    found = examine(plan)
    if as_json:
        _print_json(
            [
                {"level": p.level, "place": found.place(p), "line": p.line, "sentence": p.sentence}
                for p in found.problems
            ]
        )
    else:
        terminal.show_examination(found)
    if found.errors:
        raise typer.Exit(2)


@plan_app.command("schema", epilog="Example:  tocsin plan schema > plan.schema.json")
def plan_schema() -> None:
    """Print the JSON Schema of plans, for editors."""
    from tocsin.plan import schema

    print(json.dumps(schema(), indent=2, ensure_ascii=False))


@app.command(epilog="Example:  tocsin bench engine --json")
def bench(
    name: Annotated[str | None, typer.Argument(help="engine, national, cli …; without one: list them.")] = None,
    as_json: Json = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer repeats and smaller sizes: tries the benches out.")
    ] = False,
) -> None:
    """Measure our speed side by side with peers and limits. Runs from a checkout only."""
    benches = _benches()
    if name is None:
        print("\n".join(f"{known:10} {about}" for known, about in benches.BENCHES.items()))
        return
    if name not in benches.BENCHES:
        raise UsageError(f"found {name!r}; expected one of {', '.join(benches.BENCHES)}", place="bench")
    rows = benches.run(name, quick=quick)
    if as_json:
        _print_json(rows)
    else:
        benches.show(rows)


# --- what commands share ------------------------------------------------------------------------------------------


def _benches() -> Any:
    """The benches of the checkout that this installation runs from."""
    root = Path(__file__).resolve().parents[2]
    if not (root / "benchmarks" / "__init__.py").is_file():
        raise UsageError("the benches are in a checkout of Tocsin, and this installation is not one", place="bench")
    sys.path.insert(0, str(root))
    import importlib

    return importlib.import_module("benchmarks")


def _refuse_what_is_in_the_way(folder: Path, replace: bool) -> None:
    """Say so before the work, not after it."""
    from tocsin.log.atomic import refuse_what_is_in_the_way
    from tocsin.log.folder import is_run_folder

    refuse_what_is_in_the_way(folder, is_run_folder if replace else None)


def _versions() -> dict[str, str]:
    from importlib.metadata import version as of

    from tocsin import __version__

    return {"tocsin": __version__, "python": sys.version.split()[0]} | {n: of(n) for n in ("numba", "numpy", "polars")}


def _has_screen() -> bool:
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.stdout.isatty() and bool(shown) and not os.environ.get("CI")


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, allow_nan=False))


@contextmanager
def _progress(title: str, *, quiet: bool) -> Iterator[Progress | None]:
    """Show a bar while runs are made, on standard error; nothing where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
