"""What is kept of judgments."""
from __future__ import annotations
from dataclasses import dataclass
from tocsin.errors import CaseError

@dataclass(frozen=True)
class JudgmentsShown:
    counted: str = "none yet"
    rows: tuple = ()
    outcome: str = ""
    outcome_reason: str = ""

def begin_with(room): ...
def record(room, reason): raise CaseError("not yet")
def settle(room, outcome, reason): raise CaseError("not yet")
def judge_item(room, found, item, after, reason): raise CaseError("not yet")
def take_away(room, found, item, claim, reason): raise CaseError("not yet")
def judgments(room, found): return JudgmentsShown()
def changes_of(room, name): return ()
def changed_last(room, found, name): return None
