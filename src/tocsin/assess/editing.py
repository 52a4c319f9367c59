"""Changing the text of a case: a judgment, the claims of an item, a new item; comments and layout stay.

Each function gives a new text that was read back (`case.read_case`), so nothing half-valid is ever written. Writing
it is the caller's (`log.atomic.write_bytes`), who can tell by the case's digest whether the file changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from tocsin.assess.case import read_case
from tocsin.errors import CaseError
from tocsin.plan.problem import nearest, shown

__all__ = ["rejudged", "with_claim", "with_item", "without_claim"]

Folder = Path | Traversable | None
Judged = str | Sequence[float]
"""One of the seven words, or least and most."""


def rejudged(
    text: str,
    item: str,
    hypothesis: str,
    judged: Judged,
    *,
    folder: Folder = None,
    file: str = "case.toml",
    part: str = "evidence",
) -> str:
    """A case with another likelihood of one item under one hypothesis.

    Args:
        text: The case.
        item: Id of the item.
        hypothesis: Id of the hypothesis.
        judged: One of the seven words, or a range such as (0.3, 0.6).
        folder: Where the case lies, as `read_case` asks it.
        file: What to call it in messages.
        part: `evidence` or `watch_for`: where the item stands.

    Raises:
        CaseError: There is no such item or hypothesis, it cannot be so judged, or the text is no case.
    """
    document, table = _opened(text, item, folder, file, part)
    likelihood = table["likelihood"]
    if hypothesis not in likelihood:
        told = f"found the hypothesis {shown(hypothesis)}, which the case does not have"
        raise CaseError(told + nearest(hypothesis, likelihood), place=f"{file}: {part} {item}")
    likelihood[hypothesis] = judged if isinstance(judged, str) else list(judged)
    return _read_back(document, folder, file)


def with_claim(text: str, item: str, claim: str, *, folder: Folder = None, file: str = "case.toml") -> str:
    """A case in which an item rests on one more claim; the same text if it does already.

    Args:
        text: The case.
        item: Id of the item.
        claim: Id of the claim; whether the watch folder has it is asked when the case is bound.
        folder, file: As in `rejudged`.

    Raises:
        CaseError: There is no such item, its sort takes no claims, or the text is no case.
    """
    document, table = _opened(text, item, folder, file)
    if claim in table.get("claims", ()):
        return text
    if "claims" in table:
        table["claims"].append(claim)
    else:
        table["claims"] = [claim]
    return _read_back(document, folder, file)


def without_claim(text: str, item: str, claim: str, *, folder: Folder = None, file: str = "case.toml") -> str:
    """A case in which an item no longer names a claim.

    Args:
        text: The case.
        item: Id of the item.
        claim: Id of the claim.
        folder, file: As in `rejudged`.

    Raises:
        CaseError: The item does not name it, it is the last thing that the item rests on, or the text is no case.
    """
    document, table = _opened(text, item, folder, file)
    named = list(table.get("claims", ()))
    if claim not in named:
        told = f"found no {shown(claim)} among its claims; expected one of them{nearest(claim, named)}"
        raise CaseError(told, place=f"{file}: evidence {item}")
    if named == [claim]:
        del table["claims"]
    else:
        del table["claims"][named.index(claim)]
    return _read_back(document, folder, file)


def with_item(text: str, item: Mapping[str, Any], *, folder: Folder = None, file: str = "case.toml") -> str:
    """A case with one more piece of evidence, behind all others.

    Args:
        text: The case.
        item: Its keys, as docs/weigh-case.md names them.
        folder, file: As in `rejudged`.

    Raises:
        CaseError: It is no piece of evidence of this case, or the text is no case.
    """
    import tomlkit  # late: only editing needs it

    read_case(text, folder=folder, file=file)
    table = tomlkit.table()
    inner = {key: value for key, value in item.items() if isinstance(value, Mapping) and key != "likelihood"}
    try:
        for key, value in item.items():
            if key not in inner:
                table.add(key, _inline(value))
        for key, value in inner.items():
            table.add(key, _table(value))
        several = tomlkit.aot()
        several.append(table)
        document = tomlkit.document()
        document.append("evidence", several)
        added = tomlkit.dumps(document)
    except (TypeError, ValueError) as error:  # a value that TOML has no words for
        raise CaseError(f"found a value that no case can hold ({error})"[:200], place=f"{file}: evidence") from None
    lines = text.split("\n")
    at = _behind_evidence(text, lines)
    before, behind = "\n".join(lines[:at]).rstrip(), "\n".join(lines[at:]).strip("\n")
    new = f"{before}\n\n{added.strip()}\n" + (f"\n{behind}\n" if behind else "")
    read_case(new, folder=folder, file=file)
    return new


def _behind_evidence(text: str, lines: Sequence[str]) -> int:
    """How many lines stand before the place for one more piece of evidence: behind the last one, and before the
    remarks over what follows it. There it stays, for tables of one array belong together."""
    from tocsin.plan.positions import lines_of_keys  # late: only editing needs it

    found = lines_of_keys(text)
    last = max(line for path, line in found.items() if path[0] == "evidence")
    at = min((line - 1 for path, line in found.items() if path[0] != "evidence" and line > last), default=len(lines))
    while at > last and at < len(lines) and (not (above := lines[at - 1].strip()) or above.startswith("#")):
        at -= 1
    return at


def _inline(value: Any) -> Any:
    """A value on one line."""
    import tomlkit

    if not isinstance(value, Mapping):
        return tomlkit.item(list(value) if isinstance(value, tuple) else value)
    table = tomlkit.inline_table()
    for key, one in value.items():
        table.append(key, _inline(one))
    return table


def _table(value: Mapping[str, Any]) -> Any:
    """A table under a header of its own, those within it on one line."""
    import tomlkit

    table = tomlkit.table()
    for key, one in value.items():
        table.add(key, _inline(one))
    return table


def _opened(text: str, item: str, folder: Folder, file: str, part: str = "evidence") -> tuple[Any, Any]:
    """The document of a case that is one, and the table of an item in it."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    read_case(text, folder=folder, file=file)
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise CaseError(f"found a text that cannot be edited ({error})"[:200], place=file) from None
    tables = document.get(part, [])
    for table in tables:
        if table["id"] == item:
            return document, table
    close = nearest(item, [str(one["id"]) for one in tables])
    raise CaseError(f"found no {part} {shown(item)}; expected one of the case{close}", place=file)


def _read_back(document: Any, folder: Folder, file: str) -> str:
    import tomlkit

    text = tomlkit.dumps(document)
    read_case(text, folder=folder, file=file)
    return text
