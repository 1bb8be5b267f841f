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
from transforms.pages.physical_form import MEASURES, Measure, width_of
from transforms.records import Edit, Page

NO_BREAK_BEFORE = "，。、；：！？”）》"
HALF_WIDTH = str.maketrans("，：；（）？！", ",:;()?!")
SURE = 0.95
"""Confidence from which on 95 in 100 edits are right."""
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
    measure: Measure = width_of
    column: int = 0
    column_head: str = ""
    edge: str = "hang"
    beside: int = 0
    metadata: bool = False
    fields: str = ""
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
    numbered: str = ""
    separators: bool = False
    half_width: bool = False
    invisible: str = ""
    extra: dict = field(default_factory=dict)


SURNAMES, GIVEN = "周赵陈林何苏陶顾沈叶方高许孟谢乔郑薛", "岚鸣远棠舟宁越川菲朗一立清安禾敏捷然文伟"
PAPERS = ("临川日报", "青石晚报", "云渡融媒", "榕湾新闻网", "柳溪发布", "江北都市报", "望海周刊", "临川区融媒体中心", "新华社", "石塘县委宣传部")
SECTIONS = ("要闻", "综合", "本地", "民生", "综合新闻", "时政", "社会", "教育周刊", "文化", "经济", "镇街新闻", "广角", "湖畔夜话", "专题", "本埠新闻", "健康", "副刊", "国际", "体育", "看点", "连线", "视点", "人物", "平安")
FIELDS = ("教育", "健康", "文化", "体育", "经济", "法治", "民生", "社会", "时政", "财经", "旅游", "科技", "农业", "生态", "镇街", "国际", "区县", "文艺", "党建", "卫生", "城建", "商贸", "三农", "军事", "消费", "汽车", "房产", "公益")
KINDS = ("新闻", "周刊", "在线", "视窗", "天地", "广场", "专版", "观察", "纵横", "万象", "速递", "大观", "之窗", "园地", "聚焦", "热线", "动态", "时空", "", "·综合", "·关注", "前沿", "播报")
ORNAMENTS = ("{}", "{}", "{}", "■{}", "■ {}", "【{}】", "◆ {}", "▍{}", "— {} —", "——{}——", "·{}·", "| {} |", "> {}", "/ {} /", "[{}]", "『{}』", "●{}", "{}版", "{}：", "{}>>", "◎{}", "#{}#", "{} NEWS", "〖{}〗")
SEPARATORS = ("*" * 10, "-" * 30, "=" * 20, "—" * 12, "●●●", "· · ·", "※※※※", "~~~~~~", "______________", "* * *", "◇◇◇", "…………", "－－－－－－－－")


def person(rng: Random) -> str:
    """Return an invented name."""
    return rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2))))


def section(rng: Random) -> str:
    """Return a line that names a section."""
    name = rng.choice(SECTIONS) if rng.random() < 0.4 else rng.choice(FIELDS) + rng.choice(KINDS)
    return rng.choice(ORNAMENTS).format(name)


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
    some += [
        f"文章来源：{paper}", f"信息来源：{paper}", f"稿件来源：{paper}", f"发布机构：{paper}", f"发表时间：{date}", f"发表于 {date}", f"更新：{date}", f"阅读 {rng.randint(9, 9000)}", f"浏览量：{rng.randint(9, 9000)}", f"访问次数：{rng.randint(9, 900)}", f"评论：{rng.randint(0, 90)}",
        f"校对：{person(rng)}", f"审核：{person(rng)}", f"记者：{name}", f"通讯员：{name}", "听新闻", "A- A+", "收藏", "转发", "分享", "放大 缩小", f"分类：{rng.choice(SECTIONS)}", f"编辑 {name}", f"来源 {paper}", f"作者 {name}", f"责编：{name}", f"版面：A{rng.randint(1, 16):02}", f"点击数：{rng.randint(1, 999)}",
    ]
    clock = f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}"
    whole += [
        f"{paper} | {date}", f"{name}{gap}{paper}", f"{name} {date}", f"{rng.randint(1, 12):02}-{rng.randint(1, 28):02} {clock}", f"今天 {clock}", f"{paper}{gap}{rng.randint(1, 12)}月{rng.randint(1, 28)}日 {clock}", f"{date}{gap}{paper}{gap}{name}", f"【{date}】 【来源：{paper}】", f"（{date}）", f"[{date}]",
        f"{paper} {rng.choice(SECTIONS)} {date}", f"本报记者 {name} {date}", f"{date} 第{rng.randint(1, 16):02}版", f"{paper} 官方账号 {date}",
    ]
    if rng.random() < 0.5:
        return [rng.choice(whole)]
    if rng.random() < 0.3:
        gap = rng.choice(("|", "/", "、", " · ", "；", " 丨 ", "　｜　"))
        some = [text.replace("：", rng.choice(("：", ":", " ", ": "))) for text in some]
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
    "声明：转载此文是出于传递更多信息之目的。", "免责声明：以上内容为作者个人观点", "举报电话：12345", "版面编辑：周岚 陶一鸣", "本版责编：何远 美编：苏越", "本版编辑/林岚 版式/何川", "收藏本文", "我要纠错", "阅读全文", "点赞（3）", "赞 12 踩 0", "我来说两句", "下一篇：", "下一篇：关于公布评选结果的公告", "上一篇：春灌全面展开", "网友评论仅供其表达个人看法", "关注公众号 获取更多资讯", "用微信扫描二维码", "回到首页", "↑返回顶部", "标签：", "关键词：民生 交通", "分享至", "转载请注明出处", "特别提示：本文仅代表作者观点", "更多新闻请下载临川融媒客户端", "相关新闻", "猜你喜欢", "【字号 大 中 小】 【打印】", "值班编辑 高远", "往期回顾", "责任编辑 陶一鸣 电话 0571-81234567", "本版稿件除署名外均由本报记者采写", "上版 下版", "[关闭窗口]",
)
PICTURES = (
    "图片来源：视觉中国", "（资料图）", "资料图片", "新华社发", "{a} 摄", "图/{a}", "摄影：{a}", "（{a} 摄）", "视频截图", "受访者供图", "图为活动现场。", "图为施工现场。{a} 摄", "本报记者 {a} 摄", "区融媒体中心供图", "▲活动现场。（{a} 摄）", "工人在车间里作业。{a}摄",
    "图①：市民在公园里散步。", "通讯员 {a} 摄", "图源：网络", "（图片由{b}提供）", "居民在广场上观看演出。本报记者 {a} 摄",
)


def picture_line(rng: Random) -> str:
    """Return a line that says where a picture comes from, what it shows, or both."""
    if rng.random() < 0.4:
        return rng.choice(PICTURES).format(a=person(rng), b=rng.choice(PAPERS))
    name, paper = person(rng), rng.choice((*PAPERS, "视觉中国", "网络", "受访者", "主办方", "市气象局", "资料", "新华社", "东方IC", "区档案馆", "学校"))
    said = rng.choice(("图片来源：{b}", "图源：{b}", "图源/{b}", "图片来自{b}", "（图片来自{b}）", "供图：{b}", "{b}供图", "（{b}供图）", "图/{b}", "摄影：{a}", "摄影/{a}", "摄影 {a}", "{a}/摄", "{a}摄", "（{a}/摄）", "本报记者 {a} 摄", "记者 {a} 摄影", "通讯员{a}摄", "（{b} {a} 摄）", "图片：{a}", "图 {a}", "{b} 图", "【图片来源：{b}】"))
    shown = rng.choice(("", "", "", "图为{c}。", "△{c}", "▲{c}。", "{c}", "{c}。", "图①{c}", "上图：{c}。", "{c}现场图 "))
    matter = rng.choice(("活动现场", "市民在公园晨练", "志愿者为老人理发", "工人在车间装配零件", "小学生参观科技馆", "建设中的二号桥", "农技员查看苗情", "颁奖仪式", "演出剧照", "消防员清理积水", "新落成的图书馆外景", "航拍的湿地", "签约仪式", "居民在广场上观看演出"))
    return shown.format(c=matter) + said.format(a=name, b=paper)


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
        [f"A{page} {section}　　{paper}"], [f"{paper}　　{section} {page:02}"], [f"A{page} {section}", f"{paper} {year}年{month}月{date}日 {week}"], [paper, section, f"{page:02}"], [f"{page:02} {section}", f"责编：{person(rng)} 美编：{person(rng)}", f"{year}年{month}月{date}日 {week}"],
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
    separator = rng.choice(SEPARATORS)
    if form.masthead:
        for text in masthead_lines(rng, [parts[0].text for parts in articles if len(parts) > 1]):
            add(text, "furniture")
        lines.append(([], "blank", ""))
    changed = [[Part(part.role, part.text.translate(HALF_WIDTH) if form.half_width else part.text) for part in parts] for parts in articles]
    for number, parts in enumerate(changed):
        if form.sections and rng.random() < (0.4 if len(parts) > 1 else 0.04):
            add(section(rng), "furniture")
        headed = len(parts) > 1
        heads, under = 0, under_headline(rng, parts)
        for place, part in enumerate(parts):
            chars: PrintedLine = [(sign, Source(number, place, at)) for at, sign in enumerate(part.text)]
            is_head = headed and part.role in ("headline", "more")
            if is_head:
                label = form.fields.format({"headline": "标题", "more": "副标题"}[part.role]) if form.fields and (part.role == "headline" or heads) else ""
                if form.numbered and not heads:
                    label = form.numbered.format(number + 1)
                heads += 1
                lines.append(([(sign, None) for sign in label] + chars, "head", "h1" if part.role == "headline" else "h2"))
                if place == under:
                    if form.fields:
                        date, paper, name = dated(rng), rng.choice(PAPERS), person(rng)
                        for field, value in rng.choice((
                            (("作者", ""), ("来源", paper), ("正文", "")), (("作者", name), ("来源", paper), ("日期", date), ("正文", "")), (("日期", date), ("内容", "")), (("发布时间", date), ("来源", paper), ("记者", name), ("正文", "")), (("时间", date), ("正文", "")),
                        )):
                            add(form.fields.format(field) + value, "byline" if field in ("作者", "记者") and value else "metadata")
                    if form.metadata:
                        for text in metadata_line(rng):
                            add(text, "metadata")
                continue
            if form.pictures and part.role == "body" and place >= 1 and rng.random() < form.pictures:
                add(picture_line(rng), "caption")
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
        if form.separators and rng.random() < 0.9:
            add(separator, "furniture")
    return printed_from(rng, lines, articles, form, width, head_width)


def under_headline(rng: Random, parts: Sequence[Part]) -> int:
    """Return the line of an article's headline that its metadata stands under: the last, or now and then the first, as sites set decks apart."""
    last = next((at for at, part in enumerate(parts) if part.role not in ("headline", "more")), 0) - 1
    return 0 if last > 0 and rng.random() < 0.3 else last


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
        rows = wrapped([(sign, None) for sign in indent] + list(chars), width if is_body or what == "furniture" else head_width, edge=form.edge, measure=form.measure)
        if form.tags == "html":
            rows = [[(sign, None) for sign in f"<{tag or 'p'}>"] + row + [(sign, None) for sign in f"</{tag or 'p'}>"] for row in rows]
        elif form.tags == "br":
            rows = [row + [(sign, None) for sign in "<br/>"] for row in rows]
        elif form.tags == "markdown" and what == "head":
            rows = [[(sign, None) for sign in "# "] + row for row in rows]
        out += rows
        out += [[]] * form.blank
    if form.column:
        head: PrintedLine = [(sign, "furniture") for sign in form.column_head]
        out = [row for at, line in enumerate(out, 1) for row in ((line, head) if at % form.column == 0 else (line,))]
    if form.beside:
        out = side_by_side(rng, out, form.beside)
    chars = [char for row in out for char in [*row, ("\n", None)]]
    return Printed("".join(sign for sign, _ in chars), [None if sign.isspace() else source for sign, source in chars], [list(parts) for parts in articles])


def wrapped(chars: PrintedLine, width: int, *, edge: str, measure: Measure) -> list[PrintedLine]:
    """Return a line broken at a width in characters, unbroken for width 0. A mark that may not begin a line hangs over the edge (``hang``), takes what stands before it along (``push``), as figures and Latin words then stay whole, or neither (``break``)."""
    if not width:
        return [chars]
    rows, row, used = [], [], 0
    for char in chars:
        wide = measure(char[0])
        if used + wide > 2 * width and not (edge == "hang" and char[0] in NO_BREAK_BEFORE):
            stays = len(row)
            while edge == "push" and len(row) - MOST_PUSHED < stays > 1 and holds_together(row[stays - 1][0], (row[stays:] or [char])[0][0]):
                stays -= 1
            rows.append(row[:stays])
            row = row[stays:]
            used = sum(measure(sign) for sign, _ in row)
        row.append(char)
        used += wide
    return [*rows, row]


MOST_PUSHED = 6


def holds_together(left: str, right: str) -> bool:
    """Return whether typesetters break no line between two signs."""
    return right in NO_BREAK_BEFORE or left in "“（《" or left.isascii() and left.isalnum() and right.isascii() and right.isalnum()


def side_by_side(rng: Random, rows: Sequence[PrintedLine], n_columns: int) -> list[PrintedLine]:
    """Return rows laid in columns beside each other, spaces between them, as programs do that keep the layout of a page."""
    height, gap = -(-len(rows) // n_columns), rng.randint(2, 8)
    pitch = max(map(len, rows)) + gap
    columns = [rows[at * height : (at + 1) * height] for at in range(n_columns)]
    laid = []
    for at in range(height):
        line: PrintedLine = []
        for number, column in enumerate(columns):
            row = column[at] if at < len(column) else []
            line += [(" ", None)] * (pitch * number - len(line) if row else 0) + list(row)
        laid.append(line)
    return laid


def wrapped_form(rng: Random, **how) -> Form:
    """Return a form whose lines are broken at a width, by one of the measures that programs go by."""
    return Form(**{"blank": 0, "wrap": rng.randint(12, 40), "edge": rng.choice(("hang", "hang", "push", "push", "break")), "measure": rng.choice(MEASURES), "blank_between": rng.choice((0, 0, 1)), **how})


def running_head(rng: Random) -> str:
    """Return the line that stands over every column or page."""
    paper, page, (year, month, date) = rng.choice(PAPERS[:7]), rng.randint(1, 24), day(rng)
    return rng.choice((f"{paper} 第{page:02}版", f"{paper}　　{year}年{month}月{date}日", f"— {page} —", f"·{page}·", f"{page}", f"A{page:02} {paper}", f"{rng.choice(SECTIONS)}　{page}", f"第{page}版 {rng.choice(SECTIONS)}　{year}年{month}月{date}日 责编 {person(rng)}", f"{paper} {page}"))


FORMS: dict[str, Callable[[Random], Form]] = {
    "blank lines": lambda rng: Form(),
    "one line each": lambda rng: Form(blank=0, indent="　　"),
    "flush": lambda rng: Form(blank=0),
    "wrapped, indented": lambda rng: wrapped_form(rng, indent="　　"),
    "wrapped, flush": lambda rng: wrapped_form(rng),
    "wrapped, blank lines": lambda rng: wrapped_form(rng, blank=1),
    "wrapped, headlines too": lambda rng: wrapped_form(rng, indent=rng.choice(("　　", "", "  ", "    ")), wrap_heads=True),
    "wrapped, pictures": lambda rng: wrapped_form(rng, indent=rng.choice(("　　", "　　", "")), pictures=0.15, masthead=True),
    "wrapped, columns": lambda rng: wrapped_form(rng, indent=rng.choice(("　　", "　　", "")), column=rng.randint(12, 50)),
    "columns side by side": lambda rng: wrapped_form(rng, indent="  ", wrap=rng.randint(12, 24), wrap_heads=True, blank_between=0, beside=rng.randint(2, 4)),
    "wrapped, running heads": lambda rng: wrapped_form(rng, indent=rng.choice(("　　", "　　", "")), column=rng.randint(20, 60), column_head=running_head(rng)),
    "metadata": lambda rng: Form(metadata=True, blank=rng.choice((0, 1))),
    "fields": lambda rng: Form(fields=rng.choice(("{}：", "{}：", "{}:", "【{}】", "[{}]", "【{}】：", "{}： ")), blank=rng.choice((0, 1))),
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
    "numbered": lambda rng: Form(numbered=rng.choice(("{}. ", "{}.", "{}、", "{} ", "[{}] ", "（{}）", "{:02} ", "No.{} ")), blank=rng.choice((0, 1))),
    "separated": lambda rng: Form(separators=True, blank=rng.choice((0, 1)), blank_between=rng.choice((0, 1)), metadata=rng.random() < 0.3),
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
    for edit in page.edits:
        right = is_right(edit, page, printed)
        counts["edits"] += 1
        counts["edits right"] += right
        if edit.confidence >= SURE:
            counts["sure edits"] += 1
            counts["sure edits right"] += right
        if not right:
            errors.append((edit.kind, edit.evidence))
    return errors


def is_right(edit: Edit, page: Page, printed: Printed) -> bool:
    """Return whether what an edit puts together was printed so, or what it drops is on the page twice."""
    block, target = page.blocks[edit.block - 1], page.blocks[edit.target - 1]
    if edit.kind == "drop_duplicate":
        return block.text == target.text
    one, other = ([source for source in printed.sources[found.char_start : found.char_end] if isinstance(source, Source)] for found in (target, block))
    if not one or not other:
        return not one and not other
    last, first = one[-1], other[0]
    if (last.article, last.part) != (first.article, first.part):
        return False
    return last.at < first.at and not printed.articles[last.article][last.part].text[last.at + 1 : first.at].strip()


def figures(counts: Counter) -> str:
    """Return the figures of a form in a line."""
    n = counts["articles"] or 1
    return (
        f"articles {counts['right'] / n:.3f}  text {counts['text right'] / n:.3f}  headlines {counts['headlines right'] / (counts['headlines'] or 1):.3f}  "
        f"made/true {counts['made'] / n:.3f}  torn {1000 * counts['torn'] / (counts['pairs'] or 1):.2f}  "
        f"edits {counts['edits']} right {counts['edits right'] / (counts['edits'] or 1):.3f}"
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
