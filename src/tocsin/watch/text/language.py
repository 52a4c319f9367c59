"""Which language a text is in: letters that only one language has go before a statistical model of letters.

The model is py3langid (a fork of langid.py, Lui & Baldwin 2012), asked only for the languages below.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Final

from tocsin.watch.text.lexicon import LANGUAGES, lexicon

__all__ = ["language_of", "table_for"]

_ASKED: Final = (*LANGUAGES, "bg", "cs", "de", "es", "et", "fi", "fr", "hu", "it", "lv", "nl", "sk", "sv")
_CYRILLIC: Final = ("be", "bg", "ru", "uk")
_LATIN: Final = tuple(code for code in _ASKED if code not in _CYRILLIC)
_LETTERS_READ: Final = 4_000
_SHORTEST: Final = 16
"""Fewer letters than this say nothing, unless one of them is some language's own."""
_NOISE: Final = re.compile(r"https?://\S{1,500}|(?<!\S)[^\s@]{1,100}@\S{1,200}|[@#]\w{1,100}")
"""Addresses, e-mail, handles and marks: their letters are of no language."""
_OWN: Final = {
    "be": "ў",
    "uk": "їєґ",
    "pl": "łńśźż",
    "lt": "ėįųū",
}
_WORD: Final = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str:
    """Name the language of a text.

    Args:
        text: Title, body or both; the first 4,000 characters are read.

    Returns:
        Two letters, or `und` where a text has too few letters to tell.
    """
    read = _NOISE.sub(" ", text[:_LETTERS_READ]).lower()
    counts = Counter(filter(str.isalpha, read))
    letters = sum(counts.values())
    cyrillic = sum(number for letter, number in counts.items() if "Ѐ" <= letter <= "ӿ")
    latin = sum(number for letter, number in counts.items() if letter < "ɐ")
    if not letters or max(cyrillic, latin) * 2 < letters:
        return "und"
    found = _by_letters(counts) if cyrillic >= latin else _latin_by_letters(counts, read)
    if found:
        return found
    if letters < _SHORTEST:
        return "und"
    asked = _CYRILLIC if cyrillic >= latin else _LATIN
    return next(code for code, _score in _model()(read) if code in asked)


def _by_letters(counts: Counter[str]) -> str:
    """Belarusian, Ukrainian or Russian by their letters; "" if these do not tell.

    Belarusian has ў, і, ы and э but neither и, щ nor ъ; Ukrainian has і, ї, є and и but neither ы, э nor ъ; Russian has
    и, ы, э and ъ but no і. In a mixed text the language with more of its own letters wins.
    """
    i_dotted, i_plain, hard = counts["і"], counts["и"], counts["ы"] + counts["э"]
    belarusian = 3 * counts["ў"] + (i_dotted if hard > counts["ї"] + counts["є"] and i_dotted > i_plain else 0)
    ukrainian = 3 * (counts["ї"] + counts["є"] + counts["ґ"]) + (i_dotted if not hard and not counts["ў"] else 0)
    russian = hard + i_plain if hard and i_plain > i_dotted else 0
    scores = {"be": belarusian, "uk": ukrainian, "ru": russian}
    best = max(scores, key=lambda code: (scores[code], code))
    return best if scores[best] else ""


def _latin_by_letters(counts: Counter[str], read: str) -> str:
    """Polish or Lithuanian by their letters, English, Polish or Lithuanian by their commonest words; else ""."""
    polish, lithuanian = (sum(counts[letter] for letter in _OWN[code]) for code in ("pl", "lt"))
    if polish != lithuanian and max(polish, lithuanian) >= 2 and not counts["ő"] + counts["ř"] + counts["ā"]:
        return "pl" if polish > lithuanian else "lt"
    words = _WORD.findall(read)
    if len(words) > 12:
        return ""
    hits = {code: _common(words, code) for code in ("en", "lt", "pl")}
    best = max(hits, key=lambda code: (hits[code], code))
    rest = max(number for code, number in hits.items() if code != best)
    return best if hits[best] >= 2 and hits[best] > rest else ""


def _common(words: list[str], language: str) -> int:
    table = lexicon(language)
    return sum("common" in table.meanings((word,))[1] for word in words)


@cache
def _model() -> Callable[[str], list[tuple[str, float]]]:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE)
    found.set_languages(list(_ASKED))
    rank: Callable[[str], list[tuple[str, float]]] = found.rank
    return rank


def table_for(sentence: str, language: str) -> str:
    """Name the table by which a sentence is read.

    Args:
        sentence: The sentence: its own letters go before the language of the whole.
        language: Two letters of the whole text, or `und`.

    Returns:
        One of `LANGUAGES`, or "" where no table fits.
    """
    low = sentence[:_LETTERS_READ].lower()
    counts = Counter(filter(str.isalpha, low))
    cyrillic = sum(number for letter, number in counts.items() if "Ѐ" <= letter <= "ӿ")
    if cyrillic * 2 >= sum(counts.values()) and cyrillic:
        own = _by_letters(counts)
        if language in ("be", "ru", "uk"):
            clear = counts["ў"] or counts["ї"] or counts["є"] or (counts["ы"] + counts["э"] and counts["и"] > 1)
            return own if own and clear else language
        return own or ("" if language == "bg" else "ru")
    own = _latin_by_letters(counts, low)
    if language in ("en", "lt", "pl"):
        return own or language
    return own or ("en" if language == "und" or language in _CYRILLIC else "")
