"""The event loop of a joint component: stations that can delay each other, run together.

One heap of keys, one loop. What a person needs (how long each visit lasts, who is released or sent back, what
concerns them) is gathered beforehand by `tocsin.simulate.components`, so nothing here draws, and nothing checks an
index. The state stands in records, one table each for people, servers, groups of servers, stations and stocks
(`tocsin.simulate.joint_records`).

This is one long file because Numba's disk cache watches only the file of the function that is called: whatever the loop
calls, and every number that it is compiled with, would change unseen in a file of its own.

The rules, in words: docs/mechanisms.md, "Stations that hold each other up".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

from numba import njit

__all__ = ["World", "run_component"]

F = TypeVar("F", bound=Callable[..., object])
Array = Any
"""An array inside a compiled function."""

NONE = -1
NEVER = 1 << 62

# --- keys: time (33 bits), class (2), order inside the class (3), entity (24) ---------------------------------------
END, SHIFT, ARRIVAL, TIMER = range(4)
UPKEEP, DELIVERY, CHANGE = range(3)
TIME, CLASS, SUB = 29, 27, 24
ENTITY = (1 << SUB) - 1

# --- where a person is ----------------------------------------------------------------------------------------------
AWAY, WAITING, SERVED, HELD, PASSING, STANDING = range(6)
"""Elsewhere; in a queue; in service; with a broken server; on the step to the next station; before a full station."""

# --- causes: kind (upper 16 bits), a (16), b (32); NONE = the own predecessor ---------------------------------------
BY_END, BY_BEGIN, BY_QUEUE, BY_GIVING_UP, BY_CHANGE, BY_REPAIR, BY_DELIVERY, BY_EXTRA, BY_BREAKDOWN = range(1, 10)

# --- planned events and what is told of others ----------------------------------------------------------------------
REPAIRED, BROKE, DELIVERED, LOST, CHANGED = range(5)
INTERRUPTED, RESUMED, OPENED, CLOSED, SUPPLIED = range(5)

OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}


def _compiled(function: F) -> F:
    """Compile without the GIL, keep the result on disk, and leave the type checker the Python signature.

    Without reference counts too: nothing here makes an array, and counting all of a world's took five times as long as
    the work (decision 30). Numba refuses to compile what would need them.
    """
    return cast(F, njit(**OPTIONS)(function))


def _inlined(function: F) -> F:
    """The same for what is called at every visit: calling with the whole world costs more than what is done."""
    return cast(F, njit(forceinline=True, **OPTIONS)(function))


@_inlined
def code(kind: int, a: int, b: int) -> int:
    """A cause as one number."""
    return (kind << 48) | (a << 32) | b


class World(NamedTuple):
    """Everything that a component is made of, and its state while it runs; m people, local numbers in their order.

    Attributes:
        clock: CLOCK[1].
        served, supplied: int32[k], the stations of each group, and of each stock.
        leads: int64[orders], how long each order of a stock takes.
        stances: STANCE[stations, m]; visits: VISIT[rows, m].
        handed: int8[issue rows, m], 1 = handed, 0 = short, -1 = not asked.
        heap: int64[size + 1], keys; the first cell holds how many.
        unsettled: UNSETTLED[size], a stack; told: EVENT[k].
    """

    clock: Array
    people: Array
    servers: Array
    groups: Array
    stations: Array
    served: Array
    issues: Array
    stocks: Array
    supplied: Array
    leads: Array
    paces: Array
    stances: Array
    visits: Array
    handed: Array
    lanes: Array
    heap: Array
    unsettled: Array
    told: Array


# --- heap -----------------------------------------------------------------------------------------------------------


@_inlined
def push(heap: Array, key: int) -> None:
    """Put a key into a heap whose size stands in its first cell."""
    size = heap[0] + 1
    heap[0] = size
    at = size
    while at > 1:
        parent = at >> 1
        if heap[parent] <= key:
            break
        heap[at] = heap[parent]
        at = parent
    heap[at] = key


@_inlined
def pop(heap: Array) -> int:
    """Take the least key out of a heap that is not empty."""
    top = heap[1]
    size = heap[0]
    key = heap[size]
    size -= 1
    heap[0] = size
    at = 1
    child = 2
    while child <= size:
        if child < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= key:
            break
        heap[at] = heap[child]
        at = child
        child = 2 * at
    heap[at] = key
    return int(top)


@_inlined
def plan_event(w: World, time: int, kind: int, sub: int, entity: int) -> None:
    """Plan what happens at a time, if that is not beyond the horizon."""
    if time <= w.clock[0].horizon:
        push(w.heap, (time << TIME) | (kind << CLASS) | (sub << SUB) | entity)


@_compiled
def tell(w: World, time: int, kind: int, a: int, b: int, amount: int, cause: int) -> int:
    """Note an event that is no visit; gives its number."""
    number = w.clock[0].told
    event = w.told[number]
    event.time = time
    event.kind = kind
    event.a = a
    event.b = b
    event.amount = amount
    event.cause = cause
    w.clock[0].told = number + 1
    return int(number)


# --- lists of people and of idle servers ----------------------------------------------------------------------------


@_inlined
def append_idle(servers: Array, groups: Array, s: int) -> None:
    """Let a server stand idle behind those who have been idle longer."""
    g = servers[s].group
    servers[s].idle = 1
    servers[s].next = NONE
    servers[s].before = groups[g].tail
    if groups[g].tail >= 0:
        servers[groups[g].tail].next = s
    else:
        groups[g].head = s
    groups[g].tail = s


@_inlined
def remove_idle(servers: Array, groups: Array, s: int) -> None:
    """Take a server out of those who are idle."""
    g = servers[s].group
    servers[s].idle = 0
    before, after = servers[s].before, servers[s].next
    if before >= 0:
        servers[before].next = after
    else:
        groups[g].head = after
    if after >= 0:
        servers[after].before = before
    else:
        groups[g].tail = before


@_inlined
def insert_waiting(people: Array, lanes: Array, lane: int, p: int) -> None:
    """Put a person into a list by time of queueing, then number; nearly always at its end."""
    after = NONE
    before = lanes[lane].tail
    while before >= 0 and (
        people[before].joined > people[p].joined or (people[before].joined == people[p].joined and before > p)
    ):
        after = before
        before = people[before].before
    people[p].before = before
    people[p].next = after
    if before >= 0:
        people[before].next = p
    else:
        lanes[lane].head = p
    if after >= 0:
        people[after].before = p
    else:
        lanes[lane].tail = p


@_inlined
def remove_waiting(people: Array, lanes: Array, lane: int, p: int) -> None:
    """Take a person out of a list."""
    before, after = people[p].before, people[p].next
    if before >= 0:
        people[before].next = after
    else:
        lanes[lane].head = after
    if after >= 0:
        people[after].before = before
    else:
        lanes[lane].tail = before


@_inlined
def lane_of(w: World, p: int) -> int:
    """The list of a person who waits: by class, or the line of the server whom they chose."""
    k = w.people[p].station
    g = w.stations[k].group
    if w.groups[g].each:
        return int(w.stations[k].lanes + w.people[p].server - w.groups[g].first)
    return int(w.stations[k].lanes + w.stances[k, p].rank)


# --- who can begin --------------------------------------------------------------------------------------------------


@_inlined
def in_want(w: World, p: int) -> bool:
    """Whether a person cannot begin for want of something; one whose service was interrupted has it already."""
    if w.people[p].begun:
        return False
    k = w.people[p].station
    for i in range(w.stations[k].issue_from, w.stations[k].issue_to):
        if w.issues[i].waits and w.stocks[w.issues[i].stock].level < w.issues[i].amount:
            return True
    return False


@_inlined
def first_waiting(w: World, k: int) -> int:
    """The first person of the first class at a station, or none."""
    for lane in range(w.stations[k].lanes, w.stations[k].lanes + w.stations[k].classes):
        if w.lanes[lane].head >= 0:
            return int(w.lanes[lane].head)
    return NONE


@_inlined
def choose(w: World, g: int) -> int:
    """The person whom a free server of a group serves next, or none."""
    best = NONE
    for at in range(w.groups[g].since, w.groups[g].until):
        k = w.served[at]
        p = first_waiting(w, k)
        if p < 0 or in_want(w, p):
            continue
        if best < 0:
            best = p
            continue
        own, other = w.stances[k, p].rank, w.stances[w.people[best].station, best].rank
        if own < other or (own == other and earlier(w, p, best)):
            best = p
    return best


@_compiled
def victim(w: World, k: int, rank: int) -> int:
    """The person in service who must give way to somebody of a class: of the lowest class, the last to begin."""
    found = NONE
    g = w.stations[k].group
    for s in range(w.groups[g].first, w.groups[g].last):
        v = w.servers[s].person
        if v < 0 or w.people[v].state != SERVED or w.stances[k, v].rank <= rank:
            continue
        if found < 0:
            found = v
            continue
        own, other = w.stances[k, v].rank, w.stances[k, found].rank
        mine, theirs = w.people[v].since, w.people[found].since
        if own > other or (own == other and (mine > theirs or (mine == theirs and v > found))):
            found = v
    return found


@_inlined
def admits(w: World, k: int, p: int, comes: bool) -> bool:
    """Whether a station with limited room takes somebody in: there is a place, or they would begin at once.

    Only who comes, and not who stood before it, may begin by taking a server.
    """
    station = w.stations[k]
    if station.waiting < station.room:
        return True
    if station.waiting > 0:
        return False
    for i in range(station.issue_from, station.issue_to):
        if w.issues[i].waits and w.stocks[w.issues[i].stock].level < w.issues[i].amount:
            return False
    if w.groups[station.group].head >= 0:
        return True
    return comes and bool(station.preempts) and victim(w, k, w.stances[k, p].rank) >= 0


# --- what happens ---------------------------------------------------------------------------------------------------


@_compiled
def close_extra(w: World, k: int, now: int, cause: int) -> None:
    """Send the extra servers home: the idle ones at once, the busy ones when they are done."""
    g = w.stations[k].group
    w.stations[k].open = 0
    for s in range(w.groups[g].first + w.groups[g].own, w.groups[g].last):
        if w.servers[s].idle:
            remove_idle(w.servers, w.groups, s)
            w.servers[s].present = 0
        elif w.servers[s].present:
            w.servers[s].going = 1
    tell(w, now, CLOSED, k, 0, w.groups[g].last - w.groups[g].first - w.groups[g].own, cause)


@_inlined
def look_at_extra(w: World, k: int, now: int) -> None:
    """Close the extra servers of a station whose queue has become short."""
    station = w.stations[k]
    if station.shorter and station.open and station.waiting <= station.extra_until:
        close_extra(w, k, now, station.place)
    station.shorter = 0


@_inlined
def hand_out(w: World, k: int, p: int, now: int) -> None:
    """Take what a person is to be handed out of the stocks, and order more where little is left."""
    for i in range(w.stations[k].issue_from, w.stations[k].issue_to):  # those that the queue waits for stand first
        issue = w.issues[i]
        row = issue.row + w.stances[k, p].count
        w.handed[row, p] = 0
        if w.stocks[issue.stock].level >= issue.amount:
            w.stocks[issue.stock].level -= issue.amount
            w.handed[row, p] = 1
        order_more(w, issue.stock, now, code(BY_BEGIN, w.people[p].row, p))


@_inlined
def order_more(w: World, stock: int, now: int, cause: int) -> None:
    """Order what comes into a stock, if little is left and nothing is on order."""
    found = w.stocks[stock]
    if found.level < found.below and not found.ordered:
        found.ordered = 1
        found.cause = cause
        plan_event(w, now + w.leads[found.lead], SHIFT, DELIVERY, 2 * stock + 1)
        found.lead += 1
        found.orders += 1


@_inlined
def begin(w: World, p: int, s: int, now: int, cause: int) -> None:
    """Let a server begin with a person who waits, or go on with one whose service was interrupted."""
    person = w.people[p]
    k = person.station
    remove_waiting(w.people, w.lanes, lane_of(w, p), p)
    w.stations[k].waiting -= 1
    if w.servers[s].idle:
        remove_idle(w.servers, w.groups, s)
    w.servers[s].person = p
    person.server = s
    number = s - w.groups[w.servers[s].group].first
    if person.begun:
        person.ends = now + person.rest
        tell(w, now, RESUMED, p, person.row, number, cause)
    else:
        length = w.visits[person.row, p].length
        if w.stations[k].pace_to > w.stations[k].pace_from:
            length = max((length * pace_at(w, k, now) + 500) // 1000, 1)
        visit = w.visits[person.row, p]
        visit.began = now
        visit.by = number
        visit.why_began = cause
        person.begun = 1
        person.ends = now + length
        hand_out(w, k, p, now)
    person.since = now
    person.state = SERVED
    plan_event(w, person.ends, END, 0, p)
    w.stations[k].place = code(BY_BEGIN, person.row, p)
    w.stations[k].shorter = 1


@_inlined
def pace_at(w: World, k: int, now: int) -> int:
    """How many thousandths of its draw a service takes that begins now."""
    found = 1000
    for i in range(w.stations[k].pace_from, w.stations[k].pace_to):
        if w.paces[i].time <= now:
            found = w.paces[i].thousandths
    return int(found)


@_inlined
def serve(w: World, g: int, now: int, cause: int) -> None:
    """While a server is free and somebody can begin: begin."""
    if not w.groups[g].each:
        while w.groups[g].head >= 0:
            p = choose(w, g)
            if p < 0:
                return
            begin(w, p, w.groups[g].head, now, cause)
        return
    k = w.served[w.groups[g].since]
    while True:
        best, s = NONE, w.groups[g].head
        while s >= 0:
            p = w.lanes[w.stations[k].lanes + s - w.groups[g].first].head
            if p >= 0 and not in_want(w, p) and (best < 0 or earlier(w, p, best)):
                best = p
            s = w.servers[s].next
        if best < 0:
            return
        begin(w, best, w.people[best].server, now, cause)


@_inlined
def earlier(w: World, p: int, other: int) -> bool:
    """Whether a person queued before another one."""
    mine, theirs = w.people[p].joined, w.people[other].joined
    return bool(mine < theirs or (mine == theirs and p < other))


@_inlined
def join(w: World, k: int, p: int, now: int, why: int) -> None:
    """Let a person queue at a station."""
    person = w.people[p]
    person.station = k
    person.row = w.stations[k].row + w.stances[k, p].count
    person.begun = 0
    person.server = NONE
    person.state = WAITING
    person.joined = now
    visit = w.visits[person.row, p]
    visit.queued = now
    visit.why_queued = why
    g = w.stations[k].group
    if w.groups[g].each:
        shortest = w.groups[g].first
        for s in range(w.groups[g].first + 1, w.groups[g].last):
            there, known = w.servers[s].present, w.servers[shortest].present
            if there > known or (there == known and w.servers[s].line < w.servers[shortest].line):
                shortest = s
        person.server = shortest
        w.servers[shortest].line += 1
    w.stations[k].waiting += 1
    insert_waiting(w.people, w.lanes, lane_of(w, p), p)
    person.fed_up = NONE
    if w.visits[person.row, p].patience >= 0:
        person.fed_up = now + w.visits[person.row, p].patience
        plan_event(w, person.fed_up, TIMER, 0, p)


@_inlined
def unsettle(w: World, g: int, cause: int) -> None:
    """Put a group on top of those that are to serve and to admit; what lets it serve makes places at its stations."""
    for at in range(w.groups[g].since, w.groups[g].until):
        w.stations[w.served[at]].place = cause
    w.unsettled[w.clock[0].pending].group = g
    w.unsettled[w.clock[0].pending].cause = cause
    w.clock[0].pending += 1


@_compiled
def settle(w: World, g: int, now: int, cause: int) -> None:
    """Serve, and let in who stands before a full station; each admission is carried through before the next one."""
    unsettle(w, g, cause)
    settle_all(w, now)


@_compiled
def settle_all(w: World, now: int) -> None:
    """Settle what is on top, until nothing is left."""
    while w.clock[0].pending > 0:
        top = w.clock[0].pending - 1
        group = w.unsettled[top].group
        serve(w, group, now, w.unsettled[top].cause)
        w.unsettled[top].cause = NONE
        for at in range(w.groups[group].since, w.groups[group].until):
            look_at_extra(w, w.served[at], now)
        p = next_admitted(w, group)
        if p < 0:
            w.clock[0].pending = top
            continue
        k = w.people[p].going
        holds = w.people[p].server
        take_in(w, k, p, now, w.stations[k].place, False)
        if holds >= 0:
            leave_server(w, holds)
            unsettle(w, w.servers[holds].group, code(BY_QUEUE, w.people[p].row, p))


@_inlined
def next_admitted(w: World, g: int) -> int:
    """Take the next person off those who stand before the stations of a group, or none."""
    for at in range(w.groups[g].since, w.groups[g].until):
        k = w.served[at]
        p = w.stations[k].standing
        if p >= 0 and admits(w, k, p, False):
            w.stations[k].standing = w.people[p].next
            if w.people[p].next < 0:
                w.stations[k].standing_tail = NONE
            return int(p)
    return NONE


@_compiled
def take_in(w: World, k: int, p: int, now: int, why: int, comes: bool) -> None:
    """Let a person queue; the station serves, who comes may take a server, and extra servers may open."""
    g = w.stations[k].group
    join(w, k, p, now, why)
    serve(w, g, now, NONE)
    if comes and w.stations[k].preempts and w.people[p].state == WAITING and not in_want(w, p):
        preempt(w, k, p, now)
    if w.stations[k].extra_at >= 0 and not w.stations[k].open and w.stations[k].waiting > w.stations[k].extra_at:
        open_extra(w, k, p, now)


@_inlined
def leave_server(w: World, s: int) -> None:
    """Let a server go home if that is due, or stand idle."""
    g = w.servers[s].group
    w.servers[s].person = NONE
    w.servers[s].line -= 1
    if w.servers[s].extra:
        if w.servers[s].going:
            w.servers[s].going = 0
            w.servers[s].present = 0
        else:
            append_idle(w.servers, w.groups, s)
    elif w.groups[g].leaving > 0:
        w.groups[g].leaving -= 1
        w.servers[s].present = 0
    elif not w.servers[s].broken:
        append_idle(w.servers, w.groups, s)


@_compiled
def free(w: World, s: int, now: int, cause: int) -> None:
    """Free a server, and let the station serve on."""
    leave_server(w, s)
    settle(w, w.servers[s].group, now, cause)


@_compiled
def arrive(w: World, k: int, p: int, now: int) -> None:
    """Let a person come to a station: queue, stand before it, or leave."""
    station = w.stations[k]
    person = w.people[p]
    if station.limited and (station.standing >= 0 or not admits(w, k, p, True)):
        if station.blocks:
            person.state = STANDING
            person.going = k
            person.next = NONE
            if station.standing < 0:
                station.standing = p
            else:
                w.people[station.standing_tail].next = p
            station.standing_tail = p
        else:
            person.state = AWAY
            person.gave_up = station.row + w.stances[k, p].count
            w.visits[person.gave_up, p].queued = now
            person.no_room = 1
            person.fed_up = now
        return
    holds = person.server
    take_in(w, k, p, now, NONE, True)
    unsettle(w, station.group, NONE)
    if holds >= 0:
        leave_server(w, holds)
        unsettle(w, w.servers[holds].group, code(BY_QUEUE, person.row, p))
    settle_all(w, now)


@_compiled
def preempt(w: World, k: int, p: int, now: int) -> None:
    """Take the server of somebody of a lower class, who goes back into the queue."""
    v = victim(w, k, w.stances[k, p].rank)
    if v < 0:
        return
    s = w.people[v].server
    g = w.servers[s].group
    w.people[v].rest = w.people[v].ends - now
    w.people[v].ends = NONE
    w.people[v].state = WAITING
    w.people[v].server = NONE
    w.stations[k].waiting += 1
    insert_waiting(w.people, w.lanes, w.stations[k].lanes + w.stances[k, v].rank, v)
    cause = code(BY_QUEUE, w.people[p].row, p)
    tell(w, now, INTERRUPTED, v, w.people[v].row, s - w.groups[g].first, cause)
    begin(w, p, s, now, NONE)


@_compiled
def open_extra(w: World, k: int, p: int, now: int) -> None:
    """Open the extra servers of a station, if anybody of the calendar is there."""
    g = w.stations[k].group
    if w.groups[g].target == 0:
        return
    w.stations[k].open = 1
    extra = w.groups[g].last - w.groups[g].first - w.groups[g].own
    number = tell(w, now, OPENED, k, 0, extra, code(BY_QUEUE, w.people[p].row, p))
    for s in range(w.groups[g].first + w.groups[g].own, w.groups[g].last):
        if w.servers[s].present:
            w.servers[s].going = 0
        else:
            w.servers[s].present = 1
            append_idle(w.servers, w.groups, s)
    serve(w, g, now, code(BY_EXTRA, 0, number))


@_inlined
def concerned(w: World, k: int, p: int, last: int) -> int:
    """The first station from k on, before `last`, that concerns a person, or none."""
    for at in range(k, last):
        if w.stances[at, p].concerned and not (w.stations[at].once and w.stances[at, p].count > 0):
            return at
    return NONE


@_compiled
def finish(w: World, p: int, now: int) -> None:
    """End a service: the person goes home, or back, or on."""
    person = w.people[p]
    k, s, row = person.station, person.server, person.row
    w.visits[row, p].ended = now
    w.stances[k, p].count += 1
    station = w.stations[k]
    cause = code(BY_END, row, p)
    person.state = AWAY
    person.going = NONE
    if w.visits[row, p].reason >= 0:
        person.released = row
        person.ends = now
    else:
        if station.back_to >= 0 and w.stances[k, p].count < station.back_most and w.visits[row, p].back:
            person.going = concerned(w, station.back_to, p, station.last)
        else:
            person.going = concerned(w, k + 1, p, station.last)
        if person.going >= 0:
            person.state = PASSING
            plan_event(w, now, ARRIVAL, 0, p)
            if w.stations[person.going].limited and w.stations[person.going].blocks:
                return
        else:
            person.left = now
    person.server = NONE
    free(w, s, now, cause)


@_compiled
def give_up(w: World, p: int, now: int) -> None:
    """End the patience of a person who still waits."""
    person = w.people[p]
    k = person.station
    if person.state != WAITING or person.begun or person.fed_up != now:
        return
    remove_waiting(w.people, w.lanes, lane_of(w, p), p)
    g = w.stations[k].group
    if w.groups[g].each:
        w.servers[person.server].line -= 1
    person.state = AWAY
    person.server = NONE
    person.gave_up = person.row
    w.stations[k].waiting -= 1
    w.stations[k].shorter = 1
    settle(w, g, now, code(BY_GIVING_UP, person.row, p))


@_compiled
def break_down(w: World, s: int, now: int, breakdown: int) -> None:
    """Let a server fail: a service that it is at stops."""
    w.servers[s].broken = 1
    if w.servers[s].idle:
        remove_idle(w.servers, w.groups, s)
    v = w.servers[s].person
    if v >= 0 and w.people[v].state == SERVED:
        w.people[v].rest = w.people[v].ends - now
        w.people[v].ends = NONE
        w.people[v].state = HELD
        number = s - w.groups[w.servers[s].group].first
        tell(w, now, INTERRUPTED, v, w.people[v].row, number, code(BY_BREAKDOWN, 0, breakdown))


@_compiled
def repair(w: World, s: int, now: int, breakdown: int) -> None:
    """Put a server in order again: it goes on with its person, or serves the next."""
    w.servers[s].broken = 0
    v = w.servers[s].person
    cause = code(BY_REPAIR, 0, breakdown)
    if v >= 0:
        if w.people[v].state == HELD:
            w.people[v].ends = now + w.people[v].rest
            w.people[v].since = now
            w.people[v].state = SERVED
            tell(w, now, RESUMED, v, w.people[v].row, s - w.groups[w.servers[s].group].first, cause)
            plan_event(w, w.people[v].ends, END, 0, v)
    elif w.servers[s].present:
        append_idle(w.servers, w.groups, s)
        settle(w, w.servers[s].group, now, cause)


@_compiled
def deliver(w: World, stock: int, number: int, amount: int, now: int, cause: int) -> None:
    """Bring something into a stock (or take a share of it away), and serve whoever waited for it."""
    found = w.stocks[stock]
    change = amount if amount >= 0 else -(found.level * -amount // 1000)
    found.level += change
    told = tell(w, now, SUPPLIED, stock, number, change, cause)
    order_more(w, stock, now, code(BY_DELIVERY, 0, told))
    if amount < 0:
        return
    for at in range(found.since, found.until):
        settle(w, w.stations[w.supplied[at]].group, now, code(BY_DELIVERY, 0, told))


@_compiled
def change_servers(w: World, g: int, target: int, now: int, cause: int) -> None:
    """Let servers of the calendar come or go."""
    change = target - w.groups[g].target
    w.groups[g].target = target
    first, last = w.groups[g].first, w.groups[g].first + w.groups[g].own
    s = w.groups[g].head
    while change < 0 and s >= 0:
        after = w.servers[s].next
        if not w.servers[s].extra:
            remove_idle(w.servers, w.groups, s)
            w.servers[s].present = 0
            change += 1
        s = after
    for s in range(first, last):
        if change < 0 and w.servers[s].present and w.servers[s].broken and w.servers[s].person < 0:
            w.servers[s].present = 0
            change += 1
    if change < 0:
        w.groups[g].leaving -= change
        change = 0
    stay = min(max(change, 0), w.groups[g].leaving)
    w.groups[g].leaving -= stay
    change -= stay
    for s in range(first, last):
        if change > 0 and not w.servers[s].present:
            w.servers[s].present = 1
            change -= 1
            if not w.servers[s].broken:
                append_idle(w.servers, w.groups, s)
    if target == 0:
        for at in range(w.groups[g].since, w.groups[g].until):
            if w.stations[w.served[at]].open:
                close_extra(w, w.served[at], now, cause)
    settle(w, g, now, cause)


@_compiled
def planned_event(w: World, event: Array, now: int) -> None:
    """Let a planned event happen."""
    if event.kind == REPAIRED:
        repair(w, event.a, now, event.b)
    elif event.kind == BROKE:
        break_down(w, event.a, now, event.b)
    elif event.kind == CHANGED:
        change_servers(w, event.a, event.amount, now, code(BY_CHANGE, event.a, event.b))
    else:
        deliver(w, event.a, event.b, event.amount, now, NONE)


@_compiled
def run_component(w: World, entries: Array, first_station: Array, planned: Array) -> None:
    """Run a component from its first event to the horizon.

    Args:
        w: The component; its people, visits, handed and told are written.
        entries: int64[k], keys of those who enter, rising.
        first_station: int32[m], the first station of the span that each person enters.
        planned: PLANNED[k], rising by key; all within the horizon.
    """
    heap = w.heap
    for stock in range(len(w.stocks)):
        order_more(w, stock, 0, NONE)
    i = j = 0
    while True:
        key = heap[1] if heap[0] > 0 else NEVER
        source = 0
        if i < len(entries) and entries[i] < key:
            key = entries[i]
            source = 1
        if j < len(planned) and planned[j].key < key:
            key = planned[j].key
            source = 2
        if key == NEVER:
            return
        now = key >> TIME
        entity = key & ENTITY
        if source == 2:
            planned_event(w, planned[j], now)
            j += 1
        elif source == 1:
            i += 1
            k = first_station[entity]
            to = concerned(w, k, entity, w.stations[k].last)
            if to < 0:
                w.people[entity].left = now
            else:
                arrive(w, to, entity, now)
        else:
            pop(heap)
            kind = (key >> CLASS) & 3
            if kind == END:
                if w.people[entity].state == SERVED and w.people[entity].ends == now:
                    finish(w, entity, now)
            elif kind == ARRIVAL:
                arrive(w, w.people[entity].going, entity, now)
            elif kind == TIMER:
                give_up(w, entity, now)
            else:
                stock = entity >> 1
                found = w.stocks[stock]
                found.ordered = 0
                deliver(w, stock, found.planned + found.orders - 1, found.reorder, now, found.cause)
