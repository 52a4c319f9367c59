"""What a hostile or broken browser sends: every word of every address and form, and none of it does any harm.

Each parameter of a form gets hostile words beside words that are right, one at a time; those of an address get each of
them all together, and some alone. Whatever comes back is a page or a refusal in the desk's own style, with all headers
of the house, and holds no word that a browser would read as anything but text.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote_from_bytes

import pytest
from litestar.testing import TestClient
from tests.serve.asking import RUSSIAN, Asking, asked, tags

from tocsin.serve import Room, make_app
from tocsin.serve.app import HEADERS
from tocsin.watch.store import Store

SIGN: Final = "zqz"
"""Stands in every hostile word that would be a tag, an attribute, a header or a template."""
WORDS: Final = (
    f"<{SIGN}>", f'"><{SIGN} src=x onerror=alert(1)>', f"' {SIGN}='1", f'" {SIGN}="1', f"</title><{SIGN}>",
    f"--><{SIGN}>", f"<![CDATA[<{SIGN}>]]>", f"&lt;{SIGN}&gt;<{SIGN}>", f"javascript:{SIGN}()", f"//{SIGN}.example/",
    f"https://{SIGN}.example/", f"\\\\{SIGN}.example", "{{ 7*7 }}", "{% raise %}", "{{ config }}", "%s%n%d",
    "%00%0a%zz", "\x00", f"a\x00<{SIGN}>", f"\r\nX-{SIGN}: 1", f"\n\n<{SIGN}>", "\u2028\u2029\x85\x0b",
    "../../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "/etc/passwd", "\u202eabc\u202c\u2066x\u2069",
    "\ufeff\ufffe\uffff", "a\u0300" * 300,
    "\U0001f9ff" * 50, "' OR 1=1 --", "'; DROP TABLE report; --", "%' UNION SELECT * FROM sqlite_master --", "*", "~",
    "x" * 20_000, "r038", "r999#4", "i-r999#1", "@@", "r038@place:b0-999999", "NaN", "inf", "-1", "1e999",
    "9" * 400, "٣", "²", "0", "-0", "9223372036854775808", "0000-00-00", "9999-12-31", "0001-01-01", "2026-02-30",
    "2026-02-19T25:00", "2026-02-19..2026-02-18", "9999-12-31T23:59:59+00:00", "10000-01-01", "true", "null", "[]", " ",
)  # fmt: skip
"""Marks of HTML, templates, headers, paths and SQL; signs that turn the reading; numbers and days that are none."""
BYTES: Final = (b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf..", b"%")
"""What is no text at all."""
FILTERS: Final = ("state", "language", "level", "owner", "publisher", "since", "until", "page")
DECIDING: Final = ("act", "about", "other", "reading", "reason", "by", "which", "scope", "page", "value.when",
                   "was.when", "value.count", "value.place", "value.due", "value.topic", "value.scope",
                   "value.letter")  # fmt: skip


@dataclass(frozen=True)
class Way:
    """A page or a form.

    Attributes:
        path: With `*` for what a word stands in.
        words: Its parameters.
        right: What stands in a form beside the hostile word.
        every: Each so many-th hostile word is tried where an answer takes long, because all is worked out for it.
    """

    path: str
    words: tuple[str, ...] = ()
    right: Mapping[str, str] = field(default_factory=dict)
    every: int = 1


CLAIM: Final = {"act": "confirm", "about": "r038#4", "report": "r038", "incident": "i-r038#4"}
JUDGED: Final = {"word-routine": "likely", "word-exercise": "likely", "word-mobilisation": "likely", 
                 "word-staging": "range", "low-staging": "20", "high-staging": "30"}  # fmt: skip
JUDGING: Final = ("word-routine", "word-staging", "low-staging", "high-staging", "reason")
NEW: Final = JUDGED | {"way": "new", "claim": "r038#4", "says": "Trains stand ready.", "sort": "event"}
PAGES: Final = (
    Way("/", ("done",)),
    Way("/inbox", (*FILTERS, "search")),
    Way("/inbox/add", ("came",)),
    Way("/inbox/*"),
    Way("/inbox/r038", ("page", "decided", "came", "which", "act")),
    Way("/incidents", ("topic", "question", "place", "since", "until", "page")),
    Way("/incidents/*"),
    Way("/incidents/i-r038#4", ("page", "origin", "decided")),
    Way("/story"),
    Way("/claims", ("question",)),
    Way("/claims/all", ("topic", "stance", "status", "place", "origin", "page")),
    Way("/claims/question/*"),
    Way("/claims/question/notice", ("side", "law", "page")),
    Way("/claims/*"),
    Way("/map", ("from", "to", "group", "sort", "where", "place", "page")),
    Way("/map/list", ("from", "to", "group", "sort", "where", "place", "page")),
    Way("/map/events.json", ("from",)),
    Way("/map/land.json", ("from",)),
    Way("/footprint", ("at", "owner", "like"), every=4),
    Way("/footprint/*"),
    Way("/hypotheses", ("done",)),
    Way("/hypotheses/item/*"),
    Way("/hypotheses/item/border-quiet", ("done",)),
    Way("/hypotheses/use", ("claim",)),
)
FORMS: Final = (
    Way("/inbox", (*FILTERS, "search"), {"search": "reservists"}),
    Way("/inbox/add", ("publisher", "level", "owner", "published", "kind", "text"),
        {"text": "", "level": "social", "owner": "unknown", "published": "2026-02-30"}),
    Way("/inbox/decide", ("report", *DECIDING), CLAIM),
    Way("/incidents/decide", ("incident", "origin", *DECIDING), CLAIM),
    Way("/hypotheses/begin", ("done",)),
    Way("/hypotheses/judgment", ("reason",), every=5),
    Way("/hypotheses/outcome", ("outcome", "reason"), {"outcome": "nothing of these"}, 7),
    Way("/hypotheses/item/*"),
    Way("/hypotheses/item/border-quiet", JUDGING, JUDGED, 7),
    Way("/hypotheses/item/*/try"),
    Way("/hypotheses/item/border-quiet/try", JUDGING, JUDGED),
    Way("/hypotheses/item/*/remove"),
    Way("/hypotheses/item/border-quiet/remove", ("claim", "reason"), {"claim": "r038#4"}, 5),
    Way("/hypotheses/use/try", ("way", "claim", "item", "says", "sort", "word-routine", "low-staging"), NEW, 30),
    Way("/hypotheses/use", ("way", "claim", "item", "says", "sort", "word-routine", "low-staging", "reason"), NEW, 7),
)  # fmt: skip


@pytest.fixture(scope="module")
def hostile(filled: Path, case_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient[Any]]:
    """Asks a desk of its own, whose case draws little, so that a form that is taken costs nothing."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(filled, folder / "watch")
    case = Path(shutil.copytree(case_file.parent, folder / "case")) / case_file.name
    case.write_text(case.read_text("utf-8").replace("draws = 20000", "draws = 100"), "utf-8", newline="\n")
    assert "draws = 100\n" in case.read_text("utf-8")
    with Store.open(folder / "watch", any_thread=True) as store:
        app = make_app(Room(store, case), hosts=("testserver.local",))
        with TestClient(app, base_url="http://testserver.local") as client:
            client.get("/inbox")
            yield client


def test_every_page_and_form_is_tried(hostile: TestClient[Any]) -> None:
    """No page or form of the desk is left out here; a new one must be written into the lists."""

    def plain(path: str) -> str:
        fixed = path.replace("/r038", "/*").replace("/border-quiet", "/*").replace("/notice", "/*")
        return fixed.replace("/i-*#4", "/*").replace("/i-r038#4", "/*")

    found = {
        (method, "/" + "/".join("*" if "{" in part else part for part in route.path.strip("/").split("/")))
        for route in hostile.app.routes
        for method in getattr(route, "methods", ())
        if method in ("GET", "POST") and not route.path.startswith(("/static", "/vendor"))
    }
    tried = {("GET", plain(one.path)) for one in PAGES} | {("POST", plain(one.path)) for one in FORMS}
    assert tried == found


@pytest.mark.parametrize("way", PAGES, ids=lambda one: one.path)
def test_a_hostile_address(hostile: TestClient[Any], way: Way) -> None:
    """Whatever stands in an address, the answer is a page or a refusal, and nothing of it is read as more than text."""
    for number, word in enumerate([*(one.encode() for one in WORDS), *BYTES][:: way.every]):
        told = quote_from_bytes(word, safe="")
        path = way.path.replace("#", "%23").replace("*", told)
        alone = [way.words[number % len(way.words)]] if way.words else []
        for names in (alone, way.words[:1] if len(word) > 4000 else way.words):
            address = f"{path}?{'&'.join(f'{name}={told}' for name in names)}"
            harmless(hostile.get(address, follow_redirects=False), address)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    """Asks a desk with one report, so that a decision that is kept costs nothing."""
    folder = tmp_path_factory.mktemp("small") / "watch"
    with Store.open(folder, create=True):
        pass  # an empty folder, to be copied
    with asked(folder, folder.with_name("copy")) as desk:
        yield desk


@pytest.mark.parametrize("path", ["/inbox/decide", "/incidents/decide"])
def test_a_hostile_decision(small: Asking, path: str) -> None:
    """Whatever is decided about whatever, it is kept or refused, and nothing of it is read as more than text."""
    report = small.add(f"{RUSSIAN} {path}")
    claim = next(one for one in small.view.desk.standing.claims if one.startswith(report))
    token = str(small.client.cookies["csrftoken"])
    right = {"act": "confirm", "about": claim, "report": report, "incident": f"i-{claim}"}
    for number, word in enumerate(WORDS):
        for name in ("report", "incident", "origin", *DECIDING)[number % 20 :: 20]:  # each word with one of them
            answer = small.client.post(path, data={**right, "_csrf_token": token, name: word}, follow_redirects=False)
            harmless(answer, f"{path} {name}={word[:40]!r}")


@pytest.mark.parametrize("way", [one for one in FORMS if not one.path.endswith("/decide")], ids=lambda one: one.path)
def test_a_hostile_form(hostile: TestClient[Any], way: Way) -> None:
    """Whatever is sent with a form, it is taken or refused, and nothing of it is read as more than text."""
    token = str(hostile.cookies["csrftoken"])
    multipart: dict[str, Any] = {"files": {"file": ("", b"")}} if way.path == "/inbox/add" else {}
    for word in WORDS[:: way.every]:
        path = way.path.replace("*", quote_from_bytes(word.encode(), safe=""))
        for name in way.words or ("reason",):
            data = {**way.right, "_csrf_token": token, name: word}
            harmless(hostile.post(path, data=data, follow_redirects=False, **multipart), f"{path} {name}={word[:40]!r}")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain",
                                  "application/json", "application/x-msgpack", "nothing", ""])  # fmt: skip
def test_a_body_that_is_no_form(hostile: TestClient[Any], kind: str) -> None:
    """A body of another kind than it says, or that is broken off, is refused."""
    headers = {"content-type": kind, "x-csrftoken": str(hostile.cookies["csrftoken"])}
    for way in FORMS:
        for body in (b"\x00\xff\xfe", b"--x\r\nContent-Disposition: form-data; name=a", b"a=%ff&=&&"):
            path = way.path.replace("*", "border-quiet")
            harmless(
                hostile.post(path, content=body, headers=headers, follow_redirects=False), f"{path} {kind} {body!r}"
            )


@pytest.mark.parametrize("name", ["cookie", "hx-request", "hx-current-url", "accept", "accept-language", "host",
                                  "origin", "referer", "x-forwarded-host", "x-csrftoken", "range",
                                  "if-none-match"])  # fmt: skip
def test_a_hostile_header(hostile: TestClient[Any], name: str) -> None:
    """Whatever a header says, the answer is one of the house."""
    for word in (*(one.encode() for one in WORDS if not set(one) & set("\r\n\0")), b"\xff"):
        if len(word) < 4000:
            request = hostile.build_request("GET", "/hypotheses/use", headers=[(name.encode(), word)])
            harmless(hostile.send(request), f"{name}: {word[:40]!r}")


def test_words_twice_and_without_a_name(hostile: TestClient[Any]) -> None:
    """A word that comes a thousand times, or has no name or no value, is no defect."""
    for path in (
        "/inbox?" + "&state=confirm" * 1000,
        "/map?" + "&group=x" * 1000,
        "/claims/all?=&&&topic",
        "/inbox?page[]=1",
    ):
        harmless(hostile.get(path), path[:30])


def harmless(answer: Any, asked: str) -> None:
    """An answer is no defect, has the headers of the house, and holds nothing hostile that would be more than text."""
    assert answer.status_code < 500, (asked, answer.text[-600:])
    for name, value in HEADERS.items():
        assert answer.headers.get_list(name) == [value], (asked, name)
    where = answer.headers.get("location", "/")
    assert where.startswith("/") and not where.startswith(("//", "/\\")), (asked, where)
    assert not [one for one in answer.headers if SIGN in one.lower()], asked
    if not answer.headers.get("content-type", "").startswith("text/html") or SIGN not in answer.text:
        return
    for tag, attributes in tags(answer.text):
        assert SIGN not in tag, (asked, tag)
        for name, value in attributes:
            assert SIGN not in name, (asked, tag, attributes)
            if name in ("href", "src", "action", "hx-post", "hx-get", "formaction") and value and SIGN in value:
                assert value.startswith(("/", "?", "#")) and not value.startswith("//"), (asked, value)
