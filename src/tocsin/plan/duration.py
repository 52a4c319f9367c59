"""Durations in a plan: six families, each a small table with its unit in the names of its figures."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["Constant", "Duration", "Empirical", "Exponential", "Gamma", "Lognormal", "Triangular"]

Minutes = Annotated[float, Field(ge=0, le=525_600)]
PositiveMinutes = Annotated[float, Field(gt=0, le=525_600)]
GAMMA_REACH = (30, 3)
"""How many times the mean may be the standard deviation of a gamma, and the deviation the mean."""


class _Family(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    source: str | None = Field(default=None, min_length=3)
    assumption: str | None = Field(default=None, min_length=3)


class Constant(_Family):
    """Always the same."""

    family: Literal["constant"]
    value_min: Minutes


class Exponential(_Family):
    """Memoryless, by its mean."""

    family: Literal["exponential"]
    mean_min: PositiveMinutes


class Triangular(_Family):
    """Between a least and a most, with a mode."""

    family: Literal["triangular"]
    min_min: Minutes
    mode_min: Minutes
    max_min: PositiveMinutes

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.min_min <= self.mode_min <= self.max_min or self.min_min == self.max_min:
            raise ValueError(
                f"min_min {self.min_min:g}, mode_min {self.mode_min:g}, max_min {self.max_min:g} do not rise"
            )
        return self


class Lognormal(_Family):
    """Skewed to the right, by its median and the standard deviation of its logarithm."""

    family: Literal["lognormal"]
    median_min: PositiveMinutes
    sigma: Annotated[float, Field(gt=0, le=5)]


class Gamma(_Family):
    """A positive time by its mean and standard deviation, which may be from a thirtieth of the mean to three means.

    The shape is (mean / deviation)²: exponential where the two are equal, nearly a bell where the deviation is small.
    """

    family: Literal["gamma"]
    mean_min: PositiveMinutes
    sd_min: PositiveMinutes

    @property
    def shape(self) -> float:
        """The shape parameter, 1/9 to 900."""
        return (self.mean_min / self.sd_min) ** 2

    @model_validator(mode="after")
    def _in_reach(self) -> Self:
        least, most = self.mean_min / GAMMA_REACH[0], self.mean_min * GAMMA_REACH[1]
        if not least * (1 - 1e-9) <= self.sd_min <= most * (1 + 1e-9):
            raise ValueError(
                f"sd_min is {self.sd_min:g} where mean_min is {self.mean_min:g}; expected {least:g} to {most:g}, "
                f"a thirtieth of the mean to three times the mean"
            )
        return self


class Empirical(_Family):
    """Drawn from observed values, each as likely as the other."""

    family: Literal["empirical"]
    values_min: tuple[Minutes, ...] = Field(min_length=1, max_length=100_000)


Duration = Annotated[Constant | Exponential | Triangular | Lognormal | Gamma | Empirical, Field(discriminator="family")]
