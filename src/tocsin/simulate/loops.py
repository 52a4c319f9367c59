"""Two event loops: buses that several lines share (or of which some are lost), and crews that go again.

The kernels stand in one file with all that they call, because Numba's disk cache watches only the file of the function
that is called. The rules, in words: docs/mechanisms.md, "Shared fleets" and "Crews that go again".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

__all__ = ["run_crews", "run_fleet"]

F = TypeVar("F", bound=Callable[..., object])
Array = Any
"""An array inside a compiled function."""

NONE = -1
NEVER = 1 << 62
END, SHIFT, ARRIVAL, TIMER = range(4)
TIME, CLASS = 29, 27
ENTITY = (1 << CLASS) - 1
WITHOUT, CALLED, BOARDING = range(3)
"""What a line has: no bus, one on its way to the stop, one with open doors."""


def _compiled(function: F) -> F:
    """Compile without the GIL, keep the result on disk, and leave the type checker the Python signature."""
    return cast(F, njit(cache=True, nogil=True, error_model="numpy")(function))


@_compiled
def put(heap: Array, key: int) -> None:
    """Put a key into a heap whose size stands in its first cell."""
    at = heap[0] + 1
    heap[0] = at
    while at > 1 and heap[at >> 1] > key:
        heap[at] = heap[at >> 1]
        at >>= 1
    heap[at] = key


@_compiled
def take(heap: Array) -> int:
    """Take the least key out of a heap that is not empty."""
    top = heap[1]
    size = heap[0] - 1
    key = heap[size + 1]
    heap[0] = size
    at = 1
    while 2 * at <= size:
        child = 2 * at
        if child < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= key:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = key
    return int(top)


@_compiled
def run_fleet(
    keys: Array,
    line_of: Array,
    horizon: int,
    buses: int,
    lost_times: Array,
    lost: Array,
    capacity: Array,
    timeout: Array,
    trip_from: Array,
    trip_to: Array,
    call: Array,
    trip: Array,
    back: Array,
    boarded: Array,
    ride: Array,
    sent: Array,
    departed: Array,
    arrives: Array,
    last: Array,
    timed: Array,
    bus_of: Array,
) -> int:
    """Let people board the buses of a fleet, from its first event to the horizon.

    Args:
        keys: int64[m], when each person stands at a stop, rising; ties are in order of the persons' numbers.
        line_of: int32[m], the line at whose stop each stands.
        lost_times, lost: int64[k], how many buses are lost from a time on; the first time is 0.
        capacity, timeout: int64[lines]; trip_from, trip_to: int64[lines], rows of each line's trips.
        call, trip, back: int64[trips], how long the bus takes to the stop, there, and back.
        boarded: int64[m], ride: int32[m], written: when each boards, and the row of the trip; -1 = not.
        sent, departed, arrives: int64[trips], written, -1 = not; last: int32[trips], the last to board.
        timed: int8[trips], whether it left timed out; bus_of: int32[trips].

    Returns:
        0, or 1 + the line whose table of trips was too short.
    """
    m, lines = len(keys), len(capacity)
    heap = np.zeros(2 * buses + len(trip) + 64, np.int64)  # a bus's way, and each trip's time-out
    # Who waits at each stop, as a list: the first and the last, and who comes after whom.
    first = np.full(lines, NONE, np.int64)
    end = np.full(lines, NONE, np.int64)
    after = np.full(m, NONE, np.int64)
    has = np.zeros(lines, np.int64)
    row = np.full(lines, NONE, np.int64)
    aboard = np.zeros(lines, np.int64)
    made = np.zeros(lines, np.int64)
    leaves = np.zeros(lines, np.int64)
    line_at = np.full(buses, NONE, np.int64)
    idle = np.empty(buses, np.int64)
    withdrawn = np.zeros(buses, np.uint8)
    head = 0
    idlers = buses
    owed = 0
    for v in range(buses):
        idle[v] = v
    i = j = 0
    while True:
        key = heap[1] if heap[0] > 0 else NEVER
        source = 0
        if i < m and ((keys[i] << TIME) | (ARRIVAL << CLASS)) < key:
            key = (keys[i] << TIME) | (ARRIVAL << CLASS)
            source = 1
        if j < len(lost) and ((lost_times[j] << TIME) | (SHIFT << CLASS)) < key:
            key = (lost_times[j] << TIME) | (SHIFT << CLASS)
            source = 2
        now = key >> TIME
        if key == NEVER or now > horizon:
            return 0
        entity = key & ENTITY
        x = NONE  # the line whose stop has something new
        if source == 2:
            change = lost[j] - (lost[j - 1] if j > 0 else 0)
            j += 1
            while change > 0 and idlers > 0:
                withdrawn[idle[head]] = 1
                head = (head + 1) % buses
                idlers -= 1
                change -= 1
            owed += max(change, 0)
            stay = min(owed, max(-change, 0))
            owed -= stay
            change += stay
            for v in range(buses):
                if change < 0 and withdrawn[v]:
                    withdrawn[v] = 0
                    idle[(head + idlers) % buses] = v
                    idlers += 1
                    change += 1
        elif source == 1:
            x = line_of[i]
            if first[x] < 0:
                first[x] = i
            else:
                after[end[x]] = i
            end[x] = i
            i += 1
        else:
            take(heap)
            v = entity >> 1
            if ((key >> CLASS) & 3) == TIMER:
                x = line_at[v]
                if x < 0 or has[x] != BOARDING or leaves[x] != now:
                    continue
                timed[row[x]] = 1
                aboard[x] = capacity[x]  # leaves as it is
            elif entity & 1:
                x = line_at[v]
                has[x] = BOARDING
                aboard[x] = 0
            elif owed > 0:
                owed -= 1
                withdrawn[v] = 1
            else:
                idle[(head + idlers) % buses] = v
                idlers += 1
        while True:
            # Board at the stop in question; a full bus leaves.
            if x >= 0 and has[x] == BOARDING:
                while first[x] >= 0 and aboard[x] < capacity[x]:
                    p = first[x]
                    first[x] = after[p]
                    boarded[p] = now
                    ride[p] = row[x]
                    last[row[x]] = p
                    aboard[x] += 1
                    if aboard[x] == 1:
                        leaves[x] = now + timeout[x]
                        put(heap, (leaves[x] << TIME) | (TIMER << CLASS) | (bus_of[row[x]] << 1))
                if aboard[x] == capacity[x]:
                    k = row[x]
                    departed[k] = now
                    arrives[k] = now + trip[k]
                    line_at[bus_of[k]] = NONE
                    has[x] = WITHOUT
                    home = arrives[k] + back[k]
                    if home <= horizon:
                        put(heap, (home << TIME) | (END << CLASS) | (bus_of[k] << 1))
            # Send the bus that has been free longest to the stop whose first person has waited longest.
            if idlers == 0:
                break
            if source == 1:
                x = x if x >= 0 and has[x] == WITHOUT and first[x] >= 0 else NONE
            else:
                x = NONE
                for y in range(lines):
                    if has[y] == WITHOUT and first[y] >= 0 and (x < 0 or first[y] < first[x]):
                        x = y
            if x < 0:
                break
            v = idle[head]
            head = (head + 1) % buses
            idlers -= 1
            k = trip_from[x] + made[x]
            if k >= trip_to[x]:
                return int(1 + x)
            made[x] += 1
            row[x] = k
            bus_of[k] = v
            sent[k] = now
            line_at[v] = x
            has[x] = CALLED
            if call[k] == 0:
                has[x] = BOARDING
                aboard[x] = 0
            elif now + call[k] <= horizon:
                put(heap, ((now + call[k]) << TIME) | (END << CLASS) | (v << 1) | 1)


@_compiled
def run_crews(
    members: Array,
    since: Array,
    horizon: int,
    cal_times: Array,
    cal_servers: Array,
    handling: Array,
    onward: Array,
    windows: Array,
    hits: Array,
    again: Array,
    visits: int,
    reload: Array,
    attempt: Array,
    queued: Array,
    began: Array,
    ended: Array,
    by: Array,
    freed: Array,
    freed_try: Array,
) -> None:
    """Let the crews of one pool go to people, and again to those whom they do not find.

    Args:
        members: int32[k], slots in order of their numbers.
        since: int64[n], when each slot first joins the queue; -1 = never.
        cal_times, cal_servers: int64[c], how many crews there are from a time on; the first time is 0.
        handling: int64[tries, n], how long each visit takes, at least 1.
        onward: int64[tries, n], from the end of a visit until the next one stands in the queue; -1 = none follows.
        windows: int64[windows, 2], in which the channel is down: visits that begin in one fail where hits
            (int8[windows, tries, n]) says so, and the next one follows after `again`, as `onward`.
        visits: After so many visits a crew reloads before the next; 0 = never; reload: int64[tries, n] or empty.
        attempt: int64[tries, n], written from the second try on: when it joins the queue.
        queued, began, ended: int64[tries, n]; by, freed: int32[tries, n]; written for the tries that join. `freed` is
            -1 (own arrival), a slot, or -2 - i (shift i); freed_try: int8[tries, n], which visit of that slot ended.
    """
    k = len(members)
    most = 1
    for i in range(len(cal_servers)):
        most = max(most, cal_servers[i])
    heap = np.zeros(2 * k + 8, np.int64)
    for i in range(k):
        if 0 <= since[members[i]] <= horizon:
            put(heap, (since[members[i]] << TIME) | (ARRIVAL << CLASS) | i)
    which = np.zeros(k, np.int64)  # the try at hand
    queue = np.empty(k, np.int64)  # a ring of those who wait
    front = waiting = 0
    idle = np.empty(most, np.int64)
    present = np.zeros(most, np.uint8)
    served = np.zeros(most, np.int64)
    head = idlers = leaving = 0
    shift = target = 0
    while True:
        key = heap[1] if heap[0] > 0 else NEVER
        planned = shift < len(cal_times) and ((cal_times[shift] << TIME) | (SHIFT << CLASS)) < key
        if planned:
            key = (cal_times[shift] << TIME) | (SHIFT << CLASS)
        now = key >> TIME
        if key == NEVER or now > horizon:
            return
        cause, cause_try = NONE, 0
        if planned:
            cause = -2 - shift
            change = cal_servers[shift] - target
            target = cal_servers[shift]
            shift += 1
            while change < 0:
                if idlers > 0:
                    present[idle[head]] = 0
                    head = (head + 1) % most
                    idlers -= 1
                else:
                    leaving += 1
                change += 1
            while change > 0 and leaving > 0:
                leaving -= 1
                change -= 1
            for s in range(most):
                if change > 0 and present[s] == 0:
                    present[s] = 1
                    idle[(head + idlers) % most] = s
                    idlers += 1
                    change -= 1
        else:
            take(heap)
            person = key & ENTITY
            slot = members[person]
            t = which[person]
            if ((key >> CLASS) & 3) == END:
                ended[t, slot] = now
                cause, cause_try = slot, t
                if leaving > 0:
                    leaving -= 1
                    present[by[t, slot]] = 0
                else:
                    idle[(head + idlers) % most] = by[t, slot]
                    idlers += 1
                after = onward[t, slot]
                for w in range(len(windows)):
                    if windows[w, 0] <= began[t, slot] < windows[w, 1] and hits[w, t, slot]:
                        after = again[t, slot]
                if after >= 0:
                    which[person] = t + 1
                    attempt[t + 1, slot] = now + after
                    if attempt[t + 1, slot] <= horizon:
                        put(heap, (attempt[t + 1, slot] << TIME) | (ARRIVAL << CLASS) | person)
            else:
                queued[t, slot] = now
                queue[(front + waiting) % k] = person
                waiting += 1
        while idlers > 0 and waiting > 0:
            person = queue[front]
            front = (front + 1) % k
            waiting -= 1
            slot = members[person]
            t = which[person]
            s = idle[head]
            head = (head + 1) % most
            idlers -= 1
            length = handling[t, slot]
            if visits > 0:
                if served[s] > 0 and served[s] % visits == 0 and len(reload) > 0:
                    length += reload[t, slot]
                served[s] += 1
            began[t, slot] = now
            by[t, slot] = s
            freed[t, slot] = cause
            freed_try[t, slot] = cause_try
            put(heap, ((now + length) << TIME) | (END << CLASS) | person)
