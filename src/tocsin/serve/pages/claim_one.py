"""One claim: its sentence, fields, characters in the report, origin and why, history, and what was made of it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from tocsin.brief.watch_words import count_words, many
from tocsin.serve.pages.claims_shown import ClaimShown, claim_shown, day_words
from tocsin.serve.room import View
from tocsin.watch import Bounds, Claim, Report, Span
from tocsin.watch.deciding import NOT_SAID
from tocsin.watch.ledger import history
from tocsin.watch.likeness import origin_of

__all__ = ["ChangeShown", "Excerpt", "OneShown", "one_shown"]

_AROUND: Final = 160
_MOST_EXCERPTS: Final = 6
_BASES: Final = {
    "time": "known to the minute", "page-date": "by the day of its page", "seen": "said in the text",
    "context": "from its context", "derived": "worked out by the coder", "inferred": "bounded by other reports",
    "none": "nothing says when",
}  # fmt: skip
_STATE: Final = "state"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Characters of a report that a claim rests on, with what stands around them, as they may be shown."""

    part: str
    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One decision in the history of a claim."""

    number: int
    at: str
    by: str
    act: str
    target: str
    reason: str
    fields: tuple[tuple[str, str, str], ...]
    stands: bool


@dataclass(frozen=True, slots=True)
class OneShown:
    """All of one claim.

    Attributes:
        row: The claim as a row; as it came in where it no longer stands.
        stands: Whether it stands.
        facts: Names and values.
        excerpts: Its characters.
        title: Title of the report.
        report_facts: Names and values of its report; addresses by themselves.
        address: Where the report was read.
        origin: Name of its origin.
        why: Why it is that origin.
        kin: How many claims of the same origin there are, in words.
        incident: Id, title and address of its incident, or None.
        sides: Question, its id, side and whether a person put it there.
        changes: Its history.
        seq: Number of the row of the log that it became or supports, or None.
        row_words: What that row says, or why there is none.
        uses: Evidence items that use it: id and sentence.
        decide: Where to decide about it.
    """

    row: ClaimShown
    stands: bool
    facts: tuple[tuple[str, str], ...]
    excerpts: tuple[Excerpt, ...]
    title: str
    report_facts: tuple[tuple[str, str], ...]
    address: str
    origin: str
    why: str
    kin: str
    incident: tuple[str, str, str] | None
    sides: tuple[tuple[str, str, str, str], ...]
    changes: tuple[ChangeShown, ...]
    seq: int | None
    row_words: str
    uses: tuple[tuple[str, str], ...]
    decide: str


def one_shown(view: View, name: str) -> OneShown:
    """All of a claim that was taken in, whether or not it stands."""
    desk = view.desk
    standing = desk.standing
    claim = standing.claims.get(name)
    stands = claim is not None
    claim = standing.claims_in[name] if claim is None else claim
    report = desk.reports[claim.report]
    origin = origin_of(desk.origins, claim) if stands else ""
    seq, told = _row_of(view, claim, stands)
    incident = _incident(view, name) if stands else None
    same = sum(one == origin for one in desk.origins.values()) if origin else 0
    return OneShown(
        claim_shown(view, claim) if stands else _gone(view, claim, report),
        stands,
        _facts(view, claim),
        _excerpts(view, claim, report),
        report.title,
        _report_facts(view, report),
        report.address,
        "unnamed" if origin.startswith("?") else origin,
        _why(claim, report, origin) if stands else "",
        many(same, "claim"),
        incident,
        _sides(view, name),
        _changes(view, name),
        seq,
        told,
        _uses(view, name, incident[0] if incident else ""),
        f"/inbox/{quote(claim.report, safe='')}",
    )


def _gone(view: View, claim: Claim, report: Report) -> ClaimShown:
    state = view.desk.standing.retracted.get(claim.id) or view.desk.standing.retracted.get(claim.report)
    status = "rejected" if state is not None and state.act == "reject" else "retracted"
    return ClaimShown(
        claim.id, "", claim.report, report.publisher or NOT_SAID, day_words(view, report.published), "", "F",
        claim.digit, claim.stance, status, claim.who, claim.what, claim.place,
        count_words(claim.count, claim.unit) if claim.count.known else "", False, claim.topic,
    )  # fmt: skip


def _facts(view: View, claim: Claim) -> tuple[tuple[str, str], ...]:
    """Every field in words; what is not known is said to be so."""
    when = day_words(view, claim.when)
    notice = count_words(claim.notice_hours, "hour") if claim.notice_hours.known else ""
    rows = (
        ("Who says so", claim.who or "not said"),
        ("Topic", claim.topic),
        ("Where", claim.place or "not said"),
        ("When it happened", f"{when} ({_BASES[claim.when_basis]})" if claim.when.known else "not known"),
        ("How many", count_words(claim.count, claim.unit) if claim.count.known else "no number"),
        ("Notice", notice),
        ("To report by", day_words(view, claim.due) if claim.due.known else ""),
        ("Written down by", {"rules": "rules, from the text"}.get(claim.writer, claim.writer)),
    )
    return tuple((name, told) for name, told in rows if told)


def _report_facts(view: View, report: Report) -> tuple[tuple[str, str], ...]:
    rows = (
        ("Published by", report.publisher or NOT_SAID),
        ("Who that is", f"{report.level}, {report.owner}"),
        ("Published", f"{day_words(view, report.published)} ({_BASES[report.published_basis]})"),
        ("Language", report.language),
        ("Takes from", "; ".join(report.cites)),
        ("Seen through", ", ".join(report.seen_via)),
        ("Remark", report.note),
    )
    return tuple((name, told) for name, told in rows if told)


def _excerpts(view: View, claim: Claim, report: Report) -> tuple[Excerpt, ...]:
    return tuple(_excerpt(view, report, span) for span in claim.spans[:_MOST_EXCERPTS])


def _excerpt(view: View, report: Report, span: Span) -> Excerpt:
    """The characters of a span in the masked text; of a long text only what stands around them."""
    text = report.title if span.part == "title" else report.text
    at = view.desk.where(report.id, span)
    start, end = max(at.start - _AROUND, 0), min(at.end + _AROUND, len(text))
    before, after = text[start : at.start], text[at.end : end]
    return Excerpt(
        "title" if span.part == "title" else "text",
        ("… " if start else "") + before, text[at.start : at.end], after + (" …" if end < len(text) else ""),
    )  # fmt: skip


def _why(claim: Claim, report: Report, origin: str) -> str:
    """Why a claim has its origin, after the rules of `likeness/claim_origins.py`."""
    if origin.startswith("?"):
        return (
            "It retells without naming anybody: that may be somebody who is counted already, so it raises how many "
            "independent origins there may be at most, and not how many there are at least."
        )
    if origin.casefold().startswith(("the state", _STATE)) or report.owner == _STATE:
        return "The watched state is one voice, whoever of its people and media speaks: all of it counts once."
    if origin in (report.id, report.publisher) or origin.casefold() in report.publisher.casefold():
        return "Nobody else is named, and its report is no copy: it is the word of whoever brought it."
    if f"via {origin}".casefold() in claim.who.casefold():
        return "Nobody by name says it: it is the word of whoever brought it, and counts once wherever it is printed."
    if origin.casefold() in claim.who.casefold() or claim.who.casefold() in origin.casefold():
        return "Its speaker has a name: their word counts once, whoever prints it."
    if report.cites or report.forwarded or report.seen_via:
        return "Its report goes back to another: what it repeats counts once, with that one."
    return "It is the word of its speaker, or of the report that this one repeats; copies count once."


def _incident(view: View, name: str) -> tuple[str, str, str] | None:
    def make() -> dict[str, tuple[str, str]]:
        return {claim: (one.id, one.title) for one in view.desk.incidents for claim in one.claims}

    found = view.remember("claims: incident of claim", make).get(name)
    return None if found is None else (*found, f"/incidents/{quote(found[0], safe='')}")


def _sides(view: View, name: str) -> tuple[tuple[str, str, str, str], ...]:
    def make() -> dict[str, list[tuple[str, str, str, str]]]:
        found: dict[str, list[tuple[str, str, str, str]]] = {}
        for question in view.desk.ledger:
            for side in question.sides:
                for row in side.rows:
                    place = (question.id, question.title, side.title, row.placed)
                    found.setdefault(row.id, []).append(place)
        return found

    return tuple(view.remember("claims: sides of claim", make).get(name, ()))


def _changes(view: View, name: str) -> tuple[ChangeShown, ...]:
    told = history(view.desk.standing, name)
    return tuple(
        ChangeShown(
            one.number, day_words(view, Bounds(one.at, one.at)), one.by, one.act, one.target, one.reason,
            tuple((field, _value(view, field, was), _value(view, field, now)) for field, was, now in one.fields),
            one.stands,
        )
        for one in told.changes
    )  # fmt: skip


def _value(view: View, field: str, value: object) -> str:
    if isinstance(value, Bounds):
        return day_words(view, value) if field in ("when", "due") else count_words(value)
    return str(value) or "–"


def _row_of(view: View, claim: Claim, stands: bool) -> tuple[int | None, str]:
    """The row of the log that a claim became or supports, or why there is none."""

    def make() -> dict[str, int]:
        found: dict[str, int] = {}
        for seq, row in enumerate(view.desk.written.rows):
            for name in row.claims:
                found[name] = seq
        return found

    seq = view.remember("claims: row of claim", make).get(claim.id)
    if seq is None:
        why = view.desk.written.unwritten.get(claim.id, "")
        return None, f"It writes no row of the log: it {why}." if why else "It writes no row of the log."
    row = view.desk.written.rows[seq]
    if not stands or row.withdrawn:
        return seq, "The row was taken back."
    root = row.claims[0]
    told = "It became this row" if root == claim.id else f"It supports the row of {root}: a copy changes no count"
    return seq, f"{told} ({row.said.kind.replace('_', ' ')})."


def _uses(view: View, name: str, incident: str) -> tuple[tuple[str, str], ...]:
    """Evidence items of the case that name a claim or its incident."""
    items: list[Mapping[str, Any]] = view.remember("claims: evidence", lambda: _evidence(view))
    return tuple(
        (str(one.get("id", "")), str(one.get("says", "")))
        for one in items
        if name in one.get("claims", ()) or (incident and incident in one.get("incidents", ()))
    )


def _evidence(view: View) -> list[Mapping[str, Any]]:
    """The case's items as they stand in its file; a file that cannot be read is told of on the page of hypotheses."""
    if view.case_file is None:
        return []
    try:
        read = tomllib.loads(view.case_file.read_text(encoding="utf-8")).get("evidence", [])
    except (OSError, ValueError):
        return []
    return [one for one in read if isinstance(one, dict)] if isinstance(read, list) else []
