"""Bylines: who signs an article as reporter, photographer or editor, where a dateline or a byline names them, with the place of every name.

A byline is read in two steps. It is found: a line of its own, brackets after 本报讯 or at the end of a paragraph, names before 报道, a
signature behind the last full stop. Then its words are read from left to right: posts (记者, 通讯员, 摄影) stand before the names that they
are said of, 文, 图 and 摄 before or behind them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from transforms.lexicons import read_groups
from transforms.lexicons.names import divisions, looks_like_name, surnames, world
from transforms.records import Byline, Name
from transforms.text.characters import fold, fold_forms
from transforms.text.patterns import one_of

HAN_AND_DOT = "一-鿿㐀-䶿·"
BYLINE_GAP = r"[\s、，,;；/／|丨:：□■●◆▲◎○\[\]【】()（）〔〕]"
DATE_DIGITS = "0-9一二三四五六七八九十"
PRINTED_DATE = rf"[{DATE_DIGITS}]{{1,3}}月[{DATE_DIGITS}]{{1,3}}[日号](?:凌晨|清晨|早晨|上午|中午|下午|傍晚|晚上|晚|夜间|夜)?"
BYLINE_CONFIDENCE = 0.95
"""Of the names in bylines of the modern gold, this share is right."""
POST_KINDS = ("reporter", "correspondent", "photographer", "both", "editor")
LONGEST_BYLINE, LONGEST_FIELDS, LONGEST_ENDING, LONGEST_OPENING, LONGEST_REPORT, LINES_WITH_DATELINE = 60, 110, 80, 200, 40, 3
"""Characters of a line or a pair of brackets that may be a byline, of a line of fields in which an author may sign, those at the end of a paragraph that hold one with its brackets, those at its
beginning that its dateline and date stand in, those of 据南浦日报云渡分社11月28日讯 and its like, and paragraphs that may have one."""


class Dateline(NamedTuple):
    """What the first words of a report say: agency, place, and the date as printed."""

    agency: str | None = None
    place: str | None = None
    date: str | None = None


@cache
def groups() -> dict[str, tuple[str, ...]]:
    """Return the words of bylines by kind."""
    return read_groups("byline_words.tsv")


@cache
def byline_words(kind: str) -> str:
    """Return a pattern of a kind of words of bylines."""
    return one_of(groups()[kind])


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    """Return the patterns of where bylines stand, compiled once."""
    post, photo, both, editor, desk = (byline_words(kind) for kind in ("reporter", "photographer", "both", "editor", "desk"))
    post = f"(?<!工){post}"  # 工作者
    both_in_two = one_of(word for word in groups()["both"] if not word.isalpha())
    paper = rf"(?:[{HAN_AND_DOT}]{{2,10}}?{byline_words('paper')})"
    any_post = rf"(?:{post}|{photo}|{editor}|{both})"
    opening = rf"[(（【〔\[]?(?:据|综合)?(?:{desk}|{paper})[^，。；！？,;!?\n()（）【】〔〕]{{0,16}}?(?:讯|电|快讯|专电|消息|报道|报导)"
    return {
        "chunk": re.compile(
            rf"(?P<spaced>(?:{'|'.join(map(' +'.join, spaced_posts()))})(?=\s*[|丨:：/／]))|{both}|(?:(?!{both_in_two})[^{BYLINE_GAP[1:-1]}])+"
        ),
        "in chunk": re.compile(
            rf"(?P<field>{byline_words('field')})(?![{HAN_AND_DOT}])|(?P<both>{both})|(?P<editor>{editor})|(?P<reporter>[{HAN_AND_DOT}]{{0,14}}?(?:{post})(?![会站室席团]))|(?P<photographer>{photo})|(?P<writer>文(?![{HAN_AND_DOT}])|^文)"
            rf"|(?P<filler>{byline_words('filler')}|{desk})|(?P<name>[{HAN_AND_DOT}A-Za-z]+?(?=(?:{both}|{editor}|{photo}|{byline_words('filler')}|{post})|[^{HAN_AND_DOT}A-Za-z]|$))|(?P<other>.)"
        ),
        "bracket after": re.compile(rf"{opening}\s*[】〕)）]?\s*[(（【〔](?P<who>[^()（）【】〔〕。]{{2,60}})[)）】〕]"),
        "names after": re.compile(rf"[{HAN_AND_DOT}]{{2,8}}讯\s*[(（](?P<who>[{HAN_AND_DOT}\s、]{{2,30}})[)）](?=.{{8}})"),
        "told": re.compile(
            rf"(?:{opening}|[(（【〔]{desk}?)?[\s，,]*(?P<who>[^，。；!?\n:：]{{0,10}}(?:{post})[^，。；!?\n:：]{{2,40}}?(?:报道|报导|摄影报道)?)\s*[:：](?=.)"
        ),
        "named after": re.compile(rf"{opening}[\s]*(?P<who>(?:[{HAN_AND_DOT}]{{0,8}}{post}\s?[{HAN_AND_DOT}]{{2,4}}[\s、]+)+)(?=\S)"),
        "bracket first": re.compile(
            rf"(?:[^，。；！？,;!?\n()（）【】〔〕]{{1,24}}(?:讯|电|消息|融媒体?|日报|晚报|新闻|发布)\s*)?[(（【〔](?P<who>[^()（）【】〔〕。，]{{0,14}}{any_post}[^()（）【】〔〕。]{{2,50}})[)）】〕](?=.{{8}})"
        ),
        "bracket last": re.compile(r"[(（【〔\[](?P<who>[^()（）【】〔〕。\[\]]{2,60})[)）】〕\]][。\s]*$"),
        "name and place": re.compile(
            rf"(?P<who>[{HAN_AND_DOT}]{{2,4}}(?:[、 ][{HAN_AND_DOT}]{{2,4}})*)\s?[/／\\＼]\s?[{HAN_AND_DOT}]{{2,4}}(?:报道|报导)"
        ),
        "behind": re.compile(rf"[。！？”」](?P<who>\s?[^，。！？“”]{{0,24}}(?:{any_post})[^，。！？]{{0,30}})$"),
        "posts first": re.compile(
            rf"(?:{opening}[】〕]?)?\s?[□■●◎]?\s?(?P<who>(?:[{HAN_AND_DOT}]{{0,10}}?{post}[\s:：]*[{HAN_AND_DOT}]{{2,4}}(?:[\s、]+[{HAN_AND_DOT}]{{2,4}}(?=[\s、报]))*[\s、]*)+(?:(?:[/／][{HAN_AND_DOT}]{{2,4}})?(?:报道|报导)(?=.)|(?=[\s　]|(?:[{DATE_DIGITS}]+月)?[{DATE_DIGITS}]+[日号]|近|昨|今|日前|凌|清|上午|下午|连日)))"
        ),
        "line": re.compile(rf"[□■●◆▲◎△○★☆\[【(（〔]?\s*[^，。！？；]{{0,24}}(?:{any_post})[^，。！？；]{{0,44}}[\]】)）〕]?"),
        "post": re.compile(any_post),
        "reporter": re.compile(post),
        "dateline": re.compile(
            rf"[(（【〔\[]?据?(?P<desk>{desk}|{paper})(?P<place>[{HAN_AND_DOT}]{{0,12}}?)\s?(?P<date>{PRINTED_DATE})?\s?(?:讯|电|快讯|专电|消息|报道|报导)"
        ),
        "date after": re.compile(rf"[\s:：,，]*(?:(?:根据|按照|遵照|为|随着|经|应)[^。！？“”；]{{0,60}}?[,，])?(?P<date>{PRINTED_DATE})"),
        "closing": re.compile(
            rf"[(（]据?(?P<desk>{desk}|{paper})(?P<place>[{HAN_AND_DOT}]{{0,12}}?)(?P<date>{PRINTED_DATE})?(?:电|讯|专电)[)）]$"
        ),
    }


class BylineToken(NamedTuple):
    """A piece of a byline in ``text[start:]``; ``kind`` is a role, ``both`` (文/图), ``name``, ``field`` (来源), ``filler`` or ``other``."""

    kind: str
    text: str
    start: int


def read_byline(text: str, offset: int = 0, *, bare: bool = False) -> list[Byline]:
    """Return who a byline names; ``offset`` is added to where they stand. ``bare`` names, without a post, are of reporters.

    >>> [(one.name, one.roles) for one in read_byline("周明远 文 赵小棠 摄")]
    [('周明远', ('reporter',)), ('赵小棠', ('photographer',))]
    >>> [(one.name, one.roles) for one in read_byline("首席记者 艾孜买提·吐尔逊 摄影报道")]
    [('艾孜买提·吐尔逊', ('reporter', 'photographer'))]
    >>> [(one.name, one.text) for one in read_byline("记 者 | 高 帆 赵 鑫")]
    [('高帆', '高 帆'), ('赵鑫', '赵 鑫')]
    """
    return BylineReader(list(tokens_of(text)), offset, bare=bare).read()


class BylineReader:
    """Reads posts and names from left to right: a post before names is said of all up to the next one, 文, 图, 摄 also of those before them.
    What stands behind the name of a field signs nothing.
    """

    def __init__(self, tokens: Sequence[BylineToken], offset: int, *, bare: bool) -> None:
        self.tokens, self.offset, self.bare = tokens, offset, bare
        telling = [token.kind for token in tokens if token.kind not in ("field", "filler", "other")]
        self.is_signed = bare or any(kind in POST_KINDS for kind in telling)
        self.posts_stand_behind = bool(telling) and telling[-1] != "name"  # 周明远 文 赵小棠 摄, not 文/周明远 图/赵小棠
        self.roles: tuple[str, ...] = ("reporter",) if bare else ()
        self.waiting: list[tuple[str, str, int, tuple[str, ...]]] = []
        self.bylines: list[Byline] = []
        self.is_in_field = False

    def read(self) -> list[Byline]:
        """Return who signs."""
        for number, token in enumerate(self.tokens):
            if token.kind == "field" or token.kind in POST_KINDS:
                self.is_in_field = token.kind == "field"
            if token.kind == "name" and not self.is_in_field and not self._is_word_before_report(number):
                names = names_in(token.text, sure=bool(self.roles))
                self.waiting += [(name, printed, token.start + place, self.roles) for name, printed, place in names]
            elif token.kind in POST_KINDS:
                self._take_post(number)
        self._close(())
        return self.bylines

    def _is_word_before_report(self, number: int) -> bool:
        """Tell whether what can be a name is a word between names and 报道: 周明远 现场 报道."""
        token, *after = self.tokens[number : number + 2]
        return bool(self.waiting and after and after[0].text in ("报道", "报导") and not looks_like_name(token.text))

    def _take_post(self, number: int) -> None:
        token = self.tokens[number]
        is_post = token.kind in ("reporter", "editor") and token.text != "文" or token.text == "摄影记者"
        following = next((other.kind for other in self.tokens[number + 1 :] if other.kind not in ("filler", "other")), None)
        if is_post or following == "name" and not (self.posts_stand_behind and self.waiting):
            self._close(())
            self.roles = roles_of(token)
        else:
            self._close(roles_of(token))
            self.roles = self.roles if self.bare else ()

    def _close(self, roles_behind: tuple[str, ...]) -> None:
        """Give the names that wait their roles: those said behind them, else before, else of a reporter where the line is signed."""
        for name, printed, start, roles_before in self.waiting:
            roles = roles_behind or roles_before or (("reporter",) if self.is_signed else ())
            if roles:
                self.bylines.append(Byline(name, roles, printed, self.offset + start, self.offset + start + len(printed)))
        self.waiting.clear()


def roles_of(token: BylineToken) -> tuple[str, ...]:
    """Return the roles that a post is said of."""
    if token.kind == "both":
        return "reporter", "photographer"
    if token.text.endswith("摄影记者"):
        return ("photographer",)
    return ("correspondent",) if token.kind == "reporter" and token.text.endswith(CORRESPONDENTS) else (token.kind,)


def tokens_of(text: str) -> Iterator[BylineToken]:
    """Yield what a byline is made of; two single characters with a gap between them are a name (高 帆).

    >>> [(token.kind, token.text) for token in tokens_of("记者 高 帆 王川摄")]
    [('reporter', '记者'), ('name', '高 帆'), ('name', '王川'), ('photographer', '摄')]
    """
    chunks = [(chunk.group(), chunk.start(), bool(chunk["spaced"])) for chunk in patterns()["chunk"].finditer(text)]
    chunks.reverse()
    while chunks:
        word, start, is_spaced_post = chunks.pop()
        if is_spaced_post:
            post = re.sub(r"\s", "", word)
            yield BylineToken(kind_of_post(post), word, start)
        elif len(word) == 1 and word not in ROLE_SIGNS and "一" <= word <= "鿿":
            after, end, _ = chunks[-1] if chunks else ("", 0, False)
            if len(after) == 1 and after not in ROLE_SIGNS and text[start + 1 : end].isspace():
                chunks.pop()
                yield BylineToken("name", text[start : end + 1], start)
            else:
                yield BylineToken("other", word, start)
        elif (
            text[start - 1 : start] in ("/", "／")
            and word.endswith(("报道", "报导"))
            or word.startswith(NOT_WHO)
            and word not in groups()["field"]
        ):  # 陆苗/台北报导
            yield BylineToken("filler", word, start)
        else:
            tokens = list(_tokens_of_chunk(word, start))
            is_unknown = UNKNOWN_LABEL.match(text, start) and role_words().isdisjoint(token.text for token in tokens)
            yield from [BylineToken("field", word, start)] if is_unknown else tokens


def _tokens_of_chunk(word: str, start: int) -> Iterator[BylineToken]:
    """Yield a word between gaps: a name where it can be one as a whole (赵志文), else what it is made of (王川摄)."""
    if len(word) > 2 and word.endswith(groups()["paper"]) and (word[:2] in divisions() or not looks_like_name(word)):  # 新安晚报, 安徽网
        yield BylineToken("filler", word, start)
        return
    is_whole_name = looks_like_name(word) and word[-1] not in "摄图" or "·" in word and not patterns()["reporter"].search(word)
    if is_whole_name and word not in role_words():
        yield BylineToken("name", word, start)
        return
    for match in patterns()["in chunk"].finditer(word):
        kind, text = match.lastgroup or "other", match.group()
        if kind == "name" and DAY_OF_WIRE.match(word, match.end()):
            text = without_place(text)
        yield BylineToken("reporter" if kind == "writer" else kind, text, start + match.start())


DAY_OF_WIRE = re.compile("[0-9]{1,2}日(?:电|讯|报道)")
"""What follows the place that a report was wired from."""


def without_place(text: str) -> str:
    """Return the name of a reporter without the place behind it.

    >>> without_place("何远台北"), without_place("陆一鸣新竹县"), without_place("周明远")
    ('何远', '陆一鸣', '周明远')
    """
    return next((text[:size] for size in (2, 3, 4) if text[size:] in world() or text[size:] in divisions()), text)


UNKNOWN_LABEL = re.compile("[一-鿿]{2,4} ?[|丨:：]")
"""What stands before a colon or a bar and is the word of no role: it says something else than who wrote."""
ROLE_SIGNS = "文图摄"
CORRESPONDENTS = ("通讯员", "报道员", "通联", "小记者")
NOT_WHO = ("发自", "综合", "据", "来源")


@cache
def role_words() -> frozenset[str]:
    """Return all words of roles and what names no one."""
    return frozenset(word for kind in ("reporter", "photographer", "both", "editor", "field", "filler", "desk") for word in groups()[kind])


@cache
def spaced_posts() -> tuple[str, ...]:
    """Return the posts of two characters, which are printed with a gap between them too (记 者 | 高帆)."""
    return tuple(word for kind in ("reporter", "photographer", "editor") for word in groups()[kind] if len(word) == 2)


def kind_of_post(word: str) -> str:
    """Return the role that a post stands for."""
    return next(kind for kind in ("reporter", "photographer", "editor") if word in groups()[kind])


def names_in(text: str, *, sure: bool) -> list[tuple[str, str, int]]:
    """Return name, printed form and offset of the persons in a run of characters without a gap but within a name of two.

    >>> names_in("周明远赵小棠", sure=False)
    [('周明远', '周明远', 0), ('赵小棠', '赵小棠', 3)]
    """
    name = re.sub(r"\s", "", text)
    if len(name) >= 4 and name[-1] in ENDS_OF_OFFICES or is_pen_name_of_office(name):
        return []
    if _is_one_name(name, is_spaced=len(name) < len(text), sure=sure):
        return [(name, text, 0)]
    names = split_names(name)
    offsets = accumulate(map(len, names), initial=0)
    return [(one, one, offset) for one, offset in zip(names, offsets, strict=False)]


def _is_one_name(name: str, *, is_spaced: bool, sure: bool) -> bool:
    """Tell whether a run of characters is the name of one person."""
    if "·" in name or re.fullmatch("[A-Za-z]{3,}", name):
        return True
    if len(name) in (2, 3):
        return is_spaced or sure or looks_like_name(name)
    if len(name) == 4 and (is_spaced or name[:2] in surnames().compound):
        return True
    begins_with_surname = any(one[0] in surnames().strong for one in split_names(name)[:1])
    return (
        sure and 4 <= len(name) <= 6 and not re.search("[A-Za-z]", name) and not begins_with_surname
    )  # 阿曼古丽, 次仁德吉: a name without a surname


def is_pen_name_of_office(name: str) -> bool:
    """Return whether a name stands for the press office that sends a text in (盐公宣, of the police; 滨法, of the court).

    >>> is_pen_name_of_office("惠法宣"), is_pen_name_of_office("滨法"), is_pen_name_of_office("石宣")
    (True, True, False)
    """
    return bool(PEN_NAME.fullmatch(name)) or name.endswith(("法", "宣", "公", "府办")) and not looks_like_name(name[:2])


PEN_NAME = re.compile(".{1,2}(?:[公法检政纪府环关税农卫]宣|府办)")
"""A short name of a place, the office (police, court, ...), 宣 for 宣传."""
ENDS_OF_OFFICES = "局办部委站处社院所校厅会队团司厂业体位室组科心"
"""What names of those who send pictures and texts in end in: 县委老干部局供稿."""


def split_names(part: str) -> list[str]:
    """Return names that stand without gaps, cut before surnames, three characters preferred; none where it cannot be done."""
    known = surnames()
    best: dict[int, tuple[int, list[str]]] = {0: (0, [])}
    for start in range(len(part)):
        if start not in best:
            continue
        cost, so_far = best[start]
        sizes = [(3, 0), (2, 1)] if part[start] in known.common else []
        if part[start : start + 2] in known.compound:
            sizes += [(4, 0), (3, 0)]
        for size, extra in sizes:
            end = start + size
            if end <= len(part) and (end not in best or best[end][0] > cost + extra):
                best[end] = (cost + extra, [*so_far, part[start:end]])
    return best.get(len(part), (0, []))[1]


def find_bylines(text: str, signed_lines: Collection[int] = (), reading: str | None = None) -> list[Byline]:
    """Return who signs an article, its paragraphs one a line. ``signed_lines`` are the numbers of lines known to be bylines or credits; of
    others those count that hold posts and names alone. ``reading`` is the text folded, where that is at hand.

    >>> [(one.name, one.roles) for one in find_bylines("渡口通航\\n本报讯（记者 周明远 赵小棠） 渡口今天通航。（何远 摄）")]
    [('周明远', ('reporter',)), ('赵小棠', ('reporter',)), ('何远', ('photographer',))]
    """
    bylines: list[Byline] = []
    offset = 0
    for number, line in enumerate((fold(text) if reading is None else reading).split("\n")):
        bylines += bylines_of_line(line, offset, is_signed=number in signed_lines)
        offset += len(line) + 1
    first: dict[tuple[int, int], Byline] = {}
    for one in bylines:
        printed = text[one.char_start : one.char_end]
        name = re.sub(r"\s", "", fold_forms(printed))
        first.setdefault((one.char_start, one.char_end), one._replace(text=printed, name=name))
    return sorted(first.values(), key=lambda one: one.char_start)


def bylines_of_line(line: str, offset: int, *, is_signed: bool) -> list[Byline]:
    """Return who a paragraph names as signing: in a line of its own, in its beginning, at its end."""
    if not line.strip():
        return []
    if (
        len(line) <= (LONGEST_FIELDS if is_signed else LONGEST_BYLINE)
        and (whole := _whole_line(line, offset, is_signed=is_signed)) is not None
    ):
        return whole
    return _at_beginning(line, offset) + _at_end(line, offset)


def _whole_line(line: str, offset: int, *, is_signed: bool) -> list[Byline] | None:
    """Return who signs a line that is a byline as a whole; None for other lines."""
    if patterns()["line"].fullmatch(line) and (is_signed or is_byline(line)):
        return read_byline(line, offset)
    if not is_signed:
        return None
    has_post = patterns()["post"].search(line) is not None
    if not re.search("[。，！？]" if has_post else "[。，！？:：0-9]", line):
        return read_byline(line, offset, bare=not has_post)
    return None


def has_author_field(line: str) -> bool:
    """Return whether one of the fields of a line names an author who is a person.

    >>> has_author_field("2024-09-04 10:12 来源：南浦网 作者：周明远"), has_author_field("作者：县航道处 点击：12")
    (True, False)
    """
    return AUTHOR_FIELD.search(line) is not None and any("reporter" in one.roles and looks_like_name(one.name) for one in read_byline(line))


AUTHOR_FIELD = re.compile("(?:作者|记者|通讯员|撰稿|撰文) ?[:：丨|] ?[一-鿿]")


REPORT = re.compile("讯|电|消息|报道|报导")
"""A word that is in every opening of a report, which ends with it (本报讯, 据新华社报道)."""


def _at_beginning(line: str, offset: int) -> list[Byline]:
    """Return who signs in brackets at the beginning, else before what is told."""
    is_report = REPORT.search(line, 0, LONGEST_REPORT) is not None
    for place in ("bracket after", "bracket first") if is_report else ("bracket first",):
        match = patterns()[place].match(line)
        if match and (bylines := read_byline(match["who"], offset + match.start("who"), bare=place == "bracket after")):
            return bylines
    for place in ("name and place", "names after"):
        match = patterns()[place].match(line)
        if match and all(map(looks_like_name, match["who"].replace("、", " ").split())):
            return read_byline(match["who"], offset + match.start("who"), bare=True)
    is_told = ":" in line or "：" in line
    for place in (*("told",) * is_told, *("named after",) * is_report, "posts first"):
        if match := patterns()[place].match(line):
            return read_byline(match["who"], offset + match.start("who"))
    return []


def _at_end(line: str, offset: int) -> list[Byline]:
    """Return who signs in brackets at the end, else behind the last full stop."""
    begin = max(len(line) - LONGEST_ENDING, 0)
    match = patterns()["bracket last"].search(line, begin)
    if match is None and line[-1] not in "，。！？":
        match = patterns()["behind"].search(line, begin)
    if match is None:
        return []
    who = match["who"]
    if patterns()["post"].search(who):
        bylines = read_byline(who, offset + match.start("who"))
        if PICTURE_CREDIT.fullmatch(who):  # 本报记者 汤亦白 通讯员 连城 摄
            bylines = [one._replace(roles=("photographer",)) for one in bylines]
        return bylines
    is_all_names = all(names_in(part, sure=False) for part in re.split(BYLINE_GAP + "+", who) if part) and not re.search("[0-9]", who)
    return read_byline(who, offset + match.start("who"), bare=True) if is_all_names else []


PICTURE_CREDIT = re.compile("[^文、，,;；]*摄")
"""Names and posts with 摄 once, at the end: all took the picture."""


def is_byline(line: str) -> bool:
    """Return whether a line holds nothing but posts and what can be names.

    >>> is_byline("本报记者 周明远 通讯员 赵小棠"), is_byline("记者昨日来到渡口")
    (True, False)
    """
    tokens = list(tokens_of(line))
    return any(token.kind in ("reporter", "photographer", "both") for token in tokens) and all(
        token.kind != "other" and (token.kind != "name" or names_in(token.text, sure=False)) for token in tokens
    )


def read_dateline(paragraphs: Sequence[str]) -> Dateline:
    """Return agency, place and date of an article's dateline, from its first paragraphs, else from brackets at its end.

    >>> read_dateline(["新华社北京1月1日电（记者周明远） 今天，渡口通航。"])
    Dateline(agency='新华社', place='北京', date='1月1日')
    """
    some, agencies = patterns(), groups()["agency"]
    for paragraph in paragraphs[:LINES_WITH_DATELINE]:
        text = fold(paragraph[:LONGEST_OPENING])
        if match := some["dateline"].match(text):
            rest = text[match.end() :].lstrip()
            if bracket := re.match("[(（【〔][^()（）【】〔〕]*[)）】〕]", rest):
                rest = rest[bracket.end() :]
            after = some["date after"].match(rest)
            return Dateline(
                match["desk"] if match["desk"] in agencies else None,
                match["place"] or None,
                match["date"] or (after and after["date"]) or None,
            )
    if paragraphs and (match := some["closing"].search(fold(paragraphs[-1][-LONGEST_BYLINE:]))):
        return Dateline(match["desk"] if match["desk"] in agencies else None, match["place"] or None, match["date"])
    return Dateline()


def signed_names(names: Sequence[Name], bylines: Sequence[Byline]) -> list[Name]:
    """Return the names of an article with those that sign it as its bylines say: their spans and their roles; they replace what else was found there.

    >>> signed_names([Name("person", "赵志", 0, 2, "赵志", 0.9)], [Byline("赵志文", ("photographer",), "赵志文", 0, 3)])[0][:6]
    ('person', '赵志文', 0, 3, '赵志文', 0.95)
    """
    signing = {(one.char_start, one.char_end): one for one in bylines}
    kept = []
    for name in names:
        span = (name.char_start, name.char_end)
        if span in signing and name.kind == "person":
            kept.append(name._replace(roles=signing.pop(span).roles))
        elif not any(span[0] < end and start < span[1] for start, end in signing):
            kept.append(name)
    kept += [Name("person", one.text, *span, one.name, BYLINE_CONFIDENCE, roles=one.roles, rule="byline") for span, one in signing.items()]
    return sorted(kept, key=lambda name: (name.char_start, -name.char_end, name.kind))
