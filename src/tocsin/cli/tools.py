"""bench and completion."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin import completion
from tocsin.cli.root import COMPLETE, app
from tocsin.cli.words import Json, print_json
from tocsin.errors import UsageError


@app.command(short_help="Compare our speed with peers and limits.", epilog="Example:  tocsin bench engine --json")
def bench(
    name: Annotated[
        str | None,
        typer.Argument(help="engine, national, cli …; without one: list them.", autocompletion=completion.benches),
    ] = None,
    as_json: Json = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer repeats and smaller sizes: tries the benches out.")
    ] = False,
) -> None:
    """Measure our speed side by side with peers and limits; runs from a checkout only."""
    benches = _benches()
    if name is None:
        if as_json:
            print_json([{"name": known, "about": about} for known, about in benches.BENCHES.items()])
        else:
            print("\n".join(f"{known:10} {about}" for known, about in benches.BENCHES.items()))
        return
    if name not in benches.BENCHES:
        raise UsageError(f"found {name!r}; expected one of {', '.join(benches.BENCHES)}", place="bench")
    rows = benches.run(name, quick=quick)
    if as_json:
        print_json(rows)
    else:
        benches.show(rows)


@app.command(
    "completion",
    short_help="Print what makes a shell complete words.",
    epilog='Example:  tocsin completion bash\n\nIn ~/.bashrc:  eval "$(tocsin completion bash)"',
)
def completion_script(
    shell: Annotated[
        str | None,
        typer.Argument(metavar="SHELL", help=f"{', '.join(completion.SHELLS)}; default: by $SHELL."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the script by which the tab key completes commands, options, plans, measures and benches."""
    from typer.completion import get_completion_script

    wanted = shell or Path(os.environ.get("SHELL", "")).name
    if wanted not in completion.SHELLS:
        raise UsageError(f"found {wanted!r}; expected one of {', '.join(completion.SHELLS)}", place="completion")
    script = get_completion_script(prog_name="tocsin", complete_var=COMPLETE, shell=wanted)
    if as_json:
        print_json({"shell": wanted, "script": script})
    else:
        print(script)


def _benches() -> Any:
    """The benches of the checkout that this installation runs from."""
    root = Path(__file__).resolve().parents[3]
    if not (root / "benchmarks" / "__init__.py").is_file():
        raise UsageError("the benches are in a checkout of Tocsin, and this installation is not one", place="bench")
    sys.path.insert(0, str(root))
    import importlib

    return importlib.import_module("benchmarks")
