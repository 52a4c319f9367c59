"""W1 and W2: was each summons lawful, and how many were summoned who should not have been?"""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tocsin.measure.quantiles import NEVER, by_group
from tocsin.measure.rows import Rows
from tocsin.measure.view import HOUR_MS, View

__all__ = ["GROUNDS_OF_FITNESS", "lawful_share", "wrong_summonses"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
GROUNDS_OF_FITNESS: Final = ("medical", "hardship", "own word")
"""Grounds on which somebody goes home who could be summoned: they were liable, and unfit or excused on that day."""
UNSAID: Final = ("other", "")
"""Grounds that do not say whether the person was liable."""


def lawful_share(view: View, rows: Rows) -> None:
    """W1: of the summonses of a run, how many of each verdict by rule; the four add up."""
    from tocsin.law.audit import OVERALL, audit, tally  # late: most measuring asks no law

    law, table = view.context.law, view.context.summonses.get(view.run)
    if law is None or table is None:
        rows.missing("W1", "lawful", "share", "a rule pack (--law)", of="summonses")
        return
    found = audit(table, law)
    n, note = found.height, "" if found.height else "nobody was summoned"
    counts = Counter({(one.rule, one.verdict): 0 for one in tally(found, law)})
    for one in tally(found, law):
        counts[one.rule, one.verdict] += one.count
    for (rule, verdict), count in counts.items():
        rows.add("W1", verdict, count / n if n else None, "share", key=rule, n=n, of="summonses", note=note)
    for word in OVERALL:
        share = float((found["overall"] == word).sum() / n) if n else None
        rows.add("W1", "all rules together", share, "share", key=word, n=n, of="summonses", note=note)


def wrong_summonses(view: View, rows: Rows) -> None:
    """W2: summoned, and later found not liable: over those summoned and over those who came, where and how late."""
    summoned, arrived = view.has("summoned") | view.has("delivered"), view.has("arrived")
    if not (view.knows("summoned") or view.knows("delivered")):
        rows.add("W2", "found not liable", None, "share", n=0, of="summoned", note="nobody was summoned")
        return
    found, said = _found_out(view)
    named = summoned & (found < NEVER) & said
    most = summoned & (found < NEVER)
    for of, whole in (("summoned", summoned), ("arrived", arrived)):
        n = int(whole.sum())
        for name, part in (("found not liable", named), ("found not liable, at most", most)):
            share = float((part & whole).sum() / n) if n else None
            rows.add("W2", name, share, "share", n=n, of=of, note="" if n else f"nobody {of}")
    _stages(rows, named, arrived, found, view)
    _delays(view, rows, named, found)


def _found_out(view: View) -> tuple[Ints, Bools]:
    """When each was released or excused on a ground that is none of fitness, and whether the ground says so."""
    when, said = np.full(view.people, NEVER, np.int64), np.zeros(view.people, np.bool_)
    for stem in ("released", "excused"):
        codes, names = view.codes(f"{stem}_reason")
        unfit, unsaid = (np.array([name in known for name in (*names, "")]) for known in (GROUNDS_OF_FITNESS, UNSAID))
        times = view.ms(stem)
        mine = (times < when) & ~unfit[codes]
        when[mine], said[mine] = times[mine], ~unsaid[codes[mine]]
    return when, said


def _stages(rows: Rows, named: Bools, arrived: Bools, found: Ints, view: View) -> None:
    """Where it was found out: before they came, or at the assembly point."""
    n = int(named.sum())
    here = named & arrived & (found >= view.ms("arrived"))
    for key, part in (("before arrival", named & ~here), ("at the assembly point", here)):
        share = float(part.sum() / n) if n else None
        rows.add(
            "W2", "found out", share, "share", key=key, n=n, of="found not liable",
            note="" if n else "nobody was found not liable",
        )  # fmt: skip


def _delays(view: View, rows: Rows, named: Bools, found: Ints) -> None:
    """Hours from the summons (from its delivery, where that is known) until it was put right."""
    since = np.where(view.has("delivered"), view.ms("delivered"), view.ms("summoned"))
    counts, quantiles = by_group(
        np.zeros(int(named.sum()), np.int64), np.maximum(found - since, 0)[named], 1, (0.5, 0.8, 0.95)
    )
    n = int(counts[0])
    for p, value in zip((50, 80, 95), quantiles, strict=True):
        rows.add(
            "W2", f"time until put right p{p}", float(value[0] / HOUR_MS) if n else None, "h", n=n,
            of="found not liable", note="" if n else "nobody was found not liable",
        )  # fmt: skip
