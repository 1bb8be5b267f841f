"""Quantities with a unit: 近10000平方米, 400余台, 14余万元, 超95%, 三分之一, 每年100000平方米, 3至5年.

How it works. The text is searched for digits, Arabic and Chinese; at each a number is read (``text.numerals``), and the rules of ``rules``
are tried on it in order. Words that make the number vague (``data/qualifiers.tsv``) are looked for before the number, inside it (14余万) and
after the unit; words that say per what (``data/rates.tsv``) before and after; what is counted (``counted``) after, else before. A
number without a unit is no quantity, unless it is vague or counted in 万 or 亿 and a noun follows (200余群众).

Conventions.

- ``value`` is in the printed unit, 万 and 亿 worked in: 10亿元 is 1e9 with unit 元.
- ``low`` and ``high`` are the range the words allow, in the printed unit: 近100 is 90 to 100, 400余 is 400 to 500, 超95 is 95 and
  up (``high`` is None). An exact number has low = high = value. A range (3至5年) has low and high and no value, and so has
  what names no number (数十, 上百, 十几).
- ``text`` runs from the first qualifier to the last, and to the per of 200元/吨; the per of 每年100000平方米 stands outside.
- Two qualifiers are printed with … between them: 约…左右.
- Shares (%, 百分之, 成, 折, 个百分点) are ``percent``, 三分之一 is ``fraction`` without a unit, 两倍 and 翻一番 are ``multiple``; the
  base value is the plain number (0.95, 0.333, 2). A fall is told by ``change``, not by a minus.
- 度 is temperature, electricity, an angle or strength by the words around it; where none tells, it is no quantity.
- Foreign money keeps its currency as base unit, since no rate is known here. 元 is what the paper's own place pays in.
- A year is 365.25 days and a month a twelfth of it; an age is a length of time, its base unit the second.
- 一 with a classifier is an article (一个, 一张蓝图), not a quantity; with a unit of measure it is one (一吨).
- 近三年 and 近20年来 mean lately: there 近 is no qualifier.
- ``part_of`` is the number, counted from 1, of the total that 其中 takes the quantity from.
- Ordinals (第39个), dates, clock times, house numbers, set phrases and slogans (“三个代表”) are not quantities; what stands in a time
  that is no length of time (前8个月) is none either.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from functools import cache

from transforms.confidence import confidence_of
from transforms.quantities import lexicon
from transforms.quantities.counted import what_is_counted
from transforms.quantities.lexicon import Qualifier, units
from transforms.quantities.rules import NOT_A_QUANTITY, QUANTITY_RULES, PartialQuantity, read_unit, with_what_follows
from transforms.records import Name, Quantity, Time
from transforms.text.characters import finds_in_reading_text, traditional
from transforms.text.numerals import DIGIT_RUN, MAGNITUDES, ONLY_HAN_DIGITS, Number, read_number
from transforms.text.sentences import SENTENCE_END
from transforms.times import find_times, is_length

PER_LINK = re.compile("(?:可达|达到|达|为|约|超过|超|可|近|有|仅|不到|补助|奖励|补贴|收取|缴纳)$")
MINUS = re.compile("(?<![0-9A-Za-z%℃）)])([-−])$|(零下|(?<![胜欠抱担肩辜正])负)$")
SIGNED_KINDS = frozenset(("percent", "temperature", "money", "length"))
NOT_AFTER_MANY = tuple("次名个家项种样元年余数为位方")
LATELY_UNITS = frozenset(("年", "个月", "天", "周", "个星期", "个季度", "个年头"))
AMONG = re.compile("其中|包括|含(?=[^量有])")
AGAINST = "(?:同比|环比|(?:比|较|与)[^，,。；;比较]{1,8}?(?=[增上提涨升扩下减降回跌缩收]))"
WAY = "(?:增长|增加|上升|提高|上涨|提升|增|升|涨|扩大|下降|减少|降低|回落|下跌|下滑|降|减|跌|缩短|收窄)"
ABOUT = "(?:了|约|近|超过|超|逾|幅度?达?|至)?$"
CHANGE_AGAINST = re.compile(f"(?P<of>{AGAINST})[^，,。；;0-9]{{0,6}}?(?P<way>{WAY}){ABOUT}")
CHANGE = re.compile(f"(?P<of>)(?P<way>{WAY}){ABOUT}")
DIVISIBLE_KINDS = frozenset(("money", "count", "area", "length", "mass", "volume", "energy", "power"))
"""Kinds whose totals a newspaper gives parts of."""
TAIWAN, HONG_KONG, MACAU = (
    re.compile("臺灣|臺北|臺中|臺南|台灣|台北|台中|台南|縣府|縣長|立委|民進黨|國民黨|鄉長|里長|縣議"),
    re.compile(
        "香港|港府|特區|立法會|區議[員會]|九龍|新界|港鐵|元朗|屯門|荃灣|葵[涌青]|沙田|大埔|將軍澳|觀塘|灣仔|深水埗|油麻地|旺角|北角|西貢|天水圍|社署|房署|康文署|呎"
    ),
    re.compile("澳門|氹仔|路環|路氹|社工局|離島區"),
)
TRADITIONAL_SHARE = 0.02
"""Share of a text's characters that are traditional ones from which on it is set in them; simplified print has none but in names."""


def find_quantities(
    text: str, times: Sequence[Time] | None = None, names: Sequence[Name] = (), currency: str | None = None
) -> list[Quantity]:
    """Return the quantities of a text, in order, without overlap. Ordinals, dates and bare numbers are left out.

    ``times`` are the times of the text where they are known already; a number inside one of the ``names`` is no quantity; ``currency`` is what 元 is
    where the script of the text no longer tells it.

    >>> for q in find_quantities("云渡区总投资10亿元,新建近10000平方米厂房,购置设备400余台,满意率超95%。"):
    ...     print(q.text, q.value, q.low, q.high, q.unit, q.base_value, q.base_unit, q.qualifier, q.of)
    10亿元 1000000000.0 1000000000.0 1000000000.0 元 1000000000.0 CNY None 总投资
    近10000平方米 10000.0 9000.0 10000.0 平方米 10000.0 m2 近 厂房
    400余台 400.0 400.0 500.0 台 400.0 1 余 设备
    超95% 95.0 95.0 None % 0.95 1 超 满意率
    """
    quantities = _find_in_reading_text(text)
    if not quantities:
        return quantities
    yuan = currency or currency_of(text)
    names_of_numbers = [name for name in names if not text[name.char_start : name.char_start + 1].isdigit()]
    quantities = [
        one
        for one in quantities
        if not any(
            name.char_start <= one.char_start and one.char_end <= name.char_end and one.text != name.text for name in names_of_numbers
        )
    ]
    dates = [(time.char_start, time.char_end) for time in (find_times(text, None) if times is None else times) if not is_length(time)]
    kept = [one for one in quantities if not any(is_within(one, start, end) for start, end in dates)]
    paid = [one._replace(base_unit=yuan) if one.base_unit == "CNY" and yuan != "CNY" and "人民" not in one.text else one for one in kept]
    return _with_totals(text, paid)


def is_within(quantity: Quantity, start: int, end: int) -> bool:
    """Tell whether a quantity shares characters with ``text[start:end]`` without holding it whole: so it is a piece of that."""
    overlaps = start < quantity.char_end and quantity.char_start < end
    return overlaps and not (
        quantity.char_start <= start and end <= quantity.char_end and (start, end) != (quantity.char_start, quantity.char_end)
    )


def without_pieces(times: Sequence[Time], quantities: Sequence[Quantity], names: Sequence[Name] = ()) -> list[Time]:
    """Return the times that are no pieces of a quantity, nor of a person's name (祖国庆); lengths of time are quantities too.

    >>> from datetime import date
    >>> text = "判八年至一年六个月,21:15开演"
    >>> [time.text for time in without_pieces(find_times(text, date(2024, 11, 29)), find_quantities(text))]
    ['八年至一年六个月', '21:15']
    """
    people = [name for name in names if name.kind == "person"]
    kept = [time for time in times if not any(name.char_start < time.char_start and time.char_end <= name.char_end for name in people)]
    return [
        time
        for time in kept
        if is_length(time) or not any(one.char_start < time.char_end and time.char_start < one.char_end for one in quantities)
    ]


def currency_of(text: str) -> str:
    """Return the code of the money that 元 is in a text: that of Taiwan, Hong Kong or Macau where it is set and speaks so.

    >>> currency_of("縣長宣布編列312億元。"), currency_of("区长宣布投入312亿元。")
    ('TWD', 'CNY')
    """
    n_traditional = (
        sum(n for sign, n in Counter(text).items() if sign in traditional())
        if any(pattern.search(text) for pattern in (TAIWAN, HONG_KONG, MACAU))
        else 0
    )
    if n_traditional < TRADITIONAL_SHARE * len(text) or not n_traditional:
        return "CNY"
    places = {"TWD": TAIWAN, "HKD": HONG_KONG, "MOP": MACAU}
    return max(places, key=lambda code: len(places[code].findall(text)))


@finds_in_reading_text
def _find_in_reading_text(text: str) -> list[Quantity]:
    quantities: list[Quantity] = []
    start, search = 0, _first().search
    while match := search(text, start):
        number = read_number(text, match.start())
        partial = _read(text, number, quantities[-1].char_end if quantities else 0) if number else None
        if partial:
            quantities.append(_finished(text, partial))
            start = partial.end
        elif number:
            start = number.end
        else:
            start = DIGIT_RUN.match(text, match.start()).end()
    return quantities


@cache
def _first() -> re.Pattern:
    """Return the pattern of the first character of what may be a quantity: dates, and Chinese digits that no unit can follow, are passed over."""
    after_han = "".join(re.escape(sign) for sign in units()) + f"{ONLY_HAN_DIGITS}{MAGNITUDES}余多几来点分半兆级数 至到~～—-"
    return re.compile(
        f"[0-9{ONLY_HAN_DIGITS}{MAGNITUDES}半]"
        f"(?:(?<=[0-9])[0-9]*(?![0-9月号届]|日(?![元圆币本内之以]))|(?<=[{ONLY_HAN_DIGITS}{MAGNITUDES}])(?=[{after_han}])|(?<=半))"
    )


def _read(text: str, number: Number, since: int) -> PartialQuantity | None:
    """Return the quantity that begins with this number, or None. What stands before ``since`` belongs to the quantity before."""
    measured = read_unit(text, number)
    for rule in QUANTITY_RULES:
        partial = rule.read(text, number, measured)
        if partial is NOT_A_QUANTITY:
            return None
        if partial is not None:
            whole = _with_qualifier_after(text, with_what_follows(text, partial))
            return _with_what_stands_before(text, whole, since)
    return None


def _with_qualifier_after(text: str, partial: PartialQuantity) -> PartialQuantity:
    end = partial.end
    for way in lexicon.qualifiers("after").get(text[end : end + 1], ()):
        after = end + len(way.word)
        if not text.startswith(way.word, end) or len(way.word) == 1 and text.startswith(NOT_AFTER_MANY, after):
            continue
        if way.step and (partial.value is None or partial.kind == "count"):
            continue
        low, high = _spread(partial, way)
        return partial._replace(low=low, high=high, end=after, qualifiers=(*partial.qualifiers, way.word))
    return partial


def _spread(partial: PartialQuantity, way: Qualifier) -> tuple[Decimal | None, Decimal | None]:
    """Return the range of a quantity made vague."""
    low = None if way.low is None or partial.low is None else partial.low * way.low
    if way.step:
        return low, None if partial.high is None else partial.high + partial.number.step
    high = None if way.high is None or partial.high is None else partial.high * way.high
    return (high, low) if low is not None and high is not None and low > high else (low, high)


def _with_what_stands_before(text: str, partial: PartialQuantity, since: int) -> PartialQuantity:
    """Return the quantity with minus, currency, 近, 数, and with 每年, which stays outside its text."""
    start = partial.start
    partial = _with_currency(text, partial, since)
    minus = MINUS.search(text, max(start - 4, since), start) if start > since and partial.kind in SIGNED_KINDS else None
    if minus:
        value, low, high = (None if one is None else -one for one in (partial.value, partial.high, partial.low))
        partial = partial._replace(start=minus.end() - len(minus[1] or minus[2]), value=value, low=low, high=high)
    for _ in range(2):
        way = _qualifier_before(text, partial, since)
        if way is None:
            break
        low, high = _spread(partial, way)
        value = None if way.bare and way.word != "过" else partial.value
        qualifiers = (way.word, *partial.qualifiers)
        partial = partial._replace(start=partial.start - len(way.word), value=value, low=low, high=high, qualifiers=qualifiers)
    if partial.start < start:
        partial = _with_currency(text, partial, since)
    per = None if partial.per else _per_before(text, partial.start)
    return partial._replace(per=per) if per else partial


def _with_currency(text: str, partial: PartialQuantity, since: int) -> PartialQuantity:
    """Return the amount with the sign or name of its currency where that stands before it."""
    sign = lexicon.money_sign_before(text, partial.start, since) if partial.kind == "money" else None
    return partial._replace(start=partial.start - len(sign[0]), base=sign[1]) if sign else partial


def _qualifier_before(text: str, partial: PartialQuantity, since: int) -> Qualifier | None:
    start = partial.start
    is_bare = partial.number.is_bare and partial.number.start == start
    for way in lexicon.qualifiers("before").get(text[start - 1 : start], ()):
        first = start - len(way.word)
        is_half = partial.rule == "half" and way.word == "过"
        if (
            not text.endswith(way.word, since, start)
            or way.bare
            and not (is_bare or is_half)
            or text[first - 1 : first] in tuple(way.not_after)
        ):
            continue
        if way.word == "近" and partial.unit in LATELY_UNITS and _means_lately(text, partial):
            continue
        return way
    return None


def _means_lately(text: str, partial: PartialQuantity) -> bool:
    """Tell whether 近 means lately (近三年, 近20年来), not nearly."""
    is_small = partial.low is None or partial.low < 10
    return is_small and not partial.number.qualifier or text.startswith(("来", "间", "以来"), partial.end)


def _per_before(text: str, start: int) -> str | None:
    """Return the word for per what before ``start``, or before a linking word there: 每年, 人均可达."""
    link = PER_LINK.search(text, max(start - 4, 0), start)
    for end in (start, link.start()) if link else (start,):
        for word in lexicon.rates().get(text[end - 1 : end], ()):
            if text.endswith(word, 0, end):
                return word
    return None


def _with_totals(text: str, quantities: list[Quantity]) -> list[Quantity]:
    """Return the quantities, each part with the number, counted from 1, of the total that 其中 takes it from: the last of its kind before.

    >>> [q.part_of for q in find_quantities("总投资86亿元,其中年度投资31亿元。")]
    [None, 1]
    """
    whole = list(quantities)
    for among in AMONG.finditer(text):
        end = SENTENCE_END.search(text, among.end())
        before = [n for n, one in enumerate(quantities) if one.char_end <= among.start() and one.kind in DIVISIBLE_KINDS]
        for n, part in enumerate(quantities):
            if part.char_start < among.end() or end and part.char_start > end.start() or whole[n].part_of:
                continue
            total = next(
                (
                    other
                    for other in reversed(before)
                    if quantities[other].kind == part.kind and quantities[other].base_unit == part.base_unit
                ),
                None,
            )
            if total is None or part.base_value is None or SENTENCE_END.search(text, quantities[total].char_end, among.start()):
                continue
            if 0 < part.base_value <= (quantities[total].base_value or 0) and not part.change:
                whole[n] = part._replace(part_of=total + 1)
    return whole


def _change(text: str, partial: PartialQuantity) -> str | None:
    """Return how the quantity says that something changed, and from when: 同比增长, 环比下降, 增长; None where it does not.

    >>> [q.change for q in find_quantities("出口812.9亿元,同比增长9.8%;8月环比下降2.2%,比上年提高2.4个百分点。")]
    [None, '同比增长', '环比下降', '比上年提高']
    """
    if partial.kind not in ("percent", "multiple", "money", "count", "area", "mass", "fraction"):
        return None
    is_share = partial.kind in ("percent", "multiple", "fraction")
    match = (
        CHANGE_AGAINST.search(text, max(partial.start - 24, 0), partial.start)
        or is_share
        and CHANGE.search(text, max(partial.start - 8, 0), partial.start)
    )
    return match["of"] + match["way"] if match else None


def _finished(text: str, partial: PartialQuantity) -> Quantity:
    """Return the record of what was read."""

    def plain(number: Decimal | None) -> float | None:
        return None if number is None else float(number)

    base = None if partial.value is None else float(partial.value * partial.factor)
    if partial.unit == "番" and partial.value is not None:
        base = 2.0 ** min(float(partial.value), 64)
    return Quantity(
        text=text[partial.start : partial.end],
        char_start=partial.start,
        char_end=partial.end,
        value=plain(partial.value),
        low=plain(partial.low),
        high=plain(partial.high),
        unit=partial.unit,
        kind=partial.kind,
        base_value=base,
        base_unit=partial.base,
        qualifier="…".join(partial.qualifiers) or None,
        per=partial.per,
        of=what_is_counted(text, partial.start, partial.end, partial.kind),
        change=_change(text, partial),
        confidence=confidence_of("quantities", f"{partial.rule}, {partial.kind}"),
        rule=partial.rule,
    )
