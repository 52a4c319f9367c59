"""A plan under stress in a terminal: no cell of a table is cut, however narrow the terminal."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from tocsin.brief.stress_terminal import show_stress
from tocsin.plan import bundled, loads
from tocsin.sweep import Stressed, stress

WIDE = 400
"""Columns in which nothing has to be folded."""


@cache
def stressed() -> Stressed:
    """The bundled plan with the longest names of stations, layouts, shocks and goals; two runs of each variant."""
    return stress(loads(bundled()["west-2026"].read_text(encoding="utf-8"), name="west-2026"), runs=2, workers=1)


def printed(columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines in a terminal of so many columns."""
    monkeypatch.setenv("COLUMNS", str(columns))
    show_stress(stressed())
    return capsys.readouterr().out.splitlines()


def test_80_columns_fold_and_cut_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """In 80 columns stand the same words as in a terminal without end, each whole; so the goals that break are told
    whole, and they are long enough to need a second line."""
    wide, narrow = (printed(columns, monkeypatch, capsys) for columns in (WIDE, 80))
    assert max(map(len, narrow)) <= 80
    assert Counter(" ".join(narrow).split()) == Counter(" ".join(wide).split())
    assert any("wait p95 of medical" in line for line in wide)
    assert any(line.rstrip().endswith("wait p95 of") for line in narrow), "a name that takes two lines"


def test_narrow_terminals_lose_no_letter(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """In 64 columns words may be folded, but every letter is there."""
    wide, narrow = (printed(columns, monkeypatch, capsys) for columns in (WIDE, 64))
    assert max(map(len, narrow)) <= 64
    letters = (Counter("".join("".join(lines).split())) for lines in (narrow, wide))
    assert next(letters) == next(letters)
