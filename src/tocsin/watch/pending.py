"""STAND-INS, to be deleted at the merge: names and shapes of the neighbours' modules, as small as they can be.

Every name here is imported by the desk (`tables.py`, `view.py`, `exchange`, `brief`, `cli`) from this one file, so that
the merge is: put the true module's name into those imports, and delete this file. Each stand-in says whose it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tocsin.errors import WatchError
from tocsin.watch.intake import Reading, read_reports, read_sightings
from tocsin.watch.model import Bounds, Claim, Decision, Report, Sighting, Span, Suggestion
from tocsin.watch.standing import Standing
from tocsin.watch.store import Added, Store
from tocsin.watch.times import iso

__all__ = [
    "Amount", "Answer", "Branch", "Chain", "Clash", "Contradiction", "Drift", "Estimate", "Footprint", "Incident",
    "Indicator", "Key", "Lag", "LegalFinding", "Masked", "Question", "Row", "Side", "Step", "Summary", "chain",
    "claim_origins", "clashes", "drifts", "footprint", "incidents", "ledger", "legal", "locate", "machine_key",
    "mask_claim", "mask_report", "mask_sighting", "mask_suggestion", "mask_text", "masked_title", "masked_words",
    "read_text", "relate", "suggest_claims", "take_into",
]  # fmt: skip


# --- intake (intake/take.py, protect.py) ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Summary:
    """Stand-in of `intake.into.Summary`."""

    new: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    new_sightings: tuple[str, ...] = ()
    known_sightings: tuple[str, ...] = ()
    problems: tuple[WatchError, ...] = ()
    skipped: int = 0
    remarks: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        plain = {name: list(getattr(self, name)) for name in ("new", "known", "new_sightings", "known_sightings")}
        problems = [{"place": one.place, "sentence": one.sentence} for one in self.problems]
        return plain | {"problems": problems, "skipped": self.skipped, "remarks": list(self.remarks)}


def machine_key() -> bytes:
    """Stand-in of `protect.machine_key`."""
    return bytes(32)


def take_into(
    store: Store, source: str, reading: Reading, limits: object = None,
    progress: Callable[[int, str], None] | None = None, *, kind: str | None = None,
) -> Summary:  # fmt: skip
    """Stand-in of `intake.into.take_into`: the bundled case, and coded reports or statements (.jsonl)."""
    if source == "west-2026":
        folder = files("tocsin.watch").joinpath("bundled", "west-2026")
        parts = [(name, folder.joinpath(name).read_bytes()) for name in ("reports.jsonl", "footprint.jsonl")]
    elif Path(source).is_file():
        parts = [(source, Path(source).read_bytes())]
    else:
        raise WatchError("found nothing there; expected a file, an address or a bundled case (west-2026)", place=source)
    reports, sightings, problems = Added((), ()), Added((), ()), list[WatchError]()
    for name, data in parts:
        taken = (read_sightings if b'"measure"' in data[:4000] else read_reports)(data, name, reading)
        problems += taken.problems
        if taken.items:
            reports = store.add(taken.items)
        if taken.sightings:
            sightings = store.add_sightings(taken.sightings)
    return Summary(reports.new, reports.known, sightings.new, sightings.known, tuple(problems))


# --- text (text/read.py, suggest.py, masking.py, text/places.py) ----------------------------------------------------


def read_text(report: Report, zone: ZoneInfo) -> tuple[Suggestion, ...]:
    """Stand-in of `text.read.read_text`."""
    return ()


def suggest_claims(report: Report, suggestions: Iterable[Suggestion]) -> tuple[Claim, ...]:
    """Stand-in of `suggest.suggest_claims`."""
    return ()


def mask_report(report: Report, suggestions: Iterable[Suggestion], decisions: Iterable[Decision]) -> Report:
    """Stand-in of `masking.mask_report`: every private person and contact that nobody unmasked is struck out."""
    shown = {one.target for one in decisions if one.act == "unmask"}
    title, text = report.title, report.text
    for one in suggestions:
        if _private(one) and one.id not in shown and one.words:
            title, text = title.replace(one.words, "[person]"), text.replace(one.words, "[person]")
    return replace(report, title=title, text=text)


@dataclass(frozen=True, slots=True)
class Masked:
    """Stand-in of `masking.Masked`: a text as it may be shown, and where a span of the original stands in it."""

    text: str

    def span(self, original: Span) -> Span:
        """The characters that show a span of the original."""
        return original


def masked_words(report: Report, suggestions: Iterable[Suggestion], decisions: Iterable[Decision]) -> Masked:
    """Stand-in of `masking.masked_words`."""
    return Masked(mask_report(report, suggestions, decisions).text)


def masked_title(report: Report, suggestions: Iterable[Suggestion], decisions: Iterable[Decision]) -> Masked:
    """Stand-in of `masking.masked_title`."""
    return Masked(mask_report(report, suggestions, decisions).title)


def mask_claim(claim: Claim, language: str = "und") -> Claim:
    """Stand-in of `masking.mask_claim`: everybody in this room who is called Zzz is a private person."""
    return replace(claim, who=claim.who.replace("Zzz", "[person]"), what=claim.what.replace("Zzz", "[person]"))


def mask_text(text: str, language: str = "und") -> str:
    """Stand-in of `masking.mask_text`."""
    return text.replace("Zzz", "[person]")


def mask_sighting(sighting: Sighting) -> Sighting:
    """Stand-in of `masking.mask_sighting`."""
    return sighting


def mask_suggestion(suggestion: Suggestion, decisions: Iterable[Decision] = ()) -> Suggestion:
    """Stand-in of `masking.mask_suggestion`."""
    shown = any(one.act == "unmask" and one.target == suggestion.id for one in decisions)
    return suggestion if shown or not _private(suggestion) else replace(suggestion, words="[person]")


def _private(one: Suggestion) -> bool:
    return one.kind == "contact" or (one.kind == "person" and one.value.get("role") == "private")


def locate(place: str) -> tuple[float, float, float] | None:
    """Stand-in of the gazetteer: latitude, longitude and radius in km of a place as written."""
    return {"Grodno": (53.6884, 23.8258, 8.0), "Slonim": (53.0927, 25.3188, 4.0)}.get(place)


# --- likeness (likeness/links.py, likeness/origins.py) --------------------------------------------------------------


def relate(store: Store, ids: Iterable[str]) -> None:
    """Stand-in of `likeness.links.relate`."""


def claim_origins(standing: Standing) -> dict[str, str]:
    """Stand-in of `likeness.origins.claim_origins`: the first medium that a report cites, or the report itself."""
    return {one.id: (one.cites[0] if one.cites else one.id) for one in standing.reports.values()}


# --- ledger (incidents.py, chain.py, ledger.py, drift.py, clashes.py, legal.py) -------------------------------------


@dataclass(frozen=True, slots=True)
class Amount:
    """Stand-in of `incidents.Amount`."""

    unit: str
    count: Bounds
    claims: tuple[str, ...]
    agree: bool


@dataclass(frozen=True, slots=True)
class Incident:
    """Stand-in of `incidents.Incident`."""

    id: str
    title: str
    topic: str
    question: str
    place: str
    when: Bounds
    around: Bounds
    claims: tuple[str, ...]
    reports: tuple[str, ...]
    origins: tuple[str, ...]
    independent: Bounds
    counts: tuple[Amount, ...]
    first_seen: Bounds
    denied: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"id": self.id, "title": self.title, "claims": list(self.claims), "when": self.when.as_json()}


def incidents(standing: Standing, origins: Mapping[str, str] | None = None) -> tuple[Incident, ...]:
    """Stand-in: claims of one topic at one place as written."""
    groups: dict[tuple[str, str], list[Claim]] = {}
    for claim in standing.claims.values():
        groups.setdefault((claim.topic, claim.place), []).append(claim)
    return tuple(
        _incident(topic, place, mine, standing, origins or {}) for (topic, place), mine in sorted(groups.items())
    )


def _incident(topic: str, place: str, mine: list[Claim], standing: Standing, origins: Mapping[str, str]) -> Incident:
    mine = sorted(mine, key=lambda one: one.id)
    around = mine[0].when
    for one in mine:
        around = around.hull(one.when)
    said = tuple(sorted({origins.get(one.report, one.report) for one in mine}))
    counts = tuple(Amount(one.unit, one.count, (one.id,), True) for one in mine if one.count.known)
    return Incident(
        f"i-{mine[0].id}", f"{topic}, {place}", topic, topic, place, around, around, tuple(one.id for one in mine),
        tuple(sorted({one.report for one in mine})), said, Bounds(1, len(said)), counts,
        standing.reports[mine[0].report].published, tuple(one.id for one in mine if one.stance == "denies"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """Stand-in of `chain.Step`."""

    step: str
    report: str
    claim: str
    publisher: str
    at: Bounds
    basis: str
    maybe: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lag:
    """Stand-in of `chain.Lag`."""

    before: str
    after: str
    hours: Bounds


@dataclass(frozen=True, slots=True)
class Branch:
    """Stand-in of `roots.Branch`."""

    page: str
    told: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Stand-in of `chain.Chain`."""

    incident: str
    steps: tuple[Step, ...] = ()
    lags: tuple[Lag, ...] = ()
    missing: tuple[str, ...] = ()
    tree: tuple[Branch, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"incident": self.incident, "steps": [one.report for one in self.steps], "missing": list(self.missing)}


def chain(incident: Incident | None, standing: Standing) -> Chain:
    """Stand-in: the first report that carries it."""
    wanted = standing.claims if incident is None else incident.claims
    first = min((standing.claims[one] for one in wanted), key=lambda one: one.id)
    of = standing.reports[first.report]
    step = Step("first seen", of.id, first.id, of.publisher, of.published, of.published_basis)
    return Chain("" if incident is None else incident.id, (step,), (), ("picked up", "official reply"))


@dataclass(frozen=True, slots=True)
class Row:
    """Stand-in of `ledger.Row`."""

    id: str
    report: str
    date: Bounds
    dated: str
    speaker: str
    stance: str
    grade: str
    origin: str
    address: str
    what: str
    count: Bounds
    unit: str


@dataclass(frozen=True, slots=True)
class Side:
    """Stand-in of `ledger.Side`."""

    id: str
    title: str
    rows: tuple[Row, ...]
    counter: tuple[str, ...]
    independent: Bounds
    answered: str


@dataclass(frozen=True, slots=True)
class Question:
    """Stand-in of `ledger.Question`."""

    id: str
    title: str
    sides: tuple[Side, ...]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"id": self.id, "sides": [{"id": s.id, "rows": [one.id for one in s.rows]} for s in self.sides]}


def ledger(standing: Standing, origins: Mapping[str, str] | None = None) -> tuple[Question, ...]:
    """Stand-in: a question for each topic, with those who say it and those who deny it."""
    found = []
    for topic in sorted({one.topic for one in standing.claims.values()}):
        mine = [one for _, one in sorted(standing.claims.items()) if one.topic == topic]
        parts = [[one for one in mine if (one.stance == "denies") is no] for no in (False, True)]
        ids = [tuple(one.id for one in part) for part in parts]
        sides = tuple(
            Side(name, name, tuple(_row(one, standing) for one in part), other,
                 Bounds(min(1, len(part)), len(part)),
                 ", ".join(other) or "counter-claim not found in the data")
            for name, part, other in (("said", parts[0], ids[1]), ("denied", parts[1], ids[0]))
        )  # fmt: skip
        found.append(Question(topic, topic, sides))
    return tuple(found)


def _row(claim: Claim, standing: Standing) -> Row:
    of = standing.reports[claim.report]
    return Row(
        claim.id, of.id, of.published, "published", claim.who, claim.stance, standing.grade(claim), of.id, of.address,
        claim.what, claim.count, claim.unit,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clash:
    """Stand-in of `clashes.Clash`."""

    first: str
    second: str
    kind: str
    where: str
    why: str
    explained: str = ""
    reports: tuple[str, ...] = ()
    state: str = "suggested"

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"first": self.first, "second": self.second, "why": self.why, "explained": self.explained}


def clashes(standing: Standing, origins: Mapping[str, str] | None = None) -> tuple[Clash, ...]:
    """Stand-in of `clashes.clashes`."""
    return ()


@dataclass(frozen=True, slots=True)
class Drift:
    """Stand-in of `drift.Drift`."""

    id: str
    kind: str
    report: str
    claim: str
    source: str
    source_claim: str
    sentence: str

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"id": self.id, "sentence": self.sentence}


def drifts(standing: Standing, origins: Mapping[str, str] | None = None) -> tuple[Drift, ...]:
    """Stand-in of `drift.drifts`."""
    return ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Stand-in of `legal.Answer`."""

    assumed: tuple[tuple[str, str], ...]
    verdict: str
    words: str


@dataclass(frozen=True, slots=True)
class LegalFinding:
    """Stand-in of `legal.LegalFinding`."""

    id: str
    subject: str
    official: tuple[str, ...]
    reported: tuple[str, ...]
    rule: str
    title: str
    article: str
    status: str
    verdict: str
    answers: tuple[Answer, ...]
    missing: tuple[str, ...]
    sentence: str

    @property
    def claims(self) -> tuple[str, ...]:
        """All claims that it answers."""
        return tuple(sorted((*self.official, *self.reported)))

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"id": self.id, "rule": self.rule, "verdict": self.verdict, "claims": list(self.claims)}


def legal(standing: Standing, pack: str = "by") -> tuple[LegalFinding, ...]:
    """Stand-in of `legal.legal`: notice of less than a week, under the two kinds of camp that a pack may know."""
    from tocsin.law import law

    rule, versions = next(iter(law(pack).rules.items()))
    of = versions[0].rule
    mine = tuple(one for _, one in sorted(standing.claims.items()) if one.notice_hours.known)
    split = {name: tuple(one.id for one in mine if (standing.reports[one.report].level == "official") is name)
             for name in (True, False)}  # fmt: skip
    answers = tuple(Answer((("kind", kind),), "cannot tell", "cannot tell") for kind in ("training", "verification"))
    found = LegalFinding(
        f"{rule} {mine[0].id}" if mine else rule, "notice", split[True], split[False], rule, of.title, of.cite.act,
        of.cite.status, "cannot tell", answers, ("kind",), f"{of.title}: cannot tell which kind of call-up it was.",
    )  # fmt: skip
    return (found,) if mine else ()


# --- footprint (footprint/) -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Key:
    """Stand-in of `footprint.series.Key`."""

    owner: str
    kind: str
    unit: str
    scope: str
    place: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """Stand-in of `footprint.estimate.Estimate`."""

    key: Key
    at_ms: int
    high_water: Bounds
    median: float | None = None
    low: float | None = None
    high: float | None = None
    last_seen_ms: int | None = None
    age_days: float | None = None
    present: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    why: str = field(default="")

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"owner": self.key.owner, "place": self.key.place, "low": self.low, "high": self.high, "why": self.why}


@dataclass(frozen=True, slots=True)
class Indicator:
    """Stand-in of `footprint.indicators.Indicator`."""

    name: str
    state: str
    place: str
    about: Bounds
    owner: str
    row: str
    what: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Stand-in of `footprint.footprint.Contradiction`."""

    first: str
    second: str
    clash: bool
    why: str


@dataclass(frozen=True, slots=True)
class Footprint:
    """Stand-in of `footprint.footprint.Footprint`."""

    at_ms: int
    estimates: tuple[Estimate, ...]
    indicators: tuple[Indicator, ...]
    contradictions: tuple[Contradiction, ...]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"at": iso(self.at_ms), "estimates": [one.as_json() for one in self.estimates]}


def footprint(sightings: Iterable[Sighting], at_ms: int) -> Footprint:
    """Stand-in of `footprint.footprint.footprint`: the last count of each series, and no estimate."""
    last: dict[Key, Sighting] = {}
    for one in sorted(sightings, key=lambda one: (one.about.most or 0, one.id)):
        if one.count.known and (one.about.most or 0) <= at_ms:
            last[Key(one.owner, one.kind, one.unit, one.scope, one.place)] = one
    found = (
        Estimate(key, at_ms, one.count, last_seen_ms=one.about.most, rows=(one.id,), why="no estimate yet")
        for key, one in sorted(last.items(), key=lambda pair: pair[1].id)
    )
    return Footprint(at_ms, tuple(found), (), ())
