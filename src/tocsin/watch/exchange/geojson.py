"""GeoJSON: incidents and sightings whose place is known, as points with a radius; the others are listed.

A point is the middle of what the gazetteer knows under the name, and `radius_km` says within what it may be. What has
no place that is known stands in the foreign member `unplaced`, so that a map shows how much it does not show.

Source: RFC 7946, The GeoJSON Format: positions are longitude, latitude (WGS 84); section 6.1, foreign members.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tocsin.watch.exchange.events import Event, Locate
from tocsin.watch.model import Bounds, Sighting
from tocsin.watch.times import iso

__all__ = ["geojson"]


def geojson(events: Iterable[Event], sightings: Iterable[Sighting], locate: Locate) -> str:
    """Write events and sightings as one FeatureCollection.

    Args:
        events: The events.
        sightings: Dated statements on forces.
        locate: Finds a place as written.
    """
    told = [(f"incident {one.incident.id}", one.incident.place, _event(one)) for one in events]
    told += [(f"sighting {one.id}", one.place, _sighting(one)) for one in sorted(sightings, key=lambda one: one.id)]
    features, unplaced = [], []
    for identity, place, values in told:
        found = locate(place) if place else None
        if found is None:
            unplaced.append({"id": identity, "place": place})
            continue
        latitude, longitude, radius_km = found
        point = {"type": "Point", "coordinates": [round(longitude, 5), round(latitude, 5)]}
        properties = values | {"place": place, "radius_km": radius_km}
        features.append({"type": "Feature", "id": identity, "geometry": point, "properties": properties})
    whole = {"type": "FeatureCollection", "features": features, "unplaced": unplaced}
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _event(one: Event) -> dict[str, Any]:
    what = one.incident
    return {
        "sort": "incident",
        "title": what.title,
        "topic": what.topic,
        "when": _times(what.when),
        "counts": [_counted(amount.unit, amount.count) for amount in what.counts],
        "independent_origins": what.independent.as_json(),
        "claims": list(what.claims),
        "denied": list(what.denied),
        "grades": list(one.grades),
    }


def _sighting(one: Sighting) -> dict[str, Any]:
    return {
        "sort": "sighting",
        "title": one.what,
        "owner": one.owner,
        "kind": one.kind,
        "measure": one.measure,
        "basis": one.basis,
        "scope": one.scope,
        "when": _times(one.about),
        "counts": [_counted(one.unit, one.count)] if one.count.known else [],
        "grades": [one.grade],
        "address": one.address,
    }


def _counted(unit: str, count: Bounds) -> dict[str, Any]:
    return {"unit": unit, "least": count.least, "most": count.most}


def _times(when: Bounds) -> list[str | None]:
    return [iso(when.least), iso(when.most)]
