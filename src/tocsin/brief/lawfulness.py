"""Was it lawful? What a country's rule pack says of the summonses of the first run."""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.brief.tables import Bar, Cell, Column, Folded, Row, Table
from tocsin.brief.words import listed, share, whole
from tocsin.law.audit import OVERALL
from tocsin.law.explain import article, words
from tocsin.law.load import Conditions
from tocsin.law.pack import VERDICTS
from tocsin.law.results import Audit

__all__ = ["Lawfulness", "Said", "lawfulness"]

TONES = {
    "breach": "refused",
    "possible breach": "excused",
    "cannot tell": "absent",
    "possibly lawful": "possible",
    "lawful": "arrived",
    "not applicable": "unreachable",
}
SAYINGS = {
    "breach": "{} were summoned against a rule whose text was read",
    "possible breach": "{} may have been summoned against a rule",
    "cannot tell": "of {} it cannot be told",
    "possibly lawful": "{} were summoned as the rules seem to allow",
    "lawful": "{} were summoned lawfully",
    "not applicable": "{} are of no concern to any rule",
}
MOST_MISSING = 3


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a part of the summonses, all rules together."""

    name: str
    share: float
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class Lawfulness:
    """The section: sentences, the parts of the whole, the rules that are about anybody, and what must be known."""

    sentences: tuple[str, ...]
    parts: tuple[Said, ...]
    rules: Folded
    note: str


def lawfulness(audit: Audit | None) -> Lawfulness | None:
    """Tell what an audit found; None if there was none."""
    if audit is None or not audit.summonses:
        return None
    return Lawfulness(tuple(_sentences(audit)), _parts(audit), _rules(audit), _note(audit))


def _parts(audit: Audit) -> tuple[Said, ...]:
    n, found = audit.summonses, audit.overall
    return tuple(
        Said(word, found[word] / n, f"{whole(found[word])} ({share(found[word] / n)})", TONES[word])
        for word in OVERALL
        if found[word]
    )


def _sentences(audit: Audit) -> list[str]:
    n = whole(audit.summonses)
    found = [SAYINGS[part.name].format(part.words) for part in _parts(audit)]
    sentences = [f"Of the {n} people summoned in the first run, {'; '.join(found)}."]
    missing: dict[str, int] = {}
    for (_, fact), count in audit.unknown.items():
        missing[fact] = max(missing.get(fact, 0), count)
    if missing:
        most = sorted(missing, key=lambda fact: (-missing[fact], fact))[:MOST_MISSING]
        told = [f"{fact.replace('_', ' ')} (of {whole(missing[fact])})" for fact in most]
        more = [f"{len(missing) - len(most)} more facts"] if len(missing) > len(most) else []
        sentences.append(f"What would decide more is not known: {listed([*told, *more])}.")
    return sentences


def _rules(audit: Audit) -> Folded:
    """The rules that are about anybody at once, all of them on demand; most breaches first."""
    rows = [
        (counts, _row(audit, one, counts))
        for identity, versions in audit.law.rules.items()
        for k, one in enumerate(versions)
        if sum(counts := tuple(audit.verdicts[identity, k, verdict] for verdict in VERDICTS))
    ]
    used = [(counts, row) for counts, row in rows if counts[3] < sum(counts)]
    order = [row for _, row in sorted(used, key=lambda pair: (-pair[0][1], -pair[0][2]))]
    titles = (("rule", False), ("breach, of those summoned", False), ("lawful", True), ("cannot tell", True))
    columns = tuple(Column(title, number) for title, number in (*titles, ("no concern", True)))
    shown = Table("rules", "The rules that are about anybody", columns, tuple(order), measures=("W1",))
    more = Table("rules-all", f"All {len(rows)} rules of the pack", columns, tuple(row for _, row in rows))
    return Folded(shown, more if len(used) < len(rows) else None)


def _row(audit: Audit, one: Conditions, counts: tuple[int, ...]) -> Row:
    lawful, breach, unknown, other = counts
    tone = "refused" if one.rule.cite.status == "confirmed" else "excused"
    first = Cell("0")
    if breach:
        said = words("breach", one.rule).removesuffix("breach").strip()
        first = Cell(whole(breach), said, Bar(breach / audit.summonses, tone=tone))
    if one.rule.effect == "ask-why":
        first = Cell("–", "no right, only a ground")
    allowed = Cell(whole(lawful), "possibly" if lawful and one.rule.cite.status != "confirmed" else "")
    cells = (first, allowed, Cell(whole(unknown)), Cell(whole(other)))
    return Row(one.rule.title, cells, f"{article(one.rule)}; {one.rule.cite.status}")


def _note(audit: Audit) -> str:
    pack = audit.law.pack
    signed = f"signed by {pack.signed_by}" if pack.signed_by else "signed by no lawyer"
    return (
        f"{pack.title}, rule pack of {pack.version}, {signed}; digest {audit.law.digest[:12]}. A rule whose source is "
        "not confirmed neither accuses nor clears: what is found with it is a question to ask. Summonses of the first "
        "run; the same for a log that others recorded: tocsin audit."
    )
