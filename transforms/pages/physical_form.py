"""The physical form of a page: what an extractor or a crawler put into its text, and how it broke the lines.

Decided once, from the page as a whole. A page can have several forms at once: tagged and spaced, wrapped and indented.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from transforms.pages.language import odds_of_going_on
from transforms.pages.words import word_across
from transforms.text.characters import UNPRINTED_RUN
from transforms.text.spans import Span

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u2e80-\u2fdf"
ENDS_PARAGRAPH = "p|div|h[1-6]|br|li|tr|td|ul|ol|table|section|article|center|hr|title|header|footer|blockquote|figure|figcaption"
TAG = re.compile(
    rf"<(?P<close>/?)(?P<name>(?P<block>{ENDS_PARAGRAPH})|span|strong|b|i|u|em|a|img|font|tbody|html|head|body|meta|small|sup|sub)\b[^<>\n]*>",
    re.I,
)
HIDDEN = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>", re.I | re.S)
SPACE_ENTITY = re.compile("&(?:nbsp|emsp|ensp|thinsp|zwnj|zwj|#160|#12288|#819[45]|#xa0|#x3000);", re.I)
FEWEST_TAGS = 2  # tags of a tagged page: one alone may be printed
MARKDOWN = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|[*_]{2}(?=\S)|>[ \t]+)|[*_]{2}[ \t]*$", re.M)
HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]", re.M)
FEWEST_MARKS = 2  # marks of a page in Markdown
CELL_MARKS = re.compile(r"^[ \t]*\|(?=[ \t]+\S)|(?<=[。！？!?)） \t])\|[ \t]*$", re.M)
"""What stands before and behind the cell of a table that a page was set in."""
LINK_MARKS = re.compile(
    r"!\[[^\]\n]{0,80}\]\([^)\n]{0,400}\)|(?<!!)\[(?=[^\]\n]{1,80}\]\((?:https?:|[/.#]))|(?<=\S)\]\((?:https?:|[/.#])[^)\s]{0,400}\)"
)
"""A picture of Markdown; what stands before and behind the words of a link."""
SPACE_BETWEEN_HAN = re.compile(f"(?<=[{HAN}]) (?=[{HAN}])")
CLOSE = re.compile(f"[{HAN}](?=[{HAN}])")
SPACE_WITHIN = re.compile(r"(?<=\S) (?=\S)(?<![A-Za-z] (?=[A-Za-z]))")
SPACED_SHARE, FEWEST_SPACES = 0.4, 3
"""Of neighbouring Chinese characters of a spaced page, this share at least has a space between; text as it is set has one in a hundred."""
STRAY = re.compile(rf"(?<=[{HAN}]) (?=[{HAN}])(?<!(?<![^\s:：]). (?=.(?![^\s:：|丨/])))")
"""A space between two characters, but not one between two that stand alone: 记 者, 赵 鑫."""
ALONE = re.compile(rf"(?<![^ \n])[{HAN}](?![^ \n])")
SEAM_CHARS, TORN_SHARE, STRAY_ODDS = 8, 0.3, 0.0
"""Characters looked at around a space; of the spaces on a page that has stray ones, this share at least tears a word; logarithm of how much likelier
text goes on behind one than begins."""
NUMBER_SPACE = re.compile(rf"(?<=[0-9])(?<![-./:][0-9])(?<![-./:][0-9][0-9]) (?=[{HAN}])|(?<=[{HAN}]) (?=[0-9])(?!\d{{4}}[-./])")
"""A space between a number and what it counts, not one beside a day or a time of day in figures (2024-05-17 来源)."""
NUMBER_CLOSE = re.compile(rf"[0-9０-９](?=[{HAN}])|[{HAN}](?=[0-9０-９])")
DATE_SPACE = re.compile("(?<=[0-9]) (?=[年月日版])|(?<=[年月第]) (?=[0-9])")
FIELD = re.compile(
    r"^[ \t\u3000]*(?P<open>【|\[)?[ \t]?(?P<name>标[ \t\u3000]?题|主标题|题目|引题|肩题|副标题|副题|正[ \t\u3000]?文|内[ \t\u3000]?容|新闻内容|文章内容)[ \t]?(?(open)(?:】|\])[:：]?|[:：])[ \t\u3000]*",
    re.M,
)
FIELD_LABEL = {"标题": "title", "主标题": "title", "题目": "title", "引题": "kicker", "肩题": "kicker", "副标题": "deck", "副题": "deck"}
CID = re.compile(r"\(cid:\d+\)")
PRIVATE = re.compile("[\ue000-\uf8ff]")
TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ"
PINYIN = re.compile(rf"[(（](?<=[{HAN}].)(?=[a-zü]*[{TONES}])[a-zü{TONES}]{{1,6}}[)）]")
FEWEST_READINGS = 5  # characters of an annotated page whose pinyin stands behind them: a paper prints it for a rare one
TWICE_AT_LEAST = 6  # characters of a line that is printed twice in itself


@dataclass(frozen=True, slots=True)
class Inserted:
    """What is no text: ``spans`` in raw order, ``cuts`` where tags begin or end a paragraph, and what tags and fields say of what begins
    at an offset. ``forms`` names what was found.
    """

    spans: tuple[Span, ...] = ()
    cuts: tuple[int, ...] = ()
    labels: Mapping[int, str] = field(default_factory=dict)
    forms: tuple[str, ...] = ()


NOTHING_INSERTED = Inserted()


def find_inserted(text: str) -> Inserted:
    """Return what an extractor put into a text: tags, marks of Markdown, names of fields, spaces between characters, characters printed
    twice, pinyin, invisible characters.

    >>> find_inserted("<h1>渡口通航</h1>\\n<p>今天通航。</p>").forms
    ('tagged',)
    >>> find_inserted("渡 口 今 天 通 航 。").forms
    ('spaced',)
    """
    found = [finder(text) for finder in (find_invisible, find_tags, find_markdown, find_fields, find_spaces, find_doubled, find_pinyin)]
    spans = sorted(span for one in found for span in one.spans)
    if not spans:
        return NOTHING_INSERTED
    labels = {at: label for one in found for at, label in one.labels.items()}
    return Inserted(
        tuple(spans), tuple(sorted(cut for one in found for cut in one.cuts)), labels, tuple(form for one in found for form in one.forms)
    )


def find_invisible(text: str) -> Inserted:
    """Return the characters that are never printed."""
    return Inserted(spans_of(UNPRINTED_RUN, text))


def find_tags(text: str) -> Inserted:
    """Return tags and entities of HTML, and where tags begin or end a paragraph."""
    if "<" not in text and "&" not in text:
        return NOTHING_INSERTED
    entities = spans_of(SPACE_ENTITY, text)
    tags = list(TAG.finditer(text))
    if len(tags) < FEWEST_TAGS:
        return Inserted(entities)
    opening = [tag for tag in tags if tag["block"] and not is_ending(tag)]
    cuts = {tag.start() for tag in opening} | {tag.end() for tag in tags if tag["block"] and is_ending(tag)}
    labels = {tag.start(): "heading" if tag["block"][0] in "hH" and tag["block"][1:].isdigit() else "p" for tag in opening}
    return Inserted((*(Span(*tag.span()) for tag in tags), *spans_of(HIDDEN, text), *entities), tuple(cuts), labels, ("tagged",))


def is_ending(tag: re.Match[str]) -> bool:
    """Return whether a paragraph ends with a tag: one that closes, or a line break."""
    return bool(tag["close"]) or tag["block"].lower() in ("br", "hr")


def find_markdown(text: str) -> Inserted:
    """Return the marks of Markdown, and which lines they call a heading."""
    marks = spans_of(MARKDOWN, text) if "#" in text or "**" in text or "__" in text else ()
    links = (*(spans_of(LINK_MARKS, text) if "](" in text else ()), *(spans_of(CELL_MARKS, text) if "|" in text else ()))
    if len(marks) < FEWEST_MARKS:
        return Inserted(links, forms=("marked down",)) if links else NOTHING_INSERTED
    return Inserted((*marks, *links), labels={match.start(): "heading" for match in HEADING.finditer(text)}, forms=("marked down",))


def find_fields(text: str) -> Inserted:
    """Return the names of fields (标题：, 【正文】) where a page has several, and what they say of the line behind them."""
    fields = [(re.sub(r"\s", "", match["name"]), match) for match in FIELD.finditer(text)]
    names = {name for name, _ in fields}
    if len(names) < 2 or names.isdisjoint(FIELD_LABEL):
        return NOTHING_INSERTED
    return Inserted(
        tuple(Span(*match.span()) for _, match in fields),
        labels={match.start(): FIELD_LABEL.get(name, "text") for name, match in fields},
        forms=("fields",),
    )


def find_spaces(text: str) -> Inserted:
    """Return the spaces that are no text: all between characters of a spaced page, else those within words and within numbers with a unit."""
    if " " not in text:
        return NOTHING_INSERTED
    n_spaced, n_close = len(SPACE_BETWEEN_HAN.findall(text)), len(CLOSE.findall(text))
    if n_spaced >= FEWEST_SPACES and n_spaced > SPACED_SHARE * (n_spaced + n_close):
        return Inserted(tuple(spaces_of_lines(text)), forms=("spaced",))
    n_spaced, n_close = len(NUMBER_SPACE.findall(text)), len(NUMBER_CLOSE.findall(text))
    in_numbers = spans_of(NUMBER_SPACE if n_spaced >= FEWEST_SPACES and n_spaced > 2 * n_close else DATE_SPACE, text)
    stray = stray_spaces(text)
    return Inserted((*in_numbers, *stray), forms=("stray spaces",) if stray else ())


def find_doubled(text: str) -> Inserted:
    """Return the characters that a page prints twice."""
    doubled = tuple(doubled_characters(text))
    return Inserted(doubled, forms=("doubled",)) if doubled else NOTHING_INSERTED


def find_pinyin(text: str) -> Inserted:
    """Return the pinyin that a page prints behind its characters.

    >>> len(find_pinyin("區(qū)醫(yī)院啟(qǐ)動(dòng)新樓建設(shè)").spans)
    5
    """
    readings = spans_of(PINYIN, text)
    return Inserted(readings, forms=("with pinyin",)) if len(readings) >= FEWEST_READINGS else NOTHING_INSERTED


def spans_of(pattern: re.Pattern[str], text: str) -> tuple[Span, ...]:
    """Return where a pattern is found."""
    return tuple(Span(*match.span()) for match in pattern.finditer(text))


def spaces_of_lines(text: str) -> Iterator[Span]:
    """Yield the spaces within the lines of a spaced page that are spaced themselves."""
    at = 0
    for line in text.split("\n"):
        if len(SPACE_BETWEEN_HAN.findall(line)) > len(CLOSE.findall(line)):
            for match in SPACE_WITHIN.finditer(line):
                yield Span(at + match.start(), at + match.end())
        at += len(line) + 1


def stray_spaces(text: str) -> list[Span]:
    """Return the spaces that an extractor left within words, where a page has several: those that tear a word, and those behind which the
    text is likelier to go on than to begin anew.

    >>> len(stray_spaces("副书 记何敬之说，宣 传部和公 安分局要配合。记者 周明远")), stray_spaces("老人路口摔倒 路人相助")
    (3, [])
    """
    gaps = [
        (match.start(), text[max(0, match.start() - SEAM_CHARS) : match.start()], text[match.end() : match.end() + SEAM_CHARS])
        for match in STRAY.finditer(text)
    ]
    torn = {at for at, left, right in gaps if word_across(left, right)}
    if len(torn) < FEWEST_SPACES or len(torn) < TORN_SHARE * len(gaps):
        return []
    alone = {at for match in ALONE.finditer(text) for at in (match.start() - 1, match.end())}
    return [Span(at, at + 1) for at, left, right in gaps if at in torn or at in alone or odds_of_going_on(left, right) > STRAY_ODDS]


def doubled_characters(text: str) -> Iterator[Span]:
    """Yield the second of characters that a line prints twice each, as bold type is faked, and the second half of a line printed twice.

    >>> list(doubled_characters("渡渡口口通通航航"))[0]
    Span(char_start=1, char_end=2)
    """
    at = 0
    for line in text.split("\n"):
        bare = line.strip()
        half = len(bare) // 2
        if len(bare) >= TWICE_AT_LEAST and len(bare) % 2 == 0 and bare[0] in (bare[1], bare[half]) and len(set(bare)) > 2:
            start = at + line.index(bare[0])
            if bare[::2] == bare[1::2]:
                yield from (Span(start + place, start + place + 1) for place in range(1, len(bare), 2))
            elif half >= TWICE_AT_LEAST and bare[:half] == bare[half:] and len(set(bare)) > 4:
                yield Span(start + half, start + 2 * half)
        at += len(line) + 1


def unreadable(text: str) -> str | None:
    """Return what of a text cannot be read, in words; None where all of it can.

    >>> unreadable("渡(cid:8770)口")
    '1 character without its meaning, as (cid:8770)'
    """
    cids, private = CID.findall(text), PRIVATE.findall(text)
    if not cids and not private:
        return None
    n = len(cids) + len(private)
    return f"{n:,} character{'s' * (n > 1)} without {'their' if n > 1 else 'its'} meaning, as {cids[0] if cids else f'U+{ord(private[0]):04X}'}"


# How lines are broken

NARROWEST_LINE = 18  # columns of the narrowest wrapped line, two for a Chinese character
HANGING = 2  # columns that a mark of punctuation may hang over the edge
ROUGHLY = 10  # columns within which lines are about as wide
WRAPPED_SHARE, FEWEST_FULL, STEADY_SHARE = 0.2, 4, 0.6
SURELY_WRAPPED = 10  # full lines that are no list under an article
CLOSED = tuple("。！？!?…”’」』）)：:；;")
Measure = Callable[[str], int]


NARROW = "“”‘’—…·×÷±°′″§※→←↑↓①②③④⑤⑥⑦⑧⑨⑩○●◎△▲☆★□■◇◆"
"""Signs that are as wide as a Chinese character in Chinese type, and half as wide to programs that go by Unicode (East Asian Width A)."""


def width_of(text: str) -> int:
    """Return how many columns a text takes, two for a Chinese character.

    >>> width_of("渡口7月")
    7
    """
    return len(text.encode("gb18030", "replace"))


def width_of_narrow(text: str) -> int:
    """Return how many columns a text takes where quotation marks and dashes take one.

    >>> width_of_narrow("“渡口”")
    6
    """
    return width_of(text) - sum(map(text.count, NARROW))


def width_in_characters(text: str) -> int:
    """Return how many columns a text takes where every character takes two, as for programs that wrap at a number of characters."""
    return 2 * len(text)


MEASURES: tuple[Measure, ...] = (width_of, width_of_narrow, width_in_characters)


class Wrapping(NamedTuple):
    """``width`` is that of a full line in columns, ``widths`` are those of all lines, as ``measure`` has it."""

    width: int
    widths: Sequence[int]
    measure: Measure


def find_wrapping(indents: Sequence[int], texts: Sequence[str]) -> Wrapping | None:
    """Return how the lines of a page are wrapped, by the measure by which most are just as wide as each other; None where they are not.

    >>> find_wrapping([0, 0, 0, 0, 0], ["云渡区的老渡口今天恢复了", "通航两岸居民前来观看江风", "习习汽笛长鸣首班渡船载着", "四十名乘客离开码头驶向对", "岸。"]).width
    24
    """
    best, steadiest = None, 0
    if not could_be_wrapped([2 * len(text) for text in texts]):
        return None
    for measure in MEASURES:
        widths = [indent + measure(text) for indent, text in zip(indents, texts, strict=True)]
        width = line_width(widths, texts)
        if width is not None and (steady := widths.count(width)) > steadiest:
            best, steadiest = Wrapping(width, widths, measure), steady
    return best


def could_be_wrapped(widths: Sequence[int]) -> bool:
    """Return whether enough lines are about as wide as each other, and few wider, to look closer."""
    counts = Counter(width for width in widths if width >= NARROWEST_LINE)
    ranges = [(sum(counts.get(width + step, 0) for step in range(0, ROUGHLY, 2)), width) for width in counts]
    full, width = max(ranges, default=(0, 0))
    return full >= max(FEWEST_FULL, WRAPPED_SHARE / 2 * len(widths)) and sum(other >= width + ROUGHLY for other in widths) <= full


def line_width(widths: Sequence[int], texts: Sequence[str]) -> int | None:
    """Return the width in columns that the lines of a page are wrapped at, None where they are not.

    A page is wrapped where many lines are as wide as each other to a character, hardly any is wider, and most of them end within a
    sentence.
    """
    counts = Counter(width for width in widths if width >= NARROWEST_LINE)
    if not counts:
        return None
    steady = {
        wide: counts[wide] + counts[wide - 1] + counts[wide + 2] for wide in counts
    }  # full, a half-width sign short, a mark over the edge
    width = max(steady, key=lambda wide: (steady[wide], wide))
    full = [index for index, wide in enumerate(widths) if abs(wide - width) <= HANGING]
    wider = [wide for wide in widths if wide > width + HANGING]
    if len(full) < SURELY_WRAPPED and sum(wider) > sum(widths[index] for index in full):  # a list under an article
        return None
    unfinished = sum(not texts[index].endswith(CLOSED) for index in full)
    if steady[width] < STEADY_SHARE * len(full):
        return None
    if len(full) < FEWEST_FULL or len(full) < WRAPPED_SHARE * len(widths) or len(wider) > 0.5 * len(full) or 2 * unfinished < len(full):
        return None
    return width
