"""L4: what was handed out, what was not, and for how long there was nothing; every number worked by hand."""

from __future__ import annotations

from typing import Any

from tests.measure.by_hand import journeys, plan, row, value

from tocsin.measure import Context, measures

# Four people at A, two at B; minutes. Kit is handed out at the end of a service of 10 minutes.
PEOPLE: dict[str, list[Any]] = {
    "place": ["A", "A", "A", "A", "B", "B"],
    "kit_queued": [60, 60, 60, 60, 60, 60],
    "kit_began": [60, 70, 80, 90, 60, 70],
    "kit_ended": [70, 80, 90, 100, 70, 80],
    "kit_2_queued": [None, None, 200, None, None, None],
    "kit_2_began": [None, None, 200, None, None, None],
    "kit_2_ended": [None, None, 210, None, None, None],
}


def item(kind: str, person: int, at: float, *, place: str = "A", visit: int = 1, **more: Any) -> dict[str, Any]:
    """A row of an item."""
    fixed = {"thing": "boots", "place": place, "station": "kit", "visit": visit}
    return {"kind": f"item_{kind}", "person": person, "at": at, **fixed, **more}


# A: two pairs, taken at 60 and 70; persons 2 and 3 get none; two more come at 150, and person 2 comes again. B: enough.
ITEMS = [
    item("issued", 0, 70),
    item("issued", 1, 80),
    item("short", 2, 90),
    item("short", 3, 100),
    {"kind": "resupplied", "thing": "boots", "place": "A", "amount": 2, "at": 150},
    item("issued", 2, 210, visit=2),
    item("issued", 4, 70, place="B", amount=2),
    item("issued", 5, 80, place="B", amount=2),
]


def with_stock(**changes: Any) -> Context:
    """The small plan, its stations handing out boots, of which each point has some."""
    layout = {
        "name": "camp",
        "station": [
            {
                "name": "kit",
                "service": {"family": "constant", "value_min": 10},
                "servers": 1,
                "issue": [{"stock": "boots"}],
            }
        ],
    }
    stock = {"name": "boots", "amount": 2} | changes
    return Context(plan(layout=[layout], stock=[stock]))


def test_fill_rate_is_of_the_first_visit() -> None:
    """At A two of four were handed boots at first; who came again got them then, and one never did."""
    found = measures(journeys(PEOPLE, rest=ITEMS), Context(), ["L4"])
    assert value(found, "L4", "fill rate", "boots @ A") == 2 / 4
    assert value(found, "L4", "fill rate", "boots @ B") == 1.0
    whole = row(found, "L4", "fill rate", "boots")  # 2 + 4 of 4 + 4
    assert (whole["value"], whole["n"], whole["of"]) == (6 / 8, 8, "asked at the first visit")
    never = row(found, "L4", "unserved demand", "boots @ A")  # person 3; five were asked for in all
    assert (never["value"], never["n"]) == (1.0, 5)
    assert row(found, "L4", "time out of stock")["note"] == "not measurable: needs the plan's stocks"


def test_a_stock_is_empty_from_the_last_taking_to_the_delivery() -> None:
    """At A the second pair is taken as its service begins, at 70; the delivery comes at 150: 80 minutes without."""
    found = measures(journeys(PEOPLE, rest=ITEMS), with_stock(), ["L4"])
    assert value(found, "L4", "time out of stock", "boots @ A") == 80 / 60
    # At B four were taken of two: from the second taking on, at 70, nothing is left to the end at 600.
    assert value(found, "L4", "time out of stock", "boots @ B") == (600 - 60) / 60


def test_a_shared_stock_is_one() -> None:
    """One stock of six for both points: 1 at 60, 2 at 60, 1 and 2 at 70, so it is empty from 70; two come at 150."""
    found = measures(journeys(PEOPLE, rest=ITEMS), with_stock(per="all", amount=6), ["L4"])
    assert value(found, "L4", "time out of stock", "boots") == 80 / 60


def test_what_was_lost_is_not_there() -> None:
    """Of ten pairs at A one is taken at 60; four lost at 65 leave five, never out of stock; nine, none from 65 on."""

    def lost(amount: int) -> list[dict[str, Any]]:
        return [*ITEMS[:2], {"kind": "stock_lost", "at": 65, "thing": "boots", "place": "A", "amount": amount}]

    context = with_stock(amount=10)
    found = measures(journeys(PEOPLE, rest=lost(4)), context, ["L4"])
    assert value(found, "L4", "time out of stock", "boots @ A") == 0
    found = measures(journeys(PEOPLE, rest=lost(9)), context, ["L4"])
    assert value(found, "L4", "time out of stock", "boots @ A") == (600 - 65) / 60
    assert value(found, "L4", "time out of stock", "boots @ B") == 0


def test_without_rows_nothing_is_guessed() -> None:
    """No rows of items: not measurable; in a simulated run of a plan with stocks, nobody came to be handed any."""
    bare = measures(journeys(PEOPLE), Context(plan()), ["L4"])
    assert row(bare, "L4", "fill rate")["note"] == "not measurable: needs rows of item_issued and item_short"
    nobody = row(measures(journeys(PEOPLE), with_stock(), ["L4"]), "L4", "fill rate")
    assert (nobody["value"], nobody["n"], nobody["note"]) == (None, 0, "nobody came to be handed anything")


def test_rows_that_name_no_item_or_none_of_it() -> None:
    """A row without an item is of no item; one of nothing (an amount of 0) asks for nothing."""
    rows = [item("issued", 0, 70, thing=None), item("short", 1, 80, amount=0)]
    found = measures(journeys(PEOPLE, rest=rows), Context(), ["L4"])
    nothing = row(found, "L4", "fill rate", "boots @ A")
    assert (nothing["value"], nothing["n"], nothing["note"]) == (None, 0, "nobody asked for any")
