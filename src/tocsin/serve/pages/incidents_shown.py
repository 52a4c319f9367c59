"""Incidents as pages show them: the list; one with its claims by origin, what was changed, and what may be the same.

Nothing is added up: an origin counts once, whoever copies it, and counts stand as the least and the most that anyone
says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from tocsin.brief.watch_words import count_words, origins_words
from tocsin.serve.pages.claim_shown import ClaimShown, claim_shown, incident_address, incident_of, when_words
from tocsin.serve.pages.inbox_rows import Choice, key_of
from tocsin.serve.pages.question_shown import all_drifts
from tocsin.serve.paging import Paged, paged
from tocsin.serve.room import View
from tocsin.watch import Bounds
from tocsin.watch.deciding import PAIR
from tocsin.watch.ledger import Drift, legal
from tocsin.watch.ledger.incidents import Incident, Maybe, maybe_same, published_order
from tocsin.watch.ledger.legal import LegalFinding
from tocsin.watch.likeness import origin_of

__all__ = [
    "Asked",
    "IncidentRow",
    "IncidentShown",
    "MaybeShown",
    "OriginShown",
    "Told",
    "asked_for",
    "choices",
    "drifts_by_claim",
    "incident_shown",
    "incidents_by_id",
    "law_of",
    "maybe_by_incident",
    "row_of",
]

_ORIGINS, _CLAIMS, _MAYBE, _DRIFTS = 40, 60, 12, 40
"""So many at most on one page."""
_PLACES = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; "" = anything. A place stands here by its key."""

    topic: str = ""
    question: str = ""
    place: str = ""
    since: str = ""
    until: str = ""

    @classmethod
    def of(cls, words: Mapping[str, object]) -> Asked:
        """That of an address."""
        return cls(**{name: str(words.get(name) or "").strip()[:80] for name in cls.__slots__})

    def words(self) -> dict[str, str]:
        """As an address has it."""
        return {name: said for name, said in asdict(self).items() if said}


@dataclass(frozen=True, slots=True)
class Told:
    """A number of something as it is told, and the claims that tell it."""

    words: str
    agree: bool
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident in the list.

    Attributes:
        id: Of the incident.
        when: In words.
        title: What.
        origins: How many independent origins, at least and at most, in words.
        counts: How many of what.
        claims, reports: How many.
        denied: Ids of claims that deny it.
        waiting: How many of its claims nobody has confirmed yet.
        maybe: With how many others it may be the same.
    """

    id: str
    when: str
    title: str
    origins: str
    counts: tuple[Told, ...]
    claims: int
    reports: int
    denied: tuple[str, ...]
    waiting: int
    maybe: int


@dataclass(frozen=True, slots=True)
class OriginShown:
    """What one origin says: its eldest claim, and those that say the same word again.

    Attributes:
        name: Of the group; "" = nobody named it, and it may be one that is counted already.
        key: By which it stands in an address.
        first: The eldest claim.
        copies: The others that are shown.
        more: How many more there are.
    """

    name: str
    key: str
    first: ClaimShown
    copies: tuple[ClaimShown, ...]
    more: int


@dataclass(frozen=True, slots=True)
class MaybeShown:
    """Another incident that may be the same, and the pair of claims that is most alike."""

    other: IncidentRow
    mine: ClaimShown
    theirs: ClaimShown
    score: float


@dataclass(frozen=True, slots=True)
class IncidentShown:
    """An incident.

    Attributes:
        incident: It.
        row: As the list shows it.
        question: Title of its question of the ledger, or "".
        around: The time that holds all of its claims, where it is another than `row.when`; else "".
        origins: Its claims by origin, the eldest first.
        drifts: What was changed on the way, to or from its claims.
        maybe: What may be the same.
        more_maybe: How many more of these.
        laws: What the law says of its claims.
    """

    incident: Incident
    row: IncidentRow
    question: str
    around: str
    origins: Paged[OriginShown]
    drifts: tuple[Drift, ...]
    maybe: tuple[MaybeShown, ...]
    more_maybe: int
    laws: tuple[LegalFinding, ...]


def incidents_by_id(view: View) -> Mapping[str, Incident]:
    """Incidents by id, in their order."""
    return view.remember("incidents: by id", lambda: {one.id: one for one in view.desk.incidents})


def maybe_by_incident(view: View) -> Mapping[str, tuple[Maybe, ...]]:
    """Incident → pairs with others that may be the same, the likest first."""
    return view.remember("incidents: maybe", lambda: _maybe(view))


def _maybe(view: View) -> dict[str, tuple[Maybe, ...]]:
    found: dict[str, list[Maybe]] = {}
    parted = _parted(view)
    for one in maybe_same(view.desk.standing, view.desk.incidents, view.desk.origins):
        if frozenset((one.first, one.second)) in parted:
            continue
        found.setdefault(one.first, []).append(one)
        found.setdefault(one.second, []).append(one)
    return {
        name: tuple(sorted(pairs, key=lambda one: (-one.score, one.first, one.second))) for name, pairs in found.items()
    }


def _parted(view: View) -> set[frozenset[str]]:
    """Pairs of incidents of whose claims a person said that they are two things: nobody is asked again."""
    said = {one.target: one.act for one in view.desk.standing.decisions if one.act in ("link", "unlink")
            and one.value.get("kind", "same-as") == "same-as"}  # fmt: skip
    home, found = incident_of(view), set[frozenset[str]]()
    for target, act in said.items():
        first, _, second = target.partition(PAIR)
        if act == "unlink" and first in home and second in home:
            found.add(frozenset((home[first].id, home[second].id)))
    return found


def drifts_by_claim(view: View) -> Mapping[str, tuple[Drift, ...]]:
    """Claim → what was changed to it, or from it."""
    return view.remember("incidents: drifts", lambda: _drifts(view))


def _drifts(view: View) -> dict[str, tuple[Drift, ...]]:
    found: dict[str, list[Drift]] = {}
    for one in all_drifts(view):
        for name in {one.claim, one.source_claim} - {""}:
            found.setdefault(name, []).append(one)
    return {name: tuple(mine) for name, mine in found.items()}


def law_of(view: View, incident: Incident, pack: str = "by") -> tuple[LegalFinding, ...]:
    """What a country's law says of the claims of an incident."""
    holds = view.desk.standing
    claims = {name: holds.claims[name] for name in incident.claims}
    return view.remember(f"incidents: {pack} law of {incident.id}", lambda: legal(replace(holds, claims=claims), pack))


def choices(view: View) -> dict[str, tuple[Choice, ...]]:
    """Values of the filters that some incident has, with how many."""
    return view.remember("incidents: choices", lambda: _choices(view))


def _choices(view: View) -> dict[str, tuple[Choice, ...]]:
    titles = {one.id: one.title for one in view.desk.ledger}
    found = view.desk.incidents
    places = Counter(one.place for one in found if one.place).most_common(_PLACES)
    told = {name: Counter(getattr(one, name) for one in found if getattr(one, name)) for name in ("topic", "question")}
    return {
        "topic": tuple(Choice(name, name, count) for name, count in sorted(told["topic"].items())),
        "question": tuple(
            Choice(name, titles[name], told["question"][name]) for name in titles if name in told["question"]
        ),
        "place": tuple(Choice(key_of(name), name, count) for name, count in sorted(places)),
    }


def asked_for(view: View, asked: Asked, days: Bounds) -> list[Incident]:
    """Incidents that are asked for, by the time that they are about."""
    return [
        one
        for one in view.desk.incidents
        if (not asked.topic or one.topic == asked.topic)
        and (not asked.question or one.question == asked.question)
        and (not asked.place or key_of(one.place) == asked.place)
        and (not days.known or (one.when.known and one.when.meets(days)))
    ]


def row_of(view: View, one: Incident) -> IncidentRow:
    """An incident as the list shows it."""
    claims = view.desk.standing.claims
    return IncidentRow(
        one.id,
        when_words(view, one.when),
        one.title,
        origins_words(one.independent),
        tuple(Told(count_words(each.count, each.unit), each.agree, each.claims) for each in one.counts),
        len(one.claims),
        len(one.reports),
        one.denied,
        sum(claims[name].status == "suggested" for name in one.claims),
        len(maybe_by_incident(view).get(one.id, ())),
    )


def incident_shown(view: View, name: str, page: int = 1, origin: str = "") -> IncidentShown | None:
    """An incident as its page shows it; None if there is none of that id.

    Args:
        view: What holds.
        name: Id of the incident.
        page: Which origins, or which claims of the one that is asked for.
        origin: Key of the one origin whose claims are shown; "" = all origins.
    """
    one = incidents_by_id(view).get(name)
    if one is None:
        return None
    changed = {each.id: each for claim in one.claims for each in drifts_by_claim(view).get(claim, ())}
    pairs = maybe_by_incident(view).get(name, ())
    titles = {each.id: each.title for each in view.desk.ledger}
    return IncidentShown(
        one,
        row_of(view, one),
        titles.get(one.question, ""),
        when_words(view, one.around) if one.around != one.when else "",
        _origins(view, one, page, origin),
        tuple(changed[each] for each in sorted(changed))[:_DRIFTS],
        tuple(_asked(view, one, each) for each in pairs[:_MAYBE]),
        max(0, len(pairs) - _MAYBE),
        law_of(view, one),
    )


def _origins(view: View, one: Incident, page: int, origin: str) -> Paged[OriginShown]:
    holds = view.desk.standing
    groups: dict[str, list[str]] = {}
    for claim in sorted((holds.claims[each] for each in one.claims), key=lambda each: published_order(each, holds)):
        groups.setdefault(origin_of(view.desk.origins, claim), []).append(claim.id)
    address = incident_address(one.id)
    if origin:
        mine = [(name, each) for name, claims in groups.items() if key_of(name) == origin for each in claims]
        return paged(
            mine, page, address, lambda each: _origin(view, each[0], [each[1]], 0), {"origin": origin}, _CLAIMS
        )
    room = max(3, 2 * _CLAIMS // max(1, min(len(groups), _ORIGINS)))
    return paged(
        list(groups.items()), page, address,
        lambda group: _origin(view, group[0], group[1][:room], max(0, len(group[1]) - room)), size=_ORIGINS,
    )  # fmt: skip


def _origin(view: View, name: str, claims: list[str], more: int) -> OriginShown:
    shown = [claim_shown(view, view.desk.standing.claims[each]) for each in claims]
    return OriginShown("" if name.startswith("?") else name, key_of(name), shown[0], tuple(shown[1:]), more)


def _asked(view: View, one: Incident, pair: Maybe) -> MaybeShown:
    mine, theirs = pair.claims if pair.first == one.id else pair.claims[::-1]
    claims = view.desk.standing.claims
    other = incident_of(view)[theirs]
    return MaybeShown(
        row_of(view, other), claim_shown(view, claims[mine]), claim_shown(view, claims[theirs]), pair.score
    )
