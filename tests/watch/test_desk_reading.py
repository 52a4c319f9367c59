"""Reading in batches: one that breaks off loses nothing that was done, and the next one comes to the same."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tocsin.watch import Bounds, Report, Store, Suggestion, desk
from tocsin.watch.desk import Desk
from tocsin.watch.text import read_text

REPORTS = [
    Report(f"t-{n}", f"{n:064x}", "text", publisher=f"p{n}", language="en", text=text, captured=n,
           published=Bounds(1_771_443_000_000 + n, 1_771_443_000_000 + n))
    for n, text in enumerate((
        "Summonses were handed out in Grodno last night, to report by 8 tomorrow morning.",
        "About 400 people were called up in Lida, a resident says, with papers for three days.",
        "Summonses were handed out in Grodno last night, to report by 8 tomorrow morning!",
        "",
    ))
]  # fmt: skip
TABLES = {
    "claims": "SELECT * FROM claims ORDER BY id",
    "suggestions": "SELECT * FROM suggestions ORDER BY id",
    "links": "SELECT kind, first, second, score, state, by FROM links ORDER BY first, second",
    "features": "SELECT report, digest, leads FROM features ORDER BY report",
    "read": "SELECT key FROM meta WHERE key LIKE 'read %' ORDER BY key",
}


def found(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """All that reading leaves."""
    return {name: store.connection.execute(asked).fetchall() for name, asked in TABLES.items()}


def read(folder: Path, batch: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[tuple[object, ...]]]:
    """What reading in batches of a size leaves."""
    monkeypatch.setattr(desk, "_BATCH", batch)
    with Store.open(folder, create=True) as store:
        store.add((one, ()) for one in REPORTS)
        Desk(store).read()
        return found(store)


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_size_of_batches_changes_nothing(batch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In batches of any size the same is found as in one; the two equal texts are tied, and every report is marked."""
    one = read(tmp_path / "one", 500, monkeypatch)
    assert read(tmp_path / "many", batch, monkeypatch) == one
    assert len(one["read"]) == len(one["features"]) == len(REPORTS)
    assert [row[:3] for row in one["links"]] == [("copy-of", "t-2", "t-0")]


def test_broken_reading_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read before the break stays, is not read again, and is related in the end with all the others."""
    whole = read(tmp_path / "whole", 500, monkeypatch)
    asked = list[str]()

    def breaking(report: Report, zone: ZoneInfo) -> tuple[Suggestion, ...]:
        asked.append(report.id)
        if report.id == "t-2" and asked.count("t-2") == 1:
            raise KeyboardInterrupt
        return read_text(report, zone)

    monkeypatch.setattr(desk, "read_text", breaking)
    with Store.open(tmp_path / "w", create=True) as store:
        store.add((one, ()) for one in REPORTS)
        monkeypatch.setattr(desk, "_BATCH", 1)
        with pytest.raises(KeyboardInterrupt):
            Desk(store).read()
        assert [name for (name,) in found(store)["read"]] == ["read t-0", "read t-1"]
        assert not found(store)["features"]
        Desk(store).read()
        assert found(store) == whole
    assert asked == ["t-0", "t-1", "t-2", "t-2"]
