"""Worlds that were simulated before: whether they still fit the case, and put into its evidence.

A bundled case may bring its worlds along (`bundled/<case>/worlds.json`, made by `python -m tools.make_worlds`), so that
its likelihoods show at once. They are used only while plans, observations and what varies are those of the case.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Final

from tocsin.assess.model import Case, Evidence, Hypothesis
from tocsin.assess.worlds.result import Worlds
from tocsin.assess.worlds.run import place_of
from tocsin.assess.worlds.world import digest
from tocsin.errors import CaseError

__all__ = ["FILE", "bundled_worlds", "stale", "with_worlds"]

FILE: Final = "worlds.json"


def stale(worlds: Worlds, case: Case, *, base: Path | None = None) -> str:
    """Why worlds do not fit a case as it stands, one sentence; "" if they do.

    Args:
        worlds: Simulated worlds.
        case: The case.
        base: Folder of the case; None = only bundled plans.
    """
    seen = {one.id: (one.summary, *one.seen, one.tolerance) for one in case.observations}
    have = [one.id for one in case.hypotheses if one.world is not None]
    differ: list[str] = []
    if dict(worlds.observations) != seen or list(worlds.observations) != list(seen):
        differ.append("its observations are others")
    if [one.hypothesis for one in worlds.of] != have:
        differ.append("its hypotheses with a world are others")
    else:
        worldly = [one for one in case.hypotheses if one.world is not None]
        changed = [w.hypothesis for w, h in zip(worlds.of, worldly, strict=True) if w.digest != _digest(case, h, base)]
        if changed:
            differ.append(f"the world of {', '.join(changed)} is another")
    return f"worlds not simulated for this case as it stands: {'; '.join(differ)}" if differ else ""


def _digest(case: Case, hypothesis: Hypothesis, base: Path | None) -> str:
    return digest(hypothesis, place_of(case, hypothesis), base)


def bundled_worlds(case: Case) -> tuple[Worlds | None, str]:
    """The worlds that come with a bundled case of that name, if they fit; otherwise why there are none.

    Returns:
        The worlds and "", or None and one sentence.
    """
    if all(one.world is None for one in case.hypotheses):
        return None, "no hypothesis of this case has a world"
    folder = files("tocsin.assess") / "bundled"
    cases = {one.name: one for one in folder.iterdir()} if folder.is_dir() else {}
    if case.name not in cases or not (path := cases[case.name] / FILE).is_file():
        return None, "worlds not simulated for this case"
    worlds = Worlds.from_json(json.loads(path.read_text(encoding="utf-8")), FILE)
    why = stale(worlds, case)
    return (None, why) if why else (worlds, "")


def with_worlds(evidence: Sequence[Evidence], worlds: Worlds | None) -> tuple[Evidence, ...]:
    """Fill in what worlds say: for each item of sort world, runs that agree with all it rests on, of runs made.

    A share of runs and a judged word are not on one scale. So an item is simulated under all of its hypotheses or under
    none: where one of them has no world, nothing is filled in, and the item says so.

    Args:
        evidence: Bound evidence.
        worlds: Of the same case; None = not simulated: nothing is filled in.

    Returns:
        The same evidence; items of other sorts as they were.

    Raises:
        CaseError: An item rests on an observation that was not simulated.
    """
    return tuple(evidence) if worlds is None else tuple(_with(one, worlds) for one in evidence)


def _with(one: Evidence, worlds: Worlds) -> Evidence:
    if one.item.sort != "world":
        return one
    try:
        found = {each.hypothesis: worlds.accepted(each.hypothesis, one.item.observations) for each in worlds.of}
    except KeyError as error:
        sentence = f"found the observation {error}, which was not simulated; expected one of "
        raise CaseError(sentence + ", ".join(worlds.observations), place=f"evidence ({one.item.id})") from None
    without = [name for name in one.item.likelihood if name not in found]
    if not without:
        return replace(one, simulated=found)
    told = f"It is not simulated, as there is no world of {', '.join(without)}; the judged words hold."
    return replace(one, why=f"{one.why} {told}".strip())
