"""Fetching what stands at a public address: one question, nothing ever posted, and never a look into a private network.

The order of things, anew for the first address and for each that it sends on to:

1. The address is of http or https and carries no user name.
2. Its host is resolved here. If any of its addresses is private, of this machine, of a link, multicast, reserved,
   shared by a provider (RFC 6598) or an old or translated form of an IPv4 address, the host is refused.
3. The connection goes to the very address that was checked, so that no second look-up can answer otherwise; the name
   is still the one that the certificate must be for.
4. What comes back is counted while it comes, packed and unpacked, and all must end in time.

It is built on the standard library: a pool of connections would look up names by itself. Proxies are not asked.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urljoin, urlunsplit

from tocsin.errors import WatchError
from tocsin.watch.intake.addresses import clean_address, split_address
from tocsin.watch.intake.limits import Limits

__all__ = ["Fetched", "fetch", "refused"]

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_TEXT: Final = re.compile(
    r"text/[\w.+-]+|application/(?:xhtml\+xml|xml|json|x-ndjson|ndjson|jsonl|json-seq|[\w.-]+\+(?:xml|json))"
)
_TRANSLATED: Final = tuple(
    map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96"))
)
_AGENT: Final = "Tocsin/1 (reads public pages; posts nothing)"
_CHUNK: Final = 65_536
_SENT_ON: Final = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What stood at an address.

    Attributes:
        address: Where it stood at last, without tracking parameters.
        asked: The address that was asked for, likewise.
        data: The bytes, unpacked.
        content_type: What the server calls it, in small letters; "" if it does not say.
        charset: The encoding that the server names, or "".
        trail: Every address on the way, first to last.
    """

    address: str
    asked: str
    data: bytes
    content_type: str
    charset: str
    trail: tuple[str, ...]


def fetch(address: str, limits: Limits | None = None, *, allow: Collection[str] = ()) -> Fetched:
    """Fetch what stands at a public address.

    **`allow` opens the fence**: IP addresses in it are reached although they are private. It is for tests that ask a
    server of their own on this machine. Nothing that a user, a page or a feed says may ever come into it: whoever can
    fill it can read this machine's private network.

    Args:
        address: Of http or https.
        limits: Bytes, seconds and redirects.
        allow: See above; leave it empty.

    Raises:
        WatchError: It is refused, cannot be reached, takes too long, is too large, or is no text.
    """
    limits = limits or Limits()
    deadline = time.monotonic() + limits.seconds
    trail: list[str] = []
    here = address.strip()
    for _ in range(limits.redirects + 1):
        parts = split_address(here)
        trail.append(_plainly(parts))
        found = _once(parts, limits, deadline, allow)
        if isinstance(found, Fetched):
            last, first = clean_address(trail[-1]), clean_address(trail[0])
            return Fetched(last, first, found.data, found.content_type, found.charset, tuple(trail))
        here = found
    raise WatchError(f"found more than {limits.redirects} redirects; expected a page", place=trail[0])


def _plainly(parts: SplitResult) -> str:
    return urlunsplit((parts.scheme, parts.netloc, parts.path, parts.query, ""))


def refused(found: str) -> str:
    """Why an IP address may not be asked; "" = it may.

    Args:
        found: The address, as a resolver gives it.
    """
    try:
        one: _Address = ipaddress.ip_address(found.partition("%")[0])
    except ValueError:
        return "no IP address"
    if one.is_loopback or one.is_unspecified:
        return "this machine"
    if isinstance(one, ipaddress.IPv6Address) and (one.ipv4_mapped or any(one in net for net in _TRANSLATED)):
        return "a translated form of an IPv4 address"
    if one.is_multicast:
        return "multicast"
    if one.is_link_local:
        return "of a link only"
    if one.is_reserved or not one.is_global:
        return "private or reserved"
    return ""


def _once(parts: SplitResult, limits: Limits, deadline: float, allow: Collection[str]) -> Fetched | str:
    """Ask one address: what stood there, or where it sends on to."""
    host = _name(parts)
    place = f"{parts.scheme}://{parts.netloc}"
    port = parts.port or (443 if parts.scheme == "https" else 80)
    family, target = _resolved(host, port, deadline, allow, place)
    try:
        with _connected(family, target, host, parts.scheme == "https", deadline) as connection:
            path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
            headers = {
                "Host": host if parts.port is None else f"{host}:{port}",
                "User-Agent": _AGENT,
                "Accept-Encoding": "gzip",
                "Connection": "close",
            }
            connection.request("GET", _ascii(path), headers=headers)
            with closing(connection.getresponse()) as answer:
                if answer.status in _SENT_ON and answer.headers.get("Location"):
                    return urljoin(urlunsplit(parts), str(answer.headers["Location"]))
                return _answer(answer, limits, deadline, place)
    except (OSError, http.client.HTTPException, UnicodeError, ValueError, zlib.error) as error:
        if time.monotonic() >= deadline:
            raise WatchError(f"found no end after {limits.seconds:g} seconds", place=place) from None
        raise WatchError(f"found no answer that can be read ({_said(error)})", place=place) from None


def _name(parts: SplitResult) -> str:
    """The host as resolvers, certificates and requests write it."""
    host = parts.hostname or ""
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        raise WatchError(
            f"found the host {host[:60]!r}; expected a name that can be looked up", place="address"
        ) from None


def _said(error: Exception) -> str:
    return str(error)[:120] or type(error).__name__


def _ascii(path: str) -> str:
    """A path as a request may carry it: other letters as percent signs of their UTF-8."""
    return "".join(one if "!" <= one <= "~" else "".join(f"%{byte:02X}" for byte in one.encode()) for one in path)


def _resolved(
    host: str, port: int, deadline: float, allow: Collection[str], place: str
) -> tuple[socket.AddressFamily, tuple[str, int]]:
    """The address that will be asked; all that a host has must be fit to be asked."""
    found: list[tuple[socket.AddressFamily, str]] = []
    errors: list[str] = []

    def look_up() -> None:
        try:
            for family, _, _, _, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                found.append((family, str(where[0])))
        except (OSError, UnicodeError) as error:
            errors.append(_said(error))

    # A resolver cannot be told when to stop: it is left alone in its thread.
    asking = threading.Thread(target=look_up, daemon=True)
    asking.start()
    asking.join(max(0.0, deadline - time.monotonic()))
    if asking.is_alive() or not found:
        raise WatchError(f"found no host of this name ({' '.join(errors) or 'no answer in time'})", place=place)
    for _, one in found:
        why = "" if one in allow else refused(one)
        if why:
            raise WatchError(f"found a host at {one}: {why}; expected a public one", place=place)
    family, first = found[0]
    return family, (first, port)


@contextmanager
def _connected(
    family: socket.AddressFamily, target: tuple[str, int], host: str, secure: bool, deadline: float
) -> Iterator[http.client.HTTPConnection]:
    """A connection to a checked address, which is cut when the time is over, wherever it stands then."""
    now = socket.socket(family, socket.SOCK_STREAM)
    wires = [now]
    watch = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, (wires,))
    watch.daemon = True
    connection = http.client.HTTPConnection(host, target[1])
    try:
        watch.start()
        now.settimeout(max(0.01, deadline - time.monotonic()))
        now.connect(target)
        if secure:
            now = _context().wrap_socket(now, server_hostname=host, do_handshake_on_connect=False)
            wires[0] = now  # from here on the first socket is an empty shell
            now.do_handshake()
        connection.sock = now
        yield connection
    finally:
        watch.cancel()
        connection.close()
        now.close()


def _cut(wires: list[socket.socket]) -> None:
    """End a connection under whoever reads it; that of `socket`, for that of TLS would forget that it is one."""
    try:
        socket.socket.shutdown(wires[0], socket.SHUT_RDWR)
    except OSError:
        wires[0].close()  # not yet connected, or gone already


def _context() -> ssl.SSLContext:
    """Certificates are checked against those that this system trusts, and must be for the name that was asked."""
    return ssl.create_default_context()


def _answer(answer: http.client.HTTPResponse, limits: Limits, deadline: float, place: str) -> Fetched:
    if answer.status != 200:
        raise WatchError(f"found the answer {answer.status}; expected 200", place=place)
    kind = answer.headers.get_content_type() if answer.headers.get("Content-Type") else ""
    if kind and not _TEXT.fullmatch(kind):
        raise WatchError(f"found the type {kind[:60]!r}; expected a page, a feed or another text", place=place)
    if answer.length is not None and answer.length > limits.bytes_per_page:
        raise WatchError(f"found {answer.length:,} bytes; expected at most {limits.bytes_per_page:,}", place=place)
    packed = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if packed not in ("identity", "gzip", "x-gzip", ""):
        raise WatchError(f"found the packing {packed[:20]!r}; expected gzip or none", place=place)
    data = _bounded(answer, packed.endswith("gzip"), limits, deadline, place)
    return Fetched("", "", data, kind, answer.headers.get_content_charset("") or "", ())


def _bounded(answer: http.client.HTTPResponse, packed: bool, limits: Limits, deadline: float, place: str) -> bytes:
    """All bytes of an answer, unpacked, counted before and after."""
    unpack = zlib.decompressobj(wbits=31) if packed else None
    most, came, out = limits.bytes_per_page, 0, bytearray()
    while chunk := answer.read1(_CHUNK):
        if time.monotonic() >= deadline:
            raise TimeoutError
        came += len(chunk)
        out += unpack.decompress(chunk, most + 1 - len(out)) if unpack else chunk
        if came > most or len(out) > most:
            raise WatchError(f"found more than {most:,} bytes; expected at most so many", place=place)
    if time.monotonic() >= deadline:
        raise TimeoutError  # whoever cut the connection then was us
    if answer.length or (unpack and (not unpack.eof or unpack.unused_data)):
        raise WatchError("found an answer that breaks off; expected its end", place=place)
    return bytes(out)
