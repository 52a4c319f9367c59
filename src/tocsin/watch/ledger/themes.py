"""What kind of thing a claim is about: the first entry of a table (`themes.toml`) that its topic and words fit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from tocsin.watch.ledger.lines import of_state
from tocsin.watch.ledger.patterns import any_of, table
from tocsin.watch.model import Claim

__all__ = ["Theme", "theme_of", "themes"]


@dataclass(frozen=True, slots=True)
class Theme:
    """One kind of thing.

    Attributes:
        id: Its name.
        title: Plain words, the beginning of an incident's title.
        topics: Topics of claims that may be about it.
        question: The question of the ledger in which an official reply to it stands.
        gap_days: How many days claims about one thing may lie apart.
        words: Patterns of which one must be in the claim's words; none = any words.
        without: Patterns that must not be there.
        speaker: Whether the patterns are put to who speaks, too.
        official: Whether the watched state must speak.
        split: What keeps two claims apart: formation, line, speaker, count, site.
        replies: Themes in which an official word answers this one; none = all of its question.
        named: Whether the title of an incident says who speaks.
    """

    id: str
    title: str
    topics: tuple[str, ...]
    question: str
    gap_days: int
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    speaker: bool = False
    official: bool = False
    split: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    named: bool = False


@cache
def themes() -> tuple[Theme, ...]:
    """All of them, in the order in which they are tried."""
    rows = table("themes.toml")["theme"]
    lists = ("topics", "words", "without", "split", "replies")
    return tuple(Theme(**(one | {key: tuple(one.get(key, ())) for key in lists})) for one in rows)


@cache
def _first(topic: str, what: str, who: str) -> Theme:
    for one in themes():
        text = f"{what} {who}" if one.speaker else what
        if topic not in one.topics or (one.words and not any_of(one.words).search(text)):
            continue
        if one.without and any_of(one.without).search(text):
            continue
        if not one.official or of_state(who):
            return one
    return themes()[-1]


def theme_of(claim: Claim) -> Theme:
    """The theme of a claim; the last of the table if none fits."""
    return _first(claim.topic, claim.what, claim.who)
