"""Pages as sites print them: the frame of the site is none of the article, whatever its words; who signs among the fields of a site does sign."""

from __future__ import annotations

import pytest

from transforms.pages import read_page

HEADLINE = "石塘镇渡口恢复通航"
TEXT = "9月3日上午,石塘镇渡口恢复通航,两岸居民前来观看。渡口停航三年,群众绕行要多走二十公里。\n镇里介绍,新船可载六十人,每天开行十二班,老人和学生免票。"
ABOVE = [
    "您当前的位置:首页 - 新闻中心 - 南浦要闻\n",
    "手机版 无障碍\n今天是2024年9月4日\n当前位置: 首页 > 乡镇动态\n",
    "勤政 务实 清廉 高效\n你所在的位置：网站首页>>图片新闻>>正文\n",
    "南浦网 正文\n",
    "跳过导航\n站内搜索:\n首页 > 新闻 > 社会\n",
    "您好!今天是\n设为主页收藏本页\n社交网站:\n今日导读\n",
    "南浦日报社主办 《南浦日报》官方网站\n原创 | 法治南浦 | 记者调查 | 时政 | 国内 | 公安 |\n",
    "媒体\n  • 南浦日报\n  • 云渡日报\n分类\n  • 要闻\n  • 体育\n  • 家庭教育敲响警钟\n",
    "第A04版:社会\n3上一版  下一版4\n货车司机跑错路\n石塘镇渡口恢复通航\n新桥下月合龙\n新闻搜索:\n版面导航\n",
    "南浦电视台 > 新闻台 > 新闻中心 >\n",
    "![](logo.png) |\n首页 新闻频道 南浦新闻\n",
]
BELOW = [
    "发布时间:\n2024-09-04\n",
    "南浦发布 2024-09-04 00:48 大字\n",
    "2024-09-04 10:11 民生 3万阅读 投稿:南浦发布\n",
    "04.09.2024 11:49\n本文来源: 航道处\n",
    "4.9.2024\n",
    "9月 4, 2024\n",
    "出版:更新:\n",
    "发布:2024-09-04 16:56 来源:航道处\n\n大字号\n",
    "2024-09-04 18:30:13 来源: 南浦网\n微博\nQQ空间 微信\n评论\n图集\n",
    "发布日期:2024-09-04 来源:融媒体中心 浏览次数:\n",
    "20240904\n",
    "2024-09-04 10:54 来源:南浦晚报\nQQ截图20240904105411\n",
]
AFTER = [
    "\n本稿件所含文字、图片资料,版权均属南浦日报所有,任何媒体、网站或个人未经授权不得转载,违者将依法追究责任。",
    "\n© 2024 南浦网 版权所有 未经许可,不得转载。",
    "\n郑重声明:本文版权归原作者所有,转载文章仅为传播信息,如有侵权请联系删除。",
    "\n2024-09-04 1 1 南浦日报 content_290005.html 1 /enpproperty-->",
    "\n热门文章\n新桥下月合龙 引桥先通车\n云渡新闻网\n货车司机跑错路",
    "\n新闻推荐\n8月5日,县政府召开第九次全体会议,总结上半年的工作。县长何远强调,一要认清形势...\n南浦新闻,新鲜有料。",
    "\n不用抽 现在用APP看新闻 天天中奖  点我下载APP\n网友回应\n载入中",
    "\n用户名 注册新用户\n密码 忘记密码?",
    "\n新闻推荐\n相关新闻",
    "\n关键词:\n\n相关推荐",
    "\n来源:南浦网\n本站原创文章,转载请附上原文链接。",
]


@pytest.mark.parametrize("above", ["", *ABOVE])
@pytest.mark.parametrize("below", BELOW)
@pytest.mark.parametrize("after", AFTER)
def test_the_frame_of_a_site_is_no_part_of_an_article(above, below, after):
    page = read_page(f"{above}{HEADLINE}\n{below}{TEXT}{after}")
    article = page.articles[0]
    assert article.headline == HEADLINE
    assert "\n".join(paragraph.text for paragraph in article.paragraphs if paragraph.role == "body") == TEXT


def test_reports_that_open_with_their_dateline_in_brackets_are_articles_of_their_own():
    page = read_page(
        "(中央社記者何遠台南3日電)台南市政府今天說,老樹明天移植,市民可以來看。…\n"
        "(中央社記者陸一鳴花蓮縣2日電)花蓮縣政府將在吉安鄉設兩處站牌,下月啟用。…\n"
        "〔記者周嵐／嘉義報導〕番路鄉公所昨發放年菜給弱勢民眾,已連續十四年。"
    )
    assert len(page.articles) == 3


def test_what_is_recommended_before_a_report_is_no_end_of_the_page():
    text = f"{HEADLINE}\n{TEXT}\n延伸阅读\n新桥下月合龙\n本报讯(记者 何远)新桥下月合龙,引桥先通车,两岸往来只要八分钟。"
    assert len(read_page(text).articles) == 2


@pytest.mark.parametrize(
    ("line", "reporters"),
    [
        ("供稿丨县委办公室 编校丨何远 监制丨周岚", ()),
        ("作者:何远  发布时间:2024-09-04 10:19:42 打印 字号: | |", ("何远",)),
        ("2024-09-04 10:19:42  来源:南浦新闻网  作者:陆一鸣 周岚", ("陆一鸣", "周岚")),
        ("来源：南浦县航道处　时间：2024-09-04　作者：南浦县航道处　点击：12", ()),
        ("作者:系统管理员 发布时间:2024-09-04 浏览次数:31", ()),
    ],
)
def test_who_signs_among_the_fields_of_a_site_is_the_reporter(line, reporters):
    article = read_page(f"当前位置: 首页 > 乡镇动态\n{HEADLINE}\n{line}\n{TEXT}").articles[0]
    assert article.headline == HEADLINE
    assert article.reporters == reporters
    assert [one.name for one in article.bylines if "reporter" in one.roles] == [*reporters]


def test_pinyin_behind_characters_is_no_text():
    page = read_page(
        "南浦縣(xiàn)醫(yī)院新樓啟(qǐ)用\n\n9月3日,南浦縣(xiàn)醫(yī)院新樓啟(qǐ)用,縣(xiàn)長何遠到場(chǎng)祝賀。(記者 周嵐)"
    )
    assert page.form == "with pinyin"
    assert page.articles[0].headline == "南浦縣醫院新樓啟用"
    assert page.articles[0].paragraphs[1].text == "9月3日,南浦縣醫院新樓啟用,縣長何遠到場祝賀。(記者 周嵐)"


def test_pinyin_of_one_rare_character_is_text():
    text = "村民张翀(chōng)今年在石塘镇种下三十亩梨树,收成不错。"
    assert read_page(text).articles[0].text == text


def test_a_headline_that_a_site_prints_twice_is_printed_once():
    page = read_page(f"{HEADLINE}\n{HEADLINE}\n{TEXT}")
    assert page.articles[0].headline == HEADLINE
    assert [(block.role, block.duplicate_of) for block in page.blocks[:2]] == [("headline", None), ("duplicate", 1)]


def test_the_headline_in_an_agency_s_dateline_begins_no_second_article():
    page = read_page(f"渡口故事\n2024-09-04 18:30:13 来源: 南浦网\n  新华社云州9月4日电 题：渡口故事\n  记者何远、周岚\n{TEXT}")
    assert [(article.headline, article.reporters) for article in page.articles] == [("渡口故事", ("何远", "周岚"))]


def test_a_list_of_lines_as_long_as_each_other_under_an_article_is_not_wrapped():
    contacts = ["区委书记 何远 13500001111", "区长办 周岚 13500002222", "政法委 苏明 13500003333", "信访局 陆一 13500004444"]
    page = read_page("\n".join([TEXT.replace("\n", ""), *contacts]))
    assert page.form is None
    assert [paragraph.text for paragraph in page.articles[0].paragraphs[-4:]] == contacts


def test_the_day_of_the_issue_is_no_headline_whatever_stands_beside_it():
    page = read_page(f"南浦新闻\n2024年09月04日 第首页版 财经\n\n{HEADLINE}\n\n{TEXT}")
    assert page.articles[0].headline == HEADLINE
