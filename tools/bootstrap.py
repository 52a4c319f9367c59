"""Set Tocsin up in `.venv`: a virtual environment, the locked dependencies, the project itself, warm kernels, and the
browser libraries of its desk.

Standard library only. An old Python must be able to read this file far enough to be told that it is too old:
hence quoted annotations and no `from __future__`. Run it as `python3 tools/bootstrap.py [--dev] [--browser]`.

The order of things:
  1. read the stamp of the last set-up; if it fits the lock, the Python and this folder, nothing is installed;
  2. otherwise, one at a time, make `.venv` (anew, if moved, made by another Python, or left half-made);
  3. install uv, pinned and hashed by the lock, by pip; install the lock by uv (without uv: by pip);
  4. install the project, editable, with the build backend that the lock brought;
  5. compile the kernels once, if there are any;
  6. have tools/web.py fetch the desk's browser libraries, if it can; each writes the stamp, last of all.
"""

import argparse
import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
LOCK = "requirements.lock"
DEV_LOCK = "requirements-dev.lock"  # holds everything of LOCK too, so one of the two is installed, never both
CHROMIUM = "/usr/bin/chromium"
STAMP = "tocsin-stamp.json"  # inside .venv: what the last finished set-up was made for
ROOMS = ("assess", "draws", "simulate", "watch/likeness")  # where kernels are, and what they are made of
WEB = ("web/package.json", "web/package-lock.json", "web/.npmrc", "tools/web.py")  # what the desk's libraries come from
VENDOR = "src/tocsin/serve/vendor"
UNFINISHED = "tocsin-unfinished"  # inside .venv: there while a set-up works on it


class SetUpError(Exception):
    """The set-up cannot go on; the sentence says why."""


def say(sentence: str) -> None:
    """Print one line of progress at once, so that a log shows where the time goes."""
    print("set-up: " + sentence, flush=True)


def too_old(version: "tuple[int, ...]") -> str:
    """Return the sentence of refusal for a Python older than Tocsin needs, or an empty string."""
    if tuple(version[:2]) >= OLDEST:
        return ""
    found = ".".join(str(part) for part in version[:3])
    return f"Tocsin needs Python 3.11 or newer, this is {found}: name another with make PYTHON=python3.11"


def digest(paths: "list[Path]") -> str:
    """Return one SHA-256 over the names and bytes of files; a missing file counts as such."""
    total = hashlib.sha256()
    for path in paths:
        data = path.read_bytes() if path.is_file() else b"missing"
        total.update(f"{path.name} {len(data)} ".encode())
        total.update(data)
    return total.hexdigest()


def wanted(root: Path, dev: bool) -> "dict[str, str]":
    """Return what a finished set-up of this checkout by this Python writes into its stamp."""
    return {
        "root": str(root),
        "python": sys.base_prefix + " " + sys.version.split()[0],
        "lock": digest([root / "pyproject.toml", root / LOCK]),
        "dev": digest([root / DEV_LOCK]) if dev else "",
    }


def kernel_digest(root: Path) -> str:
    """Return the digest of the sources of compiled kernels, or an empty string where there are none."""
    package = root / "src" / "tocsin"
    if not (package / "simulate" / "warm.py").is_file():
        return ""
    return digest([path for room in ROOMS for path in sorted((package / room).rglob("*.py"))])


def web_digest(root: Path) -> str:
    """Return the digest of what the desk's browser libraries come from, or an empty string where there is nothing."""
    return digest([root / name for name in WEB]) if (root / WEB[1]).is_file() else ""


def has_web(root: Path, stamp: "dict[str, str]") -> bool:
    """Tell whether the desk's browser libraries are there and are those of the lock."""
    wanted_web = web_digest(root)
    return not wanted_web or (stamp.get("web") == wanted_web and (root / VENDOR / "vendor.json").is_file())


def read_stamp(venv: Path) -> "dict[str, str]":
    """Return the stamp of the last finished set-up, or an empty dictionary."""
    try:
        stamp = json.loads((venv / STAMP).read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(venv: Path, stamp: "dict[str, str]") -> None:
    """Write the stamp beside and rename it, so that it is there whole or not at all, and end the set-up."""
    beside = venv / (STAMP + ".part")
    beside.write_text(json.dumps(stamp, indent=1, sort_keys=True) + "\n")
    beside.replace(venv / STAMP)
    (venv / UNFINISHED).unlink(missing_ok=True)


def is_current(stamp: "dict[str, str]", want: "dict[str, str]", venv: Path) -> bool:
    """Tell whether the environment is finished and fits: same lock, folder and Python, both doors there."""
    same = all(stamp.get(key) == want[key] for key in ("root", "python", "lock"))
    dev_fits = not want["dev"] or stamp.get("dev") == want["dev"]
    doors = all((venv / "bin" / name).exists() for name in ("python", "tocsin"))
    return same and dev_fits and doors and not (venv / UNFINISHED).exists()


def why_rebuild(stamp: "dict[str, str]", want: "dict[str, str]", venv: Path) -> str:
    """Return why an environment must be made anew rather than brought up to date, or an empty string."""
    if not venv.exists():
        return "there is none"
    if (venv / UNFINISHED).exists():
        return "the last set-up was interrupted"
    if not (venv / "bin" / "python").exists():
        return "its Python is gone"
    if stamp and stamp.get("root") != want["root"]:
        return "the checkout was moved"
    if stamp and stamp.get("python") != want["python"]:
        return "it was made by another Python"
    return "" if stamp else why_unfit(venv, want)


def why_unfit(venv: Path, want: "dict[str, str]") -> str:
    """Ask the Python of an environment that carries no stamp whether it stands where and as it should."""
    probe = "import sys; print(sys.prefix); print(sys.base_prefix, sys.version.split()[0])"
    try:
        answer = run([str(venv / "bin" / "python"), "-c", probe])
    except SetUpError:
        return "its Python does not run"
    prefix, made_by = answer.splitlines()
    if os.path.realpath(prefix) != os.path.realpath(str(venv)):
        return "it belongs to another folder"
    if any(points_elsewhere(script, venv) for script in (venv / "bin").iterdir()):
        return "its commands point to another folder"
    return "" if made_by == want["python"] else "it was made by another Python"


def points_elsewhere(script: Path, venv: Path) -> bool:
    """Tell whether a command of an environment starts the Python of another one, as after a move."""
    with script.open("rb") as file:
        first = file.readline(400)
    return first.startswith(b"#!/") and b"/bin/python" in first and str(venv).encode() not in first


def run(command: "list[str]", cwd: "Path | None" = None) -> str:
    """Run a command quietly and return its output; on failure raise with the last lines that it said."""
    quiet = {"PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "UV_PYTHON_DOWNLOADS": "never"}
    environment = {**os.environ, **quiet}
    environment.pop("PYTHONHOME", None)
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=cwd)
    except OSError as error:
        raise SetUpError(f"{command[0]}: {error.strerror}") from error
    if done.returncode != 0:
        lines = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()
        raise SetUpError("\n".join([f"{' '.join(command[:4])} failed:", *lines[-12:]]))
    return done.stdout


def base_python() -> str:
    """Return the interpreter that stands behind this one, for the case that this one is inside `.venv`."""
    return getattr(sys, "_base_executable", "") or sys.executable


def make_venv(venv: Path) -> None:
    """Make an empty environment without a pip of its own: 0.1 s rather than 3."""
    if venv.exists():
        shutil.rmtree(venv)
    venv.mkdir()
    (venv / UNFINISHED).touch()
    run([base_python(), "-m", "venv", "--without-pip", str(venv)])


def pip(venv: Path) -> "list[str]":
    """Return the command of a pip that installs into the environment: this Python's, or its bundled one."""
    inside = str(venv / "bin" / "python")
    outside = [base_python(), "-m", "pip", "--python", inside]
    with contextlib.suppress(SetUpError):  # a pip before 22.3 knows no --python; some Pythons have no pip
        run([*outside, "--version"])
        return outside
    run([inside, "-m", "ensurepip", "--upgrade"])
    return [inside, "-m", "pip"]


def pinned(lock: Path, name: str) -> str:
    """Return the entry of one package in a lock: its pin and its hashes."""
    found = re.search(rf"^{re.escape(name)}==.*?(?=^\S|\Z)", lock.read_text(), re.MULTILINE | re.DOTALL)
    if not found:
        raise SetUpError(f"{name} is not pinned in {lock.name}: run make lock")
    return found.group(0)


def get_uv(venv: Path, lock: Path) -> "Path | None":
    """Install the uv that the lock pins, checked by hash, unless it is there.

    Returns:
        The path of uv, or None where it cannot be had.
    """
    entry = pinned(lock, "uv")
    uv = venv / "bin" / "uv"
    with contextlib.suppress(SetUpError):
        if uv.exists() and f"uv=={run([str(uv), '--version']).split()[1]} " in entry:
            return uv
    with tempfile.TemporaryDirectory() as folder:
        pin = Path(folder) / "uv.txt"
        pin.write_text(entry)
        try:
            run([*pip(venv), "install", "--quiet", "--no-deps", "--require-hashes", "-r", str(pin)])
        except SetUpError as error:
            say(f"uv cannot be had, so pip installs everything (minutes rather than seconds): {error}")
            return None
    return uv


def install_lock(venv: Path, lock: Path, uv: "Path | None") -> None:
    """Bring the environment to what the lock says, every file checked by its hash."""
    if uv:
        to = ["--python", str(venv / "bin" / "python")]
        try:
            run([str(uv), "pip", "sync", "--quiet", "--compile-bytecode", *to, "--require-hashes", str(lock)])
            return
        except SetUpError as error:
            say(f"uv could not install the lock, so pip tries (minutes rather than seconds): {error}")
    run([*pip(venv), "install", "--quiet", "--no-deps", "--require-hashes", "-r", str(lock)])  # a lock is complete


def install_project(venv: Path, root: Path, uv: "Path | None") -> None:
    """Install Tocsin itself, editable, built by the backend from the lock: nothing else is downloaded."""
    flags = ["--quiet", "--no-deps", "--no-build-isolation", "--editable", str(root)]
    if uv:
        run([str(uv), "pip", "install", "--python", str(venv / "bin" / "python"), *flags])
    else:
        run([*pip(venv), "install", *flags])


def install(root: Path, venv: Path, stamp: "dict[str, str]", want: "dict[str, str]") -> None:
    """Make or mend the environment, up to but not including the warm-up and the stamp."""
    started = time.monotonic()
    reason = why_rebuild(stamp, want, venv)
    lock = root / (DEV_LOCK if want["dev"] else LOCK)
    say(f"making .venv ({reason})" if reason else "bringing .venv up to date")
    if reason:
        make_venv(venv)
    (venv / UNFINISHED).touch()
    uv = get_uv(venv, lock)
    count = len(re.findall(r"^\S+==", lock.read_text(), re.MULTILINE))
    say(f"installing by {'uv' if uv else 'pip'} from {lock.name}, {count} packages with hashes")
    install_lock(venv, lock, uv)
    install_project(venv, root, uv)
    say(f"installed in {time.monotonic() - started:.1f} s")


def warm(root: Path, venv: Path) -> bool:
    """Compile the kernels into their cache; tell whether that went well."""
    say("warming the compiled kernels (once: later starts take them from the cache)")
    started = time.monotonic()
    try:
        # Where Python is told to write no bytecode, every start would compile two thousand modules anew.
        run([str(venv / "bin" / "python"), "-m", "compileall", "-q", "src"], cwd=root)
        for room in ("tocsin.simulate", "tocsin.watch.likeness", "tocsin.assess"):
            run([str(venv / "bin" / "python"), "-m", room + ".warm"], cwd=root)
    except SetUpError as error:
        say(f"the kernels could not be warmed, so the first run compiles them: {error}")
        return False
    say(f"kernels warm in {time.monotonic() - started:.1f} s")
    return True


def web(root: Path, venv: Path) -> bool:
    """Fetch the desk's browser libraries; tell whether they could be had, and say in one line if not."""
    say("fetching the desk's browser libraries (once)")
    try:
        run([str(venv / "bin" / "python"), str(root / "tools" / "web.py")], cwd=root)
    except SetUpError as error:
        said = str(error).splitlines()[-1]
        say(f"the desk's map stands still, and the next set-up tries again: {said}")
        return False
    return True


def browser() -> None:
    """See to a Chromium for the browser tests, or say in one line why they are left out."""
    if os.path.exists(CHROMIUM):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        why = "this is not root" if shutil.which("apt-get") else "there is no apt-get"
        say(f"no {CHROMIUM}, and {why}: browser tests are left out")
        return
    say("installing chromium for the browser tests")
    try:
        run(["apt-get", "update", "-qq"])
        run(["apt-get", "install", "-y", "-qq", "chromium"])
    except SetUpError as error:
        say(f"chromium could not be installed, so browser tests are left out: {str(error).splitlines()[-1]}")


@contextlib.contextmanager
def alone(root: Path) -> "object":
    """Let one set-up of a checkout run at a time; a second one waits and then finds it done."""
    import fcntl  # late: the quick path needs no lock

    folder = root / ".bootstrap"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def set_up(root: Path, dev: bool) -> None:
    """Bring `.venv` of a checkout to its lock, warm its kernels and fetch the desk's libraries: only what is missing.

    Args:
        root: The checkout.
        dev: Install what the checks and the tests need, too. Once in, it stays in.
    """
    venv = root / ".venv"
    stamp = read_stamp(venv)
    want = wanted(root, dev or bool(stamp.get("dev")))
    if is_current(stamp, want, venv) and stamp.get("kernels") == kernel_digest(root) and has_web(root, stamp):
        return
    with alone(root):
        stamp = read_stamp(venv)  # again: another set-up may have finished while this one waited
        if not is_current(stamp, want, venv):
            install(root, venv, stamp, want)
            stamp = {"web": stamp.get("web", "")}
        kernels = kernel_digest(root)
        if stamp.get("kernels") != kernels:
            warmed = not kernels or warm(root, venv)
            stamp = dict(want, kernels=kernels if warmed else "not warmed", web=stamp.get("web", ""))
            write_stamp(venv, stamp)
        if not has_web(root, stamp) and web(root, venv):
            write_stamp(venv, dict(stamp, web=web_digest(root)))


def main(arguments: "list[str]") -> int:
    """Set up as asked; return the exit code."""
    refusal = too_old(sys.version_info)
    if refusal:
        print("set-up: " + refusal, file=sys.stderr)
        return 2
    parser = argparse.ArgumentParser(prog="bootstrap.py", description="Set Tocsin up in .venv.")
    parser.add_argument("--dev", action="store_true", help="install what the checks and tests need, too")
    parser.add_argument("--browser", action="store_true", help="see to a Chromium for the browser tests")
    asked = parser.parse_args(arguments)
    try:
        set_up(ROOT, asked.dev)
        if asked.browser:
            browser()
    except (SetUpError, OSError) as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
