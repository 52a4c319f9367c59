"""The typed plan: every table of a plan file, frozen, with unknown keys refused.

Start here. Tables of one subject have a file of their own: stations, command, movement, shocks; `tables` has what all
are made of. One class a table; the names of the fields are the keys of the TOML file (plural in Python, singular in
the file for arrays of tables). Checks here see one table alone; checks across tables (dangling references,
duplicates, shares of the whole) live in `tocsin.plan.consistency`.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from tocsin.plan.command import Headquarters, Link, Reports
from tocsin.plan.duration import Duration
from tocsin.plan.movement import March, Place, Rendezvous, Road, Roads
from tocsin.plan.shocks import Shock, Stress
from tocsin.plan.stations import Bus, Crew, Fleet, Instruction, Layout, PriorityClass, Release, Station, Stock
from tocsin.plan.tables import (
    Count,
    Key,
    Kind,
    Latitude,
    Longitude,
    Medium,
    Minutes,
    Name,
    Positive,
    RequestKind,
    Share,
    Shift,
    Sourced,
    Staffed,
    Table,
    Who,
)  # fmt: skip

__all__ = [
    "Again",
    "Age",
    "Behaviour",
    "Bus",
    "Capacity",
    "Channel",
    "Deadline",
    "Establishment",
    "Exercise",
    "Group",
    "Instruction",
    "Layout",
    "Limits",
    "Plan",
    "Point",
    "Post",
    "PriorityClass",
    "Region",
    "Release",
    "Request",
    "Roster",
    "Rounds",
    "Shift",
    "Station",
    "Task",
    "Town",
    "Travel",
    "Unit",
    "Who",
]


class Deadline(Table):
    """When people must be at the gate: at a fixed time, or so many hours after delivery; exactly one of the two."""

    at: dt.datetime | None = Field(default=None, description="A fixed time with its offset.")
    after_delivery_h: Annotated[float, Field(gt=0, le=8_760)] | None = Field(
        default=None, description="Hours from delivery to the time of report."
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.at is None) == (self.after_delivery_h is None):
            raise ValueError(
                "a deadline is either `at` (a time) or `after_delivery_h` (hours), not both and not neither"
            )
        if self.at is not None and self.at.tzinfo is None:
            raise ValueError("the time has no offset; expected one such as 2026-02-17T08:00:00+03:00")
        return self


class Exercise(Sourced):
    """What is called, where, and when. The deadline lies after the alert and not beyond the horizon."""

    name: Key = Field(description="Short name: lower case, digits, hyphens; it names the run.")
    title: Name = Field(description="Title for people.")
    country: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = Field(description="ISO 3166 code, lower case.")
    kind: Kind = Field(description="Kind of call-up; the law depends on it.")
    alert: dt.datetime = Field(description="H-hour: when the authority decides, with its offset; t0 of every measure.")
    time_zone: str = Field(description="IANA zone for local hours.")
    announced: dt.date | None = Field(default=None, description="When it was announced to the public, if it was.")
    deadline: Deadline = Field(description="When people must be at the gate.")
    horizon_h: Annotated[float, Field(gt=0, le=2_160)] = Field(
        description="Hours after the alert at which the run ends."
    )
    closes: bool = Field(
        default=True, description="Whether the exercise is closed at the horizon (the silent are then absent)."
    )
    order: Duration | None = Field(default=None, description="From the decision to the order reaching each unit.")
    shocks: tuple[Key, ...] = Field(
        default=(), description="The shocks that strike in this run; the others wait for `tocsin stress`."
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"time zone {value!r} is not known; expected a name such as 'Europe/Minsk'") from error
        return value

    @field_validator("alert")
    @classmethod
    def _has_offset(cls, value: dt.datetime) -> dt.datetime:
        if value.tzinfo is None:
            raise ValueError("the time has no offset; expected one such as 2026-02-16T18:00:00+03:00")
        if not 1950 <= value.year < 2200:  # beyond, the dates of births and horizons leave the calendar
            raise ValueError(f"found the year {value.year}; expected 1950 to 2199")
        return value

    @model_validator(mode="after")
    def _deadline_in_the_run(self) -> Self:
        at = self.deadline.at
        if at is not None and at <= self.alert:
            raise ValueError(f"the deadline {at.isoformat()} is not after the alert {self.alert.isoformat()}")
        if at is not None and (at - self.alert).total_seconds() > self.horizon_h * 3600:
            raise ValueError(
                f"the horizon ({self.horizon_h:g} h after the alert) is before the deadline {at.isoformat()}"
            )
        if self.announced is not None and self.announced > self.alert.date() + dt.timedelta(
            days=self.horizon_h / 24 + 1
        ):
            raise ValueError(f"announced on {self.announced}, which is after the end of the run")
        return self


class Region(Sourced):
    """A region that is called; its towns are listed, or taken from a bundled table."""

    name: Name = Field(description="Name; with `places`, that of the bundled table.")
    places: Annotated[str, Field(pattern=r"^[a-z]{2}$")] | None = Field(
        default=None, description="Take this region's towns from the bundled table of this country."
    )
    min_population: Count = Field(default=0, description="Leave out smaller towns of the bundled table.")


class Town(Sourced):
    """A town where people live."""

    name: Name = Field(description="Name; replaces the bundled table's town of the same name and region.")
    region: Name = Field(description="The region in which it lies.")
    population: Positive = Field(description="People who live there; those called are spread over towns by it.")
    lat: Latitude = Field(description="Degrees north.")
    lon: Longitude = Field(description="Degrees east.")


class Age(Table):
    """A band of ages in whole years on the day of the alert, and its share of the group."""

    from_: Annotated[int, Field(ge=16, le=80)] = Field(alias="from", description="The youngest age in the band.")
    until: Annotated[int, Field(ge=16, le=80)] = Field(description="The oldest age in the band.")
    share: Share = Field(default=1.0, description="Share of the group; all bands add up to 1.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.until < self.from_:
            raise ValueError(f"the band ends at {self.until} before it begins at {self.from_}")
        return self


class Travel(Table):
    """How long the way takes: road distance over speed, plus a delay before or on the way."""

    speed_kmh: Annotated[float, Field(gt=0, le=200)] = Field(description="Speed on the road.")
    detour: Annotated[float, Field(ge=1, le=5)] = Field(
        default=1.3, description="Road distance over straight distance."
    )
    overhead: Duration | None = Field(default=None, description="Waiting for a lift, traffic, snow.")
    roads: bool = Field(
        default=False,
        description="Whether the way follows the plan's roads between towns; `detour` is for the rest.",
    )


class Behaviour(Sourced):
    """What people do with a summons. Shares are of those whom the line names.

    `refuse`, `excuse` and `no_show` add up to at most 1, and so do `at_once` and `late_share`. `lead` is needed if the
    latter two leave somebody over, `lag` if anybody is late.
    """

    reach: Share = Field(default=1.0, description="Share of those called whom any channel can reach at all.")
    acknowledge: Share = Field(default=1.0, description="Share of those delivered who confirm it.")
    response: Duration | None = Field(default=None, description="Delivery to confirmation, refusal, excuse or request.")
    refuse: Share = Field(default=0.0, description="Share of those delivered who refuse openly.")
    excuse: Share = Field(default=0.0, description="Share of those delivered who are excused on their word.")
    no_show: Share = Field(default=0.0, description="Share of those delivered who stay away in silence.")
    preparation: Duration | None = Field(default=None, description="Delivery to being ready to leave.")
    travel: Duration | Travel = Field(description="The way to the assembly point.")
    at_once: Share = Field(default=1.0, description="Share of those who come who leave as soon as ready.")
    lead: Duration | None = Field(default=None, description="The others aim to arrive so long before the deadline.")
    late_share: Share = Field(default=0.0, description="Share of those who come who are late by a lag.")
    lag: Duration | None = Field(default=None, description="How long after the deadline the late aim to arrive.")

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if (total := self.refuse + self.excuse + self.no_show) > 1 + 1e-9:
            raise ValueError(f"refuse + excuse + no_show is {total:g}; expected at most 1")
        if (total := self.at_once + self.late_share) > 1 + 1e-9:
            raise ValueError(f"at_once + late_share is {total:g}; expected at most 1")
        if self.at_once + self.late_share < 1 - 1e-9 and self.lead is None:
            raise ValueError("at_once + late_share is below 1, so `lead` is needed for the others")
        if self.late_share > 0 and self.lag is None:
            raise ValueError("late_share is above 0, so `lag` is needed")
        return self


class Group(Sourced):
    """People called under one description; `called` of them are synthesised from shares.

    The shares of each of its tables add up to 1. A plan has groups or a roster, not both.
    """

    name: Name = Field(description="Name, for conditions and channels.")
    called: Positive = Field(description="How many people of this group are called.")
    regions: tuple[Name, ...] = Field(default=(), description="Where they live; empty = every region.")
    towns: tuple[Name, ...] = Field(default=(), description="Or just these towns.")
    units: tuple[Name, ...] = Field(
        default=(), description="Or just these units take them; empty = any unit of the point."
    )
    sex: dict[Literal["female", "male"], Share] = Field(default={"male": 1.0}, description="Share by sex.")
    age: tuple[Age, ...] = Field(min_length=1, description="Bands of age; within one, each day of birth alike.")
    minor_children: dict[str, Share] = Field(default={"0": 1.0}, description="Share by number of children under 18.")
    medical: dict[Name, Share] = Field(default={"fit": 1.0}, description="Share by medical category.")
    trade: dict[Name, Share] = Field(default={"any": 1.0}, description="Share by trade.")
    employer: dict[Name, Share] = Field(default={"unknown": 1.0}, description="Share by kind of employer.")
    distance_km: Annotated[float, Field(ge=0, le=500)] = Field(
        default=0.0, description="Median distance from the middle of the home town to the door (lognormal, sigma 0.6)."
    )
    behaviour: Behaviour | None = Field(default=None, description="Their own behaviour, whole; otherwise the plan's.")

    @model_validator(mode="after")
    def _shares_add_up(self) -> Self:
        for key in ("sex", "minor_children", "medical", "trade", "employer"):
            shares: dict[str, float] = getattr(self, key)
            if abs(sum(shares.values()) - 1) > 1e-6:
                raise ValueError(f"the shares of `{key}` add up to {sum(shares.values()):g}; expected 1")
        if abs(sum(band.share for band in self.age) - 1) > 1e-6:
            raise ValueError(f"the shares of `age` add up to {sum(b.share for b in self.age):g}; expected 1")
        for number in self.minor_children:
            if not re.fullmatch(r"\d|1\d", number):
                raise ValueError(f"minor_children has the key {number!r}; expected a number of children, 0 to 19")
        return self


class Roster(Table):
    """People listed in a file (CSV or Parquet) instead of synthesised in groups."""

    file: Annotated[str, Field(min_length=1)] = Field(description="Path of the file, relative to the plan.")
    columns: dict[str, str] = Field(default={}, description="Our column = theirs, where the names differ.")
    source: str | None = Field(default=None, min_length=3, description="Where the list is from.")
    assumption: str | None = Field(default=None, min_length=3, description="Why this list, where there is no source.")


class Rounds(Table):
    """A courier crew hands over so many summonses, then goes back for the next lot."""

    visits: Positive = Field(description="Visits before a crew goes back.")
    reload: Duration = Field(description="The way back, and until it is off again.")


class Again(Table):
    """Crews go again to those whom they did not find."""

    tries: Annotated[int, Field(ge=2, le=8)] = Field(description="Visits at most, the first included.")
    after: Duration = Field(description="From the failed visit until it stands in the queue again.")


class Capacity(Staffed):
    """What a channel can carry: crews or lines, each busy for one `handling` a summons."""

    handling: Duration = Field(description="One summons: a leg and a hand-over, a call, a message.")
    per: Literal["all", "region", "town", "point"] = Field(default="all", description="One such pool for each.")
    rounds: Rounds | None = Field(default=None, description="Absent = crews never go back for more.")
    again: Again | None = Field(default=None, description="Absent = each person is visited once, then the fallback.")


class Channel(Sourced):
    """A way by which a summons travels."""

    name: Key = Field(description="Name, for fallbacks.")
    medium: Medium = Field(description="What it is; the log's `channel`.")
    groups: tuple[Name, ...] = Field(default=(), description="Only these groups; empty = all.")
    reach: Share = Field(description="Chance that one attempt finds a person who can be reached at all.")
    starts_min: Minutes = Field(default=0.0, description="Minutes after the alert.")
    delay: Duration | None = Field(default=None, description="From sent (or handled) to in the person's hands.")
    capacity: Capacity | None = Field(default=None, description="Absent = no limit.")
    fallback: Key | None = Field(default=None, description="The channel tried next after a failed attempt.")
    fallback_after: Duration | None = Field(default=None, description="Delay before that.")


class Request(Staffed):
    """A request by a person (medical, exemption, hardship): who asks, who answers, how long, with what outcome."""

    name: Key = Field(description="Name; no station may have it too.")
    kind: RequestKind = Field(description="What is asked for; the log's `reason` when it is filed.")
    when: Literal["summons", "gate"] = Field(description="Filed when the summons comes, or at the point.")
    who: Who = Field(default=Who(), description="Only these people may file it; empty = everybody.")
    share: Share = Field(
        description="Share of `who` that files it (at the summons: of those delivered; at the gate: of those there)."
    )
    answer: Duration = Field(description="Handling time of one request.")
    granted: Share = Field(description="Share of the answered that is granted: excused (summons) or released (gate).")
    reason: Name = Field(description="Ground of release when granted.")
    per: Literal["all", "region", "point"] = Field(
        default="all", description="One set of handlers for each (summons only)."
    )
    waits: bool = Field(default=True, description="At the summons: whether the person stays until the answer.")
    after: Key | None = Field(
        default=None, description="At the gate: the station after which it is filed; absent = on arrival."
    )


class Point(Sourced):
    """An assembly point: where it stands, whom it takes, its layout or its own stations."""

    name: Name = Field(description="Name.")
    town: Name | None = Field(default=None, description="Stands in this town; or give lat and lon.")
    lat: Latitude | None = Field(default=None, description="Degrees north.")
    lon: Longitude | None = Field(default=None, description="Degrees east.")
    regions: tuple[Name, ...] = Field(default=(), description="Takes people of these regions (the nearest such point).")
    towns: tuple[Name, ...] = Field(default=(), description="Takes people of just these towns.")
    layout: Key | None = Field(default=None, description="The shared layout; absent = its own stations and buses.")
    stations: tuple[Station, ...] = Field(
        default=(), alias="station", description="Stations, in the order in which people meet them."
    )
    crews: tuple[Crew, ...] = Field(default=(), alias="crew", description="Servers whom stations share.")
    buses: tuple[Bus, ...] = Field(
        default=(), alias="bus", description="Bus lines from here; none = people join on foot."
    )
    instruction: Instruction | None = Field(default=None, description="Absent = nobody is told anything.")

    @model_validator(mode="after")
    def _stands_somewhere(self) -> Self:
        if (self.town is None) == (self.lat is None or self.lon is None):
            raise ValueError("a point stands in a `town` or at `lat` and `lon`, not both and not neither")
        if self.layout is not None and (self.stations or self.crews or self.buses or self.instruction):
            raise ValueError("a point has a `layout` or stations and buses of its own, not both")
        return self


class Post(Sourced):
    """Posts of one trade in a unit."""

    trade: Name = Field(description="The trade; each once a unit.")
    posts: Positive = Field(description="How many posts.")
    critical: bool = Field(default=False, description="Whether the unit needs its own share of them to be formed.")
    share: Share | None = Field(
        default=None, description="Share of these posts needed if critical; absent = the unit's."
    )


class Establishment(Sourced):
    """A list of posts that several units share."""

    name: Key = Field(description="Name, for units.")
    formed_at: Share = Field(default=0.8, description="A unit is formed at this share of all its posts.")
    posts: tuple[Post, ...] = Field(alias="post", min_length=1, description="Its posts, trade by trade.")


class Unit(Sourced):
    """A unit with posts of its own or of an establishment; it takes people of its trades from its points."""

    name: Name = Field(description="Name.")
    points: tuple[Name, ...] = Field(default=(), description="Takes people from these points; empty = all.")
    establishment: Key | None = Field(default=None, description="The shared list of posts; absent = its own.")
    formed_at: Share | None = Field(default=None, description="Absent = the establishment's, or 0.8.")
    posts: tuple[Post, ...] = Field(default=(), alias="post", description="Its posts, trade by trade.")
    needs: tuple[Name, ...] = Field(
        default=(), description="Units without which it cannot act: it sets out when they are formed too."
    )
    headquarters: Name | None = Field(
        default=None, description="Gets its order from there; absent = as `exercise.order` says."
    )
    link: Link | None = Field(default=None, description="The link to its headquarters; absent = at once, never lost.")
    acts: Duration | None = Field(
        default=None, description="From its order to its first action, the summonses; absent = none."
    )
    reports: Reports | None = Field(default=None, description="Absent = it reports nothing to its headquarters.")
    march: March | None = Field(default=None, description="Where it goes when it is formed; absent = it stays.")

    @model_validator(mode="after")
    def _posts_once(self) -> Self:
        if (self.establishment is None) == (not self.posts):
            raise ValueError("a unit has an `establishment` or posts of its own, not both and not neither")
        for key in ("link", "acts", "reports"):
            if getattr(self, key) is not None and self.headquarters is None:
                raise ValueError(f"`{key}` goes with `headquarters`")
        return self


class Task(Sourced):
    """Something that several units do together."""

    name: Name = Field(description="Name.")
    units: tuple[Name, ...] = Field(min_length=1, description="The units that do it, each once.")
    at_least: Positive | None = Field(default=None, description="How many of them suffice; absent = all.")


class Limits(Sourced):
    """Limits against which waits are counted; they change no wait."""

    wait_min: Annotated[float, Field(gt=0, le=525_600)] = Field(
        default=60.0, description="Longest wait at a station (L1)."
    )
    idle_min: Annotated[float, Field(gt=0, le=525_600)] = Field(
        default=60.0, description="Longest wait without a word (H1)."
    )
    answer_min: Annotated[float, Field(gt=0, le=525_600)] = Field(
        default=30.0, description="Longest wait for a medical answer (H2)."
    )


class Plan(Table):
    """A whole plan: what is meant."""

    format: Literal[1] = Field(default=1, description="Version of the plan format.")
    exercise: Exercise
    regions: tuple[Region, ...] = Field(default=(), alias="region")
    towns: tuple[Town, ...] = Field(default=(), alias="town")
    groups: tuple[Group, ...] = Field(default=(), alias="group")
    roster: Roster | None = None
    channels: tuple[Channel, ...] = Field(alias="channel", min_length=1)
    behaviour: Behaviour
    requests: tuple[Request, ...] = Field(default=(), alias="request")
    layouts: tuple[Layout, ...] = Field(default=(), alias="layout")
    points: tuple[Point, ...] = Field(alias="point", min_length=1)
    establishments: tuple[Establishment, ...] = Field(default=(), alias="establishment")
    units: tuple[Unit, ...] = Field(default=(), alias="unit")
    tasks: tuple[Task, ...] = Field(default=(), alias="task")
    headquarters: tuple[Headquarters, ...] = Field(default=(), alias="headquarters")
    fleets: tuple[Fleet, ...] = Field(default=(), alias="fleet")
    stocks: tuple[Stock, ...] = Field(default=(), alias="stock")
    places: tuple[Place, ...] = Field(default=(), alias="place")
    roads: Roads | None = None
    road: tuple[Road, ...] = Field(default=(), alias="road")
    meetings: tuple[Rendezvous, ...] = Field(default=(), alias="rendezvous")
    shocks: tuple[Shock, ...] = Field(default=(), alias="shock")
    stress: Stress | None = None
    limits: Limits = Field(
        default=Limits(assumption="Tocsin's defaults: 60 min of wait or silence, 30 min for a medical answer.")
    )

    @model_validator(mode="after")
    def _has_people(self) -> Self:
        if (self.roster is None) == (not self.groups):
            raise ValueError("a plan has groups of people or a roster, not both and not neither")
        return self
