"""Features of a line by itself: how long it is, how it begins and ends, and what it reads like.

What it can read like is a table of rules, each a name and a pattern over words that are data (``data/page_words.tsv``). A rule says what a
line shows, never what it is: that is learned (``roles``). Nothing here knows a newspaper by its name.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from transforms.lexicons.names import surnames
from transforms.pages.lexicon import any_of, begins_with_place, words
from transforms.pages.masthead import is_masthead
from transforms.pages.words import has_verb, is_dictionary_phrase

SENTENCE_ENDS = "。！？…!?"
CLOSING_BRACKETS = "）)】〕］]"
QUOTES_AND_BRACKETS = "”’』」》）)】〕］]\"'"
SOFT = "：；:;—－"
HAN_AND_DOTS = "一-鿿㐀-䶿〇·•"
NUMERAL = "0-9〇○零一二三四五六七八九十"
LONGEST_SHORT_LINE = 42
"""Characters of the longest line that can be a headline; the longest in a year of a national paper has 41."""
HEAD, TAIL = 90, 60
"""Characters at the beginning and the end of a line that rules look at."""
ONE_WIDTH = tuple(zip("：（）［］｜〔〕", ":()[]|【】", strict=True))
"""Marks that rules read in one width."""


def one_width(text: str) -> str:
    """Return a text with the marks that rules read in one width.

    >>> one_width("（记者：周明远）")
    '(记者:周明远)'
    """
    for wide, narrow in ONE_WIDTH:
        text = text.replace(wide, narrow)
    return text


class BlockFeatures(NamedTuple):
    """What a line shows by itself: ``shows`` are names of rules, ``end`` is ``closed`` (the sentence is finished), ``bracket``, ``soft``
    (：；——) or ``open``; ``is_short`` says that it could be a headline by length and ending, ``is_prose`` that it has clauses.
    """

    length: int
    end: str
    is_short: bool
    is_prose: bool
    shows: frozenset[str]


class Rule(NamedTuple):
    """``name`` is shown where ``pattern`` is found in the folded beginning or end (``part``) of a line of at most ``longest`` characters."""

    name: str
    pattern: re.Pattern[str]
    how: str
    longest: int = 10**9
    part: str = "head"


GREETING = r"(?:您好|你好|欢迎)?[!！,， ]{0,3}(?:今天是|欢迎(?:光临|访问|您))[^。；]{0,30}"
"""What a site says to who opens it."""
PATRONS = r"[一-鿿]{4,20}(?:主管|主办)(?:[\s　][^，。；]{2,30}){0,2}"
"""Who stands behind a site or a paper, at its top (南浦日报社主办)."""
CHANNELS = r"(?=[^|丨]{2,9}[|丨])(?!.*(?:记者|编辑|校对|审核|通讯员|摄影)\s*[|丨])(?:[^\s|丨，。；！？]{2,8}\s?[|丨]\s?){4,}[^\s|丨，。；！？]{0,8}"
"""The parts of a site, in a row with bars between them."""
PICTURE_FILE = r"(?:QQ截图|微信(?:图片|截图)_?|IMG_?|DSC_?)\d{4,}[\w-]*(?:\.\w+)?|[\w-]{3,}\.(?i:jpe?g|png|gif|bmp)"
"""The name of the file of a picture."""
DISCLAIMER = r"(?:郑重|免责|版权|特别)?(?:声明|说明|提示)\s?:.{0,80}(?:版权|侵权|转载|立场|观点|删除).*|(?:本稿件|本站|本网站|版权稿件|以上内容|如涉及版权|凡(?:本报|本网|本站|注明)).{0,80}(?:版权|授权|侵权).*|(?:©|Copyright).*"
"""What a site says of what it takes from others."""
FOR_BROWSERS = (
    r".*(?:(?:您的|建议使用|请(?:升级|更换|使用)).{0,40}浏览器|最佳浏览效果|请至\w{2,12}官网下载|点[我击](?:这里)?下载(?i:app|客户端)"
    r"|请下载.{0,40}(?i:apps?|客户端)|现在用(?i:app)看新闻|方可浏览|网页已闲置|关闭此视窗).*"
)
"""What a site says to browsers, and of its own program."""
REMAINS = r".*(?:enpproperty|content_\d+\.html?).*"
"""What programs of electronic papers leave of their own."""


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """Return the rules, compiled once from the words."""
    desk, agency, post, credit = (any_of(kind) for kind in ("desk", "agency", "post", "credit"))
    paper = rf"[{HAN_AND_DOTS}]{{2,8}}?(?:{any_of('paper')})"
    says = "讯|电|快讯|消息|专电"
    lead = (
        rf"[(【\[]?据?(?:{desk}|{agency})[^，。；！？,;!?\n]{{0,16}}?(?:{says})(?![{HAN_AND_DOTS}]{{0,2}}(?:影|视|话|力|站|脑|器|息))"
        rf"|[(【\[]?(?:{desk}|{agency})[^，。；！？,;!?\n]{{0,30}}?(?:摄影|图文)?(?:报道|报导)"
        rf"|[(【\[]?{paper}(?:客户端)?(?:{says})(?=[\s(【,，0-9近昨今]|记者|通讯员)"
        rf"|[(【\[](?:{desk}|{paper})?(?:{post})[ :]?[{HAN_AND_DOTS}\s、/]{{2,30}}?(?:报道|报导|电)?[)】\]](?=.{{12}})"
        rf"|[(【\[]?(?:{desk}|{agency}|{paper})?(?:{post})[ :]?[{HAN_AND_DOTS}\s、]{{2,30}}?(?:报道|报导):"
    )
    site_word = rf"(?:{any_of('site_word')})(?:[ :(]{{1,2}}[0-9]{{1,6}}[)次]?)?"
    table = (
        ("lead", lead, "match"),
        ("local lead", rf"[(【\[]?{any_of('local_desk')}", "match"),
        (
            "bracketed lead",
            rf"[(【\[][^()【】\[\]。]{{0,24}}(?:{post}|{desk}|{agency})[^()【】\[\]。]{{0,24}}(?:电|讯|报道|报导)[)】\]](?=.)",
            "match",
        ),
        (
            "byline",
            rf"[■□●◆▲◎△○★☆\[【(A-Za-z]?\s*(?:(?:{desk}|{agency}|{paper}|[{HAN_AND_DOTS}]{{0,10}}?)(?:社)?(?:驻[{HAN_AND_DOTS}]{{2,8}}?)?(?:{post})(?![会站室席团])|文[/:／]|图[/／]文|文图)"
            r"[^。；！？;!?]{0,50}[\]】)]?",
            "fullmatch",
            60,
        ),
        ("post word", rf"(?:{'|'.join(map(' ?'.join, words()['spaced_post']))})\s*[|:丨/]", "match", 60),
        ("boxed", r"[■□●◆▲◎△○★☆]\s?[^，。]{2,40}", "fullmatch", 44),
        (
            "closing credit",
            rf"[(][^()。]{{1,40}}(?:{credit})[^()。，]{{0,6}}[)]$|[(][^()。]{{2,40}}(?:电|讯|专电|报道|报导)[)]$|[(][{HAN_AND_DOTS}\s、]{{2,24}}[)]$"
            rf"|[(](?:{desk}|{paper})?(?:{post})[^()。]{{2,50}}[)]$",
            "search",
            10**9,
            "tail",
        ),
        (
            "signed",
            rf"(?!.*[。！？”，]$).*[。！？”]\s?(?:[{HAN_AND_DOTS}]{{2,12}}\s)?(?:[{HAN_AND_DOTS}]{{0,8}}(?:{post}))[\s:]?[{HAN_AND_DOTS}\s/、]{{2,30}}$",
            "match",
            10**9,
            "tail",
        ),
        (
            "credit",
            rf"[(]?[^，。；！？:]{{0,36}}(?:{credit})[)]?$|(?:{any_of('credit_head')})\s*[:/／ |][^，。；！？]{{2,24}}$",
            "match",
            44,
        ),
        (
            "picture source",
            rf"[^；]{{0,36}}(?:(?<![些组张的])(?:{any_of('picture_from')})|(?:{any_of('picture_source')})\s*[:/ |丨]|(?:^|(?<=[。\s]))(?:图|摄影)[:/ ])\s?[^，。；！？:\s]{{2,12}}[)】\]]?$",
            "match",
            60,
        ),
        ("bracketed", r"[(【\[][^()]*[)】\]]$", "match", 44),
        (
            "ends in credit",
            rf"(?!.*[。！？，]$)(?:.*[。！？)\s(])?(?:[^，。！？]{{0,20}}(?:{credit})[)]?|(?:{any_of('credit_head')})[:/|][^，。！？]{{2,24}})$",
            "match",
            160,
            "tail",
        ),
        ("picture title", rf"(?<![摄。])(?<!供图)[(][^()]{{0,8}}(?:{any_of('picture')})[^()]{{0,6}}[)]$", "search", LONGEST_SHORT_LINE),
        ("rubric", rf"[■□●◆▲【\[]?\s?(?:{any_of('rubric')}|[{HAN_AND_DOTS}]{{2,4}}{any_of('rubric_end')})\s?[】\]]?", "fullmatch", 12),
        ("label", rf"{any_of('label')}[{NUMERAL}]?:", "match", 12),
        ("picture note", any_of("picture_note"), "match", 160),
        ("editor's note", rf"[(【]?(?:{any_of('note')})[)】]?\s*:?", "match"),
        ("furniture", any_of("furniture").replace("：", ":"), "search", 48),
        (
            "site words",
            rf"{site_word}(?:[\s|/·>]+{site_word})*\s?:?|{GREETING}|{PATRONS}|{CHANNELS}|{PICTURE_FILE}|{DISCLAIMER}|{REMAINS}|{FOR_BROWSERS}|[|丨]+",
            "fullmatch",
            160,
        ),
        ("navigation", rf"(?=[^。，；]*$)(?:.*?[\s【\[|>:：/↑])?{any_of('navigation')}", "match", 60),
        (
            "trail",
            rf"(?:.{{0,8}}[\s您你])?{any_of('trail')}\s?(?:是\s?)?:|(?:.{{0,16}}\s)?首页\s?[>＞›»/|_—-]|首页\s[^，。]{{2,24}}$|[^，。>]{{2,16}}[>＞›»][^，。>]{{2,16}}[>＞›»][^，。]{{0,30}}$|[^，。]{{1,24}}[\s>＞]正文$",
            "match",
            110,
        ),
        ("metadata", rf"(?=[^。]*$)(?:.*?[\s【\[|)；次0-9])?(?:{any_of('metadata')}|大\s+中\s+小)", "match", 110),
        (
            "time of day",
            r"(?=[^:]*:).*?[12]\d{3}(?:[-./]\d{1,2}[-./]\d{1,2}|年\d{1,2}月\d{1,2}日)\s*\d{1,2}:\d\d|[12]\d{3}[-./]\d{1,2}[-./]\d{1,2}\b"
            r"|(?:[0-3]?\d\.[01]?\d\.|[01]?\d月 ?[0-3]?\d, ?)[12]\d{3}(?:\s+\d{1,2}:\d\d)?$|(?:19|20)\d\d[01]\d[0-3]\d$"
            r"|(?=[^:]*:)(?:[^，。]{0,20}\s)?(?:今天|昨天|前天|\d{1,2}月\d{1,2}日|\d\d-\d\d)\s+\d{1,2}:\d\d$",
            "match",
            110,
        ),
        (
            "page number",
            rf"(?:第\s?[A-Z]?[0-9]{{1,3}}|[A-Z]?[0-9]{{1,3}}|第[{NUMERAL}]{{1,3}})\s?[版页]\s?[:|]?\s?[一-鿿·]{{0,8}}$"
            r"|[—–\-]\s?[0-9]{1,3}\s?[—–\-]$|.{0,20}[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日\s*(?:星期[一二三四五六日天]|农历|第?\S{1,4}版(?!\S)).{0,30}$",
            "match",
            60,
        ),
        (
            "full date",
            r"[^。]{0,24}(?:[12]\d{3}|[一二]\s?[〇○零一二三四五六七八九]{3})\s?[年./-]\s?[0-9一二三四五六七八九十]{1,3}\s?[月./-]\s?[0-9一二三四五六七八九十]{1,3}[^。，]{0,30}$",
            "match",
            60,
        ),
        ("edition", rf"(?:.{{0,30}}[\s　])?第?[{NUMERAL}A-Z]{{1,4}}版", "match", 50),
        ("separator", r"[^\w《》“”「」（）()<>]{3,}", "fullmatch", 120),
        ("date line", rf"[(]?[{NUMERAL}]{{4}}年[{NUMERAL}]{{1,3}}月(?:[{NUMERAL}]{{1,3}}日)?[)]?", "fullmatch", 20),
        ("notice", any_of("notice"), "search"),
        ("goes on", f"[“‘『「]|{any_of('onward')}", "match"),
        ("opens quote", "[“『‘「]", "match"),
        (
            "listed",
            rf"[(]?(?:[0-9]{{1,3}}|[一二三四五六七八九十]{{1,3}})[)、.．]|第[一二三四五六七八九十百0-9]{{1,4}}[条章节款]|[▲△●○◎■□◆◇★☆※·•①-⑳]|[—–-]{{2,}}|图[{NUMERAL}]"
            r"|[0-9]{1,2}$|[一二三四五六七八九十]{1,2}$|[＊*※☆★◆]{1,10}$|[IVXⅠ-Ⅻ]{1,4}$",
            "match",
        ),
        ("dated", rf"近日|日前|近期|最近|前不久|昨天|昨日|今天|今日|上周|本周|日(?<=[{NUMERAL}]日)", "search", 10**9, "start"),
        (
            "date first",
            rf"(?:[12]\d{{3}}年)?[{NUMERAL}]{{1,3}}月[{NUMERAL}]{{1,3}}日|近日|日前|昨日|昨天|今日|今天|近期|连日来|时值|眼下",
            "match",
        ),
        ("dashed title", ".{2,}——", "match", LONGEST_SHORT_LINE),
        ("subtitle", "——|－－|──", "match", LONGEST_SHORT_LINE),
        ("salutation", rf"[{HAN_AND_DOTS}、，]{{2,30}}[:]$", "match", 32),
        (
            "two parts",
            rf"[{HAN_AND_DOTS}“”《》0-9a-zA-Z、·]{{3,}}[\s　]+[{HAN_AND_DOTS}“”《》0-9a-zA-Z、·]{{3,}}$",
            "match",
            LONGEST_SHORT_LINE,
        ),
        ("question", "[？?]$", "search", LONGEST_SHORT_LINE, "tail"),
        ("speaks", "(?:说|表示|介绍|指出|强调|要求|认为|告诉记者|坦言|感慨)[，,:。]", "search"),
        ("web", r"https?:|www\.|@|\.com|\.cn", "search", 120),
    )
    return tuple(Rule(name, re.compile(pattern), how, *rest) for name, pattern, how, *rest in table)


def rules_for(length: int) -> Mapping[str, Sequence[tuple[str, Callable[[str], re.Match[str] | None]]]]:
    """Return name and search of the rules that a line of so many characters can show, by the part of it that they look at."""
    return _rules_up_to(bisect_left(_limits(), length))


@cache
def _limits() -> tuple[int, ...]:
    return tuple(sorted({one.longest for one in rules()}))


@cache
def _rules_up_to(limit: int) -> dict[str, list[tuple[str, Callable[[str], re.Match[str] | None]]]]:
    found: dict[str, list] = {"head": [], "start": [], "tail": []}
    for one in rules():
        if one.longest >= _limits()[limit]:
            found[one.part].append((one.name, getattr(one.pattern, one.how)))
    return found


@cache
def rule(name: str) -> Rule:
    """Return a rule by its name."""
    return next(one for one in rules() if one.name == name)


def shows(name: str, text: str) -> bool:
    """Return whether a text shows what a rule of that name looks for.

    >>> shows("closing credit", "渡口恢复通航。（周明远 摄）")
    True
    """
    one = rule(name)
    part = text[-TAIL:] if one.part == "tail" else text[:HEAD]
    return len(text) <= one.longest and getattr(one.pattern, one.how)(one_width(part)) is not None


FIGURE, ENOUGH_FIGURES = re.compile(r"[0-9０-９．.·%％]"), 60
PHONE = re.compile(r"(?<![0-9])(?:0[0-9]{2,3}[-—－ ]?[0-9]{7,8}|1[3-9][0-9]{9}|[48]00[-—－]?[0-9]{3,4}[-—－]?[0-9]{3,4})")
ADDRESS = re.compile(r"[路街巷道][0-9]{1,4}号")
LONGEST_ADVERT, LONGEST_CAPTION = 160, 120
SIGNED_AFTER_STOP = re.compile(rf"[。！？][—－]{{2,4}}[{HAN_AND_DOTS}]{{2,6}}$")
LONGEST_NAME = 4  # characters
NO_NAME = frozenset("的了和在与是为不有说这那我你他她它们个之而及或被把从到对新大会年月日")
ONLY_NAMES = re.compile(rf"[{HAN_AND_DOTS}\s、，,/／]+")
NAME_GAP = re.compile(r"[\s、，,/／]+")
STOP_CHARS = "。；？！"


def looks_like_names(text: str) -> bool:
    """Return whether a short text is nothing but persons' names, with or without gaps between them.

    >>> looks_like_names("周明远 赵小棠"), looks_like_names("周明远赵小棠"), looks_like_names("渡口通航")
    (True, True, False)
    """
    if not 2 <= len(text) <= 24 or ONLY_NAMES.fullmatch(text) is None or not NO_NAME.isdisjoint(text):
        return False
    for part in NAME_GAP.split(text):
        if not part:
            continue
        if not splits_into_names(part) or len(part) > 4 and is_dictionary_phrase(part):
            return False
    return True


def splits_into_names(part: str) -> bool:
    """Return whether the characters can be cut into names: surname and one or two characters each."""
    known = surnames()
    if part[:1] not in known.common and part[:2] not in known.compound:
        return False
    reachable = {0}
    for index in range(len(part)):
        if index not in reachable:
            continue
        if part[index : index + 2] in known.compound:
            reachable |= {index + 3, index + 4}
        if part[index] in known.common:
            reachable |= {index + 2, index + 3}
    return len(part) in reachable


def features_of(text: str) -> BlockFeatures:
    """Return what a line shows by itself; ``text`` is folded (``characters.fold``).

    >>> sorted(features_of("本报讯（周明远） 11月28日，云渡区老渡口恢复通航。").shows)
    ['dated', 'lead', 'local lead']
    """
    length = len(text)
    if not length:
        return BlockFeatures(0, "open", is_short=False, is_prose=False, shows=frozenset(("empty",)))
    end = ending(text)
    commas = text.count("，", 0, 200) + text.count(",", 0, 200)
    inner_stops = sum(map(text.count, STOP_CHARS)) - (text[-1] in STOP_CHARS)
    is_short = length <= LONGEST_SHORT_LINE and inner_stops <= 1 and not text.endswith(("。", "；", "，", ",", "、")) and commas <= 2
    head = one_width(text[:HEAD])
    parts = {"head": head, "start": head[:40], "tail": head if length <= TAIL else one_width(text[-TAIL:])}
    shows = {name for part, some in rules_for(length).items() for name, find in some if find(parts[part])}
    if "lead" in shows and length <= 24:
        shows.remove("lead")
    if length <= 2 * LONGEST_SHORT_LINE and end != "closed" and is_masthead(text):
        shows.add("masthead")
    if "rubric" not in shows and looks_like_names(text):
        shows.add("names")
    if end == "open" and 4 <= length <= 30 and titled_author(text):
        shows.add("titled author")
    if "two parts" in shows and signs_with_office(text):
        shows.add("byline")
    signed = in_last_brackets(text)
    if signed and looks_like_names(signed.removesuffix("摄").removesuffix("摄影")):
        if length <= LONGEST_CAPTION:
            shows.add("caption")
        if not signed.endswith(("摄", "摄影")):
            shows.add("ends in names")
    if length <= LONGEST_ADVERT and "lead" not in shows and is_advert(head):
        shows.add("advert")
    if is_figures(text):
        shows.add("figures")
    if length > LONGEST_SHORT_LINE and begins_with_place(text):
        shows.add("placed")
    if "picture source" in shows:
        shows.discard("picture title")
    if "picture title" in shows and "bracketed" not in shows:
        shows.discard("credit")
    if "credit" in shows and not {"摄", "影", "图"}.isdisjoint(text):
        shows.add("picture credit")
    is_prose = length > LONGEST_SHORT_LINE or inner_stops > 0 or (commas > 0 and length > 24) or text.endswith("。")
    return BlockFeatures(length, end, is_short, is_prose, frozenset(shows))


def ending(text: str) -> str:
    """Return how a line ends: ``closed`` (。！？), ``bracket``, ``soft`` (：；——) or ``open``."""
    core = text.rstrip(QUOTES_AND_BRACKETS + " 　")
    if core and core[-1] in SENTENCE_ENDS and text[-1] not in CLOSING_BRACKETS:
        return "closed"
    if text[-1] in CLOSING_BRACKETS or SIGNED_AFTER_STOP.search(text, max(0, len(text) - 12)):
        return "bracket"
    if text[-1] in SOFT:
        return "soft"
    return "open"


def is_figures(text: str) -> bool:
    """Return whether more than half of a text, told by its beginning, is figures: a row of a table.

    >>> is_figures("12.5 8.3 100% 云渡"), is_figures("11月28日渡口通航")
    (True, False)
    """
    start = text[:ENOUGH_FIGURES]
    return len(start) >= 4 and 2 * len(FIGURE.findall(start)) > len(start)


def in_last_brackets(text: str) -> str:
    """Return what the brackets hold that a text ends in, and does not begin with; nothing where there are none.

    >>> in_last_brackets("渡口通航。（周明远摄）"), in_last_brackets("渡口通航。")
    ('周明远摄', '')
    """
    start = max(text.rfind("（"), text.rfind("(")) if text[-1] in "）)" else 0
    return text[start + 1 : -1] if start > 0 else ""


def is_advert(text: str) -> bool:
    """Return whether a text sells: a telephone number, an address, words of trade, phrases with gaps in place of sentences."""
    n_words = len(set(advert_words().findall(text)))
    if not n_words:
        return False
    shape = 2 * (PHONE.search(text) is not None) + (ADDRESS.search(text) is not None) + (len(text.split()) > 2) - 2 * text.endswith("。")
    return min(n_words, 3) + shape >= 3


@lru_cache(maxsize=1)
def advert_words() -> re.Pattern[str]:
    """Return what finds the words of adverts."""
    return re.compile(any_of("advert"))


@lru_cache(maxsize=1)
def author_titles() -> re.Pattern[str]:
    """Return what finds a title that an author's name stands behind."""
    return re.compile(rf"[{HAN_AND_DOTS}、]{{2,24}}(?:{any_of('post')}|{any_of('title')})")


def titled_author(text: str) -> bool:
    """Return whether a short line is a title and a name (云渡区档案馆馆长周明远)."""
    for size in (2, 3, 4):
        name, title = text[-size:], text[:-size].rstrip()
        if len(title) >= 3 and splits_into_names(name) and author_titles().fullmatch(title):
            return True
    return False


def signs_with_office(text: str) -> bool:
    """Return whether a line of two parts is a name and the office that sent the text in.

    >>> signs_with_office("赵立鸣 石塘县委宣传部"), signs_with_office("江山 启用新客运中心")
    (True, False)
    """
    parts = text.split()
    return len(parts) == 2 and any(
        len(name) <= LONGEST_NAME and looks_like_names(name) and author_titles().fullmatch(office) and not has_verb(office)
        for name, office in (parts, parts[::-1])
    )


def repeated_texts(texts: Iterable[str]) -> frozenset[str]:
    """Return the lines that a page prints more than twice: running heads, and words of its frame."""
    counts: dict[str, int] = {}
    for text in texts:
        if len(text) <= LONGEST_SHORT_LINE:
            counts[text] = counts.get(text, 0) + 1
    return frozenset(text for text, n in counts.items() if n > 2)
