"""The case of a view, read, bound to the watch folder and weighed; or the one sentence that says why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tocsin.assess.answer import Effect, Likely, Weighed
from tocsin.assess.model import Case, Evidence, Item
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
    """

    case: Case
    evidence: tuple[Evidence, ...]
    weighed: Weighed

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
    from tocsin.assess.bind import bind  # late: a desk without a case needs none of the machinery
    from tocsin.assess.case import load_case
    from tocsin.assess.weigh import weigh

    try:
        case = load_case(view.case_file)
        evidence = tuple(bind(case, view.desk))
        return Answered(case, evidence, weigh(case, evidence))
    except TocsinError as error:
        return Trouble(error.sentence, error.place)


def weighed_again(view: View, case: Case) -> Answered:
    """The answer of a changed case that is not written yet.

    Raises:
        TocsinError: It cannot be bound or weighed.
    """
    from tocsin.assess.bind import bind
    from tocsin.assess.weigh import weigh

    evidence = tuple(bind(case, view.desk))
    return Answered(case, evidence, weigh(case, evidence))


def names_of(case: Case) -> Mapping[str, str]:
    """Hypothesis → its name."""
    return {one.id: one.name for one in case.hypotheses}


def likely_of(weighed: Weighed) -> Mapping[str, Likely]:
    """Hypothesis → how likely it is."""
    return {one.hypothesis: one for one in weighed.answer}


def item_of(case: Case, name: str) -> Item | None:
    """An item of a case by id."""
    return next((one for one in case.items if one.id == name), None)
