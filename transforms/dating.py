"""The days of a page: its issue, and the dateline of each article.

Bylines print 11月28日 and leave the year to the reader. It is decided from evidence alone: the date of the issue where path or masthead
name it; else a full date or the name of this year's event in the article (2024年…活动周), else the same in other articles of the page;
else it stays open. A year of plans (2025年，计划…) is never taken for the year of the news.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

from transforms.lexicons import read_lines, read_words
from transforms.records import Article
from transforms.text.numerals import parse_int
from transforms.text.patterns import one_of
from transforms.text.spans import Span
from transforms.times import find_times
from transforms.times.tokens import plain

PLANS = re.compile("计划|规划|将|力争|拟|预计|目标|争取|有望|建成|到$|前|底|起")
EVENT = re.compile(
    "^(?:度)?[^，,。;；！\n]{0,30}?(?:活动|大会|会议|启动|仪式|赛|周|节|展|论坛|典礼|培训|评选|年会|晚会|行动|演练|演习|工作会|推进会|招聘|开幕|闭幕|表彰|发布)"
)
BEFORE_NEWS, AFTER_NEWS = timedelta(days=100), timedelta(days=31)
AFTER_ISSUE = timedelta(days=7)
"""How far after its issue a dateline may lie: weeklies are dated ahead of what they print."""
EVENT_WITHIN = 120


@dataclass(frozen=True, slots=True)
class Dating:
    """The days of an article; ``anchor`` is the day its times count from."""

    dateline_on: date | None
    published_on: date | None
    published_basis: str | None
    anchor: date | None


@dataclass(frozen=True, slots=True)
class Masthead:
    """What a page prints of its issue, None where it is not plainly there; ``spans`` are the lines read, in the raw text."""

    paper: str | None
    issue_on: date | None
    page: str | None
    spans: tuple[Span, ...]


def date_page(articles: Sequence[Article], issue_on: date | None) -> list[Dating]:
    """Return the days of each article of a page, in order.

    ``published_on`` is the issue's date; else the newest dateline of the page whose year is known; else None.
    """
    printed = [month_and_day(article.dateline) for article in articles]
    datelines, bases = _resolve_datelines(articles, printed, issue_on)
    if issue_on:
        published_on, basis = issue_on, "issue date"
    else:
        published_on, basis = max(
            ((day, f"newest dateline of the page, {bases[n]}") for n, day in enumerate(datelines) if day),
            default=(None, "unresolved: no year known" if any(printed) else "unresolved: no date on the page"),
        )
    return [Dating(day, published_on, basis, day or published_on) for day in datelines]


def month_and_day(dateline: str | None) -> tuple[int | None, int, int] | None:
    """Return year, month and day of a dateline as printed, year None where it prints none; None where it is no date.

    >>> month_and_day("11月28日下午"), month_and_day("２０２４年１１月２８日")
    ((None, 11, 28), (2024, 11, 28))
    """
    match = DATELINE.search(plain(dateline or ""))
    if match is None:
        return None
    year, month, day = (parse_int(part) if part else None for part in match.groups())
    return (year, month, day) if month and day else None


DATELINE = re.compile("(?:([0-9]{4}|[〇零一二三四五六七八九]{4})年)?([0-9]{1,2}|[一二三四五六七八九十]{1,2})月([0-9]{1,2}|[一二三四五六七八九十]{1,3})[日号]")


def _resolve_datelines(
    articles: Sequence[Article], printed: Sequence[tuple[int | None, int, int] | None], issue_on: date | None
) -> tuple[list[date | None], list[str]]:
    """Return the datelines and where their years come from."""
    days: list[date | None] = [None] * len(articles)
    bases = [""] * len(articles)
    for n, parts in enumerate(printed):
        if parts is None:
            continue
        if parts[0]:
            days[n], bases[n] = _day(*parts), "year printed"
        elif issue_on:
            days[n], bases[n] = day_before_issue(parts[1:], issue_on), "year from issue date"
        else:
            year = year_of_news(articles[n].text, parts[1:])
            days[n], bases[n] = (_day(year, *parts[1:]), "year from article") if year else (None, "")
    known = [day for day in days if day]
    page_day = known[0] if known else None
    if page_day is None and not issue_on:
        page_day = _day_from_undated(articles, printed)
    for n, parts in enumerate(printed):
        if parts and days[n] is None and page_day:
            days[n], bases[n] = nearest(parts[1:], page_day), "year from page"
    return days, bases


def _day_from_undated(articles: Sequence[Article], printed: Sequence[tuple[int | None, int, int] | None]) -> date | None:
    """Return a day near the page's news from an article without dateline, read with the datelines of the others."""
    others = [parts[1:] for parts in printed if parts]
    for article, parts in zip(articles, printed, strict=True):
        year = None if parts or not others else year_of_news(article.text, others[0])
        if year:
            return _day(year, *others[0])
    return None


def year_of_news(text: str, month_day: tuple[int, int]) -> int | None:
    """Return the year of news of that month and day which the text shows, None where it shows none.

    Shown by a full date shortly before the news, or by the name of an event near the beginning that carries the year.

    >>> year_of_news("11月26日,2024年云渡区读书活动周启动。2025年,计划再办两届。", (11, 26))
    2024
    >>> year_of_news("11月26日,工程开工,计划2025年完工。", (11, 26)) is None
    True
    """
    votes: dict[int, int] = {}
    for time in find_times(text, None):
        if time.start_on is None or not time.basis.startswith("explicit") or time.granularity == "duration":
            continue
        year, after = time.start_on.year, text[time.char_end : time.char_end + 40]
        if not 1900 <= year <= 2100 or _is_plan(text, time.char_start, after):
            continue
        news = _day(year, *month_day)
        if news is None:
            continue
        if time.granularity in ("day", "daypart", "hour", "minute", "month"):
            if time.end_on and time.start_on - AFTER_NEWS <= news <= time.end_on + BEFORE_NEWS:
                votes[year] = votes.get(year, 0) + 2
        elif time.granularity == "year" and time.char_start < EVENT_WITHIN and EVENT.match(after):
            votes[year] = votes.get(year, 0) + 1
    return max(votes, key=lambda year: (votes[year], year)) if votes else None


def _is_plan(text: str, start: int, after: str) -> bool:
    clause = re.split("[。！;；\n]", after)[0][:12]
    return bool(PLANS.search(clause[:8]) or text[max(start - 4, 0) : start].endswith(("到", "至", "计划", "预计", "力争", "拟于", "将于", "迎接", "迎")))


def day_before_issue(month_day: tuple[int, int], issue_on: date) -> date | None:
    """Return the last day of that month and day that a paper of an issue can be dated from; the issue may name a day or two ahead.

    >>> day_before_issue((12, 28), date(2025, 1, 4)), day_before_issue((3, 1), date(2024, 11, 29))
    (datetime.date(2024, 12, 28), datetime.date(2024, 3, 1))
    """
    days = (_day(year, *month_day) for year in (issue_on.year + 1, issue_on.year, issue_on.year - 1))
    return next((day for day in days if day and day <= issue_on + AFTER_ISSUE), None)


def nearest(month_day: tuple[int, int], to: date) -> date | None:
    """Return the day of that month and day nearest to another.

    >>> nearest((12, 28), date(2025, 1, 4))
    datetime.date(2024, 12, 28)
    """
    days = [day for year in (to.year - 1, to.year, to.year + 1) if (day := _day(year, *month_day))]
    return min(days, key=lambda day: abs(day - to), default=None)


def _day(year: int | None, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year else None
    except ValueError:
        return None


# The masthead

TOP_LINES, BOTTOM_LINES, LONGEST_LINE = 12, 5, 70
PAGE = re.compile("第?[ ]?0*([A-Z]?[ ]?[0-9]{1,2})[ ]?版|第([一二三四五六七八九十]{1,3})版|(?<![A-Za-z0-9])0*([A-F][0-9]{1,2})(?![A-Za-z0-9])")
DATE = re.compile("([12][0-9]{3}|[一二][〇零一二三四五六七八九]{3})年[ ]?([0-9]{1,2}|[一二三四五六七八九十]{1,2})月[ ]?([0-9]{1,2}|[一二三四五六七八九十]{1,3})日")
FIGURES = re.compile(r"([12][0-9]{3})([-./])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
WEEKDAY = re.compile("星期[一二三四五六日天]|周[一二三四五六日]")
FILLING = re.compile(r"[\s\W_]+")
SIGN = re.compile("[版报刊]|年.*月|[A-F][0-9]|[0-9][-./][0-9]")
"""Without any of these nothing that is looked for in a masthead can be found: most lines have none."""


@cache
def _paper_name() -> re.Pattern[str]:
    return re.compile(f"(?<![一-鿿])[一-鿿]{{2,8}}?{one_of(read_words('paper_names.txt'))}(?![一-鿿])")


@cache
def _masthead_words() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{line})" for line in read_lines("masthead_words.txt")))


def read_masthead(text: str) -> Masthead:
    """Return what a page prints of its issue: name of the paper, date, number of the page.

    Only lines at the top and the bottom are read that hold nothing else; a date counts where a name, a page number or a weekday stands
    in its line, or in a line beside it.

    >>> read_masthead("2024年11月29日 星期五 云渡日报 第03版\\n\\n云渡新城开建\\n")
    Masthead(paper='云渡日报', issue_on=datetime.date(2024, 11, 29), page='3', spans=(Span(char_start=0, char_end=25),))
    """
    lines = [line for line in _edge_lines(text) if is_masthead(line[1])]
    paper = _first(lines, lambda line: (match := _paper_name().search(line)) and match[0])
    page = _first(lines, _page_of)
    dated = [line for line in lines if _date_of(line[1]) and (line[2] or WEEKDAY.search(line[1]) or _paper_name().search(line[1]))]
    plain = any(WEEKDAY.search(line[1]) or _paper_name().search(line[1]) or _page_of(line[1]) for line in lines)
    issue_on = _first(dated, _date_of) if plain else None
    used = [
        Span(start, start + len(line)) for start, line, _ in lines
        if (paper and paper in line) or (page and _page_of(line) == page) or (issue_on and _date_of(line) == issue_on)
    ]
    return Masthead(paper, issue_on, page, tuple(used))


def _edge_lines(text: str) -> list[tuple[int, str, bool]]:
    """Return the first and last lines that are not blank: offset, plain text, whether at the top."""
    top, at = [], 0
    head = text[:4000]
    for line in head.split("\n"):
        if line.strip() and len(top) < TOP_LINES:
            top.append((at, plain(line.rstrip("\r")), True))
        at += len(line) + 1
    bottom, end = [], len(text)
    for line in reversed(text[-2000:].split("\n")):
        start = end - len(line)
        if line.strip() and len(bottom) < BOTTOM_LINES and start > (top[-1][0] if top else -1):
            bottom.append((start, plain(line.rstrip("\r")), False))
        end = start - 1
    return [line for line in top + bottom[::-1] if len(line[1].strip()) <= LONGEST_LINE]


@lru_cache(maxsize=64)  # reading the page asks of the same lines as dating it
def is_masthead(line: str) -> bool:
    """Return whether a line holds a name of a paper, a date with its year or a page number, and nothing else to speak of."""
    rest, found = plain(line), 0
    if not SIGN.search(rest):
        return False
    for pattern in (DATE, FIGURES, _paper_name(), PAGE):
        rest, n = pattern.subn(" ", rest)
        found += n
    if not found:
        return False
    return len(FILLING.sub("", _masthead_words().sub(" ", rest))) <= 2


def _page_of(line: str) -> str | None:
    match = PAGE.search(line)
    if match is None:
        return None
    if match[2]:
        return str(parse_int(match[2]))
    return (match[1] or match[3]).replace(" ", "")


def _date_of(line: str) -> date | None:
    match, figures = DATE.search(line), FIGURES.search(line)
    if match:
        return _day(*(parse_int(part) or 0 for part in match.groups()))
    return _day(int(figures[1]), int(figures[3]), int(figures[4])) if figures else None


def _first(lines: Iterable[tuple[int, str, bool]], read):
    """Return what the first line gives that gives anything."""
    return next((found for _, line, _ in lines if (found := read(line))), None)
