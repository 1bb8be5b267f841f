"""Quantities with a unit: 近10000平方米, 400余台, 14余万元, 超95%, 三分之一, 每年100000平方米, 3至5年.

How it works. The text is searched for digits, Arabic and Chinese; at each a number is read (``numbers``), then the longest
unit of ``data/units.tsv`` that follows it. Words that make the number vague (``data/qualifiers.tsv``) are looked for before
the number, inside it (14余万) and after the unit; words that say per what (``data/rates.tsv``) before and after; what is
counted (``counted``) after, else before. A number without a unit is no quantity, unless it is vague or counted in 万 or 亿
and a noun follows (200余群众).

Conventions.

- ``value`` is in the printed unit, 万 and 亿 worked in: 10亿元 is 1e9 with unit 元.
- ``low`` and ``high`` are the range the words allow, in the printed unit: 近100 is 90 to 100, 400余 is 400 to 500, 超95 is 95 and
  up (``high`` is None). An exact number has low = high = value. A range (3至5年) has low and high and no value, and so has
  what names no number (数十, 上百, 十几).
- ``text`` runs from the first qualifier to the last, and to the per of 200元/吨; the per of 每年100000平方米 stands outside.
- Two qualifiers are printed with … between them: 约…左右.
- Shares (%, 百分之, 成, 折, 个百分点) are ``percent``, 三分之一 is ``fraction`` without a unit, 两倍 and 翻一番 are ``multiple``; the
  base value is the plain number (0.95, 0.333, 2).
- Foreign money keeps its currency as base unit, since no rate is known here.
- A year is 365.25 days and a month a twelfth of it.
- 一 with a classifier is an article (一个, 一张蓝图), not a quantity; with a unit of measure it is one (一吨).
- 近三年 and 近20年来 mean lately: there 近 is no qualifier.
- Ordinals (第39个), dates, clock times, house numbers, set phrases and slogans (“三个代表”) are not quantities.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from transforms.quantities import lexicon
from transforms.quantities.counted import noun_after, what_is_counted
from transforms.quantities.lexicon import TRADITIONAL, Unit, Vagueness
from transforms.quantities.numbers import ARABIC_DIGITS, BARE, HAN_DIGITS, MAGNITUDES, SPACE, Number, exactly, first, read_number, scale
from transforms.records import Quantity

MONEY_SIGNS = frozenset("¥￥$＄€£￡")
EVERY_WEEK = ("每周", "每星期", "每个星期", "一周", "上周", "本周", "下周", "每届")
CLOCK_SIGNS = frozenset("时点.．:：∶/／")
NUMBER_STARTS = frozenset("0123456789０１２３４５６７８９零又余" + HAN_DIGITS + MAGNITUDES)
CONNECTOR_STARTS = frozenset(" \u00a0\u3000至到-－~～–—―")
MINUS_ENDS = frozenset("-－−下负")
LINK_ENDS = frozenset("达到为约过超可近有仅助励贴取纳")
BLANKS = " \u00a0\u3000"
DIGITS = re.compile(f"[{ARABIC_DIGITS}{HAN_DIGITS}{MAGNITUDES}]+")
CONNECTOR = re.compile(f"{SPACE}?(?:至|到|[-－~～–—―]{{1,2}}){SPACE}?")
OF_PARTS = re.compile(f"{SPACE}*分{SPACE}*之{SPACE}*")
SLASH = re.compile(f"[/／]([{ARABIC_DIGITS}]{{1,2}})(?![{ARABIC_DIGITS}/／.．])")
PERCENT_POINTS = re.compile(f"{SPACE}*+(?:[个個]{SPACE}*+)?百{SPACE}*+分{SPACE}*+[点點](?!钟)")
POINT_STARTS = frozenset("个個百" + BLANKS)
CALENDAR_YEAR = re.compile(
    f"[{ARABIC_DIGITS}]{{4}}|[０0][{ARABIC_DIGITS}]|[〇零○一二三四五六七八九]{{2}}|[〇零○一二三四五六七八九]{{4}}"
)
DECIMALS_AFTER = re.compile(f"[{ARABIC_DIGITS}]{{2,3}}(?![{ARABIC_DIGITS}.．]|[,，][{ARABIC_DIGITS}])")
SECONDS_AFTER = re.compile(f"[{ARABIC_DIGITS}]{{1,2}}秒")
HALF_AFTER = re.compile("半(?![年月天小个数导岛径决程价夜山点途边成壁球场身坡挂路])")
TENTH_AFTER = re.compile(f"{SPACE}?([一二三四五六七八九])(?![一-龥])")
ANOTHER_UNIT = re.compile(r"[(（]([^()（）0-9]{1,3})[)）]")
PER_AFTER = re.compile("[/／](?!年[0-9])([一-龥]{1,3}(?:[·・/／][一-龥]{1,2})?|kg|m2|h)")
PER_LINK = re.compile("(?:可达|达到|达|为|约|超过|超|可|近|有|仅|不到|补助|奖励|补贴|收取|缴纳)$")
MINUS = re.compile("(?<![0-9０-９A-Za-z%％℃）)])([-－−])$|(零下|(?<![胜欠抱担肩辜正])负)$")
SIGNED_KINDS = frozenset(("percent", "temperature", "money", "length"))
LIST_SIGNS = frozenset("、和及与至到—-")
ORDINAL_LIST = re.compile(f"第[{ARABIC_DIGITS}{HAN_DIGITS}十百、和及与至到—-]+$")
SLOGAN_END = re.compile("[”’」》]")
SMALLER = {"角": ("money", 0.1), "毛": ("money", 0.1), "分": ("money", 0.01), "美分": ("money", 0.01), "欧分": ("money", 0.01)}
COMPOUND_KINDS = frozenset(("money", "duration", "mass", "length"))
NOT_AFTER_MANY = tuple("次名个家项种样元年余数为位方")
NO_COUNT_AFTER_MANY = frozenset("样元年边方极媒功种名次少么")
ONE_IS_AN_ARTICLE_AFTER = frozenset("这那某每同哪任另唯统万的有前后任新当整")
HALF_IS_A_NAME_AFTER = frozenset("上下前后大小多")
LATELY_UNITS = frozenset(("年", "个月", "天", "周", "个星期", "个季度", "个年头"))
WORD_BEFORE = frozenset("%=&@#_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
FEWEST_POINTS = 25
LONGEST_UNIT = 12
NO_UNIT = Unit("", "count", 1.0, "1", ())


class Reading(NamedTuple):
    """What is known of a quantity so far; ``qualifiers`` in printed order, ``factor`` leads to the base unit."""

    start: int
    end: int
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str | None
    kind: str
    factor: float
    base: str
    qualifiers: tuple[str, ...]
    number: Number
    per: str | None = None


def find_quantities(text: str) -> list[Quantity]:
    """Return the quantities of a text, in order, without overlap. Ordinals, dates and bare numbers are left out.

    >>> for q in find_quantities("云渡区总投资10亿元,新建近10000平方米厂房,购置设备400余台,满意率超95%。"):
    ...     print(q.text, q.value, q.low, q.high, q.unit, q.base_value, q.base_unit, q.qualifier, q.of)
    10亿元 1000000000.0 1000000000.0 1000000000.0 元 1000000000.0 CNY None 总投资
    近10000平方米 10000.0 9000.0 10000.0 平方米 10000.0 m2 近 厂房
    400余台 400.0 400.0 500.0 台 400.0 1 余 设备
    超95% 95.0 95.0 None % 0.95 1 超 满意率
    """
    found: list[Quantity] = []
    at, search = 0, first().search
    while match := search(text, at):
        number = read_number(text, match.start())
        reading = _read_quantity(text, number, found[-1].char_end if found else 0) if number else None
        if reading:
            found.append(_finished(text, reading))
            at = reading.end
        elif number:
            at = number.end
        else:
            at = DIGITS.match(text, match.start()).end()
    return found


def _read_quantity(text: str, number: Number, since: int) -> Reading | None:
    """Return the quantity that begins with this number, or None. What stands before ``since`` belongs to the quantity before."""
    share = _read_share(text, number)
    if share:
        return _with_what_stands_before(text, _with_qualifier_after(text, share), since)
    found = _read_unit(text, number)
    reading = _read_range(text, number, found)
    if reading is None:
        if found is None or found[1].kind == "count" and text[number.start - 1 : number.start] in MONEY_SIGNS:
            return _read_without_unit(text, number, since)
        number, unit, end = found
        if _is_no_quantity(text, number, unit, end):
            return None
        reading = _begin(text, number, unit, end)
    return _with_what_stands_before(text, _with_what_follows(text, reading), since)


# Reading a number and its unit


def _read_unit(text: str, number: Number) -> tuple[Number, Unit, int] | None:
    """Return the number, its unit and the unit's end. 千 goes to the unit where both would do: 3千克."""
    end = number.end
    if text[end - 1] == "千" and end - number.start > 1 and not number.qualifier:
        unit, shorter = _longest_unit(text, end - 1, number), read_number(text, number.start, end - 1)
        if unit and shorter:
            return shorter, unit, end - 1 + len(unit.text)
    after = text[end : end + 1]
    if after in POINT_STARTS and (points := PERCENT_POINTS.match(text, end)):
        return number, lexicon.unit("个百分点"), points.end()
    split = _read_split_unit(text, number) if after == "个" else None
    unit = None if split else _longest_unit(text, end, number)
    if unit:
        return number, unit, end + len(unit.text)
    if after and after in BLANKS:
        unit = _longest_unit(text, end + 1, number)
        return (number, unit, end + 1 + len(unit.text)) if unit and (unit.kind != "count" or number.arabic) else None
    return split


def _longest_unit(text: str, at: int, number: Number) -> Unit | None:
    """Return the longest unit that stands at ``at``, unless its letters belong to another word."""
    window = text[at : at + LONGEST_UNIT]
    unit = _unit_in(window, number)
    if unit is None and (plain := window.translate(TRADITIONAL)) != window:
        unit = _unit_in(plain, number)
    return unit


def _unit_in(window: str, number: Number) -> Unit | None:
    for unit in lexicon.units().get(window[:1], ()):
        if not window.startswith(unit.text):
            continue
        end = len(unit.text)
        if unit.text[-1].isascii() and unit.text[-1].isalpha():
            after = window[end : end + 1]
            if not number.arabic or after.isascii() and after.isalnum():
                continue
        if not (unit.not_before and window.startswith(unit.not_before, end)):
            return unit
    return None


def _read_split_unit(text: str, number: Number) -> tuple[Number, Unit, int] | None:
    """Return number, unit and end of 3个多小时 and 一个半月, where the vague word or the half stands inside the unit."""
    word, rest = text[number.end + 1 : number.end + 2], number.end + 2
    if word not in ("多", "余", "半") or number.value is None:
        return None
    for unit in lexicon.units()["个"]:
        if len(unit.text) > 1 and text.startswith(unit.text[1:], rest):
            value = number.value + (Decimal("0.5") if word == "半" else 0)
            high = value if word == "半" else value + number.step
            split = number._replace(value=value, low=value, high=high, qualifier="" if word == "半" else word)
            return split, unit, rest + len(unit.text) - 1
    return None


def _begin(text: str, number: Number, unit: Unit, end: int) -> Reading:
    """Return the reading of a number and a unit; two digits before 折 are a number with a decimal (三八折), 分 before 秒 are minutes."""
    value, low, high = number.value, number.low, number.high
    if unit.text == "分" and SECONDS_AFTER.match(text, end):
        unit = lexicon.unit("分钟")._replace(text="分")
    if unit.text == "折" and value is not None and value > 10:
        value, low, high = value / 10, low / 10, high / 10
    is_split = text.startswith(("个多", "个余", "个半"), number.end)
    printed = unit.text if is_split else text[end - len(unit.text) : end] if unit.text != "个百分点" else text[number.end : end].strip(BLANKS)
    qualifiers = (number.qualifier,) if number.qualifier else ()
    return Reading(number.start, end, value, low, high, printed or None, unit.kind, unit.factor, unit.base, qualifiers, number)


def _read_share(text: str, number: Number) -> Reading | None:
    """Return 百分之三十 (percent), 三分之一, 1/3 and 一半 (fraction), where ``number`` is the first of the two."""
    if number.han == "一" and text.startswith("半", number.end):
        return _read_half(text, number)
    after = text[number.end : number.end + 1]
    slash = SLASH.match(text, number.end) if number.arabic and after in ("/", "／") else None
    if slash:
        return _read_slash(text, number, slash)
    match = OF_PARTS.match(text, number.end) if after == "分" or after in POINT_STARTS else None
    parts = read_number(text, match.end()) if match and number.value else None
    if parts is None:
        return None
    qualifiers = (parts.qualifier,) if parts.qualifier else ()
    if number.han[:1] in ("百", "佰", "千", "仟", "万", "萬"):
        name, factor = text[number.start : match.end()].rstrip(BLANKS), float(1 / number.value)
        return Reading(number.start, parts.end, parts.value, parts.low, parts.high, name, "percent", factor, "1", qualifiers, parts)
    value, low, high = (None if one is None else one / number.value for one in (parts.value, parts.low, parts.high))
    return Reading(number.start, parts.end, value, low, high, None, "fraction", 1.0, "1", qualifiers, parts)


def _read_half(text: str, number: Number) -> Reading | None:
    half, end = Decimal("0.5"), number.end + 1
    if text.startswith(("边", "会", "天", "年"), end) or text[number.start - 1 : number.start] in ("另", "前", "后", "这", "那", "每"):
        return None
    return Reading(number.start, end, half, half, half, None, "fraction", 1.0, "1", (), number)


def _read_slash(text: str, number: Number, slash: re.Match) -> Reading | None:
    """Return 1/3 where the words around it say that it is a share: 的1/3, 约1/3, 1/3以上."""
    below = read_number(text, slash.start(1))
    before = text[number.start - 1 : number.start]
    if not below or not below.value or not number.value or number.value >= below.value:
        return None
    if before not in ("的", "约", "近", "超", "过", "有", "占") and not text.startswith(("的", "以上"), slash.end()):
        return None
    share = number.value / below.value
    return Reading(number.start, slash.end(), share, share, share, None, "fraction", 1.0, "1", (), number)


def _read_range(text: str, number: Number, found: tuple[Number, Unit, int] | None) -> Reading | None:
    """Return a range of two numbers: 3至5年, 1万元-5万元, 三到五万元 (the first takes the 万 of the second); None for 从3到5."""
    end = found[2] if found else number.end
    connector = CONNECTOR.match(text, end) if text[end : end + 1] in CONNECTOR_STARTS else None
    second = read_number(text, connector.end()) if connector else None
    found_second = _read_unit(text, second) if second else None
    if second and not found_second and not found and scale(second) > 1 and noun_after(text, second.end):
        found_second = second, NO_UNIT, second.end
    if not found_second or found and text[max(number.start - 1, 0) : number.start] in ("由", "从", "自"):
        return None
    second, unit, end = found_second
    low, high = number.low, second.high
    if found:
        if (found[1].kind, found[1].base) != (unit.kind, unit.base):
            return None
        low = found[0].low * exactly(found[1].factor) / exactly(unit.factor)
    elif scale(second) > 1 and scale(number) == 1 and low < second.low / scale(second):
        low *= scale(second)
    if low > high or _is_calendar(number, unit) or _is_calendar(second, unit) or _is_no_quantity(text, number, unit, end):
        return None
    return _begin(text, second, unit, end)._replace(start=number.start, value=None, low=low, high=high)


def _read_without_unit(text: str, number: Number, since: int) -> Reading | None:
    """Return an amount with a sign of money before it, or a number that is vague or in 万 or 亿 and has its noun after it.

    ￥99; 200余群众, 1.4亿多职工, 八万读者.
    """
    sign = next((sign for sign, _ in lexicon.money_signs() if text.endswith(sign, since, number.start)), None) if number.arabic else None
    if sign and number.value is not None:
        money = lexicon.unit("元")
        return _with_what_stands_before(text, _begin(text, number, money, number.end)._replace(unit=sign), since)
    in_myriads = scale(number) >= 10**4 and not number.is_bare
    if not (number.qualifier in ("余", "多") or in_myriads) or number.is_bare and number.qualifier != "余":
        return None
    if number.qualifier == "多" and text[number.end : number.end + 1] in NO_COUNT_AFTER_MANY:
        return None
    if not noun_after(text, number.end) or _is_no_quantity(text, number, NO_UNIT, number.end):
        return None
    return _with_what_stands_before(text, _begin(text, number, NO_UNIT, number.end), since)


# What is not a quantity


def _is_no_quantity(text: str, number: Number, unit: Unit, end: int) -> bool:
    """Tell whether number and unit are an ordinal, a date, part of a word, an article, a set phrase or a slogan."""
    at = number.start
    before = text[at - 1 : at]
    return (
        _is_calendar(number, unit)
        or number.arabic[:1] in ("0", "０") and number.arabic[1:].isdigit()
        or number.han == "一" and unit.text == "点"
        or text.startswith(lexicon.set_phrases().get(text[at], ()), at)
        or at > 0
        and text.endswith(lexicon.ordinal_signs(bool(number.han)), max(at - 3, 0), at)
        and not text.endswith(EVERY_WEEK, 0, at)
        or before in LIST_SIGNS
        and ORDINAL_LIST.search(text, max(at - 14, 0), at) is not None
        or before in WORD_BEFORE
        and not text.endswith("RMB", 0, at)
        or _is_after_clock(text, number, unit)
        or _is_slogan(text, at, end)
        or _is_odd_pair(number, unit, before)
        and not _has_vague_word_before(text, number)
    )


def _is_calendar(number: Number, unit: Unit) -> bool:
    """Tell whether 2024年, 二〇二四年 or 08年 names a year of the calendar."""
    named = unit.text == "年" and not number.qualifier and number.value is not None
    return named and CALENDAR_YEAR.fullmatch(number.arabic or number.han) is not None


def _is_after_clock(text: str, number: Number, unit: Unit) -> bool:
    """Tell whether the number is the rest of a clock time, a score or a decimal: 3时30分, 10:30, 2∶1."""
    at = number.start
    if at < 2 or text[at - 1] not in CLOCK_SIGNS or not DIGITS.match(text, at - 2):
        return False
    return bool(number.arabic) and text[at - 1] not in "时点" or unit.text in ("分", "秒")


def _is_slogan(text: str, start: int, end: int) -> bool:
    """Tell whether the number opens a short quoted term: “三个代表”, “两不愁三保障”."""
    return text[start - 1 : start] in ("“", "‘", "「", "『", "《") and SLOGAN_END.search(text, end, end + 12) is not None


def _is_odd_pair(number: Number, unit: Unit, before: str) -> bool:
    """Tell whether this number does not go with this unit: 一个 (an article), 百年, 三期, 十分, 30成, 零部件, 唯一一个."""
    if number.han and (number.value == 0 or number.han == "一一"):
        return True
    if number.han == "一" and not number.qualifier:
        return unit.kind == "count" or unit.kind in ("duration", "multiple") and before in ONE_IS_AN_ARTICLE_AFTER
    if number.is_bare and number.han[0] != "十":
        return not number.qualifier and unit.kind in ("count", "length", "duration", "age", "multiple") and unit.text not in ("名", "人口")
    if number.han == "半":
        return before in HALF_IS_A_NAME_AFTER or unit.kind in ("count", "points", "score") and not unit.text.startswith("个")
    if unit.text in ("成", "折"):
        return number.high > 10 and not (unit.text == "折" and len(number.han) == 2 and number.han[1] not in MAGNITUDES)
    if unit.text == "分":
        return number.han in BARE
    if unit.text == "番":
        return before != "翻"
    if unit.text in ("期", "班", "段"):
        return bool(number.han)
    return unit.kind == "points" and (not number.arabic or number.low < FEWEST_POINTS)


def _has_vague_word_before(text: str, number: Number) -> bool:
    """Tell whether a bare 十, 百, 千, 万, 亿 has a vague word before it: 上百名, 近万家."""
    at = number.start
    return number.is_bare and any(
        text.endswith(way.word, 0, at) and text[at - len(way.word) - 1 : at - len(way.word)] not in tuple(way.not_after)
        for way in lexicon.qualifiers("before").get(text[at - 1 : at], ())
    )


# What follows and what stands before


def _with_what_follows(text: str, reading: Reading) -> Reading:
    """Return the reading with 毛 of 五元三毛, 半, 套 of 台(套), /吨, 多, 左右, 以上."""
    reading = _with_smaller_units(text, reading)
    after = text[reading.end : reading.end + 1]
    half = HALF_AFTER.match(text, reading.end) if after == "半" and reading.kind != "count" and reading.value is not None else None
    tenth = TENTH_AFTER.match(text, reading.end) if reading.unit == "成" and reading.value is not None else None
    if half:
        reading = _plus(reading, Decimal("0.5"), half.end())
    elif tenth:
        reading = _plus(reading, read_number(tenth[1], 0).low / 10, tenth.end())
    if reading.unit in ("秒", "米") and reading.number.arabic and reading.value is not None:
        reading = _with_decimals(text, reading)
    other = ANOTHER_UNIT.match(text, reading.end) if after in ("(", "（") else None
    if other and reading.unit and lexicon.is_unit(other[1]):
        reading = reading._replace(unit=reading.unit + other[0], end=other.end())
    per = PER_AFTER.match(text, reading.end) if text[reading.end : reading.end + 1] in ("/", "／") else None
    if per:
        reading = reading._replace(per="每" + per[1], end=per.end())
    return _with_qualifier_after(text, reading)


def _with_decimals(text: str, reading: Reading) -> Reading:
    """Return 38秒29 as 38.29 秒, where the digits after the unit have no unit of their own."""
    decimals = DECIMALS_AFTER.match(text, reading.end)
    if not decimals or _read_unit(text, read_number(text, reading.end)):
        return reading
    part = read_number(decimals.group(), 0).low.scaleb(-len(decimals.group()))
    return _plus(reading, part, decimals.end())


def _plus(reading: Reading, more: Decimal, end: int) -> Reading:
    value = reading.value + more
    return reading._replace(value=value, low=value, high=value, end=end)


def _with_smaller_units(text: str, reading: Reading) -> Reading:
    """Return the reading with smaller units of its kind worked in: 五元三毛 is 5.3 元, 2小时30分 is 2.5 小时."""
    if reading.value is None or reading.kind not in COMPOUND_KINDS and reading.unit != "块":
        return reading
    factor = reading.factor
    while text[reading.end : reading.end + 1] in NUMBER_STARTS:
        start = reading.end + text.startswith(("零", "又", "余"), reading.end)
        number = read_number(text, start)
        part = _smaller_unit(text, number, reading, factor) if number and number.value is not None else None
        if part is None:
            break
        factor, end = part
        reading = _plus(reading, number.value * exactly(factor) / exactly(reading.factor), end)
        if reading.unit == "块":
            reading = reading._replace(kind="money", base="CNY")
    return reading


def _smaller_unit(text: str, number: Number, reading: Reading, below: float) -> tuple[float, int] | None:
    """Return the factor and the end of a unit after ``number`` that is smaller than ``below`` and of the reading's kind."""
    kind = "money" if reading.unit == "块" else reading.kind
    for word, (of, factor) in SMALLER.items():
        if of == kind and factor < below and text.startswith(word, number.end):
            return factor, number.end + len(word)
    unit = _longest_unit(text, number.end, number)
    if unit and unit.kind == kind and unit.base == reading.base and unit.factor < below:
        return unit.factor, number.end + len(unit.text)
    if kind == "duration" and below > 60 and text.startswith("分", number.end):
        return 60.0, number.end + 1
    return None


def _with_qualifier_after(text: str, reading: Reading) -> Reading:
    end = reading.end
    for way in lexicon.qualifiers("after").get(text[end : end + 1], ()):
        after = end + len(way.word)
        if not text.startswith(way.word, end) or len(way.word) == 1 and text.startswith(NOT_AFTER_MANY, after):
            continue
        if way.step and (reading.value is None or reading.kind == "count"):
            continue
        low, high = _spread(reading, way)
        return reading._replace(low=low, high=high, end=after, qualifiers=(*reading.qualifiers, way.word))
    return reading


def _spread(reading: Reading, way: Vagueness) -> tuple[Decimal | None, Decimal | None]:
    """Return the range of a reading made vague."""
    low = None if way.low is None or reading.low is None else reading.low * exactly(way.low)
    if way.step:
        return low, None if reading.high is None else reading.high + reading.number.step
    high = None if way.high is None or reading.high is None else reading.high * exactly(way.high)
    return (high, low) if low is not None and high is not None and low > high else (low, high)


def _with_what_stands_before(text: str, reading: Reading, since: int) -> Reading:
    """Return the reading with minus, sign of money, 近, 数, and with 每年, which stays outside its text."""
    start = reading.start
    sign = next((sign for sign in lexicon.money_signs() if text.endswith(sign[0], since, start)), None) if reading.kind == "money" else None
    if sign:
        reading = reading._replace(start=start - len(sign[0]), base=sign[1])
    is_signed = start > since and reading.kind in SIGNED_KINDS and text[start - 1 : start] in MINUS_ENDS
    minus = MINUS.search(text, max(start - 4, since), start) if is_signed else None
    if minus:
        value, low, high = (None if one is None else -one for one in (reading.value, reading.high, reading.low))
        reading = reading._replace(start=minus.end() - len(minus[1] or minus[2]), value=value, low=low, high=high)
    for _ in range(2):
        way = _qualifier_before(text, reading, since)
        if way is None:
            break
        low, high = _spread(reading, way)
        value = None if way.bare and way.word != "过" else reading.value
        qualifiers = (way.word, *reading.qualifiers)
        reading = reading._replace(start=reading.start - len(way.word), value=value, low=low, high=high, qualifiers=qualifiers)
    per = None if reading.per else _per_before(text, reading.start)
    return reading._replace(per=per) if per else reading


def _qualifier_before(text: str, reading: Reading, since: int) -> Vagueness | None:
    start = reading.start
    is_bare = reading.number.is_bare and reading.number.start == start
    for way in lexicon.qualifiers("before").get(text[start - 1 : start], ()):
        first = start - len(way.word)
        if not text.endswith(way.word, since, start) or way.bare and not is_bare or text[first - 1 : first] in tuple(way.not_after):
            continue
        if way.word == "近" and reading.unit in LATELY_UNITS and _means_lately(text, reading):
            continue
        return way
    return None


def _means_lately(text: str, reading: Reading) -> bool:
    """Tell whether 近 means lately (近三年, 近20年来), not nearly."""
    is_small = reading.low is None or reading.low < 10
    return is_small and not reading.number.qualifier or text.startswith(("来", "间", "以来"), reading.end)


def _per_before(text: str, start: int) -> str | None:
    """Return the word for per what before ``start``, or before a linking word there: 每年, 人均可达."""
    link = PER_LINK.search(text, max(start - 4, 0), start) if text[start - 1 : start] in LINK_ENDS else None
    for at in (start, link.start()) if link else (start,):
        for word in lexicon.rates().get(text[at - 1 : at], ()):
            if text.endswith(word, 0, at):
                return word
    return None


def _finished(text: str, reading: Reading) -> Quantity:
    """Return the record of a reading."""
    base = None if reading.value is None else float(reading.value * exactly(reading.factor))
    if reading.unit == "番" and reading.value is not None:
        base = 2.0 ** min(float(reading.value), 64)
    return Quantity(
        text=text[reading.start : reading.end],
        char_start=reading.start,
        char_end=reading.end,
        value=None if reading.value is None else float(reading.value),
        low=None if reading.low is None else float(reading.low),
        high=None if reading.high is None else float(reading.high),
        unit=reading.unit,
        kind=reading.kind,
        base_value=base,
        base_unit=reading.base,
        qualifier="…".join(reading.qualifiers) or None,
        per=reading.per,
        of=what_is_counted(text, reading.start, reading.end, reading.kind),
    )
