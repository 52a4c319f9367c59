"""How much one intake may take, so that nothing captured can fill the memory, the disk or the day."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of an intake; what exceeds one is refused with one clear error, before it is read where that can be.

    Attributes:
        bytes_per_file: A file, packed or not: 50 MB is about 100,000 posts of a channel.
        bytes_per_page: A page, a feed or an answer from the network: 8 MB is fifty times a heavy news page, and what
            the reader of pages can still take in within seconds.
        tags_per_page: Tags of a page: the time of the reader of pages grows with them, not with the bytes.
        characters: One text: 500,000 is a novel.
        items: Items of one file: rows, entries, messages.
        files: Files of a folder or an archive.
        depth: Folders within folders.
        unpacked_bytes: All that one archive holds, unpacked.
        ratio: Bytes unpacked for each packed one: text packs 3 to 20 times, a bomb 1,000 times.
        seconds: One answer from the network, from the name to the last byte.
        redirects: How often an address may send on.
        batch: Items written in one transaction; as many are in memory at once.
        broken: Problems of one file after which the rest of it is given up: it is not what it was taken for.
    """

    bytes_per_file: int = 50_000_000
    bytes_per_page: int = 8_000_000
    tags_per_page: int = 100_000
    characters: int = 500_000
    items: int = 200_000
    files: int = 10_000
    depth: int = 20
    unpacked_bytes: int = 200_000_000
    ratio: int = 200
    seconds: float = 30.0
    redirects: int = 5
    batch: int = 2_000
    broken: int = 1_000
