"""How a text stands to what it speaks of: asserts, denies or retells.

The stance is the text's, so it is told sentence by sentence with a memory:

1. a sentence that denies a topic denies it, whoever is quoted;
2. a sentence with words of retelling (according to, writes, said, allegedly, experts) retells, and so does what
   follows, until the text speaks for itself again (I, we, confirmed, a correction);
3. "Town: …" is what somebody sent in from there: it retells who was called up;
4. an order told on ("they said: come at nine") leaves the memory as it is; a threat told on is retold;
5. what is law, rule or opinion is the text's own statement, unless the sentence quotes;
6. a report of an office begins in its own voice; a text in a language that is not spoken in the watched country begins
   as a retelling of what happened there, unless all its places lie in its own country.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from tocsin.watch.model import Report
from tocsin.watch.text.concepts import Hit
from tocsin.watch.text.found import Found

__all__ = ["Teller"]

_SPOKEN: Final = {"by": ("be", "ru")}
"""Country that is watched → languages of those who see it themselves."""
_HOMES: Final = {"pl": "pl", "lt": "lt", "uk": "ua"}
_RULES: Final = frozenset(("official-lawful", "official-purpose", "hypothesis"))
"""Topics of which everybody may speak in their own voice."""
_OWN_WORD: Final = frozenset(("official-lawful", "official-purpose"))
"""Topics that an office states beside what it denies."""
_SENT_IN: Final = frozenset(("called-up", "notice-time", "exempt-summoned"))
_TOWN: Final = re.compile(r"[^\W\d_][^:.!?]{1,60}:\s")
_QUOTED: Final = re.compile('[«„“"][^»”“"]{8,}[»”“"]')
_MOST_TOWN: Final = 8
"""Characters before a dateline's colon beside the town."""


class Teller:
    """Who speaks in a text, from its first sentence on."""

    def __init__(
        self,
        country: str,
        language: str,
        report: Report | None,
        places: Sequence[Found],
        named: Sequence[Found] = (),
    ) -> None:
        """Begin a text.

        Args:
            country: Two small letters of the country that is watched; "" = nobody knows.
            language: Of the text.
            report: The report, if known.
            places: Places that the text names.
            named: Places that its title names.
        """
        self._places = places
        self._official = report is not None and report.level == "official"
        home = _HOMES.get(language)
        countries = {str(one.value.get("country")) for one in (*places, *named)}
        spoken = _SPOKEN.get(country, (language,))
        self._abroad = language not in (*spoken, "und", "") and countries != {home}
        self._retelling = self._abroad and not self._official

    def stances(
        self, said: Mapping[str, Sequence[Hit]], topics: Sequence[tuple[str, bool]], start: int, words: str
    ) -> list[str]:
        """Stances of a sentence's topics, in their order; sentences are asked about in the order of the text.

        Args:
            said: What the sentence speaks of.
            topics: Topic and whether its words deny it.
            start: First character of the sentence in the text.
            words: The sentence.
        """
        self._hear(said)
        cue = "correct" not in said and (_quotes(said) or ("tell" in said and _QUOTED.search(words) is not None))
        sent_in = self._is_sent_in(start, words)
        made = []
        # "They denied it: no phones are taken, it is a planned check": the denial is of what its own words deny.
        told_apart = any(denied for _, denied in topics)
        for topic, denied in topics:
            if denied or ("deny" in said and not (told_apart and topic in _OWN_WORD)):
                made.append("denies")
            elif cue or (sent_in and topic in _SENT_IN) or self._retells(said, topic):
                made.append("retells")
            else:
                made.append("asserts")
        self._retelling = self._retelling or (not self._official and (cue or (sent_in and made != [])))
        return made

    def _hear(self, said: Mapping[str, Sequence[Hit]]) -> None:
        """Notice where a text speaks for itself, or of its own country, again."""
        mine = "mine" in said and not self._abroad
        if "correct" in said or "home" in said or (("own" in said or mine) and not _quotes(said)):
            self._retelling = False

    def _is_sent_in(self, start: int, words: str) -> bool:
        town = _TOWN.match(words)
        if town is None:
            return False
        end = start + town.end()
        named = sum(one.end - one.start for one in self._places if start <= one.start and one.end <= end)
        return named > 0 and town.end() - 2 - named <= _MOST_TOWN

    def _retells(self, said: Mapping[str, Sequence[Hit]], topic: str) -> bool:
        if topic == "refusal-punished" and "order" in said:
            return True
        return self._retelling and topic not in _RULES and not _is_rule(said, topic)


def _quotes(said: Mapping[str, Sequence[Hit]]) -> bool:
    """Whether a sentence gives somebody's words, other than an order."""
    ordered = {one.place for one in said.get("order", ())}
    return "expert" in said or any(one.place not in ordered for one in said.get("retell", ()))


def _is_rule(said: Mapping[str, Sequence[Hit]], topic: str) -> bool:
    """Whether a sentence says what is done in general, not what was done."""
    if topic == "refusal-punished":
        return "penalty" in said and "kin" not in said and "@person" not in said
    return "rule" in said and topic in ("notice-time", "exemption-granted", "refusal-punished")
