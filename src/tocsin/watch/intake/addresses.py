"""Addresses as they are kept: of the web, without user names, passwords, tracking and marks within the page."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit, urlunsplit

from tocsin.errors import WatchError

__all__ = ["clean_address", "host_of", "split_address"]

_TRACKING: Final = re.compile(
    r"(?:utm_\w+|(?:fb|g|y|ys|ms|tw|dc|gb|wb|l)clid|mc_[ce]id|igsh(?:id)?|_openstat|__twitter_impression|ref_src|"
    r"yrwinfo|_ga|_gl|at_(?:medium|campaign|custom\d)|cmpid|from_source|oly_(?:anon|enc)_id|vero_id|s_cid|mkt_tok)",
    re.IGNORECASE,
)
_LONGEST: Final = 2_000


def split_address(address: str, *, place: str = "") -> SplitResult:
    """Take a web address apart.

    Raises:
        WatchError: It is none, or it carries a user name or a password (which the error does not repeat).
    """
    if len(address) > _LONGEST or re.search(r"[\s\x00-\x1f\x7f\\]", address):
        raise WatchError(f"found {address[:60]!r}; expected a web address without spaces or backslashes", place=place)
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise WatchError(f"found no web address ({error}); expected http:// or https://", place=place) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise WatchError(f"found {address[:60]!r}; expected http:// or https:// and a host", place=place)
    if "@" in parts.netloc:
        raise WatchError("found a user name in the address; expected one without user names and passwords", place=place)
    return parts


def clean_address(address: str) -> str:
    """A web address without tracking parameters and fragment; "" for anything else, such as `javascript:`.

    A user name and a password in it are dropped.
    """
    address = address.strip()
    start, mark, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    if mark and "@" in host and "?" not in host:
        address = f"{start}://{host.rpartition('@')[2]}{slash}{path}"
    try:
        parts = split_address(address)
    except WatchError:
        return ""
    kept = [one for one in parts.query.split("&") if one and not _TRACKING.fullmatch(one.partition("=")[0])]
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", "&".join(kept), ""))


def host_of(address: str) -> str:
    """The host of a cleaned address, without `www.`; "" if it has none."""
    host = urlsplit(address).hostname or "" if address else ""
    return host.removeprefix("www.")
