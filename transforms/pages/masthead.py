"""Mastheads: the name of the paper, the date and the number of the page, as a page prints them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

from transforms.lexicons import read_lines, read_words
from transforms.pages.blocks import cut_blocks
from transforms.pages.physical_form import find_inserted
from transforms.text.numerals import parse_int
from transforms.text.patterns import one_of
from transforms.text.spans import Span

TOP_LINES, BOTTOM_LINES, LONGEST_LINE = 16, 5, 70
"""Lines of a page that its masthead can stand in, and characters of the longest one."""
PICTURE_SOURCE = re.compile("(?:图片|图|题图|配图)(?:来源|提供)? ?[:：]")
SECTION = re.compile("版 ?[:：] ?[^ \u3000]+")
"""What the page is called (第A03版：福建新闻·综合)."""
CLAUSE_MARK = re.compile("[，。；！？]")
BRACKETED_PART = re.compile("[（(].*[）)]")
FIELD_OF_DAY = "(?:发布|更新|发表|发稿)?(?:时间|日期)\\s*[:：]"
METADATA = re.compile(
    f"{FIELD_OF_DAY}|来源\\s*[:：]|稿源\\s*[:：]|出处\\s*[:：]|字号|字体|浏览|阅读量?\\s*[:：]|点击\\s*[:：]"
    r"|^[12][0-9]{3}(?:([-./])[0-9]{1,2}\1[0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}日)\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?$"
)
"""The fields of a site, or a day with its time alone."""
DAY_OF_PUBLICATION = re.compile(f"(?<![一-鿿]){FIELD_OF_DAY}")
TODAY = re.compile("今天是|今日是|现在是|欢迎")
"""What a site says beside the day on which somebody looks at it."""
LONG_BEFORE = timedelta(days=7)
"""How far before the day at the top the day of publication lies, where that at the top is the day on which somebody looked at the site; by hand."""
EDITION_COUNT = re.compile("(?:今日|本期|总|共)+[0-9]{1,3}版|第[0-9]{2,6}期")
PAGE = re.compile(
    "第?[ ]?0*([A-Z]?[ ]?[0-9]{1,2})[ ]?版|第([一二三四五六七八九十]{1,3})版|(?<![A-Za-z0-9])0*([A-F][0-9]{1,2})(?![A-Za-z0-9])|(?<=[ \u3000报])0([1-9])$"
)
DATES = (
    re.compile(
        "(?P<year>[12][0-9]{3}|[一二][〇○零一二三四五六七八九]{3})年[ ]?(?P<month>[0-9]{1,2}|[一二三四五六七八九十]{1,2})月[ ]?(?P<day>[0-9]{1,2}|[一二三四五六七八九十]{1,3})日"
    ),
    re.compile(r"(?P<year>[12][0-9]{3})(?P<sign>[-./])(?P<month>[0-9]{1,2})(?P=sign)(?P<day>[0-9]{1,2})(?![0-9])"),
    re.compile(r"(?<![0-9.])(?P<day>[0-3]?[0-9])\.(?P<month>[01]?[0-9])\.(?P<year>[12][0-9]{3})(?![0-9.])"),
    re.compile("(?<![0-9])(?P<month>[01]?[0-9])月[ ]?(?P<day>[0-3]?[0-9]),[ ]?(?P<year>[12][0-9]{3})(?![0-9])"),
    re.compile("^(?P<year>(?:19|20)[0-9]{2})(?P<month>[01][0-9])(?P<day>[0-3][0-9])$"),
)
"""Ways of printing a whole day: 2024年5月17日, 2024-05-17, 17.05.2024, 5月 17, 2024, 20240517 on a line of its own."""
WEEKDAY = re.compile("星期[一二三四五六日天]|周[一二三四五六日]")
FILLING = re.compile(r"[\s\W_]+")


@dataclass(frozen=True, slots=True)
class Masthead:
    """What a page prints of its issue, None where it is not plainly there; ``spans`` are the lines read, in the raw text."""

    paper: str | None
    issue_on: date | None
    page: str | None
    spans: tuple[Span, ...]


@cache
def _paper_name() -> re.Pattern[str]:
    ends = one_of(read_words("paper_names.txt"))
    return re.compile(
        f"(?<![一-鿿])(?P<name>今日[一-鿿]{{2,4}}|[一-鿿]{{2,10}}?{ends}|[一-鿿]{{2,4}}报)(?:数字报|电子报|电子版|社|客户端|微信)?(?![一-鿿])"
    )


@cache
def _word_of_masthead() -> re.Pattern[str]:
    return re.compile(one_of([*read_words("paper_names.txt"), "今日", "报", "版"]))


FIGURES_OF_MASTHEAD = re.compile(
    "[年A-F0-9 ](?:(?<=年).*月|(?<=[A-F])[0-9]|(?<=[0-9])(?:[-./][0-9]|月 ?[0-9]+,)|(?<= )0[1-9]$|(?<=^[12])[0-9]{7}$)"
)


@cache
def _masthead_words() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line})" for line in read_lines("masthead_words.txt")))


def read_masthead(text: str) -> Masthead:
    """Return what a page prints of its issue: name of the paper, date, number of the page, wherever they stand in the lines of its frame.

    The frame is the lines at the top up to the first paragraph, those at the bottom that hold nothing else, and the lines of metadata (来源,
    发布时间) where all of a page say the same. A date at the top counts whatever stands beside it, but not one in brackets.

    >>> read_masthead("2024年11月29日 星期五 云渡日报 第03版\\n\\n云渡新城开建\\n")
    Masthead(paper='云渡日报', issue_on=datetime.date(2024, 11, 29), page='3', spans=(Span(char_start=0, char_end=25),))
    >>> read_masthead("渡口通航\\n发布时间：2024-05-17 09:12  来源：今日临江\\n渡口今天通航，两岸居民前来观看。").paper
    '今日临江'
    """
    top, metadata, bottom = _frame_lines(text)
    found: dict[str, tuple[object, Span]] = {}
    for lines, parts in ((top, ("paper", "date", "page")), (bottom, ("paper", "date", "page")), (metadata, ("paper", "date"))):
        for part in parts:
            said = [(value, span) for line, span in lines if (value := READERS[part](line)) is not None]
            if said and part not in found and (lines is not metadata or len({value for value, _ in said}) == 1):
                found[part] = said[0]
    published = [(day, span) for line, span in metadata if DAY_OF_PUBLICATION.search(line) and (day := _date_of(line))]
    if "date" in found and len({day for day, _ in published}) == 1 and found["date"][0] - published[0][0] > LONG_BEFORE:
        found["date"] = published[0]
    values = {part: value for part, (value, _) in found.items()}
    return Masthead(values.get("paper"), values.get("date"), values.get("page"), tuple(sorted({span for _, span in found.values()})))


def _frame_lines(text: str) -> tuple[list[tuple[str, Span]], list[tuple[str, Span]], list[tuple[str, Span]]]:
    """Return the lines that can hold parts of a masthead, folded, with where they stand: at the top, of metadata, at the bottom."""
    top, metadata, bottom = [], [], []
    blocks = cut_blocks(text, find_inserted(text))
    lines = [(closed_up(block.reading), Span(block.char_start, block.char_end)) for block in blocks if block.reading]
    above = True
    for number, (line, span) in enumerate(lines):
        is_prose = len(line) > LONGEST_LINE or line.endswith("。") or len(CLAUSE_MARK.findall(line)) > 2
        above = above and not is_prose and number < TOP_LINES
        if is_prose or PICTURE_SOURCE.match(line) or TODAY.search(line):
            continue
        if METADATA.search(line):
            metadata.append((line, span))
        if above and not BRACKETED_PART.fullmatch(line) and not CLAUSE_MARK.search(line):
            top.append((line, span))
        elif number >= len(lines) - BOTTOM_LINES and is_masthead(line) and (WEEKDAY.search(line) or _paper_of(line) or not _date_of(line)):
            bottom.append((line, span))
    return top, metadata, bottom


def closed_up(line: str) -> str:
    """Return a line without the spaces that an extractor put between its characters, or between digits and what they count.

    >>> closed_up("柳 溪 日 报 2024 年 5 月 17 日"), closed_up("云渡日报 第01 版 要闻")
    ('柳溪日报2024年5月17日', '云渡日报 第01版 要闻')
    """
    if " " not in line:
        return line
    if len(re.findall("(?<=[一-鿿]) (?=[一-鿿])", line)) > len(re.findall("[一-鿿](?=[一-鿿])", line)):
        line = re.sub("(?<=[^ ]) (?=[^ ])", "", line)
    return re.sub("(?<=[0-9]) (?=[年月日版])|(?<=[年月第]) (?=[0-9])", "", line)


def _paper_of(line: str) -> str | None:
    """Return the name of the paper that a line holds: 云渡日报, 今日临江, 柳溪融媒."""
    bare = WEEKDAY.sub(" ", without_dates(SECTION.sub(" ", line)))
    match = _paper_name().search(bare)
    return match["name"] if match and not _masthead_words().fullmatch(match["name"]) else None  # 综合新闻 is a section


@lru_cache(maxsize=64)  # reading the page asks of the same lines as dating it
def is_masthead(line: str) -> bool:
    """Return whether a line, folded, holds a name of a paper, a date with its year or a page number, and nothing else to speak of."""
    if not _word_of_masthead().search(line) and not FIGURES_OF_MASTHEAD.search(line):  # nothing that is looked for, as in most lines
        return False
    rest, found = line, 0
    for pattern in (*DATES, _paper_name(), PAGE):
        rest, n = pattern.subn(" ", rest)
        found += n
    if not found:
        return False
    return len(FILLING.sub("", _masthead_words().sub(" ", rest))) <= 2


def _page_of(line: str) -> str | None:
    match = PAGE.search(EDITION_COUNT.sub(" ", without_dates(line)))
    if match is None:
        return None
    if match[2]:
        return str(parse_int(match[2]))
    return (match[1] or match[3] or match[4]).replace(" ", "")


def without_dates(line: str) -> str:
    """Return a line with a space for each whole day in it."""
    for pattern in DATES:
        line = pattern.sub(" ", line)
    return line


def _date_of(line: str) -> date | None:
    """Return the first whole day of a line, by the first way of printing one that it has.

    >>> _date_of("云渡新闻网 5月 17, 2024"), _date_of("17.05.2024 09:12"), _date_of("第17.5版")
    (datetime.date(2024, 5, 17), datetime.date(2024, 5, 17), None)
    """
    match = next((match for pattern in DATES if (match := pattern.search(line))), None)
    return match and day_of(*(parse_int(match[part].replace("○", "〇")) or 0 for part in ("year", "month", "day")))


def day_of(year: int, month: int, day: int) -> date | None:
    """Return the day, None where there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


READERS = {"paper": _paper_of, "date": _date_of, "page": _page_of}
