"""plan check, new, schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.root import app
from tocsin.cli.words import Json, Plan_, help_if_alone, offer, print_json

plan_app = typer.Typer(
    help="Begin a plan, check one, or print what plans may hold.",
    epilog="Example:  tocsin plan new my-plan",
    rich_markup_mode=None,
)
app.add_typer(plan_app, name="plan")


@plan_app.callback(invoke_without_command=True)
def plan_alone(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print the commands as JSON.")] = False,
) -> None:
    """Print help if no command follows."""
    help_if_alone(context, as_json)


@plan_app.command(
    "check", short_help="List errors, doubts and assumptions.", epilog="Example:  tocsin plan check west-2026"
)
def plan_check(plan: Plan_, as_json: Json = False) -> None:
    """List everything wrong or doubtful in a plan, and all its assumptions. Exit 2 if it cannot be run."""
    from tocsin.brief import terminal
    from tocsin.brief.origins import origins
    from tocsin.plan import examine

    found = examine(plan)
    if as_json:
        problems = [
            {"level": p.level, "place": found.place(p), "line": p.line, "sentence": p.sentence} for p in found.problems
        ]
        assumptions = [] if found.plan is None else origins(found.plan, "assumption")
        told = [{"where": origin.where, "text": origin.text} for origin in assumptions]
        print_json({"plan": found.name, "problems": problems, "assumptions": told})
    else:
        terminal.show_examination(found)
    if found.errors:
        raise typer.Exit(2)


@plan_app.command("new", short_help="Write a commented plan to start from.", epilog="Example:  tocsin plan new my-plan")
def plan_new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the call-up is to be called.")] = "my-plan",
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="File to write, or - to print it; default: NAME.toml."),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace an older file of that name.")] = False,
    as_json: Json = False,
) -> None:
    """Write a commented plan to start from: small, complete, ready to run, with figures to be replaced."""
    from tocsin.plan import new_plan

    target = offer(new_plan(name), {"name": name}, out, f"{name}.toml", replace=replace, as_json=as_json)
    if target is not None:
        print(f"{target}: a plan to start from; every figure in it is to be replaced")
        print(f"Next:  tocsin plan check {target}")


@plan_app.command("schema", epilog="Example:  tocsin plan schema > plan.schema.json")
def plan_schema(
    as_json: Annotated[bool, typer.Option("--json", help="As without it: a schema is JSON.")] = False,
) -> None:
    """Print the JSON Schema of plans, for editors."""
    from tocsin.plan import schema

    print(json.dumps(schema(), indent=2, ensure_ascii=False))
