"""Tokens of times: the scan of the text, and what each token says.

A token is the smallest piece that names a time: 2024年, 11月, 28日, 下午, 9时30分, 去年, 近日, 国庆节, 16年. ``token_rules()`` is the table of their
kinds: a name, a pattern, what reads it, and examples, which are tested one by one. Tokens from coarse to fine that stand side by side make
one expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from transforms.text.characters import Fold, fold
from transforms.text.patterns import one_of
from transforms.times.fields import Token
from transforms.times.number_tokens import (
    DIGITS_TO_TEN,
    read_clock,
    read_colon,
    read_counted,
    read_dated,
    read_decimal,
    read_elapsed,
    read_figures,
    read_named,
)
from transforms.times.word_tokens import WEEKDAYS, eras, holidays, read_ages, read_era, read_lunar, read_weekday, read_word, time_words

PLAIN_MARKS = Fold(dict(zip("：．／－—–―─~～〜○Ｏ", ":./--------〇〇", strict=True)))
"""Marks that stand for one another in dates and hours."""


def with_plain_marks(text: str) -> str:
    """Return a folded text with one mark for all that mean the same in dates and hours; offsets stay."""
    return PLAIN_MARKS(text)


def plain(text: str) -> str:
    """Return a text folded, and with one mark for all that mean the same.

    >>> plain("２０２４年１１月２８日９：３０")
    '2024年11月28日9:30'
    """
    return with_plain_marks(fold(text))


ARABIC_NUMBER = r"(?:[0-9]{1,3}(?:，[0-9]{3})++(?![0-9])|[0-9]{1,5}+(?:,[0-9]{3})*+)(?:\.[0-9]{1,2}(?=[年月个天周小分日秒世星万亿]))?(?:[百千万亿]{1,2}(?=[年个天小分秒多余来]))?"
MORE_DIGITS = "百千万两俩仨廿卅几数半"
SPELLED_NUMBER = f"[{DIGITS_TO_TEN}{MORE_DIGITS}]{{1,8}}+"
TIME_NUMBER = f"(?:(?<![0-9.]){ARABIC_NUMBER}|{SPELLED_NUMBER})"
TO = r"[ ]?(?:-{1,2}|[至到])[ ]?"
UNIT = "世纪|年代|周年|年|个月|月|日|号|天|晚|工作日|交易日|周|星期|礼拜|小时|钟头|分钟|刻钟|秒钟?|季度|年头|载(?=春秋|[,。，])|昼夜"
HOUR = f"(?:[0-9]{{1,2}}|[{DIGITS_TO_TEN}两]{{1,3}})"
HAN_MINUTE = "(?:[零〇][一二三四五六七八九]|[一二三四五]?十[一二三四五六七八九]?)"
MINUTE = f"(?:[0-9]{{2}}|{HAN_MINUTE})"
EVENT_TAIL = (
    "(?:赛季|学年|[邀联锦公季]?[请赛标开]?赛|博览会|大会|论坛|马拉松|运动会|艺术节|文化节|旅游节|音乐节|峰会|年会|展览会|交易会|嘉年华)"
)
HUNDREDTHS = f"[0-9]{{2,3}}(?![0-9.个名米人次分秒元位件万多余年月日号公厘毫千克])|[{DIGITS_TO_TEN}]{{2,3}}(?![十百千万个名])|[{DIGITS_TO_TEN}](?![一-龥])"
STAGE = "初期?|中期|中叶|末期?|后期|前期"
LUNAR_DAY = (
    "[二三五六七九](?=$|[，,。；;、龙”])|初[一二三四五六七八九十1-9]|廿[一二三四五六七八九]?|二?十[一二三四五六七八九]|[二三]?十|[0-9]{1,2}"
)


def pattern_of_kinds(names: str) -> re.Pattern[str]:
    """Return the compiled pattern of some kinds, the first named tried first."""
    return re.compile("|".join(f"(?P<{kind}>{token_rules()[kind].pattern})" for kind in names.split()))


@cache
def pattern_without_words() -> re.Pattern[str]:
    """Return the pattern for a Chinese numeral that is no word after all: 十一|月 is not the holiday 十一."""
    return pattern_of_kinds("share decimal lunar ages elapsed clock counted")


@cache
def patterns_by_beginning() -> dict[str, re.Pattern[str]]:
    """Return the pattern of the tokens that may begin so, by figure, by Chinese digit, by the first two characters of all others.

    Each alternative is a kind.
    """
    in_words = pattern_of_kinds("weekday dated word lunar era ages")
    in_figures = pattern_of_kinds("figures named colon lunar ages elapsed clock counted")
    in_han = pattern_of_kinds("word share decimal lunar ages elapsed clock counted")
    pairs = {name[:2] for name in (*time_words(), *holidays(), *eras())} | {"星期", "礼拜", "本世", "上世"}
    for first, seconds in (
        ("周", f"周星{''.join(WEEKDAYS)}"),
        ("上下", "上下个一周星礼"),
        ("本这每", "个一周星礼"),
        ("农阴旧夏", "历"),
        ("闰", f"{DIGITS_TO_TEN[1:]}123456789"),
        ("正冬腊", "月"),
        ("昨今明前当", "（(天日"),
    ):
        pairs |= {one + other for one in first for other in seconds}
    return dict.fromkeys(pairs, in_words) | dict.fromkeys("0123456789", in_figures) | dict.fromkeys(DIGITS_TO_TEN + MORE_DIGITS, in_han)


@cache
def first_character() -> re.Pattern[str]:
    """Return the pattern of the first character of a token: it costs little, and what it passes over is never looked at again."""
    seconds = {name[1:2] for name in (*time_words(), *holidays(), *eras())} | set("（(一二三四五六七八九十周星礼期拜个上下历月世本这")
    words_begin = re.escape("".join(sorted({beginning[0] for beginning in patterns_by_beginning()} - set("0123456789"))))
    whole_words = re.escape("".join(sorted(name for name in time_words() if len(name) == 1)))
    figures_end = re.escape(DIGITS_TO_TEN + MORE_DIGITS + "年月日号天周个星礼小钟分刻秒季载世点时多余来至到、-,， 工交昼代")
    return re.compile(
        f"[{words_begin}0-9](?:(?<=[0-9])(?<![0-9.][0-9])(?=[0-9]*[:./亿{figures_end}])|(?<=2)(?<![0-9.]2)(?=0[0-9]{{2}}[一-龥])|(?<=[{DIGITS_TO_TEN}{MORE_DIGITS}])(?=[0-9{figures_end}])"
        f"|(?<=[{whole_words}])|(?<=[{words_begin}])(?=[{re.escape(''.join(sorted(seconds)))}]))"
    )


def find_tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a plain text in order, those left out that only look like times."""
    done, patterns, rules = 0, patterns_by_beginning(), token_rules()
    for beginning in first_character().finditer(text):
        start = beginning.start()
        pattern = patterns.get(text[start]) or patterns.get(text[start : start + 2])
        match = pattern.match(text, start) if pattern and start >= done else None
        if match is None:
            continue
        token = rules[match.lastgroup].read(match, text)
        if token is None and match.lastgroup == "word" and text[start] in DIGITS_TO_TEN:
            match = pattern_without_words().match(text, start)
            token = match and rules[match.lastgroup].read(match, text)
        if token is not None:
            done = token.end
            yield token
        elif match is not None:
            done = _rejected_until(match)


def _rejected_until(match: re.Match[str]) -> int:
    """Return up to where nothing begins that could be a token: of a word that has a meaning elsewhere but its first character."""
    kind = match.lastgroup
    if kind == "word" and match["name"] in time_words() and time_words()[match["name"]].kind != "skip":
        return match.start() + 1
    return match.end("number" if kind == "counted" else kind)


def read_nothing(match: re.Match[str], text: str) -> None:
    """百分之一点五七: a share, and no hour in it."""


class TokenRule(NamedTuple):
    """A kind of token: its name, what reads a match, examples, and the pattern that finds it."""

    name: str
    read: Callable[[re.Match[str], str], Token | None]
    examples: tuple[str, ...]
    pattern: str


@cache
def token_rules() -> dict[str, TokenRule]:
    """Return the kinds of tokens by name."""
    names = [*time_words(), *holidays()]
    guard = "".join(sorted({re.escape(name[0]) for name in names}))
    edge = "[初底末](?![中级期步衷见创始心审升任选次诊犯稿夏秋冬春恋尾梢班一二三四五六七八九十])"
    small_month = "十[一二]?|[一二三四五六七八九]|1[0-2]|[1-9]"
    table = (
        TokenRule(
            "figures",
            read_figures,
            ("2024-11-29", "2024/11/29", "2024.11.29"),
            r"(?<![0-9.])[12][0-9]{3}(?P<dash>[-./])[01]?[0-9](?P=dash)[0-3]?[0-9](?![0-9.])",
        ),
        TokenRule(
            "named",
            read_named,
            ("2019",),
            f"(?<![0-9.])(?P<of_event>20[0-9]{{2}})(?:-{{1,2}}(?P<of_event_end>20[0-9]{{2}})(?=赛季|学年|年度))?(?![年月日元人名个余多万亿米块台件场次项家户吨公千平])(?=[一-龥]{{0,14}}?{EVENT_TAIL})",
        ),
        TokenRule("colon", read_colon, ("13:20", "8:30"), r"(?<![0-9:.])(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9])?(?![0-9:])时?"),
        TokenRule(
            "word",
            read_word,
            ("去年", "上旬", "近日", "国庆节", "下午", "今年底"),
            f"(?=[{guard}])(?P<name>{one_of(names)})(?P<edge>{edge})?",
        ),
        TokenRule(
            "weekday",
            read_weekday,
            ("上周五", "星期三", "本周末", "每周三"),
            "(?:(?P<week>[上下]{1,3}|[本这每])[个一]?)?(?:周|星期|礼拜)(?:周|星期)?(?P<dayname>[一二三四五六日天末])",
        ),
        TokenRule(
            "lunar",
            read_lunar,
            ("正月初一", "农历八月十五", "闰四月"),
            (
                f"(?:[农阴旧夏]历(?:(?P<lunaryear>{SPELLED_NUMBER}|[12][0-9]{{3}})年)?(?P<leap>闰)?(?P<month1>正|冬|腊|{small_month})月"
                f"(?P<day1>{LUNAR_DAY})?|(?P<month2>正|冬|腊)月(?P<day2>{LUNAR_DAY})?|闰(?P<month3>{small_month})月(?P<day3>{LUNAR_DAY})?"
                f"|(?P<month4>{small_month})月(?P<day4>初[一二三四五六七八九十1-9]|廿[一二三四五六七八九]|(?<=[八8]月)十五(?!日)))[日号]?"
            ),
        ),
        TokenRule("era", read_era, ("光绪三年", "民国26年"), f"(?P<eraname>{one_of(eras())})(?P<erayear>元|{TIME_NUMBER})年"),
        TokenRule(
            "ages",
            read_ages,
            ("20世纪80年代初", "90年代", "19世纪"),
            (
                f"(?:(?P<century>上个?|本|[0-9]{{1,2}}|[{DIGITS_TO_TEN}]{{1,3}})世纪)?(?P<decade>[0-9]0|[一二三四五六七八九]十)年代(?P<stage>{STAGE})?"
                f"|(?P<century2>上个?|本|[0-9]{{1,2}}|[{DIGITS_TO_TEN}]{{1,3}})世纪(?P<stage2>{STAGE})?"
            ),
        ),
        TokenRule("share", read_nothing, ("百分之一点五七",), f"[百千万]分之{SPELLED_NUMBER}(?:点[{DIGITS_TO_TEN}]+)?"),
        TokenRule(
            "decimal",
            read_decimal,
            ("零点五秒", "三点五天"),
            f"[{DIGITS_TO_TEN}{MORE_DIGITS}]{{1,6}}点(?!{HAN_MINUTE}(?![{DIGITS_TO_TEN}]|个?(?:{UNIT}))|[一三]刻)(?P<decimals>[{DIGITS_TO_TEN}]+)(?!分)(?:个?(?P<lasts>{UNIT}))?",
        ),
        TokenRule(
            "elapsed",
            read_elapsed,
            ("1分52秒03", "九秒八三", "15分28秒"),
            (
                f"(?P<minutes>{TIME_NUMBER})分钟?(?P<seconds>{TIME_NUMBER})秒(?P<hundredths>{HUNDREDTHS})?|(?P<seconds2>{TIME_NUMBER})秒(?P<hundredths2>{HUNDREDTHS})"
            ),
        ),
        TokenRule(
            "dated",
            read_dated,
            ("昨（23）日", "今天（24日）"),
            "(?P<near>[昨今明前当][天日]?)[（(](?P<of_month>[0-9]{1,2})日?[）)](?:[日天]|(?=[晚早晨夜上下]))?",
        ),
        TokenRule(
            "clock",
            read_clock,
            ("9时30分", "八点半", "11时许"),
            (
                f"(?<![0-9.第])(?!一时整[改理治顿修备个合编])(?P<hour>{HOUR})(?:(?:{TO})(?P<hour2>{HOUR}))?[ ]?(?P<oclock>[点时])[ ]?"
                f"(?:(?P<quarter>半|[一三123]刻)|(?P<about>多?钟|多?许|整(?![改理治顿修备个合编])|多)"
                f"|(?P<minute>{MINUTE}|[0-9一二三四五六七八九](?=分))(?:[ ]?分(?!钟|之)(?:(?P<second>{MINUTE}|[0-9])秒)?|(?![0-9{DIGITS_TO_TEN}])))?"
            ),
        ),
        TokenRule(
            "counted",
            read_counted,
            ("2024年", "28日", "三个月", "10多年", "两年半", "三季度"),
            (
                f"(?:(?P<low>{TIME_NUMBER})(?:{TO}|(?P<comma>、)))?(?P<number>{TIME_NUMBER})(?P<vague>[多余来几])?[ ]?(?P<ge>个(?P<gehalf>半)?(?P<gemore>多)?)?"
                f"(?P<unit>{UNIT})(?P<tail>半|份|度|多)?"
            ),
        ),
    )
    return {rule.name: rule for rule in table}
