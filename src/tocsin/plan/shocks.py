"""The tables of stress: disturbances with time, place and size, and the goals that a plan must still meet."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tocsin.plan.tables import Hours, Key, Name, Sourced, Table

__all__ = ["SHOCK_PLACES", "SHOCK_SIZES", "Goal", "Shock", "Stress"]

ShockKind = Literal[
    "surge", "station", "point", "vehicles", "road", "channel", "link", "power", "network", "stock", "weather"
]

SHOCK_SIZES = {
    "surge": "so many more are called, as a share of the plan's people in these regions; they are summoned at its time",
    "station": "share of the servers lost at these stations",
    "point": "share of the servers lost at every station of these points",
    "vehicles": "share of the buses lost",
    "road": "none: the roads are closed",
    "channel": "share of the attempts that fail",
    "link": "none: nothing sent over the links of these headquarters and units arrives",
    "power": "none: stations without `unpowered` begin no service",
    "network": "services take so many times as long",
    "stock": "share of what the stocks hold at that time that is lost",
    "weather": "the way takes so many times as long",
}
"""What `size` means, kind by kind."""
_SHARES = ("station", "point", "vehicles", "channel", "stock")
_FACTORS = ("network", "weather")
_SIZELESS = ("road", "link", "power")
SHOCK_PLACES = {
    "surge": ("regions",),
    "station": ("points", "stations"),
    "point": ("points",),
    "vehicles": ("points", "buses", "fleets"),
    "road": ("roads",),
    "channel": ("channels",),
    "link": ("units",),
    "power": ("points",),
    "network": ("points", "stations"),
    "stock": ("points", "stocks"),
    "weather": ("regions",),
}
"""The keys that say where a shock strikes, kind by kind."""


class Shock(Sourced):
    """A disturbance: it strikes only in a run that names it (`exercise.shocks`), as `tocsin stress` does."""

    name: Key = Field(description="Name.")
    kind: ShockKind = Field(description="What happens.")
    at_h: Hours = Field(description="Begins so many hours after the alert.")
    until_h: Hours | None = Field(default=None, description="Ends then; absent = lasts to the end.")
    size: Annotated[float, Field(gt=0, le=100)] | None = Field(
        default=None, description="How large; its meaning depends on the kind; absent = everything that can be lost."
    )
    regions: tuple[Name, ...] = Field(default=(), description="Surge, weather: only here; empty = everywhere.")
    points: tuple[Name, ...] = Field(default=(), description="Only at these points; empty = at all.")
    stations: tuple[Key, ...] = Field(default=(), description="Only these stations; empty = all.")
    buses: tuple[Key, ...] = Field(default=(), description="Vehicles: only these bus lines; empty = all.")
    fleets: tuple[Key, ...] = Field(default=(), description="Vehicles: only these shared fleets; empty = all.")
    roads: tuple[Key, ...] = Field(default=(), description="Road: these roads, by name.")
    channels: tuple[Key, ...] = Field(default=(), description="Channel: only these; empty = all.")
    units: tuple[Name, ...] = Field(default=(), description="Link: of these headquarters and units; empty = all.")
    stocks: tuple[Key, ...] = Field(default=(), description="Stock: only these; empty = all.")

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.until_h is not None and self.until_h <= self.at_h:
            raise ValueError(f"ends at {self.until_h:g} h before it begins at {self.at_h:g} h")
        if self.size is not None and self.kind in _SIZELESS:
            raise ValueError(f"a shock of kind {self.kind!r} has no `size`")
        if self.size is None and self.kind in ("surge", *_FACTORS):
            raise ValueError(f"a shock of kind {self.kind!r} needs a `size`: {SHOCK_SIZES[self.kind]}")
        if self.size is not None and self.kind in _SHARES and self.size > 1:
            raise ValueError(f"found a size of {self.size:g}; expected a share, at most 1")
        if self.size is not None and self.kind in _FACTORS and self.size < 1:
            raise ValueError(f"found a size of {self.size:g}; expected a factor of at least 1")
        if self.kind == "surge" and self.until_h is not None:
            raise ValueError("a shock of kind 'surge' has no `until_h`: whoever has been called stays called")
        if self.kind == "road" and not self.roads:
            raise ValueError("a shock of kind 'road' names its `roads`")
        for key in ("regions", "points", "stations", "buses", "fleets", "roads", "channels", "units", "stocks"):
            if getattr(self, key) and key not in SHOCK_PLACES[self.kind]:
                raise ValueError(
                    f"found `{key}` on a shock of kind {self.kind!r}; it has {' and '.join(SHOCK_PLACES[self.kind])}"
                )
        return self


class Goal(Table):
    """A limit that the plan must keep: a row of a measure, and how high or low it may be."""

    measure: Annotated[str, Field(pattern=r"^[A-Z]\d$")] = Field(description="The measure, such as A4.")
    name: Name = Field(description="Its row, such as `T80 of posts`.")
    key: str = Field(default="", description="What the row is of; absent = of everything.")
    at_most: float | None = Field(default=None, description="The mean over the runs may not be higher.")
    at_least: float | None = Field(default=None, description="The mean over the runs may not be lower.")

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError("a goal has `at_most` or `at_least`, not both and not neither")
        return self


class Stress(Sourced):
    """What the plan is held to when it is stressed."""

    goals: tuple[Goal, ...] = Field(alias="goal", min_length=1, description="The limits; the first ranks weaknesses.")
