"""serve: the evidence desk in a browser, for whoever sits at this machine."""

from __future__ import annotations

import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.root import app
from tocsin.cli.words import Json, has_screen, print_json, whole
from tocsin.errors import UsageError

if TYPE_CHECKING:
    from tocsin.serve import Room

FOLDER = Path("watch")
PORT = 8400
_ENDED = 128 + signal.SIGTERM


@app.command(
    short_help="Open the evidence desk in a browser.",
    epilog="Example:  tocsin serve --demo\n\nExample:  tocsin serve --store watch --case case.toml",
)
def serve(
    store: Annotated[
        Path | None, typer.Option("--store", metavar="DIR", help=f"The watch folder; default: {FOLDER}.")
    ] = None,
    case: Annotated[
        str, typer.Option("--case", metavar="CASE", help="The case to weigh: its file, or a bundled one's name.")
    ] = "",
    demo: Annotated[bool, typer.Option("--demo", help="Show the bundled case west-2026, filled.")] = False,
    port: Annotated[
        int, typer.Option("--port", metavar="N", parser=whole("--port"), help="Port of this machine; 0 = any.")
    ] = PORT,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="analyst, or reader who changes nothing.")] = (
        "analyst"
    ),
    as_json: Json = False,
) -> None:
    """Serve the desk to this machine alone, until Ctrl-C; nothing is asked of any other machine.

    With --demo all is kept in a folder that is gone at the end, unless --store names another.
    """
    from tocsin.serve.access import ROLES
    from tocsin.serve.run import address_of, listening, server_of

    if role not in ROLES:
        raise UsageError(f"found {role!r}; expected one of {', '.join(ROLES)}", place="--role")
    heard = listening(port)
    with heard, _ended(), _room(store, case, demo) as room:
        server = server_of(room, heard, role)
        _say(address_of(heard), room, as_json=as_json)
        if has_screen() and not (no_open or as_json):
            import webbrowser

            webbrowser.open(address_of(heard))
        server.run(sockets=[heard])


@contextmanager
def _room(folder: Path | None, case: str, demo: bool) -> Iterator[Room]:
    """The room of a folder and a case; of the demonstration, filled first."""
    from tocsin.serve.pages import LATER, WARM
    from tocsin.serve.room import Room
    from tocsin.serve.run import DEMO, fill
    from tocsin.watch.store import Store

    with tempfile.TemporaryDirectory(prefix="tocsin-") as passing:
        if demo:
            folder = folder or Path(passing) / FOLDER
            fill(folder)
        at = folder or FOLDER
        with Store.open(at) as opened:
            file = _case_file(case or (DEMO if demo else ""), at, needed=bool(case))
            yield Room(opened, file, WARM, later=LATER)


def _case_file(case: str, folder: Path, *, needed: bool) -> Path | None:
    """The file of a case; a bundled one is copied into the watch folder, where it can be changed."""
    from tocsin.serve.run import bundled_case

    if not case:
        return None
    file = Path(case)
    if file.is_dir() and (file / "case.toml").is_file():
        return file / "case.toml"
    if file.is_file():
        return file
    found = bundled_case(folder, case) if file.name == case else None
    if found is None and needed:
        raise UsageError("found no such case; expected a file, or the name of a bundled case", place=f"--case {case}")
    return found


def _say(address: str, room: Room, *, as_json: bool) -> None:
    """Say where the desk is, once it can answer."""
    from tocsin.serve.app import has_vendor

    _ = room.view  # so that the first page does not have to wait for it
    if as_json:
        case = room.case_file
        print_json({"address": address, "store": str(room.store.folder), "case": None if case is None else str(case)})
    else:
        print(f"Desk: {address} (Ctrl-C ends it)\nFolder: {room.store.folder}")
        if room.case_file is not None:
            print(f"Case: {room.case_file}")
        if not has_vendor():
            print("The map stands still: the browser libraries were not fetched at set-up.")
    sys.stdout.flush()


@contextmanager
def _ended() -> Iterator[None]:
    """Being told to end is an end like Ctrl-C: what was made for the demonstration is taken away."""

    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(_ENDED)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
