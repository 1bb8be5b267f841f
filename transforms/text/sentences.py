"""Where sentences end.

A sentence ends after 。！？!? or …… and takes the closing quotes and brackets that follow with it. A full stop within quotes or
brackets ends no sentence while they are open, except where the quotation goes on for long: then it would swallow the
paragraph. A half-width full stop ends a sentence only after a Chinese character. Time grows with the length of the text. Where only the
nearest end matters, ``SENTENCE_END`` finds it.
"""

from __future__ import annotations

import re

SENTENCE_END = re.compile("[。！？!?\n]")
"""A mark after which a sentence ends where no quotation or bracket is open."""

CLOSING_OF = dict(zip("“‘『「（(《〈【［〔", "”’』」）)》〉】］〕", strict=True))
CLOSING_MARKS = "".join(CLOSING_OF.values())
CLOSING_QUOTES = "”’』」"
SENTENCE_MARK = re.compile(f"[。！？!?…\n.{re.escape(''.join(CLOSING_OF) + CLOSING_MARKS)}]")
STOPS_AND_CLOSING = re.compile(f"[。！？!?….]*[{re.escape(CLOSING_MARKS)}\"']*")
MAX_OPEN = 8
"""Marks that are kept open at most: more are a page of opening marks, not text."""
MAX_IN_QUOTES = 120
"""Characters of a quotation beyond which a full stop in it ends a sentence: of 443 quotations of pages of 1998 that hold one, 96 % are shorter."""
LEANS_ON_QUOTE = "，、；：,;:的"
SAYING = re.compile(r"[^，。！？；：,!?;:\n“”]{0,9}?(?:说|道|表示|介绍|强调|指出|问|回答|告诉|称|感慨|感叹|笑言|坦言)[。，,！：]?")
MAX_BEFORE_SAYING = 12
"""Characters behind a quotation in which the words that say who spoke must end."""


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the sentences as half-open ranges of ``text``, white space at their ends left out.

    >>> text = "渡口通航了！“我每天要坐船。”周明远说。 天气晴好。"
    >>> [text[start:end] for start, end in split_sentences(text)]
    ['渡口通航了！', '“我每天要坐船。”周明远说。', '天气晴好。']
    """
    sentences: list[tuple[int, int]] = []
    opened: list[tuple[str, int]] = []  # closing mark that is awaited, where the opening one stands
    start = 0
    for mark in SENTENCE_MARK.finditer(text):
        offset, sign = mark.start(), mark[0]
        if offset < start:
            continue
        if sign in CLOSING_OF:
            if len(opened) < MAX_OPEN:
                opened.append((CLOSING_OF[sign], offset))
        elif sign in CLOSING_MARKS:
            close(opened, sign)
        elif sign != "." or ends_sentence(text, offset):
            end = STOPS_AND_CLOSING.match(text, offset + 1).end()
            closed = text[offset + 1 : end]
            still_open = [opening for awaited, opening in opened if awaited not in closed]
            is_long = still_open and offset - max(still_open[0], start) > MAX_IN_QUOTES
            if sign == "\n" or is_long or not still_open and not goes_on(text, end, closed):
                sentences.append((start, end))
                start, opened = end, []
    sentences.append((start, len(text)))
    return [stripped for sentence in sentences if (stripped := without_space(text, *sentence))]


def close(opened: list[tuple[str, int]], sign: str) -> None:
    """Take the mark that a closing one belongs to off those that are open, and all that were opened in it; none where none awaits it."""
    awaited = [closing for closing, _ in opened]
    if sign in awaited:
        del opened[len(awaited) - 1 - awaited[::-1].index(sign) :]


def ends_sentence(text: str, offset: int) -> bool:
    """Return whether a half-width full stop ends a sentence: after a Chinese character, before none of Latin or a digit."""
    before, after = text[offset - 1] if offset else "", text[offset + 1 : offset + 2]
    return "一" <= before <= "鿿" and not (after.isascii() and after.isalnum())


def goes_on(text: str, end: int, closed: str) -> bool:
    """Return whether a sentence goes on after closing quotes: 周明远说 follows, a comma, or a word that leans on them."""
    if not any(quote in closed for quote in CLOSING_QUOTES):
        return False
    return text[end : end + 1] in tuple(LEANS_ON_QUOTE) or SAYING.match(text, end, end + MAX_BEFORE_SAYING) is not None


def without_space(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the range without the white space at its ends, None where nothing is left."""
    body = text[start:end].strip()
    start += text[start:end].index(body)
    return (start, start + len(body)) if body else None
