"""The compiled engine at the gate: sorted streams through stations and buses, and the forming of units.

A stream is an array of *keys*: time in ms in the upper bits, the local number of a person in the lower 24, so that one
comparison of whole numbers is the tie rule (time, then number). Each station takes a sorted stream and gives one; a
station is a recursion where first come, first served by a constant number of servers describes it, and otherwise a
small event loop of its own. Nothing here checks an index: `tocsin.simulate.tables` does, once a network.

This is one long file because Numba's disk cache watches only the file of the function that is called: `gate`, `pool`
and `form_units` share the sorting of keys and the stations, whose changes would go unseen in a file of their own.

Order of things at one instant: ends, shifts, arrivals, timers; inside a class by number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

__all__ = ["BITS", "FIELDS", "NEVER", "form_units", "gate", "pool", "sort_keys"]

F = TypeVar("F", bound=Callable[..., object])
Array = Any
"""An array inside a compiled function; its element type is in the name of the argument's paragraph."""

BITS = 24
"""Bits of a key that hold the local number: at most 16,777,216 people a queue."""
MASK = (1 << BITS) - 1
NEVER = 1 << 38
"""Later than any time: eight years after the alert."""
RANK = 40
ROW = 64
"""Up to so many servers a row is quicker than a heap: 0.6 beside 1.0 ms for 50,000 visits; at 128 they are equal."""
DIGIT = 11

FIELDS = (
    "slot",
    "plain",
    "servers",
    "service",
    "need",
    "who",
    "patience",
    "impatient",
    "ranks",
    "leave",
    "rule_from",
    "rule_to",
    "calendar_from",
    "calendar_to",
)
"""Columns of the table of steps, in order; -1 = none."""
(SLOT, PLAIN, SERVERS, SERVICE, NEED, WHO, PATIENCE, IMPATIENT, RANKS, LEAVE, RULE_FROM, RULE_TO, CAL_FROM, CAL_TO) = (
    range(14)
)


def _compiled(function: F) -> F:
    """Compile without the GIL, keep the result on disk, and leave the type checker the Python signature."""
    return cast(F, njit(cache=True, nogil=True, error_model="numpy")(function))


# --- keys ---------------------------------------------------------------------------------------------------------


@_compiled
def sort_keys(keys: Array, n: int, spare: Array) -> None:
    """Sort n keys that stand in order of their local numbers: stable radix passes over the bits of time."""
    if n < 48:
        for i in range(1, n):
            key = keys[i]
            k = i - 1
            while k >= 0 and keys[k] > key:
                keys[k + 1] = keys[k]
                k -= 1
            keys[k + 1] = key
        return
    low = keys[0] >> BITS
    high = low
    for i in range(n):
        time = keys[i] >> BITS
        if time < low:
            low = time
        if time > high:
            high = time
    span = high - low
    if span == 0:
        return
    bits = 1
    while span >> bits > 0:
        bits += 1
    passes = (bits + DIGIT - 1) // DIGIT
    digit = (bits + passes - 1) // passes  # no more buckets than the span needs
    base = low << BITS
    source, target = keys, spare
    count = np.empty(1 << digit, np.int32)
    shift = BITS
    swapped = False
    for _ in range(passes):
        count[:] = 0
        for i in range(n):
            count[((source[i] - base) >> shift) & ((1 << digit) - 1)] += 1
        total = 0
        for d in range(1 << digit):
            here = count[d]
            count[d] = total
            total += here
        for i in range(n):
            d = ((source[i] - base) >> shift) & ((1 << digit) - 1)
            target[count[d]] = source[i]
            count[d] += 1
        source, target = target, source
        swapped = not swapped
        shift += digit
    if swapped:
        keys[:n] = spare[:n]


@_compiled
def merge_keys(one: Array, n: int, two: Array, m: int, out: Array) -> None:
    """Merge two sorted streams into one."""
    i = j = k = 0
    while i < n and j < m:
        if one[i] <= two[j]:
            out[k] = one[i]
            i += 1
        else:
            out[k] = two[j]
            j += 1
        k += 1
    while i < n:
        out[k] = one[i]
        i += 1
        k += 1
    while j < m:
        out[k] = two[j]
        j += 1
        k += 1


@_compiled
def sift_up(heap: Array, at: int) -> None:
    """Let the entry at `at` rise to its place in a binary heap."""
    key = heap[at]
    while at > 0:
        parent = (at - 1) >> 1
        if heap[parent] <= key:
            break
        heap[at] = heap[parent]
        at = parent
    heap[at] = key


@_compiled
def sift_down(heap: Array, size: int) -> None:
    """Let the entry at the root sink to its place in a binary heap: down along the smaller children, then up again.

    The entry is nearly always one of the latest, so its place is near the leaves and few comparisons go astray.
    """
    key = heap[0]
    at = 0
    child = 1
    while child + 1 < size:
        child += int(heap[child + 1] < heap[child])
        heap[at] = heap[child]
        at = child
        child = 2 * at + 1
    if child < size:
        heap[at] = heap[child]
        at = child
    heap[at] = key
    sift_up(heap, at)


# --- one station --------------------------------------------------------------------------------------------------


@_compiled
def row_station(
    keys: Array,
    n: int,
    servers: int,
    service: Array,
    queued: Array,
    began: Array,
    ended: Array,
    by: Array,
    freed: Array,
    out: Array,
) -> int:
    """`plain_station` with the ends of few servers in a sorted row.

    The least end goes and a later one comes in: entry j becomes the middle one of entry j, entry j + 1 and the new end.
    That needs no branch, which nobody could predict.
    """
    ends = np.empty(servers + 1, np.int64)
    ends[:] = np.iinfo(np.int64).max
    first = min(n, servers)
    for k in range(first):
        time = keys[k] >> BITS
        person = keys[k] & MASK
        end = time + service[person]
        later = (end << BITS) | person
        at = k
        while at > 0 and ends[at - 1] > later:
            ends[at] = ends[at - 1]
            at -= 1
        ends[at] = later
        queued[person] = time
        began[person] = time
        ended[person] = end
        by[person] = k
        freed[person] = -1
    for k in range(first, n):
        time = keys[k] >> BITS
        person = keys[k] & MASK
        top = ends[0]
        out[k - first] = top
        before = top & MASK
        waits = (top >> BITS) > time
        start = top >> BITS if waits else time
        end = start + service[person]
        later = (end << BITS) | person
        here = top
        for j in range(servers):
            there = ends[j + 1]
            ends[j] = min(there, max(here, later))
            here = there
        queued[person] = time
        began[person] = start
        ended[person] = end
        by[person] = by[before]
        freed[person] = before if waits else -1
    out[n - first : n] = ends[:first]
    return n


@_compiled
def heap_station(
    keys: Array,
    n: int,
    servers: int,
    service: Array,
    queued: Array,
    began: Array,
    ended: Array,
    by: Array,
    freed: Array,
    out: Array,
) -> int:
    """`plain_station` with the ends of many servers in a heap."""
    ends = np.empty(servers, np.int64)
    first = min(n, servers)
    for k in range(n):
        time = keys[k] >> BITS
        person = keys[k] & MASK
        start = time
        cause = -1
        server = k
        if k >= servers:
            top = ends[0]
            out[k - servers] = top
            before = top & MASK
            server = by[before]
            if (top >> BITS) > time:
                start = top >> BITS
                cause = before
        end = start + service[person]
        later = (end << BITS) | person
        if k >= servers:
            ends[0] = later
            sift_down(ends, servers)
        else:
            ends[k] = later
            sift_up(ends, k)
        queued[person] = time
        began[person] = start
        ended[person] = end
        by[person] = server
        freed[person] = cause
    for i in range(first):
        out[n - first + i] = ends[0]
        ends[0] = ends[first - 1 - i]
        sift_down(ends, first - 1 - i)
    return n


@_compiled
def plain_station(
    keys: Array,
    n: int,
    servers: int,
    service: Array,
    queued: Array,
    began: Array,
    ended: Array,
    by: Array,
    freed: Array,
    out: Array,
) -> int:
    """First come, first served by a constant number of servers: Kiefer and Wolfowitz's recursion.

    The server that has been idle longest serves next. The ends of the servers leave in order of (end, person), so the
    stream of departures needs no sorting.

    Returns:
        How many keys stand in `out`.
    """
    if servers <= ROW:
        return row_station(keys, n, servers, service, queued, began, ended, by, freed, out)
    return heap_station(keys, n, servers, service, queued, began, ended, by, freed, out)


@_compiled
def staffed_station(
    keys: Array,
    n: int,
    cal_times: Array,
    cal_servers: Array,
    service: Array,
    ranks: Array,
    patience: Array,
    visits: int,
    reload: Array,
    queued: Array,
    began: Array,
    ended: Array,
    by: Array,
    freed: Array,
    gave_up: Array,
    out: Array,
) -> int:
    """A station with shifts, classes of priority, people who give up, and servers that reload after so many visits.

    `ranks` and `patience` may be empty (one class; everybody patient; a patience of -1 is endless). A server whose
    shift ends finishes the service at hand. At a drop the idle go home first, longest idle first; the next servers to
    finish follow. At a rise those about to leave stay, then the lowest numbers come in. `freed` names what let a
    person begin: -1 the own arrival, a local number the person whose end freed the server, -2 - i shift i.

    Returns:
        How many keys stand in `out`; people never served are not among them.
    """
    most = 1
    for i in range(len(cal_servers)):
        most = max(most, cal_servers[i])
    ends = np.empty(most, np.int64)
    idle = np.empty(most, np.int64)
    present = np.zeros(most, np.uint8)
    served = np.zeros(most, np.int64)
    waiting = np.empty(max(n, 1), np.int64)
    has_ranks = len(ranks) > 0
    has_patience = len(patience) > 0
    busy = head = idlers = leaving = waiters = 0
    arrival = shift = m = 0
    target = 0
    while True:
        end_time = ends[0] >> BITS if busy > 0 else NEVER
        shift_time = cal_times[shift] if shift < len(cal_times) else NEVER
        arrival_time = keys[arrival] >> BITS if arrival < n else NEVER
        now = min(end_time, shift_time, arrival_time)
        if now >= NEVER:
            break
        cause = -1
        if end_time == now:
            top = ends[0]
            out[m] = top
            m += 1
            busy -= 1
            ends[0] = ends[busy]
            sift_down(ends, busy)
            cause = top & MASK
            server = by[cause]
            if leaving > 0:
                leaving -= 1
                present[server] = 0
            else:
                idle[(head + idlers) % most] = server
                idlers += 1
        elif shift_time == now:
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
            server = 0
            while change > 0:
                if present[server] == 0:
                    present[server] = 1
                    idle[(head + idlers) % most] = server
                    idlers += 1
                    change -= 1
                server += 1
        else:
            person = keys[arrival] & MASK
            queued[person] = now
            began[person] = -1
            ended[person] = -1
            by[person] = -1
            freed[person] = -1
            gave_up[person] = -1
            rank = ranks[person] if has_ranks else 0
            waiting[waiters] = (np.int64(rank) << RANK) | arrival
            waiters += 1
            sift_up(waiting, waiters - 1)
            arrival += 1
        while idlers > 0 and waiters > 0:
            person = keys[waiting[0] & ((1 << RANK) - 1)] & MASK
            waiters -= 1
            waiting[0] = waiting[waiters]
            sift_down(waiting, waiters)
            if has_patience and patience[person] >= 0 and queued[person] + patience[person] < now:
                gave_up[person] = queued[person] + patience[person]
                continue
            server = idle[head]
            head = (head + 1) % most
            idlers -= 1
            length = service[person]
            if visits > 0:
                if served[server] > 0 and served[server] % visits == 0:
                    length += reload[person]
                served[server] += 1
            began[person] = now
            ended[person] = now + length
            by[person] = server
            freed[person] = cause
            ends[busy] = ((now + length) << BITS) | person
            busy += 1
            sift_up(ends, busy - 1)
    if has_patience:
        for k in range(waiters):
            person = keys[waiting[k] & ((1 << RANK) - 1)] & MASK
            if patience[person] >= 0:
                gave_up[person] = queued[person] + patience[person]
    return m


@_compiled
def pool(
    members: Array,
    since: Array,
    horizon: int,
    cal_times: Array,
    cal_servers: Array,
    service: Array,
    visits: int,
    reload: Array,
    queued: Array,
    began: Array,
    ended: Array,
    by: Array,
    freed: Array,
) -> None:
    """One queue of scattered people (couriers, phone lines, desks): gathered, served, and written back.

    Args:
        members: int32[k], slots in order of their numbers.
        since: int64[n], when each slot joins the queue; -1 = never.
        queued, began, ended: int64[n], written for the members that join.
        by, freed: int32[n]; a person in `freed` is a slot.
    """
    k = len(members)
    keys = np.empty(k, np.int64)
    length = np.empty(k, np.int64)
    load = np.empty(k if visits > 0 else 0, np.int64)
    q = np.empty(k, np.int64)
    b = np.empty(k, np.int64)
    e = np.empty(k, np.int64)
    s = np.empty(k, np.int32)
    f = np.empty(k, np.int32)
    g = np.empty(k, np.int64)
    out = np.empty(k, np.int64)
    n = 0
    for i in range(k):
        time = since[members[i]]
        if 0 <= time <= horizon:
            keys[n] = (time << BITS) | i
            n += 1
        length[i] = service[members[i]]
        if visits > 0:
            load[i] = reload[members[i]] if len(reload) > 0 else 0
    sort_keys(keys, n, out)
    if len(cal_times) == 1 and visits == 0 and cal_servers[0] > 0:
        plain_station(keys, n, cal_servers[0], length, q, b, e, s, f, out)
    else:
        ranks = np.empty(0, np.int8)
        patience = np.empty(0, np.int64)
        staffed_station(keys, n, cal_times, cal_servers, length, ranks, patience, visits, load, q, b, e, s, f, g, out)
    for i in range(n):
        person = keys[i] & MASK
        slot = members[person]
        queued[slot] = q[person]
        began[slot] = b[person]
        ended[slot] = e[person]
        by[slot] = s[person]
        freed[slot] = members[f[person]] if f[person] >= 0 else f[person]


# --- buses --------------------------------------------------------------------------------------------------------


@_compiled
def bus_line(
    keys: Array,
    n: int,
    horizon: int,
    capacity: int,
    timeout: int,
    fleet: int,
    trip: Array,
    back: Array,
    boarded: Array,
    ride: Array,
    departed: Array,
    arrives: Array,
    last: Array,
    timed: Array,
    bus: Array,
) -> int:
    """People board one bus at a time; it leaves when full, or timed out after the first of them boarded.

    With a fleet the bus that has stood longest comes next, and returns after the way there and back; without one
    (-1) a bus always stands ready. At the instant of the time-out those who arrive still board.

    Returns:
        The number of departures, or -1 where `trip` is too short.
    """
    returns = np.zeros(max(fleet, 1), np.int64)
    free = 0
    k = 0
    i = 0
    while i < n:
        which = 0
        if fleet >= 0:
            for v in range(1, fleet):
                if returns[v] < returns[which]:
                    which = v
            free = max(free, returns[which])
        first = max(keys[i] >> BITS, free)
        if first > horizon:
            break
        if k >= len(trip):
            return -1
        leaves = first + timeout
        timed[k] = 1
        aboard = 0
        while i < n and aboard < capacity:
            time = max(keys[i] >> BITS, free)
            if time > leaves:
                break
            person = keys[i] & MASK
            boarded[person] = time
            ride[person] = k
            last[k] = person
            aboard += 1
            i += 1
            if aboard == capacity:
                leaves = time
                timed[k] = 0
        departed[k] = leaves
        arrives[k] = leaves + trip[k]
        bus[k] = which if fleet >= 0 else k
        if fleet >= 0:
            returns[which] = arrives[k] + back[k]
        free = leaves
        k += 1
    return k


# --- the gate -----------------------------------------------------------------------------------------------------


@_compiled
def write_out(
    first: int,
    horizon: int,
    q: Array,
    s: Array,
    e: Array,
    v: Array,
    f: Array,
    queued: Array,
    began: Array,
    ended: Array,
    by: Array,
    freed: Array,
) -> None:
    """Write what a station did for the people of a point; nothing after the horizon has happened.

    Args:
        first: The first slot of the point, added to the people in `freed`.
        q, s, e, v, f: What the station wrote, by local number.
        queued, began, ended, by, freed: Where it goes, by local number.
    """
    for j in range(len(queued)):
        queued[j] = q[j]
    for j in range(len(queued)):
        began[j] = s[j] if s[j] <= horizon else -1
    for j in range(len(queued)):
        ended[j] = e[j] if e[j] <= horizon else -1
    for j in range(len(queued)):
        by[j] = v[j]
    for j in range(len(queued)):
        freed[j] = f[j] + first if f[j] >= 0 else f[j]


@_compiled
def leaves_for(
    lot: int,
    slot: int,
    rule_from: int,
    rule_to: int,
    rule_share: Array,
    rule_reason: Array,
    rule_who: Array,
    masks: Array,
) -> int:
    """The reason for which the lot of a person sends them home, or -1; shares add up over the rules that cover them."""
    total = 0.0
    for r in range(rule_from, rule_to):
        if rule_who[r] < 0 or masks[rule_who[r], slot]:
            total += rule_share[r]
            if lot + 0.5 < total * 4503599627370496.0:  # 2**52
                return int(rule_reason[r])
    return -1


@_compiled
def gate(
    point_from: int,
    point_to: int,
    horizon: int,
    block: Array,
    layout_of_point: Array,
    step_from: Array,
    steps: Array,
    cal_times: Array,
    cal_servers: Array,
    masks: Array,
    ranks: Array,
    rule_share: Array,
    rule_reason: Array,
    rule_who: Array,
    line_from: Array,
    line_number: Array,
    line_of: Array,
    line_capacity: Array,
    line_timeout: Array,
    line_fleet: Array,
    line_apart: Array,
    trip_from: Array,
    trip: Array,
    back: Array,
    begins: Array,
    stops: Array,
    fresh: bool,
    leaves: Array,
    drawn: Array,
    enters: Array,
    queued: Array,
    began: Array,
    ended: Array,
    by: Array,
    freed: Array,
    released: Array,
    released_reason: Array,
    released_step: Array,
    gave_up: Array,
    gave_up_step: Array,
    boarded: Array,
    ride: Array,
    departed: Array,
    arrives: Array,
    ride_last: Array,
    ride_timed: Array,
    ride_bus: Array,
    ready: Array,
) -> int:
    """Take everybody who arrives at some points through the stations, the request desks and the buses.

    Args:
        point_from, point_to: The points to run; points do not touch each other, so ranges may run side by side.
        block: int64[points + 1], first slot of each point.
        steps: int64[steps, 14], see `FIELDS`; step_from: int64[layouts + 1].
        line_apart: uint8[lines], whether its buses run apart from here (`tocsin.simulate.loops`).
        begins, stops: int64[points], the steps of each point to go through, as positions in its layout; those who are
            through all of them board.
        fresh: Whether nothing has happened at the points yet; otherwise what no step here touches stays as it is.
        leaves: int64[n], written: when each is through the last of these steps, or stands at a stop apart; -1 = not.
        drawn: int64[columns, n]; enters: int64[n], when each stands before the first of these steps, -1 = never.
        queued, began, ended: int64[names, n]; by, freed: int32[names, n]; freed as in `staffed_station`, but a slot.
        ride: int32[n], row among the departures; departed, arrives, …: one row a trip, blocks by `trip_from`.
        ready: int64[n], when the person stands at the end of the way.

    Returns:
        0, or 1 + the line whose table of trips was too short.
    """
    most = 0
    for p in range(point_from, point_to):
        most = max(most, block[p + 1] - block[p])
    stream = np.empty(most, np.int64)
    takes = np.empty(most, np.int64)
    passes = np.empty(most, np.int64)
    out = np.empty(most, np.int64)
    patience = np.empty(most, np.int64)
    # What the station at hand reads and writes stands in small arrays, which stay in the cache of the core.
    length = np.empty(most, np.int64)
    q = np.empty(most, np.int64)
    s = np.empty(most, np.int64)
    e = np.empty(most, np.int64)
    v = np.empty(most, np.int32)
    f = np.empty(most, np.int32)
    visited = np.zeros(len(queued), np.uint8)
    none64 = np.empty(0, np.int64)
    none8 = np.empty(0, np.int8)
    for p in range(point_from, point_to):
        a, b = block[p], block[p + 1]
        n = 0
        for slot in range(a, b):
            if fresh:
                ready[slot] = -1
                released[slot] = -1
                gave_up[slot] = -1
                boarded[slot] = -1
                ride[slot] = -1
            if 0 <= enters[slot] <= horizon:
                stream[n] = (enters[slot] << BITS) | (slot - a)
                n += 1
        sort_keys(stream, n, out)
        layout = layout_of_point[p]
        visited[:] = 0
        for row in range(step_from[layout] + begins[p], step_from[layout] + stops[p]):
            step = steps[row]
            slot_of_step = step[SLOT]
            m = 0
            w = 0
            if step[NEED] < 0 and step[WHO] < 0:
                m = n
                stream, takes = takes, stream
            else:
                for i in range(n):
                    slot = a + (stream[i] & MASK)
                    if (step[NEED] < 0 or drawn[step[NEED], slot]) and (step[WHO] < 0 or masks[step[WHO], slot]):
                        takes[m] = stream[i]
                        m += 1
                    else:
                        passes[w] = stream[i]
                        w += 1
            visited[slot_of_step] = 1
            length[: b - a] = drawn[step[SERVICE], a:b]
            if m < b - a:
                q[: b - a] = -1
                s[: b - a] = -1
                e[: b - a] = -1
                v[: b - a] = -1
                f[: b - a] = -1
            if step[PLAIN]:
                served = plain_station(takes, m, step[SERVERS], length, q, s, e, v, f, out)
            else:
                has_patience = step[PATIENCE] >= 0
                if has_patience:
                    for j in range(b - a):
                        keeps = step[IMPATIENT] >= 0 and drawn[step[IMPATIENT], a + j] == 0
                        patience[j] = -1 if keeps else drawn[step[PATIENCE], a + j]
                served = staffed_station(
                    takes,
                    m,
                    cal_times[step[CAL_FROM] : step[CAL_TO]],
                    cal_servers[step[CAL_FROM] : step[CAL_TO]],
                    length,
                    ranks[step[RANKS], a:b] if step[RANKS] >= 0 else none8,
                    patience if has_patience else none64,
                    0,
                    none64,
                    q,
                    s,
                    e,
                    v,
                    f,
                    gave_up[a:b],
                    out,
                )
                for i in range(m):
                    j = takes[i] & MASK
                    if gave_up[a + j] >= 0:
                        gave_up_step[a + j] = slot_of_step
                    if gave_up[a + j] > horizon:
                        gave_up[a + j] = -1
            write_out(
                a,
                horizon,
                q,
                s,
                e,
                v,
                f,
                queued[slot_of_step, a:b],
                began[slot_of_step, a:b],
                ended[slot_of_step, a:b],
                by[slot_of_step, a:b],
                freed[slot_of_step, a:b],
            )
            while served > 0 and (out[served - 1] >> BITS) > horizon:
                served -= 1
            if step[LEAVE] >= 0:
                kept = 0
                for i in range(served):
                    slot = a + (out[i] & MASK)
                    reason = leaves_for(
                        drawn[step[LEAVE], slot],
                        slot,
                        step[RULE_FROM],
                        step[RULE_TO],
                        rule_share,
                        rule_reason,
                        rule_who,
                        masks,
                    )
                    if reason >= 0:
                        released[slot] = out[i] >> BITS
                        released_reason[slot] = reason
                        released_step[slot] = slot_of_step
                    else:
                        out[kept] = out[i]
                        kept += 1
                served = kept
            if w == 0:
                n = served
                stream, out = out, stream
            else:
                merge_keys(out, served, passes, w, stream)
                n = served + w
        for i in range(len(queued)):
            if fresh and visited[i] == 0:
                queued[i, a:b] = -1
                began[i, a:b] = -1
                ended[i, a:b] = -1
                by[i, a:b] = -1
                freed[i, a:b] = -1
        if step_from[layout] + stops[p] < step_from[layout + 1]:
            leaves[a:b] = -1
            for i in range(n):
                leaves[a + (stream[i] & MASK)] = stream[i] >> BITS
            continue
        for x in range(line_from[p], line_from[p + 1]):
            line = line_number[x]
            if line_apart[line]:
                continue
            m = 0
            for i in range(n):
                if line_of[a + (stream[i] & MASK)] == line:
                    takes[m] = stream[i]
                    m += 1
            t0, t1 = trip_from[line], trip_from[line + 1]
            rides = bus_line(
                takes,
                m,
                horizon,
                line_capacity[line],
                line_timeout[line],
                line_fleet[line],
                trip[t0:t1],
                back[t0:t1],
                boarded[a:b],
                ride[a:b],
                departed[t0:t1],
                arrives[t0:t1],
                ride_last[t0:t1],
                ride_timed[t0:t1],
                ride_bus[t0:t1],
            )
            if rides < 0:
                return int(1 + line)
            for k in range(t0 + rides, t1):
                departed[k] = -1
                arrives[k] = -1
            for k in range(t0, t0 + rides):
                ride_last[k] += a
            for i in range(m):
                slot = a + (takes[i] & MASK)
                if boarded[slot] > horizon:
                    boarded[slot] = -1
                if boarded[slot] < 0:
                    ride[slot] = -1
                    continue
                ride[slot] += t0
                ready[slot] = arrives[ride[slot]]
            for k in range(t0, t0 + rides):
                if departed[k] > horizon:
                    departed[k] = -1
                if arrives[k] > horizon:
                    arrives[k] = -1
        for i in range(n):
            slot = a + (stream[i] & MASK)
            if line_of[slot] < 0:
                ready[slot] = stream[i] >> BITS
            elif line_apart[line_of[slot]]:
                leaves[slot] = stream[i] >> BITS
            elif ready[slot] > horizon:
                ready[slot] = -1
    return 0


# --- units --------------------------------------------------------------------------------------------------------


@_compiled
def form_units(
    unit_from: Array,
    members: Array,
    trade: Array,
    post_from: Array,
    post_trade: Array,
    posts: Array,
    critical: Array,
    needed: Array,
    ready: Array,
    filled: Array,
    formed: Array,
    formed_by: Array,
) -> None:
    """The first ready of a trade fills a post; a unit is formed when enough of all and of each critical are filled.

    Args:
        unit_from: int64[units + 1] into `members` (int32 slots in order of their numbers).
        post_from: int64[units + 1] into post_trade, posts and critical (posts of a trade that must be filled).
        needed: int64[units], filled posts at which a unit is formed.
        ready: int64[n], -1 = never.
        filled: int8[n], written: 1 = took a post, 0 = surplus, -1 = never came.
        formed, formed_by: int64[units] time, int32[units] the slot that completed it; -1 = not formed.
    """
    most = 0
    for u in range(len(needed)):
        most = max(most, unit_from[u + 1] - unit_from[u])
    keys = np.empty(most, np.int64)
    spare = np.empty(most, np.int64)
    taken = np.empty(max(len(posts), 1), np.int64)
    taken[:] = 0
    for u in range(len(needed)):
        formed[u] = -1
        formed_by[u] = -1
        n = 0
        start = unit_from[u]
        for m in range(start, unit_from[u + 1]):
            slot = members[m]
            filled[slot] = -1
            if ready[slot] >= 0:
                keys[n] = (ready[slot] << BITS) | (m - start)
                n += 1
        sort_keys(keys, n, spare)
        total = 0
        for i in range(n):
            slot = members[start + (keys[i] & MASK)]
            filled[slot] = 0
            for k in range(post_from[u], post_from[u + 1]):
                if post_trade[k] == trade[slot] and taken[k] < posts[k]:
                    taken[k] += 1
                    total += 1
                    filled[slot] = 1
                    break
            if formed[u] < 0 and filled[slot] == 1 and total >= needed[u]:
                whole = True
                for k in range(post_from[u], post_from[u + 1]):
                    if taken[k] < critical[k]:
                        whole = False
                if whole:
                    formed[u] = keys[i] >> BITS
                    formed_by[u] = slot
