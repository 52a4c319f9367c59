"""What masking gave before, so that it is not worked out anew at each command: a table in the store.

Masking asks all rules about every word, about a millisecond for each report. What comes out depends on the words that
went in and on the rules, and on nothing else. So it is kept under a hash of both: other words, another decision about
them, or one changed letter in the rules or their tables make another hash, and nothing has ever to be called back.
What is kept is masked; where masking changed nothing, only that is noted.

Commands that only look read the table and never write to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from json import dumps, loads
from typing import Final

from tocsin.watch.store import Store

__all__ = ["Remembered", "rules_digest"]

_TABLE: Final = "CREATE TABLE IF NOT EXISTS maskings (key BLOB PRIMARY KEY, words TEXT NOT NULL) WITHOUT ROWID"
_UNDER: Final = "maskings"
"""Name in the store's notes under which stands by which rules the table was made."""
_PACKAGES: Final = ("text", "people")
_MODULES: Final = ("masking.py", "shown.py", "remembered.py", "model.py", "times.py")

Words = tuple[str, ...]


@cache
def rules_digest() -> str:
    """A hash of all code and tables by which words are masked."""
    root = files("tocsin.watch")
    found = [root.joinpath(name) for name in _MODULES]
    found += [each for name in _PACKAGES for each in _files(root.joinpath(name))]
    made = hashlib.sha256()
    for one in sorted(found, key=lambda each: str(each)):
        made.update(hashlib.sha256(one.read_bytes()).digest())
    return made.hexdigest()


def _files(folder: Traversable) -> Iterator[Traversable]:
    for one in folder.iterdir():
        if one.is_file():
            yield one
        elif one.name != "__pycache__":
            yield from _files(one)


class Remembered:
    """Words as they were masked before; without a store nothing is remembered."""

    def __init__(self, store: Store | None = None) -> None:
        self._store, self._fresh = store, dict[bytes, str]()
        self._there = store is not None and store.kept(_UNDER) == rules_digest()

    def ask(self, asked: str, words: Words, rest: object, mask: Callable[[], Words]) -> Words:
        """Some words as they may be shown.

        Args:
            asked: What sort of row it is.
            words: The words that are masked.
            rest: Whatever else the answer depends on; its `repr` must say all of it, the same in every process.
            mask: Works it out: as many words as were given; of empty words it makes empty ones.
        """
        if not any(words):
            return words
        if self._store is None:
            return mask()
        key = hashlib.blake2b(repr((asked, words, rest)).encode("utf-8", "backslashreplace"), digest_size=20).digest()
        told = self._fresh.get(key) or self._kept(key)
        if told is not None:
            return tuple(old if new is None else new for old, new in zip(words, loads(told), strict=True))
        found = mask()
        self._fresh[key] = dumps([None if new == old else new for old, new in zip(words, found, strict=True)])
        return found

    def _kept(self, key: bytes) -> str | None:
        if not self._there or self._store is None:
            return None
        found = self._store.connection.execute("SELECT words FROM maskings WHERE key = ?", (key,)).fetchone()
        return None if found is None else str(found[0])

    def keep(self) -> None:
        """Write what was worked out anew; what other rules gave is dropped."""
        if self._store is None or not self._fresh:
            return
        with self._store.batch():
            self._store.connection.execute(_TABLE)
            if not self._there:
                self._store.connection.execute("DELETE FROM maskings")
                self._store.keep(_UNDER, rules_digest())
            self._store.connection.executemany(
                "INSERT OR REPLACE INTO maskings VALUES (?, ?)", sorted(self._fresh.items())
            )
        self._there = True
        self._fresh.clear()
