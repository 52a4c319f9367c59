"""The scanner finds the line of every key that tomllib reads."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plan.bad import SMALL

from tocsin.plan import bundled
from tocsin.plan.positions import line_of, lines_of_keys

AWKWARD = '''
# comment = 1
"quoted key" . b = [ # comment ]
  1, """two
lines ]""", { x = "}", y = [ 'a # b', """q\\"""" ] },
]
[ "a b" . c ]
d.e.f = 2026-02-16 18:00:00   # trailing
[[t]]
n = 1
[[t.u]]
m = { p = { q = 1 } }
[[t.u]]
m = """x"""""
[t.v]
w = true
[[t]]
n = 2
'''


def paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of everything in parsed TOML."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*path, key))


@pytest.mark.parametrize("text", [SMALL, AWKWARD, *(f.read_text(encoding="utf-8") for f in bundled().values())])
def test_every_key_has_the_line_that_names_it(text: str) -> None:
    """Each path that tomllib reads has a line, and a key's line contains the key."""
    lines, rows = lines_of_keys(text), text.split("\n")
    found = list(paths(tomllib.loads(text)))
    assert set(found) <= set(lines)
    for path in found:
        if isinstance(path[-1], str):
            assert path[-1] in rows[lines[path] - 1], path


def test_awkward_lines_are_exact() -> None:
    """Strings with brackets, comments, dotted and quoted keys do not lead astray (lines counted by hand)."""
    lines = lines_of_keys(AWKWARD)
    assert lines["quoted key", "b"] == 3
    assert lines["quoted key", "b", 0] == 4
    assert lines["quoted key", "b", 2, "y", 1] == 5
    assert lines["a b", "c", "d", "e", "f"] == 8
    assert lines["t", 0, "u", 1, "m"] == 14
    assert lines["t", 0, "v", "w"] == 16
    assert lines["t", 1, "n"] == 18


def test_a_missing_key_stands_where_its_table_does() -> None:
    """The line of what is not in the text is that of the table around it."""
    assert line_of(("exercise", "nothing", 3), lines_of_keys(SMALL)) == 4
    assert line_of(("nothing",), lines_of_keys(SMALL)) is None


LINES = [
    "[a]",
    "[[a]]",
    "[[a.b]]",
    "[c.d]",
    "x = 1",
    "'y' = [1,",
    "2]",
    "z = { w = 'q' }",
    "# [no]",
    "u.v = 3",
    "",
    's = "]"',
]


@given(st.lists(st.sampled_from(LINES), max_size=8))
def test_the_scanner_agrees_with_tomllib_on_any_text(rows: list[str]) -> None:
    """Whatever tables stand in whatever order: if tomllib accepts them, every path has the line of its key."""
    text = "\n".join(rows)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines = lines_of_keys(text)
    for path in paths(data):
        if isinstance(path[-1], str):
            assert path[-1] in rows[lines[path] - 1]
        assert path in lines
