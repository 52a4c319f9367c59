"""What the ledger's parts give to programs: plain JSON, whole, and traced."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from tests.watch.west_2026 import west

from tocsin.watch.ledger.chain import chain
from tocsin.watch.ledger.clashes import clashes
from tocsin.watch.ledger.drift import drifts, remarks
from tocsin.watch.ledger.history import history
from tocsin.watch.ledger.incidents import incidents, maybe_same
from tocsin.watch.ledger.legal import legal
from tocsin.watch.ledger.questions import ledger
from tocsin.watch.standing import Standing

CLAIM = re.compile(r"r\d{3}#\d+")


def everything(standing: Standing) -> Iterator[object]:
    """All that is shown of a case."""
    found = incidents(standing)
    yield from (one.as_json() for one in found)
    yield from (one.as_json() for one in maybe_same(standing, found))
    yield from (chain(one, standing).as_json() for one in (None, *found))
    yield from (one.as_json() for one in ledger(standing))
    yield from (one.as_json() for one in clashes(standing))
    yield from (one.as_json() for one in drifts(standing))
    yield from (one.as_json() for one in remarks(standing, drifts(standing)))
    yield from (one.as_json() for one in legal(standing))
    yield from (history(standing, one).as_json() for one in sorted(standing.claims)[:5])


def test_same_input_same_bytes() -> None:
    """All of it can be written as JSON, and the same rows in another order give the same bytes."""
    once, again = (json.dumps(list(everything(west(backwards=way))), ensure_ascii=False) for way in (False, True))
    assert once == again


def test_every_id_leads_somewhere() -> None:
    """Each claim named anywhere stands in the store, and each incident, step, clash, drift and finding names some."""
    standing = west()
    for one in everything(standing):
        text = json.dumps(one, ensure_ascii=False)
        assert set(CLAIM.findall(text)) <= standing.claims.keys()
    for found in (incidents(standing), legal(standing)):
        assert all(one.claims for one in found)
    assert all(one.first in standing.claims and one.second in standing.claims for one in clashes(standing))


def test_nothing_of_nothing() -> None:
    """An empty store gives empty lists, and a story without steps; nothing fails."""
    empty = west(without=west().reports)
    assert incidents(empty) == clashes(empty) == drifts(empty) == legal(empty) == ()
    assert chain(None, empty).steps == ()
    assert all(not side.rows for question in ledger(empty) for side in question.sides if side.id != "demand")
