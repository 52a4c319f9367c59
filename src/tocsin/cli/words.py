"""What commands share: the words that several take, refusals before the work, what is printed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin import completion
from tocsin.errors import UsageError

if TYPE_CHECKING:
    from tocsin.sweep.replicate import Progress


def whole(option: str) -> Callable[[str], int]:
    """Make a reader of whole numbers that refuses anything else in the words of the house."""

    def read(text: str) -> int:
        try:
            return int(text)
        except ValueError:
            raise UsageError(f"found {text!r}; expected a whole number", place=option) from None

    return read


Plan_ = Annotated[
    str,
    typer.Argument(metavar="PLAN", help="A plan file, or the name of a bundled plan.", autocompletion=completion.plans),
]
Runs = Annotated[int, typer.Option("-n", "--runs", metavar="N", parser=whole("-n"), help="How many replications.")]
Seed = Annotated[
    int, typer.Option("--seed", metavar="S", parser=whole("--seed"), help="The same seed gives the same bytes.")
]
Out = Annotated[
    Path | None,
    typer.Option("-o", "--out", metavar="DIR", help="Folder to write; default: in runs/, by the plan's name."),
]
Keep = Annotated[
    int, typer.Option("--keep", metavar="N", parser=whole("--keep"), help="Keep the log of the first N runs.")
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        metavar="N",
        parser=whole("--workers"),
        help="Processes; default: one a core. Never changes a result.",
    ),
]
Replace = Annotated[bool, typer.Option("--replace", help="Replace an older run folder of that name.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def help_if_alone(context: typer.Context, as_json: bool) -> None:
    """Print help, or as JSON the commands, if no command follows; `--json` belongs to the command that does."""
    if context.invoked_subcommand is not None:
        if as_json:
            name = f"{context.command_path} {context.invoked_subcommand}"
            raise UsageError(f"found it before the command; expected it behind: {name} --json", place="--json")
    elif as_json:
        commands: dict[str, Any] = getattr(context.command, "commands", {})
        print_json([{"name": name, "about": one.get_short_help_str(200)} for name, one in commands.items()])
    else:
        print(context.get_help())


def refuse_folder(folder: Path, replace: bool) -> None:
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


def refuse_file(target: Path, replace: bool) -> None:
    """Say that something is in the way of a file, or that its folder is not there."""
    if target.is_dir():
        raise UsageError("found a folder; expected a file to write", place=str(target))
    if target.exists() and not replace:
        raise UsageError("found a file there; expected none, or --replace", place=str(target))
    if not target.absolute().parent.is_dir():
        raise UsageError("found no such folder; expected one to write into", place=str(target.parent))


def offer(
    text: str, what: dict[str, str], out: Path | None, default: str, *, replace: bool, as_json: bool
) -> Path | None:
    """Write a text to start from to a file, whole or not at all, or print it.

    Args:
        text: The text.
        what: What it is, for JSON.
        out: The file, `-` to print it, None for the default.
        default: The file's name if none is given.
        replace: Whether an older file of that name may go.
        as_json: Whether all is printed as JSON.

    Returns:
        The file, if one was written and nothing was printed of it.
    """
    from tocsin.log.atomic import write_bytes

    target = None if out == Path("-") else out or Path(default)
    if target is not None:
        refuse_file(target, replace)
        write_bytes(target, text.encode("utf-8"))
    if as_json:
        print_json({**what, "file": None if target is None else str(target), "text": text})
        return None
    if target is None:
        print(text, end="")
    return target


def times(runs: int) -> str:
    """Say how often, for the title of a bar."""
    return "1 run" if runs == 1 else f"{runs:,} runs"


def versions() -> dict[str, str]:
    """Say by which versions something was made."""
    from importlib.metadata import version as of

    from tocsin import __version__

    return {"tocsin": __version__, "python": sys.version.split()[0]} | {n: of(n) for n in ("numba", "numpy", "polars")}


def has_screen() -> bool:
    """Tell whether somebody sits at a screen on which a page could be opened."""
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.stdout.isatty() and bool(shown) and not os.environ.get("CI")


def print_json(value: object) -> None:
    """Print JSON on one line."""
    print(json.dumps(value, ensure_ascii=False, allow_nan=False))


@contextmanager
def progress_bar(title: str, *, quiet: bool) -> Iterator[Progress | None]:
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
