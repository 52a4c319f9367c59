"""One watch folder in any of the formats, as the bytes of a file."""

from __future__ import annotations

import csv
import io
import json
from typing import Any, Final

from tocsin.watch.desk import Desk
from tocsin.watch.exchange.acled import acled, safe_cell
from tocsin.watch.exchange.claimreview import claim_reviews
from tocsin.watch.exchange.events import events
from tocsin.watch.exchange.geojson import geojson
from tocsin.watch.ledger.legal import legal
from tocsin.watch.listed import claim_json
from tocsin.watch.tables import claim_rows
from tocsin.watch.text.places import locate
from tocsin.watch.times import iso

__all__ = ["exported"]

_TIMES: Final = ("when_least", "when_most", "due_least", "due_most")


def exported(desk: Desk, form: str, law: str, now_ms: int) -> tuple[bytes, int]:
    """Write what holds in a format.

    Args:
        desk: The watch folder.
        form: One of `FORMATS`.
        law: Country or file of the rule pack, for claimreview.
        now_ms: Now, for claimreview.

    Returns:
        The bytes, and how many rows (features, reviews, claims) they hold.
    """
    if form == "log":
        return _log(desk)
    if form == "claimreview":
        return _reviews(desk, law, now_ms)
    if form == "json":
        return _json(desk)
    if form == "csv":
        rows = claim_rows(desk.standing, desk.written, desk.origins)
        return _csv(rows).encode(), len(rows)
    made = events(desk.incidents, desk.standing)
    if form == "acled":
        return acled(made, locate, desk.zone).encode(), len(made)
    text = geojson(made, desk.standing.sightings.values(), locate)
    return text.encode(), len(json.loads(text)["features"])


def _log(desk: Desk) -> tuple[bytes, int]:
    out = io.BytesIO()
    frame = desk.written.log.frame
    frame.write_parquet(out, compression="zstd", compression_level=1)
    return out.getvalue(), frame.height


def _reviews(desk: Desk, law: str, now_ms: int) -> tuple[bytes, int]:
    from tocsin.law import law as pack_of

    pack = pack_of(law)
    text = claim_reviews(legal(desk.standing, law), desk.standing, pack.pack.title, now_ms)
    return text.encode(), len(json.loads(text)["@graph"])


def _json(desk: Desk) -> tuple[bytes, int]:
    claims = [claim_json(desk, one) for _, one in sorted(desk.standing.claims.items())]
    told = {"questions": [one.as_json() for one in desk.ledger], "claims": claims}
    return (json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode(), len(claims)


def _csv(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\r\n")
        writer.writeheader()
        for row in rows:
            times = {name: iso(row[name]) for name in _TIMES}
            texts = {name: safe_cell(told) if isinstance(told, str) else told for name, told in (row | times).items()}
            writer.writerow(texts)
    return out.getvalue()
