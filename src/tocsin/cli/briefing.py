"""brief: the page of a run folder, to keep or to print."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.root import app
from tocsin.cli.words import Json, print_json, refuse_file
from tocsin.errors import UsageError

PAGES = ("report.html", "comparison.html")


@app.command(
    short_help="Give the page of a run folder, as HTML or PDF.",
    epilog="Example:  tocsin brief runs/demo -o demo.pdf",
)
def brief(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A run folder, or the folder of a comparison.")],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="Ends in .html or .pdf; default: FOLDER.pdf, here."),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace an older file of that name.")] = False,
    as_json: Json = False,
) -> None:
    """Copy the page of a run folder, or print it to a PDF with a browser of this machine."""
    from tocsin.brief.paper import print_page
    from tocsin.log.atomic import atomic_file
    from tocsin.log.folder import RunFolder

    opened = RunFolder.open(folder)
    name = next((page for page in PAGES if opened.has(page)), None)
    if name is None:
        raise UsageError(f"found neither {' nor '.join(PAGES)}; expected one", place=str(folder))
    target = out or Path(f"{folder.resolve().name}.pdf")
    if target.suffix not in (".html", ".pdf"):
        raise UsageError(f"found the ending {target.suffix!r}; expected .html or .pdf", place=str(target))
    refuse_file(target, replace)
    if target.suffix == ".pdf":
        print_page(opened.file(name), target)
    else:
        with atomic_file(target) as beside:
            shutil.copyfile(opened.file(name), beside)
    if as_json:
        print_json({"file": str(target), "page": name})
    else:
        print(f"{target}: {name} of {folder}")
