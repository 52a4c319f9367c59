"""The formats by name; no imports, so that a shell can ask for them."""

from __future__ import annotations

from typing import Final

__all__ = ["FORMATS"]

FORMATS: Final = {
    "log": "reported rows of the log, Parquet",
    "acled": "a row an incident, CSV with ACLED's columns",
    "geojson": "incidents and sightings with known places, GeoJSON (RFC 7946)",
    "claimreview": "what the law says of claims, schema.org ClaimReview",
    "json": "the ledger with every claim, JSON",
    "csv": "every claim with its origin and row, CSV",
}
"""Each format, and what it holds."""
