"""The tables of the ledger as they are read, and the patterns that stand in them."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["any_of", "table"]


@cache
def table(name: str) -> dict[str, Any]:
    """A table beside this module, such as `themes.toml`; read once and not to be changed."""
    return tomllib.loads(files("tocsin.watch.ledger").joinpath(name).read_text("utf-8"))


@cache
def any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern that is found where any of several is, in capitals or not."""
    return re.compile("|".join(words), re.IGNORECASE)
