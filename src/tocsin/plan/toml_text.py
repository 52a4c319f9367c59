"""TOML as text to TOML as tables, in a time and a memory that grow with the text and not with its square.

`tomllib` keeps every beginning of a dotted key, so that one key of n parts takes n² of memory: a file of 200 kB with
one key of 100,000 parts takes all that a machine has. Nobody writes such keys; they are refused before it begins.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

__all__ = ["MOST_PARTS", "parse_toml"]

MOST_PARTS: Final = 40
"""Most parts of a dotted key. Words that dots join within a text count alike: what is text is not known yet."""

_PART: Final = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.){0,200}+"|'[^'\n]{0,200}+')"""
_FAR: Final = re.compile(rf"(?<![A-Za-z0-9_-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MOST_PARTS}}}")


def parse_toml(text: str) -> dict[str, Any]:
    """Parse a text.

    Args:
        text: TOML.

    Raises:
        RecursionError: Its tables or arrays are nested far too deep, or a key has more than `MOST_PARTS` parts.
        ValueError: It is no TOML.
    """
    if _FAR.search(text):
        raise RecursionError
    return tomllib.loads(text)
