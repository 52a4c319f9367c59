"""A plan beside itself with lawful notice: the report time moves to where no notice is short, and nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tocsin.errors import LawError
from tocsin.law import audit, law
from tocsin.law.audit import counted
from tocsin.law.served import described
from tocsin.plan import Plan, load
from tocsin.simulate import Engine, compile, service
from tocsin.sweep import with_lawful_notice
from tocsin.sweep.changes import changes
from tocsin.sweep.compare import Contender
from tocsin.sweep.rehearsal import people_of


def west(**exercise: Any) -> Plan:
    """The bundled call-up of the western regions, as another kind of call-up."""
    plan = load("west-2026")
    return plan.model_copy(update={"exercise": plan.exercise.model_copy(update=exercise)})


def verdicts(plan: Plan) -> dict[str, int]:
    """What the notice rule of Belarus says of the first run."""
    pack = law("by")
    crowd, _ = people_of(plan, 7, None)
    served = service(Engine(compile(plan, crowd)).run(7, 0), *pack.pack.counting("training"))
    found = audit(counted(described(served, plan, crowd), pack), pack)
    return dict(found["by.notice"].value_counts().iter_rows())


def test_nobody_is_short_of_notice_and_nothing_else_changes() -> None:
    """As announced, whoever is served is short of the seven days; moved, nobody is, on the side that is safe."""
    plan = west(kind="training")
    other = with_lawful_notice(Contender("west", plan), law("by"), 7).plan
    before, after = verdicts(plan), verdicts(other)
    served = before["breach"]
    assert served > 4000 and before.get("lawful", 0) == 0
    # Those never served by a channel that counts cannot be told of, before and after. More are served now: the run is
    # longer, and couriers go on. None of them may be short of notice by the run that set the time.
    assert after.get("lawful", 0) >= served
    assert {change.path for change in changes(plan, other)} == {"exercise.deadline.at", "exercise.horizon_h"}


def test_the_hour_stays() -> None:
    """The new report time is at the plan's own hour of day, in the plan's zone; the run lasts as much longer."""
    plan = west(kind="training")
    other = with_lawful_notice(Contender("west", plan), law("by"), 7).plan
    old, new = plan.exercise.deadline.at, other.exercise.deadline.at
    assert old is not None and new is not None
    assert new.timetz().replace(tzinfo=None) == old.timetz().replace(tzinfo=None) == dt.time(8)
    # Alert on the evening of the 16th; the last is served on the 18th at the latest (48 h), and seven days of which the
    # last may not count end before the 26th.
    assert dt.date(2026, 2, 24) <= new.date() <= dt.date(2026, 2, 26)
    assert other.exercise.horizon_h - plan.exercise.horizon_h == (new - old).total_seconds() / 3600


def test_where_no_notice_is_owed_there_is_nothing_to_compare() -> None:
    """Verification camps are excepted from the notice: one sentence says so."""
    with pytest.raises(LawError, match=r"found no notice that Belarus.* owes for verification"):
        with_lawful_notice(Contender("west", west()), law("by"), 7)
