"""What the commands list, as JSON: names as the dataclasses have them, words masked, texts only of one report."""

from __future__ import annotations

from typing import Any

from tocsin.errors import WatchError
from tocsin.watch.desk import Desk
from tocsin.watch.footprint import Footprint, Likeness, footprint, from_claims, likeness
from tocsin.watch.likeness import origin_of
from tocsin.watch.model import Bounds, Claim, Report, Sighting, Span, Suggestion
from tocsin.watch.shown import plain
from tocsin.watch.times import iso, read_time

__all__ = ["claim_json", "footprint_at", "report_json", "reports_json", "sources_json"]


def reports_json(desk: Desk) -> list[dict[str, Any]]:
    """All reports, without their texts."""
    return [_report(desk, one) for _, one in sorted(desk.standing.reports.items())]


def _report(desk: Desk, one: Report) -> dict[str, Any]:
    told = plain(desk.reports[one.id])
    told.pop("text")
    return told | {"letter": desk.standing.sources[one.publisher].letter}


def report_json(desk: Desk, name: str) -> dict[str, Any]:
    """One report: its masked text, claims, suggestions, and links.

    `span` counts characters of the text as captured, `shown_span` those of the masked one.
    """
    one = desk.standing.reports[name]
    mine = sorted((c for c in desk.standing.claims.values() if c.report == name), key=lambda claim: claim.number)
    return _report(desk, one) | {
        "text": desk.reports[name].text,
        "claims": [
            claim_json(desk, claim) | {"shown_spans": [_span(desk, name, span) for span in claim.spans]}
            for claim in mine
        ],
        "suggestions": [_suggestion(desk, each) for each in desk.suggestions(name)],
        "captures": [
            {"at": iso(each.at), "sha256": each.sha256, "size": each.size, "media_type": each.media_type}
            for each in desk.store.captures(name)
        ],
        "links": [plain(each) for each in desk.standing.links if name in (each.first, each.second)],
    }


def _suggestion(desk: Desk, one: Suggestion) -> dict[str, Any]:
    told = {"value": dict(one.value), "alternatives": [dict(other) for other in one.alternatives]}
    return plain(one) | told | {"shown_span": _span(desk, one.report, one.span)}


def _span(desk: Desk, report: str, span: Span) -> list[str | int]:
    shown = desk.where(report, span)
    return [shown.part, shown.start, shown.end]


def claim_json(desk: Desk, claim: Claim) -> dict[str, Any]:
    """One claim, with its grade, its origin, and why it writes no row of the log ("" = it does)."""
    return plain(claim) | {
        "grade": desk.standing.grade(claim),
        "origin": origin_of(desk.origins, claim),
        "no_row": desk.written.unwritten.get(claim.id, ""),
    }


def sources_json(desk: Desk) -> list[dict[str, Any]]:
    """All sources as they were judged."""
    return [plain(one) for _, one in sorted(desk.standing.sources.items())]


def footprint_at(desk: Desk, day: str, owner: str, like: str, now_ms: int) -> tuple[Footprint, Likeness | None]:
    """The footprint at a day.

    Args:
        desk: The watch folder.
        day: Year, month, day or moment, of which the end counts; "" = now.
        owner: Whose force; "" = everybody's.
        like: Two days with a slash between them: a past stretch to compare with as long a stretch that ends now; "" =
            none.
        now_ms: Now.

    Returns:
        The footprint, and how like it is.

    Raises:
        WatchError: A day is none, or nobody in the data is of that name.
    """
    at_ms = _end(day, desk, "--at") if day else now_ms
    seen: list[Sighting] = [one for _, one in sorted(desk.standing.sightings.items())]
    seen += from_claims(desk.standing)
    if owner and owner not in {one.owner for one in seen}:
        known = ", ".join(sorted({one.owner for one in seen})) or "none: no statements on forces were taken in"
        raise WatchError(f"found {owner[:60]!r}; expected one of {known}", place="--owner")
    found = footprint([one for one in seen if not owner or one.owner == owner], at_ms)
    return found, _alike(desk, seen, like, at_ms) if like else None


def _alike(desk: Desk, seen: list[Sighting], like: str, at_ms: int) -> Likeness:
    first, slash, last = like.partition("/")
    if not slash:
        raise WatchError(f"found {like[:60]!r}; expected two days such as 2022-01-01/2022-02-23", place="--like")
    start, end = read_time(first, desk.zone, place="--like")[0].least, _end(last, desk, "--like")
    if start is None or start > end:
        raise WatchError(f"found {like[:60]!r}; expected the earlier day first", place="--like")
    return likeness(seen, Bounds(start, end), Bounds(at_ms - (end - start), at_ms))


def _end(day: str, desk: Desk, place: str) -> int:
    most = read_time(day, desk.zone, place=place)[0].most
    assert most is not None, "a time that was read has an end"
    return most
