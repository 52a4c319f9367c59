"""Make the README's pictures: the tops of the demo's report and of the weighed case, as Chromium shows them.

Run it by hand when a page looks otherwise; a test says when a picture is stale:

    python tools/make_picture.py

A picture carries the digest of the words that it shows, so that staleness is found without a browser.
"""

from __future__ import annotations

import hashlib
import html
import os
import re
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "pictures" / "report.png"
WEIGHED = ROOT / "docs" / "pictures" / "weigh.png"
CHROMIUM = "/usr/bin/chromium"
WIDTH, HEIGHT = 1240, 1080
WEIGHED_HEIGHT = 1180
SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEY = b"Words"  # of the text chunk that holds the digest
UNTIL = '<section id="when"'  # what comes below does not fit into the picture
PATIENCE_S = 60


def words_of(report: str) -> str:
    """Give the digest of the style and the words of a report's top, without its tags; numbers as they are printed.

    Args:
        report: The HTML of a report.

    Returns:
        SHA-256, hexadecimal.
    """
    top = report[: report.find(UNTIL)] if UNTIL in report else report
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", top)).split())
    return hashlib.sha256(words.encode()).hexdigest()


def photograph(report: Path, target: Path, height: int = HEIGHT) -> None:
    """Photograph the top of a page.

    Args:
        report: The HTML file.
        target: The PNG to write.
        height: How much of it, in pixels.

    Raises:
        OSError: There is no Chromium, or it made no picture.
    """
    with tempfile.TemporaryDirectory() as folder:
        shot = Path(folder) / "shot.png"
        subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--screenshot={shot}",
             f"--user-data-dir={folder}/profile", f"--window-size={WIDTH},{height}", report.resolve().as_uri()],
            check=True, capture_output=True, timeout=PATIENCE_S,
        )  # fmt: skip
        chunks = [chunk for chunk in _chunks(shot.read_bytes()) if chunk[0] != b"tEXt"]
    digest = words_of(report.read_text(encoding="utf-8"))
    chunks.insert(1, (b"tEXt", KEY + b"\0" + digest.encode()))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(SIGNATURE + b"".join(_packed(name, data) for name, data in chunks))


def shown_in(picture: Path) -> str:
    """Read from a picture the digest of the words that it shows; empty if it carries none."""
    for name, data in _chunks(picture.read_bytes()):
        if name == b"tEXt" and data.startswith(KEY + b"\0"):
            return data[len(KEY) + 1 :].decode()
    return ""


def _chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    """Take a PNG apart: the name and the data of each chunk (PNG specification, section 5)."""
    found, at = [], len(SIGNATURE)
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        found.append((content[at + 4 : at + 8], content[at + 8 : at + 8 + length]))
        at += length + 12
    return found


def _packed(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def main() -> None:
    """Rehearse the demo and weigh the bundled case in a folder of its own, and photograph their pages."""
    tocsin = os.fspath(Path(sys.executable).with_name("tocsin"))
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        subprocess.run([tocsin, "demo", "--no-open", "-o", os.fspath(run)], check=True, capture_output=True)
        photograph(run / "report.html", PICTURE)
        page = Path(folder) / "weighed.html"
        subprocess.run([tocsin, "weigh", "west-2026", "-o", os.fspath(page)], check=True, capture_output=True)
        photograph(page, WEIGHED, WEIGHED_HEIGHT)
    for made in (PICTURE, WEIGHED):
        print(f"{made.relative_to(ROOT)}: {made.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
