"""Equal texts: each later copy is tied to the eldest of them alone, and the eldest stands for all.

A text that is posted a thousand times makes a thousand links, not half a million. The eldest by the time of
publication (then by id) leads; the others have one link, `copy-of`, to it. Whatever else is like that text, holds a
piece of it or tells the same is tied to the leader only: the copies have the same words, so that nothing is lost.

Who leads depends on the reports alone, never on the order in which they came: where an elder one arrives, the links
move to it. A coder's words are no copy of anything, and under four words nothing is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.watch.likeness.compare import FLOOR, Shape
from tocsin.watch.likeness.subjects import Subject
from tocsin.watch.model import Link
from tocsin.watch.store import Store

__all__ = ["copy", "grouped", "led"]


def copy(shape: Shape, later: str, eldest: str) -> Link:
    """The link of a later copy."""
    return Link("copy-of", later, eldest, 1.0, "confirmed" if shape.words >= FLOOR else "suggested", "digest")


def grouped(made: Sequence[Subject]) -> tuple[list[Subject], list[Link]]:
    """Leaders of many texts, in the order of their ids, and the links of their copies."""
    groups: dict[int, list[Subject]] = {}
    leaders, links = [], []
    for one in made:
        if one.shape.copies:
            groups.setdefault(one.shape.digest, []).append(one)
        else:
            leaders.append(one)
    for group in groups.values():
        eldest = min(group, key=lambda one: one.elder_key)
        leaders.append(eldest)
        links += [copy(one.shape, one.report, eldest.report) for one in group if one is not eldest]
    return sorted(leaders, key=lambda one: one.report), links


def led(store: Store, made: Sequence[Subject]) -> tuple[set[str], list[str], list[Link]]:
    """Let the eldest of each text lead in the store, after new reports were filed.

    Args:
        store: The store.
        made: The new reports, whose features are filed.

    Returns:
        Those of the new reports that lead; those that led until now and no longer do; the links of copies that are
        new or have moved.
    """
    groups: dict[int, list[Subject]] = {}
    for one in made:
        if one.shape.copies:
            groups.setdefault(one.shape.digest, []).append(one)
    leading, dethroned, links = {one.report for one in made if not one.shape.copies}, list[str](), list[Link]()
    for digest, group in groups.items():
        before, later = _first(store, digest, leads=True), _first(store, digest, leads=False)
        eldest = min(one for one in (before, later) if one is not None)[1]
        moved = [one.report for one in group]
        if before is None or before[1] != eldest:
            store.connection.execute("UPDATE features SET leads = 1 WHERE report = ?", (eldest,))
            if before is not None:
                store.connection.execute("UPDATE features SET leads = 0 WHERE report = ?", (before[1],))
                dethroned.append(before[1])
                moved = _copies(store, digest)
        links += [copy(group[0].shape, one, eldest) for one in moved if one != eldest]
        leading |= {eldest} & {one.report for one in group}
    return leading, dethroned, links


def _first(store: Store, digest: int, *, leads: bool) -> tuple[int, str] | None:
    """Age and id of the eldest report of a text among those that lead, or that do not."""
    asked = "SELECT age, report FROM features WHERE digest = ? AND coded = 0 AND leads = ? ORDER BY age, report LIMIT 1"
    found: tuple[int, str] | None = store.connection.execute(asked, (digest, leads)).fetchone()
    return found


def _copies(store: Store, digest: int) -> list[str]:
    asked = "SELECT report FROM features WHERE digest = ? AND coded = 0"
    return [name for (name,) in store.connection.execute(asked, (digest,))]
