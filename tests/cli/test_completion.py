"""Shell completion: what bash puts in, what zsh and fish are told, and that a press of the tab key is quick."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.calls import TOCSIN, call

from tocsin.measure.catalogue import CATALOGUE, FROM_RERUNS
from tocsin.plan import bundled

BASH = shutil.which("bash")
QUICK_S = 0.3
HERE = os.environ | {"PATH": f"{Path(TOCSIN).parent}{os.pathsep}{os.environ['PATH']}"}


def completed_by_bash(typed: str, cwd: Path) -> list[str]:
    """What bash offers for the last word of a line: it runs our script as the tab key does."""
    assert BASH is not None
    script = (
        'eval "$(tocsin completion bash)"\nread -ra COMP_WORDS <<< "$1"\n[[ $1 == *" " ]] && COMP_WORDS+=("")\n'
        "COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))\n"
        "complete -p tocsin > /dev/null && _tocsin_completion tocsin\nprintf '%s\\n' \"${COMPREPLY[@]}\""
    )
    done = subprocess.run(
        [BASH, "--norc", "-c", script, "bash", typed], cwd=cwd, env=HERE, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1]


@pytest.mark.skipif(BASH is None, reason="there is no bash")
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("tocsin si", ["simulate"]),
        ("tocsin plan ", ["check", "new", "schema"]),
        ("tocsin simulate --se", ["--seed"]),
        ("tocsin simulate okas", ["okas-2017", "okas-2019"]),
        ("tocsin simulate mi", ["mine.toml"]),
        ("tocsin simulate below/", ["below/theirs.toml"]),
        ("tocsin compare okas-2017 w", ["west-2026"]),
        ("tocsin plan check nat", ["national"]),
        ("tocsin measure run --plan w", ["west-2026"]),
        ("tocsin measure run --only C", ["C1", "C2", "C3", "C4", "C5", "C6", "C7"]),
        ("tocsin measure run --only A1,C1,C", [f"A1,C1,C{k}" for k in range(2, 8)]),
        ("tocsin bench na", ["national"]),
        ("tocsin watch ", ["add", "claims", "decide", "export", "footprint", "inbox", "incidents"]),
        ("tocsin watch add we", ["west-2026"]),
        ("tocsin weigh we", ["west-2026"]),
        ("tocsin watch export a", ["acled"]),
        ("tocsin watch decide un", ["unlink", "unmask"]),
        ("tocsin watch claims --topic not", ["notice-time"]),
        ("tocsin watch add x --level so", ["social"]),
        ("tocsin watch add x --owner in", ["independent"]),
        ("tocsin simulate zzz", []),
    ],
)
def test_bash_completes(typed: str, expected: list[str], tmp_path: Path) -> None:
    """Bash, with our script, offers commands, options, plans (bundled ones and files), measures and benches."""
    (tmp_path / "mine.toml").touch()
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "theirs.toml").touch()
    assert sorted(word for word in completed_by_bash(typed, tmp_path) if word) == expected


def asked(shell: str, typed: str, cwd: Path) -> str:
    """What the command answers to the question that the scripts of zsh and fish ask."""
    question = {"_TOCSIN_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": typed}
    fish = {"_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    env = HERE | question | fish
    return subprocess.run([TOCSIN], cwd=cwd, env=env, capture_output=True, text=True, check=True).stdout


def test_zsh_and_fish_are_told_words_with_their_meaning(tmp_path: Path) -> None:
    """Both get every bundled plan, and every measure with its name."""
    for name in bundled():
        assert f'"{name}":"bundled plan"' in asked("zsh", "tocsin simulate ", tmp_path)
        assert f"{name}\tbundled plan\n" in asked("fish", "tocsin simulate ", tmp_path)
    told = asked("fish", "tocsin measure run --only ", tmp_path)
    assert dict(line.split("\t") for line in told.splitlines()) == {
        one.id: one.name for one in CATALOGUE.values() if one.id not in FROM_RERUNS
    }


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The script asks by the variable that the command listens to; without a name it is the one of $SHELL."""
    named = call("completion", shell)
    assert (named.code, named.err) == (0, "")
    assert f"_TOCSIN_COMPLETE=complete_{shell}" in named.out
    monkeypatch.setenv("SHELL", f"/usr/bin/{shell}")
    assert call("completion") == named
    assert call("completion", shell, "--json").json == {"shell": shell, "script": named.out.removesuffix("\n")}
    own = shutil.which(shell)
    if own is not None:
        subprocess.run([own, "-n"], input=named.out, text=True, check=True)


def test_an_unknown_shell_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another shell, or none in $SHELL, is one line with those that there are."""
    assert call("completion", "tcsh").err == "tocsin: completion: found 'tcsh'; expected one of bash, zsh, fish\n"
    monkeypatch.delenv("SHELL", raising=False)
    assert call("completion").code == 2


@pytest.mark.parametrize("typed", ["tocsin ", "tocsin simulate ", "tocsin measure run --only A1,", "tocsin bench "])
def test_a_press_of_the_tab_key_is_quick(typed: str, tmp_path: Path) -> None:
    """The least of three answers takes less than 0.3 s of processor time."""

    def cost() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        asked("zsh", typed, tmp_path)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(cost() for _ in range(3)) < QUICK_S


def test_completing_opens_no_room() -> None:
    """Offering plans, measures and benches imports none of the libraries that are slow to import, and no room."""
    code = (
        "import sys; from tocsin import completion as c; c.plans(''); c.measures(''); c.benches(''); c.cases('');"
        "c.topics(''); c.acts(''); c.owners(''); c.levels(''); c.exports('');"
        "print(*[m for m in sys.modules if m.split('.')[0] in {'polars', 'numpy', 'numba', 'pydantic'}"
        " or m in {'tocsin.plan', 'tocsin.measure', 'tocsin.log'}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
