"""Adjectives made of names of towns: гродненский, гродзенскі, гродненський, grodzieński; by rule, and a short list.

The rules are those of ordinary word formation. What they cannot reach (changed stems) stands in `places.toml`. Only
towns of the watched country and the larger ones around it get adjectives, so that few other words can be met.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from tocsin.watch.people.inflection import cyrillic, fold
from tocsin.watch.text.gazetteer import Place, by_id, rules, spellings

__all__ = ["adjective"]

_SMALLEST: Final = 5_000
_SMALLEST_ABROAD: Final = 100_000
_SHORTEST: Final = 5
_LAST_VOWELS: Final = "аоыіиеяьйё"
_LONGEST_ENDING: Final = 4


def adjective(folded: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Ids of the places that a folded word may be the adjective of."""
    stems = _stems()
    for language in languages:
        endings = _endings().get(language, frozenset())
        for cut in range(len(folded) - 1, max(_SHORTEST, len(folded) - _LONGEST_ENDING) - 1, -1):
            if folded[cut:] in endings and folded[:cut] in stems:
                return stems[folded[:cut]]
    return ()


@cache
def _endings() -> Mapping[str, frozenset[str]]:
    return {language: frozenset(text.split()) for language, text in rules()["adjective_endings"].items()}


@cache
def _stems() -> Mapping[str, tuple[str, ...]]:
    """Adjective stem → ids of towns; the short list goes first."""
    found: dict[str, tuple[str, ...]] = {stem: (one,) for stem, one in rules()["adjectives"].items()}
    for place in sorted(by_id().values(), key=lambda one: (-one.population, one.id)):
        if not _has_one(place):
            continue
        for name in spellings()[place.id]:
            for stem in _made(fold(name)):
                known = found.get(stem, ())
                if stem not in rules()["adjectives"] and place.id not in known:
                    found[stem] = (*known, place.id)
    return found


def _has_one(place: Place) -> bool:
    return place.sort == "town" and place.population >= (_SMALLEST if place.country == "by" else _SMALLEST_ABROAD)


def _made(name: str) -> Iterator[str]:
    if len(name) < _SHORTEST - 1 or " " in name or name in rules()["risky"]:
        return
    if not cyrillic(name):
        yield from _polish(name)
        return
    if name.endswith(("ск", "цк", "ськ", "цьк")):
        yield name
        return
    stem = name.rstrip(_LAST_VOWELS)
    if name.endswith("ль"):
        stem = name  # Гомель: гомельский
    for tail in ("ск", "ськ", "енск", "анск", "зенск", "енськ", "анськ"):
        yield stem + tail
    if stem.endswith("ч"):
        yield from (stem[:-1] + "цк", stem[:-1] + "цьк")
    if stem.endswith(("т", "к")):
        yield from (stem[:-1] + "цк", stem[:-1] + "цьк")
    if stem.endswith("в"):
        yield stem[:-1] + "ўск"


def _polish(name: str) -> Iterator[str]:
    if name.endswith(("sk", "ck")):
        yield name
    elif name.endswith("cze"):
        yield name[:-3] + "ck"
    else:
        yield name.rstrip("aeoiy") + "sk"
