"""What a claim is as a row of the log: one table, topic → kind, and what a claim must say for it.

Nothing is forced. A claim that does not say what a kind means writes no row and is listed with the reason; it still
stands in the ledger. Two things follow from how counts are measured (`measure/counts.py`):

- A count of people summoned carries no place. The place of such a row is where to report, and counts at different
  places are added up; the places of reports lie inside each other (a town, its region, "the west"), so that a sum
  would count people twice. The place as written stands in the table of claims.
- A count is a part, and so a lower limit, unless an analyst says that it is the whole: `watch decide confirm
  <claim> --value scope=whole`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tocsin.watch.model import Bounds, Claim, Decision, Report
from tocsin.watch.times import HOUR_MS

__all__ = ["SCOPES", "TABLE", "Entry", "Said", "known_at", "said", "scope_of"]

SCOPES: Final = ("whole", "part", "combined")
_LEDGER: Final = "it stands in the ledger"
_UNDATED: Final = ("page-date", "none")
"""Bases of a time that tell when somebody spoke, not when it happened."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table.

    Attributes:
        kind: Kind of row, or "" for none.
        asks: What a claim must say besides.
        why: Why this kind, or why none.
    """

    kind: str
    asks: str
    why: str


_PEOPLE: Final = "a number of people, and when it happened from more than the day of a page"
TABLE: Final[dict[str, Entry]] = {
    "announced": Entry("ordered", "a day or a moment", "an authority said that it ordered something"),
    "called-up": Entry(
        "summoned",
        "when it happened from more than the day of a page; without a number: at least one person",
        "people were summoned",
    ),
    "numbers": Entry("summoned", _PEOPLE, "so many people were summoned"),
    "notice-time": Entry(
        "summoned",
        "the exact time to report, and when it was served or the hours of notice",
        "one summons whose service and time to report (due) are known; without them it is talk of a practice",
    ),
    "place": Entry("sighted", "a place", "something of the call-up is said to be there"),
    "equipment": Entry("sighted", "a place", "equipment is said to be there"),
    "foreign-forces": Entry(
        "sighted",
        "a place and a number, at least one",
        "forces are said to be there; without a number a retold 'none are there' looks the same",
    ),
    "exemption-granted": Entry(
        "request_answered",
        _PEOPLE,
        "people were let go because they, or others for them, asked (reason: granted)",
    ),
    "ended": Entry(
        "closed",
        "the word of an analyst that the whole call-up ended (scope=whole)",
        "stages, parts and parallel inspections end under the same words",
    ),
    "duration": Entry("", "", f"says how long people may be kept, which is no event: {_LEDGER}"),
    "exempt-summoned": Entry("", "", f"people are counted under other topics, and the ground is the law's: {_LEDGER}"),
    "hypothesis": Entry("", "", f"says what it may be for, which did not happen: {_LEDGER}"),
    "medical-ignored": Entry("", "", f"no kind says that a complaint was not heard: {_LEDGER}"),
    "official-lawful": Entry("", "", f"says what the law allows, which is no event: {_LEDGER}"),
    "official-purpose": Entry("", "", f"says what it is for, which is no event: {_LEDGER}"),
    "other": Entry("", "", f"not known what it would be: {_LEDGER}"),
    "phones-taken": Entry("", "", f"no kind says that something was taken from people: {_LEDGER}"),
    "refusal-punished": Entry("", "", f"speaks of a threat, not of a person who refused: {_LEDGER}"),
    "waiting": Entry("", "", f"a wait lies between two rows of one person, and no row says how long: {_LEDGER}"),
}  # fmt: skip
"""What becomes of each topic."""


@dataclass(frozen=True, slots=True)
class Said:
    """A claim as a row, before it has a number.

    Attributes:
        kind: Of the catalogue of kinds.
        happened: Earliest and latest; both are known.
        known: When it was published, at the latest.
        place: As written, or "".
        thing: What is counted or seen, or "".
        by: Who says so.
        amount: How many, at least and at most.
        due: The time to report, or None.
        reason: Outcome of a request, or "".
        origin: The claim.
        grade: Letter and digit.
        scope: One of `SCOPES` for a count, else "".
    """

    kind: str
    happened: Bounds
    known: int
    place: str
    thing: str
    by: str
    amount: Bounds
    due: int | None
    reason: str
    origin: str
    grade: str
    scope: str


def said(claim: Claim, report: Report, grade: str, scope: str = "") -> Said | str:
    """Turn a claim into a row, or say why it is none.

    Args:
        claim: A claim that stands.
        report: Its report.
        grade: Letter and digit.
        scope: What an analyst said that a count covers; "" = nobody did.
    """
    entry = TABLE[claim.topic]
    if claim.stance == "denies":
        return f"a denial writes no row: {_LEDGER}"
    if claim.status == "suggested":
        return "found by rules, and nobody has confirmed it yet"
    if not entry.kind:
        return entry.why
    known = known_at(report)
    found = _READ[entry.kind](claim, known, scope)
    if isinstance(found, str):
        return found
    happened, due, amount, place, thing, reason = found
    return Said(
        entry.kind, happened, known, place, thing, claim.who, amount, due, reason, claim.id, grade,
        (scope or "part") if amount.known else "",
    )  # fmt: skip


_Parts = tuple[Bounds, "int | None", Bounds, str, str, str]


def _summoned(claim: Claim, known: int, scope: str) -> _Parts | str:
    if claim.topic == "notice-time":
        return _one_summons(claim, known)
    amount = claim.count
    if amount.known and claim.unit != "person":
        return f"counts {claim.unit or 'something'}, not people"
    if amount.most == 0:
        return f"says that nobody was, which is a denial: {_LEDGER}"
    if claim.topic == "called-up":  # who says that people were summoned says that one was, at least
        amount = Bounds(max(1, amount.least or 0), amount.most)
    elif not amount.known:
        return "gives no number"
    happened = _past(claim, known, dated=True)
    return happened if isinstance(happened, str) else (happened, None, _from_zero(amount), "", "", "")


def _one_summons(claim: Claim, known: int) -> _Parts | str:
    due, served = claim.due.least, _served(claim)
    if not claim.due.exact or due is None or served.least is None or served.most is None:
        return "does not give both the exact time to report and when it was served: it stands in the ledger"
    if served.least > min(known, due):
        return "speaks of a time to come"
    return Bounds(served.least, min(served.most, known, due)), due, Bounds(1, None), "", "", ""


def _served(claim: Claim) -> Bounds:
    """When one summons was served: as said, else by the hours of notice before the time to report."""
    if claim.when.least is not None and claim.when.most is not None and claim.when_basis not in _UNDATED:
        return claim.when
    hours, due = claim.notice_hours, claim.due.least
    if due is None or hours.least is None or hours.most is None:
        return Bounds()
    return Bounds(due - hours.most * HOUR_MS, due - hours.least * HOUR_MS)


def _ordered(claim: Claim, known: int, scope: str) -> _Parts | str:
    happened = _past(claim, known, dated=False)
    return happened if isinstance(happened, str) else (happened, None, Bounds(), claim.place, "", "")


def _sighted(claim: Claim, known: int, scope: str) -> _Parts | str:
    if not claim.place:
        return "names no place"
    if claim.topic == "foreign-forces" and not claim.count.least:
        return "gives no number of at least one: whether forces are there or are not cannot be told apart"
    happened = _past(claim, known, dated=False)
    if isinstance(happened, str):
        return happened
    thing = claim.unit or ("equipment" if claim.topic == "equipment" else "")
    return happened, None, _from_zero(claim.count), claim.place, thing, ""


def _granted(claim: Claim, known: int, scope: str) -> _Parts | str:
    if not claim.count.known or claim.unit != "person":
        return "gives no number of people: it may be a rule, not something that happened"
    happened = _past(claim, known, dated=True)
    return (
        happened if isinstance(happened, str) else (happened, None, _from_zero(claim.count), claim.place, "", "granted")
    )


def _closed(claim: Claim, known: int, scope: str) -> _Parts | str:
    if scope != "whole":
        return "does not say that the whole call-up ended, as far as an analyst has read it (scope=whole)"
    happened = _past(claim, known, dated=False)
    return happened if isinstance(happened, str) else (happened, None, Bounds(), "", "", "")


_READ: Final = {
    "summoned": _summoned,
    "ordered": _ordered,
    "sighted": _sighted,
    "request_answered": _granted,
    "closed": _closed,
}


def _past(claim: Claim, known: int, *, dated: bool) -> Bounds | str:
    """When it happened: it is told as past, so not after it was published."""
    when = claim.when
    if dated and claim.when_basis in _UNDATED:
        return "tells when it was said, not when it happened"
    if when.least is None:
        return "does not say since when it may have happened"
    if when.least > known:
        return "speaks of a time to come"
    return Bounds(when.least, known if when.most is None else min(when.most, known))


def _from_zero(amount: Bounds) -> Bounds:
    """At most so many is at least none of them."""
    return Bounds(0, amount.most) if amount.known and amount.least is None else amount


def known_at(report: Report) -> int:
    """When a report was published, at the latest; if nobody knows, when it was captured."""
    return report.captured if report.published.most is None else report.published.most


def scope_of(decisions: tuple[Decision, ...]) -> str:
    """What the last analyst who confirmed a claim said that it covers, or ""."""
    told = [str(one.value["scope"]) for one in decisions if one.act == "confirm" and "scope" in one.value]
    return told[-1] if told and told[-1] in SCOPES else ""
