"""The days of a page: its issue, and the dateline of each article.

Bylines print 11月28日 and leave the year to the reader. It is decided from evidence alone: the date of the issue where path or masthead
name it; else a full date or the name of this year's event in the article (2024年…活动周), else the same in other articles of the page;
else it stays open. A year of plans (2025年，计划…) is never taken for the year of the news.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from transforms.records import Article
from transforms.text.numerals import parse_int
from transforms.times import find_times
from transforms.times.tokens import plain

PLANS = re.compile("计划|规划|将|力争|拟|预计|目标|争取|有望|建成|到$|前|底|起")
EVENT = re.compile(
    "^(?:度)?[^，,。;；！\n]{0,30}?(?:活动|大会|会议|启动|仪式|赛|周|节|展|论坛|典礼|培训|评选|年会|晚会|行动|演练|演习|工作会|推进会|招聘|开幕|闭幕|表彰|发布)"
)
BEFORE_NEWS, AFTER_NEWS = timedelta(days=100), timedelta(days=31)
"""How long before and after what its texts tell a page that says no date was printed: a season and a month, by hand."""
AFTER_ISSUE = timedelta(days=7)
"""How far after its issue a dateline may lie: weeklies are dated ahead of what they print."""
EVENT_WITHIN = 120
"""Characters of a text in which the year of what it reports stands: two sentences, by hand."""


@dataclass(frozen=True, slots=True)
class Dating:
    """The days of an article; ``anchor`` is the day its times count from: of what an agency or a place wired its dateline, else the issue."""

    dateline_on: date | None
    published_on: date | None
    published_basis: str | None
    anchor: date | None


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
    wired = [article.agency or article.dateline_place or not issue_on for article in articles]
    return [
        Dating(day, published_on, basis, day if day and is_wired else published_on) for day, is_wired in zip(datelines, wired, strict=True)
    ]


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


DATELINE = re.compile(
    "(?:([0-9]{4}|[〇零一二三四五六七八九]{4})年)?([0-9]{1,2}|[一二三四五六七八九十]{1,2})月([0-9]{1,2}|[一二三四五六七八九十]{1,3})[日号]"
)


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
    return bool(
        PLANS.search(clause[:8])
        or text[max(start - 4, 0) : start].endswith(("到", "至", "计划", "预计", "力争", "拟于", "将于", "迎接", "迎"))
    )


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
