"""Look at each block by itself: how it begins, how it ends, and what it reads like.

The words that give a byline, a credit or a masthead away are data: ``transforms/data/page_words.tsv``. Nothing here knows a
newspaper by its name: whatever stands before 讯, 电 or 报道 at the beginning of a paragraph may be one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from transforms.pages.lexicon import any_of, begins_with_place, surnames
from transforms.pages.words import is_dictionary_phrase

CLOSING = "。！？…!?"
BRACKETS = "）)】〕］]"
QUOTES_AND_BRACKETS = "”’』」》）)】〕］]\"'"
SOFT = "：；:;—－"
DIGIT = "0-9０-９"
HAN = "一-鿿㐀-䶿〇·•"
SHORT = 42
DATE = rf"[{DIGIT}一二三四五六七八九十○〇]{{1,3}}月[{DIGIT}一二三四五六七八九十]{{1,3}}日"


class Shape(NamedTuple):
    """What a block shows by itself.

    ``end`` is ``closed`` (the sentence is finished), ``bracket``, ``soft`` (：；——) or ``open``; ``is_short`` says that it could be a
    headline by its length and ending; ``is_prose`` that it has clauses as a paragraph has. ``closes_article`` says that it ends
    with a credit or a dateline in brackets, as the last paragraph of an article does.
    """

    length: int
    end: str
    is_short: bool
    is_prose: bool
    is_listed: bool
    is_figures: bool
    has_lead: bool
    is_local_lead: bool
    is_byline: bool
    is_author: bool
    is_titled_author: bool
    is_credit: bool
    is_picture_credit: bool
    is_caption: bool
    is_picture_note: bool
    closes_article: bool
    is_picture_title: bool
    is_dashed_title: bool
    is_rubric: bool
    is_subtitle: bool
    is_label: bool
    is_editors_note: bool
    is_furniture: bool
    is_advert: bool
    is_notice: bool
    is_date_line: bool
    is_dated: bool
    is_placed: bool
    goes_on: bool
    opens_quote: bool

    def is_verse_like(self, among_short: bool) -> bool:
        """Return whether a block is one short line among short ones, and nothing marks it as a title."""
        return among_short and not (self.is_picture_title or self.is_dashed_title or self.is_rubric)


@dataclass(frozen=True, slots=True)
class Patterns:
    """The compiled patterns; made once from the words."""

    lead: re.Pattern[str]
    local_lead: re.Pattern[str]
    byline: re.Pattern[str]
    closing_credit: re.Pattern[str]
    credit: re.Pattern[str]
    picture_title: re.Pattern[str]
    rubric: re.Pattern[str]
    label: re.Pattern[str]
    picture_note: re.Pattern[str]
    editors_note: re.Pattern[str]
    furniture: re.Pattern[str]
    advert: re.Pattern[str]
    notice: re.Pattern[str]
    titled: re.Pattern[str]
    goes_on: re.Pattern[str]


@lru_cache(maxsize=1)
def patterns() -> Patterns:
    """Return the patterns that shapes are read with."""
    desk, agency, post = any_of("desk"), any_of("agency"), any_of("post")
    lead = (
        rf"[（(【\[]?据?(?:{desk}|{agency})[^，。；！？,;!?\n]{{0,16}}?(?:讯|电|快讯|消息|专电)(?![{HAN}]{{0,2}}(?:影|视|话|力|站|脑|器|息))"
        rf"|[（(【\[]?(?:{desk}|{agency})[^，。；！？,;!?\n]{{0,30}}?(?:报道|摄影报道|图文报道)"
        rf"|[（(]?(?:{desk}|{agency})?(?:{post})[ :：]?[{HAN}\s、，]{{2,30}}?报道[:：]"
    )
    return Patterns(
        lead=re.compile(lead),
        local_lead=re.compile(rf"[（(【\[]?{any_of('local_desk')}"),
        byline=re.compile(
            rf"[■□●◆▲◎△○★☆\[【（(]?\s*(?:(?:{desk}|{agency})?(?:驻[{HAN}]{{2,8}}?)?(?:{post})(?![会站室席团])|文[/／]|图[/／]文|文[:：])"
            rf"[^。；！？;!?]{{0,40}}[\]】）)]?"
        ),
        closing_credit=re.compile(
            rf"[（(][^（）()。]{{1,40}}(?:{any_of('credit')})[^（）()。，]{{0,6}}[）)]$"
            rf"|[（(][^（）()。]{{2,30}}(?:电|讯|专电|报道)[）)]$"
            rf"|[（(][{HAN}\s、]{{2,24}}[）)]$"
        ),
        credit=re.compile(rf"[（(]?[^，。；！？：:]{{0,36}}(?:{any_of('credit')})[）)]?$|(?:{any_of('credit_head')})\s*[:：/／ ][^，。；！？]{{2,24}}$"),
        picture_title=re.compile(rf"[（(][^（）()]{{0,8}}(?:{any_of('picture')})[^（）()]{{0,6}}[）)]$"),
        rubric=re.compile(rf"[■□●◆▲【\[]?\s?(?:{any_of('rubric')}|[{HAN}]{{2,4}}{any_of('rubric_end')})\s?[】\]]?"),
        label=re.compile(rf"{any_of('label')}[{DIGIT}一二三四五六七八九十]?[:：]"),
        picture_note=re.compile(any_of("picture_note")),
        editors_note=re.compile(rf"[（(【]?(?:{any_of('note')})[)）】]?\s*[:：]?"),
        furniture=re.compile(any_of("furniture")),
        advert=re.compile(any_of("advert")),
        notice=re.compile(any_of("notice")),
        goes_on=re.compile(f"[“‘『「]|{any_of('onward')}"),
        titled=re.compile(rf"[{HAN}、]{{2,24}}(?:{any_of('post')}|{any_of('title')})"),
    )


LISTED = re.compile(
    rf"[（(]?(?:[{DIGIT}]{{1,3}}|[一二三四五六七八九十]{{1,3}})[）)、.．]|第[一二三四五六七八九十百{DIGIT}]{{1,4}}[条章节款]|[▲△●○◎■□◆◇★☆※·•①-⑳]|[—–-]{{2,}}|图[{DIGIT}一二三四五六]"
)
PAGE_NUMBER = re.compile(
    rf"(?:第\s?[A-ZＡ-Ｚ]?[{DIGIT}]{{1,3}}|[A-ZＡ-Ｚ]?[{DIGIT}]{{1,3}}|第[一二三四五六七八九十]{{1,3}})\s?[版页][:：]?\s?[一-鿿·]{{0,6}}$"
    rf"|[—–\-]\s?[{DIGIT}]{{1,3}}\s?[—–\-]$|.{{0,20}}[{DIGIT}]{{4}}年[{DIGIT}]{{1,2}}月[{DIGIT}]{{1,2}}日\s*(?:星期[一二三四五六日天]|农历).{{0,30}}$"
)
FIGURE, ENOUGH_FIGURES = re.compile(r"[0-9０-９．.·%％]"), 60
DATE_LINE = re.compile(rf"[（(]?[{DIGIT}〇○零一二三四五六七八九十]{{4}}年[{DIGIT}一二三四五六七八九十]{{1,3}}月(?:[{DIGIT}一二三四五六七八九十]{{1,3}}日)?[）)]?")
PHONE = re.compile(rf"(?<![{DIGIT}])(?:0[{DIGIT}]{{2,3}}[-—－ ]?[{DIGIT}]{{7,8}}|1[3-9][{DIGIT}]{{9}}|[48]00[-—－]?[{DIGIT}]{{3,4}}[-—－]?[{DIGIT}]{{3,4}})")
ADDRESS = re.compile(rf"[路街巷道][{DIGIT}]{{1,4}}号")
LONGEST_ADVERT, LONGEST_NOTE = 160, 120
NUMERAL = re.compile(rf"[{DIGIT}]{{1,2}}$|[一二三四五六七八九十]{{1,2}}$|[＊*※☆★◆]{{1,10}}$|[IVXⅠ-Ⅻ]{{1,4}}$")
BRACKETED = re.compile(r"[（(【][^（）()]*[）)】]$")
DATED = re.compile(rf"近日|日前|近期|最近|前不久|昨天|昨日|今天|今日|上周|本周|日(?<=[{DIGIT}一二三四五六七八九十]日)")
SIGNED = re.compile(rf"[。！？][—－]{{2,4}}[{HAN}]{{2,6}}$")
PICTURE_MARK = re.compile(rf"[（(]附?(?:图片|图表|照片|图)(?:[{DIGIT}一二三四五六七八九十]{{1,2}}[张幅])?[）)]")
PICTURE = frozenset("摄影图")
NO_NAME = frozenset("的了和在与是为不有说这那我你他她它们个之而及或被把从到对新大会年月日")
NAMES = re.compile(rf"[{HAN}\s、，,/／]+")
NAME_GAP = re.compile(r"[\s、，,/／]+")


def looks_like_names(text: str) -> bool:
    """Return whether a short text is nothing but persons' names, with or without gaps between them.

    >>> looks_like_names("周明远 赵小棠"), looks_like_names("周明远赵小棠"), looks_like_names("渡口通航")
    (True, True, False)
    """
    if not 2 <= len(text) <= 24 or NAMES.fullmatch(text) is None or not NO_NAME.isdisjoint(text):
        return False
    single, double = surnames()
    for part in NAME_GAP.split(text):
        if not part:
            continue
        if not splits_into_names(part, single, double) or len(part) > 4 and is_dictionary_phrase(part):
            return False
    return True


def splits_into_names(part: str, single: frozenset[str], double: frozenset[str]) -> bool:
    """Return whether the characters can be cut into names: surname and one or two characters each."""
    if part[:1] not in single and part[:2] not in double:
        return False
    reachable = {0}
    for at in range(len(part)):
        if at not in reachable:
            continue
        if part[at : at + 2] in double:
            reachable |= {at + 3, at + 4}
        if part[at] in single:
            reachable |= {at + 2, at + 3}
    return len(part) in reachable


def shape_of(text: str) -> Shape:
    """Return what a block shows by itself."""
    length = len(text)
    found = patterns()
    end = ending(text)
    commas = text.count("，") + text.count(",")
    bare = text[:-1]
    inner_stops = sum(map(bare.count, "。；？！"))
    is_short = length <= SHORT and inner_stops <= 1 and not text.endswith(("。", "；", "，", ",", "、")) and commas <= 2
    lead = found.lead.match(text, 0, 80)
    bracketed = length <= 30 and bool(BRACKETED.match(text))
    rubric = length <= 10 and found.rubric.fullmatch(text) is not None
    names = not rubric and looks_like_names(text)
    byline = length <= 46 and end != "closed" and found.byline.fullmatch(text) is not None
    picture_title = length <= SHORT and (not bracketed or PICTURE_MARK.fullmatch(text) is not None) and found.picture_title.search(text) is not None
    credit = length <= 44 and not picture_title and not text.endswith("。") and (bracketed or found.credit.match(text) is not None)
    date_line = length <= 20 and DATE_LINE.fullmatch(text) is not None
    return Shape(
        length=length,
        end=end,
        is_short=is_short,
        is_prose=length > SHORT or inner_stops > 0 or (commas > 0 and length > 24) or text.endswith("。"),
        is_listed=LISTED.match(text) is not None or NUMERAL.match(text) is not None,
        is_figures=is_figures(text),
        has_lead=lead is not None and length > 24,
        is_local_lead=lead is not None and found.local_lead.match(text) is not None,
        is_byline=byline,
        is_author=names,
        is_titled_author=4 <= length <= 30 and end == "open" and titled_author(text, found),
        is_credit=credit,
        is_picture_credit=credit and not PICTURE.isdisjoint(text),
        is_caption=length <= 60 and not bracketed and is_caption(text),
        is_picture_note=length <= LONGEST_NOTE and found.picture_note.match(text) is not None,
        closes_article=date_line or not picture_title and text[-1] in "）)" and found.closing_credit.search(text, max(0, length - 60)) is not None,
        is_picture_title=picture_title,
        is_dashed_title=is_short and "——" in text[2:],
        is_rubric=rubric,
        is_subtitle=is_short and text.startswith(("——", "－－", "──")),
        is_label=length <= 10 and found.label.fullmatch(text) is not None,
        is_editors_note=found.editors_note.match(text) is not None,
        is_furniture=length <= 48 and (PAGE_NUMBER.match(text) is not None or found.furniture.search(text) is not None),
        is_advert=length <= LONGEST_ADVERT and lead is None and is_advert(text, found),
        is_date_line=date_line,
        is_notice=found.notice.search(text, 0, 60) is not None,
        is_dated=DATED.search(text, 0, 40) is not None,
        is_placed=length > SHORT and begins_with_place(text),
        goes_on=found.goes_on.match(text) is not None,
        opens_quote=text[0] in "“『‘「",
    )


def ending(text: str) -> str:
    """Return how a block ends: ``closed`` (。！？), ``bracket``, ``soft`` (：；——) or ``open``."""
    core = text.rstrip(QUOTES_AND_BRACKETS + " 　")
    if core and core[-1] in CLOSING and text[-1] not in BRACKETS:
        return "closed"
    if text[-1] in BRACKETS or SIGNED.search(text, max(0, len(text) - 12)):
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


def is_caption(text: str) -> bool:
    """Return whether a short text ends in brackets that hold nothing but names (渡口通航。（周明远摄）)."""
    start = max(text.rfind("（"), text.rfind("("))
    inner = text[start + 1 : -1].removesuffix("摄").removesuffix("摄影")
    return start > 0 and text[-1] in "）)" and looks_like_names(inner)


def is_advert(text: str, found: Patterns) -> bool:
    """Return whether a text sells: a telephone number, an address, words of trade, phrases with gaps in place of sentences."""
    words = len(set(found.advert.findall(text)))
    if not words:
        return False
    shape = 2 * (PHONE.search(text) is not None) + (ADDRESS.search(text) is not None) + (len(text.split()) > 2) - 2 * text.endswith("。")
    return min(words, 3) + shape >= 3


def titled_author(text: str, found: Patterns) -> bool:
    """Return whether a short line is a title and a name (云渡区档案馆馆长周明远)."""
    single, double = surnames()
    for size in (2, 3, 4):
        name, title = text[-size:], text[:-size].rstrip()
        if len(title) >= 3 and splits_into_names(name, single, double) and found.titled.fullmatch(title):
            return True
    return False
