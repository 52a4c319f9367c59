"""How counts, lags and origins are said in words: in one place for the ledger and for all that is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tocsin.watch.model import Bounds

__all__ = ["count_words", "lag_words", "many", "origin_names"]

_MANY: Final = {"person": "people", "aircraft": "aircraft", "child": "children", "more quantity": "more quantities are"}
_DAY_HOURS: Final = 24
_UNNAMED: Final = "unnamed (may be one of the others)"


def count_words(count: Bounds, unit: str = "") -> str:
    """A count: `400 people`, `4,000 to 5,000 people`, `at least 1,500 people`, `–` for none."""
    if not count.known:
        return "–"
    one = (count.least == 1 and count.most in (1, None)) or (count.least is None and count.most == 1)
    named = "" if not unit else f" {unit if one else _MANY.get(unit, f'{unit}s')}"
    if count.exact:
        told = f"{count.least:,}"
    elif count.most is None:
        told = f"at least {count.least:,}"
    elif count.least is None:
        told = f"at most {count.most:,}"
    else:
        told = f"{count.least:,} to {count.most:,}"
    return told + named


def many(number: int, word: str) -> str:
    """So many of something: `1 report`, `92 reports`."""
    return f"{number:,} {word if number == 1 else _MANY.get(word, f'{word}s')}"


def lag_words(hours: Bounds) -> str:
    """What lies between two steps, told as earlier and later.

    Args:
        hours: At least and at most; below zero = the second step may have come before the first.

    Returns:
        `1 to 6 days later`; `1 day earlier to 4 days later, order not known`.
    """
    low, high = hours.least, hours.most
    if low is None and high is None:
        return "not known"
    if high is None:
        assert low is not None, "one end is known"
        return f"at least {_side(low)}" if low >= 0 else f"at most {_side(low)}, or any time later"
    if low is None:
        return f"at least {_side(high)}" if high < 0 else f"at most {_side(high)}, or any time earlier"
    if low < 0 < high:
        return f"{_side(low)} to {_side(high)}, order not known"
    if low >= 0:
        return f"{_length(low, high)} later"
    return f"{_length(-high, -low)} earlier"


def _side(hours: int) -> str:
    return f"{_length(abs(hours), abs(hours))} {'earlier' if hours < 0 else 'later'}"


def _length(low: int, high: int) -> str:
    """Hours as days where both ends are whole days."""
    days = low % _DAY_HOURS == 0 and high % _DAY_HOURS == 0 and high > 0
    return count_words(Bounds(low // _DAY_HOURS, high // _DAY_HOURS) if days else Bounds(low, high), _unit(days))


def _unit(days: bool) -> str:
    return "day" if days else "hour"


def origin_names(groups: Iterable[str]) -> str:
    """Origins by name, in the alphabet; what nobody named is said to be so, once for all of them.

    Args:
        groups: Names of origin groups; one that begins with `?` may be one that is counted already.
    """
    found = sorted(set(groups))
    named = [one for one in found if not one.startswith("?")]
    unnamed = len(found) - len(named)
    told = [
        *named,
        *([_UNNAMED] if unnamed == 1 else [f"{unnamed:,} {_UNNAMED.replace('may', 'each may')}"] if unnamed else []),
    ]
    return ", ".join(told) or "–"
