"""What simulating the worlds of a case gave: counts, and what was seen of each summary; as JSON and back.

The counts are kept by pattern of agreement (see `reject.patterns`), so that every joint count of some observations can
be read off without the runs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tocsin.errors import CaseError

__all__ = ["FORMAT", "SHARES", "Simulated", "Worlds"]

FORMAT: Final = 1
_MOST_RUNS: Final = 10**9
SHARES: Final = (0.05, 0.5, 0.95)
"""The quantiles of each summary over the runs."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """The worlds of one hypothesis.

    Attributes:
        hypothesis: Its id.
        plan: Name of the plan, as the case has it.
        digest: Of all that its runs depend on besides the seed.
        people: Least and most people called, over the settings.
        settings: Among how many plans the runs were shared out.
        runs: How many were made.
        patterns: `101` (agrees with the first and the third observation of `Worlds.observations`) → runs.
        quantiles: Summary → its 5, 50 and 95 % quantiles over all runs; None where that run did not reach it.
    """

    hypothesis: str
    plan: str
    digest: str
    people: tuple[int, int]
    settings: int
    runs: int
    patterns: Mapping[str, int]
    quantiles: Mapping[str, tuple[float | None, ...]]


@dataclass(frozen=True, slots=True)
class Worlds:
    """The simulated worlds of a case.

    Attributes:
        case: Its name.
        seed: Seed of all runs.
        observations: Id → summary, least, most, tolerance; in the order of the patterns.
        of: One entry a hypothesis with a world, in the order of the case.
    """

    case: str
    seed: int
    observations: Mapping[str, tuple[str, float | None, float | None, float]]
    of: tuple[Simulated, ...]

    def accepted(self, hypothesis: str, observations: Sequence[str]) -> tuple[int, int]:
        """How many runs agree with all of some observations, and how many were made.

        Args:
            hypothesis: One that was simulated.
            observations: Ids; one gives its count alone.

        Raises:
            KeyError: The hypothesis or an observation was not simulated.
        """
        one = next((each for each in self.of if each.hypothesis == hypothesis), None)
        if one is None:
            raise KeyError(hypothesis)
        known = list(self.observations)
        if missing := [name for name in observations if name not in known]:
            raise KeyError(missing[0])
        columns = [known.index(name) for name in observations]
        return sum(n for bits, n in one.patterns.items() if all(bits[i] == "1" for i in columns)), one.runs

    def as_json(self) -> dict[str, Any]:
        """Everything, ready for JSON; `from_json` gives the same again. Counts alone and joint stand there to read."""
        observations = [
            {"id": name, "summary": summary, "at_least": least, "at_most": most, "tolerance": tolerance}
            for name, (summary, least, most, tolerance) in self.observations.items()
        ]
        return {
            "format": FORMAT, "case": self.case, "seed": self.seed, "observations": observations,
            "worlds": [self._told(one) for one in self.of],
        }  # fmt: skip

    def _told(self, one: Simulated) -> dict[str, Any]:
        return {
            "hypothesis": one.hypothesis, "plan": one.plan, "digest": one.digest, "people": list(one.people),
            "settings": one.settings, "runs": one.runs,
            "accepted_alone": {name: self.accepted(one.hypothesis, [name])[0] for name in self.observations},
            "accepted_jointly": self.accepted(one.hypothesis, list(self.observations))[0],
            "patterns": dict(one.patterns),
            "quantiles": {name: list(found) for name, found in one.quantiles.items()},
        }  # fmt: skip

    @staticmethod
    def from_json(data: object, place: str = "worlds.json") -> Worlds:
        """Read what `as_json` wrote.

        Args:
            data: Parsed JSON.
            place: Name of the file, for refusals.

        Raises:
            CaseError: It is something else, or its counts do not add up.
        """
        if not isinstance(data, dict):
            raise CaseError(f"found no table; expected simulated worlds, format {FORMAT}", place=place)
        try:
            return _read(data)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            found = f"found {type(error).__name__}: {error}"
            raise CaseError(f"{found}; expected simulated worlds, format {FORMAT}", place=place) from None


def _read(data: Any) -> Worlds:
    if data["format"] != FORMAT:
        raise ValueError(f"format {data['format']}")
    observations = {
        str(o["id"]): (str(o["summary"]), _number(o["at_least"]), _number(o["at_most"]), float(o["tolerance"]))
        for o in data["observations"]
    }
    of = tuple(_simulated(one, len(observations)) for one in data["worlds"])
    return Worlds(str(data["case"]), int(data["seed"]), observations, of)


def _simulated(one: Any, width: int) -> Simulated:
    patterns = {str(bits): int(n) for bits, n in one["patterns"].items()}
    odd = [bits for bits, n in patterns.items() if len(bits) != width or set(bits) - {"0", "1"} or n < 0]
    if odd or sum(patterns.values()) != one["runs"] or one["runs"] > _MOST_RUNS:
        raise ValueError(f"the patterns of {one['hypothesis']} do not fit {one['runs']} runs, {width} observations")
    least, most = (int(n) for n in one["people"])
    quantiles = {str(k): tuple(_number(q) for q in found) for k, found in one["quantiles"].items()}
    return Simulated(
        str(one["hypothesis"]), str(one["plan"]), str(one["digest"]), (least, most),
        int(one["settings"]), int(one["runs"]), patterns, quantiles,
    )  # fmt: skip


def _number(value: Any) -> float | None:
    if value is None:
        return None
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value} is no number")
    return number
