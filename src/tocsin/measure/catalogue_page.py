"""The page docs/measures.md, made from the catalogue: `python -m tocsin.measure.catalogue_page docs/measures.md`."""

from __future__ import annotations

import sys

from tocsin.log.atomic import write_bytes
from tocsin.measure.catalogue import CATALOGUE

__all__ = ["page"]

_HEAD = """# Measures

<!-- made from the catalogue by `python -m tocsin.measure.catalogue_page docs/measures.md`; do not edit -->

Every number that Tocsin prints is one of these, computed from an event log, whoever wrote the log. Times
count from `t0`, the authority's decision. Quantiles are inf{x : F(x) >= p}: always a value that was seen.

A row without a value says why in its note: "not reached (max 58 %)", "not complete", "at least …", "nobody
…", or "not measurable: needs the plan's posts". It is never a guess.
"""


def page() -> str:
    """Write the page of the measures in Markdown."""
    parts = [_HEAD]
    for one in CATALOGUE.values():
        parts.append(
            f"\n## {one.id} {one.name}\n\n{one.definition}\n\n"
            f"*Denominator:* {one.denominator}. *Interval:* {one.interval}. *Source:* {one.source}.\n\n"
            "| row | unit | of | key | value |\n|---|---|---|---|---|\n"
        )
        for line in one.lines:
            cells = (line.name, line.unit, line.of or "–", line.keys or "–", line.meaning)
            parts.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n")
    return "".join(parts)


if __name__ == "__main__":
    write_bytes(sys.argv[1], page().encode("utf-8"))
