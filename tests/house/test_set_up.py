"""The set-up: locked, addressless, and right about when it has nothing to do."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock"]


@pytest.fixture(scope="module")
def bootstrap() -> ModuleType:
    """Return `tools/bootstrap.py` as a module; it is no part of the package."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "tools" / "bootstrap.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path, bootstrap: ModuleType) -> Path:
    """Return a checkout whose last set-up finished: a lock, an environment with its doors, a stamp."""
    for name in ["pyproject.toml", *LOCKS]:
        (tmp_path / name).write_text(name)
    doors = tmp_path / ".venv" / "bin"
    doors.mkdir(parents=True)
    for name in ("python", "tocsin"):
        (doors / name).touch()
    bootstrap.write_stamp(tmp_path / ".venv", bootstrap.wanted(tmp_path, dev=False))
    return tmp_path


def pins(lock: str) -> set[tuple[str, str]]:
    """Return name and version of each package in a lock."""
    return set(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_is_names_versions_and_hashes(lock: str) -> None:
    """A lock holds pins, markers and hashes, and nothing else: no address, no option, no file."""
    marker = r"[a-z_]+ [<>=!]+ '[^']+'"
    pin = re.compile(rf"[a-z0-9._-]+==[0-9a-z.+!]+( ; {marker}( and {marker})*)? \\")
    hash_line = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    lines = (ROOT / lock).read_text().splitlines()
    assert [line for line in lines if not (pin.fullmatch(line) or hash_line.fullmatch(line))] == []


def test_the_locks_meet_what_the_project_asks() -> None:
    """Each dependency of the project is pinned at a version that it allows; if not, run `make lock`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    asked = {
        LOCKS[0]: project["dependencies"] + extras["build"] + extras["model"] + extras["roads"],
        LOCKS[1]: extras["dev"],
    }
    unmet = []
    for lock, lines in asked.items():
        for need in map(Requirement, lines):
            versions = [version for name, version in pins(lock) if name == canonicalize_name(need.name)]
            unmet += [] if versions and all(map(need.specifier.contains, versions)) else [f"{lock}: {need}"]
    assert unmet == []


def test_the_lock_of_development_holds_the_other() -> None:
    """Tests run on the versions that users get: the lock of development holds every plain pin."""
    assert pins(LOCKS[0]) <= pins(LOCKS[1])


def test_an_old_python_can_read_the_refusal(bootstrap: ModuleType) -> None:
    """The bootstrap parses on Python 3.7 (no newer grammar, no future import) and refuses in one line."""
    tree = ast.parse((ROOT / "tools" / "bootstrap.py").read_text(), feature_version=(3, 7))
    futures = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    assert futures == []
    assert bootstrap.too_old((3, 10, 13)).startswith("Tocsin needs Python 3.11 or newer, this is 3.10.13")
    assert "\n" not in bootstrap.too_old((3, 6, 15))
    assert bootstrap.too_old((3, 11, 0)) == bootstrap.too_old((4, 0, 0)) == ""


def test_the_bootstrap_uses_the_standard_library_only() -> None:
    """The bootstrap runs before anything is installed, so it imports nothing that must be."""
    tree = ast.walk(ast.parse((ROOT / "tools" / "bootstrap.py").read_text()))
    names = {alias.name.split(".")[0] for node in tree if isinstance(node, ast.Import) for alias in node.names}
    assert names <= sys.stdlib_module_names


def test_a_finished_set_up_is_left_alone(
    bootstrap: ModuleType, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With lock, Python and folder unchanged nothing is installed and nothing is said."""
    bootstrap.set_up(checkout, dev=False)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.lock"])
def test_a_changed_lock_is_noticed(bootstrap: ModuleType, checkout: Path, name: str) -> None:
    """A changed lock or project file makes the environment stale, though not so that it must be made anew."""
    stamp = bootstrap.read_stamp(checkout / ".venv")
    (checkout / name).write_text("changed")
    want = bootstrap.wanted(checkout, dev=False)
    assert not bootstrap.is_current(stamp, want, checkout / ".venv")
    assert bootstrap.why_rebuild(stamp, want, checkout / ".venv") == ""


def test_tools_of_development_are_asked_for_once(bootstrap: ModuleType, checkout: Path) -> None:
    """A plain set-up does not satisfy `--dev`; a set-up with `--dev` satisfies both."""
    venv = checkout / ".venv"
    plain, dev = bootstrap.wanted(checkout, dev=False), bootstrap.wanted(checkout, dev=True)
    assert not bootstrap.is_current(plain, dev, venv)
    assert bootstrap.is_current(dev, plain, venv)
    assert bootstrap.is_current(dev, dev, venv)


@pytest.mark.parametrize(
    ("key", "reason"), [("root", "the checkout was moved"), ("python", "it was made by another Python")]
)
def test_an_environment_of_elsewhere_is_made_anew(bootstrap: ModuleType, checkout: Path, key: str, reason: str) -> None:
    """A moved checkout or another Python makes the environment anew, and the reason is said."""
    stamp = {**bootstrap.read_stamp(checkout / ".venv"), key: "elsewhere"}
    want = bootstrap.wanted(checkout, dev=False)
    assert not bootstrap.is_current(stamp, want, checkout / ".venv")
    assert bootstrap.why_rebuild(stamp, want, checkout / ".venv") == reason


def test_an_interrupted_set_up_is_made_anew(bootstrap: ModuleType, checkout: Path) -> None:
    """What a killed set-up left behind is never taken for whole, even beside an older stamp."""
    venv = checkout / ".venv"
    (venv / bootstrap.UNFINISHED).touch()
    stamp, want = bootstrap.read_stamp(venv), bootstrap.wanted(checkout, dev=False)
    assert not bootstrap.is_current(stamp, want, venv)
    assert bootstrap.why_rebuild(stamp, want, venv) == "the last set-up was interrupted"


def test_a_damaged_stamp_is_no_stamp(bootstrap: ModuleType, checkout: Path) -> None:
    """A stamp that cannot be read counts as none."""
    for text in ("", "{", json.dumps(["root"])):
        (checkout / ".venv" / bootstrap.STAMP).write_text(text)
        assert bootstrap.read_stamp(checkout / ".venv") == {}


def test_commands_of_a_moved_environment_are_noticed(bootstrap: ModuleType, checkout: Path) -> None:
    """A command whose first line starts another environment's Python gives a move away; a binary does not."""
    script = checkout / ".venv" / "bin" / "numba"
    script.write_text("#!/elsewhere/.venv/bin/python\nimport numba\n")
    assert bootstrap.points_elsewhere(script, checkout / ".venv")
    script.write_text(f"#!{checkout}/.venv/bin/python\nimport numba\n")
    assert not bootstrap.points_elsewhere(script, checkout / ".venv")
    script.write_bytes(b"\x7fELF\0\0")
    assert not bootstrap.points_elsewhere(script, checkout / ".venv")


def test_changed_kernels_are_warmed_again(bootstrap: ModuleType, checkout: Path) -> None:
    """The digest of the kernels is empty without any, and changes with each file of engine, draws and pairs."""
    package = checkout / "src" / "tocsin"
    assert bootstrap.kernel_digest(checkout) == ""
    for room in ("simulate", "draws", "watch/likeness"):
        (package / room).mkdir(parents=True)
    digests = [""]
    for name, text in [
        ("simulate/warm.py", "a"),
        ("simulate/kernels.py", "a"),
        ("draws/u.py", "a"),
        ("draws/u.py", "b"),
        ("watch/likeness/pairs.py", "a"),
    ]:
        (package / name).write_text(text)
        digests.append(bootstrap.kernel_digest(checkout))
    assert len(set(digests)) == 6


@pytest.mark.parametrize(("exit_code", "kept"), [(0, True), (1, False)])
def test_the_warm_up_is_said_and_kept_only_if_it_worked(
    bootstrap: ModuleType, checkout: Path, capsys: pytest.CaptureFixture[str], exit_code: int, kept: bool
) -> None:
    """New kernels are warmed, with a line that gives the seconds; a failed one is said, and tried again."""
    warm = checkout / "src" / "tocsin" / "simulate" / "warm.py"
    warm.parent.mkdir(parents=True)
    warm.touch()
    python = checkout / ".venv" / "bin" / "python"
    python.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    python.chmod(0o755)
    bootstrap.set_up(checkout, dev=False)
    said = capsys.readouterr().out.splitlines()[-1 if kept else 1]
    assert re.search(r"kernels warm in \d+\.\d s" if kept else "could not be warmed", said)
    bootstrap.set_up(checkout, dev=False)
    assert (capsys.readouterr().out == "") is kept


def test_browser_libraries_are_fetched_once(
    bootstrap: ModuleType, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are fetched when the lock of the web is new or they are gone; a failure is one line, and is tried again."""
    (checkout / "web").mkdir()
    (checkout / "tools").mkdir()
    (checkout / "web" / "package-lock.json").write_text("{}")
    listed = checkout / bootstrap.VENDOR / "vendor.json"
    python = checkout / ".venv" / "bin" / "python"
    python.write_text("#!/bin/sh\necho npm failed: no network >&2\nexit 2\n")
    python.chmod(0o755)
    for _ in range(2):
        bootstrap.set_up(checkout, dev=False)
        assert "the desk's map stands still" in (last := capsys.readouterr().out.splitlines()[-1])
        assert last.endswith("npm failed: no network")
    python.write_text(f"#!/bin/sh\nmkdir -p {listed.parent}\ntouch {listed}\n")
    for before in (lambda: None, listed.unlink, lambda: (checkout / "web" / "package-lock.json").write_text("{ }")):
        before()
        bootstrap.set_up(checkout, dev=False)
        assert "fetching the desk's browser libraries" in capsys.readouterr().out
        bootstrap.set_up(checkout, dev=False)
        assert capsys.readouterr().out == ""


def test_the_lock_of_the_web_is_versions_and_digests() -> None:
    """Each package of the browser is pinned with its SHA-512 and no address, and what is asked for is one version."""
    asked = json.loads((ROOT / "web" / "package.json").read_text())["dependencies"]
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in asked.values())
    assert {name: packages[f"node_modules/{name}"]["version"] for name in asked} == asked
    held = [one for place, one in packages.items() if place]
    assert all(one["integrity"].startswith("sha512-") and "resolved" not in one for one in held)


def test_what_pages_load_is_what_the_lock_names() -> None:
    """Where the browser libraries are in place, each file has the digest that is listed, and the locked version."""
    vendor = ROOT / "src" / "tocsin" / "serve" / "vendor"
    if not (vendor / "vendor.json").is_file():
        pytest.skip("the browser libraries were not fetched at set-up")
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"]
    listed = json.loads((vendor / "vendor.json").read_text())
    for one in listed:
        assert hashlib.sha256((vendor / one["file"]).read_bytes()).hexdigest() == one["sha256"]
        assert packages[f"node_modules/{one['package']}"]["version"] == one["version"]
    assert {one["file"] for one in listed} | {"vendor.json", "LICENCES.txt"} == {path.name for path in vendor.iterdir()}
    told = (vendor / "LICENCES.txt").read_text()
    assert all(f"=== {one['package']} {one['version']}" in told for one in listed)


@pytest.mark.parametrize(
    ("user", "apt_get", "why"), [(1000, "apt-get", "this is not root"), (0, None, "there is no apt-get")]
)
def test_a_missing_browser_is_said_in_one_line(
    bootstrap: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    user: int,
    apt_get: str | None,
    why: str,
) -> None:
    """Without Chromium and the means to install it, one line says that browser tests are left out."""
    monkeypatch.setattr(bootstrap, "CHROMIUM", "/nowhere/chromium")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: user)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: apt_get)
    bootstrap.browser()
    (line,) = capsys.readouterr().out.splitlines()
    assert why in line
    assert "browser tests are left out" in line


def test_uv_is_pinned_by_the_lock(bootstrap: ModuleType) -> None:
    """What installs uv is one pin with hashes, from either lock; a lock without it is refused."""
    for lock in LOCKS:
        entry = bootstrap.pinned(ROOT / lock, "uv")
        assert re.match(r"uv==[\d.]+ \\\n", entry)
        assert entry.count("==") == 1
        assert entry.count("--hash=sha256:") > 1
    with pytest.raises(bootstrap.SetUpError, match="nobody is not pinned"):
        bootstrap.pinned(ROOT / LOCKS[0], "nobody")


def test_a_failed_command_says_its_last_words(bootstrap: ModuleType) -> None:
    """A command that fails is named with what it said; one that is not there, too."""
    with pytest.raises(bootstrap.SetUpError, match="no such luck"):
        bootstrap.run([sys.executable, "-c", "raise SystemExit('no such luck')"])
    with pytest.raises(bootstrap.SetUpError, match="No such file"):
        bootstrap.run(["not-a-command-of-any-machine"])


def test_the_wheel_carries_every_file_of_the_package(tmp_path: Path) -> None:
    """A built wheel holds each module, plan, table and template of the package, and the licence."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    source = ROOT / "src"
    files = (path for path in (source / "tocsin").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert {path.relative_to(source).as_posix() for path in files} - held == set()
    assert any(name.endswith("licenses/LICENSE") for name in held)
