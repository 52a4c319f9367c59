"""From bytes to characters, and from markup to plain words.

Captured text stays as it was, with two exceptions: control characters that no text needs are dropped and counted, and
ends of lines are `\\n`. Characters that steer the direction of writing (UAX #9) are data: they stay in the store, and
`masking.shown` makes them visible wherever a text is shown.
"""

from __future__ import annotations

import codecs
import html
import re
from dataclasses import dataclass
from typing import Final

from tocsin.errors import WatchError

__all__ = ["Decoded", "cleaned", "decoded", "language_of", "plain", "unsteered"]

_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufff9-\ufffb\ufffe\uffff]")
_BREAKS: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_ODD: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]")
_STEERING: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LATIN: Final = ("cp1252", "cp1250", "iso8859_2", "cp1257", "iso8859_13")
_LETTERS: Final = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻčėįšųūžČĖĮŠŲŪŽ„”“–—…")
_GUESSED: Final = (
    *("cp1251", "koi8_r", "koi8_u", "iso8859_5", "cp866", "mac_cyrillic"),
    *_LATIN,
)
_NO_WORD: Final = re.compile("utf|ascii|iso8859-1$|cp1252$")
"""What servers say when nobody set anything, or what was tried already: no reason to believe it."""
_NO_TEXT: Final = re.compile("idna|punycode|.*unicode.escape|utf-7|mbcs|oem|undefined|palmos")
"""Codecs that no text is written in, whatever a label says."""
_FEW: Final = 8
"""Control characters that a short text may have too many of."""
_LOOK: Final = 65_536
"""Bytes that are enough to tell an encoding by."""

_SILENT: Final = ("script", "style", "iframe", "noscript", "template", "object", "svg", "head", "title", "textarea")
_BLOCKS: Final = frozenset(
    (
        *("p", "div", "br", "li", "ul", "ol", "tr", "table", "blockquote", "section", "article", "hr", "pre"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "dd", "dt", "header", "footer", "figure", "figcaption", "main", "aside"),
    )
)
_TAG: Final = re.compile(r"""</?[a-zA-Z](?:[^>"']|"[^"]*+"|'[^']*+')*+>""")
_TAG_NAME: Final = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
_LONGEST_TAG: Final = 2_000


@dataclass(frozen=True, slots=True)
class Decoded:
    """Characters of some bytes.

    Attributes:
        text: The characters, cleaned.
        encoding: How they were read.
        remark: What was odd about it, or "".
    """

    text: str
    encoding: str
    remark: str = ""


def decoded(data: bytes, declared: str = "", *, place: str = "") -> Decoded:
    """Read bytes as characters.

    A byte order mark is believed first; then UTF-8 where all bytes are; then UTF-16 by its pattern of bytes; then the
    declared encoding, unless it is one that servers name when nobody set anything; at last a guess among the encodings
    of the languages that are watched.

    Args:
        data: The bytes.
        declared: What the bytes are labelled as, or "".
        place: Where they stand, for the error.

    Raises:
        WatchError: They are no text.
    """
    encoding, start = _encoding(data, _codec(declared))
    if not encoding:
        raise WatchError("found bytes that are no text in any known encoding; expected text", place=place)
    body = data[start:]
    text, dropped = cleaned(body.decode(encoding, "replace"))
    if dropped > _FEW and dropped * 10 > len(text):
        raise WatchError("found bytes of which many are no characters; expected text", place=place)
    said = _codec(declared)
    remarks = []
    if said and said != codecs.lookup(encoding).name:
        remarks.append(f"labelled {said}, read as {codecs.lookup(encoding).name}")
    if "\ufffd" in text and "\ufffd".encode() not in data:
        remarks.append("some bytes were no characters")
    if dropped:
        remarks.append(f"{dropped} control characters dropped")
    return Decoded(text, codecs.lookup(encoding).name, "; ".join(remarks))


def _codec(name: str) -> str:
    """The codec that a label names, "" if none that reads text."""
    try:
        found = codecs.lookup(name.strip().strip("\"'"))
        "".encode(found.name)
        return "" if _NO_TEXT.match(found.name) else found.name
    except (LookupError, ValueError):
        return ""


def _encoding(data: bytes, declared: str) -> tuple[str, int]:
    """Which codec reads some bytes, and how long their mark is; "" = none."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, len(mark)
    wide = _wide(data[:_LOOK])
    if wide:
        return wide, 0
    try:
        data.decode("utf-8")
        return "utf-8", 0
    except UnicodeDecodeError as error:
        # A file cut within its last character is still UTF-8; a few wrong bytes in much UTF-8 are wrong bytes.
        good = data[: error.start]
        if error.end >= len(data) - 1 and error.reason == "unexpected end of data":
            return "utf-8", 0
        if _mostly_utf8(good, data):
            return "utf-8", 0
    if declared and not _NO_WORD.match(declared):
        return declared, 0
    return _guess(data), 0


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: one byte of each two is 0, or 4 in Cyrillic, or stays within a block."""
    if len(head) < 4:
        return ""
    pairs = len(head) // 2
    even, odd = head[0 : 2 * pairs : 2], head[1 : 2 * pairs : 2]
    for encoding, high, low in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if high.count(0) + high.count(4) > 0.9 * pairs and low.count(0) < 0.1 * pairs and high.count(0):
            return encoding
    return ""


def _mostly_utf8(good: bytes, data: bytes) -> bool:
    several = sum(byte >= 0xC2 for byte in good[:_LOOK])
    wrong = data[:_LOOK].decode("utf-8", "replace").count("\ufffd")
    return several >= 20 and wrong * 50 < several


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_LOOK], cp_isolation=list(_GUESSED)).best()
    if best is None or best.encoding not in _LATIN:
        return "" if best is None else best.encoding
    # Among Latin codes the guess leans to the west of Europe; what counts here is Polish and Lithuanian.
    return max(_LATIN, key=lambda code: sum(one in _LETTERS for one in data[:_LOOK].decode(code, "replace")))


def cleaned(text: str) -> tuple[str, int]:
    """Text without control characters and with `\\n` at the ends of lines, and how many were dropped.

    Half a surrogate pair, which no file can hold, becomes U+FFFD.
    """
    if not _ODD.search(text):
        return text, 0
    text = _SURROGATES.sub("\ufffd", _BREAKS.sub("\n", text))
    return _CONTROLS.subn("", text)


def unsteered(words: str) -> str:
    """A name of a channel or a medium, or words of a coded row, without what steers the direction of writing."""
    return _STEERING.sub("", words)


def language_of(label: str) -> str:
    """Two letters of a label such as `be-BY`, or `und`."""
    found = re.match(r"\s*([a-zA-Z]{2})(?:[-_].*)?\s*$", label[:40], re.DOTALL)
    return found[1].lower() if found else "und"


def plain(markup: str) -> str:
    """The words of some HTML: no tag, script, style, frame or comment; blocks are lines.

    It goes once from left to right and asks no parser, so that no nesting and no unclosed tag can stop it.
    """
    parts: list[str] = []
    at, absent = 0, set[str]()
    while at < len(markup):
        start = markup.find("<", at)
        if start < 0:
            break
        parts.append(markup[at:start])
        at = _past(markup, start, parts, absent)
    parts.append(markup[at:])
    text = cleaned(html.unescape("".join(parts)))[0].replace("\u00a0", " ")
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _past(markup: str, start: int, parts: list[str], absent: set[str]) -> int:
    """Where the markup that begins at `start` ends; what it stands for goes to `parts`."""
    if markup.startswith("<!--", start):
        return _after("-->", markup, start + 4, absent)
    if markup.startswith("<![CDATA[", start):
        end = _after("]]>", markup, start + 9, absent)
        parts.append(markup[start + 9 : end].removesuffix("]]>"))
        return end
    if markup.startswith(("<!", "<?"), start):
        return _after(">", markup, start, absent)
    name = _TAG_NAME.match(markup, start)
    if name is None:
        parts.append("<")
        return start + 1
    whole = _TAG.match(markup, start, start + _LONGEST_TAG)
    end = whole.end() if whole else _after(">", markup, start, absent)
    word = name[1].lower()
    if word in _BLOCKS:
        parts.append("\n")
    if word in _SILENT and markup[start + 1] != "/" and not markup.startswith("/>", end - 2):
        closing = _close(word).search(markup, end) if word not in absent else None
        if closing is None:
            absent.add(word)
        else:
            return closing.end()
    return end


def _after(mark: str, markup: str, start: int, absent: set[str]) -> int:
    """One past the next mark, or the end if there is none; that there is none is looked up once."""
    found = -1 if mark in absent else markup.find(mark, start)
    if found < 0:
        absent.add(mark)
        return len(markup)
    return found + len(mark)


def _close(word: str) -> re.Pattern[str]:
    return re.compile(rf"</{word}(?:\s[^>]{{0,100}})?>", re.IGNORECASE)
