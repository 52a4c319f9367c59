"""The page on how logs differ says the truth about who writes which kind."""

from __future__ import annotations

import re
from pathlib import Path

import tocsin
from tocsin.log import KINDS
from tocsin.plan import loads
from tocsin.plan.reference_page import EXAMPLE

PAGE = (Path(__file__).parents[2] / "docs" / "logs-differ.md").read_text(encoding="utf-8")


def listed(beginning: str) -> set[str]:
    """The kinds that the sentence with this beginning lists."""
    found = re.search(rf"{beginning}[^:]*:(.*?)\.(?:\s|$)", PAGE, re.DOTALL)
    assert found is not None
    return set(re.findall(r"`(\w+)`", found[1]))


def test_the_page_lists_what_the_engine_writes() -> None:
    """A run of a plan with every kind of table, in which nobody is patient, has the kinds that the page lists.

    The plan's own shocks strike in it, its boots run out, its servers fail and its units march: see `reference.toml`.
    """
    text = EXAMPLE.replace("value_min = 240", "value_min = 1").replace("impatient = 0.1", "impatient = 1.0")
    done = tocsin.rehearse(loads(text, name="reference.toml"), runs=1, seed=7)
    written = {kind for block in done.log_blocks() for kind in block["kind"].unique()}
    assert listed("This version's engine writes") == written
    assert f"writes these {len(written)} kinds" in PAGE


def test_the_page_lists_every_kind_once() -> None:
    """What is written, what is not yet, and what may never be simulated are together the catalogue."""
    never = {kind.name for kind in KINDS if "simulated" not in kind.writers}
    parts = [listed("This version's engine writes"), listed("It could write these"), listed("It may never write these")]
    assert parts[2] == never
    assert sum(map(len, parts)) == len(KINDS)
    assert set().union(*parts) == {kind.name for kind in KINDS}


def test_simulated_rows_are_as_the_page_says() -> None:
    """Both ends of a simulated row agree, and both clocks but of messages; nothing is corrected or from elsewhere."""
    done = tocsin.rehearse(loads(EXAMPLE, name="reference.toml"), runs=1, seed=7)
    for block in done.log_blocks():
        assert (block["happened"] == block["happened_until"]).all() and (block["happened"] <= block["known"]).all()
        later = block.filter(block["happened"] != block["known"])
        assert set(later["kind"].unique()) <= {"ordered", "order_acknowledged", "strength_reported"}
        assert all(block[name].is_null().all() for name in ("corrects", "origin", "grade", "scope"))
        causeless = set(block.filter(block["cause"].is_null())["kind"].unique())
        assert causeless <= {
            "ordered",
            "summoned",
            "instructed",
            "station_opened",
            "station_closed",
            "broke_down",
            "resupplied",
            "shock_began",
            "shock_ended",
            "absent",
            "closed",
        }
