"""Columns that stand side by side are read one after the other, and tables are left as they stand."""

from __future__ import annotations

from itertools import zip_longest

from tests.laws import check_accounting, check_articles, check_edits
from transforms.pages import read_page
from transforms.pages.columns import find_columns
from transforms.text.characters import fold

FERRY_TEXT = "本报讯（周明远）云渡区的老渡口今天恢复通航，两岸居民前来观看，首班渡船载着四十名乘客离开码头驶向对岸，全程七分钟。区交通运输局负责人介绍，渡船每天往返二十班，票价两元，老人和学生免费乘坐。"
LIBRARY_TEXT = "本报讯（罗燕）区图书馆从下月起每天开放到晚上九点半，读者可以凭身份证入馆阅读，新开的自习室有一百二十个座位。馆长说，周末还将举办面向孩子的朗读会，家长可以提前三天在网上预约。"


def rows_of(text: str) -> list[str]:
    """Return a paragraph wrapped at twelve characters, its first line indented."""
    return ["  " + text[:11], *(text[at : at + 12] for at in range(11, len(text), 12))]


FERRY, LIBRARY = ["老渡口恢复通航", *rows_of(FERRY_TEXT)], ["图书馆延长开放", *rows_of(LIBRARY_TEXT)]


def beside(*columns: list[str], gap: int = 4) -> str:
    """Return columns laid beside each other as a program does that keeps the layout."""
    pitch = max(len(row) for column in columns for row in column) + gap
    return "".join("".join(row.ljust(pitch) for row in rows).rstrip() + "\n" for rows in zip_longest(*columns, fillvalue=""))


def test_columns_are_read_one_after_the_other():
    text = "云渡日报 2024年5月17日 星期五 第2版\n\n" + beside(FERRY, LIBRARY)
    page = read_page(text)
    assert page.form.startswith("2 columns side by side, wrapped")
    assert [(article.headline, article.reporters) for article in page.articles] == [(FERRY[0], ("周明远",)), (LIBRARY[0], ("罗燕",))]
    assert [article.paragraphs[-1].text for article in page.articles] == [FERRY_TEXT, LIBRARY_TEXT]
    check_accounting(text, page)
    check_articles(page)
    check_edits(page)


def test_an_article_goes_on_in_the_next_column():
    page = read_page(beside(FERRY[:5], FERRY[5:]))
    assert [paragraph.text for article in page.articles for paragraph in article.paragraphs] == [FERRY[0], FERRY_TEXT]


def test_a_headline_over_all_columns_parts_what_stands_above_from_what_stands_below():
    wide = ["云渡区老渡口扩建工程今天上午全面完工并且通过验收", "市图书馆从下月起每天延长开放两个小时直到晚上九点半"]
    text = "".join(f"{head}\n{beside(column[1:5], column[5:])}" for head, column in zip(wide, (FERRY, LIBRARY), strict=True))
    assert [article.headline for article in read_page(text).articles] == wide


def test_a_gutter_of_one_space_is_one_beside_a_full_line():
    text = beside(FERRY, LIBRARY, gap=3).replace(f"{FERRY[3]}   ", f"{FERRY[3]} ")
    assert [article.headline for article in read_page(text).articles] == [FERRY[0], LIBRARY[0]]


def test_a_table_is_no_page_in_columns():
    offices = ["云渡区交通运输局", "白塔区教育局", "清浦镇人民政府", "东陵街道办事处", "望江街道办事处", "区图书馆", "区档案馆"]
    spent = [f"今年支出{n}00万元" for n in range(len(offices))]
    assert find_columns(beside(offices, spent, ["已经完成"] * len(offices))) is None


def test_columns_that_run_into_each_other_are_left_and_said():
    rows = [
        f"{left}{right}" if number % 3 else f"{left}    {right}"
        for number, (left, right) in enumerate(zip(FERRY[2:] * 4, LIBRARY[2:] * 4, strict=False))
    ]
    page = read_page("\n".join(rows))
    assert not (columns := find_columns(fold("\n".join(rows)))) or not columns.cells and columns.form in page.form


def test_a_line_of_many_spaces_is_read_as_any_other():
    text = beside(FERRY, LIBRARY) + "渡 " * 20_000
    assert find_columns(fold(text)) is None or read_page(text).articles
