"""`tocsin bench watch`: a hundred thousand posts deduplicated and clustered, and one more into their store.

Rows: `watch.bulk` (s) and `watch.bulk.memory` (GiB, the whole process, which made the posts too), both of a process of
its own; the truth of what it found beside them; `watch.one` (ms), the median of 50 new reports into a store of all the
others, links included, with the 95th percentile beside it. Everything is by letters, without the sentence model.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.timing import row
from benchmarks.watch_posts import Posts, posts
from tocsin.watch import Link, Store
from tocsin.watch.likeness import clusters, relate, relate_all

__all__ = ["rows"]

POSTS: Final = 100_000
QUICK: Final = 5_000
SEED: Final = 20260219
ONE_MORE: Final = 50
GOALS: Final = {"watch.bulk": 180.0, "watch.bulk.memory": 2.0, "watch.one": 50.0}
SHARES: Final = {"copies.precision": 0.99, "copies.recall": 0.95, "quotes": 0.95, "kin": 0.99}
"""What at least must be right of the made posts, so that speed is not bought with mistakes."""


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The rows; `equal` of the first two: whether all shares of truth are reached."""
    count = QUICK if quick else POSTS
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.watch_bulk", str(count)], check=True, capture_output=True, text=True
    )
    bulk = json.loads(told.stdout)
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
    middle, late = one_more(count)
    made.append(row("watch.one", middle, "ms", "limit", GOALS["watch.one"], GOALS["watch.one"], less=True))
    made.append(row("watch.one.p95", late, "ms", "limit", GOALS["watch.one"], GOALS["watch.one"], less=True))
    return made


def one_more(count: int) -> tuple[float, float]:
    """Median and 95th percentile, in ms, of one new report into a store of all the others, its adding included."""
    made = posts(count, SEED)
    late = set(np.random.default_rng(SEED).choice(len(made.reports), ONE_MORE, replace=False).tolist())
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder), create=True) as store:
        old = [one for i, one in enumerate(made.reports) if i not in late]
        store.add((one, ()) for one in old)
        relate(store, [one.id for one in old])
        times = []
        for number in sorted(late):
            began = time.perf_counter()
            store.add([(made.reports[number], ())])
            relate(store, [made.reports[number].id])
            times.append(1000 * (time.perf_counter() - began))
    return float(np.median(times)), float(np.percentile(times, 95))


def bulk(count: int) -> dict[str, float]:
    """Seconds, memory and truth of relating and clustering that many posts in this process."""
    made = posts(count, SEED)
    began = time.perf_counter()
    links = relate_all(made.reports)
    groups = clusters((one.id for one in made.reports), links, states=("confirmed", "suggested"), kinds=("copy-of",))
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"watch.bulk": seconds, "watch.bulk.memory": memory, "links": len(links)} | truth(made, links, groups)


def truth(made: Posts, links: list[Link], groups: list[tuple[str, ...]]) -> dict[str, float]:
    """Precision and recall of pairs of copies; shares of quotes and retellings found, and of ties within a kin."""
    families: dict[str, list[str]] = {}
    for name, family in made.copies.items():
        families.setdefault(family, []).append(name)
    meant = {pair for family in families.values() for pair in combinations(sorted(family), 2)}
    found = {pair for group in groups for pair in combinations(group, 2)}
    tied = {frozenset((one.first, one.second)) for one in links}
    parts = {frozenset((one.first, one.second)) for one in links if one.kind == "part-of"}
    return {
        "copies.precision": len(meant & found) / len(found),
        "copies.recall": len(meant & found) / len(meant),
        "quotes": sum(frozenset(pair) in parts for pair in made.quotes) / len(made.quotes),
        "retold": sum(frozenset(pair) in tied for pair in made.retold) / len(made.retold),
        "kin": sum(made.kin[one.first] == made.kin[one.second] for one in links) / len(links),
    }


if __name__ == "__main__":
    print(json.dumps(bulk(int(sys.argv[1]))))
