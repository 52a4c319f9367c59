"""Judge generators for the random streams: `python -m tools.battery own|dieharder [candidate]`.

A candidate turns (k0, k1, person) into 64 bits. Real streams are read person by person, but also across runs,
stages, visits and seeds, so each candidate is judged on words interleaved in all those orders: that is where
a generator with good single streams may fail. Two candidates are bad on purpose: a battery that lets them
pass is worthless. The results and the choice: docs/decisions/0004-random-streams.md.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count

import numpy as np
import numpy.typing as npt
from tools.battery_candidates import CANDIDATES, CONTROLS
from tools.battery_checks import all_checks

from tocsin.draws import stream_keys

Words = npt.NDArray[np.uint64]
Keys = npt.NDArray[np.uint64]

KEYS, PERSONS = 256, 4096

# Tests of dieharder by number, without those that its manual calls suspect (5, 6, 7, 14) and without the
# longest ones: `dieharder -a` takes hours on a shared core.
DIEHARDER_TESTS = [f"-d {test}" for test in (0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 15, 16, 17, 100, 101, 102, 204)]
DIEHARDER_TESTS += [f"-d 200 -n {bits}" for bits in (1, 2, 4, 8)] + [
    "-d 201 -n 3",
    "-d 202 -n 4",
    "-d 203 -n 7",
]


def _keys(names: list[tuple[int, int, str, int]]) -> Keys:
    return np.array([stream_keys(*name) for name in names], np.uint64)


def _by_run(at: int) -> Keys:
    return _keys([(2026, at * KEYS + k, "medical service", 1) for k in range(KEYS)])


def _by_stage(at: int) -> Keys:
    return _keys([(2026, at, f"stage {k}", 1) for k in range(KEYS)])


def _by_visit(at: int) -> Keys:
    return _keys([(2026, at, "medical service", k) for k in range(KEYS)])


def _by_seed(at: int) -> Keys:
    """Seeds that differ in single bits from a base, then in pairs of bits."""
    flips = [1 << k for k in range(64)] + [(1 << k) | (1 << (k * 7 + 11) % 64) for k in range(64)]
    seeds = [2026 ^ f for f in (*flips, *(f ^ 0xFFFF0000 for f in flips))]
    return _keys([(s % 2**64, at, "medical service", 1) for s in seeds])


def _bare(at: int) -> Keys:
    """Keys that were never hashed: small neighbouring numbers. Harder than anything that Tocsin asks for."""
    k = np.arange(KEYS, dtype=np.uint64)
    return np.stack([k + np.uint64(at * KEYS), k % np.uint64(16)], axis=1)


def _overlapping(at: int) -> Keys:
    """First keys one step of the counter apart, as chance has them in large sweeps; second keys hashed."""
    keys = _by_run(at)
    with np.errstate(over="ignore"):
        keys[:, 0] = keys[0, 0] + np.arange(KEYS, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return keys


ORDERS: dict[str, tuple[Callable[[int], Keys], bool]] = {
    "persons": (_by_run, False),  # person after person, then the next run
    "runs": (_by_run, True),  # run after run of one person, then the next person
    "stages": (_by_stage, True),
    "visits": (_by_visit, True),
    "seeds": (_by_seed, True),
    "overlapping": (_overlapping, True),
    "bare keys": (_bare, True),
}


def blocks(candidate: str, order: str) -> Iterator[Words]:
    """Yield endless blocks of words of a candidate in an order, each KEYS * PERSONS long."""
    keys_of, across = ORDERS[order]
    person = np.arange(PERSONS, dtype=np.int64)
    table = np.empty((KEYS, PERSONS), np.uint64)
    for at in count():
        CANDIDATES[candidate](table, keys_of(at), person)
        yield (table.T if across else table).ravel().copy()


def words(candidate: str, order: str, many: int) -> Words:
    """Return the first `many` words of a candidate in an order."""
    parts: list[Words] = []
    for block in blocks(candidate, order):
        parts.append(block)
        if sum(map(len, parts)) >= many:
            return np.concatenate(parts)[:many]
    raise AssertionError("blocks never end")


def own(candidates: list[str], many: int) -> None:
    """Print for each candidate and order the number of p-values, the least, and the checks that failed."""
    for candidate in candidates:
        for order in ORDERS:
            began = time.perf_counter()
            found = all_checks(words(candidate, order, many))
            bad = {name: p for name, p in found.items() if p < 1e-6}
            least = min(found.values())
            print(
                f"{candidate:14s} {order:12s} {len(found):3d} p-values, least {least:.1e}, failed {len(bad)}"
                f"  ({time.perf_counter() - began:.0f} s) {' '.join(list(bad)[:8])}",
                flush=True,
            )


def dieharder(candidates: list[str], orders: list[str], samples: int, tests: list[str]) -> None:
    """Pipe each candidate in each order through dieharder; print its counts and what is not PASSED."""
    program = shutil.which("dieharder")
    if program is None:
        print("dieharder is not installed here (Debian: apt-get install dieharder); nothing was run")
        return
    for candidate in candidates:
        for order in orders:
            began, source = time.perf_counter(), blocks(candidate, order)
            rows: list[str] = []
            for test in tests:  # one call each, reading on where the one before stopped
                lines = _pipe([program, "-g", "200", "-p", str(samples), *test.split()], source)
                rows += [line for line in lines if line.rstrip().endswith(("PASSED", "WEAK", "FAILED"))]
            counts = {word: sum(word in row for row in rows) for word in ("PASSED", "WEAK", "FAILED")}
            print(f"{candidate} {order}: {counts} ({time.perf_counter() - began:.0f} s)", flush=True)
            for row in rows:
                if "PASSED" not in row:
                    print("   ", row.strip(), flush=True)


def _pipe(command: list[str], source: Iterator[Words]) -> list[str]:
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=False) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            while process.poll() is None:
                process.stdin.write(next(source).tobytes())
        except BrokenPipeError:
            pass  # it has read enough
        return process.stdout.read().decode().splitlines()


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("which", choices=["own", "dieharder"])
    parser.add_argument("candidate", nargs="*", default=[], help=", ".join(CANDIDATES))
    parser.add_argument("--words", type=int, default=2**22, help="words a candidate and order (own)")
    parser.add_argument("--order", action="append", choices=list(ORDERS), help="only these orders (dieharder)")
    parser.add_argument("--test", action="append", help='only this, such as "-d 102" (dieharder)')
    parser.add_argument("--samples", type=int, default=100, help="p-values a test (dieharder -p)")
    asked = parser.parse_intermixed_args()
    candidates = asked.candidate or [name for name in CANDIDATES if name not in CONTROLS]
    if asked.which == "own":
        own(candidates, asked.words)
    else:
        orders = asked.order or ["persons", "runs", "stages"]
        dieharder(candidates, orders, asked.samples, asked.test or DIEHARDER_TESTS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
