"""Timing: repeats, medians, processor time beside wall time, whole processes with their peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Times", "process", "repeat", "row"]


@dataclass(frozen=True)
class Times:
    """Medians of several repeats, in seconds, and the peak memory in GiB where a process was timed."""

    wall: float
    cpu: float
    memory: float = 0.0


def repeat(function: Callable[[], object], times: int, warm: int = 1) -> Times:
    """Time a function in this process: medians over `times` calls after `warm` that are not counted."""
    for _ in range(warm):
        function()
    walls, cpus = [], []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        function()
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    return Times(statistics.median(walls), statistics.median(cpus))


def process(command: Sequence[str], times: int, warm: int = 0) -> Times:
    """Time a whole process, as the operating system counts it, its children included.

    Raises:
        RuntimeError: The command failed.
    """
    runs = [_once(command) for _ in range(warm + times)][warm:]
    return Times(*(statistics.median(getattr(t, name) for t in runs) for name in ("wall", "cpu", "memory")))


def _once(command: Sequence[str]) -> Times:
    started = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert child.stderr is not None, "it was asked for"
    told = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}: {told.decode()[-500:]}")
    return Times(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20)


def row(
    name: str,
    value: float,
    unit: str,
    peer: str,
    peer_value: float,
    goal: float | None,
    *,
    less: bool,
    times: bool = False,
    equal: bool | None = None,
) -> dict[str, Any]:
    """Write one row.

    Args:
        name: As the issue names it.
        value: Ours.
        unit: Of both.
        peer: Whom or what ours stands beside.
        peer_value: The peer's.
        goal: What the ratio (with `times`) or the value must reach; None = it is only shown.
        less: Whether less is better.
        times: Whether the goal is about the ratio.
        equal: Whether the results agree; None where there is nothing to compare.
    """
    ratio = peer_value / value if less else value / peer_value
    met: bool | None = None  # without a goal nothing is met, and nothing missed
    told = ""
    if goal is not None:
        told, met = _judged(ratio if times else value, unit, goal, less=less, times=times)
    if equal is False:
        met = False
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "peer": peer,
        "peer_value": peer_value,
        "ratio": ratio,
        "goal": told,
        "met": met,
        "equal": equal,
    }


def _judged(figure: float, unit: str, goal: float, *, less: bool, times: bool) -> tuple[str, bool]:
    """A goal in words, and whether a figure meets it."""
    if times:
        return f"≥ {goal:g} ×", figure >= goal
    return (f"< {goal:g} {unit}", figure < goal) if less else (f"≥ {goal:g} {unit}", figure >= goal)
