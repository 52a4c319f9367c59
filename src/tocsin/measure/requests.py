"""W3 and H2: what became of requests (medical, exemption, hardship, appeal)?

A request that is never answered stays in the denominator: at a closed exercise it competes with being
answered, in an open log it is censored at the cut.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.log.stems import stem_name
from tocsin.measure.assembly import deadlines, reach_row
from tocsin.measure.incidence import Steps, incidence
from tocsin.measure.outcomes import CENSORED
from tocsin.measure.quantiles import NEVER
from tocsin.measure.rows import Rows
from tocsin.measure.view import GRID_MS, MINUTE_MS, View

__all__ = ["medical_answers", "request_answers"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
DEFAULT_ANSWER_MS = 30 * MINUTE_MS
"""The limit of measures.md, H2, where no plan sets another."""
CURVE_MS = 4 * 60 * MINUTE_MS
_ON_THE_WAY = ("set_out", "arrived")
_GONE_ON = ("boarded", "joined", "surplus", "released", "gave_up")


@dataclass(frozen=True)
class Requests:
    """Requests of one kind; arrays of shape (requests,), times in ms since t0, `NEVER` if it did not happen.

    Attributes:
        person: Index of the person in the run's journeys.
        filed: When it was filed.
        answered: When it was answered.
        granted: Whether the answer granted it.
        moved: When the person was moved on: from the assembly point, or set out after a request at the
            summons.
    """

    person: Ints
    filed: Ints
    answered: Ints
    granted: Bools
    moved: Ints


def _requests(view: View) -> dict[str, Requests]:
    """All requests by kind: kinds of the plan in its order, then others by name."""
    if "requests" not in view.memory:
        parts: dict[str, list[Requests]] = {kind: [] for kind in _planned(view)}
        for stem in view.stems:
            if stem.kind == "request_filed":
                for kind, part in _filed(view, stem.station, stem.visit):
                    parts.setdefault(kind, []).append(part)
        planned = list(_planned(view))
        order = planned + sorted(kind for kind in parts if kind not in planned)
        view.memory["requests"] = {kind: _join(parts[kind]) for kind in order}
    found: dict[str, Requests] = view.memory["requests"]
    return found


def _planned(view: View) -> dict[str, None]:
    plan = view.context.plan
    return {} if plan is None else dict.fromkeys(request.kind for request in plan.requests)


def _join(parts: list[Requests]) -> Requests:
    """All requests of a kind, or none."""
    none = np.empty(0, np.int64)
    parts = [Requests(none, none, none, np.empty(0, np.bool_), none), *parts]
    return Requests(
        np.concatenate([part.person for part in parts]),
        np.concatenate([part.filed for part in parts]),
        np.concatenate([part.answered for part in parts]),
        np.concatenate([part.granted for part in parts]),
        np.concatenate([part.moved for part in parts]),
    )


def _filed(view: View, station: str | None, visit: int) -> list[tuple[str, Requests]]:
    """The requests of one stem, split by kind."""
    filed_stem = stem_name("request_filed", station, visit) or ""
    answer_stem = stem_name("request_answered", station, visit) or ""
    filed, answered = view.ms(filed_stem), view.ms(answer_stem)
    if not view.knows(filed_stem):
        return []
    granted = view.says(f"{answer_stem}_reason", "granted")
    stages = _ON_THE_WAY if station is None else _GONE_ON
    found = []
    for kind, mine in _kinds(view, station, filed_stem):
        who = np.flatnonzero(mine & (filed < NEVER))
        moved = _moved_on(view, stages, who, filed[who])
        found.append((kind, Requests(who, filed[who], answered[who], _of(granted, who), moved)))
    return found


def _of(granted: Bools | None, who: Ints) -> Bools:
    """Whether these people's answers granted the request; no answer did where the log says nothing of outcomes."""
    return np.zeros(len(who), np.bool_) if granted is None else granted[who]


def _kinds(view: View, station: str | None, stem: str) -> list[tuple[str, Bools]]:
    """Who filed which kind: the row's reason, else the plan's request of that name, else the name itself."""
    column = f"{stem}_reason"
    if column in view.columns and view.cells.filled(column):
        codes, names = view.codes(column)
        return [(name, codes == code) for code, name in enumerate(names)]
    plan = view.context.plan
    named = {request.name: request.kind for request in plan.requests} if plan is not None else {}
    kind = named.get(station, station) if station is not None else "of unknown kind"
    return [(kind, np.ones(view.people, np.bool_))]


def _moved_on(view: View, stages: tuple[str, ...], who: Ints, since: Ints) -> Ints:
    """The first of some stages of some people at or after a time."""
    first = np.full(len(who), NEVER, np.int64)
    for stage in stages:
        times = view.ms(stage)[who]
        np.minimum(first, np.where(times >= since, times, NEVER), out=first)
    return first


def _answers(view: View, asked: Requests) -> Steps:
    """Cumulative incidence of an answer, from the moment of filing."""
    answered = asked.answered < NEVER
    lost = 2 if view.closed_ms is not None else CENSORED
    end = np.where(answered, asked.answered, view.cut_ms)
    return incidence(np.maximum(end - asked.filed, 0), np.where(answered, 1, lost))


def request_answers(view: View, rows: Rows) -> None:
    """W3: by kind of request, time to answer, share open at the deadline, share upheld."""
    found = _requests(view)
    if not found:
        rows.add("W3", "filed", 0, "requests", of="called", n=view.people, note="nobody filed a request")
    due = deadlines(view)
    for kind, asked in found.items():
        rows.add("W3", "filed", len(asked.filed), "requests", key=kind, n=view.people, of="called")
        steps = _answers(view, asked)
        for p in (0.5, 0.8, 0.95):
            reach_row(rows, "W3", f"time to answer p{p * 100:.0f}", steps, p, "min", "filed", key=kind)
        _open_at_deadline(rows, kind, asked, due)
        answered = asked.answered < NEVER
        n = int(answered.sum())
        upheld = int((asked.granted & answered).sum()) / n if n else None
        rows.add(
            "W3",
            "upheld",
            upheld,
            "share",
            key=kind,
            n=n,
            of="answered",
            note="" if n else "nobody answered",
        )


def _open_at_deadline(rows: Rows, kind: str, asked: Requests, due: Ints | None) -> None:
    if due is None:
        rows.missing("W3", "open at the deadline", "share", "a deadline", key=kind, of="filed by the deadline")
        return
    mine = due[asked.person]
    in_time = (asked.filed <= mine) & (mine < NEVER)
    n = int(in_time.sum())
    value = int((in_time & (asked.answered > mine)).sum()) / n if n else None
    rows.add(
        "W3",
        "open at the deadline",
        value,
        "share",
        key=kind,
        n=n,
        of="filed by the deadline",
        note="" if n else "nobody filed by the deadline",
    )


def medical_answers(view: View, rows: Rows) -> None:
    """H2: from a medical request to the first answer."""
    asked = _requests(view).get("medical")
    if asked is None or not len(asked.filed):
        rows.add(
            "H2",
            "answered within the limit",
            None,
            "share",
            n=0,
            of="medical requests",
            note="nobody filed a medical request",
        )
        return
    plan = view.context.plan
    limit = DEFAULT_ANSWER_MS if plan is None else round(plan.limits.answer_min * MINUTE_MS)
    steps = _answers(view, asked)
    of = "medical requests"
    within = float(steps.at(np.array([limit], np.int64))[0])
    rows.add("H2", "answered within the limit", within, "share", n=steps.n, of=of)
    moved = int(((asked.moved < NEVER) & (asked.answered > asked.moved)).sum()) / steps.n
    rows.add("H2", "unanswered when moved on", moved, "share", n=steps.n, of=of)
    for p in (0.5, 0.8, 0.95):
        reach_row(rows, "H2", f"first answer p{p * 100:.0f}", steps, p, "min", of)
    since = np.arange(0, CURVE_MS + 1, GRID_MS, dtype=np.int64)
    rows.curve("H2", "answered by time since filing", since, steps.at(since), "share", n=steps.n, of=of)
