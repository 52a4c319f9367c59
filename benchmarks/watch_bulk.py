"""`tocsin bench watch`: a hundred thousand posts deduplicated and clustered, and one more into their store.

Rows: `watch.bulk` (s) and `watch.bulk.memory` (GiB, the whole process, which made the posts too), both of a process of
its own; the truth of what it found beside them; `watch.one` (ms), the median of 50 new reports into a store of all the
others, links included, with the 95th percentile beside it. All of these are by letters, without the sentence model.

`watch.bulk.viral`: the same where 5,000 of the posts are copies of one; its links must be a star. `watch.bulk.footer`:
5,000 posts of one channel with a standing line of twelve words within each. `watch.one.model`: as `watch.one`, with the
model; only the new reports' vectors are its own, those of the others are drawn, for to make them would take hours.

`watch.one.desk` (s, no goal): one more post as a user pastes it, into a folder of 10,000 (`watch_export.py`): taken in,
read by the rules, related, and the log and all tables written anew. `watch.add.desk` (s): those 10,000 themselves.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.timing import row
from benchmarks.watch_export import export
from benchmarks.watch_posts import START_MS, Posts, posts
from tocsin.watch import Link, Store
from tocsin.watch.desk import opened
from tocsin.watch.intake import Pasted, Reading
from tocsin.watch.likeness import Sentences, clusters, open_model, relate, relate_all
from tocsin.watch.likeness.index import keep_vector
from tocsin.watch.times import DAY_MS

__all__ = ["rows"]

POSTS: Final = 100_000
QUICK: Final = 5_000
SEED: Final = 20260219
ONE_MORE: Final = 50
FOLDER: Final = 10_000
"""Posts in the folder of `watch.one.desk`; a tenth of them in a quick run."""
PASTED: Final = 7
VIRAL: Final = 20
"""One post in so many is a copy of the viral one."""
GOALS: Final = {
    "watch.bulk": 180.0,
    "watch.bulk.memory": 2.0,
    "watch.one": 50.0,
    "watch.add.desk": 150.0,
    "watch.one.desk": 10.0,
}
SHARES: Final = {"copies.precision": 0.99, "copies.recall": 0.95, "quotes": 0.95, "kin": 0.99}
"""What at least must be right of the made posts, so that speed is not bought with mistakes."""


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The rows; `equal` of the first two: whether all shares of truth are reached."""
    count = QUICK if quick else POSTS
    bulk = _apart(count, 0)
    right = all(bulk[name] >= least for name, least in SHARES.items())
    made = [
        row(name, bulk[name], unit, "limit", GOALS[name], GOALS[name], less=True, equal=right)
        for name, unit in (("watch.bulk", "s"), ("watch.bulk.memory", "GiB"))
    ]
    made += [
        row(f"watch.bulk.{name}", bulk[name], "share", "least", least, least, less=False)
        for name, least in SHARES.items()
    ]
    made.append(row("watch.bulk.retold", bulk["retold"], "share", "all of them", 1.0, None, less=False))
    made += _extra(count)
    middle, late = one_more(count)
    made.append(row("watch.one", middle, "ms", "limit", GOALS["watch.one"], GOALS["watch.one"], less=True))
    made.append(row("watch.one.p95", late, "ms", "limit", GOALS["watch.one"], GOALS["watch.one"], less=True))
    whole, pasted = at_desk(FOLDER // 10 if quick else FOLDER)
    made.append(row("watch.add.desk", whole, "s", "limit", GOALS["watch.add.desk"], None, less=True))
    made.append(row("watch.one.desk", pasted, "s", "limit", GOALS["watch.one.desk"], None, less=True))
    return made


def _apart(count: int, viral: int) -> dict[str, float]:
    """What `bulk` says, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.watch_bulk", str(count), str(viral)]
    told: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return told


def _extra(count: int) -> list[dict[str, Any]]:
    """Rows of what grows with the square if nobody takes care, a viral post and a standing line; and of the model."""
    viral = count // VIRAL
    bulk = _apart(count, viral)
    right = bulk["star"] == viral - 1 and all(bulk[name] >= least for name, least in SHARES.items())
    goal = GOALS["watch.bulk"]
    made = [row("watch.bulk.viral", bulk["watch.bulk"], "s", "limit", goal, goal, less=True, equal=right)]
    made.append(row("watch.bulk.footer", footer(QUICK), "s", "limit of watch.bulk", goal, None, less=True))
    model, _ = open_model()
    if model is not None:
        middle, _ = one_more(count, model)
        made.append(row("watch.one.model", middle, "ms", "limit of watch.one", GOALS["watch.one"], None, less=True))
    return made


def footer(count: int) -> float:
    """Seconds to relate the posts of one channel that have a standing line of twelve words within their text."""
    line = "write to us of all that you saw in your own town"
    made = [replace(one, publisher="channel", text=f"{line} {one.text}") for one in posts(count, SEED).reports]
    began = time.perf_counter()
    relate_all(made)
    return time.perf_counter() - began


def one_more(count: int, model: Sentences | None = None) -> tuple[float, float]:
    """Median and 95th percentile, in ms, of one new report into a store of all the others, its adding included."""
    made = posts(count, SEED)
    late = set(np.random.default_rng(SEED).choice(len(made.reports), ONE_MORE, replace=False).tolist())
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder), create=True) as store:
        old = [one for i, one in enumerate(made.reports) if i not in late]
        store.add((one, ()) for one in old)
        relate(store, [one.id for one in old])
        if model is not None:
            _drawn(store)
        times = []
        for number in sorted(late):
            began = time.perf_counter()
            store.add([(made.reports[number], ())])
            relate(store, [made.reports[number].id], model)
            times.append(1000 * (time.perf_counter() - began))
    return float(np.median(times)), float(np.percentile(times, 95))


def at_desk(count: int) -> tuple[float, float]:
    """Seconds to take in an export of so many posts, and the median of one more that is pasted, tables included."""
    texts = [f"{k} {one.text}" for k, one in enumerate(posts(PASTED, SEED + 1).reports[:PASTED])]
    with tempfile.TemporaryDirectory() as name, opened(Path(name) / "watch", create=True) as desk:
        file = Path(name) / "result.json"
        file.write_text(json.dumps(export(count, SEED), ensure_ascii=False), encoding="utf-8")
        reading = Reading(
            START_MS + 400 * DAY_MS, ZoneInfo("Europe/Minsk"), key=bytes(32), publisher="made channel", level="social"
        )
        times = []
        for source in (str(file), *(Pasted(text.encode()) for text in texts)):
            began = time.perf_counter()
            desk.again().take(source, reading)
            times.append(time.perf_counter() - began)
    return times[0], float(np.median(times[1:]))


def _drawn(store: Store) -> None:
    """Give every filed report a drawn vector, as if the store had been related with the model."""
    rng = np.random.default_rng(SEED)
    with store.batch():
        store.keep("likeness", "model")
        for (name,) in store.connection.execute("SELECT report FROM features").fetchall():
            drawn = rng.standard_normal(384)
            keep_vector(store, name, (drawn / np.linalg.norm(drawn)).astype(np.float16))


def bulk(count: int, viral: int = 0) -> dict[str, float]:
    """Seconds, memory and truth of relating and clustering that many posts in this process."""
    made = posts(count, SEED, viral)
    began = time.perf_counter()
    links = relate_all(made.reports)
    groups = clusters((one.id for one in made.reports), links, states=("confirmed", "suggested"), kinds=("copy-of",))
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    star = sum(made.kin[one.first] == "viral" for one in links)
    told = {"watch.bulk": seconds, "watch.bulk.memory": memory, "links": len(links), "star": star}
    return told | truth(made, links, groups)


def truth(made: Posts, links: list[Link], groups: list[tuple[str, ...]]) -> dict[str, float]:
    """Precision and recall of pairs of copies; shares of quotes and retellings found, and of ties within a kin."""
    group_of = {name: number for number, group in enumerate(groups) for name in group}
    meant = _pairs(Counter(made.copies.values()))
    found = _pairs(Counter(group_of.values()))
    both = _pairs(Counter((family, group_of[name]) for name, family in made.copies.items()))
    tied = {frozenset((one.first, one.second)) for one in links}
    parts = {frozenset((one.first, one.second)) for one in links if one.kind == "part-of"}
    return {
        "copies.precision": both / found,
        "copies.recall": both / meant,
        "quotes": sum(frozenset(pair) in parts for pair in made.quotes) / len(made.quotes),
        "retold": sum(frozenset(pair) in tied for pair in made.retold) / len(made.retold),
        "kin": sum(made.kin[one.first] == made.kin[one.second] for one in links) / len(links),
    }


def _pairs(sizes: Counter[Any]) -> int:
    """How many pairs are within groups of some sizes."""
    return sum(size * (size - 1) // 2 for size in sizes.values())


if __name__ == "__main__":
    print(json.dumps(bulk(int(sys.argv[1]), int(sys.argv[2]))))
