"""Split a paragraph into sentences.

A sentence ends after 。！？!? or …… and takes the closing quotes and brackets that follow with it. A full stop within quotes or
brackets ends no sentence while they are open, except where the quotation goes on for long: then it would swallow the
paragraph. A half-width full stop ends a sentence only after a Chinese character. Time grows with the length of the text.
"""

from __future__ import annotations

import re

STOP = "。！？!?…\n"
OPENING = "“‘『「（(《〈【［〔﹁﹂"[:10]
CLOSING = "”’』」）)》〉】］〕"
PARTNER = dict(zip("“‘『「（(《〈【［〔", "”’』」）)》〉】］〕", strict=True))
LONG = 120
MARK = re.compile(r"[。！？!?…\n“‘『「（(《〈【［〔”’』」）)》〉】］〕.]")
AFTER_STOP = re.compile(r"[。！？!?….]*[”’』」）)》〉】］〕\"']*")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the sentences as half-open ranges of ``text``, white space at their ends left out.

    >>> text = "渡口通航了！“我每天要坐船。”周明远说。 天气晴好。"
    >>> [text[start:end] for start, end in split_sentences(text)]
    ['渡口通航了！', '“我每天要坐船。”周明远说。', '天气晴好。']
    """
    sentences: list[tuple[int, int]] = []
    open_marks: list[tuple[str, int]] = []
    start = 0
    resume = 0
    for mark in MARK.finditer(text):
        at = mark.start()
        if at < resume:
            continue
        sign = mark.group()
        if sign in PARTNER:
            if len(open_marks) < 8:
                open_marks.append((PARTNER[sign], at))
            continue
        if sign in CLOSING:
            if open_marks and any(wanted == sign for wanted, _ in open_marks):
                while open_marks.pop()[0] != sign:
                    pass
            continue
        if sign == "." and not ends_sentence(text, at):
            continue
        end = AFTER_STOP.match(text, at + 1).end()
        closers = text[at + 1 : end]
        still_open = [pair for pair in open_marks if pair[0] not in closers]
        if sign == "\n" or not still_open and not goes_on(text, end, closers) or (still_open and at - max(still_open[0][1], start) > LONG):
            add(sentences, text, start, end)
            start = end
            open_marks = []
            resume = end
    add(sentences, text, start, len(text))
    return sentences


def ends_sentence(text: str, at: int) -> bool:
    """Return whether a half-width full stop ends a sentence: after a Chinese character, before none of Latin or a digit."""
    before = text[at - 1] if at else ""
    after = text[at + 1 : at + 2]
    return "一" <= before <= "鿿" and not (after.isascii() and after.isalnum())


def goes_on(text: str, end: int, closers: str) -> bool:
    """Return whether a sentence goes on after the closing quotes: 周明远说 follows, a comma, or a word that leans on them."""
    if not closers or not any(closer in "”’』」" for closer in closers):
        return False
    rest = text[end : end + 12]
    if rest[:1] in "，、；：,;:的":
        return bool(rest)
    return SAYING.match(rest) is not None


SAYING = re.compile(r"[^，。！？；：,!?;:\n“”]{0,9}?(?:说|道|表示|介绍|强调|指出|问|回答|告诉|称|感慨|感叹|笑言|坦言)[。，,！：]?")


def add(sentences: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    """Append the range without the white space at its ends, where anything is left."""
    raw = text[start:end]
    body = raw.strip()
    if body:
        start += len(raw) - len(raw.lstrip())
        sentences.append((start, start + len(body)))
