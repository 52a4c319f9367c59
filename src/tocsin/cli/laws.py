"""audit and laws: was each summons lawful, and what do the rule packs say?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from tocsin import completion
from tocsin.cli.root import app
from tocsin.cli.words import Json, help_if_alone, offer, print_json, refuse_file
from tocsin.errors import UsageError

laws_app = typer.Typer(
    help="List rule packs, their rules and the facts that they read.",
    epilog="Example:  tocsin laws show by",
    rich_markup_mode=None,
)
app.add_typer(laws_app, name="laws")

Law_ = Annotated[
    str,
    typer.Argument(metavar="PACK", help="A country with a pack, or the file of one.", autocompletion=completion.packs),
]


@app.command(
    short_help="Put summonses to a country's law.",
    epilog="Example:  tocsin audit runs/demo --law by\n\n"
    "Example:  tocsin audit --law by --case kind=training served=2026-02-13T22:30+03:00 "
    "report=2026-02-20T08:00+03:00 minor_children=2",
)
def audit(
    source: Annotated[
        list[str] | None,
        typer.Argument(metavar="SOURCE", help="A run folder, a log or a roster; with --case, facts as fact=value."),
    ] = None,
    law: Annotated[
        str,
        typer.Option("--law", metavar="PACK", help="A country or a pack's file.", autocompletion=completion.packs),
    ] = "",
    case: Annotated[bool, typer.Option("--case", help="Audit one case: the words are its facts.")] = False,
    given: Annotated[
        list[str] | None,
        typer.Option("--given", metavar="FACT=VALUE", help="A fact of every summons, where the source is silent."),
    ] = None,
    plan: Annotated[
        str | None, typer.Option("--plan", metavar="PLAN", help="The plan of a log that stands alone.")
    ] = None,
    people: Annotated[
        Path | None, typer.Option("--people", metavar="FILE", help="The people of a log that stands alone (.parquet).")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="MAP", help="What the words of a foreign log mean (.toml).")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", metavar="FILE", help="Write every finding: .parquet, .csv or .json (a row a line)."
        ),
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option("--explain", metavar="ID", help="The whole reasoning on one summons; for a case, any ID."),
    ] = None,
    letter: Annotated[
        str | None, typer.Option("--letter", metavar="ID", help="A text on one summons, ready for a letter.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace an older file of that name.")] = False,
    as_json: Json = False,
) -> None:
    """Say of each summons and each rule of a pack: lawful, breach, cannot tell or not applicable."""
    from tocsin.law import law as pack_of

    words = list(source or [])
    if not law:
        raise UsageError("found no --law; expected a country such as by, or the file of a pack", place="--law")
    pack = pack_of(law)
    if case:
        _case(words, pack, explain or None, letter or None, as_json=as_json)
        return
    if len(words) != 1:
        raise UsageError(f"found {len(words)} sources; expected one, or --case with facts", place="audit")
    if out is not None:
        refuse_file(out, replace)
    _table(Path(words[0]), pack, given or [], plan, people, mapping, out, explain, letter, as_json=as_json)


def _case(words: list[str], pack: object, explain: str | None, letter: str | None, *, as_json: bool) -> None:
    from tocsin.brief.law_terminal import show_findings
    from tocsin.law import Law
    from tocsin.law import audit as audit_of
    from tocsin.law.explain import findings
    from tocsin.law.tables import case_of_words

    assert isinstance(pack, Law)
    table = case_of_words(words, counts=pack.counts)
    if explain is not None or letter is not None:
        _one(table, pack, explain, letter, as_json=as_json)
    elif as_json:
        print_json([one.as_json() for one in findings(table, pack)])
    else:
        show_findings(findings(table, pack), audit_of(table, pack)["overall"][0])


def _one(table: object, pack: object, explain: str | None, letter: str | None, *, as_json: bool) -> None:
    """Print the reasoning on one summons, or a letter about it."""
    import polars as pl

    from tocsin.law import Law
    from tocsin.law.explain import letter as letter_on
    from tocsin.law.explain import reasoning

    assert isinstance(table, pl.DataFrame) and isinstance(pack, Law)
    if letter is not None:
        text = letter_on(table, pack, letter)
    else:
        text = "\n\n".join("\n".join(reasoning(table, pack, rule)) for rule in pack.rules)
    if as_json:
        print_json({"summons": letter or explain, "text": text})
    else:
        print(text)


def _table(
    source: Path, pack: object, given: list[str], plan: str | None, people: Path | None, mapping: Path | None,
    out: Path | None, explain: str | None, letter: str | None, *, as_json: bool,
) -> None:  # fmt: skip
    import polars as pl

    from tocsin.brief.law_terminal import show_audit
    from tocsin.law import Law
    from tocsin.law.results import audit_all
    from tocsin.law.sources import summonses_of
    from tocsin.law.tables import case_of_words

    assert isinstance(pack, Law)
    facts = case_of_words(given, counts=pack.counts) if given else None
    parts = summonses_of(source, pack, plan=plan, people=people, mapping=mapping, given=facts)
    wanted = explain or letter
    if wanted is not None:
        for part in parts:
            mine = part.filter(pl.col("summons") == wanted)
            if mine.height:
                _one(mine.head(1), pack, explain, letter, as_json=as_json)
                return
        raise UsageError(f"found no summons {wanted!r} in {source}", place="--explain" if explain else "--letter")
    found = audit_all(parts, pack, out)
    if as_json:
        print_json(found.rows())
    else:
        show_audit(found)
        if out is not None:
            print(f"\nEvery finding: {out}")


@laws_app.callback(invoke_without_command=True)
def laws(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print packs and rules as JSON.")] = False,
) -> None:
    """List packs, rules, days in force, and how well each rule's source is verified, if no command follows."""
    if context.invoked_subcommand is not None:
        help_if_alone(context, as_json)
        return
    from tocsin.brief.law_terminal import show_packs
    from tocsin.law import bundled_packs
    from tocsin.law import law as pack_of

    packs = {country: pack_of(country) for country in bundled_packs()}
    if as_json:
        print_json([rule for pack in packs.values() for rule in pack.listed()])
    else:
        show_packs(packs)


@laws_app.command("show", short_help="Print the rules of one pack in full.", epilog="Example:  tocsin laws show by")
def laws_show(pack: Law_, as_json: Json = False) -> None:
    """Print each rule of a pack with its article, status and days in force, and what was not found."""
    from tocsin.brief.law_terminal import show_law
    from tocsin.law import law as pack_of

    found = pack_of(pack)
    if as_json:
        print_json(found.listed())
    else:
        show_law(found)


@laws_app.command("facts", short_help="List the facts that a pack reads.", epilog="Example:  tocsin laws facts by")
def laws_facts(
    pack: Annotated[
        str | None, typer.Argument(metavar="PACK", help="Without one: all facts.", autocompletion=completion.packs)
    ] = None,
    as_json: Json = False,
) -> None:
    """Name every fact that a pack reads, how it is written and what it means."""
    from tocsin.brief.law_terminal import show_facts
    from tocsin.law import law as pack_of
    from tocsin.law.facts import FACTS

    found = None if pack is None else pack_of(pack)
    if as_json:
        wanted = [fact for fact in FACTS if found is None or fact.name in found.reads]
        print_json([{"fact": f.name, "sort": f.sort, "words": list(f.words), "meaning": f.meaning} for f in wanted])
    else:
        show_facts(found)


@laws_app.command(
    "check", short_help="Check a pack by its own cases.", epilog="Example:  tocsin laws check my-law.toml"
)
def laws_check(pack: Law_, as_json: Json = False) -> None:
    """List what is wrong with a pack: cases, verdicts and days that no case tries, gaps. Exit 1 after an error."""
    from tocsin.law import law as pack_of
    from tocsin.law.check import check

    found = pack_of(pack)
    problems = check(found)
    errors = [one for one in problems if one.level == "error"]
    cases = sum(len(one.rule.cases) for versions in found.rules.values() for one in versions)
    if as_json:
        print_json([{"level": one.level, "place": one.place, "sentence": one.sentence} for one in problems])
    else:
        for one in problems:
            print(f"{one.level}: {one}")
        print(f"{found.pack.title}: {len(found.rules)} rules, {cases} cases, {len(errors)} errors")
    if errors:
        raise typer.Exit(1)


@laws_app.command("new", short_help="Write a pack to start from.", epilog="Example:  tocsin laws new zz -o my-law.toml")
def laws_new(
    country: Annotated[str, typer.Argument(metavar="COUNTRY", help="Two small letters.")],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="File to write, or - to print it; default: COUNTRY.toml."),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace an older file of that name.")] = False,
    as_json: Json = False,
) -> None:
    """Write a commented pack of a country that does not exist, to be rewritten rule by rule."""
    from tocsin.law.load import new_pack

    target = offer(new_pack(country), {"country": country}, out, f"{country}.toml", replace=replace, as_json=as_json)
    if target is not None:
        print(f"{target}: a pack to start from; every rule in it is invented")
        print(f"Next:  tocsin laws check {target}")


@laws_app.command("schema", epilog="Example:  tocsin laws schema > pack.schema.json")
def laws_schema(
    as_json: Annotated[bool, typer.Option("--json", help="As without it: a schema is JSON.")] = False,
) -> None:
    """Print the JSON Schema of rule packs, for editors."""
    from tocsin.law.pack import schema

    print(json.dumps(schema(), indent=2, ensure_ascii=False))
