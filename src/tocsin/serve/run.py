"""The desk as a running server: its socket on this machine only, and the folder of the demonstration."""

from __future__ import annotations

import shutil
import socket
import time
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

import uvicorn

from tocsin.errors import UsageError
from tocsin.serve.app import compile_templates, make_app
from tocsin.serve.room import Room
from tocsin.watch.desk import Progress, machine_reading, opened

__all__ = ["DEMO", "HOST", "address_of", "bundled_case", "fill", "listening", "server_of"]

HOST: Final = "127.0.0.1"
"""The only address that is listened at: nobody else's machine reaches it."""
DEMO: Final = "west-2026"
"""The bundled case that the demonstration shows: reports by this name, and the case that weighs them."""
CASE: Final = "case.toml"
_GOODBYE_S: Final = 1
"""Seconds that an answer may still take when the desk ends."""


def fill(folder: Path, progress: Progress | None = None) -> None:
    """Take the reports of the demonstration into a watch folder; what is there already stays as it is.

    Args:
        folder: The watch folder; made if there is none.
        progress: Told how many pieces were read, and of which file.
    """
    now = time.time_ns() // 1_000_000
    with opened(folder, create=True) as desk:
        kept = desk.store.kept("zone")
        reading = machine_reading(
            now, source=DEMO, kept=kept, zone="", publisher="", owner="unknown", level="unknown"
        )  # fmt: skip
        desk.take(DEMO, reading, progress)


def bundled_case(folder: Path, name: str = DEMO) -> Path | None:
    """Copy a bundled case into a folder, so that its judgments can be changed there; one that is there stays.

    Args:
        folder: Where its own folder, of its name, is made.
        name: Its name.

    Returns:
        Its file, or None if this Tocsin brings no case of that name.
    """
    home = folder / name
    if (home / CASE).is_file():
        return home / CASE
    with as_file(files("tocsin.assess") / "bundled" / name) as source:
        if not (source / CASE).is_file():
            return None
        shutil.copytree(source, home, dirs_exist_ok=True)
    return home / CASE


def listening(port: int) -> socket.socket:
    """Listen at a port of this machine; 0 takes any that is free.

    Raises:
        UsageError: The port is taken, or not ours to take.
    """
    # Named as TCP: asyncio lets small answers go at once (TCP_NODELAY) only where it is told so; others wait 40 ms.
    heard = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    heard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        heard.bind((HOST, port))
        heard.listen()
    except (OSError, OverflowError) as error:
        heard.close()
        reason = getattr(error, "strerror", None) or str(error)
        told = f"found a port that cannot be listened at ({reason}); expected a free one: name another, or 0 for any"
        raise UsageError(told, place=f"--port {port}") from None
    return heard


def address_of(heard: socket.socket) -> str:
    """The address to open in a browser."""
    return f"http://{HOST}:{heard.getsockname()[1]}/"


def server_of(room: Room, heard: socket.socket, role: str = "analyst") -> uvicorn.Server:
    """A server of a room; `run(sockets=[heard])` runs it until it is told to end.

    It keeps no list of who asked for what: addresses of pages are nobody's business, not even a log's.
    """
    port = heard.getsockname()[1]
    app = make_app(room, hosts=(f"{HOST}:{port}", f"localhost:{port}"), role=role)
    compile_templates(app)
    config = uvicorn.Config(
        app, access_log=False, log_level="error", log_config=None, lifespan="on", server_header=False,
        timeout_graceful_shutdown=_GOODBYE_S,
    )  # fmt: skip
    return uvicorn.Server(config)
