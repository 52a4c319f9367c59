"""A plan under stress in words: its goals, what breaks first, what each margin says, whether one more would help."""

from __future__ import annotations

import math

from tocsin.brief.comparison_rows import signed
from tocsin.brief.main_numbers import FORMS
from tocsin.brief.words import FIXED, NARROW, between, listed, span, whole
from tocsin.plan.shocks import Goal, Shock
from tocsin.sweep import Bottleneck, Difference, Held, Margin, Scenario, Stressed

__all__ = [
    "base_sentence", "bottleneck_words", "breaks", "difference_words", "factor_words", "firm_sentences",
    "first_sentence", "goal_words", "held_words", "kept_words", "mending_sentence", "number_words", "row_words",
    "shock_words", "shocks_sentence",
]  # fmt: skip

MANY = 99
"""So many names are never cut from a list that says what does not break."""


def goal_words(goal: Goal, unit: str) -> str:
    """Write a goal: T80 of posts at most 24.0 h."""
    limit, word = (goal.at_most, "at most") if goal.at_most is not None else (goal.at_least, "at least")
    assert limit is not None, "a goal has one of two limits"
    return f"{row_words(goal)} {word} {_limit(limit, unit)}"


def row_words(goal: Goal) -> str:
    """Write what a goal is about: wait p95 at checkin."""
    return f"{goal.name} of {goal.key}" if goal.key else goal.name


def _limit(limit: float, unit: str) -> str:
    """Write a limit as round as somebody set it."""
    if unit == "min":
        return span(limit)
    if unit in ("share", "yes = 1"):
        return f"{100 * limit:g}{NARROW}%"
    return f"{limit:,g}{FIXED}{unit}"


def held_words(held: Held, unit: str) -> str:
    """Write the value of a goal's row with the interval of its mean, or in how many runs there is none."""
    if held.unreached:
        return f"not reached in {held.unreached} of {held.runs} runs"
    if math.isnan(held.mean):
        return "no value"
    form = FORMS.get(unit, _figure)
    there = f" in {held.runs - held.missing} of {held.runs} runs" if held.missing else ""
    if math.isnan(held.low):
        return f"{form(held.mean)}{there}"
    return f"{form(held.mean)} ({between(held.low, held.high, form)}){there}"


def _figure(value: float) -> str:
    return f"{value:,.4g}"


def kept_words(held: Held) -> str:
    """Say whether a goal is kept, and whether luck could turn it."""
    return ("kept" if held.kept else "BROKEN") + ("" if held.settled else "?")


def difference_words(difference: Difference, unit: str, runs: int) -> tuple[str, str]:
    """Write a difference from the undisturbed plan and its interval, and of how many runs it is, if not of all."""
    if math.isnan(difference.mean):
        return "–", ""
    if difference.mean == 0 and difference.low == difference.high:
        return "none", ""
    low, high = (None if math.isnan(end) else end for end in (difference.low, difference.high))
    told, interval = signed(difference.mean, low, high, unit)
    return told, interval if difference.pairs == runs else f"{interval}; in {difference.pairs} of {runs} runs"


def shock_words(shock: Shock) -> str:
    """Say when a shock strikes, and where."""
    until = "on" if shock.until_h is None else f"to {shock.until_h:g} h"
    when = f"at {shock.at_h:g} h" if shock.kind == "surge" else f"{shock.at_h:g} h {until}"
    lists = (shock.points, shock.regions, shock.stations, shock.buses, shock.fleets, shock.roads, shock.channels,
             shock.units, shock.stocks)  # fmt: skip
    where = listed([name for names in lists for name in names], 3)
    return f"{when}; {where}" if where else when


# --- sentences ----------------------------------------------------------------------------------------------------


def base_sentence(stressed: Stressed) -> str:
    """Say plainly if the plan breaks a goal even without a shock; empty if it keeps all."""
    broken = [
        f"{goal_words(goal, unit)} ({held_words(held, unit)})"
        for goal, unit, held in zip(stressed.goals, stressed.units, stressed.base.held, strict=True)
        if not held.kept
    ]
    if not broken:
        return ""
    return (
        f"The plan does not keep {'; '.join(broken)}, even without a shock. Margins of that are below 1: "
        "how much more of a resource, or how much less demand, would mend it."
    )


def first_sentence(stressed: Stressed) -> str:
    """Say where the plan breaks first."""
    if not stressed.ranked:
        kept = any(held.kept for held in stressed.base.held)
        return "Nothing that was searched breaks a goal that it keeps." if kept else ""
    weakest = stressed.ranked[0]
    assert weakest.goal is not None, "a margin with a factor breaks some goal"
    goal = goal_words(stressed.goals[weakest.goal], stressed.units[weakest.goal])
    if weakest.lever.kind == "demand":
        return f"Breaks first at the demand: with {number_words(weakest, weakest.broken)} called, {goal} is broken."
    enough = number_words(weakest, weakest.kept, bare=True)
    spared = "none can be spared" if weakest.kept == weakest.lever.base else f"{enough} are enough"
    base, broken = (number_words(weakest, weakest.lever.base), number_words(weakest, weakest.broken, bare=True))
    return f"Breaks first at {weakest.lever.label}{_at(weakest)}: of {base} {spared}; with {broken}, {goal} is broken."


def mending_sentence(stressed: Stressed) -> str:
    """Say what would mend a plan that breaks a goal undisturbed, with the least change; empty if it keeps all."""
    if not stressed.broken:
        return ""
    if not stressed.mending:
        return "No single resource mends it, nor fewer people called."
    best = stressed.mending[0]
    base, enough = number_words(best, best.lever.base), number_words(best, best.kept)
    return f"Mended with the least change at {best.lever.label}{_at(best)}: {base} now, {enough} would do."


def _at(margin: Margin) -> str:
    return f" ({listed(margin.lever.points)})" if len(margin.lever.points) > 1 else ""


def shocks_sentence(stressed: Stressed) -> str:
    """Say which shocks break a goal, alone and together."""
    alone = [one for one in stressed.scenarios[1:] if len(one.shocks) == 1]
    if not alone:
        return "The plan has no shocks ([[shock]]): only margins are searched."
    worst = [one.name for one in alone if breaks(stressed, one)]
    if len(alone) == 1:
        return f"{alone[0].name} {'breaks a goal' if worst else 'breaks no goal'}."
    if not worst:
        told = "No shock breaks a goal alone."
    else:
        names = "" if len(worst) == len(alone) else f": {listed(worst, MANY)}"
        told = f"{len(worst)} of {len(alone)} shocks break{'s' if len(worst) == 1 else ''} a goal alone{names}."
    for one in stressed.scenarios:
        if len(one.shocks) > 1:
            told += " All together they do." if breaks(stressed, one) else " All together they do not."
    return told


def breaks(stressed: Stressed, one: Scenario) -> list[int]:
    """Which of the goals that the undisturbed plan keeps a scenario breaks: their positions."""
    both = zip(stressed.base.held, one.held, strict=True)
    return [number for number, (before, now) in enumerate(both) if before.kept and not now.kept]


def number_words(margin: Margin, number: int | None, *, bare: bool = False) -> str:
    """Write a number of a resource: 7 servers, 9,375 people; without its unit if `bare`."""
    if number is None:
        return "–"
    amount, unit = margin.lever.amount(number), margin.lever.unit
    if bare:
        return whole(amount)
    single = {"buses": "bus", "people": "person"}.get(unit, unit.removesuffix("s"))
    return f"{whole(amount)} {single if amount == 1 else unit}"


def factor_words(margin: Margin) -> str:
    """Write a factor and its interval: 1.56 (1.50–1.56); one end where both are the same."""
    if margin.factor is None:
        return "–"
    told = f"{margin.factor:.2f}"
    low = "?" if margin.low is None else f"{margin.low:.2f}"
    high = "more" if margin.high is None else f"{margin.high:.2f}"
    return told if low == high == told else f"{told} ({low}–{high})"


def firm_sentences(stressed: Stressed) -> list[str]:
    """Say in words what does not break, and down to or up to what that was looked at."""
    groups: dict[str, list[str]] = {}
    for margin in stressed.firm:
        groups.setdefault(_firm(margin), []).append(margin.lever.label)
    return [f"{how}: {'; '.join(names)}." for how, names in groups.items()]


def _firm(margin: Margin) -> str:
    lever = margin.lever
    if margin.searched is None:
        return "There is only one, so none can be taken away"
    if margin.mends:
        return (
            "Does not mend it, up to four times as many"
            if lever.kind != "demand"
            else "Does not mend it, down to a sixteenth"
        )
    if lever.kind == "demand":
        return "Does not break up to ×4"
    return "Does not break down to none" if lever.kind == "stock" else "Does not break down to one"


def bottleneck_words(one: Bottleneck) -> str:
    """Say whether one more was confirmed to help."""
    return "confirmed" if one.confirmed else "not confirmed"
