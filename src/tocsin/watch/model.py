"""What is watched: bounds, reports, claims, sightings, links, suggestions and decisions, as frozen rows.

Every row says where it came from, and none is ever changed: what people decide about a row is a row of its own
(`Decision`), and what is shown is worked out from both. Times are UTC, whole milliseconds since 1970. A name stands
here once; the store keeps it, the command prints it, and JSON calls it the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

__all__ = [
    "ACTS",
    "BASES",
    "DIGITS",
    "LETTERS",
    "LEVELS",
    "LINK_KINDS",
    "MEASURES",
    "OWNERS",
    "ROUTES",
    "SIGHTING_SCOPES",
    "STANCES",
    "SUGGESTION_KINDS",
    "TOPICS",
    "UNKNOWN",
    "Bounds",
    "Capture",
    "Claim",
    "Decision",
    "Link",
    "Report",
    "Sighting",
    "Source",
    "Span",
    "Suggestion",
]

ROUTES: Final = ("coded", "feed", "page", "telegram", "text")
"""How a report came in."""
LEVELS: Final = ("social", "outlet", "official", "analysis", "unknown")
"""Who speaks: a person in public, a medium, an office, a commentator."""
OWNERS: Final = (
    "state", "independent", "foreign", "foreign-state", "foreign-aggregator", "private-person", "unknown",
)  # fmt: skip
"""Whose the medium is, seen from the country that is watched."""
BASES: Final = ("time", "page-date", "seen", "context", "derived", "inferred", "none")
"""How well a time is known: to the minute, by the day of a page, said in the text, from its context, worked out by the
coder, bounded by other reports, not at all."""
STANCES: Final = ("asserts", "denies", "retells")
"""Whether the report says so itself, says that it is not so, or says that another one says so."""
TOPICS: Final = (
    "announced", "official-purpose", "official-lawful", "hypothesis", "called-up", "numbers", "notice-time", "place",
    "duration", "exempt-summoned", "exemption-granted", "medical-ignored", "refusal-punished", "waiting",
    "phones-taken", "equipment", "foreign-forces", "ended", "other",
)  # fmt: skip
"""What a claim is about; each has its entry in the table of topics (`docs/watch-topics.md`)."""
LETTERS: Final = ("A", "B", "C", "D", "E", "F")
"""Reliability of a source; F is: cannot be judged."""
DIGITS: Final = ("1", "2", "3", "4", "5", "6")
"""Credibility of a report; 6 is: cannot be judged."""
UNKNOWN: Final = "F6"
"""The grade of what nobody has judged."""
LINK_KINDS: Final = ("copy-of", "part-of", "same-as", "contradicts")
"""`copy-of`: the same words, or nearly. `part-of`: one holds a piece of the other. `same-as`: about the same thing in
other words. `contradicts`: about the same thing, and both cannot hold. The first two have a direction: first ← second
is the elder."""
SUGGESTION_KINDS: Final = ("place", "date", "notice", "number", "topic", "person", "contact")
"""What rules find in a text."""
ACTS: Final = (
    "confirm", "edit", "reject", "retract", "correct", "link", "unlink", "grade", "unmask", "own",
)  # fmt: skip
"""What people decide: about suggestions and claims (confirm, edit, reject), reports and claims (retract, correct),
pairs (link, unlink), reports and sources (grade: digit or letter), masked words (unmask), sources (own: whose)."""
SIGHTING_SCOPES: Final = ("national", "site", "internal", "outside", "combined")
"""What a count of forces covers; counts of different scopes are never added."""
MEASURES: Final = ("stock", "arrival", "departure")
"""What stood there, came, or went."""


@dataclass(frozen=True, slots=True, order=True)
class Bounds:
    """The least and the most that something may be; None = open on that side.

    Attributes:
        least: At least, or not before; a whole number (of milliseconds since 1970, people, hours …).
        most: At most, or not after.
    """

    least: int | None = None
    most: int | None = None

    def __post_init__(self) -> None:
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError(f"found at least {self.least} and at most {self.most}; expected least ≤ most")

    @property
    def known(self) -> bool:
        """Whether anything is known."""
        return self.least is not None or self.most is not None

    @property
    def exact(self) -> bool:
        """Whether both ends are the same."""
        return self.least is not None and self.least == self.most

    def meets(self, other: Bounds) -> bool:
        """Whether both may be the same value."""
        below = self.most is not None and other.least is not None and self.most < other.least
        above = other.most is not None and self.least is not None and other.most < self.least
        return not below and not above

    def holds(self, other: Bounds) -> bool:
        """Whether the other lies within this one."""
        low = self.least is None or (other.least is not None and other.least >= self.least)
        return low and (self.most is None or (other.most is not None and other.most <= self.most))

    def hull(self, other: Bounds) -> Bounds:
        """The narrowest bounds that hold both."""
        low = None if self.least is None or other.least is None else min(self.least, other.least)
        high = None if self.most is None or other.most is None else max(self.most, other.most)
        return Bounds(low, high)

    def since(self, earlier: Bounds) -> Bounds:
        """What lies between an earlier one and this: least and most of the difference; it may be negative."""
        low = None if self.least is None or earlier.most is None else self.least - earlier.most
        high = None if self.most is None or earlier.least is None else self.most - earlier.least
        return Bounds(low, high)

    def as_json(self) -> list[int | None]:
        """Both ends."""
        return [self.least, self.most]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters of a report's text: from `start` to before `end`, counted in code points from 0.

    `part` says in which text: the title or the body.
    """

    start: int
    end: int
    part: Literal["text", "title"] = "text"


@dataclass(frozen=True, slots=True)
class Report:
    """What was captured. It needs no incident.

    Attributes:
        id: The coder's own id, or `t-` and the first twelve digits of the digest: the same wherever it is taken in.
        digest: SHA-256 by which it is known again: of where it stands, title and cleaned text, or of the coded row.
        route: One of `ROUTES`.
        address: Where it stands: an address without user names and passwords, or file and item; "" = pasted.
        publisher: The medium, channel or office; never a private person.
        author: Pseudonym of the writer of a post (`protect.pseudonym`), or "".
        owner: One of `OWNERS`.
        level: One of `LEVELS`.
        language: Two letters, or `und`.
        published: When it was published: exact, a day, or bounds.
        published_basis: One of `BASES`.
        captured: When Tocsin took it in.
        title: Its title, "" if none.
        text: Its text as captured (never shown unmasked); "" for coded reports.
        cites: What it says that it took the story from: names, or ids of reports.
        seen_via: Ids of reports through which it was seen, where nobody captured itself.
        forwarded: Channel that a post was forwarded from (a channel's name; a person's is a pseudonym), or "".
        note: The coder's remark, or "".
    """

    id: str
    digest: str
    route: str
    address: str = ""
    publisher: str = ""
    author: str = ""
    owner: str = "unknown"
    level: str = "unknown"
    language: str = "und"
    published: Bounds = Bounds()
    published_basis: str = "none"
    captured: int = 0
    title: str = ""
    text: str = ""
    cites: tuple[str, ...] = ()
    seen_via: tuple[str, ...] = ()
    forwarded: str = ""
    note: str = ""

    @property
    def elder_key(self) -> tuple[int, str]:
        """Sorts the elder first: when it was published, as far as is known, else captured; then the smaller id."""
        least, most = self.published.least, self.published.most
        return least if least is not None else most if most is not None else self.captured, self.id


@dataclass(frozen=True, slots=True)
class Capture:
    """That an item was seen, and in which bytes: evidence, apart from the digest by which a report is known.

    Attributes:
        report: Id of the report that the bytes became.
        sha256: SHA-256 of the bytes as they were found: of a page or a text, the file; of an entry of a feed, its
            markup in UTF-8; of a message or a coded row, the object in canonical JSON.
        size: How many bytes.
        media_type: What they were taken for, such as `text/html`.
        at: When they were taken in; 0 = not given.
        data: The bytes themselves where they are kept, unmasked; otherwise None.
    """

    report: str
    sha256: str
    size: int
    media_type: str
    at: int
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher as it was judged.

    Attributes:
        name: As in `Report.publisher`.
        letter: One of `LETTERS`; F until somebody judges.
        owner: One of `OWNERS`.
        group: Name of the owner whose outlets count once, or "".
    """

    name: str
    letter: str = "F"
    owner: str = "unknown"
    group: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who says that what happened, where, when and how many, in which report.

    Attributes:
        id: `<report>#<number>`.
        report: Id of the report.
        number: Which one of the report's claims, from 1.
        stance: One of `STANCES`.
        topic: One of `TOPICS`.
        who: Who says so, as coded or as the rules found it.
        what: One sentence: a coder's summary, or the words of the text.
        place: Where, as written; "" = not said.
        when: When it happened (or, of a demand, when it is for).
        when_basis: One of `BASES`.
        count: How many of `unit`, at least and at most.
        unit: What is counted: person, day, vehicle …; "" = nothing is.
        notice_hours: Hours from summons to the time to report.
        due: When people have to report; of a claim on notice, `when` is the service.
        spans: The characters that it rests on; none in a coded report, which is traced by claim and address.
        writer: coder, rules or analyst.
        status: suggested or confirmed as it came in; decisions may make it confirmed or corrected, and one that was
            rejected or retracted no longer stands.
        digit: Credibility, one of `DIGITS`.
    """

    id: str
    report: str
    number: int
    stance: str
    topic: str
    who: str = ""
    what: str = ""
    place: str = ""
    when: Bounds = Bounds()
    when_basis: str = "none"
    count: Bounds = Bounds()
    unit: str = ""
    notice_hours: Bounds = Bounds()
    due: Bounds = Bounds()
    spans: tuple[Span, ...] = ()
    writer: str = "coder"
    status: str = "confirmed"
    digit: str = "6"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a rule found in a text, for a person to confirm, edit or reject.

    Attributes:
        id: `<report>@<kind>:<part><start>-<end>`, part b (body) or t (title); of a topic, `:<topic>` behind it.
        report: Id of the report.
        kind: One of `SUGGESTION_KINDS`.
        span: Its characters.
        words: The characters themselves.
        value: What they mean, by kind: place {id, name, country, lat, lon}; date {least, most} in milliseconds; notice
            {hours_least, hours_most, says: owed or given}; number {least, most, unit}; topic
            {topic, stance}; person {role: private | official, name}; contact {sort: phone | e-mail | handle | …}.
        alternatives: Other readings of the same characters, each as `value`.
        rule: Which rule found it.
    """

    id: str
    report: str
    kind: str
    span: Span
    words: str
    value: dict[str, Any] = field(default_factory=dict)
    alternatives: tuple[dict[str, Any], ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Two reports (or two claims) and what ties them.

    Attributes:
        kind: One of `LINK_KINDS`.
        first: Id; of a directed kind, the copy or the part. Otherwise the smaller id.
        second: The other id.
        score: How like they are, 0 to 1; 1 of what a person said.
        state: suggested or confirmed: above the first or the second threshold, or by a person; what a person took away
            no longer stands.
        by: digest, minhash, tfidf, model, cites, owner, rules, analyst.
    """

    kind: str
    first: str
    second: str
    score: float
    state: str
    by: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """One dated statement on forces: what stood, came or went where, how many, by whom it is said.

    Attributes:
        id: The coder's id, or `<claim>` of the claim that it is.
        address: Where it was read.
        publisher: Who says so.
        level: official, claim, analysis, outlet … as coded.
        side: neutral, or the side that says it.
        published: When it was said.
        about: The time that it is about.
        owner: Whose force.
        place: Where, as written.
        kind: troops, tanks, aircraft …
        unit: What is counted: person, battalion, train …; "" = no count.
        measure: One of `MEASURES`.
        basis: observed, estimate, declared, expected, promised, capacity, garbled, inferred …
        scope: One of `SIGHTING_SCOPES`.
        count: At least and at most; an exact value has both.
        what: One sentence.
        differs_from: Ids of rows that give another number for the same thing.
        published_inferred: Whether the day of publication is the coder's inference.
        grade: Letter and digit.
    """

    id: str
    address: str
    publisher: str
    level: str
    side: str
    published: Bounds
    about: Bounds
    owner: str
    place: str
    kind: str
    unit: str
    measure: str
    basis: str
    scope: str
    count: Bounds
    what: str
    differs_from: tuple[str, ...] = ()
    published_inferred: bool = False
    grade: str = UNKNOWN


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided, and why. Nothing is ever deleted.

    Attributes:
        number: Its place in the store, from 1.
        at: When.
        by: Who, as they called themselves: a role or a pseudonym.
        act: One of `ACTS`.
        target: What it is about: id of a report, claim, suggestion or sighting, two ids joined by ` ~ `, or the name
            of a source.
        value: What it now is, by act: the changed fields of a claim (edit, correct) or the whole value of a suggestion
            (edit), {scope} (confirm), {kind} (link, unlink), {letter} or {digit} (grade), {words} (unmask), {owner,
            group} (own).
        reason: Why, in a sentence; never empty.
    """

    number: int
    at: int
    by: str
    act: str
    target: str
    value: dict[str, Any]
    reason: str
