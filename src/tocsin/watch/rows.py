"""Claims as reported rows of the log: one row for each thing that one origin group says, and what became of it.

The order of things:

1. Each standing claim is put to the table of `said.py`: a row, or the reason why it is none.
2. Claims of one origin group on one topic are brought together. What the root says is a row; what the copies say is
   support, whatever number they put into it: a copy changes no count.
3. A claim that was corrected keeps its old row, and a later one corrects it; what was retracted keeps its row, and a
   `withdrawn` row takes it away. Without them nothing is lost and nothing is counted (`EventLog.corrected`).
4. Rows are ordered by when they were known, and numbered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from tocsin.log.kinds import KIND_OF
from tocsin.watch.ledger.incidents import published_order
from tocsin.watch.model import Bounds, Claim, Decision, Source
from tocsin.watch.said import Said, said, scope_of
from tocsin.watch.standing import CHANGING, Standing, corrected

if TYPE_CHECKING:
    from tocsin.log import EventLog  # late: polars takes a while to import

__all__ = ["Row", "Thing", "Written", "rows", "things", "written"]

_LAST: Final = 1 << 62
_NUMBERS: Final = ("run", "seq", "happened", "happened_until", "known", "amount", "amount_most", "due", "corrects")
_WRITTEN: Final = (
    *("run", "seq", "writer", "happened", "happened_until", "known", "kind", "place", "thing", "by"),
    *("amount", "amount_most", "due", "reason", "corrects", "origin", "grade", "scope"),
)


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that one origin group says.

    Attributes:
        root: Claim that says it first.
        claims: All claims of the group that say it, the root first.
    """

    root: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the log before it is numbered.

    Attributes:
        said: What it says; of a withdrawal, what is taken back.
        claims: Claims that it rests on, the root first.
        decision: Number of the decision that brought it about, or None.
        step: Which version of its claim it is, from 0.
        withdrawn: Whether it takes the version before it away.
        earlier: Whether it corrects the version before it.
    """

    said: Said
    claims: tuple[str, ...]
    decision: int | None = None
    step: int = 0
    withdrawn: bool = False
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """What became of all claims.

    Attributes:
        rows: In the order of the log: row number `seq` is the place in it.
        unwritten: Claim → why it writes no row.
    """

    rows: tuple[Row, ...]
    unwritten: Mapping[str, str]

    @property
    def supports(self) -> tuple[tuple[str, ...], ...]:
        """The claims that each row rests on."""
        return tuple(one.claims for one in self.rows)

    @property
    def log(self) -> EventLog:
        """The rows as a log of one run."""
        return _log(self.rows)


def rows(standing: Standing, origins: Mapping[str, str] | None = None) -> EventLog:
    """Write the reported rows of the log.

    Args:
        standing: What holds.
        origins: Claim or report → name of its origin group; what is not in it is a group of its own. A name that is
            the id of a claim or report of the group says which one is the root; otherwise it is what was published
            first, and what nobody knows the day of comes last.

    Returns:
        The log: one run, `seq` dense from 0, in the order in which things were known.
    """
    return written(standing, origins).log


def written(standing: Standing, origins: Mapping[str, str] | None = None) -> Written:
    """Write the rows, as `rows`, with what they rest on and why other claims write none.

    Args:
        standing: What holds.
        origins: As for `rows`.
    """
    as_rows: dict[str, Said] = {}
    unwritten: dict[str, str] = {}
    for claim in standing.claims.values():
        found = _said(claim, standing)
        if isinstance(found, Said):
            as_rows[claim.id] = found
        else:
            unwritten[claim.id] = found
    made: list[Row] = []
    decided = _by_target(standing)
    for thing in things(standing, origins, as_rows):
        made += _chained(_history(thing.root, standing, decided), thing.claims)
    for one in unwritten:
        made += _chained(_history(one, standing, decided), (one,))
    for one in standing.claims_in:
        made += _taken_back(one, standing, decided)
    return Written(_ordered(made), dict(sorted(unwritten.items())))


def things(standing: Standing, origins: Mapping[str, str] | None, wanted: Iterable[str]) -> tuple[Thing, ...]:
    """Bring claims together that say one thing and have one origin.

    What one origin says on one topic is one thing as long as its times meet, directly or through others: a wider time
    only ever brings more together. Two claims of the root report are two things; those of later reports belong to the
    one that they are most like.

    Args:
        standing: What holds.
        origins: As for `rows`.
        wanted: Ids of claims.

    Returns:
        The things, by their root.
    """
    groups: dict[tuple[str, str], list[Claim]] = {}
    for one in wanted:
        claim = standing.claims[one]
        name = (origins or {}).get(one) or (origins or {}).get(claim.report) or one
        groups.setdefault((name, claim.topic), []).append(claim)
    found: list[Thing] = []
    for (name, _), claims in sorted(groups.items()):
        for together in _meeting(claims):
            found += _of_one_origin(together, name, standing)
    return tuple(sorted(found, key=lambda one: one.root))


def _meeting(claims: list[Claim]) -> list[list[Claim]]:
    """Claims whose times meet, directly or through others."""
    found: list[list[Claim]] = []
    end = -_LAST
    for one in sorted(claims, key=lambda one: (-_LAST if one.when.least is None else one.when.least, one.id)):
        if not found or (one.when.least is not None and one.when.least > end):
            found.append([])
        found[-1].append(one)
        end = max(end, _LAST if one.when.most is None else one.when.most)
    return found


def _of_one_origin(claims: list[Claim], name: str, standing: Standing) -> list[Thing]:
    """Things of one origin group: those of its root, which is what its name says, else what was published first."""
    mine = sorted(claims, key=lambda one: (name not in (one.id, one.report), *published_order(one, standing)))
    roots = [one for one in mine if one.report == mine[0].report]
    members: dict[str, list[str]] = {one.id: [one.id] for one in roots}
    for other in mine[len(roots) :]:
        members[_likest(roots, other)].append(other.id)
    return [Thing(root, tuple(ids)) for root, ids in members.items()]


def _likest(roots: list[Claim], other: Claim) -> str:
    """Which of the root's claims a later one repeats: by number, then notice, then place, then the first."""

    def like(root: Claim) -> tuple[bool, bool, bool, int]:
        same = (root.count == other.count, root.notice_hours == other.notice_hours, root.place == other.place)
        return (*same, -root.number)

    return max(roots, key=like).id


def _said(claim: Claim, standing: Standing) -> Said | str:
    scope = scope_of(standing.corrections.get(claim.id, ()))
    return said(claim, standing.reports[claim.report], standing.grade(claim), scope)


_Decided = Mapping[str, list[Decision]]
_Told = list[tuple["Said | str", "Decision | None"]]


def _by_target(standing: Standing) -> _Decided:
    found: dict[str, list[Decision]] = {}
    for one in standing.decisions:
        if one.act in CHANGING:
            found.setdefault(one.target, []).append(one)
    return found


def _taken_back(claim: str, standing: Standing, decided: _Decided) -> list[Row]:
    """The rows of a claim that no longer stands, and the one that takes them back."""
    if claim in standing.claims:
        return []
    gone = [one for one in (claim, standing.claims_in[claim].report) if one in standing.retracted]
    last = min((standing.retracted[one] for one in gone), key=lambda one: one.number)
    made = _chained(_history(claim, standing, decided, last), (claim,))
    if not made or made[-1].withdrawn:
        return made
    return [*made, _withdrawal(made[-1], last)]


def _history(claim: str, standing: Standing, decided: _Decided, until: Decision | None = None) -> _Told:
    """What a claim said as it came in and after each change, up to a decision.

    Grades are those that hold now: that somebody is trusted less is no other thing that happened.
    """
    came = standing.claims_in[claim]
    report = standing.reports_in[came.report]
    about = [*decided.get(claim, ()), *decided.get(came.report, ())]
    grades = [one for one in about if one.act == "grade"]
    changes = [one for one in decided.get(claim, ()) if one.act != "grade" and (not until or one.number < until.number)]
    letter = standing.sources.get(report.publisher, Source(report.publisher)).letter
    told: _Told = []
    for k in range(len(changes) + 1):
        now = corrected(came, [*grades, *changes[:k]])
        found = said(now, report, letter + now.digit, scope_of(tuple(changes[:k])))
        told.append((found, changes[k - 1] if k else None))
    return told


def _chained(told: _Told, claims: tuple[str, ...]) -> list[Row]:
    """Versions as rows, each correcting the one before; one that says nothing anew writes none."""
    made: list[Row] = []
    for now, why in told:
        before = made[-1] if made and not made[-1].withdrawn else None
        if isinstance(now, str):
            if before is not None and why is not None:
                made.append(_withdrawal(before, why))
            continue
        if before is None:
            known = now.known if not made or why is None else max(now.known, why.at, made[-1].said.known)
            made.append(Row(replace(now, known=known), claims, why.number if made and why else None, len(made)))
        elif why is not None and replace(now, known=before.said.known) != before.said:
            known = max(now.known, why.at, before.said.known)
            made.append(Row(replace(now, known=known), claims, why.number, len(made), earlier=True))
    return made


def _withdrawal(before: Row, why: Decision) -> Row:
    known = max(why.at, before.said.known)
    back = replace(before.said, known=known, happened=Bounds(known, known))
    return Row(back, before.claims, why.number, before.step + 1, withdrawn=True, earlier=True)


def _ordered(made: list[Row]) -> tuple[Row, ...]:
    def place(one: Row) -> tuple[int, int, Bounds, int, str]:
        return one.said.known, one.step, one.said.happened, KIND_OF[one.said.kind].rank, one.said.origin

    return tuple(sorted(made, key=place))


def _log(made: tuple[Row, ...]) -> EventLog:
    import polars as pl

    from tocsin.log import EventLog
    from tocsin.log.schema import SCHEMA

    seqs = {(one.said.origin, one.step): seq for seq, one in enumerate(made)}
    told = [_columns(one, seq, seqs) for seq, one in enumerate(made)]
    schema = {name: pl.Int64() if name in _NUMBERS else pl.String() for name in _WRITTEN}
    frame = pl.DataFrame(told, schema=schema, orient="row")
    times = [pl.col(name).cast(SCHEMA[name]) for name in ("happened", "happened_until", "known", "due")]
    return EventLog.of(frame.with_columns(times))


def _columns(one: Row, seq: int, seqs: Mapping[tuple[str, int], int]) -> tuple[Any, ...]:
    now = one.said
    head = (0, seq, "reported", now.happened.least, now.happened.most, now.known)
    earlier = seqs[now.origin, one.step - 1] if one.earlier else None
    if one.withdrawn:
        back = f"taken back: decision {one.decision}"
        return (*head, "withdrawn", None, None, None, None, None, None, back, earlier, now.origin, now.grade, None)
    why = now.reason or (f"corrected: decision {one.decision}" if one.earlier else "") or None
    counted = (now.amount.least, now.amount.most, now.due)
    named = (now.kind, now.place or None, now.thing or None, now.by or None)
    return (*head, *named, *counted, why, earlier, now.origin, now.grade, now.scope or None)
