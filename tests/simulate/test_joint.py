"""Joint components: the compiled event loops against the slow reference, in every millisecond and every cause."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from hypothesis import event, given, settings
from tests.simulate.joint_plans import joint_cases
from tests.simulate.plans import Case
from tests.simulate.test_reference import SLOW, Found, assert_same, seen_by_engine, seen_by_reference

from tocsin.simulate import Network, Outcome, joint
from tocsin.simulate.reference import Account

pytestmark = pytest.mark.filterwarnings("error")
NAMES = {joint.BY_END: "end", joint.BY_BEGIN: "began", joint.BY_QUEUE: "queued", joint.BY_GIVING_UP: "gave up"}


def visits_by_reference(account: Account, network: Network) -> Found:
    """What the reference says of visits and of everything else at stations, causes too.

    Stocks from which no station hands out belong to no component: the compiled engine does not keep them.
    """
    used = {
        i.stock_of_point[p] for p, x in enumerate(network.layout_of_point) for s in network.layouts[x] for i in s.issues
    }
    found: Found = defaultdict(dict)
    for number, person in account.people.items():
        for slot, visit in person.visits.items():
            if visit.queued >= 0:
                found["queued by"][slot, number] = visit.queued_by
            if visit.began >= 0:
                found["began by"][slot, number] = visit.began_by
        for row, handed in person.handed.items():
            found["handed"][row, number] = handed
        if person.gave_up >= 0:
            found["no room"][number] = person.no_room
    for time, person, slot, server, _ in account.notes.interrupted:
        found["interrupted"][time, person, slot] = server
    for time, person, slot, server, cause in account.notes.resumed:
        found["resumed"][time, person, slot] = server, cause
    for at in account.notes.extra:
        found["extra"][at] = True
    for number, stock in enumerate(account.stocks):
        for time, delivery, amount in stock.deliveries if number in used else ():
            found["delivered into stock"][number, delivery] = time, amount
    return dict(found)


class Causes:
    """Codes of the compiled engine in the words of the reference."""

    def __init__(self, outcome: Outcome) -> None:
        assert outcome.joint is not None
        self.network, self.joint = outcome.network, outcome.joint
        self.number = self.network.person.tolist()
        told = self.joint.told
        self.openings: dict[int, int] = {}
        counts: dict[tuple[int, int], int] = defaultdict(int)
        for i, kind in enumerate(told.kind.tolist()):
            if kind == joint.OPENED:
                where = int(told.a[i]), int(told.b[i])
                self.openings[i] = counts[where]
                counts[where] += 1

    def position(self, point: int, slot: int) -> int:
        """Where in its layout the step stands that writes this row."""
        steps = self.network.layouts[self.network.layout_of_point[point]]
        return next(at for at, step in enumerate(steps) if step.slot == slot)

    def words(self, code: int) -> tuple[Any, ...] | None:
        """One cause."""
        if code < 0:
            return None
        kind, a, b = code >> 48, (code >> 32) & 0xFFFF, code & 0xFFFFFFFF
        told, upkeep = self.joint.told, self.joint.upkeep
        if kind in NAMES:
            return NAMES[kind], a, self.number[b]
        if kind == joint.BY_CHANGE:
            point, at = b >> 16, self.position(b >> 16, a)
            crew = self.network.layouts[self.network.layout_of_point[point]][at].crew
            return ("shift", point, at, b & 0xFFFF) if crew < 0 else ("crew shift", point, crew, b & 0xFFFF)
        if kind == joint.BY_REPAIR:
            return "repaired", int(upkeep.point[b]), int(upkeep.position[b]), int(upkeep.server[b])
        if kind == joint.BY_DELIVERY:
            return "resupplied", int(told.a[b]), int(told.b[b])
        assert kind == joint.BY_EXTRA
        point = int(told.a[b])
        return "extra", point, self.position(point, int(told.b[b])), self.openings[b]


def visits_by_engine(outcome: Outcome, account: Account) -> Found:
    """The same of the compiled engine; for steps that are swept, causes are taken from the reference."""
    if outcome.joint is None:
        return visits_by_reference(account, outcome.network)
    found: Found = defaultdict(dict)
    causes = Causes(outcome)
    network, number = outcome.network, causes.number
    inside = {
        (point, visit.slot)
        for spans in network.joints
        for point, first, last in zip(spans.points, spans.first, spans.last, strict=True)
        for step in network.layouts[network.layout_of_point[point]][first:last]
        for visit in step.passes
    }
    for slot in range(len(network.step_names)):
        for i, person in enumerate(number):
            visit = account.people[person].visits.get(slot)
            own = (int(network.point[i]), slot) in inside
            if outcome.queued[slot, i] >= 0:
                why = causes.words(int(outcome.joint.why_queued[slot, i]))
                found["queued by"][slot, person] = why if own else visit and visit.queued_by
            if outcome.began[slot, i] >= 0:
                why = causes.words(int(outcome.joint.why_began[slot, i]))
                found["began by"][slot, person] = why if own else visit and visit.began_by
    for row, i in zip(*np.nonzero(outcome.joint.handed >= 0), strict=True):
        found["handed"][int(row), number[i]] = int(outcome.joint.handed[row, i])
    for i in np.flatnonzero(outcome.gave_up >= 0).tolist():
        found["no room"][number[i]] = bool(outcome.joint.no_room[i])
    _note_told(outcome, causes, found)
    return dict(found)


def _note_told(outcome: Outcome, causes: Causes, found: Found) -> None:
    assert outcome.joint is not None
    told, number = outcome.joint.told, causes.number
    rows = zip(told.time.tolist(), told.kind.tolist(), told.a.tolist(), told.b.tolist(), told.amount.tolist(),
               told.cause.tolist(), strict=True)  # fmt: skip
    for time, kind, a, b, amount, cause in rows:
        if kind == joint.INTERRUPTED:
            found["interrupted"][time, number[a], b] = amount
        elif kind == joint.RESUMED:
            found["resumed"][time, number[a], b] = amount, causes.words(cause)
        elif kind == joint.SUPPLIED:
            found["delivered into stock"][a, b] = time, amount
        else:
            found["extra"][time, a, causes.position(a, b), int(kind == joint.OPENED)] = True


def without_causes(found: Found) -> Found:
    """Leave out who freed whom at stations: `visits_by_…` tell causes whole."""
    told: Found = {}
    for name, rows in found.items():
        at_station = name.startswith("step") and name.endswith("began")
        told[name] = {key: value[:2] for key, value in rows.items()} if at_station else rows
    return told


def compare(case: Case) -> None:
    """Every promise about one case."""
    account, outcome = case.account(), case.outcome()
    for spans in case.network.joints:
        event(f"{len(spans.points)} points, {sum(spans.last) - sum(spans.first)} steps")
    assert_same(without_causes(seen_by_engine(outcome)), without_causes(seen_by_reference(account)))
    assert_same(visits_by_engine(outcome, account), visits_by_reference(account, case.network))


@given(joint_cases())
@settings(suppress_health_check=SLOW)
def test_joint_engines_agree(case: Case) -> None:
    """The event loops and the reference agree on every time, server, cause, interruption, item, delivery and ride."""
    compare(case)


@pytest.mark.prove
@given(joint_cases())
@settings(max_examples=3000, suppress_health_check=SLOW)
def test_joint_engines_agree_at_length(case: Case) -> None:
    """The same on thousands of plans."""
    compare(case)
