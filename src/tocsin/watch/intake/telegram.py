"""An export of Telegram Desktop: `result.json` of one chat, or of a whole account.

The messages are read one after the other, so that an export that breaks off gives all that is whole in it, and one
broken message never keeps the others out. Whoever wrote, forwarded from a person, or signed becomes a pseudonym; the
names of channels and of public groups stay. Lists of contacts, calls and sessions in an account's export are passed
over unread.

Times: `date_unixtime` is exact; `date` without it is the exporter's own clock, which is read in the zone of days.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tocsin.errors import WatchError
from tocsin.watch.intake.addresses import clean_address, host_of
from tocsin.watch.intake.characters import cleaned, decoded
from tocsin.watch.intake.limits import Limits
from tocsin.watch.intake.taken import (
    Item,
    Passed,
    Piece,
    Reading,
    Taken,
    captured,
    digest_of,
    gathered,
    identity,
    placed,
    writer,
)
from tocsin.watch.model import Bounds, Report
from tocsin.watch.times import iso, read_time

__all__ = ["each_message", "read_telegram"]

_CHANNELS: Final = ("public_channel", "private_channel")
_PUBLIC: Final = (*_CHANNELS, "public_supergroup", "public_group")
"""Chats whose name is no person's and may stand."""
_MEDIA: Final = ("photo", "file", "media_type", "location_information", "contact_information", "sticker_emoji")
_NEXT: Final = re.compile(r'\{\s{0,40}"id"\s{0,9}:\s{0,9}-?\d{1,20}\s{0,9},\s{0,40}"type"\s{0,9}:')
_PROFILES: Final = (
    *("t.me", "telegram.me", "vk.com", "vk.ru", "ok.ru", "facebook.com", "instagram.com", "threads.net", "threads.com"),
    *("x.com", "twitter.com", "tiktok.com", "linkedin.com", "youtube.com", "bsky.app", "wa.me", "viber.com"),
)
_POST: Final = re.compile(r"https?://(?:t|telegram)\.me/(?:s/|c/)?\w{3,40}/\d+")
"""A post of a channel, which is no person's."""
_SPACE: Final = re.compile(r"[ \t\n\r]*+")
_DECODER: Final = json.JSONDecoder(strict=False)  # ends of lines within texts were made `\n` before
_LINKS: Final = 10
_PEOPLE: Final = frozenset(
    (
        *("from", "from_id", "author", "actor", "actor_id", "forwarded_from", "forwarded_from_id", "saved_from"),
        *("via_bot", "reactions", "contact_information", "contact_vcard", "members", "inviter"),
    )
)
"""Members of a message that say who: they are not in the hash of its capture, or names could be tried against it."""


class _Cut(Exception):
    """The text breaks off, or is no JSON from here on."""


@dataclass(slots=True)
class _Chat:
    """What is known of the chat whose messages are being read; it grows while the export is read."""

    said: dict[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return str(self.said.get("type", ""))

    @property
    def name(self) -> str:
        found = self.said.get("name")
        return cleaned(found)[0].strip() if isinstance(found, str) else ""

    @property
    def number(self) -> str:
        """Its number where that is no person's: numbers of people can be tried out."""
        found = self.said.get("id")
        return str(found) if self.kind in _PUBLIC and isinstance(found, int) and abs(found) < 2**63 else ""


@dataclass(slots=True)
class _Walk:
    """The text of an export and how far it was read."""

    text: str
    at: int = 0

    def peek(self) -> str:
        space = _SPACE.match(self.text, self.at)
        self.at = space.end() if space else self.at
        return self.text[self.at : self.at + 1]

    def expect(self, mark: str) -> None:
        if self.peek() != mark:
            raise _Cut
        self.at += 1

    def value(self) -> Any:
        """The value that stands here."""
        self.peek()
        try:
            found, self.at = _DECODER.raw_decode(self.text, self.at)
        except (ValueError, RecursionError):
            raise _Cut from None
        return found

    def more(self, end: str, first: bool) -> bool:
        """Whether another member follows, in an object or a list that `end` closes."""
        found = self.peek()
        if found == end:
            self.at += 1
            return False
        if not first:
            self.expect(",")
        return True

    def members(self) -> Iterator[str]:
        """The keys of an object; the caller reads the value of each before the next."""
        self.expect("{")
        first = True
        while self.more("}", first):
            key = self.value()
            if not isinstance(key, str):
                raise _Cut
            self.expect(":")
            yield key
            first = False


def read_telegram(data: bytes, name: str, reading: Reading, limits: Limits | None = None) -> Taken:
    """Read an export.

    Args:
        data: The file `result.json`.
        name: What to call it in problems.
        reading: How to read; without a key, writers are left out.
        limits: How much to read at most.
    """
    return gathered(each_message(data, name, reading, limits or Limits()))


def each_message(data: bytes, name: str, reading: Reading, limits: Limits) -> Iterator[Piece]:
    """Read an export one message at a time, as `read_telegram`."""
    try:
        read = decoded(data, "utf-8", place=name)
    except WatchError as error:
        yield error
        return
    if read.remark:
        yield Passed(f"{name}: {read.remark}", 0)
    walk, count = _Walk(read.text), 0
    try:
        for chat, found in _messages(walk, _Chat(), name, limits, 0):
            if isinstance(found, WatchError):
                yield found
                continue
            count += 1
            if count > limits.items:
                told = f"found more than {limits.items} messages; expected at most so many an export"
                yield WatchError(told, place=name)
                return
            yield _piece(found, chat, f"{name}, message {_number(found)}", reading, limits)
        if not count:
            yield WatchError("found no messages; expected an export of Telegram Desktop", place=name)
    except _Cut:
        told = f"found an export that breaks off after {count} whole messages (character {walk.at:,})"
        yield WatchError(f"{told}; expected its end", place=name)


def _messages(
    walk: _Walk, chat: _Chat, name: str, limits: Limits, depth: int
) -> Iterator[tuple[_Chat, dict[str, Any] | WatchError]]:
    """All messages within the object that stands here, each with its chat."""
    for key in walk.members():
        if key == "messages" and walk.peek() == "[":
            yield from ((chat, one) for one in _listed(walk, name, limits))
        elif key in ("chats", "left_chats") and walk.peek() == "{" and depth == 0:
            yield from _messages(walk, chat, name, limits, depth + 1)
        elif key == "list" and walk.peek() == "[" and depth == 1:
            walk.expect("[")
            first = True
            while walk.more("]", first):
                yield from _messages(walk, _Chat(), name, limits, depth + 1)
                first = False
        else:
            value = walk.value()
            if key in ("name", "type", "id"):
                chat.said[key] = value


def _listed(walk: _Walk, name: str, limits: Limits) -> Iterator[dict[str, Any] | WatchError]:
    """The messages of a list; after a broken one it goes on with the next that begins like a message."""
    walk.expect("[")
    first, broken = True, 0
    while True:
        within = 0
        try:
            if not walk.more("]", first):
                return
            first, within = False, 1
            found = walk.value()
            yield (
                found
                if isinstance(found, dict)
                else WatchError(f"found {type(found).__name__} among the messages; expected an object", place=name)
            )
        except _Cut:
            following = _NEXT.search(walk.text, walk.at + within)
            broken += 1
            if following is None or broken > limits.broken:
                raise
            yield WatchError(f"found a broken message at character {walk.at:,}; expected JSON", place=name)
            walk.at, first = following.start(), True


def _number(message: Mapping[str, Any]) -> str:
    found = message.get("id")
    return str(found) if isinstance(found, int) and abs(found) < 2**63 else "without a number"


def _piece(message: Mapping[str, Any], chat: _Chat, place: str, reading: Reading, limits: Limits) -> Piece:
    if message.get("type", "message") != "message":
        return Passed("service messages (who joined, what was pinned)")
    text, links = _words(message)
    if not text:
        media = any(key in message for key in _MEDIA)
        return Passed("messages with media and no words" if media else "messages without words")
    if len(text) > limits.characters:
        told = f"found a text of {len(text):,} characters; expected at most {limits.characters:,}"
        return WatchError(told, place=place)
    try:
        item = _report(message, chat, text, links, place, reading)
        return captured(item, _canonical(message), "application/json", reading, keep=False)
    except WatchError as error:
        return error
    except RecursionError:
        return WatchError("found a message nested deeper than can be read; expected a few levels", place=place)


def _canonical(message: Mapping[str, Any]) -> bytes:
    """A message in JSON of one form, without those who wrote it, sent it on or reacted to it."""
    kept = {key: value for key, value in message.items() if key not in _PEOPLE}
    told = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return told.encode("utf-8", "surrogatepass")


def _words(message: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The words of a message and the addresses behind them; those of a poll are its question and its answers."""
    parts = _parts(message.get("text"))
    links = [_link(str(one.get("href", ""))) for one in parts if isinstance(one, dict)]
    words = ["".join(_word(one) for one in parts)]
    poll = message.get("poll")
    if isinstance(poll, dict):
        answers = [one for one in _parts(poll.get("answers")) if isinstance(one, dict)]
        words += [_said(poll.get("question")), *(f"– {_said(one.get('text'))}" for one in answers)]
    text = cleaned("\n".join(one for one in words if one.strip()))[0].strip()
    return text, [one for one in dict.fromkeys(links) if one][:_LINKS]


def _link(href: str) -> str:
    """An address behind words; "" for a profile or a post on a social network, whose address names a person."""
    address = clean_address(href)
    host = host_of(address)
    if any(host == one or host.endswith(f".{one}") for one in _PROFILES):
        return address if _POST.fullmatch(address) else ""
    return address


def _parts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _word(part: Any) -> str:
    return part if isinstance(part, str) else _said(part.get("text")) if isinstance(part, dict) else ""


def _said(value: Any) -> str:
    return "".join(_word(one) for one in value) if isinstance(value, list) else value if isinstance(value, str) else ""


def _report(message: Mapping[str, Any], chat: _Chat, text: str, links: list[str], place: str, reading: Reading) -> Item:
    said, odd = _published(message, reading, place)
    published, basis, late = placed(said, "time" if said.known else "none", reading.captured)
    number, channel = _number(message), chat.kind in _CHANNELS
    raw = message.get("date_unixtime", message.get("date"))
    address = f"https://t.me/c/{chat.number}/{number}" if chat.number else place
    digest = digest_of("telegram", [_where(chat), number, raw if isinstance(raw, str) else ""], "", text)
    forwarded, told = _forwarded(message, chat, reading)
    changed = _moment(message.get("edited_unixtime"))
    notes = (
        f"changed {iso(changed)}: its words are of then" if changed else "",
        f"links to {', '.join(links)}" if links else "",
    )
    report = Report(
        identity(digest),
        digest,
        "telegram",
        address,
        _publisher(chat, reading),
        writer(_said(message.get("author")) if channel else _said(message.get("from")), reading),
        reading.owner,
        "social" if reading.level == "unknown" else reading.level,
        reading.language,
        published,
        basis,
        reading.captured,
        "",
        text,
        forwarded=forwarded,
        note="; ".join(one for one in (odd, late, told, *notes) if one),
    )
    return report, ()


def _where(chat: _Chat) -> str:
    """What tells chats apart in a digest, without anybody's name or number."""
    return chat.number or (chat.name if chat.kind in _PUBLIC else "")


def _publisher(chat: _Chat, reading: Reading) -> str:
    """The chat's name where it is public; a pseudonym of it otherwise, for it may be a person's."""
    return (chat.name if chat.kind in _PUBLIC else writer(chat.name, reading)) or reading.publisher


def _forwarded(message: Mapping[str, Any], chat: _Chat, reading: Reading) -> tuple[str, str]:
    """Whom a message was forwarded from, and a remark: a channel's name stays, anybody else's is a pseudonym."""
    name = cleaned(_said(message.get("forwarded_from")))[0].strip()
    if "forwarded_from" not in message:
        return "", ""
    if not name:
        return "", "forwarded from somebody whose account is gone"
    kept = str(message.get("forwarded_from_id", "")).startswith("channel")
    if kept or (name == chat.name and chat.kind in _CHANNELS):
        return name, ""
    return writer(name, reading), ""


def _published(message: Mapping[str, Any], reading: Reading, place: str) -> tuple[Bounds, str]:
    moment = _moment(message.get("date_unixtime"))
    if moment is not None:
        return Bounds(moment, moment), ""
    said = message.get("date")
    if not isinstance(said, str) or not said:
        return Bounds(), "it gives no date"
    return read_time(said, reading.zone, place=f"{place}, date")[0], "its time is by the clock of who exported it"


def _moment(value: Any) -> int | None:
    """Milliseconds of a Unix time, which an export writes as text."""
    if isinstance(value, bool) or not isinstance(value, str | int) or not re.fullmatch(r"-?\d{1,11}", str(value)[:20]):
        return None
    return int(value) * 1000
