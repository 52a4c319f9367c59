"""watch: what others say happened: taken in, grouped, traced, put to the law, counted as bounds, and decided about."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin import completion
from tocsin.cli.root import app
from tocsin.cli.words import Json, help_if_alone, print_json, progress_bar, refuse_file
from tocsin.errors import UsageError

if TYPE_CHECKING:
    from tocsin.watch.desk import Desk
    from tocsin.watch.intake import Pasted

watch_app = typer.Typer(
    help="Watch a call-up from outside: what is happening there, and who says so?",
    epilog="Example:  tocsin watch add west-2026",
    rich_markup_mode=None,
)
app.add_typer(watch_app, name="watch", short_help="Watch a call-up from outside.")

Store_ = Annotated[Path, typer.Option("--store", metavar="DIR", help="The watch folder; default: watch.")]
FOLDER = Path("watch")


@watch_app.callback(invoke_without_command=True)
def watch(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print the commands as JSON.")] = False,
) -> None:
    """Take in what is public, and see what it comes to; nothing is sent anywhere."""
    help_if_alone(context, as_json)


def _desk(folder: Path, *, create: bool = False) -> AbstractContextManager[Desk]:
    from tocsin.watch.desk import opened

    return opened(folder, create=create)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@watch_app.command(
    "add",
    short_help="Take in feeds, pages, exports, texts or coded reports.",
    epilog="Example:  tocsin watch add west-2026\n\n"
    "Example:  tocsin watch add export.json --publisher 'A channel' --level social --zone Europe/Minsk",
)
def watch_add(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE",
            help="Files, folders, addresses, a bundled case, or - for what is pasted in.",
            autocompletion=completion.cases,
        ),
    ],
    store: Store_ = FOLDER,
    publisher: Annotated[
        str, typer.Option("--publisher", metavar="NAME", help="Who published items that do not say so.")
    ] = "",
    owner: Annotated[
        str,
        typer.Option(
            "--owner", metavar="OWNER", help="Whose that publisher is: state, independent, foreign …",
            autocompletion=completion.owners,
        ),
    ] = "unknown",
    level: Annotated[
        str,
        typer.Option(
            "--level", metavar="LEVEL", help="Who speaks: social, outlet, official, analysis.",
            autocompletion=completion.levels,
        ),
    ] = "unknown",
    zone: Annotated[
        str, typer.Option("--zone", metavar="ZONE", help="Time zone of days; default: the folder's, or UTC.")
    ] = "",
    published: Annotated[
        str, typer.Option("--published", metavar="DATE", help="When items were published that do not say so.")
    ] = "",
    model: Annotated[
        bool, typer.Option("--model", help="Find what is retold in other words, too; slower; for a new folder.")
    ] = False,
    keep_raw: Annotated[
        bool, typer.Option("--keep-raw", help="Keep pages and texts byte for byte, too: they hold unmasked names.")
    ] = False,
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help="What the source is, if it is not to be recognised.")
    ] = "",
    as_json: Json = False,
) -> None:  # fmt: skip
    """Capture each item with hash and time, and write the log anew. Exit 1 if an item could not be taken in."""
    from tocsin.errors import WatchError
    from tocsin.watch.desk import machine_reading
    from tocsin.watch.intake import Summary
    from tocsin.watch.model import LEVELS, OWNERS

    _one_of("--owner", owner, OWNERS)
    _one_of("--level", level, LEVELS)
    told, refused = list[dict[str, Any]](), list[WatchError]()
    with _desk(store, create=True) as desk:
        for source in sources:
            reading = machine_reading(
                _now_ms(), source=source, kept=desk.store.kept("zone"), zone=zone, publisher=publisher, owner=owner,
                level=level, published=published, keep_raw=keep_raw,
            )  # fmt: skip
            try:
                with progress_bar(source, quiet=as_json) as progress:
                    seen = None if progress is None else partial(_seen, progress)
                    came = desk.take(_source(source), reading, seen, kind=kind or None, model=model)
            except WatchError as error:
                refused.append(error)
                problem = {"place": error.place, "sentence": error.sentence}
                told.append({"source": source} | Summary().as_json() | {"problems": [problem]})
                continue
            told.append({"source": source} | came.as_json())
            desk = desk.again()
        if len(refused) == len(sources):
            raise refused[0]
    if as_json:
        print_json(told)
    else:
        from tocsin.brief.watch_inbox import show_taken

        for one in told:
            show_taken(one, store)
    if any(one["problems"] for one in told):
        raise typer.Exit(1)


def _source(word: str) -> str | Pasted:
    """A source as it was named, or what stands on standard input."""
    from tocsin.watch.intake import Pasted

    return Pasted(sys.stdin.buffer.read()) if word == "-" else word


def _seen(progress: Callable[[int, int], None], done: int, file: str) -> None:
    progress(done, done)  # nobody knows how many there will be


@watch_app.command(
    "inbox",
    short_help="List what came in, or show one report.",
    epilog="Example:  tocsin watch inbox r026\n\nExample:  tocsin watch inbox --sources",
)
def watch_inbox(
    report: Annotated[str | None, typer.Argument(metavar="REPORT", help="Without one: all.")] = None,
    sources: Annotated[bool, typer.Option("--sources", help="List publishers as they were judged.")] = False,
    store: Store_ = FOLDER,
    as_json: Json = False,
) -> None:
    """Show reports, with private persons masked, and what rules found in them."""
    from tocsin.watch.listed import report_json, reports_json, sources_json

    with _desk(store) as desk:
        if report is not None and report not in desk.standing.reports:
            raise UsageError(f"found {report!r}; expected the id of a report in the inbox", place="REPORT")
        if as_json:
            told = sources_json(desk) if sources else reports_json(desk)
            print_json(told if report is None else report_json(desk, report))
            return
        from tocsin.brief.watch_inbox import show_inbox, show_report, show_sources

        if report is not None:
            show_report(desk, desk.standing.reports[report])
        elif sources:
            show_sources(desk)
        else:
            show_inbox(desk)


@watch_app.command(
    "incidents",
    short_help="List what is said to have happened, or one with its chain.",
    epilog="Example:  tocsin watch incidents\n\nExample:  tocsin watch incidents --story",
)
def watch_incidents(
    incident: Annotated[str | None, typer.Argument(metavar="ID", help="Without one: all.")] = None,
    story: Annotated[bool, typer.Option("--story", help="How the whole story travelled.")] = False,
    store: Store_ = FOLDER,
    as_json: Json = False,
) -> None:
    """Show claims about the same thing together, and how a story travelled: first seen, picked up, official reply."""
    from tocsin.watch.ledger.chain import chain

    with _desk(store) as desk:
        found = {one.id: one for one in desk.incidents}
        if incident is not None and incident not in found:
            raise UsageError(f"found {incident!r}; expected the id of an incident", place="ID")
        one = None if incident is None else found[incident]
        way = chain(one, desk.standing) if story or one is not None else None
        if as_json:
            if way is None:
                print_json([each.as_json() for each in desk.incidents])
            else:
                print_json((one.as_json() if one else {}) | {"chain": way.as_json()})
            return
        from tocsin.brief.watch_incidents import show_chain, show_incident, show_incidents

        if one is not None and way is not None:
            show_incident(desk, one, way)
        elif way is not None:
            show_chain(desk, way)
        else:
            show_incidents(desk)


@watch_app.command(
    "claims",
    short_help="Show the ledger: who says what, and what answers it.",
    epilog="Example:  tocsin watch claims --law by\n\nExample:  tocsin watch claims --topic notice-time",
)
def watch_claims(
    question: Annotated[str, typer.Option("--question", metavar="ID", help="One question with every claim.")] = "",
    topic: Annotated[
        str,
        typer.Option("--topic", metavar="TOPIC", help="The claims on one topic.", autocompletion=completion.topics),
    ] = "",
    law: Annotated[
        str,
        typer.Option("--law", metavar="PACK", help="Put claims to a country's law.", autocompletion=completion.packs),
    ] = "",
    store: Store_ = FOLDER,
    as_json: Json = False,
) -> None:
    """Show questions with their sides, contradictions and false clashes, what changed on the way, and the law."""
    if sum(map(bool, (question, topic, law))) > 1:
        raise UsageError("found several of --question, --topic, --law; expected one", place="claims")
    with _desk(store) as desk:
        if topic:
            _topic(desk, topic, as_json=as_json)
        elif law:
            _law(desk, law, as_json=as_json)
        else:
            _ledger(desk, question, as_json=as_json)


def _topic(desk: Desk, topic: str, *, as_json: bool) -> None:
    from tocsin.watch.listed import claim_json
    from tocsin.watch.model import TOPICS

    _one_of("--topic", topic, TOPICS)
    mine = [one for one in desk.standing.claims.values() if one.topic == topic]
    if as_json:
        print_json([claim_json(desk, one) for one in sorted(mine, key=lambda one: (one.report, one.number))])
        return
    from tocsin.brief.watch_ledger import show_claims

    show_claims(desk, topic, mine)


def _law(desk: Desk, law: str, *, as_json: bool) -> None:
    from tocsin.law import law as pack_of
    from tocsin.watch.ledger.legal import legal

    pack = pack_of(law)
    found = legal(desk.standing, law)
    if as_json:
        print_json([one.as_json() for one in found])
        return
    from tocsin.brief.watch_ledger import show_legal

    show_legal(pack.pack.title, found)


def _ledger(desk: Desk, question: str, *, as_json: bool) -> None:
    from tocsin.watch.ledger.clashes import clashes
    from tocsin.watch.ledger.drift import drifts
    from tocsin.watch.ledger.opposed import opposed

    asked = [one for one in desk.ledger if one.id == question] if question else list(desk.ledger)
    if not asked:
        known = ", ".join(one.id for one in desk.ledger)
        raise UsageError(f"found {question!r}; expected one of {known}", place="--question")
    clash, changed = clashes(desk.standing, desk.origins), drifts(desk.standing, desk.origins)
    groups = opposed(clash, desk.ledger, desk.standing)
    if as_json:
        print_json({"questions": [one.as_json() for one in asked], "clashes": [one.as_json() for one in clash],
                    "groups": [one.as_json() for one in groups],
                    "drift": [one.as_json() for one in changed]})  # fmt: skip
        return
    from tocsin.brief.watch_ledger import show_clashes, show_drift, show_question, show_questions

    if question:
        show_question(desk, asked[0])
        return
    show_questions(asked)
    show_clashes(clash, groups)
    show_drift(changed)


@watch_app.command(
    "footprint",
    short_help="Show what force stands where, as intervals.",
    epilog="Example:  tocsin watch footprint --at 2022-02-23 --owner Russia\n\n"
    "Example:  tocsin watch footprint --at 2026-02-26 --like 2022-01-01/2022-02-23",
)
def watch_footprint(
    at: Annotated[str, typer.Option("--at", metavar="DATE", help="The day; default: now.")] = "",
    owner: Annotated[str, typer.Option("--owner", metavar="OWNER", help="Whose force; default: all.")] = "",
    like: Annotated[
        str, typer.Option("--like", metavar="DAY/DAY", help="A past stretch: which of its marks are there now?")
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="Also list what nobody counted, and why.")] = False,
    store: Store_ = FOLDER,
    as_json: Json = False,
) -> None:
    """Show how strong each force is, place by place; an interval widens with the age of the last count."""
    from tocsin.watch.listed import footprint_at

    with _desk(store) as desk:
        found, alike = footprint_at(desk, at, owner, like, _now_ms())
        if as_json:
            print_json(found.as_json() | ({} if alike is None else {"likeness": alike.as_json()}))
            return
        from tocsin.brief.watch_footprint import show_footprint

        show_footprint(found, alike, desk.zone, every=every)


@watch_app.command(
    "export",
    short_help="Write the log, ACLED columns, GeoJSON, ClaimReview, JSON or CSV.",
    epilog="Example:  tocsin watch export acled -o events.csv",
)
def watch_export(
    form: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT", help="log, acled, geojson, claimreview, json or csv.", autocompletion=completion.exports
        ),
    ],
    out: Annotated[Path | None, typer.Option("-o", "--out", metavar="FILE", help="The file to write.")] = None,
    law: Annotated[
        str,
        typer.Option(
            "--law", metavar="PACK", help="Whose law claimreview puts claims to.", autocompletion=completion.packs
        ),
    ] = "by",
    store: Store_ = FOLDER,
    replace: Annotated[bool, typer.Option("--replace", help="Replace an older file of that name.")] = False,
    as_json: Json = False,
) -> None:
    """Write what holds to a file, with private persons masked; what cannot be said stays empty."""
    from tocsin.watch.exchange import FORMATS, exported

    _one_of("FORMAT", form, tuple(FORMATS))
    if out is None:
        raise UsageError("found no -o; expected the file to write", place="-o")
    refuse_file(out, replace)
    from tocsin.log.atomic import write_bytes

    with _desk(store) as desk:
        content, rows = exported(desk, form, law, _now_ms())
    write_bytes(out, content)
    if as_json:
        print_json({"file": str(out), "format": form, "rows": rows})
    else:
        print(f"{out}: {rows:,} rows")


@watch_app.command(
    "decide",
    short_help="Confirm, correct, retract, grade, link …, with a reason.",
    epilog="Example:  tocsin watch decide grade BelTA --value letter=B --reason 'Confirmed by others so far.'\n\n"
    "Example:  tocsin watch decide link 'r083#1 ~ r084#1' --value kind=contradicts --reason 'One day, two numbers.'",
)
def watch_decide(
    act: Annotated[
        str,
        typer.Argument(
            metavar="ACT", help="confirm, edit, reject, retract, correct, link, unlink, grade, own or unmask.",
            autocompletion=completion.acts,
        ),
    ],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="An id, two ids as 'a ~ b', or a source.")],
    value: Annotated[
        list[str] | None,
        typer.Option("--value", metavar="NAME=VALUE", help="What it now is, such as letter=B or count=100..200."),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="WHY", help="One sentence.")] = "",
    by: Annotated[str, typer.Option("--by", metavar="ROLE", help="Your role or pseudonym, no name.")] = "analyst",
    store: Store_ = FOLDER,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Keep a decision: nothing is deleted, and what is shown, counted and exported follows it from now on."""
    from tocsin.watch.shown import plain

    with _desk(store) as desk:
        made = desk.decide(act, target, value or [], reason, by, _now_ms())
    if as_json:
        print_json(plain(made))
    else:
        print(f"decision {made.number}: {made.act} {made.target} – {made.reason}")


def _one_of(option: str, found: str, words: tuple[str, ...]) -> None:
    if found not in words:
        raise UsageError(f"found {found!r}; expected one of {', '.join(words)}", place=option)
