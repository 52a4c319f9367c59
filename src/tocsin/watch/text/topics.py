"""Topics of sentences and how a text stands to them: it asserts, denies or retells.

Two steps. The other finders say what a sentence holds: counts, periods, dates with roles, places; `concepts` says what
its words speak of. A topic is a combination of both (`topics.toml`), the same in all languages. Then the stance, which
is the text's: a denial goes before a retelling, and who begins to retell goes on to (`stance.py`). A sentence that fits
no rule has no topic. The stance is a suggestion for a person: machines are poor at it (RumourEval: macro-F1 .40,
`reference/evidence.md`).
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from tocsin.watch.model import Report
from tocsin.watch.people.inflection import LANGUAGES, Word, cyrillic, fold, words
from tocsin.watch.text import items
from tocsin.watch.text.concepts import Hit, concepts_of
from tocsin.watch.text.found import Context, Found
from tocsin.watch.text.pairs import BY_TIMES
from tocsin.watch.text.stance import Teller

__all__ = ["find", "find_with", "sentences"]

LONGEST_SENTENCE: Final = 2_000
"""Pieces that end with a shortened word are put together up to this length."""
_SHORTENED: Final = frozenset(
    fold(one)
    for one in (
        *("ул", "обл", "р-н", "им", "гг", "тыс", "млн", "руб", "ген", "см", "вул", "вобл", "г-н", "гр", "пл", "пр"),
        *("кв", "gen", "ppłk", "ul", "al", "nr", "art", "maj", "col", "lt", "ltn", "płk", "mr", "mrs", "ms", "dr"),
        *("st", "np", "tzw", "sek", "capt", "sgt", "kpt", "por", "sierż", "кап", "майор", "полк", "ст"),
    )
)
"""Words after whose full stop a sentence of topics goes on; `items` has those before a number."""
_LAST_WORD: Final = re.compile(r"(?<!\d)(?<!\d )(?<!['’])\b([^\W\d_]+(?:-[^\W\d_]+)?)\.\Z")
_LONGEST_SHORT: Final = 12
_HUNDREDS: Final = (3, 6)
"""Digits of a number of hundreds to hundreds of thousands."""
_DAYS: Final = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30}
_SHORTEST_STAY_DAYS: Final = 5
_EQUIPMENT: Final = frozenset(("vehicle", "tank", "gun", "missile", "launcher"))
_CARRIERS: Final = frozenset(("train", "wagon", "aircraft"))
_MANY_CHILDREN: Final = 3


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and what is known of it.

    Attributes:
        start: First character.
        end: One past the last.
        language: By whose table it was read.
        words: Its words.
        said: Concepts, findings (`@…`) and topics (`#…`) → where; findings stand before the first word.
    """

    start: int
    end: int
    language: str
    words: Sequence[Word]
    said: dict[str, list[Hit]]


Term = tuple[bool, tuple[str, ...]]
"""Whether it must be met, and what may meet it."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A topic.

    Attributes:
        topic: Its name.
        when: Ways to speak of it.
        unless: Ways that none may be met.
        deny: Ways to deny it.
        own_not: Whether a negated concept denies nothing.
    """

    topic: str
    when: tuple[tuple[Term, ...], ...]
    unless: tuple[tuple[Term, ...], ...]
    deny: tuple[tuple[Term, ...], ...]
    own_not: bool


def find(text: str, language: str, reading: Context | None = None) -> list[Found]:
    """Find topics of sentences by their words alone; `read_text` asks `find_with`, which knows the findings too.

    Args:
        text: The text.
        language: Two letters, or `und`.
        reading: What is known of its report; without it, nobody knows which country is watched.
    """
    return find_with(text, language, reading, ())


def find_with(
    text: str,
    language: str,
    reading: Context | None,
    found: Sequence[Found],
    report: Report | None = None,
    title: Sequence[Found] = (),
) -> list[Found]:
    """Find topics of sentences.

    Args:
        text: The text.
        language: Two letters, or `und`: each sentence is read by the language that it seems to be in.
        reading: What is known of its report.
        found: What other finders found in the text.
        report: The report, for who speaks in it.
        title: What was found in its title, if the text is its body.

    Returns:
        One for each sentence and topic, in order; its characters are the sentence.
    """
    made: list[Found] = []
    known = _known(text, language, found)
    places = [one for one in found if one.kind == "place"]
    named = [one for one in title if one.kind == "place"]
    country = "" if reading is None else reading.country
    teller = Teller(country, language, report, places, named)
    for one in known:
        if not one.said or text[one.start : one.end].rstrip('"»”’) ').endswith("?"):
            continue  # who asks whether it is so does not say so
        topics = list(_topics(one))
        stances = teller.stances(one.said, topics, one.start, text[one.start : one.end])
        for (topic, _), stance in zip(topics, stances, strict=True):
            made.append(Found("topic", one.start, one.end, {"topic": topic, "stance": stance}, rule=f"topics.{topic}"))
    return made


def sentences(text: str, language: str = "und") -> Iterator[tuple[int, int]]:
    """First character and one past the last of each sentence, as all finders cut it; "г. Гродно" is put together."""
    return ((start, end) for start, end, _ in _cut(text, language))


def _cut(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    start, last, spoken = -1, 0, ""
    for one in items.sentences(text, language):
        if start >= 0 and not (_shortened(text, last) and one.end - start <= LONGEST_SENTENCE):
            yield start, last, spoken
            start = -1
        if start < 0:
            start, spoken = one.start, one.language
        last = one.end
    if start >= 0:
        yield start, last, spoken


def _shortened(text: str, end: int) -> bool:
    """Whether the full stop before `end` belongs to a shortened word or an initial."""
    found = _LAST_WORD.search(text[max(0, end - _LONGEST_SHORT) : end])
    return found is not None and (len(found[1]) == 1 or fold(found[1]) in _SHORTENED)


def _known(text: str, language: str, found: Sequence[Found]) -> list[Sentence]:
    """Sentences with their concepts and findings."""
    every = words(text)
    starts = [one.start for one in every]
    ordered = sorted(found, key=lambda one: (one.start, one.end, one.kind))
    begins = [one.start for one in ordered]
    made = []
    for start, end, cut_language in _cut(text, language):
        mine = every[bisect_left(starts, start) : bisect_left(starts, end)]
        spoken = _language(text[start:end], cut_language if language not in LANGUAGES else language)
        said = concepts_of(mine, spoken)
        said |= {f"!{name}": hits for name, hits in said.items() if all(hit.negated for hit in hits)}
        inside = ordered[bisect_left(begins, start) : bisect_left(begins, end)]
        dated = [(one.start, one.end) for one in inside if one.kind == "date"]
        if any(
            one.text.isdecimal() and _HUNDREDS[0] <= len(one.text) <= _HUNDREDS[1]
            for one in mine
            if not any(first <= one.start < last for first, last in dated)  # a year counts nobody
        ):
            said["@hundreds"] = [Hit(-1, negated=False)]
        for name in _findings(text, inside):
            said.setdefault(name, []).append(Hit(-1, negated=False))
        made.append(Sentence(start, end, spoken, mine, said))
    return made


def _language(text: str, language: str) -> str:
    """The text's language, if the sentence is in its script; a quoted sentence of another script is read by Russian."""
    if language in ("ru", "be", "uk"):
        return language if cyrillic(text) else "en"
    return language


def _findings(text: str, found: Sequence[Found]) -> Iterator[str]:
    """What the findings of a sentence are called in `topics.toml`.

    Of numbers @count, @about (wide ends), and by unit @person, @vehicle, @carrier (train, aircraft), @children (three
    and more), @period (hours to months), @stay (five days and more). Of notice @notice, @span (said, not worked
    out). Of dates @report, @served, @date, @dates (two and more), @clock (within six hours), @until (a day by which).
    Of places @town (no country or region). Of contacts @phone.
    """
    if sum(one.kind == "date" for one in found) > 1:
        yield "@dates"
    for one in found:
        if one.kind == "number":
            yield from _number(one)
        elif one.kind == "notice":
            yield "@notice"
            if one.rule not in BY_TIMES:
                yield "@span"
        elif one.kind == "date":
            yield "@date"
            role = str(one.value.get("role", "other"))
            if role != "other":
                yield f"@{role}"
            least, most = one.value.get("least"), one.value.get("most")
            if least is not None and most is not None and most - least <= _CLOCK_MS:
                yield "@clock"
            if _is_until(text, one):
                yield "@until"
        elif one.kind == "place" and one.value.get("sort") not in ("country", "region"):
            yield "@town"
        elif one.kind == "contact" and one.value.get("sort") == "phone":
            yield "@phone"


def _number(one: Found) -> Iterator[str]:
    unit, least, most = one.value.get("unit"), one.value.get("least"), one.value.get("most")
    yield "@count"
    if unit == "person":
        yield "@person"
    elif unit in _DAYS:
        yield "@period"
        if max(least or 0, most or 0) * _DAYS[str(unit)] >= _SHORTEST_STAY_DAYS:
            yield "@stay"
    elif unit in _EQUIPMENT:
        yield "@vehicle"
    elif unit in _CARRIERS:
        yield "@carrier"
    elif unit == "child" and (least or 0) >= _MANY_CHILDREN:
        yield "@children"
    if least != most:
        yield "@about"


_CLOCK_MS: Final = 6 * 3_600_000
_UNTIL: Final = frozenset(("до", "к", "да", "by", "until", "till", "do", "iki"))


def _is_until(text: str, one: Found) -> bool:
    before = text[max(0, one.start - 12) : one.start].split()
    inside = text[one.start : one.end].split()
    return bool((before and before[-1].lower() in _UNTIL) or (inside and inside[0].lower() in _UNTIL))


def _topics(sentence: Sentence) -> Iterator[tuple[str, bool]]:
    """Topics that a sentence has, and whether its words deny them."""
    for rule in _rules():
        if any(_met(sentence.said, way) for way in rule.unless):
            continue
        ways = [way for way in rule.when if _met(sentence.said, way)]
        if not ways:
            continue
        denied = any(_met(sentence.said, way) for way in rule.deny)
        denied = denied or (not rule.own_not and all(_negated(sentence.said, way) for way in ways))
        sentence.said[f"#{rule.topic}"] = [Hit(-1, negated=denied)]
        yield rule.topic, denied


def _met(said: Mapping[str, Sequence[Hit]], way: Sequence[Term]) -> bool:
    return all(any(one in said for one in names) == asked for asked, names in way)


def _negated(said: Mapping[str, Sequence[Hit]], way: Sequence[Term]) -> bool:
    """Whether a term of a way is met by negated words only."""
    for asked, names in way:
        hits = [hit for name in names for hit in said.get(name, ()) if asked]
        if hits and all(hit.negated for hit in hits):
            return True
    return False


@cache
def _rules() -> tuple[_Rule, ...]:
    table = tomllib.loads((files("tocsin.watch.text") / "topics.toml").read_text(encoding="utf-8"))
    return tuple(
        _Rule(topic, _ways(one, "when"), _ways(one, "unless"), _ways(one, "deny"), bool(one.get("own_not", False)))
        for topic, one in table.items()
    )


def _ways(rule: Mapping[str, Sequence[str]], key: str) -> tuple[tuple[Term, ...], ...]:
    return tuple(_way(written) for written in rule.get(key, ()))


def _way(written: str) -> tuple[Term, ...]:
    return tuple((not term.startswith("-"), tuple(term.removeprefix("-").split("|"))) for term in written.split(" + "))
