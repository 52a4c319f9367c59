"""Decisions: values are read as what they are, and a suggestion can be read otherwise."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tocsin.errors import WatchError
from tocsin.watch import Bounds, Claim, Report, Span, Store, Suggestion, standing
from tocsin.watch.deciding import decide, values_of

MINSK = ZoneInfo("Europe/Minsk")
HOUR = 3_600_000


def test_bounds_may_be_open_on_either_side() -> None:
    """`..60` is at most 60, `100..` at least 100, `7` exactly 7; days are days of the zone (Minsk: UTC+3)."""
    assert values_of("correct", ["count=..60"], MINSK) == {"count": [None, 60]}
    assert values_of("correct", ["count=100..", "unit=day"], MINSK) == {"count": [100, None], "unit": "day"}
    assert values_of("correct", ["notice_hours=7"], MINSK) == {"notice_hours": [7, 7]}
    (when,) = values_of("correct", ["when=1970-01-02"], MINSK).values()
    assert when == [21 * HOUR, 45 * HOUR - 1]
    (when,) = values_of("correct", ["when=1970-01-02..1970-01-03T00:00"], MINSK).values()
    assert when == [21 * HOUR, 45 * HOUR]
    assert values_of("correct", ["when=..1970-01-02"], MINSK) == {"when": [None, 45 * HOUR - 1]}


@pytest.mark.parametrize("words", [["count"], ["count=1", "count=2"], ["letter=A"], ["topic=weather"]])
def test_values_of_another_act_are_refused(words: list[str]) -> None:
    """What is no value of a correction, stands twice or has no = is refused."""
    with pytest.raises(WatchError, match="expected"):
        values_of("correct", words, MINSK)


def test_a_suggestion_is_read_otherwise(tmp_path: Path) -> None:
    """Edited, a suggestion keeps its other values; days become moments; unknown names are refused."""
    span = Span(0, 3)
    found = [
        Suggestion("a@date:b0-3", "a", "date", span, "abc", {"least": None, "most": None, "role": "other"}),
        Suggestion("a@number:b0-3", "a", "number", span, "abc", {"least": 1, "most": 1, "unit": "person"}),
        Suggestion("a@person:b0-3", "a", "person", span, "abc", {"role": "private"}),
    ]
    with Store.open(tmp_path, create=True) as store:
        store.add([(Report("a", "d", "text", publisher="P", text="abc", published=Bounds(0, 1)), ())])
        store.put_suggestions(found)
        holds = standing(store)

        def made(act: str, target: str, *words: str) -> dict[str, object]:
            return decide(store, holds, act, target, words, "because", "tester", 5, MINSK).value

        assert made("edit", "a@date:b0-3", "least=1970-01-02", "role=served") == {
            "least": 21 * HOUR, "most": None, "role": "served",
        }  # fmt: skip
        assert made("edit", "a@number:b0-3", "most=9") == {"least": 1, "most": 9, "unit": "person"}
        assert made("unmask", "a@person:b0-3") == {"words": "abc"}
        assert made("confirm", "a@number:b0-3") == {}
        for words in (["most=many"], ["colour=red"], []):
            with pytest.raises(WatchError):
                decide(store, holds, "edit", "a@number:b0-3", words, "because", "tester", 5, MINSK)
        assert [one.number for one in store.decisions()] == [1, 2, 3, 4]


@pytest.mark.parametrize("named", ["purpose/routin", "purpos/routine", "purpose", ""])
def test_a_claim_goes_only_to_sides_that_there_are(tmp_path: Path, named: str) -> None:
    """A side that the table of questions has not would be kept and do nothing: it is refused, the true one kept."""
    report = Report("a", "d", "coded", publisher="P", published=Bounds(0, 1))
    with Store.open(tmp_path, create=True) as store:
        store.add([(report, [Claim("a#1", "a", 1, "asserts", "hypothesis", what="words")])])
        holds = standing(store)
        with pytest.raises(WatchError, match="a side of the ledger"):
            decide(store, holds, "link", f"a#1 ~ {named}", ["kind=side"], "because", "tester", 5, MINSK)
        made = decide(store, holds, "link", "a#1 ~ purpose/routine", ["kind=side"], "because", "tester", 5, MINSK)
        assert [one.target for one in store.decisions()] == [made.target]
