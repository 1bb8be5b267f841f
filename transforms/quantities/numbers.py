"""Numbers as newspapers print them: 10, 1,200, １４.５万, 三百二十, 14余万, 十几, 两三千, 半."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

from transforms.quantities.lexicon import TRADITIONAL, qualifiers, units
from transforms.text.numerals import parse_number

ARABIC_DIGITS = "0-9０-９"
HAN_DIGITS = "〇零○一二三四五六七八九两俩兩壹贰叁肆伍陆柒捌玖貳參陸"
MAGNITUDES = "十百千万亿拾佰仟萬億"
SPACE = "[ \u00a0\u3000]"
BARE = frozenset("十百千万亿")

_ARABIC = (
    f"(?:[{ARABIC_DIGITS}]{{1,3}}(?:[,，][{ARABIC_DIGITS}]{{3}})+(?![{ARABIC_DIGITS}])|[{ARABIC_DIGITS}]+)"
    f"(?:[.．·∙][{ARABIC_DIGITS}]+)?"
)
_HAN = (
    f"[{HAN_DIGITS}{MAGNITUDES}](?:{SPACE}?[{HAN_DIGITS}{MAGNITUDES}]|(?<=[{HAN_DIGITS}])兆(?=[{HAN_DIGITS}]))*"
    f"(?:{SPACE}?[点點]{SPACE}?[{HAN_DIGITS}]+)?"
)
NUMBER = re.compile(
    f"(?:(?P<arabic>{_ARABIC})(?:{SPACE}?(?P<k>[kKwW])(?![A-Za-z0-9]))?|(?P<han>{_HAN}))"
    f"(?:(?P<inside>[余餘多几来])?{SPACE}?(?:个(?=[万亿]))?(?P<magnitude>[{MAGNITUDES}]+)(?!分[点點之]))?(?P<after>[余餘多几来])?"
)
SPACES = re.compile(SPACE)
CONSECUTIVE = re.compile(f"(?:^|(?<=[{MAGNITUDES}]))([一二两三四五六七八])([二两三四五六七八九])(?=[{MAGNITUDES}]*$)")
PAIRS = frozenset(["一二", "一两", "三五", "两三", "二三", "三四", "三五", "四五", "五六", "六七", "七八", "八九"])
TO_PLAIN = str.maketrans("０１２３４５６７８９．·∙，餘", "0123456789...,余")
TENS = {
    **dict.fromkeys("十拾", Decimal(10)),
    **dict.fromkeys("百佰", Decimal(100)),
    **dict.fromkeys("千仟kK", Decimal(1000)),
    **dict.fromkeys("万萬wW", Decimal(10**4)),
    **dict.fromkeys("亿億", Decimal(10**8)),
}
HALF = Decimal("0.5")
TRILLION = Decimal(10**12)
LONGEST = 40


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
        return self.han[:1] in BARE


@cache
def first() -> re.Pattern:
    """Match the first character of what may be a quantity: dates, and Chinese digits that no unit can follow, are passed over."""
    after_han = "".join({re.escape(sign) for sign in units()}) + f"{HAN_DIGITS}{MAGNITUDES}余餘多几来点點分半兆個{SPACE[1:-1]}至到~～—-"
    traditional = "".join(chr(sign) for sign, plain in TRADITIONAL.items() if chr(plain) in after_han)
    return re.compile(
        f"[{ARABIC_DIGITS}{HAN_DIGITS}{MAGNITUDES}半]"
        f"(?:(?<=[{ARABIC_DIGITS}])[{ARABIC_DIGITS}]*(?![{ARABIC_DIGITS}月号届]|日(?![元圆圓币本]))"
        f"|(?<=[{HAN_DIGITS}{MAGNITUDES}半])(?=[{after_han}{traditional}]))"
    )


def read_number(text: str, at: int, stop: int | None = None) -> Number | None:
    """Return the number that begins at ``at`` and ends by ``stop``; None where none does or its digits make none.

    >>> read_number("14余万元", 0)[2:6]
    (Decimal('140000'), Decimal('140000'), Decimal('150000'), '余')
    >>> read_number("两三千人", 0)[2:5]
    (None, Decimal('2000'), Decimal('3000'))
    """
    match = NUMBER.match(text, at) if stop is None else NUMBER.match(text, at, stop)
    if match is None:
        return Number(at, at + 1, HALF, HALF, HALF, han="半", step=HALF) if text.startswith("半", at) else None
    end = match.end()
    meaning = _meaning(match.group()) if end - at <= LONGEST else None
    return Number(at, end, *meaning) if meaning else None


@lru_cache(maxsize=65536)
def _meaning(printed: str) -> tuple | None:
    """Return the fields of a Number after its offsets; None where the digits make no number."""
    arabic, k, han, inside, magnitude, after = NUMBER.match(printed).group("arabic", "k", "han", "inside", "magnitude", "after")
    arabic, han = arabic or "", SPACES.sub("", han or "")
    magnitude = (k or "") + (magnitude or "")
    vague = (inside or after or "").translate(TO_PLAIN)
    digits = arabic.translate(TO_PLAIN) or han
    pair = CONSECUTIVE.search(han) if han and not vague else None
    if pair and pair[1] + pair[2] in PAIRS:
        low, high = (_worth(han[: pair.start()] + digit + han[pair.end() :], magnitude) for digit in pair.groups())
        return (None, low, high, "", "", han, magnitude) if low and high else None
    value = _worth(digits, magnitude)
    if value is None:
        return None
    step = _last_place(digits) * _power(magnitude)
    if not vague:
        return value, value, value, "", arabic, han, magnitude, step
    way = qualifiers("inside")[vague][0]
    low = value if way.low == 1 else value * exactly(way.low)
    high = value + step if way.step else value * exactly(way.high)
    return None if vague == "几" else value, low, high, vague, arabic, han, magnitude, step


def _worth(digits: str, magnitude: str) -> Decimal | None:
    """Return the value of digits, Arabic or Chinese, times the 万, 亿 after them. 兆 is 10 to the 12th between digits."""
    trillions, _, rest = digits.rpartition("兆")
    parts = [parse_number(part) for part in (trillions, rest) if part]
    if not parts or None in parts:
        return None
    number = parts[0] * TRILLION + parts[1] if trillions else parts[0]
    return number * _power(magnitude)


@cache
def exactly(factor: float) -> Decimal:
    """Return a factor of the data files as the decimal number that is printed there."""
    return Decimal(str(factor))


@cache
def _power(magnitude: str) -> Decimal:
    power = Decimal(1)
    for sign in magnitude:
        power *= TENS[sign]
    return power


def _last_place(digits: str) -> Decimal:
    """Return the place of the last digit that is not zero: 400 -> 100, 14 -> 1, 1.2 -> 0.1."""
    value = _worth(digits, "")
    return Decimal(1).scaleb(value.normalize().as_tuple().exponent) if value else Decimal(1)


def scale(number: Number) -> Decimal:
    """Return what the trailing 百, 千, 万, 亿 of a number multiply it by, 1 where there are none: 三百万 -> 1000000."""
    power = _power(number.magnitude)
    if number.magnitude:
        return power
    for sign in reversed(number.han):
        if sign not in TENS or sign in "十拾":
            break
        power *= TENS[sign]
    return power
