"""Claims put to the law, on the real case: what is said under each value of what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.watch.west_2026 import decided, rows, west

from tocsin.errors import LawError
from tocsin.law import law
from tocsin.law.explain import words
from tocsin.watch.ledger.legal import LegalFinding, legal
from tocsin.watch.ledger.legal_facts import told
from tocsin.watch.model import Bounds
from tocsin.watch.standing import after


def holding(claim: str, rule: str) -> LegalFinding:
    """The finding of a rule on a claim."""
    return next(one for one in legal(west()) if claim in one.claims and one.rule == rule)


def test_under_a_day() -> None:
    """The sentence of the issue: it hangs on the kind of call-up, and nobody is accused or cleared."""
    found = holding("r034#1", "by.notice")
    by_kind = {dict(one.assumed)["kind"]: one for one in found.answers}
    assert by_kind.keys() == {"training", "special", "verification"}
    # By the pack: seven days are owed, and verification camps are excepted.
    assert by_kind["training"].verdict == by_kind["special"].verdict == "breach"
    assert by_kind["verification"].verdict == "not applicable"
    assert found.verdict == "cannot tell" and found.missing == ("kind",)
    assert found.sentence == (
        "Under a day's notice: possible breach if a training camp or a special camp, possibly lawful (law not "
        "verified) if a verification camp, not tested if it is mobilisation: cannot tell which "
        "(missing: kind of call-up)."
    )
    assert found.official == ("r034#1", "r035#1", "r048#1") and found.reported == ()
    assert "r019#1" in found.kind_said_by and found.status == "secondary"


def test_reports_beside_official_word() -> None:
    """What people tell of ten hours stands beside what offices say of the same rule."""
    found = holding("r079#2", "by.notice")
    assert "r045#3" in found.reported and found.official == ()
    assert {"r034#1", "r048#1"} <= set(found.statements)


def test_children() -> None:
    """Fathers of three or more: how many are minors is not said, and decides; the law itself was not read."""
    found = holding("r082#1", "by.exempt.children")
    assert found.status == "unverified" and found.missing == ("minor_children",) and found.verdict == "cannot tell"
    assert {one.verdict for one in found.answers} == {"breach", "lawful"}
    assert {"r048#3", "r049#1"} <= set(found.statements)


@pytest.mark.parametrize(
    "what",
    [
        # Three or more children, in words and figures, in the six languages; sentences of our own.
        *("A father of four was summoned.", "Fathers of many are called.", "Dads of 3 kids were called."),
        *("A man with five minor children was summoned.", "Men with 3+ children.", "A man with ten children."),
        *("Повестку получил отец троих детей.", "Повестка отцу четверых.", "У него пять детей.", "Отец 4 детей."),
        *("У него четыре ребёнка.", "Вызвали отца семерых несовершеннолетних детей.", "Отец 3-х детей."),
        *("Позву атрымаў бацька траіх дзяцей.", "У яго чатыры дзіцяці.", "Бацька пяцярых дзяцей.", "У яго 5 дзяцей."),
        *("Батько чотирьох дітей отримав повістку.", "У нього п'ятеро дітей.", "Батько шістьох.", "У нього 3 дітей."),
        *(
            "Ojciec trojga dzieci dostał wezwanie.",
            "Ma czworo dzieci.",
            "Ojciec pięciorga małych dzieci.",
            "Ma 4 dzieci.",
        ),
        *("Trijų vaikų tėvas gavo šaukimą.", "Jis turi keturis vaikus.", "Pašauktas 5 vaikų tėvas."),
    ],
)
def test_three_children_and_more(what: str) -> None:
    """Whoever has three children or more is put to the rule on them, with how many are minors left open."""
    one = replace(west().claims["r082#1"], what=what)
    found = told(one, west().reports["r082"])
    assert found is not None and found.asks == ("minor_children",)


@pytest.mark.parametrize(
    "what",
    [
        *("A father of two was summoned.", "Three fathers were summoned.", "Many fathers were summoned."),
        *("A father of a 4-year-old child was summoned.", "A father of 2 children was summoned at 4."),
        *("Отец двоих детей получил повестку.", "Вызвали троих отцов.", "Ребёнку 5 лет, отца вызвали."),
        *("Бацька дваіх дзяцей.", "Батько двох дітей.", "Ojciec dwojga dzieci.", "Dviejų vaikų tėvas."),
        *("Отец 2,5-летнего ребёнка.", "Отец 4-летнего ребёнка."),
    ],
)
def test_fewer_children_are_not_three(what: str) -> None:
    """Two children, three fathers and the age of a child are no three children."""
    assert told(replace(west().claims["r082#1"], what=what), west().reports["r082"]) is None


def test_counted_children() -> None:
    """Three children as a count are enough, whatever the words."""
    one = replace(west().claims["r082#1"], what="He was summoned.", count=Bounds(3, 3), unit="child")
    found = told(one, west().reports["r082"])
    assert found is not None and found.asks == ("minor_children",)


def test_length_within_the_limit() -> None:
    """45 to 60 days lie within 60 for every camp: no fact is missing, and unverified law does not clear."""
    found = holding("r047#2", "by.length")
    assert found.verdict == "lawful" and found.missing == ()
    assert found.sentence == "45 to 60 days: possibly lawful (law not verified)."


def test_words_are_those_of_the_law() -> None:
    """No verdict is worded here: each is what `law.explain` says of it, or of lawful where a kind is excepted."""
    pack = law("by")
    for one in legal(west()):
        rules = [version.rule for version in pack.rules[one.rule]]
        allowed = {
            words(verdict, rule) for rule in rules for verdict in ("lawful", "breach", "cannot tell", "not applicable")
        }
        assert {answer.words for answer in one.answers} <= allowed


def test_unverified_law_never_accuses() -> None:
    """Nothing in the pack of Belarus is confirmed: never breach without possible, nor lawful without not verified."""
    for one in legal(west()):
        assert one.status != "confirmed"
        assert "breach" not in one.sentence.replace("possible breach", "")
        assert "lawful" not in one.sentence.replace("possibly lawful (law not verified)", "")


def test_wider_notice_never_decides_more() -> None:
    """If the notice may be up to thirty days, a training camp is no breach any more: cannot tell."""
    reports, claims, _ = rows()
    wider = [replace(one, notice_hours=Bounds(0, 24 * 30)) if one.id == "r034#1" else one for one in claims]
    found = next(one for one in legal(after(reports, wider, (), (), ())) if "r034#1" in one.claims)
    verdicts = {dict(one.assumed)["kind"]: one.verdict for one in found.answers}
    assert verdicts["training"] == "cannot tell"


def with_words(what: str) -> LegalFinding:
    """The finding of the rule on notice where r048#1 (under a day) says these words."""
    standing = west(decisions=[decided(1, "correct", "r048#1", {"what": what})])
    return next(one for one in legal(standing) if "r048#1" in one.claims and one.rule == "by.notice")


def test_kind_said_by_the_claim() -> None:
    """Where the claim names a verification camp no other kind is tried, and the rule's own words except it."""
    found = with_words("For verification camps the time may be under a day.")
    assert [dict(one.assumed)["kind"] for one in found.answers] == ["verification"]
    assert found.missing == () and found.verdict == "not applicable"
    assert found.sentence == (
        "Under a day's notice: for a verification camp, as it says: possibly lawful (law not verified): by.notice, "
        "“Seven days' notice”, excepts this kind."
    )


def test_a_training_camp_that_is_said() -> None:
    """The only kind that is tried is told."""
    found = with_words("For a training camp the time may be under a day.")
    assert found.sentence == "Under a day's notice: for a training camp, as it says: possible breach."


@pytest.mark.parametrize(
    "what",
    [
        "For verification camps and for a training camp the time may be under a day.",
        "These are not verification camps; the time may be under a day.",
        "Это не проверочные сборы, время может быть меньше суток.",
    ],
)
def test_two_kinds_or_none_decide_nothing(what: str) -> None:
    """Two kinds in one claim, or one that it denies, leave the kind open: nobody is cleared by them."""
    assert with_words(what).missing == ("kind",)


@pytest.mark.parametrize(("hours", "words"), [((10, 10), "10 hours' notice"), ((10, 11), "10 to 11 hours' notice")])
def test_one_number_is_said_once(hours: tuple[int, int], words: str) -> None:
    """Two ends that are one number are no span."""
    reports, claims, _ = rows()
    other = [replace(one, notice_hours=Bounds(*hours)) if one.id == "r034#1" else one for one in claims]
    found = next(one for one in legal(after(reports, other, (), (), ())) if "r034#1" in one.claims)
    assert found.subject == words


def test_denials_have_no_facts() -> None:
    """A denial tells of no fact."""
    standing = west()
    denied = [one for one in standing.claims.values() if one.stance == "denies"]
    assert denied and all(told(one, standing.reports[one.report]) is None for one in denied)


@pytest.mark.parametrize("pack", ["ee", "lt", "lv", "pl", "ua", "fi", "ch"])
def test_any_pack(pack: str) -> None:
    """Any pack answers, by its own rules, and names only its own."""
    assert all(one.rule.startswith(f"{pack}.") for one in legal(west(), pack))


def test_unknown_pack() -> None:
    """A pack that there is not is one sentence."""
    with pytest.raises(LawError, match="no pack"):
        legal(west(), "nowhere")


def test_order_and_removal() -> None:
    """The same rows backwards give the same; without a report, findings of other claims keep their answers."""
    assert legal(west()) == legal(west(backwards=True))
    before = {one.id: one.answers for one in legal(west()) if "r081#2" not in one.claims}
    now = {one.id: one.answers for one in legal(west(without=["r081"]))}
    assert before == now
