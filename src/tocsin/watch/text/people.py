"""Names of persons in a text: private ones, to be masked, and public officials, who keep theirs.

A name is looked for by what surrounds it: a given name (six languages, short forms too) with the capitalised words
beside it, a patronymic, initials with a surname, or a word such as citizen, reservist, husband, signed. A surname found
once is found again where it stands alone. Rules miss names: see `docs/watch-people.md`. Too much rather than too little
is masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tocsin.watch.people.actors import ActorMention, actor_mentions
from tocsin.watch.people.givens import (
    given_of,
    holds_office,
    is_given,
    is_kin,
    is_ordinary,
    is_patronymic,
    is_rank,
    is_strong_surname,
    is_surname,
    named_by,
    never_alone,
    tells,
    title_before,
)
from tocsin.watch.people.inflection import Word, fold, words
from tocsin.watch.text import contacts
from tocsin.watch.text.found import Context, Found
from tocsin.watch.text.mentions import mentions

__all__ = ["find", "find_known", "person_key", "surname_stems"]

_MOST_WORDS: Final = 4
_LONG: Final = 6
_OFFICE_WORDS: Final = 3
_ABBREVIATION: Final = 4
_SURNAME_LEAST: Final = 4
_ADJECTIVE: Final = re.compile(
    r"с(?:кого|кому|ким|ком|кая|кой|кую|кий|ького|ькому|ьким|ька|ької|ькій|ький|кага|каму|кай|кі)\Z"
)
_POLISH: Final = re.compile(r"sk(?:i|a|iego|iemu|im|iej)\Z")
_CASE: Final = re.compile(r"(?:ом|ем|ым|им|ой|ей|ам|ові|[уюаяыиіе]|owi|em|as|is|us|io|ui|iui|iene|aite|[auyoei])\Z")
_FLEETING: Final = re.compile(r"[оеэeo]([кцkc])\Z")
_CHANGED: Final = re.compile(r"(?<=[aei])c\Z")
_FAMILY: Final = re.compile(
    r"(?:[оеи]в|[иы]н|ск|цк)(?:ы|ым|ыми|им|ими|ие)\Z|(?:ых|их|іх)\Z|(?:ськ|цьк|ск|цк)(?:і|их|іх|им|ім|ими|імі|ия)\Z"
    r"|[чкнлрт](?:ов|ев|ам|ами|ів|ям|оў|аў|і|и)\Z|(?:sk|ck)(?:ich|im|imi)\Z|s?cy\Z"
    r"|(?:wicz|czyk|ak|ek|uk)(?:ow|om|ami|owie)\Z|(?:ci|auski|evici|avici)(?:us|u|ams|ai)\Z|[iy]enes\Z"
)
"""Family names in the plural; they are names only behind a word of `_OF_FAMILY`."""
_OF_FAMILY: Final = frozenset(
    (
        *("у", "семья", "семьи", "семью", "семье", "супруги", "супругов", "братья", "братьев", "соседи", "соседей"),
        *(
            "сям'я",
            "сямя",
            "сямі",
            "браты",
            "братоў",
            "суседзі",
            "суседзяў",
            "сімя",
            "сімї",
            "родина",
            "родини",
            "брати",
        ),
        *("u", "panstwo", "panstwa", "rodzina", "rodziny", "rodzine", "rodzinie", "bracia", "malzenstwo", "sasiedzi"),
        *("seima", "seimos", "seimai", "pas", "broliai", "kaimynai", "sutuoktiniai"),
    )
)
_INITIALS: Final = re.compile(r"\b[A-ZА-ЯЁІЎЄЇҐŁŚŻČŠŽ]\.[ \u00a0]?(?:[A-ZА-ЯЁІЎЄЇҐŁŚŻČŠŽ]\.[ \u00a0]?)?")
_NO_INITIALS: Final = frozenset(("U.S.", "U.K.", "U.N.", "E.U.", "N.B.", "P.S.", "З.І.", "Т.Е.", "Р.Б."))


def find(text: str, language: str, reading: Context) -> list[Found]:
    """Find names of persons and contact details.

    Args:
        text: The text.
        language: Two letters, or `und`.
        reading: What is known of its report.

    Returns:
        In the order of the text, none over another: persons (role private or official) and contacts.
    """
    details = contacts.find(text)
    people = [one for one in _people(text, language, reading.country) if not _meets(one, details)]
    return sorted((*people, *details), key=lambda one: (one.start, one.end))


def find_known(text: str, language: str, reading: Context, stems: frozenset[str]) -> list[Found]:
    """Find surnames that are known from elsewhere, such as another sentence of the same report.

    Args:
        text: The text.
        language: Two letters, or `und`.
        reading: What is known of its report.
        stems: As `surname_stems` gives them.
    """
    if not stems:
        return []
    known, _ = _cut(text, language, reading.country)
    places = [
        place for place in range(len(known.words)) if known.open(place) and _stem(known.words[place].folded) in stems
    ]
    return list(_private(known, [(place, place + 1) for place in places]))


def surname_stems(name: str) -> frozenset[str]:
    """The stems by which a person's surname is found where it stands alone; none of a given name only."""
    parts = [one for one in words(name) if len(one.folded) >= _SURNAME_LEAST and not is_rank(one)]
    return frozenset(_stem(one.folded) for one in parts if not is_given(one) and not is_patronymic(one))


def person_key(name: str) -> str:
    """What two writings of one person's name share: the stem of the surname, or the given name.

    Args:
        name: The words of a name in any case, with or without the given name or initials.
    """
    parts = [one for one in words(name) if len(one.folded) > 1 and not is_rank(one)]
    surnames = [one.folded for one in parts if not is_given(one) and not is_patronymic(one)]
    if surnames:
        return _stem(max(surnames, key=lambda one: (len(one), one)))
    return " ".join(given_of(one) for one in parts) or fold(name)


def _stem(surname: str) -> str:
    """A surname without what its cases and genders change; two surnames may fall together, one never falls apart."""
    bare = _ADJECTIVE.sub("ск", _POLISH.sub("sk", surname))
    for _ in range(2):
        if len(bare) > _SURNAME_LEAST:
            bare = _CASE.sub("", bare)
    if len(bare) > _SURNAME_LEAST:
        # Ковалёнок: Ковалёнка; Petraitis: Petraičio.
        bare = _CHANGED.sub("t", _FLEETING.sub(r"\1", bare))
    return bare


def _meets(one: Found, others: Sequence[Found]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in others)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text cut into words, with what is known of them already.

    Attributes:
        text: The text.
        words: Its words.
        closed: Places of words that name places or officials.
        language: Its language.
    """

    text: str
    words: Sequence[Word]
    closed: frozenset[int]
    language: str

    def open(self, place: int) -> bool:
        """Whether a capitalised word may be part of a name."""
        if not 0 <= place < len(self.words) or place in self.closed:
            return False
        word = self.words[place]
        return word.capital and word.folded[-1:].isalpha() and not self._acronym(place)

    def _acronym(self, place: int) -> bool:
        """Whether a word is a short one in large letters: ГУР, NATO. Longer ones are rather names that are shouted."""
        word = self.words[place]
        if not word.text.isupper() or not 1 < len(word.text) < _LONG or self.given(word):
            return False
        return not self._shouting(place)

    def given(self, word: Word) -> bool:
        """Whether a word may be a given name in this text."""
        return is_given(word, self.language)

    def _shouting(self, place: int) -> bool:
        """Whether the words around are in large letters too: then an acronym cannot be told from a name."""
        near = [one for one in self.words[max(0, place - 2) : place + 3] if len(one.text) > 1]
        return sum(one.text.isupper() for one in near) >= 3

    def joined(self, first: int) -> bool:
        """Whether a word and the next stand beside one another with a space only."""
        if not 0 <= first < len(self.words) - 1:
            return False
        between = self.text[self.words[first].end : self.words[first + 1].start]
        return between.strip(" \t\u00a0") in ("", "\n") and len(between) <= 3

    def begins(self, place: int) -> bool:
        """Whether a word begins a sentence, so that its capital says nothing."""
        before = self.text[max(0, self.words[place].start - 4) : self.words[place].start].rstrip(" \u00a0\"'«„“(")
        return not before or before[-1] in ".!?…\n:;—–•"


def _people(text: str, language: str, country: str) -> list[Found]:
    known, officials = _cut(text, language, country)
    ranges = _merged((*_by_given(known), *_by_initials(known), *_by_title(known), *_by_tail(known), *_by_teller(known)))
    ranges = _merged((*ranges, *_again(known, ranges)))
    return sorted((*_private(known, ranges), *map(_official, officials)), key=lambda one: (one.start, one.end))


def _cut(text: str, language: str, country: str) -> tuple[_Text, list[ActorMention]]:
    """A text cut into words, those of places and officials closed; and the officials."""
    tokens = words(text)
    officials = [one for one in actor_mentions(text, language) if one.actor.person]
    spans = [(one.start, one.end) for one in officials]
    # A risky name counts as a place only where mentions says so; a person's name beside a given name does not.
    spans += [(one.start, one.end) for one in mentions(text, language, country=country)]
    return _Text(text, tokens, _closed(tokens, spans), language), officials


def _closed(tokens: Sequence[Word], spans: Sequence[tuple[int, int]]) -> frozenset[int]:
    ordered, closed, next_span = sorted(spans), set[int](), 0
    for place, word in enumerate(tokens):
        while next_span < len(ordered) and ordered[next_span][1] <= word.start:
            next_span += 1
        if next_span < len(ordered) and ordered[next_span][0] < word.end:
            closed.add(place)
    return frozenset(closed)


def _official(one: ActorMention) -> Found:
    return Found("person", one.start, one.end, {"role": "official", "name": one.actor.name}, rule="people.official")


def _private(known: _Text, ranges: Sequence[tuple[int, int]]) -> Iterator[Found]:
    numbers: dict[str, int] = {}
    for first, last in ranges:
        while _rank_before(known, first):
            first -= 1
        start, end = known.words[first].start, known.words[last - 1].end
        # An initial behind the surname keeps its full stop.
        if len(known.words[last - 1].text) == 1 and known.text[end : end + 1] == ".":
            end += 1
        if _speaks_for_office(known, first):
            # Masked all the same: nobody has looked at who it is.
            yield Found("person", start, end, {"role": "official", "name": ""}, rule="people.office")
            continue
        number = numbers.setdefault(person_key(known.text[start:end]), len(numbers) + 1)
        # The name itself is not repeated in the value: what is shown must not hold it.
        yield Found("person", start, end, {"role": "private", "name": f"person {number}"}, rule="people.private")


def _rank_before(known: _Text, first: int) -> bool:
    """Whether a rank, shortened or not, stands right before a word: it belongs to the name."""
    if not first or not is_rank(known.words[first - 1]):
        return False
    return known.text[known.words[first - 1].end : known.words[first].start].strip(" \u00a0") in ("", ".")


def _speaks_for_office(known: _Text, first: int) -> bool:
    """Whether a word for an office stands among the few before a name, in the same sentence."""
    begin = known.words[first].start
    for place in range(first, max(-1, first - _OFFICE_WORDS - 1), -1):
        word = known.words[place]
        if place == first and known.given(word):
            continue
        if place < first and re.search(r"[.!?;\n]\s", known.text[word.end : begin]) and len(word.text) > _ABBREVIATION:
            return False
        if holds_office(word):
            return True
    return False


def _merged(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges of words, those that meet as one."""
    made: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if made and first < made[-1][1]:
            made[-1] = (made[-1][0], max(last, made[-1][1]))
        else:
            made.append((first, last))
    return made


def _by_given(known: _Text) -> Iterator[tuple[int, int]]:
    """Given names and patronymics, with the capitalised words beside them."""
    for place, word in enumerate(known.words):
        if not known.open(place) or len(word.text) < 2:
            continue
        patronymic = is_patronymic(word)
        if not patronymic and not known.given(word):
            continue
        first, last = _grown(known, place)
        alone = last - first == 1
        if alone and (never_alone(word, known.language) or (is_ordinary(word) and known.begins(place))):
            continue
        if alone and patronymic and known.begins(place) and not known.given(word):
            continue
        yield first, last


def _grown(known: _Text, place: int) -> tuple[int, int]:
    first, last = place, place + 1
    while last - place < _MOST_WORDS and known.joined(last - 1) and known.open(last):
        last += 1
    while place - first < _MOST_WORDS - 1 and known.joined(first - 1) and known.open(first - 1):
        before = known.words[first - 1]
        likely = is_surname(before) or known.given(before) or is_patronymic(before)
        # «Ковш Сергею позвонили» has its surname before; «министр Чехии Ян Ковш» behind.
        lonely = last - place == 1 and not known.begins(first - 1) and not before.text[1:2].isupper()
        if title_before(before) or not (likely or lonely):
            break
        first -= 1
    return first, last


def _by_initials(known: _Text) -> Iterator[tuple[int, int]]:
    """Initials with a surname before or behind: А. Б. Иванов, Иванов А. Б., J. Kowalski."""
    starts = {word.start: place for place, word in enumerate(known.words)}
    for match in _INITIALS.finditer(known.text):
        place = starts.get(match.start())
        if place is None or match[0].replace(" ", "") in _NO_INITIALS:
            continue
        many = sum(one.end <= match.end() for one in known.words[place : place + 2])
        after, before = place + many, place - 1
        gap = known.text[match.end() : known.words[after].start] if after < len(known.words) else "x"
        if known.open(after) and not gap.strip() and len(gap) <= 1 and len(known.words[after].text) > 2:
            yield place, after + 1
        elif (
            known.open(before)
            and known.joined(before)
            and len(known.words[before].text) > 2
            and (many == 2 or is_surname(known.words[before]))
        ):
            yield before, place + many


def _by_title(known: _Text) -> Iterator[tuple[int, int]]:
    """Words such as citizen, husband, signed, or a rank or office, with the capitalised words behind them."""
    for place, word in enumerate(known.words[:-1]):
        sure = named_by(word) or (is_rank(word) and (not word.capital or known.begins(place)))
        sure = sure or (is_kin(word) and known.joined(place))
        if not (sure or title_before(word) or holds_office(word)) or not _leads(known, place):
            continue
        first = last = place + 1
        while last - first < _MOST_WORDS and known.open(last) and (last == first or known.joined(last - 1)):
            last += 1
        likely = any(is_surname(one) or known.given(one) for one in known.words[first:last])
        if sure or likely or (last - first > 1 and title_before(word)):
            yield first, last


def _leads(known: _Text, place: int) -> bool:
    """Whether a word that may be part of a name stands behind a title, with nothing but signs between."""
    word, after = known.words[place], known.words[place + 1]
    gap = known.text[word.end : after.start]
    stopped = "." in gap and len(word.text) > _ABBREVIATION
    if len(gap) > _ABBREVIATION or gap.strip(" \u00a0.:—–-,") or stopped:
        return False
    return known.open(place + 1) and not named_by(after)


def _by_tail(known: _Text) -> Iterator[tuple[int, int]]:
    """Words that few but surnames look like, within a sentence: «у Ковальчук двое детей»."""
    for place, word in enumerate(known.words):
        if not known.open(place) or known.begins(place) or "-" in word.text:
            continue
        if is_strong_surname(word):
            # «Язафат Кавальчук»: a given name that no list has.
            named = known.open(place - 1) and known.joined(place - 1) and not title_before(known.words[place - 1])
            yield place - 1 if named else place, place + 1
        elif place and _FAMILY.search(word.folded) and known.words[place - 1].folded in _OF_FAMILY:
            yield place, place + 1


def _by_teller(known: _Text) -> Iterator[tuple[int, int]]:
    """Two capitalised words behind a verb of saying, the second like a surname: «пишет Язафата Кавальская»."""
    for place, word in enumerate(known.words[:-2]):
        first, last = place + 1, place + 3
        if not (
            tells(word) and known.joined(place) and known.open(first) and known.joined(first) and known.open(last - 1)
        ):
            continue
        if is_surname(known.words[last - 1]) and not title_before(known.words[first]):
            yield first, last


def _again(known: _Text, ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Surnames of names found, where they stand alone."""
    stems = set[str]()
    for first, last in ranges:
        if last - first > 1:
            stems |= surname_stems(known.text[known.words[first].start : known.words[last - 1].end])
    for place, word in enumerate(known.words):
        if known.open(place) and _stem(word.folded) in stems:
            yield place, place + 1
