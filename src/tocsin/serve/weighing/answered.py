"""The case of a view, read, bound to the watch folder and weighed; or the one sentence that says why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tocsin.assess.answer import Effect, Weighed
from tocsin.assess.model import Case, Evidence
from tocsin.errors import TocsinError
from tocsin.serve.room import View

__all__ = ["Answered", "Trouble", "answered", "names_of", "weighed_again"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a case cannot be weighed.

    Attributes:
        sentence: What was found, and what was expected.
        place: File, key and line, or "".
    """

    sentence: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """A case with its answer.

    Attributes:
        case: As the file has it.
        evidence: Its items, bound, in the order of the case.
        weighed: The answer.
        worlds: Why nothing is simulated, or "".
    """

    case: Case
    evidence: tuple[Evidence, ...]
    weighed: Weighed
    worlds: str = ""

    def item(self, name: str) -> Evidence | None:
        """An item by id, or None."""
        return next((one for one in self.evidence if one.item.id == name), None)

    def effect(self, name: str) -> Effect:
        """What an item does."""
        return next(one for one in self.weighed.items if one.id == name)


def answered(view: View) -> Answered | Trouble | None:
    """The answer of a view: worked out once; None where there is no case."""
    return view.remember("weighing: answered", lambda: _answered(view))


def _answered(view: View) -> Answered | Trouble | None:
    if view.case_file is None or not view.case_file.exists():
        return None
    from tocsin.assess.case import load_case  # late: a desk without a case needs none of the machinery

    try:
        return weighed_again(view, load_case(view.case_file))
    except TocsinError as error:
        return Trouble(error.sentence, error.place)


def weighed_again(view: View, case: Case) -> Answered:
    """The answer of a case: of the file, or of a change of it that is not written yet.

    Raises:
        TocsinError: It cannot be bound or weighed.
    """
    from tocsin.assess.bind import bind
    from tocsin.assess.weigh import weigh
    from tocsin.assess.worlds.kept import bundled_worlds, with_worlds

    worlds, note = bundled_worlds(case)
    evidence = with_worlds(bind(case, view.desk), worlds)
    return Answered(case, evidence, weigh(case, evidence), note)


def names_of(case: Case) -> Mapping[str, str]:
    """Hypothesis → its name."""
    return {one.id: one.name for one in case.hypotheses}
