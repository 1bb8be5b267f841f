"""Tokens that are figures or numbers with a unit: 2024-11-29, 13:20, 9时30分, 2024年, 28日, 三季度, 16年."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from transforms.text.numerals import HALF, parse_int, parse_number
from transforms.text.patterns import HALF_YEARLY, Exclusion
from transforms.times.fields import Fields, Fineness, Step, Token, whole_token
from transforms.times.word_tokens import EDGE_CODES, EDGES_OF_MONTH, WEEKDAYS

DIGITS_TO_TEN = "〇零一二三四五六七八九十"
"""Digits of months, days and hours in Chinese."""
SCORE = re.compile(
    "比分|战胜|击败|打败|[^相对]比|负于|领先|落后|平局|[首次末头两]局|决胜局|淘汰|球[队员迷]|取胜|逆转|拿下|直落|告负|扳[回平]|夺冠|决赛|主队|客队|组合"
)
"""Around 21:15 where it is the score of a match."""
BEGINS = re.compile("开[赛球始演场幕播]|举行|打响|发车|出发|集合|鸣枪|起")
"""After a time and no score: 13:30开赛."""
HOUR_PAIR = "[0-9]{1,2}:[0-9]{2}"
HOUR_PAIRS = re.compile(f"{HOUR_PAIR}(?:[、，,； ]{{1,2}}{HOUR_PAIR})+")
"""Pairs in a row: of a match, or of a timetable."""
DECIMAL_AFTER = tuple("达为到升降涨跌增减率约超近是了")
DECIMAL_BEFORE = tuple("毫厘公米吨克斤元万亿个倍%％人亩平度岁升成折件")
"""Before and after 八点零五 where it is a number with decimals, and no hour."""
NO_HOUR_BEFORE = frozenset("0123456789一二三四五六七八九代期间空段速候限刻辰效尚")
"""After 点 or 时 of another word: 一时间, 三时期."""
CONSECUTIVE = re.compile("一二|一两|两三|二三|三四|三五|四五|五六|六七|七八|八九")
"""Two digits that are one after the other: 三四月, 七八点."""
HAN_YEAR = re.compile("[一二][〇零一二三四五六七八九]{3}")
SPELLED_YEAR = re.compile("[两二]千(?:零[一二三四五六七八九]|[零]?[一二三四五]?十[一二三四五六七八九]?)|一千[八九]百[一-九十]*")
"""Years in full: 二〇二四, 两千零八, 一千九百五十."""
COMMON_ERA = re.compile("(?:公元|西元|纪元)(?P<before>前)?$")
TWO_DIGITS = re.compile("[0-9]{2}|[〇零一二三四五六七八九]{2}")
YEAR_GOES_ON = re.compile(
    "[ ]?(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月|第?[一二三四1-4]季度|[上下]半年|[初底末](?![级步])|[春夏秋冬]|前[0-9一二三四五六七八九十]+个月|第[0-9一二三四五六七八九十]+个"
)
"""After two digits and 年 that are a year: 98年3月, 98年初; 98年 alone are as many years."""
ROC_YEAR = re.compile("1[0-2][0-9]")
YEAR_OF_ROC_GOES_ON = re.compile("(?:1[0-2]|0?[1-9])月|度?(?=總|编|預|决|施政)|(?<=度)")
"""A year of 民国 without its name, as papers of Taiwan print it: 113年3月, 113年度."""
OLD = re.compile("的?历史|的?文明|以上|左右|之久|的?古")
"""After a round number of years that is an age: 2000年历史."""
YEAR_AFTER = re.compile("前后|[初底末春夏秋冬]")
"""After a round number of years that is none: 约2000年前后."""
SO_OLD_BEFORE = re.compile("(?:树龄|距今|历时|绵延|存世)(?:[已约近有超逾达]|长达|超过|至少){0,3}$")
"""Before any number of years that is an age: 树龄1080年, 距今约1300年."""
UNIT_LETTERS = {
    "年": "Y",
    "周年": "Y",
    "年头": "Y",
    "载": "Y",
    "世纪": "C",
    "月": "M",
    "季度": "Q",
    "周": "W",
    "星期": "W",
    "礼拜": "W",
    "天": "D",
    "日": "D",
    "昼夜": "D",
    "工作日": "D",
    "交易日": "D",
    "晚": "D",
    "小时": "H",
    "钟头": "H",
    "刻钟": "K",
    "分钟": "m",
    "秒": "S",
    "秒钟": "S",
}
"""Units of time and their letters (see ``Length``)."""
NO_LENGTH_BEFORE = {
    "年": "级纪龄产薪均鉴货迈轻少画糕审检",
    "周": "岁刊边长围报密末",
    "月": "饼亮球薪票嫂色刊光均供租台牙坛湖经份",
    "天": "津气然赋鹅涯",
    "日": "元",
    "小时": "候",
    "秒": "表针杀懂",
    "周年": "",
    "星期": "一二三四五六日天",
}
"""By unit, what follows it where it is part of another word: 3年级, 30日元."""
NTH_WEEKDAY = re.compile("(?:第|最后)$")
"""Before a number and a weekday: 第三个星期日."""
BEFORE_THE_REPUBLIC = 1911
"""The year before the first of 民国."""
SO_MANY_BEFORE = tuple("约近逾超达有了")
"""Before round years that are so many: 近2000年."""
EDGE_OF_YEAR = re.compile(
    "年?[初底末](?![中级期步衷见创始心审升任选次诊犯稿夏秋冬春恋尾梢班])|年中(?![国央心])|[春夏秋冬](?=[，,。、；;\n]|$)"
)
EDGE_OF_MONTH = re.compile("月?[初底末](?![中级期步衷见创始心审升任选次诊犯稿夏秋冬春恋尾梢班一二三四五六七八九十])|中(?=[，,。])")
"""What follows a year or a month and is a part of it: 2024年初, 10月底; neither 初中 nor 末班."""
NO_MONTH_BEFORE = frozenset("饼亮球薪票嫂色刊光均供租台牙坛湖经")
"""After 月 of another word: 三月饼."""
ENDS_IN_BEFORE = ("目前", "日前", "之前", "以前", "此前", "提前")
"""Words that end in 前 and are not 前 of the first months."""
LASTS_SO_LONG = re.compile("[之以]?内(?!容|部)")
"""7日内 is seven days, and not the 7th."""
LASTS = re.compile("[内游]|之内|以内|以上")
"""After days that are a length of time: 3日内, 7日游."""
COUNTABLE = ("两", "俩", "仨", "几", "数", "半")
"""Digits that count and never number: 两个月, 几天."""
DAYS_OF_MONTH, MONTHS_OF_YEAR, QUARTERS_OF_YEAR = 31, 12, 4
"""The highest numbers that days, months and quarters have."""
PRICE = re.compile("[百千万]一$")
"""The end of a price whose unit is a time: 三百一个月."""
BARE_POWERS = ("百", "千", "万", "十百", "千万")
"""Powers that name no number by themselves: 百年, 千年."""
NO_EVENING_BEFORE = tuple("上会报宴间场霞点餐班稻熟年")
"""After 晚 of another word: 三晚报."""


def read_figures(match: re.Match[str], text: str) -> Token | None:
    """2024-11-29, 2024/11/29, 2024.11.29."""
    year, month, day = map(int, re.split(r"[-./]", match["figures"]))
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return Token(match.start(), match.end(), Fineness.YEAR, Fineness.DAY, Fields(year=("=", year), month=("=", month), day=("=", day)))


def read_colon(match: re.Match[str], text: str) -> Token | None:
    """13:20, not a score."""
    parts = [int(part) for part in match["colon"].rstrip("时").split(":")]
    around = "" if BEGINS.match(text, match.end()) else text[max(match.start() - 24, 0) : match.end() + 24]
    return whole_token(
        match, Fineness.CLOCK, Fields(clock=tuple(parts), is_score=bool(SCORE.search(around)) or _is_listed_score(match, text))
    )


def _is_listed_score(match: re.Match[str], text: str) -> bool:
    """Tell whether the pair is one of a list that is no timetable: 25:22、25:19、20:25."""
    for listed in HOUR_PAIRS.finditer(text, max(match.start() - 30, 0), match.end() + 30):
        if listed.start() <= match.start() < listed.end():
            return any(int(pair[-2:]) % 5 for pair in re.findall(HOUR_PAIR, listed[0]))
    return False


def read_decimal(match: re.Match[str], text: str) -> Token | None:
    """零点五秒 as a length; 一点五七, 二十三点零四 are no hours."""
    letter = UNIT_LETTERS.get(match["lasts"] or "")
    amount = parse_number(match[0].partition("点")[0] + "点" + match["decimals"])
    if letter is None or amount is None:
        return None
    return whole_token(match, Fineness.DURATION, Fields(length=((amount, letter),), is_more=False))


def read_elapsed(match: re.Match[str], text: str) -> Token | None:
    """1分52秒03, 九秒八三, 15分28秒."""
    hundredths = match["hundredths"] or match["hundredths2"]
    minutes = parse_number(match["minutes"]) if match["minutes"] else None
    seconds = parse_number(match["seconds"] or match["seconds2"])
    if seconds is None or match["minutes"] and minutes is None:
        return None
    if hundredths:
        digits = "".join(str(parse_int(sign)) for sign in hundredths)
        seconds += Decimal(digits).scaleb(-len(digits))
    length = ((minutes, "m"),) * (minutes is not None) + ((seconds, "S"),)
    return whole_token(match, Fineness.DURATION, Fields(length=length, is_more=False))


def read_named(match: re.Match[str], text: str) -> Token | None:
    """2019 of 2019亚太少棒邀请赛: the year in the name of a contest or a fair."""
    end = match["of_event_end"]
    return whole_token(match, Fineness.YEAR, Fields(year=("=", int(match["of_event"]))), Fields(year=("=", int(end))) if end else None)


def read_dated(match: re.Match[str], text: str) -> Token | None:
    """昨（23）日, 今（24）日: the day printed in brackets."""
    day = int(match["of_month"])
    return whole_token(match, Fineness.DAY, Fields(day=("=", day))) if 1 <= day <= 31 else None


def read_clock(match: re.Match[str], text: str) -> Token | None:
    """9时30分, 八点半. A bare 9点 is marked as such: whether it is an hour (3点建议 is not) the words around it tell."""
    clock = Clock.read(match, text)
    if any(exclusion.holds(clock) for exclusion in NO_CLOCKS):
        return None
    printed = tuple(part for part in (clock.hour, clock.minute, clock.second) if part is not None)
    if clock.until is None:
        fields, range_end = Fields(clock=printed, bare_hour=match["oclock"] + match["hour"] if clock.is_bare else None), None
    else:  # 8时至9时30分 is met as one token 8时..; 9-11时30分 gives its minutes to the end
        fields = Fields(clock=(clock.hour,), bare_hour=match["oclock"] if clock.is_bare else None)
        range_end = Fields(clock=(clock.until, *printed[1:]))
    return whole_token(match, Fineness.CLOCK, fields, range_end)


class Clock(NamedTuple):
    """An hour as printed, with what stands around it; ``until`` is the last hour of a range, ``is_bare`` where nothing follows the 点 or 时."""

    hour: int | None
    until: int | None
    minute: int | None
    second: int | None
    is_bare: bool
    minutes: str
    before: str
    after: str

    @classmethod
    def read(cls, match: re.Match[str], text: str) -> Clock:
        hour, until = match["hour"], match["hour2"]
        if not until and len(hour) == 2 and CONSECUTIVE.fullmatch(hour):
            hour, until = hour
        minute, second = (parse_int(match[part]) if match[part] else None for part in ("minute", "second"))
        if match["quarter"]:
            minute = {"半": 30, "一": 15, "1": 15, "三": 45, "3": 45}[match["quarter"][0]]
        end = match.end()
        minutes = "" if text[end - 1] in "分秒" else match["minute"] or ""
        is_bare = not (match["minute"] or match["quarter"] or match["about"])
        return cls(
            parse_int(hour),
            parse_int(until) if until else None,
            minute,
            second,
            is_bare,
            minutes,
            text[match.start() - 1 : match.start()],
            text[end : end + 1],
        )

    def is_no_time_of_day(self) -> bool:
        """25点, 8点75."""
        return self.hour is None or max(self.hour, self.until or 0) > 24 or max(self.minute or 0, self.second or 0) > 59

    def is_a_decimal(self) -> bool:
        """升至八点零五, 十三点零五."""
        has_zero = self.minutes[:1] in ("零", "〇")
        return has_zero and (self.hour > 12 or self.before in DECIMAL_AFTER or self.after in DECIMAL_BEFORE)


NO_CLOCKS = (
    Exclusion("no time of day", Clock.is_no_time_of_day, ("25点", "8点75分")),
    Exclusion("number with decimals", Clock.is_a_decimal, ("上升八点零五", "十三点零五")),
    Exclusion("begins another word", lambda clock: clock.is_bare and clock.after in NO_HOUR_BEFORE, ("一时间", "三时期")),
)


def read_counted(match: re.Match[str], text: str) -> Token | None:
    """A number and a unit: a year, month or day where it can be one, else a length of time."""
    unit = match["unit"]
    is_plain = not (match["vague"] or match["ge"])
    if match["ge"] and text[match.end() : match.end() + 1] in WEEKDAYS and unit in ("周", "星期", "礼拜"):
        return _read_nth_weekday(match, text)
    reader = POINT_READERS.get(unit) if is_plain else None
    point = reader(match, text) if reader else None
    return point or read_length(match, text)


def _read_nth_weekday(match: re.Match[str], text: str) -> Token | None:
    """第3个星期日, 最后一个星期一."""
    prefix = NTH_WEEKDAY.search(text[max(match.start("number") - 2, 0) : match.start("number")])
    weekday = WEEKDAYS[text[match.end()]]
    number = -1 if prefix and prefix[0] == "最后" else parse_int(match["number"])
    if not prefix or not number or weekday == 6 and text[match.end()] == "末":
        return None
    start = match.start("number") - len(prefix[0])
    return Token(start, match.end() + 1, Fineness.PART, Fineness.DAY, Fields(nth_weekday=(number, weekday)))


def _year_of(name: str, low: int | None) -> int | None:
    """Return the year that digits name in full (2024, 二〇二四, 89 after 1985), None where they name none."""
    if HAN_YEAR.fullmatch(name) or SPELLED_YEAR.fullmatch(name) or (len(name) == 4 and name.isdigit()):
        number = parse_int(name)
        return number if number and 1000 <= number <= 2100 else None
    if low and TWO_DIGITS.fullmatch(name):
        return low // 100 * 100 + parse_int(name)
    return None


def _read_year(match: re.Match[str], text: str) -> Token | None:
    """公元前221年, 2014至2016年, 2024年, 113年 of the Republic, 98年."""
    end = match.end() if match["tail"] in ("份", "度") else match.end("unit")
    return next((token for read in YEAR_READERS if (token := read(match, text, end))), None)


def _year_token(start: int, end: int, year: Step, range_end: Step | None = None, is_of_era: bool | None = None) -> Token:
    return Token(
        start, end, Fineness.YEAR, Fineness.YEAR, Fields(year=year, is_of_era=is_of_era), Fields(year=range_end) if range_end else None
    )


def _year_of_common_era(match: re.Match[str], text: str, end: int) -> Token | None:
    start = match.start("number")
    era = COMMON_ERA.search(text, max(start - 4, 0), start)
    number = parse_int(match["number"]) if era else None
    return _year_token(era.start(), end, ("=", 1 - number if era["before"] else number)) if number and number <= 9999 else None


def _years_from_to(match: re.Match[str], text: str, end: int) -> Token | None:
    low = _year_of(match["low"], None) if match["low"] else None
    year = _year_of(match["number"], low) if low else None
    return _year_token(match.start(), end, ("=", low), ("=", year)) if year else None


def are_counted(years: int, text: str, start: int, end: int) -> bool:
    """Tell whether ``text[start:end]`` (1700年) are so many years, and not the year of that number.

    >>> are_counted(1080, "树龄约1080年", 3, 8), are_counted(1700, "已有1700年历史", 2, 7), are_counted(1700, "建于1700年", 2, 7)
    (True, True, False)
    """
    is_age = OLD.match(text, end) or text[start - 1 : start] in SO_MANY_BEFORE and not YEAR_AFTER.match(text, end)
    return bool(years % 100 == 0 and is_age or SO_OLD_BEFORE.search(text, max(start - 8, 0), start))


def _year_in_full(match: re.Match[str], text: str, end: int) -> Token | None:
    year, start = _year_of(match["number"], None), match.start("number")
    if year is None or are_counted(year, text, start, end):
        return None
    return _with_edge(_year_token(start, end, ("=", year)), text)


def _year_of_the_republic(match: re.Match[str], text: str, end: int) -> Token | None:
    is_one = not match["low"] and ROC_YEAR.fullmatch(match["number"]) and YEAR_OF_ROC_GOES_ON.match(text, end)
    return (
        _with_edge(_year_token(match.start("number"), end, ("=", parse_int(match["number"]) + BEFORE_THE_REPUBLIC), is_of_era=True), text)
        if is_one
        else None
    )


def _year_of_two_digits(match: re.Match[str], text: str, end: int) -> Token | None:
    name = match["number"]
    if match["low"] or not TWO_DIGITS.fullmatch(name):
        return None
    is_spelled = not name[0].isascii() and not CONSECUTIVE.fullmatch(name)
    return (
        _with_edge(_year_token(match.start("number"), end, ("2", parse_int(name))), text)
        if is_spelled or YEAR_GOES_ON.match(text, end)
        else None
    )


YEAR_READERS = (_year_of_common_era, _years_from_to, _year_in_full, _year_of_the_republic, _year_of_two_digits)


def _with_edge(token: Token, text: str) -> Token:
    """Return the token with the 初 or 底 that follows the year."""
    edge = EDGE_OF_YEAR.match(text, token.end)
    if edge is None:
        return token
    period = EDGE_CODES[edge[0][-1]]
    return token._replace(end=edge.end(), finest=Fineness.PERIOD, fields=token.fields._replace(period=period))


def _read_month(match: re.Match[str], text: str) -> Token | None:
    """十一月, 三四月间, 前8月, 1至10月, 12月底."""
    name, start, end = match["number"], match.start("number"), match.end("unit")
    if CONSECUTIVE.fullmatch(name) and not match["low"]:
        first, last = map(parse_int, name)
        return _months_token(start, end + text.startswith("间", end), first, last)
    month = _ordinal(name, MONTHS_OF_YEAR)
    if month is None or text[end : end + 1] in NO_MONTH_BEFORE:
        return None
    if match["tail"] == "份":
        end = match.end()
    if month > 1 and text[start - 1 : start] == "前" and text[start - 2 : start] not in ENDS_IN_BEFORE:
        return _months_token(start - 1, end, 1, month)
    end += 2 * text.startswith("当月", end)
    low = _ordinal(match["low"], MONTHS_OF_YEAR) if text[match.start() - 1 : match.start()] != "月" else None
    token = _months_token(match.start(), end, low, month) if low else _months_token(start, end, month)
    edge = EDGE_OF_MONTH.match(text, end)
    if edge is None:
        return token
    return token._replace(end=edge.end(), finest=Fineness.PART, fields=token.fields._replace(part=EDGES_OF_MONTH[EDGE_CODES[edge[0][-1]]]))


def _months_token(start: int, end: int, first: int, last: int | None = None) -> Token:
    return Token(start, end, Fineness.MONTH, Fineness.MONTH, Fields(month=("=", first)), Fields(month=("=", last)) if last else None)


def _ordinal(name: str | None, highest: int) -> int | None:
    """Return the number of a month, a day or a quarter, None where it can be none."""
    number = parse_int(name) if name and name not in COUNTABLE else None
    return number if number and number <= highest else None


def _read_day(match: re.Match[str], text: str) -> Token | None:
    """28日, 2至5日; 3号 and 三日 need a month before them."""
    name, end = match["number"], match.end("unit")
    day = _ordinal(name, DAYS_OF_MONTH)
    if day is None or text[end : end + 1] in tuple("元圆币本") or LASTS_SO_LONG.match(text, end):
        return None
    low = _ordinal(match["low"], DAYS_OF_MONTH)
    needs_month = match["unit"] == "号" or LASTS.match(text, end) or len(name) == 1 and name in DIGITS_TO_TEN
    fields = Fields(day=("=", low or day), needs_month=True if needs_month else None)
    return Token(
        match.start() if low else match.start("number"), end, Fineness.DAY, Fineness.DAY, fields, Fields(day=("=", day)) if low else None
    )


def _read_quarter(match: re.Match[str], text: str) -> Token | None:
    """三季度, 第一季度, 一至三季度."""
    quarter, low, start = _ordinal(match["number"], QUARTERS_OF_YEAR), match["low"] and parse_int(match["low"]), match.start("number")
    if quarter is None:
        return None
    start = match.start() if low else start - (text[start - 1 : start] == "第")
    return Token(start, match.end("unit"), Fineness.PERIOD, Fineness.PERIOD, Fields(period=f"Q{low}-Q{quarter}" if low else f"Q{quarter}"))


POINT_READERS = {"年": _read_year, "月": _read_month, "日": _read_day, "号": _read_day, "季度": _read_quarter}


class CountedUnit(NamedTuple):
    """A number with a unit of time as printed, with what stands around it; ``letter`` is the unit's in ISO 8601 (see ``Length``)."""

    number: str
    unit: str
    letter: str
    is_plain: bool
    has_measure_word: bool
    before: str
    end: int
    text: str

    @property
    def after(self) -> str:
        return self.text[self.end : self.end + 1]

    @property
    def is_countable(self) -> bool:
        """两, 几, 半: what counts and never numbers."""
        return self.number[0] in COUNTABLE

    def is_a_date(self) -> bool:
        """A month, a century, a quarter or a day that no 个, 内, 多 says to be a length."""
        if self.unit == "日":
            return (
                self.is_plain
                and not self.is_countable
                and (parse_int(self.number) or 0) <= DAYS_OF_MONTH
                and not LASTS.match(self.text, self.end)
            )
        is_numbered = self.letter in "MCQ" and self.unit != "季度" and not self.has_measure_word
        return is_numbered and not self.is_countable and (self.unit != "月" or self.is_plain)

    def is_no_evening(self) -> bool:
        return self.unit == "晚" and (self.number not in tuple("两三四五六七八九") or self.after in NO_EVENING_BEFORE)

    def is_of_an_era(self) -> bool:
        return (
            self.unit == "年"
            and self.before.endswith("元")
            and self.number[0] in DIGITS_TO_TEN
            and self.before[:-1] not in tuple("0123456789万亿百千")
        )


NO_LENGTHS = (
    Exclusion("price and what it is for", lambda counted: PRICE.search(counted.number) is not None, ("三百一个月", "三千一年")),
    Exclusion("no number named", lambda counted: counted.number in BARE_POWERS, ("百年好合", "千年古城")),
    Exclusion(
        "part of another word",
        lambda counted: counted.after != "" and counted.after in NO_LENGTH_BEFORE.get(counted.unit, ""),
        ("3年级", "30日元", "3周岁"),
    ),
    Exclusion(
        "half-yearly",
        lambda counted: counted.number + counted.unit == "半年" and HALF_YEARLY.match(counted.text, counted.end) is not None,
        ("半年报", "半年度报告"),
    ),
    Exclusion("date", CountedUnit.is_a_date, ("13月", "三世纪")),
    Exclusion("evening", CountedUnit.is_no_evening, ("三晚报", "十晚")),
    Exclusion("year of an era", CountedUnit.is_of_an_era, ("后元三年",)),
    Exclusion("anniversary", lambda counted: counted.unit == "周年" and counted.after in tuple("纪庆、大"), ("60周年纪念", "70周年大庆")),
    Exclusion("number of days", lambda counted: counted.unit == "天" and counted.before == "天数", ("天数30天",)),
)


def read_length(match: re.Match[str], text: str) -> Token | None:
    """16年, 10多年, 三个月, 两年半, 3到5天."""
    name, unit, tail = match["number"], match["unit"], match["tail"] or ""
    start, end, letter = match.start("number"), match.end("unit"), UNIT_LETTERS.get(unit)
    if letter is None:
        return None
    counted = CountedUnit(name, unit, letter, not match["vague"], bool(match["ge"]), text[max(start - 2, 0) : start], end, text)
    if any(exclusion.holds(counted) for exclusion in NO_LENGTHS):
        return None
    amounts = _amounts(name, match["low"], is_half=tail == "半" or bool(match["gehalf"]))
    if amounts is None:
        return None
    amount, high, takes_low = amounts
    if unit == "天" and text.startswith(name + "夜", end):
        end += len(name) + 1
    return Token(
        match.start() if takes_low else start,
        match.end() if tail in ("半", "多") else end,
        Fineness.DURATION,
        Fineness.DURATION,
        Fields(
            length=((amount, letter),),
            high=((high, letter),) if high else None,
            is_more=bool(match["vague"] or match["gemore"] or tail == "多"),
        ),
    )


def _amounts(name: str, low: str | None, *, is_half: bool) -> tuple[Decimal | None, Decimal | None, bool] | None:
    """Return the amount, of a range the upper one too, and whether ``low`` is the lower one; the amount is None where no number is named (几, 数十)."""
    if name[0] == "数" or "几" in name:
        return None, None, False
    if len(name) == 2 and CONSECUTIVE.fullmatch(name):
        amount, high = map(parse_number, name)
    else:
        amount, high = parse_number(name), None
    if amount is None:
        return None
    lower = parse_number(low) if low else None
    takes_low = lower is not None and lower < amount
    if takes_low:
        amount, high = lower, amount
    return amount + HALF if is_half else amount, high, takes_low
