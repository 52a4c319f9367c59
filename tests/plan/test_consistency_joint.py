"""What stations, points, stocks and fleets share is checked before a run: names, ends of loops, and who is served."""

from __future__ import annotations

import pytest
from tests.plan.bad import SMALL

from tocsin.errors import PlanError
from tocsin.plan import Plan, check, loads
from tocsin.plan.resolve import medical_of, trades_of

PAPERS = 'crew = "clerks"\nunpowered = true'
CHECKIN = 'name = "checkin"\nservice = { family = "exponential", mean_min = 2 }\nservers = 4\n'

ERRORS = [
    (
        "two crews of one name",
        "[[layout.bus]]",
        '[[layout.crew]]\nname = "clerks"\nservers = 1\n\n[[layout.bus]]',
        "layout[0].crew[1].name",
        "'clerks' a second time",
    ),
    (
        "sent back to a later station",
        'to = "checkin", most',
        'to = "kit", most',
        "layout[0].station[1].recheck.to",
        "found 'kit', which comes after 'medical'; expected this station or one before it",
    ),
    (
        "a stock that is at other points",
        'points = ["Hrodna school"]\ndelivery',
        'points = ["East barracks"]\ndelivery',
        "layout[0].station[3].issue[0].stock",
        "found the stock 'boots', which is not at 'Hrodna school'",
    ),
    (
        "a stock issued twice",
        'issue = [{ stock = "boots" }, ',
        'issue = [{ stock = "boots" }, { stock = "boots", amount = 2 }, ',
        "layout[0].station[3].issue",
        "found the stock 'boots' twice; expected each once, with its `amount`",
    ),
    (
        "a crew that never works",
        'hours = [{ from = "06:00", until = "22:00", servers = 8 }]',
        "hours = [{ from_h = 36, until_h = 40, servers = 8 }]",
        "layout[0].crew[0].hours",
        "36 h to 40 h; it would never open",
    ),
    (
        "a station for a trade that its group has not",
        PAPERS,
        f'{PAPERS}\nwho = {{ trades = ["cook"], groups = ["east"] }}',
        "layout[0].station[2].who",
        "that nobody of any group meets: groups = ['east'], trades = ['cook']; nobody would reach 'papers'",
    ),
    (
        "a station for women of a group of men",
        PAPERS,
        f'{PAPERS}\nwho = {{ sex = ["female"], groups = ["east"] }}',
        "layout[0].station[2].who",
        "nobody would reach 'papers'",
    ),
    (
        "a station behind one that sends all home",
        CHECKIN,
        f'{CHECKIN}release = [{{ reason = "x", share = 1.0 }}]\n',
        "layout[0].station[1].name",
        "found 'medical' behind 'checkin', which sends everybody home; nobody would reach it",
    ),
    (
        "room that holds nobody",
        CHECKIN,
        f"{CHECKIN}room = 5\n",
        "layout[0].station[0].room",
        "found room for 5 at 'checkin', the first station here; before it there is no server to hold; "
        'expected `full = "leaves"`, or no `room`',
    ),
    (
        "sent back into the own full room",
        'recheck = { share = 0.2, to = "checkin"',
        'room = 10\nrecheck = { share = 0.2, to = "medical"',
        "layout[0].station[1].room",
        "found servers that could wait in a circle for good: 'medical' for room at 'medical'",
    ),
    (
        "a crew that fills the room before itself",
        'full = "leaves"',
        'full = "blocks"',
        "layout[0].station[3].room",
        "'papers' for room at 'kit' (the crew 'clerks' serves at more than one)",
    ),
    (
        "a stock that has nothing, ever",
        'amount = 100\npoints = ["Hrodna school"]\ndelivery = [{ at_h = 10, amount = 200 }]',
        'amount = 0\npoints = ["Hrodna school"]',
        "stock[0].amount",
        "found 0, and never more than 0 at a time; 'kit' hands out 1 a person; it serves nobody",
    ),
    (
        "a stock that never has enough for one",
        '{ stock = "rations", amount = 2,',
        '{ stock = "rations", amount = 301,',
        "stock[1].amount",
        "found 300, and never more than 300 at a time; 'kit' hands out 301 a person",
    ),
    (
        "a stock that nobody issues",
        '{ stock = "boots" }, ',
        "",
        "stock[0].name",
        "found the stock 'boots', which no station at its points issues; it serves nobody",
    ),
    (
        "a delivery after the end",
        "{ at_h = 10, amount",
        "{ at_h = 36, amount",
        "stock[0].delivery[0].at_h",
        "found 36 h, which is not before the horizon (36 h); it would never come",
    ),
]


@pytest.mark.parametrize(("old", "new", "place", "words"), [e[1:] for e in ERRORS], ids=[e[0] for e in ERRORS])
def test_an_error_is_placed(old: str, new: str, place: str, words: str) -> None:
    """One edit of the small plan gives one error, at the key that it broke, that shows what stands there."""
    assert old in SMALL
    with pytest.raises(PlanError) as refused:
        loads(SMALL.replace(old, new, 1), name="p")
    assert refused.value.place.endswith(f" {place}")
    assert words in refused.value.sentence and "more;" not in refused.value.sentence


WARNINGS = [
    (
        "crews that find everybody and go again",
        "reach = 0.8",
        "reach = 1",
        "channel[0].capacity.again",
        "although `reach` is 1",
    ),
    ("a station that no share needs", PAPERS, f"{PAPERS}\nshare = 0", "layout[0].station[2].share", "nobody needs"),
    (
        "a crew without a station",
        "[[layout.bus]]",
        '[[layout.crew]]\nname = "spare"\nservers = 1\n\n[[layout.bus]]',
        "layout[0].crew[1].name",
        "found the crew 'spare', which no station has",
    ),
    (
        "a fleet without a line",
        "[[stock]]",
        '[[fleet]]\nname = "vans"\nbuses = 1\nassumption = "invented"\n\n[[stock]]',
        "fleet[1].name",
        "found the fleet 'vans', which no bus line shares",
    ),
]


@pytest.mark.parametrize(("old", "new", "place", "words"), [w[1:] for w in WARNINGS], ids=[w[0] for w in WARNINGS])
def test_a_doubt_is_a_warning(old: str, new: str, place: str, words: str) -> None:
    """What can be run but is hardly meant loads, and is the one warning, at its key."""
    assert old in SMALL
    [problem] = check(loads(SMALL.replace(old, new, 1), name="p"))
    assert (problem.level, problem.place) == ("warning", place) and words in problem.sentence


def test_a_fleet_of_one_line_is_fine() -> None:
    """A shared fleet may have one line: that another one joins it is a change of a plan, not a fault before."""
    own = SMALL.replace('shared_fleet = "coaches"\ntrip', "trip", 1)
    assert own != SMALL and check(loads(own, name="p")) == []


def with_stations(*stations: str) -> str:
    """The small plan with other stations in its layout, each a name and what it has besides; no stock and no crew."""
    before, _, rest = SMALL.partition("[[layout.station]]")
    after = rest[rest.index("[[layout.bus]]") :]
    service = 'service = { family = "constant", value_min = 5 }'
    named = [station.partition(" ") for station in stations]
    tables = [f'[[layout.station]]\nname = "{name}"\n{service}\n{besides}\n\n' for name, _, besides in named]
    text = before + "".join(tables) + after
    text = text[: text.index("[[stock]]")] + text[text.index("[[place]]") :]
    for name in ("doctors-lost", "boots-burnt"):
        at = text.index(f'[[shock]]\nname = "{name}"')
        end = text.find("\n\n", at) + 2
        text = text[:at] + text[end:]
    return text.replace('after = "checkin"\n', "", 1)


FREE = "servers = 2"
FULL = "servers = 2\nroom = 3"


@pytest.mark.parametrize(
    ("stations", "circle"),
    [
        ((f"a {FREE}", f"b {FULL}", f"c {FULL}"), None),  # people only go on: the last one always empties
        ((f"a {FREE}", f"b {FULL}", f"c {FREE}\nrecheck = {{ share = 0.1, to = 'b' }}"), None),  # c has room for all
        (
            (f"a {FREE}", f"b {FULL}", f"c {FULL}\nrecheck = {{ share = 0.1, to = 'b' }}"),
            "'b' for room at 'c', 'c' for room at 'b'",
        ),
        ((f"a {FREE}", f"b {FULL}", f"c {FULL}\nfull = 'leaves'\nrecheck = {{ share = 0.1, to = 'b' }}"), None),
        (
            (f"a {FREE}", f"b {FULL}", f"c {FREE}", f"d {FULL}\nrecheck = {{ share = 0.1, to = 'b' }}"),
            None,  # c takes whoever leaves b
        ),
        (
            (f"a {FREE}", f"b {FULL}", f"c {FREE}\nshare = 0.5", f"d {FULL}\nrecheck = {{ share = 0.1, to = 'b' }}"),
            "'b' for room at 'd', 'd' for room at 'b'",  # whoever c does not concern goes from b to d
        ),
        (
            (f"a {FREE}", f"b {FREE}\nshare = 0.5", f"c {FULL}\nrecheck = {{ share = 0.1, to = 'b' }}"),
            "'c' for room at 'c'",  # whoever b does not concern is sent back to c itself
        ),
    ],
)
def test_who_could_stand_still_for_good(stations: tuple[str, ...], circle: str | None) -> None:
    """Servers hold each other up for good exactly where each waits for room at the next, all around.

    By hand: an arrow from each station to the next that can concern somebody who leaves it, if that one blocks.
    """
    text = with_stations(*stations)
    if circle is None:
        loads(text, name="p")
        return
    with pytest.raises(PlanError) as refused:
        loads(text, name="p")
    told = refused.value.sentence.partition("for good: ")[2].partition("; expected")[0]
    steps = set(told.split(", "))
    assert steps == set(circle.split(", "))


@pytest.mark.parametrize(("most", "visits"), [(6, 16), (7, 19)])
def test_visits_are_bounded(most: int, visits: int) -> None:
    """Three stations that send back `most` - 1 times each bring a person 1 + 3 (`most` - 1) times to the first."""
    back = f"servers = 2\nrecheck = {{ share = 0.1, to = 'a', most = {most} }}"
    text = with_stations(f"a {back}", f"b {back}", f"c {back}")
    if visits <= 16:
        loads(text, name="p")
        return
    with pytest.raises(PlanError, match=rf"found 'a', to which one person could come {visits} times .* at most 16"):
        loads(text, name="p")


def test_conditions_of_who_is_sent_back_count() -> None:
    """A trade or category that only `recheck.who` asks for is one of the plan's vocabularies."""
    plan: Plan = loads(
        SMALL.replace('most = 2, who = { medical = ["limited"] }', 'most = 2, who = { trades = ["driver"] }'), name="p"
    )
    station = plan.layouts[0].stations[1]
    assert station.recheck is not None
    asked = station.recheck.who.model_copy(update={"trades": ("diver",), "medical": ("blind",)})
    recheck = station.recheck.model_copy(update={"who": asked})
    changed = plan.layouts[0].model_copy(
        update={"stations": (station.model_copy(update={"recheck": recheck}),), "buses": ()}
    )
    other = plan.model_copy(update={"layouts": (changed,)})
    assert "diver" in trades_of(other) and "diver" not in trades_of(other, asked=False)
    assert "blind" in medical_of(other) and "blind" not in medical_of(other, asked=False)
