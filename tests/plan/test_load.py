"""A plan is read from a file, a name or a text; what is wrong with it is one sentence with file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.plan.bad import SMALL

from tocsin.errors import PlanError
from tocsin.plan import bundled, examine, load, loads

SLIPS = [
    (
        "servers = 4\n",
        "severs = 4\n",
        "s.toml:129: layout[0].station[0].severs: found the unknown key 'severs' (did you mean 'servers'?)",
    ),
    ("horizon_h = 36", "horizon_h = nan", "s.toml:13: exercise.horizon_h: found nan; expected a finite number"),
    ("horizon_h = 36", "horizon_h = -inf", "s.toml:13: exercise.horizon_h: found -inf; expected a finite number"),
    ("horizon_h = 36", "horizon_h = '36'", "s.toml:13: exercise.horizon_h: found '36'; expected a number"),
    (
        "servers = 4\n",
        "servers = true\n",
        "s.toml:129: layout[0].station[0].servers: found true; expected a whole number",
    ),
    ("servers = 4\n", "servers = -3\n", "s.toml:129: layout[0].station[0].servers: found -3; expected at least 1"),
    ("reach = 0.8", "reach = 1.8", "s.toml:71: channel[0].reach: found 1.8; expected at most 1"),
    ("mode_min = 10", "mode_min = 50", "s.toml:72: channel[0].capacity.handling: min_min 5, mode_min 50, max_min 30"),
    ('"verification"', '"verifcation"', "(did you mean 'verification'?)"),
    ('trade = "cook"', 'trad = "cook"', "unit[1].post[1].trad: found the unknown key 'trad' (did you mean 'trade'?)"),
    ("format = 1", "format = 2", "s.toml:2: format: found 2; expected 1"),
    ("horizon_h = 36\n", "", "s.toml:4: exercise.horizon_h: found no `horizon_h`; expected it: hours after the alert"),
    ("+03:00\ntime_zone", "\ntime_zone", "exercise.alert: the time has no offset"),
    ("alert = 2026", "alert = 1026", "exercise.alert: found the year 1026; expected 1950 to 2199"),
    ("speed_kmh = 40", "sped = 40", "behaviour.travel.sped: found the unknown key 'sped'"),
    (
        "recheck = { share",
        "recheck = { shar",
        "layout[0].station[1].recheck.shar: found the unknown key 'shar' (did you",
    ),
    ("most = 2, who", "most = 99, who", "s.toml:140: layout[0].station[1].recheck.most: found 99; expected at most 8"),
    ("recheck = {", "recheck = 3 #{", "layout[0].station[1].recheck: found 3; expected a table"),
    ("until = 10 }", "until = 30 }", "layout[0].station[1].extra: closes at 30 waiting, which is not below the 30 at"),
    (
        'after = { family = "exponential", mean_min = 600 }',
        "after = 600",
        "s.toml:142: layout[0].station[1].breakdown.after: found 600; expected a table with `family` (one of constant",
    ),
    (
        'crew = "clerks"\nunpowered',
        'crew = "clerks"\nservers = 2\nunpowered',
        "layout[0].station[2]: a station has a `crew` or servers of its own, not both; found a table with name = ",
    ),
    (
        'crew = "clerks"\nunpowered',
        'crew = "clerks"\nlines = "each"\nunpowered',
        "layout[0].station[2]: a station with a `crew` has no `extra`, `breakdown`, `preempts` or `lines` of its own",
    ),
    (
        'lines = "each"',
        'lines = "each"\npreempts = true',
        "point[1].station[0]: a station with a line for each server has",
    ),
    (
        'full = "leaves"',
        'full = "leave"',
        "layout[0].station[3].full: found 'leave'; expected 'blocks' or 'leaves' (did",
    ),
    (
        '{ stock = "boots" }',
        '{ stok = "boots" }',
        "layout[0].station[3].issue[0].stok: found the unknown key 'stok' (did",
    ),
    (
        'shared_fleet = "coaches"\ncall',
        'fleet = 2\nshared_fleet = "coaches"\ncall',
        "layout[0].bus[1]: a bus line has a `fleet` of its own or a `shared_fleet`, not both; found a table with name",
    ),
    ('shared_fleet = "coaches"\ncall', "call", "layout[0].bus[1]: `call` goes with a `shared_fleet`"),
    ("{ at_h = 10,", "{ at = 10,", "stock[0].delivery[0].at: found the unknown key 'at' (did you mean 'at_h'?)"),
    (
        "reorder = { below = 50,",
        "reorder = {",
        "stock[1].reorder.below: found no `below`; expected it: ordered when less",
    ),
    (
        "vehicles = 20",
        "vehicle = 20",
        "unit[1].march.vehicle: found the unknown key 'vehicle' (did you mean 'vehicles'?)",
    ),
    ('headquarters = "battalion"\n', "", "unit[1]: `link` goes with `headquarters`"),
    ("from_h = 2, until_h = 3", "from_h = 3, until_h = 2", "unit[1].link.cut[0]: ends at 2 h before it begins at 3 h"),
    (
        'under = "brigade"',
        'unde = "brigade"',
        "headquarters[1].unde: found the unknown key 'unde' (did you mean 'under'?)",
    ),
    (
        'places = "by"\n\n[[road]]',
        "[[road]]",
        "roads: roads come from `places` (a bundled table) or a `file`, not both",
    ),
    (
        'to = "the bridge"\nkm = 20',
        "km = 20",
        "road[0].to: found no `to`; expected it: the town, assembly point or place",
    ),
    ('"2nd company"]\nfrom_h', "]\nfrom_h", "rendezvous[0].units: found an array of 1; expected at least 2"),
    ('kind = "weather"', 'kind = "wether"', "'stock' or 'weather' (did you mean 'weather'?)"),
    ("size = 1.5", "size = 0.5", "shock[0]: found a size of 0.5; expected a factor of at least 1"),
    ("size = 1.5\n", "", "shock[0]: a shock of kind 'weather' needs a `size`: the way takes so many times as long"),
    (
        'kind = "road"\nat_h = 14',
        'kind = "road"\nat_h = 14\nsize = 1',
        "shock[3]: a shock of kind 'road' has no `size`",
    ),
    (
        'size = 1.5\nregions = ["Hrodna"]',
        'size = 1.5\nstations = ["medical"]',
        "shock[0]: found `stations` on a shock of kind 'weather'; it has regions",
    ),
    (
        'measure = "A4"',
        'measure = "fill"',
        "stress.goal[0].measure: found 'fill'; expected the letter and the digit of a",
    ),
    (
        "at_most = 30",
        "at_most = 30\nat_least = 3",
        "stress.goal[0]: a goal has `at_most` or `at_least`, not both and not",
    ),
    (
        "[[headquarters]]",
        "[[headquarter]]",
        "headquarter: found the unknown key 'headquarter' (did you mean 'headquarters'",
    ),
    ("tries = 2, after", "tries = 1, after", "channel[0].capacity.again.tries: found 1; expected at least 2"),
]


@pytest.mark.parametrize(("old", "new", "message"), SLIPS, ids=[new.strip()[:30] for _, new, _ in SLIPS])
def test_a_slip_is_placed_and_explained(old: str, new: str, message: str) -> None:
    """The message names file, line and key, what was found, what was expected, and the likely meaning of a slip."""
    assert old in SMALL
    with pytest.raises(PlanError) as refused:
        loads(SMALL.replace(old, new, 1), name="s.toml")
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("travel", "message"),
    [
        ("{ speed_kmh = -1 }", "travel.speed_kmh: found -1; expected more than 0"),
        ("{ family = 'constant' }", "travel.value_min: found no `value_min`"),
        ("{ family = 'lognormal', median_min = 3, sigma = 9 }", "travel.sigma: found 9; expected at most 5"),
        (
            "{ family = 'constant', value_min = 3, speed_kmh = 4 }",
            "travel.speed_kmh: found the unknown key 'speed_kmh'",
        ),
        ("{ family = 'weibull', mean_min = 3 }", "travel.family: found the family 'weibull'; expected one of constant"),
        ("{ family = 'gamma', mean_min = 3 }", "travel.sd_min: found no `sd_min`; expected it"),
        ("{ family = 'gamma', mean_min = 0, sd_min = 1 }", "travel.mean_min: found 0; expected more than 0"),
        ("{ family = 'gamma', mean_min = 3, sd_min = inf }", "travel.sd_min: found inf; expected a finite number"),
        (
            "{ family = 'gamma', mean_min = 3, sd_min = 9.1 }",
            "travel: sd_min is 9.1 where mean_min is 3; expected 0.1 to 9, a thirtieth of the mean to three times",
        ),
        ("7", "travel: found 7; expected a table with `family`"),
    ],
)
def test_alternatives_do_not_multiply_errors(travel: str, message: str) -> None:
    """Where a duration or a speed may stand, one slip gives one problem, about the one that was meant."""
    old = SMALL[SMALL.index("travel = { speed_kmh") :].partition("\n")[0]
    with pytest.raises(PlanError) as refused:
        loads(SMALL.replace(old, f"travel = {travel}"), name="s.toml")
    assert message in str(refused.value) and "more" not in refused.value.sentence.partition("expected")[0]
    assert "plan check" not in refused.value.sentence


def test_the_first_of_several_errors_is_told_with_their_number(tmp_path: Path) -> None:
    """Of three errors the first by its line is raised, and `examine` lists all three with their lines."""
    text = SMALL.replace("reach = 0.6", "reach = 6").replace("wait_min = 45", "wait_min = 0")
    text = text.replace("population = 1000", "population = 0")
    path = tmp_path / "three.toml"
    path.write_text(text)
    with pytest.raises(
        PlanError, match=r"found 0; expected at least 1 \(and 2 more; `tocsin plan check` lists all\)"
    ) as refused:
        load(path)
    assert refused.value.place.endswith("three.toml:38: town[1].population")
    found = examine(path)
    assert found.plan is None
    assert [(p.line, p.place) for p in found.errors] == [
        (38, "town[1].population"),
        (80, "channel[1].reach"),
        (257, "limits.wait_min"),
    ]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", "", "found an empty file"),
        (b" \n\n", "", "found an empty file"),
        (b"[exercise\n", ":1", "found '[exercise'"),
        (b"a = 1\nb = [1,\n", ":2", "this is not TOML"),
        (b"a = 1\na = 2\n", ":2", "cannot overwrite a value; found 'a = 2'"),
        (b"[a]\n[a]\n", ":2", "cannot declare a twice"),
        (b"a = 1\nb = '\xff'\n", ":2", "found the byte 0xff, which is not UTF-8"),
        ("a = 1".encode("utf-16"), "", "found text in UTF-16"),
        (b"a = " + b"[" * 5000, "", "nested far too deep"),
        (b"a = " + b"9" * 5000, "", "this is not TOML"),
        (b"\x00", ":1", "this is not TOML"),
    ],
)
def test_what_is_no_toml_is_refused_with_its_line(content: bytes, line: str, words: str, tmp_path: Path) -> None:
    """Broken text, foreign encodings and emptiness are one PlanError with the line, if there is one."""
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    with pytest.raises(PlanError) as refused:
        load(path)
    assert refused.value.place.endswith(f"x.toml{line}")
    assert words in refused.value.sentence


def test_a_mark_before_utf8_is_no_fault(tmp_path: Path) -> None:
    """Some editors put a byte order mark before UTF-8; the plan is the same."""
    path = tmp_path / "bom.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert load(path) == loads(SMALL, name="s") == loads("\ufeff" + SMALL, name="s")


def test_a_missing_file_lists_the_bundled_plans(tmp_path: Path) -> None:
    """A name that is neither a file nor bundled is refused with the names that are, and the likely one."""
    with pytest.raises(
        PlanError, match=r"found no such file; bundled plans are: .*west-2026.*did you mean 'west-2026'"
    ):
        load("west-2025")
    with pytest.raises(PlanError, match="found a folder"):
        load(tmp_path)
    with pytest.raises(PlanError, match="cannot be read"):
        load("a\0b")


@pytest.mark.parametrize("name", sorted(bundled()))
def test_bundled_plans_are_good(name: str) -> None:
    """Every bundled plan loads by its name, which is also its exercise's."""
    assert load(name).exercise.name == name


def test_bundled_plans_are_the_four() -> None:
    """The plans that issue 2 names are bundled."""
    assert {"west-2026", "okas-2017", "okas-2019", "national"} <= set(bundled())
