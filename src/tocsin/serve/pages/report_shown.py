"""One report as its page shows it: the text with what was found in it, its claims, its source, its ties and history.

This is the one page on which words that were unmasked for a reason are seen (`Desk.reports`). A long text is shown in
parts; a part lists only what was found in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tocsin.brief.watch_inbox import meaning
from tocsin.serve.pages.claim_shown import ClaimShown, claim_shown, report_address, when_words
from tocsin.serve.pages.fields import Field, fields_of_finding
from tocsin.serve.pages.history_shown import DecisionShown, decision_shown, decisions_about
from tocsin.serve.pages.inbox_rows import BASIS_WORDS, Entry, index_of, shown_reports
from tocsin.serve.pages.report_text import Found, Piece, pieces
from tocsin.serve.paging import Paged, paged
from tocsin.serve.room import View
from tocsin.watch import Bounds, Claim, Decision, Link, Report, Source, Suggestion
from tocsin.watch.deciding import NOT_SAID
from tocsin.watch.masking import unmasked_ids

__all__ = ["CaptureShown", "FindingShown", "GoneShown", "ReportShown", "TieShown", "report_shown", "ties_of"]

SIGNS = 12_000
"""Signs of a text that one page shows."""
_CLAIMS, _DECISIONS, _TIES = 60, 60, 60
"""So many of each at most on one page; what is more is said, and stands on the next."""
_SHORT = 90
_JUDGED = {"confirm": "confirmed", "edit": "edited", "reject": "rejected"}


@dataclass(frozen=True, slots=True)
class FindingShown:
    """Something that a rule found, for a person to confirm, edit or reject.

    Attributes:
        number: Its number in text and list.
        id: Of the suggestion.
        kind: One of `SUGGESTION_KINDS`.
        words: Its characters as shown, cut if they are many.
        meaning: What they mean, in words.
        state: awaits, confirmed, edited or rejected.
        hidden: Whether its words are masked.
        opened: Whether they were, and a person opened them.
        fields: What a person may change.
        readings: The other readings, in words.
    """

    number: int
    id: str
    kind: str
    words: str
    meaning: str
    state: str
    hidden: bool
    opened: bool
    fields: tuple[Field, ...]
    readings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoneShown:
    """A claim that no longer stands, and what it said."""

    id: str
    number: int
    topic: str
    what: str
    act: str


@dataclass(frozen=True, slots=True)
class TieShown:
    """A link as seen from a report.

    Attributes:
        link: The link.
        other: The report or claim at its other end.
        words: How it is tied, in words.
        likeness: How like they are, in words.
    """

    link: Link
    other: str
    words: str
    likeness: str


@dataclass(frozen=True, slots=True)
class CaptureShown:
    """When it was taken in, and in which bytes."""

    at: str
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class ReportShown:
    """A report.

    Attributes:
        report: As it may be shown.
        name: Its title, or its publisher, or its id; browsers keep it, so that nothing is opened in it.
        entry: How it stands in the inbox.
        source: Its publisher as judged.
        publisher: Name of the publisher, or that none is said.
        published: When, in words.
        basis: How well that is known.
        link: Its address where a browser can follow it, or "".
        title: Its title in pieces; empty = none, or not in this part.
        text: Its text in pieces.
        part: Which part of the text this is.
        kinds: Kind → how many were found in this part.
        findings: What rules found in this part.
        claims: Claims that stand.
        gone: Claims that no longer stand.
        ties: Links of the report and of its claims.
        captures: When it was seen, and in which bytes.
        decisions: What people decided about it.
        retracted: The decision that took it back, or None.
    """

    report: Report
    name: str
    entry: Entry
    source: Source
    publisher: str
    published: str
    basis: str
    link: str
    title: tuple[Piece, ...]
    text: tuple[Piece, ...]
    part: Paged[int]
    kinds: Mapping[str, int]
    findings: tuple[FindingShown, ...]
    claims: Paged[ClaimShown]
    gone: tuple[GoneShown, ...]
    ties: Paged[TieShown]
    captures: tuple[CaptureShown, ...]
    decisions: Paged[DecisionShown]
    retracted: DecisionShown | None


def report_shown(view: View, name: str, page: int = 1) -> ReportShown | None:
    """A report as its page shows it; None if there is none of that id.

    Args:
        view: What holds.
        name: Id of the report.
        page: Which part of text and lists.
    """
    desk = view.desk
    bare = desk.standing.reports_in.get(name)
    if bare is None:
        return None
    report, every = desk.reports[name], _decisions(view, bare)
    found, placed = view.remember(f"report: findings of {name}", lambda: _findings(view, name, every))
    starts = range(0, max(1, len(report.text)), SIGNS)
    part = paged(starts, page, report_address(name), int, size=1)
    start = part.rows[0]
    here = [one for one in placed if _within(one[0], one[1], start)]
    marks = [one for _, one in here]
    numbers = {one.number for one in marks}
    text = [
        replace(one, start=one.start - start, end=min(one.end - start, SIGNS)) for side, one in here if side == "text"
    ]
    retracted = desk.standing.retracted.get(name)
    return ReportShown(
        report,
        shown_reports(view)[name].title or report.publisher or name,
        _entry(view, name),
        desk.standing.sources.get(bare.publisher, Source(bare.publisher, owner=bare.owner)),
        report.publisher or NOT_SAID,
        when_words(view, report.published),
        BASIS_WORDS[report.published_basis],
        report.address if report.address.startswith(("http://", "https://")) else "",
        pieces(report.title, [one for side, one in here if side == "title"]) if report.title and start == 0 else (),
        pieces(report.text[start : start + SIGNS], text) if report.text else (),
        part,
        dict(sorted(Counter(one.kind for one in marks).items())),
        tuple(one for one in found if one.number in numbers),
        _claims(view, name, page),
        _gone(view, name),
        _ties(view, name, page),
        tuple(
            CaptureShown(when_words(view, Bounds(one.at, one.at)), one.sha256, one.size, one.media_type)
            for one in desk.store.captures(name)
        ),
        paged(every, page, report_address(name), lambda one: decision_shown(view, one), size=_DECISIONS),
        decision_shown(view, retracted) if retracted is not None else None,
    )


def _within(side: str, mark: Found, start: int) -> bool:
    """Whether a finding begins in this part of the text; those of the title belong to the first."""
    return start == 0 if side == "title" else start <= mark.start < start + SIGNS


def _entry(view: View, name: str) -> Entry:
    by_id = view.remember("inbox: entry by id", lambda: {one.id: one for one in index_of(view).entries})
    return by_id[name]


def _decisions(view: View, bare: Report) -> tuple[Decision, ...]:
    return decisions_about(view, bare.id, bare.publisher)


def _findings(
    view: View, name: str, decisions: tuple[Decision, ...]
) -> tuple[tuple[FindingShown, ...], tuple[tuple[str, Found], ...]]:
    """What rules found in a report, numbered in the order of the text, and where each stands in title or text."""
    masks, opened = view.desk.masks(name), unmasked_ids(decisions)
    judged = {one.target: one for one in reversed(decisions) if one.act in _JUDGED}
    found = sorted(
        view.desk.suggestions(name), key=lambda one: (one.span.part != "title", one.span.start, -one.span.end)
    )
    shown, placed = [], []
    for number, one in enumerate(found, 1):
        said = judged.get(one.id)
        told = _finding(view, number, one, said, one.id in opened)
        where = masks[one.span.part].span(one.span)
        shown.append(told)
        placed.append((one.span.part, Found(number, one.kind, where.start, where.end, told.state)))
    return tuple(shown), tuple(placed)


def _finding(view: View, number: int, one: Suggestion, said: Decision | None, opened: bool) -> FindingShown:
    hidden = bool(one.value.get("masked"))
    value = {**one.value, **said.value} if said is not None and said.act == "edit" and not hidden else one.value
    now = replace(one, value=dict(value))
    others = (
        ()
        if hidden
        else tuple(meaning(replace(one, value=each, alternatives=()), view.desk) for each in one.alternatives)
    )
    words = one.words if len(one.words) <= _SHORT else f"{one.words[: _SHORT - 2].rstrip()} …"
    return FindingShown(
        number,
        one.id,
        one.kind,
        words,
        "private: masked" if hidden else meaning(replace(now, alternatives=()), view.desk),
        "awaits" if said is None else _JUDGED[said.act],
        hidden,
        opened,
        fields_of_finding(one, {"role": ""} if one.kind == "person" else value, view.desk.zone),
        others,
    )


def _claims(view: View, name: str, page: int) -> Paged[ClaimShown]:
    entry = _entry(view, name)
    ids = sorted((*entry.suggested, *entry.settled), key=lambda one: int(one.rpartition("#")[2]))
    claims = view.desk.standing.claims
    return paged(ids, page, report_address(name), lambda one: claim_shown(view, claims[one]), size=_CLAIMS)


def _gone(view: View, name: str) -> tuple[GoneShown, ...]:
    """Claims of a report that somebody rejected or retracted."""
    holds = view.desk.standing
    ids = [target for target in holds.retracted if target.rpartition("#")[0] == name and target in holds.claims_in]
    found: list[Claim] = [holds.claims_in[one] for one in ids]
    return tuple(
        GoneShown(one.id, one.number, one.topic, one.what, holds.retracted[one.id].act)
        for one in sorted(found, key=lambda one: one.number)
    )


def _ties(view: View, name: str, page: int) -> Paged[TieShown]:
    return paged(ties_of(view).get(name, ()), page, report_address(name), lambda one: _tie(one, name), size=_TIES)


def ties_of(view: View) -> Mapping[str, list[Link]]:
    """Report → links of it and of its claims."""
    return view.remember("inbox: ties", lambda: _by_report(view.desk.standing.links))


def _by_report(links: tuple[Link, ...]) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = {}
    for one in links:
        for name in {end.partition("#")[0] for end in (one.first, one.second)}:
            found.setdefault(name, []).append(one)
    return found


_TIED = {
    "copy-of": ("is a copy of", "is copied by"),
    "part-of": ("is a part of", "holds a part of"),
    "same-as": ("is about the same thing as", "is about the same thing as"),
    "contradicts": ("contradicts", "contradicts"),
}


def _tie(link: Link, name: str) -> TieShown:
    first = link.first.partition("#")[0] == name
    mine, other = (link.first, link.second) if first else (link.second, link.first)
    claim = f"claim {mine.rpartition('#')[2]} " if "#" in mine else ""
    by = "a person" if link.by == "analyst" else link.by
    likeness = "" if link.by == "analyst" else f", {link.score:.2f} alike"
    return TieShown(link, other, f"{claim}{_TIED[link.kind][not first]}", f"{link.state} by {by}{likeness}")
