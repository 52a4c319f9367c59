"""The command line: one command a room. Parse, call, print; rooms are imported when their command runs."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.errors import TocsinError, UsageError

if TYPE_CHECKING:
    from tocsin.brief import Case
    from tocsin.sweep import Comparison, Rehearsal
    from tocsin.sweep.replicate import Progress

__all__ = ["app", "main", "run"]

DEMO_PLAN, DEMO_RUNS, DEMO_FOLDER = "west-2026", 20, Path("runs") / "demo"
MOST_PROBLEMS = 20
STOPPED = 130
"""Exit code after Ctrl-C: 128 and the number of the signal."""


def _whole(option: str) -> Callable[[str], int]:
    """Make a reader of whole numbers that refuses anything else in the words of the house."""

    def read(text: str) -> int:
        try:
            return int(text)
        except ValueError:
            raise UsageError(f"found {text!r}; expected a whole number", place=option) from None

    return read


app = typer.Typer(
    name="tocsin",
    help="Rehearse, measure and check a reserve call-up.\n\nBegin with:  tocsin demo",
    epilog="Example:  tocsin simulate west-2026 -n 20 -o runs/west",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
plan_app = typer.Typer(
    help="Check a plan, or print what plans may hold.",
    epilog="Example:  tocsin plan check west-2026",
    rich_markup_mode=None,
)
app.add_typer(plan_app, name="plan")

Plan_ = Annotated[str, typer.Argument(metavar="PLAN", help="A plan file, or the name of a bundled plan.")]
Runs = Annotated[int, typer.Option("-n", "--runs", metavar="N", parser=_whole("-n"), help="How many replications.")]
Seed = Annotated[
    int, typer.Option("--seed", metavar="S", parser=_whole("--seed"), help="The same seed gives the same bytes.")
]
Out = Annotated[
    Path | None,
    typer.Option("-o", "--out", metavar="DIR", help="Folder to write; default: in runs/, by the plan's name."),
]
Keep = Annotated[
    int, typer.Option("--keep", metavar="N", parser=_whole("--keep"), help="Keep the log of the first N runs.")
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        metavar="N",
        parser=_whole("--workers"),
        help="Processes; default: one a core. Never changes a result.",
    ),
]
Replace = Annotated[bool, typer.Option("--replace", help="Replace an older run folder of that name.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def main() -> None:
    """Run the command line and end the process with its exit code."""
    sys.setswitchinterval(0.0001)  # the log's writer hands the interpreter to the report's, and wants it back soon
    gc.set_threshold(100_000, 50, 50)  # a command lives for seconds: looking for cycles often costs more than it frees
    code = run()
    gc.freeze()  # the process ends: looking for cycles once more would free nothing
    sys.exit(code)


def run(words: Sequence[str] | None = None) -> int:
    """Run one command line; a refusal is one line on standard error.

    Args:
        words: The words after `tocsin`; None = those of the process.

    Returns:
        0 if all is well, 1 if a check found something, 2 after a refusal, 130 after Ctrl-C.
    """
    try:
        found = _unpiped(lambda: app(words, prog_name="tocsin", standalone_mode=False))
    except TocsinError as error:
        return _refuse(str(error))
    except typer.TyperException as error:
        return _refuse(_usage(error))
    except OSError as error:  # a full disk, no permission: the machine's refusal, not a defect
        return _refuse(f"{error.filename or 'files'}: {error.strerror or error}")
    if found == STOPPED:
        print("tocsin: stopped; nothing is left half-written", file=sys.stderr)
    return found if isinstance(found, int) else 0


def _refuse(sentence: str) -> int:
    print(f"tocsin: {' '.join(sentence.split())}", file=sys.stderr)
    return 2


def _usage(error: typer.TyperException) -> str:
    """Say on one line which word of the command line is wrong, and where help is."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "tocsin"
    return f"{error.format_message().rstrip('.')}; see {command} --help"


def _unpiped(command: Callable[[], object]) -> object:
    """Run a command; if the reader of its output (head, less) goes away, nothing is wrong."""
    try:
        found = command()
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit) as error:
        if not isinstance(error, BrokenPipeError) and not isinstance(error.__context__, BrokenPipeError):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return found


@app.callback(invoke_without_command=True)
def version(
    context: typer.Context, show: Annotated[bool, typer.Option("--version", help="Print the version.")] = False
) -> None:
    """Print the version if asked, and help if nothing is."""
    if show:
        from tocsin import __version__

        print(f"tocsin {__version__}")
        raise typer.Exit
    _help_if_alone(context)


@plan_app.callback(invoke_without_command=True)
def plan_alone(context: typer.Context) -> None:
    """Print help if no command follows."""
    _help_if_alone(context)


def _help_if_alone(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())


@app.command(short_help="Rehearse the bundled call-up.", epilog="Example:  tocsin demo --no-open")
def demo(
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the report in a browser.")] = False,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="DIR", help=f"Folder to write; default {DEMO_FOLDER}.")
    ] = None,
    replace: Replace = False,
) -> None:
    """Rehearse the bundled call-up of Belarus's western regions and say where the report is."""
    folder = out or DEMO_FOLDER
    report = _simulate(DEMO_PLAN, DEMO_RUNS, 7, folder, 1, None, replace=replace or out is None, as_json=False)
    if not no_open and _has_screen():
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
    from tocsin.plan import bundled, load
    from tocsin.sweep import rehearse

    plan = load(source)
    folder = out or Path("runs") / plan.exercise.name
    _refuse_folder(folder, replace)
    with _progress(f"{plan.exercise.title}: {_times(runs)}", quiet=as_json) as progress:
        done = rehearse(
            plan, runs=runs, seed=seed, keep=keep, workers=workers,
            base=None if source in bundled() else Path(source).parent, progress=progress,
        )  # fmt: skip
    case = _write(done, folder, replace=replace)
    report = folder / "report.html"
    if as_json:
        _print_json(rows_of(done.frame))
    else:
        terminal.show(case)
        print(f"Report: {report}\nFolder: {folder} (plan, log, journeys, every measure of every run)")
        if done.left_out:
            print(f"Columns of the roster that were not read: {', '.join(done.left_out)}")
    return report


def _write(done: Rehearsal, folder: Path, *, replace: bool) -> Case:
    """Write the run folder; the report is made while the log is written, and its case comes back."""
    import datetime as dt

    from tocsin.brief import Case, page
    from tocsin.log.folder import RunFolder

    made: list[Case] = []

    def report(path: Path) -> None:
        version = _versions()["tocsin"]
        case = Case(done.plan, done.people, done.first, done.frame, done.seed, done.runs, version, done.digest)
        path.write_text(page(case), encoding="utf-8")
        made.append(case)

    RunFolder.write(
        folder,
        done.parts() | {"report.html": report},
        seed=done.seed,
        versions=_versions(),
        notes={"runs": done.runs, "kept": len(done.kept)},
        written=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        replace=replace,
    )
    return made[0]


@app.command(
    short_help="Set plans side by side on equal luck.",
    epilog="Example:  tocsin compare west-2026 my-plan.toml -n 200 -o runs/compared",
)
def compare(
    plans: Annotated[
        list[str],
        typer.Argument(metavar="PLAN", help="Two or more: files, bundled names or run folders; the first is the base."),
    ],
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
    from tocsin.sweep import contenders
    from tocsin.sweep.comparison_files import as_json as told

    found = contenders(plans)
    folder = out or Path("runs") / f"compare-{found[0].plan.exercise.name}"
    _refuse_folder(folder, replace)
    with _progress(f"{len(found)} plans: {_times(runs)} of each", quiet=as_json) as progress:
        done = compared(found, runs=runs, seed=seed, workers=workers, progress=progress)
    _write_comparison(done, folder, [Path(plan).name for plan in plans], replace=replace)
    if as_json:
        _print_json(told(done))
    else:
        show_comparison(done)
        print(f"\nReport: {folder / 'comparison.html'}")
        print(f"Folder: {folder} (plans, differences, every measure of every run)")


def _write_comparison(done: Comparison, folder: Path, sources: list[str], *, replace: bool) -> None:
    import datetime as dt

    from tocsin.brief.comparison import comparison_page
    from tocsin.log.folder import RunFolder
    from tocsin.sweep.comparison_files import parts

    versions = _versions()
    RunFolder.write(
        folder,
        parts(done) | {"comparison.html": comparison_page(done, sources=sources, version=versions["tocsin"])},
        seed=done.seed,
        versions=versions,
        notes={"runs": done.runs, "plans": list(done.labels)},
        written=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        replace=replace,
    )


@app.command(
    short_help="Measure a run folder or a log.",
    epilog="Example:  tocsin measure runs/demo --only A3,L1\n\n"
    "Example:  tocsin measure scans.csv --map map.toml --plan plan.toml",
)
def measure(
    source: Annotated[Path, typer.Argument(metavar="FOLDER|LOG", help="A run folder, or a log.")],
    plan: Annotated[
        str | None, typer.Option("--plan", metavar="PLAN", help="The plan of a log that stands alone.")
    ] = None,
    people: Annotated[
        Path | None, typer.Option("--people", metavar="FILE", help="The people of a log that stands alone (.parquet).")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--map", metavar="MAP", help="Columns and activities of a log that others recorded (.toml)."),
    ] = None,
    only: Annotated[str, typer.Option("--only", metavar="LIST", help="Measures, such as A3,L1; default all.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Print every row: by point, unit and time too.")] = False,
    as_json: Json = False,
) -> None:
    """Measure a log, whoever wrote it: each number with its unit, denominator and interval."""
    from tocsin.brief import terminal
    from tocsin.measure.export import rows_of
    from tocsin.measure.sources import measured

    wanted = tuple(part.strip().upper() for part in only.split(",") if part.strip())
    found = measured(source, plan=plan, people=people, mapping=mapping, only=wanted)
    if as_json:
        _print_json(rows_of(found))
    else:
        terminal.show_rows(found, every=every)
    if source.is_file() and plan is None:
        told = "Hours count from the log's first order, not from the decision; --plan gives the time of the decision."
        print(told, file=sys.stderr if as_json else sys.stdout)


@app.command(
    short_help="Check that rows are possible and bytes unchanged.",
    epilog="Example:  tocsin check runs/demo\n\nExample:  tocsin check runs/demo --head 5f21c07d9be4",
)
def check(
    source: Annotated[Path, typer.Argument(metavar="FOLDER|LOG", help="A run folder, or a log (.parquet).")],
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="HASH", help="The log's head or the manifest's digest, as noted elsewhere."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check that every row is possible, and that no byte has changed. Exit 1 if something is wrong."""
    from tocsin.log.inspect import inspect

    found = inspect(source, head=head)
    if as_json:
        problems = [{"place": p.place, "code": p.code, "sentence": p.sentence} for p in found.problems]
        _print_json({"verdict": found.verdict, "problems": problems})
    else:
        for problem in found.problems[:MOST_PROBLEMS]:
            print(f"{problem.place}: {problem.sentence}" if problem.place else problem.sentence)
        if len(found.problems) > MOST_PROBLEMS:
            print(f"… and {len(found.problems) - MOST_PROBLEMS:,} more (--json lists all)")
        print(found.verdict)
    if found.problems:
        raise typer.Exit(1)


@app.command(
    short_help="Turn a log into another format.",
    epilog="Example:  tocsin convert runs/demo demo.sqlite\n\n"
    "Example:  tocsin convert theirs.xes theirs.parquet --map map.toml",
)
def convert(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="A run folder, or a log in any format.")],
    target: Annotated[
        Path,
        typer.Argument(
            metavar="TARGET", help="Ends in .parquet, .csv, .json, .sqlite, .xml (OCEL 2.0), .xes, .xes.gz."
        ),
    ],
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="MAP", help="What the words of a foreign log mean (.toml).")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace an older file of that name.")] = False,
    as_json: Json = False,
) -> None:
    """Turn a log of ours into OCEL 2.0, XES or CSV and back, or a foreign one into ours; say what was left out."""
    from tocsin.log.exchange import ending_of, read_any, write_any

    ending_of(target)
    if target.exists() and not replace:
        raise UsageError("found a file there; expected none, or --replace", place=str(target))
    if not target.absolute().parent.is_dir():
        raise UsageError("found no such folder; expected one to write into", place=str(target.parent))
    reading = read_any(source, mapping)
    write_any(target, reading.log)
    if as_json:
        told = {"left_out": reading.left_out, "noticed": reading.noticed}
        _print_json({"file": str(target), "rows": len(reading.log), **told})
        return
    print(f"{target}: {len(reading.log):,} rows")
    for what, count in reading.left_out.items():
        print(f"left out: {what} ({count:,})")
    for what, count in reading.noticed.items():
        print(f"noticed: {count:,} rows {what}")


@plan_app.command(
    "check", short_help="List errors, doubts and assumptions.", epilog="Example:  tocsin plan check west-2026"
)
def plan_check(plan: Plan_, as_json: Json = False) -> None:
    """List everything wrong or doubtful in a plan, and all its assumptions. Exit 2 if it cannot be run."""
    from tocsin.brief import terminal
    from tocsin.brief.origins import origins
    from tocsin.plan import examine

    found = examine(plan)
    if as_json:
        problems = [
            {"level": p.level, "place": found.place(p), "line": p.line, "sentence": p.sentence} for p in found.problems
        ]
        assumptions = [] if found.plan is None else origins(found.plan, "assumption")
        told = [{"where": origin.where, "text": origin.text} for origin in assumptions]
        _print_json({"plan": found.name, "problems": problems, "assumptions": told})
    else:
        terminal.show_examination(found)
    if found.errors:
        raise typer.Exit(2)


@plan_app.command("schema", epilog="Example:  tocsin plan schema > plan.schema.json")
def plan_schema() -> None:
    """Print the JSON Schema of plans, for editors."""
    from tocsin.plan import schema

    print(json.dumps(schema(), indent=2, ensure_ascii=False))


@app.command(short_help="Compare our speed with peers and limits.", epilog="Example:  tocsin bench engine --json")
def bench(
    name: Annotated[str | None, typer.Argument(help="engine, national, cli …; without one: list them.")] = None,
    as_json: Json = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer repeats and smaller sizes: tries the benches out.")
    ] = False,
) -> None:
    """Measure our speed side by side with peers and limits; runs from a checkout only."""
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


def _refuse_folder(folder: Path, replace: bool) -> None:
    """Say before the work, not after it, that something is in the way or that nothing can be written there."""
    import tempfile

    from tocsin.errors import FolderError
    from tocsin.log.atomic import refuse_what_is_in_the_way
    from tocsin.log.folder import is_run_folder

    refuse_what_is_in_the_way(folder, is_run_folder if replace else None)
    there = next(parent for parent in folder.absolute().parents if parent.exists())
    try:
        tempfile.TemporaryDirectory(prefix=".tocsin-", dir=there).cleanup()
    except OSError as error:
        raise FolderError(
            f"found no way to write there ({error.strerror}); expected a folder that can be made", place=str(folder)
        ) from error


def _times(runs: int) -> str:
    return "1 run" if runs == 1 else f"{runs:,} runs"


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
