"""The page on intake says what the code does: its keys, kinds, limits and words."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from tocsin.watch.intake import KINDS, Limits
from tocsin.watch.intake.coded import CLAIM_KEYS, REPORT_KEYS, SIGHTING_KEYS
from tocsin.watch.model import BASES, LEVELS, OWNERS, SIGHTING_SCOPES
from tocsin.watch.people.protect import KEY_BYTES, KEY_VARIABLE

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "watch-intake.md").read_text()


def keys_of(heading: str) -> set[str]:
    """Names in the first column of the table with this heading."""
    table = PAGE.partition(f"| {heading} |")[2].partition("\n\n")[0]
    return {name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])}


def test_every_key_of_a_coded_row_is_listed() -> None:
    """No key is missing, and none is invented."""
    assert keys_of("key of a report") == REPORT_KEYS
    assert keys_of("key of a claim") == CLAIM_KEYS
    assert keys_of("key of a statement on forces") == SIGHTING_KEYS


def test_every_kind_is_listed() -> None:
    """What a file may be taken for."""
    assert keys_of("kind") == set(KINDS)


def test_every_limit_is_listed_with_its_default() -> None:
    """A limit that is changed is changed in the page."""
    limits = Limits()
    rows = {name: value for name, value in re.findall(r"^\| `(\w+)` \| ([\d,]+) \|", PAGE, re.MULTILINE)}
    assert rows == {
        one.name: f"{getattr(limits, one.name):,g}" if one.name == "seconds" else f"{getattr(limits, one.name):,}"
        for one in fields(limits)
    }


def test_words_of_rows_are_those_of_the_model() -> None:
    """Owners, levels, bases and scopes, in words that a coder may write; the key's size and variable."""
    for words in (OWNERS, LEVELS, SIGHTING_SCOPES):
        assert ", ".join(words) in PAGE
    assert set(re.findall(r"how well that is known: ([\w, -]+) \|", PAGE)[0].split(", ")) == set(BASES)
    assert f"{KEY_BYTES} random bytes" in PAGE and KEY_VARIABLE in PAGE
