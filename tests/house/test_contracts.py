"""The house stands as it was drawn: storeys, doors, cheap beginnings."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "tocsin"
DOORS = sorted(path for path in PACKAGE.glob("*/**/__init__.py"))
LINES = ["For: ", "Takes: ", "Gives: ", "Never: ", "Start reading at: "]
HEAVY = {"joblib", "llvmlite", "numba", "polars", "scipy"}


def test_import_contracts_hold() -> None:
    """Every import goes down a storey, no room has a knot, and readers do not know who wrote the log."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("door", DOORS, ids=lambda path: path.parent.relative_to(PACKAGE).as_posix())
def test_a_door_says_its_five_lines(door: Path) -> None:
    """A door says For, Takes, Gives, Never, Start reading at: a line each, after one title at most."""
    said = [line for line in (ast.get_docstring(ast.parse(door.read_text())) or "").splitlines() if line]
    assert [line.split(":")[0] + ": " for line in said[-5:]] == LINES
    assert all(line.partition(": ")[2] for line in said[-5:])
    assert len(said) <= 6


def test_every_folder_of_code_has_a_door() -> None:
    """A folder of modules is a package: import contracts look straight past one that is not."""
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert [folder.name for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def is_door_part(node: ast.stmt) -> bool:
    """Tell whether a statement may stand in a door: docstring, import, `__all__`, late loading by name."""
    if isinstance(node, ast.FunctionDef):
        return node.name in {"__getattr__", "__dir__"}
    if isinstance(node, ast.Assign):
        return [ast.unparse(target) for target in node.targets] == ["__all__"]
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or isinstance(node, ast.Import | ast.ImportFrom)


@pytest.mark.parametrize("door", DOORS, ids=lambda path: path.parent.relative_to(PACKAGE).as_posix())
def test_a_door_holds_nothing_else(door: Path) -> None:
    """After its docstring a door imports the names of its `__all__`, lists them, and does nothing else."""
    body = ast.parse(door.read_text()).body
    assert [ast.unparse(node)[:80] for node in body if not is_door_part(node)] == []


@pytest.mark.parametrize("module", ["tocsin", "tocsin.cli"])
def test_a_start_is_cheap(module: str) -> None:
    """Importing the package or the command line loads no library that takes more than 50 ms to import."""
    code = f"import {module}, sys; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == set()
