"""Grades in words: letter of the source, digit of the report (the Admiralty code, AJP-2.1).

F and 6 say that nobody can judge; they do not say "half reliable".
"""

from __future__ import annotations

from typing import Final

__all__ = ["DIGITS", "LETTERS", "grade_words"]

LETTERS: Final = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability not judged",
}
DIGITS: Final = {
    "1": "confirmed by others",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "truth not judged",
}


def grade_words(letter: str, digit: str = "") -> str:
    """What a grade says: `source usually reliable, report possibly true`; of a letter or a digit alone, its half."""
    found = [f"source {LETTERS[letter]}"] if letter else []
    return ", ".join([*found, f"report {DIGITS[digit]}"] if digit else found)
