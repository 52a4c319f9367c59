"""The watch folder at work: taking in, deciding, and the view of all that holds, worked out once and only if asked.

The order of things when something comes in:

1. Items become reports, each whole or not at all (`intake`).
2. Rules read the new reports, and suggest claims; links to older ones are found.
3. The log and its tables beside the store are written anew from what holds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tocsin.errors import WatchError
from tocsin.watch.deciding import decide
from tocsin.watch.intake import Pasted, Reading, Summary, take_into
from tocsin.watch.intake.sources import zone_of
from tocsin.watch.ledger import Question, ledger
from tocsin.watch.ledger.chain import Clock
from tocsin.watch.ledger.incidents import Incident, incidents
from tocsin.watch.ledger.suggest import suggest_claims
from tocsin.watch.likeness import claim_origins, model_of, relate
from tocsin.watch.masking import Masked, masked_title, masked_words
from tocsin.watch.model import Decision, Report, Span, Suggestion
from tocsin.watch.people.protect import machine_key
from tocsin.watch.remembered import Remembered
from tocsin.watch.rows import Written, written
from tocsin.watch.shown import decided_words, masked, masked_names, shown_report, shown_suggestions
from tocsin.watch.standing import Standing, standing
from tocsin.watch.store import FILE, Store
from tocsin.watch.tables import write_tables
from tocsin.watch.text import read_text
from tocsin.watch.times import read_time

__all__ = ["Desk", "machine_reading", "moment_of", "opened", "zone_named"]

_ZONE = "zone"
_READ = "read "
_REMAKING = ("edit", "reject", "confirm")
"""What, decided of a suggestion, makes the claims of its report anew."""
_BATCH = 500
"""Reports that are read in one transaction."""
Progress = Callable[[int, str], None]


@dataclass(frozen=True)
class Desk:
    """A watch folder, open, and what holds in it at the moment of asking.

    Attributes:
        store: Its store.
    """

    store: Store

    @cached_property
    def standing(self) -> Standing:
        """What holds, with private persons masked."""
        return masked(self._bare, self._before)

    @cached_property
    def _before(self) -> Remembered:
        return Remembered(self.store)

    @cached_property
    def _bare(self) -> Standing:
        return standing(self.store)

    @cached_property
    def origins(self) -> dict[str, str]:
        """Claim or report → name of its origin group."""
        return masked_names(claim_origins(self._bare), self._before)

    @cached_property
    def clock(self) -> Clock:
        """When reports were published, as bounds; times need no masking, and asking many costs none."""
        return Clock(self._bare)

    @cached_property
    def incidents(self) -> tuple[Incident, ...]:
        """Claims about the same thing."""
        return incidents(self.standing, self.origins)

    @cached_property
    def ledger(self) -> tuple[Question, ...]:
        """Questions with their sides."""
        return ledger(self.standing, self.origins)

    @cached_property
    def written(self) -> Written:
        """Rows of the log."""
        return written(self.standing, self.origins)

    @cached_property
    def reports(self) -> dict[str, Report]:
        """All reports that came in, with titles and texts as they may be shown, by id."""
        found: dict[str, list[Suggestion]] = {}
        for one in self.store.suggestions():
            found.setdefault(one.report, []).append(one)
        decided = decided_words(self._bare.decisions)
        return {
            name: shown_report(one, found.get(name, ()), decided.get(name, ()), self._before)
            for name, one in self._bare.reports_in.items()
        }

    def suggestions(self, report: str) -> tuple[Suggestion, ...]:
        """What rules found in a report, with masked words."""
        return shown_suggestions(self.store.suggestions([report]), self._bare)

    def where(self, report: str, span: Span) -> Span:
        """Where characters of a report stand in its title or text as they may be shown."""
        return self.masks(report)[span.part].span(span)

    def masks(self, report: str) -> dict[str, Masked]:
        """Title and text of a report, masked, each with the map of its positions; by the part of a span."""
        one, found = self._bare.reports_in[report], self.store.suggestions([report])
        decided = decided_words(self._bare.decisions).get(report, [])
        return {"title": masked_title(one, found, decided), "text": masked_words(one, found, decided)}

    def closed(self, report: str) -> Report:
        """A report as it is shown wherever nobody gave a reason to see a name: what was unmasked is masked, too."""
        one, found = self._bare.reports_in[report], self.store.suggestions([report])
        return shown_report(one, found, (), self._before)

    @property
    def zone(self) -> ZoneInfo:
        """Time zone of days in this folder."""
        return zone_named(self.store.kept(_ZONE, "UTC"))

    def write(self) -> None:
        """Write the log and its tables anew, and keep what masking gave."""
        write_tables(self.store.folder, self.standing, self.written, self.origins, self.reports)
        self._before.keep()

    def again(self) -> Desk:
        """The same folder as it holds now: a desk that no change came after, or one with nothing remembered.

        What was worked out to write the log after the last change that was made here need not be worked out twice.
        """
        for moment, desk in self._after:
            if moment == moment_of(self.store):
                return desk
        return Desk(self.store)

    @cached_property
    def _after(self) -> list[tuple[tuple[int, int], Desk]]:
        """The desk that wrote the log after the last change made here, and the moment for which it holds."""
        return []

    def _write_anew(self) -> None:
        now, (version, _) = Desk(self.store), moment_of(self.store)
        now.write()  # if another writes meanwhile, the version is another one afterwards, and this desk is not used
        self._after[:] = [((version, moment_of(self.store)[1]), now)]

    def take(
        self,
        source: str | Pasted,
        reading: Reading,
        progress: Progress | None = None,
        *,
        kind: str | None = None,
        model: bool = False,
    ) -> Summary:
        """Take in a source, read what is new, and write the log anew.

        Args:
            source: A file, a folder, an address, the name of a bundled case, or pasted bytes.
            reading: How items are read.
            progress: Told how many pieces were read, and of which file.
            kind: What it is, if it is not to be recognised.
            model: As of `read`.

        Raises:
            WatchError: Nothing of the source can be taken in.
        """
        if not self.store.kept(_ZONE):
            self.store.keep(_ZONE, str(reading.zone))
        summary = take_into(self.store, source, reading, None, progress, kind=kind)
        self.read(model=model)
        self._write_anew()
        return summary

    def read(self, *, model: bool = False) -> None:
        """Let the rules read every report that they have not read yet, and find what each is like.

        Args:
            model: Ask the model of sentences as well, from the first intake of this folder on.

        Texts are read in batches, each of them one transaction that also marks its reports as read; then everything
        that is not filed yet is related in another. So an intake that was broken off is finished by the next one, and
        few reports are in memory at a time.
        """
        sentences = model_of(self.store, wanted=model)
        unread = self._ids("SELECT 1 FROM meta WHERE key = ? || id", _READ)
        for start in range(0, len(unread), _BATCH):
            part = unread[start : start + _BATCH]
            with self.store.batch():
                for report in self.store.reports(part):
                    if report.text or report.title:
                        found = read_text(report, self.zone)
                        self.store.put_suggestions(found)
                        self.store.add_claims(suggest_claims(report, found))
                for name in part:
                    self.store.keep(_READ + name, "1")
        relate(self.store, self._ids("SELECT 1 FROM features WHERE report = id"), sentences)

    def _ids(self, without: str, *values: str) -> list[str]:
        """Reports of which something is not there, by id."""
        asked = f"SELECT id FROM reports WHERE NOT EXISTS ({without}) ORDER BY id"
        return [name for (name,) in self.store.connection.execute(asked, values)]

    def decide(self, act: str, target: str, words: Sequence[str], reason: str, by: str, at: int) -> Decision:
        """Keep a decision and write the log anew.

        Args:
            act: One of `model.ACTS`.
            target: What it is about.
            words: Its values as `name=value`.
            reason: Why.
            by: The role or pseudonym of who decides.
            at: When.

        Raises:
            WatchError: It is no decision that something can follow.
        """
        before = self.again().standing if self._after else self.standing  # a decision made here before holds, too
        report, suggestion, _ = target.partition("@")
        remade = bool(suggestion) and act in _REMAKING
        if remade:
            self._refuse_under(before, report, target)
        with self.store.batch():
            made = decide(self.store, before, act, target, words, reason, by, at, self.zone)
            if remade:
                (one,), found = self.store.reports([report]), self.store.suggestions([report])
                self.store.remake_claims(report, suggest_claims(one, found, self.store.decisions()))
        self._write_anew()
        return made

    def _refuse_under(self, before: Standing, report: str, target: str) -> None:
        """Refuse to change characters under a claim that somebody stands behind already."""
        here = next((one.span for one in self.store.suggestions([report]) if one.id == target), None)
        for claim in before.claims.values():
            if claim.report == report and claim.status != "suggested" and here in claim.spans:
                told = f"found {claim.id}, which rests on it and is {claim.status}; expected that to be corrected"
                raise WatchError(f"{told} or retracted", place=target)


def moment_of(store: Store) -> tuple[int, int]:
    """What differs as soon as somebody has written to a store: others, and its own connection."""
    (version,) = store.connection.execute("PRAGMA data_version").fetchone()
    return version, store.connection.total_changes


@contextmanager
def opened(folder: Path, *, create: bool = False) -> Iterator[Desk]:
    """Open a watch folder; if a refusal leaves one that was made for this empty, it is taken away again.

    Args:
        folder: The folder.
        create: Make it if there is none.

    Raises:
        WatchError: There is none, or it is no watch folder.
    """
    there, stored = folder.exists(), (folder / FILE).exists()
    with Store.open(folder, create=create) as store:
        desk = Desk(store)
        try:
            yield desk
        except sqlite3.Error as error:
            raise WatchError(f"found a store that cannot be used now ({error})", place=str(folder)) from None
        except BaseException:
            if not stored and not store.reports() and not store.sightings():
                store.close()
                _take_away(folder, there)
            raise


def _take_away(folder: Path, there: bool) -> None:
    (folder / FILE).unlink()
    if not there and not any(folder.iterdir()):
        folder.rmdir()


def zone_named(name: str) -> ZoneInfo:
    """The time zone of a name.

    Raises:
        WatchError: There is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise WatchError(f"found {name[:60]!r}; expected a time zone such as Europe/Minsk", place="--zone") from None


def machine_reading(
    captured: int, *, source: str, kept: str, zone: str, publisher: str, owner: str, level: str, published: str = "",
    keep_raw: bool = False,
) -> Reading:  # fmt: skip
    """How items of this machine are read: with its key, and days in the folder's zone unless another is named.

    Args:
        captured: Now.
        source: The source; a bundled case has a zone of its own.
        kept: Zone of the folder, "" = none yet.
        zone: Zone that was asked for, or "".
        publisher: Who published items that do not say so.
        owner: Whose that publisher is.
        level: Who speaks.
        published: Year, month, day or moment at which items were published that do not say so; "" = not known.
        keep_raw: Whether the bytes themselves are kept, unmasked.
    """
    named = zone_named(zone or kept or str(zone_of(source) or "UTC"))
    reading = Reading(captured, named, machine_key(), publisher, owner, level, keep_raw=keep_raw)
    if not published:
        return reading
    when, exact = read_time(published, named, place="--published")
    if captured > 0 and when.least is not None and when.least > captured:
        raise WatchError(f"found {published!r}, which is still to come; expected a time until now", place="--published")
    return replace(reading, published=when, published_basis="time" if exact else "page-date")
