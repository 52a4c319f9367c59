"""How a text stands to what it speaks of: asserts, denies or retells.

The stance is the text's, so it is told sentence by sentence with a memory:

1. a sentence that denies a topic denies it, whoever is quoted;
2. a report of an office asserts, unless the sentence quotes somebody else;
3. a sentence with words of retelling (according to, writes, said, allegedly) retells;
4. what follows a retelling goes on retelling, until the text speaks of itself again (we, my, confirmed);
5. what is law or rule is the text's own statement, unless the sentence quotes;
6. a text in a language that is not spoken in the watched country has not seen what happened there: it retells events
   in that country, unless it says that it was there; events of its own country it asserts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class Teller:
    """Who speaks in a text, from its first sentence on.

    Attributes:
        country: Which country is watched.
        language: Of the text.
        report: The report, if known.
        places: Places that the text names.
        retelling: Whether the text retells where it has come to.
    """

    country: str
    language: str
    report: Report | None = None
    places: Sequence[Found] = ()
    retelling: bool = field(default=False)

    def __post_init__(self) -> None:
        spoken = _SPOKEN.get(self.country)
        home = _HOMES.get(self.language)
        countries = [str(one.value.get("country")) for one in self.places]
        at_home = bool(countries) and all(one == home for one in countries)
        self.retelling = spoken is not None and self.language not in (*spoken, "und", "") and not at_home
        if self._official():
            self.retelling = False

    def stances(
        self, said: Mapping[str, Sequence[Hit]], language: str, topics: Sequence[tuple[str, bool]], words: str
    ) -> list[str]:
        """Stances of a sentence's topics, in their order; sentences are asked about in the order of the text.

        Args:
            said: What the sentence speaks of.
            language: Of the sentence.
            topics: Topic and whether its words deny it.
            words: The sentence.
        """
        cue = "retell" in said
        own = "own" in said and not cue
        if own:
            self.retelling = False
        made = []
        for topic, denied in topics:
            if denied or "deny" in said:
                made.append("denies")
            elif self._retells(said, topic, cue=cue):
                made.append("retells")
            else:
                made.append("asserts")
        if cue and not self._official():
            self.retelling = True
        return made

    def _retells(self, said: Mapping[str, Sequence[Hit]], topic: str, *, cue: bool) -> bool:
        if cue or ("order" in said and topic == "refusal-punished"):
            return True
        return self.retelling and topic not in _RULES and not self._is_rule(said, topic)

    def _official(self) -> bool:
        return self.report is not None and self.report.level == "official"

    def _is_rule(self, said: Mapping[str, Sequence[Hit]], topic: str) -> bool:
        """Whether a sentence says what is done in general, not what was done."""
        if topic == "refusal-punished":
            return "threat" not in said or "law" in said
        return "rule" in said and topic in ("notice-time", "exemption-granted")
