"""Tokens of times: the scan of the text, and what each token says.

A token is the smallest piece that names a time: 2024年, 11月, 28日, 下午, 9时30分, 去年, 近日, 国庆节, 16年. ``rules()`` is the table of their
kinds: a name, a pattern, what reads it, and examples, which are tested one by one. Tokens from coarse to fine that stand side by side make
one expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from transforms.lexicons import read_table
from transforms.text.characters import fold
from transforms.text.numerals import parse_int, parse_number
from transforms.text.patterns import one_of
from transforms.times.fields import Fields, Fineness, Step

MARKS = str.maketrans("：．／－—–―─~～〜○Ｏ", ":./--------〇〇")
"""Marks that stand for one another in dates and hours."""


def with_plain_marks(text: str) -> str:
    """Return a folded text with one mark for all that mean the same in dates and hours; offsets stay."""
    return text.translate(MARKS)


def plain(text: str) -> str:
    """Return a text folded, and with one mark for all that mean the same.

    >>> plain("２０２４年１１月２８日９：３０")
    '2024年11月28日9:30'
    """
    return with_plain_marks(fold(text))


class Token(NamedTuple):
    """A token in ``text[start:end]``; it says something from ``coarsest`` down to ``finest``.

    ``range_end`` is the upper bound where a range leaves the first unit out (2至5日).
    """

    start: int
    end: int
    coarsest: Fineness
    finest: Fineness
    fields: Fields
    range_end: Fields | None = None


class Word(NamedTuple):
    """What a word says, and the characters that must not stand before or after it."""

    kind: str
    code: str
    not_after: str = ""
    not_before: str = ""


HAN = "〇零一二三四五六七八九十"
FIGURES = r"[0-9]{1,5}+(?:,[0-9]{3})*+(?:\.[0-9]{1,2}(?=[年月个天周小分日秒世星万亿]))?(?:[百千万亿]{1,2}(?=[年个天小分秒多余来]))?"
HAN_MORE = "百千万两俩仨廿卅几数半"
HAN_NUMBER = f"[{HAN}{HAN_MORE}]{{1,8}}+"
NUMBER = f"(?:(?<![0-9.]){FIGURES}|{HAN_NUMBER})"
TO = r"[ ]?(?:-{1,2}|[至到])[ ]?"
UNIT = (
    "世纪|年代|周年|年|个月|月|日|号|天|晚|工作日|交易日|周|星期|礼拜|小时|钟头|分钟|刻钟|秒钟?|季度|年头|载(?=春秋|[,。，])|昼夜"
)
HOUR = f"(?:[0-9]{{1,2}}|[{HAN}两]{{1,3}})"
HAN_MINUTE = "(?:[零〇][一二三四五六七八九]|[一二三四五]?十[一二三四五六七八九]?)"
MINUTE = f"(?:[0-9]{{2}}|{HAN_MINUTE})"
EVENT_TAIL = "(?:赛季|学年|[邀联锦公季]?[请赛标开]?赛|博览会|大会|论坛|马拉松|运动会|艺术节|文化节|旅游节|音乐节|峰会|年会|展览会|交易会|嘉年华)"
HUNDREDTHS = f"[0-9]{{2,3}}(?![0-9.个名米人次分秒元位件万多余年月日号公厘毫千克])|[{HAN}]{{2,3}}(?![十百千万个名])|[{HAN}](?![一-龥])"
WEEKDAYS = {sign: n for n, sign in enumerate("一二三四五六日", 1)} | {"天": 7, "末": 6}
STAGE = "初期?|中期|中叶|末期?|后期|前期"
LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12}
LUNAR_DAY = "[二三五六七九](?=$|[，,。；;、龙”])|初[一二三四五六七八九十1-9]|廿[一二三四五六七八九]?|二?十[一二三四五六七八九]|[二三]?十|[0-9]{1,2}"


@cache
def words() -> dict[str, Word]:
    """Return the words of time_words.tsv."""
    return {row[0]: Word(*row[1:]) for row in read_table("time_words.tsv")}


@cache
def holidays() -> dict[str, tuple[str, str]]:
    """Return the named days of holidays.tsv: name -> rule, where it may stand."""
    return {name: (rule, stands) for name, rule, stands in read_table("holidays.tsv")}


@cache
def eras() -> dict[str, int]:
    """Return the eras of reigns.tsv: name -> Gregorian year of their first year."""
    return {name: int(year) for name, year in read_table("reigns.tsv")}


def pattern(names: str) -> re.Pattern[str]:
    """Return the compiled pattern of some kinds, the first named tried first."""
    return re.compile("|".join(f"(?P<{kind}>{rules()[kind].pattern})" for kind in names.split()))


@cache
def without_words() -> re.Pattern[str]:
    """Return the pattern for a Chinese numeral that is no word after all: 十一|月 is not the holiday 十一."""
    return pattern("share decimal lunar ages elapsed clock counted")


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    """Return the pattern of the tokens that may begin so, by figure, by Chinese digit, by the first two characters of all others.

    Each alternative is a kind.
    """
    in_words = pattern("weekday dated word lunar era ages")
    in_figures = pattern("figures named colon lunar ages elapsed clock counted")
    in_han = pattern("word share decimal lunar ages elapsed clock counted")
    pairs = {name[:2] for name in (*words(), *holidays(), *eras())} | {"星期", "礼拜", "本世", "上世"}
    for first, seconds in (("周", f"周星{''.join(WEEKDAYS)}"), ("上下", "上下个一周星礼"), ("本这每", "个一周星礼"),
                           ("农阴旧夏", "历"), ("闰", f"{HAN[1:]}123456789"), ("正冬腊", "月"), ("昨今明前当", "（(天日")):
        pairs |= {one + other for one in first for other in seconds}
    return dict.fromkeys(pairs, in_words) | dict.fromkeys("0123456789", in_figures) | dict.fromkeys(HAN + HAN_MORE, in_han)


@cache
def beginnings() -> re.Pattern[str]:
    """Return the pattern of the first character of a token: it costs little, and what it passes over is never looked at again."""
    seconds = {name[1:2] for name in (*words(), *holidays(), *eras())} | set("（(一二三四五六七八九十周星礼期拜个上下历月世本这")
    words_begin = re.escape("".join(sorted({begins[0] for begins in patterns()} - set("0123456789"))))
    whole_words = re.escape("".join(sorted(name for name in words() if len(name) == 1)))
    figures_end = re.escape(HAN + HAN_MORE + "年月日号天周个星礼小钟分刻秒季载世点时多余来至到、-, 工交昼代")
    return re.compile(
        f"[{words_begin}0-9](?:(?<=[0-9])(?<![0-9.][0-9])(?=[0-9]*[:./亿{figures_end}])|(?<=2)(?<![0-9.]2)(?=0[0-9]{{2}}[一-龥])|(?<=[{HAN}{HAN_MORE}])(?=[0-9{figures_end}])"
        f"|(?<=[{whole_words}])|(?<=[{words_begin}])(?=[{re.escape(''.join(sorted(seconds)))}]))"
    )


def find_tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a plain text in order, those left out that only look like times."""
    done, pattern_of = 0, patterns()
    for beginning in beginnings().finditer(text):
        start = beginning.start()
        if start < done:
            continue
        may_be = pattern_of.get(text[start]) or pattern_of.get(text[start : start + 2])
        match = may_be and may_be.match(text, start)
        if match is None:
            continue
        token = rules()[match.lastgroup].read(match, text)
        if token is None and match.lastgroup == "word" and text[start] in HAN:
            match = without_words().match(text, start)
            token = match and rules()[match.lastgroup].read(match, text)
        if token is not None:
            done = token.end
            yield token
        elif match is not None and match.lastgroup == "word" and match["name"] in words() and words()[match["name"]].kind != "skip":
            done = start + 1
        elif match is not None:
            done = match.end(REJECTED_UNTIL.get(match.lastgroup, match.lastgroup))


def _read_figures(match: re.Match[str], text: str) -> Token | None:
    """2024-11-29, 2024/11/29, 2024.11.29."""
    year, month, day = map(int, re.split(r"[-./]", match["figures"]))
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return Token(match.start(), match.end(), Fineness.YEAR, Fineness.DAY, Fields(year=("=", year), month=("=", month), day=("=", day)))


SCORE = re.compile("比分|战胜|击败|打败|[^相对]比|负于|领先|落后|平局|[首次末头两]局|决胜局|淘汰|球[队员迷]|取胜|逆转|拿下|直落|告负|扳[回平]|夺冠|决赛|主队|客队|组合")
BEGINS = re.compile("开[赛球始演场幕播]|举行|打响|发车|出发|集合|鸣枪|起")
"""After a time and no score: 13:30开赛."""
PAIR = "[0-9]{1,2}:[0-9]{2}"
PAIRS = re.compile(f"{PAIR}(?:[、，,； ]{{1,2}}{PAIR})+")


def _read_colon(match: re.Match[str], text: str) -> Token | None:
    """13:20, not a score."""
    parts = [int(part) for part in match["colon"].rstrip("时").split(":")]
    around = "" if BEGINS.match(text, match.end()) else text[max(match.start() - 24, 0) : match.end() + 24]
    return Token(match.start(), match.end(), Fineness.CLOCK, Fineness.CLOCK, Fields(clock=tuple(parts), is_score=bool(SCORE.search(around)) or _is_listed_score(match, text)))


def _is_listed_score(match: re.Match[str], text: str) -> bool:
    """Tell whether the pair is one of a list that is no timetable: 25:22、25:19、20:25."""
    for listed in PAIRS.finditer(text, max(match.start() - 30, 0), match.end() + 30):
        if listed.start() <= match.start() < listed.end():
            return any(int(pair[-2:]) % 5 for pair in re.findall(PAIR, listed[0]))
    return False


def _read_word(match: re.Match[str], text: str) -> Token | None:
    """去年, 上旬, 当天, 下午, 近日, 国庆节."""
    name, start, end = match["name"], match.start(), match.end("name")
    if name in holidays():
        return _read_holiday(name, start, end, text)
    word = words()[name]
    before, after = text[start - 1 : start], text[end : end + 1]
    if word.kind == "set" and word.code in ("PT1H", "PT1M") and not EACH_RUN.match(text, end):
        return None
    if word.kind == "skip" or (before and before in word.not_after) or (after and after in word.not_before):
        return None
    read = WORD_READERS[word.kind]
    coarsest, finest, fields, range_end = read(word.code)
    if match["edge"] and word.kind in ("year", "month"):
        end = match.end()
        edge = EDGE_CODES[match["edge"]]
        finest = Fineness.PERIOD if word.kind == "year" else Fineness.PART
        fields = fields._replace(period=edge) if word.kind == "year" else fields._replace(part=EDGES_OF_MONTH[edge])
    return Token(start, end, coarsest, finest, fields._replace(word=name), range_end)


EACH_RUN = re.compile("[^，。；0-9]{0,4}?(?:一[班趟次回]|[0-9]+[班趟次回]|发布|更新|播报|巡查|监测|报时)")
"""What goes on 每小时 where it says how often; else it is a rate: 每小时两公里, 每小时补15元."""
EDGES_OF_MONTH = {"start": (1, 5), "middle": (11, 20), "end": (25, 31)}


def _step(code: str) -> Step:
    """Return where a step starts and how far it goes: a-1 -> ("a", -1); =2021 is the year itself."""
    return code[0], int(code[1:])


WordReading = tuple[Fineness, Fineness, Fields, Fields | None]


def _at(fineness: Fineness, **fields) -> WordReading:
    return fineness, fineness, Fields(**fields), None


def _two_steps(fineness: Fineness, name: str, code: str) -> WordReading:
    """Return one step, or two as a range: 今明两年 is a+0/a+1."""
    first, _, last = code.partition("/")
    return fineness, fineness, Fields(**{name: _step(first)}), Fields(**{name: _step(last)}) if last else None


def _week_word(code: str) -> WordReading:
    step, _, days = code.partition(" ")
    return _at(Fineness.DAY, week=_step(step), days=tuple(map(int, days.split("-"))) if days else None)


def _day_word(code: str) -> WordReading:
    if "/" in code:
        return _two_steps(Fineness.DAY, "day", code)
    step, _, daypart = code.partition(" ")
    fields = Fields(day=_step(step), daypart=(daypart, 0 if daypart == "MO" else 12) if daypart else None)
    return Fineness.DAY, Fineness.DAYPART if daypart else Fineness.DAY, fields, None


def _daypart_word(code: str) -> WordReading:
    name, shift = code.split()
    return _at(Fineness.DAYPART, daypart=(name, int(shift)))


WORD_READERS: dict[str, Callable[[str], WordReading]] = {
    "year": lambda code: _two_steps(Fineness.YEAR, "year", code),
    "period": lambda code: _at(Fineness.PERIOD, period=code),
    "month": lambda code: _at(Fineness.MONTH, month=_step(code)),
    "part": lambda code: _at(Fineness.PART, part=tuple(map(int, code.split("-")))),
    "week": _week_word,
    "day": _day_word,
    "daypart": _daypart_word,
    "open": lambda code: _at(Fineness.VAGUE, unresolved=f"unresolved: {code}"),
    "vague": lambda code: _at(Fineness.VAGUE, vague=code),
    "set": lambda code: _at(Fineness.SET, every=code.partition(" ")[0], daypart=("EV", 12) if code.endswith(" EV") else None),
    "length": lambda code: _at(Fineness.DURATION, length=((Decimal(code[1:-1]), code[-1]),), is_more=False),
    "same": lambda code: _at(Fineness.YEAR, same_period=int(code)),
}
LISTED_DAY, LISTED_DAY_AFTER = re.compile("(?:除夕|初[一二三四五六七])[、至到和—-]$"), re.compile("[、至到—-]初[一二三四五六七八]")
DAYS_OFF = re.compile("[0-9七八]天")
AFTER_HOLIDAY = re.compile("”?(?:假|长假|期间|黄金周|小长假|节|前夕|前后|佳节|当天|当日|双节)")
NEAR_HOLIDAY = re.compile("祭扫|扫墓|出行|小长假|三天|三日|前夕|前后|[前后]|期间|时节|当天|当日|假期|小长假|节")


def _read_holiday(name: str, start: int, end: int, text: str) -> Token | None:
    """国庆节; 五一 where quotes or 假期 show that it is a day."""
    rule, stands = holidays()[name]
    is_shown = text[start - 1 : start] in ("“", '"') or AFTER_HOLIDAY.match(text, end)
    if stands == "quoted" and not is_shown:
        return None
    if stands == "listed" and not LISTED_DAY.search(text, max(start - 4, 0), start) and not LISTED_DAY_AFTER.match(text, end):
        return None
    if stands == "edge":
        stands = "alone" if NEAR_HOLIDAY.match(text, end) else "year"
    if name == "国庆" and not (is_shown or DAYS_OFF.match(text, end) or text[end : end + 1] in tuple("，,。、 \n阅庆和及的长夜节") + ("",)):
        return None
    if name == "除夕夜":
        return Token(start, end, Fineness.PERIOD, Fineness.DAYPART, Fields(holiday=rule, stands=stands, daypart=("NI", 12)))
    return Token(start, end, Fineness.PERIOD, Fineness.DAY, Fields(holiday=rule, stands=stands))


HABIT = re.compile("(?:也|都|均)?(?:不休|照常|闭馆|休息|开放|营业|值班|办公|不办|免费)|[、和](?:周|星期)[一二三四五六日天](?:也|都|均)?(?:不休|照常|闭馆|休息|开放|营业)")


def _read_weekday(match: re.Match[str], text: str) -> Token | None:
    """上周五, 星期三, 本周末; 每周三 recurs."""
    week, name = match["week"], match["dayname"]
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    weekday = WEEKDAYS[name]
    fields = Fields(weekend=weekday) if name == "末" else Fields(weekday=weekday)
    if week is None:
        if before in set("一二三四五六七八九十两几数第0123456789百千") or after in set("致次岁年期报天个刊级百千"):
            return None
        if name == "末" or HABIT.match(text, match.end()):
            return Token(match.start(), match.end(), Fineness.SET, Fineness.SET, fields._replace(every="P1W"))
        return Token(match.start(), match.end(), Fineness.WEEKDAY, Fineness.WEEKDAY, fields)
    if week == "每" and after in set("班次趟场节轮期回"):
        return Token(match.start(), match.start() + 2, Fineness.SET, Fineness.SET, Fields(every="P1W"))
    if week == "每":
        return Token(match.start(), match.end(), Fineness.SET, Fineness.SET, fields._replace(every="P1W"))
    step = {"上": -1, "下": 1}.get(week[0], 0) * len(week)
    return Token(match.start(), match.end(), Fineness.DAY, Fineness.DAY, fields._replace(week=("a", step)))


def _read_lunar(match: re.Match[str], text: str) -> Token | None:
    """正月初一, 农历八月十五, 闰四月."""
    name = match["month1"] or match["month2"] or match["month3"] or match["month4"]
    month = LUNAR_MONTHS.get(name) or parse_int(name)
    day_name = match["day1"] or match["day2"] or match["day3"] or match["day4"]
    day = ("=", parse_int(day_name.replace("初", ""))) if day_name else None
    year = ("=", parse_int(match["lunaryear"])) if match["lunaryear"] else None
    fields = Fields(year=year, month=("=", month), day=day, is_lunar=True, is_leap=bool(match["leap"] or match["month3"]))
    return Token(match.start(), match.end(), Fineness.YEAR if year else Fineness.MONTH, Fineness.DAY if day else Fineness.MONTH, fields)


def _read_era(match: re.Match[str], text: str) -> Token | None:
    """光绪三年, 民国26年."""
    number = 1 if match["erayear"] == "元" else parse_int(match["erayear"])
    if not number or number > 70 and not match["eraname"].endswith("民国"):
        return None
    return Token(match.start(), match.end(), Fineness.YEAR, Fineness.YEAR, Fields(year=("=", eras()[match["eraname"]] + number - 1), is_of_era=True))


def _read_decimal(match: re.Match[str], text: str) -> Token | None:
    """零点五秒 as a length; 一点五七, 二十三点零四 are no hours."""
    letter = UNIT_LETTERS.get(match["lasts"] or "")
    amount = parse_number(match[0].partition("点")[0] + "点" + match["decimals"])
    if letter is None or amount is None:
        return None
    return Token(match.start(), match.end(), Fineness.DURATION, Fineness.DURATION, Fields(length=((amount, letter),), is_more=False))


def _read_elapsed(match: re.Match[str], text: str) -> Token | None:
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
    return Token(match.start(), match.end(), Fineness.DURATION, Fineness.DURATION, Fields(length=length, is_more=False))


def _read_named(match: re.Match[str], text: str) -> Token | None:
    """2019 of 2019亚太少棒邀请赛: the year in the name of a contest or a fair."""
    end = match["of_event_end"]
    return Token(match.start(), match.end(), Fineness.YEAR, Fineness.YEAR, Fields(year=("=", int(match["of_event"]))), Fields(year=("=", int(end))) if end else None)


def _read_dated(match: re.Match[str], text: str) -> Token | None:
    """昨（23）日, 今（24）日: the day printed in brackets."""
    day = int(match["of_month"])
    return Token(match.start(), match.end(), Fineness.DAY, Fineness.DAY, Fields(day=("=", day))) if 1 <= day <= 31 else None


def _read_ages(match: re.Match[str], text: str) -> Token | None:
    """20世纪80年代初, 90年代, 19世纪."""
    name = match["century"] or match["century2"] or ""
    century = {"上": ("a", -1), "本": ("a", 0)}.get(name[:1]) or (("=", parse_int(name)) if name else None)
    if century and century[0] == "=" and not (century[1] and 1 <= century[1] <= 22):
        return None
    decade = parse_int(match["decade"]) if match["decade"] else None
    fields = Fields(century=century, decade=decade, stage=match["stage"] or match["stage2"] or "")
    return Token(match.start(), match.end(), Fineness.CENTURY, Fineness.CENTURY, fields)


def _read_clock(match: re.Match[str], text: str) -> Token | None:
    """9时30分, 八点半; a bare 9点 says so, as 3点建议 is none."""
    hours, until = [parse_int(match["hour"])], None
    if match["hour2"]:
        until = parse_int(match["hour2"])
    elif len(match["hour"]) == 2 and CONSECUTIVE.fullmatch(match["hour"]):
        hours, until = [parse_int(match["hour"][0])], parse_int(match["hour"][1])
    hour = hours[0]
    if hour is None or hour > 24 or (until is not None and until > 24):
        return None
    minute = parse_int(match["minute"]) if match["minute"] else None
    second = parse_int(match["second"]) if match["second"] else None
    if match["quarter"]:
        minute = {"半": 30, "一": 15, "1": 15, "三": 45, "3": 45}[match["quarter"][0]]
    after = text[match.end() : match.end() + 1]
    if (match["minute"] or "")[:1] in tuple("零〇") and text[match.end() - 1] not in "分秒" and (
        hour > 12 or text[match.start() - 1 : match.start()] in DECIMAL_AFTER or after in DECIMAL_BEFORE
    ):
        return None
    is_bare = not (match["minute"] or match["quarter"] or match["about"])
    if (minute or 0) > 59 or (second or 0) > 59 or (is_bare and after and after in "0123456789一二三四五六七八九代期间空段速候限刻辰效尚"):
        return None
    clock = tuple(part for part in (hour, minute, second) if part is not None)
    if until is None:
        fields, range_end = Fields(clock=clock, bare_hour=match["oclock"] + match["hour"] if is_bare else None), None
    else:  # 8时至9时30分 is met as one token 8时..; 9-11时30分 gives its minutes to the end
        fields, range_end = Fields(clock=(hour,), bare_hour=match["oclock"] if is_bare else None), Fields(clock=(until, *clock[1:]))
    return Token(match.start(), match.end(), Fineness.CLOCK, Fineness.CLOCK, fields, range_end)


DECIMAL_AFTER, DECIMAL_BEFORE = tuple("达为到升降涨跌增减率约超近是了"), tuple("毫厘公米吨克斤元万亿个倍%％人亩平度岁升成折件")
CONSECUTIVE = re.compile("一二|一两|两三|二三|三四|三五|四五|五六|六七|七八|八九")
HAN_YEAR = re.compile("[一二][〇零一二三四五六七八九]{3}")
SPELLED_YEAR = re.compile("[两二]千(?:零[一二三四五六七八九]|[零]?[一二三四五]?十[一二三四五六七八九]?)|一千[八九]百[一-九十]*")
COMMON_ERA = re.compile("(?:公元|西元|纪元)(?P<before>前)?$")
TWO_DIGITS = re.compile("[0-9]{2}|[〇零一二三四五六七八九]{2}")
YEAR_GOES_ON = re.compile("[ ]?(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月|第?[一二三四1-4]季度|[上下]半年|[初底末](?![级步])|[春夏秋冬]|前[0-9一二三四五六七八九十]+个月|第[0-9一二三四五六七八九十]+个")
ROC_YEAR = re.compile("1[0-2][0-9]")
YEAR_OF_ROC_GOES_ON = re.compile("(?:1[0-2]|0?[1-9])月|度?(?=總|编|預|决|施政)|(?<=度)")
OLD = re.compile("的?历史|的?文明|以上|左右|之久|的?古")
UNIT_LETTERS = {
    "年": "Y", "周年": "Y", "年头": "Y", "载": "Y", "世纪": "C", "月": "M", "季度": "Q", "周": "W", "星期": "W", "礼拜": "W", "天": "D", "日": "D",
    "昼夜": "D", "工作日": "D", "交易日": "D", "晚": "D", "小时": "H", "钟头": "H", "刻钟": "K", "分钟": "m", "秒": "S", "秒钟": "S",
}
NO_LENGTH_BEFORE = {
    "年": "级纪龄产薪均鉴货迈轻少画糕审检", "周": "岁刊边长围报密末", "月": "饼亮球薪票嫂色刊光均供租台牙坛湖经份", "天": "津气然赋鹅涯", "日": "元",
    "小时": "候", "秒": "表针杀懂", "周年": "", "星期": "一二三四五六日天",
}


def _read_counted(match: re.Match[str], text: str) -> Token | None:
    """A number and a unit: a year, month or day where it can be one, else a length of time."""
    unit = match["unit"]
    is_plain = not (match["vague"] or match["ge"])
    if match["ge"] and text[match.end() : match.end() + 1] in WEEKDAYS and unit in ("周", "星期", "礼拜"):
        return _read_nth_weekday(match, text)
    reader = POINT_READERS.get(unit) if is_plain else None
    point = reader(match, text) if reader else None
    return point or _read_length(match, text)


def _read_nth_weekday(match: re.Match[str], text: str) -> Token | None:
    """第3个星期日, 最后一个星期一."""
    prefix = NTH_WEEKDAY.search(text[max(match.start("number") - 2, 0) : match.start("number")])
    weekday = WEEKDAYS[text[match.end()]]
    number = -1 if prefix and prefix[0] == "最后" else parse_int(match["number"])
    if not prefix or not number or weekday == 6 and text[match.end()] == "末":
        return None
    start = match.start("number") - len(prefix[0])
    return Token(start, match.end() + 1, Fineness.PART, Fineness.DAY, Fields(nth_weekday=(number, weekday)))


NTH_WEEKDAY = re.compile("(?:第|最后)$")


def _year_of(name: str, low: int | None) -> int | None:
    """Return the year that digits name in full (2024, 二〇二四, 89 after 1985), None where they name none."""
    if HAN_YEAR.fullmatch(name) or SPELLED_YEAR.fullmatch(name) or (len(name) == 4 and name.isdigit()):
        number = parse_int(name)
        return number if number and 1000 <= number <= 2100 else None
    if low and TWO_DIGITS.fullmatch(name):
        return low // 100 * 100 + parse_int(name)
    return None


def _read_year(match: re.Match[str], text: str) -> Token | None:
    start, end, name = match.start("number"), match.end("unit"), match["number"]
    if match["tail"] in ("份", "度"):
        end = match.end()
    low = _year_of(match["low"], None) if match["low"] else None
    year = _year_of(name, low)
    counted = COMMON_ERA.search(text, max(start - 4, 0), start)
    number = parse_int(name) if counted else None
    if counted and number and number <= 9999:
        return Token(counted.start(), end, Fineness.YEAR, Fineness.YEAR, Fields(year=("=", 1 - number if counted["before"] else number)))
    if year is not None:
        if low is not None:
            return Token(match.start(), end, Fineness.YEAR, Fineness.YEAR, Fields(year=("=", low)), Fields(year=("=", year)))
        before = text[start - 1 : start]
        if year % 100 == 0 and (OLD.match(text, end) or before in ("约", "近", "逾", "超", "达", "有", "了")):
            return None
        return _with_edge(Token(start, end, Fineness.YEAR, Fineness.YEAR, Fields(year=("=", year))), text)
    if ROC_YEAR.fullmatch(name) and not match["low"] and YEAR_OF_ROC_GOES_ON.match(text, end):
        return _with_edge(Token(start, end, Fineness.YEAR, Fineness.YEAR, Fields(year=("=", parse_int(name) + 1911), is_of_era=True)), text)
    if not TWO_DIGITS.fullmatch(name) or match["low"]:
        return None
    is_spelled = name[0] not in "0123456789" and not CONSECUTIVE.fullmatch(name)
    if is_spelled or YEAR_GOES_ON.match(text, end):
        return _with_edge(Token(start, end, Fineness.YEAR, Fineness.YEAR, Fields(year=("2", parse_int(name)))), text)
    return None


EDGE_OF_YEAR = re.compile("年?[初底末](?![中级期步衷见创始心审升任选次诊犯稿夏秋冬春恋尾梢班])|年中(?![国央心])|[春夏秋冬](?=[，,。、；;\n]|$)")


EDGE_CODES = {"初": "start", "中": "middle", "底": "end", "末": "end", "春": "SP", "夏": "SU", "秋": "FA", "冬": "WI"}


def _with_edge(token: Token, text: str) -> Token:
    """Return the token with the 初 or 底 that follows the year."""
    edge = EDGE_OF_YEAR.match(text, token.end)
    if edge is None:
        return token
    period = EDGE_CODES[edge[0][-1]]
    return token._replace(end=edge.end(), finest=Fineness.PERIOD, fields=token.fields._replace(period=period))


EDGE_OF_MONTH = re.compile("月?[初底末](?![中级期步衷见创始心审升任选次诊犯稿夏秋冬春恋尾梢班一二三四五六七八九十])|中(?=[，,。])")


def _read_month(match: re.Match[str], text: str) -> Token | None:
    name, end = match["number"], match.end("unit")
    if CONSECUTIVE.fullmatch(name) and not match["low"]:
        end += text.startswith("间", end)
        months = [("=", parse_int(sign)) for sign in name]
        return Token(match.start("number"), end, Fineness.MONTH, Fineness.MONTH, Fields(month=months[0]), Fields(month=months[1]))
    month = parse_int(name)
    if not month or month > 12 or name in NO_ORDINALS or text[end : end + 1] in set("饼亮球薪票嫂色刊光均供租台牙坛湖经"):
        return None
    if match["tail"] == "份":
        end = match.end()
    fields, range_end = Fields(month=("=", month)), None
    start, finest = match.start("number"), Fineness.MONTH
    if text[start - 1 : start] == "前" and month > 1 and text[start - 2 : start] not in ("目前", "日前", "之前", "以前", "此前", "提前"):
        return Token(start - 1, end, Fineness.MONTH, Fineness.MONTH, Fields(month=("=", 1)), Fields(month=("=", month)))
    if text.startswith("当月", end):
        end += 2
    low = parse_int(match["low"]) if match["low"] else None
    if low and 1 <= low <= 12 and text[match.start() - 1 : match.start()] != "月":
        start, fields, range_end = match.start(), Fields(month=("=", low)), Fields(month=("=", month))
    edge = EDGE_OF_MONTH.match(text, end)
    if edge:
        end, finest = edge.end(), Fineness.PART
        fields = fields._replace(part=EDGES_OF_MONTH[EDGE_CODES[edge[0][-1]]])
    return Token(start, end, Fineness.MONTH, finest, fields, range_end)


NO_ORDINALS = ("两", "几", "数", "半", "俩", "仨")
LASTS_SO_LONG = re.compile("[之以]?内(?!容|部)")
"""7日内 is seven days, and not the 7th."""
LASTS = re.compile("[内游]|之内|以内|以上")


def _read_day(match: re.Match[str], text: str) -> Token | None:
    name, end = match["number"], match.end("unit")
    day = parse_int(name)
    if not day or day > 31 or name in NO_ORDINALS or text[end : end + 1] in tuple("元圆币本"):
        return None
    if LASTS_SO_LONG.match(text, end):
        return None
    fields, range_end = Fields(day=("=", day)), None
    start = match.start("number")
    low = parse_int(match["low"]) if match["low"] else None
    if low and 1 <= low <= 31:
        start, fields, range_end = match.start(), Fields(day=("=", low)), Fields(day=("=", day))
    if match["unit"] == "号" or LASTS.match(text, end) or (name[0] in HAN and len(name) == 1):
        fields = fields._replace(needs_month=True)
    return Token(start, end, Fineness.DAY, Fineness.DAY, fields, range_end)


def _read_quarter(match: re.Match[str], text: str) -> Token | None:
    quarter, low = parse_int(match["number"]), parse_int(match["low"]) if match["low"] else None
    if not quarter or quarter > 4:
        return None
    start = match.start("number")
    if low:
        return Token(match.start(), match.end("unit"), Fineness.PERIOD, Fineness.PERIOD, Fields(period=f"Q{low}-Q{quarter}"))
    start -= text[start - 1 : start] == "第"
    return Token(start, match.end("unit"), Fineness.PERIOD, Fineness.PERIOD, Fields(period=f"Q{quarter}"))


POINT_READERS = {"年": _read_year, "月": _read_month, "日": _read_day, "号": _read_day, "季度": _read_quarter}
COUNTABLE_MONTHS = ("两", "俩", "仨", "几", "数", "半")


PRICE = re.compile("[百千万]一$")
"""三百一个月 and 三千一年 are a price and what it is for."""


def _read_length(match: re.Match[str], text: str) -> Token | None:
    """16年, 10多年, 三个月, 两年半, 3到5天."""
    unit, name, ge = match["unit"], match["number"], match["ge"]
    letter = UNIT_LETTERS.get(unit)
    start, end = match.start("number"), match.end("unit")
    after = text[end : end + 1]
    if letter is None or PRICE.search(name) or name in ("百", "千", "万", "十百", "千万") or (after and after in NO_LENGTH_BEFORE.get(unit, "")):
        return None
    if letter in "MCQ" and not ge and unit != "季度" and name[0] not in COUNTABLE_MONTHS and not (unit == "月" and match["vague"]):
        return None
    if unit == "晚" and not (name in tuple("两三四五六七八九") and after not in tuple("上会报宴间场霞点餐班稻熟年")):
        return None
    if unit == "年" and text[start - 1 : start] == "元" and name[0] in HAN and text[start - 2 : start - 1] not in tuple("0123456789万亿百千"):
        return None
    if unit == "周年" and after in tuple("纪庆、") + ("大",):
        return None
    if unit == "天" and text[start - 2 : start] == "天数":
        return None
    if unit == "天" and text.startswith(name + "夜", end):
        end += len(name) + 1
    if unit == "日" and not match["vague"] and name[0] not in COUNTABLE_MONTHS and (parse_int(name) or 0) <= 31 and not LASTS.match(text, end):
        return None
    tail = match["tail"] or ""
    vague = match["vague"] or match["gemore"] or (tail if tail == "多" else "")
    end = match.end() if tail in ("半", "多") else end
    is_half = tail == "半" or bool(match["gehalf"])
    amount, high = parse_number(name), None
    if name[0] == "数" or "几" in name:
        amount = None
    elif len(name) == 2 and CONSECUTIVE.fullmatch(name):
        amount, high = parse_number(name[0]), parse_number(name[1])
    elif amount is None:
        return None
    if match["low"]:
        low = parse_number(match["low"])
        if low is not None and amount is not None and low < amount:
            start, amount, high = match.start(), low, amount
    if amount is not None and is_half:
        amount = amount + parse_number("半")
    return Token(start, end, Fineness.DURATION, Fineness.DURATION, Fields(length=((amount, letter),), high=((high, letter),) if high else None, is_more=bool(vague)))


REJECTED_UNTIL = {"counted": "number", "elapsed": "elapsed"}


def _read_nothing(match: re.Match[str], text: str) -> None:
    """百分之一点五七: a share, and no hour in it."""


class TokenRule(NamedTuple):
    """A kind of token: its name, what reads a match, examples, and the pattern that finds it."""

    name: str
    read: Callable[[re.Match[str], str], Token | None]
    examples: tuple[str, ...]
    pattern: str


@cache
def rules() -> dict[str, TokenRule]:
    """Return the kinds of tokens by name."""
    names = [*words(), *holidays()]
    guard = "".join(sorted({re.escape(name[0]) for name in names}))
    edge = "[初底末](?![中级期步衷见创始心审升任选次诊犯稿夏秋冬春恋尾梢班一二三四五六七八九十])"
    small_month = "十[一二]?|[一二三四五六七八九]|1[0-2]|[1-9]"
    table = (
        TokenRule("figures", _read_figures, ("2024-11-29", "2024/11/29", "2024.11.29"), r"(?<![0-9.])[12][0-9]{3}(?P<dash>[-./])[01]?[0-9](?P=dash)[0-3]?[0-9](?![0-9.])"),
        TokenRule("named", _read_named, ("2019",), f"(?<![0-9.])(?P<of_event>20[0-9]{{2}})(?:-{{1,2}}(?P<of_event_end>20[0-9]{{2}})(?=赛季|学年|年度))?(?![年月日元人名个余多万亿米块台件场次项家户吨公千平])(?=[一-龥]{{0,14}}?{EVENT_TAIL})"),
        TokenRule("colon", _read_colon, ("13:20", "8:30"), r"(?<![0-9:.])(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9])?(?![0-9:])时?"),
        TokenRule("word", _read_word, ("去年", "上旬", "近日", "国庆节", "下午", "今年底"), f"(?=[{guard}])(?P<name>{one_of(names)})(?P<edge>{edge})?"),
        TokenRule("weekday", _read_weekday, ("上周五", "星期三", "本周末", "每周三"), "(?:(?P<week>[上下]{1,3}|[本这每])[个一]?)?(?:周|星期|礼拜)(?:周|星期)?(?P<dayname>[一二三四五六日天末])"),
        TokenRule("lunar", _read_lunar, ("正月初一", "农历八月十五", "闰四月"), (
            f"(?:[农阴旧夏]历(?:(?P<lunaryear>{HAN_NUMBER}|[12][0-9]{{3}})年)?(?P<leap>闰)?(?P<month1>正|冬|腊|{small_month})月"
            f"(?P<day1>{LUNAR_DAY})?|(?P<month2>正|冬|腊)月(?P<day2>{LUNAR_DAY})?|闰(?P<month3>{small_month})月(?P<day3>{LUNAR_DAY})?"
            f"|(?P<month4>{small_month})月(?P<day4>初[一二三四五六七八九十1-9]|廿[一二三四五六七八九]|(?<=[八8]月)十五(?!日)))[日号]?"
        )),
        TokenRule("era", _read_era, ("光绪三年", "民国26年"), f"(?P<eraname>{one_of(eras())})(?P<erayear>元|{NUMBER})年"),
        TokenRule("ages", _read_ages, ("20世纪80年代初", "90年代", "19世纪"), (
            f"(?:(?P<century>上个?|本|[0-9]{{1,2}}|[{HAN}]{{1,3}})世纪)?(?P<decade>[0-9]0|[一二三四五六七八九]十)年代(?P<stage>{STAGE})?"
            f"|(?P<century2>上个?|本|[0-9]{{1,2}}|[{HAN}]{{1,3}})世纪(?P<stage2>{STAGE})?"
        )),
        TokenRule("share", _read_nothing, ("百分之一点五七",), f"[百千万]分之{HAN_NUMBER}(?:点[{HAN}]+)?"),
        TokenRule("decimal", _read_decimal, ("零点五秒", "三点五天"), f"[{HAN}{HAN_MORE}]{{1,6}}点(?!{HAN_MINUTE}(?![{HAN}]|个?(?:{UNIT}))|[一三]刻)(?P<decimals>[{HAN}]+)(?!分)(?:个?(?P<lasts>{UNIT}))?"),
        TokenRule("elapsed", _read_elapsed, ("1分52秒03", "九秒八三", "15分28秒"), (
            f"(?P<minutes>{NUMBER})分钟?(?P<seconds>{NUMBER})秒(?P<hundredths>{HUNDREDTHS})?|(?P<seconds2>{NUMBER})秒(?P<hundredths2>{HUNDREDTHS})"
        )),
        TokenRule("dated", _read_dated, ("昨（23）日", "今天（24日）"), "(?P<near>[昨今明前当][天日]?)[（(](?P<of_month>[0-9]{1,2})日?[）)](?:[日天]|(?=[晚早晨夜上下]))?"),
        TokenRule("clock", _read_clock, ("9时30分", "八点半", "11时许"), (
            f"(?<![0-9.第])(?!一时整[改理治顿修备个合编])(?P<hour>{HOUR})(?:(?:{TO})(?P<hour2>{HOUR}))?[ ]?(?P<oclock>[点时])[ ]?"
            f"(?:(?P<quarter>半|[一三123]刻)|(?P<about>多?钟|多?许|整(?![改理治顿修备个合编])|多)"
            f"|(?P<minute>{MINUTE}|[0-9一二三四五六七八九](?=分))(?:[ ]?分(?!钟|之)(?:(?P<second>{MINUTE}|[0-9])秒)?|(?![0-9{HAN}])))?"
        )),
        TokenRule("counted", _read_counted, ("2024年", "28日", "三个月", "10多年", "两年半", "三季度"), (
            f"(?:(?P<low>{NUMBER})(?:{TO}|(?P<comma>、)))?(?P<number>{NUMBER})(?P<vague>[多余来几])?[ ]?(?P<ge>个(?P<gehalf>半)?(?P<gemore>多)?)?"
            f"(?P<unit>{UNIT})(?P<tail>半|份|度|多)?"
        )),
    )
    return {rule.name: rule for rule in table}
