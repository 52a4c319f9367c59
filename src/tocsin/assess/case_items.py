"""Evidence, observations and things to watch for of a case file, each read whole or refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tocsin.assess.case_table import SHORT, Table
from tocsin.assess.model import SORTS, Absence, Footing, Item, LawFooting, Observation, WatchFor
from tocsin.plan.problem import nearest, shown
from tocsin.watch.model import SIGHTING_SCOPES, Bounds

__all__ = ["item", "observation", "watch_for"]

_PARTS: Final = ("absence", "footprint", "law")
"""Sorts that need a table of their name, which no other sort has."""
_ITEM: Final = (
    "id", "says", "sort", "claims", "incidents", "likelihood", "why", "absence", "footprint", "law", "observations",
    "use",
)  # fmt: skip
_SAID: Final = ("event", "statement")


def item(table: Table, hypotheses: Sequence[str], observations: Sequence[str], law: str, as_of: int | None) -> Item:
    """Read one `[[evidence]]`.

    Args:
        table: The table.
        hypotheses: Ids of all hypotheses.
        observations: Ids of all observations.
        law: Country of the case's pack, or "".
        as_of: Moment of the case; a footprint without a moment is of then.

    Raises:
        CaseError: Something in it is wrong.
    """
    table.only(_ITEM, "a piece of evidence")
    name, says = table.name("id"), table.text("says")
    sort = table.one_of("sort", SORTS)
    for key in _PARTS:
        if key in table.data and sort != key:
            raise table.error(f"found {key} in evidence of the sort {sort}; expected it under {key} only", key)
    claims, incidents = table.texts("claims", most=SHORT), table.texts("incidents", most=SHORT)
    _bound(table, sort, bool(claims or incidents))
    likelihood = table.likelihood(hypotheses)
    seen = _seen(table, sort, observations)
    return Item(
        name,
        says,
        sort,
        likelihood,
        table.text("why", ""),
        claims,
        incidents,
        _absence(_part(table, "absence")) if sort == "absence" else None,
        _footing(_part(table, "footprint"), as_of) if sort == "footprint" else None,
        _law(_part(table, "law"), law) if sort == "law" else None,
        seen,
        table.one_of("use", ("judged", "simulated"), "judged"),
    )


def _part(table: Table, key: str) -> Table:
    found = table.table(key)
    if found is None:
        raise table.error(f"found no table {key}; expected [evidence.{key}] in evidence of that sort", key)
    return found


def _bound(table: Table, sort: str, named: bool) -> None:
    """Refuse reported things that name no claim, and claims where they would not be read."""
    if sort in _SAID and not named:
        raise table.error("found neither claims nor incidents; expected what says so", "claims")
    if sort not in (*_SAID, "law") and named:
        key = "claims" if "claims" in table.data else "incidents"
        raise table.error(f"found {key} in evidence of the sort {sort}, which rests on something else", key)


def _seen(table: Table, sort: str, known: Sequence[str]) -> tuple[str, ...]:
    """The observations of a world."""
    if sort != "world":
        for key in ("observations", "use"):
            if key in table.data:
                raise table.error(f"found {key} in evidence of the sort {sort}; expected it under world only", key)
        return ()
    found = table.texts("observations", needed=True, most=SHORT)
    for at, name in enumerate(found):
        if name not in known:
            told = f"found the observation {shown(name)}, which the case does not have{nearest(name, known)}"
            raise table.error(told, "observations", at)
    return found


def _absence(table: Table) -> Absence:
    table.only(("looked", "detect", "unless"), "an absence")
    if "looked" not in table.data:
        told = "found no looked; expected where one would have looked: else it is no evidence that nothing was seen"
        raise table.error(told, "looked")
    return Absence(table.text("looked"), table.judged("detect"), _sides(table, "unless"))


def _sides(table: Table, key: str) -> tuple[str, ...]:
    """Sides of the ledger, each as `question/side`."""
    found = table.texts(key, most=SHORT)
    if not found:
        return ()
    from tocsin.watch.ledger.questions import side_rule  # late: the room watch at work loads much

    for at, name in enumerate(found):
        question, _, side = name.partition("/")
        if side_rule(question, side) is None:
            told = f"found {shown(name)}, which is no side of the ledger; expected question/side"
            raise table.error(f"{told} as `tocsin watch claims` lists them", key, at)
    return found


def _footing(table: Table, as_of: int | None) -> Footing:
    keys = ("owner", "kind", "unit", "scope", "place", "at", "at_least", "at_most", "like", "sightings")
    table.only(keys, "a footprint")
    sightings = table.texts("sightings", most=SHORT)
    if sightings:
        for key in keys[:-1]:
            if key in table.data:
                raise table.error(f"found {key} beside sightings; expected a quantity or sightings, not both", key)
        return Footing(sightings=sightings)
    at = table.moment("at")
    at = as_of if at is None else at
    if at is None:
        raise table.error("found no at; expected a moment, for the case has no as_of either", "at")
    strength, like = _strength(table), _like(table)
    if strength.known == (like is not None):
        told = "found both a strength and like" if strength.known else "found neither a strength nor like"
        raise table.error(f"{told}; expected one of at_least or at_most, like, sightings", "at_least")
    scope = table.one_of("scope", SIGHTING_SCOPES, "national")
    owner, kind, unit, place = (table.text(key, "", most=SHORT) for key in ("owner", "kind", "unit", "place"))
    return Footing(owner, kind, unit, scope, place, at, strength, like)


def _strength(table: Table) -> Bounds:
    ends = [
        table.whole(key, low=0, high=10**9) if key in table.data else None for key in ("at_least", "at_most")
    ]  # fmt: skip
    if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
        raise table.error(f"found at least {ends[0]} and at most {ends[1]}; expected least ≤ most", "at_least")
    return Bounds(*ends)


def _like(table: Table) -> tuple[int, int] | None:
    value = table.data.get("like")
    if "like" not in table.data:
        return None
    if not isinstance(value, list) or len(value) != 2:
        raise table.error(f"found {shown(value)}; expected two days such as [2022-01-01, 2022-02-23]", "like")
    first, last = table.moment_of(value[0], False, "like", 0), table.moment_of(value[1], True, "like", 1)
    if first > last:
        raise table.error("found the later day first; expected the earlier one", "like")
    return first, last


def _law(table: Table, pack: str) -> LawFooting:
    table.only(("rule", "words", "assumed"), "a finding of law")
    if not pack:
        raise table.error("found a finding of law, and a case without one; expected law under [case]")
    words = table.texts("words", needed=True, most=SHORT)
    for at, one in enumerate(words):
        if one.startswith(("cannot tell", "not applicable")):
            raise table.error(
                f"found {shown(one)}; expected a finding: what cannot be told is no evidence", "words", at
            )
    assumed = table.table("assumed")
    given = {} if assumed is None else {key: assumed.text(key, most=SHORT) for key in assumed.data}
    return LawFooting(table.text("rule", most=SHORT), words, given)


def observation(table: Table) -> Observation:
    """Read one `[[observation]]`.

    Raises:
        CaseError: Something in it is wrong.
    """
    keys = ("id", "says", "summary", "at_least", "at_most", "tolerance", "claims", "assumption")
    table.only(keys, "an observation")
    name, says, summary = table.name("id"), table.text("says"), table.name("summary")
    least, most = table.maybe_number("at_least", "a number"), table.maybe_number("at_most", "a number")
    if least is None and most is None:
        raise table.error("found neither at_least nor at_most; expected what was reported", "at_least")
    if least is not None and most is not None and least > most:
        raise table.error(f"found at least {least:g} and at most {most:g}; expected least ≤ most", "at_least")
    tolerance = table.number("tolerance", low=0.0, what="a number of at least 0")
    claims = table.texts("claims", most=SHORT)
    return Observation(name, says, summary, (least, most), tolerance, claims, table.text("assumption", ""))


def watch_for(table: Table, hypotheses: Sequence[str]) -> WatchFor:
    """Read one `[[watch_for]]`.

    Args:
        table: The table.
        hypotheses: Ids of all hypotheses.

    Raises:
        CaseError: Something in it is wrong.
    """
    table.only(("id", "says", "where", "by", "sides", "likelihood"), "a thing to watch for")
    likelihood = table.likelihood(hypotheses)
    name, says, where = table.name("id"), table.text("says"), table.text("where")
    return WatchFor(name, says, where, likelihood, table.moment("by"), _sides(table, "sides"))
