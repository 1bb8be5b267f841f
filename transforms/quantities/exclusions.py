"""What only looks like a quantity: ordinals, dates, parts of words, articles, set phrases.

``EXCLUSIONS`` are asked of every number with a unit; ``PAIRINGS`` are those numbers and units that go together only at times. Each has a name and
examples, which are tested one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from string import ascii_letters
from typing import NamedTuple

from transforms.quantities import lexicon
from transforms.quantities.lexicon import Unit
from transforms.text.numerals import DIGIT_RUN, MAGNITUDES, ONLY_HAN_DIGITS, Number
from transforms.text.patterns import HALF_YEARLY, Exclusion
from transforms.times.number_tokens import are_counted

Holds = Callable[[str, Number, Unit, int], bool]
"""Whether something is true of a number of a text, its unit, and where that ends."""


class Pairing(NamedTuple):
    """A number and a unit that go together only at times: its name, which numbers and units it is of, when they are no quantity, and examples of that."""

    name: str
    is_of: Callable[[Number, Unit], bool]
    is_none: Holds
    examples: tuple[str, ...]


def is_no_quantity(text: str, number: Number, unit: Unit, end: int) -> bool:
    """Tell whether number and unit are an ordinal, a date, part of a word, an article, a set phrase or the like."""
    return any(exclusion.holds(text, number, unit, end) for exclusion in EXCLUSIONS)


CALENDAR_YEAR = re.compile("[0-9]{4}|0[0-9]|[〇零○一二三四五六七八九]{2}|[〇零○一二三四五六七八九]{4}")


def is_calendar(text: str, number: Number, unit: Unit, end: int) -> bool:
    """2024年, 二〇二四年, 08年."""
    is_named = (
        unit.text == "年" and not number.qualifier and number.value is not None and CALENDAR_YEAR.fullmatch(number.arabic or number.han)
    )
    return bool(is_named) and not are_counted(int(number.value), text, number.start, end)


def _is_padded(text: str, number: Number, unit: Unit, end: int) -> bool:
    return number.arabic[:1] == "0" and number.arabic[1:].isdigit()


def _is_set_phrase(text: str, number: Number, unit: Unit, end: int) -> bool:
    return text.startswith(lexicon.set_phrases().get(text[number.start], ()), number.start) or text.startswith(
        "最后一公里", number.start - 2
    )


EVERY_WEEK = ("每周", "每星期", "每个星期", "一周", "上周", "本周", "下周", "每届")
ORDINAL_LIST = re.compile(f"第[0-9{ONLY_HAN_DIGITS}十百、和及与至到—-]+$")


RANKS_LISTED = re.compile("(?:获|得|夺|列|获得|位列)(?:第|前)?[一二三四五六七八、]+、$")


def _is_ordinal(text: str, number: Number, unit: Unit, end: int) -> bool:
    start = number.start
    if start and text.endswith(lexicon.ordinal_signs(bool(number.han)), max(start - 3, 0), start):
        return not text.endswith(EVERY_WEEK, 0, start)
    if unit.text == "局" and text.endswith(("中铁", "中交", "中建", "中水", "水电", "电建", "铁建"), 0, start):
        return True
    if RANKS_LISTED.search(text, max(start - 10, 0), start):
        return True
    before = text[start - 1 : start]
    if (
        before == "前"
        and unit.kind == "count"
        and text[start - 2 : start] not in ("目前", "日前", "此前", "之前", "以前", "当前", "年前", "节前", "提前")
    ):
        return True
    return before in tuple("、和及与至到—-") and ORDINAL_LIST.search(text, max(start - 14, 0), start) is not None


WORD_BEFORE = frozenset("%=&@#_+" + ascii_letters)
"""Before a number that is part of a word or a code: MU5735."""


def _is_glued(text: str, number: Number, unit: Unit, end: int) -> bool:
    return text[number.start - 1 : number.start] in WORD_BEFORE and not text.endswith("RMB", 0, number.start)


CLOCK_SIGNS = frozenset("时点.:：∶/")


def _is_after_clock(text: str, number: Number, unit: Unit, end: int) -> bool:
    start = number.start
    if start < 2 or text[start - 1] not in CLOCK_SIGNS or not DIGIT_RUN.match(text, start - 2):
        return False
    return bool(number.arabic) and text[start - 1] not in "时点" or unit.text in ("分", "秒")


SLOGAN_END = re.compile("[^，,。！？；\n]{0,11}[”’」』》]")


def _is_slogan(text: str, number: Number, unit: Unit, end: int) -> bool:
    return text[number.start - 1 : number.start] in ("“", "‘", "「", "『", "《") and SLOGAN_END.match(text, end) is not None


PRICE_GLUED = re.compile("[百千万]一$")


def _is_price_and_unit(text: str, number: Number, unit: Unit, end: int) -> bool:
    return unit.kind != "money" and PRICE_GLUED.search(number.han) is not None


ADDRESS_BEFORE = tuple("号路街巷弄幢栋排室")
ADDRESS_AFTER = re.compile("[0-9]{1,4}(?:单元|室|号|楼|层|座|排|门|栋|幢)|[A-Z0-9]{0,4}室")


def _is_house_number(text: str, number: Number, unit: Unit, end: int) -> bool:
    if not number.arabic or unit.text not in lexicon.quantity_words("numbered"):
        return False
    return text[number.start - 1 : number.start] in ADDRESS_BEFORE or ADDRESS_AFTER.match(text, end) is not None


MILESTONE_BEFORE = re.compile("[KSGk][0-9]+[+＋]$|公里(?:加|[+＋])$|(?:公路|线|国道|省道|高速|里程)$")
MILESTONE_AFTER = re.compile("加[0-9]+米|[+＋][0-9]+|处(?!理|于|置)|路段")


def _is_milestone(text: str, number: Number, unit: Unit, end: int) -> bool:
    before = MILESTONE_BEFORE.search(text, max(number.start - 12, 0), number.start)
    if before and before[0][-1] in "加+＋":
        return True
    return unit.kind == "length" and bool(MILESTONE_AFTER.match(text, end)) and (bool(before) or text.startswith(("加", "+"), end))


def _is_section_number(text: str, number: Number, unit: Unit, end: int) -> bool:
    is_first = number.start == 0 or text[number.start - 1] in "\n。 "
    return is_first and unit.kind == "count" and "." in number.arabic and not number.magnitude


ALWAYS_OPEN = re.compile("[一-龥](?<![内后前之以的左上多制里至到就才才能为仅共])|[“「]")
"""What goes on 24小时 that says around the clock: 24小时热线, 24小时智能通关."""


def _is_always_open(text: str, number: Number, unit: Unit, end: int) -> bool:
    return (
        unit.text in ("小时", "个小时")
        and number.value == 24
        and text[number.start - 1 : number.start] not in tuple("前满近超约达共")
        and ALWAYS_OPEN.match(text, end) is not None
    )


PRICE_BEFORE = re.compile("(?:[块毛元钱角]|[块毛][一二三四五六七八九])$")


def _is_rate_of_one(text: str, number: Number, unit: Unit, end: int) -> bool:
    """一斤 of 一斤饺子挣三毛, and of 三块五一斤, says for what the other amount is."""
    if number.han != "一" or unit.kind not in ("mass", "area", "volume", "energy"):
        return False
    if PRICE_BEFORE.search(text, max(number.start - 3, 0), number.start):
        return True
    goes_on = re.compile(f"[^，,。；;！？、\n0-9{ONLY_HAN_DIGITS}半][^，,。；;！？、\n0-9]{{0,9}}?[0-9{ONLY_HAN_DIGITS}半]").match(
        text, end
    )
    return bool(goes_on) and text[number.start - 1 : number.start] in ("", *"，,。；;！？、\n “”的在了割卖每")


def _is_idle_point(text: str, number: Number, unit: Unit, end: int) -> bool:
    """一分 is a point only where points are won: not 一分都没有, 每一分."""
    if number.han != "一" or number.qualifier:
        return False
    if unit.text in ("分钱", "毛钱"):
        return text.startswith(("都", "也", "没", "不"), end)
    return unit.text == "分" and not text.endswith(lexicon.quantity_words("score"), 0, number.start)


def _is_year_of_era(text: str, number: Number, unit: Unit, end: int) -> bool:
    """后元三年 of emperors without a name of their era; others are read as times."""
    return (
        unit.text == "年"
        and bool(number.han)
        and text[number.start - 1 : number.start] == "元"
        and text[number.start - 2 : number.start - 1] in tuple("后中初始")
    )


AROUND = re.compile("[绕环巡转游][^，,。；;]{0,3}$")


def _is_repeated(text: str, number: Number, unit: Unit, end: int) -> bool:
    """一寸寸 and 一年比一年 name no length, and 绕湖一周 is a round."""
    if number.han != "一" or number.qualifier:
        return False
    is_round = unit.text == "周" and AROUND.search(text, max(number.start - 5, 0), number.start)
    return bool(is_round) or text.startswith((unit.text, f"比一{unit.text}"), end) or text.endswith(f"一{unit.text}比", 0, number.start)


def _is_interval(text: str, number: Number, unit: Unit, end: int) -> bool:
    return unit.kind == "duration" and text.endswith(("每", "每隔"), 0, number.start)


def _is_anniversary(text: str, number: Number, unit: Unit, end: int) -> bool:
    return unit.text == "周年" and text.startswith(("纪", "庆", "大", "、"), end)


def _has_vague_word_before(text: str, number: Number) -> bool:
    """Tell whether a bare 十, 百, 千, 万, 亿 has a vague word before it: 上百名, 近万家."""
    start = number.start
    return number.is_bare and any(
        text.endswith(way.word, 0, start) and text[start - len(way.word) - 1 : start - len(way.word)] not in tuple(way.not_after)
        for way in lexicon.qualifiers("before").get(text[start - 1 : start], ())
    )


def _is_odd_pair(text: str, number: Number, unit: Unit, end: int) -> bool:
    """The first pairing that is of number and unit tells; a vague word before a bare number makes it one (上百名)."""
    pairing = next((pairing for pairing in PAIRINGS if pairing.is_of(number, unit)), None)
    return pairing is not None and pairing.is_none(text, number, unit, end) and not _has_vague_word_before(text, number)


CAPITALS = frozenset("壹贰叁肆伍陆柒捌玖")
"""Digits as on a cheque: alone and before no money they are names (伍家欣, 陆家嘴)."""
MYRIADS = ("亿", "万", "千", "千万", "百万")
ONE_IS_AN_ARTICLE_AFTER = frozenset("这那某每同哪任另唯统万的有前后任新当整头")
HALF_IS_A_NAME_AFTER = frozenset("上下前后大小多")
COUNTED_IN_TENS = frozenset(("count", "length", "duration", "age", "multiple"))
"""Kinds of which 百, 千, 万 alone are set phrases: 百年, 千里."""
FEWEST_POINTS = 25
"""Below it a number before 点 is an hour or an item of a list; an index of stock has more."""
MAX_TENTHS = 10
"""成 and 折 are tenths."""
SEVERAL_DAYS_AFTER = re.compile("[之以]?内(?!容|部)")
MEDALS_AFTER = re.compile(f"[0-9{ONLY_HAN_DIGITS}]|$|[，,。；;、！？!?）)”」：:\n ]")


def _before(text: str, number: Number) -> str:
    return text[number.start - 1 : number.start]


def _always(text: str, number: Number, unit: Unit, end: int) -> bool:
    return True


def _is_one_as_an_article(text: str, number: Number, unit: Unit, end: int) -> bool:
    if unit.kind == "count":
        return True
    return unit.kind in ("duration", "multiple") and unit.text != "番" and _before(text, number) in ONE_IS_AN_ARTICLE_AFTER


def _is_half_of_a_word(text: str, number: Number, unit: Unit, end: int) -> bool:
    if unit.text == "年" and HALF_YEARLY.match(text, end):
        return True
    return _before(text, number) in HALF_IS_A_NAME_AFTER or unit.kind in ("count", "points", "score") and not unit.text.startswith("个")


PAIRINGS = (
    Pairing(
        "zero in words", lambda number, unit: bool(number.han) and (number.value == 0 or number.han == "一一"), _always, ("零个", "一一年")
    ),
    Pairing("a bit", lambda number, unit: number.han == "一" and unit.text == "点", _always, ("好一点",)),
    Pairing("digit of a cheque", lambda number, unit: number.han in CAPITALS and unit.kind != "money", _always, ("委员伍家欣",)),
    Pairing(
        "one as an article", lambda number, unit: number.han == "一" and not number.qualifier, _is_one_as_an_article, ("一张蓝图", "每一年")
    ),
    Pairing(
        "amounts from so much on",
        lambda number, unit: unit.kind == "money" and number.han in MYRIADS,
        lambda text, number, unit, end: text.startswith("以上", number.end + len(unit.text)),
        ("新签约亿元以上项目",),
    ),
    Pairing(
        "hundreds as a set phrase",
        lambda number, unit: number.is_bare and number.han[0] != "十",
        lambda text, number, unit, end: not number.qualifier and unit.kind in COUNTED_IN_TENS and unit.text not in ("名", "人口"),
        ("百年", "千里"),
    ),
    Pairing("half of a word", lambda number, unit: number.han == "半", _is_half_of_a_word, ("大半天", "半名", "披露半年报")),
    Pairing(
        "tenths",
        lambda number, unit: unit.text in ("成", "折"),
        lambda text, number, unit, end: (
            number.high > MAX_TENTHS and not (unit.text == "折" and len(number.han) == 2 and number.han[1] not in MAGNITUDES)
        ),
        ("30成",),
    ),
    Pairing("fully", lambda number, unit: unit.text == "分", lambda text, number, unit, end: number.han == "十", ("十分满意",)),
    Pairing(
        "day of a month",
        lambda number, unit: unit.text == "日",
        lambda text, number, unit, end: not SEVERAL_DAYS_AFTER.match(text, number.end + 1),
        ("5日上午",),
    ),
    Pairing(
        "metals",
        lambda number, unit: unit.text in ("金", "银", "铜"),
        lambda text, number, unit, end: not MEDALS_AFTER.match(text, number.end + 1),
        ("三金工程",),
    ),
    Pairing(
        "doubled",
        lambda number, unit: unit.text == "番",
        lambda text, number, unit, end: _before(text, number) != "翻" and not text.endswith("翻了", 0, number.start),
        ("一连三番，",),
    ),
    Pairing(
        "class of a school",
        lambda number, unit: unit.text == "班" and not number.han,
        lambda text, number, unit, end: _before(text, number) in tuple("级年0123456789)）"),
        ("初一年级3班",),
    ),
    Pairing(
        "number of a stage",
        lambda number, unit: unit.text in ("期", "班", "段"),
        lambda text, number, unit, end: bool(number.han) and _before(text, number) not in tuple("分共办了"),
        ("二期",),
    ),
    Pairing(
        "points of an index",
        lambda number, unit: unit.kind == "points",
        lambda text, number, unit, end: not number.arabic or number.low < FEWEST_POINTS,
        ("3点建议",),
    ),
)


EXCLUSIONS = (
    Exclusion("calendar year", is_calendar, ("2024年", "二〇二四年", "08年")),
    Exclusion("padded number", _is_padded, ("007个",)),
    Exclusion("set phrase", _is_set_phrase, ("三个代表", "千家万户", "两位数", "打通“最后一公里”")),
    Exclusion("ordinal", _is_ordinal, ("第39个", "第3、4名", "前10名", "中铁二十五局", "分获二、三名")),
    Exclusion("part of a word", _is_glued, ("MU5735次航班", "A3张")),
    Exclusion("rest of a clock time or a score", _is_after_clock, ("3时30分", "2:15分")),
    Exclusion("slogan", _is_slogan, ("“三个一批”",)),
    Exclusion("price and unit", _is_price_and_unit, ("团餐三百一顿",)),
    Exclusion("house number", _is_house_number, ("望江路128号3幢2单元501室", "停在B区3排6号")),
    Exclusion("milestone", _is_milestone, ("K1862+300处", "省道43公里加200米处")),
    Exclusion("section number", _is_section_number, ("1.2本项目",)),
    Exclusion("always open", _is_always_open, ("24小时热线",)),
    Exclusion("for what the price is", _is_rate_of_one, ("一斤卖到三千八", "一亩给你一千五")),
    Exclusion("no point won", _is_idle_point, ("一分都没有", "一分钱都不能少")),
    Exclusion("year of an era", _is_year_of_era, ("文帝后元三年",)),
    Exclusion("one after the other, or a round", _is_repeated, ("一寸寸地挪", "一年比一年多", "绕湖一周")),
    Exclusion("interval", _is_interval, ("每两个月评选", "每隔3年")),
    Exclusion("anniversary in a name", _is_anniversary, ("胜利60周年、70周年纪念章",)),
    Exclusion("odd pair", _is_odd_pair, ()),
)
