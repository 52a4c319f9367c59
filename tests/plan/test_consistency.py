"""What no table of a plan can see alone is found by `check`, with its place and what was found."""

from __future__ import annotations

import pytest
from tests.plan.bad import SMALL

from tocsin.errors import PlanError
from tocsin.plan import check, examine, load, loads

ERRORS = [
    (
        "dangling region of a town",
        'region = "East"\npopulation = 3000',
        'region = "Est"\npopulation = 3000',
        "town[0].region",
        "found the region 'Est', which the plan does not have (did you mean 'East'?)",
    ),
    (
        "dangling region of a group",
        'regions = ["East"]\nunits',
        'regions = ["South"]\nunits',
        "group[1].regions",
        "'South'",
    ),
    (
        "region that the table has not",
        'name = "Hrodna"\nplaces',
        'name = "Grodno"\nplaces',
        "region[0].name",
        "it has Brest",
    ),
    ("country without a table", 'places = "by"', 'places = "fr"', "region[0].places", "'fr'"),
    ("dangling layout", 'layout = "school"', 'layout = "schol"', "point[0].layout", "(did you mean 'school'?)"),
    (
        "dangling establishment",
        'establishment = "company"',
        'establishment = "platoon"',
        "unit[0].establishment",
        "'platoon'",
    ),
    ("dangling point", 'points = ["Hrodna school"]', 'points = ["Hrodna"]', "unit[0].points", "'Hrodna'"),
    ("dangling need", 'needs = ["1st company"]', 'needs = ["3rd company"]', "unit[1].needs", "'3rd company'"),
    (
        "dangling unit of a task",
        'units = ["1st company", "2nd company"]',
        'units = ["1st company", "x"]',
        "task[0].units",
        "'x'",
    ),
    (
        "dangling unit of a bus",
        'units = ["1st company"]\n\n[[layout.bus',
        'units = ["x"]\n\n[[layout.bus',
        "layout[0].bus[0].units",
        "'x'",
    ),
    ("dangling fallback", 'fallback = "phone"', 'fallback = "radio"', "channel[0].fallback", "'radio'"),
    ("dangling station", 'after = "checkin"', 'after = "chekin"', "request[0].after", "(did you mean 'checkin'?)"),
    (
        "dangling group of a priority",
        'groups = ["east"]',
        'groups = ["est"]',
        "layout[0].station[1].priority[1].groups",
        "'est'",
    ),
    (
        "dangling trade",
        'trades = ["driver"]',
        'trades = ["pilot"]',
        "layout[0].station[1].priority[0].trades",
        "'pilot'",
    ),
    (
        "dangling category",
        'who = { medical = ["limited"] }\nshare',
        'who = { medical = ["ill"] }\nshare',
        "request[0].who.medical",
        "'ill'",
    ),
    ("after a station, at the summons", 'when = "gate"', 'when = "summons"', "request[0].after", "after = 'checkin'"),
    ("two towns of one name", 'name = "Birch"', 'name = "Alder"', "town[1].name", "'Alder' a second time"),
    ("two groups of one name", 'name = "east"', 'name = "west"', "group[1].name", "'west' a second time"),
    (
        "two stations of one name",
        'name = "medical"\nservice',
        'name = "checkin"\nservice',
        "layout[0].station[1].name",
        "'checkin'",
    ),
    (
        "two posts of one trade",
        'trade = "cook"',
        'trade = "rifleman"',
        "unit[1].post[1].trade",
        "'rifleman' a second time",
    ),
    (
        "a unit twice in a task",
        '["1st company", "2nd company"]',
        '["1st company", "1st company"]',
        "task[0].units",
        "'1st company' twice",
    ),
    ("fallback on itself", 'fallback = "phone"', 'fallback = "courier"', "channel[0].fallback", "courier → courier"),
    (
        "fallbacks in a circle",
        "reach = 0.6",
        'reach = 0.6\nfallback = "courier"',
        "channel",
        "in a circle: courier → phone → courier",
    ),
    ("a delay before no fallback", 'fallback = "phone"\n', "", "channel[0].fallback_after", "no `fallback`"),
    ("a channel after the end", "reach = 0.6", "reach = 0.6\nstarts_min = 2160", "channel[1].starts_min", "2160 min"),
    (
        "a group without a channel",
        "reach = 0.8",
        'reach = 0.8\ngroups = ["west"]',
        "group[1].name",
        "'east', which no channel summons",
    ),
    (
        "needs in a circle",
        'establishment = "company"',
        'establishment = "company"\nneeds = ["2nd company"]',
        "unit",
        "in a circle",
    ),
    ("a task that asks too much", "at_least = 1", "at_least = 3", "task[0].at_least", "found 3; expected at most 2"),
    (
        "a station that never opens",
        'hours = [{ from = "06:00", until = "22:00", servers = 6 }, { from_h = 13, until_h = 20, servers = 2 }]',
        "hours = [{ from_h = 36, until_h = 40, servers = 6 }]",
        "layout[0].station[1].hours",
        "36 h to 40 h; it would never open",
    ),
    (
        "a station called as a journey's stem",
        'name = "medical"\nservice',
        'name = "request"\nservice',
        "layout[0].station[1].name",
        "'request'",
    ),
    (
        "a request called as a station",
        'name = "hardship-desk"',
        'name = "medical"',
        "request[1].name",
        "also a station",
    ),
    (
        "releases above 1",
        "release = [{ reason",
        'release = [{ reason = "x", share = 0.95 }, { reason',
        "layout[0].station[1].release",
        "1.05",
    ),
    (
        "a figure without source",
        'reach = 0.6\ndelay = { family = "empirical", values_min = [1, 2, 3.5] }\nassumption = "invented"',
        "reach = 0.6",
        "channel[1]",
        "found a figure without source or assumption: reach",
    ),
    (
        "lat beside a town",
        'town = "Hrodna"',
        'town = "Hrodna"\nlat = 53.0\nassumption = "invented"',
        "point[0].lat",
        "found 53.0 beside `town`",
    ),
    (
        "thinned towns without a table",
        'name = "East"',
        'name = "East"\nmin_population = 9\nassumption = "invented"',
        "region[1].min_population",
        "found 9",
    ),
]


@pytest.mark.parametrize(("old", "new", "place", "words"), [e[1:] for e in ERRORS], ids=[e[0] for e in ERRORS])
def test_an_error_across_tables_is_placed(old: str, new: str, place: str, words: str) -> None:
    """One edit of the small plan is refused at the key that it broke, and the message shows what stands there."""
    assert SMALL.count(old) >= 1, old
    with pytest.raises(PlanError) as refused:
        loads(SMALL.replace(old, new, 1), name="p")
    assert place in refused.value.place
    assert words in refused.value.sentence


WARNINGS = [
    (
        "an unused layout",
        '[[point]]\nname = "Hrodna',
        '[[layout]]\nname = "hall"\n\n[[point]]\nname = "Hrodna',
        "layout[1].name",
        "no point has",
    ),
    ("a trade that no post has", "cook = 0.1 }", "baker = 0.1 }", "group[0].trade.baker", "will be surplus"),
    ("posts that nobody has", 'trade = "cook"', 'trade = "pilot"', "unit[1].post[1].trade", "nobody has"),
    ("fewer called than posts", "called = 101", "called = 10", "", ""),
    (
        "far fewer called than posts",
        "called = 400",
        "called = 40",
        "unit[0].name",
        "of its 120 posts; it is formed at 90",
    ),
    (
        "a shift outside the run",
        "{ from_h = 13, until_h = 20",
        "{ from_h = 40, until_h = 50",
        "layout[0].station[1].hours[1]",
        "40 h to 50 h",
    ),
    (
        "a station that some points lack",
        '[[point.station]]\nname = "checkin"',
        '[[point.station]]\nname = "door"',
        "request[0].after",
        "'East barracks'",
    ),
    (
        "a bus for other units",
        'units = ["2nd company"]\n\n[[point]]',
        'units = ["1st company"]\n\n[[point]]',
        "point[0]",
        "no bus at 'Hrodna school' for the unit '2nd company'",
    ),
    (
        "a unit to which nobody is sent",
        'points = ["Hrodna school"]',
        'points = ["East barracks"]',
        "unit[0].name",
        "no point sends anybody",
    ),
]


@pytest.mark.parametrize(("old", "new", "place", "words"), [w[1:] for w in WARNINGS], ids=[w[0] for w in WARNINGS])
def test_a_doubt_is_a_warning(old: str, new: str, place: str, words: str) -> None:
    """What is possible but hardly meant loads, and is among the warnings with its line."""
    assert SMALL.count(old) >= 1, old
    text = SMALL.replace(old, new, 1)
    found = [(p.place, p.sentence) for p in check(loads(text, name="p"))]
    assert not words or any(place == p and words in sentence for p, sentence in found), found
    assert place or not found


def test_the_small_plan_has_no_problem() -> None:
    """The plan from which all edits start is clean, so that each edit is what is found."""
    assert check(loads(SMALL, name="p")) == []


def test_sources_are_inherited() -> None:
    """A figure needs no source of its own where its table, an outer one, or for a town its region has one."""
    text = SMALL.replace('lon = 26.5\nassumption = "invented"', "lon = 26.5").replace(
        'name = "East"', 'name = "East"\nassumption = "towns of the east"'
    )
    assert examine_errors(text) == []
    bare = text.replace('\nassumption = "towns of the east"', "")
    assert examine_errors(bare) == ["town[1]"]
    own = 'reach = 1\ndelay = { family = "constant", value_min = 5, assumption = "invented" }\n'
    old = 'reach = 0.6\ndelay = { family = "empirical", values_min = [1, 2, 3.5] }\nassumption = "invented"\n'
    assert examine_errors(SMALL.replace(old, own)) == ["channel[1]"]  # its reach, not its delay


def examine_errors(text: str) -> list[str]:
    """Return the places of the errors of a text."""
    try:
        plan = loads(text, name="p")
    except PlanError as error:
        return [error.place.rpartition(" ")[2]]
    return [p.place for p in check(plan) if p.level == "error"]


@pytest.mark.parametrize("name", ["west-2026", "okas-2017", "okas-2019", "national"])
def test_bundled_plans_have_no_error(name: str) -> None:
    """Bundled plans pass every check; a warning in one would be a slip of ours as well."""
    assert [p for p in check(load(name)) if p.level == "error"] == []
    assert examine(name).errors == ()
