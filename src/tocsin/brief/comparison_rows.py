"""How differences are put into words: which come first, how each is written, and what is real of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from tocsin.brief.words import hours, minutes, share
from tocsin.measure.catalogue import CATALOGUE
from tocsin.sweep import Comparison

__all__ = [
    "Contrast",
    "contrasts",
    "headline_contrasts",
    "largest_contrasts",
    "luck_words",
    "signed",
    "title_of",
    "verdict_words",
]

HEADLINES: tuple[tuple[str, str, str, str], ...] = (
    ("A1", "arrived of called", "", "came, of those called"),
    ("A3", "T50 of called", "", "half of those called are there"),
    ("A3", "T80 of called", "", "80\u202f% of those called are there"),
    ("A5", "on time of called", "", "there by the deadline, of those called"),
    ("A1", "ready of called", "", "took a post, of those called"),
    ("A1", "surplus of called", "", "found no post left, of those called"),
    ("A4", "posts filled", "", "posts filled at the end"),
    ("A4", "units formed", "", "units formed at the end"),
    ("L1", "wait p95", "station", "one in twenty waits so long or longer"),
    ("H1", "left without a word", "", "left without a word too long, of those who came"),
    ("W3", "time to answer p95", "kind", "95\u202f% of requests answered within"),
)
"""The numbers that come first: measure, name, which keys ("" = of the whole), and words for them."""

PER_CENT = "\u202f%"


@dataclass(frozen=True, slots=True)
class Contrast:
    """One number under two plans, as a reader sees it.

    Attributes:
        plan: The plan beside the base.
        head: What the number is.
        key: Of which station, point, unit or kind; empty for the whole.
        measure: Its number in the catalogue.
        base: Value under the base.
        other: Value under the other plan.
        difference: Their difference, signed, with its unit.
        interval: Its 95 % interval.
        verdict: higher, lower, unsettled, equal or none (see `tocsin.sweep.compare.VERDICTS`).
        often: In how many of the runs the value is the higher or the lower one.
        reached: How many runs have a value under each plan, where not all have one; and what is real of that.
        reached_verdict: As `verdict`, of the number of runs.
        size: The difference as a share of the larger of the two values; of the runs where it is one of being reached.
        span: Low end, difference and high end, as parts of the farthest of them from 0; None without an interval.
    """

    plan: str
    head: str
    key: str
    measure: str
    base: str
    other: str
    difference: str
    interval: str
    verdict: str
    often: str
    reached: str
    reached_verdict: str
    size: float
    span: tuple[float, float, float] | None

    @property
    def real(self) -> bool:
        """Whether anything of it is a real difference."""
        return bool({self.verdict, self.reached_verdict} & {"higher", "lower"})

    @property
    def settled(self) -> str:
        """The verdict to show: of the value if that is real, else of the runs that reach it."""
        if self.verdict in ("unsettled", "equal", "none") and self.reached_verdict in ("higher", "lower"):
            return "more often" if self.reached_verdict == "higher" else "less often"
        return self.verdict


def verdict_words(contrast: Contrast) -> str:
    """Write a verdict in two words at most."""
    return {"unsettled": "not settled", "equal": "the same", "none": "no pair"}.get(contrast.settled, contrast.settled)


def luck_words(gain: float | None) -> str:
    """Say what equal luck was worth; empty if nothing differs."""
    if gain is None or math.isnan(gain):
        return ""
    if gain > 1000:
        return "Equal luck took out nearly all chance: without it more than 1,000 times as many runs would be needed."
    worth = f"{gain:,.1f}" if gain < 10 else f"{gain:,.0f}"
    if gain < 1.05:
        return "Equal luck bought nothing here: the two plans meet the same chance in different ways."
    return f"Equal luck was worth {worth} times as many runs (the median over the numbers that differ)."


def headline_contrasts(comparison: Comparison, plan: str) -> list[Contrast]:
    """The numbers that everybody asks for first, of one plan beside the base."""
    return [contrast for contrast, _ in _headlines(comparison, plan)]


def largest_contrasts(comparison: Comparison, plan: str, most: int) -> list[Contrast]:
    """The largest real differences that are no headline; of the same number of many stations or units one each."""
    counts = pl.col("unit") == "persons"  # of a count that is a share of those called too, the share is shown
    rows = _rows(comparison, plan, ~((pl.col("measure") == "A1") & counts))
    first = {row for _, row in _headlines(comparison, plan)}
    found: dict[tuple[str, str], Contrast] = {}
    for contrast, row in sorted(((_contrast(row), _identity(row)) for row in rows), key=lambda pair: -pair[0].size):
        if contrast.real and row not in first:
            found.setdefault((contrast.measure, contrast.head), contrast)
    return list(found.values())[:most]


def contrasts(comparison: Comparison, plan: str) -> list[Contrast]:
    """All numbers that differ in any run, in the order of the catalogue."""
    found = (_contrast(row) for row in _rows(comparison, plan))
    return [contrast for contrast in found if contrast.settled not in ("equal", "none") or contrast.reached]


def _rows(comparison: Comparison, plan: str, wanted: pl.Expr | bool = True) -> list[dict[str, Any]]:
    table = comparison.differences.filter(wanted)
    return table.filter((pl.col("plan") == plan) & pl.col("at_ms").is_null()).to_dicts()


def _identity(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["measure"], row["name"], row["key"]


def _headlines(comparison: Comparison, plan: str) -> Iterator[tuple[Contrast, tuple[str, str, str]]]:
    rows = _rows(comparison, plan)
    for measure, name, keyed, words in HEADLINES:
        for row in rows:
            if (row["measure"], row["name"]) == (measure, name) and _wanted(row["key"], bool(keyed)):
                yield _contrast(row, words), _identity(row)


def _wanted(key: str, keyed: bool) -> bool:
    return bool(key) and " @ " not in key if keyed else not key


def _contrast(row: dict[str, Any], words: str = "") -> Contrast:
    unit = row["unit"]
    none = row["pairs"] == 0
    equal = row["verdict"] == "equal"
    difference, interval = ("–", "") if none else signed(row["difference"], row["low"], row["high"], unit)
    return Contrast(
        row["plan"], words or row["name"], row["key"], row["measure"],
        _value(row["base_value"], unit), _value(row["plan_value"], unit),
        "0" if equal else difference, "" if equal or none else interval, row["verdict"], _often(row),
        _reached(row), row["reached_verdict"], _size(row), _span(row),
    )  # fmt: skip


def _size(row: dict[str, Any]) -> float:
    if not row["difference"]:
        return float(abs(row["reached_difference"]))
    return float(abs(row["difference"]) / max(abs(row["base_value"]), abs(row["plan_value"])))


def _span(row: dict[str, Any]) -> tuple[float, float, float] | None:
    if row["verdict"] in ("equal", "none") or row["low"] is None:
        return None
    farthest = max(abs(row["low"]), abs(row["high"]), abs(row["difference"]))
    return row["low"] / farthest, row["difference"] / farthest, row["high"] / farthest


def _often(row: dict[str, Any]) -> str:
    """Say in which share of the runs the more frequent side is the higher or the lower one."""
    if row["verdict"] in ("equal", "none"):
        return ""
    side = "higher" if row["higher"] >= row["lower"] else "lower"
    return f"{side} in {share(row[side])} of {'runs' if row['pairs'] == row['runs'] else str(row['pairs']) + ' runs'}"


def _reached(row: dict[str, Any]) -> str:
    runs, base, other = row["runs"], row["base_reached"], row["plan_reached"]
    if base == runs == other:
        return ""
    word = "reached" if row["beyond"] else "there"
    told = f"{word} in {base} of {runs} runs, here in {other}"
    if row["reached_verdict"] == "equal":
        return f"{word} in the same {base} of {runs} runs"
    low, high = (f"{100 * row[end]:+.0f}".replace("-", "−") for end in ("reached_low", "reached_high"))
    real = "" if row["reached_verdict"] in ("higher", "lower") else ", not settled"
    return f"{told} ({low} to {high} points{real})"


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    if unit in ("share", "yes = 1"):
        return share(value) if value >= 0 else f"{100 * value:.1f}{PER_CENT}"
    if unit in ("h", "min"):
        return (hours if unit == "h" else minutes)(value)
    return f"{value:,.{0 if abs(value) >= 100 or value == round(value) else 1}f}"


UNITS = {"share": "points", "yes = 1": "points", "persons": "", "requests": "", "h": "h", "min": "min"}


def signed(difference: float, low: float | None, high: float | None, unit: str) -> tuple[str, str]:
    """Write a difference and its interval with their signs, as finely as the interval allows.

    Args:
        difference: The difference.
        low: Lower end of its interval, if there is one.
        high: Upper end.
        unit: Unit of the measure; differences of shares are in percentage points, short hours in minutes.

    Returns:
        Such as "−12 min" and "−15 to −8 min"; the interval is "no interval" where there is none.
    """
    ends = [end for end in (low, high) if end is not None]
    factor, word = 100.0 if unit in ("share", "yes = 1") else 1.0, UNITS.get(unit, unit)
    most = max(abs(value) for value in (difference, *ends))
    if unit == "h" and most < 1:
        factor, word = 60.0, "min"
    elif unit == "min" and min(abs(difference), most / 2) >= 120:
        factor, word = 1 / 60, "h"
    width = factor * (max(ends) - min(ends)) / 2 if ends else 0.0
    digits = _digits(width or abs(factor * difference))
    after = f"\u00a0{word}" if word else ""
    told = f"{_plus(factor * difference, digits)}{after}"
    if not ends:
        return told, "no interval"
    return told, f"{_plus(factor * min(ends), digits)} to {_plus(factor * max(ends), digits)}{after}"


def _digits(width: float) -> int:
    """So many decimals that the half-width of the interval has a figure, at most three."""
    return 0 if width <= 0 else min(3, max(0, -math.floor(math.log10(width))))


def _plus(value: float, digits: int) -> str:
    text = f"{value:+,.{digits}f}"
    return f"{0:.{digits}f}" if float(text.replace(",", "")) == 0 else text.replace("-", "−")


def title_of(contrast: Contrast) -> str:
    """The name of the measure that a number belongs to."""
    return CATALOGUE[contrast.measure].name
