"""Names of journey columns: which kind, station and visit a stem such as `medical_2_began` stands for.

Station names come from plans and from other people's logs, so a name may look like a visit (`medical_2`) or
like a kind (`request`). Such a stem states its visit always (`medical_2_1_began`); reading a name back is
therefore unique, and `stem_name` gives None for the few stations that no name can carry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tocsin.log.kinds import KIND_OF, KINDS, Kind

__all__ = ["Stem", "parse_stem", "stem_name", "stems_in"]

_ALONE = {kind.stem: kind.name for kind in KINDS if kind.stem}
_AT_STATION = {kind.station_stem: kind.name for kind in KINDS if kind.station_stem}
_ALONE_PATTERN = re.compile(rf"({'|'.join(sorted(_ALONE))})(?:_([2-9]|[1-9][0-9]+))?")
_STATION_PATTERN = re.compile(rf"(.*?)(?:_([1-9][0-9]*))?_({'|'.join(sorted(_AT_STATION))})", re.DOTALL)
_LAST_VISIT = 65_535


@dataclass(frozen=True, slots=True, order=True)
class Stem:
    """One stage of a journey.

    Attributes:
        kind: Name of the kind.
        station: The station or gate request, None for kinds without one.
        visit: The n-th time, from 1.
    """

    kind: str
    station: str | None = None
    visit: int = 1

    @property
    def entry(self) -> Kind:
        """The kind's entry in the catalogue."""
        return KIND_OF[self.kind]

    @property
    def name(self) -> str:
        """The name that begins each of its columns."""
        return stem_name(self.kind, self.station, self.visit) or ""

    @property
    def written_visit(self) -> int | None:
        """The `visit` of its log row: always at a station, elsewhere only from the second time."""
        return self.visit if self.station is not None or self.visit > 1 else None

    @property
    def carries(self) -> tuple[str, ...]:
        """Which of the person's `place` and `unit` its log row repeats; at a station always the place."""
        if self.station is not None and "place" not in self.entry.carries:
            return ("place", *self.entry.carries)
        return self.entry.carries


def stem_name(kind: str, station: str | None = None, visit: int = 1) -> str | None:
    """Name the stem of a kind, station and visit.

    Args:
        kind: Name of a kind.
        station: The station of the row, or None.
        visit: The n-th time, from 1.

    Returns:
        The stem, or None if rows of this kind (or of this station's name) have no column in journeys.
    """
    entry = KIND_OF[kind]
    wanted = Stem(kind, station, visit)
    for name in _candidates(entry, station, visit):
        if parse_stem(name) == wanted:
            return name
    return None


def _candidates(entry: Kind, station: str | None, visit: int) -> list[str]:
    if station is None:
        return [] if entry.stem is None else [entry.stem if visit == 1 else f"{entry.stem}_{visit}"]
    if entry.station_stem is None:
        return []
    plain = [f"{station}_{entry.station_stem}"] if visit == 1 else []
    return [*plain, f"{station}_{visit}_{entry.station_stem}"]


def parse_stem(name: str) -> Stem | None:
    """Read a stem's name back.

    Returns:
        The stem, or None if the name is not one.
    """
    alone = _ALONE_PATTERN.fullmatch(name)
    if alone:
        visit = int(alone[2] or 1)
        return Stem(_ALONE[alone[1]], None, visit) if visit <= _LAST_VISIT else None
    at = _STATION_PATTERN.fullmatch(name)
    if at is None or not at[1] or int(at[2] or 1) > _LAST_VISIT:
        return None
    return Stem(_AT_STATION[at[3]], at[1], int(at[2] or 1))


def stems_in(columns: Iterable[str]) -> list[Stem]:
    """List the stems whose `<stem>_ms` column is there, in the order of the columns."""
    found = (parse_stem(column.removesuffix("_ms")) for column in columns if column.endswith("_ms"))
    return [stem for stem in found if stem is not None]
