"""What all tests share: how Hypothesis searches, and when a browser test can run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tocsin.watch.desk import Desk, machine_reading, opened

CHROMIUM = Path("/usr/bin/chromium")
SHARED = Path(__file__).resolve().parents[2] / "shared"
"""Real data beside the checkout; a test that reads it is skipped, with the reason, where it is not."""

WRITTEN = 1_795_651_200_000
"""26 November 2026, UTC: when the bundled case to weigh was written."""

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


@pytest.fixture(scope="module")
def west(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The bundled record of 2026, taken in on the day its case was written."""
    folder = tmp_path_factory.mktemp("west")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_WATCH_KEY", os.fspath(folder / "watch.key"))
        with opened(folder / "watch", create=True) as made:
            reading = machine_reading(
                WRITTEN, source="west-2026", kept="", zone="", publisher="", owner="unknown", level="unknown"
            )
            made.take("west-2026", reading)
            yield made.again()
