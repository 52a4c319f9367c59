"""The language of conditions: what it takes, what it refuses and in which words, and that it can do nothing else."""

from __future__ import annotations

import ast
import sys
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.law.generated import UNITS, condition

from tocsin.errors import LawError
from tocsin.law import nodes as ex
from tocsin.law.expression import parse
from tocsin.law.nodes import written

COUNTS = {"minor_children": "children"}
PLACE = "by.toml: rule by.notice, require"


def read(text: str, unit: ex.Unit | None = "day") -> ex.Node:
    """Read a condition of a rule that counts in a unit."""
    return parse(text, COUNTS, unit, PLACE)


def refusal(text: str, unit: ex.Unit | None = "day") -> str:
    """Return the sentence that refuses a condition; it has the place and stands on one short line."""
    with pytest.raises(LawError) as caught:
        read(text, unit)
    error = caught.value
    assert error.place == PLACE and "\n" not in str(error) and len(str(error)) < 400, str(error)
    return error.sentence


# --- what is taken ----------------------------------------------------------------------------------------------------

NOTICE = ex.Between(ex.Given("served", "moment"), ex.Given("report", "moment"))
KIND, MINORS = ex.Given("kind", "word"), ex.Given("minor_children", "count")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("True", ex.Truth(True)),
        ("candidate", ex.Given("candidate", "flag")),
        ("not candidate", ex.Not(ex.Given("candidate", "flag"))),
        ("notice >= days(7)", ex.Compare(">=", NOTICE, ex.Length(7, "days"))),
        ("between(served, report) >= days(7)", ex.Compare(">=", NOTICE, ex.Length(7, "days"))),
        ("kind == 'training'", ex.Compare("==", KIND, ex.Word("training"))),
        ("'training' != kind", ex.Compare("!=", ex.Word("training"), KIND)),
        ("kind in ('training', 'special')", ex.Member(KIND, ("training", "special"))),
        ("kind in ['training']", ex.Member(KIND, ("training",))),
        ("kind not in ('training',)", ex.Not(ex.Member(KIND, ("training",)))),
        ("minor_children + 1 < 3", ex.Compare("<", ex.Add(MINORS, ex.Whole(1)), ex.Whole(3))),
        ("age_on(report) >= 60", ex.Compare(">=", ex.Age(ex.Given("report", "moment")), ex.Whole(60))),
        ("served <= report", ex.Compare("<=", NOTICE.start, NOTICE.end)),
        ("in_season(report, '04-01', '10-01')", ex.Season(NOTICE.end, "04-01", "10-01")),
        ("candidate == True", ex.Compare("==", ex.Given("candidate", "flag"), ex.Truth(True))),
        ("  candidate\n", ex.Given("candidate", "flag")),
    ],
)
def test_what_is_taken(text: str, node: ex.Node) -> None:
    """Each form of the language is read as what it says."""
    assert read(text) == node


def test_a_chain_is_all_of_its_comparisons() -> None:
    """`1 <= n < 3` is `1 <= n and n < 3`, as in mathematics."""
    assert read("1 <= minor_children < 3") == read("1 <= minor_children and minor_children < 3")


def test_and_goes_before_or() -> None:
    """`a or b and c` is `a or (b and c)`."""
    assert read("candidate or farmer and student") == read("candidate or (farmer and student)")


def test_facts_in_the_order_of_the_condition() -> None:
    """A condition names the facts that it reads, each once, in its own order; an age reads the birth."""
    node = read("kind == 'training' and notice >= days(7) and age_on(report) < 60 and kind != 'special'")
    assert ex.facts_in(node) == ("kind", "served", "report", "birth")


@pytest.mark.parametrize("seed", range(80))
def test_what_is_written_is_read_again(seed: int) -> None:
    """A condition that is written down is the same condition when it is read."""
    dice = Random(seed)
    unit = dice.choice([None, *UNITS])
    node = read(condition(dice, unit, 3), unit)
    assert read(written(node), unit) == node


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("", "day", "expected a condition such as notice >= days(7)"),
        ("notice >=", "day", "expected a condition such as"),
        ("notice >= 7", "day", "found 'notice', a length of time, beside '7', a count; expected two of one sort"),
        ("notice >= months(3)", "day", "found months(…) in a rule that counts in days; expected the same unit"),
        ("notice >= days(90)", "month", "found days(…) in a rule that counts in months"),
        ("notice >= hours(48)", "day", "found hours(…) in a rule that counts in days"),
        ("notice >= working_days(5)", "day", "found working_days(…)"),
        ("notice == months(3)", "month", "months have no length of their own"),
        ("notice >= days(7)", None, "found notice in a rule without `count`"),
        ("between(served, report) >= days(7)", None, "found between(…) in a rule without `count`"),
        ("days(7) <= notice", "day", "expected a time between two moments on the left"),
        ("notice >= notice", "day", "and a length such as days(7) on the right"),
        ("notise >= days(7)", "day", "found the fact 'notise', which there is not"),
        ("known(served)", "day", "found 'known(served)'; expected days(7), hours(48)"),
        ("served is None", "day", "found `is`"),
        ("served == None", "day", "found 'None'; expected a fact"),
        ("kind == 'exercise'", "day", "found 'exercise' for kind; expected one of training, special"),
        ("kind in ('training', 'exercise')", "day", "found 'exercise' for kind"),
        ("kind in ('training')", "day", "found \"'training'\" after `in`; expected words in brackets"),
        ("kind in ()", "day", "after `in`; expected words in brackets"),
        ("kind in ('training', 3)", "day", "found '3' among words"),
        ("minor_children in (1, 2)", "day", "before `in`; expected a fact that is a word"),
        ("'a' in kind", "day", "before `in`; expected a fact that is a word"),
        ("kind < 'training'", "day", "compared by size; expected == or !="),
        ("candidate < True", "day", "compared by size"),
        ("kind", "day", "found 'kind', a word; expected what is true or false"),
        ("minor_children", "day", "a count; expected what is true or false"),
        ("3", "day", "a count; expected what is true or false"),
        ("minor_children and candidate", "day", "found 'minor_children', a count; expected what is true or false"),
        ("children_births == children_births", "day", "expected a count of it, such as minor_children"),
        ("minor_children + kind > 2", "day", "found 'kind' in a sum, a word; expected counts"),
        ("minor_children - 1 > 2", "day", "found 'minor_children - 1'; expected a fact, a number"),
        ("minor_children < -1", "day", "found '-1'; expected a fact, a number"),
        ("minor_children < 1.5", "day", "found '1.5'; expected a fact, a number"),
        ("minor_children < 10000000", "day", "found 10000000; expected 0 to 100,000"),
        ("minor_children < " + "9" * 1500, "day", "found a whole number of more than 60 digits"),
        ("days(7)", "day", "a length of time; expected what is true or false"),
        ("notice >= days(x)", "day", "found 'days(x)'; expected one whole number, such as days(7)"),
        ("notice >= days(7, 8)", "day", "expected one whole number"),
        ("notice >= days(True)", "day", "expected one whole number"),
        ("notice >= days(n=7)", "day", "expected plain arguments"),
        ("notice >= days(*[7])", "day", "expected plain arguments"),
        ("age_on(birth) > 3", "day", "found 'birth'; expected a moment such as served or report"),
        ("age_on(notice) > 3", "day", "found 'notice'; expected a moment"),
        ("in_season(report, '04-01')", "day", "expected in_season(report, '04-01', '10-01')"),
        ("in_season(report, '02-30', '10-01')", "day", "found '02-30' as a day of the year"),
        ("in_season(report, '4-1', '10-01')", "day", "found '4-1' as a day of the year"),
        ("in_season(report, served, '10-01')", "day", "as a day of the year"),
        ("in_season(kind, '04-01', '10-01')", "day", "found 'kind'; expected a moment"),
        ("birth < served", "day", "found 'birth', a date, beside 'served', a moment"),
        ("lambda: candidate", "day", "expected a fact, a number"),
        ("candidate if farmer else student", "day", "expected a fact, a number"),
        ("(candidate := True)", "day", "expected a fact, a number"),
        ("f'{candidate}' == kind", "day", "expected a fact, a number"),
        ("kind.upper() == 'A'", "day", "expected days(7)"),
        ("kind[0] == 'a'", "day", "expected a fact, a number"),
        ("[candidate for candidate in kind]", "day", "expected a fact, a number"),
        ("__import__('os').system('true')", "day", "expected days(7)"),
        ("open('x')", "day", "expected days(7)"),
        ("candidate; farmer", "day", "expected a condition"),
        ("import os", "day", "expected a condition"),
        ("candidate\nfarmer", "day", "expected a condition"),
        ("candidate\x00", "day", "expected a condition"),
        ("not " * 600 + "candidate", "day", "letters; expected at most 2,000"),
        ("not " * 250 + "candidate", "day", "of more than 200 parts"),
        ("(" * 900 + "candidate" + ")" * 900, "day", "expected a condition"),
        ("-" * 95 + "1 > 0", "day", "expected a fact, a number"),
    ],
)
def test_what_is_refused(text: str, unit: ex.Unit | None, words: str) -> None:
    """Whatever else stands in a condition is refused in one sentence that shows it."""
    assert words in refusal(text, unit)


def test_nothing_asks_whether_a_fact_is_known() -> None:
    """The language has no way to turn the unknown into yes or no: its nodes are facts, logic and comparisons only."""
    assert {node.__name__ for node in ex.Node.__args__} == {
        *("Given", "Whole", "Word", "Truth", "Length", "Between", "Age", "Season", "Add", "Compare", "Member"),
        *("Every", "Some", "Not"),
    }


# --- whatever stands there --------------------------------------------------------------------------------------------

WORDS = (
    *("notice", "served", "kind", "candidate", "minor_children", "days(7)", "hours(1)", "between", "age_on"),
    *("in_season", ">=", "<", "==", "in", "not", "and", "or", "is", "if", "else", "lambda", "for", "await", "yield"),
    *("import", "(", ")", "[", "]", "{", "}", ",", ".", ":", ":=", "+", "-", "*", "**", "%", "~", "@", "#", "'", '"'),
    *("'training'", "7", "1e9", "0x1f", "True", "None", "f'{a}'", "\\d", "\n", "\t", "__class__", "eval", "exec"),
    *("open", "os", "é", "☃", "\x00"),
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=24).map(" ".join))


def try_it(text: str) -> None:
    """A text is a condition, which can be written and read again, or one refusal with its place."""
    for unit in (None, "day", "month"):
        try:
            node = read(text, unit)
        except LawError as error:
            assert error.place == PLACE and len(str(error)) < 400 and "\n" not in str(error)
        else:
            assert read(written(node), unit) == node


@given(TEXTS)
@example("0x1if 1 else 2")
@example("'\\d' == kind")
@example("kind == '\ud800'")
def test_any_text_is_a_condition_or_one_refusal(text: str) -> None:
    """Random text and random words of Python give a condition or one refusal; no warning, no other error."""
    try_it(text)


def trees(depth: int, dice: Random) -> ast.expr:
    """Return a random expression of Python, of any kind that there is."""
    kinds = [kind for kind in ast.expr.__subclasses__() if kind.__name__ not in _OLD]
    name = ast.Name(dice.choice(["served", "report", "kind", "candidate", "minor_children", "eval", "days", "notice"]))
    if depth == 0:
        return dice.choice([name, ast.Constant(dice.choice([7, True, None, "training", 1.5, b"x", ...]))])
    kind = dice.choice(kinds)
    fields = {field: _field(kind, field, depth, dice) for field in kind._fields}
    return kind(**fields)


_OLD = {
    "Num",
    "Str",
    "Bytes",
    "NameConstant",
    "Ellipsis",
    "JoinedStr",
    "FormattedValue",
    "TemplateStr",
    "Interpolation",
}


def _field(kind: type[ast.expr], field: str, depth: int, dice: Random) -> object:
    some = [trees(depth - 1, dice) for _ in range(2)]
    name = dice.choice(["served", "kind", "days", "between", "age_on", "in_season"])
    argument = ast.arguments([], [ast.arg("a")], None, [], [], None, [])
    chosen = {
        "op": dice.choice([ast.And(), ast.Or()] if kind is ast.BoolOp else [ast.Not(), ast.USub()])
        if kind in (ast.BoolOp, ast.UnaryOp)
        else dice.choice([ast.Add(), ast.Sub(), ast.Mult(), ast.Pow()]),
        "ops": [dice.choice([ast.Lt(), ast.Eq(), ast.In(), ast.NotIn(), ast.Is()])],
        "comparators": some[:1],
        "values": some,
        "elts": some,
        "keys": some,
        "args": argument if kind is ast.Lambda else some,
        "keywords": [],
        "generators": [ast.comprehension(ast.Name("a"), some[0], [], 0)],
        "id": name,
        "attr": name,
        "ctx": ast.Load(),
        "func": ast.Name(name) if dice.random() < 0.7 else some[0],
        "target": ast.Name("a"),
        "kind": None,
        "slice": some[1],
        "lower": some[0],
        "upper": some[1],
        "step": None,
    }
    if kind is ast.Constant and field == "value":
        return 7
    return chosen.get(field, some[0])


@given(st.integers(0, 2**32))
def test_any_expression_of_python_is_a_condition_or_one_refusal(seed: int) -> None:
    """Random trees of every kind of expression that Python has are read or refused, and never run."""
    try:
        text = ast.unparse(ast.fix_missing_locations(trees(3, Random(seed))))
    except (ValueError, RecursionError, AttributeError):
        return  # no expression of Python
    try_it(text)


@given(TEXTS)
@settings(max_examples=20)
def test_reading_runs_nothing(text: str) -> None:
    """While a condition is read nothing is opened, imported, compiled to code or executed: the interpreter's own hooks
    would tell."""
    global _watching
    seen.clear()
    _watching = True
    try:
        try_it(text)
    finally:
        _watching = False
    assert not [name for name in seen if name in ("open", "import", "exec", "os.system", "subprocess.Popen")], seen


_watching, seen = False, []


def _hook(name: str, _: object) -> None:
    if _watching:
        seen.append(name)


sys.addaudithook(_hook)


@pytest.mark.prove
@given(TEXTS)
@settings(max_examples=20_000)
def test_any_of_twenty_thousand_texts(text: str) -> None:
    """As above, at length."""
    try_it(text)
