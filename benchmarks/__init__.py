"""The benches: ours beside peers and limits, both in the same run, results compared before speed.

`tocsin bench NAME` runs one from a checkout. A row is {name, value, unit, peer, peer_value, ratio, goal, met, equal}:
`value` is ours and `peer_value` the peer's in the same unit, `ratio` how many times better ours is, `equal` whether
the results agree. Where the goal is a limit, the peer is that limit.
"""

from __future__ import annotations

from typing import Any

__all__ = ["BENCHES", "run", "show"]

BENCHES = {
    "engine": "the engine beside SimPy, Ciw and the limit of sorting once",
    "national": "the bundled national plan, whole process: time and memory",
    "joint": "shuttles shared by points beside SimPy, what joint features cost, and the stress of the bundled call-up",
    "measure": "logs of others beside PM4Py, and logs larger than memory",
    "report": "the page of the national plan: size and time",
    "law": "two rules over a million summonses beside Polars by hand, DuckDB and OpenFisca",
    "cli": "the command's own start, and the demo",
    "turnout": "each real exercise foretold from the others: interval, width, score",
    "watch": "text rules by language on our own texts, pairs and copies of posts, the footprint foretold",
    "weigh": "weighing beside plain Python, and its bands and words on simulated cases with a known answer",
}
"""Names of the benches and what each measures."""


def run(name: str, *, quick: bool = False) -> list[dict[str, Any]]:
    """Run one bench.

    Args:
        name: One of `BENCHES`.
        quick: Smaller sizes and fewer repeats, to try the bench itself; such rows meet no goal.

    Returns:
        Its rows.
    """
    from importlib import import_module

    rows: list[dict[str, Any]] = import_module(f"benchmarks.bench_{name}").rows(quick=quick)
    return rows


def show(rows: list[dict[str, Any]]) -> None:
    """Print rows as a table."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("name; unit, beside whom", overflow="fold")
    for column in ("ours", "peer's", "times better", "goal", "met", "equal"):
        table.add_column(column.replace(" ", "\n"), justify="right", no_wrap=True)
    for row in rows:
        met = {True: "yes", False: "NO", None: ""}
        table.add_row(
            f"{row['name']}\n  {row['unit']}, {row['peer']}",
            _figure(row["value"]),
            _figure(row["peer_value"]),
            _figure(row["ratio"]),
            row["goal"].removesuffix(f" {row['unit']}"),
            met[row["met"]],
            met[row["equal"]],
        )
    Console(highlight=False).print(table)


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
