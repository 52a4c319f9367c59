"""One item with everything it rests on: each origin with its claims, reports, days, grades and addresses."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from tocsin.assess.answer import Effect
from tocsin.assess.model import Case, Evidence, Item, Witness
from tocsin.brief.watch_words import time_words
from tocsin.serve.room import View
from tocsin.serve.weighing.answered import Answered
from tocsin.serve.weighing.rows import SORT_WORDS
from tocsin.serve.weighing.words import band_words, percent, points, ratio_words, said, stated
from tocsin.watch.model import Claim

__all__ = ["ClaimRow", "ItemShown", "LikelihoodRow", "WitnessRow", "claim_row", "item_shown"]


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim, in which report it stands, and where that was published."""

    id: str
    stance: str
    who: str
    what: str
    report: str
    report_page: str
    publisher: str
    published: str
    address: str
    letter: str
    digit: str
    status: str


@dataclass(frozen=True, slots=True)
class WitnessRow:
    """An origin: it counts once, however many claims and pages it has."""

    name: str
    unnamed: bool
    letter: str
    digit: str
    why: str
    claims: tuple[ClaimRow, ...]
    once: str


@dataclass(frozen=True, slots=True)
class LikelihoodRow:
    """An item under one hypothesis: what was judged, and what it does."""

    id: str
    name: str
    word: str
    low: str
    high: str
    told: str
    ratio: str
    ratio_range: str
    effect: str
    without: str


@dataclass(frozen=True, slots=True)
class ItemShown:
    """The page of an item."""

    id: str
    says: str
    sort: str
    why: str
    holds: bool
    told: str
    counted_in: str
    borne: str
    shared: tuple[str, ...]
    diagnosticity: str
    likelihood: tuple[LikelihoodRow, ...]
    witnesses: tuple[WitnessRow, ...]
    bound: tuple[str, ...]
    incidents: tuple[str, ...]
    others: tuple[str, ...]
    looked: str


def item_shown(view: View, found: Answered, bound: Evidence) -> ItemShown:
    """All that the page of an item shows.

    Args:
        view: The view.
        found: Its answer.
        bound: The item, bound.
    """
    item, effect = bound.item, found.effect(bound.item.id)
    heard = {name for witness in bound.witnesses for name in (*witness.claims, *witness.reports)}
    return ItemShown(
        item.id,
        stated(item),
        SORT_WORDS[item.sort],
        item.why,
        effect.holds,
        (effect.why or bound.why).removeprefix("rests on "),
        effect.counted_in,
        _borne(effect),
        effect.shared,
        f"{effect.diagnosticity:.2f}",
        _likelihoods(found.case, item, effect),
        tuple(_witness(view, one) for one in bound.witnesses),
        item.claims,
        item.incidents,
        tuple(one for one in bound.traces if one not in heard),
        item.absence.looked if item.absence else "",
    )


def _borne(effect: Effect) -> str:
    if effect.borne is None:
        return ""
    low, middle, high = effect.borne
    return f"median {percent(middle)}, 5–95 %: {band_words(low, high)}"


def _likelihoods(case: Case, item: Item, effect: Effect) -> tuple[LikelihoodRow, ...]:
    ratios = {one.hypothesis: one for one in effect.ratios}
    without = {one.hypothesis: one for one in effect.without}
    rows = []
    for one in case.hypotheses:
        judged, ratio, left = item.likelihood[one.id], ratios.get(one.id), without.get(one.id)
        rows.append(
            LikelihoodRow(
                one.id,
                one.name,
                judged.word,
                "" if judged.word else f"{judged.low * 100:g}",
                "" if judged.word else f"{judged.high * 100:g}",
                said(judged),
                ratio_words(ratio.median) if ratio else "–",
                f"{ratio_words(ratio.low)} to {ratio_words(ratio.high)}" if ratio else "",
                points(-left.change) if left else "–",
                percent(left.median) if left else "",
            )
        )
    return tuple(rows)


def _witness(view: View, one: Witness) -> WitnessRow:
    claims = tuple(claim_row(view, view.desk.standing.claims[name]) for name in one.claims)
    unnamed = one.group.startswith("?")
    pages = len({row.report for row in claims})
    once = f"{pages} reports, one origin: counts once" if pages > 1 else "one report"
    name = f"not named, seen in {one.group[1:]}" if unnamed else one.group
    return WitnessRow(name, unnamed, one.grade[:1], one.grade[1:], one.why, claims, once)


def claim_row(view: View, claim: Claim) -> ClaimRow:
    """A claim with its report, masked as everything that a desk gives."""
    standing = view.desk.standing
    report = standing.reports[claim.report]
    grade = standing.grade(claim)
    return ClaimRow(
        claim.id,
        claim.stance,
        claim.who,
        claim.what,
        report.id,
        f"/inbox/{quote(report.id, safe='')}",
        report.publisher,
        time_words(report.published, view.desk.zone),
        report.address,
        grade[0],
        grade[1:],
        claim.status,
    )
