"""Spans of the raw text, and text that keeps the way back to them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """Half-open range of code points of the raw text."""

    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True)
class AlignedText:
    """Text with the raw spans that it is the concatenation of: ``spans[i]`` begins at ``text[starts[i]]``.

    The line break between two paragraphs is in no span: Dibao put it there.
    """

    text: str
    starts: tuple[int, ...]
    spans: tuple[Span, ...]

    def raw_spans(self, start: int, end: int) -> tuple[Span, ...]:
        """Return the raw spans of ``text[start:end]``, in reading order, neighbours merged; line breaks between paragraphs have none.

        >>> AlignedText("举行州体育", (0, 2), (Span(0, 2), Span(10, 13))).raw_spans(1, 4)
        (Span(char_start=1, char_end=2), Span(char_start=10, char_end=12))
        """
        index = bisect_right(self.starts, start) - 1
        if index >= 0 and start < end:  # nearly always one span holds it all
            char_start, char_end = self.spans[index]
            shift = char_start - self.starts[index]
            if end + shift <= char_end:
                return (Span(start + shift, end + shift),)
        merged: list[Span] = []
        index = max(index, 0)
        while index < len(self.spans) and self.starts[index] < end:
            begin, span = self.starts[index], self.spans[index]
            low = span.char_start + max(start - begin, 0)
            high = min(span.char_start + end - begin, span.char_end)
            if low < high:
                if merged and merged[-1].char_end == low:
                    merged[-1] = Span(merged[-1].char_start, high)
                else:
                    merged.append(Span(low, high))
            index += 1
        return tuple(merged)


def concatenate(paragraphs: Iterable[Sequence[Span]], raw_text: str) -> AlignedText:
    """Return the paragraphs' raw slices end to end, one line per paragraph.

    >>> concatenate([[Span(0, 2)], [Span(3, 5), Span(6, 7)]], "标题 正文\\n续").text
    '标题\\n正文续'
    """
    parts: list[str] = []
    starts: list[int] = []
    spans: list[Span] = []
    offset = 0
    for number, paragraph in enumerate(paragraphs):
        if number:
            parts.append("\n")
            offset += 1
        for span in paragraph:
            starts.append(offset)
            spans.append(span)
            parts.append(raw_text[span.char_start : span.char_end])
            offset += span.char_end - span.char_start
    return AlignedText("".join(parts), tuple(starts), tuple(spans))
