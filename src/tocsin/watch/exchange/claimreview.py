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

from tocsin.watch.ledger.legal import LegalFinding
from tocsin.watch.model import Claim, Report
from tocsin.watch.standing import Standing
from tocsin.watch.times import iso

__all__ = ["claim_reviews"]

_NUMBERS: Final = {"breach": 1, "lawful": 5}
_NAMED: Final = frozenset(("official", "outlet", "analysis"))


def claim_reviews(judged: Iterable[LegalFinding], standing: Standing, pack: str, reviewed_ms: int) -> str:
    """Write findings as JSON-LD, one review for each claim and rule that answers it.

    Args:
        judged: What the rules say of claims.
        standing: What holds, masked (`shown.masked`).
        pack: Title of the rule pack.
        reviewed_ms: When the review is made.
    """
    found = [
        _review(standing.claims[claim], finding, standing, pack, reviewed_ms)
        for finding in judged
        for claim in finding.claims
        if finding.verdict != "not applicable"
    ]
    return json.dumps({"@context": "https://schema.org", "@graph": found}, ensure_ascii=False, indent=1) + "\n"


def _review(claim: Claim, finding: LegalFinding, standing: Standing, pack: str, reviewed_ms: int) -> dict[str, Any]:
    report = standing.reports[claim.report]
    missing = f" Not known: {', '.join(finding.missing)}." if finding.missing else ""
    return {
        "@type": "ClaimReview",
        "identifier": f"{claim.id} {finding.rule}",
        "claimReviewed": claim.what,
        "itemReviewed": _claim(claim, report),
        "author": {"@type": "Organization", "name": f"Tocsin, by the rules of {pack}"},
        "datePublished": iso(reviewed_ms),
        **({"url": report.address} if report.address else {}),
        "reviewRating": _rating(finding),
        "reviewBody": f"If the claim is true: {finding.sentence}{missing} Whether it is true is not judged here.",
    }


def _claim(claim: Claim, report: Report) -> dict[str, Any]:
    about: dict[str, Any] = {"@type": "Claim", "identifier": claim.id, "text": claim.what}
    if claim.who and report.level in _NAMED:
        about["author"] = {"@type": "Thing", "name": claim.who}
    published = report.published
    if published.exact:
        about["datePublished"] = iso(published.most)
    elif published.least is not None and published.most is not None:
        about["temporalCoverage"] = f"{iso(published.least)}/{iso(published.most)}"
    if report.address:
        about["appearance"] = {"@type": "CreativeWork", "url": report.address}
    return about


def _rating(finding: LegalFinding) -> dict[str, Any]:
    said = {one.words for one in finding.answers}
    words = said.pop() if len(said) == 1 else "cannot tell"
    rating: dict[str, Any] = {"@type": "Rating", "alternateName": words}
    number = _NUMBERS.get(words) if finding.status == "confirmed" else None
    if number is not None:
        explained = "1: a breach, 5: lawful, if the claim is true"
        rating |= {"ratingValue": number, "worstRating": 1, "bestRating": 5, "ratingExplanation": explained}
    return rating
