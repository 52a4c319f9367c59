"""Places of a text as suggestions, and places that coded names mean; homonyms are kept as alternatives.

Readings are ordered: the watched country's first, then by country, then by people. What is in no table is said to be
unknown, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tocsin.watch.text.found import Context, Found
from tocsin.watch.text.gazetteer import UNKNOWN_SORT, Place, by_id, region_of_seat, within
from tocsin.watch.text.mentions import Mention, mentions

__all__ = ["Place", "by_id", "find", "locate", "resolve", "within"]

DISTRICT_KM: Final = 35.0
"""How far a district is taken to reach from its town: an assumption, the gazetteer has no districts."""
_CUT: Final = re.compile(r"(\s+(?:and|near)\s+|\s*[;,()/]\s*)")
_COUNTRY_WORDS: Final = re.compile(r"\b(?:whole|entire|all over the) country\b", re.IGNORECASE)
_FILLER: Final = re.compile(
    r"as written|country|rail|westbound|precursor|en route|in transit|together|other|\b(?:km|border)\b"
)
"""Parts of coded names that are remarks about the place beside them."""
_LONGEST: Final = 2_000


def find(text: str, language: str, reading: Context) -> list[Found]:
    """Find places in a text.

    Args:
        text: The text.
        language: Two letters, or `und`.
        reading: What is known of its report; its country's places go first.

    Returns:
        One for each mention, in the order of the text; other readings as alternatives.
    """
    return [_found(one, reading.country) for one in mentions(text, language, country=reading.country)]


def _found(one: Mention, country: str) -> Found:
    ordered = [_as_value(place, one.rule) for place in _readings(one, country)]
    return Found("place", one.start, one.end, ordered[0], tuple(ordered[1:]), f"places.{one.rule}")


def _readings(one: Mention, country: str) -> list[Place]:
    """All readings of a mention in their order."""
    places = [by_id()[place] for place in one.ids]
    if one.rule == "region":
        # «Гродненская область», and its town as the doubtful reading.
        seats = [by_id()[town] for town, region in region_of_seat().items() if region in one.ids]
        places = [*map(_region, places), *seats]
    elif one.rule == "adjective":
        # «гродненские резервисты»: of the town, or of its region.
        places += [by_id()[region_of_seat()[town]] for town in one.ids if town in region_of_seat()]

    def rank(place: Place) -> tuple[bool, str, bool, int, str]:
        other = (place.sort == "region") != (one.rule == "region")
        return (place.country != country, place.country, other, -place.population, place.id)

    return sorted(dict.fromkeys(places), key=rank)


def _as_value(place: Place, rule: str) -> dict[str, Any]:
    if rule == "district" and place.sort == "town":
        place = replace(place, name=f"{place.name} district", radius_km=DISTRICT_KM)
    return place.as_value()


def _region(place: Place) -> Place:
    if place.sort != "town":
        return place
    return Place(place.region, f"{place.name} region", "region", place.country, population=place.population)


# --- coded names --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a coded name between commas, brackets and the like.

    Attributes:
        before: The sign before it, or "and".
        text: Its words.
        places: What they mean; none = nothing in the tables.
    """

    before: str
    text: str
    places: tuple[Place, ...]


def resolve(name: str, country: str = "by") -> tuple[Place, ...]:
    """The places that a coded name means.

    Args:
        name: As coded: `Baranovichi, Lyakhovichi (Brest region)`.
        country: Two small letters of the watched country.

    Returns:
        Each place once, in order; a part that is in no table as a place of the sort `unknown`, with its words as name
        (and the region, where the text names one behind it). A region, country or town that only says where a place
        before it lies is left out.
    """
    found: list[Place] = []
    for part in _parts(name[:_LONGEST], country):
        qualifies = part.before in (",", "(", "near")
        if not part.places:
            if part.text and not (found and _FILLER.search(part.text.lower())):
                found.append(Place("", part.text, UNKNOWN_SORT))
            continue
        for place in part.places:
            if qualifies and found and not found[-1].known and place.sort == "region":
                found[-1] = replace(found[-1], country=place.country, region=place.id)
            elif not (qualifies and any(_lies_in(one, place) for one in found)):
                found.append(place)
    return tuple(dict.fromkeys(found))


def locate(name: str, country: str = "by") -> tuple[float, float, float] | None:
    """Latitude, longitude and radius in km of the one place with coordinates that a coded name means, or None."""
    found = [
        (one.lat, one.lon, one.radius_km)
        for one in resolve(name, country)
        if one.lat is not None and one.lon is not None and one.radius_km is not None
    ]
    return found[0] if len(found) == 1 else None


def _lies_in(one: Place, other: Place) -> bool:
    """Whether the other only says where the one lies: its region or country, or the town that it stands at."""
    if one.id == other.id or (one.known and within(one, other)):
        return True
    stands_at = one.lat is not None and (one.lat, one.lon) == (other.lat, other.lon)
    return stands_at and one.sort in ("site", "station")


def _parts(name: str, country: str) -> Iterator[_Part]:
    found = mentions(name, "en", country=country, careful=False)
    start, before = 0, ""
    for piece in _CUT.split(name):
        if _CUT.fullmatch(piece):
            before = piece.strip()
        else:
            yield _part(name, before, start, start + len(piece), found, country)
        start += len(piece)


def _part(name: str, before: str, start: int, end: int, found: Sequence[Mention], country: str) -> _Part:
    text = name[start:end].strip().strip("'\"‘’“” ")
    if _COUNTRY_WORDS.search(text) and country in by_id():
        return _Part(before, text, (by_id()[country],))
    here = [one for one in found if start <= one.start < end and not _negated(name[start : one.start])]
    if not here:
        # What reaches into this part from the one before, or is only named to be excluded, leaves nothing to report.
        reached = any(one.start < end and one.end > start for one in found)
        return _Part(before, "" if reached else text, ())
    places = tuple(_readings(one, country)[0] for one in here)
    return _Part(before, text, places)


def _negated(text: str) -> bool:
    return re.search(r"\bnot\b", text) is not None
