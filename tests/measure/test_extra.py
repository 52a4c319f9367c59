"""Extra servers count as open from their opening to their closing (L2)."""

from __future__ import annotations

from tests.measure.by_hand import journeys, value

from tocsin.measure import Context, measures


def test_extra_servers_are_open_server_time() -> None:
    """One server at all hours (600 min), two extra 100 to 150: 700 min open; three services of 10 min: 30 / 700."""
    people = {"kit_queued": [10, 100, 100], "kit_began": [10, 100, 100], "kit_ended": [20, 110, 110]}
    rest = [
        {"kind": "station_opened", "at": 0, "place": "A", "station": "kit", "amount": 1},
        {"kind": "extra_opened", "at": 100, "place": "A", "station": "kit", "amount": 2},
        {"kind": "extra_closed", "at": 150, "place": "A", "station": "kit", "amount": 2},
    ]
    found = measures(journeys({"place": ["A", "A", "A"], **people}, rest=rest), Context(), ["L2"])
    assert abs(value(found, "L2", "utilisation", "kit") - 30 / 700) < 1e-12
