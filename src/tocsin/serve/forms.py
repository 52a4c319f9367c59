"""What a browser sends: words of an address or of a form; and how a refused form comes back, with what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tocsin.errors import TocsinError

__all__ = ["NOTHING", "Refused", "addressed", "wanted_page", "words_of_form"]

_MOST = 1_000_000
"""Signs of one field that are read."""
_DIGITS = 9
"""More digits than any list has pages."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was not taken.

    Attributes:
        form: Which form of the page; "" = none was refused.
        problem: One sentence, "" = none.
        place: The field that it is about, or "".
        words: What was typed, by field.
    """

    form: str = ""
    problem: str = ""
    place: str = ""
    words: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, error: TocsinError, words: Mapping[str, str], form: str = "") -> Refused:
        """What an error says of a form."""
        place = error.place.removeprefix("--").removeprefix("value ").replace("_", " ").lower()
        return cls(form or words.get("which", ""), error.sentence, place, words)

    def said(self, form: str, name: str, default: str = "") -> str:
        """What stands in a field: what was typed if this form was refused, else what stood there before."""
        return self.words.get(name, default) if self.form == form and self.problem else default

    def told(self, form: str) -> str:
        """What is said beside a form."""
        if self.form != form:
            return ""
        return f"{self.place}: {self.problem}" if self.place and self.problem else self.problem


NOTHING = Refused()
"""No form was refused."""


def words_of_form(data: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a form as words; of a field that came twice the last, of files none."""
    found = {}
    for name, value in data.items():
        last = value[-1] if isinstance(value, list | tuple) and value else value
        if isinstance(last, str):
            found[name] = last[:_MOST].replace("\r\n", "\n")
    return found


def wanted_page(words: Mapping[str, Any]) -> int:
    """The page that an address or a form asks for; the first where it asks for none."""
    told = str(words.get("page", ""))
    return int(told) if told.isascii() and told.isdigit() and len(told) <= _DIGITS else 1


def addressed(path: str, words: Mapping[str, str], **more: object) -> str:
    """An address with the words that are not empty, the later ones in place of the earlier."""
    asked = {name: str(said) for name, said in {**words, **more}.items() if said not in ("", None)}
    return f"{path}?{urlencode(asked)}" if asked else path
