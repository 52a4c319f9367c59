"""The typed rule pack: one TOML file a country, one table a version of a rule, unknown keys refused.

Checks here see one table alone; checks across rules (overlapping versions, circles of overrides, conditions that name
what there is not) live in `tocsin.law.load`.
"""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from tocsin.law.nodes import Unit

__all__ = [
    "NOT_FOUND",
    "STATUSES",
    "VERDICTS",
    "Calendar",
    "Case",
    "Cite",
    "CountOf",
    "Counting",
    "InForce",
    "Missing",
    "NoTest",
    "Pack",
    "Rule",
    "ServiceFor",
    "Status",
    "Verdict",
    "Year",
    "schema",
]

Text = Annotated[str, Field(min_length=1, max_length=600, pattern=r"^\S([^\n]*\S)?$")]
Country = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Id = Annotated[str, Field(max_length=60, pattern=r"^[a-z]{2}(\.[a-z0-9-]+)+$")]
Name = Annotated[str, Field(max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]
Condition = Annotated[str, Field(min_length=1, max_length=2_000)]
Edge = bool | Literal["not found"]
Status = Literal["confirmed", "secondary", "unverified"]
Verdict = Literal["lawful", "breach", "cannot tell", "not applicable"]
Moment = Literal["served", "report", "ordered"]
Kind = Literal["training", "special", "verification", "additional", "mobilisation", "civil-protection"]
Medium = Literal[
    "courier", "letter", "SMS", "e-mail", "phone", "app", "messenger", "publication", "radio", "siren", "employer",
    "in_person", "other",
]  # fmt: skip

NOT_FOUND = "not found"
MOST_RULES = 500
STATUSES: tuple[Status, ...] = ("confirmed", "secondary", "unverified")
VERDICTS: tuple[Verdict, ...] = ("lawful", "breach", "cannot tell", "not applicable")


class Table(BaseModel):
    """A table of a pack: frozen and closed."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Cite(Table):
    """Where a rule stands, and how well that was verified."""

    act: Text = Field(description="The act or regulation.")
    article: Text = Field(description="Article, section or paragraph; 'not found' where nobody could name it.")
    url: str = Field(
        default="", max_length=300, description="Where it was read; without the scheme where only a name is known."
    )
    status: Status = Field(
        description="confirmed: the act's text was read; secondary: told by others; unverified: less."
    )
    checked_on: dt.date = Field(description="When somebody last looked.")
    note: str = Field(default="", max_length=600, description="What a reader must know of the source.")


class InForce(Table):
    """The days on which a version of a rule held, both ends included."""

    from_: dt.date | None = Field(default=None, alias="from", description="First day; absent = long before.")
    until: dt.date | None = Field(default=None, description="Last day; absent = still in force.")
    note: str = Field(default="", max_length=400, description="How well these days are known.")

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.from_ and self.until and self.until < self.from_:
            raise ValueError(f"until {self.until} lies before from {self.from_}; expected the last day in force")
        return self


class Counting(Table):
    """How a rule counts time between two moments."""

    unit: Unit = Field(description="day, full-day (24 hours of local time), hour, working-day or month.")
    exclude_first: Edge = Field(default=True, description="Whether the day on which it begins does not count.")
    exclude_last: Edge = Field(default=False, description="Whether the day on which it ends does not count.")
    roll: Literal["none", "next-working-day"] = Field(
        default="none", description="What becomes of a limit that ends on a day off."
    )
    note: str = Field(default="", max_length=400)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.unit in ("hour", "full-day") and (self.exclude_first is not True or self.exclude_last is not False):
            raise ValueError(f"a count in {self.unit}s has no edges; expected neither exclude_first nor exclude_last")
        if self.roll != "none" and self.unit not in ("day", "month"):
            raise ValueError(f"a limit in {self.unit}s does not roll; expected roll = 'none'")
        return self


class Case(Table):
    """A case that the pack must answer so: the rule's own test."""

    name: Text
    facts: dict[str, Any] = Field(description="Facts by name; moments as times with an offset.")
    verdict: Verdict


class Rule(Table):
    """One version of one rule."""

    id: Id
    title: Text
    cite: Cite
    in_force: InForce = Field(default_factory=InForce)
    selected_by: Moment = Field(description="Which moment's day says which version holds.")
    applies_if: Condition = Field(default="True", description="Whom and what it is about.")
    unless: Condition | None = Field(default=None, description="The exception: where it holds, the rule does not.")
    require: Condition | None = Field(default=None, description="What must hold; else it is a breach.")
    exempt_if: Condition | None = Field(
        default=None, description="Who may not be summoned: where it holds, it is a breach."
    )
    overrides: tuple[Id, ...] = Field(default=(), description="Rules that do not apply where this one does.")
    effect: Literal["breach", "irregularity", "ask-why"] = "breach"
    binds: Literal["authority", "person"] = Field(
        default="authority", description="Whose duty it is; what a person owes never makes the summons a breach."
    )
    count: Counting | None = None
    say: Text = Field(description="The rule in one plain sentence.")
    cases: tuple[Case, ...] = Field(default=(), alias="case")

    @model_validator(mode="after")
    def _one_demand(self) -> Self:
        if (self.require is None) == (self.exempt_if is None):
            raise ValueError("a rule has either `require` or `exempt_if`; found both or neither")
        if self.effect == "ask-why" and self.exempt_if is None:
            raise ValueError("a rule that only asks why has `exempt_if`; found `require`, which would make breaches")
        return self


class CountOf(Table):
    """A number that the pack counts: of children, those below an age on the day of a moment."""

    name: Name
    of: Literal["children"]
    under_years: Annotated[int, Field(ge=1, le=150)]
    on: Moment
    meaning: Text


class Year(Table):
    """The days off of one year, as they were published."""

    year: Annotated[int, Field(ge=1990, le=2100)]
    days_off: tuple[dt.date, ...] = Field(default=(), description="Public holidays and days off, but for weekends.")
    working: tuple[dt.date, ...] = Field(default=(), description="Weekend days that were made working days.")
    suspended: bool = Field(default=False, description="Whether public holidays are suspended (martial law).")
    source: Text

    @model_validator(mode="after")
    def _of_this_year(self) -> Self:
        for day in (*self.days_off, *self.working):
            if day.year != self.year:
                raise ValueError(f"found {day} in the table of {self.year}; expected a day of that year")
        if self.suspended and self.days_off:
            raise ValueError("found days off in a year in which they are suspended; expected none")
        return self


class Calendar(Table):
    """Which days are working days."""

    weekend: tuple[Annotated[int, Field(ge=1, le=7)], ...] = Field(default=(6, 7), description="1 is Monday.")
    needs: Literal["", "canton"] = Field(
        default="", description="What must be known besides; then days are not counted."
    )
    years: tuple[Year, ...] = Field(default=(), alias="year")

    @model_validator(mode="after")
    def _without_gaps(self) -> Self:
        listed = sorted(year.year for year in self.years)
        for one, other in pairwise(listed):
            if other != one + 1:  # what lies between could not be counted
                raise ValueError(f"found the years {one} and {other} one after the other; expected each year once")
        return self


class Missing(Table):
    """What was looked for and not found; it is in no rule."""

    what: Text
    note: str = Field(default="", max_length=600)


class NoTest(Table):
    """What was found in the law and tests no single summons; it stands here so that nobody looks for it in vain."""

    what: Text
    cite: Cite


class ServiceFor(Table):
    """Channels that count as service for some kinds of call-up, in the place of `service`."""

    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)]
    channels: Annotated[tuple[Medium, ...], Field(min_length=1)]
    cite: Cite


class Pack(Table):
    """What is allowed in one country, as far as it was found."""

    format: int = Field(description="Of the file: 1.", json_schema_extra={"const": 1})
    country: Country
    title: Text
    version: Text = Field(description="Of the pack, such as 2026-11-26.")
    time_zone: str = Field(description="In which days are counted.")
    leap_day: Literal["28 February", "1 March"] = Field(description="When one born on 29 February is a year older.")
    service: tuple[Medium, ...] = Field(description="Channels that count as service.")
    service_cite: Cite
    service_for: tuple[ServiceFor, ...] = Field(default=(), description="Other channels for some kinds of call-up.")
    signed_by: str = Field(default="", max_length=200, description="The lawyer who answers for it; empty = nobody yet.")
    note: str = Field(default="", max_length=1_000)
    calendar: Calendar | None = None
    counts: tuple[CountOf, ...] = Field(default=(), alias="count")
    not_found: tuple[Missing, ...] = ()
    no_test: tuple[NoTest, ...] = ()
    rules: Annotated[tuple[Rule, ...], Field(min_length=1, max_length=MOST_RULES, alias="rule")]

    @field_validator("format")
    @classmethod
    def _one(cls, value: int) -> int:
        if value != 1:
            raise ValueError(f"found {value}; expected 1")
        return value

    @field_validator("counts")
    @classmethod
    def _each_once(cls, value: tuple[CountOf, ...]) -> tuple[CountOf, ...]:
        names = [count.name for count in value]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"found the count {name!r} twice; expected each name once")
        return value

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        # Names without a slash differ between machines: "localtime" is the machine's own.
        if not re.fullmatch(r"UTC|[A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+)+", value) or value not in available_timezones():
            raise ValueError(f"found the zone {value!r}; expected a name such as Europe/Minsk")
        return value

    def channels(self, kind: str | None) -> tuple[Medium, ...]:
        """The channels that count as service for a kind of call-up; of an unknown kind, those that count for every."""
        if kind is None:
            special = {one for table in self.service_for for one in table.kinds}
            every = [set(self.service), *(set(self.channels(one)) for one in special)]
            return tuple(channel for channel in self.service if all(channel in some for some in every))
        found = dict.fromkeys(c for table in self.service_for if kind in table.kinds for c in table.channels)
        return tuple(found) or self.service

    def counting(self, kind: str | None) -> tuple[tuple[Medium, ...], tuple[Medium, ...]]:
        """Channels that may count as service, and those that do for certain; the same where the kind is known."""
        sure = self.channels(kind)
        if kind is not None:
            return sure, sure
        return tuple(dict.fromkeys((*self.service, *(c for one in self.service_for for c in one.channels)))), sure

    def versions(self) -> dict[str, tuple[Rule, ...]]:
        """The versions of each rule, oldest first, rules in the order of the pack."""
        found: dict[str, list[Rule]] = {}
        for rule in self.rules:
            found.setdefault(rule.id, []).append(rule)
        early = dt.date.min
        return {name: tuple(sorted(rules, key=lambda r: r.in_force.from_ or early)) for name, rules in found.items()}


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a pack, for editors that complete and check TOML."""
    made = Pack.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "title": "Tocsin rule pack",
        "description": "What is allowed in one country. Checks across rules: `tocsin laws check`.",
    }
