"""What may be known of a summons: the closed list of facts that rules can read, and how each is written.

A fact that is not known is null, and nothing else is: neither zero nor no. A moment may be known to an interval and a
number to at least and at most; then a second column holds the other end (`served_latest`, `minor_children_most`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from tocsin.log.kinds import CHANNELS

__all__ = [
    "FACTS",
    "FACT_OF",
    "KINDS",
    "MOMENT",
    "OCCUPATIONS",
    "RELATIONS",
    "Fact",
    "Sort",
    "column_types",
    "other_end",
]

Sort = Literal["moment", "date", "count", "flag", "word", "births"]

MOMENT: Final = pl.Datetime("ms", "UTC")
KINDS: Final = ("training", "special", "verification", "additional", "mobilisation", "civil-protection")
"""Kinds of call-up: the same words in plan, pack and case; not knowing which is null, or the word unknown."""
OCCUPATIONS: Final = (
    "judge", "prosecutor", "deputy", "senior official", "aviation staff", "rail staff", "river crew", "sea crew",
    "teacher", "agriculture", "armed forces civilian", "other",
)  # fmt: skip
"""Occupations that a law names; every other one is other, so that a mistyped word is refused and exempts nobody."""


@dataclass(frozen=True)
class Fact:
    """One fact.

    Attributes:
        name: Its name, in expressions, columns and cases.
        sort: How it is written.
        meaning: One sentence.
        words: For a word, all that it may be; empty = any text.
    """

    name: str
    sort: Sort
    meaning: str
    words: tuple[str, ...] = ()


FACTS: Final = (
    Fact("kind", "word", "The kind of call-up.", KINDS),
    Fact("served", "moment", "When the summons was served, by a channel that the pack counts as service."),
    Fact("channel", "word", "By which channel the summons was served.", CHANNELS),
    Fact("report", "moment", "When the person has to report."),
    Fact("ends", "moment", "When the call-up is to end."),
    Fact("ordered", "moment", "When the call-up was decided or ordered."),
    Fact("order_by", "word", "Who ordered it.", ("president", "government", "minister", "commander", "other")),
    Fact("emergency", "flag", "Whether it answers a disaster or an emergency, and was not planned."),
    Fact("exercise_form", "word", "Form of the exercise.", ("one-day", "short", "long", "rotating")),
    Fact("broadcasts", "count", "How often the call-up was announced on television or radio."),
    Fact("broadcast_times_kept", "flag", "Whether those announcements kept to the hours and gaps that the law names."),
    Fact("sex", "word", "The person's sex.", ("female", "male")),
    Fact("birth", "date", "The person's date of birth."),
    Fact("children_births", "births", "Births of the person's children, as far as known."),
    Fact("children_complete", "flag", "Whether the list of children is known to be complete."),
    Fact("minor_children", "count", "How many children are minors on the day that the pack names."),
    Fact("disabled_child", "flag", "Whether the person brings up a child with a disability."),
    Fact("medical", "word", "Fitness.", ("fit", "minor limitations", "limited in wartime", "unfit")),
    Fact("rank", "word", "Group of ranks.", ("officer", "nco", "soldier")),
    Fact("reserve_category", "count", "Category of the reserve: 1, 2 or 3."),
    Fact("contracted", "flag", "Whether the person serves in the reserve under a contract."),
    Fact("earlier_callups", "count", "How often the person was called up while in the reserve."),
    Fact("length_days", "count", "How many days this call-up is to last."),
    Fact("days_this_year", "count", "Days of service in call-ups of the same year before this one."),
    Fact("days_five_years", "count", "Days of service in call-ups of the five years before this one."),
    Fact("days_total", "count", "Days of service in all call-ups before this one."),
    Fact("demanding_task", "flag", "Whether the person was trained for a task that the law calls demanding."),
    Fact("occupation", "word", "The person's occupation, where a law names it.", OCCUPATIONS),
    Fact("work_season", "flag", "Whether the season of that work is on: navigation, sowing, harvest, term."),
    Fact("reserved_worker", "flag", "Whether the employer has had the person reserved from call-ups."),
    Fact("family_deferral", "flag", "Whether there is a ground of deferral from mobilisation by family status."),
    Fact("mobilisation_post", "flag", "Whether the person holds a post with duties in mobilisation."),
    Fact("mobilisation_excluded", "flag", "Whether the person is excluded from service in mobilisation and war."),
    Fact("alternative_service", "flag", "Whether the person does or did alternative service."),
    Fact("prisoner", "flag", "Whether the person is in prison or in custody."),
    Fact("candidate", "flag", "Whether the person stands for election or holds an elected mandate."),
    Fact("parental_leave", "flag", "Whether the person is on maternity, paternity, adoption or parental leave."),
    Fact("student", "flag", "Whether the person studies at a school or university."),
    Fact("full_time_student", "flag", "Whether those studies are by day or in the evening, for their whole length."),
    Fact("farmer", "flag", "Whether the person works a farm of their own."),
    Fact("lives_abroad", "flag", "Whether the person lives abroad for good."),
    Fact("grave_hardship", "flag", "Whether the call-up would bring a sudden and grave hardship."),
    Fact("good_reason", "flag", "Whether the person showed another good reason, with documents."),
    Fact("consent_written", "flag", "Whether the person agreed in writing to be called up."),
    Fact("notice_waived", "flag", "Whether the person gave up the notice that was owed."),
    Fact("order_departs", "flag", "Whether an order that may depart from the notice was given, and named."),
    Fact("has_employer", "flag", "Whether there is an employer or a school that has to be told."),
    Fact("employer_told", "moment", "When the employer or school was told."),
    Fact("employer_agreed", "flag", "Whether the employer agreed to the call-up."),
    Fact("asked", "flag", "Whether the person asked for exemption, release or reconsideration."),
    Fact("request_filed", "moment", "When the person asked to be exempted or released."),
    Fact("request_answered", "moment", "When that request was answered."),
    Fact("request_granted", "flag", "Whether that request was granted."),
    Fact("evidence_filed", "moment", "When the person handed in the evidence for the request."),
    Fact("appeal_filed", "moment", "When the person appealed against the decision."),
    Fact("appeal_answered", "moment", "When the appeal was decided."),
    Fact("decision_told", "moment", "When the person was told of the decision that is appealed against."),
    Fact("court_filed", "moment", "When the person went to court against what the appeal had brought."),
    Fact("medical_complaint", "flag", "Whether the person complained against the finding of a medical board."),
    Fact("other_board", "flag", "Whether another medical board than the first decided on that complaint."),
    Fact("canton", "word", "The Swiss canton, for days off."),
)  # fmt: skip
FACT_OF: Final = {fact.name: fact for fact in FACTS}
RELATIONS: Final = {"children": "children_births"}
"""What a pack may count, and the fact that lists it."""

_TYPES: Final[dict[str, pl.DataType]] = {
    "moment": MOMENT,
    "date": pl.Date(),
    "count": pl.Int64(),
    "flag": pl.Boolean(),
    "word": pl.String(),
    "births": pl.List(pl.Date),
}


def other_end(name: str) -> str | None:
    """The column for the other end of what may be known to an interval; None if it may not.

    A name that is no fact is one that a pack counts.
    """
    sort = FACT_OF[name].sort if name in FACT_OF else "count"
    return {"moment": f"{name}_latest", "count": f"{name}_most"}.get(sort)


def column_types() -> dict[str, pl.DataType]:
    """Every column that a table of summonses may have, and its type."""
    found: dict[str, pl.DataType] = {}
    for fact in FACTS:
        found[fact.name] = _TYPES[fact.sort]
        end = other_end(fact.name)
        if end is not None:
            found[end] = _TYPES[fact.sort]
    return found
