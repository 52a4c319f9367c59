"""The inbox as a list: what stands of every report, which of them are asked for, and the rows of one page.

Of all reports only what is sorted and filtered by is worked out (`Entry`); the words of a row are made for the rows
that are shown. Words are searched in titles, texts and claims with private persons masked, those too whose masks were
opened for a reason: a search tells nobody a name.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from tocsin.brief.watch_inbox import main_year
from tocsin.brief.watch_words import origin_names, time_words
from tocsin.serve.room import View
from tocsin.watch import Bounds, Claim, Report
from tocsin.watch.deciding import NOT_SAID
from tocsin.watch.likeness import origin_of
from tocsin.watch.shown import decided_words
from tocsin.watch.times import read_time

__all__ = [
    "BASIS_WORDS",
    "STATES",
    "Choice",
    "Entry",
    "Filters",
    "Index",
    "Row",
    "choices",
    "found_in",
    "index_of",
    "key_of",
    "range_of",
    "row_of",
    "shown_reports",
    "words_of",
]

STATES: dict[str, str] = {"confirm": "to confirm", "done": "done", "retracted": "retracted"}
"""State of a report → as it is shown. To confirm: a claim that rules found in it awaits a person."""
BASIS_WORDS: dict[str, str] = {
    "time": "to the minute",
    "page-date": "day of the page",
    "seen": "said in the text",
    "context": "from the context",
    "derived": "worked out by the coder",
    "inferred": "bounded by other reports",
    "none": "nothing says when",
}
"""How well a time is known, in words."""
_TITLE = 140
"""Most signs of a title, or of the first words, in a row."""
_FAR = 2**62


@dataclass(frozen=True, slots=True)
class Entry:
    """What a report is sorted and filtered by.

    Attributes:
        id: Of the report.
        state: One of `STATES`.
        language, level, owner: As in the report.
        publisher: Key of its publisher (`key_of`).
        published: When it was published.
        suggested: Ids of claims that await a person.
        settled: Ids of claims that somebody stands behind.
    """

    id: str
    state: str
    language: str
    level: str
    owner: str
    publisher: str
    published: Bounds
    suggested: tuple[str, ...]
    settled: tuple[str, ...]

    @property
    def order(self) -> tuple[int, int, str]:
        """Sorts the newest first, and what nobody knows the time of last."""
        at = self.published
        known = at.least if at.least is not None else at.most
        last = at.most if at.most is not None else at.least
        return (_FAR, _FAR, self.id) if known is None or last is None else (-known, -last, self.id)


@dataclass(frozen=True, slots=True)
class Index:
    """All reports, newest first, and what is said of the whole.

    Attributes:
        entries: Of every report that came in.
        waiting: How many claims await a person.
        waiting_in: In how many reports.
        copy_of: Report → the eldest report that it is a copy of.
        copies: Report → how many reports are copies of it.
        publishers: Key of a publisher → its name.
    """

    entries: tuple[Entry, ...]
    waiting: int
    waiting_in: int
    copy_of: Mapping[str, str]
    copies: Mapping[str, int]
    publishers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; "" = anything. No word of it names anybody: a publisher stands here by its key."""

    state: str = ""
    language: str = ""
    level: str = ""
    owner: str = ""
    publisher: str = ""
    since: str = ""
    until: str = ""

    @classmethod
    def of(cls, words: Mapping[str, object]) -> Filters:
        """Those of an address or a form."""
        return cls(**{name: str(words.get(name) or "").strip()[:80] for name in cls.__slots__})

    def words(self) -> dict[str, str]:
        """As an address has them."""
        return {name: said for name, said in asdict(self).items() if said}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, in words, and how many reports have it."""

    value: str
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """One report in the list.

    Attributes:
        id: Of the report.
        published: When, in words.
        basis: How well that is known, in words.
        publisher: Who published it.
        letter: How reliable the publisher is.
        level, owner, language: As in the report.
        title: Its title, or its first words, masked.
        suggested, settled: How many of its claims await a person, and are confirmed or corrected.
        state: As in `STATES`.
        copy_of: The report that it is a copy of, or "".
        copies: How many reports are copies of it.
        origins: Whose word its claims are, in words; `–` = it claims nothing.
    """

    id: str
    published: str
    basis: str
    publisher: str
    letter: str
    level: str
    owner: str
    language: str
    title: str
    suggested: int
    settled: int
    state: str
    copy_of: str
    copies: int
    origins: str


def key_of(name: str) -> str:
    """A short key by which a publisher or a place stands in an address instead of its name."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:10] if name else "none"


def shown_reports(view: View) -> Mapping[str, Report]:
    """All reports as lists show them: what was unmasked in one is seen on that report's own page only."""
    return view.remember("inbox: reports", lambda: _shown(view))


def _shown(view: View) -> Mapping[str, Report]:
    desk, reports = view.desk, dict(view.desk.reports)
    opened = [one for one in decided_words(desk.standing.decisions) if one in reports]
    return reports | {name: desk.closed(name) for name in opened}


def index_of(view: View) -> Index:
    """All reports and what they are sorted and filtered by."""
    return view.remember("inbox: index", lambda: _index(view))


def _index(view: View) -> Index:
    holds, claims = view.desk.standing, dict[str, list[Claim]]()
    for one in holds.claims.values():
        claims.setdefault(one.report, []).append(one)
    reports = shown_reports(view)
    entries = sorted(
        (_entry(one, one.id in holds.reports, claims.get(one.id, ())) for one in reports.values()),
        key=lambda one: one.order,
    )
    ties = [one for one in holds.links if one.kind == "copy-of" and one.first in reports]
    copies = {one.first: one.second for one in sorted(ties, key=lambda one: (one.score, one.second))}
    return Index(
        tuple(entries),
        sum(len(one.suggested) for one in entries),
        sum(one.state == "confirm" for one in entries),
        copies,
        Counter(copies.values()),
        {key_of(one.publisher): one.publisher or NOT_SAID for one in reports.values()},
    )


def _entry(report: Report, stands: bool, claims: Iterable[Claim]) -> Entry:
    mine = sorted(claims, key=lambda one: one.number)
    suggested = tuple(one.id for one in mine if one.status == "suggested")
    settled = tuple(one.id for one in mine if one.status != "suggested")
    state = "retracted" if not stands else "confirm" if suggested else "done"
    publisher = key_of(report.publisher)
    return Entry(
        report.id, state, report.language, report.level, report.owner, publisher, report.published, suggested, settled
    )


def words_of(view: View) -> Mapping[str, str]:
    """Report → all its words in small letters: title, text, publisher and claims, masked."""
    return view.remember("inbox: words", lambda: _words(view))


def _words(view: View) -> dict[str, str]:
    found = {one.id: [one.title, one.text, one.publisher, one.note] for one in shown_reports(view).values()}
    for claim in view.desk.standing.claims.values():
        found[claim.report] += [claim.who, claim.what, claim.place]
    return {name: "\n".join(words).casefold() for name, words in found.items()}


def range_of(view: View, since: str, until: str) -> Bounds:
    """The stretch of days that is asked for.

    Raises:
        WatchError: A day is none; its place is the field.
    """
    low = read_time(since, view.desk.zone, place="since")[0].least if since else None
    high = read_time(until, view.desk.zone, place="until")[0].most if until else None
    return Bounds(low, high) if low is None or high is None or low <= high else Bounds(high, low)


def found_in(view: View, asked: Filters, days: Bounds, search: str = "") -> list[Entry]:
    """The reports that are asked for, newest first.

    Args:
        view: What holds.
        asked: Filters.
        days: The stretch in which they may have been published; without either end it asks for nothing.
        search: Words that all must stand in title, text or claims.
    """
    named = {name: said for name, said in asked.words().items() if name not in ("since", "until")}
    found = [one for one in index_of(view).entries if all(getattr(one, name) == said for name, said in named.items())]
    if days.known:
        found = [one for one in found if one.published.known and one.published.meets(days)]
    wanted = search.casefold().split()
    if wanted:
        words = words_of(view)
        found = [one for one in found if all(word in words[one.id] for word in wanted)]
    return found


def choices(view: View) -> dict[str, list[Choice]]:
    """Every filter's values that some report has, the most frequent first."""
    return view.remember("inbox: choices", lambda: _choices(index_of(view)))


def _choices(index: Index) -> dict[str, list[Choice]]:
    told = {"publisher": index.publishers, "state": STATES}
    return {
        name: [
            Choice(value, told.get(name, {}).get(value, value), count)
            for value, count in sorted(
                Counter(getattr(one, name) for one in index.entries).items(), key=lambda one: (-one[1], one[0])
            )
        ]
        for name in ("state", "language", "level", "owner", "publisher")
    }


def row_of(view: View, entry: Entry) -> Row:
    """A report as the list shows it."""
    index, report = index_of(view), shown_reports(view)[entry.id]
    source = view.desk.standing.sources.get(view.desk.standing.reports_in[entry.id].publisher)
    year = view.remember("inbox: year", lambda: main_year(view.desk))
    return Row(
        entry.id,
        time_words(report.published, view.desk.zone, year),
        BASIS_WORDS[report.published_basis],
        report.publisher or NOT_SAID,
        "F" if source is None else source.letter,
        report.level,
        report.owner,
        report.language,
        _first_words(view, report, entry),
        len(entry.suggested),
        len(entry.settled),
        entry.state,
        index.copy_of.get(entry.id, ""),
        index.copies.get(entry.id, 0),
        _origins(view, entry),
    )


def _origins(view: View, entry: Entry) -> str:
    claims = view.desk.standing.claims
    return origin_names(origin_of(view.desk.origins, claims[one]) for one in (*entry.settled, *entry.suggested))


def _first_words(view: View, report: Report, entry: Entry) -> str:
    """The title of a report as shown, or its first words; of a coded one, which has neither, its first claim."""
    words = report.title or report.text[: 4 * _TITLE]
    if not words:
        claims = [view.desk.standing.claims[one] for one in (*entry.settled, *entry.suggested)]
        words = min(claims, key=lambda one: one.number).what if claims else report.note
    words = " ".join(words.split())
    return words if len(words) <= _TITLE else words[: _TITLE - 2].rstrip() + " …"
