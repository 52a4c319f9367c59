"""The one tree of errors: a code, a sentence for people, and a place.

Every refusal that a user may meet is a `TocsinError`. The command line prints it as one line and exits with 2;
anything else that escapes is a defect of Tocsin and is allowed to show its traceback.
"""

from __future__ import annotations

__all__ = [
    "CaseError",
    "FolderError",
    "LawError",
    "LogError",
    "MeasureError",
    "PlanError",
    "RosterError",
    "RunError",
    "TocsinError",
    "UsageError",
    "WatchError",
]


class TocsinError(Exception):
    """A refusal that explains itself.

    Args:
        sentence: One clear sentence: what was found and what was expected.
        place: Where it was found: a file with key path and line, a roster row, a log row; may be empty.
        code: A short stable word for programs; each class has its own default.
    """

    default_code = "tocsin"

    def __init__(self, sentence: str, *, place: str = "", code: str = "") -> None:
        self.sentence = sentence
        self.place = place
        self.code = code or self.default_code
        super().__init__(sentence, place)

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}" if self.place else self.sentence

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by keyword, so that a worker process can hand its refusal to the parent whole."""
        return (_rebuild, (type(self), self.sentence, self.place, self.code))


def _rebuild(kind: type[TocsinError], sentence: str, place: str, code: str) -> TocsinError:
    return kind(sentence, place=place, code=code)


class PlanError(TocsinError):
    """The plan (or its text) cannot be used as it stands."""

    default_code = "plan"


class RosterError(TocsinError):
    """A roster of people cannot be used as it stands."""

    default_code = "roster"


class LawError(TocsinError):
    """A rule pack, or a case put to it, cannot be used as it stands."""

    default_code = "law"


class LogError(TocsinError):
    """Rows of an event log are impossible, or a log file is damaged."""

    default_code = "log"


class FolderError(TocsinError):
    """A run folder is incomplete, damaged, or in the way."""

    default_code = "folder"


class MeasureError(TocsinError):
    """A measure was asked for something that it cannot compute."""

    default_code = "measure"


class RunError(TocsinError):
    """A simulation cannot be run as asked."""

    default_code = "run"


class UsageError(TocsinError):
    """A command was called with words that do not fit together."""

    default_code = "usage"


class WatchError(TocsinError):
    """Something captured, or the store of what was captured, cannot be used as it stands."""

    default_code = "watch"


class CaseError(TocsinError):
    """A case of hypotheses and evidence, or what it is bound to, cannot be used as it stands."""

    default_code = "case"
