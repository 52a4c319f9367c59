"""Whose word it is: the name behind "residents via Suspilne", "Volfovich statement (BelTA text)" or "BelTA (German)".

Words for a source are read by five rules, in this order:

1. "A via B", "A quoted by B", "A, by phone to B", "A as collected by B": B's, who brought it. Only where
   voices are counted (`Voices.speaker`) a person of the table of actors goes first: then it is A's, whoever brought it.
2. "B (A interview)" and "A statement (B text)": A's, whoever printed it.
3. What names somebody who speaks for the watched state (`people/actors.toml`), one of its media (`media.toml`), or a
   person who speaks in its own outlets: the state's. Another listed person's or office's: theirs, by the name of the
   table, so that a name is one in all languages.
4. Otherwise the name before the first comma, bracket or slash, without ranks and without a desk or an author.
5. "residents", "social-media users", "outlets (not named)": nobody's; the name is unknown and stays so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from tocsin.watch.likeness.media import medium_of, state_name
from tocsin.watch.model import Claim, Report
from tocsin.watch.people.actors import actor_of, speaks_for

__all__ = ["Voices", "somebody", "through", "voices"]

_BROUGHT: Final = re.compile(r"(?:\bvia|\bquoted by|\bby phone to|\bcollected by|\bciting)\s+(.+)$")
_SAID: Final = re.compile(r"\(([A-Z][\w'’.-]+(?: [A-Z][\w'’.-]+)*) (?:interview|statement)\)|^(.+?) statement \(.*\)$")
_RANK: Final = re.compile(r"^(?:(?:Maj|Lt|Col|Gen|Capt|Brig|Adm)\.\s*|\(ret\.\)\s*)+")
_AFTER: Final = re.compile(
    r"[,(/].*$|\s+(?:investigations desk|press service|presenter|author|statement|text|channel)\b.*$"
)
_NOBODY: Final = frozenset(
    (
        *("users", "user", "residents", "media", "outlets", "families", "women", "men", "experts", "soldiers"),
        *("officials", "figures", "offices", "comments", "posts", "people", "channels", "sources", "photo"),
        *("commander",),
    )
)
_QUOTES: Final = " '\"“”«»"
_NAMED: Final = re.compile(r"[a-z][\w-]*\.[a-z]{2,}$|[a-z]+[A-Z]")
"""Names that begin with a small letter: forsal.pl, naTemat."""


@dataclass(frozen=True, slots=True)
class Voices:
    """Names as they are resolved.

    Attributes:
        country: Two small letters of the watched state.
        state: Name of its voice.
        persons: Names of those who speak in its own outlets, in small letters.
    """

    country: str
    state: str
    persons: frozenset[str]

    def name(self, told: str) -> str:
        """Whose word it is, or "" where nobody is named.

        Args:
            told: Words for a source or a speaker.
        """
        brought = _BROUGHT.search(told)
        if brought is not None:
            return self.name(brought[1])
        said = _SAID.search(told)
        return self._plain(told if said is None else said[1] or said[2])

    def speaker(self, told: str) -> str:
        """Whose word counts, or "": a listed person's whoever brought it, otherwise as `name`."""
        brought = _BROUGHT.search(told)
        actor = None if brought is None else actor_of(told[: brought.start()])
        return self._plain(told[: brought.start()]) if brought and actor and actor.person else self.name(told)

    def _plain(self, told: str) -> str:
        actor = actor_of(told)
        if actor is not None and actor.speaks:
            return self.state if speaks_for(actor, self.country) else actor.name
        own, known = _own(told), medium_of(told)
        of_state = known is not None and known.state == self.country != ""
        return self.state if of_state or own.lower() in self.persons else own


def voices(reports: Iterable[Report], claims: Iterable[Claim], country: str = "by") -> Voices:
    """Learn who speaks for the state: who asserts in reports of its own officials, or is told with one of its offices.

    Args:
        reports, claims: All that stand.
        country: Which state is watched; one without a table has no offices, and learns its persons alone.
    """
    offices = Voices(country, state_name(country), frozenset())
    official = {one.id for one in reports if one.owner == "state" and one.level == "official"}
    persons = {
        _own(claim.who).lower()
        for claim in claims
        if (claim.report in official and claim.stance == "asserts")
        or ("," in claim.who and not _BROUGHT.search(claim.who) and offices.name(claim.who) == offices.state)
    }
    return replace(offices, persons=frozenset(persons - {""}))


def through(told: str) -> str:
    """The words for who brought it: "Suspilne" of "residents via Suspilne"; "" where nobody is said to have."""
    brought = _BROUGHT.search(told)
    return "" if brought is None else brought[1]


def somebody(told: str) -> bool:
    """Whether words name anybody: not "social media", nor "outlets (not named)"."""
    return bool(Voices("", "the state", frozenset()).name(told))


def _own(told: str) -> str:
    """The name in a coder's words, or "" where there is none."""
    head = re.split(r"[,(]", _RANK.sub("", told.strip().strip(_QUOTES)))[0]
    bare = _AFTER.sub("", head).strip().strip(_QUOTES)
    if not bare or any(word.lower() in _NOBODY for word in re.findall(r"\w+", head)):
        return ""
    return bare if bare[0].isupper() or _NAMED.match(bare) else ""
