"""What may be shown and exported: words with private persons and contacts masked, times as bounds, names as they are.

A coder's summary names no private person. Words that rules took from a text do, perhaps: they are masked by what was
found in them, wherever they come out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tocsin.watch.model import Bounds, Claim, Decision, Report, Span, Suggestion
from tocsin.watch.pending import Masked, mask_report
from tocsin.watch.standing import Standing
from tocsin.watch.store import Store

__all__ = ["Shown", "plain", "shown_of"]


@dataclass(frozen=True)
class Shown:
    """Says what may be shown of reports and claims.

    Attributes:
        suggestions: What rules found, by report.
        decisions: All decisions; among them, what was unmasked.
    """

    suggestions: Mapping[str, tuple[Suggestion, ...]]
    decisions: tuple[Decision, ...]

    def report(self, report: Report) -> Masked:
        """Title and text of a report."""
        return mask_report(report, self.suggestions.get(report.id, ()), self.decisions)

    def claim(self, claim: Claim, report: Report) -> Claim:
        """A claim with the words that rules took from a text masked."""
        if claim.writer != "rules":
            return claim
        who, what, place = (self._words(words, report) for words in (claim.who, claim.what, claim.place))
        return replace(claim, who=who, what=what, place=place)

    def standing(self, holds: Standing) -> Standing:
        """What holds, its claims masked, as they stand and as they came in."""
        claims = {name: self.claim(one, holds.reports_in[one.report]) for name, one in holds.claims.items()}
        came = {name: self.claim(one, holds.reports_in[one.report]) for name, one in holds.claims_in.items()}
        return replace(holds, claims=claims, claims_in=came)

    def _words(self, words: str, report: Report) -> str:
        """Mask words that stand in a report's text or title by what was found in them there."""
        for part, text in (("text", report.text), ("title", report.title)):
            start = text.find(words) if words else -1
            if start >= 0:
                found = _within(self.suggestions.get(report.id, ()), part, start, start + len(words))
                if not found:
                    return words
                return mask_report(replace(report, title="", text=words), found, self.decisions).text
        return words


def _within(found: Iterable[Suggestion], part: str, start: int, end: int) -> tuple[Suggestion, ...]:
    return tuple(
        replace(one, span=Span(max(one.span.start - start, 0), min(one.span.end, end) - start))
        for one in found
        if one.span.part == part and one.span.start < end and one.span.end > start
    )


def shown_of(store: Store, decisions: tuple[Decision, ...]) -> Shown:
    """What may be shown of all that a store holds."""
    by_report: dict[str, list[Suggestion]] = {}
    for one in store.suggestions():
        by_report.setdefault(one.report, []).append(one)
    return Shown({name: tuple(found) for name, found in by_report.items()}, decisions)


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
