"""measure, check, convert: a log read, whoever wrote it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tocsin import completion
from tocsin.cli.root import app
from tocsin.cli.words import Json, print_json, refuse_file

MOST_PROBLEMS = 20


@app.command(
    short_help="Measure a run folder or a log.",
    epilog="Example:  tocsin measure runs/demo --only A3,L1\n\n"
    "Example:  tocsin measure scans.csv --map map.toml --plan plan.toml",
)
def measure(
    source: Annotated[Path, typer.Argument(metavar="FOLDER|LOG", help="A run folder, or a log.")],
    plan: Annotated[
        str | None,
        typer.Option(
            "--plan", metavar="PLAN", help="The plan of a log that stands alone.", autocompletion=completion.plans
        ),
    ] = None,
    people: Annotated[
        Path | None, typer.Option("--people", metavar="FILE", help="The people of a log that stands alone (.parquet).")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--map", metavar="MAP", help="Columns and activities of a log that others recorded (.toml)."),
    ] = None,
    law: Annotated[
        str,
        typer.Option(
            "--law", metavar="PACK", help="Put summonses to a country's law (W1).", autocompletion=completion.packs
        ),
    ] = "",
    only: Annotated[
        str,
        typer.Option(
            "--only",
            metavar="LIST",
            help="Measures, such as A3,L1; default all.",
            autocompletion=completion.measures,
        ),
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="Print every row: by point, unit and time too.")] = False,
    as_json: Json = False,
) -> None:
    """Measure a log, whoever wrote it: each number with its unit, denominator and interval."""
    from tocsin.cli.rows import show_rows
    from tocsin.measure.export import rows_of
    from tocsin.measure.sources import measured

    wanted = tuple(part.strip().upper() for part in only.split(",") if part.strip())
    found = measured(source, plan=plan, people=people, mapping=mapping, law=law, only=wanted)
    if as_json:
        print_json(rows_of(found))
    else:
        show_rows(found, every=every)
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
        print_json({"verdict": found.verdict, "problems": problems})
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
    refuse_file(target, replace)
    reading = read_any(source, mapping)
    write_any(target, reading.log)
    if as_json:
        told = {"left_out": reading.left_out, "noticed": reading.noticed}
        print_json({"file": str(target), "rows": len(reading.log), **told})
        return
    print(f"{target}: {len(reading.log):,} rows")
    for what, count in reading.left_out.items():
        print(f"left out: {what} ({count:,})")
    for what, count in reading.noticed.items():
        print(f"noticed: {count:,} rows {what}")
