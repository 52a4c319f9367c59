"""Compile every kernel once and leave it in Numba's cache on disk: `python -m tocsin.simulate.warm`."""

from __future__ import annotations

from tocsin.plan import load, loads, people
from tocsin.plan.reference_page import EXAMPLE
from tocsin.simulate.compiler import compile
from tocsin.simulate.rows import log_blocks
from tocsin.simulate.run import Engine

__all__ = ["warm"]


def warm() -> None:
    """Run the smallest bundled plan and the reference plan whole: the kernels are the same for every plan.

    The reference plan has what couples stations, points and tries, so it needs the kernels of joint components too.
    """
    for plan in (load("okas-2017"), loads(EXAMPLE, name="reference.toml")):
        for _ in log_blocks(Engine(compile(plan, people(plan, 0))).run(0, 0)):
            pass


if __name__ == "__main__":
    warm()
