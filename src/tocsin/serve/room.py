"""What stands at one moment: the watch folder and the case, worked out once and remembered until something changes.

Pages only read a `View`. What changes something goes through `Room.changing`, which makes a new view before the page
that follows is asked for. A change from outside (another `tocsin watch`, an edited case) is seen at the next page.
What only few pages need is worked out in slices while nobody asks (`idle`); whoever asks first does not wait for it.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar, cast

from tocsin.errors import TocsinError
from tocsin.watch.desk import Desk, moment_of
from tocsin.watch.store import Store

__all__ = ["Room", "View"]

T = TypeVar("T")


class View:
    """What holds at one moment.

    Attributes:
        desk: The watch folder, with private persons masked.
        case_file: The file of the case, or None.
    """

    def __init__(self, desk: Desk, case_file: Path | None) -> None:
        self.desk = desk
        self.case_file = case_file
        self._remembered: dict[str, Any] = {}

    def remember(self, name: str, make: Callable[[], T]) -> T:
        """What was worked out under a name in this view, or is now.

        Args:
            name: The page's module and what it is, such as "incidents: by id".
            make: Works it out; the same name always goes with the same function.
        """
        if name not in self._remembered:
            self._remembered[name] = make()
        return cast(T, self._remembered[name])


Warm = Callable[[View], object]
Later = Callable[[View], Iterator[None]]
"""Works something out in slices, and yields after each."""


class Room:
    """The desk's own room: one store, one case, one view at a time.

    Args:
        store: The watch folder, open; it is used from one thread at a time.
        case_file: The file of the case, or None.
        warm: What is worked out as soon as there is a new view, so that no page has to wait for it.
        clock: Gives the time in milliseconds since 1970.
        later: What is worked out afterwards, slice by slice, while nobody asks for a page.

    Attributes:
        warm_ms: How long it took to work out the last view.
    """

    def __init__(
        self,
        store: Store,
        case_file: Path | None = None,
        warm: tuple[Warm, ...] = (),
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        later: tuple[Later, ...] = (),
    ) -> None:
        self.store = store
        self.case_file = case_file
        self.clock = clock
        self.later = later
        self._warm = warm
        self._slices: Iterator[None] = iter(())
        self._seen: tuple[Any, ...] = ()
        self._view: View | None = None
        self.warm_ms = 0.0

    @property
    def view(self) -> View:
        """What holds now."""
        marks = self._marks()
        if self._view is None or marks != self._seen:
            self._view, self._seen = self._made(self._desk(marks)), marks
        return self._view

    @contextmanager
    def changing(self) -> Iterator[Desk]:
        """A desk to change something at; afterwards there is a new view, warm before the next page is asked for.

        A refusal leaves no old view either: part of a change may stand.
        """
        desk, self._view = self._desk(self._marks()), None
        yield desk
        marks = self._marks()
        self._view, self._seen = self._made(desk.again()), marks

    def _desk(self, marks: tuple[Any, ...]) -> Desk:
        """The desk of the last view if the folder is as it was, whatever became of the case; or a new one."""
        if self._view is not None and marks[0] == self._seen[0]:
            return self._view.desk
        return Desk(self.store)

    def slice_done(self) -> bool:
        """Work out one slice of what the view still lacks; what failed is told by the page that needs it.

        Returns:
            Whether there was one; there is none for a view that no longer holds.
        """
        if self._view is None or self._marks() != self._seen:
            return False
        try:
            return next(self._slices, self) is None
        except (TocsinError, sqlite3.Error):
            return True

    def _made(self, desk: Desk) -> View:
        view = View(desk, self.case_file)
        self._slices = chain.from_iterable(later(view) for later in self.later)
        started = time.perf_counter()
        for warm in self._warm:
            warm(view)
        self.warm_ms = (time.perf_counter() - started) * 1000
        return view

    def _marks(self) -> tuple[Any, ...]:
        """What differs as soon as somebody else has written to the store or the case."""
        case = self.case_file.stat() if self.case_file is not None and self.case_file.exists() else None
        return moment_of(self.store), None if case is None else (case.st_mtime_ns, case.st_size)
