"""ClaimReview of schema.org: what the law says of a claim, if the claim is true.

A review here is of what follows from a claim, not of its truth; `reviewBody` says so in each. A number stands only
where the words of the law room allow one: `lawful` 5, `breach` 1. "Cannot tell", and whatever rests on law that nobody
has verified, has words and no number.

Source: schema.org, ClaimReview, Claim and Rating.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from tocsin.law.explain import Finding
from tocsin.watch.shown import Shown
from tocsin.watch.standing import Standing
from tocsin.watch.times import iso

__all__ = ["claim_reviews"]

_NUMBERS: Final = {"breach": 1, "lawful": 5}
_NAMED: Final = frozenset(("official", "outlet", "analysis"))


def claim_reviews(
    judged: Iterable[tuple[str, Finding]], standing: Standing, shown: Shown, pack: str, reviewed_ms: int
) -> str:
    """Write findings as JSON-LD, one review for each claim and rule that applies to it.

    Args:
        judged: Claim and finding.
        standing: What holds.
        shown: What may be shown.
        pack: Title of the rule pack.
        reviewed_ms: When the review is made.
    """
    found = [
        _review(claim, finding, standing, shown, pack, reviewed_ms)
        for claim, finding in judged
        if finding.verdict != "not applicable"
    ]
    return json.dumps({"@context": "https://schema.org", "@graph": found}, ensure_ascii=False, indent=1) + "\n"


def _review(
    identity: str, finding: Finding, standing: Standing, shown: Shown, pack: str, reviewed_ms: int
) -> dict[str, Any]:
    claim = standing.claims[identity]
    report = standing.reports[claim.report]
    said = shown.claim(claim, report)
    about: dict[str, Any] = {"@type": "Claim", "identifier": identity, "text": said.what}
    if said.who and report.level in _NAMED:
        about["author"] = {"@type": "Thing", "name": said.who}
    if report.published.exact:
        about["datePublished"] = iso(report.published.most)
    elif report.published_basis == "page-date" and report.published.most is not None:
        about["temporalCoverage"] = f"{iso(report.published.least)}/{iso(report.published.most)}"
    if report.address:
        about["appearance"] = {"@type": "CreativeWork", "url": report.address}
    missing = f" Not known: {', '.join(finding.missing)}." if finding.missing else ""
    return {
        "@type": "ClaimReview",
        "identifier": f"{identity} {finding.rule}",
        "claimReviewed": said.what,
        "itemReviewed": about,
        "author": {"@type": "Organization", "name": f"Tocsin, by the rules of {pack}"},
        "datePublished": iso(reviewed_ms),
        **({"url": report.address} if report.address else {}),
        "reviewRating": _rating(finding),
        "reviewBody": f"If the claim is true: {finding.sentence}{missing} Whether it is true is not judged here.",
    }


def _rating(finding: Finding) -> dict[str, Any]:
    rating: dict[str, Any] = {"@type": "Rating", "alternateName": finding.words}
    number = _NUMBERS.get(finding.words) if finding.law_status == "confirmed" else None
    if number is not None:
        explained = "1: a breach, 5: lawful, if the claim is true"
        rating |= {"ratingValue": number, "worstRating": 1, "bestRating": 5, "ratingExplanation": explained}
    return rating
