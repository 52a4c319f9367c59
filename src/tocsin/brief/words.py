"""How numbers are written, and the sentences that are made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tocsin.brief.case import Case
from tocsin.brief.numbers import Number, Numbers

__all__ = [
    "between",
    "clocked",
    "hours",
    "listed",
    "mean_count",
    "minutes",
    "never",
    "place_and_time",
    "provenance",
    "share",
    "span",
    "spread",
    "told",
    "what_happened",
    "whole",
    "why_not",
]

NARROW = "\u202f"
"""Narrow no-break space: between a number and its per cent sign."""
FIXED = "\u00a0"
"""No-break space: between a number and its unit."""

Form = Callable[[float], str]

KINDS = {
    "training": "training camp",
    "special": "special camp",
    "verification": "verification camp",
    "additional": "additional reservist training",
    "mobilisation": "mobilisation",
    "civil-protection": "civil protection",
    "unknown": "kind of call-up not known",
}


def whole(value: float) -> str:
    """Write a count: 6,000."""
    return f"{value:,.0f}"


def mean_count(value: float) -> str:
    """Write a count that is a mean: 233; below one it is not rounded to none or to one."""
    return f"<{FIXED}1" if 0 < value < 0.95 else whole(value)


def share(value: float) -> str:
    """Write a share in per cent; small ones with a decimal, and nothing rounded to none or to all."""
    percent = value * 100
    if 0 < percent < 0.05:
        return f"<{NARROW}0.1{NARROW}%"
    decimal = 0 < percent < 9.95 or 99.5 <= percent < 100
    return f"{min(percent, 99.9) if percent < 100 else percent:.{1 if decimal else 0}f}{NARROW}%"


def hours(value: float) -> str:
    """Write hours; below one hour in minutes."""
    return minutes(value * 60) if value < 0.995 else f"{value:,.1f}{FIXED}h"


def minutes(value: float) -> str:
    """Write minutes; two hours and more in hours."""
    if 0 < value < 0.5:
        return f"<{FIXED}1{FIXED}min"
    return f"{value:.0f}{FIXED}min" if value < 119.5 else f"{value / 60:,.1f}{FIXED}h"


def between(low: float, high: float, form: Form) -> str:
    """Write a range, its unit once if both ends have the same: 13.6–14.0 h."""
    first, last = form(low), form(high)
    if first == last and low != high:
        first, last = _finer(low, form), _finer(high, form)
    if first == last or last.startswith("<"):
        return last
    for space in (NARROW, FIXED):
        number, gap, unit = first.rpartition(space)
        if gap and last.endswith(gap + unit) and not first.startswith(("<", ">")):
            return f"{number}–{last}"
    return f"{first}–{last}"


def _finer(value: float, form: Form) -> str:
    """Write a number with one decimal more, so that a narrow interval does not look like none."""
    if form is share:
        return f"{value * 100:.1f}{NARROW}%"
    if form is hours and value >= 0.995:
        return f"{value:,.2f}{FIXED}h"
    if form in (hours, minutes):
        in_minutes = value * 60 if form is hours else value
        return f"{in_minutes:.1f}{FIXED}min" if in_minutes < 119.5 else f"{in_minutes / 60:,.2f}{FIXED}h"
    return form(value)


def span(in_minutes: float) -> str:
    """Write a limit that somebody set, as round as it is: 30 min, 4 h."""
    return f"{in_minutes:g}{FIXED}min" if in_minutes < 120 else f"{in_minutes / 60:g}{FIXED}h"


def never(most: float | None) -> str:
    """Write that a share is never reached: not reached (max 58 %)."""
    return "not reached" if most is None else f"not reached (max{FIXED}{share(most)})"


def told(number: Number, form: Form, most: float | None = None) -> str:
    """Write the value of a number, or why there is none.

    Args:
        number: The number.
        form: How its value is written.
        most: The share that is reached at most, for times that may not be reached.

    Returns:
        The mean; "median 31.2 h" if some runs never reach it; "not reached (max 58 %)" or the measure's note.
    """
    if number.value is not None:
        return form(number.value)
    if number.partly:
        return f"median {form(number.median)}" if number.median is not None else f"median: {why_not(number)}"
    if number.note.startswith("not reached") or (not number.note and most is not None):
        return (
            never(most)
            if number.runs > 1 or not number.note
            else number.note.replace(" %", f"{NARROW}%").replace("max ", f"max{FIXED}")
        )
    return number.note or "–"


def why_not(number: Number) -> str:
    """Say in two words that a time was never reached, as the measure puts it: not reached, not complete."""
    return number.note.partition(" (")[0] or "not reached"


def spread(number: Number, form: Form) -> str:
    """Write the 5–95 % range of one future call-up, or how many runs reach the value; empty for one run."""
    if number.runs < 2 or not number.known:
        return ""
    if number.partly:
        return f"reached in {number.reached} of {number.runs} runs"
    if number.low is None or number.high is None:
        return ""
    return between(number.low, number.high, form)


def clocked(case: Case, number: Number) -> str:
    """Write the local time of a number of hours after the alert; empty if there is none."""
    at = number.value if number.value is not None else number.median
    return "" if at is None else case.clock.short(at)


def listed(names: Sequence[str], most: int = 4) -> str:
    """Write names as a list: "Hrodna, Lida and Slonim"; cut, if long: "Hrodna, Lida, Slonim and 117 more"."""
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def place_and_time(case: Case, country: str) -> str:
    """One line: kind of call-up, where, when, how many."""
    plan = case.plan
    regions = [region.name for region in plan.regions]
    where = f"{listed(regions)} ({'region' if len(regions) == 1 else 'regions'}), {country}" if regions else country
    kind = KINDS[plan.exercise.kind]
    when = f"alert {case.clock.full(0)} local time"
    return f"{kind[0].upper()}{kind[1:]} · {where} · {when} · {whole(case.people.height)} people called"


def provenance(case: Case, assumptions: int) -> str:
    """The line that nobody may miss: this is a simulation, of what, and on what it rests."""
    runs = "one run" if case.runs == 1 else f"{case.runs:,} runs"
    rests = ""
    if assumptions:
        notes = "note" if assumptions == 1 else "notes"
        where = f"({assumptions} {notes} of the plan, listed below)"
        rests = f" Figures marked as assumptions {where} are assumptions."
    return f"Simulated, {runs}, seed {case.seed}: not a forecast.{rests}"


def what_happened(case: Case, numbers: Numbers) -> tuple[str, str, str]:
    """Tell what happened in three sentences: who came, what they met, what stood at the end."""
    return _who_came(case, numbers), _what_they_met(case, numbers), _what_stood(case, numbers)


def _who_came(case: Case, numbers: Numbers) -> str:
    called = case.people.height
    arrived, reached = numbers.get("A1", "arrived"), numbers.get("A1", "delivered")
    mean = f", on average of {case.runs:,} runs," if case.runs > 1 else ""
    if not arrived.value:
        return f"Of the {whole(called)} people called{mean} nobody came to an assembly point."
    told_reached = f" {_count(reached, called)} were reached and" if reached.value is not None else ""
    came = f"{told_reached} {_count(arrived, called)} came to an assembly point"
    came = f"Of the {whole(called)} people called{mean}{came}; half of all those called were"
    half = numbers.get("A3", "T50 of called")
    if half.value is not None:
        return f"{came} there {hours(half.value)} after the alert, at {case.clock.long(half.value)}."
    if half.partly:
        return f"{came} there in {half.reached:,} of {half.runs:,} runs, in the others never."
    return f"{came} never there."


def _count(number: Number, called: int) -> str:
    assert number.value is not None, "asked for only where there is one"
    return f"{whole(number.value)} ({share(number.value / called)})"


def _what_they_met(case: Case, numbers: Numbers) -> str:
    punctual = numbers.get("A5", "on time of called")
    parts = []
    if punctual.value is not None:
        deadline = case.deadline_h
        by = f"By the deadline, {case.clock.long(deadline)}," if deadline is not None else _own_deadline(case)
        parts.append(f"{by} {share(punctual.value)} of those called had arrived")
    released = numbers.get("A1", "released of arrived")
    if released.value:
        ground = _main_ground(numbers)
        parts.append(f"{share(released.value)} of those who came were sent home{ground}")
    waits = _longest_wait(numbers)
    if waits is not None:
        parts.append(f"the longest wait was at {waits[0]}, where one in twenty waited {minutes(waits[1])} or longer")
    if not parts:
        return "Nobody queued and nobody was sent home."
    text = "; ".join(parts) + "."
    return text[0].upper() + text[1:]


def _own_deadline(case: Case) -> str:
    given = case.plan.exercise.deadline.after_delivery_h
    return f"Within the {given:g}{FIXED}h that each summons gave," if given is not None else "On time,"


def _main_ground(numbers: Numbers) -> str:
    grounds = [
        (numbers.get("A1", "released of arrived", key).value or 0.0, key)
        for key in numbers.keys("A1", "released of arrived")
    ]
    if len(grounds) < 2:
        return f" ({grounds[0][1]})" if grounds else ""
    return f", most often on the ground “{max(grounds)[1]}”"


def _longest_wait(numbers: Numbers) -> tuple[str, float] | None:
    waits = [
        (numbers.get("L1", "wait p95", key).value, key) for key in numbers.keys("L1", "wait p95") if " @ " not in key
    ]
    known = [(value, key) for value, key in waits if value is not None and value >= 0.5]
    return (max(known)[1], max(known)[0]) if known else None


def _what_stood(case: Case, numbers: Numbers) -> str:
    filled, formed = numbers.get("A4", "posts filled"), numbers.get("A4", "units formed")
    ready, surplus = numbers.get("A1", "ready"), numbers.get("A1", "surplus")
    if filled.value is None or not case.plan.units:
        went = (
            f"{whole(ready.value)} people went on from the assembly points"
            if ready.value
            else "nobody went on from an assembly point"
        )
        return f"At the end {went}; the plan names no units, so no posts are counted."
    posts = filled.n or 0
    units = len(case.plan.units)
    text = f"At the end {share(filled.value)} of the {whole(posts)} posts were filled"
    if formed.value is not None:
        text += f" and {_formed(formed.value * units, units)}"
    if surplus.value:
        text += f"; {whole(surplus.value)} people came and found no post left"
    return text + "."


def _formed(formed: float, units: int) -> str:
    if units > 1:
        return f"{_some(formed) if formed else 'none'} of {units} units had been formed"
    return "the unit had not been formed" if not formed else f"the unit had been formed{_of_runs(formed)}"


def _of_runs(formed: float) -> str:
    return "" if formed == 1 else f" in {share(formed)} of runs"


def _some(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
