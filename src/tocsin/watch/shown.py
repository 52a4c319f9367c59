"""What may be shown and exported: private persons and contacts masked in every word, and rows as JSON.

Everything that leaves the room goes through here: the desk works on reports, claims, suggestions and statements that
are masked already, so that no table, chart or export has to remember it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from tocsin.watch.masking import (
    MASKED_KINDS,
    Masked,
    Numbers,
    mask_claim,
    mask_report,
    mask_sighting,
    mask_text,
    masked_title,
    masked_words,
    numbers_of,
    shown,
    unmasked_ids,
)
from tocsin.watch.model import Bounds, Claim, Decision, Report, Sighting, Span, Suggestion
from tocsin.watch.remembered import Remembered
from tocsin.watch.standing import Standing

__all__ = ["Lazily", "decided_words", "masked", "masked_names", "plain", "shown_report", "shown_suggestions"]

Row = TypeVar("Row")


class Lazily(Mapping[str, Row]):
    """Rows by id that are masked when somebody first asks for them: masking one takes about a millisecond."""

    def __init__(self, rows: Mapping[str, Row], mask: Callable[[Row], Row]) -> None:
        self._rows, self._mask = rows, mask
        self._done: dict[str, Row] = {}

    def __getitem__(self, name: str) -> Row:
        """One row, masked."""
        if name not in self._done:
            self._done[name] = self._mask(self._rows[name])
        return self._done[name]

    def __iter__(self) -> Iterator[str]:
        """The ids, in their order."""
        return iter(self._rows)

    def __len__(self) -> int:
        """How many."""
        return len(self._rows)

    def __contains__(self, name: object) -> bool:
        """Whether there is such a row; it is not masked for that."""
        return name in self._rows


def masked(standing: Standing, before: Remembered) -> Standing:
    """What holds, with claims, statements, sources and remarks masked, those too that were rejected or retracted.

    Titles and texts of reports stay, for other parts of the room compare them; they are shown through `shown_report`
    alone. Who belongs to which origin is worked out before anything is masked (`masked_names`).

    Args:
        standing: What holds.
        before: What masking gave before.
    """
    came, numbers = standing.reports_in, dict[str, Numbers]()

    def numbered(report: Report) -> Numbers:
        """Whom the text of a report tells; a copy, as whom only a claim names gets a number that hangs on no other."""
        if report.id not in numbers:
            numbers[report.id] = numbers_of(report) if report.text else Numbers()
        return Numbers(dict(numbers[report.id].by_key), set(numbers[report.id].stems))

    def claim(one: Claim) -> Claim:
        return _claim(one, came[one.report], numbered, before)

    def sighting(one: Sighting) -> Sighting:
        return _sighting(one, before)

    reports = Lazily(came, lambda one: _remarks(one, before))
    return replace(
        standing,
        reports=Lazily(standing.reports, lambda one: reports[one.id]),
        claims=Lazily(standing.claims, claim),
        sightings=Lazily(standing.sightings, sighting),
        reports_in=reports,
        claims_in=Lazily(standing.claims_in, claim),
    )


def _claim(claim: Claim, report: Report, numbered: Callable[[Report], Numbers], before: Remembered) -> Claim:
    def mask() -> tuple[str, str, str]:
        bare = mask_claim(claim, report.language, numbered(report))
        return shown(bare.who), shown(bare.what), shown(bare.place)

    told_by = (report.title, report.text, report.note, report.level, report.owner) if report.text else ()
    rest = (claim.writer, report.language, told_by)
    told = before.ask("claim", (claim.who, claim.what, claim.place), rest, mask)
    return replace(claim, who=told[0], what=told[1], place=told[2])


def _sighting(sighting: Sighting, before: Remembered) -> Sighting:
    def mask() -> tuple[str, str, str]:
        bare = mask_sighting(sighting)
        return shown(bare.what), shown(bare.place), shown(bare.publisher)

    told = before.ask("sighting", (sighting.what, sighting.place, sighting.publisher), (), mask)
    return replace(sighting, what=told[0], place=told[1], publisher=told[2])


def masked_names(origins: Mapping[str, str], before: Remembered) -> dict[str, str]:
    """Origin groups with names that may be shown; two groups never come to have one name.

    Args:
        origins: Claim or report → name of its group: a medium, an id, or somebody's name.
        before: What masking gave before.
    """
    first: dict[str, str] = {}
    for one in sorted(origins):
        first.setdefault(origins[one], one)
    told = {name: before.ask("name", (name,), (), partial(_name, name))[0] for name in first}
    return {one: name if told[name] == name else f"{told[name]} ({first[name]})" for one, name in origins.items()}


def _name(name: str) -> tuple[str]:
    return (mask_text(name),)


def decided_words(decisions: Iterable[Decision]) -> dict[str, list[Decision]]:
    """Report → the decisions, in their order, that may open or close what is masked in it."""
    found: dict[str, list[Decision]] = {}
    for one in decisions:
        if one.act in ("unmask", "reject"):
            found.setdefault(one.target.rpartition("@")[0], []).append(one)
    return found


def shown_report(
    report: Report, suggestions: Iterable[Suggestion], decisions: Sequence[Decision], before: Remembered
) -> Report:
    """A report as it may be shown, with title and text; its publisher is a medium, channel or office, and is named.

    Args:
        report: As captured.
        suggestions: What rules found in it.
        decisions: Those of `decided_words` about it.
        before: What masking gave before.
    """
    given = [one for one in suggestions if one.kind in MASKED_KINDS]
    opened = sorted(unmasked_ids(decisions))
    found = [(one.id, one.kind, one.span.part, one.span.start, one.span.end, one.value, one.rule) for one in given]
    rest = (report.id if opened or found else "", report.route, report.language, report.level, report.owner)

    def mask() -> tuple[str, ...]:
        bare = mask_report(report, given, decisions)
        told = (bare.title, bare.text, bare.note, bare.author, bare.forwarded, bare.address, *bare.cites)
        return tuple(map(shown, told))

    words = (report.title, report.text, report.note, report.author, report.forwarded, report.address, *report.cites)
    told = before.ask("report", words, (rest, report.publisher, opened, found), mask)
    title, text, note, author, forwarded, address, *cites = told
    return replace(
        report, title=title, text=text, note=note, author=author, forwarded=forwarded, address=address,
        cites=tuple(cites), publisher=shown(report.publisher),
    )  # fmt: skip


def _remarks(report: Report, before: Remembered) -> Report:
    """A report of which all but title and text may be shown."""
    bare = shown_report(replace(report, title="", text="", publisher=""), (), (), before)
    return replace(bare, title=report.title, text=report.text, publisher=report.publisher)


def shown_suggestions(found: Iterable[Suggestion], standing: Standing) -> tuple[Suggestion, ...]:
    """What rules found, with the words that its characters have in the text as shown; of masked ones no value either.

    A word alone may look like a name where its text shows a town, and only the text tells persons apart.

    Args:
        found: Suggestions, all those of each report that they are of.
        standing: What holds, unmasked.
    """
    given, parts, told = tuple(found), dict[tuple[str, str], Masked](), []
    for one in given:
        part = (one.report, one.span.part)
        if part not in parts:
            words = masked_title if one.span.part == "title" else masked_words
            mine = [each for each in given if each.report == one.report]
            parts[part] = words(standing.reports_in[one.report], mine, standing.decisions)
        place = parts[part].span(one.span)
        text = parts[part].text[place.start : place.end]
        hidden, text = one.kind in ("person", "contact") and text != one.words, shown(text)
        told.append(
            replace(one, words=text, value={"masked": True}, alternatives=()) if hidden else replace(one, words=text)
        )
    return tuple(told)


def plain(one: Any) -> dict[str, Any]:
    """A frozen row as JSON, its names as they are: bounds as [least, most], the others as lists and texts."""
    return {name: _plain(getattr(one, name)) for name in one.__slots__}


def _plain(value: Any) -> Any:
    if isinstance(value, Bounds):
        return value.as_json()
    if isinstance(value, Span):
        return [value.part, value.start, value.end]
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return plain(value) if hasattr(value, "__dataclass_fields__") else value
