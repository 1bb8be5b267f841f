"""Places of facts: offsets in an article's text carried back to the raw text and to its sentences."""

from __future__ import annotations

from bisect import bisect_right

from transforms.records import Article, Row
from transforms.text.characters import Located
from transforms.text.sentences import split_sentences
from transforms.text.spans import AlignedText, Span, concatenate


class Locator:
    """Carries offsets in an article's text back to the raw text and to its sentences."""

    def __init__(self, article_id: str, raw_text: str, article: Article) -> None:
        self.article_id = article_id
        self.aligned: AlignedText = concatenate([paragraph.spans for paragraph in article.paragraphs], raw_text)
        self.sentence_starts: list[int] = []
        self.sentence_ends: list[int] = []
        self.shifts: list[int | None] = []
        self.paragraph_rows: list[Row] = []
        self.sentence_rows: list[Row] = []
        offset = 0
        for paragraph in article.paragraphs:
            paragraph_id = f"{article_id}-p{paragraph.seq:03d}"
            self.paragraph_rows.append(
                {
                    "paragraph_id": paragraph_id,
                    "article_id": article_id,
                    "seq": paragraph.seq,
                    "role": paragraph.role,
                    "text": paragraph.text,
                    "spans": paragraph.spans,
                }
            )
            for start, end in split_sentences(paragraph.text):
                self._add_sentence(paragraph_id, offset + start, offset + end)
            offset += len(paragraph.text) + 1

    def _add_sentence(self, paragraph_id: str, start: int, end: int) -> None:
        spans = self.aligned.raw_spans(start, end)
        self.sentence_starts.append(start)
        self.sentence_ends.append(end)
        self.shifts.append(spans[0].char_start - start if len(spans) == 1 else None)
        seq = len(self.sentence_starts)
        self.sentence_rows.append(
            {
                "sentence_id": f"{self.article_id}-s{seq:03d}",
                "article_id": self.article_id,
                "paragraph_id": paragraph_id,
                "seq": seq,
                "text": self.aligned.text[start:end],
                "spans": spans,
            }
        )

    def fact_columns(self, record: Located) -> Row:
        """Return the columns that every fact has: article, sentence, text as printed, spans in the raw text."""
        start, end = record.char_start, record.char_end
        number = bisect_right(self.sentence_starts, start) - 1
        shift = self.shifts[number] if number >= 0 and start < end <= self.sentence_ends[number] else None
        return {
            "article_id": self.article_id,
            "sentence_id": self.sentence_rows[number]["sentence_id"] if number >= 0 else None,
            "text": self.aligned.text[start:end],
            "spans": self.aligned.raw_spans(start, end) if shift is None else (Span(start + shift, end + shift),),
        }
