"""The compiled engine against the slow reference, on generated plans, in every millisecond."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.simulate.plans import Case, cases
from tocsin.simulate import Network, Outcome
from tocsin.simulate.calendar import Calendar
from tocsin.simulate.reference import Account, Person, reference
from tocsin.simulate.reference_queues import Visit

pytestmark = pytest.mark.filterwarnings("error")
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
Found = dict[str, dict[object, object]]


def seen_by_reference(network: Network, account: Account) -> Found:
    """Everything that the reference saw, by name and by whom or what it concerns."""
    found: Found = {}

    def note(name: str, key: object, value: object) -> None:
        found.setdefault(name, {})[key] = value

    for number, person in account.people.items():
        _note_person(note, number, person)
    for x, line in enumerate(account.lines):
        for ride in line.rides:
            times = {"departed": ride.departed, "arrives": ride.arrived, "returned": ride.returned}
            for name, time in times.items():
                if time >= 0:
                    note(name, (x, ride.number), time)
            if ride.departed >= 0:
                how = int(ride.timed_out), ride.bus, ride.aboard[-1]
                note("ride", (x, ride.number), how)
    for u, unit in enumerate(account.units):
        if account.ordered[u] >= 0:
            note("ordered", u, account.ordered[u])
        if unit.formed >= 0:
            note("formed", u, (unit.formed, unit.formed_by))
    del network
    return found


def _note_person(note: object, number: int, person: Person) -> None:
    assert callable(note)
    for i, attempt in person.tries.items():
        note("attempt", (i, number), attempt.began)
        if attempt.done >= 0:
            note("done", (i, number), (attempt.done, attempt.success))
        if attempt.visit is not None:
            _note_visit(note, f"channel {i}", number, attempt.visit)
    for name in ("acknowledged", "filed", "answered", "excused", "left", "arrived", "ready"):
        if getattr(person, name) >= 0:
            note(name, number, getattr(person, name))
    pairs = {
        "delivered": (person.delivered, person.delivered_by),
        "answers": (person.answers, person.acts),
        "desk": (person.filed, person.desk),
        "released": (person.released, person.released_reason, person.released_step),
        "gave_up": (person.gave_up, person.gave_up_step),
        "boarded": (person.boarded, person.ride),
        "filled": (person.filled, 0),
    }
    for name, values in pairs.items():
        if values[0] >= 0:
            note(name, number, values)
    if person.asked is not None:
        _note_visit(note, "desk", number, person.asked)
    for step, visit in person.visits.items():
        _note_visit(note, f"step {step}", number, visit)


def _note_visit(note: object, where: str, number: int, visit: Visit) -> None:
    assert callable(note)
    note(f"{where} queued", number, visit.queued)
    if visit.began >= 0:
        note(f"{where} began", number, (visit.began, visit.by, visit.freed))
    if visit.ended >= 0:
        note(f"{where} ended", number, visit.ended)


def seen_by_engine(outcome: Outcome) -> Found:
    """The same of the compiled engine; what did not happen is left out, and so is what is said about it."""
    network = outcome.network
    number = network.person.tolist()
    found: Found = {}

    def take(name: str, times: object, *more: object, key: object = None) -> None:
        for i, time in enumerate(np.asarray(times).tolist()):
            if time >= 0:
                whose = number[i] if key is None else (key, number[i])
                rest = tuple(np.asarray(x)[i].item() if isinstance(x, np.ndarray) else x[i] for x in more)  # type: ignore[index]  # lists
                found.setdefault(name, {})[whose] = (time, *rest) if rest else time

    def queue(where: str, queued: object, began: object, ended: object, by: object, freed: object) -> None:
        let = [number[f] if f >= 0 else f for f in np.asarray(freed).tolist()]
        take(f"{where} queued", queued)
        take(f"{where} began", began, by, let)
        take(f"{where} ended", ended)

    for i, attempts in enumerate(outcome.attempts):
        take("attempt", attempts.attempt, key=i)
        take("done", attempts.done, attempts.success.astype(bool), key=i)
        if attempts.queue is not None:
            q = attempts.queue
            queue(f"channel {i}", q.queued, q.began, q.ended, q.by, q.freed)
    for name in ("acknowledged", "filed", "answered", "excused", "left", "arrived", "ready"):
        take(name, getattr(outcome, name))
    take("delivered", outcome.delivered, outcome.delivered_by)
    take("answers", outcome.answers, outcome.acts)
    take("desk", outcome.filed, outcome.desk)
    take("released", outcome.released, outcome.released_reason, outcome.released_step)
    take("gave_up", outcome.gave_up, outcome.gave_up_step)
    trips = np.cumsum([0, *(line.trips for line in network.lines)]).tolist()
    owner = [(x, k) for x, line in enumerate(network.lines) for k in range(line.trips)]
    take("boarded", outcome.boarded, [owner[r] if r >= 0 else None for r in outcome.ride.tolist()])
    assert len(owner) == trips[-1]
    take("filled", outcome.filled, np.zeros(len(number), int))
    if outcome.desk_queue is not None:
        d = outcome.desk_queue
        queue("desk", d.queued, d.began, d.ended, d.by, d.freed)
    for step in range(len(network.step_names)):
        queue(f"step {step}", *(getattr(outcome, name)[step] for name in ("queued", "began", "ended", "by", "freed")))
    for r, ride in enumerate(owner):
        for name in ("departed", "arrives", "returned"):
            if (time := int(getattr(outcome, name)[r])) >= 0:
                found.setdefault(name, {})[ride] = time
        if outcome.departed[r] >= 0:
            how = int(outcome.ride_timed[r]), int(outcome.ride_bus[r]), number[outcome.ride_last[r]]
            found.setdefault("ride", {})[ride] = how
    for u in range(len(network.units)):
        if outcome.ordered[u] >= 0:
            found.setdefault("ordered", {})[u] = int(outcome.ordered[u])
        if outcome.formed[u] >= 0:
            found.setdefault("formed", {})[u] = (int(outcome.formed[u]), number[outcome.formed_by[u]])
    return found


def judged(case: Case) -> Found:
    """What the reference saw of a case."""
    network = case.network
    trips, orders = network.trips.draw(case.seed, 0), network.orders.draw(case.seed, 0)
    return seen_by_reference(network, reference(network, case.drawn(), trips, orders))


def assert_same(one: Found, two: Found) -> None:
    """Compare name by name, so that a failure says who and when."""
    for name in sorted(one.keys() | two.keys()):
        mine, theirs = one.get(name, {}), two.get(name, {})
        differing = {k: (mine.get(k), theirs.get(k)) for k in mine.keys() | theirs.keys() if mine.get(k) != theirs.get(k)}
        assert not differing, f"{name}: (one, two) = {differing}"


def compare(case: Case) -> None:
    found = judged(case)
    for name in ("released", "gave_up", "excused", "formed", "returned", "desk queued", "ready"):
        if name in found:
            event(name)
    assert_same(seen_by_engine(case.outcome()), found)


@given(cases())
@settings(suppress_health_check=SLOW)
def test_engine_agrees_with_reference(case: Case) -> None:
    """Every time, server, cause, reason, ride and post of the compiled engine is the reference's, ties included."""
    compare(case)


@pytest.mark.prove
@given(cases())
@settings(max_examples=3000, suppress_health_check=SLOW)
def test_engine_agrees_with_reference_at_length(case: Case) -> None:
    """The same on thousands of plans."""
    compare(case)
