"""Simulate the worlds of a bundled case and write them beside it, so that its likelihoods show at once.

Run it by hand when a world, an observation or the engine changes; a test says when the file is stale:

    python -m tools.make_worlds --case west-2026
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tocsin.assess.case import load_case
from tocsin.assess.worlds import Worlds, simulate_worlds

RUNS = 2_000
BUNDLED = Path(__file__).parents[1] / "src" / "tocsin" / "assess" / "bundled"


def text(worlds: Worlds) -> str:
    """The file: JSON with a line for each observation and each world, so that a change is seen in a diff."""
    told = worlds.as_json()
    lines = [f"{json.dumps(key)}: {_listed(value)}" for key, value in told.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _listed(value: object) -> str:
    if not isinstance(value, list):
        return json.dumps(value)
    return "[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in value) + "\n]"


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the file of one case."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--case", default="west-2026")
    parser.add_argument("--runs", type=int, default=RUNS)
    given = parser.parse_args(arguments)
    worlds = simulate_worlds(load_case(given.case), runs=given.runs, progress=_told)
    (BUNDLED / given.case / "worlds.json").write_text(text(worlds), encoding="utf-8")


def _told(done: int, total: int) -> None:
    print(f"\r{done:,} of {total:,} runs", end="\n" if done == total else "", file=sys.stderr)


if __name__ == "__main__":
    main()
