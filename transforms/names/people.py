"""Persons: their titles before and after the name, bylines, lists of names, bare surnames.

A title is read leftwards from the name: a word that titles end in (``data/titles.tsv``), what qualifies it (副, 常务, 区委), the
organisation before that, and then, behind a 、, the title before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from transforms.lexicons.names import name_characters, polite_words, surnames, title_words
from transforms.names.institutions import RANKS, is_own_name, tail_start
from transforms.names.tagging import Piece, Words
from transforms.records import Name, Title

LONGEST_TITLE = 6
LONGEST_PHRASE = 40
QUALIFIER = re.compile(
    "(?:中共中央|[省市区县镇乡州旗村]委|党委|党组|党总支|党支部|党工委|纪委|团委|总支|支部|常委会?|人大|政协|国家|常务|执行|名誉|荣誉|首席|资深|高级|"
    "第[一二三四五六七八九]|副|原|前|时任|现任|代理|代|总|区域|助理|见习|实习|挂职|专职|兼职|轮值|[一二三四]级|项目|班|驻村|联合|特约|志愿者?)+$"
)
TITLE_GAP = re.compile("[ \u3000]?(?:、|兼任?|暨|／|/)[ \u3000]?$")
NAME_GAP = re.compile("(?:[、，,/／]|和|与|及|以及|[ \u3000]+)$")
PLAIN_TAGS = frozenset(["n", "v", "vn", "a", "d", "t", "l", "i", "s", "b", "z", "an", "ad", "nt", "r", "m", "c", "p", "j"])
FUNCTION_TAGS = frozenset(["c", "p", "d", "u", "uj", "v", "r", "m"])
MANNER_TAGS = frozenset(["a", "ad", "d", "vd", "t"])
SPEAKS = re.compile("说|介绍|表示|告诉|指出|强调|认为|坦言|透露|回忆|分析|主持|代表|参加|出席|宣布|致辞|致词|陪同|汇报|建议|提醒")
TITLE_ENDS = re.compile(f"[{''.join(sorted({word[-1] for word in title_words()}))}]")
OFFICE_ENDS = frozenset("局部委办院校处厅署会社团所站队")
SITE_TAILS = ("小区", "社区", "花园", "家园", "新村", "苑", "村", "镇", "街道", "乡", "区", "市", "县", "省", "园区", "基地", "项目", "站", "店")
SINGLE = ("长", "书记", "主席", "总裁", "总理", "总统", "总经理", "司令员", "政委", "国王", "首相")
# Of the words before a title these belong to the organisation; any other class ends it.
ORGANIZATION_TAGS = frozenset(["n", "ns", "nt", "nz", "j", "b", "vn", "eng", "nr", "nrt", "nrfg", "ng", "s", "l", "an", "g", "nw", "f"])
NOT_IN_TITLE = frozenset(["他", "她", "时候", "期间", "记者", "同志", "先生", "女士", "等", "名", "位", "个", "人", "之一", "其中", "当时", "现场", "活动", "会议", "工作", "今年", "去年", "日前", "近日", "著名", "知名", "优秀", "年轻", "老", "新", "大", "中"])
PRAISE = re.compile("^(?:著名|知名|优秀|年轻|资深|杰出|当地|本地|各地|部分|热心|年仅|老|新|现任|时任|原|前)+")
TAKES_OFFICE = re.compile("[，,]?(?:就任|担任|出任|当选为?|被任命为|被选为|任)")
IN_OFFICE = re.compile("(?:担任|任|身为|作为|当选|是)([^，。；、：\n]{2,24})的$")


class Role(NamedTuple):
    """A printed role: from where to where, and the titles in it."""

    start: int
    end: int
    titles: tuple[Title, ...]


@cache
def _endings() -> frozenset[str]:
    return frozenset(word[-2:] for word in title_words())


def title_head(text: str, end: int) -> int:
    """Return where the longest word that titles end in, up to ``end``, begins; -1 where there is none."""
    if text[max(end - 2, 0) : end] not in _endings():
        return -1
    heads = title_words()
    for size in range(min(LONGEST_TITLE, end), 1, -1):
        if text[end - size : end] in heads:
            return end - size
    return -1


def title_ends_at(text: str, end: int) -> bool:
    """Tell whether a word for a role ends at ``end``."""
    return title_head(text, end) >= 0


def organization_start(words: Words, end: int) -> int:
    """Return where the organisation named right before ``end`` begins; ``end`` itself where there is none."""
    start = end
    index = words.ending_at(end)
    while index >= 0 and end - words.starts[index] <= LONGEST_PHRASE:
        word, tag = words.words[index], words.tags[index]
        if word in NOT_IN_TITLE or not (tag in ORGANIZATION_TAGS or word.isascii() and word.isalnum()):
            break
        start = words.starts[index]
        index -= 1
    return start


def one_title(words: Words, end: int) -> tuple[int, Title] | None:
    """Return the title that ends at ``end`` and where its printed form, organisation included, begins."""
    text = words.text
    head = title_head(text, end)
    if head < 0:
        return None
    qualified = QUALIFIER.search(text, max(head - 16, 0), head)
    begin = qualified.start() if qualified else head
    start = min(organization_start(words, begin), begin)
    praise = PRAISE.match(text, start, begin)
    if praise:
        start = praise.end()
    edge = organization_end(words, start, begin)
    if text[start:edge] in RANKS:  # 区|人大常委会主任: a bare 区 is no organisation, and the title without it is not as printed
        edge = start
    organization = text[start:edge]
    return start, Title(text[edge:end], edge, end, organization if organization and organization not in SITE_TAILS else None)


def organization_end(words: Words, start: int, end: int) -> int:
    """Return where the organisation (or the place) before a title ends; words behind it, or that name none, are part of the title.

    So of 俱乐部|亚洲区足球总监 the title is 亚洲区足球总监, and of 乡村教师 the whole.
    """
    text = words.text
    if text[start:end].endswith(SITE_TAILS):
        return end
    last = words.ending_at(end)
    first = words.index_at(start) if start < end else last + 1
    edges = [min(words.starts[index] + len(words.words[index]), end) for index in range(first, last + 1)]
    if end - start > 2 and text[end - 1] in OFFICE_ENDS and text[start] in RANKS:
        return end
    organization = next((edge for edge in [end, *reversed(edges)] if tail_start(text, edge) >= start and is_own_name(text[start:edge])), None)
    places = (edge for edge, tag in zip(reversed(edges), reversed(words.tags[first : last + 1]), strict=True) if tag in ("ns", "nt") and text[edge - 1] != "籍")
    place = next(places, start)
    return organization or place + (place > start and text[place] == "队")


def role_before(words: Words, name_start: int, held: frozenset[int] = frozenset()) -> Role | None:
    """Return the role printed right before a name, None where there is none."""
    text = words.text
    end = name_start
    while end and text[end - 1] in " \u3000":
        end -= 1
    if end < name_start - 1:
        return None
    if end and text[end - 1] == "的":
        office = IN_OFFICE.search(text, max(end - 30, 0), end)
        if not office:
            return None
        end -= 1
    found: list[Title] = []
    start = at = end
    while (read := one_title(words, at)) is not None:
        start, title = read
        found.append(title)
        gap = TITLE_GAP.search(text, max(start - 3, 0), start)
        if not gap:
            break
        at = gap.start()
    if not found:
        return None
    return Role(start, end, inherited(found[::-1]))


def inherited(titles: list[Title]) -> tuple[Title, ...]:
    """Return titles with the organisation of the one before where a bare one follows it (集团党委书记、董事长)."""
    out: list[Title] = []
    for title in titles:
        if out and not title.organization and not title.text.startswith(("国家", "中共", "全国", "中央")):
            title = Title(title.text, title.char_start, title.char_end, out[-1].organization)
        out.append(title)
    return tuple(out)


def role_after(words: Words, name_end: int, is_surname: bool = False) -> Role | None:
    """Return the role printed right after a name (某某董事长, of a bare surname 罗副科长), or taken by it (某某就任清浦小学校长)."""
    text = words.text
    for size in range(4, 1, -1):
        word = text[name_end : name_end + size]
        if len(word) == size and (word in polite_words() or is_surname) and word in title_words():
            end = name_end + size
            return Role(name_end, end, (Title(word, name_end, end),))
    takes = TAKES_OFFICE.match(text, name_end)
    if not takes:
        return None
    at = takes.end()
    index = words.index_at(at) if at < len(text) else len(words.words)
    end = at
    while index < len(words.words) and end - at <= LONGEST_PHRASE:
        word, tag = words.words[index], words.tags[index]
        if not (tag in ORGANIZATION_TAGS or tag == "m" or word.isascii() and word.isalnum()):
            break
        end = words.starts[index] + len(word)
        index += 1
    while end > at and title_head(text, end) < at:
        end -= 1
    read = one_title(words, end) if end > at else None
    if not read or read[0] < at:
        return None
    return Role(read[0], end, (read[1],))


def is_shared(role: Role) -> bool:
    """Tell whether several people can bear the role, so that it holds for a whole list of names (副区长甲、乙)."""
    title = role.titles[-1].text
    return "副" in title or not title.endswith(SINGLE)


LIST_GAP = re.compile("(?:、|和|与|及|以及|[ \u3000]+)$")
BYLINE_HINT = re.compile("记者|通讯员|实习生|[讯电][ \u3000]?[（(]|[摄图文影道稿][ \u3000]*[）)\n]|[摄图文影道稿]$|[。！？”][（(]")
# A byline stands in brackets, or is a short line of its own; only role words, names and what separates them are in it.
BRACKETS = re.compile("[（(]([^（()）\n。]{2,40})[)）](?=([ \u3000]*$)?)", re.MULTILINE)
BEFORE_BRACKETS = re.compile("(讯|电|消息|[。！？”])[ \u3000]*\\Z")
SHORT_LINE = re.compile("^[ \u3000□■◎●○▲]*([^\n。，,！？“”《》0-9]{2,40}?)[ \u3000]*$", re.MULTILINE)
ROLE_WORDS = re.compile(
    "(?:本报|本刊|本台|新华社|中新社|央视)?(?:首席|见习|特约|实习|全媒体|融媒体|摄影|文字)?(?:记者|通讯员|实习生)|摄影报道|图文报道|文图|图文|摄影|报道|供图|供稿|撰文|编辑|责编|作者|文[/／]图|图[/／]文|文[/／]摄|[文图摄][/／:：]|[/／][文图摄]"
)
PHOTOGRAPHED, WRITTEN = re.compile("摄|供图"), re.compile("文|报道|通讯员")
PART_AT_END = re.compile("(?<=..)[摄文图](?=[ \u3000]*$)")
ONLY_NAMES = re.compile("[\u4e00-\u9fff 　、]{2,12}")
BYLINE_GAP = re.compile("[ \u3000、，,/／；;：:和]+")
RUNNING = re.compile("(?:记者|通讯员)[ \u3000]?([\u4e00-\u9fff]{2,4}(?:[、 \u3000][\u4e00-\u9fff]{2,4}){0,4}?)(报道|摄影报道|摄影|摄)")


@lru_cache(maxsize=1 << 14)
def looks_like_name(name: str) -> bool:
    """Tell whether it has the build of a Chinese name: a surname and one or two characters, or two surnames and one or two.

    >>> looks_like_name("李云川"), looks_like_name("欧阳清浦"), looks_like_name("云渡区")
    (True, True, False)
    """
    known = surnames()
    if not 2 <= len(name) <= 4 or not all("\u4e00" <= char <= "\u9fff" for char in name) or name[-1] in "区县市镇乡村":
        return False
    if name[:2] in known.compound and len(name) in (3, 4):
        return True
    return name[0] in known.common and (len(name) < 4 or name[1] in known.common)


def fit_of(name: str) -> int:
    """Return how well the characters behind the surname suit a name of two or three characters: 0 not at all, 6 best.

    >>> fit_of("李云川"), fit_of("来说")
    (6, 1)
    """
    levels = name_characters()
    return levels["last"].get(name[-1], 0) + (levels["middle"].get(name[1], 0) if len(name) == 3 else 1)


def parted(names: str) -> list[str]:
    """Return names that stand without a gap, two or three characters each, every one with a common surname.

    >>> parted("李云川王浦")
    ['李云川', '王浦']
    """
    if len(names) < 4:
        return [names]
    for size in (3, 2):
        rest = names[size:]
        if len(rest) > 1 and names[0] in surnames().strong and rest[0] in surnames().strong:
            more = parted(rest)
            if all(looks_like_name(name) and len(name) < 4 for name in more):
                return [names[:size], *more]
    return [names]


def names_of_byline(line: str, known: bool) -> list[tuple[int, str]]:
    """Return the names in a byline with their place in it; none where anything else is in it, or no role unless it is ``known``."""
    blank = ROLE_WORDS.sub(lambda match: " " * len(match.group()), line)
    blank = PART_AT_END.sub(" ", blank)
    if blank == line and not known:
        return []
    found: list[tuple[int, str]] = []
    at = 0
    for part in BYLINE_GAP.split(blank):
        if not part:
            continue
        at = blank.index(part, at)
        whole = looks_like_name(part) and part[1] not in surnames().strong or known and len(part) == 4 and looks_like_name(part[:3])
        for name in [part] if whole and len(parted(part)) == 1 else parted(part):
            if not looks_like_name(name) and not whole:
                return []
            found.append((at, name))
            at += len(name)
    return found if len(found) < 9 else []


def bylines(text: str) -> Iterator[tuple[Piece, str]]:
    """Yield the people that bylines and credits name, with their part: reporter or photographer."""
    if not BYLINE_HINT.search(text):
        return
    for match in BRACKETS.finditer(text):
        inner, ends = match.groups()
        before = BEFORE_BRACKETS.search(text, max(match.start() - 8, 0), match.start())
        known = before is not None and before[1] in ("讯", "电", "消息")
        closing = before is not None and not known and ends is not None and ONLY_NAMES.fullmatch(inner) is not None
        yield from _signed(match.start(1), inner, known or closing, 0.95 if not closing else 0.85)
    for match in SHORT_LINE.finditer(text):
        yield from _signed(match.start(1), match.group(1), False, 0.95)
    for match in RUNNING.finditer(text):
        yield from _signed(match.start(1), match.group(1), True, 0.95, "摄" in match.group(2))


def _signed(at: int, line: str, known: bool, sure: float, photographed: bool = False) -> Iterator[tuple[Piece, str]]:
    part = "photographer" if photographed or PHOTOGRAPHED.search(line) and not WRITTEN.search(line) else "reporter"
    for start, name in names_of_byline(line, known):
        yield Piece(at + start, at + start + len(name), "person", sure), part


LATIN_NAME = re.compile("[A-Z][a-z]+(?:[-'’ ·.]{1,2}[A-Z][a-z]*){0,3}")
NAME_BEFORE_STOP = re.compile("[\u4e00-\u9fff]{2,3}(?=[，。、；：,;）)\n \u3000]|$)")


def behind_titles(words: Words) -> list[int]:
    """Return the numbers of the words with a surname that a title ends before."""
    text, starts, known = words.text, words.starts, surnames().common
    after = [index + 1 for index in words.ending_in(TITLE_ENDS) if index + 1 < len(starts)]
    return [index for index in after if text[starts[index]] in known and title_ends_at(text, starts[index])]


def titled(words: Words, behind: Sequence[int]) -> Iterator[Piece]:
    """Yield what stands between a title and a stop, or behind one in Latin letters, and has the build of a name.

    ``behind`` are the words behind titles, as ``behind_titles`` finds them.
    """
    text = words.text
    for match in LATIN_NAME.finditer(text):
        end = match.start() - (text[match.start() - 1 : match.start()] == " ")
        if title_ends_at(text, end):
            yield Piece(match.start(), match.end(), "person", 0.9)
    for index in behind:
        start = words.starts[index]
        match = NAME_BEFORE_STOP.match(text, start)
        if match and looks_like_name(match.group()):
            word, tag = words.words[index], words.tags[index]
            if word == match.group() and tag in PLAIN_TAGS or len(word) == 1 and tag in FUNCTION_TAGS or fit_of(match.group()) < 3:
                continue
            yield Piece(start, match.end(), "person", 0.85)


def speaking(words: Words, behind: Sequence[int]) -> Iterator[Piece]:
    """Yield what stands between a title and a verb of saying and has the build of a name, also where its parts are ordinary words.

    ``behind`` are the words behind titles, as ``behind_titles`` finds them. In 副院|长江|一帆|说 the title ends within a word.
    """
    text, known = words.text, surnames().common
    starts = [words.starts[index] for index in behind]
    for match in re.finditer("长(?=.)", text):
        start = match.end()
        if text[start] in known and title_ends_at(text, start):
            index = words.index_at(start)
            if words.starts[index] == match.start():
                starts.append(start)
    for start in starts:
        for size in (3, 2):
            name, following = text[start : start + size], text[start + size : start + size + 4]
            if looks_like_name(name) and SPEAKS.match(following) and (fit_of(name) > 2 or name[:2] in surnames().compound):
                word, tag = words.words[words.index_at(start)], words.tags[words.index_at(start)]
                if word != name or tag not in FUNCTION_TAGS | MANNER_TAGS:
                    yield Piece(start, start + size, "person", 0.85)
                    break


def before_polite_words(words: Words) -> Iterator[Piece]:
    """Yield what stands before a word that follows names (教授, 院士, 同志) and has the build of a name with a common surname."""
    text = words.text
    polite = {word for word in polite_words().intersection(words.words) if len(word) > 1}
    found = [index for index, word in enumerate(words.words) if word in polite] if polite else []
    starts = set(words.starts) if found else set()
    for index in found:
        end = words.starts[index]
        for start in (end - 3, end - 2):
            name = text[start:end]
            if start in starts and looks_like_name(name) and name[0] in surnames().strong and fit_of(name) > 3 and not title_ends_at(text, end):
                yield Piece(start, end, "person", 0.8)
                break


def with_titles(words: Words, people: list[Piece], signed: Mapping[tuple[int, int], str]) -> list[Name]:
    """Return persons as names, each with the role printed beside it or before the list that it stands in.

    ``signed`` are those that a byline or a credit names, with their part in it.
    """
    text = words.text
    names: list[Name] = []
    before: tuple[int, Role] | None = None
    for piece in people:
        name = text[piece.start : piece.end]
        part = signed.get((piece.start, piece.end))
        before_it = None if part else role_before(words, piece.start)
        behind = None if part or before_it and not TAKES_OFFICE.match(text, piece.end) else role_after(words, piece.end, len(name) == 1)
        role = before_it and Role(before_it.start, before_it.end, before_it.titles + (behind.titles if behind else ())) or behind
        if role is None and not part and before and is_shared(before[1]):
            gap = text[before[0] : piece.start]
            if len(gap) <= 3 and LIST_GAP.match(gap):
                role = before[1]
        before = (piece.end, role) if role else None
        title = text[role.start : role.end] if role else None
        if title and title.endswith(("记者", "通讯员")):
            part = "reporter"
        names.append(Name("person", name, piece.start, piece.end, name, piece.sure, title, role.titles if role else (), part))
    return names
