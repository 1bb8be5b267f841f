"""The physical form of a page: what an extractor or a crawler put into its text, and how it broke the lines.

Decided once, from the page as a whole. A page can have several forms at once: tagged and spaced, wrapped and indented.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from transforms.text.characters import UNPRINTED_RUN
from transforms.text.spans import Span

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u2e80-\u2fdf"
ENDS_PARAGRAPH = "p|div|h[1-6]|br|li|tr|td|ul|ol|table|section|article|center|hr|title|header|footer|blockquote|figure|figcaption"
TAG = re.compile(rf"<(?P<close>/?)(?P<name>(?P<block>{ENDS_PARAGRAPH})|span|strong|b|i|u|em|a|img|font|tbody|html|head|body|meta|small|sup|sub)\b[^<>\n]*>", re.I)
HIDDEN = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>", re.I | re.S)
SPACE_ENTITY = re.compile("&(?:nbsp|emsp|ensp|thinsp|zwnj|zwj|#160|#12288|#819[45]|#xa0|#x3000);", re.I)
FEWEST_TAGS = 2
MARKDOWN = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|[*_]{2}(?=\S)|>[ \t]+)|[*_]{2}[ \t]*$", re.M)
HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]", re.M)
FEWEST_MARKS = 2
SPACED = re.compile(f"(?<=[{HAN}]) (?=[{HAN}])")
CLOSE = re.compile(f"[{HAN}](?=[{HAN}])")
SPACE_WITHIN = re.compile(r"(?<=\S) (?=\S)(?<![A-Za-z] (?=[A-Za-z]))")
SPACED_SHARE, FEWEST_SPACES = 0.4, 3
"""Of neighbouring Chinese characters of a spaced page, this share at least has a space between; text as it is set has one in a hundred."""
NUMBER_SPACE = re.compile(rf"(?<=[0-9]) (?=[{HAN}])|(?<=[{HAN}]) (?=[0-9])")
NUMBER_CLOSE = re.compile(rf"[0-9](?=[{HAN}])|[{HAN}](?=[0-9])")
DATE_SPACE = re.compile("(?<=[0-9]) (?=[年月日版])|(?<=[年月第]) (?=[0-9])")
FIELD = re.compile(r"^[ \t\u3000]*(?:【|\[)?[ \t]?(标[ \t\u3000]?题|主标题|题目|引题|肩题|副标题|副题|正[ \t\u3000]?文|内[ \t\u3000]?容|新闻内容|文章内容)[ \t]?(?:】|\])?[:：][ \t\u3000]*", re.M)
FIELD_LABEL = {"标题": "title", "主标题": "title", "题目": "title", "引题": "kicker", "肩题": "kicker", "副标题": "deck", "副题": "deck"}
CID = re.compile(r"\(cid:\d+\)")
PRIVATE = re.compile("[\ue000-\uf8ff]")
TWICE_AT_LEAST = 6


@dataclass(frozen=True, slots=True)
class Inserted:
    """What is no text: ``spans`` in raw order, ``cuts`` where tags begin or end a paragraph, and what tags and fields say of what begins
    at an offset. ``forms`` names what was found.
    """

    spans: tuple[Span, ...] = ()
    cuts: tuple[int, ...] = ()
    labels: Mapping[int, str] = field(default_factory=dict)
    forms: tuple[str, ...] = ()


def find_inserted(text: str) -> Inserted:
    """Return what an extractor put into a text: tags, marks of Markdown, names of fields, spaces between characters, characters printed
    twice, invisible characters.

    >>> find_inserted("<h1>渡口通航</h1>\\n<p>今天通航。</p>").forms
    ('tagged',)
    >>> find_inserted("渡 口 今 天 通 航 。").forms
    ('spaced',)
    """
    spans = [Span(*match.span()) for match in UNPRINTED_RUN.finditer(text)]
    cuts: set[int] = set()
    labels: dict[int, str] = {}
    forms: list[str] = []
    if "<" in text or "&" in text:
        tags = list(TAG.finditer(text)) if "<" in text else []
        if len(tags) >= FEWEST_TAGS:
            forms.append("tagged")
            spans += [Span(*match.span()) for match in tags] + [Span(*match.span()) for match in HIDDEN.finditer(text)]
            for tag in tags:
                if tag["block"]:
                    ends = tag["close"] or tag["block"].lower() in ("br", "hr")
                    cuts.add(tag.end() if ends else tag.start())
                    if not ends and tag["block"][0] in "hH" and tag["block"][1:].isdigit():
                        labels[tag.start()] = "heading"
                    elif not ends:
                        labels[tag.start()] = "p"
        spans += [Span(*match.span()) for match in SPACE_ENTITY.finditer(text)]
    if ("#" in text or "**" in text or "__" in text) and len(marks := list(MARKDOWN.finditer(text))) >= FEWEST_MARKS:
        forms.append("marked down")
        spans += [Span(*match.span()) for match in marks]
        labels |= {match.start(): "heading" for match in HEADING.finditer(text)}
    fields = {re.sub(r"\s", "", match[1]): match for match in FIELD.finditer(text)}
    if len(fields) > 1 and any(name in FIELD_LABEL for name in fields):
        forms.append("fields")
        for match in FIELD.finditer(text):
            spans.append(Span(*match.span()))
            labels[match.start()] = FIELD_LABEL.get(re.sub(r"\s", "", match[1]), "text")
    if " " in text:
        n_spaced, n_close = len(SPACED.findall(text)), len(CLOSE.findall(text))
        if n_spaced >= FEWEST_SPACES and n_spaced > SPACED_SHARE * (n_spaced + n_close):
            forms.append("spaced")
            spans += spaces_of_lines(text)
        else:
            n_spaced, n_close = len(NUMBER_SPACE.findall(text)), len(NUMBER_CLOSE.findall(text))
            pattern = NUMBER_SPACE if n_spaced >= FEWEST_SPACES and n_spaced > 2 * n_close else DATE_SPACE
            spans += [Span(*match.span()) for match in pattern.finditer(text)]
    doubled = list(doubled_characters(text))
    if doubled:
        forms.append("doubled")
        spans += doubled
    if not spans:
        return Inserted()
    spans.sort()
    return Inserted(tuple(spans), tuple(sorted(cuts)), labels, tuple(forms))


def spaces_of_lines(text: str) -> Iterator[Span]:
    """Yield the spaces within the lines of a spaced page that are spaced themselves."""
    at = 0
    for line in text.split("\n"):
        if len(SPACED.findall(line)) > len(CLOSE.findall(line)):
            for match in SPACE_WITHIN.finditer(line):
                yield Span(at + match.start(), at + match.end())
        at += len(line) + 1


def doubled_characters(text: str) -> Iterator[Span]:
    """Yield the second of characters that a line prints twice each, as bold type is faked, and the second half of a line printed twice.

    >>> list(doubled_characters("渡渡口口通通航航"))[0]
    Span(char_start=1, char_end=2)
    """
    at = 0
    for line in text.split("\n"):
        bare = line.strip()
        if len(bare) >= TWICE_AT_LEAST and len(bare) % 2 == 0 and len(set(bare)) > 2:
            start, half = at + line.index(bare[0]), len(bare) // 2
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

NARROWEST = 18
HANGING = 2
WRAPPED_SHARE, FEWEST_FULL, STEADY_SHARE = 0.2, 4, 0.6
CLOSED = tuple("。！？!?…”’」』）)：:；;")


def width_of(text: str) -> int:
    """Return how many columns a text takes, two for a Chinese character.

    >>> width_of("渡口7月")
    7
    """
    return len(text.encode("gb18030", "replace"))


def line_width(widths: Sequence[int], texts: Sequence[str]) -> int | None:
    """Return the width in columns that the lines of a page are wrapped at, None where they are not.

    A page is wrapped where many lines are as wide as each other to a character, hardly any is wider, and most of them end within a
    sentence.
    """
    counts = Counter(width for width in widths if width >= NARROWEST)
    if not counts:
        return None
    width = max(counts, key=lambda wide: (sum(counts[wide + step] for step in range(-HANGING, HANGING + 1)), counts[wide], wide))
    full = [index for index, wide in enumerate(widths) if abs(wide - width) <= HANGING]
    wider = sum(wide > width + HANGING for wide in widths)
    unfinished = sum(not texts[index].endswith(CLOSED) for index in full)
    if counts[width] + counts[width - 1] + counts[width + 2] < STEADY_SHARE * len(full):
        return None
    if len(full) < FEWEST_FULL or len(full) < WRAPPED_SHARE * len(widths) or wider > 0.5 * len(full) or 2 * unfinished < len(full):
        return None
    return width
