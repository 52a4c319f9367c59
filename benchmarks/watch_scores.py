"""The page `docs/watch-scores.md`: how well the rules read texts that no writer of rules has seen.

Write it anew with `python -m benchmarks.watch_scores docs/watch-scores.md`; a test fails when it is stale. The page
stands for the figures that `tocsin bench watch` prints, and adds how many private names are wholly masked.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from benchmarks.watch_corpus import LANGUAGES, Text, read_texts
from benchmarks.watch_texts import Score, score
from tocsin.watch.masking import masked_title, masked_words
from tocsin.watch.text import read_text

__all__ = ["masked_names", "page"]

_HALF: Final = "held"
_SHOWN: Final = {
    "place": "places", "date": "dates", "date.role": "dates with their role", "notice": "notice periods",
    "number": "numbers", "topic": "topics of sentences", "topic.stance": "topics with stance",
    "person": "persons with their role", "contact": "contacts",
}  # fmt: skip
_NAMES: Final = {"be": "Belarusian", "en": "English", "lt": "Lithuanian", "pl": "Polish", "ru": "Russian",
                 "uk": "Ukrainian"}  # fmt: skip
_HEAD: Final = """# How well texts are read

Rules read texts in six languages ([what they find](watch-text.md)), and what they find is a suggestion. This page is
written by `python -m benchmarks.watch_scores docs/watch-scores.md` and fails the tests when it is stale.

The project wrote {texts} texts for it, {each} in each language, with {marks:,} marks of what a reader finds in them:
`tests/watch/texts`, sets named *held*. Whoever wrote rules saw neither these texts nor a score on them; rules were
mended by other texts (*dev*). One hand wrote the texts of all languages, and no native speaker has proofread them:
Lithuanian and Belarusian want one most. Persons in them are invented.

- **Precision**: of what was found, the share that is right. **Recall**: of what is marked, the share that was found.
  Right is: the same characters, or half of the shorter stretch, *and* the same meaning: the day, the bounds and unit,
  the place, the hours.
- **n**: how many marks. **F1**: twice their product over their sum, with its 95 % interval, drawn over texts. Figures
  of a language with few marks say little: read the interval.
"""


def page() -> str:
    """The page as Markdown."""
    scores = {language: score(language, _HALF, read_text) for language in LANGUAGES}
    texts = [text for language in LANGUAGES for text in read_texts(language, _HALF)]
    marks = sum(one.n for found in scores.values() for kind, one in found.items() if "." not in kind)
    parts = [_HEAD.format(texts=len(texts), each=len(texts) // len(LANGUAGES), marks=marks)]
    parts += [_table(kind, title, scores) for kind, title in _SHOWN.items()]
    return "\n".join([*parts, _names(texts)])


def _table(kind: str, title: str, scores: dict[str, dict[str, Score]]) -> str:
    rows = [f"## {title[:1].upper()}{title[1:]}", "", "| language | precision | recall | F1 | 95 % | n |",
            "|---|---|---|---|---|---|"]  # fmt: skip
    for language, found in scores.items():
        one = found[kind]
        rows.append(
            f"| {_NAMES[language]} | {one.precision:.2f} | {one.recall:.2f} | {one.f1:.2f} | "
            f"{one.low:.2f} to {one.high:.2f} | {one.n} |"
        )
    return "\n".join([*rows, ""])


def _names(texts: list[Text]) -> str:
    rows = ["## Private names that are masked", "",
            "Of marked private names, those of which every character is masked where the report is shown.", "",
            "| language | wholly masked | of |", "|---|---|---|"]  # fmt: skip
    for language in LANGUAGES:
        whole, every = masked_names([one for one in texts if one.language == language])
        rows.append(f"| {_NAMES[language]} | {whole} | {every} |")
    whole, every = masked_names(texts)
    rows += [f"| all | {whole} | {every} |", "", f"So {every - whole} of {every} were missed: a person reads before "
             "anything is handed on ([people in reports](watch-people.md)).", ""]  # fmt: skip
    return "\n".join(rows)


def masked_names(texts: list[Text]) -> tuple[int, int]:
    """How many marked private names are wholly masked, and how many there are."""
    whole = every = 0
    for text in texts:
        report = text.as_report()
        found = read_text(report, text.zone)
        shown = {"text": masked_words(report, found, ()), "title": masked_title(report, found, ())}
        for mark in text.marks:
            if mark.kind == "person" and mark.value.get("role") == "private" and not mark.optional:
                hidden = {at for one in shown[mark.part].masks for at in range(one.start, one.end)}
                every += 1
                whole += hidden >= set(range(mark.start, mark.end))
    return whole, every


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
