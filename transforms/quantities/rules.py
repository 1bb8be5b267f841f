"""The rules of quantities: each reads one way in which newspapers print them.

``QUANTITY_RULES`` are tried in order at each number; the first that reads anything has it. A rule's name is the ``rule`` of its rows; its examples are
tested one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from transforms.quantities import lexicon
from transforms.quantities.counted import noun_after, noun_before
from transforms.quantities.exclusions import is_calendar, is_no_quantity
from transforms.quantities.lexicon import Unit
from transforms.text.numerals import HALF, MAGNITUDES, ONLY_HAN_DIGITS, Number, read_number

MONEY_SIGNS = frozenset("¥￥$€£￡")
NUMBER_STARTS = frozenset("0123456789又" + ONLY_HAN_DIGITS + MAGNITUDES)
CONNECTOR = re.compile(" ?(?:至|到|[-~～–—―]{1,2}) ?")
OF_PARTS = re.compile(" *分 *之 *")
SLASH = re.compile("/([0-9]{1,2})(?![0-9/.])")
PERCENT_POINTS = re.compile(" *+(?:个 *+)?百 *+分 *+点(?!钟)")
LIST_OF_ONE_UNIT = re.compile(f"(?:[、和及与][0-9.,]+[万亿]?){{1,6}}(?=[^0-9、和及与{ONLY_HAN_DIGITS}])")
DECIMALS_AFTER = re.compile("[0-9]{2,3}(?![0-9.]|[,，][0-9])")
SECONDS_AFTER = re.compile("[0-9]{1,2}秒")
HALF_AFTER = re.compile("半(?!山[腰坡区])(?![年月天小个数导岛径决程价夜点途边成壁球场身坡挂路])")
TENTH_AFTER = re.compile(
    f" ?([一二三四五六七八九]{{1,2}}|[1-9](?![0-9.]))(?=$|[，,。；;、！？!?）)”」』：:\n ]|[宽高长厚深的左右以上下多几大钱]|一[斤碗份个张瓶亩里天度])(?![{MAGNITUDES}])"
)
TENTHS_OF = frozenset(("块", "毛", "角", "米", "尺", "丈", "斤", "吨", "亩", "成", "度"))
"""Units after which one digit more is tenths, two after 米 and 块 hundredths: 十五块八, 一米八, 一米七八, 三成五."""
ANOTHER_UNIT = re.compile(r"[(（]([^()（）0-9]{1,3})[)）]")
PER_AFTER = re.compile("[/](?!年[0-9])([一-龥]{1,3}(?:[·/][一-龥]{1,2})?|kg|m2|h)")
NO_COUNT_AFTER_MANY = frozenset("样元年边方极媒功种名次少么")
LONGEST_UNIT = 12
"""Characters of a unit: none of units.tsv has more."""
UNIT_CONTEXT = 30
"""Characters before a number in which words tell what 度, 块 or 分 means."""
NO_UNIT = Unit("", "count", Decimal(1), "1", ())
"""Of people or things that are counted without a measure word: 200余群众."""
SMALLER = {
    "money": {
        "角": Decimal("0.1"),
        "毛": Decimal("0.1"),
        "分": Decimal("0.01"),
        "厘": Decimal("0.001"),
        "美分": Decimal("0.01"),
        "欧分": Decimal("0.01"),
    },
    "area": {"分": Decimal("66.6666667"), "厘": Decimal("6.66666667")},
    "angle": {"分": 1 / Decimal(60), "秒": 1 / Decimal(3600)},
    "duration": {"分": Decimal(60)},
    "mass": {},
    "length": {},
    "temperature": {},
}
"""Units that go on a greater one of their kind, with factors to the base unit, where they mean something else by themselves: 二亩七分, 31度42分."""


class PartialQuantity(NamedTuple):
    """What is known of a quantity so far; ``qualifiers`` in printed order, ``factor`` leads to the base unit."""

    start: int
    end: int
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str | None
    kind: str
    factor: Decimal
    base: str
    qualifiers: tuple[str, ...]
    number: Number
    rule: str = "unit"
    per: str | None = None


NOT_A_QUANTITY = PartialQuantity(0, 0, None, None, None, None, "", Decimal(0), "", (), Number(0, 0, None, HALF, HALF), "none")
Reader = Callable[[str, Number, "Measured | None"], PartialQuantity | None]
"""What reads a quantity of a text at a number, given that with its unit where one follows."""


class QuantityRule(NamedTuple):
    """A way of printing a quantity: its name, what reads it at a number, and examples with value (or low and high) and base unit."""

    name: str
    read: Reader
    examples: tuple[tuple[str, str], ...]


# Numbers and their units


class Measured(NamedTuple):
    """A number, its unit, and where that ends."""

    number: Number
    unit: Unit
    end: int


def read_unit(text: str, number: Number) -> Measured | None:
    """Return the number with its unit. 千 goes to the unit where both would do: 3千克."""
    end = number.end
    if text[end - 1] == "千" and not number.qualifier and (thousand := _with_last_sign_in_unit(text, number)):
        return thousand
    after = text[end : end + 1]
    if after in ("个", "百", " ") and (points := PERCENT_POINTS.match(text, end)):
        return Measured(number, lexicon.unit("个百分点"), points.end())
    split = _read_split_unit(text, number) if after == "个" else None
    if split is None and (unit := longest_unit(text, end, number)):
        return Measured(number, unit, end + len(unit.text))
    if after == " ":
        unit = longest_unit(text, end + 1, number)
        return Measured(number, unit, end + 1 + len(unit.text)) if unit and (unit.kind != "count" or number.arabic) else None
    if split is None and text[end - 1] == "两" and (weight := _with_last_sign_in_unit(text, number)) and weight.unit.text == "两":
        return weight
    return split


def _with_last_sign_in_unit(text: str, number: Number) -> Measured | None:
    """Return 3千克 and 二两, where the last sign of the number is the unit's."""
    last = number.end - 1
    shorter = read_number(text, number.start, last) if last > number.start else None
    unit = longest_unit(text, last, shorter) if shorter else None
    return Measured(shorter, unit, last + len(unit.text)) if unit else None


def longest_unit(text: str, start: int, number: Number) -> Unit | None:
    """Return the longest unit that stands at ``start``, unless its letters belong to another word."""
    window = text[start : start + LONGEST_UNIT]
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


def _read_split_unit(text: str, number: Number) -> Measured | None:
    """Return number, unit and end of 3个多小时 and 一个半月, where the vague word or the half stands inside the unit."""
    word, rest = text[number.end + 1 : number.end + 2], number.end + 2
    if word not in ("多", "余", "半") or number.value is None:
        return None
    for unit in lexicon.units()["个"]:
        if len(unit.text) > 1 and text.startswith(unit.text[1:], rest):
            value = number.value + (HALF if word == "半" else 0)
            high = value if word == "半" else value + number.step
            split = number._replace(value=value, low=value, high=high, qualifier="" if word == "半" else word)
            return Measured(split, unit, rest + len(unit.text) - 1)
    return None


def begin(text: str, number: Number, unit: Unit, end: int, rule: str = "unit") -> PartialQuantity:
    """Return what a number and a unit say; two digits before 折 are a number with a decimal (三八折), 分 before 秒 are minutes."""
    value, low, high = number.value, number.low, number.high
    if unit.text == "分" and SECONDS_AFTER.match(text, end):
        unit = lexicon.unit("分钟")._replace(text="分")
    if unit.text == "折" and value is not None and value > 10:
        value, low, high = value / 10, low / 10, high / 10
    is_split = text.startswith(("个多", "个余", "个半"), number.end)
    printed = unit.text if is_split else text[end - len(unit.text) : end] if unit.text != "个百分点" else text[number.end : end].strip()
    qualifiers = (number.qualifier,) if number.qualifier else ()
    return PartialQuantity(
        number.start, end, value, low, high, printed or None, unit.kind, unit.factor, unit.base, qualifiers, number, rule
    )


# Rules


def read_half(text: str, number: Number, measured: Measured | None) -> PartialQuantity | None:
    """Return 一半, 一多半; 过半, 近半数."""
    start, end = number.start, number.end
    if number.han == "一" and text.startswith("半", end):
        if text.startswith(("边", "会", "天", "年"), end + 1) or text[start - 1 : start] in ("另", "前", "后", "这", "那", "每"):
            return None
        return PartialQuantity(start, end + 1, HALF, HALF, HALF, None, "fraction", Decimal(1), "1", (), number, "half")
    if (
        number.han != "半"
        or text[start - 1 : start] not in ("过", "超", "近", "逾")
        or text[start - 2 : start - 1] in tuple("年经通越路附最")
    ):
        return None
    if not re.compile("数|$|[，,。；;、！？!?）)”\n的为以居是]").match(text, end):
        return None
    end += text.startswith("数", end)
    return PartialQuantity(start, end, HALF, HALF, HALF, None, "fraction", Decimal(1), "1", (), number, "half")


def read_share(text: str, number: Number, measured: Measured | None) -> PartialQuantity | None:
    """Return 百分之三十 (percent) and 三分之一 (fraction), where ``number`` is the first of the two."""
    match = OF_PARTS.match(text, number.end) if text[number.end : number.end + 1] in ("分", " ") else None
    parts = read_number(text, match.end()) if match and number.value else None
    if parts is None:
        return None
    qualifiers = (parts.qualifier,) if parts.qualifier else ()
    if number.han[:1] in ("百", "佰", "千", "仟", "万"):
        name, factor = text[number.start : match.end()].rstrip(), 1 / number.value
        connector = CONNECTOR.match(text, parts.end)
        upper = read_number(text, connector.end()) if connector and number.han else None
        if (
            upper
            and parts.value
            and upper.value
            and parts.value < upper.value
            and longest_unit(text, upper.end, upper) is None
            and not OF_PARTS.match(text, upper.end)
        ):
            return PartialQuantity(
                number.start, upper.end, None, parts.value, upper.value, name, "percent", factor, "1", qualifiers, parts, "share"
            )
        return PartialQuantity(
            number.start, parts.end, parts.value, parts.low, parts.high, name, "percent", factor, "1", qualifiers, parts, "share"
        )
    value, low, high = (None if one is None else one / number.value for one in (parts.value, parts.low, parts.high))
    return PartialQuantity(number.start, parts.end, value, low, high, None, "fraction", Decimal(1), "1", qualifiers, parts, "share")


def read_slash(text: str, number: Number, measured: Measured | None) -> PartialQuantity | None:
    """Return 1/3 where the words around it say that it is a share: 的1/3, 约1/3, 1/3以上."""
    slash = SLASH.match(text, number.end) if number.arabic else None
    below = read_number(text, slash.start(1)) if slash else None
    before = text[number.start - 1 : number.start]
    if not below or not below.value or not number.value or number.value >= below.value:
        return None
    if before not in ("的", "约", "近", "超", "过", "有", "占") and not text.startswith(("的", "以上"), slash.end()):
        return None
    share = number.value / below.value
    return PartialQuantity(number.start, slash.end(), share, share, share, None, "fraction", Decimal(1), "1", (), number, "slash")


FROM = ("由", "从", "自")
"""Before the first of two numbers that are no range: 从3增加到5."""


def read_range(text: str, number: Number, measured: Measured | None) -> PartialQuantity | None:
    """Return a range of two numbers: 3至5年, 1万元-5万元, 三到五万元 (the first takes the 万 of the second); None for 从3到5."""
    second = _upper_bound(text, number, measured)
    if second is None or measured and text[max(number.start - 1, 0) : number.start] in FROM:
        return None
    whole = with_smaller_units(text, begin(text, *second, "range"))
    high = whole.high if measured and whole.high is not None else second.number.high
    low = _lower_bound(text, number, measured, second)
    if low is not None and low > high and text.startswith("不等", whole.end):
        low, high = high, low
    if (
        low is None
        or low > high
        or is_calendar(text, number, *second[1:])
        or is_calendar(text, *second)
        or is_no_quantity(text, number, *second[1:])
    ):
        return None
    return whole._replace(start=number.start, value=None, low=low, high=high)


def _upper_bound(text: str, number: Number, first: Measured | None) -> Measured | None:
    """Return the second number of a range with its unit; None where no connector and number follow the first."""
    connector = CONNECTOR.match(text, first.end if first else number.end)
    second = read_number(text, connector.end()) if connector else None
    if second is None:
        return None
    measured = read_unit(text, second)
    if measured is None:
        is_noun_counted = not first and second.scale > 1 and noun_after(text, second.end)
        return Measured(second, NO_UNIT, second.end) if is_noun_counted else None
    return measured._replace(unit=_unit_meant(text, number, measured))


def _unit_meant(text: str, number: Number, measured: Measured) -> Unit:
    """Return the unit, of 度 what the words around ``number`` and the unit's end say it measures."""
    return measured.unit.text == "度" and degrees(text, number.start, measured.end) or measured.unit


def _lower_bound(text: str, number: Number, first: Measured | None, second: Measured) -> Decimal | None:
    """Return the first number of a range in the unit of the second; None where their units are of different kinds."""
    if first is None:
        takes_scale = second.number.scale > 1 and number.scale == 1 and number.low < second.number.low / second.number.scale
        return number.low * second.number.scale if takes_scale else number.low
    unit = _unit_meant(text, number, first)
    if (unit.kind, unit.base) != (second.unit.kind, second.unit.base) or unit.kind == "percent" and unit.text != second.unit.text:
        return None
    return first.number.low * unit.factor / second.unit.factor


def read_list(text: str, number: Number, measured: Measured | None) -> PartialQuantity | None:
    """Return the first of a list whose unit stands at its end: 7100万、5600万和8900万千瓦时."""
    listed = LIST_OF_ONE_UNIT.match(text, number.end) if number.arabic and number.magnitude else None
    if listed is None:
        return None
    last = read_number(text, max(listed[0].rfind(mark) for mark in "、和及与") + listed.start() + 1)
    measured = read_unit(text, last) if last else None
    if (
        measured is None
        or measured.number.magnitude != number.magnitude
        or measured.unit.kind == "count"
        and not noun_after(text, measured.end)
    ):
        return None
    return begin(text, number, measured.unit, number.end, "list")._replace(unit=measured.unit.text)


def read_spoken_money(text: str, number: Number, measured: Measured | None) -> PartialQuantity | None:
    """Return money as spoken: 十二块五, 便宜了两块多; 两块石头 are blocks."""
    end = number.end + 1
    if text[number.end : end] != "块" or text.startswith("钱", end):
        return None
    coins = re.compile(f"[{ONLY_HAN_DIGITS}0-9]+[毛角]").match(text, end)
    before = re.split("[，,。；;！？\n]", text[max(number.start - UNIT_CONTEXT, 0) : number.start])[-1]
    is_price = (
        before.endswith(lexicon.quantity_words("price"))
        or any(word in before for word in lexicon.quantity_words("price_of_one"))
        or before[-3:].endswith(("了", "到", "过", "约", "近"))
        and any(word in before for word in lexicon.quantity_words("price"))
    )
    more = end + text.startswith(("多", "余"), end)
    is_alone = re.compile("$|[，,。；;、！？!?”」\n]").match(text, more) and number.han and noun_before(text, number.start) is None
    if TENTH_AFTER.match(text, end) or coins or is_alone or is_price and not noun_after(text, more):
        return begin(text, number, lexicon.unit("块钱")._replace(text="块"), end, "spoken money")
    return None


def degrees(text: str, start: int, end: int) -> Unit | None:
    """Return what 度 measures in ``text[start:end]``, by the words around it; None where nothing tells."""
    before = re.split("[。！？\n]", text[max(start - UNIT_CONTEXT, 0) : start])[-1]
    for measure in lexicon.measures_of_degrees():
        if text.startswith(measure.after, end) or any(word in before for word in measure.before):
            return Unit("度", measure.kind, measure.factor, measure.base, ())
    return None


def read_degrees(text: str, number: Number, measured: Measured | None) -> PartialQuantity | None:
    """Return 度 as temperature, electricity, an angle, strength of spirits or of glasses; a 度 that nothing explains (一度) is no quantity."""
    if measured is None or measured.unit.text != "度":
        return None
    unit = degrees(text, number.start, measured.end)
    if unit is None or is_no_quantity(text, number, unit, measured.end):
        return NOT_A_QUANTITY
    return begin(text, measured.number, unit, measured.end, "degrees")


LAND_AFTER = re.compile("地|[^，,。；;、]{0,3}?(?:田|菜地|园地|菜园|果园|自留地|宅基地)")


def read_land(text: str, number: Number, measured: Measured | None) -> PartialQuantity | None:
    """Return 分 as a tenth of 亩: 菜地三分, 三分地."""
    if text[number.end : number.end + 1] != "分" or not number.han or text.startswith(("之", "钟", "钱"), number.end + 1):
        return None
    if not LAND_AFTER.match(text, number.end + 1) and not text.endswith(lexicon.quantity_words("land"), 0, number.start):
        return None
    end = number.end + 1 + text.startswith("地", number.end + 1)
    return begin(text, number, Unit("分", "area", SMALLER["area"]["分"], "m2", ()), end, "land")._replace(unit=text[number.end : end])


def read_level(text: str, number: Number, measured: Measured | None) -> PartialQuantity | None:
    """Return the force of a wind or an earthquake: 偏南风3到4级, 5.2级地震."""
    if text[number.end : number.end + 1] != "级":
        connector = CONNECTOR.match(text, number.end)
        second = read_number(text, connector.end()) if connector else None
    else:
        second = number
    if second is None or text[second.end : second.end + 1] != "级":
        return None
    end = second.end + 1
    if not re.search("风|震", text[max(number.start - 8, 0) : number.start]) and not re.compile("[^，。；]{0,4}?[风震]").match(text, end):
        return None
    level = begin(text, second, Unit("级", "level", Decimal(1), "1", ()), end, "level")
    return level if second is number else level._replace(start=number.start, value=None, low=number.low, high=second.high)


def read_number_and_unit(text: str, number: Number, measured: Measured | None) -> PartialQuantity | None:
    """Return a number with its unit."""
    if measured is None or measured.unit.kind == "count" and text[number.start - 1 : number.start] in MONEY_SIGNS:
        return None
    return NOT_A_QUANTITY if is_no_quantity(text, *measured) else begin(text, *measured)


def read_signed_money(text: str, number: Number, measured: Measured | None) -> PartialQuantity | None:
    """Return an amount with a sign of money before it and no unit: ￥99."""
    sign = lexicon.money_sign_before(text, number.start) if number.arabic else None
    if sign is None or number.value is None:
        return None
    return begin(text, number, lexicon.unit("元"), number.end, "sign of money")._replace(unit=sign[0])


def read_without_unit(text: str, number: Number, measured: Measured | None) -> PartialQuantity | None:
    """Return a number without a unit that is vague or in 万 or 亿 and has its noun after it: 200余群众, 1.4亿多职工."""
    in_myriads = number.scale >= 10**4 and not number.is_bare
    if not (number.qualifier in ("余", "多") or in_myriads) or number.is_bare and number.qualifier != "余":
        return None
    if number.qualifier == "多" and text[number.end : number.end + 1] in NO_COUNT_AFTER_MANY:
        return None
    if not noun_after(text, number.end) or is_no_quantity(text, number, NO_UNIT, number.end):
        return None
    return begin(text, number, NO_UNIT, number.end, "noun without unit")


GLUED_PRICE = re.compile("万[二三四五六七八九]$")


def read_glued_price(text: str, number: Number, measured: Measured | None) -> PartialQuantity | None:
    """Return the price of 一万三一平方米; its money is not printed, and so it has no unit."""
    is_glued = text.startswith("一", number.end) and GLUED_PRICE.search(number.han)
    unit = longest_unit(text, number.end + 1, number) if is_glued else None
    if unit is None or unit.kind == "money":
        return None
    return begin(text, number, NO_UNIT, number.end + 1 + len(unit.text), "glued price")._replace(per="每" + unit.text, unit=None)


QUANTITY_RULES = (
    QuantityRule("half", read_half, (("近一半居民", "0.5 1"), ("占比首次过半，较上年提高", "0.5 1"))),
    QuantityRule(
        "share",
        read_share,
        (("完成百分之三十", "0.3 1"), ("按千分之三收取", "0.003 1"), ("增长百分之五到八。", "5-8 1"), ("三分之一的商户", "0.3333333333 1")),
    ),
    QuantityRule("slash", read_slash, (("占总数的1/4。", "0.25 1"),)),
    QuantityRule("land", read_land, (("菜地三分。", "200.0000001 m2"), ("四分试验田", "266.6666668 m2"))),
    QuantityRule("level", read_level, (("偏南风3到4级；", "3-4 1"), ("发生5.2级地震", "5.2 1"))),
    QuantityRule(
        "range",
        read_range,
        (
            ("工期3至5年。", "3-5 s"),
            ("处200元至500元罚款", "200-500 CNY"),
            ("八年至一年六个月不等", "1.5-8 s"),
            ("投入三到五万元", "30000-50000 CNY"),
        ),
    ),
    QuantityRule("list", read_list, (("用电量分别为7100万、5600万和8900万千瓦时", "255600000000000 J"),)),
    QuantityRule("glued price", read_glued_price, (("降到一万三一平方米。", "13000 1"),)),
    QuantityRule(
        "spoken money", read_spoken_money, (("一碗面卖十二块五。", "12.5 CNY"), ("每斤便宜了两块多。", "2 CNY"), ("十五块八毛", "15.8 CNY"))
    ),
    QuantityRule(
        "degrees",
        read_degrees,
        (("夜里气温降到零下五度", "-5 degC"), ("每月用电300度。", "1080000000 J"), ("北纬31度42分。", "31.7 deg"), ("52度白酒", "52 deg")),
    ),
    QuantityRule(
        "unit",
        read_number_and_unit,
        (
            ("总投资10亿元", "1000000000 CNY"),
            ("共廿三亩", "15333.33334 m2"),
            ("身高一米八，", "1.8 m"),
            ("身高一米七八的小伙", "1.78 m"),
            ("重一吨二，", "1200 kg"),
            ("约新台币5000万元", "50000000 TWD"),
            ("二亩七分地", "1800 m2"),
            ("1 2 0 0 万 元", "12000000 CNY"),
        ),
    ),
    QuantityRule("sign of money", read_signed_money, (("门票￥99起", "99 CNY"),)),
    QuantityRule("noun without unit", read_without_unit, (("200余群众参加", "200 1"), ("惠及3.5万居民", "35000 1"))),
)


# What goes on a quantity


def with_smaller_units(text: str, partial: PartialQuantity) -> PartialQuantity:
    """Return the quantity with smaller units of its kind worked in: 五元三毛 is 5.3 元, 二亩七分 2.7 亩, 十五块八 15.8."""
    if partial.value is None or partial.kind not in SMALLER and partial.unit != "成":
        return partial
    factor, unit = partial.factor, partial.unit
    while text[partial.end : partial.end + 1] in NUMBER_STARTS:
        start = partial.end + text.startswith(("零", "又", "余"), partial.end)
        number = read_number(text, start)
        part = _smaller_unit(text, number, partial, factor) if number and number.value is not None else None
        if part is None:
            break
        number, factor, unit, end = part
        partial = plus(partial, number.value * factor / partial.factor, end)
    tenth = TENTH_AFTER.match(text, partial.end) if unit in TENTHS_OF or unit == "分" and partial.kind == "money" else None
    if tenth and (len(tenth[1]) == 1 or unit in ("米", "块")):
        decimals = sum(read_number(digit, 0).low / 10**place for place, digit in enumerate(tenth[1], 1))
        partial = plus(partial, decimals * factor / partial.factor, tenth.end())
    return partial


def _smaller_unit(text: str, number: Number, partial: PartialQuantity, below: Decimal) -> tuple[Number, Decimal, str, int] | None:
    """Return the number, factor, name and end of a unit after ``number`` that is smaller than ``below`` and of the quantity's kind."""
    for word, factor in SMALLER.get(partial.kind, {}).items():
        if factor < below and text.startswith(word, number.end) and not text.startswith(("别", "布", "成"), number.end + 1):
            return number, factor, word, number.end + len(word)
    measured = read_unit(text, number)
    if (
        measured
        and measured.unit.kind == partial.kind
        and measured.unit.base == partial.base
        and measured.unit.factor < below
        and measured.number.value is not None
    ):
        return measured.number, measured.unit.factor, measured.unit.text, measured.end
    return None


def plus(partial: PartialQuantity, more: Decimal, end: int) -> PartialQuantity:
    """Return the quantity with so much more, in its unit, up to ``end``."""
    value = partial.value + more
    return partial._replace(value=value, low=value, high=value, end=end)


def with_what_follows(text: str, partial: PartialQuantity) -> PartialQuantity:
    """Return the quantity with 毛 of 五元三毛, 半, 套 of 台(套), /吨."""
    if partial.rule in ("half", "share", "slash", "list"):
        return partial
    if partial.rule != "range":
        partial = with_smaller_units(text, partial)
    half = HALF_AFTER.match(text, partial.end) if partial.kind != "count" and partial.value is not None else None
    if half:
        partial = plus(partial, HALF, half.end())
    if partial.unit in ("秒", "米") and partial.number.arabic and partial.value is not None:
        partial = _with_decimals(text, partial)
    other = ANOTHER_UNIT.match(text, partial.end)
    if other and partial.unit and lexicon.is_unit(other[1]):
        partial = partial._replace(unit=partial.unit + other[0], end=other.end())
    per = PER_AFTER.match(text, partial.end)
    return partial._replace(per="每" + per[1], end=per.end()) if per else partial


def _with_decimals(text: str, partial: PartialQuantity) -> PartialQuantity:
    """Return 38秒29 as 38.29 秒, where the digits after the unit have no unit of their own."""
    decimals = DECIMALS_AFTER.match(text, partial.end)
    if not decimals or read_unit(text, read_number(text, partial.end)):
        return partial
    return plus(partial, read_number(decimals.group(), 0).low.scaleb(-len(decimals.group())), decimals.end())
