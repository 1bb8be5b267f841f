"""Bylines: who signs and as what, where a line or a paragraph says so; what only speaks of reporters names nobody."""

import pytest

from transforms.bylines import find_bylines, read_dateline, signed_names
from transforms.records import Byline, Name

LETTERS = {"w": "reporter", "c": "correspondent", "p": "photographer", "e": "editor"}


def said(bylines) -> str:
    """Names with the letters of their roles: 周明远 wp wrote and photographed."""
    letter_of = {role: letter for letter, role in LETTERS.items()}
    return " ".join(f"{one.name}:{''.join(letter_of[role] for role in one.roles)}" for one in bylines)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("特约记者 欧阳清 报道", "欧阳清:w"),
        ("记者周明远 摄影报道", "周明远:wp"),
        ("云渡融媒记者 周明远", "周明远:w"),
        ("周明远 文 赵小棠 摄", "周明远:w 赵小棠:p"),
        ("文/周明远 图/赵小棠", "周明远:w 赵小棠:p"),
        ("周明远 赵小棠 文/图", "周明远:wp 赵小棠:wp"),
        ("□周明远 赵小棠", "周明远:w 赵小棠:w"),
        ("首席记者 艾孜买提·吐尔逊", "艾孜买提·吐尔逊:w"),
        ("本报记者 赵志文", "赵志文:w"),
        ("记者 阿曼古丽", "阿曼古丽:w"),
        ("记者 周明远 通讯员 赵小棠 何远", "周明远:w 赵小棠:c 何远:c"),
        ("摄影记者 赵小棠", "赵小棠:p"),
        ("图/赵小棠", "赵小棠:p"),
        ("记 者 | 高 帆 赵 鑫", "高帆:w 赵鑫:w"),
        ("责任编辑 何远 记者 周明远", "何远:e 周明远:w"),
        ("记者刘远马康宁", "刘远:w 马康宁:w"),
        ("通讯员 古丽巴哈尔", "古丽巴哈尔:c"),
        ("周明远 新安晚报 安徽网 大皖客户端记者 赵小棠", "周明远:w 赵小棠:w"),
        ("通讯员 县委老干部局", ""),
        ("指导记者 周明远 指导老师 赵小棠", ""),
        ("记者手记", ""),
        ("编辑点评：", ""),
        ("记者 周明远 手记", "周明远:w"),
    ],
)
def test_a_line_of_its_own(line, wanted):
    bylines = find_bylines(line, {0})
    assert said(bylines) == wanted
    assert all(line[one.char_start : one.char_end] == one.text for one in bylines)


@pytest.mark.parametrize(
    ("paragraph", "wanted"),
    [
        ("本报讯（记者 周明远 通讯员 赵小棠）渡口今天通航。", "周明远:w 赵小棠:c"),
        ("（记者周明远）渡口今天通航，两岸居民出行方便。", "周明远:w"),
        ("本报记者周明远报道：渡口今天通航。", "周明远:w"),
        ("新华社北京1月1日电（记者周明远）今天，渡口通航。", "周明远:w"),
        ("记者 周明远 渡口昨天通航。", "周明远:w"),
        ("渡都讯(记者 周明远 实习生 赵小棠 文/图) 渡口昨天通航。", "周明远:w 赵小棠:wp"),
        ("晚报讯（记者周明远文/图）渡口昨天恢复通航。", "周明远:wp"),
        ("南浦讯(周明远 赵小棠)渡口昨天恢复通航。", "周明远:w 赵小棠:w"),
        ("记者看到3条船停在渡口。", ""),
        ("记者看到一条船停在渡口。", ""),
        ("渡口今天通航。（周明远 摄）", "周明远:p"),
        ("渡口今天通航。记者 周明远 摄", "周明远:p"),
        ("渡口今天通航。（周明远）", "周明远:w"),
        ("渡口今天通航。（2024年）", ""),
        ("记者昨日来到渡口，乘船的人不少。", ""),
    ],
)
def test_a_paragraph(paragraph, wanted):
    assert said(find_bylines(paragraph)) == wanted


@pytest.mark.parametrize(
    ("paragraph", "wanted"),
    [
        ("新华社北京1月1日电（记者周明远） 今天，渡口通航。", ("新华社", "北京", "1月1日")),
        ("本报讯（记者周明远） 3月4日，渡口通航。", (None, None, "3月4日")),
        ("渡口通航了。", (None, None, None)),
    ],
)
def test_a_dateline(paragraph, wanted):
    assert tuple(read_dateline([paragraph])) == wanted


def test_who_signs_has_the_roles_of_the_byline_and_other_names_there_give_way():
    names = [
        Name("person", "周明远", 0, 3, "周明远", 0.9),
        Name("person", "赵志", 4, 6, "赵志", 0.9),
        Name("place", "渡口", 9, 11, "渡口", 0.8),
    ]
    bylines = [Byline("周明远", ("reporter", "photographer"), "周明远", 0, 3), Byline("赵志文", ("photographer",), "赵志文", 4, 7)]
    assert [(name.text, name.roles, name.rule) for name in signed_names(names, bylines)] == [
        ("周明远", ("reporter", "photographer"), None),
        ("赵志文", ("photographer",), "byline"),
        ("渡口", (), None),
    ]


@pytest.mark.parametrize(
    ("line", "reporters"),
    [
        ("（中央社記者何遠台北13日電）市府今天說，老樹明天移植。", ["何遠"]),
        ("(中央社記者陸一鳴新竹縣12日電)縣府今天發布人事調整。", ["陸一鳴"]),
        ("何遠\\臺中報導 教育局重視學生健康，列為推動議題。", ["何遠"]),
        ("周嵐、陸一鳴／高雄報導 碼頭昨日啟用，民眾前來參觀。", ["周嵐", "陸一鳴"]),
        ("站内搜索:", []),
        ("收入/支出报道 显示，去年有所增长，今年持平。", []),
    ],
)
def test_a_reporter_is_cut_from_the_place_that_he_reports_from(line, reporters):
    assert [one.text for one in find_bylines(line, {0} if len(line) < 10 else ())] == reporters
