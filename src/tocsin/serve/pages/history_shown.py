"""What people decided about a report and all that is in it: who, when, why, in words, with private persons masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tocsin.serve.pages.claim_shown import when_words
from tocsin.serve.room import View
from tocsin.watch import Bounds, Decision
from tocsin.watch.deciding import PAIR
from tocsin.watch.masking import mask_text, shown

__all__ = ["DecisionShown", "decision_shown", "decisions_about", "decisions_by_target"]

_END = re.compile("[#@]")
_TIMES = ("when", "due")


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """A decision in words.

    Attributes:
        number: Its number.
        at: When.
        by: Who.
        act: What.
        target: What it is about; of a masked word only where it stands.
        value: What it now is; never the words that were unmasked.
        reason: Why.
    """

    number: int
    at: str
    by: str
    act: str
    target: str
    value: str
    reason: str


def decisions_about(view: View, report: str, publisher: str) -> tuple[Decision, ...]:
    """Decisions about a report, its claims and findings, its ties, and the source that published it; newest first."""
    by_report, by_source = decisions_by_target(view)
    found = {one.number: one for one in (*by_report.get(report, ()), *by_source.get(publisher, ()))}
    return tuple(found[number] for number in sorted(found, reverse=True))


Targets = Mapping[str, list[Decision]]


def decisions_by_target(view: View) -> tuple[Targets, Targets]:
    """Report → decisions about it and all that is in it; and source → decisions about it."""
    return view.remember("inbox: decisions", lambda: _by_target(view.desk.standing.decisions))


def _by_target(decisions: Iterable[Decision]) -> tuple[Targets, Targets]:
    by_report: dict[str, list[Decision]] = {}
    by_source: dict[str, list[Decision]] = {}
    for one in decisions:
        if one.act == "own" or "letter" in one.value:
            by_source.setdefault(one.target, []).append(one)
            continue
        for name in {_END.split(end)[0] for end in one.target.split(PAIR)}:
            by_report.setdefault(name, []).append(one)
    return by_report, by_source


def decision_shown(view: View, one: Decision) -> DecisionShown:
    """A decision in words, with private persons masked in what people wrote."""
    source = one.act == "own" or "letter" in one.value
    return DecisionShown(
        one.number,
        when_words(view, Bounds(one.at, one.at)),
        _masked(one.by),
        one.act,
        shown(one.target) if source else one.target,
        "" if one.act == "unmask" else "; ".join(_said(view, name, said) for name, said in one.value.items()),
        _masked(one.reason),
    )


def _said(view: View, name: str, said: object) -> str:
    if isinstance(said, list) and len(said) == 2:
        ends = Bounds(*said)
        if name in _TIMES:
            return f"{name.replace('_', ' ')}: {when_words(view, ends)}"
        low, high = ("" if end is None else f"{end:,}" for end in (ends.least, ends.most))
        return f"{name.replace('_', ' ')}: {low if low == high else f'{low}–{high}'}"
    if name in ("least", "most") and isinstance(said, int) and said > 10**10:
        return f"{name}: {when_words(view, Bounds(said, said))}"
    return f"{name.replace('_', ' ')}: {_masked(str(said))}" if said is not None else f"{name}: –"


def _masked(words: str) -> str:
    return shown(mask_text(words))
