"""What a finding of law says of an item: its words under what is assumed, and the claims that it rests on.

The words must be those that the item waits for. "Cannot tell" never counts, and law that nobody verified speaks in its
own words only ("possible breach"), so that a case that waits for "breach" does not get it from a draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tocsin.assess.model import LawFooting
from tocsin.watch.ledger import LegalFinding

__all__ = ["Found", "found_in"]


@dataclass(frozen=True, slots=True)
class Found:
    """What findings say of an item.

    Attributes:
        claims: Ids of the claims of findings that say one of the words.
        said: What they say, each once.
        instead: What other findings of the rule say, each once.
    """

    claims: tuple[str, ...]
    said: tuple[str, ...]
    instead: tuple[str, ...]


def found_in(findings: Iterable[LegalFinding], law: LawFooting, only: Sequence[str]) -> Found:
    """Look for what an item waits for.

    Args:
        findings: Findings of the whole folder.
        law: What the item rests on.
        only: Ids of claims that the item names; () = all.
    """
    claims, said, instead = set[str](), set[str](), set[str]()
    for one in findings:
        mine = {name for name in one.claims if not only or name in only}
        if one.rule != law.rule or not mine:
            continue
        words = _words(one, law)
        if words and words <= set(law.words):
            claims |= mine
            said |= words
        else:
            instead |= words or {"nothing under what is assumed"}
    return Found(tuple(sorted(claims)), tuple(sorted(said)), tuple(sorted(instead)))


def _words(one: LegalFinding, law: LawFooting) -> set[str]:
    """What a finding may say where all that the item assumes holds."""
    wanted = law.assumed.items()
    return {answer.words for answer in one.answers if wanted <= dict(answer.assumed).items()}
