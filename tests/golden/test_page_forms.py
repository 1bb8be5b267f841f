"""Articles that nothing was learned from, printed in every physical form, are read as they were written."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from tests.bench.page_forms import FORMS, print_page, score
from tests.bench.train_pages import modern
from tests.news_gold import read_gold
from transforms.pages import read_page
from transforms.pages.block_features import features_of
from transforms.pages.blocks import Line, PageBlock
from transforms.pages.joins import JoinSearch
from transforms.pages.physical_form import MEASURES, find_inserted, find_wrapping, width_in_characters, width_of, width_of_narrow
from transforms.pages.roles import possible_labels
from transforms.pages.unwrapping import certain_labels

HARDEST = {
    "links": 0.75,
    "columns side by side": 0.8,
    "wrapped, running heads": 0.8,
    "wrapped, flush": 0.8,
    "wrapped, headlines too": 0.8,
    "wrapped, pictures": 0.8,
}
"""Forms that tear sentences apart, or print a headline as wide as the text: the share of articles whose text must come out whole all the same."""

LEAST_RIGHT = {"wrapped, flush": 0.95, "links": 0.5}
"""Forms whose lines do not show where paragraphs end, or that tear a few sentences in three: the share of edits that must be right."""
MOST_TORN = 0.003
"""Neighbouring characters that come out apart; a running head between the halves of a sentence is left between them."""


@pytest.fixture(scope="module")
def held_out_pages():
    """Ten lists of articles, to be printed as pages; drawn from named files, so that new gold does not draw other pages."""
    rng = Random(7)
    articles = [modern(article.as_dict()) for article in read_gold("held_coast_1.txt", "held_delta_1.txt", "held_inland_1.txt")]
    return [rng.sample(articles, rng.choice((1, 2, 3, 4))) for _ in range(10)]


@pytest.mark.parametrize("form", FORMS)
def test_articles_come_out_whole_in_every_form(held_out_pages, form):
    counts: Counter = Counter()
    for number, articles in enumerate(held_out_pages):
        printed = print_page(Random(f"{form} {number}"), articles, FORMS[form](Random(f"{number} {form}")))
        score(read_page(printed.text), printed, counts)
    assert counts["text right"] >= HARDEST.get(form, 0.9) * counts["articles"]
    assert counts["headlines right"] >= HARDEST.get(form, 0.9) * counts["headlines"]
    assert counts["torn"] <= MOST_TORN * counts["pairs"]
    assert counts["edits right"] >= LEAST_RIGHT.get(form, 0.98) * counts["edits"]
    assert counts["sure edits right"] >= min(0.95, LEAST_RIGHT.get(form, 0.95)) * counts["sure edits"]


TEXT = "云渡区“老渡口”今天恢复通航，“两岸”居民前来观看。“三十年没坐过渡船了”，住在东岸的周明远说，首班船上有40名乘客，其中12人是孩子。区交通局2024年投入1200万元整修码头，“安全第一”的标语贴在船头……"


def wrap(text: str, columns: int, measure) -> list[str]:
    rows = [""]
    for sign in text:
        if measure(rows[-1] + sign) > columns:
            rows.append("")
        rows[-1] += sign
    return rows


@pytest.mark.parametrize("measure", MEASURES)
def test_lines_are_wrapped_by_any_measure(measure):
    rows = wrap(TEXT * 3, 24, measure)
    wrapping = find_wrapping([0] * len(rows), rows)
    assert wrapping and wrapping.width == 24 and wrapping.widths.count(24) > len(rows) / 2


def test_what_is_as_wide_as_it_happens_is_not_wrapped():
    assert (
        find_wrapping(
            [0] * 5, ["渡口通航", "两岸居民前来观看首班渡船今天离开码头。", "周明远", "区交通局说，整修码头用了三年。", "明天多云。"]
        )
        is None
    )
    assert (width_of("“4”"), width_of_narrow("“4”"), width_in_characters("“4”")) == (5, 3, 6)


def test_a_line_that_ends_early_ends_a_paragraph():
    first, second = wrap(TEXT, 30, width_of), wrap("记者了解到，" + TEXT, 30, width_of)
    page = "\n".join(["老渡口恢复通航", *first, *second])
    paragraphs = [paragraph.text for paragraph in read_page(page).articles[0].paragraphs]
    assert paragraphs == ["老渡口恢复通航", TEXT, "记者了解到，" + TEXT]


def test_spaces_within_words_are_no_text_and_those_between_phrases_are():
    page = "区委召开学习 会\n\n区委副书 记何敬之说，宣 传部和公 安分局要配合，“网格吹 哨”机制要落实。\n\n老人路口摔倒 路人相助\n\n本报讯（记者 周明远 通讯员 罗燕）昨日，一名老人在路口摔倒，路人上前搀扶。"
    read = read_page(page)
    assert "stray spaces" in read.form
    texts = [paragraph.text for article in read.articles for paragraph in article.paragraphs]
    assert texts[:3] == ["区委召开学习会", "区委副书记何敬之说，宣传部和公安分局要配合，“网格吹哨”机制要落实。", "老人路口摔倒 路人相助"]
    assert (
        read_page(page.replace("副书 记", "副书记").replace("宣 传", "宣传").replace("公 安", "公安").replace("吹 哨", "吹哨")).form is None
    )


@pytest.mark.parametrize("style", ["{}：", "{}:", "【{}】", "[{}]", "【{}】："])
def test_names_of_fields_are_no_text(style):
    page = "".join(
        f"{style.format('标题')}{title}\n{style.format('来源')}云渡日报\n{style.format('正文')}\n{text}\n"
        for title, text in (("老渡口恢复通航", "今天，老渡口恢复通航。"), ("区图书馆延长开放", "区图书馆今天起开放到九点半。"))
    )
    read = read_page(page)
    assert read.form == "fields" and [article.headline for article in read.articles] == ["老渡口恢复通航", "区图书馆延长开放"]


def test_a_headline_in_brackets_is_no_field():
    assert find_inserted("【题目】难倒一片考生\n\n昨天，高考语文开考。\n").forms == ()


@pytest.mark.parametrize("line", ["*" * 10, "————————", "* * *", "●●●", "=-=-=-=-="])
def test_a_line_of_marks_separates(line):
    assert "separator" in features_of(line).shows


@pytest.mark.parametrize("line", ["（图）", "……他说。", "12345", "《渡口》"])
def test_a_line_with_words_does_not(line):
    assert "separator" not in features_of(line).shows


def line_of(text: str, label: str = "") -> Line:
    return Line((0,), 0, len(text), text, text, label=label)


def test_prose_is_never_the_frame_of_a_page_and_a_title_is_a_headline():
    lines = [line_of("老渡口恢复通航", "title"), line_of(TEXT), line_of("分享到：")]
    labels = possible_labels(lines, [features_of(line.reading) for line in lines])
    assert labels[0] == {"headline", "more"} and not {"headline", "more"} & set(labels[2])
    assert not {"furniture", "metadata"} & set(possible_labels(lines[1:], [features_of(line.reading) for line in lines[1:]])[0])


def test_words_of_links_stay_in_their_sentence():
    page = "老渡口恢复通航\n\n今天上午，云渡区老渡口恢复通航，码头上人头攒动，全国劳动模范\n\n周明远\n\n在老渡口登上首班渡船，他说这条航线已经停了三十年，\n\n云渡区\n\n为此投入1200万元。\n\n首班船上有40名乘客。\n"
    paragraphs = [paragraph.text for paragraph in read_page(page).articles[0].paragraphs]
    assert (
        paragraphs[1]
        == "今天上午，云渡区老渡口恢复通航，码头上人头攒动，全国劳动模范周明远在老渡口登上首班渡船，他说这条航线已经停了三十年，云渡区为此投入1200万元。"
    )


def test_a_paragraph_that_links_have_broken_into_many_lines_is_one():
    page = "客运中心启用\n\n客运中心位于望江路，由区教育\n\n局和乡镇人民\n\n政府共同管理。\n"
    paragraphs = [paragraph.text for paragraph in read_page(page).articles[0].paragraphs]
    assert paragraphs == ["客运中心启用", "客运中心位于望江路，由区教育局和乡镇人民政府共同管理。"]


def test_a_headline_behind_a_cut_sentence_is_no_link():
    texts = ["今天，老渡口恢复通航，两岸居民前来观看首班渡", "图书馆延长开放", "本报讯（周明远）区图书馆今天起开放到九点半。"]
    shapes = [features_of(text) for text in texts]
    lines = [line_of(text) for text in texts]
    assert JoinSearch(lines, shapes, [0, 1, 2], frozenset(), {}, "").links() == set()


FERRY = "今天，云渡区老渡口恢复通航，两岸居民前来观看，首班渡船载着四十名乘客离开码头，全程只要七分钟。"


def labels_of(*texts: str) -> list:
    return possible_labels([line_of(text) for text in texts], [features_of(text) for text in texts])


@pytest.mark.parametrize(
    "line", ["（记者 周明远）", "（传真照片）", "——写在通航之际", "同志们、朋友们：", "本报群众工作部1998年1月7日于北京"]
)
def test_an_article_does_not_begin_with(line):
    assert labels_of(FERRY, line, FERRY)[1] and not {"headline", "untitled", "photo"} & set(labels_of(FERRY, line, FERRY)[1])


def test_a_line_over_an_author_or_over_a_headline_is_no_section():
    assert set(labels_of(FERRY, "渡口的冬天", "郑怀远", FERRY)[1]) == {"headline", "more"}
    assert "furniture" not in labels_of(FERRY, "云渡区老渡口恢复通航", "票价两元", FERRY)[1]
    assert not labels_of(FERRY, "湖畔夜话", "云渡区老渡口恢复通航", FERRY)[1]


def test_picture_news_is_a_headline_and_no_section():
    assert set(labels_of(FERRY, "图片新闻", "千帆竞发", FERRY)[1]) == {"headline", "more"}


def test_marks_that_begin_no_line_go_on():
    rows = wrap(TEXT * 2, 30, width_of)
    rows[1:2] = [rows[1][:7], "，", rows[1][7:]]
    texts = [paragraph.text for article in read_page("\n".join(["老渡口恢复通航", *rows])).articles for paragraph in article.paragraphs]
    assert not any(text.startswith("，") for text in texts)


@pytest.mark.parametrize(
    "headline", ["话剧再次成为热门话题艺术家评论家在京讨论", "《人民日报》发表评论员文章", "社区客户端上线 办事更方便"]
)
def test_words_of_a_frame_within_a_headline_say_nothing(headline):
    assert "navigation" not in features_of(headline).shows and "furniture" not in labels_of(FERRY, headline, FERRY)[1]


@pytest.mark.parametrize("line", ["上一篇：春灌全面展开", "【打印】【关闭】", "未经授权不得转载", "我要纠错"])
def test_words_of_a_frame_at_its_beginning_tell_it(line):
    assert {"navigation", "furniture"} & features_of(line).shows and labels_of(FERRY, line, FERRY)[1] == ()


def test_what_stands_over_a_dateline_is_a_headline_with_metadata_between_or_not():
    report = "本报讯（赵小棠）11月27日，清浦镇中心小学举行秋季运动会，全校六百多名学生参加了二十个项目的角逐。"
    for between in ((), ("发布时间：2024-11-28 来源：云渡日报",)):
        assert set(labels_of(FERRY, "清浦镇中心小学运动会", *between, report)[1]) == {"headline", "more"}


def test_what_tags_call_a_heading_is_one_and_on_a_page_with_headings_nothing_else_begins_with_a_headline():
    labels = possible_labels(
        [
            line_of("老渡口恢复通航", "heading"),
            line_of(FERRY, "p"),
            line_of("票价两元", "p"),
            line_of("图书馆延长开放", "heading"),
            line_of(FERRY, "p"),
        ],
        [features_of(text) for text in ("老渡口恢复通航", FERRY, "票价两元", "图书馆延长开放", FERRY)],
    )
    assert "body" not in labels[0] and "headline" in labels[0] and "headline" not in labels[2] and "untitled" in labels[4]


@pytest.mark.parametrize("over", [("本报记者 周明远",), ("发布时间：2024-11-28 来源：云渡日报", "周明远")])
def test_what_stands_over_a_byline_is_a_headline(over):
    assert set(labels_of(FERRY, "渡口的冬天", *over, FERRY)[1]) == {"headline", "more"}


def test_a_line_that_ends_in_the_title_of_a_picture_is_a_headline():
    assert set(labels_of(FERRY, "渡口的冬天（图片）", FERRY)[1]) == {"headline", "more"}
    assert set(labels_of(FERRY, "（图片）", FERRY)[1]).isdisjoint({"headline", "untitled", "photo"})


def test_a_report_behind_a_finished_paragraph_begins_an_article():
    report = "本报讯（赵小棠）11月27日，清浦镇中心小学举行秋季运动会，全校六百多名学生参加了二十个项目的角逐。"
    for between in ((), ("图源：视觉中国",)):
        assert "body" not in labels_of(FERRY, *between, report)[-1]
    assert "body" in labels_of(FERRY, report.replace("本报讯（赵小棠）", "校长赵小棠说，"))[1]


SIGNED = "今天，云渡区老渡口恢复通航，两岸居民前来观看，首班渡船载着四十名乘客离开码头，驶向对岸的清浦镇码头，全程只要七分钟，票价两元。"


def test_what_stands_over_the_fields_of_a_site_is_a_headline_and_they_are_no_credit():
    fields = ("索引号：YD-2024-12", *(f"{name}：云渡区" for name in ("发布机构", "来源", "发文机关", "主题词", "分类", "信息名称")))
    for text in (FERRY, "各镇人民政府：", "郑怀远"):
        labels = labels_of("老渡口恢复通航", *fields, text, FERRY)
        assert set(labels[0]) == {"headline", "more"}
    assert "credit" not in labels_of("老渡口恢复通航", "2024-11-28 09:12 云渡日报", FERRY)[1]
    assert "furniture" in labels_of(SIGNED, "来源：云渡日报", "老渡口恢复通航", FERRY)[1]


@pytest.mark.parametrize(
    "line",
    [
        "活动现场图片来自网络",
        "▲首班渡船。图 周明远",
        "【图片来源：区档案馆】",
        "渡口全景（图片来自云渡日报）",
        "周明远 摄",
        "图源/视觉中国",
    ],
)
def test_the_source_of_a_picture_is_no_headline_and_no_text(line):
    for after in (FERRY, "本报讯（赵小棠）" + FERRY):
        assert labels_of(FERRY, line, after)[1] and {"headline", "subhead", "body", "furniture"}.isdisjoint(
            labels_of(FERRY, line, after)[1]
        )


@pytest.mark.parametrize("line", ["渡口供图服务上线", "这些图片来自太空", "老船工爱上航空摄影"])
def test_a_headline_about_pictures_is_no_source_of_one(line):
    assert "headline" in (labels_of(FERRY, line, FERRY)[1] or {"headline"})


@pytest.mark.parametrize("line", ["赞 12 踩 0", "A- A+", "阅读 138", "评论（0）", "下一篇："])
def test_words_of_a_site_with_what_they_count_are_its_frame(line):
    assert set(labels_of(FERRY, line, FERRY)[1]) == {"furniture", "metadata"}


def test_a_page_that_numbers_its_articles_has_headlines_there():
    page = ("1. 渡口的冬天", FERRY, "2. 图书馆", FERRY, "3. 清浦镇中心小学运动会", FERRY)
    assert [set(labels) for labels in labels_of(*page)[::2]] == [{"headline"}] * 3
    listed = labels_of("1. 渡口的冬天", "2. 图书馆", FERRY)
    assert {"headline"} not in map(set, listed)
    assert {"headline"} not in map(set, labels_of("云渡区通报", *page))


def test_long_sentences_are_no_headline_and_names_under_one_are_a_byline():
    assert set(labels_of(FERRY, SIGNED, FERRY)[1]) == {"untitled", "body", "photo", "caption"}
    assert "more" not in labels_of(FERRY, "渡口的冬天", "郑怀远赵小棠", FERRY)[2]


def test_a_text_behind_one_that_ends_in_names_begins_an_article():
    assert "body" not in labels_of(SIGNED + "（周明远）", FERRY)[1]
    for before in (SIGNED, SIGNED + "（周明远摄）", SIGNED + "（全文另发）"):
        assert "body" in (labels_of(before, FERRY)[1] or {"body"})


def test_where_headlines_stand_over_fields_a_line_right_over_a_text_is_none():
    articles = [
        text for head in ("老渡口恢复通航", "图书馆延长开放", "新站开工") for text in (head, "2024-11-28 09:12 来源：云渡日报", FERRY)
    ]
    assert "headline" not in labels_of(*articles, "老渡口的一百年", FERRY)[-2]
    assert "headline" in (labels_of(*articles, "老渡口的一百年", "本报记者 周明远", FERRY)[-3] or {"headline"})
    assert "headline" in (labels_of(*articles[:6], "老渡口的一百年", FERRY)[-2] or {"headline"})


def test_what_stands_behind_the_name_of_a_field_of_text_is_text():
    page = "标题：老渡口恢复通航\n来源：云渡日报\n正文：\n政文\n" + FERRY
    assert [paragraph.text for paragraph in read_page(page).articles[0].paragraphs] == ["老渡口恢复通航", "政文", FERRY]


def test_a_picture_between_a_headline_and_its_author_or_dateline_hides_neither():
    for under in (("郑怀远", FERRY), ("本报讯（赵小棠）" + FERRY,)):
        assert set(labels_of(FERRY, "老渡口的一百年", "图为老渡口。图源：区档案馆", *under)[1]) == {"headline", "more"}


def test_answers_of_an_interview_begin_no_article():
    answers = [f"{name}：{FERRY}" for name in ("记者", "周明远", "记者", "周明远")]
    assert all(labels and {"headline", "untitled", "photo"}.isdisjoint(labels) for labels in labels_of(FERRY, *answers)[1:])
    assert "untitled" in (labels_of(FERRY, "云渡区：" + FERRY, "清浦镇：" + FERRY)[1] or {"untitled"})


def certain_of(*rows: str) -> list[tuple[str, ...]]:
    texts = [row.strip() for row in rows]
    return certain_labels([PageBlock(0, 0, text, text, indent=2 * (len(row) - len(text))) for row, text in zip(rows, texts, strict=True)])


def test_on_a_wrapped_page_what_is_not_set_in_behind_a_finished_line_is_a_headline():
    over, under = "首班渡船今天离开了码头。", "　　本报讯（周明远）云渡区"
    assert certain_of(over, "老渡口恢复通航", under)[1] == ("begins",)
    assert certain_of(over, "云渡区的老渡口今天恢复了", "通航“两岸”", under)[1] == ("begins",)
    assert certain_of(over, "老渡口恢复通航（图片）", under)[1] == ("begins",)
    for rows in (
        (over, "票价两元。", under),
        ("首班渡船离开", "老渡口码头", under),
        (over, "（周明远）", under),
        (over, "“慢慢来！”", under),
    ):
        assert certain_of(*rows)[1] == ()
