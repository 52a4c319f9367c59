"""What a shell may put in for the word being typed: plans, packs, measures, benches, and the watch room's words.

A shell asks at each press of the tab key, so nothing here opens a room: names are read from the folder or the one
light module in which they stand.
"""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

__all__ = [
    "SHELLS", "acts", "benches", "cases", "exports", "levels", "measures", "owners", "packs", "plans", "topics",
    "weighed",
]  # fmt: skip

SHELLS = ("bash", "zsh", "fish")
"""Shells that are served."""

Offer = list[str | tuple[str, str]]
"""Words, or words each with what it means; the shell takes those that begin as the word being typed does."""

_HERE = Path(__file__).resolve().parent


def plans(incomplete: str) -> Offer:
    """Offer the bundled plans, and the TOML files of the folder that the word names so far."""
    bundled = [(path.stem, "bundled plan") for path in (_HERE / "plan" / "bundled").glob("*.toml")]
    typed = incomplete.rpartition("/")[0] + "/" if "/" in incomplete else ""
    try:
        files = [f"{typed}{path.name}" for path in Path(typed or ".").glob("*.toml")]
    except OSError:
        files = []
    return [*sorted(bundled), *sorted(files)]


def packs(incomplete: str) -> Offer:
    """Offer the countries that have a rule pack, and the TOML files of the folder that the word names so far."""
    countries: Offer = [(path.stem, "rule pack") for path in sorted((_HERE / "law" / "packs").glob("*.toml"))]
    return [*countries, *(word for word in plans(incomplete) if isinstance(word, str))]


def measures(incomplete: str) -> Offer:
    """Offer the measures that a list does not name yet, for the word after its last comma."""
    before, comma, _ = incomplete.rpartition(",")
    named = set(before.upper().split(","))
    told = _alone(_HERE / "measure" / "catalogue.py")
    named |= set(told.FROM_RERUNS)
    return [(f"{before}{comma}{number}", one.name) for number, one in told.CATALOGUE.items() if number not in named]


def benches(incomplete: str) -> Offer:
    """Offer the benches of the checkout, if there is one."""
    path = _HERE.parents[1] / "benchmarks" / "__init__.py"
    return list(_alone(path).BENCHES.items()) if path.is_file() else []


def cases(incomplete: str) -> Offer:
    """Offer the bundled cases of the watch room; a shell that is offered none of them completes files."""
    return [(path.name, "bundled case") for path in sorted((_HERE / "watch" / "bundled").iterdir()) if path.is_dir()]


def weighed(incomplete: str) -> Offer:
    """Offer the bundled cases that can be weighed, and the TOML files of the folder that the word names so far."""
    bundled: Offer = [
        (path.parent.name, "bundled case") for path in sorted((_HERE / "assess" / "bundled").glob("*/case.toml"))
    ]
    return [*bundled, *(word for word in plans(incomplete) if isinstance(word, str))]


def topics(incomplete: str) -> Offer:
    """Offer what a claim may be about."""
    return _watched("TOPICS")


def acts(incomplete: str) -> Offer:
    """Offer what may be decided."""
    return _watched("ACTS")


def owners(incomplete: str) -> Offer:
    """Offer whose a publisher may be."""
    return _watched("OWNERS")


def levels(incomplete: str) -> Offer:
    """Offer who may speak."""
    return _watched("LEVELS")


def exports(incomplete: str) -> Offer:
    """Offer what the watch room writes for others."""
    return list(_alone(_HERE / "watch" / "exchange" / "formats.py").FORMATS.items())


def _watched(name: str) -> Offer:
    return list(getattr(_alone(_HERE / "watch" / "model.py"), name))


def _alone(path: Path) -> ModuleType:
    """Import one module without the door of its room, which would bring in all the others."""
    name = f"tocsin_completion_{path.parent.name}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"found no module at {path}")
    module = sys.modules[name] = module_from_spec(spec)  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module
