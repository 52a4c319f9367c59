"""A page as a PDF, printed by a browser that the machine has: what a reader would get by printing it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from tocsin.errors import UsageError
from tocsin.log.atomic import atomic_file

__all__ = ["BROWSERS", "browser", "print_page"]

BROWSERS: Final = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "brave-browser"),
)
"""Names by which a browser that can print is looked for."""
PATIENCE_S: Final = 120
_QUIET: Final = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--disable-quic", "--no-pdf-header-footer"),
)


def browser() -> str | None:
    """The path of a browser that can print; None if there is none."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def print_page(page: Path, out: Path) -> None:
    """Print an HTML file to a PDF, whole or not at all.

    Args:
        page: The file.
        out: The PDF to write; its folder must exist.

    Raises:
        UsageError: There is no browser on this machine, or it did not print.
    """
    printer = browser()
    if printer is None:
        raise UsageError(
            f"found no browser that prints ({', '.join(BROWSERS[:3])} …); expected one, or print {page} from yours",
            place=str(out),
        )
    with atomic_file(out) as beside, tempfile.TemporaryDirectory(prefix="tocsin-") as profile:
        root = ["--no-sandbox"] if os.geteuid() == 0 else []  # its sandbox does not start for root
        command = [
            printer,
            *_QUIET,
            *root,
            f"--user-data-dir={profile}",
            f"--print-to-pdf={beside}",
            page.resolve().as_uri(),
        ]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        except subprocess.TimeoutExpired:
            raise UsageError(
                f"found no PDF after {PATIENCE_S} s; expected {printer} to print", place=str(out)
            ) from None
        if done.returncode or not beside.is_file():
            reason = (done.stderr.strip().splitlines() or ["it said nothing"])[-1][:160]
            raise UsageError(f"found no PDF ({reason}); expected {printer} to print", place=str(out))
