"""What may be shown and exported: private persons and contacts masked in every word, and rows as JSON.

Everything that leaves the room goes through here: the desk works on reports, claims, suggestions and statements that
are masked already, and hold no character that steers the direction of writing, so that no table, chart or export has to
remember it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from tocsin.watch.masking import (
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
)
from tocsin.watch.model import Bounds, Claim, Report, Sighting, Span, Suggestion
from tocsin.watch.standing import Standing

__all__ = ["Lazily", "masked", "masked_names", "plain", "shown_report", "shown_suggestions"]

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


def masked(standing: Standing) -> Standing:
    """What holds, with claims, statements, sources and remarks masked, those too that were rejected or retracted.

    Titles and texts of reports stay, for other parts of the room compare them; they are shown through `shown_report`
    alone. Who belongs to which origin is worked out before anything is masked (`masked_names`).

    Args:
        standing: What holds.
    """
    came = standing.reports_in

    numbers: dict[str, Numbers] = {}

    def claim(one: Claim) -> Claim:
        report = came[one.report]
        if report.id not in numbers:
            numbers[report.id] = numbers_of(report) if report.text else Numbers()
        # A copy for each claim: whom only the claim names gets a number that hangs on no other claim.
        known = Numbers(dict(numbers[report.id].by_key), set(numbers[report.id].stems))
        bare = mask_claim(one, report.language, known)
        return replace(bare, who=shown(bare.who), what=shown(bare.what), place=shown(bare.place))

    def sighting(one: Sighting) -> Sighting:
        bare = mask_sighting(one)
        return replace(bare, what=shown(bare.what), place=shown(bare.place), publisher=shown(bare.publisher))

    reports = Lazily(came, lambda one: _remarks(one, standing))
    return replace(
        standing,
        reports=Lazily(standing.reports, lambda one: reports[one.id]),
        claims=Lazily(standing.claims, claim),
        sightings=Lazily(standing.sightings, sighting),
        reports_in=reports,
        claims_in=Lazily(standing.claims_in, claim),
    )


def masked_names(origins: Mapping[str, str]) -> dict[str, str]:
    """Origin groups with names that may be shown; two groups never come to have one name.

    Args:
        origins: Claim or report → name of its group: a medium, an id, or somebody's name.
    """
    first: dict[str, str] = {}
    for one in sorted(origins):
        first.setdefault(origins[one], one)
    told = {name: mask_text(name) for name in first}
    return {one: name if told[name] == name else f"{told[name]} ({first[name]})" for one, name in origins.items()}


def _remarks(report: Report, standing: Standing) -> Report:
    bare = mask_report(replace(report, title="", text="", publisher=""), (), standing.decisions)
    return replace(
        report, note=bare.note, author=bare.author, forwarded=bare.forwarded, address=bare.address, cites=bare.cites
    )


def shown_report(report: Report, suggestions: Iterable[Suggestion], standing: Standing) -> Report:
    """A report as it may be shown, with title and text; its publisher is a medium, channel or office, and is named."""
    bare = mask_report(report, suggestions, standing.decisions)
    return replace(bare, title=shown(bare.title), text=shown(bare.text), publisher=shown(report.publisher))


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
