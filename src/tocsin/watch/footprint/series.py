"""Which statements make one series, which of them say what stood, and why the others do not.

A series is one owner's force of one kind, counted in one unit, over one scope, at one place, as written. Counts of two
series are never added, compared or joined: 400 trucks say nothing of soldiers, and a base is not the country.
Inside a series a statement plays one of these roles:

- *count*: a number of what stood; it moves the estimate.
- *move*: a number of what came or went after the last count; it moves the estimate.
- *presence*: "at least one": something stood there, nobody says how much.
- *silent*: no number at all.
- *sign*: a field hospital, a bridge, a camp: what it says is no strength (`indicators`).
- *copy*: the same figure of the same origin as another row.
- *beside*: a number that is not an observation of what stood (a plan, a ceiling, a promise, a demand …); it is shown
  beside the estimate and never fed to it.

`ROLES_OF_BASIS` decides it basis by basis, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tocsin.watch.model import Sighting
from tocsin.watch.times import DAY_MS

__all__ = [
    "ROLES_OF_BASIS",
    "SIGN_UNITS",
    "Key",
    "Series",
    "Statement",
    "key_of",
    "role_of",
    "series_of",
    "time_of",
]

_SAME_ORIGIN: Final = "same origin"
_SLACK_DAYS: Final = 2
"""A statement may be about a time so much after its publication before it is a forecast: days of pages can be one or
two early, and a figure for "now" is often dated by the event that it was said at."""

ROLES_OF_BASIS: Final[dict[str, tuple[bool, bool, str]]] = {
    "observed": (True, True, "somebody saw or filmed it"),
    "estimate": (True, True, "somebody worked out what stood, came or went"),
    "retrospective": (True, True, "a later look at what stood; it counts for its own time, from when it was published"),
    "inferred": (True, True, "worked out from other facts, as the row says"),
    "inferred from coaches": (True, True, "people worked out from coaches seen"),
    "inferred from tents": (True, True, "people worked out from tents seen"),
    "inferred from vehicles": (True, True, "people worked out from vehicles seen"),
    "declared": (False, True, "an office's word: of a strength a plan, a share or a ceiling, of a movement a fact"),
    "claimed": (False, False, "said by one side without any sight of it"),
    "expected": (False, False, "a forecast"),
    "promised": (False, False, "a promise"),
    "capacity": (False, False, "room for so many, not a head count"),
    "garbled": (False, False, "a figure that was changed in copying"),
    "demand": (False, False, "what somebody asks for"),
}  # fmt: skip
"""Basis → whether a stock of it is fed as a count, whether an arrival or departure of it is fed, and why. A basis that
does not stand here is not fed: nobody has decided what it is worth."""

SIGN_UNITS: Final = frozenset({"field hospital", "bridge", "camp", "indicator", "nuclear warhead", "body"})
"""Units of which a number is no strength of a force that stands."""
_UNFED_SCOPES: Final = {"outside": "outside the country", "internal": "a move inside the country"}


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What makes two statements statements about the same quantity.

    Attributes:
        owner: Whose force.
        kind: troops, tanks, aircraft …
        unit: What is counted.
        scope: What the count covers.
        place: Where, as written.
    """

    owner: str
    kind: str
    unit: str
    scope: str
    place: str

    def as_json(self) -> dict[str, str]:
        """All five."""
        return {"owner": self.owner, "kind": self.kind, "unit": self.unit, "scope": self.scope, "place": self.place}


@dataclass(frozen=True, slots=True)
class Statement:
    """A sighting, the role that it plays in its series, and why."""

    row: Sighting
    role: str
    why: str


@dataclass(frozen=True, slots=True)
class Series:
    """All statements about one quantity, by the time that they are about.

    Attributes:
        key: The quantity.
        statements: Every row of the key, with its role.
    """

    key: Key
    statements: tuple[Statement, ...]

    def rows(self, *roles: str) -> tuple[Sighting, ...]:
        """The rows that play one of some roles."""
        return tuple(one.row for one in self.statements if one.role in roles)


def key_of(row: Sighting) -> Key:
    """The series that a row belongs to; spaces around words do not count."""
    return Key(*(" ".join(text.split()) for text in (row.owner, row.kind, row.unit, row.scope, row.place)))


def time_of(row: Sighting) -> int | None:
    """The moment that a row counts for: the middle of what it is about, and never later than it was published.

    None where neither the time nor the publication is known.
    """
    ends = [end for end in (row.about.least, row.about.most) if end is not None]
    told = row.published.most
    if not ends:
        return told
    middle = sum(ends) // len(ends)
    return middle if told is None else min(middle, max(told, row.about.least if row.about.least is not None else told))


def series_of(
    sightings: Iterable[Sighting], known_until_ms: int | None = None, *, origins: dict[str, str] | None = None
) -> tuple[Series, ...]:
    """Sort statements into series.

    Args:
        sightings: Statements, in any order.
        known_until_ms: Only what was surely published by then is known; None = all.
        origins: Id of a row → name of its origin; of rows of one origin that give the same figure of one series, the
            first published counts and the others are `copy`.

    Returns:
        The series, by key.
    """
    found: dict[Key, list[Sighting]] = {}
    for row in sightings:
        if known_until_ms is None or (row.published.most is not None and row.published.most <= known_until_ms):
            found.setdefault(key_of(row), []).append(row)
    return tuple(Series(key, _statements(found[key], origins or {})) for key in sorted(found))


def _statements(rows: list[Sighting], origins: dict[str, str]) -> tuple[Statement, ...]:
    levels = {row.id for row in rows if row.measure == "stock"}
    copies = _copies(rows, origins)
    made = []
    for row in sorted(rows, key=lambda one: (time_of(one) or 0, one.id)):
        role, why = role_of(row, levels)
        if row.id in copies and role in ("count", "move"):
            role, why = "copy", f"the same figure of the same origin as {copies[row.id]}"
        made.append(Statement(row, role, why))
    return tuple(made)


def _copies(rows: list[Sighting], origins: dict[str, str]) -> dict[str, str]:
    """Copy → the row that it copies: the same figure, and one origin by the mapping or by the row's own words.

    A row that says "same origin" copies the first published row of its figure of the seven days before and after.
    """
    first: dict[tuple[object, ...], str] = {}
    days: dict[tuple[object, ...], int] = {}
    ordered = sorted(rows, key=lambda one: (one.published.most or 0, one.id))
    copies: dict[str, str] = {}
    for number, row in enumerate(ordered):
        figure, day = (row.measure, row.count), (time_of(row) or 0) // DAY_MS
        if row.id in origins:
            elder = first.setdefault((origins[row.id], *figure), row.id)
        elif _SAME_ORIGIN in row.what.casefold():
            near = [days[n, *figure] for n in range(day - 7, day + 8) if (n, *figure) in days]
            elder = ordered[min(near, default=number)].id
        else:
            elder = row.id
            days.setdefault((day, *figure), number)
        if elder != row.id:
            copies[row.id] = elder
    return copies


def role_of(row: Sighting, levels: Iterable[str] = ()) -> tuple[str, str]:
    """The role of a row in its series, and why.

    Args:
        row: The row.
        levels: Ids of the stocks of its series: an arrival that gives "another number for the same thing" as one of
            them says a level, not a movement.
    """
    stock_fed, move_fed, why = ROLES_OF_BASIS.get(row.basis, (False, False, f"the basis {row.basis!r} is not judged"))
    if not row.count.known:
        return "silent", "no number"
    if row.unit in SIGN_UNITS:
        return "sign", "a sign, not a strength: it stands among the indicators"
    if time_of(row) is None:
        return "beside", "no date"
    if not (stock_fed if row.measure == "stock" else move_fed):
        return "beside", why
    told = row.published.most
    if row.about.least is not None and told is not None and row.about.least > told + _SLACK_DAYS * DAY_MS:
        return "beside", "about a time after it was published: a forecast"
    if row.count.least == 1 and row.count.most is None:
        return "presence", "at least one: presence, no count"
    if row.measure == "stock":
        return "count", why
    if row.scope in _UNFED_SCOPES:
        return "beside", f"{_UNFED_SCOPES[row.scope]}: it changes no strength"
    if set(row.differs_from) & set(levels):
        return "beside", "an arrival that gives another number for a strength: a level, not a movement"
    return "move", why
