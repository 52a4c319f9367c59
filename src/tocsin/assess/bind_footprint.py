"""What the footprint says of a statement on the strength of a force: how likely it holds, or that it is not known.

The support of "at most 3,000 at that moment" is the probability that the estimate itself gives it. The assumption is
that of `watch/footprint/level.py`: log(1 + strength) is normal, about what is thought to stand (not about what the next
voice will say). Where several quantities fit and are known, none is chosen, and they are never added.

Of a past build-up, resemblance is that at least half of its marks are seen again. Each mark that is not known may be
either, all shares from the least to the most alike; where more than half of them are not known, nothing is said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from tocsin.assess.model import Footing
from tocsin.watch.desk import Desk
from tocsin.watch.footprint import Estimate, Key, estimate, from_claims, likeness, series_of
from tocsin.watch.model import Bounds, Sighting

__all__ = ["Support", "support"]

_HALF: Final = 0.5
_MOST_NAMED: Final = 4


@dataclass(frozen=True, slots=True)
class Support:
    """What the footprint says of a statement.

    Attributes:
        probability: That it holds; None = not known.
        why: One sentence.
        rows: Ids of the rows that say so: sightings, and claims of the ledger.
    """

    probability: float | None
    why: str
    rows: tuple[str, ...] = ()


def support(footing: Footing, desk: Desk, as_of: int | None) -> Support:
    """Put a statement on strength, or on a past build-up, to the footprint.

    Args:
        footing: The statement.
        desk: The folder.
        as_of: What was surely published by then is known; None = all.
    """
    if as_of is not None and footing.at > as_of:
        return Support(None, "not known: it speaks of a time after what is known")
    seen = [one for _, one in sorted(desk.standing.sightings.items())] + list(from_claims(desk.standing))
    return _strength(footing, seen, as_of) if footing.like is None else _alike(footing, footing.like, seen, as_of)


def _fits(key: Key, asked: Footing) -> bool:
    pairs = ((asked.owner, key.owner), (asked.kind, key.kind), (asked.unit, key.unit), (asked.place, key.place))
    return key.scope == asked.scope and all(wanted in ("", here) for wanted, here in pairs)


def _strength(asked: Footing, seen: list[Sighting], as_of: int | None) -> Support:
    found = [estimate(one, asked.at) for one in series_of(seen, as_of) if _fits(one.key, asked)]
    known = [one for one in found if one.known]
    if not known:
        why = found[0].why if len(found) == 1 else "no count of this quantity"
        return Support(None, why if why.startswith("not known") else f"not known: {why}")
    if len(known) > 1:
        named = ", ".join(_named(one.key) for one in known[:_MOST_NAMED]) + (" …" if len(known) > _MOST_NAMED else "")
        return Support(None, f"not known: {len(known)} quantities fit and are never added ({named}); name one of them")
    one = known[0]
    return Support(_within(one, asked.strength), _told(one), one.rows)


def _named(key: Key) -> str:
    return f"{key.owner}, {key.kind} in {key.unit or 'no unit'} at {key.place or 'no place'}"


def _told(one: Estimate) -> str:
    assert one.median is not None and one.low is not None and one.high is not None, "it is known"
    return f"{_named(one.key)}: {one.median:,.0f} (90 %: {one.low:,.0f} to {one.high:,.0f}); {one.why}"


def _within(one: Estimate, strength: Bounds) -> float:
    """Probability that a strength lies within bounds, both ends included."""
    assert one.level is not None, "what is known has a distribution"
    mean, sd = one.level.mean, one.level.sd

    def below(count: int) -> float:
        return 0.5 * math.erfc((mean - math.log1p(count)) / (sd * math.sqrt(2))) if sd else float(mean <= count)

    high = 1.0 if strength.most is None else below(strength.most)
    low = 0.0 if not strength.least else below(strength.least)
    return max(0.0, high - low)


def _alike(asked: Footing, past: tuple[int, int], seen: list[Sighting], as_of: int | None) -> Support:
    today = Bounds(asked.at - (past[1] - past[0]), asked.at)
    key = Key(asked.owner, asked.kind, asked.unit, asked.scope, asked.place)
    found = likeness(seen, Bounds(*past), today, key=key, known_until_ms=as_of)
    if found.least is None or found.most is None:
        return Support(None, "not known: the past build-up has no marks in the data")
    rows = sorted({row for one in found.marks if one.past == "seen" for row in (*one.past_rows, *one.today_rows)})
    told = f"of {found.had} marks of the past build-up {found.least:.0%} to {found.most:.0%} are seen again"
    if found.most - found.least > _HALF:
        return Support(None, f"not known: {told}", tuple(rows))
    width = found.most - found.least
    share = (found.most - _HALF) / width if width else float(found.least >= _HALF)
    return Support(min(1.0, max(0.0, share)), told, tuple(rows))
