"""Persons that the words beside them tell: names in Latin letters, surnames before a word of courtesy, items of a list of persons, who is appointed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import product

from transforms.lexicons.names import (
    divisions,
    known_people,
    looks_like_name,
    name_characters,
    not_names,
    polite_words,
    surnames,
    title_words,
    untitled_words,
)
from transforms.names.tagging import CandidateSpan
from transforms.quantities.counted import word_classes
from transforms.text.patterns import one_of
from transforms.text.segmentation import Words

LONGEST_TITLE_BEFORE_LATIN = 8  # characters
LATIN_NAME = re.compile("[A-Z](?<![A-Za-z].)[a-z]+(?:[-'’ ·.]{1,2}[A-Z][a-z]*){0,3}")


def latin_names(text: str, tagged: Iterable[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield names in Latin letters behind a title, and the title where it is not tagged (总监 Marco Rossi): the tagger has seen few."""
    known = {span.end for span in tagged if span.kind == "title"}
    titles = title_words()
    for match in LATIN_NAME.finditer(text):
        end = match.start() - (text[match.start() - 1 : match.start()] == " ")
        title = next((end - size for size in range(min(LONGEST_TITLE_BEFORE_LATIN, end), 1, -1) if text[end - size : end] in titles), None)
        if title is not None and end not in known:
            yield CandidateSpan(title, end, "title", 0.97, "latin_names")
        if title is not None:
            yield CandidateSpan(match.start(), match.end(), "person", 0.97, "latin_names")


COURTESIES_APART = ("女士", "先生", "小姐", "师傅", "老师", "同学", "医生", "教授", "法官", "警官", "检察官", "律师", "护士", "教练")
COURTESIES_WITHIN = (
    "大爷",
    "大妈",
    "大叔",
    "大娘",
    "大姐",
    "大哥",
    "大伯",
    "阿姨",
    "大婶",
    "奶奶",
    "阿婆",
    "爷爷",
    "婆婆",
    "老太",
    "老太太",
    "老汉",
    "嫂",
)
"""Words of courtesy behind a surname: 女士 and its like stand apart from the name, 大爷 and its like are part of it."""
COURTESY = re.compile(one_of(COURTESIES_APART + COURTESIES_WITHIN) + "(?<!警官(?=兵))")


def courtesies(words: Words) -> Iterator[CandidateSpan]:
    """Yield persons whom a surname and a word of courtesy or a title name: where the surname begins a word (方|女士, 隗师傅, 裘奶奶), before
    a title where the segmenter has both for one name (周|总理).

    >>> text = "方女士和裘奶奶都说好，地方老师也来了。周总理笑了。"
    >>> [text[span.start:span.end] for span in courtesies(Words(text))]
    ['方', '裘奶奶', '周']
    """
    known = surnames().common - not_names()["surname"]
    for match in COURTESY.finditer(words.text):
        start, end = match.start() - 1, match.start() if match[0] in COURTESIES_APART else match.end()
        if start in words.edges and words.text[start] in known:
            yield CandidateSpan(start, end, "person", 0.97, "courtesies")
    for number in [number for number, tag in enumerate(words.tags) if tag == "nr"]:
        word, start = words.words[number], words.starts[number]
        if len(word) > 2 and word[0] in known and word[1:].removeprefix("副") in title_words():
            yield CandidateSpan(start, start + 1, "person", 0.97, "courtesies")


@cache
def _known_people_pattern() -> re.Pattern[str]:
    return re.compile(one_of(known_people()))


def widely_known_people(words: Words) -> Iterator[CandidateSpan]:
    """Yield the people that any prose names, where words begin and end with them (鲁迅)."""
    for match in words.whole_matches(_known_people_pattern()):
        yield CandidateSpan(*match.span(), "person", 0.97, "widely_known_people")


@cache
def _detached_courtesies() -> tuple[str, ...]:
    """Return the words of courtesy that are no part of a name, longest first: those that are titles, and 先生 and its like."""
    titles = title_words()
    apart = {"姓", "女士", "先生", "小姐", "师傅", "老师", "同学", "同志", "大夫"} | {
        word for word in polite_words() if len(word) > 1 and titles.get(word) in ("office", "rank")
    }
    return tuple(sorted(apart, key=len, reverse=True))


def without_courtesy(text: str, span: CandidateSpan) -> CandidateSpan:
    """Return a person without the word of courtesy behind the name (韩|老师, 梁惠珍|大夫).

    >>> text = "韩老师和王大爷"
    >>> [without_courtesy(text, CandidateSpan(*span, "person", 0.97))[:2] for span in ((0, 3), (4, 7))]
    [(0, 1), (4, 7)]
    """
    name = text[span.start : span.end]
    size = next((len(word) for word in _detached_courtesies() if name.endswith(word)), 0) if name.endswith(_detached_courtesies()) else 0
    rest = name[: len(name) - size]
    return (
        span._replace(end=span.end - size) if size and (rest in surnames().common | surnames().compound or looks_like_name(rest)) else span
    )


LISTED_NAME = re.compile(r"[、/／]([\u4e00-\u9fff]{2,4}(?=[、/／，。；：（）()\n]|$)|[\u4e00-\u9fff]+(?:·[\u4e00-\u9fff]+)+(?=[、/／（]))")
"""An item of a list of names, whole between two separators."""
APPOINTED = re.compile(
    r"(?:任命|免去|免除|提名|接受|选举|补选|推选|增补|聘任|聘请)([\u4e00-\u9fff]{2,4}?)(?=同志|为|的[^，。；]{2,24}职务|辞去|担任)"
)
"""Who is appointed or removed (任命宁远洲为局长, 免去邵春生的局长职务)."""


def is_foreign(name: str) -> bool:
    """Return whether a name has parts, all of characters that foreign names are written with (让·杜兰德)."""
    return "·" in name and all(char in name_characters()["foreign"] for char in name if char != "·")


def listed_persons(text: str, spans: Iterable[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield the items of a list of persons that have the build of a name: right behind a person, and two persons in the list (田野、向劲松、米兰、黄泽民)."""
    people = [span for span in spans if span.kind == "person"]
    starts, start_of = {span.start for span in people}, {span.end: span.start for span in people}
    for match in LISTED_NAME.finditer(text):
        start, end = match.span(1)
        before = start_of.get(match.start())
        if before is None or start in starts or not (is_foreign(match[1]) or looks_like_name(match[1]) and match[1] not in title_words()):
            continue
        next_item = LISTED_NAME.match(text, end)
        if (
            "·" in match[1]
            or text[before - 1 : before] in {"、", "/", "／"}
            or starts & {end + 1, next_item.end() + 1 if next_item else end + 1}
        ):
            start_of[end] = start
            yield CandidateSpan(start, end, "person", 0.95, "listed_persons")


def appointed_persons(text: str, spans: Iterable[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield those whom a text says to be appointed or removed, where the name has the build of one and is not found yet."""
    known = {(span.start, span.end) for span in spans if span.kind == "person"}
    for match in APPOINTED.finditer(text):
        if looks_like_name(match[1]) and match[1] not in title_words() and match.span(1) not in known:
            yield CandidateSpan(*match.span(1), "person", 0.97, "appointed_persons")


SAYS_OR_DOES = re.compile(
    "[（(，。、；：\\n]|介绍|表示|告诉|认为|指出|强调|主持|出席|参加|说|等(?!级)|和|与|及|到|是|在|按|向|对|从|被|把|将|带|率|赴|来|走"
)
"""What stands right behind a name that a title introduces: the end of a clause, or what the person says or does."""
NOT_NAMING = frozenset(("v", "vn", "vd", "d", "ad", "p", "c", "m", "r"))
"""Classes of words that are no name, though their characters could be one (安排)."""
LEAST_TITLED = 0.95  # confidence of a person who is told by the title alone


def titled_persons(words: Words, spans: Sequence[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield those whom a title introduces, where the name has the build of one and ends with its clause or before what its bearer says or does.

    >>> text = "市长雷鸣，总经理安排。"
    >>> [text[span.start : span.end] for span in titled_persons(Words(text), [CandidateSpan(0, 2, "title", 1), CandidateSpan(5, 8, "title", 1)])]
    ['雷鸣']
    """
    text = words.text
    taken = {span.start for span in spans if span.kind != "title"}
    for start in sorted({span.end for span in spans if span.kind == "title"}):
        index = words.index_at(start)
        if start in taken or index >= len(words.words):
            continue
        for end in (start + 3, start + 2):
            name = text[start:end]
            if (
                end <= len(text)
                and name[0] not in "和与及"
                and looks_like_name(name)
                and SAYS_OR_DOES.match(text, end)
                and not taken & {*range(start, end)}
            ):
                is_word = name_characters()["last"].get(name[-1], 0) < 2 or any(name[at:] in title_words() for at in (0, 1))
                if not is_word and not (words.words[index].startswith(name) and words.tags[index] in NOT_NAMING):
                    yield CandidateSpan(start, end, "person", LEAST_TITLED, "titled_persons")
                break


TITLES_OF_HEADS = (
    "总经理",
    "董事长",
    "理事长",
    "总裁",
    "主任",
    "书记",
    "主席",
    "秘书长",
    "总编辑",
    "教授",
    "博士",
    "院士",
    "同学",
    "老师",
    "女士",
    "先生",
    "法官",
    "警官",
    *(f"{body}长" for body in "局院校部市县区镇乡会处科所行馆园站社厅州厂司"),
)
TITLES_BEHIND = re.compile(
    one_of(sort + deputy + head for sort, deputy, head in product(("", "常务", "执行", "党组", "代"), ("", "副"), TITLES_OF_HEADS))
    + "(?![们级台团])"
)
"""Titles that stand behind a name (胡从亮总经理主持)."""
BEFORE_NAME_AND_TITLE = re.compile("(?:^|[\n。，、；：？！“”（）\\s班]|[由请向对给与和及邀聘])$")
ENDS_OF_BODIES = frozenset("会部办局处科院校司厅社所团队厂室组支委协联区任级站馆系班间届线段路总方央交")
"""Last characters of what heads have besides a name (应急局局长, 文联主席), or is said of them (时任局长)."""
FUNCTION_SURNAMES = frozenset("和任但应时向为于从以由及与若如当经令")
"""Surnames that are words of grammar more often."""


def persons_before_titles(words: Words, spans: Sequence[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield those whose title stands behind them, where a clause or an organisation ends before a name that has the build of one.

    >>> from transforms.text.segmentation import segmented
    >>> text = "庆典由胡从亮总经理主持，应急局局长到会。"
    >>> [text[span.start : span.end] for span in persons_before_titles(segmented(text), [])]
    ['胡从亮']
    """
    text = words.text
    starts = {span.start for span in spans if span.kind == "person"}  # of 罗俊校|长 a part is the name
    taken = {at for span in spans if span.kind != "title" for at in range(span.start, span.end)}
    ends_of_bodies = {span.end for span in spans if span.kind in ("organization", "place")}
    for match in TITLES_BEHIND.finditer(text):
        for start in (match.start() - 3, match.start() - 2):
            name = text[max(start, 0) : match.start()]
            is_name = start >= 0 and looks_like_name(name) and name[0] not in FUNCTION_SURNAMES and name[-1] not in ENDS_OF_BODIES
            if not is_name or start not in words.edges or start not in starts and taken & {*range(start, match.start())}:
                continue
            if start not in ends_of_bodies and BEFORE_NAME_AND_TITLE.search(text, max(start - 1, 0), start) is None:
                continue
            index = words.index_at(start)
            if name not in word_classes() and not (words.words[index].startswith(name[:2]) and words.tags[index] in NOT_NAMING):
                yield CandidateSpan(start, match.start(), "person", LEAST_TITLED, "persons_before_titles")
            break


DOT = re.compile("·(?<=[\u4e00-\u9fff]·)(?=[\u4e00-\u9fff])")
FUNCTION_TAGS = frozenset(("p", "c", "d", "u", "uj", "ul", "uz", "r", "m", "q", "f", "t", "y", "ad", "v", "x"))


def dotted_names(words: Words, spans: Sequence[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield the names of parts with dots between them that were not found, of words that foreign names are written with (翁德雷·佩鲁希奇).

    >>> text = "战胜翁德雷·佩鲁希奇/扬·什维纳。"
    >>> [text[span.start : span.end] for span in dotted_names(Words(text), [])]
    ['翁德雷·佩鲁希奇', '扬·什维纳']
    """
    text = words.text
    done = 0
    for match in DOT.finditer(text):
        at = match.start()
        if at < done or any(span.start <= at < span.end for span in spans):
            continue
        index = words.index_at(at)
        if words.words[index] != "·":
            continue
        first, last = index - 1, index + 1
        while first and _may_be_foreign(words, first - 1):
            first -= 1
        while last + 1 < len(words.words) and (
            words.words[last + 1] == "·" or words.words[last] == "·" or _may_be_foreign(words, last + 1)
        ):
            last += 1
        start, end = words.starts[first], words.starts[last] + len(words.words[last])
        done = end
        parts = text[start:end].split("·")
        if divisions().keys().isdisjoint(parts) and all(
            len(part) == 1 or len(part) <= LONGEST_PART and _n_foreign(part) * 2 >= len(part) for part in parts
        ):
            yield CandidateSpan(start, end, "person", 0.95, "dotted_names")


LONGEST_PART = 7  # characters


def _may_be_foreign(words: Words, index: int) -> bool:
    """Return whether a word can be a piece of a foreign name."""
    word, tag = words.words[index], words.tags[index]
    return tag not in FUNCTION_TAGS and _n_foreign(word) >= (1 if tag in ("nr", "nrt", "nrfg") else len(word))


def _n_foreign(text: str) -> int:
    return sum(char in name_characters()["foreign"] for char in text)


DESCRIPTION = r"[（(](?:[男女]|(?P<people>[\u4e00-\u9fff]{1,6}族))[，,、）)]"
HAS_DESCRIPTION = re.compile(DESCRIPTION)
DESCRIBED = re.compile(rf"(?:^|(?<=[；：。、，\n]))(?P<name>[\u4e00-\u9fff]{{2,4}})(?={DESCRIPTION})")
"""A name whose bearer's sex or people brackets tell (牙柳江（毛南族）)."""
BEGINS_LIFE = re.compile(r"(?:^|(?<=[；：。\n]))(?P<name>[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff·]{5,12})(?=，[男女]，)")
"""A name that opens a short life (哈斯其其格，女，蒙古族)."""
SURNAMED = re.compile(
    "(?<=姓)(?P<name>[\u4e00-\u9fff])(?=[（(][0-9]|的?(?:男|女|老|少|青|妇|的士|事主|死者|伤者|疑犯|被告|司机|乘客|学生|居民|村民|工人|市民|业主|店主)|，[今现年]{0,2}[0-9])"
)
"""A surname that is said to be one (姓洪女乘客, 姓林（42岁）)."""


def described_persons(text: str) -> Iterator[CandidateSpan]:
    """Yield the names of which the sex or the people is told, as lists of honours and short lives do, and surnames that are said to be one; what tells only who is meant is no name.

    >>> text = "妙手：牙柳江（毛南族），民警；李金桃（女），村医；死者（男，72岁），患者（回族）。耿介，男，汉族。哈斯其其格，女，蒙古族。姓洪（43岁）女乘客"
    >>> [text[span.start : span.end] for span in described_persons(text)]
    ['牙柳江', '李金桃', '洪', '耿介', '哈斯其其格']
    """
    for match in DESCRIBED.finditer(text) if HAS_DESCRIPTION.search(text) else ():
        name = match["name"]
        if name not in word_classes() and (match["people"] or looks_like_name(name)):
            yield CandidateSpan(*match.span("name"), "person", 0.97, "described_persons")
    for match in SURNAMED.finditer(text) if "姓" in text else ():
        if match["name"] in surnames().common:
            yield CandidateSpan(*match.span("name"), "person", 0.97, "described_persons")
    for match in BEGINS_LIFE.finditer(text) if "，男，" in text or "，女，" in text else ():
        if not match["name"].endswith(("人", "者", *untitled_words())) and match["name"] not in title_words():
            yield CandidateSpan(*match.span("name"), "person", 0.97, "described_persons")


BEHIND_SHORT_NAME = frozenset("等向将则与")
"""Characters that go on behind a name of two characters (孙浩|等出席, 蔡昌|向乘客致歉)."""
BEHIND_NAMELESS = frozenset("离因在从将被驾持向称说用与到为对把给找回去来带骑开等及的系是有")
"""Characters that go on behind a name that is left out (王某|离家)."""
BEHIND_LONGEST_NAME = frozenset("和与及同跟")
"""Characters that go on behind a name of a surname and a given name of two characters each, of which none is longer (司徒静怡|和)."""
SURE_TO_THE_END = 0.9  # probability from which such a character is part of the name


FEELING = re.compile("高兴|激动|感慨|欣慰|自豪|动情|开心|兴奋|感激|深情|热情")
"""How one speaks who is named right before."""


def without_next_word(text: str, span: CandidateSpan) -> CandidateSpan:
    """Return a person without its last character, where that goes on after the name and is no part of it (宋桂香|高兴地说).

    >>> text = "副书记孙浩等出席"
    >>> without_next_word(text, CandidateSpan(3, 6, "person", 0.87))[:2]
    (3, 5)
    """
    name, last, size = text[span.start : span.end - 1], text[span.end - 1], span.end - span.start
    is_whole = size == 5 and last in BEHIND_LONGEST_NAME and name[:2] in surnames().compound
    is_nameless = size == 3 and last in BEHIND_NAMELESS and name[1] == "某"
    goes_on = (
        size == 3
        and last in BEHIND_SHORT_NAME
        and span.confidence < SURE_TO_THE_END
        or size in (3, 4)
        and FEELING.match(text, span.end - 1) is not None
    )
    return span._replace(end=span.end - 1) if is_whole or is_nameless or goes_on and looks_like_name(name) else span


NOT_GIVEN = frozenset(
    "则即遂仍却说道等著摄文图答问岁队组们家氏先表介告指认强要还也在就会将任来去作带向帮到用给对从把被让请是有做看听走进总"
)
"""Characters that stand behind a name of two characters and are seldom its third."""
APPOINTS = re.compile("任命|选举|补选|推选|聘任|增补")
CLAUSE_ENDS = frozenset("，。、；：）)\n")


def whole_names(words: Words, spans: Sequence[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield the persons of two characters of which a third was cut off: the segmenter has it in one word with the second (索|大为), the clause ends with
    it (欧华盛，), or it follows wherever the name stands (蓝致和).

    >>> text = "主任蓝致和主持会议。蓝致和说"
    >>> [text[span.start : span.end] for span in whole_names(Words(text), [CandidateSpan(2, 4, "person", 1)])]
    ['蓝致和']
    """
    text, starts = words.text, {span.start for span in spans}
    for span in spans:
        name, longer = text[span.start : span.end], text[span.start : span.end + 1]
        last = longer[-1]
        if (
            span.kind != "person"
            or len(name) != 2
            or len(longer) != 3
            or span.end in starts
            or not looks_like_name(longer)
            or last in NOT_GIVEN
            or "某" in longer
        ):
            continue
        if name[0] in "老小阿" or APPOINTS.search(text, max(span.start - 2, 0), span.start):
            continue
        index = words.index_at(span.end)
        is_cut = (
            words.starts[index] < span.end
            and span.end + 1 == words.starts[index] + len(words.words[index])
            and words.tags[index] not in NOT_NAMING - {"d"}
            and last != "和"
        )
        ends_clause = text[span.end + 1 : span.end + 2] in CLAUSE_ENDS and name_characters()["last"].get(last, 0) > 1
        n_longer = text.count(longer)
        if n_longer == text.count(name) and (is_cut or ends_clause or n_longer > 1 and last not in "为与及同"):
            yield span._replace(end=span.end + 1, rule="whole_names")
