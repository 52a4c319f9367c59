"""How like two claims are: by words, place, time and formation; and what keeps them apart whatever the words say.

Words are compared by the cosine of character trigrams of the summaries, without weights from the collection: what one
pair scores does not hang on which other reports are there.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache, reduce
from importlib.resources import files
from math import sqrt
from typing import Final

from tocsin.watch.model import Bounds

__all__ = ["DAY_MS", "Nested", "apart_ms", "joined", "likeness", "likenesses", "nested", "shared", "whole_country"]

DAY_MS: Final = 86_400_000
Nested = Callable[[str, str], "bool | None"]
"""Whether of two places as written one may lie in the other; None = cannot be said."""
_BLOCK: Final = 256
FEWEST_LETTERS: Final = 12
"""Words shorter than this are like nothing: too few to tell."""


@cache
def _grams(text: str) -> tuple[Counter[str], float]:
    words = " " + " ".join(re.findall(r"\w+", text.lower())) + " "
    found = Counter(words[at : at + 3] for at in range(len(words) - 2)) if len(words) > FEWEST_LETTERS else Counter()
    return found, sqrt(sum(count * count for count in found.values()))


def likeness(first: str, second: str) -> float:
    """Cosine of the character trigrams of two texts, 0 to 1; 0 of texts under the floor."""
    (one, size), (other, length) = _grams(first), _grams(second)
    if not size or not length:
        return 0.0
    small, large = sorted((one, other), key=len)
    return sum(count * large[gram] for gram, count in small.items()) / (size * length)


def likenesses(texts: Sequence[str]) -> Iterator[list[float]]:
    """`likeness` of every text with every other, row by row, rounded to six places."""
    import numpy as np

    grams = [_grams(text) for text in texts]
    known = {gram: at for at, gram in enumerate(sorted({gram for counts, _ in grams for gram in counts}))}
    matrix = np.zeros((len(texts), len(known)), dtype=np.float32)
    for row, (counts, _) in enumerate(grams):
        for gram, count in counts.items():
            matrix[row, known[gram]] = count
    # Counts are whole and small, so that the products are exact in any order of adding up.
    sizes = np.array([size or np.inf for _, size in grams])
    for start in range(0, len(texts), _BLOCK):
        products = (matrix[start : start + _BLOCK] @ matrix.T).astype(np.float64)
        cosines = products / sizes[start : start + _BLOCK, None] / sizes[None, :]
        yield from np.round(cosines, 6).tolist()


@cache
def _paths() -> tuple[tuple[str, tuple[str, ...]], ...]:
    table = tomllib.loads(files("tocsin.watch").joinpath("where.toml").read_text("utf-8"))["paths"]
    return tuple((name, tuple(paths)) for name, paths in table.items())


@cache
def _known(place: str) -> frozenset[str]:
    """Paths of a written place: those of each name in it that no longer name in it holds, the country only alone."""
    rest, found = place.lower(), set[str]()
    for name, paths in sorted(_paths(), key=lambda one: (-len(one[0]), one[0])):
        if name in rest:
            rest = rest.replace(name, " ")
            found.update(paths)
    inner = {path for path in found if path != "by"}
    return frozenset(inner or found)


@cache
def nested(first: str, second: str) -> bool | None:
    """Whether of two places as written one may lie in the other, by the small table `where.toml`."""
    one, other = _known(first), _known(second)
    if not one or not other:
        return None
    return any(f"{a}/".startswith(f"{b}/") or f"{b}/".startswith(f"{a}/") for a in one for b in other)


def apart_ms(first: Bounds, second: Bounds) -> int:
    """How far apart two times are for sure; 0 where they may meet."""
    gaps = [
        low.least - high.most
        for low, high in ((first, second), (second, first))
        if low.least is not None and high.most is not None
    ]
    return max([0, *gaps])


def shared(times: list[Bounds]) -> Bounds | None:
    """The time in which all lie; None where there is none."""
    low = max((one.least for one in times if one.least is not None), default=None)
    high = min((one.most for one in times if one.most is not None), default=None)
    return None if low is not None and high is not None and low > high else Bounds(low, high)


def joined(times: list[Bounds]) -> Bounds:
    """The narrowest bounds that hold all of which anything is known; nothing is known of none."""
    known = [one for one in times if one.known]
    return reduce(Bounds.hull, known) if known else Bounds()


def whole_country(place: str) -> bool:
    """Whether a place as written is no more than the country, so that naming it says little."""
    return _known(place) == {"by"}
