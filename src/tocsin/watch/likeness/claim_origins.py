"""The origin of each claim: what counts as one voice wherever claims are counted, and how sure the count is.

One claim has one origin, by the first of these that answers:

1. Its speaker has a name: theirs. The watched state is one voice, whoever of its people and media speaks; a listed
   person's word is theirs whoever prints it, so that one interview on seven pages is one; what nobody by name says is
   of whoever brought it ("residents via Suspilne").
2. It repeats a claim of a report that is its elder copy, or that its report cites: that claim's origin. Of several the
   one with the same number and the likest words.
3. It retells without a name, and its report names one source elsewhere, the state not counted: that one's.
4. It retells without a name: unknown, `?` and its report. "Social media" may be somebody who is counted already, so it
   raises the most and not the least (`count_origins`). On a page of the state it is the state's.
5. What its report goes back to by itself (`roots.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tocsin.watch.likeness.letters import likeness
from tocsin.watch.likeness.media import medium
from tocsin.watch.likeness.roots import Case, case_of, only_source, own_root
from tocsin.watch.model import Bounds, Claim, Report
from tocsin.watch.standing import Standing

__all__ = ["Origins", "claim_origins", "count_origins", "origin_of"]

Origins = Mapping[str, str]
"""Claim or report → its origin group; a claim that is not there has its report's, a report its own."""


def claim_origins(standing: Standing, *, use_cites: bool = True, country: str = "by") -> dict[str, str]:
    """Whose word each claim is: what counts as one voice when claims are counted.

    Args:
        standing: What holds.
        use_cites: Whether what a report cites counts.
        country: Which state is watched.

    Returns:
        Id of each standing claim → name of its origin; with `?` before it where it may be one that is counted already.
    """
    case = case_of(standing, use_cites=use_cites, country=country)
    return {claim.id: _origin(case, claim, frozenset()) for _, claim in sorted(standing.claims.items())}


def origin_of(origins: Origins, claim: Claim) -> str:
    """The origin group of a claim."""
    return origins.get(claim.id) or origins.get(claim.report) or claim.report


def count_origins(groups: Iterable[str]) -> Bounds:
    """How many independent origins there are: those that are named for sure, and at most each unnamed one besides."""
    found = set(groups)
    named = {one for one in found if not one.startswith("?")}
    return Bounds(max(len(named), 1 if found else 0), len(found))


def _origin(case: Case, claim: Claim, met: frozenset[str]) -> str:
    report = case.standing.reports[claim.report]
    name = case.names.speaker(claim.who)
    # A publisher's own word is no other voice, under whichever of its names ("Town channel", "Town") it is told.
    named = name not in ("", medium(report.publisher))
    if named and (name == case.names.state or name != case.names.speaker(report.publisher)):
        return name
    if not name and report.id not in met:
        twin = _twin(claim, _elder(case, report))
        if twin is not None:
            return _origin(case, twin, met | {report.id})
    own = own_root(case, report)[0]
    if claim.stance == "retells" and not name and own != case.names.state:
        return only_source(case, report) or f"?{report.id}"
    return own


def _elder(case: Case, report: Report) -> Iterable[Claim]:
    """Claims of reports that a report was taken from: of its eldest copy, else of those that it cites."""
    eldest = case.eldest[report.id]
    sources = [eldest] if eldest != report.id else report.cites if case.use_cites else ()
    return (claim for one in sources if one != report.id for claim in case.claims.get(one, ()))


def _twin(claim: Claim, others: Iterable[Claim]) -> Claim | None:
    """The claim that this one repeats: of the same topic, the same number and the likest words first."""
    return min(
        (one for one in others if one.topic == claim.topic),
        key=lambda one: (one.count != claim.count, -round(likeness(one.what, claim.what), 6), one.id),
        default=None,
    )
