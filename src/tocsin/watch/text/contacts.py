"""Contact details in a text: phones, e-mails, handles and profiles, addresses, number plates, papers.

Formats of Belarus, Ukraine, Poland, Lithuania and Russia, and international ones. A pattern that is loose needs a word
before it (tel., паспорт, nr rej.). All patterns are bounded in length and begin at an edge, so that a hostile text
costs time in proportion to its length.
"""

from __future__ import annotations

import re
from typing import Final

from tocsin.watch.people.inflection import INVISIBLE
from tocsin.watch.text.found import Found

__all__ = ["SORTS", "find"]

SORTS: Final = ("e-mail", "handle", "document", "phone", "plate", "address")
"""What is found; where two meet, the one that stands first here is kept."""

_GAP: Final = r"[ \u00a0().\-–/]{0,3}"
_DIGIT: Final = rf"(?:{_GAP}\d)"
_EDGE: Final = r"(?<![\w+])"
_END: Final = r"(?!\w)"
_PLATE: Final = "ABCEHIKMOPTXАВСЕНІКМОРТХУ"
_UPPER: Final = "A-ZА-ЯЁІЎЄЇҐ"
_LOWER: Final = "a-ząćęłńóśźżčėįšųūžа-яёіўєїґ"
_HOSTS: Final = (
    r"t\.me|telegram\.me|vk\.com|vk\.ru|instagram\.com|facebook\.com|fb\.com|ok\.ru|threads\.(?:net|com)|twitter\.com"
    r"|x\.com|tiktok\.com|wa\.me|viber\.me|linkedin\.com"
)
_TELEPHONE: Final = r"(?:тел(?:ефон\w{0,3})?|т|номер\w{0,2}|вайбер|viber|whatsapp|phone|tel|telefon\w{0,2}|mob|моб)"
_PAPER: Final = (
    r"(?:паспорт\w{0,3}|пашпарт\w{0,3}|passport|paszport\w{0,3}|pas[ao]s?|военн\w{2,3} билет\w{0,2}"
    r"|ваенн?\w{2,3} білет\w{0,2}|вайсков\w{2,3} білет\w{0,2}|військов\w{2,3} квит\w{2,4}|удостоверени\w{1,2}"
    r"|пасведчанн\w{1,2}|посвідченн\w{1,2}|личн\w{2,3} номер\w{0,2}|асабіст\w{1,3} нумар\w{0,2}"
    r"|идентификационн\w{2,3} номер\w{0,2}|ідэнтыфікацыйн\w{1,3} нумар\w{0,2}|инн|іпн|рнокпп|снилс|pesel|dowód|dowodu"
    r"|asmens kod\w{2}|asmens kodas|personal (?:number|code)|identity card|military id)"
)
_STREET: Final = (
    r"(?:ул|улиц[аыеу]|вул|вуліц[аыу]|вулиц[яію]|пр-т|пр-кт|просп|проспект\w{0,2}|праспек[тц]\w{0,2}|пер|переул\w{2,3}"
    r"|завул\w{2,3}|провул\w{2,3}|бульвар\w{0,2}|бул|шоссе|шаша|мкр|микрорайон\w{0,2}|мікрараён\w{0,2}|ul|ulic[aęyą]|al"
    r"|alej[aię]|os|osiedl[eua]|plac)"
)
_ROAD: Final = r"(?:[Ss]treet|St\.?|[Aa]venue|Ave|[Rr]oad|[Ll]ane)"
_PART: Final = rf"[{_UPPER}{_LOWER}'’.-]{{0,30}}"
_NAME: Final = rf"[{_UPPER}\d][{_UPPER}{_LOWER}'’.\d-]{{0,30}}(?: [{_UPPER}{_LOWER}]{_PART}){{0,2}}"
_HOUSE: Final = r"(?:д(?:ом)?\.?|буд\.?|nr\.?|№)?[ \u00a0]?\d{1,4}[a-zа-я]?(?:[/-]\d{1,4})?"
_FLAT: Final = r"(?:,?[ \u00a0](?:корп|к|кв|квартира|кватэра|m|bt|flat|apt)\.?[ \u00a0]?\d{1,4}){0,2}"

_PATTERNS: Final = tuple(
    (sort, re.compile(pattern, flags))
    for sort, pattern, flags in (
        ("e-mail", r"(?<![\w.%+-])[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", 0),
        (
            "e-mail",
            r"(?<![\w.%+-])[\w.%+-]{1,64} ?[\[(](?:at|собака|małpa|eta)[\])] ?[\w-]{1,63}"
            r"(?: ?(?:\.|[\[(](?:dot|точка|кропка|kropka)[\])]) ?[\w-]{1,63}){1,3}",
            re.I,
        ),
        ("handle", rf"(?<!\w)(?:https?://)?(?:www\.|m\.)?(?:{_HOSTS})/[^\s<>\"')\]]{{1,200}}", re.I),
        ("handle", r"(?<![\w@./])@[\w.]{2,32}\w", 0),
        ("handle", r"(?<!\w)(?:skype|скайп|telegram|телеграм|телега|inst|инста|insta)\s?[:：]\s?[\w.@-]{3,32}", re.I),
        (
            "document",
            rf"(?<!\w){_PAPER}\W{{1,4}}(?:\w{{2,8}}\W{{1,3}}){{0,2}}?"
            rf"[{_UPPER}]{{0,3}}[ \u00a0№]{{0,2}}\d{{5,11}}{_END}",
            re.I,
        ),
        ("document", r"(?<!\w)(?:AB|BM|HB|KH|MP|MC|KB|PP|SP|DP|АВ|ВМ|НВ|КН|МР|МС|КВ|РР)[ \u00a0]?\d{7}(?!\d)", 0),
        ("document", r"(?<!\w)\d{7}[A-ZА-Я]\d{3}[A-ZА-Я]{2}\d(?!\w)", 0),
        ("document", r"(?<![\w-])\d{3}-\d{3}-\d{3}[ -]\d{2}(?![\w-])", 0),
        ("document", r"(?<!\w)[3-6]\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{4}(?!\w)", 0),
        ("phone", rf"{_EDGE}(?:\+|00)?{_GAP}3{_GAP}7{_GAP}5{_DIGIT}{{9}}{_END}", 0),
        ("phone", rf"{_EDGE}(?:\+|00)?{_GAP}3{_GAP}8{_GAP}0{_DIGIT}{{9}}{_END}", 0),
        ("phone", rf"{_EDGE}(?:\+|00){_GAP}3{_GAP}7{_GAP}0{_DIGIT}{{8}}{_END}", 0),
        ("phone", rf"{_EDGE}(?:\+|00)?{_GAP}4{_GAP}8{_DIGIT}{{9}}{_END}", 0),
        ("phone", rf"{_EDGE}(?:\+{_GAP}7|8){_GAP}\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{2}}{_GAP}\d{{2}}{_END}", 0),
        ("phone", rf"{_EDGE}8{_GAP}0{_DIGIT}{{9}}{_END}", 0),
        ("phone", rf"{_EDGE}\(?8{_GAP}6{_DIGIT}{{7}}{_END}", 0),
        ("phone", rf"{_EDGE}\(?0[1-9]\d\)?{_GAP}\d{{3}}{_GAP}\d{{2}}{_GAP}\d{{2}}{_END}", 0),
        ("phone", rf"{_EDGE}\(?(?:25|29|33|44)\)?[ -]\d{{3}}[ -]\d{{2}}[ -]\d{{2}}{_END}", 0),
        ("phone", rf"{_EDGE}\d{{3}}[ \u00a0-]\d{{3}}[ \u00a0-]\d{{3}}(?![ \u00a0]?\d){_END}", 0),
        ("phone", rf"{_EDGE}\+{_GAP}[1-9]{_DIGIT}{{8,13}}{_END}", 0),
        ("phone", rf"(?<!\w){_TELEPHONE}[.:：№ \u00a0]{{1,4}}(?:\+{_GAP})?\d{_DIGIT}{{4,13}}{_END}", re.I),
        ("plate", rf"(?<!\w)\d{{4}} ?[{_PLATE}]{{2}} ?-? ?[0-8]{_END}", 0),
        ("plate", rf"(?<!\w)[{_PLATE}]\d{{3}}[{_PLATE}]{{2}} ?\d{{2,3}}{_END}", 0),
        ("plate", rf"(?<!\w)[{_PLATE}]{{2}} ?\d{{4}} ?[{_PLATE}]{{2}}{_END}", 0),
        (
            "plate",
            r"(?<!\w)(?i:гос\.?номер\w?|номер\w{0,2} авто|rejestrac\w{1,4}|nr rej|valst\. ?nr|numer\w{2,4}|plates?)"
            r"[.:№ ]{1,3}[A-ZА-Я]{1,3} ?-?[0-9A-Z]{3,5}(?!\w)",
            0,
        ),
        ("address", rf"(?<!\w){_STREET}\.?[ \u00a0]{{1,2}}{_NAME},?[ \u00a0]{{0,2}}{_HOUSE}{_FLAT}{_END}", re.I),
        (
            "address",
            rf"(?<!\w)[{_UPPER}][{_LOWER}]{{2,30}} (?:gatv\w{{1,2}}|g\.|pr\.|al\.) ?"
            rf"\d{{1,4}}[a-zA-Z]?(?:-\d{{1,4}})?{_END}",
            0,
        ),
        ("address", rf"(?<!\w)\d{{1,4}} [A-Z][a-z]{{2,30}}(?: [A-Z][a-z]{{2,30}})? {_ROAD}{_END}", 0),
        ("address", rf"(?<!\w)[A-Z][a-z]{{2,30}} {_ROAD},? \d{{1,4}}[a-z]?{_END}", 0),
        ("address", rf"(?<!\w)(?:кв|квартира|кватэра)\.?[ \u00a0]?\d{{1,4}}{_END}", re.I),
    )
)  # fmt: skip
_DATE: Final = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d(?!\d)|(?:19|20)\d\d[.-]\d\d[.-]\d\d")
_HIDDEN: Final = re.compile(rf"[{INVISIBLE}]")


def find(text: str) -> list[Found]:
    """Find contact details.

    Args:
        text: The text, in any language.

    Returns:
        In the order of the text, none over another.
    """
    clean, places = _seen(text)
    taken: list[tuple[int, int, str]] = []
    for sort, pattern in _PATTERNS:
        for match in pattern.finditer(clean):
            start, end = match.span()
            if sort == "phone" and _DATE.match(match[0]):
                continue
            if all(end <= first or start >= last for first, last, _ in taken):
                taken.append((start, end, sort))
    return [
        Found("contact", places[start], places[end - 1] + 1, {"sort": sort}, rule=f"contacts.{sort}")
        for start, end, sort in sorted(taken)
    ]


def _seen(text: str) -> tuple[str, range | list[int]]:
    """The text without characters that are not seen, and where each of the others stands."""
    if _HIDDEN.search(text) is None:
        return text, range(len(text))
    kept = [place for place, letter in enumerate(text) if _HIDDEN.match(letter) is None]
    return "".join(text[place] for place in kept), kept
