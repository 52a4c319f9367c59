"""The catalogue: complete, ordered so that causes come first, and told by a page that cannot lie."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.log.generated import STATIONS

from tocsin.log import KIND_OF, KINDS, Kind, Stem, parse_stem, stem_name, stems_in
from tocsin.log.kinds import PHASES, WRITERS
from tocsin.log.kinds_page import kinds_page
from tocsin.log.schema import COLUMNS

# The list of the design, word by word.
DESIGN = [
    "ordered",
    "order_acknowledged",
    "summoned",
    "delivered",
    "undelivered",
    "acknowledged",
    "request_filed",
    "request_answered",
    "excused",
    "refused",
    "set_out",
    "arrived",
    "queued",
    "service_began",
    "service_ended",
    "gave_up",
    "instructed",
    "released",
    "item_issued",
    "item_short",
    "boarded",
    "bus_departed",
    "bus_arrived",
    "broke_down",
    "joined",
    "surplus",
    "unit_formed",
    "unit_set_out",
    "passed",
    "in_position",
    "strength_reported",
    "station_opened",
    "station_closed",
    "shock_began",
    "shock_ended",
    "stood_down",
    "absent",
    "closed",
    "sighted",
]

# What came to be needed besides: reports taken back, and what shocks and joint stations bring about (issue 5).
BESIDES = {"withdrawn", "halted", "repaired", "resupplied", "service_interrupted", "service_resumed"}

# These last at least 1 ms, so that their end may stand before their beginning at one instant.
LASTING = {"service_ended", "bus_arrived", "request_answered", "undelivered", "shock_ended"}


def test_every_kind_of_the_design_is_there() -> None:
    """The catalogue has the design's kinds, and those that came to be needed besides."""
    assert {kind.name for kind in KINDS} == BESIDES | set(DESIGN)


def test_phases_stand_in_the_order_of_the_tie_rule() -> None:
    """Ends < breakdowns and shifts < arrivals < timers; ranks are dense from 0."""
    assert [PHASES.index(kind.phase) for kind in KINDS] == sorted(PHASES.index(kind.phase) for kind in KINDS)
    assert [kind.rank for kind in KINDS] == list(range(len(KINDS)))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.after], ids=lambda kind: kind.name)
def test_what_comes_before_ranks_before(kind: Kind) -> None:
    """At one instant a cause precedes its effect, unless the thing between them lasts."""
    for rule in kind.after:
        for earlier in rule.kinds:
            assert kind.name in LASTING or KIND_OF[earlier].rank < kind.rank


def test_causes_of_other_persons_and_things_rank_before() -> None:
    """Couplings between entities at one instant: who causes whom, from the engine's design."""
    pairs = [
        ("service_ended", "service_began"),  # the end that freed the server
        ("station_opened", "service_began"),
        ("boarded", "bus_departed"),  # the last boarder
        ("bus_arrived", "bus_departed"),  # the own fleet came back
        ("bus_arrived", "joined"),
        ("joined", "unit_formed"),  # the join that completed it
        ("joined", "surplus"),  # the last post was taken
        ("unit_formed", "unit_set_out"),
        ("undelivered", "summoned"),  # the next channel
        ("broke_down", "service_interrupted"),
        ("queued", "service_interrupted"),  # the arrival of a higher class
        ("repaired", "service_resumed"),
        ("resupplied", "service_began"),  # the delivery for which the queue waited
        ("repaired", "service_began"),
        ("unit_set_out", "passed"),
        ("passed", "in_position"),
        ("request_answered", "excused"),
        ("request_answered", "queued"),
        ("service_ended", "released"),
        ("gave_up", "released"),
        ("absent", "closed"),
    ]
    assert all(KIND_OF[cause].rank < KIND_OF[effect].rank for cause, effect in pairs)


def test_a_walk_at_one_instant_keeps_its_order() -> None:
    """With all delays 0 a person's rows up to the first service sort in the order of life."""
    walk = [
        "ordered",
        "summoned",
        "delivered",
        "acknowledged",
        "set_out",
        "arrived",
        "queued",
        "service_began",
    ]
    assert sorted(walk, key=lambda name: KIND_OF[name].rank) == walk
    walk = ["service_ended", "item_issued", "queued", "service_began"]
    assert sorted(walk, key=lambda name: KIND_OF[name].rank) == walk


def test_the_catalogue_names_what_exists() -> None:
    """Every kind, column and writer that an entry names is one."""
    for kind in KINDS:
        assert kind.meaning.endswith(".")
        assert set(kind.writers) <= set(WRITERS)
        assert {column for need in kind.needs for column in need.split("|")} <= set(COLUMNS)
        assert {*kind.attributes, *kind.carries} <= set(COLUMNS)
        assert not set(kind.attributes) & set(kind.carries)
        assert all({*rule.kinds} <= KIND_OF.keys() and {*rule.same} <= set(COLUMNS) for rule in kind.after)
        assert set(kind.never_after) <= KIND_OF.keys()


def test_the_page_is_fresh() -> None:
    """`docs/kinds.md` is what `python -m tocsin.log.kinds_page docs/kinds.md` writes today."""
    page = Path(__file__).parents[2] / "docs" / "kinds.md"
    assert page.read_text(encoding="utf-8") == kinds_page()


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("arrived", Stem("arrived")),
        ("undelivered_2", Stem("undelivered", None, 2)),
        ("checkin_queued", Stem("queued", "checkin")),
        ("medical_2_began", Stem("service_began", "medical", 2)),
        ("medical_2_1_began", Stem("service_began", "medical_2")),
        ("request_filed", Stem("request_filed")),
        ("hardship_answered", Stem("request_answered", "hardship")),
        ("arrived_1", None),
        ("arrived_02", None),
        ("place", None),
    ],
)
def test_names_of_stems(name: str, stem: Stem | None) -> None:
    """Names as the house's interface gives them, by hand."""
    assert parse_stem(name) == stem
    if stem is not None:
        assert stem.name == name


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from([kind.name for kind in KINDS]),
    st.one_of(st.none(), st.sampled_from(STATIONS), st.text("_12ab", max_size=6)),
    st.integers(1, 65_535),
)
def test_a_name_reads_back(kind: str, station: str | None, visit: int) -> None:
    """Whatever the station is called, a stem's name is read back as the same stage."""
    name = stem_name(kind, station, visit)
    if name is None:
        assert not station or KIND_OF[kind].station_stem is None
    else:
        assert parse_stem(name) == Stem(kind, station, visit)


def test_stems_of_columns() -> None:
    """Only `_ms` columns tell of a stage; their order is kept."""
    found = stems_in(["run", "kit_began_ms", "kit_began_by", "arrived_ms", "nonsense_ms"])
    assert found == [Stem("service_began", "kit"), Stem("arrived")]
