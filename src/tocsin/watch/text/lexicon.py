"""Tables of words: one TOML file a language says which words and phrases mean what; a seventh language is a file.

Each section of `words/<language>.toml` is a tag (month, weekday, unit …); its keys are values and its lists are forms.
A form is a word or a phrase in small letters; `*` at the end of a word stands for any ending, at its
beginning (in single words) for any beginning. Where several forms fit,
the longest phrase goes first; of a single word all tags hold, and of one tag a whole word goes before a stem.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final

__all__ = ["LANGUAGES", "Lexicon", "Tags", "lexicon"]

Tags = dict[str, str]
"""Tag → value: what a word may mean; several tags where it has several meanings."""
LANGUAGES: Final = ("be", "en", "lt", "pl", "ru", "uk")
"""Languages that have a table."""
_LED: Final = frozenset(("at", "join", "since", "until", "for", "from", "to", "hourbefore", "pointed", "hourlead"))
"""What a preposition at the end of a phrase such as "report at" still says."""
_INHERITING: Final = frozenset(("cue", "hedge", "at", "join"))
_KEPT: Final = frozenset(("cue", "summons", "period_word", "called"))
_THAN: Final = frozenset(("чем", "ніж", "як", "чым", "niż", "kaip", "nei"))
_SHORTEST_STEM: Final = 2
_LONGEST_END: Final = 6
_LONGEST_WORD: Final = 30


@dataclass(frozen=True)
class _Words:
    """Forms of one word: whole words, stems and endings."""

    whole: dict[str, Tags] = field(default_factory=dict)
    stems: dict[str, Tags] = field(default_factory=dict)
    ends: dict[str, Tags] = field(default_factory=dict)

    def add(self, form: str, tag: str, value: str) -> None:
        if form.startswith("*"):
            self.ends.setdefault(form[1:], {}).setdefault(tag, value)
            return
        kind, key = (self.stems, form[:-1]) if form.endswith("*") else (self.whole, form)
        kind.setdefault(key, {}).setdefault(tag, value)

    def of(self, word: str) -> Tags:
        found = dict(self.whole.get(word, {}))
        for size in range(min(len(word), _LONGEST_WORD), _SHORTEST_STEM - 1, -1):
            for tag, value in self.stems.get(word[:size], {}).items():
                found.setdefault(tag, value)
        for size in range(min(len(word) - _SHORTEST_STEM, _LONGEST_END), 1, -1) if self.ends else ():
            for tag, value in self.ends.get(word[-size:], {}).items():
                found.setdefault(tag, value)
        return found


@dataclass(frozen=True)
class Lexicon:
    """What the words of one language mean.

    Attributes:
        language: Two letters.
    """

    language: str
    _words: _Words
    _phrases: dict[str, list[tuple[tuple[str, ...], Tags]]]
    _known: dict[str, tuple[Tags, list[tuple[tuple[str, ...], Tags]]]]

    def meanings(self, words: Sequence[str]) -> tuple[int, Tags]:
        """How many of the next words belong together, and what they mean.

        Args:
            words: The next words, in small letters; the first is the one that is asked about.

        Returns:
            Number of words (1 or more) and their tags; no tags if they mean nothing here.
        """
        known = self._known.get(words[0])
        if known is None:
            known = self._look_up(words[0])
        tags, phrases = known
        for parts, meaning in phrases:
            if len(parts) <= len(words) and all(map(_fits, parts, words)):
                return len(parts), self._with_parts(words[: len(parts)], meaning)
        return 1, tags

    def _with_parts(self, words: Sequence[str], meaning: Tags) -> Tags:
        """A phrase's tags, with what its words say of summoning: "before reporting" still speaks of reporting."""
        more = {tag: value for word in words for tag, value in self._words.of(word).items() if tag in _KEPT}
        return {**more, **meaning} if more else meaning

    def _look_up(self, word: str) -> tuple[Tags, list[tuple[tuple[str, ...], Tags]]]:
        found = list(self._phrases.get(word, ()))
        for size in range(_SHORTEST_STEM, min(len(word), _LONGEST_WORD) + 1):
            found += self._phrases.get(word[:size] + "*", ())
        found.sort(key=lambda one: (-len(one[0]), one[0]))
        known = self._words.of(word), found
        if len(self._known) < 20_000:  # a memory, not a rule: bounded so that hostile text cannot fill it
            self._known[word] = known
        return known


def _fits(part: str, word: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


def _with_comma(parts: tuple[str, ...]) -> list[tuple[str, ...]]:
    """A phrase, and the same with the comma that some put before "than"."""
    found = [parts]
    found += [(*parts[:at], ",", *parts[at:]) for at in range(1, len(parts)) if parts[at] in _THAN]
    return found


@cache
def lexicon(language: str) -> Lexicon:
    """The table of a language.

    Args:
        language: One of `LANGUAGES`.
    """
    raw = tomllib.loads((files("tocsin.watch.text") / "words" / f"{language}.toml").read_text("utf-8"))
    words = _Words()
    phrases: dict[tuple[str, ...], Tags] = {}
    for tag, values in raw.items():
        for value, forms in values.items():
            for form in forms:
                parts = tuple(form.replace("-", " - ").replace("/", " / ").split())
                if len(parts) == 1:
                    words.add(parts[0], tag, value)
                else:
                    for each in _with_comma(parts):
                        phrases.setdefault(each, {}).setdefault(tag, value)
    for parts, tags in phrases.items():
        inherited = {tag: value for tag, value in words.of(parts[-1]).items() if tag in _LED}
        if not _INHERITING.isdisjoint(tags):
            tags.update({**inherited, **tags})
    by_first: dict[str, list[tuple[tuple[str, ...], Tags]]] = {}
    for parts, tags in phrases.items():
        by_first.setdefault(parts[0], []).append((parts, tags))
    return Lexicon(language, words, by_first, {})
