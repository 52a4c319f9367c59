"""`tocsin brief`: the page of a folder as a file, and printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.calls import Done, call

from tocsin.brief import paper

Made = tuple[Path, Done]


def test_the_page_is_copied_whole(okas: Made, tmp_path: Path) -> None:
    """As HTML it is the folder's own page, byte for byte."""
    out = tmp_path / "page.html"
    assert call("brief", okas[0], "-o", out).code == 0
    assert out.read_bytes() == (okas[0] / "report.html").read_bytes()


@pytest.mark.browser
@pytest.mark.skipif(paper.browser() is None, reason="no browser on this machine")
def test_the_page_is_printed(okas: Made, tmp_path: Path) -> None:
    """As PDF it has several pages, and nothing else is left beside it."""
    out = tmp_path / "page.pdf"
    done = call("brief", okas[0], "-o", out)
    assert (done.code, done.err) == (0, "")
    content = out.read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") + content.count(b"/Type /Page ") + content.count(b"/Type /Page/") > 3
    assert [path.name for path in tmp_path.iterdir()] == ["page.pdf"]


def test_without_a_browser_it_says_what_to_do(okas: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written, and the page to print is named."""
    monkeypatch.setattr(paper, "browser", lambda: None)
    done = call("brief", okas[0], "-o", tmp_path / "page.pdf")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "print" in done.err and "report.html" in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"), [(["-o", "page.doc"], "expected .html or .pdf"), (["-o", "gone/page.pdf"], "no such folder")]
)
def test_refusals(words: list[str], said: str, okas: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another ending, or a folder that is not there: one line, exit code 2."""
    monkeypatch.chdir(tmp_path)
    done = call("brief", okas[0], *words)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert said in done.err
