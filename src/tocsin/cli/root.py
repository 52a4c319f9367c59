"""The command itself: what it is called, how it ends, and what it says alone."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from tocsin.cli.words import help_if_alone, print_json, versions
from tocsin.errors import TocsinError

COMPLETE = "_TOCSIN_COMPLETE"
"""The variable by which a shell asks what it may put in for the word being typed."""
STOPPED = 130
"""Exit code after Ctrl-C: 128 and the number of the signal."""

app = typer.Typer(
    name="tocsin",
    help="Rehearse, measure, check and watch a reserve call-up.\n\nBegin with:  tocsin demo",
    epilog="Example:  tocsin simulate west-2026 -n 20 -o runs/west",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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
    if COMPLETE in os.environ:
        from typer.completion import completion_init

        completion_init()
    try:
        found = _unpiped(lambda: app(words, prog_name="tocsin", standalone_mode=False))
    except TocsinError as error:
        return _refuse(str(error))
    except typer.TyperException as error:
        return _refuse(_usage(error))
    except OSError as error:  # a full disk, no permission: the machine's refusal, not a defect
        return _refuse(f"{error.filename or 'files'}: {error.strerror or error}")
    except KeyboardInterrupt:  # outside of any command: while words are read, or the last line is printed
        found = STOPPED
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
    context: typer.Context,
    show: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print version or commands as JSON.")] = False,
) -> None:
    """Print the version if asked, and help if nothing is."""
    if show:
        from tocsin import __version__

        print_json(versions()) if as_json else print(f"tocsin {__version__}")
        raise typer.Exit
    help_if_alone(context, as_json)
