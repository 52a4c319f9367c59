"""Groups of what is tied: union-find over links."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tocsin.watch.model import LINK_KINDS, Link

__all__ = ["clusters"]


def clusters(
    ids: Iterable[str],
    links: Iterable[Link],
    *,
    states: Collection[str] = ("confirmed",),
    kinds: Collection[str] = LINK_KINDS[:3],
) -> list[tuple[str, ...]]:
    """Group what links of some states and kinds tie, directly or through others.

    Args:
        ids: All that is grouped; links to others are passed over.
        links: The links.
        states: Which states tie; with suggested ones groups are larger and less sure.
        kinds: Which kinds tie.

    Returns:
        Each group once, its ids sorted; groups in order of their first id. What nothing ties is a group of one.
    """
    root = {one: one for one in ids}

    def top(one: str) -> str:
        while root[one] != one:
            root[one] = root[root[one]]
            one = root[one]
        return one

    for link in links:
        if link.state in states and link.kind in kinds and link.first in root and link.second in root:
            low, high = sorted((top(link.first), top(link.second)))
            root[high] = low
    groups: dict[str, list[str]] = {}
    for one in sorted(root):
        groups.setdefault(top(one), []).append(one)
    return sorted(tuple(group) for group in groups.values())
