"""All claims as a list: in which order, by what it can be filtered, and what the filters offer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from tocsin.serve.room import View
from tocsin.watch import Claim
from tocsin.watch.likeness import origin_of
from tocsin.watch.model import STANCES

__all__ = ["FILTERS", "listed", "offered"]

FILTERS: Final = ("topic", "stance", "status", "place", "origin")
_MOST_OFFERED: Final = 200
Choices = tuple[tuple[str, str], ...]


def listed(view: View, asked: Mapping[str, str]) -> list[Claim]:
    """Claims that a filter lets through, the last published first.

    Args:
        view: What holds.
        asked: Filter → what is asked for; "" = any. Of a place, words that it holds; of the others the whole word.
    """
    origins, place = view.desk.origins, asked["place"].casefold()
    return [
        one
        for one in view.remember("claims: in order", lambda: _ordered(view))
        if asked["topic"] in ("", one.topic)
        and asked["stance"] in ("", one.stance)
        and asked["status"] in ("", one.status)
        and (not place or place in one.place.casefold())
        and (not asked["origin"] or asked["origin"] == origin_of(origins, one))
    ]


def _ordered(view: View) -> list[Claim]:
    reports = view.desk.standing.reports

    def age(one: Claim) -> tuple[int, str, int]:
        at = reports[one.report].published
        return -(at.most or at.least or 0), one.report, one.number

    return sorted(view.desk.standing.claims.values(), key=age)


def offered(view: View) -> dict[str, Choices]:
    """What the filters offer, with how many claims there are of each."""
    return view.remember("claims: offered", lambda: _offered(view))


def _offered(view: View) -> dict[str, Choices]:
    claims, origins = list(view.desk.standing.claims.values()), view.desk.origins
    topics, states = Counter(one.topic for one in claims), Counter(one.status for one in claims)
    stances, groups = Counter(one.stance for one in claims), Counter(origin_of(origins, one) for one in claims)
    common = [(name, number) for name, number in groups.most_common(_MOST_OFFERED) if not name.startswith("?")]
    return {
        "topic": (("", "any"), *((name, f"{name} ({topics[name]:,})") for name in sorted(topics))),
        "stance": (("", "any"), *((name, f"{name} ({stances[name]:,})") for name in STANCES if stances[name])),
        "status": (("", "any"), *((name, f"{name} ({states[name]:,})") for name in sorted(states))),
        "origin": (("", "any"), *((name, f"{name} ({number:,})") for name, number in common)),
        "place": tuple((name, "") for name, _ in Counter(one.place for one in claims if one.place).most_common(60)),
    }
