"""The compiled engine against the slow reference, on generated plans, in every millisecond."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, event, given, settings
from numpy.typing import NDArray
from tests.simulate.plans import MINUTE, Case, cases, gate_case

from tocsin.simulate import Engine, Network, Outcome, compile
from tocsin.simulate.calendar import Calendar
from tocsin.simulate.reference import Account, Person
from tocsin.simulate.reference_queues import Visit

pytestmark = pytest.mark.filterwarnings("error")
Note = Callable[[str, object, object], None]
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
Found = dict[str, dict[object, object]]


def seen_by_reference(account: Account) -> Found:
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
    return found


def _note_person(note: Note, number: int, person: Person) -> None:
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


def _note_visit(note: Note, where: str, number: int, visit: Visit) -> None:
    if visit.queued >= 0:
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
                rest = tuple(np.asarray(x)[i].item() if isinstance(x, np.ndarray) else x[i] for x in more)
                found.setdefault(name, {})[whose] = (time, *rest) if rest else time

    def queue(where: str, queued: object, began: object, ended: object, by: object, freed: object) -> None:
        let = [number[f] if f >= 0 else f for f in np.asarray(freed).tolist()]
        take(f"{where} queued", queued)
        take(f"{where} began", began, by, let)
        take(f"{where} ended", ended)

    attempts = outcome.attempts
    for i, q in enumerate(attempts.queues):
        take("attempt", attempts.began[i], key=i)
        take("done", attempts.done[i], attempts.success[i].astype(bool), key=i)
        if q is not None:
            queue(f"channel {i}", q.queued, q.began, q.ended, q.by, q.freed)
    for name in ("acknowledged", "filed", "answered", "excused", "left", "arrived", "ready"):
        take(name, getattr(outcome, name))
    take("delivered", outcome.delivered, outcome.delivered_by)
    take("answers", outcome.answers, outcome.acts)
    take("desk", outcome.filed, outcome.desk)
    take("released", outcome.released, outcome.released_reason, outcome.released_step)
    take("gave_up", outcome.gave_up, outcome.gave_up_step)
    owner = [(x, k) for x, line in enumerate(network.lines) for k in range(line.trips)]
    take("boarded", outcome.boarded, [owner[r] if r >= 0 else None for r in outcome.ride.tolist()])
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
    return seen_by_reference(case.account())


def assert_same(one: Found, two: Found) -> None:
    """Compare name by name, so that a failure says who and when."""
    for name in sorted(one.keys() | two.keys()):
        mine, theirs = one.get(name, {}), two.get(name, {})
        differing = {
            k: (mine.get(k), theirs.get(k)) for k in mine.keys() | theirs.keys() if mine.get(k) != theirs.get(k)
        }
        assert not differing, f"{name}: (one, two) = {differing}"


def widened(network: Network) -> Network:
    """The same network with a second entry in every constant calendar that changes nothing: no station is plain."""

    def wide(hours: Calendar) -> Calendar:
        if not hours.constant:
            return hours
        return Calendar(np.array([0, 60_000]), np.repeat(hours.servers, 2))

    layouts = tuple(tuple(replace(s, calendar=wide(s.calendar)) for s in steps) for steps in network.layouts)
    channels, desks = (
        tuple(replace(x, pools=tuple(replace(p, calendar=wide(p.calendar)) for p in x.pools)) for x in several)
        for several in (network.channels, network.desks)
    )
    return replace(network, layouts=layouts, channels=channels, desks=desks)


def compare(case: Case) -> None:
    """Every promise about one case."""
    found = judged(case)
    for name in ("released", "gave_up", "excused", "formed", "returned", "desk queued", "ready"):
        if name in found:
            event(name)
    assert_same(seen_by_engine(case.outcome()), found)
    loops = widened(case.network)
    assert not any(step.plain for steps in loops.layouts for step in steps)
    assert_same(seen_by_engine(case.outcome(loops)), found)
    assert_same(seen_by_engine(case.outcome(threads=3)), found)
    shuffled = compile(case.plan, case.people.sample(fraction=1, shuffle=True, seed=case.seed % 1000))
    assert_same(seen_by_engine(case.outcome(shuffled)), found)


@given(cases())
@settings(suppress_health_check=SLOW)
def test_engines_agree(case: Case) -> None:
    """The recursion, the station loop and the reference agree on every time, server, cause, reason, ride and post.

    Ties included; and neither the number of threads nor the order of the rows of people changes anything.
    """
    compare(case)


@pytest.mark.prove
@given(cases())
@settings(max_examples=3000, suppress_health_check=SLOW)
def test_engines_agree_at_length(case: Case) -> None:
    """The same on thousands of plans."""
    compare(case)


# --- by hand ------------------------------------------------------------------------------------------------------

Sheet = dict[int, tuple[int, int]]
"""Of each person: minute of arrival, minutes of service."""


def both(case: Case, drawn: NDArray[np.int64]) -> tuple[Outcome, Account]:
    """What both engines make of a case with these draws, after checking that they agree."""
    outcome, account = Engine(case.network).run(case.seed, 0, drawn), case.account(drawn)
    assert_same(seen_by_engine(outcome), seen_by_reference(account))
    return outcome, account


def by_hand(sheet: Sheet, station: dict[str, Any], **more: dict[int, int]) -> tuple[Outcome, Account]:
    """Both engines on one station, with arrivals and services as written, in minutes; `more` sets other draws."""
    service = {"family": "exponential", "mean_min": 1}
    case = gate_case([{"name": "desk", "service": service, **station}], number=len(sheet), horizon_h=2)
    drawn, column = case.drawn(), case.network.stages.column
    for person, (arrival, minutes) in sheet.items():
        drawn[column("preparation"), person] = (arrival - 1) * MINUTE
        drawn[column("station.desk.service"), person] = minutes * MINUTE
    for name, values in more.items():
        drawn[column(f"station.desk.{name}"), list(values)] = [minutes * MINUTE for minutes in values.values()]
    return both(case, drawn)


def minutes_of(outcome: Outcome, account: Account, name: str) -> list[int | None]:
    """One of a station's times in minutes, after checking that both engines say so."""
    slow = [getattr(person.visits[0], name) for person in account.people.values()]
    fast = outcome.gave_up if name == "gave_up" else getattr(outcome, name)[0]
    assert fast.tolist() == slow
    return [time // MINUTE if time >= 0 else None for time in slow]


def test_patience_ends_as_a_server_frees() -> None:
    """Whose patience ends at the instant when a server frees is served: ends stand before timers.

    By hand: 0 is served from 10 to 20; 1 waits from 15 with 5 minutes of patience, so until 20; 2 has 4, gone at 20.
    """
    sheet = {0: (10, 10), 1: (15, 3), 2: (16, 3)}
    station = {"servers": 1, "patience": {"family": "exponential", "mean_min": 1}}
    found = by_hand(sheet, station, patience={0: 1, 1: 5, 2: 4})
    assert minutes_of(*found, "began") == [10, 20, None]
    assert minutes_of(*found, "gave_up") == [None, None, 20]


def test_shift_ends_as_a_service_ends() -> None:
    """A server who is done at the very end of the shift takes the next: ends stand before shifts.

    By hand: one server until 30, none until 60. 0 ends at 30, so 1 is served 30 to 35; 2 waits until 60.
    """
    hours = [{"from_h": 0, "until_h": 0.5, "servers": 1}, {"from_h": 1, "until_h": 2, "servers": 1}]
    found = by_hand({0: (20, 10), 1: (21, 5), 2: (22, 5)}, {"hours": hours})
    assert minutes_of(*found, "began") == [20, 30, 60]
    assert minutes_of(*found, "ended") == [30, 35, 65]


def test_shift_ends_as_a_person_arrives() -> None:
    """Who arrives at the very end of the shift finds nobody: shifts stand before arrivals.

    By hand: one server until 30, none until 60; 0 comes at 30.
    """
    hours = [{"from_h": 0, "until_h": 0.5, "servers": 1}, {"from_h": 1, "until_h": 2, "servers": 1}]
    found = by_hand({0: (30, 5)}, {"hours": hours})
    assert minutes_of(*found, "began") == [60]


def test_idle_servers_leave_first_and_the_lowest_come_back() -> None:
    """At a drop the server idle longest goes home; at a rise the lowest absent number comes; the idle longest serves.

    By hand: three servers. 0, 1, 2 go to servers 0, 1, 2 at 5; server 1 is done at 6, server 0 at 8, server 2 at 25.
    At 15 one goes: server 1, idle since 6. 3 comes at 16: server 0. At 30 there are three again: server 1 comes back,
    behind server 2, idle since 25, and server 0, idle since 18. So 4, 5, 6 at 31 get servers 0, 2 and 1.
    """
    sheet = {0: (5, 3), 1: (5, 1), 2: (5, 20), 3: (16, 2), 4: (31, 9), 5: (31, 9), 6: (31, 9)}
    hours = [{"from_h": 0, "until_h": 2, "servers": 2}]
    hours += [{"from_h": 0, "until_h": 0.25, "servers": 1}, {"from_h": 0.5, "until_h": 2, "servers": 1}]
    outcome, account = by_hand(sheet, {"hours": hours})
    assert minutes_of(outcome, account, "began") == [5, 5, 5, 16, 31, 31, 31]
    assert outcome.by[0].tolist() == [0, 1, 2, 0, 0, 2, 1]
    assert [person.visits[0].by for person in account.people.values()] == [0, 1, 2, 0, 0, 2, 1]


def test_two_come_at_once() -> None:
    """At one instant the lower number is served first, whoever stood where before.

    By hand: 1 and 2 come at 10, 0 at 11 while both wait or are served; one server.
    """
    found = by_hand({0: (11, 1), 1: (10, 4), 2: (10, 4)}, {"servers": 1})
    assert minutes_of(*found, "began") == [18, 10, 14]


def test_bus_waits_for_those_who_come_as_its_time_is_out() -> None:
    """Who arrives at the very instant of the time-out still boards: arrivals stand before timers.

    By hand: 0 boards at 5, so the bus leaves at 15, with 1 who comes at 15; 2 comes at 16 and leaves at 26.
    """
    trip = {"family": "constant", "value_min": 7}
    case = gate_case([], [{"name": "bus", "to": "range", "capacity": 9, "timeout_min": 10, "trip": trip}], number=3)
    drawn = case.drawn()
    drawn[case.network.stages.column("preparation")] = [4 * MINUTE, 14 * MINUTE, 15 * MINUTE]
    outcome, _ = both(case, drawn)
    assert (outcome.ready // MINUTE).tolist() == [22, 22, 33]
    assert outcome.ride_timed.tolist()[:2] == [1, 1]


@pytest.mark.parametrize(("preparation", "excused"), [(9, None), (10, 11), (11, 11)])
def test_answer_comes_as_the_person_leaves(preparation: int, excused: int | None) -> None:
    """Who does not wait for the answer is excused if it comes at the latest at the instant of leaving.

    By hand: summoned at 1, asked at 1, granted at 11; ready to leave at 1 + preparation.
    """
    answer = {"family": "constant", "value_min": 10}
    request = {"name": "exempt", "kind": "exemption", "when": "summons", "share": 1, "granted": 1, "servers": 1}
    request |= {"answer": answer, "reason": "exempt", "waits": False}
    case = gate_case([], number=1, request=[request])
    drawn = case.drawn()
    drawn[case.network.stages.column("preparation")] = preparation * MINUTE
    outcome, _ = both(case, drawn)
    assert outcome.excused[0] == (-1 if excused is None else excused * MINUTE)
    assert outcome.left[0] == ((1 + preparation) * MINUTE if excused is None else -1)


def test_first_failure_starts_the_fallback() -> None:
    """A channel to which two others fall back tries once, when the first of them has failed.

    By hand: the courier fails at 5, the phone (from 2) at 3; the letter starts at 3 and is there at 4.
    """

    def channel(name: str, reach: int, starts: int, lasts: int, **more: str) -> dict[str, Any]:
        delay = {"family": "constant", "value_min": lasts}
        return {"name": name, "medium": name, "reach": reach, "starts_min": starts, "delay": delay, **more}

    channels = [
        channel("courier", 0, 0, 5, fallback="letter"),
        channel("phone", 0, 2, 1, fallback="letter"),
        channel("letter", 1, 0, 1),
    ]
    case = gate_case([], number=2, channel=channels)
    outcome, _ = both(case, case.drawn())
    assert outcome.attempts.began.tolist() == [[0, 0], [2 * MINUTE] * 2, [3 * MINUTE] * 2]
    assert outcome.delivered.tolist() == [4 * MINUTE] * 2
