"""Statements on forces that stand in the claim ledger, as sightings beside those that were coded as such.

Only a claim that says of foreign forces how many becomes a sighting. A denial writes no row: "no build-up near the
border" says that somebody denies one, not that 0 stood there. A claim without a number says nothing of a strength; it
stays in the ledger, and `unfed_claims` names it with the reason.
"""

from __future__ import annotations

from typing import Final

from tocsin.watch.model import Claim, Report, Sighting
from tocsin.watch.standing import Standing

__all__ = ["TOPICS", "from_claims", "unfed_claims"]

TOPICS: Final = ("foreign-forces",)
"""Topics whose counts are counts of a force. `equipment` is not: it speaks of what the called-up use, not whose it is.
"""
_KINDS: Final = {"person": "troops", "vehicle": "trucks", "tank": "tanks", "aircraft": "aircraft", "train": "echelons"}
_BASIS: Final = {"asserts": "estimate", "retells": "claimed"}


def from_claims(standing: Standing, *, owner: str = "foreign, not named") -> tuple[Sighting, ...]:
    """The counted claims on foreign forces, as sightings.

    A claim does not say whose force it is, so that the owner is given, or stays unnamed and makes a series of its own.
    Retold counts have the basis *claimed* and move no estimate: nobody in that report counted.

    Args:
        standing: What holds.
        owner: Whose force the claims speak of, where the analyst knows.

    Returns:
        Sightings by id of the claim; none where no claim has a count.
    """
    found = [one for one in standing.claims.values() if one.topic in TOPICS and not _unfed(one)]
    return tuple(
        _sighting(one, standing.reports[one.report], standing.grade(one), owner)
        for one in sorted(found, key=lambda one: one.id)
    )


def unfed_claims(standing: Standing) -> tuple[tuple[str, str], ...]:
    """Claims on foreign forces that are no sighting: id and why."""
    mine = sorted((one for one in standing.claims.values() if one.topic in TOPICS), key=lambda one: one.id)
    return tuple((one.id, why) for one in mine if (why := _unfed(one)))


def _unfed(claim: Claim) -> str:
    if claim.status == "suggested":
        return "suggested by rules, and nobody has confirmed it"
    if claim.stance == "denies":
        return "a denial: it writes no row, and is not a 0"
    return "" if claim.count.known and claim.unit else "no count of foreign forces in it"


def _sighting(claim: Claim, report: Report, grade: str, owner: str) -> Sighting:
    return Sighting(
        claim.id,
        report.address,
        report.publisher,
        report.level,
        "neutral",
        report.published,
        claim.when,
        owner,
        claim.place,
        _KINDS.get(claim.unit, "other"),
        claim.unit,
        "stock",
        _BASIS[claim.stance],
        "site",
        claim.count,
        claim.what,
        published_inferred=report.published_basis not in ("time", "page-date"),
        grade=grade,
    )
