"""Hooks of the site: pages from outside docs/, links that fit both the repository and the site, lists, code blocks.

`make docs` (mkdocs.yml) calls them. The pages are written for the repository's page, where README and GLOSSARY stand
beside docs/; here they become pages of the site without being copied by hand. A term of the glossary becomes a heading,
so that each has its anchor and is found by the search.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from pymdownx.slugs import slugify

ROOT = Path(__file__).resolve().parents[1]
OUTSIDE = {
    "README.md": "in-short.md",
    "GLOSSARY.md": "glossary.md",
    "CHANGELOG.md": "changes.md",
    "CONTRIBUTING.md": "contributing.md",
    "src/tocsin/plan/places/CREDITS.md": "credits.md",
    "src/tocsin/watch/text/CREDITS.md": "credits-gazetteer.md",
    "LICENSE": "LICENSE.txt",
}
"""Files of the repository that the site has, and what they are called there."""

LINK = re.compile(r"(?<=\]\()([^)#\s]+)(?=(?:#[^)\s]*)?\))")
FENCE = re.compile(r"^```(\w+)([^\n]*)$")
TERM = re.compile(r"(?m)^- \*\*(.+?)\*\*: ")
ITEM = re.compile(r"(?:[-*]|\d+\.) ")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put every decision into the navigation, and give headings the anchors that the repository's page gives them."""
    config.mdx_configs.setdefault("toc", {})["slugify"] = slugify(case="lower")
    folder = Path(config.docs_dir) / "decisions"
    numbered = sorted(path.name for path in folder.glob("[0-9]*.md"))
    pages = ["README.md", *numbered, "template.md"]
    assert config.nav is not None
    _expand(config.nav, "decisions/", [f"decisions/{name}" for name in pages])
    return config


def _expand(nav: list[Any], entry: str, pages: list[str]) -> None:
    """Replace an entry of the navigation, wherever it stands, by a list of pages."""
    for item in nav:
        for title, inner in item.items() if isinstance(item, dict) else ():
            if inner == entry:
                item[title] = pages
            elif isinstance(inner, list):
                _expand(inner, entry, pages)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that stand outside docs/."""
    for path, uri in OUTSIDE.items():
        files.append(File.generated(config, uri, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn the repository's Markdown into the site's."""
    del config, files
    uri = page.file.src_uri
    return for_the_site(TERM.sub(r"#### \1\n\n", markdown) if uri == OUTSIDE["GLOSSARY.md"] else markdown, uri)


def for_the_site(markdown: str, uri: str) -> str:
    """Rewrite links, open lists and name files, outside and inside code blocks.

    Args:
        markdown: A page as it stands in the repository.
        uri: The page's name in the site.

    Returns:
        The page for Python-Markdown: an empty line before each list, file names as titles of code blocks.
    """
    lines: list[str] = []
    inside = False
    for line in markdown.split("\n"):
        fence = FENCE.match(line)
        if fence and not inside:
            line, inside = _titled(fence[1], fence[2]), True
        elif line == "```":
            inside = not inside
        elif not inside:
            if ITEM.match(line) and lines and lines[-1].strip() and not _in_list(lines):
                lines.append("")
            line = LINK.sub(lambda link: _moved(link[1], uri), line)
        lines.append(line)
    return "\n".join(lines)


def _in_list(lines: list[str]) -> bool:
    """Tell whether the paragraph that ends here is an item of a list."""
    for line in reversed(lines):
        if ITEM.match(line):
            return True
        if not line.startswith(" "):
            return False
    return False


def _titled(language: str, words: str) -> str:
    """Write the head of a code block: what the tests are told becomes the title, or goes."""
    file = re.search(r"\bfile=(\S+)", words)
    return f'```{language} title="{file[1]}"' if file else f"```{language}"


def _moved(target: str, uri: str) -> str:
    """Give a link between files of the repository as one between pages of the site."""
    if re.match(r"[a-z]+:", target):
        return target
    inward = {name: path for path, name in OUTSIDE.items()}
    here = inward.get(uri, f"docs/{uri}")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(here), target))
    found = OUTSIDE.get(path, path.removeprefix("docs/"))
    return posixpath.relpath(found, posixpath.dirname(uri) or ".")
