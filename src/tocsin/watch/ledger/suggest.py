"""Claims out of what rules found in a text: one for each sentence and topic, a suggestion with its spans.

Only what stands in the sentence goes into the claim. Two numbers, or notices that differ, are not chosen between: the
claim then says none of them, and a person sees both in the text. A denial carries no count.

Who says so is the official whom the sentence names; where it retells or denies, the office that it names, or the medium
whose name it gives in quotation marks (or gave before, if it says "the channel"); otherwise who published the report. A
count goes only into topics that count its unit: reservists who wait are no measure of a wait.

A claim has the number of its topic among all topics that rules found in the report, those that people rejected
included: what is decided about one suggestion never renames another one's claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from tocsin.watch.model import STANCES, TOPICS, Bounds, Claim, Decision, Report, Span, Suggestion
from tocsin.watch.people.actors import actor_mentions, actor_of
from tocsin.watch.times import whole_hours

__all__ = ["suggest_claims"]

_JUDGED: Final = ("confirm", "edit", "reject")
_TIMES: Final = frozenset(("minute", "hour", "day", "week", "month"))
_PEOPLE: Final = frozenset(("person",))
_UNITS: Final[Mapping[str, frozenset[str]]] = {
    "called-up": _PEOPLE,
    "numbers": _PEOPLE,
    "exemption-granted": _PEOPLE,
    "medical-ignored": _PEOPLE,
    "refusal-punished": _PEOPLE,
    "exempt-summoned": _PEOPLE | {"child"},
    "duration": _TIMES,
    "waiting": _TIMES,
}
"""Topic → the units that it counts; equipment and forces count whatever is no time and no child, the others nothing."""
_THINGS: Final = ("equipment", "foreign-forces")
_MEDIUM: Final = re.compile(
    r"\b(?:канал|портал|издани|выданн|видання|газет|сайт|kanał|kanal|portal|gazet|laikrašt|svetain|channel|outlet|"
    r"newspaper|site)\w{0,6}",
    re.IGNORECASE,
)
_BEFORE, _AFTER = re.compile(r"\w{1,40}\W{1,3}$"), re.compile(r"(?:[^\w.!?]{1,3}\w{1,40}){0,2}")
"""A word before an office and two behind it may say of which state it is."""
_QUOTED: Final = re.compile(r"\s{1,3}[«„“\"]([^«»„“”\"\n]{2,60})[»”“\"]")


def suggest_claims(
    report: Report, suggestions: Iterable[Suggestion], decisions: Iterable[Decision] = ()
) -> tuple[Claim, ...]:
    """Make claims from suggestions.

    Args:
        report: The report, with its text.
        suggestions: What rules found in it.
        decisions: What people decided; a rejected suggestion is left out, an edited one has its new value.

    Returns:
        In the order of the text, title first; status suggested, writer rules, spans set.
    """
    every = sorted((one for one in suggestions if one.report == report.id), key=_place)
    kept = _kept(every, decisions)
    found: list[Claim] = []
    said: set[tuple[Span, str]] = set()
    topics = [one for one in every if one.kind == "topic"]
    for number, one in enumerate(topics, 1):
        topic = str(kept[one.id].value.get("topic", "")) if one.id in kept else ""
        if topic in TOPICS and (one.span, topic) not in said:
            said.add((one.span, topic))
            found.append(_claim(report, number, one.span, kept[one.id], kept.values()))
    return tuple(found)


def _place(one: Suggestion) -> tuple[bool, int, int, str, str]:
    return one.span.part != "title", one.span.start, one.span.end, one.kind, one.id


def _kept(suggestions: Sequence[Suggestion], decisions: Iterable[Decision]) -> dict[str, Suggestion]:
    """What stands after decisions, by id, in the order of the text."""
    last: dict[str, Decision] = {}
    for decision in sorted(decisions, key=lambda one: one.number):
        if decision.act in _JUDGED:
            last[decision.target] = decision
    found: dict[str, Suggestion] = {}
    for one in suggestions:
        said = last.get(one.id)
        if said is None or said.act != "reject":
            found[one.id] = replace(one, value={**one.value, **said.value}) if said and said.act == "edit" else one
    return found


def _claim(report: Report, number: int, span: Span, said: Suggestion, kept: Iterable[Suggestion]) -> Claim:
    topic, stance = str(said.value["topic"]), str(said.value.get("stance", "asserts"))
    inside = [one for one in kept if one.span.part == span.part and span.start <= one.span.start < span.end]
    when, basis = _when(inside, to_report=topic != "notice-time")
    count, unit = _count(inside, topic) if stance != "denies" else (Bounds(), "")
    text = report.title if span.part == "title" else report.text
    retold = any(one.kind == "topic" and one.value.get("stance", "asserts") != "asserts" for one in inside)
    used = [one.span for one in inside if one.kind in ("place", "date", "notice", "number")]
    return Claim(
        f"{report.id}#{number}",
        report.id,
        number,
        stance if stance in STANCES else "asserts",
        topic,
        _who(report, text, span, inside, retold=retold),
        text[span.start : span.end],
        ", ".join(
            dict.fromkeys(str(one.value["name"]) for one in inside if one.kind == "place" and "name" in one.value)
        ),
        when,
        basis,
        count,
        unit,
        _notice(inside),
        _due(inside),
        tuple(dict.fromkeys((span, *sorted(used)))),
        "rules",
        "suggested",
    )


def _who(report: Report, text: str, span: Span, inside: Sequence[Suggestion], *, retold: bool) -> str:
    """Who says so; a private person is never named."""
    named = [one for one in inside if one.kind == "person" and one.value.get("role") == "official"]
    if named:
        return str(named[0].value.get("name", named[0].words))
    if retold:
        spoken = _office(text[span.start : span.end], report.language) or _medium(text, span)
        if spoken:
            return spoken
    return report.publisher or report.author


def _office(sentence: str, language: str) -> str:
    """The first office that a sentence names and that speaks for a side; not that of another state of its name."""
    for one in actor_mentions(sentence, language):
        before, after = _BEFORE.search(sentence, 0, one.start), _AFTER.match(sentence, one.end)
        start = one.start if before is None else before.start()
        actor = actor_of(sentence[start : one.end if after is None else after.end()])
        if actor is not None and actor.speaks:
            return actor.name
    return ""


def _medium(text: str, span: Span) -> str:
    """The medium that a sentence names in quotation marks, or that stands before where it only says "the channel"."""
    if not _MEDIUM.search(text, span.start, span.end):
        return ""
    named = [
        quoted[1]
        for one in _MEDIUM.finditer(text, 0, span.end)
        if (quoted := _QUOTED.match(text, one.end())) and quoted.end() <= span.end
    ]
    return named[-1].strip() if named else ""


def _ends(value: Mapping[str, Any], low: str = "least", high: str = "most") -> Bounds | None:
    least, most = (end if isinstance(end, int) else None for end in (value.get(low), value.get(high)))
    if (least is None and most is None) or (least is not None and most is not None and least > most):
        return None
    return Bounds(least, most)


def _due(inside: Sequence[Suggestion]) -> Bounds:
    """When people have to report: the one time to report that the sentence names."""
    found = {_ends(one.value) for one in inside if one.kind == "date" and one.value.get("role") == "report"}
    return (next(iter(found)) or Bounds()) if len(found) == 1 else Bounds()


def _when(inside: Sequence[Suggestion], *, to_report: bool) -> tuple[Bounds, str]:
    """The time of what happened: the hull of the sentence's dates; a time to report only if there is no other.

    Args:
        inside: What was found in the sentence.
        to_report: Whether a time to report may stand for it; of notice it may not: there `when` is the service.
    """
    dated = [(one.value.get("role", "other"), _ends(one.value)) for one in inside if one.kind == "date"]
    happened = [bounds for role, bounds in dated if bounds is not None and role != "report"]
    chosen = happened or [bounds for _, bounds in dated if bounds is not None and to_report]
    if not chosen:
        return Bounds(), "none"
    hull = chosen[0]
    for one in chosen[1:]:
        hull = hull.hull(one)
    return hull, "seen" if len(chosen) == 1 else "context"


def _count(inside: Sequence[Suggestion], topic: str) -> tuple[Bounds, str]:
    found = {(bounds, unit) for one in inside if one.kind == "number" and (bounds := _ends(one.value)) is not None
             and _counts(topic, unit := str(one.value.get("unit", "")))}  # fmt: skip
    return next(iter(found)) if len(found) == 1 else (Bounds(), "")


def _counts(topic: str, unit: str) -> bool:
    if topic in _THINGS:
        return unit not in _TIMES and unit != "child"
    return unit in _UNITS.get(topic, ())


def _notice(inside: Sequence[Suggestion]) -> Bounds:
    """Notice that was given: as said, else from service to the time to report where both stand in the sentence."""
    given = {
        bounds
        for one in inside
        if one.kind == "notice" and one.value.get("says") == "given"
        and (bounds := _ends(one.value, "hours_least", "hours_most")) is not None
    }  # fmt: skip
    if given:
        return given.pop() if len(given) == 1 else Bounds()
    ends = {}
    for role in ("served", "report"):
        times = {_ends(one.value) for one in inside if one.kind == "date" and one.value.get("role") == role}
        if len(times) != 1 or None in times:
            return Bounds()
        ends[role] = times.pop()
    served, report = ends["served"], ends["report"]
    hours = whole_hours(report.since(served)) if served is not None and report is not None else Bounds()
    low, high = None if hours.least is None else max(0, hours.least), hours.most
    return Bounds(low, high) if high is None or (high >= 0 and (low is None or low <= high)) else Bounds()
