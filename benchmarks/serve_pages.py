"""`tocsin bench weigh`, the desk: how long each page takes with 10,000 reports.

A folder with the bundled case and made posts (`watch_export.py`) is served by a process of its own; what is asked is
what a reader comes to: every entry of the navigation, and from there the links of each sort, lists at their third page
and filters among them. Each page is asked 20 times, warm, one at a time.

`serve.page` (ms): the 95th percentile of the slowest page; which one that is stands beside. `serve.page.median`: the
median of all pages' medians. `serve.page.first` (ms, no goal): the slowest page when it is asked for the first time, of
a desk that had a moment to work out what it works out while nobody asks.
`serve.page.warm` (s, no goal): how long the first page after a decision takes, for which
everything is worked out anew.

`python -m benchmarks.serve_pages 10000` prints the pages; a folder may be named behind, which is then kept, and
how often each page is asked.
"""

from __future__ import annotations

import http.client
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.timing import row
from benchmarks.watch_export import export
from benchmarks.watch_posts import START_MS
from tocsin.serve.page import NAVIGATION
from tocsin.serve.run import DEMO, bundled_case, fill
from tocsin.watch.desk import opened
from tocsin.watch.intake import Reading
from tocsin.watch.times import DAY_MS

__all__ = ["rows"]

REPORTS: Final = 10_000
QUICK: Final = 1_000
SEED: Final = 20260219
TIMES: Final = 20
OF_A_SORT: Final = 2
"""Pages of one sort that are asked for: two reports, two incidents …"""
FAR: Final = 4
"""Lists are looked at up to the page before this one."""
PAUSE_S: Final = 5.0
"""Seconds that nobody asks before the first page: a desk of 10,000 reports needs two for what it does in a pause."""
GOAL_MS: Final = 200.0
_BUNDLED: Final = 92
_LINK: Final = re.compile(r'(?:href|hx-get)="(/[^"#]*)')
_FILES: Final = ("/static/", "/vendor/")


@dataclass(frozen=True, slots=True)
class Asked:
    """A page and how long it took.

    Attributes:
        path: Its address.
        median_ms, late_ms: Median and 95th percentile of `TIMES`.
        first_ms: The first time, when its own part of the view may still have to be worked out.
        size: Its bytes.
    """

    path: str
    median_ms: float
    late_ms: float
    first_ms: float
    size: int


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The rows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "watch"
        made(folder, QUICK if quick else REPORTS)
        pages, warm = measured(folder)
    slowest = max(pages, key=lambda one: one.late_ms)
    first = max(pages, key=lambda one: one.first_ms)
    middle = statistics.median(one.median_ms for one in pages)
    return [
        row("serve.page", slowest.late_ms, "ms", f"limit ({slowest.path})", GOAL_MS, GOAL_MS, less=True),
        row("serve.page.median", middle, "ms", f"limit ({len(pages)} pages)", GOAL_MS, None, less=True),
        row("serve.page.first", first.first_ms, "ms", f"limit ({first.path})", GOAL_MS, None, less=True),
        row("serve.page.warm", warm, "s", "nothing", warm, None, less=True),
    ]


def made(folder: Path, count: int) -> None:
    """Fill a watch folder with the bundled case and made posts, so many reports in all."""
    fill(folder)
    file = folder.parent / "made.json"
    file.write_text(json.dumps(export(count - _BUNDLED, SEED), ensure_ascii=False), encoding="utf-8")
    reading = Reading(
        START_MS + 400 * DAY_MS, ZoneInfo("Europe/Minsk"), key=bytes(32), publisher="made channel", level="social"
    )
    with opened(folder) as desk:
        desk.take(str(file), reading)


def measured(folder: Path, times: int = TIMES) -> tuple[list[Asked], float]:
    """Every sort of page, asked so many times, and the seconds of the first page after a decision."""
    with _desk(folder) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        _get(connection, "/")
        connection.close()  # the desk does not keep one open for as long as the pause; the next request opens another
        time.sleep(PAUSE_S)
        pages = [_timed(connection, path, first, times) for path, first in _walk(connection).items()]
        with opened(folder) as desk:
            report = min(desk.standing.reports)
            desk.decide("grade", report, ["digit=3"], "a bench", "analyst", START_MS + 401 * DAY_MS)
        began = time.perf_counter()
        _get(connection, "/")
        return pages, time.perf_counter() - began


@contextmanager
def _desk(folder: Path) -> Iterator[int]:
    """The desk in a process of its own; its port."""
    case = ["--case", DEMO] if bundled_case(folder) else []
    command = [sys.executable, "-m", "tocsin", "serve", "--store", str(folder), *case, "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None, "it was asked for"
        try:
            yield int(urlsplit(json.loads(running.stdout.readline())["address"]).port or 0)
        finally:
            running.terminate()


def _walk(connection: http.client.HTTPConnection) -> dict[str, float]:
    """Pages that links lead to, a few of each sort, and how long each took the first time."""
    found: dict[str, float] = {}
    waiting, seen, sorts = deque(entry.address for entry in NAVIGATION), set[str](), dict[tuple[str, ...], int]()
    while waiting:
        path = waiting.popleft()
        sort = _sort(path)
        far = any(step == f"page={FAR}" for step in sort)
        if path in seen or far or sorts.get(sort, 0) >= OF_A_SORT or path.startswith(_FILES):
            continue
        seen.add(path)
        began = time.perf_counter()
        code, text = _get(connection, path)
        if code != 200:
            continue
        sorts[sort] = sorts.get(sort, 0) + 1
        found[path] = 1000 * (time.perf_counter() - began)
        for link in map(unescape, _LINK.findall(text)):
            waiting.append(link)
            if "page=2" in link:
                waiting.append(link.replace("page=2", "page=3"))
    return found


def _sort(path: str) -> tuple[str, ...]:
    """What two pages of one sort have in common: their place, how deep, and which filters are named."""
    parts = urlsplit(path)
    steps = parts.path.strip("/").split("/")
    middle = "" if len(steps) == 1 else steps[-1] if steps[-1].isalpha() else "*"
    filters = [
        f"{name}={min(int(value), FAR) if name == 'page' and value.isdigit() else '*'}"
        for name, value in parse_qsl(parts.query)
    ]
    return steps[0], str(len(steps)), middle, *sorted(filters)


def _get(connection: http.client.HTTPConnection, path: str) -> tuple[int, str]:
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode("utf-8", "replace")


def _timed(connection: http.client.HTTPConnection, path: str, first: float, often: int) -> Asked:
    times, size = [], 0
    for _ in range(often):
        began = time.perf_counter()
        _, text = _get(connection, path)
        times.append(1000 * (time.perf_counter() - began))
        size = len(text)
    return Asked(path, float(np.median(times)), float(np.percentile(times, 95)), first, size)


def _show(words: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(words[1] if len(words) > 1 else name) / "watch"
        if not folder.exists():
            made(folder, int(words[0]))
        pages, warm = measured(folder, int(words[2]) if len(words) > 2 else TIMES)
    for one in sorted(pages, key=lambda one: -one.late_ms):
        print(f"{one.median_ms:8.1f} {one.late_ms:8.1f} {one.first_ms:8.1f} ms  {one.size / 1000:7.1f} kB  {one.path}")
    print(f"first page after a decision: {warm:.1f} s")


if __name__ == "__main__":
    _show(sys.argv[1:])
