"""Headquarters, roads, marches, meetings and shocks are checked before a run: what they name, and when."""

from __future__ import annotations

import pytest
from tests.plan.bad import ROSTER_PLAN, SMALL

from tocsin.errors import PlanError
from tocsin.plan import check, loads

RANGE = '[[place]]\nname = "Obuz range"\nlat = 53.4\nlon = 25.5\nassumption = "invented"\n\n'
PLACE = '[[place]]\nname = "the bridge"'
MARCH = (
    'march = { to = "the bridge", via = ["Alder"], vehicles = 20, interval_m = 50, earliest_h = 12, planned_h = 20 }\n'
)
AGAIN = 'again_after_min = 15\ntries = 3\ncourier = { family = "constant", value_min = 60 }'

ERRORS = [
    (
        "headquarters in a circle",
        'name = "brigade"\n',
        'name = "brigade"\nunder = "battalion"\n',
        "headquarters[0].under",
        "under each other in a circle: brigade → battalion → brigade; none would ever get an order",
    ),
    (
        "headquarters under itself",
        'under = "brigade"',
        'under = "battalion"',
        "headquarters[1].under",
        "battalion → battalion",
    ),
    (
        "a headquarters called as a unit",
        'name = "brigade"\n',
        'name = "1st company"\n',
        "headquarters[0].name",
        "found '1st company', which is also a unit; expected a name of its own",
    ),
    (
        "two headquarters of one name",
        '[[fleet]]\nname = "coaches"',
        '[[headquarters]]\nname = "brigade"\n\n[[fleet]]\nname = "coaches"',
        "headquarters[2].name",
        "'brigade' a second time",
    ),
    (
        "tries that never come",
        AGAIN,
        "tries = 3",
        "headquarters[1].link.tries",
        "found 3 without `again_after_min`, after which an order is sent again",
    ),
    (
        "a courier who never goes",
        AGAIN,
        'courier = { family = "constant", value_min = 60 }',
        "headquarters[1].link.courier",
        "found a courier without `again_after_min`, after which one is sent",
    ),
    (
        "a place called as a town",
        PLACE,
        f'[[place]]\nname = "Alder"\nlat = 53\nlon = 25\nassumption = "invented"\n\n{PLACE}',
        "place[1].name",
        "found 'Alder', which is also the town of that name; expected a name of its own",
    ),
    (
        "a place called as a point",
        PLACE,
        f'[[place]]\nname = "East barracks"\nlat = 53\nlon = 25\nassumption = "invented"\n\n{PLACE}',
        "place[1].name",
        "which is also the assembly point of that name",
    ),
    (
        "a road to where it begins",
        'to = "the bridge"\nkm',
        'to = "Obuz range"\nkm',
        "road[0].to",
        "found a road from 'Obuz range' to itself",
    ),
    (
        "roads of a country without any",
        'places = "by"\n\n[[road]]',
        'places = "fr"\n\n[[road]]',
        "roads.places",
        "found 'fr', of which no roads are bundled; expected one of by, ee",
    ),
    (
        "a march after the end",
        "earliest_h = 12",
        "earliest_h = 36",
        "unit[1].march.earliest_h",
        "found 36 h, which is not before the horizon (36 h); it would never set out",
    ),
    (
        "a meeting of a unit that stays",
        MARCH,
        "",
        "rendezvous[0].units",
        "found the unit '2nd company', which has no `march`; it would never come by",
    ),
    (
        "a meeting of a unit with itself",
        '"1st company", "2nd company"]\nfrom_h',
        '"1st company", "1st company"]\nfrom_h',
        "rendezvous[0].units",
        "found the unit '1st company' twice; expected each once",
    ),
    (
        "a meeting after the end",
        "from_h = 12\nuntil_h = 30",
        "from_h = 36",
        "rendezvous[0].from_h",
        "found 36 h, which is not before the horizon (36 h); nobody would go on",
    ),
    (
        "two roads of one name",
        "[[road]]",
        '[[road]]\nname = "causeway"\nfrom = "Alder"\nto = "Birch"\n\n[[road]]',
        "road[1].name",
        "'causeway' a second time",
    ),
    (
        "a shock at the end",
        "at_h = 14\nbuses",
        "at_h = 36\nbuses",
        "shock[2].at_h",
        "found 36 h, which is not before the horizon (36 h); it would never strike",
    ),
    (
        "a shock that strikes twice",
        'shocks = ["frost"]',
        'shocks = ["frost", "frost"]',
        "exercise.shocks",
        "found the shock 'frost' twice; expected each once",
    ),
    (
        "two shocks of one name",
        'name = "phones-down"',
        'name = "frost"',
        "shock[4].name",
        "'frost' a second time",
    ),
    (
        "a shock at a station that is elsewhere",
        'points = ["Hrodna school"]\nstations',
        'points = ["East barracks"]\nstations',
        "shock[1].stations",
        "found the station 'medical', which none of its `points` has",
    ),
    (
        "a shock at a stock that is elsewhere",
        'stocks = ["boots"]',
        'points = ["East barracks"]\nstocks = ["boots"]',
        "shock[6].stocks",
        "found the stock 'boots', which none of its `points` has",
    ),
]


@pytest.mark.parametrize(("old", "new", "place", "words"), [e[1:] for e in ERRORS], ids=[e[0] for e in ERRORS])
def test_an_error_is_placed(old: str, new: str, place: str, words: str) -> None:
    """One edit of the small plan is refused at the key that it broke, and the message shows what stands there."""
    assert old in SMALL
    with pytest.raises(PlanError) as refused:
        loads(SMALL.replace(old, new, 1), name="p")
    assert refused.value.place.endswith(f" {place}") and words in refused.value.sentence


WARNINGS = [
    (
        "a headquarters without anybody under it",
        '[[fleet]]\nname = "coaches"',
        '[[headquarters]]\nname = "division"\n\n[[fleet]]\nname = "coaches"',
        "headquarters[2].name",
        "found the headquarters 'division', which nobody is under",
    ),
    (
        "a cut after the end",
        "from_h = 2, until_h = 3",
        "from_h = 36, until_h = 37",
        "unit[1].link.cut[0]",
        "found a cut from 36 h",
    ),
    (
        "a shock that ends after the run",
        "at_h = 6\nuntil_h = 30",
        "at_h = 6\nuntil_h = 40",
        "shock[0].until_h",
        "found 40 h, which is after the horizon (36 h); its end is outside the run",
    ),
    (
        "links down where there is none",
        'units = ["battalion", "2nd company"]',
        'units = ["brigade"]',
        "shock[5].kind",
        "found a shock of kind 'link', but none of these has a link; it strikes nothing",
    ),
]


@pytest.mark.parametrize(("old", "new", "place", "words"), [w[1:] for w in WARNINGS], ids=[w[0] for w in WARNINGS])
def test_a_doubt_is_a_warning(old: str, new: str, place: str, words: str) -> None:
    """What can be run but is hardly meant loads, and is the one warning, at its key."""
    assert old in SMALL
    [problem] = check(loads(SMALL.replace(old, new, 1), name="p"))
    assert (problem.level, problem.place) == ("warning", place) and words in problem.sentence


def test_a_shock_that_strikes_nothing_is_told() -> None:
    """Buses of which one always stands ready cannot be lost; stations that need no power do not miss it."""
    text = without(
        SMALL, "fleet = 6\n", 'shared_fleet = "coaches"\ncall = { family = "constant", value_min = 15 }\n'
    ).replace('buses = ["line-1"]\nfleets = ["coaches"]', 'points = ["Hrodna school"]')
    [problem] = check(loads(text, name="p"))
    assert problem.place == "shock[2].kind"
    assert "no bus line there has a fleet of which some could be lost" in problem.sentence
    east = SMALL.replace("[[town]]", '[[region]]\nname = "South"\n\n[[town]]', 1)
    [problem] = check(
        loads(east.replace('size = 1.5\nregions = ["Hrodna"]', 'size = 1.5\nregions = ["South"]'), name="p")
    )
    assert "nobody is called from there; it strikes nothing" in problem.sentence
    power = 'kind = "power"\nat_h = 6\npoints = ["East barracks"]'
    text = SMALL.replace('kind = "weather"\nat_h = 6\nuntil_h = 30\nsize = 1.5\nregions = ["Hrodna"]', power)
    assert check(loads(text, name="p")) == []
    [problem] = check(loads(text.replace('lines = "each"', 'lines = "each"\nunpowered = true'), name="p"))
    assert "every station there works on without power; it strikes nothing" in problem.sentence


def test_a_list_cannot_surge() -> None:
    """A roster lists whom it calls: nobody can be called in addition, and that is said before the run."""
    surge = '[[shock]]\nname = "more"\nkind = "surge"\nat_h = 2\nsize = 0.2\nassumption = "invented"\n\n[stress]'
    loads(SMALL.replace("[stress]", surge), name="p")
    with pytest.raises(PlanError, match="found a surge in a plan with a roster") as refused:
        loads(ROSTER_PLAN.replace("[stress]", surge), name="p")
    assert refused.value.place.endswith(": shock[7].kind")


def without(text: str, *tables: str) -> str:
    """A plan without these pieces of its text."""
    for table in tables:
        assert table in text, table
        text = text.replace(table, "", 1)
    return text


ROADS = (
    '[roads]\nplaces = "by"\n\n',
    '[[road]]\nname = "causeway"\nfrom = "Obuz range"\nto = "the bridge"\nkm = 20\nassumption = "invented"\n\n',
    '[[shock]]\nname = "causeway-cut"\nkind = "road"\nat_h = 14\nroads = ["causeway"]\nassumption = "invented"\n\n',
)


def test_a_march_needs_roads() -> None:
    """Without `[roads]` and `[[road]]` each march is refused; with either of the two it is not, if they reach."""
    with pytest.raises(PlanError) as refused:
        loads(without(SMALL, *ROADS), name="p")
    assert refused.value.place.endswith(": unit[0].march")
    assert "found a march, but no roads; expected `[roads]` or some `[[road]]`" in refused.value.sentence
    with pytest.raises(PlanError, match="found no road from 'Obuz range' to 'Alder'"):
        loads(without(SMALL, ROADS[0]), name="p")
    assert check(loads(without(SMALL, *ROADS[1:]), name="p")) == []


@pytest.mark.parametrize(
    ("old", "place"),
    [
        ("travel = { speed_kmh = 40", "behaviour.travel.roads"),
        ('travel = { family = "lognormal", median_min = 90, sigma = 0.5 }', "group[1].behaviour.travel.roads"),
    ],
)
def test_a_way_over_roads_needs_roads(old: str, place: str) -> None:
    """People cannot follow roads that the plan does not have: everybody's behaviour is looked at."""
    closing = " }" if old.endswith("}") else ""
    text = without(SMALL, *ROADS).replace(old, f"travel = {{ roads = true, speed_kmh = 40{closing}", 1)
    start = text.index("march = { from")
    text = text[:start] + text[text.index("\n", start) + 1 :]
    text = without(text, MARCH)
    text = without(text, text[text.index("[[rendezvous]]") : text.index("[[shock]]")])
    with pytest.raises(PlanError) as refused:
        loads(text, name="p")
    assert refused.value.place.endswith(f": {place}")
    assert "found a way over roads, but no roads" in refused.value.sentence


def test_where_buses_go_can_be_the_end_of_a_road() -> None:
    """A destination of a bus that is no place has no position: a road needs its length, and a march needs that road."""
    text = without(SMALL, RANGE)
    assert check(loads(text, name="p")) == []
    with pytest.raises(PlanError, match="found 'Obuz range', which has no position, and no `km`"):
        loads(without(text, "km = 20\n"), name="p")
    with pytest.raises(PlanError, match="found the place 'Obuz range', which the plan does not have") as refused:
        loads(
            text.replace('from = "Obuz range"\nto = "the bridge"\nkm', 'from = "Alder"\nto = "the bridge"\nkm'),
            name="p",
        )
    assert refused.value.place.endswith(": unit[0].march.from")


@pytest.mark.parametrize(
    ("old", "new", "place", "figures"),
    [
        ('name = "school"\nassumption = "invented"', 'name = "school"', "layout[0]", "station[0].servers"),
        ('regions = ["Hrodna"]\nassumption = "invented"', 'regions = ["Hrodna"]', "shock[0]", "at_h, until_h, size"),
        ('[stress]\nassumption = "invented"\n', "", "stress", "goal[0].at_most"),
        ('under = "brigade"\nassumption = "invented"', 'under = "brigade"', "headquarters[1]", "link.loss"),
        (
            'vehicles = 30, priority = 1, assumption = "invented"',
            "vehicles = 30, priority = 1",
            "unit[0]",
            "march.vehicles",
        ),
        ('km = 20\nassumption = "invented"', "km = 20", "road[0]", "km"),
        ('buses = 4\nassumption = "invented"', "buses = 4", "fleet[0]", "buses"),
    ],
)
def test_figures_of_every_table_are_asked_for_their_source(old: str, new: str, place: str, figures: str) -> None:
    """A table that lost its assumption is refused with its figures; one inside another leaves it to the outer one."""
    with pytest.raises(PlanError) as refused:
        loads(SMALL.replace(old, new, 1), name="p")
    assert refused.value.place.endswith(f" {place}")
    assert "without source or assumption" in refused.value.sentence and figures in refused.value.sentence


def test_figures_of_a_loop_rest_on_the_layout() -> None:
    """Who is sent back, what is issued and what breaks down have no source of their own: the station's holds."""
    text = SMALL.replace('name = "school"\nassumption = "invented"', 'name = "school"')
    text = text.replace('name = "medical"\nservice', 'name = "medical"\nassumption = "invented"\nservice')
    with pytest.raises(PlanError) as refused:
        loads(text, name="p")
    assert "recheck" not in refused.value.sentence and "station[0].servers" in refused.value.sentence
