"""What every table of a plan is made of: kinds of values, tables that are closed, figures with their source.

Here too: shifts, whoever is staffed, and who is meant; tables of every other file use them.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = [
    "CLOCK",
    "Count",
    "Hours",
    "Key",
    "Kind",
    "Latitude",
    "Longitude",
    "Medium",
    "Minutes",
    "Name",
    "Positive",
    "RequestKind",
    "Share",
    "Shift",
    "Sourced",
    "Staffed",
    "Table",
    "Who",
    "Window",
]

Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\s].*[^\s]$|^[^\s]$")]
Key = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9-]*$")]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0, le=10_000_000)]
Positive = Annotated[int, Field(ge=1, le=10_000_000)]
Minutes = Annotated[float, Field(ge=0, le=525_600)]
Hours = Annotated[float, Field(ge=0, le=8_760)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Kind = Literal["training", "special", "verification", "additional", "mobilisation", "civil-protection", "unknown"]
Medium = Literal["courier", "letter", "SMS", "e-mail", "phone", "publication", "radio"]
RequestKind = Literal["medical", "exemption", "hardship"]


class Table(BaseModel):
    """A table of the plan: frozen, closed, finite numbers only."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=False)


class Sourced(Table):
    """A table that holds figures, and says where they are from; an inner table may leave that to the outer one."""

    source: str | None = Field(default=None, min_length=3, description="Where the figures of this table are from.")
    assumption: str | None = Field(
        default=None, min_length=3, description="Why these figures, where there is no source."
    )


CLOCK = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")


class Shift(Table):
    """Servers present every day between two local times, or once between two times counted from the alert.

    `from` and `until`, or `from_h` and `until_h`. A night shift is two shifts, one on either side of midnight.
    """

    from_: str | None = Field(default=None, alias="from", description="Local time HH:MM.")
    until: str | None = Field(default=None, description="Local time HH:MM, at most 24:00.")
    from_h: Hours | None = Field(default=None, description="Hours after the alert.")
    until_h: Hours | None = Field(default=None, description="Hours after the alert.")
    servers: Positive = Field(description="How many there are in it.")

    @model_validator(mode="after")
    def _one_window(self) -> Self:
        clock, counted = (self.from_, self.until), (self.from_h, self.until_h)
        if (None in clock) == (None in counted) or (None in clock and clock != (None, None)):
            raise ValueError(
                "a shift has `from` and `until` (local times), or `from_h` and `until_h` (hours), not a mixture"
            )
        for value in clock:
            if value is not None and not CLOCK.match(value):
                raise ValueError(f"{value!r} is not a time of day; expected HH:MM")
        if self.from_ is not None and self.until is not None and self.until <= self.from_:
            raise ValueError(f"closes at {self.until} before it opens at {self.from_}; a night shift is two shifts")
        if self.from_h is not None and self.until_h is not None and self.until_h <= self.from_h:
            raise ValueError(f"closes at {self.until_h:g} h before it opens at {self.from_h:g} h")
        return self


class Staffed(Sourced):
    """Something with servers: always the same number, or by a calendar of shifts (which add up)."""

    servers: Positive | None = Field(default=None, description="Servers at all hours; either this or `hours`.")
    hours: tuple[Shift, ...] = Field(default=(), description="Shifts; overlapping ones add up.")

    @property
    def has_servers(self) -> bool:
        """Whether somebody serves here."""
        return self.servers is not None or bool(self.hours)

    @model_validator(mode="after")
    def _staffed_once(self) -> Self:
        if (self.servers is not None and self.hours) or not self.has_servers:
            raise ValueError("give either `servers` (at all hours) or `hours` (shifts), not both and not neither")
        return self


class Who(Table):
    """People by group, trade, medical category or sex: all the named conditions hold; an empty list is no condition."""

    groups: tuple[Name, ...] = Field(default=(), description="Of one of these groups.")
    trades: tuple[Name, ...] = Field(default=(), description="With one of these trades.")
    medical: tuple[Name, ...] = Field(default=(), description="In one of these medical categories.")
    sex: tuple[Literal["female", "male"], ...] = Field(default=(), description="Of one of these sexes.")


class Window(Table):
    """A time between two instants counted from the alert."""

    from_h: Hours = Field(description="Hours after the alert at which it begins.")
    until_h: Hours = Field(description="Hours after the alert at which it ends.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.until_h <= self.from_h:
            raise ValueError(f"ends at {self.until_h:g} h before it begins at {self.from_h:g} h")
        return self
