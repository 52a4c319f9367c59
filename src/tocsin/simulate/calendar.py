"""Shifts of a plan as a step function: how many servers are present from which millisecond on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from tocsin.plan.model import Exercise, Instruction, Shift

__all__ = ["HOUR_MS", "Calendar", "calendar", "rounds"]

HOUR_MS = 3_600_000
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Servers present over time.

    Attributes:
        times: int64[k], milliseconds since the alert, rising, the first is 0.
        servers: int64[k], how many are present from that time on.
    """

    times: NDArray[np.int64]
    servers: NDArray[np.int64]

    @property
    def constant(self) -> bool:
        """Whether the number of servers never changes."""
        return len(self.times) == 1

    @property
    def most(self) -> int:
        """The largest number of servers ever present."""
        return int(self.servers.max())


def calendar(servers: int | None, shifts: Sequence[Shift], exercise: Exercise) -> Calendar:
    """Lay shifts out over the run.

    Args:
        servers: Servers at all hours, or None where there are shifts.
        shifts: Daily local shifts and shifts counted from the alert; overlapping ones add up.
        exercise: Gives the alert, the zone and the horizon.

    Returns:
        The step function from the alert to the horizon.
    """
    if servers is not None:
        return Calendar(np.zeros(1, np.int64), np.array([servers], np.int64))
    end = round(exercise.horizon_h * HOUR_MS)
    change: dict[int, int] = {0: 0}
    for shift in shifts:
        for opens, closes in _windows(shift, exercise, end):
            change[opens] = change.get(opens, 0) + shift.servers
            change[closes] = change.get(closes, 0) - shift.servers
    times = sorted(time for time in change if time < end)
    present = np.cumsum([change[time] for time in times])
    kept = [i for i in range(len(times)) if i == 0 or present[i] != present[i - 1]]
    return Calendar(np.array([times[i] for i in kept], np.int64), present[kept].astype(np.int64))


def rounds(instruction: Instruction | None, exercise: Exercise) -> NDArray[np.int64]:
    """Give the times of the rounds of instruction at a point.

    Args:
        instruction: The rounds as planned, or None.
        exercise: Gives the alert, the zone and the horizon.

    Returns:
        int64[k], milliseconds since the alert, rising.
    """
    if instruction is None:
        return np.empty(0, np.int64)
    end = round(exercise.horizon_h * HOUR_MS)
    step = round(instruction.every_min * 60_000)
    parts = [
        np.arange(opens, closes, step, dtype=np.int64)
        for opens, closes in _daily(instruction.from_, instruction.until, exercise, end, clip=False)
    ]
    times = np.concatenate(parts) if parts else np.empty(0, np.int64)
    return times[(times >= 0) & (times < end)]


def _windows(shift: Shift, exercise: Exercise, end: int) -> list[tuple[int, int]]:
    if shift.from_h is not None and shift.until_h is not None:
        opens, closes = round(shift.from_h * HOUR_MS), round(shift.until_h * HOUR_MS)
        return [(opens, min(closes, end))] if opens < end else []
    assert shift.from_ is not None and shift.until is not None, "the model refuses other shifts"
    return _daily(shift.from_, shift.until, exercise, end, clip=True)


def _daily(opens: str, closes: str, exercise: Exercise, end: int, *, clip: bool) -> list[tuple[int, int]]:
    """Windows of each local day between the alert and the horizon, in ms since the alert."""
    zone = ZoneInfo(exercise.time_zone)
    first = exercise.alert.astimezone(zone).date()
    windows = []
    for day in range(int(end // (24 * HOUR_MS)) + 2):
        date = first + day * DAY
        window = (_ms(date, opens, zone, exercise.alert), _ms(date, closes, zone, exercise.alert))
        if clip:
            window = (max(window[0], 0), min(window[1], end))
        if window[0] < window[1] and window[1] > 0 and window[0] < end:
            windows.append(window)
    return windows


def _ms(date: dt.date, clock: str, zone: ZoneInfo, alert: dt.datetime) -> int:
    hour, minute = int(clock[:2]), int(clock[3:])
    if hour == 24:
        date, hour = date + DAY, 0
    local = dt.datetime.combine(date, dt.time(hour, minute), zone)
    return round((local.astimezone(dt.UTC) - alert.astimezone(dt.UTC)) / dt.timedelta(milliseconds=1))
