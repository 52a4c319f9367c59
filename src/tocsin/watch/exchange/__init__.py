"""What holds, in the formats that others read: ACLED's columns, GeoJSON, ClaimReview, plain JSON and CSV.

For: analysts whose other tools read tables of events, maps or fact checks.
Takes: a watch folder as it stands.
Gives: bytes of a file, each row traced to its claims and reports, private persons masked.
Never: fills a field that nobody knows, turns "cannot tell" into a number, or sends anything.
Start reading at: formats.py, then export.py.
"""

from tocsin.watch.exchange.acled import COLUMNS, acled
from tocsin.watch.exchange.claimreview import claim_reviews
from tocsin.watch.exchange.events import Event, events
from tocsin.watch.exchange.export import exported
from tocsin.watch.exchange.formats import FORMATS
from tocsin.watch.exchange.geojson import geojson

__all__ = ["COLUMNS", "FORMATS", "Event", "acled", "claim_reviews", "events", "exported", "geojson"]
