"""What is worked out while nobody asks: in slices, for the view that holds, and never in the way of an answer."""

from __future__ import annotations

import asyncio
import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tocsin.errors import WatchError
from tocsin.serve import Room, View
from tocsin.serve.idle import QUIET_S, Idle
from tocsin.serve.pages import LATER, WARM
from tocsin.serve.run import listening, server_of
from tocsin.watch.desk import opened
from tocsin.watch.store import Store

AT_MS = 1_795_000_000_000
"""In November 2026, after all that is in the case."""


class Counted:
    """Work of three slices that notes the view and thread of each."""

    def __init__(self) -> None:
        self.views: list[View] = []
        self.threads: set[int] = set()

    def __call__(self, view: View) -> Iterator[None]:
        for _ in range(3):
            self.views.append(view)
            self.threads.add(threading.get_ident())
            yield


def eventually(holds: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether something comes to hold in time."""
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    return holds()


@contextmanager
def running(room: Room) -> Iterator[tuple[http.client.HTTPConnection, threading.Thread]]:
    """The desk of a room as a server, with a connection to it and the thread of its loop."""
    heard = listening(0)
    server = server_of(room, heard)
    thread = threading.Thread(target=lambda: server.run(sockets=[heard]), daemon=True)
    with heard:
        thread.start()
        connection = http.client.HTTPConnection("127.0.0.1", heard.getsockname()[1], timeout=20)
        try:
            assert eventually(lambda: server.started), "the desk did not start"
            yield connection, thread
        finally:
            connection.close()
            server.should_exit = True
            thread.join(10)


def asked(connection: http.client.HTTPConnection, path: str = "/claims/all") -> int:
    """The status of an answer."""
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def test_slices_run_on_the_loop_that_answers(filled: Path) -> None:
    """All slices of a view are done after its answer, in the thread of the loop, and once only."""
    work = Counted()
    with Store.open(filled, any_thread=True) as store, running(Room(store, later=(work,))) as (connection, thread):
        assert work.views == [], "before the first view there is nothing to work at"
        assert asked(connection) == 200
        assert eventually(lambda: len(work.views) == 3)
        assert asked(connection) == 200
        time.sleep(QUIET_S + 0.2)
        assert len(work.views) == 3 and len(set(map(id, work.views))) == 1
        assert work.threads == {thread.ident}


def test_a_change_throws_slices_away(copied: tuple[Path, Path | None]) -> None:
    """After a change, or one from outside, no slice of the old view is done; those of the new one all are."""
    work = Counted()
    with Store.open(copied[0], any_thread=True) as store:
        room = Room(store, later=(work,))
        assert not room.slice_done(), "no view, no slice"
        first = room.view
        assert room.slice_done() and work.views == [first]
        with room.changing() as desk:
            desk.decide("grade", "r038", ["digit=3"], "a test", "analyst", AT_MS)
            assert not room.slice_done(), "nothing is worked out while something changes"
        second = room.view
        assert room.slice_done() and work.views == [first, second]
        with opened(copied[0]) as other:
            other.decide("grade", "r038", ["digit=4"], "a test", "analyst", AT_MS + 1)
        assert not room.slice_done() and work.views == [first, second]
        third = room.view
        assert [room.slice_done() for _ in range(4)] == [True, True, True, False]
        assert work.views == [first, second, third, third, third]


def test_the_desk_ends_while_slices_are_left(filled: Path) -> None:
    """Work without an end neither keeps an answer waiting for long nor the desk from ending."""
    done: list[int] = []

    def endless(view: View) -> Iterator[None]:
        while True:
            done.append(1)
            time.sleep(0.01)
            yield

    with Store.open(filled, any_thread=True) as store:
        with running(Room(store, later=(endless,))) as (connection, thread):
            assert asked(connection) == 200
            assert eventually(lambda: len(done) > 3)
            assert asked(connection) == 200
        assert not thread.is_alive(), "the desk did not end"
        count = len(done)
        time.sleep(0.1)
        assert len(done) == count


def test_while_somebody_asks_no_slice_is_done(filled: Path) -> None:
    """A slice waits until the last answer is a moment old."""
    work = Counted()

    async def busy(idle: Idle) -> int:
        async with idle.beside(None):
            for _ in range(10):
                idle.answered()
                await asyncio.sleep(QUIET_S / 5)
            return len(work.views)

    with Store.open(filled, any_thread=True) as store:
        room = Room(store, later=(work,))
        _ = room.view
        idle = Idle(room)
        idle.answered()
        assert asyncio.run(busy(idle)) == 0


def test_what_fails_is_left_to_the_page(filled: Path) -> None:
    """Work that is refused ends, and the next goes on."""
    work = Counted()

    def refused(view: View) -> Iterator[None]:
        raise WatchError("found nothing; expected something", place="a test")
        yield

    with Store.open(filled, any_thread=True) as store:
        room = Room(store, later=(refused, work))
        _ = room.view
        assert [room.slice_done() for _ in range(5)] == [True, True, True, True, False]
        assert len(work.views) == 3


def test_the_pages_of_questions_find_their_work_done(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the slices, a question's page asks neither the law nor for contradictions or drift again."""
    from tocsin.serve.pages import question_shown

    def never(*words: object) -> None:
        raise AssertionError("worked out again")

    with Store.open(filled, any_thread=True) as store:
        room = Room(store, None, WARM, later=LATER)
        view = room.view
        question = view.desk.ledger[0]
        plain = question_shown.opposing(View(view.desk, None), question)
        while room.slice_done():
            pass
        for name in ("legal", "drifts", "side_clashes"):
            monkeypatch.setattr(question_shown, name, never)
        assert question_shown.opposing(view, question) == plain
        for one in view.desk.ledger:
            question_shown.changed(view, one)
            question_shown.found_by_law(view, one, "by")
