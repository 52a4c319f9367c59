"""A text of TOML is parsed in a memory that grows with it, whatever its keys."""

from __future__ import annotations

import tomllib
import tracemalloc

import pytest

from tocsin.plan.toml_text import MOST_PARTS, parse_toml


@pytest.mark.parametrize("key", ["a" + ".a" * 50_000, '"a"' + '."\\"a"' * 20_000, "a" + " . 'a'" * 20_000])
@pytest.mark.parametrize("frame", ["{} = 1", "[{}]", "a = {{ {} = 1 }}"])
def test_a_key_without_end_takes_no_memory(key: str, frame: str) -> None:
    """tomllib alone would take half of its parts' square times eight bytes: 10 GB and more."""
    tracemalloc.start()
    with pytest.raises(RecursionError):
        parse_toml(frame.format(key))
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    "text",
    [
        "a" + ".a" * (MOST_PARTS - 1) + " = 1",
        'a = "' + "x" * 100_000 + '"',
        'a = """' + "It rains. Nobody came. " * 5_000 + '"""',
        "a = '" + "." * 1_000 + "'",
        "\n".join(f"[t{k}]\na.b.c = [1, 2.5]" for k in range(500)),
    ],
)
def test_what_people_write_is_parsed(text: str) -> None:
    """Keys of up to the most parts, long texts, sentences, dots, many tables: as tomllib has them."""
    assert parse_toml(text) == tomllib.loads(text)
