"""The tables of an assembly point: stations, crews, stocks, bus lines and fleets."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tocsin.plan.duration import Duration
from tocsin.plan.tables import CLOCK, Count, Hours, Key, Name, Positive, Share, Sourced, Staffed, Table, Who

__all__ = [
    "Breakdown", "Bus", "Crew", "Delivery", "ExtraLane", "Fleet", "Instruction", "Issue", "Layout", "PriorityClass",
    "Recheck", "Release", "Reorder", "Station", "Stock", "TripBreakdown",
]  # fmt: skip


class PriorityClass(Who):
    """A class served before those below it and before everybody else."""


class Release(Table):
    """A share of those served who are sent home for a reason."""

    reason: Name = Field(description="Ground of the release.")
    share: Share = Field(description="Share of `who`, when served, that is sent home for it.")
    who: Who = Field(default=Who(), description="Only these people; empty = everybody served.")


class Recheck(Table):
    """A share of those served who must come again: the board sends back."""

    share: Share = Field(description="Share of those served that is sent back.")
    to: Key | None = Field(default=None, description="The station to which they go back; absent = this one.")
    most: Annotated[int, Field(ge=2, le=8)] = Field(
        default=3, description="Visits here at most; after the last of them everybody passes."
    )
    who: Who = Field(default=Who(), description="Only these people; empty = everybody served.")


class Breakdown(Table):
    """A server fails after so long in order, whether busy or not, and serves on when it is repaired."""

    after: Duration = Field(description="From being in order to the failure.")
    repair: Duration = Field(description="From the failure to being in order again.")


class ExtraLane(Table):
    """Servers that open when the queue is long, and close when it is short again."""

    at: Positive = Field(description="Opens when more than so many wait.")
    servers: Positive = Field(default=1, description="How many open.")
    until: Count = Field(default=0, description="Closes when at most so many wait.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.until >= self.at:
            raise ValueError(f"closes at {self.until} waiting, which is not below the {self.at} at which it opens")
        return self


class Issue(Table):
    """What each person is handed at a station, out of a stock."""

    stock: Key = Field(description="The stock.")
    amount: Positive = Field(default=1, description="How much each person is handed.")
    short: Literal["goes-on", "waits"] = Field(
        default="goes-on", description="Without enough of it: goes on without, or the queue waits for the delivery."
    )


class Station(Staffed):
    """A place where people queue for one of several servers: its own, or those of a crew that it shares."""

    name: Key = Field(description="Name; its draws hang on it, and so do the columns of the journeys.")
    service: Duration = Field(description="How long one person is served; at least 1 ms.")
    who: Who = Field(default=Who(), description="Only these people; empty = everybody.")
    share: Share = Field(default=1.0, description="Share of `who` that needs the station.")
    priority: tuple[PriorityClass, ...] = Field(default=(), description="First class first; then everybody else.")
    preempts: bool = Field(
        default=False, description="Whether a higher class takes the server of a lower one, who is served on later."
    )
    patience: Duration | None = Field(default=None, description="Gives up after waiting so long.")
    impatient: Share = Field(default=1.0, description="Share that has such patience; the others wait on.")
    release: tuple[Release, ...] = Field(default=(), description="Who is sent home after the service.")
    recheck: Recheck | None = Field(default=None, description="Who must come again after the service.")
    crew: Key | None = Field(default=None, description="The crew of the point that serves here too; then no servers.")
    lines: Literal["one", "each"] = Field(
        default="one", description="One queue for all servers, or one for each: the shortest is joined, and kept."
    )
    room: Count | None = Field(default=None, description="So many can wait; absent = no limit.")
    full: Literal["blocks", "leaves"] = Field(
        default="blocks", description="No room: stays with the server before, who waits too; or leaves unserved."
    )
    extra: ExtraLane | None = Field(default=None, description="Servers that open when the queue is long.")
    breakdown: Breakdown | None = Field(default=None, description="Servers that fail and are repaired.")
    issues: tuple[Issue, ...] = Field(default=(), alias="issue", description="What each person is handed.")
    unpowered: bool = Field(default=False, description="Whether it works on without power.")

    @property
    def has_servers(self) -> bool:
        """Whether somebody serves here."""
        return self.crew is not None or super().has_servers

    @model_validator(mode="after")
    def _served_one_way(self) -> Self:
        if self.crew is not None and (self.servers is not None or self.hours):
            raise ValueError("a station has a `crew` or servers of its own, not both")
        if self.crew is not None and (self.extra or self.breakdown or self.lines == "each" or self.preempts):
            raise ValueError("a station with a `crew` has no `extra`, `breakdown`, `preempts` or `lines` of its own")
        if self.lines == "each" and (self.hours or self.priority or self.extra or self.preempts or self.breakdown):
            raise ValueError(
                "a station with a line for each server has `servers`, and no `hours`, `priority`, `extra`, `preempts`"
                " or `breakdown`"
            )
        if self.preempts and not self.priority:
            raise ValueError("`preempts` needs classes of `priority`")
        return self


class Crew(Staffed):
    """Servers whom several stations of a point share; whoever has waited longest is served next, class by class."""

    name: Key = Field(description="Name, for stations.")


class TripBreakdown(Table):
    """A share of a line's trips that stand still on the way until they are repaired."""

    share: Share = Field(description="Share of the trips.")
    repair: Duration = Field(description="How long such a trip stands.")


class Bus(Sourced):
    """A line from the point to where units stand: leaves when full, or timed out after the first boarding."""

    name: Key = Field(description="Name of the line.")
    to: Name = Field(description="Where it goes.")
    capacity: Annotated[int, Field(ge=1, le=2_000)] = Field(description="Seats; full, it leaves.")
    timeout_min: Annotated[float, Field(ge=0, le=10_080)] = Field(
        description="Leaves so long after the first boarding, full or not."
    )
    fleet: Positive | None = Field(
        default=None, description="Own buses, which return; absent = one always stands ready."
    )
    shared_fleet: Key | None = Field(default=None, description="The fleet that it shares with other lines.")
    call: Duration | None = Field(
        default=None, description="With a shared fleet: from being sent until the bus stands at the point."
    )
    trip: Duration = Field(description="The way there.")
    back: Duration | None = Field(default=None, description="The way back; absent = as long as the way there.")
    breakdown: TripBreakdown | None = Field(default=None, description="Absent = no trip breaks down.")
    units: tuple[Name, ...] = Field(default=(), description="Only these units; empty = any.")

    @model_validator(mode="after")
    def _one_fleet(self) -> Self:
        if self.fleet is not None and self.shared_fleet is not None:
            raise ValueError("a bus line has a `fleet` of its own or a `shared_fleet`, not both")
        if self.call is not None and self.shared_fleet is None:
            raise ValueError("`call` goes with a `shared_fleet`")
        return self


class Fleet(Sourced):
    """Buses that lines of several points share: one that is free goes where somebody has waited longest."""

    name: Key = Field(description="Name, for bus lines.")
    buses: Positive = Field(description="How many there are.")


class Delivery(Table):
    """What comes into a stock at a time."""

    at_h: Hours = Field(description="Hours after the alert.")
    amount: Positive = Field(description="How much comes.")


class Reorder(Table):
    """What is ordered for a stock when it runs low."""

    below: Positive = Field(description="Ordered when less than so much is left and nothing is on order.")
    amount: Positive = Field(description="How much comes.")
    takes: Duration = Field(description="From the order until it comes.")


class Stock(Sourced):
    """Things that are handed out: one stock for each point, or one that several points share."""

    name: Key = Field(description="Name of what is handed out, for stations.")
    amount: Count = Field(description="How much there is at the alert.")
    per: Literal["point", "all"] = Field(default="point", description="One such stock for each point, or one for all.")
    points: tuple[Name, ...] = Field(default=(), description="Only these points; empty = every point.")
    deliveries: tuple[Delivery, ...] = Field(default=(), alias="delivery", description="What comes later, and when.")
    reorder: Reorder | None = Field(default=None, description="Absent = nothing is ordered.")


class Instruction(Sourced):
    """Rounds in which everybody at the point is told how it goes on."""

    every_min: Annotated[float, Field(gt=0, le=10_080)] = Field(description="From one round to the next.")
    from_: str = Field(default="00:00", alias="from", pattern=CLOCK.pattern, description="First round, local time.")
    until: str = Field(default="24:00", pattern=CLOCK.pattern, description="No round from then on, local time.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.until <= self.from_:
            raise ValueError(f"ends at {self.until} before it begins at {self.from_}")
        return self


class Layout(Sourced):
    """How an assembly point is laid out; several points may share one layout."""

    name: Key = Field(description="Name, for points.")
    stations: tuple[Station, ...] = Field(
        default=(), alias="station", description="Stations, in the order in which people meet them."
    )
    crews: tuple[Crew, ...] = Field(default=(), alias="crew", description="Servers whom stations share.")
    buses: tuple[Bus, ...] = Field(
        default=(), alias="bus", description="Bus lines from here; none = people join on foot."
    )
    instruction: Instruction | None = Field(default=None, description="Absent = nobody is told anything.")
