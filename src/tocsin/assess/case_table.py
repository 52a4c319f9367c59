"""A table of a case file, key by key: what is asked for is given in its type, all else is refused with its place.

Places are written as `case.toml: evidence 3 (notice-hours).likelihood.routine, line 47`. Lines are looked for only when
there is something to place (`plan/positions.py`).
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from tocsin.assess.model import Range
from tocsin.assess.words import WORDS, range_of
from tocsin.errors import CaseError
from tocsin.plan.problem import Path, nearest, shown
from tocsin.watch.times import day_bounds, moment_ms

__all__ = ["LONG", "SHORT", "Table", "Text", "refusal"]

SHORT: Final = 200
"""Most characters of a name."""
LONG: Final = 4_000
"""Most characters of a sentence or a remark."""
_MOST_LISTED: Final = 500
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9_-]+)*")
_MOST_ID: Final = 60
_FARTHEST: Final = dt.date(2200, 1, 1)
_LEAST: Final = 0.0001  # what is judged rarer than once in ten thousand was not judged
_SEVEN: Final = ", ".join(one.name for one in WORDS)


@dataclass(frozen=True, slots=True)
class Text:
    """A case file's text, for places.

    Attributes:
        file: What to call it.
        text: TOML; "" = not at hand.
        data: What tomllib made of it.
    """

    file: str
    text: str
    data: Mapping[str, object]

    def place(self, path: Path) -> str:
        """Where a key stands: file, path as people write it, line."""
        if not path:
            return self.file
        line = self._line(path)
        return f"{self.file}: {self._path(path)}" + ("" if line is None else f", line {line}")

    def _line(self, path: Path) -> int | None:
        from tocsin.plan.positions import line_of, lines_of_keys  # late: only a refusal needs it

        return line_of(path, lines_of_keys(self.text))

    def _path(self, path: Path) -> str:
        told = ""
        here: object = self.data
        for part in path:
            here = _inner(here, part)
            if isinstance(part, int):
                name = here.get("id") if isinstance(here, Mapping) else None
                told += f" {part + 1}" + (f" ({name})" if isinstance(name, str) and _ID.fullmatch(name[:80]) else "")
            else:
                told += ("." if told else "") + (
                    part if len(part) <= _MOST_ID and _ID.fullmatch(part.lower()) else shown(part)
                )
        return told


def _inner(here: object, part: str | int) -> object:
    if isinstance(here, Mapping):
        return here.get(part)
    return here[part] if isinstance(here, list) and isinstance(part, int) and part < len(here) else None


def refusal(file: str, text: str, path: Path, sentence: str) -> CaseError:
    """An error at a place of a case that was read before.

    Args:
        file: What to call it.
        text: Its TOML.
        path: Keys and positions from the top.
        sentence: What was found and what was expected.
    """
    import tomllib

    return CaseError(sentence, place=Text(file, text, tomllib.loads(text) if text else {}).place(path))


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a case.

    Attributes:
        source: The whole file.
        path: Where the table stands.
        data: Its keys.
        zone: Time zone of days.
    """

    source: Text
    path: Path
    data: Mapping[str, object]
    zone: ZoneInfo

    def error(self, sentence: str, *keys: str | int) -> CaseError:
        """A refusal at a key of this table."""
        return CaseError(sentence, place=self.source.place((*self.path, *keys)))

    def only(self, known: Sequence[str], what: str) -> None:
        """Refuse keys that are not known.

        Args:
            known: All that there may be.
            what: What the table is, for the sentence.

        Raises:
            CaseError: There is another one.
        """
        for key in self.data:
            if key not in known:
                close = nearest(key, known) or f"; expected one of {', '.join(known)}"
                raise self.error(f"found the key {shown(key)}, which {what} does not have{close}", key)

    def text(self, key: str, default: str | None = None, *, most: int = LONG) -> str:
        """A text.

        Args:
            key: Its key.
            default: What holds where it is not given; None = it must be.
            most: Most characters.

        Raises:
            CaseError: It is missing, none, empty, too long, or holds characters that are not seen.
        """
        if key not in self.data:
            if default is None:
                raise self.error(f"found no {key}; expected a text in quotes", key)
            return default
        return self._checked(self.data[key], most, key)

    def _checked(self, value: object, most: int, *keys: str | int) -> str:
        if not isinstance(value, str):
            raise self.error(f"found {shown(value)}; expected a text in quotes", *keys)
        told = value.strip()
        if not told:
            raise self.error("found an empty text; expected some words", *keys)
        if len(told) > most:
            raise self.error(f"found a text of {len(told):,} characters; expected at most {most:,}", *keys)
        hidden = next((char for char in told if _hidden(char)), "")
        if hidden:
            told = f"found a character that is not seen (U+{ord(hidden):04X}); expected letters, signs and spaces"
            raise self.error(told, *keys)
        return told

    def name(self, key: str) -> str:
        """A short name: small letters, digits, hyphens, underscores and dots."""
        found = self.text(key, most=SHORT)
        if len(found) > _MOST_ID or not _ID.fullmatch(found):
            told = f"found {shown(found)}; expected at most {_MOST_ID} small letters, digits, hyphens and underscores"
            raise self.error(told, key)
        return found

    def one_of(self, key: str, known: Sequence[str], default: str | None = None) -> str:
        """One of some words."""
        found = self.text(key, default, most=SHORT)
        if found not in known and found != default:
            raise self.error(
                f"found {shown(found)}; expected one of {', '.join(known)}{nearest(found, known)}", key
            )  # fmt: skip
        return found

    def texts(self, key: str, *, needed: bool = False, most: int = LONG) -> tuple[str, ...]:
        """An array of texts, each once."""
        listed = self._array(key, needed)
        found: list[str] = []
        for at, value in enumerate(listed):
            told = self._checked(value, most, key, at)
            if told in found:
                raise self.error(f"found {shown(told)} twice; expected it once", key, at)
            found.append(told)
        return tuple(found)

    def _array(self, key: str, needed: bool) -> list[object]:
        if key not in self.data and not needed:
            return []
        value = self.data.get(key)
        if key not in self.data:
            raise self.error(f"found no {key}; expected an array of at least one", key)
        if not isinstance(value, list):
            raise self.error(f"found {shown(value)}; expected an array", key)
        if needed and not value:
            raise self.error("found an empty array; expected at least one", key)
        if len(value) > _MOST_LISTED:
            raise self.error(f"found {len(value):,} entries; expected at most {_MOST_LISTED}", key)
        return value

    def number(
        self, key: str, default: float | None = None, *, low: float = -math.inf, high: float = math.inf, what: str = ""
    ) -> float:
        """A finite number from `low` to `high`; `what` says which for the sentence."""
        if key not in self.data:
            if default is None:
                raise self.error(f"found no {key}; expected {what or 'a number'}", key)
            return default
        return self.checked_number(self.data[key], low, high, what, key)

    def checked_number(self, value: object, low: float, high: float, what: str, *keys: str | int) -> float:
        """A value as a finite number from `low` to `high`."""
        found = math.nan
        if isinstance(value, int | float) and not isinstance(value, bool):
            found = _floated(value)
        if not math.isfinite(found) or not low <= found <= high:
            raise self.error(f"found {shown(value)}; expected {what or 'a number'}", *keys)
        return found

    def maybe_number(self, key: str, what: str) -> float | None:
        """A finite number, or None where there is none."""
        return self.number(key, what=what) if key in self.data else None

    def whole(self, key: str, default: int | None = None, *, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self.data.get(key, default)
        if value is None:
            raise self.error(f"found no {key}; expected a whole number", key)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.error(f"found {shown(value)}; expected a whole number from {low:,} to {high:,}", key)
        return value

    def moment(self, key: str, *, end: bool = True) -> int | None:
        """A day or moment in milliseconds; of a day its last one, or its first. None where it is not given."""
        return None if key not in self.data else self.moment_of(self.data[key], end, key)

    def moment_of(self, value: object, end: bool, *keys: str | int) -> int:
        """A value as a moment."""
        what = "a TOML date such as 2026-03-09, or a time such as 2026-03-09T18:00:00+03:00, without quotes"
        day = value.date() if isinstance(value, dt.datetime) else value
        if not isinstance(day, dt.date):
            raise self.error(f"found {shown(value)}; expected {what}", *keys)
        if not dt.date(1900, 1, 1) <= day <= _FARTHEST:
            raise self.error(f"found {shown(value)}; expected a day from 1900 to {_FARTHEST.year}", *keys)
        if isinstance(value, dt.datetime):
            return moment_ms(value, self.zone)
        bounds = day_bounds(day, self.zone)
        found = bounds.most if end else bounds.least
        assert found is not None, "a day has both ends"
        return found

    def table(self, key: str) -> Table | None:
        """A table within this one; None where there is none."""
        if key not in self.data:
            return None
        value = self.data[key]
        if not isinstance(value, dict):
            raise self.error(f"found {shown(value)}; expected a table", key)
        return Table(self.source, (*self.path, key), value, self.zone)

    def tables(self, key: str, *, most: int = _MOST_LISTED) -> Iterator[Table]:
        """The tables of an array of tables."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.error(f"found {shown(value)}; expected tables, each under [[{key}]]", key)
        if len(value) > most:
            raise self.error(f"found {len(value):,} of them; expected at most {most}", key)
        for at, one in enumerate(value):
            yield Table(self.source, (*self.path, key, at), one, self.zone)

    def judged(self, key: str) -> Range:
        """A judged probability: one of the seven words, or a range in numbers."""
        if key not in self.data:
            raise self.error(f"found no {key}; expected one of {_SEVEN}, or a range such as [0.3, 0.6]", key)
        value = self.data[key]
        if isinstance(value, str):
            found = range_of(value)
            if found is None:
                close = nearest(value, [one.name for one in WORDS])
                raise self.error(f"found {shown(value)}; expected one of {_SEVEN}{close}", key)
            return Range(*found, value)
        if not isinstance(value, list) or len(value) != 2:
            raise self.error(f"found {shown(value)}; expected one of {_SEVEN}, or a range such as [0.3, 0.6]", key)
        what = f"a probability above 0 and below 1, from {_LEAST} to {1 - _LEAST}"
        low, high = (self.checked_number(one, _LEAST, 1 - _LEAST, what, key, at) for at, one in enumerate(value))
        if low > high:
            raise self.error(f"found [{shown(low)}, {shown(high)}]; expected the lower end first", key)
        return Range(low, high)

    def likelihood(self, hypotheses: Iterable[str]) -> dict[str, Range]:
        """The table `likelihood`: every hypothesis with its judged probability."""
        known = tuple(hypotheses)
        table = self.table("likelihood")
        if table is None:
            raise self.error(f"found no likelihood; expected one for each of {', '.join(known)}", "likelihood")
        for name in table.data:
            if name not in known:
                told = f"found the hypothesis {shown(name)}, which the case does not have"
                raise table.error(told + (nearest(name, known) or f"; expected {', '.join(known)}"), name)
        return {name: table.judged(name) for name in known}

    def unique(self, name: str, met: set[str], what: str) -> None:
        """Remember a name, and refuse one that is there already."""
        if name in met:
            raise self.error(f"found the {what} {name!r} twice; expected each name once", "id")
        met.add(name)


def _floated(value: int | float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _hidden(char: str) -> bool:
    if char in "\n\t" or char.isprintable():
        return False
    if char.isascii():
        return True
    from tocsin.watch.masking import shown as visible  # late: only a rare character needs it

    return visible(char) != char
