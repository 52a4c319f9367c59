"""brief: the page of a run folder or of a case, to keep or to print."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin import completion
from tocsin.cli.root import app
from tocsin.cli.words import Json, print_json, refuse_file
from tocsin.errors import UsageError

if TYPE_CHECKING:
    from tocsin.brief.weighing import Weighing

PAGES = ("report.html", "comparison.html")


@app.command(
    short_help="Give the page of a run folder or a case, as HTML or PDF.",
    epilog="Example:  tocsin brief runs/demo -o demo.pdf\n\nExample:  tocsin brief west-2026 -o west.pdf",
)
def brief(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A run folder, the folder of a comparison, or a case.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="Ends in .html or .pdf; default: FOLDER.pdf, here."),
    ] = None,
    case: Annotated[
        str,
        typer.Option(
            "--case", metavar="CASE", help="Add a weighed case to the report.", autocompletion=completion.weighed
        ),
    ] = "",
    store: Annotated[
        Path | None, typer.Option("--store", metavar="DIR", help="The watch folder; default: what the case names.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace an older file of that name.")] = False,
    as_json: Json = False,
) -> None:
    """Copy the page of a run folder, or print it to a PDF with a browser of this machine.

    The page of a case says how likely its hypotheses are (tocsin weigh); with --case it becomes a section of a report.
    """
    target = out or Path(f"{folder.resolve().name.removesuffix('.toml')}.pdf")
    if _is_case(folder):
        if case:
            raise UsageError("found a case with --case; expected the folder of a run", place=str(folder))
        _check(target, replace)
        _print(_case_page(str(folder), store), target)
        _tell(target, "weighed case", folder, as_json=as_json)
        return
    from tocsin.log.folder import RunFolder

    opened = RunFolder.open(folder)
    name = next((page for page in PAGES if opened.has(page)), None)
    if name is None:
        raise UsageError(f"found neither {' nor '.join(PAGES)}; expected one", place=str(folder))
    _check(target, replace)
    if case:
        from tocsin.brief.weigh import with_section

        report = opened.file(name).read_text(encoding="utf-8")
        _print(with_section(report, _weighing(case, store)), target)
    else:
        _give(opened.file(name), target)
    _tell(target, name, folder, as_json=as_json)


def _check(target: Path, replace: bool) -> None:
    if target.suffix not in (".html", ".pdf"):
        raise UsageError(f"found the ending {target.suffix!r}; expected .html or .pdf", place=str(target))
    refuse_file(target, replace)


def _is_case(source: Path) -> bool:
    """Whether a word means a case: a TOML file, a folder that holds one, or a bundled name that is no folder here."""
    if source.exists():
        return source.suffix == ".toml" or (source / "case.toml").is_file()
    return str(source) in {one if isinstance(one, str) else one[0] for one in completion.weighed("")}


def _weighing(source: str, store: Path | None) -> Weighing:
    from tocsin.assess.case import load_case
    from tocsin.brief.weighing import weighing_of
    from tocsin.cli.weighing import desk_of, worlds_of

    loaded = load_case(source)
    with desk_of(source, loaded, store) as desk:
        return weighing_of(loaded, desk, worlds=worlds_of(source, loaded))


def _case_page(source: str, store: Path | None) -> str:
    from tocsin import __version__
    from tocsin.brief.weigh import weigh_page

    return weigh_page(_weighing(source, store), source=Path(source).name, version=__version__)


def _print(page: str, target: Path) -> None:
    """Write a page, or print it."""
    from tocsin.log.atomic import write_bytes

    if target.suffix == ".html":
        write_bytes(target, page.encode("utf-8"))
        return
    with tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
        made = Path(folder) / "page.html"
        made.write_text(page, encoding="utf-8")
        _give(made, target)


def _give(page: Path, target: Path) -> None:
    """Copy a page, or print it."""
    from tocsin.brief.paper import print_page
    from tocsin.log.atomic import atomic_file

    if target.suffix == ".pdf":
        print_page(page, target)
        return
    with atomic_file(target) as beside:
        shutil.copyfile(page, beside)


def _tell(target: Path, name: str, source: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({"file": str(target), "page": name})
    else:
        print(f"{target}: {name} of {source}")
