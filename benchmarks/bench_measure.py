"""`tocsin bench measure`: logs of others beside PM4Py, and logs larger than memory."""

from __future__ import annotations

from typing import Any

from benchmarks import measure_pm4py, measure_stream

__all__ = ["rows"]


def rows(*, quick: bool = False) -> list[dict[str, Any]]:
    """The rows `measure.pm4py` and `measure.stream`, each with its wall time beside it."""
    return [*measure_pm4py.rows(quick=quick), *measure_stream.rows(quick=quick)]
