"""Texts that the tests of likeness compare; written for this project, about nobody."""

from __future__ import annotations

from tocsin.watch import Bounds, Report

__all__ = ["DAY_MS", "OTHER", "QUOTING", "RETOLD", "SUMMONS", "made"]

DAY_MS = 86_400_000

SUMMONS = (
    "Мужчин в Гродно вызывают повестками на учебные сборы за день до явки, сообщают жители города. Берут и отцов "
    "многодетных семей, хотя раньше их не трогали. Военкомат по телефону ответил, что идёт проверка готовности."
)
RETOLD = (
    "Жители Гродно сообщают о повестках: на учебные сборы мужчин вызывают всего за день до явки. Среди вызванных есть "
    "и отцы многодетных семей. По телефону в военкомате говорят о проверке готовности."
)
QUOTING = (
    "Новости недели. На рынке подорожала картошка, а в музее открыли выставку старых фотографий. Берут и отцов "
    "многодетных семей, хотя раньше их не трогали. Военкомат по телефону ответил, что идёт проверка готовности. "
    "В субботу обещают снег, на дорогах будет скользко, водителей просят не спешить и сменить шины вовремя."
)
OTHER = (
    "Новую станцию метро на третьей линии столицы откроют летом, строители обещают закончить отделку вестибюля к маю. "
    "Поезда пойдут каждые четыре минуты, билет подорожает на десять копеек."
)


def made(name: str, text: str, *, day: int = 20_000, language: str = "ru", publisher: str = "channel") -> Report:
    """A captured report of one text, published on a day."""
    published = Bounds(day * DAY_MS, (day + 1) * DAY_MS - 1)
    return Report(
        name, f"digest of {name}", "text", publisher=f"{publisher} of {name}", language=language, published=published,
        published_basis="page-date", captured=(day + 1) * DAY_MS, text=text,
    )  # fmt: skip
