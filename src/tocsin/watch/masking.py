"""Private persons and contact details, masked in everything that is shown or exported.

A report as captured is kept as it is; what leaves the store passes through here. Persons get numbers that are the same
throughout a report (`[person 1]`), contact details their sort (`[phone]`). Only an `unmask` decision opens a finding;
its target is the suggestion's id, and who opened it and why stay in the store. Names that no rule finds
are not masked: `docs/watch-people.md` says how many that are.

How a text is masked:

1. the rules look for persons and contacts anew, and what was suggested before is added;
2. what was unmasked is left out; what meets, is joined;
3. the words are replaced, and each stretch of the result keeps where it came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from tocsin.watch.model import Bounds, Claim, Decision, Report, Sighting, Span, Suggestion
from tocsin.watch.people.actors import actors
from tocsin.watch.text import people
from tocsin.watch.text.found import Context, Found

__all__ = [
    "Mask",
    "Masked",
    "Numbers",
    "mask_claim",
    "mask_report",
    "mask_sighting",
    "mask_text",
    "masked",
    "masked_title",
    "masked_words",
    "numbers_of",
    "shown",
    "unmasked_ids",
]

MASKED_KINDS: Final = ("person", "contact")
_CONTEXT: Final = Context(Bounds(), ZoneInfo("UTC"))
_CONTROL: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
    r"\U000e0000-\U000e007f]"
)
"""Not among them: joiners and variation selectors, of which emoji are made."""
_PERSONAL: Final = re.compile(
    r"((?:https?://)?(?:www\.|m\.)?(?:threads\.(?:net|com)|instagram\.com|vk\.com|facebook\.com|fb\.com|ok\.ru"
    r"|twitter\.com|x\.com|tiktok\.com|t\.me|telegram\.me)/).+",
    re.IGNORECASE,
)
_CHANNEL_POST: Final = re.compile(r"https://t\.me/c/\d+/\d+")
"""A post by its channel's number, as exports give it: it names nobody, and traces the post."""
_PARTS: Final[Mapping[str, str]] = {"text": "b", "title": "t"}


@dataclass(frozen=True, slots=True)
class Mask:
    """Characters of a text that are not shown.

    Attributes:
        start: First character.
        end: One past the last.
        shown: What stands in their place.
    """

    start: int
    end: int
    shown: str


@dataclass(frozen=True, slots=True)
class Masked:
    """A text as it may be shown.

    Attributes:
        text: The text with masks.
        masks: What was replaced, in order, by characters of the original.
    """

    text: str
    masks: tuple[Mask, ...] = ()

    def position(self, original: int) -> int:
        """Where a character of the original stands in the masked text; of a masked one, where its mask begins."""
        shift = 0
        for one in self.masks:
            if original < one.start:
                break
            if original < one.end:
                return one.start + shift
            shift += len(one.shown) - (one.end - one.start)
        return original + shift

    def span(self, original: Span) -> Span:
        """The characters that show a span of the original: a mask that it meets is shown whole."""
        start = self.position(original.start)
        last = original.end - 1
        inside = next((one for one in self.masks if one.start <= last < one.end), None)
        if original.end <= original.start:
            return Span(start, start, original.part)
        end = self.position(last) + (1 if inside is None else len(inside.shown))
        return Span(start, end, original.part)

    def as_json(self) -> dict[str, Any]:
        """The text, and each mask as [start, end, shown] in characters of the original."""
        return {"text": self.text, "masks": [[one.start, one.end, one.shown] for one in self.masks]}


@dataclass(slots=True)
class Numbers:
    """Private persons of one report: the same person has the same number in every field.

    Attributes:
        by_key: Key of a person → number.
        stems: Stems of surnames, by which they are found where they stand alone in another field.
    """

    by_key: dict[str, int] = field(default_factory=dict)
    stems: set[str] = field(default_factory=set)

    def of(self, words: str) -> int:
        """The number of the person whom these words name."""
        self.stems |= people.surname_stems(words)
        return self.by_key.setdefault(people.person_key(words), len(self.by_key) + 1)


def masked(
    text: str,
    found: Iterable[Found],
    unmasked: frozenset[tuple[int, int]] = frozenset(),
    numbers: Numbers | None = None,
) -> Masked:
    """Replace what was found of private persons and contacts.

    Args:
        text: The text.
        found: What rules or people found in it; other kinds and officials are left as they are.
        unmasked: Characters (start, end) that an analyst has opened.
        numbers: Numbers of the persons of the report so far; new ones are added.

    Returns:
        The masked text with the map of its positions.
    """
    known = Numbers() if numbers is None else numbers
    hidden = [one for one in found if _hides(one) and 0 <= one.start < one.end <= len(text)]
    hidden = [one for one in hidden if not any(first <= one.start and one.end <= last for first, last in unmasked)]
    masks = [_mask(text, group, known) for group in _groups(hidden)]
    pieces, last = [], 0
    for one in masks:
        pieces += [text[last : one.start], one.shown]
        last = one.end
    return Masked("".join((*pieces, text[last:])), tuple(masks))


def _hides(one: Found) -> bool:
    if one.kind == "person":
        # Who is called an official but is in no table is masked until an analyst opens it.
        return one.value.get("role") != "official" or one.value.get("name") not in _officials()
    return one.kind == "contact"


@cache
def _officials() -> frozenset[str]:
    return frozenset(one.name for one in actors().values() if one.person)


def _groups(hidden: Sequence[Found]) -> list[list[Found]]:
    """Findings that meet, together."""
    groups: list[list[Found]] = []
    end = -1
    for one in sorted(hidden, key=lambda one: (one.start, -one.end, one.kind)):
        if one.start < end:
            groups[-1].append(one)
        else:
            groups.append([one])
        end = max(end, one.end)
    return groups


def _mask(text: str, group: Sequence[Found], numbers: Numbers) -> Mask:
    start, end = group[0].start, max(one.end for one in group)
    # A person within a contact (name@mail) is not named by the mask: the longest finding says what it is.
    longest = max(group, key=lambda one: (one.end - one.start, one.kind))
    if longest.kind == "person":
        return Mask(start, end, f"[person {numbers.of(text[longest.start : longest.end])}]")
    return Mask(start, end, f"[{longest.value.get('sort', 'contact')}]")


# --- fields of rows -----------------------------------------------------------------------------------------------


def mask_text(text: str, language: str = "und", numbers: Numbers | None = None) -> str:
    """A short text (a name, a note, a summary) as it may be shown.

    Args:
        text: The text.
        language: Two letters, or `und`.
        numbers: Persons of the report so far, as `numbers_of` gives them: their surnames are masked here too.
    """
    return masked(text, _found(text, language, numbers), numbers=numbers).text


def _found(text: str, language: str, numbers: Numbers | None) -> list[Found]:
    if not text:
        return []
    stems = frozenset(numbers.stems) if numbers is not None else frozenset()
    return [*_people(text, language), *people.find_known(text, language, _CONTEXT, stems)]


@lru_cache(maxsize=32)
def _people(text: str, language: str) -> tuple[Found, ...]:
    """What the rules find in a text; a report's title and text are asked about more than once."""
    return tuple(people.find(text, language, _CONTEXT))


def numbers_of(report: Report, suggestions: Iterable[Suggestion] = ()) -> Numbers:
    """The private persons whom title and text of a report name, so that other fields and claims agree with them."""
    numbers, given = Numbers(), tuple(suggestions)
    _part(report, "title", given, frozenset(), numbers)
    _part(report, "text", given, frozenset(), numbers)
    return numbers


def unmasked_ids(decisions: Iterable[Decision]) -> frozenset[str]:
    """Suggestions that an analyst opened, with a reason, and did not close again (a later `reject` closes)."""
    state: dict[str, bool] = {}
    for one in sorted(decisions, key=lambda one: one.number):
        if one.act == "unmask" and one.reason.strip():
            state[one.target] = True
        elif one.act == "reject":
            state[one.target] = False
    return frozenset(target for target, is_open in state.items() if is_open)


def masked_words(report: Report, suggestions: Iterable[Suggestion], decisions: Iterable[Decision]) -> Masked:
    """The text of a report as it may be shown, with the map of its positions."""
    given = tuple(suggestions)
    return _part(report, "text", given, unmasked_ids(decisions), numbers_of(report, given))


def masked_title(report: Report, suggestions: Iterable[Suggestion], decisions: Iterable[Decision]) -> Masked:
    """The title of a report likewise."""
    given = tuple(suggestions)
    return _part(report, "title", given, unmasked_ids(decisions), numbers_of(report, given))


def _part(
    report: Report, part: str, suggestions: Iterable[Suggestion], is_open: frozenset[str], numbers: Numbers
) -> Masked:
    text = report.text if part == "text" else report.title
    fresh = _found(text, report.language, numbers)
    mine = [one for one in suggestions if one.report == report.id and one.span.part == part]
    kept = [one for one in mine if one.kind in MASKED_KINDS]
    older = [Found(one.kind, one.span.start, one.span.end, one.value, rule=one.rule) for one in kept]
    opened = {(one.span.start, one.span.end) for one in kept if one.id in is_open}
    opened |= {(one.start, one.end) for one in fresh if _identity(report.id, part, one) in is_open}
    return masked(text, (*fresh, *older), frozenset(opened), numbers)


def _identity(report: str, part: str, one: Found) -> str:
    return f"{report}@{one.kind}:{_PARTS[part]}{one.start}-{one.end}"


def mask_report(report: Report, suggestions: Iterable[Suggestion], decisions: Iterable[Decision]) -> Report:
    """A report as it may be shown or exported: every field that holds words of people.

    Args:
        report: As captured.
        suggestions: What rules found, of this report or of many.
        decisions: All decisions; only `unmask` of a suggestion opens it.
    """
    given, is_open = tuple(suggestions), unmasked_ids(decisions)
    # Twice: a surname in the title may be told for one only by the full name in the text.
    numbers = numbers_of(report, given)
    title = _part(report, "title", given, is_open, numbers).text
    text = _part(report, "text", given, is_open, numbers).text

    # What coders write is English, whatever the language of the page.
    language = "en" if report.route == "coded" else report.language

    def plain(words: str) -> str:
        return mask_text(words, language, numbers)

    return replace(
        report,
        title=title,
        text=text,
        note=plain(report.note),
        author=plain(report.author),
        publisher=plain(report.publisher),
        forwarded=plain(report.forwarded),
        cites=tuple(map(plain, report.cites)),
        address=_address(report),
    )


def _address(report: Report) -> str:
    """An address without what names a private person: the profile of who posts as one."""
    if _CHANNEL_POST.fullmatch(report.address):
        return report.address
    if report.level == "social" or report.owner == "private-person":
        return _PERSONAL.sub(r"\1[handle]", report.address)
    return report.address


def mask_claim(claim: Claim, language: str = "und", numbers: Numbers | None = None) -> Claim:
    """A claim as it may be shown: who, what and where.

    Args:
        claim: As coded, or as the rules made it.
        language: Of its report; coded sentences are English whatever it is.
        numbers: Persons of its report (`numbers_of`): a surname that only the report's text tells for one is masked
            in a claim of one sentence too. Give it wherever the report has a text.
    """
    known = Numbers() if numbers is None else numbers
    spoken = "en" if claim.writer == "coder" else language
    who, what, place = (mask_text(one, spoken, known) for one in (claim.who, claim.what, claim.place))
    return replace(claim, who=who, what=what, place=place)


def mask_sighting(sighting: Sighting) -> Sighting:
    """A statement on forces as it may be shown."""
    numbers = Numbers()
    what, place, publisher = (
        mask_text(one, "en", numbers) for one in (sighting.what, sighting.place, sighting.publisher)
    )
    return replace(sighting, what=what, place=place, publisher=publisher)


def shown(text: str) -> str:
    """A text with every character that is not seen, or turns the direction of reading, made visible as �.

    Positions stay: one character for one. New lines and tabs are kept.
    """
    return _CONTROL.sub("\ufffd", text)
