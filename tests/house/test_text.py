"""What stands in the repository: no machine's paths, no registry's address; words keep their form."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
# Put together from parts, so that this file does not find itself.
FOLDERS = ["work", "root", "tmp", "opt/pypi", r"home/\w+", r"Users/\w+", "var/folders", "workspace", "mnt"]
MACHINE_PATH = re.compile(rf"(?<![\w.)}}\]/*-])/(?:{'|'.join(FOLDERS)})(?:/|\b(?![-\w]))")
REGISTRY = re.compile(
    "|".join(["pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npm", "npmjs" + r"\.(com|org)"])
)


@cache
def texts() -> dict[str, str]:
    """Return every text file that is, or is about to be, committed: its name and its words."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout, so nothing tells which files are committed")
    found = {}
    for name in names.split("\0"):
        path = ROOT / name
        if name and path.is_file() and b"\0" not in (data := path.read_bytes()):
            found[name] = data.decode()
    return found


def hits(pattern: re.Pattern[str]) -> list[str]:
    """Return file, line and find of each place where a pattern stands in a text."""
    return [
        f"{name}:{number}: {match.group(0)}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        for match in pattern.finditer(line)
    ]


def test_no_path_of_a_machine() -> None:
    """No committed file names a folder that exists on one machine only."""
    assert hits(MACHINE_PATH) == []


@pytest.mark.parametrize("line", ["see {}work/main/x", 'open("{}home/anna/plan.toml")', "cd {}root", "x={}tmp/a"])
def test_a_path_of_a_machine_would_be_found(line: str) -> None:
    """The search for machine paths finds each of them; it would otherwise pass for the wrong reason."""
    assert MACHINE_PATH.search(line.format("/"))


def test_no_address_of_a_registry() -> None:
    """No committed file names the host of a package registry."""
    assert hits(REGISTRY) == []


def test_locks_hold_no_address() -> None:
    """A lock carries names, versions and hashes only."""
    locks = [name for name in texts() if name.endswith((".lock", "package-lock.json"))]
    assert len(locks) == 3
    assert [name for name in locks if "://" in texts()[name]] == []


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the test functions of a file, those inside classes too."""
    tree = ast.walk(ast.parse(path.read_text()))
    defs = [node for node in tree if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [node for node in defs if node.name.startswith("test_")]


def test_every_test_says_what_must_be_true() -> None:
    """Each test has a docstring."""
    silent = [f"{path.name}::{test.name}" for path in TESTS for test in functions(path) if not ast.get_docstring(test)]
    assert silent == []


def reasonless(node: ast.AST) -> bool:
    """Tell whether a node leaves a test out (skip, skipif, xfail, importorskip) without a reason in words."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    keywords = {keyword.arg for keyword in node.keywords}
    if node.func.attr == "importorskip" or node.func.attr == "skipif":
        return "reason" not in keywords
    if node.func.attr in {"skip", "xfail"}:
        return not node.args and "reason" not in keywords
    return False


def bare_marks(tree: ast.AST) -> list[str]:
    """Return marks such as `@pytest.mark.skip` that are never called, and so cannot carry a reason."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    marks = {"pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail"}
    attributes = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and id(node) not in called)
    return [ast.unparse(node) for node in attributes if ast.unparse(node) in marks]


def test_every_skip_has_a_reason() -> None:
    """A test that is left out, or expected to fail, says why."""
    guilty = []
    for path in [*TESTS, *(ROOT / "tests").rglob("conftest.py")]:
        tree = ast.parse(path.read_text())
        guilty += [f"{path.name}: {mark}" for mark in bare_marks(tree)]
        guilty += [f"{path.name}:{node.lineno}" for node in ast.walk(tree) if reasonless(node)]
    assert guilty == []


def test_every_ignored_complaint_has_a_reason() -> None:
    """Where a checker is told to be silent, and where coverage is, the line goes on to say why."""
    silenced = re.compile(r"# (?:type: ignore(?:\[[\w,-]+\])?+|noqa(?:: \w+)?+|pragma: no \w++)(?! +# +\w)")
    files = [path for room in ("src", "tests", "tools", "benchmarks") for path in sorted((ROOT / room).rglob("*.py"))]
    lines = [(path, n, line) for path in files for n, line in enumerate(path.read_text().splitlines(), 1)]
    found = [f"{path.name}:{n}" for path, n, line in lines if path != Path(__file__) and silenced.search(line)]
    assert found == []


def glossary() -> list[tuple[str, str]]:
    """Return the entries of the glossary: `- **term**: meaning.`, over one line or several."""
    text = (ROOT / "GLOSSARY.md").read_text()
    return re.findall(r"^- \*\*(.+?)\*\*: (.+?)(?=\n(?:- \*\*|\n|\Z)|\Z)", text, re.MULTILINE | re.DOTALL)


def test_the_glossary_has_one_entry_a_term_in_order() -> None:
    """Terms stand in the order of the alphabet, each once."""
    terms = [term for term, _ in glossary()]
    assert len(terms) > 60, "the entries have lost their form"
    assert terms == sorted(set(terms), key=str.casefold)


def test_each_term_of_the_glossary_has_a_meaning() -> None:
    """Every line that begins an entry is one, and its meaning is a sentence that ends."""
    begun = [line for line in (ROOT / "GLOSSARY.md").read_text().splitlines() if line.startswith("- ")]
    assert len(begun) == len(glossary())
    assert [term for term, meaning in glossary() if not meaning.strip().endswith(".")] == []


def test_decisions_are_dated_and_listed() -> None:
    """Each decision is numbered without gaps, carries its date, and stands in the list."""
    folder = ROOT / "docs" / "decisions"
    files = sorted(path for path in folder.glob("[0-9]*.md"))
    listed = (folder / "README.md").read_text()
    assert [int(path.name[:4]) for path in files] == list(range(1, len(files) + 1))
    for path in files:
        assert re.search(r"^Date: \d{4}-\d\d-\d\d$", path.read_text(), re.MULTILINE), path.name
        assert f"({path.name})" in listed, path.name
