"""Numbers in Arabic, full-width and Chinese digits, exactly.

A numeral is read as a row of signs: digits, and units that multiply what stands before them. 十, 百, 千 multiply one digit
within a section; 万 and 亿 multiply the section. A row of digits without a unit is positional (二〇二四).

cn2an (MIT) was the alternative: it takes neither 12,345.6 nor 俩, 卅, 半, 百, needs a second package, and returns floats.
It is an oracle in the tests.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

FULL_WIDTH = {ord("０") + digit: ord("0") + digit for digit in range(10)} | {ord("，"): ",", ord("．"): ".", ord("點"): "点"}
DIGITS = {
    **{sign: value for value, sign in enumerate("〇一二三四五六七八九")},
    **{sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")},
    **{"○": 0, "Ｏ": 0, "両": 2, "两": 2, "兩": 2, "俩": 2, "仨": 3, "貳": 2, "參": 3, "陸": 6, "幺": 1},
}
SMALL_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
LARGE_UNITS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
CONTRACTED = str.maketrans({"廿": "二十", "卅": "三十", "卌": "四十"})

HAN_DIGITS = "".join(DIGITS)
UNITS = "".join(SMALL_UNITS | LARGE_UNITS)
_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_SIGN = re.compile(f"{_ARABIC}|[{HAN_DIGITS}{UNITS}]")
# Atomic: 43 digits and a bracket could else be cut into numbers in 2 to the 42nd ways, and all would be tried.
_NUMERAL = re.compile(f"(?:(?>{_ARABIC})|[{HAN_DIGITS}{UNITS}])++")
_LONGEST = 60


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
    number = _number(text.translate(FULL_WIDTH).translate(CONTRACTED))
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
        return _with_decimals(whole, decimals)
    if not _NUMERAL.fullmatch(text):
        return None
    if not any(sign in UNITS for sign in text):
        return _positional(text)
    return _multiplied(_SIGN.findall(text))


def _positional(text: str) -> Decimal | None:
    if text[0] in "0123456789" and re.fullmatch(_ARABIC, text):
        return Decimal(text.replace(",", ""))
    if "," in text or "." in text:
        return None
    return Decimal("".join(str(DIGITS.get(sign, sign)) for sign in text))


def _with_decimals(whole: str, decimals: str) -> Decimal | None:
    digits = decimals.rstrip(UNITS)
    if not whole or not digits or any(sign not in DIGITS and sign not in "0123456789" for sign in digits):
        return None
    before, after = _number(whole), _positional(digits)
    factor = _number(decimals[len(digits) :]) if len(digits) < len(decimals) else Decimal(1)
    if before is None or after is None or factor is None:
        return None
    return (before + after.scaleb(-len(digits))) * factor


def _multiplied(signs: list[str]) -> Decimal | None:
    """Return the value of digits and units; None where units do not fall in order (百千, 三万五万)."""
    total = section = Decimal(0)
    digit: Decimal | None = None
    last_small, last_large, last_unit, after_zero = 10**4, 10**20, 1, False
    for sign in signs:
        if sign in SMALL_UNITS:
            unit = SMALL_UNITS[sign]
            if unit >= last_small:
                return None
            section += (Decimal(1) if digit is None else digit) * unit
            digit, last_small, last_unit, after_zero = None, unit, unit, False
        elif sign in LARGE_UNITS:
            unit = LARGE_UNITS[sign]
            section += digit or 0
            if last_unit in (10**4, 10**8) and not section and digit is None:
                total *= unit
            elif unit > last_large:
                total = (total + section) * unit
            elif unit == last_large:
                return None
            else:
                total += (section if section or digit is not None else Decimal(1)) * unit
            section, digit, last_small, last_large, last_unit, after_zero = Decimal(0), None, 10**4, unit, unit, False
        elif digit is not None and digit:
            return None
        else:
            value = Decimal(DIGITS[sign]) if sign in DIGITS else Decimal(sign.replace(",", ""))
            after_zero = after_zero or not value
            digit = value
    if digit is None:
        return total + section
    is_colloquial = len(signs) > 1 and signs[-1] in DIGITS and not after_zero and last_unit >= 100
    return total + section + (digit * (last_unit // 10) if is_colloquial else digit)
