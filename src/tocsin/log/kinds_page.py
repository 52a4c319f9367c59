"""The catalogue as a page: `python -m tocsin.log.kinds_page docs/kinds.md` writes it.

A test compares the page that is committed with this one, so that it cannot lie.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tocsin.log.kinds import CHANNELS, KINDS, PHASES, SCOPES, After, Kind

__all__ = ["kinds_page"]

_HEAD = """# Kinds: everything that a log can say

Generated from `src/tocsin/log/kinds.py` by `python -m tocsin.log.kinds_page docs/kinds.md`; do not edit.

Rows at one instant stand in the order of this page: ends, then breakdowns and shifts, then arrivals, then
timers, and a cause always before its effect; rows of one kind by entity id. What ends before it begins in
this order lasts at least 1 ms: a service, a bus ride, the handling of a request, an attempt to deliver.

- **Needs**: columns that are filled. A reported row may give an amount instead of a person, needs an origin,
  and is excused from the rest.
- **Before**: what must have happened, at the latest at the same instant, for rows of the writers named.
- **Never after**: what makes it impossible for the same person, unless they arrived again.
- **Journeys**: the stem of its columns in the wide table, and what stands beside the time. The visit is
  written at stations always, elsewhere from the second time (`undelivered_2`, `medical_2_began`).
"""

_PHASE_TITLES = {"end": "Ends", "shift": "Breakdowns and shifts", "arrival": "Arrivals", "timer": "Timers"}


def kinds_page() -> str:
    """Write the page, in Markdown."""
    parts = [_HEAD]
    for phase in PHASES:
        parts.append(f"\n## {_PHASE_TITLES[phase]}\n")
        parts += [_entry(kind) for kind in KINDS if kind.phase == phase]
    parts.append(f"\n## Words of other columns\n\n- `channel`: {', '.join(CHANNELS)}.\n")
    parts.append(f"- `scope`: {', '.join(SCOPES)}; counts of different scopes are never added.\n")
    parts.append("- `grade`: A to F for the source, 1 to 6 for the claim; `A1` is best.\n")
    return "".join(parts)


def _entry(kind: Kind) -> str:
    lines = [f"\n**{kind.rank}. {kind.name}**: {kind.meaning}", f"- Written: {', '.join(kind.writers)}."]
    if kind.needs:
        lines.append(f"- Needs: {', '.join(need.replace('|', ' or ') for need in kind.needs)}.")
    lines += [f"- Before: {_before(rule)}." for rule in kind.after]
    if kind.never_after:
        lines.append(f"- Never after: {', '.join(kind.never_after)}.")
    stems = [f"`{kind.stem}`"] if kind.stem else []
    stems += [f"`<station>_{kind.station_stem}`"] if kind.station_stem else []
    beside = f" with {', '.join(kind.attributes)}" if kind.attributes else ""
    lines.append(f"- Journeys: {' or '.join(stems)}{beside}." if stems else "- Journeys: stays in the rest.")
    return "\n".join(lines) + "\n"


def _before(rule: After) -> str:
    return f"{' or '.join(rule.kinds)} (same {', '.join(rule.same)}; {', '.join(rule.writers)})"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(kinds_page(), encoding="utf-8")
