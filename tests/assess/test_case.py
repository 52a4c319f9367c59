"""Reading a case: what is written is what is read, and everything else is refused in one sentence with its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.assess.case_texts import HEAD, NOTICE, WHOLE, case, item

from tocsin.assess.case import bundled_cases, load_case, read_case
from tocsin.assess.case_file import MOST_BYTES
from tocsin.assess.model import Range
from tocsin.errors import CaseError
from tocsin.watch.model import Bounds

ABSENCE = item("quiet", "absence", '[evidence.absence]\nlooked = "Its site."\ndetect = "likely"')
FOOTPRINT = item("few", "footprint", '[evidence.footprint]\nowner = "Russia"\nat = 2026-02-20\nat_most = 3000')
LAW = item("law", "law", '[evidence.law]\nrule = "by.notice"\nwords = ["possible breach"]')
WORLD = (
    '[[observation]]\nid = "hours"\nsays = "Hours."\nsummary = "notice_h_median"\nat_least = 6\ntolerance = 2\n'
    + item("world", "world", 'observations = ["hours"]\nuse = "simulated"')
)
SIMULATED = '[hypothesis.world]\nplan = "west-2026"\nscale = 2.0\nassumption = "Twice as large."\n'


def refused(text: str) -> str:
    """What is said of a text that is no case."""
    with pytest.raises(CaseError) as error:
        read_case(text, folder=None, file="c.toml")
    return str(error.value)


def test_all_that_is_written_is_read() -> None:
    """Every key of the small case is found under its name; a day counts to its end, in UTC where no zone is named."""
    found = read_case(WHOLE, folder=None, file="c.toml")
    assert (found.name, found.law, found.seed, found.draws, found.written) == ("small", "by", 7, 2000, "2026-11-26")
    assert found.as_of == 1_773_100_799_999  # date -ud 2026-03-10 +%s is 1773100800
    assert [one.id for one in found.hypotheses] == ["check", "war"]
    (notice,) = found.items
    assert notice.likelihood == {"check": Range(0.55, 0.80, "likely"), "war": Range(0.8, 0.95)}
    assert notice.claims == ("a#1",)
    assert [one.letter for one in found.grades] == ["B", "D"]
    (home,) = found.watch_for
    assert home.sides == ("end/finished",)
    assert home.by == 1_776_556_799_999  # date -ud 2026-04-19 +%s is 1776556800
    assert found.text == WHOLE
    assert len(found.digest) == 64


def test_days_are_those_of_the_zone() -> None:
    """In Minsk a day ends three hours before it does in UTC; a bundled record brings its zone along."""
    utc = read_case(WHOLE, folder=None).as_of
    assert utc is not None
    named = WHOLE.replace('name = "small"', 'name = "small"\nzone = "Europe/Minsk"')
    brought = WHOLE.replace('name = "small"', 'name = "small"\nwatch = "west-2026"')
    for text in (named, brought):
        assert read_case(text, folder=None).as_of == utc - 3 * 3_600_000


def test_each_sort_has_its_own_part() -> None:
    """Absence, footprint, law and world are read into their parts; a footprint is of its own day."""
    quiet, few, law, world = case(ABSENCE, FOOTPRINT, LAW, WORLD).items
    assert quiet.absence is not None
    assert quiet.absence.detect == Range(0.55, 0.80, "likely")
    assert few.footing is not None
    assert few.footing.strength == Bounds(None, 3000)
    assert few.footing.at == 1_771_631_999_999  # date -ud 2026-02-21 +%s is 1771632000
    assert law.law is not None
    assert law.law.words == ("possible breach",)
    assert (world.observations, world.use) == (("hours",), "simulated")


def test_a_world_is_read_with_its_ranges() -> None:
    """Changes and ranges go by key paths in quotes."""
    more = SIMULATED + 'changes = { "exercise.days" = 3 }\nvary = { scale = [0.5, 1.5] }\n'
    world = read_case(HEAD.replace("\n[prior]", f"\n{more}\n[prior]") + NOTICE, folder=None).hypotheses[1].world
    assert world is not None
    assert (world.scale, world.changes, world.vary) == (2.0, {"exercise.days": 3}, {"scale": (0.5, 1.5)})


def test_the_place_says_item_key_and_line() -> None:
    """A refusal names the file, which item by number and id, the key, and the line on which it stands."""
    line = WHOLE.split("\n").index("likelihood = { check = " + '"likely", war = [0.8, 0.95] }  # judged in a hurry') + 1
    told = refused(WHOLE.replace('check = "likely", war', 'check = "probable", war'))
    assert told.startswith(f"c.toml: evidence 1 (notice).likelihood.check, line {line}: found 'probable'; expected one")
    assert "almost no chance" in told


REFUSED = [
    ("", "found an empty file"),
    ("[case", "this is not TOML"),
    ("x = 1\n" + WHOLE, "found the key 'x', which a case does not have"),
    (WHOLE.replace("[[watch_for]]", "[[watch_four]]"), "did you mean 'watch_for'?"),
    (WHOLE.replace("why = ", "whi = "), "did you mean 'why'?"),
    (WHOLE.replace('id = "war"', 'id = "check"'), "found the hypothesis 'check' twice"),
    (WHOLE.replace('name = "A war"', 'name = "A check"'), "found the name 'A check' twice"),
    (WHOLE.replace('id = "war"', 'id = "War!"'), "found 'War!'; expected at most 60 small letters"),
    (HEAD + NOTICE + NOTICE, "found the evidence 'notice' twice"),
    (HEAD, "found no evidence"),
    (WHOLE.replace(", war = [0.8, 0.95]", ""), "found no war; expected one of almost no chance"),
    (WHOLE.replace("war = [0.8", "wars = [0.8"), "found the hypothesis 'wars', which the case does not have"),
    (WHOLE.replace("[0.8, 0.95]", "[0.0, 0.5]"), "expected a probability above 0 and below 1"),
    (WHOLE.replace("[0.8, 0.95]", "[0.5, 1]"), "expected a probability above 0 and below 1"),
    (WHOLE.replace("[0.8, 0.95]", "[0.9, 0.5]"), "expected the lower end first"),
    (WHOLE.replace("[0.8, 0.95]", "[nan, 0.5]"), "found nan; expected a probability"),
    (WHOLE.replace("[0.8, 0.95]", "[0.1, inf]"), "found inf; expected a probability"),
    (WHOLE.replace("[0.8, 0.95]", "[true, 0.5]"), "found true; expected a probability"),
    (WHOLE.replace("[0.8, 0.95]", "[0.5]"), "found an array of 1; expected one of"),
    (WHOLE.replace("[0.8, 0.95]", "0.5"), "found 0.5; expected one of"),
    (WHOLE.replace('likelihood = { check = "very', 'likelyhood = { check = "very'), "did you mean 'likelihood'?"),
    (WHOLE.replace('sort = "event"', 'sort = "events"'), "did you mean 'event'?"),
    (WHOLE.replace('claims = ["a#1"]', ""), "found neither claims nor incidents"),
    (WHOLE.replace('claims = ["a#1"]', 'claims = ["a#1", "a#1"]'), "found 'a#1' twice"),
    (WHOLE.replace('claims = ["a#1"]', "claims = [1]"), "found 1; expected a text in quotes"),
    (WHOLE.replace('claims = ["a#1"]', 'claims = "a#1"'), "found 'a#1'; expected an array"),
    (WHOLE.replace("They had hours.", "a\\u202eb"), "found a character that is not seen (U+202E)"),
    (WHOLE.replace("They had hours.", "a\\u0007b"), "found a character that is not seen (U+0007)"),
    (WHOLE.replace("They had hours.", "x" * 4001), "found a text of 4,001 characters"),
    (WHOLE.replace("They had hours.", " "), "found an empty text"),
    (WHOLE.replace("draws = 2000", "draws = 999"), "found 999; expected a whole number from 1,000 to 1,000,000"),
    (WHOLE.replace("draws = 2000", "draws = true"), "found true; expected a whole number"),
    (WHOLE.replace("seed = 7", "seed = -1"), "found -1; expected a whole number"),
    (WHOLE.replace("as_of = 2026-03-09", 'as_of = "2026-03-09"'), "expected a TOML date"),
    (WHOLE.replace("as_of = 2026-03-09", "as_of = 10:00:00"), "expected a TOML date"),
    (WHOLE.replace("as_of = 2026-03-09", "as_of = 9999-03-09"), "expected a day from 1900 to 2200"),
    (WHOLE.replace("written = 2026-11-26", "written = 26"), "found 26; expected a TOML date"),
    (WHOLE.replace('law = "by"', 'law = "zz"'), "found 'zz'; expected one of"),
    (WHOLE.replace('law = "by"', 'watch = "/etc"'), "expected a bundled record, or a folder beside the case"),
    (WHOLE.replace('law = "by"', 'watch = "../x"'), "expected a bundled record, or a folder beside the case"),
    (WHOLE.replace('law = "by"', 'zone = "Minsk"'), "expected a time zone"),
    (WHOLE.replace("war = 1.0", "war = 0"), "found 0; expected a weight above 0"),
    (WHOLE.replace("war = 1.0", "war = -1"), "found -1; expected a weight above 0"),
    (WHOLE.replace("war = 1.0", "wars = 1.0"), "did you mean 'war'?"),
    (WHOLE.replace("war = 1.0", ""), "found no war; expected a weight"),
    (WHOLE.replace('letter = "B"', 'letter = "G"'), "found 'G'; expected one of A, B, C, D, E, F"),
    (WHOLE.replace('publisher = "Herald"', ""), "found none of publisher, owner and level"),
    (WHOLE.replace('owner = "state"', 'owner = "statist"'), "did you mean 'state'?"),
    (WHOLE.replace("end/finished", "end/over"), "found 'end/over', which is no side of the ledger"),
    (WHOLE.replace('where = "Their towns."', ""), "found no where"),
    (HEAD + ABSENCE.replace('looked = "Its site."', ""), "found no looked; expected where one would have looked"),
    (HEAD + ABSENCE.replace('detect = "likely"', ""), "found no detect"),
    (HEAD + ABSENCE.replace('sort = "absence"', 'sort = "absence"\nclaims = ["a#1"]'), "rests on something else"),
    (HEAD + item("x", "absence"), "found no table absence"),
    (HEAD + item("x", "event", '[evidence.law]\nrule = "r"', '["a#1"]'), "found law in evidence of the sort event"),
    (HEAD + FOOTPRINT.replace("at_most = 3000", ""), "expected one of at_least or at_most, like, sightings"),
    (HEAD + FOOTPRINT + "at_least = 4000", "found at least 4000 and at most 3000"),
    (HEAD + FOOTPRINT + 'scope = "local"', "found 'local'; expected one of national"),
    (HEAD + FOOTPRINT + 'sightings = ["f1"]', "expected a quantity or sightings, not both"),
    (HEAD + FOOTPRINT + "like = [2022-01-02, 2022-01-01]", "expected the earlier one"),
    ((HEAD + FOOTPRINT).replace("as_of = 2026-03-09", "").replace("at = 2026-02-20", ""), "the case has no as_of"),
    ((HEAD + LAW).replace('law = "by"', ""), "found a finding of law, and a case without one"),
    (HEAD + LAW.replace("possible breach", "cannot tell"), "what cannot be told is no evidence"),
    (HEAD + WORLD.replace('["hours"]', '["days"]'), "found the observation 'days', which the case does not have"),
    (HEAD + WORLD.replace('["hours"]', "[]"), "found an empty array"),
    (HEAD + WORLD.replace("at_least = 6", ""), "found neither at_least nor at_most"),
    (HEAD + WORLD.replace("at_least = 6", "at_least = 6\nat_most = 5"), "found at least 6 and at most 5"),
    (HEAD + WORLD.replace("tolerance = 2", "tolerance = -1"), "found -1; expected a number of at least 0"),
    (HEAD + WORLD.replace("tolerance = 2", ""), "found no tolerance"),
    (HEAD.replace("\n[prior]", f"\n{SIMULATED.replace('2.0', '0')}\n[prior]") + NOTICE, "expected a number from 0.001"),
    (HEAD.replace("\n[prior]", f"\n{SIMULATED}vary = {{ a = [2, 1] }}\n[prior]") + NOTICE, "expected the lower end"),
    (HEAD.replace("\n[prior]", '\n[hypothesis.world]\nplan = "p"\n[prior]') + NOTICE, "found neither source nor"),
    (HEAD.replace("\n[prior]", f"\n{SIMULATED.replace('west-2026', '/x')}\n[prior]") + NOTICE, "a bundled plan"),
    (NOTICE, "found no [case]"),
    (HEAD[: HEAD.index("[[hypothesis]]")] + NOTICE, "found no hypothesis; expected at least two"),
    (HEAD[: HEAD.index("[prior]")] + NOTICE, "found no [prior]"),
    ("case = 1", "found 1; expected a table"),
    ("evidence = 1\n" + HEAD, "found 1; expected tables, each under [[evidence]]"),
    ("a" + ".a" * 5000 + " = 1", "nested far too deep"),
    ("a = " + "[" * 5000 + "]" * 5000, "nested far too deep"),
    ("a = " + "9" * 5000, "this is not TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), REFUSED, ids=[f"{at}-{one[1][:40]}" for at, one in enumerate(REFUSED)])
def test_what_is_wrong_is_refused(text: str, sentence: str) -> None:
    """Each fault is refused with its own sentence."""
    assert sentence in refused(text)


def test_a_long_list_is_refused() -> None:
    """More hypotheses than anybody can judge, and a text larger than any case, are refused before they are read."""
    many = "".join(f'[[hypothesis]]\nid = "h{n}"\nname = "H{n}"\nsays = "It is."\n' for n in range(21))
    assert "found 21 of them; expected at most 20" in refused(HEAD[: HEAD.index("[[hypothesis]]")] + many)
    assert "expected at most 2,000,000" in refused("#" * (MOST_BYTES + 1))


def test_files_that_are_no_case(tmp_path: Path) -> None:
    """A file that is not there, too large, not UTF-8, a pipe, or a circle of links is refused, and nothing hangs."""
    (tmp_path / "big.toml").write_bytes(b"#" * (MOST_BYTES + 1))
    (tmp_path / "odd.toml").write_bytes(b"# ok\n\xff")
    (tmp_path / "round.toml").symlink_to(tmp_path / "round.toml")
    os.mkfifo(tmp_path / "pipe.toml")
    told = {}
    for name in ("none", "big", "odd", "round", "pipe"):
        with pytest.raises(CaseError) as error:
            load_case(tmp_path / f"{name}.toml")
        told[name] = str(error.value)
    assert "found nothing there" in told["none"]
    assert "expected at most 2,000,000" in told["big"]
    assert told["odd"].startswith("odd.toml, line 2: found the byte 0xff")
    assert "found something that is no file" in told["pipe"]
    with pytest.raises(CaseError, match="found nothing there"):
        load_case("")
    with pytest.raises(CaseError, match="case"):
        load_case("x" * 5000)
    with pytest.raises(CaseError, match="found nothing there"):
        load_case("a\0b")


def test_a_file_is_the_same_as_its_text(tmp_path: Path) -> None:
    """A file, and the folder that holds it, are read as their text; the mark before UTF-8 is no fault."""
    (tmp_path / "case.toml").write_text(WHOLE, encoding="utf-8-sig")
    assert load_case(tmp_path / "case.toml") == load_case(tmp_path) == load_case(str(tmp_path))
    assert load_case(tmp_path) == read_case(WHOLE, folder=None)


def test_bundled_cases_can_be_loaded() -> None:
    """Every case that comes with Tocsin is one."""
    for name in bundled_cases():
        assert load_case(name).items


LINES = st.lists(st.sampled_from([*WHOLE.split("\n"), *LAW.split("\n"), *WORLD.split("\n"), "x = 1", "[x]"]))


@settings(deadline=None, max_examples=50)
@given(st.one_of(st.text(), LINES.map("\n".join), st.tuples(st.integers(0, len(WHOLE)), st.text(max_size=3)).map(
    lambda cut: WHOLE[: cut[0]] + cut[1] + WHOLE[cut[0] + 1 :]
)))  # fmt: skip
def test_no_text_makes_another_error(text: str) -> None:
    """Whatever stands in a file, it is a case or a `CaseError` that says what was found."""
    try:
        found = read_case(text, folder=None)
    except CaseError as error:
        assert error.sentence
    else:
        assert found.items
