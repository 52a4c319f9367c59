"""What a finder gives, and what it may know of the report besides its words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from tocsin.watch.model import Bounds

__all__ = ["Context", "Found"]


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a report besides its words.

    Attributes:
        published: When it was published; relative dates are counted from it, each of its days in turn.
        zone: Time zone of days and clock times.
        country: Two small letters of the country that is watched; its places go before their namesakes elsewhere.
    """

    published: Bounds
    zone: ZoneInfo
    country: str = "by"


@dataclass(frozen=True, slots=True)
class Found:
    """Characters of a text and what they mean: as `Suggestion`, before it knows its report.

    Attributes:
        kind: One of `SUGGESTION_KINDS`.
        start: First character, in code points from 0.
        end: One past the last.
        value: What they mean, by kind.
        alternatives: Other readings.
        rule: Which rule found it.
    """

    kind: str
    start: int
    end: int
    value: dict[str, Any] = field(default_factory=dict)
    alternatives: tuple[dict[str, Any], ...] = ()
    rule: str = ""
