"""weigh: how likely each answer to a question is, what carries it, what would change it, and what to look for next."""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin import completion
from tocsin.cli.root import app
from tocsin.cli.words import Json, Workers, print_json, progress_bar, refuse_file, whole
from tocsin.errors import CaseError, UsageError

if TYPE_CHECKING:
    from tocsin.assess import Case
    from tocsin.assess.answer import Weighed
    from tocsin.assess.worlds import Worlds
    from tocsin.brief.weighing import Weighing
    from tocsin.watch.desk import Desk

Case_ = Annotated[
    str,
    typer.Argument(
        metavar="CASE", help="A case file, or the name of a bundled case.", autocompletion=completion.weighed
    ),
]


@app.command(
    short_help="Weigh hypotheses by what is reported.",
    epilog="Example:  tocsin weigh west-2026\n\nExample:  tocsin weigh west-2026 --item wartime-strength\n\n"
    "Example:  tocsin weigh west-2026 -o west.html",
)
def weigh(
    case: Case_,
    store: Annotated[
        Path | None, typer.Option("--store", metavar="DIR", help="The watch folder; default: what the case names.")
    ] = None,
    as_of: Annotated[str, typer.Option("--as-of", metavar="DAY", help="What was published later does not count.")] = "",
    item: Annotated[str, typer.Option("--item", metavar="ID", help="One item, with every claim behind it.")] = "",
    course: Annotated[bool, typer.Option("--course", help="The answer as it was known day by day.")] = False,
    worlds: Annotated[
        int | None,
        typer.Option("--worlds", metavar="N", parser=whole("--worlds"), help="Simulate N runs a hypothesis now."),
    ] = None,
    draws: Annotated[
        int | None, typer.Option("--draws", metavar="N", parser=whole("--draws"), help="How many draws.")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", metavar="S", parser=whole("--seed"), help="The same seed gives the same bytes."),
    ] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", metavar="FILE", help="Write the page; .html.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace an older file of that name.")] = False,
    copy: Annotated[
        Path | None, typer.Option("--copy", metavar="DIR", help="Copy a bundled case to a folder, to edit it.")
    ] = None,
    record: Annotated[bool, typer.Option("--record", help="Keep the answer, dated, in the history.")] = False,
    outcome: Annotated[str, typer.Option("--outcome", metavar="ID", help="Keep which hypothesis proved true.")] = "",
    by: Annotated[str, typer.Option("--by", metavar="ROLE", help="Your role or pseudonym, no name.")] = "analyst",
    reason: Annotated[str, typer.Option("--reason", metavar="WHY", help="Why, in a sentence.")] = "",
    history: Annotated[
        Path | None, typer.Option("--history", metavar="FILE", help="The history; default: beside the case.")
    ] = None,
    scores: Annotated[bool, typer.Option("--scores", help="Show the history with its scores.")] = False,
    workers: Workers = None,
    as_json: Json = False,
) -> None:
    """Say how likely each hypothesis of a case is, in words and bands, and what that rests on.

    A likelihood is judged, in one of seven words with a reason; what is reported counts once an origin; who cannot be
    judged moves little.
    """
    from tocsin.assess.case import DRAWS, MOST_SEED, load_case
    from tocsin.brief.weighing import weighing_json, weighing_of

    _within("--draws", draws, *DRAWS)
    _within("--seed", seed, 0, MOST_SEED)
    _within("--worlds", worlds, 1, 1_000_000)
    if copy is not None:
        _copy(case, copy, as_json=as_json)
        return
    if out is not None:
        if out.suffix != ".html":
            raise UsageError(f"found the ending {out.suffix!r}; expected .html", place=str(out))
        refuse_file(out, replace)
    loaded = load_case(case)
    if scores or outcome:
        _history(case, loaded, history, outcome, by, reason, as_json=as_json)
        return
    if record:
        _file(case, history)
        if not reason.strip():
            raise UsageError("found no reason; expected a sentence", place="--reason")
    known = {one.id for one in loaded.items}
    if item and item not in known:
        raise UsageError(f"found {item!r}; expected one of {', '.join(sorted(known))}", place="--item")
    with desk_of(case, loaded, store) as desk:
        moment = _moment(as_of, loaded, desk)
        ready = worlds is None
        counts = worlds_of(case, loaded) if ready else _simulated(case, loaded, worlds or 0, workers, quiet=as_json)
        done = weighing_of(
            loaded, desk, as_of=moment, draws=draws, seed=seed, worlds=counts, by_day=course or out is not None
        )
    kept = _record(case, done.weighed, history, by, reason) if record else None
    if out is not None:
        _write_page(done, case, out)
    if as_json:
        told = weighing_json(done) | ({"course": [one.as_json() for one in done.course]} if course else {})
        told |= {} if kept is None else {"history": str(kept[0]), "judgment": kept[1]}
        print_json(next(row for row in told["items"] if row["id"] == item) if item else told)
        return
    from tocsin.brief.weigh_terminal import show_course, show_item, show_weighed

    if item:
        show_item(done, item)
    elif course:
        show_course(loaded, done.course)
    else:
        show_weighed(done)
    if out is not None:
        print(f"\nPage: {out}")
    if kept is not None:
        print(f"\nHistory: {kept[0]} (judgment {kept[1]}, by {by})")


def _within(option: str, number: int | None, least: int, most: int) -> None:
    if number is not None and not least <= number <= most:
        raise UsageError(f"found {number}; expected {least:,} to {most:,}", place=option)


@contextmanager
def desk_of(source: str, case: Case, store: Path | None) -> Iterator[Desk]:
    """Open the watch folder of a case: the one that is named, one beside the case, or a bundled record, taken in anew.

    Args:
        source: How the case was named.
        case: The case.
        store: A watch folder, or None.
    """
    from tocsin.watch.desk import machine_reading, opened

    beside = Path(source)
    folder = (beside if beside.is_dir() else beside.parent) / case.watch
    if store is None and case.watch and folder.is_dir():
        store = folder
    if store is not None:
        with opened(store) as desk:
            yield desk
        return
    if not case.watch:
        raise UsageError("found no watch folder in the case; expected --store", place="--store")
    if case.watch not in {one if isinstance(one, str) else one[0] for one in completion.cases("")}:
        raise UsageError(
            f"found no watch folder {case.watch!r} beside the case; expected one, or --store", place=source
        )
    with tempfile.TemporaryDirectory(prefix="tocsin-") as empty, opened(Path(empty) / "watch", create=True) as desk:
        reading = machine_reading(
            _captured(case), source=case.watch, kept="", zone="", publisher="", owner="unknown", level="unknown"
        )
        desk.take(case.watch, reading)
        yield desk.again()


def _captured(case: Case) -> int:
    """When a bundled record is taken in for a case: when the case was written, so that the same case has one answer."""
    if not case.written:
        return time.time_ns() // 1_000_000
    day = dt.datetime.fromisoformat(case.written)
    return int((day if day.tzinfo else day.replace(tzinfo=dt.UTC)).timestamp() * 1000)


def _moment(day: str, case: Case, desk: Desk) -> int | None:
    """The end of a day in the folder's zone; None = as the case has it."""
    from tocsin.watch.times import read_time

    return read_time(day, desk.zone, place="--as-of")[0].most if day else case.as_of


def worlds_of(source: str, case: Case) -> Worlds | None:
    """Worlds that were kept with a case and fit it, or None; says so where they do not fit."""
    import json

    from tocsin.assess.case_file import text_of
    from tocsin.assess.worlds import Worlds, bundled_worlds, stale

    base = _base(source)
    if base is None:
        return bundled_worlds(case)[0]
    kept = base / "worlds.json"
    if not kept.exists() and not kept.is_symlink():
        return None
    try:
        data = json.loads(text_of(kept, str(kept)))
    except (ValueError, RecursionError):
        raise CaseError("found no JSON; expected simulated worlds", place=str(kept)) from None
    found = Worlds.from_json(data, str(kept))
    why = stale(found, case, base=base)
    if why:
        print(f"tocsin: {why}; --worlds N simulates them", file=sys.stderr)
    return None if why else found


def _simulated(source: str, case: Case, runs: int, workers: int | None, *, quiet: bool) -> Worlds:
    from tocsin.assess.worlds import simulate_worlds

    with progress_bar(f"{case.name}: {runs:,} runs a hypothesis", quiet=quiet) as progress:
        return simulate_worlds(case, runs=runs, workers=workers, base=_base(source), progress=progress)


def _base(source: str) -> Path | None:
    """The folder of a case; None of a bundled one."""
    path = Path(source)
    return None if source in _bundled() else path if path.is_dir() else path.parent


def _bundled() -> list[str]:
    from tocsin.assess.case import bundled_cases

    return list(bundled_cases())


def _copy(case: str, folder: Path, *, as_json: bool) -> None:
    """Write a bundled case to a folder that is not there yet, whole or not at all."""
    import shutil

    from tocsin.assess.case import bundled_cases

    inside = bundled_cases()
    if case not in inside:
        raise UsageError(f"found {case!r}; expected a bundled case: {', '.join(inside)}", place="CASE")
    if folder.exists():
        raise UsageError("found something there; expected a folder that is not there yet", place=str(folder))
    if not folder.absolute().parent.is_dir():
        raise UsageError("found no such folder; expected one to write into", place=str(folder.parent))
    with tempfile.TemporaryDirectory(prefix=".tocsin-", dir=folder.absolute().parent) as beside:
        made = Path(beside) / folder.name
        made.mkdir()
        for one in sorted(inside[case].iterdir(), key=lambda one: one.name):
            if one.is_file():
                (made / one.name).write_bytes(one.read_bytes())
        shutil.move(made, folder)
    names = sorted(one.name for one in folder.iterdir())
    if as_json:
        print_json({"folder": str(folder), "files": names})
    else:
        print(f"{folder}: {', '.join(names)}\nEdit {folder / 'case.toml'}, then: tocsin weigh {folder / 'case.toml'}")


def _write_page(done: Weighing, source: str, out: Path) -> None:
    from tocsin import __version__
    from tocsin.brief.weigh import weigh_page
    from tocsin.log.atomic import write_bytes

    write_bytes(out, weigh_page(done, source=Path(source).name, version=__version__).encode("utf-8"))


# --- the record -----------------------------------------------------------------------------------------------------


def _file(source: str, history: Path | None) -> Path:
    """Where the history is: as named, or beside the case; a bundled case has nothing beside it."""
    from tocsin.assess.history import history_file

    if history is not None:
        if not history.absolute().parent.is_dir():
            raise UsageError("found no such folder; expected one to write into", place=str(history.parent))
        return history
    if source in _bundled():
        raise UsageError("found a bundled case, beside which nothing is written; expected --history", place=source)
    path = Path(source)
    return history_file(path / "case.toml" if path.is_dir() else path)


def _record(source: str, answer: Weighed, history: Path | None, by: str, reason: str) -> tuple[Path, int]:
    """Keep a judgment; gives the file and the judgment's line."""
    from tocsin.assess.history import keep

    file = _file(source, history)
    kept = keep(file, answer, at=time.time_ns() // 1_000_000, by=by, reason=reason)
    return file, kept.line


def _history(source: str, case: Case, history: Path | None, true: str, by: str, reason: str, *, as_json: bool) -> None:
    """Keep an outcome if one is given, and show the record with its scores."""
    from tocsin.assess.history import outcome, read_history, score

    file = _file(source, history)
    if true:
        if not reason.strip():
            raise UsageError("found no reason; expected a sentence", place="--reason")
        outcome(file, true, at=time.time_ns() // 1_000_000, by=by, reason=reason)
    elif not file.is_file():
        raise UsageError("found no history there; expected one that --record has made", place=str(file))
    found = read_history(file)
    scored = score(found)
    if as_json:
        from tocsin.brief.weigh_history import history_json

        print_json(history_json(found, scored))
        return
    from tocsin.brief.weigh_history import show_history

    show_history(case, found, scored)
