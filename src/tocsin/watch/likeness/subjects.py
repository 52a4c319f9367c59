"""What of a report is compared, and under which terms it is filed.

A captured report is its title and text. A coded one is its title and the summaries of its claims: a coder's words,
marked as such. Besides the terms of its words (`minhash.py`) a report is filed under each town or site that rules
found in it, with its fortnight, and under its days. Reports of about one day are compared with each other where words
alone would not bring them together: all of them with the sentence model, and coded ones always.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.watch.likeness.compare import FLOOR, Shape
from tocsin.watch.likeness.minhash import key, terms
from tocsin.watch.likeness.shingles import Cut, cut
from tocsin.watch.model import Claim, Report, Suggestion
from tocsin.watch.times import DAY_MS

__all__ = ["Subject", "subjects"]

_DAYS: Final = 4
_FORTNIGHT: Final = 14
_SITES: Final = ("town", "site", "station")


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A report, ready to be compared.

    Attributes:
        report: Its id.
        text: What is compared.
        shape, cut: Of that text.
        terms: Of its words, under which it is filed and sought, sorted.
        sites: Further terms: its places, each with its fortnight.
        days: Further terms: its days.
        coded_days: Its days among coded reports; none of a captured one.
        age: When it was published, as far as is known; the smaller of two is the elder.
    """

    report: str
    text: str
    shape: Shape
    cut: Cut
    terms: npt.NDArray[np.int64]
    sites: npt.NDArray[np.int64]
    days: npt.NDArray[np.int64]
    coded_days: npt.NDArray[np.int64]
    age: int

    def sought(self, *, model: bool) -> npt.NDArray[np.int64]:
        """The terms besides those of its words under which others are sought; one in common is enough."""
        return np.concatenate((self.sites, self.days if model else self.coded_days))

    def filed(self) -> npt.NDArray[np.int64]:
        """All terms."""
        return np.unique(np.concatenate((self.terms, self.sites, self.days, self.coded_days)))

    @property
    def own(self) -> str:
        """Whose it is, where a publisher's own posts must share more than one term; otherwise ""."""
        return "" if self.shape.coded else self.shape.publisher

    @property
    def prints(self) -> int:
        """How many fingerprints its passages have."""
        return len(self.cut.fingerprints)

    @property
    def elder_key(self) -> tuple[int, str]:
        """Sorts the elder first; of equal times the smaller id."""
        return self.age, self.report


def subjects(
    reports: Sequence[Report], claims: Iterable[Claim] = (), suggestions: Iterable[Suggestion] = ()
) -> list[Subject]:
    """Make reports ready, in order of their ids.

    Args:
        reports: The reports.
        claims: Their claims; those of captured reports are not used.
        suggestions: What rules found in them; only places are used.
    """
    told: dict[str, list[tuple[int, str]]] = {}
    for claim in claims:
        if claim.writer == "coder":
            told.setdefault(claim.report, []).append((claim.number, claim.what))
    sites: dict[str, set[str]] = {}
    for one in suggestions:
        if one.kind == "place" and one.value.get("sort") in _SITES and "id" in one.value:
            sites.setdefault(one.report, set()).add(str(one.value["id"]))
    ordered = sorted(reports, key=lambda report: report.id)
    texts = [_text(report, told) for report in ordered]
    cuts = cut(texts)
    return [
        _subject(report, text, made, filed, sites)
        for report, text, made, filed in zip(ordered, texts, cuts, terms(cuts, FLOOR), strict=True)
    ]


def _text(report: Report, told: Mapping[str, list[tuple[int, str]]]) -> str:
    body = report.text if report.text.strip() else " ".join(what for _, what in sorted(told.get(report.id, [])))
    return f"{report.title}. {body}" if report.title else body


def _subject(
    report: Report, text: str, made: Cut, filed: npt.NDArray[np.int64], sites: Mapping[str, set[str]]
) -> Subject:
    coded = report.route == "coded" and not report.text.strip()
    language = "en" if coded else report.language
    shape = Shape(made.words, made.digest, len(made.grams), len(made.shingles), language, report.publisher, coded)
    day = _day(report) if made.words >= FLOOR else None
    near = (
        []
        if day is None
        else [key("place", site, *at) for site in sites.get(report.id, ()) for at in _of(day, _FORTNIGHT)]
    )
    days = [] if day is None else [key("day", *at) for at in _of(day, _DAYS)]
    among = [key("coded day", *at) for at in _of(day, _DAYS)] if coded and day is not None else []
    mine = _terms(near), _terms(days), _terms(among)
    return Subject(report.id, text, shape, made, filed, *mine, report.elder_key[0])


def _day(report: Report) -> int | None:
    """The day on which it was published, where that is known to three days."""
    least, most = report.published.least, report.published.most
    if least is None or most is None or most - least > 3 * DAY_MS:
        return None
    return (least + most) // 2 // DAY_MS


def _of(day: int, width: int) -> tuple[tuple[str, str], tuple[str, str]]:
    """Two spans of days that hold a day, the one half a width later: days half a width apart share one for certain."""
    return (str(width), str(day // width)), (f"{width} later", str((day + width // 2) // width))


def _terms(values: Iterable[int]) -> npt.NDArray[np.int64]:
    return np.array(sorted(values), np.int64)
