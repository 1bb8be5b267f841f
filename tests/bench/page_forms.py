"""Print articles in the physical forms in which extractors and crawlers leave pages, and score how pages are read, character by character.

    python -m tests.bench.page_forms PAGES.jsonl [--pages N] [--seed S] [--errors]

Every printed character knows the article, the part of it and the place there that it came from; what a form adds knows what it is instead
(``furniture``, ``metadata``, ``byline``, ``credit``, ``caption``). A part is right where its spans name just its characters, in order; an article is
right where all of its parts are and nothing else is in it. PAGES.jsonl holds one page a line: {page, articles: [{paras: [{text}]}]}, the first
paragraph of an article being its headline where there are more.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NamedTuple

from transforms.pages import read_page
from transforms.pages.physical_form import width_of
from transforms.records import Page

NO_BREAK_BEFORE = "，。、；：！？”）》"
HALF_WIDTH = str.maketrans("，：；（）？！", ",:;()?!")
ASCII_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


class Part(NamedTuple):
    """A part of an article as written: ``role`` is a label of ``transforms.pages.roles``."""

    role: str
    text: str


class Source(NamedTuple):
    """Where a printed character comes from."""

    article: int
    part: int
    at: int


Char = tuple[str, Source | str | None]
PrintedLine = list[Char]


@dataclass
class Printed:
    """A page as printed: for each character of ``text`` where it comes from, None for white space and what a form puts between characters."""

    text: str
    sources: list[Source | str | None]
    articles: list[list[Part]]


@dataclass
class Form:
    """How a page is printed; every choice is one of an extractor or a crawler."""

    blank: int = 1
    blank_between: int = 0
    indent: str = ""
    wrap: int = 0
    wrap_heads: bool = False
    hang: bool = True
    metadata: bool = False
    fields: bool = False
    tags: str = ""
    spaced: float = 0.0
    credits: bool = False
    footers: bool = False
    masthead: bool = False
    sections: bool = False
    running_heads: float = 0.0
    pictures: float = 0.0
    links: float = 0.0
    broken: float = 0.0
    frame: bool = False
    half_width: bool = False
    invisible: str = ""
    extra: dict = field(default_factory=dict)


SURNAMES, GIVEN = "周赵陈林何苏陶顾沈叶方高许孟谢乔郑薛", "岚鸣远棠舟宁越川菲朗一立清安禾敏捷然文伟"
PAPERS = ("临川日报", "青石晚报", "云渡融媒", "榕湾新闻网", "柳溪发布", "江北都市报", "望海周刊", "临川区融媒体中心", "新华社", "石塘县委宣传部")
SECTIONS = ("要闻", "综合", "本地", "民生", "综合新闻", "时政", "社会", "教育周刊", "文化", "经济", "镇街新闻", "广角", "湖畔夜话", "专题", "本埠新闻", "健康", "副刊", "国际", "体育", "看点", "连线", "视点", "人物", "平安")


def person(rng: Random) -> str:
    """Return an invented name."""
    return rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2))))


def day(rng: Random) -> tuple[int, int, int]:
    """Return an invented day."""
    return rng.randint(2015, 2025), rng.randint(1, 12), rng.randint(1, 28)


def dated(rng: Random) -> str:
    """Return a day in one of the spellings of sites and papers."""
    year, month, date = day(rng)
    return rng.choice((f"{year}-{month:02}-{date:02}", f"{year}年{month}月{date}日", f"{year}年{month:02}月{date:02}日", f"{year}/{month}/{date}", f"{year}.{month:02}.{date:02}"))


def time_of(rng: Random) -> str:
    return rng.choice(("", f" {rng.randint(0, 23):02}:{rng.randint(0, 59):02}", f" {rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}"))


def metadata_line(rng: Random) -> list[str]:
    """Return the lines that a site prints under a headline."""
    paper, date, name, gap = rng.choice(PAPERS), dated(rng) + time_of(rng), person(rng), rng.choice((" ", "  ", "　", "　　", " | ", "\t"))
    some = [
        f"发布时间：{date}", f"来源：{paper}", f"作者：{rng.choice((name, '', name))}", f"浏览：{rng.randint(9, 9000)}次", f"浏览次数：{rng.randint(9, 900)}", "字号：大 中 小", "【字体：大 中 小】",
        f"编辑：{person(rng)}", f"责任编辑：{person(rng)}", f"点击：{rng.randint(9, 900)}", f"时间：{date}", f"日期：{date}", f"来源:{paper}", "分享到：", f"发布日期：{date}", f"稿源：{paper}", "打印", "字号： T | T", "阅读：",
    ]
    whole = [
        f"{date}{gap}来源：{paper}", f"{date}{gap}{paper}", date, f"{paper}{gap}{date}", f"来源：{paper}{gap}{date}", f"{date} 来源:{paper}", f"{date}　　　字号：大 中 小", f"{paper} {date} 发布于{rng.choice(('浙江', '广东', '四川'))}",
        f"来源：{paper}{gap}作者：{gap}时间：{date}{gap}浏览：{rng.randint(9, 900)}次", f"{paper}  记者 {name}  {date}", f"原创 {name} {paper} {date}",
    ]
    if rng.random() < 0.5:
        return [rng.choice(whole)]
    chosen = rng.sample(some, rng.choice((1, 2, 3, 4)))
    return [gap.join(chosen)] if rng.random() < 0.7 else chosen


def credit_lines(rng: Random) -> list[str]:
    """Return the lines of those who wrote and edited, as papers and sites print them after a text."""
    a, b, c = person(rng), person(rng), person(rng)
    spaced = lambda name: "　".join(name) if len(name) == 2 and rng.random() < 0.5 else name  # noqa: E731
    paper, bar = rng.choice(PAPERS), rng.choice(("：", ":", " | ", "丨", "/"))
    return rng.choice((
        [f"{paper}全媒体记者 {a} 实习生 {b}"], [f"作者：{a}　编辑：{b}　审核：{c}"], [f"来源：{paper}"], [f"责任编辑：{a}"], [f"（记者 {a} 通讯员 {b}）"], [f"（{a}）"], [f"记者 {a} 文/图"], [f"文/{a} 图/{b}"],
        [f"记者{bar}{spaced(a)}", f"编辑{bar}{spaced(b)}", f"审核{bar}{c}"], [f"记 者{bar}{spaced(a)} {spaced(b)}", f"编 辑{bar}{c}"], [f"撰稿：{a} {b}"], [f"本报记者 {a} 通讯员 {b}"], [f"一审：{a}　二审：{b}　三审：{c}"],
        [f"（来源：{paper}）"], [f"[责任编辑：{a}]"], [f"【编辑:{a}】"], [f"文字：{a}", f"图片：{b}", f"编辑：{c}"], [f"通讯员 {a}"], [f"编辑 {a} 校对 {b}"], [f"责编：{a} 校对：{b}"], [f"供稿：{paper}"], [f"（作者单位：{paper}社）"],
    ))


FOOTERS = (
    "【打印】【关闭】", "分享到：", "上一篇：下一篇：", "版权所有 临川日报社", "扫一扫在手机打开当前页", "相关链接", "返回顶部", "打印本页 关闭窗口", "返回列表", "相关阅读", "点击查看更多", "上一篇 下一篇", "放大 缩小 默认", "收藏 点赞 分享",
    "本网站所有内容均受版权保护", "未经授权不得转载", "联系我们 | 关于我们 | 网站地图", "Copyright © 2024 临川新闻网", "ICP备12345678号", "热门推荐", "下载客户端", "评论（0）", "微信扫码分享", "新闻热线：0571-81234567", "投稿邮箱：news@lcrb.cn",
    "声明：转载此文是出于传递更多信息之目的。", "免责声明：以上内容为作者个人观点", "举报电话：12345", "版面编辑：周岚 陶一鸣", "本版责编：何远 美编：苏越", "本版编辑/林岚 版式/何川",
)
PICTURES = (
    "图片来源：视觉中国", "（资料图）", "资料图片", "新华社发", "{a} 摄", "图/{a}", "摄影：{a}", "（{a} 摄）", "视频截图", "受访者供图", "图为活动现场。", "图为施工现场。{a} 摄", "本报记者 {a} 摄", "区融媒体中心供图", "▲活动现场。（{a} 摄）", "工人在车间里作业。{a}摄",
    "图①：市民在公园里散步。", "通讯员 {a} 摄", "图源：网络", "（图片由{b}提供）", "居民在广场上观看演出。本报记者 {a} 摄",
)


def masthead_lines(rng: Random, titles: Sequence[str]) -> list[str]:
    """Return the lines that a page has at its top; ``titles`` are the headlines of the page, which a site lists there."""
    paper, (year, month, date), page, section = rng.choice((*PAPERS[:7], "今日临川", "昆河报", "香山商报", "新涪江", "云渡融媒", "颍安报", "蘭陽快報")), day(rng), rng.randint(1, 16), rng.choice(SECTIONS)
    week = "星期" + rng.choice("一二三四五六日")
    if rng.random() < 0.4:
        page_name = rng.choice((f"第{page:02}版", f"第{'一二三四五六七八'[page % 8]}版", f"{page}版", f"A{page:02}版", f"第{page}版", "首页", f"{'甲乙丙'[page % 3]}{page % 4 + 1}版", "头版"))
        return rng.choice(([paper, f"{year}年{month:02}月{date:02}日 {page_name} {section}"], [paper, f"{year}年{month}月{date}日 {week} {page_name} {section}"], [f"{paper} {year}年{month}月{date}日 {page_name} {section}"],
                           [f"{page_name} {section}", f"{paper} {year}-{month:02}-{date:02}"], [f"{paper}　{year}年{month}月{date}日　{week}　{page_name}"]))
    return rng.choice((
        [f"{paper}数字报", f"{year}年{month:02}月{date:02}日 {week} 上一期 下一期", f"第{page:02}版：{section}　　上一版 下一版"], [f"{paper}", f"{year}年{month}月{date}日 {week} 第{page:02}版 {section}"],
        [f"{year}年{month}月{date}日 {week} {paper} 第{page:02}版"], [f"{year}年{month}月{date}日"], [f"{year}-{month:02}-{date:02}", f"第{page}版", section], [f"{paper} {year}.{month}.{date}"],
        [f"A{page} {section}", f"{paper} {year}年{month}月{date}日 {week}"], [paper, section, f"{page:02}"], [f"{page:02} {section}", f"责编：{person(rng)} 美编：{person(rng)}", f"{year}年{month}月{date}日 {week}"],
        [f"{year}年{month}月{date}日 {week} 农历{rng.choice('正二三四五六')}月初{rng.choice('一二三四五六')}", f"{paper} {page:02}"], [f"今日{paper[:2]}", f"{year}年{month}月{date}日"],
        [f"第{page:02}版：{section}", "上一版 下一版", "版面导航", "第01版", "要闻", "第02版", section, "标题导航", *titles, f"{year}年{month:02}月{date:02}日", "上一期 下一期", "上一篇 下一篇", "放大 缩小 默认"],
        [f"第{page:02}版：{section}", "标题导航", *titles, f"{year}年{month:02}月{date:02}日", "放大 缩小 默认"],
    ))


def print_page(rng: Random, articles: Sequence[Sequence[Part]], form: Form) -> Printed:
    """Return the articles printed in a form. A part's text has no line break."""
    lines: list[tuple[PrintedLine, str, str]] = []

    def add(text: str, what: str, tag: str = "p") -> None:
        lines.append(([(sign, what) for sign in text], what, tag))

    width, head_width = form.wrap, form.wrap if form.wrap_heads else 0
    if form.masthead:
        for text in masthead_lines(rng, [parts[0].text for parts in articles if len(parts) > 1]):
            add(text, "furniture")
        lines.append(([], "blank", ""))
    changed = [[Part(part.role, part.text.translate(HALF_WIDTH) if form.half_width else part.text) for part in parts] for parts in articles]
    for number, parts in enumerate(changed):
        if form.sections and rng.random() < 0.4:
            add(rng.choice(("", "", "■", "【", "◆ ")) + (section := rng.choice(SECTIONS)) + ("】" if section and lines and lines[-1][0] and lines[-1][0][0][0] == "【" else ""), "furniture")
        headed = len(parts) > 1
        heads = 0
        for place, part in enumerate(parts):
            chars: PrintedLine = [(sign, Source(number, place, at)) for at, sign in enumerate(part.text)]
            is_head = headed and part.role in ("headline", "more")
            if is_head:
                label = {"headline": "标题：", "more": "副标题："}[part.role] if form.fields and (part.role == "headline" or heads) else ""
                heads += 1
                lines.append(([(sign, None) for sign in label] + chars, "head", "h1" if part.role == "headline" else "h2"))
                if place + 1 < len(parts) and parts[place + 1].role not in ("more", "headline"):
                    if form.fields:
                        for text in rng.choice((["作者：", "来源：临川日报", "正文："], [f"作者：{person(rng)}", f"来源：{rng.choice(PAPERS)}", f"日期：{dated(rng)}", "正文："], [f"日期：{dated(rng)}", "内容："], [f"发布时间：{dated(rng)}", f"来源：{rng.choice(PAPERS)}", f"记者：{person(rng)}", "正文："])):
                            add(text, "byline" if text.startswith(("作者", "记者")) and text[-1] != "：" else "metadata")
                    if form.metadata:
                        for text in metadata_line(rng):
                            add(text, "metadata")
                continue
            if form.pictures and part.role == "body" and place >= 1 and rng.random() < form.pictures:
                add(rng.choice(PICTURES).format(a=person(rng), b=rng.choice(PAPERS)), "caption")
            if form.running_heads and place > 1 and rng.random() < form.running_heads:
                add(f"{rng.choice(PAPERS[:5])} 第{rng.randint(1, 9):02}版", "furniture")
            if form.links and part.role == "body" and len(chars) > 60 and rng.random() < form.links:
                at = rng.randint(10, len(chars) - 20)
                stop = at + rng.randint(2, 6)
                for piece in (chars[:at], chars[at:stop], chars[stop:]):
                    lines.append((piece, part.role, "" if piece is not chars else "p"))
                continue
            if form.broken and part.role == "body" and len(chars) > 50 and rng.random() < form.broken:
                at = rng.randint(12, len(chars) - 12)
                lines.append((chars[:at], part.role, "p"))
                if form.running_heads and rng.random() < 0.3:
                    add(f"{rng.choice(PAPERS[:5])} 第{rng.randint(1, 9):02}版", "furniture")
                lines.append((chars[at:], "rest", "p"))
                continue
            lines.append((chars, part.role, "p"))
        if form.credits and rng.random() < 0.8:
            for text in credit_lines(rng):
                add(text, "credit")
        if form.footers and rng.random() < 0.8:
            for text in rng.sample(FOOTERS, rng.choice((1, 1, 2, 3))):
                add(text, "furniture")
        lines += [([], "blank", "")] * form.blank_between
    return printed_from(rng, lines, articles, form, width, head_width)


def printed_from(rng: Random, lines: Sequence[tuple[PrintedLine, str, str]], articles, form: Form, width: int, head_width: int) -> Printed:
    """Return lines wrapped, spaced, tagged and laid end to end."""
    out: list[PrintedLine] = []
    for chars, what, tag in lines:
        if what == "blank":
            out.append([])
            continue
        is_body = what in ("body", "untitled", "caption", "credit", "subhead", "byline", "rest")
        if form.spaced and (is_body or form.extra.get("space_all")):
            chars = [pair for char in chars for pair in ([char, (" ", None)] if "一" <= char[0] <= "鿿" and rng.random() < form.spaced else [char])]
        if form.invisible:
            chars = [pair for char in chars for pair in ([char, (form.invisible, None)] if rng.random() < 0.1 else [char])]
        indent = form.indent if is_body and what != "rest" else ""
        rows = wrapped([(sign, None) for sign in indent] + list(chars), width if is_body or what == "furniture" else head_width, hang=form.hang)
        if form.tags == "html":
            rows = [[(sign, None) for sign in f"<{tag or 'p'}>"] + row + [(sign, None) for sign in f"</{tag or 'p'}>"] for row in rows]
        elif form.tags == "br":
            rows = [row + [(sign, None) for sign in "<br/>"] for row in rows]
        elif form.tags == "markdown" and what == "head":
            rows = [[(sign, None) for sign in "# "] + row for row in rows]
        out += rows
        out += [[]] * form.blank
    chars = [char for row in out for char in [*row, ("\n", None)]]
    return Printed("".join(sign for sign, _ in chars), [None if sign.isspace() else source for sign, source in chars], [list(parts) for parts in articles])


def wrapped(chars: PrintedLine, width: int, *, hang: bool) -> list[PrintedLine]:
    """Return a line broken at a width in characters, marks hanging over the edge or not; unbroken for width 0."""
    if not width:
        return [chars]
    rows, row, used = [], [], 0
    for char in chars:
        wide = width_of(char[0])
        if used + wide > 2 * width and not (hang and char[0] in NO_BREAK_BEFORE):
            rows.append(row)
            row, used = [], 0
        row.append(char)
        used += wide
    return [*rows, row]


FORMS: dict[str, Callable[[Random], Form]] = {
    "blank lines": lambda rng: Form(),
    "one line each": lambda rng: Form(blank=0, indent="　　"),
    "flush": lambda rng: Form(blank=0),
    "wrapped, indented": lambda rng: Form(blank=0, indent="　　", wrap=rng.randint(12, 34)),
    "wrapped, flush": lambda rng: Form(blank=0, wrap=rng.randint(12, 34)),
    "wrapped, blank lines": lambda rng: Form(wrap=rng.randint(12, 34)),
    "wrapped, headlines too": lambda rng: Form(blank=0, indent=rng.choice(("　　", "", "  ", "    ")), wrap=rng.randint(12, 34), wrap_heads=True, hang=rng.random() < 0.5),
    "wrapped, pictures": lambda rng: Form(blank=0, indent=rng.choice(("　　", "　　", "")), wrap=rng.randint(14, 34), pictures=0.15, masthead=True),
    "metadata": lambda rng: Form(metadata=True, blank=rng.choice((0, 1))),
    "fields": lambda rng: Form(fields=True, blank=rng.choice((0, 1))),
    "tagged": lambda rng: Form(blank=rng.choice((0, 0, 1)), tags="html"),
    "br": lambda rng: Form(blank=rng.choice((0, 1)), tags="br"),
    "markdown": lambda rng: Form(tags="markdown"),
    "spaced": lambda rng: Form(spaced=0.9),
    "all spaced": lambda rng: Form(spaced=1.0, extra={"space_all": True}),
    "zero width": lambda rng: Form(invisible="\u200b"),
    "credits": lambda rng: Form(credits=True, blank=rng.choice((0, 1))),
    "footers": lambda rng: Form(footers=True, masthead=True, blank=rng.choice((0, 1))),
    "sections": lambda rng: Form(sections=True, masthead=rng.random() < 0.5, blank=rng.choice((0, 1)), blank_between=rng.choice((0, 2))),
    "running heads": lambda rng: Form(running_heads=0.12, masthead=True, blank=rng.choice((0, 1))),
    "pictures": lambda rng: Form(pictures=0.2, blank=rng.choice((0, 1))),
    "links": lambda rng: Form(links=0.12, blank=rng.choice((0, 1)), indent=rng.choice(("", "　　"))),
    "broken": lambda rng: Form(broken=0.15, running_heads=rng.choice((0, 0.1))),
    "web page": lambda rng: Form(metadata=True, credits=True, footers=True, pictures=0.1, masthead=rng.random() < 0.5, blank=rng.choice((0, 1)), indent=rng.choice(("", "　　")), half_width=rng.random() < 0.5),
    "half width": lambda rng: Form(half_width=True, blank_between=rng.choice((0, 1, 2))),
}


def pages_of(path: Path) -> Iterator[tuple[str, list[list[Part]]]]:
    """Yield name and articles of the pages of a file; white space around a paragraph is left out."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        articles = []
        for article in row["articles"]:
            texts = [text for part in article["paras"] if (text := part["text"].strip())]
            if texts:
                articles.append([Part("headline" if not at and len(texts) > 1 else "body", text) for at, text in enumerate(texts)])
        yield row["page"], articles


def score(page: Page, printed: Printed, counts: Counter) -> list[tuple[str, str]]:
    """Count what of a printed page is read right, and return what is not: what, and how it begins."""
    sources = [source if isinstance(source, Source) else None for source in printed.sources]
    found = []
    for article in page.articles:
        parts = [[sources[at] for span in paragraph.spans for at in range(*span) if sources[at]] for paragraph in article.paragraphs]
        found.append([(tuple(part), paragraph.role) for part, paragraph in zip(parts, article.paragraphs, strict=True) if part])
    wanted = [
        [tuple(Source(number, place, at) for at, sign in enumerate(part.text) if not sign.isspace()) for place, part in enumerate(parts)]
        for number, parts in enumerate(printed.articles)
    ]
    whole = {tuple(part for part, _ in article) for article in found}
    running = {tuple(source for part, _ in article for source in part) for article in found}
    first = {article[0][0]: article[0][1] for article in found if article}
    after = {one: other for article in found for part, _ in article for one, other in zip(part, part[1:], strict=False)}
    errors = []
    counts["made"] += sum(bool(article) for article in found)
    for number, parts in enumerate(wanted):
        text = tuple(source for part in parts for source in part)
        counts["articles"] += 1
        counts["right"] += tuple(parts) in whole
        counts["text right"] += text in running
        counts["headlines"] += len(parts) > 1
        if text not in running:
            errors.append(("article", printed.articles[number][0].text[:24]))
        if len(parts) > 1:
            right = first.get(parts[0]) == "headline"
            counts["headlines right"] += right
            if not right:
                errors.append(("headline", printed.articles[number][0].text[:24]))
        for part in parts:
            counts["pairs"] += len(part) - 1
            counts["torn"] += sum(after.get(one) != other for one, other in zip(part, part[1:], strict=False))
    return errors


def figures(counts: Counter) -> str:
    """Return the figures of a form in a line."""
    n = counts["articles"] or 1
    return (
        f"articles {counts['right'] / n:.3f}  text {counts['text right'] / n:.3f}  headlines {counts['headlines right'] / (counts['headlines'] or 1):.3f}  "
        f"made/true {counts['made'] / n:.3f}  torn {1000 * counts['torn'] / (counts['pairs'] or 1):.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", type=Path)
    parser.add_argument("--pages", type=int, default=20, dest="n_pages")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every Nth page of the file, those that ``train_pages --hold-out N`` leaves out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--form", choices=tuple(FORMS))
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    pages = list(pages_of(options.pages))[:: options.every]
    Random(options.seed).shuffle(pages)
    for name, form in FORMS.items():
        if options.form in (None, name):
            counts: Counter = Counter()
            for page_name, articles in pages[: options.n_pages]:
                rng = Random(f"{options.seed} {page_name} {name}")
                printed = print_page(rng, articles, form(rng))
                errors = score(read_page(printed.text), printed, counts)
                for what, text in errors if options.errors else ():
                    print(f"    {page_name} {what}: {text}")
            print(f"{name:24s} {figures(counts)}")


if __name__ == "__main__":
    main()
