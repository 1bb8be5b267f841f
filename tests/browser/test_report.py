"""The report: opens offline, shows the known rows, draws nothing without data, and keeps hostile text text."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.warehouse_rows import DAILY, Rows, known_rows, known_warehouse
from warehouse import charts, report

VOID = {"meta", "link", "br", "hr", "img", "input"}
SHAPES = {"rect", "line", "text", "g", "svg", "title"}


class Page(HTMLParser):
    """What a browser sees: tags in order, text, and whether every tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        assert self.open == [], self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, (tag, self.open)

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def html_of(rows: Rows) -> str:
    con = rows.connect()
    try:
        return report.render_report(con)
    finally:
        con.close()


@pytest.fixture(scope="module")
def html():
    return html_of(known_rows())


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_it_shows_what_is_in_the_warehouse(page):
    text = re.sub(r"\s+", " ", page.text)
    for piece in (
        "云渡日报 · 清浦时报",
        "2031-05-09 — 2031-05-11",
        "林叙白",
        "区长",
        "何静澜 2",
        "12亿",
        "总投资 12亿元",
        "星槎科技公司 — 云渡区发展改革局",
        "白渡镇",
        "防汛",
        "undecodable",
        "broken.txt",
        "缺尾",
        "区长林叙白来到青禾产业园，调研项目建设",
        "重复刊登他文",
    ):
        assert piece in text, piece


def test_every_fact_leads_to_its_article_which_stands_at_the_end_with_its_raw_file(html, page):
    con = known_warehouse()
    rows = con.execute(
        "SELECT DISTINCT article_id, path FROM project_investments JOIN articles USING (article_id) JOIN raw_files USING (file_id)"
    ).fetchall()
    assert rows
    for article_id, path in rows:
        assert f'href="#{article_id}"' in html and f'<dt id="{article_id}">' in html and f"{path} · {article_id}" in html
    shown = re.sub(r"<footer>.*|<dl.*?</dl>", "", html, flags=re.S)
    assert not re.search(r">[^<]*[0-9a-f]{16}-a\d{4}[^<]*<", re.sub(r'<span class="source">.*?</span>', "", shown)), "headlines, not hashes"


def test_it_speaks_one_language_at_a_time():
    con = known_warehouse()
    texts = {language: Page(report.render_report(con, language)).text for language in report.LANGUAGES}
    printed = re.compile(
        "|".join(
            map(
                re.escape,
                sorted(
                    {
                        str(value)
                        for (table,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall()
                        for row in con.execute(f"FROM {table}").fetchall()
                        for value in row
                    },
                    key=len,
                    reverse=True,
                ),
            )
        )
    )
    assert "What to doubt" in texts["en"] and "存疑" in texts["zh"]
    assert not re.search("存疑|人物|文章|日期|篇", printed.sub("", texts["en"])), "what is not printed is English"
    assert not re.search(r"[A-Z][a-z]+ [a-z]+ [a-z]+", printed.sub("", texts["zh"])), "what is not printed is Chinese"


def test_parts_stand_under_their_total():
    rows = known_rows()
    article = (
        rows.page(DAILY, date(2031, 5, 12))
        .article("桥", "望江大桥总投资40亿元，其中引桥投资10亿元。")
        .amount("40亿元", 4e9)
        .amount("10亿元", 1e9)
    )
    rows.tables["quantities"][-1]["part_of"] = rows.tables["quantities"][-2]["quantity_id"]
    found = report.investments(rows.connect())
    assert found[0]["article_id"] == article.id and [part["amount_text"] for part in found[0]["parts"]] == ["10亿元"]
    assert "10亿元" not in [row["amount_text"] for row in found]


def test_its_numbers_are_those_of_the_tables(html):
    con = known_warehouse()
    for table in ("articles", "people", "organizations", "places", "quantities", "quotes", "events"):
        assert f"<b>{con.execute(f'SELECT count(*) FROM {table}').fetchall()[0][0]}</b>" in html, table


def test_it_needs_nothing_beside_it_and_asks_no_network(html, page):
    assert not [tag for tag, attrs in page.tags if tag in ("script", "link", "img", "iframe") or {"src", "onclick", "onload"} & set(attrs)]
    assert all(attrs["href"].startswith("#") for tag, attrs in page.tags if tag == "a")
    assert "url(" not in html and "@import" not in html and "http://" not in html and "https://" not in html
    ids = {attrs.get("id") for _, attrs in page.tags}
    assert {attrs["href"][1:] for tag, attrs in page.tags if tag == "a"} <= ids


def test_hostile_text_stays_text(html, page):
    assert "&lt;script&gt;alert(1)&lt;/script&gt;孩子们的读书节" in html
    assert page.count("script") == 0


@pytest.mark.parametrize(
    "hostile", ['"><img src=x onerror=alert(1)>', "</style><script>1</script>", "{{ 7 * 7 }}", "{% raw %}", "&lt;", "'\x00\u2028", "]]>"]
)
def test_hostile_text_in_every_column_stays_text(hostile):
    con = known_warehouse()
    for table, column in con.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE data_type = 'VARCHAR' AND column_name NOT LIKE '%_id' "
        "AND table_name IN (SELECT table_name FROM duckdb_tables()) AND column_name NOT IN ('role', 'status', 'kind', 'basis', 'value')"
    ).fetchall():
        con.execute(f'UPDATE {table} SET "{column}" = concat("{column}", ?)', [hostile])
    page = Page(report.render_report(con))
    assert page.count("img") == page.count("script") == 0
    assert {tag for tag, _ in page.tags} & SHAPES == SHAPES
    assert not [attrs for _, attrs in page.tags if "onerror" in attrs]
    assert "49" not in page.text


def test_chart_has_both_axes_and_one_bar_for_each_paper_and_day(page):
    drawings = [attrs["class"] for tag, attrs in page.tags if tag == "svg"]
    assert drawings == ["chart narrow", "chart wide"]
    assert page.count("rect") == 2 * 4
    for label in ("5/9", "5/10", "5/11"):
        assert page.text.count(label) >= 2


def test_an_empty_warehouse_gives_a_report_without_charts():
    page = Page(html_of(Rows()))
    assert page.count("svg") == page.count("table") == 0
    for line in (
        "库中还没有文章",
        "没有找到人物",
        "没有找到投资金额",
        "没有带日期的关键词",
        "没有找到地点",
        "没有隔离的文件",
        "没有看到人事变动",
        "没有可疑之处",
        "日期不详",
    ):
        assert line in page.text, line


def test_articles_without_a_date_are_counted_not_drawn():
    rows = Rows()
    rows.page(None, None).article("无日期", "一句话。")
    page = Page(html_of(rows))
    assert page.count("svg") == 0 and "日期都不详" in page.text
    rows.page(DAILY, date(2031, 1, 1)).article("有日期", "一句话。")
    page = Page(html_of(rows))
    assert page.count("svg") == 2 and "另有 1 篇日期不详" in page.text


def test_many_papers_share_the_last_colour():
    rows = Rows()
    for number in range(9):
        rows.page(f"第{number}报", date(2031, 1, 1)).article("题", "一句话。")
    page = Page(html_of(rows))
    assert "其他 4 种" in page.text
    assert {attrs["class"] for tag, attrs in page.tags if tag == "rect"} == {f"s{n}" for n in range(6)}


def test_people_and_pairs_are_those_of_the_tables_and_networks():
    con = known_warehouse()
    assert [(row["name"], row["n_articles"]) for row in report.people(con)] == con.execute(
        "SELECT name, n_articles FROM people WHERE n_articles > 0 ORDER BY n_articles DESC, n_bylines DESC, n_mentions DESC, name"
    ).fetchall()
    for kind in ("person", "organization"):
        assert [
            tuple(row[name] for name in ("id", "other_id", "n_articles", "n_sentences", "article_ids")) for row in report.pairs(con, kind)
        ] == con.execute(
            f"SELECT {kind}_id, other_id, n_articles, n_sentences, article_ids FROM {kind}_network WHERE n_articles > 1 OR n_sentences > 0 LIMIT 12"
        ).fetchall()


def test_a_repeated_report_of_an_investment_counts_once():
    rows = known_rows()
    for article in rows.tables["articles"]:
        article["is_canonical"] = article["headline"] != "星槎科技签约云渡"
    con = rows.connect()
    assert [row["amount_text"] for row in report.investments(con)] == ["12亿元", "3000万元"]


def test_the_file_is_whole_and_the_same_each_time(tmp_path):
    con = known_warehouse()
    report.write_report(con, tmp_path / "deep" / "report.html")
    first = (tmp_path / "deep" / "report.html").read_bytes()
    report.write_report(con, tmp_path / "deep" / "report.html")
    assert (tmp_path / "deep" / "report.html").read_bytes() == first
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["report.html"]
    assert len(first) < 200_000


@given(st.dates(date(1949, 1, 1), date(2040, 1, 1)), st.integers(0, 20_000), st.integers(3, 60), st.sampled_from(charts.PERIODS))
def test_periods_run_on_without_gap_or_overlap(first, n_days, at_most, period):
    last = first + timedelta(days=n_days)
    starts = charts.periods_between(first, last, period, at_most=100_000)
    assert starts[0] <= first and starts[-1] <= last < charts.next_period(starts[-1], period)
    assert all(charts.next_period(one, period) == other for one, other in zip(starts, starts[1:], strict=False))
    chosen = charts.choose_period(first, last, at_most)
    assert chosen == "year" or len(charts.periods_between(first, last, chosen)) <= at_most


@given(st.lists(st.lists(st.integers(0, 500_000), min_size=2, max_size=2), min_size=1, max_size=40), st.sampled_from([350.0, 920.0]))
def test_columns_stay_inside_the_axes_and_are_as_tall_as_their_numbers(counts, width):
    first = date(2031, 1, 1)
    by_day = {first + timedelta(days=n): pair for n, pair in enumerate(counts)}
    chart = charts.column_chart(by_day, ("甲", "乙"), "day", width)
    unit = (chart.bottom - chart.top) / int(chart.y_ticks[-1].label.replace(",", ""))
    assert all(chart.left <= bar.x and bar.x + bar.width <= chart.right + 0.01 and bar.y >= chart.top - 0.01 for bar in chart.bars)
    assert sum(bar.height for bar in chart.bars) == pytest.approx(unit * sum(map(sum, counts)))
    assert chart.y_ticks[0].at == chart.bottom and chart.y_ticks[-1].at == pytest.approx(chart.top)
    assert chart.left > charts.WIDTH_OF_DIGIT * max(len(tick.label) for tick in chart.y_ticks)
