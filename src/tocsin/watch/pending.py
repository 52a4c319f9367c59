"""STAND-INS, to be deleted at the merge: names and shapes of the neighbours' modules, as small as they can be.

Every name here is imported by the desk (`tables.py`, `view.py`, `exchange`, `brief`, `cli`) from this one file, so that
the merge is: put the true module's name into those imports, and delete this file. Each stand-in says whose it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tocsin.errors import WatchError
from tocsin.law.explain import Finding
from tocsin.law.load import Law
from tocsin.watch.intake import Reading, read_reports, read_sightings
from tocsin.watch.model import Bounds, Claim, Decision, Report, Sighting, Suggestion
from tocsin.watch.standing import Standing
from tocsin.watch.store import Store

__all__ = [
    "Amount", "Branch", "Chain", "Clash", "Drift", "Estimate", "Incident", "Judged", "Lag", "Masked", "Question", "Row",
    "Side", "Step", "Summary", "chain", "claim_origins", "clashes", "drift", "footprint", "incidents", "ledger",
    "legal", "locate", "machine_key", "mask_report", "read_text", "relate", "suggest_claims", "take_into",
]  # fmt: skip


# --- intake (intake/take.py, protect.py) ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Summary:
    """What came in: ids of new and known reports and sightings, what could not be taken in, how many were skipped."""

    new: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    problems: tuple[WatchError, ...] = ()
    skipped: int = 0


def machine_key() -> bytes:
    """Stand-in of `protect.machine_key`."""
    return bytes(32)


def take_into(
    store: Store, source: str, reading: Reading, limits: object = None,
    progress: Callable[[int, int], None] | None = None,
) -> Summary:  # fmt: skip
    """Stand-in of `intake.take.take_into`: the bundled case, and coded reports or statements (.jsonl)."""
    if source == "west-2026":
        folder = files("tocsin.watch").joinpath("bundled", "west-2026")
        parts = [(name, folder.joinpath(name).read_bytes()) for name in ("reports.jsonl", "footprint.jsonl")]
    elif Path(source).is_file():
        parts = [(source, Path(source).read_bytes())]
    else:
        raise WatchError("found nothing there; expected a file, an address or a bundled case (west-2026)", place=source)
    new, known, problems = list[str](), list[str](), list[WatchError]()
    for name, data in parts:
        taken = (read_sightings if b'"measure"' in data[:4000] else read_reports)(data, name, reading)
        problems += taken.problems
        for added in (store.add(taken.items), store.add_sightings(taken.sightings)):
            new += added.new
            known += added.known
    return Summary(tuple(new), tuple(known), tuple(problems))


# --- text (text/read.py, suggest.py, masking.py, text/places.py) ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Masked:
    """A report's words as they may be shown."""

    title: str
    text: str
    masked: int = 0


def read_text(report: Report, zone: ZoneInfo) -> tuple[Suggestion, ...]:
    """Stand-in of `text.read.read_text`."""
    return ()


def suggest_claims(report: Report, suggestions: Iterable[Suggestion]) -> tuple[Claim, ...]:
    """Stand-in of `suggest.suggest_claims`."""
    return ()


def mask_report(report: Report, suggestions: Iterable[Suggestion], decisions: Iterable[Decision]) -> Masked:
    """Stand-in of `masking.mask_report`: every private person and contact that nobody unmasked is struck out."""
    shown = {one.target for one in decisions if one.act == "unmask"}
    title, text, count = report.title, report.text, 0
    for one in suggestions:
        private = one.kind == "contact" or (one.kind == "person" and one.value.get("role") == "private")
        if private and one.id not in shown and one.words:
            title, text, count = title.replace(one.words, "▒▒▒"), text.replace(one.words, "▒▒▒"), count + 1
    return Masked(title, text, count)


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
            Side(name, name, tuple(_row(one, standing) for one in part), other, Bounds(1, len(part)),
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
    """Stand-in of `clashes`: claims that seem to contradict each other, and whether they do."""

    claims: tuple[str, ...]
    real: bool
    sentence: str

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"claims": list(self.claims), "real": self.real, "sentence": self.sentence}


def clashes(standing: Standing) -> tuple[Clash, ...]:
    """Stand-in of `clashes.clashes`."""
    return ()


@dataclass(frozen=True, slots=True)
class Drift:
    """Stand-in of `drift`: what became of a claim on its way."""

    claims: tuple[str, ...]
    sentence: str

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"claims": list(self.claims), "sentence": self.sentence}


def drift(standing: Standing) -> tuple[Drift, ...]:
    """Stand-in of `drift.drift`."""
    return ()


@dataclass(frozen=True, slots=True)
class Judged:
    """Stand-in of `legal`: a claim and what the rules say of it as claimed."""

    claim: str
    findings: tuple[Finding, ...]
    sentence: str = ""

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"claim": self.claim, "findings": [one.as_json() for one in self.findings], "sentence": self.sentence}


def legal(standing: Standing, pack: Law) -> tuple[Judged, ...]:
    """Stand-in of `legal.legal`: the notice of each claim, with nothing else known."""
    from tocsin.law.explain import findings
    from tocsin.law.tables import case_of_words

    found = []
    for _, one in sorted(standing.claims.items()):
        if one.topic == "notice-time" and one.notice_hours.known:
            found.append(Judged(one.id, tuple(findings(case_of_words([], counts=pack.counts), pack))))
    return tuple(found)


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


def footprint(sightings: Iterable[Sighting], at_ms: int) -> tuple[Estimate, ...]:
    """Stand-in of `footprint.footprint`: the last count of each series, and no estimate."""
    last: dict[Key, Sighting] = {}
    for one in sorted(sightings, key=lambda one: (one.about.most or 0, one.id)):
        if one.count.known and (one.about.most or 0) <= at_ms:
            last[Key(one.owner, one.kind, one.unit, one.scope, one.place)] = one
    return tuple(
        Estimate(key, at_ms, high_water=one.count, last_seen_ms=one.about.most, rows=(one.id,), why="no estimate yet")
        for key, one in sorted(last.items(), key=lambda pair: pair[1].id)
    )
