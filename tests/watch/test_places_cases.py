"""Towns of Belarus and around it in one case after a preposition, in five languages: all are found.

The forms are those of ordinary grammar, written for this test; English declines nothing and stands in `test_places.py`.
"""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

import pytest

from tocsin.watch.model import Bounds
from tocsin.watch.text.found import Context
from tocsin.watch.text.places import find

READING: Final = Context(Bounds(), ZoneInfo("Europe/Minsk"))
CASES: Final = {
    "be": (
        "у Мінску|у Віцебску|у Маладзечне|у Салігорску|у Наваполацку|у Бабруйску|у Оршы|у Мазыры|у Рэчыцы|"
        "у Жлобіне|у Светлагорску|у Слуцку|у Жодзіне|у Кобрыне|у Смаргоні|у Ваўкавыску|у Калінкавічах|"
        "у Асіповічах|у Горках|у Рагачове|у Навагрудку|у Пружанах|у Глыбокім|у Астраўцы|у Стоўбцах|"
        "у Ашмянах|у Паставах|у Іўі|у Бярозе|у Беразіне|у Чэрвені|у Крупках|у Шклове|у Быхаве|у Клімавічах|"
        "у Добрушы|у Лунінцы|у Жыткавічах|у Петрыкаве|у Хойніках|у Брагіне|у Лоеве|у Ельску|у Нароўлі|"
        "у Тураве|у Мікашэвічах|у Століне|у Пінску|у Драгічыне|у Іванаве|у Івацэвічах|у Ганцавічах|"
        "у Ляхавічах|у Нясвіжы|у Клецку|у Капылі|у Уздзе|у Дзяржынску|у Фаніпалі|у Заслаўі|у Лагойску|"
        "у Барысаве|у Вілейцы|у Мядзелі|у Валожыне|у Шчучыне|у Мастах|у Зэльве|у Свіслачы|у Дзятлаве|"
        "у Карэлічах|у Воранаве|у Гомелі|у Полацку|у Гарадку|у Лепелі|у Сянно|у Чашніках|у Докшыцах|"
        "у Браславе|у Міёрах|у Верхнядзвінску|у Расонах|у Варшаве|у Вільні|у Маскве|у Кіеве|у Бранску|"
        "у Смаленску|у Беластоку|у Чарнігаве|у Буда-Кашалёве|у Мар'інай Горцы|у Старых Дарогах|у Любані|"
        "у Слоніме|з Ліды|у Баранавічы|да Бярозы|з Магілёва|Палессе|у Мачулішчах"
    ),
    "ru": (
        "в Минске|в Витебске|в Молодечно|в Солигорске|в Новополоцке|в Бобруйске|в Орше|в Мозыре|в Речице|"
        "в Жлобине|в Светлогорске|в Слуцке|в Жодино|в Кобрине|в Сморгони|в Волковыске|в Калинковичах|"
        "в Осиповичах|в Горках|в Рогачёве|в Новогрудке|в Пружанах|в Глубоком|в Островце|в Столбцах|"
        "в Ошмянах|в Поставах|в Ивье|в Берёзе|в Березино|в Червене|в Крупках|в Шклове|в Быхове|в Климовичах|"
        "в Добруше|в Лунинце|в Житковичах|в Петрикове|в Хойниках|в Брагине|в Лоеве|в Ельске|в Наровле|"
        "в Турове|в Микашевичах|в Столине|в Пинске|в Дрогичине|в Ивацевичах|в Ганцевичах|в Ляховичах|"
        "в Несвиже|в Клецке|в Копыле|в Узде|в Дзержинске|в Фаниполе|в Заславле|в Логойске|в Борисове|"
        "в Вилейке|в Мяделе|в Воложине|в Щучине|в Мостах|в Зельве|в Свислочи|в Дятлово|в Гомеле|в Полоцке|"
        "в Городке|в Лепеле|в Сенно|в Чашниках|в Варшаве|в Вильнюсе|в Москве|в Киеве|в Брянске|в Смоленске|"
        "в Белостоке|в Чернигове|в Марьиной Горке|в Старых Дорогах|в Буда-Кошелёво|в Большую Берестовицу|"
        "в Мачулищах"
    ),
    "uk": (
        "у Мінську|у Вітебську|у Молодечному|у Новополоцьку|у Бобруйську|в Орші|у Мозирі|у Речиці|у Жлобині|"
        "у Світлогорську|у Слуцьку|у Жодині|у Кобрині|у Калинковичах|в Осиповичах|у Рогачові|у Новогрудку|"
        "у Пружанах|в Ошмянах|у Лунинці|у Хойниках|у Брагині|у Наровлі|у Пінську|в Ганцевичах|у Ляховичах|"
        "у Борисові|у Гомелі|у Полоцьку|у Могильові|у Варшаві|у Вільнюсі|у Москві|у Києві|у Брянську|"
        "у Білостоці|в Овручі|у Рівному|в Ковелі|в Луцьку|у Сарнах|у Львові|у Гродно|у Слонімі|у Ліді"
    ),
    "pl": (
        "w Mińsku|w Witebsku|w Mołodecznie|w Soligorsku|w Nowopołocku|w Bobrujsku|w Orszy|w Mozyrzu|"
        "w Rzeczycy|w Żłobinie|w Słucku|w Żodzinie|w Kobryniu|w Wołkowysku|w Kalinkowiczach|w Osipowiczach|"
        "w Nowogródku|w Prużanie|w Głębokiem|w Oszmianie|w Łunińcu|w Chojnikach|w Pińsku|w Lachowiczach|"
        "w Nieświeżu|w Borysowie|w Homlu|w Połocku|w Mohylewie|w Warszawie|w Wilnie|w Moskwie|w Kijowie|"
        "w Białymstoku|w Suwałkach|w Terespolu|w Lublinie|w Lidzie|w Słonimiu|na Ukrainie|na Litwie|w Rosji|"
        "w Polsce|w Czernihowie"
    ),
    "lt": (
        "Minske|Vitebske|Gomelyje|Mogiliave|Breste|Gardine|Lydoje|Slanime|Pinske|Polocke|Oršoje|Mozyriuje|"
        "Barysave|Bobruiske|Baranovičiuose|Varšuvoje|Vilniuje|Kaune|Maskvoje|Kijeve|Suvalkuose|Balstogėje|"
        "Druskininkuose|Alytuje|Ukrainoje|Rusijoje|Lenkijoje|Latvijoje|Baltarusijos|Ašmenoje|Naugarduke"
    ),
}


@pytest.mark.parametrize("language", sorted(CASES))
def test_every_form_is_found(language: str) -> None:
    """Each form is one place, and its span is the name without the preposition."""
    for form in CASES[language].split("|"):
        found = find(form, language, READING)
        assert len(found) == 1, form
        name = form[found[0].start : found[0].end]
        assert form.endswith(name), form
        assert name[0].isupper(), form
