"""Birth dates that agree with ages: of people by bands of age, of their children by the parent's own birth.

Dates are whole days since 1 January 1970 inside this file, so that a column of them is one array. Somebody born on
29 February has a birthday on 1 March in other years.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tocsin.draws import uniforms
from tocsin.plan.model import Age

__all__ = ["FULL_AGE", "births_in_bands", "births_of_children", "chosen", "numbers_of_children"]

Days = npt.NDArray[np.int64]

FULL_AGE = 18
"""Years: children below it are minors, and a parent was at least as old when a child was born."""

SPACING_DAYS = 300
"""Least days between the births of two children of one parent (twins are left out: rare, and the law counts heads)."""

_EPOCH = dt.date(1970, 1, 1)


def births_in_bands(bands: Sequence[Age], day: dt.date, seed: int, ids: Days) -> Days:
    """Draw birth dates: a band by its share, then every day of the band with the same chance.

    Args:
        bands: Bands of age in whole years on `day`, with shares that add up to 1.
        day: The day on which the ages hold.
        seed: Seed of the exercise.
        ids: Person numbers, int64[n].

    Returns:
        Days of birth, int64[n].
    """
    youngest = np.array([_latest_birth(band.from_, day) for band in bands])
    oldest = np.array([_latest_birth(band.until + 1, day) + 1 for band in bands])
    band = chosen(uniforms(seed, 0, "people.band", 1, ids), [b.share for b in bands])
    span = (youngest - oldest + 1)[band]
    born: Days = oldest[band] + np.floor(uniforms(seed, 0, "people.age", 1, ids) * span).astype(np.int64)
    return born


def numbers_of_children(shares: dict[str, float], births: Days, day: dt.date, seed: int, ids: Days) -> Days:
    """Draw how many minor children each person has, so that the shares of the whole hold although the young cannot.

    From the largest number down, those who are old enough for it get it with the chance that makes up its share.
    Whoever remains has none.

    Args:
        shares: Share of people by number of children, which add up to 1.
        births: Days of birth of the people, int64[n].
        day: The day on which the children are minors.
        seed: Seed of the exercise.
        ids: Person numbers, int64[n].

    Returns:
        Numbers of children, int64[n].
    """
    first, last = _window(births, day)
    number = np.zeros(len(ids), np.int64)
    free = np.ones(len(ids), np.bool_)
    for count in sorted((int(c) for c in shares if int(c) > 0), reverse=True):
        able = free & (last - first >= (count - 1) * SPACING_DAYS)
        chance = shares[str(count)] * len(ids) / max(1, int(able.sum()))
        given = able & (uniforms(seed, 0, "people.children", count, ids) < chance)
        number[given] = count
        free &= ~given
    return number


def births_of_children(numbers: Days, births: Days, day: dt.date, seed: int, ids: Days) -> list[tuple[Days, Days]]:
    """Draw the births of minor children: evenly in the years that the parent's age leaves, spaced.

    Args:
        numbers: Numbers of children, int64[n].
        births: Days of birth of the parents, int64[n].
        day: The day on which the children are minors.
        seed: Seed of the exercise.
        ids: Person numbers, int64[n].

    Returns:
        For each number of children from 1 on that occurs: the parents' positions, int64[parents], and the children's
        days of birth, int64[parents, number], eldest first.
    """
    first, last = _window(births, day)
    families = []
    for count in sorted({int(c) for c in np.unique(numbers)} - {0}):
        who = np.flatnonzero(numbers == count)
        luck = np.sort(np.stack([uniforms(seed, 0, "people.child", k + 1, ids[who]) for k in range(count)], axis=1))
        room = (last - first - (count - 1) * SPACING_DAYS)[who] + 1
        spaced = np.floor(luck * room[:, None]).astype(np.int64) + np.arange(count) * SPACING_DAYS
        families.append((who, first[who][:, None] + spaced))
    return families


def chosen(luck: npt.NDArray[np.float64], shares: Sequence[float]) -> npt.NDArray[np.int32]:
    """Turn uniform numbers into positions of shares (inverse of the cumulated shares), int32[n]."""
    edges = np.cumsum(np.array(shares, np.float64))
    edges /= edges[-1]
    last_with_share = int(np.flatnonzero(np.array(shares) > 0)[-1])
    return np.minimum(np.searchsorted(edges, luck, side="right"), last_with_share).astype(np.int32)


def _window(births: Days, day: dt.date) -> tuple[Days, Days]:
    """Return the first and the last day on which a child of each parent can have been born who is a minor on `day`."""
    minor_since = _latest_birth(FULL_AGE, day) + 1
    return np.maximum(minor_since, _birthdays(births, FULL_AGE)), np.full(len(births), (day - _EPOCH).days, np.int64)


def _birthdays(births: Days, years: int) -> Days:
    """Return the day on which somebody born on each day is `years` old, through a table of the days that occur."""
    least = int(births.min(initial=0))
    dates = np.arange(least, int(births.max(initial=0)) + 1).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    within = dates - months.astype("datetime64[D]")
    table: Days = ((months + 12 * years).astype("datetime64[D]") + within).astype(np.int64)
    return table[births - least]


def _latest_birth(years: int, day: dt.date) -> int:
    """Return the last day of birth of those who are at least `years` old on `day`."""
    try:
        date = day.replace(year=day.year - years)
    except ValueError:  # on 29 February those born on 28 February are old enough, those born on 1 March are not
        date = dt.date(day.year - years, 2, 28)
    return (date - _EPOCH).days
