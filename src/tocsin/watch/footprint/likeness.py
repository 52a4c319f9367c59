"""How like a stretch of time is to a past build-up, mark by mark, and between which bounds.

A mark is a kind of force that stands or comes, trains, or a sign without a number. Of each stretch a mark is *seen*
(rows say so), *not seen* (rows say that somebody looked and it was not there) or *not known*. Absence counts only
where somebody looked; the many marks that nobody speaks of make the answer wide, as they should. So likeness is two
shares and never one number: of the marks that the past build-up had, the share that is seen today, and the share that
is seen or not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from tocsin.watch.footprint.estimate import Estimate, estimate
from tocsin.watch.footprint.indicators import INDICATORS, indicators
from tocsin.watch.footprint.series import Key, role_of, series_of, time_of
from tocsin.watch.model import Bounds, Sighting
from tocsin.watch.times import iso

__all__ = ["MARKS", "NATIONAL", "Likeness", "Mark", "likeness"]

NATIONAL: Final = Key("Russia", "troops", "person", "national", "Belarus (country)")
MARKS: Final = (
    "troops", "tanks", "artillery", "MLRS", "armoured-vehicles", "trucks", "SAM", "missile-launchers", "aircraft",
    "helicopters", "echelons", *INDICATORS,
)  # fmt: skip
"""What is compared: kinds of force (`echelons` are trains), then signs."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark in two stretches.

    Attributes:
        name: One of `MARKS`.
        past: seen, not seen or not known.
        past_rows: Ids of the rows that say so.
        today: As `past`.
        today_rows: Ids of the rows that say so.
    """

    name: str
    past: str
    past_rows: tuple[str, ...]
    today: str
    today_rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two stretches side by side.

    Attributes:
        past: The past stretch.
        today: The one that is compared.
        marks: Each mark.
        had: How many marks the past one had.
        least: Which share of those is seen today; None where the past had none.
        most: Which share is seen or not known.
        past_strength: The estimate at the end of the past stretch.
        today_strength: The estimate at the end of the other.
        strength_ratio: Strength today over then, from low over high to high over low; None = not known.
    """

    past: Bounds
    today: Bounds
    marks: tuple[Mark, ...]
    had: int
    least: float | None
    most: float | None
    past_strength: Estimate | None
    today_strength: Estimate | None
    strength_ratio: tuple[float, float] | None

    def as_json(self) -> dict[str, Any]:
        """All of it, times as ISO 8601."""
        return {
            "past": [iso(self.past.least), iso(self.past.most)],
            "today": [iso(self.today.least), iso(self.today.most)],
            "marks": [
                {"name": one.name, "past": one.past, "past_rows": list(one.past_rows), "today": one.today,
                 "today_rows": list(one.today_rows)}
                for one in self.marks
            ],
            "had": self.had,
            "least": self.least,
            "most": self.most,
            "past_strength": None if self.past_strength is None else self.past_strength.as_json(),
            "today_strength": None if self.today_strength is None else self.today_strength.as_json(),
            "strength_ratio": None if self.strength_ratio is None else list(self.strength_ratio),
        }  # fmt: skip


def likeness(
    sightings: Iterable[Sighting],
    past: Bounds,
    today: Bounds,
    *,
    key: Key = NATIONAL,
    known_until_ms: int | None = None,
    looked: Mapping[str, Iterable[str]] | None = None,
) -> Likeness:
    """Compare a stretch of time with a past one.

    Args:
        sightings: Statements.
        past: The past stretch, both ends known.
        today: The other, both ends known.
        key: The series whose strength is compared; its owner's rows are looked at.
        known_until_ms: Only rows that were surely published by then are known about the stretch of today; None = all.
        looked: Mark → ids of claims or reports that say that somebody looked today and it was not there; a denial by
            one side is the analyst's to judge, so it enters here and nowhere else.
    """
    rows = [row for row in sightings if row.owner == key.owner and row.scope not in ("outside", "combined")]
    now = [row for row in rows if known_until_ms is None or _known(row, known_until_ms)]
    then_seen, then_not = _seen(rows, past)
    now_seen, now_not = _seen(now, today)
    for name, ids in (looked or {}).items():
        now_not[name] = sorted({*now_not.get(name, []), *ids})
    marks = tuple(Mark(name, *_state(name, then_seen, then_not), *_state(name, now_seen, now_not)) for name in MARKS)
    had = [one for one in marks if one.past == "seen"]
    seen, known = (sum(one.today in words for one in had) for words in (("seen",), ("seen", "not known")))
    before = _strength(rows, key, past.most)
    after = _strength(now, key, today.most)
    share = [None if not had else count / len(had) for count in (seen, known)]
    return Likeness(past, today, marks, len(had), share[0], share[1], before, after, _ratio(before, after))


def _known(row: Sighting, until_ms: int) -> bool:
    return row.published.most is not None and row.published.most <= until_ms


def _seen(rows: list[Sighting], window: Bounds) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Mark → ids of rows of a stretch that saw it, and of rows that looked and saw it not."""
    seen: dict[str, list[str]] = {}
    missing: dict[str, list[str]] = {}
    inside = [row for row in rows if window.holds(Bounds(time_of(row), time_of(row)))]
    for row in sorted(inside, key=lambda one: one.id):
        if row.kind in MARKS and row.measure != "departure" and _fed(row):
            if row.count.most == 0:
                missing.setdefault(row.kind, []).append(row.id)
            elif row.count.least:
                seen.setdefault(row.kind, []).append(row.id)
    for sign in indicators(inside):
        if sign.state != "said":
            (seen if sign.state == "seen" else missing).setdefault(sign.name, []).append(sign.row)
    return seen, missing


def _fed(row: Sighting) -> bool:
    """Whether a row says that something was there: a count, an arrival, a presence, or a move inside the country."""
    return role_of(replace(row, scope="site") if row.scope == "internal" else row)[0] in ("count", "move", "presence")


def _state(name: str, seen: dict[str, list[str]], missing: dict[str, list[str]]) -> tuple[str, tuple[str, ...]]:
    """What is known of a mark: seen at any time of the stretch goes before not seen at another."""
    if name in seen:
        return "seen", tuple(seen[name])
    return ("not seen", tuple(missing[name])) if name in missing else ("not known", ())


def _strength(rows: list[Sighting], key: Key, at_ms: int | None) -> Estimate | None:
    found = next((one for one in series_of(rows) if one.key == key), None)
    return None if found is None or at_ms is None else estimate(found, at_ms)


def _ratio(before: Estimate | None, after: Estimate | None) -> tuple[float, float] | None:
    if before is None or after is None or None in (before.low, before.high, after.low, after.high):
        return None
    assert before.low is not None and before.high is not None, "an estimate has both ends"
    assert after.low is not None and after.high is not None, "an estimate has both ends"
    if not before.low or not before.high:
        return None
    return after.low / before.high, after.high / before.low
