"""What masking gave before is given again for the same words under the same rules, and for nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.watch import Bounds, Claim, Report, Store, desk, remembered, shown
from tocsin.watch.desk import Desk
from tocsin.watch.listed import report_json, reports_json
from tocsin.watch.masking import Numbers, mask_claim, mask_report, numbers_of
from tocsin.watch.remembered import Remembered, rules_digest

TEXT = "Иван Петров получил повестку, телефон +375 29 000-00-00. Явиться завтра к 8 утра в Гродно."
REPORTS = [
    Report(f"t-{n}", f"{n:064x}", "telegram", publisher="Канал", language="ru", level="social",
           published=Bounds(1_771_443_000_000, 1_771_443_000_000), published_basis="time", text=f"{TEXT} №{n}.")
    for n in range(3)
]  # fmt: skip


def filled(folder: Path) -> Store:
    """A folder with three posts, read and written."""
    store = Store.open(folder, create=True)
    store.add((one, ()) for one in REPORTS)
    Desk(store).read()
    Desk(store).write()
    return store


def told(store: Store) -> list[Any]:
    """All that is shown of reports and claims."""
    now = Desk(store)
    return [reports_json(now), [report_json(now, one.id) for one in REPORTS], sorted(map(repr, now.origins.items()))]


def never(*_: object) -> Any:
    """Masking that must not be asked."""
    raise AssertionError("masked anew")


def test_what_was_written_is_not_masked_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the tables were written, reports, claims and names come from the table, equal to what masking gives."""
    with filled(tmp_path / "w") as store:
        with monkeypatch.context() as patched:
            for name in ("mask_report", "mask_claim", "mask_text"):
                patched.setattr(shown, name, never)
            now = told(store)
        store.connection.execute("DELETE FROM maskings")
        assert told(store) == now
    assert "Петров" not in str(now)
    assert "[person 1]" in str(now)


def test_other_rules_drop_what_was_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under another digest of the rules nothing of the table is believed, and the next writing leaves none of it."""
    with filled(tmp_path / "w") as store:
        store.connection.execute("UPDATE maskings SET words = replace(words, '[person 1]', 'Nemo')")
        assert "Nemo" in str(told(store))
        monkeypatch.setattr(remembered, "rules_digest", lambda: "other rules")
        assert "Nemo" not in str(told(store))
        Desk(store).write()
        kept = store.connection.execute("SELECT count(*) FROM maskings WHERE words LIKE '%Nemo%'").fetchone()[0]
        assert (kept, store.kept("maskings")) == (0, "other rules")


def test_a_decision_about_words_is_followed_at_once(tmp_path: Path) -> None:
    """An unmasked person is shown, one that was closed again is not; other reports stay as they were."""
    with filled(tmp_path / "w") as store:
        person = next(one for one in store.suggestions(["t-0"]) if one.kind == "person")
        for act, seen in (("unmask", True), ("reject", False), ("unmask", True)):
            Desk(store).decide(act, person.id, [], "It must be so.", "analyst", 5)
            assert ("Петров" in Desk(store).reports["t-0"].text) is seen
            assert "Петров" not in Desk(store).reports["t-1"].text


def test_who_only_looks_writes_nothing(tmp_path: Path) -> None:
    """Where nothing was kept yet, looking at all of it makes no table."""
    with Store.open(tmp_path / "w", create=True) as store:
        store.add((one, ()) for one in REPORTS)
        before = store.connection.total_changes
        told(store)
        assert store.connection.total_changes == before
        tables = {name for (name,) in store.connection.execute("SELECT name FROM sqlite_master")}
        assert "maskings" not in tables


def test_the_digest_of_rules_knows_every_table() -> None:
    """Code and tables of both packages are in it: a list by hand of those that must be."""
    root = Path(remembered.__file__).parent
    names = {one.name for package in ("text", "people") for one in remembered._files(root / package)}
    assert {"people.py", "contacts.py", "names.toml", "gazetteer.csv", "actors.toml", "inflection.py"} <= names
    assert len(rules_digest()) == 64


def test_the_digest_of_rules_knows_all_code_that_masks() -> None:
    """Whatever module of the room `masking.py` imports, by whatever way, is in the digest."""
    root = Path(remembered.__file__).parent
    known = {*remembered._MODULES, *(f"{package}/{file.name}" for package in remembered._PACKAGES
                                     for file in (root / package).iterdir())}  # fmt: skip
    asked, seen = ["masking.py"], set[str]()
    while asked:
        name = asked.pop()
        seen.add(name)
        code = (root / name).read_text(encoding="utf-8")
        for whole, few in re.findall(r"^ *from tocsin\.watch\.([\w.]+) import ([^(\n]+|\([^)]+\))", code, re.MULTILINE):
            path = whole.replace(".", "/")
            inside = re.findall(r"\w+", few) if (root / path).is_dir() else []
            found = [f"{path}/{one}.py" for one in inside] if inside else [f"{path}.py"]
            asked += [one for one in found if (root / one).exists() and one not in seen]
    assert {"masking.py", "model.py", "text/people.py", "text/contacts.py", "people/inflection.py"} <= seen
    assert seen <= known


WORDS = st.sampled_from(["", "Иван Петров", "Петров", "офицер", "+375 29 000-00-00", "Anna Nowak", "@somebody", "2/t"])
TEXTS = st.lists(WORDS, max_size=4).map(" ".join)


@settings(deadline=None, max_examples=25)
@given(rows=st.lists(st.tuples(TEXTS, TEXTS, TEXTS, st.sampled_from(["ru", "pl"])), min_size=1, max_size=5))
def test_remembering_changes_no_answer(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]) -> None:
    """Reports and claims of drawn words are shown as masking alone shows them: at first, and from the table."""
    with Store.open(tmp_path_factory.mktemp("w"), create=True) as store:
        for _ in range(2):
            before = Remembered(store)
            for text, title, note, language in rows:
                report = replace(REPORTS[0], text=text, title=title, note=note, cites=(note, text), language=language)
                bare = replace(mask_report(report, (), ()), publisher=report.publisher)
                assert shown.shown_report(report, (), (), before) == bare
                claim = Claim("t-0#1", "t-0", 1, "asserts", "other", text, title, note)
                holds = desk.standing(store)
                holds = replace(holds, reports_in={"t-0": report}, claims_in={claim.id: claim})
                assert shown.masked(holds, before).claims_in[claim.id] == mask_claim(
                    claim, language, numbers_of(report) if text else Numbers()
                )
            before.keep()
