"""What is worked out while nobody asks for a page: slices of a view, on the loop that gives the answers.

A slice holds the loop for as long as it takes, a few tenths of a second at most. So it waits until the last answer is a
moment old, and lets the loop breathe after each; a page that is asked for meanwhile comes next. No thread is used:
SQLite and the view belong to one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final, NoReturn

from tocsin.serve.room import Room

__all__ = ["Idle"]

QUIET_S: Final = 0.3
"""Seconds since the last answer after which nobody is taken to be asking: a page and its files come closer together."""
_BREATH_S: Final = 0.02
"""Seconds between two slices: what came in meanwhile is read and answered."""


class Idle:
    """Works at what a room's view still lacks, in the pauses between answers.

    Args:
        room: The room.
    """

    def __init__(self, room: Room) -> None:
        self._room = room
        self._asked = asyncio.Event()
        self._asked.set()  # the first view is there before the first answer
        self._last_s = float("-inf")

    def answered(self) -> None:
        """Note that an answer goes out now."""
        self._last_s = time.monotonic()
        self._asked.set()

    @asynccontextmanager
    async def beside(self, app: object) -> AsyncIterator[None]:
        """Work beside an application for as long as it runs; what is left at its end is left."""
        if not self._room.later:
            yield
            return
        task = asyncio.create_task(self._work())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _work(self) -> NoReturn:
        while True:
            await self._asked.wait()
            while (rest := self._last_s + QUIET_S - time.monotonic()) > 0:
                await asyncio.sleep(rest)
            if not self._room.slice_done():
                self._asked.clear()  # only an answer can have made a new view
            await asyncio.sleep(_BREATH_S)
