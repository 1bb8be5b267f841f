"""The days of a page: mastheads, datelines, and years that come from evidence only."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import shared
from transforms.dating import date_page, month_and_day, nearest, year_of_news
from transforms.pages import masthead, read_page
from transforms.pages.masthead import read_masthead
from transforms.records import Article


def article(dateline: str | None, text: str) -> Article:
    return Article(1, 0, len(text), None, (), "news", (), (), None, None, dateline, (), (), False, False, text)


def days_of(articles, issue_on=None):
    return [
        (one.dateline_on and one.dateline_on.isoformat(), one.published_on and one.published_on.isoformat(), one.published_basis)
        for one in date_page(articles, issue_on)
    ]


def test_the_issue_gives_the_year():
    assert days_of([article("12月28日", "12月28日,清浦大桥通车。"), article(None, "渡口很忙。")], date(2025, 1, 4)) == [
        ("2024-12-28", "2025-01-04", "issue date"),
        (None, "2025-01-04", "issue date"),
    ]


def test_times_count_from_the_issue_but_in_what_an_agency_wired():
    own, wired = article("5月29日", "5月29日,渡口起火。"), article("5月29日", "渡口起火。")._replace(agency="新华社")
    assert [one.anchor for one in date_page([own, wired], date(2023, 5, 31))] == [date(2023, 5, 31), date(2023, 5, 29)]


def test_a_dateline_is_of_the_year_of_the_issue_and_not_of_the_next():
    for month in range(1, 12):
        assert days_of([article(f"{month}月3日", "工程开工。")], date(2024, 12, 4))[0][0] == f"2024-{month:02d}-03"


def test_this_years_event_in_one_article_dates_the_page():
    page = [article("11月28日", "11月28日,工程开工。"), article("11月26日", "11月26日,2024年云渡区读书活动周启动。")]
    assert days_of(page) == [
        ("2024-11-28", "2024-11-28", "newest dateline of the page, year from page"),
        ("2024-11-26", "2024-11-28", "newest dateline of the page, year from page"),
    ]


def test_without_evidence_nothing_is_dated():
    assert days_of([article("11月28日", "11月28日,工程开工,计划2025年完工。")]) == [(None, None, "unresolved: no year known")]
    assert days_of([article(None, "渡口很忙。")]) == [(None, None, "unresolved: no date on the page")]


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("11月26日,2024年云渡区读书活动周启动。2025年,计划再办两届。", 2024),
        ("11月28日,会议召开。此前的2024年11月20日,工程已经开工。", 2024),
        ("11月26日,工程开工,计划2025年完工。", None),
        ("11月26日,力争2025年建成。", None),
        ("11月26日,这座桥建于1958年。", None),
        ("11月26日,渡口很忙。", None),
    ],
)
def test_year_of_news(text, year):
    assert year_of_news(text, (11, 26)) == year


@pytest.mark.parametrize(
    ("dateline", "parts"),
    [
        ("11月28日下午", (None, 11, 28)),
        ("２０２４年１１月２８日", (2024, 11, 28)),
        ("二〇二四年十一月二十八日", (2024, 11, 28)),
        ("昨日", None),
        (None, None),
        ("", None),
    ],
)
def test_month_and_day(dateline, parts):
    assert month_and_day(dateline) == parts


@pytest.mark.parametrize(
    ("text", "paper", "issue_on", "page"),
    [
        ("云渡日报\n\n2025年3月4日 星期二 农历乙巳年二月初五 第01版:要闻\n\n新城开建\n", "云渡日报", "2025-03-04", "1"),
        ("2024年11月29日 星期五 云渡日报 第03版\n\n云渡新城开建\n", "云渡日报", "2024-11-29", "3"),
        ("云渡晚报　A２　２０２５年３月７日\n\n新城开建\n", "云渡晚报", "2025-03-07", "A2"),
        ("新城开建\n\n本报讯 2024年11月28日,新城开建。\n", None, None, None),
        ("渡口通航\n20240904\n渡口今天通航，两岸居民前来观看。\n", None, "2024-09-04", None),
        ("航道处\n" * 20 + "渡口通航\n2024-09-04 06:35\n渡口今天通航，两岸居民前来观看。\n", None, "2024-09-04", None),
        ("今天是2026年1月5日 星期一\n渡口通航\n渡口今天通航，两岸居民前来观看。\n", None, None, None),
        ("2026年1月5日 多云\n渡口通航\n发布日期:2024-09-04\n渡口今天通航，两岸居民前来观看。\n", None, "2024-09-04", None),
        ("云渡日报 2024年9月5日\n渡口通航\n发布日期:2024-09-04\n渡口今天通航，两岸居民前来观看。\n", "云渡日报", "2024-09-05", None),
        ("云渡日报社今日搬迁,2024年11月28日开始办公。\n", None, None, None),
        ("渡口通航\n17.03.2016 12:30\n渡口今天通航，两岸居民前来观看。", None, "2016-03-17", None),
        ("渡口通航\n3月 30, 2022\n渡口今天通航，两岸居民前来观看。", None, "2022-03-30", None),
        ("渡口通航\n9.5.2016 版\n渡口今天通航，两岸居民前来观看。", None, "2016-05-09", None),
        ("渡口通航\n版本 1.17.2016.3\n渡口今天通航，两岸居民前来观看。", None, None, None),
        ("", None, None, None),
    ],
)
def test_mastheads(text, paper, issue_on, page):
    found = read_masthead(text)
    assert (found.paper, found.issue_on and found.issue_on.isoformat(), found.page) == (paper, issue_on, page)


@given(st.dates(date(1901, 3, 1), date(2098, 10, 1)), st.integers(-180, 180))
def test_nearest_is_never_more_than_half_a_year_away(to, away):
    day = date.fromordinal(to.toordinal() + away)
    found = nearest((day.month, day.day), to)
    assert found is not None and (found == day or abs(found - to) <= abs(day - to))


def test_the_real_page_is_dated_by_what_it_prints():
    text = shared("page.txt").read_text("utf-8")
    page = read_page(text)
    datings = date_page(page.articles, read_masthead(text).issue_on)
    assert {one.published_on for one in datings} == {date(2024, 12, 3)}
    assert all("year from" in one.published_basis for one in datings)
    assert {one.dateline_on.year for one in datings if one.dateline_on} == {2024}


@pytest.mark.parametrize("text", ["\n" * 200_000, "云渡日报" * 50_000, "2025年3月4日 " * 20_000, ("第1版 " * 9 + "\n") * 5000])
def test_hostile_mastheads_do_no_harm(text):
    for span in read_masthead(text).spans:
        assert text[span.char_start : span.char_end]


def test_a_month_that_news_lasts_since_has_no_end_and_tells_no_year() -> None:
    assert year_of_news("2021年10月以来，渡口通航。", (11, 29)) is None


MASTHEAD_PARTS = st.sampled_from(
    [*"第版年月日报刊-./AFG05 一三", "2024", "2031年5月12日", "20310512", "5月 12, 2031", "12.05.2031", "云渡", "日报", "周刊", "03", "A3"]
)


@settings(max_examples=500)
@given(st.lists(MASTHEAD_PARTS, max_size=8).map("".join))
def test_a_line_without_a_sign_of_a_masthead_holds_nothing_of_one(line):
    """Only lines with such a sign are looked at further."""
    patterns = (*masthead.DATES, masthead.PAGE, masthead._paper_name())
    has_sign = masthead._word_of_masthead().search(line) or masthead.FIGURES_OF_MASTHEAD.search(line)
    assert has_sign or not any(pattern.search(line) for pattern in patterns)
