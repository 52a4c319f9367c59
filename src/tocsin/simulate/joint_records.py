"""The records in which the state of a joint component stands; what is done with them is in `tocsin.simulate.joint`.

They may stand beside the kernels: their types are part of what Numba's disk cache knows a compiled function by, so that
a change here is seen.
"""

from __future__ import annotations

import numpy as np

__all__ = [
    "CLOCK",
    "EVENT",
    "GROUP",
    "ISSUE",
    "LANE",
    "PACE",
    "PERSON",
    "PLANNED",
    "SERVER",
    "STANCE",
    "STATION",
    "STOCK",
    "UNSETTLED",
    "VISIT",
]

PERSON = np.dtype(
    [
        ("entered", "i8"), ("left", "i8"), ("ends", "i8"), ("rest", "i8"), ("since", "i8"), ("fed_up", "i8"),
        ("joined", "i8"), ("station", "i4"), ("server", "i4"), ("next", "i4"), ("before", "i4"), ("going", "i4"),
        ("row", "i4"), ("released", "i4"), ("gave_up", "i4"), ("state", "i1"), ("begun", "i1"), ("no_room", "i1"),
    ],
    align=True,
)  # fmt: skip
"""A person: when they entered and left the component, whole or otherwise; where they are. `row`: of the visit at hand;
`released`, `gave_up`: of the visit after which they went, -1 = not."""

SERVER = np.dtype(
    [
        ("group", "i4"), ("person", "i4"), ("next", "i4"), ("before", "i4"), ("line", "i4"), ("present", "i1"),
        ("idle", "i1"), ("broken", "i1"), ("extra", "i1"), ("going", "i1"),
    ],
    align=True,
)  # fmt: skip
"""A server. `line`: how many are in the own line and in service, where each server has one."""

GROUP = np.dtype(
    [
        ("first", "i4"), ("last", "i4"), ("own", "i4"), ("head", "i4"), ("tail", "i4"), ("leaving", "i4"),
        ("target", "i4"), ("since", "i4"), ("until", "i4"), ("each", "i1"),
    ],
    align=True,
)  # fmt: skip
"""Servers of a station, or a crew: [first, last), `own` of them the calendar's; stations [since, until) in `served`."""

STATION = np.dtype(
    [
        ("group", "i4"), ("point", "i4"), ("lanes", "i4"), ("classes", "i4"), ("waiting", "i4"), ("room", "i4"),
        ("standing", "i4"), ("standing_tail", "i4"), ("extra_at", "i4"), ("extra_until", "i4"), ("visits", "i4"),
        ("row", "i4"), ("back_to", "i4"), ("back_most", "i4"), ("issue_from", "i4"), ("issue_to", "i4"),
        ("pace_from", "i4"), ("pace_to", "i4"), ("last", "i4"), ("place", "i8"), ("blocks", "i1"), ("preempts", "i1"),
        ("open", "i1"), ("shorter", "i1"), ("once", "i1"),
        ("limited", "i1"),
    ],
    align=True,
)  # fmt: skip
"""A station at a point. `lanes`: its first list of people, one a class or one a server; `row`: its first row of visits;
`last`: the station after the last of its span; `place`: what made the last free place; `shorter`:
whether the queue has become shorter since the extra servers were looked at; `limited`: has limited room."""

ISSUE = np.dtype([("stock", "i4"), ("amount", "i4"), ("row", "i4"), ("waits", "i1")], align=True)
"""What a station hands out. `row`: of the first visit, in the table of what each person was handed."""

STOCK = np.dtype(
    [
        ("level", "i8"), ("below", "i8"), ("reorder", "i8"), ("cause", "i8"), ("lead", "i4"), ("planned", "i4"),
        ("orders", "i4"), ("since", "i4"),
        ("until", "i4"), ("ordered", "i1"),
    ],
    align=True,
)  # fmt: skip
"""A stock: what is left; `lead`: its next order's row; how many deliveries are `planned`; stations [since, until) in
`supplied`."""

PLANNED = np.dtype([("key", "i8"), ("kind", "i4"), ("a", "i4"), ("b", "i4"), ("amount", "i8")], align=True)
"""A planned event: server a and breakdown b; stock a and its number b; group a and its change b."""

EVENT = np.dtype(
    [("time", "i8"), ("cause", "i8"), ("kind", "i4"), ("a", "i4"), ("b", "i4"), ("amount", "i8")], align=True
)
"""What is told besides visits: person a at visit row b (amount: the server); station a; stock a, delivery b."""

VISIT = np.dtype(
    [
        ("length", "i8"), ("patience", "i8"), ("queued", "i8"), ("began", "i8"), ("ended", "i8"), ("why_queued", "i8"),
        ("why_began", "i8"), ("by", "i4"), ("reason", "i1"), ("back", "i1"),
    ],
    align=True,
)  # fmt: skip
"""One visit of one person: how long it lasts, how long it is waited for (-1 = endless), for which reason it ends in
going home (-1 = none), whether in being sent back; then times, -1 = not, causes, and the server."""

STANCE = np.dtype([("concerned", "i1"), ("rank", "i1"), ("count", "i1")], align=True)
"""A person and a station: whether it concerns them, their class there, and how many visits have ended."""

LANE = np.dtype([("head", "i4"), ("tail", "i4")], align=True)
"""A list of people who wait: the first and the last."""

PACE = np.dtype([("time", "i8"), ("thousandths", "i8")], align=True)
"""From when on services take how many thousandths of their draw."""

UNSETTLED = np.dtype([("cause", "i8"), ("group", "i4")], align=True)
"""A group that is to serve and to admit, and why."""

CLOCK = np.dtype([("horizon", "i8"), ("told", "i8"), ("pending", "i8")], align=True)
"""The last instant at which anything happens; how many events were told; how many groups are still to be settled."""
