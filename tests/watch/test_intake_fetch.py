"""Fetching: only public addresses, only so much, only so long; the servers here are this test's own."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests.watch.captures import READING

from tocsin.errors import WatchError
from tocsin.watch.intake import Limits, fetch, take
from tocsin.watch.intake.fetch import refused

HERE = ("127.0.0.1",)
PAGE = b"<html><body><p>words</p></body></html>"
FETCHING = import_module("tocsin.watch.intake.fetch")  # the door gives the function of this name


class Answers(BaseHTTPRequestHandler):
    """Answers by path, and remembers what it was asked."""

    answers: ClassVar[dict[str, Callable[[Answers], None]]] = {}
    asked: ClassVar[list[tuple[str, str, dict[str, str]]]] = []

    def do_GET(self) -> None:
        Answers.asked.append((self.command, self.path, dict(self.headers)))
        Answers.answers[self.path.partition("?")[0]](self)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def say(self, body: bytes = PAGE, status: int = 200, **headers: str) -> None:
        """Answer."""
        self.send_response(status)
        for name, value in ({"Content_Type": "text/html; charset=utf-8"} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve on this machine; gives the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    server.handle_error = lambda *_: None
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    Answers.answers, Answers.asked = {}, []
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def port() -> Iterator[int]:
    """A server without TLS."""
    with serving() as found:
        yield found


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Let every name resolve to some addresses; gives the names that are asked."""
    asked = []

    def found(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        six = [":" in one for one in answers]
        families = [socket.AF_INET6 if one else socket.AF_INET for one in six]
        return [(f, socket.SOCK_STREAM, 6, "", (one, port)) for f, one in zip(families, answers, strict=True)]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return asked


def test_a_page_is_fetched_and_its_address_kept_without_tracking(port: int) -> None:
    """The server is asked as the user said; what is kept tells nothing of who followed which link."""
    Answers.answers["/a"] = Answers.say
    found = fetch(f"http://127.0.0.1:{port}/a?utm_source=x&id=7#top", allow=HERE)
    assert (found.data, found.content_type, found.charset) == (PAGE, "text/html", "utf-8")
    assert found.address == f"http://127.0.0.1:{port}/a?id=7"
    ((method, path, headers),) = Answers.asked
    assert (method, path) == ("GET", "/a?utm_source=x&id=7")
    assert "Cookie" not in headers and "Referer" not in headers and headers["Host"] == f"127.0.0.1:{port}"


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "0"),
        *("0.0.0.0", "localhost", "LOCALHOST", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
        *("[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fc00::1]", "[ff02::1]"),
        *("10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "①②⑦.⓪.⓪.①", "127。0。0。1"),
    ],
)
def test_private_addresses_are_refused_in_every_notation(host: str, port: int) -> None:
    """Decimal, octal, hexadecimal, short, mapped, translated, of a link, shared, reserved: nobody is asked."""
    with pytest.raises(WatchError):
        fetch(f"http://{host}:{port}/")
    assert Answers.asked == []


@pytest.mark.parametrize("ip", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "8.8.8.8"])
def test_public_addresses_may_be_asked(ip: str) -> None:
    """The fence has a gate."""
    assert refused(ip) == ""


@pytest.mark.parametrize(
    "answers", [("127.0.0.1",), ("8.8.8.8", "10.0.0.1"), ("::1",), ("fe80::1%eth0",), ("nonsense",)]
)
def test_a_name_that_leads_inside_is_refused(
    monkeypatch: pytest.MonkeyPatch, answers: tuple[str, ...], port: int
) -> None:
    """One private address among those of a name is enough."""
    resolving(monkeypatch, *answers)
    with pytest.raises(WatchError, match="expected a public one"):
        fetch(f"http://innocent.example:{port}/")
    assert Answers.asked == []


def test_the_address_that_was_checked_is_the_one_that_is_asked(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    """The name is looked up once: no second answer can lead elsewhere (DNS rebinding)."""
    Answers.answers["/"] = Answers.say
    asked = resolving(monkeypatch, "127.0.0.1")
    assert fetch(f"http://news.example:{port}/", allow=HERE).data == PAGE
    assert asked == ["news.example"]
    assert Answers.asked[0][2]["Host"] == f"news.example:{port}"


def test_each_redirect_is_checked_anew(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    """A public page that sends on to this machine, to a file or in circles is refused; an honest one is followed."""
    real = socket.getaddrinfo
    public = {"public.example": "127.0.0.1"}

    def found(host: str, *rest: Any, **named: Any) -> list[Any]:
        if host in public:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (public[host], rest[0]))]
        return (
            [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", rest[0]))]
            if host == "127.0.0.1"
            else real(host, *rest, **named)
        )

    monkeypatch.setattr(socket, "getaddrinfo", found)
    Answers.answers["/in"] = lambda one: one.say(b"", 302, Location=f"http://127.0.0.1:{port}/secret")
    Answers.answers["/file"] = lambda one: one.say(b"", 302, Location="file:///etc/hostname")
    Answers.answers["/round"] = lambda one: one.say(b"", 302, Location="/round")
    Answers.answers["/user"] = lambda one: one.say(b"", 302, Location=f"http://u:p@public.example:{port}/good")
    Answers.answers["/odd"] = lambda one: one.say(b"", 302, Location="http://[")
    Answers.answers["/good"] = lambda one: one.say(b"", 301, Location="there?fbclid=1&x=2")
    Answers.answers["/there"] = Answers.say
    Answers.answers["/secret"] = Answers.say
    base = f"http://public.example:{port}"
    for path in ("/in", "/file", "/round", "/user", "/odd"):
        with pytest.raises(WatchError):
            fetch(base + path, Limits(redirects=3), allow=HERE)
    assert "/secret" not in [path for _, path, _ in Answers.asked]
    assert len([path for _, path, _ in Answers.asked if path == "/round"]) == 4
    found_page = fetch(base + "/good", allow=HERE)
    assert found_page.address == f"{base}/there?x=2" and found_page.asked == f"{base}/good"
    assert found_page.trail == (f"{base}/good", f"{base}/there?fbclid=1&x=2")


@pytest.mark.parametrize(
    "address",
    [
        *("ftp://news.example/", "file:///etc/hostname", "gopher://news.example/", "javascript:alert(1)", "", "news"),
        *("http://user@news.example/", "http://user:secret@news.example/", "http://", "http://:80/", "http://a:0/"),
        *("http://a b/", "http://news.example\\@127.0.0.1/", "http://news.example/\r\nX: y", "http://a:99999/"),
        *("http://" + "a" * 3_000, "http://[::1", "http://xn--a.example\u0000/"),
    ],
)
def test_what_is_no_public_web_address_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before any name is looked up; a password is not repeated in the refusal."""
    asked = resolving(monkeypatch, "8.8.8.8")
    with pytest.raises(WatchError) as caught:
        fetch(address)
    assert asked == [] and "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda one: one.say(b"x", 404), "404"),
        (lambda one: one.say(b"x", 302), "302"),
        (lambda one: one.say(b"x", 204), "204"),
        (lambda one: one.say(b"x", Content_Type="image/png"), "image/png"),
        (lambda one: one.say(b"x", Content_Type="application/octet-stream"), "octet-stream"),
        (lambda one: one.say(b"x" * 2_000), "at most"),
        (lambda one: one.say(b"x", Content_Length="5000000000"), "at most"),
        (lambda one: one.say(b"x", Content_Length="500"), "breaks off"),
        (lambda one: one.say(gzip.compress(b"x" * 5_000_000), Content_Encoding="gzip"), "more than 1,000"),
        (lambda one: one.say(gzip.compress(b"words")[:-4], Content_Encoding="gzip"), "breaks off"),
        (lambda one: one.say(b"words", Content_Encoding="gzip"), "incorrect header"),
        (lambda one: one.say(b"x", Content_Encoding="br"), "packing"),
        (lambda one: one.wfile.write(b"\0\1\2 no HTTP\r\n\r\n"), "no answer"),
        (lambda one: one.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n"), "no answer"),
        (lambda one: one.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "no answer"),
    ],
)
def test_what_is_no_small_text_is_one_clear_error(answer: Callable[[Answers], None], said: str, port: int) -> None:
    """Wrong answers, types, sizes, packings: refused, and never more read than the limit."""
    Answers.answers["/"] = answer
    with pytest.raises(WatchError, match=said) as caught:
        fetch(f"http://127.0.0.1:{port}/", Limits(bytes_per_page=1_000), allow=HERE)
    assert caught.value.place == f"http://127.0.0.1:{port}"


def test_packed_text_is_unpacked(port: int) -> None:
    """Gzip is the one packing that is asked for."""
    Answers.answers["/"] = lambda one: one.say(gzip.compress(PAGE), Content_Encoding="gzip")
    assert fetch(f"http://127.0.0.1:{port}/", allow=HERE).data == PAGE
    assert Answers.asked[0][2]["Accept-Encoding"] == "gzip"


def slowly(one: Answers, head: bytes, drop: bytes) -> None:
    """Answer a drop at a time, for longer than anybody waits."""
    one.wfile.write(head)
    for _ in range(100):
        time.sleep(0.05)
        one.wfile.write(drop)
        one.wfile.flush()


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        (b"HTTP/1.1 200 OK\r\n", b""),
        (b"", b"H"),
    ],
)
def test_a_server_that_drips_is_cut_off(head: bytes, drop: bytes, port: int) -> None:
    """The time counts from the name to the last byte, however often a byte comes."""
    Answers.answers["/"] = lambda one: slowly(one, head, drop)
    began = time.monotonic()
    with pytest.raises(WatchError, match=r"after 0\.4 seconds"):
        fetch(f"http://127.0.0.1:{port}/", Limits(seconds=0.4), allow=HERE)
    assert time.monotonic() - began < 2


def test_a_resolver_that_never_answers_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking up a name ends in time as well."""
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [over.wait(10)][1:])
    began = time.monotonic()
    with pytest.raises(WatchError, match="no host"):
        fetch("http://news.example/", Limits(seconds=0.2))
    assert time.monotonic() - began < 2
    over.set()


def test_nobody_at_home_is_one_clear_error() -> None:
    """A closed port, and a name that is none."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(WatchError, match="no answer"):
            fetch(f"http://127.0.0.1:{taken.getsockname()[1]}/", allow=HERE)
    with pytest.raises(WatchError):
        fetch(f"http://{'a' * 70}.example/")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for `news.example` that signs itself."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    asked = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30000", "-subj", "/CN=news.example"]
    names = ["-addext", "subjectAltName=DNS:news.example", "-keyout", str(file), "-out", f"{file}.crt"]
    subprocess.run([openssl, *asked, *names], check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + Path(f"{file}.crt").read_bytes())
    return file


@pytest.mark.parametrize(
    ("host", "trusted", "good"),
    [("news.example", True, True), ("news.example", False, False), ("evil.example", True, False)],
)
def test_the_certificate_must_be_trusted_and_for_the_name(
    host: str, trusted: bool, good: bool, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although the connection goes to an address, the name is shown to the server and checked in its certificate."""
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate)
    shown: list[str | None] = []
    ours.sni_callback = lambda _, name, __: shown.append(name)
    resolving(monkeypatch, "127.0.0.1")
    if trusted:
        monkeypatch.setattr(FETCHING, "_context", lambda: ssl.create_default_context(cafile=f"{certificate}.crt"))
    with serving(ours) as port:
        Answers.answers["/"] = Answers.say
        if good:
            assert fetch(f"https://{host}:{port}/", allow=HERE).data == PAGE
        else:
            with pytest.raises(WatchError, match="certificate"):
                fetch(f"https://{host}:{port}/", allow=HERE)
            assert Answers.asked == []
    assert shown == [host]


def test_an_address_is_taken_in_as_what_stands_there(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    """A source that begins with http is fetched, recognised and read; a refusal is one error for the whole."""
    feed = "<rss><channel><title>N</title><item><title>Словы</title></item></channel></rss>".encode()
    Answers.answers["/feed"] = lambda one: one.say(feed, Content_Type="text/xml")
    with pytest.raises(WatchError):
        take(f"http://127.0.0.1:{port}/feed", READING)
    monkeypatch.setattr(FETCHING, "refused", lambda _: "")
    taken = take(f"http://127.0.0.1:{port}/feed", READING)
    assert taken.kinds == ((f"http://127.0.0.1:{port}/feed", "feed"),)
    assert taken.items[0][0].title == "Словы"
