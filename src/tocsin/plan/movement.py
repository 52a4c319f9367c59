"""The tables of movement: places, roads, marches, and where units meet on the way."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from tocsin.plan.duration import Duration
from tocsin.plan.tables import Hours, Key, Latitude, Longitude, Name, Positive, Sourced

__all__ = ["March", "Place", "Rendezvous", "Road", "Roads"]

TABLE_ASSUMPTION = "Bundled roads: a rule that joins neighbouring towns, 1.3 times the straight line; no road map."
EXTRACT_SOURCE = "© OpenStreetMap contributors, ODbL."

Km = Annotated[float, Field(gt=0, le=5_000)]
Speed = Annotated[float, Field(gt=0, le=200)]


class Place(Sourced):
    """A place that is no town and no assembly point: a range, a garrison, a bridge, a crossing."""

    name: Name = Field(description="Name, for roads, marches and bus lines.")
    lat: Latitude = Field(description="Degrees north.")
    lon: Longitude = Field(description="Degrees east.")


class Road(Sourced):
    """A road between two places, for both directions."""

    name: Key | None = Field(default=None, description="Name, for shocks; absent = cannot be named.")
    from_: Name = Field(alias="from", description="The town, assembly point or place at one end.")
    to: Name = Field(description="The town, assembly point or place at the other end.")
    km: Km | None = Field(default=None, description="Length; absent = the straight distance times 1.3.")
    speed_kmh: Speed = Field(default=60.0, description="Highest speed on it.")
    columns: Positive = Field(default=1, description="How many columns can enter it side by side in one direction.")


class Roads(Sourced):
    """Where roads come from besides the plan's own `[[road]]`."""

    places: Annotated[str, Field(pattern=r"^[a-z]{2}$")] | None = Field(
        default=None, description="Take the bundled roads of this country, which are an assumption."
    )
    file: Annotated[str, Field(min_length=1)] | None = Field(
        default=None,
        description="An OpenStreetMap extract (.osm.pbf; needs tocsin[roads]), or a run folder's roads.parquet.",
    )

    @model_validator(mode="after")
    def _from_somewhere(self) -> Self:
        if (self.places is None) == (self.file is None):
            raise ValueError("roads come from `places` (a bundled table) or a `file`, not both and not neither")
        return self

    def credited(self) -> Self:
        """Return it with what must be said of a bundled table or an extract, if it says nothing itself."""
        if self.source is not None or self.assumption is not None:
            return self
        if self.places is not None:
            return self.model_copy(update={"assumption": TABLE_ASSUMPTION})
        return self.model_copy(update={"source": EXTRACT_SOURCE}) if str(self.file).endswith(".osm.pbf") else self


class March(Sourced):
    """How a formed unit goes to where it is needed, as one column on the road."""

    from_: Name | None = Field(default=None, alias="from", description="Where it starts; absent = at its first point.")
    to: Name = Field(description="Where it goes.")
    via: tuple[Name, ...] = Field(default=(), description="Over these places, in order.")
    vehicles: Positive = Field(description="Vehicles in the column.")
    interval_m: Annotated[float, Field(ge=0, le=1_000)] = Field(
        default=100.0, description="From one vehicle to the next, metres; 100 m is ten vehicles a kilometre."
    )
    speed_kmh: Speed = Field(default=25.0, description="Speed of the column; slower where the road is.")
    prepare: Duration | None = Field(default=None, description="From being free to leave until the first moves.")
    earliest_h: Hours = Field(default=0.0, description="Sets out no earlier, hours after the alert.")
    planned_h: Hours | None = Field(
        default=None, description="When it should set out, hours after the alert; the march table counts from it."
    )
    priority: Positive = Field(default=5, description="At a road that several wait for, the lowest goes first.")


class Rendezvous(Sourced):
    """Units that meet on their march and go on together, or without the others when the time is over."""

    name: Key = Field(description="Name.")
    at: Name = Field(description="Where; on the way of each of them.")
    units: tuple[Name, ...] = Field(min_length=2, description="Who meets there.")
    from_h: Hours = Field(default=0.0, description="Nobody goes on earlier, hours after the alert.")
    until_h: Hours | None = Field(
        default=None, description="Whoever is there then goes on without the others; absent = waits for all."
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.until_h is not None and self.until_h < self.from_h:
            raise ValueError(f"ends at {self.until_h:g} h before it begins at {self.from_h:g} h")
        return self
