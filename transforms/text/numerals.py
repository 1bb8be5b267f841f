"""Numbers in Arabic, full-width and Chinese digits, exactly: what a numeral spells, and the numbers of running text.

A numeral is read as a row of signs: digits, and units that multiply what stands before them. 十, 百, 千 multiply one digit
within a section; 万 and 亿 multiply the section. A row of digits without a unit is positional (二〇二四).

cn2an (MIT) was the alternative: it takes neither 12,345.6 nor 俩, 卅, 半, 百, needs a second package, and returns floats.
It is an oracle in the tests.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

PLAIN_DIGITS = {ord("０") + digit: ord("0") + digit for digit in range(10)} | {ord("，"): ",", ord("．"): ".", ord("點"): "点"}
"""Digits and marks in full width, by code point, and what they stand for."""
DIGITS = {
    **{sign: value for value, sign in enumerate("〇一二三四五六七八九")},
    **{sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")},
    **{"○": 0, "Ｏ": 0, "両": 2, "两": 2, "兩": 2, "俩": 2, "仨": 3, "貳": 2, "參": 3, "陸": 6, "幺": 1},
}
SMALL_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
LARGE_UNITS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
CONTRACTED = str.maketrans({"廿": "二十", "卅": "三十", "卌": "四十"})

HAN_DIGITS = "".join(DIGITS)
MAGNITUDES = "".join(SMALL_UNITS | LARGE_UNITS)
_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_SIGN = re.compile(f"{_ARABIC}|[{HAN_DIGITS}{MAGNITUDES}]")
# Atomic: 43 digits and a bracket could else be cut into numbers in 2 to the 42nd ways, and all would be tried.
_NUMERAL = re.compile(f"(?:(?>{_ARABIC})|[{HAN_DIGITS}{MAGNITUDES}])++")
_LONGEST = 60
"""Characters of a numeral at most: none in print is as long, and reading takes time by their number."""
LONGEST_PRINTED = 40
"""Characters of a number in running text; longer runs of digits are no numbers (43 digits of an identity card and more)."""

ONLY_HAN_DIGITS = HAN_DIGITS + "廿卅卌"
HAN_DIGIT_NUMBER = f"[{ONLY_HAN_DIGITS}{MAGNITUDES}]"
DIGIT_RUN = re.compile(f"[0-9{ONLY_HAN_DIGITS}{MAGNITUDES}]+")
"""What is passed over at once where it is no number."""
_GROUPED = "[0-9]{1,3}(?:[,，][0-9]{3})+(?![0-9])|(?<![0-9])[0-9](?: [0-9](?![0-9]))+(?= ?[.·] ?[0-9](?: [0-9])|[ ]?[万亿%％元米吨公千平户人个名家台亩])|[0-9]+"
_PRINTED_ARABIC = f"(?:{_GROUPED})(?: ?[.·] ?[0-9](?: [0-9](?![0-9]))+|[.·][0-9]+)?(?:[万亿](?:[0-9][0-9,，]{{1,9}}[0-9]|[0-9]千?[0-9]?百|[0-9]千)万?(?![0-9.]))*"
_PRINTED_HAN = (
    f"{HAN_DIGIT_NUMBER}(?: ?{HAN_DIGIT_NUMBER}|(?<=[{ONLY_HAN_DIGITS}])兆(?=[{ONLY_HAN_DIGITS}]))*(?: ?点 ?[{ONLY_HAN_DIGITS}]+)?"
)
_PRINTED = re.compile(
    f"(?:(?P<arabic>{_PRINTED_ARABIC})(?: ?(?P<k>[kKwW])(?![A-Za-z0-9]))?|(?P<han>{_PRINTED_HAN}))"
    f"(?:(?P<inside>[余多几来])? ?(?:个(?=[万亿]))?(?P<magnitude>[{MAGNITUDES}]+)(?!分[点之]))?(?P<after>[余多几来])?"
)
_PAIR = re.compile(f"(?:^|(?<=[{MAGNITUDES}]))(一二|一两|三五|三两|两三|二三|三四|四五|五六|六七|七八|八九)(?=[{MAGNITUDES}]*$)")
_GLUED_ONE = re.compile("万[二三四五六七八九]一$")
"""一万三一平方米: the number ends before 一."""
_POWERS = {**SMALL_UNITS, **LARGE_UNITS, "k": 1000, "K": 1000, "w": 10**4, "W": 10**4}
BARE_UNITS = frozenset("十百千万亿")
HALF, TRILLION = Decimal("0.5"), Decimal(10**12)
"""半, and 兆 in money."""
TENTH_LESS, TENTH_MORE = Decimal("0.9"), Decimal("1.1")
"""What 来 allows around the number before it: a tenth, as 约 does (a convention)."""


class Number(NamedTuple):
    """A number in ``text[start:end]``; ``value`` is None where no number is named (十几, 两三千).

    ``qualifier`` is the vague word in it (余, 多, 几, 来), ``step`` the place of its last digit: 400 has 100, 14万 has 1万.
    ``arabic`` and ``han`` are its digits as printed, the one or the other; ``magnitude`` the 万, 亿 after them.
    """

    start: int
    end: int
    value: Decimal | None
    low: Decimal
    high: Decimal
    qualifier: str = ""
    arabic: str = ""
    han: str = ""
    magnitude: str = ""
    step: Decimal = Decimal(0)

    @property
    def is_bare(self) -> bool:
        """Whether it begins with 十, 百, 千, 万 or 亿."""
        return self.han[:1] in BARE_UNITS

    @property
    def scale(self) -> Decimal:
        """What its trailing 百, 千, 万, 亿 multiply it by, 1 where there are none: 三百万 has 1000000."""
        power = _power(self.magnitude)
        if self.magnitude:
            return power
        for sign in reversed(self.han or self.arabic):
            if sign not in _POWERS or sign in "十拾":
                break
            power *= _POWERS[sign]
        return power


def read_number(text: str, start: int, stop: int | None = None) -> Number | None:
    """Return the number of a reading text that begins at ``start`` and ends by ``stop``; None where none does or its digits make none.

    >>> read_number("14余万元", 0)[2:6]
    (Decimal('140000'), Decimal('140000'), Decimal('150000'), '余')
    >>> read_number("两三千人", 0)[2:5]
    (None, Decimal('2000'), Decimal('3000'))
    >>> [str(read_number(text, 0).value) for text in ("326亿5千万元", "2万3千名", "1 2 0 0 万 元", "卅六名")]
    ['32650000000', '23000', '12000000', '36']
    """
    match = _PRINTED.match(text, start) if stop is None else _PRINTED.match(text, start, stop)
    if match is None:
        return Number(start, start + 1, HALF, HALF, HALF, han="半", step=HALF) if text.startswith("半", start) else None
    end = match.end()
    meaning = _meaning(*match.group("arabic", "k", "han", "inside", "magnitude", "after")) if end - start <= LONGEST_PRINTED else None
    if meaning is None and _GLUED_ONE.search(match.group()):
        return read_number(text, start, end - 1)
    return Number(start, end, *meaning) if meaning else None


@lru_cache(maxsize=65536)
def _meaning(
    arabic: str | None, k: str | None, han: str | None, inside: str | None, magnitude: str | None, after: str | None
) -> tuple | None:
    """Return the fields of a Number after its offsets; None where the digits make no number."""
    arabic, han = (arabic or "").replace(" ", "").replace("·", ".").replace("，", ","), (han or "").replace(" ", "")
    magnitude, vague = (k or "") + (magnitude or ""), inside or after or ""
    pair = _PAIR.search(han) if not vague else None
    if pair:
        low, high = sorted(_worth(han[: pair.start()] + digit + han[pair.end() :], magnitude) or 0 for digit in pair[1])
        return (None, low, high, "", "", han, magnitude) if low and high else None
    value = _worth(arabic or han, magnitude)
    if value is None:
        return None
    step = _last_place(arabic or han) * _power(magnitude)
    if vague == "来":
        return value, value * TENTH_LESS, value * TENTH_MORE, vague, arabic, han, magnitude, step
    high = value + step if vague else value
    return None if vague == "几" else value, value, high, vague, arabic, han, magnitude, step


def _worth(digits: str, magnitude: str) -> Decimal | None:
    """Return the value of digits, Arabic or Chinese, times the 万, 亿 after them. 兆 is 10 to the 12th between digits."""
    trillions, _, rest = digits.rpartition("兆")
    parts = [parse_number(part) for part in (trillions, rest) if part]
    if not parts or None in parts:
        return None
    number = parts[0] * TRILLION + parts[1] if trillions else parts[0]
    return number * _power(magnitude)


@cache
def _power(magnitude: str) -> Decimal:
    power = Decimal(1)
    for sign in magnitude:
        power *= _POWERS[sign]
    return power


def _last_place(digits: str) -> Decimal:
    """Return the place of the last digit that is not zero: 400 -> 100, 14 -> 1, 1.2 -> 0.1."""
    value = _worth(digits, "")
    return Decimal(1).scaleb(value.normalize().as_tuple().exponent) if value else Decimal(1)


@lru_cache(maxsize=65536)
def parse_number(text: str) -> Decimal | None:
    """Return the number that the whole of ``text`` spells, None where it spells none.

    Two digits in a row are positional, so 三五 is 35; whether it means "three to five" is for the caller to see.
    Spaces, signs, fractions and percents are not read.

    >>> parse_number("１２，３４５．６"), parse_number("三十五"), parse_number("10.5亿")
    (Decimal('12345.6'), Decimal('35'), Decimal('1050000000'))
    >>> parse_number("二〇二四"), parse_number("两百五"), parse_number("一万两千"), parse_number("三点五万")
    (Decimal('2024'), Decimal('250'), Decimal('12000'), Decimal('35000'))
    >>> parse_number("第三") is None and parse_number("９" * 43 + "】") is None
    True
    """
    number = _number(text.translate(PLAIN_DIGITS).translate(CONTRACTED))
    is_whole = number is not None and number == number.to_integral_value()
    return number.to_integral_value() if is_whole else number


def parse_int(text: str) -> int | None:
    """Return the whole number that ``text`` spells, None where it spells none or has decimals.

    >>> parse_int("廿三"), parse_int("3.5")
    (23, None)
    """
    number = parse_number(text)
    return int(number) if number is not None and number == int(number) else None


def _number(text: str) -> Decimal | None:
    if not text or len(text) > _LONGEST:
        return None
    if text == "半":
        return Decimal("0.5")
    whole, point, decimals = text.partition("点")
    if point:
        return _number_with_decimals(whole, decimals)
    if not _NUMERAL.fullmatch(text):
        return None
    if not any(sign in MAGNITUDES for sign in text):
        return _positional(text)
    return _multiplied(_SIGN.findall(text))


def _positional(text: str) -> Decimal | None:
    if text[0] in "0123456789" and re.fullmatch(_ARABIC, text):
        return Decimal(text.replace(",", ""))
    if "," in text or "." in text:
        return None
    return Decimal("".join(str(DIGITS.get(sign, sign)) for sign in text))


def _number_with_decimals(whole: str, decimals: str) -> Decimal | None:
    digits = decimals.rstrip(MAGNITUDES)
    if not whole or not digits or any(sign not in DIGITS and sign not in "0123456789" for sign in digits):
        return None
    before, after = _number(whole), _positional(digits)
    factor = _number(decimals[len(digits) :]) if len(digits) < len(decimals) else Decimal(1)
    if before is None or after is None or factor is None:
        return None
    return (before + after.scaleb(-len(digits))) * factor


def _multiplied(signs: list[str]) -> Decimal | None:
    """Return the value of digits and units; None where units do not fall in order (百千, 三万五万)."""
    number = _Sum()
    for sign in signs:
        if sign in SMALL_UNITS:
            is_in_order = number.take_small_unit(SMALL_UNITS[sign])
        elif sign in LARGE_UNITS:
            is_in_order = number.take_large_unit(LARGE_UNITS[sign])
        else:
            is_in_order = number.take_digits(Decimal(DIGITS[sign]) if sign in DIGITS else Decimal(sign.replace(",", "")))
        if not is_in_order:
            return None
    return number.value(ends_in_digit=len(signs) > 1 and signs[-1] in DIGITS)


class _Sum:
    """A number as far as it is read: ``total`` of the sections that 万 and 亿 closed, the open ``section``, and the ``digit`` that waits for a unit.

    Each ``take_`` method says whether the sign may stand there.
    """

    def __init__(self) -> None:
        self.total = self.section = Decimal(0)
        self.digit: Decimal | None = None
        self.last_small, self.last_large, self.last_unit = 10**4, 10**20, 1
        self.after_zero = False

    def take_small_unit(self, unit: int) -> bool:
        if unit >= self.last_small:
            return False
        self.section += (Decimal(1) if self.digit is None else self.digit) * unit
        self.digit, self.last_small, self.last_unit, self.after_zero = None, unit, unit, False
        return True

    def take_large_unit(self, unit: int) -> bool:
        is_empty = not self.section and self.digit is None
        self.section += self.digit or 0
        if self.last_unit in LARGE_UNITS.values() and is_empty:  # 一万亿
            self.total *= unit
        elif unit > self.last_large:  # 一万三千亿
            self.total = (self.total + self.section) * unit
        elif unit == self.last_large:
            return False
        else:
            self.total += (Decimal(1) if is_empty else self.section) * unit
        self.section, self.digit, self.after_zero = Decimal(0), None, False
        self.last_small, self.last_large, self.last_unit = 10**4, unit, unit
        return True

    def take_digits(self, value: Decimal) -> bool:
        if self.digit:
            return False
        self.digit, self.after_zero = value, self.after_zero or not value
        return True

    def value(self, *, ends_in_digit: bool) -> Decimal:
        """Return the number; the last digit of 两百五 is of the place below the last unit, but not that of 两百零五."""
        is_colloquial = ends_in_digit and not self.after_zero and self.last_unit >= 100
        return self.total + self.section + (self.digit or 0) * (self.last_unit // 10 if is_colloquial else 1)
