"""Whether two claims may meet: in place, by the gazetteer, and in time, by their bounds."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, reduce

from tocsin.watch.model import Bounds
from tocsin.watch.text.places import Place, resolve, within

__all__ = ["Fits", "fits", "joined", "shared", "whole_country"]

Fits = Callable[[str, str], "bool | None"]
"""Whether of two places as written one may lie in the other; None = cannot be said."""


@cache
def _known(place: str) -> tuple[Place, ...]:
    return tuple(one for one in resolve(place) if one.known)


@cache
def fits(first: str, second: str) -> bool | None:
    """Whether of two places as written one may be, hold or lie in the other.

    Each known place of the one is put to each of the other: a pair fits if they are the same or one lies within the
    other, and cannot be told if the gazetteer does not know either way.

    Args:
        first, second: As coded: `Baranovichi, Lyakhovichi (Brest region)`.

    Returns:
        True if any pair fits; None if any cannot be told, or nothing in the words is known; False otherwise.
    """
    pairs = [_pair(one, other) for one in _known(first) for other in _known(second)]
    if True in pairs:
        return True
    return None if None in pairs or not pairs else False


@cache
def _pair(one: Place, other: Place) -> bool | None:
    ways = (within(one, other), within(other, one))
    if one == other or True in ways:
        return True
    return None if None in ways else False


@cache
def whole_country(place: str) -> bool:
    """Whether a place as written is no more than a country, so that naming it says little."""
    found = resolve(place)
    return bool(found) and all(one.sort == "country" for one in found)


def shared(times: list[Bounds]) -> Bounds | None:
    """The time in which all lie; None where there is none."""
    low = max((one.least for one in times if one.least is not None), default=None)
    high = min((one.most for one in times if one.most is not None), default=None)
    return None if low is not None and high is not None and low > high else Bounds(low, high)


def joined(times: list[Bounds]) -> Bounds:
    """The narrowest bounds that hold all of which anything is known; nothing is known of none."""
    known = [one for one in times if one.known]
    return reduce(Bounds.hull, known) if known else Bounds()
