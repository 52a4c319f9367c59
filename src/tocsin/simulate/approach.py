"""The compiled engine before the gate: attempts to deliver, conduct, and the way to the assembly point.

Everything here is local to a person, so a run may be split over threads by ranges of slots. Channels with limited
capacity and request desks queue in `tocsin.simulate.kernels.pool`, between these kernels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

__all__ = ["conclude", "cut", "detour", "fail", "number", "put_off", "respond", "set_out", "slow", "start"]

F = TypeVar("F", bound=Callable[..., object])
Array = Any
"""An array inside a compiled function."""


def _compiled(function: F) -> F:
    """Compile without the GIL, keep the result on disk, and leave the type checker the Python signature."""
    return cast(F, njit(cache=True, nogil=True, error_model="numpy")(function))


@_compiled
def start(
    lo: int, hi: int, root: bool, starts: int, eligible: Array, unit: Array, ordered: Array, attempt: Array
) -> None:
    """Write when each person's attempt by a channel begins: with the unit's order if it is a root, else not yet."""
    for i in range(lo, hi):
        attempt[i] = -1
        if root and eligible[i]:
            attempt[i] = starts + (ordered[unit[i]] if unit[i] >= 0 else 0)


@_compiled
def put_off(lo: int, hi: int, called: Array, attempt: Array) -> None:
    """Let nobody's first attempt begin before the person is called (int64[n])."""
    for i in range(lo, hi):
        if attempt[i] >= 0:
            attempt[i] = max(attempt[i], called[i])


@_compiled
def fail(lo: int, hi: int, start: int, end: int, drawn: Array, column: int, since: Array, down: Array) -> None:
    """Note for which attempts a channel is down: those that begin (`since`) in the window, if the draw says so.

    Args:
        start, end: ms after the alert; the end is not part of the window.
        column: Of `drawn`, -1 = all of them.
        down: uint8[n], set to 1 for these and left for the others.
    """
    for i in range(lo, hi):
        if start <= since[i] < end and (column < 0 or drawn[column, i]):
            down[i] = 1


@_compiled
def conclude(
    lo: int,
    hi: int,
    channel: int,
    queues: bool,
    drawn: Array,
    reachable: int,
    reach: int,
    delay: int,
    fallback_after: int,
    attempt: Array,
    handled: Array,
    down: Array,
    eligible_next: Array,
    next_attempt: Array,
    done: Array,
    success: Array,
    delivered: Array,
    delivered_by: Array,
) -> None:
    """End each attempt by one channel: delivered, or failed and handed to the fallback.

    Args:
        queues: Whether `handled` holds when a crew or a line was done with it; otherwise the attempt starts the delay.
        reachable, reach, delay, fallback_after: Columns of `drawn`, -1 = always, at once.
        down: uint8[n], whether the channel is down for the attempt (or empty: it never is).
        next_attempt: int64[n] of the fallback channel (or empty); the earliest failure starts it.
        done: int64[n], end of the attempt, -1 = none; success: uint8[n].
        delivered, delivered_by: The earliest delivery so far and its channel; ties keep the earlier channel.
    """
    for i in range(lo, hi):
        done[i] = -1
        success[i] = 0
        if attempt[i] < 0:
            continue
        time = attempt[i]
        if queues:
            time = handled[i]
            if time < 0:
                continue
        if delay >= 0:
            time += drawn[delay, i]
        elif not queues:
            time += 1
        done[i] = time
        found = (reachable < 0 or drawn[reachable, i]) and (reach < 0 or drawn[reach, i])
        if found and not (len(down) > 0 and down[i]):
            success[i] = 1
            if delivered[i] < 0 or time < delivered[i]:
                delivered[i] = time
                delivered_by[i] = channel
        elif len(next_attempt) > 0 and eligible_next[i]:
            again = time + (drawn[fallback_after, i] if fallback_after >= 0 else 0)
            if next_attempt[i] < 0 or again < next_attempt[i]:
                next_attempt[i] = again


@_compiled
def respond(
    lo: int,
    hi: int,
    drawn: Array,
    response: int,
    acknowledge: int,
    conduct: int,
    desk_file: Array,
    desk_who: Array,
    masks: Array,
    delivered: Array,
    answers: Array,
    acts: Array,
    acknowledged: Array,
    desk: Array,
    filed: Array,
) -> None:
    """Decide what each delivered person does: 0 refuses, 1 is excused, 2 stays away, 3 comes; and who files a request.

    Args:
        desk_file, desk_who: int64[desks], column of the draw and row of `masks`, -1 = all; the first that hits counts.
        answers: int64[n], time of the response; acts: int8[n], -1 = never delivered.
        acknowledged: int64[n]; desk: int32[n], the request filed at the summons or -1; filed: int64[n] its time.
    """
    for i in range(lo, hi):
        answers[i] = -1
        acts[i] = -1
        acknowledged[i] = -1
        desk[i] = -1
        filed[i] = -1
        if delivered[i] < 0:
            continue
        time = delivered[i] + (drawn[response, i] if response >= 0 else 0)
        answers[i] = time
        act = 3 if conduct < 0 else drawn[conduct, i]
        acts[i] = act
        if act != 3:
            continue
        if acknowledge < 0 or drawn[acknowledge, i]:
            acknowledged[i] = time
        for d in range(len(desk_file)):
            covered = desk_who[d] < 0 or masks[desk_who[d], i]
            if covered and (desk_file[d] < 0 or drawn[desk_file[d], i]):
                desk[i] = d
                filed[i] = time
                break


@_compiled
def set_out(
    lo: int,
    hi: int,
    drawn: Array,
    preparation: int,
    travel: int,
    timing: int,
    lead: int,
    lag: int,
    deadline: int,
    deadline_after: int,
    way: Array,
    delivered: Array,
    acts: Array,
    desk: Array,
    desk_waits: Array,
    desk_granted: Array,
    answered: Array,
    excused: Array,
    left: Array,
    arrived: Array,
) -> None:
    """Send those who come on their way; a granted request excuses them if it is answered in time.

    Timing: 0 aims to arrive at the deadline less a lead, 1 at the deadline plus a lag, 2 leaves when ready; nobody
    arrives before the earliest possible time.

    Args:
        deadline: Fixed, ms after the alert, or -1; then `deadline_after` counts from delivery.
        desk_waits, desk_granted: int64[desks], whether the person waits for the answer, and the draw of its outcome.
        excused, left, arrived: int64[n], written; -1 = not.
    """
    for i in range(lo, hi):
        excused[i] = -1
        left[i] = -1
        arrived[i] = -1
        if acts[i] != 3:
            continue
        ready = delivered[i] + (drawn[preparation, i] if preparation >= 0 else 0)
        d = desk[i]
        granted = False
        if d >= 0:
            granted = answered[i] >= 0 and (desk_granted[d] < 0 or drawn[desk_granted[d], i] == 1)
            if desk_waits[d]:
                if answered[i] < 0:
                    continue
                if granted:
                    excused[i] = answered[i]
                    continue
                ready = max(ready, answered[i])
        journey = way[i] + (drawn[travel, i] if travel >= 0 else 0)
        arrival = ready + journey
        act = 2 if timing < 0 else drawn[timing, i]
        if act != 2:
            due = deadline if deadline >= 0 else delivered[i] + deadline_after
            early = drawn[lead, i] if act == 0 and lead >= 0 else 0
            late = drawn[lag, i] if act == 1 and lag >= 0 else 0
            arrival = max(arrival, due - early + late)
        if granted and answered[i] <= arrival - journey:
            excused[i] = answered[i]
            continue
        left[i] = arrival - journey
        arrived[i] = arrival


@_compiled
def detour(lo: int, hi: int, start: int, end: int, way: Array, around: Array, left: Array, arrived: Array) -> None:
    """Send those who leave in the window the way round; who has none (-1) does not leave.

    Args:
        start, end: ms after the alert; the end is not part of the window.
        way, around: int64[n], the usual way and the way round, without what is drawn.
    """
    for i in range(lo, hi):
        if start <= left[i] < end:
            if around[i] < 0:
                left[i] = -1
                arrived[i] = -1
            else:
                arrived[i] += around[i] - way[i]


@_compiled
def slow(lo: int, hi: int, start: int, end: int, thousandths: int, who: Array, left: Array, arrived: Array) -> None:
    """Let the way of those who leave in the window take so many thousandths of its time, rounded half up.

    Args:
        start, end: ms after the alert; the end is not part of the window.
        who: bool[n], whose way (or empty: everybody's).
    """
    for i in range(lo, hi):
        if start <= left[i] < end and (len(who) == 0 or who[i]):
            arrived[i] = left[i] + ((arrived[i] - left[i]) * thousandths + 500) // 1000


@_compiled
def cut(lo: int, hi: int, horizon: int, times: Array) -> None:
    """Write -1 over the times after the horizon."""
    for i in range(lo, hi):
        times[i] = times[i] if times[i] <= horizon else -1


@_compiled
def number(times: Array, first: Array, which: Array, visit: Array) -> int:
    """Put the attempts of each person in order of time, ties in order of channels.

    Args:
        times: int64[channels, n], -1 = none.
        first: int64[channels, n], written: the earliest time of each person, the second, …, -1 = no more.
        which: int8[channels, n], written: the channels of these times.
        visit: int8[channels, n], written: which number each attempt has, from 1, -1 = none.

    Returns:
        The most attempts that any person has.
    """
    channels, n = times.shape
    most = 0
    counts = np.zeros(n, np.int8)
    first[:] = -1
    which[:] = -1
    visit[:] = -1
    for c in range(channels):
        for i in range(n):
            time = times[c, i]
            if time < 0:
                continue
            k = counts[i]
            while k > 0 and first[k - 1, i] > time:
                first[k, i] = first[k - 1, i]
                which[k, i] = which[k - 1, i]
                k -= 1
            first[k, i] = time
            which[k, i] = c
            counts[i] += 1
            most = max(most, counts[i])
    for k in range(most):
        for i in range(n):
            if which[k, i] >= 0:
                visit[which[k, i], i] = k + 1
    return most


@_compiled
def in_order(times: Array, success: Array, wanted: int, first: Array) -> int:
    """Put the times of attempts of each person in order, as `number` does.

    Args:
        times: int64[channels, n], -1 = none.
        success: int8[channels, n], whether the attempt found the person.
        wanted: 1 for the attempts that did, 0 for those that did not, -1 for all.
        first: int64[channels, n], written: the earliest time of each person, the second, …, -1 = no more.

    Returns:
        The most times that any person has.
    """
    channels, n = times.shape
    most = 0
    for i in range(n):
        count = 0
        for c in range(channels):
            time = times[c, i]
            if time < 0 or (wanted >= 0 and success[c, i] != wanted):
                continue
            k = count
            while k > 0 and first[k - 1, i] > time:
                first[k, i] = first[k - 1, i]
                k -= 1
            first[k, i] = time
            count += 1
        for k in range(count, channels):
            first[k, i] = -1
        most = max(most, count)
    return most
