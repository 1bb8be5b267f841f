"""The titles of persons: which title belongs to whom, of which organisation, and whether it is held now.

The tagger says which characters are a title (副局长, 党委书记, 货车驾驶员). Here titles are laid to persons by where they stand: before the name
(福建蓝屿渔业有限公司董事长郑惠安), in a row (市委副书记、市长秦越), for a list of people (副市长甲、乙), or behind the name (甲任副局长, 甲（副局长）).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from transforms.lexicons.names import polite_words, title_words
from transforms.names.organizations import RANKS, offices_apart
from transforms.names.tagging import CandidateSpan, Words
from transforms.records import Title

LONGEST_ROW = 60  # characters from the first title of a row to the name
LONGEST_GAP = 9  # characters between a title and the next one or the name, more than between brackets
BETWEEN_TITLES = re.compile(r"[ \u3000]?(?:[、，/／]|兼任?|暨|和|及)?[ \u3000]?")
BEFORE_NAME = re.compile(r"[ \u3000“‘”’]{0,2}|的|[（(][^（）()\n]{1,6}[）)]")  # 副县长（挂职）邬晓筝
BETWEEN_NAMES = re.compile(r"[ \u3000]?(?:、|和|与|及|以及|[ \u3000])[ \u3000]?")
AND_OTHERS = "(?:等(?:[0-9]+|[两三四五六七八九十]+)[人名位])?"
BEHIND_NAME = re.compile(
    AND_OTHERS
    + r"(?:[（(][^（）()\n]{1,12}[）)])?(?:[，,]?(?:现|曾|历)?(?:就任|担任|出任|当选为?|被(?:任命|选举?|推选|聘任?|推举)为|任|为|是|系|受聘为?|接任|晋升为?)|[，,（(]|同志任|辞去)?(?:现任|原任|曾任)?"
)
TAKES_OFFICE = re.compile(
    AND_OTHERS + "(?:辞去|为(?!了)|的.{2,24}职务|[，,]?(?:同志)?(?:现|曾|历|原)?(?:就任|担任|出任|当选|被任命|被选|任|受聘|接任|晋升))"
)
OF_LIST = re.compile("为(?!了)|等[0-9两三四五六七八九十]+[人名位]")
"""What stands behind a list of persons who all hold the title that follows (选举甲、乙、丙为副区长, 甲、乙等9名保安)."""
LEADING_BODY = re.compile(r"[省市区县旗州]?(?:[一二三四五六七八九十\d]+届)?(?:人大常委会|人大|政协|人民政府|政府|委)")
ACTING = "代理|(?<![一二三四五六七八九十两历当现古近世时年明清元宋唐汉])代"  # 第三代|传人, 清代|学者
FORMERLY = "原任?|(?<![节日期年月会午天周赛此之以目战行生婚产提眼当面跟上先从])前任?"  # 春节前|县长
HELD_BEFORE = re.compile(f"(?:{FORMERLY}|时任|现任|{ACTING}|拟任|候任)$")
"""What stands between an organisation and a title that is not simply held (印度|前|总理); no part of the title."""
HELD_ALL = re.compile("(?:曾任|历任|曾担任)$")
"""What stands before a row of titles that were all held."""
IN_TITLE = re.compile("原任?(?![告创料始产住生有籍野油子])|前任?(?![锋台线方卫沿端])")
"""What the tagger takes with a title that was held formerly (原校长; not 原告, 前锋)."""
TENURE_REACH = 7  # characters of the longest words that say how a title is held: 免去, a name, 的
TENURE_PATTERNS = (
    ("former", re.compile(rf"(?:免去[^，。；]{{2,4}}的|{FORMERLY}|时任|曾任|曾担任|历任|卸任|离任|辞去|免去)(?:的|过)?[ “]?$")),
    ("acting", re.compile(f"(?:{ACTING}|代行)$")),
    ("designate", re.compile(r"(?:拟任|候任|提名|候选)(?:为)?$")),
)


def tenure_of(text: str, start: int, title: str) -> str:
    """Return whether a title that begins at ``start``, organisation included, is held now, by the words at its edge.

    >>> tenure_of("原副县长", 1, "副县长"), tenure_of("代区长", 0, "代区长"), tenure_of("县委书记", 0, "县委书记")
    ('former', 'acting', 'current')
    """
    if title.startswith(("代理", "代")) and not title.startswith("代表"):
        return "acting"
    if title.endswith("候选人"):
        return "designate"
    before = text[max(start - TENURE_REACH, 0) : start]
    return next((tenure for tenure, words in TENURE_PATTERNS if words.search(before)), "current")


BARE_COMMITTEE = re.compile("[村居管业]委会$")
"""A committee that is told by its place alone and so is part of a title (坪头村|村委会主任)."""
LONGEST_TITLE = 12  # characters
EDGE_OF_TITLE = re.compile(r"[、，。；：！？“”‘’（）()《》\s]|职务|兼|$")
TITLE_TAGS = frozenset(("n", "nz", "nt", "ns", "nr", "vn", "b", "a", "an", "j", "l", "f", "s"))
"""Classes of words that stand before the last word of a title (地质灾害应急|专家)."""


def titles_by_word(words: Words, spans: Sequence[CandidateSpan]) -> Iterator[CandidateSpan]:
    """Yield what ends in a word of titles and was not found: before a person, before the next title of a row, right behind an organisation.

    >>> text = "策展人、市博物馆副馆长毛一苇介绍"
    >>> found = [CandidateSpan(4, 8, "organization", 1), CandidateSpan(8, 11, "title", 1), CandidateSpan(11, 14, "person", 1)]
    >>> [text[span.start : span.end] for span in titles_by_word(Words(text), found)]
    ['策展人']
    """
    text = words.text
    starts, ends = sorted(span.start for span in spans), sorted(span.end for span in spans)
    for span in spans:
        end = span.start - (text[span.start - 1 : span.start] == "、")
        floor = ends[bisect_right(ends, end) - 1] if ends[0] <= end else 0
        if (span.kind == "person") == (end == span.start) and floor < end and (start := _start_of_title(words, floor, end)) is not None:
            yield from parted_title(text, CandidateSpan(start, end, "title", 0.8, "titles_by_word"))
        if span.kind == "organization":
            next_start = starts[bisect_left(starts, span.end)] if span.end <= starts[-1] else len(text)
            end = EDGE_OF_TITLE.search(text, span.end, min(span.end + LONGEST_TITLE + 1, next_start)).start()
            if _start_of_title(words, span.end, end) == span.end:
                yield CandidateSpan(span.end, end, "title", 0.8, "titles_by_word")


def with_ranks(text: str, spans: Sequence[CandidateSpan]) -> list[CandidateSpan]:
    """Return the spans, the rank of a division with the title of its party committee that follows (射湖|县委书记).

    >>> text = "射湖县委书记"
    >>> [text[span.start : span.end] for span in with_ranks(text, [CandidateSpan(0, 3, "place", 1), CandidateSpan(3, 6, "title", 1)])]
    ['射湖', '县委书记']
    """
    starts = {span.start for span in spans if span.kind == "title" and text[span.start] == "委"}
    ends = {
        span.end
        for span in spans
        if span.kind == "place" and span.end in starts and text[span.end - 1] in RANKS and span.end - span.start > 2
    }
    return [
        span._replace(end=span.end - 1)
        if span.kind == "place" and span.end in ends
        else span._replace(start=span.start - 1)
        if span.kind == "title" and span.start in ends
        else span
        for span in spans
    ]


BOTH_HELD = re.compile("兼(?!职)任?(?=.)")


def single_titles(text: str, span: CandidateSpan) -> Iterator[CandidateSpan]:
    """Yield a span, of a title that is two the one and the other (党支部书记|兼|村委会主任).

    >>> text = "社长兼主编"
    >>> [text[part.start : part.end] for part in single_titles(text, CandidateSpan(0, 5, "title", 0.9))]
    ['社长', '主编']
    """
    both = BOTH_HELD.search(text, span.start + 1, span.end) if span.kind == "title" else None
    if both:
        yield span._replace(end=both.start())
        yield from single_titles(text, span._replace(start=both.end()))
    else:
        yield span


def parted_title(text: str, span: CandidateSpan) -> Iterator[CandidateSpan]:
    """Yield a title, or the office that it begins with and the title there (宣传部|部长); 区委书记 is one.

    >>> text = "宣传部部长、区委书记"
    >>> [text[part.start : part.end] for start, end in ((0, 5), (6, 10)) for part in parted_title(text, CandidateSpan(start, end, "title", 0.9))]
    ['宣传部', '部长', '区委书记']
    """
    cut = next(
        (
            at
            for at in range(span.start + 2, span.end - 1)
            if text[at : span.end] in title_words() and text[span.start : at] in offices_apart()
        ),
        None,
    )
    if cut is None:
        yield span
    else:
        yield span._replace(end=cut, kind="organization")
        yield span._replace(start=cut)


def _start_of_title(words: Words, floor: int, end: int) -> int | None:
    """Return where a title that ends at ``end`` begins, not before ``floor``: its last word is one of titles, those before it are noun-like."""
    text, known = words.text, title_words()
    size = next((size for size in range(min(LONGEST_TITLE, end - floor), 1, -1) if text[end - size : end] in known), 0)
    if not size:
        return None
    start = end - size
    for index in range(words.index_at(start), -1, -1):
        first = max(words.starts[index], floor)
        if end - first > LONGEST_TITLE or words.tags[index] not in TITLE_TAGS and first < end - size:
            break
        start = min(start, first)
        if start == floor:
            break
    return start if start == floor or start in words.starts else None


class TitleReader:
    """Reads the titles of the persons of one text from what was tagged in it."""

    def __init__(self, text: str, spans: Sequence[CandidateSpan]) -> None:
        self.text = text
        self.people = [piece for piece in spans if piece.kind == "person"]
        self.titles = [piece for piece in spans if piece.kind == "title"]
        self.title_starting = {piece.start for piece in self.titles}
        self.title_ending = {piece.end: piece for piece in self.titles}
        self.body_ending = {piece.end: piece for piece in spans if piece.kind in ("organization", "place")}
        self.person_starting = {piece.start: piece for piece in self.people}

    def read(self, piece: CandidateSpan) -> tuple[int, Title]:
        """Return a title with its organisation, and where its printed form begins."""
        start, end = piece.start, piece.end
        if (formerly := IN_TITLE.match(self.text, start)) and formerly.end() < end:
            start = formerly.end()
        if start not in self.body_ending and (committee := BARE_COMMITTEE.search(self.text, max(start - 3, 0), start)):
            start = committee.start()
            start -= 2 * (start not in self.body_ending and self.text.endswith("社区", 0, start))
        shared = (
            self.text[start:end] == "长" or self.text.startswith("委", start) and self.text[start - 1 : start] in RANKS
        )  # 主计|处|长, 石塘|县|委书记
        held = HELD_BEFORE.search(self.text, max(start - 3, 0), start)
        printed = held.start() if held else start
        body = self.body_ending.get(printed)
        if body is None:
            start -= (
                printed == start
                and self.text[start - 1 : start] in RANKS
                and (start == 1 or EDGE_OF_TITLE.match(self.text, start - 2) is not None)
            )  # ，区|党组书记
            start -= shared and self.text[start - 1] in "处局科署厅院校队所馆部会"
            return min(printed, start), self._title(start, start, end, None)
        first = body
        while first.start in self.body_ending:  # 国浦物业|云渡花园|项目经理, 石塘县|霞坑镇|党委书记
            first = self.body_ending[first.start]
        if printed == start and body.kind == "organization" and LEADING_BODY.fullmatch(self.text, body.start, body.end):
            return first.start, self._title(first.start, body.start, end, None)
        named = first if first.kind == "organization" else body
        return first.start, self._title(start if held else first.start, start - shared, end, self.text[named.start : printed])

    def _title(self, printed: int, start: int, end: int, organization: str | None) -> Title:
        text = self.text[start:end]
        return Title(text, start, end, organization, tenure_of(self.text, printed, text))

    def before(self, person: CandidateSpan) -> list[tuple[int, Title]]:
        """Return the row of titles right before a name, in printed order, each with where its printed form begins."""
        row: list[tuple[int, Title]] = []
        at = person.start
        while person.start - at <= LONGEST_ROW:
            title = next(
                (self.title_ending[end] for end in range(at, max(at - LONGEST_GAP, -1), -1) if self._joins(end, at, bool(row))), None
            )
            if title is None:
                break
            row.append(self.read(title))
            at = row[-1][0]
        return row[::-1]

    def _joins(self, end: int, at: int, in_row: bool) -> bool:
        return end in self.title_ending and (BETWEEN_TITLES if in_row else BEFORE_NAME).fullmatch(self.text, end, at) is not None

    def behind(self, person: CandidateSpan) -> list[tuple[int, Title]]:
        """Return the titles behind a name (甲教授, 甲任副局长, 甲（副局长）) that belong to no other name."""
        row: list[tuple[int, Title]] = []
        at = person.end
        for size in (4, 3, 2):
            word = self.text[at : at + size]
            if len(word) == size and word in polite_words() and word in title_words() and at not in self.title_starting:
                return [(at, Title(word, at, at + size))]
        for piece in self.titles:
            if piece.start < at:
                continue
            start, title = self.read(piece)
            gap = BETWEEN_TITLES if row else BEHIND_NAME
            is_removed = not row and self.text[at:start] == "的" and self.text.startswith("职务", piece.end)  # 免去邵春生的局长职务
            if not (is_removed or gap.fullmatch(self.text, at, start)) or self._has_owner(piece):
                break
            row.append((start, title))
            at = piece.end
        return row

    def _has_owner(self, title: CandidateSpan) -> bool:
        """Return whether a name follows the title or the row that it stands in."""
        text, at = self.text, title.end
        for other in (other for other in self.titles if other.start >= at):
            start, _ = self.read(other)
            if not BETWEEN_TITLES.fullmatch(text, at, start):
                break
            at = other.end
        return any(BEFORE_NAME.fullmatch(text, at, start) for start in range(at, at + 3) if start in self.person_starting)

    def of_all(self) -> Iterator[tuple[CandidateSpan, str | None, tuple[Title, ...]]]:
        """Yield each person with the titles as printed (区委书记、区长) and one by one; None and none without any."""
        shared: tuple[str | None, tuple[Title, ...]] = (None, ())
        end_before = -1
        behind_lists = self._behind_lists()
        for person in self.people:
            row, behind = self.before(person), []
            if not row or TAKES_OFFICE.match(self.text, person.end):
                behind = self.behind(person) or behind_lists.get(person.start, [])
            titles = (*inherited(self._held(row)), *inherited(self._held(behind)))
            if titles:
                first, last = (row or behind)[0], (row or behind)[-1]
                printed = self.text[first[0] : last[1].char_end]
                shared = (printed, tuple(title for title in titles if is_shared(title))) if row else (None, ())
            elif shared[1] and BETWEEN_NAMES.fullmatch(self.text, end_before, person.start):
                printed, titles = shared
            else:
                printed, shared = None, (None, ())
            end_before = max(behind[-1][1].char_end, person.end) if behind and person.start not in behind_lists else person.end
            yield person, printed, titles

    def _held(self, row: Sequence[tuple[int, Title]]) -> Iterator[Title]:
        """Yield the titles of a row: behind a former one those of the same office are former too (原党委副书记、总经理; not 原县委书记、市工商联主席,
        原院长、教授), behind 曾任 and 历任 all."""
        is_former = were_all = False
        for printed, title in row:
            if title.tenure == "former":
                is_former, were_all = True, were_all or HELD_ALL.search(self.text, max(printed - 4, 0), printed) is not None
            elif is_former and title.tenure == "current" and not self.text.startswith("现任", printed):
                is_same = title.organization is None and not LEADING_BODY.match(title.text) and title_words().get(title.text) != "rank"
                title = title._replace(tenure="former") if were_all or is_same else title
            yield title

    def _behind_lists(self) -> dict[int, list[tuple[int, Title]]]:
        """Return the titles that a list of persons shares with its last one, who takes office, by where each of the others begins."""
        shared: dict[int, list[tuple[int, Title]]] = {}
        for person, after in reversed([*pairwise(self.people)]):
            if BETWEEN_NAMES.fullmatch(self.text, person.end, after.start):
                titles = self.behind(after) if OF_LIST.match(self.text, after.end) else shared.get(after.start, [])
                if titles and all(is_shared(title) for _, title in titles):
                    shared[person.start] = titles
        return shared


def inherited(titles: Sequence[Title]) -> Iterator[Title]:
    """Yield titles, a bare one with the organisation of the one before it (集团党委书记、董事长)."""
    organization = None
    for title in titles:
        if title.organization is None and organization and not LEADING_BODY.match(title.text):
            title = title._replace(organization=organization)
        organization = title.organization
        yield title


MANY_HOLDERS = ("执行主席",)
ONE_HOLDER = ("长", "书记", "主席", "总裁", "总理", "总统", "总经理", "司令员", "政委", "国王", "首相")


def is_shared(title: Title) -> bool:
    """Return whether several people can hold a title, so that it holds for a whole list of names (副区长甲、乙).

    >>> is_shared(Title("副区长", 0, 3)), is_shared(Title("区长", 0, 2))
    (True, False)
    """
    return "副" in title.text or title.text.endswith(MANY_HOLDERS) or not title.text.endswith(ONE_HOLDER)
