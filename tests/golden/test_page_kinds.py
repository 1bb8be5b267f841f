"""Kinds of pages that were once read wrongly: each as it was reported, and in other words and names.

The pages are invented (``cases/pages_seen``), and so are files that extractors damaged (``cases/input_seen``).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.laws import check_accounting, check_articles, check_edits
from transforms.decoding import UndecodableError, decode
from transforms.pages import read_page
from transforms.pages.masthead import read_masthead
from transforms.rows import RawFileFacts, read_file

HERE = Path(__file__).parents[1] / "cases"
OTHERS = {
    "柳溪": "云渡",
    "青石": "白塔",
    "高一帆": "周明远",
    "陆苗": "苏棠",
    "陸苗": "蘇棠",
    "许立群": "何敬之",
    "許立群": "何敬之",
    "梁志平": "顾长清",
    "唐敏": "罗燕",
    "程远航": "蒋承宇",
    "防汛工作会议": "森林防火会议",
    "大桥": "隧道",
    "汛期": "冬季",
}
"""Other places, people and matters, as long as those that they stand for, so that lines stay as wide."""

HEADLINES: dict[str, list[str | None]] = {
    "01-headline-said-again-in-lead": ["深入学习贯彻全市高质量发展大会精神奋力谱写柳溪现代化建设新篇章动员部署会在柳溪礼堂召开"],
    "02-body-begins-with-headline": ["柳溪区融媒体中心记者走进青石镇渔村体验开渔节"],
    "03-hard-wrapped-lines": ["柳溪大桥九月底建成通车"],
    "04-hard-wrapped-flush": ["柳溪大桥九月底建成通车"],
    "05-four-headline-lines": [
        "凝心聚力抓项目 只争朝夕促发展 全区重点项目建设现场推进会召开 许立群要求以钉钉子精神推动项目早开工早投产 顾长明主持 沈文涛等出席"
    ],
    "06-briefs-headlines-without-blank": ["施工平场挖出炮弹", "老人路口摔倒 路人相助", "车停路边离奇起火", "丈夫无证驾驶 妻子“举报”"],
    "07-link-text-on-its-own-line": ["华星集团上半年营收增长两成"],
    "08-picture-source-splits-article": ["柳溪湿地来了新客人"],
    "10-fields": ["柳溪区召开防汛工作会议"],
    "11-date-line-alone": ["柳溪区召开防汛工作会议"],
    "12-section-name-not-listed": ["柳溪区召开防汛工作会议"],
    "13-masthead-in-one-run": ["柳溪区召开防汛工作会议"],
    "15-credits-at-end-without-brackets": ["柳溪区召开防汛工作会议"],
    "17-traditional": [None, None],
    "19-caption-then-lead": ["柳溪队主场逆转取胜"],
    "20-html-left": ["我区新建3所幼儿园"],
    "25-spaced-two-character-names": ["柳溪区召开防汛工作会议"],
    "29-title-list-of-the-page": ["夸夸咱们的第一书记"],
}
REPORTERS: dict[str, list[str]] = {
    "03-hard-wrapped-lines": ["高一帆"],
    "04-hard-wrapped-flush": ["高一帆"],
    "05-four-headline-lines": ["高一帆"],
    "07-link-text-on-its-own-line": ["高一帆"],
    "10-fields": ["高一帆"],
    "12-section-name-not-listed": ["高一帆"],
    "15-credits-at-end-without-brackets": ["高一帆", "陆苗"],
    "20-html-left": ["高一帆"],
    "17-traditional": ["高一帆", "陸苗"],
    "25-spaced-two-character-names": ["高帆", "赵鑫"],
    "29-title-list-of-the-page": ["高帆"],
    "06-briefs-headlines-without-blank": ["季平", "高一帆", "陆苗", "吴天", "陆苗", "方敏", "王川"],
}
MASTHEADS = {
    "03-hard-wrapped-lines": ("柳溪日报", date(2024, 5, 17), "2"),
    "11-date-line-alone": (None, date(2024, 5, 17), None),
    "12-section-name-not-listed": ("柳溪日报", date(2024, 5, 17), "4"),
    "13-masthead-in-one-run": ("柳溪日报", date(2024, 5, 17), "3"),
    "27-spaced-characters": ("柳溪日报", date(2024, 5, 17), "2"),
    "29-title-list-of-the-page": (None, date(2024, 5, 17), "3"),
    "10-fields": ("柳溪日报", date(2024, 5, 17), None),
}


def text_of(name: str) -> str:
    return (HERE / "pages_seen" / f"{name}.txt").read_text("utf-8")


def words(text: str | None, *, other: bool) -> str | None:
    for one, another in OTHERS.items() if text and other else ():
        text = text.replace(one, another)
    return text


@pytest.mark.parametrize("other", [False, True], ids=["as reported", "in other words"])
@pytest.mark.parametrize("name", HEADLINES)
def test_articles_and_headlines(name, other):
    text = text_of(name)
    page = read_page(words(text, other=other))
    assert [article.headline for article in page.articles] == [words(headline, other=other) for headline in HEADLINES[name]]
    check_accounting(page.text, page)
    check_articles(page)
    check_edits(page)
    assert {edit.kind for edit in page.edits} <= {"unwrap", "join"} and not any(article.is_headless for article in page.articles)


@pytest.mark.parametrize("name", REPORTERS)
def test_who_signs(name):
    assert [person for article in read_page(text_of(name)).articles for person in article.reporters] == REPORTERS[name]


@pytest.mark.parametrize("name", MASTHEADS)
def test_what_the_page_says_of_its_issue(name):
    masthead = read_masthead(text_of(name))
    assert (masthead.paper, masthead.issue_on, masthead.page) == MASTHEADS[name]


def test_words_keep_their_order():
    body = "".join(paragraph.text for paragraph in read_page(text_of("03-hard-wrapped-lines")).articles[0].paragraphs)
    assert "区委书记许立群到柳溪大桥建设工地调研" in body and "过渡费按月足额发到户。" in body
    paragraphs = read_page(text_of("07-link-text-on-its-own-line")).articles[0].paragraphs
    assert "全国劳动模范的程远航,在华星集团" in paragraphs[1].text


def test_tags_and_labels_are_no_text():
    for name in ("20-html-left", "10-fields"):
        assert not any(
            sign in paragraph.text
            for article in read_page(text_of(name)).articles
            for paragraph in article.paragraphs
            for sign in ("<", "nbsp", "标题", "正文")
        )


CLEAN = "区委理论学习中心组举行专题学习会"
INPUT = sorted(path.relative_to(HERE / "input_seen").as_posix() for path in (HERE / "input_seen").glob("*/*.txt"))
ISSUE_UNREADABLE = {"13-cid-and-private-use/pua-digits.txt", "13-cid-and-private-use/cid50.txt", "07-wrong-year/page.txt"}
LOST = {"10-mojibake/utf8-as-gbk.txt"}


@pytest.mark.parametrize("path", INPUT)
def test_a_damaged_file_says_its_issue_or_why_not(path):
    data = (HERE / "input_seen" / path).read_bytes()
    if path in LOST:
        with pytest.raises(UndecodableError, match="cannot be undone"):
            decode(data)
        return
    masthead = read_masthead(decode(data).text)
    assert (masthead.issue_on == date(2025, 3, 5) and masthead.paper == "云渡日报") or path in ISSUE_UNREADABLE


@pytest.mark.parametrize("path", [path for path in INPUT if path.startswith(("06", "08", "09", "11", "12"))])
def test_a_damaged_file_gives_the_clean_headline(path):
    page = read_page(decode((HERE / "input_seen" / path).read_bytes()).text)
    assert page.articles[0].headline == CLEAN and page.articles[0].reporters == ("陆一鸣",)


def test_what_cannot_be_read_is_said():
    row = read_file((HERE / "input_seen" / "13-cid-and-private-use" / "cid.txt").read_bytes(), RawFileFacts("s", "p"))["raw_files"][0]
    assert "without their meaning" in row["reason"]


def test_the_form_is_said():
    wanted = {
        "03-hard-wrapped-lines": "wrapped at 22 characters",
        "20-html-left": "tagged",
        "10-fields": "fields",
        "27-spaced-characters": "spaced",
        "12-section-name-not-listed": None,
    }
    assert {name: read_page(text_of(name)).form for name in wanted} == wanted


TEXT = "清晨六点，渡口的雾还没有散，老船工已经把船擦了一遍。他在这条河上撑了三十年船，见过涨水，也见过断流。"
CERTAIN_LINES = [
    ("果永毅", {"byline"}, ("果永毅",)),
    ("粒砂", {"byline"}, ("粒砂",)),
    ("赵立鸣 石塘县委宣传部", {"byline"}, ("赵立鸣",)),
    ("云渡区融媒体中心 周明远", {"byline"}, ("周明远",)),
    ("记者：", {"furniture"}, ()),
    ("作者:", {"furniture"}, ()),
    ("老船工在擦船。视频截图", {"caption"}, ()),
    ("船头的灯还亮着。（资料图片）", {"caption"}, ()),
    ("（传真照片）", {"caption", "credit"}, ()),
    ("首班渡船靠岸。（周明远摄）", {"caption"}, ()),
]
"""Lines between a headline and its text, what they can be, and who signs."""


@pytest.mark.parametrize(("line", "roles", "reporters"), CERTAIN_LINES, ids=[line for line, *_ in CERTAIN_LINES])
def test_what_stands_between_a_headline_and_its_text(line, roles, reporters):
    page = read_page(f"老渡口的早晨\n\n{line}\n\n{TEXT}\n\n对岸有四十个孩子，每天坐他的船上学。{UNRELATED}")
    assert page.blocks[1].role in roles
    assert [(article.headline, article.reporters) for article in page.articles] == [
        ("老渡口的早晨", reporters),
        ("区图书馆延长开放时间", ("周明远",)),
    ]


@pytest.mark.parametrize("line", ["江山 启用新客运中心", "渡口公园", "两岸居民前来观看"])
def test_what_has_a_word_or_a_verb_is_nobodys_name(line):
    page = read_page(f"老渡口恢复通航\n\n{line}\n\n{TEXT}")
    assert page.blocks[1].role != "byline" and page.articles[0].reporters == ()


@pytest.mark.parametrize(("office", "kind"), [("（区府办）", "brief"), ("（周明远 摄）", "photo")])
def test_who_sent_a_text_in_took_no_picture(office, kind):
    page = read_page(f"停水通知\n\n因管道检修，11月30日8时至17时渡口路一带停水，请居民提前储水。\n\n{office}{UNRELATED}")
    assert page.articles[0].kind == kind


def test_links_below_a_text_are_no_path_to_it():
    page = read_page(f"老渡口恢复通航\n\n{TEXT}\n\n首页 | 新闻 | 联系我们")
    assert [(article.headline, len(article.paragraphs)) for article in page.articles] == [("老渡口恢复通航", 2)]


UNRELATED = "\n\n区图书馆延长开放时间\n\n本报讯（记者 周明远） 11月28日起，区图书馆每天开放到晚上九点半，市民可以凭身份证入馆阅读。\n\n馆长赵小棠说，新开的自习室有一百二十个座位。\n"


@pytest.mark.parametrize(
    "name",
    [
        "01-headline-said-again-in-lead",
        "05-four-headline-lines",
        "11-date-line-alone",
        "12-section-name-not-listed",
        "21-names-and-neighbours",
        "31-name-followed-by-wei",
    ],
)
def test_an_unrelated_article_behind_leaves_the_others_as_they_are(name):
    alone, both = read_page(text_of(name)), read_page(text_of(name).rstrip() + UNRELATED)
    assert [article.paragraphs for article in both.articles[:-1]] == [article.paragraphs for article in alone.articles]
    assert both.articles[-1].headline == "区图书馆延长开放时间"
