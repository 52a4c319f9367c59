"""How weighed cases are worded: whole per cent, bands, signs for what an item says, days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from tocsin.assess.answer import Effect, Likely, Ratio, Without
from tocsin.assess.model import Evidence, Item, Range
from tocsin.brief.weighing import Weighing
from tocsin.brief.words import NARROW

__all__ = [
    "BASIS", "SIGNS", "WORTH", "band", "day_words", "hindsight", "judged_words", "moved_most", "percent", "points",
    "said", "sign", "times_words", "uncounted", "without_words",
]  # fmt: skip

STEPS: Final = (0.02, 0.1, 0.3, 0.7)
"""Absolute log10 ratio from which one more sign is written: 1.05 times, 1.3 times, twice, five times."""
SIGNS: Final = (
    "One sign from 1.05 times as likely as under the others on the mean, two from 1.3, three from 2, four from 5."
)
WORTH: Final = "Bits: how much one would learn on the mean, whichever way it turns out."
BASIS: Final = (
    "Judged, not measured: every likelihood is a word that an analyst chose, with the reason beside it. A band holds "
    "what the words leave open and whether reports reflect what happened; it does not hold that the words may be wrong."
)


def percent(p: float, gap: str = NARROW) -> str:
    """Write a probability in whole per cent; never none and never all.

    Args:
        p: From 0 to 1.
        gap: What stands before the sign.
    """
    if p < 0.005:
        return f"<{gap}1{gap}%"
    return f">{gap}99{gap}%" if p > 0.995 else f"{100 * p:.0f}{gap}%"


def band(low: float, high: float, gap: str = NARROW) -> str:
    """Write the 5–95 % band: `31–74 %`."""
    first, last = percent(low, gap), percent(high, gap)
    if first == last or first.startswith("<") or last.startswith(">"):
        return first if first == last else f"{first} to {last}"
    return f"{first.removesuffix(f'{gap}%')}–{last}"


def points(change: float) -> str:
    """Write a change of a probability in points: `+7`, `−3`, `0`."""
    whole = round(100 * change)
    return "0" if whole == 0 else f"{'+' if whole > 0 else '−'}{abs(whole)}"


def sign(ratio: float) -> str:
    """What an item says of a hypothesis as signs, by its log10 ratio: `+++` for it, `−` against it, `·` nothing."""
    size = sum(abs(ratio) >= step for step in STEPS)
    return "·" if size == 0 else ("+" if ratio > 0 else "−") * size


def times_words(ratio: Ratio) -> str:
    """How many times as likely the item is under a hypothesis as under the others on the mean: `×1.8`."""
    value = float(10**ratio.median)
    return f"×{value:.1f}" if value >= 0.95 else f"×{value:.2f}"


def judged_words(one: Range) -> str:
    """A judgment: its word, or its range in per cent."""
    return one.word or band(one.low, one.high)


def moved_most(effect: Effect) -> Without | None:
    """The hypothesis whose median moves most if the item is left out."""
    return max(effect.without, key=lambda one: (abs(one.change), one.hypothesis), default=None)


def without_words(one: Without, answer: Mapping[str, Likely], gap: str = NARROW) -> str:
    """What a hypothesis would be without an item: `Routine check 52 → 47 %`."""
    now = answer[one.hypothesis]
    return f"{now.name} {percent(now.median, gap).removesuffix(f'{gap}%')} → {percent(one.median, gap)}"


def day_words(day: dt.date) -> str:
    """A day: `9 March 2026`."""
    return f"{day.day} {day:%B %Y}"


def said(item: Item) -> str:
    """What an item says; of an absence, that it was not seen."""
    if item.sort != "absence":
        return item.says
    first, _, rest = item.says.partition(" ")
    return f"Not seen: {first.lower() if first in ('A', 'An', 'The', 'That') else first} {rest}"


def uncounted(bound: Evidence) -> str:
    """What a claim is in an item that counts no witnesses, or not this one."""
    return {"world": "a bound for the worlds", "footprint": "in the estimate"}.get(bound.item.sort, "does not count")


def hindsight(weighing: Weighing) -> str:
    """Of when the answer is, and when it was judged."""
    told, case, weighed = [], weighing.case, weighing.weighed
    if weighing.until is not None:
        of = day_words(dt.datetime.fromtimestamp(weighing.until / 1000, weighing.zone).date())
        told.append(f"As reported until {of}.")
    if case.written:
        told.append(f"Judged on {day_words(dt.date.fromisoformat(case.written[:10]))}, with hindsight to that day.")
    told.append(f"{weighed.draws:,} draws, seed {weighed.seed}.")
    return " ".join(told)
