"""Taking in a source whole: what each file is, what is in it, and one problem for whatever could not be taken in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tocsin.errors import WatchError
from tocsin.watch.intake.characters import unsteered
from tocsin.watch.intake.coded import each_report, each_sighting
from tocsin.watch.intake.coded_csv import each_row
from tocsin.watch.intake.feeds import each_entry
from tocsin.watch.intake.limits import Limits
from tocsin.watch.intake.pages import each_page
from tocsin.watch.intake.recognise import KINDS, recognised
from tocsin.watch.intake.sources import File, Source, files_of, zone_of
from tocsin.watch.intake.taken import Captured, Piece, Reading, Taken, gathered, placed
from tocsin.watch.intake.telegram import each_message
from tocsin.watch.intake.texts import each_text
from tocsin.watch.text.language import language_of

__all__ = ["pieces_of", "take"]


def take(source: Source, reading: Reading, *, kind: str | None = None, limits: Limits | None = None) -> Taken:
    """Take in a file, a folder, an archive, an address, a bundled record or pasted bytes.

    Args:
        source: See `sources.Source`; words are a bundled name, an address or a path, in this order.
        reading: How to read; a bundled record has a time zone of its own.
        kind: One of `KINDS` for all files; None = recognised, each by itself.
        limits: How much to read at most.

    Returns:
        All that could be taken in, one problem for each item that could not, and what each file was taken for.

    Raises:
        WatchError: There is no such source, its address is refused, or nobody knows the kind.
    """
    limits, kinds = limits or Limits(), list[tuple[str, str]]()
    reading = replace(reading, zone=zone_of(source) or reading.zone)

    def pieces() -> Iterator[Piece]:
        for found in files_of(source, limits):
            if isinstance(found, File):
                what, items = pieces_of(found, reading, kind, limits)
                if what:
                    kinds.append((found.name, what))
                yield from items
            else:
                yield found

    return replace(gathered(pieces()), kinds=tuple(kinds))


def pieces_of(file: File, reading: Reading, kind: str | None, limits: Limits) -> tuple[str, Iterator[Piece]]:
    """What a file was taken for, and what is in it, one piece at a time.

    Args:
        file: The file.
        reading: How to read.
        kind: One of `KINDS`, or None.
        limits: How much to read at most.

    Raises:
        WatchError: Nobody knows the kind.
    """
    if kind is not None and kind not in KINDS:
        raise WatchError(f"found the kind {kind!r}; expected one of {', '.join(KINDS)}", place="kind")
    try:
        what = kind or recognised(file.data, file.name, file.content_type)
    except WatchError as error:
        return "", iter((error,))
    found = (_completed(one, reading) for one in _pieces(what, file, reading, limits))
    return what, _patient(found, file.name, limits)


def _completed(one: Piece, reading: Reading) -> Piece:
    """A captured report with the time that was given for it and the language of its words, where it tells neither.

    Names of media and channels stand beside everything that is shown: what steers the direction of writing is no part
    of them.
    """
    if not isinstance(one, Captured):
        return one
    report = one.item[0]
    report = replace(report, publisher=unsteered(report.publisher), forwarded=unsteered(report.forwarded))
    if report.route == "coded":
        return replace(one, item=(report, one.item[1]))
    if report.published_basis == "none" and reading.published.known:
        published, basis, _ = placed(reading.published, reading.published_basis, reading.captured)
        report = replace(report, published=published, published_basis=basis)
    if report.language == "und":
        report = replace(report, language=language_of(f"{report.title}\n{report.text}"))
    return replace(one, item=(report, one.item[1]))


def _patient(pieces: Iterator[Piece], name: str, limits: Limits) -> Iterator[Piece]:
    """Pieces, until there are too many problems among them: a flood of them tells nobody anything, and costs hours."""
    problems = 0
    for one in pieces:
        yield one
        problems += isinstance(one, WatchError)
        if problems >= limits.broken:
            told = f"found {limits.broken:,} problems; expected fewer, so the rest of the file is not read"
            yield WatchError(told, place=name)
            return


def _pieces(what: str, file: File, reading: Reading, limits: Limits) -> Iterator[Piece]:
    if what == "coded":
        return each_report(file.data, file.name, reading, limits)
    if what == "forces":
        return each_sighting(file.data, file.name, reading, limits)
    if what == "table":
        return each_row(file.data, file.name, reading, limits)
    if what == "telegram":
        return each_message(file.data, file.name, reading, limits)
    read = {"feed": each_entry, "page": each_page, "text": each_text}[what]
    return read(file.data, file.name, reading, limits, address=file.address, charset=file.charset)
