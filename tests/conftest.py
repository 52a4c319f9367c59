"""What all tests share: how Hypothesis searches, and when a browser test can run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

CHROMIUM = Path("/usr/bin/chromium")
SHARED = Path(__file__).resolve().parents[2] / "shared"
"""Real data beside the checkout; a test that reads it is skipped, with the reason, where it is not."""

# No deadline: the first example of a test may compile a kernel. Derandomised: the same commit gives the same
# verdict everywhere; what varies is the number of examples, and `make prove` looks further.
settings.register_profile("tocsin", deadline=None, derandomize=True, max_examples=60)
settings.register_profile("prove", parent=settings.get_profile("tocsin"), max_examples=1000)
settings.load_profile("tocsin")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave browser tests out, with the reason, where there is no browser."""
    if CHROMIUM.exists():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=f"there is no {CHROMIUM}"))
