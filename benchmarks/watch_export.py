"""A Telegram export to measure `tocsin watch` with: made posts and the project's own texts, varied, in six languages.

Half of the posts are those of `watch_posts.py`, with copies, edited copies and quotes among them. The other half are
two to four sentences of the project's own texts (`dev` alone) in each of which every third longer word is another one:
rules find as much in them as in real posts, and they are no copies of each other.

`python -m benchmarks.watch_export 10000 result.json` writes one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.watch_corpus import LANGUAGES, read_texts
from benchmarks.watch_posts import START_MS, posts
from tocsin.watch.times import DAY_MS

__all__ = ["export"]

CHANNELS: Final = 40


def export(count: int, seed: int) -> dict[str, Any]:
    """Make an export of a whole account.

    Args:
        count: How many posts.
        seed: Of all that is drawn.
    """
    rng = np.random.default_rng(seed)
    made = [(one.published.least or 0, one.text) for one in posts(count // 2, seed).reports]
    words = [word for _, text in made[:2000] for word in text.split() if len(word) > 4]
    pieces = [
        [one.text[start:end] for one in read_texts(language, "dev") for start, end in one.sentences]
        for language in LANGUAGES
    ]
    while len(made) < count:
        mine = pieces[int(rng.integers(len(pieces)))]
        drawn = [_varied(mine[int(rng.integers(len(mine)))], words, rng) for _ in range(int(rng.integers(2, 5)))]
        moment = START_MS + int(rng.integers(0, 120 * DAY_MS))
        made.append((moment, " ".join(drawn)))
    chats: list[list[dict[str, Any]]] = [[] for _ in range(CHANNELS)]
    for number, (moment, text) in enumerate(sorted(made), 1):
        chats[int(rng.integers(CHANNELS))].append(_message(number, moment, text))
    listed = [
        {"name": f"made channel {k}", "type": "public_channel", "id": 1_000_000_001 + k, "messages": messages}
        for k, messages in enumerate(chats)
    ]
    return {"chats": {"list": listed}}


def _varied(sentence: str, words: list[str], rng: np.random.Generator) -> str:
    """A sentence with every third of its longer small words another one."""
    return " ".join(
        words[int(rng.integers(len(words)))] if len(old) > 4 and old.islower() and rng.random() < 0.33 else old
        for old in sentence.split()
    )


def _message(number: int, moment: int, text: str) -> dict[str, Any]:
    seconds = moment // 1000
    return {"id": number, "type": "message", "date": "2026-01-01T00:00:00", "date_unixtime": str(seconds),
            "text": text, "text_entities": []}  # fmt: skip


if __name__ == "__main__":
    told = export(int(sys.argv[1]), int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    Path(sys.argv[2]).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
