"""Copy drift between texts: dates with their role, places and numbers that rules found in both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tocsin.watch.ledger.drift import TITLES, Drift, later_than
from tocsin.watch.model import Suggestion
from tocsin.watch.standing import Standing

__all__ = ["text_drifts"]


def text_drifts(standing: Standing, suggestions: Iterable[Suggestion]) -> tuple[Drift, ...]:
    """Find drift between texts: dates with their role, places and numbers that rules found in both.

    Args:
        standing: What holds; compared are reports that a link or a citation ties.
        suggestions: What rules found in the texts.

    Returns:
        By id.
    """
    by_report: dict[str, list[Suggestion]] = {}
    for one in sorted(suggestions, key=lambda one: one.id):
        by_report.setdefault(one.report, []).append(one)
    found = []
    for page, source in sorted(_tied(standing)):
        mine, theirs = by_report.get(source, []), by_report.get(page, [])
        if mine and theirs:
            for kind, was, became in (
                *_text_roles(mine, theirs),
                *_text_places(mine, theirs),
                *_text_numbers(mine, theirs),
            ):
                sentence = f"{TITLES[kind]}: {source} says “{was}”, {page} says “{became}”."
                identity = f"{page} {kind} {source} {was} {became}"
                found.append(Drift(identity, kind, page, "", source, "", was, became, "text", sentence))
    return tuple(sorted(found, key=lambda one: one.id))


def _tied(standing: Standing) -> set[tuple[str, str]]:
    """Pairs of page and source: by link (the copy first), by citation; of links without a direction the later first."""
    pairs = {(one.id, name) for one in standing.reports.values() for name in one.cites if name in standing.reports}
    for link in standing.links:
        if link.first in standing.reports and link.second in standing.reports:
            if link.kind in ("copy-of", "part-of"):
                pairs.add((link.first, link.second))
            elif link.kind == "same-as":
                first, second = standing.reports[link.first], standing.reports[link.second]
                if later_than(first, second) or later_than(second, first):
                    pairs.add((first.id, second.id) if later_than(first, second) else (second.id, first.id))
    return pairs


Texts = Sequence[Suggestion]


def _text_roles(mine: Texts, theirs: Texts) -> Iterable[tuple[str, str, str]]:
    """The same moment with another role."""
    was = {(one.value.get("least"), one.value.get("most")): one for one in mine if one.kind == "date"}
    for one in theirs:
        source = was.get((one.value.get("least"), one.value.get("most"))) if one.kind == "date" else None
        roles = {source.value.get("role"), one.value.get("role")} if source is not None else set()
        if source is not None and roles == {"report", "served"}:
            yield "time-role", f"{source.words} ({source.value['role']})", f"{one.words} ({one.value['role']})"


def _text_places(mine: Texts, theirs: Texts) -> Iterable[tuple[str, str, str]]:
    """A town of the source that the page has only as a region of nearly the same name."""
    towns = {one.value.get("name"): one for one in mine if one.kind == "place" and one.value.get("sort") == "town"}
    named = {one.value.get("name") for one in theirs if one.kind == "place" and one.value.get("sort") == "town"}
    for one in theirs:
        if one.kind == "place" and one.value.get("sort") == "region":
            for name, source in sorted(towns.items(), key=lambda item: str(item[0])):
                if name not in named and str(one.value.get("name", "")).lower().startswith(str(name).lower()[:5]):
                    yield "place", source.words, one.words


def _text_numbers(mine: Texts, theirs: Texts) -> Iterable[tuple[str, str, str]]:
    """A number of one unit above all that the source gives, while the source's own is gone."""
    for unit in sorted({str(one.value.get("unit")) for one in theirs if one.kind == "number"}):
        was = [one for one in mine if one.kind == "number" and one.value.get("unit") == unit]
        now = [one for one in theirs if one.kind == "number" and one.value.get("unit") == unit]
        top = max((one.value.get("most") or 0 for one in was), default=None)
        kept = any(one.value == other.value for one in was for other in now)
        for one in now:
            if top and not kept and (one.value.get("least") or 0) > top:
                yield "number", was[0].words, one.words
