"""What every reader takes and gives."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from tocsin.errors import WatchError
from tocsin.watch.model import Claim, Report, Sighting

__all__ = ["Reading", "Taken"]

_UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Reading:
    """How items are read.

    Attributes:
        captured: When they are taken in, in milliseconds: given by the caller, never asked of the clock in here.
        zone: Time zone of days and of times without an offset.
        key: The secret of this machine by which writers of posts become pseudonyms.
        publisher: Who published items that do not say so.
        owner: Whose that publisher is, one of `OWNERS`.
        level: Who speaks, one of `LEVELS`.
        language: Language of items, if known; otherwise it is recognised.
    """

    captured: int
    zone: ZoneInfo = _UTC
    key: bytes = b""
    publisher: str = ""
    owner: str = "unknown"
    level: str = "unknown"
    language: str = "und"

    @property
    def today(self) -> dt.date:
        """The day on which items are taken in."""
        return dt.datetime.fromtimestamp(self.captured / 1000, self.zone).date()


@dataclass(frozen=True, slots=True)
class Taken:
    """What a reader gives.

    Attributes:
        items: Reports, each with the claims coded in it.
        sightings: Dated statements on forces.
        problems: One for each item that could not be taken in: its place, what was found, what was expected.
    """

    items: tuple[tuple[Report, tuple[Claim, ...]], ...] = ()
    sightings: tuple[Sighting, ...] = ()
    problems: tuple[WatchError, ...] = ()
