"""Signs without a strength: a field hospital, a bridge, blood, a camp outside the declared ranges, tents, a feint.

They say what a number cannot: what a force is for. Each keeps its day, its place, whether it was seen, was gone or is
only said, and the row that says so. Rules look at the unit first and at the row's sentence second; what they find is
what the row says, never a reading of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from tocsin.watch.footprint.series import time_of
from tocsin.watch.model import Bounds, Sighting
from tocsin.watch.times import iso

__all__ = ["INDICATORS", "Indicator", "indicators"]

INDICATORS: Final[dict[str, tuple[frozenset[str], str]]] = {
    "field hospital": (frozenset({"field hospital"}), r"\bfield hospitals?\b"),
    "bridge": (frozenset({"bridge"}), r"\b(?:pontoon|bridge)\b"),
    "blood": (frozenset(), r"\bblood (?:stocks?|reserves?|suppl\w+)\b"),
    "undeclared camp": (frozenset(), r"\bno declared exercise range\b|\boutside the declared\b|\bundeclared\b"),
    "camp": (frozenset({"camp"}), r"\bcamps?\b"),
    "tents": (frozenset(), r"\btents?\b"),
    "feint": (frozenset(), r"\bfeint\b"),
    "nuclear warheads": (frozenset({"nuclear warhead"}), r"\bwarheads?\b"),
}
"""Name → units that mean it, and words of a row's sentence that do."""
_SAID: Final = frozenset({"claimed", "declared", "expected", "promised", "demand", "garbled"})
_GONE: Final = re.compile(r"\b(?:gone|taken down|vanished|empty tents)\b")
_LEAVES: Final = frozenset({"camp", "undeclared camp", "tents", "field hospital", "bridge"})
_UNSURE: Final = re.compile(r"\bcould not confirm\b|\bdenied\b")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One sign, once.

    Attributes:
        name: One of `INDICATORS`.
        state: seen; gone: somebody looked, and it was not there; said: told by somebody without any sight of it, or
            looked for and not confirmed.
        place: Where, as written.
        about: When.
        scope: As of the row: outside means not in the country.
        owner: Whose force.
        row: Id of the statement.
        publisher: Who says so.
        what: The statement in a sentence.
    """

    name: str
    state: str
    place: str
    about: Bounds
    scope: str
    owner: str
    row: str
    publisher: str
    what: str

    def as_json(self) -> dict[str, Any]:
        """All of it, times as ISO 8601."""
        return {
            "name": self.name,
            "state": self.state,
            "place": self.place,
            "about": [iso(self.about.least), iso(self.about.most)],
            "scope": self.scope,
            "owner": self.owner,
            "row": self.row,
            "publisher": self.publisher,
            "what": self.what,
        }


def indicators(sightings: Iterable[Sighting], at_ms: int | None = None) -> tuple[Indicator, ...]:
    """All signs until a moment (None = all), oldest first. One row may hold several."""
    rows = [row for row in sightings if at_ms is None or (time_of(row) or 0) <= at_ms]
    return tuple(
        Indicator(name, _state(name, row), row.place, row.about, row.scope, row.owner, row.id, row.publisher, row.what)
        for row in sorted(rows, key=lambda one: (time_of(one) or 0, one.id))
        for name, (units, words) in INDICATORS.items()
        if row.unit in units or re.search(words, row.what.casefold())
    )


def _state(name: str, row: Sighting) -> str:
    if row.basis in _SAID or _UNSURE.search(row.what.casefold()):
        return "said"
    if name not in _LEAVES or row.basis == "capacity":
        return "seen"
    left = row.unit in INDICATORS[name][0] and row.count.most == 0
    told = row.measure == "departure" or row.unit in INDICATORS[name][0]
    return "gone" if left or (told and _GONE.search(row.what.casefold())) else "seen"
