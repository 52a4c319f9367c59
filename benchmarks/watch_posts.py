"""Posts that nobody wrote, with known truth: copies, edited copies, quotes, retellings and unrelated ones.

Words are made of syllables of six alphabets' letters, their frequencies follow Zipf's law, the frequent ones are short.
Of every ten posts about six are unrelated to any other; the others are families:

- *copies*: the same words in other case and with other signs, up to 30 of one post;
- *edited*: one word in 25 another one, a line of the channel's own at the end;
- *quotes*: a post of its own words around a passage of 20 to 30 words of another one;
- *retellings*: half of the longer words kept, in another order, other small words: the same story in other words;
- *viral*: where it is asked for, one post with thousands of copies;
- *forms*: posts of one form with other names and numbers: alike, and not the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tocsin.watch import Bounds, Report
from tocsin.watch.times import DAY_MS

__all__ = ["START_MS", "Posts", "posts"]

START_MS: Final = 1_767_225_600_000
WORDS: Final = 20_000
ALPHABETS: Final = {
    "ru": ("а о е и у ы я", "б в г д ж з к л м н п р с т х ч ш"),
    "be": ("а о е і у ы э", "б в г дз ж з к л м н п р с т х ц ш"),
    "uk": ("а о е і у и є", "б в г д ж з к л м н п р с т х ч щ"),
    "pl": ("a o e i u y ą", "b c d f g k ł m n p r s sz t w z ż"),
    "lt": ("a o e i u ė ų", "b d g j k l m n p r s š t v z ž"),
    "en": ("a o e i u ea ou", "b c d f g h k l m n p r s st t th w"),
}


@dataclass(frozen=True)
class Posts:
    """Posts and what is true of them.

    Attributes:
        reports: The posts.
        copies: Id → name of its family of copies and edited copies.
        quotes: (quoting, quoted).
        retold: (retelling, original).
        kin: Id → name of all that has to do with one post, forms included: a tie of two kins is a mistake.
    """

    reports: list[Report]
    copies: dict[str, str]
    quotes: list[tuple[str, str]]
    retold: list[tuple[str, str]]
    kin: dict[str, str]


class _Tongue:
    """Words of one made-up language and a way to draw them."""

    def __init__(self, rng: np.random.Generator, vowels: str, consonants: str) -> None:
        self.rng = rng
        first, second = consonants.split(), vowels.split()
        drawn = iter(rng.integers(0, 1 << 30, 20 * WORDS).tolist())
        made: dict[str, None] = {}
        while len(made) < WORDS:
            syllables = 1 if len(made) < 60 else 2 if len(made) < 600 else 2 + next(drawn) % 3
            parts = [first[next(drawn) % len(first)] + second[next(drawn) % len(second)] for _ in range(syllables)]
            made["".join(parts) + (first[next(drawn) % len(first)] if next(drawn) % 2 else "")] = None
        self.words = np.array(list(made))
        weights = 1 / (np.arange(WORDS) + 2.7)
        self.sums = np.cumsum(weights / weights.sum())

    def draw(self, count: int) -> list[str]:
        """That many words of running text."""
        found: list[str] = self.words[np.searchsorted(self.sums, self.rng.random(count))].tolist()
        return found

    def edited(self, words: list[str]) -> list[str]:
        """One word in 25 another one, and a line of the channel's own."""
        other = self.draw(len(words))
        kept = [new if self.rng.random() < 0.04 else old for old, new in zip(words, other, strict=True)]
        return kept + self.draw(2)

    def retold(self, words: list[str]) -> list[str]:
        """Half of the longer words, in another order, among others."""
        kept = [word for word in words if len(word) >= 5 and self.rng.random() < 0.5]
        made = kept + self.draw(max(5, len(words) - len(kept)))
        return [made[i] for i in self.rng.permutation(len(made))]


def posts(count: int, seed: int, viral: int = 0) -> Posts:
    """Make posts.

    Args:
        count: How many.
        seed: Of all that is drawn.
        viral: How many of them are copies of one post, which comes first.
    """
    rng = np.random.default_rng(seed)
    tongues = {name: _Tongue(rng, *letters) for name, letters in ALPHABETS.items()}
    made = Posts([], {}, [], [], {})
    family = 0
    if viral:
        _family(made, "viral", tongues["ru"], "ru", rng, viral)
    while len(made.reports) < count:
        language = str(rng.choice(list(tongues)))
        _family(made, f"k{family}", tongues[language], language, rng)
        family += 1
    return made


def _family(made: Posts, kin: str, tongue: _Tongue, language: str, rng: np.random.Generator, viral: int = 0) -> None:
    """One post and what became of it; of a viral one nothing but copies."""
    root, day = tongue.draw(int(rng.integers(15, 70))), int(rng.integers(0, 365))

    def add(words: list[str], *, copy_of: str = "") -> str:
        number = len(made.reports)
        name = f"p{number:06}"
        text = " ".join(words).capitalize() + str(rng.choice([".", "!", " …"]))
        moment = START_MS + (day + int(rng.integers(0, 3))) * DAY_MS + int(rng.integers(0, DAY_MS))
        bounds = Bounds(moment, moment)
        made.reports.append(
            Report(name, f"{number:064x}", "text", publisher=f"channel {number % 900}", language=language, text=text,
                   published=bounds, published_basis="time", captured=moment)
        )  # fmt: skip
        made.kin[name], made.copies[name] = kin, copy_of or name
        return name

    first = add(root)
    if viral:
        for _ in range(viral - 1):
            add(root, copy_of=first)
        return
    sort = rng.random()
    if sort < 0.05:
        for _ in range(int(rng.integers(1, 30))):
            add(root if rng.random() < 0.5 else tongue.edited(root), copy_of=first)
    elif sort < 0.08 and len(root) > 30:
        start = int(rng.integers(0, len(root) - 29))
        piece = root[start : start + int(rng.integers(20, 31))]
        made.quotes.append((add(tongue.draw(15) + piece + tongue.draw(15)), first))
    elif sort < 0.12:
        made.retold.append((add(tongue.retold(root)), first))
    elif sort < 0.13:
        for _ in range(int(rng.integers(1, 5))):
            add([word if rng.random() < 0.8 else tongue.draw(1)[0] for word in root])
