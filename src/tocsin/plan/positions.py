"""On which line of a TOML text each key stands.

`tomllib` keeps no positions and neither do the items of tomlkit, so this small scanner finds them. It reads text
that tomllib has already accepted, and only when there is a problem to place; hence it never refuses anything.
"""

from __future__ import annotations

import re

from tocsin.plan.problem import Path

__all__ = ["line_of", "lines_of_keys"]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]*")
_STRINGS = tuple(
    (mark, re.compile(pattern, re.DOTALL))
    for mark, pattern in (
        ('"""', r'"""(?:\\.|.)*?"""(?:"{0,2})'),
        ("'''", r"'''.*?'''(?:'{0,2})"),
        ('"', r'"(?:\\.|[^"\\\n])*"'),
        ("'", r"'[^'\n]*'"),
    )
)


def lines_of_keys(text: str) -> dict[Path, int]:
    """Find the line (from 1) on which each key, table and array item of a valid TOML text begins.

    Args:
        text: TOML that `tomllib` accepts.

    Returns:
        Lines by path; items of arrays have their position as the last part.
    """
    return _Scanner(text).scan()


def line_of(path: Path, lines: dict[Path, int]) -> int | None:
    """Return the line of a path, or of the innermost table around it that is in the text (a missing key has none)."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


class _Scanner:
    """Walks the text once; `at` is the next character, `line` the line it is on."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.counted = 0
        self.lines_before = 1
        self.lines: dict[Path, int] = {}
        self.items: dict[Path, int] = {}

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            before = self.at
            if self.text.startswith("[", self.at):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
            if self.at == before:  # not TOML after all: give up quietly, the lines so far are right
                break
        return self.lines

    def _line(self) -> int:
        self.lines_before += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        return self.lines_before

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return match[0]

    def _header(self) -> Path:
        line = self._line()
        array = self.text.startswith("[[", self.at)
        self.at += 2 if array else 1
        keys = self._keys()
        self.at += 2 if array else 1
        path = self._resolved(keys[:-1])
        if array:
            outer = (*path, keys[-1])
            self.items[outer] = self.items.get(outer, -1) + 1
            self.lines.setdefault(outer, line)
            path = (*outer, self.items[outer])
        else:
            path = (*path, keys[-1])
        self._mark(path, line)
        return path

    def _resolved(self, keys: list[str]) -> Path:
        """Follow keys from the top; an array of tables stands for its last item."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self.items:
                path = (*path, self.items[path])
        return path

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._skip(_SPACE)
            keys.append(self._key())
            self._skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return keys
            self.at += 1

    def _key(self) -> str:
        quoted = self._string()
        if quoted is None:
            return self._skip(_BARE)
        import tomllib  # late: only for quoted keys, whose escapes it knows

        return next(iter(tomllib.loads(f"{quoted} = 0")))

    def _string(self) -> str | None:
        for mark, pattern in _STRINGS:
            if self.text.startswith(mark, self.at):
                return self._skip(pattern)
        return None

    def _mark(self, path: Path, line: int) -> None:
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line)

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = (*table, *self._keys())
        self._skip(_SPACE)
        self.at += 1  # the equals sign
        self._mark(path, line)
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip(_SPACE)
        opening = self.text[self.at : self.at + 1]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline(path)
        elif self._string() is None:
            self._skip(_SCALAR)

    def _array(self, path: Path) -> None:
        self.at += 1
        position = 0
        while self._inside("]"):
            self._mark((*path, position), self._line())
            self._value((*path, position))
            position += 1
            self._comma()

    def _inline(self, path: Path) -> None:
        self.at += 1
        while self._inside("}"):
            self._pair(path)
            self._comma()

    def _inside(self, closing: str) -> bool:
        """Skip blanks; at the closing bracket (or the end of the text) step over it and say no."""
        self._skip(_BLANK)
        if self.at >= len(self.text):
            return False
        if self.text[self.at] == closing:
            self.at += 1
            return False
        return True

    def _comma(self) -> None:
        self._skip(_BLANK)
        if self.text.startswith(",", self.at):
            self.at += 1
