"""The catalogue of kinds: every thing that a log can say has happened, in one table.

Pure data, no tables library: any room may import it at no cost. The order of `KINDS` is the order of rows
at one instant (`Kind.rank`): ends, then breakdowns and shifts, then arrivals, then timers, and a cause always
stands before its effect. For that to hold, what ends before it begins in this order must last at least 1 ms:
a service, a bus ride, the handling of a request, an attempt to deliver. Rows of one kind at one instant are
ordered by entity id, except where one causes the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

__all__ = [
    "CHANNELS",
    "GRADES",
    "KINDS",
    "KIND_NAMES",
    "KIND_OF",
    "PHASES",
    "SCOPES",
    "WRITERS",
    "After",
    "Kind",
]

WRITERS: Final = ("simulated", "recorded", "reported")
"""Who may write rows: what could happen, what is happening, what others say happened."""

CHANNELS: Final = (
    "courier",
    "letter",
    "SMS",
    "e-mail",
    "phone",
    "app",
    "messenger",
    "publication",
    "radio",
    "siren",
    "employer",
    "in_person",
    "other",
)
"""The media by which a summons, an order or an answer travels."""

SCOPES: Final = ("whole", "part", "combined")
"""What a reported count covers; counts of different scopes are never added."""

GRADES: Final = tuple(f"{source}{claim}" for source in "ABCDEF" for claim in "123456")
"""Reliability of the source (A–F) and credibility of the claim (1–6) of a reported row."""

PHASES: Final = ("end", "shift", "arrival", "timer")
"""The classes of the tie rule, in their order at one instant."""

_SIM: Final = ("simulated",)
_OWN: Final = ("simulated", "recorded")
_ALL: Final = WRITERS


@dataclass(frozen=True, slots=True)
class After:
    """What must have happened before, at the latest at the same instant.

    Attributes:
        kinds: One of these is enough.
        same: Columns in which the earlier row must agree, besides `run`.
        writers: The rule judges only rows of these writers; the logs of others may begin in the middle.
    """

    kinds: tuple[str, ...]
    same: tuple[str, ...]
    writers: tuple[str, ...] = _SIM


@dataclass(frozen=True, slots=True)
class Kind:
    """One entry of the catalogue.

    Attributes:
        name: Past tense; the value of the column `kind`.
        phase: Class of the tie rule, one of `PHASES`.
        meaning: One sentence.
        writers: Who may write it.
        needs: Columns that may not be null; `a|b` means at least one of the two. A reported row may say how
            many (`amount`) instead of who (`person`) and is excused from the other needs.
        stem: Name of its journey stem when the row has no station; None if such rows stay in the rest.
        station_stem: Last word of its journey stem `<station>_<word>` when the row has a station, or None.
        attributes: Columns that journeys keep beside the time, as `<stem>_<column>`.
        carries: Which of the person's own `place` (assembly point) and `unit` such a row repeats.
        after: What must precede it.
        never_after: Kinds after which it is impossible for the same person, unless they arrived again.
        rank: Order at one instant, from 0, smaller first: its place in the catalogue.
    """

    name: str
    phase: str
    meaning: str
    writers: tuple[str, ...] = _ALL
    needs: tuple[str, ...] = ()
    stem: str | None = None
    station_stem: str | None = None
    attributes: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()
    after: tuple[After, ...] = ()
    never_after: tuple[str, ...] = ()
    rank: int = -1


_VISIT: Final = ("person", "place", "station", "visit")
_GONE: Final = ("released", "absent")


_ENTRIES: Final = (
    # --- ends: something that lasted is over, and frees what it held --------------------------------------
    Kind(
        "service_ended",
        "end",
        "A station finished serving a person.",
        needs=("person", "station", "visit"),
        station_stem="ended",
        carries=("place",),
        after=(After(("service_began",), _VISIT, _OWN),),
    ),
    Kind(
        "item_issued",
        "end",
        "A person was handed an item of stock, at the end of a service.",
        needs=("person", "thing"),
    ),
    Kind(
        "item_short",
        "end",
        "An item that a person should have been handed was out of stock.",
        needs=("person", "thing"),
    ),
    Kind(
        "bus_arrived",
        "end",
        "A vehicle reached its destination, or came back to its point.",
        needs=("thing",),
        after=(After(("bus_departed",), ("thing",), _SIM),),
    ),
    Kind(
        "request_answered",
        "end",
        "A request was decided; the reason says granted or refused.",
        needs=("person", "reason"),
        stem="request_answered",
        station_stem="answered",
        attributes=("reason",),
        after=(After(("request_filed",), ("person", "station", "visit"), _OWN),),
    ),
    Kind(
        "undelivered",
        "end",
        "One attempt to hand over or send a summons failed.",
        needs=("person", "channel"),
        stem="undelivered",
        attributes=("channel", "reason"),
        after=(After(("summoned",), ("person", "channel"), _OWN),),
    ),
    # --- breakdowns and shifts: what the exercise disposes of changes -------------------------------------
    Kind(
        "broke_down", "shift", "A vehicle, a station or one of its servers stopped working.", needs=("thing|station",)
    ),
    Kind(
        "repaired",
        "shift",
        "A vehicle, a station or one of its servers works again.",
        needs=("thing|station",),
    ),
    Kind("resupplied", "shift", "Something came into a stock (thing): so much (amount).", needs=("thing", "amount")),
    Kind("stock_lost", "shift", "Something in a stock (thing) was lost: so much (amount).", needs=("thing", "amount")),
    Kind(
        "shock_ended",
        "shift",
        "A shock ended.",
        needs=("thing",),
        after=(After(("shock_began",), ("thing",), _OWN),),
    ),
    Kind(
        "shock_began",
        "shift",
        "A shock began: an outage, a cut road, a surge of demand.",
        needs=("thing",),
    ),
    Kind("station_closed", "shift", "A station stopped beginning services.", needs=("place", "station")),
    Kind(
        "station_opened",
        "shift",
        "A station began to serve, or went on with another number of servers (amount).",
        needs=("place", "station", "amount"),
    ),
    # --- arrivals: orders, people and units move on -------------------------------------------------------
    Kind(
        "ordered",
        "arrival",
        "An authority gave an order, mostly to a unit; due is the time demanded. One row a sending.",
        needs=("unit|person|to|place",),
        stem="ordered",
        attributes=("due",),
        carries=("place", "unit"),
    ),
    Kind(
        "order_acknowledged",
        "arrival",
        "The receiver confirmed an order; known is when the superior had the answer.",
        needs=("unit|person|by",),
        after=(After(("ordered",), ("unit",), _OWN),),
    ),
    Kind(
        "summoned",
        "arrival",
        "A summons was issued to a person by a channel; place and due say where and when to report.",
        needs=("person", "channel"),
        stem="summoned",
        attributes=("channel", "due"),
        carries=("place", "unit"),
    ),
    Kind(
        "delivered",
        "arrival",
        "The summons reached the person by that channel.",
        needs=("person", "channel"),
        stem="delivered",
        attributes=("channel",),
        after=(After(("summoned",), ("person", "channel"), _OWN),),
    ),
    Kind(
        "acknowledged",
        "arrival",
        "The person confirmed the summons; due is the arrival that they stated, if any.",
        needs=("person",),
        stem="acknowledged",
        attributes=("channel", "due"),
        after=(After(("delivered",), ("person",), _SIM),),
    ),
    Kind(
        "excused",
        "arrival",
        "The person was freed from reporting before setting out, lawfully and for a reason.",
        needs=("person", "reason"),
        stem="excused",
        attributes=("reason",),
        after=(After(("summoned",), ("person",), _SIM),),
    ),
    Kind(
        "refused",
        "arrival",
        "The person said that they would not come.",
        needs=("person",),
        stem="refused",
        attributes=("reason",),
        after=(After(("delivered",), ("person",), _SIM),),
    ),
    Kind(
        "set_out",
        "arrival",
        "The person left for the assembly point.",
        needs=("person",),
        stem="set_out",
        after=(After(("summoned",), ("person",), _SIM),),
    ),
    Kind(
        "arrived",
        "arrival",
        "The person (or, in a report, a number of people) came to the gate of an assembly point.",
        needs=("person",),
        stem="arrived",
        carries=("place",),
        after=(After(("set_out",), ("person",), _SIM),),
    ),
    Kind(
        "request_filed",
        "arrival",
        "The person asked for something: medical, exemption, hardship or appeal (the reason).",
        needs=("person", "reason"),
        stem="request_filed",
        station_stem="filed",
        attributes=("reason",),
        after=(After(("summoned", "arrived"), ("person",), _SIM),),
    ),
    Kind(
        "queued",
        "arrival",
        "The person joined the queue of a station.",
        needs=("person", "station", "visit"),
        station_stem="queued",
        carries=("place",),
        after=(After(("arrived",), ("person",), _SIM),),
        never_after=_GONE,
    ),
    Kind(
        "extra_opened",
        "arrival",
        "Extra servers (amount) of a station came, because many waited.",
        needs=("place", "station", "amount"),
    ),
    Kind(
        "service_began",
        "arrival",
        "A server of a station (by) began to serve the person.",
        needs=("person", "station", "visit"),
        station_stem="began",
        attributes=("by",),
        carries=("place",),
        after=(After(("queued",), _VISIT, _SIM),),
        never_after=_GONE,
    ),
    Kind(
        "service_interrupted",
        "arrival",
        "A service that had begun stopped: its server broke down, or was wanted for a higher class.",
        needs=("person", "station", "visit"),
        after=(After(("service_began",), _VISIT, _SIM),),
    ),
    Kind(
        "service_resumed",
        "arrival",
        "A service that was interrupted went on.",
        needs=("person", "station", "visit"),
        after=(After(("service_interrupted",), _VISIT, _SIM),),
    ),
    Kind(
        "instructed",
        "arrival",
        "The people who wait at a place, or one person, were told what happens next.",
        needs=("place|person",),
    ),
    Kind(
        "boarded",
        "arrival",
        "The person got into a vehicle (thing).",
        needs=("person", "thing"),
        stem="boarded",
        attributes=("thing",),
        carries=("place",),
        after=(After(("arrived",), ("person",), _SIM),),
        never_after=_GONE,
    ),
    # --- timers: what waits for a number or for a time, and what follows from it --------------------------
    Kind(
        "gave_up",
        "timer",
        "The person left unserved: patience ended, or there was no room (reason).",
        needs=("person",),
        stem="gave_up",
        attributes=("station", "reason"),
        carries=("place",),
        after=(After(("queued",), ("person",), _SIM),),
    ),
    Kind(
        "extra_closed",
        "timer",
        "Extra servers (amount) of a station go home, the busy ones when they are done.",
        needs=("place", "station", "amount"),
    ),
    Kind(
        "released",
        "timer",
        "The person was let go home from the assembly point, for a reason.",
        needs=("person", "reason"),
        stem="released",
        attributes=("reason",),
        carries=("place",),
        after=(After(("arrived",), ("person",), _SIM),),
    ),
    Kind("bus_departed", "timer", "A vehicle left, full or at its time.", needs=("thing",)),
    Kind(
        "joined",
        "timer",
        "The person took a post in their unit, or belongs to none: ready.",
        needs=("person",),
        stem="joined",
        carries=("unit",),
        after=(After(("arrived",), ("person",), _SIM),),
        never_after=_GONE,
    ),
    Kind(
        "surplus",
        "timer",
        "The person came and no post was left in their unit.",
        needs=("person", "unit"),
        stem="surplus",
        carries=("unit",),
        after=(After(("arrived",), ("person",), _SIM),),
        never_after=_GONE,
    ),
    Kind(
        "unit_formed",
        "timer",
        "Enough posts of a unit, and of each critical trade, were filled.",
        needs=("unit",),
    ),
    Kind(
        "unit_set_out",
        "timer",
        "A unit began its march: it stood at the start, free to leave.",
        needs=("unit",),
        after=(After(("unit_formed",), ("unit",), _SIM),),
    ),
    Kind(
        "halted",
        "timer",
        "The head of a column stopped on its march; the reason says what it waits for.",
        needs=("place", "unit|thing"),
    ),
    Kind(
        "passed",
        "timer",
        "A unit, column or vehicle passed a place; due is the planned passing. Its head has odd visits, its tail even.",
        needs=("place", "unit|thing"),
    ),
    Kind(
        "in_position",
        "timer",
        "A unit stood ready where its task wants it.",
        needs=("unit",),
        after=(After(("unit_formed", "unit_set_out"), ("unit",), _SIM),),
    ),
    Kind(
        "strength_reported",
        "timer",
        "A unit, a place or a headquarters (by) counted for its superior how many it has; known is when that was told.",
        needs=("unit|place|by", "amount"),
    ),
    Kind(
        "sighted",
        "timer",
        "Somebody saw people, vehicles or things at a place.",
        writers=("recorded", "reported"),
        needs=("place|thing|unit",),
    ),
    Kind(
        "stood_down",
        "timer",
        "A person or a unit was called off before its task.",
        needs=("person|unit|place",),
        stem="stood_down",
        carries=("unit",),
    ),
    Kind(
        "absent",
        "timer",
        "At the closing of the exercise the person had neither come nor been excused.",
        needs=("person",),
        stem="absent",
        carries=("place", "unit"),
        after=(After(("summoned",), ("person",), _SIM),),
        never_after=("arrived",),
    ),
    Kind(
        "withdrawn",
        "timer",
        "An earlier row (corrects) was taken back, and nothing stands in its place.",
        writers=("recorded", "reported"),
        needs=("corrects",),
    ),
    Kind("closed", "timer", "The exercise ended; whoever is silent now is absent."),
)


KINDS: Final[tuple[Kind, ...]] = tuple(replace(kind, rank=rank) for rank, kind in enumerate(_ENTRIES))
"""The catalogue, in the order of rows at one instant."""

KIND_NAMES: Final[tuple[str, ...]] = tuple(kind.name for kind in KINDS)
"""The names, in the same order: the categories of the column `kind`, so that its code *is* the rank."""

KIND_OF: Final[dict[str, Kind]] = {kind.name: kind for kind in KINDS}
"""A kind by its name."""
