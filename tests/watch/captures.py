"""What the tests of intake share: how they read, where their samples lie, and a Telegram export to order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tocsin.watch.intake import Reading

SAMPLES = Path(__file__).parent / "samples"
MINSK = ZoneInfo("Europe/Minsk")
CAPTURED = 1_772_323_200_000
"""2026-03-01T00:00Z."""
READING = Reading(CAPTURED, MINSK, key=b"tests have no secret: 32 bytes!!")
DAY = 86_400_000


def sample(name: str) -> bytes:
    """A sample file."""
    return (SAMPLES / name).read_bytes()


def message(number: int, text: Any, **other: Any) -> dict[str, Any]:
    """One message as Telegram Desktop writes it; 1771443000 is 2026-02-18T22:30+03:00."""
    told = {"id": number, "type": "message", "date": "2026-02-18T22:30:00", "date_unixtime": str(1771443000 + number)}
    return told | {"from": "Invented Channel", "from_id": "channel1", "text": text} | other


def export(*messages: Any, name: str = "Invented Channel", kind: str = "public_channel", chat: int = 1) -> bytes:
    """An export of one chat."""
    whole = {"name": name, "type": kind, "id": chat, "messages": list(messages)}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()
